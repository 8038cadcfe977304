"""The welcome panel (what this is in three lines, and where to go), and the panels of troubles."""

from collections.abc import Sequence
from typing import Any

import discord

from bot.controls import address, button
from bot.house import House
from bot.trouble_faces import trouble_panel, unheard
from bot.wall_faces import Face, Panel, Source
from bot.words import Words, clean_block
from meeting.agenda import Agenda
from meeting.notices import Channel


def organiser_faces(house: House) -> Source:
    """What the organiser wants on the wall."""

    async def faces() -> Sequence[Face]:
        return [welcome_panel(house.words, await house.ledger.agenda.agenda())]

    return faces


def troubles_faces(house: House) -> Source:
    """A panel per trouble; none while it is one that nobody could read."""

    async def faces() -> Sequence[Face]:
        troubles = [one for one in await house.ledger.troubles.recent() if not unheard(one)]
        if not troubles:
            return []
        plan = await house.ledger.agenda.plan()
        return [trouble_panel(house.words, plan, one) for one in troubles]

    return faces


def welcome_panel(words: Words, agenda: Agenda) -> Panel:
    """The first thing a person sees on the server."""
    say = words.say
    about = clean_block(agenda.about)
    head = words.marked(say("organiser.welcome.head", title=agenda.title))
    blocks = [
        "\n".join(part for part in (head, about) if part),
        say("organiser.welcome.foot"),
    ]
    seats: discord.ui.ActionRow[Any] = discord.ui.ActionRow(
        button(
            say("organiser.welcome.buttons.take"),
            address("delegations", "all", "take"),
            discord.ButtonStyle.primary,
        ),
        button(say("organiser.welcome.buttons.no_code"), address("delegations", "all", "nocode")),
        button(say("organiser.welcome.buttons.language"), address("delegations", "all", "language")),
    )
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow(
        button(say("organiser.welcome.buttons.listen"), address("agenda", "today", "listen")),
        button(say("organiser.welcome.buttons.now"), address("agenda", "all", "now")),
        button(say("organiser.welcome.buttons.help"), address("organiser", "all", "help")),
    )
    return Panel("welcome", Channel.WELCOME, tuple(blocks), (seats, row))
