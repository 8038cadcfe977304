"""The places' book: which channel and which role stands for what, chosen or made at set-up."""

from dataclasses import dataclass, field
from typing import Literal

from db.connection import Reader, Transaction, Writer
from db.feed import Feed
from db.kept import Kept
from meeting.notices import Channel
from meeting.people import CLERKS, Actor, Capacity, require

SUBJECT = "places"


@dataclass(frozen=True)
class Places:
    """Discord's ids by what they stand for."""

    channels: dict[Channel, int] = field(default_factory=dict)
    roles: dict[Capacity, int] = field(default_factory=dict)

    def capacities(self, role_ids: set[int]) -> frozenset[Capacity]:
        """The capacities that a person with these roles has."""
        return frozenset(capacity for capacity, role_id in self.roles.items() if role_id in role_ids)


class PlaceBook:
    """`ledger.places`."""

    def __init__(self, writer: Writer, reader: Reader, feed: Feed) -> None:
        self._writer = writer
        self._known = Kept(feed, SUBJECT, lambda: reader.read(load_places))

    async def places(self) -> Places:
        """All places known."""
        return await self._known.get()

    async def adopt(
        self, actor: Actor, kind: Literal["channel", "role"], name: Channel | Capacity, discord_id: int
    ) -> None:
        """From now on this channel or role stands for that name. Raises `NotPermitted`."""
        require(actor, CLERKS)

        async def work(tx: Transaction) -> None:
            await tx.run(
                "INSERT INTO places (kind, name, discord_id) VALUES (?, ?, ?)"
                " ON CONFLICT (kind, name) DO UPDATE SET discord_id = excluded.discord_id",
                kind,
                name.value,
                discord_id,
            )
            await tx.record(actor, "places.adopt", f"{kind} {name.value}", discord_id=str(discord_id))
            tx.mark(SUBJECT)

        await self._writer.act(work)


async def load_places(tx: Transaction) -> Places:
    """All places known."""
    rows = await tx.all("SELECT kind, name, discord_id FROM places ORDER BY kind, name")
    return Places(
        {Channel(name): discord_id for kind, name, discord_id in rows if kind == "channel"},
        {Capacity(name): discord_id for kind, name, discord_id in rows if kind == "role"},
    )
