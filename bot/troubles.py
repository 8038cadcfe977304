"""What is wrong with the house itself: one message in the moderators' channel per trouble.

Anybody may say that a trouble begins or is over, at any time and as often as they like. A worker writes that
down, and the wall hangs a panel per trouble. Only while the disk takes nothing is the panel posted from
here, under the number and reference line the row will have: the wall adopts it once there is a row.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.clock import Clock
from bot.panels import post_panel
from bot.readback import find_message, reference
from bot.tasks import RETRY, Tasks, Worker
from bot.trouble_faces import trouble_panel
from bot.wire import LOST
from bot.words import Words
from db.connection import DISK, DatabaseFull, DatabaseReadOnly
from db.ledger import Ledger
from db.troubles import REOPENS, Told, Trouble, TroubleKind
from meeting.notices import Channel
from meeting.people import Capacity
from meeting.refusals import NotSetUp

log = logging.getLogger(__name__)

QUIET = timedelta(minutes=15)
"""Without another one for so long, failures of the program are over."""

Key = tuple[TroubleKind, str]


@dataclass(eq=False)
class _Change:
    """Something to be written: it is so since `at` (`told`), or no longer (None)."""

    key: Key
    at: datetime
    told: Told | None
    number: int | None = None
    """What it was shouted under, while the disk took nothing."""
    shouted: Told | None = None


@dataclass
class Troubles:
    """`begin` and `over` never raise, wait for nothing, and do nothing where nothing changes."""

    ledger: Ledger
    clock: Clock
    tasks: Tasks
    words: Words
    client: Callable[[], discord.Client | None]
    known: Iterable[Trouble] = ()
    """Those open in the ledger when the house starts."""
    _open: dict[Key, Told] = field(default_factory=dict)
    _waiting: list[_Change] = field(default_factory=list)
    _failed_at: datetime | None = None
    _taken_up: bool = False

    def __post_init__(self) -> None:
        self._open = {(trouble.kind, trouble.subject): trouble.told for trouble in self.known}
        self.worker = Worker("troubles", self.work, self.clock, self.tasks)
        self.ledger.feed.listen(DISK, self._disk)
        self.tasks.on_failure = self._failed
        if self.holds(TroubleKind.FAILURE):
            self._failed_at = self.clock.now()
        self.worker.wake()

    def holds(self, kind: TroubleKind, subject: str = "") -> bool:
        """Whether it is so now, as far as anybody said."""
        return (kind, subject) in self._open

    def subjects(self, kind: TroubleKind) -> list[str]:
        """Of what it is so now."""
        return [subject for known, subject in self._open if known is kind]

    def told(self, kind: TroubleKind, subject: str = "") -> Told:
        """What was last told of it; nothing if it is not so."""
        return self._open.get((kind, subject), {})

    def begin(
        self, kind: TroubleKind, subject: str = "", /, *, since: datetime | None = None, **told: Any
    ) -> None:
        """It is so, since now unless said otherwise; `told` fills in its sentence."""
        key, at = (kind, subject), since or self.clock.now()
        if self._open.get(key) == told:
            return
        known = key in self._open
        self._open[key] = told
        last = next((change for change in reversed(self._waiting) if change.key == key), None)
        if last is not None and last.told is None and at < last.at + REOPENS:
            self._waiting.remove(last)
            last = next((change for change in reversed(self._waiting) if change.key == key), None)
        if last is not None and last.told is not None:
            last.told = told
        else:
            self._waiting.append(_Change(key, at, told))
        if not known:
            log.warning("trouble: %s %s %s", kind, subject, told or "")
        self.worker.wake()

    def over(self, kind: TroubleKind, subject: str = "", /) -> None:
        """It is so no longer."""
        if self._open.pop((kind, subject), None) is None:
            return
        self._waiting.append(_Change((kind, subject), self.clock.now(), None))
        log.info("no more trouble: %s %s", kind, subject)
        self.worker.wake()

    def exactly(self, kind: TroubleKind, found: Mapping[str, Told]) -> None:
        """It is so of these subjects, and of no other."""
        for subject, told in found.items():
            self.begin(kind, subject, **told)
        for subject in self.subjects(kind):
            if subject not in found:
                self.over(kind, subject)

    async def work(self) -> datetime | None:
        """Write what changed; when to look again, if failures are to be over or the disk takes nothing."""
        self._forget_failures()
        try:
            await self._take_up()
            while self._waiting:
                await self._write(self._waiting[0])
        except (DatabaseFull, DatabaseReadOnly):
            await self._shout()
            return self.clock.now() + RETRY
        return self._failed_at + QUIET if self._failed_at is not None else None

    async def _take_up(self) -> None:
        """Once, when connected: what an earlier process could only shout is written. It is over: a disk
        that still takes nothing says so again, under the same number.
        """
        client = self.client()
        if self._taken_up or client is None or not client.is_ready():
            return
        channel_id = (await self.ledger.places.places()).channels.get(Channel.MODERATORS)
        if channel_id is None:
            return
        self._taken_up = True
        kind, now, ahead = TroubleKind.DISK_FULL, self.clock.now(), 0
        number = await self.ledger.troubles.number_of(kind, "taken up", now, 0)
        found: list[int] = []
        try:
            while posted := await find_message(
                client, channel_id, reference(self.ledger.uid, f"trouble-{number + ahead}")
            ):
                found.append(posted)
                ahead += 1
        except LOST as fault:
            log.warning("the moderators' channel cannot be read (%s)", fault)
            self._taken_up = False
        for ahead, posted in enumerate(found):
            subject, begun_at = f"taken up {number + ahead}", discord.utils.snowflake_time(posted)
            await self.ledger.troubles.begin(kind, subject, {}, begun_at, number + ahead)
            await self.ledger.troubles.over(kind, subject, now)

    async def _write(self, change: _Change) -> None:
        kind, subject = change.key
        told = change.told
        if told is None:
            await self.ledger.troubles.over(kind, subject, change.at)
        else:
            change.number = await self.ledger.troubles.begin(kind, subject, told, change.at, change.number)
        # While it was written more may have been said of it.
        if change in self._waiting and change.told is told:
            self._waiting.remove(change)

    def _disk(self) -> None:
        if self.ledger.full:
            self.begin(TroubleKind.DISK_FULL)
        else:
            self.over(TroubleKind.DISK_FULL)

    def _failed(self, reference: str) -> None:
        """Something unforeseen was answered or logged under this reference."""
        before = self.told(TroubleKind.FAILURE)
        self._failed_at = self.clock.now()
        self.begin(TroubleKind.FAILURE, reference=reference, n=int(before.get("n", 0)) + 1)

    def _forget_failures(self) -> None:
        if self._failed_at is not None and self.clock.now() >= self._failed_at + QUIET:
            self._failed_at = None
            self.over(TroubleKind.FAILURE)

    async def _shout(self) -> None:
        """Post what cannot be written, so that it is heard all the same."""
        client = self.client()
        if client is None or not client.is_ready():
            return
        places = await self.ledger.places.places()
        channel_id = places.channels.get(Channel.MODERATORS)
        if channel_id is None:
            return
        begun = [change for change in self._waiting if change.told is not None]
        for ahead, change in enumerate(begun):
            if change.shouted == change.told or change.told is None:
                continue
            if change.number is None:
                change.number = await self.ledger.troubles.number_of(*change.key, change.at, ahead)
            trouble = Trouble(*change.key, change.number, change.at, None, change.told)
            try:
                await self._post(client, channel_id, trouble, places.roles.get(Capacity.MODERATOR))
                change.shouted = trouble.told
            except (*LOST, NotSetUp) as fault:
                log.warning("a trouble cannot be told (%s)", fault)

    async def _post(
        self, client: discord.Client, channel_id: int, trouble: Trouble, role_id: int | None
    ) -> None:
        panel = trouble_panel(self.words, await self.ledger.agenda.plan(), trouble)
        found = await find_message(client, channel_id, panel.reference(self.ledger.uid))
        await post_panel(client, self.ledger.uid, channel_id, panel, found, role_id)
