"""Answering polls as a delegate does, on a phone: each kind, each rule, and each way it can go wrong.

Whatever is refused is looked for in the result as well: what the person was told is what was counted.
"""

import asyncio
import re

import pytest

from meeting.people import COMMAND_LINE
from meeting.seats import Presence, SeatId
from rehearsal.standin import Message, wording
from tests.stage import Stage, at


def labels(message: Message) -> list[str]:
    return [str(one["label"]) for one in wording.buttons(message.components)]


def menu(message: Message) -> list[str]:
    """What the one menu of a message offers."""
    (one,) = wording.selects(message.components)
    return [str(option["label"]) for option in one["options"]]


def counted(result: str, group: str = "Member delegations") -> dict[str, str]:
    """What a result says of each option, and of abstentions, for one group."""
    found, inside, above = {}, False, ""
    for line in result.split("\n"):
        if line.startswith("**"):
            inside = line.startswith(f"**{group}**")
        elif inside and re.match("[▰▱]|median ", line):
            found[above] = line.lstrip("▰▱ ")
        elif inside and line.startswith("Abstained: "):
            found["abstained"] = line.removeprefix("Abstained: ")
        above = line
    return found


# Each kind, by the controls a phone shows.


async def test_one_choice_by_a_button(polling: Stage) -> None:
    ann, ben = await polling.seat("Ann", "alp"), await polling.seat("Ben", "bre")
    panel = await polling.open_poll("one")
    assert labels(panel) == ["Monday", "Tuesday", "Friday", "My answer", "Abstain"]
    reply = await ann.press(panel, "Tuesday")
    assert reply.ephemeral and reply.kind == "message"
    assert reply.text.startswith(
        "✓ Recorded for **Alpland**: Tuesday\nYou can change it until the poll closes."
    )
    await ben.press(panel, "Monday")
    assert "Recorded for **Bretonia**: Friday" in (await ben.press(panel, "Friday")).text
    result = await polling.close_poll("one")
    assert counted(result) == {
        "Monday": "0 of 2 · 0 %", "Tuesday": "1 of 2 · 50 %", "Friday": "1 of 2 · 50 %",
    }  # fmt: skip
    assert "**Member delegations**: 2 of 3 answered" in result
    assert "**Observer delegations**: none of 2 answered" in result


