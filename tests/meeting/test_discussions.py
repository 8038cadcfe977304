"""A question's thread follows its item."""

from meeting import conduct
from meeting.discussions import Thread, question_items, thread_of


def test_over_an_items_life(kit):
    """Absent until it begins, open while it is on, locked for good once it has ended."""
    agenda = kit.default()
    lived = []
    for clock, act in (
        ("10:20", lambda agenda, now: conduct.start(agenda, "d1-04", now)),
        ("10:30", conduct.suspend),
        ("10:40", conduct.resume),
        ("11:10", conduct.end),
    ):
        lived.append(thread_of(agenda.item("d1-04")))
        agenda = act(agenda, kit.bangkok(clock))
    lived.append(thread_of(agenda.item("d1-04")))
    assert lived == [Thread.ABSENT, Thread.OPEN, Thread.OPEN, Thread.OPEN, Thread.LOCKED]


def test_skipped_or_deferred_there_is_none_yet(kit):
    now = kit.bangkok("08:00")
    skipped = conduct.skip(kit.default(), "d1-04", now)
    assert thread_of(skipped.item("d1-04")) is Thread.ABSENT
    deferred = conduct.defer(kit.default(), "d1-04", "d2", now)
    assert thread_of(deferred.item("d1-04")) is Thread.ABSENT
    taken_up = conduct.start(skipped, "d1-04", now)
    assert thread_of(taken_up.item("d1-04")) is Thread.OPEN


def test_the_questions_come_in_the_order_of_the_agenda(kit):
    agenda = kit.default()
    assert [i.question.question_id for i in question_items(agenda)] == ["Q1", "Q2", "Q3", "Q4", "Q5"]
    assert [len(i.question.parts) for i in question_items(agenda)] == [1, 1, 1, 2, 2]
    after = conduct.reorder(agenda, "d1-05", "d1-04", kit.bangkok("08:00"))
    assert [i.question.question_id for i in question_items(after)] == ["Q2", "Q1", "Q3", "Q4", "Q5"]
