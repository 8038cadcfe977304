"""Conducting a list: opening and closing it, and giving the floor. By those who conduct, or by the clock.

Each act takes the list as it stands and gives the next one, or raises a refusal.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from meeting.refusals import OutOfDate, Refused
from meeting.speaker_order import call_order, here, order
from meeting.speaker_time import limit_of
from meeting.speakers import (
    MAIN,
    Inscription,
    InscriptionId,
    ListState,
    Move,
    Policy,
    SpeakerList,
    SpeechKind,
)
from meeting.writing import legible, shows

REASON = 200
"""Characters of a reason; what is longer is cut."""

INSTANT = timedelta(microseconds=1)
"""The least by which two moments differ in the record."""

NAMED = 5
"""Of those who wait, as many are named."""


class NotHeldNow(Refused):
    """The floor is given while the item runs, and it does not."""


class ItemSuspended(Refused):
    """The item is suspended; it is resumed first."""


class NobodyWaits(Refused):
    """Nobody waits, and nobody has the floor."""


class NobodySpeaks(Refused):
    """The act is for whoever has the floor, and nobody has."""


class SpeechPaused(Refused):
    """The intervention is paused already."""


class SpeechRuns(Refused):
    """The intervention is not paused."""


class ListOpened(Refused):
    """The list is open already."""


class ListOver(Refused):
    """The item is over, and with it its list."""


class LastCalled(Refused):
    """The last call has been made."""


class ListShut(Refused):
    """The list is closed already."""


class NotWaiting(Refused):
    """The inscription does not wait (any more)."""


class SamePosition(Refused):
    """It stands there already."""


class ReasonMissing(Refused):
    """Who changes the order or takes something back says why."""


class RepliesReleased(Refused):
    """Rights of reply are heard already."""


class PeopleWait(Refused):
    """The list is open, and people wait: it is closed before the item ends."""


class Leftover(Refused):
    """The list is closed, and some will not be heard: that is confirmed first."""


class LeftoverAndFloor(Refused):
    """The same, and somebody has the floor."""


class FloorTaken(Refused):
    """Somebody has the floor: that the item ends nonetheless is confirmed first."""


# When a list opens and closes


def opens_at(speakers: SpeakerList) -> datetime:
    """When it opens by itself: so long before the item begins, or when it has begun."""
    planned = speakers.sitting.begins - speakers.policy.opens
    return min(planned, speakers.sitting.started_at or planned)


def last_call_at(speakers: SpeakerList) -> datetime | None:
    """When the last call comes by itself; None if it does not."""
    return _of_end(speakers, speakers.sitting.ends - speakers.policy.last_call)


def closes_at(speakers: SpeakerList) -> datetime | None:
    """When it closes by itself; None if only with the item."""
    return _of_end(speakers, speakers.sitting.ends - speakers.policy.closes)


def _of_end(speakers: SpeakerList, at: datetime) -> datetime | None:
    """Only in the item's own time, and not behind the back of who opened it again."""
    since = max(filter(None, (speakers.sitting.started_at, speakers.reopened_at)), default=None)
    return at if speakers.sitting.on and since is not None and at > since else None


def state_of_list(speakers: SpeakerList, now: datetime) -> ListState:
    """How the list stands, also in the moment before that is written down."""
    if speakers.sitting.over or speakers.closed_at is not None or _past(closes_at(speakers), now):
        return ListState.CLOSED
    if speakers.opened_at is None and (opens_at(speakers) > now or not _may_open(speakers, now)):
        return ListState.NOT_OPEN
    if speakers.last_call_at is not None or _past(last_call_at(speakers), now):
        return ListState.LAST_CALL
    return ListState.OPEN


def _past(at: datetime | None, now: datetime) -> bool:
    return at is not None and at <= now


def _its_day(speakers: SpeakerList, now: datetime) -> bool:
    zone = speakers.sitting.zone
    return speakers.sitting.begins.astimezone(zone).date() == now.astimezone(zone).date()


