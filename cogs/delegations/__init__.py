"""Seats: `/seat` for everybody, `/delegation` for those who run the meeting, the register, requests."""

from typing import TYPE_CHECKING

from cogs.delegations.cog import DelegationCog, SeatCog
from cogs.delegations.controls import SeatControls
from cogs.delegations.panel import delegation_faces
from cogs.delegations.staff import StaffControls

if TYPE_CHECKING:
    from bot.client import RoundtableClient


async def setup(client: "RoundtableClient") -> None:
    """Called by discord.py when the extension is loaded."""
    house = client.house
    own, staff = SeatControls(house), StaffControls(house)
    house.controls.add("delegations", {**own.handlers(), **staff.handlers()})
    house.sources["delegations"] = delegation_faces(house)
    await client.add_cog(SeatCog(house, own))
    await client.add_cog(DelegationCog(house, staff))
