"""What is announced: the same whether the clock is walked or jumps, each once, and never after its time."""

import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meeting import conduct
from meeting.notices import (
    LONGEST_ANNOUNCEMENT,
    Announcement,
    AnnouncementTooLong,
    Channel,
    EmptyAnnouncement,
    NoticeKind,
    check_announcement,
    due,
    key,
    packed,
)
from meeting.programme import Kind, NoticeSettings
from meeting.refusals import Refused
from meeting.timetable import MINUTE, slipping, slot_of, whole_minute

ON_TIME = (
    ("09:00", "d1-01"),
    ("09:20", "d1-02"),
    ("09:30", "d1-03"),
    ("10:20", "d1-04"),
    ("11:10", "d1-05"),
    ("13:00", "d1-06"),
    ("13:50", "d1-07"),
    ("14:55", "d1-08"),
    ("15:55", "d1-09"),
)


def until(kit, clock, presses=ON_TIME, agenda=None):
    """A meeting carried from seven in the morning with these presses, each on its minute, up to a time."""
    meeting, now = kit.Meeting(agenda or kit.default()), kit.bangkok("07:00")
    for at, item_id in presses:
        moment = kit.bangkok(at)
        if moment > kit.bangkok(clock):
            break
        meeting.jump(now, moment)
        now = moment
        meeting.press(now, lambda agenda, at, i=item_id: conduct.start(agenda, i, at))
    meeting.jump(now, kit.bangkok(clock) + MINUTE)
    return meeting


def of(item_id, lines):
    return [line for line in lines if f" {item_id} " in line]


# Properties


def carried(kit, road, agenda, script, announced):
    """Play the script by one road (`jump` or `walk`) and give what was heard."""
    meeting = kit.Meeting(agenda)
    now = kit.first_moment(agenda) - timedelta(hours=1)
    end = now + timedelta(hours=6)
    meeting.tick(now)
    for number, press in enumerate(script):
        moment = now + press.wait
        getattr(meeting, road)(now, moment)
        now = moment
        if number in announced:
            meeting.announcements.append(Announcement(number, "Coffee is served.", now))
        try:
            meeting.agenda = press.on(meeting.agenda, now)
        except Refused:
            pass
        meeting.tick(now)
    getattr(meeting, road)(now, end)
    return meeting


@given(st.data())
@settings(max_examples=20)
def test_jumping_equals_walking(kit, data):
    """The alarm that sleeps until the next due moment says what a bot looking each minute would say."""
    agenda = data.draw(kit.days(most=5, days=1, longest=40))
    script = data.draw(st.lists(kit.presses(), max_size=8))
    announced = data.draw(st.sets(st.integers(0, 7), max_size=2))
    walked = carried(kit, "walk", agenda, script, announced)
    jumped = carried(kit, "jump", agenda, script, announced)
    assert jumped.heard == walked.heard
    assert jumped.agenda == walked.agenda


@given(st.data())
@settings(max_examples=50)
def test_what_is_due_follows_from_agenda_and_log_and_from_nothing_else(kit, data):
    """Asked twice it is the same; once logged, nothing is due; the next moment is always to come."""
    agenda = data.draw(kit.days(most=8))
    script = data.draw(st.lists(kit.presses(seconds=True), max_size=12))
    meeting = kit.Meeting(agenda)
    for _, after, now, _, _ in kit.played(agenda, script):
        meeting.agenda = after
        found = meeting.due(now)
        assert found == meeting.due(now)
        again = kit.Meeting(after, log=dict(reversed(meeting.log.items())))
        assert again.due(now) == found
        keys = [notice.key for notice in found]
        assert len(set(keys)) == len(keys)
        assert not set(keys) & set(meeting.log)
        assert all(notice.due_at <= now for notice in found)
        unlogged = meeting.next_due(now)
        assert unlogged is None or unlogged > now, "a claim in hand does not ring again at once"
        meeting.enter(found, now)
        assert meeting.due(now) == ()
        moment = meeting.next_due(now)
        assert moment is None or moment > now
        if slipping(after, now):
            assert moment <= whole_minute(now) + MINUTE, "faces are redrawn while times slip"


