"""The agenda's buttons and forms: pressed in time, too late, after a restart, and forged."""

import asyncio

import pytest

from rehearsal.standin import Message, wording
from tests.stage import Stage, at


def revision(stage: Stage) -> str:
    """What the operator panel's first button carries."""
    return custom_ids(stage.operator)[0].rsplit(":", 1)[1]


def custom_ids(message: Message) -> list[str]:
    found: list[str] = []

    def walk(parts: list[dict[str, object]]) -> None:
        for part in parts:
            if "custom_id" in part:
                found.append(str(part["custom_id"]))
            walk(part.get("components", []))  # type: ignore[arg-type]

    walk(message.components)
    return found


def labels(message: Message) -> list[str]:
    return [str(one["label"]) for one in wording.buttons(message.components)]


def hanging(stage: Stage) -> dict[str, list[str]]:
    return {one.name: [m.text for m in one.messages.values()] for one in stage.world.in_order()}


async def test_the_operator_panel_runs_an_item_from_start_to_end(house: Stage) -> None:
    mona = house.moderator
    assert "Nothing" not in house.operator.text and "nothing is running" in house.operator.text
    for press, answer, stands in (
        ("Next: Accreditation", "“Accreditation” has begun.", "**Now:** Accreditation, since 06:3"),
        ("Next: Opening remarks", "“Opening remarks” has begun.\n“Accreditation” has ended.", "since 06:3"),
        ("+15 min", "“Opening remarks” now ends at 07:15", "until 07:15"),
        ("Suspend", "“Opening remarks” is suspended.", "**Now:** Opening remarks – suspended at"),
        ("Resume", "“Opening remarks” goes on.", "until 07:1"),
        ("+5 min", "now ends at 07:2", "until 07:2"),
        ("End", "“Opening remarks” has ended.", "**Now:** nothing is running."),
    ):
        reply = await mona.press(house.operator, press)
        assert reply.kind == "message" and reply.ephemeral, press
        assert answer in reply.text, (press, reply.text)
        await house.later(seconds=5)
        assert stands in house.operator.text, (press, house.operator.text)


async def test_a_stale_press_changes_nothing_and_shows_how_things_stand(house: Stage) -> None:
    mona, other = house.moderator, house.person("Otto", "Moderator")
    before = house.operator
    old = custom_ids(before)[0]
    await mona.press(before, "Next: Accreditation")
    stale = await house.forge(other, old, before)
    assert stale.ephemeral and stale.kind == "message"
    assert stale.text.startswith("The agenda has changed since this button was drawn, so nothing was done.")
    assert "**Now:** Accreditation" in stale.text
    assert stale.buttons[0] == "Next: Opening remarks"
    await house.settle()
    assert "Accreditation" in (await mona.command("programme now")).text.splitlines()[0]
    fresh = await other.press(stale, "Next: Opening remarks")
    assert fresh.kind == "update" and "“Opening remarks” has begun." in fresh.text
    preview = await mona.command("agenda skip", item="two")
    await other.command("agenda extend", minutes=5)
    late = await mona.press(preview, "Yes, do it")
    assert "nothing was done" in late.text and "End" in late.buttons
    await house.later(seconds=5)
    assert "~~First question~~" not in house.panel("programme", "## Day 1").text


async def test_two_moderators_press_next_at_once_and_one_item_begins(house: Stage) -> None:
    people = [house.person(f"M{n}", "Moderator") for n in range(5)]
    replies = await asyncio.gather(*(one.press(house.operator, "Next: Accreditation") for one in people))
    assert sum("has begun" in reply.text for reply in replies) == 1
    assert sum("nothing was done" in reply.text for reply in replies) == 4
    await house.settle()
    assert "**Now:** Accreditation" in (await house.delegate.command("programme now")).text


async def test_the_question_whether_to_start_has_its_buttons(house: Stage) -> None:
    await house.until(at(9, 0))
    asked = house.panel("moderators", "was planned for 09:00")
    assert asked.mentions == [], "a question is no alarm"
    assert labels(asked) == ["Start now", "+5 min", "+15 min"]
    later = await house.moderator.press(asked, "+5 min")
    assert "“Opening remarks” is now planned for 09:05" in later.text
    stale = await house.moderator.press(asked, "Start now")
    assert "nothing was done" in stale.text and stale.buttons
    await house.until(at(9, 5))
    again = house.panel("moderators", "was planned for 09:05")
    await house.until(at(9, 7))
    assert len(house.said("was planned for", "moderators")) == 2
    started = await house.moderator.press(again, "Start now")
    assert "“Opening remarks” has begun." in started.text
    await house.settle()
    assert house.said("Begins now: **Opening remarks**")


async def test_the_panels_buttons_for_everybody(house: Stage) -> None:
    dara, nim = house.delegate, house.newcomer
    welcome = house.panel("welcome", "A small roundtable")
    assert "https://meet.example/day_1" in (await nim.press(welcome, "Where do I listen?")).text
    assert "You have no role" in (await nim.press(welcome, "Help")).text
    assert "Nothing is running" in (await nim.press(welcome, "Now and next")).text
    second = house.panel("programme", "## Day 2")
    assert "held in person; there is no link" in (await dara.press(second, "Where do I listen?")).text
    calendar = await dara.press(second, "Calendar file")
    assert calendar.message is not None and calendar.message.attachments[0].filename == "programme.ics"
    assert calendar.ephemeral
    await house.leap(at(10, 0, day=8))
    assert "held in person" in (await nim.press(welcome, "Where do I listen?")).text
    look = await house.moderator.press(house.operator, "How do things stand?")
    assert "**Next:**" in look.text and look.buttons


