"""The polls' book: how they stand, and running them. Figures leave it only where they may be seen."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from db import poll_rows as rows
from db.agenda_rows import load_plan
from db.connection import Reader, Transaction, Writer
from db.rows import stored
from db.seat_rows import seated_of
from meeting import poll_life, poll_times, polls, tallies
from meeting.agenda import Agenda
from meeting.delegations import Tally
from meeting.people import CLOCK, POLLSTERS, STAFF, Actor, require
from meeting.poll_life import HandCount
from meeting.polls import Breakdown, Choice, Poll, PollId, PollState, Secrecy, Showing
from meeting.programme import ItemId, Mode
from meeting.standings import Standing as Standing
from meeting.tallies import Ballots, Compared

SUBJECT = "polls"

HandCounts = Mapping[PollId, tuple[HandCount, ...]]


@dataclass(frozen=True)
class Export:
    """What may be handed out of a poll whose results show: ballots by voter if it is named, else unlinked."""

    standing: Standing
    ballots: tuple[Ballots, ...]
    named: Mapping[Tally, Mapping[str, Choice]]


Settled = dict[PollId, tuple[object, Standing]]


class PollBook:
    """`ledger.polls`."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader
        self._settled: Settled = {}
        """Closed polls' figures do not change any more; they are computed once."""

    # Looking

    async def polls(self) -> tuple[Poll, ...]:
        """All polls, in their order."""
        return await self._reader.read(rows.load_polls)

    async def standings(self) -> tuple[Standing, ...]:
        """All polls as everybody may know them."""
        return await self._reader.read(self.load)

    async def load(self, tx: Transaction) -> tuple[Standing, ...]:
        """The same, inside a read that has more to look at."""
        return await load_standings(tx, self._settled)

    async def load_own(self, tx: Transaction, standings: Sequence[Standing]) -> dict[PollId, Standing]:
        """Of these, the open ones whose results show to who has answered, with their figures: for those."""
        counts = await rows.load_hand_counts(tx)
        return {
            one.poll.poll_id: await _figured(tx, one, None, counts, self._settled)
            for one in standings
            if one.poll.showing is Showing.OWN and one.poll.state is PollState.OPEN
        }

    async def standing(self, poll_id: PollId) -> Standing:
        """One poll as everybody may know it. Raises `UnknownPoll`."""
        for standing in await self.standings():
            if standing.poll.poll_id == poll_id:
                return standing
        raise polls.UnknownPoll(poll_id=poll_id)

    async def own(self, actor: Actor, poll_id: PollId) -> Standing:
        """The poll as this person may know it: with figures also after their own answer, if it shows so.

        Raises `UnknownPoll`, `Gated`, `NotSeated`, `AnswerFirst`.
        """
        standing = await self.standing(poll_id)
        if standing.figures:
            return standing
        if standing.poll.showing is not Showing.OWN or standing.poll.opened_at is None:
            raise polls.Gated()

        async def work(tx: Transaction) -> Standing:
            voter = polls.voter_of(standing.poll, await seated_of(tx, actor))
            sql = "SELECT 1 FROM answers WHERE poll_id = ? AND voter = ?"
            if await tx.one(sql, poll_id, voter) is None:
                raise polls.AnswerFirst()
            return await _figured(tx, standing, None, await rows.load_hand_counts(tx), self._settled)

        return await self._reader.read(work)

    async def export(self, actor: Actor, poll_id: PollId) -> Export:
        """What may be handed out. Raises `NotPermitted`, `UnknownPoll`, `Gated`."""
        require(actor, POLLSTERS | frozenset(STAFF))
        standing = await self.standing(poll_id)
        if not standing.poll.published:
            raise polls.Gated()
        return await self._reader.read(lambda tx: load_export(tx, standing))

    # Running polls

    async def turn_due(self) -> list[Poll]:
        """What the clock opens and closes by now is opened and closed; those polls."""

        def due(found: Sequence[Poll], agenda: Agenda, now: datetime) -> list[Poll]:
            return [poll for poll in found if _turn(poll, agenda, now) is not None]

        async def look(tx: Transaction) -> bool:
            found = await rows.load_polls(tx)
            return bool(found and due(found, (await load_plan(tx)).agenda, tx.now))

        async def work(tx: Transaction) -> list[Poll]:
            agenda, turned = (await load_plan(tx)).agenda, []
            # What opens at its closing minute at the latest closes in the same go.
            while ready := due(await rows.load_polls(tx), agenda, tx.now):
                for poll in ready:
                    if _turn(poll, agenda, tx.now) is PollState.OPEN:
                        opened = poll_life.open_(poll, poll_times.course_of(agenda, poll), tx.now)
                        turned.append(await _keep(tx, CLOCK, "polls.open", opened))
                    else:
                        turned.append(await _close(tx, CLOCK, poll))
            return turned

        return await self._writer.act(work) if await self._reader.read(look) else []

    async def open(self, actor: Actor, poll_id: PollId, minutes: int | None = None) -> Poll:
        """The poll opens now. Raises `NotPermitted` and as `poll_life.open_`."""

        async def decide(tx: Transaction) -> Poll:
            poll, course = await rows.load_course(tx, poll_id)
            return poll_life.open_(poll, course, tx.now, minutes)

        return await self._act(actor, "polls.open", decide, minutes=minutes)

    async def close(self, actor: Actor, poll_id: PollId) -> Poll:
        """The poll closes now; the links of its ballots are cut. Raises as `poll_life.close`."""
        require(actor, POLLSTERS)

        async def work(tx: Transaction) -> Poll:
            return await _close(tx, actor, await rows.load_poll(tx, poll_id))

        return await self._writer.act(work)

    async def extend(self, actor: Actor, poll_id: PollId, minutes: int) -> Poll:
        """The poll stays open for longer. Raises `NotPermitted` and as `poll_life.extend`."""

        async def decide(tx: Transaction) -> Poll:
            agenda, poll = (await load_plan(tx)).agenda, await rows.load_poll(tx, poll_id)
            expected = poll_times.closing_expected(poll, agenda)
            return poll_life.extend(poll, poll_times.course_of(agenda, poll), expected, minutes, tx.now)

        return await self._act(actor, "polls.extend", decide, minutes=minutes)

    async def release(self, actor: Actor, poll_id: PollId) -> Poll:
        """The results show from now on. Raises `NotPermitted` and as `poll_life.release`."""

        async def decide(tx: Transaction) -> Poll:
            return poll_life.release(await rows.load_poll(tx, poll_id), tx.now)

        return await self._act(actor, "polls.release", decide)

    async def enter(self, actor: Actor, poll_id: PollId, texts: Sequence[str]) -> Poll:
        """A template gets its options. Raises `NotPermitted` and as `poll_life.entered`."""

        async def decide(tx: Transaction) -> Poll:
            return poll_life.entered(await rows.load_poll(tx, poll_id), texts)

        return await self._act(actor, "polls.enter", decide)

    async def create(self, actor: Actor, poll: Poll) -> Poll:
        """A poll made by hand, with an id of its own; it belongs to the item that is on.

        Raises `NotPermitted` and as `poll_life.drafted`.
        """
        drafted = poll_life.drafted(poll)
        return await self._add(actor, "polls.create", lambda *_: drafted)

    async def round(self, actor: Actor, poll_id: PollId) -> Poll:
        """A further round of the same poll. Raises `NotPermitted` and as `poll_life.next_round`."""

        def again(known: Mapping[PollId, Poll], agenda: Agenda) -> Poll:
            first = known.get(poll_id)
            if first is None:
                raise polls.UnknownPoll(poll_id=poll_id)
            in_person = poll_times.course_of(agenda, first).mode is Mode.IN_PERSON
            return poll_life.next_round(first, poll_id, virtual=first.virtual or not in_person)

        return await self._add(actor, "polls.round", again)

    async def hand_count(self, actor: Actor, poll_id: PollId, count: HandCount) -> Poll:
        """What was counted in the room stands beside the ballots. Raises as `poll_life.counted`."""
        require(actor, POLLSTERS)

        async def work(tx: Transaction) -> Poll:
            poll = await rows.load_poll(tx, poll_id)
            counts = await rows.load_hand_counts(tx)
            known = {one.tally: one for one in counts.get(poll_id, ())}
            known[count.tally] = poll_life.counted(poll, count)
            text = rows.hand_counts_text(known.values())
            await tx.run("UPDATE polls SET hand_count = ? WHERE poll_id = ?", text, poll_id)
            await tx.record(actor, "polls.hand_count", poll_id, tally=count.tally)
            tx.mark(SUBJECT)
            return poll

        return await self._writer.act(work)

    # The same for all acts

    async def _act(
        self, actor: Actor, verb: str, decide: Callable[[Transaction], Awaitable[Poll]], **payload: object
    ) -> Poll:
        require(actor, POLLSTERS)

        async def work(tx: Transaction) -> Poll:
            return await _keep(tx, actor, verb, await decide(tx), **payload)

        return await self._writer.act(work)

    async def _add(
        self, actor: Actor, verb: str, make: Callable[[Mapping[PollId, Poll], Agenda], Poll]
    ) -> Poll:
        require(actor, POLLSTERS)

        async def work(tx: Transaction) -> Poll:
            known = {poll.poll_id: poll for poll in await rows.load_polls(tx)}
            agenda = (await load_plan(tx)).agenda
            item_id: ItemId | None = agenda.running.item_id if agenda.running is not None else None
            poll = replace(make(known, agenda), poll_id=poll_life.free_id(known), item_id=item_id)
            await rows.add_poll(tx, poll, by_hand=True)
            await tx.record(actor, verb, poll.poll_id, round_of=poll.round_of)
            tx.mark(SUBJECT)
            return poll

        return await self._writer.act(work)


