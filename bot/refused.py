"""What Discord's refusals mean for the house: what will not mend by itself is told, or looked into."""

import discord

from bot.house import House
from bot.permissions import EVENTS, SAYING, lacking_in, shown
from bot.trouble_faces import ROLES
from bot.wire import MISSING_ACCESS, MISSING_PERMISSIONS, UNKNOWN_CHANNEL
from db.troubles import TroubleKind
from meeting.notices import Channel


def mind(
    house: House, client: discord.Client, fault: Exception, channel: Channel | None, channel_id: int | None
) -> None:
    """Discord refused something in this channel, or (None) among the server's events."""
    if isinstance(fault, discord.NotFound) and fault.code == UNKNOWN_CHANNEL and channel_id is not None:
        house.noticed(channel_id)
    if isinstance(fault, discord.Forbidden) and fault.code in (MISSING_ACCESS, MISSING_PERMISSIONS):
        names = SAYING if channel is not None else EVENTS
        missing = lacking_in(client, house.guild_id, channel, channel_id) if channel and channel_id else ()
        permissions = missing or tuple(shown(name) for name in names)
        house.troubles.begin(TroubleKind.FORBIDDEN, channel or "", permissions=permissions)


def mind_roles(house: House, fault: Exception) -> None:
    """Discord refused to give a role or to take it away: the bot's own stands below it, or may not."""
    if isinstance(fault, discord.Forbidden):
        house.troubles.begin(TroubleKind.FORBIDDEN, ROLES, permissions=(shown("manage_roles"),))
