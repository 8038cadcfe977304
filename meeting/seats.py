"""Seats of delegations: who sits for whom, where they are, and what a seat may do.

A seat is claimed once with its code, or assigned; the person in it acts for the delegation.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from zoneinfo import ZoneInfo

from meeting.delegations import Delegation, DelegationId
from meeting.people import UserId
from meeting.refusals import Refused

SeatId = NewType("SeatId", str)


class Function(StrEnum):
    """What the person in a seat is in the delegation."""

    HEAD = "head"
    ALTERNATE = "alternate"
    ADVISER = "adviser"


class Profile(StrEnum):
    """The profiles of participation the meeting asks for."""

    POLICYMAKER = "policymaker"
    LAW_ENFORCEMENT = "law_enforcement"
    LABOUR_ATTACHE = "labour_attache"
    BORDER_MANAGEMENT = "border_management"
    DIPLOMAT = "diplomat"


class Presence(StrEnum):
    """Where a person is: unknown until an act shows it. Only LEFT, which a desk enters, refuses anything."""

    UNKNOWN = "unknown"
    ROOM = "room"
    VIRTUAL = "virtual"
    LEFT = "left"


class NotSeated(Refused):
    """The act is for people who have taken a seat of a delegation."""


class HasLeft(Refused):
    """The desk has noted that the person left the meeting."""


@dataclass(frozen=True)
class Seat:
    """A seat; free while `user_id` is None. `number` counts from 1 in its delegation."""

    seat_id: SeatId
    delegation_id: DelegationId
    number: int
    function: Function
    profile: Profile | None = None
    user_id: UserId | None = None
    taken_at: datetime | None = None
    presence: Presence = Presence.UNKNOWN
    presence_at: datetime | None = None

    @property
    def taken(self) -> bool:
        return self.user_id is not None

    def asks_presence(self, now: datetime, zone: ZoneInfo) -> bool:
        """Whether the person has not yet said today (at the venue) where they are."""
        if self.presence_at is None:
            return True
        return self.presence_at.astimezone(zone).date() != now.astimezone(zone).date()


@dataclass(frozen=True)
class Seated:
    """A person's seat, with the delegation it is of."""

    seat: Seat
    delegation: Delegation
