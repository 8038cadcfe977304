"""A panel and a thread per guiding question, inputs to it as cards, `/discussion`."""

from typing import TYPE_CHECKING

from cogs.discussions.cog import DiscussionCog, record_command
from cogs.discussions.controls import InputControls
from cogs.discussions.panel import discussion_faces
from cogs.discussions.staff import StaffControls

if TYPE_CHECKING:
    from bot.client import RoundtableClient


async def setup(client: "RoundtableClient") -> None:
    """Called by discord.py when the extension is loaded."""
    house = client.house
    staff = StaffControls(house)
    house.controls.add("discussions", {**InputControls(house).handlers(), **staff.handlers()})
    house.sources["discussions"] = discussion_faces(house)
    client.tree.add_command(record_command(house, staff))
    await client.add_cog(DiscussionCog(house, staff))
