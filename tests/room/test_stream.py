"""Streams: newest states, beats, slow readers, dead lines, and a server that goes and comes back."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

import room.app
import room.stream
from db.room import Hall
from meeting.people import COMMAND_LINE
from meeting.programme import ItemId
from meeting.room import Door, Show
from room.stream import MOST, Hub, State, packed
from tests.room.conftest import opened
from tests.room.rig import DESK, Events, Page, Rig


def without_time(state: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in state.items() if name not in ("seq", "now")}


async def test_what_is_committed_is_on_the_screen(rig: Rig, screen: Page) -> None:
    async with screen.stream() as events:
        first = await events.next("state")
        assert first["layout"] == "break" and first["next"]["title"] == "Opening remarks"
        await rig.begin("one")
        second = await events.next("state", until=lambda state: state["item"] is not None)
        assert second["item"]["title"] == "Opening remarks" and second["seq"] > first["seq"]
        await rig.ledger.room.show(DESK, Show.BLANK)
        third = await events.next("state", until=lambda state: state["layout"] == "blank")
        assert third["item"] is None and third["seq"] > second["seq"]
    assert without_time(await screen.state()) == without_time(third)


async def test_what_changes_nothing_to_see_is_not_sent(rig: Rig, screen: Page) -> None:
    await rig.begin("one")
    async with screen.stream() as events:
        await events.next("state")
        await rig.ledger.delegations.renew(COMMAND_LINE, (await rig.ledger.delegations.seats())[0].seat_id)
        await rig.ledger.room.show(DESK, Show.BLANK)
        # The next that comes is the blank one.
        assert (await events.next("state"))["layout"] == "blank"


async def test_a_look_that_failed_is_made_again_by_whoever_asks_next(
    rig: Rig, screen: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with screen.stream() as events:
        await rig.begin("one")
        begun = await events.next("state", until=lambda state: state["item"] is not None)
        assert begun["next"]["at_text"] == "09:30"
    rig.forward(minutes=40)

    async def broken() -> Hall:
        raise OSError("the disk")

    with monkeypatch.context() as bad:
        bad.setattr(rig.ledger.room, "hall", broken)
        with pytest.raises(OSError, match="the disk"):
            await rig.room.views.refresh()
    assert (await screen.state())["next"]["at_text"] != "09:30", "what follows has moved meanwhile"


async def test_beats_tell_the_servers_time(rig: Rig, screen: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room.stream, "BEAT", 0.02)
    async with screen.stream() as events:
        state = await events.next("state")
        beat = await events.next("beat")
        assert beat["seq"] == state["seq"] and beat["now"] == state["now"]
        rig.forward(minutes=3)
        later = await events.next("beat", until=lambda one: one["now"] > beat["now"])
        assert later["now"] - beat["now"] == 180_000


async def test_it_beats_also_while_much_changes_that_this_page_does_not_show(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room.stream, "BEAT", 0.02)
    alone = Alone()

    async def busy() -> None:
        while True:
            alone.hub.advance()
            alone.hub.hurry(b"another")
            await asyncio.sleep(0.002)

    async with (
        alone.serving(),
        aiohttp.ClientSession(read_bufsize=2**20) as session,
        session.get(f"http://127.0.0.1:{alone.port}/stream") as stream,
    ):
        events = Events(stream)
        await events.next("state")
        others = asyncio.ensure_future(busy())  # noqa: TID251 - beside the reader
        for _ in range(3):
            await events.next("beat")
        others.cancel()


async def test_one_device_holds_so_many_streams_the_oldest_goes(rig: Rig, seat: Page) -> None:
    async with seat.stream() as first:
        await first.next("state")
        async with AsyncExitStack() as more:
            for _ in range(MOST):
                await (await more.enter_async_context(seat.stream())).next("state")
            with pytest.raises((EOFError, aiohttp.ClientError)):
                await first.next("state", until=lambda _: False)
            assert rig.room.views.hub.readers == MOST


class Alone:
    """The hub by itself, with large states, so that a reader's buffers are soon full."""

    def __init__(self) -> None:
        self.number = 0
        self.hub = Hub(lambda: self.number)
        self.port = 0

    async def newest(self) -> State:
        return State(self.number, packed({"number": self.number, "filling": "x" * 300_000}))

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        pace = float(request.query.get("pace", 0))
        return await self.hub.serve(request, b"device", self.newest, pace)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        app = web.Application()
        app.router.add_get("/stream", self._stream)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        yield
        await self.hub.close("over")
        await runner.cleanup()

    async def raw(self) -> socket.socket:
        """A reader with a tiny window that reads nothing by itself."""
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        line.connect(("127.0.0.1", self.port))
        line.sendall(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
        while self.hub.readers == 0:
            await asyncio.sleep(0)
        return line


async def test_a_slow_reader_gets_the_newest_and_holds_nobody_up() -> None:
    """One reads nothing while another sees each state; then it is told the newest, not all in between."""
    alone, most = Alone(), 60
    async with alone.serving(), aiohttp.ClientSession(read_bufsize=2**20) as session:
        slow = await alone.raw()
        async with session.get(f"http://127.0.0.1:{alone.port}/stream") as quick:
            events = Events(quick)
            await events.next("state")
            for number in range(1, most + 1):
                alone.number = number
                alone.hub.advance()
                await events.next("state", until=lambda state, number=number: state["number"] == number)
        data = await asyncio.to_thread(everything, slow, b'"number":60,')
    numbers = [int(part.split(b",")[0]) for part in data.split(b'"number":')[1:]]
    assert numbers[-1] == most and numbers == sorted(numbers)
    assert len(numbers) < most / 2, "not each of them was kept for it"


def everything(line: socket.socket, until: bytes) -> bytes:
    line.settimeout(10)
    data = b""
    while until not in data[-400_000:]:
        data += line.recv(65536)
    line.close()
    return data


async def test_a_paced_page_is_told_the_newest_when_it_is_due_and_its_own_at_once() -> None:
    alone = Alone()
    async with alone.serving(), aiohttp.ClientSession(read_bufsize=2**20) as session:
        base = f"http://127.0.0.1:{alone.port}/stream"
        async with session.get(base) as quick, session.get(f"{base}?pace=3600") as slow:
            at_once, paced = Events(quick), Events(slow)
            await at_once.next("state")
            await paced.next("state")
            for number in (1, 2):
                alone.number = number
                alone.hub.advance()
                await at_once.next("state", until=lambda state, number=number: state["number"] == number)
            alone.hub.hurry(b"device")
            assert (await paced.next("state"))["number"] == 2, "what came in between was not sent"
        async with session.get(f"{base}?pace=0.01") as slow:
            paced = Events(slow)
            await paced.next("state")
            alone.number = 3
            alone.hub.advance()
            assert (await paced.next("state"))["number"] == 3, "nobody hurries it"


async def test_what_somebody_does_on_their_page_shows_there_at_once(
    rig: Rig, seat: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room.app, "PACE", 3600)
    monkeypatch.setattr(room.stream, "PACE", 3600)
    async with seat.stream() as events:
        await events.next("state")
        await seat.done("delegations.state_presence", presence="room")
        await events.next("state", until=lambda state: state["seat"]["presence"] == "room")


async def test_a_line_that_takes_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room.stream, "PATIENCE", 0.05)
    alone = Alone()
    async with alone.serving():
        line = await alone.raw()
        while alone.hub.readers:
            alone.number += 1
            assert alone.number < 5000
            alone.hub.advance()
            await asyncio.sleep(0.001)
        line.close()


