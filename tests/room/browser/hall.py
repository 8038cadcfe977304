"""The room's real pages, with states made by a test instead of a meeting, and a line that can be cut."""

import asyncio
import json
from typing import Any

from aiohttp import web

from bot.page_words import PageWords
from bot.words import Words
from config.catalogue import read_catalogues
from room.pages import Pages
from tests.room.browser.states import NOW
from tests.stage import at

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}
QR = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#fff"/></svg>'
)


class Hall:
    """Serves `screen`, `desk` and `seat` with `state`; keeps what is sent to it in `presses`."""

    def __init__(self) -> None:
        self.pages = Pages(PageWords(Words(read_catalogues()), lambda: at(10, 30)))
        self.state: dict[str, dict[str, Any]] = {}
        self.presses: list[dict[str, Any]] = []
        self.answer: dict[str, Any] = {"ok": True, "sentence": "Done."}
        self.lose = 0
        """So many of the next presses are done and never answered."""
        self.silent = False
        """Lines stay open and say nothing: what a half-open connection is like."""
        self.gone = False
        self.now = NOW
        self.port = 0
        self.opened = 0
        self._lines: set[web.StreamResponse] = set()
        self._runner: web.AppRunner | None = None

    async def open(self) -> None:
        app = web.Application()
        app.router.add_get("/static/{name}", self._static)
        app.router.add_get("/room/qr.svg", self._qr)
        app.router.add_get("/desk/preview", self._preview)
        app.router.add_get("/plain/{name}", self._page)
        app.router.add_get("/{name}", self._page)
        app.router.add_get("/{name}/state", self._newest)
        app.router.add_get("/{name}/stream", self._stream)
        app.router.add_post("/{name}/act", self._act)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """As when the process ends: every line is cut."""
        self._lines.clear()
        assert self._runner is not None
        await self._runner.cleanup()

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"

    async def listened(self, before: int = 0) -> None:
        """A page has its line, one more than `before`."""
        while self.opened <= before or not self._lines:
            await asyncio.sleep(0.01)

    async def push(self, name: str, state: dict[str, Any]) -> None:
        """The state from now on, told to the open pages."""
        self.state[name] = state
        await self.say("state", state)

    async def say(self, event: str, data: dict[str, Any]) -> None:
        if not self.silent:
            for line in list(self._lines):
                await line.write(f"event: {event}\ndata: {json.dumps(data)}\n\n".encode())

    async def beat(self) -> None:
        await self.say("beat", {"now": self.now, "seq": 1})

    async def _static(self, request: web.Request) -> web.Response:
        content, kind = self.pages.files[request.match_info["name"]]
        return web.Response(body=content, content_type=kind, headers=HEADERS)

    async def _qr(self, _: web.Request) -> web.Response:
        return web.Response(text=QR, content_type="image/svg+xml")

    async def _page(self, request: web.Request) -> web.Response:
        name = {"room": "screen"}.get(request.match_info["name"], request.match_info["name"])
        if name not in ("screen", "desk", "seat", "enter", "gone"):
            raise web.HTTPNotFound
        state = json.dumps(self.state[name]) if name in self.state else None
        plain = "<h1>How things stand</h1><p>Readable without scripts.</p>"
        text = self.pages.page(
            name, title=name.title(), plain=plain, state=state, sentence="There is no such code."
        )
        return web.Response(text=text, content_type="text/html", headers=HEADERS)

    def _named(self, request: web.Request) -> str:
        return {"room": "screen"}.get(request.match_info["name"], request.match_info["name"])

    async def _newest(self, request: web.Request) -> web.Response:
        if self.gone:
            return web.json_response({"ok": False, "sentence": "Gone."}, status=404)
        return web.json_response(self.state[self._named(request)])

    async def _preview(self, request: web.Request) -> web.Response:
        shown = dict(self.state["desk"]["screen"]["shown"])
        text = request.query.get("text", "")
        shown |= {"layout": "message", "message": {"text": text, "lines": text.splitlines()}}
        return web.json_response({"ok": True, "screen": shown})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        if self.gone:
            raise web.HTTPNotFound
        self.opened += 1
        line = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await line.prepare(request)
        if not self.silent:
            state = json.dumps(self.state[self._named(request)] | {"now": self.now})
            await line.write(f"retry: 200\nevent: state\ndata: {state}\n\n".encode())
        self._lines.add(line)
        try:
            while line in self._lines and not (request.transport is None or request.transport.is_closing()):
                await asyncio.sleep(0.02)
        finally:
            self._lines.discard(line)
        return line

    async def _half(self, request: web.Request) -> web.StreamResponse:
        """An answer cut after its first byte: one that never began, Chromium asks for again by itself."""
        half = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "100"})
        await half.prepare(request)
        await half.write(b"{")
        assert request.transport is not None
        request.transport.close()
        return half

    async def _act(self, request: web.Request) -> web.StreamResponse:
        self.presses.append(await request.json())
        if self.lose:
            self.lose -= 1
            return await self._half(request)
        status = 200 if self.answer["ok"] else 409
        return web.json_response(self.answer, status=status)
