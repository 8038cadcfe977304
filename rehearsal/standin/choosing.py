"""Values a person may give: what the Discord client would let through, and how it sends it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from . import render
from . import wording as kinds
from .interactions import FILE_LIMIT
from .model import Channel, Json, Member, Role
from .world import World


@dataclass(frozen=True, slots=True)
class File:
    """A file from a person's own machine; without a `content_type` it has the one of its name."""

    name: str
    data: bytes = field(repr=False)
    content_type: str = ""


def pick(component: Json, wanted: Iterable[Any], fewest: int, most: int) -> list[str]:
    """Turns labels or values into values, for a select, radio group or checkbox group.

    Raises ValueError for what is not on offer, or too few or too many.
    """
    options: list[Json] = component.get("options") or []
    values: list[str] = []
    for one in wanted:
        found = [o["value"] for o in options if str(one) == o["value"]]
        found = found or [o["value"] for o in options if str(one) == o["label"]]
        if not found:
            offered = ", ".join(repr(o["label"]) for o in options)
            raise ValueError(f"{one!r} is not on offer; there are {offered}")
        values += found[:1]
    _count(values, fewest, most)
    return values


def entities(
    world: World, kind: int, wanted: Iterable[Any], fewest: int, most: int
) -> tuple[list[str], Json]:
    """Ids and the resolved objects for a select of users, roles or channels. Raises ValueError."""
    resolved: Json = {}
    values = [entity(world, kind, one, resolved) for one in wanted]
    _count(values, fewest, most)
    return values, resolved


def entity(world: World, kind: int, wanted: Any, resolved: Json) -> str:
    """The id of a user, role or channel, given itself, its id or name; adds it to `resolved`."""
    key = getattr(wanted, "user_id", None) or getattr(wanted, "id", wanted)
    members = [one for one in world.members.values() if str(key) in (str(one.id), one.name)]
    roles = [one for one in world.roles.values() if str(key) in (str(one.id), one.name)]
    places = [*world.channels.values(), *world.threads.values()]
    places = [one for one in places if str(key) in (str(one.id), one.name)]
    if kind in (kinds.USER_SELECT, kinds.MENTIONABLE_SELECT) and members:
        _resolve_member(members[0], resolved)
        return str(members[0].id)
    if kind in (kinds.ROLE_SELECT, kinds.MENTIONABLE_SELECT) and roles:
        _resolve_role(roles[0], resolved)
        return str(roles[0].id)
    if kind == kinds.CHANNEL_SELECT and places:
        _resolve_channel(world, places[0], resolved)
        return str(places[0].id)
    raise ValueError(f"there is no such thing to choose: {wanted!r}")


def upload(world: World, given: Any, resolved: Json) -> str:
    """The id of a file, once it is up; adds it to `resolved`. Raises ValueError for one above 10 MiB."""
    if not isinstance(given, File):
        raise ValueError(f"{given!r} is no file")
    if not given.name.strip(".") or "/" in given.name:
        raise ValueError(f"{given.name!r} is no name of a file")
    if len(given.data) > FILE_LIMIT:
        raise ValueError(f"{given.name}: {len(given.data)} bytes, but a file may have {FILE_LIMIT}")
    one = world.attachment(world.bot.id, given.name, given.data, given.content_type)
    world.given[one.id] = one
    resolved.setdefault("attachments", {})[str(one.id)] = render.attachment(one, ephemeral=True)
    return str(one.id)


def _resolve_member(member: Member, resolved: Json) -> None:
    resolved.setdefault("users", {})[str(member.id)] = render.user(member.user)
    shape = {
        key: value for key, value in render.member(member).items() if key not in ("user", "deaf", "mute")
    }
    resolved.setdefault("members", {})[str(member.id)] = shape | {"permissions": "0"}


def _resolve_role(role: Role, resolved: Json) -> None:
    resolved.setdefault("roles", {})[str(role.id)] = render.role(role)


def _resolve_channel(world: World, channel: Channel, resolved: Json) -> None:
    shape = render.channel(world, channel) | {"permissions": "0"}
    resolved.setdefault("channels", {})[str(channel.id)] = shape


def _count(values: list[str], fewest: int, most: int) -> None:
    if not fewest <= len(values) <= most:
        raise ValueError(f"{len(values)} chosen, but it takes {fewest} to {most}")
    if len({*values}) < len(values):
        raise ValueError("the same thing chosen twice")
