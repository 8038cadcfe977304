"""The reports' book: all that a report is drafted from, of one moment, and the versions there are.

Figures come by the same road as to every other face (`db.polls`), so what is gated or suppressed is not in
here.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from db.agenda_rows import load_plan
from db.connection import Reader, Transaction, Writer
from db.feed import Feed
from db.input_rows import load_inputs
from db.kept import Kept
from db.polls import Export, Standing, load_export, load_standings
from db.rows import instant, stored
from db.seat_rows import load_delegations, load_seats
from db.speaker_rows import load_lists, load_statements
from meeting import reports
from meeting.agenda import Agenda
from meeting.delegations import Delegation
from meeting.inputs import Input
from meeting.people import STAFF, Actor, require
from meeting.reports import REPORTERS, Stage, Step, Version
from meeting.seats import Presence, Seat, SeatId
from meeting.speakers import SpeakerList
from meeting.statements import Statement

SUBJECT = "reports"

PRESENCES = ("delegations.state_presence", "delegations.note_presence")
"""The acts by which it is known where a person is."""


@dataclass(frozen=True)
class Whereabouts:
    """Somebody in this seat was said to be there at this moment."""

    seat_id: SeatId
    presence: Presence
    at: datetime


@dataclass(frozen=True)
class Material:
    """All that a report is drafted from, at one moment. `exports`: what may be handed out of the polls whose
    results show; `statements`: those submitted in writing, texts of interventions are not published."""

    agenda: Agenda
    delegations: tuple[Delegation, ...]
    seats: tuple[Seat, ...]
    whereabouts: tuple[Whereabouts, ...]
    inputs: tuple[Input, ...]
    statements: tuple[Statement, ...]
    lists: tuple[SpeakerList, ...]
    polls: tuple[Standing, ...]
    exports: tuple[Export, ...]


async def load_material(tx: Transaction) -> Material:
    """All of it, of one moment. Raises `NotSetUp`."""
    plan = await load_plan(tx)
    standings = await load_standings(tx, {})
    return Material(
        plan.agenda,
        await load_delegations(tx),
        await load_seats(tx),
        await _load_whereabouts(tx),
        await load_inputs(tx),
        tuple(one for one in await load_statements(tx) if one.inscription_id is None),
        await load_lists(tx, plan),
        standings,
        tuple([await load_export(tx, one) for one in standings if one.poll.published]),
    )


async def load_versions(tx: Transaction) -> tuple[Version, ...]:
    """All versions, the newest last."""
    steps: dict[tuple[int, str, str], list[Step]] = {}
    for version, digest, unattributed, stage, at, reason in await tx.all(
        "SELECT r.version, r.digest, r.unattributed_digest, s.stage, s.at, s.reason FROM reports AS r"
        " JOIN report_steps AS s USING (version) ORDER BY r.version, s.number"
    ):
        steps.setdefault((version, digest, unattributed), []).append(Step(Stage(stage), instant(at), reason))
    return tuple(Version(*version, tuple(some)) for version, some in steps.items())


async def load_record(tx: Transaction, number: int) -> str:
    """The record of a version, as it is written. Raises `UnknownVersion`."""
    row = await tx.one("SELECT record FROM reports WHERE version = ?", number)
    if row is None:
        raise reports.UnknownVersion(version=number)
    return str(row[0])


class ReportBook:
    """`ledger.reports`."""

    def __init__(self, writer: Writer, reader: Reader, feed: Feed) -> None:
        self._writer = writer
        self._reader = reader
        self._versions = Kept(feed, SUBJECT, lambda: reader.read(load_versions))

    async def material(self, actor: Actor) -> Material:
        """What a report is drafted from. Raises `NotPermitted`, `NotSetUp`."""
        require(actor, REPORTERS)
        return await self._reader.read(load_material)

    async def versions(self, actor: Actor) -> tuple[Version, ...]:
        """All versions, the newest last. Raises `NotPermitted`."""
        require(actor, REPORTERS | frozenset(STAFF))
        return await self._reader.read(load_versions)

    async def all(self) -> tuple[Version, ...]:
        """The same, for what hangs in the moderators' channel: asked at each look, read when it changed."""
        return await self._versions.get()

    async def record(self, number: int) -> str:
        """The record of a version, as it is written. Raises `UnknownVersion`."""
        return await self._reader.read(lambda tx: load_record(tx, number))

    async def draft(self, actor: Actor, record: str, unattributed_digest: str) -> tuple[Version, bool]:
        """A version of this record, and whether it is new: the same record is the version it was before,
        also if it is asked for twice at once. Its files are looked for either way. Raises `NotPermitted`."""
        require(actor, REPORTERS)
        digest = hashlib.sha256(record.encode()).hexdigest()

        async def work(tx: Transaction) -> tuple[Version, bool]:
            known = await load_versions(tx)
            same = next((one for one in known if one.digest == digest), None)
            tx.mark(SUBJECT)
            if same is not None:
                return same, False
            number = 1 + max((one.number for one in known), default=0)
            made = Version(number, digest, unattributed_digest, (Step(Stage.DRAFT, tx.now),))
            await tx.run(
                "INSERT INTO reports (version, digest, unattributed_digest, record) VALUES (?, ?, ?, ?)",
                *(number, digest, unattributed_digest, record),
            )
            await _add_step(tx, made, made.steps[0], 1)
            await tx.record(actor, "reports.draft", str(made.number), digest=digest)
            return made, True

        return await self._writer.act(work)

    async def set_stage(self, actor: Actor, number: int | None, stage: Stage, reason: str) -> Version:
        """A version, or the newest, comes to a stage. Raises `NotPermitted`, `NoVersion`, `UnknownVersion`,
        and as `reports.step`."""
        require(actor, REPORTERS)

        async def work(tx: Transaction) -> Version:
            version = _named(await load_versions(tx), number)
            step = reports.step(version, stage, reason, tx.now)
            await _add_step(tx, version, step, len(version.steps) + 1)
            await tx.record(
                actor, "reports.set_stage", str(version.number), stage=stage.value, reason=step.reason
            )
            tx.mark(SUBJECT)
            return replace(version, steps=(*version.steps, step))

        return await self._writer.act(work)


def _named(known: Sequence[Version], number: int | None) -> Version:
    if not known:
        raise reports.NoVersion()
    if number is None:
        return known[-1]
    found = next((one for one in known if one.number == number), None)
    if found is None:
        raise reports.UnknownVersion(version=number)
    return found


async def _add_step(tx: Transaction, version: Version, step: Step, number: int) -> None:
    await tx.run(
        "INSERT INTO report_steps (version, number, stage, at, reason) VALUES (?, ?, ?, ?, ?)",
        version.number,
        number,
        step.stage.value,
        stored(step.at),
        step.reason,
    )


async def _load_whereabouts(tx: Transaction) -> tuple[Whereabouts, ...]:
    """What the audit still knows of where people were; its details may have been erased."""
    found = []
    for seat_id, at, payload in await tx.all(
        "SELECT a.subject, a.at, d.payload FROM audit AS a JOIN audit_details AS d USING (seq)"
        " WHERE a.verb IN (?, ?) ORDER BY a.seq",
        *PRESENCES,
    ):
        found.append(Whereabouts(SeatId(seat_id), Presence(json.loads(payload)["presence"]), instant(at)))
    return tuple(found)
