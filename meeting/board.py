"""The screen in the room as a value: what everybody there may see, and nothing else.

A field that is not public has no place in these types: no person's id, no seat, no ballot; figures of a poll
only as its `Standing` has them, which has none while they do not show. Clocks are instants: a page counts
from the server's time, never from its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from meeting.agenda import Agenda, Item, State
from meeting.programme import Kind, Mode
from meeting.room import Chosen, Layout, layout_of
from meeting.speaker_list import closes_at, opens_at, state_of_list
from meeting.speaker_order import here, order
from meeting.speaker_time import elapsed, forecast
from meeting.speakers import Floor, Inscription, ListState, Policy, SpeakerList, SpeechKind
from meeting.standings import Standing
from meeting.timetable import Slot, decided
from meeting.timetable import forecast as timetable_of

LISTED = 12
"""Rows of the list of speakers on the screen."""

BESIDE = 5
"""Rows of it beside whoever has the floor."""


@dataclass(frozen=True)
class NowItem:
    """The item that is on. `ends` is decided; over its time it lies in the past."""

    title: str
    kind: Kind
    mode: Mode
    suspended: bool
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class NextItem:
    """The next item of the day, and when it is expected to begin."""

    title: str
    kind: Kind
    begins: datetime


@dataclass(frozen=True)
class AgendaRow:
    """A line of the day. `awaited`: its time has come, and it has not begun. `begins` is None of what is not
    taken up."""

    title: str
    kind: Kind
    mode: Mode
    state: State
    awaited: bool
    begins: datetime | None
    ends: datetime | None


@dataclass(frozen=True)
class DayBoard:
    """The day in course."""

    title: str
    noon: datetime
    """A moment of its date at the venue."""
    rows: tuple[AgendaRow, ...]


@dataclass(frozen=True)
class Speech:
    """Who has the floor. `until`: when the time is over, None while it does not run; `spent`: how much of it
    is, while it does not run. `interrupted`: whom a point of order interrupts."""

    name: str
    short_name: str
    floor: Floor
    kind: SpeechKind
    group: str
    speaker: str
    subject: str
    limit: timedelta
    since: datetime
    until: datetime | None
    spent: timedelta | None
    interrupted: str | None


@dataclass(frozen=True)
class ListRow:
    """Who waits. `put_off`: they said “not now”; `absent`: online, while the item is held in person."""

    place: int
    name: str
    short_name: str
    floor: Floor
    kind: SpeechKind
    group: str
    put_off: bool
    absent: bool


@dataclass(frozen=True)
class ListBoard:
    """The list of speakers. `waiting` counts all; `heard_by`: when all are expected to have been heard.

    `replies`: rights of reply that are heard later.
    """

    title: str
    state: ListState
    over: bool
    opens: datetime
    closes: datetime | None
    closed_at: datetime | None
    ends: datetime
    rows: tuple[ListRow, ...]
    waiting: int
    heard_by: datetime
    unfit: int
    replies: int
    policy: Policy


@dataclass(frozen=True)
class Screen:
    """All that a screen in the room shows at one moment. What the layout does not need is None.

    `held_at`: it shows how things stood then.
    """

    layout: Layout
    title: str
    venue: str
    zone_offset: timedelta
    marking: str
    item: NowItem | None = None
    following: NextItem | None = None
    speech: Speech | None = None
    speakers: ListBoard | None = None
    poll: Standing | None = None
    day: DayBoard | None = None
    message: str | None = None


def screen(
    chosen: Chosen,
    agenda: Agenda,
    speakers: SpeakerList | None,
    standings: Sequence[Standing],
    now: datetime,
) -> Screen:
    """The screen now. `speakers` is the list that is on, or else open."""
    layout, poll = layout_of(chosen, agenda, speakers, standings, now)
    offset = now.astimezone(agenda.zone).utcoffset() or timedelta()
    head = (layout, agenda.title, agenda.venue, offset, agenda.marking)
    if layout is Layout.BLANK:
        return Screen(*head)
    item, following = now_item(agenda, now), next_item(agenda, now)
    shows_list = layout in (Layout.SPEAKER, Layout.LIST) and speakers is not None
    rows = LISTED if layout is Layout.LIST else BESIDE
    return Screen(
        *head,
        item,
        following,
        speech_of(speakers, now) if layout is Layout.SPEAKER and speakers is not None else None,
        list_board(speakers, now, rows) if shows_list and speakers is not None else None,
        poll,
        day_board(agenda, now) if layout is Layout.AGENDA else None,
        chosen.text if layout is Layout.MESSAGE else None,
    )


def now_item(agenda: Agenda, now: datetime) -> NowItem | None:
    """What is on."""
    running = agenda.running
    if running is None:
        return None
    slot = _slot(agenda, running, now)
    suspended = running.state is State.SUSPENDED
    # A forecast's end slips with the clock; what a page counts down to is the decided one.
    ends = next(one.ends for one in decided(agenda, running.day_id) if one.item.item_id == running.item_id)
    return NowItem(running.title, running.kind, running.mode, suspended, slot.begins, ends)


def next_item(agenda: Agenda, now: datetime) -> NextItem | None:
    """What comes next today."""
    found = agenda.next_item(now)
    if found is None or agenda.today(now).date < now.astimezone(agenda.zone).date():
        return None
    return NextItem(found.title, found.kind, _slot(agenda, found, now).begins)


def _slot(agenda: Agenda, item: Item, now: datetime) -> Slot:
    slots = timetable_of(agenda, item.day_id, now)
    return next(slot for slot in slots if slot.item.item_id == item.item_id)


def day_board(agenda: Agenda, now: datetime) -> DayBoard:
    """The day in course, line by line."""
    day = agenda.today(now)
    noon = datetime.combine(day.date, datetime.min.time().replace(hour=12), agenda.zone)
    slots = {slot.item.item_id: slot for slot in timetable_of(agenda, day.day_id, now)}
    over = day.date < now.astimezone(agenda.zone).date()
    rows = []
    for item in day.items:
        slot = None if over and item.to_come else slots.get(item.item_id)
        rows.append(
            AgendaRow(
                item.title,
                item.kind,
                item.mode,
                State.SKIPPED if slot is None else item.state,
                slot is not None and item.to_come and slot.begins <= now,
                slot.begins if slot is not None else None,
                slot.ends if slot is not None else None,
            )
        )
    return DayBoard(day.title, noon, tuple(rows))


def speech_of(speakers: SpeakerList, now: datetime) -> Speech | None:
    """Who has the floor, and how the time stands."""
    current = speakers.current
    if current is None or current.called_at is None:
        return None
    limit = current.limit or timedelta()
    delegation, interrupted = speakers.delegation(current), speakers.interrupted
    spent = elapsed(speakers, current, now)
    runs = not (current.paused or speakers.sitting.suspended)
    return Speech(
        delegation.name,
        delegation.short_name,
        current.floor,
        current.kind,
        current.group,
        current.speaker,
        current.subject,
        limit,
        current.called_at,
        now + limit - spent if runs else None,
        None if runs else spent,
        speakers.delegation(interrupted).short_name if interrupted is not None else None,
    )


def list_board(speakers: SpeakerList, now: datetime, rows: int = LISTED) -> ListBoard:
    """The list as everybody may see it, its first rows."""
    found, needs = order(speakers), forecast(speakers, now)
    later = [
        one
        for one in speakers.inscriptions
        if one.kind is SpeechKind.REPLY and one.pending and one not in found
    ]
    return ListBoard(
        speakers.sitting.title,
        state_of_list(speakers, now),
        speakers.sitting.over,
        opens_at(speakers),
        closes_at(speakers),
        speakers.closed_at,
        speakers.sitting.ends,
        tuple(row_of(speakers, one, place) for place, one in enumerate(found[:rows], start=1)),
        len(found),
        now + needs.needs,
        len(needs.unfit),
        len(later),
        speakers.policy,
    )


def row_of(speakers: SpeakerList, one: Inscription, place: int) -> ListRow:
    """A line of the list."""
    delegation = speakers.delegation(one)
    return ListRow(
        place,
        delegation.name,
        delegation.short_name,
        one.floor,
        one.kind,
        one.group,
        one.not_now_at is not None,
        not here(speakers, one),
    )
