"""The conduct of business: what may be done with the agenda.

Each act takes the agenda as it stands and gives the next one, or raises a refusal; nothing is half done.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from meeting.agenda import Agenda, Item, State, Suspension
from meeting.programme import DayId, ItemId, Kind, Start
from meeting.refusals import OutOfDate, Refused
from meeting.timetable import counted_from, decided, forecast, natural_end, overdue, whole_minute

LONGEST = timedelta(hours=12)
"""No item is extended or shifted by more than this in one act: a slip of the finger, not a decision."""


class AlreadyBegun(Refused):
    """The item runs or is over, and the act is for items to come."""


class NothingRunning(Refused):
    """The act is for the running item, and none runs."""


class NotSuspended(Refused):
    """Only a suspended item can be resumed."""


class AlreadySuspended(Refused):
    """The running item is suspended already."""


class NothingNext(Refused):
    """No item of the day is left to begin."""


class AnotherDay(Refused):
    """The item stands on another day; it is to be deferred to today before it can begin."""


class FixedTime(Refused):
    """The item's time is fixed and does not move."""


class NoTime(Refused):
    """The number of minutes is nought or beyond reason."""


class DayOver(Refused):
    """The day's date is past."""


class TakenOff(Refused):
    """The item has been skipped; it may be started or deferred after all, nothing else."""


class SamePlace(Refused):
    """The item stands there already."""


def check_revision(agenda: Agenda, revision: int | None) -> None:
    """Raise `OutOfDate` when a button was drawn for another revision; None is a typed command."""
    if revision is not None and revision != agenda.revision:
        raise OutOfDate()


def start(agenda: Agenda, item_id: ItemId, now: datetime) -> Agenda:
    """The item begins; what ran ends.

    It is taken before everything of its day still to come; breaks and openings already due by then are
    passed over, sessions stay to be taken. A skipped item may be started after all.

    Raises `UnknownItem`, `AlreadyBegun`, `AnotherDay` (an item of a day that is not in course).
    """
    item = agenda.item(item_id)
    if item.started_at is not None:
        raise AlreadyBegun(item=item.title)
    today = agenda.today(now)
    if item.day_id != today.day_id:
        raise AnotherDay(item=item.title, day=agenda.day(item.day_id).title, today=today.title)
    if agenda.running is not None:
        agenda = end(agenda, now)
    place = [other.item_id for other in agenda.day(item.day_id).items].index(item_id)
    others = [
        replace(other, skipped_at=now) if n < place and _passed_over(other, now) else other
        for n, other in enumerate(agenda.day(item.day_id).items)
        if other.item_id != item_id
    ]
    first = next((n for n, other in enumerate(others) if other.to_come), len(others))
    begun = replace(item, started_at=now, skipped_at=None)
    return agenda.with_order(item.day_id, (*others[:first], begun, *others[first:]))


def _passed_over(item: Item, now: datetime) -> bool:
    return item.to_come and item.kind is not Kind.SESSION and item.starts_at <= now


def next_(agenda: Agenda, now: datetime, expected: ItemId | None = None) -> Agenda:
    """The next item of the day begins; what ran ends.

    `expected` is the item a button names: what is next also changes with the clock alone. Raises
    `NothingNext` when none is left, `OutOfDate` when another than expected is next.
    """
    item = agenda.next_item(now)
    if item is None:
        raise NothingNext()
    if expected is not None and item.item_id != expected:
        raise OutOfDate()
    return start(agenda, item.item_id, now)


def end(agenda: Agenda, now: datetime) -> Agenda:
    """The running item ends. Raises `NothingRunning`."""
    item = _running(agenda)
    return agenda.with_item(replace(_resumed(item, now), ended_at=now))


def suspend(agenda: Agenda, now: datetime) -> Agenda:
    """The running item is suspended. Raises `NothingRunning`, `AlreadySuspended`."""
    item = _running(agenda)
    if item.state is State.SUSPENDED:
        raise AlreadySuspended(item=item.title)
    return agenda.with_item(replace(item, suspensions=(*item.suspensions, Suspension(now))))


