"""Opens a file that may be a record of the meeting, for reading only, and says what it is.

Nothing beside it is made or changed. Only SQLite opens it: closing a file descriptor of one's own would
drop the locks of every connection of the process on that file (sqlite.org/howtocorrupt.html, 2.2).
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from db import audit
from db.connection import DatabaseLocked
from db.migrations import DatabaseNewer, steps
from meeting.refusals import Refused

WAITS = 5.0
"""Seconds for which SQLite waits for another connection's lock, as the house's own connections do."""

CHECK_EVERY = 100_000
"""Instructions of SQLite's machine (some milliseconds) between two looks whether to give up."""

OURS = {"meta", "audit", "audit_details"}
"""Tables every record has had since its first format."""


PLACE = (
    "SELECT json_extract(value, '$.time_zone'), json_extract(value, '$.venue')"
    " FROM meta WHERE name = 'programme'"
)
"""None before the import."""


class RecordMissing(Refused):
    """There is no such file."""


class RecordUnfit(Refused):
    """The file is no record of a meeting, or is damaged; the reason is named."""


class RecordBroken(Refused):
    """The file can be read, but its audit does not fit from some entry on."""


class Abandoned(Exception):
    """Whoever asked has given up."""


def never() -> bool:
    """Nobody gives up."""
    return False


@dataclass(frozen=True)
class Findings:
    """A readable record: its format, where its audit ends, what recomputing it gave, and its venue."""

    version: int
    head: audit.Anchor
    audit: audit.Verdict
    time_zone: str = "UTC"
    venue: str = "UTC"

    def require_whole(self, file: Path) -> None:
        """Raises `RecordBroken`."""
        if self.audit.first_bad is not None:
            raise RecordBroken(file=file.name, row=self.audit.first_bad, reason=self.audit.reason)


@contextmanager
def reading(path: Path, *, live: bool) -> Iterator[sqlite3.Connection]:
    """A connection that only reads. `live`: a house may be writing the file meanwhile.

    Raises `RecordMissing`, `RecordUnfit`, `DatabaseLocked`. What is not live is opened as unchanging, which
    needs no file beside it; if a -wal stands there, both are copied first.
    """
    _look(path)
    opened = path
    with ExitStack() as stack:
        try:
            if not live and _size(beside(path, "-wal")):
                folder = stack.enter_context(tempfile.TemporaryDirectory())
                for end in ("", "-wal"):
                    shutil.copyfile(beside(path, end), Path(folder, "record.db" + end))
                opened, live = Path(folder, "record.db"), True
            address = f"file:{quote(str(opened.absolute()))}?mode=" + ("rw" if live else "ro&immutable=1")
            connection = stack.enter_context(
                closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=WAITS))
            )
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM sqlite_schema").fetchone()  # only now its state is fixed
        except sqlite3.Error as fault:
            if "locked" in str(fault):
                raise DatabaseLocked(file=path.name) from fault
            raise RecordUnfit(file=path.name, reason=str(fault)) from fault
        except OSError as fault:
            raise RecordUnfit(file=path.name, reason=fault.strerror or "it cannot be read") from fault
        yield connection


def inspect_file(
    path: Path,
    *,
    live: bool = False,
    anchor: audit.Anchor | None = None,
    abandoned: Callable[[], bool] = never,
) -> Findings:
    """Check a file's pages, its format and its audit.

    Raises `RecordMissing`, `RecordUnfit`, `DatabaseNewer`, and `Abandoned` once `abandoned()` says so. A
    broken audit is among the findings.
    """
    with reading(path, live=live) as connection:
        connection.set_progress_handler(abandoned, CHECK_EVERY)
        try:
            version = _version(connection, path)
            whole = connection.execute("PRAGMA integrity_check(1)").fetchall()
            if whole != [("ok",)]:
                raise RecordUnfit(file=path.name, reason=f"it is damaged: {whole[0][0]}")
            rows = connection.execute(audit.ROWS).fetchall()
            stray = connection.execute(audit.STRAY).fetchone()[0]
            place = connection.execute(PLACE).fetchone()
        except sqlite3.Error as fault:
            if abandoned():
                raise Abandoned from fault
            raise RecordUnfit(file=path.name, reason=str(fault)) from fault
    head = audit.Anchor.of((rows[-1][0], rows[-1][5]) if rows else None)
    return Findings(version, head, audit.judge(rows, stray, anchor), *(place or ()))


def head_of(path: Path, *, live: bool) -> audit.Anchor | None:
    """Where a record's audit ends; None if it cannot be read."""
    try:
        with reading(path, live=live) as connection:
            return audit.Anchor.of(connection.execute(audit.HEAD).fetchone())
    except (Refused, sqlite3.Error):
        return None


def goes_through(path: Path, anchor: audit.Anchor) -> bool:
    """Whether the record in use at `path` had exactly this head once; a copy with it is a copy of it."""
    try:
        with reading(path, live=True) as connection:
            row = connection.execute("SELECT seq, digest FROM audit WHERE seq = ?", (anchor.seq,)).fetchone()
            return audit.Anchor.of(row) == anchor
    except (Refused, sqlite3.Error):
        return False


def beside(path: Path, end: str) -> Path:
    """The file SQLite keeps beside another: `roundtable.db-wal`."""
    return path.with_name(path.name + end)


def _look(path: Path) -> None:
    """What can be said without opening it. Raises `RecordMissing`, `RecordUnfit`."""
    reason = None
    try:
        if not path.exists():
            raise RecordMissing(file=str(path))
        if path.is_dir():
            reason = "it is a folder"
        elif not path.is_file():
            reason = "it is not a file"
        elif not os.access(path, os.R_OK):
            reason = "you may not read it"
        elif path.stat().st_size == 0:
            reason = "it is empty"
    except OSError as fault:
        reason = fault.strerror or "it cannot be looked at"
    if reason is not None:
        raise RecordUnfit(file=path.name, reason=reason)


def _version(connection: sqlite3.Connection, path: Path) -> int:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not tables >= OURS:
        raise RecordUnfit(file=path.name, reason="it is a database, but not one of this program")
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > steps()[-1][0]:
        raise DatabaseNewer(version=version, known=steps()[-1][0])
    return version


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
