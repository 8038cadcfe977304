"""What was wrong once in the ledger, each by the case that showed it."""

import asyncio
import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from db import audit
from db.ledger import read_ledger
from db.migrations import DatabaseNewer, statements, steps
from meeting.programme import DayId, ItemId, Kind, PlannedDay
from meeting.refusals import ClosingDown, Refused


async def test_reads_given_up_at_any_moment_leave_the_reader_usable(ledger):
    chance = random.Random(7)
    for _ in range(200):
        task = asyncio.get_running_loop().create_task(ledger.agenda.plan())
        for _ in range(chance.randrange(8)):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert (await ledger.agenda.agenda()).revision == 1


async def test_a_read_when_the_house_has_closed_is_told_so(ledger):
    reads = [asyncio.get_running_loop().create_task(ledger.agenda.plan()) for _ in range(5)]
    await asyncio.sleep(0)
    await ledger.close()
    for result in await asyncio.gather(*reads, return_exceptions=True):
        assert not isinstance(result, BaseException) or isinstance(result, ClosingDown)
    with pytest.raises(ClosingDown):
        await ledger.agenda.plan()
    with pytest.raises(ClosingDown):
        await ledger.agenda.start_due()


@pytest.mark.parametrize("turns", range(12))
async def test_if_the_writers_task_is_cancelled_nobody_waits_for_ever(ledger, moderator, turns):
    loop = asyncio.get_running_loop()
    acts = [loop.create_task(ledger.agenda.announce(moderator, str(n))) for n in range(20)]
    for _ in range(turns):
        await asyncio.sleep(0)
    ledger._writer._task.cancel()
    acts += [loop.create_task(ledger.agenda.announce(moderator, "more")) for _ in range(3)]
    _, waiting = await asyncio.wait(acts, timeout=1)
    for task in waiting:
        task.cancel()
    assert not waiting
    with pytest.raises(ClosingDown):
        await asyncio.wait_for(ledger.agenda.announce(moderator, "after"), 1)


async def test_a_number_is_never_given_twice(ledger, moderator):
    numbers = []
    for n in range(3):
        await ledger.agenda.announce(moderator, f"text {n}")
        [message], _ = await ledger.notices.claim(lambda _, notice: notice.key, 1000)
        numbers.append(message.number)
        await ledger.notices.lapse(message.number, [line.key for line in message.lines])
    assert len(set(numbers)) == 3


async def test_what_was_said_cannot_lapse_and_lapsing_twice_is_once(ledger, moderator, witness):
    await ledger.agenda.announce(moderator, "said")
    [message], _ = await ledger.notices.claim(lambda _, notice: notice.key, 1000)
    await ledger.notices.said(message.number, 5)
    await ledger.notices.lapse(message.number, [line.key for line in message.lines])
    assert witness.column("SELECT message_id FROM messages") == [5]
    await ledger.agenda.announce(moderator, "unsaid")
    [message], _ = await ledger.notices.claim(lambda _, notice: notice.key, 1000)
    await ledger.notices.lapse(message.number, [line.key for line in message.lines])
    await ledger.notices.lapse(message.number, [line.key for line in message.lines])
    assert witness.verbs().count("notices.lapse") == 1


def with_items(programme, change):
    return replace(
        programme,
        days=tuple(replace(day, items=tuple(map(change, day.items))) for day in programme.days),
    )


async def test_reload_of_an_item_renamed_with_its_question(ledger, make, moderator):
    programme = with_items(
        make.two_days(), lambda i: replace(i, item_id=ItemId("d1-02b")) if i.item_id == "d1-02" else i
    )
    await ledger.agenda.reload(moderator, programme)
    agenda = await ledger.agenda.agenda()
    assert agenda.question_item("q1").item_id == "d1-02b"
    assert agenda.item(ItemId("d1-02")).skipped_at is not None


async def test_reload_cannot_take_a_question_from_an_item_that_has_begun(ledger, make, clock, moderator):
    clock.set(9, 30)
    await ledger.agenda.start(moderator, ItemId("d1-02"))
    moves = {"d1-02": None, "d1-05": make.question("q1")}
    programme = with_items(make.two_days(), lambda i: replace(i, question=moves.get(i.item_id, i.question)))
    await ledger.agenda.reload(moderator, programme)
    assert (await ledger.agenda.agenda()).question_item("q1").item_id == "d1-02"


async def test_reload_puts_a_day_before_the_others_in_its_place(ledger, make, clock, moderator):
    programme = make.two_days()
    earlier = PlannedDay(DayId("d0"), "Day 0", date(2026, 5, 31), None, ())
    await ledger.agenda.reload(moderator, replace(programme, days=(earlier, *programme.days)))
    agenda = await ledger.agenda.agenda()
    assert [day.day_id for day in agenda.days] == ["d0", "d1", "d2"]
    assert agenda.today(datetime(2026, 6, 2, 9, tzinfo=UTC)).day_id == "d2"


