"""In which order a list is heard: a pure function of who is on it, the declared policy, and moves.

Class, then what the preset goes by, then the moment of inscription. Inside a category the two sides then
follow each other by the policy's ratio, each in its own order; what was moved stands where it was put.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from meeting.delegations import Category
from meeting.programme import Mode
from meeting.speakers import (
    CLASSES,
    MAIN,
    Floor,
    Inscription,
    InscriptionId,
    Move,
    Preset,
    SpeakerList,
)

CATEGORIES = tuple(Category)


class Because(StrEnum):
    """Why somebody stands before somebody else."""

    KIND = "kind"
    CATEGORY = "category"
    RANK = "rank"
    SPOKEN = "spoken"
    FIRST_TIME = "first_time"
    ALPHABET = "alphabet"
    INSCRIBED = "inscribed"
    NUMBER = "number"
    SIDES = "sides"
    """The two sides follow each other by the declared ratio."""
    MOVED = "moved"


Key = tuple[tuple[Because, object], ...]


@dataclass(frozen=True)
class Explanation:
    """Why an inscription stands where it does: who is directly before it, and why that is so.

    `place` counts from 1; `ahead` is None at the first place. `move`: how it was moved itself; where a move
    is the reason, that one, which may be of the one before it.
    """

    place: int
    of: int
    ahead: Inscription | None = None
    because: Because | None = None
    move: Move | None = None


def key_of(speakers: SpeakerList, one: Inscription) -> Key:
    """What an inscription is sorted by, element by element, each with its name."""
    delegation = speakers.delegations[one.delegation_id]
    key: list[tuple[Because, object]] = [(Because.KIND, CLASSES.index(one.kind))]
    policy = speakers.policy
    if one.kind in MAIN:
        if policy.preset is Preset.MEMBERS_FIRST:
            key.append((Because.CATEGORY, CATEGORIES.index(delegation.category)))
        if policy.preset is Preset.LEAST_SPOKEN:
            before = speakers.spoken_before.get(one.delegation_id, 0)
            key.append((Because.SPOKEN, before + speakers.spoken.get(one.delegation_id, 0)))
        if policy.preset is Preset.ALPHABETICAL:
            key.append((Because.ALPHABET, delegation.place))
        if policy.preset is Preset.MEMBERS_FIRST and policy.ranked:
            key.append((Because.RANK, (delegation.rank is None, delegation.rank or 0)))
        if policy.preset is Preset.MEMBERS_FIRST:
            key.append((Because.FIRST_TIME, one.delegation_id in speakers.spoken))
    return (*key, (Because.INSCRIBED, one.inscribed_at), (Because.NUMBER, one.inscription_id))


def strict(speakers: SpeakerList) -> tuple[Inscription, ...]:
    """Who waits, by the key alone."""
    return tuple(sorted(speakers.waiting, key=lambda one: _values(key_of(speakers, one))))


def order(speakers: SpeakerList) -> tuple[Inscription, ...]:
    """Who waits, in the order in which they will be heard."""
    return _moved(speakers.moves, _interleaved(speakers, strict(speakers)))


def here(speakers: SpeakerList, one: Inscription) -> bool:
    """Whether it can be heard at all: whoever is online cannot while an item is held in person."""
    return one.floor is Floor.ROOM or speakers.sitting.mode is Mode.HYBRID


def ready(speakers: SpeakerList, one: Inscription) -> bool:
    """Whether it can be called as its turn comes."""
    return one.not_now_at is None and here(speakers, one)


def call_order(speakers: SpeakerList) -> tuple[Inscription, ...]:
    """In which order they would be called now.

    Who said “not now” keeps the place, and is passed over until nobody else is left. Last come those who are
    online while the item is held in person, who are not called.
    """
    return tuple(sorted(order(speakers), key=lambda one: (not here(speakers, one), not ready(speakers, one))))


def explain(speakers: SpeakerList, inscription_id: InscriptionId) -> Explanation | None:
    """Why it stands where it does; None if it does not wait here."""
    found = order(speakers)
    places = [one.inscription_id for one in found]
    if inscription_id not in places:
        return None
    place = places.index(inscription_id)
    own = _move_of(speakers, inscription_id)
    if not place:
        return Explanation(1, len(found), move=own)
    me, ahead = found[place], found[place - 1]
    mine, theirs = key_of(speakers, me), key_of(speakers, ahead)
    if _values(theirs) < _values(mine):
        first = next(a[0] for a, b in zip(theirs, mine, strict=False) if a[1] != b[1])
        return Explanation(place + 1, len(found), ahead, first, own)
    by_sides = [one for one in _interleaved(speakers, strict(speakers)) if one in (me, ahead)]
    if by_sides[0] is ahead:
        return Explanation(place + 1, len(found), ahead, Because.SIDES, own)
    # Of two moved ones the later move decided.
    both = (own, _move_of(speakers, ahead.inscription_id))
    move = max((one for one in both if one is not None), key=lambda one: one.moved_at, default=None)
    return Explanation(place + 1, len(found), ahead, Because.MOVED, move)


def _values(key: Key) -> tuple[object, ...]:
    return tuple(value for _, value in key)


def _move_of(speakers: SpeakerList, inscription_id: InscriptionId) -> Move | None:
    return next((m for m in reversed(speakers.moves) if m.inscription_id == inscription_id), None)


def _interleaved(speakers: SpeakerList, sorted_: Sequence[Inscription]) -> tuple[Inscription, ...]:
    """By the ratio, inside what class and category leave open; the count goes on from who spoke last."""
    ratio = speakers.policy.ratio
    if ratio is None:
        return tuple(sorted_)
    turns = _Turns(dict(zip((Floor.ROOM, Floor.VIRTUAL), ratio, strict=True)))
    for one in speakers.heard:
        if one.kind in MAIN:
            turns.take(one.floor)
    found: list[Inscription] = []
    for main, group in groupby(sorted_, key=lambda one: _group(speakers, one)):
        rows = list(group)
        if not main[0]:
            found += rows
            continue
        sides = {floor: [one for one in rows if one.floor is floor] for floor in Floor}
        while any(sides.values()):
            floor = turns.next_side(sides[Floor.ROOM], sides[Floor.VIRTUAL], rows)
            one = sides[floor].pop(0)
            rows.remove(one)
            turns.take(floor)
            found.append(one)
    return tuple(found)


def _group(speakers: SpeakerList, one: Inscription) -> tuple[object, ...]:
    """What is interleaved among itself: a class of statements, and in it a category if they go by that."""
    category = None
    if speakers.policy.preset is Preset.MEMBERS_FIRST:
        category = speakers.delegations[one.delegation_id].category
    return one.kind in MAIN, one.kind, category


class _Turns:
    """How many of which side have followed each other."""

    def __init__(self, ratio: dict[Floor, int]) -> None:
        self._ratio = ratio
        self._side: Floor | None = None
        self._run = 0

    def take(self, floor: Floor) -> None:
        self._run = self._run + 1 if floor is self._side else 1
        self._side = floor

    def next_side(
        self, room: Sequence[Inscription], virtual: Sequence[Inscription], rows: Sequence[Inscription]
    ) -> Floor:
        """Whose turn it is; where only one side waits, its."""
        if not room or not virtual:
            return Floor.ROOM if room else Floor.VIRTUAL
        if self._side is None:
            return rows[0].floor
        return self._side if self._run < self._ratio[self._side] else self._side.other


def _moved(moves: Iterable[Move], found: Sequence[Inscription]) -> tuple[Inscription, ...]:
    """Each moved inscription where it was put, in the order of the moves.

    All are taken out first: who was put before somebody moved again since does not follow them.
    """
    last = {move.inscription_id: move for move in moves}
    moved = {one.inscription_id: one for one in found if one.inscription_id in last}
    rows = [one for one in found if one.inscription_id not in last]
    for move in sorted(last.values(), key=lambda move: move.moved_at):
        if move.inscription_id not in moved:
            continue
        places = {row.inscription_id: place for place, row in enumerate(rows)}
        place = next((places[other] for other in move.before if other in places), len(rows))
        rows.insert(place, moved[move.inscription_id])
    return tuple(rows)
