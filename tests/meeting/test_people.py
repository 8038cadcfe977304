"""Who may do what."""

import pytest

from meeting.people import (
    CLERKS,
    CLOCK,
    COMMAND_LINE,
    CONDUCTORS,
    Actor,
    Capacity,
    NotPermitted,
    Via,
    require,
)


@pytest.mark.parametrize("capacity", sorted(set(Capacity) - CONDUCTORS))
def test_others_do_not_conduct_the_meeting(capacity):
    with pytest.raises(NotPermitted) as refused:
        require(Actor(Via.DISCORD, capacities=frozenset({capacity})), CONDUCTORS)
    assert refused.value.values == {"allowed": (Capacity.CHAIR, Capacity.CLERK, Capacity.MODERATOR)}


@pytest.mark.parametrize("capacity", sorted(CONDUCTORS))
def test_those_who_conduct_do(capacity):
    """Control: the same person with one capacity more."""
    require(Actor(Via.DISCORD, capacities=frozenset({Capacity.DELEGATE, capacity})), CONDUCTORS)


def test_nobody_in_particular_may_do_nothing():
    for allowed in (CONDUCTORS, CLERKS):
        with pytest.raises(NotPermitted):
            require(Actor(Via.DISCORD), allowed)


def test_the_clock_conducts_and_sets_nothing_up():
    require(CLOCK, CONDUCTORS)
    require(COMMAND_LINE, CONDUCTORS)
    require(COMMAND_LINE, CLERKS)
    assert Capacity.MODERATOR not in CLERKS


def test_the_road_gives_no_right():
    """Whoever comes by the room or the server has only what the capacities give."""
    for via in Via:
        with pytest.raises(NotPermitted):
            require(Actor(via, capacities=frozenset({Capacity.DELEGATE})), CONDUCTORS)
