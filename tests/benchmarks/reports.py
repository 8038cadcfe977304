"""What a report costs: the record, the job, the files, and how long the house's loop stands still meanwhile.

Of the record of a rehearsal, if there is one (`rehearsal-out/report`); else of a made-up one about as large.
"""

import asyncio
import gc
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.press import Press
from bot.tasks import Tasks
from bot.words import Documents
from config.catalogue import read_catalogues
from meeting.reports import Variant
from report.jobs import job_of
from report.press import installed
from report.record import written
from tests.benchmarks.drawing import BEAT
from tests.reporting import material, record_of

REHEARSED = Path("rehearsal-out/report").glob("version-*/attributed/report-attributed.json")

IDLE = 12.0
"""Seconds of the floor: about as long as a report takes, so that the machine's own hiccups are in both."""

INPUTS = 60
TEXT = "What helped was that two delegations trained together, and went on doing so. " * 20


@dataclass(frozen=True)
class Reported:
    """Milliseconds of the parts, both variants together; bytes of all files; the loop's longest stalls, with
    reports being made and idle."""

    of: str
    record: float
    jobs: float
    files: float
    size: int
    stall: float
    idle_stall: float


async def reporting(folder: Path) -> Reported:
    """Measure, and leave the files in `folder` to be looked at."""
    loop, worst = asyncio.get_running_loop(), 0.0

    async def beat() -> None:
        nonlocal worst
        last = loop.time()
        while True:
            await asyncio.sleep(BEAT)
            now = loop.time()
            worst, last = max(worst, now - last - BEAT), now

    found = material(*[TEXT] * INPUTS)
    heart = loop.create_task(beat())
    await asyncio.sleep(IDLE)
    idle, worst = worst, 0.0
    begun = time.perf_counter()
    text = await asyncio.to_thread(lambda: written(record_of(found)))
    record = time.perf_counter() - begun
    for rehearsed in REHEARSED:
        text = rehearsed.read_text("utf-8")
    words, press, jobs, files, size = Documents(read_catalogues()), Press(Tasks()), 0.0, 0.0, 0
    words.date(found.agenda.days[0].date)  # a running house has told dates before: it knows its language
    # The reading of the catalogue, just now, is none of the report's; a running house has frozen what stands.
    gc.collect()
    gc.freeze()
    await asyncio.sleep(10 * BEAT)
    worst = 0.0
    for variant in Variant:
        begun = time.perf_counter()
        job = await asyncio.to_thread(job_of, text, None, variant, installed(), words)
        jobs += time.perf_counter() - begun
        begun = time.perf_counter()
        made = await press.files(job, job.name)
        files += time.perf_counter() - begun
        assert made, "the files could not be made"
        size += sum(map(len, made.values()))
        await asyncio.to_thread(_keep, folder, made)
    heart.cancel()
    parts = [seconds * 1000 for seconds in (record, jobs, files)]
    return Reported(_about(json.loads(text)), *parts, size, worst * 1000, idle * 1000)


def _keep(folder: Path, made: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        (folder / name).write_bytes(data)


def _about(record: dict[str, Any]) -> str:
    inputs = sum(len(part["inputs"]) for one in record["questions"] for part in one["parts"])
    return f"{inputs} inputs, {len(record['polls'])} polls, {len(record['speeches'])} interventions"


async def main() -> None:
    found = await reporting(Path("rehearsal-out/bench"))
    print(
        f"report of {found.of}: record {found.record:.0f} ms, jobs {found.jobs:.0f} ms, files"
        f" {found.files / 1000:.1f} s ({found.size / 2**20:.1f} MiB); loop's worst stall {found.stall:.1f} ms"
        f" (idle: {found.idle_stall:.1f} ms)"
    )


if __name__ == "__main__":
    asyncio.run(main())
