"""What the screen in the room shows: one rule, the same for any meeting; and what it may never hold."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meeting.agenda import Agenda, Day, Item
from meeting.board import screen
from meeting.polls import LAST_CALL, Option, Poll, PollId, PollKind, PollState, Showing
from meeting.programme import DayId, ItemId, Kind, Mode, Start
from meeting.room import (
    FRESH,
    MESSAGE,
    RESULT_SHOWN,
    Chosen,
    EmptyMessage,
    Layout,
    MessageTooLong,
    NamelessOperator,
    Show,
    check_message,
    check_operator,
    layout_of,
)
from meeting.speakers import SpeakerList
from meeting.standings import Standing
from tests.speaking import TEN, VIRTUAL, drawn_lists, entry, listed, sitting

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def item(number: int = 1, kind: Kind = Kind.SESSION, **fields: Any) -> Item:
    begins = TEN + (number - 1) * 60 * MINUTE
    facts: dict[str, Any] = {"started_at": None} | fields
    return Item(
        ItemId(f"i{number}"),
        DayId("d1"),
        kind,
        f"Item {number}",
        Mode.HYBRID,
        "",
        Start.CHAIR,
        False,
        begins,
        begins + 60 * MINUTE,
        begins,
        60 * MINUTE,
        **facts,
    )


def agenda(*items: Item) -> Agenda:
    return Agenda("A meeting", "UTC", "Here", (Day(DayId("d1"), "Day", date(2022, 9, 7), None, items),))


RUNNING = agenda(item(started_at=TEN), item(2))


def poll(
    name: str = "p",
    opened: float | None = None,
    closed: float | None = None,
    released: float | None = None,
    showing: Showing = Showing.CLOSING,
    closes: float | None = None,
) -> Standing:
    def at(minutes: float | None) -> datetime | None:
        return None if minutes is None else TEN + minutes * MINUTE

    options = (Option("A"), Option("B"))
    made = Poll(
        PollId(name),
        "?",
        PollKind.SINGLE,
        options,
        showing=showing,
        opened_at=at(opened),
        closed_at=at(closed),
        released_at=at(released),
    )
    return Standing(made, {}, {}, expected=at(closes))


def layout(
    minute: float,
    *standings: Standing,
    chosen: Chosen | None = None,
    on: Agenda = RUNNING,
    speakers: SpeakerList | None = None,
) -> Layout:
    return layout_of(chosen or Chosen(), on, speakers, standings, TEN + minute * MINUTE)[0]


SPEAKS = listed(entry(1, "m1", called=1), entry(2, "m2"))
WAITS = listed(entry(2, "m2"))


def test_following_goes_by_what_presses_most() -> None:
    assert layout(5) is Layout.AGENDA
    assert layout(5, speakers=listed()) is Layout.LIST
    assert layout(5, speakers=WAITS) is Layout.LIST
    assert layout(5, speakers=SPEAKS) is Layout.SPEAKER
    assert layout(5, poll(opened=4), speakers=SPEAKS) is Layout.POLL, "just opened"
    assert layout(9, poll(opened=4), speakers=SPEAKS) is Layout.SPEAKER
    assert layout(9, poll(opened=4), speakers=WAITS) is Layout.POLL
    assert layout(9, poll(opened=4, closes=13), speakers=SPEAKS) is Layout.POLL, "about to close"
    assert layout(9, poll(opened=4, closed=8), speakers=SPEAKS) is Layout.RESULT
    assert layout(12, poll(opened=4, closed=8), speakers=SPEAKS) is Layout.SPEAKER
    assert layout(9, poll(opened=4, closed=8, showing=Showing.RELEASED), speakers=SPEAKS) is Layout.SPEAKER
    late = poll(opened=1, closed=2, released=8, showing=Showing.RELEASED)
    assert layout(9, late, speakers=SPEAKS) is Layout.RESULT
    assert layout(9, poll("a", 1, 8), poll("b", opened=8), speakers=SPEAKS) is Layout.POLL


def test_a_break_and_what_is_about_to_begin() -> None:
    tea = agenda(item(kind=Kind.BREAK, started_at=TEN), item(2))
    assert layout(5, on=tea) is Layout.BREAK
    assert layout(5, on=tea, speakers=WAITS) is Layout.BREAK, "the list of the next item is open already"
    assert layout(-20, on=agenda(item())) is Layout.BREAK
    assert layout(-90, on=agenda(item())) is Layout.AGENDA
    assert layout(5, on=agenda(item())) is Layout.AGENDA, "it should have begun"


def test_what_was_chosen_goes_before_everything() -> None:
    pressing = poll(opened=4)
    for show, expected in {
        Show.BLANK: Layout.BLANK,
        Show.MESSAGE: Layout.MESSAGE,
        Show.AGENDA: Layout.AGENDA,
        Show.LIST: Layout.LIST,
    }.items():
        assert layout(5, pressing, chosen=Chosen(show), speakers=SPEAKS) is expected
    assert layout(5, chosen=Chosen(Show.LIST)) is Layout.AGENDA, "there is no list"
    chosen = Chosen(Show.POLL, PollId("p"))
    assert layout(50, poll(opened=4), chosen=chosen) is Layout.POLL
    assert layout(50, poll(opened=4, closed=9), chosen=chosen) is Layout.RESULT
    hidden = poll(opened=4, closed=9, showing=Showing.RELEASED)
    assert layout(50, hidden, chosen=chosen) is Layout.POLL, "closed, and not to be seen yet"
    assert layout(5, poll("other", opened=4), chosen=chosen, speakers=SPEAKS) is Layout.POLL, "p is gone"


INSTANTS = st.none() | st.integers(0, 20)
SHOWINGS = st.sampled_from((Showing.CLOSING, Showing.RELEASED))


@st.composite
def drawn_polls(draw: st.DrawFn) -> Sequence[Standing]:
    found = []
    for n in range(draw(st.integers(0, 3))):
        opened = draw(INSTANTS)
        closed = draw(INSTANTS) if opened is not None else None
        closed = max(closed, opened) if closed is not None and opened is not None else None
        released = draw(INSTANTS) if closed is not None else None
        closes = draw(INSTANTS) if closed is None else None
        found.append(poll(f"p{n}", opened, closed, released, draw(SHOWINGS), closes))
    return found


SHOWS = (Show.FOLLOW, Show.FOLLOW, Show.FOLLOW, *Show)
CHOSEN = st.builds(
    Chosen, st.sampled_from(SHOWS), st.sampled_from([PollId("p0"), PollId("p2"), None]), st.just("A message")
)
AGENDAS = st.sampled_from(
    (RUNNING, agenda(item()), agenda(item(kind=Kind.BREAK, started_at=TEN), item(2)), agenda(item(2)))
)


@given(CHOSEN, AGENDAS, st.none() | drawn_lists(), drawn_polls(), st.integers(-90, 90))
def test_any_meeting_has_a_screen_that_holds_what_its_layout_needs_and_no_more(
    chosen: Chosen, on: Agenda, speakers: SpeakerList | None, polls: Sequence[Standing], minute: int
) -> None:
    now = TEN + minute * MINUTE
    shown = screen(chosen, on, speakers, polls, now)
    where = shown.layout
    assert (shown.poll is not None) is (where in (Layout.POLL, Layout.RESULT))
    assert (shown.message is not None) is (where is Layout.MESSAGE)
    assert (shown.day is not None) is (where is Layout.AGENDA)
    assert (shown.speech is not None) is (where is Layout.SPEAKER)
    assert (shown.speakers is not None) is (where in (Layout.SPEAKER, Layout.LIST))
    if where is Layout.BLANK:
        assert shown.item is shown.following is None
    if where is Layout.RESULT:
        assert shown.poll is not None and shown.poll.poll.published
        assert shown.poll.poll.state is PollState.CLOSED
    if shown.poll is not None:
        assert shown.poll.poll.opened_at is not None, "nothing is told of a poll that is to come"
    if chosen.show is Show.FOLLOW and where is Layout.POLL:
        assert shown.poll is not None and shown.poll.poll.state is PollState.OPEN
    assert screen(chosen, on, speakers, polls, now) == shown


@given(st.integers(0, 40))
def test_a_clock_that_runs_ends_at_one_moment_whenever_one_looks(second: int) -> None:
    before, after = (
        screen(Chosen(), RUNNING, SPEAKS, (), TEN + MINUTE + n * SECOND) for n in (second, second + 7)
    )
    assert before.speech is not None and before.speech.until is not None
    assert after.speech is not None and after.speech.until == before.speech.until


def test_a_clock_that_stands() -> None:
    paused = listed(entry(1, "m1", called=1, paused=[(2, None)]))
    shown = screen(Chosen(), RUNNING, paused, (), TEN + 9 * MINUTE)
    assert shown.speech is not None and shown.speech.until is None and shown.speech.spent == MINUTE


def test_in_person_who_is_online_is_marked() -> None:
    there = listed(
        entry(1, "m1", floor=VIRTUAL), entry(2, "m2", not_now_at=TEN), sitting=sitting(mode=Mode.IN_PERSON)
    )
    shown = screen(Chosen(), RUNNING, there, (), TEN + MINUTE)
    assert shown.speakers is not None
    assert {row.short_name: (row.put_off, row.absent) for row in shown.speakers.rows} == {
        "M1": (False, True),
        "M2": (True, False),
    }


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b", "\u202e"])
def test_an_empty_message_is_refused(text: str) -> None:
    with pytest.raises(EmptyMessage):
        check_message(text)


def test_a_message_is_short_enough_for_the_back_row() -> None:
    assert check_message("  One\r\n\r\n\r\ntwo\u202e  ") == "One\n\ntwo"
    assert check_message("x" * MESSAGE) == "x" * MESSAGE
    for text in ("x" * (MESSAGE + 1), "\n".join("abcdefghi")):
        with pytest.raises(MessageTooLong):
            check_message(text)


def test_an_operator_has_a_name() -> None:
    assert check_operator(" Ms\n A.  Person\u202e ") == "Ms A. Person"
    assert len(check_operator("x" * 100)) == 60
    for name in ("", "\u200b", " "):
        with pytest.raises(NamelessOperator):
            check_operator(name)


def test_the_spans_say_what_the_rule_says() -> None:
    """At each edge: what was fresh is not any more, what was out is old, the last call begins."""
    fresh = FRESH / MINUTE
    assert layout(fresh - 0.01, poll(opened=0), speakers=SPEAKS) is Layout.POLL
    assert layout(fresh, poll(opened=0), speakers=SPEAKS) is Layout.SPEAKER
    out = RESULT_SHOWN / MINUTE
    assert layout(out - 0.01, poll(opened=-9, closed=0), speakers=SPEAKS) is Layout.RESULT
    assert layout(out, poll(opened=-9, closed=0), speakers=SPEAKS) is Layout.SPEAKER
    last = LAST_CALL / MINUTE
    assert layout(9, poll(opened=0, closes=9 + last), speakers=SPEAKS) is Layout.POLL
    assert layout(8.99, poll(opened=0, closes=9 + last), speakers=SPEAKS) is Layout.SPEAKER
