"""Set-up, state and help: `/meeting`, `/help`, the welcome panel."""

from typing import TYPE_CHECKING

from cogs.organiser.cog import HelpCog, MeetingCog
from cogs.organiser.panel import organiser_faces, troubles_faces
from cogs.organiser.setup import SetUp
from cogs.organiser.status import Status

if TYPE_CHECKING:
    from bot.client import RoundtableClient


async def setup(client: "RoundtableClient") -> None:
    """Called by discord.py when the extension is loaded."""
    house = client.house
    set_up = SetUp(house)
    help_ = HelpCog(house)
    house.controls.add("organiser", {"create": set_up.create, "no": set_up.leave, "help": help_.answer})
    house.sources["organiser"] = organiser_faces(house)
    house.sources["troubles"] = troubles_faces(house)
    await client.add_cog(MeetingCog(house, set_up, Status(house)))
    await client.add_cog(help_)
