"""A poll's numbers as a table, and all that may be handed out of it."""

from collections.abc import Iterator, Mapping

from bot.words import Words, unescaped
from cogs.polls import wording
from cogs.polls.results import group_name, level, places
from db.polls import Export, Standing
from meeting.polls import Poll, PollKind
from meeting.tallies import SMALLEST_GROUP, Figures, GroupFigures, OptionFigures
from report.tables import csv_file

Line = list[object]


def table_file(words: Words, standing: Standing) -> tuple[str, bytes]:
    """All numbers that show, as a CSV file: its name and content."""
    return f"poll-{standing.poll.poll_id}.csv", csv_file(_lines(words, standing))


def export_file(words: Words, export: Export, names: Mapping[str, str]) -> tuple[str, bytes]:
    """The table, and below it the ballots: a named poll's by voter (`names` by id), others' by how often each
    was cast, in the order of what they say."""
    standing, poll = export.standing, export.standing.poll
    lines = [*_lines(words, standing), []]
    if export.named:
        lines.append([_said(words, column) for column in ("group", "who", "answer")])
        for tally, ballots in export.named.items():
            who = wording.tally(words, poll, tally)
            for voter, choice in sorted(ballots.items(), key=lambda one: names.get(one[0], one[0])):
                answer = unescaped(wording.choice(words, poll, choice))
                lines.append([who, names.get(voter, voter), answer])
    elif export.ballots:
        lines.append([_said(words, column) for column in ("group", "times", "answer")])
        for one in export.ballots:
            answer = unescaped(wording.choice(words, poll, one.choice))
            lines.append([wording.tally(words, poll, one.tally), one.times, answer])
    return f"poll-{poll.poll_id}-all.csv", csv_file(lines)


HEAD = (
    "poll",
    "question",
    "round",
    "unit",
    "closed",
    "group",
    "answered",
    "could",
    "option",
    "count",
    "percent",
)


def _said(words: Words, key: str, **values: object) -> str:
    """A word of the table, as people read it."""
    return words.bare(f"polls.result.table.{key}", **values)


def _lines(words: Words, standing: Standing) -> list[Line]:
    poll = standing.poll
    lines: list[Line] = [[*(_said(words, column) for column in HEAD), *_columns(words, poll)]]
    stem = _stem(words, standing)
    for figures in standing.figures:
        who = wording.tally(words, poll, figures.tally)
        own: Line = [*stem, who, figures.answered, figures.of]
        if not figures.answered:
            lines.append([*own, _said(words, "nobody" if figures.of else "nobody_asked")])
            continue
        if figures.suppressed:
            lines.append([*own, _said(words, "suppressed", least=SMALLEST_GROUP)])
            continue
        lines += _counted(words, poll, own, figures)
        for group in figures.groups:
            name = _said(words, "part", tally=who, group=group_name(words, group.group))
            lines += _counted(words, poll, [*stem, name, group.answered, ""], group)
    for count in standing.hand_counts:
        name = _said(words, "by_hand", tally=wording.tally(words, poll, count.tally))
        for option, n in zip(poll.options, count.counts, strict=True):
            lines.append([*stem, name, count.answered, "", option.text, n])
    return lines


def _stem(words: Words, standing: Standing) -> Line:
    """What stands before each line, so that one says it all by itself: poll, round, unit, closing."""
    poll = standing.poll
    closed = _said(words, "running")
    if poll.closed_at is not None:
        closed = poll.closed_at.astimezone(words.zone).isoformat(timespec="seconds")
    return [
        poll.poll_id,
        poll.question,
        standing.round,
        words.bare(f"polls.result.table.units.{poll.unit}"),
        closed,
    ]


def _counted(words: Words, poll: Poll, stem: Line, figures: Figures | GroupFigures) -> Iterator[Line]:
    """A line for each option, and one for abstentions."""
    for option, one in zip(poll.options, figures.options, strict=True):
        yield [*stem, option.text, one.count, one.percent, *_more(words, poll, one)]
    yield [*stem, _said(words, "abstained"), figures.abstained, figures.abstained_percent]


def _columns(words: Words, poll: Poll) -> list[str]:
    if poll.kind is PollKind.RANKING:
        points = _said(words, "ranking", places=places(words, poll))
        return [points, _said(words, "ranking_share"), _said(words, "first")]
    if poll.kind is PollKind.POINTS:
        return [_said(words, "points"), _said(words, "points_share")]
    if poll.kind is PollKind.SCORE:
        levels = (_said(words, "level", level=name) for name in poll.levels)
        return [*levels, *(_said(words, column) for column in ("median", "low", "high"))]
    return []


def _more(words: Words, poll: Poll, one: OptionFigures) -> list[object]:
    if poll.kind is PollKind.RANKING:
        return [one.points, one.share, one.first]
    if poll.kind is PollKind.POINTS:
        return [one.points, one.share]
    if poll.kind is PollKind.SCORE:
        where = (one.median, one.low, one.high)
        return [*one.levels, *("" if at is None else unescaped(level(words, poll, at)) for at in where)]
    return []
