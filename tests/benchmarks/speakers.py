"""The list of speakers: the order of many, and from a press on Next to what everybody sees.

The order's floor is Python's own sort of the same entries by their moment of inscription.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app import App
from bot.clock import WallClock
from bot.wall_faces import RoleFace
from config.settings import read_settings
from db.wall import HungKind
from meeting.delegations import Category, Delegation, DelegationId
from meeting.people import COMMAND_LINE, UserId
from meeting.programme import ItemId, Mode
from meeting.speaker_order import explain, order
from meeting.speaker_time import forecast
from meeting.speakers import (
    Floor,
    Inscription,
    InscriptionId,
    Policy,
    Sitting,
    SpeakerList,
    SpeechKind,
)
from rehearsal.standin import Message, Permission, Person, Standin

MANY = 500
TIMES = 30
CALLS = 12
"""Presses on Next, two seconds apart: the wall edits a channel every 1.5 s."""
WAITING = 40
ASKING = 100

PROGRAMME = """\
title: Benchmark
time_zone: UTC
venue: UTC
speakers: {{opens: 240, last_call: 0, closes: 0}}
days:
  - id: d1
    title: Day
    date: {date}
    items:
      - {{id: i1, starts: 00:00, ends: 23:59, title: Item}}
"""


@dataclass(frozen=True)
class Ordered:
    """Milliseconds for a list of `MANY`: its order, its forecast, one place explained; and a plain sort."""

    order: list[float]
    forecast: list[float]
    why: list[float]
    floor: list[float]


@dataclass(frozen=True)
class Called:
    """Milliseconds from a press on Next: to the house being told, the answer, the panel, the mention; and
    from `ASKING` presses on Ask at once, each to its answer, beside one that does nothing."""

    told: list[float]
    answered: list[float]
    panel: list[float]
    mentioned: list[float]
    asked: list[float]
    nothing: list[float]
    listed: int


def many(waiting: int = MANY) -> SpeakerList:
    """A list with that many on it, from both sides and all categories, some having been heard."""
    now = datetime(2022, 9, 7, 3, tzinfo=UTC)
    delegations = {
        one.delegation_id: one
        for n in range(75)
        for one in [Delegation(DelegationId(f"d{n}"), f"D {n}", f"D{n}", list(Category)[n % 4], f"d{n:03}")]
    }
    rows = [
        Inscription(
            InscriptionId(n + 1),
            ItemId("i1"),
            DelegationId(f"d{n * 7 % 75}"),
            SpeechKind.GROUP if n % 9 == 0 else SpeechKind.STATEMENT,
            Floor.VIRTUAL if n % 3 == 0 else Floor.ROOM,
            now + timedelta(seconds=n * 13 % 601),
            called_at=now if n >= waiting else None,
            ended_at=now if n >= waiting else None,
        )
        for n in range(waiting + 50)
    ]
    sitting = Sitting(
        ItemId("i1"), "Item", now, now + timedelta(hours=3), Mode.HYBRID, ZoneInfo("UTC"), started_at=now
    )
    return SpeakerList(sitting, Policy(adaptive=True), delegations, tuple(rows))


def ordered() -> Ordered:
    """The pure rules, each time on a fresh value: what they derive is kept on it."""
    found = Ordered([], [], [], [])
    for _ in range(TIMES):
        now = many().sitting.begins
        for took, work in (
            (found.order, lambda: order(many())),
            (found.forecast, lambda: forecast(many(), now)),  # noqa: B023
            (found.why, lambda: explain(many(), InscriptionId(MANY // 2))),
            (found.floor, lambda: sorted(many().inscriptions, key=lambda one: one.inscribed_at)),
        ):
            took.append(_timed(work) - _timed(many))
    return found


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


async def called(folder: Path) -> Called:
    """The whole way, over the stand-in, at 1×; bot and people in one process."""
    folder.mkdir()
    clock = WallClock()
    standin = Standin(now=clock.now)
    await standin.start()
    (folder / "programme.yaml").write_text(PROGRAMME.format(date=f"{clock.now():%Y-%m-%d}"), "utf-8")
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
    app = App(read_settings(environ, live=True), clock)
    house = asyncio.ensure_future(app.run())  # noqa: TID251
    try:
        await _until(app.ready.is_set)
        return await _calls(standin, app)
    finally:
        app.stopping.set()
        await house
        await standin.stop()


async def _calls(standin: Standin, app: App) -> Called:
    role = standin.world.add_role(
        "Manager", permissions=int(Permission.MANAGE_GUILD | Permission.MANAGE_EVENTS)
    )
    clerk = standin.person(standin.world.add_member("Clerk", roles=[role.id]))
    await clerk.press(await clerk.command("meeting setup"), "Create")
    moderator, delegate = standin.world.role_named("Moderator"), standin.world.role_named("Delegate")
    ledger = app._ledger
    assert ledger is not None and moderator is not None and delegate is not None
    standin.world.give_role(clerk.member, moderator.id)
    every = await ledger.delegations.delegations()
    names = {one.short_name: one.name for one in every}
    delegations = [one.delegation_id for one in every]
    people: list[Person] = []
    for number in range(WAITING + ASKING):
        person = standin.person(standin.world.add_member(f"Person {number}"))
        standin.world.give_role(person.member, delegate.id)
        delegation_id = delegations[number % len(delegations)]
        await ledger.delegations.assign(COMMAND_LINE, delegation_id, UserId(person.user_id))
        # The role hangs already: hundreds of them take minutes of Discord's time.
        held = RoleFace(str(person.user_id), delegate.id, True)
        await ledger.wall.want(HungKind.ROLE, held.key, held.digest)
        await ledger.wall.show(HungKind.ROLE, held.key, held.digest, 0, None)
        people.append(person)
    await ledger.agenda.start(COMMAND_LINE, ItemId("i1"))
    await _until(lambda: _message(standin, "floor", "## List of speakers") is not None)
    panel = _message(standin, "floor", "## List of speakers")
    assert panel is not None
    for person in people[:WAITING]:
        await person.press(panel, "Ask for the floor")
    await asyncio.sleep(3)
    told: list[float] = []
    ledger.feed.listen("speakers", lambda: told.append(time.perf_counter()))
    found = Called([], [], [], [], [], [], 0)
    for _ in range(CALLS):
        await asyncio.sleep(2)
        told.clear()
        desk = _message(standin, "moderators", "## Running the list of speakers")
        assert desk is not None
        label = next(
            one["label"] for row in _rows(desk) for one in row if str(one["label"]).startswith("Next: ")
        )
        name = names[str(label).removeprefix("Next: ")]
        begun = time.perf_counter()
        seen = asyncio.ensure_future(_seen(standin, panel, name, begun))  # noqa: TID251
        await clerk.press(desk, str(label))
        found.answered.append((time.perf_counter() - begun) * 1000)
        found.told.append((told[0] - begun) * 1000)
        shown, said = await seen
        found.panel.append(shown)
        found.mentioned.append(said)
    asking = people[WAITING:]
    for what, took in (("nothing", found.nothing), ("ask", found.asked)):
        replies = await asyncio.gather(*(_ask(person, panel, what, took) for person in asking))
    listed = sum("is on the list" in text for text in replies)
    return Called(**{**vars(found), "listed": listed})


async def _ask(person: Person, panel: Message, what: str, took: list[float]) -> str:
    begun = time.perf_counter()
    if what == "nothing":
        data = {"component_type": 2, "custom_id": "m1:bench:none:nothing", "id": 1}
        reply = await person._component(panel, data)
    else:
        reply = await person.press(panel, "Ask for the floor")
    took.append((time.perf_counter() - begun) * 1000)
    return reply.text


async def _seen(standin: Standin, panel: Message, name: str, begun: float) -> tuple[float, float]:
    """Milliseconds until the panel names the speaker, and until they are mentioned."""
    shown = said = 0.0

    def both() -> bool:
        nonlocal shown, said
        now = (time.perf_counter() - begun) * 1000
        if not shown and f"**Has the floor: {name}" in panel.text.replace("\\", ""):
            shown = now
        channel = standin.world.channel_named("floor")
        assert channel is not None
        if not said and any(
            f"**{name}** has the floor" in one.content.replace("\\", "") for one in channel.messages.values()
        ):
            said = now
        return bool(shown and said)

    await _until(both)
    return shown, said


def _rows(message: Message) -> list[list[dict[str, object]]]:
    found = []
    for one in message.components:
        for inner in one.get("components", ()):
            if inner.get("type") == 1:
                found.append(list(inner["components"]))
    return found


def _message(standin: Standin, name: str, holding: str) -> Message | None:
    channel = standin.world.channel_named(name)
    found = [one for one in (channel.messages.values() if channel else ()) if holding in one.text]
    return found[-1] if found else None


async def _until(true: Callable[[], bool], seconds: float = 30) -> None:
    """Real waiting, bounded: this is a benchmark."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError
        await asyncio.sleep(0.002)