@given(st.data())
@settings(max_examples=50)
def test_each_is_said_once_whatever_is_logged_and_when(kit, data):
    """Even when only some of what is due gets logged (a crash in between), no key ever comes back."""
    agenda = data.draw(kit.days(most=6))
    script = data.draw(st.lists(kit.presses(), max_size=10))
    meeting = kit.Meeting(agenda)
    for _, after, now, _, _ in kit.played(agenda, script):
        meeting.agenda = after
        found = meeting.due(now)
        logged = data.draw(st.integers(0, len(found)))
        meeting.enter(found[:logged], now)
        left = [notice.key for notice in meeting.due(now)]
        assert not set(left) & set(meeting.log)


@given(st.data())
@settings(max_examples=50)
def test_moved_is_said_once_for_each_net_change_and_names_the_newest_time(kit, data):
    """After every act, what people were last told of an item is when it is decided to begin."""
    agenda = data.draw(kit.days(most=6))
    script = data.draw(st.lists(kit.presses(), min_size=4, max_size=14))
    meeting, told = kit.Meeting(agenda), {}
    for _, after, now, _, _ in kit.played(agenda, script):
        meeting.agenda = after
        found = meeting.due(now)
        meeting.enter(found, now)
        moved = [notice for notice in found if notice.kind is NoticeKind.MOVED]
        assert len({notice.item_id for notice in moved}) == len(moved)
        for notice in moved:
            assert notice.about_at == slot_of(after, notice.item_id).begins
            assert notice.about_at != told.get(notice.item_id)
        for notice in found:
            if notice.kind is NoticeKind.SOON and not notice.lapsed(now):
                told[notice.item_id] = notice.about_at
            if notice.item_id in told and notice.kind in (NoticeKind.MOVED, NoticeKind.DEFERRED):
                told[notice.item_id] = notice.about_at
        for item_id, about_at in told.items():
            slot = slot_of(after, item_id)
            if slot is not None and slot.item.to_come and slot.lost < slot.item.duration:
                assert about_at == slot.begins


@given(st.data())
@settings(max_examples=25)
def test_a_slip_while_awaiting_is_not_announced(kit, data):
    """Between acts, the clock alone announces no other time."""
    agenda = data.draw(kit.days(most=5, days=1, longest=40))
    steps = kit.played(agenda, data.draw(st.lists(kit.presses(), max_size=8)))
    now = steps[-1][2] if steps else kit.first_moment(agenda)
    meeting = kit.Meeting(steps[-1][1] if steps else agenda)
    meeting.tick(now)
    for _ in range(90):
        now += MINUTE
        begun = [item.started_at for item in meeting.agenda.items]
        found = meeting.tick(now)
        if begun == [item.started_at for item in meeting.agenda.items]:
            assert not [n for n in found if n.kind in (NoticeKind.MOVED, NoticeKind.DEFERRED)]


@given(st.data())
@settings(max_examples=12)
def test_soon_again_only_if_it_moved_by_more_than_the_lead(kit, data):
    agenda = data.draw(kit.days(most=5, days=1, longest=40))
    script = data.draw(st.lists(kit.presses(verbs=("shift", "extend", "next", "start_due")), max_size=10))
    meeting = carried(kit, "jump", agenda, script, ())
    said = {}
    for now, notice in meeting.heard:
        if notice.kind is NoticeKind.SOON:
            lead = notice.about_at - notice.due_at
            assert lead in (5 * MINUTE, 15 * MINUTE)
            if notice.item_id in said:
                assert abs(notice.about_at - said[notice.item_id]) > lead
            said[notice.item_id] = notice.about_at
            assert notice.lapsed(now) is (now >= notice.about_at)


