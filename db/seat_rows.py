"""How delegations and seats stand in rows."""

from db.connection import Row, Transaction
from db.rows import instant
from meeting.delegations import Category, Delegation, DelegationId
from meeting.people import Actor, UserId
from meeting.seats import Function, NotSeated, Presence, Profile, Seat, Seated, SeatId

DELEGATION = (
    "d.delegation_id, d.name, d.short_name, d.category, d.sort_key, d.sub_region, d.rank, d.confirmed,"
    " (SELECT count(*) FROM seats AS own WHERE own.delegation_id = d.delegation_id)"
)

SEAT = (
    "s.seat_id, s.delegation_id, s.number, s.function, s.profile, s.user_id, s.taken_at, s.presence,"
    " s.presence_at"
)


async def load_delegations(tx: Transaction) -> tuple[Delegation, ...]:
    """All delegations, in the order they are listed."""
    rows = await tx.all(f"SELECT {DELEGATION} FROM delegations AS d")
    return tuple(sorted(map(delegation_of, rows), key=lambda delegation: delegation.place))


async def load_seats(tx: Transaction) -> tuple[Seat, ...]:
    """All seats, by delegation and number."""
    return tuple(map(seat_of, await tx.all(f"SELECT {SEAT} FROM seats AS s ORDER BY delegation_id, number")))


async def seated_of(tx: Transaction, actor: Actor) -> Seated:
    """The seat the person is in. Raises `NotSeated`."""
    row = await tx.one(
        f"SELECT {SEAT}, {DELEGATION} FROM seats AS s JOIN delegations AS d USING (delegation_id)"
        " WHERE s.user_id = ?",
        actor.user_id,
    )
    if row is None:
        raise NotSeated()
    return Seated(seat_of(row[:9]), delegation_of(row[9:]))


def delegation_of(row: Row) -> Delegation:
    """From a row of `DELEGATION`."""
    return Delegation(
        delegation_id=DelegationId(row[0]),
        name=row[1],
        short_name=row[2],
        category=Category(row[3]),
        sort_key=row[4],
        sub_region=row[5],
        rank=row[6],
        confirmed=bool(row[7]),
        seats=row[8],
    )


def seat_of(row: Row) -> Seat:
    """From a row of `SEAT`."""
    return Seat(
        seat_id=SeatId(row[0]),
        delegation_id=DelegationId(row[1]),
        number=row[2],
        function=Function(row[3]),
        profile=Profile(row[4]) if row[4] is not None else None,
        user_id=UserId(row[5]) if row[5] is not None else None,
        taken_at=instant(row[6]),
        presence=Presence(row[7]),
        presence_at=instant(row[8]),
    )
