"""The order of a list follows from who is on it, the policy and the moves, and can be explained."""

from dataclasses import replace
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meeting.delegations import Category
from meeting.programme import Mode
from meeting.speaker_list import call_next, move, upcoming
from meeting.speaker_order import Because, call_order, explain, order, strict
from meeting.speakers import MAIN, Floor, Inscription, Move, Policy, Preset, SpeakerList
from tests.speaking import (
    GROUP,
    ITEM,
    MINUTE,
    ORDER,
    POLICIES,
    QUESTION,
    RATIOS,
    REPLY,
    ROOM,
    STATEMENT,
    TEN,
    VIRTUAL,
    drawn_lists,
    entry,
    listed,
    numbers,
    sitting,
)

MEMBERS_FIRST = st.builds(Policy, st.just(Preset.MEMBERS_FIRST), RATIOS, st.booleans())


ROWS = (
    entry(1, "o1", minute=-9),
    entry(2, "m3", minute=-8),
    entry(3, "m1", minute=-7),
    entry(4, "m2", floor=VIRTUAL, minute=-6),
    entry(5, "g1", floor=VIRTUAL, minute=-5),
    entry(6, "s1", GROUP, minute=-4),
    entry(7, "m4", QUESTION, about=90, minute=-3),
    entry(8, "m5", ORDER, minute=-2),
    entry(9, "m6", REPLY, minute=-10),
    entry(10, "m7", minute=-7),
)
HEARD = (entry(90, "m3", called=1, ended=2), entry(91, "m8", QUESTION, VIRTUAL, about=90, called=2, ended=3))


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        # m3 has spoken in this item; of the same minute the lower number goes first.
        (Policy(ratio=None), [8, 7, 6, 3, 10, 4, 2, 5, 1, 9]),
        # m2 is first in rank, m1 and m7 second, m3 has none.
        (Policy(ratio=None, ranked=True), [8, 7, 6, 4, 3, 10, 2, 5, 1, 9]),
        # The room spoke last: questions do not count.
        (Policy(ratio=(1, 1)), [8, 7, 6, 4, 3, 10, 2, 5, 1, 9]),
        (Policy(ratio=(2, 1)), [8, 7, 6, 4, 3, 10, 2, 5, 1, 9]),
        (Policy(ratio=(4, 1)), [8, 7, 6, 3, 10, 4, 2, 5, 1, 9]),
        (Policy(Preset.INSCRIPTION, None), [8, 7, 6, 1, 2, 3, 10, 4, 5, 9]),
        (Policy(Preset.INSCRIPTION, (1, 1)), [8, 7, 6, 4, 1, 5, 2, 3, 10, 9]),
        # The sort keys run against the numbers: m7, m3, m2, then g1, m1, o1 of one key.
        (Policy(Preset.ALPHABETICAL, None), [8, 7, 6, 10, 2, 4, 5, 3, 1, 9]),
        # m3 once in this item, m2 twice and s1 once before; nobody else.
        (Policy(Preset.LEAST_SPOKEN, None), [8, 7, 6, 1, 3, 10, 5, 2, 4, 9]),
    ],
)
def test_the_presets(policy, expected):
    speakers = listed(
        *ROWS, *HEARD, policy=policy, sitting=sitting(last=True), spoken_before={"m2": 2, "s1": 1}
    )
    assert numbers(order(speakers)) == expected


@given(drawn_lists(), st.randoms(use_true_random=False))
def test_a_permutation_of_those_who_wait_in_whatever_order_they_are_given(speakers, chance):
    shuffled = list(speakers.inscriptions)
    chance.shuffle(shuffled)
    assert order(replace(speakers, inscriptions=tuple(shuffled))) == order(speakers)
    assert sorted(numbers(order(speakers))) == sorted(numbers(speakers.waiting))
    assert sorted(numbers(call_order(speakers))) == sorted(numbers(speakers.waiting))


