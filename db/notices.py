"""The notices' book: what was claimed, said or lapsed.

A message is claimed (its row names all its notices) before it is sent, and marked said after; a claim that
is found unproved is settled by reading the channel, never by guessing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from db.agenda_rows import load_announcements, load_plan
from db.connection import Reader, Transaction, Writer
from db.rows import instant, stored
from meeting import notices
from meeting.agenda import Agenda
from meeting.notices import Channel, Entry, Log, Notice, NoticeKey, NoticeKind
from meeting.people import CLOCK

SUBJECT = "notices"


@dataclass(frozen=True)
class Line:
    """One notice of a claimed message, as it was put into words."""

    key: NoticeKey
    kind: NoticeKind
    text: str
    due_at: datetime
    lapses_at: datetime


@dataclass(frozen=True)
class Message:
    """A claimed message; `number` is its row's, unique in this database."""

    number: int
    channel: Channel
    claimed_at: datetime
    lines: tuple[Line, ...]


class NoticeBook:
    """`ledger.notices`."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def claim(
        self, words: Callable[[Agenda, Notice], str], room: int
    ) -> tuple[list[Message], list[NoticeKey]]:
        """Claim all that is due, as few messages a channel as hold it; also the keys that lapsed unsaid.

        `words` puts a notice into a line, `room` is the characters a message has for lines.
        """

        async def due(tx: Transaction) -> tuple[Agenda, tuple[Notice, ...]]:
            plan = await load_plan(tx)
            found = notices.due(
                plan.agenda,
                plan.notices,
                await load_announcements(tx),
                await load_log(tx),
                tx.now,
            )
            return plan.agenda, found

        async def work(tx: Transaction) -> tuple[list[Message], list[NoticeKey]]:
            agenda, found = await due(tx)
            lapsed = [notice for notice in found if notice.lapsed(tx.now)]
            live = [notice for notice in found if not notice.lapsed(tx.now)]
            for notice in lapsed:
                await _enter(tx, notice, "", None)
            if lapsed:
                await tx.record(CLOCK, "notices.lapse", SUBJECT, keys=[n.key for n in lapsed])
            lines = {notice.key: words(agenda, notice) for notice in live}
            claimed = []
            for channel in Channel:
                mine = [notice for notice in live if notice.channel is channel]
                for group in notices.packed(mine, lines, room):
                    claimed.append(await _claim(tx, channel, group, lines))
            return claimed, [notice.key for notice in lapsed]

        if not (await self._reader.read(due))[1]:
            return [], []
        return await self._writer.act(work)

    async def said(self, number: int, message_id: int) -> None:
        """The message is in its channel. Saying so twice changes nothing."""

        async def work(tx: Transaction) -> None:
            row = await tx.one("SELECT said_at FROM messages WHERE number = ?", number)
            if row is None or row[0] is not None:
                return
            await tx.run(
                "UPDATE messages SET said_at = ?, message_id = ? WHERE number = ?",
                stored(tx.now),
                message_id,
                number,
            )
            keys = [k for (k,) in await tx.all("SELECT key FROM notices WHERE message = ?", number)]
            await tx.record(CLOCK, "notices.say", str(number), keys=keys)

        await self._writer.act(work)

    async def lapse(self, number: int) -> None:
        """A claimed message proved unsaid, and all in it has lapsed since. Otherwise nothing is changed."""

        async def work(tx: Transaction) -> None:
            if await tx.one("SELECT 1 FROM messages WHERE number = ? AND said_at IS NULL", number) is None:
                return
            keys = [k for (k,) in await tx.all("SELECT key FROM notices WHERE message = ?", number)]
            await tx.run(
                "UPDATE notices SET message = NULL, lapsed_at = ? WHERE message = ?",
                stored(tx.now),
                number,
            )
            await tx.run("DELETE FROM messages WHERE number = ?", number)
            await tx.record(CLOCK, "notices.lapse", str(number), keys=keys)

        await self._writer.act(work)

    async def unproved(self) -> list[Message]:
        """Messages claimed and not known to have been said."""

        async def work(tx: Transaction) -> list[Message]:
            rows = await tx.all(
                "SELECT number, channel, claimed_at FROM messages WHERE said_at IS NULL ORDER BY number"
            )
            return [
                Message(number, Channel(channel), instant(at), await _lines(tx, number))
                for number, channel, at in rows
            ]

        return await self._reader.read(work)

    async def next_due(self) -> datetime | None:
        """The next moment something falls due or the clock has an item to start."""

        async def work(tx: Transaction) -> datetime | None:
            plan = await load_plan(tx)
            return notices.next_due(
                plan.agenda,
                plan.notices,
                await load_announcements(tx),
                await load_log(tx),
                tx.now,
            )

        return await self._reader.read(work)


async def load_log(tx: Transaction) -> Log:
    """All that was claimed, said or lapsed."""
    return {
        NoticeKey(key): Entry(NoticeKey(key), number, instant(about_at), lapsed=bool(lapsed))
        for key, number, about_at, lapsed in await tx.all(
            "SELECT key, number, about_at, lapsed_at IS NOT NULL FROM notices"
        )
    }


async def _claim(
    tx: Transaction, channel: Channel, group: list[Notice], lines: dict[NoticeKey, str]
) -> Message:
    await tx.run("INSERT INTO messages (channel, claimed_at) VALUES (?, ?)", channel.value, stored(tx.now))
    row = await tx.one("SELECT max(number) FROM messages")
    assert row is not None
    for notice in group:
        await _enter(tx, notice, lines[notice.key], row[0])
    return Message(row[0], channel, tx.now, await _lines(tx, row[0]))


async def _enter(tx: Transaction, notice: Notice, line: str, message: int | None) -> None:
    await tx.run(
        "INSERT INTO notices (key, number, kind, line, about_at, due_at, lapses_at, lapsed_at, message)"
        " VALUES (?, (SELECT coalesce(max(number), 0) + 1 FROM notices), ?, ?, ?, ?, ?, ?, ?)",
        notice.key,
        notice.kind.value,
        line,
        stored(notice.about_at),
        stored(notice.due_at),
        stored(notice.lapses_at),
        stored(tx.now) if message is None else None,
        message,
    )


async def _lines(tx: Transaction, number: int) -> tuple[Line, ...]:
    return tuple(
        Line(NoticeKey(key), NoticeKind(kind), text, instant(due_at), instant(lapses_at))
        for key, kind, text, due_at, lapses_at in await tx.all(
            "SELECT key, kind, line, due_at, lapses_at FROM notices WHERE message = ? ORDER BY number",
            number,
        )
    )
