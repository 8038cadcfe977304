"""All there is, as JSON, for exhibits and judges."""

from __future__ import annotations

import base64

from . import render
from .model import Json, Message
from .world import World

EMBEDDED = 1 << 20
"""Bytes; larger files keep their address only."""


def snapshot(world: World) -> Json:
    """Guild, roles, members, channels and threads, messages by channel, ephemeral ones, events.

    Ids are strings and shapes are the API's; an attachment's `url` is a data URL up to 1 MiB.
    `messages` maps a channel's or thread's id to what is in it, oldest first; `ephemeral` lists
    what single people see, with `ephemeral_for`; `notified` in each message says who was.
    """
    places = [*world.in_order(), *world.threads.values()]
    return {
        "at": render.when(world.now()),
        "guild": {"id": str(world.guild.id), "name": world.guild.name, "owner_id": str(world.guild.owner_id)},
        "roles": [render.role(one) for one in world.roles.values()],
        "members": [render.member(one) | {"locale": one.locale} for one in world.members.values()],
        "channels": [render.channel(world, one) for one in world.in_order()],
        "threads": [
            render.channel(world, one) | {"archived": one.archived, "locked": one.locked}
            for one in world.threads.values()
        ],
        "messages": {
            str(one.id): [_message(world, message) for message in one.messages.values()] for one in places
        },
        "ephemeral": [_message(world, message) for message in world.ephemeral.values()],
        "scheduled_events": [render.scheduled_event(world, one) for one in world.events.values()],
        "commands": [render.command(world, one) for one in world.commands.values()],
    }


def _message(world: World, message: Message) -> Json:
    shape = render.message(world, message)
    shape["notified"] = [str(user_id) for user_id in message.mentions]
    if message.ephemeral_for is not None:
        shape["ephemeral_for"] = str(message.ephemeral_for)
    for described, one in zip(shape["attachments"], message.attachments, strict=True):
        if one.size <= EMBEDDED:
            described["url"] = f"data:{one.content_type};base64,{base64.b64encode(one.data).decode()}"
    return shape
