"""Who acts, in which capacity, and by which road."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from meeting.refusals import Refused

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
    """Somebody, or the clock, doing something."""

    via: Via
    user_id: UserId | None = None
    capacities: frozenset[Capacity] = frozenset()


CLOCK = Actor(Via.CLOCK, capacities=CONDUCTORS)
"""The meeting's own clock: starts what the programme says starts by itself."""

COMMAND_LINE = Actor(Via.COMMAND_LINE, capacities=CONDUCTORS | CLERKS)
"""Whoever holds the machine."""


class NotPermitted(Refused):
    """The act needs a capacity the person does not have."""


def require(actor: Actor, allowed: frozenset[Capacity]) -> None:
    """Raise `NotPermitted`, naming who may, unless the actor has one of the allowed capacities."""
    if not actor.capacities & allowed:
        raise NotPermitted(allowed=tuple(sorted(allowed)))
