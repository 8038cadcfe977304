"""The room's book: keys and devices, what the screen shows, who cannot hear, and one look at everything.

A key, a code and a cookie are secrets: only digests of them are kept, and they are in no audit and no message
of an error.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from db import input_rows, poll_rows, seat_codes
from db import speaker_rows as lists
from db.agenda_rows import Plan, load_plan
from db.connection import Reader, Row, Transaction, Writer
from db.polls import PollBook
from db.roster import SUBJECT as DELEGATIONS
from db.rows import instant, stored
from db.seat_rows import load_delegations, load_seats, save_seat, seated_of, seated_where
from db.speaker_rows import Act
from db.troubles import Trouble, load_open
from meeting import codes, room, seats
from meeting.delegations import Delegation, DelegationId
from meeting.inputs import Input
from meeting.people import OPERATORS, Actor, on_page, require
from meeting.polls import Choice, PollId
from meeting.programme import ItemId
from meeting.room import Chosen, Door, Hearing, HearingId, Show
from meeting.seats import Presence, Seat, SeatId
from meeting.speaker_list import current_list
from meeting.speakers import SpeakerList
from meeting.standings import Standing

SUBJECT = "room"

KEY_BYTES = 24
"""Of chance in a key and in a cookie: 192 bits."""

DEVICES = 10
"""Devices that use one seat's page: with one more the oldest is shut out."""

HEARD = "number, name, online, made_at, settled_at"


@dataclass(frozen=True)
class Device:
    """A device that has opened a page: which, the seat whose page it is, and who works at it."""

    door: Door
    digest: bytes
    seat_id: SeatId | None = None
    operator: str = ""


@dataclass(frozen=True)
class Hall:
    """Everything the room's pages are drawn from, of one moment. Nothing of it is public as it stands.

    `answers`: when and from which seat each voter answered, by poll; `ballots`: what the record links to
    voters now; `own`: standings with the figures that show to who has answered. `held`: the screen as it was,
    while it is held. `devices`: the devices that may still look, by digest, and who works at each.
    """

    now: datetime
    plan: Plan
    lists: tuple[SpeakerList, ...]
    acts: Mapping[ItemId, Act]
    standings: tuple[Standing, ...]
    own: Mapping[PollId, Standing]
    answers: Mapping[PollId, Mapping[str, tuple[datetime, str]]]
    ballots: Mapping[PollId, Mapping[str, Choice]]
    delegations: tuple[Delegation, ...]
    seats: tuple[Seat, ...]
    inputs: tuple[Input, ...]
    chosen: Chosen
    held: str | None
    hearings: tuple[Hearing, ...]
    troubles: tuple[Trouble, ...]
    devices: Mapping[bytes, str]

    @property
    def speakers(self) -> SpeakerList | None:
        """The list that is on, or else open."""
        return current_list(self.lists, self.now)


