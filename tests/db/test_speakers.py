"""Lists of speakers by the book: the two sides, texts, replies, mentions, the file, and who may what."""

import asyncio
import json
from dataclasses import fields, replace
from datetime import timedelta

import pytest

from meeting.floor import FloorInPerson, TooManyReplies, Wish
from meeting.notices import Channel
from meeting.people import Actor, Capacity, NotPermitted, UserId, Via
from meeting.programme import ItemId, Mode
from meeting.seats import NotSeated, Presence, SeatId
from meeting.speakers import (
    Floor,
    Inscription,
    InscriptionId,
    Policy,
    Preset,
    SpeakerList,
    SpeechKind,
)
from meeting.statements import LONGEST, MOST, EmptyStatement, StatementTooLong, TooManyStatements, WritingOver
from tests.assembly import ROSTER, Assembly

ORDER, QUESTION, GROUP, STATEMENT, REPLY = SpeechKind
ITEM, BREAK, NEXT, AFTER, LAST, TOMORROW = map(ItemId, ("d1-02", "d1-03", "d1-04", "d1-05", "d1-06", "d2-01"))
DESK = Actor(Via.ROOM, UserId(400), frozenset({Capacity.FACILITATOR}))


@pytest.fixture
async def running(seated, clock):
    """The first session runs, 9:30 to 10:30; its list is open."""
    clock.set(9, 30)
    await seated.ledger.agenda.start(seated.moderator, ITEM)
    return seated


async def ask(seated, place, kind=STATEMENT, item_id=None, number=1):
    placed = await seated.ledger.speakers.ask(
        seated.person(ROSTER[place], number), item_id, Wish(kind, group="A group" if kind is GROUP else "")
    )
    return placed.inscription


# The two sides


async def test_who_switches_sides_keeps_the_place(running, clock, moderator):
    ledger, book = running.ledger, running.ledger.speakers
    own, marks = running.person(ROSTER[0]), []
    called = await ask(running, 0, GROUP)
    await book.call_next(DESK)
    gone = await ask(running, 0, ORDER)
    await book.withdraw(own, gone.inscription_id)
    waiting, reply = await ask(running, 0), await ask(running, 0, REPLY)
    await book.open(DESK, NEXT)
    elsewhere = await ask(running, 0, STATEMENT, NEXT)
    colleague = await ask(running, 0, GROUP, number=2)
    await book.add(DESK, None, ROSTER[0].delegation_id, Floor.ROOM, Wish(ORDER))
    before = {one.inscription_id: one for found in await book.lists() for one in found.inscriptions}
    mine = {one.inscription_id for one in (waiting, reply, elsewhere)}
    assert {called.inscription_id, gone.inscription_id, colleague.inscription_id} <= before.keys() - mine

    async def sides(side):
        after = {one.inscription_id: one for found in await book.lists() for one in found.inscriptions}
        assert after == {
            number: replace(one, floor=side) if number in mine else one for number, one in before.items()
        }

    ledger.feed.listen("speakers", lambda: marks.append("speakers"))
    await sides(Floor.ROOM)
    clock.forward(3)
    await ledger.delegations.state_presence(own, Presence.VIRTUAL)
    await sides(Floor.VIRTUAL)
    assert marks == ["speakers"]
    clock.forward(1)
    await ledger.delegations.state_presence(own, Presence.VIRTUAL)
    assert marks == ["speakers"], "nothing changed"
    await ledger.delegations.note_presence(moderator, SeatId(f"{ROSTER[0].delegation_id}-1"), Presence.ROOM)
    await sides(Floor.ROOM)
    for presence in (Presence.LEFT, Presence.UNKNOWN):
        await ledger.delegations.note_presence(moderator, SeatId(f"{ROSTER[0].delegation_id}-1"), presence)
        await sides(Floor.ROOM)


async def test_an_item_in_person_is_not_for_who_takes_part_online(opened, make, clock, moderator):
    ledger, clock.at = await opened(), clock.at.replace(hour=9)
    item = replace(make.item("i1", 9), mode=Mode.IN_PERSON)
    await ledger.agenda.import_programme(make.programme([item]), marking="", start=None)
    seated = await Assembly(ledger, moderator).seat()
    await ask(seated, 0)
    await ledger.delegations.state_presence(seated.person(ROSTER[1]), Presence.VIRTUAL)
    with pytest.raises(FloorInPerson):
        await ask(seated, 1)


# Texts


async def test_a_text_is_of_the_intervention_that_has_none_or_else_in_writing(running, clock):
    ledger, book = running.ledger, running.ledger.speakers
    own = running.person(ROSTER[0])

    async def submit(text, item_id=None):
        return (await book.submit(own, item_id, text))[1].inscription_id

    assert await submit("Before we asked") is None
    one = await ask(running, 0)
    assert await submit("What we say") == one.inscription_id
    assert await submit("More of it") is None, "that one has its text"
    await book.call_next(DESK)
    two = await ask(running, 0, number=2)
    assert await submit("The second time") == two.inscription_id
    gone = await ask(running, 0, GROUP)
    await book.withdraw(own, gone.inscription_id)
    raised, asked = await ask(running, 0, ORDER), await ask(running, 0, REPLY)
    await book.close(DESK)
    current = (await book.speaker_list(ITEM)).current
    await ledger.agenda.end(running.moderator, sure=current.inscription_id if current else 0)
    assert await submit("Of the reply", ITEM) == asked.inscription_id, "it waits for the end of the day"
    assert await submit("Never taken", ITEM) is None and raised.inscription_id
    assert [text.inscription_id for text in await book.statements()] == [
        None,
        one.inscription_id,
        None,
        two.inscription_id,
        asked.inscription_id,
        None,
    ]


