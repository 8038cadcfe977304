"""`/floor` for delegations: the same as the buttons on a list's panel, and texts as files."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, Call, Choices
from bot.house import House
from cogs.speakers.controls import FloorControls
from cogs.speakers.proposals import KINDS, Proposals, Text, item_of
from meeting import statements
from meeting.floor import Wish
from meeting.refusals import Refused
from meeting.speakers import SpeechKind
from meeting.statements import NotText

Interaction = discord.Interaction[Any]

FILE = 256 * 1024
"""Bytes of a text file at most: the longest text (`statements.LONGEST`) in any script."""


class FileTooLarge(Refused):
    """The file is larger than the longest text."""


class NothingSent(Refused):
    """Neither a text nor a file was given, or both."""


@app_commands.guild_only()
class FloorCog(commands.GroupCog, name="floor", description="Ask for the floor"):
    """For delegations; the same as the buttons on the list's panel."""

    def __init__(self, house: House, controls: FloorControls) -> None:
        self._house = house
        self._controls = controls
        self._proposals = Proposals(house)

    async def item_choices(self, interaction: Interaction, typed: str) -> Choices:
        """Items with a list of speakers."""
        return await self._proposals.items(interaction, typed)

    @app_commands.command(name="ask", description="Put your delegation on the list of speakers")
    @app_commands.rename(on_behalf_of="on-behalf-of")
    @app_commands.describe(
        kind="What for; a statement if left out",
        speaker="Who will speak: name and title",
        on_behalf_of="The group, for a group's statement",
        subject="The subject, in a few words",
        item="Which agenda item; the present one if left out",
    )
    @app_commands.choices(kind=KINDS)
    @app_commands.autocomplete(item=item_choices)
    async def ask(
        self,
        interaction: Interaction,
        kind: str = SpeechKind.STATEMENT.value,
        speaker: Text = "",
        on_behalf_of: Text = "",
        subject: Text = "",
        item: str = "",
    ) -> None:
        wish = Wish(SpeechKind(kind), speaker, on_behalf_of, subject)
        await self._house.answers.give(
            interaction, lambda call: self._controls.ask(call, item_of(item), wish)
        )

    @app_commands.command(name="withdraw", description="Take your delegation off the list of speakers")
    async def withdraw(self, interaction: Interaction) -> None:
        await self._house.answers.give(interaction, lambda call: self._controls.withdraw(call, None))

    @app_commands.command(name="why", description="Your place on the list of speakers, and why it is there")
    async def why(self, interaction: Interaction) -> None:
        await self._house.answers.give(interaction, lambda call: self._controls.why(call, None))

    @app_commands.command(name="text", description="Hand in your text, or submit it in writing")
    @app_commands.describe(
        text="The text itself, if it is short",
        file="The text as a .txt file, if it is long",
        item="Which agenda item; the present one if left out",
    )
    @app_commands.autocomplete(item=item_choices)
    async def text(
        self,
        interaction: Interaction,
        text: str = "",
        file: discord.Attachment | None = None,
        item: str = "",
    ) -> None:
        async def handler(call: Call) -> Answer:
            if text and file is not None:
                return self._controls.handed_back(call, NothingSent(), text)
            given = text if file is None else await _read(file)
            if not given.strip():
                raise NothingSent()
            return await self._controls.submit(call, item_of(item), given)

        await self._house.answers.give(interaction, handler)


async def _read(file: discord.Attachment) -> str:
    """Raises `FileTooLarge`, `NotText`."""
    if file.size > FILE:
        raise FileTooLarge(size=file.size // 1024, most=FILE // 1024)
    if file.content_type is not None and not file.content_type.startswith("text/"):
        raise NotText()
    return statements.read_text(await file.read())
