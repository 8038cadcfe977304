"""What a picture costs: the layout, the drawing, and how long the house's loop stands still meanwhile."""

import asyncio
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from bot.drawing import Drawing
from bot.tasks import Tasks
from report.charts import Bar, Block, Chart, chart

PICTURES = 10
"""Drawn one after another, after a first that starts the process."""

BEAT = 0.001
"""Seconds between two looks at the loop."""


IDLE = 3.0
"""Seconds of the floor: the loop with nothing to do, on the same machine."""


@dataclass(frozen=True)
class Drawn:
    """Milliseconds: of the first picture, of each later one, of each layout alone, and the loop's longest
    stalls with and without drawing."""

    first: float
    pictures: list[float]
    layouts: list[float]
    stall: float
    idle_stall: float


def example() -> Chart:
    """A single choice of three tallies."""
    tallies = (("Member States", 41, 45), ("Member organisations", 4, 5), ("Observers", 14, 20))
    blocks = []
    for name, answered, of in tallies:
        counts = (
            ("Yes", answered // 2),
            ("Yes, with changes", answered // 4),
            ("No, not yet", answered // 8),
        )
        bars = tuple(Bar(label, n, f"{n} ({round(100 * n / answered)} %)") for label, n in counts)
        blocks.append(Block(name, f"{answered} of {of} answered", bars, answered, f"Full bar: {answered}"))
    return Chart("Should regional priorities be reviewed?", "One ballot each", tuple(blocks), "Benchmark")


async def drawing(folder: Path) -> Drawn:
    """Measure, and leave the picture in `folder` to be looked at."""
    loop, worst = asyncio.get_running_loop(), 0.0

    async def beat() -> None:
        nonlocal worst
        last = loop.time()
        while True:
            await asyncio.sleep(BEAT)
            now = loop.time()
            worst, last = max(worst, now - last - BEAT), now

    heart = loop.create_task(beat())
    await asyncio.sleep(IDLE)
    idle, worst = worst, 0.0
    artist, of, took = Drawing(Tasks()), example(), list[float]()
    try:
        for _ in range(PICTURES + 1):
            begun = time.perf_counter()
            picture = await artist.picture(of)
            took.append((time.perf_counter() - begun) * 1000)
            assert picture is not None
        (folder / "chart.png").write_bytes(picture)
        stalled = worst
    finally:
        heart.cancel()
        await artist.close()
    layouts = []
    for _ in range(PICTURES):
        begun = time.perf_counter()
        chart(of)
        layouts.append((time.perf_counter() - begun) * 1000)
    return Drawn(took[0], took[1:], layouts, stalled * 1000, idle * 1000)


async def main() -> None:
    found = await drawing(Path())
    print(
        f"first picture {found.first:.0f} ms, later ones {statistics.median(found.pictures):.0f} ms"
        f" (worst {max(found.pictures):.0f}); layout {statistics.median(found.layouts):.1f} ms;"
        f" loop's worst stall {found.stall:.1f} ms (idle: {found.idle_stall:.1f} ms)"
    )


if __name__ == "__main__":
    asyncio.run(main())