async def load_standings(tx: Transaction, settled: Settled) -> tuple[Standing, ...]:
    """All polls as everybody may know them; `settled` keeps what does not change any more."""
    agenda, found = (await load_plan(tx)).agenda, await rows.load_polls(tx)
    if not found:
        return ()
    turnout, bases = await rows.load_turnout(tx), await rows.load_bases(tx)
    counts = await rows.load_hand_counts(tx)
    known: dict[PollId, Standing] = {}
    for poll in found:
        answered: Mapping[Tally, int] = turnout.get(poll.poll_id, {})
        before = known.get(poll.round_of) if poll.round_of is not None else None
        standing = Standing(
            poll,
            answered,
            rows.bases_of(poll, bases, answered),
            poll_times.closing_expected(poll, agenda),
            poll_times.opening_expected(poll, agenda),
            poll_times.missed(poll, agenda, tx.now),
            before.round + 1 if before is not None else 1,
            poll_times.course_of(agenda, poll).mode is Mode.IN_PERSON and not poll.virtual,
        )
        if poll.published:
            standing = await _figured(tx, standing, before, counts, settled)
        known[poll.poll_id] = standing
    return tuple(known.values())


async def load_export(tx: Transaction, standing: Standing) -> Export:
    """What may be handed out of a poll whose results show."""
    poll = standing.poll
    if poll.secrecy is Secrecy.NAMED:
        return Export(standing, (), await rows.load_named(tx, poll.poll_id))
    # Where a breakdown is published, its cells are handed out; ballots beside them would tell more.
    shown = {one.tally for one in standing.figures if not one.suppressed and not one.groups}
    whole = [one for one in await rows.load_ballots(tx, poll) if one.tally in shown]
    ungrouped = tuple(replace(one, group="") for one in whole)
    return Export(standing, tallies.cut(poll, ungrouped), {})


