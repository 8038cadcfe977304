"""Ballots of several pages: the draft travels in the controls, nothing is lost, and nothing is forged."""

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from rehearsal.standin import Message, Person, Reply
from tests.stage import Stage, with_polls

DRAFT, CHOICE = b"4103002", b"[4,1,0,3,0,0,2]"
"""The dots these tests place, as a control carries them and as the record keeps them."""


async def placed(person: Person, panel: Message) -> Reply:
    """Both pages filled in, not recorded."""
    first = await person.fill(
        await person.press(panel, "Answer"), {"1. Sea": "4 dots", "2. Land": "1 dot", "4. Rail": "3 dots"}
    )
    return await person.fill(await person.press(first, "Continue"), {"7. Border": "2 dots"})


def presets(form: Reply) -> dict[str, str]:
    """What a form has filled in already, by field."""
    assert form.modal is not None
    return {
        part["label"]: option["label"]
        for part in form.modal["components"]
        for option in part["component"]["options"]
        if option["default"]
    }


def bytes_of(folder: Path) -> bytes:
    """All that lies on the disk."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def test_a_wrong_sum_is_handed_back_with_what_was_chosen(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    panel = await polling.open_poll("dots")
    first = await ann.fill(await ann.press(panel, "Answer"), {"1. Sea": "5 dots", "3. Air": "5 dots"})
    assert first.text.endswith("**Not recorded yet.** Press Record.") and first.buttons[0] == "Record"
    wrong = await ann.fill(await ann.press(first, "Change page 2"), {"6. Port": "2 dots"})
    assert "⚠ 12 of 10 dots are placed. Place exactly 10. Nothing was recorded yet." in wrong.text
    assert "\nSea – 5 dots; Air – 5 dots; Port – 2 dots" in wrong.text
    assert wrong.text.endswith("Press Change.")
    assert wrong.buttons == ["Change page 1", "Change page 2"], "nothing to record yet"
    again = await ann.press(wrong, "Change page 1")
    assert presets(again)["1. Sea"] == presets(again)["3. Air"] == "5 dots"
    assert "Alpland has not answered" in (await ann.press(panel, "My answer")).text
    right = await ann.fill(again, {"3. Air": "3 dots"})
    assert right.buttons[0] == "Record"
    assert "Sea – 5 dots; Air – 3 dots; Port – 2 dots" in (await ann.press(right, "Record")).text
    assert "5 dots (50 %) · from 1 of 1" in await polling.close_poll("dots")


async def test_a_wrong_sum_that_is_never_mended_does_not_count(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    panel = await polling.open_poll("dots")
    first = await ann.fill(await ann.press(panel, "Answer"), {"1. Sea": "5 dots"})
    await ann.fill(await ann.press(first, "Continue"), {})
    assert "**Member delegations**: none of 3 answered" in await polling.close_poll("dots")


async def test_one_option_on_two_places_is_handed_back(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    panel = await polling.open_poll("rank")
    places = {"First place": "2. Visas", "Second place": "4. Courts", "Third place": "2. Visas"}
    wrong = await ann.fill(await ann.press(panel, "Answer"), places)
    assert "“Visas” has two places. Give each place to another option. Nothing was recorded" in wrong.text
    assert wrong.buttons == ["Change"]
    again = await ann.press(wrong, "Change")
    assert presets(again) == places
    assert "1. Visas; 2. Courts; 3. Radar" in (await ann.fill(again, {"Third place": "3. Radar"})).text
    assert "by 1 of 1" in await polling.close_poll("rank")


async def test_nothing_is_on_disk_before_it_is_recorded(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    whole = await placed(ann, await polling.open_poll("dots"))
    await polling.later(minutes=5)
    assert "10 of 10 dots placed." in whole.text
    before = bytes_of(polling.folder)
    assert DRAFT not in before and CHOICE not in before
    await ann.press(whole, "Record")
    await polling.later(seconds=10)
    assert CHOICE in bytes_of(polling.folder), "control: it would be found"
    assert any(DRAFT in str(one.body).encode() for one in polling.standin.log), (
        "control: that is its spelling"
    )


async def test_a_restart_between_the_pages_loses_nothing(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    panel = await polling.open_poll("dots")
    form = await ann.press(panel, "Answer")
    await polling.restart()
    first = await ann.fill(form, {"1. Sea": "4 dots", "2. Land": "1 dot", "4. Rail": "3 dots"})
    await polling.restart()
    second = await ann.press(first, "Continue")
    await polling.restart()
    whole = await ann.fill(second, {"7. Border": "2 dots"})
    await polling.restart()
    assert "✓ Recorded for **Alpland**" in (await ann.press(whole, "Record")).text
    result = await polling.close_poll("dots")
    assert "\nRail\n▰▰▰▰▰▰▰▰▱▱ 3 dots (30 %) · from 1 of 1" in result


async def test_a_form_sent_after_the_closing_is_not_counted(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    panel = await polling.open_poll("dots")
    form, whole = await ann.press(panel, "Answer"), await placed(ann, panel)
    assert "none of 3 answered" in await polling.close_poll("dots")
    for late in (await ann.fill(form, {}), await ann.press(whole, "Record")):
        assert "Your answer was not counted." in late.text


async def test_what_stands_is_filled_in_for_a_change_also_a_colleagues(polling: Stage) -> None:
    ann, amy = await polling.seat("Ann", "alp"), await polling.seat("Amy", "alp")
    panel = await polling.open_poll("dots")
    await ann.press(await placed(ann, panel), "Record")
    form = await amy.press(panel, "Answer")
    assert presets(form) == {
        "1. Sea": "4 dots", "2. Land": "1 dot", "3. Air": "0 dots", "4. Rail": "3 dots", "5. River": "0 dots",
    }  # fmt: skip
    whole = await amy.fill(form, {"1. Sea": "3 dots", "3. Air": "1 dot"})
    assert whole.buttons[0] == "Record", "page 2 stands already"
    done = await amy.press(whole, "Record")
    assert "Sea – 3 dots; Land – 1 dot; Air – 1 dot; Rail – 3 dots; Border – 2 dots" in done.text
    assert "by a colleague.\nThe ballot: Sea – 3 dots" in (await ann.press(panel, "My answer")).text
    ranked = await polling.open_poll("rank")
    await ann.fill(
        await ann.press(ranked, "Answer"),
        {"First place": "3. Radar", "Second place": "1. Patrols", "Third place": "6. Clinics"},
    )
    assert presets(await amy.press(ranked, "Answer"))["First place"] == "3. Radar"


async def test_an_abstention_is_changed_into_an_answer(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    panel = await polling.open_poll("dots")
    await ann.press(panel, "Abstain")
    whole = await placed(ann, panel)
    await ann.press(whole, "Record")
    assert "Abstained" not in await polling.close_poll("dots")


async def test_each_voter_has_an_order_of_their_own_and_the_count_is_right(polling: Stage) -> None:
    people = [await polling.seat(f"P{n}", one) for n, one in enumerate(("alp", "bre", "cor", "eco", "obs"))]
    amy = await polling.seat("Amy", "alp")
    panel = await polling.open_poll("rank")

    def order(form: Reply) -> list[str]:
        assert form.modal is not None
        return [o["label"] for o in form.modal["components"][0]["component"]["options"]]

    orders = [order(await one.press(panel, "Answer")) for one in people]
    assert len({tuple(one) for one in orders}) >= 4 and all(
        sorted(one) == sorted(orders[0]) for one in orders
    )
    assert order(await amy.press(panel, "Answer")) == orders[0], "a delegation's people see one order"
    await polling.restart()
    assert order(await people[1].press(panel, "Answer")) == orders[1], "the same after a restart"
    for one in people:
        form = await one.press(panel, "Answer")
        choice = {"First place": "4. Courts", "Second place": "2. Visas", "Third place": "5. Schools"}
        assert "1. Courts; 2. Visas; 3. Schools" in (await one.fill(form, choice)).text
    result = await polling.close_poll("rank")
    assert "\nCourts\n▰▰▰▰▰▰▰▰▰▰ 9 points (50 %) · first for 3 · by 3 of 3" in result


SHUFFLED = """\
        polls:
          - {id: mixed, question: In any order?, kind: single, shuffled: yes, opens: start, closes: hand,
             options: [Ash, Birch, Cedar, Damson]}
          - {id: ticks, question: Several in any order?, kind: approval, shuffled: yes, opens: start,
             closes: hand, options: [Ash, Birch, Cedar, Damson]}
