"""The door to the process that draws: pictures are asked for here, one at a time, and may fail to come."""

import asyncio
import contextlib
import os
import sys
from dataclasses import dataclass

from bot.tasks import Tasks
from report import png as worker
from report.charts import Chart, alternative, chart, sheets
from report.typefaces import font_files

DEADLINE = 20.0
"""Seconds (real: nothing in the meeting waits for it by design) a picture may take, the process's start
included; it takes less than one."""

TRIES = 2

KEPT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""What the process is told of the environment: not the token."""


SHEETS = 10
"""Pictures of a gallery (Discord's limit)."""


@dataclass(frozen=True)
class Picture:
    """A drawn sheet: its file's name, the PNG, and what is read out instead of it."""

    name: str
    data: bytes
    alternative: str


@dataclass(frozen=True)
class Paper:
    """A file to be handed out with a panel."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Remark:
    """A sentence in the place of what does not go along."""

    text: str


Enclosure = Picture | Paper | Remark
"""What goes along with a panel."""


class NotDrawn(Exception):
    """The process answered, but not with a picture."""


class Drawing:
    """Keeps the process: started when first needed, and anew when it died, hung or failed.

    It lives as long as its input is open: if the house dies, however suddenly, the kernel closes that.
    """

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._one = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process's id, while there is one."""
        return None if self._process is None else self._process.pid

    async def picture(self, of: Chart) -> bytes | None:
        """The chart as a PNG; None if it could not be drawn."""
        return await self.png(await asyncio.to_thread(chart, of))

    async def sheets(self, of: Chart) -> list[Picture]:
        """The chart's sheets, ten at most (Discord's limit for a gallery); none if one cannot be drawn."""
        found: list[Picture] = []
        for number, sheet in enumerate((await asyncio.to_thread(sheets, of))[:SHEETS], start=1):
            data = await self.picture(sheet)
            if data is None:
                return []
            found.append(Picture(f"chart-{number}.png", data, alternative(sheet)))
        return found

    async def png(self, svg: str) -> bytes | None:
        """The SVG document as a PNG; None, with a line in the log, if it could not be drawn."""
        with self._tasks.at_work():
            async with self._one:
                return await self._tried(svg)

    async def close(self) -> None:
        """End the process now, even in the middle of a picture; there is none afterwards."""
        self._closed = True
        await self._end()

    async def _tried(self, svg: str) -> bytes | None:
        fault: Exception | None = None
        for _ in range(TRIES):
            if self._closed:
                return None
            try:
                async with asyncio.timeout(DEADLINE):
                    return await self._drawn(svg)
            except (NotDrawn, OSError, EOFError, TimeoutError) as caught:
                fault = caught
                await self._end()
            except BaseException:
                await self._end()  # its answer must not be taken for the next picture
                raise
        if not self._closed:
            self._tasks.failed("a picture could not be drawn", fault)
        return None

    async def _drawn(self, svg: str) -> bytes:
        process = self._process or await self._start()
        assert process.stdin is not None and process.stdout is not None
        request = svg.encode()
        process.stdin.write(worker.HEAD.pack(len(request)) + request)
        await process.stdin.drain()
        kind = await process.stdout.readexactly(1)
        (size,) = worker.HEAD.unpack(await process.stdout.readexactly(worker.HEAD.size))
        answer = await process.stdout.readexactly(size)
        if kind != worker.DRAWN:
            raise NotDrawn(answer.decode(errors="replace"))
        return answer

    async def _start(self) -> asyncio.subprocess.Process:
        fonts = await asyncio.to_thread(font_files)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # the file's folder holds a calendar.py, which is not the library's
            worker.__file__,
            *fonts,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={name: os.environ[name] for name in KEPT if name in os.environ},
        )
        self._process = process
        if self._closed:
            await self._end()
        return process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdout is not None
        if not process.stdout.at_eof():  # else it has ended, and asyncio is about to learn of it
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await process.wait()
