"""Permission bits, and who may do what where (Discord docs, Permissions)."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .ground import Ground
    from .model import Channel, Member


class Permission(IntFlag):
    """Discord docs, Permissions, Bitwise Permission Flags."""

    CREATE_INSTANT_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    PRIORITY_SPEAKER = 1 << 8
    STREAM = 1 << 9
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    VIEW_GUILD_INSIGHTS = 1 << 19
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    MUTE_MEMBERS = 1 << 22
    DEAFEN_MEMBERS = 1 << 23
    MOVE_MEMBERS = 1 << 24
    USE_VAD = 1 << 25
    CHANGE_NICKNAME = 1 << 26
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    MANAGE_GUILD_EXPRESSIONS = 1 << 30
    USE_APPLICATION_COMMANDS = 1 << 31
    REQUEST_TO_SPEAK = 1 << 32
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    USE_EXTERNAL_STICKERS = 1 << 37
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EMBEDDED_ACTIVITIES = 1 << 39
    MODERATE_MEMBERS = 1 << 40
    VIEW_CREATOR_MONETIZATION_ANALYTICS = 1 << 41
    USE_SOUNDBOARD = 1 << 42
    CREATE_GUILD_EXPRESSIONS = 1 << 43
    CREATE_EVENTS = 1 << 44
    USE_EXTERNAL_SOUNDS = 1 << 45
    SEND_VOICE_MESSAGES = 1 << 46
    SEND_POLLS = 1 << 49
    USE_EXTERNAL_APPS = 1 << 50
    PIN_MESSAGES = 1 << 51
    BYPASS_SLOWMODE = 1 << 52


ALL = int(sum(Permission))
"""Every permission this stand-in knows."""

EVERYONE = int(
    Permission.CREATE_INSTANT_INVITE
    | Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.CHANGE_NICKNAME
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.USE_EXTERNAL_EMOJIS
)
"""What a new server's @everyone may do, without voice."""

_LOST_WITHOUT_SENDING = int(
    Permission.MENTION_EVERYONE
    | Permission.SEND_TTS_MESSAGES
    | Permission.ATTACH_FILES
    | Permission.EMBED_LINKS
)
"""Discord docs, Permissions, Implicit Permissions: useless where one may not send."""


def of_guild(world: Ground, member: Member) -> int:
    """What a member may do in the guild at large: everyone's bits and those of all their roles."""
    if member.id == world.guild.owner_id:
        return ALL
    bits = world.everyone.permissions
    for role_id in member.roles:
        role = world.roles.get(role_id)
        bits |= role.permissions if role else 0
    return ALL if bits & Permission.ADMINISTRATOR else bits


def in_channel(world: Ground, member: Member, channel: Channel) -> int:
    """What a member may do in a channel; a thread has its parent's overwrites.

    Overwrites apply in Discord's order: everyone, all roles together, the member. Without
    VIEW_CHANNEL nothing is left, and without SEND_MESSAGES nothing that only matters in sending.
    """
    base = of_guild(world, member)
    if base & Permission.ADMINISTRATOR:
        return ALL
    holder = world.channels[channel.parent_id] if channel.is_thread and channel.parent_id else channel
    bits = _overwritten(base, world, member, holder)
    if not bits & Permission.VIEW_CHANNEL:
        return 0
    sending = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    return bits if bits & sending else bits & ~_LOST_WITHOUT_SENDING


def may_view(world: Ground, member: Member, channel: Channel) -> bool:
    """Whether the channel is on the member's screen at all; a private thread only if they are in it."""
    bits = in_channel(world, member, channel)
    if not bits & Permission.VIEW_CHANNEL:
        return False
    if channel.type == PRIVATE_THREAD:
        return member.id in channel.thread_members or bool(bits & Permission.MANAGE_THREADS)
    return True


def top_position(world: Ground, member: Member) -> int:
    """The height of a member's highest role; the owner stands above all."""
    if member.id == world.guild.owner_id:
        return 1 << 30
    return max(
        (world.roles[role_id].position for role_id in member.roles if role_id in world.roles), default=0
    )


PRIVATE_THREAD = 12
"""Discord docs, Channel, Channel Types."""


def _overwritten(bits: int, world: Ground, member: Member, channel: Channel) -> int:
    everyone = channel.overwrites.get(world.guild.id)
    if everyone:
        bits = bits & ~everyone.deny | everyone.allow
    allow = deny = 0
    for role_id in member.roles:
        of_role = channel.overwrites.get(role_id)
        if of_role:
            allow |= of_role.allow
            deny |= of_role.deny
    bits = bits & ~deny | allow
    own = channel.overwrites.get(member.id)
    return bits & ~own.deny | own.allow if own else bits
