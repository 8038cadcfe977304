"""Limits: an honest person never meets them; a storm is answered, harms nobody, and is not written twice."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot.answers
from bot.limits import AT_ONCE, EACH, TOLD, UNDER_WAY, Limits, TooMuch
from meeting.people import UserId
from rehearsal.clock import HeldClock
from rehearsal.standin import Reply
from rehearsal.standin.interactions import AUTOCOMPLETE
from tests.stage import Stage, at, staged

A, B = UserId(1), UserId(2)
TURNED_AWAY = "That was a lot at once; nothing was done. Please wait ten seconds."


def limits() -> tuple[Limits, HeldClock]:
    clock = HeldClock(at(9))
    return Limits(clock), clock


def gesture(door: Limits, user_id: UserId) -> bool:
    """Whether a gesture that ends at once is let through."""
    try:
        door.begin(user_id)
    except TooMuch:
        return False
    door.end(user_id)
    return True


def test_so_many_at_once_and_then_two_a_second() -> None:
    door, clock = limits()
    assert [gesture(door, A) for _ in range(AT_ONCE + 3)] == [True] * AT_ONCE + [False] * 3
    assert gesture(door, B), "others have a bucket of their own"
    clock.set(clock.now() + timedelta(seconds=1))
    assert [gesture(door, A) for _ in range(4)] == [True, True, False, False]
    clock.set(clock.now() + timedelta(seconds=10))
    assert sum(gesture(door, A) for _ in range(50)) == 20, "ten seconds are worth waiting"
    clock.set(clock.now() + timedelta(hours=1))
    assert sum(gesture(door, A) for _ in range(50)) == AT_ONCE, "and no more is ever saved up"


def test_frantic_honest_tapping_is_never_turned_away() -> None:
    """Five a second for five seconds, again and again with ten seconds to look between."""
    door, clock = limits()
    for _ in range(20):
        for _ in range(25):
            assert gesture(door, A)
            clock.set(clock.now() + timedelta(seconds=0.2))
        clock.set(clock.now() + timedelta(seconds=10))


@given(st.lists(st.tuples(st.sampled_from([A, B]), st.integers(0, 4000)), max_size=120))
def test_it_is_a_bucket(steps: list[tuple[UserId, int]]) -> None:
    """Against the plainest way to reckon one: tokens that flow back with time."""
    door, clock = limits()
    tokens, seen = {A: float(AT_ONCE), B: float(AT_ONCE)}, {A: clock.now(), B: clock.now()}
    for user_id, wait in steps:
        # Quarters of a second: tokens come in halves, which floats hold exactly.
        clock.set(clock.now() + timedelta(milliseconds=wait // 250 * 250))
        passed = (clock.now() - seen[user_id]) / EACH
        tokens[user_id], seen[user_id] = min(tokens[user_id] + passed, AT_ONCE), clock.now()
        expected = tokens[user_id] >= 1
        assert gesture(door, user_id) == expected
        tokens[user_id] -= expected


def test_few_acts_of_one_person_are_under_way_and_a_refused_one_costs_nothing() -> None:
    door, _ = limits()
    for _ in range(UNDER_WAY):
        door.begin(A)
    for _ in range(100):
        assert not gesture(door, A)
    assert gesture(door, B)
    door.end(A)
    assert sum(gesture(door, A) for _ in range(100)) == AT_ONCE - UNDER_WAY


def test_whoever_is_full_again_is_forgotten() -> None:
    door, clock = limits()
    for number in range(5000):
        gesture(door, UserId(number))
        clock.set(clock.now() + timedelta(seconds=0.1))
        assert door.remembered <= 310, "those of two buckets' times"
    while gesture(door, A):
        pass
    clock.set(clock.now() + TOLD + timedelta(seconds=20))
    gesture(door, B)
    assert door.remembered == 1


class SetBack(HeldClock):
    """A clock that somebody sets."""

    def set_back(self, **span: float) -> None:
        self._now -= timedelta(**span)


def test_a_clock_that_is_set_back_locks_nobody_out(caplog: pytest.LogCaptureFixture) -> None:
    clock = SetBack(at(9))
    door = Limits(clock)
    while gesture(door, A):
        pass
    clock.set_back(hours=3)
    assert sum(gesture(door, A) for _ in range(AT_ONCE + 5)) == AT_ONCE
    clock.set_back(hours=3)
    while gesture(door, A):
        pass
    assert len(caplog.records) == 3


def test_a_storm_is_one_line_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    door, clock = limits()
    caplog.set_level(logging.INFO)
    for _ in range(600):
        for user_id in (A, B):
            gesture(door, user_id)
            gesture(door, user_id)
        clock.set(clock.now() + timedelta(seconds=0.2))
    lines = [record.getMessage() for record in caplog.records]
    assert 2 <= sum("user 1 " in line for line in lines) <= 3, lines
    assert len(lines) <= 6


# The house under a storm.


async def all_of(replies: Iterable[object]) -> list[Reply]:
    return list(await asyncio.gather(*replies))  # type: ignore[call-overload]


def announced(stage: Stage) -> int:
    """Announcements written."""
    with closing(sqlite3.connect(stage.database)) as database:
        (found,) = database.execute("SELECT count(*) FROM announcements").fetchone()
    return int(found)


@pytest.fixture
async def patient(tmp_path: Path) -> AsyncIterator[Stage]:
    """A house whose people wait for half a minute: people and server share this one process with the bot."""
    async for one in staged(Stage(tmp_path, response_limit=timedelta(seconds=30))):
        await one.run()
        await one.set_up()
        yield one


async def test_one_persons_storm_leaves_forty_others_served(
    patient: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    house = patient
    storm, others = house.moderator, [house.person(f"P{n}", "Delegate") for n in range(40)]
    panel, day = house.operator, house.panel("programme", "## Day 1")
    before = announced(house)
    stormed, served = await asyncio.gather(
        all_of(storm.command("agenda announce", text=f"Storm {n}.") for n in range(500)),
        all_of(person.press(day, "Now and next") for person in others),
    )
    assert all("Nothing is running" in reply.text for reply in served), "everybody else is served"
    let_in = [reply for reply in stormed if "It appears in the programme channel" in reply.text]
    turned = [reply for reply in stormed if reply.text == TURNED_AWAY]
    assert len(let_in) + len(turned) == 500, {reply.text for reply in stormed}
    assert 1 <= len(let_in) <= AT_ONCE and all(reply.ephemeral for reply in turned)
    assert announced(house) - before == len(let_in), "no act but those let in"
    assert house.errors == [] and house.standin.unanswered == []
    lines = [r.getMessage() for r in caplog.records if r.name == "bot.limits"]
    assert lines == [f"user {storm.user_id} asks for more than anybody can mean; the rest is turned away"]
    assert "Storm" not in "".join(r.getMessage() for r in caplog.records)
    await house.later(seconds=10)
    assert "begun" in (await storm.press(panel, "Next: Accreditation")).text, "ten seconds later, all is well"


async def test_control_without_a_limit_the_storm_gets_through(
    house: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Limits, "begin", lambda *_: None)
    monkeypatch.setattr(Limits, "end", lambda *_: None)
    await all_of(house.moderator.command("agenda announce", text=f"Storm {n}.") for n in range(100))
    assert announced(house) == 100


async def test_what_is_turned_away_looks_at_nothing(house: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger's two connections are not asked at all: an answer costs no more than its sending."""
    assert house.app is not None and house.app._ledger is not None
    dara = house.delegate
    for _ in range(AT_ONCE):
        await dara.command("programme now")
    await house.settle()
    asked: list[str] = []
    for part in (house.app._ledger._reader._connection, house.app._ledger._writer._connection):
        await part.set_trace_callback(asked.append)
    for reply in (
        await dara.command("programme calendar"),
        await dara.press(house.panel("programme", "## Day 1"), "Now and next"),
        await house.forge(dara, "m1:nothing:x:y", house.operator),
        await house.forge(dara, "m1:agenda:all:announced", house.operator, form=[]),
    ):
        assert reply.text == TURNED_AWAY and reply.ephemeral
    assert asked == []
    assert "Nothing is running" in (await house.newcomer.command("programme now")).text
    assert asked != [], "control: somebody else's does ask"


