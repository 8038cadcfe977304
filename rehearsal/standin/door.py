"""The one place through which every REST request goes: token, limits, routes, log."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, timedelta
from email.utils import format_datetime
from typing import Any

from aiohttp import BodyPartReader, web

from . import (
    routes_about,
    routes_channels,
    routes_commands,
    routes_events,
    routes_guild,
    routes_interactions,
    routes_messages,
    routes_pins,
    routes_threads,
    routes_webhooks,
)
from .buckets import GLOBAL, MESSAGE_CREATE, MESSAGE_EDIT, RENAME, Buckets, Grant, Limit, generous
from .calls import Call, Exchange, Route, Routes, Upload
from .faults import TRUE, Disturb, Disturbance
from .interactions import Interactions
from .model import Json
from .refusals import Refusal, refuse, unauthorized
from .world import World

PREFIX = "/api/v10"

EXEMPT = ("/interactions/", "/webhooks/")
"""Discord docs, Rate Limits: not bound to the bot's global limit."""

LONGEST_WAIT = 50
"""How many times the first wait the last one is."""


class Door:
    """Answers requests; `retry` is the real time a client that is held off is told to wait.

    `fault`, when set, is asked first about each request, and what it returns becomes of it; while `cut` is
    set no request is heard at all.
    """

    def __init__(self, world: World, interactions: Interactions, token: str, retry: timedelta) -> None:
        self._world = world
        self._interactions = interactions
        self._authorization = f"Bot {token}"
        self._retry = retry.total_seconds()
        self._routes = Routes()
        for module in _MODULES:
            self._routes.include(module.routes)
        self.buckets = Buckets(world.now)
        self.base_url = ""
        self.log: list[Exchange] = []
        self.in_progress = 0
        self.fault: Disturb | None = None
        self.cut = False

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request, from its arrival to its line in the log."""
        exchange = Exchange(
            self._world.now(), request.method, request.path, request.path, dict(request.query)
        )
        if self.cut:
            return Disturbance().answer()
        self.log.append(exchange)
        self.in_progress += 1
        headers = {"Date": format_datetime(self._world.now().astimezone(UTC), usegmt=True)}
        path = request.path.removeprefix(PREFIX)
        found = self._routes.find(request.method, path)
        try:
            if found is None:
                raise Refusal(501, 0, f"This stand-in does not know {request.method} {path}")
            exchange.route = found[0].template
            exchange.body, uploads = await _body(request)
            exchange.files = [(one.filename, len(one.data)) for one in uploads]
            exchange.disturbance = disturbance = self.fault(exchange) if self.fault else None
            if disturbance is None or disturbance.done or disturbance.status == TRUE:
                self._answer(request, found, exchange, uploads, headers)
            if disturbance is not None:
                if disturbance.then:
                    disturbance.then()
                await asyncio.sleep(disturbance.wait)
                if disturbance.status != TRUE:
                    exchange.status = disturbance.status
                    return disturbance.answer()
        except Refusal as refusal:
            exchange.status, exchange.response, exchange.code = refusal.status, refusal.body, refusal.code
        except Exception:
            exchange.status = 500
            raise
        finally:
            self.in_progress -= 1
        if exchange.status == 204:
            return web.Response(status=204, headers=headers)
        # No charset: Discord sends none, and clients compare the type as a whole.
        headers["Content-Type"] = "application/json"
        body = json.dumps(exchange.response).encode()
        # Kept as it was then: shapes hold live lists.
        exchange.response = json.loads(body)
        return web.Response(status=exchange.status, body=body, headers=headers)

    def _answer(
        self,
        request: web.Request,
        found: tuple[Route, dict[str, str]],
        exchange: Exchange,
        uploads: list[Upload],
        headers: dict[str, str],
    ) -> None:
        route, ids = found
        if not route.open and request.headers.get("Authorization") != self._authorization:
            raise unauthorized()
        self._world.settle()
        if self._held_off(route, ids, exchange, headers):
            return
        call = Call(
            self._world, self._interactions, ids, request.query, exchange.body, uploads, self.base_url
        )
        status, response = route.handler(call)
        exchange.status, exchange.response = status, response

    def _held_off(
        self, route: Route, ids: dict[str, str], exchange: Exchange, headers: dict[str, str]
    ) -> bool:
        major = next((ids[name] for name in _MAJOR if name in ids), "")
        if not route.template.startswith(EXEMPT):
            whole = self.buckets.take(GLOBAL, "")
            if not whole.allowed:
                self._deny(exchange, headers, whole, everywhere=True)
                return True
        own = self.buckets.take(_limit(route), major)
        headers |= own.headers(self._retry)
        if not own.allowed:
            self._deny(exchange, headers, own, everywhere=False)
            return True
        if self._renames(route, ids, exchange.body):
            sub = self.buckets.take(RENAME, major)
            if not sub.allowed:
                self._deny(exchange, headers, sub, everywhere=False)
                return True
        return False

    def _deny(self, exchange: Exchange, headers: dict[str, str], grant: Grant, *, everywhere: bool) -> None:
        """Discord docs, Rate Limits, Exceeding A Rate Limit."""
        # Clients give up after a few tries; doubling leaves whoever holds the clock time to move it.
        wait = self._retry * min(2 ** (grant.denials - 1), LONGEST_WAIT)
        exchange.denied, exchange.status = True, 429
        exchange.response = {
            "message": "You are being rate limited.",
            "retry_after": wait,
            "global": everywhere,
            "code": 0,
        }
        # Without Via a client takes a 429 for a ban by the proxy in front of Discord.
        headers |= {"Via": "1.1 google", "Retry-After": f"{wait:.3f}"}
        headers["X-RateLimit-Scope"] = "global" if everywhere else "user"
        if everywhere:
            headers["X-RateLimit-Global"] = "true"

    def _renames(self, route: Route, ids: dict[str, str], body: Any) -> bool:
        if (route.method, route.template) != ("PATCH", "/channels/{channel_id}") or not isinstance(
            body, dict
        ):
            return False
        place = self._world.place(ids["channel_id"]) if ids["channel_id"].isdigit() else None
        if place is None:
            return False
        name, topic = body.get("name", place.name), body.get("topic", place.topic)
        return bool(name != place.name or (topic or None) != (place.topic or None))


_MODULES = (
    routes_about, routes_channels, routes_commands, routes_events, routes_guild, routes_interactions,
    routes_messages, routes_pins, routes_threads, routes_webhooks,
)  # fmt: skip

_MAJOR = ("channel_id", "guild_id", "webhook_token", "interaction_id")
"""Discord docs, Rate Limits: the parameters that have buckets of their own."""

_NARROW = {
    ("POST", routes_messages.MESSAGES): MESSAGE_CREATE,
    ("PATCH", routes_messages.MESSAGE): MESSAGE_EDIT,
}


def _limit(route: Route) -> Limit:
    return _NARROW.get((route.method, route.template)) or generous(route.method, route.template)


async def _body(request: web.Request) -> tuple[Any, list[Upload]]:
    """The JSON of a body and the files beside it. Raises 50109 for what is no JSON."""
    if request.content_type != "multipart/form-data":
        text = await request.text()
        return (_parse(text) if text else None), []
    body: Json = {}
    uploads: list[Upload] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        name, data = part.name or "", bytes(await part.read())
        if name == "payload_json":
            body = _parse(data.decode())
        elif name.startswith("files["):
            kind = part.headers.get("Content-Type", "application/octet-stream")
            uploads.append(Upload(int(name[6:-1]), part.filename or name, kind, data))
    return body, uploads


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise refuse(50109) from None
