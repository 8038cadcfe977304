"""What the tests of the meeting's rules share: the default programme, random days, a clock walked by hand."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st

from meeting import conduct
from meeting.agenda import Agenda, Day, Item, Suspension
from meeting.notices import Announcement, Entry, Log, Notice, due, next_due
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
from meeting.refusals import Refused
from meeting.reload import fresh_days

settings.register_profile("meeting", deadline=None, derandomize=True, database=None)
settings.load_profile("meeting")

BANGKOK = ZoneInfo("Asia/Bangkok")
UTC = ZoneInfo("UTC")
MINUTE = timedelta(minutes=1)

DEFAULT = {
    "d1": (
        "2022-09-07",
        Mode.HYBRID,
        """
        d1-00 0800 0900 opening Accreditation and device check
        d1-01 0900 0920 fixed   Opening remarks by the Co-Chairs
        d1-02 0920 0930 session How we work: floor, attribution, polls
        d1-03 0930 1005 session Twenty years of the Bali Process; ten years of the RSO
        d1-b1 1005 1020 break   Break
        d1-04 1020 1110 Q1      Question 1: decisive factors
        d1-05 1110 1200 Q2      Question 2: seeking international cooperation
        d1-b2 1200 1300 lunch   Lunch
        d1-06 1300 1350 Q3      Question 3: positive examples
        d1-07 1350 1440 Q4      Question 4: support by the RSO
        d1-b3 1440 1455 break   Break
        d1-08 1455 1555 Q5      Question 5: challenges and priorities
        d1-09 1555 1630 session Co-Chairs' summary; end of the online part
        """,
    ),
    "d2": (
        "2022-09-08",
        Mode.IN_PERSON,
        """
        d2-01 0900 0920 session Opening; recap; result of the priorities poll
        d2-02 0920 1020 session Practical initiatives, resources and tools
        d2-b1 1020 1040 break   Break
        d2-03 1040 1200 session Practical cooperation: small groups by geography
        d2-b2 1200 1300 lunch   Lunch
        d2-04 1300 1345 session Report-back by group rapporteurs
        d2-05 1345 1445 session Capacity-building needs
        d2-b3 1445 1505 break   Break
        d2-06 1505 1550 session Way forward: engagement and re-engagement
        d2-07 1550 1620 session Co-Managers' summary; the path to endorsement
        """,
    ),
}
PARTS = {"Q4": 2, "Q5": 2}
KINDS = {"opening": Kind.OPENING, "break": Kind.BREAK, "lunch": Kind.BREAK}


def bangkok(clock: str, day: int = 1) -> datetime:
    """`10:20` or `10:20:30` of that day of the default programme, as an aware UTC instant."""
    hour, minute, *second = (int(part) for part in clock.split(":"))
    return datetime(2022, 9, 6 + day, hour, minute, *second, tzinfo=BANGKOK).astimezone(UTC)


def at_venue(at: datetime | None) -> str:
    """`10:20`, or `10:20:30` when it is not a whole minute; with `+1` and so on for later days."""
    if at is None:
        return "-"
    local = at.astimezone(BANGKOK)
    days = (local.date() - date(2022, 9, 7)).days
    return local.strftime("%H:%M:%S").removesuffix(":00") + (f"+{days}" if days else "")


def default_programme() -> Programme:
    """The default two-day programme."""
    days = []
    for day_id, (on, mode, table) in DEFAULT.items():
        number = date.fromisoformat(on).day - 6
        items = []
        for line in table.strip().splitlines():
            item_id, starts, ends, kind, title = line.split(maxsplit=4)
            question = None
            if kind.startswith("Q"):
                parts = tuple(
                    Part(PartId(f"{kind}.{n}"), f"Part {n}") for n in range(1, PARTS.get(kind, 1) + 1)
                )
                question = Question(QuestionId(kind), title, title, parts)
            items.append(
                PlannedItem(
                    item_id=ItemId(item_id),
                    kind=KINDS.get(kind, Kind.SESSION),
                    title=title,
                    starts_at=bangkok(f"{starts[:2]}:{starts[2:]}", number),
                    ends_at=bangkok(f"{ends[:2]}:{ends[2:]}", number),
                    mode=mode,
                    chair="Chair",
                    start=Start.CLOCK if kind in KINDS else Start.CHAIR,
                    fixed=kind in ("fixed", "lunch"),
                    question=question,
                    illustrative=True,
                )
            )
        days.append(PlannedDay(DayId(day_id), day_id, date.fromisoformat(on), None, tuple(items)))
    return Programme("Roundtable", "Asia/Bangkok", "Bangkok", tuple(days))


def as_agenda(programme: Programme) -> Agenda:
    """A programme right after its import."""
    return Agenda(programme.title, programme.time_zone, programme.venue, fresh_days(programme))


def programme_of(agenda: Agenda) -> Programme:
    """The file an agenda was imported from."""
    days = []
    for day in agenda.days:
        items = tuple(
            PlannedItem(
                item.item_id,
                item.kind,
                item.title,
                item.planned_starts_at,
                item.planned_ends_at,
                item.mode,
                item.chair,
                item.start,
                item.fixed,
                item.question,
                item.illustrative,
            )
            for item in day.items
        )
        days.append(PlannedDay(day.day_id, day.title, day.date, day.join_url, items))
    return Programme(agenda.title, agenda.time_zone, agenda.venue, tuple(days))


@dataclass
class Meeting:
    """An agenda, its log and a clock held by hand: what the outbox does, without the outbox."""

    agenda: Agenda
    settings: NoticeSettings = field(default_factory=NoticeSettings)
    announcements: list[Announcement] = field(default_factory=list)
    log: dict[str, Entry] = field(default_factory=dict)
    heard: list[tuple[datetime, Notice]] = field(default_factory=list)

    def due(self, now: datetime) -> tuple[Notice, ...]:
        return due(self.agenda, self.settings, self.announcements, self.log, now)

    def next_due(self, now: datetime) -> datetime | None:
        return next_due(self.agenda, self.settings, self.announcements, self.log, now)

    def tick(self, now: datetime) -> tuple[Notice, ...]:
        """What the clock starts begins; what is due is said, or lapses, and is logged."""
        self.agenda = conduct.start_due(self.agenda, now)
        found = self.due(now)
        self.enter(found, now)
        self.heard += [(now, notice) for notice in found]
        return found

    def enter(self, notices: tuple[Notice, ...], now: datetime) -> None:
        for notice in notices:
            assert notice.key not in self.log
            self.log[notice.key] = Entry(notice.key, len(self.log) + 1, notice.about_at, notice.lapsed(now))

    def press(self, now: datetime, act: Callable[..., Agenda], *arguments: object) -> tuple[Notice, ...]:
        """An operator's act, and what follows from it at once."""
        self.agenda = act(self.agenda, *arguments, now)
        return self.tick(now)

    def jump(self, now: datetime, until: datetime) -> None:
        """Ring at each next due moment after `now` and before `until`."""
        while (moment := self.next_due(now)) is not None and moment < until:
            assert moment > now, "the next moment is to come"
            now = moment
            self.tick(now)

    def walk(self, now: datetime, until: datetime) -> None:
        """Ring at each whole minute after `now` and before `until`."""
        now = now.replace(second=0, microsecond=0) + MINUTE
        while now < until:
            self.tick(now)
            now += MINUTE

    def told(self, *kinds: str) -> list[str]:
        """`10:20 d1-04 · soon · 1 → 10:25` for each notice not lapsed when it came up."""
        return [
            f"{at_venue(now)} {notice.key}"
            + (f" → {at_venue(notice.about_at)}" if notice.about_at is not None else "")
            for now, notice in self.heard
            if not notice.lapsed(now) and (not kinds or notice.kind in kinds)
        ]


