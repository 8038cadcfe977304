"""What a programme must be beyond the shape of its keys: unique ids, days and items in order, real times.

The checks look at the tree as written and pass over what cannot be read, so that they find all there is to
find in a file that has other faults as well.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from config import fields
from config.documents import Document, Mapping, Node, Scalar, Sequence
from config.faults import Fault
from config.programme_file import ChannelKeys
from config.speaker_file import SpeakerKeys
from config.suggestions import closest, instead
from meeting.programme import Kind

T = TypeVar("T")


def check(document: Document, start: date | None) -> tuple[Fault, ...]:
    """All such faults. `start` is the date the first day is moved to, if any."""
    root = document.root
    if not isinstance(root, Mapping):
        return ()
    days = tuple(below(root, "days"))
    items = tuple(item for day in days for item in below(day, "items"))
    questions = [q for item in items if isinstance(q := item.entries.get("question"), Mapping)]
    parts = [part for question in questions for part in below(question, "parts")]
    by = moved_by(days, start)
    found = [
        *repeated(document, "day", days),
        *repeated(document, "item", items),
        *repeated(document, "question", questions),
        *repeated(document, "part", parts),
        *_days_in_order(document, days),
        *_out_of_reach(document, days, by),
        *_breaks_without_question(document, items),
        *_channels_distinct(document, root),
        *_speakers_in_order(document, root),
        *_day_of_deadline(document, root, days),
    ]
    for day in days:
        found += _items_in_order(document, day)
    zone = value(root, "time_zone", fields.time_zone)
    if zone is not None:
        found += _real_times(document, days, ZoneInfo(zone), by)
        found += _real_deadline(document, root, days, ZoneInfo(zone), by)
    return tuple(found)


def moved_by(days: Iterable[Mapping], start: date | None) -> timedelta:
    """By how much all days move so that the first falls on `start`."""
    first = next((value(day, "date", fields.calendar_date) for day in days), None)
    return timedelta() if start is None or first is None else start - first


def below(mapping: Mapping, key: str) -> Iterator[Mapping]:
    """The mappings in the list under a key."""
    held = mapping.entries.get(key)
    if isinstance(held, Sequence):
        yield from (entry for entry in held.entries if isinstance(entry, Mapping))


def value(mapping: Mapping, key: str, parser: Callable[[object], T]) -> T | None:
    """What stands under a key; None when it is absent or cannot be read."""
    held = mapping.entries.get(key)
    if not isinstance(held, Scalar):
        return None
    try:
        return parser(held.value)
    except ValueError:
        return None


def value_or(
    mapping: Mapping, keys: type[BaseModel], key: str, parser: Callable[[object], T], default: T
) -> T | None:
    """What stands under one of the mapping's known keys, or its default; None when it cannot be read."""
    if key in mapping.entries:
        return value(mapping, key, parser)
    return None if misspelt(mapping, keys, key) else default


def misspelt(mapping: Mapping, keys: type[BaseModel], key: str) -> bool:
    """Whether an unknown key was probably meant for this one; that is said of it already."""
    known = keys.model_fields
    return any(closest(other, known) == key for other in mapping.entries if other not in known)


def repeated(document: Document, what: str, mappings: Iterable[Mapping]) -> Iterator[Fault]:
    first: dict[str, Node] = {}
    for mapping in mappings:
        written = value(mapping, "id", fields.identifier)
        if written is None:
            continue
        node = mapping.entries["id"]
        if written in first:
            earlier = first[written].line
            yield document.fault(
                node, f"the {what} id `{written}` is taken by line {earlier}: give it another"
            )
        first.setdefault(written, node)


def _days_in_order(document: Document, days: Iterable[Mapping]) -> Iterator[Fault]:
    before: date | None = None
    for day in days:
        on = value(day, "date", fields.calendar_date)
        if on is None:
            continue
        node = day.entries["date"]
        if before is not None and on == before:
            sentence = f"two days are on {on}: correct the date, or put all items under one day"
            yield document.fault(node, sentence)
        elif before is not None and on < before:
            sentence = f"{on} is before {before} above: correct the date, or put the days in order"
            yield document.fault(node, sentence)
        before = on if before is None else max(before, on)


