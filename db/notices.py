"""The notices' book: what was claimed, said or lapsed.

A message is claimed (its row names all its notices) before it is sent, and marked said after; a claim that
is found unproved is settled by reading the channel, never by guessing.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from db import audit
from db.agenda_rows import Plan, load_announcements, load_plan
from db.connection import Reader, Transaction, Writer
from db.poll_rows import load_polls
from db.rows import instant, stored
from db.speaker_rows import load_lists
from meeting import notices, poll_notices, speaker_list, speaker_notices
from meeting.agenda import Agenda
from meeting.notices import Announcement, Channel, Entry, Log, Notice, NoticeKey, NoticeKind
from meeting.people import CLOCK, UserId
from meeting.polls import Poll
from meeting.programme import NoticeSettings
from meeting.speakers import SpeakerList

SUBJECT = "notices"

APART = 1000
"""Numbers that may have been given out already are kept this far away: more than a meeting says."""


@dataclass(frozen=True)
class Line:
    """One notice of a claimed message, as it was put into words."""

    key: NoticeKey
    kind: NoticeKind
    text: str
    due_at: datetime
    lapses_at: datetime
    user_id: UserId | None = None
    """Who is mentioned in it."""


@dataclass(frozen=True)
class Message:
    """A claimed message; `number` is its row's, unique in this database."""

    number: int
    channel: Channel
    claimed_at: datetime
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Said:
    """A message found in its channel, by what its reference line says."""

    number: int
    message_id: int
    at: datetime
    keys: tuple[NoticeKey, ...]


class NoticeBook:
    """`ledger.notices`."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def claim(
        self,
        words: Callable[[Agenda, Notice], str],
        room: int,
        channels: Collection[Channel] = tuple(Channel),
    ) -> tuple[list[Message], list[NoticeKey]]:
        """Claim all that is due in these channels, as few messages each as hold it; also the keys that lapsed
        unsaid.

        `words` puts a notice into a line, `room` is the characters a message has for lines.
        """

        async def due(tx: Transaction) -> tuple[Agenda, tuple[Notice, ...]]:
            facts = await _facts(tx)
            return facts[0], tuple(one for one in notices.due(*facts) if one.channel in channels)

        async def work(tx: Transaction) -> tuple[list[Message], list[NoticeKey]]:
            agenda, found = await due(tx)
            lapsed = [notice for notice in found if notice.lapsed(tx.now)]
            live = [notice for notice in found if not notice.lapsed(tx.now)]
            for notice in lapsed:
                await _enter(tx, notice, "", None)
            if lapsed:
                await tx.record(CLOCK, "notices.lapse", SUBJECT, keys=[n.key for n in lapsed])
            live = [await _sealed(tx, notice) for notice in live]
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

    async def lapse(self, number: int, keys: Sequence[NoticeKey]) -> None:
        """Of a claimed message proved unsaid these notices have lapsed since; one of which nothing is left is
        gone. Of one that was said, nothing is changed.
        """

        async def work(tx: Transaction) -> None:
            if await tx.one("SELECT 1 FROM messages WHERE number = ? AND said_at IS NULL", number) is None:
                return
            for key in keys:
                await tx.run(
                    "UPDATE notices SET message = NULL, lapsed_at = ? WHERE message = ? AND key = ?",
                    stored(tx.now),
                    number,
                    key,
                )
            await tx.run(
                "DELETE FROM messages WHERE number = ?1"
                " AND NOT EXISTS (SELECT 1 FROM notices WHERE message = ?1)",
                number,
            )
            await tx.record(CLOCK, "notices.lapse", str(number), keys=keys)

        await self._writer.act(work)

    async def frontier(self) -> tuple[int, datetime]:
        """The highest number given out, and when: nothing that this record said is newer, if all is well."""

        async def work(tx: Transaction) -> tuple[int, datetime]:
            last = await tx.one("SELECT seq FROM sqlite_sequence WHERE name = 'messages'")
            at = await tx.one("SELECT coalesce(max(claimed_at), (SELECT min(at) FROM audit)) FROM messages")
            return int(last[0]) if last else 0, instant(at[0]) if at and at[0] else tx.now

        return await self._reader.read(work)

    async def take_up(self, said: Mapping[Channel, Sequence[Said]], above: int, *, all_read: bool) -> int:
        """Messages above the number `above` that this record does not know: from now on they are in it.

        So learns a record put back from a copy what was said after the copy was made. How many they are.
        Unless all channels were read, numbers go on from the next full `APART`: those between may be in use.
        """

        async def newer(tx: Transaction) -> list[tuple[Channel, Said]]:
            known = {number for (number,) in await tx.all("SELECT number FROM messages")}
            found = [(channel, one) for channel, several in said.items() for one in several]
            return sorted(
                (pair for pair in found if pair[1].number > above and pair[1].number not in known),
                key=lambda pair: pair[1].number,
            )

        async def work(tx: Transaction) -> int:
            found = await newer(tx)
            facts = await _facts(tx)
            known = set(await load_log(tx))
            every = (*notices.computed(*facts[:5]), *facts[5])
            about_at = {notice.key: notice.about_at for notice in every}
            for channel, one in found:
                await tx.run(
                    "INSERT INTO messages (number, channel, claimed_at, said_at, message_id)"
                    " VALUES (?, ?, ?, ?, ?) ON CONFLICT (number) DO NOTHING",
                    one.number,
                    channel.value,
                    stored(one.at),
                    stored(one.at),
                    one.message_id,
                )
                for key in one.keys:
                    kind = notices.kind_of(key)
                    if kind is not None and key not in known:
                        known.add(key)
                        notice = Notice(key, kind, channel, None, None, one.at, one.at, about_at.get(key))
                        await _enter(tx, notice, "", one.number)
            keys = [key for _, one in found for key in one.keys]
            if found:
                await tx.record(CLOCK, "notices.take_up", SUBJECT, keys=keys)
            if not all_read:
                await _leave_room(tx)
            return len(found)

        if all_read and not await self._reader.read(newer):
            return 0
        return await self._writer.act(work)

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
            plan, polls, lists = await _sources(tx)
            due = notices.next_due(*await _facts_of(tx, plan, polls, lists))
            turn = poll_notices.next_turn(plan.agenda, polls, tx.now)
            turns = (speaker_list.next_turn(one, tx.now) for one in lists)
            # From then on no more is taken in writing, and panels say so.
            until = plan.written_until if plan.written_until > tx.now else None
            return min(filter(None, (due, turn, *turns, until)), default=None)

        return await self._reader.read(work)


Facts = tuple[Agenda, NoticeSettings, tuple[Announcement, ...], Log, datetime, tuple[Notice, ...]]


Sources = tuple[Plan, tuple[Poll, ...], tuple[SpeakerList, ...]]


async def _sources(tx: Transaction) -> Sources:
    """What notices and the clock's turns follow from."""
    plan = await load_plan(tx)
    return plan, await load_polls(tx), await load_lists(tx, plan)