@dataclass(frozen=True)
class Press:
    """One act of a random script: a verb, a choice of items by number, minutes, and the wait before it."""

    verb: str
    first: int
    second: int
    minutes: int
    wait: timedelta

    def on(self, agenda: Agenda, now: datetime) -> Agenda:
        """The agenda after the act. Raises a refusal."""
        items, days = agenda.items, agenda.days
        place = self.first % len(items)
        one, other = (
            items[place].item_id,
            items[(place + 1 + self.second % max(1, len(items) - 1)) % len(items)].item_id,
        )
        match self.verb:
            case "start":
                return conduct.start(agenda, one, now)
            case "next":
                return conduct.next_(agenda, now)
            case "end":
                return conduct.end(agenda, now)
            case "suspend":
                return conduct.suspend(agenda, now)
            case "resume":
                return conduct.resume(agenda, now)
            case "extend":
                return conduct.extend(agenda, self.minutes, now)
            case "shift":
                return conduct.shift(agenda, one, self.minutes, now)
            case "skip":
                return conduct.skip(agenda, one, now)
            case "defer":
                return conduct.defer(agenda, one, days[self.second % len(days)].day_id, now)
            case "reorder" if one == other:
                return agenda
            case "reorder":
                return conduct.reorder(agenda, one, other, now)
            case "start_due":
                return conduct.start_due(agenda, now)
        raise ValueError(self.verb)


