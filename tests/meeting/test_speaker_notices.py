"""Whom the list of speakers calls by name: who has the floor and the next two, each once, and nobody else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meeting.floor import put_off, ready_again
from meeting.notices import Channel, Entry, Log, NoticeKind, kind_of
from meeting.people import UserId
from meeting.speaker_list import call_next, end
from meeting.speaker_notices import LAPSES, of_speakers
from meeting.speaker_order import order
from meeting.speakers import SpeakerList
from tests.speaking import (
    ORDER,
    OTHER,
    TEN,
    after,
    at,
    delegation,
    drawn_lists,
    entry,
    listed,
    sitting,
)

CALLED, ON_DECK, RAISED = NoticeKind.CALLED, NoticeKind.ON_DECK, NoticeKind.ORDER_RAISED
ROWS = tuple(entry(n, f"m{n}", minute=n - 9) for n in range(1, 6))
SPEAKING = call_next(listed(*ROWS), at(1))


def said(speakers: SpeakerList, log: Log, now: float) -> tuple[list[tuple[NoticeKind, int]], Log]:
    """What is said now that was not before, and to whom (as numbers of inscriptions); and the log with it."""
    new = [one for one in of_speakers([speakers], log, at(now)) if one.key not in log]
    entries = {one.key: Entry(one.key, len(log) + n, one.about_at) for n, one in enumerate(new)}
    return [(one.kind, (one.user_id or 1000) - 1000) for one in new], {**log, **entries}


def test_the_called_one_and_the_next_two_are_named_once():
    speakers, told, log = SPEAKING, [], {}
    for minute in range(1, 7):
        new, log = said(speakers, log, minute)
        told.append(new)
        again, log = said(speakers, log, minute + 0.5)
        assert again == []
        if speakers.current is not None:
            speakers = call_next(speakers, at(minute + 0.9))
    assert told == [
        [(CALLED, 1), (ON_DECK, 2), (ON_DECK, 3)],
        [(CALLED, 2), (ON_DECK, 4)],
        [(CALLED, 3), (ON_DECK, 5)],
        [(CALLED, 4)],
        [(CALLED, 5)],
        [],
    ]


def test_what_a_notice_holds():
    called, deck, _ = of_speakers([SPEAKING], {}, at(3))
    assert (called.channel, called.text, called.user_id) == (Channel.FLOOR, "Delegation m1", UserId(1001))
    assert [after(x) for x in (called.due_at, called.lapses_at, called.about_at)] == [1, 6, 1]
    assert [after(x) for x in (deck.due_at, deck.lapses_at, deck.about_at)] == [3, 8, None]
    assert (called.item_id, called.round, kind_of(called.key), kind_of(deck.key)) == (
        "d1-04",
        1,
        CALLED,
        ON_DECK,
    )
    assert called.key == "speaker 1 · called · 1" and deck.key == "speaker 2 · on_deck"
    assert at(5) - TEN == LAPSES


def test_called_again_after_not_now_is_a_new_notice():
    first, log = said(SPEAKING, {}, 1)
    off = put_off(SPEAKING, delegation("m1"), 1, at(2))
    waiting, log = said(off, log, 2)
    assert waiting == [], "who said “not now” is not told to be ready, and 2 and 3 have been"
    ready = ready_again(off, delegation("m1"), 1, at(3))
    on_deck, log = said(ready, log, 3)
    assert on_deck == [(ON_DECK, 1)]
    again, log = said(call_next(ready, at(4)), log, 4)
    assert ((CALLED, 1) in first, again) == (True, [(CALLED, 1)])
    assert "speaker 1 · called · 2" in log


def test_who_said_not_now_is_passed_over_for_the_one_behind():
    off = put_off(SPEAKING, delegation("m2"), 2, at(2))
    assert said(off, {}, 2)[0] == [(CALLED, 1), (ON_DECK, 3), (ON_DECK, 4)]


def test_a_point_of_order_alarms_those_who_conduct_and_the_speaker_is_not_called_again():
    _, log = said(SPEAKING, {}, 1)
    asking = entry(9, "m9", ORDER, minute=2)
    raised = replace(SPEAKING, inscriptions=(*SPEAKING.inscriptions, asking))
    alarm = next(one for one in of_speakers([raised], {}, at(3)) if one.kind is RAISED)
    assert (alarm.channel, alarm.user_id, alarm.text) == (Channel.MODERATORS, None, "Delegation m9")
    assert [after(x) for x in (alarm.due_at, alarm.lapses_at)] == [2, 7]
    new, log = said(raised, log, 3)
    assert new == [(RAISED, 0)], "who has just raised it is heard at once"
    heard = call_next(raised, at(3))
    new, log = said(heard, log, 3)
    assert new == [(CALLED, 9)]
    assert said(end(heard, at(4)), log, 4)[0] == []


def test_nobody_is_named_for_what_a_desk_entered():
    rows = tuple(replace(one, by_desk=True, seat_id=None, user_id=None) for one in ROWS)
    raised = entry(9, "m9", ORDER, by_desk=True, seat_id=None, user_id=None)
    assert of_speakers([call_next(listed(*rows), at(1))], {}, at(2)) == []
    told = of_speakers([call_next(listed(*rows, entry(6, "m6")), at(1))], {}, at(2))
    assert told == [], "6 is far behind"
    assert [one.kind for one in of_speakers([listed(*rows, raised)], {}, at(2))] == [RAISED]


@pytest.mark.parametrize(
    "sat",
    [sitting(started=None), sitting(ended=20), sitting(started=None, over=True)],
    ids=["before", "after", "skipped"],
)
def test_nobody_is_named_while_the_item_is_not_on(sat):
    rows = (*SPEAKING.inscriptions, entry(9, "m9", ORDER))
    assert of_speakers([listed(*rows, sitting=sat)], {}, at(2)) == []
    assert len(of_speakers([listed(*rows)], {}, at(2))) == 3, "control"


def test_of_several_lists_the_running_one_counts():
    other = replace(listed(entry(8, "m8")), sitting=replace(sitting(started=None), item_id=OTHER))
    told = of_speakers([other, SPEAKING], {}, at(2))
    assert {one.item_id for one in told} == {"d1-04"} and len(told) == 3


@given(drawn_lists(), st.integers(0, 5))
def test_only_the_current_and_the_next_two_are_ever_named(speakers, presses):
    for n in range(presses):
        if speakers.waiting:
            speakers = call_next(speakers, at(20 + n))
    told = of_speakers([speakers], {}, at(30))
    assert len({one.key for one in told}) == len(told)
    named = [one for one in told if one.user_id is not None]
    assert all(one.channel is Channel.FLOOR and one.kind in (CALLED, ON_DECK) for one in named)
    assert sum(one.kind is CALLED for one in named) == (speakers.current is not None)
    following = [one for one in order(speakers) if one.not_now_at is None][:2]
    deck = [one.user_id for one in following if one.kind is not ORDER]
    assert [one.user_id for one in named if one.kind is ON_DECK] == deck
    assert all(one.kind is RAISED for one in told if one.user_id is None)
