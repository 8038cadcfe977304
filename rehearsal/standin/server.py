"""The stand-in itself: a server on loopback with the REST API and the gateway."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp import web

from . import permissions
from .calls import Exchange
from .door import PREFIX, Door
from .faults import Disturbance
from .gateway import Gateway
from .ground import NONCE_MEMORY
from .interactions import FIRST_RESPONSE, Interaction, Interactions
from .model import Json, Member
from .openapi import CheckResult, Description
from .permissions import Permission
from .person import Person
from .snapshots import snapshot
from .world import World

TOKEN = base64.b64encode(b"100000000000000000").decode() + ".rehearsal.not-a-secret"
"""Shaped like a bot's token; opens nothing but a stand-in."""

BOT_PERMISSIONS = int(
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.MANAGE_CHANNELS
    | Permission.MANAGE_ROLES
    | Permission.MANAGE_THREADS
    | Permission.MANAGE_MESSAGES
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.PIN_MESSAGES
    | Permission.CREATE_EVENTS
    | Permission.MANAGE_EVENTS
    | Permission.MENTION_EVERYONE
    | Permission.USE_APPLICATION_COMMANDS
)
"""What the bot's role has unless a test or director says otherwise."""

RETRY = timedelta(milliseconds=5)
"""Real time a client held off by a bucket is told to wait."""

LARGEST_BODY = 128 * 1024 * 1024
"""Bytes; ten files of the largest size and more, so that the limit that answers is Discord's."""


class Standin:
    """Discord, as far as one bot in one guild can tell.

    `now` is the meeting clock (aware, UTC). `openapi` is Discord's API description, for `check`.
    `response_limit` and `retry` are real time; `nonce_memory` is how long (meeting time) a nonce is heeded.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        openapi: Path | None = None,
        token: str = TOKEN,
        response_limit: timedelta = FIRST_RESPONSE,
        *,
        bot_permissions: int = BOT_PERMISSIONS,
        bot_position: int = 1,
        retry: timedelta = RETRY,
        nonce_memory: timedelta = NONCE_MEMORY,
    ) -> None:
        self.token = token
        self.world = World(now, bot_permissions=bot_permissions, bot_position=bot_position)
        self.world.nonce_memory = nonce_memory
        self.interactions = Interactions(self.world, response_limit)
        self.gateway = Gateway(self.world, token)
        self.door = Door(self.world, self.interactions, token, retry)
        self.world.emit = self.gateway.emit
        self.api_url = ""
        self.gateway_url = ""
        self._description = Description(openapi) if openapi else None
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listens on a free port of the loopback; `api_url` and `gateway_url` say which."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_get("/attachments/{channel_id}/{attachment_id}/{name}", self._file)
        app.router.add_route("*", PREFIX + "/{tail:.*}", self.door.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        port = self._runner.addresses[0][1]
        self.door.base_url = f"http://127.0.0.1:{port}"
        self.world.base_url = self.door.base_url
        self.api_url = self.door.base_url + PREFIX
        self.gateway_url = self.gateway.url = f"ws://127.0.0.1:{port}/gateway"

    async def stop(self) -> None:
        """Closes every socket and stops listening."""
        self.interactions.stop()
        await self.gateway.stop()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    # What was asked of it.

    @property
    def log(self) -> list[Exchange]:
        """Every REST request, in the order they came."""
        return self.door.log

    @property
    def refused(self) -> list[Exchange]:
        """Requests answered with a refusal, other than 429, a GET's 404 and what somebody made go wrong."""
        return [
            one
            for one in self.log
            if one.status >= 400
            and one.status != 429
            and not one.untrue
            and not (one.method == "GET" and one.status == 404)
        ]

    @property
    def unanswered(self) -> list[Interaction]:
        """Interactions that got no first response in time."""
        return self.interactions.unanswered

    @property
    def quiet(self) -> bool:
        """Whether nothing is under way: no request, no interaction waiting, no message loading."""
        return not self.door.in_progress and not self.gateway.pending and self.interactions.quiet

    @property
    def revision(self) -> int:
        """Rises with each request received and each gateway event sent."""
        return len(self.log) + self.gateway.events_sent

    @property
    def refill_at(self) -> datetime | None:
        """The earliest meeting moment at which a bucket that denied a request has room again."""
        return self.door.buckets.refill_at

    # The bot's connection.

    @property
    def connected(self) -> bool:
        """Whether a bot has identified or resumed and is still there."""
        return self.gateway.connected

    async def wait_connected(self) -> None:
        """Returns when a bot has identified or resumed."""
        await self.gateway.identified.wait()

    async def drop_gateway(self, resumable: bool) -> None:
        """Closes the bot's socket; what happens next it gets on RESUME, or not if not resumable."""
        await self.gateway.drop(resumable=resumable)

    async def cut_off(self) -> None:
        """From now on nothing gets through in either direction, until `reach_again`."""
        self.door.cut = self.gateway.cut = True
        await self.gateway.break_off()

    def reach_again(self) -> None:
        """The line is there again; the client finds out by itself."""
        self.door.cut = self.gateway.cut = False

    # People and what there is to see.

    def person(self, member: Member) -> Person:
        """Somebody who acts as this member."""
        return Person(self.world, self.interactions, member)

    def visible_channel_ids(self, member_id: int | str) -> list[int]:
        """The channels and threads a member may view. Raises KeyError for a stranger."""
        member = self.world.members[int(member_id)]
        places = [*self.world.in_order(), *self.world.threads.values()]
        return [one.id for one in places if permissions.may_view(self.world, member, one)]

    def snapshot(self) -> Json:
        """All there is now, JSON-able."""
        return snapshot(self.world)

    def check(self) -> CheckResult:
        """Holds all exchanges so far against Discord's API description.

        Raises ValueError when the stand-in was not given one.
        """
        if self._description is None:
            raise ValueError("this stand-in was given no API description")
        return self._description.check(self.log)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        if self.door.cut:
            return Disturbance().answer()
        wanted = request.match_info["attachment_id"]
        messages = [*self.world.messages, *self.world.ephemeral.values()]
        posted = [one for message in messages for one in message.attachments]
        for one in [*self.world.given.values(), *posted]:
            if str(one.id) == wanted:
                # As a header, for a type may name its charset too: "text/csv; charset=utf-8".
                return web.Response(body=one.data, headers={"Content-Type": one.content_type})
        raise web.HTTPNotFound
