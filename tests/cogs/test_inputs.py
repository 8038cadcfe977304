"""Inputs as delegates make them: contributed, changed, withdrawn, joined by others."""

import re

import pytest

from rehearsal.standin import Message, Reply, wording
from tests.discussing import (
    CODE,
    card,
    contribute,
    hanging,
    labels,
    many,
    mine,
    question,
    seated,
    taken_up,
    thread_of,
)
from tests.stage import Stage, at


def thread_card(stage: Stage, number: int) -> Message:
    return card(stage, f"\nNumber {number}.")


def numbers(page: Reply) -> list[int]:
    """Of the inputs that can be chosen from."""
    assert page.message is not None
    (menu,) = wording.selects(page.message.components)
    return [int(re.findall(r"Number (\d+)\.", one["label"])[0]) for one in menu["options"]]


# Contributing.


async def test_an_input_of_each_kind_and_name_becomes_a_card(house: Stage) -> None:
    await taken_up(house)
    ann, cy, eve = await seated(house, "alp", "obs", "eco")
    form = await ann.press(question(house), "Contribute…")
    assert "No names or details of persons or cases, please" in form.text
    reply = await contribute(house, ann, "We suggest *this*.")
    assert reply.ephemeral and reply.text == "Recorded. It shows in the question's thread in a moment."
    assert reply.buttons == ["Change…", "Withdraw"]
    await contribute(house, cy, "That is hard.", kind="challenge", name="category", part="2")
    await contribute(house, eve, "We can give that.", kind="offer", name="category")
    await contribute(house, ann, "We need that.", kind="request", part="2")
    await house.later(seconds=20)
    shown = [m.text.rpartition("\n")[0] for m in hanging(house)]
    assert shown == [
        "**Republic of Alpland** · suggestion · part 1\nWe suggest \\*this\\*.",
        "**An observer State** · challenge · part 2\nThat is hard.",
        "**A member organisation** · offer · part 1\nWe can give that.",
        "**Republic of Alpland** · request · part 2\nWe need that.",
    ]
    assert all(labels(m) == ["Associate"] for m in hanging(house))
    assert "4 inputs so far." in question(house).text
    assert not any(m.mentions for m in hanging(house))


async def test_where_the_question_has_one_part_the_form_does_not_ask(house: Stage) -> None:
    (ann,) = await seated(house, "alp")
    title = "What next?"
    form = await ann.press(question(house, title), "Contribute…")
    assert "To which part?" not in form.text
    await contribute(house, ann, "Early bird.", part=None, title=title)
    await house.later(seconds=20)
    assert house.world.threads == {} and "1 input so far." in question(house, title).text
    await taken_up(house, "three")
    assert card(house, "Early bird.", title).text.startswith(
        "**Republic of Alpland** · suggestion\nEarly bird."
    )


async def test_an_input_before_the_thread_is_there_is_promised_for_then(house: Stage) -> None:
    (ann,) = await seated(house, "alp")
    reply = await contribute(house, ann, "Before.")
    assert reply.text == "Recorded. It shows in the question's thread once that opens."


async def test_who_has_no_seat_is_told_how_to_get_one(house: Stage) -> None:
    for name in ("Contribute…", "My inputs"):
        reply = await house.delegate.press(question(house), name)
        assert reply.text.startswith("You have no seat at this meeting yet."), reply.text


async def test_a_positive_example_waits_for_a_moderator(house: Stage) -> None:
    await taken_up(house)
    (ann,) = await seated(house, "alp")
    reply = await contribute(house, ann, "It worked.", kind="positive_example")
    assert reply.text == "Recorded. A moderator reads it first; then it shows in the question's thread."
    await house.later(seconds=20)
    assert hanging(house) == [] and "inputs so far" not in question(house).text
    held = house.panel("moderators", "**Held: positive example** by Republic of Alpland – What decides?")
    assert "It worked." in held.text and labels(held) == ["Show it", "Hide it"]


# One's own.


async def test_my_inputs_are_changed_and_withdrawn(house: Stage) -> None:
    await taken_up(house)
    ann, bea = await seated(house, "alp", "bre")
    await contribute(house, ann, "First words.")
    await contribute(house, ann, "Other words.", part="2")
    await contribute(house, bea, "Not hers.")
    await house.later(seconds=20)
    listed = await ann.press(question(house), "My inputs")
    assert listed.text == "You have 2 inputs to this question." and listed.message is not None
    (menu,) = wording.selects(listed.message.components)
    assert [one["label"] for one in menu["options"]] == [
        "Republic of Alpland: First words.",
        "Republic of Alpland: Other words.",
    ]
    chosen = await mine(house, ann, "First words.")
    assert chosen.text == "Republic of Alpland: First words.\n-# shows"
    form = await ann.press(chosen, "Change…")
    assert form.modal is not None and "Under whose name?" not in form.text
    reply = await ann.fill(form, {"Your input": "Better words."})
    assert reply.text == "Recorded. The change shows in a moment."
    await house.later(seconds=20)
    assert card(house, "Better words.").text.startswith(
        "**Republic of Alpland** · suggestion · part 1 · edited\nBetter words."
    )
    withdrawn = await ann.press(await mine(house, ann, "Better words."), "Withdraw")
    assert withdrawn.text == "Withdrawn. The thread says that there was an input, no more."
    await house.later(seconds=20)
    assert card(house, "This input was withdrawn by its author.") and "2 inputs" in question(house).text
    assert not any("Better words." in m.text or "First words." in m.text for m in hanging(house))
    again = await ann.press(question(house), "My inputs")
    assert again.text == "You have 1 input to this question."