async def _facts(tx: Transaction) -> Facts:
    """All that the notices follow from, as `meeting.notices` takes it."""
    return await _facts_of(tx, *await _sources(tx))


async def _facts_of(
    tx: Transaction, plan: Plan, polls: tuple[Poll, ...], lists: tuple[SpeakerList, ...]
) -> Facts:
    log = await load_log(tx)
    of_polls = poll_notices.of_polls(plan.agenda, polls, log)
    of_speakers = speaker_notices.of_speakers(lists, log, tx.now)
    others = (*of_polls, *of_speakers)
    return plan.agenda, plan.notices, await load_announcements(tx), log, tx.now, others


async def _leave_room(tx: Transaction) -> None:
    last = await tx.one("SELECT seq FROM sqlite_sequence WHERE name = 'messages'")
    await tx.run("DELETE FROM sqlite_sequence WHERE name = 'messages'")
    seq = ((int(last[0]) if last else 0) // APART + 1) * APART
    await tx.run("INSERT INTO sqlite_sequence (name, seq) VALUES ('messages', ?)", seq)


async def load_log(tx: Transaction) -> Log:
    """All that was claimed, said or lapsed."""
    return {
        NoticeKey(key): Entry(NoticeKey(key), number, instant(about_at), lapsed=bool(lapsed))
        for key, number, about_at, lapsed in await tx.all(
            "SELECT key, number, about_at, lapsed_at IS NOT NULL FROM notices"
        )
    }


async def _sealed(tx: Transaction, notice: Notice) -> Notice:
    """An anchor names where the audit ends as it is claimed: the line that is stored stays true."""
    if notice.kind is not NoticeKind.ANCHOR:
        return notice
    return replace(notice, text=str(await audit.head(tx)))


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
        "INSERT INTO notices"
        " (key, number, kind, line, about_at, due_at, lapses_at, lapsed_at, message, user_id)"
        " VALUES (?, (SELECT coalesce(max(number), 0) + 1 FROM notices), ?, ?, ?, ?, ?, ?, ?, ?)",
        notice.key,
        notice.kind.value,
        line,
        stored(notice.about_at),
        stored(notice.due_at),
        stored(notice.lapses_at),
        stored(tx.now) if message is None else None,
        message,
        notice.user_id,
    )


def _user(user_id: int | None) -> UserId | None:
    return UserId(user_id) if user_id is not None else None


async def _lines(tx: Transaction, number: int) -> tuple[Line, ...]:
    return tuple(
        Line(NoticeKey(key), NoticeKind(kind), text, instant(due_at), instant(lapses_at), _user(user_id))
        for key, kind, text, due_at, lapses_at, user_id in await tx.all(
            "SELECT key, kind, line, due_at, lapses_at, user_id FROM notices WHERE message = ?"
            " ORDER BY number",
            number,
        )
    )
