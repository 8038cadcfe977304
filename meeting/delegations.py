"""The delegations: who takes part, in which category, and in what order they are listed."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NewType

from meeting.refusals import Refused
from meeting.writing import legible, shows

DelegationId = NewType("DelegationId", str)

SEATS = 3
"""Seats of a delegation unless the roster says otherwise."""

NAME = 100
"""Characters: Discord's limit for an option of a select."""

SHORT_NAME = 45
"""Characters: Discord's limit for a label in a form."""

ID = 31
"""Characters of an id: small letters, digits, hyphens."""


class UnknownDelegation(Refused):
    """There is no delegation of that id."""


class DelegationThere(Refused):
    """A delegation of that name is there already."""


class NamelessDelegation(Refused):
    """The name shows nothing, or is too long."""


class Tally(StrEnum):
    """What is counted together. Tallies are never added up."""

    MEMBERS = "members"
    MEMBER_ORGANISATIONS = "member_organisations"
    OBSERVERS = "observers"


class Category(StrEnum):
    """What a delegation is in the forum."""

    MEMBER = "member"
    MEMBER_ORGANISATION = "member_organisation"
    OBSERVER_STATE = "observer_state"
    OBSERVER_ORGANISATION = "observer_organisation"

    @property
    def tally(self) -> Tally:
        """Both categories of observers are one tally."""
        if self is Category.MEMBER:
            return Tally.MEMBERS
        return Tally.MEMBER_ORGANISATIONS if self is Category.MEMBER_ORGANISATION else Tally.OBSERVERS


@dataclass(frozen=True)
class Delegation:
    """A delegation as the roster has it; its names come from nowhere else.

    `rank` is the place in the order of protocol, where one is used. `confirmed` tells the organiser which
    lines are still to be checked; it changes nothing.
    """

    delegation_id: DelegationId
    name: str
    short_name: str
    category: Category
    sort_key: str
    sub_region: str | None = None
    seats: int = SEATS
    rank: int | None = None
    confirmed: bool = True

    @property
    def tally(self) -> Tally:
        return self.category.tally

    @property
    def place(self) -> tuple[str, DelegationId]:
        """What lists are sorted by: the sort key without accents or capitals, then the id."""
        return _folded(self.sort_key), self.delegation_id


@dataclass(frozen=True)
class RosterChange:
    """What a roster makes of the delegations that are there.

    `missing` are no longer in the file; they stay. `fewer` have more seats than the file says; those stay.
    """

    created: tuple[Delegation, ...]
    updated: tuple[Delegation, ...]
    unchanged: tuple[Delegation, ...]
    missing: tuple[Delegation, ...]
    fewer: tuple[Delegation, ...]


def compare_roster(
    there: Iterable[Delegation], walk_ins: Collection[DelegationId], roster: Iterable[Delegation]
) -> RosterChange:
    """What is to be created and updated. Walk-ins are in no file, and are not missed; one that is in it by
    now is a delegation like any other."""
    known = {one.delegation_id: one for one in there}
    created: list[Delegation] = []
    updated: list[Delegation] = []
    unchanged: list[Delegation] = []
    fewer: list[Delegation] = []
    listed = set()
    for one in roster:
        listed.add(one.delegation_id)
        old = known.get(one.delegation_id)
        if old is None:
            created.append(one)
            continue
        if one.seats < old.seats:
            fewer.append(replace(one, seats=old.seats))
        kept = replace(one, seats=max(one.seats, old.seats))
        (unchanged if kept == old and one.delegation_id not in walk_ins else updated).append(kept)
    missing = [one for key, one in known.items() if key not in listed and one.delegation_id not in walk_ins]
    return RosterChange(tuple(created), tuple(updated), tuple(unchanged), tuple(missing), tuple(fewer))


def roster_fingerprint(roster: Iterable[Delegation]) -> str:
    """Tells one roster from another, in whatever order its lines stand."""
    return hashlib.sha256(repr(sorted(roster, key=lambda one: one.delegation_id)).encode()).hexdigest()


def walk_in(
    there: Iterable[Delegation], name: str, short_name: str, category: Category, seats: int
) -> Delegation:
    """A delegation entered on the spot; without a short name the name is cut to one. Id and sort key are
    derived from it. Raises `NamelessDelegation`, `DelegationThere`.
    """
    known = tuple(there)
    name = " ".join(legible(name).split())
    short_name = " ".join(legible(short_name).split()) or name[:SHORT_NAME].rstrip()
    for text, most in ((name, NAME), (short_name, SHORT_NAME)):
        if not shows(text) or len(text) > most:
            raise NamelessDelegation(most=NAME, short=SHORT_NAME)
    taken = {spelt.casefold() for one in known for spelt in (one.name, one.short_name)}
    for text in (name, short_name):
        if text.casefold() in taken:
            raise DelegationThere(name=text)
    base = re.sub(r"[^a-z0-9]+", "-", _folded(short_name)).strip("-")[: ID - 4].strip("-") or "delegation"
    ids = {str(one.delegation_id) for one in known}
    number = next(n for n in range(1, len(ids) + 2) if (base if n == 1 else f"{base}-{n}") not in ids)
    made = DelegationId(base if number == 1 else f"{base}-{number}")
    return Delegation(made, name, short_name, category, short_name.casefold(), seats=seats)


def find(there: Iterable[Delegation], delegation_id: str) -> Delegation:
    """The delegation of that id. Raises `UnknownDelegation`."""
    for one in there:
        if one.delegation_id == delegation_id:
            return one
    raise UnknownDelegation(delegation=delegation_id)


def likely(there: Iterable[Delegation], text: str) -> list[Delegation]:
    """All delegations, those first whose names share most with what somebody wrote."""
    said = set(re.findall(r"[^\W_]{3,}", _folded(text)))

    def score(one: Delegation) -> int:
        own = set(re.findall(r"[^\W_]{3,}", _folded(f"{one.name} {one.short_name} {one.delegation_id}")))
        return sum(any(a.startswith(b) or b.startswith(a) for b in own) for a in said)

    return sorted(there, key=lambda one: (-score(one), one.place))


def _folded(text: str) -> str:
    """Without accents or capitals."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
