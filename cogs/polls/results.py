"""A poll's results in words: bars of text that fit a phone, the groups apart, and the same as a table."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.words import Composed, Words, shortened
from cogs.polls import wording
from db.polls import Standing
from meeting.polls import LEVEL_TEXT, OPTIONS, Poll, PollKind, Unit
from meeting.tallies import SMALLEST_GROUP, Figures, OptionFigures, Shift, shifts

BAR = 10
"""Signs of a bar."""

FULL, EMPTY = "▰", "▱"

ROOM = 3600
"""Characters for results in an answer, which has 3,800 and blank lines between the blocks."""


@dataclass(frozen=True)
class Detail:
    """How much of the results is shown: characters of an option, how many options of each block (the
    foremost), whether with bars and levels, whether with the groups and the comparison with an earlier round.
    """

    length: int
    options: int = OPTIONS
    bars: bool = True
    more: bool = True

    @property
    def whole(self) -> bool:
        return self.more and self.bars and self.options == OPTIONS


DETAILS = (
    *(Detail(length) for length in (150, 100, 70, 45, 28)),
    *(Detail(length, more=False) for length in (45, 28)),
    *(Detail(length, bars=False, more=False) for length in (45, 28, 16)),
    *(Detail(length, options, bars=False, more=False) for length, options in ((28, 10), (16, 6), (12, 3))),
)
"""From all there is to what fits in any case; the table always has all of it."""


def result_blocks(words: Words, standing: Standing, room: int = ROOM) -> list[str]:
    """A block for each tally, and one for each hand count, in so many characters all together.

    Where that is too little options are shortened first, then the details left out; the last block says so.
    """
    whole = _blocks(words, standing, DETAILS[0], room)
    if whole is not None:
        return whole
    *more, least = DETAILS[1:]
    place = bisect_left(more, True, key=lambda detail: _blocks(words, standing, detail, room) is not None)
    return _blocks(words, standing, DETAILS[1:][place], room) or _blocks(words, standing, least) or []


def _blocks(words: Words, standing: Standing, detail: Detail, room: int | None = None) -> list[str] | None:
    """The blocks; None as soon as they are known not to fit: a large poll is no long work for nothing."""
    blocks: list[str] = []
    note = "" if detail.whole else f"\n{words.say('polls.result.cut')}"
    for block in _each(words, standing, detail):
        blocks.append(block)
        if room is not None and sum(map(len, blocks)) + len(note) > room:
            return None
    return [*blocks[:-1], blocks[-1] + note] if blocks else []


def _each(words: Words, standing: Standing, detail: Detail) -> Iterator[str]:
    for figures in standing.figures:
        yield _block(words, standing, figures, detail)
    yield from _hand_counts(words, standing, detail)


def _block(words: Words, standing: Standing, figures: Figures, detail: Detail) -> str:
    poll, length = standing.poll, detail.length
    who = wording.tally(words, poll, figures.tally)
    values = {"tally": upper(who), "n": figures.answered, "of": figures.of}
    if figures.suppressed and figures.answered:
        return words.say("polls.result.suppressed", least=SMALLEST_GROUP, **values)
    if not figures.answered:
        return words.say("polls.result.nobody", **values)
    lines: list[str] = [words.say("polls.result.base", **values)]
    lines += _lines(words, poll, figures.options, figures.answered, detail)
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
    for group in figures.groups if detail.more else ():
        name = group_name(words, group.group)
        lines.append(words.say("polls.result.group", group=name, n=group.answered))
        lines += _lines(words, poll, group.options, group.answered, detail)
    return "\n".join([*lines, *(_round(words, standing, figures, length) if detail.more else ())])


def _lines(
    words: Words, poll: Poll, options: Sequence[OptionFigures], answered: int, detail: Detail
) -> list[str]:
    """Two lines for each option, one where there is no room for bars."""
    lines: list[str] = []
    most = max((one.points for one in options), default=0)
    shown = _foremost([_weight(one) for one in options], detail.options)
    for place in shown:
        text = shortened(poll.options[place].text, detail.length)
        line = words.say("polls.panel.option", n=place + 1, text=text)
        if poll.kind is PollKind.SCORE:
            said = _score(words, poll, options[place], detail)
        else:
            said = [_figure(words, poll, options[place], answered, most, bars=detail.bars)]
        lines += [line, *said] if detail.bars else [f"{line}: {said[0]}"]
    return [*lines, *_left_out(words, len(options) - len(shown))]


def _figure(
    words: Words, poll: Poll, one: OptionFigures, answered: int, most: int, *, bars: bool
) -> Composed:
    key = {PollKind.RANKING: "ranking", PollKind.POINTS: "points"}.get(poll.kind, "share")
    drawn = bar(one.count, answered) if key == "share" else bar(one.points, most)
    values = {"points": one.points, "first": one.first, "n": one.count, "of": answered}
    said = words.say(f"polls.result.{key}", percent=one.percent, **values)
    return Composed(f"{drawn} {said}") if bars else said


def _weight(one: OptionFigures) -> float:
    """What puts an option before another where only some fit."""
    return one.median if one.median is not None else one.points or one.count


def _foremost(weights: Sequence[float], most: int) -> list[int]:
    """The places of the heaviest, in their own order."""
    return sorted(sorted(range(len(weights)), key=lambda place: -weights[place])[:most])


def _left_out(words: Words, count: int) -> list[str]:
    return [words.say("polls.result.more", n=count)] if count else []


def _score(words: Words, poll: Poll, row: OptionFigures, detail: Detail) -> list[str]:
    if row.median is None or row.low is None or row.high is None:
        return [words.say("polls.result.no_score")]
    median, low, high = (level(words, poll, at, detail.length) for at in (row.median, row.low, row.high))
    said = words.say("polls.result.median", median=median, low=low, high=high)
    if not detail.bars:
        return [said]
    counts = [
        words.say("polls.result.level", level=shortened(name, detail.length), n=n)
        for name, n in zip(poll.levels, row.levels, strict=True)
    ]
    # The lowest level is one sign of the bar, the highest all of them.
    drawn = bar(row.median + 1, len(poll.levels))
    return [f"{drawn} {said}", words.say("polls.result.levels", levels=Composed(" · ".join(counts)))]


def level(words: Words, poll: Poll, at: float, length: int = LEVEL_TEXT) -> Composed:
    """A level by its place; half-way between two it is both their names, or the number between."""
    highest = len(poll.levels) - 1
    below, above = (shortened(poll.levels[n], length) for n in (int(at), min(int(at + 0.5), highest)))
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
        by_person = "_person" if poll.unit is Unit.PERSON else ""
        return [*lines, words.say(f"polls.result.other_base{by_person}")]
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


def _hand_counts(words: Words, standing: Standing, detail: Detail) -> Iterator[str]:
    for count in standing.hand_counts:
        who = wording.tally(words, standing.poll, count.tally)
        lines: list[str] = [words.say("polls.result.hand", tally=who, n=count.answered)]
        shown = _foremost(count.counts, detail.options)
        for place in shown:
            text = shortened(standing.poll.options[place].text, detail.length)
            lines.append(words.say("polls.result.hand_line", text=text, n=count.counts[place]))
        lines += _left_out(words, len(count.counts) - len(shown))
        yield "\n".join(lines)


def bar(part: float, whole: float) -> Composed:
    """A bar of ten signs; anything but nothing shows at least one."""
    if whole <= 0 or part <= 0:
        return Composed(EMPTY * BAR)
    full = max(1, min(BAR, int(part * BAR / whole + 0.5)))
    return Composed(FULL * full + EMPTY * (BAR - full))


def upper(text: str) -> Composed:
    """The text with a capital at its beginning."""
    return Composed(text[:1].upper() + text[1:])


def group_name(words: Words, group: str) -> str:
    """A group of a breakdown by its name: a region is the roster's."""
    return words.say(f"polls.result.groups.{group}") if group in ("room", "virtual") else group
