"""Lists of speakers in Discord: their panels, asking for the floor, giving it, `/floor` and `/speakers`."""

from typing import TYPE_CHECKING

from cogs.speakers.cog import SpeakersCog
from cogs.speakers.controls import FloorControls
from cogs.speakers.desk import DeskControls
from cogs.speakers.floor_cog import FloorCog
from cogs.speakers.panel import speaker_faces

if TYPE_CHECKING:
    from bot.client import RoundtableClient


async def setup(client: "RoundtableClient") -> None:
    """Called by discord.py when the extension is loaded."""
    house = client.house
    floor, desk = FloorControls(house), DeskControls(house)
    house.controls.add("speakers", {**floor.handlers(), **desk.handlers()})
    house.sources["speakers"] = speaker_faces(house)
    await client.add_cog(FloorCog(house, floor))
    await client.add_cog(SpeakersCog(house, desk))
