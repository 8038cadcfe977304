"""How the agenda stands in rows: loading it whole, writing what changed."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from db.connection import Row, Transaction
from db.policy_rows import policy_json, policy_of
from db.rows import instant, stored
from meeting.agenda import Agenda, Day, Item, Suspension
from meeting.notices import Announcement, AnnouncementId, Channel, NoticeKind
from meeting.programme import (
    DayId,
    ItemId,
    Kind,
    Mode,
    NoticeSettings,
    Part,
    PartId,
    Programme,
    Question,
    QuestionId,
    Start,
)
from meeting.refusals import NotSetUp
from meeting.speakers import Policy
from meeting.timetable import end_of

MINUTES = ("digest", "before", "before_after_break", "announcement_lapses", "time_left")


@dataclass(frozen=True)
class Plan:
    """What the ledger keeps of the programme beside the agenda itself."""

    agenda: Agenda
    notices: NoticeSettings
    channels: dict[str, str]
    start: date | None
    speakers: Policy
    written_until: datetime
    """Until when one may submit in writing."""
    planned_until: datetime
    """The same as the programme says: a moderator may have decided otherwise since."""

    def other_settings(self, programme: Programme, after: Agenda) -> bool:
        """Whether the programme has other settings than these; `after` is the agenda as it would be."""
        said = programme.notices, programme.channels, programme.speakers or Policy()
        until = _deadline(after, programme.written_until)
        return (self.notices, self.channels, self.speakers, self.planned_until) != (*said, until)

    @property
    def names(self) -> dict[str, str]:
        """Each channel's name, the organiser's or its own, by what is said there."""
        return {one.value: self.channels.get(one.value, one.value) for one in Channel}


def _deadline(agenda: Agenda, said: datetime | None) -> datetime:
    """Until when one may submit in writing: as said, or until the end of the last day."""
    return said or end_of(agenda, max(agenda.days, key=lambda day: day.date))


def programme_place(programme: Programme, day_id: DayId) -> int:
    """A day's place in the programme."""
    return next(n for n, day in enumerate(programme.days) if day.day_id == day_id)


async def load_plan(tx: Transaction) -> Plan:
    """The agenda and its settings. Raises `NotSetUp` before the import."""
    kept: dict[str, str] = dict(await tx.all("SELECT name, value FROM meta"))
    if "programme" not in kept:
        raise NotSetUp()
    head = json.loads(kept["programme"])
    suspensions: dict[str, list[Suspension]] = {}
    for item_id, at, until in await tx.all(
        "SELECT item_id, suspended_at, resumed_at FROM suspensions ORDER BY item_id, number"
    ):
        suspensions.setdefault(item_id, []).append(Suspension(instant(at), instant(until)))
    parts: dict[str, list[Part]] = {}
    for question_id, part_id, text in await tx.all(
        "SELECT question_id, part_id, text FROM parts ORDER BY question_id, place"
    ):
        parts.setdefault(question_id, []).append(Part(PartId(part_id), text))
    questions = {
        item_id: Question(QuestionId(question_id), title, text, tuple(parts.get(question_id, ())))
        for question_id, item_id, title, text in await tx.all(
            "SELECT question_id, item_id, title, text FROM questions"
        )
    }
    items: dict[str, list[Item]] = {}
    for row in await tx.all(f"SELECT {ITEM_COLUMNS} FROM items ORDER BY day_id, place"):
        item = _item(row, questions.get(row[0]), tuple(suspensions.get(row[0], ())))
        items.setdefault(item.day_id, []).append(item)
    days = tuple(
        Day(DayId(day_id), title, date.fromisoformat(day), join_url, tuple(items.get(day_id, ())))
        for day_id, title, day, join_url in await tx.all(
            "SELECT day_id, title, date, join_url FROM days ORDER BY place"
        )
    )
    agenda = Agenda(
        head["title"],
        head["time_zone"],
        head["venue"],
        days,
        int(kept["revision"]),
        head["about"],
        kept["marking"],
    )
    notices = NoticeSettings(**{name: timedelta(minutes=head["notices"][name]) for name in MINUTES})
    start = date.fromisoformat(kept["start"]) if kept["start"] else None
    planned = _deadline(agenda, instant(head.get("written_until")))
    until = instant(kept.get("written_until")) or planned
    speakers = policy_of(head.get("speakers", {}))
    return Plan(agenda, notices, head["channels"], start, speakers, until, planned)


async def next_announcement(tx: Transaction) -> int:
    """A number that no announcement has, nor any notice of one that the record lost and took up again."""
    made = [one.announcement_id for one in await load_announcements(tx)]
    said = await tx.all("SELECT key FROM notices WHERE kind = ?", NoticeKind.ANNOUNCEMENT.value)
    return 1 + max([0, *made, *(int(key.rpartition(" ")[2]) for (key,) in said)])


async def load_announcements(tx: Transaction) -> tuple[Announcement, ...]:
    """All texts moderators had announced."""
    return tuple(
        Announcement(AnnouncementId(number), text, instant(at))
        for number, text, at in await tx.all("SELECT announcement_id, text, made_at FROM announcements")
    )


ITEM_COLUMNS = (
    "item_id, day_id, kind, title, mode, chair, start, fixed, illustrative, planned_starts_at,"
    " planned_ends_at, starts_at, duration, started_at, ended_at, skipped_at, deferred_at, deferrals"
)


