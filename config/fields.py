"""Single values of the programme file: how each is written, and what is said when it is not.

Each parser takes what stands in the file (a text, but for a mistake) and raises `ValueError` with a sentence
that says what to do.
"""

import re
from collections.abc import Callable
from datetime import date, time
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

URL = 512
"""Characters: Discord's limit for a link button."""

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
YEARS = range(1990, 2101)

_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_ALMOST_TIME = re.compile(
    r"(\d{1,2})\s*(?:[:.,hH]|\s)?\s*(\d{2})?(?::\d{2})?\s*([AaPp])?\.?[Mm]?\.?", re.ASCII
)
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
    meant = "09:30"
    if found := _ALMOST_TIME.fullmatch(written):
        half = (found[3] or "").lower()
        hour, minute = int(found[1]) % 12 if half else int(found[1]), int(found[2] or 0)
        hour += 12 if half == "p" else 0
        if hour < 24 and minute < 60:
            meant = f"{hour:02}:{minute:02}"
    raise ValueError(f"{quoted(written)} is not a time: write hours and minutes, such as `{meant}`")


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
