"""Delegations as the desk gets them: who is there, waits and has answered, for two taps."""

from collections.abc import Mapping, Sequence

from db.room import Hall
from meeting.delegations import Delegation, DelegationId
from meeting.polls import PollId, PollState
from meeting.seats import Presence, Seat
from room import wording
from room.desk_polls import entered_for
from room.wording import Json, Words


def delegations_json(words: Words, hall: Hall) -> list[Json]:
    """All delegations: their seats, what they wait for, and what they have answered of the polls the desk can
    enter a ballot for; who has answered a secret one is nobody's business."""
    seats: dict[DelegationId, list[Seat]] = {}
    for seat in hall.seats:
        seats.setdefault(seat.delegation_id, []).append(seat)
    waiting: dict[DelegationId, list[str]] = {}
    if hall.speakers is not None:
        for one in hall.speakers.waiting:
            waiting.setdefault(one.delegation_id, []).append(wording.kind(words, one.kind))
    answered = {
        one.poll.poll_id: hall.answers.get(one.poll.poll_id, {})
        for one in hall.standings
        if one.poll.state is PollState.OPEN and entered_for(one.poll)
    }
    return [
        _delegation(words, one, seats.get(one.delegation_id, []), waiting, answered)
        for one in hall.delegations
    ]


def _delegation(
    words: Words,
    one: Delegation,
    seats: Sequence[Seat],
    waiting: Mapping[DelegationId, list[str]],
    answered: Mapping[PollId, Mapping[str, object]],
) -> Json:
    taken = [seat for seat in seats if seat.taken]
    counted = [
        words.say(f"delegations.register.{presence}", n=number)
        for presence in (Presence.ROOM, Presence.VIRTUAL, Presence.UNKNOWN, Presence.LEFT)
        if (number := sum(seat.presence is presence for seat in taken))
    ]
    return {
        "delegation_id": one.delegation_id,
        "name": one.name,
        "short_name": one.short_name,
        "category_text": words.say(f"delegations.categories.{one.category}"),
        "tally": one.tally.value,
        "presence_text": ", ".join(counted) or words.say("room.nobody_seated"),
        "waiting": waiting.get(one.delegation_id, []),
        "answered": [poll_id for poll_id, voters in answered.items() if one.delegation_id in voters],
        "seats": [
            {
                "seat_id": seat.seat_id,
                "number": seat.number,
                "function_text": words.say(f"delegations.functions.{seat.function}"),
                "presence": seat.presence.value,
                "presence_text": words.say(f"delegations.where.{seat.presence}"),
                "taken": seat.taken,
                "note_text": words.say("room.page_used") if seat.opened_at is not None else None,
            }
            for seat in seats
        ],
    }
