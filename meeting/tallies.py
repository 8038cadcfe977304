"""From ballots to figures: each with its unit and base, three tallies never added, nothing scaled."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from meeting.delegations import Tally
from meeting.polls import ABSTAINED, Choice, Poll, PollKind, Secrecy

SMALLEST_GROUP = 5
"""Ballots a group of a breakdown, and a tally of a secret poll, must have before anything of it shows:
fewer would let one guess who answered what (the smallest cell size common in official statistics)."""


@dataclass(frozen=True)
class Ballots:
    """Ballots of one tally and group that are alike, `times` of them; nothing says whose they are."""

    tally: Tally
    choice: Choice
    times: int = 1
    group: str = ""


class Pairwise(StrEnum):
    """Whether one option is preferred to each other by more ballots than prefer that other."""

    WINNER = "winner"
    CYCLE = "cycle"
    TIE = "tie"


@dataclass(frozen=True)
class OptionFigures:
    """One option's figures in one tally (for a score: one row's).

    `count`: ballots that chose it (single, approval), gave it a place (ranking), at least a dot (points), or
    scored the row. `percent`: of all ballots that answered, in whole per cent. `points`: Borda's of a
    ranking, or dots; `share`: of all points given, in whole per cents that sum to 100. `first`: first
    places. `levels`: ballots at each level; `median` and the middle half `low` to `high` are places in the
    levels, half-way between two if it falls there; None without ballots.
    """

    count: int
    percent: int
    points: int = 0
    share: int = 0
    first: int = 0
    levels: tuple[int, ...] = ()
    median: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Figures:
    """A tally's figures. `answered` counts all ballots, `abstained` those of them that abstain; `of`, how
    many could answer. `suppressed`: too few for a secret poll; then `options` is empty.

    `pairwise` is a ranking's, with the `winner`'s place if there is one. `groups` is the published breakdown,
    empty if there is none.
    """

    tally: Tally
    answered: int
    of: int
    abstained: int
    abstained_percent: int
    options: tuple[OptionFigures, ...]
    suppressed: bool = False
    pairwise: Pairwise | None = None
    winner: int | None = None
    groups: tuple["GroupFigures", ...] = ()

    @property
    def points(self) -> int:
        """All points given: what `share` is of."""
        return sum(one.points for one in self.options)


@dataclass(frozen=True)
class GroupFigures:
    """One group of a breakdown."""

    group: str
    answered: int
    abstained: int
    abstained_percent: int
    options: tuple[OptionFigures, ...]

    @property
    def points(self) -> int:
        """All points given: what `share` is of."""
        return sum(one.points for one in self.options)


@dataclass(frozen=True)
class Shift:
    """One option of one tally in two rounds, the earlier first; the figures are the kind's own."""

    option: int
    was: OptionFigures
    becomes: OptionFigures


class Compared(NamedTuple):
    """Voters of two rounds of a named poll, by what became of their answers."""

    same: int
    changed: int
    only_earlier: int
    only_later: int


def figures(
    poll: Poll,
    ballots: Iterable[Ballots],
    bases: Mapping[Tally, int],
    answered: Mapping[Tally, int] | None = None,
) -> tuple[Figures, ...]:
    """Each asked tally's figures, in the tallies' order, from choices as `polls.checked` gives them.

    `bases`: how many could answer, by tally. `answered`: how many did; it is asked for only of suppressed
    tallies, whose ballots `cut` may have dropped.
    """
    by_tally, turnout = _sorted_out(ballots), answered or {}
    return tuple(
        _of_tally(poll, tally, by_tally[tally], bases.get(tally, 0), turnout) for tally in poll.tallies
    )


def cut(poll: Poll, ballots: Iterable[Ballots]) -> tuple[Ballots, ...]:
    """What may be kept of the ballots once the poll is closed, in an order that says nothing of the casting.

    Alike ones are added up. A suppressed tally's are dropped: one ballot alone in a tally is its voter's.
    Groups are kept where the breakdown is published. Figures stay what they were.
    """
    by_tally, kept = _sorted_out(ballots), []
    for tally in poll.tallies:
        groups = by_tally[tally]
        if _suppressed(poll, _together(groups).total()):
            continue
        if not _broken_down(poll, groups):
            groups = {"": _together(groups)}
        kept += [
            Ballots(tally, choice, times, group)
            for group, choices in sorted(groups.items())
            for choice, times in sorted(choices.items())
        ]
    return tuple(kept)


