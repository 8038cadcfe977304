"""How lists of speakers stand in rows."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.agenda_rows import Plan
from db.connection import Row, Statement, Transaction
from db.policy_rows import policy_json, policy_of
from db.rows import instant, stored
from db.seat_rows import load_delegations
from meeting import statements
from meeting.agenda import Item
from meeting.delegations import DelegationId
from meeting.people import Actor, UserId
from meeting.programme import ItemId
from meeting.seats import SeatId
from meeting.speakers import (
    MAIN,
    Floor,
    Inscription,
    InscriptionId,
    Move,
    Pause,
    Policy,
    SpeakerList,
    SpeechKind,
    has_list,
    sitting_of,
)
from meeting.statements import StatementId

SUBJECT = "speakers"

Image = list[Any]
"""A row as JSON holds it."""

INSCRIPTION = (
    "inscription_id, item_id, delegation_id, kind, floor, inscribed_at, by_desk, seat_id, speaker,"
    " group_name, subject, about, not_now_at, called_at, speaking_limit, pauses, ended_at, withdrawn_at"
)
INSCRIPTIONS: Statement = (
    f"SELECT {', '.join(f'i.{name.strip()}' for name in INSCRIPTION.split(','))}, s.user_id"
    " FROM inscriptions AS i LEFT JOIN seats AS s USING (seat_id) ORDER BY i.inscription_id",
    (),
)
ASSOCIATIONS: Statement = (
    "SELECT inscription_id, delegation_id FROM associations ORDER BY inscription_id, at, delegation_id",
    (),
)
MOVES: Statement = ("SELECT inscription_id, before, reason, moved_at FROM moves ORDER BY moved_at", ())
LIST = "item_id, policy, opened_at, last_call_at, closed_at, reopened_at, replies_at"
LISTS: Statement = (f"SELECT {LIST} FROM speaker_lists", ())
NO_HEAD: Row = ("", *[None] * 6)
STATEMENT = "statement_id, item_id, delegation_id, text, submitted_at, inscription_id"


@dataclass(frozen=True)
class Change:
    """A row of a table as it was before an act, and after; None: it was not there."""

    table: str
    key: str | int
    before: Image | None
    after: Image | None


@dataclass(frozen=True)
class Act:
    """An act of those who conduct a list that can be taken back."""

    number: int
    item_id: ItemId
    verb: str
    at: datetime
    changes: tuple[Change, ...] = ()


async def load_lists(tx: Transaction, plan: Plan) -> tuple[SpeakerList, ...]:
    """The lists of all items that have one, in the agenda's order."""
    await tx.ahead(INSCRIPTIONS, ASSOCIATIONS, MOVES, LISTS)
    rows = await tx.all(*_asked(INSCRIPTIONS))
    associates: dict[int, list[DelegationId]] = {}
    for number, delegation_id in await tx.all(*_asked(ASSOCIATIONS)):
        associates.setdefault(number, []).append(DelegationId(delegation_id))
    every = [_inscription(row, tuple(associates.get(row[0], ()))) for row in rows]
    moves = [_move(row) for row in await tx.all(*_asked(MOVES))]
    heads = {row[0]: row for row in await tx.all(*_asked(LISTS))}
    delegations = {one.delegation_id: one for one in await load_delegations(tx)}
    day_of = {item.item_id: item.day_id for item in plan.agenda.items}
    spoken = [one for one in every if one.called_at is not None and one.kind in MAIN]
    found = []
    for item in filter(has_list, plan.agenda.items):
        mine = tuple(one for one in every if _concerns(one, item, day_of))
        numbers = {one.inscription_id for one in mine}
        before: dict[DelegationId, int] = {}
        for one in spoken:
            if one.item_id != item.item_id:
                before[one.delegation_id] = before.get(one.delegation_id, 0) + 1
        policy, *moments = heads.get(item.item_id, NO_HEAD)[1:]
        opened_at, last_call_at, closed_at, reopened_at, replies_at = map(instant, moments)
        found.append(
            SpeakerList(
                sitting_of(plan.agenda, item),
                policy_of(json.loads(policy)) if policy is not None else plan.speakers,
                delegations,
                mine,
                tuple(move for move in moves if move.inscription_id in numbers),
                opened_at,
                last_call_at,
                closed_at,
                reopened_at,
                replies_at,
                before,
            )
        )
    return tuple(found)


def _asked(query: Statement) -> tuple[Any, ...]:
    return (query[0], *query[1])


def _concerns(one: Inscription, item: Item, day_of: dict[ItemId, Any]) -> bool:
    if one.kind is SpeechKind.REPLY:
        return day_of.get(one.item_id) == item.day_id
    return one.item_id == item.item_id


