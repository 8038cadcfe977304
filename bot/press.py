"""The door to the process that writes reports: a job goes in, files come out, the house goes on meanwhile."""

import asyncio
import contextlib
import os
import pickle
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import report
from bot.drawing import KEPT
from bot.tasks import Tasks
from report.press import Format, Job

DEADLINE = 180.0
"""Seconds (real: nothing in the meeting waits for it by design) the files of one job may take; on one slow
core it is some thirty."""

NICE = 10

HOUSE = Path(report.__file__).parents[1]


class NotWritten(Exception):
    """The process ended without the files."""


class Press:
    """One job at a time, each in a process that ends with it."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._one = asyncio.Lock()
        self._short: set[str] = set()
        """Jobs of which not all files came, by their keys."""
        self._tried = Counter[str]()

    def tried(self, key: str) -> int:
        """How often the job's files are to be made anew, as somebody asked after not all of them came."""
        return self._tried[key]

    def try_again(self) -> None:
        """Somebody asks for files: what did not come, or not whole, is wanted once more."""
        self._tried.update(self._short)
        self._short.clear()

    async def files(self, job: Job, key: str) -> dict[str, bytes]:
        """The files by name; none, with a line in the log, if they could not be made; `key` is the job's.

        PDF takes four times the memory of all else together: what fails with it is tried once more without.
        """
        fault: Exception | None = None
        self._short.discard(key)
        with self._tasks.at_work():
            async with self._one:
                for formats in dict.fromkeys((job.formats, job.formats - {Format.PDF})):
                    try:
                        asked = await asyncio.to_thread(pickle.dumps, replace(job, formats=formats))
                        made = await self._made(asked)
                    except (NotWritten, OSError, TimeoutError) as caught:
                        fault = caught
                        self._short.add(key)
                    else:
                        if fault is not None:
                            self._tasks.failed(f"{job.name} could not be written as PDF", fault)
                        return made
            self._tasks.failed(f"the files of {job.name} could not be written", fault)
            return {}

    async def _made(self, job: bytes) -> dict[str, bytes]:
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="roundtable-report-"))
        try:
            await self._written(job, folder)
            return await asyncio.to_thread(_read, folder)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _written(self, job: bytes, folder: Path) -> None:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        paths = [str(HOUSE), *([kept["PYTHONPATH"]] if "PYTHONPATH" in kept else [])]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "report.press", str(folder)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env={**kept, "PYTHONPATH": os.pathsep.join(paths)},
        )
        # Already while it imports its libraries: writing never takes the processor from the house.
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, NICE)
        try:
            async with asyncio.timeout(DEADLINE):
                _, told = await process.communicate(job)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            raise NotWritten(told.decode(errors="replace").strip()[-2000:])


def _read(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