def publishable(sizes: Iterable[int]) -> bool:
    """Whether a breakdown into groups of these sizes shows: all of it or nothing, or what is missing could be
    reckoned."""
    return all(size >= SMALLEST_GROUP for size in sizes)


def shifts(poll: Poll, earlier: Figures, later: Figures) -> tuple[Shift, ...]:
    """One tally's options in two rounds of the same poll; none if either round's figures are suppressed.

    ValueError for figures of two tallies, or of other options than the poll's.
    """
    if earlier.tally is not later.tally:
        raise ValueError("tallies are not compared with one another")
    if earlier.suppressed or later.suppressed:
        return ()
    rounds = zip(range(len(poll.options)), earlier.options, later.options, strict=True)
    return tuple(Shift(option, was, becomes) for option, was, becomes in rounds)


def changed(earlier: Mapping[str, Choice], later: Mapping[str, Choice]) -> Compared:
    """What one tally's voters did in the later of two rounds of a named poll. Abstaining is an answer."""
    both = earlier.keys() & later.keys()
    same = sum(earlier[voter] == later[voter] for voter in both)
    return Compared(same, len(both) - same, len(earlier) - len(both), len(later) - len(both))


Choices = Counter[Choice]


def _sorted_out(ballots: Iterable[Ballots]) -> dict[Tally, dict[str, Choices]]:
    by_tally: dict[Tally, dict[str, Choices]] = {tally: {} for tally in Tally}
    for alike in ballots:
        by_tally[alike.tally].setdefault(alike.group, Counter())[alike.choice] += alike.times
    return by_tally


def _together(groups: Mapping[str, Choices]) -> Choices:
    return sum(groups.values(), Choices())


def _suppressed(poll: Poll, answered: int) -> bool:
    return poll.secrecy is Secrecy.SECRET_FINAL and answered < SMALLEST_GROUP


def _broken_down(poll: Poll, groups: Mapping[str, Choices]) -> bool:
    """Whether the breakdown is published."""
    if poll.breakdown is None or len(groups) < 2 or "" in groups:
        return False
    return publishable(choices.total() for choices in groups.values())


def _of_tally(
    poll: Poll, tally: Tally, groups: Mapping[str, Choices], base: int, turnout: Mapping[Tally, int]
) -> Figures:
    choices = _together(groups)
    answered = choices.total()
    if _suppressed(poll, answered):
        return Figures(tally, turnout.get(tally, answered), base, 0, 0, (), suppressed=True)
    options, abstained_percent = _options(poll, choices)
    pairwise, winner = _pairwise(poll, choices) if poll.kind is PollKind.RANKING else (None, None)
    published = sorted(groups.items()) if _broken_down(poll, groups) else []
    return Figures(
        tally,
        answered,
        base,
        choices[ABSTAINED],
        abstained_percent,
        options,
        pairwise=pairwise,
        winner=winner,
        groups=tuple(_of_group(poll, group, own) for group, own in published),
    )


def _of_group(poll: Poll, group: str, choices: Choices) -> GroupFigures:
    options, abstained_percent = _options(poll, choices)
    return GroupFigures(group, choices.total(), choices[ABSTAINED], abstained_percent, options)


def _options(poll: Poll, choices: Choices) -> tuple[tuple[OptionFigures, ...], int]:
    """Each option's figures, and the abstentions' per cent."""
    answered, abstained = choices.total(), choices[ABSTAINED]
    places = range(len(poll.options))
    if poll.kind is PollKind.SINGLE:
        counts = [choices[(option,)] for option in places]
        *percents, rest = _parts_of_a_hundred([*counts, abstained])
        return tuple(map(OptionFigures, counts, percents)), rest
    made = {
        PollKind.APPROVAL: _approved,
        PollKind.RANKING: _ranked,
        PollKind.POINTS: _dotted,
        PollKind.SCORE: _scored,
    }[poll.kind]
    given = {choice: times for choice, times in choices.items() if choice != ABSTAINED}
    options = [made(poll, given, option, answered) for option in places]
    shares = _parts_of_a_hundred([one.points for one in options])
    shared = (replace(one, share=share) for one, share in zip(options, shares, strict=True))
    return tuple(shared), _percent(abstained, answered)


