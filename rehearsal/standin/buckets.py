"""Rate limits, counted in meeting time.

The wait named to a client is a few real milliseconds, for no client can sleep on the meeting
clock; whoever holds that clock is told by `Buckets.refill_at` when there is room again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests in each window of so long, counted for each channel, guild or webhook."""

    name: str
    most: int
    window: timedelta


MESSAGE_CREATE = Limit("message.create", 5, timedelta(seconds=5))
MESSAGE_EDIT = Limit("message.edit", 5, timedelta(seconds=5))
"""Not in the docs, which forbid relying on fixed numbers; what the headers have long said."""

RENAME = Limit("channel.rename", 2, timedelta(minutes=10))
"""discord/discord-api-docs issue 1900: a sub-limit on a channel's name and topic."""

GLOBAL = Limit("global", 50, timedelta(seconds=1))
"""Discord docs, Rate Limits, Global Rate Limit."""


def generous(method: str, template: str) -> Limit:
    """The limit of a route that has no known narrow one: as many as the global limit lets through."""
    return Limit(f"{method} {template}", 50, timedelta(seconds=1))


@dataclass(slots=True)
class _Window:
    limit: Limit
    began: datetime
    used: int = 0
    denied: int = 0

    @property
    def ends(self) -> datetime:
        return self.began + self.limit.window


@dataclass(frozen=True, slots=True)
class Grant:
    """What a bucket says to one request; `denials` counts those of this window, this one with them."""

    allowed: bool
    limit: Limit
    remaining: int
    denials: int = 0

    def headers(self, wait: float) -> dict[str, str]:
        """Discord docs, Rate Limits, Header Format; `wait` in real seconds."""
        return {
            "X-RateLimit-Limit": str(self.limit.most),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset-After": f"{wait:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(self.limit.name.encode()).hexdigest()[:32],
        }


class Buckets:
    """All windows of all buckets."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._windows: dict[str, _Window] = {}
        self._shut: list[_Window] = []
        """Those that denied somebody, until they have room again."""

    def take(self, limit: Limit, major: str) -> Grant:
        """Counts one request of this kind against `major`, e.g. a channel's id."""
        key = f"{limit.name}:{major}"
        now = self._now()
        window = self._windows.get(key)
        # A clock set back must not leave a bucket shut for longer than its own length.
        if window is None or now >= window.ends or now < window.began:
            window = self._windows[key] = _Window(limit, now)
        if window.used >= limit.most:
            window.denied += 1
            if window.denied == 1:
                self._shut.append(window)
            return Grant(False, limit, 0, window.denied)
        window.used += 1
        return Grant(True, limit, limit.most - window.used)

    @property
    def refill_at(self) -> datetime | None:
        """The earliest meeting moment at which a bucket that denied somebody has room again."""
        now = self._now()
        self._shut = [window for window in self._shut if window.ends > now]
        return min((window.ends for window in self._shut), default=None)
