"""The discussions' book: what is kept of inputs, who may do what to them, and when what waits shows."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db import input_rows
from meeting import codes
from meeting.delegations import Category
from meeting.inputs import (
    LONGEST,
    AlreadyHidden,
    AlreadyRecorded,
    AlreadyWith,
    Attribution,
    EmptyInput,
    Input,
    InputChanged,
    InputId,
    InputKind,
    InputShown,
    InputsOver,
    InputState,
    InputTooLong,
    NotShown,
    NotYours,
    OthersBehind,
    OwnInput,
    SameInput,
    UnknownInput,
    UnknownQuestion,
    reading,
)
from meeting.people import Actor, Capacity, NotPermitted, UserId, Via
from meeting.programme import PartId, QuestionId
from meeting.seats import NotSeated, SeatId
from tests.assembly import ROSTER
from tests.contributing import BY_CATEGORY, BY_NAME, EXAMPLE, NONE, SUGGESTION, draft

Q1, Q2, Q3 = QuestionId("q1"), QuestionId("q2"), QuestionId("q3")
FIRST, SECOND, THIRD = ROSTER[0], ROSTER[1], ROSTER[2]
END = datetime(2026, 6, 3, tzinfo=UTC)
"""Of the last day: until then inputs are taken if nobody says otherwise."""

HOSTILE = [
    "'; DROP TABLE inputs; --",
    '"}]\\ {0} %s ${x} \\N{BULLET}',
    "@everyone <@1> </x:1> [a](https://b.c) ||d||\n# e",
    "\u202eevil\u202c\u2066\u200b\ufeff",
    "nul\x00 bell\x07 half\ud83d end",
    "ผู้แทน في القاعة ক্ষ্ম্য 👨\u200d👩\u200d👧\u200d👦🇹🇭",
    "\U0010ffff" + "💥" * (LONGEST - 1),
]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The digest's cost is measured elsewhere."""
    monkeypatch.setattr(codes, "COST", 2)


@pytest.fixture
def book(seated):
    return seated.ledger.discussions


@pytest.fixture
def rapporteur():
    return Actor(Via.DISCORD, UserId(400), frozenset({Capacity.RAPPORTEUR}))


def said(text="More of it.", attribution=BY_NAME, kind=SUGGESTION, part="q1-0"):
    return draft(kind, attribution, text, part)


async def inputs_of(book):
    return {one.input_id: one for one in (await book.discussions()).inputs}


async def give(book, actor, *args, **named):
    return (await book.contribute(actor, Q1, said(*args, **named))).input


async def state(book, number):
    return (await book.discussions()).named(number).state


async def quiet(book, actor, text="Quietly.", question=Q1):
    return await book.contribute(actor, question, said(text, NONE, part=f"{question}-0"))


# What is kept


async def test_every_field_comes_back(seated, opened, clock):
    moments = [clock.at + timedelta(minutes=n, microseconds=n) for n in range(6)]
    whole = Input(
        InputId("00aa"),
        Q1,
        PartId("q1-1"),
        InputKind.CHALLENGE,
        BY_CATEGORY,
        "\n".join(HOSTILE[:3]),
        Category.OBSERVER_STATE,
        FIRST.delegation_id,
        SeatId("x-1"),
        moments[0],
        True,
        *moments[1:],
        InputId("00bb"),
    )
    bare = Input(InputId("00bb"), Q2, PartId("q2-0"), InputKind.OFFER, NONE, "Plain")
    kinds = [replace(bare, input_id=InputId(f"01{n:02}"), kind=kind) for n, kind in enumerate(InputKind)]
    named = [
        replace(whole, input_id=InputId(f"02{n:02}"), attribution=how, category=category)
        for n, (how, category) in enumerate((h, c) for h in (BY_NAME, BY_CATEGORY) for c in Category)
    ]
    associates = (THIRD.delegation_id, SECOND.delegation_id)

    async def work(tx):
        for one in (bare, whole, *kinds, *named):
            await input_rows.save_input(tx, one)
        for one in associates:
            await input_rows.add_input_association(tx, whole.input_id, one)
            tx.now += timedelta(seconds=1)

    await seated.ledger._writer.act(work)
    await seated.ledger.close()
    found = await inputs_of((await opened()).discussions)
    whole = replace(whole, associates=associates)
    assert found == {one.input_id: one for one in (whole, bare, *kinds, *named)}


