"""Asking for the floor as a delegate does, on a phone: each press, and what everybody then reads."""

from typing import Any

import pytest

from meeting.seats import Presence
from rehearsal.standin import Message, Person, Reply, wording
from tests.stage import Stage, at

OPENING, DRAFT = "Opening remarks", "Draft statement"
FIELDS = {
    "kind": "For what?",
    "speaker": "Who will speak: name and title",
    "group": "On behalf of (a group's statement only)",
    "subject": "Subject, in a few words",
    "text": "Text, if you have one (for interpreters)",
}


def floor(stage: Stage, item: str = OPENING) -> Message:
    """The list as it hangs in #floor."""
    return stage.panel("floor", f"## List of speakers\n**{item}**")


def desk(stage: Stage) -> Message:
    return stage.panel("moderators", "## Running the list")


def labels(message: Message) -> list[str]:
    return [str(one["label"]) for one in wording.buttons(message.components)]


async def fresh(stage: Stage, item: str = OPENING) -> str:
    """The list's words once what was done is drawn."""
    await stage.later(seconds=10)
    return floor(stage, item).text


async def detailed(stage: Stage, person: Person, kind: str = "statement", **more: Any) -> Reply:
    """With details…, filled in."""
    form = await person.press(floor(stage, more.pop("item", OPENING)), "With details…")
    return await person.fill(form, {FIELDS[name]: text for name, text in more.items()} | {"kind": [kind]})


@pytest.fixture
async def opened(house: Stage) -> Stage:
    """The list of the first item is open; it has not begun."""
    await house.until(at(8, 55))
    return house


@pytest.fixture
async def running(opened: Stage) -> Stage:
    """The first item runs, and Bretonia has the floor."""
    await opened.until(at(9, 0))
    await opened.moderator.command("agenda start", item="one")
    bob = await opened.seat("Bob", "bre", Presence.ROOM)
    await opened.later(seconds=10)
    await bob.press(floor(opened), "Ask for the floor")
    await opened.later(seconds=10)
    await opened.moderator.press(desk(opened), "Next: Bretonia")
    await opened.later(seconds=10)
    return opened


# A good day.


async def test_one_tap_is_enough(opened: Stage) -> None:
    ann = await opened.seat("Ann", "alp", Presence.VIRTUAL)
    cy = await opened.seat("Cy", "obs")
    assert "**Open.** Press **Ask for the floor**" in floor(opened).text
    assert "Nobody waits." in floor(opened).text
    first = await ann.press(floor(opened), "Ask for the floor")
    assert first.ephemeral and first.buttons == ["Why here?", "Withdraw", "Not now"]
    assert first.text == (
        "Recorded: **Republic of Alpland** is on the list (statement) and is next.\nYou are noted as online."
    )
    second = await cy.press(floor(opened), "Ask for the floor")
    assert "**Obsidian Order** is on the list (statement): number **2** of 2, about 09:03" in second.text
    assert second.text.endswith("Are you in the room or online? You can say otherwise later.")
    assert second.buttons[-2:] == ["I am in the room", "I am online"], "asked once a day"
    text = await fresh(opened)
    assert (
        "2 wait, heard by about 09:05.\n**Next**\n1. Alpland (online)\n2. Obsidian Order (online)\n" in text
    )
    assert labels(floor(opened)) == [
        "Ask for the floor", "With details…", "Withdraw", "Not now", "Why here?", "Submit in writing…",
        "I cannot hear",
    ]  # fmt: skip


async def test_by_command_as_well(opened: Stage) -> None:
    ann, bob = await opened.seat("Ann", "alp", Presence.ROOM), await opened.seat("Bob", "bre", Presence.ROOM)
    more = {"kind": "group", "on-behalf-of": "The Group", "speaker": "Ms A", "subject": "All"}
    assert "is next" in (await bob.command("floor ask")).text
    assert "(statement on behalf of a group) and is next" in (await ann.command("floor ask", **more)).text
    assert "Directly before you stands **Republic of Alpland**" in (await bob.command("floor why")).text
    assert "Withdrawn: **Bretonia**" in (await bob.command("floor withdraw")).text
    text = await fresh(opened)
    assert "1 waits" in text and "**Next**\n1. Alpland (in the room) · on behalf of The Group\n" in text
    proposed = await ann.complete("floor ask", "item", "")
    assert proposed[0] == {"name": "Opening remarks (one)", "value": "one"}


