"""The house from its start to its stop: what stops a start, what a start survives, how it ends."""

import asyncio
import contextlib
import io
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from rich.console import Console

import bot.app
from bot.clock import WallClock
from bot.roster import import_roster
from bot.words import sentence
from db.lock import DatabaseInUse, Lock
from meeting.refusals import Refused
from rehearsal.standin import Bout, Disturbance
from tests.stage import PROGRAMME, Stage, at, staged

HOUSE = Path(__file__).parents[2]
UNKNOWN_GUILD = "123456789012345678"


async def refused(stage: Stage) -> Refused:
    """What the launched bot ended with."""
    assert stage.task is not None
    with pytest.raises(Refused) as caught:
        async with asyncio.timeout(10):
            await stage.task
    stage.app = stage.task = None
    stage.errors.clear()
    return caught.value


async def connected_again(stage: Stage) -> None:
    async with asyncio.timeout(15):
        steady = 0
        while steady < 5:
            steady = steady + 1 if stage.standin.connected and stage.told_ready else 0
            await asyncio.sleep(0.01)
    await stage.settle()


def registrations(stage: Stage) -> int:
    return sum(one.method == "PUT" and one.path.endswith("/commands") for one in stage.standin.log)


async def test_a_wrong_token_ends_the_start_in_one_sentence(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.allowed.add(401)
    wrong = "MTAwMDAwMDAwMDAwMDAwMDAw.wrong.token-of-somebody"
    stage.launch(DISCORD_TOKEN=wrong)
    said = sentence(await refused(stage))
    assert said.startswith("Discord does not accept the token.") and "DISCORD_TOKEN" in said
    assert wrong not in said + caplog.text
    await stage.run()
    assert stage.standin.connected, "the database is free for the next start"


async def test_a_server_without_the_bot_ends_the_start(stage: Stage) -> None:
    stage.allowed |= {50001, 10004, 403, 404}
    stage.launch(DISCORD_GUILD_ID=UNKNOWN_GUILD)
    assert f"The bot is not on the server {UNKNOWN_GUILD}." in sentence(await refused(stage))


async def test_a_part_that_cannot_be_loaded_ends_the_start(stage: Stage) -> None:
    stage.launch(cogs=("cogs.organiser", "no.such"))
    said = sentence(await refused(stage))
    assert said.startswith("A part of the program could not be loaded: no.such")
    assert not stage.standin.connected, "the house does not start half"


async def test_a_database_in_use_ends_the_second_start_and_not_the_first(house: Stage) -> None:
    other = bot.app.App(house.settings(), house.clock)
    with pytest.raises(DatabaseInUse) as caught:
        await other.run()
    assert f"in use by another process (number {os.getpid()})" in sentence(caught.value)
    assert "has begun" in (await house.moderator.command("agenda start")).text


@pytest.mark.parametrize(
    ("name", "content"), [("garbage", b"not a database at all" * 100), ("cut", b"SQLite format 3\x00")]
)
async def test_a_broken_database_ends_the_start_and_is_not_touched(
    stage: Stage, name: str, content: bytes
) -> None:
    stage.database.write_bytes(content)
    stage.launch()
    said = sentence(await refused(stage))
    assert "cannot be read" in said and stage.database.name in said, name
    assert stage.database.read_bytes() == content


async def test_a_faulty_programme_ends_only_the_first_start(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    good = stage.programme.read_text("utf-8")
    faulty = good.replace("kind: break", "kind: brake").replace(
        "09:30, title: Opening", "08:30, title: Opening"
    )
    stage.programme.write_text(faulty, "utf-8")
    stage.launch()
    said = sentence(await refused(stage))
    assert "brake" in said and "programme.yaml:13" in said, said
    stage.programme.write_text(good, "utf-8")
    await stage.run()
    await stage.close()
    stage.programme.write_text(faulty, "utf-8")
    caplog.clear()
    await stage.run()
    assert "the meeting goes on with the one imported" in caplog.text
    assert "\\" not in caplog.text, "escapes are for Discord, not for a log"
    assert "Accreditation" in (await stage.newcomer.command("programme now")).text


async def test_start_shifts_the_days_once(stage: Stage) -> None:
    stage.clock.set(at(6, 30, day=20))
    await stage.run(start=date(2022, 9, 20))
    await stage.set_up()
    assert "Tuesday 20 September" in stage.panel("programme", "## Day 1").text
    assert "Wednesday 21 September" in stage.panel("programme", "## Day 2").text
    await stage.close()
    stage.launch(start=date(2022, 9, 21))
    said = sentence(await refused(stage))
    assert "holds a programme already, and its dates stay" in said
    await stage.run(start=date(2022, 9, 20))
    await stage.restart()
    assert "Nothing to take over." in (await stage.moderator.command("agenda reload")).text
    assert "Tuesday 20 September" in stage.panel("programme", "## Day 1").text


async def test_a_programme_changed_between_starts_is_named_and_waits_for_reload(
    house: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await house.close()
    house.programme.write_text(PROGRAMME.replace("Outlook", "Prospects"), "utf-8")
    await house.run()
    assert "The programme file differs from what was imported." in caplog.text
    await house.later(seconds=10)
    assert "Prospects" not in house.panel("programme", "## Day 1").text
    await house.moderator.press(await house.moderator.command("agenda reload"), "Yes, do it")
    await house.later(seconds=10)
    assert "Prospects" in house.panel("programme", "## Day 1").text
    caplog.clear()
    await house.restart()
    assert "differs" not in caplog.text


@contextlib.asynccontextmanager
async def forwarded(port: int, to: str) -> AsyncIterator[int]:
    """A port of its own that leads to the stand-in; the port, free again afterwards."""
    host, _, number = to.split("//")[1].split("/")[0].partition(":")

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        sink.close()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_connection(host, int(number))
        await asyncio.gather(pump(reader, outer), pump(inner, writer))

    server = await asyncio.start_server(meet, "127.0.0.1", port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@pytest.mark.parametrize("name", ["DISCORD_API_URL", "DISCORD_GATEWAY_URL"])
async def test_a_house_that_cannot_connect_at_first_comes_up_when_it_can(
    stage: Stage, name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(bot.app, "BACKOFF", (0.05,))
    real = stage.variables()[name]
    async with forwarded(0, real) as port:
        pass
    address = real.replace(real.split("//")[1].split("/")[0], f"127.0.0.1:{port}")
    app = stage.launch(**{name: address})
    async with asyncio.timeout(20):
        while caplog.text.count("no connection to Discord") < (2 if name == "DISCORD_API_URL" else 1):
            await asyncio.sleep(0.01)
    assert not app.ready.is_set() and stage.task is not None and not stage.task.done()
    async with forwarded(port, real):
        async with asyncio.timeout(20):
            await app.ready.wait()
        await stage.set_up()
        assert len(stage.messages("programme")) == 2
        assert "has begun" in (await stage.moderator.command("agenda start")).text
        await stage.close()
    assert {record.name for record in stage.errors} <= {"discord.client"}, "what it says of each attempt"
    stage.errors.clear()


@pytest.mark.parametrize("resumable", [True, False])
async def test_a_dropped_connection_is_taken_up_again(house: Stage, resumable: bool) -> None:
    await house.until(at(7, 25))
    before = {one.name: len(one.messages) for one in house.world.in_order()}
    await house.standin.drop_gateway(resumable)
    await connected_again(house)
    assert {one.name: len(one.messages) for one in house.world.in_order()} == before
    assert "has begun" in (await house.moderator.command("agenda start")).text
    await house.until(at(7, 31))
    assert len(house.said("**Day 1: questions** – Wednesday")) == 1
    assert registrations(house) == 1


async def test_what_people_press_while_the_line_is_down_is_heard_on_resuming(house: Stage) -> None:
    await house.standin.drop_gateway(True)
    pressing = asyncio.ensure_future(house.moderator.command("agenda start"))  # noqa: TID251
    await connected_again(house)
    assert "has begun" in (await pressing).text


async def test_commands_are_registered_once_and_again_only_when_they_changed(stage: Stage) -> None:
    await stage.run()
    assert registrations(stage) == 1
    assert "agenda shift" in stage.clerk.commands()
    await stage.restart()
    assert registrations(stage) == 1
    await stage.restart(cogs=("cogs.organiser",))
    assert registrations(stage) == 2
    assert "agenda shift" not in stage.clerk.commands()
    await stage.restart()
    assert registrations(stage) == 3 and "agenda shift" in stage.clerk.commands()


async def test_a_failed_registration_is_made_up_for_at_the_next_connection(stage: Stage) -> None:
    met = stage.disturb("PUT", "/commands", done=False)
    await stage.run()
    assert met() == 1 and stage.clerk.commands() == []
    await stage.restart()
    assert "meeting setup" in stage.clerk.commands()


async def test_a_stop_leaves_no_task_and_frees_the_database(
    house: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await house.moderator.command("agenda start")
    await house.close()
    assert not house.standin.connected
    lock = Lock(house.database)
    lock.take()
    lock.release()
    mine = asyncio.current_task()
    names = [one.get_coro().__qualname__ for one in asyncio.all_tasks() if one is not mine]  # type: ignore[union-attr]
    assert not [name for name in names if "bot" in name or "Worker" in name or "Alarm" in name], names
    assert "closed" in caplog.text


# A real process


class Child:
    """`python -m bot run` as an operator starts it, against the stand-in."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, *arguments: str, **more: str) -> None:
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", *arguments,
            cwd=self.stage.folder,
            env={**keep, "PYTHONPATH": str(HOUSE), **self.stage.variables(**more)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    async def ready(self) -> None:
        async with asyncio.timeout(20):
            while not self.stage.standin.connected:
                assert self.process is not None and self.process.returncode is None, await self.ended()
                await asyncio.sleep(0.01)

    async def ended(self) -> tuple[int, str]:
        assert self.process is not None
        async with asyncio.timeout(20):
            out, err = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, (out + err).decode()

    def signal(self, sign: int) -> None:
        assert self.process is not None
        self.process.send_signal(sign)


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage at the real time, for a bot on its real clock."""
    async for one in staged(Stage(tmp_path, now=WallClock().now())):
        yield one


@pytest.fixture
async def child(live: Stage) -> AsyncIterator[Child]:
    made = Child(live)
    yield made
    if made.process is not None and made.process.returncode is None:
        made.process.kill()
        await made.process.wait()


async def set_up(stage: Stage) -> None:
    async with asyncio.timeout(20):
        while "meeting setup" not in stage.clerk.commands():
            await asyncio.sleep(0.01)
        await stage.clerk.press(await stage.clerk.command("meeting setup"), "Create")
        while stage.world.channel_named("moderators") is None or not stage.messages("moderators"):
            await asyncio.sleep(0.01)


async def test_sigterm_ends_a_real_process_in_order(live: Stage, child: Child) -> None:
    await child.start("--start", "today", LOG_FORMAT="json")
    await child.ready()
    await set_up(live)
    child.signal(signal.SIGTERM)
    code, text = await child.ended()
    assert code == 0, text
    lines = [json.loads(line) for line in text.splitlines()]
    assert lines[-1]["message"] == "closed"
    assert not [one for one in lines if one["level"] in ("ERROR", "CRITICAL")], text
    assert live.standin.token not in text
    lock = Lock(live.database)
    lock.take()
    lock.release()


async def test_a_process_killed_while_announcing_says_it_once(live: Stage, child: Child) -> None:
    """Discord has taken the message, the process has not heard of it and never will."""
    await child.start("--start", "today")
    await child.ready()
    await set_up(live)
    taken = asyncio.Event()
    live.standin.door.fault = Bout(
        "POST",
        "/messages",
        Disturbance(done=True, then=lambda: (child.signal(signal.SIGKILL), taken.set())),
        holding="Only once.",
    )
    await live.moderator.command("agenda announce", text="Only once.")
    await asyncio.wait_for(taken.wait(), 10)
    assert (await child.ended())[0] == -signal.SIGKILL
    assert len(live.said("Only once.")) == 1
    await live.standin.gateway.drop(resumable=False)
    live.clock.set(live.clock.now() + timedelta(minutes=4))
    await child.start()
    await child.ready()
    async with asyncio.timeout(20):
        while "all said" not in (await live.clerk.command("meeting status")).text:
            await asyncio.sleep(0.05)
    assert len(live.said("Only once.")) == 1
    child.signal(signal.SIGINT)
    code, text = await child.ended()
    assert code == 0 and "had been said" in text
    live.standin.interactions.unanswered.clear()


async def test_a_refused_start_ends_with_its_own_code_and_its_sentence(live: Stage, child: Child) -> None:
    live.allowed.add(401)
    wrong = "MTAwMDAwMDAwMDAwMDAwMDAw.wrong.token-of-somebody"
    await child.start(DISCORD_TOKEN=wrong)
    code, text = await child.ended()
    assert code == 78 and "Discord does not accept the token." in text
    assert "Traceback" not in text and wrong not in text


async def test_a_start_refused_for_now_is_tried_again_by_the_service(live: Stage, child: Child) -> None:
    other = Lock(live.database)
    other.take()
    await child.start()
    code, text = await child.ended()
    assert code == 75 and "in use by another process" in text
    other.release()
    unit = (HOUSE / "deploy" / "roundtable.service").read_text("utf-8")
    assert "RestartPreventExitStatus=78\n" in unit and "Restart=always" in unit


async def test_the_first_start_imports_the_roster_and_later_ones_say_that_it_differs(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.run()
    book = stage.doors.ledger.delegations
    assert len(await book.delegations()) == 6 and len(await book.seats()) == 10
    await stage.restart()
    assert "roster" not in caplog.text
    text = stage.roster.read_text("utf-8")
    stage.roster.write_text(text + "new,Newland,Newland,member,new,,1\n", "utf-8")
    await stage.restart()
    assert "The roster file differs from what was imported." in caplog.text
    assert len(await stage.doors.ledger.delegations.delegations()) == 6
    stage.roster.write_text(text + "alp,Twice,Twice,member,new,,1\n", "utf-8")
    await stage.restart()
    assert "The roster cannot be used as it is" in caplog.text and "roster.csv:8" in caplog.text


async def test_a_faulty_roster_stops_the_first_start_and_nothing_is_imported(stage: Stage) -> None:
    good = stage.roster.read_text("utf-8")
    stage.roster.write_text(good.replace("member_organisation", "club"), "utf-8")
    stage.launch()
    said = sentence(await refused(stage))
    assert "The roster cannot be used as it is" in said and "roster.csv:5" in said
    stage.roster.write_text(good, "utf-8")
    await stage.run()
    assert (await stage.doors.ledger.agenda.agenda()).title == "A small roundtable"
    assert len(await stage.doors.ledger.delegations.delegations()) == 6


async def test_a_roster_imported_before_the_first_start_is_kept_and_the_programme_still_imported(
    stage: Stage,
) -> None:
    console = Console(file=io.StringIO())
    more = stage.folder / "more.csv"
    more.write_text(stage.roster.read_text("utf-8") + "new,Newland,Newland,member,new,,1\n", "utf-8")
    assert await import_roster(console, stage.settings(), stage.clock, more) == 0
    await stage.run()
    assert len(await stage.doors.ledger.delegations.delegations()) == 7
    assert (await stage.doors.ledger.agenda.agenda()).title == "A small roundtable"
    with pytest.raises(DatabaseInUse):
        await import_roster(console, stage.settings(), stage.clock, None)
