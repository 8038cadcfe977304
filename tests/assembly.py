"""A ledger whose delegations sit in their seats, polls before them, and a count of one's own."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from db import poll_rows
from db.connection import Transaction
from db.ledger import Ledger
from db.seat_rows import save_delegation, save_seat
from meeting.delegations import Category, Delegation, DelegationId, Tally
from meeting.people import Actor, Capacity, UserId, Via
from meeting.polls import ABSTAINED, Choice, Option, Poll, PollId, PollKind, Secrecy
from meeting.seats import Presence, new_seats
from meeting.tallies import Figures

SIZES = {
    Category.MEMBER: 45,
    Category.MEMBER_ORGANISATION: 4,
    Category.OBSERVER_STATE: 10,
    Category.OBSERVER_ORGANISATION: 7,
}

REGIONS = ("North", "South", "East")

SHAPES: dict[PollKind, dict[str, Any]] = {
    PollKind.SINGLE: {},
    PollKind.APPROVAL: {"most": 3},
    PollKind.RANKING: {"most": 3},
    PollKind.POINTS: {"most": 10, "cap": 5},
    PollKind.SCORE: {"levels": ("low", "middle", "high")},
}


def _roster() -> tuple[Delegation, ...]:
    made = []
    for category, number in SIZES.items():
        for n in range(number):
            name = f"{category.value.replace('_', '-')}-{n:02}"
            region = REGIONS[n % 3] if category is Category.MEMBER else None
            made.append(Delegation(DelegationId(name), name.title(), name, category, name, region, 3))
    return tuple(made)


ROSTER = _roster()


def draw(chance: Random, poll: Poll) -> Choice:
    """Some answer to the poll, in its one form."""
    places = range(len(poll.options))
    if poll.abstaining and chance.random() < 0.1:
        return ABSTAINED
    match poll.kind:
        case PollKind.SINGLE:
            return (chance.choice(places),)
        case PollKind.APPROVAL:
            return tuple(sorted(chance.sample(places, chance.randint(1, poll.most))))
        case PollKind.RANKING:
            return tuple(chance.sample(places, poll.most))
        case PollKind.SCORE:
            return tuple(chance.randrange(len(poll.levels)) for _ in places)
    dots = [0] * len(places)
    while sum(dots) < poll.most:
        place = chance.choice([one for one in places if dots[one] < poll.cap])
        dots[place] += 1
    return tuple(dots)


def counted(poll: Poll, choices: Iterable[Choice]) -> tuple[int, int, list[Any]]:
    """One tally's answers counted one by one, knowing nothing of `meeting.tallies`: how many, how many of
    them abstain, and by option what the kind counts. Of a secret poll nothing but the first below five."""
    answered = abstained = 0
    counts: list[Any] = [[0, 0, 0] for _ in poll.options]
    if poll.kind is PollKind.SCORE:
        counts = [[0] * len(poll.levels) for _ in poll.options]
    for choice in choices:
        answered += 1
        if choice == ():
            abstained += 1
        elif poll.kind is PollKind.SCORE:
            for row, level in enumerate(choice):
                counts[row][level] += 1
        elif poll.kind is PollKind.POINTS:
            for option, dots in enumerate(choice):
                counts[option][0] += dots > 0
                counts[option][1] += dots
        else:
            for place, option in enumerate(choice):
                counts[option][0] += 1
                if poll.kind is PollKind.RANKING:
                    counts[option][1] += poll.most - place
                    counts[option][2] += place == 0
    if poll.secrecy is Secrecy.SECRET_FINAL and answered < 5:
        return answered, 0, []
    return answered, abstained, counts


def told(poll: Poll, figures: Figures) -> tuple[int, int, list[Any]]:
    """What a tally's figures say, in the same form."""
    if poll.kind is PollKind.SCORE:
        counts = [list(one.levels) for one in figures.options]
    else:
        counts = [[one.count, one.points, one.first] for one in figures.options]
    return figures.answered, figures.abstained, counts


@dataclass
class Assembly:
    """People by delegation and number of their seat; polls by id."""

    ledger: Ledger
    moderator: Actor
    delegations: tuple[Delegation, ...] = ROSTER
    made: int = field(default=0)

    async def seat(self) -> "Assembly":
        """Everybody takes their seat."""

        async def work(tx: Transaction) -> None:
            for one in self.delegations:
                await save_delegation(tx, one, walk_in=False)
                for seat in new_seats(one, ()):
                    user = self.person(one, seat.number).user_id
                    await save_seat(tx, replace(seat, user_id=user, taken_at=tx.now, presence=Presence.ROOM))

        await self.ledger._writer.act(work)
        return self

    def person(self, delegation: Delegation, number: int = 1) -> Actor:
        """Whoever sits in that seat of the delegation."""
        place = next(n for n, one in enumerate(self.delegations) if one == delegation)
        return Actor(Via.DISCORD, UserId(1000 + 10 * place + number), frozenset({Capacity.DELEGATE}))

    def heads(self, number: int | None = None, tally: Tally | None = None) -> list[tuple[Delegation, Actor]]:
        """So many delegations (of one tally), each with its first person."""
        found = [one for one in self.delegations if tally in (None, one.tally)]
        return [(one, self.person(one)) for one in found[:number]]

    async def add(
        self, kind: PollKind = PollKind.SINGLE, *, opened: bool = True, size: int = 5, **fields: Any
    ) -> Poll:
        """A poll made by hand, open unless said otherwise."""
        self.made += 1
        options = tuple(Option(f"Option {n}") for n in range(size))
        poll = Poll(PollId(f"p{self.made:03}"), "What first?", kind, options, **SHAPES[kind] | fields)
        await self.ledger._writer.act(lambda tx: poll_rows.add_poll(tx, poll, by_hand=True))
        return await self.ledger.polls.open(self.moderator, poll.poll_id) if opened else poll

    async def forget(self, poll: Poll) -> None:
        """Take a poll and what belongs to it away, so that many rounds do not slow each other down."""

        async def work(tx: Transaction) -> None:
            for table in ("ballots", "cut_ballots", "answers", "polls"):
                await tx.run(f"DELETE FROM {table} WHERE poll_id = ?", poll.poll_id)

        await self.ledger._writer.act(work)

    async def figures(self, poll: Poll) -> dict[Tally, tuple[int, int, list[Any]]]:
        """The published figures by tally, in the form of `counted`."""
        standing = await self.ledger.polls.standing(poll.poll_id)
        return {one.tally: told(poll, one) for one in standing.figures}

    def count(self, poll: Poll, choices: dict[str, Choice]) -> dict[Tally, tuple[int, int, list[Any]]]:
        """The same, counted from what each delegation is known to have answered."""
        tallies = {one.delegation_id: one.tally for one in self.delegations}
        return {
            tally: counted(poll, [choice for who, choice in choices.items() if tallies[who] is tally])
            for tally in poll.tallies
        }
