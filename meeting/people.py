"""Who acts, in which capacity, and by which road."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

from meeting.refusals import Refused

if TYPE_CHECKING:
    from meeting.seats import SeatId

UserId = NewType("UserId", int)
"""A person's id at the chat server."""


class Capacity(StrEnum):
    """What a person is at the meeting; mapped to role ids at set-up, checked in each act."""

    CHAIR = "chair"
    MODERATOR = "moderator"
    CLERK = "clerk"
    RAPPORTEUR = "rapporteur"
    FACILITATOR = "facilitator"
    DELEGATE = "delegate"
    GUEST = "guest"


class Via(StrEnum):
    """The road an act came by; kept in the audit."""

    DISCORD = "discord"
    ROOM = "room"
    CLOCK = "clock"
    COMMAND_LINE = "command_line"


STAFF = (
    Capacity.CHAIR,
    Capacity.MODERATOR,
    Capacity.CLERK,
    Capacity.RAPPORTEUR,
    Capacity.FACILITATOR,
)
"""Capacities that see the staff channel and commands, in the order they are listed."""

CONDUCTORS = frozenset({Capacity.CHAIR, Capacity.MODERATOR, Capacity.CLERK})
"""Who may move the agenda: those who conduct the meeting and those who help them do so."""

OPERATORS = CONDUCTORS | {Capacity.FACILITATOR}
"""Who may run the list of speakers: those who conduct the meeting, and the facilitators in the room."""

POLLSTERS = OPERATORS
"""Who may run polls: the same."""

CLERKS = frozenset({Capacity.CLERK})
"""Who may set the server up."""


@dataclass(frozen=True)
class Actor:
    """Somebody, or the clock, doing something.

    `seat_id`: the seat whose page is used, by somebody who needs no account. `operator`: the name somebody
    gave at the desk in the room; it proves nothing, and stands in the audit only. `once` names a press that
    may arrive twice: what was done under it is not done again.
    """

    via: Via
    user_id: UserId | None = None
    capacities: frozenset[Capacity] = frozenset()
    seat_id: "SeatId | None" = None
    operator: str = ""
    once: str = ""


CLOCK = Actor(Via.CLOCK, capacities=CONDUCTORS)
"""The meeting's own clock: starts what the programme says starts by itself."""

COMMAND_LINE = Actor(Via.COMMAND_LINE, capacities=CONDUCTORS | CLERKS)
"""Whoever holds the machine."""


def at_desk(operator: str, once: str = "") -> Actor:
    """Whoever has the key of the desk in the room: they act for those who conduct the meeting, also while
    Discord cannot be reached."""
    capacities = frozenset({Capacity.MODERATOR, Capacity.FACILITATOR})
    return Actor(Via.ROOM, capacities=capacities, operator=operator, once=once)


def on_page(seat_id: "SeatId", once: str = "") -> Actor:
    """Whoever has opened the page of a seat with its code."""
    return Actor(Via.ROOM, capacities=frozenset({Capacity.DELEGATE}), seat_id=seat_id, once=once)


class NotPermitted(Refused):
    """The act needs a capacity the person does not have."""


def require(actor: Actor, allowed: frozenset[Capacity]) -> None:
    """Raise `NotPermitted`, naming who may, unless the actor has one of the allowed capacities."""
    if not actor.capacities & allowed:
        raise NotPermitted(allowed=tuple(sorted(allowed)))
