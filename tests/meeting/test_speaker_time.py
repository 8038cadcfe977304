"""Speaking time: what is left is shared out, what is given stays, and what was used is counted rightly."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meeting.delegations import Category
from meeting.programme import Mode
from meeting.speaker_list import call_next
from meeting.speaker_order import order
from meeting.speaker_time import (
    STEP,
    Share,
    balance,
    elapsed,
    forecast,
    limit_of,
    next_two,
    overtime,
    shared_limit,
    shares,
)
from meeting.speakers import MAIN, Floor, Inscription, Limits, Policy, Preset, SpeakerList
from tests.speaking import (
    GROUP,
    ITEM,
    MINUTE,
    ORDER,
    OTHER,
    QUESTION,
    RATIOS,
    REPLY,
    ROOM,
    SECOND,
    STATEMENT,
    TEN,
    VIRTUAL,
    after,
    at,
    drawn_lists,
    entry,
    listed,
    numbers,
    sitting,
)

NOTHING = timedelta()
SECONDS = st.integers(0, 180).map(lambda n: n * SECOND)
ADAPTIVE = st.builds(
    Policy,
    st.sampled_from(Preset),
    RATIOS,
    adaptive=st.just(True),
    least=st.integers(20, 120).map(lambda n: n * SECOND),
    most=st.integers(120, 400).map(lambda n: n * SECOND),
    reserve=SECONDS,
    turn_over=SECONDS.map(lambda length: length / 3),
)
LISTS = drawn_lists(ADAPTIVE, waiting=25)
NOWS = st.integers(5 * 60, 62 * 60).map(lambda n: TEN + n * SECOND)


@pytest.mark.parametrize(
    ("kind", "name", "minutes"),
    [
        (STATEMENT, "m1", 3),
        (STATEMENT, "g1", 4),
        (STATEMENT, "s1", 2),
        (STATEMENT, "o1", 2),
        (GROUP, "m1", 6),
        (GROUP, "o1", 6),
        (REPLY, "m1", 2.5),
        (QUESTION, "m1", 1),
        (ORDER, "o1", 1),
    ],
)
def test_fixed_limits_go_by_kind_and_category(kind, name, minutes):
    limits = Limits(member_organisation=4 * MINUTE, group=6 * MINUTE, reply=2.5 * MINUTE)
    one = entry(1, name, kind)
    assert limit_of(listed(one, policy=Policy(limits=limits)), one, TEN) == minutes * MINUTE


def _left(speakers: SpeakerList, now) -> timedelta:
    """From when the current limits have run out until the chair's reserve begins."""
    speaking = [one for one in speakers.heard if one.ended_at is None]
    owed = sum((max((one.limit or NOTHING) - (now - one.called_at), NOTHING) for one in speaking), NOTHING)
    return speakers.sitting.ends - now - owed - speakers.policy.reserve


def _limited(speakers: SpeakerList, limit: timedelta) -> SpeakerList:
    """Whoever has the floor was given that long."""
    current = speakers.current
    return speakers if current is None else speakers.having(replace(current, limit=limit))


@settings(max_examples=300)
@given(LISTS, SECONDS, NOWS)
def test_adaptive_limits_fit_whenever_they_can_else_the_forecast_names_who_does_not(drawn, given_, now):
    speakers = _limited(drawn, given_)
    policy, waiting = speakers.policy, speakers.waiting
    main = [one for one in waiting if one.kind in MAIN]
    fixed = sum(
        (policy.limits.of(one.kind, Category.MEMBER) for one in waiting if one.kind not in MAIN), NOTHING
    )
    turns = len(waiting) * policy.turn_over
    planned = sum((limit_of(speakers, one, now) for one in waiting), NOTHING) + turns
    told = forecast(speakers, now)
    if len(main) * policy.least + fixed + turns <= _left(speakers, now):
        assert planned <= _left(speakers, now)
        assert told.unfit == ()
    elif waiting:
        assert planned > _left(speakers, now)
        assert told.unfit
    owed = speakers.sitting.ends - now - policy.reserve - _left(speakers, now)
    assert told.needs == owed + planned


