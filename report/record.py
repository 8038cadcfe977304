"""The record of a meeting as one JSON value: what a report, in whatever format, is made from.

It holds what was published and nothing else: no ballot that is linked unless its poll is named, no figure of
a poll whose results do not show, no input that does not show, no code, no account. It has no moment of its
own making, so that the same meeting gives the same record; durations are whole seconds, instants ISO 8601 in
UTC.
Its shape is `record.schema.json`, and every number in a report recomputes from it.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from db.polls import Export, Standing
from db.reports import Material
from meeting.agenda import Agenda, Item
from meeting.delegations import DelegationId
from meeting.discussions import question_items
from meeting.inputs import Attribution, Input, InputState, behind, by_part, merged_with
from meeting.polls import PollState, Secrecy, Unit
from meeting.programme import Question
from meeting.reports import Variant
from meeting.seats import Presence, register
from meeting.tallies import Ballots, Figures, GroupFigures, OptionFigures
from report.speaking import instant, of_speakers

SCHEMA = 1
"""Of the record's shape; another shape has another number."""

Json = dict[str, Any]


def record_of(found: Material) -> Json:
    """The record, attributed: with who spoke, wrote and supported."""
    names = {one.delegation_id: one.name for one in found.delegations}
    exports = {one.standing.poll.poll_id: one for one in found.exports}
    return {
        "schema": SCHEMA,
        "variant": Variant.ATTRIBUTED.value,
        "meeting": _meeting(found.agenda),
        "participation": _participation(found),
        "questions": [
            _question(item.question, item, found.inputs, names)
            for item in question_items(found.agenda)
            if item.question is not None
        ],
        "polls": [_poll(one, exports.get(one.poll.poll_id), names) for one in found.polls],
        **of_speakers(found, names),
    }


