"""A real file in `tmp_path`, a held clock, small programmes, and a second plain connection as witness."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from db.connection import Writer, connect
from db.feed import Feed
from db.ledger import Ledger, open_ledger
from db.migrations import migrate
from meeting.people import Actor, Capacity, UserId, Via
from meeting.polls import Poll
from meeting.programme import (
    DayId,
    ItemId,
    Kind,
    Mode,
    Part,
    PartId,
    PlannedDay,
    PlannedItem,
    Programme,
    Question,
    QuestionId,
    Start,
)
from tests.assembly import Assembly

HOUSE = Path(__file__).parents[2]


@dataclass
class HeldClock:
    """`now` for a ledger; moves only when told to."""

    at: datetime = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def set(self, hour: int, minute: int = 0, *, day: int = 1) -> None:
        self.at = datetime(2026, 6, day, hour, minute, tzinfo=UTC)

    def forward(self, minutes: float) -> None:
        self.at += timedelta(minutes=minutes)


class Make:
    """Programmes in a few words."""

    @staticmethod
    def question(name: str, *parts: str) -> Question:
        texts = parts or ("a", "b")
        return Question(
            QuestionId(name),
            f"Question {name}",
            f"What of {name}?",
            tuple(Part(PartId(f"{name}-{n}"), text) for n, text in enumerate(texts)),
        )

    @staticmethod
    def item(
        name: str,
        hour: int,
        minute: int = 0,
        *,
        day: int = 1,
        length: int = 30,
        kind: Kind = Kind.SESSION,
        start: Start = Start.CHAIR,
        fixed: bool = False,
        question: Question | None = None,
        title: str = "",
    ) -> PlannedItem:
        begins = datetime(2026, 6, day, hour, minute, tzinfo=UTC)
        ends = begins + timedelta(minutes=length)
        return PlannedItem(
            ItemId(name), kind, title or name, begins, ends, Mode.HYBRID, "Chair", start, fixed, question
        )

    @staticmethod
    def programme(*days: Sequence[PlannedItem], **fields: Any) -> Programme:
        return Programme(
            "A meeting",
            "UTC",
            "Here",
            tuple(
                PlannedDay(
                    DayId(f"d{n}"), f"Day {n}", date(2026, 6, n), f"https://example.org/{n}", tuple(day)
                )
                for n, day in enumerate(days, start=1)
            ),
            **fields,
        )

    def two_days(self) -> Programme:
        return self.programme(
            (
                self.item("d1-01", 9, kind=Kind.OPENING, start=Start.CLOCK, fixed=True),
                self.item("d1-02", 9, 30, length=60, question=self.question("q1")),
                self.item("d1-03", 10, 30, length=15, kind=Kind.BREAK, start=Start.CLOCK),
                self.item("d1-04", 10, 45, length=45, question=self.question("q2", "x")),
                self.item("d1-05", 11, 30),
                self.item("d1-06", 14, fixed=True, length=60),
            ),
            (
                self.item("d2-01", 9, day=2, length=60, question=self.question("q3", "r", "s", "t")),
                self.item("d2-02", 10, day=2, length=60),
                self.item("d2-03", 11, day=2),
            ),
        )


class Witness:
    """Looks at the file through a plain connection of its own: sees what is committed, nothing else."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.file, isolation_level=None)) as plain:
            return plain.execute(sql, values).fetchall()

    def column(self, sql: str, *values: object) -> list[Any]:
        return [row[0] for row in self.rows(sql, *values)]

    def verbs(self) -> list[str]:
        return self.column("SELECT verb FROM audit ORDER BY seq")


def _spawn(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    return asyncio.get_running_loop().create_task(work, name=name)


async def soon(close: Coroutine[Any, Any, None], *connections: aiosqlite.Connection) -> None:
    """Close; if a test that failed left an act standing, end it and its connections all the same."""
    try:
        await asyncio.wait_for(close, 10)
    except TimeoutError:
        for connection in connections:
            await connection.close()


@pytest.fixture
def spawn() -> Callable[[Coroutine[Any, Any, None], str], asyncio.Task[None]]:
    return _spawn


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def make() -> Make:
    return Make()


@pytest.fixture
def moderator() -> Actor:
    return Actor(Via.DISCORD, UserId(100), frozenset({Capacity.MODERATOR}))


@pytest.fixture
def clerk() -> Actor:
    return Actor(Via.DISCORD, UserId(200), frozenset({Capacity.CLERK}))


@pytest.fixture
def nobody() -> Actor:
    """Every capacity but those that conduct."""
    rest = frozenset(Capacity) - {Capacity.CHAIR, Capacity.MODERATOR, Capacity.CLERK}
    return Actor(Via.DISCORD, UserId(300), rest)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "meeting.db"


@pytest.fixture
def witness(file: Path) -> Witness:
    return Witness(file)


@pytest.fixture
async def opened(file: Path, clock: HeldClock) -> AsyncIterator[Callable[..., Awaitable[Ledger]]]:
    """Opens ledgers (of `file` if no other is named) and closes them all at the end."""
    ledgers: list[Ledger] = []

    async def open_(path: Path = file) -> Ledger:
        ledgers.append(await open_ledger(path, now=clock, spawn=_spawn))
        return ledgers[-1]

    yield open_
    for ledger in ledgers:
        await soon(ledger.close(), ledger._writer._connection, ledger._reader._connection)


@pytest.fixture
async def ledger(opened: Callable[..., Awaitable[Ledger]], make: Make) -> Ledger:
    """Open, with both days imported."""
    house = await opened()
    assert await house.agenda.import_programme(make.two_days(), marking="", start=None)
    return house


@pytest.fixture
async def seated(ledger: Ledger, moderator: Actor) -> Assembly:
    """That ledger, with 66 delegations of all categories whose people are in their seats."""
    return await Assembly(ledger, moderator).seat()


@pytest.fixture
def meeting(
    opened: Callable[..., Awaitable[Ledger]], make: Make, moderator: Actor
) -> Callable[..., Awaitable[Assembly]]:
    """Opens a ledger with two days and these polls in the programme, everybody seated."""

    async def open_(*polls: Poll) -> Assembly:
        ledger = await opened()
        await ledger.agenda.import_programme(replace(make.two_days(), polls=polls), marking="", start=None)
        return await Assembly(ledger, moderator).seat()

    return open_


@dataclass
class Bare:
    """A writer without books, and its feed."""

    writer: Writer
    feed: Feed
    connection: aiosqlite.Connection


@pytest.fixture
async def bare(file: Path, clock: HeldClock) -> AsyncIterator[Bare]:
    connection = await connect(file, writing=True)
    await migrate(connection)
    feed = Feed()
    writer = Writer(connection, clock, feed)
    writer.start(_spawn)
    yield Bare(writer, feed, connection)
    await soon(writer.close(), connection)


@pytest.fixture
def other_process() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts `other_process.py`; what still runs at the end is killed, with its children."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: object) -> subprocess.Popen[bytes]:
        script = Path(__file__).with_name("other_process.py")
        process = subprocess.Popen(
            [sys.executable, str(script), *map(str, words)],
            cwd=HOUSE,
            env={"PYTHONPATH": str(HOUSE), "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        with process:
            pass
