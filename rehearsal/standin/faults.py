"""What can go wrong at Discord or on the way there, as whoever holds the stand-in wants it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from .calls import Exchange
from .model import Json

CUT = 599
"""Stands in the log for "no answer at all": the connection was closed instead."""

TRUE = 0
"""The true answer is given, if late."""

SHARED = {"message": "You are being rate limited.", "global": False, "code": 0}
"""Discord docs, Rate Limits, Exceeding A Rate Limit."""


@dataclass(frozen=True)
class Disturbance:
    """What becomes of one request.

    `status` is what is answered instead of the truth (`TRUE`: the truth; `CUT`: the line is closed); `done`,
    whether what was asked takes effect all the same; `wait`, real seconds before the answer; `body`, JSON
    to answer with; `then` is called once the request has, or has not, taken effect.
    """

    status: int = CUT
    done: bool = False
    wait: float = 0.0
    body: Any = None
    then: Callable[[], object] | None = None

    def answer(self) -> web.StreamResponse:
        """Instead of the true one."""
        if self.status == CUT:
            return _Cut()
        if self.body is None:
            return web.Response(status=self.status, text="upstream connect error")
        # Without Via a client takes a 429 for a ban by the proxy in front of Discord; no charset, as there.
        headers = {"Via": "1.1 google", "Content-Type": "application/json"}
        return web.Response(status=self.status, body=json.dumps(self.body).encode(), headers=headers)


Disturb = Callable[[Exchange], Disturbance | None]


def held_off(seconds: float) -> Disturbance:
    """A 429 that nobody's bucket foretold; to be tried again after so many real seconds."""
    body: Json = {**SHARED, "retry_after": seconds}
    return Disturbance(429, body=body)


@dataclass
class Bout:
    """The next `times` requests that fit meet the disturbance; `met` counts them."""

    method: str
    part: str
    disturbance: Disturbance
    times: int = 1
    holding: str = ""
    """Words that the request's body must hold."""
    met: int = field(default=0, init=False)

    def __call__(self, one: Exchange) -> Disturbance | None:
        fits = self.method in ("", one.method) and self.part in one.path and self.met < self.times
        if not fits or (self.holding and self.holding not in str(one.body)):
            return None
        self.met += 1
        return self.disturbance


class _Cut(web.Response):
    """The client cannot know what came of its request."""

    def __init__(self) -> None:
        super().__init__(status=CUT)

    async def prepare(self, request: web.BaseRequest) -> None:
        assert request.transport is not None
        request.transport.abort()
        raise ConnectionResetError
