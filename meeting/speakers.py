"""The list of speakers of an agenda item: one for the room and the virtual side.

What stands on it is here; in which order in `meeting.speaker_order`, for how long in `meeting.speaker_time`,
what may be done with it in `meeting.floor` (delegations) and `meeting.speaker_list` (those who conduct).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import NewType
from zoneinfo import ZoneInfo

from meeting.agenda import Agenda, Item, State, Suspension
from meeting.delegations import Category, Delegation, DelegationId
from meeting.people import UserId
from meeting.programme import ItemId, Kind, Mode
from meeting.refusals import Refused
from meeting.seats import SeatId
from meeting.timetable import slot_of

InscriptionId = NewType("InscriptionId", int)


class Floor(StrEnum):
    """The side a delegation speaks from."""

    ROOM = "room"
    VIRTUAL = "virtual"

    @property
    def other(self) -> "Floor":
        return Floor.VIRTUAL if self is Floor.ROOM else Floor.ROOM


class SpeechKind(StrEnum):
    """What is asked for; the order is that in which the classes are heard.

    A point of order goes before everything (GA rule 71), a question to the speaker before the next statement,
    replies come last (GA decision 34/401: at the end of the day).
    """

    POINT_OF_ORDER = "point_of_order"
    QUESTION = "question"
    GROUP = "group"
    STATEMENT = "statement"
    REPLY = "reply"


MAIN = frozenset({SpeechKind.GROUP, SpeechKind.STATEMENT})
"""What the list is for: interleaved, and with time shared out."""

CLASSES = tuple(SpeechKind)


class SpeechState(StrEnum):
    """Derived from an inscription's instants and its list."""

    WAITING = "waiting"
    SPEAKING = "speaking"
    PAUSED = "paused"
    FINISHED = "finished"
    WITHDRAWN = "withdrawn"
    NOT_TAKEN = "not_taken"


class ListState(StrEnum):
    """Derived from a list's instants and its item."""

    NOT_OPEN = "not_open"
    OPEN = "open"
    LAST_CALL = "last_call"
    CLOSED = "closed"


class Preset(StrEnum):
    """What the order goes by after the class of what is asked for."""

    MEMBERS_FIRST = "members-first"
    INSCRIPTION = "inscription"
    ALPHABETICAL = "alphabetical"
    LEAST_SPOKEN = "least-spoken"


class UnknownInscription(Refused):
    """There is no such inscription on a list."""


@dataclass(frozen=True)
class Limits:
    """Speaking time by category, and of what is no statement of a delegation's own."""

    member: timedelta = timedelta(minutes=3)
    member_organisation: timedelta = timedelta(minutes=3)
    observer: timedelta = timedelta(minutes=2)
    group: timedelta = timedelta(minutes=5)
    reply: timedelta = timedelta(minutes=2)
    brief: timedelta = timedelta(minutes=1)
    """Of a point of order, and of a question to the speaker."""

    def of(self, kind: SpeechKind, category: Category) -> timedelta:
        """The time for this kind of intervention of a delegation of this category."""
        if kind in (SpeechKind.POINT_OF_ORDER, SpeechKind.QUESTION):
            return self.brief
        if kind is SpeechKind.REPLY:
            return self.reply
        if kind is SpeechKind.GROUP:
            return self.group
        return {Category.MEMBER: self.member, Category.MEMBER_ORGANISATION: self.member_organisation}.get(
            category, self.observer
        )


@dataclass(frozen=True)
class Policy:
    """How a list is kept: declared beforehand, the same for everybody, and told to who asks.

    `ratio`: how many of the room and of the virtual side follow each other inside a category; None: nobody's
    side counts. `opens` counts back from the item's beginning, `last_call` and `closes` from its end.
    `adaptive`: the time that is left is shared out, at least `least` and at most `most` each, `reserve` kept
    for the chair and `turn_over` between two speakers.
    """

    preset: Preset = Preset.MEMBERS_FIRST
    ratio: tuple[int, int] | None = (1, 1)
    ranked: bool = False
    """Whether the roster's order of protocol goes before the order of inscription."""
    opens: timedelta = timedelta(minutes=10)
    last_call: timedelta = timedelta(minutes=15)
    closes: timedelta = timedelta(minutes=5)
    limits: Limits = Limits()
    adaptive: bool = False
    least: timedelta = timedelta(minutes=1)
    most: timedelta = timedelta(minutes=5)
    reserve: timedelta = timedelta(minutes=2)
    turn_over: timedelta = timedelta(seconds=20)


