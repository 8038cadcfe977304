"""Seats: who may sit where, what a code is good for, where people are, and how they are counted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meeting.codes import UnknownCode
from meeting.delegations import (
    Category,
    Delegation,
    DelegationId,
    DelegationThere,
    NamelessDelegation,
    UnknownDelegation,
    compare_roster,
    find,
    likely,
    roster_fingerprint,
    walk_in,
)
from meeting.people import UserId
from meeting.refusals import Refused
from meeting.seats import (
    CodeUsed,
    EmptyRequest,
    Function,
    HasLeft,
    NoFreeSeat,
    Presence,
    Profile,
    Seat,
    Seated,
    SeatedAlready,
    SeatFree,
    SeatReleased,
    SeatsFree,
    TooManySeats,
    assign,
    check_request,
    claim,
    further_seat,
    new_seats,
    note_presence,
    register,
    release,
    say_back,
    state_presence,
)

NOW = datetime(2022, 9, 7, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ANA, BEN, CLEO = UserId(1), UserId(2), UserId(3)


def delegation(key: str, category: Category = Category.MEMBER, **more: object) -> Delegation:
    return Delegation(DelegationId(key), f"The {key}", key, category, key, **more)  # type: ignore[arg-type]


FIJI, TONGA = delegation("fiji"), delegation("tonga", seats=1)


def seats(*delegations: Delegation) -> list[Seat]:
    return [seat for one in delegations for seat in new_seats(one, ())]


def test_seats_are_numbered_and_have_a_function() -> None:
    assert [(s.seat_id, s.number, s.function) for s in seats(delegation("fiji", seats=4))] == [
        ("fiji-1", 1, Function.HEAD),
        ("fiji-2", 2, Function.ALTERNATE),
        ("fiji-3", 3, Function.ADVISER),
        ("fiji-4", 4, Function.ADVISER),
    ]
    there = seats(FIJI)
    assert [s.number for s in new_seats(replace(FIJI, seats=5), there)] == [4, 5]
    assert new_seats(replace(FIJI, seats=1), there) == (), "none is taken away"


def test_a_code_seats_whoever_has_it_once() -> None:
    free = Seated(seats(FIJI)[1], FIJI)
    seat = claim(free, None, ANA, NOW)
    assert (seat.user_id, seat.taken_at, seat.presence, seat.function) == (
        ANA, NOW, Presence.UNKNOWN, Function.ALTERNATE,
    )  # fmt: skip
    mine = Seated(seat, FIJI)
    assert claim(mine, mine, ANA, LATER) == seat, "the own code again changes nothing"
    with pytest.raises(CodeUsed) as used:
        claim(mine, None, BEN, LATER)
    assert used.value.values == {"delegation": "The fiji"}
    with pytest.raises(UnknownCode):
        claim(None, None, ANA, NOW)
    with pytest.raises(SeatedAlready) as already:
        claim(Seated(seats(TONGA)[0], TONGA), mine, ANA, LATER)
    assert already.value.values == {"delegation": "The fiji"}


def test_a_released_seat_is_free_and_its_code_dead() -> None:
    taken = replace(claim(Seated(seats(FIJI)[0], FIJI), None, ANA, NOW), profile=Profile.DIPLOMAT)
    free = release(state_presence(taken, Presence.ROOM, NOW), LATER)
    assert (free.user_id, free.profile, free.presence, free.presence_at, free.released_at) == (
        None, None, Presence.UNKNOWN, None, LATER,
    )  # fmt: skip
    for person in (ANA, BEN):
        with pytest.raises(SeatReleased):
            claim(Seated(free, FIJI), None, person, LATER)
    with pytest.raises(SeatFree):
        release(free, LATER)
    anew = claim(Seated(replace(free, released_at=None), FIJI), None, BEN, LATER)
    assert anew.user_id == BEN, "control: with a new code it can be claimed"


def test_assigned_people_get_the_function_asked_for() -> None:
    there = seats(FIJI)
    assert assign(FIJI, there, ANA, NOW).seat.seat_id == "fiji-1"
    adviser = assign(FIJI, there, ANA, NOW, Function.ADVISER).seat
    assert (adviser.seat_id, adviser.function) == ("fiji-3", Function.ADVISER)
    there[2] = adviser
    second = assign(FIJI, there, BEN, NOW, Function.ADVISER).seat
    assert (second.seat_id, second.function) == ("fiji-1", Function.ADVISER), "no adviser's seat is free"


def test_somebody_seated_moves_or_stays() -> None:
    there = seats(FIJI, TONGA)
    there[0] = assign(FIJI, there, ANA, NOW).seat
    moved = assign(TONGA, there, ANA, LATER)
    assert (moved.seat.seat_id, moved.seat.user_id) == ("tonga-1", ANA)
    assert moved.left is not None and not moved.left.taken and moved.left.released_at == LATER
    stays = assign(FIJI, there, ANA, LATER, Function.ADVISER)
    assert stays.left is None and stays.seat == replace(there[0], function=Function.ADVISER)
    there[3] = assign(TONGA, there, BEN, NOW).seat
    with pytest.raises(NoFreeSeat):
        assign(TONGA, there, ANA, LATER)


def test_one_more_seat_only_if_none_is_free_and_never_without_end() -> None:
    there = seats(TONGA)
    with pytest.raises(SeatsFree) as free:
        further_seat(TONGA, there)
    assert free.value.values["n"] == 1
    there = [assign(TONGA, there, ANA, NOW).seat]
    assert further_seat(TONGA, there).seat_id == "tonga-2"
    full = [replace(seat, user_id=UserId(n)) for n, seat in enumerate(seats(delegation("big", seats=20)))]
    with pytest.raises(TooManySeats):
        further_seat(delegation("big"), full)


def test_a_person_says_where_they_are_and_only_the_desk_that_they_left() -> None:
    seat = claim(Seated(seats(FIJI)[0], FIJI), None, ANA, NOW)
    zone = ZoneInfo("Asia/Bangkok")
    assert seat.asks_presence(NOW, zone)
    seat = state_presence(seat, Presence.ROOM, NOW)
    assert not seat.asks_presence(LATER, zone)
    assert seat.asks_presence(datetime(2022, 9, 7, 17, 30, tzinfo=UTC), zone), "past midnight in Bangkok"
    assert state_presence(seat, Presence.VIRTUAL, LATER).presence is Presence.VIRTUAL
    for other in (Presence.LEFT, Presence.UNKNOWN):
        with pytest.raises(ValueError):
            state_presence(seat, other, NOW)
    gone = note_presence(seat, Presence.LEFT, LATER)
    with pytest.raises(HasLeft):
        state_presence(gone, Presence.ROOM, LATER)
    say_back(Seated(gone, FIJI))
    back = note_presence(gone, Presence.UNKNOWN, LATER)
    with pytest.raises(SeatedAlready):
        say_back(Seated(back, FIJI))
    assert back.asks_presence(LATER, zone)
    assert state_presence(back, Presence.ROOM, LATER).presence is Presence.ROOM
    with pytest.raises(SeatFree):
        note_presence(seats(FIJI)[0], Presence.ROOM, NOW)


def test_the_register_counts_by_category() -> None:
    eco = delegation("eco", Category.OBSERVER_ORGANISATION)
    there = seats(FIJI, TONGA, eco)
    there[0] = state_presence(assign(FIJI, there, ANA, NOW).seat, Presence.ROOM, NOW)
    there[1] = assign(FIJI, there, BEN, NOW).seat
    there[3] = note_presence(assign(TONGA, there, CLEO, NOW).seat, Presence.LEFT, NOW)
    members, observers = register([FIJI, TONGA, eco], there)
    assert (members.category, members.delegations, members.seated) == (Category.MEMBER, 2, 1)
    assert {k: n for k, n in members.people.items() if n} == {
        Presence.ROOM: 1, Presence.UNKNOWN: 1, Presence.LEFT: 1,
    }  # fmt: skip
    assert (observers.category, observers.delegations, observers.seated) == (
        Category.OBSERVER_ORGANISATION, 1, 0,
    )  # fmt: skip


def test_a_request_says_something() -> None:
    assert check_request("  I am\nof \u202eFiji ") == "I am of Fiji"
    assert len(check_request("x" * 1000)) == 200
    for text in ("", " \n", "\u200b", "\u2800"):
        with pytest.raises(EmptyRequest):
            check_request(text)


def test_a_roster_creates_and_updates_and_says_what_it_leaves() -> None:
    partner = delegation("partner")
    roster = [replace(FIJI, name="Republic of Fiji"), replace(TONGA, seats=3), delegation("samoa"), partner]
    change = compare_roster(
        [FIJI, replace(TONGA, seats=5), delegation("nauru"), partner, delegation("walked")],
        {partner.delegation_id, DelegationId("walked")},
        roster,
    )
    assert [one.delegation_id for one in change.created] == ["samoa"]
    assert [one.delegation_id for one in change.updated] == ["fiji", "partner"]
    assert [one.delegation_id for one in change.unchanged] == ["tonga"]
    assert [one.delegation_id for one in change.missing] == ["nauru"]
    assert [(one.delegation_id, one.seats) for one in change.fewer] == [("tonga", 5)]
    assert roster_fingerprint(roster) == roster_fingerprint(roster[::-1]) != roster_fingerprint(roster[1:])


def test_a_walk_in_gets_an_id_and_a_place_of_its_own() -> None:
    there = [FIJI]
    for name in ("Côte d'Or", "Cote d Or", "...Ж...", "Ж"):
        there.append(walk_in(there, name, "", Category.MEMBER, 2))
    assert [one.delegation_id for one in there] == [
        "fiji",
        "cote-d-or",
        "cote-d-or-2",
        "delegation",
        "delegation-2",
    ]
    assert there[1].sort_key == "côte d'or" and there[1].seats == 2
    long = walk_in(there, "A" * 60, "", Category.MEMBER, 1)
    assert (len(long.short_name), len(long.delegation_id)) == (45, 27)
    for name, short in (("THE FIJI", ""), ("Another", "Fiji")):
        with pytest.raises(DelegationThere):
            walk_in(there, name, short, Category.MEMBER, 1)
    for name, short in ((" ", ""), ("\u200b", ""), ("x" * 101, "x"), ("x", "y" * 46)):
        with pytest.raises(NamelessDelegation):
            walk_in(there, name, short, Category.MEMBER, 1)


def test_likely_delegations_stand_first_and_none_is_left_out() -> None:
    there = [delegation(key) for key in ("australia", "austria", "viet nam", "fiji")]
    assert likely(there, "Nguyen, from VIET Nam")[0].delegation_id == "viet nam"
    assert likely(there, "AUSTRIA!")[0].delegation_id == "austria"
    assert len(likely(there, "who?")) == 4
    assert find(there, "fiji").delegation_id == "fiji"
    with pytest.raises(UnknownDelegation):
        find(there, "nowhere")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["claim", "assign", "release", "room", "left"]),
        st.integers(0, 3),
        st.integers(0, 5),
        st.sampled_from([None, *Function]),
    ),
    max_size=40,
)


@given(STEPS)
def test_whatever_is_done_nobody_sits_twice(steps: list[tuple[str, int, int, Function | None]]) -> None:
    """Any order of acts: one seat a person, one person a seat, a free seat says nothing of anybody."""
    delegations = {one.delegation_id: one for one in (FIJI, TONGA, delegation("nauru", seats=2))}
    there = {seat.seat_id: seat for seat in seats(*delegations.values())}
    for what, person, place, function in steps:
        user = UserId(person)
        seat = list(there.values())[place]
        own = next((one for one in there.values() if one.user_id == user), None)
        mine = Seated(own, delegations[own.delegation_id]) if own else None
        changed: list[Seat] = []
        try:
            match what:
                case "claim":
                    changed.append(claim(Seated(seat, delegations[seat.delegation_id]), mine, user, NOW))
                case "assign":
                    done = assign(delegations[seat.delegation_id], there.values(), user, NOW, function)
                    changed += [one for one in (done.left, done.seat) if one is not None]
                case "release":
                    changed.append(release(seat, NOW))
                case "room":
                    changed += [state_presence(own, Presence.ROOM, NOW)] if own else []
                case "left":
                    changed.append(note_presence(seat, Presence.LEFT, NOW))
        except Refused:
            pass
        there |= {one.seat_id: one for one in changed}
        sitting = [one.user_id for one in there.values() if one.taken]
        assert len(sitting) == len(set(sitting))
        assert len(there) == 6
        for one in there.values():
            assert one.taken == (one.taken_at is not None)
            if not one.taken:
                assert (one.profile, one.presence, one.presence_at) == (None, Presence.UNKNOWN, None)
