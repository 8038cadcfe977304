"""When inputs without attribution show, and how they are taken back: never so that it tells who or when."""

import json
from datetime import timedelta

import pytest

from meeting import codes
from meeting.inputs import AlreadyHidden, InputState, UnknownWithdrawal, reading
from meeting.people import Actor, UserId, Via
from meeting.programme import ItemId, QuestionId
from meeting.seats import NotSeated
from tests.assembly import ROSTER
from tests.contributing import EXAMPLE, NONE, SUGGESTION, draft

Q1, Q2 = QuestionId("q1"), QuestionId("q2")
ITEM = ItemId("d1-02")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The digest's cost is measured elsewhere."""
    monkeypatch.setattr(codes, "COST", 2)


@pytest.fixture
def book(seated):
    return seated.ledger.discussions


class Quiet:
    """People contribute without attribution, each another one."""

    def __init__(self, seated):
        self.seated, self.given = seated, []

    async def __call__(self, question=Q1, kind=SUGGESTION):
        who = self.seated.person(ROSTER[len(self.given)])
        said = draft(kind, NONE, "Quietly.", f"{question}-0")
        made = await self.seated.ledger.discussions.contribute(who, question, said)
        self.given.append(made)
        return made.input.input_id

    async def shown(self):
        """The numbers of those that show, and since when."""
        found = (await self.seated.ledger.discussions.discussions()).inputs
        return {one.input_id: one.shown_at for one in found if one.state is InputState.SHOWN}


@pytest.fixture
def quiet(seated):
    return Quiet(seated)


@pytest.fixture
async def close(seated, clock, moderator):
    """Ends the item of the first question."""
    clock.set(9, 30)
    await seated.ledger.agenda.start(moderator, ITEM)

    async def end():
        clock.forward(20)
        await seated.ledger.agenda.next(moderator)
        return clock.at

    return end


async def test_three_show_together_however_far_apart_they_came(quiet, clock, witness):
    for _ in range(2):
        first = []
        for _ in range(3):
            assert not set(first) & set(await quiet.shown())
            clock.forward(7)
            first.append(await quiet())
        shown = await quiet.shown()
        assert {shown[number] for number in first} == {clock.at}
    assert len(shown) == 6 and witness.verbs().count("discussions.gather") == 2


async def test_each_question_waits_for_its_own(quiet):
    for question in (Q1, Q2, Q1, Q2):
        await quiet(question)
        assert await quiet.shown() == {}
    await quiet(Q2)
    assert len(await quiet.shown()) == 3


async def test_what_waits_shows_at_the_closing(quiet, book, close, clock, witness):
    two = {await quiet(), await quiet()}
    other = await quiet(Q2)
    assert not await book.gather_due() and await quiet.shown() == {}
    at = await close()
    clock.forward(1)
    assert await book.gather_due()
    assert await quiet.shown() == dict.fromkeys(two, at + timedelta(minutes=1)) and other not in two
    assert not await book.gather_due()
    assert witness.verbs().count("discussions.gather") == 1


@pytest.mark.parametrize("waited", [0, 1, 2])
@pytest.mark.parametrize("rung", [True, False])
async def test_what_comes_after_the_closing_never_shows_alone(quiet, book, close, clock, waited, rung):
    """Also when nothing waited, and when it comes before the clock has rung for the closing."""
    for _ in range(waited):
        await quiet()
    await close()
    if rung:
        assert await book.gather_due() == bool(waited)
    clock.forward(1)
    late = await quiet()
    for _ in range(3):
        clock.forward(1)
        await book.gather_due()
        assert late not in await quiet.shown() and len(await quiet.shown()) == waited
    second = await quiet()
    assert len(await quiet.shown()) == waited
    third = await quiet()
    shown = await quiet.shown()
    assert shown[late] == shown[second] == shown[third] == clock.at and len(shown) == waited + 3


@pytest.mark.parametrize("open_still", [True, False])
async def test_what_waits_shows_at_the_deadline(quiet, book, close, clock, moderator, open_still):
    if not open_still:
        await close()
        await book.gather_due()
    until = clock.at + timedelta(minutes=30)
    await book.set_deadline(moderator, until)
    number, other = await quiet(), await quiet(Q2)
    clock.at = until - timedelta(microseconds=1)
    assert not await book.gather_due() and await quiet.shown() == {}
    clock.at = until
    assert await book.gather_due()
    assert await quiet.shown() == {number: until, other: until}
    assert not await book.gather_due()