async def test_with_details(opened: Stage) -> None:
    bob = await opened.seat("Bob", "bre", Presence.ROOM)
    form = await bob.press(floor(opened), "With details…")
    assert form.text.split("\n")[1:] == [*FIELDS.values()]
    reply = await detailed(
        opened,
        bob,
        "group",
        speaker="Ms B, Minister",
        group="The Group",
        subject="All of it",
        text="Two words",
    )
    assert "**Bretonia** is on the list (statement on behalf of a group) and is next." in reply.text
    assert "Your text was handed in: 2 words, about 1 min." in reply.text
    text = await fresh(opened)
    assert "1. Bretonia (in the room) · on behalf of The Group" in text and "1 text was handed in." in text
    assert "Ms B" not in text, "who speaks shows when they do"
    await opened.moderator.command("agenda start", item="one")
    await opened.later(seconds=10)
    called = await opened.moderator.press(desk(opened), "Next: Bretonia")
    assert called.text == "**Bretonia** (in the room) has the floor: 5 min."
    text = await fresh(opened)
    assert "**Has the floor: Bretonia** (in the room) · on behalf of The Group\nsince 08:55 · 5 min" in text
    assert "-# Ms B, Minister\n-# All of it" in text


async def test_why_here_in_words(opened: Stage) -> None:
    people = [
        await opened.seat(n, d, Presence.ROOM) for n, d in (("Cy", "obs"), ("Bob", "bre"), ("Coco", "cor"))
    ]
    for person in people:
        opened.breathe()
        await person.press(floor(opened), "Ask for the floor")
    ann = await opened.seat("Ann", "alp", Presence.VIRTUAL)
    opened.breathe()
    await ann.press(floor(opened), "Ask for the floor")
    cy, bob, coco = [(await one.press(floor(opened), "Why here?")).text for one in people]
    assert (
        bob.startswith("**Bretonia** (statement) is number **1** of 4") and "Nobody stands before you." in bob
    )
    assert "That is because member delegations come before observer States." in cy
    why = (await ann.press(floor(opened), "Why here?")).text
    assert "Directly before you stands **Bretonia** (in the room)." in why
    assert "Bretonia asked for the floor earlier: at 08:55:02, you at 08:55:04." in why.replace("**", "")
    assert "because the two sides follow each other, 1 from the room, then 1 online" in coco
    assert why.endswith("The room and online alternate.") and "-# Order: members, member organisations" in why
    stranger = await opened.seat("Eve", "eco", Presence.ROOM)
    none = (await stranger.press(floor(opened), "Why here?")).text
    assert none == "Your delegation waits for nothing on the list for “Opening remarks”."


async def test_associating_with_the_statement(running: Stage) -> None:
    ann, bob = await running.seat("Ann", "alp", Presence.VIRTUAL), running.person("Bob")
    done = await ann.press(floor(running), "Associate")
    assert done.text == (
        "Recorded: **Republic of Alpland** associates itself with the intervention of **Bretonia**."
    )
    again = await (await running.seat("Abe", "alp")).press(floor(running), "Associate")
    assert again.text == "Your delegation is associated with the intervention of Bretonia already."
    own = await bob.press(floor(running), "Associate")
    assert own.text == "That intervention is your own delegation's."
    assert "\nAssociated with Bretonia: Alpland\n" in await fresh(running)


