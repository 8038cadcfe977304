"""A poll's results in words: bars of text that fit a phone, the groups apart, and the same as a table."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.words import Composed, Words, shortened
from cogs.polls import wording
from db.polls import Standing
from meeting.polls import LEVEL_TEXT, OPTIONS, Poll, PollKind, Unit
from meeting.tallies import SMALLEST_GROUP, Figures, GroupFigures, OptionFigures
from report.poll_charts import OF_BASE, SUMS

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
    if any(figures.answered and not figures.suppressed for figures in standing.figures):
        yield _legend(words, standing.poll, bars=detail.bars)


def _block(words: Words, standing: Standing, figures: Figures, detail: Detail) -> str:
    poll = standing.poll
    who = upper(wording.tally(words, poll, figures.tally))
    lines: list[str] = [words.say("polls.result.heading", group=who, base=base(words, poll, figures))]
    if figures.suppressed or not figures.answered:
        return lines[0]
    before = standing.before(figures.tally) if detail.more else None
    if before is not None:
        lines += _round(words, standing, before, figures)
    lines += _lines(words, poll, figures, detail, before)
    for group in figures.groups if detail.more else ():
        values = {"group": group_name(words, group.group), "base": base(words, poll, group)}
        lines.append(words.say("polls.result.heading", **values))
        lines += _lines(words, poll, group, detail)
    return "\n".join(lines)


def base(words: Words, poll: Poll, figures: Figures | GroupFigures) -> Composed:
    """Who answered, of how many, and how many of them abstained; all points given, if shares are of them."""
    say = words.say
    if isinstance(figures, GroupFigures):
        said = say("polls.result.answered_group", n=figures.answered)
    elif not figures.answered:
        return say("polls.result.nobody" if figures.of else "polls.result.nobody_asked", of=figures.of)
    else:
        said = say("polls.result.answered", n=figures.answered, of=figures.of)
        if figures.suppressed:
            return say("polls.result.suppressed", base=said, least=SMALLEST_GROUP)
    if figures.abstained:
        said = say("polls.result.abstained_of", base=said, n=figures.abstained)
    return say(f"polls.result.{poll.kind}_of", base=said, n=figures.points) if poll.kind in SUMS else said


def places(words: Words, poll: Poll) -> Composed:
    """How the points of a ranking come about: so many for each place."""
    worth = zip(("first", "second", "third", "fourth", "fifth"), range(poll.most, 0, -1), strict=False)
    return Composed(", ".join(words.say(f"polls.result.places.{place}", n=n) for place, n in worth))


def _legend(words: Words, poll: Poll, *, bars: bool) -> str:
    """What per cents and bars are of, in a line below all groups."""
    values = {"places": places(words, poll)} if poll.kind is PollKind.RANKING else {}
    legend = words.say(f"polls.result.legend.{poll.kind}", **values)
    return words.say("polls.result.legend.full", legend=legend) if bars and poll.kind in SUMS else legend


def _lines(
    words: Words,
    poll: Poll,
    figures: Figures | GroupFigures,
    detail: Detail,
    before: Figures | None = None,
) -> list[str]:
    """Each option with its figures below and those of the earlier round, in one line where there is no room
    for bars; then abstentions where they are part of the whole."""
    lines: list[str] = []
    options = figures.options
    most = max((one.points for one in options), default=0)
    shown = _foremost([_weight(one) for one in options], detail.options)
    for place in shown:
        line = words.say("polls.answer.option", text=shortened(poll.options[place].text, detail.length))
        if poll.kind is PollKind.SCORE:
            said = _score(words, poll, options[place], detail)
        else:
            said = [_figure(words, poll, options[place], figures.answered, most, bars=detail.bars)]
        lines += [line, *said] if detail.bars else [f"{line}: {said[0]}"]
        if before is not None:
            lines.append(_earlier(words, poll, before.options[place], before))
    lines += _left_out(words, len(options) - len(shown))
    if poll.kind in OF_BASE and (figures.abstained or (before is not None and before.abstained)):
        values = {"of": figures.answered, "percent": figures.abstained_percent}
        lines.append(words.say("polls.result.abstained", n=figures.abstained, **values))
        if before is not None:
            was = OptionFigures(before.abstained, before.abstained_percent)
            lines.append(_earlier(words, poll, was, before))
    return lines


def _figure(
    words: Words, poll: Poll, one: OptionFigures, answered: int, most: int, *, bars: bool
) -> Composed:
    if poll.kind in SUMS:
        values = {"percent": one.share, "first": one.first, "by": one.count, "of": answered}
        said = words.say(f"polls.result.{poll.kind}", n=one.points, **values)
        return Composed(f"{bar(one.points, most)} {said}") if bars else said
    said = words.say("polls.result.share", n=one.count, of=answered, percent=one.percent)
    return Composed(f"{bar(one.count, answered)} {said}") if bars else said


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
    return [said, words.say("polls.result.levels", levels=Composed(" · ".join(counts)))]


def level(words: Words, poll: Poll, at: float, length: int = LEVEL_TEXT) -> Composed:
    """A level by its place; half-way between two it is both their names, or the number between."""
    highest = len(poll.levels) - 1
    below, above = (shortened(poll.levels[n], length) for n in (int(at), min(int(at + 0.5), highest)))
    if below == above:
        return words.say("polls.answer.option", text=below)
    if below.isdecimal() and above.isdecimal():
        return Composed(f"{(int(below) + int(above)) / 2:g}")
    return words.say("polls.result.between", low=below, high=above)


def _round(words: Words, standing: Standing, before: Figures, figures: Figures) -> list[str]:
    """Both rounds' bases, and that others may have answered, or what became of named answers."""
    bases = {"was": before.answered, "was_of": before.of, "becomes": figures.answered}
    lines: list[str] = [words.say("polls.result.round", becomes_of=figures.of, **bases)]
    compared = standing.moved.get(figures.tally)
    if compared is None:
        by_person = "_person" if standing.poll.unit is Unit.PERSON else ""
        return [*lines, words.say(f"polls.result.other_base{by_person}")]
    moved = {"same": compared.same, "changed": compared.changed}
    gone, new = compared.only_earlier, compared.only_later
    return [*lines, words.say("polls.result.moved", gone=gone, new=new, **moved)]


def _earlier(words: Words, poll: Poll, was: OptionFigures, of: Figures) -> Composed:
    """What it was in the earlier round, with what it is a share of: the rounds differ in that."""
    if poll.kind is PollKind.SCORE:
        if was.median is None:
            return words.say("polls.result.earlier_no_score")
        return words.say("polls.result.earlier_score", median=level(words, poll, was.median))
    if poll.kind in SUMS:
        values = {"points": was.points, "percent": was.share}
        return words.say(f"polls.result.earlier_{poll.kind}", n=of.points, **values)
    return words.say("polls.result.earlier", n=was.count, of=of.answered, percent=was.percent)


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