def _out_of_reach(document: Document, days: Iterable[Mapping], by: timedelta) -> Iterator[Fault]:
    for day in days:
        on = value(day, "date", fields.calendar_date)
        if on is not None and by and moved(on, by) is None:
            yield document.fault(
                day.entries["date"], "the start date moves this day out of reach: start nearer"
            )


def moved(on: date, by: timedelta) -> date | None:
    try:
        moved = on + by
    except OverflowError:
        return None
    return moved if moved.year in fields.YEARS else None


@dataclass(frozen=True)
class _Span:
    """An item's times as written."""

    item: Mapping
    name: str
    starts: time
    ends: time


def _spans(day: Mapping) -> Iterator[_Span]:
    for item in below(day, "items"):
        starts = value(item, "starts", fields.local_time)
        ends = value(item, "ends", fields.local_time)
        if starts is not None and ends is not None:
            name = value(item, "id", fields.identifier) or f"line {item.line}"
            yield _Span(item, name, starts, ends)


def _items_in_order(document: Document, day: Mapping) -> Iterator[Fault]:
    latest: _Span | None = None
    for span in _spans(day):
        if span.ends <= span.starts:
            sentence = (
                f"{span.ends:%H:%M} is not after its start, {span.starts:%H:%M}: correct one of them"
                " (an item past midnight is two items)"
            )
            yield document.fault(span.item.entries["ends"], sentence)
            continue
        if latest is not None and span.starts < latest.starts:
            sentence = (
                f"{span.starts:%H:%M} is before `{latest.name}` above, which starts at {latest.starts:%H:%M}:"
                " correct the time, or put the items in order"
            )
            yield document.fault(span.item.entries["starts"], sentence)
        elif latest is not None and span.starts < latest.ends:
            sentence = (
                f"it overlaps with `{latest.name}`, which ends at {latest.ends:%H:%M}:"
                f" start at {latest.ends:%H:%M} or later, or end that one earlier"
            )
            yield document.fault(span.item.entries["starts"], sentence)
        if latest is None or span.ends > latest.ends:
            latest = span


def _breaks_without_question(document: Document, items: Iterable[Mapping]) -> Iterator[Fault]:
    for item in items:
        question, kind = item.entries.get("question"), item.entries.get("kind")
        if question and isinstance(kind, Scalar) and kind.value.strip() == Kind.BREAK:
            sentence = "nothing is discussed in a break: make it `kind: session`, or move the question"
            yield document.fault(question, sentence)


def _channels_distinct(document: Document, root: Mapping) -> Iterator[Fault]:
    written = root.entries.get("channels")
    if not isinstance(written, Mapping):
        return
    names: dict[str, str] = {
        key: str(known.default)
        for key, known in ChannelKeys.model_fields.items()
        if key not in written.entries
    }
    taken = {name: key for key, name in names.items()}
    for key, node in written.entries.items():
        name = value(written, key, fields.channel_name)
        if name is None or key not in ChannelKeys.model_fields:
            continue
        if name in taken:
            sentence = f"`{name}` is the name of `{taken[name]}` already: give each channel its own"
            yield document.fault(node, sentence)
        taken.setdefault(name, key)


