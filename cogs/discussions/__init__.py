"""A panel and a thread per guiding question."""

from typing import TYPE_CHECKING

from cogs.discussions.panel import discussion_faces

if TYPE_CHECKING:
    from bot.client import RoundtableClient


async def setup(client: "RoundtableClient") -> None:
    """Called by discord.py when the extension is loaded."""
    client.house.sources["discussions"] = discussion_faces(client.house)
