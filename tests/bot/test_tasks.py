"""Workers and tasks on a held clock."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.tasks import RETRY, Tasks, Worker
from rehearsal.clock import HeldClock

BEGIN = datetime(2022, 9, 7, 1, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock(BEGIN)


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    made = Tasks()
    yield made
    await made.cancel()


async def turns(number: int = 20) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def test_a_wake_during_the_work_leads_to_another_look(clock: HeldClock, tasks: Tasks) -> None:
    state, seen, gate = 0, list[int](), asyncio.Event()

    async def work() -> None:
        seen.append(state)
        await gate.wait()

    worker = Worker("w", work, clock, tasks)
    worker.start()
    worker.wake()
    await turns()
    assert seen == [0] and not worker.idle and tasks.working == 1
    for _ in range(5):
        state += 1
        worker.wake()
    await turns()
    assert seen == [0], "never twice at a time"
    gate.set()
    await turns()
    assert seen == [0, 5] and worker.idle and tasks.working == 0


async def test_failing_work_is_tried_again_by_the_clock(
    clock: HeldClock, tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    runs = list[datetime]()

    async def work() -> None:
        runs.append(clock.now())
        if len(runs) < 3:
            raise RuntimeError("no luck")

    worker = Worker("hanging", work, clock, tasks)
    worker.start()
    worker.wake()
    await turns()
    assert runs == [BEGIN] and worker.idle and "hanging" in caplog.text and "no luck" in caplog.text
    clock.set(BEGIN + RETRY - timedelta(seconds=1))
    await turns()
    assert len(runs) == 1
    clock.set(BEGIN + RETRY)
    await turns()
    assert len(runs) == 2
    clock.set(BEGIN + 2 * RETRY)
    await turns()
    assert len(runs) == 3 and clock.next_moment is None, "done: nothing is waited for"


async def test_the_work_says_when_it_wants_to_look_again(clock: HeldClock, tasks: Tasks) -> None:
    runs = list[datetime]()

    async def work() -> datetime | None:
        runs.append(clock.now())
        return BEGIN + timedelta(minutes=5) if len(runs) < 3 else None

    worker = Worker("w", work, clock, tasks)
    worker.start()
    worker.wake()
    await turns()
    assert clock.next_moment == BEGIN + timedelta(minutes=5)
    worker.wake()
    await turns()
    assert len(runs) == 2 and clock.next_moment == BEGIN + timedelta(minutes=5), "not two waits"
    clock.set(BEGIN + timedelta(minutes=5))
    await turns()
    assert len(runs) == 3 and clock.next_moment is None


async def test_a_failed_task_is_logged_by_its_name(tasks: Tasks, caplog: pytest.LogCaptureFixture) -> None:
    async def fails() -> None:
        raise ValueError("what happened")

    tasks.spawn(fails(), "gardening")
    await turns()
    assert "gardening" in caplog.text and "what happened" in caplog.text


async def test_what_closing_cuts_off_is_no_failure(
    clock: HeldClock, tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    told = list[str]()
    tasks.on_failure = told.append

    async def work() -> None:
        raise RuntimeError("Session is closed")

    worker = Worker("hanging", work, clock, tasks)
    worker.start()
    for closing, times in ((False, 1), (True, 1)):
        tasks.closing = closing
        worker.wake()
        await turns()
        assert len(told) == sum(record.levelname == "ERROR" for record in caplog.records) == times


async def test_a_stop_waits_for_work_but_not_for_ever(tasks: Tasks) -> None:
    assert await tasks.drained(timedelta())
    with tasks.at_work():
        assert not await tasks.drained(timedelta(seconds=0.03))
        with tasks.resting():
            assert await tasks.drained(timedelta(seconds=0.03))
        assert tasks.working == 1
    assert await tasks.drained(timedelta(seconds=0.03))


async def test_cancel_ends_what_is_left(tasks: Tasks, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    ended = list[str]()

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("yes")

    task = tasks.spawn(waits(), "waiter")
    await turns()
    await tasks.cancel()
    assert task.cancelled() and ended == ["yes"] and caplog.text == ""


# Within a while


SPAN = timedelta(milliseconds=250)


@pytest.fixture
async def looks(clock: HeldClock, tasks: Tasks) -> AsyncIterator[tuple[Worker, list[datetime]]]:
    """A worker, and when it has looked."""
    seen = list[datetime]()

    async def work() -> None:
        seen.append(clock.now())

    worker = Worker("w", work, clock, tasks)
    worker.start()
    await turns()
    yield worker, seen


async def test_a_burst_is_one_look(clock: HeldClock, looks: tuple[Worker, list[datetime]]) -> None:
    worker, seen = looks
    for n in range(50):
        worker.wake_within(SPAN)
        clock.set(BEGIN + n * SPAN / 50)
        await turns(3)
    assert seen == []
    clock.set(BEGIN + SPAN)
    await turns()
    assert seen == [BEGIN + SPAN] and clock.next_moment is None


async def test_two_wakes_in_one_held_instant_are_two_looks_if_one_lies_between(
    clock: HeldClock, looks: tuple[Worker, list[datetime]]
) -> None:
    worker, seen = looks
    for n in range(1, 4):
        worker.wake_within(SPAN)
        worker.wake_within(SPAN)
        clock.set(BEGIN + n * SPAN)
        worker.wake_within(SPAN)
        await turns()
        assert seen == [BEGIN + one * SPAN for one in range(1, n + 1)]
    worker.wake_within(timedelta())
    await turns()
    worker.wake_within(timedelta())
    await turns()
    assert len(seen) == 5 and set(seen[3:]) == {clock.now()} and clock.next_moment is None


async def test_after_the_clock_was_set_back_a_look_is_not_as_far_off_as_before(
    clock: HeldClock, looks: tuple[Worker, list[datetime]]
) -> None:
    worker, seen = looks
    worker.wake_within(SPAN)
    await turns()
    back = BEGIN - timedelta(hours=1)
    clock.set(back)
    for n in range(1, 5):
        worker.wake_within(SPAN)
        await turns()
        clock.set(back + n * SPAN)
        await turns()
    assert seen == [back + n * SPAN for n in range(1, 5)]


async def test_the_sooner_of_two_wakes_counts(clock: HeldClock, looks: tuple[Worker, list[datetime]]) -> None:
    worker, seen = looks
    for span in (4 * SPAN, SPAN, 2 * SPAN):
        worker.wake_within(span)
        await turns()
    clock.set(BEGIN + SPAN)
    await turns()
    assert seen == [BEGIN + SPAN] and clock.next_moment is None


async def test_what_a_failure_sets_off_does_not_wake_the_work_at_once(
    clock: HeldClock, tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    runs = list[datetime]()

    async def work() -> None:
        runs.append(clock.now())
        if len(runs) < 3:
            raise RuntimeError("nobody foresaw this")

    worker = Worker("w", work, clock, tasks)
    tasks.on_failure = lambda _: worker.wake()
    worker.start()
    worker.wake()
    await turns()
    assert runs == [BEGIN], "the failure is told, and that wakes it: not before its time"
    for _ in range(2):
        clock.set(clock.now() + RETRY)
        await turns()
    assert runs == [BEGIN, BEGIN + RETRY, BEGIN + 2 * RETRY]
    worker.wake()
    await turns()
    assert len(runs) == 4, "after a success it is woken as ever"
    caplog.clear()
