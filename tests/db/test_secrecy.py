"""After the closing nobody who has all the files can say who answered what. Each such test has a control in
which the same attacker, with what they are denied, names people."""

import asyncio
import itertools
import logging
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.backups import EVERY, Keeper
from bot.cutting import AGAIN, Cutter
from bot.tasks import Tasks
from bot.troubles import Troubles
from bot.words import Words
from config.catalogue import read_catalogues
from db.feed import COMMIT
from db.ledger import Ledger, open_ledger
from meeting.delegations import Tally
from meeting.polls import PollKind, Secrecy
from rehearsal.clock import HeldClock
from tests.assembly import ROSTER, Assembly
from tests.attacker import attack

SECRET = (Secrecy.OPEN_CHANGEABLE, Secrecy.SECRET_FINAL)

MEMBERS = [one for one in ROSTER if one.tally is Tally.MEMBERS]

FEW = MEMBERS[:20]


@dataclass
class House:
    """A ledger with what keeps its backups and cuts its polls."""

    seated: Assembly
    clock: HeldClock
    keeper: Keeper
    cutter: Cutter
    database: object
    folder: object

    @property
    def ledger(self) -> Ledger:
        return self.seated.ledger

    def attack(self, poll):
        return attack(self.database, sorted(self.folder.glob("*.db")), poll.poll_id)

    async def backup(self):
        """Five minutes later."""
        self.clock.set(self.clock.now() + EVERY)
        await self.keeper.work()

    async def answer(self, poll, delegations, *, every=10):
        """One after the other, each with a choice of their own if the poll has enough of them; a backup after
        each of the first five, and then now and then. What they chose."""
        truth = {}
        for number, one in enumerate(delegations):
            choice = distinct(poll, number)
            await self.ledger.ballots.cast(self.seated.person(one, 1 + number % 3), poll.poll_id, choice)
            truth[one.delegation_id] = choice
            if number < 5 or number % every == 0:
                await self.backup()
        return truth

    async def close(self, poll):
        await self.ledger.polls.close(self.seated.moderator, poll.poll_id)


UNLIKELY = (3, 0, 1, 5, 1)
"""Dots nobody else places so: in the bytes they stand as below."""

WRITTEN = b"[3,0,1,5,1]"

DOTS = [dots for dots in itertools.product(range(6), repeat=5) if sum(dots) == 10 and dots != UNLIKELY]


def distinct(poll, number):
    if poll.kind is PollKind.POINTS:
        return DOTS[7 * number % len(DOTS)]
    return (number % len(poll.options),)


@pytest.fixture
async def houses(tmp_path, spawn, make, moderator):
    """Opens houses, each in a folder of its own."""
    opened, clock = [], HeldClock(datetime(2026, 6, 1, 1, 0, tzinfo=UTC))

    async def open_(name, *, seat=True):
        (tmp_path / name).mkdir(exist_ok=True)
        database, folder = tmp_path / name / "meeting.db", tmp_path / name / "backups"
        folder.mkdir(exist_ok=True)
        ledger = await open_ledger(database, now=clock.now, spawn=spawn)
        opened.append(ledger)
        tasks = Tasks()
        troubles = Troubles(ledger, clock, tasks, Words(read_catalogues()), lambda: None)
        keeper = Keeper(ledger, database, folder, clock, tasks, troubles)
        ledger.feed.listen(COMMIT, keeper.committed)
        seated = Assembly(ledger, moderator)
        if seat:
            await ledger.agenda.import_programme(make.two_days(), marking="", start=None)
            await seated.seat()
        return House(seated, clock, keeper, Cutter(ledger, keeper, clock, tasks), database, folder)

    yield open_
    for ledger in opened:
        await ledger.close()


@pytest.fixture
async def house(houses):
    return await houses("house")


def share(claims, truth):
    """How many of the voters are named rightly, from 0 to 1; a wrong claim is worth nothing."""
    return sum(truth.get(voter) == choice for voter, choice in claims.items()) / len(truth)


SORTS = [(secrecy, kind) for secrecy in SECRET for kind in (PollKind.SINGLE, PollKind.POINTS)]


@pytest.mark.parametrize(("secrecy", "kind"), SORTS)
async def test_after_the_closing_no_file_links_anybody(house, secrecy, kind):
    size = 25 if kind is PollKind.SINGLE else 5
    poll = await house.seated.add(kind, secrecy=secrecy, size=size)
    truth = await house.answer(poll, MEMBERS)
    assert len(set(truth.values())) >= 25
    assert share(house.attack(poll), truth) > 0.9, "control: before the closing"
    await house.close(poll)
    assert share(house.attack(poll), truth) > 0.9, "control: before the wiping"
    assert poll.poll_id in await house.ledger.ballots.uncut()
    assert await house.cutter.work() is None
    assert house.attack(poll) == {}
    assert await house.ledger.ballots.uncut() == {}
    assert sum((await house.ledger.polls.standing(poll.poll_id)).answered.values()) == 45
    # Nor by what is committed and copied later on.
    other = await house.seated.add()
    await house.answer(other, MEMBERS[:8])
    assert house.attack(poll) == {}


