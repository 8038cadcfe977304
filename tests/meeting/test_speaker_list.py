"""Conducting a list: when it opens and closes, who gets the floor, what a point of order does to a speech."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meeting.speaker_list import (
    call_next,
    check_leave,
    checked_reason,
    close,
    current_list,
    end,
    last_call,
    last_call_at,
    move,
    next_turn,
    open_,
    opens_at,
    pause,
    release_replies,
    reopen,
    resume,
    state_of_list,
    turned,
    upcoming,
    with_policy,
)
from meeting.speaker_order import order
from meeting.speaker_time import elapsed
from meeting.speakers import ListState, Policy, SpeakerList, SpeechState
from tests.speaking import (
    ITEM,
    MINUTE,
    ORDER,
    OTHER,
    QUESTION,
    REPLY,
    TEN,
    after,
    at,
    drawn_lists,
    entry,
    listed,
    numbers,
    outcome,
    sitting,
)

NOT_OPEN, OPEN, LAST_CALL, CLOSED = ListState


def _states(speakers: SpeakerList, *minutes: float) -> list[ListState]:
    return [state_of_list(speakers, at(n)) for n in minutes]


def _instants(speakers: SpeakerList) -> list[float | None]:
    return [after(x) for x in (speakers.opened_at, speakers.last_call_at, speakers.closed_at)]


def test_by_the_clock_ten_minutes_before_and_fifteen_and_five_before_the_end():
    unbegun, running = listed(sitting=sitting(started=None)), listed()
    assert _states(unbegun, -10.01, -10, 0, 59) == [NOT_OPEN, OPEN, OPEN, OPEN]
    assert _states(running, 0, 44.99, 45, 54.99, 55, 70) == [OPEN, OPEN, LAST_CALL, LAST_CALL, CLOSED, CLOSED]
    assert _states(listed(sitting=sitting(ended=20)), 21) == [CLOSED]
    assert _states(listed(sitting=sitting(started=None, over=True)), -20) == [CLOSED]
    own = Policy(opens=2 * MINUTE, last_call=4 * MINUTE, closes=0 * MINUTE)
    assert _states(replace(running, policy=own), 55, 56, 59.99, 60) == [OPEN, LAST_CALL, LAST_CALL, CLOSED]
    assert after(opens_at(replace(unbegun, policy=own))) == -2
    # Begun before its time it opens at once; late, it is not closed at once.
    assert _states(listed(sitting=sitting(started=-30, begins=at(30))), -31, -30) == [NOT_OPEN, OPEN]
    assert _states(listed(sitting=sitting(started=50)), 50, 54, 55) == [OPEN, OPEN, CLOSED]
    assert _states(listed(sitting=sitting(started=58)), 58, 70) == [OPEN, OPEN]


@pytest.mark.parametrize(
    ("begun", "now", "instants", "following"),
    [
        (None, -11, [None, None, None], -10),
        (None, -3, [-10, None, None], None),
        (0, 3, [-10, None, None], 45),
        (0, 50, [-10, 45, None], 55),
        (0, 58, [-10, 45, 55], None),
        (50, 56, [-10, None, 55], None),
    ],
)
def test_what_the_clock_writes_down_and_when_it_comes_next(begun, now, instants, following):
    speakers = turned(listed(sitting=sitting(started=begun)), at(now))
    assert _instants(speakers) == instants
    assert after(next_turn(speakers, at(now))) == following


@given(
    st.none() | st.integers(-20, 62),
    st.booleans(),
    st.tuples(*[st.none() | st.integers(-20, 62)] * 4),
    st.integers(-20, 70),
)
def test_what_is_written_down_changes_no_state_and_leaves_nothing_due(started, over, given_, now):
    opened, called, closed, reopened = map(at, given_)
    speakers = listed(
        sitting=sitting(started, over=over),
        opened_at=opened,
        last_call_at=called,
        closed_at=closed,
        reopened_at=reopened,
    )
    written = turned(speakers, at(now))
    assert state_of_list(written, at(now)) is state_of_list(speakers, at(now))
    assert turned(written, at(now)) == written
    coming = next_turn(written, at(now))
    assert coming is None or coming > at(now)
    assert (next_turn(speakers, at(now)) == at(now)) == (written != speakers) or closed is not None


def test_an_extension_opens_it_again_only_before_the_closing_is_written_down():
    speakers, longer = listed(), sitting(ends=at(80))
    written = replace(turned(speakers, at(56)), sitting=longer)
    assert _states(written, 57, 79) == [CLOSED, CLOSED]
    assert _states(replace(speakers, sitting=longer), 57, 65, 75) == [OPEN, LAST_CALL, CLOSED]


def test_opened_again_it_closes_at_a_moment_still_to_come_or_by_hand():
    speakers = reopen(turned(listed(), at(56)), at(56))
    assert _instants(speakers) == [-10, None, None]
    assert _states(speakers, 56, 59, 70) == [OPEN] * 3, "its moments are past"
    longer = replace(speakers, sitting=sitting(ends=at(80)))
    assert _states(longer, 57, 65, 75) == [OPEN, LAST_CALL, CLOSED]
    early = reopen(close(listed(), at(20)), at(30))
    assert _states(early, 30, 45, 55) == [OPEN, LAST_CALL, CLOSED]
    between = reopen(close(listed(), at(46)), at(48))
    assert _states(between, 48, 54, 55) == [OPEN, OPEN, CLOSED], "the last call is not made behind their back"


def test_by_hand():
    unbegun, running = listed(sitting=sitting(started=None)), listed()
    assert _instants(open_(unbegun, at(-30))) == [-30, None, None]
    assert _instants(close(unbegun, at(-30))) == [None, None, -30]
    assert _instants(open_(close(unbegun, at(-30)), at(-20))) == [-20, None, None]
    assert _instants(last_call(unbegun, at(-30))) == [-30, -30, None]
    # What the clock did meanwhile is kept, with its moment.
    assert _instants(last_call(running, at(20))) == [-10, 20, None]
    assert _instants(close(running, at(50))) == [-10, 45, 50]
    assert _instants(reopen(running, at(56))) == [-10, None, None]
    assert _states(last_call(running, at(20)), 20, 54, 55) == [LAST_CALL, LAST_CALL, CLOSED]
    assert _states(close(running, at(20)), 19, 20) == [CLOSED, CLOSED]
    assert after(last_call_at(listed(sitting=sitting(ends=at(10))))) is None


WAITING = (entry(1, "m1"), entry(2, "m2"), entry(3, "m3"))
OVER = listed(sitting=sitting(ended=50))
SPEAKING = listed(entry(9, "m9", called=5, limit=MINUTE), *WAITING)
ALONE = listed(entry(9, "m9", called=5, limit=MINUTE))
PAUSED = pause(SPEAKING, at(6))
SUSPENDED = listed(*WAITING, sitting=sitting(suspended=[(5, None)]))
UNBEGUN = listed(*WAITING, sitting=sitting(started=None))
HELD = {"item": "Question 1"}


@pytest.mark.parametrize(
    ("act", "refused"),
    [
        (lambda: open_(listed(), at(10)), ("list_opened", {})),
        (lambda: open_(listed(), at(50)), ("list_opened", {})),
        (lambda: open_(OVER, at(55)), ("list_over", HELD)),
        (lambda: reopen(listed(), at(10)), ("list_opened", {})),
        (lambda: reopen(UNBEGUN, at(-30)), ("list_opened", {})),
        (lambda: reopen(OVER, at(55)), ("list_over", HELD)),
        (lambda: last_call(listed(), at(56)), ("list_shut", {"at": at(55)})),
        (lambda: last_call(close(listed(), at(20)), at(30)), ("list_shut", {"at": at(20)})),
        (lambda: last_call(listed(), at(46)), ("last_called", {})),
        (lambda: last_call(OVER, at(55)), ("list_over", HELD)),
        (lambda: close(listed(), at(56)), ("list_shut", {"at": at(55)})),
        (lambda: close(OVER, at(55)), ("list_over", HELD)),
        (lambda: with_policy(OVER, Policy()), ("list_over", HELD)),
        (lambda: release_replies(OVER, at(55)), ("list_over", HELD)),
        (lambda: release_replies(listed(sitting=sitting(last=True)), at(5)), ("replies_released", {})),
        (lambda: release_replies(listed(replies_at=TEN), at(5)), ("replies_released", {})),
        (lambda: call_next(UNBEGUN, at(5)), ("not_held_now", HELD)),
        (lambda: call_next(OVER, at(55)), ("not_held_now", HELD)),
        (lambda: call_next(SUSPENDED, at(6)), ("item_suspended", HELD)),
        (lambda: call_next(listed(), at(6)), ("nobody_waits", {})),
        (lambda: call_next(SPEAKING, at(6), (9, 2)), ("out_of_date", {})),
        (lambda: call_next(SPEAKING, at(6), (None, 1)), ("out_of_date", {})),
        (lambda: call_next(ALONE, at(6), (9, 1)), ("out_of_date", {})),
        (lambda: end(UNBEGUN, at(6)), ("not_held_now", HELD)),
        (lambda: end(listed(*WAITING), at(6)), ("nobody_speaks", {})),
        (lambda: end(SPEAKING, at(6), 1), ("out_of_date", {})),
        (lambda: end(listed(*WAITING), at(6), 9), ("out_of_date", {})),
        (lambda: pause(OVER, at(55)), ("not_held_now", HELD)),
        (lambda: pause(listed(), at(6)), ("nobody_speaks", {})),
        (lambda: pause(SPEAKING, at(6), 1), ("out_of_date", {})),
        (lambda: pause(PAUSED, at(6)), ("speech_paused", {})),
        (lambda: resume(OVER, at(55)), ("not_held_now", HELD)),
        (lambda: resume(listed(), at(6)), ("nobody_speaks", {})),
        (lambda: resume(PAUSED, at(6), 1), ("out_of_date", {})),
        (lambda: resume(SPEAKING, at(6)), ("speech_runs", {})),
        (lambda: move(SPEAKING, 77, 1, "Reason", at(6)), ("unknown_inscription", {})),
        (lambda: move(SPEAKING, 9, 1, "Reason", at(6)), ("not_waiting", {})),
        (lambda: move(SPEAKING, 1, 0, "Reason", at(6)), ("same_position", {"place": 1})),
        (lambda: move(SPEAKING, 3, 99, "Reason", at(6)), ("same_position", {"place": 3})),
        (lambda: move(SPEAKING, 3, 1, " \u200b\n", at(6)), ("reason_missing", {})),
    ],
)
def test_refusals(act, refused):
    assert outcome(act) == refused


def test_reasons_are_one_legible_line_and_cut():
    assert checked_reason("  Has\u202e a\n train  ") == "Has a train"
    assert checked_reason("a" * 199 + " b") == "a" * 199


def _standing(speakers: SpeakerList, now: float) -> dict[int, tuple[SpeechState, float]]:
    """How each stands that was called: its state, and minutes used."""
    return {
        one.inscription_id: (speakers.state_of(one), elapsed(speakers, one, at(now)) / MINUTE)
        for one in speakers.heard
    }


TALKING, STILL, DONE = SpeechState.SPEAKING, SpeechState.PAUSED, SpeechState.FINISHED


def test_calling_the_next_ends_the_current_and_begins_it_in_one():
    speakers = call_next(SPEAKING, at(7), (9, 1))
    assert _standing(speakers, 8) == {9: (DONE, 2), 1: (TALKING, 1)}
    assert speakers.named(9).ended_at == speakers.named(1).called_at == at(7)
    assert speakers.named(1).limit == 3 * MINUTE
    for minute in (9, 10, 11):
        speakers = call_next(speakers, at(minute))
    assert (speakers.current, numbers(speakers.heard)) == (None, [9, 1, 2, 3])
    assert outcome(call_next, speakers, at(12)) == ("nobody_waits", {})
    assert call_next(ALONE, at(7), (9, None)).current is None
    assert call_next(listed(*WAITING), at(7), (None, 1)).current.inscription_id == 1


@given(drawn_lists(), st.integers(0, 8))
def test_at_any_time_one_has_the_floor_at_most_and_an_interrupted_one_waits_paused(speakers, presses):
    for n in range(presses):
        called = outcome(call_next, speakers, at(20 + n))
        speakers = called if isinstance(called, SpeakerList) else speakers
    on = [one for one in speakers.heard if one.ended_at is None]
    assert [one for one in on if not one.paused] == [speakers.current] * (speakers.current is not None)
    assert len(on) <= 2 and (len(on) < 2 or on[1].kind is ORDER)


def _raised(speakers: SpeakerList, number: int, minute: float) -> SpeakerList:
    raised = entry(number, f"m{number}", ORDER, minute=minute)
    return replace(speakers, inscriptions=(*speakers.inscriptions, raised))


@pytest.mark.parametrize("ending", [call_next, end])
def test_a_point_of_order_pauses_the_speech_which_then_goes_on(ending):
    speakers = call_next(_raised(SPEAKING, 20, 6), at(7))
    assert _standing(speakers, 10) == {9: (STILL, 2), 20: (TALKING, 3)}
    assert (speakers.current.inscription_id, speakers.interrupted.inscription_id) == (20, 9)
    assert upcoming(speakers) is None and speakers.named(20).limit == MINUTE
    speakers = ending(speakers, at(10))
    assert _standing(speakers, 11) == {9: (TALKING, 3), 20: (DONE, 3)}
    assert _standing(call_next(speakers, at(12)), 12)[9] == (DONE, 4)


@pytest.mark.parametrize("ending", [call_next, end])
def test_several_in_a_row_and_one_on_a_speech_paused_by_hand(ending):
    speakers = _raised(_raised(SPEAKING, 20, 6), 21, 6)
    speakers = call_next(call_next(speakers, at(7)), at(8))
    assert _standing(speakers, 9) == {9: (STILL, 2), 20: (DONE, 1), 21: (TALKING, 1)}
    speakers = ending(speakers, at(9))
    assert _standing(speakers, 10)[9] == (TALKING, 3)
    # And once more in the same speech.
    speakers = ending(call_next(_raised(speakers, 22, 10), at(10)), at(14))
    assert _standing(speakers, 15)[9] == (TALKING, 4)
    by_hand = call_next(call_next(_raised(_raised(PAUSED, 20, 6), 21, 6), at(7)), at(8))
    by_hand = ending(by_hand, at(9))
    assert _standing(by_hand, 10) == {9: (STILL, 1), 20: (DONE, 1), 21: (DONE, 1)}
    assert _standing(resume(by_hand, at(12)), 13)[9] == (TALKING, 2)


def test_a_point_of_order_of_its_own_is_followed_by_the_next():
    speakers = call_next(_raised(listed(*WAITING), 20, 1), at(2))
    assert upcoming(speakers).inscription_id == 1
    speakers = call_next(speakers, at(3), (20, 1))
    assert _standing(speakers, 4) == {20: (DONE, 1), 1: (TALKING, 1)}


def test_questions_are_heard_before_the_next_speaker_and_vanish_with_them():
    asked = (entry(30, "m5", QUESTION, about=9), entry(31, "m6", QUESTION, about=9, not_now_at=at(6)))
    speakers = call_next(listed(*SPEAKING.inscriptions, *asked), at(7))
    assert speakers.current.inscription_id == 30
    assert numbers(order(speakers)) == [31, 1, 2, 3]
    speakers = call_next(speakers, at(8))
    assert speakers.current.inscription_id == 1
    assert (numbers(order(speakers)), speakers.state_of(asked[1])) == ([2, 3], SpeechState.NOT_TAKEN)


def test_not_now_is_passed_over_until_nobody_else_is_left():
    speakers = listed(entry(1, "m1", not_now_at=TEN), entry(2, "m2"))
    speakers = call_next(speakers, at(1), (None, 2))
    speakers = call_next(speakers, at(2), (2, 1))
    assert speakers.current.inscription_id == 1 and speakers.current.not_now_at is None


def test_replies_wait_for_the_last_session_or_until_they_are_released():
    reply = entry(5, "m5", REPLY, item_id=OTHER, minute=-60)
    early = listed(reply, entry(1, "m1"))
    assert (numbers(order(early)), early.state_of(reply)) == ([1], SpeechState.WAITING)
    assert numbers(early.of("m5")) == [5]
    released, last = release_replies(early, at(5)), replace(early, sitting=sitting(last=True))
    for due in (released, last):
        assert numbers(order(due)) == [1, 5]
        heard = call_next(call_next(due, at(6)), at(8))
        assert (heard.current.inscription_id, heard.current.item_id) == (5, ITEM)
        assert heard.current.limit == 2 * MINUTE
    later = listed(reply, sitting=sitting(ended=50))
    assert later.state_of(reply) is SpeechState.WAITING, "its day goes on"
    past = listed(reply, sitting=sitting(ended=50, last=True))
    assert past.state_of(reply) is SpeechState.NOT_TAKEN


BOTH = listed(*ALONE.own, entry(1, "m1"))


@pytest.mark.parametrize(
    ("speakers", "now", "sure", "refused"),
    [
        (listed(), 10, None, None),
        (listed(*WAITING), 10, 0, ("people_wait", {"n": 3, "names": ("M1", "M2", "M3")})),
        (listed(*WAITING), 50, 0, ("people_wait", {"n": 3, "names": ("M1", "M2", "M3")})),
        (listed(*WAITING), 56, None, ("leftover", {"n": 3, "names": ("M1", "M2", "M3"), "number": 0})),
        (listed(*WAITING), 56, 0, None),
        (close(listed(*WAITING), at(5)), 10, 0, None),
        (ALONE, 10, None, ("floor_taken", {"delegation": "M9", "number": 9})),
        (ALONE, 10, 0, ("floor_taken", {"delegation": "M9", "number": 9})),
        (ALONE, 10, 9, None),
        (BOTH, 56, None, ("leftover_and_floor", {"n": 1, "names": ("M1",), "delegation": "M9", "number": 9})),
        (BOTH, 56, 9, None),
        (listed(entry(5, "m5", ORDER), entry(6, "m6", QUESTION)), 10, None, None),
    ],
)
def test_leaving_an_item(speakers, now, sure, refused):
    assert outcome(check_leave, speakers, at(now), sure=sure) == refused


def test_of_many_who_wait_five_are_named():
    speakers = listed(*(entry(n, f"m{n}", minute=n) for n in range(1, 10)))
    told = outcome(check_leave, speakers, at(10))
    assert told == ("people_wait", {"n": 9, "names": ("M1", "M2", "M3", "M4", "M5")})


def test_what_was_not_held_on_its_day_opens_nothing_by_the_clock_and_stands_before_nobody():
    yesterday = replace(listed(sitting=sitting(started=None)), opened_at=None)
    tomorrow = at(10) + timedelta(days=1)
    assert state_of_list(yesterday, tomorrow) is ListState.NOT_OPEN
    assert turned(yesterday, tomorrow) is yesterday and next_turn(yesterday, tomorrow) is None
    assert turned(yesterday, at(-5)).opened_at == at(-10), "control"
    left = replace(yesterday, opened_at=at(-10))
    today = replace(
        left,
        sitting=replace(
            left.sitting,
            item_id=OTHER,
            begins=left.sitting.begins + timedelta(days=1),
            ends=left.sitting.ends + timedelta(days=1),
        ),
    )
    assert current_list([left, today], tomorrow) is today
    assert current_list([left], tomorrow) is left, "control"
