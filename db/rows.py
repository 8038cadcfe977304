"""How values stand in rows: instants as ISO 8601 in UTC, so that they also sort as text."""

from datetime import UTC, datetime
from typing import overload


@overload
def stored(at: datetime) -> str: ...
@overload
def stored(at: None) -> None: ...
def stored(at: datetime | None) -> str | None:
    """An aware instant as it is written. Raises ValueError for a naive one."""
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValueError("an instant without a zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


@overload
def instant(text: str) -> datetime: ...
@overload
def instant(text: None) -> None: ...
def instant(text: str | None) -> datetime | None:
    """An instant as it was written."""
    return None if text is None else datetime.fromisoformat(text)