async def test_of_a_named_poll_the_record_knows(house):
    poll = await house.seated.add(secrecy=Secrecy.NAMED, size=25)
    truth = await house.answer(poll, FEW)
    await house.close(poll)
    assert await house.ledger.ballots.uncut() == {}
    assert await house.cutter.work() is None
    assert house.attack(poll) == truth


@pytest.mark.parametrize("secrecy", SECRET)
async def test_without_the_wiping_the_log_tells(house, secrecy, monkeypatch):
    poll = await house.seated.add(secrecy=secrecy, size=25)
    truth = await house.answer(poll, FEW)

    async def nothing():
        return True

    monkeypatch.setattr(house.ledger, "scrub", nothing)
    await house.close(poll)
    assert await house.cutter.work() is None
    assert share(house.attack(poll), truth) > 0.9
    monkeypatch.undo()
    assert await house.ledger.scrub()
    assert house.attack(poll) == {}


@pytest.mark.parametrize("secrecy", SECRET)
async def test_without_emptying_the_log_it_tells(house, secrecy, monkeypatch):
    """Writing the file anew alone is not enough."""
    poll = await house.seated.add(secrecy=secrecy, size=25)
    truth = await house.answer(poll, FEW)
    writer = house.ledger._writer

    async def no_checkpoint():
        return False

    monkeypatch.setattr(writer, "_checkpoint", no_checkpoint)
    await house.close(poll)
    assert await house.cutter.work() is None
    assert share(house.attack(poll), truth) > 0.9


@pytest.mark.parametrize(("secrecy", "named"), [(Secrecy.OPEN_CHANGEABLE, 0.5), (Secrecy.SECRET_FINAL, 0.1)])
async def test_backups_that_were_not_replaced_tell(house, secrecy, named, monkeypatch):
    poll = await house.seated.add(secrecy=secrecy, size=25)
    truth = await house.answer(poll, FEW)

    async def nothing(since, seq):
        return True

    monkeypatch.setattr(house.keeper, "replace", nothing)
    await house.close(poll)
    assert await house.cutter.work() is None
    assert share(house.attack(poll), truth) > named
    monkeypatch.undo()
    opened = (await house.ledger.polls.standing(poll.poll_id)).poll.opened_at
    assert await house.keeper.replace(opened, 1)
    assert house.attack(poll) == {}


@pytest.mark.parametrize("secrecy", SECRET)
async def test_two_polls_at_a_time_each_is_cut_at_its_own_closing(house, secrecy):
    """The one still open is linked meanwhile (a changeable one must be); its closing makes that good."""
    first = await house.seated.add(secrecy=secrecy, size=25)
    second = await house.seated.add(secrecy=secrecy, size=25)
    truth = {}
    for poll in (first, second):
        truth[poll.poll_id] = await house.answer(poll, FEW[:12])
    await house.close(first)
    assert await house.cutter.work() is None
    assert house.attack(first) == {}
    for number, one in enumerate(FEW[12:]):
        await house.ledger.ballots.cast(house.seated.person(one), second.poll_id, (number,))
        truth[second.poll_id][one.delegation_id] = (number,)
        await house.backup()
    assert share(house.attack(second), truth[second.poll_id]) > 0.3, "control"
    await house.close(second)
    assert await house.cutter.work() is None
    assert house.attack(first) == house.attack(second) == {}


@pytest.mark.parametrize("secrecy", SECRET)
async def test_a_crash_between_the_closing_and_the_wiping_is_made_good_at_the_start(houses, house, secrecy):
    poll = await house.seated.add(secrecy=secrecy, size=25)
    truth = await house.answer(poll, FEW)
    await house.close(poll)
    shutil.copytree(house.database.parent, house.database.parent.with_name("left"))
    again = await houses("left", seat=False)
    assert share(again.attack(poll), truth) > 0.9, "control"
    assert await again.cutter.work() is None
    assert again.attack(poll) == {}


async def test_a_crash_between_the_wiping_and_the_replacing_is_made_good(houses, house):
    poll = await house.seated.add(size=25)
    truth = await house.answer(poll, FEW)
    await house.close(poll)
    assert await house.ledger.scrub()
    shutil.copytree(house.database.parent, house.database.parent.with_name("left"))
    again = await houses("left", seat=False)
    assert share(again.attack(poll), truth) > 0.5, "control: the backups"
    assert await again.cutter.work() is None
    assert again.attack(poll) == {}