async def test_not_now_keeps_the_place_until_ready(running: Stage) -> None:
    ann, cy = await running.seat("Ann", "alp", Presence.ROOM), await running.seat("Cy", "obs", Presence.ROOM)
    await ann.press(floor(running), "Ask for the floor")
    await cy.press(floor(running), "Ask for the floor")
    put_off = await ann.press(floor(running), "Not now")
    assert (
        "**Republic of Alpland** keeps the place and is passed over until you press **Ready**" in put_off.text
    )
    assert "1. Alpland (in the room) · *not now*\n2. Obsidian Order" in await fresh(running)
    assert labels(desk(running))[0] == "Next: Obsidian Order"
    assert "You said “not now”" in (await ann.press(floor(running), "Why here?")).text
    ready = await ann.press(put_off, "Ready: statement")
    assert ready.kind == "update" and ready.text == "Noted: **Republic of Alpland** is ready."
    assert "1. Alpland (in the room)\n2. Obsidian Order" in await fresh(running)
    assert labels(desk(running))[0] == "Next: Alpland"


async def test_not_now_just_after_the_call_and_not_later(running: Stage) -> None:
    bob, ann = running.person("Bob"), await running.seat("Ann", "alp", Presence.ROOM)
    await ann.press(floor(running), "Ask for the floor")
    refused = await bob.press(floor(running), "Withdraw")
    assert refused.text.startswith("Bretonia has the floor, so nothing was changed. Those who conduct")
    assert "keeps the place" in (await bob.press(floor(running), "Not now")).text
    text = await fresh(running)
    assert "Nobody has the floor.\n2 wait" in text
    assert "**Next**\n1. Bretonia (in the room) · *not now*\n2. Alpland" in text
    await running.moderator.press(desk(running), "Next: Alpland")
    await running.later(seconds=90)
    late = await ann.press(floor(running), "Not now")
    assert late.text.startswith("Alpland has the floor, so")
    assert "**Has the floor: Republic of Alpland**" in await fresh(running)


async def test_withdrawing_one_and_one_of_two(running: Stage) -> None:
    ann = await running.seat("Ann", "alp", Presence.VIRTUAL)
    asked = await ann.press(floor(running), "Ask for the floor")
    off = await ann.press(asked, "Withdraw")
    assert off.text == "Withdrawn: **Republic of Alpland** (statement) is off the list."
    assert "Nobody waits." in await fresh(running)
    assert (await ann.press(floor(running), "Withdraw")).text.startswith("Your delegation waits for nothing")
    await ann.press(floor(running), "Ask for the floor")
    second = await detailed(running, ann, "question")
    which = await ann.press(floor(running), "Withdraw")
    assert which.text == "Your delegation has more than one on the list. Which?"
    assert which.buttons == ["Withdraw: statement", "Withdraw: question to the speaker"]
    off = await ann.press(which, "Withdraw: question to the speaker")
    assert off.kind == "update" and "(question to the speaker) is off the list" in off.text
    stale = await ann.press(second, "Withdraw")
    assert stale.text == "That inscription does not wait any more, so nothing was done."
    text = await fresh(running)
    assert "1 waits" in text and "**Next**\n1. Alpland (online)\n" in text


async def test_a_point_of_order_stops_the_speech_and_its_clock(running: Stage) -> None:
    ann, mona = await running.seat("Ann", "alp", Presence.ROOM), running.moderator
    raised = await detailed(running, ann, "point_of_order")
    assert raised.buttons == ["Why here?", "Withdraw"]
    assert raised.text == (
        "Recorded: a point of order by **Republic of Alpland**. Those who conduct the meeting have been"
        " called."
    )
    await running.later(seconds=10)
    assert "⚠ **Point of order:** Alpland. Next gives it the floor." in desk(running).text
    later = await ann.press(floor(running), "Not now")
    assert later.text == "A point of order is heard at once. If it is settled, press **Withdraw**."
    await mona.press(desk(running), "Next: Alpland")
    text = await fresh(running)
    assert "**Has the floor: Republic of Alpland** (in the room) · **point of order**" in text
    assert "Interrupted, off the clock: Bretonia (in the room)" in text
    await running.later(minutes=5)
    assert (await mona.press(desk(running), "End point of order")).text == "**Bretonia** goes on."
    await running.later(seconds=10)
    paused = await mona.press(desk(running), "Pause")
    assert paused.text == "**Bretonia** is off the clock after 0:30.", "five minutes do not count"


