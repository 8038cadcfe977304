"""`/report`: a version is made once, its files hang once for the moderators, its stage goes forward."""

import asyncio
import functools
import hashlib
import io
import json
import pickle
import sys
import zipfile
from collections.abc import AsyncIterator
from typing import Any

import docx
import pytest

from bot.drawing import Paper, Remark
from bot.press import NotWritten, Press
from bot.words import Words
from cogs.report.panel import enclosed
from config.catalogue import read_catalogues
from meeting.inputs import Attribution, Draft, InputKind
from meeting.people import Actor, UserId, Via
from meeting.programme import PartId, QuestionId
from rehearsal.standin import Message
from report.press import Format
from tests.stage import Stage

TEXT = "Alpland says: hold *more* exercises, <b>soon</b>"


@pytest.fixture
async def held(polling: Stage) -> AsyncIterator[Stage]:
    """An input, a closed poll and a poll whose results are kept back."""
    await polling.seat("Ann", "alp")
    await give(polling, TEXT)
    yield polling


async def give(stage: Stage, text: str) -> None:
    actor = Actor(Via.DISCORD, UserId(stage.person("Ann").user_id))
    draft = Draft(PartId("q1a"), InputKind.SUGGESTION, Attribution.DELEGATION, text)
    await stage.doors.ledger.discussions.contribute(actor, QuestionId("q1"), draft)
    await stage.settle()


def drafts(stage: Stage) -> list[Message]:
    return [one for one in stage.messages("moderators") if "## Outcome report" in one.text]


def lists(stage: Stage) -> list[Message]:
    return [one for one in stage.messages("moderators") if "## For the rapporteur only" in one.text]


async def written(stage: Stage) -> list[Message]:
    """The versions' panels, once their files are there: a process of its own makes them, in real time."""
    for _ in range(600):
        await stage.later(seconds=2)
        found = drafts(stage)
        wanted = 2 * len(await stage.doors.ledger.reports.all())
        if len(found) >= wanted and all(one.attachments for one in found):
            return found
        await asyncio.sleep(0.1)  # the process is another: nothing of ours tells when it is done
    raise AssertionError("the files do not come")


async def test_a_draft_is_posted_once_in_both_variants_with_all_its_files(held: Stage) -> None:
    answer = await held.moderator.command("report draft")
    assert "Version 1" in answer.text and "#moderators" in answer.text
    attributed, unattributed = await written(held)
    names = [one.filename for one in attributed.attachments]
    assert names == [
        "report-attributed-tables-and-charts.zip",
        "report-attributed.docx",
        "report-attributed.html",
        "report-attributed.json",
        "report-attributed.md",
        "report-attributed.pdf",
    ]
    assert [one.filename for one in unattributed.attachments] == [
        name.replace("attributed", "unattributed") for name in names
    ]
    (listed,) = lists(held)
    assert "Do not pass this on" in listed.text
    assert [one.filename for one in listed.attachments] == ["names-replaced-version-1.csv"]
    assert "Alpland says" in listed.attachments[0].data.decode()
    files = {one.filename: one.data for one in (*attributed.attachments, *unattributed.attachments)}
    with zipfile.ZipFile(io.BytesIO(files["report-attributed-tables-and-charts.zip"])) as archive:
        assert "tables/inputs.csv" in archive.namelist()
    text = "\n".join(
        one.text for one in docx.Document(io.BytesIO(files["report-attributed.docx"])).paragraphs
    )
    assert TEXT in text and "Stage: draft. Version 1" in text
    hidden = files["report-unattributed.md"].decode()
    assert "\\[delegation\\] says: hold \\*more\\* exercises" in hidden
    await held.later(minutes=5)
    await held.restart()
    await held.later(minutes=1)
    assert len(drafts(held)) == 2 and len(lists(held)) == 1, "a restart posts nothing again"


