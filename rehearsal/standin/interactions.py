"""Interactions from their first event to their last follow-up (Discord docs, Receiving and Responding)."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from . import permissions, render
from .form_commands import CHAT_INPUT
from .model import CHAT_INPUT_COMMAND, CONTEXT_MENU_COMMAND, Channel, Json, Member, Message
from .world import World

TOKEN_LIFE = timedelta(minutes=15)
"""Discord docs, Receiving and Responding, Followup Messages; meeting time here."""

FIRST_RESPONSE = timedelta(seconds=3)
"""Discord docs, Receiving and Responding, Interaction Callback; real time."""

FILE_LIMIT = 10 * 1024 * 1024
"""Bytes; Discord docs, Reference, Uploading Files."""

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
"""Discord docs, Receiving and Responding, Interaction Type."""

MESSAGE, THINKING, LATER, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
"""Discord docs, Receiving and Responding, Interaction Callback Type."""


@dataclass(slots=True, eq=False)
class Interaction:
    """What one person did, and what became of it.

    `began` is meeting time. `answer` is the callback's type, None before it; `failed` that none
    came within the limit. `original` is what @original stands for. `first` is set when the first
    response came or never will, `shown` when there is something on the person's screen.
    """

    id: int
    token: str
    type: int
    member: Member
    place: Channel
    data: Json
    began: datetime
    source: Message | None = None
    cause: Interaction | None = None
    answer: int | None = None
    failed: bool = False
    ephemeral: bool = False
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] = field(default_factory=list)
    first: asyncio.Event = field(default_factory=asyncio.Event)
    shown: asyncio.Event = field(default_factory=asyncio.Event)
    timer: asyncio.TimerHandle | None = None

    @property
    def thinking(self) -> bool:
        """Whether the person looks at a message that says the bot is thinking."""
        return self.answer == THINKING and not self.shown.is_set()

    @property
    def message_type(self) -> int:
        """The type of the message that answers it (Discord docs, Message, Message Types)."""
        if self.type != COMMAND:
            return 0
        return CHAT_INPUT_COMMAND if self.data["type"] == CHAT_INPUT else CONTEXT_MENU_COMMAND


class Interactions:
    """All interactions since the start; `limit` is real time."""

    def __init__(self, world: World, limit: timedelta) -> None:
        self._world = world
        self._limit = limit
        self._by_token: dict[str, Interaction] = {}
        self._by_id: dict[int, Interaction] = {}
        self._open: dict[int, Interaction] = {}
        self._put_off: list[Interaction] = []
        self.unanswered: list[Interaction] = []

    def begin(
        self,
        kind: int,
        member: Member,
        place: Channel,
        data: Json,
        *,
        source: Message | None = None,
        cause: Interaction | None = None,
    ) -> Interaction:
        """Tells the bot what a person did, and starts the three seconds."""
        interaction_id = self._world.ids.make()
        token = base64.urlsafe_b64encode(f"interaction:{interaction_id}".encode()).decode().rstrip("=")
        one = Interaction(interaction_id, token, kind, member, place, data, self._world.now(), source, cause)
        self._by_token[token] = self._by_id[one.id] = self._open[one.id] = one
        one.timer = asyncio.get_running_loop().call_later(self._limit.total_seconds(), self._expire, one)
        self._world.emit("INTERACTION_CREATE", self._payload(one), 0)
        return one

    def by_id(self, interaction_id: int) -> Interaction | None:
        return self._by_id.get(interaction_id)

    def by_token(self, token: str) -> Interaction | None:
        """The interaction of a token, whether or not it still lives."""
        return self._by_token.get(token)

    def alive(self, one: Interaction) -> bool:
        """Whether its token can still be used."""
        return self._world.now() - one.began < TOKEN_LIFE

    @property
    def quiet(self) -> bool:
        """Whether nobody waits for a first response, or before a message that is still loading."""
        for one in [*self._open.values()]:
            if one.failed or one.shown.is_set() or one.answer == LATER or not self.alive(one):
                del self._open[one.id]
        return not self._open

    def answered(self, one: Interaction, answer: int) -> None:
        """The first response came."""
        one.answer = answer
        if one.timer:
            one.timer.cancel()
        one.first.set()
        if answer == LATER:
            self._put_off.append(one)
        elif answer != THINKING:
            one.shown.set()

    def message_changed(self, message: Message) -> None:
        """A message was edited: whoever pressed it and was put off sees that."""
        for one in self._put_off:
            if one.source is message:
                one.shown.set()
        self._put_off = [one for one in self._put_off if not one.shown.is_set()]

    def metadata(self, one: Interaction, *, following: bool) -> Json:
        """What a message says of the interaction it answers."""
        shape: Json = {
            "id": str(one.id),
            "type": one.type,
            "user": render.user(one.member.user),
            "authorizing_integration_owners": {"0": str(self._world.guild.id)},
        }
        if following and one.original:
            shape["original_response_message_id"] = str(one.original.id)
        if one.type == COMMAND and "target_id" in one.data:
            shape["target_message_id"] = one.data["target_id"]
        if one.type == COMPONENT and one.source:
            shape["interacted_message_id"] = str(one.source.id)
        if one.type == MODAL_SUBMIT and one.cause:
            shape["triggering_interaction_metadata"] = self.metadata(one.cause, following=False)
        return shape

    def stop(self) -> None:
        """Stops the running three seconds."""
        for one in self._by_id.values():
            if one.timer:
                one.timer.cancel()

    def _expire(self, one: Interaction) -> None:
        one.failed = True
        self.unanswered.append(one)
        one.first.set()
        one.shown.set()

    def _payload(self, one: Interaction) -> Json:
        world = self._world
        held = permissions.in_channel(world, one.member, one.place)
        channel = render.channel(world, one.place) | {"permissions": str(held)}
        payload: dict[str, Any] = {
            "id": str(one.id),
            "application_id": str(world.bot.id),
            "token": one.token,
            "type": one.type,
            "version": 1,
            "data": one.data,
            "guild_id": str(world.guild.id),
            "guild": {"id": str(world.guild.id), "locale": world.guild.locale, "features": []},
            "channel_id": str(one.place.id),
            "channel": channel,
            "member": render.member(one.member) | {"permissions": str(held)},
            "locale": one.member.locale,
            "guild_locale": world.guild.locale,
            "app_permissions": str(permissions.in_channel(world, world.bot, one.place)),
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": {"0": str(world.guild.id)},
            "context": 0,
            "attachment_size_limit": FILE_LIMIT,
        }
        if one.source:
            payload["message"] = render.message(world, one.source)
        return payload
