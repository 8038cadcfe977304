"""From a commit to what screens get: the room's server in a process of its own would share nothing with its
readers; here both share one loop, so the figures are an upper bound."""

import asyncio
import json
import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from meeting.room import Door, Show
from rehearsal.clock import HeldClock
from tests.room.demo import FILES, ITEM, poll, speaking
from tests.room.rig import DESK, Rig

ROUNDS = 30
"""Acts measured."""

BEAT = 0.002
"""Seconds between looks at whether the loop goes on."""


@dataclass(frozen=True)
class Shown:
    """Milliseconds from the commit of an act (its answer) to the state on each screen, over all acts and
    screens; bytes of one update; seconds a stop took with all streams open."""

    screens: int
    took: list[float]
    size: int
    stopping: float

    def quantile(self, of_hundred: int) -> float:
        return statistics.quantiles(self.took, n=100)[of_hundred - 1]


@dataclass(frozen=True)
class Phoned:
    """Milliseconds from a press on a phone to its answer, with all of them answering at once; the loop's
    worst stall meanwhile, in milliseconds; bytes of states each phone got on average."""

    phones: int
    took: list[float]
    stall: float
    size: int


async def phoned(folder: Path, phones: int) -> Phoned:
    """The first seats of that many delegations, each on its page with a stream, answer one poll at once."""
    folder.mkdir()
    rig = Rig(folder, HeldClock(datetime(2022, 9, 7, 3, 30, tzinfo=UTC)))
    await rig.open(FILES / "programme.yaml", FILES / "roster.csv")
    poll_id = await poll(rig, "single")
    everybody = await rig.ledger.delegations.delegations()
    await rig.inscribe(*(one.delegation_id for one in everybody[:10]), item=ITEM)
    seats = [one.seat_id for one in await rig.ledger.delegations.seats() if one.number == 1][:phones]
    cookies = [await rig.ledger.room.enter_seat(await rig.code(seat)) for seat in seats]
    loop, worst, heard, took = asyncio.get_running_loop(), 0.0, list[int](), list[float]()

    async def listen(stream: aiohttp.ClientResponse) -> None:
        async for line in stream.content:
            if line.startswith(b"data: ") and b'"polls"' in line:
                heard.append(len(line))

    async def press(session: aiohttp.ClientSession, cookie: str, number: int) -> None:
        sent = {"nonce": f"a-press-of-the-bench-{number}", "act": "ballots.cast"}
        args = {"poll_id": poll_id, "choice": [number % 3], "sure": True}
        headers = {"Cookie": f"roundtable_seat={cookie}", "Sec-Fetch-Site": "same-origin"}
        began = time.perf_counter()
        async with session.post("/seat/act", json={**sent, "args": args}, headers=headers) as answer:
            assert (await answer.json())["ok"]
        took.append(1000 * (time.perf_counter() - began))

    async def beat() -> None:
        nonlocal worst
        last = loop.time()
        while True:
            await asyncio.sleep(BEAT)
            now = loop.time()
            worst, last = max(worst, now - last - BEAT), now

    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(
        rig.address, connector=connector, timeout=timeout, read_bufsize=2**20
    ) as session:
        headers = [{"Cookie": f"roundtable_seat={cookie}"} for cookie in cookies]
        streams = [await session.get("/seat/stream", headers=one) for one in headers]
        listening = [loop.create_task(listen(stream)) for stream in streams]
        while len(heard) < len(seats):
            await asyncio.sleep(BEAT)
        heard.clear()
        heart = loop.create_task(beat())
        await asyncio.gather(*(press(session, cookie, n) for n, cookie in enumerate(cookies)))
        heart.cancel()
        await rig.room.stop()
        for task in listening:
            task.cancel()
    await rig.close()
    return Phoned(len(seats), took, 1000 * worst, round(sum(heard) / len(seats)))


async def shown(folder: Path, screens: int) -> Shown:
    """Messages put on so many screens, one after another, in the shipped meeting with a list of speakers."""
    folder.mkdir()
    rig = Rig(folder, HeldClock(datetime(2022, 9, 7, 3, 30, tzinfo=UTC)))
    await rig.open(FILES / "programme.yaml", FILES / "roster.csv")
    await speaking(rig)
    key, took, sizes = await rig.key(Door.SCREEN), [], list[int]()
    connector = aiohttp.TCPConnector(limit=0)
    cookies = [await rig.ledger.room.enter(Door.SCREEN, key) for _ in range(screens)]
    async with aiohttp.ClientSession(rig.address, connector=connector) as session:
        headers = [{"Cookie": f"roundtable_screen={cookie}"} for cookie in cookies]
        streams = await asyncio.gather(*(session.get("/room/stream", headers=one) for one in headers))
        await asyncio.gather(*(_state(stream, "") for stream in streams))
        for n in range(ROUNDS):
            text = f"Message {n}"
            waiting = [asyncio.ensure_future(_state(one, text)) for one in streams]  # noqa: TID251
            await asyncio.sleep(0)
            await rig.ledger.room.show(DESK, Show.MESSAGE, text=text)
            committed = time.perf_counter()
            for at, size in await asyncio.gather(*waiting):
                took.append(1000 * (at - committed))
                sizes.append(size)
        began = time.perf_counter()
        await rig.room.stop()
        stopping = time.perf_counter() - began
    await rig.close()
    return Shown(screens, took, round(statistics.mean(sizes)), stopping)


async def _state(stream: aiohttp.ClientResponse, text: str) -> tuple[float, int]:
    """When the state with this message has come, and its size."""
    async for line in stream.content:
        if line.startswith(b"data: ") and b'"layout"' in line:
            at, state = time.perf_counter(), json.loads(line.removeprefix(b"data: "))
            if not text or (state["message"] or {}).get("text") == text:
                return at, len(line)
    raise EOFError
