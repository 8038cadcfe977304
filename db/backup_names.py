"""The names of backups, and which of them are kept: pure, nothing is looked at here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

REGULAR_KEPT = 24
"""Two hours of a meeting in which something happens every five minutes: a mistake shows sooner."""

ENDS_KEPT = 10
"""The ends of the days are kept for longer than the meetings this is made for last."""

FORM = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Name:
    """A backup of the database `stem` made at `at` (to the second, UTC), perhaps as the day `day` ended."""

    stem: str
    at: datetime
    day: str | None = None

    def __str__(self) -> str:
        """Letters, digits, `.`, `_` and `-`, fit for every file system; they sort by time."""
        day = f"-{self.day}-end" if self.day is not None else ""
        return f"{self.stem}-{self.at.astimezone(UTC).strftime(FORM)}{day}.db"


def stem_of(database: Path) -> str:
    """The database's own name as it stands in its backups' names: two in one folder stay apart."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", database.stem)[:100]


def read_name(file: str, stem: str) -> Name | None:
    """What a file's name says; None unless it is exactly one that is given here to backups of `stem`."""
    found = re.fullmatch(rf"{re.escape(stem)}-([0-9]{{8}}T[0-9]{{6}}Z)(?:-([a-z0-9-]+)-end)?\.db", file)
    if found is None:
        return None
    try:
        at = datetime.strptime(found[1], FORM).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Name(stem, at, found[2])


def surplus(names: Iterable[Name], made: Name) -> set[Name]:
    """Which to delete: all but the newest of each sort. What was made just now is never among them.

    A clock that was wrong may have left names from the future behind.
    """
    everything = sorted(set(names) - {made}, key=str, reverse=True)
    sorts = (
        (REGULAR_KEPT, [name for name in everything if name.day is None], made.day is None),
        (ENDS_KEPT, [name for name in everything if name.day is not None], made.day is not None),
    )
    return {name for most, of_sort, has_made in sorts for name in of_sort[most - has_made :]}
