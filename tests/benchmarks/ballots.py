"""A burst of ballots: everybody presses at once, on a fast disk and on a cheap one, beside a button that does
nothing; and what the burst costs in edits of the panel.

The bot runs in a process of its own; people and the stand-in for Discord in this one.
"""

import asyncio
import json
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.wall_faces import RoleFace
from rehearsal.standin import Message, Permission, Person, Standin

ROOT = Path(__file__).parent.parent.parent

SLOW_FSYNC = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
static int wait_then(const char *name, int fd) {
    static int (*real)(int);
    usleep(5000);
    real = (int (*)(int)) dlsym(RTLD_NEXT, name);
    return real(fd);
}
int fsync(int fd) { return wait_then("fsync", fd); }
int fdatasync(int fd) { return wait_then("fdatasync", fd); }
"""
"""A cheap disk: each sync takes 5 ms more."""

PROGRAMME = """\
title: Benchmark
time_zone: UTC
venue: UTC
days:
  - id: d1
    title: Day
    date: {date}
    items:
      - id: i1
        starts: 00:00
        ends: 23:59
        title: Item
        polls:
          - id: p1
            question: How is the sound?
            kind: single
            unit: person
            opens: hand
            closes: hand
            options: [good, some problems, cannot hear]
"""

OPTIONS = ("good", "some problems", "cannot hear")


@dataclass(frozen=True)
class Burst:
    """Milliseconds from each press to its answer on the screen, and what else there is to say of it."""

    took: list[float]
    seconds: float
    unanswered: int
    recorded: int
    edits: int = 0
    settled: float = 0.0
    """Seconds from the last answer until the panel showed every ballot."""

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds


async def bursts(folder: Path, people: int, *, slow: bool = False) -> tuple[Burst, Burst]:
    """A button that does nothing, pressed by so many at once, and then a ballot by each of them."""
    folder.mkdir()
    standin = Standin(now=lambda: datetime.now(UTC))  # noqa: TID251
    await standin.start()
    environ = {
        "DISCORD_TOKEN": standin.token,
        "DISCORD_GUILD_ID": str(standin.world.guild.id),
        "DISCORD_API_URL": standin.api_url,
        "DISCORD_GATEWAY_URL": standin.gateway_url,
        "ROUNDTABLE_DB": str(folder / "bench.db"),
        "ROOM_PORT": "0",
        "ROUNDTABLE_PROGRAMME": str(folder / "programme.yaml"),
        "LOG_LEVEL": "ERROR",
    }
    if slow and (shim := _shim(folder)):
        environ["LD_PRELOAD"] = str(shim)
    voters = [standin.person(standin.world.add_member(f"Person {n}")) for n in range(people)]
    date = f"{datetime.now(UTC):%Y-%m-%d}"  # noqa: TID251
    (folder / "programme.yaml").write_text(PROGRAMME.format(date=date), "utf-8")
    clerk = await _set_up(standin, environ)
    _seat(folder / "bench.db", standin, voters)
    process = await _bot(environ)
    try:
        panel = await _opened(standin, clerk)
        await _press(standin, voters[:50], panel, "nothing")  # both sides are warm
        idle = await _press(standin, voters, panel, "nothing")
        return idle, await _ballots(standin, voters, panel)
    finally:
        process.terminate()
        await process.wait()
        await standin.stop()


def _shim(folder: Path) -> Path | None:
    source, library = folder / "slow.c", folder / "slow.so"
    source.write_text(SLOW_FSYNC)
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


async def _bot(environ: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", env=environ, cwd=ROOT)


async def _set_up(standin: Standin, environ: dict[str, str]) -> Person:
    """The server set up by a clerk, and the bot stopped again."""
    process = await _bot(environ)
    await _until(lambda: bool(standin.world.commands))
    role = standin.world.add_role(
        "Manager", permissions=int(Permission.MANAGE_GUILD | Permission.MANAGE_EVENTS)
    )
    clerk = standin.person(standin.world.add_member("Clerk", roles=[role.id]))
    await clerk.press(await clerk.command("meeting setup"), "Create")
    process.terminate()
    await process.wait()
    return clerk


def _seat(database: Path, standin: Standin, voters: list[Person]) -> None:
    """Everybody in a seat and with the role already: hundreds of roles take minutes of Discord's time."""
    at = datetime.now(UTC).isoformat(timespec="microseconds")  # noqa: TID251
    role = standin.world.role_named("Delegate")
    assert role is not None
    with closing(sqlite3.connect(database)) as plain:
        plain.execute("DELETE FROM seats")
        plain.execute("DELETE FROM delegations")
        for place, voter in enumerate(voters):
            standin.world.give_role(voter.member, role.id)
            name, number = f"d{place // 10}", place % 10 + 1
            plain.execute(
                "INSERT OR IGNORE INTO delegations (delegation_id, name, short_name, category, sort_key,"
                " confirmed) VALUES (?1, ?1, ?1, 'member', ?1, 1)",
                (name,),
            )
            plain.execute(
                "INSERT INTO seats (seat_id, delegation_id, number, function, user_id, taken_at, presence,"
                " presence_at) VALUES (?, ?, ?, 'adviser', ?, ?, 'room', ?)",
                (f"{name}-{number}", name, number, voter.user_id, at, at),
            )
            held = RoleFace(str(voter.user_id), role.id, True).digest
            plain.execute(
                "INSERT INTO wall (kind, key, wanted, shown, discord_id) VALUES ('role', ?1, ?2, ?2, 0)",
                (str(voter.user_id), held),
            )
        plain.commit()


