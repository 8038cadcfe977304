"""What drifts is named; and several meetings in one life of the process leave nothing behind."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from rehearsal.play import Outcome
from rehearsal.soak import drift

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


async def test_meetings_in_one_life_of_the_process(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "rehearsal", "--times", "4", "--out", str(tmp_path)),
        *("--people", "6", "--programme", str(ROOT / "rehearsal" / "short.yaml")),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ},
    )
    screen, _ = await asyncio.wait_for(process.communicate(), 300)
    assert process.returncode == 0, screen.decode()[-2000:]
    assert screen.decode().count("held against its description") in (0, 4)
    assert (tmp_path / "04" / "protocol.json").is_file()
