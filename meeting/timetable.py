"""When things happen: derived from the agenda's facts each time, never stored.

Times come out in whole minutes. *Decided* is what the facts and decisions say; *forecast* also lets what
is waited for slip with the clock: a running item past its end, an item whose start nobody has pressed.

The rules of a day, in one pass from its first item to its last:
- a fixed item keeps its planned times, whatever happens before it;
- a floating session begins when it was decided to, or when what stands before it ends, and keeps its length;
- a floating break begins likewise and keeps its **end**: it absorbs delay, down to nothing, never below;
- what reaches past the next fixed item is cut there, and the time that no longer fits is named.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from meeting.agenda import Agenda, Day, Item, State
from meeting.programme import DayId, ItemId, Kind

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Slot:
    """An item's place in time. `lost` is how much of a session no longer fits before the next fixed item."""

    item: Item
    begins: datetime
    ends: datetime
    lost: timedelta = timedelta()
    before: Item | None = None


@dataclass(frozen=True)
class Effect:
    """What an act would do to one item's times; None where the item has no time."""

    item: Item
    was: Slot | None
    becomes: Slot | None

    @property
    def moved(self) -> bool:
        """Whether the beginning differs, the end differs, or a different amount no longer fits."""
        if self.was is None or self.becomes is None:
            return self.was is not self.becomes
        return (self.was.begins, self.was.ends, self.was.lost) != (
            self.becomes.begins,
            self.becomes.ends,
            self.becomes.lost,
        )


def whole_minute(at: datetime) -> datetime:
    """The instant rounded down to its minute."""
    return at.replace(second=0, microsecond=0)


def natural_end(item: Item, now: datetime | None = None) -> datetime:
    """When a begun item is to end by itself: its length from its start, plus the time it was suspended.

    A break keeps its decided end, begun late or early. Without `now` a suspension that is still on counts
    for nothing.
    """
    if item.started_at is None:
        raise ValueError(f"{item.item_id} has not begun")
    return max(counted_from(item, now) + item.duration, whole_minute(item.started_at))


def counted_from(item: Item, now: datetime | None = None) -> datetime:
    """From when a begun item's length counts: its beginning, later by the time it was suspended."""
    if item.started_at is None:
        raise ValueError(f"{item.item_id} has not begun")
    begun = whole_minute(item.started_at)
    begins = item.starts_at if item.kind is Kind.BREAK else begun
    paused = timedelta()
    for suspension in item.suspensions:
        until = suspension.resumed_at or now
        if until is not None:
            paused += max(until - suspension.suspended_at, timedelta())
    return begins + _whole_minutes_up(paused)


def decided(agenda: Agenda, day_id: DayId) -> tuple[Slot, ...]:
    """A day's slots from facts and decisions alone; skipped items have none."""
    return _slots(agenda.day(day_id), None)


def forecast(agenda: Agenda, day_id: DayId, now: datetime) -> tuple[Slot, ...]:
    """A day's slots as they would come out if all that is waited for happened now.

    What was left undone stops slipping at the end of its date.
    """
    day = agenda.day(day_id)
    return _slots(day, whole_minute(min(now, end_of(agenda, day))))


def slot_of(agenda: Agenda, item_id: ItemId, now: datetime | None = None) -> Slot | None:
    """One item's slot, forecast if `now` is given; None for a skipped item. Raises `UnknownItem`."""
    day_id = agenda.item(item_id).day_id
    slots = decided(agenda, day_id) if now is None else forecast(agenda, day_id, now)
    return next((slot for slot in slots if slot.item.item_id == item_id), None)


def slipping(agenda: Agenda, now: datetime) -> bool:
    """Whether today's forecast moves with the clock: something is over its time, or waits to be started."""
    today = agenda.today(now)
    return now < end_of(agenda, today) and any(
        (slot.item.on and (slot.ends <= now or slot.item.state is State.SUSPENDED))
        or (slot.item.to_come and slot.begins <= now)
        for slot in forecast(agenda, today.day_id, now)
    )


def day_begins(agenda: Agenda, day_id: DayId) -> datetime:
    """When the day's first item begins or began; midnight of its date if none is left."""
    day = agenda.day(day_id)
    midnight = datetime.combine(day.date, time(), agenda.zone).astimezone(UTC)
    return min((slot.begins for slot in decided(agenda, day_id)), default=midnight)


def overdue(item: Item, now: datetime) -> bool:
    """Whether a session's whole planned time has passed without it: people decide about it, not the clock."""
    return item.to_come and item.kind is Kind.SESSION and item.starts_at + item.duration <= now


def effects(before: Agenda, after: Agenda, now: datetime) -> tuple[Effect, ...]:
    """Which items' times an act would change, in the order of the agenda after it."""
    was = {s.item.item_id: s for day in before.days for s in forecast(before, day.day_id, now)}
    becomes = {s.item.item_id: s for day in after.days for s in forecast(after, day.day_id, now)}
    found = (Effect(i, was.get(i.item_id), becomes.get(i.item_id)) for i in after.items)
    return tuple(effect for effect in found if effect.moved)


def end_of(agenda: Agenda, day: Day) -> datetime:
    """The end of the day's date at the venue."""
    return datetime.combine(day.date + timedelta(days=1), time(), agenda.zone).astimezone(UTC)


def _slots(day: Day, now: datetime | None) -> tuple[Slot, ...]:
    slots: list[Slot] = []
    cursor: datetime | None = None
    items = [item for item in day.items if item.state is not State.SKIPPED]
    begun = max((whole_minute(i.started_at) for i in items if i.started_at is not None), default=None)
    for n, item in enumerate(items):
        anchors = (i.starts_at for i in items[n + 1 :] if i.fixed and i.to_come)
        limit = min((at for at in anchors if begun is None or at > begun), default=None)
        slot = _slot(item, cursor, limit, now, items[n - 1] if n else None)
        slots.append(slot)
        ends = slot.ends
        if now is not None and item.fixed and item.to_come and item.kind is Kind.SESSION:
            ends = max(ends, now + item.duration if now > slot.begins else ends)
            ends = ends if limit is None else max(slot.ends, min(ends, limit))
        cursor = ends if cursor is None else max(cursor, ends)
    return tuple(slots)


def _slot(
    item: Item, cursor: datetime | None, limit: datetime | None, now: datetime | None, before: Item | None
) -> Slot:
    if item.started_at is not None and item.ended_at is not None:
        return Slot(item, whole_minute(item.started_at), whole_minute(item.ended_at), before=before)
    if item.started_at is not None:
        begins, wanted = whole_minute(item.started_at), natural_end(item, now)
        ends = wanted if limit is None else max(begins, min(wanted, limit))
        if now is not None:
            ends = max(ends, now)
        lost = max(wanted - ends, timedelta()) if item.kind is Kind.SESSION else timedelta()
        return Slot(item, begins, ends, lost, before)
    if item.fixed:
        return Slot(item, item.starts_at, item.starts_at + item.duration, before=before)
    begins = item.starts_at if cursor is None else max(item.starts_at, cursor)
    if now is not None:
        begins = max(begins, now)
    if limit is not None:
        begins = min(begins, max(limit, cursor) if cursor is not None else limit)
    if item.kind is Kind.BREAK:
        wanted = max(begins, item.starts_at + item.duration)
    else:
        wanted = begins + item.duration
    ends = wanted if limit is None else max(begins, min(wanted, limit))
    lost = wanted - ends if item.kind is Kind.SESSION else timedelta()
    return Slot(item, begins, ends, lost, before)


def _whole_minutes_up(length: timedelta) -> timedelta:
    return -(-length // MINUTE) * MINUTE
