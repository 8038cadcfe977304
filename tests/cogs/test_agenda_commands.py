"""Every command of the agenda: what the person reads, and what hangs in the channels afterwards."""

import pytest

from tests.stage import PROGRAMME, Stage, at


async def line(stage: Stage, title: str, day: str = "Day 1") -> str:
    """An item's line on its day's panel, once the panels have been redrawn."""
    await stage.later(seconds=4)
    panel = stage.panel("programme", f"## {day}")
    return next(one for one in panel.text.splitlines() if title in one)


async def test_what_runs_started_extended_suspended_resumed_ended(house: Stage) -> None:
    await house.until(at(8, 55))
    mona = house.moderator
    assert (await mona.command("agenda end")).text.startswith("“Accreditation” has ended.")
    started = await mona.command("agenda start")
    assert started.ephemeral and started.text.startswith("“Opening remarks” has begun.")
    assert (await line(house, "Opening remarks")).startswith("▶ **08:55–09:25 Opening remarks** – now")
    assert house.said("Begins now: **Opening remarks** – conducted by The Co-Chairs")
    extended = await mona.command("agenda extend", minutes=10)
    assert "“Opening remarks” now ends at 09:35 Bangkok" in extended.text
    assert "First question: 09:30 → 09:35" in extended.text
    assert "08:55–09:35" in await line(house, "Opening remarks")
    shortened = await mona.command("agenda extend", minutes=-5)
    assert "now ends at 09:30" in shortened.text
    assert "“Opening remarks” is suspended." in (await mona.command("agenda suspend")).text
    assert await line(house, "Opening remarks") == "⏸ **08:55 Opening remarks** – suspended"
    assert "is suspended already" in (await mona.command("agenda suspend")).text
    await house.later(minutes=3)
    assert "“Opening remarks” goes on." in (await mona.command("agenda resume")).text
    assert "08:55–09:34" in await line(house, "Opening remarks"), "the pause was given back"
    assert "is not suspended" in (await mona.command("agenda resume")).text
    following = await mona.command("agenda next")
    assert "“First question” has begun.\n“Opening remarks” has ended." in following.text
    assert (await line(house, "Opening remarks")).startswith("✓ 08:55–08:58")
    assert "“First question” has ended." in (await mona.command("agenda end")).text
    assert "No agenda item is running" in (await mona.command("agenda end")).text
    jumped = await mona.command("agenda start", item="last")
    assert "“Outlook” has begun." in jumped.text
    assert "“Opening remarks” has already begun." in (await mona.command("agenda start", item="one")).text
    await house.settle()
    assert len(house.said("Begins now:")) == 3
    assert len(house.said("Suspended: **Opening remarks**")) == len(house.said("Resumed: **")) == 1


async def test_what_is_to_come_is_previewed_and_then_done_or_not(house: Stage) -> None:
    mona = house.moderator
    before = house.texts("programme")
    preview = await mona.command("agenda shift", item="one", minutes=10)
    assert preview.ephemeral and preview.buttons == ["Yes, do it", "No"]
    assert preview.text.startswith("Move “Opening remarks” to 09:10 Bangkok")
    assert "First question: 09:30 → 09:40" in preview.text and "Break: 10:00 → 10:10" in preview.text
    no = await mona.press(preview, "No")
    assert (no.kind, no.text, no.buttons) == ("update", "Nothing was changed.", [])
    await house.later(seconds=5)
    assert house.texts("programme") == before, "neither the preview nor No changes anything"

    shifted = await mona.press(await mona.command("agenda shift", item="one", minutes=10), "Yes, do it")
    assert shifted.kind == "update" and shifted.buttons == []
    assert shifted.text.startswith("“Opening remarks” is now planned for 09:10")
    assert (await line(house, "Opening remarks")).startswith("09:10 ")

    preview = await mona.command("agenda reorder", item="three", before="two")
    assert preview.text.startswith("Take “Second question” before “First question”, at ")
    done = await mona.press(preview, "Yes, do it")
    assert done.text.startswith("“Second question” is now taken before “First question”, at 09:40")
    panel = house.panel("programme", "## Day 1").text
    await house.later(seconds=4)
    panel = house.panel("programme", "## Day 1").text
    assert panel.index("Opening") < panel.index("Second question") < panel.index("First question")

    done = await mona.press(await mona.command("agenda skip", item="three"), "Yes, do it")
    assert done.text.startswith("“Second question” is not taken up.")
    assert await line(house, "Second question") == "– ~~Second question~~ not taken up"

    preview = await mona.command("agenda defer", item="three", day="d2")
    assert preview.text.startswith("Put “Second question” off to the end of “Day 2: outcome”, 10:30")
    done = await mona.press(preview, "Yes, do it")
    assert done.text.startswith("“Second question” has been put off to Day 2: outcome, 10:30")
    assert (await line(house, "Second question", "Day 2")).startswith("10:30 ")
    await house.later(minutes=1)
    assert len(house.said("Put off to Day 2: outcome, 10:30")) == 1