async def test_controls_drawn_before_a_restart_work_after_it(house: Stage) -> None:
    mona = house.moderator
    await mona.command("agenda start", item="one")
    await house.later(seconds=5)
    preview = await mona.command("agenda skip", item="two")
    form = await mona.press(house.operator, "Announce…")
    calls = await house.delegate.press(house.panel("programme", "## Day 1"), "Now and next")
    assert "Opening remarks" in calls.text
    await house.restart()
    assert len(house.messages("moderators")) == 3, "nothing is posted again"
    assert (
        "Opening remarks"
        in (await house.delegate.press(house.panel("programme", "## Day 1"), "Now and next")).text
    )
    done = await mona.press(preview, "Yes, do it")
    assert done.kind == "update" and "“First question” is not taken up." in done.text
    sent = await mona.fill(form, {"Text": "Lunch is served."})
    assert "programme channel" in sent.text
    await house.settle()
    assert house.said("📣 Lunch is served.")
    await house.later(seconds=5)
    assert "has ended" in (await mona.press(house.operator, "End")).text


FORGED = [
    "",
    "x",
    ":" * 50,
    "m1",
    "m1:agenda",
    "m1:agenda:one",
    "m1:agenda:all:nothing",
    "m1:nobody:all:look",
    "m2:agenda:all:look",
    "m1:agenda:one:next:1:1:1",
    "m1:agenda:one:next",
    "m1:agenda:one:next:abc",
    "m1:agenda:one:next:" + "9" * 70,
    "m1:agenda:x:extend:abc",
    "m1:agenda:x:extend:5",
    "m1:agenda:x:extend:.",
    "m1:agenda:one:extend:5." + "9" * 60,
    "m1:agenda:one:extend:" + "9" * 60 + ".{revision}",
    "m1:agenda:one:shift:99999999999.{revision}",
    "m1:agenda:nowhere:start:{revision}",
    "m1:agenda::start:{revision}",
    "m1:agenda:one:start:-1",
    "m1:agenda:one:start:٣",
    "m1:agenda:one:defer:nowhere.{revision}",
    "m1:agenda:one:defer:{revision}",
    "m1:agenda:one:reorder:nowhere.{revision}",
    "m1:agenda:'; drop table items; --:skip:{revision}",
    "m1:agenda:abc:reload:{revision}",
    "m1:agenda:nowhere:listen",
    "m1:agenda:all:announced",
    "m1:organiser:all:setup",
]


async def test_forged_controls_are_answered_and_change_nothing(house: Stage) -> None:
    before, panel = hanging(house), house.operator
    number = revision(house)
    for custom_id in FORGED:
        house.breathe()
        reply = await house.forge(house.moderator, custom_id.replace("{revision}", number), panel)
        assert reply.kind == "message" and reply.ephemeral, custom_id
        assert len(reply.text) > 20, custom_id
    assert house.errors == [], "a forger does not fill the log"
    await house.later(seconds=5)
    assert hanging(house) == before
    assert "Set-up" not in (await house.clerk.command("meeting setup")).text
    real = await house.forge(house.moderator, f"m1:agenda:one:start:{number}", panel)
    assert "has begun" in real.text, "control: the same hand with a true address succeeds"


VERBS = [
    "look", "start:{r}", "next:{r}", "end:{r}", "suspend:{r}", "resume:{r}", "extend:5.{r}",
    "shift:5.{r}", "skip:{r}", "defer:d2.{r}", "reorder:two.{r}", "reload:{r}", "announce", "announced",
]  # fmt: skip


async def test_a_delegate_who_forges_an_operators_address_is_refused(house: Stage) -> None:
    await house.moderator.command("agenda start", item="open")
    await house.later(seconds=5)
    before, panel, number = hanging(house), house.panel("programme", "## Day 1"), revision(house)
    for verb in VERBS:
        custom_id = f"m1:agenda:one:{verb.format(r=number)}"
        for person in (house.delegate, house.person("Fee", "Facilitator")):
            reply = await house.forge(person, custom_id, panel)
            assert "This is for the people who run the meeting" in reply.text or (
                verb.startswith("reload") and "file has changed" in reply.text
            ), (verb, reply.text)
            assert reply.ephemeral
    await house.later(seconds=5)
    assert hanging(house) == before
    assert "has ended" in (await house.forge(house.moderator, f"m1:agenda:one:end:{number}", panel)).text


async def test_a_forged_form_is_answered(house: Stage) -> None:
    before, panel = hanging(house), house.panel("programme", "## Day 1")
    text = [{"type": 18, "component": {"type": 4, "custom_id": "text", "value": "Free beer"}}]
    reply = await house.forge(house.delegate, "m1:agenda:all:announced", panel, form=text)
    assert "This is for the people who run the meeting" in reply.text
    for form in ([], [{}], [{"type": 18}], [{"type": 18, "component": {"custom_id": "text"}}], [{"type": 1}]):
        reply = await house.forge(house.moderator, "m1:agenda:all:announced", panel, form=form)
        assert "There is no text to announce." in reply.text
    unknown = await house.forge(house.moderator, "old-form", panel, form=text)
    assert "from an earlier version" in unknown.text
    await house.later(minutes=1)
    assert hanging(house) == before


async def test_a_control_from_a_message_that_is_gone(house: Stage) -> None:
    panel = house.operator
    with pytest.raises(LookupError):
        await house.moderator.press(panel, "no such button")
    house.world.delete_message(panel)
    house.allowed.add(10008)
    reply = await house.forge(house.moderator, custom_ids(panel)[0], panel)
    assert "has begun" in reply.text
