"""The discussions' book: inputs to guiding questions, decided in `meeting.inputs`.

Of an input without attribution nothing in here names who made it: the act is checked against the person's
seat and then written, and recorded in the audit, without them.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from db import input_rows as rows
from db import seat_codes
from db.agenda_rows import load_plan, set_meta
from db.connection import Reader, Transaction, Writer
from db.rows import stored
from db.seat_rows import load_delegations, seated_of
from db.speaker_rows import load_statements
from meeting import codes, inputs
from meeting.agenda import Agenda, Item
from meeting.delegations import Delegation, DelegationId
from meeting.discussions import Thread, question_items, thread_of
from meeting.inputs import Attribution, Draft, Input, InputId, InputKind, InputState
from meeting.people import CLOCK, CONDUCTORS, Actor, Capacity, UserId, Via, require
from meeting.programme import QuestionId
from meeting.statements import Statement

SUBJECT = "discussions"

EDITORS = CONDUCTORS | {Capacity.RAPPORTEUR}
"""Who may release, mark, hide and merge inputs."""

ID_BYTES = 5
"""Of an input's number: random, so that it tells nothing of when it was given."""


@dataclass(frozen=True)
class Discussions:
    """All inputs and written statements at one moment, with what they are shown by."""

    agenda: Agenda
    delegations: Mapping[DelegationId, Delegation]
    inputs: tuple[Input, ...]
    statements: tuple[Statement, ...]
    """Those submitted in writing; texts of interventions are not published."""
    holds: Mapping[QuestionId, frozenset[InputKind]]
    until: datetime
    """Until when inputs and written statements are taken."""

    def of(self, question_id: QuestionId) -> tuple[Input, ...]:
        """The question's inputs, in the order in which they showed."""
        return tuple(one for one in self.inputs if one.question_id == question_id)

    def named(self, input_id: InputId) -> Input:
        """Raises `UnknownInput`."""
        for one in self.inputs:
            if one.input_id == input_id:
                return one
        raise inputs.UnknownInput()


@dataclass(frozen=True)
class Contributed:
    """An input as it was recorded; `code` withdraws one without attribution, and is nowhere but here."""

    input: Input
    code: str | None = None