@given(drawn_lists(moving=False))
def test_without_moves_the_classes_follow_each_other(speakers):
    kinds = [one.kind for one in order(speakers)]
    assert kinds == sorted(kinds, key=[ORDER, QUESTION, GROUP, STATEMENT, REPLY].index)


def _category(speakers: SpeakerList, one: Inscription) -> int:
    return list(Category).index(speakers.delegation(one).category)


@given(drawn_lists(MEMBERS_FIRST, moving=False))
def test_without_moves_the_categories_follow_each_other_in_a_class(speakers):
    for kind in MAIN:
        places = [_category(speakers, one) for one in order(speakers) if one.kind is kind]
        assert places == sorted(places)


@given(drawn_lists(moving=False))
def test_each_side_keeps_the_strict_order(speakers):
    for floor in Floor:
        strictly = [one for one in strict(speakers) if one.floor is floor]
        assert [one for one in order(speakers) if one.floor is floor] == strictly


def _in_turn(found: list[Inscription], ratio: tuple[int, int]) -> bool:
    """Whether no side follows itself longer than its share while the other waits."""
    most, run, side = dict(zip(Floor, ratio, strict=True)), 0, None
    for place, one in enumerate(found):
        run, side = (run + 1 if one.floor is side else 1), one.floor
        if run > most[side] and any(other.floor is side.other for other in found[place:]):
            return False
    return True


SIDES = st.tuples(st.integers(0, 40), st.integers(0, 40), st.randoms(use_true_random=False))


def _members(room: int, virtual: int, chance, ratio: tuple[int, int]) -> list[Inscription]:
    floors = [ROOM] * room + [VIRTUAL] * virtual
    chance.shuffle(floors)
    rows = [entry(n, f"m{n}", floor=floor, minute=n / 10) for n, floor in enumerate(floors, start=1)]
    return list(order(listed(*rows, policy=Policy(ratio=ratio))))


@given(SIDES)
def test_alternating_nobody_follows_their_own_side_while_the_other_waits(sides):
    found = _members(*sides, (1, 1))
    both = 2 * min(sides[:2])
    runs = [len(list(run)) for _, run in groupby(found[:both], key=lambda one: one.floor)]
    assert runs == [1] * both
    assert not found or found[0].inscription_id == 1, "who asked first begins"


@given(SIDES, st.tuples(st.integers(1, 5), st.integers(1, 5)))
def test_runs_are_no_longer_than_the_ratio_while_both_sides_wait(sides, ratio):
    found = _members(*sides, ratio)
    assert _in_turn(found, ratio)
    runs = [(side, len(list(run))) for side, run in groupby(found, key=lambda one: one.floor)]
    # And no shorter, until one side has nobody left.
    share = dict(zip(Floor, ratio, strict=True))
    assert all(length == share[side] for side, length in runs[:-2])


@given(drawn_lists(moving=False))
def test_the_count_goes_on_from_who_was_heard_and_across_categories(speakers):
    ratio = speakers.policy.ratio
    before = [one.floor for one in speakers.heard if one.kind in MAIN]
    found = [one for one in order(speakers) if one.kind in MAIN]
    by_category = speakers.policy.preset is Preset.MEMBERS_FIRST
    for place, one in enumerate(found):
        rest = [
            other
            for other in found[place:]
            if other.kind is one.kind
            and (not by_category or _category(speakers, other) == _category(speakers, one))
        ]
        if ratio is not None and len({other.floor for other in rest}) == 2 and before:
            run = next(
                (n for n, floor in enumerate(reversed(before)) if floor is not before[-1]), len(before)
            )
            share = dict(zip(Floor, ratio, strict=True))[before[-1]]
            assert one.floor is (before[-1] if run < share else before[-1].other)
        before.append(one.floor)


@given(drawn_lists(moving=False, single=True))
def test_calling_the_first_leaves_the_rest_as_it_stood(speakers):
    now, rest = TEN + 20 * MINUTE, order(speakers)
    while rest:
        first = upcoming(speakers)
        speakers, now = call_next(speakers, now), now + MINUTE
        if first is not None:
            assert first == rest[0]
            rest = rest[1:]
        assert order(speakers) == rest


