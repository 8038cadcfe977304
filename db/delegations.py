"""The delegations' book: the roster, seats and who sits there, each act decided in `meeting.seats`.

A code is a secret: it is in no row, no audit and no message of an error. Only its slow digest is kept, and
that is computed before the transaction begins.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from db import seat_codes
from db.connection import Transaction
from db.poll_rows import move_answers
from db.roster import PEOPLE, SUBJECT, RosterActs
from db.rows import stored
from db.seat_rows import (
    load_delegations,
    load_requests,
    load_seats,
    request_numbered,
    role_holders,
    save_seat,
    seat_named,
    seated_of,
    seated_where,
    settle_request,
    settle_requests_of,
    unsettle_role,
)
from db.speaker_rows import SUBJECT as SPEAKERS
from db.speaker_rows import switch_floor
from meeting import codes, polls, seats
from meeting.delegations import Delegation, DelegationId, find
from meeting.people import CONDUCTORS, Actor, UserId, require
from meeting.seats import Function, Presence, Profile, Request, RequestId, Seat, Seated, SeatId
from meeting.speakers import Floor


@dataclass(frozen=True)
class Assigned:
    """Who sits where now, and the seat they gave up for it."""

    seated: Seated
    left: Seated | None = None


class DelegationBook(RosterActs):
    """`ledger.delegations`."""

    # Reading.

    async def delegations(self) -> tuple[Delegation, ...]:
        """All delegations, in the order they are listed."""
        return await self._reader.read(load_delegations)

    async def seats(self) -> tuple[Seat, ...]:
        """All seats, by delegation and number."""
        return await self._reader.read(load_seats)

    async def everything(self) -> tuple[tuple[Delegation, ...], tuple[Seat, ...], tuple[Request, ...]]:
        """Delegations, seats and all requests, of one moment."""

        async def work(
            tx: Transaction,
        ) -> tuple[tuple[Delegation, ...], tuple[Seat, ...], tuple[Request, ...]]:
            return await load_delegations(tx), await load_seats(tx), await load_requests(tx, open_only=False)

        return await self._reader.read(work)

    async def seated(self, actor: Actor) -> Seated:
        """The seat the person is in. Raises `NotSeated`."""
        return await self._reader.read(lambda tx: seated_of(tx, actor))

    async def seat(self, seat_id: SeatId) -> Seated:
        """A seat by its id. Raises `UnknownSeat`."""
        return await self._reader.read(lambda tx: seat_named(tx, seat_id))

    async def role_holders(self) -> tuple[tuple[UserId, ...], tuple[UserId, ...]]:
        """People in seats, and people who were and may still have the role that goes with it."""
        return await self._reader.read(role_holders)

    async def language_of(self, user_id: UserId) -> str | None:
        """The language a person chose; None: that of their own program."""
        return (await self._languages.get()).get(user_id)

    # Who sits where.

    async def claim(self, actor: Actor, code: str) -> Seated:
        """Take the seat of this code. Raises as `seats.claim`."""
        assert actor.user_id is not None, "only people take seats"
        user_id, typed = actor.user_id, codes.read(code)
        salt = await self._reader.read(seat_codes.load_salt)
        digest = await self._digests.of(typed, salt) if salt is not None else b""

        async def work(tx: Transaction) -> Seated:
            coded = await seated_where(tx, "s.code = ?", digest)
            mine = await seated_where(tx, "s.user_id = ?", user_id)
            seat = seats.claim(coded, mine, user_id, tx.now)
            assert coded is not None
            await self._sits(tx, actor, "delegations.claim", coded.seat, seat)
            return replace(coded, seat=seat)

        return await self._writer.act(work)

    async def return_(self, actor: Actor) -> Seated:
        """Whoever sits already is given again what goes with the seat: they may have left the server and come
        back. Raises `NotSeated`."""

        async def work(tx: Transaction) -> Seated:
            mine = await seated_of(tx, actor)
            assert actor.user_id is not None
            await unsettle_role(tx, actor.user_id)
            return mine

        return await self._writer.act(work)

    async def assign(
        self,
        actor: Actor,
        delegation_id: DelegationId,
        user_id: UserId,
        function: Function | None = None,
    ) -> Assigned:
        """Give a person a seat; one they had elsewhere is released. Raises as `seats.assign`,
        `UnknownDelegation`, `NotPermitted`."""
        require(actor, CONDUCTORS)

        async def work(tx: Transaction) -> Assigned:
            delegation = find(await load_delegations(tx), delegation_id)
            mine = await seated_where(tx, "s.user_id = ?", user_id)
            there = {seat.seat_id: seat for seat in await load_seats(tx)}
            taking = seats.assign(delegation, there.values(), user_id, tx.now, function)
            left = None
            if taking.left is not None and mine is not None:
                await save_seat(tx, taking.left)
                left = replace(mine, seat=taking.left)
            before = there[taking.seat.seat_id]
            gave_up = taking.left.seat_id if taking.left else None
            await self._sits(tx, actor, "delegations.assign", before, taking.seat, left=gave_up)
            return Assigned(Seated(taking.seat, delegation), left)

        return await self._writer.act(work)

    async def release(self, actor: Actor, seat_id: SeatId) -> Seated:
        """The seat is free, and its code dead; given back as it was. Raises `SeatFree`, `UnknownSeat`,
        `NotPermitted`."""
        require(actor, CONDUCTORS)

        async def work(tx: Transaction) -> Seated:
            found = await seat_named(tx, seat_id)
            await save_seat(tx, seats.release(found.seat, tx.now))
            await settle_requests_of(tx, found.seat.user_id)
            await tx.record(actor, "delegations.release", seat_id, user_id=found.seat.user_id)
            tx.mark(SUBJECT)
            return found

        return await self._writer.act(work)

    async def _sits(
        self, tx: Transaction, actor: Actor, verb: str, before: Seat, after: Seat, **more: object
    ) -> None:
        """Write who sits there, unless they did already; their request is settled, their role looked at."""
        assert after.user_id is not None
        await unsettle_role(tx, after.user_id)
        if after == before:
            return
        await save_seat(tx, after)
        if before.user_id is None and before.opened_at is not None:
            await move_answers(tx, polls.page_voter(before), str(after.user_id))
        await settle_requests_of(tx, after.user_id)
        await tx.record(
            actor, verb, after.seat_id, user_id=after.user_id, function=after.function.value, **more
        )
        tx.mark(SUBJECT)

    # Where people are, and what they are.

    async def state_presence(self, actor: Actor, presence: Presence) -> Seated:
        """The person says where they are. Raises `NotSeated`, `HasLeft`."""

        async def work(tx: Transaction) -> Seated:
            mine = await seated_of(tx, actor)
            return await _changed(
                tx,
                actor,
                "delegations.state_presence",
                mine,
                seats.state_presence(mine.seat, presence, tx.now),
            )

        return await self._writer.act(work)

    async def note_presence(self, actor: Actor, seat_id: SeatId, presence: Presence) -> Seated:
        """Those who run the meeting note where the person is. Raises `SeatFree`, `UnknownSeat`,
        `NotPermitted`."""
        return await self._on_seat(
            actor,
            "delegations.note_presence",
            seat_id,
            lambda tx, seat: seats.note_presence(seat, presence, tx.now),
        )

    async def set_function(self, actor: Actor, seat_id: SeatId, function: Function) -> Seated:
        """What the person in the seat is. Raises `UnknownSeat`, `NotPermitted`."""
        return await self._on_seat(
            actor, "delegations.set_function", seat_id, lambda _, seat: replace(seat, function=function)
        )

    async def set_profile(self, actor: Actor, profile: Profile | None) -> Seated:
        """The profile of participation a person gives of themselves. Raises `NotSeated`."""

        async def work(tx: Transaction) -> Seated:
            mine = await seated_of(tx, actor)
            after = replace(mine.seat, profile=profile)
            return await _changed(tx, actor, "delegations.set_profile", mine, after)

        return await self._writer.act(work)

    async def _on_seat(
        self, actor: Actor, verb: str, seat_id: SeatId, decide: Callable[[Transaction, Seat], Seat]
    ) -> Seated:
        require(actor, CONDUCTORS)

        async def work(tx: Transaction) -> Seated:
            found = await seat_named(tx, seat_id)
            return await _changed(tx, actor, verb, found, decide(tx, found.seat))

        return await self._writer.act(work)

    # Who has no code.

    async def ask_for_seat(self, actor: Actor, text: str) -> Request:
        """Ask those who run the meeting; asked again, the text is put in the first one's place. Raises
        `EmptyRequest`, `SeatedAlready`."""
        text = seats.check_request(text)

        async def work(tx: Transaction) -> Request:
            mine = await seated_where(tx, "s.user_id = ?", actor.user_id)
            if mine is not None:
                raise seats.SeatedAlready(delegation=mine.delegation.name)
            return await _asked(tx, actor, "delegations.ask_for_seat", text)

        return await self._writer.act(work)

    async def say_back(self, actor: Actor) -> Request:
        """Somebody noted as gone tells those who run the meeting that they are back. Raises as
        `seats.say_back`, `NotSeated`."""

        async def work(tx: Transaction) -> Request:
            seats.say_back(await seated_of(tx, actor))
            return await _asked(tx, actor, "delegations.say_back", "")

        return await self._writer.act(work)

    async def bring_back(self, actor: Actor, request_id: RequestId) -> Request:
        """Whoever says so is back, unknown where until an act shows it; nothing changes if the request was
        settled. Given back as it was. Raises `UnknownRequest`, also for a request for a seat,
        `NotPermitted`."""
        require(actor, CONDUCTORS)

        async def work(tx: Transaction) -> Request:
            found = await request_numbered(tx, request_id)
            if not found.back:
                raise seats.UnknownRequest()
            if found.settled_at is None:
                # It is settled by whatever ends the note, so who asked sits there and is noted as gone.
                gone = await seated_where(tx, "s.user_id = ?", found.user_id)
                assert gone is not None
                back = seats.note_presence(gone.seat, Presence.UNKNOWN, tx.now)
                await _changed(tx, actor, "delegations.note_presence", gone, back)
            return found

        return await self._writer.act(work)

    async def request(self, request_id: RequestId) -> Request:
        """A request by its number. Raises `UnknownRequest`."""
        return await self._reader.read(lambda tx: request_numbered(tx, request_id))

    async def settle_request(self, actor: Actor, request_id: RequestId) -> Request:
        """The request needs nobody any more; nothing changes if it did not. Raises `UnknownRequest`,
        `NotPermitted`."""
        require(actor, CONDUCTORS)

        async def work(tx: Transaction) -> Request:
            found = await request_numbered(tx, request_id)
            if found.settled_at is None:
                await settle_request(tx, found)
                await tx.record(actor, "delegations.settle_request", str(request_id), user_id=found.user_id)
                tx.mark(SUBJECT)
            return found

        return await self._writer.act(work)

    async def choose_language(self, actor: Actor, locale: str | None) -> None:
        """From now on private answers are in this language; None: in that of the person's own program."""

        async def work(tx: Transaction) -> None:
            await tx.run(
                "INSERT INTO people (user_id, locale) VALUES (?, ?)"
                " ON CONFLICT (user_id) DO UPDATE SET locale = excluded.locale",
                actor.user_id,
                locale,
            )
            tx.mark(PEOPLE)

        await self._writer.act(work)


