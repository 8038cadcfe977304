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
from tests.room.demo import FILES, speaking
from tests.room.rig import DESK, Rig

ROUNDS = 30
"""Acts measured."""


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


async def shown(folder: Path, screens: int) -> Shown:
    """Messages put on so many screens, one after another, in the shipped meeting with a list of speakers."""
    folder.mkdir()
    rig = Rig(folder, HeldClock(datetime(2022, 9, 7, 3, 30, tzinfo=UTC)))
    await rig.open(FILES / "programme.yaml", FILES / "roster.csv")
    await speaking(rig)
    key, took, sizes = await rig.key(Door.SCREEN), [], list[int]()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(rig.address, connector=connector) as session:
        async with session.get(f"/room/{key}", allow_redirects=False) as answer:
            cookie = answer.cookies["roundtable_screen"].value
        headers = {"Cookie": f"roundtable_screen={cookie}"}
        streams = await asyncio.gather(
            *(session.get("/room/stream", headers=headers) for _ in range(screens))
        )
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
