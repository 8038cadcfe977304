"""What people in a hurry do to polls: twice, too much, mistyped, forged. Nothing typed is lost, nothing
recorded that was not meant."""

import re
from typing import Any

import pytest

from db.restore import restore
from meeting.seats import Presence
from rehearsal.standin import Reply
from tests.cogs.test_poll_desk import created, typed
from tests.stage import PROGRAMME_POLLS, Stage, at, with_polls

LONE = "\ud800"
"""Half of a pair: no text, though JSON can carry it."""

OPTIONS = "Options, one on each line"


def buttons(reply: Reply) -> list[str]:
    return [one for one in reply.buttons if one.startswith("Change")]


# Entering


async def test_a_second_moderator_enters_the_same_template(polling: Stage) -> None:
    mona, max_ = polling.moderator, polling.person("Max", "Moderator")
    first, second = [await one.command("poll open", poll="empty") for one in (mona, max_)]
    third = await max_.command("poll open", poll="empty")
    ready = await mona.fill(first, {OPTIONS: "Roads\nRails"})
    polling.breathe()
    refused = await max_.fill(second, {OPTIONS: "Ships\nPlanes\nTrains"})
    assert refused.text.startswith("Somebody has entered the options of this poll already.")
    assert typed(refused) == "Ships\nPlanes\nTrains"
    await mona.press(ready, "Open it")
    await polling.later(seconds=10)
    late = await max_.fill(third, {OPTIONS: "Ships\nPlanes"})
    assert late.text.startswith("This poll has been opened before") and typed(late) == "Ships\nPlanes"
    assert "1. Roads\n2. Rails" in polling.poll_panel("empty").text


@pytest.mark.parametrize(
    ("options", "more", "asks"),
    [
        ("a\nb", {"kind": "ranking"}, "Rank your first 2."),
        ("a\nb", {"kind": "ranking", "choose": 5}, "Rank your first 2."),
        ("a\nb\nc", {"kind": "single", "choose": 5}, "Choose one."),
        ("a\nb", {"kind": "approval", "choose": 3}, "Choose as many as apply."),
        ("a\nb", {"kind": "score", "choose": 5, "levels": "1\n2\n3"}, "Give each row a level"),
    ],
)  # fmt: skip
async def test_a_number_that_has_no_meaning_for_the_poll_is_no_obstacle(
    polling: Stage, options: str, more: dict[str, Any], asks: str
) -> None:
    ready = await created(polling, options, **more)
    assert "under the id h1" in ready.text, ready.text
    assert asks in (await polling.open_poll("h1")).text, polling.poll_panel("h1").text


BY_HAND = ("How many answered", "One line for each option: text and number")


async def test_a_hand_count_takes_numbers_and_hands_back_what_might_be_one(polling: Stage) -> None:
    mona = polling.moderator
    await polling.open_poll("one")
    form = await mona.command("poll hand-count", poll="one")
    for slip in ("Monday: 1,200", "-5", "12a", "Monday: 1.5", "Monday: 3/4", "Monday 1'200", "a12"):
        lines = f"{slip}\nTuesday: 1\nFriday: 1"
        reply = await mona.fill(form, dict(zip(BY_HAND, ("1500", lines), strict=True)))
        assert reply.text.startswith("That count does not fit.") and typed(reply) == lines, slip
    lines = "border: 12\n7\nFriday=5"
    reply = await mona.fill(form, dict(zip(BY_HAND, ("30", lines), strict=True)))
    assert "Noted." in reply.text
    assert "30 answered\nMonday: 12\nTuesday: 7\nFriday: 5" in await polling.close_poll("one")


async def test_a_round_of_a_hybrid_poll_asks_the_virtual_side_whatever_is_on(stage: Stage) -> None:
    stage.clock.set(at(8, day=8))
    stage.programme.write_text(PROGRAMME_POLLS, "utf-8")
    await stage.run()
    await stage.set_up()
    ann, mona = await stage.seat("Ann", "alp", Presence.VIRTUAL), stage.moderator
    await ann.press(await stage.open_poll("one"), "Monday")
    await stage.close_poll("one")
    hall = await stage.open_poll("hall")
    assert "you have said today that you are online" in (await ann.press(hall, "Here")).text, "control"
    await stage.close_poll("hall")
    await mona.command("agenda start", item="draft")
    await stage.later(seconds=5)
    assert "**Now:** Draft statement" in stage.operator.text
    await mona.command("poll round", poll="one")
    await mona.command("poll round", poll="hall")
    again, hall = await stage.open_poll("h1"), await stage.open_poll("h2")
    assert "those who take part online are not asked" not in again.text
    assert "✓ Recorded" in (await ann.press(again, "Monday")).text
    assert "you have said today that you are online" in (await ann.press(hall, "Here")).text


