"""Panels of one channel take turns, and what one cannot have or tell keeps none of the others waiting."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

import bot.drawing
from bot.drawing import Drawing, Picture
from bot.house import House
from meeting.people import Actor, Capacity, UserId, Via
from meeting.polls import PollId
from rehearsal.standin import Message, Person
from report.charts import Chart
from tests.stage import Stage


def hangs(stage: Stage, key: str) -> bool:
    return any(text.endswith(f"-{key}") for text in stage.texts("polls"))


def result(stage: Stage, poll_id: str) -> Message:
    (found,) = [one for one in stage.messages("polls") if one.text.endswith(f"-result-{poll_id}")]
    return found


def edits(stage: Stage, message: Message) -> int:
    path = f"/messages/{message.id}"
    return sum(one.method == "PATCH" and one.path.endswith(path) for one in stage.standin.log)


async def ballot(stage: Stage, person: Person, poll_id: str, choice: int) -> None:
    """Cast on the phone, without the answer to it, so that a second is a second."""
    actor = Actor(Via.DISCORD, UserId(person.user_id))
    await stage.doors.ledger.ballots.cast(actor, PollId(poll_id), (choice,))
    await stage.later(seconds=1)


# Turns


@pytest.mark.parametrize("other", ["own", "few"])
async def test_a_panel_that_changes_every_second_keeps_no_other_from_hanging(
    polling: Stage, other: str
) -> None:
    """`live` shows its results while it is open; each ballot changes them. The others stand behind it."""
    ann = await polling.seat("Ann", "alp")
    await polling.open_poll("live")
    await polling.open_poll("held")
    for n in range(4):
        await ballot(polling, ann, "live", n % 2)
    await polling.moderator.command("poll open", poll=other)
    mona = Actor(Via.DISCORD, UserId(polling.moderator.user_id), frozenset({Capacity.MODERATOR}))
    await polling.doors.ledger.polls.close(mona, PollId("held"))
    await polling.doors.ledger.polls.release(mona, PollId("held"))
    before = edits(polling, result(polling, "live"))
    for n in range(10):
        await ballot(polling, ann, "live", n % 2)
    assert hangs(polling, f"poll-{other}") and hangs(polling, "result-held")
    assert "Closed" in polling.poll_panel("held").text
    assert edits(polling, result(polling, "live")) - before >= 2, "and it has its own turns"


# Pictures


class Held:
    """Whatever is to be drawn waits until somebody lets it go; the meeting waits for none of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gate = asyncio.Event()
        self.asked = 0
        really, held = Drawing.sheets, self

        async def sheets(drawing: Drawing, of: Chart) -> Sequence[Picture]:
            held.asked += 1
            with drawing._tasks.resting():
                await held.gate.wait()
            return await really(drawing, of)

        monkeypatch.setattr(Drawing, "sheets", sheets)


async def test_the_text_hangs_at_once_and_the_picture_follows(
    polling: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, ann = Held(monkeypatch), await polling.seat("Ann", "alp")
    await ann.press(await polling.open_poll("one"), "Monday")
    await polling.moderator.command("poll close", poll="one")
    await polling.later(seconds=4)
    hung = result(polling, "one")
    assert held.asked == 1 and not hung.attachments and "\nMonday\n" in hung.text
    await polling.later(minutes=5)
    assert edits(polling, hung) == 0, "nothing is hung over and over meanwhile"
    held.gate.set()
    await polling.later(seconds=4)
    shown = result(polling, "one")
    assert shown.id == hung.id and [one.filename for one in shown.attachments] == ["chart-1.png"]
    await polling.later(minutes=5)
    assert (edits(polling, shown), held.asked) == (1, 1)


async def test_after_a_restart_the_picture_is_not_taken_away_while_it_is_drawn_anew(
    polling: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await polling.seat("Ann", "alp")
    await ann.press(await polling.open_poll("one"), "Monday")
    await polling.close_poll("one")
    hung = result(polling, "one")
    (picture,) = hung.attachments
    held = Held(monkeypatch)
    await polling.restart()
    await polling.later(minutes=1)
    assert held.asked == 1 and [one.id for one in result(polling, "one").attachments] == [picture.id]
    held.gate.set()
    await polling.later(minutes=1)
    (again,) = result(polling, "one").attachments
    assert (result(polling, "one").id, again.data) == (hung.id, picture.data)
    assert held.asked == 1 and edits(polling, hung) <= 1


@pytest.mark.parametrize("way", ["hangs", "ends"])
async def test_what_cannot_be_drawn_leaves_the_text_and_is_not_tried_for_ever(
    polling: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, way: str
) -> None:
    """The process itself, in real time; hung, it is given up after the deadline, shortened here."""
    broken = tmp_path / "broken.py"
    broken.write_text("import time; time.sleep(600)" if way == "hangs" else "raise SystemExit(3)", "utf-8")
    monkeypatch.setattr(bot.drawing.worker, "__file__", str(broken))
    monkeypatch.setattr(bot.drawing, "DEADLINE", 0.4 if way == "hangs" else 10)
    ann = await polling.seat("Ann", "alp")
    await ann.press(await polling.open_poll("one"), "Monday")
    polling.errors.clear()
    await polling.moderator.command("poll close", poll="one")
    await polling.later(seconds=10)
    hung = result(polling, "one")
    assert "\nMonday\n" in hung.text and not hung.attachments
    was = edits(polling, hung)
    for _ in range(4):
        await polling.later(minutes=1)
    assert edits(polling, hung) == was <= 1
    assert [one.getMessage().partition(": ")[2] for one in polling.errors] == ["a picture could not be drawn"]
    polling.errors.clear()
    await ann.press(await polling.open_poll("some"), "Abstain")
    assert hangs(polling, "poll-some")


# A subject that fails


def failing(house: House, subject: str) -> asyncio.Event:
    """That subject cannot tell what it wants, until the event is set."""
    mended, source = asyncio.Event(), house.sources[subject]

    async def faces() -> object:
        if not mended.is_set():
            raise RuntimeError("a source that fails")
        return await source()

    house.sources[subject] = faces  # type: ignore[assignment]
    return mended


async def test_a_subject_that_fails_keeps_no_other_from_hanging(polling: Stage) -> None:
    mended = failing(polling.doors, "polls")
    await polling.moderator.command("poll open", poll="one")
    await polling.moderator.command("agenda start", item="one")
    await polling.later(seconds=20)
    assert "**Now:** Opening remarks" in polling.operator.text and not hangs(polling, "poll-one")
    assert len(polling.told("Something in the program failed")) == 1
    await polling.later(minutes=1)
    assert 2 <= len(polling.errors) <= 8, "tried again every 15 seconds, not at each look"
    assert all("what polls want on the wall" in one.getMessage() for one in polling.errors)
    mended.set()
    await polling.later(seconds=20)
    polling.errors.clear()
    assert hangs(polling, "poll-one")


async def test_a_subject_that_fails_does_not_stop_the_looking_at_what_hangs(polling: Stage) -> None:
    mended = failing(polling.doors, "polls")
    polling.world.delete_message(polling.messages("welcome")[0])
    await polling.later(minutes=31)
    assert len(polling.told("Somebody deleted the welcome panel.")) == 1
    mended.set()
    await polling.later(seconds=20)
    polling.errors.clear()
