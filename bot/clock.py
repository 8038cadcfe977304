"""One clock: the only place that reads the wall clock.

Everything that waits by design waits on an injected `Clock`; a rehearsal injects one that its director
holds. Real time remains for the wire alone (Discord's three seconds, heartbeats, HTTP retries, draining).
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

log = logging.getLogger(__name__)

LONGEST_SLEEP = timedelta(seconds=30)
"""A sleep is cut into pieces: the loop's timers are monotonic, and late by any step of the wall clock."""

STEP = timedelta(seconds=1)
"""Wall and monotonic clock apart by more than this since the last look: the wall clock was set."""


class Clock(Protocol):
    """The meeting's time."""

    def now(self) -> datetime:
        """The present moment, aware UTC."""

    async def sleep_until(self, at: datetime) -> None:
        """Return when `at` has come; at once if it has."""

    def real_at(self, at: datetime) -> datetime:
        """The real instant at which meeting time `at` will come, as far as is known now.

        A clock that is held answers with one far away, keeps in mind that `at` is waited for, and tells of
        the jump that reaches it.
        """

    def on_jump(self, told: Callable[[], None]) -> None:
        """Call `told` whenever the time did not pass but jumped."""

    def look(self) -> None:
        """Notice a jump that nobody announced; called now and then."""


class WallClock:
    """Live: the machine's clock."""

    def __init__(self) -> None:
        self._told: list[Callable[[], None]] = []
        self._seen = (self.now(), time.monotonic())

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is the one place

    async def sleep_until(self, at: datetime) -> None:
        while (left := at - self.now()) > timedelta():
            await asyncio.sleep(min(left, LONGEST_SLEEP).total_seconds())

    def real_at(self, at: datetime) -> datetime:
        return at

    def on_jump(self, told: Callable[[], None]) -> None:
        self._told.append(told)

    def look(self) -> None:
        wall, steady = self.now(), time.monotonic()
        step = (wall - self._seen[0]) - timedelta(seconds=steady - self._seen[1])
        self._seen = (wall, steady)
        if abs(step) > STEP:
            log.warning("the machine's clock was set by %+.1f s", step.total_seconds())
            for told in self._told:
                told()