@dataclass(frozen=True)
class Pause:
    """A pause of a speech; still on while `resumed_at` is None."""

    paused_at: datetime
    resumed_at: datetime | None = None


@dataclass(frozen=True)
class Inscription:
    """A delegation on a list, and what became of it. Instants are aware UTC.

    `seat_id` and `user_id`: who entered it for their own delegation, and who is in that seat now; of an entry
    by a desk neither. `about`: the speech a question is put to. `item_id` is the item it is heard in.
    `limit` is fixed as the floor is given, and does not change any more.
    """

    inscription_id: InscriptionId
    item_id: ItemId
    delegation_id: DelegationId
    kind: SpeechKind
    floor: Floor
    inscribed_at: datetime
    by_desk: bool = False
    seat_id: SeatId | None = None
    user_id: UserId | None = field(default=None, compare=False)
    speaker: str = ""
    """Name and title of who will speak, as given; empty if not."""
    group: str = ""
    """On whose behalf, of a group's statement."""
    subject: str = ""
    about: InscriptionId | None = None
    not_now_at: datetime | None = None
    called_at: datetime | None = None
    limit: timedelta | None = None
    pauses: tuple[Pause, ...] = ()
    ended_at: datetime | None = None
    withdrawn_at: datetime | None = None
    associates: tuple[DelegationId, ...] = ()
    """Delegations that associated themselves with it, in the order in which they did."""

    @property
    def pending(self) -> bool:
        """Whether it has not been called and not been withdrawn."""
        return self.called_at is None and self.withdrawn_at is None

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].resumed_at is None

    def pausing(self, now: datetime) -> "Inscription":
        """The same, off the clock from now on."""
        return self if self.paused else replace(self, pauses=(*self.pauses, Pause(now)))

    def resuming(self, now: datetime) -> "Inscription":
        """The same, on the clock again."""
        if not self.paused:
            return self
        return replace(self, pauses=(*self.pauses[:-1], replace(self.pauses[-1], resumed_at=now)))


@dataclass(frozen=True)
class Move:
    """An inscription put in front of others by those who conduct: of those that stood behind it then, it goes
    before the first that still waits; at the end if none does."""

    inscription_id: InscriptionId
    before: tuple[InscriptionId, ...]
    reason: str
    moved_at: datetime


@dataclass(frozen=True)
class Sitting:
    """An item as its list sees it: when it is held, how, and what has happened. `ends` is decided, not real.

    `last`: no session of its day is left behind it; rights of reply are heard then.
    """

    item_id: ItemId
    title: str
    begins: datetime
    ends: datetime
    mode: Mode
    zone: ZoneInfo
    started_at: datetime | None = None
    ended_at: datetime | None = None
    over: bool = False
    """Whether it has ended, or was skipped."""
    suspensions: tuple[Suspension, ...] = ()
    last: bool = False

    @property
    def on(self) -> bool:
        return self.started_at is not None and not self.over

    @property
    def suspended(self) -> bool:
        return self.on and bool(self.suspensions) and self.suspensions[-1].resumed_at is None


