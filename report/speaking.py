"""What the record holds of the lists of speakers, and of what was written instead of being said."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from db.reports import Material
from meeting.agenda import State
from meeting.delegations import Category, DelegationId
from meeting.speaker_time import elapsed, overtime
from meeting.speakers import Floor, Inscription, SpeakerList, SpeechKind, SpeechState
from meeting.tallies import publishable

Json = dict[str, Any]

MAIN = (SpeechKind.GROUP.value, SpeechKind.STATEMENT.value)
"""Kinds of which there are statistics; the others are counted alone."""

Names = dict[DelegationId, str]


def instant(at: datetime) -> str:
    """ISO 8601 in UTC, in whole seconds."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def of_speakers(found: Material, names: Names) -> Json:
    """The record's parts on speaking: each intervention, their totals, statements, and what was not taken."""
    speeches = [_speech(of, one, names) for of in found.lists for one in of.heard if _over(of, one)]
    return {
        "speaking": speaking(speeches, named=True),
        "speeches": speeches,
        "in_course": sum(not _over(of, one) for of in found.lists for one in of.heard),
        "statements": [
            {
                "item_id": one.item_id,
                "delegation": names[one.delegation_id],
                "text": one.text,
                "words": one.words,
            }
            for one in found.statements
        ],
        "not_taken": _not_taken(found, names),
    }


def speaking(speeches: Sequence[Json], *, named: bool) -> Json:
    """Totals of the interventions of a record.

    Where nobody is named they must not tell who spoke either. So, as in a breakdown of a poll
    (`publishable`, counting the delegations that spoke): categories show all or none, the two sides together
    or not, and not by item or category; times, where enough spoke in every item. How many statements there
    were always shows.
    """
    main = [one for one in speeches if one["kind"] in MAIN]
    items, categories, sides = (_grouped(main, key) for key in ("item_id", "category", "floor"))
    shown = {
        field: named or publishable(len({one["delegation"] for one in some}) for some in groups.values())
        for field, groups in (("all", {"": main}), ("item", items), ("category", categories), ("side", sides))
    }
    kinds = {kind.value: sum(one["kind"] == kind for one in speeches) for kind in SpeechKind}
    return {
        **_totals(main, timed=shown["all"], sided=shown["side"]),
        "kinds": {kind: n for kind, n in kinds.items() if n},
        "associated": sum(one["associated"] for one in speeches),
        "items": [
            {"item_id": key, **_totals(some, timed=shown["item"], sided=named)} for key, some in items.items()
        ],
        "categories": [
            {
                "category": category.value,
                **_totals(categories[category], timed=True, sided=named),
                "over": sum(one["over"] for one in categories[category]),
            }
            for category in Category
            if category in categories and shown["category"]
        ],
    }


def _totals(some: Sequence[Json], *, timed: bool, sided: bool) -> Json:
    sides = {side.value: sum(one["floor"] == side for one in some) for side in Floor}
    return {
        "statements": len(some),
        "seconds": sum(one["seconds"] for one in some) if timed else None,
        "sides": sides if sided else None,
    }


def _grouped(some: Iterable[Json], field: str) -> dict[str, list[Json]]:
    """By what stands in a field, in the order in which it first does."""
    found: dict[str, list[Json]] = {}
    for one in some:
        found.setdefault(one[field], []).append(one)
    return found


def _over(of: SpeakerList, one: Inscription) -> bool:
    return of.state_of(one) is SpeechState.FINISHED


def _speech(of: SpeakerList, one: Inscription, names: Names) -> Json:
    ended = one.ended_at or of.sitting.ended_at
    assert ended is not None and one.called_at is not None
    return {
        "item_id": one.item_id,
        "delegation": names[one.delegation_id],
        "category": of.delegation(one).category.value,
        "kind": one.kind.value,
        "floor": one.floor.value,
        "speaker": one.speaker,
        "group": one.group,
        "subject": one.subject,
        "called_at": instant(one.called_at),
        "seconds": int(elapsed(of, one, ended).total_seconds()),
        "limit": int(one.limit.total_seconds()) if one.limit is not None else None,
        "over": overtime(of, one, ended).total_seconds() >= 1,
        "associates": [names[each] for each in one.associates],
        "associated": len(one.associates),
    }


def _not_taken(found: Material, names: Names) -> Json:
    over = {item.item_id for item in found.agenda.items if item.state in (State.ENDED, State.SKIPPED)}
    left = [
        {
            "item_id": one.item_id,
            "delegation": names[one.delegation_id],
            "category": of.delegation(one).category.value,
            "kind": one.kind.value,
            "floor": one.floor.value,
        }
        for of in found.lists
        for one in of.own
        if one.item_id in over
        and one.kind is not SpeechKind.QUESTION
        and of.state_of(one) is SpeechState.NOT_TAKEN
    ]
    return {
        "items": [item.item_id for item in found.agenda.items if item.state is State.SKIPPED],
        "requests": [{"item_id": key, "n": len(some)} for key, some in _grouped(left, "item_id").items()],
        "speakers": left,
        "polls": [one.poll.poll_id for one in found.polls if one.poll.opened_at is None],
    }
