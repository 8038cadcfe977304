"""A panel and a thread per guiding question: opened and locked by the agenda."""

import pytest

from rehearsal.standin.model import PUBLIC_THREAD
from tests.stage import Stage, at


async def test_a_thread_opens_with_its_item_and_is_locked_with_its_end(house: Stage) -> None:
    mona, dara = house.moderator, house.delegate
    panel = house.panel("questions", "## What decides?")
    assert "What has been decisive?" in panel.text
    assert "1. At home?\n2. Abroad?" in panel.text
    assert "The thread opens when this item begins, at 09:30 Bangkok" in panel.text
    assert house.world.threads == {}
    await mona.command("agenda start", item="two")
    await house.later(seconds=5)
    thread = house.world.thread_named("What decides?")
    assert thread is not None and thread.type == PUBLIC_THREAD and not thread.locked
    assert "**The thread below is open.**" in house.panel("questions", "## What decides?").text
    assert (await dara.write(thread, "We had a plan.")).text == "We had a plan."
    await mona.command("agenda suspend")
    await house.later(seconds=5)
    await dara.write(thread, "And another.")
    await mona.command("agenda next")
    await house.later(seconds=5)
    assert thread.locked
    with pytest.raises(PermissionError):
        await dara.write(thread, "One more.")
    assert [m.text for m in dara.sees(thread) if m.author_id == dara.user_id] == [
        "We had a plan.",
        "And another.",
    ]
    assert "The thread is closed; it stays to be read." in house.panel("questions", "## What decides?").text
    assert len(house.messages("questions")) == 2 and len(house.world.threads) == 1


async def test_one_part_alone_is_not_listed_and_a_skipped_question_says_so(house: Stage) -> None:
    panel = house.panel("questions", "## What next?")
    assert panel.text.count("What follows?") == 1 and "parts" not in panel.text
    await house.moderator.press(await house.moderator.command("agenda skip", item="three"), "Yes, do it")
    await house.later(seconds=5)
    assert "This question is not taken up." in house.panel("questions", "## What next?").text
    await house.until(at(7, 0))
    assert house.world.threads == {}


async def test_a_thread_that_exists_already_is_found_not_doubled(house: Stage) -> None:
    """The thread is made, the answer is lost (Discord says 160004 the second time)."""
    house.allowed.add(160004)
    met = house.disturb("POST", "/threads", done=True)
    await house.moderator.command("agenda start", item="two")
    await house.later(seconds=5)
    assert met() == 1 and len(house.world.threads) == 1
    await house.restart()
    await house.later(seconds=30)
    thread = house.world.thread_named("What decides?")
    assert thread is not None and len(house.world.threads) == 1
    assert any(one.code == 160004 for one in house.standin.refused)
    await house.moderator.command("agenda end")
    await house.later(seconds=5)
    assert thread.locked


async def test_a_thread_archived_by_silence_is_locked_all_the_same(house: Stage) -> None:
    await house.moderator.command("agenda start", item="two")
    await house.later(seconds=5)
    thread = house.world.thread_named("What decides?")
    assert thread is not None
    house.world.set_thread(thread, archived=True)
    await house.moderator.command("agenda end")
    await house.later(seconds=5)
    assert thread.locked


async def test_a_deleted_thread_is_told_once_and_left_to_the_moderators(house: Stage) -> None:
    house.allowed |= {10003}
    await house.moderator.command("agenda start", item="two")
    await house.later(seconds=5)
    thread = house.world.thread_named("What decides?")
    assert thread is not None
    house.world.delete_channel(thread)
    await house.moderator.command("agenda end")
    await house.later(minutes=3)
    assert len(house.told("Somebody deleted")) == 1
    await house.restart()
    await house.later(minutes=3)
    assert len(house.told("Somebody deleted")) == 1
    assert house.world.threads == {}
    assert "put 1 back" in (await house.clerk.command("meeting setup")).text


async def test_a_deleted_thread_is_made_anew_once_by_set_up(house: Stage) -> None:
    """The panel's message has had its one thread: the new one stands in the channel."""
    house.allowed |= {10003, 160004}
    await house.moderator.command("agenda start", item="two")
    await house.later(seconds=5)
    thread = house.world.thread_named("What decides?")
    assert thread is not None
    house.world.delete_channel(thread)
    await house.moderator.command("agenda suspend")
    await house.moderator.command("agenda end")
    await house.later(minutes=1)
    await house.set_up()
    await house.later(minutes=3)
    await house.restart()
    await house.later(minutes=3)
    assert [(one.name, one.locked) for one in house.world.threads.values()] == [("What decides?", True)]
    assert len(house.told("Somebody deleted")) == 1
