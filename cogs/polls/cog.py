"""`/poll` for those who run the polls."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, Call, Choices, Handler
from bot.house import House
from bot.words import shortened
from cogs.polls.desk import DeskControls
from meeting.delegations import Tally
from meeting.people import POLLSTERS, require
from meeting.polls import CAP, DOTS, OPTIONS, PLACES, Poll, PollId, PollKind, Secrecy, Showing, Unit

Interaction = discord.Interaction[Any]
Minutes = app_commands.Range[int, -2880, 2880]

CHOICES = 25
"""Suggestions Discord shows at most."""

EVERYBODY = "everybody"


NAMES = {
    PollKind.SINGLE: "one choice",
    PollKind.APPROVAL: "several choices",
    PollKind.RANKING: "ranking",
    PollKind.POINTS: "dots spread over options",
    PollKind.SCORE: "a level for each row",
    Unit.DELEGATION: "one per delegation (usual)",
    Unit.PERSON: "one per person",
    EVERYBODY: "everybody (usual)",
    Tally.MEMBERS: "member delegations",
    Tally.MEMBER_ORGANISATIONS: "member organisations",
    Tally.OBSERVERS: "observer delegations",
    Secrecy.NAMED: "named",
    Secrecy.OPEN_CHANGEABLE: "changeable, unlinked at the closing (usual)",
    Secrecy.SECRET_FINAL: "secret, the first answer final",
    Showing.CLOSING: "after the closing (usual)",
    Showing.RELEASED: "when released",
    Showing.LIVE: "while open (named only)",
    Showing.OWN: "to each after answering (named only)",
}
"""How Discord's list of commands names what can be chosen."""


def _choices(*values: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=NAMES[value], value=str(value)) for value in values]


