"""The rehearsal's own count: what its people saw recorded, and what has to be published of it.

It shares no arithmetic with the bot: percents by fractions, medians from lists, and nothing is kept but the
last acknowledged ballot of each voter.
"""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import NamedTuple

from rehearsal.cast import WALK_IN, Cast, Delegate
from rehearsal.paper import GROUPS, Paper
from rehearsal.wishes import Chosen

LEAST = 5
"""Ballots that a tally of a secret poll, and each group of a breakdown, must have (PRODUCT: indicative
polls)."""


class Ballot(NamedTuple):
    """As it was acknowledged. `where` is where the voter was; `by`, whose hand it was; `record`, whose name
    the record has for it if it is a named one."""

    group: str
    chosen: Chosen
    where: str
    by: str
    record: str


@dataclass
class Tally:
    """What is counted together: ballots, and how many could have answered."""

    ballots: list[Ballot] = field(default_factory=list)
    of: int = 0

    @property
    def chosen(self) -> list[Chosen]:
        return [ballot.chosen for ballot in self.ballots]


@dataclass
class Counted:
    """One poll. `order` numbers acknowledgements; `closed` holds the bases at the closing."""

    paper: Paper
    ballots: dict[str, Ballot] = field(default_factory=dict)
    levels: tuple[str, ...] = ()
    closed: dict[str, int] | None = None
    earlier: str = ""
    breakdown: bool = False
    """Whether it is to be broken down by where people were."""
    hands: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """By group: how many hands in all, and for each option."""

    def turnout(self) -> Counter[str]:
        """How many answered, by group."""
        return Counter(ballot.group for ballot in self.ballots.values())

    def tallies(self) -> dict[str, Tally]:
        """By group, in the panel's order."""
        assert self.closed is not None
        found = {group: Tally(of=self.closed.get(group, 0)) for group in self.paper.asked}
        for ballot in self.ballots.values():
            found[ballot.group].ballots.append(ballot)
        return found


class Count:
    """All polls. `delegations`: how many of each category there are, without the walk-in."""

    def __init__(self, cast: Cast, delegations: Counter[str]) -> None:
        self._cast = cast
        self._delegations = delegations
        self.walked_in = False
        self.polls: dict[str, Counted] = {}

    def open(self, paper: Paper, breakdown: bool = False, earlier: str = "") -> Counted:
        """A poll has opened."""
        return self.polls.setdefault(paper.poll_id, Counted(paper, breakdown=breakdown, earlier=earlier))

    def voter(self, paper: Paper, who: Delegate) -> str:
        """Whose ballot it is."""
        return who.name if paper.by_person else str(who.delegation.delegation_id)

    def standing(self, paper: Paper, who: Delegate) -> Ballot | None:
        """The ballot that stands for somebody, or their delegation."""
        return self.polls[paper.poll_id].ballots.get(self.voter(paper, who))

    def acknowledged(self, paper: Paper, who: Delegate, chosen: Chosen, levels: tuple[str, ...]) -> None:
        """Somebody saw their ballot recorded: it is the one that stands."""
        poll = self.polls[paper.poll_id]
        poll.levels = levels or poll.levels
        record = f"{who.delegation.name}, seat {who.number}" if paper.by_person else who.delegation.name
        ballot = Ballot(paper.group_of(who.delegation), chosen, who.where, who.name, record)
        poll.ballots[self.voter(paper, who)] = ballot

    def bases(self, paper: Paper) -> dict[str, int]:
        """How many could answer now, by group: people in seats, or delegations."""
        if paper.by_person:
            return dict(Counter(paper.group_of(one.delegation) for one in self._cast.seated()))
        bases = Counter(self._delegations)
        bases[GROUPS[WALK_IN.category]] += self.walked_in
        return dict(bases)

    def close(self, poll_id: str) -> None:
        """The poll was seen closed."""
        poll = self.polls[poll_id]
        if poll.closed is None:
            poll.closed = self.bases(poll.paper)


# Arithmetic


def percent(part: int, whole: int) -> int:
    """Whole per cent, halves up."""
    return floor(Fraction(100 * part, whole) + Fraction(1, 2)) if whole else 0


def hundred(parts: list[int]) -> list[int]:
    """Whole per cents that sum to a hundred: what is missing goes to the largest remainders, of equal ones
    to the first."""
    whole = sum(parts)
    if not whole:
        return [0 for _ in parts]
    exact = [Fraction(100 * part, whole) for part in parts]
    down = [floor(one) for one in exact]
    remainders = [(one - low, -place) for place, (one, low) in enumerate(zip(exact, down, strict=True))]
    for _, place in sorted(remainders, reverse=True)[: 100 - sum(down)]:
        down[-place] += 1
    return down


def quantile(values: list[int], quarters: int) -> Fraction:
    """So many quarters up in the list: its member there, or half-way between two (Hyndman and Fan's second
    definition)."""
    ordered = sorted(values)
    at = Fraction(len(ordered) * quarters, 4)
    if at.denominator == 1:
        return Fraction(ordered[int(at) - 1] + ordered[int(at)], 2)
    return Fraction(ordered[floor(at)])


def level_name(levels: tuple[str, ...], at: Fraction) -> str:
    """A level's name, or half-way between two: the number there, or both names."""
    if at.denominator == 1:
        return levels[int(at)]
    low, high = levels[floor(at)], levels[floor(at) + 1]
    if low.isdecimal() and high.isdecimal():
        middle = Fraction(int(low) + int(high), 2)
        return str(middle) if middle.denominator == 1 else f"{float(middle):g}"
    return f"{low} / {high}"
