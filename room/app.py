"""The room's server: addresses, headers, and the way from a request to a page, a stream or an act.

Nothing of an address is logged: keys and codes stand in some. Everything is served by this host alone, and a
page may do no more than its own files say.
"""

import asyncio
import io
import logging
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any, Protocol

import segno
from aiohttp import web

from db.agenda_rows import Plan
from db.ledger import Ledger
from db.room import Device
from db.troubles import Trouble
from meeting.polls import PollId
from meeting.refusals import ClosingDown, Refused
from meeting.room import Door, Show, UnknownKey
from room import plain
from room.asked import FORM, Asked, NotUnderstood, fields_of, press_of
from room.desk_acts import DeskActs, Done
from room.doors import PATHS, Doors, TooManyTries, came_across
from room.pages import Pages
from room.replies import Limits, Replies, Reply, Work
from room.seat_acts import SeatActs
from room.stream import PACE, State, dated
from room.views import Views
from room.wording import Json, Words, ms

log = logging.getLogger(__name__)

wire = logging.getLogger(f"{__name__}.wire")
wire.addFilter(lambda record: _without_what_was_sent(record))
"""What aiohttp says of requests it cannot read."""

LARGEST = 256 * 1024
"""Bytes of a request: the longest text, four bytes a character, and to spare."""

CLOSING = 0.5
"""Seconds for requests under way at a stop, after streams have ended."""

TOLD = 1000
"""Devices without JavaScript for which what came of a form is kept until the page is asked for again."""

TICK = 3.0
"""Seconds of real time between looks at whether a minute has begun; the wire's, like the streams' beats."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Robots-Tag": "noindex",
}
"""On everything that is sent."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Tasks(Work, Protocol):
    """The house's door for background work."""

    def spawn(self, coroutine: Coroutine[Any, Any, None], name: str) -> "asyncio.Task[None]":
        """Start a task."""


