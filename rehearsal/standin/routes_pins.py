"""Pins, by the new and the old routes (Discord docs, Message, Channel Pins)."""

from __future__ import annotations

from datetime import datetime

from . import reach, render
from .calls import Answer, Call, Routes
from .model import WRITTEN, Message
from .permissions import Permission
from .refusals import refuse

routes = Routes()

MOST = 250
"""Discord docs, Opcodes and Status Codes, 30003."""

SYSTEM_PINNED = 6
"""Discord docs, Message, Message Types."""


@routes.on("GET", "/channels/{channel_id}/messages/pins")
def listing(call: Call) -> Answer:
    """Those pinned last come first; `before` is a moment in ISO 8601."""
    limit = call.number("limit", 50, 1, 50)
    found = _pinned(call)
    if "before" in call.query:
        before = datetime.fromisoformat(call.query["before"])
        found = [one for one in found if one.pinned_at and one.pinned_at < before]
    items = [
        {"pinned_at": render.when(one.pinned_at), "message": render.message(call.world, one)}
        for one in found[:limit]
    ]
    return 200, {"items": items, "has_more": len(found) > limit}


@routes.on("GET", "/channels/{channel_id}/pins")
def old_listing(call: Call) -> Answer:
    return 200, [render.message(call.world, one) for one in _pinned(call)[:50]]


@routes.on("PUT", "/channels/{channel_id}/messages/pins/{message_id}")
@routes.on("PUT", "/channels/{channel_id}/pins/{message_id}")
def pin(call: Call) -> Answer:
    """Pins, and says so in the channel with a system message."""
    place = reach.channel(call, Permission.PIN_MESSAGES)
    message = reach.message(call, place)
    if message.type not in WRITTEN:
        raise refuse(50021)
    reach.change(call, place)
    if message.pinned_at is None:
        if len(_pinned(call)) >= MOST:
            raise refuse(30003)
        call.world.pin(message, True)
        notice = Message(
            call.world.ids.make(), place.id, call.world.bot.id, call.world.now(), type=SYSTEM_PINNED
        )
        ids = {
            "channel_id": str(place.id),
            "message_id": str(message.id),
            "guild_id": str(call.world.guild.id),
        }
        notice.reference = {"type": 0, **ids}
        call.world.post(notice)
    return 204, None


@routes.on("DELETE", "/channels/{channel_id}/messages/pins/{message_id}")
@routes.on("DELETE", "/channels/{channel_id}/pins/{message_id}")
def unpin(call: Call) -> Answer:
    place = reach.channel(call, Permission.PIN_MESSAGES)
    message = reach.message(call, place)
    reach.change(call, place)
    if message.pinned_at is not None:
        call.world.pin(message, False)
    return 204, None


def _pinned(call: Call) -> list[Message]:
    place = reach.channel(call)
    if not reach.may(call, place, Permission.READ_MESSAGE_HISTORY):
        return []
    pinned = [(one.pinned_at, one.id, one) for one in place.messages.values() if one.pinned_at]
    return [one for *_, one in sorted(pinned, key=lambda entry: entry[:2], reverse=True)]
