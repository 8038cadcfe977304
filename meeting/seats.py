"""Seats of delegations: who sits for whom, where they are, and what a seat may do.

A seat is claimed once with its code, or assigned; the person in it acts for the delegation. A seat that is
released is free, and its code dead: who gave it up, or had it wrongly, does not come back by it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType
from zoneinfo import ZoneInfo

from meeting.codes import UnknownCode
from meeting.delegations import Category, Delegation, DelegationId
from meeting.people import UserId
from meeting.refusals import Refused
from meeting.writing import legible, shows

SeatId = NewType("SeatId", str)
RequestId = NewType("RequestId", int)

MOST_SEATS = 20
"""Seats of a delegation at most."""

LONGEST_REQUEST = 200
"""Characters of a request for a seat; what is longer is cut."""


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


class CodeUsed(Refused):
    """Somebody else sits in the seat of this code."""


class SeatReleased(Refused):
    """The seat of this code was released, and the code with it."""


class SeatedAlready(Refused):
    """The person sits in a seat already; it is named."""


class NoFreeSeat(Refused):
    """All seats of the delegation are taken."""


class SeatsFree(Refused):
    """A further seat is asked for, though some are free."""


class TooManySeats(Refused):
    """The delegation has as many seats as one may have."""


class SeatFree(Refused):
    """Nobody sits there."""


class UnknownSeat(Refused):
    """There is no seat of that id."""


class EmptyRequest(Refused):
    """Who asks for a seat has not said for which delegation."""


class UnknownRequest(Refused):
    """There is no such request for a seat."""


@dataclass(frozen=True)
class Seat:
    """A seat; free while nobody has taken it with an account (`user_id`) or opened its page (`opened_at`).

    `number` counts from 1 in its delegation.
    """

    seat_id: SeatId
    delegation_id: DelegationId
    number: int
    function: Function
    profile: Profile | None = None
    user_id: UserId | None = None
    taken_at: datetime | None = None
    presence: Presence = Presence.UNKNOWN
    presence_at: datetime | None = None
    released_at: datetime | None = None
    """Since when its code is dead; None again once it has a new one."""
    opened_at: datetime | None = None
    """Since when its page is in use, with the code on the printed sheet; that needs no account."""

    @property
    def taken(self) -> bool:
        return self.user_id is not None or self.opened_at is not None

    def virtual_on(self, now: datetime, zone: ZoneInfo) -> bool:
        """Whether the person has said today that they take part online; yesterday's word counts no more."""
        return self.presence is Presence.VIRTUAL and not self.asks_presence(now, zone)

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


@dataclass(frozen=True)
class Taking:
    """A seat taken, as it is now, and the seat its person gave up for it, freed. What did not change is as it
    was."""

    seat: Seat
    left: Seat | None = None


@dataclass(frozen=True)
class Request:
    """Somebody without a code asks for a seat, in their own words; or, without any words, somebody in a seat
    who was noted as gone says that they are back."""

    request_id: RequestId
    user_id: UserId
    text: str
    made_at: datetime
    settled_at: datetime | None = None

    @property
    def back(self) -> bool:
        """Whether it says that somebody is back; a request for a seat has words."""
        return not self.text


@dataclass(frozen=True)
class RegisterLine:
    """One category: how many delegations it has, how many of those have anybody seated who has not left, and
    people in seats by where they are."""

    category: Category
    delegations: int
    seated: int
    people: Mapping[Presence, int]


def first_function(number: int) -> Function:
    """The function of a delegation's seat by its number, until somebody says otherwise."""
    return {1: Function.HEAD, 2: Function.ALTERNATE}.get(number, Function.ADVISER)


def new_seat(delegation_id: DelegationId, number: int) -> Seat:
    """A delegation's free seat of that number, from 1."""
    return Seat(SeatId(f"{delegation_id}-{number}"), delegation_id, number, first_function(number))


def new_seats(delegation: Delegation, there: Iterable[Seat]) -> tuple[Seat, ...]:
    """What a delegation lacks of its seats; none is ever taken away."""
    numbers = {seat.number for seat in there if seat.delegation_id == delegation.delegation_id}
    return tuple(
        new_seat(delegation.delegation_id, number)
        for number in range(1, delegation.seats + 1)
        if number not in numbers
    )


def further_seat(delegation: Delegation, there: Iterable[Seat]) -> Seat:
    """One more seat for a delegation that has none free. Raises `SeatsFree`, `TooManySeats`."""
    own = [seat for seat in there if seat.delegation_id == delegation.delegation_id]
    if free := sum(not seat.taken for seat in own):
        raise SeatsFree(delegation=delegation.short_name, n=free)
    if len(own) >= MOST_SEATS:
        raise TooManySeats(delegation=delegation.short_name, most=MOST_SEATS)
    return new_seat(delegation.delegation_id, max((seat.number for seat in own), default=0) + 1)


