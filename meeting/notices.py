"""What is to be announced, to whom, and until when: computed from the agenda and the log of what was said.

A notice is named by a key without the clock but with a counter (`d1-04 · suspended · 2`), so the same fact
never yields two notices. Only what was claimed, said or lapsed is stored (the log); all else is computed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import NewType

from meeting.agenda import Agenda, Day, Item, State
from meeting.people import UserId
from meeting.programme import DayId, ItemId, Kind, NoticeSettings, Start
from meeting.refusals import Refused
from meeting.timetable import (
    MINUTE,
    Slot,
    day_begins,
    decided,
    end_of,
    forecast,
    overdue,
    slipping,
    whole_minute,
)
from meeting.writing import paragraphs, shows

NoticeKey = NewType("NoticeKey", str)
AnnouncementId = NewType("AnnouncementId", int)

LONGEST_ANNOUNCEMENT = 1500
"""Characters: leaves room for lines said together in one message of 2,000 (Discord's limit)."""

ANCHOR_LAPSES = timedelta(days=7)
"""The seal of a day's record is as good a week later: it proves all that came before it."""

NOON = time(12)
"""Local time at which a day's opening digest is no longer worth sending."""


class EmptyAnnouncement(Refused):
    """Nothing to announce is left once control characters and blanks are taken away."""


class AnnouncementTooLong(Refused):
    """The text is longer than one message can carry beside what else falls due."""


class Channel(StrEnum):
    """Where something is said; the organiser gives each a name."""

    WELCOME = "welcome"
    PROGRAMME = "programme"
    FLOOR = "floor"
    POLLS = "polls"
    QUESTIONS = "questions"
    MODERATORS = "moderators"


class NoticeKind(StrEnum):
    """What a notice is about; the order is that of the lines when several are said in one message."""

    DIGEST = "digest"
    STARTED = "started"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    SKIPPED = "skipped"
    DEFERRED = "deferred"
    MOVED = "moved"
    SOON = "soon"
    DAY_END = "day_end"
    ANCHOR = "anchor"
    ANNOUNCEMENT = "announcement"
    POLL_OPENED = "opened"
    LAST_CALL = "last_call"
    ORDER_RAISED = "order_raised"
    CALLED = "called"
    ON_DECK = "on_deck"
    ASK = "ask"
    TIME_LEFT = "time_left"
    OVERTIME = "overtime"


OF_DAY = {"opening": NoticeKind.DIGEST, "end": NoticeKind.DAY_END}
"""How a day's notices are called in their keys."""

ORDER = {kind: place for place, kind in enumerate(NoticeKind)}


@dataclass(frozen=True)
class Announcement:
    """A text a moderator had announced."""

    announcement_id: AnnouncementId
    text: str
    made_at: datetime


@dataclass(frozen=True)
class Entry:
    """A line of the log: a notice claimed, said or lapsed, numbered in the order of claiming.

    `about_at` is the time it named, if any; `lapsed`, whether it was never said.
    """

    key: NoticeKey
    number: int
    about_at: datetime | None = None
    lapsed: bool = False


Log = Mapping[NoticeKey, Entry]


@dataclass(frozen=True)
class Notice:
    """Something to be said at `due_at`, no longer from `lapses_at` on."""

    key: NoticeKey
    kind: NoticeKind
    channel: Channel
    day_id: DayId | None
    item_id: ItemId | None
    due_at: datetime
    lapses_at: datetime
    about_at: datetime | None = None
    text: str = ""
    round: int = 1
    """Which round of a poll it is about."""
    user_id: UserId | None = None
    """Who is mentioned."""

    def lapsed(self, now: datetime) -> bool:
        return now >= self.lapses_at

    def late(self, now: datetime) -> int:
        """Whole minutes since it was due."""
        return max(0, (now - self.due_at) // MINUTE)


def check_announcement(text: str) -> str:
    """The text as it may be announced. Raises `EmptyAnnouncement`, `AnnouncementTooLong`."""
    text = paragraphs(text)
    if not shows(text):
        raise EmptyAnnouncement()
    if len(text) > LONGEST_ANNOUNCEMENT:
        raise AnnouncementTooLong(length=len(text), most=LONGEST_ANNOUNCEMENT)
    return text


def due(
    agenda: Agenda,
    settings: NoticeSettings,
    announcements: Iterable[Announcement],
    log: Log,
    now: datetime,
    others: Iterable[Notice] = (),
) -> tuple[Notice, ...]:
    """All notices that have fallen due by `now` and are not in the log, lapsed ones included, in order.

    `others` are those that do not follow from the agenda alone (`meeting.poll_notices`).
    """
    found = [
        notice
        for notice in (*computed(agenda, settings, announcements, log, now), *others)
        if notice.due_at <= now and notice.key not in log
    ]
    return tuple(sorted(found, key=lambda notice: (ORDER[notice.kind], notice.due_at, notice.key)))


def next_due(
    agenda: Agenda,
    settings: NoticeSettings,
    announcements: Iterable[Announcement],
    log: Log,
    now: datetime,
    others: Iterable[Notice] = (),
) -> datetime | None:
    """The next moment after `now` at which something falls due or the clock has an item to start.

    While something slips that is the next whole minute at the latest. None: nothing is left to wait for.
    """
    moments = [
        notice.due_at
        for notice in (*computed(agenda, settings, announcements, log, now), *others)
        if notice.key not in log and notice.due_at > now
    ]
    for day in agenda.days:
        for slot in decided(agenda, day.day_id):
            moments += [at for at in (slot.begins, slot.ends) if at > now and slot.item.ended_at is None]
    if slipping(agenda, now):
        moments.append(whole_minute(now) + MINUTE)
    return min(moments, default=None)


def key(*words: object) -> NoticeKey:
    """`d1-04 · suspended · 2`."""
    return NoticeKey(" · ".join(str(word) for word in words))


def kind_of(notice_key: str) -> NoticeKind | None:
    """What a key is about; None for one this program does not know."""
    words = notice_key.split(" · ")
    for word in (*words[1:2], words[0]):
        found = OF_DAY.get(word) or next((kind for kind in NoticeKind if kind.value == word), None)
        if found is not None:
            return found
    return None


def computed(
    agenda: Agenda,
    settings: NoticeSettings,
    announcements: Iterable[Announcement],
    log: Log,
    now: datetime,
) -> list[Notice]:
    """Every notice as things stand, due or not, said or not."""
    notices: list[Notice] = []
    for number, day in enumerate(agenda.days):
        upcoming = agenda.days[number + 1] if number + 1 < len(agenda.days) else None
        notices += _of_day(agenda, day, upcoming, settings)
        slots = {slot.item.item_id: slot for slot in decided(agenda, day.day_id)}
        upcoming_slots = (slot for slot in slots.values() if slot.item.to_come)
        following = min(upcoming_slots, key=lambda slot: slot.begins, default=None)
        end = end_of(agenda, day)
        for slot in forecast(agenda, day.day_id, now):
            plan = slots[slot.item.item_id]
            if slot.item.to_come:
                notices += _to_come(slot, plan, settings, log, now, end)
            else:
                notices += _begun(plan, settings, log, end, following)
        notices += _skipped(day, end)
    for made in announcements:
        notices.append(
            Notice(
                key=key("announcement", made.announcement_id),
                kind=NoticeKind.ANNOUNCEMENT,
                channel=Channel.PROGRAMME,
                day_id=None,
                item_id=None,
                due_at=made.made_at,
                lapses_at=made.made_at + settings.announcement_lapses,
                text=made.text,
            )
        )
    return notices


def _of_day(agenda: Agenda, day: Day, upcoming: Day | None, settings: NoticeSettings) -> list[Notice]:
    begins, end = day_begins(agenda, day.day_id), end_of(agenda, day)
    noon = datetime.combine(day.date, NOON, agenda.zone).astimezone(UTC)
    planned = min((item.planned_starts_at for item in day.items), default=begins)
    notices = []

    def add(name: str, kind: NoticeKind, due_at: datetime, lapses_at: datetime) -> None:
        channel = Channel.MODERATORS if kind in TO_MODERATORS else Channel.PROGRAMME
        notices.append(Notice(key(day.day_id, name), kind, channel, day.day_id, None, due_at, lapses_at))

    if any(item.state is not State.SKIPPED for item in day.items):
        add("opening", NoticeKind.DIGEST, begins - settings.digest, noon if noon > planned else end)
    if day.closed_at is not None:
        left = (item.deferred_at for item in agenda.items if _left(agenda, item, day))
        at = max([day.closed_at, *(instant for instant in left if instant is not None)])
        lapses = day_begins(agenda, upcoming.day_id) if upcoming else end
        add("end", NoticeKind.DAY_END, at, lapses if upcoming else max(lapses, at + MINUTE))
        add("anchor", NoticeKind.ANCHOR, at, at + ANCHOR_LAPSES)
    return notices


def _left(agenda: Agenda, item: Item, day: Day) -> bool:
    """Whether the item was planned for this day and has been put off to another."""
    planned = item.planned_starts_at.astimezone(agenda.zone).date()
    return item.deferred_at is not None and item.day_id != day.day_id and planned == day.date


def _to_come(
    slot: Slot, plan: Slot, settings: NoticeSettings, log: Log, now: datetime, end: datetime
) -> list[Notice]:
    item, notices = slot.item, []
    soon = said_of(log, item.item_id, NoticeKind.SOON)
    moved = said_of(log, item.item_id, NoticeKind.MOVED)
    keys = [key(item.item_id, NoticeKind.DEFERRED.value, n + 1) for n in range(item.deferrals)]
    put_off = [log[k] for k in keys if k in log]
    if (
        key(item.item_id, NoticeKind.DEFERRED.value, item.deferrals) not in log
        and item.deferred_at is not None
    ):
        notices.append(_about(item, NoticeKind.DEFERRED, item.deferrals, item.deferred_at, end, plan.begins))
    elif any(not entry.lapsed for entry in soon) and plan.lost < item.duration:
        known = max((*soon, *moved, *put_off), key=lambda entry: entry.number)
        if known.about_at != plan.begins:
            notices.append(_about(item, NoticeKind.MOVED, len(moved) + 1, now, end, plan.begins))
    if item.kind is not Kind.BREAK and slot.begins == plan.begins and plan.lost < item.duration:
        first = slot.before is None or slot.before.kind is Kind.BREAK
        lead = settings.before_after_break if first else settings.before
        last = soon[-1].about_at if soon else None
        if last is None or abs(plan.begins - last) > lead:
            notices.append(
                _about(item, NoticeKind.SOON, len(soon) + 1, plan.begins - lead, plan.begins, plan.begins)
            )
    if (item.start is Start.CHAIR or overdue(item, now)) and plan.lost < item.duration:
        asked = said_of(log, item.item_id, NoticeKind.ASK)
        if not asked or asked[-1].about_at != plan.begins:
            waiting = slot.begins <= now
            due_at = plan.begins if waiting else max(plan.begins, slot.begins)
            notices.append(_about(item, NoticeKind.ASK, len(asked) + 1, due_at, end, plan.begins))
    return notices


def _begun(
    plan: Slot, settings: NoticeSettings, log: Log, end: datetime, following: Slot | None
) -> list[Notice]:
    item = plan.item
    assert item.started_at is not None
    until = min(item.ended_at or end, end)
    notices = [_about(item, NoticeKind.STARTED, 0, item.started_at, until)]
    for number, suspension in enumerate(item.suspensions, start=1):
        notices.append(_about(item, NoticeKind.SUSPENDED, number, suspension.suspended_at, until))
        if suspension.resumed_at is not None and suspension.resumed_at != item.ended_at:
            notices.append(_about(item, NoticeKind.RESUMED, number, suspension.resumed_at, until))
    if item.state is not State.RUNNING or item.kind is not Kind.SESSION:
        return notices
    left = said_of(log, item.item_id, NoticeKind.TIME_LEFT)
    warn_at = plan.ends - settings.time_left
    if warn_at > item.started_at and (not left or left[-1].about_at != plan.ends):
        notices.append(_about(item, NoticeKind.TIME_LEFT, len(left) + 1, warn_at, plan.ends, plan.ends))
    over = said_of(log, item.item_id, NoticeKind.OVERTIME)
    # What follows at once asks by its own notice; who put it off knows that this one goes on.
    unrelieved = following is None or (
        following.begins > plan.ends and not said_of(log, following.item.item_id, NoticeKind.ASK)
    )
    if unrelieved and (not over or over[-1].about_at != plan.ends):
        notices.append(_about(item, NoticeKind.OVERTIME, len(over) + 1, plan.ends, end, plan.ends))
    return notices


def _skipped(day: Day, end: datetime) -> list[Notice]:
    """Breaks and openings passed over need no word; a session not taken does."""
    return [
        _about(item, NoticeKind.SKIPPED, item.deferrals + 1, item.skipped_at, end)
        for item in day.items
        if item.state is State.SKIPPED and item.skipped_at is not None and item.kind is Kind.SESSION
    ]


TO_MODERATORS = frozenset({NoticeKind.ASK, NoticeKind.TIME_LEFT, NoticeKind.OVERTIME, NoticeKind.ANCHOR})


def _about(
    item: Item,
    kind: NoticeKind,
    count: int,
    due_at: datetime,
    lapses_at: datetime,
    about_at: datetime | None = None,
) -> Notice:
    channel = Channel.MODERATORS if kind in TO_MODERATORS else Channel.PROGRAMME
    words = (item.item_id, kind.value, count) if count else (item.item_id, kind.value)
    return Notice(key(*words), kind, channel, item.day_id, item.item_id, due_at, lapses_at, about_at)


def said_of(log: Log, of: str, kind: NoticeKind) -> list[Entry]:
    """The log's entries of one kind about one item (or `poll ID`), by their counter."""
    found: list[Entry] = []
    while (entry := log.get(key(of, kind.value, len(found) + 1))) is not None:
        found.append(entry)
    return found


def packed(notices: Iterable[Notice], lines: Mapping[NoticeKey, str], room: int) -> list[list[Notice]]:
    """Notices of one channel shared out over as few messages of `room` characters as keep their order."""
    messages: list[list[Notice]] = []
    taken = room + 1
    for notice in notices:
        length = len(lines[notice.key]) + 1
        if taken + length > room:
            messages.append([])
            taken = 0
        messages[-1].append(notice)
        taken += length
    return messages
