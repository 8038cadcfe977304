"""What the bot must be allowed to do on the server: for the install link, set-up, and the doctor."""

import discord

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
)
"""The least that does: channels and roles are made at set-up; whoever sets an overwrite must have what it
holds (hence private threads, which are denied to all); a role is mentioned at the day's opening; threads
are locked; a scheduled event is made per day (its own permission since February 2026)."""

STAFF = discord.Permissions(manage_events=True)
"""What makes Discord show the staff commands to a role (`default_member_permissions`)."""


def lacking(have: discord.Permissions) -> tuple[str, ...]:
    """Names, as Discord's settings show them, of what is needed and not there."""
    if have.administrator:
        return ()
    return tuple(
        name.replace("_", " ").title() for name, needed in NEEDED if needed and not getattr(have, name)
    )
