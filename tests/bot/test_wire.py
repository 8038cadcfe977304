"""The way to Discord: what failed over something new is not sent again unseen; a dead line is given up."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import discord
import pytest

import bot.client
import bot.wire
from rehearsal.standin import TRUE, Bout, Disturbance, held_off
from tests.bot.test_cut_line import own_keys
from tests.stage import Stage, at, staged

OPENING = {"d1 · opening": 1, "open · soon · 1": 1, "open · started": 1}


@pytest.fixture
async def forgetful(tmp_path: Path) -> AsyncIterator[Stage]:
    """A server that heeds no nonce at all."""
    async for one in staged(Stage(tmp_path, nonce_memory=timedelta())):
        await one.run()
        await one.set_up()
        yield one


@pytest.mark.parametrize("status", [500, 502, 504])
@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
async def test_a_notice_is_said_once_without_any_nonce(forgetful: Stage, status: int, done: bool) -> None:
    programme = forgetful.channel("programme").id
    bout = Bout("POST", f"/channels/{programme}/messages", Disturbance(status, done))
    forgetful.standin.door.fault = bout
    await forgetful.until(at(8, 10))
    assert bout.met == 1
    assert own_keys(forgetful) == OPENING


async def test_with_blind_repeats_it_would_be_said_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: discord.py left to itself."""
    monkeypatch.setattr(bot.client, "traced", lambda heard: aiohttp.TraceConfig())
    async for stage in staged(Stage(tmp_path, nonce_memory=timedelta())):
        await stage.run()
        await stage.set_up()
        stage.standin.door.fault = Bout(
            "POST", f"/channels/{stage.channel('programme').id}/messages", Disturbance(502, done=True)
        )
        await stage.until(at(8, 10))
        assert own_keys(stage) != OPENING


async def test_a_channel_is_made_once(stage: Stage) -> None:
    await stage.run()
    preview = await stage.clerk.command("meeting setup")
    stage.standin.door.fault = Bout("POST", "/channels", Disturbance(502, done=True))
    assert "again" in (await stage.clerk.press(preview, "Create")).text
    await stage.set_up()
    names = [channel.name for channel in stage.world.channels.values()]
    assert len(names) == len(set(names))


async def test_a_dead_line_holds_up_nothing_else(house: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.until(at(9, 1))
    await house.moderator.press(house.operator, "Next: Opening remarks")
    await house.until(at(9, 24))
    monkeypatch.setattr(bot.wire, "DEADLINE", timedelta(milliseconds=200))
    bout = Bout(
        "POST", f"/channels/{house.channel('programme').id}/messages", Disturbance(TRUE, wait=1.5), times=1
    )
    house.standin.door.fault = bout
    await house.until(at(9, 28))
    assert bout.met == 1
    keys = own_keys(house)
    assert keys["two · soon · 1"] == 1, "found again once the line was given up"
    assert len(house.said("left for", "moderators")) == 1
    assert "late" not in house.said("left for", "moderators")[0]


async def test_asked_to_wait_it_waits(house: Stage) -> None:
    bout = Bout("POST", "/messages", held_off(0.05), times=3)
    house.standin.door.fault = bout
    await house.until(at(8, 10))
    assert bout.met == 3
    assert own_keys(house) == OPENING


def test_after_a_long_outage_the_line_is_tried_often() -> None:
    assert discord.client.ExponentialBackoff is bot.wire.Backoff
    backoff = bot.wire.Backoff()
    assert max(backoff.delay() for _ in range(1000)) <= 16
