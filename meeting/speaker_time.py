"""Speaking time: whose limit is what, how long the list needs, and who had how much.

Nobody is ever muted or cut: a limit is what is announced, and time over it is counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from meeting.delegations import Category
from meeting.speaker_order import call_order, order, ready
from meeting.speakers import MAIN, Floor, Inscription, InscriptionId, SpeakerList, SpeechKind

STEP = timedelta(seconds=15)
"""Limits are shared out in steps of this."""

ONE_SIDED = 3
"""After so many interventions of one side in a row, while the other waits, those who conduct are told."""

NOTHING = timedelta()


@dataclass(frozen=True)
class Forecast:
    """How long the list needs. `needs` counts from now, what is left of the current intervention included.

    `unfit` do not fit before the item's end, less the chair's reserve; `begins`: when each is expected to get
    the floor, as long as nothing else happens.
    """

    needs: timedelta
    unfit: tuple[Inscription, ...]
    begins: dict[InscriptionId, datetime]


@dataclass(frozen=True)
class Balance:
    """The two sides in one item: statements heard and waiting by side. `nudge`: the side that waits though
    only the other was heard lately."""

    heard: dict[Floor, int]
    waiting: dict[Floor, int]
    nudge: Floor | None = None


@dataclass(frozen=True)
class Share:
    """Interventions of one category and side: how many, how long together, and how many went over."""

    category: Category
    floor: Floor
    interventions: int
    spoken: timedelta
    over: int


def elapsed(speakers: SpeakerList, one: Inscription, now: datetime) -> timedelta:
    """How long an inscription has had the floor, pauses and suspensions of the item taken off."""
    if one.called_at is None:
        return NOTHING
    until = one.ended_at or speakers.sitting.ended_at or now
    spans = [(pause.paused_at, pause.resumed_at or until) for pause in one.pauses]
    spans += [(off.suspended_at, off.resumed_at or until) for off in speakers.sitting.suspensions]
    quiet, covered = NOTHING, one.called_at
    for begins, ends in sorted(spans):
        begins, ends = max(begins, covered), min(ends, until)
        if ends > begins:
            quiet += ends - begins
            covered = ends
    return max(until - one.called_at - quiet, NOTHING)


def overtime(speakers: SpeakerList, one: Inscription, now: datetime) -> timedelta:
    """By how much it is over its limit; nothing while it is not."""
    return max(elapsed(speakers, one, now) - (one.limit or NOTHING), NOTHING)


def limit_of(speakers: SpeakerList, one: Inscription, now: datetime) -> timedelta:
    """The time an inscription gets: as fixed when it was called, else as if it were called now."""
    if one.limit is not None:
        return one.limit
    fixed = speakers.policy.limits.of(one.kind, speakers.delegation(one).category)
    if not speakers.policy.adaptive or one.kind not in MAIN:
        return fixed
    return shared_limit(speakers, now)


def shared_limit(speakers: SpeakerList, now: datetime) -> timedelta:
    """The time left, shared out among the statements that wait, in whole steps; within the policy's bounds.

    (end − now − reserve − n × turn-over) ÷ n, with what is brief or a reply taken off first.
    """
    policy, waiting = speakers.policy, speakers.waiting
    main = [one for one in waiting if one.kind in MAIN]
    others = sum(
        (
            policy.limits.of(one.kind, speakers.delegation(one).category) + policy.turn_over
            for one in waiting
            if one.kind not in MAIN
        ),
        NOTHING,
    )
    number = max(len(main), 1)
    left = (
        speakers.sitting.ends - _free_at(speakers, now) - policy.reserve - others - number * policy.turn_over
    )
    return max(policy.least, min(left / number, policy.most) // STEP * STEP)


def forecast(speakers: SpeakerList, now: datetime) -> Forecast:
    """How long the list needs, and who does not fit."""
    at = _free_at(speakers, now)
    last = speakers.sitting.ends - speakers.policy.reserve
    shared = shared_limit(speakers, now) if speakers.policy.adaptive else None
    begins: dict[InscriptionId, datetime] = {}
    unfit = []
    for one in call_order(speakers):
        at += speakers.policy.turn_over
        begins[one.inscription_id] = at
        at += shared if shared is not None and one.kind in MAIN else limit_of(speakers, one, now)
        if at > last:
            unfit.append(one)
    return Forecast(at - now, tuple(unfit), begins)


def _free_at(speakers: SpeakerList, now: datetime) -> datetime:
    """When the floor is free next: once the current limits have run out, not before the item begins."""
    sitting = speakers.sitting
    if not sitting.on:
        return max(now, sitting.begins)
    left = NOTHING
    for one in filter(None, (speakers.current, speakers.interrupted)):
        left += max((one.limit or NOTHING) - elapsed(speakers, one, now), NOTHING)
    return now + left


def balance(speakers: SpeakerList) -> Balance:
    """The two sides in this item."""
    heard = [one for one in speakers.heard if one.kind in MAIN]
    waiting = [one for one in order(speakers) if one.kind in MAIN]
    numbers = {floor: sum(one.floor is floor for one in waiting) for floor in Floor}
    lately = {one.floor for one in heard[-ONE_SIDED:]}
    nudge = None
    if len(heard) >= ONE_SIDED and len(lately) == 1:
        other = lately.pop().other
        nudge = other if numbers[other] else None
    return Balance({floor: sum(one.floor is floor for one in heard) for floor in Floor}, numbers, nudge)


def shares(lists: Iterable[SpeakerList], now: datetime) -> tuple[Share, ...]:
    """Who had how much, over some lists, by category and side; points of order are no interventions."""
    found: dict[tuple[Category, Floor], list[tuple[timedelta, bool]]] = {}
    for speakers in lists:
        for one in speakers.heard:
            if one.kind is not SpeechKind.POINT_OF_ORDER:
                key = speakers.delegation(one).category, one.floor
                over = overtime(speakers, one, now) > NOTHING
                found.setdefault(key, []).append((elapsed(speakers, one, now), over))
    return tuple(
        Share(
            category,
            floor,
            len(rows),
            sum((length for length, _ in rows), NOTHING),
            sum(over for _, over in rows),
        )
        for category in Category
        for floor in Floor
        if (rows := found.get((category, floor)))
    )


def next_two(speakers: SpeakerList) -> Sequence[Inscription]:
    """Who is to be ready: the next two that would be called as their turn comes."""
    return [one for one in call_order(speakers) if ready(speakers, one)][:2]
