"""Asking for the floor: who may, from which side, for what and how often; and who waits then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from meeting import conduct
from meeting.floor import (
    LINE,
    Asker,
    Wish,
    ask,
    associate,
    floor_of,
    put_off,
    ready_again,
    withdraw,
)
from meeting.programme import Mode
from meeting.seats import Presence
from meeting.speaker_list import call_next, close, current_list
from meeting.speaker_order import order
from meeting.speakers import Floor, SpeakerList, SpeechKind, SpeechState, has_list, sitting_of
from tests.speaking import (
    GROUP,
    ORDER,
    OTHER,
    QUESTION,
    REPLY,
    ROOM,
    STATEMENT,
    TEN,
    VIRTUAL,
    at,
    delegation,
    entry,
    listed,
    numbers,
    outcome,
    seat,
    sitting,
)

M1, M2 = delegation("m1"), delegation("m2")
IN_PERSON = sitting(mode=Mode.IN_PERSON)
SPEAKING = listed(entry(9, "m2", called=5), entry(1, "m1"))
UNBEGUN = listed(sitting=sitting(started=None))
HELD = {"item": "Question 1"}


def asked(
    speakers: SpeakerList,
    kind: SpeechKind = STATEMENT,
    name: str = "m1",
    floor: Floor = ROOM,
    now: float = 10,
    presence: Presence = Presence.ROOM,
    **wish: str,
):
    """What comes of asking from the first seat of a delegation: the list, or how it is refused."""
    asker = Asker(delegation(name), floor, seat(name, presence=presence))
    return outcome(ask, speakers, asker, Wish(kind, **wish), 50, at(now))


def test_a_statement_on_behalf_of_a_group_is_one_whatever_the_menu_says():
    made = asked(SPEAKING, STATEMENT, "m3", group="The Pacific").named(50)
    assert (made.kind, made.group) == (GROUP, "The Pacific")


@pytest.mark.parametrize("kind", SpeechKind)
def test_asked_for_by_a_delegation_or_a_desk(kind):
    by_seat = asked(
        SPEAKING,
        kind,
        "m3",
        VIRTUAL,
        group="" if kind is STATEMENT else "The Pacific",
        speaker="A. Bee, Minister",
        subject="Q",
    )
    group = "The Pacific" if kind is GROUP else ""
    about = 9 if kind is QUESTION else None
    told = {"speaker": "A. Bee, Minister", "subject": "Q", "group": group, "about": about}
    mine = entry(50, "m3", kind, VIRTUAL, 10, **told)
    assert by_seat == replace(SPEAKING, inscriptions=(*SPEAKING.inscriptions, mine))
    assert by_seat.named(50).user_id == 77 and by_seat.state_of(mine) is SpeechState.WAITING
    wish = Wish(kind, group="" if kind is STATEMENT else "The Pacific")
    by_desk = ask(SPEAKING, Asker(delegation("m3"), ROOM), wish, 50, at(10)).named(50)
    assert (by_desk.by_desk, by_desk.seat_id, by_desk.user_id) == (True, None, None)


def reply(number: int, **fields):
    return entry(number, "m1", REPLY, item_id=OTHER, **fields)


@pytest.mark.parametrize(
    ("speakers", "asking", "refused"),
    [
        (listed(), {"presence": Presence.LEFT}, ("has_left", {})),
        (listed(sitting=IN_PERSON), {"floor": VIRTUAL}, ("floor_in_person", HELD)),
        (UNBEGUN, {"now": -11}, ("list_not_open", HELD | {"at": at(-10)})),
        (listed(), {"now": 56}, ("list_closed", HELD | {"at": at(55)})),
        (listed(), {"now": 56, "kind": GROUP, "group": "G"}, ("list_closed", HELD | {"at": at(55)})),
        (close(listed(), at(20)), {"now": 30}, ("list_closed", HELD | {"at": at(20)})),
        (listed(sitting=sitting(ended=50)), {"now": 52}, ("list_closed", HELD | {"at": at(50)})),
        (listed(sitting=sitting(None, over=True)), {"now": 2}, ("list_closed", HELD | {"at": at(2)})),
        (UNBEGUN, {"kind": ORDER}, ("item_not_on", HELD)),
        (UNBEGUN, {"kind": QUESTION}, ("item_not_on", HELD)),
        (listed(sitting=sitting(ended=50)), {"kind": REPLY, "now": 52}, ("item_not_on", HELD)),
        (SPEAKING, {}, ("already_waiting", {"delegation": "M1", "at": at(-5)})),
        (listed(entry(1, "m1", not_now_at=TEN)), {}, ("already_waiting", {"delegation": "M1", "at": at(-5)})),
        (listed(reply(1)), {"kind": REPLY}, ("already_waiting", {"delegation": "M1", "at": at(-5)})),
        (listed(), {"kind": GROUP}, ("group_missing", {})),
        (listed(), {"kind": GROUP, "group": " \u200b\u3164"}, ("group_missing", {})),
        (listed(), {"kind": QUESTION}, ("nobody_addressed", {})),
        (listed(entry(8, "m2", ORDER, called=5)), {"kind": QUESTION}, ("nobody_addressed", {})),
        (SPEAKING, {"kind": QUESTION, "name": "m2"}, ("own_intervention", {})),
        (
            listed(reply(1, called=-50), reply(2, called=-30)),
            {"kind": REPLY},
            ("too_many_replies", {"delegation": "M1", "most": 2}),
        ),
    ],
)
def test_refusals_of_the_floor(speakers, asking, refused):
    assert asked(speakers, **asking) == refused


@pytest.mark.parametrize(
    ("speakers", "asking"),
    [
        (listed(sitting=IN_PERSON), {"floor": ROOM}),
        (UNBEGUN, {"now": -10}),
        (listed(), {"now": 54}),
        # Only statements need an open list.
        (listed(), {"now": 56, "kind": ORDER}),
        (listed(), {"now": 56, "kind": REPLY}),
        (close(SPEAKING, at(20)), {"now": 30, "kind": QUESTION}),
        (SPEAKING, {"kind": ORDER}),
        (SPEAKING, {"name": "m2"}),
        (listed(entry(1, "m1", withdrawn_at=TEN)), {}),
        (listed(entry(1, "m1", called=1, ended=3)), {}),
        # What was asked about who spoke before has gone.
        (listed(entry(9, "m2", called=5), entry(1, "m1", QUESTION, about=8)), {"kind": QUESTION}),
        (listed(reply(1, called=-50)), {"kind": REPLY}),
        (listed(reply(1, called=-50), reply(2, withdrawn_at=TEN)), {"kind": REPLY}),
        (
            listed(reply(1, called=-50), entry(2, "m2", REPLY), entry(3, "m2", REPLY, called=1)),
            {"kind": REPLY},
        ),
    ],
)
def test_what_is_taken(speakers, asking):
    taken = asked(speakers, **asking)
    assert numbers(taken.inscriptions) == [*numbers(speakers.inscriptions), 50]


def test_texts_are_made_legible_and_cut():
    taken = asked(
        listed(), GROUP, speaker=" A.\u202e\n Bee\t ", group="x" * (LINE - 1) + " y", subject="\u200b \u3164"
    ).named(50)
    assert (taken.speaker, taken.group, taken.subject) == ("A. Bee", "x" * (LINE - 1), "")
    assert asked(listed(), speaker="z" * 500).named(50).speaker == "z" * LINE


@pytest.mark.parametrize(
    ("presence", "yesterday", "mode", "floor"),
    [
        (Presence.ROOM, False, Mode.HYBRID, ROOM),
        (Presence.ROOM, True, Mode.HYBRID, ROOM),
        (Presence.VIRTUAL, False, Mode.HYBRID, VIRTUAL),
        (Presence.VIRTUAL, True, Mode.HYBRID, VIRTUAL),
        (Presence.UNKNOWN, False, Mode.HYBRID, VIRTUAL),
        (Presence.ROOM, False, Mode.IN_PERSON, ROOM),
        (Presence.VIRTUAL, False, Mode.IN_PERSON, VIRTUAL),
        # Yesterday's word counts no more.
        (Presence.VIRTUAL, True, Mode.IN_PERSON, ROOM),
        (Presence.UNKNOWN, False, Mode.IN_PERSON, ROOM),
    ],
)
def test_from_which_side_somebody_is_taken_to_speak(presence, yesterday, mode, floor):
    own = seat(presence=presence, presence_at=at(-10) - yesterday * timedelta(days=1))
    assert floor_of(listed(sitting=sitting(mode=mode)), own, TEN) is floor


LISTED = listed(
    entry(9, "m2", called=5),
    entry(1, "m1"),
    entry(2, "m1", GROUP, called=1, ended=4),
    entry(3, "m1", QUESTION, about=2),
    entry(4, "m1", REPLY, item_id=OTHER),
    entry(5, "m3", ORDER),
    entry(6, "m1", ORDER, withdrawn_at=TEN),
)
INTERRUPTED = call_next(LISTED, at(6))


@pytest.mark.parametrize("act", [withdraw, put_off, ready_again])
@pytest.mark.parametrize(
    ("speakers", "own", "number", "refused"),
    [
        (LISTED, M1, 77, ("unknown_inscription", {})),
        (LISTED, M1, 9, ("not_on_list", {})),
        (LISTED, M2, 1, ("not_on_list", {})),
        (LISTED, M1, 2, ("not_waiting", {})),
        (LISTED, M1, 3, ("not_waiting", {})),
        (INTERRUPTED, M2, 9, ("has_floor", {"delegation": "M2"})),
    ],
)
def test_refusals_about_what_waits(act, speakers, own, number, refused):
    assert outcome(act, speakers, own, number, at(7)) == refused


def test_who_has_the_floor_cannot_withdraw_but_say_not_now():
    assert outcome(withdraw, LISTED, M2, 9, at(7)) == ("has_floor", {"delegation": "M2"})
    assert outcome(ready_again, LISTED, M2, 9, at(7)) == ("has_floor", {"delegation": "M2"})
    again = replace(LISTED, inscriptions=(*LISTED.inscriptions, entry(11, "m2")))
    waits = {"delegation": "M2", "at": again.named(11).inscribed_at}
    assert outcome(put_off, again, M2, 9, at(6)) == ("already_waiting", waits)
    assert outcome(put_off, LISTED, M2, 9, at(6.1)) == ("has_floor", {"delegation": "M2"})
    back = put_off(LISTED, M2, 9, at(6))
    assert (back.current, back.state_of(back.named(9))) == (None, SpeechState.WAITING)
    assert back.named(9) == entry(9, "m2", not_now_at=at(6))


def test_what_waits_is_withdrawn_put_off_and_ready_again():
    for number in (1, 4):
        gone = withdraw(LISTED, M1, number, at(7))
        assert gone.state_of(gone.named(number)) is SpeechState.WITHDRAWN
        off = put_off(LISTED, M1, number, at(7))
        assert off.named(number).not_now_at == at(7)
        assert numbers(order(off)) == numbers(order(LISTED))
        assert ready_again(off, M1, number, at(8)) == LISTED


def test_a_point_of_order_is_not_put_off():
    for speakers in (LISTED, INTERRUPTED):
        assert outcome(put_off, speakers, delegation("m3"), 5, at(7)) == ("heard_at_once", {})


@pytest.mark.parametrize(
    ("number", "own", "refused"),
    [
        (77, M1, ("unknown_inscription", {})),
        (1, M2, ("nobody_addressed", {})),
        (8, M2, ("nobody_addressed", {})),
        (9, M2, ("own_intervention", {})),
        (10, M1, ("already_associated", {"delegation": "Delegation m2"})),
        (10, delegation("m3"), None),
        (9, M1, None),
        (7, M2, None),
    ],
)
def test_associating_with_what_is_or_has_been_said_once(number, own, refused):
    speakers = listed(
        entry(1, "m1"),
        entry(8, "m1", ORDER, called=1, ended=2),
        entry(7, "m1", REPLY, called=2, ended=3),
        entry(10, "m2", called=3, ended=4, associates=("m1",)),
        entry(9, "m2", called=5),
    )
    told = outcome(associate, speakers, own, number)
    if refused is not None:
        assert told == refused
        return
    before = speakers.named(number)
    assert told.named(number).associates == (*before.associates, own.delegation_id)
    again = outcome(associate, told, own, number)
    assert again == ("already_associated", {"delegation": speakers.delegation(before).name})


@pytest.mark.parametrize(
    ("one", "sat", "waits"),
    [
        (entry(2, "m2"), sitting(), True),
        (entry(2, "m2"), sitting(started=None), True),
        (entry(2, "m2"), sitting(ended=50), False),
        (entry(2, "m2", item_id=OTHER), sitting(), False),
        (entry(2, "m2", called=6), sitting(), False),
        (entry(2, "m2", withdrawn_at=TEN), sitting(), False),
        (entry(2, "m2", not_now_at=TEN), sitting(), True),
        (entry(2, "m2", ORDER), sitting(), True),
        (entry(2, "m2", QUESTION, about=1), sitting(), True),
        (entry(2, "m2", QUESTION, about=3), sitting(), False),
        (entry(2, "m2", REPLY), sitting(), False),
        (entry(2, "m2", REPLY), sitting(last=True), True),
        (entry(2, "m2", REPLY, item_id=OTHER), sitting(last=True), True),
        (entry(2, "m2", REPLY, item_id=OTHER), sitting(last=True, ended=50), False),
    ],
)
def test_who_waits(one, sat, waits):
    speakers = listed(entry(1, "m1", called=1, ended=3), one, sitting=sat)
    assert numbers(order(speakers)) == [2] * waits


def test_the_list_that_is_meant():
    ended, running = listed(sitting=sitting(ended=50)), listed()
    coming, later = (listed(sitting=sitting(None, begins=at(n), ends=at(n + 60))) for n in (60, 120))
    assert current_list([ended, coming, running], at(10)) is running
    assert current_list([ended, coming, later], at(55)) is coming
    assert current_list([ended, coming, later], at(45)) is None


def test_an_item_as_its_list_sees_it(kit):
    """The last session of a day is the one behind which none is left; breaks count for nothing."""
    agenda = conduct.start(kit.default(), "d1-04", kit.bangkok("10:25"))
    sat = sitting_of(agenda, agenda.item("d1-04"))
    assert [kit.at_venue(x) for x in (sat.begins, sat.ends, sat.started_at)] == ["10:25", "11:15", "10:25"]
    assert (sat.on, sat.over, sat.suspended, sat.mode) == (True, False, False, Mode.HYBRID)
    agenda = conduct.suspend(agenda, kit.bangkok("10:30"))
    assert sitting_of(agenda, agenda.item("d1-04")).suspended
    last = {item.item_id for item in agenda.items if sitting_of(agenda, item).last}
    assert last == {"d1-09", "d2-07"}
    skipped = conduct.skip(agenda, "d1-09", kit.bangkok("10:31"))
    assert sitting_of(skipped, skipped.item("d1-08")).last
    assert sitting_of(skipped, skipped.item("d1-09")).over
    assert [has_list(agenda.item(x)) for x in ("d1-00", "d1-04", "d1-b1")] == [False, True, False]
