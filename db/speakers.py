"""The speakers' book: one list for each item, for the room and the virtual side together.

What delegations do is decided in `meeting.floor`, what those who conduct do in `meeting.speaker_list`.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from db import speaker_rows as rows
from db.agenda_rows import Plan, load_plan
from db.connection import Reader, Transaction, Writer
from db.seat_rows import load_delegations, seat_if_any, seated_of
from db.speaker_rows import SUBJECT, Act
from meeting import floor, speaker_list, statements
from meeting.agenda import UnknownItem
from meeting.delegations import DelegationId, find
from meeting.floor import Asker, Wish
from meeting.people import CLOCK, OPERATORS, Actor, require
from meeting.programme import ItemId
from meeting.refusals import OutOfDate, Refused
from meeting.seats import Seated
from meeting.speakers import (
    MAIN,
    Floor,
    Inscription,
    InscriptionId,
    Policy,
    SpeakerList,
    SpeechKind,
    SpeechState,
    UnknownInscription,
)
from meeting.statements import Statement

APART = timedelta(seconds=10)
"""For so long after somebody else's act a typed command is told how the list stands, and changes nothing."""

NOT_MADE = (SpeechState.WITHDRAWN, SpeechState.NOT_TAKEN)
"""Interventions no text can be of."""


class NothingToUndo(Refused):
    """No act of this list is left that could be taken back."""


class ChangedSince(Refused):
    """What the act changed has been changed again since; taking it back would undo that, too."""


class NoListNow(Refused):
    """No item is on or open for inscription, and none was named."""


@dataclass(frozen=True)
class Placed:
    """A list after a delegation's act, and its inscription there."""

    speakers: SpeakerList
    inscription: Inscription
    seated: Seated | None = None


@dataclass(frozen=True)
class Board:
    """All lists at one moment, with the last act on each that can be taken back, how many texts each item
    has, and until when texts are taken."""

    lists: tuple[SpeakerList, ...]
    acts: Mapping[ItemId, Act]
    texts: Mapping[ItemId, int]
    written_until: datetime

    def current(self, now: datetime) -> SpeakerList | None:
        """The list that is on, or else open."""
        return speaker_list.current_list(self.lists, now)