async def test_questions_are_heard_next_and_vanish_with_the_next_speaker(running: Stage) -> None:
    ann, bob = await running.seat("Ann", "alp", Presence.ROOM), running.person("Bob")
    coco, mona = await running.seat("Coco", "cor", Presence.ROOM), running.moderator
    await ann.press(floor(running), "Ask for the floor")
    own = await detailed(running, bob, "question")
    assert own.text == "That intervention is your own delegation's."
    asked = await detailed(running, coco, "question", subject="How?")
    assert "(question to the speaker): number **1** of 2" in asked.text
    assert "1. Côre d'Or (in the room) · question to the speaker\n2. Alpland" in await fresh(running)
    await mona.press(desk(running), "Next: Côre d'Or")
    await running.later(seconds=10)
    await detailed(running, await running.seat("Cy", "obs", Presence.ROOM), "question")
    await running.later(seconds=10)
    await mona.command("speakers move", who=str(await number(running, "Alpland")), place=1, reason="Hurry")
    await running.later(seconds=10)
    await mona.press(desk(running), "Next: Alpland")
    text = await fresh(running)
    assert "**Has the floor: Republic of Alpland**" in text and "Obsidian" not in text


async def number(stage: Stage, name: str) -> int:
    """What the command proposes for somebody who waits."""
    found = await stage.moderator.complete("speakers move", "who", "")
    return next(int(one["value"]) for one in found if name in one["name"])


async def test_rights_of_reply_are_two_a_day_and_come_at_its_end(running: Stage) -> None:
    ann, mona = await running.seat("Ann", "alp", Presence.VIRTUAL), running.moderator
    asked = await detailed(running, ann, "reply")
    assert asked.text == (
        "Recorded: **Republic of Alpland** has asked for a right of reply. It is heard at the end of the day,"
        " or when the chair says so."
    )
    assert "1 right of reply, heard at the end of the day." in await fresh(running)
    twice = await detailed(running, ann, "reply")
    assert twice.text.startswith("Alpland is on the list for that already, since 09:00 Bangkok")
    assert "is heard at the end of the day" in (await ann.press(floor(running), "Why here?")).text
    await mona.press(desk(running), "Hear replies")
    await running.later(seconds=10)
    assert (await mona.press(desk(running), "Next: Alpland")).text.endswith("has the floor: 2 min.")
    await running.later(seconds=10)
    assert "(right of reply): number **1** of 1" in (await detailed(running, ann, "reply")).text
    await running.later(seconds=10)
    await mona.press(desk(running), "Next: Alpland")
    await running.later(seconds=10)
    third = await detailed(running, ann, "reply")
    assert third.text == (
        "Alpland has asked for its 2 rights of reply of today already. There is still writing:"
        " **Submit in writing…** in #floor."
    )


async def test_a_reply_asked_for_in_one_item_is_heard_in_the_last_of_the_day(running: Stage) -> None:
    await detailed(running, await running.seat("Ann", "alp", Presence.VIRTUAL), "reply")
    mona = running.moderator
    await mona.press(await mona.command("agenda end"), "End it nonetheless")
    await mona.command("agenda start", item="two")
    assert "Alpland" not in await fresh(running, "First question")
    await mona.press(await mona.command("agenda skip", item="three"), "Yes, do it")
    await mona.command("agenda start", item="last")
    assert "**Next**\n1. Alpland (online) · right of reply\n" in await fresh(running, "Outlook")
    assert labels(desk(running))[0] == "Next: Alpland"


# In writing.


