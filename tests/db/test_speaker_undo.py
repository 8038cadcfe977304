"""Taking back what those who conduct a list did: the record is as it was before, whatever it was."""

import json
import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from db.speakers import ChangedSince, NothingToUndo
from meeting.floor import Wish
from meeting.people import Actor, Capacity, NotPermitted, UserId, Via
from meeting.programme import ItemId
from meeting.refusals import OutOfDate, Refused
from meeting.seats import Presence
from meeting.speaker_list import ListOver, ReasonMissing
from meeting.speaker_order import order
from meeting.speakers import Floor, Preset, SpeechKind
from tests.assembly import ROSTER

ORDER, QUESTION, GROUP, STATEMENT, REPLY = SpeechKind
ITEM, NEXT = ItemId("d1-02"), ItemId("d1-04")
DESK = Actor(Via.ROOM, UserId(400), frozenset({Capacity.FACILITATOR}))


@pytest.fixture
async def running(seated, clock):
    """The first session runs, and four delegations wait."""
    clock.set(9, 30)
    await seated.ledger.agenda.start(seated.moderator, ITEM)
    for one in ROSTER[:4]:
        clock.forward(0.1)
        await seated.ledger.speakers.ask(seated.person(one), None, Wish(subject="Paragraph 7"))
    return seated


async def put(running, clock, *acts):
    """Do these acts of a desk, a few seconds apart."""
    for act in acts:
        clock.forward(0.1)
        await act(running.ledger.speakers)


async def acts(book):
    """By item, what can be taken back."""
    return (await book.board()).acts


def asking(place, kind, side=Floor.VIRTUAL):
    wish = Wish(kind, "H.E. the Minister", "G 77", "Subject")
    return lambda book: book.add(DESK, None, ROSTER[place].delegation_id, side, wish)


def doing(verb, *values, **named):
    return lambda book: getattr(book, verb)(DESK, *values, **named)


def other_policy(policy):
    return replace(policy, preset=Preset.ALPHABETICAL, ratio=(2, 1), most=timedelta(minutes=4))


CALL = doing("call_next")
ACTS = {
    "add": ((), asking(9, GROUP)),
    "call the first": ((), CALL),
    "call the next": ((CALL,), CALL),
    "call while one is paused": ((CALL, doing("pause")), CALL),
    "call who was not ready": ((doing("put_off", 1), CALL, CALL, CALL), CALL),
    "call nobody else": ((CALL, CALL, CALL, CALL), CALL),
    "call a group": ((CALL, asking(9, GROUP)), CALL),
    "raise a point of order": ((CALL,), asking(9, ORDER)),
    "call a point of order": ((CALL, asking(9, ORDER)), CALL),
    "call one into a pause": ((CALL, doing("pause"), asking(9, ORDER)), CALL),
    "call a second point of order": ((CALL, asking(9, ORDER), CALL, asking(8, ORDER)), CALL),
    "call behind a point of order": ((CALL, asking(9, ORDER), CALL), CALL),
    "end a point of order": ((CALL, asking(9, ORDER), CALL), doing("end")),
    "call a point of order to nobody": ((asking(9, ORDER),), CALL),
    "call a question": ((CALL, asking(9, QUESTION)), CALL),
    "call behind a question": ((CALL, asking(9, QUESTION), CALL), CALL),
    "call a reply": ((asking(9, REPLY), doing("release_replies"), CALL, CALL, CALL, CALL), CALL),
    "end": ((CALL,), doing("end")),
    "end a pause": ((CALL, doing("pause")), doing("end")),
    "pause": ((CALL,), doing("pause")),
    "pause a second time": ((CALL, doing("pause"), doing("resume")), doing("pause")),
    "resume": ((CALL, doing("pause")), doing("resume")),
    "move": ((), doing("move", 4, 1, "The minister has to leave")),
    "move again": ((doing("move", 4, 1, "First"),), doing("move", 4, 3, "Second")),
    "move to the end": ((doing("move", 4, 1, "First"),), doing("move", 1, 99, "Late")),
    "open before its time": ((), doing("open", NEXT)),
    "open again": ((doing("close"),), doing("open")),
    "last call": ((), doing("last_call")),
    "last call before its time": ((), doing("last_call", NEXT)),
    "close": ((), doing("close")),
    "close after the last call": ((doing("last_call"),), doing("close")),
    "close before its time": ((), doing("close", NEXT)),
    "reopen": ((doing("last_call"), doing("close")), doing("reopen")),
    "replies": ((), doing("release_replies")),
    "policy": ((), doing("set_policy", other_policy)),
    "policy of an item to come": ((), doing("set_policy", other_policy, NEXT)),
    "policy again": ((doing("set_policy", other_policy),), doing("set_policy", lambda _: type(_)())),
    "withdraw": ((), doing("withdraw", 2)),
    "withdraw who was moved": ((doing("move", 2, 1, "First"),), doing("withdraw", 2)),
    "put off": ((), doing("put_off", 2)),
    "put off who was just called": ((CALL,), doing("put_off", 1)),
    "ready": ((doing("put_off", 2),), doing("ready", 2)),
}


