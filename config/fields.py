"""Single values of the programme file: how each is written, and what is said when it is not.

Each parser takes what stands in the file (a text, but for a mistake) and raises `ValueError` with a sentence
that says what to do.
"""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from config.suggestions import closest, instead, quoted
from meeting.poll_times import Moment, When
from meeting.writing import legible, shows

E = TypeVar("E", bound=StrEnum)

TITLE = 100
"""Characters: Discord cuts thread names, event names and the options of a select there."""

MEETING_TITLE = 200
"""Characters: an embed's title holds 256, a marking goes before it."""

VENUE = 30
"""Characters: the label follows every time ("10:30 Bangkok")."""

ABOUT_LINES = 3
ABOUT_LINE = 200
"""The welcome panel says what this is in three lines."""

QUESTION_TEXT = 1500
PART_TEXT = 300
PARTS = 5
"""Together at most 3,000 characters: a question's panel is one message of at most 4,000."""

ITEMS = 20
"""Items a day: its panel is one message of at most 4,000 characters, 170 to a line at most."""

DAYS = 25
"""Days: the options of a select."""

SHORTEST, LONGEST = timedelta(seconds=15), timedelta(minutes=60)
"""Of a speaking time."""

ALTERNATE, STRICT = "alternate", "strict"
"""How it is written that the room and the virtual side take turns; that nobody's side counts."""

URL = 512
"""Characters: Discord's limit for a link button."""

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
YEARS = range(1990, 2101)

_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_ALMOST_TIME = re.compile(
    r"(\d{1,2})\s*(?:[:.,hH]|\s)?\s*(\d{2})?(?::\d{2})?\s*([AaPp])?\.?[Mm]?\.?", re.ASCII
)
_SPEAKING_TIME = re.compile(r"([0-9]{1,2})(?::([0-5][0-9]))?", re.ASCII)
_ALMOST_SPEAKING_TIME = re.compile(
    r"(?:(\d{1,2}) ?(?:m|mins?|minutes?|['′:.,]) ?)?(?:(\d{2,3}) ?(?:s|secs?|seconds?|[\"″])?)?", re.ASCII
)
_RATIO = re.compile(r"([1-9]):([1-9])")
_NOT_IN_URL = re.compile(r"[<>\"{}|\\^`]")
"""Signs that RFC 3986, appendix A, has nowhere in an address; in Discord they would begin something else."""

_CHANNEL = re.compile(r"[\w-]{1,100}")


def text(value: object) -> str:
    """What was written, without the blanks around it."""
    if not isinstance(value, str):
        raise ValueError(f"a {_shape(value)} stands where a text belongs: mend the indentation, or quote it")
    if not shows(legible(value)):
        raise ValueError("nothing is written here: write it, or take the line out")
    return value.strip()


def line_of(longest: int) -> Callable[[object], str]:
    """A parser of texts on one line (a folded one is joined), of so many characters at most."""

    def line(value: object) -> str:
        return _no_longer(re.sub(r"\s*\n\s*", " ", text(value)), longest)

    return line


def text_of(longest: int) -> Callable[[object], str]:
    """A parser of texts of so many characters at most; line breaks are kept."""

    def paragraphs(value: object) -> str:
        return _no_longer(text(value), longest)

    return paragraphs


def about(value: object) -> str:
    """Up to three lines."""
    lines = [line.strip() for line in text(value).splitlines() if line.strip()]
    if len(lines) > ABOUT_LINES:
        raise ValueError(f"{len(lines)} lines are too many for the welcome panel: keep {ABOUT_LINES}")
    return "\n".join(_no_longer(line, ABOUT_LINE) for line in lines)


def identifier(value: object) -> str:
    """A short id, kept for ever in records and buttons."""
    written = text(value)
    if ID.fullmatch(written):
        return written
    rule = "use up to 31 small letters a–z, digits and hyphens"
    meant = re.sub(r"[^a-z0-9]+", "-", written.lower()).strip("-")[:31].strip("-")
    raise ValueError(f"{quoted(written)} is not an id: {rule}" + (f", such as `{meant}`" if meant else ""))


def local_time(value: object) -> time:
    """A time of day at the venue, `09:30`."""
    written = text(value)
    if found := _TIME.fullmatch(written):
        return time(int(found[1]), int(found[2]))
    if written in ("24:00", "24.00"):
        raise ValueError("24:00 is the next day already: end at 23:59 at the latest")
    meant = _meant_time(written) or "09:30"
    raise ValueError(f"{quoted(written)} is not a time: write hours and minutes, such as `{meant}`")


