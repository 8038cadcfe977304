"""What can go wrong on the way to Discord."""

import aiohttp
import discord

UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_EVENT, THREAD_EXISTS = 10003, 10008, 10070, 160004
"""Discord's JSON error codes."""

MISSING_ACCESS, MISSING_PERMISSIONS = 50001, 50013
"""Discord's JSON error codes: the channel is hidden from the bot, or it may not do that there."""

LOST = (discord.HTTPException, aiohttp.ClientError, OSError)
"""Discord refused, or its answer was lost: what was asked may have happened all the same."""
