"""`/seat` for everybody, `/delegation` for those who run the meeting."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, Call, Choices
from bot.client import UnknownCommand
from bot.house import House
from bot.words import shortened
from cogs.delegations.controls import SeatControls
from cogs.delegations.panel import seat_name
from cogs.delegations.staff import StaffControls
from meeting.delegations import NAME, SHORT_NAME, Category, DelegationId
from meeting.people import CONDUCTORS, UserId, require
from meeting.seats import MOST_SEATS, Function, Seat, SeatId

Interaction = discord.Interaction[Any]
E = TypeVar("E", bound=StrEnum)

CHOICES = 25
"""Suggestions Discord shows at most."""

FUNCTIONS = [app_commands.Choice(name=one.value, value=one.value) for one in Function]
CATEGORIES = [app_commands.Choice(name=one.value.replace("_", " "), value=one.value) for one in Category]


@app_commands.guild_only()
class SeatCog(commands.GroupCog, name="seat", description="Your seat at the meeting"):
    """For everybody: whoever has a code takes a seat by it."""

    def __init__(self, house: House, controls: SeatControls) -> None:
        self._house = house
        self._controls = controls

    @app_commands.command(name="claim", description="Take your seat with the code on your sheet")
    @app_commands.describe(code="Twelve letters and digits, such as K7QM-2R9T-XW4D")
    async def claim(self, interaction: Interaction, code: str) -> None:
        async def handler(call: Call) -> Answer:
            return await self._controls.claim(call, code)

        await self._house.answers.give(interaction, handler)

    @app_commands.command(name="show", description="Your seat, your function, your profile")
    async def show(self, interaction: Interaction) -> None:
        await self._house.answers.give(interaction, self._controls.show)

    @app_commands.command(name="presence", description="Say whether you are in the room or online")
    async def presence(self, interaction: Interaction) -> None:
        await self._house.answers.give(interaction, self._controls.ask_presence)

    @app_commands.command(name="language", description="The language of the answers only you see")
    async def language(self, interaction: Interaction) -> None:
        await self._house.answers.give(interaction, self._controls.language)


@app_commands.default_permissions(manage_events=True)
@app_commands.guild_only()
class DelegationCog(commands.GroupCog, name="delegation", description="Delegations and their seats"):
    """The acts of `meeting.seats`, typed."""

    def __init__(self, house: House, controls: StaffControls) -> None:
        self._house = house
        self._controls = controls

    async def delegation_choices(self, interaction: Interaction, typed: str) -> Choices:
        """Delegations that match what is typed."""

        async def find(call: Call) -> Choices:
            require(call.actor, CONDUCTORS)
            return [
                app_commands.Choice(name=shortened(one.name, 100), value=str(one.delegation_id))
                for one in await self._house.ledger.delegations.delegations()
                if _matches(typed, one.name, one.short_name, one.delegation_id)
            ][:CHOICES]

        return await self._house.answers.suggest(interaction, find)

    async def seat_choices(self, interaction: Interaction, typed: str) -> Choices:
        """Seats that match what is typed."""
        return await self._seats(interaction, typed, lambda _: True)

    async def taken_choices(self, interaction: Interaction, typed: str) -> Choices:
        """Seats that somebody sits in and that match what is typed."""
        return await self._seats(interaction, typed, lambda seat: seat.taken)

    async def _seats(self, interaction: Interaction, typed: str, which: Callable[[Seat], bool]) -> Choices:
        async def find(call: Call) -> Choices:
            require(call.actor, CONDUCTORS)
            delegations, seats, _ = await self._house.ledger.delegations.everything()
            own: dict[DelegationId, list[Seat]] = {}
            for seat in filter(which, seats):
                own.setdefault(seat.delegation_id, []).append(seat)
            return [
                app_commands.Choice(
                    name=seat_name(self._house.words, one, seat, call.locale), value=str(seat.seat_id)
                )
                for one in delegations
                if _matches(typed, one.name, one.short_name, one.delegation_id)
                for seat in own.get(one.delegation_id, ())
            ][:CHOICES]

        return await self._house.answers.suggest(interaction, find)

    @app_commands.command(name="assign", description="Give a person a seat, or move them to another")
    @app_commands.describe(
        person="Who", delegation="Which delegation", function="As what; as the free seat has it if left out"
    )
    @app_commands.autocomplete(delegation=delegation_choices)
    @app_commands.choices(function=FUNCTIONS)
    async def assign(
        self, interaction: Interaction, person: discord.User, delegation: str, function: str = ""
    ) -> None:
        async def handler(call: Call) -> Answer:
            chosen = _known(Function, function)
            return await self._controls.assign(call, UserId(person.id), DelegationId(delegation), chosen)

        await self._house.answers.give(interaction, handler)

    @app_commands.command(name="release", description="Free a seat; its code is dead from then on")
    @app_commands.describe(seat="Which seat")
    @app_commands.autocomplete(seat=taken_choices)
    async def release(self, interaction: Interaction, seat: str) -> None:
        async def handler(call: Call) -> Answer:
            return await self._controls.release(call, SeatId(seat))

        await self._house.answers.give(interaction, handler)

    @app_commands.command(name="add", description="Enter a delegation on the spot, or one more seat")
    @app_commands.describe(
        name="A new delegation's name",
        category="Its category",
        short_name="Its short name",
        seats="How many seats; three if left out",
        delegation="Or: the delegation that gets one more seat",
    )
    @app_commands.autocomplete(delegation=delegation_choices)
    @app_commands.choices(category=CATEGORIES)
    async def add(
        self,
        interaction: Interaction,
        name: app_commands.Range[str, 1, NAME] | None = None,
        category: str = "",
        short_name: app_commands.Range[str, 1, SHORT_NAME] | None = None,
        seats: app_commands.Range[int, 1, MOST_SEATS] | None = None,
        delegation: str = "",
    ) -> None:
        async def handler(call: Call) -> Answer:
            kind = _known(Category, category)
            return await self._controls.add(call, name or "", short_name or "", kind, delegation, seats)

        await self._house.answers.give(interaction, handler)

    @app_commands.command(name="renew", description="A new code for a seat whose sheet is lost")
    @app_commands.describe(seat="Which seat; whoever sits there stays")
    @app_commands.autocomplete(seat=seat_choices)
    async def renew(self, interaction: Interaction, seat: str) -> None:
        async def handler(call: Call) -> Answer:
            return await self._controls.renew(call, SeatId(seat))

        await self._house.answers.give(interaction, handler)

    @app_commands.command(name="show", description="Who is seated, by category; or one delegation's seats")
    @app_commands.describe(delegation="Which delegation; the whole register if left out")
    @app_commands.autocomplete(delegation=delegation_choices)
    async def show(self, interaction: Interaction, delegation: str = "") -> None:
        async def handler(call: Call) -> Answer:
            if not delegation:
                return await self._controls.look(call)
            return await self._controls.show(call, DelegationId(delegation))

        await self._house.answers.give(interaction, handler)


def _known(kind: type[E], text: str) -> E | None:
    """A choice, None if it was left out. Raises `UnknownCommand`: Discord's clients send no other."""
    try:
        return kind(text) if text else None
    except ValueError:
        raise UnknownCommand() from None


def _matches(typed: str, *texts: str) -> bool:
    return any(typed.casefold() in text.casefold() for text in texts)
