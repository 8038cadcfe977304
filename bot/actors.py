"""Discord's person → the meeting's actor: capacities from the roles chosen at set-up, looked up each time."""

import discord

from db.ledger import Ledger
from meeting.people import Actor, Capacity, UserId, Via


async def actor_of(interaction: discord.Interaction, ledger: Ledger) -> Actor:
    """Who presses or types, with what they may do now.

    Whoever may manage the server counts as a clerk: before set-up no role stands for anything yet.
    """
    places = await ledger.places.places()
    member = interaction.user
    role_ids = {role.id for role in member.roles} if isinstance(member, discord.Member) else set()
    capacities = places.capacities(role_ids)
    if interaction.permissions.manage_guild:
        capacities |= {Capacity.CLERK}
    return Actor(Via.DISCORD, UserId(member.id), capacities)
