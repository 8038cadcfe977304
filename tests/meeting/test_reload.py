"""A changed file, set against the agenda as it stands."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from meeting import conduct
from meeting.programme import ItemId
from meeting.reload import compare, fresh_days
from meeting.timetable import MINUTE, slot_of


def edited(programme, item_id, **values):
    """The file with one item described otherwise."""
    days = tuple(
        replace(
            day,
            items=tuple(replace(i, **values) if i.item_id == item_id else i for i in day.items),
        )
        for day in programme.days
    )
    return replace(programme, days=days)


@given(st.data())
@settings(max_examples=40)
def test_the_same_file_right_after_the_import_is_nothing(kit, data):
    agenda = data.draw(kit.days())
    difference = compare(agenda, kit.programme_of(agenda), kit.first_moment(agenda))
    assert difference.after == agenda
    assert difference.nothing


@given(st.data())
@settings(max_examples=40)
def test_what_has_begun_is_never_changed(kit, data):
    agenda = data.draw(kit.days(most=6))
    programme = kit.programme_of(agenda)
    steps = kit.played(agenda, data.draw(st.lists(kit.presses(), min_size=1, max_size=10)))
    agenda, now = steps[-1][1], steps[-1][2]
    for item in agenda.items:
        programme = edited(programme, item.item_id, title="Otherwise")
    difference = compare(agenda, programme, now)
    begun = {i.item_id: i for i in agenda.items if i.started_at is not None}
    after = {i.item_id: i for i in difference.after.items}
    assert all(after[item_id] == item for item_id, item in begun.items())
    assert {i.item_id for i in difference.kept} == set(begun)
    assert {i.item_id for i in difference.changed} == set(after) - set(begun)
    assert set(after) == {i.item_id for i in agenda.items}
    assert difference.after.revision == agenda.revision


def test_another_title_is_taken_over(kit):
    programme = edited(kit.default_programme(), "d1-05", title="Question 2, anew")
    difference = compare(kit.default(), programme, kit.bangkok("09:00"))
    assert [item.item_id for item in difference.changed] == ["d1-05"]
    assert difference.after.item(ItemId("d1-05")).title == "Question 2, anew"
    assert not difference.retimed
    assert not difference.nothing


def test_another_time_in_the_file_is_taken_over_and_shown(kit):
    plan = kit.default().item("d1-09")
    programme = edited(kit.default_programme(), "d1-09", ends_at=plan.planned_ends_at + timedelta(minutes=15))
    difference = compare(kit.default(), programme, kit.bangkok("09:00"))
    assert [effect.item.item_id for effect in difference.retimed] == ["d1-09"]
    assert slot_of(difference.after, "d1-09").ends == kit.bangkok("16:45")


def test_a_moderators_decision_stays_unless_the_file_names_another_time(kit):
    now = kit.bangkok("09:00")
    agenda = conduct.shift(kit.default(), "d1-07", 5, now)
    titled = edited(kit.default_programme(), "d1-07", title="Question 4, anew")
    assert slot_of(compare(agenda, titled, now).after, "d1-07").begins == kit.bangkok("13:55")
    plan = kit.default().item("d1-07")
    timed = edited(kit.default_programme(), "d1-07", starts_at=plan.starts_at + 2 * MINUTE)
    assert slot_of(compare(agenda, timed, now).after, "d1-07").begins == kit.bangkok("13:52")


def test_an_item_taken_out_of_the_file_is_skipped_and_one_put_in_is_added(kit):
    programme = kit.default_programme()
    first, second = programme.days
    extra = replace(first.items[-1], item_id=ItemId("d1-10"), starts_at=kit.bangkok("16:30"))
    extra = replace(extra, ends_at=kit.bangkok("16:40"))
    items = (*(i for i in first.items if i.item_id != "d1-02"), extra)
    changed = replace(programme, days=(replace(first, items=items), second))
    difference = compare(kit.default(), changed, kit.bangkok("09:00"))
    assert [item.item_id for item in difference.removed] == ["d1-02"]
    assert [item.item_id for item in difference.added] == ["d1-10"]
    assert difference.after.item(ItemId("d1-02")).skipped_at == kit.bangkok("09:00")
    assert slot_of(difference.after, "d1-10").begins == kit.bangkok("16:30")


def test_another_name_or_link_is_a_difference(kit):
    programme = kit.default_programme()
    now = kit.bangkok("09:00")
    assert compare(kit.default(), replace(programme, title="Another"), now).other
    first, second = programme.days
    linked = replace(programme, days=(replace(first, join_url="https://example.org/1"), second))
    assert compare(kit.default(), linked, now).other
    assert not compare(kit.default(), programme, now).other


def test_fresh_days_hold_the_plan_and_no_history(kit):
    for day in fresh_days(kit.default_programme()):
        for item in day.items:
            assert item.day_id == day.day_id
            assert (item.starts_at, item.starts_at + item.duration) == (
                item.planned_starts_at,
                item.planned_ends_at,
            )
            assert item.to_come