def _item(row: Row, question: Question | None, suspensions: tuple[Suspension, ...]) -> Item:
    return Item(
        item_id=ItemId(row[0]),
        day_id=DayId(row[1]),
        kind=Kind(row[2]),
        title=row[3],
        mode=Mode(row[4]),
        chair=row[5],
        start=Start(row[6]),
        fixed=bool(row[7]),
        illustrative=bool(row[8]),
        planned_starts_at=instant(row[9]),
        planned_ends_at=instant(row[10]),
        starts_at=instant(row[11]),
        duration=timedelta(seconds=row[12]),
        started_at=instant(row[13]),
        ended_at=instant(row[14]),
        skipped_at=instant(row[15]),
        deferred_at=instant(row[16]),
        deferrals=row[17],
        question=question,
        suspensions=suspensions,
    )


async def save_programme(tx: Transaction, programme: Programme) -> None:
    head = {
        "title": programme.title,
        "time_zone": programme.time_zone,
        "venue": programme.venue,
        "about": programme.about,
        "channels": programme.channels,
        "notices": {name: getattr(programme.notices, name) / timedelta(minutes=1) for name in MINUTES},
        "speakers": policy_json(programme.speakers or Policy()),
        "written_until": stored(programme.written_until),
    }
    before = await get_meta(tx, "programme")
    if before is not None and json.loads(before).get("written_until") != head["written_until"]:
        # What the file now says goes before what was decided by hand.
        await tx.run("DELETE FROM meta WHERE name = 'written_until'")
    await set_meta(tx, "programme", json.dumps(head, ensure_ascii=False))
    await set_meta(tx, "fingerprint", programme.fingerprint)


async def save_day(tx: Transaction, day: Day, *, place: int) -> None:
    await tx.run(
        "INSERT INTO days (day_id, place, title, date, join_url) VALUES (?, ?, ?, ?, ?) ON CONFLICT (day_id)"
        " DO UPDATE SET place = excluded.place, title = excluded.title, date = excluded.date,"
        " join_url = excluded.join_url",
        day.day_id,
        place,
        day.title,
        day.date.isoformat(),
        day.join_url,
    )


async def save_items(tx: Transaction, known: tuple[Item, ...], day: Day) -> None:
    """Write the day's items that are new or changed, and each place."""
    before = {item.item_id: item for item in known}
    for place, item in enumerate(day.items):
        old = before.get(item.item_id)
        if old != item:
            await _save_item(tx, item, old)
        await tx.run(
            "UPDATE items SET place = ? WHERE item_id = ? AND place <> ?", place, item.item_id, place
        )


async def _save_item(tx: Transaction, item: Item, old: Item | None) -> None:
    await tx.run(
        f"INSERT INTO items ({ITEM_COLUMNS}, place) VALUES ({', '.join('?' * 18)}, 0)"
        " ON CONFLICT (item_id) DO UPDATE SET day_id = excluded.day_id, kind = excluded.kind,"
        " title = excluded.title, mode = excluded.mode, chair = excluded.chair, start = excluded.start,"
        " fixed = excluded.fixed, illustrative = excluded.illustrative,"
        " planned_starts_at = excluded.planned_starts_at, planned_ends_at = excluded.planned_ends_at,"
        " starts_at = excluded.starts_at, duration = excluded.duration, started_at = excluded.started_at,"
        " ended_at = excluded.ended_at, skipped_at = excluded.skipped_at,"
        " deferred_at = excluded.deferred_at, deferrals = excluded.deferrals",
        item.item_id,
        item.day_id,
        item.kind.value,
        item.title,
        item.mode.value,
        item.chair,
        item.start.value,
        int(item.fixed),
        int(item.illustrative),
        stored(item.planned_starts_at),
        stored(item.planned_ends_at),
        stored(item.starts_at),
        round(item.duration.total_seconds()),
        stored(item.started_at),
        stored(item.ended_at),
        stored(item.skipped_at),
        stored(item.deferred_at),
        item.deferrals,
    )
    for number, suspension in enumerate(item.suspensions):
        await tx.run(
            "INSERT INTO suspensions (item_id, number, suspended_at, resumed_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (item_id, number) DO UPDATE SET resumed_at = excluded.resumed_at",
            item.item_id,
            number,
            stored(suspension.suspended_at),
            stored(suspension.resumed_at),
        )
    if old is None or old.question != item.question:
        await _save_question(tx, item)


async def _save_question(tx: Transaction, item: Item) -> None:
    if item.question is None:
        return
    await tx.run(
        "INSERT INTO questions (question_id, item_id, title, text) VALUES (?, ?, ?, ?)",
        item.question.question_id,
        item.item_id,
        item.question.title,
        item.question.text,
    )
    await tx.run_many(
        "INSERT INTO parts (part_id, question_id, place, text) VALUES (?, ?, ?, ?)",
        [
            (part.part_id, item.question.question_id, place, part.text)
            for place, part in enumerate(item.question.parts)
        ],
    )


async def drop_question(tx: Transaction, item: Item) -> None:
    """Remove the item's question, before any is written: one may move from item to item."""
    await tx.run(
        "DELETE FROM parts WHERE question_id IN (SELECT question_id FROM questions WHERE item_id = ?)",
        item.item_id,
    )
    await tx.run("DELETE FROM questions WHERE item_id = ?", item.item_id)


async def set_meta(tx: Transaction, name: str, value: str) -> None:
    await tx.run(
        "INSERT INTO meta (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name,
        value,
    )


async def get_meta(tx: Transaction, name: str) -> str | None:
    row = await tx.one("SELECT value FROM meta WHERE name = ?", name)
    return row[0] if row else None
