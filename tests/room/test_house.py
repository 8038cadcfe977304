"""The pages in the running house: without Discord from the first start, and beside it."""

import asyncio
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.room import RoomShut, addresses_of
from db.ledger import Ledger
from meeting.people import COMMAND_LINE
from meeting.room import Door, Show
from meeting.seats import SeatId
from tests.stage import Stage

NOWHERE = {"DISCORD_API_URL": "http://127.0.0.1:9", "DISCORD_GATEWAY_URL": "ws://127.0.0.1:9"}


def _ledger(stage: Stage) -> Ledger:
    assert stage.app is not None and stage.app._ledger is not None
    return stage.app._ledger


async def addresses(stage: Stage) -> dict[str, str]:
    """As the clerk reads them from the file."""
    file = addresses_of(stage.database)
    # Keys stand in the file a moment before they open anything.
    while not file.is_file() or await _ledger(stage).room.keyless():
        assert stage.task is not None and not stage.task.done()
        await asyncio.sleep(0.01)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    return dict(line.split(": ", 1) for line in file.read_text("utf-8").splitlines())


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Stage]:
    """A stage whose Discord was never started."""
    yield Stage(tmp_path)


async def press(session: aiohttp.ClientSession, base: str, number: int, act: str, **args: Any) -> Any:
    sent = {"nonce": f"a-press-of-the-test-{number}", "act": act, "args": args}
    headers = {"Sec-Fetch-Site": "same-origin"}
    async with session.post(f"{base}/desk/act", json=sent, headers=headers) as answer:
        return await answer.json()


async def test_the_room_runs_without_discord_from_the_first_start(bare: Stage) -> None:
    bare.launch(**NOWHERE)
    found = await addresses(bare)
    base = found["desk"].partition("/desk/")[0]
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        for page in ("screen", "desk"):
            async with session.get(found[page]) as answer:
                assert answer.status == 200
        async with session.get(f"{base}/healthz") as answer:
            assert await answer.json() == {"ok": True}
        assert (await press(session, base, 1, "room.sign_on", operator="Ms Operator"))["ok"]
        async with session.get(f"{base}/desk/state") as answer:
            buttons = (await answer.json())["agenda"]["buttons"]
        assert (await press(session, base, 2, buttons[0]["act"], **buttons[0]["args"]))["ok"]
        async with session.get(f"{base}/room/state") as answer:
            assert (await answer.json())["item"]["title"] == "Accreditation"
    await bare.close()


async def test_later_starts_write_no_keys(bare: Stage) -> None:
    bare.launch(**NOWHERE)
    await addresses(bare)
    await bare.close()
    addresses_of(bare.database).unlink()
    app = bare.launch(**NOWHERE)
    while app._pages is None or not app._pages.port:
        await asyncio.sleep(0.01)
    await bare.close()
    assert not addresses_of(bare.database).exists()


async def test_a_port_in_use_is_said_in_one_sentence(bare: Stage) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    app = bare.launch(**NOWHERE, ROOM_PORT=str(port))
    assert bare.task is not None
    with pytest.raises(RoomShut) as shut:
        await bare.task
    said = app.words.refusal(shut.value)
    assert str(port) in said and "ROOM_PORT" in said
    server.close()
    await server.wait_closed()
    bare.app = bare.task = None


async def test_the_screen_is_chosen_from_discord(house: Stage) -> None:
    mona, book = house.moderator, house.doors.ledger.room
    reply = await mona.command("room key", page="screen")
    assert reply.ephemeral
    address = next(line for line in reply.text.splitlines() if line.startswith("http"))
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.get(address) as answer:
            assert answer.status == 200
        assert "shows the message" in (await mona.command("room message", text="Lunch is served")).text
        async with session.get(f"{address.partition('/room/')[0]}/room/state") as answer:
            assert (await answer.json())["message"]["text"] == "Lunch is served"
        assert "held" in (await mona.command("room freeze")).text
        assert "held" in (await mona.command("room screen")).text
        assert "blank" in (await mona.command("room blank")).text
        assert "follows" in (await mona.command("room show", what="follow")).text
        assert (await book.chosen()).show is Show.FOLLOW
        renewed = await mona.command("room renew", page="screen")
        assert "dead" in renewed.text and address not in renewed.text
        async with session.get(address) as answer:
            assert answer.status == 404
    with pytest.raises(ValueError, match="is shown to"):
        await house.delegate.command("room renew", page="desk")
    assert await book.make_key(COMMAND_LINE, Door.DESK)


async def test_a_seat_used_on_its_page_is_shown_to_the_staff_and_can_be_given_up(house: Stage) -> None:
    mona, ledger = house.moderator, house.doors.ledger
    _, code = await ledger.delegations.renew(COMMAND_LINE, SeatId("alp-1"))
    await ledger.room.enter_seat(code)
    await house.settle()
    shown = await mona.command("delegation show", delegation="alp")
    assert "somebody on the seat's page" in shown.text
    assert "1 of 3 seated" in house.panel("moderators", "## Seats").text
    released = await mona.command("delegation release", seat="alp-1")
    assert "is free" in released.text and "somebody on the seat's page" in released.text
    await house.later(seconds=10)
    assert "0 of 3 seated" in house.panel("moderators", "## Seats").text