@given(drawn_lists(moving=False), st.data())
def test_a_move_concerns_the_moved_one_alone(speakers, data):
    found = order(speakers)
    if not found:
        return
    one = data.draw(st.sampled_from(found))
    before = tuple(data.draw(st.permutations(numbers(speakers.inscriptions)))[:4])
    before = tuple(number for number in before if number != one.inscription_id)
    moved = order(replace(speakers, moves=(Move(one.inscription_id, before, "Reason", TEN),)))
    assert [other for other in moved if other != one] == [other for other in found if other != one]
    there = next((number for number in before if number in numbers(found)), None)
    behind = numbers(moved)[moved.index(one) + 1 :]
    assert behind[:1] == ([] if there is None else [there])


@settings(max_examples=500)
@given(drawn_lists(moving=False), st.lists(st.tuples(st.integers(0, 11), st.integers(1, 12)), max_size=6))
def test_each_of_many_moves_does_just_what_it_says(speakers, presses):
    """Also when somebody is moved again whom others were put before; all in one moment."""
    expected = list(order(speakers))
    for which, place in presses:
        if not expected:
            return
        one, place = expected[which % len(expected)], min(place, len(expected))
        if expected.index(one) != place - 1:
            speakers = move(speakers, one.inscription_id, place, "Reason", TEN)
            expected.remove(one)
            expected.insert(place - 1, one)
        assert order(speakers) == tuple(expected)


def test_a_moved_one_goes_before_the_next_of_those_it_was_put_before_as_they_leave():
    speakers = listed(*(entry(n, f"m{n}", minute=n) for n in range(1, 6)))
    speakers = move(speakers, 5, 2, "Has a train to catch", TEN)
    assert numbers(order(speakers)) == [1, 5, 2, 3, 4]
    without = replace(speakers.named(2), withdrawn_at=TEN)
    newly = entry(6, "m6", minute=-9)
    speakers = replace(speakers.having(without), inscriptions=(*speakers.having(without).inscriptions, newly))
    assert numbers(order(speakers)) == [6, 1, 5, 3, 4]
    alone = replace(speakers, inscriptions=tuple(speakers.named(n) for n in (1, 5, 6)))
    assert numbers(order(alone)) == [6, 1, 5]


def test_not_now_keeps_the_place_and_is_passed_over_until_nobody_else_is_left():
    rows = (entry(1, "m1", not_now_at=TEN), entry(2, "m2", floor=VIRTUAL), entry(3, "m3"))
    speakers = listed(*rows)
    assert numbers(order(speakers)) == [1, 2, 3]
    assert numbers(call_order(speakers)) == [2, 3, 1]
    in_person = replace(speakers, sitting=sitting(mode=Mode.IN_PERSON))
    assert numbers(call_order(in_person)) == [3, 1, 2], "nobody is called who is not in the room"
    assert numbers(call_order(listed(rows[0]))) == [1]


def _elements(speakers: SpeakerList, one: Inscription) -> list[tuple[Because, object]]:
    """What PRODUCT sorts by, from the facts."""
    policy, who = speakers.policy, speakers.delegations[one.delegation_id]
    mine = [
        x
        for x in speakers.inscriptions
        if x.item_id == ITEM and x.called_at and x.kind in MAIN and x.delegation_id == one.delegation_id
    ]
    values = {
        Because.CATEGORY: _category(speakers, one),
        Because.RANK: who.rank or 99,
        Because.FIRST_TIME: min(len(mine), 1),
        Because.SPOKEN: len(mine) + speakers.spoken_before.get(who.delegation_id, 0),
        Because.ALPHABET: (who.sort_key, who.delegation_id),
    }
    by = {
        Preset.MEMBERS_FIRST: [Because.CATEGORY, *[Because.RANK] * policy.ranked, Because.FIRST_TIME],
        Preset.INSCRIPTION: [],
        Preset.ALPHABETICAL: [Because.ALPHABET],
        Preset.LEAST_SPOKEN: [Because.SPOKEN],
    }[policy.preset]
    kind = [ORDER, QUESTION, GROUP, STATEMENT, REPLY].index(one.kind)
    chosen = [(name, values[name]) for name in by] if one.kind in MAIN else []
    return [
        (Because.KIND, kind),
        *chosen,
        (Because.INSCRIBED, one.inscribed_at),
        (Because.NUMBER, one.inscription_id),
    ]


