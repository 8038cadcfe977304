"""Restoring: a checked copy takes the database's place; what it replaces is kept.

At each moment the database's name leads to the old record or to the new one. SQLite replays whatever
`-wal` or `-journal` it finds beside a file: the old record's must be in it, and gone from the disk, before
the new file gets the name.
"""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from db.backup import PART, clear, copy_checked, sync, telling
from db.backup_names import Name, stem_of
from db.connection import DatabaseLocked
from db.inspection import Findings, RecordUnfit, beside, inspect_file
from db.ledger import FolderMissing
from db.lock import Lock

JOURNALS = ("-wal", "-journal")
"""What SQLite would replay."""


@dataclass(frozen=True)
class Restored:
    """What was done: what the new record is, and where the old one is now, if there was one."""

    findings: Findings
    replaced: Path | None


def restore(file: Path, database: Path, at: datetime) -> Restored:
    """Put a copy of `file` in the database's place.

    Raises `DatabaseInUse`, `DatabaseLocked` (somebody else has it open), `FolderMissing`, `CopyFailed`,
    and what `inspect_file` and `require_whole` raise of the file; the database is untouched then.
    """
    if file.exists() and database.exists() and database.samefile(file):
        raise RecordUnfit(file=file.name, reason="it is the database itself")
    inspect_file(file).require_whole(file)
    if not database.absolute().parent.is_dir():
        raise FolderMissing(folder=str(database.parent))
    if database.is_dir():
        raise RecordUnfit(file=database.name, reason="it is a folder")
    part = beside(database, ".restored" + PART)
    lock = Lock(database)
    with telling(database):
        lock.take()
    try:
        findings = copy_checked(file, part, live=False)
        findings.require_whole(file)
        _shut_the_room(part)
        with telling(database):
            replaced = _keep(database, at) if database.exists() else None
            if replaced is None:
                _leave_nothing_beside(database)
            _as_before(database if replaced is not None else database.absolute().parent, part)
            sync(database.parent)
            part.replace(database)
            sync(database.parent)
    finally:
        clear(part)
        lock.release()
    return Restored(findings, replaced)


def _shut_the_room(part: Path) -> None:
    """Keys and devices of the room's pages that were dead would live again, so all of them die."""
    with closing(sqlite3.connect(part, isolation_level=None)) as alone:
        there = {name for (name,) in alone.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        for table in {"room_keys", "room_devices"} & there:
            alone.execute(f"DELETE FROM {table}")


def _keep(database: Path, at: datetime) -> Path:
    """Copy the old record, as it is, to a name with the time; afterwards nothing stands beside the old one.

    Before SQLite opens it: from a damaged file it would take away the `-wal`. Raises `DatabaseLocked`.
    """
    replaced = _free_name(database, at)
    part = beside(database, ".replaced" + PART)
    try:
        for end in (*JOURNALS, ""):
            if not end or beside(database, end).exists():
                shutil.copy2(beside(database, end), part)
                sync(part)
                part.replace(beside(replaced, end))
        sync(database.parent)
        _make_single(database)
    except BaseException:
        for end in ("", *JOURNALS):
            beside(replaced, end).unlink(missing_ok=True)
        raise
    finally:
        clear(part)
    _leave_nothing_beside(database)
    return replaced


def _make_single(database: Path) -> None:
    """Have SQLite take its `-wal` into the file and remove it, unless the file is too damaged for that.

    Raises `DatabaseLocked` if anybody has it open.
    """
    try:
        with closing(sqlite3.connect(database, isolation_level=None, timeout=1)) as alone:
            alone.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.DatabaseError as fault:
        if "locked" in str(fault):
            raise DatabaseLocked(file=database.name) from fault


def _leave_nothing_beside(database: Path) -> None:
    for end in (*JOURNALS, "-shm"):
        beside(database, end).unlink(missing_ok=True)


def _as_before(model: Path, part: Path) -> None:
    """Whoever owned the old file, or where there was none its folder, owns the new one, also if the
    administrator restores it; and the lock beside it.
    """
    was = model.stat()
    if model.is_file():
        part.chmod(was.st_mode & 0o777)
    for file in (part, *part.parent.glob("*.lock")):
        with suppress(PermissionError):
            os.chown(file, was.st_uid, was.st_gid)


def _free_name(database: Path, at: datetime) -> Path:
    at = at.astimezone(UTC)
    while True:
        name = database.with_name(str(Name(f"{stem_of(database)}-replaced", at)))
        if not name.exists():
            return name
        at += timedelta(seconds=1)
