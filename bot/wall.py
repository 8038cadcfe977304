"""Hangs what should hang: makes Discord match what the ledger says, and writes down what it did.

At each look every subject is asked for its faces; one whose digest is not the one shown is hung. What may
have been hung before a crash is adopted by looking for it, never hung twice; what somebody deleted is
marked gone and left to the moderators. A `None` from a cache settles nothing, only Discord's 404 does.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import discord

from bot.house import House
from bot.panels import post_panel
from bot.pictures import Pictures
from bot.readback import find_message, reference
from bot.refused import mind, mind_roles
from bot.tasks import Worker
from bot.trouble_faces import ROLES
from bot.wall_faces import EventFace, EventState, Face, Panel, RoleFace, ThreadFace
from bot.wire import (
    LOST,
    THREAD_ARCHIVED,
    THREAD_EXISTS,
    UNKNOWN_CHANNEL,
    UNKNOWN_EVENT,
    UNKNOWN_MEMBER,
    UNKNOWN_MESSAGE,
    UNKNOWN_ROLE,
    UNKNOWN_USER,
    in_time,
)
from db.places import Places
from db.troubles import TroubleKind
from db.wall import PASSING, Hung, HungKind
from meeting.refusals import Refused

log = logging.getLogger(__name__)

PACE = timedelta(seconds=1.5)
"""Between two edits in one channel; Discord lets through about five in five seconds."""

AGAIN = timedelta(seconds=15)
"""After Discord refused or did not answer."""

THREAD_LIFE: Literal[10080] = 10080
"""Minutes without a word until a thread is archived: the longest Discord has, a week."""

PUBLIC_THREAD: Literal[11] = 11
"""Discord's channel type."""

NO_EVENT = 0
"""Stands for an event that is not made: Discord refuses one that would begin in the past."""

NOTHING = 0
"""Stands for what a role on a person is at Discord: it has no id of its own."""

TURN = 5
"""Roles given in one look: hundreds may be wanted at once, and panels are not to wait for all of them."""

LONG_AGO = datetime.min.replace(tzinfo=UTC)

IN_CHANNEL, IN_THREAD = 0, 2

RANK = {ThreadFace: 1, EventFace: 3, RoleFace: 4}
"""A thread hangs under its panel, so panels go first, and those in a thread after it."""


