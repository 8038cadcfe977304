"""Of an input without attribution no file, row or log says whose it is. Each such test has a control: the
same search finds the author of one that is given under a name."""

import asyncio
import logging
import sqlite3
import struct
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest

from db.backup import back_up
from db.seat_rows import save_delegation, save_seat
from meeting import codes
from meeting.delegations import Category, Delegation, DelegationId
from meeting.inputs import Attribution
from meeting.people import Actor, Capacity, UserId, Via
from meeting.programme import QuestionId
from meeting.seats import Presence, new_seats
from tests.assembly import ROSTER, Assembly
from tests.attacker import FRAME_HEADER, WAL_HEADER, states_of_log
from tests.contributing import BY_CATEGORY, BY_NAME, EXAMPLE, NONE, SUGGESTION, draft

Q1 = QuestionId("q1")
ZQ = Delegation(DelegationId("zq-atlantis"), "Realm of Zq", "Zqland", Category.MEMBER, "zq", "North", seats=3)
TEXT = "Zephyrs of quince."
NEAR = 300
"""Bytes around a text: more than its row has."""


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The digest's cost is measured elsewhere."""
    monkeypatch.setattr(codes, "COST", 2)


def user(number: int) -> UserId:
    return UserId(1_234_567_890_123_456_789 + 1_000_003 * number)


@dataclass
class House:
    """A ledger whose every commit stays in its log, and backups of it."""

    seated: Assembly
    clock: object
    file: Path
    folder: Path

    @property
    def book(self):
        return self.seated.ledger.discussions

    @property
    def log(self) -> Path:
        return self.file.with_name(f"{self.file.name}-wal")

    def person(self, number=1):
        """Somebody of the delegation that is looked for."""
        return Actor(Via.DISCORD, user(number), frozenset({Capacity.DELEGATE}))

    async def give(self, attribution, text=TEXT, kind=SUGGESTION, who=None):
        said = draft(kind, attribution, text, "q1-0")
        return await self.book.contribute(who or self.person(), Q1, said)

    async def backup(self):
        self.clock.forward(5)
        await asyncio.to_thread(back_up, self.file, self.folder, self.clock.at)

    def files(self):
        return [self.file, self.log, *sorted(self.folder.glob("*.db"))]

    def states(self):
        """All rows of the file at each of its commits, in turn."""
        return [state for image in states_of_log(self.file) if (state := rows_of(image))]

    def copies(self):
        return [rows_of(path.read_bytes()) for path in sorted(self.folder.glob("*.db"))]


@pytest.fixture
async def house(seated, clock, file, tmp_path):
    """Nobody of the delegation has done anything yet: whatever names them does so for the input."""

    async def work(tx):
        await save_delegation(tx, ZQ, walk_in=False)
        for seat in new_seats(ZQ, ()):
            taken = replace(seat, user_id=user(seat.number), taken_at=tx.now, presence=Presence.ROOM)
            await save_seat(tx, taken)

    await seated.ledger._writer.act(work)
    (tmp_path / "backups").mkdir()
    house = House(seated, clock, file, tmp_path / "backups")
    for other in ROSTER[:2]:
        await house.give(BY_NAME, "Something else.", who=seated.person(other))
    await house.backup()
    return house


def traces(*numbers):
    """Whatever names the delegation or these of its people, in bytes."""
    ids = [str(user(n)).encode() for n in numbers] + [struct.pack(">q", user(n)) for n in numbers]
    return [*ids, *(text.encode() for text in (ZQ.delegation_id, ZQ.name, ZQ.short_name))]


def told(data: bytes, *numbers):
    return [one for one in traces(*(numbers or (1, 2, 3))) if one in data]


def commits(log: Path):
    """What each commit wrote: the whole pages, one behind the other."""
    data = log.read_bytes()
    (size,) = struct.unpack(">I", data[8:12])
    pages = b""
    for start in range(WAL_HEADER, len(data) - size - FRAME_HEADER + 1, size + FRAME_HEADER):
        pages += data[start + FRAME_HEADER : start + FRAME_HEADER + size]
        if struct.unpack(">I", data[start + 4 : start + 8])[0]:
            yield pages
            pages = b""


