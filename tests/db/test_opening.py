"""Opening a file: one process, this version, whole, writable; or a sentence, and nothing left behind."""

import os
import resource
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from db import audit
from db.connection import DatabaseUnreadable
from db.ledger import DatabaseMissing, FolderMissing, read_ledger
from db.lock import DatabaseInUse, Lock
from db.migrations import DatabaseNewer


@pytest.fixture
async def closed(ledger, moderator, file):
    """A file with both days and some acts in it, closed."""
    for n in range(30):
        await ledger.agenda.announce(moderator, f"{n} " + "x" * 1000)
    await ledger.close()
    return file


def remains(file):
    """What stands beside the file but its lock."""
    return sorted(p.name for p in file.parent.iterdir() if p.name not in (file.name, file.name + ".lock"))


def open_files(file):
    """How many of this process's descriptors are of the file or of what belongs to it."""
    found = []
    for link in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            found.append(str(link.readlink()))
    return [one for one in found if one.startswith(str(file))]


async def test_a_second_process_is_told_which_one_holds_the_file(closed, opened, other_process, clock):
    child = other_process("hold", closed)
    said, pid = child.stdout.readline().split()
    assert (said, int(pid)) == (b"held", child.pid)
    with pytest.raises(DatabaseInUse) as told:
        await opened()
    assert told.value.values == {"process": str(child.pid)}
    assert open_files(closed) == []
    reader = await read_ledger(closed, now=clock)
    try:
        assert (await audit.verify(reader)).first_bad is None
    finally:
        await reader.close()
    child.communicate(b"\n", timeout=30)
    assert child.returncode == 0
    await opened()


async def test_a_killed_process_leaves_no_lock(closed, opened, other_process):
    child = other_process("hold", closed)
    child.stdout.readline()
    child.kill()
    child.wait()
    assert await (await opened()).agenda.imported()


async def test_a_second_opening_in_this_process_is_refused_too(ledger, opened):
    with pytest.raises(DatabaseInUse) as told:
        await opened()
    assert told.value.values == {"process": str(os.getpid())}
    assert await ledger.agenda.imported()


async def test_a_newer_file_is_left_as_it_is(closed, opened):
    with closing(sqlite3.connect(closed)) as plain:
        plain.execute("PRAGMA user_version = 99")
        plain.execute("CREATE TABLE tomorrow (x INTEGER) STRICT")
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = closed.read_bytes()
    with pytest.raises(DatabaseNewer) as told:
        await opened()
    assert told.value.values["version"] == 99
    assert closed.read_bytes() == before
    assert (remains(closed), open_files(closed)) == ([], [])
    with closing(sqlite3.connect(closed)) as plain:
        plain.execute("DROP TABLE tomorrow")
        plain.execute(f"PRAGMA user_version = {told.value.values['known']}")
    assert await (await opened()).agenda.imported()


async def test_truncated_anywhere_it_is_refused_and_not_touched(closed, opened):
    whole = closed.read_bytes()
    lengths = [100, 511, 512, 1000, *range(4096, len(whole), 4096), len(whole) - 4095]
    assert len(lengths) > 30
    for length in lengths:
        closed.write_bytes(whole[:length])
        with pytest.raises(DatabaseUnreadable) as told:
            await opened()
        assert told.value.values["file"] == closed.name
        assert closed.read_bytes() == whole[:length]
        assert (remains(closed), open_files(closed)) == ([], [])
    closed.write_bytes(whole)
    assert (await (await opened()).verify()).rows == 31


@pytest.mark.parametrize(
    "content",
    [
        b"title: Not a database\n" * 50,
        b"\x00" * 5000,
        b"PK\x03\x04" + os.urandom(3000),
        "ÄÖÜ\n".encode("latin-1") * 99,
    ],
)
async def test_what_is_no_database_is_refused_and_not_touched(file, opened, content):
    file.write_bytes(content)
    with pytest.raises(DatabaseUnreadable) as told:
        await opened()
    assert told.value.values["file"] == file.name and told.value.values["reason"]
    assert file.read_bytes() == content
    assert (remains(file), open_files(file)) == ([], [])
    file.unlink()
    assert not await (await opened()).agenda.imported()


