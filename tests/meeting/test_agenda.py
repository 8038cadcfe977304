"""The agenda's facts and what is read off them."""

import pytest

from meeting import conduct
from meeting.agenda import State, UnknownDay, UnknownItem


def test_the_states_follow_from_the_instants(kit):
    agenda, now = kit.default(), kit.bangkok("08:00")

    def state(agenda):
        return agenda.item("d1-00").state

    assert state(agenda) is State.PLANNED
    assert state(conduct.skip(agenda, "d1-00", now)) is State.SKIPPED
    running = conduct.start(agenda, "d1-00", now)
    assert state(running) is State.RUNNING
    suspended = conduct.suspend(running, now)
    assert state(suspended) is State.SUSPENDED
    assert suspended.running is not None, "suspended it is still the item in course"
    assert state(conduct.resume(suspended, now)) is State.RUNNING
    assert state(conduct.end(suspended, now)) is State.ENDED
    assert conduct.end(suspended, now).running is None


def test_the_next_item_is_of_the_day_in_course(kit):
    agenda = conduct.start(kit.default(), "d1-03", kit.bangkok("09:30"))
    assert agenda.next_item(kit.bangkok("09:31")).item_id == "d1-01"
    assert agenda.next_item(kit.bangkok("08:00", 2)).item_id == "d2-01"


def test_before_and_after_the_meeting_there_is_a_day_in_course(kit):
    assert kit.default().today(kit.bangkok("12:00", -3)).day_id == "d1"
    assert kit.default().today(kit.bangkok("12:00", 9)).day_id == "d2"


def test_a_question_is_found_by_its_id(kit):
    assert kit.default().question_item("Q4").item_id == "d1-07"
    assert kit.default().question_item("Q9") is None


def test_what_is_not_there_is_refused(kit):
    with pytest.raises(UnknownItem) as refused:
        kit.default().item("d9-01")
    assert refused.value.values == {"item_id": "d9-01"}
    with pytest.raises(UnknownDay):
        kit.default().day("d9")


def test_a_day_is_closed_once_nothing_is_left_and_something_was_held(kit):
    agenda, now = kit.default(), kit.bangkok("08:00")

    def closed(agenda):
        return agenda.days[0].closed_at

    *others, last = [item.item_id for item in agenda.days[0].items]
    skipped = agenda
    for item_id in others:
        skipped = conduct.skip(skipped, item_id, now)
    assert closed(skipped) is None
    assert closed(conduct.skip(skipped, last, now)) is None, "nothing was held"
    running = conduct.start(skipped, last, kit.bangkok("16:00"))
    assert closed(running) is None
    assert closed(conduct.end(running, kit.bangkok("16:30"))) == kit.bangkok("16:30")
