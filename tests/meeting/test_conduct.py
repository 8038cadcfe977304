"""The conduct of business: each act and its refusals, and what no sequence of acts can bring about."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from meeting import conduct
from meeting.agenda import State, UnknownDay, UnknownItem
from meeting.programme import Kind, Start
from meeting.refusals import OutOfDate, Refused
from meeting.timetable import MINUTE, decided, effects, forecast, slot_of


def at(kit, agenda, item_id, now=None):
    slot = slot_of(agenda, item_id, now)
    return slot and f"{kit.at_venue(slot.begins)}-{kit.at_venue(slot.ends)}"


def taken(agenda, day_id="d1"):
    return [item.item_id for item in agenda.day(day_id).items]


def begun(kit, *presses):
    agenda = kit.default()
    for clock, item_id in presses:
        agenda = conduct.start(agenda, item_id, kit.bangkok(clock))
    return agenda


def at_question_1(kit):
    return begun(
        kit,
        ("08:00", "d1-00"),
        ("09:00", "d1-01"),
        ("09:20", "d1-02"),
        ("09:30", "d1-03"),
        ("10:05", "d1-b1"),
        ("10:20", "d1-04"),
    )


def moved(kit, before, after, now):
    """`d1-05 11:10-12:00 → 11:25-12:00 lost 15`: the preview of an act."""

    def times(slot):
        if slot is None:
            return "-"
        lost = f" lost {slot.lost // MINUTE}" if slot.lost else ""
        return f"{kit.at_venue(slot.begins)}-{kit.at_venue(slot.ends)}{lost}"

    return [f"{e.item.item_id} {times(e.was)} → {times(e.becomes)}" for e in effects(before, after, now)]


# What no sequence of acts brings about


def machine(kit, seconds):
    class Conduct(RuleBasedStateMachine):
        """A moderator under stress: any act, on anything, at any time."""

        @initialize(agenda=kit.days(most=8))
        def imported(self, agenda):
            self.agenda = self.first = agenda
            self.now = kit.first_moment(agenda)

        @rule(press=kit.presses(seconds=seconds))
        def press(self, press):
            self.now += press.wait
            before, drawn = self.agenda, repr(self.agenda)
            try:
                self.agenda = press.on(before, self.now)
            except Refused as refusal:
                assert refusal.key
                assert repr(before) == drawn, "a refusal leaves everything as it was"
                return
            assert repr(before) == drawn, "an act gives another agenda and leaves the old one"
            after = {item.item_id: item for item in self.agenda.items}
            for item in before.items:
                if item.ended_at is not None:
                    assert after[item.item_id] == item, "what is over stays as it was"
                elif item.started_at is not None:
                    assert after[item.item_id].started_at == item.started_at, "a beginning is a fact"

        @invariant()
        def at_most_one_item_is_on(self):
            assert sum(item.on for item in self.agenda.items) <= 1

        @invariant()
        def no_item_is_lost_or_doubled(self):
            ids = Counter(item.item_id for item in self.agenda.items)
            assert ids == Counter(item.item_id for item in self.first.items)
            assert all(item.day_id == day.day_id for day in self.agenda.days for item in day.items)

        @invariant()
        def what_has_begun_stands_before_what_is_to_come(self):
            for day in self.agenda.days:
                started = [i.started_at is not None for i in day.items if i.state is not State.SKIPPED]
                assert started == sorted(started, reverse=True)
                begins = [i.started_at for i in day.items if i.started_at is not None]
                assert begins == sorted(begins)

        @invariant()
        def the_revision_is_the_ledgers(self):
            assert self.agenda.revision == self.first.revision

        @invariant()
        def what_was_planned_is_kept(self):
            plans = {i.item_id: (i.planned_starts_at, i.planned_ends_at) for i in self.agenda.items}
            assert plans == {i.item_id: (i.planned_starts_at, i.planned_ends_at) for i in self.first.items}

        @invariant()
        def every_item_not_skipped_has_one_slot(self):
            for day in self.agenda.days:
                ids = [item.item_id for item in day.items if item.state is not State.SKIPPED]
                for slots in (decided(self.agenda, day.day_id), forecast(self.agenda, day.day_id, self.now)):
                    assert [slot.item.item_id for slot in slots] == ids
                    assert all(s.begins <= s.ends and s.lost >= 0 * MINUTE for s in slots)

    return Conduct


@pytest.mark.parametrize("seconds", [False, True], ids=["minutes", "seconds"])
def test_no_sequence_of_acts_breaks_the_agenda(kit, seconds):
    run_state_machine_as_test(
        machine(kit, seconds), settings=settings(max_examples=30, stateful_step_count=15, deadline=None)
    )


@given(st.data())
@settings(max_examples=60)
def test_the_clock_begins_nothing_on_another_date(kit, data):
    """A programme wholly past, or one to come, is left alone."""
    agenda = data.draw(kit.days(days=1))
    for hours in (-48, 48, 24 * 300):
        now = kit.first_moment(agenda) + hours * 60 * MINUTE
        assert conduct.start_due(agenda, now) is agenda


@given(st.data())
@settings(max_examples=60)
def test_the_clock_begins_only_what_it_may_and_not_before_its_time(kit, data):
    agenda = data.draw(kit.days(days=1))
    script = data.draw(st.lists(kit.presses(), max_size=12))
    for before, after, now, press, _ in kit.played(agenda, script):
        if press.verb != "start_due" or after is before:
            continue
        item = after.running
        assert item.start is Start.CLOCK
        assert item.started_at == now
        assert slot_of(before, item.item_id, now).begins <= now


# Starting


def test_the_next_item_begins_and_what_ran_ends(kit):
    agenda = conduct.next_(at_question_1(kit), kit.bangkok("11:12:30"))
    assert agenda.running.item_id == "d1-05"
    assert agenda.running.started_at == agenda.item("d1-04").ended_at == kit.bangkok("11:12:30")


def test_a_suspended_item_ends_with_its_pause(kit):
    agenda = conduct.suspend(at_question_1(kit), kit.bangkok("10:30"))
    agenda = conduct.next_(agenda, kit.bangkok("10:40"))
    assert agenda.item("d1-04").suspensions[-1].resumed_at == kit.bangkok("10:40")
    assert agenda.item("d1-04").state is State.ENDED


def test_next_when_nothing_is_left(kit):
    agenda, now = kit.default(), kit.bangkok("09:00", 2)
    for item in agenda.day("d2").items:
        agenda = conduct.skip(agenda, item.item_id, now)
    with pytest.raises(conduct.NothingNext):
        conduct.next_(agenda, now)


def test_out_of_order_passes_over_breaks_due_and_keeps_sessions(kit):
    """Question 2 is taken before Question 1; the break due at 10:05 is over with."""
    agenda = begun(kit, ("08:00", "d1-00"), ("09:00", "d1-01"), ("09:20", "d1-02"), ("09:30", "d1-03"))
    agenda = conduct.start(agenda, "d1-05", kit.bangkok("10:15"))
    assert agenda.item("d1-b1").state is State.SKIPPED
    assert agenda.next_item(kit.bangkok("10:15")).item_id == "d1-04"
    assert at(kit, agenda, "d1-05") == "10:15-11:05"
    assert at(kit, agenda, "d1-04") == "11:05-11:55"


def test_out_of_order_leaves_breaks_not_yet_due(kit):
    agenda = begun(kit, ("08:00", "d1-00"), ("09:00", "d1-01"), ("09:20", "d1-02"))
    agenda = conduct.start(agenda, "d1-04", kit.bangkok("09:40"))
    assert agenda.item("d1-b1").to_come
    assert agenda.next_item(kit.bangkok("09:40")).item_id == "d1-03"


def test_a_skipped_item_may_be_started_after_all(kit):
    agenda = conduct.skip(at_question_1(kit), "d1-05", kit.bangkok("10:30"))
    agenda = conduct.start(agenda, "d1-05", kit.bangkok("11:00"))
    assert agenda.running.item_id == "d1-05"
    assert agenda.item("d1-05").skipped_at is None


@pytest.mark.parametrize("item_id", ["d1-03", "d1-04"], ids=["ended", "running"])
def test_what_has_begun_does_not_begin_again(kit, item_id):
    with pytest.raises(conduct.AlreadyBegun) as refused:
        conduct.start(at_question_1(kit), item_id, kit.bangkok("10:30"))
    assert refused.value.values["item"].startswith(("Twenty", "Question 1"))


def test_tomorrows_item_is_not_started_today(kit):
    with pytest.raises(conduct.AnotherDay):
        conduct.start(at_question_1(kit), "d2-01", kit.bangkok("10:30"))
    tomorrow = conduct.start(at_question_1(kit), "d2-01", kit.bangkok("08:55", 2))
    assert tomorrow.running.item_id == "d2-01"
    assert tomorrow.item("d1-04").state is State.ENDED


def test_an_item_nobody_knows(kit):
    for act in (conduct.start, conduct.skip):
        with pytest.raises(UnknownItem):
            act(kit.default(), "d9-01", kit.bangkok("09:00"))
    with pytest.raises(UnknownDay):
        conduct.defer(kit.default(), "d1-04", "d9", kit.bangkok("09:00"))


# The clock


def test_the_clock_starts_accreditation_breaks_and_lunch(kit):
    agenda = kit.default()
    assert conduct.start_due(agenda, kit.bangkok("07:59:59")) is agenda
    agenda = conduct.start_due(agenda, kit.bangkok("08:00"))
    assert agenda.running.item_id == "d1-00"
    agenda = conduct.start_due(agenda, kit.bangkok("09:00"))
    assert agenda.running.item_id == "d1-00", "the chair opens, not the clock"
    agenda = begun(kit, ("08:00", "d1-00"), ("09:00", "d1-01"), ("09:20", "d1-02"), ("09:30", "d1-03"))
    assert conduct.start_due(agenda, kit.bangkok("10:04:59")) is agenda
    assert conduct.start_due(agenda, kit.bangkok("10:05")).running.item_id == "d1-b1"


def test_a_break_waits_for_the_session_begun_late(kit):
    agenda = begun(kit, ("08:00", "d1-00"), ("09:00", "d1-01"), ("09:20", "d1-02"), ("09:40", "d1-03"))
    assert conduct.start_due(agenda, kit.bangkok("10:14")) is agenda
    assert conduct.start_due(agenda, kit.bangkok("10:15")).running.item_id == "d1-b1"


def test_a_break_waits_while_the_session_is_suspended(kit):
    agenda = begun(kit, ("08:00", "d1-00"), ("09:00", "d1-01"), ("09:20", "d1-02"), ("09:30", "d1-03"))
    agenda = conduct.suspend(agenda, kit.bangkok("09:50"))
    assert conduct.start_due(agenda, kit.bangkok("10:30")) is agenda


def test_a_break_waits_for_a_session_nobody_started(kit):
    agenda = begun(kit, ("08:00", "d1-00"), ("09:00", "d1-01"), ("09:20", "d1-02"))
    assert conduct.start_due(agenda, kit.bangkok("10:10")) is agenda


def test_lunch_comes_at_its_time_and_question_2_is_next_after_it(kit):
    agenda = begun(kit, ("08:00", "d1-00"), ("09:00", "d1-01"), ("09:20", "d1-02"), ("09:30", "d1-03"))
    agenda = conduct.start(agenda, "d1-04", kit.bangkok("11:20"))
    agenda = conduct.start_due(agenda, kit.bangkok("12:00"))
    assert agenda.running.item_id == "d1-b2"
    assert agenda.item("d1-04").ended_at == kit.bangkok("12:00")
    assert agenda.next_item(kit.bangkok("12:30")).item_id == "d1-05"
    assert [at(kit, agenda, i) for i in ("d1-b2", "d1-05", "d1-06", "d1-07", "d1-b3", "d1-08")] == [
        "12:00-13:00",
        "13:00-13:50",
        "13:50-14:40",
        "14:40-15:30",
        "15:30-15:30",
        "15:30-16:30",
    ]


# The running item


def test_extended_it_ends_later_and_pushes_what_floats(kit):
    now = kit.bangkok("11:00")
    before = at_question_1(kit)
    after = conduct.extend(before, 15, now)
    assert moved(kit, before, after, now) == [
        "d1-04 10:20-11:10 → 10:20-11:25",
        "d1-05 11:10-12:00 → 11:25-12:00 lost 15",
    ]


def test_extended_past_its_end_counts_from_now(kit):
    after = conduct.extend(at_question_1(kit), 5, kit.bangkok("11:20"))
    assert at(kit, after, "d1-04") == "10:20-11:25"


def test_shortened_but_not_to_before_now(kit):
    now = kit.bangkok("11:00")
    assert at(kit, conduct.extend(at_question_1(kit), -5, now), "d1-04") == "10:20-11:05"
    assert at(kit, conduct.extend(at_question_1(kit), -30, now), "d1-04") == "10:20-11:00"


def test_extended_while_suspended(kit):
    agenda = conduct.suspend(at_question_1(kit), kit.bangkok("10:30"))
    agenda = conduct.extend(agenda, 10, kit.bangkok("10:40"))
    agenda = conduct.resume(agenda, kit.bangkok("10:45"))
    assert at(kit, agenda, "d1-04") == "10:20-11:35"


@pytest.mark.parametrize("minutes", [0, 721, -721])
def test_a_slip_of_the_finger_is_no_number_of_minutes(kit, minutes):
    with pytest.raises(conduct.NoTime) as refused:
        conduct.extend(at_question_1(kit), minutes, kit.bangkok("10:30"))
    assert refused.value.values == {"minutes": minutes, "most": 720}
    with pytest.raises(conduct.NoTime):
        conduct.shift(at_question_1(kit), "d1-05", minutes, kit.bangkok("10:30"))


@pytest.mark.parametrize("minutes", [720, -720, 1])
def test_up_to_twelve_hours_are_taken(kit, minutes):
    """Control."""
    conduct.extend(at_question_1(kit), minutes, kit.bangkok("10:30"))


def test_acts_on_the_running_item_need_one(kit):
    now = kit.bangkok("08:00")
    for act in (conduct.end, conduct.suspend, conduct.resume):
        with pytest.raises(conduct.NothingRunning):
            act(kit.default(), now)
    with pytest.raises(conduct.NothingRunning):
        conduct.extend(kit.default(), 5, now)


def test_suspended_once_resumed_once_and_again(kit):
    agenda, now = at_question_1(kit), kit.bangkok("10:30")
    with pytest.raises(conduct.NotSuspended):
        conduct.resume(agenda, now)
    for n in range(1, 3):
        agenda = conduct.suspend(agenda, now + n * 10 * MINUTE)
        assert agenda.running.state is State.SUSPENDED
        with pytest.raises(conduct.AlreadySuspended):
            conduct.suspend(agenda, now + n * 10 * MINUTE)
        agenda = conduct.resume(agenda, now + (n * 10 + 4) * MINUTE)
        assert agenda.running.state is State.RUNNING
    assert at(kit, agenda, "d1-04") == "10:20-11:18"


# Items to come


def test_a_shift_with_its_preview(kit):
    now = kit.bangkok("10:00")
    before = kit.default()
    for clock, item_id in (("08:00", "d1-00"), ("09:00", "d1-01"), ("09:20", "d1-02"), ("09:30", "d1-03")):
        before = conduct.start(before, item_id, kit.bangkok(clock))
    after = conduct.shift(before, "d1-04", 15, now)
    assert moved(kit, before, after, now) == [
        "d1-04 10:20-11:10 → 10:35-11:25",
        "d1-05 11:10-12:00 → 11:25-12:00 lost 15",
    ]


def test_a_shift_goes_into_the_next_break_first(kit):
    after = conduct.shift(kit.default(), "d1-07", 10, kit.bangkok("08:00"))
    assert [at(kit, after, i) for i in ("d1-07", "d1-b3", "d1-08")] == [
        "14:00-14:50",
        "14:50-14:55",
        "14:55-15:55",
    ]


def test_shifted_back_everything_stands_as_before(kit):
    now = kit.bangkok("08:00")
    before = kit.default()
    after = conduct.shift(conduct.shift(before, "d1-07", 10, now), "d1-07", -10, now)
    assert moved(kit, before, after, now) == []


def test_shifted_earlier_takes_along_what_follows_up_to_the_anchor(kit):
    now = kit.bangkok("08:00")
    agenda = conduct.skip(kit.default(), "d1-b1", now)
    after = conduct.shift(agenda, "d1-04", -15, now)
    assert [at(kit, after, i) for i in ("d1-03", "d1-04", "d1-05", "d1-b2")] == [
        "09:30-10:05",
        "10:05-10:55",
        "10:55-11:45",
        "12:00-13:00",
    ]


def test_a_shift_of_what_is_awaited_counts_from_now(kit):
    """The +5 button at 09:33, for an item due at 09:30: it is taken at 09:38."""
    agenda = begun(kit, ("08:00", "d1-00"), ("09:00", "d1-01"), ("09:20", "d1-02"))
    agenda = conduct.end(agenda, kit.bangkok("09:30"))
    assert at(kit, conduct.shift(agenda, "d1-03", 5, kit.bangkok("09:33")), "d1-03") == "09:38-10:13"


def test_an_anchor_is_not_shifted_nor_reordered(kit):
    with pytest.raises(conduct.FixedTime) as refused:
        conduct.shift(kit.default(), "d1-b2", 15, kit.bangkok("10:00"))
    assert refused.value.values == {"item": "Lunch", "at": kit.bangkok("12:00")}
    with pytest.raises(conduct.FixedTime):
        conduct.reorder(kit.default(), "d1-b2", "d1-04", kit.bangkok("08:00"))


@pytest.mark.parametrize("item_id", ["d1-03", "d1-04"], ids=["ended", "running"])
def test_what_has_begun_is_not_to_come(kit, item_id):
    agenda, now = at_question_1(kit), kit.bangkok("10:30")
    for act in (
        lambda: conduct.shift(agenda, item_id, 5, now),
        lambda: conduct.skip(agenda, item_id, now),
        lambda: conduct.defer(agenda, item_id, "d2", now),
        lambda: conduct.reorder(agenda, item_id, "d1-05", now),
        lambda: conduct.reorder(agenda, "d1-05", item_id, now),
    ):
        with pytest.raises(conduct.AlreadyBegun):
            act()


def test_what_is_taken_off_is_not_moved(kit):
    now = kit.bangkok("10:30")
    agenda = conduct.skip(at_question_1(kit), "d1-05", now)
    for act in (
        lambda: conduct.shift(agenda, "d1-05", 5, now),
        lambda: conduct.skip(agenda, "d1-05", now),
        lambda: conduct.reorder(agenda, "d1-05", "d1-06", now),
    ):
        with pytest.raises(conduct.TakenOff):
            act()


def test_deferred_to_day_2_it_is_taken_last_there(kit):
    now = kit.bangkok("10:30")
    before = at_question_1(kit)
    after = conduct.defer(before, "d1-05", "d2", now)
    assert taken(after, "d2")[-1] == "d1-05"
    assert "d1-05" not in taken(after)
    assert at(kit, after, "d1-05") == "16:20+1-17:10+1"
    assert moved(kit, before, after, now) == ["d1-05 11:10-12:00 → 16:20+1-17:10+1"]
    assert after.item("d1-05").deferrals == 1


def test_deferred_within_the_day_it_is_taken_last(kit):
    after = conduct.defer(at_question_1(kit), "d1-05", "d1", kit.bangkok("10:30"))
    assert taken(after)[-1] == "d1-05"
    assert at(kit, after, "d1-05") == "16:30-17:20"
    with pytest.raises(conduct.SamePlace):
        conduct.defer(after, "d1-05", "d1", kit.bangkok("10:31"))


def test_a_deferred_anchor_floats_and_a_skipped_item_is_taken_up_again(kit):
    now = kit.bangkok("10:30")
    after = conduct.defer(conduct.skip(at_question_1(kit), "d1-b2", now), "d1-b2", "d2", now)
    assert not after.item("d1-b2").fixed
    assert after.item("d1-b2").to_come


def test_nothing_is_deferred_to_a_day_that_is_over(kit):
    with pytest.raises(conduct.DayOver):
        conduct.defer(kit.default(), "d2-02", "d1", kit.bangkok("08:00", 2))


def test_reordered_the_two_questions_change_places(kit):
    now = kit.bangkok("08:00")
    before = kit.default()
    after = conduct.reorder(before, "d1-05", "d1-04", now)
    assert moved(kit, before, after, now) == [
        "d1-05 11:10-12:00 → 10:20-11:10",
        "d1-04 10:20-11:10 → 11:10-12:00",
    ]
    assert taken(after)[5:7] == ["d1-05", "d1-04"]


def test_reordered_across_lunch_the_anchor_stays(kit):
    after = conduct.reorder(kit.default(), "d1-04", "d1-07", kit.bangkok("08:00"))
    assert [at(kit, after, i) for i in ("d1-05", "d1-b2", "d1-06", "d1-04", "d1-07")] == [
        "10:20-11:10",
        "12:00-13:00",
        "13:00-13:50",
        "13:50-14:40",
        "14:40-15:30",
    ]


def test_reordered_to_its_own_place_or_into_another_day(kit):
    now = kit.bangkok("08:00")
    with pytest.raises(conduct.SamePlace):
        conduct.reorder(kit.default(), "d1-04", "d1-05", now)
    with pytest.raises(conduct.AnotherDay):
        conduct.reorder(kit.default(), "d1-04", "d2-02", now)


# Stale buttons


def test_a_button_of_another_revision_is_out_of_date(kit):
    agenda = kit.default()
    for stale in (agenda.revision - 1, agenda.revision + 1):
        with pytest.raises(OutOfDate):
            conduct.check_revision(agenda, stale)


def test_a_button_of_this_revision_and_a_typed_command_are_not(kit):
    agenda = kit.default()
    conduct.check_revision(agenda, agenda.revision)
    conduct.check_revision(agenda, None)


def test_breaks_in_the_default_programme_are_the_clocks(kit):
    """Control for the tests above: what they take from the default programme is there."""
    by_clock = [i.item_id for i in kit.default().items if i.start is Start.CLOCK]
    assert by_clock == ["d1-00", "d1-b1", "d1-b2", "d1-b3", "d2-b1", "d2-b2", "d2-b3"]
    assert [i.item_id for i in kit.default().items if i.fixed] == ["d1-01", "d1-b2", "d2-b2"]
    assert [i.item_id for i in kit.default().items if i.kind is Kind.OPENING] == ["d1-00"]
