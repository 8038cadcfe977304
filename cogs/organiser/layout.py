"""Who reads and writes where: channels, roles, and overwrites as the meeting needs them."""

import discord

from meeting.notices import Channel
from meeting.people import STAFF, Capacity

SEATED = (*STAFF, Capacity.DELEGATE, Capacity.GUEST)
"""Capacities that follow the meeting."""

Overwrites = dict[discord.abc.Snowflake, discord.PermissionOverwrite]


def overwrites_of(
    channel: Channel,
    everyone: discord.abc.Snowflake,
    me: discord.abc.Snowflake,
    roles: dict[Capacity, discord.abc.Snowflake],
) -> Overwrites:
    """The overwrites a channel is to have. A thread's are its channel's."""
    silent = {"send_messages": False, "create_public_threads": False, "create_private_threads": False}
    reads = {"view_channel": True, "read_message_history": True}
    wanted: Overwrites = {
        me: discord.PermissionOverwrite(
            view_channel=True,
            read_message_history=True,
            send_messages=True,
            send_messages_in_threads=True,
            create_public_threads=True,
            manage_threads=True,
            embed_links=True,
            attach_files=True,
            mention_everyone=True,
            pin_messages=True,
        )
    }
    if channel is Channel.WELCOME:
        wanted[everyone] = discord.PermissionOverwrite(**reads, **silent, send_messages_in_threads=False)
        return wanted
    wanted[everyone] = discord.PermissionOverwrite(
        view_channel=False, **silent, send_messages_in_threads=channel is Channel.QUESTIONS
    )
    if channel is Channel.MODERATORS:
        for capacity in STAFF:
            wanted[roles[capacity]] = discord.PermissionOverwrite(**reads, send_messages=True)
        return wanted
    for capacity in SEATED:
        wanted[roles[capacity]] = discord.PermissionOverwrite(**reads)
    return wanted


def differs(there: dict[int, discord.PermissionOverwrite], wanted: Overwrites) -> bool:
    """Whether a channel's overwrites lack something wanted; what is there beside it is left alone."""
    return any(there.get(target.id) != overwrite for target, overwrite in wanted.items())
