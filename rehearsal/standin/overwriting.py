"""Overwrites: what the bot may allow and deny in a channel (Discord docs, Channel, Edit Permissions)."""

from __future__ import annotations

from typing import Any

from . import permissions
from .calls import Call, snowflake
from .model import Channel, Overwrite
from .permissions import Permission
from .refusals import Form, Path, refuse


def parse(entries: Any, at: Path = ("permission_overwrites",)) -> dict[int, Overwrite]:
    """The overwrites of a body. Raises 50035."""
    form = Form()
    listed = form.listing(at, entries, 1000)
    found = {}
    for number, one in enumerate(listed):
        form.among((*at, number, "type"), one.get("type", 0), (0, 1))
        for name in ("allow", "deny"):
            if not str(one.get(name) or 0).isdigit():
                form.fault((*at, number, name), "NUMBER_TYPE_COERCE", f'Value "{one[name]}" is not int.')
        form.settle()
        made = Overwrite(snowflake(one.get("id")), int(one.get("type", 0)))
        made.allow, made.deny = int(one.get("allow") or 0), int(one.get("deny") or 0)
        found[made.id] = made
    form.settle()
    return found


def check(
    call: Call, before: dict[int, Overwrite], after: dict[int, Overwrite], place: Channel | None
) -> None:
    """Raises 50013 where the bot would set bits it does not have itself.

    Discord docs: only permissions the bot has in the guild or the parent; in a channel whose
    overwrites give it MANAGE_ROLES, all; MANAGE_ROLES itself only an administrator may set.
    """
    world = call.world
    held = permissions.of_guild(world, world.bot)
    if held & Permission.ADMINISTRATOR:
        return
    if place and any(one.allow & Permission.MANAGE_ROLES for one in _own(call, before)):
        return
    parent = world.channels.get(place.parent_id or 0) if place else None
    if parent:
        held |= permissions.in_channel(world, world.bot, parent)
    held &= ~Permission.MANAGE_ROLES
    for target in {*before, *after}:
        old, new = before.get(target), after.get(target)
        changed = (old.allow if old else 0) ^ (new.allow if new else 0)
        changed |= (old.deny if old else 0) ^ (new.deny if new else 0)
        if changed & ~held:
            raise refuse(50013)


def _own(call: Call, overwrites: dict[int, Overwrite]) -> list[Overwrite]:
    return [
        overwrites[target] for target in (call.world.bot.id, *call.world.bot.roles) if target in overwrites
    ]
