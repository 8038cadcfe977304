"""A poll's results in words: bars of text that fit a phone, the groups apart, and the same as a table."""

from collections.abc import Sequence

from bot.words import Composed, Words, shortened
from cogs.polls import wording
from db.polls import Standing
from meeting.polls import Poll, PollKind
from meeting.tallies import SMALLEST_GROUP, Figures, OptionFigures, Shift, shifts
from report.tables import csv_file

BAR = 10
"""Signs of a bar."""

FULL, EMPTY = "▰", "▱"

ROOM = 3000
"""Characters for the results on a panel; question and foot fit beside them in 4,000 (Discord's limit)."""


def result_blocks(words: Words, standing: Standing) -> list[str]:
    """A block for each tally, and one for each hand count. Options are shortened where there are many."""
    for length in (150, 100, 70, 45, 28, 16):
        blocks = [_block(words, standing, figures, length) for figures in standing.figures]
        blocks += _hand_counts(words, standing, length)
        if sum(map(len, blocks)) <= ROOM:
            break
    return blocks


def _block(words: Words, standing: Standing, figures: Figures, length: int) -> str:
    poll = standing.poll
    who = wording.tally(words, poll, figures.tally)
    values = {"tally": upper(who), "n": figures.answered, "of": figures.of}
    if figures.suppressed and figures.answered:
        return words.say("polls.result.suppressed", least=SMALLEST_GROUP, **values)
    if not figures.answered:
        return words.say("polls.result.nobody", **values)
    lines: list[str] = [words.say("polls.result.base", **values)]
    lines += _lines(words, poll, figures.options, figures.answered, length)
    if figures.abstained:
        lines.append(
            words.say(
                "polls.result.abstained",
                n=figures.abstained,
                of=figures.answered,
                percent=figures.abstained_percent,
            )
        )
    if figures.pairwise is not None:
        winner = poll.options[figures.winner].text if figures.winner is not None else ""
        lines.append(words.say(f"polls.result.pairwise.{figures.pairwise}", option=shortened(winner, length)))
    for group in figures.groups:
        name = group_name(words, group.group)
        lines.append(words.say("polls.result.group", group=name, n=group.answered))
        lines += _lines(words, poll, group.options, group.answered, length)
    return "\n".join([*lines, *_round(words, standing, figures, length)])


def _lines(
    words: Words, poll: Poll, options: Sequence[OptionFigures], answered: int, length: int
) -> list[str]:
    lines: list[str] = []
    most = max((one.points for one in options), default=0)
    for number, (option, one) in enumerate(zip(poll.options, options, strict=True), start=1):
        lines.append(words.say("polls.panel.option", n=number, text=shortened(option.text, length)))
        if poll.kind is PollKind.SCORE:
            lines += _score(words, poll, one)
            continue
        key = {PollKind.RANKING: "ranking", PollKind.POINTS: "points"}.get(poll.kind, "share")
        full = one.points if key != "share" else one.count
        values = {"points": one.points, "first": one.first, "n": one.count, "of": answered}
        shown = bar(full, (most if key != "share" else answered))
        lines.append(words.say(f"polls.result.{key}", bar=shown, percent=one.percent, **values))
    return lines


def _score(words: Words, poll: Poll, row: OptionFigures) -> list[str]:
    if row.median is None or row.low is None or row.high is None:
        return [words.say("polls.result.no_score")]
    median, low, high = (level(words, poll, at) for at in (row.median, row.low, row.high))
    counts = [
        words.say("polls.result.level", level=name, n=n)
        for name, n in zip(poll.levels, row.levels, strict=True)
    ]
    # The lowest level is one sign of the bar, the highest all of them.
    shown = bar(row.median + 1, len(poll.levels))
    return [
        words.say("polls.result.median", bar=shown, median=median, low=low, high=high),
        words.say("polls.result.levels", levels=Composed(" · ".join(counts))),
    ]


def level(words: Words, poll: Poll, at: float) -> Composed:
    """A level by its place; half-way between two it is both their names, or the number between."""
    below, above = poll.levels[int(at)], poll.levels[min(int(at + 0.5), len(poll.levels) - 1)]
    if below == above:
        return words.say("polls.answer.option", text=below)
    if below.isdecimal() and above.isdecimal():
        return Composed(f"{(int(below) + int(above)) / 2:g}")
    return words.say("polls.result.between", low=below, high=above)


