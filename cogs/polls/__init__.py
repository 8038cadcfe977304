"""Indicative polls in Discord: their panels and results, answering them, `/poll`."""

from typing import TYPE_CHECKING

from cogs.polls.cog import PollCog
from cogs.polls.controls import AnswerControls
from cogs.polls.desk import DeskControls
from cogs.polls.panel import poll_faces

if TYPE_CHECKING:
    from bot.client import RoundtableClient


async def setup(client: "RoundtableClient") -> None:
    """Called by discord.py when the extension is loaded."""
    house = client.house
    desk = DeskControls(house)
    house.controls.add("polls", {**AnswerControls(house).handlers(), **desk.handlers()})
    house.sources["polls"] = poll_faces(house)
    await client.add_cog(PollCog(house, desk))