async def test_texts_are_taken_until_the_deadline_and_so_many(running, clock, witness):
    """And are nowhere but in their own table."""
    ledger, book = running.ledger, running.ledger.speakers
    own = running.person(ROSTER[0])
    secret = "Wir sagen\u202e im Vertrauen \u0646\u0627\u0645\u0647\u200c\u0647\u0627"
    await ask(running, 0)
    await book.submit(own, None, f"{secret}\n\n\n\n{secret}\r\nend  ")
    (kept,) = await book.statements()
    clean = secret.replace("\u202e", "")
    assert kept.text == f"{clean}\n\n{clean}\nend"
    for text, refusal in ((" \u200b ", EmptyStatement), ("x" * (LONGEST + 1), StatementTooLong)):
        with pytest.raises(refusal):
            await book.submit(own, None, text)
    with pytest.raises(NotSeated):
        await book.submit(DESK, None, "A desk has no delegation")
    racers = [book.submit(running.person(ROSTER[0], 1 + n % 3), None, f"{clean} {n}") for n in range(20)]
    results = await asyncio.gather(*racers, return_exceptions=True)
    assert sum(isinstance(one, TooManyStatements) for one in results) == 21 - MOST
    assert len(await book.statements()) == MOST
    found = {
        table
        for (table,) in witness.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
        for row in witness.rows(f"SELECT * FROM {table}")
        if any("im Vertrauen" in str(value) for value in row)
    }
    assert found == {"statements"}
    assert witness.verbs().count("speakers.submit") == MOST
    until = (await ledger.agenda.plan()).written_until
    clock.at = until - timedelta(microseconds=1)
    await book.submit(running.person(ROSTER[1]), ITEM, "In time")
    clock.at = until
    with pytest.raises(WritingOver):
        await book.submit(running.person(ROSTER[1]), ITEM, "Too late")


# Replies


async def test_replies_of_the_day_are_heard_later_in_the_day_where_they_are_called(running, clock):
    ledger, book = running.ledger, running.ledger.speakers
    first, second = await ask(running, 0, REPLY), await ask(running, 1, REPLY)
    assert (await book.speaker_list()).waiting == (), "their time has not come"
    await ledger.agenda.start(running.moderator, NEXT)
    third = await ask(running, 2, REPLY)
    assert [one.inscription_id for one in (await book.speaker_list(LAST)).waiting] == [1, 2, 3]
    assert (await book.speaker_list(TOMORROW)).inscriptions == ()
    await book.release_replies(DESK)
    found = await book.call_next(DESK)
    assert (found.current.inscription_id, found.current.item_id) == (first.inscription_id, NEXT)
    assert first.item_id == ITEM
    await book.end(DESK)
    assert [one.inscription_id for one in (await book.speaker_list(ITEM)).own] == [second.inscription_id]
    await ask(running, 0, REPLY)
    await book.withdraw(running.person(ROSTER[2]), third.inscription_id)
    await book.call_next(DESK)
    await book.call_next(DESK)
    with pytest.raises(TooManyReplies):
        await ask(running, 0, REPLY)
    await ask(running, 2, REPLY)  # control: what was withdrawn does not count
    found = await book.speaker_list()
    assert [found.state_of(one).value for one in found.inscriptions] == [
        "finished",
        "finished",
        "withdrawn",
        "speaking",
        "waiting",
    ]


# Mentions


def mentions(messages):
    return {line.key: line.user_id for message in messages for line in message.lines if line.user_id}


