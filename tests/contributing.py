"""Inputs to a question of two parts, in a word each, for tests of what becomes of them."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from meeting.inputs import HELD, Attribution, Draft, Input, InputId, InputKind, contribute
from meeting.programme import Part, PartId, Question, QuestionId
from meeting.seats import Seated, SeatId
from tests.speaking import at, delegation, seat

QUESTION = Question(QuestionId("q1"), "Q", "What?", (Part(PartId("a"), "A"), Part(PartId("b"), "B")))
EXAMPLE, SUGGESTION = InputKind.POSITIVE_EXAMPLE, InputKind.SUGGESTION
BY_NAME, BY_CATEGORY, NONE = Attribution
UNTIL, NOW, LATER = at(60), at(10), at(20)


def person(name: str = "m1", number: int = 1) -> Seated:
    """Whoever sits in that seat of a delegation."""
    return Seated(replace(seat(name), seat_id=SeatId(f"{name}-{number}")), delegation(name))


def draft(
    kind: InputKind = SUGGESTION,
    attribution: Attribution = BY_NAME,
    text: str = "More of it.",
    part: str = "a",
) -> Draft:
    return Draft(PartId(part), kind, attribution, text)


def number(n: int | str) -> InputId:
    return InputId(f"i{n}")


def made(
    n: int | str = 1,
    name: str = "m1",
    kind: InputKind = SUGGESTION,
    attribution: Attribution = BY_NAME,
    text: str = "More of it.",
    part: str = "a",
    holds: Collection[InputKind] = HELD,
    now: datetime = NOW,
) -> Input:
    """What the first person of a delegation contributes."""
    said = draft(kind, attribution, text, part)
    return contribute(QUESTION, said, person(name), number(n), holds, UNTIL, now)
