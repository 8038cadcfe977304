"""What an acknowledged input is worth when many write, stand behind, hide, or the deadline passes."""

import asyncio
import random
from datetime import timedelta

import pytest

from meeting import codes
from meeting.inputs import (
    AlreadyHidden,
    AlreadyWith,
    Attribution,
    InputsOver,
    InputState,
    NotShown,
    OwnInput,
)
from meeting.programme import ItemId, QuestionId
from tests.assembly import ROSTER
from tests.contributing import BY_NAME, NONE, SUGGESTION, draft
from tests.racing import TURNS, split, turns

Q1 = QuestionId("q1")
ROUNDS = 100


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The digest's cost is measured elsewhere."""
    monkeypatch.setattr(codes, "COST", 2)


@pytest.fixture
def book(seated):
    return seated.ledger.discussions


def said(text="More of it.", attribution=BY_NAME):
    return draft(SUGGESTION, attribution, text, "q1-0")


async def after(count, act, *args):
    await turns(count)
    return await act(*args)


async def together(*racers):
    return await asyncio.gather(*racers, return_exceptions=True)


async def inputs_of(book):
    return {one.input_id: one for one in (await book.discussions()).inputs}


def passes(ledger, clock, act, until):
    """The clock reaches a moment while the acts of a burst are under way: before the so-many-th from now."""
    left = act

    def now():
        nonlocal left
        left -= 1
        if left == 0:
            clock.at = until
        return clock.at

    ledger._writer._now = now


@pytest.mark.parametrize("seed", range(5))
async def test_of_fifty_presses_of_a_delegations_people_one_counts(seated, book, witness, seed):
    chance = random.Random(seed)
    one = (await book.contribute(seated.person(ROSTER[0]), Q1, said())).input
    people = [seated.person(ROSTER[1], 1 + n % 3) for n in range(50)]
    own = [seated.person(ROSTER[0], 1 + n % 3) for n in range(6)]
    racers = [after(chance.randrange(TURNS), book.associate, who, one.input_id) for who in [*people, *own]]
    chance.shuffle(racers)
    done, told = split(await together(*racers), AlreadyWith, OwnInput)
    assert len(done) == 1 and sum(isinstance(one, OwnInput) for one in told) == 6
    assert done[0].associates == (ROSTER[1].delegation_id,)
    assert witness.column("SELECT delegation_id FROM input_associations") == [ROSTER[1].delegation_id]
    assert witness.verbs().count("discussions.associate") == 1
    assert await inputs_of(book) == {one.input_id: done[0]}


async def test_everybody_at_once_stands_behind_it_once_a_delegation(seated, book):
    chance = random.Random(1)
    one = (await book.contribute(seated.person(ROSTER[0]), Q1, said())).input
    racers = [
        after(chance.randrange(TURNS), book.associate, seated.person(own, n), one.input_id)
        for own in ROSTER[1:]
        for n in (1, 2, 3)
    ]
    chance.shuffle(racers)
    done, told = split(await together(*racers), AlreadyWith)
    assert (len(done), len(told)) == (len(ROSTER) - 1, 2 * (len(ROSTER) - 1))
    (kept,) = (await inputs_of(book)).values()
    assert sorted(kept.associates) == sorted(own.delegation_id for own in ROSTER[1:])


@pytest.mark.parametrize("spread", [1, TURNS])
async def test_a_hundred_inputs_at_once_are_a_hundred(seated, book, opened, spread):
    chance = random.Random(2)
    people = [(own, n) for n in (1, 2) for own in ROSTER][:100]
    drafts = [said(f"Text {n}", chance.choice(list(Attribution))) for n in range(100)]
    made = await asyncio.gather(
        *(
            after(chance.randrange(spread), book.contribute, seated.person(*who), Q1, one)
            for who, one in zip(people, drafts, strict=True)
        )
    )
    await seated.ledger.close()
    seated.ledger = await opened()
    kept = await inputs_of(seated.ledger.discussions)
    assert sorted(one.text for one in kept.values()) == sorted(one.text for one in drafts)
    for given, who in zip(made, people, strict=True):
        one = kept[given.input.input_id]
        assert (one.text, one.attribution) == (given.input.text, given.input.attribution)
        silent = one.attribution is NONE
        assert one.delegation_id == (None if silent else who[0].delegation_id)
        assert (given.code is not None) == silent
    waiting = [one for one in kept.values() if one.state is InputState.GATHERED]
    assert len(waiting) == sum(one.attribution is NONE for one in drafts) % 3
    assert len({given.code for given in made if given.code}) == len(made) - sum(g.code is None for g in made)
    assert (await seated.ledger.verify()).first_bad is None


@pytest.mark.parametrize("seed", range(10))
async def test_three_without_attribution_at_once_are_one_batch(seated, book, witness, clock, seed):
    chance = random.Random(seed)
    racers = [
        after(chance.randrange(seed + 1), book.contribute, seated.person(own), Q1, said("Quiet.", NONE))
        for own in chance.sample(ROSTER, 3)
    ]
    made = await asyncio.gather(*racers)
    kept = await inputs_of(book)
    assert len({one.code for one in made}) == len(kept) == 3
    assert {(one.state, one.shown_at) for one in kept.values()} == {(InputState.SHOWN, clock.at)}
    assert witness.verbs().count("discussions.gather") == 1


