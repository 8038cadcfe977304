"""When a poll opens and closes: from its item's real course where that is certain, else as planned."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from meeting.agenda import Agenda, State
from meeting.programme import DayId, Mode
from meeting.timetable import slot_of

if TYPE_CHECKING:
    from meeting.polls import Poll


class When(StrEnum):
    """What a moment counts from."""

    HAND = "hand"
    START = "start"
    END = "end"
    DAY = "day"


@dataclass(frozen=True)
class Moment:
    """When a poll opens or closes: by hand, so long after the item's real start or end, or on a day at a
    time of the venue. Written `hand`, `start+15`, `end`, `end+5`, `d2 08:30`: how long before an item's end
    it is nobody can tell."""

    when: When
    offset: timedelta = timedelta()
    day_id: DayId | None = None
    at: time | None = None

    @classmethod
    def read(cls, text: str) -> "Moment":
        """From the way it is written. ValueError for anything else."""
        text = " ".join(text.split())
        if text == When.HAND:
            return cls(When.HAND)
        if found := re.fullmatch(r"(start|end)(?: ?\+ ?([0-9]{1,3}))?", text):
            return cls(When(found[1]), timedelta(minutes=int(found[2] or 0)))
        if found := re.fullmatch(r"([a-z0-9][a-z0-9-]{0,30}) ([01]?[0-9]|2[0-3]):([0-5][0-9])", text):
            return cls(When.DAY, day_id=DayId(found[1]), at=time(int(found[2]), int(found[3])))
        raise ValueError(text)

    def __str__(self) -> str:
        if self.when is When.DAY:
            return f"{self.day_id} {self.at:%H:%M}"
        minutes = int(self.offset.total_seconds() // 60)
        return f"{self.when}{minutes:+d}" if minutes else self.when.value


BY_HAND = Moment(When.HAND)


@dataclass(frozen=True)
class Course:
    """What has really happened to a poll's item, and the days' dates: what a moment counts from."""

    zone: ZoneInfo
    dates: Mapping[DayId, date]
    started_at: datetime | None = None
    ended_at: datetime | None = None
    mode: Mode = Mode.HYBRID


def course_of(agenda: Agenda, poll: "Poll") -> Course:
    """The course of the poll's item on this agenda; of no item, if it has none there."""
    item = next((item for item in agenda.items if item.item_id == poll.item_id), None)
    dates = {day.day_id: day.date for day in agenda.days}
    if item is None:
        return Course(agenda.zone, dates)
    return Course(agenda.zone, dates, item.started_at, item.ended_at, item.mode)


def falls(moment: Moment, course: Course) -> datetime | None:
    """When a moment falls, as far as that is certain; None while it is not (or never comes by itself)."""
    if moment.when is When.DAY:
        assert moment.day_id is not None and moment.at is not None
        on = course.dates.get(moment.day_id)
        return None if on is None else datetime.combine(on, moment.at, course.zone).astimezone(UTC)
    counted = {When.START: course.started_at, When.END: course.ended_at}.get(moment.when)
    return None if counted is None else counted + moment.offset


def closes_at(poll: "Poll", course: Course) -> datetime | None:
    """When the poll closes, as far as that is certain. A moderator's decision goes before the programme's."""
    return poll.extended_to or falls(poll.closes, course)


def opens_at(poll: "Poll", course: Course) -> datetime | None:
    """When the poll opens by itself, as far as that is certain; None if it will not.

    Of an item that ends earlier than its poll was to open, the poll opens at that end, if it outlives it.
    """
    at = falls(poll.opens, course)
    if poll.opens.when is When.START and at is not None and course.ended_at is not None:
        at = min(at, course.ended_at)
    closing = closes_at(poll, course)
    if at is not None and closing is not None and closing <= at:
        return None
    return at


def closing_expected(poll: "Poll", agenda: Agenda) -> datetime | None:
    """When the poll closes as things stand: certain, or as planned; None if by hand or not foreseen."""
    course = course_of(agenda, poll)
    certain = closes_at(poll, course)
    if certain is not None or poll.closes.when not in (When.START, When.END) or poll.item_id is None:
        return certain
    if all(item.item_id != poll.item_id for item in agenda.items):
        return None
    slot = slot_of(agenda, poll.item_id)
    if slot is None:
        return None
    return (slot.begins if poll.closes.when is When.START else slot.ends) + poll.closes.offset


def is_open(poll: "Poll", course: Course, now: datetime) -> bool:
    """Whether a ballot counts now: also in the moment before the closing is written down."""
    closing = closes_at(poll, course)
    return poll.opened_at is not None and poll.closed_at is None and (closing is None or now < closing)


def opening_expected(poll: "Poll", agenda: Agenda) -> datetime | None:
    """When the poll opens by itself as things stand: certain, or as planned; None if it will not."""
    certain = opens_at(poll, course_of(agenda, poll))
    item = next((item for item in agenda.items if item.item_id == poll.item_id), None)
    if certain is not None or item is None or poll.opens.when not in (When.START, When.END):
        return certain
    slot = slot_of(agenda, item.item_id)
    if slot is None or item.state in (State.ENDED, State.SKIPPED):
        return None
    return (slot.begins if poll.opens.when is When.START else slot.ends) + poll.opens.offset


def missed(poll: "Poll", agenda: Agenda, now: datetime) -> bool:
    """Whether the poll was to open by itself, and will not any more: only by hand."""
    if poll.opened_at is not None or poll.opens.when is When.HAND:
        return False
    course = course_of(agenda, poll)
    opening, closing = opens_at(poll, course), closes_at(poll, course)
    if opening is not None:
        return closing is not None and closing <= now
    return opening_expected(poll, agenda) is None
