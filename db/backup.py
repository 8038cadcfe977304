"""Backups: copies of the open database, each a single file that was opened and checked before it counts.

All of this is slow and belongs in a thread. A copy is written beside its place under a temporary name,
checked, and renamed: whatever has a backup's name is whole, also after a kill or a power cut.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from db.audit import Anchor
from db.backup_names import Name, read_name, stem_of, surplus
from db.inspection import (
    WAITS,
    Abandoned,
    Findings,
    beside,
    goes_through,
    head_of,
    inspect_file,
    never,
    reading,
)
from db.lock import DatabaseInUse, Lock
from meeting.refusals import Refused

PART = ".part"
"""Ends the name of a copy that is not finished."""

PAGES = 256
"""Copied between two looks whether to give up: a megabyte of pages of 4 KiB."""


class CopyFailed(Refused):
    """No copy could be made; the reason is named, and nothing is left of the attempt."""


class BackupUnderWay(Refused):
    """Another process is making a backup in the same folder."""


class FileThere(Refused):
    """A file of that name is there already and is not overwritten."""


@dataclass(frozen=True)
class Copy:
    """A finished backup: it can be read whole, or it would not be there.

    `size` in bytes; `head`, where its audit ends; `first_bad`, the first entry of it that does not fit.
    """

    path: Path
    made_at: datetime
    size: int
    head: Anchor
    first_bad: int | None = None


def back_up(
    database: Path,
    folder: Path,
    at: datetime,
    *,
    day: str | None = None,
    abandoned: Callable[[], bool] = never,
) -> Copy:
    """Copy the database into the folder (made if missing) under a name of its own; delete surplus ones.

    A record whose audit does not hold is copied all the same: what is done in the meeting goes on. Then
    nothing is deleted: an older copy may be the last that holds.

    Raises `CopyFailed`, `BackupUnderWay` and what `inspect_file` raises of the copy.
    """
    name = Name(stem_of(database), at.astimezone(UTC).replace(microsecond=0), day)
    lock = Lock(folder / f"{name.stem}-backups")
    with telling(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.take()
        except DatabaseInUse as other:
            raise BackupUnderWay(folder=str(folder), **other.values) from None
    try:
        _clear_leftovers(folder, name.stem)
        path = folder / str(name)
        findings = copy_to(database, path, abandoned=abandoned)
        first_bad = findings.audit.first_bad
        if first_bad is None:
            _prune(folder, name)
        return Copy(path, name.at, path.stat().st_size, findings.head, first_bad)
    finally:
        lock.release()


def replace_since(
    database: Path,
    folder: Path,
    at: datetime,
    since: datetime,
    seq: int,
    *,
    abandoned: Callable[[], bool] = never,
) -> Copy:
    """Make a backup now, and delete every other one made from `since` on (and any named after now), and every
    one of this record that holds its audit's row `seq`: a clock that was set back names those too early.

    For each day whose end was kept among them, the new state is kept as that day's end. Nothing is deleted
    before the new ones are whole. Raises as `back_up`, and `CopyFailed` if one cannot be deleted.
    """
    with telling(folder):
        folder.mkdir(parents=True, exist_ok=True)
        list(folder.iterdir())  # one that cannot be read would count as empty
    since = since.astimezone(UTC).replace(microsecond=0)
    before = copies(folder, stem_of(database))
    made = [back_up(database, folder, at, abandoned=abandoned)]
    # Only now: one that another process was at work on meanwhile is among them.
    stale = [
        name
        for name in {*before, *copies(folder, stem_of(database))}
        if name.at >= since or _holds(database, folder / str(name), seq)
    ]
    for day in sorted({name.day for name in stale if name.day is not None}):
        made.append(back_up(database, folder, at, day=day, abandoned=abandoned))
    kept = {copy.path.name for copy in made}
    for name in stale:
        if str(name) not in kept:
            with telling(folder / str(name)):
                (folder / str(name)).unlink(missing_ok=True)
    with telling(folder):
        sync(folder)
    return made[0]


def replaced_with(database: Path, seq: int) -> list[Path]:
    """Records that a restore kept beside the database and that hold its audit's row `seq`."""
    stem = f"{stem_of(database)}-replaced"
    found = [database.with_name(str(name)) for name in copies(database.absolute().parent, stem)]
    return [path for path in found if _holds(database, path, seq)]