@pytest.mark.parametrize("attribution", Attribution)
async def test_hostile_text_is_kept_as_text(seated, book, opened, attribution):
    for n, text in enumerate(HOSTILE):
        await give(book, seated.person(ROSTER[n]), text, attribution)
    await seated.ledger.close()
    kept = [one.text for one in (await inputs_of((await opened()).discussions)).values()]
    assert sorted(kept) == sorted([*HOSTILE[:3], "evil", "nul bell half end", *HOSTILE[5:]])


async def test_what_is_refused_leaves_nothing(seated, book, clock, witness):
    one = seated.person(FIRST)
    before = witness.verbs()
    for attribution in Attribution:
        for wrong, refusal in (
            ({"text": " \u200b"}, EmptyInput),
            ({"text": "x" * (LONGEST + 1)}, InputTooLong),
            ({"part": "q2-0"}, UnknownQuestion),
        ):
            with pytest.raises(refusal):
                await give(book, one, **{"attribution": attribution} | wrong)
        with pytest.raises(UnknownQuestion):
            await book.contribute(one, QuestionId("q9"), said(attribution=attribution))
        with pytest.raises(NotSeated):
            await give(book, Actor(Via.DISCORD, UserId(9)), attribution=attribution)
        clock.at = END
        with pytest.raises(InputsOver):
            await give(book, one, attribution=attribution)
        clock.set(1)
    assert witness.verbs() == before and await inputs_of(book) == {}


# Who did what


async def test_the_audit_tells_each_act_by_its_verb_and_person(seated, book, moderator, witness):
    one, other = seated.person(FIRST), seated.person(SECOND)
    before = len(witness.verbs())
    mine, held = await give(book, one), await give(book, other, kind=EXAMPLE)
    await book.edit(one, mine.input_id, said("Better."))
    await book.associate(other, mine.input_id)
    await book.release(moderator, held.input_id, reading(held))
    await book.mark_key(moderator, held.input_id)
    await book.hide(moderator, mine.input_id)
    await book.unhide(moderator, mine.input_id)
    await book.merge(moderator, held.input_id, mine.input_id)
    await book.withdraw(one, mine.input_id)
    await book.hold(moderator, Q1, SUGGESTION, held=True)
    await book.set_deadline(moderator, END)
    rows = witness.rows(
        "SELECT verb, subject, actor, payload FROM audit JOIN audit_details USING (seq) ORDER BY seq"
    )[before:]
    people = {one.user_id: "one", other.user_id: "other", moderator.user_id: "moderator"}
    numbers = {mine.input_id: "mine", held.input_id: "held"}
    told = [
        (verb.removeprefix("discussions."), numbers.get(on, on), people[json.loads(who)["user_id"]])
        for verb, on, who, _ in rows
    ]
    assert told == [
        ("contribute", "mine", "one"),
        ("contribute", "held", "other"),
        ("edit", "mine", "one"),
        ("associate", "mine", "other"),
        ("release", "held", "moderator"),
        ("mark_key", "held", "moderator"),
        ("hide", "mine", "moderator"),
        ("unhide", "mine", "moderator"),
        ("merge", "held", "moderator"),
        ("withdraw", "mine", "one"),
        ("hold", "q1", "moderator"),
        ("deadline", "discussions", "moderator"),
    ]
    payloads = [json.loads(payload) for *_, payload in rows]
    assert payloads[0] == {"question": "q1"} and payloads[3] == {"delegation": SECOND.delegation_id}
    assert payloads[8] == {"into": mine.input_id}
    assert payloads[-2:] == [
        {"kind": "suggestion", "held": True},
        {"until": END.isoformat(timespec="microseconds")},
    ]
    assert (await seated.ledger.verify()).first_bad is None


async def test_only_those_who_run_the_meeting_moderate(seated, book, moderator, rapporteur):
    one = await give(book, seated.person(FIRST))
    rest = Actor(Via.DISCORD, UserId(7), frozenset(Capacity) - {*moderator.capacities, Capacity.RAPPORTEUR})
    rest = replace(rest, capacities=rest.capacities - {Capacity.CHAIR, Capacity.CLERK})
    acts = {
        "release": lambda who: book.release(who, one.input_id, reading(one)),
        "hide": lambda who: book.hide(who, one.input_id),
        "unhide": lambda who: book.unhide(who, one.input_id),
        "mark_key": lambda who: book.mark_key(who, one.input_id),
        "merge": lambda who: book.merge(who, one.input_id, one.input_id),
        "hold": lambda who: book.hold(who, Q1, SUGGESTION, held=True),
        "record": lambda who: book.record(who, seated.person(FIRST).user_id, 1, Q1, said()),
        "set_deadline": lambda who: book.set_deadline(who, END),
    }
    for act in acts.values():
        with pytest.raises(NotPermitted):
            await act(rest)
    assert await inputs_of(book) == {one.input_id: one}
    with pytest.raises(NotPermitted):
        await acts["set_deadline"](rapporteur)
    await acts["hide"](rapporteur)
    assert await state(book, one.input_id) is InputState.HIDDEN