def rows_of(image: bytes):
    """All rows of all tables, each with its table."""
    plain = bytearray(image)
    plain[18:20] = b"\1\1"  # no log beside it
    with closing(sqlite3.connect(":memory:")) as memory:
        try:
            memory.deserialize(bytes(plain))
            names = [
                name for (name,) in memory.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            ]
            return {(name, *row) for name in names for row in memory.execute(f"SELECT * FROM {name}")}
        except sqlite3.DatabaseError:
            return None


def written(row) -> bytes:
    """A row in bytes, its numbers as text."""
    return b"|".join(one if isinstance(one, bytes) else str(one).encode() for one in row)


def around(paths, text):
    """What stands near a text wherever it stands in files, pages that no table uses included."""
    for path in paths:
        data, at = path.read_bytes(), -1
        while (at := data.find(text, at + 1)) >= 0:
            yield data[max(0, at - NEAR) : at + len(text) + NEAR]


def steps_with(states, number):
    """All rows that came or changed together with those of an input, at each of its changes."""
    for before, after in pairwise(states):
        came = after - before
        if any(row[:2] == ("inputs", number) for row in came):
            yield b"\n".join(map(written, came))


EACH = pytest.mark.parametrize("attribution", Attribution)


@EACH
@pytest.mark.parametrize("kind", [SUGGESTION, EXAMPLE])
async def test_no_commit_that_holds_the_input_holds_a_trace_of_its_author(house, attribution, kind):
    """Byte by byte, with all that stands on the pages it wrote."""
    made = await house.give(attribution, kind=kind)
    with_text = [one for one in commits(house.log) if TEXT.encode() in one]
    assert with_text and all(made.input.input_id.encode() in one for one in with_text)
    found = {trace for one in with_text for trace in told(one, 1)}
    assert bool(found) == (attribution is not NONE)
    if attribution is not NONE:
        assert {ZQ.delegation_id.encode(), str(user(1)).encode()} <= found, "control"


@EACH
async def test_nothing_near_the_text_in_any_file_names_anybody(house, attribution):
    """Through showing, withdrawing, backups, and the log written into the file."""
    made = await house.give(attribution)
    await house.backup()
    for n in range(2):
        await house.give(attribution, f"{TEXT} {n}", who=house.person(2 + n))
        await house.backup()
    if made.code is not None:
        await house.book.withdraw_by_code(house.person(), made.code)
    else:
        await house.book.withdraw(house.person(), made.input.input_id)
    await house.backup()
    for _ in range(2):
        spots = list(around(house.files(), TEXT.encode()))
        assert len(spots) > 5
        assert any(told(spot) for spot in spots) == (attribution is not NONE)
        with closing(sqlite3.connect(house.file)) as plain:
            plain.execute("PRAGMA wal_checkpoint(PASSIVE)")


async def busy(house):
    """The author does everything else that leaves a trace."""
    ledger = house.seated.ledger
    await ledger.delegations.state_presence(house.person(), Presence.VIRTUAL)
    other = (await house.book.discussions()).inputs[0]
    await house.book.associate(house.person(), other.input_id)
    await house.give(BY_NAME, "In our own name.")


@EACH
async def test_no_row_comes_with_it_that_names_its_author_whatever_else_they_do(house, attribution):
    """States of the file compared commit by commit; backups, one with the next."""
    await busy(house)
    await house.backup()
    made = await house.give(attribution)
    number = made.input.input_id
    await house.backup()
    await busy_again(house)
    for n in range(2):
        await house.give(attribution, f"{TEXT} {n}", who=house.person(2 + n))
    await house.backup()
    if made.code is not None:
        await house.book.withdraw_by_code(house.person(), made.code)
    states = house.states()
    assert len(states) > 10
    steps = list(steps_with(states, number))
    assert len(steps) == (3 if attribution is NONE else 1), "came, showed and was withdrawn"
    assert any(told(step) for step in steps) == (attribution is not NONE)
    # With all files: of the first two backups only the input lies between.
    first, second = house.copies()[1:3]
    (came,) = steps_with([first, second], number)
    assert bool(told(came)) == (attribution is not NONE)
    # Whatever row mentions it, at any time.
    mentions = {row for state in [*states, *house.copies()] for row in state if number in row or TEXT in row}
    assert mentions
    assert any(told(written(row)) for row in mentions) == (attribution is not NONE)


