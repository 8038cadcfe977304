"""Lists of speakers as the rehearsal reckons them: who stands where and why, for how long, and until when.

It follows the declared policy by its words, and shares no rule with the bot.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from meeting.delegations import Category, Delegation
from meeting.programme import Mode, PlannedItem
from meeting.speakers import Floor, Policy, Preset, SpeechKind

MAIN = (SpeechKind.GROUP, SpeechKind.STATEMENT)
"""What a list is for; only of these the two sides follow each other, and time is shared out."""

HEARD = (
    SpeechKind.POINT_OF_ORDER,
    SpeechKind.QUESTION,
    SpeechKind.GROUP,
    SpeechKind.STATEMENT,
    SpeechKind.REPLY,
)
"""In this order."""

FIRST = (
    Category.MEMBER,
    Category.MEMBER_ORGANISATION,
    Category.OBSERVER_STATE,
    Category.OBSERVER_ORGANISATION,
)
"""In this order, where members come first."""

NOTHING, STEP = timedelta(), timedelta(seconds=15)


class Reason(StrEnum):
    """Why somebody stands before somebody else."""

    KIND = "kind"
    CATEGORY = "category"
    RANK = "rank"
    SPOKEN = "spoken"
    FIRST_TIME = "first time"
    ALPHABET = "alphabet"
    ASKED = "asked"
    NUMBER = "number"
    SIDES = "sides"
    MOVED = "moved"


@dataclass
class Entry:
    """Somebody on a list. `number` counts acknowledgements; `item_id` is where it was asked, or is heard;
    `user_id` is whom the bot can mention; `texted`: whether a text was handed in for it."""

    number: int
    delegation: Delegation
    kind: SpeechKind
    side: Floor
    at: datetime
    item_id: str
    user_id: int | None = None
    speaker: str = ""
    group: str = ""
    subject: str = ""
    about: int | None = None
    not_now: bool = False
    called_at: datetime | None = None
    limit: timedelta = NOTHING
    pauses: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    ended_at: datetime | None = None
    withdrawn: bool = False
    associates: list[str] = field(default_factory=list)
    texted: bool = False
    calls: int = 0

    @property
    def pending(self) -> bool:
        return self.called_at is None and not self.withdrawn

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1][1] is None

    @property
    def name(self) -> str:
        return self.delegation.short_name


@dataclass
class Roll:
    """The list of an item. `replies` are the day's, shared by its lists; `elsewhere` counts who has spoken in
    other items. `ends` is when the item is to end, as everybody can read."""

    item: PlannedItem
    policy: Policy
    entries: list[Entry] = field(default_factory=list)
    replies: list[Entry] = field(default_factory=list)
    moves: list[tuple[int, tuple[int, ...], str]] = field(default_factory=list)
    elsewhere: Counter[str] = field(default_factory=Counter)
    started_at: datetime | None = None
    ended_at: datetime | None = None
    suspensions: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    ends: datetime | None = None
    last: bool = False
    """Whether no session of the day follows."""
    last_call_at: datetime | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    released: bool = False
    """Whether the chair hears rights of reply in this item."""
    texts: int = 0

    @property
    def item_id(self) -> str:
        return str(self.item.item_id)

    @property
    def on(self) -> bool:
        return self.started_at is not None and self.ended_at is None

    @property
    def suspended(self) -> bool:
        return self.on and bool(self.suspensions) and self.suspensions[-1][1] is None

    @property
    def everything(self) -> list[Entry]:
        return sorted([*self.entries, *self.replies], key=lambda one: one.number)

    @property
    def heard(self) -> list[Entry]:
        """Who was called in this item, in that order."""
        called = [(one.called_at, one.number, one) for one in self.everything if one.item_id == self.item_id]
        return [one for at, _, one in sorted((c for c in called if c[0]), key=lambda c: c[:2]) if at]

    @property
    def speaking(self) -> list[Entry]:
        """Who has the floor, behind whom they interrupt."""
        return [one for one in self.heard if one.ended_at is None] if self.on else []

    @property
    def current(self) -> Entry | None:
        return self.speaking[-1] if self.speaking else None

    @property
    def interrupted(self) -> Entry | None:
        return self.speaking[0] if len(self.speaking) > 1 else None

    @property
    def addressed(self) -> Entry | None:
        """The intervention that questions and associations are about."""
        about = [one for one in self.heard if one.kind in (*MAIN, SpeechKind.REPLY)]
        return about[-1] if about else None

    @property
    def waiting(self) -> list[Entry]:
        """Who is to be heard in this item, by number."""
        if self.ended_at is not None:
            return []
        about = self.addressed.number if self.addressed is not None else None
        found = []
        for one in self.everything:
            if one.kind is SpeechKind.REPLY:
                there = self.released or self.last
            elif one.kind is SpeechKind.QUESTION:
                there = about is not None and one.about == about
            else:
                there = True
            if one.pending and there:
                found.append(one)
        return found

    @property
    def left(self) -> list[Entry]:
        """Who was not heard, once the item is over."""
        if self.ended_at is None:
            return []
        return [one for one in self.entries if one.pending and one.kind in MAIN]

    def of(self, delegation: Delegation) -> list[Entry]:
        """What a delegation waits for, also what is heard later."""
        later = [one for one in self.replies if one.pending]
        waiting = self.waiting
        mine = [*waiting, *(one for one in later if one not in waiting)]
        return [one for one in mine if one.delegation.delegation_id == delegation.delegation_id]


# Order


def times(roll: Roll, one: Entry) -> int:
    """How often the delegation has had the floor for a statement, in this item."""
    own = one.delegation.delegation_id
    return sum(other.delegation.delegation_id == own and other.kind in MAIN for other in roll.heard)


def marks(roll: Roll, one: Entry) -> dict[Reason, object]:
    """What somebody's place goes by, the weightier first; what is lower comes earlier."""
    found: dict[Reason, object] = {Reason.KIND: HEARD.index(one.kind)}
    policy = roll.policy
    if one.kind in MAIN:
        if policy.preset is Preset.MEMBERS_FIRST:
            found[Reason.CATEGORY] = FIRST.index(one.delegation.category)
            if policy.ranked:
                rank = one.delegation.rank
                found[Reason.RANK] = float("inf") if rank is None else float(rank)
            found[Reason.FIRST_TIME] = times(roll, one) > 0
        elif policy.preset is Preset.LEAST_SPOKEN:
            found[Reason.SPOKEN] = times(roll, one) + roll.elsewhere[str(one.delegation.delegation_id)]
        elif policy.preset is Preset.ALPHABETICAL:
            found[Reason.ALPHABET] = one.delegation.place
    return {**found, Reason.ASKED: one.at, Reason.NUMBER: one.number}


