"""How delegations and seats stand in rows."""

from db.connection import Row, Statement, Transaction
from db.rows import instant, stored
from db.wall import NO_ROLE, HungKind
from db.wall import SUBJECT as WALL
from meeting.delegations import Category, Delegation, DelegationId
from meeting.people import Actor, UserId
from meeting.seats import (
    Function,
    NotSeated,
    Presence,
    Profile,
    Request,
    RequestId,
    Seat,
    Seated,
    SeatId,
    UnknownRequest,
    UnknownSeat,
)

DELEGATION = (
    "d.delegation_id, d.name, d.short_name, d.category, d.sort_key, d.sub_region, d.rank, d.confirmed,"
    " (SELECT count(*) FROM seats AS own WHERE own.delegation_id = d.delegation_id)"
)

SEAT = (
    "s.seat_id, s.delegation_id, s.number, s.function, s.profile, s.user_id, s.taken_at, s.presence,"
    " s.presence_at, s.released_at, s.opened_at"
)

WIDTH = 11
"""Columns of `SEAT`."""

OF_PERSON = "s.user_id = ?"
OF_PAGE = "s.seat_id = ?"
"""Whose seat is looked for: of somebody with an account, or on a seat's page."""

REQUEST = "number, user_id, text, made_at, settled_at"


async def load_delegations(tx: Transaction) -> tuple[Delegation, ...]:
    """All delegations, in the order they are listed."""
    rows = await tx.all(f"SELECT {DELEGATION} FROM delegations AS d")
    return tuple(sorted(map(delegation_of, rows), key=lambda delegation: delegation.place))


async def load_seats(tx: Transaction) -> tuple[Seat, ...]:
    """All seats, by delegation and number."""
    return tuple(map(seat_of, await tx.all(f"SELECT {SEAT} FROM seats AS s ORDER BY delegation_id, number")))


async def seated_of(tx: Transaction, actor: Actor) -> Seated:
    """The seat the person is in, or whose page they use. Raises `NotSeated`."""
    seated = await seat_if_any(tx, actor)
    if seated is None:
        raise NotSeated()
    return seated


async def seat_if_any(tx: Transaction, actor: Actor) -> Seated | None:
    """The same; None for somebody without a seat."""
    return await seated_where(tx, *place_of(actor))


def place_of(actor: Actor) -> tuple[str, object]:
    """What `seated_where` is asked for an actor's seat."""
    return (OF_PERSON, actor.user_id) if actor.seat_id is None else (OF_PAGE, actor.seat_id)


async def seat_named(tx: Transaction, seat_id: str) -> Seated:
    """A seat by its id. Raises `UnknownSeat`."""
    # Ids are ASCII; halves of characters, which a forged command may hold, cannot even be asked for.
    seated = await seated_where(tx, "s.seat_id = ?", seat_id) if seat_id.isascii() else None
    if seated is None:
        raise UnknownSeat(seat=seat_id)
    return seated


def seat_query(which: str, value: object) -> Statement:
    """What `seated_where` asks."""
    return (
        f"SELECT {SEAT}, {DELEGATION} FROM seats AS s JOIN delegations AS d USING (delegation_id)"
        f" WHERE {which}",
        (value,),
    )


async def seated_where(tx: Transaction, which: str, value: object) -> Seated | None:
    """The one seat of which that is so, with its delegation."""
    sql, values = seat_query(which, value)
    row = await tx.one(sql, *values)
    if row is None:
        return None
    return Seated(seat_of(row[:WIDTH]), delegation_of(row[WIDTH:]))


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
        released_at=instant(row[9]),
        opened_at=instant(row[10]),
    )


async def save_delegation(tx: Transaction, delegation: Delegation, *, walk_in: bool) -> None:
    """Write a delegation, new or changed; its seats are rows of their own."""
    await tx.run(
        "INSERT INTO delegations (delegation_id, name, short_name, category, sort_key, sub_region, rank,"
        " confirmed, walk_in) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (delegation_id) DO UPDATE SET"
        " name = excluded.name, short_name = excluded.short_name, category = excluded.category,"
        " sort_key = excluded.sort_key, sub_region = excluded.sub_region, rank = excluded.rank,"
        " confirmed = excluded.confirmed, walk_in = excluded.walk_in",
        delegation.delegation_id,
        delegation.name,
        delegation.short_name,
        delegation.category.value,
        delegation.sort_key,
        delegation.sub_region,
        delegation.rank,
        int(delegation.confirmed),
        int(walk_in),
    )


