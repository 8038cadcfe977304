"""The agenda as it stands: the ledger's facts (what began, what was decided), no derived time.

When things happen is derived in `meeting.timetable`; what may be done is in `meeting.conduct`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from meeting.programme import DayId, ItemId, Kind, Mode, Question, Start
from meeting.refusals import Refused


class UnknownItem(Refused):
    """No item has that id."""


class UnknownDay(Refused):
    """No day has that id."""


class State(StrEnum):
    """Derived from an item's instants."""

    PLANNED = "planned"
    RUNNING = "running"
    SUSPENDED = "suspended"
    ENDED = "ended"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Suspension:
    """A pause of a running item; still on while `resumed_at` is None."""

    suspended_at: datetime
    resumed_at: datetime | None = None


@dataclass(frozen=True)
class Item:
    """An agenda item: as planned, as decided since, and what has happened to it. Instants are aware UTC.

    `starts_at` is the decided earliest beginning and `duration` the decided length; what the item's times
    come out as, given all others, is its `Slot`. `planned_*` are the file's, kept to tell what a later file
    changes.
    """

    item_id: ItemId
    day_id: DayId
    kind: Kind
    title: str
    mode: Mode
    chair: str
    start: Start
    fixed: bool
    planned_starts_at: datetime
    planned_ends_at: datetime
    starts_at: datetime
    duration: timedelta
    question: Question | None = None
    illustrative: bool = False
    started_at: datetime | None = None
    ended_at: datetime | None = None
    skipped_at: datetime | None = None
    deferred_at: datetime | None = None
    deferrals: int = 0
    suspensions: tuple[Suspension, ...] = ()

    @property
    def state(self) -> State:
        if self.ended_at is not None:
            return State.ENDED
        if self.started_at is not None:
            if self.suspensions and self.suspensions[-1].resumed_at is None:
                return State.SUSPENDED
            return State.RUNNING
        return State.PLANNED if self.skipped_at is None else State.SKIPPED

    @property
    def to_come(self) -> bool:
        return self.state is State.PLANNED

    def over(self, now: datetime) -> bool:
        """Whether this is a break or an opening of which nothing would be left if it began now."""
        return self.kind is not Kind.SESSION and self.starts_at + self.duration <= now

    @property
    def on(self) -> bool:
        return self.state in (State.RUNNING, State.SUSPENDED)


@dataclass(frozen=True)
class Day:
    """A day's items in the order they are taken."""

    day_id: DayId
    title: str
    date: date
    join_url: str | None
    items: tuple[Item, ...]

    @property
    def closed_at(self) -> datetime | None:
        """When the last of its items ended or was skipped; None while any is left, or if none was held."""
        if any(item.state not in (State.ENDED, State.SKIPPED) for item in self.items):
            return None
        if all(item.ended_at is None for item in self.items):
            return None
        return max(at for item in self.items if (at := item.ended_at or item.skipped_at) is not None)


@dataclass(frozen=True)
class Agenda:
    """All days. `revision` counts committed changes; operator buttons carry the one they were drawn for."""

    title: str
    time_zone: str
    venue: str
    days: tuple[Day, ...]
    revision: int = 0
    about: str = ""
    marking: str = ""
    zone: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "zone", ZoneInfo(self.time_zone))

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for day in self.days for item in day.items)

    @property
    def running(self) -> Item | None:
        """The item that is on, suspended or not; there is at most one."""
        return next((item for item in self.items if item.on), None)

    def item(self, item_id: ItemId) -> Item:
        """Raises `UnknownItem`."""
        for item in self.items:
            if item.item_id == item_id:
                return item
        raise UnknownItem(item_id=item_id)

    def day(self, day_id: DayId) -> Day:
        """Raises `UnknownDay`."""
        for day in self.days:
            if day.day_id == day_id:
                return day
        raise UnknownDay(day_id=day_id)

    def today(self, now: datetime) -> Day:
        """The day in course: the last whose date has come at the venue, else the first.

        By date alone: what was left running yesterday does not hold today up.
        """
        local = now.astimezone(self.zone).date()
        return next((day for day in reversed(self.days) if day.date <= local), self.days[0])

    def next_item(self, now: datetime) -> Item | None:
        """The day in course's first item to come, but for breaks and openings whose time is past."""
        return next((item for item in self.today(now).items if item.to_come and not item.over(now)), None)

    def question_item(self, question_id: str) -> Item | None:
        """The item a guiding question belongs to, if it is on the agenda."""
        return next((i for i in self.items if i.question and i.question.question_id == question_id), None)

    def mapped(self, change: Callable[[Item], Item]) -> "Agenda":
        """The same agenda with `change` applied to each item."""
        return replace(
            self,
            days=tuple(replace(day, items=tuple(change(item) for item in day.items)) for day in self.days),
        )

    def with_item(self, changed: Item) -> "Agenda":
        """The same agenda with the item of that id replaced in its place."""
        return self.mapped(lambda item: changed if item.item_id == changed.item_id else item)

    def with_order(self, day_id: DayId, items: tuple[Item, ...]) -> "Agenda":
        """The same agenda with one day's items replaced."""
        return replace(
            self, days=tuple(replace(day, items=items) if day.day_id == day_id else day for day in self.days)
        )