class SpeakerBook:
    """`ledger.speakers`."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    # Looking

    async def lists(self) -> tuple[SpeakerList, ...]:
        """The lists of all items that have one, in the agenda's order."""

        async def work(tx: Transaction) -> tuple[SpeakerList, ...]:
            return await rows.load_lists(tx, await load_plan(tx))

        return await self._reader.read(work)

    async def speaker_list(self, item_id: ItemId | None = None) -> SpeakerList:
        """The list of an item; of that which is on or open, if none is named.

        Raises `UnknownItem`, `NoListNow`.
        """

        async def work(tx: Transaction) -> SpeakerList:
            return await _named(tx, await load_plan(tx), item_id)

        return await self._reader.read(work)

    async def own(self, actor: Actor, item_id: ItemId | None = None) -> tuple[SpeakerList, Seated]:
        """The list before a person, and their seat. Raises `NotSeated`, and as `speaker_list`."""

        async def work(tx: Transaction) -> tuple[SpeakerList, Seated]:
            seated = await seated_of(tx, actor)
            return await _named(tx, await load_plan(tx), item_id), seated

        return await self._reader.read(work)

    async def board(self) -> Board:
        """How all lists stand."""

        async def work(tx: Transaction) -> Board:
            plan = await load_plan(tx)
            lists = await rows.load_lists(tx, plan)
            return Board(lists, await rows.last_acts(tx), await rows.count_statements(tx), plan.written_until)

        return await self._reader.read(work)

    async def statements(self) -> tuple[Statement, ...]:
        """All texts that were handed in, in the order in which they came."""

        async def work(tx: Transaction) -> tuple[Statement, ...]:
            return tuple(await rows.load_statements(tx))

        return await self._reader.read(work)

    # Delegations

    async def ask(self, actor: Actor, item_id: ItemId | None, wish: Wish) -> Placed:
        """A person puts their delegation on the list. Raises `NotSeated` and as `floor.ask`."""

        async def work(tx: Transaction) -> Placed:
            seated = await seated_of(tx, actor)
            plan = await load_plan(tx)
            speakers = await _named(tx, plan, item_id)
            side = floor.floor_of(speakers, seated.seat, tx.now)
            return await self._ask(
                tx, actor, plan, speakers, Asker(seated.delegation, side, seated.seat), wish
            )

        return await self._writer.act(work)

    async def add(
        self, actor: Actor, item_id: ItemId | None, delegation_id: DelegationId, side: Floor, wish: Wish
    ) -> Placed:
        """A desk puts a delegation on the list. Raises `NotPermitted`, `UnknownDelegation`, and as
        `floor.ask`."""
        require(actor, OPERATORS)

        async def work(tx: Transaction) -> Placed:
            plan = await load_plan(tx)
            speakers = await _named(tx, plan, item_id)
            asker = Asker(find(await load_delegations(tx), delegation_id), side)
            return await self._ask(tx, actor, plan, speakers, asker, wish)

        return await self._writer.act(work)

    async def _ask(
        self, tx: Transaction, actor: Actor, plan: Plan, speakers: SpeakerList, asker: Asker, wish: Wish
    ) -> Placed:
        number = await rows.next_number(tx)
        after = floor.ask(speakers, asker, wish, number, tx.now)
        changes = await rows.save_list(tx, speakers, after, plan.speakers)
        one = after.named(number)
        told = {"delegation": one.delegation_id, "kind": one.kind.value, "side": one.floor.value}
        if asker.seat is None:
            await rows.add_act(tx, actor, speakers.item_id, "speakers.add", changes)
        await tx.record(actor, f"speakers.{'add' if asker.seat is None else 'ask'}", str(number), **told)
        tx.mark(SUBJECT)
        seated = Seated(asker.seat, asker.delegation) if asker.seat is not None else None
        return Placed(after, one, seated)

    async def withdraw(self, actor: Actor, inscription_id: InscriptionId) -> Placed:
        """It is taken back, by its delegation or by a desk. Raises as `floor.withdraw`, `NotSeated`."""
        return await self._own(actor, inscription_id, "speakers.withdraw", floor.withdraw)

    async def put_off(self, actor: Actor, inscription_id: InscriptionId) -> Placed:
        """“Not now”. Raises as `floor.put_off`, `NotSeated`."""
        return await self._own(actor, inscription_id, "speakers.put_off", floor.put_off)

    async def ready(self, actor: Actor, inscription_id: InscriptionId) -> Placed:
        """They are ready again. Raises as `floor.ready_again`, `NotSeated`."""
        return await self._own(actor, inscription_id, "speakers.ready", floor.ready_again)

    async def _own(
        self,
        actor: Actor,
        inscription_id: InscriptionId,
        verb: str,
        decide: Callable[..., SpeakerList],
    ) -> Placed:
        async def work(tx: Transaction) -> Placed:
            plan = await load_plan(tx)
            speakers, one = await _holding(tx, plan, inscription_id)
            seated = await seat_if_any(tx, actor)
            by_desk = seated is None or seated.delegation.delegation_id != one.delegation_id
            if by_desk and not actor.capacities & OPERATORS:
                await seated_of(tx, actor)  # who has no seat at all is told that
                raise floor.NotOnList()
            after = decide(speakers, speakers.delegation(one), inscription_id, tx.now)
            changes = await rows.save_list(tx, speakers, after, plan.speakers)
            if by_desk and changes:
                await rows.add_act(tx, actor, speakers.item_id, verb, changes)
            await tx.record(actor, verb, str(inscription_id))
            tx.mark(SUBJECT)
            return Placed(after, after.named(inscription_id), seated)

        return await self._writer.act(work)

    async def associate(self, actor: Actor, inscription_id: InscriptionId) -> Placed:
        """A person's delegation associates itself with an intervention. Raises as `floor.associate`."""

        async def work(tx: Transaction) -> Placed:
            seated = await seated_of(tx, actor)
            speakers, _ = await _holding(tx, await load_plan(tx), inscription_id)
            after = floor.associate(speakers, seated.delegation, inscription_id)
            await rows.add_association(tx, inscription_id, seated.delegation.delegation_id)
            await tx.record(
                actor, "speakers.associate", str(inscription_id), delegation=seated.delegation.delegation_id
            )
            tx.mark(SUBJECT)
            return Placed(after, after.named(inscription_id), seated)

        return await self._writer.act(work)

    async def submit(
        self, actor: Actor, item_id: ItemId | None, text: str, of: InscriptionId | None = None
    ) -> tuple[SpeakerList, Statement]:
        """A text is handed in: of the delegation's intervention, if it has one in this item that has no text
        yet; else in writing. `of`: the inscription it came with, if it came with one.

        Raises `NotSeated`, `EmptyStatement`, `StatementTooLong`, `WritingOver`, `TooManyStatements`.
        """
        text = statements.check_text(text)

        async def work(tx: Transaction) -> tuple[SpeakerList, Statement]:
            seated = await seated_of(tx, actor)
            plan = await load_plan(tx)
            speakers = await _for_writing(tx, plan, item_id)
            own = seated.delegation.delegation_id
            mine = await rows.statements_of(tx, speakers.item_id, own)
            statements.check_time(plan.written_until, len(mine), tx.now)
            told = set(mine)
            mine_here = [one for one in speakers.own if one.delegation_id == own]
            made_here = [
                one.inscription_id
                for one in mine_here
                if one.kind in (*MAIN, SpeechKind.REPLY) and speakers.state_of(one) not in NOT_MADE
            ]
            if of is not None:
                found = of if of in made_here else None
            else:
                found = next((number for number in reversed(made_here) if number not in told), None)
            number = await rows.add_statement(tx, speakers.item_id, own, seated.seat.seat_id, found, text)
            made = Statement(number, speakers.item_id, own, text, tx.now, found)
            await tx.record(actor, "speakers.submit", str(number), item=speakers.item_id)
            tx.mark(SUBJECT)
            return speakers, made

        return await self._writer.act(work)

    # Those who conduct

    async def call_next(
        self,
        actor: Actor,
        item_id: ItemId | None = None,
        expected: tuple[InscriptionId | None, InscriptionId | None] | None = None,
    ) -> SpeakerList:
        """Whoever has the floor is done, and the next has it. Raises as `speaker_list.call_next`."""
        return await self._conduct(
            actor,
            item_id,
            "call_next",
            lambda one, now: speaker_list.call_next(one, now, expected),
            typed=expected is None,
        )

    async def end(
        self, actor: Actor, item_id: ItemId | None = None, expected: InscriptionId | None = None
    ) -> SpeakerList:
        """Whoever has the floor is done. Raises as `speaker_list.end`."""
        return await self._conduct(
            actor,
            item_id,
            "end",
            lambda one, now: speaker_list.end(one, now, expected),
            typed=expected is None,
        )

    async def pause(
        self, actor: Actor, item_id: ItemId | None = None, expected: InscriptionId | None = None
    ) -> SpeakerList:
        """The intervention is off the clock. Raises as `speaker_list.pause`."""
        return await self._conduct(
            actor,
            item_id,
            "pause",
            lambda one, now: speaker_list.pause(one, now, expected),
            typed=expected is None,
        )

    async def resume(
        self, actor: Actor, item_id: ItemId | None = None, expected: InscriptionId | None = None
    ) -> SpeakerList:
        """It is on the clock again. Raises as `speaker_list.resume`."""
        return await self._conduct(
            actor,
            item_id,
            "resume",
            lambda one, now: speaker_list.resume(one, now, expected),
            typed=expected is None,
        )

    async def move(
        self,
        actor: Actor,
        inscription_id: InscriptionId,
        place: int,
        reason: str,
        item_id: ItemId | None = None,
    ) -> SpeakerList:
        """An inscription is put at a place. Raises as `speaker_list.move`."""
        reason = speaker_list.checked_reason(reason)
        return await self._conduct(
            actor,
            item_id,
            "move",
            lambda one, now: speaker_list.move(one, inscription_id, place, reason, now),
            inscription=inscription_id,
            place=place,
            reason=reason,
        )

    async def open(self, actor: Actor, item_id: ItemId | None = None) -> SpeakerList:
        """The list opens, before its time or again. Raises as `speaker_list.open_`."""
        return await self._conduct(actor, item_id, "open", speaker_list.open_)

    async def last_call(self, actor: Actor, item_id: ItemId | None = None) -> SpeakerList:
        """The list closes soon. Raises as `speaker_list.last_call`."""
        return await self._conduct(actor, item_id, "last_call", speaker_list.last_call)

    async def close(self, actor: Actor, item_id: ItemId | None = None) -> SpeakerList:
        """The list is closed. Raises as `speaker_list.close`."""
        return await self._conduct(actor, item_id, "close", speaker_list.close)

    async def reopen(self, actor: Actor, item_id: ItemId | None = None) -> SpeakerList:
        """The list is open again. Raises as `speaker_list.reopen`."""
        return await self._conduct(actor, item_id, "reopen", speaker_list.reopen)

    async def release_replies(self, actor: Actor, item_id: ItemId | None = None) -> SpeakerList:
        """Rights of reply are heard in this item. Raises as `speaker_list.release_replies`."""
        return await self._conduct(actor, item_id, "replies", speaker_list.release_replies)

    async def set_policy(
        self, actor: Actor, change: Callable[[Policy], Policy], item_id: ItemId | None = None
    ) -> SpeakerList:
        """The list is kept by a changed policy. Raises as `speaker_list.with_policy`."""
        return await self._conduct(
            actor, item_id, "policy", lambda one, _: speaker_list.with_policy(one, change(one.policy))
        )

    async def _conduct(
        self,
        actor: Actor,
        item_id: ItemId | None,
        verb: str,
        decide: Callable[[SpeakerList, datetime], SpeakerList],
        typed: bool = False,
        **told: object,
    ) -> SpeakerList:
        require(actor, OPERATORS)

        async def work(tx: Transaction) -> SpeakerList:
            plan = await load_plan(tx)
            speakers = await _named(tx, plan, item_id)
            if typed:
                await _check_quiet(tx, actor, speakers.item_id)
            after = decide(speakers, tx.now)
            changes = await rows.save_list(tx, speakers, after, plan.speakers)
            if changes:
                await rows.add_act(tx, actor, speakers.item_id, f"speakers.{verb}", changes)
            await tx.record(actor, f"speakers.{verb}", speakers.item_id, **told)
            tx.mark(SUBJECT)
            return after

        return await self._writer.act(work)

    async def undo(
        self, actor: Actor, reason: str, number: int | None = None, item_id: ItemId | None = None
    ) -> tuple[SpeakerList, Act]:
        """The last act of those who conduct this list is taken back, and the reason kept.

        `number`: the act a button was drawn for. Raises `NotPermitted`, `ReasonMissing`, `NothingToUndo`,
        `OutOfDate`, `ChangedSince`, `ListOver`.
        """
        require(actor, OPERATORS)
        reason = speaker_list.checked_reason(reason)

        async def work(tx: Transaction) -> tuple[SpeakerList, Act]:
            plan = await load_plan(tx)
            speakers = await _named(tx, plan, item_id)
            if speakers.sitting.over:
                raise speaker_list.ListOver(item=speakers.sitting.title)
            act = (await rows.last_acts(tx)).get(speakers.item_id)
            if act is None:
                raise NothingToUndo()
            if number is None:
                await _check_quiet(tx, actor, speakers.item_id)
            if number is not None and act.number != number:
                raise OutOfDate()
            if any(rows.image_of(speakers, one, plan.speakers) != one.after for one in act.changes):
                raise ChangedSince()
            if await rows.built_on(tx, act):
                raise ChangedSince()
            for change in reversed(act.changes):
                await rows.put(tx, change.table, change.key, change.before)
            after = await _named(tx, plan, speakers.item_id)
            if _waits_twice(after) and not _waits_twice(speakers):
                raise ChangedSince()
            await rows.mark_undone(tx, act)
            await tx.record(
                actor, "speakers.undo", speakers.item_id, act=act.number, undone=act.verb, reason=reason
            )
            tx.mark(SUBJECT)
            return after, act

        return await self._writer.act(work)

    # The clock

    async def turn_due(self) -> list[SpeakerList]:
        """What the clock opens, calls for the last time and closes by now is; those lists."""

        async def due(tx: Transaction) -> tuple[Plan, list[tuple[SpeakerList, SpeakerList]]]:
            plan = await load_plan(tx)
            found = await rows.load_lists(tx, plan)
            pairs = ((one, speaker_list.turned(one, tx.now)) for one in found)
            return plan, [(before, after) for before, after in pairs if after is not before]

        async def look(tx: Transaction) -> bool:
            return bool((await due(tx))[1])

        async def work(tx: Transaction) -> list[SpeakerList]:
            plan, found = await due(tx)
            for before, after in found:
                await rows.save_list(tx, before, after, plan.speakers)
                state = speaker_list.state_of_list(after, tx.now)
                await tx.record(CLOCK, "speakers.turn", after.item_id, state=state.value)
                tx.mark(SUBJECT)
            return [after for _, after in found]

        return await self._writer.act(work) if await self._reader.read(look) else []


