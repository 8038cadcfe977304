"""What hangs: never doubled, adopted after a crash, redrawn only when changed, the last state shown."""

import sqlite3
from contextlib import closing

import pytest

import bot.wall
from rehearsal.standin import Bout, Disturbance
from tests.stage import Stage, at


def forget(stage: Stage, *kinds: str) -> None:
    """The ledger as a crash leaves it between hanging and marking: nothing is known to hang."""
    with closing(sqlite3.connect(stage.database)) as connection, connection:
        for kind in kinds:
            done = connection.execute(
                "UPDATE wall SET shown = NULL, discord_id = NULL, channel_id = NULL WHERE kind = ?", (kind,)
            )
            assert done.rowcount > 0, kind


def edits(stage: Stage, name: str) -> int:
    part = f"/channels/{stage.channel(name).id}/messages/"
    return sum(one.method == "PATCH" and part in one.path for one in stage.standin.log)


def count(stage: Stage) -> dict[str, int]:
    return {one.name: len(one.messages) for one in stage.world.in_order()}


async def test_everything_that_hangs_is_adopted_after_the_ledger_lost_its_ids(house: Stage) -> None:
    await house.moderator.command("agenda start", item="two")
    await house.later(seconds=5)
    before, ids = count(house), sorted(m.id for m in house.world.messages)
    await house.close()
    forget(house, "panel", "event", "thread")
    house.clock.set(at(6, 50))
    house.allowed.add(160004)
    await house.run()
    await house.later(seconds=30)
    assert count(house) == before and sorted(m.id for m in house.world.messages) == ids
    assert len(house.world.events) == 2 and len(house.world.threads) == 1
    await house.moderator.command("agenda end")
    await house.later(seconds=5)
    assert "nothing is running" in house.operator.text, "the adopted panel is the one redrawn"
    assert "✓" in house.panel("programme", "## Day 1").text
    thread = house.world.thread_named("What decides?")
    assert thread is not None and thread.locked