async def test_what_cannot_be_is_said_at_once(house: Stage) -> None:
    mona = house.moderator
    before = house.texts("programme"), house.operator.text
    cases = [
        (("shift", {"item": "last", "minutes": 5}), "“Outlook” is fixed at 11:00"),
        (("shift", {"item": "nowhere", "minutes": 5}), "There is no agenda item “nowhere”."),
        (("shift", {"item": "one", "minutes": 0}), "0 minutes cannot be meant"),
        (("skip", {"item": "x" * 200}), "There is no agenda item “x"),
        (("defer", {"item": "one", "day": "d9"}), "There is no day “d9”."),
        (("defer", {"item": "last", "day": "d1"}), "“Outlook” stands there already."),
        (("reorder", {"item": "one", "before": "one"}), "stands there already"),
        (("reorder", {"item": "one", "before": "draft"}), "stands on “Day 1: questions”"),
        (("start", {"item": "draft"}), "Use /agenda defer to bring it over first."),
        (("extend", {"minutes": 5}), "No agenda item is running"),
        (("suspend", {}), "No agenda item is running"),
        (("show", {"day": "d9"}), "There is no day “d9”."),
    ]
    for (verb, options), sentence in cases:
        answer = await mona.command(f"agenda {verb}", **options)
        assert sentence in answer.text, (verb, answer.text)
        assert answer.ephemeral and answer.buttons == []
    with pytest.raises(ValueError):
        await mona.command("agenda extend", minutes=721)
    await house.later(seconds=5)
    assert (house.texts("programme"), house.operator.text) == before


async def test_show_lists_a_day_and_choices_help_typing(house: Stage) -> None:
    mona = house.moderator
    assert "09:00 (<t:1662516000:t>) Opening remarks" in (await mona.command("agenda show")).text
    assert "Draft statement" in (await mona.command("agenda show", day="d2")).text
    offered = await mona.complete("agenda shift", option="item", typed="QUEST")
    assert [(one["name"], one["value"]) for one in offered] == [
        ("09:30 First question (two)", "two"),
        ("10:15 Second question (three)", "three"),
    ]
    assert len(await mona.complete("agenda start", option="item")) == 8
    assert [one["value"] for one in await mona.complete("agenda defer", option="day", typed="out")] == ["d2"]
    await mona.command("agenda start", item="one")
    values = [one["value"] for one in await mona.complete("agenda start", option="item")]
    assert "one" not in values and "two" in values


async def test_more_items_than_discord_lists_are_cut_to_25(stage: Stage) -> None:
    rows = "\n".join(
        f"      - {{id: i{n}, kind: session, starts: '{8 + n // 4:02}:{n % 4 * 15:02}',"
        f" ends: '{8 + (n + 1) // 4:02}:{(n + 1) % 4 * 15:02}', title: '{n:02} {'t' * 96}'}}"
        for n in range(20)
    )
    day = "  - id: {0}\n    title: Day {0}\n    date: 2022-09-{1}\n    items:\n{2}\n"
    stage.programme.write_text(
        "title: T\ntime_zone: Asia/Bangkok\nvenue: Bangkok\ndays:\n"
        + day.format("a", "07", rows)
        + day.format("b", "08", rows.replace("id: i", "id: j")),
        "utf-8",
    )
    await stage.run()
    await stage.set_up()
    offered = await stage.moderator.complete("agenda start", option="item")
    assert len(offered) == 25
    assert max(len(one["name"]) for one in offered) == 100


async def test_a_delegate_is_offered_none_of_it_and_reads_the_programme(house: Stage) -> None:
    dara = house.delegate
    with pytest.raises(ValueError):
        await dara.command("agenda next")
    await house.until(at(8, 30))
    general = house.channel("general")
    now = await dara.command("programme now", in_channel=general)
    assert now.ephemeral
    assert now.text.startswith("**Now:** Accreditation, since 08:00")
    assert "Opening remarks" in (await dara.command("programme next")).text
    calendar = await dara.command("programme calendar")
    assert calendar.message is not None
    (file,) = calendar.message.attachments
    assert file.filename == "programme.ics" and file.data.count(b"BEGIN:VEVENT") >= 2


