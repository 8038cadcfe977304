"""Setting the server up: a preview of what would be done, then doing it, as often as one likes.

What exists by its recorded id or by its name is adopted; each thing made is written down at once, so a
set-up that is cut short goes on from there. Nothing is ever deleted.
"""

from dataclasses import dataclass, field
from typing import Any

import discord

from bot.answers import Answer, Call
from bot.controls import address, button
from bot.house import House
from bot.permissions import STAFF as STAFF_PERMISSIONS
from bot.permissions import lacking
from bot.wire import LOST
from bot.words import Composed
from cogs.organiser.layout import differs, overwrites_of
from db.troubles import TroubleKind
from meeting.notices import Channel
from meeting.people import CLERKS, STAFF, Actor, Capacity, require
from meeting.refusals import Elsewhere, Refused


class LacksPermissions(Refused):
    """The bot itself is not allowed to do what set-up needs."""


class Interrupted(Refused):
    """Discord did not let set-up come to its end; what was made is kept."""


class ChannelsClosed(Refused):
    """Discord lets the bot change nothing in some channels; the rest of the set-up was done."""


class RoleTooHigh(Refused):
    """A role to be changed stands above the bot's own."""


@dataclass
class Plan:
    """What is there and what is to be done."""

    guild: discord.Guild
    me: discord.Member
    roles: dict[Capacity, discord.Role | None] = field(default_factory=dict)
    grants: list[Capacity] = field(default_factory=list)
    channels: dict[Channel, discord.TextChannel | None] = field(default_factory=dict)
    mends: list[Channel] = field(default_factory=list)
    names: dict[Channel, str] = field(default_factory=dict)
    gone: int = 0
    astray: int = 0
    """Threads that somebody locked or unlocked by hand."""
    recorded: bool = True

    @property
    def complete(self) -> bool:
        return (
            self.recorded
            and all(self.roles.values())
            and all(self.channels.values())
            and not (self.grants or self.mends or self.gone or self.astray)
        )


