"""Streams of newest states: a reader that is slow skips what it missed, and one that is gone is let go.

One event wakes all streams; each then asks for the state as it is at that moment, so none ever holds more
than the newest. Phones in a room share its air: their pages get a state every few seconds at most, but what
they do themselves shows at once. Beats tell a page that the line lives; they, the pace and the patience with
a reader are real time, the wire's.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import web

from room.wording import Json

log = logging.getLogger(__name__)

BEAT = 3.0
"""Seconds between beats: after two missed ones a page says within 8 s that it is stale."""

PACE = 2.0
"""Seconds between two states of a seat's page: while a poll is answered, 150 phones would otherwise each get
some 13 kB with every ballot."""

PATIENCE = 10.0
"""Seconds a reader may take for what was sent to it; then the line is taken for dead."""

LAST_WORDS = 0.3
"""Seconds for the last word to all readers, at a stop."""


@dataclass(frozen=True)
class State:
    """What a page is to show: its number, and the whole state as JSON. An equal body is not sent again."""

    seq: int
    body: str


class Gone(Exception):
    """The device may not look any more: its key or code is dead, and this sentence says so."""


Newest = Callable[[], Awaitable[State]]


class Hub:
    """All open streams."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._changed = asyncio.Event()
        self._open: set[asyncio.Task[object]] = set()
        self._hurried: dict[bytes, float] = {}
        self._closing = ""
        self.seq = 0
        """The number of the newest look at the meeting. It grows, also over a restart: it is never less than
        the milliseconds since 1970."""

    @property
    def readers(self) -> int:
        """How many streams are open."""
        return len(self._open)

    def advance(self) -> None:
        """There is something new to look at: all streams do."""
        self.seq = max(self.seq + 1, self._now_ms())
        self._nudge()

    def hurry(self, device: bytes) -> None:
        """This device has done something: for a moment its page is told of every change at once."""
        self._hurried[device] = asyncio.get_running_loop().time() + PACE
        self._nudge()

    def _nudge(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def close(self, sentence: str) -> None:
        """Tell all readers why, and end every stream, also to those that do not read."""
        self._closing = sentence
        self._nudge()
        if self._open:
            await asyncio.wait(self._open, timeout=LAST_WORDS)
        for task in self._open:
            task.cancel()

    async def serve(
        self, request: web.Request, device: bytes, newest: Newest, pace: float
    ) -> web.StreamResponse:
        """Send what `newest` gives whenever it differs from what was sent, with `pace` seconds in between,
        until somebody ends it. `newest` raises `Gone` once this device may not look any more."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await response.prepare(request)
            await self._write(response, "retry: 1000\n\n")
            await self._follow(response, device, newest, pace)
        except (TimeoutError, ConnectionError, asyncio.CancelledError):
            if request.transport is not None:
                request.transport.abort()
            if task.cancelling() and not self._closing:
                raise
        finally:
            self._open.discard(task)
            self._hurried.pop(device, None)
        return response

    async def _follow(self, response: web.StreamResponse, device: bytes, newest: Newest, pace: float) -> None:
        loop, sent, seen, due = asyncio.get_running_loop(), State(-1, ""), -1, 0.0
        while not self._closing:
            # Taken before looking: what comes meanwhile wakes at once.
            changed, wait = self._changed, due - loop.time()
            early = wait > 0 and self._hurried.get(device, 0.0) < loop.time()
            if not early and self.seq != seen:
                seen = self.seq
                try:
                    state = await newest()
                except Gone as gone:
                    await self._write(response, _event("gone", {"sentence": str(gone)}))
                    return
                if state.body != sent.body:
                    await self._write(
                        response, f"event: state\nid: {state.seq}\ndata: {self._dated(state)}\n\n"
                    )
                    sent, due = state, loop.time() + pace
            try:
                async with asyncio.timeout(wait if early else BEAT):
                    await changed.wait()
            except TimeoutError:
                if not early:
                    await self._write(response, _event("beat", {"now": self._now_ms(), "seq": sent.seq}))
        with suppress(TimeoutError, ConnectionError):
            await self._write(response, _event("end", {"sentence": self._closing}))

    def _dated(self, state: State) -> str:
        return dated(state, self._now_ms())

    @staticmethod
    async def _write(response: web.StreamResponse, text: str) -> None:
        async with asyncio.timeout(PATIENCE):
            await response.write(text.encode())


def dated(state: State, now_ms: int) -> str:
    """A state's JSON with its number and the server's time in front."""
    return f'{{"seq": {state.seq}, "now": {now_ms}, {state.body[1:]}'


def packed(body: Json) -> str:
    """An object as JSON on one line; halves of characters, which cannot be sent, are left out."""
    return json.dumps(body, ensure_ascii=True, separators=(",", ":"))


def _event(name: str, data: Json) -> str:
    return f"event: {name}\ndata: {packed(data)}\n\n"
