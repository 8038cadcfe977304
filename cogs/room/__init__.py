"""The room from Discord: `/room` chooses what the screen shows, and hands out addresses."""

from typing import TYPE_CHECKING

from cogs.room.cog import RoomCog

if TYPE_CHECKING:
    from bot.client import RoundtableClient


async def setup(client: "RoundtableClient") -> None:
    """Called by discord.py when the extension is loaded."""
    await client.add_cog(RoomCog(client.house))