class DiscussionBook:
    """`ledger.discussions`."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader
        self._digests = seat_codes.Digests()

    # Looking

    async def discussions(self) -> Discussions:
        """All inputs and written statements."""

        async def work(tx: Transaction) -> Discussions:
            plan = await load_plan(tx)
            return Discussions(
                plan.agenda,
                {one.delegation_id: one for one in await load_delegations(tx)},
                await rows.load_inputs(tx),
                tuple(one for one in await load_statements(tx) if one.inscription_id is None),
                await rows.load_holds(tx),
                plan.written_until,
            )

        return await self._reader.read(work)

    async def own(self, actor: Actor, question_id: QuestionId) -> tuple[Input, ...]:
        """The inputs to a question that this person may change. Raises `NotSeated`."""

        async def work(tx: Transaction) -> tuple[Input, ...]:
            seat_id = (await seated_of(tx, actor)).seat.seat_id
            found = await rows.load_inputs(tx, question_id)
            return tuple(
                one for one in found if one.seat_id == seat_id and one.state is not InputState.WITHDRAWN
            )

        return await self._reader.read(work)

    # Delegations

    async def contribute(self, actor: Actor, question_id: QuestionId, draft: Draft) -> Contributed:
        """A person contributes. Raises `NotSeated` and as `inputs.contribute`."""
        if draft.attribution is not Attribution.NONE:
            return Contributed(await self._contributed(actor, actor, question_id, draft))
        inputs.check_text(draft.text)

        async def salted(tx: Transaction) -> bytes:
            return await seat_codes.make_salt(tx)

        (fresh,) = await self._digests.fresh(1, await self._writer.act(salted))
        told = Actor(actor.via, once=actor.once)
        made = await self._contributed(actor, told, question_id, draft, fresh.digest)
        return Contributed(made, fresh.plain)

    async def record(
        self, actor: Actor, author_id: UserId, message_id: int, question_id: QuestionId, draft: Draft
    ) -> Contributed:
        """Those who run the meeting record what somebody wrote in the thread as that person's input, once.

        The text stands in the thread under the author's name: it is not recorded without attribution. Raises
        `NotPermitted`, `NamelessRecord`, `AlreadyRecorded`, `NotSeated` (the author has no seat), and as
        `inputs.contribute`.
        """
        require(actor, EDITORS)
        if draft.attribution is Attribution.NONE:
            raise inputs.NamelessRecord()
        author = Actor(Via.DISCORD, author_id)
        return Contributed(await self._contributed(author, actor, question_id, draft, source=message_id))

    async def _contributed(
        self,
        author: Actor,
        told: Actor,
        question_id: QuestionId,
        draft: Draft,
        code: bytes | None = None,
        source: int | None = None,
    ) -> Input:
        async def work(tx: Transaction) -> Input:
            if source is not None and await rows.recorded(tx, source):
                raise inputs.AlreadyRecorded()
            plan = await load_plan(tx)
            question = rows.question_of(plan, question_id)
            seated = await seated_of(tx, author)
            holds = await rows.holds_of(tx, question_id)
            number = InputId(secrets.token_hex(ID_BYTES))
            made = inputs.contribute(question, draft, seated, number, holds, plan.written_until, tx.now)
            # Of one without attribution the audit names the question only: else its number had a moment.
            subject: str = number
            if draft.attribution is Attribution.NONE:
                subject = question_id
                await _note_closing(tx, plan.agenda, question_id)
            await rows.save_input(tx, made, code)
            if source is not None:
                await rows.save_source(tx, number, source)
            await tx.record(told, "discussions.contribute", subject, question=question_id)
            if made.state is InputState.GATHERED and await _gather(tx, question_id):
                made = await rows.load_input(tx, number)
            tx.mark(SUBJECT)
            return made

        return await self._writer.act(work)

    async def edit(self, actor: Actor, input_id: InputId, draft: Draft) -> Input:
        """A person changes their own input. Raises `NotSeated`, `UnknownInput` and as `inputs.edit`."""

        async def work(tx: Transaction) -> Input:
            plan, one = await load_plan(tx), await rows.load_input(tx, input_id)
            question = rows.question_of(plan, one.question_id)
            if all(part.part_id != draft.part_id for part in question.parts):
                raise inputs.UnknownQuestion()
            holds = await rows.holds_of(tx, one.question_id)
            author = await seated_of(tx, actor)
            there = await rows.load_inputs(tx, one.question_id)
            after = inputs.edit(one, draft, author, holds, there, plan.written_until, tx.now)
            return await _kept(tx, actor, "discussions.edit", after)

        return await self._writer.act(work)

    async def withdraw(self, actor: Actor, input_id: InputId) -> Input:
        """A person takes their own input back. Raises `NotSeated`, `UnknownInput`, as `inputs.withdraw`."""

        async def work(tx: Transaction) -> Input:
            one = await rows.load_input(tx, input_id)
            after = inputs.withdraw(one, await seated_of(tx, actor), tx.now)
            return await _kept(tx, actor, "discussions.withdraw", after)

        return await self._writer.act(work)

    async def withdraw_by_code(self, actor: Actor, typed: str) -> Input:
        """Whoever has its code takes an input without attribution back; nobody is told who that was.

        Raises `UnknownWithdrawal`, `AlreadyHidden`.
        """
        try:
            code = codes.read(typed)
        except codes.UnknownCode:
            raise inputs.UnknownWithdrawal() from None
        salt = await self._reader.read(seat_codes.load_salt)
        digest = await self._digests.of(code, salt) if salt is not None else b""

        async def work(tx: Transaction) -> Input:
            number = await rows.input_of_code(tx, digest)
            if number is None:
                raise inputs.UnknownWithdrawal()
            after = inputs.taken_back(await rows.load_input(tx, number), tx.now)
            return await _kept(tx, Actor(actor.via, once=actor.once), "discussions.withdraw", after)

        return await self._writer.act(work)

    async def associate(self, actor: Actor, input_id: InputId) -> Input:
        """A person's delegation stands behind an input. Raises `NotSeated`, as `inputs.associate`."""

        async def work(tx: Transaction) -> Input:
            plan, one = await load_plan(tx), await rows.load_input(tx, input_id)
            seated = await seated_of(tx, actor)
            after = inputs.associate(one, seated, plan.written_until, tx.now)
            await rows.add_input_association(tx, input_id, seated.delegation.delegation_id)
            await tx.record(
                actor, "discussions.associate", input_id, delegation=seated.delegation.delegation_id
            )
            tx.mark(SUBJECT)
            return after

        return await self._writer.act(work)

    # Those who run the meeting

    async def release(self, actor: Actor, input_id: InputId, read: str) -> Input:
        """A held input shows, as it was read. Raises `NotPermitted`, `UnknownInput`, `InputShown`,
        `InputChanged`."""
        return await self._moderate(
            actor, input_id, "release", lambda one, now: inputs.release(one, read, now)
        )

    async def hide(self, actor: Actor, input_id: InputId) -> Input:
        """An input does not show. Raises `NotPermitted`, `UnknownInput`, `AlreadyHidden`."""
        return await self._moderate(actor, input_id, "hide", inputs.hide)

    async def unhide(self, actor: Actor, input_id: InputId) -> Input:
        """A hidden input shows again, a merged one stands for itself. Raises `NotPermitted`, `UnknownInput`,
        `InputShown`."""
        return await self._moderate(actor, input_id, "unhide", lambda one, _: inputs.unhide(one))

    async def mark_key(self, actor: Actor, input_id: InputId) -> Input:
        """An input is a key point, or no more. Raises `NotPermitted`, `UnknownInput`, `NotShown`."""
        return await self._moderate(actor, input_id, "mark_key", inputs.mark_key)

    async def merge(self, actor: Actor, input_id: InputId, into_id: InputId) -> Input:
        """An input is part of another. Raises `NotPermitted`, `UnknownInput`, as `inputs.merge`."""
        require(actor, EDITORS)

        async def work(tx: Transaction) -> Input:
            one, into = await rows.load_input(tx, input_id), await rows.load_input(tx, into_id)
            return await _kept(tx, actor, "discussions.merge", inputs.merge(one, into), into=into_id)

        return await self._writer.act(work)

    async def _moderate(
        self, actor: Actor, input_id: InputId, verb: str, decide: Callable[[Input, datetime], Input]
    ) -> Input:
        require(actor, EDITORS)

        async def work(tx: Transaction) -> Input:
            after = decide(await rows.load_input(tx, input_id), tx.now)
            kept = await _kept(tx, actor, f"discussions.{verb}", after)
            if kept.state is InputState.GATHERED:
                await _gather(tx, kept.question_id)
            return kept

        return await self._writer.act(work)

    async def hold(self, actor: Actor, question_id: QuestionId, kind: InputKind, *, held: bool) -> None:
        """Whether a moderator sees inputs of a kind first. Raises `NotPermitted`, `UnknownQuestion`."""
        require(actor, EDITORS)

        async def work(tx: Transaction) -> None:
            rows.question_of(await load_plan(tx), question_id)
            before = await rows.holds_of(tx, question_id)
            after = before | {kind} if held else before - {kind}
            await rows.save_holds(tx, question_id, after)
            await tx.record(actor, "discussions.hold", question_id, kind=kind.value, held=held)
            tx.mark(SUBJECT)

        await self._writer.act(work)

    async def set_deadline(self, actor: Actor, until: datetime) -> None:
        """Inputs and written statements are taken until then. Raises `NotPermitted`, `InputsOver` (in the
        past)."""
        require(actor, CONDUCTORS)

        async def work(tx: Transaction) -> None:
            inputs.check_time(until, tx.now)
            await set_meta(tx, "written_until", stored(until))
            await tx.record(actor, "discussions.deadline", SUBJECT, until=stored(until))
            tx.mark(SUBJECT)
            tx.mark("speakers")

        await self._writer.act(work)

    # The clock

    async def gather_due(self) -> bool:
        """Inputs without attribution that wait for others show, when their discussion has closed, and when no
        more are taken; whether any did."""

        async def due(tx: Transaction) -> dict[QuestionId, bool]:
            """Questions that have something to be done, and whether that is their closing."""
            plan = await load_plan(tx)
            waiting = {
                one.question_id for one in await rows.load_inputs(tx) if one.state is InputState.GATHERED
            }
            found = {}
            for item in question_items(plan.agenda):
                assert item.question is not None
                number = item.question.question_id
                closing = await _just_closed(tx, item)
                if closing or (tx.now >= plan.written_until and number in waiting):
                    found[number] = closing
            return found

        async def look(tx: Transaction) -> bool:
            return bool(await due(tx))

        async def work(tx: Transaction) -> bool:
            shown = 0
            for question_id, closing in (await due(tx)).items():
                shown += await _gather(tx, question_id, all_of_them=True)
                if closing:
                    await _mark_closed(tx, question_id)
            return shown > 0

        return await self._writer.act(work) if await self._reader.read(look) else False


