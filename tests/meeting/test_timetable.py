"""When things happen: what holds for every day, and how delays run through the default one."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meeting import conduct
from meeting.agenda import UnknownDay, UnknownItem
from meeting.programme import Kind
from meeting.timetable import (
    MINUTE,
    day_begins,
    decided,
    effects,
    forecast,
    natural_end,
    slipping,
    slot_of,
    whole_minute,
)


def table(kit, agenda, day_id="d1", now=None, only=None):
    """`d1-04 10:20-11:10`, with ` lost 10` where something no longer fits."""
    slots = decided(agenda, day_id) if now is None else forecast(agenda, day_id, now)
    return [
        f"{slot.item.item_id} {kit.at_venue(slot.begins)}-{kit.at_venue(slot.ends)}"
        + (f" lost {slot.lost // MINUTE}" if slot.lost else "")
        for slot in slots
        if only is None or slot.item.item_id in only
    ]


def pressed(kit, *presses):
    """The default programme after `("09:00", "d1-01")` and so on, each pressed by an operator."""
    agenda = kit.default()
    for clock, item_id in presses:
        agenda = conduct.start(agenda, item_id, kit.bangkok(clock))
    return agenda


MORNING = (("08:00", "d1-00"), ("09:00", "d1-01"), ("09:20", "d1-02"))


@given(st.data())
@settings(max_examples=60)
def test_untouched_it_stands_as_planned(kit, data):
    """Before anybody acts, decided and forecast are the file's, unless fixed items overlap what precedes."""
    agenda = data.draw(kit.days())
    now = kit.first_moment(agenda)
    for day in agenda.days:
        for slots in (decided(agenda, day.day_id), forecast(agenda, day.day_id, now)):
            assert [(s.begins, s.ends, s.lost) for s in slots] == [
                (i.planned_starts_at, i.planned_ends_at, timedelta()) for i in day.items
            ]


@given(st.data())
@settings(max_examples=80)
def test_anchors_to_come_never_move(kit, data):
    """People outside (a minister, a kitchen) rely on them, whatever is done and however late it is."""
    agenda = data.draw(kit.days())
    for _, after, now, _, _ in kit.played(agenda, data.draw(st.lists(kit.presses(), max_size=15))):
        for day in after.days:
            for slots in (decided(after, day.day_id), forecast(after, day.day_id, now)):
                for slot in slots:
                    if slot.item.fixed and slot.item.to_come:
                        assert slot.begins == slot.item.planned_starts_at
                        assert slot.ends == slot.item.planned_ends_at


@given(st.data())
@settings(max_examples=80)
def test_slots_follow_one_another_and_none_is_negative(kit, data):
    """An attendee reads the day downwards. Only what truly ran past an anchor's time may overlap it."""
    agenda = data.draw(kit.days())
    for _, after, now, _, _ in kit.played(agenda, data.draw(st.lists(kit.presses(), max_size=15))):
        for day in after.days:
            for slots in (decided(after, day.day_id), forecast(after, day.day_id, now)):
                ran_until = began = None
                for slot, following in zip(slots, (*slots[1:], None), strict=True):
                    assert slot.ends >= slot.begins
                    assert slot.lost >= timedelta()
                    if not slot.item.to_come:
                        ran_until = slot.ends if ran_until is None else max(ran_until, slot.ends)
                        began = slot.begins
                    if following is None or not following.item.to_come:
                        continue
                    anchored = following.item.fixed and ran_until is not None
                    if not (anchored and (ran_until > following.begins or began >= following.begins)):
                        assert slot.begins <= following.begins
                        assert slot.ends <= following.begins


@given(st.data())
@settings(max_examples=80)
def test_a_session_keeps_its_length_or_says_what_it_loses(kit, data):
    """Nothing shrinks in silence: overflow is named exactly when the next anchor stands in the way."""
    agenda = data.draw(kit.days())
    for _, after, _, _, _ in kit.played(agenda, data.draw(st.lists(kit.presses(), max_size=15))):
        for day in after.days:
            slots = decided(after, day.day_id)
            began = max((s.begins for s in slots if not s.item.to_come), default=None)
            for n, slot in enumerate(slots):
                if not slot.item.to_come:
                    continue
                if began is not None and any(
                    s.begins <= began for s in slots[n:] if s.item.fixed and s.item.to_come
                ):
                    continue  # an anchor something has begun after: no longer kept
                if slot.item.kind is not Kind.SESSION or slot.item.fixed:
                    assert not slot.lost
                    continue
                anchors = [s.begins for s in slots[n + 1 :] if s.item.fixed and s.item.to_come]
                fits = not anchors or slot.begins + slot.item.duration <= min(anchors)
                assert bool(slot.lost) is not fits
                assert slot.ends - slot.begins + slot.lost >= slot.item.duration
                if fits:
                    assert slot.ends - slot.begins == slot.item.duration


