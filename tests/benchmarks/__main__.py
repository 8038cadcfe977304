"""`make bench`: measurements with their floors in the same run. Nothing here passes or fails."""

import asyncio
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiosqlite
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from rich.console import Console
from rich.table import Table

from bot.app import App
from bot.clock import WallClock
from config.settings import read_settings
from meeting.people import Actor, Capacity, Via
from rehearsal.standin import Permission, Person, Standin
from tests.benchmarks.ballots import Burst, bursts
from tests.benchmarks.drawing import Drawn, drawing
from tests.benchmarks.reports import Reported, reporting
from tests.benchmarks.room import Phoned, Shown, phoned, shown
from tests.benchmarks.speakers import ASKING, MANY, Called, Ordered, called, ordered

ROOT = Path(__file__).parent.parent.parent
STARTS = 5
"""Process starts measured."""
NOTICES = 30
"""Due moments measured at 1×."""
JOBS = 300
"""APScheduler's own date jobs, 10 ms apart: the floor under the notices."""
BURST = 500
"""Acts at once, beside as many bare commits one after another."""
APPROACH = timedelta(seconds=1.5)
"""How long before each due moment the clock is at 1× again."""


class SteppedClock(WallClock):
    """The machine's clock, some way off, set on by the benchmark between due moments; at 1× else."""

    def __init__(self, begins: datetime) -> None:
        self._offset = begins - datetime.now(UTC)  # noqa: TID251
        super().__init__()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset  # noqa: TID251

    def real_at(self, at: datetime) -> datetime:
        return at - self._offset

    def step_to(self, at: datetime) -> None:
        """It is `at` now, and everybody is told."""
        self._offset = at - datetime.now(UTC)  # noqa: TID251
        self.look()


def programme(begins: datetime, items: int) -> str:
    """A day of items of a minute each, all started by the clock."""
    lines = [
        'title: "Benchmark"',
        "time_zone: UTC",
        "venue: UTC",
        "days:",
        "  - id: d1",
        '    title: "Day"',
        f"    date: {begins:%Y-%m-%d}",
        "    items:",
    ]
    for number in range(items):
        at = begins + timedelta(minutes=number)
        lines += [
            f"      - id: i{number}",
            f"        starts: {at:%H:%M}",
            f"        ends: {at + timedelta(minutes=1):%H:%M}",
            f'        title: "Item {number}"',
            "        start: clock",
        ]
    return "\n".join(lines) + "\n"


def environ(standin: Standin, folder: Path, file: Path) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": standin.token,
        "DISCORD_GUILD_ID": str(standin.world.guild.id),
        "DISCORD_API_URL": standin.api_url,
        "DISCORD_GATEWAY_URL": standin.gateway_url,
        "ROUNDTABLE_DB": str(folder / "bench.db"),
        "ROOM_PORT": "0",
        "ROUNDTABLE_PROGRAMME": str(file),
        "LOG_LEVEL": "ERROR",
    }


def clerk_of(standin: Standin) -> Person:
    role = standin.world.add_role(
        "Manager", permissions=int(Permission.MANAGE_GUILD | Permission.MANAGE_EVENTS)
    )
    return standin.person(standin.world.add_member("Clerk", roles=[role.id]))


async def until(true: Callable[[], bool], seconds: float = 30) -> None:
    """Real waiting, bounded: this is a benchmark."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError
        await asyncio.sleep(0.002)


async def starts(folder: Path) -> tuple[list[float], float]:
    """Seconds from the process's start until the commands stand; MiB resident after set-up."""
    took, memory = [], 0.0
    for number in range(STARTS):
        standin = Standin(now=lambda: datetime.now(UTC))  # noqa: TID251
        await standin.start()
        place = folder / f"start{number}"
        place.mkdir()
        file = place / "programme.yaml"
        file.write_text(programme(datetime(2030, 1, 1, 9, tzinfo=UTC), 12))
        begun = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=environ(standin, place, file), cwd=ROOT
        )
        try:
            await until(lambda: bool(standin.world.commands))  # noqa: B023
            took.append(time.perf_counter() - begun)
            if number == STARTS - 1:
                clerk = clerk_of(standin)
                reply = await clerk.command("meeting setup")
                await clerk.press(reply, "Create")
                memory = resident(process.pid)
        finally:
            process.terminate()
            await process.wait()
            await standin.stop()
    return took, memory