class Wall:
    """`work` is what its worker does each time something may have changed."""

    def __init__(self, house: House, client: Callable[[], discord.Client | None]) -> None:
        self._house = house
        self._client = client
        self._free_at: dict[int, datetime] = {}
        self._put_off: dict[tuple[HungKind, str], datetime] = {}
        """What Discord refused, and when it is tried again: it must not take the others' turns."""
        self._proved: set[tuple[HungKind, str]] = set()
        """What was hung since the start. Before that the record's word is not enough: it may be a copy that
        was put back, and what hangs is newer."""
        self._hung_at: dict[tuple[HungKind, str], datetime] = {}
        self.worker = Worker("wall", self.work, house.clock, house.tasks)
        self._pictures = Pictures(house.drawing, house.tasks, self.worker.wake)

    async def work(self) -> datetime | None:
        """One look at everything; when the next is needed, if anything is not settled."""
        client = self._client()
        if client is None or not client.is_ready():
            return None
        places = await self._house.ledger.places.places()
        if not places.channels:
            return None
        faces, again = await wanted(self._house)
        rows = await self._house.ledger.wall.all()
        roles = 0
        where = {face.key: place_of(face, places, rows) for face in faces if isinstance(face, Panel)}
        faces = self._in_turn(faces, rows, where)
        channels = {face.key: face.channel for face in faces if isinstance(face, Panel)}
        for face in faces:
            hung = rows.get((kind_of(face), face.key))
            if hung is not None and (hung.gone_at is not None or self._hangs(face, hung, where)):
                continue
            channel = channels.get(face.panel if isinstance(face, ThreadFace) else face.key)
            if channel is not None and self._house.troubles.holds(TroubleKind.LOST, f"channel {channel}"):
                continue
            now = self._house.clock.now()
            wait = self._put_off.get(put_off_as(face))
            if wait is not None and _ahead(wait, now, AGAIN):
                again.append(wait)
                continue
            if self._awaits_picture(face, hung):
                continue
            if isinstance(face, RoleFace):
                roles += 1
                if roles > TURN:
                    self.worker.wake()
                    break
            try:
                async with in_time():
                    wait = await self._hang(client, places, face, hung)
                self._put_off.pop(put_off_as(face), None)
                if wait is None:
                    subject = ROLES if isinstance(face, RoleFace) else channel or ""
                    self._house.troubles.over(TroubleKind.FORBIDDEN, subject)
            except LOST as fault:
                log.warning("%s %s is not proved hung (%s)", kind_of(face), face.key, fault)
                wait = self._put_off[put_off_as(face)] = now + AGAIN
                if isinstance(face, RoleFace):
                    mind_roles(self._house, fault)
                else:
                    mind(self._house, client, fault, channel, where.get(face.key))
            if wait is not None:
                again.append(wait)
        return min(again, default=None)

    def _in_turn(
        self,
        faces: list[Face],
        rows: Mapping[tuple[HungKind, str], Hung],
        where: Mapping[str, int | None],
    ) -> list[Face]:
        """In the order in which they are hung.

        In each channel what does not hang goes before what does, as its subject has it, and the rest by how
        long ago it was hung: a panel that changes all the time keeps no other from its turn.
        """

        def turn(face: Face) -> tuple[int, bool, datetime]:
            key = (kind_of(face), face.key)
            hung = rows.get(key)
            hangs = hung is not None and hung.discord_id is not None and _in_place(face, hung, where)
            hung_at = self._hung_at.get(key, LONG_AGO) if hangs else LONG_AGO
            if isinstance(face, Panel):
                return IN_CHANNEL if face.thread is None else IN_THREAD, not face.closing, hung_at
            return RANK[type(face)], True, hung_at

        return sorted(faces, key=turn)

    def _awaits_picture(self, face: Face, hung: Hung | None) -> bool:
        """Whether it hangs, with its picture as before or so far without, and that is being drawn; or could
        not be drawn again, as after a start: then what hangs stays."""
        if not isinstance(face, Panel) or hung is None or (face.picture is None and face.papers is None):
            return False
        pictures = self._pictures.of(face)
        if pictures is None:
            return hung.shown in (face.digest, _undrawn(face))
        return not pictures and hung.shown == face.digest

    async def _hang(
        self, client: discord.Client, places: Places, face: Face, hung: Hung | None
    ) -> datetime | None:
        """Hang one face; the moment to come back at, if it has to wait."""
        kind = kind_of(face)
        if hung is None or hung.wanted != face.digest:
            await self._house.ledger.wall.want(kind, face.key, face.digest)
        if isinstance(face, Panel):
            return await self._hang_panel(client, places, face, hung)
        if isinstance(face, ThreadFace):
            return await self._hang_thread(client, face, hung)
        if isinstance(face, RoleFace):
            await self._hang_role(client, face, hung)
            return None
        await self._hang_event(client, face, hung)
        return None

    async def _hang_panel(
        self, client: discord.Client, places: Places, face: Panel, hung: Hung | None
    ) -> datetime | None:
        rows = await self._house.ledger.wall.all() if face.thread is not None else {}
        channel_id = place_of(face, places, rows)
        if channel_id is None:
            return None
        now = self._house.clock.now()
        free_at = self._free_at.get(channel_id, now)
        if _ahead(free_at, now, PACE):
            return free_at
        self._free_at[channel_id] = now + PACE
        uid = self._house.ledger.uid
        message_id = hung.discord_id if hung and hung.channel_id == channel_id else None
        if message_id is None:
            message_id = await find_message(client, channel_id, face.reference(uid))
        role_id = places.roles.get(face.mention) if face.mention is not None else None
        pictures = self._pictures.of(face)
        try:
            message_id = await post_panel(client, uid, channel_id, face, message_id, role_id, pictures or ())
        except discord.NotFound as fault:
            if fault.code == UNKNOWN_MESSAGE:
                await self._lose(HungKind.PANEL, face.key)
                return None
            raise
        except discord.HTTPException as fault:
            if fault.code != THREAD_ARCHIVED or face.thread is None:
                raise
            # Discord puts a thread away in which nobody wrote for a week.
            await client.http.edit_channel(channel_id, archived=False)
            return now + PACE
        if face.pinned:
            await _pin(client, channel_id, message_id)
        shown = face.digest if pictures is not None else _undrawn(face)
        await self._show(face, hung, message_id, channel_id, shown)
        return None

    async def _hang_thread(
        self, client: discord.Client, face: ThreadFace, hung: Hung | None
    ) -> datetime | None:
        panel = (await self._house.ledger.wall.all()).get((HungKind.PANEL, face.panel))
        if panel is None or panel.discord_id is None or panel.channel_id is None:
            return self._house.clock.now() + AGAIN if panel is None or panel.gone_at is None else None
        thread_id = hung.discord_id if hung and hung.channel_id == panel.channel_id else None
        if thread_id is None:
            thread_id = await self._open_thread(client, face, panel.channel_id, panel.discord_id)
        try:
            await client.http.edit_channel(thread_id, archived=False, locked=not face.open)
        except discord.NotFound as fault:
            if fault.code == UNKNOWN_CHANNEL:
                await self._lose(HungKind.THREAD, face.key)
                return None
            raise
        await self._show(face, hung, thread_id, panel.channel_id)
        self._house.troubles.over(TroubleKind.THREAD_LOCKED, face.key)
        return None

    async def _open_thread(
        self, client: discord.Client, face: ThreadFace, channel_id: int, message_id: int
    ) -> int:
        """The thread under the panel, made or found. Its id is its message's, so a crash hides nothing.

        A message carries one thread for good: where somebody deleted that one, another is made in the
        channel, or found there by its name.
        """
        name = face.name[:100]
        try:
            await client.http.start_thread_with_message(
                channel_id, message_id, name=name, auto_archive_duration=THREAD_LIFE
            )
            return message_id
        except discord.HTTPException as fault:
            if fault.code != THREAD_EXISTS:
                raise
        try:
            await client.http.get_channel(message_id)
            return message_id
        except discord.NotFound:
            pass
        active = await client.http.get_active_threads(self._house.guild_id)
        for thread in active["threads"]:
            mine = client.user is not None and int(thread["owner_id"]) == client.user.id
            if mine and thread["name"] == name and int(thread["parent_id"]) == channel_id:
                return int(thread["id"])
        made = await client.http.start_thread_without_message(
            channel_id, name=name, auto_archive_duration=THREAD_LIFE, type=PUBLIC_THREAD
        )
        return int(made["id"])

    async def _hang_event(self, client: discord.Client, face: EventFace, hung: Hung | None) -> None:
        guild_id, now = self._house.guild_id, self._house.clock.now()
        ref = reference(self._house.ledger.uid, face.key)
        event_id = hung.discord_id if hung else None
        if not event_id:
            existing = await client.http.get_scheduled_events(guild_id, with_user_count=False)
            event_id = next((int(e["id"]) for e in existing if _ours(e, client, ref)), None)
        details: Any = {
            "name": face.name,
            "description": f"{face.description}\n{ref}",
            "entity_metadata": {"location": face.location},
        }
        if event_id is None and (face.state is not EventState.SCHEDULED or face.begins <= now):
            event_id = NO_EVENT
        elif event_id is None:
            made = await client.http.create_guild_scheduled_event(
                guild_id,
                **details,
                privacy_level=2,
                entity_type=3,
                scheduled_start_time=face.begins.isoformat(),
                scheduled_end_time=face.ends.isoformat(),
            )
            event_id = int(made["id"])
        else:
            event_id = await self._edit_event(client, guild_id, event_id, face, details)
            if event_id is None:
                await self._lose(HungKind.EVENT, face.key)
                return
        await self._show(face, hung, event_id, None)

    async def _edit_event(
        self,
        client: discord.Client,
        guild_id: int,
        event_id: int,
        face: EventFace,
        details: Any,
    ) -> int | None:
        """Bring an event up to date; None when somebody deleted it. Its life only goes forward."""
        try:
            shown = await client.http.get_scheduled_event(guild_id, event_id, with_user_count=False)
            status = {1: EventState.SCHEDULED, 2: EventState.ACTIVE}.get(shown["status"])
            if status is None:
                return event_id
            ends = shown["scheduled_end_time"]
            moved = ends is None or datetime.fromisoformat(ends) != face.ends
            if status is EventState.ACTIVE and moved and face.ends > self._house.clock.now():
                await client.http.edit_scheduled_event(
                    guild_id, event_id, scheduled_end_time=face.ends.isoformat()
                )
            if status is EventState.SCHEDULED and face.begins > self._house.clock.now():
                await client.http.edit_scheduled_event(
                    guild_id,
                    event_id,
                    **details,
                    scheduled_start_time=face.begins.isoformat(),
                    scheduled_end_time=face.ends.isoformat(),
                )
            if status is EventState.SCHEDULED and face.state is not EventState.SCHEDULED:
                await client.http.edit_scheduled_event(guild_id, event_id, status=2)
            if face.state is EventState.COMPLETED:
                await client.http.edit_scheduled_event(guild_id, event_id, status=3)
        except discord.NotFound as fault:
            if fault.code == UNKNOWN_EVENT:
                return None
            raise
        return event_id

    async def _hang_role(self, client: discord.Client, face: RoleFace, hung: Hung | None) -> None:
        """Give or take a role. Who left the server has none; they are given it when they claim again."""
        guild_id, user_id = self._house.guild_id, int(face.key)
        try:
            if face.held:
                await client.http.add_role(guild_id, user_id, face.role_id)
            else:
                await client.http.remove_role(guild_id, user_id, face.role_id)
        except discord.NotFound as fault:
            if fault.code not in (UNKNOWN_MEMBER, UNKNOWN_USER, UNKNOWN_ROLE):
                raise
            if fault.code == UNKNOWN_ROLE:
                self._house.noticed(face.role_id)
        await self._show(face, hung, NOTHING, None)

    def _hangs(self, face: Face, hung: Hung, where: Mapping[str, int | None]) -> bool:
        """Whether it is proved to hang as it should.

        What was wanted meanwhile, and perhaps hung though no answer came, was another face: then it is not.
        A thread somebody locked or unlocked is left as it is, each trouble is told once, and roles are not
        proved anew at each start: there are hundreds, and who took one by hand meant it.
        """
        if not (hung.wanted == hung.shown == face.digest and _in_place(face, hung, where)):
            return False
        kind = kind_of(face)
        if kind is HungKind.ROLE:
            return True
        by_hand = kind is HungKind.THREAD and self._house.troubles.holds(TroubleKind.THREAD_LOCKED, face.key)
        return (kind, face.key) in self._proved or by_hand or face.key.startswith(PASSING)

    async def _show(
        self, face: Face, hung: Hung | None, discord_id: int, channel_id: int | None, shown: str | None = None
    ) -> None:
        """It hangs; a start that finds the wall as the record has it writes nothing."""
        kind, shown = kind_of(face), shown or face.digest
        known = hung is not None and hung.wanted == face.digest and hung.shown == shown
        if not known or hung is None or (hung.discord_id, hung.channel_id) != (discord_id, channel_id):
            await self._house.ledger.wall.show(kind, face.key, shown, discord_id, channel_id)
        self._proved.add((kind, face.key))
        self._hung_at[kind, face.key] = self._house.clock.now()

    async def _lose(self, kind: HungKind, key: str) -> None:
        log.warning("%s %s was deleted by somebody", kind, key)
        await self._house.ledger.wall.lose(kind, key)