async def _check_quiet(tx: Transaction, actor: Actor, item_id: ItemId) -> None:
    """What is typed names nobody: just after somebody else's act it would hit whom that one called. Raises
    `OutOfDate`."""
    found = await rows.last_actor(tx, item_id)
    if found is not None and found[0] != actor.user_id and tx.now - found[1] < APART:
        raise OutOfDate()


async def _named(tx: Transaction, plan: Plan, item_id: ItemId | None) -> SpeakerList:
    """Raises `UnknownItem`, `NoListNow`."""
    found = await rows.load_lists(tx, plan)
    if item_id is None:
        current = speaker_list.current_list(found, tx.now)
        if current is None:
            raise NoListNow()
        return current
    for one in found:
        if one.item_id == item_id:
            return one
    raise UnknownItem(item_id=item_id)


async def _for_writing(tx: Transaction, plan: Plan, item_id: ItemId | None) -> SpeakerList:
    """The same; where none is named and none is on or open, the last that was."""
    if item_id is not None:
        return await _named(tx, plan, item_id)
    found = await rows.load_lists(tx, plan)
    current = speaker_list.current_list(found, tx.now)
    begun = [one for one in found if one.sitting.started_at is not None]
    last = max(begun, key=lambda one: one.sitting.started_at or tx.now, default=None)
    chosen = current or last
    if chosen is None:
        raise NoListNow()
    return chosen


async def _holding(
    tx: Transaction, plan: Plan, inscription_id: InscriptionId
) -> tuple[SpeakerList, Inscription]:
    """The list an inscription stands on: of a reply that waits, the one that is on. Raises
    `UnknownInscription`."""
    found = [one for one in await rows.load_lists(tx, plan) if _has(one, inscription_id)]
    if not found:
        raise UnknownInscription()
    on = next((one for one in found if one.sitting.on), None)
    own = next((one for one in found if one.named(inscription_id) in one.own), found[0])
    speakers = on or own
    return speakers, speakers.named(inscription_id)


def _waits_twice(speakers: SpeakerList) -> bool:
    """Whether a delegation waits for one thing twice: it asked again since."""
    waiting = {one.inscription_id for one in speakers.waiting}
    waiting |= {one.inscription_id for one in speakers.inscriptions if one.kind is SpeechKind.REPLY}
    pending = (one for one in speakers.inscriptions if one.pending and one.inscription_id in waiting)
    return max(Counter((one.delegation_id, one.kind) for one in pending).values(), default=0) > 1


def _has(speakers: SpeakerList, inscription_id: InscriptionId) -> bool:
    return any(one.inscription_id == inscription_id for one in speakers.inscriptions)