async def test_asked_for_twice_at_once_it_is_one_version_and_the_second_is_told_so(held: Stage) -> None:
    other = held.person("Max", "Moderator")
    answers = await asyncio.gather(held.moderator.command("report draft"), other.command("report draft"))
    told = sorted("is drafted" in one.text for one in answers)
    assert told == [False, True], [one.text for one in answers]
    assert any("Nothing that goes into the report has changed since" in one.text for one in answers)
    assert len(await written(held)) == 2
    await give(held, "Something new.")
    assert "Version 2" in (await held.moderator.command("report draft")).text
    assert len(await written(held)) == 4


async def test_the_stage_goes_forward_or_back_with_a_reason_and_stands_in_the_files(held: Stage) -> None:
    assert "No report has been drafted yet" in (await held.moderator.command("report versions")).text
    assert "No report" in (await held.moderator.command("report stage", stage="cleared")).text
    await held.moderator.command("report draft")
    await written(held)
    assert "circulated since" in (await held.moderator.command("report stage", stage="circulated")).text
    back = await held.moderator.command("report stage", stage="draft")
    assert "give a reason" in back.text
    same = await held.moderator.command("report stage", stage="circulated")
    assert "at that stage already" in same.text
    done = await held.moderator.command("report stage", stage="cleared", reason="*A* figure was wrong")
    assert "\\*A\\* figure was wrong" in done.text
    assert "cleared" in (await held.moderator.command("report versions")).text
    for _ in range(600):
        await held.later(seconds=2)
        attributed, _ = drafts(held)
        record = {one.filename: one.data for one in attributed.attachments}
        if b"Stage: cleared" in record.get("report-attributed.md", b""):
            break
        await asyncio.sleep(0.1)
    else:
        raise AssertionError("the stage does not come into the files")
    assert "**cleared**" in attributed.text
    assert json.loads(record["report-attributed.json"])["schema"] == 1


async def test_who_does_not_report_drafts_nothing_and_the_rapporteur_does(held: Stage) -> None:
    refused = await held.person("Fay", "Facilitator").command("report draft")
    assert "people who run the meeting" in refused.text
    assert (
        "people who run the meeting"
        in (await held.person("Fay").command("report stage", stage="cleared")).text
    )
    assert await held.doors.ledger.reports.all() == ()
    with pytest.raises(ValueError, match="no command"):
        await held.delegate.command("report draft")
    assert "Version 1" in (await held.person("Rita", "Rapporteur").command("report draft")).text
    await written(held)


async def test_a_poll_whose_results_are_kept_back_is_in_no_file(held: Stage) -> None:
    await held.open_poll("held")
    await held.moderator.command("report draft")
    before = await files_of(held)
    person = held.person("Ann")
    await person.press(held.poll_panel("held"), "Left")
    await held.close_poll("held")
    await held.moderator.command("report draft")
    gated = await files_of(held)
    assert shown(before)["ballots"] == shown(gated)["ballots"] == []
    assert shown(gated)["tallies"] == [] and shown(gated)["turnout"][0]["answered"] == 1
    await held.moderator.command("poll release", poll="held")
    await held.moderator.command("report draft")
    released = shown(await files_of(held))
    assert released["ballots"] == [{"choice": [0], "tally": "members", "times": 1}]
    assert released["tallies"][0]["options"][0]["count"] == 1


def shown(files: dict[str, bytes]) -> dict[str, Any]:
    record = json.loads(files["report-attributed.json"])
    return next(one for one in record["polls"] if one["poll_id"] == "held")


async def files_of(stage: Stage) -> dict[str, bytes]:
    """The newest version's, in both variants."""
    return {one.filename: one.data for panel in (await written(stage))[-2:] for one in panel.attachments}


async def test_a_restart_before_the_files_are_there_brings_them_once(held: Stage) -> None:
    await held.moderator.command("report draft")
    await held.restart()
    assert len(await written(held)) == 2
    await held.restart()
    await held.later(minutes=1)
    assert [len(one.attachments) for one in drafts(held)] == [6, 6]


