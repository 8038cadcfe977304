"""Acts that share a commit, the disk that takes no more, and what a reader may see."""

import asyncio
import resource
import sqlite3
from contextlib import closing, contextmanager

import pytest

from db.audit import judge
from db.connection import DatabaseFull, Transaction, Writer, connect
from db.feed import Feed
from db.migrations import migrate
from meeting.people import CLOCK
from meeting.refusals import ClosingDown, Refused


class Declined(Refused):
    """A rule that says no, for these tests."""


def put(name, value="", fault=None):
    """An act that writes a name and its audit row, and then perhaps fails."""

    async def work(tx: Transaction) -> str:
        await tx.run("INSERT INTO meta (name, value) VALUES (?, ?)", name, value)
        await tx.record(CLOCK, "test.put", name)
        tx.mark(name)
        if fault is not None:
            raise fault
        return name

    return work


async def together(bare, *works):
    """All in one commit: they wait behind an act that does not end before all have come."""
    gate, inside = asyncio.Event(), asyncio.Event()

    async def wait(tx: Transaction) -> None:
        inside.set()
        await gate.wait()

    loop = asyncio.get_running_loop()
    first = loop.create_task(bare.writer.act(wait))
    await inside.wait()
    tasks = [loop.create_task(bare.writer.act(work)) for work in works]
    await asyncio.sleep(0)
    gate.set()
    await first
    return await asyncio.gather(*tasks, return_exceptions=True)


def names(witness):
    return sorted(witness.column("SELECT name FROM meta WHERE name <> 'uid'"))


@pytest.mark.parametrize("fault", [Declined(), RuntimeError("a fault of ours"), ValueError("another")])
async def test_a_failed_act_undoes_itself_alone(bare, witness, fault):
    results = await together(bare, put("a"), put("b", fault=fault), put("c"))
    assert results == ["a", fault, "c"]
    assert names(witness) == ["a", "c"]
    assert witness.column("SELECT subject FROM audit ORDER BY seq") == ["a", "c"]


def chain(witness):
    """The audit's rows as `judge` takes them."""
    rows = witness.rows(
        "SELECT a.seq, a.at, a.verb, a.subject, a.detail, a.digest, d.salt, d.actor, d.payload"
        " FROM audit AS a JOIN audit_details AS d USING (seq) ORDER BY seq"
    )
    return [tuple(one.encode() if isinstance(one, str) else one for one in row) for row in rows]


async def test_the_audits_chain_holds_across_acts_that_failed_in_between(bare, witness, clock):
    """Each follows from the last that was kept, in the same commit and in the next."""
    for n in range(3):
        works = [put(f"{n}-{k}", fault=Declined() if k % 2 else None) for k in range(6)]
        await together(bare, *works)
    rows = chain(witness)
    assert len(rows) == 9
    assert judge(rows, None).whole


async def test_what_sqlite_has_against_a_write_comes_with_the_next_query(bare, witness):
    """Writes wait for it; so an act that went on in vain is undone as a whole."""
    seen = []

    async def work(tx: Transaction) -> None:
        await put("a")(tx)
        await put("a")(tx)
        seen.append("went on")
        await tx.one("SELECT 1")
        seen.append("and on")

    (refused,) = await together(bare, work)
    assert isinstance(refused, sqlite3.IntegrityError)
    assert seen == ["went on"] and names(witness) == []


async def test_an_act_sees_what_it_wrote(bare):
    async def work(tx: Transaction) -> list[tuple[str]]:
        await tx.run_many("INSERT INTO meta (name, value) VALUES (?, '')", [("x",), ("y",)])
        await tx.run("DELETE FROM meta WHERE name = 'x'")
        return await tx.all("SELECT name FROM meta WHERE name <> 'uid'")

    assert await bare.writer.act(work) == [("y",)]


async def test_a_row_the_schema_refuses_undoes_its_act_alone(bare, witness):
    async def twice(tx: Transaction) -> None:
        await put("b")(tx)
        await put("b")(tx)

    results = await together(bare, put("a"), twice, put("c"))
    assert results[0] == "a" and results[2] == "c"
    assert isinstance(results[1], sqlite3.IntegrityError)
    assert names(witness) == ["a", "c"]


