"""`/room` for those who run the meeting, and the facilitators in the room."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, Call, Choices, Handler
from bot.house import House
from bot.words import Composed, shortened
from meeting.people import OPERATORS, require
from meeting.polls import PollId
from meeting.room import KEYED, MESSAGE, Door, Show

Interaction = discord.Interaction[Any]

CHOICES = 25
"""Suggestions Discord shows at most."""

QUESTION = 80
"""Characters of a question in a suggestion."""

PATHS = {Door.SCREEN: "room", Door.DESK: "desk"}
"""Where each page is, below the address of the room's pages."""

SHOWN = {
    Show.FOLLOW: "what the meeting is at (usual)",
    Show.AGENDA: "the agenda",
    Show.LIST: "the list of speakers",
    Show.POLL: "a poll: name it",
}
"""How Discord's list of commands names what the screen can show."""

DOORS = [app_commands.Choice(name=f"the {door}", value=door.value) for door in KEYED]


@app_commands.default_permissions(manage_events=True)
@app_commands.guild_only()
class RoomCog(commands.GroupCog, name="room", description="The screen and the desk in the room"):
    """What the desk's page does with the screen, typed; and keys."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def _give(self, interaction: Interaction, handler: Handler) -> None:
        await self._house.answers.give(interaction, handler)

    async def poll_choices(self, interaction: Interaction, typed: str) -> Choices:
        """Polls that have been opened and match what is typed."""

        async def find(call: Call) -> Choices:
            require(call.actor, OPERATORS)
            found = []
            for poll in await self._house.ledger.polls.polls():
                name = f"{poll.poll_id} · {shortened(poll.question, QUESTION)}"
                if poll.opened_at is not None and typed.casefold() in name.casefold():
                    found.append(app_commands.Choice(name=name, value=str(poll.poll_id)))
            return found[:CHOICES]

        return await self._house.answers.suggest(interaction, find)

    @app_commands.command(name="screen", description="What the screen shows, and who looks on")
    async def screen(self, interaction: Interaction) -> None:
        await self._give(interaction, self._screen)

    async def _screen(self, call: Call) -> Answer:
        require(call.actor, OPERATORS)
        say, hall = self._house.words.say, await self._house.ledger.room.hall()
        chosen = hall.chosen
        mode = "held" if chosen.held_at is not None else chosen.show.value
        lines: list[str] = [say(f"room.command.mode.{mode}", call.locale)]
        if chosen.since is not None:
            lines.append(say("room.command.since", call.locale, at=chosen.since))
        if chosen.text:
            lines.append(say("room.command.text", call.locale, text=chosen.text))
        for one in hall.hearings:
            where = "online" if one.online else "room"
            lines.append(say(f"room.hearing.{where}", call.locale, delegation=one.delegation))
        lines.append(say("room.command.pages", call.locale, n=self._house.pages.room.views.hub.readers))
        return Answer("\n".join(lines))

    @app_commands.command(name="key", description="An address of the screen or the desk, for one more device")
    @app_commands.describe(page="Which page")
    @app_commands.choices(page=DOORS)
    async def key(self, interaction: Interaction, page: str) -> None:
        await self._give(interaction, lambda call: self._key(call, Door(page), renew=False))

    @app_commands.command(
        name="renew", description="A new address; all devices with an earlier one are shut out at once"
    )
    @app_commands.describe(page="Which page")
    @app_commands.choices(page=DOORS)
    async def renew(self, interaction: Interaction, page: str) -> None:
        await self._give(interaction, lambda call: self._key(call, Door(page), renew=True))

    async def _key(self, call: Call, door: Door, *, renew: bool) -> Answer:
        key = await self._house.ledger.room.make_key(call.actor, door, renew=renew)
        address = Composed(f"{self._house.pages.address}/{PATHS[door]}/{key}")
        said = "renewed" if renew else "key"
        return Answer(self._house.words.say(f"room.command.{said}.{door}", call.locale, address=address))

    @app_commands.command(name="show", description="Choose what the screen shows")
    @app_commands.describe(what="What the screen shows", poll="Which poll, if a poll")
    @app_commands.choices(
        what=[app_commands.Choice(name=name, value=show.value) for show, name in SHOWN.items()]
    )
    @app_commands.autocomplete(poll=poll_choices)
    async def show(self, interaction: Interaction, what: str, poll: str = "") -> None:
        # Who names a poll means it.
        show = Show.POLL if poll else Show(what)
        await self._give(interaction, lambda call: self._show(call, show, PollId(poll)))

    @app_commands.command(name="blank", description="The screen shows nothing")
    async def blank(self, interaction: Interaction) -> None:
        await self._give(interaction, lambda call: self._show(call, Show.BLANK))

    @app_commands.command(name="message", description="The screen shows a text")
    @app_commands.describe(text="What it says, short enough for the back row")
    async def message(self, interaction: Interaction, text: app_commands.Range[str, 1, MESSAGE]) -> None:
        await self._give(interaction, lambda call: self._show(call, Show.MESSAGE, text=text))

    async def _show(self, call: Call, show: Show, poll_id: PollId | None = None, text: str = "") -> Answer:
        await self._house.ledger.room.show(call.actor, show, poll_id, text)
        return Answer(self._house.words.say(f"room.done.show.{show}", call.locale))

    @app_commands.command(name="freeze", description="The screen stays as it is until something is chosen")
    async def freeze(self, interaction: Interaction) -> None:
        await self._give(interaction, self._freeze)

    async def _freeze(self, call: Call) -> Answer:
        require(call.actor, OPERATORS)
        picture = await self._house.pages.room.views.picture()
        await self._house.ledger.room.freeze(call.actor, picture)
        return Answer(self._house.words.say("room.done.frozen", call.locale))
