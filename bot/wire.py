"""What can go wrong on the way to Discord."""

import aiohttp
import discord

UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_EVENT, THREAD_EXISTS = 10003, 10008, 10070, 160004
"""Discord's JSON error codes."""

LOST = (discord.HTTPException, aiohttp.ClientError, OSError)
"""Discord refused, or its answer was lost: what was asked may have happened all the same."""