async def test_a_foreign_key_nobody_has_undoes_its_act_alone(bare, witness):
    async def dangling(tx: Transaction) -> None:
        await put("b")(tx)
        await tx.run("INSERT INTO parts (part_id, question_id, place, text) VALUES ('p', 'none', 0, '')")

    results = await together(bare, put("a"), dangling, put("c"))
    assert isinstance(results[1], sqlite3.IntegrityError)
    assert names(witness) == ["a", "c"]


async def test_what_failed_marks_nothing(bare):
    heard = []
    for name in "abc":
        bare.feed.listen(name, lambda name=name: heard.append(name))
    await together(bare, put("a"), put("b", fault=Declined()), put("c"))
    await asyncio.sleep(0)
    assert heard == ["a", "c"]


async def test_a_burst_shares_commits(bare, witness):
    """The point of grouping: far fewer commits than acts, one if all wait together."""
    begun = []
    await bare.connection.set_trace_callback(begun.append)
    await together(bare, *(put(f"n{n}") for n in range(50)))
    await bare.connection.set_trace_callback(None)
    assert begun.count("COMMIT") == 2, "the act they waited for, and one for all of them"
    assert len(names(witness)) == 50


async def test_nobody_is_answered_before_the_commit(bare, file):
    """The first of a commit waits for its last; whoever is answered is on disk at that moment."""
    gate, last_runs = asyncio.Event(), asyncio.Event()

    async def slow(tx: Transaction) -> str:
        last_runs.set()
        await gate.wait()
        return await put("last")(tx)

    with closing(sqlite3.connect(file, isolation_level=None)) as plain:

        async def act(name, work):
            await bare.writer.act(work)
            return plain.execute("SELECT count(*) FROM meta WHERE name = ?", (name,)).fetchone()[0]

        loop = asyncio.get_running_loop()
        works = [(f"n{n}", put(f"n{n}")) for n in range(20)] + [("last", slow)]
        tasks = [loop.create_task(act(name, work)) for name, work in works]
        await last_runs.wait()
        for _ in range(50):
            await asyncio.sleep(0)
        assert not any(task.done() for task in tasks)
        assert plain.execute("SELECT count(*) FROM meta").fetchone()[0] == 0
        gate.set()
        assert await asyncio.gather(*tasks) == [1] * 21


@pytest.mark.parametrize("rounds", [30])
async def test_an_act_alone_is_answered_once_on_disk(bare, file, rounds):
    with closing(sqlite3.connect(file, isolation_level=None)) as plain:
        for n in range(rounds):
            name = await bare.writer.act(put(f"n{n}"))
            assert plain.execute("SELECT 1 FROM meta WHERE name = ?", (name,)).fetchone()


async def test_the_feed_is_told_once_a_commit_and_after_it(bare, witness):
    seen = []
    bare.feed.listen("a", lambda: seen.append(names(witness)))
    await bare.writer.act(put("a"))
    await asyncio.sleep(0)
    assert seen == [["a"]]


async def test_a_listener_that_fails_keeps_nobody_from_hearing(bare, witness, caplog):
    heard = []

    def fails():
        raise RuntimeError("a fault of a listener")

    bare.feed.listen("a", fails)
    bare.feed.listen("a", lambda: heard.append("a"))
    assert await bare.writer.act(put("a")) == "a"
    assert await bare.writer.act(put("b")) == "b"
    assert heard == ["a"]
    assert "a listener of a failed" in caplog.text


