"""The room: what its screen shows, who may open its pages, and what is said there.

The screen follows the meeting by one rule (`layout_of`) unless those in the room choose otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from meeting.agenda import Agenda
from meeting.polls import LAST_CALL, PollId, PollState
from meeting.programme import Kind
from meeting.refusals import Refused
from meeting.speaker_list import state_of_list
from meeting.speakers import ListState, SpeakerList
from meeting.standings import Standing
from meeting.writing import legible, paragraphs, shows

HearingId = NewType("HearingId", int)

MESSAGE = 300
"""Characters of a message on the screen: what can be read from the back row."""

MESSAGE_LINES = 8
"""Lines of one."""

OPERATOR = 60
"""Characters of an operator's name; what is longer is cut."""

FRESH = timedelta(minutes=3)
"""For so long a poll that has just opened stands before whoever speaks: people are to see how to answer."""

RESULT_SHOWN = timedelta(minutes=3)
"""For so long the screen shows a result by itself once it may be seen."""

SOON = timedelta(hours=1)
"""With nothing running, what begins within this time is counted down to."""


class Door(StrEnum):
    """A kind of page, each with keys or codes of its own."""

    SCREEN = "screen"
    DESK = "desk"
    SEAT = "seat"


KEYED = (Door.SCREEN, Door.DESK)
"""Pages opened with a key; a seat's are opened with its code."""


class Show(StrEnum):
    """What those in the room choose for the screen."""

    FOLLOW = "follow"
    AGENDA = "agenda"
    LIST = "list"
    POLL = "poll"
    MESSAGE = "message"
    BLANK = "blank"


class Layout(StrEnum):
    """What the screen shows."""

    AGENDA = "agenda"
    SPEAKER = "speaker"
    LIST = "list"
    POLL = "poll"
    RESULT = "result"
    BREAK = "break"
    MESSAGE = "message"
    BLANK = "blank"


@dataclass(frozen=True)
class Chosen:
    """What the screen is to show, since when, and by whom. `held_at`: it stands as it was then.

    `poll_id` belongs to POLL, `text` to MESSAGE.
    """

    show: Show = Show.FOLLOW
    poll_id: PollId | None = None
    text: str = ""
    since: datetime | None = None
    operator: str = ""
    held_at: datetime | None = None


@dataclass(frozen=True)
class Hearing:
    """Somebody says that they cannot hear the room; open while `settled_at` is None."""

    hearing_id: HearingId
    delegation: str
    online: bool
    made_at: datetime
    settled_at: datetime | None = None


class UnknownKey(Refused):
    """The address is not that of a page of the room, or not any more."""


class EmptyMessage(Refused):
    """The message shows nothing."""


class MessageTooLong(Refused):
    """The message is longer than the screen can show to the back row."""


class NamelessOperator(Refused):
    """Whoever works at the desk says who they are."""


class PollNotShown(Refused):
    """The poll has not been opened: there is nothing of it to show."""


class AlreadyHeld(Refused):
    """The screen is held already."""


class UnknownHearing(Refused):
    """There is no such report."""


class Repeated(Refused):
    """What this press asks for was done before: it arrived twice."""


def check_message(text: str) -> str:
    """The message as it is shown. Raises `EmptyMessage`, `MessageTooLong`."""
    text = paragraphs(text)
    if not shows(text):
        raise EmptyMessage()
    lines = text.count("\n") + 1
    if len(text) > MESSAGE or lines > MESSAGE_LINES:
        raise MessageTooLong(length=len(text), most=MESSAGE, lines=lines, most_lines=MESSAGE_LINES)
    return text


def check_operator(name: str) -> str:
    """The name as it is kept. Raises `NamelessOperator`."""
    name = " ".join(legible(name).split())[:OPERATOR].rstrip()
    if not shows(name):
        raise NamelessOperator()
    return name


def check_poll(standing: Standing) -> None:
    """Whether there is anything of the poll to show. Raises `PollNotShown`."""
    if standing.poll.opened_at is None:
        raise PollNotShown(question=standing.poll.question)


def layout_of(
    chosen: Chosen,
    agenda: Agenda,
    speakers: SpeakerList | None,
    standings: Sequence[Standing],
    now: datetime,
) -> tuple[Layout, Standing | None]:
    """What the screen shows, and which poll if it shows one. `speakers` is the list that is on, or else open.

    Following the meeting it is, first that applies: a poll just opened or about to close · a result just out
    · a break · whoever has the floor · an open poll · the list of a running item, while it is open or
    somebody waits · what is about to begin · the agenda. A chosen poll that is not there any more is as if
    nothing was chosen.
    """
    if chosen.show is Show.POLL:
        found = next((one for one in standings if one.poll.poll_id == chosen.poll_id), None)
        if found is not None and found.poll.opened_at is not None:
            return _of_poll(found), found
    fixed = {
        Show.AGENDA: Layout.AGENDA,
        Show.MESSAGE: Layout.MESSAGE,
        Show.BLANK: Layout.BLANK,
        Show.LIST: Layout.LIST if speakers is not None else Layout.AGENDA,
    }.get(chosen.show)
    return (fixed, None) if fixed is not None else _followed(agenda, speakers, standings, now)


def _followed(
    agenda: Agenda, speakers: SpeakerList | None, standings: Sequence[Standing], now: datetime
) -> tuple[Layout, Standing | None]:
    running = agenda.running
    asked = [one for one in standings if one.poll.state is PollState.OPEN]
    asked.sort(key=lambda one: one.poll.opened_at or now)
    pressing = [one for one in asked if _pressing(one, now)]
    out = [one for one in standings if _just_out(one, now)]
    if pressing:
        return Layout.POLL, pressing[-1]
    if out:
        return Layout.RESULT, max(out, key=lambda one: _out_since(one) or now)
    if running is not None and running.kind is Kind.BREAK:
        return Layout.BREAK, None
    if speakers is not None and speakers.current is not None:
        return Layout.SPEAKER, None
    if asked:
        return Layout.POLL, asked[-1]
    if speakers is not None and speakers.sitting.on:
        state = state_of_list(speakers, now)
        if state in (ListState.OPEN, ListState.LAST_CALL) or speakers.waiting:
            return Layout.LIST, None
    if running is None:
        following = agenda.next_item(now)
        if following is not None and now <= following.starts_at <= now + SOON:
            return Layout.BREAK, None
    return Layout.AGENDA, None


def _of_poll(standing: Standing) -> Layout:
    poll = standing.poll
    return Layout.RESULT if poll.state is PollState.CLOSED and poll.published else Layout.POLL


def _pressing(standing: Standing, now: datetime) -> bool:
    opened, closes = standing.poll.opened_at, standing.expected
    if opened is not None and timedelta() <= now - opened < FRESH:
        return True
    return closes is not None and timedelta() < closes - now <= LAST_CALL


def _out_since(standing: Standing) -> datetime | None:
    """Since when a closed poll's result may be seen."""
    poll = standing.poll
    if poll.closed_at is None or not poll.published:
        return None
    return max(filter(None, (poll.closed_at, poll.released_at)))


def _just_out(standing: Standing, now: datetime) -> bool:
    since = _out_since(standing)
    return since is not None and timedelta() <= now - since < RESULT_SHOWN