def resident(pid: int) -> float:
    """MiB of memory, from the kernel; 0 where it does not say."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmRSS")) / 1024


async def lateness(folder: Path) -> list[float]:
    """Milliseconds from each due moment until its message stands in the channel, at 1×."""
    begins = datetime(2030, 1, 1, 9, tzinfo=UTC)
    clock = SteppedClock(begins - timedelta(hours=1))
    standin = Standin(now=clock.now)
    await standin.start()
    file = folder / "late.yaml"
    file.write_text(programme(begins, 20))
    app = App(read_settings(environ(standin, folder, file), live=True), clock)
    house = asyncio.ensure_future(app.run())  # noqa: TID251
    try:
        await until(app.ready.is_set)
        clerk = clerk_of(standin)
        await clerk.press(await clerk.command("meeting setup"), "Create")
        late: list[float] = []
        due = begins - timedelta(minutes=15)
        while len(late) < NOTICES and due < begins + timedelta(minutes=19):
            clock.step_to(due - APPROACH)
            channel = standin.world.channel_named("programme")
            assert channel is not None
            seen = set(channel.messages)
            await asyncio.sleep(APPROACH.total_seconds() + 0.25)
            fresh = [m for i, m in channel.messages.items() if i not in seen and m.content]
            late += [(m.timestamp - due) / timedelta(milliseconds=1) for m in fresh]
            due += timedelta(minutes=1)
        return late
    finally:
        app.stopping.set()
        await house
        await standin.stop()


async def floor() -> list[float]:
    """Milliseconds by which APScheduler's own jobs are late, doing nothing."""
    late: list[float] = []
    scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"misfire_grace_time": None})
    scheduler.start()
    first = datetime.now(UTC) + timedelta(seconds=1)  # noqa: TID251

    async def job(at: datetime) -> None:
        late.append((datetime.now(UTC) - at) / timedelta(milliseconds=1))  # noqa: TID251

    for number in range(JOBS):
        at = first + timedelta(milliseconds=10 * number)
        scheduler.add_job(job, DateTrigger(at), args=[at])
    await until(lambda: len(late) == JOBS)
    scheduler.shutdown(wait=False)
    return late


async def commits(folder: Path) -> tuple[float, float]:
    """Acts a second in a burst, and bare commits a second of one connection."""
    from config.programme import read_programme
    from db.ledger import open_ledger

    file = folder / "commits.yaml"
    file.write_text(programme(datetime(2030, 1, 1, 9, tzinfo=UTC), 12))
    clock = WallClock()
    loop = asyncio.get_running_loop()
    ledger = await open_ledger(
        folder / "commits.db", now=clock.now, spawn=lambda work, name: loop.create_task(work, name=name)
    )
    await ledger.agenda.import_programme(read_programme(file), marking="", start=None)
    moderator = Actor(Via.DISCORD, capacities=frozenset({Capacity.MODERATOR}))
    begun = time.perf_counter()
    await asyncio.gather(*(ledger.agenda.announce(moderator, f"Text {n}") for n in range(BURST)))
    acts = BURST / (time.perf_counter() - begun)
    await ledger.close()
    connection = await aiosqlite.connect(folder / "bare.db", isolation_level=None)
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE t (n INTEGER)"):
        await connection.execute_fetchall(statement)
    begun = time.perf_counter()
    for number in range(BURST):
        await connection.execute_fetchall("INSERT INTO t VALUES (?)", (number,))
    bare = BURST / (time.perf_counter() - begun)
    await connection.close()
    return acts, bare


async def rehearsals(folder: Path) -> list[float]:
    """Seconds of a whole rehearsal, set-up not counted."""
    took = []
    for number in range(2):
        begun = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "rehearsal",
            "--out",
            str(folder / f"rehearsal{number}"),
            cwd=ROOT,
            stdout=asyncio.subprocess.DEVNULL,
        )
        if await process.wait() != 0:
            raise RuntimeError("a rehearsal found faults")
        took.append(time.perf_counter() - begun)
    return took


def quantile(values: Sequence[float], which: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * which))]


def spread(values: Sequence[float]) -> str:
    ordered = sorted(values)
    return f"{statistics.median(ordered):.1f} / {quantile(values, 0.99):.1f} / {ordered[-1]:.1f}"


PRESSES = ((500, False), (1000, False), (1000, True))
"""People who press at once, and whether on a disk whose syncs take 5 ms more."""


async def presses(folder: Path) -> list[tuple[str, Burst, Burst]]:
    """Each burst by its name: of a button that does nothing, and of ballots."""
    found = []
    for people, slow in PRESSES:
        name = f"{people} at once" + (", fsync + 5 ms" if slow else "")
        found.append((name, *await bursts(folder / f"burst{people}{slow}", people, slow=slow)))
    return found


def show_presses(table: Table, found: list[tuple[str, Burst, Burst]], bare: float) -> None:
    for name, idle, cast in found:
        p99, floor_p99 = quantile(cast.took, 0.99), quantile(idle.took, 0.99)
        table.add_row(
            f"ballot → answered, {name}, ms",
            str(len(cast.took)),
            spread(cast.took),
            f"button that does nothing: {spread(idle.took)}",
            f"p99 {p99 / floor_p99:.2f} ×",
        )
        table.add_row(
            f"ballots/s, {name}",
            f"{cast.recorded} recorded, {cast.unanswered} late",
            f"{cast.rate:.0f}",
            f"nothing/s: {idle.rate:.0f}; bare commits/s: {bare:.0f}",
            f"{cast.rate / idle.rate:.2f} ×",
        )
        table.add_row(
            f"edits of the panel, {name}",
            f"within {cast.seconds + cast.settled:.1f} s",
            f"{cast.edits}",
            f"at most {cast.seconds / 1.5 + 2:.1f}",
            f"all shown {cast.settled:.2f} s after the last",
        )


