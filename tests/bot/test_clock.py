"""The live clock, the held clock, and the alarm that rings by either."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import WallClock
from db.agenda import AgendaBook
from db.connection import DatabaseFull
from rehearsal.clock import HeldClock
from tests.stage import Stage, at


class SteppedClock(WallClock):
    """A machine whose time is set while the house runs."""

    step = timedelta()

    def now(self) -> datetime:
        return super().now() + self.step


def test_a_step_of_the_machines_clock_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    clock, told = SteppedClock(), list[datetime]()
    clock.on_jump(lambda: told.append(clock.now()))
    clock.look()
    assert told == []
    clock.step = timedelta(minutes=7)
    clock.look()
    assert len(told) == 1 and "was set by +420.0 s" in caplog.text
    clock.look()
    assert len(told) == 1, "the step has been seen"
    clock.step = timedelta(minutes=5)
    clock.look()
    assert len(told) == 2 and "-120.0 s" in caplog.text
    clock.step += timedelta(milliseconds=500)
    clock.look()
    assert len(told) == 2, "half a second is no step"


async def test_the_live_clock_sleeps_until_a_moment_and_not_for_one_past() -> None:
    clock = WallClock()
    assert clock.now().tzinfo is UTC
    await clock.sleep_until(clock.now() - timedelta(hours=1))
    begun, until = time.monotonic(), clock.now() + timedelta(seconds=0.02)
    await clock.sleep_until(until)
    assert clock.now() >= until and time.monotonic() - begun < 1
    assert clock.real_at(until) == until


async def test_a_held_clock_wakes_only_whom_it_has_reached() -> None:
    begin = datetime(2022, 9, 7, tzinfo=UTC)
    clock, woken = HeldClock(begin), list[int]()

    async def sleeper(number: int) -> None:
        await clock.sleep_until(begin + timedelta(minutes=number))
        woken.append(number)

    sleeping = [asyncio.ensure_future(sleeper(n)) for n in (3, 1, 2, 0)]  # noqa: TID251
    await asyncio.sleep(0)
    assert clock.next_moment == begin + timedelta(minutes=1)
    clock.set(begin + timedelta(minutes=2))
    await asyncio.wait(sleeping[1:])
    assert sorted(woken) == [0, 1, 2] and clock.next_moment == begin + timedelta(minutes=3)
    sleeping[0].cancel()
    await asyncio.wait(sleeping)
    assert clock.next_moment is None, "who no longer waits is forgotten"


async def test_a_held_clock_tells_a_scheduler_now_or_far_away() -> None:
    begin = datetime(2022, 9, 7, tzinfo=UTC)
    clock, jumps = HeldClock(begin), list[datetime]()
    clock.on_jump(lambda: jumps.append(clock.now()))
    assert clock.real_at(begin + timedelta(minutes=1)) > WallClock().now() + timedelta(hours=12)
    assert clock.next_moment == begin + timedelta(minutes=1)
    clock.set(begin + timedelta(minutes=1))
    assert clock.next_moment is None and jumps == [begin + timedelta(minutes=1)]
    assert clock.real_at(begin) <= WallClock().now() + timedelta(seconds=1)


def armed_at(house: Stage) -> datetime | None:
    """When the alarm rings next; others wait for moments of their own."""
    assert house.app is not None and house.app._alarm is not None
    return house.app._alarm.armed_at


async def test_the_alarm_rings_at_the_next_due_moment_and_no_earlier(house: Stage) -> None:
    assert armed_at(house) == at(7, 30), "the digest, half an hour before the first item"
    house.clock.set(at(7, 29, second=59))
    await house.settle()
    assert house.said("**Day 1") == []
    house.clock.set(at(7, 30))
    await house.settle()
    assert len(house.said("**Day 1")) == 1
    assert armed_at(house) == at(7, 45)
    shift = await house.moderator.command("agenda shift", item="open", minutes=30)
    await house.moderator.press(shift, "Yes, do it")
    await house.later(seconds=5)
    assert armed_at(house) == at(8, 15), "it is set anew when the agenda moves"


async def test_a_jump_over_several_moments_misses_none(house: Stage) -> None:
    await house.leap(at(8, 56))
    await house.later(seconds=10)
    (said,) = house.said("**Day 1: questions**")
    assert "Now: **Accreditation**, until 09:56" in said
    assert "Accreditation** – now" in house.panel("programme", "## Day 1").text


async def test_a_jump_backwards_does_no_harm(house: Stage) -> None:
    await house.until(at(7, 50))
    said = [m.content for m in house.messages("programme")]
    await house.leap(at(7, 20))
    await house.until(at(7, 50))
    assert [m.content for m in house.messages("programme")] == said
    await house.until(at(8, 0))
    assert len(house.said("Now: **Accreditation**")) == 1


async def test_what_the_disk_refuses_to_start_is_started_once_it_takes_it(
    house: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At rest meanwhile: whoever holds the clock must be able to go on to the next attempt."""

    async def refused(_: AgendaBook) -> None:
        raise DatabaseFull()

    await house.until(at(7, 59))
    with monkeypatch.context() as full:
        full.setattr(AgendaBook, "start_due", refused)
        await house.until(at(8, 2))
        assert house.said("Now: **Accreditation**") == []
    assert house.errors
    house.errors.clear()
    await house.later(minutes=1)
    assert len(house.said("Now: **Accreditation**")) == 1
