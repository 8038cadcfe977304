"""A changed programme file, set against the agenda as it stands.

What has begun stays as it is. What has not takes over what the file now says; a time that moderators moved
keeps their decision unless the file itself names another time than before.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from meeting.agenda import Agenda, Day, Item
from meeting.programme import DayId, PlannedDay, PlannedItem, Programme, QuestionId
from meeting.timetable import Effect, effects


@dataclass(frozen=True)
class Difference:
    """What a reload would do: the agenda after it, and its changes by kind."""

    after: Agenda
    added: tuple[Item, ...]
    changed: tuple[Item, ...]
    removed: tuple[Item, ...]
    kept: tuple[Item, ...]
    """Items that have begun and that the file describes otherwise: not changed."""
    retimed: tuple[Effect, ...]
    other: bool
    """Whether the title, a day's name or link, or the settings differ."""

    @property
    def nothing(self) -> bool:
        return not (self.added or self.changed or self.removed or self.retimed or self.other)


def fresh_days(programme: Programme) -> tuple[Day, ...]:
    """The days as they stand right after an import."""
    return tuple(
        Day(day.day_id, day.title, day.date, day.join_url, tuple(_fresh(day, item) for item in day.items))
        for day in programme.days
    )


def compare(agenda: Agenda, programme: Programme, now: datetime) -> Difference:
    """The agenda with the programme's changes applied to all that has not begun."""
    existing = {item.item_id: item for item in agenda.items}
    planned = {item.item_id for item in programme.items}
    begun = {i.question.question_id for i in agenda.items if i.question and i.started_at is not None}
    asked = {item.question.question_id for item in programme.items if item.question}
    added: list[Item] = []
    changed: list[Item] = []
    kept: list[Item] = []
    heads = {day.day_id: day for day in (*agenda.days, *fresh_days(programme))}
    days: dict[DayId, list[Item]] = {day_id: [] for day_id in heads}
    removed = [item for item in agenda.items if item.item_id not in planned and item.to_come]
    for item in agenda.items:
        if item.item_id not in planned:
            left = _unasked(item, asked) if item.started_at is None else item
            days[item.day_id].append(replace(left, skipped_at=now) if item.to_come else left)
    for day in programme.days:
        for plan in day.items:
            fresh, old = _fresh(day, plan), existing.get(plan.item_id)
            if old is None or old.started_at is None:
                fresh = _unasked(fresh, begun)
            if old is None:
                added.append(fresh)
                days[day.day_id].append(fresh)
                continue
            merged = _merged(old, fresh)
            if old.started_at is not None:
                if merged != old:
                    kept.append(old)
                merged = old
            elif merged != old:
                changed.append(merged)
            days[merged.day_id].append(merged)
    after = replace(
        agenda,
        title=programme.title,
        time_zone=programme.time_zone,
        venue=programme.venue,
        about=programme.about,
        days=tuple(
            sorted(
                (replace(heads[day_id], items=_in_order(agenda, items)) for day_id, items in days.items()),
                key=lambda day: day.date,
            )
        ),
    )
    retimed = tuple(e for e in effects(agenda, after, now) if e.was is not None and e.becomes is not None)
    other = _heads(agenda) != _heads(after)
    return Difference(after, tuple(added), tuple(changed), tuple(removed), tuple(kept), retimed, other)


def _unasked(item: Item, elsewhere: set[QuestionId]) -> Item:
    """The item without its question if that is put elsewhere: a question belongs to one item."""
    if item.question is None or item.question.question_id not in elsewhere:
        return item
    return replace(item, question=None)


def _in_order(agenda: Agenda, items: list[Item]) -> tuple[Item, ...]:
    """What the file leaves as it was keeps its order; what it adds or times anew goes in by its time."""
    place = {item.item_id: (n, item.starts_at) for n, item in enumerate(agenda.items)}

    def new(item: Item) -> bool:
        known = place.get(item.item_id)
        return known is None or item.starts_at != known[1]

    ordered = sorted((item for item in items if not new(item)), key=lambda item: place[item.item_id][0])
    for item in sorted((item for item in items if new(item)), key=lambda item: item.starts_at):
        at = next(
            (
                n
                for n, other in enumerate(ordered)
                if other.started_at is None and other.starts_at > item.starts_at
            ),
            len(ordered),
        )
        ordered.insert(at, item)
    return tuple(ordered)


def _merged(old: Item, fresh: Item) -> Item:
    replanned = (old.planned_starts_at, old.planned_ends_at) != (
        fresh.planned_starts_at,
        fresh.planned_ends_at,
    )
    return replace(
        old,
        kind=fresh.kind,
        title=fresh.title,
        mode=fresh.mode,
        chair=fresh.chair,
        start=fresh.start,
        question=fresh.question,
        illustrative=fresh.illustrative,
        planned_starts_at=fresh.planned_starts_at,
        planned_ends_at=fresh.planned_ends_at,
        day_id=fresh.day_id if replanned else old.day_id,
        starts_at=fresh.starts_at if replanned else old.starts_at,
        duration=fresh.duration if replanned else old.duration,
        fixed=fresh.fixed if replanned or not old.deferrals else old.fixed,
    )


def _heads(agenda: Agenda) -> tuple[object, ...]:
    days = tuple((day.day_id, day.title, day.date, day.join_url) for day in agenda.days)
    return (agenda.title, agenda.time_zone, agenda.venue, agenda.about, days)


def _fresh(day: PlannedDay, item: PlannedItem) -> Item:
    return Item(
        item_id=item.item_id,
        day_id=day.day_id,
        kind=item.kind,
        title=item.title,
        mode=item.mode,
        chair=item.chair,
        start=item.start,
        fixed=item.fixed,
        planned_starts_at=item.starts_at,
        planned_ends_at=item.ends_at,
        starts_at=item.starts_at,
        duration=item.duration,
        question=item.question,
        illustrative=item.illustrative,
    )
