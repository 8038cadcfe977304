"""The door to the process that writes reports: files come out, and a failure of it is no failure of ours."""

import logging
from dataclasses import replace

import pytest

from bot import press as door
from bot.press import Press
from bot.tasks import Tasks
from report.document import Picture
from report.press import Format, Job
from tests.reporting import document


def job(*formats: Format) -> Job:
    """Without charts: drawing is not what is tested."""
    made = document("A text.")
    bare = tuple(block for block in made.blocks if not isinstance(block, Picture))
    return Job("report", replace(made, blocks=bare), "{}", frozenset(formats))


async def test_the_files_come_from_another_process() -> None:
    made = await Press(Tasks()).files(job(Format.MARKDOWN, Format.JSON, Format.CSV), "a")
    assert set(made) == {"report.md", "report.json", "report-tables-and-charts.zip"}
    assert b"A text\\." in made["report.md"] or b"A text." in made["report.md"]


async def test_what_fails_with_pdf_is_made_without_and_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tasks, told = Tasks(), list[str]()
    tasks.on_failure = told.append
    press, asked = Press(tasks), list[bytes]()
    made = press._made

    async def short_of_memory(data: bytes) -> dict[str, bytes]:
        asked.append(data)
        if len(asked) == 1:
            raise door.NotWritten("killed")
        return await made(data)

    monkeypatch.setattr(press, "_made", short_of_memory)
    found = await press.files(job(Format.MARKDOWN, Format.PDF), "a")
    assert set(found) == {"report.md"} and len(told) == 1 and len(asked) == 2
    assert "could not be written as PDF" in caplog.text


async def test_a_process_that_fails_hangs_or_is_not_there_gives_no_files_and_is_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    tasks, told = Tasks(), list[str]()
    tasks.on_failure = told.append
    broken = replace(job(Format.MARKDOWN), document="no document")  # type: ignore[arg-type]
    assert await Press(tasks).files(broken, "a") == {}
    assert "AttributeError" in caplog.text
    monkeypatch.setattr(door, "DEADLINE", 0.001)
    assert await Press(tasks).files(job(Format.MARKDOWN), "a") == {}
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    assert await Press(tasks).files(job(Format.MARKDOWN), "a") == {}
    assert len(told) == 3 and tasks.working == 0
