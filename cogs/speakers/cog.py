"""`/speakers` for those who run the list."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Choices, Handler
from bot.house import House
from cogs.speakers.desk import DeskControls
from cogs.speakers.proposals import KINDS, Proposals, Text, inscription_of, item_of
from meeting.delegations import DelegationId
from meeting.floor import Wish
from meeting.speaker_list import REASON
from meeting.speakers import Floor, Limits, Policy, Preset, SpeechKind

Interaction = discord.Interaction[Any]
Span = app_commands.Range[int, 1, 60]

SIDES = [
    app_commands.Choice(name="in the room", value=Floor.ROOM.value),
    app_commands.Choice(name="online", value=Floor.VIRTUAL.value),
]
ORDERS = [app_commands.Choice(name=one.value, value=one.value) for one in Preset]
RATIOS: dict[str, tuple[int, int] | None] = {
    "alternate": (1, 1),
    "strict": None,
    "2 from the room, 1 online": (2, 1),
    "3 from the room, 1 online": (3, 1),
    "1 from the room, 2 online": (1, 2),
    "1 from the room, 3 online": (1, 3),
}
TIMES = [app_commands.Choice(name=one, value=one) for one in ("fixed", "adaptive")]


@app_commands.default_permissions(manage_events=True)
@app_commands.guild_only()
class SpeakersCog(commands.GroupCog, name="speakers", description="Run the list of speakers"):
    """The acts of `meeting.speaker_list`, typed."""

    def __init__(self, house: House, desk: DeskControls) -> None:
        self._house = house
        self._desk = desk
        self._proposals = Proposals(house)

    async def _give(self, interaction: Interaction, handler: Handler) -> None:
        await self._house.answers.give(interaction, handler)

    async def item_choices(self, interaction: Interaction, typed: str) -> Choices:
        """Items with a list of speakers."""
        return await self._proposals.items(interaction, typed)

    async def delegation_choices(self, interaction: Interaction, typed: str) -> Choices:
        """Delegations."""
        return await self._proposals.delegations(interaction, typed)

    async def waiting_choices(self, interaction: Interaction, typed: str) -> Choices:
        """Who waits."""
        return await self._proposals.waiting(interaction, typed)

    @app_commands.command(name="add", description="Put a delegation on the list, for people without account")
    @app_commands.rename(on_behalf_of="on-behalf-of")
    @app_commands.describe(
        delegation="Which delegation",
        side="From where it speaks; the room if left out",
        kind="What for; a statement if left out",
        speaker="Who will speak: name and title",
        on_behalf_of="The group, for a group's statement",
        subject="The subject, in a few words",
        item="Which agenda item; the present one if left out",
    )
    @app_commands.choices(side=SIDES, kind=KINDS)
    @app_commands.autocomplete(delegation=delegation_choices, item=item_choices)
    async def add(
        self,
        interaction: Interaction,
        delegation: str,
        side: str = Floor.ROOM.value,
        kind: str = SpeechKind.STATEMENT.value,
        speaker: Text = "",
        on_behalf_of: Text = "",
        subject: Text = "",
        item: str = "",
    ) -> None:
        wish = Wish(SpeechKind(kind), speaker, on_behalf_of, subject)
        delegation_id = DelegationId(delegation)
        await self._give(
            interaction, lambda call: self._desk.add(call, item_of(item), delegation_id, Floor(side), wish)
        )

    @app_commands.command(name="next", description="Whoever has the floor is done; the next has it")
    async def next(self, interaction: Interaction) -> None:
        await self._give(interaction, self._desk.next)

    @app_commands.command(name="pause", description="Take the intervention off the clock")
    async def pause(self, interaction: Interaction) -> None:
        await self._give(interaction, self._desk.pause)

    @app_commands.command(name="resume", description="Put the intervention on the clock again")
    async def resume(self, interaction: Interaction) -> None:
        await self._give(interaction, self._desk.resume)

    @app_commands.command(name="end", description="Whoever has the floor is done; nobody has it")
    async def end(self, interaction: Interaction) -> None:
        await self._give(interaction, self._desk.end)

    @app_commands.command(name="move", description="Put somebody at another place on the list")
    @app_commands.describe(who="Who waits", place="The place it is to have", reason="Why; told to who asks")
    @app_commands.autocomplete(who=waiting_choices)
    async def move(
        self,
        interaction: Interaction,
        who: str,
        place: app_commands.Range[int, 1, 500],
        reason: app_commands.Range[str, 1, REASON],
    ) -> None:
        await self._give(interaction, lambda call: self._desk.move(call, inscription_of(who), place, reason))

    @app_commands.command(name="withdraw", description="Take somebody off the list who asked for that")
    @app_commands.describe(who="Who waits")
    @app_commands.autocomplete(who=waiting_choices)
    async def withdraw(self, interaction: Interaction, who: str) -> None:
        await self._give(interaction, lambda call: self._desk.withdraw(call, inscription_of(who)))

    @app_commands.command(name="undo", description="Take back what was last done to the list")
    @app_commands.describe(reason="Why; kept with it")
    async def undo(self, interaction: Interaction, reason: app_commands.Range[str, 1, REASON]) -> None:
        await self._give(interaction, lambda call: self._desk.undo(call, None, reason))

    @app_commands.command(name="open", description="Open a list before its time, or again")
    @app_commands.describe(item="Which agenda item; the present one if left out")
    @app_commands.autocomplete(item=item_choices)
    async def open(self, interaction: Interaction, item: str = "") -> None:
        await self._give(interaction, lambda call: self._desk.open(call, item_of(item)))

    @app_commands.command(name="lastcall", description="Say that the list closes soon")
    async def lastcall(self, interaction: Interaction) -> None:
        await self._give(interaction, lambda call: self._desk.last_call(call, None))

    @app_commands.command(name="close", description="Close the list")
    @app_commands.describe(item="Which agenda item; the present one if left out")
    @app_commands.autocomplete(item=item_choices)
    async def close(self, interaction: Interaction, item: str = "") -> None:
        await self._give(interaction, lambda call: self._desk.close(call, item_of(item)))

    @app_commands.command(name="reopen", description="Open the list again")
    @app_commands.describe(item="Which agenda item; the present one if left out")
    @app_commands.autocomplete(item=item_choices)
    async def reopen(self, interaction: Interaction, item: str = "") -> None:
        await self._give(interaction, lambda call: self._desk.reopen(call, item_of(item)))

    @app_commands.command(name="policy", description="How the list is kept from now on")
    @app_commands.describe(
        order="What the order goes by",
        sides="How the room and online follow each other",
        time="Fixed times, or the time left shared out",
        members="Minutes for members and member organisations",
        observers="Minutes for observers",
        groups="Minutes on behalf of a group",
        item="Which agenda item; the present one if left out",
    )
    @app_commands.choices(
        order=ORDERS, sides=[app_commands.Choice(name=one, value=one) for one in RATIOS], time=TIMES
    )
    @app_commands.autocomplete(item=item_choices)
    async def policy(
        self,
        interaction: Interaction,
        order: str = "",
        sides: str = "",
        time: str = "",
        members: Span | None = None,
        observers: Span | None = None,
        groups: Span | None = None,
        item: str = "",
    ) -> None:
        change = _change(order, sides, time, members, observers, groups)
        await self._give(interaction, lambda call: self._desk.policy(call, item_of(item), change))

    @app_commands.command(name="replies", description="Hear rights of reply now, not at the day's end")
    async def replies(self, interaction: Interaction) -> None:
        await self._give(interaction, lambda call: self._desk.replies(call, None))

    @app_commands.command(name="stats", description="Who has spoken how much so far")
    async def stats(self, interaction: Interaction) -> None:
        await self._give(interaction, self._desk.stats)

    @app_commands.command(name="texts", description="The texts handed in, as a file")
    @app_commands.describe(item="Which agenda item; all if left out")
    @app_commands.autocomplete(item=item_choices)
    async def texts(self, interaction: Interaction, item: str = "") -> None:
        await self._give(interaction, lambda call: self._desk.texts(call, item_of(item)))


def _change(
    order: str,
    sides: str,
    time: str,
    members: int | None,
    observers: int | None,
    groups: int | None,
) -> Callable[[Policy], Policy]:
    """What was chosen, of a policy; the rest stays as it is."""

    def minutes(given: int | None, kept: timedelta) -> timedelta:
        return kept if given is None else timedelta(minutes=given)

    def change(policy: Policy) -> Policy:
        limits = policy.limits
        return replace(
            policy,
            preset=Preset(order) if order else policy.preset,
            ratio=RATIOS[sides] if sides else policy.ratio,
            adaptive=time == "adaptive" if time else policy.adaptive,
            limits=Limits(
                minutes(members, limits.member),
                minutes(members, limits.member_organisation),
                minutes(observers, limits.observer),
                minutes(groups, limits.group),
                limits.reply,
                limits.brief,
            ),
        )

    return change
