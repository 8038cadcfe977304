"""What is announced of polls: that one has opened, and five minutes before it closes; each once."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from meeting.agenda import Agenda
from meeting.notices import Channel, Log, Notice, NoticeKind, key, said_of
from meeting.poll_times import closes_at, closing_expected, course_of, opens_at
from meeting.polls import LAST_CALL, Poll, PollId, PollState
from meeting.timetable import end_of

OPEN_LAPSES = timedelta(hours=12)
"""A poll closed by hand alone has no moment at which its opening is no longer worth saying."""


def of_polls(agenda: Agenda, polls: Iterable[Poll], log: Log) -> list[Notice]:
    """Every such notice as things stand, due or not, said or not. Its text is the poll's question.

    `polls` in their order: a round stands behind the one it follows."""
    notices, rounds = [], dict[PollId, int]()
    for poll in polls:
        number = rounds[poll.poll_id] = 1 + (rounds.get(poll.round_of, 0) if poll.round_of is not None else 0)
        if poll.opened_at is None:
            continue
        expected = closing_expected(poll, agenda)
        lapses_at = poll.closed_at or _lapses_at(poll, agenda)
        notices.append(_about(poll, number, NoticeKind.POLL_OPENED, 0, poll.opened_at, lapses_at, expected))
        if poll.state is not PollState.OPEN or expected is None or expected - LAST_CALL <= poll.opened_at:
            continue
        said = said_of(log, f"poll {poll.poll_id}", NoticeKind.LAST_CALL)
        last = said[-1].about_at if said else None
        if last is None or abs(expected - last) > LAST_CALL:
            at = expected - LAST_CALL
            notices.append(_about(poll, number, NoticeKind.LAST_CALL, len(said) + 1, at, lapses_at, expected))
    return notices


def next_turn(agenda: Agenda, polls: Iterable[Poll], now: datetime) -> datetime | None:
    """The next moment at which a poll opens or closes by the clock, as far as that is certain.

    One that is past already and still to be acted on counts as now: it may have come since the last look.
    """
    moments = []
    for poll in polls:
        course = course_of(agenda, poll)
        closing = closes_at(poll, course)
        if poll.state is PollState.PLANNED and poll.options and (closing is None or now < closing):
            moments.append(opens_at(poll, course))
        if poll.state is PollState.OPEN:
            moments.append(closing)
    return min((max(at, now) for at in moments if at is not None), default=None)


def _about(
    poll: Poll,
    number: int,
    kind: NoticeKind,
    count: int,
    due_at: datetime,
    lapses_at: datetime,
    about_at: datetime | None,
) -> Notice:
    words = (f"poll {poll.poll_id}", kind.value, *([count] if count else []))
    return Notice(
        key(*words), kind, Channel.POLLS, None, None, due_at, lapses_at, about_at, poll.question, number
    )


def _lapses_at(poll: Poll, agenda: Agenda) -> datetime:
    """When there is no point any more in saying that a poll is open: at its closing."""
    assert poll.opened_at is not None
    certain = closes_at(poll, course_of(agenda, poll))
    if certain is not None:
        return certain
    day = next((day for day in agenda.days if any(i.item_id == poll.item_id for i in day.items)), None)
    return max(end_of(agenda, day) if day is not None else poll.opened_at, poll.opened_at + OPEN_LAPSES)