async def wanted(house: House) -> tuple[list[Face], list[datetime]]:
    """What every subject wants on the wall; when to ask again those that failed.

    One that fails is told, keeps no other from hanging, and is left alone for a while: telling of it has
    the wall looked at again.
    """
    faces: list[Face] = []
    again = []
    for name, source in house.sources.items():
        now = house.clock.now()
        wait = house.failing.get(name)
        if wait is None or not _ahead(wait, now, AGAIN):
            try:
                faces += await source()
            except Refused:
                raise
            except Exception as fault:  # noqa: BLE001 - logged and told; the other subjects hang
                wait = house.failing[name] = now + AGAIN
                house.tasks.failed(f"what {name} want on the wall cannot be told", fault)
            else:
                wait = None
                house.failing.pop(name, None)
        if wait is not None:
            again.append(wait)
    return faces, again


def place_of(face: Panel, places: Places, rows: Mapping[tuple[HungKind, str], Hung]) -> int | None:
    """Where a panel hangs: in its channel, or in its thread, once that is there."""
    if face.thread is None:
        return places.channels.get(face.channel)
    thread = rows.get((HungKind.THREAD, face.thread))
    return thread.discord_id if thread is not None and thread.gone_at is None else None


async def _pin(client: discord.Client, channel_id: int, message_id: int) -> None:
    """Pin a message; that the bot may not, or that there are too many pins, keeps nothing from hanging."""
    try:
        await client.http.pin_message(channel_id, message_id)
    except (discord.Forbidden, discord.HTTPException) as fault:
        if isinstance(fault, discord.HTTPException) and fault.status >= 500:
            raise
        log.warning("message %d cannot be pinned (%s)", message_id, fault)


