"""How inputs to guiding questions stand in rows."""

import json

from db.agenda_rows import Plan
from db.connection import Row, Transaction
from db.rows import instant, stored
from meeting.delegations import Category, DelegationId
from meeting.inputs import HELD, Attribution, Input, InputId, InputKind, UnknownInput, UnknownQuestion
from meeting.programme import PartId, Question, QuestionId
from meeting.seats import SeatId

INPUT = (
    "input_id, question_id, part_id, kind, attribution, text, category, delegation_id, seat_id, made_at,"
    " held, shown_at, edited_at, key_at, hidden_at, withdrawn_at, merged_into"
)
SEEN = "shown_at IS NULL, shown_at, input_id"
"""The order in which they showed; of those of one moment none."""


def question_of(plan: Plan, question_id: QuestionId) -> Question:
    """Raises `UnknownQuestion`."""
    item = plan.agenda.question_item(question_id)
    if item is None or item.question is None:
        raise UnknownQuestion()
    return item.question


async def load_inputs(tx: Transaction, question_id: QuestionId | None = None) -> tuple[Input, ...]:
    """All inputs, or a question's, in the order in which they showed."""
    associates: dict[str, list[DelegationId]] = {}
    for input_id, delegation_id in await tx.all(
        "SELECT input_id, delegation_id FROM input_associations ORDER BY input_id, at, delegation_id"
    ):
        associates.setdefault(input_id, []).append(DelegationId(delegation_id))
    which, values = ("WHERE question_id = ?", (question_id,)) if question_id is not None else ("", ())
    rows = await tx.all(f"SELECT {INPUT} FROM inputs {which} ORDER BY {SEEN}", *values)
    return tuple(_input(row, tuple(associates.get(row[0], ()))) for row in rows)


async def load_input(tx: Transaction, input_id: InputId) -> Input:
    """Raises `UnknownInput`."""
    row = None
    if input_id.isascii():
        row = await tx.one(f"SELECT {INPUT} FROM inputs WHERE input_id = ?", input_id)
    if row is None:
        raise UnknownInput()
    associates = await tx.all(
        "SELECT delegation_id FROM input_associations WHERE input_id = ? ORDER BY at, delegation_id", input_id
    )
    return _input(row, tuple(DelegationId(one) for (one,) in associates))


async def recorded(tx: Transaction, message_id: int) -> bool:
    """Whether the message was recorded as an input."""
    return await tx.one("SELECT 1 FROM inputs WHERE message_id = ?", message_id) is not None


async def save_source(tx: Transaction, input_id: InputId, message_id: int) -> None:
    """The input was recorded from that message."""
    await tx.run("UPDATE inputs SET message_id = ? WHERE input_id = ?", message_id, input_id)


async def save_input(tx: Transaction, one: Input, code: bytes | None = None) -> None:
    """Write an input, new or changed; a code only of a new one, associations are rows of their own."""
    names = [name.strip() for name in INPUT.split(",")]
    updates = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    await tx.run(
        f"INSERT INTO inputs ({INPUT}, code) VALUES ({', '.join('?' * (len(names) + 1))})"
        f" ON CONFLICT (input_id) DO UPDATE SET {updates}",
        one.input_id,
        one.question_id,
        one.part_id,
        one.kind.value,
        one.attribution.value,
        one.text,
        one.category.value if one.category is not None else None,
        one.delegation_id,
        one.seat_id,
        stored(one.made_at),
        int(one.held),
        stored(one.shown_at),
        stored(one.edited_at),
        stored(one.key_at),
        stored(one.hidden_at),
        stored(one.withdrawn_at),
        one.merged_into,
        code,
    )


async def input_of_code(tx: Transaction, digest: bytes) -> InputId | None:
    """The input that is withdrawn by a code of this digest."""
    row = await tx.one("SELECT input_id FROM inputs WHERE code = ?", digest)
    return InputId(row[0]) if row is not None else None


async def add_input_association(tx: Transaction, input_id: InputId, delegation_id: DelegationId) -> None:
    """The delegation stands behind the input."""
    await tx.run(
        "INSERT INTO input_associations (input_id, delegation_id, at) VALUES (?, ?, ?)",
        input_id,
        delegation_id,
        stored(tx.now),
    )


async def free_merged(tx: Transaction, input_id: InputId) -> None:
    """What was merged into an input stands for itself again."""
    await tx.run("UPDATE inputs SET merged_into = NULL WHERE merged_into = ?", input_id)


async def load_holds(tx: Transaction) -> dict[QuestionId, frozenset[InputKind]]:
    """What a moderator sees first, of questions where that is not the usual."""
    rows = await tx.all("SELECT question_id, holds FROM discussions WHERE holds IS NOT NULL")
    return {QuestionId(number): frozenset(map(InputKind, json.loads(said))) for number, said in rows}


async def holds_of(tx: Transaction, question_id: QuestionId) -> frozenset[InputKind]:
    """What a moderator sees first of a question."""
    return (await load_holds(tx)).get(question_id, HELD)


async def save_holds(tx: Transaction, question_id: QuestionId, holds: frozenset[InputKind]) -> None:
    """A moderator sees these first."""
    await tx.run(
        "INSERT INTO discussions (question_id, holds) VALUES (?, ?)"
        " ON CONFLICT (question_id) DO UPDATE SET holds = excluded.holds",
        question_id,
        json.dumps(sorted(holds)),
    )


def _input(row: Row, associates: tuple[DelegationId, ...]) -> Input:
    return Input(
        input_id=InputId(row[0]),
        question_id=QuestionId(row[1]),
        part_id=PartId(row[2]),
        kind=InputKind(row[3]),
        attribution=Attribution(row[4]),
        text=row[5],
        category=Category(row[6]) if row[6] is not None else None,
        delegation_id=DelegationId(row[7]) if row[7] is not None else None,
        seat_id=SeatId(row[8]) if row[8] is not None else None,
        made_at=instant(row[9]),
        held=bool(row[10]),
        shown_at=instant(row[11]),
        edited_at=instant(row[12]),
        key_at=instant(row[13]),
        hidden_at=instant(row[14]),
        withdrawn_at=instant(row[15]),
        merged_into=InputId(row[16]) if row[16] is not None else None,
        associates=associates,
    )
