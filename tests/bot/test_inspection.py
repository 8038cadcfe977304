"""What somebody's hand does to channels, panels, threads and roles: told once, mended by set-up."""

from datetime import timedelta

import pytest

from rehearsal.standin import Bout, Channel, Disturbance
from tests.stage import Stage, at


async def mended(stage: Stage, *named: str) -> None:
    """The clerk reads the preview and presses."""
    preview = await stage.clerk.command("meeting setup")
    for words in named:
        assert words in preview.text, preview.text
    await stage.clerk.press(preview, "Create")
    await stage.later(minutes=1)


async def opened(stage: Stage) -> Channel:
    """The first question is on, and its thread stands open."""
    await stage.moderator.command("agenda start", item="two")
    await stage.later(seconds=5)
    thread = stage.world.thread_named("What decides?")
    assert thread is not None
    return thread


async def test_a_welcome_panel_deleted_is_missed_though_nothing_changes_on_it(house: Stage) -> None:
    house.world.delete_message(house.messages("welcome")[0])
    await house.later(minutes=31)
    (told,) = house.told("Somebody deleted the welcome panel.")
    assert "The clerk calls /meeting setup" in told and "07:00" in told
    await house.restart()
    await house.later(minutes=31)
    assert len(house.told("")) == 1 and house.messages("welcome") == []
    await mended(house, "Panels: put 1 back that was deleted")
    assert len(house.messages("welcome")) == 1
    (told,) = house.told("")
    assert "✓ **Over since" in told and "It hangs again." in told


async def test_nothing_is_looked_at_on_a_day_without_meeting(house: Stage) -> None:
    """Control of the test above: it is the looking that finds it, and it rests when nobody meets."""
    house.clock.set(at(12, 0, day=20))
    await house.settle()
    house.world.delete_message(house.messages("welcome")[0])
    await house.later(hours=5)
    assert house.told("") == []


async def test_what_was_deleted_while_the_bot_was_away_is_missed_when_it_is_back(house: Stage) -> None:
    await house.close()
    house.world.delete_event(next(e for e in house.world.events.values() if e.name == "Day 2: outcome"))
    house.world.delete_message(house.panel("questions", "## What next?"))
    await house.run()
    await house.later(seconds=10)
    assert len(house.told("the event “Day 2: outcome”")) == len(house.told("the panel of “What next?”")) == 1
    assert len(house.told("")) == 2


async def test_a_deleted_channel_is_one_trouble_that_names_what_hung_there(house: Stage) -> None:
    house.allowed |= {10003}
    await opened(house)
    house.world.delete_channel(house.channel("questions"))
    await house.later(minutes=5)
    (told,) = house.told("Somebody deleted the channel #questions, and with it")
    for name in ("the panel of “What decides?”", "the panel of “What next?”", "the thread “What decides?”"):
        assert name in told
    assert len(house.told("")) == 1
    await house.restart()
    await house.later(minutes=5)
    assert len(house.told("")) == 1
    await mended(house, "make **#questions**", "put 3 back")
    assert len(house.messages("questions")) == 2
    assert len(house.told("✓ **Over")) == len(house.told("")) == 1


async def test_a_deleted_channel_in_which_nothing_hung_is_told_too(house: Stage) -> None:
    house.world.delete_channel(house.channel("polls"))
    await house.later(seconds=10)
    assert len(house.told("Somebody deleted the channel #polls.")) == len(house.told("")) == 1
    await mended(house, "make **#polls**")
    assert len(house.told("✓ **Over")) == 1


async def test_the_moderators_channel_itself_is_told_of_in_its_successor(house: Stage) -> None:
    house.allowed |= {10003}
    house.world.delete_channel(house.channel("moderators"))
    await house.later(minutes=5)
    asked = sum(one.status == 404 for one in house.standin.log)
    assert asked < 10, "not asked for over and over"
    assert "#moderators" in (await house.clerk.command("meeting status")).text
    await mended(house)
    assert "Accreditation" in house.operator.text
    assert len(house.told("the channel #moderators")) == len(house.told("✓ **Over")) == 1


async def test_a_channel_deleted_while_the_bot_was_away_breaks_nothing(house: Stage) -> None:
    house.allowed |= {10003}
    await house.close()
    house.world.delete_channel(house.channel("questions"))
    await house.run()
    await house.later(minutes=2)
    assert len(house.told("Somebody deleted the channel #questions")) == len(house.told("")) == 1