async def test_what_was_held_or_hidden_waits_like_the_others(quiet, book, moderator, clock):
    held, hidden = await quiet(kind=EXAMPLE), await quiet()
    await book.hide(moderator, hidden)
    await quiet()
    await quiet()
    assert await quiet.shown() == {}

    async def release(one):
        await book.release(moderator, one, reading((await book.discussions()).named(one)))

    await release(held)
    assert len(await quiet.shown()) == 3
    await book.unhide(moderator, hidden)
    assert hidden not in await quiet.shown()
    two = [await quiet(kind=EXAMPLE) for _ in range(2)]
    await release(two[0])
    assert len(await quiet.shown()) == 3
    await release(two[1])
    assert len(await quiet.shown()) == 6


@pytest.mark.parametrize("act", ["release", "unhide"])
async def test_what_moderators_show_after_the_closing_waits_too(quiet, book, close, moderator, act):
    number = await quiet(kind=EXAMPLE if act == "release" else SUGGESTION)
    if act == "unhide":
        await book.hide(moderator, number)
    await close()
    assert not await book.gather_due(), "nothing waited"
    if act == "release":
        await book.release(moderator, number, reading((await book.discussions()).named(number)))
    else:
        await book.unhide(moderator, number)
    assert not await book.gather_due() and await quiet.shown() == {}
    await quiet()
    await quiet()
    assert number in await quiet.shown()


async def test_the_audit_gives_no_number_a_moment(quiet, book, witness):
    """Its row says that somebody contributed; which input that was, not."""
    numbers = [await quiet() for _ in range(3)]
    rows = witness.rows(
        "SELECT subject, actor, payload FROM audit JOIN audit_details USING (seq)"
        " WHERE verb = 'discussions.contribute'"
    )
    assert [(on, json.loads(said)) for on, _, said in rows] == [("q1", {"question": "q1"})] * 3
    assert {json.loads(who)["user_id"] for _, who, _ in rows} == {None}
    assert not any(number in repr(rows) for number in numbers)


# Withdrawn by code


async def test_whoever_has_the_code_takes_it_back_once(quiet, book, witness, clock):
    numbers = [await quiet() for _ in range(4)]
    assert len({one.code for one in quiet.given}) == 4
    for n, number in enumerate(numbers):
        clock.forward(1)
        after = await book.withdraw_by_code(Actor(Via.DISCORD, UserId(9)), quiet.given[n].code)
        assert (after.input_id, after.state) == (number, InputState.WITHDRAWN)
        with pytest.raises(AlreadyHidden):
            await book.withdraw_by_code(Actor(Via.DISCORD, UserId(10)), quiet.given[n].code)
        assert len(await quiet.shown()) == max(0, 2 - n)
    rows = witness.rows(
        "SELECT subject, actor FROM audit JOIN audit_details USING (seq) WHERE verb = 'discussions.withdraw'"
    )
    assert [(on, json.loads(who)["user_id"]) for on, who in rows] == [(number, None) for number in numbers]


@pytest.mark.parametrize(
    "typing",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: f"  {code.replace('-', ' ')} \n",
        lambda code: code.replace("-", "\u2011").replace("0", "o").replace("1", "l"),
        lambda code: code.replace("-", "_").replace("0", "O").replace("1", "I"),
    ],
)
async def test_a_code_is_read_forgivingly(quiet, book, typing):
    await quiet()
    after = await book.withdraw_by_code(Actor(Via.ROOM), typing(quiet.given[0].code))
    assert after.withdrawn_at is not None


async def test_a_wrong_code_takes_nothing_back(quiet, book, seated):
    anybody = Actor(Via.DISCORD, UserId(9))
    for typed in ("", "K7QM-2R9T-XW4D", "\ud800" * 12, "'; DROP"):
        with pytest.raises(UnknownWithdrawal):
            await book.withdraw_by_code(anybody, typed)
    await quiet()
    code = quiet.given[0].code
    other = ("A" if code[0] != "A" else "B") + code[1:]
    for typed in (other, code[:-1], code + "A", code[::-1] + "U", str(quiet.given[0].input.input_id)):
        with pytest.raises(UnknownWithdrawal):
            await book.withdraw_by_code(anybody, typed)
    named = await book.contribute(seated.person(ROSTER[9]), Q1, draft(part="q1-0"))
    assert named.code is None
    assert {one.withdrawn_at for one in (await book.discussions()).inputs} == {None}


async def test_a_code_outlives_the_process_and_is_written_nowhere(quiet, book, seated, opened, file):
    await quiet()
    (made,) = quiet.given
    for path in file.parent.glob("meeting.db*"):
        for form in (made.code, made.code.replace("-", "")):
            assert form.encode() not in path.read_bytes()
    await seated.ledger.close()
    again = (await opened()).discussions
    assert (await again.withdraw_by_code(Actor(Via.DISCORD), made.code)).input_id == made.input.input_id
    with pytest.raises(NotSeated):
        await again.contribute(Actor(Via.DISCORD, UserId(9)), Q1, draft(attribution=NONE, part="q1-0"))