def _round(words: Words, standing: Standing, figures: Figures, length: int) -> list[str]:
    """What has shifted since the earlier round, with both bases."""
    before = standing.before(figures.tally)
    if before is None:
        return []
    poll = standing.poll
    lines: list[str] = [words.say("polls.result.round", was=before.answered, becomes=figures.answered)]
    for shift in shifts(poll, before, figures):
        was, becomes = _shifted(words, poll, shift, before.answered, figures.answered)
        text = shortened(poll.options[shift.option].text, min(length, 45))
        lines.append(words.say("polls.result.shift", text=text, was=was, becomes=becomes))
    compared = standing.moved.get(figures.tally)
    if compared is None:
        return [*lines, words.say("polls.result.other_base")]
    return [
        *lines,
        words.say(
            "polls.result.moved",
            same=compared.same,
            changed=compared.changed,
            gone=compared.only_earlier,
            new=compared.only_later,
        ),
    ]


def _shifted(
    words: Words, poll: Poll, shift: Shift, was_of: int, becomes_of: int
) -> tuple[Composed, Composed]:
    def shown(one: OptionFigures, answered: int) -> Composed:
        if poll.kind is PollKind.SCORE:
            return level(words, poll, one.median) if one.median is not None else Composed("–")
        if poll.kind in (PollKind.POINTS, PollKind.RANKING):
            return Composed(f"{one.points}")
        return Composed(f"{one.count} of {answered} ({one.percent} %)")

    return shown(shift.was, was_of), shown(shift.becomes, becomes_of)


def _hand_counts(words: Words, standing: Standing, length: int) -> list[str]:
    blocks = []
    for count in standing.hand_counts:
        who = wording.tally(words, standing.poll, count.tally)
        lines = [words.say("polls.result.hand", tally=who, n=count.answered)]
        for option, n in zip(standing.poll.options, count.counts, strict=True):
            lines.append(words.say("polls.result.hand_line", text=shortened(option.text, length), n=n))
        blocks.append("\n".join(lines))
    return blocks


def bar(part: float, whole: float) -> Composed:
    """A bar of ten signs; anything but nothing shows at least one."""
    if whole <= 0 or part <= 0:
        return Composed(EMPTY * BAR)
    full = max(1, min(BAR, int(part * BAR / whole + 0.5)))
    return Composed(FULL * full + EMPTY * (BAR - full))


def table_file(words: Words, standing: Standing) -> tuple[str, bytes]:
    """All numbers that show, as a CSV file: its name and content."""
    poll = standing.poll
    head = ["poll", "question", "group", "answered", "could_answer", "option", "count", "percent_of_answered"]
    extra = {
        PollKind.RANKING: ["borda_points", "first_places"],
        PollKind.POINTS: ["dots"],
        PollKind.SCORE: [
            *(f"level {name}" for name in poll.levels),
            "median",
            "middle_half_from",
            "middle_half_to",
        ],
    }.get(poll.kind, [])
    lines: list[list[object]] = [[*head, *extra]]
    for figures in standing.figures:
        who = wording.tally(words, poll, figures.tally)
        stem: list[object] = [poll.poll_id, poll.question, who, figures.answered, figures.of]
        if figures.suppressed:
            lines.append([*stem, "fewer than 5 answers: not shown"])
            continue
        for option, one in zip(poll.options, figures.options, strict=True):
            lines.append([*stem, option.text, one.count, one.percent, *_more(words, poll, one)])
        lines.append([*stem, "abstained", figures.abstained, figures.abstained_percent])
        for group in figures.groups:
            for option, one in zip(poll.options, group.options, strict=True):
                base = [poll.poll_id, poll.question, f"{who}, {group.group}", group.answered, ""]
                lines.append([*base, option.text, one.count, one.percent, *_more(words, poll, one)])
    for count in standing.hand_counts:
        who = wording.tally(words, poll, count.tally)
        for option, n in zip(poll.options, count.counts, strict=True):
            base = [poll.poll_id, poll.question, f"{who}, counted by hand", count.answered, ""]
            lines.append([*base, option.text, n])
    return f"poll-{poll.poll_id}.csv", csv_file(lines)


def _more(words: Words, poll: Poll, one: OptionFigures) -> list[object]:
    if poll.kind is PollKind.RANKING:
        return [one.points, one.first]
    if poll.kind is PollKind.POINTS:
        return [one.points]
    if poll.kind is PollKind.SCORE:
        where = (one.median, one.low, one.high)
        return [*one.levels, *("" if at is None else level(words, poll, at) for at in where)]
    return []


def upper(text: str) -> Composed:
    """The text with a capital at its beginning."""
    return Composed(text[:1].upper() + text[1:])


def group_name(words: Words, group: str) -> str:
    """A group of a breakdown by its name: a region is the roster's."""
    return words.say(f"polls.result.groups.{group}") if group in ("room", "virtual") else group
