"""From ballots to figures: each with its unit and base, three tallies never added, nothing scaled."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from meeting.delegations import Tally
from meeting.polls import Choice, Poll

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
    ranking, or dots. `first`: first places. `levels`: ballots at each level; `median` and the middle half
    `low` to `high` are places in the levels, half-way between two if it falls there; None without ballots.
    """

    count: int
    percent: int
    points: int = 0
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


@dataclass(frozen=True)
class GroupFigures:
    """One group of a breakdown."""

    group: str
    answered: int
    abstained: int
    options: tuple[OptionFigures, ...]


@dataclass(frozen=True)
class Shift:
    """One option of one tally in two rounds, the earlier first; the figures are the kind's own."""

    option: int
    was: OptionFigures
    becomes: OptionFigures


def figures(poll: Poll, ballots: Iterable[Ballots], bases: Mapping[Tally, int]) -> tuple[Figures, ...]:
    """Each asked tally's figures, in the tallies' order."""
    raise NotImplementedError
