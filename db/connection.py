"""Opening the file, and one transaction at a time.

Acts that arrive together share one BEGIN IMMEDIATE … COMMIT, a savepoint each: on a disk with a 5 ms fsync
one transaction per act left more than half of 1,000 presses unanswered after Discord's three seconds,
grouped commits answered all. An act alone commits at once. Nobody hears of an act before the COMMIT that
holds it. Acts run in a task of their own, so a caller who gives up cannot leave a transaction half done.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from db import audit
from db.feed import COMMIT, Feed
from meeting.people import Actor
from meeting.refusals import ClosingDown, Refused

T = TypeVar("T")
Row = tuple[Any, ...]
Spawn = Callable[[Coroutine[Any, Any, None], str], asyncio.Task[None]]

log = logging.getLogger(__name__)

DISK = "disk"
"""The subject marked when the disk begins to refuse, or takes again."""

WAITS = 5000
"""Milliseconds for which another program's lock is waited for."""

SCRUB_WAITS = 250
"""The same while the file is wiped: that is tried again, and acts must not wait so long for it."""

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {WAITS}",
    "PRAGMA secure_delete = ON",
)


class DatabaseUnreadable(Refused):
    """The file is not a database, is damaged, or ends before it should."""


class DatabaseReadOnly(Refused):
    """The file or its folder cannot be written."""


class DatabaseLocked(Refused):
    """Another program holds the file's own lock for longer than is waited."""


class DatabaseFull(Refused):
    """The disk took no more; nothing of the act was kept."""


Statement = tuple[str, tuple[Any, ...]]

BEGIN_ACT: Statement = ("SAVEPOINT act", ())


@dataclass
class Transaction:
    """What an act sees: the rows, the moment, and the means to say what it did.

    What is written waits for the next query, or for the end of the act, and goes along with it: on its way to
    the connection's thread and back a statement spends several times what SQLite needs for it.
    """

    now: datetime
    _connection: aiosqlite.Connection
    _writes: list[Statement] = field(default_factory=list)
    _ahead: dict[Statement, list[Row]] = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)
    head: tuple[int, bytes] | None = None
    """Number and digest of the audit's last row, where an act of the same commit has written it."""

    async def ahead(self, *queries: Statement) -> None:
        """Ask all of these in one trip: each is then answered from here, once, unless something is written
        before."""
        writes, self._writes = self._writes, []
        found = await _one_go(self._connection, [*writes, *queries])
        self._ahead = dict(zip(queries, found[len(writes) :], strict=True))

    async def all(self, sql: str, *values: Any) -> list[Row]:
        """All rows of a query."""
        known = self._ahead.pop((sql, values), None)
        if known is not None:
            return known
        writes, self._writes = self._writes, []
        return (await _one_go(self._connection, [*writes, (sql, values)]))[-1]

    async def one(self, sql: str, *values: Any) -> Row | None:
        """The first row of a query, or None."""
        rows = await self.all(sql, *values)
        return rows[0] if rows else None

    async def run(self, sql: str, *values: Any) -> None:
        """Write; what SQLite has against it is raised by the next query, or at the end of the act."""
        self._ahead.clear()
        self._writes.append((sql, values))

    async def run_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """The same statement for many rows."""
        self._ahead.clear()
        self._writes += [(sql, tuple(row)) for row in rows]

    @property
    def untouched(self) -> bool:
        """Whether nothing of it has reached the connection yet."""
        return self._writes[:1] == [BEGIN_ACT]

    async def end(self, *last: str) -> None:
        """What is still to be written is, and then `last`."""
        writes, self._writes = self._writes, []
        if statements := [*writes, *((sql, ()) for sql in last)]:
            await _one_go(self._connection, statements)

    def mark(self, subject: str) -> None:
        """Whoever listens to the subject is told after the commit."""
        self.marks.add(subject)

    async def record(self, actor: Actor, verb: str, subject: str, **payload: object) -> None:
        """Write the audit's next row."""
        await audit.append(self, actor, verb, subject, payload)


@dataclass
class _Waiting:
    work: Callable[[Transaction], Awaitable[Any]]
    done: asyncio.Future[Any]