async def test_a_thread_is_deleted_only_when_discord_says_so_of_it(house: Stage) -> None:
    house.allowed |= {404}
    thread = await opened(house)
    bout = Bout("GET", f"/channels/{thread.id}", Disturbance(404, body={"message": "Not Found", "code": 0}))
    house.standin.door.fault = bout
    house.doors.noticed(thread.id)
    await house.later(minutes=1)
    assert bout.met == 1 and house.told("") == []


@pytest.mark.parametrize("by_hand", [False, True])
async def test_a_thread_locked_by_hand_is_told_and_left_alone(house: Stage, by_hand: bool) -> None:
    thread = await opened(house)
    for _ in range(3):
        house.world.set_thread(thread, locked=True, archived=True)
        await house.later(seconds=30)
    (told,) = house.told("Somebody locked the thread “What decides?”")
    assert "If that is meant, leave it so." in told and thread.locked and thread.archived
    await house.restart()
    await house.later(minutes=31)
    assert thread.locked and len(house.told("")) == 1
    if by_hand:
        house.world.set_thread(thread, locked=False, archived=False)
        await house.later(seconds=5)
    else:
        await mended(house, "Threads: set 1 right")
    assert not thread.locked and not thread.archived
    assert len(house.told("✓ **Over")) == len(house.told("")) == 1
    assert (await house.clerk.command("meeting setup")).text == "Everything is in place already."


async def test_a_closed_thread_unlocked_by_hand_is_told(house: Stage) -> None:
    thread = await opened(house)
    await house.moderator.command("agenda end")
    await house.later(seconds=5)
    assert thread.locked and house.told("") == []
    house.world.set_thread(thread, locked=False)
    await house.later(seconds=5)
    assert len(house.told("Somebody unlocked the thread “What decides?”")) == 1 and not thread.locked
    await mended(house, "Threads: set 1 right")
    assert thread.locked and len(house.told("✓ **Over")) == 1


async def test_the_agenda_ends_what_a_hand_began(house: Stage) -> None:
    thread = await opened(house)
    house.world.set_thread(thread, locked=True)
    await house.later(seconds=5)
    await house.moderator.command("agenda end")
    await house.later(seconds=5)
    assert thread.locked and len(house.told("✓ **Over")) == len(house.told("")) == 1


async def test_a_thread_that_fell_asleep_is_woken_without_a_word(house: Stage) -> None:
    thread = await opened(house)
    house.world.set_thread(thread, archived=True)
    await house.later(seconds=5)
    assert not thread.archived and house.told("") == []


async def test_a_role_deleted_is_told_until_there_is_another(house: Stage) -> None:
    role = house.world.role_named("Delegate")
    assert role is not None
    house.world.delete_role(role)
    await house.later(seconds=10)
    (told,) = house.told("The role of “Delegate” was deleted")
    assert "gives it to the people who had it" in told
    await house.restart()
    await house.later(minutes=1)
    assert len(house.told("")) == 1
    await mended(house, "Role: make **Delegate**")
    assert len(house.told("✓ **Over")) == len(house.told("")) == 1


async def test_what_somebody_else_does_elsewhere_is_nobodys_trouble(house: Stage) -> None:
    other = house.world.add_channel("coffee")
    role = house.world.add_role("Press")
    await house.settle()
    house.world.delete_channel(other)
    house.world.delete_role(role)
    await house.later(minutes=31)
    assert house.told("") == []


async def test_an_event_that_is_over_is_not_missed(house: Stage) -> None:
    """Discord itself takes down what is over."""
    await house.until(at(8, 30))
    event = next(one for one in house.world.events.values() if one.name == "Day 1: questions")
    await house.leap(at(12, 30))
    house.world.events.pop(event.id, None)
    await house.later(minutes=31)
    assert house.told("the event") == []


async def test_the_status_says_what_is_wrong_and_what_the_house_stands_on(house: Stage) -> None:
    house.world.delete_channel(house.channel("polls"))
    await house.later(seconds=10)
    text = (await house.moderator.command("meeting status")).text.replace("\\", "")
    for words in (
        "⚠ Somebody deleted the channel #polls. Since 06:30 Bangkok",
        "Connected to Discord since 06:30 Bangkok",
        "MB free",
        "Notices: all said.",
        "s against Discord's",
        "chain whole",
    ):
        assert words in text, (words, text)
    assert house.clock.now() - at(6, 30) < timedelta(hours=1)
