"""Posting and editing a panel's message."""

import io
from collections.abc import Sequence

import discord

from bot.drawing import Enclosure, Remark
from bot.wall_faces import Panel, digest


async def post_panel(
    client: discord.Client,
    uid: str,
    channel_id: int,
    panel: Panel,
    message_id: int | None,
    role_id: int | None = None,
    enclosed: Sequence[Enclosure] = (),
) -> int:
    """Bring the message up to date, or post it if there is none; its id.

    `role_id` is mentioned by the posting, never by an edit; `enclosed` are the panel's pictures or files,
    made, or none. Raises discord's errors.
    """
    channel, reference = client.get_partial_messageable(channel_id), f"-# {panel.reference(uid)}"
    nobody = discord.AllowedMentions.none()
    files = [discord.File(io.BytesIO(one.data), one.name) for one in enclosed if not isinstance(one, Remark)]
    if message_id is not None:
        await channel.get_partial_message(message_id).edit(
            view=panel.view(reference, enclosed=enclosed), attachments=files, allowed_mentions=nobody
        )
        return message_id
    only = discord.AllowedMentions(everyone=False, users=False, replied_user=False, roles=False)
    if role_id is not None:
        only.roles = [discord.Object(role_id)]
    sent = await channel.send(
        view=panel.view(reference, role_id, enclosed),
        files=files,
        nonce=f"{uid}-{digest(panel.key)}",
        allowed_mentions=only,
    )
    return sent.id