def claim(coded: Seated | None, mine: Seated | None, user_id: UserId, now: datetime) -> Seat:
    """Take the seat whose code was given: `coded`, None if no seat has it; `mine`, where the person sits.

    The own code again changes nothing. Raises `UnknownCode`, `SeatedAlready`, `CodeUsed`, `SeatReleased`.
    """
    if coded is None:
        raise UnknownCode()
    if coded.seat.user_id == user_id:
        return coded.seat
    if mine is not None:
        raise SeatedAlready(delegation=mine.delegation.name)
    if coded.seat.user_id is not None:
        raise CodeUsed(delegation=coded.delegation.name)
    if coded.seat.released_at is not None:
        raise SeatReleased(delegation=coded.delegation.name)
    return _taken(coded.seat, user_id, now)


def open_page(coded: Seated | None, now: datetime) -> Seat:
    """The page of the seat whose code was given is opened, also if somebody with an account sits there:
    it is the same person's. Raises `UnknownCode`, `SeatReleased`.
    """
    if coded is None:
        raise UnknownCode()
    if coded.seat.released_at is not None:
        raise SeatReleased(delegation=coded.delegation.name)
    return replace(coded.seat, opened_at=coded.seat.opened_at or now)


def assign(
    delegation: Delegation,
    there: Iterable[Seat],
    user_id: UserId,
    now: datetime,
    function: Function | None = None,
) -> Taking:
    """Give a person a seat of a delegation: one of that function if one is free, else the first that is free,
    which has it from now on. `there` holds the delegation's seats and the person's.

    A person who sits elsewhere moves; one who sits there already stays, with the function given. Raises
    `NoFreeSeat`.
    """
    seats = tuple(there)
    mine = next((seat for seat in seats if seat.user_id == user_id), None)
    if mine is not None and mine.delegation_id == delegation.delegation_id:
        return Taking(replace(mine, function=function or mine.function))
    free = sorted(
        (s for s in seats if s.delegation_id == delegation.delegation_id and not s.taken),
        key=lambda seat: (function is not None and seat.function is not function, seat.number),
    )
    if not free:
        raise NoFreeSeat(delegation=delegation.short_name)
    seat = _taken(free[0], user_id, now)
    left = release(mine, now) if mine is not None else None
    return Taking(replace(seat, function=function or seat.function), left)


def release(seat: Seat, now: datetime) -> Seat:
    """The seat is free, and its code dead. Raises `SeatFree`."""
    if not seat.taken:
        raise SeatFree(seat=str(seat.seat_id))
    return replace(
        seat,
        user_id=None,
        taken_at=None,
        profile=None,
        presence=Presence.UNKNOWN,
        presence_at=None,
        released_at=now,
        opened_at=None,
    )


def state_presence(seat: Seat, presence: Presence, now: datetime) -> Seat:
    """The person says where they are: ROOM or VIRTUAL (ValueError for anything else).

    Raises `HasLeft`: whoever was noted as gone is brought back by the desk.
    """
    if presence not in (Presence.ROOM, Presence.VIRTUAL):
        raise ValueError(presence)
    if seat.presence is Presence.LEFT:
        raise HasLeft()
    return replace(seat, presence=presence, presence_at=now)


def note_presence(seat: Seat, presence: Presence, now: datetime) -> Seat:
    """Those who run the meeting note where the person is. Raises `SeatFree`."""
    if not seat.taken:
        raise SeatFree(seat=str(seat.seat_id))
    return replace(seat, presence=presence, presence_at=None if presence is Presence.UNKNOWN else now)


def say_back(mine: Seated) -> None:
    """Whoever was noted as gone may ask to be noted as back. Raises `SeatedAlready` for anybody else."""
    if mine.seat.presence is not Presence.LEFT:
        raise SeatedAlready(delegation=mine.delegation.name)


def check_request(text: str) -> str:
    """The text as it is kept: one line of what is legible. Raises `EmptyRequest`."""
    text = " ".join(legible(text).split())[:LONGEST_REQUEST].rstrip()
    if not shows(text):
        raise EmptyRequest()
    return text


def register(delegations: Iterable[Delegation], seats: Iterable[Seat]) -> tuple[RegisterLine, ...]:
    """Who is there, by category, in the categories' order; categories without delegations are left out."""
    taken: dict[DelegationId, list[Seat]] = {}
    for seat in seats:
        if seat.taken:
            taken.setdefault(seat.delegation_id, []).append(seat)
    there = tuple(delegations)
    lines = []
    for category in Category:
        own = [taken.get(one.delegation_id, []) for one in there if one.category is category]
        if own:
            people = dict.fromkeys(Presence, 0)
            for one in (seat for of_one in own for seat in of_one):
                people[one.presence] += 1
            seated = sum(any(seat.presence is not Presence.LEFT for seat in of_one) for of_one in own)
            lines.append(RegisterLine(category, len(own), seated, people))
    return tuple(lines)


def _taken(seat: Seat, user_id: UserId, now: datetime) -> Seat:
    if seat.opened_at is not None:
        # Whoever used its page now has an account; where they are is known.
        return replace(seat, user_id=user_id, taken_at=now)
    return replace(
        seat,
        user_id=user_id,
        taken_at=now,
        profile=None,
        presence=Presence.UNKNOWN,
        presence_at=None,
    )
