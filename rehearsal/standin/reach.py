"""How the bot reaches things: that they exist, that it may see them, that it may act on them."""

from __future__ import annotations

from . import permissions
from .calls import Call, snowflake
from .model import Channel, Command, Member, Message, Role, ScheduledEvent
from .permissions import Permission
from .refusals import refuse


def guild(call: Call, *needed: Permission) -> None:
    """Raises 10004 for another guild, 50013 when the bot lacks a permission in this one."""
    if call.id("guild_id") != call.world.guild.id:
        raise refuse(10004)
    held = permissions.of_guild(call.world, call.world.bot)
    if any(not held & bit for bit in needed):
        raise refuse(50013)


def channel(call: Call, *needed: Permission, name: str = "channel_id") -> Channel:
    """A channel or thread of the path, with 10003, 50001 and 50013 in Discord's order."""
    found = call.world.place(call.id(name))
    if found is None:
        raise refuse(10003)
    allow(call, found, *needed)
    return found


def allow(call: Call, place: Channel, *needed: Permission) -> None:
    """Raises 50001 when the bot may not view a place, 50013 when it may not do something there."""
    if not call.world.bot_sees(place):
        raise refuse(50001)
    held = permissions.in_channel(call.world, call.world.bot, place)
    if any(not held & bit for bit in needed):
        raise refuse(50013)


def may(call: Call, place: Channel, needed: Permission) -> bool:
    """Whether the bot may do something in a place."""
    return bool(permissions.in_channel(call.world, call.world.bot, place) & needed)


def unlocked(call: Call, place: Channel) -> None:
    """Raises 160005 in a locked thread the bot does not manage (Discord docs, Threads, Locked Threads)."""
    if place.locked and not may(call, place, Permission.MANAGE_THREADS):
        raise refuse(160005)


def change(call: Call, place: Channel) -> None:
    """That something in a place may be changed: 50083 in an archived thread, 160005 in a locked one."""
    if place.archived:
        raise refuse(50083)
    unlocked(call, place)


def wake(call: Call, place: Channel) -> None:
    """Reopens an archived thread, as posting in it does. Raises 50083 if it is locked to the bot.

    Discord docs, Threads, Active & Archived Threads; Channel, Thread Metadata.
    """
    if place.archived and place.locked and not may(call, place, Permission.MANAGE_THREADS):
        raise refuse(50083)
    if place.is_thread:
        call.world.set_thread(place, archived=False)


def message(call: Call, place: Channel) -> Message:
    """A message of the path. Raises 10008, also for an ephemeral one."""
    found = place.messages.get(call.id("message_id"))
    if found is None:
        raise refuse(10008)
    return found


def role(call: Call, role_id: object) -> Role:
    """A role. Raises 10011."""
    found = call.world.roles.get(snowflake(role_id))
    if found is None:
        raise refuse(10011)
    return found


def role_below(call: Call, role_id: object) -> Role:
    """A role the bot may change or hand out: below its own top. Raises 10011 or 50013.

    Discord docs, Permissions, Permission Hierarchy.
    """
    found = role(call, role_id)
    if found.position >= permissions.top_position(call.world, call.world.bot):
        raise refuse(50013)
    return found


def member(call: Call) -> Member:
    """A member of the path. Raises 10007."""
    name = call.ids["user_id"]
    found = call.world.bot if name == "@me" else call.world.members.get(snowflake(name))
    if found is None:
        raise refuse(10007)
    return found


def event(call: Call) -> ScheduledEvent:
    """A scheduled event of the path. Raises 10070."""
    found = call.world.events.get(call.id("guild_scheduled_event_id"))
    if found is None:
        raise refuse(10070)
    return found


def command(call: Call, guild_id: int | None) -> Command:
    """An application command of the path. Raises 10063."""
    found = call.world.commands.get(call.id("command_id"))
    if found is None or found.guild_id != guild_id:
        raise refuse(10063)
    return found


def application(call: Call) -> None:
    """Raises 20012 for another bot's application."""
    if call.id("application_id") != call.world.bot.id:
        raise refuse(20012)