async def test_submitting_in_writing_while_open_closed_and_over(running: Stage) -> None:
    ann, bob, mona = (
        await running.seat("Ann", "alp", Presence.VIRTUAL),
        running.person("Bob"),
        running.moderator,
    )

    async def submitted(person: Person, text: str) -> str:
        form = await person.press(floor(running), "Submit in writing…")
        assert form.text.split("\n")[:2] == ["Submit in writing", "Your text"]
        return (await person.fill(form, {"Your text": text})).text

    assert await submitted(bob, "What I say " * 40) == (
        "Recorded: your text goes with your intervention on “Opening remarks” (120 words, about 2 min to read"
        " out)."
    )
    assert await submitted(ann, "One word\n\nand more") == (
        "Recorded: your written statement on “Opening remarks” (4 words)."
    )
    await mona.press(desk(running), "Close list")
    text = await fresh(running)
    assert "**Closed at 09:00 Bangkok" in text and "You may submit in writing." in text
    assert "Ask for the floor" not in labels(floor(running))
    assert "written statement" in await submitted(ann, "While closed")
    await mona.press(await mona.command("agenda end"), "End it nonetheless")
    text = await fresh(running)
    assert "**The item is over.** You may submit in writing until Friday 9 September, 00:00 Bangkok" in text
    assert labels(floor(running)) == ["Submit in writing…"]
    assert "written statement" in await submitted(ann, "Afterwards")
    assert "4 texts were handed in." in await fresh(running)
    await running.leap(at(0, 1, day=9))
    form = await ann.press(floor(running), "Submit in writing…")
    late = await ann.fill(form, {"Your text": "Too late, but kept"})
    assert late.text.startswith("Texts were taken until 00:00 Bangkok")
    assert late.message is not None and late.message.attachments[0].data == b"Too late, but kept"


# An item that is held in person.


async def test_online_nobody_has_the_floor_of_an_item_held_in_person(house: Stage) -> None:
    await house.leap(at(8, 55, day=8))
    ann = await house.seat("Ann", "alp", Presence.VIRTUAL)
    await house.later(seconds=10)
    assert "Held in person: only those in the room have the floor." in floor(house, DRAFT).text
    refused = await ann.press(floor(house, DRAFT), "Ask for the floor")
    assert refused.text.startswith(
        "“Draft statement” is held in person: those who take part online follow it, and cannot ask for"
        " the floor."
    )
    assert refused.buttons == ["I am in the room", "I am online"]
    form = await ann.press(floor(house, DRAFT), "Submit in writing…")
    assert "Recorded: your written statement" in (await ann.fill(form, {"Your text": "From afar"})).text
    assert (await ann.press(refused, "I am in the room")).text == "Noted: you are in the room."
    asked = await ann.press(floor(house, DRAFT), "Ask for the floor")
    assert asked.text.endswith("is on the list (statement) and is next.\nYou are noted as in the room.")
    assert "1. Alpland (in the room)\n" in await fresh(house, DRAFT)


async def test_who_goes_online_in_an_item_held_in_person_keeps_the_place_and_is_not_called(
    house: Stage,
) -> None:
    await house.leap(at(8, 55, day=8))
    ann, bob = await house.seat("Ann", "alp", Presence.ROOM), await house.seat("Bob", "bre", Presence.ROOM)
    await house.later(seconds=10)
    for person in (ann, bob):
        await person.press(floor(house, DRAFT), "Ask for the floor")
    await house.moderator.command("agenda start", item="draft")
    await ann.press(await ann.command("seat presence"), "I am online")
    assert "1. Alpland (online) · *not while online*\n2. Bretonia (in the room)" in await fresh(house, DRAFT)
    assert "Next: **Bretonia** (in the room)\n" in desk(house).text, "and nobody behind it"
    why = (await ann.press(floor(house, DRAFT), "Why here?")).text
    assert "This item is held in person, and you are noted as online: you are passed over" in why
    await house.moderator.press(desk(house), "Next: Bretonia")
    await house.later(seconds=10)
    assert labels(desk(house))[0] == "End: Bretonia"


async def test_who_is_turned_away_at_the_door_goes_online_and_keeps_the_place(running: Stage) -> None:
    ann, coco = (
        await running.seat("Ann", "alp", Presence.ROOM),
        await running.seat("Coco", "cor", Presence.ROOM),
    )
    await ann.press(floor(running), "Ask for the floor")
    running.breathe()
    await coco.press(floor(running), "Ask for the floor")
    assert "1. Alpland (in the room)\n2. Côre d'Or (in the room)" in await fresh(running)
    await running.moderator.command("speakers policy", sides="strict")
    await ann.press(await ann.command("seat presence"), "I am online")
    assert "1. Alpland (online)\n2. Côre d'Or (in the room)" in await fresh(running)
    await running.moderator.press(desk(running), "Next: Alpland")
    assert "**Has the floor: Republic of Alpland** (online)" in await fresh(running)
