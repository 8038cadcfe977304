"""The one door for background work: tasks are named, kept and logged, and it is known whether any works."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.clock import Clock
from db.connection import DatabaseFull, DatabaseReadOnly
from meeting.refusals import ClosingDown

T = TypeVar("T")

log = logging.getLogger(__name__)

RETRY = timedelta(seconds=15)
"""After a piece of work failed it is tried again after this long."""


class Tasks:
    """Keeps the house's tasks, and counts what is being worked on (as opposed to waited for)."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._working = 0
        self.closing = False
        """Once the connections are being closed, work that was cut off by that is no failure."""
        self.on_failure: Callable[[str], None] | None = None
        """Told the reference of each failure, so that those who run the meeting hear of it."""

    @property
    def working(self) -> int:
        """How many pieces of work are under way."""
        return self._working

    def spawn(self, coroutine: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        """Start a task. A failure of it is logged with its name; the task is kept until it ends."""
        task = asyncio.get_running_loop().create_task(coroutine, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """For the time of a piece of work that a stop waits for."""
        self._working += 1
        try:
            yield
        finally:
            self._working -= 1

    @contextlib.contextmanager
    def resting(self) -> Iterator[None]:
        """Inside a piece of work: for the time it only waits by design."""
        self._working -= 1
        try:
            yield
        finally:
            self._working += 1

    async def drained(self, within: timedelta) -> bool:
        """Wait (in real time: this is the wire's) until nothing is worked on; False if that took too long."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within.total_seconds()
        while self._working and loop.time() < deadline:
            await asyncio.sleep(0.02)
        return not self._working

    async def cancel(self) -> None:
        """Cancel what is left and wait for it to end."""
        mine = asyncio.current_task()
        left = [task for task in self._tasks if task is not mine]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def failed(self, what: str, fault: BaseException | None = None) -> str:
        """Something nobody foresaw: logged under a reference, which is returned and passed on."""
        reference = secrets.token_hex(3)
        if self.closing:
            log.info("left off %s, the house is closing: %s", reference, what, exc_info=fault)
            return reference
        log.error("failure %s: %s", reference, what, exc_info=fault)
        if self.on_failure is not None:
            self.on_failure(reference)
        return reference

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            self.failed(f"task {task.get_name()} failed", fault)


class Worker:
    """Does one kind of work whenever woken, never twice at a time.

    The flag is cleared **before** the work looks at what there is, so a change during the work leads to
    another look and the last state is always reached. Work that fails is logged and tried again.
    """

    def __init__(self, name: str, work: Callable[[], Awaitable[datetime | None]], clock: Clock, tasks: Tasks):
        self.name = name
        self._work = work
        self._clock = clock
        self._tasks = tasks
        self._flag = asyncio.Event()
        self._again: asyncio.Task[None] | None = None
        self._rests_until: datetime | None = None
        self._soon: asyncio.Task[None] | None = None
        self._soon_at = clock.now()
        self._busy = False

    @property
    def idle(self) -> bool:
        """Whether there is nothing to look at and nothing is being done."""
        return not self._flag.is_set() and not self._busy

    def wake(self) -> None:
        """There may be something to do. Work that has just failed is tried again in its time, not before:
        what its failure sets off may wake it at once."""
        left = self._rests_until - self._clock.now() if self._rests_until is not None else timedelta()
        if not timedelta() < left <= RETRY:
            self._flag.set()

    def wake_within(self, span: timedelta) -> None:
        """As `wake`, but within that time: many calls in a burst are one look."""
        at = self._clock.now() + span
        pending = self._soon is not None and not self._soon.done()
        # One that is further off was set before the clock was set back.
        if self._flag.is_set() or (pending and self._soon_at <= at):
            return
        if self._soon is not None:
            self._soon.cancel()
        self._soon_at = at
        self._soon = self._tasks.spawn(self._later(at), f"{self.name} soon")

    def start(self) -> None:
        self._tasks.spawn(self._run(), self.name)

    async def _run(self) -> None:
        while True:
            await self._flag.wait()
            self._busy = True
            self._flag.clear()
            again: datetime | None = None
            try:
                with self._tasks.at_work():
                    again = await self._work()
            except ClosingDown:
                log.info("%s: left off, the house is closing", self.name)
            except (DatabaseFull, DatabaseReadOnly) as refused:
                log.error("%s: %s; the work is tried again", self.name, refused.key)
                again = self._clock.now() + RETRY
            except Exception as fault:  # noqa: BLE001 - logged, told, and tried again
                self._rests_until = again = self._clock.now() + RETRY
                self._flag.clear()
                self._tasks.failed(f"{self.name}: the work failed and is tried again", fault)
            finally:
                self._busy = False
            self._wake_at(again)

    def _wake_at(self, at: datetime | None) -> None:
        if self._again is not None:
            self._again.cancel()
            self._again = None
        if at is not None:
            self._again = self._tasks.spawn(self._later(at), f"{self.name} again")

    async def _later(self, at: datetime) -> None:
        await self._clock.sleep_until(at)
        self._flag.set()
