"""The troubles' book: what is wrong with the house itself, told to those who run the meeting.

One row per trouble, not per occurrence: while one of a kind and subject is open there is no second, and one
that comes back soon after it was over is the same trouble going on.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from db.connection import Reader, Transaction, Writer
from db.rows import instant, stored

SUBJECT = "troubles"

REOPENS = timedelta(minutes=10)
"""One that begins again within this time after it was over is the same: its message is taken up again."""

SHOWN = timedelta(days=1)
"""How long one that is over is still looked after on the wall."""

APART = 1000
"""Numbers given to rows that could not be written yet keep this far from those that were."""

Told = Mapping[str, Any]
"""What a sentence is filled in with: text, whole numbers, instants, tuples of text."""


class TroubleKind(StrEnum):
    """What may be wrong. The subject of each is a channel, a thing on the wall, a capacity, or nothing."""

    UNREACHABLE = "unreachable"
    FORBIDDEN = "forbidden"
    UNDELIVERED = "undelivered"
    LOST = "lost"
    THREAD_LOCKED = "thread_locked"
    ROLE_GONE = "role_gone"
    DISK_LOW = "disk_low"
    DISK_FULL = "disk_full"
    CLOCK_OFF = "clock_off"
    BACKUP_FAILED = "backup_failed"
    AUDIT_BROKEN = "audit_broken"
    FAILURE = "failure"
    OLDER_RECORD = "older_record"


@dataclass(frozen=True)
class Trouble:
    """One trouble, from when it began to when it was over."""

    kind: TroubleKind
    subject: str
    number: int
    begun_at: datetime
    over_at: datetime | None
    told: Told

    @property
    def open(self) -> bool:
        return self.over_at is None


class TroubleBook:
    """`ledger.troubles`. Nothing here is an act of a person, so nothing stands in the audit."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def begin(
        self,
        kind: TroubleKind,
        subject: str,
        told: Told,
        at: datetime,
        number: int | None = None,
        *,
        new: bool = True,
    ) -> int | None:
        """It is so since `at`; its number. `number`, if given, is the one it was told under already.

        Open already: only what is told of it changes. Over less than `REOPENS` ago: open again. None, and
        nothing is changed, where it would take a number of its own and `new` is false.
        """

        async def work(tx: Transaction) -> int | None:
            known = await tx.one(f"{NEWEST} ORDER BY number DESC LIMIT 1", kind.value, subject)
            same = _same(known, at)
            values = json.dumps(told, default=_written, sort_keys=True)
            if same is None and not new:
                return None
            if same is None:
                await tx.run(
                    "INSERT INTO troubles (number, kind, subject, begun_at, told) VALUES (?, ?, ?, ?, ?)",
                    number,
                    kind.value,
                    subject,
                    stored(at),
                    values,
                )
                row = await tx.one(f"{NEWEST} AND over_at IS NULL", kind.value, subject)
                assert row is not None
                same = row[0]
            else:
                await tx.run("UPDATE troubles SET over_at = NULL, told = ? WHERE number = ?", values, same)
            tx.mark(SUBJECT)
            return int(same)

        return await self._writer.act(work)

    async def over(self, kind: TroubleKind, subject: str, at: datetime) -> None:
        """It is so no longer, since `at`. Where none is open nothing is changed."""

        async def work(tx: Transaction) -> None:
            await tx.run(
                "UPDATE troubles SET over_at = max(?, begun_at)"
                " WHERE kind = ? AND subject = ? AND over_at IS NULL",
                stored(at),
                kind.value,
                subject,
            )
            tx.mark(SUBJECT)

        await self._writer.act(work)

    async def number_of(
        self, kind: TroubleKind, subject: str, at: datetime, ahead: int, above: int = 0
    ) -> int:
        """The number to tell one begun at `at` under that cannot be written yet, `ahead` others before it.

        Such numbers begin at the next full `APART`, also above the number `above`: no row written meanwhile
        takes one of them.
        """

        async def work(tx: Transaction) -> int:
            same = _same(await tx.one(f"{NEWEST} ORDER BY number DESC LIMIT 1", kind.value, subject), at)
            return same if same is not None else _apart(max(await _last(tx), above)) + ahead

        return await self._reader.read(work)

    async def count_on(self, highest: int, shouted: Mapping[int, datetime], at: datetime) -> None:
        """No new number is at or below `highest`, the last that has a message.

        A record put back from a copy may be older than what was told: a number given out again would have
        the message of another trouble taken for its own. `shouted` are numbers with a message that is not
        over, and when it was posted. Those that can only have been told while the disk took nothing, and
        were never written, get a row that is over since `at`: a disk that still takes nothing says so itself.
        """

        async def work(tx: Transaction) -> None:
            last = await _last(tx)
            for number, begun_at in sorted(shouted.items()):
                if number >= _apart(last):
                    values = (number, TroubleKind.DISK_FULL.value, f"taken up {number}", stored(begun_at))
                    await tx.run(
                        "INSERT INTO troubles (number, kind, subject, begun_at, over_at, told)"
                        " VALUES (?, ?, ?, ?, max(?, ?), '{}')",
                        *values,
                        stored(begun_at),
                        stored(at),
                    )
                    tx.mark(SUBJECT)
            if highest > await _last(tx):
                await tx.run("DELETE FROM sqlite_sequence WHERE name = 'troubles'")
                await tx.run("INSERT INTO sqlite_sequence (name, seq) VALUES ('troubles', ?)", highest)

        await self._writer.act(work)

    async def open(self) -> list[Trouble]:
        """All that are open, oldest first."""
        return await self._reader.read(load_open)

    async def recent(self) -> list[Trouble]:
        """All that are open or have been over for less than `SHOWN`, oldest first."""

        async def work(tx: Transaction) -> list[Trouble]:
            return await _load(tx, "over_at IS NULL OR over_at > ?", stored(tx.now - SHOWN))

        return await self._reader.read(work)


NEWEST = "SELECT number, over_at FROM troubles WHERE kind = ? AND subject = ?"


def _same(known: tuple[Any, ...] | None, at: datetime) -> int | None:
    """The number of the row that is this trouble already."""
    if known is None:
        return None
    number, over_at = known
    return int(number) if over_at is None or at < instant(over_at) + REOPENS else None


async def _last(tx: Transaction) -> int:
    """The highest number given out so far."""
    row = await tx.one("SELECT seq FROM sqlite_sequence WHERE name = 'troubles'")
    return int(row[0]) if row else 0


def _apart(last: int) -> int:
    """The first number that one is told under which cannot be written yet."""
    return (last // APART + 1) * APART


async def load_open(tx: Transaction) -> list[Trouble]:
    """All that are open, oldest first."""
    return await _load(tx, "over_at IS NULL")


async def _load(tx: Transaction, which: str, *values: str) -> list[Trouble]:
    rows = await tx.all(
        f"SELECT kind, subject, number, begun_at, over_at, told FROM troubles WHERE {which} ORDER BY number",
        *values,
    )
    return [
        Trouble(
            TroubleKind(kind),
            subject,
            number,
            instant(begun_at),
            instant(over_at),
            {name: _read(value) for name, value in json.loads(told, object_hook=_instant).items()},
        )
        for kind, subject, number, begun_at, over_at, told in rows
    ]


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return {"instant": stored(value)}
    raise TypeError(f"{value!r} cannot be told")


def _instant(found: dict[str, Any]) -> object:
    return instant(found["instant"]) if set(found) == {"instant"} else found


def _read(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