async def _opened(standin: Standin, clerk: Person) -> Message:
    """The poll open: its panel."""
    commands = len(standin.log)
    await _until(lambda: any(one.method == "PATCH" for one in standin.log[commands:]))
    await clerk.command("poll open", poll="p1")
    found: list[Message] = []

    def hangs() -> bool:
        channel = standin.world.channel_named("polls")
        found[:] = [m for m in (channel.messages.values() if channel else ()) if "How is the sound" in m.text]
        return any("pick" in json.dumps(m.components) for m in found)

    await _until(hangs)
    return next(m for m in found if "pick" in json.dumps(m.components))


async def _press(standin: Standin, voters: list[Person], panel: Message, what: str) -> Burst:
    """All press at once; `nothing` is a control nobody knows: looked up, answered in words, no more."""
    took: list[float] = []
    recorded = 0
    before = len(standin.unanswered)

    async def press(number: int, voter: Person) -> None:
        nonlocal recorded
        begun = time.perf_counter()
        if what == "nothing":
            data = {"component_type": 2, "custom_id": "m1:bench:none:nothing", "id": 1}
            reply = await voter._component(panel, data)
        else:
            reply = await voter.press(panel, OPTIONS[number % len(OPTIONS)])
        took.append((time.perf_counter() - begun) * 1000)
        recorded += "Recorded" in reply.text

    begun = time.perf_counter()
    await asyncio.gather(*(press(number, voter) for number, voter in enumerate(voters)))
    seconds = time.perf_counter() - begun
    return Burst(took, seconds, len(standin.unanswered) - before, recorded)


async def _ballots(standin: Standin, voters: list[Person], panel: Message) -> Burst:
    path, known = f"/messages/{panel.id}", len(standin.log)
    burst = await _press(standin, voters, panel, "ballot")
    done = time.perf_counter()
    await _until(lambda: f"{len(voters)} of {len(voters)} people" in panel.text)
    settled = time.perf_counter() - done
    edits = sum(one.method == "PATCH" and one.path.endswith(path) for one in standin.log[known:])
    return Burst(burst.took, burst.seconds, burst.unanswered, burst.recorded, edits, settled)


async def _until(true, seconds: float = 30) -> None:  # type: ignore[no-untyped-def]
    """Real waiting, bounded: this is a benchmark."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError
        await asyncio.sleep(0.005)