async def test_what_moderators_do_is_refused_where_it_makes_no_sense(seated, book, moderator):
    one, two = await give(book, seated.person(FIRST)), await give(book, seated.person(SECOND))
    other = (await book.contribute(seated.person(FIRST), Q2, said(part="q2-0"))).input
    for refusal, act in (
        (InputShown, book.release(moderator, one.input_id, reading(one))),
        (InputShown, book.unhide(moderator, one.input_id)),
        (SameInput, book.merge(moderator, one.input_id, one.input_id)),
        (SameInput, book.merge(moderator, one.input_id, other.input_id)),
        (UnknownInput, book.hide(moderator, InputId("none"))),
        (UnknownInput, book.hide(moderator, InputId("\ud800ö"))),
        (UnknownQuestion, book.hold(moderator, QuestionId("q9"), SUGGESTION, held=True)),
    ):
        with pytest.raises(refusal):
            await act
    await book.merge(moderator, one.input_id, two.input_id)
    for refusal, act in (
        (AlreadyHidden, book.hide(moderator, one.input_id)),
        (NotShown, book.mark_key(moderator, one.input_id)),
        (NotShown, book.merge(moderator, two.input_id, one.input_id)),
    ):
        with pytest.raises(refusal):
            await act


async def test_recorded_by_a_moderator_it_is_the_authors(seated, book, rapporteur):
    author = seated.person(FIRST)
    one = (await book.record(rapporteur, author.user_id, 77, Q1, said("From the thread."))).input
    assert (one.delegation_id, one.seat_id) == (FIRST.delegation_id, f"{FIRST.delegation_id}-1")
    assert await book.own(author, Q1) == (one,)
    with pytest.raises(NotSeated):
        await book.record(rapporteur, UserId(9), 78, Q1, said())


async def test_a_message_is_recorded_once(seated, book, rapporteur):
    author = seated.person(FIRST).user_id
    await book.record(rapporteur, author, 77, Q1, said("From the thread."))
    with pytest.raises(AlreadyRecorded):
        await book.record(rapporteur, author, 77, Q1, said("From the thread."))
    assert len(await inputs_of(book)) == 1
    await book.record(rapporteur, author, 78, Q1, said("From the thread."))
    assert len(await inputs_of(book)) == 2, "control"


async def test_what_its_author_changed_is_not_released_unread(seated, book, moderator):
    author = seated.person(FIRST)
    one = await give(book, author, kind=EXAMPLE)
    after = await book.edit(author, one.input_id, said("Of persons.", kind=EXAMPLE))
    with pytest.raises(InputChanged):
        await book.release(moderator, one.input_id, reading(one))
    assert await state(book, one.input_id) is InputState.HELD
    await book.release(moderator, one.input_id, reading(after))
    assert await state(book, one.input_id) is InputState.SHOWN


async def test_what_others_were_merged_into_is_not_rewritten(seated, book, moderator):
    author = seated.person(FIRST)
    one, other = await give(book, author), await give(book, seated.person(SECOND))
    await book.edit(author, one.input_id, said("Better."))
    await book.merge(moderator, other.input_id, one.input_id)
    with pytest.raises(OthersBehind):
        await book.edit(author, one.input_id, said("The opposite."))
    await book.unhide(moderator, other.input_id)
    assert await state(book, other.input_id) is InputState.SHOWN, "taken out of the merger"
    await book.edit(author, one.input_id, said("Best."))


# One's own