def show_reported(table: Table, reported: Reported) -> None:
    """The report in both variants and all formats."""
    table.add_row(f"a report of {reported.of}, s", "1", f"{reported.files / 1000:.1f}", "–", "–")
    table.add_row("its record and its jobs, ms", "1", f"{reported.record + reported.jobs:.0f}", "–", "–")
    table.add_row(
        "longest stall of the loop while a report is made, ms",
        "1",
        f"{reported.stall:.1f}",
        "–",
        f"with nothing to do: {reported.idle_stall:.1f}",
    )


def show_drawn(table: Table, drawn: Drawn) -> None:
    table.add_row("a chart of three tallies, ms", str(len(drawn.pictures)), spread(drawn.pictures), "–", "–")
    table.add_row("the first, its process started, ms", "1", f"{drawn.first:.0f}", "–", "–")
    table.add_row(
        "longest stall of the loop while drawing, ms",
        str(len(drawn.pictures)),
        f"{drawn.stall:.1f}",
        f"with nothing to do: {drawn.idle_stall:.1f}",
        "–",
    )


def show_speakers(table: Table, rules: Ordered, calls: Called) -> None:
    for what, took in (
        ("order", rules.order),
        ("forecast", rules.forecast),
        ("one place explained", rules.why),
    ):
        table.add_row(
            f"list of {MANY}: {what}, ms",
            str(len(took)),
            spread(took),
            f"a plain sort: {spread(rules.floor)}",
            f"{statistics.median(took) / max(statistics.median(rules.floor), 0.01):.0f} ×",
        )
    for what, took in (
        ("the house is told", calls.told),
        ("answered", calls.answered),
        ("the person mentioned", calls.mentioned),
        ("the panel shows it", calls.panel),
    ):
        table.add_row(f"Next → {what}, ms", str(len(took)), spread(took), "–", "–")
    table.add_row(
        f"Ask for the floor → answered, {ASKING} at once, ms",
        f"{calls.listed} listed",
        spread(calls.asked),
        f"button that does nothing: {spread(calls.nothing)}",
        f"p99 {quantile(calls.asked, 0.99) / quantile(calls.nothing, 0.99):.2f} ×",
    )


async def screens(folder: Path) -> list[Shown]:
    """A room with some screens, and one with very many."""
    return [await shown(folder / f"room{number}", number) for number in (100, 300)]


def show_screens(table: Table, found: list[Shown]) -> None:
    for one in found:
        what = f"committed → on {one.screens} screens, ms"
        table.add_row(what, str(len(one.took)), spread(one.took), f"{one.size} bytes an update", "–")
        stopped = f"stop with {one.screens} streams open, s"
        table.add_row(stopped, "1", f"{one.stopping:.2f}", "–", "–")


def show_phones(table: Table, found: Phoned) -> None:
    what = f"{found.phones} phones answer a poll at once, answered after ms"
    table.add_row(what, str(len(found.took)), spread(found.took), f"{found.size} bytes of states each", "–")
    table.add_row("longest stall of the loop meanwhile, ms", "1", f"{found.stall:.0f}", "–", "–")


async def main() -> None:
    logging.disable(logging.WARNING)  # the clock is set on all the time, and says so
    console = Console()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        began, memory = await starts(folder)
        late, idle = await asyncio.gather(lateness(folder), floor())
        acts, bare = await commits(folder)
        drawn = await drawing(folder)
        reported = await reporting(folder)
        rules, calls = ordered(), await called(folder / "speakers")
        pressed = await presses(folder)
        on_screens, on_phones = await screens(folder), await phoned(folder / "phones", 75)
        rehearsed = await rehearsals(folder)
    table = Table(title="Roundtable: measurements", title_justify="left")
    for heading in ("what", "n", "median / p99 / worst", "floor in the same run", "ratio"):
        table.add_column(heading)
    table.add_row("process start → commands stand, s", str(len(began)), spread(began), "–", "–")
    table.add_row("memory after set-up, MiB", "1", f"{memory:.0f}", "–", "–")
    table.add_row(
        "notice late at 1×, ms",
        str(len(late)),
        spread(late),
        f"APScheduler alone: {spread(idle)}",
        f"{statistics.median(late) / max(statistics.median(idle), 0.01):.0f} ×",
    )
    table.add_row(
        f"acts/s, {BURST} at once",
        str(BURST),
        f"{acts:.0f}",
        f"bare commits/s: {bare:.0f}",
        f"{acts / bare:.2f} ×",
    )
    show_presses(table, pressed, bare)
    show_drawn(table, drawn)
    show_reported(table, reported)
    show_speakers(table, rules, calls)
    show_screens(table, on_screens)
    show_phones(table, on_phones)
    table.add_row("a whole rehearsal, s", str(len(rehearsed)), spread(rehearsed), "–", "–")
    console.print(table)


if __name__ == "__main__":
    asyncio.run(main())
