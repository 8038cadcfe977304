"""The room from Discord: `/room` for its screen and addresses, and a button for whoever cannot hear."""

from typing import TYPE_CHECKING

from cogs.room.cog import RoomCog
from cogs.room.controls import RoomControls

if TYPE_CHECKING:
    from bot.client import RoundtableClient


async def setup(client: "RoundtableClient") -> None:
    """Called by discord.py when the extension is loaded."""
    house = client.house
    house.controls.add("room", RoomControls(house).handlers())
    await client.add_cog(RoomCog(house))