@given(st.data())
@settings(max_examples=40)
def test_nothing_lives_longer_than_the_table_says(kit, data):
    """A notice is worth saying up to the start, the item's end, noon, a quarter of an hour; then never."""
    agenda = data.draw(kit.days(most=6, days=1))
    for _, after, now, _, _ in kit.played(agenda, data.draw(st.lists(kit.presses(), max_size=10))):
        for notice in kit.Meeting(after).due(now):
            if notice.lapsed(now):
                continue
            item = after.item(notice.item_id) if notice.item_id else None
            if notice.kind is NoticeKind.SOON:
                assert item.to_come
                assert now < slot_of(after, item.item_id).begins
            if notice.kind in (NoticeKind.STARTED, NoticeKind.SUSPENDED, NoticeKind.RESUMED):
                assert item.on
            if notice.kind in (NoticeKind.ASK, NoticeKind.MOVED):
                assert item.to_come
            if notice.kind in (NoticeKind.TIME_LEFT, NoticeKind.OVERTIME):
                assert item.on
                assert item.kind is Kind.SESSION


# The default day, on time


def test_the_first_day_on_time(kit):
    """Every line anybody reads on a day that goes by the clock."""
    meeting = until(kit, "16:29")
    meeting.press(kit.bangkok("16:30"), conduct.end)
    meeting.jump(kit.bangkok("16:30"), kit.bangkok("23:59"))
    assert meeting.told() == [
        "07:30 d1 · opening",
        "07:45 d1-00 · soon · 1 → 08:00",
        "08:00 d1-00 · started",
        "08:55 d1-01 · soon · 1 → 09:00",
        "09:00 d1-01 · started",
        "09:15 d1-02 · soon · 1 → 09:20",
        "09:15 d1-01 · time_left · 1 → 09:20",
        "09:20 d1-02 · started",
        "09:25 d1-03 · soon · 1 → 09:30",
        "09:25 d1-02 · time_left · 1 → 09:30",
        "09:30 d1-03 · started",
        "10:00 d1-03 · time_left · 1 → 10:05",
        "10:05 d1-b1 · started",
        "10:05 d1-04 · soon · 1 → 10:20",
        "10:20 d1-04 · started",
        "11:05 d1-05 · soon · 1 → 11:10",
        "11:05 d1-04 · time_left · 1 → 11:10",
        "11:10 d1-05 · started",
        "11:55 d1-05 · time_left · 1 → 12:00",
        "12:00 d1-b2 · started",
        "12:45 d1-06 · soon · 1 → 13:00",
        "13:00 d1-06 · started",
        "13:45 d1-07 · soon · 1 → 13:50",
        "13:45 d1-06 · time_left · 1 → 13:50",
        "13:50 d1-07 · started",
        "14:35 d1-07 · time_left · 1 → 14:40",
        "14:40 d1-b3 · started",
        "14:40 d1-08 · soon · 1 → 14:55",
        "14:55 d1-08 · started",
        "15:50 d1-09 · soon · 1 → 15:55",
        "15:50 d1-08 · time_left · 1 → 15:55",
        "15:55 d1-09 · started",
        "16:25 d1-09 · time_left · 1 → 16:30",
        "16:30 d1 · end",
        "16:30 d1 · anchor",
    ]
    assert [notice.key for now, notice in meeting.heard if notice.lapsed(now)] == []


def test_the_first_day_walked_minute_by_minute_is_the_same(kit):
    jumped = until(kit, "12:30")
    walked, now = kit.Meeting(kit.default()), kit.bangkok("07:00")
    for at, item_id in ON_TIME[:5]:
        walked.walk(now, kit.bangkok(at))
        now = kit.bangkok(at)
        walked.press(now, lambda agenda, moment, i=item_id: conduct.start(agenda, i, moment))
    walked.walk(now, kit.bangkok("12:31"))
    assert walked.heard == jumped.heard