async def test_several_choices_by_one_menu(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    panel = await polling.open_poll("some")
    assert menu(panel) == ["1. Borders", "2. Data", "3. Training", "4. Funding"]
    with pytest.raises(ValueError, match="3 chosen"):
        await ann.choose(panel, "Choose …", ["1. Borders", "2. Data", "3. Training"])
    reply = await ann.choose(panel, "Choose …", ["3. Training", "1. Borders"])
    assert "✓ Recorded for **Alpland**: Borders; Training" in reply.text
    assert counted(await polling.close_poll("some")) == {
        "Borders": "1 of 1 · 100 %", "Data": "0 of 1 · 0 %", "Training": "1 of 1 · 100 %",
        "Funding": "0 of 1 · 0 %",
    }  # fmt: skip


async def test_a_ranking_by_a_form(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    panel = await polling.open_poll("rank")
    form = await ann.press(panel, "Answer")
    assert form.text.split("\n") == ["Your ranking", "First place", "Second place", "Third place"]
    reply = await ann.fill(
        form, {"First place": "3. Radar", "Second place": "1. Patrols", "Third place": "6. Clinics"}
    )
    assert "✓ Recorded for **Alpland**: 1. Radar; 2. Patrols; 3. Clinics" in reply.text
    result = await polling.close_poll("rank")
    assert counted(result)["Radar"] == "3 points (50 %) · first for 1 · by 1 of 1"
    assert counted(result)["Clinics"] == "1 point (17 %) · first for 0 · by 1 of 1"
    assert counted(result)["Visas"] == "0 points (0 %) · first for 0 · by 0 of 1"
    assert "-# 3 points for a first place, 2 for a second, 1 for a third. Per cents" in result
    assert "airwise" not in result and "two by two" not in result, "that is for the report"


async def test_dots_on_two_pages(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    panel = await polling.open_poll("dots")
    first = await ann.press(panel, "Answer")
    assert first.text.split("\n")[:2] == ["10 dots in all, at most 5 each (1 of 2)", "1. Sea"]
    summary = await ann.fill(first, {"1. Sea": "5 dots", "2. Land": "1 dot"})
    assert "6 of 10 dots placed.\nSea – 5 dots; Land – 1 dot" in summary.text
    assert summary.buttons == ["Continue", "Change page 1"] and summary.ephemeral
    second = await ann.press(summary, "Continue")
    assert second.text.split("\n")[1:] == ["6. Port", "7. Border"]
    whole = await ann.fill(second, {"7. Border": "4 dots"})
    assert whole.kind == "update", "the same private message goes along"
    assert "10 of 10 dots placed." in whole.text
    assert whole.buttons == ["Record", "Change page 1", "Change page 2"]
    done = await ann.press(whole, "Record")
    assert done.kind == "update"
    assert "✓ Recorded for **Alpland**: Sea – 5 dots; Land – 1 dot; Border – 4 dots" in done.text
    result = counted(await polling.close_poll("dots"))
    assert (result["Sea"], result["Border"], result["Air"]) == (
        "5 dots (50 %) · from 1 of 1", "4 dots (40 %) · from 1 of 1", "0 dots (0 %) · from 0 of 1",
    )  # fmt: skip


async def test_levels_on_two_pages(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    first = await ann.press(await polling.open_poll("score"), "Answer")
    rows = ["1. Forum", "2. Portal", "3. Leaflet", "4. Hotline", "5. Drill"]
    assert first.text.split("\n") == ["A level for each row (1 of 2)", *rows]
    with pytest.raises(ValueError, match="0 chosen"):
        await ann.fill(first, {rows[0]: "good"})
    summary = await ann.fill(first, dict.fromkeys(rows, "fair") | {rows[0]: "good"})
    assert "5 of 6 rows have a level." in summary.text and "Forum – good" in summary.text
    whole = await ann.fill(await ann.press(summary, "Continue"), {"6. Manual": "poor"})
    assert "Manual – poor" in (await ann.press(whole, "Record")).text
    result = counted(await polling.close_poll("score"))
    assert result["Forum"] == "median **good**, middle half good to good"
    assert result["Manual"] == "median **poor**, middle half poor to poor"


async def test_abstaining_is_an_answer_and_not_answering_is_none(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    await polling.seat("Ben", "bre")
    for poll_id in ("one", "some", "dots"):
        panel = await polling.open_poll(poll_id)
        assert "✓ Recorded for **Alpland**: abstention" in (await ann.press(panel, "Abstain")).text
        result = await polling.close_poll(poll_id)
        assert "**Member delegations**: 1 of 3 answered, 1 of them abstained" in result
        share = counted(result).get("abstained")
        assert share == (None if poll_id == "dots" else "1 of 1 · 100 %"), "no part of the dots"


async def test_a_poll_without_abstention_offers_and_takes_none(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    panel = await polling.open_poll("few")
    assert labels(panel) == ["Agree", "Differ", "My answer"]
    reply = await polling.forge(ann, "m1:polls:few:pick:_", panel)
    assert reply.text == "This poll has no abstention. You may leave it unanswered."
    assert "**Member delegations**: none of 3 answered" in await polling.close_poll("few")


# Whose ballot it is.


async def test_a_colleague_sees_the_ballot_and_may_change_it(polling: Stage) -> None:
    ann, amy = await polling.seat("Ann", "alp"), await polling.seat("Amy", "alp")
    panel = await polling.open_poll("one")
    assert (await amy.press(panel, "My answer")).text == "**Which day?**\nAlpland has not answered."
    await ann.press(panel, "Monday")
    seen = (await amy.press(panel, "My answer")).text
    assert re.search(
        r"\nAlpland: cast at 06:3\d Bangkok \(<t:\d+:t>\) by a colleague\.\nThe ballot: Monday$", seen
    )
    assert "by you.\nThe ballot: Monday" in (await ann.press(panel, "My answer")).text
    await amy.press(panel, "Friday")
    assert "by a colleague.\nThe ballot: Friday" in (await ann.press(panel, "My answer")).text
    result = counted(await polling.close_poll("one"))
    assert (result["Monday"], result["Friday"]) == ("0 of 1 · 0 %", "1 of 1 · 100 %"), "one ballot, the last"


async def test_one_person_one_ballot(polling: Stage) -> None:
    ann, amy = await polling.seat("Ann", "alp"), await polling.seat("Amy", "alp")
    panel = await polling.open_poll("each")
    assert "One ballot per person." in panel.text
    assert (await ann.press(panel, "My answer")).text.endswith("You have not answered.")
    assert (await ann.press(panel, "Good")).text.startswith("✓ Recorded: Good\n")
    await amy.press(panel, "Bad")
    mine = (await ann.press(panel, "My answer")).text
    assert re.search(r"\nYou answered at 06:3\d .*\.\nThe ballot: Good$", mine), mine
    result = await polling.close_poll("each")
    assert "**People of member delegations**: 2 of 2 answered" in result
    assert counted(result, "People of member delegations") == {
        "Good": "1 of 2 · 50 %",
        "Bad": "1 of 2 · 50 %",
    }


async def test_the_same_answer_twice_is_one_ballot(polling: Stage) -> None:
    ann, ben = await polling.seat("Ann", "alp"), await polling.seat("Ben", "bre")
    panel = await polling.open_poll("one")
    for _ in range(3):
        assert "Recorded for **Alpland**: Monday" in (await ann.press(panel, "Monday")).text
    await ben.press(panel, "Tuesday")
    result = await polling.close_poll("one")
    assert "2 of 3 answered" in result and counted(result)["Monday"] == "1 of 2 · 50 %"


async def test_my_answer_after_the_closing_is_linked_no_more(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    for poll_id, button, end in (
        ("one", "Monday", "What it said is not linked to you any more."),
        ("live", "Up", "The ballot: Up"),
    ):
        panel = await polling.open_poll(poll_id)
        await ann.press(panel, button)
        await polling.close_poll(poll_id)
        assert labels(polling.poll_panel(poll_id)) == ["My answer"]
        mine = await ann.press(polling.poll_panel(poll_id), "My answer")
        assert mine.text.endswith(end), mine.text


# Secret and final.


async def test_a_secret_ballot_is_shown_before_it_is_sent_and_is_final(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp", Presence.ROOM)
    amy = await polling.seat("Amy", "alp", Presence.VIRTUAL)
    panel = await polling.open_poll("secret")
    asked = await ann.press(panel, "Yes")
    assert "Your answer: Yes\nThis is secret: the first answer is final" in asked.text
    assert asked.buttons == ["Send", "No, go back"], "where she is, is known"
    back = await ann.press(asked, "No, go back")
    assert back.kind == "update" and back.text == "Nothing was recorded." and back.buttons == []
    assert "Alpland has not answered." in (await ann.press(panel, "My answer")).text
    sent = await ann.press(await ann.press(panel, "No"), "Send")
    assert sent.text == "✓ Recorded for **Alpland**. It is final, and nobody can see what it was."
    for person in (ann, amy):
        again = await person.press(panel, "Yes")
        assert again.text.startswith("A secret answer was recorded for you or your delegation at "), (
            again.text
        )
        mine = (await person.press(panel, "My answer")).text
        assert "What it said is kept apart from you." in mine and "No" not in mine
    for n, delegation in enumerate(("bre", "cor")):
        other = await polling.seat(f"Other {n}", delegation, Presence.ROOM)
        await other.press(await other.press(panel, "Yes"), "Send")
    result = await polling.close_poll("secret")
    assert "3 of 3 answered. Fewer than 5 answers to a secret poll are not shown." in result
    assert counted(result) == {}


async def test_two_colleagues_before_the_same_secret_ballot(polling: Stage) -> None:
    ann, amy = (
        await polling.seat("Ann", "alp", Presence.ROOM),
        await polling.seat("Amy", "alp", Presence.ROOM),
    )
    panel = await polling.open_poll("secret")
    first, second = await ann.press(panel, "Yes"), await amy.press(panel, "No")
    replies = await asyncio.gather(ann.press(first, "Send"), amy.press(second, "Send"))
    assert sum("✓ Recorded" in reply.text for reply in replies) == 1
    assert sum("A secret answer was recorded" in reply.text for reply in replies) == 1
    assert "1 of 3 answered" in await polling.close_poll("secret")


async def test_a_secret_poll_by_mode_asks_where_one_is_when_sending(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    asked = await ann.press(await polling.open_poll("secret"), "Yes")
    assert asked.buttons == ["Send – I am in the room", "Send – I am online", "No, go back"]
    sent = await ann.press(asked, "Send – I am online")
    assert "✓ Recorded" in sent.text and sent.buttons == [], "it is not asked twice"
    assert "online" in (await ann.command("seat show")).text


async def test_back_from_a_secret_ballot_of_several_pages_keeps_the_draft(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp", Presence.ROOM)
    form = await ann.press(await polling.open_poll("sealed"), "Answer")
    summary = await ann.fill(form, {"1. Sea": "3 dots"})
    whole = await ann.fill(await ann.press(summary, "Continue"), {"6. Port": "1 dot"})
    asked = await ann.press(whole, "Record")
    assert "Your answer: Sea – 3 dots; Port – 1 dot" in asked.text
    back = await ann.press(asked, "No, go back")
    assert back.buttons == ["Record", "Change page 1", "Change page 2"]
    assert "Nothing was recorded" in back.text and "Sea – 3 dots; Port – 1 dot" in back.text
    changed = await ann.fill(await ann.press(back, "Change page 1"), {"1. Sea": "2 dots", "2. Land": "1 dot"})
    assert "Sea – 2 dots; Land – 1 dot; Port – 1 dot" in changed.text
    assert "It is final" in (await ann.press(await ann.press(changed, "Record"), "Send")).text


async def test_an_abstention_in_secret_is_confirmed_too(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp", Presence.ROOM)
    asked = await ann.press(await polling.open_poll("sealed"), "Abstain")
    assert "Your answer: abstention" in asked.text
    assert "It is final" in (await ann.press(asked, "Send")).text


# Where one is.


async def test_who_has_not_said_where_they_are_is_asked_once_a_day(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    panel = await polling.open_poll("one")
    asked = await ann.press(panel, "Monday")
    assert asked.text.endswith("Are you in the room or online? You can say otherwise later.")
    assert "Noted: you are in the room." in (await ann.press(asked, "I am in the room")).text
    assert "in the room or online" not in (await ann.press(panel, "Tuesday")).text
    await polling.leap(at(9, 0, day=8))
    assert "in the room or online" in (await ann.press(panel, "Friday")).text


async def test_an_item_in_person_refuses_who_is_online_by_presence(polling: Stage) -> None:
    ann, ben = await polling.seat("Ann", "alp", Presence.VIRTUAL), await polling.seat("Ben", "bre")
    panel, both = await polling.open_poll("hall"), await polling.open_poll("both")
    refused = await ann.press(panel, "Here")
    assert "you have said today that you are online, so your answer was not counted" in refused.text
    assert "those who take part online are not asked" in panel.text
    assert "those who take part online are not asked" not in both.text
    assert "Recorded" in (await ann.press(both, "Here")).text, "marked virtual: yes"
    assert "Recorded" in (await ben.press(panel, "There")).text, "unknown is not refused"
    assert "you are in the room" in (await ann.press(refused, "I am in the room")).text
    assert "Recorded" in (await ann.press(panel, "Here")).text, "as the refusal said"
    assert "2 of 3 answered" in await polling.close_poll("hall")
    assert counted(await polling.close_poll("both"))["Here"] == "1 of 1 · 100 %"


# Bad days: a sentence each, and the ballot counts or the person knows it does not.


async def test_without_a_seat_nothing_is_counted(polling: Stage) -> None:
    nobody, mona = polling.person("Nora", "Delegate"), polling.moderator
    panel = await polling.open_poll("one")
    for person in (nobody, mona):
        for button in ("Monday", "Abstain", "My answer"):
            reply = await person.press(panel, button)
            assert reply.text.startswith("You have no seat at this meeting yet. In #welcome press"), (
                reply.text
            )
    for poll_id, control in (("dots", "Answer"), ("rank", "Answer")):
        reply = await nobody.press(await polling.open_poll(poll_id), control)
        assert "You have no seat" in reply.text
    assert "none of 3 answered" in await polling.close_poll("one")


async def test_a_seat_by_code_a_wrong_code_one_that_is_used_and_one_of_a_seat_given_up(
    polling: Stage,
) -> None:
    book = polling.doors.ledger.delegations
    codes = await book.make_codes(COMMAND_LINE)
    nim, ann = polling.newcomer, polling.person("Ann")
    welcome = polling.panel("welcome", "A small roundtable")
    form = await nim.press(welcome, "Take your seat")
    wrong = await nim.fill(form, {"The code on your sheet": "K7QM-2R9T-XW4D"})
    assert wrong.text.startswith("There is no such code.")
    code = codes[SeatId("alp-1")]
    done = await nim.fill(form, {"The code on your sheet": code.lower().replace("-", " ")})
    assert "Welcome, **Republic of Alpland**" in done.text or "Welcome, **Alpland**" in done.text
    used = await ann.fill(await ann.press(welcome, "Take your seat"), {"The code on your sheet": code})
    assert "Somebody else has taken the seat" in used.text
    await polling.later(seconds=30)
    panel = await polling.open_poll("one")
    assert "✓ Recorded for **Alpland**: Friday" in (await nim.press(panel, "Friday")).text
    await polling.moderator.command("delegation release", seat="alp-1")
    polling.breathe()
    stale = await polling.forge(nim, "m1:polls:one:pick:0", panel)
    assert "You have no seat at this meeting yet" in stale.text
    dead = await ann.fill(await ann.press(welcome, "Take your seat"), {"The code on your sheet": code})
    assert "was given up, and the code with it" in dead.text
    await polling.later(seconds=30)
    assert counted(await polling.close_poll("one"))["Friday"] == "1 of 1 · 100 %", (
        "a delegation's ballot stays"
    )


async def test_outside_the_electorate(polling: Stage) -> None:
    oz, eve = await polling.seat("Oz", "obs"), await polling.seat("Eve", "eco")
    panel = await polling.open_poll("few")
    assert "Answered: 0 of 3 member delegations\n" in panel.text
    for person in (oz, eve):
        reply = await person.press(panel, "Agree")
        assert reply.text == "This poll asks member delegations only, so your answer was not counted."
    result = await polling.close_poll("few")
    assert "none of 3 answered" in result and "bserver" not in result


async def test_who_has_left_by_the_desks_note(polling: Stage) -> None:
    ann, amy = await polling.seat("Ann", "alp"), await polling.seat("Amy", "alp")
    panel = await polling.open_poll("one")
    await polling.doors.ledger.delegations.note_presence(COMMAND_LINE, SeatId("alp-1"), Presence.LEFT)
    refused = await ann.press(panel, "Monday")
    assert refused.text.startswith("It was noted that you have left the meeting, so nothing was recorded.")
    assert "has not answered" in (await ann.press(panel, "My answer")).text
    assert "Recorded" in (await amy.press(panel, "Tuesday")).text, "a colleague who is there answers"
    assert counted(await polling.close_poll("one"))["Monday"] == "0 of 1 · 0 %"


async def test_a_stale_panel_after_the_closing(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    presses = {
        "one": ["pick:0", "pick:_"], "some": ["pick"], "dots": ["answer", "go:0.-------", "record:2222200"],
        "secret": ["pick:0", "send:0", "back:0"],
    }  # fmt: skip
    for poll_id, verbs in presses.items():
        panel = await polling.open_poll(poll_id)
        result = await polling.close_poll(poll_id)
        assert "none of 3 answered" in result
        for verb in verbs:
            more = {"component_type": 3, "values": ["0"]} if verb == "pick" else {}
            reply = await polling.forge(ann, f"m1:polls:{poll_id}:{verb}", panel, **more)
            said = r"This poll closed at 06:\d\d Bangkok \(<t:\d+:t>\)\. Your answer was not counted\."
            assert re.fullmatch(said, reply.text), (poll_id, verb, reply.text)
            polling.breathe()
        assert "has not answered" in (await polling.forge(ann, f"m1:polls:{poll_id}:mine", panel)).text
    assert "Closed" in polling.poll_panel("one").text


async def test_a_press_after_the_programmes_closing_that_nobody_has_written_down(polling: Stage) -> None:
    """The clock says it is over, and the panel still hangs: it does not count, and the person knows."""
    ann = await polling.seat("Ann", "alp")
    panel = await polling.open_poll("one", minutes=10)
    polling.clock.set(polling.clock.now().replace(hour=23, minute=40))
    reply = await ann.press(panel, "Monday")
    assert "This poll closed at" in reply.text and "not counted" in reply.text
    await polling.later(seconds=30)
    assert "none of 3 answered" in polling.panel("polls", "## Result of the indicative poll").text


async def test_before_it_is_open(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    panel = await polling.open_poll("one")
    reply = await polling.forge(ann, "m1:polls:some:pick:_", panel)
    assert reply.text == "This poll is not open yet. It will be announced here when it opens."


@pytest.mark.parametrize("turns", [0, 8, 16, 24, 32, 48, 64])
async def test_a_close_while_ballots_are_in_flight(polling: Stage, turns: int) -> None:
    """Whoever was told it is recorded is counted; whoever was told it is not, is not."""
    delegations = ["alp", "bre", "cor", "eco", "obs", "wat"]
    people = [await polling.seat(f"P{n}", one) for n, one in enumerate(delegations)]
    panel = await polling.open_poll("one")

    async def after(turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)

    async def press(n: int) -> str:
        await after(8 * n)
        return (await people[n].press(panel, "Tuesday")).text

    async def close() -> str:
        await after(turns)
        return (await polling.moderator.command("poll close", poll="one")).text

    closed, *told = await asyncio.gather(close(), *(press(n) for n in range(6)))
    assert "is closed" in closed
    recorded = sum("✓ Recorded" in text for text in told)
    assert recorded + sum("Your answer was not counted." in text for text in told) == 6
    await polling.later(seconds=10)
    result = polling.panel("polls", "## Result of the indicative poll").text
    answered = re.findall(r"\*\*: (\d+|none) of \d answered", result)
    assert sum(int(n) for n in answered if n != "none") == recorded
    await polling.later(minutes=5)
    assert result == polling.panel("polls", "## Result of the indicative poll").text


async def test_a_panel_somebody_deleted_is_told_of_and_hung_again(polling: Stage) -> None:
    ann, ben = await polling.seat("Ann", "alp"), await polling.seat("Ben", "bre")
    panel = await polling.open_poll("one")
    await ann.press(panel, "Monday")
    polling.allowed.add(10008)
    polling.world.delete_message(panel)
    await polling.later(seconds=30)
    assert polling.told("Somebody deleted the panel of the poll “one”.")
    reply = await polling.forge(ben, "m1:polls:one:pick:1", panel)
    assert "✓ Recorded for **Bretonia**: Tuesday" in reply.text, "a press that was under way"
    preview = await polling.clerk.command("meeting setup")
    await polling.clerk.press(preview, "Create")
    await polling.later(seconds=30)
    again = polling.poll_panel("one")
    assert again.id != panel.id and "2 of 3 member delegations" in again.text
    assert "The ballot: Monday" in (await ann.press(again, "My answer")).text
    result = counted(await polling.close_poll("one"))
    assert (result["Monday"], result["Tuesday"]) == ("1 of 2 · 50 %", "1 of 2 · 50 %")