async def test_a_reader_that_goes_is_forgotten(rig: Rig, screen: Page) -> None:
    async with screen.stream() as events:
        await events.next("state")
        assert rig.room.views.hub.readers == 1
    await screen.close()
    n = 0
    while rig.room.views.hub.readers:
        n += 1
        await rig.ledger.room.show(DESK, Show.MESSAGE, text=f"{n}")
        await asyncio.sleep(0.001)


async def test_three_hundred_screens_and_a_stop_in_less_than_a_second(rig: Rig) -> None:
    await rig.begin("one")
    key = await rig.key(Door.SCREEN)
    cookies = [await rig.ledger.room.enter(Door.SCREEN, key) for _ in range(300)]
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(rig.address, connector=connector) as session:
        headers = [{"Cookie": f"roundtable_screen={cookie}"} for cookie in cookies]
        streams = await asyncio.gather(*(session.get("/room/stream", headers=one) for one in headers))
        while rig.room.views.hub.readers < 300:
            await asyncio.sleep(0.001)
        await rig.ledger.room.show(DESK, Show.BLANK)

        async def until(stream: aiohttp.ClientResponse, what: bytes) -> None:
            data = b""
            while what not in data:
                data += await stream.content.readany()

        await asyncio.gather(*(until(stream, b'"layout":"blank"') for stream in streams))
        began = time.monotonic()
        await rig.room.stop()
        took = time.monotonic() - began
        await asyncio.gather(*(until(stream, b"event: end") for stream in streams))
        assert rig.room.views.hub.readers == 0
    # A bound on a hang, not a measurement: aiohttp would wait a minute for open streams.
    assert took < 20