def written(record: Json) -> str:
    """The record as it is kept and handed out: the same record, the same characters."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def digest_of(record: str) -> str:
    """By which a record, as it is written, is known: SHA-256, in hex."""
    return hashlib.sha256(record.encode()).hexdigest()


def _at(at: datetime | None) -> str | None:
    return None if at is None else instant(at)


def _meeting(agenda: Agenda) -> Json:
    return {
        "title": agenda.title,
        "about": agenda.about,
        "venue": agenda.venue,
        "time_zone": agenda.time_zone,
        "marking": agenda.marking,
        "over": all(day.closed_at is not None for day in agenda.days),
        "days": [
            {
                "day_id": day.day_id,
                "title": day.title,
                "date": day.date.isoformat(),
                "items": [_item(item) for item in day.items],
            }
            for day in agenda.days
        ],
    }


def _item(item: Item) -> Json:
    return {
        "item_id": item.item_id,
        "kind": item.kind.value,
        "title": item.title,
        "mode": item.mode.value,
        "chair": item.chair,
        "illustrative": item.illustrative,
        "state": item.state.value,
        "started_at": _at(item.started_at),
        "ended_at": _at(item.ended_at),
        "deferrals": item.deferrals,
    }


# Participation


def _participation(found: Material) -> Json:
    people: dict[DelegationId, int] = {}
    for seat in found.seats:
        if seat.taken:
            people[seat.delegation_id] = people.get(seat.delegation_id, 0) + 1
    return {
        "delegations": [
            {
                "name": one.name,
                "short_name": one.short_name,
                "category": one.category.value,
                "sub_region": one.sub_region,
                "people": people.get(one.delegation_id, 0),
            }
            for one in sorted(found.delegations, key=lambda one: one.place)
        ],
        "categories": [
            {
                "category": line.category.value,
                "delegations": line.delegations,
                "seated": line.seated,
                "people": {presence.value: number for presence, number in line.people.items()},
            }
            for line in register(found.delegations, found.seats)
        ],
        "days": _presence(found),
    }


def _presence(found: Material) -> list[Json]:
    """Of each day, how many said where they are, by where they said last; as far as that is known."""
    of = {seat.seat_id: seat.delegation_id for seat in found.seats}
    days = []
    for day in found.agenda.days:
        last = {
            one.seat_id: one.presence
            for one in found.whereabouts
            if one.at.astimezone(found.agenda.zone).date() == day.date and one.seat_id in of
        }
        there = {seat: side for seat, side in last.items() if side in (Presence.ROOM, Presence.VIRTUAL)}
        sides = {
            side.value: sum(one is side for one in there.values())
            for side in (Presence.ROOM, Presence.VIRTUAL)
        }
        delegations = len({of[seat] for seat in there})
        days.append({"day_id": day.day_id, "people": sides, "delegations": delegations})
    return days


# Questions


def _question(
    question: Question, item: Item, inputs: Iterable[Input], names: dict[DelegationId, str]
) -> Json:
    mine = tuple(one for one in inputs if one.question_id == question.question_id)
    found = by_part(question, mine)
    return {
        "question_id": question.question_id,
        "item_id": item.item_id,
        "title": question.title,
        "text": question.text,
        "contributed": len(_contributed(mine)),
        "parts": [
            {
                "part_id": part.part_id,
                "text": part.text,
                "inputs": [
                    each for some in found[part.part_id].values() for each in _inputs(some, mine, names)
                ],
            }
            for part in question.parts
        ],
    }


def _contributed(mine: tuple[Input, ...]) -> set[DelegationId]:
    """The delegations that put something forward under their name, or stand behind something."""
    shown = [one for one in mine if one.state is InputState.SHOWN]
    signed = [one for one in shown if one.attribution is Attribution.DELEGATION]
    authors = {one.delegation_id for one in signed if one.delegation_id is not None}
    return authors.union(*(behind(one, mine) for one in shown))


def _inputs(some: Iterable[Input], mine: tuple[Input, ...], names: dict[DelegationId, str]) -> list[Json]:
    """In the order in which they showed; those of one moment by what is said of them, as ids are random."""
    made = [(one, _input(one, mine, names)) for one in some]
    made.sort(key=lambda pair: (pair[0].shown_at, pair[1]["text"], json.dumps(pair[1], sort_keys=True)))
    return [each for _, each in made]


def _input(one: Input, mine: tuple[Input, ...], names: dict[DelegationId, str]) -> Json:
    by = one.delegation_id if one.attribution is Attribution.DELEGATION else None
    shows_category = one.attribution is not Attribution.NONE
    supporters = behind(one, mine)
    merged = sum(other.state is InputState.MERGED for other in merged_with(one, mine))
    return {
        "kind": one.kind.value,
        "attribution": one.attribution.value,
        "author": names[by] if by is not None else None,
        "category": one.category.value if shows_category and one.category is not None else None,
        "text": one.text,
        "key": one.key_at is not None,
        "supporters": sorted(names[each] for each in supporters),
        "behind": len(supporters),
        "merged": merged,
    }


# Polls


def _poll(standing: Standing, export: Export | None, names: dict[DelegationId, str]) -> Json:
    """A poll; what must not be seen of it is not in the standing and the export, and so not in here."""
    poll = standing.poll
    tallies = [_tally(one) for one in standing.figures]
    compared = [{"tally": tally.value, **moved._asdict()} for tally, moved in standing.moved.items()]
    comparable = [tally.value for tally in poll.tallies if standing.before(tally) is not None]
    return {
        "poll_id": poll.poll_id,
        "item_id": poll.item_id,
        "question": poll.question,
        "kind": poll.kind.value,
        "options": [option.text for option in poll.options],
        "illustrative": poll.illustrative or any(option.illustrative for option in poll.options),
        "most": poll.most,
        "cap": poll.cap,
        "levels": list(poll.levels),
        "unit": poll.unit.value,
        "secrecy": poll.secrecy.value,
        "abstaining": poll.abstaining,
        "round": standing.round,
        "round_of": poll.round_of,
        "state": poll.state.value,
        "missed": standing.missed and poll.state is PollState.PLANNED,
        "released": poll.published,
        "opened_at": _at(poll.opened_at),
        "closed_at": _at(poll.closed_at),
        "turnout": [
            {
                "tally": tally.value,
                "answered": standing.answered.get(tally, 0),
                "of": standing.bases.get(tally, 0),
            }
            for tally in poll.tallies
        ],
        "tallies": tallies,
        "comparable": comparable,
        "moved": compared,
        "hand_counts": [
            {"tally": one.tally.value, "answered": one.answered, "counts": list(one.counts)}
            for one in standing.hand_counts
        ],
        "ballots": _ballots(export),
        "named": _named(export, names),
    }


def _tally(one: Figures) -> Json:
    return {
        "tally": one.tally.value,
        "answered": one.answered,
        "of": one.of,
        "abstained": one.abstained,
        "abstained_percent": one.abstained_percent,
        "suppressed": one.suppressed,
        "pairwise": one.pairwise.value if one.pairwise is not None else None,
        "winner": one.winner,
        "options": [_option(option) for option in one.options],
        "groups": [_group(group) for group in one.groups],
    }


def _group(one: GroupFigures) -> Json:
    return {
        "group": one.group,
        "answered": one.answered,
        "abstained": one.abstained,
        "abstained_percent": one.abstained_percent,
        "options": [_option(option) for option in one.options],
    }


def _option(one: OptionFigures) -> Json:
    return {
        "count": one.count,
        "percent": one.percent,
        "points": one.points,
        "share": one.share,
        "first": one.first,
        "levels": list(one.levels),
        "median": one.median,
        "low": one.low,
        "high": one.high,
    }


def _ballots(export: Export | None) -> list[Json]:
    """Ballots nobody can be named for, in the order of what they say; of a named poll's people, too.

    Where a breakdown is published, its cells stand instead: the one taken from the other would tell more.
    """
    if export is None:
        return []
    alike = export.ballots
    if export.standing.poll.secrecy is Secrecy.NAMED and export.standing.poll.unit is Unit.PERSON:
        broken_down = {one.tally for one in export.standing.figures if one.groups}
        alike = unlinked(
            Ballots(tally, choice)
            for tally, by in export.named.items()
            for choice in by.values()
            if tally not in broken_down
        )
    return [{"tally": one.tally.value, "choice": list(one.choice), "times": one.times} for one in alike]


def unlinked(ballots: Iterable[Ballots]) -> tuple[Ballots, ...]:
    """Alike ballots added up, by tally and then by what they say."""
    found: dict[tuple[str, tuple[int, ...]], Ballots] = {}
    for one in ballots:
        key = (one.tally.value, one.choice)
        times = one.times + (found[key].times if key in found else 0)
        found[key] = Ballots(one.tally, one.choice, times)
    return tuple(found[key] for key in sorted(found))


def _named(export: Export | None, names: dict[DelegationId, str]) -> list[Json]:
    """Who answered what, of delegations in named polls. People are nobody's business."""
    if export is None or export.standing.poll.unit is Unit.PERSON:
        return []
    lines = [
        {"tally": tally.value, "delegation": names[DelegationId(voter)], "choice": list(choice)}
        for tally, by in export.named.items()
        for voter, choice in by.items()
    ]
    tallies = [tally.value for tally in export.standing.poll.tallies]
    return sorted(lines, key=lambda one: (tallies.index(str(one["tally"])), str(one["delegation"])))