def _meant_time(written: str) -> str | None:
    found = _ALMOST_TIME.fullmatch(written)
    if found is None:
        return None
    half = (found[3] or "").lower()
    hour, minute = int(found[1]) % 12 if half else int(found[1]), int(found[2] or 0)
    hour += 12 if half == "p" else 0
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def day_and_time(value: object) -> tuple[str, time]:
    """A day of the programme and a time of day at the venue, `d2 18:00`."""
    written = text(value)
    day, _, at = " ".join(written.split()).partition(" ")
    if ID.fullmatch(day) and (found := _TIME.fullmatch(at)):
        return day, time(int(found[1]), int(found[2]))
    meant = day.lower() if at and ID.fullmatch(day.lower()) else "d2"
    if at in ("24:00", "24.00"):
        raise ValueError(f"24:00 is the next day already: write `{meant} 23:59`")
    if guess := _meant_time(at):
        said = f"did you mean `{meant} {guess}`?"
    elif guess := _meant_time(written):
        said = f"write the day's id before it, such as `d2 {guess}`"
    else:
        said = f"write a day's id, hours and minutes, such as `{meant} 18:00`"
    raise ValueError(f"{quoted(written)} is not a day and a time; {said}")


def calendar_date(value: object) -> date:
    """A date, `2022-09-07`."""
    written = text(value)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", written, re.ASCII):
        try:
            found = date.fromisoformat(written)
        except ValueError:
            raise ValueError(f"{written} is not in the calendar: correct the month or the day") from None
        if found.year not in YEARS:
            raise ValueError(f"the year {found.year} is out of reach: correct it")
        return found
    raise ValueError(f"{quoted(written)} is not a date: write year-month-day, such as `2022-09-07`")


def yes_or_no(value: object) -> bool:
    """`yes`, `no`, `true` or `false`."""
    written = text(value).lower()
    if written in ("yes", "true"):
        return True
    if written in ("no", "false"):
        return False
    raise ValueError(f"{quoted(written)} is neither yes nor no: write `yes` or `no`")


def minutes_of(least: int, most: int) -> Callable[[object], int]:
    """A parser of whole minutes between two bounds, both included."""
    return number_of(least, most, "minutes")


def number_of(least: int, most: int, unit: str = "") -> Callable[[object], int]:
    """A parser of whole numbers between two bounds, both included."""
    what, counted = (f"number of {unit}", f" {unit}") if unit else ("whole number", "")

    def number(value: object) -> int:
        written = text(value)
        if not re.fullmatch(r"[+-]?\d{1,9}", written, re.ASCII):
            example = min(most, 15)
            raise ValueError(f"{quoted(written)} is not a {what}: write digits only, such as `{example}`")
        if not least <= int(written) <= most:
            raise ValueError(f"{written}{counted} is out of bounds: write {least} to {most}")
        return int(written)

    return number


def speaking_time(value: object) -> timedelta:
    """Minutes, `3`, or minutes and seconds, `1:30`."""
    written = text(value)
    if found := _SPEAKING_TIME.fullmatch(written):
        length = timedelta(minutes=int(found[1]), seconds=int(found[2] or 0))
        if not SHORTEST <= length <= LONGEST:
            raise ValueError(
                f"{written} is out of bounds: write `{minutes_and_seconds(SHORTEST)}`"
                f" to `{minutes_and_seconds(LONGEST)}`"
            )
        return length
    meant = _meant_speaking_time(written)
    hint = (
        f"did you mean `{minutes_and_seconds(meant)}`?"
        if meant is not None
        else "write minutes, such as `3`, or minutes and seconds, such as `1:30`"
    )
    raise ValueError(f"{quoted(written)} is not a speaking time; {hint}")


