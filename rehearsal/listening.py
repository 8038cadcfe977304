"""Reads all that is said of lists of speakers, and holds it against the rehearsal's own reckoning.

A list, a limit, a time, a mention or a reason that differs is a fault.
"""

import re
from collections.abc import Callable, Collection
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from meeting.programme import Kind, PlannedDay, PlannedItem, Programme
from meeting.speakers import Floor, Policy, SpeechKind
from rehearsal import faces
from rehearsal.cast import Cast, Delegate
from rehearsal.director import Director
from rehearsal.faces import Venue
from rehearsal.hearing import Hearing, spoken
from rehearsal.order import Entry, Roll, moment_before_end, next_two
from rehearsal.stage import MARKING
from rehearsal.standin import Message, Reply

PANEL = re.compile(r"^-# ref [0-9a-f]{8}-floor-(\S+)$", re.M)
RUNNING = re.compile(r"^\*\*Now:\*\* (.+), since \d\d:\d\d(?:, until |; over its time \()(\d\d:\d\d)", re.M)
CLOSED = re.compile(r"^\*\*Closed at .*<t:(\d+):t>", re.M)
CALLED = re.compile(r"^<@(\d+)> \*\*(.+)\*\* has the floor\.$")
ON_DECK = re.compile(r"^<@(\d+)> \*\*(.+)\*\*: please be ready, you are one of the next two\.$")

PACE = timedelta(seconds=5)
"""Within which what has changed shows everywhere."""

BEHIND = timedelta(seconds=15)
"""A panel whose list is older than that is behind."""

LISTED = re.compile(r"\d+\. |\*\*Has the floor|Nobody has the floor")
"""How lines begin that say who stands where, or speaks."""

TOLD = timedelta(seconds=10)
"""Somebody who has the floor, or is among the next two, for so long must have been told."""


@dataclass(frozen=True)
class Shown:
    """Lines somebody could read, and how the list stood as the rehearsal has it."""

    where: str
    at: datetime
    lines: list[str]
    roll: Roll
    wanted: Callable[[Roll], list[str]]
    on: bool


@dataclass
class Call:
    """Somebody who is to be mentioned: since when, and until when if that is over."""

    user_id: int
    name: str
    since: datetime
    until: datetime | None = None
    said: bool = False


