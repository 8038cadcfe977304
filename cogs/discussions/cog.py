"""`/discussion` for those who run the meeting, and “Record as input” on a message."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, Call, Choices, Handler
from bot.house import House
from bot.words import shortened
from cogs.discussions import wording
from cogs.discussions.staff import READERS, StaffControls
from meeting.discussions import question_items
from meeting.inputs import InputId, InputKind, InputState, reading
from meeting.people import require
from meeting.programme import QuestionId

Interaction = discord.Interaction[Any]

CHOICES = 25
"""Suggestions Discord shows at most."""

KINDS = [app_commands.Choice(name=one.value.replace("_", " "), value=one.value) for one in InputKind]

HOLDING = [
    app_commands.Choice(name="a moderator sees it first", value="yes"),
    app_commands.Choice(name="it shows at once", value="no"),
]

RECORD = "Record as input"
"""How the command on a message is called; it is in English for everybody, like all commands."""


@app_commands.default_permissions(manage_events=True)
@app_commands.guild_only()
class DiscussionCog(commands.GroupCog, name="discussion", description="Inputs to the guiding questions"):
    """The acts of `meeting.inputs`, typed."""

    def __init__(self, house: House, staff: StaffControls) -> None:
        self._house = house
        self._staff = staff

    async def _give(self, interaction: Interaction, handler: Handler) -> None:
        await self._house.answers.give(interaction, handler)

    async def question_choices(self, interaction: Interaction, typed: str) -> Choices:
        """The guiding questions."""

        async def find(call: Call) -> Choices:
            require(call.actor, READERS)
            agenda = await self._house.ledger.agenda.agenda()
            return [
                app_commands.Choice(
                    name=shortened(item.question.title, 100), value=str(item.question.question_id)
                )
                for item in question_items(agenda)
                if item.question is not None and typed.casefold() in item.question.title.casefold()
            ][:CHOICES]

        return await self._house.answers.suggest(interaction, find)

    async def held_choices(self, interaction: Interaction, typed: str) -> Choices:
        """Inputs that wait for a moderator."""
        return await self._inputs(interaction, typed, {InputState.HELD})

    async def shown_choices(self, interaction: Interaction, typed: str) -> Choices:
        """Inputs that show."""
        return await self._inputs(interaction, typed, {InputState.SHOWN})

    async def any_choices(self, interaction: Interaction, typed: str) -> Choices:
        """Inputs that can be hidden or, hidden or merged, be brought back."""
        return await self._inputs(
            interaction,
            typed,
            {InputState.SHOWN, InputState.HELD, InputState.HIDDEN, InputState.MERGED},
        )

    async def _inputs(self, interaction: Interaction, typed: str, states: set[InputState]) -> Choices:
        async def find(call: Call) -> Choices:
            require(call.actor, READERS)
            found = await self._house.ledger.discussions.discussions()
            words, wanted = self._house.words, typed.casefold()
            made: Choices = []
            for one in reversed(found.inputs):
                if one.state not in states:
                    continue
                name = wording.brief(words, found, one, 100, call.locale)
                # A number read on a card, or any word of the text, finds it as well.
                if any(wanted in each.casefold() for each in (name, one.text, one.input_id)):
                    value = str(one.input_id)
                    if one.state is InputState.HELD:
                        value = f"{value}.{reading(one)}"
                    made.append(app_commands.Choice(name=name, value=value))
            return made[:CHOICES]

        return await self._house.answers.suggest(interaction, find)

    @app_commands.command(name="hold", description="Whether a moderator sees inputs of a kind first")
    @app_commands.describe(question="Which question", kind="Which kind", held="What happens to them")
    @app_commands.choices(kind=KINDS, held=HOLDING)
    @app_commands.autocomplete(question=question_choices)
    async def hold(self, interaction: Interaction, question: str, kind: str, held: str) -> None:
        await self._give(
            interaction,
            lambda call: self._staff.hold(call, QuestionId(question), InputKind(kind), held=held == "yes"),
        )

    @app_commands.command(name="release", description="Show an input that was held")
    @app_commands.describe(which="Which input")
    @app_commands.rename(which="input")
    @app_commands.autocomplete(which=held_choices)
    async def release(self, interaction: Interaction, which: str) -> None:
        number, _, read = which.partition(".")
        await self._give(interaction, lambda call: self._staff.release(call, InputId(number), read))

    @app_commands.command(name="key", description="Mark an input as a key point, or take the mark away")
    @app_commands.describe(which="Which input")
    @app_commands.rename(which="input")
    @app_commands.autocomplete(which=shown_choices)
    async def key(self, interaction: Interaction, which: str) -> None:
        await self._give(interaction, lambda call: self._staff.mark_key(call, InputId(which)))

    @app_commands.command(name="hide", description="Take an input out of sight, or bring it back")
    @app_commands.describe(which="Which input", back="Bring a hidden one back, or take one out of a merger")
    @app_commands.rename(which="input")
    @app_commands.autocomplete(which=any_choices)
    async def hide(self, interaction: Interaction, which: str, back: bool = False) -> None:
        act, number = self._staff.unhide if back else self._staff.hide, InputId(which.partition(".")[0])
        await self._give(interaction, lambda call: act(call, number))

    @app_commands.command(name="merge", description="Make an input part of another that says the same")
    @app_commands.describe(which="The one that goes", into="The one that stays")
    @app_commands.rename(which="input")
    @app_commands.autocomplete(which=shown_choices, into=shown_choices)
    async def merge(self, interaction: Interaction, which: str, into: str) -> None:
        await self._give(interaction, lambda call: self._staff.merge(call, InputId(which), InputId(into)))

    @app_commands.command(name="show", description="The inputs to a question, or how many each has")
    @app_commands.describe(question="Which question; all if left out")
    @app_commands.autocomplete(question=question_choices)
    async def show(self, interaction: Interaction, question: str = "") -> None:
        await self._give(interaction, lambda call: self._staff.show(call, question))

    @app_commands.command(name="digest", description="The digest of a question as it stands now")
    @app_commands.describe(question="Which question")
    @app_commands.autocomplete(question=question_choices)
    async def digest(self, interaction: Interaction, question: str) -> None:
        await self._give(interaction, lambda call: self._staff.digest(call, question))

    @app_commands.command(name="export", description="The inputs to a question as a table")
    @app_commands.describe(question="Which question")
    @app_commands.autocomplete(question=question_choices)
    async def export(self, interaction: Interaction, question: str) -> None:
        await self._give(interaction, lambda call: self._staff.export(call, question))

    @app_commands.command(name="deadline", description="Until when inputs and statements are taken")
    @app_commands.describe(until="A day and a time at the venue, such as d2 18:00")
    async def deadline(self, interaction: Interaction, until: str) -> None:
        await self._give(interaction, lambda call: self._staff.deadline(call, until))


def record_command(house: House, staff: StaffControls) -> app_commands.ContextMenu:
    """“Record as input”, in a message's menu; it needs no message-content intent: the message comes along."""

    @app_commands.default_permissions(manage_events=True)
    @app_commands.guild_only()
    async def record(interaction: Interaction, message: discord.Message) -> None:
        async def handler(call: Call) -> Answer:
            return await staff.record_form(call, message)

        await house.answers.give(interaction, handler)

    return app_commands.ContextMenu(name=RECORD, callback=record)
