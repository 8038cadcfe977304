"""A poll's results as a chart: the same numbers as its panel, in plain text for the picture."""

from bot.words import Words
from cogs.polls import wording
from cogs.polls.results import group_name, level, upper
from db.polls import Standing
from meeting.polls import PollKind
from meeting.tallies import SMALLEST_GROUP, Figures, GroupFigures, OptionFigures
from report.charts import Chart
from report.poll_charts import OF_BASE, chart_of


def result_chart(words: Words, standing: Standing) -> Chart:
    """What the panel says, drawn; an earlier round beside the later one."""
    before = (standing.before(tally) for tally in standing.poll.tallies)
    earlier = [figures for figures in before if figures is not None]
    return chart_of(standing.poll, standing.figures, ChartWords(words, standing), earlier)


class ChartWords:
    """The sentences of one poll's chart, for `report.poll_charts`."""

    def __init__(self, words: Words, standing: Standing) -> None:
        self._words = words
        self._poll = standing.poll
        self.subtitle = words.bare("polls.chart.subtitle", unit=words.say(f"polls.unit.{standing.poll.unit}"))
        self.note = words.marking
        self.foot = words.bare("polls.chart.foot")
        self.abstained = words.bare("polls.chart.abstained")

    def heading(self, figures: Figures, group: str = "") -> str:
        """The tally's name, and the group's."""
        name = upper(wording.tally(self._words, self._poll, figures.tally))
        if not group:
            return name
        return self._words.bare("polls.chart.group", tally=name, group=group_name(self._words, group))

    def base(self, figures: Figures | GroupFigures) -> str:
        """Who answered, of how many; abstentions where they have no bar."""
        say = self._words.bare
        if isinstance(figures, GroupFigures):
            return say("polls.chart.group_base", n=figures.answered)
        base = say("polls.chart.base", n=figures.answered, of=figures.of)
        if figures.suppressed:
            return say("polls.chart.suppressed", base=base, least=SMALLEST_GROUP)
        if figures.abstained and self._poll.kind not in OF_BASE:
            return say("polls.chart.base_abstained", base=base, n=figures.abstained)
        return base

    def earlier_base(self, figures: Figures) -> str:
        """Who answered in the earlier round."""
        return self._words.bare("polls.chart.earlier", n=figures.answered, of=figures.of)

    def scale(self, full: float) -> str:
        """What a full bar is."""
        if self._poll.kind is PollKind.SCORE:
            return self._words.bare("polls.chart.scale_levels")
        points = self._poll.kind in (PollKind.POINTS, PollKind.RANKING)
        return self._words.bare("polls.chart.scale_points" if points else "polls.chart.scale", n=int(full))

    def value(self, figures: OptionFigures) -> str:
        """The row's number."""
        if self._poll.kind is PollKind.SCORE:
            if figures.median is None:
                return self._words.bare("polls.chart.no_score")
            median = level(self._words, self._poll, figures.median)
            return self._words.bare("polls.chart.median", median=median)
        if self._poll.kind in OF_BASE:
            return self.share(figures.count, figures.percent)
        return f"{figures.points}"

    def detail(self, figures: OptionFigures) -> str:
        """How the points came about."""
        if self._poll.kind not in (PollKind.POINTS, PollKind.RANKING):
            return ""
        key = f"polls.chart.{self._poll.kind}"
        return self._words.bare(key, n=figures.count, first=figures.first)

    def earlier(self, figures: OptionFigures) -> str:
        """The earlier round's number."""
        return self.value(figures)

    def share(self, count: int, percent: int) -> str:
        """A count and its share."""
        return self._words.bare("polls.chart.share", n=count, percent=percent)
