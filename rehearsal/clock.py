"""A clock that is held: it stands still until somebody sets it on."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

FAR = timedelta(days=1)
"""Real time: long after the rehearsal is over."""


class HeldClock:
    """Fits wherever the house waits for a moment; knows all moments that are waited for."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._sleepers: dict[asyncio.Future[None], datetime] = {}
        self._asked: datetime | None = None
        self._told: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """The moment it is held at."""
        return self._now

    async def sleep_until(self, at: datetime) -> None:
        """Return once it has been set to `at` or later."""
        if at <= self._now:
            return
        waiting = asyncio.get_running_loop().create_future()
        self._sleepers[waiting] = at
        try:
            await waiting
        finally:
            self._sleepers.pop(waiting, None)

    def real_at(self, at: datetime) -> datetime:
        """Now if `at` has come; else far away, and `at` is the moment waited for (the last one asked)."""
        real = datetime.now(UTC)  # noqa: TID251 - for a scheduler that knows no other time
        if at <= self._now:
            self._asked = None
            return real
        self._asked = at
        return real + FAR

    def on_jump(self, told: Callable[[], None]) -> None:
        """Call `told` after each setting."""
        self._told.append(told)

    def look(self) -> None:
        """It never jumps unannounced."""

    @property
    def next_moment(self) -> datetime | None:
        """The first moment anybody waits for."""
        waited = [*self._sleepers.values(), *([self._asked] if self._asked else [])]
        return min(waited, default=None)

    def set(self, now: datetime) -> None:
        """It is `now`: whoever waited for it or earlier goes on."""
        self._now = now
        if self._asked is not None and self._asked <= now:
            self._asked = None
        for waiting, at in list(self._sleepers.items()):
            if at <= now and not waiting.done():
                waiting.set_result(None)
        for told in self._told:
            told()
