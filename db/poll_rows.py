"""How polls and ballots stand in rows.

A poll's definition is one JSON object, of `Poll`'s own fields; a ballot's choice is a JSON list.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from db.connection import Row, Statement, Transaction
from db.rows import instant, stored
from meeting.delegations import Category, Tally
from meeting.poll_life import HandCount
from meeting.poll_times import Course, Moment, When
from meeting.polls import (
    Breakdown,
    Choice,
    Option,
    Poll,
    PollId,
    PollKind,
    Secrecy,
    Showing,
    Unit,
    UnknownPoll,
)
from meeting.programme import DayId, ItemId, Mode
from meeting.tallies import Ballots

POLL = "p.poll_id, p.item_id, p.definition, p.opened_at, p.closed_at, p.released_at, p.extended_to, p.bases"


def definition(poll: Poll) -> str:
    """What is asked, as it is written."""
    return json.dumps(
        {
            "question": poll.question,
            "kind": poll.kind,
            "options": [[option.text, option.illustrative] for option in poll.options],
            "opens": str(poll.opens),
            "closes": str(poll.closes),
            "most": poll.most,
            "cap": poll.cap,
            "levels": poll.levels,
            "unit": poll.unit,
            "electorate": poll.tallies,
            "secrecy": poll.secrecy,
            "showing": poll.showing,
            "breakdown": poll.breakdown,
            "virtual": poll.virtual,
            "shuffled": poll.shuffled,
            "abstaining": poll.abstaining,
            "illustrative": poll.illustrative,
            "round_of": poll.round_of,
        },
        ensure_ascii=False,
    )


@lru_cache(maxsize=256)
def poll_of(row: Row) -> Poll:
    """From a row of `POLL`. The same row is the same poll: in a burst it is read for every ballot."""
    poll_id, item_id, text, opened_at, closed_at, released_at, extended_to, bases = row
    said = json.loads(text)
    return Poll(
        poll_id=PollId(poll_id),
        item_id=ItemId(item_id) if item_id is not None else None,
        question=said["question"],
        kind=PollKind(said["kind"]),
        options=tuple(Option(text, illustrative) for text, illustrative in said["options"]),
        opens=Moment.read(said["opens"]),
        closes=Moment.read(said["closes"]),
        most=said["most"],
        cap=said["cap"],
        levels=tuple(said["levels"]),
        unit=Unit(said["unit"]),
        electorate=frozenset(map(Tally, said["electorate"])),
        secrecy=Secrecy(said["secrecy"]),
        showing=Showing(said["showing"]),
        breakdown=Breakdown(said["breakdown"]) if said["breakdown"] else None,
        virtual=said["virtual"],
        shuffled=said["shuffled"],
        abstaining=said["abstaining"],
        illustrative=said["illustrative"],
        round_of=PollId(said["round_of"]) if said["round_of"] else None,
        opened_at=instant(opened_at),
        closed_at=instant(closed_at),
        released_at=instant(released_at),
        extended_to=instant(extended_to),
        bases={Tally(name): number for name, number in json.loads(bases).items()} if bases else None,
    )


async def load_polls(tx: Transaction) -> tuple[Poll, ...]:
    """All polls, in their order."""
    return tuple(map(poll_of, await tx.all(f"SELECT {POLL} FROM polls AS p ORDER BY place")))


async def load_poll(tx: Transaction, poll_id: PollId) -> Poll:
    """Raises `UnknownPoll`."""
    row = None
    if poll_id.isascii():  # a forged one may hold what no text can
        row = await tx.one(f"SELECT {POLL} FROM polls AS p WHERE poll_id = ?", poll_id)
    if row is None:
        raise UnknownPoll(poll_id=poll_id)
    return poll_of(row)


def course_query(poll_id: PollId) -> Statement:
    """What `load_course` asks first."""
    return (
        f"SELECT {POLL}, i.started_at, i.ended_at, i.mode"
        " FROM polls AS p LEFT JOIN items AS i USING (item_id) WHERE p.poll_id = ?",
        (poll_id,),
    )


async def load_course(tx: Transaction, poll_id: PollId) -> tuple[Poll, Course]:
    """A poll with what has happened to its item, in as few queries as a burst of ballots needs.

    Raises `UnknownPoll`.
    """
    if not poll_id.isascii():
        raise UnknownPoll(poll_id="")
    sql, values = course_query(poll_id)
    row = await tx.one(sql, *values)
    if row is None:
        raise UnknownPoll(poll_id=poll_id)
    poll, (started_at, ended_at, mode) = poll_of(row[:8]), row[8:]
    zone, dates = ZoneInfo("UTC"), {}
    if When.DAY in (poll.opens.when, poll.closes.when) or mode == Mode.IN_PERSON:
        ((head,),) = await tx.all("SELECT value FROM meta WHERE name = 'programme'")
        zone = ZoneInfo(json.loads(head)["time_zone"])
        dates = {
            DayId(day_id): date.fromisoformat(on)
            for day_id, on in await tx.all("SELECT day_id, date FROM days")
        }
    known = Mode(mode) if mode is not None else Mode.HYBRID
    return poll, Course(zone, dates, instant(started_at), instant(ended_at), known)


async def save_poll(tx: Transaction, poll: Poll) -> None:
    """Write what has become of a poll that is there."""
    await tx.run(
        "UPDATE polls SET item_id = ?, definition = ?, opened_at = ?, closed_at = ?, released_at = ?,"
        " extended_to = ?, bases = ? WHERE poll_id = ?",
        poll.item_id,
        definition(poll),
        stored(poll.opened_at),
        stored(poll.closed_at),
        stored(poll.released_at),
        stored(poll.extended_to),
        json.dumps(poll.bases) if poll.bases is not None else None,
        poll.poll_id,
    )


async def add_poll(tx: Transaction, poll: Poll, *, by_hand: bool) -> None:
    """Write a new poll behind all others."""
    await tx.run(
        "INSERT INTO polls (poll_id, place, item_id, definition, by_hand)"
        " VALUES (?, (SELECT coalesce(max(place), 0) + 1 FROM polls), ?, ?, ?)",
        poll.poll_id,
        poll.item_id,
        definition(poll),
        int(by_hand),
    )


async def drop_poll(tx: Transaction, poll_id: PollId) -> None:
    """Take away a poll that was never opened."""
    await tx.run("DELETE FROM polls WHERE poll_id = ? AND opened_at IS NULL", poll_id)


async def load_by_hand(tx: Transaction) -> set[PollId]:
    """The polls that are not the programme's."""
    return {PollId(poll_id) for (poll_id,) in await tx.all("SELECT poll_id FROM polls WHERE by_hand = 1")}