async def save_seat(tx: Transaction, seat: Seat) -> None:
    """Write a seat, new or changed; its code is not touched."""
    await tx.run(
        "INSERT INTO seats (seat_id, delegation_id, number, function, profile, user_id, taken_at, presence,"
        " presence_at, released_at, opened_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (seat_id) DO UPDATE SET"
        " function = excluded.function, profile = excluded.profile, user_id = excluded.user_id,"
        " taken_at = excluded.taken_at, presence = excluded.presence, presence_at = excluded.presence_at,"
        " released_at = excluded.released_at, opened_at = excluded.opened_at",
        seat.seat_id,
        seat.delegation_id,
        seat.number,
        seat.function.value,
        seat.profile.value if seat.profile is not None else None,
        seat.user_id,
        stored(seat.taken_at),
        seat.presence.value,
        stored(seat.presence_at),
        stored(seat.released_at),
        stored(seat.opened_at),
    )


async def delegation_ids_walked_in(tx: Transaction) -> set[DelegationId]:
    """Delegations entered on the spot."""
    return {
        DelegationId(key)
        for (key,) in await tx.all("SELECT delegation_id FROM delegations WHERE walk_in = 1")
    }


async def load_requests(tx: Transaction, *, open_only: bool) -> tuple[Request, ...]:
    """Requests for a seat, in the order they were made."""
    which = " WHERE settled_at IS NULL" if open_only else ""
    rows = await tx.all(f"SELECT {REQUEST} FROM seat_requests{which} ORDER BY number")
    return tuple(map(_request, rows))


async def request_numbered(tx: Transaction, request_id: RequestId) -> Request:
    """A request by its number. Raises `UnknownRequest`."""
    row = await tx.one(f"SELECT {REQUEST} FROM seat_requests WHERE number = ?", request_id)
    if row is None:
        raise UnknownRequest()
    return _request(row)


async def settle_request(tx: Transaction, request: Request) -> None:
    """It needs nobody any more."""
    await tx.run(
        "UPDATE seat_requests SET settled_at = ? WHERE number = ?", stored(tx.now), request.request_id
    )


async def settle_requests_of(tx: Transaction, user_id: UserId | None) -> None:
    """Whatever the person asked for needs nobody any more."""
    await tx.run(
        "UPDATE seat_requests SET settled_at = ? WHERE user_id = ? AND settled_at IS NULL",
        stored(tx.now),
        user_id,
    )


def _request(row: Row) -> Request:
    return Request(RequestId(row[0]), UserId(row[1]), row[2], instant(row[3]), instant(row[4]))


async def role_holders(tx: Transaction) -> tuple[tuple[UserId, ...], tuple[UserId, ...]]:
    """People in seats, and people who were and may still have the role that goes with it."""
    sitting = await tx.all("SELECT user_id FROM seats WHERE user_id IS NOT NULL ORDER BY taken_at, user_id")
    gone = await tx.all(
        "SELECT CAST(key AS INTEGER) FROM wall WHERE kind = ?"
        " AND CAST(key AS INTEGER) NOT IN (SELECT user_id FROM seats WHERE user_id IS NOT NULL)"
        " AND NOT (wanted = ? AND coalesce(shown, '') = ?) ORDER BY key",
        HungKind.ROLE.value,
        NO_ROLE,
        NO_ROLE,
    )
    return tuple(UserId(one) for (one,) in sitting), tuple(UserId(one) for (one,) in gone)


async def unsettle_role(tx: Transaction, user_id: UserId) -> None:
    """The person's role is to be looked at again: they may have lost it by leaving the server."""
    await tx.run("UPDATE wall SET shown = NULL WHERE kind = ? AND key = ?", HungKind.ROLE.value, str(user_id))
    tx.mark(WALL)


async def load_languages(tx: Transaction) -> dict[UserId, str | None]:
    """The languages people chose."""
    return {UserId(user_id): locale for user_id, locale in await tx.all("SELECT user_id, locale FROM people")}