async def test_an_extension_is_loaded_as_it_was_answered(ledger, clock, moderator):
    clock.set(9, 30)
    await ledger.agenda.start(moderator, ItemId("d1-02"))
    clock.at = datetime(2026, 6, 1, 10, 40, 7, 345678, tzinfo=UTC)
    outcome = await ledger.agenda.extend(moderator, 5)
    assert outcome.after.days == (await ledger.agenda.agenda()).days


async def test_a_break_begun_early_can_be_shortened(ledger, clock, moderator):
    clock.set(9, 30)
    await ledger.agenda.start(moderator, ItemId("d1-03"))
    await ledger.agenda.extend(moderator, -120)
    assert (await ledger.agenda.agenda()).item(ItemId("d1-03")).kind is Kind.BREAK


async def test_a_session_suspended_just_now_can_be_shortened(ledger, clock, moderator):
    clock.set(9, 30)
    await ledger.agenda.start(moderator, ItemId("d1-02"))
    clock.at = datetime(2026, 6, 1, 9, 30, 10, tzinfo=UTC)
    await ledger.agenda.suspend(moderator)
    clock.at = datetime(2026, 6, 1, 9, 30, 50, tzinfo=UTC)
    await ledger.agenda.extend(moderator, -90)


async def test_the_outcome_carries_the_revision_it_was_committed_with(ledger, clock, moderator):
    clock.set(9)
    outcome = await ledger.agenda.next(moderator)
    assert outcome.after == await ledger.agenda.agenda()


@pytest.mark.parametrize(
    ("table", "column"),
    [("audit", c) for c in ("at", "verb", "subject")] + [("audit_details", c) for c in ("actor", "payload")],
)
async def test_a_flipped_highest_bit_names_its_row(ledger, moderator, file, table, column):
    await ledger.agenda.announce(moderator, "text")
    with closing(sqlite3.connect(file, isolation_level=None)) as plain:
        [(data,)] = plain.execute(f"SELECT CAST({column} AS BLOB) FROM {table} WHERE seq = 2").fetchall()
        flipped = bytes([data[0] ^ 0x80]) + data[1:]
        plain.execute(f"UPDATE {table} SET {column} = CAST(? AS TEXT) WHERE seq = 2", (flipped,))
    assert (await ledger.verify()).first_bad == 2


async def test_side_rows_of_no_row_are_named(ledger, moderator, file):
    await ledger.agenda.announce(moderator, "text")
    with closing(sqlite3.connect(file, isolation_level=None)) as plain:
        plain.execute("UPDATE audit_details SET seq = 130 WHERE seq = 2")
    assert (await ledger.verify()).first_bad == 130


@pytest.fixture
def impatient(monkeypatch):
    """Waits for a lock for a tenth of a second."""
    import db.connection

    pragmas = [p.replace("timeout = 5000", "timeout = 100") for p in db.connection.PRAGMAS]
    monkeypatch.setattr(db.connection, "PRAGMAS", tuple(pragmas))


@pytest.mark.parametrize("mode", ["IMMEDIATE", "EXCLUSIVE"])
@pytest.mark.parametrize("named", [True, False])
async def test_a_file_another_program_has_locked(ledger, opened, file, impatient, mode, named):
    """`named`: whether the file has its uid, so that opening it writes nothing."""
    await ledger.close()
    with closing(sqlite3.connect(file, isolation_level=None)) as plain:
        if not named:
            plain.execute("DELETE FROM meta WHERE name = 'uid'")
            plain.execute("PRAGMA user_version = 0")
        plain.execute(f"BEGIN {mode}")
        with pytest.raises(Refused):
            await opened()
        plain.execute("ROLLBACK")
        plain.execute(f"PRAGMA user_version = {steps()[-1][0]}")
    assert await (await opened()).agenda.imported()


async def test_a_folder_in_place_of_the_file(tmp_path, opened):
    path = tmp_path / "meeting.db"
    path.mkdir()
    with pytest.raises(Refused):
        await opened(path)
    path.rmdir()
    assert not await (await opened(path)).agenda.imported()


async def test_a_file_one_may_not_write_is_refused(ledger, file, other_process):
    await ledger.close()
    child = other_process("unprivileged", file, "0444", "0755")
    out, _ = child.communicate(timeout=10)
    assert out.decode().split() == ["database_read_only", "opened"]


@pytest.mark.parametrize("content", [b"title: text\n" * 200, b"", b"\x00" * 5000])
async def test_reading_what_is_no_ledger_is_refused(file, clock, content):
    file.write_bytes(content)
    with pytest.raises(Refused):
        reader = await read_ledger(file, now=clock)
        try:
            await audit.verify(reader)
        finally:
            await reader.close()


async def test_reading_a_newer_file_is_refused(ledger, file, clock):
    await ledger.close()
    with closing(sqlite3.connect(file)) as plain:
        plain.execute("PRAGMA user_version = 99")
    with pytest.raises(DatabaseNewer):
        await (await read_ledger(file, now=clock)).close()


def test_a_statement_without_an_end_is_an_error():
    with pytest.raises(ValueError, match="end"):
        statements("CREATE TABLE a (x);\nCREATE TABLE b (x)\n")
