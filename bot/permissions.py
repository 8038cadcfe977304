"""What the bot must be allowed to do on the server: for the install link, set-up, and the doctor."""

import discord

from meeting.notices import Channel

NEEDED = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    create_private_threads=True,
    manage_threads=True,
    manage_channels=True,
    manage_roles=True,
    manage_events=True,
    create_events=True,
    read_message_history=True,
    embed_links=True,
    attach_files=True,
    mention_everyone=True,
    pin_messages=True,
)
"""The least that does: channels and roles are made at set-up; whoever sets an overwrite must have what it
holds (hence private threads, which are denied to all); a role is mentioned at the day's opening; threads
are locked, and the digest in each is pinned (its own permission since February 2026, as that for events); a
scheduled event is made per day."""

STAFF = discord.Permissions(manage_events=True)
"""What makes Discord show the staff commands to a role (`default_member_permissions`)."""


def lacking(have: discord.Permissions) -> tuple[str, ...]:
    """Names, as Discord's settings show them, of what is needed and not there."""
    if have.administrator:
        return ()
    return tuple(shown(name) for name, needed in NEEDED if needed and not getattr(have, name))


# What posting, keeping a thread, and keeping the server's events take.
SAYING = ("view_channel", "send_messages", "read_message_history")
THREADS = ("create_public_threads", "manage_threads")
EVENTS = ("create_events", "manage_events")


def lacking_in(client: discord.Client, guild_id: int, channel: Channel, channel_id: int) -> tuple[str, ...]:
    """Names of what the bot needs to post in this channel and has not; nothing if that is not known."""
    guild = client.get_guild(guild_id)
    place = guild.get_channel(channel_id) if guild is not None else None
    if guild is None or place is None:
        return ()
    return missing_in(channel, place.permissions_for(guild.me))


def missing_in(channel: Channel, have: discord.Permissions) -> tuple[str, ...]:
    """Names of what posting (and keeping threads) in this channel takes and is not there."""
    needed = SAYING + (THREADS if channel is Channel.QUESTIONS else ())
    return tuple(shown(name) for name in needed if not getattr(have, name))


def shown(name: str) -> str:
    """A permission's name as Discord's settings show it."""
    return name.replace("_", " ").title()
