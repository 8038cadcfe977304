"""When the clock has to look at polls again: never later than something falls due, never for nothing."""

from datetime import timedelta

import pytest

from bot.alarm import Alarm
from bot.tasks import Tasks
from meeting.polls import PollId, PollState
from meeting.programme import ItemId
from rehearsal.clock import HeldClock
from tests.db.test_polls import planned, turned

TICK = timedelta(milliseconds=10)


async def test_a_closing_that_falls_between_two_looks_is_not_slept_past(meeting, clock, moderator):
    seated = await meeting(planned("a", "hand", "hand"), planned("b", "d1 08:10", "hand"))
    clock.set(8)
    await seated.ledger.polls.open(moderator, PollId("a"), 10)
    clock.set(8, 10)
    clock.at -= TICK
    assert await turned(seated) == []
    clock.at += 2 * TICK
    due = await seated.ledger.notices.next_due()
    assert due is not None and due <= clock.at
    assert await turned(seated) == [("a", "closed"), ("b", "open")]
    due = await seated.ledger.notices.next_due()
    assert due is not None and due > clock.at, "and then it rests"


async def test_an_alarm_on_a_clock_that_goes_on_between_its_looks(meeting, clock, moderator, monkeypatch):
    """Each look of the ledger at its clock comes a tick later than the one before."""
    seated = await meeting(planned("a", "hand", "hand"))
    clock.set(8)
    await seated.ledger.polls.open(moderator, PollId("a"), 10)
    clock.set(8, 10)
    closing = clock.at

    def ticking(self):
        self.at += TICK
        return self.at

    slept = 0
    for before in reversed(range(8)):
        tasks = Tasks()
        clock.at = closing - before * TICK
        with monkeypatch.context() as patch:
            patch.setattr(type(clock), "__call__", ticking)
            alarm = Alarm(seated.ledger, HeldClock(clock.at), tasks)
            alarm._scheduler.start(paused=True)
            await alarm.work()
        alarm.stop()
        await tasks.cancel()
        if (await seated.ledger.polls.polls())[0].state is PollState.CLOSED:
            break
        assert alarm.armed_at is not None and alarm.armed_at <= max(closing, clock.at)
        slept += 1
    assert 0 < slept < 8, "some looks came too early, one found it due"


@pytest.mark.parametrize(
    "waiting",
    [
        planned("missed", "d1 07:00", "d1 07:30"),
        planned("empty", "d1 07:00", "hand", options=()),
        planned("late", "start+15", "end"),
        planned("never", "end", "d1 08:30"),
    ],
    ids=lambda poll: poll.poll_id,
)
async def test_a_poll_that_will_not_open_is_not_looked_at_over_and_over(meeting, clock, moderator, waiting):
    seated = await meeting(waiting)
    clock.set(9, 30)
    await seated.ledger.agenda.start(moderator, ItemId("d1-02"))
    clock.set(9, 40)
    await seated.ledger.agenda.end(moderator)
    for _ in range(3):
        assert await turned(seated) == []
        due = await seated.ledger.notices.next_due()
        assert due is None or due > clock.at
        clock.at += TICK