async def _asked(tx: Transaction, actor: Actor, verb: str, text: str) -> Request:
    """Write what somebody asks; asked again, the text is put in the first one's place."""
    assert actor.user_id is not None, "only people take seats"
    await tx.run(
        "INSERT INTO seat_requests (user_id, text, made_at) VALUES (?, ?, ?)"
        " ON CONFLICT (user_id) WHERE settled_at IS NULL DO UPDATE SET text = excluded.text",
        actor.user_id,
        text,
        stored(tx.now),
    )
    made = next(one for one in await load_requests(tx, open_only=True) if one.user_id == actor.user_id)
    await tx.record(actor, verb, str(made.request_id))
    tx.mark(SUBJECT)
    return made


async def _changed(tx: Transaction, actor: Actor, verb: str, found: Seated, after: Seat) -> Seated:
    """Write a seat, if anything about it is new; whoever was gone and is not any more asks for nothing."""
    if after != found.seat:
        await save_seat(tx, after)
        if found.seat.presence is Presence.LEFT and after.presence is not Presence.LEFT:
            await settle_requests_of(tx, after.user_id)
        told = {name: getattr(after, name) for name in ("function", "profile", "presence")}
        await tx.record(actor, verb, after.seat_id, user_id=after.user_id, **told)
        tx.mark(SUBJECT)
        # Who switches sides keeps the place on the list of speakers.
        known = after.presence in (Presence.ROOM, Presence.VIRTUAL)
        if known and await switch_floor(tx, after.seat_id, Floor(after.presence.value)):
            tx.mark(SPEAKERS)
    return replace(found, seat=after)
