"""The roster in the ledger: delegations of the file and those entered on the spot, and codes of seats."""

from dataclasses import replace

from db import seat_codes
from db.agenda_rows import get_meta, set_meta
from db.connection import Reader, Transaction, Writer
from db.feed import Feed
from db.kept import Kept
from db.seat_rows import (
    delegation_ids_walked_in,
    load_delegations,
    load_languages,
    load_seats,
    save_delegation,
    save_seat,
    seat_named,
)
from meeting import seats
from meeting.delegations import (
    Category,
    Delegation,
    DelegationId,
    RosterChange,
    compare_roster,
    find,
    roster_fingerprint,
    walk_in,
)
from meeting.people import CONDUCTORS, Actor, require
from meeting.seats import Seated, SeatId

SUBJECT, PEOPLE = "delegations", "people"


class RosterActs:
    """What `ledger.delegations` does with the roster and with codes."""

    def __init__(self, writer: Writer, reader: Reader, feed: Feed) -> None:
        self._writer = writer
        self._reader = reader
        self._languages = Kept(feed, PEOPLE, lambda: reader.read(load_languages))
        self._digests = seat_codes.Digests()

    async def imported(self) -> bool:
        """Whether there are any delegations."""

        async def work(tx: Transaction) -> bool:
            return await tx.one("SELECT 1 FROM delegations") is not None

        return await self._reader.read(work)

    async def differs(self, roster: tuple[Delegation, ...]) -> bool:
        """Whether this roster is another than the one last imported."""

        async def work(tx: Transaction) -> bool:
            return await get_meta(tx, "roster") != roster_fingerprint(roster)

        return await self._reader.read(work)

    async def import_roster(self, actor: Actor, roster: tuple[Delegation, ...]) -> RosterChange:
        """Create and update delegations and the seats they lack; nothing is taken away. Raises
        `NotPermitted`."""
        require(actor, CONDUCTORS)

        async def work(tx: Transaction) -> RosterChange:
            there = await load_delegations(tx)
            change = compare_roster(there, await delegation_ids_walked_in(tx), roster)
            known = await load_seats(tx)
            for one in (*change.created, *change.updated):
                await save_delegation(tx, one, walk_in=False)
                for seat in seats.new_seats(one, known):
                    await save_seat(tx, seat)
            await set_meta(tx, "roster", roster_fingerprint(roster))
            await tx.record(
                actor,
                "delegations.import_roster",
                SUBJECT,
                created=[one.delegation_id for one in change.created],
                updated=[one.delegation_id for one in change.updated],
                missing=[one.delegation_id for one in change.missing],
            )
            tx.mark(SUBJECT)
            return change

        return await self._writer.act(work)

    async def add(
        self, actor: Actor, name: str, short_name: str, category: Category, number: int
    ) -> Delegation:
        """A delegation entered on the spot, with its seats. Raises as `walk_in`, and `NotPermitted`."""
        require(actor, CONDUCTORS)

        async def work(tx: Transaction) -> Delegation:
            made = walk_in(await load_delegations(tx), name, short_name, category, number)
            await save_delegation(tx, made, walk_in=True)
            for seat in seats.new_seats(made, ()):
                await save_seat(tx, seat)
            await tx.record(actor, "delegations.add", made.delegation_id, name=made.name, seats=number)
            tx.mark(SUBJECT)
            return made

        return await self._writer.act(work)

    async def add_seat(self, actor: Actor, delegation_id: DelegationId) -> Seated:
        """One more seat. Raises as `further_seat`, `UnknownDelegation`, `NotPermitted`."""
        require(actor, CONDUCTORS)

        async def work(tx: Transaction) -> Seated:
            delegation = find(await load_delegations(tx), delegation_id)
            seat = seats.further_seat(delegation, await load_seats(tx))
            await save_seat(tx, seat)
            await tx.record(actor, "delegations.add_seat", seat.seat_id)
            tx.mark(SUBJECT)
            return Seated(seat, replace(delegation, seats=delegation.seats + 1))

        return await self._writer.act(work)

    # Codes.

    async def make_codes(self, actor: Actor, *, renew: bool = False) -> dict[SeatId, str]:
        """New codes for seats that have none, or whose code is dead; `renew`: for all that nobody sits in.

        What is given back is the only place where they stand. Raises `NotPermitted`.
        """
        require(actor, CONDUCTORS)
        which = "user_id IS NULL AND opened_at IS NULL"
        if not renew:
            which += " AND (code IS NULL OR released_at IS NOT NULL)"

        async def lacking(tx: Transaction) -> list[SeatId]:
            rows = await tx.all(f"SELECT seat_id FROM seats WHERE {which} ORDER BY delegation_id, number")
            return [SeatId(seat_id) for (seat_id,) in rows]

        salt = await self._writer.act(seat_codes.make_salt)
        wanted = await self._reader.read(lacking)
        fresh = dict(zip(wanted, await self._digests.fresh(len(wanted), salt), strict=True))

        async def work(tx: Transaction) -> dict[SeatId, str]:
            made = {seat_id: fresh[seat_id] for seat_id in await lacking(tx) if seat_id in fresh}
            for seat_id, code in made.items():
                await _save_code(tx, seat_id, code.digest)
            if made:
                await tx.record(actor, "delegations.make_codes", SUBJECT, seats=list(made))
                tx.mark(SUBJECT)
            return {seat_id: code.plain for seat_id, code in made.items()}

        return await self._writer.act(work)

    async def renew(self, actor: Actor, seat_id: SeatId) -> tuple[Seated, str]:
        """A new code for one seat, the old one being dead; whoever sits there stays. Raises `UnknownSeat`,
        `NotPermitted`."""
        require(actor, CONDUCTORS)
        await self._reader.read(lambda tx: seat_named(tx, seat_id))  # before any work for a seat there is not
        salt = await self._writer.act(seat_codes.make_salt)
        (fresh,) = await self._digests.fresh(1, salt)

        async def work(tx: Transaction) -> Seated:
            found = await seat_named(tx, seat_id)
            await _save_code(tx, seat_id, fresh.digest)
            await tx.record(actor, "delegations.renew", seat_id)
            tx.mark(SUBJECT)
            return replace(found, seat=replace(found.seat, released_at=None))

        return await self._writer.act(work), fresh.plain


async def _save_code(tx: Transaction, seat_id: SeatId, digest: bytes) -> None:
    await tx.run("UPDATE seats SET code = ?, released_at = NULL WHERE seat_id = ?", digest, seat_id)
