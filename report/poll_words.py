"""A poll's figures in words, as tables and charts of a report have them."""

from meeting.delegations import Tally
from meeting.poll_life import HandCount
from meeting.polls import Poll, PollKind, Unit
from meeting.tallies import SMALLEST_GROUP, Figures, GroupFigures, OptionFigures
from report.poll_charts import OF_BASE, SUMS
from report.record import Json
from report.said import Wording


class PollWords:
    """The sentences of one poll, for `report.poll_charts` too."""

    def __init__(self, said: Wording, poll: Poll, one: Json, marking: str) -> None:
        self._say = said.say
        self._poll = poll
        self.note = marking
        closed = one["closed_at"]
        state = said.say("report.polls.running")
        if closed:
            state = said.say("report.polls.closed", at=said.moment(closed))
        unit = said.say(f"polls.unit.{poll.unit}")
        key = "polls.chart.subtitle_round" if one["round"] > 1 else "polls.chart.subtitle"
        self.subtitle = said.say(key, n=one["round"], state=state, unit=unit)
        self.foot = said.say("polls.chart.foot")
        if poll.kind is PollKind.RANKING:
            self.foot = said.say("polls.chart.foot_ranking", places=self.places(), foot=self.foot)
        self.abstained = said.say("polls.chart.abstained")

    def who(self, tally: Tally) -> str:
        """`Member delegations`, or the people of them."""
        whose = "tally" if self._poll.unit is Unit.DELEGATION else "people"
        name = self._say(f"polls.{whose}.{tally}")
        return name[:1].upper() + name[1:]

    def group(self, group: str) -> str:
        """A group of a breakdown; a region is the roster's."""
        return self._say(f"polls.result.groups.{group}") if group in ("room", "virtual") else group

    def places(self) -> str:
        """How the points of a ranking come about."""
        worth = zip(
            ("first", "second", "third", "fourth", "fifth"), range(self._poll.most, 0, -1), strict=False
        )
        text = ", ".join(self._say(f"polls.result.places.{place}", n=n) for place, n in worth)
        return text[:1].upper() + text[1:]

    def heading(self, figures: Figures, group: str = "") -> str:
        """The tally's name, and the group's."""
        name = self.who(figures.tally)
        return self._say("polls.chart.group", tally=name, group=self.group(group)) if group else name

    def base(self, figures: Figures | GroupFigures) -> str:
        """Who answered, of how many, and how many of them abstained."""
        say = self._say
        if isinstance(figures, GroupFigures):
            told = say("polls.result.answered_group", n=figures.answered)
        elif not figures.answered:
            return say("polls.result.nobody" if figures.of else "polls.result.nobody_asked", of=figures.of)
        else:
            told = say("polls.result.answered", n=figures.answered, of=figures.of)
            if figures.suppressed:
                return say("polls.result.suppressed", base=told, least=SMALLEST_GROUP)
        if figures.abstained:
            told = say("polls.result.abstained_of", base=told, n=figures.abstained)
        if self._poll.kind in SUMS:
            return say(f"polls.result.{self._poll.kind}_of", base=told, n=figures.points)
        return told

    def earlier_base(self, figures: Figures) -> str:
        """The same of the earlier round."""
        return self._say("polls.chart.earlier", base=self.base(figures))

    def scale(self, share: int) -> str:
        """What a full bar is."""
        kind = "" if self._poll.kind in OF_BASE else f"_{self._poll.kind}"
        return self._say(f"polls.chart.scale{kind}", n=share)

    def value(self, figures: OptionFigures) -> str:
        """The row's number."""
        if self._poll.kind is PollKind.SCORE:
            if figures.median is None:
                return self._say("polls.chart.no_score")
            return self._say("polls.chart.median", median=self.level(figures.median))
        if self._poll.kind in OF_BASE:
            return self.share(figures.count, figures.percent)
        values = {"n": figures.points, "percent": figures.share}
        return self._say(f"polls.chart.{self._poll.kind}_value", **values)

    def detail(self, figures: OptionFigures) -> str:
        """How the points came about."""
        if self._poll.kind not in SUMS:
            return ""
        return self._say(f"polls.chart.{self._poll.kind}", n=figures.count, first=figures.first)

    def earlier(self, figures: OptionFigures) -> str:
        """The earlier round's number."""
        value = self.value(figures)
        if self._poll.kind is not PollKind.SCORE:
            return value
        return self._say("polls.chart.earlier", base=value)

    def share(self, count: int, percent: int) -> str:
        """A count and its share."""
        return self._say("polls.chart.share", n=count, percent=percent)

    def hand(self, count: HandCount) -> str:
        """What was counted by hand, of whom."""
        return self._say("polls.chart.hand", tally=self.who(count.tally))

    def hand_base(self, count: HandCount) -> str:
        """How many hands there were."""
        return self._say("polls.result.answered_group", n=count.answered)

    def hand_scale(self) -> str:
        """What a full bar is there."""
        return self._say("polls.chart.scale_hand")

    def level(self, at: float) -> str:
        """A level by its place; half-way between two it is both their names, or the number between."""
        levels = self._poll.levels
        below, above = levels[int(at)], levels[min(int(at + 0.5), len(levels) - 1)]
        if below == above:
            return below
        if below.isdecimal() and above.isdecimal():
            return f"{(int(below) + int(above)) / 2:g}"
        return self._say("polls.result.between", low=below, high=above)

    def cell(self, figures: OptionFigures) -> str:
        """All of an option's figures, for a cell of a table."""
        if self._poll.kind is PollKind.SCORE:
            if figures.median is None or figures.low is None or figures.high is None:
                return self.value(figures)
            median, low, high = (self.level(at) for at in (figures.median, figures.low, figures.high))
            levels = zip(self._poll.levels, figures.levels, strict=True)
            counts = ", ".join(self._say("polls.result.level", level=name, n=n) for name, n in levels)
            return self._say("report.polls.score", median=median, low=low, high=high, counts=counts)
        detail = self.detail(figures)
        value = self.value(figures)
        return self._say("report.polls.cell", value=value, detail=detail) if detail else value

    def choice(self, choice: tuple[int, ...]) -> str:
        """A ballot in words."""
        poll, say = self._poll, self._say
        texts = [option.text for option in poll.options]
        if not choice:
            return say("polls.answer.abstention")
        if poll.kind is PollKind.RANKING:
            told = [say("polls.answer.place", n=n, text=texts[place]) for n, place in enumerate(choice, 1)]
        elif poll.kind is PollKind.POINTS:
            pairs = zip(texts, choice, strict=True)
            told = [say("polls.answer.dots", n=dots, text=text) for text, dots in pairs if dots]
        elif poll.kind is PollKind.SCORE:
            rows = zip(texts, choice, strict=True)
            told = [say("polls.answer.level", text=text, level=poll.levels[at]) for text, at in rows]
        else:
            told = [texts[place] for place in choice]
        return "; ".join(told)
