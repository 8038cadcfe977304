"""The stage: the stand-in, the bot in its process, and the clock that both run on.

The clock stands still until all is quiet: nothing under way at the stand-in, and in the bot only sleepers.
"""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from rehearsal.process import BotProcess, Ended
from rehearsal.standin import Standin

MARKING = "rehearsal – simulated"
"""Stands on everything that is said and drawn here."""

PATIENCE = 30.0
"""Real seconds until a house that does not come to rest is given up."""

LOOK = 0.001
"""Real seconds between looks."""


ALONE = 0.05
"""Real seconds a moment lasts at least for a bot that has never reached Discord: it tries over and over."""

UNCONNECTED = ["not connected yet"]
"""What is under way in a bot that waits for nothing else."""


class Presence(Enum):
    """Whether there is a bot on the stage that can come to rest."""

    UP = "running, and connected at least once"
    ALONE = "running, not connected yet"
    DOWN = "not running"


class Restless(Exception):
    """The house did not come to rest, or its process ended."""


@dataclass
class Stage:
    """One rehearsal's world. `out` gets the database and the bot's log.

    `process`, if given, carries the house and outlives it. `returns`: a process that was killed comes back
    at once, as a service manager would have it.
    """

    begins: datetime
    programme: Path
    out: Path
    marking: str
    openapi: Path | None = None
    roster: Path | None = None
    """None: that of the shipped configuration."""
    process: BotProcess | None = None
    returns: bool = False
    standin_options: dict[str, Any] = field(default_factory=dict)
    rested: list[Callable[[], None]] = field(default_factory=list, init=False)
    """Called each time all has come to rest."""
    patience: float = field(default=PATIENCE, init=False)
    """Seconds of real time the bot may take to come to rest."""
    held: dict[str, int] = field(default_factory=dict, init=False)
    """What the process held when its house had ended."""

    def __post_init__(self) -> None:
        self.now = self.begins
        self.standin = Standin(now=lambda: self.now, openapi=self.openapi, **self.standin_options)
        self.log = self.process.log if self.process else self.out / "bot.log"
        self.next_moment: datetime | None = None
        self.busy: list[str] = []
        self.off = timedelta()
        """How far the machine's clock is off Discord's."""
        self.presence = Presence.UP
        self.comebacks = 0
        self._lent = self.process is not None
        self.room_port = _free_port()
        """Where the pages of the room are: the same after each restart."""

    async def open(self) -> None:
        """Start the stand-in and the bot; returns when the bot is connected and at rest."""
        await self.standin.start()
        await self.start_bot()

    async def start_bot(self, presence: Presence = Presence.UP) -> None:
        """Start the bot, for the first time or after `kill`; returns when it is at rest, if it can be.

        Raises `Restless`.
        """
        self.presence = presence
        if self.process is None or not self.process.running:
            self.process = await BotProcess.spawn(self.log)
        try:
            self._heard(await self.process.start(self.now + self.off, self._environ()))
        except Ended:
            raise Restless(f"the bot's process ended as it started; see {self.log}") from None
        await self.settle()

    @property
    def files(self) -> dict[str, str]:
        """The settings of commands that do not go to Discord."""
        roster = {"ROUNDTABLE_ROSTER": str(self.roster.resolve())} if self.roster else {}
        return {
            "ROUNDTABLE_DB": str((self.out / "rehearsal.db").resolve()),
            "ROUNDTABLE_PROGRAMME": str(self.programme.resolve()),
            "ROUNDTABLE_MARKING": self.marking,
            **roster,
        }

    def _environ(self) -> dict[str, str]:
        return {
            "DISCORD_TOKEN": self.standin.token,
            "DISCORD_GUILD_ID": str(self.standin.world.guild.id),
            "DISCORD_API_URL": self.standin.api_url,
            "DISCORD_GATEWAY_URL": self.standin.gateway_url,
            "LOG_FORMAT": "json",
            "ROOM_PORT": str(self.room_port),
            **self.files,
        }

    async def kill(self) -> None:
        """End the bot's process as a power cut would (SIGKILL): it is down until `start_bot`."""
        self.presence, self.next_moment = Presence.DOWN, None
        if self.process is not None:
            self.process.kill()
            await self.process.gone()

    async def stop_bot(self) -> int:
        """End the house in order, as SIGTERM would; its exit code, -1 if there is none to end."""
        if self.process is None or not self.process.running:
            return -1
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self.process.order({"stop": "over"})
        except (Ended, TimeoutError):
            self.process.kill()
            return -1
        self.held = {name: value for name, value in answer.items() if name != "ended"}
        return int(answer.get("ended", -1))

    async def close(self) -> int:
        """Stop the bot, then the stand-in; the bot's exit code."""
        code = await self.stop_bot()
        if self.process is not None and not self._lent:
            await self.process.close(PATIENCE)
        await self.standin.stop()
        return code

    async def jump(self, at: datetime) -> None:
        """It is `at`; returns once all is at rest again."""
        self.now = max(at, self.now)
        if self.presence is Presence.UP:
            await self._tell_time()
            await self.settle()
        elif self.presence is Presence.ALONE:
            await self._tell_time()
            await self._by_itself()

    async def settle(self) -> None:
        """Return when nothing is under way. Raises `Restless`; a process that came back has its own patience.

        A bucket that denied a request counts as a moment at which something is due: the clock goes on to
        its refill.
        """
        if self.presence is not Presence.UP:
            return
        time = asyncio.get_running_loop().time
        life, deadline = self.comebacks, time() + self.patience
        while time() < deadline:
            if life != self.comebacks:
                life, deadline = self.comebacks, time() + self.patience
            seen = self.standin.revision
            if self.standin.quiet and await self._at_rest() and self.standin.quiet:
                if self.standin.revision == seen:
                    for told in self.rested:
                        told()
                    return
            elif (refill := self.standin.refill_at) is not None and refill > self.now:
                self.now = refill
                await self._tell_time()
            await asyncio.sleep(LOOK)
        busy = ", ".join(self.busy) or "nothing in the bot"
        raise Restless(f"no rest within {self.patience:.0f} s (under way: {busy}); see {self.log}")

    async def _by_itself(self) -> None:
        """Return when a bot without a connection has nothing else under way."""
        time = asyncio.get_running_loop().time
        deadline = time() + PATIENCE
        await asyncio.sleep(ALONE)
        while not await self._at_rest() and self.busy != UNCONNECTED and time() < deadline:
            await asyncio.sleep(LOOK)

    async def _tell_time(self) -> bool:
        return await self._order({"now": (self.now + self.off).isoformat()})

    async def _at_rest(self) -> bool:
        return await self._order({})

    async def _order(self, order: dict[str, object]) -> bool:
        try:
            if self.process is None:
                raise Ended
            return self._heard(await self.process.order(order))
        except Ended:
            if not self.returns:
                raise Restless(f"the bot's process ended; see {self.log}") from None
            self.comebacks += 1
            self.process = await BotProcess.spawn(self.log)
            return self._heard(await self.process.start(self.now + self.off, self._environ()))

    def _heard(self, answer: dict[str, Any]) -> bool:
        if "ended" in answer:
            raise Restless(f"the house ended with {answer['ended']}; see {self.log}")
        self.next_moment = datetime.fromisoformat(answer["next"]) - self.off if answer["next"] else None
        self.busy = list(answer["busy"])
        return not self.busy


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