async def save_list(tx: Transaction, before: SpeakerList, after: SpeakerList, policy: Policy) -> list[Change]:
    """Write what an act changed, and say what that is. `policy`: the programme's, which needs no row."""
    changes = []
    head_before, head_after = _head(before, policy), _head(after, policy)
    if head_before != head_after:
        changes.append(Change("speaker_lists", after.item_id, head_before, head_after))
    old = {one.inscription_id: one for one in before.inscriptions}
    for one in after.inscriptions:
        was = old.get(one.inscription_id)
        if was != one:
            image = inscription_image(was) if was is not None else None
            changes.append(Change("inscriptions", one.inscription_id, image, inscription_image(one)))
    moved = {move.inscription_id: move for move in before.moves}
    for move in after.moves:
        was_moved = moved.get(move.inscription_id)
        if was_moved != move:
            image = _move_image(was_moved) if was_moved is not None else None
            changes.append(Change("moves", move.inscription_id, image, _move_image(move)))
    for change in changes:
        await put(tx, change.table, change.key, change.after)
    return changes


KEYS = {"speaker_lists": "item_id", "inscriptions": "inscription_id", "moves": "inscription_id"}
COLUMNS = {
    "speaker_lists": LIST,
    "inscriptions": INSCRIPTION,
    "moves": "inscription_id, before, reason, moved_at",
}


async def put(tx: Transaction, table: str, key: str | int, image: Image | None) -> None:
    """Make a row of one of these tables so; None: it is not there."""
    if image is None:
        await tx.run(f"DELETE FROM {table} WHERE {KEYS[table]} = ?", key)
        return
    names = [name.strip() for name in COLUMNS[table].split(",")]
    updates = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    await tx.run(
        f"INSERT INTO {table} ({COLUMNS[table]}) VALUES ({', '.join('?' * len(names))})"
        f" ON CONFLICT ({KEYS[table]}) DO UPDATE SET {updates}",
        *image,
    )


def image_of(speakers: SpeakerList, change: Change, policy: Policy) -> Image | None:
    """How that row stands now."""
    if change.table == "speaker_lists":
        return _head(speakers, policy)
    if change.table == "moves":
        move = next((one for one in speakers.moves if one.inscription_id == change.key), None)
        return _move_image(move) if move is not None else None
    found = next((one for one in speakers.inscriptions if one.inscription_id == change.key), None)
    return inscription_image(found) if found is not None else None


def inscription_image(one: Inscription) -> Image:
    """An inscription as its row has it."""
    return [
        one.inscription_id,
        one.item_id,
        one.delegation_id,
        one.kind.value,
        one.floor.value,
        stored(one.inscribed_at),
        int(one.by_desk),
        one.seat_id,
        one.speaker,
        one.group,
        one.subject,
        one.about,
        stored(one.not_now_at),
        stored(one.called_at),
        round(one.limit.total_seconds()) if one.limit is not None else None,
        json.dumps([[stored(pause.paused_at), stored(pause.resumed_at)] for pause in one.pauses]),
        stored(one.ended_at),
        stored(one.withdrawn_at),
    ]


def _inscription(row: Row, associates: tuple[DelegationId, ...]) -> Inscription:
    return Inscription(
        inscription_id=InscriptionId(row[0]),
        item_id=ItemId(row[1]),
        delegation_id=DelegationId(row[2]),
        kind=SpeechKind(row[3]),
        floor=Floor(row[4]),
        inscribed_at=instant(row[5]),
        by_desk=bool(row[6]),
        seat_id=SeatId(row[7]) if row[7] is not None else None,
        speaker=row[8],
        group=row[9],
        subject=row[10],
        about=InscriptionId(row[11]) if row[11] is not None else None,
        not_now_at=instant(row[12]),
        called_at=instant(row[13]),
        limit=timedelta(seconds=row[14]) if row[14] is not None else None,
        pauses=tuple(Pause(instant(since), instant(until)) for since, until in json.loads(row[15])),
        ended_at=instant(row[16]),
        withdrawn_at=instant(row[17]),
        user_id=UserId(row[18]) if row[18] is not None else None,
        associates=associates,
    )


def _head(speakers: SpeakerList, policy: Policy) -> Image | None:
    moments = [
        stored(at)
        for at in (
            speakers.opened_at,
            speakers.last_call_at,
            speakers.closed_at,
            speakers.reopened_at,
            speakers.replies_at,
        )
    ]
    own = json.dumps(policy_json(speakers.policy)) if speakers.policy != policy else None
    return [speakers.item_id, own, *moments] if own is not None or any(moments) else None


def _move_image(move: Move) -> Image:
    return [move.inscription_id, json.dumps(move.before), move.reason, stored(move.moved_at)]


def _move(row: Row) -> Move:
    before = tuple(map(InscriptionId, json.loads(row[1])))
    return Move(InscriptionId(row[0]), before, row[2], instant(row[3]))


async def next_number(tx: Transaction) -> InscriptionId:
    """A number that no inscription had, nor any notice of one that the record lost and took up again."""
    row = await tx.one("SELECT seq FROM sqlite_sequence WHERE name = 'inscriptions'")
    said = await tx.all("SELECT key FROM notices WHERE key GLOB 'speaker *'")
    known = (int(key.split(" ")[1]) for (key,) in said)
    return InscriptionId(1 + max([row[0] if row is not None else 0, *known]))