def _may_open(speakers: SpeakerList, now: datetime) -> bool:
    """Whether the clock may open it: what was not held on its day is not opened by being overdue."""
    return speakers.sitting.on or _its_day(speakers, now)


def turned(speakers: SpeakerList, now: datetime) -> SpeakerList:
    """What the clock does with it by now, at the moments at which it was to; the same list if nothing."""
    if speakers.sitting.over:
        return speakers
    if speakers.opened_at is None and opens_at(speakers) <= now and _may_open(speakers, now):
        speakers = replace(speakers, opened_at=opens_at(speakers))
    if speakers.closed_at is None and speakers.last_call_at is None and _past(last_call_at(speakers), now):
        speakers = replace(speakers, last_call_at=last_call_at(speakers))
    if speakers.closed_at is None and _past(closes_at(speakers), now):
        speakers = replace(speakers, closed_at=closes_at(speakers))
    return speakers


def next_turn(speakers: SpeakerList, now: datetime) -> datetime | None:
    """The next moment at which the clock does something with it; now, if that is past."""
    if speakers.sitting.over or speakers.closed_at is not None:
        return None
    moments = [closes_at(speakers)]
    if speakers.opened_at is None and (opens_at(speakers) > now or _may_open(speakers, now)):
        moments.append(opens_at(speakers))
    if speakers.last_call_at is None:
        moments.append(last_call_at(speakers))
    return min((max(at, now) for at in moments if at is not None), default=None)


def open_(speakers: SpeakerList, now: datetime) -> SpeakerList:
    """Open it before its time, or again. Raises `ListOver`, `ListOpened`."""
    state = _state(speakers, now)
    if state in (ListState.OPEN, ListState.LAST_CALL):
        raise ListOpened()
    if state is ListState.NOT_OPEN:
        return replace(turned(speakers, now), opened_at=now)
    return reopen(speakers, now)


def reopen(speakers: SpeakerList, now: datetime) -> SpeakerList:
    """Open it again: it closes at a moment that is still to come, or by hand.

    Raises `ListOver`, `ListOpened`.
    """
    state = _state(speakers, now)
    if state is not ListState.CLOSED:
        raise ListOpened()
    opened = turned(speakers, now).opened_at or now
    return replace(speakers, opened_at=opened, last_call_at=None, closed_at=None, reopened_at=now)


def last_call(speakers: SpeakerList, now: datetime) -> SpeakerList:
    """The list closes soon. Raises `ListOver`, `ListShut`, `LastCalled`."""
    state = _state(speakers, now)
    if state is ListState.CLOSED:
        raise ListShut(at=speakers.closed_at or closes_at(speakers))
    if state is ListState.LAST_CALL:
        raise LastCalled()
    speakers = turned(speakers, now)
    return replace(speakers, opened_at=speakers.opened_at or now, last_call_at=now)


def close(speakers: SpeakerList, now: datetime) -> SpeakerList:
    """Nobody else is inscribed. Raises `ListOver`, `ListShut`."""
    if _state(speakers, now) is ListState.CLOSED:
        raise ListShut(at=speakers.closed_at or closes_at(speakers))
    return replace(turned(speakers, now), closed_at=now)


def _state(speakers: SpeakerList, now: datetime) -> ListState:
    if speakers.sitting.over:
        raise ListOver(item=speakers.sitting.title)
    return state_of_list(speakers, now)


def with_policy(speakers: SpeakerList, policy: Policy) -> SpeakerList:
    """From now on it is kept by this policy; moments by hand and limits given stay. Raises `ListOver`."""
    if speakers.sitting.over:
        raise ListOver(item=speakers.sitting.title)
    return replace(speakers, policy=policy)


