"""The agenda as a calendar file (iCalendar, RFC 5545), to be imported by Outlook, Google or Apple.

Times are written in UTC: every reader's calendar shows its own zone, and no zone definition can be misread.
"""

from datetime import UTC, datetime

from icalendar import Calendar, Event

from meeting.agenda import Agenda, Day
from meeting.programme import Mode
from meeting.timetable import Slot, decided

_PRODUCT = "-//Roundtable//Agenda//EN"

_MODES = {
    Mode.HYBRID: "Hybrid: in the room and online",
    Mode.IN_PERSON: "In person only",
}


def calendar_file(agenda: Agenda, *, now: datetime) -> bytes:
    """The file: an event for each item that is not skipped, at its decided times.

    An item keeps its UID whatever happens to it, and SEQUENCE is the agenda's revision, so that a later file
    replaces what an earlier one put into the calendar. `now` is an aware instant; it dates the file.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _marked(agenda, agenda.title))
    for day in agenda.days:
        for slot in decided(agenda, day.day_id):
            calendar.add_component(_event(agenda, day, slot, now))
    return bytes(calendar.to_ical())


def _event(agenda: Agenda, day: Day, slot: Slot, now: datetime) -> Event:
    item = slot.item
    event = Event()
    event.add("uid", _uid(agenda, item.item_id))
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", agenda.revision)
    event.add("summary", _marked(agenda, item.title))
    event.add("dtstart", slot.begins.astimezone(UTC))
    if slot.ends > slot.begins:  # an end equal to the start is not allowed (RFC 5545, 3.8.2.2)
        event.add("dtend", slot.ends.astimezone(UTC))
    online = day.join_url if item.mode is Mode.HYBRID else None
    event.add("location", f"{agenda.venue} · {online}" if online else agenda.venue)
    if online:
        event.add("url", online)
    lines = [
        f"Chair: {item.chair}" if item.chair else "",
        _MODES[item.mode],
        item.question.text if item.question else "",
        "Illustrative, still to be confirmed" if item.illustrative else "",
        agenda.title,
    ]
    event.add("description", "\n".join(line for line in lines if line))
    return event


def _uid(agenda: Agenda, item_id: str) -> str:
    """The same in every file of a meeting, and unlike that of another meeting with the same item ids."""
    first = min(day.date for day in agenda.days)
    zone = agenda.time_zone.lower().replace("/", "-").replace("_", "-")
    return f"{item_id}-{first:%Y%m%d}@{zone}.roundtable"


def _marked(agenda: Agenda, title: str) -> str:
    return f"{agenda.marking} · {title}" if agenda.marking else title
