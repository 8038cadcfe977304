"""Registers the commands with Discord, only when they changed."""

import logging
from typing import Any

import discord
from discord.ext import commands

from bot.house import House
from bot.wall_faces import digest
from bot.wire import LOST, in_time
from meeting.refusals import Refused

log = logging.getLogger(__name__)


async def sync_commands(client: commands.Bot, house: House) -> bool:
    """Register the commands in the house's guild if they differ from those last registered there.

    Returns whether they were. Failing is logged, not raised: the next ready tries again.
    """
    guild = discord.Object(house.guild_id)
    client.tree.copy_global_to(guild=guild)
    commands_: list[Any] = [command.to_dict(client.tree) for command in client.tree.get_commands(guild=guild)]
    application = client.application_id
    now = digest([application, house.guild_id, sorted(commands_, key=lambda c: str(c["name"]))])
    try:
        if await house.ledger.setting("commands") == now:
            return False
        async with in_time():
            await client.tree.sync(guild=guild)
        await house.ledger.keep_setting("commands", now)
    except LOST as fault:
        log.warning("the commands could not be registered (%s)", fault)
        return False
    except Refused as refused:
        log.warning("it could not be written that the commands are registered (%s)", refused.key)
        return False
    return True
