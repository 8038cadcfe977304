"""What is proposed while an option of `/floor` or `/speakers` is typed, and what was chosen."""

from typing import Any

import discord
from discord import app_commands

from bot.answers import Call, Choices
from bot.house import House
from bot.words import shortened
from meeting.floor import LINE
from meeting.people import OPERATORS, require
from meeting.programme import ItemId
from meeting.speaker_order import order
from meeting.speakers import InscriptionId, SpeechKind

Interaction = discord.Interaction[Any]
Text = app_commands.Range[str, 1, LINE]

CHOICES = 25
"""Suggestions Discord shows at most."""

KINDS = [app_commands.Choice(name=one.value.replace("_", " "), value=one.value) for one in SpeechKind]


class Proposals:
    """What is proposed while an option is typed."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def items(self, interaction: Interaction, typed: str) -> Choices:
        """Items with a list of speakers."""

        async def find(call: Call) -> Choices:
            lists = await self._house.ledger.speakers.lists()
            named = [(f"{one.sitting.title} ({one.item_id})", str(one.item_id), "") for one in lists]
            return _proposed(typed, named)

        return await self._house.answers.suggest(interaction, find)

    async def delegations(self, interaction: Interaction, typed: str) -> Choices:
        """Delegations, for the desk."""

        async def find(call: Call) -> Choices:
            require(call.actor, OPERATORS)
            found = await self._house.ledger.delegations.delegations()
            named = [(one.name, str(one.delegation_id), one.short_name) for one in found]
            return _proposed(typed, named)

        return await self._house.answers.suggest(interaction, find)

    async def waiting(self, interaction: Interaction, typed: str) -> Choices:
        """Who waits on the list that is on or open, in its order."""

        async def find(call: Call) -> Choices:
            require(call.actor, OPERATORS)
            speakers = await self._house.ledger.speakers.speaker_list()
            named = [
                (
                    f"{place}. {speakers.delegation(one).name}",
                    str(one.inscription_id),
                    speakers.delegation(one).short_name,
                )
                for place, one in enumerate(order(speakers), start=1)
            ]
            return _proposed(typed, named)

        return await self._house.answers.suggest(interaction, find)


def _proposed(typed: str, named: list[tuple[str, str, str]]) -> Choices:
    """Names that match what is typed, or what else they are known by."""
    return [
        app_commands.Choice(name=shortened(name, 100), value=value)
        for name, value, other in named
        if typed.casefold() in f"{name} {other}".casefold()
    ][:CHOICES]


def item_of(typed: str) -> ItemId | None:
    """The item that was chosen, if any."""
    return ItemId(typed) if typed else None


def inscription_of(typed: str) -> InscriptionId:
    """What was chosen from the list; what was typed instead names nobody."""
    known = typed.isascii() and typed.isdigit() and len(typed) < 10
    return InscriptionId(int(typed) if known else 0)
