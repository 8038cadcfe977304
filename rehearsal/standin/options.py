"""A command as typed: found among those registered, its options checked as the Discord client does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import permissions, render
from .choosing import entity, upload
from .form_commands import (
    ATTACHMENT,
    BOOLEAN,
    CHAT_INPUT,
    GROUP,
    INTEGER,
    MESSAGE,
    NUMBER,
    STRING,
    SUBCOMMAND,
)
from .model import Command, Json, Member, Message
from .world import World

_ENTITIES = {6: 5, 7: 8, 8: 6, 9: 7}
"""Option types and the kinds of select that offer the same: user, channel, role, mentionable."""


def visible(world: World, member: Member, kind: int = CHAT_INPUT) -> list[Command]:
    """The commands of a type a member is shown; the guild's own before global ones.

    `default_member_permissions` counts on the command as a whole; "0" leaves administrators.
    """
    held = permissions.of_guild(world, member)
    found = [one for one in world.commands.values() if one.type == kind and _shown(one, held)]
    return sorted(found, key=lambda one: (one.guild_id is None, one.name))


def _shown(command: Command, held: int) -> bool:
    needed = command.body.get("default_member_permissions")
    if needed is None or held & permissions.Permission.ADMINISTRATOR:
        return True
    return bool(int(needed)) and held & int(needed) == int(needed)


def paths(command: Command) -> list[str]:
    """What can be typed of a command: "vote", or "agenda shift" for each of its subcommands."""
    found = [*_leaves(command.body, command.name)]
    return [path for path, _, _ in found]


def _leaves(part: Json, path: str) -> list[tuple[str, Json, list[Json]]]:
    nested = [one for one in part.get("options") or () if one["type"] in (SUBCOMMAND, GROUP)]
    if not nested:
        return [(path, part, [part])]
    found = []
    for one in nested:
        for deep, leaf, way in _leaves(one, f"{path} {one['name']}"):
            found.append((deep, leaf, [part, *way]))
    return found


def find(world: World, member: Member, path: str) -> tuple[Command, list[Json]]:
    """The command of a path and the parts on the way to its leaf. Raises ValueError."""
    for command in visible(world, member):
        for typed, _, way in _leaves(command.body, command.name):
            if typed == path:
                return command, way
    offered = ", ".join(typed for command in visible(world, member) for typed in paths(command))
    raise ValueError(f"no command /{path} is shown to {member.name}; there are: {offered}")


def on_message(world: World, member: Member, name: str, message: Message) -> Json:
    """The `data` of the interaction of a message command, with the whole message. Raises ValueError.

    The content is there whoever wrote it, for Discord gives it without the message content intent
    (Discord docs, Gateway, Message Content Intent).
    """
    offered = visible(world, member, MESSAGE)
    command = next((one for one in offered if one.name == name), None)
    if command is None:
        names = ", ".join(one.name for one in offered)
        raise ValueError(f"no message command {name!r} is shown to {member.name}; there are: {names}")
    shape: Json = {"id": str(command.id), "name": command.name, "type": MESSAGE}
    if command.guild_id is not None:
        shape["guild_id"] = str(command.guild_id)
    target = str(message.id)
    return shape | {
        "target_id": target,
        "resolved": {"messages": {target: render.message(world, message)}},
    }


def data(
    world: World,
    command: Command,
    way: list[Json],
    given: Mapping[str, Any],
    *,
    typing: tuple[str, str] | None = None,
) -> Json:
    """The `data` of the interaction; `typing` is (option, text so far) for autocomplete.

    Raises ValueError for what the client would not send.
    """
    leaf = way[-1]
    resolved: Json = {}
    sent: list[Json] = []
    known: dict[str, Json] = {one["name"]: one for one in leaf.get("options") or ()}
    for name in given:
        if name not in known:
            raise ValueError(f"/{command.name} has no option {name!r}; there are {sorted(known)}")
    for name, option in known.items():
        if typing and typing[0] == name:
            sent.append({"name": name, "type": option["type"], "value": typing[1], "focused": True})
        elif given.get(name) is not None:
            value = _value(world, option, given[name], resolved)
            sent.append({"name": name, "type": option["type"], "value": value})
        elif option.get("required") and not typing:
            raise ValueError(f"/{command.name} needs the option {name!r}")
    for part in reversed(way[1:]):
        sent = [{"name": part["name"], "type": part["type"], "options": sent}]
    shape: Json = {"id": str(command.id), "name": command.name, "type": CHAT_INPUT, "options": sent}
    if command.guild_id is not None:
        shape["guild_id"] = str(command.guild_id)
    return shape | ({"resolved": resolved} if resolved else {})


def _value(world: World, option: Json, given: Any, resolved: Json) -> Any:
    name, kind = option["name"], option["type"]
    if kind in _ENTITIES:
        return entity(world, _ENTITIES[kind], given, resolved)
    if kind == ATTACHMENT:
        return upload(world, given, resolved)
    if kind == BOOLEAN:
        if not isinstance(given, bool):
            raise ValueError(f"{name}: {given!r} is neither true nor false")
        return given
    if option.get("choices"):
        for choice in option["choices"]:
            if given in (choice["value"], choice["name"]):
                return choice["value"]
        offered = [choice["name"] for choice in option["choices"]]
        raise ValueError(f"{name}: {given!r} is not one of {offered}")
    if kind == STRING:
        return _text(option, str(given))
    if kind in (INTEGER, NUMBER):
        return _number(option, given, whole=kind == INTEGER)
    raise ValueError(f"{name}: options of type {kind} are not acted by a stand-in")


def _text(option: Json, given: str) -> str:
    # Discord docs, Option Structure: max_length may be up to 6000, and is that unless set.
    least, most = option.get("min_length") or 0, option.get("max_length") or 6000
    if not least <= len(given) <= most or not given:
        raise ValueError(f"{option['name']}: {len(given)} characters, but it takes {max(least, 1)} to {most}")
    return given


def _number(option: Json, given: Any, *, whole: bool) -> int | float:
    if isinstance(given, bool) or not isinstance(given, int if whole else (int, float)):
        raise ValueError(f"{option['name']}: {given!r} is no {'whole ' if whole else ''}number")
    least, most = option.get("min_value"), option.get("max_value")
    if (least is not None and given < least) or (most is not None and given > most):
        raise ValueError(f"{option['name']}: {given} is not between {least} and {most}")
    return given
