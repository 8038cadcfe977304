"""Inputs merged into each other: who stands behind them then, and where they stand in their question."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from meeting.delegations import DelegationId
from meeting.inputs import (
    Attribution,
    Input,
    InputKind,
    InputState,
    behind,
    by_part,
    hide,
    merge,
    merged_with,
    taken_back,
    withdraw,
)
from meeting.programme import QuestionId
from tests.contributing import BY_CATEGORY, BY_NAME, LATER, NONE, NOW, QUESTION, made, number, person
from tests.speaking import at, outcome

NAMES = ["m1", "m2", "m3", "g1", "s1", "o1", "m4"]


def chains():
    """What comes of merging inputs into each other at random, where it is not refused."""
    one = st.tuples(st.sampled_from(Attribution), st.lists(st.sampled_from(NAMES), unique=True))
    pairs = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14)
    return st.tuples(st.lists(one, min_size=7, max_size=7), pairs, st.sets(st.integers(0, 6), max_size=2))


@given(chains())
def test_chains_never_close_and_all_who_stand_behind_are_named_once(drawn):
    each, pairs, withdrawn = drawn
    there = [
        replace(made(n, name, attribution=how), shown_at=NOW, associates=tuple(a for a in who if a != name))
        for n, (name, (how, who)) in enumerate(zip(NAMES, each, strict=True))
    ]
    into: dict[int, int] = {}
    for a, b in pairs:
        done = outcome(merge, there[a], there[b])
        assert (done == ("same_input", {})) == (a == b)
        if isinstance(done, Input):
            there[a], into[a] = done, b
    there = [taken_back(one, LATER) if n in withdrawn else one for n, one in enumerate(there)]

    def ends(n):
        """Where its way through the merges leads, itself first."""
        way = [n]
        while way[-1] in into:
            way.append(into[way[-1]])
            assert len(way) <= 7, "a circle"
        return way

    for n, one in enumerate(there):
        inside = {m for m in range(7) if m != n and n in ends(m) and m not in withdrawn}
        assert {other.input_id for other in merged_with(one, there)} == {number(m) for m in inside}
        expected = set(one.associates).union(*(there[m].associates for m in inside))
        expected |= {NAMES[m] for m in inside if each[m][0] is BY_NAME}
        if each[n][0] is BY_NAME:
            expected -= {NAMES[n]}
        found = behind(one, there)
        assert len(found) == len(set(found)) and set(found) == expected


def test_the_author_of_a_withdrawn_part_stands_behind_no_more():
    into = made(2, "m2")
    part = replace(merge(made(), made(2)), associates=(DelegationId("s1"),))
    assert sorted(behind(into, [into, part])) == ["m1", "s1"]
    back = withdraw(part, person(), LATER)
    assert behind(into, [into, back]) == () == merged_with(into, [into, back])


def test_authors_without_their_name_are_not_named_by_merging():
    into = made(2, "m2")
    quiet = [merge(made(3, "m3", attribution=BY_CATEGORY), into)]
    quiet.append(merge(replace(made(4, "m4", attribution=NONE), shown_at=NOW), into))
    assert len(merged_with(into, quiet)) == 2 and behind(into, quiet) == ()


# By part


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(InputKind), st.integers(0, 50)), max_size=12),
    st.sets(st.integers(0, 11)),
)
def test_by_part_each_that_shows_stands_once_in_the_order_of_showing(rows, away):
    there = [
        made(f"{n:02}", kind=kind, part=part, now=at(minute), holds=())
        for n, (part, kind, minute) in enumerate(rows)
    ]
    there = [hide(one, LATER) if n in away else one for n, one in enumerate(there)]
    elsewhere = replace(made(99), question_id=QuestionId("q2"))
    found = by_part(QUESTION, [elsewhere, *reversed(there)])
    assert list(found) == ["a", "b"]
    shown = []
    for part, kinds in found.items():
        assert list(kinds) == [kind for kind in InputKind if kind in kinds]
        for kind, some in kinds.items():
            assert some and {(one.part_id, one.kind) for one in some} == {(part, kind)}
            assert all((a.shown_at, a.input_id) < (b.shown_at, b.input_id) for a, b in pairwise(some))
            shown += some
    assert sorted(shown, key=lambda o: o.input_id) == [one for one in there if one.state is InputState.SHOWN]