# Answering


async def test_each_of_five_pages_can_be_changed(stage: Stage) -> None:
    options = ", ".join(f"O{n}" for n in range(1, 26))
    keys = "id: many, question: Dots?, kind: points, dots: 10, cap: 10, opens: hand, closes: hand"
    polls = f"        polls:\n          - {{{keys}, options: [{options}]}}\n"
    stage.programme.write_text(with_polls("one", polls), "utf-8")
    await stage.run()
    await stage.set_up()
    ann = await stage.seat("Ann", "alp")
    pages = [f"Change page {n}" for n in range(1, 6)]
    first = await ann.fill(await ann.press(await stage.open_poll("many"), "Answer"), {"1. O1": "10 dots"})
    assert buttons(first) == pages and "Record" in first.buttons
    for n, page in enumerate(pages, start=1):
        stage.breathe()
        form = await ann.press(first, page)
        assert f"{5 * n}. O{5 * n}" in form.text
    wrong = await ann.fill(form, {"25. O25": "4 dots"})
    assert buttons(wrong) == [one for one in pages if one != "Change page 2"] and "Continue" in wrong.buttons
    stage.breathe()
    right = await ann.fill(await ann.press(wrong, "Change page 1"), {"1. O1": "6 dots"})
    done = await ann.press(right, "Record")
    assert "O1 – 6 dots" in done.text and "O25 – 4 dots" in done.text


async def test_a_ballot_tells_whose_it_replaces(polling: Stage) -> None:
    ann, amy = await polling.seat("Ann", "alp"), await polling.seat("Amy", "alp")
    panel = await polling.open_poll("one")
    said = [
        (await person.press(panel, option)).text
        for person, option in ((ann, "Monday"), (ann, "Tuesday"), (amy, "Friday"), (amy, "Monday"))
        if polling.breathe() is None
    ]
    replaces = ["It replaces what a colleague had recorded at 06:3" in text for text in said]
    assert replaces == [False, False, True, False], said


ADDRESSES = [
    f"polls:{LONE}:{verb}"
    for verb in ("answer", "pick:0", "go:0.0", "record:0", "send:0.room", "back", "mine", "table", "see",
                 "reopen", "open", "close", "closed", "more", "release", "released", "unchanged", "later")
] + [f"polls:one:pick:{LONE}", f"polls:dots:record:{LONE}", f"polls:one:{LONE}"]  # fmt: skip


async def test_addresses_that_are_no_text_are_answered(polling: Stage) -> None:
    """An error in the log would fail this, as any test on this stage."""
    ann, panel = await polling.seat("Ann", "alp"), await polling.open_poll("one")
    await polling.open_poll("dots")
    before = polling.texts("polls")
    for person in (ann, polling.moderator):
        for custom_id in ADDRESSES:
            polling.breathe()
            reply = await polling.forge(person, f"m1:{custom_id}", panel)
            assert reply.text and "went wrong" not in reply.text, (custom_id, reply.text)
    form = [{"type": 18, "component": {"type": 4, "custom_id": "options", "value": f"a{LONE}\nb"}}]
    for verb in ("entered", "counted:0", "page:0.0"):
        polling.breathe()
        reply = await polling.forge(polling.moderator, f"m1:polls:{LONE}:{verb}", panel, form=form)
        assert reply.text and "went wrong" not in reply.text, (verb, reply.text)
    assert polling.told("") == [] and polling.texts("polls") == before


# After a restore


async def test_the_record_a_restore_kept_is_named_once_it_tells_of_a_cut_poll(polling: Stage) -> None:
    mona, ann = polling.moderator, await polling.seat("Ann", "alp")
    await ann.press(await polling.open_poll("one"), "Monday")
    await polling.later(minutes=6)
    copy = polling.doors.keeper.last
    assert copy is not None
    await polling.close()
    kept = restore(copy.path, polling.database, polling.clock.now()).replaced
    assert kept is not None and "-replaced-" in kept.name
    other = kept.with_name(kept.name.replace("-replaced-", "-elsewhere-"))
    other.write_bytes(kept.read_bytes())
    await polling.run()
    await polling.later(minutes=1)
    assert kept.name not in (await mona.command("meeting status")).text
    await polling.close_poll("one")
    await polling.later(minutes=1)
    text = (await mona.command("meeting status")).text
    assert re.search(rf"A restore kept {re.escape(kept.name)}, which tells whose ballots", text), text
    assert other.name not in text and kept.exists(), "people's files are theirs to delete"
    kept.unlink()
    assert "A restore kept" not in (await mona.command("meeting status")).text
