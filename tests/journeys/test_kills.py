"""One day of the roundtable with the bot's process killed over and over, at named points, by SIGKILL."""

import asyncio
from datetime import timedelta
from pathlib import Path

from rehearsal.badday import BadDay
from rehearsal.kills import POINTS, Reaper
from rehearsal.record import Comparison, Record, compare

PROGRAMME = Path(__file__).parent.parent.parent / "config" / "programme.yaml"
EACH = 6
"""Kills at each named point."""


def day_of(out: Path) -> BadDay:
    """Day 1 of the shipped programme, on a Discord that heeds no nonce."""
    return BadDay(out, PROGRAMME, days=1, options={"nonce_memory": timedelta()})


async def killed(out: Path, *, blind: bool) -> tuple[Record, Reaper, BadDay]:
    day = day_of(out)
    reaper = Reaper(day.stage, 1 if blind else EACH, blind)

    async def begin(_: BadDay) -> None:
        reaper.begin()

    opens = day.programme.days[0].items[0].starts_at
    day.happenings.append((opens - timedelta(minutes=40), begin))
    return await day.play(), reaper, day


async def test_fifty_kills_leave_the_record_of_the_undisturbed_day(tmp_path: Path) -> None:
    calm_day = day_of(tmp_path / "calm")
    calm, (bad, reaper, day), (blind, sightless, _) = await asyncio.gather(
        calm_day.play(),
        killed(tmp_path / "killed", blind=False),
        killed(tmp_path / "blind", blind=True),
    )
    assert calm_day.director.wrong == [] and len(calm.said) > 40
    assert min(reaper.struck.total(), day.stage.comebacks) >= 50
    assert set(reaper.struck) >= {point.name for point in POINTS if not point.name.startswith("event")}
    assert day.director.wrong == []
    assert compare(day.programme, calm, bad) == Comparison()
    assert reaper.doubled == set() and reaper.looks >= 10, "nor was it right after any restart"
    doubled = [key for key, times in blind.said.items() if len(times) > 1]
    assert doubled, "the control: without reading back, something is said twice"
    assert any(name.startswith("notice") for name in sightless.doubled), (
        "and that is seen right after a restart"
    )