"""


async def test_shuffled_choices_are_asked_in_private(stage: Stage) -> None:
    stage.programme.write_text(with_polls("one", SHUFFLED), "utf-8")
    await stage.run()
    await stage.set_up()
    await stage.moderator.command("agenda start", item="one")
    await stage.later(seconds=10)
    orders = []
    for name, delegation in (("Ann", "alp"), ("Ben", "bre"), ("Col", "cor")):
        person = await stage.seat(name, delegation)
        asked = await person.press(stage.poll_panel("mixed"), "Answer")
        assert "**In any order?**\nChoose one.\nYou can change the answer" in asked.text and asked.ephemeral
        orders.append(tuple(asked.buttons))
        done = await person.press(asked, "Cedar")
        assert done.kind == "update" and "Cedar" in done.text
        menu = await person.press(stage.poll_panel("ticks"), "Answer")
        assert "Birch; Damson" in (await person.choose(menu, "Choose …", ["4. Damson", "2. Birch"])).text
    assert len(set(orders)) > 1 and set(orders) <= set(permutations(("Ash", "Birch", "Cedar", "Damson")))
    assert "\nCedar\n▰▰▰▰▰▰▰▰▰▰ 3 of 3 · 100 %" in await stage.close_poll("mixed")
    assert "\nBirch\n▰▰▰▰▰▰▰▰▰▰ 3 of 3 · 100 %" in await stage.close_poll("ticks")


# Forged.

FORGED = [
    *(f"dots:record:{draft}" for draft in (
        "", "5", "55000000", "550000", "zzzzzzz", "6400000", "-------", "0000000", "5555555", "55-----:x",
        "٣٣٠٠٠٠٠", "5 5    ", "__", "9" * 70, "550000\n", "{}", "5500000.room",
    )),
    *(f"dots:go:{arg}" for arg in (
        "", ".", "0", "9.-------", "2.-------", "-1.-------", "٣.-------", "0.------", "0.zzzzzzz",
        "x.-------", "00.-------", f"0.{'5' * 70}",
    )),
    "dots:pick:0", "dots:pick:5500000", "dots:tick", "dots:send:", "dots:send:zzzzzzz", "dots:send:99.room",
    "dots:back:zzz", "dots:see", "dots:table", "dots:unheard", "dots:page:9.-------", "dots:page:",
    "one:pick:", "one:pick:3", "one:pick:9", "one:pick:-", "one:pick:00", "one:pick:é", "one:pick:٣",
    "one:record:", "one:record:000", "one:record:9", "one:go:0.-", "one:page:0.-", "one:go:0.0", "one:send:",
    "some:pick:9", "some:record:0", "some:record:0123", "some:record:zz", "some:go:0.--", "some:record:--",
    "rank:record:012345", "rank:record:01", "rank:record:0-1", "rank:record:001", "rank:record:zzz",
    "rank:pick:0", "rank:tick", "rank:record:5500000", "rank:go:1.---", "rank:send:---",
    "score:record:222222222", "score:record:333333", "score:record:00000-", "score:record:------",
    "score:record:5500000", "score:pick:1",
    "nowhere:pick:0", "nowhere:answer", "nowhere:mine", "nowhere:table", "nowhere:see", ":pick:0",
    "'; drop table ballots; --:pick:0", f"{'x' * 60}:pick:0",
]  # fmt: skip


async def test_forged_drafts_are_answered_and_change_nothing(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    for poll_id in ("one", "some", "rank", "dots", "score"):
        panel = await polling.open_poll(poll_id)
    before = polling.texts("polls")
    for custom_id in FORGED:
        polling.breathe()
        more: dict[str, Any] = {"component_type": 3, "values": ["0"]} if custom_id.endswith(":tick") else {}
        reply = await polling.forge(ann, f"m1:polls:{custom_id}", panel, **more)
        assert reply.kind == "message" and reply.ephemeral and len(reply.text) > 20, (custom_id, reply.kind)
        assert "Something went wrong" not in reply.text and "Recorded" not in reply.text, custom_id
    for values in (["9"], ["0", "1", "2"], ["-"], ["00"], [""], ["٣"], []):
        for poll_id in ("some", "one"):
            polling.breathe()
            reply = await polling.forge(
                ann, f"m1:polls:{poll_id}:tick", panel, component_type=3, values=values
            )
            assert reply.ephemeral and "Recorded" not in reply.text, values
    await polling.later(seconds=10)
    assert polling.texts("polls") == before
    real = await polling.forge(ann, "m1:polls:dots:record:5500000", panel)
    assert "✓ Recorded for **Alpland**: Sea – 5 dots; Land – 5 dots" in real.text, (
        "control: a true draft is taken"
    )


def field(name: object, *values: object) -> dict[str, Any]:
    return {"type": 18, "component": {"type": 3, "custom_id": name, "values": list(values)}}


@pytest.mark.parametrize(
    "form",
    [
        [],
        [{}],
        [field("o0", "9")],
        [field("o0", "55")],
        [field("o0", "")],
        [field("o0", 5)],
        [field("o6", "5")],
        [field("o99", "5")],
        [field("o٣", "5")],
        [field("text", "5")],
        [field("", "5")],
        [field("o0", "6")],
        [field("o0", "5"), field("o0", "z")],
        [{"type": 18, "component": {"type": 4, "custom_id": "o0", "value": "5"}}],
    ],
)
async def test_forged_pages_are_answered_and_record_nothing(
    polling: Stage, form: list[dict[str, Any]]
) -> None:
    ann = await polling.seat("Ann", "alp")
    panel = await polling.open_poll("dots")
    for draft in ("0.-------", "1.-------", "0.5500000", "0.zzz", "0._", "7.-------", ""):
        polling.breathe()
        reply = await polling.forge(ann, f"m1:polls:dots:page:{draft}", panel, form=form)
        assert reply.kind == "message" and len(reply.text) > 20
        assert "Something went wrong" not in reply.text and "Recorded" not in reply.text, reply.text
    go = await polling.forge(ann, "m1:polls:dots:go:0.-------", panel, form=form)
    assert "from an earlier version" in go.text, "no form in answer to a form"
    assert "has not answered" in (await ann.press(panel, "My answer")).text
