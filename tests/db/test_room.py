"""The room's book: keys and devices, the screen, who cannot hear; races and repeated presses."""

import asyncio
from dataclasses import replace

import pytest

from db.room import KEY_BYTES
from meeting import room
from meeting.codes import UnknownCode
from meeting.delegations import Category, Delegation, DelegationId
from meeting.people import COMMAND_LINE, Actor, Capacity, NotPermitted, UserId, Via, at_desk, on_page
from meeting.polls import Option, OwnHandsOnly, Poll, PollId, PollKind, Secrecy, UnknownPoll
from meeting.room import Door, Show
from meeting.seats import SeatId
from tests.racing import split

DESK = at_desk("Ms Operator")
FIJI = Delegation(DelegationId("fiji"), "Fiji", "Fiji", Category.MEMBER, "fiji", seats=2)
SEAT = SeatId("fiji-1")


@pytest.fixture
async def ledger(ledger, make):
    await ledger.agenda.import_programme(make.programme(), marking="", start=None)
    await ledger.delegations.import_roster(COMMAND_LINE, (FIJI,))
    return ledger


async def code_of(ledger, seat=SEAT):
    return (await ledger.delegations.renew(COMMAND_LINE, seat))[1]


async def test_a_key_opens_its_own_door_only(ledger):
    book = ledger.room
    key = await book.make_key(DESK, Door.SCREEN)
    assert len(key) >= KEY_BYTES * 8 / 6
    cookie = await book.enter(Door.SCREEN, key)
    assert (await book.device(Door.SCREEN, cookie)).door is Door.SCREEN
    for door, secret in ((Door.DESK, key), (Door.SCREEN, key + "x"), (Door.SCREEN, ""), (Door.SEAT, key)):
        with pytest.raises(room.UnknownKey):
            await book.enter(door, secret)
    for door, secret in ((Door.DESK, cookie), (Door.SCREEN, key)):
        with pytest.raises(room.UnknownKey):
            await book.device(door, secret)
    with pytest.raises(ValueError, match="seat"):
        await book.make_key(DESK, Door.SEAT)


async def test_who_may_make_keys_and_choose_the_screen(ledger):
    nobody = Actor(Via.DISCORD, UserId(1), frozenset({Capacity.DELEGATE}))
    book = ledger.room
    for act in (
        lambda: book.make_key(nobody, Door.DESK),
        lambda: book.show(nobody, Show.BLANK),
        lambda: book.freeze(nobody, "{}"),
        lambda: book.settle_hearing(nobody, room.HearingId(1)),
        lambda: ledger.ballots.enter(on_page(SEAT), PollId("p"), FIJI.delegation_id, (0,)),
    ):
        with pytest.raises(NotPermitted):
            await act()


async def test_renewing_against_devices_that_enter_at_the_same_time(ledger):
    """Whoever is in after it came with the new key."""
    book = ledger.room
    for _ in range(10):
        old = await book.make_key(DESK, Door.SCREEN, renew=True)
        results = await asyncio.gather(
            *(book.enter(Door.SCREEN, old) for _ in range(10)),
            book.make_key(DESK, Door.SCREEN, renew=True),
            *(book.enter(Door.SCREEN, old) for _ in range(10)),
            return_exceptions=True,
        )
        done, _ = split(results, room.UnknownKey)
        hall = await book.hall()
        assert len(done) >= 1 and not hall.devices


async def test_a_seats_code_opens_its_page_and_discord_as_well(ledger):
    book, code = ledger.room, await code_of(ledger)
    cookie = await book.enter_seat(code)
    assert (await book.device(Door.SEAT, cookie)).seat_id == SEAT
    seated = await ledger.delegations.claim(Actor(Via.DISCORD, UserId(5)), code)
    assert seated.seat.seat_id == SEAT and seated.seat.opened_at is not None
    assert (await ledger.delegations.seated(on_page(SEAT))).seat.user_id == 5
    assert await book.enter_seat(code)
    for wrong in ("K7QM-2R9T-XW4D", "", "é"):
        with pytest.raises(UnknownCode):
            await book.enter_seat(wrong)


async def test_a_renewed_code_shuts_the_page_and_an_opened_seat_is_not_renewed_in_bulk(ledger):
    book, code = ledger.room, await code_of(ledger)
    cookie = await book.enter_seat(code)
    made = await ledger.delegations.make_codes(COMMAND_LINE, renew=True)
    assert SEAT not in made and SeatId("fiji-2") in made
    assert await book.device(Door.SEAT, cookie)
    await code_of(ledger)
    with pytest.raises(room.UnknownKey):
        await book.device(Door.SEAT, cookie)


