"""The connection to Discord: one intent, no caches, every gesture handed to the house."""

import logging
import sys
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, Call
from bot.house import House
from bot.sync import sync_commands
from bot.wire import LONGEST_HOLD, Backoff, traced
from meeting.refusals import Refused

# Nobody speaks here; two warnings that voice is not installed would only worry the clerk.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False

discord.client.ExponentialBackoff = Backoff  # type: ignore[attr-defined,assignment]


# All it says is that proposals did not arrive: whoever types goes on typing. A command's errors come to
# `CommandDoor.on_error` below.
logging.getLogger("discord.app_commands.tree").setLevel(logging.CRITICAL)


LINES = 100
"""Connections to Discord at once. discord.py opens one for each answer of a burst, and each is a handshake;
over a hundred that stand, a thousand answers are on their way in a second or two."""


class ExtensionFailed(Exception):
    """A cog could not be loaded: the house does not start half."""


class UnknownCommand(Refused):
    """The command, or one of its options, is not (or no longer) what the house knows under that name."""


class CommandDoor(app_commands.CommandTree["RoundtableClient"]):
    """What goes wrong before a command's own code is answered like everything else."""

    async def on_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /
    ) -> None:
        if interaction.type is discord.InteractionType.autocomplete:
            if not interaction.response.is_done():
                await interaction.response.autocomplete([])
            return

        async def failed(call: Call) -> Answer:
            if not isinstance(error, app_commands.CommandInvokeError):
                raise UnknownCommand() from error
            raise error

        await self.client.house.answers.give(interaction, failed)


class RoundtableClient(commands.Bot):
    """discord.py's client with the house behind it."""

    def __init__(self, house: House, extensions: Sequence[str], ready: Callable[[], None]) -> None:
        super().__init__(
            commands.when_mentioned,
            help_command=None,
            tree_cls=CommandDoor,
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=0.5,
            connector=aiohttp.TCPConnector(limit=LINES),
            http_trace=traced(house.watch.heard),
            max_ratelimit_timeout=LONGEST_HOLD,
        )
        self.house = house
        self._names = extensions
        self._tell_ready = ready

    async def setup_hook(self) -> None:
        for name in self._names:
            try:
                await self.load_extension(name)
            except (commands.ExtensionError, ImportError) as fault:
                raise ExtensionFailed(f"{name} cannot be loaded: {fault}") from fault

    async def on_ready(self) -> None:
        """Also after each connection made anew."""
        try:
            await sync_commands(self, self.house)
        except Exception as fault:  # noqa: BLE001 - the meeting goes on with the commands that are there
            self.house.tasks.failed("the commands could not be registered", fault)
        self._tell_ready()

    async def on_resumed(self) -> None:
        self._tell_ready()

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """The end of a connection is noted at once: an event's own task may come too late for that."""
        if event == "disconnect":
            self.house.watch.lost()
        super().dispatch(event, *args, **kwargs)

    # Somebody's hand on what is ours: it is looked at, what the event says settles nothing.

    async def on_raw_thread_update(self, payload: discord.RawThreadUpdateEvent) -> None:
        self.house.noticed(payload.thread_id)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        self.house.noticed(payload.thread_id)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        self.house.noticed(channel.id)

    async def on_guild_channel_update(self, _: Any, channel: discord.abc.GuildChannel) -> None:
        self.house.noticed(channel.id)

    async def on_guild_role_delete(self, role: discord.Role) -> None:
        self.house.noticed(role.id)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.house.watch.compare(discord.utils.snowflake_time(interaction.id))
        if interaction.type in (discord.InteractionType.component, discord.InteractionType.modal_submit):
            await self.house.controls.dispatch(interaction)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        self.house.tasks.failed(f"an event ({event_method}) could not be handled", sys.exception())