async def busy_again(house):
    await house.seated.ledger.delegations.state_presence(house.person(), Presence.ROOM)
    await house.give(BY_CATEGORY, "In our category's.")


@EACH
async def test_the_audit_knows_that_somebody_gave_it_and_no_more(house, attribution):
    made = await house.give(attribution)
    await house.give(attribution, who=house.person(2))
    await house.give(attribution, who=house.person(3))
    if made.code is not None:
        await house.book.withdraw_by_code(house.person(), made.code)
    with closing(sqlite3.connect(house.file)) as plain:
        rows = plain.execute(
            "SELECT a.seq, a.at, verb, subject, actor, payload FROM audit AS a JOIN audit_details USING (seq)"
            " WHERE verb LIKE 'discussions.%' ORDER BY a.seq"
        ).fetchall()[2:]
    verbs = [row[2].removeprefix("discussions.") for row in rows]
    assert verbs == ["contribute"] * 3 + (["gather", "withdraw"] if attribution is NONE else [])
    assert any(told(written(row)) for row in rows) == (attribution is not NONE)
    # Nor when which was given: of a number only its taking back has a moment.
    of_number = [row[2] for row in rows if made.input.input_id.encode() in written(row)]
    assert of_number == (["discussions.withdraw"] if attribution is NONE else ["discussions.contribute"])


async def test_the_log_tells_nothing_at_any_level(house, caplog):
    """What aiosqlite itself says of its statements is kept out of the logs (bot.logs)."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("aiosqlite").setLevel(logging.WARNING)
    made = [await house.give(NONE, who=house.person(n)) for n in (1, 2, 3)]
    for n, one in enumerate(made, start=1):
        await house.book.withdraw_by_code(house.person(n), one.code)
    await house.backup()

    def found():
        text = caplog.text.encode()
        words = [word for one in made for word in (one.code.encode(), one.input.input_id.encode())]
        return told(text) + [one for one in (*words, TEXT.encode()) if one in text]

    assert found() == []
    logging.getLogger("db.discussions").debug("%s %s: %s", house.person().user_id, made[0].code, TEXT)
    assert len(found()) == 3, "control"


async def test_the_code_stands_in_no_file_and_its_digest_says_nothing_of_a_seat(house):
    """Nor can anybody who is not given it tell codes of one person from those of several."""
    made = [await house.give(NONE) for _ in range(3)]
    await house.backup()
    written_codes = [form.encode() for one in made for form in (one.code, one.code.replace("-", ""))]
    for path in house.files():
        assert not [code for code in written_codes if code in path.read_bytes()]
    with closing(sqlite3.connect(house.file)) as plain:
        digests = [code for (code,) in plain.execute("SELECT code FROM inputs WHERE code IS NOT NULL")]
        (salt,) = plain.execute("SELECT value FROM meta WHERE name = 'codes.salt'").fetchone()
    assert len(set(digests)) == 3
    expected = {codes.digest(one.code, bytes.fromhex(salt)) for one in made}
    assert set(digests) == expected, "control: it is kept of the code alone"


async def test_numbers_do_not_count(house):
    """They tell nothing of which came first; nor does the order in which rows are read."""
    numbers = [(await house.give(NONE)).input.input_id for _ in range(12)]
    assert {len(number) for number in numbers} == {10} and len(set(numbers)) == 12
    assert numbers not in (sorted(numbers), sorted(numbers)[::-1])
    with closing(sqlite3.connect(house.file)) as plain:
        rows = plain.execute("SELECT input_id FROM inputs WHERE attribution = 'none'").fetchall()
        assert [number for (number,) in rows] == sorted(numbers)
        with pytest.raises(sqlite3.OperationalError, match="rowid"):
            plain.execute("SELECT rowid FROM inputs")