@pytest.mark.parametrize("name", ACTS)
async def test_every_act_taken_back_leaves_all_as_it_was(running, clock, opened, witness, name):
    before_it, act = ACTS[name]
    await put(running, clock, *before_it)
    book = running.ledger.speakers
    before, acts_before = await book.lists(), await acts(book)
    await put(running, clock, act)
    ((item_id, done),) = [one for one in (await acts(book)).items() if acts_before.get(one[0]) != one[1]]
    assert await book.lists() != before, "control: it changed something"
    clock.forward(1)
    found, undone = await book.undo(running.moderator, "  A slip of \u202ethe finger ", done.number, item_id)
    assert await book.lists() == before and found == await book.speaker_list(item_id)
    assert undone == done and await acts(book) == acts_before
    *_, did, took_back = witness.rows(
        "SELECT verb, subject, actor, payload FROM audit JOIN audit_details USING (seq) ORDER BY seq"
    )
    assert did[0] == done.verb and json.loads(did[2]) == {"via": "room", "user_id": 400}
    assert took_back[:2] == ("speakers.undo", item_id) and json.loads(took_back[2])["user_id"] == 100
    assert json.loads(took_back[3]) == {
        "act": done.number,
        "undone": done.verb,
        "reason": "A slip of the finger",
    }
    await running.ledger.close()
    again = await opened()
    assert await again.speakers.lists() == before and (await again.verify()).whole


async def test_acts_are_taken_back_from_the_last_to_the_first(running, clock):
    book = running.ledger.speakers
    states, numbers = [await book.lists()], []
    chain = (CALL, asking(9, ORDER), CALL, doing("end"), doing("close"), doing("move", 4, 1, "Late"), CALL)
    for act in chain:
        await put(running, clock, act)
        states.append(await book.lists())
        numbers.append((await acts(book))[ITEM].number)
    assert len(set(numbers)) == len(chain)
    with pytest.raises(OutOfDate):
        await book.undo(DESK, "The one before", numbers[-2])
    for number in reversed(numbers):
        assert await book.lists() == states.pop()
        await book.undo(DESK, "Back", number)
        assert await book.lists() == states[-1]
        with pytest.raises((OutOfDate, NothingToUndo)):
            await book.undo(DESK, "A second press of the same button", number)
    with pytest.raises(NothingToUndo):
        await book.undo(DESK, "Nothing is left")
    assert await acts(book) == {}


async def test_taking_back_wants_a_reason_and_somebody_who_may(running, clock):
    book = running.ledger.speakers
    await put(running, clock, CALL)
    before = await book.lists()
    for actor, reason, refusal in (
        (DESK, " \u200b ", ReasonMissing),
        (running.person(ROSTER[0]), "Why", NotPermitted),
    ):
        with pytest.raises(refusal):
            await book.undo(actor, reason)
    assert await book.lists() == before


