"""The agenda's book: imported once, then moved by acts, each decided in `meeting.conduct`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from db import agenda_rows as rows
from db import poll_rows
from db.connection import Reader, Transaction, Writer
from db.rows import stored
from db.speaker_rows import load_lists
from meeting import conduct, poll_life, reload, speaker_list
from meeting.agenda import Agenda
from meeting.notices import Announcement, AnnouncementId, check_announcement
from meeting.people import CLOCK, COMMAND_LINE, CONDUCTORS, Actor, require
from meeting.programme import DayId, ItemId, Programme
from meeting.speakers import InscriptionId, SpeakerList

SUBJECT = "agenda"


@dataclass(frozen=True)
class Outcome:
    """The agenda before an act and after it."""

    before: Agenda
    after: Agenda
    at: datetime


class AgendaBook:
    """`ledger.agenda`."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def plan(self) -> rows.Plan:
        """The agenda as committed, with the settings imported beside it. Raises `NotSetUp`."""
        return await self._reader.read(rows.load_plan)

    async def agenda(self) -> Agenda:
        """The agenda as committed. Raises `NotSetUp` before the import."""
        return (await self.plan()).agenda

    async def imported(self) -> bool:
        """Whether a programme has been imported."""

        async def work(tx: Transaction) -> bool:
            return await tx.one("SELECT 1 FROM meta WHERE name = 'programme'") is not None

        return await self._reader.read(work)

    async def import_programme(self, programme: Programme, *, marking: str, start: date | None) -> bool:
        """Import the programme into an empty ledger; False (and nothing done) when there is one already."""

        async def work(tx: Transaction) -> bool:
            if await tx.one("SELECT 1 FROM meta WHERE name = 'programme'") is not None:
                return False
            await rows.set_meta(tx, "revision", "1")
            await rows.set_meta(tx, "marking", marking)
            await rows.set_meta(tx, "start", start.isoformat() if start else "")
            await rows.save_programme(tx, programme)
            for day in reload.fresh_days(programme):
                await rows.save_day(tx, day, place=rows.programme_place(programme, day.day_id))
                await rows.save_items(tx, (), day)
            for poll in programme.polls:
                await poll_rows.add_poll(tx, poll, by_hand=False)
            await tx.record(
                COMMAND_LINE,
                "agenda.import",
                SUBJECT,
                items=len(programme.items),
                start=start,
                programme=programme.fingerprint,
            )
            tx.mark(SUBJECT)
            return True

        return await self._writer.act(work)

    async def differs(self, programme: Programme) -> bool:
        """Whether this programme is another than the one last imported or reloaded."""

        async def work(tx: Transaction) -> bool:
            return await rows.get_meta(tx, "fingerprint") != programme.fingerprint

        return await self._reader.read(work)

    async def start(
        self, actor: Actor, item_id: ItemId, revision: int | None = None, *, sure: InscriptionId | None = None
    ) -> Outcome:
        """The item begins; what ran ends. Refuses as `conduct.start`, `speaker_list.check_leave`."""
        return await self._act(
            actor,
            "agenda.start",
            item_id,
            lambda a, now: conduct.start(a, item_id, now),
            revision,
            leaves=True,
            sure=sure,
        )

    async def next(
        self,
        actor: Actor,
        revision: int | None = None,
        expected: ItemId | None = None,
        *,
        sure: InscriptionId | None = None,
    ) -> Outcome:
        """The day's next item begins. Refuses as `conduct.next_`, `speaker_list.check_leave`."""
        return await self._act(
            actor,
            "agenda.next",
            SUBJECT,
            lambda a, now: conduct.next_(a, now, expected),
            revision,
            leaves=True,
            sure=sure,
        )

    async def end(
        self, actor: Actor, revision: int | None = None, *, sure: InscriptionId | None = None
    ) -> Outcome:
        """The running item ends. Refuses as `conduct.end`, `speaker_list.check_leave`."""
        return await self._act(actor, "agenda.end", SUBJECT, conduct.end, revision, leaves=True, sure=sure)

    async def suspend(self, actor: Actor, revision: int | None = None) -> Outcome:
        """The running item is suspended. Refuses as `conduct.suspend`."""
        return await self._act(actor, "agenda.suspend", SUBJECT, conduct.suspend, revision)

    async def resume(self, actor: Actor, revision: int | None = None) -> Outcome:
        """The suspended item goes on. Refuses as `conduct.resume`."""
        return await self._act(actor, "agenda.resume", SUBJECT, conduct.resume, revision)

    async def extend(self, actor: Actor, minutes: int, revision: int | None = None) -> Outcome:
        """The running item gets more time. Refuses as `conduct.extend`."""
        return await self._act(
            actor,
            "agenda.extend",
            SUBJECT,
            lambda a, now: conduct.extend(a, minutes, now),
            revision,
            minutes=minutes,
        )

    async def shift(
        self, actor: Actor, item_id: ItemId, minutes: int, revision: int | None = None
    ) -> Outcome:
        """An item to come is moved in time. Refuses as `conduct.shift`."""
        return await self._act(
            actor,
            "agenda.shift",
            item_id,
            lambda a, now: conduct.shift(a, item_id, minutes, now),
            revision,
            minutes=minutes,
        )

    async def skip(self, actor: Actor, item_id: ItemId, revision: int | None = None) -> Outcome:
        """An item to come is not taken. Refuses as `conduct.skip`."""
        return await self._act(
            actor, "agenda.skip", item_id, lambda a, now: conduct.skip(a, item_id, now), revision
        )

    async def defer(
        self, actor: Actor, item_id: ItemId, day_id: DayId, revision: int | None = None
    ) -> Outcome:
        """An item is put off to the end of a day. Refuses as `conduct.defer`."""
        return await self._act(
            actor,
            "agenda.defer",
            item_id,
            lambda a, now: conduct.defer(a, item_id, day_id, now),
            revision,
            day=day_id,
        )

    async def reorder(
        self, actor: Actor, item_id: ItemId, before: ItemId, revision: int | None = None
    ) -> Outcome:
        """An item is taken before another. Refuses as `conduct.reorder`."""
        return await self._act(
            actor,
            "agenda.reorder",
            item_id,
            lambda a, now: conduct.reorder(a, item_id, before, now),
            revision,
            before=before,
        )

    async def start_due(self) -> Outcome | None:
        """What the clock starts by now begins; None when nothing was due, or while somebody has the floor."""

        async def work(tx: Transaction) -> Outcome | None:
            plan = await rows.load_plan(tx)
            before = plan.agenda
            after = conduct.start_due(before, tx.now)
            if after is before or after.running is None:
                return None
            speakers = await _running_list(tx, plan)
            if speakers is not None and speakers.current is not None:
                return None
            after = await _commit(tx, CLOCK, "agenda.start", after.running.item_id, before, after, {})
            return Outcome(before, after, tx.now)

        async def look(tx: Transaction) -> bool:
            agenda = (await rows.load_plan(tx)).agenda
            return conduct.start_due(agenda, tx.now) is not agenda

        return await self._writer.act(work) if await self._reader.read(look) else None

    async def poll_changes(self, programme: Programme) -> poll_life.PollChanges:
        """What a changed programme would do to the polls."""

        async def work(tx: Transaction) -> poll_life.PollChanges:
            return await _poll_changes(tx, programme)

        return await self._reader.read(work)

    async def reload(
        self, actor: Actor, programme: Programme, revision: int | None = None
    ) -> tuple[Outcome, reload.Difference]:
        """What a changed programme says of items that have not begun, and of polls that were not opened, is
        taken over."""
        require(actor, CONDUCTORS)

        async def work(tx: Transaction) -> tuple[Outcome, reload.Difference]:
            before = (await rows.load_plan(tx)).agenda
            conduct.check_revision(before, revision)
            difference = reload.compare(before, programme, tx.now)
            await rows.save_programme(tx, programme)
            after = await _commit(
                tx,
                actor,
                "agenda.reload",
                SUBJECT,
                before,
                difference.after,
                {"programme": programme.fingerprint},
            )
            await _change_polls(tx, await _poll_changes(tx, programme), programme)
            return Outcome(before, after, tx.now), difference

        return await self._writer.act(work)

    async def announce(self, actor: Actor, text: str) -> Announcement:
        """A text is to be announced. Raises `EmptyAnnouncement`, `AnnouncementTooLong`, `NotPermitted`."""
        require(actor, CONDUCTORS)
        text = check_announcement(text)

        async def work(tx: Transaction) -> Announcement:
            await tx.run(
                "INSERT INTO announcements (announcement_id, text, made_at) VALUES (?, ?, ?)",
                await rows.next_announcement(tx),
                text,
                stored(tx.now),
            )
            row = await tx.one("SELECT max(announcement_id) FROM announcements")
            assert row is not None
            await tx.record(actor, "agenda.announce", str(row[0]), text=text)
            tx.mark(SUBJECT)
            return Announcement(AnnouncementId(row[0]), text, tx.now)

        return await self._writer.act(work)

    async def _act(
        self,
        actor: Actor,
        verb: str,
        subject: str,
        decide: Callable[[Agenda, datetime], Agenda],
        revision: int | None,
        leaves: bool = False,
        sure: InscriptionId | None = None,
        **payload: object,
    ) -> Outcome:
        require(actor, CONDUCTORS)

        async def work(tx: Transaction) -> Outcome:
            plan = await rows.load_plan(tx)
            before = plan.agenda
            conduct.check_revision(before, revision)
            after = decide(before, tx.now)
            speakers = await _running_list(tx, plan) if leaves else None
            if speakers is not None:
                speaker_list.check_leave(speakers, tx.now, sure)
            return Outcome(before, await _commit(tx, actor, verb, subject, before, after, payload), tx.now)

        return await self._writer.act(work)


