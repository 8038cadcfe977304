"""The places' book: which channel and which role stands for what."""

import pytest

from db.places import Places
from meeting.notices import Channel
from meeting.people import Capacity, NotPermitted


async def test_adopted_places_come_back(ledger, opened, clerk):
    for number, channel in enumerate(Channel, start=1000):
        await ledger.places.adopt(clerk, "channel", channel, number)
    for number, capacity in enumerate(Capacity, start=2000):
        await ledger.places.adopt(clerk, "role", capacity, number)
    expected = Places(
        {channel: number for number, channel in enumerate(Channel, start=1000)},
        {capacity: number for number, capacity in enumerate(Capacity, start=2000)},
    )
    assert await ledger.places.places() == expected
    await ledger.close()
    assert await (await opened()).places.places() == expected


async def test_a_place_adopted_anew_stands_for_the_name_alone(ledger, clerk):
    await ledger.places.adopt(clerk, "channel", Channel.FLOOR, 1)
    await ledger.places.adopt(clerk, "channel", Channel.FLOOR, 2**62)
    assert await ledger.places.places() == Places({Channel.FLOOR: 2**62}, {})


async def test_only_a_clerk_adopts(ledger, clerk, moderator, nobody, witness):
    """Control: the clerk, with the same arguments, does."""
    for who in (moderator, nobody):
        with pytest.raises(NotPermitted):
            await ledger.places.adopt(who, "role", Capacity.CHAIR, 1)
    assert await ledger.places.places() == Places()
    assert witness.verbs() == ["agenda.import"]
    await ledger.places.adopt(clerk, "role", Capacity.CHAIR, 1)
    assert witness.verbs() == ["agenda.import", "places.adopt"]


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (set(), set()),
        ({1}, {Capacity.CHAIR}),
        ({2}, {Capacity.CLERK, Capacity.MODERATOR}),
        ({1, 2, 3, 99}, {Capacity.CHAIR, Capacity.CLERK, Capacity.MODERATOR, Capacity.DELEGATE}),
        ({99}, set()),
    ],
)
def test_capacities_are_those_of_the_roles_a_person_has(roles, expected):
    places = Places(
        {Channel.FLOOR: 99},
        {Capacity.CHAIR: 1, Capacity.MODERATOR: 2, Capacity.CLERK: 2, Capacity.DELEGATE: 3},
    )
    assert places.capacities(roles) == expected