async def switch_floor(tx: Transaction, seat_id: SeatId, floor: Floor) -> bool:
    """What was entered from that seat waits on this side from now on; whether that changed anything."""
    which = "seat_id = ? AND floor <> ? AND called_at IS NULL AND withdrawn_at IS NULL"
    if await tx.one(f"SELECT 1 FROM inscriptions WHERE {which}", seat_id, floor.value) is None:
        return False
    await tx.run(f"UPDATE inscriptions SET floor = ? WHERE {which}", floor.value, seat_id, floor.value)
    return True


async def add_association(
    tx: Transaction, inscription_id: InscriptionId, delegation_id: DelegationId
) -> None:
    """The delegation is associated with the intervention."""
    await tx.run(
        "INSERT INTO associations (inscription_id, delegation_id, at) VALUES (?, ?, ?)",
        inscription_id,
        delegation_id,
        stored(tx.now),
    )


# Acts that can be taken back


async def add_act(
    tx: Transaction, actor: Actor, item_id: ItemId, verb: str, changes: Iterable[Change]
) -> None:
    """Remember what an act changed, and whose it was."""
    said = [[one.table, one.key, one.before, one.after] for one in changes]
    await tx.run(
        "INSERT INTO speaker_acts (user_id, item_id, verb, at, changes) VALUES (?, ?, ?, ?, ?)",
        actor.user_id,
        item_id,
        verb,
        stored(tx.now),
        json.dumps(said, ensure_ascii=False),
    )


async def last_acts(tx: Transaction) -> dict[ItemId, Act]:
    """For each item the last act that was not taken back."""
    rows = await tx.all(
        "SELECT number, item_id, verb, at, changes FROM speaker_acts WHERE number IN"
        " (SELECT max(number) FROM speaker_acts WHERE undone_at IS NULL GROUP BY item_id)"
    )
    return {
        ItemId(item_id): Act(
            number, ItemId(item_id), verb, instant(at), tuple(Change(*one) for one in json.loads(changes))
        )
        for number, item_id, verb, at, changes in rows
    }


async def built_on(tx: Transaction, act: Act) -> bool:
    """Whether anything hangs on an inscription that was not there before the act: an association, a text, or
    a move in another item's list."""
    for change in act.changes:
        if change.table == "inscriptions" and change.before is None:
            row = await tx.one(
                "SELECT EXISTS (SELECT 1 FROM associations WHERE inscription_id = ?1)"
                " OR EXISTS (SELECT 1 FROM statements WHERE inscription_id = ?1)"
                " OR EXISTS (SELECT 1 FROM moves WHERE inscription_id = ?1)",
                change.key,
            )
            assert row is not None
            if row[0]:
                return True
    return False


async def last_actor(tx: Transaction, item_id: ItemId) -> tuple[UserId | None, datetime] | None:
    """Who last conducted the list, and when; None if nobody has."""
    row = await tx.one(
        "SELECT user_id, coalesce(undone_at, at) FROM speaker_acts WHERE item_id = ?"
        " ORDER BY number DESC LIMIT 1",
        item_id,
    )
    return (UserId(row[0]) if row[0] is not None else None, instant(row[1])) if row is not None else None


async def mark_undone(tx: Transaction, act: Act) -> None:
    """The act has been taken back."""
    await tx.run("UPDATE speaker_acts SET undone_at = ? WHERE number = ?", stored(tx.now), act.number)


# Texts


async def add_statement(
    tx: Transaction,
    item_id: ItemId,
    delegation_id: DelegationId,
    seat_id: SeatId | None,
    inscription_id: InscriptionId | None,
    text: str,
) -> StatementId:
    """Keep a text; its number."""
    row = await tx.one("SELECT coalesce(max(statement_id), 0) + 1 FROM statements")
    assert row is not None
    await tx.run(
        "INSERT INTO statements"
        " (statement_id, item_id, delegation_id, seat_id, inscription_id, text, submitted_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        row[0],
        item_id,
        delegation_id,
        seat_id,
        inscription_id,
        text,
        stored(tx.now),
    )
    return StatementId(row[0])


async def statements_of(
    tx: Transaction, item_id: ItemId, delegation_id: DelegationId
) -> list[InscriptionId | None]:
    """Of which interventions a delegation's texts in an item are, one for each text."""
    rows = await tx.all(
        "SELECT inscription_id FROM statements WHERE item_id = ? AND delegation_id = ?",
        item_id,
        delegation_id,
    )
    return [InscriptionId(one) if one is not None else None for (one,) in rows]


async def count_statements(tx: Transaction) -> dict[ItemId, int]:
    """How many texts each item has."""
    rows = await tx.all("SELECT item_id, count(*) FROM statements GROUP BY item_id")
    return {ItemId(item_id): number for item_id, number in rows}


async def load_statements(tx: Transaction) -> Sequence[statements.Statement]:
    """All texts, in the order in which they came."""
    rows = await tx.all(f"SELECT {STATEMENT} FROM statements ORDER BY statement_id")
    return [
        statements.Statement(
            StatementId(row[0]),
            ItemId(row[1]),
            DelegationId(row[2]),
            row[3],
            instant(row[4]),
            InscriptionId(row[5]) if row[5] is not None else None,
        )
        for row in rows
    ]
