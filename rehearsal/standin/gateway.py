"""The gateway: sessions that outlive their sockets, and what is sent to them (Discord docs, Gateway)."""

from __future__ import annotations

import asyncio
import importlib
import json
import zlib
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from . import render
from .faults import Disturbance
from .ground import MESSAGE_CONTENT
from .model import Json
from .world import World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, REQUEST_MEMBERS = 0, 1, 2, 6, 7, 8
INVALID_SESSION, HELLO, HEARTBEAT_ACK = 9, 10, 11
"""Discord docs, Opcodes and Status Codes, Gateway Opcodes."""

HEARTBEAT_INTERVAL = 41250
"""Real milliseconds; the value in Discord docs, Gateway Events, Hello."""

UNKNOWN_ERROR, DECODE_ERROR, NOT_AUTHENTICATED, WRONG_TOKEN = 4000, 4002, 4003, 4004
ALREADY_AUTHENTICATED, INVALID_INTENTS = 4005, 4013
"""Discord docs, Opcodes and Status Codes, Gateway Close Event Codes."""

KNOWN_INTENTS = (1 << 26) - 1


class Link:
    """One socket: writes what it is given in order, compressed as the client asked."""

    def __init__(self, socket: web.WebSocketResponse, compress: str) -> None:
        self.socket = socket
        self.queue: asyncio.Queue[Json] = asyncio.Queue()
        self.transport: asyncio.Transport | None = None
        self._compressor = _compressor(compress)

    async def write(self) -> None:
        """Writes until cancelled; what cannot be sent any more is dropped."""
        while True:
            text = json.dumps(await self.queue.get())
            try:
                if self._compressor is None:
                    await self.socket.send_str(text)
                else:
                    await self.socket.send_bytes(self._compressor(text.encode()))
            except (ConnectionError, RuntimeError):
                return

    def op(self, code: int, data: Any = None) -> None:
        """Sends something that is not an event."""
        self.queue.put_nowait({"op": code, "d": data, "s": None, "t": None})


@dataclass(slots=True)
class Session:
    """What one IDENTIFY began; `sent` are its events, for a RESUME to replay."""

    id: str
    intents: int
    sent: list[Json] = field(default_factory=list)
    link: Link | None = None

    def dispatch(self, event: str, data: Json) -> None:
        """Numbers an event, keeps it, and sends it if there is a socket."""
        payload = {"op": DISPATCH, "d": data, "s": len(self.sent) + 1, "t": event}
        self.sent.append(payload)
        if self.link:
            self.link.queue.put_nowait(payload)