@contextmanager
def no_room(file, more=0):
    """The file's log can grow by so many bytes: the system refuses the write itself, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = file.with_name(file.name + "-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + more, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("more", [0, 100, 5000])
async def test_a_commit_the_disk_refuses_is_told_to_all_in_it(bare, file, witness, more):
    assert await bare.writer.act(put("before")) == "before"
    heard = []
    for name in "abc":
        bare.feed.listen(name, lambda name=name: heard.append(name))
    with no_room(file, more):
        results = await together(bare, put("a"), put("b", fault=Declined()), put("c"))
        assert [type(result) for result in results] == [DatabaseFull] * 3
        assert not bare.connection.in_transaction
        with pytest.raises(DatabaseFull):
            await bare.writer.act(put("d"))
    assert names(witness) == ["before"]
    assert heard == []
    assert await together(bare, put("a"), put("c")) == ["a", "c"]
    assert names(witness) == ["a", "before", "c"]
    assert judge(chain(witness), None).whole and len(chain(witness)) == 3
    assert witness.column("PRAGMA integrity_check") == ["ok"]


async def test_a_statement_the_disk_refuses_ends_the_whole_commit(bare, file, witness):
    """Too large to wait for the COMMIT in memory: SQLite itself may give up all, so all are told."""
    with no_room(file):
        results = await together(bare, put("a"), put("big", "x" * 5_000_000), put("c"))
    assert isinstance(results[1], DatabaseFull)
    assert all(isinstance(result, str | DatabaseFull) for result in results)
    assert names(witness) == [result for result in results if isinstance(result, str)]
    assert not bare.connection.in_transaction
    assert await bare.writer.act(put("later")) == "later"


async def test_a_fault_between_the_acts_undoes_and_tells_all(bare, witness, monkeypatch):
    moments = iter([bare.writer._now()] * 3)
    with monkeypatch.context() as patch:
        patch.setattr(bare.writer, "_now", lambda: next(moments))
        results = await together(bare, put("a"), put("b"), put("c"))
    assert all(isinstance(result, BaseException) for result in results) and len(results) == 3
    assert names(witness) == []
    assert not bare.connection.in_transaction
    assert await bare.writer.act(put("later")) == "later"


async def test_an_act_followed_at_once_by_the_close_is_done(file, clock, witness, spawn):
    connection = await connect(file, writing=True)
    await migrate(connection)
    writer = Writer(connection, clock, Feed())
    writer.start(spawn)
    act = asyncio.get_running_loop().create_task(writer.act(put("last")))
    last = asyncio.get_running_loop().create_task(writer.close())
    assert await asyncio.wait_for(act, 10) == "last"
    await last
    assert names(witness) == ["last"]


async def test_an_act_too_large_for_what_is_left_is_told_so(bare, witness):
    """`max_page_count` refuses the statement: whoever is acknowledged beside it is kept, the rest is told."""
    pages = witness.column("PRAGMA page_count")[0]
    await bare.connection.execute_fetchall(f"PRAGMA max_page_count = {pages + 3}")
    results = await together(bare, put("a"), put("b", "x" * 500_000), put("c"))
    assert isinstance(results[1], DatabaseFull)
    kept = [result for result in results if isinstance(result, str)]
    assert names(witness) == kept
    assert all(isinstance(result, str | DatabaseFull) for result in results)
    await bare.connection.execute_fetchall("PRAGMA max_page_count = 1000000")
    assert await bare.writer.act(put("later", "x" * 500_000)) == "later"
    assert names(witness) == sorted([*kept, "later"])


async def test_after_the_close_has_begun_no_act_is_taken(bare, witness):
    gate, inside = asyncio.Event(), asyncio.Event()

    async def wait(tx: Transaction) -> str:
        inside.set()
        await gate.wait()
        return await put("waited")(tx)

    loop = asyncio.get_running_loop()
    first = loop.create_task(bare.writer.act(wait))
    await inside.wait()
    second = loop.create_task(bare.writer.act(put("queued")))
    await asyncio.sleep(0)
    closing_ = loop.create_task(bare.writer.close())
    await asyncio.sleep(0)
    with pytest.raises(ClosingDown):
        await bare.writer.act(put("late"))
    gate.set()
    assert await asyncio.gather(first, second) == ["waited", "queued"]
    await closing_
    assert names(witness) == ["queued", "waited"]


async def test_idle_is_said_only_when_nothing_waits_or_runs(bare):
    gate, inside = asyncio.Event(), asyncio.Event()

    async def wait(tx: Transaction) -> None:
        inside.set()
        await gate.wait()

    assert bare.writer.idle
    task = asyncio.get_running_loop().create_task(bare.writer.act(wait))
    await asyncio.sleep(0)
    assert not bare.writer.idle
    await inside.wait()
    assert not bare.writer.idle
    gate.set()
    await task
    while not bare.writer.idle:
        await asyncio.sleep(0)


async def test_the_reader_sees_committed_rows_only(ledger):
    """Control: the writer's own connection sees its row, so a reader on it would have."""
    gate, inside = asyncio.Event(), asyncio.Event()
    seen = []

    async def write(tx: Transaction) -> None:
        await tx.run("INSERT INTO meta (name, value) VALUES ('house.word', 'new')")
        seen.extend(await tx.all("SELECT value FROM meta WHERE name = 'house.word'"))
        inside.set()
        await gate.wait()

    task = asyncio.get_running_loop().create_task(ledger._writer.act(write))
    await inside.wait()
    assert seen == [("new",)]
    assert await ledger.setting("word") is None
    gate.set()
    await task
    assert await ledger.setting("word") == "new"


