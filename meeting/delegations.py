"""The delegations: who takes part, in which category, and in what order they are listed."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

DelegationId = NewType("DelegationId", str)

SEATS = 3
"""Seats of a delegation unless the roster says otherwise."""


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
        apart = unicodedata.normalize("NFKD", self.sort_key.casefold())
        return "".join(sign for sign in apart if not unicodedata.combining(sign)), self.delegation_id