def test_where_each_is_said(kit):
    meeting = until(kit, "16:30")
    for _, notice in meeting.heard:
        to_moderators = notice.kind in (NoticeKind.ASK, NoticeKind.TIME_LEFT, NoticeKind.OVERTIME)
        assert notice.channel is (Channel.MODERATORS if to_moderators else Channel.PROGRAMME)


# The default day, otherwise


def test_a_late_start_is_asked_for_once_and_moves_nothing_until_it_is_pressed(kit):
    meeting = until(kit, "09:24", ON_TIME[:2])
    meeting.jump(kit.bangkok("09:24"), kit.bangkok("10:00"))
    assert of("d1-03", meeting.told()) == ["09:25 d1-03 · soon · 1 → 09:30", "09:30 d1-03 · ask · 1 → 09:30"]
    meeting.press(kit.bangkok("10:00"), lambda agenda, now: conduct.start(agenda, "d1-03", now))
    meeting.jump(kit.bangkok("10:00"), kit.bangkok("10:36"))
    assert of("d1-03", meeting.told())[2:] == [
        "10:00 d1-03 · started",
        "10:30 d1-03 · time_left · 1 → 10:35",
    ]
    assert of("d1-04", meeting.told())[0] == "10:20 d1-04 · soon · 1 → 10:35"
    assert meeting.told("moved") == []


def test_while_a_start_is_awaited_each_minute_counts(kit):
    """What floats slips minute by minute; once it is pressed the clock sleeps to the next moment."""
    meeting = until(kit, "09:31", ON_TIME[:2])
    assert meeting.next_due(kit.bangkok("09:31:20")) == kit.bangkok("09:32")
    meeting.press(kit.bangkok("09:32"), lambda agenda, now: conduct.start(agenda, "d1-03", now))
    assert meeting.next_due(kit.bangkok("09:32")) == kit.bangkok("10:02")


def test_a_late_start_after_the_first_notice_of_the_next_says_moved(kit):
    meeting = until(kit, "10:05", ON_TIME[:3])
    meeting.jump(kit.bangkok("10:05"), kit.bangkok("10:08"))
    assert of("d1-04", meeting.told()) == ["10:05 d1-04 · soon · 1 → 10:20"]
    meeting.press(kit.bangkok("10:08"), lambda agenda, now: conduct.shift(agenda, "d1-04", 15, now))
    meeting.jump(kit.bangkok("10:08"), kit.bangkok("10:36"))
    assert of("d1-04", meeting.told())[1:] == [
        "10:08 d1-04 · moved · 1 → 10:35",
        "10:35 d1-04 · ask · 1 → 10:35",
    ]


def test_moved_by_more_than_the_lead_it_is_announced_again(kit):
    meeting = until(kit, "10:08", ON_TIME[:3])
    meeting.press(kit.bangkok("10:08"), lambda agenda, now: conduct.shift(agenda, "d1-04", 20, now))
    meeting.jump(kit.bangkok("10:08"), kit.bangkok("10:40"))
    assert of("d1-04", meeting.told())[1:] == [
        "10:08 d1-04 · moved · 1 → 10:40",
        "10:25 d1-04 · soon · 2 → 10:40",
    ]


def test_moved_there_and_back_in_one_breath_is_not_announced(kit):
    meeting = until(kit, "10:08", ON_TIME[:3])
    now = kit.bangkok("10:08")
    meeting.agenda = conduct.shift(conduct.shift(meeting.agenda, "d1-04", 10, now), "d1-04", -10, now)
    meeting.tick(now)
    assert meeting.told("moved") == []


def test_each_move_has_its_own_number(kit):
    meeting = until(kit, "10:06", ON_TIME[:3])
    for clock in ("10:08", "10:09", "10:10"):
        meeting.press(kit.bangkok(clock), lambda agenda, now: conduct.shift(agenda, "d1-04", 5, now))
    assert meeting.told("moved") == [
        "10:08 d1-04 · moved · 1 → 10:25",
        "10:09 d1-04 · moved · 2 → 10:30",
        "10:10 d1-04 · moved · 3 → 10:35",
    ]