async def test_an_edit_is_kept_and_refused_to_others(seated, book, clock):
    author = seated.person(FIRST)
    one = await give(book, author)
    clock.forward(1)
    after = await book.edit(author, one.input_id, said("Better.", kind=InputKind.OFFER, part="q1-1"))
    assert await inputs_of(book) == {one.input_id: after}
    assert (after.text, after.kind, after.part_id) == ("Better.", InputKind.OFFER, "q1-1")
    assert (after.made_at, after.shown_at, after.edited_at) == (one.made_at, one.shown_at, clock.at)
    for refusal, who, what in (
        (NotYours, seated.person(FIRST, 2), said()),
        (NotYours, seated.person(SECOND), said()),
        (NotSeated, Actor(Via.DISCORD, UserId(9)), said()),
        (UnknownQuestion, author, said(part="q2-0")),
        (EmptyInput, author, said("\u200b")),
    ):
        with pytest.raises(refusal):
            await book.edit(who, one.input_id, what)
    with pytest.raises(UnknownInput):
        await book.edit(author, InputId("none"), said())
    silent = (await quiet(book, author)).input
    with pytest.raises(NotYours):
        await book.edit(author, silent.input_id, said())
    assert await inputs_of(book) == {one.input_id: after, silent.input_id: silent}


async def test_who_changed_seats_cannot_edit_and_who_came_can(seated, book, moderator):
    author, seat_id = seated.person(FIRST), SeatId(f"{FIRST.delegation_id}-1")
    one = await give(book, author)
    await seated.ledger.delegations.release(moderator, seat_id)
    with pytest.raises(NotSeated):
        await book.edit(author, one.input_id, said("Mine."))
    await seated.ledger.delegations.release(moderator, SeatId(f"{SECOND.delegation_id}-1"))
    await seated.ledger.delegations.assign(moderator, SECOND.delegation_id, author.user_id)
    for act in (book.edit(author, one.input_id, said("Mine.")), book.withdraw(author, one.input_id)):
        with pytest.raises(NotYours):
            await act
    assert await book.own(author, Q1) == ()
    heir = Actor(Via.DISCORD, UserId(5000))
    await seated.ledger.delegations.assign(moderator, FIRST.delegation_id, heir.user_id)
    assert (await book.edit(heir, one.input_id, said("Ours."))).text == "Ours."
    await book.associate(author, one.input_id)
    with pytest.raises(OthersBehind):
        await book.edit(heir, one.input_id, said("The opposite."))


async def test_what_was_part_of_an_input_does_not_go_with_it(seated, book, moderator):
    author, other = seated.person(FIRST), seated.person(SECOND)
    stays, goes = await give(book, author), await give(book, other)
    for act in (book.hide(moderator, stays.input_id), book.withdraw(author, stays.input_id)):
        await book.merge(moderator, goes.input_id, stays.input_id)
        merged = (await book.discussions()).named(goes.input_id)
        assert merged.state is InputState.MERGED, "control"
        await act
        assert (await book.discussions()).named(goes.input_id).state is InputState.SHOWN
        if (await book.discussions()).named(stays.input_id).state is InputState.HIDDEN:
            await book.unhide(moderator, stays.input_id)


async def test_ones_own_are_those_of_the_seat_and_question_that_were_not_taken_back(seated, book, moderator):
    author = seated.person(FIRST)
    one, two = await give(book, author), await give(book, author, kind=EXAMPLE)
    three, gone = await give(book, author, attribution=BY_CATEGORY), await give(book, author)
    await book.hide(moderator, two.input_id)
    await book.withdraw(author, gone.input_id)
    await quiet(book, author)
    await give(book, seated.person(FIRST, 2))
    await book.contribute(author, Q2, said(part="q2-0"))
    assert {o.input_id for o in await book.own(author, Q1)} == {o.input_id for o in (one, two, three)}
    with pytest.raises(AlreadyHidden):
        await book.withdraw(author, gone.input_id)


async def test_delegations_stand_behind_an_input_once(seated, book, clock):
    one = await give(book, seated.person(FIRST))
    await book.associate(seated.person(THIRD), one.input_id)
    clock.forward(1)
    await book.associate(seated.person(SECOND), one.input_id)
    for refusal, who in (
        (OwnInput, seated.person(FIRST, 2)),
        (AlreadyWith, seated.person(SECOND, 3)),
        (NotSeated, Actor(Via.DISCORD, UserId(9))),
    ):
        with pytest.raises(refusal):
            await book.associate(who, one.input_id)
    (kept,) = (await inputs_of(book)).values()
    assert kept.associates == (THIRD.delegation_id, SECOND.delegation_id)
    clock.at = END
    with pytest.raises(InputsOver):
        await book.associate(seated.person(ROSTER[4]), one.input_id)
