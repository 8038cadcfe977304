"""What an acknowledgement is worth when many act at once, give up, or the house closes."""

import asyncio
import random
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from db.connection import Transaction
from meeting.agenda import State
from meeting.conduct import AlreadyBegun, NothingNext
from meeting.programme import ItemId
from meeting.refusals import ClosingDown, OutOfDate
from tests.racing import TURNS, split, turns

ROUNDS = 30


async def test_a_hundred_at_once_are_all_durable(ledger, opened, witness, moderator):
    said = await asyncio.gather(*(ledger.agenda.announce(moderator, f"text {n}") for n in range(100)))
    assert len({one.announcement_id for one in said}) == 100
    await ledger.close()
    assert sorted(witness.rows("SELECT announcement_id, text FROM announcements")) == sorted(
        (one.announcement_id, one.text) for one in said
    )
    again = await opened()
    verdict = await again.verify()
    assert (verdict.first_bad, verdict.rows) == (None, 101)


async def test_two_press_next_twenty_times_at_once_one_moves(ledger, witness, clock, moderator, clerk):
    clock.set(9)
    revision = (await ledger.agenda.agenda()).revision
    presses = [ledger.agenda.next(who, revision) for _ in range(20) for who in (moderator, clerk)]
    done, told = split(await asyncio.gather(*presses, return_exceptions=True), OutOfDate)
    assert (len(done), len(told)) == (1, 39)
    agenda = await ledger.agenda.agenda()
    assert agenda.revision == revision + 1
    assert [item.item_id for item in agenda.items if item.started_at] == ["d1-01"]
    assert witness.verbs() == ["agenda.import", "agenda.next"]


async def test_presses_spread_over_commits_still_move_one(ledger, clock, moderator):
    chance = random.Random(1)
    clock.set(9)
    for _ in range(5):
        revision = (await ledger.agenda.agenda()).revision

        async def press(after, revision=revision):
            await turns(after)
            return await ledger.agenda.next(moderator, revision)

        presses = [press(chance.randrange(TURNS)) for _ in range(20)]
        done, _ = split(await asyncio.gather(*presses, return_exceptions=True), OutOfDate)
        assert len(done) == 1


@pytest.mark.parametrize("presses", [1, 5, 12, 15])
async def test_next_without_a_revision_moves_one_item_a_press(opened, make, clock, moderator, clerk, presses):
    house = await opened()
    items = [make.item(f"i{n:02}", 9, 2 * n, length=2) for n in range(12)]
    await house.agenda.import_programme(make.programme(items), marking="", start=None)
    clock.set(9)
    results = await asyncio.gather(
        *(house.agenda.next((moderator, clerk)[n % 2]) for n in range(presses)), return_exceptions=True
    )
    done, told = split(results, NothingNext)
    assert (len(done), len(told)) == (min(presses, 12), max(presses - 12, 0))
    for outcome in done:
        assert sum(item.on for item in outcome.after.items) == 1
    agenda = await house.agenda.agenda()
    states = [item.state for item in agenda.items]
    assert states == [
        *[State.ENDED] * (len(done) - 1),
        State.RUNNING,
        *[State.PLANNED] * (12 - len(done)),
    ]
    assert agenda.revision == 1 + len(done)


async def test_shifts_against_a_start_are_kept_or_told(opened, make, clock, moderator, clerk, file, tmp_path):
    """Many rounds; in each, whoever was acknowledged is in the agenda, and all others were told why not."""
    chance = random.Random(2)
    clock.set(8)
    house = await opened()
    await house.agenda.import_programme(
        make.programme([make.item("a", 9), make.item("b", 23)]), marking="", start=None
    )
    before = await house.agenda.agenda()
    await house.close()
    raced = 0
    for number in range(ROUNDS):
        house = await opened(Path(shutil.copy(file, tmp_path / f"round-{number}.db")))

        async def shift(after, house=house):
            await turns(after)
            return await house.agenda.shift(moderator, ItemId("a"), 1)

        async def start(after, house=house):
            await turns(after)
            return await house.agenda.start(clerk, ItemId("a"))

        racers = [shift(chance.randrange(TURNS)) for _ in range(50)]
        racers.insert(chance.randrange(50), start(chance.randrange(TURNS)))
        done, told = split(await asyncio.gather(*racers, return_exceptions=True), AlreadyBegun)
        after = await house.agenda.agenda()
        assert len(done) + len(told) == 51
        moved = after.item(ItemId("a")).starts_at - before.item(ItemId("a")).starts_at
        assert moved == timedelta(minutes=len(done) - 1)
        assert after.item(ItemId("a")).started_at == clock.at
        assert after.revision == before.revision + len(done)
        assert (await house.verify()).rows == 1 + len(done)
        await house.close()
        raced += bool(len(done) > 1 and told)
    assert raced > ROUNDS / 3, "the start must fall among the shifts for this to be a race"


