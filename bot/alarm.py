"""Rings when something falls due. APScheduler rings; it is neither the memory nor the one who does the work.

The job is derived from the ledger each time; the row there decides what is too late, never the scheduler's
grace (its default of one second drops overdue jobs with a log line).
"""

import logging
from datetime import UTC, datetime

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.clock import Clock
from bot.tasks import Tasks, Worker
from db.ledger import Ledger
from meeting.refusals import NotSetUp

log = logging.getLogger(__name__)

LOOK = 30
"""Seconds between looks at the clock: timers are monotonic and late by any step of the wall clock."""


class Alarm:
    """Starts what the clock starts, rings at the next due moment, and wakes whoever has to look."""

    def __init__(self, ledger: Ledger, clock: Clock, tasks: Tasks) -> None:
        self._ledger = ledger
        self._clock = clock
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._scheduler.add_listener(_trouble, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
        self._armed_at: datetime | None = None
        self._wakes: list[Worker] = []
        self.worker = Worker("alarm", self.work, clock, tasks)
        clock.on_jump(self._jumped)

    @property
    def idle(self) -> bool:
        """Whether the next ring lies ahead and nothing is being looked at."""
        ahead = self._armed_at is None or self._armed_at > self._clock.now()
        return ahead and self.worker.idle

    @property
    def armed_at(self) -> datetime | None:
        """When it rings next."""
        return self._armed_at

    def wakes(self, worker: Worker) -> None:
        """This worker looks again at each ring."""
        self._wakes.append(worker)

    def start(self) -> None:
        self._scheduler.start()
        self._scheduler.add_job(self._look, IntervalTrigger(seconds=LOOK), id="look", replace_existing=True)
        self.worker.start()
        self.worker.wake()

    def stop(self) -> None:
        """Nothing rings any more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def work(self) -> datetime | None:
        """Start what is due, have everybody look, and set the alarm for the next moment."""
        # What rang has rung; if this fails, the worker tries it again.
        self._armed_at = None
        try:
            outcome = await self._ledger.agenda.start_due()
            if outcome is not None and outcome.after.running is not None:
                log.info("started by the clock: %s", outcome.after.running.item_id)
            for poll in await self._ledger.polls.turn_due():
                log.info("poll %s by the clock: %s", poll.state, poll.poll_id)
            for speakers in await self._ledger.speakers.turn_due():
                log.info("list of speakers turned by the clock: %s", speakers.item_id)
            await self._ledger.discussions.gather_due()
            for worker in self._wakes:
                worker.wake()
            self._arm(await self._ledger.notices.next_due())
        except NotSetUp:
            self._arm(None)
        return None

    def _arm(self, at: datetime | None) -> None:
        self._armed_at = at
        if at is not None:
            self._scheduler.add_job(
                self._ring, DateTrigger(self._clock.real_at(at)), id="ring", replace_existing=True
            )

    async def _ring(self) -> None:
        self.worker.wake()

    async def _look(self) -> None:
        self._clock.look()

    def _jumped(self) -> None:
        if self._armed_at is not None and self._armed_at <= self._clock.now():
            self._arm(self._armed_at)
        elif self._scheduler.running:
            self.worker.wake()


def _trouble(event: JobExecutionEvent) -> None:
    log.error("the alarm's job %s failed or was missed: %s", event.job_id, event.exception)