@dataclass
class Listening:
    """`opened`, `over`: called with the item as its list is seen to open, and seen to be over."""

    director: Director
    cast: Cast
    programme: Programme
    skipped: Collection[str]
    hearings: dict[str, Hearing] = field(default_factory=dict)
    panels: dict[str, Message] = field(default_factory=dict)
    calls: dict[str, Message] = field(default_factory=dict)
    """The newest message of an item that mentions somebody: it has buttons as the panel has, further down."""
    opened: list[Callable[[PlannedItem], None]] = field(default_factory=list)
    over: list[Callable[[PlannedItem], None]] = field(default_factory=list)
    compared: int = 0
    lists: int = 0
    whys: int = 0
    mentions: int = 0

    def __post_init__(self) -> None:
        zone = ZoneInfo(self.programme.time_zone)
        self.venue = Venue(zone, self.programme.venue)
        self.numbers = count(1)
        self._people = {who.person.user_id: who for who in self.cast.everybody}
        self._shown: list[Shown] = []
        self._changed_at = self.director.now
        self._ends: dict[str, list[tuple[datetime, datetime]]] = {}
        self._calls: dict[tuple[int, str, int], Call] = {}
        policy = self.programme.speakers or Policy()
        for day in self.programme.days:
            replies: list[Entry] = []
            last = self._last(day)
            for item in day.items:
                if item.kind is Kind.SESSION:
                    roll = Roll(item, policy, replies=replies, last=item is last)
                    self.hearings[str(item.item_id)] = Hearing(roll)
        self.director.watchers.append(self._read)
        self.director.edit_watchers.append(self._read)

    def _last(self, day: PlannedDay) -> PlannedItem | None:
        sessions = [item for item in day.items if item.kind is Kind.SESSION]
        return next((item for item in reversed(sessions) if item.item_id not in self.skipped), None)

    # Looking things up

    def roll(self, item_id: str) -> Roll:
        return self.hearings[item_id].roll

    @property
    def running(self) -> Roll | None:
        """The list of the item that is on."""
        return next((one.roll for one in self.hearings.values() if one.roll.on), None)

    def is_open(self, item_id: str) -> bool:
        """Whether the panel says so."""
        panel = self.panels.get(item_id)
        return panel is not None and ("**Open" in panel.text or "**Last call**" in panel.text)

    def side_of(self, who: Delegate, item: PlannedItem) -> Floor:
        """The side somebody is taken to be on: as they said; else online, where there is such a side."""
        today = self.said_today(who)
        if who.where == "virtual" and today:
            return Floor.VIRTUAL
        return Floor.ROOM if who.where == "room" or item.mode.value == "in_person" else Floor.VIRTUAL

    def said_today(self, who: Delegate) -> bool:
        """Whether somebody has said on this day where they are."""
        zone = self.venue.zone
        said = who.said_at.astimezone(zone).date() if who.said_at is not None else None
        return said == self.director.now.astimezone(zone).date()

    # Reading

    def _read(self, channel: str, message: Message) -> None:
        if message.author_id != self.director.stage.standin.world.bot.id:
            return
        names, text = self.programme.channels, message.text
        if channel == names.get("moderators", "moderators") and "## Running the meeting" in text:
            self._operator(text.replace("\\", ""))
        elif channel == names.get("floor", "floor"):
            found = PANEL.search(text)
            if found is not None and not message.content:
                self._panel(found[1], message)
            elif message.content:
                self._mentions(message)

    def _operator(self, text: str) -> None:
        """What runs, and until when."""
        found = RUNNING.search(text)
        item = self._titled(found[1]) if found else None
        if found is None or item is None:
            return
        hour, minute = map(int, found[2].split(":"))
        local = self.director.now.astimezone(self.venue.zone)
        ends = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        known = self._ends.setdefault(str(item.item_id), [])
        if not known or known[-1][1] != ends:
            known.append((self.director.now, ends))
        self.roll(str(item.item_id)).ends = ends

    def _titled(self, title: str) -> PlannedItem | None:
        zone = self.venue.zone
        date = self.director.now.astimezone(zone).date()
        items = [item for day in self.programme.days if day.date == date for item in day.items]
        found = [i for i in items if title.startswith(i.title) and str(i.item_id) in self.hearings]
        return max(found, key=lambda item: len(item.title), default=None)

    def began(self, item: PlannedItem) -> None:
        """An item has begun: whatever ran before is over."""
        hearing = self.hearings.get(str(item.item_id))
        if hearing is not None and hearing.roll.started_at is None:
            hearing.roll.started_at = self.director.now
        self.changed()

    def _panel(self, item_id: str, message: Message) -> None:
        hearing, text = self.hearings[item_id], message.text.replace("\\", "")
        roll, first = hearing.roll, item_id not in self.panels
        self.panels[item_id] = message
        self._sides()
        if faces.OVER in text and roll.ended_at is None:
            hearing.over(self.director.now)
            self.changed()
            for told in self.over:
                told(roll.item)
        lines = faces.shown(message.text, MARKING)
        venue, now = self.venue, self.director.now
        self.lists += 1
        self._held(f"the list of {item_id}", lines, roll, lambda one: faces.panel(one, now, venue))
        closed = CLOSED.search(text)
        if closed is not None and roll.closed_at is None:
            roll.closed_at = datetime.fromtimestamp(int(closed[1]), now.tzinfo)
        if "**Last call**" in text and roll.last_call_at is None:
            roll.last_call_at = moment_before_end(roll, roll.policy.last_call) or now
        if first:
            for also in self.opened:
                also(roll.item)

    def fresh(self, item_id: str) -> None:
        """Somebody looks at the panel: it must not be behind what was done."""
        self._sides()
        panel, roll = self.panels.get(item_id), self.roll(item_id)
        if panel is None or self.director.now - self._changed_at < BEHIND:
            return
        wanted = faces.panel(roll, self.director.now, self.venue)
        shown, reckoned = (
            [line for line in lines if LISTED.match(line)]
            for lines in (faces.shown(panel.text, MARKING), wanted)
        )
        if shown != reckoned:
            self._wrong(f"the list of {item_id} is behind: {shown}, reckoned {reckoned}")

    def _held(self, where: str, lines: list[str], roll: Roll, wanted: Callable[[Roll], list[str]]) -> None:
        self._shown.append(Shown(where, self.director.now, lines, deepcopy(roll), wanted, roll.on))

    def _sides(self) -> None:
        """Who switches sides keeps the place."""
        for hearing in self.hearings.values():
            for one in (*hearing.roll.entries, *hearing.roll.replies):
                who = self._people.get(one.user_id or 0)
                if who is None or who.said_at is None or not one.pending or who.said_at < one.at:
                    continue
                if one.side is not Floor(who.where):
                    one.side, self._changed_at = Floor(who.where), self.director.now

    # What people were answered

    def read_why(self, item_id: str, mine: list[Entry], reply: Reply) -> None:
        """A “Why here?” answer: each paragraph is about one of the delegation's."""
        self._sides()
        venue, now, roll = self.venue, self.director.now, self.roll(item_id)
        blocks = [part.splitlines() for part in reply.text.replace("\\", "").split("\n\n")]
        numbers = [one.number for one in mine]
        said = [line for block in blocks for line in block]

        def wanted(snapshot: Roll) -> list[str]:
            rows = [one for number in numbers for one in snapshot.everything if one.number == number]
            lines = [line for one in rows for line in faces.why(snapshot, one, now, venue)]
            return [*lines, f"-# Order: {faces.order(snapshot)}. {faces.sides(snapshot)}"]

        self.whys += 1
        self._held(f"why, {mine[0].name} in {item_id}", said, roll, wanted)

    def read_answer(self, roll: Roll, one: Entry, text: str) -> None:
        """What somebody was told who asked for the floor."""
        venue, now, number = self.venue, self.director.now, one.number

        def wanted(snapshot: Roll) -> list[str]:
            mine = next(each for each in snapshot.everything if each.number == number)
            return [faces.answered(snapshot, mine, now, venue)]

        self._held(f"{one.name} asked in {roll.item_id}", text.splitlines()[:1], roll, wanted)

    # Mentions

    def changed(self) -> None:
        """Something was done: who is to be told now?"""
        self._changed_at = self.director.now
        self._sides()
        now, there = self.director.now, set[tuple[int, str, int]]()
        for hearing in self.hearings.values():
            roll = hearing.roll
            roll.elsewhere.clear()
            roll.elsewhere.update(spoken([one.roll for one in self.hearings.values()], roll))
            if not roll.on:
                continue
            wanted = [(one, "deck", 0) for one in next_two(roll) if one.kind is not SpeechKind.POINT_OF_ORDER]
            if roll.current is not None:
                wanted.append((roll.current, "called", roll.current.calls))
            for one, what, times in wanted:
                if one.user_id is not None:
                    key = (one.number, what, times)
                    there.add(key)
                    call = self._calls.setdefault(key, Call(one.user_id, one.delegation.name, now))
                    call.until = None
        for key, call in self._calls.items():
            if key not in there and call.until is None:
                call.until = now

    def _mentions(self, message: Message) -> None:
        now, told = self.director.now, []
        if self.running is not None:
            self.calls[self.running.item_id] = message
        for line in message.content.replace("\\", "").splitlines():
            for pattern, what in ((CALLED, "called"), (ON_DECK, "deck")):
                found = pattern.fullmatch(line)
                if found is None:
                    continue
                user_id = int(found[1])
                told.append(user_id)
                self.mentions += 1
                call = next(
                    (
                        one
                        for key, one in self._calls.items()
                        if key[1] == what
                        and not one.said
                        and (one.user_id, one.name) == (user_id, found[2])
                        and (one.until is None or now - one.until < PACE)
                    ),
                    None,
                )
                if call is None:
                    self._wrong(f"mentioned without a reason: {line}")
                else:
                    call.said = True
        if sorted(set(told)) != sorted(set(message.mentions)):
            self._wrong(f"{len(message.mentions)} people were notified by: {message.content}")

    # Comparing

    def final(self) -> None:
        """Hold everything against the reckoning."""
        for one in self._shown:
            self.compared += len(one.lines)
            fault = differs(one, self._candidates(one))
            if fault:
                self._wrong(fault)
        end = self.director.now
        for (_, what, _), call in self._calls.items():
            if not call.said and (call.until or end) - call.since > TOLD:
                self._wrong(f"{call.name} ({what}) was never mentioned, {call.since:%d %b %H:%M:%S} UTC")
        for item_id, hearing in self.hearings.items():
            there = item_id in self.panels
            if there == (item_id in self.skipped):
                self._wrong(f"the list of {item_id} {'hangs' if there else 'does not hang'}")
            elif there and hearing.roll.ended_at is None:
                self._wrong(f"the list of {item_id} is not over at the end")

    def _candidates(self, one: Shown) -> list[datetime | None]:
        """When the item was to end, by the moderators' panel at about that time: two channels do not change
        in the same second."""
        known = self._ends.get(one.roll.item_id, [])
        before = [ends for at, ends in known if at <= one.at][-1:]
        about = [ends for at, ends in known if abs(at - one.at) <= PACE]
        just = [ends for at, ends in known if at <= one.at - PACE][-1:]
        return [*before, *about, *just] or [None]

    def _wrong(self, fault: str) -> None:
        self.director.wrong.append(fault)


def differs(one: Shown, ends: list[datetime | None]) -> str:
    """What is wrong with what was shown, by any of the ends the item may have had; nothing if one fits."""
    fault = ""
    for end in ends:
        roll = one.roll
        roll.ends = end
        wanted = one.wanted(roll)
        if faces.same(one.lines, wanted, on=one.on):
            return ""
        extra = [line for line in one.lines if line not in wanted]
        missing = [line for line in wanted if line not in one.lines]
        fault = fault or (
            f"{one.where} at {one.at:%d %b %H:%M:%S} UTC says {extra or one.lines}, reckoned"
            f" {missing or wanted}"
        )
    return fault
