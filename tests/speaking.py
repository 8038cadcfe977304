"""Lists of speakers made by hand, and random ones, for tests of the rules of the floor.

The item is planned from 10:00 to 11:00; times are minutes after ten. A delegation is named by the letter of
its category and a number: m1, g2, s3, o4. Ranks and sort keys follow another order than the numbers.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from meeting.agenda import Suspension
from meeting.delegations import Category, Delegation, DelegationId
from meeting.people import UserId
from meeting.programme import ItemId, Mode
from meeting.refusals import Refused
from meeting.seats import SeatId, new_seat
from meeting.speakers import (
    MAIN,
    Floor,
    Inscription,
    InscriptionId,
    Move,
    Pause,
    Policy,
    Preset,
    Sitting,
    SpeakerList,
    SpeechKind,
)

ROOM, VIRTUAL = Floor
ORDER, QUESTION, GROUP, STATEMENT, REPLY = SpeechKind
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
TEN = datetime(2022, 9, 7, 10, tzinfo=UTC)
ITEM, OTHER = ItemId("d1-04"), ItemId("d1-03")
LETTERS = dict(zip("mgso", Category, strict=True))


def at(minutes: float | None) -> datetime | None:
    """So many minutes after ten."""
    return None if minutes is None else TEN + minutes * MINUTE


def after(moment: datetime | None) -> float | None:
    """Minutes after ten, of a moment."""
    return None if moment is None else (moment - TEN) / MINUTE


def delegation(name: str) -> Delegation:
    """Of three numbers in a row the first is second in rank, the second first, and the third has none."""
    number = int(name[1:])
    rank = None if number % 3 == 0 else 3 - number % 3
    return Delegation(
        DelegationId(name),
        f"Delegation {name}",
        name.upper(),
        LETTERS[name[0]],
        f"{99 - number:02}",
        rank=rank,
    )


class _Roster(dict[DelegationId, Delegation]):
    """Any delegation there is a name for; shown in a word."""

    def __missing__(self, name: DelegationId) -> Delegation:
        return self.setdefault(name, delegation(name))

    def __repr__(self) -> str:
        return "ROSTER"


ROSTER = _Roster()


def sitting(
    started: float | None = 0,
    ended: float | None = None,
    suspended: Iterable[tuple[float, float | None]] = (),
    **fields: Any,
) -> Sitting:
    """The item, which began and ended at these minutes."""
    facts: dict[str, Any] = {
        "begins": TEN,
        "ends": at(60),
        "mode": Mode.HYBRID,
        "started_at": at(started),
        "ended_at": at(ended),
        "over": ended is not None,
        "suspensions": tuple(Suspension(TEN + a * MINUTE, at(b)) for a, b in suspended),
    }
    return Sitting(ITEM, "Question 1", zone=ZoneInfo("Asia/Bangkok"), **facts | fields)


def entry(
    number: int,
    name: str,
    kind: SpeechKind = STATEMENT,
    floor: Floor = ROOM,
    minute: float = -5,
    called: float | None = None,
    ended: float | None = None,
    paused: Iterable[tuple[float, float | None]] = (),
    **fields: Any,
) -> Inscription:
    """An inscription from the first seat of a delegation."""
    facts: dict[str, Any] = {
        "item_id": ITEM,
        "seat_id": SeatId(f"{name}-1"),
        "user_id": UserId(1000 + number),
        "called_at": at(called),
        "ended_at": at(ended),
        "pauses": tuple(Pause(TEN + a * MINUTE, at(b)) for a, b in paused),
    }
    facts |= fields
    item_id = facts.pop("item_id")
    return Inscription(
        InscriptionId(number), item_id, DelegationId(name), kind, floor, TEN + minute * MINUTE, **facts
    )


def listed(*inscriptions: Inscription, **fields: Any) -> SpeakerList:
    """The list of the item with these on it; the item runs unless said otherwise."""
    facts: dict[str, Any] = {"sitting": sitting(), "policy": Policy()} | fields
    return SpeakerList(delegations=ROSTER, inscriptions=inscriptions, **facts)


def seat(name: str = "m1", **fields: Any) -> Any:
    """The first seat of a delegation, taken."""
    return replace(new_seat(DelegationId(name), 1), user_id=UserId(77), **fields)


def numbers(rows: Iterable[Inscription]) -> list[int]:
    return [one.inscription_id for one in rows]


def outcome(act: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """What the act gives back, or how it refuses."""
    try:
        return act(*args, **named)
    except Refused as no:
        return no.key, no.values


RATIOS = st.none() | st.tuples(st.integers(1, 3), st.integers(1, 3))
POLICIES = st.builds(Policy, st.sampled_from(Preset), RATIOS, st.booleans())
_KINDS = st.sampled_from((STATEMENT, STATEMENT, STATEMENT, GROUP, GROUP, *SpeechKind))
_NAMES = st.sampled_from(["m1", "m2", "m3", "m4", "m5", "g1", "g2", "s1", "s2", "o1", "o2"])
_ROWS = st.tuples(_NAMES, _KINDS, st.sampled_from(Floor), st.integers(-9, -6), st.integers(0, 9))


@st.composite
def drawn_lists(
    draw: st.DrawFn,
    policies: st.SearchStrategy[Policy] = POLICIES,
    moving: bool = True,
    single: bool = False,
    waiting: int = 12,
) -> SpeakerList:
    """Some have been heard, the last of whom may still speak; some wait; some were put off or withdrew.

    `single`: everybody is ready, and each delegation waits for one thing.
    """
    heard = draw(st.lists(_ROWS, max_size=4))
    rows = draw(st.lists(_ROWS, max_size=waiting, unique_by=(lambda row: row[0]) if single else None))
    on = draw(st.booleans())
    called = [
        entry(n, name, kind, floor, minute, called=n, ended=None if on and n == len(heard) else n + 1)
        for n, (name, kind, floor, minute, _) in enumerate(heard, start=1)
    ]
    about = next((n.inscription_id for n in reversed(called) if n.kind in (*MAIN, REPLY)), None)
    pending = []
    for n, (name, kind, floor, minute, chance) in enumerate(rows, start=51):
        one = entry(n, name, kind, floor, minute)
        if kind is QUESTION:
            one = replace(one, about=about if chance or single else InscriptionId(99))
        if kind is REPLY and chance % 2:
            one = replace(one, item_id=OTHER)
        if not single and chance == 8:
            one = replace(one, not_now_at=TEN)
        if not single and chance == 9:
            one = replace(one, withdrawn_at=TEN)
        pending.append(one)
    moves: tuple[Move, ...] = ()
    if moving and pending:
        ids = st.sampled_from([one.inscription_id for one in pending])
        each = st.tuples(ids, st.lists(ids, unique=True, max_size=4), st.integers(0, 3))
        drawn = draw(st.lists(each, max_size=3, unique_by=lambda row: row[0]))
        moves = tuple(
            Move(who, tuple(other for other in before if other != who), "Reason", TEN + minute * MINUTE)
            for who, before, minute in sorted(drawn, key=lambda row: row[2])
        )
    return listed(
        *called,
        *pending,
        policy=draw(policies),
        sitting=sitting(last=draw(st.booleans())),
        moves=moves,
        spoken_before=draw(st.dictionaries(_NAMES.map(DelegationId), st.integers(0, 2), max_size=3)),
    )