class SetUp:
    """The preview and the act behind `/meeting setup`."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def preview(self, call: Call) -> Answer:
        """What would be made, adopted or mended. Refuses what would fail for lack of permission."""
        require(call.actor, CLERKS)
        plan = await self._plan(call)
        say, name = self._house.words.say, self._role_name
        if plan.complete:
            return Answer(say("organiser.setup.complete", call.locale))
        lines = [say("organiser.setup.head", call.locale)]
        for capacity, role in plan.roles.items():
            kind = "create" if role is None else "grant" if capacity in plan.grants else "keep"
            lines.append(say(f"organiser.setup.{kind}_role", call.locale, name=name(capacity)))
        for channel, there in plan.channels.items():
            kind = "create" if there is None else "mend" if channel in plan.mends else "keep"
            lines.append(say(f"organiser.setup.{kind}_channel", call.locale, name=plan.names[channel]))
        if plan.gone:
            lines.append(say("organiser.setup.rehang", call.locale, n=plan.gone))
        if plan.astray:
            lines.append(say("organiser.setup.threads", call.locale, n=plan.astray))
        lines.append(say("organiser.setup.panels", call.locale))
        row: discord.ui.ActionRow[Any] = discord.ui.ActionRow(
            button(
                say("organiser.setup.yes", call.locale),
                address("organiser", "all", "create"),
                discord.ButtonStyle.primary,
            ),
            button(say("organiser.setup.no", call.locale), address("organiser", "all", "no")),
        )
        return Answer("\n".join(lines), (row,))

    async def create(self, call: Call) -> Answer:
        """Do it, as things stand at the press."""
        require(call.actor, CLERKS)
        plan = await self._plan(call)
        try:
            roles = {capacity: await self._role(call.actor, plan, capacity) for capacity in plan.roles}
            closed = [
                f"#{plan.names[channel]}"
                for channel in plan.channels
                if not await self._channel(call.actor, plan, channel, dict(roles))
            ]
        except LOST as fault:
            raise Interrupted(reason=str(fault)) from fault
        await self._house.ledger.wall.rehang(call.actor)
        if closed:
            raise ChannelsClosed(channels=tuple(closed))
        text = self._house.words.say(
            "organiser.setup.done",
            call.locale,
            moderator=self._role_name(Capacity.MODERATOR),
            delegate=self._role_name(Capacity.DELEGATE),
        )
        return Answer(text, update=call.private)

    async def leave(self, call: Call) -> Answer:
        """Nothing is done."""
        return Answer(self._house.words.say("unchanged", call.locale), update=call.private)

    def _role_name(self, capacity: Capacity) -> Composed:
        return self._house.words.say(f"capacity.{capacity}")

    async def _plan(self, call: Call) -> Plan:
        guild = call.interaction.guild
        if guild is None or guild.id != self._house.guild_id:
            raise Elsewhere()
        me = guild.me
        missing = lacking(call.interaction.app_permissions | me.guild_permissions)
        if missing:
            raise LacksPermissions(permissions=missing)
        places = await self._house.ledger.places.places()
        names = (await self._house.ledger.agenda.plan()).channels
        plan = Plan(guild, me)
        there = await guild.fetch_roles()
        # Not the cache's: a role's height changes with each that is made.
        top = max(role for role in there if role.is_default() or me.get_role(role.id) is not None)
        for capacity in Capacity:
            known = places.roles.get(capacity)
            role = discord.utils.get(there, id=known) if known else None
            role = role or discord.utils.get(there, name=str(self._role_name(capacity)))
            plan.roles[capacity] = role
            plan.recorded &= role is not None and role.id == known
            if capacity is Capacity.DELEGATE and role is not None and role >= top:
                raise RoleTooHigh(role=role.name)
            if role is not None and capacity in STAFF and not role.permissions.manage_events:
                plan.grants.append(capacity)
                if role >= top:
                    raise RoleTooHigh(role=role.name)
        channels = [c for c in await guild.fetch_channels() if isinstance(c, discord.TextChannel)]
        roles: dict[Capacity, discord.abc.Snowflake] = {c: r for c, r in plan.roles.items() if r is not None}
        for channel in Channel:
            known = places.channels.get(channel)
            plan.names[channel] = names.get(channel.value, channel.value)
            found = discord.utils.get(channels, id=known) if known else None
            found = found or discord.utils.get(channels, name=plan.names[channel])
            plan.channels[channel] = found
            plan.recorded &= found is not None and found.id == known
            if found is None:
                continue
            whole = len(roles) == len(plan.roles)
            if not whole or differs(
                _overwrites(found), overwrites_of(channel, guild.default_role, me, roles)
            ):
                plan.mends.append(channel)
        plan.gone = sum(hung.missed for hung in (await self._house.ledger.wall.all()).values())
        plan.astray = len(self._house.troubles.subjects(TroubleKind.THREAD_LOCKED))
        return plan

    async def _role(self, actor: Actor, plan: Plan, capacity: Capacity) -> discord.Role:
        role = plan.roles[capacity]
        staff = capacity in STAFF
        if role is None:
            permissions = STAFF_PERMISSIONS if staff else discord.Permissions.none()
            role = await plan.guild.create_role(name=str(self._role_name(capacity)), permissions=permissions)
        elif capacity in plan.grants:
            await role.edit(permissions=role.permissions | STAFF_PERMISSIONS)
        await self._house.ledger.places.adopt(actor, "role", capacity, role.id)
        return role

    async def _channel(
        self,
        actor: Actor,
        plan: Plan,
        channel: Channel,
        roles: dict[Capacity, discord.abc.Snowflake],
    ) -> bool:
        """Make, adopt or mend it; False if Discord lets the bot change nothing there."""
        there = plan.channels[channel]
        wanted = overwrites_of(channel, plan.guild.default_role, plan.me, roles)
        if there is None:
            there = await plan.guild.create_text_channel(
                plan.names[channel],
                overwrites=wanted,  # type: ignore[arg-type]
            )
        elif channel in plan.mends:
            ours = {target.id for target in wanted}
            both: Any = {t: o for t, o in there.overwrites.items() if t.id not in ours} | wanted
            try:
                await there.edit(overwrites=both)
            except discord.Forbidden:
                return False
        await self._house.ledger.places.adopt(actor, "channel", channel, there.id)
        return True


def _overwrites(channel: discord.TextChannel) -> dict[int, discord.PermissionOverwrite]:
    return {target.id: overwrite for target, overwrite in channel.overwrites.items()}