async def order_polls(tx: Transaction, planned: Sequence[PollId]) -> None:
    """The programme's polls stand in the programme's order, those made by hand behind them."""
    rest = [
        poll_id
        for (poll_id,) in await tx.all("SELECT poll_id FROM polls ORDER BY place")
        if poll_id not in planned
    ]
    for place, poll_id in enumerate([*planned, *rest], start=1):
        await tx.run("UPDATE polls SET place = ? WHERE poll_id = ?", place, poll_id)


# Ballots


def written(choice: Choice) -> str:
    """A choice as it stands in a row."""
    return json.dumps(choice, separators=(",", ":"))


async def move_answers(tx: Transaction, before: str, after: str) -> None:
    """Who answered under one name is another from now on: somebody has taken an account to their seat."""
    for table in ("answers", "ballots"):
        await tx.run(f"UPDATE OR IGNORE {table} SET voter = ? WHERE voter = ?", after, before)


async def load_ballots(tx: Transaction, poll: Poll) -> tuple[Ballots, ...]:
    """All ballots of a poll, without their voters."""
    if poll.linked:
        sql = (
            "SELECT tally, group_name, choice, count(*) FROM ballots WHERE poll_id = ?"
            " GROUP BY tally, group_name, choice"
        )
    else:
        sql = "SELECT tally, group_name, choice, times FROM cut_ballots WHERE poll_id = ?"
    return tuple(
        Ballots(Tally(tally), tuple(json.loads(choice)), times, group)
        for tally, group, choice, times in await tx.all(sql, poll.poll_id)
    )


async def load_choice(tx: Transaction, poll_id: PollId, voter: str) -> Choice | None:
    """One voter's ballot of a poll that links them."""
    row = await tx.one("SELECT choice FROM ballots WHERE poll_id = ? AND voter = ?", poll_id, voter)
    return tuple(json.loads(row[0])) if row is not None else None


async def load_answers(tx: Transaction) -> dict[PollId, dict[str, tuple[datetime, str]]]:
    """When and from which seat each voter answered, by poll."""
    found: dict[PollId, dict[str, tuple[datetime, str]]] = {}
    for poll_id, voter, at, seat_id in await tx.all("SELECT poll_id, voter, at, seat_id FROM answers"):
        found.setdefault(PollId(poll_id), {})[voter] = instant(at), seat_id
    return found