def _holds(database: Path, path: Path, seq: int) -> bool:
    """Whether a copy is of this record and goes as far as that row of its audit."""
    head = head_of(path, live=False)
    return head is not None and head.seq >= seq and goes_through(database, head)


def copy_to(database: Path, target: Path, *, abandoned: Callable[[], bool] = never) -> Findings:
    """Copy the database in use to a file. Raises as `back_up`."""
    part = beside(target, PART)
    try:
        findings = copy_checked(database, part, live=True, abandoned=abandoned)
        with telling(target):
            part.replace(target)
            sync(target.parent)
    finally:
        clear(part)
    return findings


def copy_checked(source: Path, part: Path, *, live: bool, abandoned: Callable[[], bool] = never) -> Findings:
    """Copy a record to a single file, on the disk, and check that copy. Raises as `back_up`; see `clear`."""
    with telling(part):
        clear(part)
        # As private as what it is a copy of, from its first byte.
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, source.stat().st_mode & 0o777))
        with (
            reading(source, live=live) as original,
            closing(sqlite3.connect(part, isolation_level=None, timeout=WAITS)) as copy,
        ):
            original.backup(copy, pages=PAGES, progress=lambda *_: _go_on(abandoned))
            copy.execute("PRAGMA journal_mode = DELETE")
        sync(part)
        return inspect_file(part, abandoned=abandoned)


def copies(folder: Path, stem: str) -> list[Name]:
    """The finished backups of that database, oldest first; none if the folder cannot be read."""
    try:
        found = [read_name(path.name, stem) for path in folder.iterdir()]
    except OSError:
        return []
    return sorted((name for name in found if name is not None), key=lambda name: (name.at, str(name)))


def known(folder: Path, name: Name) -> Copy | None:
    """A finished backup, as far as a look at it tells; None if it cannot be read (any more)."""
    path = folder / str(name)
    head = head_of(path, live=False)
    try:
        return Copy(path, name.at, path.stat().st_size, head) if head is not None else None
    except OSError:
        return None


def clear(part: Path) -> None:
    """Take away what is left of an unfinished copy."""
    for end in ("", "-journal", "-wal", "-shm"):
        with suppress(OSError):  # what is still there then makes the next attempt fail, with a reason
            beside(part, end).unlink()


def sync(path: Path) -> None:
    """Have a file's content, or a folder's names, on the disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def telling(target: Path) -> Iterator[None]:
    """What the disk says, as a refusal. Raises `CopyFailed`."""
    name = target.name.removesuffix(PART)
    try:
        yield
    except OSError as fault:
        raise CopyFailed(file=name, reason=fault.strerror or str(fault)) from fault
    except sqlite3.Error as fault:
        raise CopyFailed(file=name, reason=str(fault)) from fault


def _go_on(abandoned: Callable[[], bool]) -> None:
    if abandoned():
        raise Abandoned


def _clear_leftovers(folder: Path, stem: str) -> None:
    """Of copies that a kill left unfinished: the lock is held, so nobody is at work on them."""
    with telling(folder):
        for path in list(folder.iterdir()):
            name, found, _ = path.name.partition(PART)
            if found and read_name(name, stem) is not None:
                clear(path.with_name(name + PART))


def _prune(folder: Path, made: Name) -> None:
    """Delete surplus backups; what cannot be deleted (it may be somebody else's by now) is left there."""
    for name in surplus(copies(folder, made.stem), made):
        try:
            (folder / str(name)).unlink(missing_ok=True)
        except OSError:
            continue
