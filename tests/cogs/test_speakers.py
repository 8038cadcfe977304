"""Running a list of speakers, as a moderator under stress does: pressed, typed, taken back."""

from typing import Any

import pytest

from meeting.seats import Presence
from rehearsal.standin import Message, Person, Reply, wording
from tests.stage import Stage, at

OPENING = "Opening remarks"


def floor(stage: Stage, item: str = OPENING) -> Message:
    return stage.panel("floor", f"## List of speakers\n**{item}**")


def desk(stage: Stage) -> Message:
    return stage.panel("moderators", "## Running the list")


def labels(message: Message) -> list[str]:
    return [str(one["label"]) for one in wording.buttons(message.components)]


async def fresh(stage: Stage, item: str = OPENING) -> str:
    """The list's words once what was done is drawn."""
    await stage.later(seconds=10)
    return floor(stage, item).text


async def press(stage: Stage, button: str) -> Reply:
    """A moderator presses on the desk's panel, and it is drawn anew."""
    reply = await stage.moderator.press(desk(stage), button)
    await stage.later(seconds=10)
    return reply


async def typed(stage: Stage, command: str, **given: Any) -> str:
    """What a moderator is told who types it, once it is drawn."""
    reply = await stage.moderator.command(f"speakers {command}", **given)
    await stage.later(seconds=10)
    return reply.text


async def who(stage: Stage, name: str) -> str:
    """What a command calls somebody who waits."""
    proposed = await stage.moderator.complete("speakers move", "who", name)
    assert len(proposed) == 1, proposed
    return str(proposed[0]["value"])


async def ask(stage: Stage, *names: str, presence: Presence = Presence.ROOM) -> list[Person]:
    """One person of each delegation asks for the floor, a second apart."""
    found = []
    for name in names:
        person = await stage.seat(f"P-{name}", name, presence)
        stage.breathe()
        await person.press(floor(stage), "Ask for the floor")
        found.append(person)
    await stage.later(seconds=10)
    return found


@pytest.fixture
async def running(house: Stage) -> Stage:
    """The first item runs since nine; nobody has asked yet."""
    await house.until(at(9, 0))
    await house.moderator.command("agenda start", item="one")
    await house.later(seconds=10)
    return house


# A good day.


async def test_next_pause_resume_and_end_by_buttons(running: Stage) -> None:
    await ask(running, "alp", "bre")
    assert labels(desk(running)) == ["Next: Alpland", "Last call", "Close list"]
    called = await press(running, "Next: Alpland")
    assert called.ephemeral and called.text == "**Republic of Alpland** (in the room) has the floor: 3 min."
    assert "Floor: **Alpland** (in the room), since 09:00, 3 min, until <t:" in desk(running).text
    assert labels(desk(running)) == [
        "Next: Bretonia", "Pause", "End, nobody next", "Take back: giving the floor…",
        "Last call", "Close list",
    ]  # fmt: skip
    assert (await press(running, "Pause")).text == "**Republic of Alpland** is off the clock after 0:10."
    await running.later(minutes=3)
    assert "**paused** after 0:10 of 3 min" in floor(running).text
    assert (await press(running, "Resume")).text == "**Republic of Alpland** is on the clock again."
    assert "since 09:00 · 3 min, until <t:" in floor(running).text
    assert (await press(running, "End, nobody next")).text == "**Republic of Alpland** is done."
    assert "Nobody has the floor.\n1 waits" in floor(running).text
    assert "**Next**\n1. Bretonia" in floor(running).text
    await press(running, "Next: Bretonia")
    assert labels(desk(running))[:2] == ["End: Bretonia", "Pause"]
    assert (await press(running, "End: Bretonia")).text == "**Bretonia** is done."
    assert "**2 interventions**: Alpland (in the room), Bretonia (in the room)" in floor(running).text


async def test_the_same_by_commands(running: Stage) -> None:
    await ask(running, "alp", "bre")
    assert await typed(running, "end") == "Nobody has the floor at the moment."
    assert await typed(running, "next") == "**Republic of Alpland** (in the room) has the floor: 3 min."
    assert await typed(running, "resume") == "The intervention is not paused."
    assert "is off the clock after 0:20." in await typed(running, "pause")
    assert await typed(running, "pause") == "The intervention is paused already."
    assert "is on the clock again" in await typed(running, "resume")
    assert await typed(running, "next") == "**Bretonia** (in the room) has the floor: 3 min."
    assert await typed(running, "end") == "**Bretonia** is done."
    assert await typed(running, "next") == "Nobody waits, and nobody has the floor."
    assert await typed(running, "undo", reason="Not yet") == (
        "Taken back: end. The panel shows how the list stands."
    )
    assert "**Has the floor: Bretonia**" in floor(running).text


