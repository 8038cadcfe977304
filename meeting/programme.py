"""The programme: what the organiser plans, as read from a file and imported once."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from meeting.polls import Poll
    from meeting.speakers import Policy

ItemId = NewType("ItemId", str)
DayId = NewType("DayId", str)
QuestionId = NewType("QuestionId", str)
PartId = NewType("PartId", str)


class Kind(StrEnum):
    """A session is business; an opening gathers people (accreditation, a welcome); a break is a break."""

    SESSION = "session"
    OPENING = "opening"
    BREAK = "break"


class Mode(StrEnum):
    """Whether the virtual side takes part in an item or only those present."""

    HYBRID = "hybrid"
    IN_PERSON = "in_person"


class Start(StrEnum):
    """Who starts an item: the clock at its planned minute, or the chair by an operator's press."""

    CLOCK = "clock"
    CHAIR = "chair"


@dataclass(frozen=True)
class Part:
    """One of the questions inside a guiding question; inputs and reports are keyed by it."""

    part_id: PartId
    text: str


@dataclass(frozen=True)
class Question:
    """A guiding question for discussion, with at least one part."""

    question_id: QuestionId
    title: str
    text: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class PlannedItem:
    """An agenda item as planned. Instants are aware UTC."""

    item_id: ItemId
    kind: Kind
    title: str
    starts_at: datetime
    ends_at: datetime
    mode: Mode
    chair: str
    start: Start
    fixed: bool
    question: Question | None = None
    illustrative: bool = False

    @property
    def duration(self) -> timedelta:
        return self.ends_at - self.starts_at


@dataclass(frozen=True)
class PlannedDay:
    """A day of the meeting; `date` is the venue's."""

    day_id: DayId
    title: str
    date: date
    join_url: str | None
    items: tuple[PlannedItem, ...]


@dataclass(frozen=True)
class NoticeSettings:
    """How long before something a notice of it is due, and how long it stays worth saying."""

    digest: timedelta = timedelta(minutes=30)
    before: timedelta = timedelta(minutes=5)
    before_after_break: timedelta = timedelta(minutes=15)
    announcement_lapses: timedelta = timedelta(minutes=15)
    time_left: timedelta = timedelta(minutes=5)


@dataclass(frozen=True)
class Programme:
    """The whole plan: a title, the venue's zone and the days in order."""

    title: str
    time_zone: str
    venue: str
    days: tuple[PlannedDay, ...]
    notices: NoticeSettings = field(default_factory=NoticeSettings)
    channels: dict[str, str] = field(default_factory=dict)
    about: str = ""
    polls: tuple["Poll", ...] = ()
    """In the order of their items; each names its item."""
    speakers: "Policy | None" = None
    """How lists of speakers are kept; None: as `Policy()` has it."""
    written_until: datetime | None = None
    """Until when one may submit in writing, aware UTC; None: until the end of the last day."""

    @property
    def items(self) -> tuple[PlannedItem, ...]:
        return tuple(item for day in self.days for item in day.items)

    @property
    def fingerprint(self) -> str:
        """Tells one programme from another: a digest of all it says, the same in every process."""
        # A set prints in an order of its own in each process; an electorate is one.
        polls = tuple((replace(poll, electorate=frozenset()), poll.tallies) for poll in self.polls)
        said = repr((replace(self, polls=()), polls))
        return hashlib.sha256(said.encode()).hexdigest()