async def test_control_without_looking_it_would_hang_twice(
    house: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def finds_nothing(*_: object) -> None:
        return None

    monkeypatch.setattr(bot.wall, "find_message", finds_nothing)
    before = count(house)
    await house.close()
    forget(house, "panel")
    house.clock.set(at(6, 50))
    await house.run()
    await house.later(seconds=30)
    assert count(house)["welcome"] == before["welcome"] + 1


@pytest.mark.parametrize("done", [False, True])
async def test_panels_posted_into_a_bad_line_hang_once(stage: Stage, done: bool) -> None:
    await stage.run()
    stage.disturb("POST", "/messages", done=done, times=3)
    await stage.set_up()
    await stage.later(minutes=5)
    assert count(stage) == {
        "general": 0, "welcome": 1, "programme": 2, "floor": 0, "polls": 0, "questions": 2, "moderators": 3,
    }  # fmt: skip


@pytest.mark.parametrize("done", [False, True])
async def test_events_made_over_a_bad_line_are_made_once(stage: Stage, done: bool) -> None:
    await stage.run()
    stage.disturb("POST", "/scheduled-events", done=done, times=2)
    await stage.set_up()
    await stage.later(minutes=2)
    assert sorted(one.name for one in stage.world.events.values()) == ["Day 1: questions", "Day 2: outcome"]


async def test_an_event_lives_with_its_day(house: Stage) -> None:
    event = next(one for one in house.world.events.values() if one.name == "Day 1: questions")
    assert (event.status, event.location) == (1, "https://meet.example/day_1")
    assert event.starts_at == at(8, 0)
    assert event.ends_at is not None and at(11, 30) <= event.ends_at <= at(12, 30), (
        "the last item may run over"
    )
    shift = await house.moderator.command("agenda shift", item="open", minutes=-15)
    await house.moderator.press(shift, "Yes, do it")
    await house.later(seconds=5)
    assert event.starts_at == at(7, 45)
    await house.moderator.command("agenda start", item="open")
    await house.later(seconds=5)
    assert event.status == 2
    for item in ("one", "two", "three", "last"):
        await house.moderator.command("agenda start", item=item)
    await house.moderator.command("agenda end")
    await house.later(seconds=5)
    await house.moderator.press(await house.moderator.command("agenda skip", item="tea"), "Yes, do it")
    await house.later(seconds=5)
    assert event.status == 3
    other = next(one for one in house.world.events.values() if one.name == "Day 2: outcome")
    assert (other.status, other.location) == (1, "Bangkok")


async def test_an_event_somebody_deleted_stays_deleted_until_set_up(house: Stage) -> None:
    house.allowed.add(10070)
    event = next(one for one in house.world.events.values() if one.name == "Day 2: outcome")
    house.world.delete_event(event)
    await house.moderator.press(
        await house.moderator.command("agenda shift", item="draft", minutes=10), "Yes, do it"
    )
    await house.later(seconds=30)
    assert len(house.world.events) == 1
    assert len(house.told("Somebody deleted")) == 1
    await house.clerk.press(await house.clerk.command("meeting setup"), "Create")
    await house.later(seconds=30)
    again = next(one for one in house.world.events.values() if one.name == "Day 2: outcome")
    assert again.starts_at == at(9, 10, day=8)


async def test_nothing_is_redrawn_when_nothing_changed(house: Stage) -> None:
    names = ("welcome", "programme", "questions", "moderators")
    panels = [len(house.messages(name)) for name in names]
    await house.until(at(7, 25))
    await house.restart()
    await house.later(minutes=1)
    before = [edits(house, name) for name in names]
    assert before == panels, "once at a start: the record may be a copy that was put back"
    await house.moderator.command("agenda announce", text="Nothing on a panel changes by this.")
    await house.later(minutes=2)
    assert [edits(house, name) for name in names] == before
    await house.moderator.command("agenda start", item="open")
    await house.later(seconds=10)
    after = [edits(house, name) for name in names]
    assert [b - a for a, b in zip(before, after, strict=True)] == [0, 1, 0, 1]


async def test_changes_within_a_moment_end_in_the_last_state_with_few_edits(house: Stage) -> None:
    await house.moderator.command("agenda start", item="one")
    await house.later(seconds=10)
    before = edits(house, "moderators")
    for minutes in range(1, 21):
        await house.moderator.command("agenda extend", minutes=minutes)
    first = edits(house, "moderators") - before
    assert first <= 2, "an edit at once, the rest after a pause"
    begun = house.clock.now()
    await house.settle()
    assert house.clock.now() == begun
    await house.later(seconds=2)
    assert edits(house, "moderators") - before <= 3
    assert "until 10:30" in house.operator.text
    assert "06:30–10:30 Opening remarks" in house.panel("programme", "## Day 1").text


async def test_two_panels_of_one_channel_are_paced(house: Stage) -> None:
    """Day 1 and day 2 hang in one channel: a change of both takes two turns, and both are shown."""
    deferred = await house.moderator.command("agenda defer", item="three", day="d2")
    begun = house.clock.now()
    await house.moderator.press(deferred, "Yes, do it")
    await house.settle()
    assert house.clock.now() == begun
    shown = [m.text for m in house.messages("programme") if "##" in m.text]
    assert ("Second question" in shown[0], "Second question" in shown[1]) in ((False, False), (True, True))
    await house.later(seconds=2)
    shown = [m.text for m in house.messages("programme") if "##" in m.text]
    assert ("Second question" in shown[0], "Second question" in shown[1]) == (False, True)


async def test_a_refused_edit_is_tried_again(house: Stage) -> None:
    met = house.disturb("PATCH", "/messages/", done=False, times=4)
    await house.moderator.command("agenda start", item="open")
    await house.later(seconds=10)
    assert met() >= 1
    await house.later(minutes=1)
    assert "▶ **06:30" in house.panel("programme", "## Day 1").text
    assert "**Now:** Accreditation" in house.operator.text


async def test_a_bot_without_the_right_to_write_goes_on_when_it_has_it_again(house: Stage) -> None:
    programme = house.channel("programme")
    saved = dict(programme.overwrites)
    mine = programme.overwrites[house.world.bot.id]
    assert mine.allow & (1 << 11)
    house.allowed |= {50001, 50013}
    programme.overwrites.clear()
    everyone = house.world.roles[house.world.guild.id]
    house.world.overwrite(programme, everyone, deny=(1 << 10))
    await house.moderator.command("agenda start", item="open")
    await house.later(minutes=2)
    assert "▶" not in house.panel("programme", "## Day 1").text
    programme.overwrites.clear()
    programme.overwrites.update(saved)
    house.world.change_channel(programme)
    await house.later(minutes=2)
    assert "▶" in house.panel("programme", "## Day 1").text
    assert house.said("Now: **Accreditation**")


async def test_a_set_up_late_in_the_day_makes_no_event_in_the_past(stage: Stage) -> None:
    stage.clock.set(at(10, 20))
    await stage.run()
    await stage.set_up()
    assert [one.name for one in stage.world.events.values()] == ["Day 2: outcome"]
    await stage.later(minutes=10)
    assert [one.name for one in stage.world.events.values()] == ["Day 2: outcome"]


async def test_a_panel_that_discord_refuses_does_not_take_the_others_turns(stage: Stage) -> None:
    stage.standin.door.fault = Bout(
        "POST",
        "",
        Disturbance(400, body={"code": 50035, "message": "Invalid Form Body"}),
        times=1000,
        holding="What decides?",
    )
    await stage.run()
    await stage.set_up()
    assert [text.splitlines()[0] for text in stage.texts("questions")] == ["## What next?"]
    stage.standin.door.fault = None
    await stage.later(minutes=1)
    assert len(stage.messages("questions")) == 2


async def test_what_goes_back_to_what_was_hung_before_is_hung_again(house: Stage) -> None:
    """The edit between took effect, though its answer was lost."""
    await house.until(at(7, 0))

    async def shift(minutes: int) -> None:
        preview = await house.moderator.command("agenda shift", item="draft", minutes=minutes)
        await house.moderator.press(preview, "Yes, do it")
        await house.settle()

    met = house.disturb("PATCH", f"/messages/{house.panel('programme', '## Day 2').id}", done=True)
    await shift(30)
    assert met() == 1 and "09:30" in house.panel("programme", "## Day 2").text
    await shift(-30)
    await house.later(minutes=1)
    assert "09:00" in house.panel("programme", "## Day 2").text


async def test_a_clock_set_back_holds_no_panel_up(house: Stage) -> None:
    await house.until(at(9, 1))
    await house.moderator.press(house.operator, "Next: Opening remarks")
    await house.later(seconds=1)
    house.clock.set(at(8, 56))
    await house.settle()
    await house.moderator.command("agenda suspend")
    await house.later(seconds=10)
    assert "suspended" in house.operator.text