def by_marks(roll: Roll, some: Sequence[Entry]) -> list[Entry]:
    """Sorted by these alone."""
    return sorted(some, key=lambda one: tuple(marks(roll, one).values()))


def by_sides(roll: Roll) -> list[Entry]:
    """Who waits, with the two sides following each other; moves apart."""
    waiting = roll.waiting
    found: list[Entry] = []
    sides = [one.side for one in roll.heard if one.kind in MAIN]
    for kind in HEARD:
        block = by_marks(roll, [one for one in waiting if one.kind is kind])
        if kind not in MAIN or roll.policy.ratio is None:
            found += block
            continue
        parts = [block]
        if roll.policy.preset is Preset.MEMBERS_FIRST:
            parts = [[one for one in block if one.delegation.category is category] for category in FIRST]
        for part in parts:
            while part:
                one = part[0]
                wanted = whose_turn(sides, roll.policy.ratio)
                if wanted is not None:
                    one = next((other for other in part if other.side is wanted), one)
                part.remove(one)
                sides.append(one.side)
                found.append(one)
    return found


def whose_turn(sides: Sequence[Floor], ratio: tuple[int, int]) -> Floor | None:
    """Whose turn it is after these; None: nobody has spoken yet."""
    if not sides:
        return None
    last, run = sides[-1], 0
    for side in reversed(sides):
        if side is not last:
            break
        run += 1
    of = {Floor.ROOM: ratio[0], Floor.VIRTUAL: ratio[1]}
    return last if run < of[last] else ({*Floor} - {last}).pop()


def ordered(roll: Roll) -> list[Entry]:
    """Who waits, as the list has to say."""
    rows = by_sides(roll)
    by_number = {one.number: one for one in rows}
    moved = [move for move in roll.moves if move[0] in by_number]
    rows = [one for one in rows if one.number not in {number for number, _, _ in moved}]
    for number, before, _ in moved:
        numbers = [one.number for one in rows]
        place = next((numbers.index(other) for other in before if other in numbers), len(rows))
        rows.insert(place, by_number[number])
    return rows


def can_speak(roll: Roll, one: Entry) -> bool:
    """Whether it can be heard: not from online while the item is held in person."""
    return one.side is Floor.ROOM or roll.item.mode is Mode.HYBRID


def callable_(roll: Roll) -> list[Entry]:
    """In which order people will be called: who said “not now” after the others, who cannot speak last."""
    rows = ordered(roll)
    ready = [one for one in rows if can_speak(roll, one) and not one.not_now]
    passed = [one for one in rows if can_speak(roll, one) and one.not_now]
    return [*ready, *passed, *(one for one in rows if not can_speak(roll, one))]


def upcoming(roll: Roll) -> Entry | None:
    """Who gets the floor at the next call. While a point of order is heard: another one, or nobody, and the
    intervention goes on."""
    first = next((one for one in callable_(roll) if can_speak(roll, one)), None)
    order_next = first is not None and first.kind is SpeechKind.POINT_OF_ORDER
    return first if roll.interrupted is None or order_next else None


def next_two(roll: Roll) -> list[Entry]:
    """Who is to be ready."""
    return [one for one in callable_(roll) if can_speak(roll, one) and not one.not_now][:2]