def release_replies(speakers: SpeakerList, now: datetime) -> SpeakerList:
    """Rights of reply are heard in this item. Raises `ListOver`, `RepliesReleased`."""
    if speakers.sitting.over:
        raise ListOver(item=speakers.sitting.title)
    if speakers.replies_due:
        raise RepliesReleased()
    return replace(speakers, replies_at=now)


# Giving the floor


def upcoming(speakers: SpeakerList) -> Inscription | None:
    """Who gets the floor next; None while a point of order is heard: then the speech goes on."""
    first = next((one for one in call_order(speakers) if here(speakers, one)), None)
    if speakers.interrupted is not None and (first is None or first.kind is not SpeechKind.POINT_OF_ORDER):
        return None
    return first


def call_next(
    speakers: SpeakerList,
    now: datetime,
    expected: tuple[InscriptionId | None, InscriptionId | None] | None = None,
) -> SpeakerList:
    """Whoever has the floor is done, and the next has it; a point of order interrupts, and is then over.

    `expected`: who a button says has the floor, and who would have it next. Raises `NotHeldNow`,
    `ItemSuspended`, `OutOfDate`, `NobodyWaits`.
    """
    _held(speakers)
    current, following = speakers.current, upcoming(speakers)
    if expected is not None and expected != (_id(current), _id(following)):
        raise OutOfDate()
    if current is None and following is None:
        raise NobodyWaits()
    interrupts = following is not None and following.kind is SpeechKind.POINT_OF_ORDER
    if current is not None:
        if interrupts and speakers.interrupted is None and current.kind is not SpeechKind.POINT_OF_ORDER:
            speakers = speakers.having(current.pausing(now))
        else:
            speakers = _ended(speakers, current, now, resume=not interrupts)
    if following is None:
        return speakers
    limit = limit_of(speakers, following, now)
    called = replace(following, called_at=now, limit=limit, not_now_at=None, item_id=speakers.item_id)
    return speakers.having(called)


def end(speakers: SpeakerList, now: datetime, expected: InscriptionId | None = None) -> SpeakerList:
    """Whoever has the floor is done; nobody has it, or who was interrupted by a point of order.

    Raises `NotHeldNow`, `NobodySpeaks`, `OutOfDate`.
    """
    return _ended(speakers, _speaking(speakers, expected), now, resume=True)


def pause(speakers: SpeakerList, now: datetime, expected: InscriptionId | None = None) -> SpeakerList:
    """The intervention is off the clock. Raises `NotHeldNow`, `NobodySpeaks`, `OutOfDate`, `SpeechPaused`."""
    current = _speaking(speakers, expected)
    if current.paused:
        raise SpeechPaused()
    return speakers.having(current.pausing(now))


def resume(speakers: SpeakerList, now: datetime, expected: InscriptionId | None = None) -> SpeakerList:
    """It is on the clock again. Raises `NotHeldNow`, `NobodySpeaks`, `OutOfDate`, `SpeechRuns`."""
    current = _speaking(speakers, expected)
    if not current.paused:
        raise SpeechRuns()
    return speakers.having(current.resuming(now))


def move(
    speakers: SpeakerList, inscription_id: InscriptionId, place: int, reason: str, now: datetime
) -> SpeakerList:
    """Put an inscription at a place (from 1) of the order as it stands; one beyond the last is the last.

    Raises `UnknownInscription`, `NotWaiting`, `SamePosition`, `ReasonMissing`.
    """
    one = speakers.named(inscription_id)
    found = list(order(speakers))
    if one not in found:
        raise NotWaiting()
    place = max(1, min(place, len(found)))
    if found.index(one) == place - 1:
        raise SamePosition(place=place)
    found.remove(one)
    behind = tuple(other.inscription_id for other in found[place - 1 :])
    # Each is later than those before it, also where the clock stands: that is their order.
    at = max([now, *(other.moved_at + INSTANT for other in speakers.moves)])
    kept = tuple(other for other in speakers.moves if other.inscription_id != inscription_id)
    return replace(speakers, moves=(*kept, Move(inscription_id, behind, checked_reason(reason), at)))