def test_the_ask_counts_up_when_the_answer_was_five_more_minutes(kit):
    """Start now · +5 · +15: having said +5, one is asked again then, and only then."""
    meeting = until(kit, "09:31", ON_TIME[:2])
    meeting.press(kit.bangkok("09:32"), lambda agenda, now: conduct.shift(agenda, "d1-03", 5, now))
    meeting.jump(kit.bangkok("09:32"), kit.bangkok("10:00"))
    assert meeting.told("ask") == ["09:30 d1-03 · ask · 1 → 09:30", "09:37 d1-03 · ask · 2 → 09:37"]


def test_an_extension_is_warned_of_anew_and_moves_what_was_announced(kit):
    meeting = until(kit, "11:06", ON_TIME[:4])
    meeting.press(kit.bangkok("11:07"), lambda agenda, now: conduct.extend(agenda, 10, now))
    meeting.jump(kit.bangkok("11:07"), kit.bangkok("11:20"))
    assert meeting.told()[-5:] == [
        "11:05 d1-05 · soon · 1 → 11:10",
        "11:05 d1-04 · time_left · 1 → 11:10",
        "11:07 d1-05 · moved · 1 → 11:20",
        "11:15 d1-05 · soon · 2 → 11:20",
        "11:15 d1-04 · time_left · 2 → 11:20",
    ]


def test_suspended_and_resumed_twice(kit):
    meeting = until(kit, "10:25", ON_TIME[:4])
    for off, on in (("10:30", "10:34"), ("10:40", "10:46")):
        meeting.press(kit.bangkok(off), conduct.suspend)
        meeting.press(kit.bangkok(on), conduct.resume)
    meeting.jump(kit.bangkok("10:46"), kit.bangkok("11:20"))
    assert of("d1-04", meeting.told())[2:] == [
        "10:30 d1-04 · suspended · 1",
        "10:34 d1-04 · resumed · 1",
        "10:40 d1-04 · suspended · 2",
        "10:46 d1-04 · resumed · 2",
        "11:15 d1-04 · time_left · 1 → 11:20",
    ]


def test_ended_while_suspended_it_is_not_said_to_be_resumed(kit):
    meeting = until(kit, "10:25", ON_TIME[:4])
    meeting.press(kit.bangkok("10:30"), conduct.suspend)
    meeting.press(kit.bangkok("10:40"), conduct.end)
    assert meeting.told("resumed") == []


def test_a_session_skipped_is_said_and_a_break_passed_over_is_not(kit):
    meeting = until(kit, "10:04", ON_TIME[:3])
    meeting.press(kit.bangkok("10:05"), lambda agenda, now: conduct.start(agenda, "d1-04", now))
    meeting.press(kit.bangkok("10:06"), lambda agenda, now: conduct.skip(agenda, "d1-05", now))
    assert meeting.agenda.item("d1-b1").skipped_at is not None
    assert meeting.told("skipped") == ["10:06 d1-05 · skipped · 1"]
    assert meeting.told("moved") == []


def test_deferred_to_the_second_day(kit):
    """Said with its new time, and there like any other item."""
    meeting = until(kit, "11:06", ON_TIME[:4])
    meeting.press(kit.bangkok("11:08"), lambda agenda, now: conduct.defer(agenda, "d1-05", "d2", now))
    assert of("d1-05", meeting.told()) == [
        "11:05 d1-05 · soon · 1 → 11:10",
        "11:08 d1-05 · deferred · 1 → 16:20+1",
    ]
    meeting.press(kit.bangkok("11:09"), lambda agenda, now: conduct.shift(agenda, "d2-07", 10, now))
    assert of("d1-05", meeting.told("moved")) == ["11:09 d1-05 · moved · 1 → 16:30+1"]