class RoomBook:
    """`ledger.room`."""

    def __init__(self, writer: Writer, reader: Reader, polls: PollBook) -> None:
        self._writer = writer
        self._reader = reader
        self._polls = polls
        self._digests = seat_codes.Digests()

    # Looking

    async def hall(self) -> Hall:
        """Everything the room's pages are drawn from."""
        return await self._reader.read(self._load)

    async def _load(self, tx: Transaction) -> Hall:
        plan = await load_plan(tx)
        standings = await self._polls.load(tx)
        chosen, held = await _screen(tx)
        return Hall(
            tx.now,
            plan,
            await lists.load_lists(tx, plan),
            await lists.last_acts(tx),
            standings,
            await self._polls.load_own(tx, standings),
            await poll_rows.load_answers(tx),
            await poll_rows.load_linked(tx),
            await load_delegations(tx),
            await load_seats(tx),
            tuple(await input_rows.load_inputs(tx)),
            chosen,
            held,
            await _hearings(tx),
            tuple(await load_open(tx)),
            await _live_devices(tx),
        )

    async def chosen(self) -> Chosen:
        """What the screen is to show."""

        async def work(tx: Transaction) -> Chosen:
            return (await _screen(tx))[0]

        return await self._reader.read(work)

    # Keys and devices

    async def keyless(self) -> bool:
        """Whether no key was ever made."""

        async def work(tx: Transaction) -> bool:
            return await tx.one("SELECT 1 FROM room_keys") is None

        return await self._reader.read(work)

    async def make_key(self, actor: Actor, door: Door, *, renew: bool = False) -> str:
        """A key of the screen or the desk, which is nowhere but here. Raises as `add_keys`."""
        key = new_key()
        await self.add_keys(actor, {door: key}, renew=renew)
        return key

    async def add_keys(self, actor: Actor, keys: Mapping[Door, str], *, renew: bool = False) -> None:
        """Keys from now on. `renew`: all earlier ones of these pages, and the devices that came with them,
        are dead. Raises `NotPermitted`; ValueError for a seat's page."""
        require(actor, OPERATORS)
        if not keys.keys() <= set(room.KEYED):
            raise ValueError(keys.keys())

        async def work(tx: Transaction) -> None:
            for door, key in keys.items():
                if renew:
                    await tx.run("DELETE FROM room_keys WHERE door = ?", door.value)
                    await tx.run("DELETE FROM room_devices WHERE door = ?", door.value)
                values = _digest(key), door.value, stored(tx.now)
                await tx.run("INSERT INTO room_keys (digest, door, made_at) VALUES (?, ?, ?)", *values)
                await tx.record(actor, "room.renew" if renew else "room.key", door.value)
            tx.mark(SUBJECT)

        await self._writer.act(work)

    async def enter(self, door: Door, key: str) -> str:
        """Open the screen or the desk with its key; the new device's cookie. Raises `UnknownKey`."""
        digest = _digest(key)

        async def work(tx: Transaction) -> str:
            known = await tx.one("SELECT 1 FROM room_keys WHERE digest = ? AND door = ?", digest, door.value)
            if known is None:
                raise room.UnknownKey()
            return await _add_device(tx, door, digest)

        async def look(tx: Transaction) -> bool:
            found = await tx.one("SELECT 1 FROM room_keys WHERE digest = ? AND door = ?", digest, door.value)
            return found is not None

        # A wrong key, of which many may come, costs no write.
        if not await self._reader.read(look):
            raise room.UnknownKey()
        return await self._writer.act(work)

    async def enter_seat(self, code: str) -> str:
        """Open a seat's page with its code; the new device's cookie. Raises `UnknownCode`, `SeatReleased`."""
        typed = codes.read(code)
        salt = await self._reader.read(seat_codes.load_salt)
        digest = await self._digests.of(typed, salt or b"-")

        async def look(tx: Transaction) -> None:
            seats.open_page(await seated_where(tx, "s.code = ?", digest), tx.now)

        async def work(tx: Transaction) -> str:
            coded = await seated_where(tx, "s.code = ?", digest)
            seat = seats.open_page(coded, tx.now)
            assert coded is not None
            if seat != coded.seat:
                await save_seat(tx, seat)
                await tx.record(on_page(seat.seat_id), "room.open_seat", seat.seat_id)
                tx.mark(DELEGATIONS)
            return await _add_device(tx, Door.SEAT, digest, seat.seat_id)

        await self._reader.read(look)
        return await self._writer.act(work)

    async def device(self, door: Door, cookie: str) -> Device:
        """The device with this cookie. Raises `UnknownKey`, also once its key or code is dead."""
        digest = _digest(cookie)

        async def work(tx: Transaction) -> Device:
            row = await tx.one(
                f"SELECT d.door, d.digest, d.seat_id, d.operator {LIVE} AND d.digest = ? AND d.door = ?",
                digest,
                door.value,
            )
            if row is None:
                raise room.UnknownKey()
            return Device(Door(row[0]), row[1], SeatId(row[2]) if row[2] is not None else None, row[3])

        return await self._reader.read(work)

    async def leave(self, device: Device) -> None:
        """The device forgets the page."""

        async def work(tx: Transaction) -> None:
            await tx.run("DELETE FROM room_devices WHERE digest = ?", device.digest)
            tx.mark(SUBJECT)

        await self._writer.act(work)

    async def sign_on(self, device: Device, name: str) -> str:
        """Somebody says who works at the desk; the name as it is kept. Raises `NamelessOperator`."""
        name = room.check_operator(name)

        async def work(tx: Transaction) -> str:
            await tx.run("UPDATE room_devices SET operator = ? WHERE digest = ?", name, device.digest)
            tx.mark(SUBJECT)
            return name

        return await self._writer.act(work)

    # The screen

    async def show(self, actor: Actor, show: Show, poll_id: PollId | None = None, text: str = "") -> Chosen:
        """What the screen shows from now on; it is held no more. Raises `NotPermitted`, `UnknownPoll`,
        `PollNotShown`, `EmptyMessage`, `MessageTooLong`."""
        require(actor, OPERATORS)
        text = room.check_message(text) if show is Show.MESSAGE else ""

        async def work(tx: Transaction) -> Chosen:
            if show is Show.POLL:
                poll = await poll_rows.load_poll(tx, poll_id or PollId(""))
                room.check_poll(Standing(poll, {}, {}))
            chosen = Chosen(show, poll_id if show is Show.POLL else None, text, tx.now, actor.operator)
            await _save_screen(tx, chosen, None)
            told = {"show": show.value, "poll": chosen.poll_id, "text": text}
            await tx.record(actor, "room.show", SUBJECT, **told)
            tx.mark(SUBJECT)
            return chosen

        return await self._writer.act(work)

    async def freeze(self, actor: Actor, picture: str) -> Chosen:
        """The screen stays as it is: `picture`, in JSON, which everybody has seen. Raises `NotPermitted`,
        `AlreadyHeld`."""
        require(actor, OPERATORS)

        async def work(tx: Transaction) -> Chosen:
            before, held = await _screen(tx)
            if held is not None:
                raise room.AlreadyHeld()
            who = actor.operator
            chosen = Chosen(before.show, before.poll_id, before.text, tx.now, who, held_at=tx.now)
            await _save_screen(tx, chosen, picture)
            await tx.record(actor, "room.freeze", SUBJECT)
            tx.mark(SUBJECT)
            return chosen

        return await self._writer.act(work)

    # Who cannot hear

    async def cannot_hear(self, actor: Actor) -> Hearing:
        """A person says that they cannot hear the room; a delegation's is one report until it is settled.

        Raises `NotSeated`.
        """

        async def work(tx: Transaction) -> Hearing:
            seated = await seated_of(tx, actor)
            delegation_id = seated.delegation.delegation_id
            await tx.run(
                "INSERT INTO room_hearing (delegation_id, online, made_at) VALUES (?, ?, ?)"
                " ON CONFLICT (delegation_id) WHERE settled_at IS NULL DO NOTHING",
                delegation_id,
                int(seated.seat.presence is not Presence.ROOM),
                stored(tx.now),
            )
            made = next(one for one in await _hearings(tx, delegation_id))
            await tx.record(actor, "room.cannot_hear", str(made.hearing_id), delegation=delegation_id)
            tx.mark(SUBJECT)
            return made

        return await self._writer.act(work)

    async def settle_hearing(self, actor: Actor, hearing_id: HearingId) -> Hearing:
        """The desk has seen to it; nothing changes if it had. Raises `NotPermitted`, `UnknownHearing`."""
        require(actor, OPERATORS)

        async def work(tx: Transaction) -> Hearing:
            row = await tx.one(f"SELECT {HEARD} FROM {HEARING} WHERE number = ?", hearing_id)
            if row is None:
                raise room.UnknownHearing()
            found = _hearing(row)
            if found.settled_at is None:
                sql = "UPDATE room_hearing SET settled_at = ? WHERE number = ?"
                await tx.run(sql, stored(tx.now), hearing_id)
                await tx.record(actor, "room.settle_hearing", str(hearing_id))
                tx.mark(SUBJECT)
            return found

        return await self._writer.act(work)


