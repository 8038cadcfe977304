"""The composition root: wires the house, runs it until told to stop, and closes it in order."""

import asyncio
import gc
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import discord

from bot.alarm import Alarm
from bot.answers import Answers
from bot.backups import Keeper
from bot.client import ExtensionFailed, RoundtableClient
from bot.clock import Clock
from bot.controls import Controls
from bot.cutting import Cutter
from bot.drawing import Drawing
from bot.house import House
from bot.inspection import Inspection
from bot.limits import Limits
from bot.login import GuildNotFound, TokenRefused, logged_in, point_at
from bot.outbox import Outbox
from bot.press import Press
from bot.room import Pages
from bot.tasks import Tasks, Worker
from bot.troubles import Troubles
from bot.wall import Wall
from bot.watch import Watch
from bot.wire import LOST
from bot.words import Words, clean_block, sentence
from config.catalogue import read_catalogues
from config.faults import Faults
from config.programme import read_programme
from config.roster import read_roster
from config.settings import Settings
from db.feed import COMMIT
from db.ledger import Ledger, open_ledger
from db.troubles import Trouble
from meeting.agenda import Agenda
from meeting.people import COMMAND_LINE
from meeting.programme import Programme
from meeting.refusals import Refused

log = logging.getLogger(__name__)

COGS = (
    "cogs.organiser",
    "cogs.agenda",
    "cogs.discussions",
    "cogs.delegations",
    "cogs.polls",
    "cogs.speakers",
    "cogs.room",
    "cogs.report",
)

DRAIN = timedelta(seconds=10)
"""How long a stop waits for what is under way."""

TURNOUT = timedelta(milliseconds=500)
"""Ballots that arrive within this time are one look at the wall: a burst has the processor for answers."""

YOUNG = 20_000
"""New objects before the collector looks through them (usually 700): some hundred answers' worth."""

BACKOFF = (1, 2, 5, 10, 20, 30)
"""Seconds of real time between attempts to connect; the last is repeated."""


class AlreadyImported(Refused):
    """`--start` was given for a database that holds a programme already."""


class ProgrammeFaulty(Refused):
    """The organiser's file has faults; each is named."""


class NothingImported(Refused):
    """The organiser's file has faults, and there is no programme yet to go on with."""


class RosterFaulty(Refused):
    """The roster has faults, and there are no delegations yet to go on with."""


class CogFailed(Refused):
    """A part of the program could not be loaded."""


