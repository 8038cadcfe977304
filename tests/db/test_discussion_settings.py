"""What moderators set for discussions: the kinds they see first, and until when inputs are taken."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from meeting.inputs import HELD, InputKind, InputsOver, InputState
from meeting.programme import QuestionId
from tests.assembly import ROSTER
from tests.contributing import EXAMPLE, SUGGESTION, draft

Q1, Q2 = QuestionId("q1"), QuestionId("q2")
FIRST = ROSTER[0]
END = datetime(2026, 6, 3, tzinfo=UTC)
"""Of the last day: until then inputs are taken if nobody says otherwise."""


@pytest.fixture
def book(seated):
    return seated.ledger.discussions


async def give(book, actor, kind=SUGGESTION, question=Q1):
    return (await book.contribute(actor, question, draft(kind, part=f"{question}-0"))).input


async def test_kinds_are_held_by_question(seated, book, moderator, opened):
    author = seated.person(FIRST)
    assert (await give(book, author, kind=EXAMPLE)).state is InputState.HELD
    await book.hold(moderator, Q1, EXAMPLE, held=False)
    await book.hold(moderator, Q1, InputKind.OFFER, held=True)
    await book.hold(moderator, Q1, InputKind.REQUEST, held=True)
    await book.hold(moderator, Q1, InputKind.REQUEST, held=False)
    await seated.ledger.close()
    seated.ledger = await opened()
    book = seated.ledger.discussions
    assert (await book.discussions()).holds == {Q1: frozenset({InputKind.OFFER})}
    held = {kind for kind in InputKind if (await give(book, author, kind=kind)).held}
    assert held == {InputKind.OFFER}
    there = [await give(book, author, kind, Q2) for kind in InputKind]
    assert {one.kind for one in there if one.held} == HELD


async def test_a_deadline_that_was_set_survives_a_reload_of_the_programme(
    seated, book, make, clock, moderator, opened
):
    until = clock.at + timedelta(hours=2)
    assert (await book.discussions()).until == END
    await book.set_deadline(moderator, until)
    programme = replace(make.two_days(), title="Renamed")
    await seated.ledger.agenda.reload(moderator, programme)
    plan = await seated.ledger.agenda.plan()
    assert not plan.other_settings(programme, plan.agenda), "nothing else is different"
    await seated.ledger.close()
    seated.ledger = await opened()
    book = seated.ledger.discussions
    assert (await book.discussions()).until == until
    assert (await seated.ledger.agenda.plan()).agenda.title == "Renamed", "control"
    one = await give(book, seated.person(FIRST))
    clock.at = until
    for act in (
        give(book, seated.person(FIRST)),
        book.edit(seated.person(FIRST), one.input_id, draft(part="q1-0")),
    ):
        with pytest.raises(InputsOver):
            await act
    with pytest.raises(InputsOver):
        await book.set_deadline(moderator, until)
    await book.set_deadline(moderator, until + timedelta(minutes=1))
    await give(book, seated.person(FIRST))
    await book.withdraw(seated.person(FIRST), one.input_id)


async def test_the_clock_is_told_of_the_deadline(seated, book, clock, moderator):
    next_due = seated.ledger.notices.next_due
    until = clock.at + timedelta(minutes=3, seconds=7)
    assert (before := await next_due()) != until
    await book.set_deadline(moderator, until)
    assert await next_due() == until
    clock.at = until
    assert await next_due() == before


async def test_a_deadline_the_file_now_says_goes_before_one_set_by_hand(seated, book, make, clock, moderator):
    await book.set_deadline(moderator, clock.at + timedelta(hours=2))
    until = END - timedelta(hours=3)
    programme = replace(make.two_days(), written_until=until)
    plan = await seated.ledger.agenda.plan()
    assert plan.other_settings(programme, plan.agenda)
    await seated.ledger.agenda.reload(moderator, programme)
    assert (await book.discussions()).until == until