async def test_taking_back_with_a_reason_as_far_as_one_likes(running: Stage) -> None:
    await ask(running, "alp", "bre")
    await press(running, "Next: Alpland")
    await press(running, "Next: Bretonia")
    form = await press(running, "Take back: giving the floor…")
    assert form.text.split("\n") == ["Take back the last act", "Why?", "A few words; they are kept with it."]
    empty = await running.moderator.fill(form, {"Why?": "\u200b"})
    assert empty.text == "Please say in a few words why: it is kept with what you did."
    done = await running.moderator.fill(form, {"Why?": "Bretonia is not here"})
    assert done.text == "Taken back: giving the floor. The panel shows how the list stands."
    text = await fresh(running)
    assert "**Has the floor: Republic of Alpland**" in text and "**Next**\n1. Bretonia" in text
    assert "since 09:00 · 3 min" in text, "its clock was never stopped"
    stale = await running.moderator.fill(form, {"Why?": "Again"})
    assert stale.text.startswith("The list has changed since this button was drawn, so nothing was done.")
    assert (await typed(running, "undo", reason="Not her either")).startswith("Taken back: giving the floor.")
    assert "Nobody has the floor.\n2 wait" in floor(running).text
    assert "**Next**\n1. Alpland (in the room)\n2. Bretonia" in floor(running).text
    assert await typed(running, "undo", reason="And?") == "There is nothing left on this list to take back."


async def test_a_move_with_its_reason_told_to_who_asks(running: Stage) -> None:
    _, bob, _ = await ask(running, "alp", "bre", "cor")
    moved = await typed(
        running, "move", who=await who(running, "Bretonia"), place=1, reason="The minister *leaves*"
    )
    assert moved == "**Bretonia** now stands at place 1."
    assert "1. Bretonia (in the room)\n2. Alpland" in floor(running).text
    why = (await bob.press(floor(running), "Why here?")).text
    assert "Those who conduct the meeting moved you: “The minister \\*leaves\\*”" in why
    ann = running.person("P-alp")
    assert (
        "moved Bretonia: “The minister \\*leaves\\*”" in (await ann.press(floor(running), "Why here?")).text
    )
    assert await typed(running, "move", who=await who(running, "Bretonia"), place=1, reason="x") == (
        "It stands at place 1 already."
    )
    assert "now stands at place 3" in await typed(
        running, "move", who=await who(running, "Bretonia"), place=99, reason="Not so urgent"
    )
    for nobody in ("Bretonia", "0", "99999999999", "-1"):
        said = await typed(running, "move", who=nobody, place=1, reason="x")
        assert said.startswith("That is not on the list (any more), so nothing was done.")


async def test_opening_last_call_closing_and_opening_again(house: Stage) -> None:
    mona = house.moderator
    opened = await mona.command("speakers open", item="one")
    assert opened.text == "The list for “Opening remarks” is open."
    assert "**Open.** Press" in await fresh(house) and "List: open" in desk(house).text
    assert await typed(house, "open", item="one") == "The list is open already."
    assert (await press(house, "Last call")).text == "Last call for “Opening remarks”."
    assert "**Last call**: the list is about to be closed." in floor(house).text
    assert await typed(house, "lastcall") == "The last call has been made already."
    assert (
        await press(house, "Close list")
    ).text == "The list for “Opening remarks” is closed; nobody waits."
    assert "**Closed at 06:31 Bangkok" in floor(house).text
    assert (await typed(house, "close", item="one")).startswith("The list was closed at 06:31 Bangkok")
    assert (await typed(house, "reopen", item="one")) == "The list for “Opening remarks” is open."
    assert "**Open.**" in floor(house).text and labels(desk(house)) == [
        "Take back: reopening…", "Last call", "Close list",
    ]  # fmt: skip


async def test_the_clock_calls_for_the_last_time_and_closes(running: Stage) -> None:
    await running.until(at(9, 14))
    assert "**Open**, for now until 09:25 Bangkok" in floor(running).text
    await running.until(at(9, 15, second=5))
    assert "**Last call**: the list closes at 09:25 Bangkok" in floor(running).text
    await running.until(at(9, 25, second=5))
    assert "**Closed at 09:25 Bangkok" in floor(running).text and "List: closed" in desk(running).text
    assert "Ask for the floor" not in labels(floor(running))
    await press(running, "Reopen list")
    assert "**Open.** Press" in floor(running).text, "and no longer until a moment that is past"
    await running.until(at(9, 31))
    assert "**Open.**" in floor(running).text