def test_reordered_after_its_notice_both_are_told(kit):
    meeting = until(kit, "10:06", ON_TIME[:3])
    meeting.press(kit.bangkok("10:08"), lambda agenda, now: conduct.reorder(agenda, "d1-05", "d1-04", now))
    assert of("d1-04", meeting.told("moved")) == ["10:08 d1-04 · moved · 1 → 11:10"]
    assert of("d1-05", meeting.told("soon")) == ["10:08 d1-05 · soon · 1 → 10:20"]


def test_lunch_begins_while_question_2_never_did(kit):
    meeting = until(kit, "11:06", ON_TIME[:4])
    meeting.press(kit.bangkok("11:09"), lambda agenda, now: conduct.extend(agenda, 45, now))
    meeting.jump(kit.bangkok("11:09"), kit.bangkok("13:01"))
    assert of("d1-b2", meeting.told()) == ["12:00 d1-b2 · started"]
    assert of("d1-05", meeting.told("moved")) == [
        "11:09 d1-05 · moved · 1 → 11:55",
        "12:00 d1-05 · moved · 2 → 13:00",
    ]
    assert of("d1-05", meeting.told("soon", "ask"))[-2:] == [
        "12:45 d1-05 · soon · 3 → 13:00",
        "13:00 d1-05 · ask · 2 → 13:00",
    ]


def test_the_last_item_over_its_time_is_told_to_the_moderators(kit):
    meeting = until(kit, "16:45")
    assert meeting.told("overtime") == ["16:30 d1-09 · overtime · 1 → 16:30"]
    meeting.press(kit.bangkok("16:46"), lambda agenda, now: conduct.extend(agenda, 10, now))
    meeting.jump(kit.bangkok("16:46"), kit.bangkok("17:00"))
    assert meeting.told("overtime")[1:] == ["16:56 d1-09 · overtime · 2 → 16:56"]


def test_imported_in_the_middle_of_a_day_the_past_has_lapsed(kit):
    """Nobody is told at 13:20 that accreditation opens soon."""
    meeting = kit.Meeting(kit.default())
    now = kit.bangkok("13:20")
    live = [n for n in meeting.due(now) if not n.lapsed(now)]
    assert {n.kind for n in live} == {NoticeKind.ASK}
    lapsed = {n.key for n in meeting.due(now) if n.lapsed(now)}
    assert {"d1 · opening", "d1-01 · soon · 1"} <= lapsed
    assert "d2 · opening" not in lapsed


def test_a_programme_wholly_past_says_nothing(kit):
    agenda = kit.default()
    now = kit.bangkok("00:00", 3)
    assert conduct.start_due(agenda, now) is agenda
    found = kit.Meeting(agenda).due(now)
    assert found
    assert all(notice.lapsed(now) for notice in found)


def test_a_programme_half_past_says_only_today(kit):
    """Control: the second day's opening is still live."""
    now = kit.bangkok("08:40", 2)
    live = [n.key for n in kit.Meeting(kit.default()).due(now) if not n.lapsed(now)]
    assert live == ["d2 · opening"]


def test_both_days_carried_without_anybody_pressing(kit):
    """The clock alone: accreditation and two lunches; the chairs are asked, nobody else hears of it."""
    meeting = kit.Meeting(kit.default())
    meeting.jump(kit.bangkok("07:00"), kit.bangkok("13:30"))
    assert meeting.told("started") == ["08:00 d1-00 · started", "12:00 d1-b2 · started"]


