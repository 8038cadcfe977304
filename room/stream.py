"""Streams of newest states: a reader that is slow skips what it missed, and one that is gone is let go.

Whatever changes wakes all streams; each then asks for the state as it is at that moment, so none ever holds
more than the newest. Phones in a room share its air: their pages get a state every few seconds at most, but
what they do themselves shows at once. Beats tell that the line lives; they, the pace and the patience with
a reader are real time, the wire's.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import web

from room.wording import Json

log = logging.getLogger(__name__)

BEAT = 3.0
"""Seconds between beats: after two missed ones a page says within 8 s that it is stale."""

PACE = 2.0
"""Seconds between two states of a seat's page: while a poll is answered, 150 phones would otherwise each get
some 13 kB with every ballot."""

MOST = 8
"""Streams of one device: pages of one browser. With one more the oldest ends."""

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


@dataclass(eq=False)
class Reader:
    """A stream that is open; `hurried`: until when (the loop's time) it is told of every change at once."""

    device: bytes
    task: "asyncio.Task[object]"
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    hurried: float = 0.0


class Hub:
    """All open streams."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._open: list[Reader] = []
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
        for reader in self._open:
            reader.woken.set()

    def hurry(self, device: bytes) -> None:
        """This device has done something: for a moment its page is told of every change at once."""
        for reader in self._open:
            if reader.device == device:
                reader.hurried = asyncio.get_running_loop().time() + PACE
                reader.woken.set()

    async def close(self, sentence: str) -> None:
        """Tell all readers why, and end every stream, also to those that do not read."""
        self._closing = sentence
        tasks = [reader.task for reader in self._open]
        for reader in self._open:
            reader.woken.set()
        if tasks:
            await asyncio.wait(tasks, timeout=LAST_WORDS)
        for task in tasks:
            task.cancel()

    async def serve(
        self, request: web.Request, device: bytes, newest: Newest, pace: float
    ) -> web.StreamResponse:
        """Send what `newest` gives whenever it differs from what was sent, with `pace` seconds in between,
        until somebody ends it. `newest` raises `Gone` once this device may not look any more."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        task = asyncio.current_task()
        assert task is not None
        own = [reader for reader in self._open if reader.device == device]
        for oldest in own[: max(0, len(own) + 1 - MOST)]:
            oldest.task.cancel()
        reader = Reader(device, task)
        self._open.append(reader)
        try:
            await response.prepare(request)
            await self._write(response, "retry: 1000\n\n")
            await self._follow(response, reader, newest, pace)
        except (TimeoutError, ConnectionError, asyncio.CancelledError):
            if request.transport is not None:
                request.transport.abort()
            if task.cancelling() and not self._closing:
                raise
        finally:
            self._open.remove(reader)
        return response

    async def _follow(
        self, response: web.StreamResponse, reader: Reader, newest: Newest, pace: float
    ) -> None:
        time = asyncio.get_running_loop().time
        sent, seen, due, told = State(-1, ""), -1, 0.0, time()
        while not self._closing:
            # Before looking: what comes meanwhile wakes at once.
            reader.woken.clear()
            early = time() < due and reader.hurried < time()
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
                    sent, told = state, time()
                    due = told + pace
            if time() >= told + BEAT:
                await self._write(response, _event("beat", {"now": self._now_ms(), "seq": sent.seq}))
                told = time()
            until = min(due, told + BEAT) if early else told + BEAT
            with suppress(TimeoutError):
                async with asyncio.timeout(until - time()):
                    await reader.woken.wait()
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
