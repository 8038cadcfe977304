"""The stage: the stand-in, the bot in its process, and the clock that both run on.

The clock stands still until all is quiet: nothing under way at the stand-in, and in the bot only sleepers.
"""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from rehearsal.standin import Standin

PATIENCE = 30.0
"""Real seconds until a house that does not come to rest is given up."""

LOOK = 0.001
"""Real seconds between looks."""

HERE = Path(__file__).parent.parent


class Restless(Exception):
    """The house did not come to rest, or its process ended."""


@dataclass
class Stage:
    """One rehearsal's world. `out` gets the database and the bot's log."""

    begins: datetime
    programme: Path
    out: Path
    marking: str
    openapi: Path | None = None
    _bot: Process | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.now = self.begins
        self.standin = Standin(now=lambda: self.now, openapi=self.openapi)
        self.log = self.out / "bot.log"
        self.next_moment: datetime | None = None

    async def open(self) -> None:
        """Start the stand-in and the bot; returns when the bot is connected and at rest."""
        await self.standin.start()
        await self.start_bot()

    async def start_bot(self) -> None:
        """Start the bot's process, for the first time or after `kill`; returns when it is at rest."""
        environ = {
            **{name: os.environ[name] for name in ("PATH", "TZ") if name in os.environ},
            "PYTHONPATH": str(HERE),
            "DISCORD_TOKEN": self.standin.token,
            "DISCORD_GUILD_ID": str(self.standin.world.guild.id),
            "DISCORD_API_URL": self.standin.api_url,
            "DISCORD_GATEWAY_URL": self.standin.gateway_url,
            "ROUNDTABLE_DB": str(self.out / "rehearsal.db"),
            "ROUNDTABLE_PROGRAMME": str(self.programme),
            "ROUNDTABLE_MARKING": self.marking,
            "LOG_FORMAT": "json",
        }
        with self.log.open("ab") as log:
            self._bot = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "rehearsal.child",
                self.now.isoformat(),
                stdin=PIPE,
                stdout=PIPE,
                stderr=log,
                env=environ,
            )
        await self.settle()

    async def kill(self) -> None:
        """End the bot's process as a power cut would (SIGKILL)."""
        if self._bot is not None:
            self._bot.kill()
            await self._bot.wait()

    async def close(self) -> int:
        """Stop the bot as SIGTERM would, then the stand-in; the bot's exit code."""
        code = -1
        if self._bot is not None:
            if self._bot.returncode is None and self._bot.stdin is not None:
                self._bot.stdin.write(b'{"stop": "over"}\n')
                await self._bot.stdin.drain()
            try:
                code = await asyncio.wait_for(self._bot.wait(), PATIENCE)
            except TimeoutError:
                self._bot.kill()
        await self.standin.stop()
        return code

    async def jump(self, at: datetime) -> None:
        """It is `at`; returns once all is at rest again."""
        self.now = max(at, self.now)
        await self._order({"now": self.now.isoformat()})
        await self.settle()

    async def settle(self) -> None:
        """Return when nothing is under way. Raises `Restless`.

        A bucket that denied a request counts as a moment at which something is due: the clock goes on to
        its refill.
        """
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while asyncio.get_running_loop().time() < deadline:
            seen = self.standin.revision
            if self.standin.quiet and await self._at_rest() and self.standin.quiet:
                if self.standin.revision == seen:
                    return
            elif (refill := self.standin.refill_at) is not None and refill > self.now:
                self.now = refill
                await self._order({"now": self.now.isoformat()})
            await asyncio.sleep(LOOK)
        raise Restless(f"the house did not come to rest within {PATIENCE:.0f} s; see {self.log}")

    async def _at_rest(self) -> bool:
        return await self._order({})

    async def _order(self, order: dict[str, object]) -> bool:
        bot = self._bot
        if bot is None or bot.stdin is None or bot.stdout is None or bot.returncode is not None:
            raise Restless(f"the bot's process is not running; see {self.log}")
        bot.stdin.write(json.dumps(order).encode() + b"\n")
        await bot.stdin.drain()
        line = await bot.stdout.readline()
        if not line:
            raise Restless(f"the bot's process ended; see {self.log}")
        answer = json.loads(line)
        self.next_moment = datetime.fromisoformat(answer["next"]) if answer["next"] else None
        return bool(answer["idle"])
