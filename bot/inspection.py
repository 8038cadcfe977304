"""Looks in Discord at what hangs there: what somebody's hand took down, locked, or made unreachable.

It looks at one thing when an event names it, and at everything after each new connection and now and then
while a day of the meeting is on. It only reads: what it finds is marked, and hung by the wall or told as a
trouble. What an event or a cache says settles nothing, only Discord's own answer does.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.house import House
from bot.permissions import lacking_in
from bot.tasks import Worker
from bot.wall import NO_EVENT, kind_of, wanted
from bot.wall_faces import EventFace, EventState, Face, RoleFace, ThreadFace
from bot.wire import LOST, MISSING_ACCESS, UNKNOWN_CHANNEL, UNKNOWN_EVENT, UNKNOWN_MESSAGE, in_time
from db.places import Places
from db.troubles import Told, TroubleKind
from db.wall import PASSING, Hung, HungKind
from meeting.agenda import State
from meeting.notices import Channel
from meeting.people import Capacity
from meeting.timetable import day_begins

log = logging.getLogger(__name__)

LOOK = timedelta(minutes=30)
"""Between two looks at everything while a day is on: some dozens of requests."""

BEFORE = timedelta(hours=2)
"""A day is on from so long before it begins."""

AGAIN = timedelta(seconds=30)
"""After Discord did not answer."""

TURN = 5
"""Things looked at before the others' turn: the rest follow at once, but do not hold up a stop."""