async def test_a_version_somebody_deleted_has_been_read_and_is_not_posted_again(held: Stage) -> None:
    await held.moderator.command("report draft")
    first, _ = await written(held)
    held.world.delete_message(first)
    await held.later(minutes=1)
    await held.restart()
    await held.later(minutes=1)
    assert len(drafts(held)) == 1 and not held.told("deleted")


async def test_each_variant_shows_the_digest_of_its_own_record(held: Stage) -> None:
    answer = await held.moderator.command("report draft")
    attributed, unattributed = await written(held)
    for panel, variant in ((attributed, "attributed"), (unattributed, "unattributed")):
        files = {one.filename: one.data for one in panel.attachments}
        digest = hashlib.sha256(files[f"report-{variant}.json"]).hexdigest()[:12]
        assert digest in panel.text and digest in files[f"report-{variant}.md"].decode()
        if panel is attributed:
            secret = digest
    said = (answer.text, (await held.moderator.command("report versions")).text, unattributed.text)
    assert secret in attributed.text and not [text for text in said if secret in text]


async def test_files_that_could_not_be_made_are_made_when_somebody_asks_again(
    held: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made, failing = Press._made, True

    async def short_of_memory(press: Press, job: bytes) -> dict[str, bytes]:
        if failing:
            raise NotWritten("killed")
        return await made(press, job)

    monkeypatch.setattr(Press, "_made", short_of_memory)
    await held.moderator.command("report draft")
    await held.later(minutes=1)
    assert len(drafts(held)) == 2 and not any(one.attachments for one in drafts(held))
    assert "could not be written" in caplog.text
    held.errors.clear()
    failing = False
    await held.later(minutes=30)
    assert not any(one.attachments for one in drafts(held)), "by itself it is not tried for ever"
    assert "tried once more now" in (await held.moderator.command("report draft")).text
    assert len(await written(held)) == 2


async def test_without_memory_for_a_pdf_the_message_says_so_and_it_comes_later(
    held: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, failing = Press._made, True

    async def short_of_memory(press: Press, job: bytes) -> dict[str, bytes]:
        if failing and Format.PDF in pickle.loads(job).formats:
            raise NotWritten("killed")
        return await made(press, job)

    monkeypatch.setattr(Press, "_made", short_of_memory)
    await held.moderator.command("report draft")
    first, _ = await written(held)
    assert "PDF could not be made" in first.text
    assert len(first.attachments) == 5
    held.errors.clear()
    failing = False
    await held.moderator.command("report draft")
    for _ in range(600):
        await held.later(seconds=2)
        if all(len(one.attachments) == 6 for one in drafts(held)):
            break
        await asyncio.sleep(0.1)  # as in `written`
    assert [len(one.attachments) for one in drafts(held)] == [6, 6]
    assert "PDF could not be made" not in drafts(held)[0].text


def test_a_file_larger_than_an_attachment_may_be_stays_out_and_the_message_says_how_to_have_it() -> None:
    words = Words(read_catalogues())
    made = {"report.docx": b"x" * 100, "report.md": b"y" * 101, "report.pdf": b"z"}
    *fit, told = enclosed(words, made, frozenset({Format.PDF}), 100)
    assert [one.name for one in fit if isinstance(one, Paper)] == ["report.docx", "report.pdf"]
    assert isinstance(told, Remark) and "report.md has" in told.text and "roundtable report" in told.text
    assert [type(one) for one in enclosed(words, made, frozenset({Format.PDF}), 101)] == [Paper] * 3
    assert enclosed(words, {}, frozenset({Format.PDF})) == ()


async def test_what_stays_out_of_a_message_is_said_in_it(
    held: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = functools.partial(enclosed, largest=20_000)
    monkeypatch.setattr(sys.modules["cogs.report.panel"], "enclosed", small)
    await held.moderator.command("report draft")
    first, _ = await written(held)
    names = [one.filename for one in first.attachments]
    assert "report-attributed.md" in names and "report-attributed.pdf" not in names
    assert "report-attributed.pdf has" in first.text and "the clerk writes it with" in first.text
