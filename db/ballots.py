"""The ballots' book: each is on disk before anything is said of it, and after the closing nobody's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from db import poll_rows as rows
from db.connection import Reader, Row, Statement, Transaction, Writer
from db.rows import instant, stored
from db.seat_rows import load_delegations, place_of, seat_query, seated_of
from meeting import poll_times, polls
from meeting.delegations import DelegationId, find
from meeting.people import CLOCK, POLLSTERS, Actor, require
from meeting.poll_times import Course
from meeting.polls import NO_SEAT, Choice, Poll, PollId, Unit
from meeting.seats import Seated

SUBJECT = "ballots"
"""Marked when only a poll's turnout changes: nobody hurries for that."""


@dataclass(frozen=True)
class Asking:
    """A poll before one person: who they are, the ballot that stands (of a linked poll), and when and by
    whose hand it was cast. `replaces`: when the ballot was cast that a colleague had in before this one."""

    poll: Poll
    voter: Seated
    closes_at: datetime | None
    choice: Choice | None = None
    answered_at: datetime | None = None
    by_me: bool = False
    replaces: datetime | None = None


class BallotBook:
    """`ledger.ballots`."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def ask(self, actor: Actor, poll_id: PollId) -> Asking:
        """The poll before this person, if they may answer it now. Raises as `cast`."""

        async def work(tx: Transaction) -> Asking:
            poll, course = await rows.load_course(tx, poll_id)
            asking = await _asking(tx, poll, await seated_of(tx, actor), poll_times.closes_at(poll, course))
            polls.admit(poll, asking.voter, course, tx.now, answered=asking.answered_at)
            return asking

        return await self._reader.read(work)

    async def mine(self, actor: Actor, poll_id: PollId) -> Asking:
        """The same for somebody who only looks, also once it is closed. Raises `UnknownPoll`, `NotSeated`."""

        async def work(tx: Transaction) -> Asking:
            poll, course = await rows.load_course(tx, poll_id)
            return await _asking(tx, poll, await seated_of(tx, actor), poll_times.closes_at(poll, course))

        return await self._reader.read(work)

    async def cast(self, actor: Actor, poll_id: PollId, choice: Choice, *, sure: bool = True) -> Asking:
        """A ballot is in, for good or until it is changed; what it says as it is kept.

        Raises `UnknownPoll`, `NotSeated`, and what `meeting.polls.cast` raises.
        """

        async def work(tx: Transaction) -> Asking:
            answers = _answers_query(poll_id, actor)
            if poll_id.isascii():  # in a burst the way to the file is what costs: all is asked on one
                await tx.ahead(rows.course_query(poll_id), seat_query(*place_of(actor)), answers)
            poll, course = await rows.load_course(tx, poll_id)
            voter = await seated_of(tx, actor)
            found = {row[0]: row for row in await tx.all(answers[0], *answers[1])}
            return await _cast(tx, actor, poll, course, voter, choice, found, sure=sure)

        return await self._writer.act(work)

    async def enter(
        self, actor: Actor, poll_id: PollId, delegation_id: DelegationId, choice: Choice
    ) -> Asking:
        """A delegation's ballot is entered at the desk in the room; it counts like one cast by itself.

        Raises `NotPermitted`, `UnknownDelegation`, `OwnHandsOnly`, and as `cast`.
        """
        require(actor, POLLSTERS)

        async def work(tx: Transaction) -> Asking:
            poll, course = await rows.load_course(tx, poll_id)
            voter = polls.desk_voter(poll, find(await load_delegations(tx), delegation_id), tx.now)
            sql = "SELECT voter, at, seat_id FROM answers WHERE poll_id = ? AND voter = ?"
            found = {row[0]: row for row in await tx.all(sql, poll_id, delegation_id)}
            return await _cast(tx, actor, poll, course, voter, choice, found)

        return await self._writer.act(work)

    async def uncut(self) -> dict[PollId, tuple[datetime, int]]:
        """Closed polls of which files may still link ballots to voters, with when they were opened and the
        audit's row of that."""

        async def work(tx: Transaction) -> dict[PollId, tuple[datetime, int]]:
            found = await tx.all(
                "SELECT poll_id, opened_at, (SELECT coalesce(min(seq), 0) FROM audit"
                " WHERE verb = 'polls.open' AND subject = poll_id)"
                " FROM polls WHERE closed_at IS NOT NULL AND cut_at IS NULL"
            )
            return {PollId(poll_id): (instant(at), seq) for poll_id, at, seq in found}

        return await self._reader.read(work)

    async def mark_cut(self, poll_ids: Sequence[PollId]) -> None:
        """Nothing in any file links these polls' ballots any more."""

        async def work(tx: Transaction) -> None:
            for poll_id in poll_ids:
                await tx.run("UPDATE polls SET cut_at = ? WHERE poll_id = ?", stored(tx.now), poll_id)
            await tx.record(CLOCK, "ballots.cut", SUBJECT, polls=poll_ids)

        await self._writer.act(work)


