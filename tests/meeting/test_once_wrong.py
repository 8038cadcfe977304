"""Rules that were wrong once, each by the case that showed it."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meeting import conduct
from meeting.notices import EmptyAnnouncement, NoticeKind, check_announcement
from meeting.programme import Start
from meeting.reload import compare
from meeting.timetable import decided, slipping, slot_of

MINUTE = timedelta(minutes=1)
LAST_RESORT = 400


def local(kit, slot):
    return kit.at_venue(slot.begins), kit.at_venue(slot.ends), slot.lost // MINUTE


def test_an_overdue_anchor_does_not_cut_what_has_begun_after_it(kit):
    """A fixed opening nobody pressed: the next session, begun at 09:20, still has its ten minutes."""
    at = kit.bangkok("09:20")
    agenda = conduct.start(kit.default(), "d1-02", at)
    assert local(kit, slot_of(agenda, "d1-02")) == ("09:20", "09:30", 0)


def test_imported_mid_morning_question_1_has_its_time(kit):
    agenda = conduct.start(kit.default(), "d1-04", kit.bangkok("10:30"))
    assert local(kit, slot_of(agenda, "d1-04")) == ("10:30", "11:20", 0)


def test_the_clock_starts_at_most_one_item_per_moment(kit):
    """Two overdue clock starts (after an outage): the later one runs and stays."""
    agenda = kit.default()
    for item_id in ("d1-01", "d1-02"):
        agenda = kit.changed(agenda, item_id, start=Start.CLOCK, fixed=True)
    now = kit.bangkok("09:25")
    once = conduct.start_due(agenda, now)
    assert once.running.item_id == "d1-02"
    assert conduct.start_due(once, now) == once
    assert conduct.start_due(once, now + MINUTE) == once


@pytest.mark.parametrize("clock", ["09:25", "10:30"])
def test_the_clock_does_not_begin_what_is_wholly_past(kit, clock):
    """Imported after accreditation: 08:00-09:00 is over and is not begun at half past ten."""
    agenda = conduct.start_due(kit.default(), kit.bangkok(clock))
    assert agenda.item("d1-00").started_at is None


def test_lunch_is_not_begun_after_its_end(kit):
    agenda = conduct.start(kit.default(), "d1-05", kit.bangkok("11:10"))
    assert conduct.start_due(agenda, kit.bangkok("13:10")).running.item_id == "d1-05"


def test_what_follows_an_awaited_anchor_is_forecast_as_it_would_be_pressed_now(kit):
    """09:10, opening not pressed: it will take its twenty minutes."""
    now = kit.bangkok("09:10")
    agenda = kit.default()
    agenda = conduct.start(agenda, "d1-00", kit.bangkok("08:00"))
    waiting = local(kit, slot_of(agenda, "d1-02", now))
    pressed = local(kit, slot_of(conduct.start(agenda, "d1-01", now), "d1-02", now))
    assert waiting == pressed == ("09:30", "09:40", 0)


def test_only_one_chair_start_is_asked_for_at_a_time(kit):
    meeting = kit.Meeting(kit.default())
    meeting.walk(kit.bangkok("07:00"), kit.bangkok("09:40"))
    assert meeting.told("ask") == ["09:00 d1-01 · ask · 1 → 09:00"]


def test_no_notice_of_a_session_that_no_longer_fits(kit):
    """Question 1 begun at 11:15 runs to lunch: Question 2 does not begin at 12:00."""
    meeting = kit.Meeting(kit.default())
    meeting.press(kit.bangkok("11:15"), lambda a, now: conduct.start(a, "d1-04", now))
    meeting.agenda = conduct.skip(meeting.agenda, "d1-01", kit.bangkok("11:15"))
    for item_id in ("d1-02", "d1-03"):
        meeting.agenda = conduct.skip(meeting.agenda, item_id, kit.bangkok("11:15"))
    meeting.walk(kit.bangkok("11:15"), kit.bangkok("12:00"))
    assert [line for line in meeting.told("soon", "moved", "ask") if "d1-05" in line] == []


def test_no_more_is_lost_than_there_was(kit):
    agenda = conduct.shift(kit.default(), "d1-05", 60, kit.bangkok("08:00"))
    assert local(kit, slot_of(agenda, "d1-05")) == ("12:00", "12:00", 50)


def test_what_was_had_after_the_anchor_is_not_lost(kit):
    """Lunch waits while somebody has the floor: ten minutes over are ten minutes had."""
    agenda = kit.default()
    for item_id in ("d1-01", "d1-02", "d1-03", "d1-04"):
        agenda = conduct.skip(agenda, item_id, kit.bangkok("09:00"))
    agenda = conduct.start(agenda, "d1-05", kit.bangkok("11:50"))
    assert local(kit, slot_of(agenda, "d1-05", kit.bangkok("12:10"))) == ("11:50", "12:10", 30)


def test_times_are_whole_minutes_after_an_extension(kit):
    agenda = conduct.start(kit.default(), "d1-00", kit.bangkok("08:00"))
    over = conduct.extend(agenda, -59, kit.bangkok("08:10:20"))
    for slot in decided(over, "d1"):
        assert slot.ends.second == 0
    late = conduct.extend(conduct.skip(agenda, "d1-01", kit.bangkok("08:00")), 5, kit.bangkok("09:02:40"))
    for slot in decided(late, "d1"):
        assert slot.ends.second == 0


def test_a_break_begun_after_its_end_can_be_extended(kit):
    now = kit.bangkok("10:30")
    agenda = conduct.skip(kit.default(), "d1-01", now)
    agenda = conduct.start(agenda, "d1-b1", now)
    agenda = conduct.extend(agenda, 10, now)
    assert local(kit, slot_of(agenda, "d1-b1")) == ("10:30", "10:40", 0)


@pytest.mark.parametrize("minutes", [10**12, -(10**12), 2**53])
def test_minutes_beyond_all_reason_are_refused(kit, minutes):
    agenda = conduct.start(kit.default(), "d1-00", kit.bangkok("08:00"))
    with pytest.raises(conduct.NoTime):
        conduct.extend(agenda, minutes, kit.bangkok("08:10"))


@pytest.mark.parametrize("text", ["\u200b", "\x07", "\u202e\u202c", "\ufeff \u2066"])
def test_an_announcement_of_nothing_visible_is_empty(text):
    with pytest.raises(EmptyAnnouncement):
        check_announcement(text)


def test_controls_do_not_reach_an_announcement():
    assert check_announcement("a\u202eb\x07c\nd") == "abc\nd"


def test_joiners_inside_a_text_stay():
    """Control: an emoji of several people, and Persian, need them."""
    assert check_announcement("👩\u200d👧 می\u200cخواهم") == "👩\u200d👧 می\u200cخواهم"


def test_deferred_to_a_day_on_which_nothing_stands_it_is_taken_on_that_day(kit):
    agenda = kit.default()
    for item in agenda.day("d2").items:
        agenda = conduct.skip(agenda, item.item_id, kit.bangkok("08:00"))
    agenda = conduct.defer(agenda, "d1-08", "d2", kit.bangkok("10:00"))
    assert slot_of(agenda, "d1-08").begins >= kit.bangkok("00:00", 2)


def test_deferred_to_the_end_of_a_day_it_begins_no_earlier_than_now(kit):
    agenda = conduct.start(kit.default(), "d1-03", kit.bangkok("09:30"))
    agenda = conduct.end(agenda, kit.bangkok("10:00"))
    for item in agenda.items:
        if item.to_come and item.item_id not in ("d1-04",) and item.day_id == "d1":
            agenda = conduct.skip(agenda, item.item_id, kit.bangkok("10:00"))
    agenda = conduct.skip(agenda, "d1-04", kit.bangkok("10:00"))
    agenda = conduct.defer(agenda, "d1-04", "d1", kit.bangkok("15:00"))
    assert slot_of(agenda, "d1-04").begins >= kit.bangkok("15:00")


def test_moved_is_still_said_after_two_deferrals_at_once(kit):
    meeting = kit.Meeting(kit.default())
    now = kit.bangkok("07:00")
    meeting.agenda = conduct.defer(meeting.agenda, "d1-02", "d1", now)
    meeting.agenda = conduct.defer(meeting.agenda, "d1-02", "d2", now)
    meeting.tick(now)
    for clock, item_id in (("09:00", "d2-01"), ("16:05", "d2-07")):
        meeting.press(kit.bangkok(clock, 2), lambda a, at, i=item_id: conduct.start(a, i, at))
    for item in meeting.agenda.items:
        if item.to_come and item.item_id != "d1-02":
            meeting.agenda = conduct.skip(meeting.agenda, item.item_id, kit.bangkok("16:05", 2))
    meeting.walk(kit.bangkok("16:05", 2), kit.bangkok("16:33", 2))
    assert meeting.told("soon")[-1] == "16:30+1 d1-02 · soon · 1 → 16:35+1"
    meeting.press(kit.bangkok("16:33", 2), lambda a, at: conduct.extend(a, 20, at))
    assert meeting.told("moved") == ["16:33+1 d1-02 · moved · 1 → 16:55+1"]


def test_no_moved_when_the_first_notice_was_never_said(kit):
    """Imported at 09:40: what was to be said before nine has lapsed, and was not heard by anybody."""
    meeting = kit.Meeting(kit.default())
    meeting.tick(kit.bangkok("09:40"))
    meeting.press(kit.bangkok("09:41"), lambda a, now: conduct.start(a, "d1-03", now))
    assert meeting.told("moved") == []


def test_nothing_slips_any_more_after_the_last_day(kit):
    """An item nobody took, or nobody ended: the alarm does not ring each minute for ever."""
    agenda = conduct.start(kit.default(), "d1-03", kit.bangkok("09:30"))
    meeting = kit.Meeting(agenda)
    after = kit.bangkok("00:00", 4)
    meeting.tick(after)
    assert not slipping(meeting.agenda, after)
    assert meeting.next_due(after) is None


def test_the_end_of_a_day_is_due_when_its_last_item_is_deferred(kit):
    agenda = conduct.start(kit.default(), "d1-08", kit.bangkok("14:55"))
    agenda = conduct.end(agenda, kit.bangkok("15:40"))
    for item in agenda.day("d1").items:
        if item.to_come and item.item_id != "d1-09":
            agenda = conduct.skip(agenda, item.item_id, kit.bangkok("15:40"))
    meeting = kit.Meeting(agenda)
    meeting.tick(kit.bangkok("15:45"))
    found = meeting.press(kit.bangkok("16:00"), lambda a, now: conduct.defer(a, "d1-09", "d2", now))
    assert [n.due_at for n in found if n.kind is NoticeKind.DAY_END] == [kit.bangkok("16:00")]


@settings(max_examples=60)
@given(st.data())
def test_reloading_the_same_file_changes_nothing(kit, data):
    agenda = data.draw(kit.days(most=6))
    programme = kit.programme_of(agenda)
    for step in kit.played(agenda, data.draw(st.lists(kit.presses(), max_size=12))):
        agenda, now = step[1], step[2]
        difference = compare(agenda, programme, now)
        assert difference.after == agenda
        assert difference.nothing


def test_reloading_the_same_file_after_a_shift_changes_nothing(kit):
    now = kit.bangkok("09:00")
    agenda = conduct.shift(kit.default(), "d1-04", 60, now)
    assert compare(agenda, kit.default_programme(), now).after == agenda


def test_an_item_is_not_reordered_before_itself(kit):
    with pytest.raises(conduct.SamePlace):
        conduct.reorder(kit.default(), "d1-04", "d1-04", kit.bangkok("08:00"))


def test_a_break_shrunk_to_nothing_is_passed_over(kit):
    """Twenty years begun at 09:50 eat the break: the clock leaves it out, and Next takes Question 1."""
    agenda = kit.default()
    for clock, item_id in (("08:00", "d1-00"), ("09:00", "d1-01"), ("09:20", "d1-02"), ("09:50", "d1-03")):
        agenda = conduct.start(agenda, item_id, kit.bangkok(clock))
    now = kit.bangkok("10:25")
    assert conduct.start_due(agenda, now).running.item_id == "d1-03"
    assert conduct.next_(agenda, now).running.item_id == "d1-04"
