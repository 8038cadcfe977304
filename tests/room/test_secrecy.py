"""What must not leave the server: results behind the gate, suppressed groups, anybody's private things."""

import dataclasses
import typing
from collections.abc import Iterator

import pytest

from db.room import Hall
from meeting.board import Screen
from meeting.delegations import DelegationId
from meeting.polls import PollId
from meeting.room import Door, Show
from tests.room.rig import DESK, Page, Rig

MEMBERS = ("alp", "bre", "cor")

PRIVATE = {
    "user_id",
    "seat_id",
    "actor",
    "voter",
    "voters",
    "code",
    "key",
    "digest",
    "operator",
    "once",
    "cookie",
    "inscription_id",
    "delegation_id",
    "by_desk",
    "seat",
    "seats",
    "ballots",
    "answers",
    "choice",
}


def types_in(hint: object) -> Iterator[type]:
    """All classes in a type hint."""
    if isinstance(hint, type):
        yield hint
    for one in typing.get_args(hint):
        yield from types_in(one)


def fields_of(kind: type, seen: set[type]) -> Iterator[str]:
    """The names of all fields of a dataclass and of what it holds."""
    if kind in seen:
        return
    seen.add(kind)
    for name, hint in typing.get_type_hints(kind).items():
        yield name
        for one in types_in(hint):
            if dataclasses.is_dataclass(one):
                yield from fields_of(one, seen)


def test_no_field_of_the_public_screen_is_private() -> None:
    names = set(fields_of(Screen, set()))
    assert {"speech", "short_name", "figures", "question", "percent"} <= names, "the control: they are found"
    assert not names & PRIVATE
    staff = set(fields_of(Hall, set()))
    assert {"user_id", "seat_id", "code"} & staff, "the control: what the desk is drawn from has them"


async def everything_sent(rig: Rig, pages: list[Page]) -> str:
    """All bytes sent to these pages: page, state, first event; and what the desk can preview."""
    sent = ""
    for page in pages:
        for path in (page.path, f"{page.path}/state"):
            async with page.session.get(path) as answer:
                sent += await answer.text()
        async with page.stream() as events:
            await events.next("state")
            sent += events.raw.decode()
        if page.path == "/desk":
            for show in ("poll", "follow"):
                params = {"show": show, "poll_id": "held"}
                async with page.session.get("/desk/preview", params=params) as answer:
                    sent += await answer.text()
    return sent


async def test_no_result_leaves_before_it_may_be_seen(rig: Rig, screen: Page, desk: Page, seat: Page) -> None:
    """Three say Left, two Right; before the release nothing sent to any page tells."""
    await rig.begin("one")
    await rig.ledger.polls.open(DESK, PollId("held"), 20)
    for n, name in enumerate(("alp", "bre", "cor")):
        await rig.ledger.ballots.enter(DESK, PollId("held"), DelegationId(name), (int(n > 1),))
    pages = [screen, desk, seat]
    other = Page(rig, Door.SEAT)
    await other.enter(await rig.code("obs-1"))
    marks = ("2 of 3 · 67 %", "1 of 3 · 33 %", "67 %", '"bar"', '"value_text"')
    await rig.ledger.room.show(DESK, Show.POLL, PollId("held"))
    for closed in (False, True):
        if closed:
            await rig.ledger.polls.close(DESK, PollId("held"))
        sent = await everything_sent(rig, [*pages, other])
        assert "3 of 3 member delegations" in sent, "turnout is told"
        for mark in marks:
            assert mark not in sent, (closed, mark)
    # Control: the same attacker finds it once it is released.
    await rig.ledger.polls.release(DESK, PollId("held"))
    sent = await everything_sent(rig, [*pages, other])
    for mark in marks:
        assert mark in sent
    await other.close()


async def test_one_s_own_open_ballot_is_on_one_s_own_delegations_pages_only(
    rig: Rig, screen: Page, desk: Page, seat: Page
) -> None:
    await rig.begin("one")
    await rig.ledger.polls.open(DESK, PollId("one"), 20)
    await seat.done("ballots.cast", poll_id="one", choice=[2])
    other = Page(rig, Door.SEAT)
    await other.enter(await rig.code("bre-1"))
    assert "The ballot: Friday" in await everything_sent(rig, [seat]), "the control"
    assert "The ballot: Friday" not in await everything_sent(rig, [screen, desk, other])
    await rig.ledger.polls.close(DESK, PollId("one"))
    assert "The ballot: Friday" not in await everything_sent(rig, [seat]), "the link is cut"
    await other.close()


async def test_a_secret_tally_under_five_is_turnout_only(
    rig: Rig, screen: Page, desk: Page, seat: Page
) -> None:
    await rig.begin("one")
    await rig.ledger.polls.open(DESK, PollId("secret"), 20)
    await seat.done("ballots.cast", poll_id="secret", choice=[0], sure=True)
    await rig.ledger.polls.close(DESK, PollId("secret"))
    await rig.ledger.room.show(DESK, Show.POLL, PollId("secret"))
    sent = await everything_sent(rig, [screen, desk, seat])
    assert "Fewer than 5 answers to a secret poll are not shown" in sent
    assert "1 of 1 · 100 %" not in sent and '"short_text":"100 %"' not in sent
    assert (await screen.state())["result"]["tallies"][0]["bars"] == []


@pytest.mark.parametrize(("poll_id", "answered"), [("own", False), ("own", True), ("live", False)])
async def test_results_shown_while_open(
    rig: Rig, screen: Page, seat: Page, poll_id: str, answered: bool
) -> None:
    """To each who has answered; or, live, to everybody."""
    await rig.begin("one")
    await rig.ledger.polls.open(DESK, PollId(poll_id), 20)
    await rig.ledger.ballots.enter(DESK, PollId(poll_id), DelegationId("bre"), (1,))
    if answered:
        await seat.done("ballots.cast", poll_id=poll_id, choice=[0])
    shown = next(one for one in (await seat.state())["polls"] if one["poll_id"] == poll_id)
    assert (shown["result"] is not None) is (answered or poll_id == "live")
    state = await screen.state()
    assert state["layout"] == "poll"
    assert (state["result"] is not None) is (poll_id == "live")


async def test_nothing_of_a_seat_or_an_operator_is_on_the_screen(
    rig: Rig, screen: Page, desk: Page, seat: Page
) -> None:
    await rig.begin("one")
    await seat.done("speakers.ask", item_id="one")
    await seat.done("room.cannot_hear")
    await desk.done("room.show", show="list")
    sent = await everything_sent(rig, [screen])
    assert "Alpland" in sent
    for private in ("Ms Operator", "alp-1", "inscription_id", "seat_id", "cannot hear", "delegation_id"):
        assert private not in sent, private
    staff = await everything_sent(rig, [desk])
    for private in ("Ms Operator", "alp-1", "inscription_id", "cannot hear"):
        assert private in staff, "the control: the desk has it"
