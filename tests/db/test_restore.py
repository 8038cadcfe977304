"""Restoring: the old record or the new one at every moment, never a mixture; the old one is kept."""

import os
import shutil
import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from db.backup import CopyFailed, back_up
from db.connection import DatabaseLocked
from db.inspection import RecordBroken, RecordMissing, RecordUnfit
from db.ledger import FolderMissing
from db.lock import DatabaseInUse
from db.restore import restore

AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def dump(file):
    """Every row of every table; the file must be sound."""
    with closing(sqlite3.connect(file, isolation_level=None)) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        tables = [name for (name,) in plain.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {
            table: sorted(plain.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in tables
        }


@contextmanager
def unchanged(folder):
    """No file of the folder but a lock is made, changed or taken away."""

    def state():
        return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file() and p.suffix != ".lock"}

    before = state()
    yield
    assert state() == before


@pytest.fixture
async def backup(ledger, moderator, file, tmp_path):
    """A backup; after it the record went on, and the house was closed."""
    await ledger.agenda.announce(moderator, "before")
    copy = back_up(file, tmp_path / "backups", AT).path
    for _ in range(10):
        await ledger.agenda.announce(moderator, "after " + "z" * 500)
    return copy


@pytest.fixture
async def crashed(backup, ledger, file, tmp_path):
    """The record as a kill left it, in a folder of its own: what came last is only in its -wal."""
    folder = tmp_path / "crashed"
    folder.mkdir()
    for end in ("", "-wal"):
        shutil.copyfile(f"{file}{end}", folder / f"meeting.db{end}")
    await ledger.close()
    assert (folder / "meeting.db-wal").stat().st_size > 20_000
    return folder / "meeting.db"


async def test_into_a_folder_without_a_database(backup, opened, tmp_path):
    target = tmp_path / "new" / "other.db"
    with pytest.raises(FolderMissing):
        restore(backup, target, AT)
    target.parent.mkdir()
    done = restore(backup, target, AT)
    assert done.replaced is None and done.findings.audit.whole
    assert dump(target) == dump(backup)
    again = await opened(target)
    assert (await again.verify()).rows == 2 and (await again.agenda.agenda()).days


async def test_the_replaced_record_is_kept_whole_with_what_was_in_its_log(backup, crashed, tmp_path):
    was = dump_of_copy(crashed, tmp_path)
    assert len(was["announcements"]) == 11
    crashed.chmod(0o640)
    done = restore(backup, crashed, AT)
    assert done.replaced == crashed.with_name("meeting-replaced-20260601T090000Z.db")
    assert dump(done.replaced) == was and dump(crashed) == dump(backup)
    assert crashed.stat().st_mode & 0o777 == 0o640
    assert done.replaced.read_bytes() != crashed.read_bytes(), "two files, not two names of one"
    kept = sorted(p.name for p in crashed.parent.iterdir())
    assert kept == ["meeting-replaced-20260601T090000Z.db", "meeting.db", "meeting.db.lock"]
    second = restore(done.replaced, crashed, AT)
    assert second.replaced is not None and second.replaced.name == "meeting-replaced-20260601T090001Z.db"
    assert dump(crashed) == was and dump(second.replaced) == dump(backup)


async def test_an_old_log_beside_a_new_file_would_have_mixed_them(backup, crashed):
    """The control: what restoring must not do, done."""
    shutil.copyfile(backup, crashed)
    with closing(sqlite3.connect(crashed)) as plain:
        mixed = plain.execute("SELECT count(*) FROM announcements").fetchone()
    assert mixed != (1,)


async def test_a_damaged_record_is_kept_as_it_is_with_its_log(backup, crashed):
    crashed.write_bytes(b"nothing of the kind " * 500)
    wal = crashed.with_name("meeting.db-wal").read_bytes()
    done = restore(backup, crashed, AT)
    assert done.replaced is not None and done.replaced.read_bytes() == b"nothing of the kind " * 500
    assert done.replaced.with_name(done.replaced.name + "-wal").read_bytes() == wal
    assert dump(crashed) == dump(backup)


async def test_killed_at_any_point_it_is_the_old_record_or_the_new(backup, crashed, tmp_path, other_process):
    """Before each time it touches a file; the next attempt then succeeds."""
    old, new = dump_of_copy(crashed, tmp_path), dump(backup)
    assert old != new
    folder = tmp_path / "trial"
    process, points, seen = other_process("forked", folder / "meeting.db"), 0, []
    while True:
        points += 1
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(crashed.parent, folder)
        process.stdin.write(f"restore {points} {backup}\n".encode())
        process.stdin.flush()
        said = process.stdout.readline().strip()
        for kept in folder.glob("meeting-replaced-*.db"):
            assert dump(kept) == old
        now = dump(folder / "meeting.db")
        assert now in (old, new), points
        seen.append(now == new)
        if said == b"done":
            break
        assert said == b"killed"
        assert now == old or list(folder.glob("meeting-replaced-*.db")), "the old one was kept first"
        restore(backup, folder / "meeting.db", AT + timedelta(minutes=1))
        assert dump(folder / "meeting.db") == new and list(folder.glob("*.part*")) == []
    assert points > 10 and seen == sorted(seen) and seen[-1] and not seen[0]


def dump_of_copy(database, tmp_path):
    """A look that leaves the -wal as it is."""
    copy = tmp_path / "looked.db"
    for end in ("", "-wal"):
        shutil.copyfile(f"{database}{end}", f"{copy}{end}")
    return dump(copy)


# Refused, with nothing changed


async def test_while_the_house_runs(backup, ledger, file, tmp_path, other_process):
    await ledger.close()
    child = other_process("hold", file)
    assert child.stdout.readline().startswith(b"held")
    with unchanged(tmp_path), pytest.raises(DatabaseInUse) as told:
        restore(backup, file, AT)
    assert told.value.values == {"process": str(child.pid)}
    child.communicate(b"\n", timeout=30)
    restore(backup, file, AT)


async def test_while_somebody_looks_into_the_record(backup, crashed):
    with closing(sqlite3.connect(crashed, isolation_level=None)) as plain:
        plain.execute("BEGIN")
        count = plain.execute("SELECT count(*) FROM announcements").fetchone()
        with pytest.raises(DatabaseLocked):
            restore(backup, crashed, AT)
        assert plain.execute("SELECT count(*) FROM announcements").fetchone() == count == (11,)
    assert sorted(p.suffix for p in crashed.parent.iterdir()) == [".db", ".lock"]
    restore(backup, crashed, AT)


async def test_a_record_onto_itself_or_by_another_name(backup, ledger, file, tmp_path):
    await ledger.close()
    (tmp_path / "link.db").symlink_to(file)
    os.link(file, tmp_path / "hard.db")
    for same in (file, tmp_path / "link.db", tmp_path / "hard.db"):
        with unchanged(tmp_path), pytest.raises(RecordUnfit) as told:
            restore(same, file, AT)
        assert told.value.values["reason"] == "it is the database itself"


async def test_files_that_are_no_whole_record(backup, crashed, tmp_path):
    broken = tmp_path / "broken.db"
    shutil.copyfile(backup, broken)
    with closing(sqlite3.connect(broken, isolation_level=None)) as plain:
        plain.execute("UPDATE audit SET subject = 'other' WHERE seq = 1")
    (tmp_path / "empty.db").touch()
    (tmp_path / "cut.db").write_bytes(backup.read_bytes()[:-4096])
    for name, refusal in (
        ("broken.db", RecordBroken),
        ("empty.db", RecordUnfit),
        ("cut.db", RecordUnfit),
        ("backups", RecordUnfit),
        ("missing.db", RecordMissing),
    ):
        with unchanged(crashed.parent), pytest.raises(refusal):
            restore(tmp_path / name, crashed, AT)


async def test_where_a_folder_has_the_databases_name(backup, tmp_path):
    with pytest.raises(RecordUnfit):
        restore(backup, tmp_path / "backups", AT)


async def test_with_a_full_disk(backup, crashed, monkeypatch):
    """The copy of the old record does not fit: nothing is replaced."""

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("db.restore.shutil.copy2", full)
    with unchanged(crashed.parent), pytest.raises(CopyFailed) as told:
        restore(backup, crashed, AT)
    assert told.value.values["reason"] == "No space left on device"
