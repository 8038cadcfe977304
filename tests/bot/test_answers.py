"""Every gesture is answered: late ones, failing ones, those made while the house closes."""

import asyncio
import re
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

import bot.answers
from rehearsal.standin import Reply
from rehearsal.standin.interactions import COMMAND, THINKING
from tests.stage import Stage, staged


@contextmanager
def held(stage: Stage) -> Iterator[None]:
    """Somebody else holds the database's write lock: acts have to wait."""
    with closing(sqlite3.connect(stage.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")


async def thinking(stage: Stage) -> None:
    """Until the last gesture has been put off."""
    async with asyncio.timeout(2):
        while not any(i.answer == THINKING for i in stage.standin.interactions._by_id.values()):
            await asyncio.sleep(0.001)


async def test_an_act_that_takes_long_is_put_off_and_then_answered(
    house: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.answers, "PATIENCE", timedelta(seconds=0.05))
    with held(house):
        pressing = asyncio.ensure_future(house.moderator.command("agenda start"))  # noqa: TID251
        await thinking(house)
    reply = await pressing
    assert reply.interaction.answer == THINKING
    assert reply.kind == "message" and reply.ephemeral and "“Accreditation” has begun." in reply.text
    await house.settle()
    quick = await house.moderator.command("agenda end")
    assert quick.interaction.answer != THINKING and "has ended" in quick.text


async def test_what_was_put_off_brings_files_and_buttons_too(
    house: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.answers, "PATIENCE", timedelta(seconds=0))
    calendar = await house.delegate.command("programme calendar")
    assert calendar.interaction.answer == THINKING
    assert calendar.message is not None and calendar.message.attachments[0].filename == "programme.ics"
    preview = await house.moderator.command("agenda skip", item="two")
    assert preview.buttons == ["Yes, do it", "No"] and preview.ephemeral
    done = await house.moderator.press(preview, "Yes, do it")
    assert "“First question” is not taken up." in done.text
    await house.later(seconds=4)
    assert "~~First question~~" in house.panel("programme", "## Day 1").text


async def test_a_form_after_a_long_wait_is_answered_somehow(
    house: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form cannot follow a deferral: whoever was put off must be told, not left waiting."""
    monkeypatch.setattr(bot.answers, "PATIENCE", timedelta(seconds=0))
    house.doors.ledger.places._known._forget()  # what is known answers at once: this press has to read
    reply = await house.moderator.press(house.operator, "Announce…")
    assert "Something went wrong." in reply.text and reply.ephemeral
    (record,) = house.errors
    assert "a form came too late" in record.getMessage()
    house.errors.clear()
    monkeypatch.undo()
    assert (await house.moderator.press(house.operator, "Announce…")).kind == "modal"


async def test_the_unforeseen_is_answered_with_a_reference_that_is_in_the_log(
    house: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> bytes:
        raise RuntimeError("out of ink")

    # discord.py imports an extension anew for each client.
    monkeypatch.setattr(sys.modules["cogs.agenda.controls"], "calendar_file", broken)
    for reply in (
        await house.delegate.command("programme calendar"),
        await house.delegate.press(house.panel("programme", "## Day 1"), "Calendar file"),
    ):
        found = re.search(r"this reference: ([0-9a-f]{6})\.", reply.text)
        assert found is not None and reply.ephemeral, reply.text
        assert f"failure {found[1]}" in caplog.text and "out of ink" in caplog.text
        assert "out of ink" not in reply.text
    assert len(house.errors) == 2
    house.errors.clear()
    assert "has begun" in (await house.moderator.command("agenda start")).text, "the house goes on"


async def test_a_command_that_is_no_longer_there_is_answered(house: Stage) -> None:
    """Registered by an earlier version and typed before the new list has arrived."""
    for name, options in (("agenda", [{"type": 1, "name": "vanished", "options": []}]), ("gone", [])):
        data = {"id": "1016852801126400099", "name": name, "type": 1, "options": options}
        one = house.standin.interactions.begin(
            COMMAND, house.moderator.member, house.channel("moderators"), data
        )
        await one.first.wait()
        await one.shown.wait()
        assert not one.failed and len(Reply(one).text) > 20, name
    house.errors.clear()


async def test_a_closing_house_finishes_what_is_under_way_and_turns_others_away(
    house: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.answers, "PATIENCE", timedelta(seconds=0.05))
    assert house.app is not None and house.task is not None
    with held(house):
        first = asyncio.ensure_future(house.moderator.command("agenda start"))  # noqa: TID251
        await thinking(house)
        house.app.stopping.set()
        async with asyncio.timeout(2):
            while house.app.ready.is_set():
                await asyncio.sleep(0.001)
        turned = await house.person("Otto", "Moderator").command("agenda end")
        assert turned.text.startswith("One moment, restarting.") and turned.ephemeral
    assert "“Accreditation” has begun." in (await first).text
    await house.task
    await house.run()
    assert "**Now:** Accreditation" in (await house.delegate.command("programme now")).text


@pytest.fixture
async def hasty(tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage on which a gesture fails after half a second instead of three."""
    async for one in staged(Stage(tmp_path, response_limit=timedelta(seconds=0.5))):
        yield one


async def test_what_was_done_stands_when_its_answer_is_lost(hasty: Stage) -> None:
    await hasty.run()
    await hasty.set_up()
    met = hasty.disturb("POST", "/interactions/", done=False)
    lost = await hasty.moderator.command("agenda start")
    assert met() == 1 and lost.kind == "failed"
    hasty.standin.interactions.unanswered.clear()
    hasty.allowed.add(10062)
    again = await hasty.moderator.command("agenda start", item="open")
    assert "“Accreditation” has already begun." in again.text


async def test_a_press_when_the_person_has_been_gone_for_long(house: Stage) -> None:
    """An answer whose token has died is lost without harm."""
    form = await house.moderator.press(house.operator, "Announce…")
    await house.later(minutes=20)
    assert "programme channel" in (await house.moderator.fill(form, {"Text": "Late, but sent."})).text
    await house.settle()
    assert len(house.said("Late, but sent.")) == 1
