"""The page of a seat: everything a person without an account can do, with and without JavaScript."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from meeting.delegations import DelegationId
from meeting.people import COMMAND_LINE, Actor, UserId, Via
from meeting.polls import PollId
from meeting.programme import ItemId
from meeting.room import Door
from meeting.seats import Presence, SeatId
from tests.room.rig import DESK, Page, Rig

BALLOTS = {
    "one": ([2], "Friday"),
    "some": ([0, 3], "Borders; Funding"),
    "rank": ([4, 0, 5], "1. Schools; 2. Patrols; 3. Clinics"),
    "dots": ([5, 0, 0, 3, 0, 2, 0], "Sea – 5 dots; Rail – 3 dots; Port – 2 dots"),
    "score": ([0, 1, 2, 0, 1, 2], "Forum – poor"),
    "each": ([1], "Bad"),
    "live": ([0], "Up"),
    "own": ([1], "Coffee"),
}
FORMS: dict[str, dict[str, Any]] = {
    "one": {"choice": "2"},
    "some": {"choice": ["0", "3"]},
    "rank": {"place-1": "4", "place-2": "0", "place-3": "5"},
    "dots": {"dots-0": "5", "dots-3": "3", "dots-5": "2"},
    "score": {f"level-{n}": str(n % 3) for n in range(6)},
}


async def poll(page: Page, poll_id: str) -> dict[str, Any]:
    return next(one for one in (await page.state())["polls"] if one["poll_id"] == poll_id)


async def opened(rig: Rig, *polls: str) -> None:
    await rig.begin("one")
    for poll_id in polls:
        await rig.ledger.polls.open(DESK, PollId(poll_id), 20)


@pytest.mark.parametrize("poll_id", BALLOTS)
async def test_every_kind_of_poll_is_answered(rig: Rig, seat: Page, poll_id: str) -> None:
    choice, said = BALLOTS[poll_id]
    await opened(rig, poll_id)
    form = (await poll(seat, poll_id))["ballot"]
    assert sorted(one["index"] for one in form["options"]) == list(range(len(form["options"])))
    answer = await seat.done("ballots.cast", poll_id=poll_id, choice=choice)
    assert answer.startswith("✓ Recorded") and said in answer
    now = await poll(seat, poll_id)
    assert said in now["mine_text"] and now["ballot"], "it can be changed"
    assert sum((await rig.ledger.polls.standing(PollId(poll_id))).answered.values()) == 1
    await seat.done("ballots.cast", poll_id=poll_id, choice=[])
    assert "abstention" in (await poll(seat, poll_id))["mine_text"]
    await rig.ledger.polls.close(DESK, PollId(poll_id))
    closed = await poll(seat, poll_id)
    assert closed["ballot"] is None and closed["result"]["tallies"][0]["base_text"].startswith("1 of ")
    status, body = await seat.press("ballots.cast", poll_id=poll_id, choice=choice)
    assert status == 409 and "closed at" in body["sentence"]


@pytest.mark.parametrize("poll_id", FORMS)
async def test_every_kind_of_poll_is_answered_without_javascript(rig: Rig, seat: Page, poll_id: str) -> None:
    await opened(rig, poll_id)
    text = await filled(seat, f'name="poll_id" value="{poll_id}"', FORMS[poll_id])
    assert BALLOTS[poll_id][1] in text
    assert BALLOTS[poll_id][1] in (await poll(seat, poll_id))["mine_text"]


async def test_a_form_with_nothing_chosen_is_no_abstention(rig: Rig, seat: Page) -> None:
    await opened(rig, "some")
    assert "Nothing was chosen" in await filled(seat, 'value="some"', {})
    assert (await rig.ledger.polls.standing(PollId("some"))).answered == {}
    await filled(seat, 'name="abstain"', {})
    assert "abstention" in (await poll(seat, "some"))["mine_text"]


async def test_a_secret_abstention_without_javascript_is_confirmed(rig: Rig, seat: Page) -> None:
    await opened(rig, "secret")
    form = await found(seat, 'name="abstain"')
    assert "sure" not in form, "nobody has ticked it yet"
    assert "confirmed first" in await filled(seat, 'name="abstain"', {})
    assert (await rig.ledger.polls.standing(PollId("secret"))).answered == {}
    assert "final" in await filled(seat, 'name="abstain"', {"sure": "on"})


async def test_looking_again_after_a_form_sends_nothing_again(rig: Rig, seat: Page) -> None:
    await rig.begin("one")
    form = await found(seat, 'value="speakers.submit"')
    fields = {**form, "text": "Our statement."}
    async with seat.session.post("/seat/act", data=fields, headers=seat.headers) as answer:
        assert answer.url.path == "/seat" and "your written statement" in await answer.text()
    for path in ("/seat", "/seat/act"):
        async with seat.session.get(path) as answer:
            assert answer.url.path == "/seat" and "your written statement" not in await answer.text(), (
                "said once"
            )
    assert len(await rig.ledger.speakers.statements()) == 1


async def test_without_a_name_one_takes_back_by_the_code_on_the_page(rig: Rig, seat: Page) -> None:
    await rig.begin("two")
    question = (await seat.state())["contribute"][0]
    given = {"question_id": question["question_id"], "part_id": question["parts"][0]["part_id"]}
    more = {"kind": "suggestion", "attribution": "none", "text": "Without a name."}
    _, made = await seat.press("discussions.contribute", **given, **more)
    button = (await seat.state())["by_code"]
    status, body = await seat.press(button["act"], code="0000-0000-0000")
    assert status == 409 and "No input has that code" in body["sentence"]
    assert "Withdrawn" in await seat.done(button["act"], code=made["code"].lower())
    assert [one.state for one in (await rig.ledger.discussions.discussions()).inputs] == ["withdrawn"]


async def test_a_form_sent_twice_is_done_once(rig: Rig, seat: Page) -> None:
    await rig.begin("one")
    form = await found(seat, 'value="speakers.submit"')
    fields = {**form, "text": "Our statement."}
    for _ in range(2):
        async with seat.session.post("/seat/act", data=fields, headers=seat.headers) as answer:
            assert answer.status == 200
    assert len(await rig.ledger.speakers.statements()) == 1


async def test_a_refused_text_is_handed_back(rig: Rig, seat: Page) -> None:
    await rig.begin("one")
    form = await found(seat, 'value="speakers.submit"')
    text = "word " * 11_000 + "the end of it"
    await rig.ledger.delegations.note_presence(COMMAND_LINE, SeatId("alp-1"), Presence.ROOM)
    for n in range(11):
        fields = {**form, "nonce": f"{form['nonce']}-{n:04}", "text": text}
        async with seat.session.post("/seat/act", data=fields, headers=seat.headers) as answer:
            page = await answer.text()
    assert "as many as one may" in page and "the end of it" in page


async def test_a_secret_answer_is_confirmed_final_and_never_shown_again(rig: Rig, seat: Page) -> None:
    await opened(rig, "secret")
    shown = await poll(seat, "secret")
    assert shown["ballot"]["final"] and "first answer is final" in shown["confirm_text"]
    status, body = await seat.press("ballots.cast", poll_id="secret", choice=[0])
    assert status == 409 and "confirmed first" in body["sentence"]
    said = await seat.done("ballots.cast", poll_id="secret", choice=[0], sure=True)
    assert "final" in said and "Yes" not in said
    after = await poll(seat, "secret")
    assert after["ballot"] is None and "Yes" not in after["mine_text"]
    status, _ = await seat.press("ballots.cast", poll_id="secret", choice=[1], sure=True)
    assert status == 409
    colleague = Page(rig, Door.SEAT)
    await colleague.enter(await rig.code("alp-2"))
    assert "by a colleague" in (await poll(colleague, "secret"))["mine_text"]
    assert (await colleague.press("ballots.cast", poll_id="secret", choice=[1], sure=True))[0] == 409
    await colleague.close()


async def test_the_floor_from_a_phone_in_the_room(rig: Rig, seat: Page) -> None:
    await rig.begin("one")
    state = await seat.state()
    assert state["seat"]["ask_presence"]
    await seat.button(state["seat"]["presence_buttons"][0])
    assert not (await seat.state())["seat"]["ask_presence"]
    assert "is on the list" in await seat.button(state["floor"]["ask"])
    assert "on the list for that already" in (await seat.press("speakers.ask", item_id="one"))[1]["sentence"]
    await rig.inscribe("bre", item="one")
    floor = (await seat.state())["floor"]
    assert floor["ask"] is None and floor["rows"][0]["mine"]
    (mine,) = floor["mine"]
    assert "number 1 of 2" in mine["text"] and "before you" in mine["why_text"]
    assert floor["rows"][0]["side"] == "room", "they said that they are in the room"
    put_off = next(one for one in mine["buttons"] if one["act"] == "speakers.put_off")
    await seat.button(put_off)
    assert "not now" in (await seat.state())["floor"]["rows"][0]["note_text"]
    await rig.ledger.speakers.call_next(DESK, ItemId("one"))
    associate = (await seat.state())["floor"]["associate"]
    assert "Bretonia" in associate["label"]
    await seat.button(associate)
    off = next(
        one
        for one in (await seat.state())["floor"]["mine"][0]["buttons"]
        if one["act"] == "speakers.withdraw"
    )
    assert "Withdrawn" in await seat.button(off)
    args = {"item_id": "one", "kind": "group", "group": "the Three", "text": "What we wish to say."}
    said = await seat.done("speakers.ask", **args)
    assert "Your text was handed in: 5 words" in said
    (text,) = await rig.ledger.speakers.statements()
    assert text.inscription_id is not None


async def test_contributions_with_and_without_a_name(rig: Rig, seat: Page) -> None:
    await rig.begin("two")
    question = (await seat.state())["contribute"][0]
    assert question["current"] and question["title"] == "What decides?"
    args = {"question_id": "q1", "part_id": "q1a", "kind": "suggestion", "attribution": "delegation"}
    assert "shows" in await seat.done("discussions.contribute", **args, text="More data.")
    (mine,) = (await seat.state())["contribute"][0]["mine"]
    assert mine["text"] == "More data."
    args["attribution"] = "none"
    status, body = await seat.press("discussions.contribute", **args, text="Nameless.")
    assert status == 200 and re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", body["code"])
    assert len((await seat.state())["contribute"][0]["mine"]) == 1, "nobody's, also here"
    assert "Withdrawn" in await seat.button(mine["buttons"][0])
    status, body = await seat.press("discussions.contribute", **args, text=" \u200b")
    assert status == 409 and "no text" in body["sentence"]


async def test_nobody_acts_for_another_seat(rig: Rig, seat: Page) -> None:
    await rig.begin("two")
    other = Page(rig, Door.SEAT)
    await other.enter(await rig.code("bre-1"))
    args = {"question_id": "q1", "part_id": "q1a", "kind": "offer", "attribution": "delegation"}
    await other.done("discussions.contribute", **args, text="Ours.")
    await other.done("speakers.ask", item_id="two")
    theirs = (await other.state())["contribute"][0]["mine"][0]["buttons"][0]
    number = (await other.state())["floor"]["mine"][0]["inscription_id"]
    assert (await seat.press(theirs["act"], **theirs["args"]))[0] == 409
    assert (await seat.press("speakers.withdraw", inscription_id=number))[0] == 409
    # Control: who it belongs to may.
    await other.button(theirs)
    await other.done("speakers.withdraw", inscription_id=number)
    await other.close()


async def test_who_takes_an_account_later_is_the_same_person(rig: Rig, seat: Page) -> None:
    await opened(rig, "each", "held")
    code, user = await rig.code("alp-1"), UserId(4711)
    await seat.enter(code)
    await seat.done("ballots.cast", poll_id="each", choice=[0])
    await rig.ledger.delegations.claim(Actor(Via.DISCORD, user), code)
    actor = Actor(Via.DISCORD, user)
    asking = await rig.ledger.ballots.ask(actor, PollId("each"))
    assert asking.choice == (0,) and asking.by_me
    await rig.ledger.ballots.cast(actor, PollId("each"), (1,))
    assert sum((await rig.ledger.polls.standing(PollId("each"))).answered.values()) == 1
    assert "Bad" in (await poll(seat, "each"))["mine_text"]
    await seat.done("ballots.cast", poll_id="each", choice=[0])
    assert sum((await rig.ledger.polls.standing(PollId("each"))).answered.values()) == 1


async def test_who_takes_over_a_seat_does_not_see_what_was_answered_before(rig: Rig, seat: Page) -> None:
    await opened(rig, "each")
    await seat.done("ballots.cast", poll_id="each", choice=[0])
    assert "Good" in (await poll(seat, "each"))["mine_text"]
    await rig.ledger.delegations.release(COMMAND_LINE, SeatId("alp-1"))
    rig.forward(minutes=1)
    page = Page(rig, Door.SEAT)
    await page.enter(await rig.code("alp-1"))
    assert (await poll(page, "each"))["mine_text"] is None
    await page.done("ballots.cast", poll_id="each", choice=[1])
    assert sum((await rig.ledger.polls.standing(PollId("each"))).answered.values()) == 2
    await page.close()


async def test_a_seat_used_on_its_page_is_taken(rig: Rig, seat: Page) -> None:
    alp = DelegationId("alp")
    for n in range(2):
        assigned = await rig.ledger.delegations.assign(COMMAND_LINE, alp, UserId(100 + n))
        assert assigned.seated.seat.seat_id != "alp-1"
    bases = (await rig.ledger.polls.standing(PollId("each"))).bases
    assert sum(bases.values()) == 3, "two with accounts, one without"


async def test_hostile_names_stay_text(rig: Rig, seat: Page) -> None:
    await rig.begin("one")
    bad = "<script>alert(1)</script>\"'><img src=x onerror=y>"
    await seat.done("speakers.ask", item_id="one", speaker=bad, subject=bad, text=bad)
    await rig.ledger.speakers.call_next(DESK, ItemId("one"))
    for door, secret in ((Door.SCREEN, None), (Door.DESK, None), (Door.SEAT, None)):
        page = seat if door is Door.SEAT else Page(rig, door)
        if page is not seat:
            await page.enter(await rig.key(door))
        async with page.session.get(page.path) as answer:
            text = await answer.text()
        assert "<script>alert" not in text and "<img" not in text, secret
        assert "\\u003cscript\\u003ealert(1)" in text, "it is there, as text"
        if page is not seat:
            await page.close()


async def test_leaving_a_page_forgets_the_cookie(rig: Rig, seat: Page) -> None:
    (cookie,) = seat.session.cookie_jar
    async with seat.session.post("/seat/leave", headers=seat.headers, allow_redirects=False) as answer:
        assert answer.status == 303
    assert not list(seat.session.cookie_jar)
    headers = {"Cookie": f"roundtable_seat={cookie.value}"}
    async with seat.session.get("/seat/state", headers=headers) as answer:
        assert answer.status == 404


class Forms(HTMLParser):
    """The forms of a page, with the values of their hidden fields."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and given.get("type") == "hidden" and self.forms:
            self.forms[-1][str(given["name"])] = str(given["value"])


async def found(page: Page, mark: str) -> dict[str, str]:
    """The hidden fields of the first form with that in it, as a browser without JavaScript reads the page."""
    async with page.session.get("/seat") as answer:
        text = await answer.text()
    form = next(one for one in re.findall(r"<form.*?</form>", text, re.DOTALL) if mark in one)
    parser = Forms()
    parser.feed(form)
    return parser.forms[0]


async def filled(page: Page, mark: str, fields: dict[str, Any]) -> str:
    """Fill in that form and send it; the page that comes back."""
    pairs = list((await found(page, mark)).items())
    for name, value in fields.items():
        pairs += [(name, one) for one in (value if isinstance(value, list) else [value])]
    async with page.session.post("/seat/act", data=pairs, headers=page.headers) as answer:
        return re.sub(r"&#x27;", "'", await answer.text())
