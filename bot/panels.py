"""Posting and editing a panel's message."""

import io

import discord

from bot.wall_faces import PICTURE, Panel, digest


async def post_panel(
    client: discord.Client,
    uid: str,
    channel_id: int,
    panel: Panel,
    message_id: int | None,
    role_id: int | None = None,
    picture: bytes | None = None,
) -> int:
    """Bring the message up to date, or post it if there is none; its id.

    `role_id` is mentioned by the posting, never by an edit; `picture` is the panel's, drawn. Raises discord's
    errors.
    """
    channel, reference = client.get_partial_messageable(channel_id), f"-# {panel.reference(uid)}"
    nobody = discord.AllowedMentions.none()
    drawn = picture is not None
    files = [discord.File(io.BytesIO(picture), PICTURE)] if picture is not None else []
    if message_id is not None:
        await channel.get_partial_message(message_id).edit(
            view=panel.view(reference, drawn=drawn), attachments=files, allowed_mentions=nobody
        )
        return message_id
    only = discord.AllowedMentions(everyone=False, users=False, replied_user=False, roles=False)
    if role_id is not None:
        only.roles = [discord.Object(role_id)]
    sent = await channel.send(
        view=panel.view(reference, role_id, drawn=drawn),
        files=files,
        nonce=f"{uid}-{digest(panel.key)}",
        allowed_mentions=only,
    )
    return sent.id