@dataclass(frozen=True)
class SpeakerList:
    """The list of one item. `inscriptions` are its own, and all replies of its day, by number.

    `spoken_before`: interventions of each delegation in other items.
    """

    sitting: Sitting
    policy: Policy
    delegations: Mapping[DelegationId, Delegation]
    inscriptions: tuple[Inscription, ...] = ()
    moves: tuple[Move, ...] = ()
    opened_at: datetime | None = None
    last_call_at: datetime | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    replies_at: datetime | None = None
    """When the chair released the rights of reply, before the end of the day."""
    spoken_before: Mapping[DelegationId, int] = field(default_factory=dict)

    @property
    def item_id(self) -> ItemId:
        return self.sitting.item_id

    @cached_property
    def own(self) -> tuple[Inscription, ...]:
        """What was asked for, or heard, in this item."""
        return tuple(one for one in self.inscriptions if one.item_id == self.item_id)

    @cached_property
    def heard(self) -> tuple[Inscription, ...]:
        """What was called in this item, in that order."""
        called = (one for one in self.own if one.called_at is not None)
        return tuple(sorted(called, key=lambda one: (one.called_at, one.inscription_id)))

    @property
    def current(self) -> Inscription | None:
        """Who has the floor: of a point of order and the speech it interrupts, the point of order."""
        on = [one for one in self.heard if one.ended_at is None]
        return on[-1] if on and self.sitting.on else None

    @property
    def interrupted(self) -> Inscription | None:
        """Who spoke as the point of order was raised that is being heard."""
        on = [one for one in self.heard if one.ended_at is None]
        return on[0] if len(on) > 1 and self.sitting.on else None

    @property
    def addressed(self) -> Inscription | None:
        """The speech that can be asked about and associated with: the current one, or the last."""
        return next((one for one in reversed(self.heard) if one.kind in (*MAIN, SpeechKind.REPLY)), None)

    @cached_property
    def spoken(self) -> Mapping[DelegationId, int]:
        """How often each delegation has had the floor in this item for a statement."""
        return Counter(one.delegation_id for one in self.heard if one.kind in MAIN)

    @property
    def replies_due(self) -> bool:
        """Whether rights of reply are heard in this item."""
        return self.replies_at is not None or self.sitting.last

    @cached_property
    def waiting(self) -> tuple[Inscription, ...]:
        """Who waits to be heard in this item, by number; `meeting.speaker_order` has their order."""
        if self.sitting.over:
            return ()
        return tuple(one for one in self.inscriptions if one.pending and self._waits(one))

    def _waits(self, one: Inscription) -> bool:
        if one.kind is SpeechKind.REPLY:
            return self.replies_due
        if one.kind is SpeechKind.QUESTION:
            return self.addressed is not None and one.about == self.addressed.inscription_id
        return one.item_id == self.item_id

    @property
    def left(self) -> tuple[Inscription, ...]:
        """Once the item is over: who was not taken, and is invited to submit in writing."""
        if not self.sitting.over:
            return ()
        return tuple(one for one in self.own if one.pending and one.kind in MAIN)

    def state_of(self, one: Inscription) -> SpeechState:
        """What became of an inscription."""
        if one.withdrawn_at is not None:
            return SpeechState.WITHDRAWN
        if one.called_at is not None:
            if one.ended_at is not None or not self.sitting.on:
                return SpeechState.FINISHED
            return SpeechState.PAUSED if one.paused else SpeechState.SPEAKING
        # A reply waits until its day is over, whatever its item does.
        waits = one in self.waiting or (one.kind is SpeechKind.REPLY and not self.sitting.last)
        return SpeechState.WAITING if waits else SpeechState.NOT_TAKEN

    def named(self, inscription_id: InscriptionId) -> Inscription:
        """Raises `UnknownInscription`."""
        for one in self.inscriptions:
            if one.inscription_id == inscription_id:
                return one
        raise UnknownInscription()

    def having(self, changed: Inscription) -> "SpeakerList":
        """The same list with the inscription of that number replaced."""
        number = changed.inscription_id
        return replace(
            self,
            inscriptions=tuple(changed if one.inscription_id == number else one for one in self.inscriptions),
        )

    def delegation(self, one: Inscription) -> Delegation:
        return self.delegations[one.delegation_id]

    def of(self, delegation_id: DelegationId) -> tuple[Inscription, ...]:
        """What a delegation waits for here, a reply to be heard later included."""
        later = [one for one in self.inscriptions if one.kind is SpeechKind.REPLY and one.pending]
        found = {one.inscription_id: one for one in (*self.waiting, *later)}
        return tuple(one for one in found.values() if one.delegation_id == delegation_id)


def has_list(item: Item) -> bool:
    """Whether there is a list of speakers: of sessions."""
    return item.kind is Kind.SESSION


def sitting_of(agenda: Agenda, item: Item) -> Sitting:
    """The item as its list sees it."""
    slot = slot_of(agenda, item.item_id)
    day = agenda.day(item.day_id)
    place = [one.item_id for one in day.items].index(item.item_id)
    behind = (one for one in day.items[place + 1 :] if has_list(one))
    return Sitting(
        item.item_id,
        item.title,
        slot.begins if slot is not None else item.starts_at,
        slot.ends if slot is not None else item.starts_at + item.duration,
        item.mode,
        agenda.zone,
        item.started_at,
        item.ended_at,
        item.state in (State.ENDED, State.SKIPPED),
        item.suspensions,
        last=has_list(item) and not any(one.to_come or one.on for one in behind),
    )
