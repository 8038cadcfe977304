"""Inputs that are refused, handed back or outlive a restart; and what clients send that keep to no rules."""

from typing import Any

import pytest

from meeting import inputs
from meeting.people import COMMAND_LINE
from tests.discussing import (
    CODE,
    card,
    contribute,
    field,
    file_of,
    forge,
    hanging,
    mine,
    number_of,
    question,
    seated,
    sent,
    taken_up,
    thread_of,
)
from tests.stage import Stage, at


async def test_what_shows_nothing_is_refused_and_markup_alone_is_text(house: Stage) -> None:
    await taken_up(house)
    (ann,) = await seated(house, "alp")
    with pytest.raises(ValueError, match="required"):
        await contribute(house, ann, "")
    for text in ("   ", "\u200b\u3164\n", "\u202e"):
        reply = await contribute(house, ann, text)
        assert reply.text == "There is no text. Please write at least a word.", ascii(text)
    await contribute(house, ann, "***")
    await house.later(seconds=10)
    assert card(house, "\n\\*\\*\\*").text.startswith("**Republic of Alpland**")


async def test_a_text_too_long_is_handed_back_as_a_file(house: Stage) -> None:
    """A form takes no more than 4,000 characters; a client that keeps to no rules may send them."""
    (ann,) = await seated(house, "alp")
    with pytest.raises(ValueError, match="4001 characters"):
        await contribute(house, ann, "x" * 4001)
    text = "“Lots” of *it*\n" * 400
    reply = await forge(house, ann, "q1", "contributed", form=sent(text))
    assert reply.text.startswith("The text has 5999 characters; an input has 4000 at most."), reply.text
    assert file_of(reply) == ("input.txt", text)
    await taken_up(house)
    assert hanging(house) == []


async def test_a_deadline_that_passes_while_somebody_types(house: Stage) -> None:
    await taken_up(house)
    ann, bea = await seated(house, "alp", "bre")
    await contribute(house, bea, "In time.")
    await house.later(seconds=10)
    form = await ann.press(question(house), "Contribute…")
    change = await bea.press(await mine(house, bea, "In time."), "Change…")
    assert "are taken until" in (await house.moderator.command("discussion deadline", until="d1 07:00")).text
    await house.until(at(7, 0, second=10))
    for person, one in ((ann, form), (bea, change)):
        given = {"To which part?": ["1"], "What is it?": ["offer"], "Your input": "Too *late*."}
        reply = await person.fill(one, given)
        assert reply.text.startswith("Inputs and written statements were taken until 07:00 Bangkok")
        assert file_of(reply) == ("input.txt", "Too *late*.")
    with pytest.raises(LookupError):
        await bea.press(question(house), "Contribute…")
    assert "Inputs were taken until 07:00 Bangkok" in question(house).text
    assert len(hanging(house)) == 1 and card(house, "In time.")
    late = await ann.press(card(house, "In time."), "Associate")
    assert late.text.startswith("Inputs and written statements were taken until")


async def test_after_the_deadline_ones_own_can_still_be_withdrawn(house: Stage) -> None:
    (ann,) = await seated(house, "alp")
    quietly = CODE.search((await contribute(house, ann, "No name.", name="none")).text)
    await contribute(house, ann, "In time.")
    await house.moderator.command("discussion deadline", until="d1 07:00")
    await house.until(at(7, 0, second=10))
    done = await ann.press(await mine(house, ann, "In time."), "Withdraw")
    assert done.text.startswith("Withdrawn."), done.text
    assert quietly is not None
    form = await ann.press(await ann.press(question(house), "My inputs"), "Withdraw by code…")
    assert (await ann.fill(form, {"The code you were given": quietly[1]})).text.startswith("Withdrawn.")