async def _just_closed(tx: Transaction, item: Item) -> bool:
    """Whether the discussion has closed and that is not noted yet.

    What comes after that waits for others again, or for the deadline.
    """
    if item.question is None or thread_of(item) is not Thread.LOCKED:
        return False
    row = await tx.one("SELECT closed_at FROM discussions WHERE question_id = ?", item.question.question_id)
    return row is None or row[0] is None


async def _note_closing(tx: Transaction, agenda: Agenda, question_id: QuestionId) -> None:
    """What comes behind the closing is not shown with it, alone, because the clock has not rung yet."""
    item = agenda.question_item(question_id)
    if item is not None and await _just_closed(tx, item):
        await _gather(tx, question_id, all_of_them=True)
        await _mark_closed(tx, question_id)


async def _mark_closed(tx: Transaction, question_id: QuestionId) -> None:
    await tx.run(
        "INSERT INTO discussions (question_id, closed_at) VALUES (?, ?)"
        " ON CONFLICT (question_id) DO UPDATE SET closed_at = coalesce(closed_at, excluded.closed_at)",
        question_id,
        stored(tx.now),
    )


async def _gather(tx: Transaction, question_id: QuestionId, *, all_of_them: bool = False) -> int:
    """Inputs without attribution that have waited for others show together; how many."""
    found = inputs.gathered(await rows.load_inputs(tx, question_id), tx.now, all_of_them=all_of_them)
    for one in found:
        await rows.save_input(tx, one)
    if found:
        await tx.record(CLOCK, "discussions.gather", question_id, inputs=len(found))
        tx.mark(SUBJECT)
    return len(found)


async def _kept(tx: Transaction, actor: Actor, verb: str, one: Input, **told: object) -> Input:
    await rows.save_input(tx, one)
    if one.state in (InputState.HIDDEN, InputState.WITHDRAWN, InputState.HELD):
        # What was part of it does not go with it.
        await rows.free_merged(tx, one.input_id)
    await tx.record(actor, verb, one.input_id, **told)
    tx.mark(SUBJECT)
    return one