def _approved(poll: Poll, given: Mapping[Choice, int], option: int, answered: int) -> OptionFigures:
    count = sum(times for choice, times in given.items() if option in choice)
    return OptionFigures(count, _percent(count, answered))


def _ranked(poll: Poll, given: Mapping[Choice, int], option: int, answered: int) -> OptionFigures:
    """Borda's points of a ranking of k places: k for the first, one less for each further, 1 for the last,
    none for options without a place (Emerson, "The original Borda count and partial voting", Social Choice
    and Welfare 40, 2013)."""
    placed = [(choice.index(option), times) for choice, times in given.items() if option in choice]
    count = sum(times for _, times in placed)
    return OptionFigures(
        count,
        _percent(count, answered),
        points=sum((poll.most - place) * times for place, times in placed),
        first=sum(times for place, times in placed if place == 0),
    )


def _dotted(poll: Poll, given: Mapping[Choice, int], option: int, answered: int) -> OptionFigures:
    count = sum(times for choice, times in given.items() if choice[option])
    dots = sum(choice[option] * times for choice, times in given.items())
    return OptionFigures(count, _percent(count, answered), points=dots)


def _scored(poll: Poll, given: Mapping[Choice, int], row: int, answered: int) -> OptionFigures:
    levels = [0] * len(poll.levels)
    for choice, times in given.items():
        levels[choice[row]] += times
    low, median, high = (_quartile(levels, which) for which in (1, 2, 3))
    count = sum(levels)
    return OptionFigures(
        count, _percent(count, answered), levels=tuple(levels), median=median, low=low, high=high
    )


def _quartile(levels: Sequence[int], which: int) -> float | None:
    """Of scores in order, the one that many quarters up; between two scores, half-way (definition 2 of
    Hyndman and Fan, "Sample quantiles in statistical packages", The American Statistician 50, 1996; of the
    second quarter, the median). So it is always a whole level or half-way between two. None without scores.
    """
    if not any(levels):
        return None
    upto = list(accumulate(levels))
    place, within = divmod(upto[-1] * which, 4)
    upper = bisect_right(upto, place)
    return float(upper) if within else (bisect_right(upto, place - 1) + upper) / 2


def _percent(count: int, answered: int) -> int:
    """A share in whole per cent, halves up; 0 of nothing."""
    return (200 * count + answered) // (2 * answered) if answered else 0


def _parts_of_a_hundred(counts: Sequence[int]) -> list[int]:
    """Whole per cents of parts that make a whole; they sum to 100 (or are all 0, of nothing).

    Largest remainder with the Hare quota, also called Hamilton's method: each part rounded down, then one
    more for those that lost most by it; of equal losses, the earlier part goes first.
    """
    whole = sum(counts)
    if not whole:
        return [0] * len(counts)
    percents = [100 * count // whole for count in counts]
    losses = sorted(range(len(counts)), key=lambda part: -(100 * counts[part] % whole))
    for part in losses[: 100 - sum(percents)]:
        percents[part] += 1
    return percents


def _pairwise(poll: Poll, choices: Choices) -> tuple[Pairwise | None, int | None]:
    """Condorcet's comparison. Options with a place are preferred to those without; the latter are equal.

    Without a winner: a tie if some option loses to no other, else a cycle. None without a ranking.
    """
    options = range(len(poll.options))
    preferring: Counter[tuple[int, int]] = Counter()
    for choice, times in choices.items():
        unplaced = [option for option in options if option not in choice]
        for place, over in enumerate(choice):
            for under in (*choice[place + 1 :], *unplaced):
                preferring[over, under] += times
    if choices.total() == choices[ABSTAINED]:
        return None, None
    undefeated = False
    for one in options:
        leads = [preferring[one, other] - preferring[other, one] for other in options if other != one]
        if all(lead > 0 for lead in leads):
            return Pairwise.WINNER, one
        undefeated = undefeated or all(lead >= 0 for lead in leads)
    return (Pairwise.TIE if undefeated else Pairwise.CYCLE), None