VERBS = (
    "start",
    "next",
    "next",
    "end",
    "extend",
    "shift",
    "skip",
    "defer",
    "reorder",
    "suspend",
    "resume",
    "start_due",
)


@st.composite
def drawn_days(draw: st.DrawFn, most: int = 14, days: int = 2, longest: int = 90) -> Agenda:
    """A meeting of one or more days: items of all kinds, gaps between them, some fixed, some by the clock."""
    planned, number = [], 0
    for n in range(draw(st.integers(1, days))):
        on = date(2022, 9, 7) + timedelta(days=n)
        cursor = datetime(on.year, on.month, on.day, draw(st.integers(7, 10)), 0, tzinfo=BANGKOK)
        items = []
        for _ in range(draw(st.integers(1, most))):
            number += 1
            cursor += draw(st.sampled_from((0, 0, 0, 5, 20))) * MINUTE
            length = draw(st.integers(1, longest)) * MINUTE
            kind = draw(st.sampled_from((Kind.SESSION, Kind.SESSION, Kind.BREAK, Kind.OPENING)))
            fixed = draw(st.integers(0, 4)) == 0
            by_clock = kind is not Kind.SESSION and draw(st.integers(0, 4)) > 0
            item_id = ItemId(f"i{number:02}")
            question = None
            if kind is Kind.SESSION and draw(st.booleans()):
                part = Part(PartId(f"q{number}.1"), "Part")
                question = Question(QuestionId(f"q{number}"), "Question", "Text", (part,))
            items.append(
                PlannedItem(
                    item_id,
                    kind,
                    item_id,
                    cursor.astimezone(UTC),
                    (cursor + length).astimezone(UTC),
                    Mode.HYBRID,
                    "Chair",
                    Start.CLOCK if by_clock else Start.CHAIR,
                    fixed,
                    question,
                )
            )
            cursor += length
        planned.append(PlannedDay(DayId(f"d{n + 1}"), f"Day {n + 1}", on, None, tuple(items)))
    return as_agenda(Programme("Random", "Asia/Bangkok", "Bangkok", tuple(planned)))


def drawn_presses(
    verbs: tuple[str, ...] = VERBS, seconds: bool = False, longest: int = 60
) -> st.SearchStrategy[Press]:
    """One act at a random time after the one before it."""
    waits = st.integers(1, longest * 60 if seconds else longest).map(
        lambda n: timedelta(seconds=n) if seconds else n * MINUTE
    )
    return st.builds(
        Press,
        st.sampled_from(verbs),
        st.integers(0, 27),
        st.integers(0, 27),
        st.integers(-40, 60),
        waits,
    )


def first_moment(agenda: Agenda) -> datetime:
    """An hour before anything of a random meeting."""
    return min(item.starts_at for item in agenda.items) - timedelta(hours=1)


def played(agenda: Agenda, script: list[Press]) -> list[tuple[Agenda, Agenda, datetime, Press, bool]]:
    """Each step of a script: before, after, when, the act, and whether it was refused."""
    now, steps = first_moment(agenda), []
    for press in script:
        now += press.wait
        try:
            after, refused = press.on(agenda, now), False
        except Refused:
            after, refused = agenda, True
        steps.append((agenda, after, now, press, refused))
        agenda = after
    return steps


def changed(agenda: Agenda, item_id: str, **values: object) -> Agenda:
    """The agenda with an item's facts set by hand."""
    return agenda.with_item(replace(agenda.item(ItemId(item_id)), **values))


@pytest.fixture(scope="session")
def kit() -> SimpleNamespace:
    """Everything above; these modules cannot import one another."""
    return SimpleNamespace(
        Log=Log,
        Day=Day,
        Item=Item,
        Suspension=Suspension,
        Meeting=Meeting,
        Press=Press,
        VERBS=VERBS,
        bangkok=bangkok,
        at_venue=at_venue,
        default_programme=default_programme,
        as_agenda=as_agenda,
        programme_of=programme_of,
        default=lambda: as_agenda(default_programme()),
        days=drawn_days,
        presses=drawn_presses,
        first_moment=first_moment,
        played=played,
        changed=changed,
    )
