"""A stand-in on a held clock, a raw bot on the wire, and the real client."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from rehearsal.standin import Standin
from rehearsal.standin.openapi import Description

Json = dict[str, Any]


class Held:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.at = datetime(2027, 3, 1, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **span: float) -> None:
        self.at += timedelta(**span)


class Wire:
    """A bot without a library: REST as it is written, and a socket.

    Held off by a bucket it moves the clock to the refill, as a director would, unless `hasty`.
    """

    def __init__(self, standin: Standin, session: aiohttp.ClientSession, clock: Held) -> None:
        self.standin = standin
        self.clock = clock
        self.hasty = False
        self.session = session
        self.app = standin.world.bot.id
        self.guild = standin.world.guild.id
        self.general = standin.world.channel_named("general")
        self.headers: Any = {}

    async def __call__(
        self, method: str, path: str, body: Any = None, *, token: str | None = None
    ) -> tuple[int, Any]:
        headers = {"Authorization": f"Bot {self.standin.token}" if token is None else token}
        async with self.session.request(
            method, self.standin.api_url + path, json=body, headers=headers
        ) as answer:
            self.headers = answer.headers
            text = await answer.text()
        if answer.status == 429 and not self.hasty:
            assert self.standin.refill_at
            self.clock.at = self.standin.refill_at
            return await self(method, path, body, token=token)
        return answer.status, json.loads(text) if text else None

    async def post(self, body: Json, channel: Any = None) -> tuple[int, Any]:
        """Posts a message, in "general" unless told otherwise."""
        return await self("POST", f"/channels/{(channel or self.general).id}/messages", body)

    async def upload(self, path: str, body: Json, files: dict[str, bytes]) -> tuple[int, Any]:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("payload_json", json.dumps(body))
        for number, (name, data) in enumerate(files.items()):
            form.add_field(
                f"files[{number}]", io.BytesIO(data), filename=name, content_type="application/octet-stream"
            )
        headers = {"Authorization": f"Bot {self.standin.token}"}
        async with self.session.post(self.standin.api_url + path, data=form, headers=headers) as answer:
            return answer.status, await answer.json()

    async def respond(self, interaction: Json, body: Json) -> tuple[int, Any]:
        path = f"/interactions/{interaction['id']}/{interaction['token']}/callback?with_response=1"
        return await self("POST", path, body, token="")

    def hook(self, interaction: Json, rest: str = "") -> str:
        return f"/webhooks/{self.app}/{interaction['token']}{rest}"

    async def identify(self, intents: int = 1) -> Socket:
        socket = Socket(await self.session.ws_connect(self.standin.gateway_url + "?v=10&encoding=json"))
        assert (await socket.next())["op"] == 10
        await socket.send(2, {"token": self.standin.token, "intents": intents, "properties": {}})
        socket.ready = (await socket.until("READY"))["d"]
        await socket.until("GUILD_CREATE")
        return socket


class Socket:
    """One raw gateway connection."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.ready: Json = {}
        self.seq = 0

    async def send(self, op: int, data: Any) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def next(self) -> Json:
        payload: Json = await self.socket.receive_json(timeout=2)
        self.seq = payload["s"] or self.seq
        return payload

    async def until(self, event: str) -> Json:
        while True:
            payload = await self.next()
            if payload["t"] == event:
                return payload

    async def code(self) -> int | None:
        """The code it is closed with."""
        while (await self.socket.receive(timeout=2)).type is not aiohttp.WSMsgType.CLOSE:
            pass
        return self.socket.close_code

    async def close(self) -> None:
        await self.socket.close()


@pytest.fixture
def clock() -> Held:
    return Held()


@pytest.fixture(scope="session")
def description() -> Description | None:
    """Discord's API description, if the environment names it."""
    path = os.environ.get("DISCORD_OPENAPI")
    return Description(Path(path)) if path else None


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    """No test takes longer than 15 real seconds, whatever it waits for."""

    def expire(*_: object) -> None:
        raise TimeoutError("this test took longer than 15 s")

    before = signal.signal(signal.SIGALRM, expire)
    signal.alarm(15)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def response_limit() -> timedelta:
    """Real time for a first response; a module about its passing makes it short."""
    return timedelta(seconds=3)


@pytest.fixture
async def standin(
    clock: Held, description: Description | None, response_limit: timedelta
) -> AsyncIterator[Standin]:
    made = Standin(clock, response_limit=response_limit)
    await made.start()
    yield made
    await made.stop()
    if description:
        assert description.check(made.log).faults == []


@pytest.fixture
async def wire(standin: Standin, clock: Held) -> AsyncIterator[Wire]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=8)) as session:
        yield Wire(standin, session, clock)


Answer = Callable[[Json], Awaitable[None]]


@pytest.fixture
async def answering(wire: Wire) -> AsyncIterator[Callable[[Answer], Awaitable[Socket]]]:
    """Connects a raw bot that deals with each interaction as it is told."""
    running: list[asyncio.Task[None]] = []
    sockets: list[Socket] = []

    async def begin(answer: Answer) -> Socket:
        socket = await wire.identify()

        async def serve() -> None:
            async for frame in socket.socket:
                payload = json.loads(frame.data)
                if payload["t"] == "INTERACTION_CREATE":
                    await answer(payload["d"])

        running.append(asyncio.get_running_loop().create_task(serve()))
        sockets.append(socket)
        return socket

    yield begin
    for socket in sockets:
        await socket.close()
    for task in running:
        await asyncio.wait_for(task, 2)