async def _figured(
    tx: Transaction, standing: Standing, earlier: Standing | None, counts: HandCounts, settled: Settled
) -> Standing:
    poll = standing.poll
    hand_counts = counts.get(poll.poll_id, ())
    key = (poll, poll.bases and tuple(poll.bases.items()), hand_counts, earlier)
    known = settled.get(poll.poll_id)
    if poll.closed_at is not None and known is not None and known[0] == key:
        return known[1]
    ballots = await rows.load_ballots(tx, poll)
    figures = tallies.figures(poll, ballots, standing.bases, standing.answered)
    moved: dict[Tally, Compared] = {}
    if earlier is not None and earlier.figures and poll.secrecy is Secrecy.NAMED:
        was = await rows.load_named(tx, earlier.poll.poll_id)
        now = await rows.load_named(tx, poll.poll_id)
        moved = {one: tallies.changed(was.get(one, {}), now.get(one, {})) for one in poll.tallies}
    figured = replace(standing, figures=figures, hand_counts=hand_counts, earlier=earlier, moved=moved)
    if poll.closed_at is not None:
        settled[poll.poll_id] = (key, figured)
    return figured


def _turn(poll: Poll, agenda: Agenda, now: datetime) -> PollState | None:
    """What the clock makes of a poll now: it opens, it closes, or (None) it stays as it is."""
    course = poll_times.course_of(agenda, poll)
    if poll.state is PollState.OPEN:
        return None if poll_times.is_open(poll, course, now) else PollState.CLOSED
    if poll.state is PollState.PLANNED and poll.options:
        opening, closing = poll_times.opens_at(poll, course), poll_times.closes_at(poll, course)
        if opening is not None and opening <= now and (closing is None or now < closing):
            return PollState.OPEN
    return None


async def _keep(tx: Transaction, actor: Actor, verb: str, poll: Poll, **payload: object) -> Poll:
    await rows.save_poll(tx, poll)
    await tx.record(actor, verb, poll.poll_id, **payload)
    tx.mark(SUBJECT)
    return poll


async def _close(tx: Transaction, actor: Actor, poll: Poll) -> Poll:
    """Close it, and cut what linked its ballots to their voters."""
    turnout = await rows.load_turnout(tx)
    bases = rows.bases_of(poll, await rows.load_bases(tx), turnout.get(poll.poll_id, {}))
    closed = poll_life.close(poll, tx.now, bases)
    if poll.breakdown is Breakdown.MODE and poll.linked:
        await rows.fill_modes(tx, poll.poll_id)
    if poll.secrecy is not Secrecy.NAMED:
        ballots = tallies.cut(poll, await rows.load_ballots(tx, poll))
        await tx.run("DELETE FROM ballots WHERE poll_id = ?", poll.poll_id)
        await rows.replace_cut(tx, poll.poll_id, ballots)
    else:
        await tx.run("UPDATE polls SET cut_at = ? WHERE poll_id = ?", stored(tx.now), poll.poll_id)
    return await _keep(tx, actor, "polls.close", closed)