async def test_every_acknowledged_act_is_one_audit_row(ledger, witness, clock, moderator):
    chance = random.Random(3)
    clock.set(8)

    async def act(number):
        await turns(chance.randrange(TURNS))
        if number == 25:
            return await ledger.agenda.start(moderator, ItemId("d1-02"))
        return await ledger.agenda.shift(moderator, ItemId("d1-02"), 1)

    results = await asyncio.gather(*(act(n) for n in range(50)), return_exceptions=True)
    done, told = split(results, AlreadyBegun)
    assert told, "none was too late: no race"
    assert len(witness.verbs()) == 1 + len(done)
    assert (await ledger.verify()).first_bad is None


@pytest.mark.parametrize("seed", range(8))
async def test_announcements_racing_a_close(ledger, opened, witness, moderator, seed):
    chance = random.Random(seed)

    async def announce(number, after):
        await turns(after)
        return await ledger.agenda.announce(moderator, str(number))

    async def close():
        await turns(TURNS // 2)
        await ledger.close()

    results, _ = await asyncio.gather(
        asyncio.gather(*(announce(n, chance.randrange(TURNS)) for n in range(80)), return_exceptions=True),
        close(),
    )
    done, told = split(results, ClosingDown)
    assert done and told, "the close must fall among them for this to be a race"
    assert sorted(witness.column("SELECT text FROM announcements")) == sorted(one.text for one in done)
    again = await opened()
    assert (await again.verify()).rows == 1 + len(done)


async def test_random_cancellations_lose_nothing_acknowledged(bare, witness):
    """1,000 acts, a third of them given up at a random moment: before their turn, in it, or after."""
    chance = random.Random(4)
    began: set[int] = set()
    asked = [asyncio.Event() for _ in range(5001)]
    begun = [asyncio.Event() for _ in range(5001)]

    def insert(number):
        async def work(tx: Transaction) -> int:
            began.add(number)
            begun[number].set()
            await tx.run("INSERT INTO meta (name, value) VALUES (?, '')", f"n{number}")
            await tx.run("UPDATE meta SET value = 'whole' WHERE name = ?", f"n{number}")
            return number

        return work

    async def act(number):
        await turns(chance.randrange(400))
        asked[number].set()
        return await bare.writer.act(insert(number))

    async def give_up(number):
        moment = chance.choice((asked, begun))
        await moment[number].wait()
        if moment is asked:
            await turns(chance.randrange(100))
        tasks[number].cancel()

    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(act(number)) for number in range(1000)]
    doomed = [loop.create_task(give_up(number)) for number in chance.sample(range(1000), 333)]
    results = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 30)
    await asyncio.gather(*doomed)
    done, cancelled = split(results, asyncio.CancelledError)
    while not bare.writer.idle:
        await asyncio.sleep(0)
    assert not bare.connection.in_transaction
    kept = {int(name[1:]) for name in witness.column("SELECT name FROM meta WHERE value = 'whole'")}
    assert kept >= set(done), "acknowledged and lost"
    assert kept == began, "half done"
    assert len(cancelled) > 100
    assert kept - set(done), "none was given up in its turn: too tame"
    assert set(range(1000)) - began, "none was given up before its turn: too tame"
    assert await bare.writer.act(insert(5000)) == 5000


async def test_who_gives_up_before_its_turn_is_passed_over(bare, witness):
    gate, inside = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    async def wait(tx: Transaction) -> None:
        inside.set()
        await gate.wait()

    async def never(tx: Transaction) -> None:
        await tx.run("INSERT INTO meta (name, value) VALUES ('never', '')")

    first = loop.create_task(bare.writer.act(wait))
    await inside.wait()
    second = loop.create_task(bare.writer.act(never))
    await turns(3)
    second.cancel()
    gate.set()
    await first
    await bare.writer.close()
    assert second.cancelled()
    assert witness.column("SELECT name FROM meta WHERE name = 'never'") == []


async def test_an_act_that_happened_though_its_caller_left_marks_the_feed(bare, witness):
    gate, inside = asyncio.Event(), asyncio.Event()
    told = asyncio.Event()
    bare.feed.listen("agenda", told.set)

    async def work(tx: Transaction) -> None:
        await tx.run("INSERT INTO meta (name, value) VALUES ('kept', '')")
        tx.mark("agenda")
        inside.set()
        await gate.wait()

    task = asyncio.get_running_loop().create_task(bare.writer.act(work))
    await inside.wait()
    task.cancel()
    await turns(3)
    assert task.cancelled() and not told.is_set()
    gate.set()
    await asyncio.wait_for(told.wait(), 10)
    assert witness.column("SELECT name FROM meta WHERE name = 'kept'") == ["kept"]


async def test_announcers_who_give_up_leave_a_whole_audit(ledger, witness, moderator):
    chance = random.Random(5)
    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(ledger.agenda.announce(moderator, str(n))) for n in range(200)]
    for task in chance.sample(tasks, 70):
        await turns(chance.randrange(3))
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    done, _ = split(results, asyncio.CancelledError)
    await ledger.keep_setting("after", "works")
    kept = witness.column("SELECT text FROM announcements")
    assert set(kept) >= {one.text for one in done}
    assert len(kept) == len(set(kept)) == witness.verbs().count("agenda.announce")
    assert (await ledger.verify()).first_bad is None