async def test_now_between_days_and_after_the_last(house: Stage) -> None:
    mona, dara = house.moderator, house.delegate
    for item in ("one", "two", "three", "last"):
        await mona.command("agenda start", item=item)
    await mona.command("agenda end")
    await house.settle()
    text = (await dara.command("programme now")).text
    assert "Nothing is running" in text
    for item in ("open", "tea"):
        skipped = await mona.command("agenda skip", item=item)
        if skipped.buttons:
            await mona.press(skipped, "Yes, do it")
    text = (await dara.command("programme now")).text
    assert "**Next:** Day 2: outcome, Thursday 8 September at 09:00" in text
    await house.until(at(8, 50, day=8))
    await mona.command("agenda start", item="draft")
    await mona.command("agenda next")
    await mona.command("agenda end")
    assert "The meeting is over." in (await dara.command("programme now")).text
    assert "Nothing is left on today's agenda." in (await mona.command("agenda next")).text
    await house.later(minutes=1)
    assert len(house.said("This is the end of **Day 1: questions**. The meeting goes on with “Day 2")) == 1
    assert house.said("This is the end of **Day 2: outcome**. Thank you.")


async def test_reload_previews_and_takes_over_what_has_not_begun(house: Stage) -> None:
    mona = house.moderator
    assert "Nothing to take over." in (await mona.command("agenda reload")).text
    await mona.command("agenda start", item="one")
    changed = PROGRAMME.replace("Opening remarks", "Another opening").replace("Outlook", "Outlook & next")
    changed = changed.replace("title: Draft statement", "title: The draft *as amended*")
    house.programme.write_text(changed, "utf-8")
    preview = await mona.command("agenda reload")
    assert preview.buttons == ["Yes, do it", "No"]
    assert "Changed: Outlook & next" in preview.text
    assert "Changed: The draft \\*as amended\\*" in preview.text
    assert "Has begun, stays as it is: Opening remarks" in preview.text
    assert "Outlook & next" not in house.panel("programme", "## Day 1").text
    house.programme.write_text(changed.replace("& next", "and next"), "utf-8")
    stale = await mona.press(preview, "Yes, do it")
    assert "The file has changed again since this preview." in stale.text
    done = await mona.press(await mona.command("agenda reload"), "Yes, do it")
    assert done.text.startswith("The programme file has been taken over.")
    assert "Outlook and next" in await line(house, "Outlook")
    assert "▶" in await line(house, "Opening remarks")
    house.programme.write_text(changed.replace("kind: session", "kind: sesion", 1), "utf-8")
    faulty = await mona.command("agenda reload")
    assert "the meeting goes on with the one imported" in faulty.text and "sesion" in faulty.text
    house.programme.unlink()
    gone = await mona.command("agenda reload")
    assert "the meeting goes on with the one imported" in gone.text


@pytest.mark.parametrize("changed", ["speakers:\n  sides: 2:1\n", "written_until: d2 18:00\n"])
async def test_reload_names_the_rules_of_the_lists_and_the_deadline_as_settings(
    house: Stage, changed: str
) -> None:
    mona = house.moderator
    house.programme.write_text(f"{PROGRAMME}speakers:\n  sides: alternate\n", "utf-8")
    assert "Nothing to take over." in (await mona.command("agenda reload")).text
    house.programme.write_text(PROGRAMME + changed, "utf-8")
    preview = await mona.command("agenda reload")
    assert "or the settings change." in preview.text
    done = await mona.press(preview, "Yes, do it")
    assert done.text.startswith("The programme file has been taken over.")
    assert "Nothing to take over." in (await mona.command("agenda reload")).text


async def test_help_and_status_answer_for_the_persons_own_capacity(house: Stage) -> None:
    nobody = await house.newcomer.command("help")
    assert "You have no role at this meeting yet." in nobody.text and "/agenda" not in nobody.text
    delegate = await house.delegate.command("help")
    assert "`/programme now`" in delegate.text and "/agenda" not in delegate.text
    moderator = await house.moderator.command("help")
    assert "/agenda shift" in moderator.text and "/meeting setup" not in moderator.text
    assert "/poll create" in moderator.text and "/poll" not in delegate.text
    assert "`/meeting setup`" in (await house.clerk.command("help")).text
    status = await house.moderator.command("meeting status")
    assert "Panels, threads and events: 10 of 10" in status.text and "chain whole" in status.text
    assert "⚠" not in status.text
    role = house.world.role_named("roundtable")
    assert role is not None
    role.permissions &= ~(1 << 33)
    house.world.change_role(role)
    assert "⚠ The bot lacks: Manage Events" in (await house.clerk.command("meeting status")).text


async def test_commands_before_set_up_work_or_say_what_to_do(stage: Stage) -> None:
    await stage.run()
    assert "Set-up: not done yet. /meeting setup" in (await stage.clerk.command("meeting status")).text
    assert "has begun" in (await stage.clerk.command("agenda start", item="one")).text
    assert "Opening remarks" in (await stage.newcomer.command("programme now")).text
