"""The two buttons by which a person says where they are, for answers to those not heard of today."""

from typing import Any

import discord

from bot.controls import address, button
from bot.words import Words
from meeting.seats import Presence


def presence_row(words: Words, locale: str | None) -> discord.ui.ActionRow[Any]:
    """“I am in the room” and “I am online”; answered by `cogs.delegations`."""
    return discord.ui.ActionRow(
        *(
            button(
                words.say(f"delegations.presence.buttons.{presence}", locale),
                address("delegations", "all", "presence", presence.value),
            )
            for presence in (Presence.ROOM, Presence.VIRTUAL)
        )
    )