async def test_what_the_door_turns_away_is_handed_back(house: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house that restarts, a storm, a fault of our own: the form is gone from the screen in each case."""
    (ann,) = await seated(house, "alp")
    assert house.app is not None
    given = {"To which part?": ["1"], "What is it?": ["offer"], "Your input": "Long *thought* out."}
    form = await ann.press(question(house), "Contribute…")
    house.app._answers.closing = True
    turned = await ann.fill(form, given)
    house.app._answers.closing = False
    assert turned.text.startswith("One moment, restarting.")
    assert file_of(turned) == ("text.txt", "Long *thought* out.")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(inputs, "contribute", full)
        failed = await ann.fill(await ann.press(question(house), "Contribute…"), given)
    assert "this reference" in failed.text and file_of(failed) == ("text.txt", "Long *thought* out.")
    house.errors.clear()
    done = await ann.fill(await ann.press(question(house), "Contribute…"), given)
    assert done.text.startswith("Recorded."), "the control"


async def test_an_author_who_leaves_cannot_change_it_and_the_input_stays(house: Stage) -> None:
    """Whoever gave up the seat sees the channel no longer; what was open on the screen can still be sent."""
    await taken_up(house)
    (ann,) = await seated(house, "alp")
    await contribute(house, ann, "It stays.")
    await house.later(seconds=10)
    number = number_of(card(house, "It stays."))
    book = house.doors.ledger.delegations
    for one in await book.seats():
        if one.user_id == ann.user_id:
            await book.release(COMMAND_LINE, one.seat_id)
    reply = await forge(house, ann, number, "edited", form=sent("It goes."))
    assert reply.text.startswith("You have no seat at this meeting yet.")
    assert file_of(reply) == ("input.txt", "It goes.")
    for verb in ("edit", "withdraw"):
        reply = await forge(house, ann, number, verb)
        assert reply.text.startswith("You have no seat at this meeting yet.")
    await house.later(seconds=10)
    assert card(house, "It stays.").text.startswith("**Republic of Alpland**")


async def test_forms_and_panels_of_before_a_restart_still_work(house: Stage) -> None:
    await taken_up(house)
    ann, bea = await seated(house, "alp", "bre")
    await contribute(house, ann, "Before.")
    await house.later(seconds=10)
    panel, hung = question(house), card(house, "Before.")
    form, own = await ann.press(panel, "Contribute…"), await mine(house, ann, "Before.")
    await house.restart()
    given = {"To which part?": ["2"], "What is it?": ["offer"], "Your input": "After."}
    assert (await ann.fill(form, given)).text.startswith("Recorded.")
    assert (await bea.press(hung, "Associate")).text.startswith("Recorded")
    assert (await bea.press(panel, "Contribute…")).kind == "modal"
    assert (await ann.press(own, "Withdraw")).text.startswith("Withdrawn.")
    await house.later(seconds=20)
    assert len(hanging(house)) == 2 and card(house, "After.") and card(house, "withdrawn by its author")


async def test_an_input_whose_posting_failed_hangs_once_after_a_restart(house: Stage) -> None:
    """The act is done, Discord's answer to the posting is lost, and the bot is started anew."""
    await taken_up(house)
    (ann,) = await seated(house, "alp")
    for done in (True, False):
        met = house.disturb("POST", f"/channels/{thread_of(house).id}/messages", done=done)
        await contribute(house, ann, f"Posted {done}.")
        await house.settle()
        assert met() == 1
        await house.restart()
        await house.later(minutes=1)
        assert card(house, f"Posted {done}.")


# Forged.


async def test_what_is_others_cannot_be_changed_withdrawn_or_read(house: Stage) -> None:
    await taken_up(house)
    ann, eve = await seated(house, "alp", "bre")
    await contribute(house, ann, "Shown once.")
    await contribute(house, ann, "Not yet read.", kind="positive_example")
    await house.later(seconds=20)
    numbers_ = [number_of(card(house, "Shown once.")), number_of(house.panel("moderators", "Not yet read."))]
    for number in numbers_:
        for verb, more in (
            ("edit", {}),
            ("withdraw", {}),
            ("edited", {"form": sent("Mine now.")}),
        ):
            reply = await forge(house, eve, number, verb, **more)
            assert reply.kind == "message" and reply.text.startswith("Only who wrote an input"), reply.text
        reply = await forge(house, eve, "q1", "own", component_type=3, values=[number])
        assert reply.text.startswith("Only who wrote an input") and "read" not in reply.text
    await house.later(seconds=20)
    assert card(house, "Shown once.") and "Not yet read." in house.texts("moderators")[-1]


@pytest.mark.parametrize("verb", ["release", "hide", "recorded"])
async def test_what_is_the_staffs_is_refused_to_a_delegate(house: Stage, verb: str) -> None:
    (ann,) = await seated(house, "alp")
    await contribute(house, ann, "It worked.", kind="positive_example")
    await house.later(seconds=10)
    number = number_of(house.panel("moderators", "It worked."))
    if verb == "recorded":
        reply = await forge(house, ann, "q1", verb, f"{ann.user_id}.77", form=sent("Mine."))
    else:
        reply = await forge(house, ann, number, verb)
    assert reply.text.startswith("This is for the people who run the meeting"), reply.text
    assert not any("discussion" in path for path in ann.commands()) and ann.message_commands() == []


NO_SUCH = [
    ("q9", "contribute", {}),
    ("q9", "mine", {}),
    ("q9", "choose", {}),
    ("q1", "choose", {"arg": "99999999999"}),
    ("q1", "choose", {"arg": "x"}),
    ("", "edit", {}),
    ("ffffffffff", "edit", {}),
    ("ffffffffff", "withdraw", {}),
    ("ffffffffff", "associate", {}),
    ("é\udcff", "associate", {}),
    ("'; DROP TABLE inputs; --", "withdraw", {}),
    ("q1", "own", {"values": []}),
    ("q1", "own", {"values": ["a", "b"]}),
    ("q1", "chosen", {"values": ["a", "b"]}),
    ("q1", "chosen", {"values": [7]}),
    ("q1", "recorded", {"arg": "x", "form": sent("text")}),
    ("q9", "contributed", {"form": sent("text")}),
    ("q1", "contributed", {"form": sent("text", part="3")}),
    ("q1", "contributed", {"form": sent("text", part="q1a")}),
    ("q1", "contributed", {"form": sent("text", kind="demand")}),
    ("q1", "contributed", {"form": sent("text", attribution="country")}),
    ("q1", "contributed", {"form": []}),
    ("q1", "contributed", {"form": [field("text", "text")]}),
    ("q1", "coded", {"form": [field("code", "x" * 4000)]}),
    ("q1", "release", {}),
    ("q1", "unheard-of", {}),
]


@pytest.mark.parametrize(("number", "verb", "more"), NO_SUCH)
async def test_what_nobody_was_shown_does_nothing(
    house: Stage, number: str, verb: str, more: dict[str, Any]
) -> None:
    (ann,) = await seated(house, "alp")
    more = ({"component_type": 3} if "values" in more else {}) | more
    reply = await forge(house, ann, number, verb, **more)
    assert reply.kind == "message" and reply.ephemeral and reply.text
    assert "Something went wrong" not in reply.text, reply.text
    await house.later(seconds=10)
    assert "input" not in question(house).text and house.told("went wrong") == []
