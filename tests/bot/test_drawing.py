"""The process that draws: a picture comes, whatever befell the one before; it goes with the house."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot import drawing
from bot.drawing import Drawing
from bot.tasks import Tasks
from report.charts import Bar, Block, Chart
from report.png import PIXELS, png

ROOT = Path(__file__).parents[2]
SMALL = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><rect width="9" height="9"/></svg>'


def costly(wide: int, times: int) -> str:
    """An SVG of noise: a second or two for each time and 1200 units of width."""
    noise = '<feTurbulence baseFrequency=".5" numOctaves="9"/>' * times
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="300"><filter id="f" x="0" y="0"'
        f' width="1" height="1">{noise}</filter><rect width="{wide}" height="300" filter="url(#f)"/></svg>'
    )


ENDLESS = costly(3000, 200)
"""Takes far longer than any test lives."""


def size(picture: bytes | None) -> tuple[int, int]:
    """Width and height in pixels, from a PNG's header."""
    assert picture is not None and picture.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    made = Tasks()
    yield made
    await made.cancel()


@pytest.fixture
async def artist(tasks: Tasks) -> AsyncIterator[Drawing]:
    made = Drawing(tasks)
    yield made
    await made.close()


async def until(true: Callable[[], bool]) -> None:
    """Real waiting, bounded: processes live in real time."""
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.005)


def lives(pid: int) -> bool:
    """Whether the process runs; one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def busy(pid: int) -> bool:
    """Whether it has used half a second of the processor, as starting alone does not."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) / os.sysconf("SC_CLK_TCK") > 0.5


async def at_it(artist: Drawing, tasks: Tasks, svg: str = ENDLESS) -> "asyncio.Task[bytes | None]":
    """A picture in the middle of being drawn."""
    drawn = tasks.spawn(artist.png(svg), "heavy")
    await until(lambda: artist.pid is not None and busy(artist.pid))
    return drawn


async def test_a_picture_of_twice_its_units_comes_and_the_process_stays(artist: Drawing) -> None:
    assert artist.pid is None, "not before it is needed"
    assert size(await artist.png(SMALL)) == (120, 80)
    first = artist.pid
    pictures = await asyncio.gather(*(artist.png(SMALL) for _ in range(5)))
    assert {size(picture) for picture in pictures} == {(120, 80)} and artist.pid == first


async def test_a_chart_comes_as_a_picture(artist: Drawing) -> None:
    of = Chart("Question?", "unit", (Block("Members", "3 of 4", (Bar("Yes", 2, "2"), Bar("No", 1, "1")), 3),))
    wide, high = size(await artist.picture(of))
    assert wide == 2400 and high > 600


async def test_a_tall_picture_is_drawn_smaller() -> None:
    wide, high = size(png(SMALL.replace('"40"', '"400000"'), []))
    assert wide * high <= PIXELS * 1.01 and high > 100 * wide


async def test_a_process_killed_between_pictures_is_replaced(
    artist: Drawing, caplog: pytest.LogCaptureFixture
) -> None:
    await artist.png(SMALL)
    first = artist.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert size(await artist.png(SMALL)) == (120, 80)
    assert artist.pid != first and not caplog.records


async def test_killed_in_the_middle_the_same_picture_is_tried_once_more_and_then_left(
    artist: Drawing, tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    told = list[str]()
    tasks.on_failure = told.append
    drawn = await at_it(artist, tasks)
    first = artist.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: artist.pid not in (None, first))
    second = artist.pid
    assert second is not None and not drawn.done()
    os.kill(second, signal.SIGKILL)
    assert await drawn is None and len(told) == 1
    assert f"failure {told[0]}: a picture could not be drawn" in caplog.text
    assert size(await artist.png(SMALL)) == (120, 80), "the next comes"


async def test_what_takes_too_long_is_left_and_the_next_comes(
    artist: Drawing, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(drawing, "DEADLINE", 0.3)
    assert await artist.png(ENDLESS) is None and artist.pid is None
    assert "TimeoutError" in caplog.text
    monkeypatch.undo()
    assert size(await artist.png(SMALL)) == (120, 80)


async def test_what_is_no_picture_is_logged_with_its_reason(
    artist: Drawing, caplog: pytest.LogCaptureFixture
) -> None:
    assert await artist.png("<svg") is None
    assert "NotDrawn: ValueError" in caplog.text
    assert size(await artist.png(SMALL)) == (120, 80)


async def test_who_gives_up_waiting_does_not_leave_a_picture_to_the_next(
    artist: Drawing, tasks: Tasks
) -> None:
    drawn = await at_it(artist, tasks, costly(1200, 1))
    drawn.cancel()
    assert size(await artist.png(SMALL)) == (120, 80)


async def test_closing_ends_the_process_in_the_middle_and_for_good(
    artist: Drawing, tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    drawn = await at_it(artist, tasks)
    pid = artist.pid
    assert pid is not None and lives(pid), "control"
    async with asyncio.timeout(1):
        await artist.close()
        assert await drawn is None
    assert not lives(pid)
    assert await artist.png(SMALL) is None and artist.pid is None
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_an_interrupt_is_the_houses_affair(artist: Drawing) -> None:
    await artist.png(SMALL)
    pid = artist.pid
    assert pid is not None
    os.kill(pid, signal.SIGINT)
    assert size(await artist.png(SMALL)) == (120, 80) and artist.pid == pid


HOUSE = """
import asyncio, sys
from bot.drawing import Drawing
from bot.tasks import Tasks

async def main():
    artist = Drawing(Tasks())
    await artist.png(sys.argv[1])
    print(artist.pid, flush=True)
    if sys.argv[2]:
        await artist.png(sys.argv[2])
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.parametrize("last", ["", costly(1200, 1)], ids=["idle", "drawing"])
async def test_a_killed_house_takes_its_process_along(last: str) -> None:
    house = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOUSE, SMALL, last, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert house.stdout is not None
    try:
        pid = int(await house.stdout.readline())
        if last:
            await until(lambda: busy(pid))
        assert lives(pid), "control"
        house.kill()
        await house.wait()
        await until(lambda: not lives(pid))
    finally:
        if house.returncode is None:
            house.kill()
        await house.wait()


async def test_the_process_is_not_told_the_token(artist: Drawing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret-of-the-house")
    monkeypatch.setenv("PATH", os.environ["PATH"] + ":/control")
    await artist.png(SMALL)
    told = Path(f"/proc/{artist.pid}/environ").read_bytes()
    assert b"/control" in told and b"secret-of-the-house" not in told