@dataclass
class App:
    """One running house. `run` returns when `stop` is set; what it raises is a `Refused` with a sentence."""

    settings: Settings
    clock: Clock
    start: date | None = None
    cogs: Sequence[str] = COGS

    def __post_init__(self) -> None:
        self.stopping = asyncio.Event()
        self.ready = asyncio.Event()
        self.words = Words(read_catalogues())
        self.tasks = Tasks()
        self._client: RoundtableClient | None = None
        self._ledger: Ledger | None = None
        self._alarm: Alarm | None = None
        self._outbox: Outbox | None = None
        self._young = gc.get_threshold()[0]
        self._drawing: Drawing | None = None
        self._pages: Pages | None = None
        self._workers: tuple[Worker, ...] = ()
        self._fatal: Refused | None = None
        self._attempts = 0

    @property
    def busy(self) -> list[str]:
        """What is under way; nothing, if the house only waits by design: for a moment or for people."""
        found = [worker.name for worker in self._workers if not worker.idle]
        for name, rests in (
            ("not connected yet", self.ready.is_set()),
            ("work", self.tasks.working == 0),
            ("ledger", self._ledger is not None and self._ledger.idle),
            ("alarm", self._alarm is not None and self._alarm.idle),
        ):
            if not rests:
                found.append(name)
        return found

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return not self.busy

    def read_programme(self) -> Programme:
        """The organiser's file, as it is now, on this database's dates. Raises `ProgrammeFaulty`."""
        try:
            return read_programme(self.settings.programme, start=self.start)
        except Faults as found:
            lines = [f"{fault}" for fault in found.faults]
            raise ProgrammeFaulty(faults=clean_block("\n".join(lines))) from found

    async def run(self) -> None:
        """From opening the database to closing it."""
        ledger = await open_ledger(self.settings.database, now=self.clock.now, spawn=self.tasks.spawn)
        try:
            await self._import(ledger)
            house = self._wire(ledger, await ledger.troubles.open())
            await house.pages.start()
            connection = self.tasks.spawn(self._connect(house), "connection")
            stop = self.tasks.spawn(self.stopping.wait(), "stop")
            await asyncio.wait({connection, stop}, return_when=asyncio.FIRST_COMPLETED)
            stop.cancel()
            if connection.done():
                connection.result()
        finally:
            await self._close(ledger)
        if self._fatal is not None:
            raise self._fatal

    async def _name_anew(self) -> None:
        """A reload may have changed the zone or the venue's label."""
        if self._ledger is not None:
            self.words.meet(await self._ledger.agenda.agenda())

    async def _import(self, ledger: Ledger) -> None:
        if await ledger.agenda.imported():
            plan = await ledger.agenda.plan()
            if self.start is not None and self.start != plan.start:
                raise AlreadyImported(file=self.settings.database.name)
            self.start = plan.start
            await self._compare(ledger)
            await self._import_roster(ledger)
            agenda = plan.agenda
        else:
            await self._check_access()
            try:
                programme = self.read_programme()
            except ProgrammeFaulty as faulty:
                raise NothingImported(**faulty.values) from faulty
            await self._import_roster(ledger)
            await ledger.agenda.import_programme(programme, marking=self.settings.marking, start=self.start)
            agenda = await ledger.agenda.agenda()
        self.words.meet(agenda)
        self._greet(agenda)

    async def _import_roster(self, ledger: Ledger) -> None:
        """Once; later starts say if the file is no longer what was imported. Raises `RosterFaulty`."""
        there = await ledger.delegations.imported()
        try:
            roster = read_roster(self.settings.roster)
        except Faults as found:
            faulty = RosterFaulty(faults=clean_block("\n".join(f"{fault}" for fault in found.faults)))
            if not there:
                raise faulty from found
            log.warning(sentence(faulty))
            return
        if not there:
            await ledger.delegations.import_roster(COMMAND_LINE, roster)
        elif await ledger.delegations.differs(roster):
            log.warning(self.words.say("start.roster_differs"))

    async def _check_access(self) -> None:
        """Before anything is imported: a wrong token or server is to be mended first.

        Raises `TokenRefused`, `GuildNotFound`. An unreachable Discord proves nothing and holds nothing up.
        """
        try:
            async with logged_in(self.settings) as client:
                await client.fetch_guild(self.settings.discord_guild_id or 0, with_counts=False)
        except (discord.NotFound, discord.Forbidden) as fault:
            raise GuildNotFound(guild=str(self.settings.discord_guild_id)) from fault
        except LOST as fault:
            log.warning("Discord cannot be reached yet (%s)", fault)

    async def _compare(self, ledger: Ledger) -> None:
        """Say so if the file is no longer what was imported; the meeting runs on the ledger either way."""
        try:
            if await ledger.agenda.differs(self.read_programme()):
                log.warning(self.words.say("start.programme_differs"))
        except ProgrammeFaulty as faulty:
            log.warning(sentence(faulty))

    def _greet(self, agenda: Agenda) -> None:
        today = self.clock.now().astimezone(agenda.zone).date()
        if all(day.date < today for day in agenda.days):
            log.warning(self.words.say("start.programme_past", day=agenda.days[-1].date.isoformat()))

    def _wire(self, ledger: Ledger, known: Sequence[Trouble]) -> House:
        guild_id = self.settings.discord_guild_id or 0
        troubles = Troubles(ledger, self.clock, self.tasks, self.words, lambda: self._client, known)
        watch = Watch(ledger, self.clock, self.tasks, troubles, self.settings.database)
        answers = Answers(ledger, self.words, self.tasks, guild_id, Limits(self.clock))
        pages = Pages(ledger, self.words, self.clock, self.tasks, Limits(self.clock), self.settings)
        self._pages = pages
        controls = Controls(answers)
        keeper = Keeper(
            ledger, self.settings.database, self.settings.backups, self.clock, self.tasks, troubles
        )
        house = House(
            guild_id,
            ledger,
            self.clock,
            self.words,
            self.tasks,
            answers,
            controls,
            self.read_programme,
            keeper,
            troubles,
            watch,
            Drawing(self.tasks),
            pages,
            Press(self.tasks),
        )
        self._drawing = house.drawing
        self._ledger, self._answers = ledger, answers
        self._alarm = alarm = Alarm(ledger, self.clock, self.tasks)
        wall = Wall(house, lambda: self._client)
        self._outbox = outbox = Outbox(house, lambda: self._client)
        self._inspection = inspection = Inspection(house, lambda: self._client, lambda: outbox.taken_up)
        house.noticed = inspection.noticed
        outbox.taken = inspection.taken
        names = Worker("names", self._name_anew, self.clock, self.tasks)
        cutter = Cutter(ledger, keeper, self.clock, self.tasks)
        room = Worker("room", pages.look, self.clock, self.tasks)
        pages.room.wake = room.wake
        self._workers = (
            wall.worker,
            outbox.worker,
            inspection.worker,
            troubles.worker,
            watch.worker,
            keeper.worker,
            cutter.worker,
            names,
            room,
        )
        for worker in self._workers:
            worker.start()
        for worker in (wall.worker, outbox.worker, watch.worker):
            alarm.wakes(worker)
        for subject, wakes in {
            "agenda": (wall.worker, outbox.worker, alarm.worker, names, keeper.worker),
            "places": (wall.worker, outbox.worker, inspection.worker, troubles.worker),
            "wall": (wall.worker, inspection.worker),
            "troubles": (wall.worker,),
            "delegations": (wall.worker,),
            "polls": (wall.worker, outbox.worker, alarm.worker, cutter.worker),
            "speakers": (wall.worker, outbox.worker, alarm.worker),
            "discussions": (wall.worker, alarm.worker),
            "reports": (wall.worker,),
        }.items():
            for worker in wakes:
                ledger.feed.listen(subject, worker.wake)
        for subject in ("agenda", "troubles", "delegations", "polls", "speakers", "discussions", "room"):
            ledger.feed.listen(subject, room.wake)
        ledger.feed.listen("ballots", lambda: room.wake_within(TURNOUT))
        ledger.feed.listen("hung", inspection.hung)
        ledger.feed.listen("ballots", lambda: wall.worker.wake_within(TURNOUT))
        ledger.feed.listen(COMMIT, keeper.committed)
        keeper.worker.wake()
        cutter.worker.wake()
        alarm.start()
        return house

    def _connected(self) -> None:
        client = self._client
        if client is None or self._outbox is None:
            return
        guild = client.get_guild(client.house.guild_id)
        if guild is None:
            # The list of servers came with the connection itself: it is Discord's own word.
            self._fatal = GuildNotFound(guild=str(client.house.guild_id))
            self.stopping.set()
            return
        log.info("connected to “%s” as %s", guild.name if guild else "?", client.user)
        self._attempts = 0
        if not self.ready.is_set():
            # What stands now stays until the end: looking through it again and again, and through what a
            # burst makes and drops at once, took a quarter of the processor's time.
            gc.collect()
            gc.freeze()
            gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
        client.house.watch.back()
        self._outbox.reconnected()
        self._inspection.reconnected()
        for worker in self._workers:
            worker.wake()
        self.ready.set()

    async def _connect(self, house: House) -> None:
        """Keep a client connected. One whose first connect fails is dead: a fresh one is made each time."""
        token = self.settings.discord_token
        assert token is not None, "live settings have a token"
        point_at(self.settings)
        while not self.stopping.is_set():
            client = RoundtableClient(house, self.cogs, self._connected)
            self._client = client
            try:
                await client.start(token.get_secret_value(), reconnect=True)
            except discord.LoginFailure:
                self._fatal = TokenRefused()
                return
            except ExtensionFailed as fault:
                log.exception("a part of the program could not be loaded")
                self._fatal = CogFailed(reason=str(fault))
                return
            except (*LOST, discord.DiscordException, AttributeError) as fault:
                log.warning("no connection to Discord (%s); trying again", fault)
            except Exception:  # a meeting does not end over one bad frame
                log.exception("the connection to Discord broke; trying again")
            finally:
                await client.close()
            pause = BACKOFF[min(self._attempts, len(BACKOFF) - 1)]
            self._attempts += 1
            await asyncio.sleep(pause)

    async def _close(self, ledger: Ledger) -> None:
        """Alarm off, streams ended, no new acts, what is under way drained, Discord, tasks, database."""
        self.ready.clear()
        gc.unfreeze()
        gc.set_threshold(self._young, *gc.get_threshold()[1:])
        if self._alarm is not None:
            self._alarm.stop()
            self._answers.closing = True
        if self._pages is not None:
            await self._pages.stop()
        if self._drawing is not None:
            await self._drawing.close()
        if not await self.tasks.drained(DRAIN):
            log.warning("something was still under way after %d s", DRAIN.total_seconds())
        self.tasks.closing = True
        if self._client is not None:
            await self._client.close()
        await ledger.close()
        await self.tasks.cancel()
        log.info("closed")