async def test_a_reader_in_the_way_has_it_tried_again(house):
    poll = await house.seated.add(size=25)
    truth = await house.answer(poll, FEW)
    with closing(sqlite3.connect(house.database, isolation_level=None)) as plain:
        plain.execute("BEGIN")
        plain.execute("SELECT count(*) FROM answers").fetchone()
        await house.close(poll)
        assert await house.cutter.work() == house.clock.now() + AGAIN
        assert poll.poll_id in await house.ledger.ballots.uncut()
        assert share(house.attack(poll), truth) > 0.9
    assert await house.cutter.work() is None
    assert house.attack(poll) == {}


async def test_a_clock_set_back_while_the_poll_is_open_leaves_no_backup_behind(house):
    """Backups made then bear names from before the opening."""
    poll = await house.seated.add(size=25)
    truth = await house.answer(poll, FEW[:12])
    house.clock.set(house.clock.now() - timedelta(hours=2))
    truth |= await house.answer(poll, FEW[12:])
    opening = f"meeting-{poll.opened_at:%Y%m%dT%H%M%SZ}"
    early = {path for path in house.folder.glob("*.db") if path.name < opening}
    assert early, "control"
    await house.close(poll)
    assert share(house.attack(poll), truth) > 0.9, "control"
    assert await house.cutter.work() is None
    assert house.attack(poll) == {}
    assert {path for path in early if path.exists()} <= {house.keeper.last.path}


async def test_backups_from_before_the_opening_are_kept(house):
    await house.backup()
    kept = sorted(house.folder.glob("*.db"))
    house.clock.set(house.clock.now() + EVERY)
    poll = await house.seated.add(size=25)
    await house.answer(poll, MEMBERS[:12])
    await house.close(poll)
    assert await house.cutter.work() is None
    left = sorted(house.folder.glob("*.db"))
    assert kept and left[:-1] == kept, "the earlier ones, and one in the place of all others"


def holding(house, text=WRITTEN):
    paths = [path for path in house.database.parent.rglob("*") if path.is_file()]
    return sorted(path.name for path in paths if text in path.read_bytes())


async def test_of_fewer_than_five_secret_ballots_nothing_is_left_in_any_byte(house):
    poll = await house.seated.add(PollKind.POINTS, secrecy=Secrecy.SECRET_FINAL)
    observers = [one for one in ROSTER if one.tally is Tally.OBSERVERS][:4]
    for one in observers:
        await house.ledger.ballots.cast(house.seated.person(one), poll.poll_id, UNLIKELY)
    await house.answer(poll, FEW)
    other = distinct(poll, 15)
    shown = str(list(other)).replace(" ", "").encode()
    assert holding(house), "control: while it is open"
    await house.close(poll)
    assert await house.cutter.work() is None
    assert holding(house) == []
    assert holding(house, shown), "control: a choice of the large tally"
    standing = await house.ledger.polls.standing(poll.poll_id)
    by_tally = {one.tally: one for one in standing.figures}
    assert by_tally[Tally.OBSERVERS].suppressed and by_tally[Tally.OBSERVERS].answered == 4
    assert by_tally[Tally.OBSERVERS].options == ()


@pytest.mark.parametrize("secrecy", Secrecy)
async def test_neither_the_log_nor_the_audit_ever_holds_a_choice(house, secrecy, caplog):
    """At every level; what aiosqlite itself says of its statements is kept out of the logs (bot.logs)."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("aiosqlite").setLevel(logging.WARNING)
    poll = await house.seated.add(PollKind.POINTS, secrecy=secrecy)
    people = [house.seated.person(one) for one in MEMBERS[:8]]
    await asyncio.gather(*(house.ledger.ballots.cast(one, poll.poll_id, UNLIKELY) for one in people))
    with pytest.raises(Exception, match="WrongSum"):
        await house.ledger.ballots.cast(house.seated.person(MEMBERS[9]), poll.poll_id, (3, 0, 1, 5, 5))
    await house.close(poll)
    await house.backup()
    assert await house.cutter.work() is None

    def said():
        with closing(sqlite3.connect(house.database)) as plain:
            rows = plain.execute(
                "SELECT verb, subject, actor, payload FROM audit JOIN audit_details USING (seq)"
            )
            text = caplog.text + repr(rows.fetchall())
        digits = [char for char in text if char.isdigit() or char in "[](),"]
        return [form for form in ("[3,0,1,5,1]", "(3,0,1,5,1)", "3,0,1,5,5") if form in "".join(digits)]

    assert ("ballots.cast",) in witnessed(house) and "backup: " in caplog.text
    assert said() == []
    logging.getLogger("db.ballots").debug("cast %s", UNLIKELY)
    assert said() == ["(3,0,1,5,1)"], "control"


def witnessed(house):
    with closing(sqlite3.connect(house.database)) as plain:
        return plain.execute("SELECT DISTINCT verb FROM audit").fetchall()
