"""A poll's results as a chart: the same numbers as its panel, in plain text for the picture."""

from bot.words import Words
from cogs.polls import wording
from cogs.polls.results import level, upper
from db.polls import Standing
from meeting.polls import Poll, PollKind
from meeting.tallies import SMALLEST_GROUP, Figures, OptionFigures
from report.charts import Bar, Block, Chart


def chart_of(words: Words, standing: Standing) -> Chart:
    """What the panel says, drawn: a block for each tally, an earlier round beside the later one."""
    poll = standing.poll
    return Chart(
        title=poll.question,
        subtitle=words.bare("polls.chart.subtitle", unit=words.say(f"polls.unit.{poll.unit}")),
        blocks=tuple(_block(words, standing, figures) for figures in standing.figures),
        note=words.marking,
        foot=words.bare("polls.chart.foot"),
        levels=poll.levels,
    )


def _block(words: Words, standing: Standing, figures: Figures) -> Block:
    poll = standing.poll
    heading = upper(wording.tally(words, poll, figures.tally))
    base = words.bare("polls.chart.base", n=figures.answered, of=figures.of)
    if figures.suppressed:
        return Block(heading, words.bare("polls.chart.suppressed", base=base, least=SMALLEST_GROUP))
    if not figures.answered:
        return Block(heading, base)
    earlier = standing.before(figures.tally)
    by_points = poll.kind in (PollKind.POINTS, PollKind.RANKING)
    most = max((one.points for one in (*figures.options, *(earlier.options if earlier else ()))), default=0)
    bars = [
        _bar(words, poll, option.text, one, figures.answered, earlier, number)
        for number, (option, one) in enumerate(zip(poll.options, figures.options, strict=True))
    ]
    if figures.abstained:
        text = words.bare("polls.chart.share", n=figures.abstained, percent=figures.abstained_percent)
        label = words.bare("polls.chart.abstained")
        bars.append(Bar(label, figures.abstained, text, apart=True))
    return Block(
        heading,
        base,
        tuple(bars),
        full=most if by_points else figures.answered,
        scale=words.bare("polls.chart.scale_points" if by_points else "polls.chart.scale", n=most),
        earlier_base=words.bare("polls.chart.earlier", n=earlier.answered) if earlier else "",
    )


def _bar(
    words: Words,
    poll: Poll,
    label: str,
    one: OptionFigures,
    answered: int,
    earlier: Figures | None,
    number: int,
) -> Bar:
    was = earlier.options[number] if earlier is not None else None
    if poll.kind is PollKind.SCORE:
        median = words.bare("polls.chart.no_score")
        if one.median is not None:
            median = words.bare("polls.chart.median", median=level(words, poll, one.median))
        return Bar(label, text=median, levels=one.levels)
    if poll.kind in (PollKind.POINTS, PollKind.RANKING):
        detail = words.bare(f"polls.chart.{poll.kind}", n=one.count, of=answered, first=one.first)
        before = (was.points, f"{was.points}") if was is not None else (None, "")
        return Bar(label, one.points, f"{one.points}", detail, *before)
    text = words.bare("polls.chart.share", n=one.count, percent=one.percent)
    if was is None or earlier is None:
        return Bar(label, one.count, text)
    # Shares of two bases are comparable, counts are not.
    share = was.count * answered / earlier.answered if earlier.answered else 0
    before_text = words.bare("polls.chart.share", n=was.count, percent=was.percent)
    return Bar(label, one.count, text, "", share, before_text)