@pytest.mark.parametrize("where", [0.3, 0.6, 0.9])
async def test_pages_overwritten_with_noise_are_found_at_opening(closed, opened, where):
    whole = bytearray(closed.read_bytes())
    start = int(len(whole) * where) // 4096 * 4096
    whole[start : start + 4096] = b"\xa5" * 4096
    closed.write_bytes(whole)
    with pytest.raises(DatabaseUnreadable):
        await opened()
    assert open_files(closed) == []


async def test_an_empty_file_is_a_fresh_one(file, opened, make):
    file.touch()
    house = await opened()
    assert await house.agenda.import_programme(make.two_days(), marking="", start=None)


async def test_a_file_without_a_folder_is_refused(tmp_path, opened):
    missing = tmp_path / "no" / "such" / "meeting.db"
    with pytest.raises(FolderMissing):
        await opened(missing)
    missing.parent.mkdir(parents=True)
    assert not await (await opened(missing)).agenda.imported()


@pytest.mark.parametrize("modes", ["0644 0555", "0444 0555"])
async def test_a_folder_one_may_not_write_is_refused(closed, other_process, modes):
    """As an unprivileged owner; opened at once when the folder may be written again."""
    out, _ = other_process("unprivileged", closed, *modes.split()).communicate(timeout=30)
    assert out.decode().split() == ["database_read_only", "opened"]


async def test_reading_beside_a_running_house(ledger, file, clock, moderator):
    await ledger.agenda.announce(moderator, "text")
    reader = await read_ledger(file, now=clock)
    try:
        assert (await audit.verify(reader)).rows == 2
        await ledger.agenda.announce(moderator, "text")
        assert (await audit.verify(reader)).rows == 3
    finally:
        await reader.close()


async def test_there_is_nothing_to_read_where_there_is_no_file(file, tmp_path, clock):
    for path in (file, tmp_path):
        with pytest.raises(DatabaseMissing):
            await read_ledger(path, now=clock)
    assert not file.exists()


async def test_each_database_has_a_name_of_its_own_for_life(opened, tmp_path):
    first, second = await opened(), await opened(tmp_path / "other.db")
    assert first.uid != second.uid and len(first.uid) == 8
    await first.close()
    assert (await opened()).uid == first.uid


async def test_closed_it_leaves_one_file_and_its_lock(closed):
    assert (remains(closed), open_files(closed)) == ([], [])


async def test_the_writer_is_durable_and_the_pragmas_are_set(ledger):
    connection = ledger._writer._connection
    for name, value in (
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", 5000),
        ("secure_delete", 1),
    ):
        assert [tuple(row) for row in await connection.execute_fetchall(f"PRAGMA {name}")] == [(value,)]


async def test_words_of_the_house_come_back(ledger, opened):
    await ledger.keep_setting("commands", "one")
    await ledger.keep_setting("commands", "two")
    assert await ledger.setting("other") is None
    await ledger.close()
    assert await (await opened()).setting("commands") == "two"


def test_a_lock_is_held_and_free_again_though_the_disk_takes_no_number(tmp_path):
    """What raised while it was taken may be kept by somebody: the lock must not be kept with it."""
    file = tmp_path / "x.db"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        lock = Lock(file)
        lock.take()
        with pytest.raises(DatabaseInUse) as told:
            Lock(file).take()
        assert told.value.values == {"process": "?"}
        lock.release()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    lock.take()
    with pytest.raises(DatabaseInUse) as told:
        Lock(file).take()
    assert told.value.values == {"process": str(os.getpid())}, "control"
    lock.release()