def resume(agenda: Agenda, now: datetime) -> Agenda:
    """The suspended item goes on. Raises `NothingRunning`, `NotSuspended`."""
    item = _running(agenda)
    if item.state is not State.SUSPENDED:
        raise NotSuspended(item=item.title)
    return agenda.with_item(_resumed(item, now))


def extend(agenda: Agenda, minutes: int, now: datetime) -> Agenda:
    """The running item gets that much more time, counted from its end or, when that is past, from now.

    Negative minutes shorten it, but not to before now. Raises `NothingRunning`, `NoTime`.
    """
    _check_minutes(minutes)
    item, now = _running(agenda), whole_minute(now)
    ends = max(natural_end(item, now), now)
    wanted = max(ends + timedelta(minutes=minutes), now)
    return agenda.with_item(replace(item, duration=max(wanted - counted_from(item, now), timedelta())))


def shift(agenda: Agenda, item_id: ItemId, minutes: int, now: datetime) -> Agenda:
    """An item to come begins that much later (or earlier), counted from its time or, when past, from now.

    What follows floats after it (see `meeting.timetable`). Moving earlier moves the items after it up to
    the next fixed one as well. Raises `UnknownItem`, `AlreadyBegun`, `FixedTime`, `NoTime`.
    """
    _check_minutes(minutes)
    item = _to_come(agenda, item_id)
    if item.fixed:
        raise FixedTime(item=item.title, at=item.starts_at)
    slots = {slot.item.item_id: slot for slot in forecast(agenda, item.day_id, now)}
    by = timedelta(minutes=minutes)
    agenda = agenda.with_item(replace(item, starts_at=slots[item_id].begins + by))
    # Not before what stands before it ends: what is kept is what comes of it.
    comes = next(slot.begins for slot in decided(agenda, item.day_id) if slot.item.item_id == item_id)
    agenda = agenda.with_item(replace(item, starts_at=max(comes, slots[item_id].begins + by)))
    if minutes > 0:
        return agenda
    later = False
    for other in agenda.day(item.day_id).items:
        if other.item_id == item_id:
            later = True
        elif later and other.to_come:
            if other.fixed:
                break
            agenda = agenda.with_item(replace(other, starts_at=slots[other.item_id].begins + by))
    return agenda


def skip(agenda: Agenda, item_id: ItemId, now: datetime) -> Agenda:
    """An item to come is not taken. Raises `UnknownItem`, `AlreadyBegun`."""
    item = _to_come(agenda, item_id)
    return agenda.with_item(replace(item, skipped_at=now))


def defer(agenda: Agenda, item_id: ItemId, day_id: DayId, now: datetime) -> Agenda:
    """An item to come is taken at the end of another day, or of its own, instead of in its place.

    Its time there is after what stands last; a skipped item is taken up again; a fixed one floats from
    then on. Raises `UnknownItem`, `UnknownDay`, `AlreadyBegun`, `DayOver`,
    `SamePlace`.
    """
    item = agenda.item(item_id)
    if item.started_at is not None:
        raise AlreadyBegun(item=item.title)
    day = agenda.day(day_id)
    if day.date < now.astimezone(agenda.zone).date():
        raise DayOver(day=day.title)
    if item.day_id == day_id and day.items[-1].item_id == item_id and item.to_come:
        raise SamePlace(item=item.title)
    agenda = agenda.with_order(
        item.day_id, tuple(i for i in agenda.day(item.day_id).items if i.item_id != item_id)
    )
    there = max((slot.ends for slot in decided(agenda, day_id)), default=None)
    if there is None:
        local = item.starts_at.astimezone(agenda.zone).timetz()
        there = datetime.combine(day.date, local).astimezone(UTC)
    ends = max(there, whole_minute(now))
    moved = replace(
        item,
        day_id=day_id,
        starts_at=ends,
        fixed=False,
        skipped_at=None,
        deferred_at=now,
        deferrals=item.deferrals + 1,
    )
    return agenda.with_order(day_id, (*agenda.day(day_id).items, moved))


