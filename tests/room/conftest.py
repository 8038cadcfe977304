"""The room's server over the small programme with all its polls, at nine on its first day."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from meeting.room import Door
from rehearsal.clock import HeldClock
from tests.room.rig import Page, Rig
from tests.stage import PROGRAMME_POLLS, ROSTER, at


@pytest.fixture
async def rig(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Rig]:
    """The server. At the end nothing may stand in the log as an error."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, logger="aiosqlite")
    made = await opened(tmp_path)
    try:
        yield made
    finally:
        await made.close()
    wrong = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert wrong == []


async def opened(folder: Path, *, url: str = "", port: int = 0, after: float = 0) -> Rig:
    """A server on this folder's ledger, made at the first time."""
    programme, roster = folder / "programme.yaml", folder / "roster.csv"
    programme.write_text(PROGRAMME_POLLS, "utf-8")
    roster.write_text(ROSTER, "utf-8")
    made = Rig(folder, HeldClock(at(9, 0) + timedelta(seconds=after)), url=url)
    await made.open(programme, roster, port=port)
    return made


@pytest.fixture
async def screen(rig: Rig) -> AsyncIterator[Page]:
    """A screen that has been opened with its key."""
    page = Page(rig, Door.SCREEN)
    assert await page.enter(await rig.key(Door.SCREEN)) == 303
    yield page
    await page.close()


@pytest.fixture
async def desk(rig: Rig) -> AsyncIterator[Page]:
    """A desk somebody has signed on at."""
    page = Page(rig, Door.DESK)
    assert await page.enter(await rig.key(Door.DESK)) == 303
    await page.done("room.sign_on", operator="Ms Operator")
    yield page
    await page.close()


@pytest.fixture
async def seat(rig: Rig) -> AsyncIterator[Page]:
    """The page of Alpland's first seat, whose person has no account."""
    page = Page(rig, Door.SEAT)
    assert await page.enter(await rig.code("alp-1")) == 303
    yield page
    await page.close()
