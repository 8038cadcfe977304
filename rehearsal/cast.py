"""Who takes part: staff, a person per delegation, a guest and somebody without a role. All are invented."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from meeting.delegations import Delegation
from rehearsal.standin import Member, Permission, Person, Standin

LOCALES = ("en-GB", "en-US", "th", "id", "fr", "zh-CN", "ko", "ja", "vi")


@dataclass
class Cast:
    """The people, by what they are at the meeting."""

    clerk: Person
    moderators: list[Person]
    facilitator: Person
    newcomer: Person
    delegates: list[Person] = field(default_factory=list)

    @property
    def staff(self) -> list[Person]:
        return [self.clerk, *self.moderators, self.facilitator]


def assemble(standin: Standin, delegations: Sequence[Delegation], people: int, dice: Random) -> Cast:
    """Everybody joins the server. Only the clerk may do anything yet, as manager of the server."""

    def join(name: str, roles: Sequence[int] = ()) -> Person:
        return standin.person(standin.world.add_member(name, roles=roles, locale=dice.choice(LOCALES)))

    permissions = Permission.MANAGE_GUILD | Permission.MANAGE_EVENTS
    manager = standin.world.add_role("Server manager", permissions=int(permissions))
    cast = Cast(
        clerk=join("Clerk (simulated)", [manager.id]),
        moderators=[join("Moderator A (simulated)"), join("Moderator B (simulated)")],
        facilitator=join("Facilitator (simulated)"),
        newcomer=join("Newcomer (simulated)"),
    )
    for number in range(people):
        delegation = delegations[number % len(delegations)]
        count = number // len(delegations) + 1
        cast.delegates.append(join(f"{delegation.short_name} {count} (simulated)"))
    return cast


def hand_out_roles(standin: Standin, cast: Cast) -> None:
    """The clerk gives the roles that set-up made, by hand in the server settings."""
    roles = {role.name: role.id for role in standin.world.roles.values()}

    def give(members: Sequence[Member], name: str) -> None:
        for member in members:
            standin.world.give_role(member, roles[name])

    give([person.member for person in cast.moderators], "Moderator")
    give([cast.clerk.member], "Clerk")
    give([cast.facilitator.member], "Facilitator")
    give([person.member for person in cast.delegates], "Delegate")