class Inspection:
    """`work` is what its worker does each time something may be amiss."""

    def __init__(
        self, house: House, client: Callable[[], discord.Client | None], taken_up: Callable[[], bool]
    ) -> None:
        self._house = house
        self._client = client
        self._taken_up = taken_up
        """Whether it is known if the record is older than what was said (see `Outbox`)."""
        self._all = False
        self._due_at: datetime | None = None
        """When everything is looked at next."""
        self._noticed: set[int] = set()
        self._unjudged: set[int] = set()
        """Threads that were looked at too early to say who locked them."""
        self._left: list[tuple[HungKind, str]] = []
        self._deleted: set[int] | None = None
        """Channels that Discord does not know any more; None before the first look."""
        self._no_roles: set[int] | None = None
        self.worker = Worker("inspection", self.work, house.clock, house.tasks)

    def reconnected(self) -> None:
        """Events may have been missed: everything is looked at."""
        self._all = True
        self.worker.wake()

    def taken(self) -> None:
        """It is known now whether the record is older."""
        if self._unjudged:
            self._noticed |= self._unjudged
            self._unjudged = set()
            self.worker.wake()

    def hung(self) -> None:
        """Something was hung: perhaps what was lost."""
        if self._house.troubles.subjects(TroubleKind.LOST):
            self.worker.wake()

    def noticed(self, id: int) -> None:
        """Something happened in Discord to what has this id."""
        self._noticed.add(id)
        self.worker.wake()

    async def work(self) -> datetime | None:
        """Look at what was named, or at everything; when to look again."""
        client, house = self._client(), self._house
        if client is None or not client.is_ready():
            return None
        places = await house.ledger.places.places()
        if not places.channels:
            return None
        due = self._due_at is not None and house.clock.now() >= self._due_at
        whole, noticed = self._all or due, self._noticed
        self._all, self._noticed = False, set()
        try:
            await self._look(client, places, whole, noticed)
        except LOST as fault:
            log.warning("what hangs cannot be looked at (%s)", fault)
            self._all, self._noticed = self._all or whole, self._noticed | noticed
            return house.clock.now() + AGAIN
        await self._tell()
        if self._left:
            self.worker.wake()
        if whole:
            self._due_at = await self._next_look()
        return self._due_at

    async def _next_look(self) -> datetime | None:
        """When everything is looked at next, if a day is on or to come."""
        agenda, now = await self._house.ledger.agenda.agenda(), self._house.clock.now()
        today = now.astimezone(agenda.zone).date()
        moments = [
            max(now + LOOK, day_begins(agenda, day.day_id) - BEFORE)
            for day in agenda.days
            if day.date >= today and any(i.state not in (State.ENDED, State.SKIPPED) for i in day.items)
        ]
        return min(moments, default=None)

    async def _look(self, client: discord.Client, places: Places, whole: bool, noticed: set[int]) -> None:
        rows = await self._house.ledger.wall.all()
        if whole:
            self._left = [key for key, hung in rows.items() if hung.discord_id and hung.gone_at is None]
        else:
            self._left += [
                key for key, h in rows.items() if h.discord_id in noticed and key not in self._left
            ]
        for name, channel_id in places.channels.items():
            if whole or channel_id in noticed:
                await self._look_at_channel(client, name, channel_id)
        if whole or noticed & set(places.roles.values()):
            async with in_time():
                there: Any = await client.http.get_roles(self._house.guild_id)
            self._no_roles = set(places.roles.values()) - {int(role["id"]) for role in there}
        turn, self._left = self._left[:TURN], self._left[TURN:]
        faces = await self._faces() if turn else {}
        for key in turn:
            hung = rows.get(key)
            # What was left from an earlier turn may have been lost with its channel since.
            if hung is None or hung.discord_id is None or hung.gone_at is not None:
                continue
            if key in faces and not key[1].startswith(PASSING):
                await self._look_at(client, places, hung, faces[key])

    async def _faces(self) -> dict[tuple[HungKind, str], Face]:
        faces, _ = await wanted(self._house)
        return {(kind_of(face), face.key): face for face in faces}

    async def _look_at_channel(self, client: discord.Client, name: Channel, channel_id: int) -> None:
        try:
            async with in_time():
                await client.http.get_channel(channel_id)
        except discord.NotFound as fault:
            if fault.code != UNKNOWN_CHANNEL:
                raise
            self._deleted = (self._deleted or set()) | {channel_id}
            await self._house.ledger.wall.lose_channel(channel_id)
            return
        except discord.Forbidden as fault:
            if fault.code != MISSING_ACCESS:
                raise
        if self._deleted is None:
            self._deleted = set()
        missing = lacking_in(client, self._house.guild_id, name, channel_id)
        if missing:
            self._house.troubles.begin(TroubleKind.FORBIDDEN, name.value, permissions=missing)
        else:
            self._house.troubles.over(TroubleKind.FORBIDDEN, name.value)

    async def _look_at(self, client: discord.Client, places: Places, hung: Hung, face: Face) -> None:
        """Whether it is still there, and stands as it should. Raises discord's errors."""
        assert hung.discord_id is not None and not isinstance(face, RoleFace)
        try:
            if isinstance(face, ThreadFace):
                await self._look_at_thread(client, hung, face)
            elif not isinstance(face, EventFace):
                async with in_time():
                    await client.http.get_message(hung.channel_id or 0, hung.discord_id)
            elif hung.discord_id != NO_EVENT and _is_kept(face, self._house.clock.now()):
                async with in_time():
                    await client.http.get_scheduled_event(
                        self._house.guild_id, hung.discord_id, with_user_count=False
                    )
        except discord.NotFound as fault:
            for name, channel_id in places.channels.items():
                # A thread that is gone may have gone with its channel: then that is what is told.
                if hung.kind is HungKind.THREAD and channel_id == hung.channel_id:
                    await self._look_at_channel(client, name, channel_id)
            thread_gone = hung.kind is HungKind.THREAD and fault.code == UNKNOWN_CHANNEL
            if fault.code in (UNKNOWN_MESSAGE, UNKNOWN_EVENT) or thread_gone:
                log.warning("%s %s was deleted by somebody", hung.kind, hung.key)
                await self._house.ledger.wall.lose(hung.kind, hung.key, hung.discord_id)
            elif fault.code != UNKNOWN_CHANNEL:
                raise
        except discord.Forbidden as fault:
            log.warning("%s %s cannot be looked at (%s)", hung.kind, hung.key, fault)

    async def _look_at_thread(self, client: discord.Client, hung: Hung, face: ThreadFace) -> None:
        if not self._taken_up():
            # An older record's thread was locked by the agenda, later.
            self._unjudged.add(hung.discord_id or 0)
            return
        key = (HungKind.THREAD, face.key)
        before = (await self._house.ledger.wall.all())[key]
        async with in_time():
            thread: Any = await client.http.get_channel(hung.discord_id or 0)
        row, wanted = (await self._house.ledger.wall.all())[key], (await self._faces()).get(key)
        if wanted != face or row != before or row.shown != face.digest:
            return  # the agenda has moved on, and the wall is at it: its edit has this looked at again
        troubles, found = self._house.troubles, thread["thread_metadata"]
        if found["locked"] is face.open:
            way = "locked" if face.open else "unlocked"
            troubles.begin(TroubleKind.THREAD_LOCKED, face.key, way=way)
            return
        troubles.over(TroubleKind.THREAD_LOCKED, face.key)
        if face.open and found["archived"]:
            await self._house.ledger.wall.unsettle(HungKind.THREAD, face.key)

    async def _tell(self) -> None:
        """What is lost, as the ledger and Discord have it now. Each is a trouble until it hangs again."""
        places, troubles = await self._house.ledger.places.places(), self._house.troubles
        rows = (await self._house.ledger.wall.all()).values()
        missed = [hung for hung in rows if hung.missed]
        lost: dict[str, Told] = {f"{h.kind} {h.key}": {} for h in missed if h.channel_id is None}
        waits = {(h.kind, h.key) for h in rows if not h.settled and h.shown is None}
        waits &= set(await self._faces()) if waits and troubles.subjects(TroubleKind.LOST) else set()
        channels = set(places.channels.values())
        adrift = any(h.channel_id not in channels for h in missed if h.channel_id is not None)
        for subject in troubles.subjects(TroubleKind.LOST):
            if subject.startswith("channel "):
                if adrift or self._deleted is None:
                    lost.setdefault(subject, troubles.told(TroubleKind.LOST, subject))
            elif any(subject == f"{kind} {key}" for kind, key in waits):
                lost.setdefault(subject, {})
        for name, channel_id in places.channels.items():
            if channel_id in (self._deleted or ()):
                things = tuple(f"{h.kind} {h.key}" for h in missed if h.channel_id == channel_id)
                lost[f"channel {name}"] = {"way": "channel", "things": things} if things else {"way": "empty"}
        troubles.exactly(TroubleKind.LOST, lost)
        if self._no_roles is not None:
            gone: list[Capacity] = [c for c, role_id in places.roles.items() if role_id in self._no_roles]
            troubles.exactly(TroubleKind.ROLE_GONE, {capacity.value: {} for capacity in gone})


def _is_kept(face: EventFace, now: datetime) -> bool:
    """Whether Discord still has it, unless somebody deleted it: it takes down those that are over."""
    return face.state is not EventState.COMPLETED and face.ends > now