@pytest.mark.parametrize(
    ("kind", "minutes_late", "lapsed"),
    [
        ("opening", 0, False),
        ("opening", 4 * 60 + 29, False),
        ("opening", 4 * 60 + 30, True),
        ("soon", 14, False),
        ("soon", 15, True),
        ("announcement", 14, False),
        ("announcement", 15, True),
    ],
)
def test_when_each_is_no_longer_worth_saying(kit, kind, minutes_late, lapsed):
    agenda = kit.default()
    text = [Announcement(1, "Coffee", kit.bangkok("10:00"))]
    at = {"opening": "07:30", "soon": "07:45", "announcement": "10:00"}[kind]
    now = kit.bangkok(at) + minutes_late * MINUTE
    name = {"opening": "d1 · opening", "soon": "d1-00 · soon · 1", "announcement": "announcement · 1"}[kind]
    found = {n.key: n for n in due(agenda, NoticeSettings(), text, {}, now)}
    assert found[name].lapsed(now) is lapsed
    assert found[name].late(now) == minutes_late


def test_the_settings_are_the_organisers(kit):
    settings_ = NoticeSettings(digest=60 * MINUTE, before=10 * MINUTE, before_after_break=20 * MINUTE)
    meeting = kit.Meeting(kit.default(), settings=settings_)
    meeting.jump(kit.bangkok("06:00"), kit.bangkok("08:55"))
    assert meeting.told() == [
        "07:00 d1 · opening",
        "07:40 d1-00 · soon · 1 → 08:00",
        "08:00 d1-00 · started",
        "08:50 d1-01 · soon · 1 → 09:00",
    ]


def test_a_key_is_words_and_a_counter():
    assert key("d1-04", "suspended", 2) == "d1-04 · suspended · 2"


# Wherever the machine stands


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland", "UTC", "Asia/Kathmandu"])
def test_the_machines_own_zone_changes_nothing(kit, monkeypatch, zone):
    """A host in New York carries the meeting in Bangkok at the same instants."""
    expected = until(kit, "13:05").heard
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert until(kit, "13:05").heard == expected
        late = kit.bangkok("23:30")
        assert kit.default().today(late).day_id == "d1"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("zone", "utc", "expected"),
    [
        ("Asia/Bangkok", "2022-09-07T16:59", "d1"),
        ("Asia/Bangkok", "2022-09-07T17:00", "d2"),
        ("America/New_York", "2022-09-08T03:59", "d1"),
        ("America/New_York", "2022-09-08T04:00", "d2"),
        ("Pacific/Auckland", "2022-09-07T11:59", "d1"),
        ("Pacific/Auckland", "2022-09-07T12:00", "d2"),
        ("UTC", "2022-09-01T12:00", "d1"),
        ("UTC", "2022-10-01T12:00", "d2"),
    ],
)
def test_the_day_in_course_is_the_venues(kit, zone, utc, expected):
    agenda = replace(kit.default(), time_zone=zone)
    now = datetime.fromisoformat(utc).replace(tzinfo=ZoneInfo("UTC"))
    assert agenda.today(now).day_id == expected
    assert agenda.day(expected).date in (date(2022, 9, 7), date(2022, 9, 8))


# Announcements by a moderator


def test_an_announcement_is_due_at_once_and_once(kit):
    meeting = until(kit, "10:30", ON_TIME[:4])
    meeting.announcements.append(Announcement(7, "The bus waits.", kit.bangkok("10:31:20")))
    found = meeting.tick(kit.bangkok("10:31:20"))
    assert [(n.key, n.text, n.channel) for n in found] == [
        ("announcement · 7", "The bus waits.", Channel.PROGRAMME)
    ]
    assert meeting.tick(kit.bangkok("10:31:21")) == ()


def test_the_longest_announcement_fits_and_one_character_more_does_not():
    assert check_announcement("x" * LONGEST_ANNOUNCEMENT) == "x" * LONGEST_ANNOUNCEMENT
    with pytest.raises(AnnouncementTooLong) as refused:
        check_announcement("x" * (LONGEST_ANNOUNCEMENT + 1))
    assert refused.value.values == {"length": LONGEST_ANNOUNCEMENT + 1, "most": LONGEST_ANNOUNCEMENT}