async def test_items_have_acts_of_their_own_and_none_once_they_are_over(running, clock):
    ledger, book = running.ledger, running.ledger.speakers
    before = await book.lists()
    await put(running, clock, doing("close"), doing("open", NEXT))
    found, act = await book.undo(DESK, "The first one's", item_id=ITEM)
    assert (found.item_id, act.verb) == (ITEM, "speakers.close")
    with pytest.raises(NothingToUndo):
        await book.undo(DESK, "Not the other's", item_id=ITEM)
    await book.undo(DESK, "That", item_id=NEXT)
    assert await book.lists() == before
    await put(running, clock, doing("close"))
    current = (await book.speaker_list(ITEM)).current
    await ledger.agenda.end(running.moderator, sure=current.inscription_id if current else 0)
    with pytest.raises(ListOver):
        await book.undo(DESK, "Too late", item_id=ITEM)


async def test_what_a_delegate_changed_since_is_not_swept_away(running, clock):
    """Not now, a withdrawal, a side that was switched, another inscription in its place."""
    ledger, book = running.ledger, running.ledger.speakers
    one, own = ROSTER[0], running.person(ROSTER[0])

    async def refused(act, *since):
        await put(running, clock, act)
        for change in since:
            await change()
        before = await book.lists()
        with pytest.raises(ChangedSince):
            await book.undo(DESK, "Back")
        assert await book.lists() == before

    await refused(CALL, lambda: book.put_off(own, 1))
    await refused(doing("ready", 1), lambda: book.put_off(own, 1))
    await refused(doing("ready", 1), lambda: ledger.delegations.state_presence(own, Presence.VIRTUAL))
    await refused(doing("put_off", 1), lambda: book.withdraw(own, 1))
    await refused(doing("withdraw", 2), lambda: book.ask(running.person(ROSTER[1], 2), None, Wish()))
    await refused(CALL, lambda: book.ask(running.person(ROSTER[2], 2), None, Wish()))
    # Control: what others do meanwhile is no obstacle, and stays.
    await put(running, clock, doing("put_off", 4))
    placed = await book.ask(own, None, Wish())
    await book.undo(DESK, "Back")
    found = await book.speaker_list()
    assert placed.inscription in found.waiting and placed.inscription.delegation_id == one.delegation_id


async def test_an_entry_others_have_built_on_is_not_taken_away(running, clock):
    """By an association, a text, or a move in another item's list; it can be withdrawn all the same."""
    ledger, book = running.ledger, running.ledger.speakers
    # Associated with while it had the floor.
    await put(running, clock, asking(9, GROUP), CALL)
    await book.associate(running.person(ROSTER[5]), 5)
    await book.undo(DESK, "Not yet", item_id=ITEM)
    with pytest.raises(ChangedSince):
        await book.undo(DESK, "Not at all")
    # A text handed in for it.
    await put(running, clock, asking(8, STATEMENT))
    _, made = await book.submit(running.person(ROSTER[8]), None, "What we have to say")
    assert made.inscription_id == 6
    with pytest.raises(ChangedSince):
        await book.undo(DESK, "Not at all")
    # A reply moved in a list to come.
    for item in ("d1-05", "d1-06"):
        await ledger.agenda.skip(running.moderator, ItemId(item))
    await put(running, clock, asking(7, REPLY), asking(6, REPLY), doing("move", 8, 1, "First", NEXT))
    with pytest.raises(ChangedSince):
        await book.undo(DESK, "Not at all")
    await book.undo(DESK, "The move, then", item_id=NEXT)
    await book.undo(DESK, "And the entry")
    assert 8 not in [one.inscription_id for one in (await book.speaker_list()).inscriptions]


async def test_who_is_ready_already_leaves_nothing_to_take_back(running, clock):
    before = await acts(running.ledger.speakers)
    await put(running, clock, doing("ready", 2))
    assert await acts(running.ledger.speakers) == before