async def test_the_screen_is_what_was_chosen_last(ledger):
    book = ledger.room
    assert (await book.chosen()).show is Show.FOLLOW
    chosen = await book.show(DESK, Show.MESSAGE, text=" One \n two ")
    assert (chosen.text, chosen.operator) == ("One\n two", "Ms Operator")
    held = await book.freeze(DESK, '{"a": 1}')
    assert held.held_at is not None and (await book.hall()).held == '{"a": 1}'
    with pytest.raises(room.AlreadyHeld):
        await book.freeze(DESK, "{}")
    await book.show(DESK, Show.FOLLOW)
    assert (await book.hall()).held is None
    with pytest.raises(UnknownPoll):
        await book.show(DESK, Show.POLL, PollId("nothing"))
    with pytest.raises(UnknownPoll):
        await book.show(DESK, Show.POLL)


async def opened(ledger, **fields):
    options = (Option("A"), Option("B"))
    poll = await ledger.polls.create(DESK, Poll(PollId(""), "?", PollKind.SINGLE, options, **fields))
    with pytest.raises(room.PollNotShown):
        await ledger.room.show(DESK, Show.POLL, poll.poll_id)
    await ledger.polls.open(DESK, poll.poll_id, 20)
    await ledger.room.show(DESK, Show.POLL, poll.poll_id)
    return poll.poll_id


async def test_a_hundred_ballots_for_one_delegation_by_three_roads_are_one(ledger):
    poll_id, code = await opened(ledger), await code_of(ledger)
    await ledger.room.enter_seat(code)
    user = Actor(Via.DISCORD, UserId(7))
    await ledger.delegations.assign(COMMAND_LINE, FIJI.delegation_id, UserId(7))
    book = ledger.ballots
    await asyncio.gather(
        *(book.cast(on_page(SEAT), poll_id, (n % 2,)) for n in range(34)),
        *(book.cast(user, poll_id, (n % 2,)) for n in range(33)),
        *(book.enter(DESK, poll_id, FIJI.delegation_id, (n % 2,)) for n in range(33)),
    )
    assert sum((await ledger.polls.standing(poll_id)).answered.values()) == 1
    hall = await ledger.room.hall()
    assert len(hall.ballots[poll_id]) == 1


async def test_a_secret_ballot_is_not_entered_at_the_desk(ledger):
    poll_id = await opened(ledger, secrecy=Secrecy.SECRET_FINAL)
    with pytest.raises(OwnHandsOnly):
        await ledger.ballots.enter(DESK, poll_id, FIJI.delegation_id, (0,))
    assert (await ledger.polls.standing(poll_id)).answered == {}


async def test_one_press_fifty_times_at_once_is_done_once(ledger):
    await ledger.room.enter_seat(await code_of(ledger))
    actor = on_page(SEAT, "the same press")
    item = (await ledger.speakers.lists())[0].item_id
    results = await asyncio.gather(
        *(ledger.speakers.submit(actor, item, "Our text.") for _ in range(50)), return_exceptions=True
    )
    done, told = split(results, room.Repeated)
    assert (len(done), len(told)) == (1, 49)
    await ledger.speakers.submit(replace(actor, once="another"), item, "Our text.")
    assert len(await ledger.speakers.statements()) == 2


async def test_a_press_that_was_refused_may_come_again(ledger):
    actor = at_desk("Ms Operator", "refused at first")
    with pytest.raises(room.EmptyMessage):
        await ledger.room.show(actor, Show.MESSAGE, text=" ")
    await ledger.room.show(actor, Show.MESSAGE, text="Now")
    with pytest.raises(room.Repeated):
        await ledger.room.show(actor, Show.MESSAGE, text="Again")


async def test_who_cannot_hear_is_one_report_until_it_is_seen_to(ledger):
    await ledger.room.enter_seat(await code_of(ledger))
    made = await asyncio.gather(*(ledger.room.cannot_hear(on_page(SEAT)) for _ in range(10)))
    assert len({one.hearing_id for one in made}) == 1
    await ledger.room.settle_hearing(DESK, made[0].hearing_id)
    assert (await ledger.room.hall()).hearings == ()
    await ledger.room.settle_hearing(DESK, made[0].hearing_id)
    assert (await ledger.room.cannot_hear(on_page(SEAT))).hearing_id != made[0].hearing_id
    with pytest.raises(room.UnknownHearing):
        await ledger.room.settle_hearing(DESK, room.HearingId(99))


async def test_the_audit_knows_seat_and_operator_and_no_key(ledger, witness):
    key = await ledger.room.make_key(DESK, Door.DESK)
    cookie = await ledger.room.enter(Door.DESK, key)
    device = await ledger.room.device(Door.DESK, cookie)
    assert await ledger.room.sign_on(device, " Ms\u202e Other ") == "Ms Other"
    assert (await ledger.room.device(Door.DESK, cookie)).operator == "Ms Other"
    await ledger.room.enter_seat(await code_of(ledger))
    await ledger.room.cannot_hear(on_page(SEAT))
    assert {"room.key", "room.open_seat", "room.cannot_hear"} <= set(witness.verbs())
    assert (await ledger.verify()).whole