@settings(max_examples=300)
@given(LISTS, NOWS)
def test_adaptive_limits_are_whole_steps_within_bounds_and_as_long_as_can_be(speakers, now):
    policy, limit = speakers.policy, shared_limit(speakers, now)
    assert limit == policy.least or (not limit % STEP and policy.least < limit <= policy.most)
    main = [one for one in speakers.waiting if one.kind in MAIN]
    assert {limit_of(speakers, one, now) for one in main} <= {limit}
    for one in set(speakers.waiting) - set(main):
        assert limit_of(speakers, one, now) == policy.limits.of(one.kind, Category.MEMBER)
    if main and policy.least < limit and limit + STEP <= policy.most:
        others = sum((limit_of(speakers, x, now) for x in set(speakers.waiting) - set(main)), NOTHING)
        turns = len(speakers.waiting) * policy.turn_over
        assert len(main) * (limit + STEP) + others + turns > _left(speakers, now)


@given(drawn_lists(ADAPTIVE, waiting=6), drawn_lists(ADAPTIVE, waiting=25), NOWS, NOWS)
def test_the_current_limit_never_changes(speakers, others, now, then):
    if not speakers.waiting:
        return
    called = call_next(speakers, now)
    if called.current is None or called.current.called_at != now:
        return
    limit = called.current.limit
    newly = tuple(replace(one, inscription_id=one.inscription_id + 200) for one in others.waiting)
    fuller = replace(called, inscriptions=(*called.inscriptions, *newly), policy=others.policy)
    assert limit_of(fuller, fuller.current, then) == limit


def test_the_limit_is_that_shown_before_the_call():
    """56 minutes less reserve and turns, for four: bounded by five; for twenty: two and a half, in steps."""
    for n, limit in ((4, 5 * MINUTE), (20, 150 * SECOND - STEP), (90, MINUTE)):
        speakers = listed(*(entry(k, f"m{k}") for k in range(1, n + 1)), policy=Policy(adaptive=True))
        assert limit_of(speakers, speakers.waiting[0], at(4)) == limit
        assert call_next(speakers, at(4)).current.limit == limit


def test_the_forecast_counts_what_is_left_of_the_current_one_and_the_turns():
    rows = (
        entry(1, "m1", called=1, limit=3 * MINUTE),
        entry(2, "m2"),
        entry(3, "o1"),
        entry(4, "m3", ORDER),
    )
    speakers = listed(*rows, sitting=sitting(ends=at(12)), policy=Policy(turn_over=MINUTE))
    told = forecast(speakers, at(2))
    assert {n: after(moment) for n, moment in told.begins.items()} == {4: 5, 2: 7, 3: 11}
    assert told.needs == 11 * MINUTE
    assert numbers(told.unfit) == [3]
    # Once it is over its limit, it delays nobody further than it already has.
    assert after(forecast(speakers, at(9)).begins[4]) == 10
    # Nobody is heard before the item begins.
    unbegun = replace(listed(entry(2, "m2")), sitting=sitting(started=None))
    assert after(forecast(unbegun, at(-7)).begins[2]) == pytest.approx(1 / 3)


def test_who_said_not_now_is_forecast_last():
    speakers = listed(entry(1, "m1", not_now_at=TEN), entry(2, "m2"), sitting=sitting(ends=at(6)))
    assert [numbers(order(speakers)), numbers(forecast(speakers, TEN).unfit)] == [[1, 2], [1]]


SPANS = st.lists(st.tuples(st.integers(0, 60), st.none() | st.integers(0, 60)), max_size=3)


@settings(max_examples=400)
@given(st.integers(0, 60), st.none() | st.integers(0, 60), SPANS, SPANS, st.none() | st.integers(0, 60))
def test_what_has_elapsed_leaves_out_pauses_and_suspensions_that_overlap(
    called, ended, pauses, suspended, over
):
    """Minute by minute: the one from n to n + 1 counts if nothing was quiet in it."""
    now = 60
    one = entry(1, "m1", called=called, ended=None if ended is None else max(called, ended), paused=pauses)
    speakers = listed(one, sitting=sitting(ended=over, suspended=suspended))
    until = max(called, ended) if ended is not None else over if over is not None else now
    quiet = {n for a, b in (*pauses, *suspended) for n in range(a, until if b is None else b)}
    assert elapsed(speakers, one, at(now)) == len(set(range(called, until)) - quiet) * MINUTE


