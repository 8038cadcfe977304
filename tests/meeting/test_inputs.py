"""Inputs to a guiding question: what is taken and from whom, what shows when, and who stands behind it."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meeting import inputs
from meeting.delegations import DelegationId
from meeting.inputs import (
    BATCH,
    HELD,
    LONGEST,
    AlreadyHidden,
    Attribution,
    Input,
    InputKind,
    InputShown,
    InputState,
    NotShown,
    associate,
    check_text,
    contribute,
    edit,
    gathered,
    hide,
    mark_key,
    merge,
    reading,
    release,
    taken_back,
    unhide,
    withdraw,
)
from meeting.programme import PartId, QuestionId
from meeting.refusals import Refused
from meeting.seats import SeatId
from tests.contributing import (
    BY_CATEGORY,
    BY_NAME,
    EXAMPLE,
    LATER,
    NONE,
    NOW,
    QUESTION,
    SUGGESTION,
    UNTIL,
    draft,
    made,
    number,
    person,
)
from tests.speaking import at, delegation, outcome


def released(one, now=LATER):
    """Shown by a moderator who read it as it is."""
    return release(one, reading(one), now)


SHOWN = made()
WAITS = made(attribution=NONE)
KEPT = made(kind=EXAMPLE)
HIDDEN, GONE = hide(SHOWN, LATER), taken_back(SHOWN, LATER)
MERGED = merge(SHOWN, made(2))


# What is taken


@pytest.mark.parametrize("kind", InputKind)
@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("m1", "member"),
        ("g1", "member_organisation"),
        ("s1", "observer_state"),
        ("o1", "observer_organisation"),
    ],
)
@pytest.mark.parametrize("attribution", [BY_NAME, BY_CATEGORY])
def test_contributed_under_a_name_or_a_category(kind, name, category, attribution):
    held = kind is EXAMPLE
    one = made(name=name, kind=kind, attribution=attribution, text=" Two\r\n\r\n\r\nlines ", part="b")
    assert one == Input(
        number(1),
        QUESTION.question_id,
        PartId("b"),
        kind,
        attribution,
        "Two\n\nlines",
        delegation(name).category,
        DelegationId(name),
        SeatId(f"{name}-1"),
        NOW,
        held=held,
        shown_at=None if held else NOW,
    )
    assert one.category == category
    assert one.state is (InputState.HELD if held else InputState.SHOWN)


SAID = {"input_id", "question_id", "part_id", "kind", "attribution", "text"}


@given(
    st.sampled_from(["m1", "m2", "g1", "s1", "o1"]),
    st.integers(1, 20),
    st.sampled_from(InputKind),
    st.sampled_from("ab"),
    st.integers(-100, 59),
    st.frozensets(st.sampled_from(InputKind)),
)
def test_without_attribution_nothing_tells_who_or_when(name, place, kind, part, minute, holds):
    """By value: whoever gives it, and whenever, the same input comes of it; of named ones not."""

    def given_by(attribution, *who):
        said = draft(kind, attribution, "A text.", part)
        return contribute(QUESTION, said, person(*who), number(1), holds, UNTIL, at(minute))

    one = given_by(NONE, name, place)
    empty = {field.name: getattr(one, field.name) for field in fields(Input) if field.name not in SAID}
    assert empty.pop("held") == (kind in holds)
    assert set(empty.values()) == {None, ()}
    assert one.state is (InputState.HELD if kind in holds else InputState.GATHERED)
    other = contribute(
        QUESTION, draft(kind, NONE, "A text.", part), person("s2"), number(1), holds, UNTIL, NOW
    )
    assert one == other
    assert given_by(BY_NAME, name, place) != given_by(BY_NAME, "s2", 1), "control"


@pytest.mark.parametrize("attribution", Attribution)
@pytest.mark.parametrize(
    ("said", "now", "refused"),
    [
        ({"part": "c"}, NOW, ("unknown_question", {})),
        ({"text": ""}, NOW, ("empty_input", {})),
        ({"text": " \n\u200b\u200d\u3164\n"}, NOW, ("empty_input", {})),
        ({"text": "x" * (LONGEST + 1)}, NOW, ("input_too_long", {"length": LONGEST + 1, "most": LONGEST})),
        ({}, UNTIL, ("inputs_over", {"at": UNTIL})),
        ({}, UNTIL + timedelta(days=1), ("inputs_over", {"at": UNTIL})),
    ],
)
def test_refusals_of_an_input(attribution, said, now, refused):
    assert outcome(made, attribution=attribution, now=now, **said) == refused


def test_the_longest_text_and_the_last_moment_are_taken():
    one = made(text="\n" + "x" * LONGEST + " \n", now=UNTIL - timedelta(microseconds=1))
    assert one.text == "x" * LONGEST


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_a_text_is_kept_as_it_is_kept_already_or_refused(text):
    try:
        kept = check_text(text)
    except Refused as no:
        assert no.key == "empty_input"
    else:
        assert check_text(kept) == kept
        kept.encode()
        assert "\n\n\n" not in kept and "\x00" not in kept and "\u202e" not in kept


# States


@pytest.mark.parametrize(
    ("one", "state", "counts"),
    [
        (SHOWN, "shown", True),
        (WAITS, "gathered", True),
        (KEPT, "held", False),
        (made(kind=EXAMPLE, attribution=NONE), "held", False),
        (HIDDEN, "hidden", False),
        (hide(KEPT, LATER), "hidden", False),
        (hide(WAITS, LATER), "hidden", False),
        (GONE, "withdrawn", False),
        (taken_back(KEPT, LATER), "withdrawn", False),
        (taken_back(HIDDEN, LATER), "withdrawn", False),
        (taken_back(MERGED, LATER), "withdrawn", False),
        (MERGED, "merged", False),
        (unhide(HIDDEN), "shown", True),
        (unhide(hide(WAITS, LATER)), "gathered", True),
        (unhide(hide(KEPT, LATER)), "held", False),
        (released(KEPT), "shown", True),
        (released(made(kind=EXAMPLE, attribution=NONE)), "gathered", True),
    ],
)
def test_states_follow_from_instants(one, state, counts):
    assert (one.state, one.counts) == (state, counts)


# Gathering


@given(st.permutations(range(6)), st.integers(0, 6), st.booleans())
def test_they_show_three_together_or_all_and_never_in_the_order_of_writing(order, many, closing):
    others = [SHOWN, hide(made(7, attribution=NONE), NOW), made(8, kind=EXAMPLE, attribution=NONE)]
    others.append(replace(made(9, attribution=NONE), shown_at=NOW))
    written = [made(n, attribution=NONE) for n in order][:many]
    found = gathered([*written, *others], LATER, all_of_them=closing)
    if many < BATCH and not closing:
        assert found == ()
    else:
        assert found == tuple(
            replace(one, shown_at=LATER) for one in sorted(written, key=lambda o: o.input_id)
        )
        assert {one.state for one in found} <= {InputState.SHOWN}
    assert gathered([*others, *reversed(written)], LATER, all_of_them=closing) == found


def test_a_batch_is_three():
    two = [made(n, attribution=NONE) for n in (1, 2)]
    assert BATCH == 3 and gathered(two, LATER) == ()
    assert len(gathered([*two, made(3, attribution=NONE)], LATER)) == 3
    assert len(gathered(two[:1], LATER, all_of_them=True)) == 1


# One's own


def changed(one=SHOWN, who=None, holds=HELD, now=LATER, there=(), **said):
    return outcome(edit, one, draft(**said), who or person(), holds, there, UNTIL, now)


def test_an_edit_changes_text_kind_and_part_and_nothing_else():
    after = changed(kind=InputKind.OFFER, text="  Other. ", part="b", attribution=NONE)
    assert after == replace(SHOWN, kind=InputKind.OFFER, text="Other.", part_id=PartId("b"), edited_at=LATER)
    assert after.shown_at == NOW, "it keeps its place"


def test_an_edit_is_held_by_its_kind_again():
    held = changed(released(KEPT, NOW), kind=EXAMPLE)
    assert (held.state, held.shown_at) == (InputState.HELD, None)
    assert changed(kind=EXAMPLE).state is InputState.HELD
    assert changed(kind=EXAMPLE, holds=()).state is InputState.SHOWN
    for kind in (SUGGESTION, EXAMPLE):
        assert changed(KEPT, kind=kind).state is InputState.HELD, "another kind is no way round a moderator"


def test_an_edit_is_no_key_point_and_not_over_the_heads_of_who_stands_behind():
    assert changed(replace(SHOWN, key_at=NOW)).key_at is None
    stood = replace(SHOWN, associates=(DelegationId("m2"),))
    assert changed(stood) == ("others_behind", {"n": 1})
    other = made(2, "m2")
    assert changed(there=(SHOWN, other)).text == "More of it.", "control"
    assert changed(there=(SHOWN, merge(other, SHOWN))) == ("others_behind", {"n": 1})
    assert changed(stood, there=(stood, merge(other, stood))) == ("others_behind", {"n": 2})


def test_only_what_was_read_is_released():
    assert released(KEPT).state is InputState.SHOWN, "control"
    for said in ({"text": "Other."}, {"part": "b"}, {"kind": InputKind.OFFER}):
        after = changed(KEPT, **({"kind": EXAMPLE} | said))
        assert outcome(release, after, reading(KEPT), LATER) == ("input_changed", {})
        assert released(after).state is InputState.SHOWN
    assert outcome(release, KEPT, "", LATER) == ("input_changed", {})


def test_one_taken_out_of_a_merger_stands_for_itself():
    assert unhide(MERGED) == SHOWN


@pytest.mark.parametrize(
    ("case", "refused"),
    [
        ({"who": person("m2")}, ("not_yours", {})),
        ({"who": person("m1", 2)}, ("not_yours", {})),
        ({"one": WAITS}, ("not_yours", {})),
        ({"one": replace(WAITS, shown_at=NOW)}, ("not_yours", {})),
        ({"now": UNTIL}, ("inputs_over", {"at": UNTIL})),
        ({"one": HIDDEN}, ("not_shown", {})),
        ({"one": GONE}, ("not_shown", {})),
        ({"one": MERGED}, ("not_shown", {})),
        ({"text": "\u200b"}, ("empty_input", {})),
        ({"text": "y" * 5000}, ("input_too_long", {"length": 5000, "most": LONGEST})),
    ],
)
def test_refusals_of_an_edit(case, refused):
    assert changed(**case) == refused


def test_withdrawing_is_for_the_author_once_and_at_any_time():
    late = UNTIL + timedelta(days=9)
    for one in (SHOWN, KEPT, HIDDEN, MERGED):
        assert withdraw(one, person(), late) == replace(one, withdrawn_at=late)
        for who in (person("m2"), person("m1", 2)):
            assert outcome(withdraw, one, who, late) == ("not_yours", {})
    assert outcome(withdraw, WAITS, person(), late) == ("not_yours", {})
    assert taken_back(WAITS, late) == replace(WAITS, withdrawn_at=late)
    assert outcome(withdraw, GONE, person(), late) == ("already_hidden", {})
    assert outcome(taken_back, GONE, late) == ("already_hidden", {})


# Standing behind


@pytest.mark.parametrize("attribution", Attribution)
def test_delegations_stand_behind_an_input_each_once(attribution):
    one = replace(made(attribution=attribution), shown_at=NOW)
    after = associate(associate(one, person("m2"), UNTIL, NOW), person("s1"), UNTIL, NOW)
    assert after == replace(one, associates=("m2", "s1"))
    assert outcome(associate, after, person("m2", 3), UNTIL, NOW) == ("already_with", {})


@pytest.mark.parametrize(
    ("one", "name", "now", "refused"),
    [
        (SHOWN, "m1", NOW, ("own_input", {})),
        (made(attribution=BY_CATEGORY), "m1", NOW, ("own_input", {})),
        (SHOWN, "m2", UNTIL, ("inputs_over", {"at": UNTIL})),
        (HIDDEN, "m2", NOW, ("not_shown", {})),
        (GONE, "m2", NOW, ("not_shown", {})),
        (MERGED, "m2", NOW, ("not_shown", {})),
        (KEPT, "m2", NOW, ("not_shown", {})),
        (WAITS, "m2", NOW, ("not_shown", {})),
    ],
)
def test_refusals_of_standing_behind(one, name, now, refused):
    assert outcome(associate, one, person(name), UNTIL, now) == refused


# By moderators


def test_what_moderators_do_and_undo():
    assert released(KEPT) == replace(KEPT, held=False, shown_at=LATER)
    silent = made(kind=EXAMPLE, attribution=NONE)
    assert released(silent) == replace(silent, held=False)
    key = mark_key(SHOWN, LATER)
    assert key == replace(SHOWN, key_at=LATER) and mark_key(key, LATER) == SHOWN
    assert hide(key, LATER) == replace(SHOWN, hidden_at=LATER)
    assert unhide(hide(key, LATER)) == SHOWN
    assert merge(key, made(2)) == replace(SHOWN, merged_into=number(2))


ALL = {"shown": SHOWN, "gathered": WAITS, "held": KEPT, "hidden": HIDDEN, "withdrawn": GONE, "merged": MERGED}
ACTS = {
    InputShown: {"release": {"held"}, "unhide": {"hidden", "merged"}},
    AlreadyHidden: {"hide": {"shown", "gathered", "held"}},
    NotShown: {"mark_key": {"shown"}, "into": {"shown"}, "from": {"shown"}},
}


@pytest.mark.parametrize("state", ALL)
@pytest.mark.parametrize(("refused", "verb"), [(no, verb) for no, acts in ACTS.items() for verb in acts])
def test_refusals_of_moderating(refused, verb, state):
    one, other = ALL[state], made(3)
    act = {
        "release": lambda: released(one),
        "unhide": lambda: unhide(one),
        "into": lambda: merge(other, one),
        "from": lambda: merge(one, other),
    }.get(verb, lambda: getattr(inputs, verb)(one, LATER))
    done = outcome(act)
    assert isinstance(done, Input) if state in ACTS[refused][verb] else done == (refused().key, {})


def test_inputs_are_merged_within_their_question_only():
    assert outcome(merge, SHOWN, SHOWN) == ("same_input", {})
    assert outcome(merge, SHOWN, replace(made(2), question_id=QuestionId("q2"))) == ("same_input", {})
