"""The desk: every button it draws does what it says, a stale one nothing, a doubled press its act once."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from meeting.people import COMMAND_LINE, Actor, UserId, Via, on_page
from meeting.polls import PollId
from meeting.programme import ItemId
from meeting.room import Door, Show
from meeting.seats import SeatId
from tests.room.conftest import opened
from tests.room.rig import DESK, Page, Rig

ONE = ItemId("one")


def named(buttons: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(one for one in buttons if one["id"] == name)


async def test_nobody_acts_before_saying_who_they_are(rig: Rig) -> None:
    page = Page(rig, Door.DESK)
    await page.enter(await rig.key(Door.DESK))
    assert (await page.state())["operator"] is None
    status, body = await page.press("room.show", show="blank")
    assert status == 409 and "who works at this desk" in body["sentence"]
    status, body = await page.press("room.sign_on", operator=" \u202e ")
    assert status == 409
    assert "Ms Operator" in await page.done("room.sign_on", operator="Ms   Operator\u202e")
    assert (await page.state())["operator"] == "Ms Operator"
    await page.done("room.show", show="blank")
    assert (await rig.ledger.room.chosen()).operator == "Ms Operator"
    await page.close()


async def test_the_list_is_run_from_the_desk(rig: Rig, desk: Page) -> None:
    await rig.begin("one")
    for name, kind in (("alp", "statement"), ("bre", "statement"), ("eco", "group")):
        args = {"item_id": "one", "delegation_id": name, "side": "room", "kind": kind}
        if kind == "group":
            args["group"] = "the Three"
        assert "is on the list" in await desk.done("speakers.add", **args)
    state = await desk.state()
    rows = [row["short_name"] for row in state["speakers"]["rows"]]
    assert rows == ["ECE", "Alpland", "Bretonia"]
    assert {one["delegation_id"] for one in state["delegations"] if one["waiting"]} == {"alp", "bre", "eco"}
    assert "has the floor" in await desk.button(named(state["speakers"]["buttons"], "next"))
    state = await desk.state()
    assert state["speakers"]["speaker"]["kind_text"] == "on behalf of the Three"
    rig.forward(seconds=50)
    assert "off the clock after 0:50" in await desk.button(named(state["speakers"]["buttons"], "pause"))
    rig.forward(seconds=50)
    state = await desk.state()
    assert state["speakers"]["speaker"]["paused_text"] == "paused after 0:50 of 5 min"
    await desk.button(named(state["speakers"]["buttons"], "resume"))
    row = (await desk.state())["speakers"]["rows"][1]
    move = next(one for one in row["buttons"] if one["act"] == "speakers.move")
    assert {field["name"] for field in move["ask"]} == {"place", "reason"}
    assert "place 1" in await desk.button(move, place="1", reason="The chair says so")
    state = await desk.state()
    undo = named(state["speakers"]["buttons"], "undo")
    assert undo["ask"] and "move" in undo["label"]
    assert "Taken back" in await desk.button(undo, reason="A slip")
    state = await desk.state()
    assert [row["short_name"] for row in state["speakers"]["rows"]] == ["Alpland", "Bretonia"]
    await desk.button(state["speakers"]["rows"][0]["buttons"][1])
    state = await desk.state()
    assert state["speakers"]["rows"][0]["note_text"] == "not now"
    await desk.button(state["speakers"]["rows"][0]["buttons"][1])
    await desk.button((await desk.state())["speakers"]["rows"][1]["buttons"][0])
    state = await desk.state()
    assert [row["short_name"] for row in state["speakers"]["rows"]] == ["Alpland"]
    await desk.button(named(state["speakers"]["buttons"], "close"))
    assert (await desk.state())["speakers"]["state"] == "closed"
    await desk.button(named((await desk.state())["speakers"]["buttons"], "reopen"))


async def test_a_stale_button_changes_nothing(rig: Rig, desk: Page) -> None:
    await rig.begin("one")
    await rig.inscribe("alp", "bre", "eco", item="one")
    old = await desk.state()
    await desk.button(named(old["speakers"]["buttons"], "next"))
    status, body = await desk.press("speakers.call_next", **named(old["speakers"]["buttons"], "next")["args"])
    assert status == 409 and "changed since" in body["sentence"]
    await desk.button(named(old["agenda"]["buttons"], "agenda-more-5"))
    status, body = await desk.press("agenda.end", **named(old["agenda"]["buttons"], "agenda-end")["args"])
    assert status == 409 and "changed since" in body["sentence"]
    assert (await rig.ledger.agenda.agenda()).running is not None


async def test_two_desks_press_next_at_once_and_one_speaks(rig: Rig, desk: Page) -> None:
    other = Page(rig, Door.DESK)
    await other.enter(await rig.key(Door.DESK))
    await other.done("room.sign_on", operator="Mr Other")
    await rig.begin("one")
    await rig.inscribe("alp", "bre", "eco", "obs", item="one")
    args = named((await desk.state())["speakers"]["buttons"], "next")["args"]
    found = await asyncio.gather(*(page.press("speakers.call_next", **args) for page in (desk, other)))
    assert sorted(status for status, _ in found) == [200, 409]
    speakers = await rig.ledger.speakers.speaker_list(ONE)
    assert len(speakers.heard) == 1
    await other.close()


async def test_a_press_that_arrives_twice_is_done_once(rig: Rig, desk: Page) -> None:
    await rig.begin("one")
    await rig.inscribe("alp", "bre", "eco", item="one")
    args = named((await desk.state())["speakers"]["buttons"], "next")["args"]
    nonce = "the-same-press-again"
    both = await asyncio.gather(*(desk.press("speakers.call_next", nonce=nonce, **args) for _ in range(5)))
    later = await desk.press("speakers.call_next", nonce=nonce, **args)
    assert len({str(one) for one in [*both, later]}) == 1 and later[0] == 200
    assert len((await rig.ledger.speakers.speaker_list(ONE)).heard) == 1


async def test_a_press_sent_again_after_a_restart_is_done_once(tmp_path: Path) -> None:
    """The answer was lost with the process; what was done was not."""
    rig = await opened(tmp_path)
    page = Page(rig, Door.SEAT)
    await page.enter(await rig.code("alp-1"))
    text = {"item_id": "one", "text": "Our statement."}
    status, _ = await page.press("speakers.submit", nonce="lost-answer-000001", **text)
    assert status == 200
    await rig.close()
    again = await opened(tmp_path, port=rig.port)
    status, body = await page.press("speakers.submit", nonce="lost-answer-000001", **text)
    assert status == 200 and "done already" in body["sentence"]
    assert len(await again.ledger.speakers.statements()) == 1
    # Control: another press does it once more.
    await page.press("speakers.submit", nonce="another-press-00002", **text)
    assert len(await again.ledger.speakers.statements()) == 2
    await page.close()
    await again.close()


async def test_an_item_with_people_waiting_is_left_only_when_that_is_confirmed(rig: Rig, desk: Page) -> None:
    await rig.begin("one")
    await rig.inscribe("alp", item="one")
    end = named((await desk.state())["agenda"]["buttons"], "agenda-end")
    status, body = await desk.press(end["act"], **end["args"])
    assert status == 409 and "list of speakers is open" in body["sentence"] and "again" not in body
    await rig.ledger.speakers.close(DESK, ONE)
    status, body = await desk.press(end["act"], **end["args"])
    assert status == 409 and "will not be heard" in body["sentence"]
    assert "has ended" in await desk.button(body["again"])
    assert (await rig.ledger.agenda.agenda()).running is None


async def test_the_agenda_goes_on_from_the_desk(rig: Rig, desk: Page) -> None:
    await desk.button(named((await desk.state())["agenda"]["buttons"], "agenda-next"))
    assert (await desk.state())["agenda"]["item"]["title"] == "Opening remarks"
    await desk.button(named((await desk.state())["agenda"]["buttons"], "agenda-next"))
    await desk.button(named((await desk.state())["agenda"]["buttons"], "agenda-suspend"))
    assert (await desk.state())["agenda"]["item"]["state"] == "suspended"
    await desk.button(named((await desk.state())["agenda"]["buttons"], "agenda-resume"))


async def test_polls_are_run_from_the_desk_and_what_it_shows_is_previewed(
    rig: Rig, desk: Page, screen: Page
) -> None:
    await rig.begin("one")

    async def poll(poll_id: str) -> dict[str, Any]:
        return next(one for one in (await desk.state())["polls"] if one["poll_id"] == poll_id)

    held = await poll("held")
    assert held["screen_button"] is None, "nothing of it to show yet"
    await desk.button(held["buttons"][0])
    ballot = {"poll_id": "held", "delegation_id": "alp", "choice": [0]}
    assert "Recorded for Republic of Alpland: Left" in await desk.done("ballots.enter", **ballot)
    assert "Recorded for Republic of Alpland: Right" in await desk.done(
        "ballots.enter", **{**ballot, "choice": [1]}
    )
    status, body = await desk.press("ballots.enter", **{**ballot, "choice": [0, 1]})
    assert status == 409 and "takes 1 at most" in body["sentence"]
    assert "1 of 3 member delegations" in (await poll("held"))["turnout_text"]
    alp = next(one for one in (await desk.state())["delegations"] if one["delegation_id"] == "alp")
    assert alp["answered"] == ["held"]
    count = {"poll_id": "held", "tally": "members", "answered": 3, "counts": [1, 2]}
    assert "counted by hand" in await desk.done("polls.hand_count", **count)
    buttons = {one["act"]: one for one in (await poll("held"))["buttons"]}
    assert "closed" in await desk.button(buttons["polls.close"])
    show = (await poll("held"))["screen_button"]
    async with desk.session.get(
        "/desk/preview", params={"show": "poll", "poll_id": "held"}, headers=desk.headers
    ) as answer:
        preview = (await answer.json())["screen"]
    assert preview["layout"] == "poll" and preview["result"] is None, "closed, and not released"
    assert (await screen.state())["layout"] != "result"
    await desk.button(show)
    assert (await screen.state())["poll"]["question"] == "Held back?"
    buttons = {one["act"]: one for one in (await poll("held"))["buttons"]}
    await desk.button(buttons["polls.release"])
    shown = (await screen.state())["result"]
    assert [bar["value_text"] for bar in shown["tallies"][0]["bars"]] == ["0 of 1 · 0 %", "1 of 1 · 100 %"]
    assert shown["hand_counts"][0]["bars"][1]["value_text"] == "2 of 3"
    await desk.button({one["act"]: one for one in (await poll("held"))["buttons"]}["polls.round"])


async def test_polls_stand_in_the_order_in_which_they_are_needed(rig: Rig, desk: Page) -> None:
    await rig.begin("one")
    for poll_id in ("one", "some", "rank", "held", "live"):
        await rig.ledger.polls.open(DESK, PollId(poll_id))
        rig.forward(seconds=60)
    for poll_id in ("some", "one", "held"):
        await rig.ledger.polls.close(DESK, PollId(poll_id))
        rig.forward(seconds=60)
    listed = [one["poll_id"] for one in (await desk.state())["polls"]]
    assert listed[:4] == ["rank", "live", "held", "one"], "open, waits to be shown, the newest result"
    assert listed[4:7] == ["dots", "score", "secret"], "to come"
    assert listed.index("some") > listed.index("empty"), "an earlier result"


async def test_ballots_nobody_may_learn_are_not_taken_at_the_desk(rig: Rig, desk: Page) -> None:
    await rig.begin("one")
    for poll_id in ("secret", "each"):
        await rig.ledger.polls.open(DESK, PollId(poll_id), 20)
        assert (
            next(one for one in (await desk.state())["polls"] if one["poll_id"] == poll_id)["ballot"] is None
        )
        args = {"poll_id": poll_id, "delegation_id": "alp", "choice": [0]}
        status, body = await desk.press("ballots.enter", **args)
        assert status == 409 and "by each themselves" in body["sentence"]
        standing = await rig.ledger.polls.standing(PollId(poll_id))
        assert sum(standing.answered.values()) == 0


async def test_who_has_answered_shows_where_the_desk_enters_ballots_and_not_where_they_are_secret(
    rig: Rig, desk: Page
) -> None:
    await rig.begin("one")
    for poll_id in ("secret", "held"):
        await rig.ledger.polls.open(DESK, PollId(poll_id), 20)
        await rig.ledger.ballots.cast(on_page(SeatId("alp-1")), PollId(poll_id), (0,), sure=True)
    alp = next(one for one in (await desk.state())["delegations"] if one["delegation_id"] == "alp")
    assert alp["answered"] == ["held"]


async def test_one_ballot_per_delegation_by_whatever_road(rig: Rig, desk: Page, seat: Page) -> None:
    await rig.begin("one")
    await rig.ledger.polls.open(DESK, PollId("held"), 20)
    user = UserId(4711)
    await rig.ledger.delegations.assign(
        COMMAND_LINE, next(iter(await rig.ledger.delegations.delegations())).delegation_id, user
    )
    args = {"poll_id": "held", "choice": [0]}
    await seat.done("ballots.cast", **args)
    await rig.ledger.ballots.cast(Actor(Via.DISCORD, user), PollId("held"), (1,))
    said = await desk.done("ballots.enter", delegation_id="alp", **args)
    assert "replaces what a colleague" in said
    standing = await rig.ledger.polls.standing(PollId("held"))
    assert sum(standing.answered.values()) == 1


async def test_presence_is_noted_at_the_desk(rig: Rig, desk: Page, seat: Page) -> None:
    args = {"seat_id": "alp-1", "presence": "left"}
    assert "has left" in await desk.done("delegations.note_presence", **args)
    state = await seat.state()
    assert state["seat"]["left_text"] and not state["seat"]["presence_buttons"]
    await rig.begin("one")
    status, body = await seat.press("speakers.ask", item_id="one", kind="statement")
    assert status == 409 and "at the desk" in body["sentence"]
    await desk.done("delegations.note_presence", seat_id="alp-1", presence="room")
    await seat.done("speakers.ask", item_id="one", kind="statement")


async def test_who_cannot_hear_is_on_the_desk_until_it_is_seen_to(rig: Rig, desk: Page, seat: Page) -> None:
    for _ in range(2):
        assert "shows that you cannot hear" in await seat.done("room.cannot_hear")
    state = await desk.state()
    (report,) = state["reports"]
    assert "Republic of Alpland" in report["text"] and state["reports_text"] == "1 delegation cannot hear"
    await desk.button(report["button"])
    assert (await desk.state())["reports"] == []


async def test_the_screen_is_chosen_from_the_desk(rig: Rig, desk: Page, screen: Page) -> None:
    await rig.begin("one")
    buttons = {one["id"]: one for one in (await desk.state())["screen"]["buttons"]}
    await desk.button(buttons["message"], text="Coats are in room 3\nThank you")
    assert (await screen.state())["message"]["lines"] == ["Coats are in room 3", "Thank you"]
    for text in ("", " \n ", "x" * 301, "\n".join("abcdefghi")):
        status, _ = await desk.press("room.show", show="message", text=text)
        assert status == 409
    await desk.button(buttons["freeze"])
    status, _ = await desk.press("room.freeze")
    assert status == 409, "it is held already"
    state = await desk.state()
    assert state["screen"]["mode"] == "held" and "Ms Operator" in state["screen"]["since_text"]
    await desk.button(named(state["screen"]["buttons"], "show-follow"))
    assert (await rig.ledger.room.chosen()).show is Show.FOLLOW


ODD: list[Any] = [None, 1, [], "x", {"nonce": 1}, {"nonce": "short", "act": "room.freeze", "args": {}}]


@pytest.mark.parametrize("sent", ODD)
async def test_odd_requests_are_not_understood(desk: Page, sent: Any) -> None:
    async with desk.session.post("/desk/act", json=sent, headers=desk.headers) as answer:
        assert answer.status == 400
        assert (await answer.json())["ok"] is False


async def test_odd_arguments_are_not_understood(rig: Rig, desk: Page, seat: Page) -> None:
    await rig.begin("one")
    acts = [
        ("speakers.add", {"item_id": "one", "delegation_id": 7}),
        ("speakers.add", {"item_id": "one", "delegation_id": "alp", "kind": "shout"}),
        ("speakers.call_next", {"item_id": "one", "expected": "x"}),
        ("speakers.call_next", {"item_id": "one", "expected": [True, {}]}),
        ("polls.hand_count", {"poll_id": "held", "tally": "members", "answered": 1.5, "counts": [1]}),
        ("polls.extend", {"poll_id": "held", "minutes": 10**30}),
        ("delegations.note_presence", {"seat_id": "alp-1", "presence": "moon"}),
        ("agenda.end", {}),
        ("nothing.known", {}),
        ("speakers.submit", {"item_id": "one\u2028", "text": "x"}),
    ]
    for act, args in acts:
        status, body = await desk.press(act, **args)
        assert status == 400 and body["ok"] is False, (act, args)
    status, _ = await seat.press("speakers.call_next", item_id="one", expected=[None, None])
    assert status == 400, "a seat's page has no such act"
    async with desk.session.post("/desk/act", data=b"{" * 100_000, headers=desk.headers) as answer:
        assert answer.status == 400
    async with desk.session.post("/desk/act", data=b"x" * 300_000, headers=desk.headers) as answer:
        assert answer.status == 413


async def test_a_storm_from_one_tablet_is_turned_away(desk: Page) -> None:
    found = [await desk.press("room.show", show="blank") for _ in range(40)]
    statuses = {status for status, _ in found}
    assert statuses == {200, 429}
    assert "wait ten seconds" in next(body["sentence"] for status, body in found if status == 429)
    desk.rig.forward(seconds=20)
    assert (await desk.press("room.show", show="blank"))[0] == 200


async def test_the_operators_name_stands_in_the_audits_erasable_side(rig: Rig, desk: Page) -> None:
    await rig.begin("one")
    await desk.done("speakers.add", item_id="one", delegation_id="alp", side="room", kind="statement")
    data = (rig.folder / "meeting.db").read_bytes() + (rig.folder / "meeting.db-wal").read_bytes()
    assert b'"operator": "Ms Operator"' in data
    assert (await rig.ledger.verify()).whole
    seats = await rig.ledger.delegations.seats()
    assert next(one for one in seats if one.seat_id == SeatId("alp-1")).user_id is None
