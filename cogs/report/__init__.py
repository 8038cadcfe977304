"""The outcome report in Discord: `/report`, and its versions in the moderators' channel."""

from typing import TYPE_CHECKING

from cogs.report.cog import ReportCog
from cogs.report.panel import report_faces

if TYPE_CHECKING:
    from bot.client import RoundtableClient


async def setup(client: "RoundtableClient") -> None:
    """Called by discord.py when the extension is loaded."""
    house = client.house
    # Known before the wall first looks: it shall not wait for one more reading while others look at Discord.
    await house.ledger.reports.all()
    house.sources["reports"] = report_faces(house)
    await client.add_cog(ReportCog(house))