async def test_proposals_of_a_storm_are_empty(house: Stage) -> None:
    mona = house.moderator
    found = [len(await mona.complete("agenda skip", "item", "")) for _ in range(AT_ONCE + 5)]
    assert found == [8] * AT_ONCE + [0] * 5
    one = house.standin.interactions._by_id.popitem()[1]
    assert one.type == AUTOCOMPLETE and not one.failed and one.choices == [], "answered, with nothing"
    await house.later(seconds=10)
    assert len(await mona.complete("agenda skip", "item", "")) == 8


async def test_acts_that_hang_hold_up_their_own_person_only(
    house: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.answers, "PATIENCE", timedelta(seconds=0.05))
    mona, otto = house.moderator, house.person("Otto", "Moderator")
    with closing(sqlite3.connect(house.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = [
            asyncio.ensure_future(mona.command("agenda announce", text=f"Wait {n}."))  # noqa: TID251
            for n in range(UNDER_WAY)
        ]
        async with asyncio.timeout(2):
            while house.app is not None and house.app.tasks.working < UNDER_WAY:
                await asyncio.sleep(0.001)
        assert (await mona.command("programme now")).text == TURNED_AWAY
        reading = await otto.command("programme now")
        assert "Nothing is running" in reading.text, "readers do not wait for the writer"
        other.execute("ROLLBACK")
    for reply in await all_of(waiting):
        assert "It appears" in reply.text
    await house.settle()
    assert "Nothing is running" in (await mona.command("programme now")).text, "and then it goes on"
