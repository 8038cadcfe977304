"""Discord's answer never comes: the line is cut before or after what was asked took effect.

discord.py does not repeat a request whose connection was cut, so the house must: look, and do it once.
"""

from datetime import timedelta

import pytest

from rehearsal.judge import said_keys
from tests.stage import Stage, at

BEFORE_OR_AFTER = pytest.mark.parametrize("done", [False, True], ids=["before", "after"])


def own_keys(stage: Stage) -> dict[str, int]:
    return dict(said_keys([m for m in stage.world.messages if m.author_id == stage.world.bot.id]))


@BEFORE_OR_AFTER
async def test_a_notice_is_said_once(house: Stage, done: bool) -> None:
    met = house.disturb("POST", f"/channels/{house.channel('programme').id}/messages", done=done, cut=True)
    await house.until(at(8, 10))
    assert met() == 1
    assert own_keys(house) == {"d1 · opening": 1, "open · soon · 1": 1, "open · started": 1}


@BEFORE_OR_AFTER
async def test_what_falls_due_elsewhere_is_said_in_time_all_the_same(house: Stage, done: bool) -> None:
    await house.until(at(9, 1))
    await house.moderator.press(house.operator, "Next: Opening remarks")
    await house.until(at(9, 25))
    house.disturb("POST", f"/channels/{house.channel('programme').id}/messages", done=done, cut=True)
    await house.moderator.command("agenda shift", item="two", minutes=5)
    await house.until(at(9, 32))
    assert all("late" not in text for text in house.said("left for", "moderators"))
    assert len(house.said("left for", "moderators")) == 1


@BEFORE_OR_AFTER
async def test_a_panel_hangs_once(stage: Stage, done: bool) -> None:
    await stage.run()
    preview = await stage.clerk.command("meeting setup")
    met = stage.disturb("POST", "/messages", done=done, cut=True)
    await stage.clerk.press(preview, "Create")
    await stage.later(minutes=3)
    assert met() == 1
    for name, words in (
        ("welcome", "## A small roundtable"),
        ("programme", "## Day 1"),
        ("programme", "## Day 2"),
        ("questions", "What decides?"),
        ("moderators", "## Running the meeting"),
    ):
        stage.panel(name, words)


@BEFORE_OR_AFTER
async def test_a_thread_is_opened_once(house: Stage, done: bool) -> None:
    await house.until(at(9, 29))
    met = house.disturb("POST", "/threads", done=done, cut=True)
    house.allowed.add(160004)
    await house.moderator.command("agenda start", item="two")
    await house.later(minutes=2)
    assert met() == 1
    assert [(thread.name, thread.locked) for thread in house.world.threads.values()] == [
        ("What decides?", False)
    ]


@BEFORE_OR_AFTER
async def test_an_event_is_made_once(stage: Stage, done: bool) -> None:
    await stage.run()
    preview = await stage.clerk.command("meeting setup")
    met = stage.disturb("POST", "/scheduled-events", done=done, cut=True)
    await stage.clerk.press(preview, "Create")
    await stage.later(minutes=3)
    assert met() == 1
    assert sorted(event.name for event in stage.world.events.values()) == [
        "Day 1: questions",
        "Day 2: outcome",
    ]


async def test_an_answer_lost_after_the_act_promises_nothing_false(house: Stage) -> None:
    await house.until(at(8, 58))
    house.standin.interactions.limit = timedelta(milliseconds=300)
    met = house.disturb("POST", "/callback", done=False, cut=True)
    reply = await house.moderator.command("agenda next")
    await house.settle()
    assert met() == 1
    assert reply.kind == "failed" and "nothing was changed" not in reply.text
    assert house.app is not None and house.app._ledger is not None
    running = (await house.app._ledger.agenda.agenda()).running
    assert running is not None and running.item_id == "one", "the act stands, and is announced"
    assert len(house.said("Begins now: **Opening remarks**")) == 1
    house.standin.interactions.unanswered.clear()


@BEFORE_OR_AFTER
async def test_set_up_goes_on_from_where_the_line_was_cut(stage: Stage, done: bool) -> None:
    await stage.run()
    preview = await stage.clerk.command("meeting setup")
    met = stage.disturb("POST", "/roles", done=done, cut=True)
    first = await stage.clerk.press(preview, "Create")
    assert met() == 1
    assert "stopped halfway" in first.text and "again" in first.text
    await stage.set_up()
    names = [role.name for role in stage.world.roles.values()]
    assert len(names) == len(set(names))
    assert {"Moderator", "Delegate", "Clerk"} <= set(names)


@BEFORE_OR_AFTER
async def test_commands_are_registered_at_the_next_connection(stage: Stage, done: bool) -> None:
    met = stage.disturb("PUT", "/commands", done=done, cut=True)
    await stage.run()
    assert met() == 1
    await stage.standin.drop_gateway(resumable=True)
    await stage.restart()
    assert "meeting" in {command.name for command in stage.world.commands.values()}


async def test_a_deleted_channel_is_told_once_and_made_again_by_set_up(house: Stage) -> None:
    await house.until(at(8, 20))
    house.world.delete_channel(house.channel("programme"))
    house.allowed |= {10003}
    await house.until(at(9, 10))
    told = house.told("Somebody deleted")
    assert len(told) == 1 and "the programme panel of “Day 1: questions”" in told[0]
    asked = sum("/messages" in one.path and one.status == 404 for one in house.standin.log)
    assert asked < 120, "a minute or so apart, not as fast as the line allows"
    status = await house.moderator.command("meeting status")
    assert "Deleted by somebody" in status.text
    await house.set_up()
    house.panel("programme", "## Day 1")


async def test_somebody_who_manages_another_server_is_no_clerk_here(house: Stage) -> None:
    """The bot may be on a second server, with its commands; what is typed there changes nothing here."""
    assert house.app is not None
    house.app._answers._guild_id = house.world.guild.id + 1
    reply = await house.moderator.command("agenda next")
    assert "on the server of the meeting" in reply.text
    house.app._answers._guild_id = house.world.guild.id
    assert "has begun" in (await house.moderator.command("agenda next")).text, "the control"


async def test_what_an_act_costs_its_own_item_is_said(house: Stage) -> None:
    await house.until(at(9, 0))
    preview = await house.moderator.command("agenda shift", item="three", minutes=20)
    assert "Second question: 5 minutes no longer fit" in preview.text
    assert "5 minutes no longer fit" in (await house.moderator.press(preview, "Yes, do it")).text


async def test_a_day_that_is_over_is_shown_as_it_went(house: Stage) -> None:
    await house.until(at(9, 1))
    await house.moderator.command("agenda next")
    await house.leap(at(7, 0, day=8))
    await house.later(minutes=2)
    day = house.panel("programme", "## Day 1").text
    assert "about to begin" not in day
    assert "~~First question~~ not taken up" in day
    await house.leap(at(7, 0, day=8) + timedelta(days=400))
    await house.later(minutes=2)
    assert "waiting" not in house.operator.text
    assert "left running since Wednesday 7 September" in house.operator.text
