"""The agenda in Discord: `/agenda`, `/programme`, the programme and operator panels, the announcements."""

from typing import TYPE_CHECKING

from cogs.agenda.cog import AgendaCog, ProgrammeCog
from cogs.agenda.controls import AgendaControls
from cogs.agenda.notices import AgendaSpeaker
from cogs.agenda.panel import agenda_faces

if TYPE_CHECKING:
    from bot.client import RoundtableClient


async def setup(client: "RoundtableClient") -> None:
    """Called by discord.py when the extension is loaded."""
    house = client.house
    controls = AgendaControls(house)
    house.controls.add("agenda", controls.handlers())
    house.sources["agenda"] = agenda_faces(house)
    house.speaker = AgendaSpeaker(house.words)
    await client.add_cog(AgendaCog(house, controls))
    await client.add_cog(ProgrammeCog(house, controls))