def reorder(agenda: Agenda, item_id: ItemId, before: ItemId, now: datetime) -> Agenda:
    """An item to come is taken before another of its day.

    The items between the two places then follow each other without gaps from where the first of them
    began; fixed ones keep their time. Raises `UnknownItem`, `AlreadyBegun`, `AnotherDay`, `FixedTime`,
    `SamePlace`.
    """
    item, target = _to_come(agenda, item_id), _to_come(agenda, before)
    if item.fixed:
        raise FixedTime(item=item.title, at=item.starts_at)
    if item_id == before:
        raise SamePlace(item=item.title)
    if item.day_id != target.day_id:
        raise AnotherDay(
            item=item.title, day=agenda.day(item.day_id).title, today=agenda.day(target.day_id).title
        )
    old = agenda.day(item.day_id).items
    new = [i for i in old if i.item_id != item_id]
    new.insert(next(n for n, i in enumerate(new) if i.item_id == before), item)
    if tuple(new) == old:
        raise SamePlace(item=item.title)
    changed = [n for n, (a, b) in enumerate(zip(old, new, strict=True)) if a.item_id != b.item_id]
    begins = {slot.item.item_id: slot.begins for slot in forecast(agenda, item.day_id, now)}
    cursor = min(begins[i.item_id] for i in old[changed[0] : changed[-1] + 1] if i.to_come)
    for n in range(changed[0], changed[-1] + 1):
        if not new[n].to_come:
            continue
        if new[n].fixed:
            cursor = max(cursor, new[n].starts_at + new[n].duration)
        else:
            new[n] = replace(new[n], starts_at=cursor)
            cursor += new[n].duration
    return agenda.with_order(item.day_id, tuple(new))


def start_due(agenda: Agenda, now: datetime) -> Agenda:
    """What the clock starts by now, if anything: the last item due of those that start by the clock.

    Only on the item's own date: a programme wholly past begins nothing. Returns the same agenda when
    nothing is due.
    """
    day = agenda.today(now)
    if now.astimezone(agenda.zone).date() != day.date:
        return agenda
    due = [
        slot.item.item_id
        for slot in forecast(agenda, day.day_id, now)
        if slot.item.to_come
        and slot.item.start is Start.CLOCK
        and slot.begins <= now
        and not slot.item.over(now)
        and not overdue(slot.item, now)
    ]
    running = agenda.running
    if running is not None and running.started_at is not None:
        begun = whole_minute(running.started_at)
        passed = {i.item_id for i in day.items if i.fixed and i.starts_at <= begun}
        due = [i for i in due if i not in passed or agenda.item(i).kind is not Kind.SESSION]
    return start(agenda, due[-1], now) if due else agenda


def _check_minutes(minutes: int) -> None:
    if minutes == 0 or abs(minutes) > LONGEST // timedelta(minutes=1):
        raise NoTime(minutes=minutes, most=int(LONGEST.total_seconds() // 60))


def _running(agenda: Agenda) -> Item:
    if agenda.running is None:
        raise NothingRunning()
    return agenda.running


def _to_come(agenda: Agenda, item_id: ItemId) -> Item:
    item = agenda.item(item_id)
    if item.started_at is not None:
        raise AlreadyBegun(item=item.title)
    if item.skipped_at is not None:
        raise TakenOff(item=item.title)
    return item


def _resumed(item: Item, now: datetime) -> Item:
    if item.state is not State.SUSPENDED:
        return item
    last = replace(item.suspensions[-1], resumed_at=now)
    return replace(item, suspensions=(*item.suspensions[:-1], last))
