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
    files = {f"{one}/report-{one}.{kind}" for one in VARIANTS for kind in ("md", "json")}
    assert inside(out / "as-it-stands") == files | {"for-the-rapporteur/names-replaced.csv"}
    assert [path.name for path in out.iterdir()] == ["as-it-stands"]
    assert "For the rapporteur only, not to be passed on" in text
    record = (out / "as-it-stands" / "attributed" / "report-attributed.json").read_text("utf-8")
    assert json.loads(record)["schema"] == 1


async def test_the_newest_version_is_written_or_the_one_that_is_named(
    server: Stage, capsys: Read, tmp_path: Path
) -> None:
    command = ("report", "--out", "out", "--variant", "attributed", "--format", "json")
    await server.moderator.command("report draft")
    await change(server)
    code, text = await called(capsys, *command)
    assert code == 0 and "Stage: draft. Version 1," in text
    assert "The record has changed since version 1 was drafted" in text
    await server.moderator.command("report draft")
    code, text = await called(capsys, *command)
    assert code == 0 and "Version 2," in text and "has changed" not in text
    code, text = await called(capsys, *command, "--version", "3")
    assert code == 1 and "The report has no version 3. /report versions lists" in text
    first, second = (
        (tmp_path / "out" / f"version-{n}-draft" / "attributed" / "report-attributed.json").read_bytes()
        for n in (1, 2)
    )
    assert first != second
    elsewhere = ("report", "--out", "else", *command[3:], "--version", "1")
    assert (await called(capsys, *elsewhere))[0] == 0
    again = tmp_path / "else" / "version-1-draft" / "attributed" / "report-attributed.json"
    assert again.read_bytes() == first
    await change(server)
    code, text = await called(capsys, *command, "--version", "now")
    assert code == 0 and "not a numbered version" in text
    with pytest.raises(SystemExit):
        await called(capsys, *command, "--version", "newest")
    assert "not the number of a version" in capsys.readouterr().err


async def change(server: Stage) -> None:
    """Something that stands in the report happens: a person takes a seat."""
    count = sum(seat.taken for seat in await server.doors.ledger.delegations.seats())
    await server.seat(f"Person{count}", "alp")


async def test_what_is_there_is_neither_mixed_nor_lost(server: Stage, capsys: Read, tmp_path: Path) -> None:
    await server.moderator.command("report draft")
    command = ("report", "--out", "out", "--variant", "attributed", "--format", "md")
    assert (await called(capsys, *command))[0] == 0
    folder = tmp_path / "out" / "version-1-draft"
    (folder / "attributed" / "report-attributed.md").write_text("the rapporteur's own work")
    code, text = await called(capsys, *command, "--format", "json")
    assert code == 1 and "out/version-1-draft is there already" in text
    assert inside(tmp_path / "out") == {"version-1-draft/attributed/report-attributed.md"}
    assert (folder / "attributed" / "report-attributed.md").read_text() == "the rapporteur's own work"
    await server.moderator.command("report stage", stage="cleared")
    assert (await called(capsys, *command))[0] == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"version-1-draft", "version-1-cleared"}


async def test_a_full_disk_leaves_nothing_half_written(
    server: Stage, capsys: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("report", "--out", "deep/out", "--format", "md", "--format", "json")
    write = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if self.name == "report-unattributed.json":
            write(self, data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    code, text = await called(capsys, *command)
    assert code == 1 and "No space left on device" in text and "Nothing was left there" in text
    assert not (tmp_path / "deep").exists()

    def fuller(job: object) -> dict[str, bytes]:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", write)
    with monkeypatch.context() as patched:
        patched.setattr(reporting, "files", fuller)
        code, text = await called(capsys, *command)
    assert code == 1 and "No space left on device" in text and not (tmp_path / "deep").exists()
    assert (await called(capsys, *command))[0] == 0, "the control"


async def test_where_it_cannot_be_written_or_there_is_nothing(
    server: Stage, capsys: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    code, text = await called(capsys, "report", "--out", "file", "--format", "json")
    assert code == 1 and "could not be written to file/as-it-stands" in text
    monkeypatch.setattr(reporting, "installed", lambda: frozenset(Format) - {Format.PDF})
    code, text = await called(capsys, "report", "--out", "out", "--format", "pdf")
    assert code == 1 and "roundtable[pdf]" in text and not (tmp_path / "out").exists()
    monkeypatch.setenv("ROUNDTABLE_DB", "none.db")
    code, text = await called(capsys, "report", "--out", "out")
    assert code == 1 and "There is no database none.db yet." in text


def test_the_options_are_those_there_are() -> None:
    assert set(FORMATS) == set(Format) and set(VARIANTS) == set(Variant)
