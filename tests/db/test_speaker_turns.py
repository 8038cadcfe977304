"""Lists of speakers, the clock and the agenda: when a list opens and closes, and when an item may end."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from meeting.floor import ListNotOpen, Wish
from meeting.people import Actor, Capacity, UserId, Via
from meeting.programme import ItemId
from meeting.speaker_list import FloorTaken, Leftover, PeopleWait
from meeting.speakers import SpeechState
from tests.assembly import ROSTER

ITEM, BREAK, NEXT, AFTER = map(ItemId, ("d1-02", "d1-03", "d1-04", "d1-05"))
DESK = Actor(Via.ROOM, UserId(400), frozenset({Capacity.FACILITATOR}))


@pytest.fixture
async def running(seated, clock):
    """The first session runs, 9:30 to 10:30; its list is open."""
    clock.set(9, 30)
    await seated.ledger.agenda.start(seated.moderator, ITEM)
    return seated


async def ask(seated, place):
    placed = await seated.ledger.speakers.ask(seated.person(ROSTER[place]), None, Wish())
    return placed.inscription


def moments(found):
    return [at and f"{at:%H:%M:%S}" for at in (found.opened_at, found.last_call_at, found.closed_at)]


# The clock


async def test_the_clock_opens_calls_last_and_closes_each_once(seated, clock, opened, witness):
    """Also when the house was down at that moment, and however many bells ring."""
    ledger, seen = seated.ledger, []
    for hour, minute in ((9, 19), (9, 20), (9, 30), (10, 14), (10, 15), (10, 24), (10, 25), (10, 29)):
        clock.set(hour, minute)
        if (hour, minute) == (9, 30):
            await ledger.agenda.start(seated.moderator, ITEM)
        rings = await asyncio.gather(*(ledger.speakers.turn_due() for _ in range(4)))
        turned = [one for found in rings for one in found if one.item_id == ITEM]
        seen += [(f"{hour}:{minute}", *moments(one)) for one in turned]
        await ledger.close()
        ledger = await opened()
        assert await ledger.speakers.turn_due() == [], "once"
    assert seen == [
        ("9:20", "09:20:00", None, None),
        ("10:15", "09:20:00", "10:15:00", None),
        ("10:25", "09:20:00", "10:15:00", "10:25:00"),
    ]
    subjects = witness.column("SELECT subject FROM audit WHERE verb = 'speakers.turn'")
    assert subjects.count(ITEM) == 3
    with pytest.raises(ListNotOpen):
        await ledger.speakers.ask(seated.person(ROSTER[0]), AFTER, Wish())


async def test_what_the_clock_missed_it_does_at_once_with_the_moments_it_was_to(running, clock):
    clock.set(10, 29)
    (found, *_) = await running.ledger.speakers.turn_due()
    assert moments(found) == ["09:20:00", "10:15:00", "10:25:00"]
    assert await running.ledger.speakers.speaker_list(ITEM) == found


async def test_an_extension_behind_the_closing_keeps_it_closed_and_one_before_it_moves_it(running, clock):
    ledger, book = running.ledger, running.ledger.speakers
    clock.set(10, 20)
    await book.turn_due()
    await ledger.agenda.extend(running.moderator, 10)
    clock.set(10, 34)
    assert moments(await book.speaker_list(ITEM))[2] is None
    clock.set(10, 36)
    await book.turn_due()
    assert moments(await book.speaker_list(ITEM))[2] == "10:35:00"
    await ledger.agenda.extend(running.moderator, 30)
    assert await book.turn_due() == [] and moments(await book.speaker_list(ITEM))[2] == "10:35:00"
    await book.reopen(DESK)
    assert await book.turn_due() == [], "not behind the back of who opened it"
    for minute, turned in ((54, None), (56, "10:55:00")):
        clock.set(10, minute)
        await book.turn_due()
        assert moments(await book.speaker_list(ITEM))[1:] == [turned, None]
    clock.set(11, 6)
    await book.turn_due()
    assert moments(await book.speaker_list(ITEM))[1:] == ["10:55:00", "11:05:00"]


async def test_the_next_due_moment_knows_them(seated, clock):
    """Going from one due moment to the next one meets all of them, also by a policy changed on the way."""
    ledger, met = seated.ledger, []
    while (at := await ledger.notices.next_due()) is not None and at <= clock.at.replace(hour=10, minute=31):
        assert at > clock.at, "what was due was done"
        clock.at = at
        met.append(f"{at:%H:%M}")
        if met[-1] == "09:30":
            await ledger.agenda.start(seated.moderator, ITEM)
            await ledger.speakers.set_policy(DESK, lambda one: replace(one, closes=timedelta(minutes=7)))
        for one in await ledger.speakers.turn_due():
            met.append(f"{one.item_id} {met[-1]}")
        await ledger.notices.claim(lambda _, notice: notice.key, 1800)
    found = [one for one in met if one.startswith(ITEM)]
    assert found == [f"{ITEM} 09:20", f"{ITEM} 10:15", f"{ITEM} 10:23"]


# The agenda


@pytest.mark.parametrize("verb", ["next", "start", "end"])
async def test_an_item_does_not_end_over_the_heads_of_who_waits(running, clock, verb):
    ledger, book = running.ledger, running.ledger.speakers
    words = (NEXT,) if verb == "start" else ()

    async def leave(**sure):
        return await getattr(ledger.agenda, verb)(running.moderator, *words, **sure)

    for place in range(7):
        await ask(running, place)
    before = (await ledger.agenda.agenda(), await book.lists())
    for sure in (None, 0):
        with pytest.raises(PeopleWait) as told:
            await leave(sure=sure)
        assert told.value.values == {"n": 7, "names": tuple(one.short_name for one in ROSTER[:5])}
    await book.close(DESK)
    with pytest.raises(Leftover) as told:
        await leave()
    assert told.value.values["n"] == 7
    assert await ledger.agenda.agenda() == before[0] and (await book.speaker_list()).own == before[1][0].own
    await leave(sure=0)
    found = await book.speaker_list(ITEM)
    assert found.sitting.over and found.left == found.inscriptions == before[1][0].inscriptions
    assert {found.state_of(one) for one in found.left} == {SpeechState.NOT_TAKEN}


@pytest.mark.parametrize("verb", ["next", "start", "end"])
async def test_an_item_does_not_end_unasked_while_somebody_has_the_floor(running, clock, verb):
    ledger, book = running.ledger, running.ledger.speakers
    words = (NEXT,) if verb == "start" else ()
    one = await ask(running, 0)
    await book.call_next(DESK)
    with pytest.raises(FloorTaken) as told:
        await getattr(ledger.agenda, verb)(running.moderator, *words)
    assert told.value.values == {"delegation": ROSTER[0].short_name, "number": one.inscription_id}
    with pytest.raises(FloorTaken):  # confirmed as nobody, or somebody else, had the floor
        await getattr(ledger.agenda, verb)(running.moderator, *words, sure=0)
    await getattr(ledger.agenda, verb)(running.moderator, *words, sure=one.inscription_id)
    found = await book.speaker_list(ITEM)
    assert found.state_of(found.named(one.inscription_id)) is SpeechState.FINISHED
    assert (found.current, found.left) == (None, ())


async def test_the_clock_waits_for_who_speaks_and_not_for_who_waits(running, clock):
    """The break is due at 10:30."""
    ledger, book = running.ledger, running.ledger.speakers
    for place in range(3):
        await ask(running, place)
    await book.call_next(DESK)
    await book.call_next(DESK)
    clock.set(10, 31)
    assert await ledger.agenda.start_due() is None
    await book.pause(DESK)
    assert await ledger.agenda.start_due() is None, "paused is not done"
    assert (await ledger.agenda.agenda()).running.item_id == ITEM
    await book.end(DESK)
    rings = await asyncio.gather(*(ledger.agenda.start_due() for _ in range(3)))
    assert [one.after.running.item_id for one in rings if one] == [BREAK]
    found = await book.speaker_list(ITEM)
    assert [one.delegation_id for one in found.left] == [ROSTER[2].delegation_id]