HEARING = "room_hearing JOIN delegations USING (delegation_id)"

LIVE = (
    "FROM room_devices AS d LEFT JOIN seats AS s USING (seat_id)"
    " WHERE (d.door = 'seat' AND s.code = d.key AND s.released_at IS NULL"
    " OR d.key IN (SELECT digest FROM room_keys))"
)
"""Devices whose key or code still opens their page."""


def new_key() -> str:
    """A key nobody has yet."""
    return secrets.token_urlsafe(KEY_BYTES)


def _digest(secret: str) -> bytes:
    """What is kept of a key or a cookie. Both are random and long, so a fast digest is enough."""
    return hashlib.sha256(secret.encode(errors="replace")).digest()


async def _add_device(tx: Transaction, door: Door, key: bytes, seat_id: SeatId | None = None) -> str:
    """One more device, whose cookie is returned; of a seat's the oldest go."""
    cookie = secrets.token_urlsafe(KEY_BYTES)
    await tx.run(
        "INSERT INTO room_devices (digest, door, key, seat_id, made_at) VALUES (?, ?, ?, ?, ?)",
        _digest(cookie),
        door.value,
        key,
        seat_id,
        stored(tx.now),
    )
    if seat_id is not None:
        await tx.run(
            "DELETE FROM room_devices WHERE seat_id = ? AND digest IN (SELECT digest FROM room_devices"
            " WHERE seat_id = ? AND digest <> ? ORDER BY made_at DESC LIMIT -1 OFFSET ?)",
            seat_id,
            seat_id,
            _digest(cookie),
            DEVICES - 1,
        )
    tx.mark(SUBJECT)
    return cookie