async def load_linked(tx: Transaction) -> dict[PollId, dict[str, Choice]]:
    """The ballots whose voters the record knows now, by poll and voter."""
    found: dict[PollId, dict[str, Choice]] = {}
    for poll_id, voter, choice in await tx.all("SELECT poll_id, voter, choice FROM ballots"):
        found.setdefault(PollId(poll_id), {})[voter] = tuple(json.loads(choice))
    return found


async def load_named(tx: Transaction, poll_id: PollId) -> dict[Tally, dict[str, Choice]]:
    """The ballots of a named poll, by tally and voter."""
    found: dict[Tally, dict[str, Choice]] = {}
    for tally, voter, choice in await tx.all(
        "SELECT tally, voter, choice FROM ballots WHERE poll_id = ? ORDER BY voter", poll_id
    ):
        found.setdefault(Tally(tally), {})[voter] = tuple(json.loads(choice))
    return found


async def fill_modes(tx: Transaction, poll_id: PollId) -> None:
    """Of whom it was not known where they are when they answered: where they have said since."""
    await tx.run(
        "UPDATE ballots SET group_name = coalesce((SELECT s.presence FROM answers AS a"
        " JOIN seats AS s USING (seat_id) WHERE a.poll_id = ballots.poll_id AND a.voter = ballots.voter"
        " AND s.presence IN ('room', 'virtual')), '') WHERE poll_id = ? AND group_name = ''",
        poll_id,
    )


async def replace_cut(tx: Transaction, poll_id: PollId, ballots: Iterable[Ballots]) -> None:
    """These are a poll's ballots that nobody can be named for."""
    await tx.run("DELETE FROM cut_ballots WHERE poll_id = ?", poll_id)
    await tx.run_many(
        "INSERT INTO cut_ballots (poll_id, tally, group_name, choice, times) VALUES (?, ?, ?, ?, ?)",
        [(poll_id, one.tally.value, one.group, written(one.choice), one.times) for one in ballots],
    )


async def load_turnout(tx: Transaction) -> dict[PollId, Counter[Tally]]:
    """How many have answered each poll, by tally."""
    found: dict[PollId, Counter[Tally]] = {}
    for poll_id, tally, number in await tx.all(
        "SELECT poll_id, tally, count(*) FROM answers GROUP BY poll_id, tally"
    ):
        found.setdefault(PollId(poll_id), Counter())[Tally(tally)] = number
    return found


async def load_bases(tx: Transaction) -> dict[Unit, Counter[Tally]]:
    """How many could answer now, by tally: delegations, and people in seats."""
    bases: dict[Unit, Counter[Tally]] = {unit: Counter() for unit in Unit}
    for category, delegations, people in await tx.all(
        "SELECT d.category, count(DISTINCT d.delegation_id),"
        " sum(s.user_id IS NOT NULL OR s.opened_at IS NOT NULL)"
        " FROM delegations AS d LEFT JOIN seats AS s USING (delegation_id) GROUP BY d.category"
    ):
        tally = Category(category).tally
        bases[Unit.DELEGATION][tally] += delegations
        bases[Unit.PERSON][tally] += people or 0
    return bases


def bases_of(
    poll: Poll, now: Mapping[Unit, Mapping[Tally, int]], answered: Mapping[Tally, int]
) -> dict[Tally, int]:
    """How many could answer this poll: as fixed at its closing, or as of now.

    Whoever has answered could, though they may have left their seat since.
    """
    known = poll.bases if poll.bases is not None else now[poll.unit]
    return {tally: max(known.get(tally, 0), answered.get(tally, 0)) for tally in poll.tallies}


def hand_counts_text(counts: Iterable[HandCount]) -> str:
    """Hand counts as they are written."""
    return json.dumps({one.tally: [one.answered, *one.counts] for one in counts})


def hand_counts_of(text: str | None) -> tuple[HandCount, ...]:
    """Hand counts as they were written."""
    found = json.loads(text) if text else {}
    return tuple(
        HandCount(tally, found[tally][0], tuple(found[tally][1:])) for tally in Tally if tally in found
    )


async def load_hand_counts(tx: Transaction) -> dict[PollId, tuple[HandCount, ...]]:
    """What was counted by hand, of the polls of which anything was."""
    rows = await tx.all("SELECT poll_id, hand_count FROM polls WHERE hand_count IS NOT NULL")
    return {PollId(poll_id): hand_counts_of(text) for poll_id, text in rows}
