"""Who takes part: staff, the people of the delegations, and somebody without a role. All are invented."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from meeting.delegations import Category, Delegation, DelegationId
from rehearsal.standin import Member, Permission, Person, Standin

LOCALES = ("en-GB", "en-US", "th", "id", "fr", "zh-CN", "ko", "ja", "vi")

SEVERAL = 1 / 3
"""The share of delegations that come with two or three people."""

WALK_IN = Delegation(
    DelegationId("walk-in"),
    "Visiting body (simulated)",
    "Visiting body",
    Category.OBSERVER_ORGANISATION,
    "visiting body",
)
"""In no roster: it comes to the door."""


@dataclass
class Delegate:
    """Somebody of a delegation, as they know themselves. `number` counts from 1 in it; `code`: the one on
    their sheet, if they have one; `where`: what they have said of themselves, `room` or `virtual`, and
    `said_at` when; what was said on another day counts no more."""

    person: Person
    delegation: Delegation
    number: int
    code: str = ""
    seated: bool = False
    where: str = ""
    said_at: datetime | None = None

    @property
    def name(self) -> str:
        return self.person.name


@dataclass
class Cast:
    """The people, by what they are at the meeting. `walk_in` and `successor` come without a sheet: the
    delegation of the one is in no roster, the other follows a colleague who gives a seat up."""

    clerk: Person
    moderators: list[Person]
    facilitator: Person
    newcomer: Person
    walk_in: Delegate
    successor: Delegate
    delegates: list[Delegate] = field(default_factory=list)

    @property
    def staff(self) -> list[Person]:
        return [self.clerk, *self.moderators, self.facilitator]

    @property
    def everybody(self) -> list[Delegate]:
        """All who sit for a delegation at some time."""
        return [*self.delegates, self.successor, self.walk_in]

    def seated(self) -> list[Delegate]:
        """Who sits now."""
        return [one for one in self.everybody if one.seated]


def assemble(standin: Standin, delegations: Sequence[Delegation], people: int | None, dice: Random) -> Cast:
    """Everybody joins the server. Only the clerk may do anything yet, as manager of the server.

    `people`: how many the delegations send in all; None: one each, and about a third of them more.
    """

    def join(name: str, roles: Sequence[int] = ()) -> Person:
        member = standin.world.add_member(f"{name} (simulated)", roles=roles, locale=dice.choice(LOCALES))
        return standin.person(member)

    permissions = Permission.MANAGE_GUILD | Permission.MANAGE_EVENTS
    manager = standin.world.add_role("Server manager", permissions=int(permissions))
    clerk, moderators = join("Clerk", [manager.id]), [join("Moderator A"), join("Moderator B")]
    facilitator, newcomer = join("Facilitator"), join("Newcomer")
    delegates = [
        Delegate(join(f"{delegation.short_name} {number}"), delegation, number)
        for delegation, number in _sent(delegations, people, dice)
    ]
    giving = dice.choice(_alone(delegates) or delegates[:1]).delegation
    successor = Delegate(join(f"{giving.short_name} {giving.seats + 1}"), giving, giving.seats + 1)
    walk_in = Delegate(join(f"{WALK_IN.short_name} 1"), WALK_IN, 1)
    return Cast(clerk, moderators, facilitator, newcomer, walk_in, successor, delegates)


def _sent(
    delegations: Sequence[Delegation], people: int | None, dice: Random
) -> list[tuple[Delegation, int]]:
    """Whom the delegations send, all first ones before all second ones."""
    size = {one.delegation_id: one.seats for one in delegations}
    if people is None:
        more = {key: min(seats, dice.choice((2, 2, 3))) for key, seats in size.items()}
        size = {key: more[key] if dice.random() < SEVERAL else 1 for key in size}
    most = max(size.values())
    sent = [
        (one, number)
        for number in range(1, most + 1)
        for one in delegations
        if number <= size[one.delegation_id]
    ]
    return sent[:people]


def _alone(delegates: Collection[Delegate]) -> list[Delegate]:
    """Those who are the only ones of their delegation."""
    sizes: dict[str, int] = {}
    for one in delegates:
        sizes[one.delegation.delegation_id] = sizes.get(one.delegation.delegation_id, 0) + 1
    return [one for one in delegates if sizes[one.delegation.delegation_id] == 1]


def hand_out_roles(standin: Standin, cast: Cast) -> None:
    """The clerk gives the staff's roles that set-up made, by hand in the server settings."""
    roles = {role.name: role.id for role in standin.world.roles.values()}

    def give(members: Sequence[Member], name: str) -> None:
        for member in members:
            standin.world.give_role(member, roles[name])

    give([person.member for person in cast.moderators], "Moderator")
    give([cast.clerk.member], "Clerk")
    give([cast.facilitator.member], "Facilitator")
