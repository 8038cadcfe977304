"""The bot's process in a rehearsal: the same `bot.app`, on a clock that the director holds over a pipe.

Each line on standard input is an order, each answered by one line. `{"start": environment, "now": …}` begins
a house, `{"stop": …}` ends it and tells its exit code and what the process holds; one process can carry
several houses, one after another. Any other order is answered by what is under way (nothing: only sleepers
remain), and by the first moment anybody waits for. SIGTERM ends the house as it does live.
"""

import asyncio
import gc
import json
import os
import resource
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.app import App
from bot.logs import set_up_logs
from config.settings import read_settings
from meeting.refusals import Refused
from rehearsal.clock import HeldClock

TURNS = 4
"""Turns of the loop before an answer, so that what an order set off has begun."""


class Child:
    """At most one house at a time."""

    def __init__(self) -> None:
        self._app: App | None = None
        self._clock: HeldClock | None = None
        self._house: asyncio.Task[None] | None = None

    def stop(self) -> None:
        """As SIGTERM would."""
        if self._app is not None:
            self._app.stopping.set()

    async def obey(self, order: dict[str, Any]) -> dict[str, object]:
        """What one order is answered."""
        if "start" in order:
            self._begin(datetime.fromisoformat(order["now"]), order["start"])
        elif "now" in order and self._clock is not None:
            self._clock.set(datetime.fromisoformat(order["now"]))
        if "stop" in order:
            self.stop()
            return await self._ended()
        for _ in range(TURNS):
            await asyncio.sleep(0)
        if self._house is None or self._house.done():
            return await self._ended()
        assert self._app is not None and self._clock is not None
        moment = self._clock.next_moment
        return {"busy": self._app.busy, "next": moment.isoformat() if moment else None}

    def _begin(self, now: datetime, environ: dict[str, str]) -> None:
        settings = read_settings(environ, live=True)
        token = settings.discord_token
        set_up_logs(settings.log_level, settings.log_format, token.get_secret_value() if token else "")
        self._clock = HeldClock(now)
        self._app = App(settings, self._clock)
        self._house = asyncio.ensure_future(self._app.run())  # noqa: TID251 - the house itself

    async def _ended(self) -> dict[str, object]:
        code = 0
        try:
            if self._house is not None:
                await self._house
        except Refused as refused:
            assert self._app is not None
            print(self._app.words.refusal(refused), file=sys.stderr)
            code = 1
        self._app = self._clock = self._house = None
        return {"ended": code, **held()}


def held() -> dict[str, int]:
    """What the process holds: resident memory in KiB, open files, tasks, Python objects."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return {
        "memory": pages * resource.getpagesize() // 1024,
        "files": len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - the folder is a view of this process
        "tasks": len(asyncio.all_tasks()),
        "objects": len(gc.get_objects()),
    }


async def main() -> None:
    """Obey until standard input ends."""
    child = Child()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, child.stop)
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        print(json.dumps(await child.obey(json.loads(line))), flush=True)
    await child.obey({"stop": "the director has gone"})


if __name__ == "__main__":
    asyncio.run(main())