def minutes_and_seconds(length: timedelta) -> str:
    """A speaking time as it is written in the file."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    return f"{minutes}:{seconds:02}" if seconds else str(minutes)


def _meant_speaking_time(written: str) -> timedelta | None:
    small = written.lower()
    if found := re.fullmatch(r"(\d{1,2})(?:[.,]5| ?½)(?: ?(?:m|mins?|minutes?))?", small, re.ASCII):
        meant = timedelta(minutes=int(found[1]), seconds=30)
    elif found := _ALMOST_SPEAKING_TIME.fullmatch(small):
        meant = timedelta(minutes=int(found[1] or 0), seconds=int(found[2] or 0))
    else:
        return None
    return meant if SHORTEST <= meant <= LONGEST else None


def sides(value: object) -> tuple[int, int] | None:
    """How many of the room and of the virtual side follow each other: `alternate`, `2:1`; `strict`: None."""
    written = text(value)
    if written == ALTERNATE:
        return 1, 1
    if written == STRICT:
        return None
    if found := _RATIO.fullmatch(written):
        return int(found[1]), int(found[2])
    rule = "write how many of the room and of the virtual side follow each other, 1 to 9 each, such as `2:1`"
    if not re.search(r"\d", written) and closest(written, (ALTERNATE, STRICT)):
        rule = instead(written, (ALTERNATE, STRICT))
    elif found := re.fullmatch(r"([1-9])(?:\s*(?:[:/,;-]|to)\s*|\s+)([1-9])", written):
        rule = f"did you mean `{found[1]}:{found[2]}`?"
    elif not re.search(r"\d", written):
        rule = f"use one of: {ALTERNATE}, {STRICT}, or a ratio such as `2:1`"
    raise ValueError(f"{quoted(written)} is no order of the two sides; {rule}")


def choice_of(kind: type[E]) -> Callable[[object], E]:
    """A parser of one of an enumeration's values."""

    def choice(value: object) -> E:
        written = text(value)
        if written in set(kind):
            return kind(written)
        raise ValueError(
            f"{quoted(written)} is not known here; {instead(written, [one.value for one in kind])}"
        )

    return choice


def time_zone(value: object) -> str:
    """A zone of the IANA database, `Asia/Bangkok`."""
    written = text(value)
    zones = _zones()
    if written in zones:
        return written
    cities = {name.rpartition("/")[2]: name for name in sorted(zones) if "/" in name}
    meant = closest(written, zones) or cities.get(closest(written.replace(" ", "_"), cities) or "")
    hint = f"did you mean `{meant}`?" if meant else "write continent and city, such as `Asia/Bangkok`"
    raise ValueError(f"{quoted(written)} is not a time zone; {hint}")


def join_url(value: object) -> str:
    """Where the virtual side listens: an http(s) address."""
    written = _no_longer(text(value), URL)
    try:
        parts = urlsplit(written)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or re.search(r"\s", written):
        raise ValueError(f"{quoted(written)} is not a web address: begin with `https://` and use no blanks")
    if legible(written) != written or _NOT_IN_URL.search(written):
        raise ValueError("a sign stands in the address that cannot: copy it from the browser's address line")
    return parts.scheme + written[len(parts.scheme) :]


def moment(value: object) -> Moment:
    """When a poll opens or closes: `start+15`, `end`, `d2 08:30`, `hand`."""
    written = text(value)
    try:
        return Moment.read(written)
    except ValueError:
        small = " ".join(written.lower().split())
    if found := re.fullmatch(r"(start|end)? ?([+-])? ?([0-9]{1,3}) ?(?:m|mins?|minutes?)?", small):
        anchor, sign = found[1] or "start", found[2] or "+"
        if (anchor, sign) == ("start", "-"):
            raise ValueError(
                f"{quoted(written)} is before the start of its item: write `start`, or a day and a time,"
                " such as `d1 08:30`"
            )
        if sign == "-" and int(found[3]):
            raise ValueError(
                f"{quoted(written)}: nobody knows before when an item will end: write `end`, or minutes after"
                " its start, such as `start+40`"
            )
        said = f"did you mean `{anchor}+{int(found[3])}`?"
    elif found := re.fullmatch(r"(?:([a-z0-9][a-z0-9-]{0,30}) )?([01]?[0-9]|2[0-3])[:.h]([0-5][0-9])", small):
        meant = f"{found[1] or 'd1'} {int(found[2]):02}:{found[3]}"
        said = f"did you mean `{meant}`?" if found[1] else f"write the day before it, such as `{meant}`"
    elif small in (When.START, When.END, When.HAND):
        said = f"did you mean `{small}`?"
    else:
        said = "write minutes after the start or the end, such as `start+15`, or `d1 08:30`, or `hand`"
    raise ValueError(f"{quoted(written)} is no moment of a poll; {said}")


def channel_name(value: object) -> str:
    """The name of a text channel as Discord keeps it: small letters, digits, hyphens, underscores."""
    written = text(value)
    if _CHANNEL.fullmatch(written) and written == written.lower():
        return written
    meant = re.sub(r"[^\w-]+", "-", written.lower()).strip("-")[:100]
    hint = f", such as `{meant}`" if meant else ""
    raise ValueError(
        f"{quoted(written)} cannot name a channel: use small letters, digits, hyphens, at most 100{hint}"
    )


def _no_longer(written: str, longest: int) -> str:
    if len(written) > longest:
        raise ValueError(f"{len(written)} characters are too many: shorten it to {longest}")
    return written


def _shape(value: Any) -> str:
    return (
        "list" if isinstance(value, list) else "mapping" if isinstance(value, dict) else type(value).__name__
    )


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