@pytest.mark.parametrize(
    ("facts", "now", "elapsed_", "over"),
    [
        ({}, 9, 0, 0),
        ({"called": 1}, 3, 2, 0),
        ({"called": 1}, 4, 3, 0),
        ({"called": 1}, 4.7, 3.7, 0.7),
        ({"called": 1, "ended": 3}, 9, 2, 0),
        ({"called": 1, "ended": 6}, 9, 5, 2),
        ({"called": 1, "paused": [(2, None)]}, 9, 1, 0),
        ({"called": 1, "paused": [(2, 5)]}, 9, 5, 2),
        ({"called": 11, "paused": [(14, 18)]}, 25, 5, 2),
        # The item was suspended from 20 to 30.
        ({"called": 19}, 25, 1, 0),
        ({"called": 19, "paused": [(18, 32)]}, 36, 4, 1),
        ({"called": 19, "paused": [(25, 32)]}, 36, 5, 2),
        ({"called": 19, "paused": [(22, 24), (25, 26)]}, 36, 7, 4),
    ],
)
def test_time_used_and_over(facts, now, elapsed_, over):
    limit = 3 * MINUTE if "called" in facts else None
    one = entry(1, "m1", limit=limit, **facts)
    speakers = listed(one, sitting=sitting(suspended=[(20, 30)]))
    assert elapsed(speakers, one, at(now)) == elapsed_ * MINUTE
    assert overtime(speakers, one, at(now)) == over * MINUTE


def _heard(sides: str, *, kind=STATEMENT) -> list[Inscription]:
    floors = {"r": ROOM, "v": VIRTUAL}
    return [
        entry(n, f"m{n}", kind, floors[side], called=n, ended=n + 1) for n, side in enumerate(sides, start=1)
    ]


@pytest.mark.parametrize(
    ("heard", "waiting", "nudge"),
    [
        ("rrr", "v", VIRTUAL),
        ("vvv", "rv", ROOM),
        ("vrrr", "v", VIRTUAL),
        ("rr", "v", None),
        ("rrr", "r", None),
        ("rrr", "", None),
        ("rrrv", "v", None),
        ("rvr", "v", None),
    ],
)
def test_a_nudge_for_the_side_that_waits_while_only_the_other_was_heard(heard, waiting, nudge):
    rows = [
        replace(one, called_at=None, ended_at=None, inscription_id=50 + n)
        for n, one in enumerate(_heard(waiting))
    ]
    speakers = listed(*_heard(heard), *rows)
    told = balance(speakers)
    assert told.nudge is nudge
    assert told.heard == {ROOM: heard.count("r"), VIRTUAL: heard.count("v")}
    assert told.waiting == {ROOM: waiting.count("r"), VIRTUAL: waiting.count("v")}


def test_only_statements_are_balanced():
    asked = replace(entry(50, "m9", ORDER, VIRTUAL))
    assert balance(listed(*_heard("rrr"), asked)).nudge is None
    told = balance(listed(*_heard("rrr", kind=ORDER), entry(50, "m9", floor=VIRTUAL)))
    assert (told.nudge, told.heard) == (None, dict.fromkeys(Floor, 0))


def test_shares_by_category_and_side_over_several_lists():
    limit = 3 * MINUTE
    first = listed(
        entry(1, "m1", called=0, ended=2, limit=limit),
        entry(2, "m2", GROUP, called=2, ended=6, limit=limit),
        entry(3, "m3", floor=VIRTUAL, called=6, ended=9, limit=limit),
        entry(4, "m4", ORDER, called=7, ended=8, limit=MINUTE),
        entry(5, "o1", QUESTION, called=9, limit=MINUTE),
        entry(6, "m5", REPLY, item_id=OTHER, called=10, ended=20, limit=MINUTE),
        entry(7, "m6"),
    )
    second = listed(
        entry(6, "m5", REPLY, item_id=OTHER, called=0, ended=1, limit=limit),
        entry(3, "m3", item_id=ITEM, called=0, ended=9, limit=limit),
        sitting=replace(sitting(), item_id=OTHER),
    )
    assert shares([first, second], at(11)) == (
        Share(Category.MEMBER, ROOM, 3, 7 * MINUTE, 1),
        Share(Category.MEMBER, VIRTUAL, 1, 3 * MINUTE, 0),
        Share(Category.OBSERVER_ORGANISATION, ROOM, 1, 2 * MINUTE, 1),
    )
    assert shares([], at(11)) == ()


def test_the_next_two_are_ready():
    speakers = listed(entry(1, "m1", not_now_at=TEN), *(entry(n, f"m{n}") for n in (2, 3, 4)))
    assert numbers(next_two(speakers)) == [2, 3]
    assert numbers(next_two(listed(entry(1, "m1", not_now_at=TEN), entry(2, "m2")))) == [2]


def test_who_is_online_is_not_told_to_be_ready_for_an_item_held_in_person():
    rows = (entry(1, "m1", floor=VIRTUAL), entry(2, "m2"))
    assert numbers(next_two(listed(*rows))) == [1, 2]
    assert numbers(next_two(listed(*rows, sitting=sitting(mode=Mode.IN_PERSON)))) == [2]
