"""Keeps an eye on what the house stands on: the connection, the machine's clock and disk, the audit."""

import logging
import shutil
from collections import deque
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import Clock
from bot.tasks import Tasks, Worker
from bot.troubles import Troubles
from db.ledger import Ledger
from db.troubles import TroubleKind

log = logging.getLogger(__name__)

AWAY = timedelta(minutes=2)
"""Without a connection for so long: worth telling; discord.py mends shorter breaks by itself."""

LOOK = timedelta(minutes=30)
"""Between two looks at the disk, beside those at each ring of the alarm: a meeting writes a few MB."""

LOW, ENOUGH = 200, 300
"""MB free on the database's disk: too little, and enough again."""

STEP = 10
"""MB: what is told of the disk is rounded, so that it does not change at each look."""

OFF, RIGHT = timedelta(seconds=30), timedelta(seconds=10)
"""The clock is off, and right again: half a minute makes a notice visibly early or late."""

MB = 1024 * 1024


class Watch:
    """`work` is what its worker does now and then."""

    def __init__(
        self, ledger: Ledger, clock: Clock, tasks: Tasks, troubles: Troubles, database: Path
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._troubles = troubles
        self._database = database
        self._audited = False
        self._samples: deque[timedelta] = deque(maxlen=2)
        self._away_since: datetime | None = clock.now()
        self.connected_since: datetime | None = None
        """Since when there is a connection to Discord; None while there is none."""
        self.clock_off: timedelta | None = None
        """By how much the machine's clock is ahead of Discord's; None before the first comparison."""
        self.worker = Worker("watch", self.work, clock, tasks)
        self.worker.wake()

    @property
    def free(self) -> int:
        """MB free where the database is."""
        return shutil.disk_usage(self._database.absolute().parent).free // MB

    def lost(self) -> None:
        """The connection to Discord is gone, or still gone."""
        if self._away_since is None:
            self._away_since, self.connected_since = self._clock.now(), None
            self.worker.wake()

    def back(self) -> None:
        """There is a connection: told is only what was too long to go unnoticed."""
        self._tell_away()
        self._away_since = None
        if self.connected_since is None:
            self.connected_since = self._clock.now()
        self._troubles.over(TroubleKind.UNREACHABLE)

    def heard(self, at: datetime) -> None:
        """What Discord's clock said with an answer. Only a clock that was off is held against it: whether it
        is right again must not wait for the next message, which may be tomorrow's.
        """
        if self._troubles.holds(TroubleKind.CLOCK_OFF):
            self.compare(at)

    def compare(self, at: datetime) -> None:
        """Hold the clock against Discord's, which was here just now.

        On its way, or sent after a connection was made anew, it can only be older than it seems: so what
        shows the clock slow is certain, what shows it fast has to be seen twice.
        """
        if self._away_since is not None:
            return
        self._samples.append(self._clock.now() - at)
        ahead = self.clock_off = min(self._samples)
        if abs(ahead) < RIGHT:
            self._troubles.over(TroubleKind.CLOCK_OFF)
        elif abs(ahead) > OFF and (ahead < timedelta() or len(self._samples) == self._samples.maxlen):
            self._tell_clock(ahead)

    def _tell_clock(self, ahead: timedelta) -> None:
        """Once: what differs by a little each time must not be told anew each time."""
        if not self._troubles.holds(TroubleKind.CLOCK_OFF):
            way = "fast" if ahead > timedelta() else "slow"
            self._troubles.begin(TroubleKind.CLOCK_OFF, way=way, n=round(abs(ahead).total_seconds()))

    async def work(self) -> datetime:
        """Look at the disk, once at the audit, and whether the connection has been gone too long."""
        now = self._clock.now()
        self._tell_away()
        self._look_at_disk()
        if not self._audited:
            self._audited = True
            await self._look_at_audit()
        moments = [now + LOOK]
        if self._away_since is not None and now < self._away_since + AWAY:
            moments.append(self._away_since + AWAY)
        return min(moments)

    def _tell_away(self) -> None:
        if self._away_since is not None and self._clock.now() >= self._away_since + AWAY:
            self._troubles.begin(TroubleKind.UNREACHABLE, since=self._away_since)

    def _look_at_disk(self) -> None:
        free = self.free
        if free < LOW or (free < ENOUGH and self._troubles.holds(TroubleKind.DISK_LOW)):
            self._troubles.begin(TroubleKind.DISK_LOW, n=free // STEP * STEP)
        else:
            self._troubles.over(TroubleKind.DISK_LOW)

    async def _look_at_audit(self) -> None:
        verdict = await self._ledger.verify()
        if verdict.first_bad is None:
            self._troubles.over(TroubleKind.AUDIT_BROKEN)
        else:
            log.error("the audit does not fit from entry %d on: %s", verdict.first_bad, verdict.reason)
            self._troubles.begin(TroubleKind.AUDIT_BROKEN, row=verdict.first_bad)