@given(st.data())
@settings(max_examples=80)
def test_a_floating_break_only_ever_shrinks(kit, data):
    """Delay is taken from breaks, down to nothing; a break begins late but ends when it was to end."""
    agenda = data.draw(kit.days())
    for _, after, _, _, _ in kit.played(agenda, data.draw(st.lists(kit.presses(), max_size=15))):
        for day in after.days:
            for slot in decided(after, day.day_id):
                if slot.item.kind is Kind.BREAK and slot.item.to_come:
                    assert timedelta() <= slot.ends - slot.begins <= slot.item.duration
                    assert slot.ends <= max(slot.begins, slot.item.starts_at + slot.item.duration)


@given(st.data())
@settings(max_examples=60)
def test_effects_name_exactly_what_changed(kit, data):
    """The preview an operator confirms is neither short of an item nor padded with one."""

    def times(agenda, item_id, now):
        slot = slot_of(agenda, item_id, now)
        return slot and (slot.begins, slot.ends, slot.lost)

    agenda = data.draw(kit.days(most=8))
    for before, after, now, _, _ in kit.played(agenda, data.draw(st.lists(kit.presses(), max_size=10))):
        found = effects(before, after, now)
        differ = [
            i.item_id for i in after.items if times(before, i.item_id, now) != times(after, i.item_id, now)
        ]
        assert [effect.item.item_id for effect in found] == differ
        for effect in found:
            assert effect.was == slot_of(before, effect.item.item_id, now)
            assert effect.becomes == slot_of(after, effect.item.item_id, now)


@given(st.data())
@settings(max_examples=60)
def test_the_decided_does_not_slip_with_the_clock_and_the_forecast_never_goes_back(kit, data):
    agenda = data.draw(kit.days(most=8, days=1))
    steps = kit.played(agenda, data.draw(st.lists(kit.presses(), max_size=8)))
    now = steps[-1][2] if steps else kit.first_moment(agenda)
    agenda = steps[-1][1] if steps else agenda
    begins = {s.item.item_id: s.begins for s in forecast(agenda, "d1", now)}
    for _ in range(20):
        now += 7 * MINUTE
        later = {s.item.item_id: s.begins for s in forecast(agenda, "d1", now)}
        assert all(later[item_id] >= begins[item_id] for item_id in begins)
        begins = later


def test_the_default_day_stands_as_printed(kit):
    assert table(kit, kit.default()) == [
        "d1-00 08:00-09:00",
        "d1-01 09:00-09:20",
        "d1-02 09:20-09:30",
        "d1-03 09:30-10:05",
        "d1-b1 10:05-10:20",
        "d1-04 10:20-11:10",
        "d1-05 11:10-12:00",
        "d1-b2 12:00-13:00",
        "d1-06 13:00-13:50",
        "d1-07 13:50-14:40",
        "d1-b3 14:40-14:55",
        "d1-08 14:55-15:55",
        "d1-09 15:55-16:30",
    ]


def test_a_late_start_is_taken_from_the_break(kit):
    agenda = pressed(kit, *MORNING, ("09:40", "d1-03"))
    assert table(kit, agenda)[3:6] == ["d1-03 09:40-10:15", "d1-b1 10:15-10:20", "d1-04 10:20-11:10"]


def test_what_the_break_cannot_take_runs_on_to_the_anchor_and_is_named(kit):
    agenda = pressed(kit, *MORNING, ("10:00", "d1-03"))
    assert table(kit, agenda)[3:9] == [
        "d1-03 10:00-10:35",
        "d1-b1 10:35-10:35",
        "d1-04 10:35-11:25",
        "d1-05 11:25-12:00 lost 15",
        "d1-b2 12:00-13:00",
        "d1-06 13:00-13:50",
    ]


def test_nobody_pressed_the_forecast_slips_and_the_decided_does_not(kit):
    agenda = pressed(kit, *MORNING)
    late = kit.bangkok("09:50")
    assert table(kit, agenda, only=("d1-03", "d1-b1", "d1-04")) == [
        "d1-03 09:30-10:05",
        "d1-b1 10:05-10:20",
        "d1-04 10:20-11:10",
    ]
    assert table(kit, agenda, now=late)[3:7] == [
        "d1-03 09:50-10:25",
        "d1-b1 10:25-10:25",
        "d1-04 10:25-11:15",
        "d1-05 11:15-12:00 lost 5",
    ]
    assert slipping(agenda, late)