def _speakers_in_order(document: Document, root: Mapping) -> Iterator[Fault]:
    """The last call not after the closing, the least time not above the most."""
    written = root.entries.get("speakers")
    if not isinstance(written, Mapping):
        return

    def said(key: str, parser: Callable[[object], T]) -> T | None:
        return value_or(written, SpeakerKeys, key, parser, SpeakerKeys.model_fields[key].default)

    call, closes = (said(key, fields.minutes_of(0, 240)) for key in ("last_call", "closes"))
    if call is not None and closes is not None and call < closes:
        node = written.entries.get("last_call", written.entries.get("closes", written))
        sentence = (
            f"the last call, {call} minutes before the end, comes after the list closes, {closes} minutes"
            f" before the end: write `last_call: {closes}` or more, or `closes: {call}` or less"
        )
        yield document.fault(node, sentence)
    least, most = (said(key, fields.speaking_time) for key in ("least", "most"))
    if least is not None and most is not None and least > most:
        low, high = fields.minutes_and_seconds(least), fields.minutes_and_seconds(most)
        node = written.entries.get("least", written.entries.get("most", written))
        sentence = (
            f"the least time, {low}, is longer than the most, {high}: write `least: {high}` or less,"
            f" or `most: {low}` or more"
        )
        yield document.fault(node, sentence)


def _day_of_deadline(document: Document, root: Mapping, days: Iterable[Mapping]) -> Iterator[Fault]:
    until = value(root, "written_until", fields.day_and_time)
    known = [value(day, "id", fields.identifier) for day in days]
    if until is None or None in known or until[0] in known or not known:
        return
    sentence = f"no day has the id `{until[0]}`; {instead(until[0], map(str, known))}"
    yield document.fault(root.entries["written_until"], sentence)


def _real_deadline(
    document: Document, root: Mapping, days: Iterable[Mapping], zone: ZoneInfo, by: timedelta
) -> Iterator[Fault]:
    """A deadline a clock change skips or repeats."""
    until = value(root, "written_until", fields.day_and_time)
    dates = {value(day, "id", fields.identifier): value(day, "date", fields.calendar_date) for day in days}
    written = None if until is None else dates.get(until[0])
    on = None if written is None else moved(written, by)
    if until is None or on is None:
        return
    if sentence := unreal(datetime.combine(on, until[1], zone), zone):
        yield document.fault(root.entries["written_until"], sentence)


def _real_times(
    document: Document, days: Iterable[Mapping], zone: ZoneInfo, by: timedelta
) -> Iterator[Fault]:
    """Local times a clock change skips (they do not exist) or repeats (they exist twice)."""
    for day in days:
        written = value(day, "date", fields.calendar_date)
        on = None if written is None else moved(written, by)
        if on is None:
            continue
        for item in below(day, "items"):
            for key in ("starts", "ends"):
                at = value(item, key, fields.local_time)
                if at is not None and (sentence := unreal(datetime.combine(on, at, zone), zone)):
                    yield document.fault(item.entries[key], sentence)


def unreal(at: datetime, zone: ZoneInfo) -> str | None:
    """What is wrong with a local time, if a clock change makes it none or two (PEP 495)."""
    first, second = at.replace(fold=0).utcoffset(), at.replace(fold=1).utcoffset()
    if first is None or second is None or first == second:
        return None
    change = _change(at, zone)
    old, new = change + max(first, second), change + min(first, second)
    low, high = f"{new:%H:%M}", f"{old:%H:%M}"
    where = f"on {at:%Y-%m-%d} in {zone.key}"
    if first < second:
        return f"{at:%H:%M} does not exist {where}, clocks go from {low} to {high}: use {high} or later"
    return f"{at:%H:%M} comes twice {where}, clocks go from {high} back to {low}: use {high} or later"


def _change(at: datetime, zone: ZoneInfo) -> datetime:
    """The naive UTC instant at which the zone's offset changes about that local time, to the second."""
    low = (at.replace(fold=0).astimezone(UTC) - timedelta(days=1)).replace(tzinfo=None)
    high = low + timedelta(days=2)
    before = low.replace(tzinfo=UTC).astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        same = middle.replace(tzinfo=UTC).astimezone(zone).utcoffset() == before
        low, high = (middle, high) if same else (low, middle)
    return (high + timedelta(microseconds=500_000)).replace(microsecond=0)
