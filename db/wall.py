"""The wall's book: what should hang in Discord (`wanted`), what does (`shown`), and where.

`wanted` and `shown` are digests of a face, or a state in a word; a row is settled when they agree. What
should hang is computed from the other books; the rows only remember how far the hanging got.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from db.connection import Reader, Row, Transaction, Writer
from db.rows import instant, stored
from meeting.people import CLERKS, Actor, require

SUBJECT, HUNG = "wall", "hung"
"""Marked when something is to be hung or looked at anew, and when something was hung."""

PASSING = ("trouble-", "request-", "held-", "report-")
"""Panels of troubles, of requests for a seat, of held inputs and of drafted reports: whoever deletes one has
read it. It is not missed, and not hung again."""

MISSED = (
    "NOT (kind = 'panel' AND (key GLOB 'trouble-*' OR key GLOB 'request-*' OR key GLOB 'held-*'"
    " OR key GLOB 'report-*'))"
)

NO_ROLE = "none"
"""What is wanted of somebody who is not in a seat any more."""

LOSE = "UPDATE wall SET shown = NULL, discord_id = NULL, gone_at = ?"


ASTRAY = "SELECT subject FROM troubles WHERE kind = 'thread_locked' AND over_at IS NULL"
"""Threads that do not stand as the agenda has them, by somebody's hand."""


class HungKind(StrEnum):
    """What hangs: a message with its controls, a thread, a scheduled event, a role on a person (whose key is
    the person's id)."""

    PANEL = "panel"
    THREAD = "thread"
    EVENT = "event"
    ROLE = "role"


@dataclass(frozen=True)
class Hung:
    """One thing on the wall."""

    kind: HungKind
    key: str
    wanted: str
    shown: str | None
    channel_id: int | None
    discord_id: int | None
    gone_at: datetime | None

    @property
    def settled(self) -> bool:
        return self.wanted == self.shown or self.gone_at is not None

    @property
    def missed(self) -> bool:
        """Whether somebody took down what should hang. With a `channel_id`: by deleting its channel."""
        return self.gone_at is not None and not self.key.startswith(PASSING)


class WallBook:
    """`ledger.wall`."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def all(self) -> dict[tuple[HungKind, str], Hung]:
        """Everything that hangs or should."""

        async def work(tx: Transaction) -> list[Row]:
            return await tx.all(
                "SELECT kind, key, wanted, shown, channel_id, discord_id, gone_at"
                " FROM wall ORDER BY kind, key"
            )

        rows = [
            Hung(HungKind(kind), key, wanted, shown, channel_id, discord_id, instant(gone_at))
            for kind, key, wanted, shown, channel_id, discord_id, gone_at in await self._reader.read(work)
        ]
        return {(hung.kind, hung.key): hung for hung in rows}

    async def want(self, kind: HungKind, key: str, wanted: str) -> None:
        """This is what should hang there; written before the hanging begins."""

        async def work(tx: Transaction) -> None:
            await tx.run(
                "INSERT INTO wall (kind, key, wanted) VALUES (?, ?, ?)"
                " ON CONFLICT (kind, key) DO UPDATE SET wanted = excluded.wanted",
                kind.value,
                key,
                wanted,
            )

        await self._writer.act(work)

    async def show(
        self, kind: HungKind, key: str, shown: str, discord_id: int, channel_id: int | None
    ) -> None:
        """This hangs there now."""

        async def work(tx: Transaction) -> None:
            await tx.run(
                "UPDATE wall SET shown = ?, discord_id = ?, channel_id = ? WHERE kind = ? AND key = ?",
                shown,
                discord_id,
                channel_id,
                kind.value,
                key,
            )
            tx.mark(HUNG)

        await self._writer.act(work)

    async def lose(self, kind: HungKind, key: str, discord_id: int | None = None) -> None:
        """Somebody took it down: it stays down until a clerk has it hung again.

        With `discord_id` only if that is what hangs there: it may have been hung anew since it was looked at.
        """

        async def work(tx: Transaction) -> None:
            await tx.run(
                f"{LOSE}, channel_id = NULL WHERE kind = ? AND key = ? AND gone_at IS NULL"
                " AND coalesce(discord_id = ?, ? IS NULL)",
                stored(tx.now),
                kind.value,
                key,
                discord_id,
                discord_id,
            )
            tx.mark(SUBJECT)

        await self._writer.act(work)

    async def lose_channel(self, channel_id: int) -> None:
        """Somebody deleted a channel, and with it all that hung there."""

        async def work(tx: Transaction) -> None:
            which = f"channel_id = ? AND gone_at IS NULL AND {MISSED}"
            if await tx.one(f"SELECT 1 FROM wall WHERE {which}", channel_id) is None:
                return  # known already: whoever is woken would look there again
            await tx.run(f"{LOSE} WHERE {which}", stored(tx.now), channel_id)
            tx.mark(SUBJECT)

        await self._writer.act(work)

    async def unsettle(self, kind: HungKind, key: str) -> None:
        """It hangs, but not as it should: it is to be made so again."""

        async def work(tx: Transaction) -> None:
            await tx.run("UPDATE wall SET shown = NULL WHERE kind = ? AND key = ?", kind.value, key)
            tx.mark(SUBJECT)

        await self._writer.act(work)

    async def rehang(self, actor: Actor) -> int:
        """What was taken down is to hang again, and threads somebody locked or unlocked are to be set
        right; how many. Raises `NotPermitted`.
        """
        require(actor, CLERKS)

        async def work(tx: Transaction) -> int:
            which = f"(gone_at IS NOT NULL AND {MISSED}) OR (kind = 'thread' AND key IN ({ASTRAY}))"
            rows = await tx.all(f"SELECT key FROM wall WHERE {which} ORDER BY key")
            if rows:
                await tx.run(
                    "UPDATE wall SET shown = NULL, gone_at = NULL,"
                    " channel_id = CASE WHEN gone_at IS NULL THEN channel_id END"
                    f" WHERE {which}"
                )
                await tx.record(actor, "wall.rehang", SUBJECT, keys=[key for (key,) in rows])
            tx.mark(SUBJECT)
            return len(rows)

        return await self._writer.act(work)