class Writer:
    """The only connection that writes. One task takes what waits and commits it together."""

    def __init__(self, connection: aiosqlite.Connection, now: Callable[[], datetime], feed: Feed) -> None:
        self._connection = connection
        self._now = now
        self._feed = feed
        self._waiting: list[_Waiting] = []
        self._scrubs: list[asyncio.Future[bool]] = []
        self._wanted = asyncio.Event()
        self._at_work = False
        self._closing = False
        self._task: asyncio.Task[None] | None = None
        self._head: tuple[int, bytes] | None = None
        self.full = False
        """Whether the disk refused what was last to be written; each change marks the subject `DISK`."""

    @property
    def idle(self) -> bool:
        """Whether no act waits or is under way."""
        return not self._waiting and not self._scrubs and not self._at_work

    def start(self, spawn: Spawn) -> None:
        self._task = spawn(self._serve(), "ledger")

    async def act(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `work` in a transaction; its result is given back only once it is on disk.

        Raises what `work` raises (nothing of it is kept then), `ClosingDown` when the house is closing,
        and what the disk raises. A caller cancelled before its turn is passed over; after, its act stands.
        """
        if self._closing:
            raise ClosingDown()
        waiting = _Waiting(work, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._wanted.set()
        result: T = await waiting.done
        return result

    async def scrub(self) -> bool:
        """Leave nothing in the file or beside it of what was deleted; False if a reader was in the way.

        Deleted rows are overwritten by `secure_delete`, but copies that moves between pages left behind, and
        the log of earlier commits, are not: the file is written anew, and the log is emptied.
        """
        if self._closing:
            raise ClosingDown()
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._scrubs.append(done)
        self._wanted.set()
        return await done

    async def close(self) -> None:
        """No new acts; what waits is done; then the task ends and the file is closed."""
        self._closing = True
        self._wanted.set()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
        await self._connection.close()

    async def _serve(self) -> None:
        try:
            while not (self._closing and not self._waiting):
                await self._wanted.wait()
                self._wanted.clear()
                self._at_work = True
                try:
                    while batch := [w for w in self._waiting if not w.done.cancelled()]:
                        self._waiting.clear()
                        await self._commit(batch)
                    self._waiting.clear()
                    await self._scrub()
                finally:
                    self._at_work = False
        finally:
            self._closing = True
            _resolve([(waiting, None, ClosingDown()) for waiting in self._waiting])
            self._waiting.clear()
            for scrub in self._scrubs:
                if not scrub.done():
                    scrub.set_exception(ClosingDown())

    async def _commit(self, batch: list[_Waiting]) -> None:
        results: list[tuple[_Waiting, Any, BaseException | None]] = []
        marks: set[str] = set()
        before = self._connection.total_changes
        try:
            await self._run("BEGIN IMMEDIATE")
            before = self._connection.total_changes
            self._head = None
            for waiting in batch:
                results.append(await self._within(waiting, marks))
            await self._run("COMMIT")
            if self._connection.total_changes != before:
                marks.add(COMMIT)
        except BaseException as fault:
            await self._undo(fault)
            wrong = _translated(fault)
            results = [(waiting, None, wrong) for waiting in batch]
            marks = set()
            if not isinstance(fault, Exception):
                _resolve(results)
                raise
        refused = any(isinstance(fault, DatabaseFull | DatabaseReadOnly) for _, _, fault in results)
        # A commit that wrote nothing proves nothing of the disk.
        if refused != self.full and (refused or self._connection.total_changes != before):
            self.full = refused
            marks.add(DISK)
        _resolve(results)
        self._feed.tell(marks)

    async def _scrub(self) -> None:
        scrubs, self._scrubs = self._scrubs, []
        if not scrubs:
            return
        try:
            await self._run(f"PRAGMA busy_timeout = {SCRUB_WAITS}")
            # A reader that is in the way is met before the file is written anew, into the log once more.
            if not (busy := await self._checkpoint()):
                await self._run("VACUUM")
                busy = await self._checkpoint()
        except sqlite3.Error as fault:
            log.warning("what was deleted cannot be wiped yet: %s", fault)
            busy = True
        finally:
            await self._run(f"PRAGMA busy_timeout = {WAITS}")
        for scrub in scrubs:
            if not scrub.done():
                scrub.set_result(not busy)

    async def _checkpoint(self) -> bool:
        """Empty the log; whether a reader was in the way."""
        ((busy, *_),) = await self._connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
        return bool(busy)

    async def _within(self, waiting: _Waiting, marks: set[str]) -> tuple[_Waiting, Any, BaseException | None]:
        transaction = Transaction(self._now(), self._connection, [BEGIN_ACT], head=self._head)
        try:
            result = await waiting.work(transaction)
            await transaction.end("RELEASE act")
        except Exception as refused:
            if not self._connection.in_transaction:
                raise
            if not transaction.untouched:
                await self._run("ROLLBACK TO act")
                await self._run("RELEASE act")
            return waiting, None, _translated(refused)
        marks |= transaction.marks
        self._head = transaction.head
        return waiting, result, None

    async def _run(self, statement: str) -> None:
        await self._connection.execute_fetchall(statement)

    async def _undo(self, fault: BaseException) -> None:
        if isinstance(fault, Exception):
            log.error("a commit failed: %s", fault)
        await _end(self._connection)


async def _one_go(connection: aiosqlite.Connection, statements: Sequence[Statement]) -> list[list[Row]]:
    """Run these in one trip to the connection's thread; the rows of each. Raises at the first that fails;
    those behind it are not run then."""

    def run() -> list[list[Row]]:
        return [plain.execute(sql, values).fetchall() for sql, values in statements]

    plain = connection._conn
    found: list[list[Row]] = await connection._execute(run)  # type: ignore[no-untyped-call] # no door leads there
    return found


async def _end(connection: aiosqlite.Connection) -> None:
    """End the transaction, if there is one.

    Queued behind the statement a cancelled caller left running: a BEGIN still on its way is ended, too.
    """
    with suppress(sqlite3.OperationalError):
        await connection.execute_fetchall("ROLLBACK")


def _resolve(results: list[tuple[_Waiting, Any, BaseException | None]]) -> None:
    for waiting, result, fault in results:
        if waiting.done.done():
            continue
        if fault is not None:
            waiting.done.set_exception(fault)
        else:
            waiting.done.set_result(result)


def _translated(fault: BaseException) -> BaseException:
    """SQLite's own words for what a person can do something about."""
    if isinstance(fault, sqlite3.OperationalError):
        text = str(fault)
        if "disk is full" in text or "disk I/O error" in text:
            return DatabaseFull()
        if "readonly" in text:
            return DatabaseReadOnly(file="")
        if "locked" in text:
            return DatabaseLocked(file="")
    return fault


class Reader:
    """A second, read-only connection: the writer's shows rows that are not committed yet."""

    def __init__(self, connection: aiosqlite.Connection, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._now = now
        self._lock = asyncio.Lock()
        self._closing = False

    async def read(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `work`, which only reads, on one state of the file. Raises `ClosingDown`."""
        async with self._lock:
            if self._closing:
                raise ClosingDown()
            try:
                transaction = Transaction(self._now(), self._connection, [("BEGIN", ())])
                result = await work(transaction)
                await transaction.end()
                return result
            finally:
                await _end(self._connection)

    async def close(self) -> None:
        """The read under way is ended; then no more."""
        async with self._lock:
            self._closing = True
            await self._connection.close()


async def connect(path: Path, *, writing: bool) -> aiosqlite.Connection:
    """With the house's pragmas. Raises `DatabaseUnreadable`, `DatabaseReadOnly`, `DatabaseLocked`."""
    try:
        connection = await aiosqlite.connect(path, isolation_level=None)
    except sqlite3.Error as fault:
        raise opening_fault(path, fault) from fault
    try:
        for pragma in PRAGMAS if writing else (*PRAGMAS[2:], "PRAGMA query_only = ON"):
            await connection.execute_fetchall(pragma)
        if writing:
            rows = list(await connection.execute_fetchall("PRAGMA quick_check"))
            if [tuple(row) for row in rows] != [("ok",)]:
                raise DatabaseUnreadable(file=path.name, reason=str(rows[0][0]))
        else:
            await connection.execute_fetchall("SELECT count(*) FROM sqlite_schema")
    except sqlite3.Error as fault:
        await connection.close()
        raise opening_fault(path, fault) from fault
    except BaseException:
        await connection.close()
        raise
    return connection


def opening_fault(path: Path, fault: sqlite3.Error) -> Refused:
    """What a person can do something about, in SQLite's words, when the file is opened."""
    text = str(fault)
    if "locked" in text:
        return DatabaseLocked(file=path.name)
    if "disk is full" in text or "disk I/O error" in text:
        return DatabaseFull()
    if "readonly" in text or "unable to open" in text:
        return DatabaseReadOnly(file=path.name)
    return DatabaseUnreadable(file=path.name, reason=text)
