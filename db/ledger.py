"""The ledger: one file, its books, and the feed that tells of commits."""

import errno
import os
import secrets
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import aiosqlite

from db import audit
from db.agenda import AgendaBook
from db.agenda_rows import get_meta, set_meta
from db.ballots import BallotBook
from db.connection import (
    DatabaseFull,
    DatabaseReadOnly,
    DatabaseUnreadable,
    Reader,
    Spawn,
    Transaction,
    Writer,
    connect,
    opening_fault,
)
from db.delegations import DelegationBook
from db.discussions import DiscussionBook
from db.feed import Feed
from db.lock import Lock
from db.migrations import check_version, migrate
from db.notices import NoticeBook
from db.places import PlaceBook
from db.polls import PollBook
from db.reports import ReportBook
from db.room import RoomBook
from db.speakers import SpeakerBook
from db.troubles import TroubleBook
from db.wall import WallBook
from meeting.refusals import Refused


class FolderMissing(Refused):
    """The folder the database is to be in is not there."""


class DatabaseMissing(Refused):
    """There is no database file to read."""


class Ledger:
    """All books of one database file. Made by `open_ledger` or `read_ledger`."""

    def __init__(self, writer: Writer, reader: Reader, feed: Feed, uid: str, lock: Lock | None) -> None:
        self.feed = feed
        self.uid = uid
        """Tells this database's nonces and reference lines from any other's."""
        self.agenda = AgendaBook(writer, reader)
        self.notices = NoticeBook(writer, reader)
        self.wall = WallBook(writer, reader)
        self.places = PlaceBook(writer, reader, feed)
        self.troubles = TroubleBook(writer, reader)
        self.delegations = DelegationBook(writer, reader, feed)
        self.polls = PollBook(writer, reader)
        self.ballots = BallotBook(writer, reader)
        self.speakers = SpeakerBook(writer, reader)
        self.discussions = DiscussionBook(writer, reader)
        self.room = RoomBook(writer, reader, self.polls)
        self.reports = ReportBook(writer, reader, feed)
        self._writer = writer
        self._reader = reader
        self._lock = lock

    @property
    def idle(self) -> bool:
        """Whether no act waits or is under way."""
        return self._writer.idle

    @property
    def full(self) -> bool:
        """Whether the disk refused what was last to be written; the subject "disk" tells of a change."""
        return self._writer.full

    async def verify(self) -> audit.Verdict:
        """Recompute the audit's chain."""
        return await audit.verify(self._reader)

    async def scrub(self) -> bool:
        """Wipe what was deleted from the file and its log; False if that is to be tried again."""
        return await self._writer.scrub()

    async def setting(self, name: str) -> str | None:
        """A word the house keeps for itself, such as the digest of the commands last registered."""

        async def work(tx: Transaction) -> str | None:
            return await get_meta(tx, f"house.{name}")

        return await self._reader.read(work)

    async def keep_setting(self, name: str, value: str) -> None:
        """Keep such a word."""

        async def work(tx: Transaction) -> None:
            await set_meta(tx, f"house.{name}", value)

        await self._writer.act(work)

    async def close(self) -> None:
        """No new acts; what waits is done; then the file is closed and its lock released."""
        await self._writer.close()
        await self._reader.close()
        if self._lock is not None:
            self._lock.release()


async def open_ledger(path: Path, *, now: Callable[[], datetime], spawn: Spawn) -> Ledger:
    """Open the file for writing, making or updating it.

    Raises `DatabaseInUse`, `DatabaseNewer`, `DatabaseReadOnly`, `DatabaseUnreadable`; nothing is left open
    or locked then.
    """
    if not path.absolute().parent.is_dir():  # noqa: ASYNC240 - one look, at the start
        raise FolderMissing(folder=str(path.parent))
    if path.is_dir():  # noqa: ASYNC240 - one look, at the start
        raise DatabaseUnreadable(file=path.name, reason="it is a folder")
    lock = Lock(path)
    try:
        lock.take()
    except OSError as fault:
        full = fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        raise (DatabaseFull() if full else DatabaseReadOnly(file=path.name)) from fault
    reading: aiosqlite.Connection | None = None
    writer: Writer | None = None
    try:
        if path.exists() and not os.access(path, os.W_OK):  # noqa: ASYNC240 - one look, at the start
            raise DatabaseReadOnly(file=path.name)
        connection = await connect(path, writing=True)
        try:
            await migrate(connection)
            reading = await connect(path, writing=False)
            feed = Feed()
            writer = Writer(connection, now, feed)
            writer.start(spawn)
            uid = await writer.act(_uid)
        except BaseException:
            await (connection if writer is None else writer).close()
            if reading is not None:
                await reading.close()
            raise
    except sqlite3.Error as fault:
        lock.release()
        raise opening_fault(path, fault) from fault
    except BaseException:
        lock.release()
        raise
    return Ledger(writer, Reader(reading, now), feed, uid, lock)


async def read_ledger(path: Path, *, now: Callable[[], datetime]) -> Reader:
    """Open the file beside a running house, for reading only.

    Raises `DatabaseMissing`, `DatabaseNewer`, `DatabaseOlder`, and as `connect`.
    """
    if not path.is_file():  # noqa: ASYNC240 - one look, at the start of a command
        raise DatabaseMissing(file=path.name)
    connection = await connect(path, writing=False)
    try:
        await check_version(connection, file=path.name)
    except BaseException:
        await connection.close()
        raise
    return Reader(connection, now)


async def _uid(tx: Transaction) -> str:
    """This database's own name, made once."""
    uid = await get_meta(tx, "uid")
    if uid is None:
        uid = secrets.token_hex(4)
        await set_meta(tx, "uid", uid)
    return uid