async def test_how_the_list_is_kept(running: Stage) -> None:
    people = await ask(running, "obs", "cor", "alp")
    assert "1. Côre d'Or (in the room)\n2. Alpland (in the room)\n3. Obsidian" in floor(running).text
    said = await typed(running, "policy", order="alphabetical", sides="2 from the room, 1 online", members=4)
    assert said == (
        "The list is kept like this: alphabetical. In turn 2 from the room and 1 online. Time: 4 min;"
        " member organisations 4 min, observers 2 min, for a group 5 min."
    )
    assert "1. Alpland (in the room)\n2. Côre d'Or (in the room)\n3. Obsidian" in floor(running).text
    assert "-# Order: alphabetical. In turn 2 from the room" in floor(running).text
    await typed(running, "policy", order="inscription", sides="strict")
    assert "1. Obsidian Order (in the room)\n2. Côre d'Or" in floor(running).text
    said = await typed(running, "policy", time="adaptive")
    assert said.endswith(
        "Where one sits makes no difference. Time: what is left is shared out, 1 min to 5 min each."
    )
    assert (await press(running, "Next: Obsidian Order")).text.endswith("has the floor: 5 min.")
    assert "as inscribed" in (await people[1].press(floor(running), "Why here?")).text


async def test_the_desk_enters_and_withdraws_people_without_account(running: Stage) -> None:
    mona, clara = running.moderator, running.clerk
    proposed = await clara.complete("speakers add", "delegation", "alp")
    assert proposed == [{"name": "Republic of Alpland", "value": "alp"}]
    added = await clara.command("speakers add", delegation="alp", speaker="Ms A", subject="All")
    assert added.text == "**Republic of Alpland** is on the list (statement): number 1 of 1."
    more = {"kind": "group", "on-behalf-of": "The Group", "side": "online"}
    added = await mona.command("speakers add", delegation="bre", **more)
    assert added.text.endswith("is on the list (statement on behalf of a group): number 1 of 2.")
    assert "1. Bretonia (online) · on behalf of The Group\n2. Alpland (in the room)" in await fresh(running)
    assert labels(desk(running))[1] == "Take back: entry…"
    twice = await mona.command("speakers add", delegation="alp")
    assert twice.text.startswith("Alpland is on the list for that already")
    nobody = await mona.command("speakers add", delegation="xyz")
    assert nobody.text.startswith("There is no delegation “xyz”.")
    off = await typed(running, "withdraw", who=await who(running, "Alpland"))
    assert off == "Off the list: **Republic of Alpland** (statement)."
    text = floor(running).text
    assert "\n1 waits" in text and "**Next**\n1. Bretonia (online) · on behalf of The Group\n" in text
    await typed(running, "undo", reason="Wrong one")
    assert "2. Alpland (in the room)" in floor(running).text


async def test_facilitators_may_and_delegates_may_not(running: Stage) -> None:
    (ann,) = await ask(running, "alp")
    fay = running.person("Fay", "Facilitator")
    assert "has the floor" in (await fay.command("speakers next")).text
    assert "is done" in (await fay.press(await refreshed(running), "End: Alpland")).text
    with pytest.raises(ValueError, match="no command /speakers next"):
        await ann.command("speakers next")
    for person in (ann, running.delegate):
        for verb in ("next:1.0", "end:1", "pause:1", "close", "undo:1", "replies", "alternate", "last_call"):
            await running.later(seconds=3)
            refused = await running.forge(person, f"m1:speakers:one:{verb}", floor(running))
            assert refused.text.startswith("This is for the people who run the meeting"), verb
    assert "Nobody has the floor." in await fresh(running) and "**Open**" in floor(running).text


async def refreshed(stage: Stage) -> Message:
    await stage.later(seconds=10)
    return desk(stage)


async def test_balance_and_nudge_with_a_press_that_helps(running: Stage) -> None:
    await typed(running, "policy", sides="3 from the room, 1 online")
    await typed(running, "policy", sides="strict", order="inscription")
    await ask(running, "alp", "bre", "cor")
    await ask(running, "eco", presence=Presence.VIRTUAL)
    await ask(running, "obs")
    for name in ("Alpland", "Bretonia"):
        await press(running, f"Next: {name}")
    assert "⚠" not in desk(running).text
    await press(running, "Next: Côre d'Or")
    text = desk(running).text
    assert "Room: 3 heard, 1 waiting · online: 0 heard, 1 waiting" in text
    assert "⚠ The last 3 interventions came from the room, and online waits." in text
    assert labels(desk(running))[-1] == "Alternate sides"
    pressed = await press(running, "Alternate sides")
    assert "The room and online alternate." in pressed.text
    assert "Alternate sides" not in labels(desk(running))
    await press(running, "Next: ECE")
    assert "⚠" not in desk(running).text


