"""The keeper: makes a backup when something was committed since the last one, and when a day has ended."""

import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from bot.clock import Clock
from bot.tasks import Tasks, Worker
from bot.troubles import Troubles
from bot.words import sentence
from db.audit import Anchor
from db.backup import BackupUnderWay, Copy, back_up, copies, known, replace_since, replaced_with
from db.backup_names import stem_of
from db.inspection import goes_through, head_of
from db.ledger import Ledger
from db.troubles import TroubleKind
from meeting.refusals import NotSetUp, Refused

T = TypeVar("T")

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=5)
"""Of meeting time between two backups: what a lost disk costs at most."""


class Keeper:
    """`work` is what its worker does; the moderators are told when a backup cannot be made, and when the
    audit of what was copied does not hold.

    `last` is the newest backup of this record, `fault` why the last attempt failed, if it did.
    """

    def __init__(
        self,
        ledger: Ledger,
        database: Path,
        folder: Path,
        clock: Clock,
        tasks: Tasks,
        troubles: Troubles,
    ) -> None:
        self._ledger = ledger
        self._database = database
        self._folder = folder
        self._clock = clock
        self._troubles = troubles
        self._looked = False
        self._well = False
        """Whether one was made since the start: what an earlier run had told of is over then."""
        self._changed = False
        self._tried_at: datetime | None = None
        self._ended: str | None = None
        """The day whose end was kept last."""
        self._outdone = False
        """Whether the last attempt met another process at the same work: somebody's `backup` by hand."""
        self.last: Copy | None = None
        self.fault: Refused | None = None
        self.kept_aside: list[Path] = []
        """Records a restore kept that link ballots of closed polls; people's files are not deleted here."""
        self.worker = Worker("backups", self.work, clock, tasks)
        clock.on_jump(self.worker.wake)

    def committed(self) -> None:
        """Something was written; only the first time since the last backup is worth a look."""
        if not self._changed:
            self._changed = True
            self.worker.wake()

    async def work(self) -> datetime | None:
        """Make a backup if one is due; when to look again, if one is to come."""
        if not self._looked:
            await self._look()
        now = self._clock.now()
        if self._tried_at is not None and self._tried_at > now:
            self._tried_at = None  # the clock was set back
        due = self._tried_at is None or now >= self._tried_at + EVERY
        ended = await self._day_ended()
        if ended != self._ended and ended is not None and (due or self.fault is None):
            await self._make(now, ended)
        elif self._changed and due:
            await self._make(now, None)
        return self._tried_at + EVERY if self._tried_at is not None and self._changed else None

    async def replace(self, since: datetime, seq: int) -> bool:
        """Replace every backup made from `since` on, or holding the audit's row `seq`, by what the record is
        now; False if that failed.

        A day's end among them is kept again, under the same day, as the record is now.
        """
        if not self._looked:
            await self._look()
        now = self._clock.now()
        try:
            self.last = await _in_thread(
                lambda abandoned: replace_since(
                    self._database, self._folder, now, since, seq, abandoned=abandoned
                )
            )
        except Refused as fault:
            if not isinstance(fault, BackupUnderWay):
                self.fault = fault
                self._troubles.begin(TroubleKind.BACKUP_FAILED, reason=sentence(fault))
            return False
        self.kept_aside = await _in_thread(lambda _: replaced_with(self._database, seq))
        for path in self.kept_aside:
            log.warning(
                "%s, kept by a restore, links ballots of a closed poll to voters: delete it", path.name
            )
        self._tried_at = now
        log.info("backups since %s were replaced by %s", since.isoformat(), self.last.path.name)
        return True

    async def _make(self, now: datetime, day: str | None) -> None:
        self._changed = False
        self._tried_at = now
        try:
            self.last = await _in_thread(
                lambda abandoned: back_up(self._database, self._folder, now, day=day, abandoned=abandoned)
            )
        except Refused as fault:
            self._changed = True
            if isinstance(fault, BackupUnderWay) and not self._outdone:
                self._outdone = True
                return
            self.fault = fault
            self._troubles.begin(TroubleKind.BACKUP_FAILED, reason=sentence(fault))
            return
        except BaseException:
            self._changed = True
            raise
        self._outdone = False
        if day is not None:
            self._ended = day
        log.info("backup: %s, %d bytes, %d entries", self.last.path.name, self.last.size, self.last.head.seq)
        if self.fault is not None or not self._well:
            self.fault, self._well = None, True
            self._troubles.over(TroubleKind.BACKUP_FAILED)
        if self.last.first_bad is not None:
            self._troubles.begin(TroubleKind.AUDIT_BROKEN, row=self.last.first_bad)

    async def _day_ended(self) -> str | None:
        """The day that ended last."""
        try:
            days = (await self._ledger.agenda.agenda()).days
        except NotSetUp:
            return None
        ended = [(day.closed_at, day.day_id) for day in days if day.closed_at is not None]
        return max(ended)[1] if ended else None

    async def _look(self) -> None:
        """What an earlier run left: the folder tells, so that not each start makes a backup.

        A commit during the look, or before it, is not overlooked: the flag is cleared first.
        """
        self._changed = False
        now = self._clock.now()
        last, ended, head = await _in_thread(lambda abandoned: self._left(now, abandoned))
        self.last, self._ended = last, ended
        if last is not None:
            self._tried_at = last.made_at
        if last is None or last.head != head:
            self._changed = True
        self._looked = True

    def _left(
        self, now: datetime, abandoned: Callable[[], bool]
    ) -> tuple[Copy | None, str | None, Anchor | None]:
        """The newest backup of this record, the day whose end was kept last, and where the record ends.

        Copies of another record, or of a course of this one that a restore gave up, do not count.
        """
        head, last = head_of(self._database, live=True), None
        for name in reversed(copies(self._folder, stem_of(self._database))):
            copy = known(self._folder, name) if not abandoned() and name.at <= now else None
            if copy is None or not goes_through(self._database, copy.head):
                continue
            last = last or copy
            if name.day is not None:
                return last, name.day, head
        return last, None, head


async def _in_thread(work: Callable[[Callable[[], bool]], T]) -> T:
    """Run `work` off the event loop. Who is cancelled has it give up, and waits until it has."""
    given_up = threading.Event()
    thread = asyncio.get_running_loop().run_in_executor(None, work, given_up.is_set)
    try:
        return await asyncio.shield(thread)
    except asyncio.CancelledError:
        given_up.set()
        await asyncio.wait({thread})
        if not thread.cancelled():
            thread.exception()
        raise
