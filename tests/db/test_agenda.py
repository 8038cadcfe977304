"""The agenda's book: imported once, moved by acts, reloaded; always what the pure rules say."""

import asyncio
import json
import sqlite3
import tempfile
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from db.agenda_rows import load_announcements
from db.ledger import open_ledger
from meeting import conduct, reload
from meeting.agenda import State
from meeting.notices import LONGEST_ANNOUNCEMENT, AnnouncementTooLong, EmptyAnnouncement
from meeting.people import CLOCK, COMMAND_LINE, NotPermitted
from meeting.programme import (
    DayId,
    ItemId,
    Kind,
    Mode,
    NoticeSettings,
    Part,
    PartId,
    PlannedDay,
    PlannedItem,
    Programme,
    Question,
    QuestionId,
    Start,
)
from meeting.refusals import NotSetUp, OutOfDate, Refused
from meeting.speakers import Limits, Policy, Preset
from meeting.timetable import end_of

quick = settings(
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@asynccontextmanager
async def a_ledger(spawn, now, programme):
    """A ledger of its own for one example."""
    with tempfile.TemporaryDirectory() as folder:
        house = await open_ledger(Path(folder) / "meeting.db", now=now, spawn=spawn)
        try:
            assert await house.agenda.import_programme(programme, marking="", start=None)
            yield house
        finally:
            await house.close()


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@st.composite
def programmes(draw):
    """Up to three days of up to five items, anything the types allow in any of their fields."""
    days, questions = [], 0
    for number in range(draw(st.integers(1, 3))):
        day, at, items = date(2026, 6, 1 + number), datetime(2026, 6, 1 + number, 8, tzinfo=UTC), []
        for place in range(draw(st.integers(0, 5))):
            question = None
            if draw(st.booleans()):
                questions += 1
                parts = draw(st.lists(words, min_size=1, max_size=3))
                question = Question(
                    QuestionId(f"q{questions}"),
                    draw(words),
                    draw(words),
                    tuple(Part(PartId(f"q{questions}-{n}"), text) for n, text in enumerate(parts)),
                )
            ends = at + timedelta(minutes=draw(st.integers(1, 90)))
            items.append(
                PlannedItem(
                    ItemId(f"d{number}-{place}"),
                    draw(st.sampled_from(Kind)),
                    draw(words),
                    at,
                    ends,
                    draw(st.sampled_from(Mode)),
                    draw(words),
                    draw(st.sampled_from(Start)),
                    draw(st.booleans()),
                    question,
                    draw(st.booleans()),
                )
            )
            at = ends + timedelta(minutes=draw(st.sampled_from([0, 15])))
        link = draw(st.none() | words)
        days.append(PlannedDay(DayId(f"d{number}"), draw(words), day, link, tuple(items)))
    minutes = st.integers(0, 600).map(lambda n: timedelta(minutes=n))
    return Programme(
        draw(words),
        draw(st.sampled_from(["UTC", "Asia/Bangkok", "Europe/Vienna", "America/St_Johns"])),
        draw(words),
        tuple(days),
        NoticeSettings(*(draw(minutes) for _ in range(5))),
        draw(st.dictionaries(words, words, max_size=2)),
        draw(words),
        speakers=draw(st.none() | st.builds(Policy, preset=st.sampled_from(Preset), opens=minutes)),
        written_until=draw(st.none() | st.datetimes(timezones=st.just(UTC))),
    )


@quick
@given(programme=programmes(), marking=words, start=st.none() | st.dates())
def test_what_is_loaded_is_what_was_imported(spawn, clock, programme, marking, start):
    async def check():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "meeting.db"
            house = await open_ledger(path, now=clock, spawn=spawn)
            try:
                assert await house.agenda.import_programme(programme, marking=marking, start=start)
            finally:
                await house.close()
            house = await open_ledger(path, now=clock, spawn=spawn)
            try:
                plan = await house.agenda.plan()
                assert not await house.agenda.differs(programme)
                assert await house.agenda.differs(replace(programme, title=programme.title + "!"))
            finally:
                await house.close()
        assert plan.agenda.days == reload.fresh_days(programme)
        assert (plan.agenda.title, plan.agenda.time_zone, plan.agenda.venue, plan.agenda.about) == (
            programme.title,
            programme.time_zone,
            programme.venue,
            programme.about,
        )
        assert (plan.agenda.marking, plan.agenda.revision) == (marking, 1)
        assert (plan.notices, plan.channels, plan.start) == (programme.notices, programme.channels, start)
        assert plan.speakers == (programme.speakers or Policy())
        assert plan.written_until == (programme.written_until or end_of(plan.agenda, plan.agenda.days[-1]))
        assert not plan.other_settings(programme, plan.agenda)

    asyncio.run(check())


ACTS = ("start", "next", "end", "suspend", "resume", "extend", "shift", "skip", "defer", "reorder")


@quick
@given(
    st.lists(
        st.tuples(
            st.sampled_from(ACTS),
            st.integers(0, 8),
            st.integers(0, 8),
            st.integers(1, 20),
            st.integers(0, 25),
        ),
        max_size=25,
    )
)
def test_any_walk_of_acts_ends_where_the_pure_rules_end(spawn, clock, make, moderator, steps):
    """Each act gives what the rule gives or refuses as it does; what is loaded after it is that, too."""

    async def check():
        clock.set(8, 50)
        async with a_ledger(spawn, clock, make.two_days()) as house:
            book, expected = house.agenda, await house.agenda.agenda()
            items, days = [i.item_id for i in expected.items], [d.day_id for d in expected.days]
            for act, one, other, minutes, passed in steps:
                clock.forward(passed)
                item, second, day = items[one], items[other], days[other % 2]
                pure, arguments = {
                    "start": (conduct.start, (item,)),
                    "next": (conduct.next_, ()),
                    "end": (conduct.end, ()),
                    "suspend": (conduct.suspend, ()),
                    "resume": (conduct.resume, ()),
                    "extend": (conduct.extend, (minutes,)),
                    "shift": (conduct.shift, (item, minutes - 10)),
                    "skip": (conduct.skip, (item,)),
                    "defer": (conduct.defer, (item, day)),
                    "reorder": (conduct.reorder, (item, second)),
                }[act]
                try:
                    wanted = pure(expected, *arguments, clock.at)
                except Refused as refused:
                    with pytest.raises(type(refused)) as caught:
                        await getattr(book, act)(moderator, *arguments)
                    assert caught.value.values == refused.values
                else:
                    outcome = await getattr(book, act)(moderator, *arguments)
                    assert (outcome.before, outcome.at) == (expected, clock.at)
                    assert outcome.after.days == wanted.days
                    expected = replace(wanted, revision=expected.revision + 1)
                assert await book.agenda() == expected
            assert (await house.verify()).rows == expected.revision

    asyncio.run(check())


async def test_a_second_import_does_nothing_and_says_so(ledger, make, witness):
    before = await ledger.agenda.plan()
    other = make.programme([make.item("other", 9)])
    assert await ledger.agenda.import_programme(other, marking="new", start=None) is False
    assert await ledger.agenda.plan() == before
    assert witness.verbs() == ["agenda.import"]
    assert await ledger.agenda.differs(other)


async def test_two_imports_at_once_leave_one_programme(opened, make, witness):
    house = await opened()
    results = await asyncio.gather(
        *(
            house.agenda.import_programme(make.programme([make.item(name, 9)]), marking=name, start=None)
            for name in "abc"
        )
    )
    assert sorted(results) == [False, False, True]
    agenda = await house.agenda.agenda()
    assert [item.item_id for item in agenda.items] == [agenda.marking]
    assert witness.verbs() == ["agenda.import"]


async def test_before_the_import_everything_says_so(opened, moderator, witness):
    house = await opened()
    assert not await house.agenda.imported()
    for ask in (house.agenda.agenda, house.agenda.plan, house.agenda.start_due, house.notices.next_due):
        with pytest.raises(NotSetUp):
            await ask()
    with pytest.raises(NotSetUp):
        await house.agenda.next(moderator)
    with pytest.raises(NotSetUp):
        await house.notices.claim(lambda _, notice: notice.key, 100)
    assert witness.verbs() == []


async def test_the_revision_counts_committed_changes_only(ledger, clock, moderator):
    clock.set(9)

    async def revision():
        return (await ledger.agenda.agenda()).revision

    assert await revision() == 1
    with pytest.raises(conduct.NothingRunning):
        await ledger.agenda.end(moderator)
    with pytest.raises(OutOfDate):
        await ledger.agenda.next(moderator, 7)
    assert await revision() == 1
    await ledger.agenda.next(moderator, 1)
    assert await revision() == 2
    await ledger.agenda.announce(moderator, "no change of the agenda")
    await ledger.keep_setting("word", "neither")
    assert await revision() == 2


async def test_instants_keep_their_microseconds_and_their_moment(ledger, clock, moderator):
    clock.at = datetime(2026, 6, 1, 9, 30, 1, 234567, tzinfo=UTC)
    await ledger.agenda.start(moderator, ItemId("d1-02"))
    item = (await ledger.agenda.agenda()).item(ItemId("d1-02"))
    assert item.started_at == clock.at and item.started_at.tzinfo is UTC


async def test_a_clock_without_a_zone_writes_nothing(ledger, clock, moderator, witness):
    clock.at = datetime(2026, 6, 1, 9, 30)  # noqa: DTZ001 - the fault under test
    with pytest.raises(ValueError, match="zone"):
        await ledger.agenda.announce(moderator, "text")
    assert witness.verbs() == ["agenda.import"]


async def test_the_actor_is_asked_in_every_act(ledger, make, clock, nobody, clerk, witness):
    """Control: the clerk, with the same arguments at the same moment, is let through each of them."""
    clock.set(9)
    book, d1, d2 = ledger.agenda, ItemId("d1-02"), ItemId("d2-02")
    acts = [
        lambda who: book.start(who, d1),
        lambda who: book.extend(who, 5),
        lambda who: book.suspend(who),
        lambda who: book.resume(who),
        lambda who: book.end(who),
        lambda who: book.next(who),
        lambda who: book.shift(who, d2, 5),
        lambda who: book.reorder(who, d2, ItemId("d2-01")),
        lambda who: book.defer(who, d2, DayId("d1")),
        lambda who: book.skip(who, d2),
        lambda who: book.announce(who, "text"),
        lambda who: book.reload(who, make.two_days()),
    ]
    for number, act in enumerate(acts, start=1):
        before, verbs = await book.plan(), witness.verbs()
        with pytest.raises(NotPermitted):
            await act(nobody)
        assert (await book.plan(), witness.verbs()) == (before, verbs)
        await act(clerk)
        assert len(witness.verbs()) == 1 + number
    assert len(acts) == len(ACTS) + 2


async def test_the_audit_says_who_did_what_to_what(ledger, clock, moderator, witness):
    clock.set(8)
    await ledger.agenda.shift(moderator, ItemId("d1-02"), 15)
    [(verb, subject, actor, payload)] = witness.rows(
        "SELECT verb, subject, actor, payload FROM audit JOIN audit_details USING (seq) WHERE seq = 2"
    )
    assert (verb, subject) == ("agenda.shift", "d1-02")
    assert json.loads(actor) == {"via": "discord", "user_id": 100}
    assert json.loads(payload) == {"minutes": 15}


async def test_the_clock_starts_what_is_due_once(ledger, clock, witness):
    assert await ledger.agenda.start_due() is None
    clock.set(9)
    outcomes = await asyncio.gather(*(ledger.agenda.start_due() for _ in range(10)))
    done = [outcome for outcome in outcomes if outcome is not None]
    assert len(done) == 1
    assert done[0].after.running.item_id == "d1-01"
    assert witness.verbs() == ["agenda.import", "agenda.start"]
    [(actor,)] = witness.rows("SELECT actor FROM audit_details WHERE seq = 2")
    assert json.loads(actor)["via"] == CLOCK.via


async def test_announcements_are_kept_trimmed_and_in_order(ledger, clock, moderator, witness):
    first = await ledger.agenda.announce(moderator, "  Lunch is served.\n")
    clock.forward(1)
    second = await ledger.agenda.announce(moderator, "y" * LONGEST_ANNOUNCEMENT)
    assert first.text == "Lunch is served."
    assert await ledger._reader.read(load_announcements) == (first, second)
    verbs = witness.verbs()
    for text, refusal in ((" \n", EmptyAnnouncement), ("y" * 1501, AnnouncementTooLong)):
        with pytest.raises(refusal):
            await ledger.agenda.announce(moderator, text)
    assert witness.verbs() == verbs


def changed(programme, **of_item):
    """The programme with fields of some items changed: `d1_02={"title": …}`."""
    fields = {name.replace("_", "-"): values for name, values in of_item.items()}
    return replace(
        programme,
        days=tuple(
            replace(day, items=tuple(replace(i, **fields.get(i.item_id, {})) for i in day.items))
            for day in programme.days
        ),
    )


def without(programme, *names):
    return replace(
        programme,
        days=tuple(
            replace(day, items=tuple(i for i in day.items if i.item_id not in names))
            for day in programme.days
        ),
    )


def added(programme, day, *items):
    """With items put into a day, in the order of their times."""
    return replace(
        programme,
        days=tuple(
            replace(d, items=tuple(sorted((*d.items, *items), key=lambda i: i.starts_at)))
            if d.day_id == day
            else d
            for d in programme.days
        ),
    )


async def reloaded(ledger, actor, programme, clock):
    """Reload, and check that what is loaded afterwards is what the pure comparison gives."""
    before = await ledger.agenda.agenda()
    wanted = reload.compare(before, programme, clock.at)
    outcome, difference = await ledger.agenda.reload(actor, programme)
    assert difference == wanted
    assert outcome.before == before
    after = await ledger.agenda.agenda()
    assert after == replace(wanted.after, revision=before.revision + 1)
    assert not await ledger.agenda.differs(programme)
    return after, difference


async def test_reload_takes_over_what_has_not_begun_and_leaves_what_has(ledger, make, clock, moderator):
    clock.set(9, 30)
    await ledger.agenda.start(moderator, ItemId("d1-02"))
    programme = changed(
        make.two_days(),
        d1_02={"title": "Renamed too late", "chair": "Another"},
        d1_05={"title": "Renamed in time", "chair": "Another", "mode": Mode.IN_PERSON},
        d2_01={"question": make.question("q3", "only")},
    )
    before = (await ledger.agenda.agenda()).item(ItemId("d1-02"))
    after, difference = await reloaded(ledger, moderator, programme, clock)
    assert after.item(ItemId("d1-02")) == before
    assert [item.item_id for item in difference.kept] == ["d1-02"]
    item = after.item(ItemId("d1-05"))
    assert (item.title, item.chair, item.mode) == ("Renamed in time", "Another", Mode.IN_PERSON)
    assert [part.text for part in after.item(ItemId("d2-01")).question.parts] == ["only"]


async def test_reload_moves_a_question_to_another_item(ledger, make, clock, moderator, witness):
    asked = make.question("q1")
    programme = changed(make.two_days(), d1_02={"question": None}, d1_05={"question": asked})
    after, _ = await reloaded(ledger, moderator, programme, clock)
    assert after.item(ItemId("d1-02")).question is None
    assert after.item(ItemId("d1-05")).question == asked
    assert witness.column("SELECT count(*) FROM parts WHERE question_id = 'q1'") == [2]


async def test_reload_swaps_two_questions(ledger, make, clock, moderator):
    programme = changed(
        make.two_days(),
        d1_02={"question": make.question("q2", "x")},
        d1_04={"question": make.question("q1")},
    )
    after, _ = await reloaded(ledger, moderator, programme, clock)
    assert after.item(ItemId("d1-02")).question.question_id == "q2"
    assert after.item(ItemId("d1-04")).question.question_id == "q1"


async def test_reload_drops_a_question_with_its_parts(ledger, make, clock, moderator, witness):
    await reloaded(ledger, moderator, changed(make.two_days(), d2_01={"question": None}), clock)
    assert witness.column("SELECT question_id FROM questions ORDER BY 1") == ["q1", "q2"]
    assert witness.column("SELECT count(*) FROM parts WHERE question_id = 'q3'") == [0]


async def test_reload_moves_an_item_to_the_other_day(ledger, make, clock, moderator):
    programme = make.two_days()
    moved = make.item("d1-04", 12, day=2, length=45, question=make.question("q2", "x"))
    programme = added(without(programme, "d1-04"), "d2", moved)
    after, _ = await reloaded(ledger, moderator, programme, clock)
    assert [item.item_id for item in after.days[1].items] == ["d2-01", "d2-02", "d2-03", "d1-04"]
    assert after.item(ItemId("d1-04")).question == moved.question
    assert "d1-04" not in [item.item_id for item in after.days[0].items]


async def test_reload_skips_what_the_file_no_longer_names(ledger, make, clock, moderator):
    after, difference = await reloaded(ledger, moderator, without(make.two_days(), "d1-05", "d2-03"), clock)
    assert [item.item_id for item in difference.removed] == ["d1-05", "d2-03"]
    assert {after.item(ItemId(name)).state for name in ("d1-05", "d2-03")} == {State.SKIPPED}


async def test_reload_adds_items_and_a_day(ledger, make, clock, moderator):
    programme = added(make.two_days(), "d1", make.item("d1-07", 16, question=make.question("q9")))
    third = PlannedDay(DayId("d3"), "Day 3", date(2026, 6, 3), None, (make.item("d3-01", 9, day=3),))
    after, difference = await reloaded(
        ledger, moderator, replace(programme, days=(*programme.days, third)), clock
    )
    assert [item.item_id for item in difference.added] == ["d1-07", "d3-01"]
    assert [day.day_id for day in after.days] == ["d1", "d2", "d3"]


async def test_reload_takes_over_heads_days_and_notice_settings(ledger, make, clock, moderator):
    programme = make.two_days()
    programme = replace(
        programme,
        title="Another title",
        time_zone="Asia/Bangkok",
        venue="There",
        about="About",
        days=(replace(programme.days[0], title="First", join_url=None), programme.days[1]),
        notices=NoticeSettings(before=timedelta(minutes=7)),
        channels={"programme": "agenda"},
    )
    after, difference = await reloaded(ledger, moderator, programme, clock)
    assert difference.other
    assert (after.title, after.venue, after.days[0].title, after.days[0].join_url) == (
        "Another title",
        "There",
        "First",
        None,
    )
    plan = await ledger.agenda.plan()
    assert (plan.notices, plan.channels) == (programme.notices, programme.channels)


RULES = Policy(ratio=(2, 1), limits=Limits(brief=timedelta(seconds=90)), adaptive=True)


@pytest.mark.parametrize(
    "new",
    [{"speakers": RULES}, {"written_until": datetime(2026, 6, 2, 18, tzinfo=UTC)}],
    ids=lambda new: next(iter(new)),
)
async def test_reload_takes_over_the_rules_of_the_lists_and_the_deadline(
    ledger, make, clock, moderator, opened, new
):
    before = await ledger.agenda.plan()
    assert (before.speakers, before.written_until) == (Policy(), datetime(2026, 6, 3, tzinfo=UTC))
    programme = replace(make.two_days(), **new)
    assert before.other_settings(programme, before.agenda)
    assert not before.other_settings(replace(make.two_days(), speakers=Policy()), before.agenda)
    await reloaded(ledger, moderator, programme, clock)
    await ledger.close()
    after = await (await opened()).agenda.plan()
    assert not after.other_settings(programme, after.agenda)
    for name in ("speakers", "written_until"):
        assert getattr(after, name) == new.get(name, getattr(before, name))


async def test_without_a_word_the_deadline_is_the_end_of_the_last_day_there_is(
    ledger, make, clock, moderator
):
    programme = make.two_days()
    third = PlannedDay(DayId("d3"), "Day 3", date(2026, 6, 3), None, (make.item("d3-01", 9, day=3),))
    programme = replace(programme, days=(*programme.days, third), time_zone="America/New_York")
    await reloaded(ledger, moderator, programme, clock)
    assert (await ledger.agenda.plan()).written_until == datetime(2026, 6, 4, 4, tzinfo=UTC)


async def test_a_record_from_before_the_lists_has_the_defaults(ledger, opened, witness):
    before = await ledger.agenda.plan()
    await ledger.close()
    (text,) = witness.column("SELECT value FROM meta WHERE name = 'programme'")
    head = json.loads(text)
    del head["speakers"], head["written_until"]
    with sqlite3.connect(witness.file) as plain:
        plain.execute("UPDATE meta SET value = ? WHERE name = 'programme'", (json.dumps(head),))
    plain.close()
    assert await (await opened()).agenda.plan() == before
    assert before.speakers == Policy()


async def test_reload_refuses_a_stale_click_and_keeps_the_old_programme(
    ledger, make, clock, moderator, witness
):
    programme = changed(make.two_days(), d1_05={"title": "New"})
    await ledger.agenda.shift(moderator, ItemId("d1-02"), 5)
    before = await ledger.agenda.plan()
    with pytest.raises(OutOfDate):
        await ledger.agenda.reload(moderator, programme, 1)
    assert await ledger.agenda.plan() == before
    assert await ledger.agenda.differs(programme)
    await ledger.agenda.reload(moderator, programme, 2)
    assert witness.verbs()[1:] == ["agenda.shift", "agenda.reload"]


async def test_suspensions_and_deferrals_come_back_as_they_were(ledger, opened, clock, moderator):
    clock.set(9, 30)
    book = ledger.agenda
    await book.start(moderator, ItemId("d1-02"))
    for _ in range(2):
        clock.forward(5)
        await book.suspend(moderator)
        clock.forward(2)
        await book.resume(moderator)
    clock.forward(1)
    await book.suspend(moderator)
    for day in ("d2", "d1", "d2"):
        await book.defer(COMMAND_LINE, ItemId("d1-05"), DayId(day))
    before = await book.agenda()
    await ledger.close()
    after = await (await opened()).agenda.agenda()
    assert after == before
    item = after.item(ItemId("d1-02"))
    assert [bool(one.resumed_at) for one in item.suspensions] == [True, True, False]
    assert (after.item(ItemId("d1-05")).deferrals, after.item(ItemId("d1-05")).day_id) == (3, "d2")