async def test_a_restart_under_open_screens(tmp_path: Path) -> None:
    rig = await opened(tmp_path)
    page = Page(rig, Door.SCREEN)
    await page.enter(await rig.key(Door.SCREEN))
    await rig.begin("one")
    await rig.inscribe("alp", "bre", "eco", item="one")
    await rig.ledger.speakers.call_next(DESK, ItemId("one"))
    async with page.stream() as events:
        before = await events.next("state", until=lambda state: state["speaker"] is not None)
        closing = asyncio.ensure_future(rig.close())  # noqa: TID251 - beside the reader
        assert "restarting" in (await events.next("end"))["sentence"]
        await closing
    again = await opened(tmp_path, port=rig.port, after=1)
    async with page.stream() as events:
        after = await events.next("state")
    assert without_time(after) == without_time(before), "the same picture"
    assert after["seq"] >= before["seq"]
    await page.close()
    await again.close()


async def test_a_held_screen_stays_held_over_a_restart(tmp_path: Path) -> None:
    rig = await opened(tmp_path)
    page = Page(rig, Door.SCREEN)
    await page.enter(await rig.key(Door.SCREEN))
    await rig.begin("one")
    await rig.ledger.room.freeze(DESK, await rig.room.views.picture())
    await rig.ledger.agenda.end(COMMAND_LINE)
    held = await page.state()
    assert held["item"]["title"] == "Opening remarks" and held["held_at"] and "Held" in held["note_text"]
    await rig.close()
    again = await opened(tmp_path, port=rig.port, after=1)
    assert without_time(await page.state()) == without_time(held)
    await again.ledger.room.show(DESK, Show.FOLLOW)
    assert (await page.state())["item"] is None
    await page.close()
    await again.close()


async def test_states_are_one_line_of_json(rig: Rig, screen: Page) -> None:
    """Whatever stands in a message, an event stays one event."""
    text = "One\ndata: two\n\nevent: gone \u2028 </script> <!-- \ud83d\ude00"
    await rig.ledger.room.show(DESK, Show.MESSAGE, text=text)
    async with screen.stream() as events:
        state = await events.next()
        assert state["message"]["lines"][1] == "data: two"
    async with screen.session.get("/room") as answer:
        page = await answer.text()
    data = page.split('id="data">')[1].split("</script>")[0]
    assert json.loads(data)["state"]["message"]["text"] == state["message"]["text"]
