"""What the polls of a programme must be beyond the shape of their keys: answerable, in order, and secret
where they say so. Checked as in `config.checks`: on the tree as written, passing over what cannot be read.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from config import fields
from config.checks import below, misspelt, moved, moved_by, repeated, unreal, value, value_or
from config.documents import Document, Mapping, Node, Scalar, Sequence
from config.faults import Fault
from config.poll_file import PollKeys
from config.polls import DOTS
from config.suggestions import instead
from meeting import polls
from meeting.poll_life import BY_HAND_ID
from meeting.poll_times import Moment, When
from meeting.polls import PollKind, Secrecy, Showing
from meeting.programme import Kind
from meeting.writing import legible

T = TypeVar("T")

BELONGS = {"choose": PollKind.APPROVAL, "places": PollKind.RANKING, "dots": PollKind.POINTS,
           "cap": PollKind.POINTS, "levels": PollKind.SCORE}  # fmt: skip
"""The keys that only one kind has."""

SHARED = ("kind", "options", *BELONGS, "unit", "electorate", "secrecy", "abstaining")
"""What all rounds of a poll have in common, or their figures could not stand side by side."""


@dataclass(frozen=True)
class _Written:
    """A poll with what it stands in."""

    poll: Mapping
    item: Mapping
    day: Mapping


def check_polls(document: Document, start: date | None) -> tuple[Fault, ...]:
    """All such faults. `start` is the date the first day is moved to, if any."""
    root = document.root
    if not isinstance(root, Mapping):
        return ()
    days = tuple(below(root, "days"))
    items = [(day, item) for day in days for item in below(day, "items")]
    written = [_Written(poll, item, day) for day, item in items for poll in below(item, "polls")]
    found = list(repeated(document, "poll", (one.poll for one in written)))
    for _, item in items:
        found += _nobody_in_a_break(document, item)
    ids = [value(one.poll, "id", fields.identifier) for one in written]
    for one, poll_id in zip(written, ids, strict=True):
        if poll_id is not None and BY_HAND_ID.fullmatch(poll_id):
            sentence = (
                f"`{poll_id}` is kept for polls made in the meeting: take another, such as `p-{poll_id}`"
            )
            found.append(document.fault(one.poll.entries["id"], sentence))
    firsts: dict[str, Mapping] = {}
    for place, (one, poll_id) in enumerate(zip(written, ids, strict=True)):
        first: Mapping | None = one.poll
        if "round_of" in one.poll.entries:
            named = value(one.poll, "round_of", fields.identifier)
            found += _round(document, one.poll, named, firsts, ids[:place], ids[place:])
            found += _its_own(document, one.poll)
            first = None if named is None else firsts.get(named)
        else:
            found += _answerable(document, one.poll)
        if first is not None:
            found += _showing(document, one.poll, first)
            if poll_id is not None:
                firsts.setdefault(poll_id, first)
        found += _in_order(document, one, days)
    zone = value(root, "time_zone", fields.time_zone)
    if zone is not None:
        found += _real_times(document, written, days, ZoneInfo(zone), moved_by(days, start))
    return tuple(found)


def _nobody_in_a_break(document: Document, item: Mapping) -> Iterator[Fault]:
    kind, asked = item.entries.get("kind"), item.entries.get("polls")
    none = isinstance(asked, Sequence) and not asked.entries
    if asked and not none and isinstance(kind, Scalar) and kind.value.strip() == Kind.BREAK:
        sentence = "nobody is asked in a break: make it `kind: session`, or move the polls"
        yield document.fault(asked, sentence)


def _round(
    document: Document,
    poll: Mapping,
    named: str | None,
    firsts: dict[str, Mapping],
    above: Iterable[str | None],
    later: Iterable[str | None],
) -> Iterator[Fault]:
    """A round is of a poll above it that asked something; `firsts` holds what each of those began with."""
    if named is None or (named in above and named not in firsts):
        return  # said already, of the line itself or of the poll it names
    if named == value(poll, "id", fields.identifier):
        sentence = "a poll is no later round of itself: name a poll above"
    elif named in later:
        sentence = f"`{named}` comes later: put this poll below it, or name a poll above"
    elif named not in firsts:
        said = instead(named, firsts) if firsts else "no poll stands above: write this one out"
        sentence = f"no poll above has the id `{named}`; {said}"
    elif _size(firsts[named]) == 0:
        sentence = f"`{named}` has no options to ask again: write them there, or write this poll out"
    else:
        return
    yield document.fault(poll.entries["round_of"], sentence)


def _its_own(document: Document, poll: Mapping) -> Iterator[Fault]:
    for key in SHARED:
        if key in poll.entries:
            sentence = f"a later round has the `{key}` of the poll it is of: take the line out"
            yield document.fault(poll.entries[key], sentence)


def _answerable(document: Document, poll: Mapping) -> Iterator[Fault]:
    for key, example in (("question", "question: …"), ("kind", "kind: single")):
        if key not in poll.entries and not _misspelt(poll, key):
            sentence = f"it is missing: add `{example}`"
            yield Fault(document.file, poll.line, poll.below(key), sentence)
    kind = value(poll, "kind", fields.choice_of(PollKind))
    for key, owner in BELONGS.items():
        if kind is not None and kind is not owner and key in poll.entries:
            sentence = f"`{key}` belongs to `kind: {owner}`: take the line out, or change the kind"
            yield document.fault(poll.entries[key], sentence)
    yield from _alike(document, poll, "options", "option", polls.OPTION_TEXT)
    yield from _alike(document, poll, "levels", "level", polls.LEVEL_TEXT)
    size = _size(poll)
    if size == 0:
        yield from _template(document, poll)
    elif size is not None and kind is not None:
        yield from _sizes(document, poll, kind, size)


def _size(poll: Mapping) -> int | None:
    """How many options there are; None if that cannot be read."""
    held = poll.entries.get("options")
    if held is None:
        return None if _misspelt(poll, "options") else 0
    return len(held.entries) if isinstance(held, Sequence) else None


def _alike(document: Document, poll: Mapping, key: str, what: str, longest: int) -> Iterator[Fault]:
    """Entries nobody could tell apart."""
    held = poll.entries.get(key)
    first: dict[str, Node] = {}
    for entry in held.entries if isinstance(held, Sequence) else ():
        by_itself = Mapping({"text": entry}, entry.line, entry.path)
        text = value(entry if isinstance(entry, Mapping) else by_itself, "text", fields.line_of(longest))
        if text is None:
            continue
        seen = " ".join(unicodedata.normalize("NFC", legible(text).casefold()).split())
        if seen in first:
            sentence = f"the same {what} stands on line {first[seen].line}: take one out, or tell them apart"
            yield document.fault(entry, sentence)
        first.setdefault(seen, entry)


def _template(document: Document, poll: Mapping) -> Iterator[Fault]:
    opens = _moment(poll, "opens", When.START)
    if opens is not None and opens.when is not When.HAND:
        node = poll.entries.get("options", poll)
        sentence = "there are no options: add them, or write `opens: hand` and enter them on the day"
        yield Fault(document.file, node.line, poll.below("options"), sentence)


def _sizes(document: Document, poll: Mapping, kind: PollKind, size: int) -> Iterator[Fault]:
    if size == 1 and kind is not PollKind.SCORE:
        yield document.fault(poll.entries["options"], "one option is no choice: add another")
    for key, most in (("choose", polls.OPTIONS), ("places", polls.PLACES)):
        number = value(poll, key, fields.number_of(1, most))
        if number is not None and number > size and kind is BELONGS[key]:
            sentence = f"there are only {size} options: write {size} at most, or add options"
            yield document.fault(poll.entries[key], sentence)
    if kind is PollKind.POINTS:
        yield from _dots(document, poll, size)


def _dots(document: Document, poll: Mapping, size: int) -> Iterator[Fault]:
    dots = _or(poll, "dots", fields.number_of(1, polls.DOTS), DOTS)
    if dots is None:
        return
    cap = _or(poll, "cap", fields.number_of(1, polls.CAP), min(dots, polls.CAP))
    if cap is None:
        return
    node = poll.entries.get("cap", poll.entries.get("dots", poll))
    if cap > dots:
        yield document.fault(node, f"there are only {dots} dots: write {dots} at most, or take the line out")
    elif cap * size < dots:
        sentence = (
            f"{size} options of {cap} dots at most have no room for {dots} dots: write fewer `dots`,"
            " a higher `cap`, or more options"
        )
        yield document.fault(node, sentence)


def _showing(document: Document, poll: Mapping, first: Mapping) -> Iterator[Fault]:
    showing = value(poll, "results", fields.choice_of(Showing))
    secrecy = _or(first, "secrecy", fields.choice_of(Secrecy), Secrecy.OPEN_CHANGEABLE)
    if showing in (Showing.LIVE, Showing.OWN) and secrecy not in (None, Secrecy.NAMED):
        sentence = (
            f"results one ballot apart name a voter, and this poll is `{secrecy}`: write `closing` or"
            " `released`, or ask with `secrecy: named`"
        )
        yield document.fault(poll.entries["results"], sentence)


def _in_order(document: Document, one: _Written, days: Iterable[Mapping]) -> Iterator[Fault]:
    """Days that are known, and a closing that comes after the opening as planned."""
    poll, dates = one.poll, {}
    for day in days:
        dates[value(day, "id", fields.identifier)] = value(day, "date", fields.calendar_date)
    opens, closes = _moment(poll, "opens", When.START), _moment(poll, "closes", When.END)
    if None not in dates:
        for key, moment in (("opens", opens), ("closes", closes)):
            if moment is not None and moment.when is When.DAY and moment.day_id not in dates:
                said = instead(str(moment.day_id), map(str, dates))
                yield document.fault(poll.entries[key], f"no day has the id `{moment.day_id}`; {said}")
    if opens is None or closes is None:
        return
    alike = (opens.when, opens.day_id) == (closes.when, closes.day_id)
    begun, ended = _planned(opens, one, dates), _planned(closes, one, dates)
    if alike and opens.when is not When.HAND:
        late = (opens.offset, opens.at or time()) >= (closes.offset, closes.at or time())
    else:
        late = begun is not None and ended is not None and ended <= begun
    if late:
        node = poll.entries.get("closes", poll.entries.get("opens", poll))
        sentence = f"it closes at {closes}, which is not after it opens at {opens}: correct one of them"
        yield document.fault(node, sentence)


def _moment(poll: Mapping, key: str, default: When) -> Moment | None:
    return _or(poll, key, fields.moment, Moment(default))


def _or(poll: Mapping, key: str, parser: Callable[[object], T], default: T) -> T | None:
    return value_or(poll, PollKeys, key, parser, default)


def _misspelt(poll: Mapping, key: str) -> bool:
    return misspelt(poll, PollKeys, key)


def _planned(moment: Moment, one: _Written, dates: dict[str | None, date | None]) -> datetime | None:
    """When a moment falls if all goes as planned, at the venue; None where that cannot be read."""
    if moment.when is When.HAND:
        return None
    if moment.when is When.DAY:
        on, at = dates.get(moment.day_id), moment.at
    else:
        on = value(one.day, "date", fields.calendar_date)
        at = value(one.item, f"{moment.when}s", fields.local_time)
    return None if on is None or at is None else datetime.combine(on, at) + moment.offset


def _real_times(
    document: Document,
    written: Iterable[_Written],
    days: Iterable[Mapping],
    zone: ZoneInfo,
    by: timedelta,
) -> Iterator[Fault]:
    """Local times a clock change skips or repeats."""
    dates = {value(day, "id", fields.identifier): value(day, "date", fields.calendar_date) for day in days}
    for one in written:
        for key in ("opens", "closes"):
            moment = value(one.poll, key, fields.moment)
            on = None if moment is None else dates.get(moment.day_id)
            on = None if on is None else moved(on, by)
            if moment is None or moment.at is None or on is None:
                continue
            if sentence := unreal(datetime.combine(on, moment.at, zone), zone):
                yield document.fault(one.poll.entries[key], sentence)
