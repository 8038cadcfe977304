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
from bot.readback import find_message
from bot.tasks import RETRY, Tasks, Worker
from bot.told import told_in
from bot.trouble_faces import trouble_panel
from bot.wire import LOST, UNKNOWN_CHANNEL, in_time
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
    _read_in: int | None = None
    """The channel that was read back: until then a new trouble gets no number."""
    _highest: int = 0
    """The last number that has a message there."""
    _shouted: dict[int, datetime] = field(default_factory=dict)
    """Numbers with a message there that is not over, and when it was posted."""
    _counted: bool = True
    """Whether the ledger knows of both."""

    def __post_init__(self) -> None:
        self._open = {(trouble.kind, trouble.subject): trouble.told for trouble in self.known}
        self.worker = Worker("troubles", self.work, self.clock, self.tasks)
        self.ledger.feed.listen(DISK, self._disk)
        self.tasks.on_failure = self._failed
        if self.holds(TroubleKind.FAILURE):
            self._failed_at = self.clock.now()
        # What an earlier process knew of the disk is tried out by writing this: refused, it begins again.
        self.over(TroubleKind.DISK_FULL)
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
        """Write what changed; when to look again, if failures are to be over, or something has to wait."""
        self._forget_failures()
        read, again = False, None
        try:
            read = await self._read_back()
        except LOST as fault:
            log.warning("the moderators' channel cannot be read back yet (%s)", fault)
            again = self.clock.now() + RETRY
        try:
            if read and not self._counted:
                await self.ledger.troubles.count_on(self._highest, self._shouted, self.clock.now())
                self._counted, self._shouted = True, {}
            await self._write_all(read)
        except (DatabaseFull, DatabaseReadOnly):
            if read:
                await self._shout()
            return self.clock.now() + RETRY
        over_at = self._failed_at + QUIET if self._failed_at is not None else None
        return min((at for at in (again, over_at) if at is not None), default=None)

    async def _read_back(self) -> bool:
        """Whether it is known under which numbers troubles were told. Raises discord's errors.

        A channel that is gone or closed tells nothing and can be told nothing; once it is open it is read.
        """
        channel_id = (await self.ledger.places.places()).channels.get(Channel.MODERATORS)
        if channel_id is None or channel_id == self._read_in:
            return channel_id is not None
        client = self.client()
        if client is None or not client.is_ready():
            return False
        try:
            messages = await told_in(client, channel_id, self.ledger.uid)
        except discord.Forbidden as fault:
            log.warning("the moderators' channel is closed and cannot be read back (%s)", fault)
            return True
        except discord.NotFound as fault:
            if fault.code != UNKNOWN_CHANNEL:
                raise
            messages = []
        self._highest = max((message.number for message in messages), default=0)
        self._shouted = {message.number: message.at for message in messages if message.open}
        self._read_in, self._counted = channel_id, False
        return True

    async def _write_all(self, new: bool) -> None:
        """Everything that waits; without `new`, what has a number already."""
        held: set[Key] = set()
        while change := next((change for change in self._waiting if change.key not in held), None):
            if not await self._write(change, new):
                held.add(change.key)

    async def _write(self, change: _Change, new: bool) -> bool:
        """Write it; False if it has no number yet and none is to be given."""
        kind, subject = change.key
        told = change.told
        if told is None:
            await self.ledger.troubles.over(kind, subject, change.at)
        else:
            number = await self.ledger.troubles.begin(
                kind, subject, told, change.at, change.number, new=new or change.number is not None
            )
            if number is None:
                return False
            change.number = number
        # While it was written more may have been said of it.
        if change in self._waiting and change.told is told:
            self._waiting.remove(change)
        return True

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
                change.number = await self._number(change, ahead)
            trouble = Trouble(*change.key, change.number, change.at, None, change.told)
            try:
                await self._post(client, channel_id, trouble, places.roles.get(Capacity.MODERATOR))
                change.shouted = trouble.told
            except (*LOST, NotSetUp) as fault:
                log.warning("a trouble cannot be told (%s)", fault)

    async def _number(self, change: _Change, ahead: int) -> int:
        """What to shout it under: for a disk that is still full, what an earlier process did."""
        book = self.ledger.troubles
        if change.key == (TroubleKind.DISK_FULL, ""):
            number = await book.number_of(*change.key, change.at, 0)
            if self._shouted.pop(number, None) is not None:
                return number
        return await book.number_of(*change.key, change.at, ahead, self._highest)

    async def _post(
        self, client: discord.Client, channel_id: int, trouble: Trouble, role_id: int | None
    ) -> None:
        panel = trouble_panel(self.words, await self.ledger.agenda.plan(), trouble)
        async with in_time():
            found = await find_message(client, channel_id, panel.reference(self.ledger.uid))
        async with in_time():
            await post_panel(client, self.ledger.uid, channel_id, panel, found, role_id)