class Gateway:
    """All sessions of the one bot."""

    def __init__(self, world: World, token: str) -> None:
        self._world = world
        self._token = token
        self._sessions: dict[str, Session] = {}
        self._begun = 0
        self.url = ""
        self.events_sent = 0
        self.cut = False
        """Set while no socket gets through."""
        self.identified = asyncio.Event()

    @property
    def connected(self) -> bool:
        """Whether a socket has identified or resumed."""
        return any(session.link for session in self._sessions.values())

    @property
    def pending(self) -> bool:
        """Whether an event waits to be written."""
        return any(session.link and not session.link.queue.empty() for session in self._sessions.values())

    def emit(self, event: str, data: Json, intent: int) -> None:
        """Tells every session that has the intent; 0 tells all."""
        # A copy: shapes hold live lists, and a replay must tell what was true then.
        frozen = json.dumps(data)
        for session in self._sessions.values():
            if intent and not session.intents & intent:
                continue
            own = json.loads(frozen)
            if event.startswith("MESSAGE_") and not session.intents & MESSAGE_CONTENT:
                self._strip(own)
            self.events_sent += 1
            session.dispatch(event, own)

    async def drop(self, *, resumable: bool) -> None:
        """Closes every socket, with its session kept for a RESUME or ended."""
        for session in [*self._sessions.values()]:
            link, session.link = session.link, None
            if not resumable:
                del self._sessions[session.id]
            if link is None:
                continue
            link.op(*((RECONNECT, None) if resumable else (INVALID_SESSION, False)))
            while not link.queue.empty():
                await asyncio.sleep(0)
            if resumable:
                await link.socket.close(code=UNKNOWN_ERROR)
        self._note()

    async def break_off(self) -> None:
        """The lines are cut without a word; the sessions are kept for a RESUME."""
        for session in [*self._sessions.values()]:
            link, session.link = session.link, None
            if link is not None and link.transport is not None:
                link.transport.abort()
        self._note()

    async def stop(self) -> None:
        """Ends all sessions and closes their sockets."""
        for session in self._sessions.values():
            if session.link:
                await session.link.socket.close(code=1001)
        self._sessions.clear()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One client's socket, from HELLO until it closes."""
        socket = web.WebSocketResponse(max_msg_size=1 << 20, timeout=1.0)
        compress = request.query.get("compress", "")
        if compress not in ("", "zlib-stream", "zstd-stream"):
            raise web.HTTPBadRequest(text=f"no such compression: {compress}")
        if self.cut:
            return Disturbance().answer()
        await socket.prepare(request)
        link = Link(socket, compress)
        link.transport = request.transport
        link.op(HELLO, {"heartbeat_interval": HEARTBEAT_INTERVAL})
        session: Session | None = None
        async with asyncio.TaskGroup() as tasks:
            writer = tasks.create_task(link.write())
            async for frame in socket:
                if frame.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                    break
                session = await self._hear(frame.data, link, session)
            writer.cancel()
        if session and session.link is link:
            session.link = None
            self._note()
            # Discord docs, Gateway, Disconnecting: a client's 1000 or 1001 ends its session.
            if socket.close_code in (1000, 1001):
                self._sessions.pop(session.id, None)
        return socket

    async def _hear(self, text: str | bytes, link: Link, session: Session | None) -> Session | None:
        try:
            said = json.loads(text)
            code, data = said["op"], said.get("d")
        except (ValueError, KeyError, TypeError):
            await link.socket.close(code=DECODE_ERROR)
            return session
        if session and session.id not in self._sessions:
            # It was ended with op 9; the same socket may identify anew.
            session = None
        if code == HEARTBEAT:
            link.op(HEARTBEAT_ACK)
        elif code in (IDENTIFY, RESUME) and session is not None:
            await link.socket.close(code=ALREADY_AUTHENTICATED)
        elif code == IDENTIFY:
            return await self._identify(data, link)
        elif code == RESUME:
            return await self._resume(data, link)
        elif session is None:
            await link.socket.close(code=NOT_AUTHENTICATED)
        elif code == REQUEST_MEMBERS:
            self.events_sent += 1
            session.dispatch("GUILD_MEMBERS_CHUNK", self._chunk(data))
        return session

    async def _identify(self, data: Json, link: Link) -> Session | None:
        if data.get("token") != self._token:
            await link.socket.close(code=WRONG_TOKEN)
            return None
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            await link.socket.close(code=INVALID_INTENTS)
            return None
        for old in [*self._sessions.values()]:
            if old.link is None:
                del self._sessions[old.id]
        self._begun += 1
        session = Session(f"{self._world.ids.make():032x}{self._begun}", intents, link=link)
        self._sessions[session.id] = session
        session.dispatch("READY", self._ready(session, data.get("shard")))
        session.dispatch("GUILD_CREATE", json.loads(json.dumps(render.guild_create(self._world))))
        self.events_sent += 2
        self._note()
        return session

    async def _resume(self, data: Json, link: Link) -> Session | None:
        if data.get("token") != self._token:
            await link.socket.close(code=WRONG_TOKEN)
            return None
        session = self._sessions.get(str(data.get("session_id")))
        seen = data.get("seq")
        if session is None or session.link or not isinstance(seen, int) or seen > len(session.sent):
            link.op(INVALID_SESSION, False)
            return None
        for payload in session.sent[seen:]:
            link.queue.put_nowait(payload)
            self.events_sent += 1
        session.link = link
        session.dispatch("RESUMED", {"_trace": []})
        self._note()
        return session

    def _note(self) -> None:
        """Keeps `identified` true to what is connected."""
        if self.connected:
            self.identified.set()
        else:
            self.identified.clear()

    def _chunk(self, asked: Json) -> Json:
        """Discord docs, Gateway Events, Request Guild Members; always in one piece."""
        ids = asked.get("user_ids") or []
        wanted = {str(one) for one in (ids if isinstance(ids, list) else [ids])}
        begins, most = asked.get("query"), int(asked.get("limit") or 100)
        members = [*self._world.members.values()]
        found = [one for one in members if str(one.id) in wanted or (begins and one.name.startswith(begins))]
        known = {str(one.id) for one in found}
        return {
            "guild_id": str(self._world.guild.id),
            "members": [render.member(one) for one in found[:most]],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": sorted(wanted - known),
            "nonce": asked.get("nonce"),
        }

    def _ready(self, session: Session, shard: object) -> Json:
        ready: Json = {
            "v": 10,
            "user": render.user(self._world.bot.user)
            | {"verified": True, "mfa_enabled": True, "email": None},
            "guilds": [{"id": str(self._world.guild.id), "unavailable": True}],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "session_type": "normal",
            "private_channels": [],
            "presences": [],
            "relationships": [],
            "user_settings": {},
            "application": {"id": str(self._world.bot.id), "flags": 0},
            "_trace": [],
        }
        return ready | ({"shard": shard} if shard else {})

    def _strip(self, message: Json) -> None:
        # Discord docs, Gateway, Message Content Intent: its own and those that mention it keep all.
        bot = str(self._world.bot.id)
        own = message.get("author", {}).get("id") == bot
        if not own and all(user["id"] != bot for user in message.get("mentions", ())):
            empty: dict[str, Any] = {"content": "", "embeds": [], "attachments": [], "components": []}
            message.update({key: value for key, value in empty.items() if key in message})


def _compressor(kind: str) -> Any:
    """What turns one payload into one frame, keeping its context from frame to frame."""
    if kind == "zlib-stream":
        zlib_stream = zlib.compressobj()
        return lambda data: zlib_stream.compress(data) + zlib_stream.flush(zlib.Z_SYNC_FLUSH)
    if kind == "zstd-stream":
        # Only a client that has this library asks for it, and it runs on this machine too.
        zstandard = importlib.import_module("zstandard")
        zstd_stream = zstandard.ZstdCompressor().compressobj()
        return lambda data: zstd_stream.compress(data) + zstd_stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    return None