def _undrawn(face: Face) -> str:
    """What a panel shows whose picture is still to come."""
    return f"{face.digest} undrawn"


def _ours(event: Mapping[str, Any], client: discord.Client, ref: str) -> bool:
    """Whether the bot made this event; anybody who may make one can copy the line into it."""
    made_by = int(event.get("creator_id") or 0)
    mine = client.user is not None and made_by == client.user.id
    return mine and (event.get("description") or "").endswith(f"\n{ref}")


def _ahead(at: datetime, now: datetime, most: timedelta) -> bool:
    """Whether that moment is still to come; one further off than was ever waited for: the clock was set."""
    return now < at <= now + most


def _in_place(face: Face, hung: Hung, where: Mapping[str, int | None]) -> bool:
    """Whether it hangs in the channel that stands for its place now; set-up may have made a new one."""
    if isinstance(face, EventFace | RoleFace):
        return True
    return hung.channel_id == where.get(face.panel if isinstance(face, ThreadFace) else face.key)


def kind_of(face: Face) -> HungKind:
    """Which row of the wall a face has."""
    if isinstance(face, Panel):
        return HungKind.PANEL
    if isinstance(face, RoleFace):
        return HungKind.ROLE
    return HungKind.THREAD if isinstance(face, ThreadFace) else HungKind.EVENT


def put_off_as(face: Face) -> tuple[HungKind, str]:
    """What waits together after a refusal: of roles all, since what is refused for one is for the others."""
    return kind_of(face), "" if isinstance(face, RoleFace) else face.key