async def test_the_closing_against_inputs_without_attribution(seated, book, make, clock, moderator):
    """Each shows at the closing with what waited, or waits again for two others: none shows alone later."""
    chance = random.Random(3)
    clock.set(9, 30)
    await seated.ledger.agenda.start(moderator, ItemId("d1-02"))
    racers = [
        after(chance.randrange(TURNS), book.contribute, seated.person(own), Q1, said(attribution=NONE))
        for own in ROSTER[:20]
    ]
    rings = [after(chance.randrange(TURNS), book.gather_due) for _ in range(5)]
    end = after(chance.randrange(TURNS), seated.ledger.agenda.next, moderator)
    split(await together(*racers, *rings, end))
    await book.gather_due()
    clock.forward(1)
    waiting = [one for one in (await inputs_of(book)).values() if one.state is InputState.GATHERED]
    assert len(waiting) < 3
    for _ in range(3 - len(waiting)):
        assert not await book.gather_due()
        await book.contribute(seated.person(ROSTER[30]), Q1, said(attribution=NONE))
    assert {one.state for one in (await inputs_of(book)).values()} == {InputState.SHOWN}


async def test_an_edit_against_hiding_leaves_one_truth(seated, book, moderator):
    """The edit came first and is hidden too, or was told that it does not show any more."""
    chance, edited_first = random.Random(4), 0
    author = seated.person(ROSTER[0])
    for n in range(ROUNDS):
        one = (await book.contribute(author, Q1, said())).input
        hidden, edited = await together(
            after(chance.randrange(3), book.hide, moderator, one.input_id),
            after(chance.randrange(3), book.edit, author, one.input_id, said(f"Text {n}")),
        )
        split([hidden])
        done, _ = split([edited], NotShown)
        edited_first += bool(done)
        kept = (await book.discussions()).named(one.input_id)
        assert kept.state is InputState.HIDDEN
        assert kept.text == (f"Text {n}" if done else "More of it.")
        assert (kept.edited_at is not None) == bool(done)
    assert 0 < edited_first < ROUNDS


async def test_withdrawing_against_hiding_merging_and_standing_behind(seated, book, moderator):
    chance = random.Random(5)
    author, other = seated.person(ROSTER[0]), seated.person(ROSTER[1])
    into = (await book.contribute(other, Q1, said("The other."))).input
    seen = set()
    for _ in range(ROUNDS):
        one = (await book.contribute(author, Q1, said())).input
        acts = {
            "withdraw": (book.withdraw, author, one.input_id),
            "again": (book.withdraw, author, one.input_id),
            "hide": (book.hide, moderator, one.input_id),
            "merge": (book.merge, moderator, one.input_id, into.input_id),
            "associate": (book.associate, other, one.input_id),
        }
        results = await together(*(after(chance.randrange(4), *act) for act in acts.values()))
        split(results, AlreadyHidden, NotShown)
        done = {name for name, result in zip(acts, results, strict=True) if not isinstance(result, Exception)}
        assert len(done & {"withdraw", "again"}) == 1 and not {"hide", "merge"} <= done
        kept = (await book.discussions()).named(one.input_id)
        assert kept.state is InputState.WITHDRAWN
        assert (kept.hidden_at is not None) == ("hide" in done)
        assert (kept.merged_into is not None) == ("merge" in done)
        assert (kept.associates == (ROSTER[1].delegation_id,)) == ("associate" in done)
        seen.add(frozenset(done - {"again", "withdraw"}))
    assert len(seen) > 3


async def test_inputs_merged_into_each_other_at_once_are_no_circle(seated, book, moderator):
    for _ in range(20):
        ring = [(await book.contribute(seated.person(own), Q1, said())).input.input_id for own in ROSTER[:4]]
        pairs = [(ring[n], ring[(n + 1) % 4]) for n in range(4)]
        done, told = split(await together(*(book.merge(moderator, *pair) for pair in pairs)), NotShown)
        assert done and told
        kept = await inputs_of(book)
        assert any(kept[number].state is InputState.SHOWN for number in ring)


async def test_the_deadline_against_inputs(seated, book, clock, moderator):
    """100 rounds: what was acknowledged is recorded, everybody else was told, and nothing comes behind it."""
    chance, mixed = random.Random(6), 0
    acknowledged: set[str] = set()
    for n in range(ROUNDS):
        until = clock.at + timedelta(minutes=5)
        await book.set_deadline(moderator, until)
        by_clock, heard = n % 2, []

        async def write(own, count, heard=heard):
            await turns(count)
            try:
                made = await book.contribute(
                    seated.person(own), Q1, said(attribution=chance.choice(list(Attribution)))
                )
            except InputsOver:
                heard.append("told")
            else:
                heard.append("taken")
                acknowledged.add(made.input.input_id)

        async def bring_forward(count):
            """To this very moment, or one that is gone already when the next comes."""
            await turns(count)
            await book.set_deadline(moderator, clock.at + timedelta(microseconds=1))
            clock.at += timedelta(microseconds=1)

        racers = [write(own, chance.randrange(TURNS)) for own in chance.sample(ROSTER, 12)]
        if by_clock:
            passes(seated.ledger, clock, chance.randrange(3, 12), until)
        else:
            racers.append(bring_forward(chance.randrange(TURNS)))
        split(await together(*racers))
        seated.ledger._writer._now = clock
        assert len(heard) == 12
        mixed += len(set(heard)) == 2
        assert set(await inputs_of(book)) == acknowledged, "acknowledged and lost, or told and kept"
        with pytest.raises(InputsOver):
            await book.contribute(seated.person(ROSTER[0]), Q1, said())
        clock.forward(1 / 60)
    assert mixed > ROUNDS / 2, "the deadline must fall among the inputs for this to be a race"