def test_a_running_item_past_its_end_pushes_the_forecast(kit):
    agenda = pressed(kit, *MORNING)
    assert table(kit, agenda, now=kit.bangkok("09:34"))[2:4] == ["d1-02 09:20-09:34", "d1-03 09:34-10:09"]
    assert not slipping(agenda, kit.bangkok("09:29"))
    assert slipping(agenda, kit.bangkok("09:30"))


def test_begun_early_it_keeps_its_length(kit):
    agenda = pressed(kit, ("08:00", "d1-00"), ("08:50", "d1-01"))
    assert table(kit, agenda)[1:3] == ["d1-01 08:50-09:10", "d1-02 09:20-09:30"]


def test_a_break_begun_late_keeps_its_end(kit):
    agenda = pressed(kit, *MORNING, ("09:30", "d1-03"), ("10:12", "d1-b1"))
    assert table(kit, agenda)[4:6] == ["d1-b1 10:12-10:20", "d1-04 10:20-11:10"]


def test_seconds_of_a_press_are_dropped_and_a_pause_is_rounded_up(kit):
    """Times on faces are whole minutes; nobody loses time to a pause."""
    agenda = pressed(kit, *MORNING, ("09:30:45", "d1-03"))
    assert slot_of(agenda, "d1-03").begins == kit.bangkok("09:30")
    agenda = conduct.suspend(agenda, kit.bangkok("09:40:10"))
    agenda = conduct.resume(agenda, kit.bangkok("09:45:20"))
    assert slot_of(agenda, "d1-03").ends == kit.bangkok("10:11")


def test_two_pauses_add_up(kit):
    agenda = pressed(kit, *MORNING, ("09:30", "d1-03"))
    for off, on in (("09:35", "09:38"), ("09:50", "09:54")):
        agenda = conduct.resume(conduct.suspend(agenda, kit.bangkok(off)), kit.bangkok(on))
    assert table(kit, agenda)[3:5] == ["d1-03 09:30-10:12", "d1-b1 10:12-10:20"]


def test_a_pause_still_on_slips_in_the_forecast_alone(kit):
    agenda = conduct.suspend(pressed(kit, *MORNING, ("09:30", "d1-03")), kit.bangkok("09:40"))
    now = kit.bangkok("09:48")
    assert table(kit, agenda)[3] == "d1-03 09:30-10:05"
    assert table(kit, agenda, now=now)[3:5] == ["d1-03 09:30-10:13", "d1-b1 10:13-10:20"]
    assert slipping(agenda, now)


def test_a_running_session_is_cut_at_the_anchor_and_says_so(kit):
    agenda = pressed(kit, *MORNING, ("09:30", "d1-03"), ("10:20", "d1-04"), ("11:25", "d1-05"))
    assert table(kit, agenda, only=("d1-05", "d1-b2")) == ["d1-05 11:25-12:00 lost 15", "d1-b2 12:00-13:00"]


def test_skipped_items_have_no_time_and_leave_their_gap(kit):
    agenda = conduct.skip(kit.default(), "d1-04", kit.bangkok("08:00"))
    assert slot_of(agenda, "d1-04") is None
    assert table(kit, agenda, only=("d1-b1", "d1-05")) == ["d1-b1 10:05-10:20", "d1-05 11:10-12:00"]


def test_what_nobody_took_stops_slipping_at_midnight(kit):
    agenda = kit.default()
    at_midnight = forecast(agenda, "d1", kit.bangkok("00:00", 2))
    assert forecast(agenda, "d1", kit.bangkok("11:00", 2)) == at_midnight


def test_the_day_begins_with_its_first_item_that_is_left(kit):
    agenda = kit.default()
    assert day_begins(agenda, "d1") == kit.bangkok("08:00")
    assert day_begins(conduct.skip(agenda, "d1-00", kit.bangkok("07:00")), "d1") == kit.bangkok("09:00")
    for item in agenda.day("d2").items:
        agenda = conduct.skip(agenda, item.item_id, kit.bangkok("07:00"))
    assert day_begins(agenda, "d2") == kit.bangkok("00:00", 2)


def test_what_is_unknown_is_refused(kit):
    with pytest.raises(UnknownItem):
        slot_of(kit.default(), "d1-99")
    with pytest.raises(UnknownDay):
        decided(kit.default(), "d3")


def test_the_natural_end_is_of_begun_items_only(kit):
    with pytest.raises(ValueError, match="d1-04"):
        natural_end(kit.default().item("d1-04"))


def test_a_whole_minute_is_rounded_down(kit):
    assert whole_minute(kit.bangkok("10:20:59")) == kit.bangkok("10:20")