def checked_reason(text: str) -> str:
    """The reason as it is kept. Raises `ReasonMissing`."""
    text = " ".join(legible(text).split())[:REASON].rstrip()
    if not shows(text):
        raise ReasonMissing()
    return text


def check_leave(speakers: SpeakerList, now: datetime, sure: InscriptionId | None = None) -> None:
    """Whether the item may end: not over the heads of people on an open list, and not unasked.

    `sure`: who had the floor as that was confirmed, 0 for nobody; if it is somebody else by now, it is asked
    again. Raises `PeopleWait`, `Leftover`, `LeftoverAndFloor`, `FloorTaken`.
    """
    waiting = [one for one in order(speakers) if one.kind in (*MAIN, SpeechKind.REPLY)]
    names = tuple(speakers.delegation(one).short_name for one in waiting[:NAMED])
    if waiting and state_of_list(speakers, now) is not ListState.CLOSED:
        raise PeopleWait(n=len(waiting), names=names)
    current = speakers.current
    number = _id(current) or InscriptionId(0)
    if sure == number:
        return
    if current is not None:
        name = speakers.delegation(current).short_name
        if waiting:
            raise LeftoverAndFloor(n=len(waiting), names=names, delegation=name, number=number)
        raise FloorTaken(delegation=name, number=number)
    if waiting:
        raise Leftover(n=len(waiting), names=names, number=number)


def _held(speakers: SpeakerList) -> None:
    if not speakers.sitting.on:
        raise NotHeldNow(item=speakers.sitting.title)
    if speakers.sitting.suspended:
        raise ItemSuspended(item=speakers.sitting.title)


def _speaking(speakers: SpeakerList, expected: InscriptionId | None) -> Inscription:
    if not speakers.sitting.on:
        raise NotHeldNow(item=speakers.sitting.title)
    current = speakers.current
    if expected is not None and _id(current) != expected:
        raise OutOfDate()
    if current is None:
        raise NobodySpeaks()
    return current


def _id(one: Inscription | None) -> InscriptionId | None:
    return one.inscription_id if one is not None else None


def _ended(speakers: SpeakerList, one: Inscription, now: datetime, *, resume: bool) -> SpeakerList:
    """It is over; the speech it interrupted, if any, goes on."""
    if resume:
        speakers = gone_on(speakers, now)
    return speakers.having(replace(one.resuming(now), ended_at=now))


def gone_on(speakers: SpeakerList, now: datetime) -> SpeakerList:
    """The speech a point of order interrupts, if any, goes on, unless it was paused by hand before that."""
    interrupted = speakers.interrupted
    if interrupted is None or not interrupted.paused:
        return speakers
    by_hand = interrupted.pauses[-1].paused_at < _first_order_after(speakers, interrupted)
    return speakers if by_hand else speakers.having(interrupted.resuming(now))


def _first_order_after(speakers: SpeakerList, interrupted: Inscription) -> datetime:
    """When the speech was interrupted: several points of order may have followed each other."""
    assert interrupted.pauses
    since = interrupted.pauses[-1].paused_at
    orders = (one.called_at for one in speakers.heard if one.kind is SpeechKind.POINT_OF_ORDER)
    return min(at for at in orders if at is not None and at >= since)


def current_list(lists: Iterable[SpeakerList], now: datetime) -> SpeakerList | None:
    """The list that is meant where none is named: that of the running item, else the first that is open."""
    taking = (ListState.OPEN, ListState.LAST_CALL)
    found = list(lists)
    running = next((one for one in found if one.sitting.on), None)
    opened = [one for one in found if state_of_list(one, now) in taking]
    # What was left over from another day does not stand before today's.
    opened.sort(key=lambda one: (not _its_day(one, now), one.sitting.begins < now and not _its_day(one, now)))
    return running or next(iter(opened), None)