@dataclass(frozen=True)
class Place:
    """Where somebody stands, directly behind whom, why, and the reason of a move where one decides (or moved
    them)."""

    place: int
    of: int
    ahead: Entry | None = None
    why: Reason | None = None
    moved: Entry | None = None
    reason: str = ""


def place_of(roll: Roll, one: Entry) -> Place | None:
    """None: it is not on the list now."""
    rows = ordered(roll)
    if one not in rows:
        return None
    at = rows.index(one)
    moves = {number: (place, reason) for place, (number, _, reason) in enumerate(roll.moves)}
    own = moves[one.number][1] if one.number in moves else ""
    if not at:
        return Place(1, len(rows), reason=own)
    ahead = rows[at - 1]
    mine, theirs = marks(roll, one), marks(roll, ahead)
    if by_marks(roll, [one, ahead])[0] is ahead:
        why = next(mark for mark in theirs if theirs[mark] != mine.get(mark))
        return Place(at + 1, len(rows), ahead, why, reason=own)
    rest = by_sides(roll)
    if rest.index(ahead) < rest.index(one):
        return Place(at + 1, len(rows), ahead, Reason.SIDES, reason=own)
    decisive = max((moves[each.number][0], each.number) for each in (one, ahead) if each.number in moves)[1]
    moved = one if decisive == one.number else ahead
    return Place(at + 1, len(rows), ahead, Reason.MOVED, moved, moves[decisive][1])


# Time


def held_for(roll: Roll, one: Entry, now: datetime) -> timedelta:
    """How long it has had the floor: what lies between the call and now, less pauses and suspensions."""
    if one.called_at is None:
        return NOTHING
    until = one.ended_at or roll.ended_at or now
    spoken = [(one.called_at, max(until, one.called_at))]
    for begins, ends in [*one.pauses, *roll.suspensions]:
        ends = ends or until
        cut: list[tuple[datetime, datetime]] = []
        for first, last in spoken:
            cut += [
                (a, b) for a, b in ((first, min(last, begins)), (max(first, min(ends, last)), last)) if a < b
            ]
        spoken = cut if ends > begins else spoken
    return sum((b - a for a, b in spoken), NOTHING)


def fixed_limit(roll: Roll, one: Entry) -> timedelta:
    """By kind, and of a statement by category."""
    limits = roll.policy.limits
    if one.kind is SpeechKind.STATEMENT:
        if one.delegation.category is Category.MEMBER:
            return limits.member
        organisation = one.delegation.category is Category.MEMBER_ORGANISATION
        return limits.member_organisation if organisation else limits.observer
    return {SpeechKind.GROUP: limits.group, SpeechKind.REPLY: limits.reply}.get(one.kind, limits.brief)


def limit_of(roll: Roll, one: Entry, now: datetime) -> timedelta:
    """How long somebody may speak who is called now."""
    return shared(roll, now) if roll.policy.adaptive and one.kind in MAIN else fixed_limit(roll, one)


def shared(roll: Roll, now: datetime) -> timedelta:
    """What is left of the item, shared out."""
    policy, waiting = roll.policy, roll.waiting
    statements = max(1, sum(one.kind in MAIN for one in waiting))
    left = (roll.ends or now) - free_at(roll, now) - policy.reserve - statements * policy.turn_over
    for one in waiting:
        if one.kind not in MAIN:
            left -= fixed_limit(roll, one) + policy.turn_over
    steps = int(left.total_seconds() // (statements * STEP.total_seconds()))
    return min(policy.most, max(policy.least, steps * STEP))


def free_at(roll: Roll, now: datetime) -> datetime:
    """When the floor is free, if everybody keeps to their time."""
    over = [max(NOTHING, one.limit - held_for(roll, one, now)) for one in roll.speaking]
    return now + sum(over, NOTHING)


@dataclass(frozen=True)
class Outlook:
    """When each is expected to get the floor, when all are heard, and how many do not fit."""

    begins: dict[int, datetime]
    done: datetime
    unfit: int


def outlook(roll: Roll, now: datetime) -> Outlook:
    """As things stand."""
    at, begins, unfit = free_at(roll, now), dict[int, datetime](), 0
    share = shared(roll, now)
    for one in callable_(roll):
        at += roll.policy.turn_over
        begins[one.number] = at
        at += share if roll.policy.adaptive and one.kind in MAIN else fixed_limit(roll, one)
        unfit += roll.ends is not None and at > roll.ends - roll.policy.reserve
    return Outlook(begins, at, unfit)


def moment_before_end(roll: Roll, span: timedelta) -> datetime | None:
    """When the clock does something so long before the item's end; not where that was over as the item began,
    or as the list was opened again."""
    since = max((at for at in (roll.started_at, roll.reopened_at) if at is not None), default=None)
    if not roll.on or since is None or roll.ends is None:
        return None
    at = roll.ends - span
    return at if at > since else None
