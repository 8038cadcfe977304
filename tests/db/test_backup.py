"""Backups: whole or not there, of one moment, in nobody's way; and only our own are ever deleted."""

import asyncio
import os
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import db.backup
import db.inspection
from db.backup import BackupUnderWay, CopyFailed, back_up, copies, copy_to, replace_since
from db.backup_names import ENDS_KEPT, REGULAR_KEPT, Name, read_name, stem_of, surplus
from db.inspection import Abandoned, RecordMissing, RecordUnfit, inspect_file
from db.lock import Lock
from db.migrations import DatabaseNewer

AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def dump(file):
    """Every row of every table."""
    with closing(sqlite3.connect(file, isolation_level=None)) as plain:
        tables = [name for (name,) in plain.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {
            table: sorted(plain.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in tables
        }


def names(folder):
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(".lock"))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backups"


# Names, and which are kept

MOMENTS = st.integers(0, 200).map(lambda n: AT + timedelta(minutes=n))
NAMES = st.builds(Name, st.just("meeting"), MOMENTS, st.sampled_from([None, None, "d1", "d-2-end"]))


@given(st.sets(NAMES, max_size=80), NAMES)
def test_the_newest_of_each_sort_are_kept_and_what_was_made_just_now(found, made):
    found = found | {made}
    deleted = surplus(found, made)
    assert deleted <= found - {made}
    for most, of_sort in (
        (REGULAR_KEPT, {name for name in found if name.day is None}),
        (ENDS_KEPT, {name for name in found if name.day is not None}),
    ):
        kept = of_sort - deleted
        assert len(kept) == min(most, len(of_sort))
        older = max((name.at for name in of_sort & deleted), default=AT - timedelta(1))
        assert all(name.at >= older for name in kept - {made})
    assert surplus(found - deleted, made) == set()


@given(NAMES, NAMES)
def test_a_name_is_read_back_and_sorts_by_time(one, other):
    assert read_name(str(one), "meeting") == one
    if one.at != other.at:
        assert (str(one) < str(other)) == (one.at < other.at)


@pytest.mark.parametrize(
    "foreign",
    [
        "meeting.db",
        "meeting-20260601T090000Z.db.part",
        "meeting-20260601T090000Z.db ",
        "meeting-20260601T090000Z.db\n",
        "meeting-20260601T090000Z-copy.db",
        "meeting-20260601T090000Z-D1-end.db",
        "meeting-20261301T090000Z.db",
        "meeting-20260601t090000z.db",
        "meeting-２0260601T090000Z.db",
        "my-meeting-20260601T090000Z.db",
        "meeting2-20260601T090000Z.db",
        "meeting-replaced-20260601T090000Z.db",
    ],
)
def test_what_is_not_exactly_ours_is_nobodys_to_delete(foreign, folder, tmp_path):
    assert read_name(foreign, "meeting") is None
    assert read_name("meeting-20260601T090000Z.db", "meeting") is not None


def test_a_stem_is_safe_on_every_file_system(tmp_path):
    assert stem_of(tmp_path / "Réunion: 1/2 *.db") == "2__" and stem_of(tmp_path / "a b?.db") == "a_b_"


# The copy


async def test_it_is_the_record_of_one_moment_and_acts_go_on_meanwhile(
    ledger, moderator, file, folder, spawn, monkeypatch
):
    """Held in the middle of the copy, a hundred acts are acknowledged; none of them is in the copy."""
    monkeypatch.setattr(db.backup, "PAGES", 4)
    for _ in range(20):
        await ledger.agenda.announce(moderator, "before " + "x" * 900)
    begun, go_on, then = threading.Event(), threading.Event(), {}

    def between() -> bool:
        if not begun.is_set():
            then.update(dump(file))
            begun.set()
            assert go_on.wait(30)
        return False

    copying = spawn(asyncio.to_thread(back_up, file, folder, AT, abandoned=between), "copy")
    assert await asyncio.to_thread(begun.wait, 30)
    await asyncio.gather(*(ledger.agenda.announce(moderator, "meanwhile " + "y" * 900) for _ in range(100)))
    assert not copying.done()
    go_on.set()
    copy = await copying
    assert dump(copy.path) == then
    assert len(dump(file)["announcements"]) == len(then["announcements"]) + 100
    assert names(folder) == ["meeting-20260601T090000Z.db"]
    assert copy.head.seq == len(then["audit"]) and copy.size == copy.path.stat().st_size


async def test_it_is_a_single_file_that_needs_nothing_beside_it(ledger, file, folder, other_process):
    copy = back_up(file, folder, AT, day="d1")
    assert copy.path.name == "meeting-20260601T090000Z-d1-end.db"
    assert copy.path.read_bytes()[18:20] == b"\x01\x01", "not in WAL mode"
    child = other_process("shut", copy.path)
    out, _ = child.communicate(timeout=30)
    assert out.decode().split(maxsplit=2) == ["1", "record_unfit", "you may not read it\n"]
    assert names(folder) == [copy.path.name]


async def test_it_is_as_private_as_the_record(ledger, file, folder):
    file.chmod(0o600)
    assert back_up(file, folder, AT).path.stat().st_mode & 0o777 == 0o600


async def test_surplus_ones_are_deleted_and_nothing_else(ledger, file, folder):
    folder.mkdir()
    foreign = ["notes.txt", "meeting-20200101T000000Z-copy.db", "other-20200101T000000Z.db", "x.part"]
    ours = [str(Name("meeting", AT - timedelta(minutes=n))) for n in range(1, 31)]
    ends = [str(Name("meeting", AT - timedelta(days=n), "d1")) for n in range(1, 13)]
    leftover = ["meeting-20260601T080000Z.db.part", "meeting-20260601T080000Z.db.part-journal"]
    for name in (*foreign, *ours, *ends, *leftover):
        (folder / name).write_text("x")
    made = back_up(file, folder, AT).path.name
    assert names(folder) == sorted([*foreign, made, *ours[: REGULAR_KEPT - 1], *ends[:ENDS_KEPT]])


async def test_a_broken_audit_is_copied_and_the_earlier_backups_stay(ledger, moderator, file, folder):
    first = back_up(file, folder, AT)
    await ledger.agenda.announce(moderator, "text")
    with closing(sqlite3.connect(file, isolation_level=None)) as plain:
        plain.execute("UPDATE audit SET verb = 'agenda.skip' WHERE seq = 2")
    later = [back_up(file, folder, AT + timedelta(minutes=5 * n)) for n in range(1, REGULAR_KEPT + 3)]
    assert first.first_bad is None and {copy.first_bad for copy in later} == {2}
    assert names(folder) == sorted(copy.path.name for copy in (first, *later)), "the last that holds is kept"


async def test_who_gives_up_leaves_nothing(ledger, file, folder):
    with pytest.raises(Abandoned):
        back_up(file, folder, AT, abandoned=lambda: True)
    assert names(folder) == []
    assert back_up(file, folder, AT).head.seq == 1, "control: who does not gets one"


async def test_two_at_once_are_not_made_in_one_folder(ledger, file, folder):
    folder.mkdir()
    lock = Lock(folder / "meeting-backups")
    lock.take()
    with pytest.raises(BackupUnderWay) as told:
        back_up(file, folder, AT)
    assert told.value.values["process"] == str(os.getpid())
    lock.release()
    back_up(file, folder, AT)


async def test_a_folder_that_cannot_be_is_named(ledger, file, tmp_path):
    (tmp_path / "taken").write_text("a file")
    for target in (tmp_path / "taken", tmp_path / "taken" / "below"):
        with pytest.raises(CopyFailed):
            back_up(file, target, AT)
    with pytest.raises(CopyFailed):
        copy_to(file, tmp_path / "nowhere" / "x.db")
    assert copies(tmp_path / "taken", "meeting") == []


async def test_on_a_full_disk_it_fails_with_a_reason_and_leaves_nothing(
    ledger, moderator, file, folder, other_process
):
    size = back_up(file, folder, AT - timedelta(hours=1)).size
    for most, expected in ((size // 2, "copy_failed"), (10 * size, "made")):
        before = names(folder)
        out, _ = other_process("narrow", file, folder, most).communicate(timeout=60)
        assert out.decode().split()[0] == expected, out
        if expected != "made":
            assert names(folder) == before
            assert any(word in out.decode() for word in ("full", "I/O", "large")), out
    await ledger.agenda.announce(moderator, "the record itself is well")


async def test_killed_at_any_point_nothing_unfinished_looks_finished(ledger, file, folder, other_process):
    """Before each time it touches a file; the next one clears up and is whole."""
    process, now, points = other_process("forked", file), dump(file), 0
    while True:
        points += 1
        process.stdin.write(f"back_up {points} {folder}\n".encode())
        process.stdin.flush()
        said = process.stdout.readline().strip()
        finished = copies(folder, "meeting")
        for name in finished:
            assert dump(folder / str(name)) == now
        if said == b"done":
            break
        assert said == b"killed"
    assert points > 6 and finished
    for path in list(folder.glob("*.part*")):
        raise AssertionError(f"left: {path}")


# Files that are none


@pytest.fixture
def unfit(tmp_path, file):
    """Files by what is wrong with them; needs a closed record."""

    def make(what):
        path = tmp_path / f"{what}.db"
        if what == "missing":
            return path
        if what == "folder":
            path.mkdir()
        elif what == "empty":
            path.touch()
        elif what == "text":
            path.write_text("title: text\n" * 2000)
        elif what == "truncated":
            path.write_bytes(file.read_bytes()[:-4096])
        elif what == "short":
            path.write_bytes(file.read_bytes()[:60])
        elif what == "foreign":
            with closing(sqlite3.connect(path)) as plain:
                plain.execute("CREATE TABLE meta (name, value)")
        elif what == "newer":
            path.write_bytes(file.read_bytes())
            with closing(sqlite3.connect(path)) as plain:
                plain.execute("PRAGMA user_version = 99")
        elif what == "damaged":
            data = file.read_bytes()
            page = data.index(b"d1-01")  # a page of a table that is not the audit's
            path.write_bytes(data[: page // 4096 * 4096] + b"\xff" * 4096 + data[(page // 4096 + 1) * 4096 :])
        return path

    return make


UNFIT = {
    "missing": RecordMissing,
    "folder": RecordUnfit,
    "empty": RecordUnfit,
    "text": RecordUnfit,
    "truncated": RecordUnfit,
    "short": RecordUnfit,
    "foreign": RecordUnfit,
    "newer": DatabaseNewer,
    "damaged": RecordUnfit,
}


@pytest.mark.parametrize("what", UNFIT)
async def test_a_file_that_is_no_record_is_told_from_one_that_is(ledger, file, unfit, what, tmp_path):
    await ledger.close()
    path = unfit(what)
    before = sorted(p.name for p in tmp_path.iterdir())
    with pytest.raises(UNFIT[what]) as told:
        inspect_file(path)
    assert type(told.value) is UNFIT[what] and told.value.values.get("reason") != ""
    assert sorted(p.name for p in tmp_path.iterdir()) == before, "nothing was made beside it"
    assert inspect_file(file).audit.whole, "control"
    assert sorted(p.name for p in tmp_path.iterdir()) == before


async def test_a_record_with_its_log_beside_it_is_read_whole(ledger, moderator, file, tmp_path):
    """As after a crash, copied by hand: what is in the -wal counts, and nothing is changed."""
    await ledger.agenda.announce(moderator, "in the log")
    copied = tmp_path / "copied.db"
    copied.write_bytes(file.read_bytes())
    wal = tmp_path / "copied.db-wal"
    wal.write_bytes((tmp_path / "meeting.db-wal").read_bytes())
    before = (copied.read_bytes(), wal.read_bytes())
    assert inspect_file(copied).audit.rows == 2
    assert (copied.read_bytes(), wal.read_bytes()) == before
    assert not (tmp_path / "copied.db-shm").exists()


async def test_a_purged_payload_keeps_a_backup_whole(ledger, moderator, file, folder):
    await ledger.agenda.announce(moderator, "text")
    with closing(sqlite3.connect(file, isolation_level=None)) as plain:
        plain.execute("DELETE FROM audit_details")
    assert inspect_file(back_up(file, folder, AT).path).audit.whole


async def test_an_older_format_is_a_record_and_a_newer_is_not(ledger, file, folder, monkeypatch):
    written = inspect_file(back_up(file, folder, AT).path).version
    monkeypatch.setattr(db.inspection, "steps", lambda: [(written + 1, "")])
    assert inspect_file(back_up(file, folder, AT + timedelta(seconds=1)).path).version == written
    monkeypatch.setattr(db.inspection, "steps", lambda: [(0, "")])
    with pytest.raises(DatabaseNewer):
        back_up(file, folder, AT + timedelta(minutes=1))


async def test_every_commit_that_wrote_is_told_of(ledger, moderator):
    heard = []
    ledger.feed.listen("commit", lambda: heard.append(1))
    await ledger.agenda.announce(moderator, "text")
    assert heard == [1]

    async def nothing(tx):
        await tx.one("SELECT 1")

    await ledger._writer.act(nothing)
    assert heard == [1]
    await ledger.keep_setting("word", "value")
    assert heard == [1, 1]


# Replacing


async def test_what_was_made_since_is_replaced_and_a_days_end_kept_anew(ledger, file, folder, moderator):
    before = back_up(file, folder, AT)
    back_up(file, folder, AT + timedelta(minutes=5))
    back_up(file, folder, AT + timedelta(minutes=6), day="d1")
    await ledger.agenda.announce(moderator, "later")
    now = AT + timedelta(minutes=10)
    made = replace_since(file, folder, now, AT + timedelta(minutes=5, microseconds=3), 10)
    assert names(folder) == sorted(
        [before.path.name, str(Name("meeting", now)), str(Name("meeting", now, "d1"))]
    )
    assert made.path.name == str(Name("meeting", now))
    for copy in (made.path, folder / str(Name("meeting", now, "d1"))):
        assert dump(copy)["announcements"], "as the record is now"


async def test_copies_of_this_record_that_reach_the_row_are_replaced_whatever_their_names(
    ledger, opened, file, folder, moderator, tmp_path
):
    short = back_up(file, folder, AT)
    for _ in range(3):
        await ledger.agenda.announce(moderator, "text")
    reaches = back_up(file, folder, AT + timedelta(minutes=1))
    other = await opened(tmp_path / "other.db")
    for _ in range(9):
        await other.keep_setting("word", "x")
        await other.agenda.announce(moderator, "text")
    foreign = back_up(tmp_path / "other.db", tmp_path, AT)
    foreign.path.rename(folder / str(Name("meeting", AT + timedelta(minutes=2))))
    replace_since(file, folder, AT + timedelta(minutes=9), AT + timedelta(minutes=5), 3)
    assert names(folder) == [
        short.path.name,
        str(Name("meeting", AT + timedelta(minutes=2))),
        str(Name("meeting", AT + timedelta(minutes=9))),
    ]
    assert not reaches.path.exists()


async def test_a_copy_another_process_finished_meanwhile_is_replaced_too(ledger, file, folder, monkeypatch):
    def late(*given, **how):
        monkeypatch.undo()
        back_up(file, folder, AT + timedelta(minutes=1))  # whoever held the lock until now
        return back_up(*given, **how)

    monkeypatch.setattr(db.backup, "back_up", late)
    replace_since(file, folder, AT + timedelta(minutes=2), AT, 1)
    assert names(folder) == [str(Name("meeting", AT + timedelta(minutes=2)))]


async def test_nothing_is_deleted_before_the_new_one_is_whole(ledger, file, folder):
    kept = back_up(file, folder, AT)
    lock = Lock(folder / "meeting-backups")
    lock.take()
    try:
        with pytest.raises(BackupUnderWay):
            replace_since(file, folder, AT + timedelta(minutes=2), AT, 1)
    finally:
        lock.release()
    assert names(folder) == [kept.path.name]
