"""`/meeting setup`, `/meeting status`, `/help`."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, Call
from bot.house import House
from bot.words import Composed
from cogs.organiser.setup import SetUp
from cogs.organiser.status import Status
from meeting.notices import Channel
from meeting.people import CONDUCTORS, STAFF, Capacity
from meeting.refusals import NotSetUp

Interaction = discord.Interaction[Any]


@app_commands.default_permissions(manage_events=True)
@app_commands.guild_only()
class MeetingCog(commands.GroupCog, name="meeting", description="Set the meeting up and see how it is"):
    """For clerks and staff."""

    def __init__(self, house: House, set_up: SetUp, status: Status) -> None:
        self._house = house
        self._set_up = set_up
        self._status = status

    @app_commands.command(name="setup", description="Make or mend channels, roles, panels; a preview first")
    async def setup_(self, interaction: Interaction) -> None:
        await self._house.answers.give(interaction, self._set_up.preview)

    @app_commands.command(name="status", description="Is everything in order?")
    async def status(self, interaction: Interaction) -> None:
        await self._house.answers.give(interaction, self._status.answer)


class HelpCog(commands.Cog):
    """`/help`, for the person's own capacity."""

    def __init__(self, house: House) -> None:
        self._house = house

    @app_commands.command(name="help", description="What you can do here")
    async def help(self, interaction: Interaction) -> None:
        await self._house.answers.give(interaction, self.answer)

    async def answer(self, call: Call) -> Answer:
        """What this person can do, by their capacities."""
        say = self._house.words.say
        names = {one.value: one.value for one in Channel}
        try:
            plan = await self._house.ledger.agenda.plan()
            title, names = plan.agenda.title, plan.names
        except NotSetUp:
            title = ""
        mine = call.actor.capacities
        sections = [say("organiser.help.head", call.locale, title=title)]
        if mine:
            sections.append(say("organiser.help.delegate", call.locale, **names))
            sections.append(say("organiser.help.seat", call.locale, **names))
        if mine & CONDUCTORS:
            sections.append(say("organiser.help.staff", call.locale))
        elif mine & set(STAFF):
            sections.append(say("organiser.help.desk", call.locale))
        if Capacity.CLERK in mine:
            sections.append(say("organiser.help.clerk", call.locale))
        if not mine:
            sections.append(say("organiser.help.nobody", call.locale, **names))
        return Answer(Composed("\n\n".join(sections)))