@pytest.mark.parametrize("text", ["", "   ", "\n\t\n"])
def test_a_blank_announcement_is_none(text):
    with pytest.raises(EmptyAnnouncement):
        check_announcement(text)


def test_blanks_around_an_announcement_are_taken_away():
    """Control: and nothing else is."""
    assert check_announcement("  The bus waits.\nAt gate 3.  ") == "The bus waits.\nAt gate 3."


@given(st.lists(st.integers(0, 90), max_size=30), st.integers(50, 120))
@settings(max_examples=40)
def test_packed_keeps_all_in_order_in_messages_that_hold_them(kit, lengths, room):
    """All that falls due in one minute for one channel is one message, as far as one holds it."""
    notices = []
    for n in range(len(lengths)):
        made = Announcement(n, "", kit.bangkok("10:00"))
        found = due(kit.default(), NoticeSettings(), [made], {}, kit.bangkok("10:00"))
        notices += [notice for notice in found if notice.kind is NoticeKind.ANNOUNCEMENT]
    lines = {notice.key: "x" * length for notice, length in zip(notices, lengths, strict=True)}
    messages = packed(notices, lines, room)
    assert [notice for message in messages for notice in message] == notices
    for message in messages:
        assert message
        assert len(message) == 1 or sum(len(lines[n.key]) + 1 for n in message) <= room
    sizes = [sum(len(lines[n.key]) + 1 for n in message) for message in messages]
    for size, following in zip(sizes, messages[1:], strict=False):
        assert size + len(lines[following[0].key]) + 1 > room, "it would have held one more"


def _overtimes(meeting, now):
    return [n.key for n in meeting.tick(now) if n.kind is NoticeKind.OVERTIME]


def _question_one_begun(kit):
    """Question 1 at 10:20, and nothing before it left to be taken."""
    agenda = kit.default()
    for item_id in ("d1-00", "d1-01", "d1-02", "d1-03", "d1-b1"):
        agenda = conduct.skip(agenda, item_id, kit.bangkok("07:00"))
    meeting = kit.Meeting(agenda)
    meeting.press(kit.bangkok("10:20"), lambda a, now: conduct.start(a, "d1-04", now))
    return meeting


def test_the_last_item_over_its_time_is_called_once_and_again_after_more_time(kit):
    meeting = kit.Meeting(kit.default())
    meeting.press(kit.bangkok("15:55"), lambda a, now: conduct.start(a, "d1-09", now))
    for item_id in [item.item_id for item in meeting.agenda.day("d1").items if item.to_come]:
        meeting.press(kit.bangkok("15:56"), lambda a, now, i=item_id: conduct.skip(a, i, now))
    assert _overtimes(meeting, kit.bangkok("16:29")) == []
    assert _overtimes(meeting, kit.bangkok("16:30")) == ["d1-09 · overtime · 1"]
    assert _overtimes(meeting, kit.bangkok("16:31")) == []
    meeting.press(kit.bangkok("16:32"), lambda a, now: conduct.extend(a, 5, now))
    assert _overtimes(meeting, kit.bangkok("16:36")) == []
    assert _overtimes(meeting, kit.bangkok("16:37")) == ["d1-09 · overtime · 2"]


def test_an_item_whose_next_was_put_off_by_a_moderator_is_not_called(kit):
    meeting = _question_one_begun(kit)
    asked = [n.key for n in meeting.tick(kit.bangkok("11:10"))]
    assert "d1-05 · ask · 1" in asked
    meeting.press(kit.bangkok("11:12"), lambda a, now: conduct.shift(a, "d1-05", 15, now))
    assert _overtimes(meeting, kit.bangkok("11:20")) == []


def test_an_item_before_a_gap_is_called(kit):
    meeting = _question_one_begun(kit)
    meeting.press(kit.bangkok("10:30"), lambda a, now: conduct.skip(a, "d1-05", now))
    assert _overtimes(meeting, kit.bangkok("11:10")) == ["d1-04 · overtime · 1"]