@app_commands.default_permissions(manage_events=True)
@app_commands.guild_only()
class PollCog(commands.GroupCog, name="poll", description="Run indicative polls"):
    """The acts of `meeting.poll_life`, typed."""

    def __init__(self, house: House, desk: DeskControls) -> None:
        self._house = house
        self._desk = desk

    async def _give(self, interaction: Interaction, handler: Handler) -> None:
        await self._house.answers.give(interaction, handler)

    async def poll_choices(self, interaction: Interaction, typed: str) -> Choices:
        """Polls that match what is typed."""

        async def find(call: Call) -> Choices:
            require(call.actor, POLLSTERS)
            found = []
            for poll in await self._house.ledger.polls.polls():
                name = f"{poll.poll_id} · {poll.question}"
                if typed.casefold() in name.casefold():
                    found.append(app_commands.Choice(name=shortened(name, 100), value=str(poll.poll_id)))
            return found[:CHOICES]

        return await self._house.answers.suggest(interaction, find)

    @app_commands.command(name="create", description="A poll that is not in the programme; a form opens")
    @app_commands.describe(
        kind="How one answers",
        choose="How many: choices of approval, places of a ranking, or dots (left out: all, 3, 10)",
        cap="Dots on one option at most (left out: no limit)",
        unit="Whose ballot it is",
        asks="Whom it asks",
        secrecy="Who may learn whose ballot is whose",
        results="When results show",
    )
    @app_commands.choices(
        kind=_choices(*PollKind),
        unit=_choices(*Unit),
        asks=_choices(EVERYBODY, *Tally),
        secrecy=_choices(*Secrecy),
        results=_choices(*Showing),
    )
    async def create(
        self,
        interaction: Interaction,
        kind: str,
        choose: app_commands.Range[int, 1, DOTS] | None = None,
        cap: app_commands.Range[int, 1, CAP] | None = None,
        unit: str = Unit.DELEGATION.value,
        asks: str = EVERYBODY,
        secrecy: str = Secrecy.OPEN_CHANGEABLE.value,
        results: str = Showing.CLOSING.value,
    ) -> None:
        usual = {PollKind.APPROVAL: 0, PollKind.RANKING: 3, PollKind.POINTS: 10}.get(PollKind(kind), 1)
        most = {PollKind.APPROVAL: OPTIONS, PollKind.RANKING: PLACES}.get(PollKind(kind), DOTS)

        async def handler(call: Call) -> Answer:
            poll = Poll(
                PollId(""),
                "",
                PollKind(kind),
                (),
                most=min(choose or usual, most),
                cap=min(cap or 0, choose or usual),
                unit=Unit(unit),
                electorate=frozenset(Tally) if asks == EVERYBODY else frozenset({Tally(asks)}),
                secrecy=Secrecy(secrecy),
                showing=Showing(results),
            )
            return self._desk.new_form(call, poll)

        await self._give(interaction, handler)

    @app_commands.command(name="open", description="Open a poll now")
    @app_commands.describe(
        poll="Which poll",
        minutes="Minutes it stays open (left out: until the programme's closing, or until you close it)",
    )
    @app_commands.autocomplete(poll=poll_choices)
    async def open(
        self, interaction: Interaction, poll: str, minutes: app_commands.Range[int, 1, 2880] | None = None
    ) -> None:
        await self._give(interaction, lambda call: self._desk.open(call, PollId(poll), minutes))

    @app_commands.command(name="close", description="Close a poll now, for good")
    @app_commands.describe(poll="Which poll")
    @app_commands.autocomplete(poll=poll_choices)
    async def close(self, interaction: Interaction, poll: str) -> None:
        await self._give(interaction, lambda call: self._desk.close(call, PollId(poll)))

    @app_commands.command(name="extend", description="Have a poll close later")
    @app_commands.describe(poll="Which poll", minutes="How many minutes later; negative: earlier")
    @app_commands.autocomplete(poll=poll_choices)
    async def extend(self, interaction: Interaction, poll: str, minutes: Minutes) -> None:
        await self._give(interaction, lambda call: self._desk.extend(call, PollId(poll), minutes))

    @app_commands.command(name="release", description="Show the result of a closed poll to everybody")
    @app_commands.describe(poll="Which poll")
    @app_commands.autocomplete(poll=poll_choices)
    async def release(self, interaction: Interaction, poll: str) -> None:
        await self._give(interaction, lambda call: self._desk.release(call, PollId(poll)))

    @app_commands.command(name="show", description="All polls, with who has answered")
    @app_commands.describe(poll="Which poll; all if left out")
    @app_commands.autocomplete(poll=poll_choices)
    async def show(self, interaction: Interaction, poll: str = "") -> None:
        await self._give(interaction, lambda call: self._desk.show(call, poll))

    @app_commands.command(name="results", description="The numbers of a poll whose results show")
    @app_commands.describe(poll="Which poll")
    @app_commands.autocomplete(poll=poll_choices)
    async def results(self, interaction: Interaction, poll: str) -> None:
        await self._give(interaction, lambda call: self._desk.results(call, PollId(poll)))

    @app_commands.command(name="export", description="All that shows of a poll, as a file")
    @app_commands.describe(poll="Which poll")
    @app_commands.autocomplete(poll=poll_choices)
    async def export(self, interaction: Interaction, poll: str) -> None:
        await self._give(interaction, lambda call: self._desk.export(call, PollId(poll)))

    @app_commands.command(name="round", description="Ask the same once more, and compare")
    @app_commands.describe(poll="Which poll")
    @app_commands.autocomplete(poll=poll_choices)
    async def round(self, interaction: Interaction, poll: str) -> None:
        await self._give(interaction, lambda call: self._desk.round(call, PollId(poll)))

    @app_commands.command(name="hand-count", description="Enter what was counted in the room")
    @app_commands.describe(poll="Which poll", asks="Whose hands were counted")
    @app_commands.choices(asks=_choices(*Tally))
    @app_commands.autocomplete(poll=poll_choices)
    async def hand_count(self, interaction: Interaction, poll: str, asks: str = Tally.MEMBERS.value) -> None:
        await self._give(interaction, lambda call: self._desk.count_form(call, PollId(poll), Tally(asks)))