@settings(max_examples=500)
@given(drawn_lists(POLICIES))
def test_every_explanation_is_true(speakers):
    found, unmoved = order(speakers), order(replace(speakers, moves=()))
    for place, one in enumerate(found, start=1):
        told = explain(speakers, one.inscription_id)
        assert told is not None and (told.place, told.of) == (place, len(found))
        ahead = found[place - 2] if place > 1 else None
        assert told.ahead == ahead and (told.because is None) == (ahead is None)
        if ahead is None:
            continue
        mine, theirs = _elements(speakers, one), _elements(speakers, ahead)
        first = next((a, b) for a, b in zip(theirs, mine, strict=False) if a != b)
        reversed_ = unmoved.index(ahead) > unmoved.index(one)
        concerned = [m for m in speakers.moves if m.inscription_id in numbers((one, ahead))]
        if told.because is Because.MOVED:
            assert reversed_ and told.move in concerned
            assert told.move.moved_at == max(m.moved_at for m in concerned), "what was done last is why"
        elif told.because is Because.SIDES:
            assert not reversed_ and first[0][1] > first[1][1]
            assert speakers.policy.ratio is not None
            assert one.floor is not ahead.floor and one.kind is ahead.kind and one.kind in MAIN
        else:
            assert first[0][0] is told.because and first[0][1] < first[1][1]


@pytest.mark.parametrize(
    ("policy", "which", "place", "ahead", "because"),
    [
        (Policy(), 8, 1, None, None),
        (Policy(), 7, 2, 8, Because.KIND),
        (Policy(), 4, 4, 6, Because.KIND),
        (Policy(), 3, 5, 4, Because.SIDES),
        (Policy(), 10, 6, 3, Because.NUMBER),
        (Policy(), 2, 7, 10, Because.FIRST_TIME),
        (Policy(), 5, 8, 2, Because.CATEGORY),
        (Policy(ratio=None, ranked=True), 3, 5, 4, Because.RANK),
        (Policy(Preset.INSCRIPTION, None), 2, 5, 1, Because.INSCRIBED),
        (Policy(Preset.ALPHABETICAL, None), 2, 5, 10, Because.ALPHABET),
        (Policy(Preset.LEAST_SPOKEN, None), 2, 8, 5, Because.SPOKEN),
    ],
)
def test_explanations(policy, which, place, ahead, because):
    speakers = listed(
        *ROWS, *HEARD, policy=policy, sitting=sitting(last=True), spoken_before={"m2": 2, "s1": 1}
    )
    told = explain(speakers, which)
    assert (told.place, told.ahead and told.ahead.inscription_id, told.because) == (place, ahead, because)
    assert told.of == 10 and told.move is None


def test_of_two_moved_ones_the_later_move_is_named():
    speakers = listed(*(entry(n, f"m{n}", minute=n) for n in (1, 2, 3)))
    speakers = move(speakers, 2, 1, "A train to catch", TEN)
    speakers = move(speakers, 3, 1, "A minister", TEN + MINUTE)
    assert numbers(order(speakers)) == [3, 2, 1]
    told = [explain(speakers, number) for number in (3, 2, 1)]
    assert [one.because for one in told] == [None, Because.MOVED, Because.MOVED]
    assert [one.move.reason for one in told] == ["A minister", "A minister", "A train to catch"]
    assert explain(speakers, 4) is None
