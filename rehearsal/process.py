"""The bot's process as the director holds it: orders go in, answers come out, and it can be killed."""

import asyncio
import json
import os
import resource
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).parent.parent

KEPT = ("PATH", "TZ")
"""What the process sees of this one's environment."""

RETURNED = {"MALLOC_MMAP_THRESHOLD_": str(128 * 1024)}
"""glibc gives blocks from this size on back to the system at once. Left to itself it raises the size with
use, and a thread's heap then keeps the 16 MiB of a scrypt digest, or not, as the threads fall together: that
would be taken for something that grows."""


class Ended(Exception):
    """The process is not there any more."""


@dataclass
class BotProcess:
    """Carries houses, one after another, until `close` or `kill`."""

    _process: Process
    log: Path
    living: bool = True
    """False from the moment it is killed: it may take some time to be gone."""

    @classmethod
    async def spawn(cls, log: Path) -> Self:
        """Start it; what it logs is added to the file."""
        environ = {name: os.environ[name] for name in KEPT if name in os.environ}
        with log.open("ab") as file:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "rehearsal.child",
                stdin=PIPE,
                stdout=PIPE,
                stderr=file,
                env={**environ, **RETURNED, "PYTHONPATH": str(HERE)},
            )
        return cls(process, log)

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    async def start(self, now: datetime, environ: Mapping[str, str]) -> dict[str, Any]:
        """Begin a house in it."""
        return await self.order({"start": dict(environ), "now": now.isoformat()})

    async def order(self, order: Mapping[str, object]) -> dict[str, Any]:
        """Raises `Ended`."""
        if not self.running or self._process.stdin is None or self._process.stdout is None:
            raise Ended
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            await self._process.stdin.drain()
            line = await self._process.stdout.readline()
        except ConnectionError:
            line = b""
        if not line:
            await self._process.wait()
            raise Ended
        answer: dict[str, Any] = json.loads(line)
        return answer

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL)."""
        self.living = False
        if self.running:
            self._process.kill()

    def terminate(self) -> None:
        """SIGTERM: the house ends in order."""
        if self.running:
            self._process.terminate()

    def fill_disk(self, full: bool) -> None:
        """From now on no file of it can grow, or all can again: what a full disk says to SQLite."""
        size = 0 if full else resource.RLIM_INFINITY
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    async def gone(self) -> None:
        """Returns once it has ended."""
        await self._process.wait()

    async def close(self, patience: float) -> None:
        """No more orders: it ends, or is made to after so many real seconds."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), patience)
        except TimeoutError:
            self.kill()
            await self._process.wait()
