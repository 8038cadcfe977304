"""The whole rehearsal, as a newcomer runs it: it passes, and the same seed tells the same."""

import asyncio
import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
RUNS = {
    "first": ("--seed", "7"),
    "second": ("--seed", "7"),
    "europe": (
        "--seed",
        "3",
        "--programme",
        str(ROOT / "tests/programmes/europe.yaml"),
        "--roster",
        str(ROOT / "tests/programmes/europe.csv"),
    ),
}

ZONES = {"first": "America/New_York", "second": "Pacific/Auckland", "europe": "Asia/Kathmandu"}
"""The machine's own zone, which must make no difference."""


PATIENCE = 2400
"""Real seconds for a run, which takes some 300 by itself, on a machine that does other things beside."""


@dataclass(frozen=True)
class Run:
    code: int
    screen: str
    protocol: list[dict[str, str]]
    transcript: str
    raw: str


async def _rehearse(out: Path, options: tuple[str, ...], zone: str) -> Run:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "rehearsal",
        "--out",
        str(out),
        *options,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "TZ": zone},
    )
    try:
        async with asyncio.timeout(PATIENCE):
            screen, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    raw = (out / "protocol.json").read_text("utf-8")
    return Run(
        process.returncode or 0,
        screen.decode(),
        json.loads(raw)["entries"],
        (out / "transcript.html").read_text("utf-8"),
        raw,
    )


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """All runs, two at a time: they share nothing but the machine."""

    async def all_of_them() -> dict[str, Run]:
        places = {name: tmp_path_factory.mktemp(name) for name in RUNS}
        gate = asyncio.Semaphore(2)

        async def one(name: str) -> tuple[str, Run]:
            async with gate:
                return name, await _rehearse(places[name], RUNS[name], ZONES[name])

        return dict(await asyncio.gather(*(one(name) for name in RUNS)))

    return asyncio.run(all_of_them())


@pytest.mark.parametrize("name", RUNS)
def test_it_passes_and_says_so(runs: dict[str, Run], name: str) -> None:
    assert runs[name].code == 0, runs[name].screen[-3000:]
    assert "No faults." in runs[name].screen


def test_the_same_seed_gives_the_same_protocol_whatever_zone_the_machine_is_in(runs: dict[str, Run]) -> None:
    assert runs["first"].raw == runs["second"].raw


def test_the_protocol_has_no_discord_ids(runs: dict[str, Run]) -> None:
    assert not re.search(r"\d{17,20}", runs["first"].raw)
    assert re.search(r"\d{17,20}", runs["first"].transcript), "the control: the transcript does have some"


def test_each_question_was_opened_and_locked_once_and_discussed(runs: dict[str, Run]) -> None:
    states = [e for e in runs["europe"].protocol if e["kind"] == "state"]
    opened = [e["where"] for e in states if e["what"] == "thread opened"]
    locked = [e["where"] for e in states if e["what"] == "thread locked"]
    assert len(opened) == len(set(opened)) == 10
    assert sorted(opened) == sorted(locked)
    written = {e["where"] for e in runs["europe"].protocol if e["kind"] == "wrote"}
    assert written == set(opened)


def test_everything_bears_the_marking(runs: dict[str, Run]) -> None:
    said = [e for e in runs["first"].protocol if e["kind"] == "said"]
    assert said
    assert all("rehearsal – simulated" in e["what"] for e in said)
    assert "rehearsal – simulated" in runs["first"].transcript
