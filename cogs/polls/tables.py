"""A poll's numbers as a table, and all that may be handed out of it."""

from collections.abc import Mapping

from bot.words import Words, unescaped
from cogs.polls import wording
from cogs.polls.results import group_name, level
from db.polls import Export, Standing
from meeting.polls import Poll, PollKind
from meeting.tallies import SMALLEST_GROUP, OptionFigures
from report.tables import csv_file

HEAD = ("poll", "question", "group", "answered", "could answer", "option", "count", "% of answered")

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
        lines.append(["group", "who", "answer"])
        for tally, ballots in export.named.items():
            who = wording.tally(words, poll, tally)
            for voter, choice in sorted(ballots.items(), key=lambda one: names.get(one[0], one[0])):
                answer = unescaped(wording.choice(words, poll, choice))
                lines.append([who, names.get(voter, voter), answer])
    elif export.ballots:
        lines.append(["group", "so often", "answer"])
        for one in export.ballots:
            answer = unescaped(wording.choice(words, poll, one.choice))
            lines.append([wording.tally(words, poll, one.tally), one.times, answer])
    return f"poll-{poll.poll_id}-all.csv", csv_file(lines)


def _lines(words: Words, standing: Standing) -> list[Line]:
    poll = standing.poll
    lines: list[Line] = [[*HEAD, *_columns(poll)]]
    for figures in standing.figures:
        who = wording.tally(words, poll, figures.tally)
        stem: Line = [poll.poll_id, poll.question, who, figures.answered, figures.of]
        if figures.suppressed:
            lines.append([*stem, f"fewer than {SMALLEST_GROUP} answers: not shown"])
            continue
        for option, one in zip(poll.options, figures.options, strict=True):
            lines.append([*stem, option.text, one.count, one.percent, *_more(words, poll, one)])
        lines.append([*stem, "abstained", figures.abstained, figures.abstained_percent])
        if figures.pairwise is not None:
            winner = poll.options[figures.winner].text if figures.winner is not None else ""
            pairwise = unescaped(words.say(f"polls.result.pairwise.{figures.pairwise}", option=winner))
            lines.append([*stem, pairwise])
        for group in figures.groups:
            name = f"{who}, {group_name(words, group.group)}"
            base: Line = [poll.poll_id, poll.question, name, group.answered, ""]
            for option, one in zip(poll.options, group.options, strict=True):
                lines.append([*base, option.text, one.count, one.percent, *_more(words, poll, one)])
    for count in standing.hand_counts:
        name = f"{wording.tally(words, poll, count.tally)}, counted by hand"
        for option, n in zip(poll.options, count.counts, strict=True):
            lines.append([poll.poll_id, poll.question, name, count.answered, "", option.text, n])
    return lines


def _columns(poll: Poll) -> list[str]:
    if poll.kind is PollKind.RANKING:
        return ["Borda points", "first places"]
    if poll.kind is PollKind.POINTS:
        return ["dots"]
    if poll.kind is PollKind.SCORE:
        return [*(f"level {name}" for name in poll.levels), "median", "middle half from", "middle half to"]
    return []


def _more(words: Words, poll: Poll, one: OptionFigures) -> list[object]:
    if poll.kind is PollKind.RANKING:
        return [one.points, one.first]
    if poll.kind is PollKind.POINTS:
        return [one.points]
    if poll.kind is PollKind.SCORE:
        where = (one.median, one.low, one.high)
        return [*one.levels, *("" if at is None else level(words, poll, at) for at in where)]
    return []
