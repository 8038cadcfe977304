"""What those who run the meeting do with seats: assign, release, add, renew, requests, the register."""

from collections.abc import Mapping, Sequence
from typing import Any

import discord

from bot.answers import Answer, Call, Handler
from bot.controls import UnknownControl, address, button, whole_number
from bot.house import House
from bot.words import Composed, shortened
from cogs.delegations.panel import mention, missing_line, register_lines, seat_line, seat_name, sitting
from db.delegations import Assigned
from meeting.delegations import SEATS, Category, Delegation, DelegationId, find, likely
from meeting.people import CONDUCTORS, UserId, require
from meeting.refusals import Refused
from meeting.seats import Function, Presence, RequestId, Seat, SeatId, register

PAGE = 25
"""Options of a select at most (Discord's limit): delegations are offered by pages."""


class WalkInUnclear(Refused):
    """A new delegation needs a name and a category; a further seat, a delegation that is there."""


class StaffControls:
    """Handlers behind `/delegation` and the panels in the moderators' channel."""

    def __init__(self, house: House) -> None:
        self._house = house

    def handlers(self) -> Mapping[str, Handler]:
        """By verb."""
        return {
            "look": self.look,
            "give": self._give,
            "given": self._given,
            "back": self._back,
            "settle": self._settle,
            "left": self._left,
        }

    # Who sits where.

    async def assign(
        self, call: Call, user_id: UserId, delegation: DelegationId, function: Function | None
    ) -> Answer:
        """Give a person a seat."""
        book = self._house.ledger.delegations
        done = await book.assign(call.actor, delegation, user_id, function)
        return Answer(self._assigned(call, done))

    def _assigned(self, call: Call, done: Assigned) -> str:
        say, seat = self._house.words.say, done.seated.seat
        assert seat.user_id is not None
        lines = [
            say(
                "delegations.done.assigned",
                call.locale,
                person=mention(seat.user_id),
                delegation=done.seated.delegation.name,
                function=say(f"delegations.functions.{seat.function}", call.locale),
            )
        ]
        if done.left is not None:
            lines.append(say("delegations.done.moved", call.locale, delegation=done.left.delegation.name))
        return "\n".join(lines)

    async def release(self, call: Call, seat_id: SeatId) -> Answer:
        """A seat is free again."""
        was = await self._house.ledger.delegations.release(call.actor, seat_id)
        return Answer(
            self._house.words.say(
                "delegations.done.released",
                call.locale,
                delegation=was.delegation.name,
                number=was.seat.number,
                person=sitting(self._house.words, was.seat, call.locale),
            )
        )

    async def renew(self, call: Call, seat_id: SeatId) -> Answer:
        """A new code, said in this private answer and nowhere else."""
        found, code = await self._house.ledger.delegations.renew(call.actor, seat_id)
        key = "renewed_taken" if found.seat.taken else "renewed"
        return Answer(
            self._house.words.say(
                f"delegations.done.{key}",
                call.locale,
                delegation=found.delegation.name,
                number=found.seat.number,
                code=Composed(code),
            )
        )

    async def add(
        self,
        call: Call,
        name: str,
        short_name: str,
        category: Category | None,
        delegation: str,
        number: int | None,
    ) -> Answer:
        """A new delegation, or a further seat for one that is there. Raises `WalkInUnclear`."""
        require(call.actor, CONDUCTORS)
        book, say = self._house.ledger.delegations, self._house.words.say
        if delegation and not name:
            seated = await book.add_seat(call.actor, DelegationId(delegation))
            return Answer(
                say(
                    "delegations.done.seat_added",
                    call.locale,
                    delegation=seated.delegation.name,
                    number=seated.seat.number,
                )
            )
        if not name or delegation or category is None:
            raise WalkInUnclear()
        made = await book.add(call.actor, name, short_name, category, number or SEATS)
        return Answer(
            say(
                "delegations.done.added",
                call.locale,
                delegation=made.name,
                category=say(f"delegations.categories.{made.category}", call.locale),
                n=made.seats,
            )
        )

    async def look(self, call: Call) -> Answer:
        """The register, and whom nobody sits for."""
        require(call.actor, CONDUCTORS)
        words = self._house.words
        delegations, seats, _ = await self._house.ledger.delegations.everything()
        lines = register_lines(words, register(delegations, seats), call.locale)
        return Answer("\n".join([*lines, "", missing_line(words, delegations, seats, call.locale)]))

    async def show(self, call: Call, delegation: DelegationId) -> Answer:
        """One delegation's seats."""
        require(call.actor, CONDUCTORS)
        delegations, seats, _ = await self._house.ledger.delegations.everything()
        found = find(delegations, delegation)
        return self._delegation(call, found, [s for s in seats if s.delegation_id == found.delegation_id])

    def _delegation(self, call: Call, delegation: Delegation, seats: Sequence[Seat]) -> Answer:
        words = self._house.words
        head = words.say(
            "delegations.seat.head",
            call.locale,
            delegation=delegation.name,
            category=words.say(f"delegations.categories.{delegation.category}", call.locale),
        )
        text = "\n".join([head, *(seat_line(words, seat, call.locale) for seat in seats)])
        taken = [seat for seat in seats if seat.taken]
        if not taken:
            return Answer(text)
        select: discord.ui.Select[Any] = discord.ui.Select(
            custom_id=address("delegations", str(delegation.delegation_id), "left"),
            placeholder=words.say("delegations.seat.leave", call.locale)[:150],
            options=[
                discord.SelectOption(
                    label=seat_name(words, delegation, seat, call.locale), value=str(seat.seat_id)
                )
                for seat in taken[:PAGE]
            ],
        )
        return Answer(text, (discord.ui.ActionRow(select),))

    async def _left(self, call: Call) -> Answer:
        """Somebody has left, or is back: then it is unknown where, until an act shows it."""
        require(call.actor, CONDUCTORS)
        book = self._house.ledger.delegations
        seat_id = SeatId(call.values[0] if call.values else "")
        gone = (await book.seat(seat_id)).seat.presence is Presence.LEFT
        await book.note_presence(call.actor, seat_id, Presence.UNKNOWN if gone else Presence.LEFT)
        answer = await self.show(call, DelegationId(call.id))
        return Answer(answer.text, answer.rows, update=call.private)

    # Requests.

    async def _give(self, call: Call) -> Answer:
        """The delegations to choose from, likely ones first, a page at a time."""
        require(call.actor, CONDUCTORS)
        words, book = self._house.words, self._house.ledger.delegations
        request = await book.request(RequestId(whole_number(call.id)))
        if request.settled_at is not None:
            return Answer(words.say("delegations.request.was_settled", call.locale), update=call.private)
        there = likely(await book.delegations(), request.text)
        pages = -(-len(there) // PAGE) or 1
        page = whole_number(call.arg)
        if not 0 <= page < pages or not there:
            raise UnknownControl()
        select: discord.ui.Select[Any] = discord.ui.Select(
            custom_id=address("delegations", call.id, "given"),
            placeholder=words.say("delegations.request.choose", call.locale)[:150],
            options=[
                discord.SelectOption(label=shortened(one.name, 100), value=str(one.delegation_id))
                for one in there[PAGE * page : PAGE * (page + 1)]
            ],
        )
        rows: list[discord.ui.ActionRow[Any]] = [discord.ui.ActionRow(select)]
        turns = [(page - 1, "before"), (page + 1, "after")]
        turn = [
            button(
                words.say(f"delegations.request.{key}", call.locale),
                address("delegations", call.id, "give", to),
            )
            for to, key in turns
            if 0 <= to < pages
        ]
        if turn:
            rows.append(discord.ui.ActionRow(*turn))
        text = words.say(
            "delegations.request.which",
            call.locale,
            person=mention(request.user_id),
            text=request.text,
            page=page + 1,
            pages=pages,
        )
        return Answer(text, tuple(rows), update=call.private)

    async def _given(self, call: Call) -> Answer:
        require(call.actor, CONDUCTORS)
        book = self._house.ledger.delegations
        request = await book.request(RequestId(whole_number(call.id)))
        if request.settled_at is not None:
            text = self._house.words.say("delegations.request.was_settled", call.locale)
            return Answer(text, update=call.private)
        delegation = DelegationId(call.values[0] if call.values else "")
        done = await book.assign(call.actor, delegation, request.user_id)
        return Answer(self._assigned(call, done), update=call.private)

    async def _back(self, call: Call) -> Answer:
        """Whoever says that they are back is."""
        request_id = RequestId(whole_number(call.id))
        request = await self._house.ledger.delegations.bring_back(call.actor, request_id)
        key = "brought_back" if request.settled_at is None else "was_settled"
        text = self._house.words.say(
            f"delegations.request.{key}", call.locale, person=mention(request.user_id)
        )
        return Answer(text)

    async def _settle(self, call: Call) -> Answer:
        request_id = RequestId(whole_number(call.id))
        request = await self._house.ledger.delegations.settle_request(call.actor, request_id)
        return Answer(
            self._house.words.say("delegations.request.done", call.locale, person=mention(request.user_id))
        )