async def _cast(
    tx: Transaction,
    actor: Actor,
    poll: Poll,
    course: Course,
    voter: Seated,
    choice: Choice,
    found: Mapping[str, Row],
    *,
    sure: bool = True,
) -> Asking:
    """Write a ballot. `found`: the answers that are in already of this person and delegation, by voter."""
    who, tally = polls.voter_of(poll, voter), voter.delegation.tally.value
    before = found.get(who)
    answered = instant(before[1]) if before is not None else None
    kept = polls.cast(poll, voter, choice, course, tx.now, answered=answered, sure=sure)
    await tx.run(
        "INSERT INTO answers (poll_id, voter, tally, seat_id, at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (poll_id, voter) DO UPDATE SET seat_id = excluded.seat_id, at = excluded.at",
        poll.poll_id,
        who,
        tally,
        voter.seat.seat_id,
        stored(tx.now),
    )
    ballot = (tally, polls.group_of(poll, voter), rows.written(kept))
    if poll.linked:
        await tx.run(
            "INSERT INTO ballots (poll_id, voter, tally, group_name, choice) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (poll_id, voter) DO UPDATE SET"
            " group_name = excluded.group_name, choice = excluded.choice",
            poll.poll_id,
            who,
            *ballot,
        )
    else:
        await tx.run(
            "INSERT INTO cut_ballots (poll_id, tally, group_name, choice, times)"
            " VALUES (?, ?, ?, ?, 1)"
            " ON CONFLICT (poll_id, tally, group_name, choice) DO UPDATE SET times = times + 1",
            poll.poll_id,
            *ballot,
        )
    if voter.seat.seat_id == NO_SEAT:
        told: dict[str, object] = {"delegation": voter.delegation.delegation_id}
        await tx.record(actor, "ballots.enter", poll.poll_id, **told)
    else:
        await tx.record(actor, "ballots.cast", poll.poll_id, seat=voter.seat.seat_id)
    tx.mark(SUBJECT)
    closing = poll_times.closes_at(poll, course)
    replaces = None if before is None or _own(poll, voter, before[2]) else answered
    return Asking(poll, voter, closing, kept, tx.now, by_me=True, replaces=replaces)


def _answers_query(poll_id: PollId, actor: Actor) -> Statement:
    """Who answered a poll as this person, in their seat, or for its delegation: voter, when, whose hand."""
    if actor.seat_id is not None:
        return (
            "SELECT voter, at, seat_id FROM answers WHERE poll_id = ?1 AND (seat_id = ?2 OR voter IN"
            " ((SELECT CAST(user_id AS TEXT) FROM seats WHERE seat_id = ?2),"
            " (SELECT delegation_id FROM seats WHERE seat_id = ?2)))",
            (poll_id, actor.seat_id),
        )
    return (
        "SELECT voter, at, seat_id FROM answers WHERE poll_id = ?1 AND voter IN (CAST(?2 AS TEXT),"
        " (SELECT seat_id FROM seats WHERE user_id = ?2),"
        " (SELECT delegation_id FROM seats WHERE user_id = ?2))",
        (poll_id, actor.user_id),
    )


async def _asking(tx: Transaction, poll: Poll, voter: Seated, closes_at: datetime | None) -> Asking:
    who = polls.voter_of(poll, voter)
    answered = await tx.one(
        "SELECT seat_id, at FROM answers WHERE poll_id = ? AND voter = ?", poll.poll_id, who
    )
    if answered is None:
        return Asking(poll, voter, closes_at)
    choice = await rows.load_choice(tx, poll.poll_id, who) if poll.linked else None
    by_me = _own(poll, voter, answered[0])
    return Asking(poll, voter, closes_at, choice, instant(answered[1]), by_me)


def _own(poll: Poll, voter: Seated, seat_id: str) -> bool:
    """Whether the voter's ballot that was cast from that seat is this person's own doing."""
    return poll.unit is Unit.PERSON or seat_id == voter.seat.seat_id