def by_delegate(chance, ledger, who, number):
    """Some act of a delegation, sensible or not."""
    wish, side = Wish(chance.choice(list(SpeechKind)), group="G"), chance.choice((*Presence,)[1:3])
    return chance.choice(
        [
            *[lambda book: book.ask(who, None, wish)] * 3,
            *[lambda book: book.withdraw(who, number), lambda book: book.put_off(who, number)],
            *[lambda book: book.associate(who, number), lambda book: book.submit(who, None, "Text")],
            lambda _: ledger.delegations.state_presence(who, side),
        ]
    )


def some_act(chance, numbers):
    """Some act of a desk, sensible or not."""
    number, place = chance.choice(numbers), chance.randrange(1, 6)
    return chance.choice(
        [
            *[CALL] * 4,
            *[asking(chance.randrange(8), chance.choice(list(SpeechKind)), chance.choice(list(Floor)))] * 4,
            *[doing(verb) for verb in ("end", "pause", "resume", "open", "last_call", "close", "reopen")],
            doing("release_replies"),
            doing("move", number, place, "Reason"),
            *[doing(verb, number) for verb in ("withdraw", "put_off", "ready")],
            doing("set_policy", lambda policy: replace(policy, preset=chance.choice(list(Preset)))),
        ]
    )


@pytest.mark.parametrize("seed", range(8))
async def test_any_acts_taken_back_in_any_order_lead_through_the_states_there_were(
    running, clock, opened, seed
):
    """The model is the list of states: an act puts one on it, taking one back takes it off."""
    chance, book = random.Random(seed), running.ledger.speakers
    states, taken_back, refusals = [await book.lists()], 0, 0
    for _ in range(120):
        clock.forward(chance.choice((0.02, 0.2)))
        last = (await acts(book)).get(ITEM)
        if chance.random() < 0.3 and len(states) > 1:
            states.pop()
            await book.undo(DESK, "Back", last.number)
            taken_back += 1
        else:
            numbers = [one.inscription_id for one in states[-1][0].inscriptions]
            try:
                got = await some_act(chance, numbers)(book)
            except Refused:
                refusals += 1
            else:
                got = getattr(got, "speakers", got)
                assert got == await book.speaker_list(), "what is told is what is written"
                if (await acts(book)).get(ITEM) != last:
                    states.append(await book.lists())
        assert await book.lists() == states[-1]
    await running.ledger.close()
    running.ledger = await opened()
    book = running.ledger.speakers
    while len(states) > 1:
        assert await book.lists() == states.pop()
        await book.undo(DESK, "Back")
    assert await book.lists() == states[0] and (await running.ledger.verify()).whole
    assert taken_back > 10 and refusals > 10


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_delegates_do_in_between_the_list_stays_sound(running, clock, witness, seed):
    """Nobody waits for one thing twice, one has the floor, and taking back is done or refused in words."""
    chance, ledger, book = random.Random(100 + seed), running.ledger, running.ledger.speakers
    outcomes = Counter()
    for _ in range(150):
        clock.forward(chance.choice((0.02, 0.2)))
        found = await book.speaker_list()
        numbers = [one.inscription_id for one in found.inscriptions]
        who = running.person(ROSTER[chance.randrange(8)])
        act = chance.choice(
            [
                *[some_act(chance, numbers)] * 3,
                *[by_delegate(chance, ledger, who, chance.choice(numbers))] * 3,
                *[doing("undo", "Back")] * 2,
            ]
        )
        try:
            outcomes[type(await act(book))] += 1
        except Refused as refused:
            outcomes[type(refused)] += 1
        found = await book.speaker_list()
        for one in found.waiting:
            same = [other for other in found.of(one.delegation_id) if other.kind is one.kind]
            assert same == [one], "waits for one thing twice"
        on = [one for one in found.heard if one.ended_at is None]
        assert len(on) < 2 or (len(on) == 2 and on[1].kind is ORDER)
        assert sorted(order(found), key=id) == sorted(found.waiting, key=id)
    assert witness.verbs().count("speakers.undo") > 5 and len(outcomes) > 10, outcomes
    assert (await ledger.verify()).whole
