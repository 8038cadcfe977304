"""Ids as Discord makes them: meeting time in the high bits, a counter in the low ones."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
"""Discord docs, Reference, Snowflakes: milliseconds since the first second of 2015."""

TIME_SHIFT = 22
"""Discord docs, Reference, Snowflakes: bits 63 to 22 hold the milliseconds."""


class Snowflakes:
    """Makes ids that are unique and rise, even while the clock stands still."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._last = 0

    def make(self) -> int:
        """The next id, dated at the meeting's now."""
        self._last = max(self._last + 1, first_at(self._now()))
        return self._last


def first_at(moment: datetime) -> int:
    """The lowest id that can be dated at this moment."""
    return ((moment - EPOCH) // timedelta(milliseconds=1)) << TIME_SHIFT


def made_at(snowflake: int) -> datetime:
    """The moment an id is dated at, aware, in UTC, to the millisecond."""
    return EPOCH + timedelta(milliseconds=snowflake >> TIME_SHIFT)