class Room:
    """The server. Everything it needs is given to it; `start` and `stop` are the house's to call."""

    def __init__(
        self,
        ledger: Ledger,
        words: Words,
        now: Callable[[], datetime],
        tasks: Tasks,
        limits: Limits,
        *,
        too_much: type[Refused],
        tell: Callable[[Plan, Trouble], str] = lambda _, trouble: trouble.kind.value,
        url: str = "",
    ) -> None:
        self._words = words
        self._now = now
        self._tasks = tasks
        self._doors = Doors(ledger.room, now, url)
        self._pages = Pages(words)
        self.views = Views(ledger, words, now, tell, url)
        self._desk = DeskActs(ledger, words, now, self.views)
        self._seat = SeatActs(ledger, words, now)
        self._replies = Replies(words, tasks, limits, too_much)
        self._told: OrderedDict[bytes, str] = OrderedDict()
        self._runner: web.AppRunner | None = None
        self._tick: asyncio.Task[None] | None = None
        self.wake: Callable[[], None] = lambda: None
        """Asks for a new look; set by whoever runs `views.refresh`."""

    # Start and stop

    async def start(self, host: str, port: int) -> int:
        """Listen; the port, also where 0 left it open. Raises OSError."""
        await self.views.refresh()
        runner = web.AppRunner(self.application(), access_log=None, logger=wire, shutdown_timeout=CLOSING)
        await runner.setup()
        try:
            # A reader that takes nothing for long is let go by its stream; the kernel finds dead lines, too.
            await web.TCPSite(runner, host, port, backlog=1024).start()
        except BaseException:
            await runner.cleanup()
            raise
        self._runner = runner
        self._tick = self._tasks.spawn(self._ticking(), "room tick")
        return int(runner.addresses[0][1])

    async def stop(self) -> None:
        """Streams end first, each with a word; then what is under way; then the door is shut."""
        self._replies.closing = True
        if self._tick is not None:
            self._tick.cancel()
        await self.views.hub.close(self._words.refusal(ClosingDown()))
        if self._runner is not None:
            await self._runner.cleanup()

    async def _ticking(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            if self.views.aged:
                self.wake()

    def application(self) -> web.Application:
        """All addresses."""
        app = web.Application(client_max_size=LARGEST)
        app.on_response_prepare.append(_with_headers)
        routes: list[tuple[str, str, Handler]] = [
            ("GET", "/healthz", self._healthz),
            ("GET", "/static/{name}", self._static),
            ("GET", "/room", self._screen_page),
            ("GET", "/room/state", self._state(Door.SCREEN)),
            ("GET", "/room/stream", self._stream(Door.SCREEN)),
            ("GET", "/room/qr.svg", self._qr(Door.SCREEN)),
            ("GET", "/desk/qr.svg", self._qr(Door.DESK)),
            ("GET", "/room/{key}", self._enter(Door.SCREEN)),
            ("GET", "/desk", self._desk_page),
            ("GET", "/desk/state", self._state(Door.DESK)),
            ("GET", "/desk/stream", self._stream(Door.DESK)),
            ("GET", "/desk/preview", self._preview),
            ("POST", "/desk/act", self._desk_act),
            ("GET", "/desk/{key}", self._enter(Door.DESK)),
            ("GET", "/seat", self._seat_page),
            ("GET", "/seat/state", self._state(Door.SEAT)),
            ("GET", "/seat/stream", self._stream(Door.SEAT)),
            ("POST", "/seat/enter", self._enter_code),
            ("POST", "/seat/leave", self._leave),
            ("POST", "/seat/act", self._seat_act),
            *(("GET", f"/seat/{form}", self._from_form) for form in ("act", "enter", "leave")),
            ("GET", "/seat/{key}", self._enter(Door.SEAT)),
            ("*", "/{rest:.*}", self._nowhere),
        ]
        # Not by a middleware: aiohttp keeps those, and the house with them, in a cache of the process.
        app.add_routes([web.route(method, path, self._guard(handler)) for method, path, handler in routes])
        return app

    def _guard(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            return await self._guarded(request, handler)

        return guarded

    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Where errors end. A wrong address, key and cookie are one and the same page."""
        try:
            if request.method == "POST" and not self._doors.same_origin(request):
                return self._answer(
                    request, Reply(403, {"ok": False, "sentence": self._words.say("room.elsewhere")})
                )
            return await handler(request)
        except Refused as refused:
            return self._answer(request, self._replies.refused(refused))
        except web.HTTPRequestEntityTooLarge:
            return self._answer(
                request, Reply(413, {"ok": False, "sentence": self._words.say("room.too_long")})
            )
        except web.HTTPNotFound:
            return self._answer(request, self._replies.refused(UnknownKey()))
        except web.HTTPException:
            raise
        except (ConnectionError, asyncio.CancelledError):
            raise
        except Exception as fault:  # noqa: BLE001 - the person gets a reference, the log the fault
            return self._answer(request, self._replies.failed(fault))

    def _answer(self, request: web.Request, reply: Reply) -> web.Response:
        """As JSON to a page's script, as a page to a person."""
        later = {"Retry-After": "2"} if reply.status in (429, 503) else {}
        if _wants_page(request):
            key = "gone" if reply.status == 404 else "sorry"
            text = self._pages.page(
                "gone", title=self._words.say(f"room.title.{key}"), sentence=reply.sentence
            )
            return web.Response(text=text, content_type="text/html", status=reply.status, headers=later)
        return web.json_response(reply.body, status=reply.status, headers=later)

    async def _nowhere(self, request: web.Request) -> web.StreamResponse:
        raise UnknownKey() if request.method in ("GET", "HEAD") else NotUnderstood()

    # Looking

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def _static(self, request: web.Request) -> web.Response:
        found = self._pages.files.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound()
        content, kind = found
        tag = f'"{self._pages.version}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers=headers)
        return web.Response(body=content, content_type=kind, charset="utf-8", headers=headers)

    def _qr(self, door: Door) -> Handler:
        async def code(request: web.Request) -> web.StreamResponse:
            await self._doors.device(request, door)
            join = self.views.join(door)
            if join is None:
                raise web.HTTPNotFound()
            picture = io.BytesIO()
            segno.make(join["url"], error="m").save(picture, kind="svg", scale=8, border=4, light="white")
            return web.Response(body=picture.getvalue(), content_type="image/svg+xml")

        return code

    def _enter(self, door: Door) -> Handler:
        async def enter(request: web.Request) -> web.StreamResponse:
            try:
                return await self._doors.enter(request, door, request.match_info["key"])
            except TooManyTries:
                raise
            except Refused as refused:
                if door is Door.SEAT:
                    return self._code_page(self._words.refusal(refused), 404)
                raise UnknownKey() from refused

        return enter

    def _state(self, door: Door) -> Handler:
        async def state(request: web.Request) -> web.StreamResponse:
            device = await self._doors.device(request, door)
            text = dated(await self._newest(device), ms(self._now()))
            return web.Response(text=text, content_type="application/json")

        return state

    async def _newest(self, device: Device) -> State:
        """What this device is to see. A device that has just come is not in the last look."""
        await self.views.catch_up(device)
        return self.views.state_of(device)

    def _stream(self, door: Door) -> Handler:
        async def stream(request: web.Request) -> web.StreamResponse:
            device = await self._doors.device(request, door)
            await self._newest(device)
            pace = PACE if door is Door.SEAT else 0
            return await self.views.hub.serve(request, device.digest, lambda: self.views.newest(device), pace)

        return stream

    async def _page(self, request: web.Request, door: Door, name: str) -> web.Response:
        try:
            device = await self._doors.device(request, door)
        except UnknownKey:
            if came_across(request) and "again" not in request.query:
                return _once_more(PATHS[door])
            raise
        state = dated(await self._newest(device), ms(self._now()))
        return self._filled(name, state, self._told.pop(device.digest, ""))

    def _filled(self, name: str, state: str, sentence: str = "") -> web.Response:
        text = self._pages.page(
            name,
            title=self._words.say(f"room.title.{name}"),
            plain=plain.fragment(name, self._words, state, secrets.token_urlsafe(16), sentence),
            state=state,
            sentence=sentence,
        )
        return web.Response(text=text, content_type="text/html")

    async def _screen_page(self, request: web.Request) -> web.Response:
        return await self._page(request, Door.SCREEN, "screen")

    async def _desk_page(self, request: web.Request) -> web.Response:
        return await self._page(request, Door.DESK, "desk")

    async def _seat_page(self, request: web.Request) -> web.Response:
        try:
            return await self._page(request, Door.SEAT, "seat")
        except UnknownKey:
            return self._code_page()

    def _code_page(self, sentence: str = "", status: int = 200) -> web.Response:
        text = self._pages.page("enter", title=self._words.say("room.title.seat"), sentence=sentence)
        return web.Response(text=text, content_type="text/html", status=status)

    async def _preview(self, request: web.Request) -> web.Response:
        await self._newest(await self._doors.device(request, Door.DESK))
        asked = Asked(dict(request.query))
        show = asked.one_of("show", Show)
        text = self.views.preview(show, PollId(asked.text("poll_id", "")), asked.text("text", ""))
        return web.Response(text=f'{{"ok": true, "screen": {text}}}', content_type="application/json")

    # Acting

    async def _desk_act(self, request: web.Request) -> web.Response:
        device = await self._doors.device(request, Door.DESK)
        nonce, act, args = await press_of(request)
        reply = await self._replies.give(device, nonce, lambda once: self._desk.run(device, once, act, args))
        return self._with_seq(reply)

    async def _seat_act(self, request: web.Request) -> web.Response:
        device = await self._doors.device(request, Door.SEAT)
        if request.content_type == FORM:
            return await self._seat_form(request, device)
        nonce, act, args = await press_of(request)
        reply = await self._replies.give(device, nonce, lambda once: self._seat.run(device, once, act, args))
        self.views.hub.hurry(device.digest)
        return self._with_seq(reply)

    async def _seat_form(self, request: web.Request, device: Device) -> web.Response:
        """A form sent without JavaScript. The page comes back with the sentence on top, at its own address:
        looking again sends nothing again."""
        fields = await fields_of(request)
        act, nonce = next(iter(fields.pop("act", [])), ""), next(iter(fields.pop("nonce", [])), "")

        async def run(once: str) -> Done:
            return await self._seat.run(device, once, act, await self._seat.from_form(act, fields))

        reply = await self._replies.give(device, nonce, run)
        await self.views.refresh()
        said = [reply.sentence, *([str(reply.body["code"])] if "code" in reply.body else [])]
        typed = next(iter(fields.get("text", [])), "")
        if not reply.body["ok"] and typed.strip():
            said.append(typed)
        self._told[device.digest] = "\n".join(said)
        while len(self._told) > TOLD:
            self._told.popitem(last=False)
        return _see_other(PATHS[Door.SEAT])

    def _with_seq(self, reply: Reply) -> web.Response:
        body: Json = {**reply.body, "seq": self.views.hub.seq} if reply.body["ok"] else reply.body
        later = {"Retry-After": "2"} if reply.status in (429, 503) else {}
        return web.json_response(body, status=reply.status, headers=later)

    async def _enter_code(self, request: web.Request) -> web.StreamResponse:
        fields = await fields_of(request)
        try:
            return await self._doors.enter(request, Door.SEAT, next(iter(fields.get("code", [])), ""))
        except TooManyTries as refused:
            return self._code_page(self._words.refusal(refused), 429)
        except Refused as refused:
            return self._code_page(self._words.refusal(refused), 404)

    async def _from_form(self, _: web.Request) -> web.StreamResponse:
        """Somebody asks for the address of a form, which is no code."""
        return _see_other(PATHS[Door.SEAT])

    async def _leave(self, request: web.Request) -> web.StreamResponse:
        return await self._doors.leave(request, Door.SEAT)


async def _with_headers(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Server"] = "roundtable"


def _without_what_was_sent(record: logging.LogRecord) -> bool:
    """A request that cannot be read is quoted in its error, keys and all; and anybody can send many."""
    record.msg, record.args, record.exc_info = "a request could not be read", (), None
    record.levelno, record.levelname = logging.DEBUG, "DEBUG"
    return wire.isEnabledFor(logging.DEBUG)


def _wants_page(request: web.Request) -> bool:
    """Whether a person looks at the answer, not a page's script."""
    by_hand = request.method in ("GET", "HEAD") or request.content_type == FORM
    return by_hand and "text/html" in request.headers.get("Accept", "")


def _see_other(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})


def _once_more(path: str) -> web.Response:
    """A page that at once asks for itself: as its own request, with the cookie."""
    return web.Response(
        text=f'<!doctype html><meta http-equiv="refresh" content="0; url={path}?again">',
        content_type="text/html",
    )