async def _live_devices(tx: Transaction) -> dict[bytes, str]:
    return dict(await tx.all(f"SELECT d.digest, d.operator {LIVE}"))


async def _screen(tx: Transaction) -> tuple[Chosen, str | None]:
    row = await tx.one("SELECT show, poll_id, text, since, operator, held, held_at FROM room_screen")
    if row is None:
        return Chosen(), None
    show, poll_id, text, since, operator, held, held_at = row
    poll = PollId(poll_id) if poll_id is not None else None
    return Chosen(Show(show), poll, text, instant(since), operator, instant(held_at)), held


async def _save_screen(tx: Transaction, chosen: Chosen, held: str | None) -> None:
    await tx.run(
        "INSERT INTO room_screen (number, show, poll_id, text, since, operator, held, held_at)"
        " VALUES (1, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO UPDATE SET show = excluded.show,"
        " poll_id = excluded.poll_id, text = excluded.text, since = excluded.since,"
        " operator = excluded.operator, held = excluded.held, held_at = excluded.held_at",
        chosen.show.value,
        chosen.poll_id,
        chosen.text,
        stored(chosen.since),
        chosen.operator,
        held,
        stored(chosen.held_at),
    )


async def _hearings(tx: Transaction, delegation_id: DelegationId | None = None) -> tuple[Hearing, ...]:
    """Reports that are open, of all delegations or of one."""
    rows: Sequence[Row] = await tx.all(
        f"SELECT {HEARD} FROM {HEARING} WHERE settled_at IS NULL"
        " AND delegation_id = coalesce(?, delegation_id)"
        " ORDER BY number",
        delegation_id,
    )
    return tuple(map(_hearing, rows))


def _hearing(row: Row) -> Hearing:
    return Hearing(HearingId(row[0]), row[1], bool(row[2]), instant(row[3]), instant(row[4]))