async def test_the_menu_writes_what_was_written_without_escapes(house: Stage) -> None:
    (ann,) = await seated(house, "cor")
    await contribute(house, ann, "1. *Stars* | and_such\nsecond line")
    chosen = await mine(house, ann, "1. *Stars* | and_such second line")
    assert chosen.text.startswith("Côre d'Or: 1. \\*Stars\\* \\| and\\_such second line")


async def test_a_change_into_a_positive_example_is_held_again(house: Stage) -> None:
    await taken_up(house)
    (ann,) = await seated(house, "alp")
    await contribute(house, ann, "It shows.")
    await house.later(seconds=10)
    form = await ann.press(await mine(house, ann, "It shows."), "Change…")
    reply = await ann.fill(form, {"What is it?": ["positive_example"], "Your input": "It worked."})
    assert reply.text == "Recorded. A moderator reads the change first."
    await house.later(seconds=20)
    assert card(house, "This input was changed and is being looked at.")
    await house.moderator.press(house.panel("moderators", "It worked."), "Show it")
    await house.later(seconds=20)
    assert "positive example" in card(house, "It worked.").text and len(hanging(house)) == 1


async def test_withdrawn_by_its_code_alone(house: Stage) -> None:
    """Nobody else can, and a code works once."""
    await taken_up(house)
    ann, bea = await seated(house, "alp", "bre")
    codes = []
    for person, text in ((ann, "Uno."), (bea, "Due."), (ann, "Tre.")):
        reply = await contribute(house, person, text, name="none")
        found = CODE.search(reply.text)
        assert found is not None, reply.text
        codes.append(found[1])
        assert reply.buttons == [] and reply.ephemeral
    await house.later(seconds=20)
    listed = await ann.press(question(house), "My inputs")
    assert listed.text.startswith("You have no input to this question under a name.")
    for typed, said in (
        ("K7QM-2R9T-XW4D", "No input has that code."),
        ("nonsense", "No input has that code."),
        (f" {codes[0].lower().replace('-', ' ')} ", "Withdrawn."),
        (codes[0], "That input is out of sight already."),
    ):
        form = await bea.press(await bea.press(question(house), "My inputs"), "Withdraw by code…")
        reply = await bea.fill(form, {"The code you were given": typed})
        assert reply.text.startswith(said), (typed, reply.text)
        house.clock.set(house.clock.now() + (at(7, 1) - at(7, 0)))
    await house.later(seconds=20)
    assert sum("This input was withdrawn by its author." in m.text for m in hanging(house)) == 1
    assert not any("Uno." in m.text for m in hanging(house))


# Standing behind others'.


async def test_associated_on_the_card_once_for_each_delegation(house: Stage) -> None:
    await taken_up(house)
    ann, bea, cy = await seated(house, "alp", "bre", "cor")
    bob = await house.seat("Bob", "bre")
    await contribute(house, ann, "Join us.")
    await house.later(seconds=10)
    reply = await bea.press(card(house, "Join us."), "Associate")
    assert reply.ephemeral
    assert reply.text == "Recorded: your delegation stands behind the input of Republic of Alpland."
    assert (await bob.press(card(house, "Join us."), "Associate")).text == (
        "Your delegation stands behind that input already."
    )
    assert (await ann.press(card(house, "Join us."), "Associate")).text == (
        "That input is your own delegation's."
    )
    await house.delegate.press(card(house, "Join us."), "Associate")
    await cy.press(card(house, "Join us."), "Associate")
    await house.later(seconds=10)
    assert "-# **2 delegations stand behind this:** Bretonia, Côre d'Or" in card(house, "Join us.").text


async def test_after_the_thread_is_locked_the_panels_list_turns_pages(house: Stage) -> None:
    """Sixty inputs, the newest first, 25 on a page; the controls in the thread are gone."""
    await taken_up(house)
    ann, bea = await seated(house, "alp", "bre")
    await many(house, ann, 60)
    await house.moderator.command("agenda end")
    await house.later(minutes=4)
    assert thread_of(house).locked and all(labels(m) == [] for m in hanging(house))
    with pytest.raises(PermissionError, match="dead"):
        await bea.press(thread_card(house, 1), "Associate")
    page = await bea.press(question(house), "Associate…")
    seen = [numbers(page)]
    assert page.buttons == ["Older ▶"]
    page = await bea.press(page, "Older ▶")
    seen.append(numbers(page))
    assert page.buttons == ["◀ Newer", "Older ▶"] and page.kind == "update"
    page = await bea.press(page, "Older ▶")
    seen.append(numbers(page))
    assert [len(one) for one in seen] == [25, 25, 10] and [n for one in seen for n in one] == [
        *range(60, 0, -1)
    ]
    assert page.buttons == ["◀ Newer"]
    (menu,) = wording.selects(page.message.components if page.message else [])
    done = await bea.choose(page, menu["placeholder"], ["Republic of Alpland: Number 3."])
    assert done.text == "Recorded: your delegation stands behind the input of Republic of Alpland."
    await house.later(seconds=10)
    assert "-# **1 delegation stands behind this:** Bretonia" in thread_card(house, 3).text


async def test_the_list_of_a_question_without_inputs_says_so(house: Stage) -> None:
    (ann,) = await seated(house, "alp")
    reply = await ann.press(question(house), "Associate…")
    assert reply.text == "There are no inputs to this question yet." and reply.buttons == []
