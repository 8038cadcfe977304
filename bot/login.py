"""Logging in for plain requests, without the gateway: before the first import, and for the doctor."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from config.settings import Settings
from meeting.refusals import Refused


class TokenRefused(Refused):
    """Discord does not know the token."""


class GuildNotFound(Refused):
    """The bot is not on the server named in the settings."""


def point_at(settings: Settings) -> None:
    """Where discord.py connects: two class attributes decide that, for the whole process."""
    Route.BASE = settings.api_url
    if settings.gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = URL(settings.gateway_url)


@asynccontextmanager
async def logged_in(settings: Settings) -> AsyncIterator[discord.Client]:
    """A client that can ask, and is closed after. Raises `TokenRefused`, and what the wire raises."""
    point_at(settings)
    token = settings.discord_token
    assert token is not None, "live settings have a token"
    client = discord.Client(intents=discord.Intents(guilds=True))
    try:
        await client.login(token.get_secret_value())
        yield client
    except discord.LoginFailure as fault:
        raise TokenRefused() from fault
    finally:
        await client.close()
