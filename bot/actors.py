"""Discord's person → the meeting's actor: capacities from the roles chosen at set-up, looked up each time."""

import discord

from db.ledger import Ledger
from meeting.people import Actor, Capacity, UserId, Via


async def actor_of(interaction: discord.Interaction, ledger: Ledger) -> tuple[Actor, str | None]:
    """Who presses or types, with what they may do now, and the language they chose, if any.

    Whoever may manage the server counts as a clerk: before set-up no role stands for anything yet.
    """
    member = interaction.user
    places = await ledger.places.places()
    language = await ledger.delegations.language_of(UserId(member.id))
    role_ids = {role.id for role in member.roles} if isinstance(member, discord.Member) else set()
    capacities = places.capacities(role_ids)
    if interaction.permissions.manage_guild:
        capacities |= {Capacity.CLERK}
    return Actor(Via.DISCORD, UserId(member.id), capacities), language