async def test_the_forecast_says_who_will_not_fit(running: Stage) -> None:
    await typed(running, "policy", members=14)
    await ask(running, "alp", "bre", "cor")
    assert "3 wait, heard by about 09:43.\n2 will not fit before 09:30." in floor(running).text
    assert "2 will not fit before 09:30." in desk(running).text


async def test_stats_and_texts(running: Stage) -> None:
    assert await typed(running, "stats") == "Nobody has had the floor yet."
    assert await typed(running, "texts") == "No text was handed in yet."
    ann, _ = await ask(running, "alp", "bre")
    await ann.command("floor text", text="Our words\nof order")
    await press(running, "Next: Alpland")
    await running.later(minutes=4)
    await press(running, "Next: Bretonia")
    await press(running, "End: Bretonia")
    assert await typed(running, "stats") == (
        "**Interventions so far**\nMembers, in the room: 2 interventions, 4 min, 1 over time\n"
        "2 of 6 delegations have had the floor."
    )
    reply = await running.moderator.command("speakers texts", item="one")
    assert reply.text == "1 text, as it was handed in:" and reply.message is not None
    (file,) = reply.message.attachments
    assert file.data.decode() == (
        "Opening remarks · Republic of Alpland · 2022-09-07 09:00 · text of an intervention\n\n"
        "Our words\nof order\n"
    )


# From one item to the next.


async def test_no_item_ends_over_the_heads_of_people_on_an_open_list(running: Stage) -> None:
    mona = running.moderator
    await ask(running, "alp", "bre")
    waits = (
        "The item was not ended: the list of speakers is open, and 2 delegations wait (Alpland, Bretonia)."
        " Close the list first, or hear them."
    )
    assert (await mona.command("agenda next")).text == waits
    assert (await mona.command("agenda end")).text == waits
    assert (await mona.command("agenda start", item="two")).text == waits
    assert (await mona.press(running.operator, "End")).text == waits
    await running.later(seconds=10)
    assert "Opening remarks" in running.operator.text and "2 wait" in floor(running).text


async def test_leftovers_of_a_closed_list_are_named_once_and_invited_in_writing(running: Stage) -> None:
    mona = running.moderator
    ann, _ = await ask(running, "alp", "bre")
    await press(running, "Close list")
    asked = await mona.command("agenda next")
    assert asked.text == (
        "2 delegations on the list will not be heard (Alpland, Bretonia). They are invited to submit in"
        " writing. End the item nonetheless?"
    )
    assert asked.buttons == ["End it nonetheless", "No"]
    assert (await mona.press(asked, "No")).text == "Nothing was changed."
    assert "2 wait" in await fresh(running)
    done = await mona.press(await mona.command("agenda next"), "End it nonetheless")
    assert "“First question” has begun" in done.text
    text = await fresh(running)
    assert "**The item is over.** You may submit in writing" in text
    assert "**Not heard, please submit in writing:** Alpland, Bretonia" in text
    form = await ann.press(floor(running), "Submit in writing…")
    written = await ann.fill(form, {"Your text": "What we would have said"})
    assert written.text == "Recorded: your written statement on “Opening remarks” (5 words)."
    over = await mona.command("speakers open", item="one")
    assert over.text == "“Opening remarks” is over, and its list with it. Nothing was changed."


async def test_who_has_the_floor_as_the_item_ends_is_asked_about(running: Stage) -> None:
    await ask(running, "alp")
    await press(running, "Next: Alpland")
    asked = await running.moderator.press(running.operator, "End")
    assert asked.text == "**Alpland has the floor.** End the item nonetheless?"
    done = await running.moderator.press(asked, "End it nonetheless")
    assert done.kind == "update" and "“Opening remarks” has ended." in done.text
    assert "**1 intervention**: Alpland (in the room)" in await fresh(running)


async def test_the_clock_starts_no_break_while_somebody_has_the_floor(running: Stage) -> None:
    await running.until(at(9, 30))
    await running.moderator.command("agenda next")
    await running.later(seconds=10)
    ann = await running.seat("Ann", "alp", Presence.ROOM)
    await ann.press(floor(running, "First question"), "Ask for the floor")
    await running.until(at(9, 59))
    await press(running, "Next: Alpland")
    await running.until(at(10, 4))
    text = floor(running, "First question").text
    assert running.said("Now: **Break**") == [] and "**Has the floor: Republic of Alpland**" in text
    await press(running, "End: Alpland")
    await running.later(minutes=1)
    assert len(running.said("Now: **Break**")) == 1, "control: the floor is free"
