"""The troubles' book: one row per trouble, however often it is said, and over what breaks in between."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from db.connection import DISK
from db.troubles import REOPENS, SHOWN, TroubleKind
from tests.db.test_connection import no_room

LOW = (TroubleKind.DISK_LOW, "")


async def begin(ledger, clock, kind=LOW, **told):
    return await ledger.troubles.begin(*kind, told, clock.at)


async def test_fifty_at_once_are_one_row_and_the_last_is_told(ledger, clock, witness):
    numbers = await asyncio.gather(*(begin(ledger, clock, n=n) for n in range(50)))
    assert set(numbers) == {1}
    assert witness.column("SELECT count(*) FROM troubles") == [1]
    (trouble,) = await ledger.troubles.open()
    assert trouble.told == {"n": 49} and trouble.begun_at == clock.at and trouble.open


async def test_other_kinds_and_subjects_are_other_troubles(ledger, clock):
    kinds = [(TroubleKind.LOST, "thread q1"), (TroubleKind.LOST, "panel q1"), (TroubleKind.FAILURE, "")]
    assert [await begin(ledger, clock, kind) for kind in kinds] == [1, 2, 3]
    await ledger.troubles.over(*kinds[1], clock.at)
    assert [t.number for t in await ledger.troubles.open()] == [1, 3]


@pytest.mark.parametrize("seconds", [-1, 0])
async def test_one_that_comes_back_soon_is_the_same_and_later_another(ledger, clock, seconds):
    await begin(ledger, clock, n=1)
    begun = clock.at
    clock.forward(5)
    await ledger.troubles.over(*LOW, clock.at)
    clock.at += REOPENS + timedelta(seconds=seconds)
    assert await begin(ledger, clock, n=2) == (1 if seconds < 0 else 2)
    (trouble,) = await ledger.troubles.open()
    assert trouble.told == {"n": 2} and trouble.begun_at == (begun if seconds < 0 else clock.at)


async def test_over_twice_or_over_nothing_changes_nothing(ledger, clock):
    await ledger.troubles.over(*LOW, clock.at)
    await begin(ledger, clock)
    first = clock.at + timedelta(minutes=1)
    for minutes in (1, 30):
        await ledger.troubles.over(*LOW, clock.at + timedelta(minutes=minutes))
    (trouble,) = await ledger.troubles.recent()
    assert trouble.over_at == first


async def test_what_is_over_is_shown_for_a_day(ledger, clock):
    await begin(ledger, clock)
    await ledger.troubles.over(*LOW, clock.at)
    clock.at += SHOWN - timedelta(seconds=1)
    assert len(await ledger.troubles.recent()) == 1
    clock.at += timedelta(seconds=1)
    assert await ledger.troubles.recent() == []


async def test_what_is_told_comes_back_as_it_went(ledger, clock, opened):
    told = {"at": datetime(2026, 6, 1, 9, tzinfo=UTC), "n": 3, "things": ("a", "b"), "way": "“x”"}
    await begin(ledger, clock, **told)
    with pytest.raises(TypeError):
        await begin(ledger, clock, wrong=object())
    await ledger.close()
    (trouble,) = await (await opened()).troubles.open()
    assert trouble.told == told


async def test_the_number_foretold_is_the_number_given(ledger, clock):
    await begin(ledger, clock)
    assert await ledger.troubles.number_of(*LOW, clock.at, 0) == 1, "it is open already"
    other = (TroubleKind.FAILURE, "")
    foretold = [await ledger.troubles.number_of(*other, clock.at, ahead) for ahead in (0, 1)]
    assert foretold == [1000, 1001]
    assert await begin(ledger, clock, (TroubleKind.AUDIT_BROKEN, "")) == 2, "it takes none of them"
    assert await ledger.troubles.number_of(*other, clock.at, 0) == foretold[0]
    assert await ledger.troubles.begin(*other, {}, clock.at, 1001) == 1001
    assert await begin(ledger, clock, (TroubleKind.CLOCK_OFF, "")) == 1002
    assert await ledger.troubles.number_of(TroubleKind.LOST, "x", clock.at, 0) == 2000


async def test_no_number_that_has_a_message_is_given_again(ledger, clock, witness):
    assert await begin(ledger, clock) == 1
    posted = clock.at - timedelta(minutes=9)
    await ledger.troubles.count_on(1001, {7: posted, 1000: posted, 1001: posted}, clock.at)
    rows = "SELECT number FROM troubles WHERE kind = 'disk_full' AND over_at IS NOT NULL"
    assert witness.column(rows) == [1000, 1001], "7 was given to a row this record does not know"
    await ledger.troubles.count_on(1040, {1001: posted}, clock.at)
    await ledger.troubles.count_on(3, {}, clock.at)
    assert await ledger.troubles.begin(*LOW, {"n": 2}, clock.at, new=False) == 1
    assert await ledger.troubles.begin(TroubleKind.FAILURE, "", {}, clock.at, new=False) is None
    assert await begin(ledger, clock, (TroubleKind.FAILURE, "")) == 1041


async def test_whoever_looks_after_troubles_and_the_disk_is_woken(ledger, clock, file):
    heard = []
    for subject in ("troubles", DISK):
        ledger.feed.listen(subject, lambda subject=subject: heard.append((subject, ledger.full)))
    await begin(ledger, clock)
    assert heard == [("troubles", False)]
    with no_room(file):
        for _ in range(3):
            await asyncio.gather(begin(ledger, clock, n=1), return_exceptions=True)
        assert heard[1:] == [(DISK, True)], "once, not at each refusal"
        await ledger._writer.act(lambda tx: tx.all("SELECT 1"))
        assert ledger.full, "a commit that wrote nothing proves nothing"
    await begin(ledger, clock, n=2)
    assert heard[2:] == [(DISK, False), ("troubles", False)] and not ledger.full
