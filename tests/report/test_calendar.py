"""The calendar file, read back as a calendar would."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest

from config.programme import read_programme
from meeting import conduct
from meeting.agenda import Agenda
from meeting.programme import DayId, ItemId, Mode
from meeting.reload import fresh_days
from report.calendar import calendar_file

ROOT = Path(__file__).parents[2]
NOW = datetime(2022, 9, 6, 12, 0, 30, 5, tzinfo=UTC)


@pytest.fixture
def agenda() -> Agenda:
    programme = read_programme(ROOT / "config" / "programme.yaml")
    days = fresh_days(programme)
    return Agenda(programme.title, programme.time_zone, programme.venue, days, revision=7)


def _events(agenda: Agenda) -> dict[str, Any]:
    calendar: Any = icalendar.Calendar.from_ical(calendar_file(agenda, now=NOW))
    return {str(event["uid"]).split("-2022")[0]: event for event in calendar.walk("VEVENT")}


def test_an_event_for_each_item_at_its_time(agenda: Agenda) -> None:
    events = _events(agenda)
    assert list(events) == [item.item_id for item in agenda.items]
    for item in agenda.items:
        event = events[item.item_id]
        assert (event["dtstart"].dt, event["dtend"].dt) == (item.planned_starts_at, item.planned_ends_at)
        assert str(event["summary"]) == item.title
        assert event["sequence"] == 7
        assert event["dtstamp"].dt == NOW.replace(microsecond=0)


def test_what_imports_ask_for(agenda: Agenda) -> None:
    """RFC 5545: CRLF, no line over 75 octets, UTC times with a Z and no zone needed."""
    data = calendar_file(agenda, now=NOW)
    lines = data.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert not any(b"\n" in line or len(line) > 75 for line in lines)
    assert b"VERSION:2.0" in lines
    assert b"METHOD:PUBLISH" in lines
    assert b"DTSTART:20220907T010000Z" in lines
    assert b"TZID" not in data


def test_place_chair_and_mode(agenda: Agenda) -> None:
    events = _events(agenda)
    hybrid, in_person, pause = events["d1-04"], events["d2-02"], events["d1-b1"]
    assert str(hybrid["location"]) == "Bangkok · https://meet.example/rso-roundtable/day-1"
    assert str(hybrid["url"]) == "https://meet.example/rso-roundtable/day-1"
    assert "Chair: Co-Chairs' representatives\nHybrid" in str(hybrid["description"])
    assert "What have been decisive factors" in str(hybrid["description"])
    assert str(in_person["location"]) == "Bangkok"
    assert "url" not in in_person
    assert "Chair: Co-Managers of the RSO\nIn person only" in str(in_person["description"])
    assert "Chair:" not in str(pause["description"])


def test_no_link_for_an_item_in_person_on_a_hybrid_day(agenda: Agenda) -> None:
    walk = replace(agenda.items[5], mode=Mode.IN_PERSON)
    assert agenda.days[0].join_url
    event = _events(agenda.with_item(walk))[walk.item_id]
    assert str(event["location"]) == "Bangkok"
    assert "url" not in event


def test_uids_stay_and_differ_between_meetings(agenda: Agenda) -> None:
    later = conduct.shift(agenda, ItemId("d1-04"), 10, NOW)
    later = replace(conduct.defer(later, ItemId("d1-03"), DayId("d2"), NOW), revision=9)
    uids = {key: str(event["uid"]) for key, event in _events(agenda).items()}
    assert {key: str(event["uid"]) for key, event in _events(later).items()} == uids
    assert len(set(uids.values())) == len(uids)
    other = replace(
        agenda, days=tuple(replace(day, date=day.date + timedelta(days=1)) for day in agenda.days)
    )
    assert not set(uids.values()) & {str(event["uid"]) for event in _events(other).values()}


def test_decided_times_not_planned_ones(agenda: Agenda) -> None:
    later = conduct.shift(agenda, ItemId("d1-06"), 10, NOW)
    event = _events(later)["d1-06"]
    assert event["dtstart"].dt == agenda.item(ItemId("d1-06")).planned_starts_at + timedelta(minutes=10)


def test_skipped_items_are_left_out(agenda: Agenda) -> None:
    events = _events(conduct.skip(agenda, ItemId("d1-06"), NOW))
    assert "d1-06" not in events
    assert len(events) == len(agenda.items) - 1


def test_a_break_shrunk_to_nothing_has_no_end(agenda: Agenda) -> None:
    event = _events(conduct.shift(agenda, ItemId("d1-03"), 60, NOW))["d1-b1"]
    assert "dtend" not in event


def test_the_marking_stands_before_every_title(agenda: Agenda) -> None:
    marked = replace(agenda, marking="rehearsal – simulated")
    assert all(
        str(event["summary"]).startswith("rehearsal – simulated · ") for event in _events(marked).values()
    )
    calendar: Any = icalendar.Calendar.from_ical(calendar_file(marked, now=NOW))
    assert str(calendar["x-wr-calname"]).startswith("rehearsal – simulated · ")


def test_signs_that_mean_something_in_the_format(agenda: Agenda) -> None:
    title = "A; b, c\\n: é “ไทย”"
    odd = agenda.with_item(replace(agenda.items[0], title=title))
    assert str(_events(odd)["d1-00"]["summary"]) == title


def test_the_same_agenda_gives_the_same_bytes(agenda: Agenda) -> None:
    assert calendar_file(agenda, now=NOW) == calendar_file(agenda, now=NOW)
