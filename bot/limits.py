"""What one person may ask for at a time: so much that nobody honest meets it, and a storm harms nobody."""

import logging
from collections import Counter
from datetime import datetime, timedelta

from bot.clock import Clock
from meeting.people import UserId
from meeting.refusals import Refused

log = logging.getLogger(__name__)

AT_ONCE = 30
"""Gestures of one person at once. Frantic honest tapping stays below five a second for five seconds."""

EACH = timedelta(seconds=0.5)
"""For each gesture so long until it may be made again: two a second, for hours; all of them in 15 s."""

UNDER_WAY = 4
"""Acts of one person under way at a time: what the others wait for is never one person's doing."""

TOLD = timedelta(minutes=1)
"""A person's storm is one line of the log in this time."""


class TooMuch(Refused):
    """The person asked for more at once than anybody honest does; nothing was looked at."""


class Limits:
    """A bucket of gestures per person, on the meeting's clock.

    Kept is the moment at which a person's bucket is full again; whoever is full again is forgotten.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._full_at: dict[UserId, datetime] = {}
        self._told_at: dict[UserId, datetime] = {}
        self._under_way: Counter[UserId] = Counter()
        self._swept_at = clock.now()

    @property
    def remembered(self) -> int:
        """How many people something is kept of."""
        return len(self._full_at.keys() | self._told_at.keys() | self._under_way.keys())

    def begin(self, user_id: UserId) -> None:
        """A gesture begins, to be ended by `end`. Raises `TooMuch`; then nothing has begun."""
        now = self._clock.now()
        self._sweep(now)
        full_at = max(self._full_at.get(user_id, now), now)
        if full_at > now + AT_ONCE * EACH:
            # The machine's clock was set back; nobody waits for that.
            full_at = now
        if self._under_way[user_id] >= UNDER_WAY or full_at + EACH > now + AT_ONCE * EACH:
            self._tell(user_id, now)
            raise TooMuch()
        self._full_at[user_id] = full_at + EACH
        self._under_way[user_id] += 1

    def end(self, user_id: UserId) -> None:
        """What the gesture asked for is done, or has failed."""
        self._under_way[user_id] -= 1
        if not self._under_way[user_id]:
            del self._under_way[user_id]

    def _tell(self, user_id: UserId, now: datetime) -> None:
        told_at = self._told_at.get(user_id)
        if told_at is None or abs(now - told_at) >= TOLD:
            self._told_at[user_id] = now
            log.warning("user %d asks for more than anybody can mean; the rest is turned away", user_id)

    def _sweep(self, now: datetime) -> None:
        """Once in a bucket's time, so that a gesture costs the same however many people there are."""
        if abs(now - self._swept_at) < AT_ONCE * EACH:
            return
        self._swept_at = now
        self._full_at = {user: at for user, at in self._full_at.items() if at > now}
        self._told_at = {user: at for user, at in self._told_at.items() if abs(now - at) < TOLD}
