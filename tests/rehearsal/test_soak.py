"""What drifts is named; and several meetings in one life of the process leave nothing behind."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from config.programme import read_programme
from config.roster import read_roster
from rehearsal.play import Options, Outcome
from rehearsal.process import BotProcess
from rehearsal.soak import LEAST, drift, soak, table

ROOT = Path(__file__).parent.parent.parent
HELD = {"memory": 70_000, "files": 7, "tasks": 1, "objects": 70_000}


def outcomes(name: str, step: int) -> list[Outcome]:
    return [Outcome([], {**HELD, name: HELD[name] + step * n}, 150_000) for n in range(10)]


def test_what_stays_is_no_drift() -> None:
    assert drift(outcomes("objects", 4)) == []


@pytest.mark.parametrize(("name", "step"), [("memory", 1000), ("files", 1), ("tasks", 1), ("objects", 500)])
def test_what_grows_is_named(name: str, step: int) -> None:
    (fault,) = drift(outcomes(name, step))
    assert name in fault


def test_a_database_that_grows_is_named() -> None:
    (fault,) = drift([Outcome([], HELD, 150_000 + 4096 * n) for n in range(10)])
    assert "size" in fault


def test_a_house_that_did_not_end_in_order_is_the_fault_and_no_drift_is_judged() -> None:
    runs = [*outcomes("objects", 500)[:3], Outcome(["it died"], {}, 0)]
    assert drift(runs) == ["run 4: the house did not end in order: nothing is known of what it held"]
    assert drift(runs[:2]) == []
    assert table(runs).row_count == 4


async def test_meetings_in_one_life_of_the_process(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "rehearsal", "--times", "4", "--out", str(tmp_path)),
        *("--people", "6", "--programme", str(ROOT / "rehearsal" / "short.yaml")),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ},
    )
    screen, _ = await asyncio.wait_for(process.communicate(), 1200)
    assert process.returncode == 0, screen.decode()[-2000:]
    assert screen.decode().count("held against its description") in (0, 4)
    assert (tmp_path / "04" / "protocol.json").is_file()


async def test_a_house_that_dies_ends_the_series_with_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def spawned(log: Path) -> BotProcess:
        process = await spawn(log)
        process.kill()
        await process.gone()
        return process

    spawn = BotProcess.spawn
    monkeypatch.setattr(BotProcess, "spawn", spawned)
    programme = ROOT / "rehearsal" / "short.yaml"
    roster = ROOT / "config" / "roster.csv"
    options = Options(1, 6, tmp_path, programme, roster)
    faults = await soak(options, read_programme(programme), read_roster(roster), LEAST)
    assert any("run 1: the house did not end in order" in fault for fault in faults)
    assert not (tmp_path / "02").exists()
