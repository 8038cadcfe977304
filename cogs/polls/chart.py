"""A poll's results as a chart: the same numbers as its panel, in plain text for the picture."""

from bot.words import Words, unescaped
from cogs.polls import wording
from cogs.polls.results import base, group_name, level, places, upper
from db.polls import Standing
from meeting.poll_life import HandCount
from meeting.polls import PollKind, Unit
from meeting.tallies import Figures, GroupFigures, OptionFigures
from report.charts import Chart
from report.poll_charts import OF_BASE, SUMS, chart_of


def result_chart(words: Words, standing: Standing) -> Chart:
    """What the panel says, drawn; an earlier round beside the later one, hand counts apart."""
    before = (standing.before(tally) for tally in standing.poll.tallies)
    earlier = [figures for figures in before if figures is not None]
    said = ChartWords(words, standing)
    return chart_of(standing.poll, standing.figures, said, earlier, standing.hand_counts)


class ChartWords:
    """The sentences of one poll's chart, for `report.poll_charts`."""

    def __init__(self, words: Words, standing: Standing) -> None:
        self._words = words
        self._standing = standing
        self._poll = standing.poll
        self.subtitle = self._subtitle()
        self.note = words.marking
        self.foot = words.bare("polls.chart.foot")
        if self._poll.kind is PollKind.RANKING:
            points = upper(places(words, self._poll))
            self.foot = words.bare("polls.chart.foot_ranking", places=points, foot=self.foot)
        self.abstained = words.bare("polls.chart.abstained")

    def _subtitle(self) -> str:
        """The state first: a picture goes round without its message, and may not pass for a result."""
        words, closed = self._words, self._poll.closed_at
        state = words.say("polls.chart.running")
        if closed is not None:
            values = {"date": words.date(closed), "hour": words.hour(closed)}
            state = words.say("polls.chart.closed", venue=words.venue, **values)
        number, unit = self._standing.round, words.say(f"polls.unit.{self._poll.unit}")
        key = "polls.chart.subtitle_round" if number > 1 else "polls.chart.subtitle"
        return words.bare(key, n=number, state=state, unit=unit)

    def heading(self, figures: Figures, group: str = "") -> str:
        """The tally's name, and the group's."""
        name = upper(wording.tally(self._words, self._poll, figures.tally))
        if not group:
            return name
        return self._words.bare("polls.chart.group", tally=name, group=group_name(self._words, group))

    def base(self, figures: Figures | GroupFigures) -> str:
        """Who answered, of how many, and what shares are of."""
        return unescaped(base(self._words, self._poll, figures))

    def earlier_base(self, figures: Figures) -> str:
        """The same of the earlier round, and that others may have answered it, unless that is known."""
        said = base(self._words, self._poll, figures)
        if figures.tally not in self._standing.moved:
            by_person = "_person" if self._poll.unit is Unit.PERSON else ""
            said = self._words.say(f"polls.chart.other_base{by_person}", base=said)
        return self._words.bare("polls.chart.earlier", base=said)

    def scale(self, share: int) -> str:
        """What a full bar is."""
        kind = "" if self._poll.kind in OF_BASE else f"_{self._poll.kind}"
        return self._words.bare(f"polls.chart.scale{kind}", n=share)

    def value(self, figures: OptionFigures) -> str:
        """The row's number."""
        if self._poll.kind is PollKind.SCORE:
            if figures.median is None:
                return self._words.bare("polls.chart.no_score")
            median = level(self._words, self._poll, figures.median)
            return self._words.bare("polls.chart.median", median=median)
        if self._poll.kind in OF_BASE:
            return self.share(figures.count, figures.percent)
        key = f"polls.chart.{self._poll.kind}_value"
        return self._words.bare(key, n=figures.points, percent=figures.share)

    def detail(self, figures: OptionFigures) -> str:
        """How the points came about."""
        if self._poll.kind not in SUMS:
            return ""
        key = f"polls.chart.{self._poll.kind}"
        return self._words.bare(key, n=figures.count, first=figures.first)

    def earlier(self, figures: OptionFigures) -> str:
        """The earlier round's number; of a distribution, which has one bar, it says so."""
        value = self.value(figures)
        if self._poll.kind is not PollKind.SCORE:
            return value
        return self._words.bare("polls.chart.earlier", base=value)

    def share(self, count: int, percent: int) -> str:
        """A count and its share."""
        return self._words.bare("polls.chart.share", n=count, percent=percent)

    def hand(self, count: HandCount) -> str:
        """What was counted by hand, of whom."""
        who = wording.tally(self._words, self._poll, count.tally)
        return self._words.bare("polls.chart.hand", tally=who)

    def hand_base(self, count: HandCount) -> str:
        """How many hands there were."""
        return self._words.bare("polls.result.answered_group", n=count.answered)

    def hand_scale(self) -> str:
        """What a full bar is there."""
        return self._words.bare("polls.chart.scale_hand")