async def _running_list(tx: Transaction, plan: rows.Plan) -> SpeakerList | None:
    """The list of speakers of the item that is on, if it has one."""
    running = plan.agenda.running
    if running is None:
        return None
    return next((one for one in await load_lists(tx, plan) if one.item_id == running.item_id), None)


async def _poll_changes(tx: Transaction, programme: Programme) -> poll_life.PollChanges:
    by_hand = await poll_rows.load_by_hand(tx)
    return poll_life.reloaded(await poll_rows.load_polls(tx), by_hand, programme.polls)


async def _change_polls(tx: Transaction, changes: poll_life.PollChanges, programme: Programme) -> None:
    for poll in changes.removed:
        await poll_rows.drop_poll(tx, poll.poll_id)
    for poll in changes.added:
        await poll_rows.add_poll(tx, poll, by_hand=False)
    for poll in changes.changed:
        await poll_rows.save_poll(tx, poll)
    if not changes.nothing:
        await poll_rows.order_polls(tx, [poll.poll_id for poll in programme.polls])
        tx.mark("polls")


async def _commit(
    tx: Transaction,
    actor: Actor,
    verb: str,
    subject: str,
    before: Agenda,
    after: Agenda,
    payload: dict[str, object],
) -> Agenda:
    """Write what changed; the agenda as committed, with its new revision."""
    known = {(place, replace(day, items=())) for place, day in enumerate(before.days)}
    for place, day in enumerate(after.days):
        if (place, replace(day, items=())) not in known:
            await rows.save_day(tx, day, place=place)
    old_items = {item.item_id: item for item in before.items}
    for item in after.items:
        old_item = old_items.get(item.item_id)
        if old_item is not None and old_item.question != item.question:
            await rows.drop_question(tx, old_item)
    for day in after.days:
        await rows.save_items(tx, before.items, day)
    await rows.set_meta(tx, "revision", str(before.revision + 1))
    await tx.record(actor, verb, subject, **payload)
    tx.mark(SUBJECT)
    return replace(after, revision=before.revision + 1)