async def test_a_read_stays_on_one_state_while_commits_go_on(ledger, moderator):
    async def work(tx: Transaction):
        first = await tx.all("SELECT * FROM announcements")
        await ledger.agenda.announce(moderator, "in between")
        return first, await tx.all("SELECT * FROM announcements")

    first, second = await ledger._reader.read(work)
    assert first == second == []
    assert len((await ledger._reader.read(work))[0]) == 1


async def test_the_reader_cannot_write(ledger):
    async def work(tx: Transaction) -> None:
        await tx.run("DELETE FROM meta")

    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await ledger._reader.read(work)
    assert await ledger.agenda.imported()


async def test_agendas_read_during_writes_are_states_there_were(ledger, clock, moderator):
    clock.set(8)
    states = {}
    agenda = await ledger.agenda.agenda()
    states[agenda.revision] = agenda
    done = asyncio.Event()

    async def read():
        seen = []
        while not done.is_set():
            seen.append(await ledger.agenda.agenda())
        return seen

    async def write():
        for n in range(40):
            item = agenda.items[1 + n % 3].item_id
            if n % 2:
                await ledger.agenda.shift(moderator, item, 5)
            else:
                await ledger.agenda.defer(moderator, item, agenda.days[n // 2 % 2].day_id)
            now = await ledger.agenda.agenda()
            states[now.revision] = now
        done.set()

    *seen, _ = await asyncio.gather(read(), read(), write())
    for one in (*seen[0], *seen[1]):
        assert one == states[one.revision]
    assert len({one.revision for one in seen[0]}) > 20


async def test_reads_that_fail_leave_the_reader_usable(ledger):
    async def work(tx: Transaction) -> None:
        await tx.all("SELECT 1")
        raise Declined()

    with pytest.raises(Declined):
        await ledger._reader.read(work)
    assert (await ledger.agenda.agenda()).revision == 1


# Wiping.


async def put_and_delete(bare, name="secret"):
    """A row that was there, and is no more."""

    async def delete(tx: Transaction) -> None:
        await tx.run("DELETE FROM meta WHERE name = ?", name)

    async def insert(tx: Transaction) -> None:
        await tx.run("INSERT INTO meta (name, value) VALUES (?, 'sesame-opens')", name)

    await bare.writer.act(insert)
    await bare.writer.act(delete)


def traces(file):
    """In which of its files what was deleted can still be read."""
    found = [
        file.with_name(file.name + end) for end in ("", "-wal") if file.with_name(file.name + end).exists()
    ]
    return [path.name for path in found if b"sesame-opens" in path.read_bytes()]


async def test_what_was_deleted_is_in_no_file_after_the_wiping(bare, file):
    await put_and_delete(bare)
    assert traces(file), "control"
    assert await bare.writer.scrub() is True
    assert traces(file) == []
    assert file.with_name(file.name + "-wal").stat().st_size == 0
    assert bare.writer.idle


async def test_acts_before_during_and_after_a_wiping_are_kept(bare, file, witness):
    loop = asyncio.get_running_loop()
    await put_and_delete(bare)
    tasks, scrubs = [], []
    for n in range(60):
        tasks.append(loop.create_task(bare.writer.act(put(f"n{n}"))))
        if n % 20 == 10:
            scrubs.append(loop.create_task(bare.writer.scrub()))
        await asyncio.sleep(0)
    assert await asyncio.gather(*tasks) == [f"n{n}" for n in range(60)]
    assert await asyncio.gather(*scrubs) == [True] * 3
    assert names(witness) == sorted(f"n{n}" for n in range(60))
    assert traces(file) == []
    assert witness.column("PRAGMA integrity_check") == ["ok"]
    assert await bare.writer.act(put("later")) == "later"


async def test_acts_that_wait_go_before_a_wiping(bare, file, witness):
    """So what they delete is wiped, too."""
    gate, inside = asyncio.Event(), asyncio.Event()

    async def wait(tx: Transaction) -> None:
        inside.set()
        await gate.wait()

    loop = asyncio.get_running_loop()
    first = loop.create_task(bare.writer.act(wait))
    await inside.wait()
    scrub = loop.create_task(bare.writer.scrub())
    await asyncio.sleep(0)
    behind = loop.create_task(put_and_delete(bare))
    await asyncio.sleep(0)
    assert not bare.writer.idle
    gate.set()
    await asyncio.gather(first, behind)
    assert await scrub is True
    assert await bare.writer.scrub() is True
    assert traces(file) == []


async def test_a_reader_in_the_way_has_the_wiping_tried_again(bare, file, witness):
    await put_and_delete(bare)
    await bare.writer.act(put("before"))
    size = file.with_name(file.name + "-wal").stat().st_size
    with closing(sqlite3.connect(file, isolation_level=None)) as plain:
        plain.execute("BEGIN")
        plain.execute("SELECT count(*) FROM meta").fetchone()
        await bare.writer.act(put("while"))
        for _ in range(3):
            assert await bare.writer.scrub() is False
        assert traces(file), "it was in the way"
        assert await bare.writer.act(put("beside")) == "beside", "it is not in the way of acts"
        grown = file.with_name(file.name + "-wal").stat().st_size - size
        assert grown < file.stat().st_size, "each attempt wrote the file into the log once more"
        assert plain.execute("SELECT count(*) FROM meta WHERE name = 'while'").fetchone() == (0,)
        plain.execute("COMMIT")
    assert await bare.writer.scrub() is True
    assert traces(file) == []
    assert names(witness) == ["before", "beside", "while"]
    assert await bare.connection.execute_fetchall("PRAGMA busy_timeout") == [(5000,)]


async def test_another_programs_write_lock_has_the_wiping_tried_again(bare, file):
    await put_and_delete(bare)
    with closing(sqlite3.connect(file, isolation_level=None)) as plain:
        plain.execute("BEGIN IMMEDIATE")
        assert await bare.writer.scrub() is False
        plain.execute("ROLLBACK")
    assert await bare.writer.scrub() is True
    assert traces(file) == []


async def test_a_wiping_the_disk_has_no_room_for_loses_nothing(bare, file, witness):
    await bare.writer.act(put("kept", "x" * 500_000))
    assert await bare.writer.scrub() is True
    await put_and_delete(bare)
    with no_room(file):
        assert await bare.writer.scrub() is False
    assert names(witness) == ["kept"]
    assert await bare.writer.act(put("later")) == "later"
    assert await bare.writer.scrub() is True
    assert traces(file) == []
    assert witness.column("PRAGMA integrity_check") == ["ok"]


async def test_who_asked_for_a_wiping_and_left_is_no_trouble(bare, file):
    await put_and_delete(bare)
    scrub = asyncio.get_running_loop().create_task(bare.writer.scrub())
    await asyncio.sleep(0)
    scrub.cancel()
    assert await bare.writer.scrub() is True
    assert traces(file) == []


async def test_a_closing_house_does_not_begin_to_wipe_and_ends_what_it_began(bare, file, witness):
    loop = asyncio.get_running_loop()
    await put_and_delete(bare)
    act = loop.create_task(bare.writer.act(put("last")))
    scrub = loop.create_task(bare.writer.scrub())
    await asyncio.sleep(0)
    closing_ = loop.create_task(bare.writer.close())
    await asyncio.sleep(0)
    with pytest.raises(ClosingDown):
        await bare.writer.scrub()
    assert await act == "last"
    assert await scrub is True
    await closing_
    assert names(witness) == ["last"] and traces(file) == []


async def test_a_wiping_asked_for_as_the_house_closes_is_answered(file, clock, spawn):
    """One is under way; who asks for another meanwhile is told that the house is closing."""
    connection = await connect(file, writing=True)
    await migrate(connection)
    writer = Writer(connection, clock, Feed())
    writer.start(spawn)
    loop = asyncio.get_running_loop()
    first = loop.create_task(writer.scrub())
    while writer._scrubs or not writer._at_work:
        await asyncio.sleep(0)
    second = loop.create_task(writer.scrub())
    await asyncio.sleep(0)
    last = loop.create_task(writer.close())
    results = await asyncio.wait_for(asyncio.gather(first, second, return_exceptions=True), 10)
    assert results[0] is True and isinstance(results[1], ClosingDown)
    await last
