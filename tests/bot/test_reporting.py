"""`roundtable report`: what the clerk reads, what is in the folder, and that nothing half-written is."""

import asyncio
import errno
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import reporting
from bot.__main__ import FORMATS, VARIANTS, main
from meeting.people import COMMAND_LINE
from meeting.reports import Variant
from report.press import Format
from tests.stage import Stage, staged

Read = pytest.CaptureFixture[str]


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """A running house, set up, whose environment the command reads."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    async for one in staged(Stage(tmp_path)):
        for name, value in one.variables().items():
            monkeypatch.setenv(name, value)
        await one.run()
        await one.set_up()
        yield one


async def called(capsys: Read, *words: object) -> tuple[int, str]:
    """The exit code and what was printed; a command has its own loop in its own thread."""
    capsys.readouterr()
    code = await asyncio.to_thread(main, [str(word) for word in words])
    return code, capsys.readouterr().out


def inside(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


async def test_beside_a_running_house_both_variants_are_written(
    server: Stage, capsys: Read, tmp_path: Path
) -> None:
    out = tmp_path / "deep" / "out"
    code, text = await called(capsys, "report", "--out", out, "--format", "md", "--format", "json")
    assert code == 0 and "not a numbered version; attributed." in text, text
    assert inside(out) == {f"{one}/report-{one}.{kind}" for one in VARIANTS for kind in ("md", "json")} | {
        "unattributed/report-unattributed-names-replaced.csv"
    }
    first = (out / "attributed" / "report-attributed.md").read_bytes()
    (out / "attributed" / "mine.txt").write_text("kept")
    await called(capsys, "report", "--out", out, "--variant", "attributed", "--format", "md")
    assert (out / "attributed" / "report-attributed.md").read_bytes() == first
    assert (out / "attributed" / "mine.txt").read_text() == "kept"
    assert json.loads((out / "attributed" / "report-attributed.json").read_text("utf-8"))["schema"] == 1


async def test_it_says_which_version_it_is(server: Stage, capsys: Read, tmp_path: Path) -> None:
    await server.moderator.command("report draft")
    code, text = await called(capsys, "report", "--out", "out", "--variant", "attributed", "--format", "md")
    assert code == 0 and "Stage: draft. Version 1," in text


async def test_a_full_disk_leaves_what_was_there(
    server: Stage, capsys: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("report", "--out", "out", "--variant", "attributed", "--format", "md", "--format", "json")
    assert (await called(capsys, *command))[0] == 0
    before = {name: (tmp_path / "out" / name).read_bytes() for name in inside(tmp_path / "out")}
    write = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if self.suffix == ".json":
            write(self, data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(self, data)

    await server.doors.ledger.agenda.announce(COMMAND_LINE, "so that the record is another one")
    monkeypatch.setattr(Path, "write_bytes", full)
    code, text = await called(capsys, *command)
    assert code == 1 and "No space left on device" in text and "Nothing was left there" in text
    assert {name: (tmp_path / "out" / name).read_bytes() for name in inside(tmp_path / "out")} == before


async def test_where_it_cannot_be_written_or_there_is_nothing(
    server: Stage, capsys: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    code, text = await called(capsys, "report", "--out", "file", "--format", "json")
    assert code == 1 and "could not be written to file/attributed" in text
    monkeypatch.setattr(reporting, "installed", lambda: frozenset(Format) - {Format.PDF})
    code, text = await called(capsys, "report", "--out", "out", "--format", "pdf")
    assert code == 1 and "roundtable[pdf]" in text and not (tmp_path / "out").exists()
    monkeypatch.setenv("ROUNDTABLE_DB", "none.db")
    code, text = await called(capsys, "report", "--out", "out")
    assert code == 1 and "There is no database none.db yet." in text


def test_the_options_are_those_there_are() -> None:
    assert set(FORMATS) == set(Format) and set(VARIANTS) == set(Variant)
