"""What people say to those in the room from Discord."""

from meeting.people import at_desk
from meeting.seats import Presence
from tests.cogs.test_floor import OPENING, at, floor
from tests.stage import Stage

HEAR = "I cannot hear"


async def test_who_cannot_hear_says_so_once_and_the_desk_shows_it_until_it_is_seen_to(house: Stage) -> None:
    await house.until(at(8, 55))
    room = house.doors.ledger.room
    ann, bob = await house.seat("Ann", "alp", Presence.VIRTUAL), await house.seat("Bob", "bre", Presence.ROOM)
    reply = await ann.press(floor(house, OPENING), HEAR)
    assert reply.ephemeral
    assert "shows that you cannot hear" in reply.text and "https://meet.example/day_1" in reply.text
    await ann.press(floor(house, OPENING), HEAR)
    await bob.press(floor(house, OPENING), HEAR)
    shown = (await house.moderator.command("room screen")).text
    assert shown.count("cannot hear") == 2
    assert "Republic of Alpland (online)" in shown and "Bretonia (in the room)" in shown
    hearings = (await room.hall()).hearings
    assert [one.online for one in hearings] == [True, False]
    for one in hearings:
        await room.settle_hearing(at_desk("Test"), one.hearing_id)
    assert "cannot hear" not in (await house.moderator.command("room screen")).text
    await ann.press(floor(house, OPENING), HEAR)
    assert len((await room.hall()).hearings) == 1


async def test_where_one_listens_one_can_say_that_one_cannot_hear(house: Stage) -> None:
    await house.until(at(8, 55))
    ann = await house.seat("Ann", "alp", Presence.VIRTUAL)
    welcome = house.panel("welcome", "A small roundtable")
    listening = await ann.press(welcome, "Where do I listen?")
    assert HEAR in listening.buttons
    await ann.press(listening, HEAR)
    assert [one.delegation for one in (await house.doors.ledger.room.hall()).hearings]
    second = house.panel("programme", "## Day 2")
    assert HEAR not in (await ann.press(second, "Where do I listen?")).buttons


async def test_who_sits_nowhere_is_told_what_to_do(house: Stage) -> None:
    await house.until(at(8, 55))
    reply = await house.newcomer.press(house.panel("welcome", "A small roundtable"), "Where do I listen?")
    refused = await house.newcomer.press(reply, HEAR)
    assert "seat" in refused.text and not (await house.doors.ledger.room.hall()).hearings