async def test_mentions_name_the_person_in_the_seat_and_are_known_after_a_restart(running, clock, opened):
    ledger, book = running.ledger, running.ledger.speakers

    async def claimed():
        return (await ledger.notices.claim(lambda _, notice: notice.key, 1800))[0]

    await claimed()
    for place in range(2):
        await ask(running, place)
    await book.add(DESK, None, ROSTER[2].delegation_id, Floor.ROOM, Wish())
    users = [running.person(one).user_id for one in ROSTER]
    messages = await claimed()
    assert mentions(messages) == {"speaker 1 · on_deck": users[0], "speaker 2 · on_deck": users[1]}
    assert {one.channel for one in messages} == {Channel.FLOOR}
    clock.forward(1)
    await book.call_next(DESK)
    assert mentions(await claimed()) == {"speaker 1 · called · 1": users[0]}
    raised = await ask(running, 3, ORDER)
    (alarm,) = await claimed()
    assert (alarm.channel, [(line.key, line.user_id) for line in alarm.lines]) == (
        Channel.MODERATORS,
        [(f"order {ITEM} {raised.delegation_id} · order_raised · 1", None)],
    )
    await book.withdraw(running.person(ROSTER[3]), raised.inscription_id)
    await book.undo(DESK, "The wrong button")
    assert await claimed() == [], "told already"
    clock.forward(1)
    await book.call_next(DESK)
    assert mentions(await claimed()) == {"speaker 1 · called · 2": users[0]}
    # Who sits there now is who is called; a desk's entry mentions nobody.
    await ledger.delegations.release(running.moderator, SeatId(f"{ROSTER[1].delegation_id}-1"))
    await ledger.delegations.assign(running.moderator, ROSTER[1].delegation_id, UserId(7777))
    clock.forward(1)
    await book.call_next(DESK)
    assert mentions(await claimed()) == {"speaker 2 · called · 1": 7777}
    await book.call_next(DESK)
    assert await claimed() == []
    before = await ledger.notices.unproved()
    await ledger.close()
    ledger = await opened()
    assert await ledger.notices.unproved() == before
    assert set(mentions(before).values()) == {users[0], users[1], 7777}
    assert (await ledger.verify()).whole


# The file


async def test_every_field_comes_back_from_the_file(running, clock, opened):
    """What the acts told is what is read, before and after a restart, also of hostile texts."""
    ledger, book = running.ledger, running.ledger.speakers
    nasty = "'; DROP TABLE inscriptions; -- \"\\ \U0001f1ef\U0001f1f5 \u0e17\u0e35\u0e48 @everyone {0} %s \0"
    told = {}

    async def done(act):
        clock.forward(0.37)
        got = await act
        found = got.speakers if hasattr(got, "speakers") else got
        told[found.item_id] = found
        return getattr(got, "inscription", None)

    wish = Wish(GROUP, nasty, nasty, nasty)
    await done(book.ask(running.person(ROSTER[0]), None, wish))
    await done(book.ask(running.person(ROSTER[1]), None, Wish(subject=nasty * 9)))
    await done(book.add(DESK, None, ROSTER[2].delegation_id, Floor.VIRTUAL, wish))
    await done(book.move(DESK, InscriptionId(3), 1, nasty))
    await done(book.release_replies(DESK))
    await done(book.set_policy(DESK, lambda _: Policy(Preset.LEAST_SPOKEN, (3, 2), True, adaptive=True)))
    await done(book.put_off(running.person(ROSTER[1]), InscriptionId(2)))
    await done(book.call_next(DESK))
    await done(book.pause(DESK))
    await done(book.resume(DESK))
    await done(book.pause(DESK))
    await done(book.ask(running.person(ROSTER[3]), None, Wish(QUESTION, nasty)))
    for place in (5, 4):
        await done(book.associate(running.person(ROSTER[place]), InscriptionId(3)))
    await done(book.call_next(DESK))
    await done(book.withdraw(running.person(ROSTER[0]), InscriptionId(1)))
    await done(book.last_call(DESK))
    await done(book.close(DESK))
    await done(book.reopen(DESK))
    await done(book.last_call(DESK))
    await done(book.close(DESK))
    await done(book.ask(running.person(ROSTER[6]), None, Wish(REPLY)))
    before = await book.lists()
    assert before[0] == told[ITEM]
    await ledger.close()
    again = await (await opened()).speakers.lists()
    assert again == before
    assert [one.user_id for one in again[0].inscriptions] == [one.user_id for one in before[0].inscriptions]
    # Control: nothing was left at what it is by itself.
    empty = {None, "", (), False}
    for one in fields(Inscription):
        assert any(getattr(row, one.name) not in empty for row in again[0].inscriptions), one.name
    for one in fields(SpeakerList):
        assert getattr(again[0], one.name) or one.name == "spoken_before", one.name
    assert json.dumps(again[0].moves[0].reason).count("DROP TABLE") == 1
    assert again[1].spoken_before == {ROSTER[2].delegation_id: 1}


# Who may


async def test_who_may_conduct_and_whose_inscription_is_whose(running, clock):
    book = running.ledger.speakers
    one = await ask(running, 0)
    delegate, stranger = running.person(ROSTER[1]), Actor(Via.DISCORD, UserId(5))
    before = await book.lists()
    for verb in (
        "call_next",
        "end",
        "pause",
        "resume",
        "open",
        "last_call",
        "close",
        "reopen",
        "release_replies",
    ):
        with pytest.raises(NotPermitted):
            await getattr(book, verb)(delegate)
    for act in (
        book.add(delegate, None, ROSTER[1].delegation_id, Floor.ROOM, Wish()),
        book.move(delegate, one.inscription_id, 1, "Me first"),
        book.set_policy(delegate, lambda policy: policy),
        book.undo(delegate, "No"),
    ):
        with pytest.raises(NotPermitted):
            await act
    assert await book.lists() == before
    await book.withdraw(running.person(ROSTER[0], 2), one.inscription_id)  # control: a colleague may
    with pytest.raises(NotSeated):
        await book.ask(stranger, None, Wish())
