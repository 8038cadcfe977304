"""What a seat's page gets: now and next, the floor, polls, contributions, for one person without account."""

from collections.abc import Iterator

from db.room import Hall
from meeting import inputs
from meeting.agenda import Agenda, Item
from meeting.board import list_board, next_item, now_item, speech_of
from meeting.inputs import Attribution, Input, InputKind, InputState
from meeting.poll_times import course_of
from meeting.polls import Poll, PollState, Secrecy, Showing, Unit, admit, voter_of
from meeting.programme import Question
from meeting.refusals import Refused
from meeting.seats import Presence, Seated, SeatId, UnknownSeat
from meeting.speaker_list import state_of_list
from meeting.speaker_order import Because, explain, order
from meeting.speaker_time import forecast
from meeting.speakers import Inscription, ListState, SpeakerList, SpeechKind
from meeting.standings import Standing
from meeting.statements import LONGEST
from room import wording
from room.ballots import ballot_json
from room.buttons import button, field
from room.desk_floor import kinds_json
from room.results import result_json
from room.screen import item_json, list_json, meeting_json, next_json, row_json, speech_json
from room.wording import Json, Words

ROWS = 12
"""Rows of the list of speakers on a phone."""

TEXT = 20_000
"""Characters of a text typed on a page: an hour's reading would be three times that."""

CODE = 40
"""Characters of a code, typed with whatever stands between its groups."""

CLOSED = 6
"""Closed polls a page shows: the last."""


def seated_in(hall: Hall, seat_id: SeatId) -> Seated:
    """A seat with its delegation. Raises `UnknownSeat`."""
    seat = next((one for one in hall.seats if one.seat_id == seat_id), None)
    if seat is None:
        raise UnknownSeat(seat=seat_id)
    return Seated(seat, next(one for one in hall.delegations if one.delegation_id == seat.delegation_id))


def seat_json(words: Words, hall: Hall, seat_id: SeatId) -> Json:
    """Everything for the person in this seat."""
    agenda, now, mine = hall.plan.agenda, hall.now, seated_in(hall, seat_id)
    offset = now.astimezone(agenda.zone).utcoffset()
    assert offset is not None
    return {
        "marking": agenda.marking,
        "meeting": meeting_json(agenda.title, agenda.venue, offset),
        "item": item_json(words, now_item(agenda, now)),
        "next": next_json(words, next_item(agenda, now)),
        "seat": _seat(words, hall, mine),
        "floor": _floor(words, hall, mine),
        "polls": [_poll(words, hall, one, mine) for one in _listed(hall)],
        "contribute": [_question(words, hall, one, mine) for one in _questions(agenda)],
        "by_code": button(
            "by-code",
            words.say("discussions.own.code"),
            "discussions.withdraw_by_code",
            ask=[field("code", words.say("discussions.own.code_label"), CODE)],
        ),
        "leave_label": words.say("room.seat.leave"),
    }


def _seat(words: Words, hall: Hall, mine: Seated) -> Json:
    seat, say = mine.seat, words.say
    left = seat.presence is Presence.LEFT
    return {
        "delegation": mine.delegation.name,
        "short_name": mine.delegation.short_name,
        "function_text": say(f"delegations.functions.{seat.function}"),
        "presence": seat.presence.value,
        "presence_text": say(f"delegations.where.{seat.presence}"),
        "ask_presence": not left and seat.asks_presence(hall.now, hall.plan.agenda.zone),
        "presence_buttons": []
        if left
        else [
            button(
                f"presence-{one}",
                say(f"delegations.presence.buttons.{one}"),
                "delegations.state_presence",
                style="primary" if one is seat.presence else "plain",
                presence=one.value,
            )
            for one in (Presence.ROOM, Presence.VIRTUAL)
        ],
        "left_text": say("room.seat.left") if left else None,
        "hear_button": button("hear", say("room.hearing.say"), "room.cannot_hear"),
    }


# The floor


def _floor(words: Words, hall: Hall, mine: Seated) -> Json | None:
    speakers, now, say = hall.speakers, hall.now, words.say
    if speakers is None:
        return None
    board = list_board(speakers, now, ROWS)
    shown = list_json(words, board, beside=True)
    assert shown is not None
    own = mine.delegation.delegation_id
    state = state_of_list(speakers, now)
    here = state in (ListState.OPEN, ListState.LAST_CALL)
    waits = any(one.kind is SpeechKind.STATEMENT for one in speakers.of(own))
    rows = [
        {**row_json(words, row), "mine": one.delegation_id == own}
        for row, one in zip(board.rows, order(speakers), strict=False)
    ]
    writes = now < hall.plan.written_until
    return {
        "item_id": speakers.item_id,
        "title": speakers.sitting.title,
        "state": shown["state"],
        "state_text": shown["state_text"],
        "speaker": speech_json(words, speech_of(speakers, now)),
        "rows": rows,
        "more_text": shown["more_text"],
        "waiting": shown["waiting"],
        "waiting_text": shown["waiting_text"],
        "unfit_text": shown["unfit_text"],
        "policy_text": wording.order_of(words, speakers.policy),
        "mine": [_own(words, speakers, one, hall) for one in _waiting(speakers, mine)],
        "ask": button(
            "ask",
            say("speakers.panel.buttons.ask"),
            "speakers.ask",
            style="primary",
            item_id=speakers.item_id,
            kind=SpeechKind.STATEMENT.value,
        )
        if here and not waits
        else None,
        "kinds": kinds_json(words, speakers, text=TEXT) if here or speakers.sitting.on else [],
        "associate": _associate(words, speakers, mine),
        "write": button(
            "write",
            say("speakers.panel.buttons.write"),
            "speakers.submit",
            ask=[field("text", say("speakers.form.write_label"), min(TEXT, LONGEST), kind="long")],
            item_id=speakers.item_id,
        )
        if writes
        else None,
    }


def _waiting(speakers: SpeakerList, mine: Seated) -> list[Inscription]:
    """What the delegation has on the list, the floor included."""
    own, current = mine.delegation.delegation_id, speakers.current
    on = [current] if current is not None and current.delegation_id == own else []
    return [*on, *speakers.of(own)]


def _own(words: Words, speakers: SpeakerList, one: Inscription, hall: Hall) -> Json:
    say, number = words.say, one.inscription_id
    found, kind = explain(speakers, number), wording.kind(words, one.kind)
    if one is speakers.current:
        text, why = say("room.floor.yours", kind=kind), None
    elif found is None:
        text, why = say("room.floor.later", kind=kind), None
    else:
        begins = forecast(speakers, hall.now).begins.get(number, hall.now)
        values = {"place": found.place, "of": found.of, "at": words.hour(begins)}
        text, why = say("room.floor.place_of", kind=kind, **values), _why(words, speakers, one)
    buttons = []
    if one is not speakers.current:
        buttons.append(
            button(
                f"off-{number}",
                say("speakers.panel.buttons.withdraw"),
                "speakers.withdraw",
                inscription_id=number,
            )
        )
    if one.kind is not SpeechKind.POINT_OF_ORDER:
        verb = "ready" if one.not_now_at is not None else "put_off"
        label = say(f"room.floor.buttons.{verb}")
        buttons.append(button(f"{verb}-{number}", label, f"speakers.{verb}", inscription_id=number))
    return {"inscription_id": number, "text": text, "why_text": why, "buttons": buttons}


def _why(words: Words, speakers: SpeakerList, one: Inscription) -> str:
    """Who stands directly before it, and why that is so."""
    found, say = explain(speakers, one.inscription_id), words.say
    assert found is not None
    if one.not_now_at is not None:
        return say("room.floor.put_off")
    if found.ahead is None:
        return say("speakers.why.first")
    ahead = found.ahead
    name = speakers.delegation(ahead).short_name
    said = say("speakers.why.ahead", delegation=name, side=wording.side(words, ahead.floor))
    key = f"speakers.why.because.{found.because}"
    values: dict[str, object] = {"delegation": name}
    if found.because is Because.KIND:
        values = {"ahead": wording.kind(words, ahead.kind), "mine": wording.kind(words, one.kind)}
    elif found.because is Because.CATEGORY:
        values = {
            name: say(f"speakers.why.categories.{speakers.delegation(each).category}")
            for name, each in (("ahead", ahead), ("mine", one))
        }
    elif found.because is Because.INSCRIBED:
        zone = speakers.sitting.zone
        values["their_time"] = f"{ahead.inscribed_at.astimezone(zone):%H:%M:%S}"
        values["my_time"] = f"{one.inscribed_at.astimezone(zone):%H:%M:%S}"
    elif found.because is Because.SIDES:
        room, virtual = speakers.policy.ratio or (1, 1)
        values = {"room": room, "virtual": virtual}
    elif found.because is Because.MOVED and found.move is not None:
        own = found.move.inscription_id == one.inscription_id
        values = {
            "moved": say("speakers.why.because.moved_you") if own else name,
            "reason": found.move.reason,
        }
    return f"{said} {say(key, **values)}"


def _associate(words: Words, speakers: SpeakerList, mine: Seated) -> Json | None:
    """To stand behind the statement that is being made, or was last."""
    one, own = speakers.addressed, mine.delegation.delegation_id
    if one is None or one.delegation_id == own or own in one.associates or not speakers.sitting.on:
        return None
    label = words.say("room.floor.associate", delegation=speakers.delegation(one).short_name)
    return button("associate", label, "speakers.associate", inscription_id=one.inscription_id)


# Polls


def _listed(hall: Hall) -> list[Standing]:
    """Open polls, then the last closed ones."""
    asked = [one for one in hall.standings if one.poll.state is PollState.OPEN]
    closed = [one for one in hall.standings if one.poll.state is PollState.CLOSED]
    closed.sort(key=lambda one: one.poll.closed_at or hall.now, reverse=True)
    return [*asked, *closed[:CLOSED]]


def _poll(words: Words, hall: Hall, standing: Standing, mine: Seated) -> Json:
    poll, say = standing.poll, words.say
    voter = voter_of(poll, mine)
    answered = hall.answers.get(poll.poll_id, {}).get(voter)
    final = poll.secrecy is Secrecy.SECRET_FINAL
    cannot = _cannot(words, hall, poll, mine) if poll.state is PollState.OPEN else None
    opened = poll.state is PollState.OPEN and cannot is None and not (final and answered is not None)
    shown = standing if standing.figures else None
    if shown is None and poll.showing is Showing.OWN and answered is not None:
        shown = hall.own.get(poll.poll_id)
    return {
        "poll_id": poll.poll_id,
        "head_text": say("room.poll.head"),
        "question": poll.question,
        "round_text": wording.round_of(words, standing),
        "state": poll.state.value,
        "state_text": wording.poll_state(words, standing),
        "turnout_text": say("polls.panel.answered", turnout=wording.turnout(words, standing)),
        "unit_text": say(f"polls.unit.{poll.unit}"),
        "shows_text": say(f"polls.showing.{poll.showing}") if poll.state is PollState.OPEN else None,
        "foot_text": say("polls.panel.nothing_decided"),
        "ballot": ballot_json(words, poll, voter) if opened else None,
        "cannot_text": cannot,
        "mine_text": _mine(words, hall, standing, mine, answered),
        "confirm_text": say("room.poll.confirm") if final else None,
        "result": result_json(words, shown) if shown is not None else None,
    }


def _cannot(words: Words, hall: Hall, poll: Poll, mine: Seated) -> str | None:
    """Why this person is not asked."""
    try:
        admit(poll, mine, course_of(hall.plan.agenda, poll), hall.now, answered=None)
    except Refused as refused:
        return words.refusal(refused)
    return None


def _mine(
    words: Words, hall: Hall, standing: Standing, mine: Seated, answered: tuple[object, str] | None
) -> str | None:
    """The ballot that stands: when and by whom it was cast, and what it says where the record knows."""
    poll, say = standing.poll, words.say
    if answered is None:
        return None
    at, hand = answered
    if poll.unit is Unit.PERSON:
        said = say("room.poll.mine_person", at=at)
    else:
        by_me = hand == mine.seat.seat_id
        hand_text = say(f"polls.answer.hand_{'me' if by_me else 'colleague'}")
        if hand == "":
            hand_text = say("room.poll.hand_desk")
        said = say("room.poll.mine", who=mine.delegation.short_name, at=at, hand=hand_text)
    kept = hall.ballots.get(poll.poll_id, {}).get(voter_of(poll, mine)) if poll.linked else None
    if kept is not None:
        return f"{said} {say('polls.answer.content', choice=wording.choice(words, poll, kept))}"
    if poll.secrecy is Secrecy.SECRET_FINAL:
        return f"{said} {say('polls.answer.content_secret')}"
    return f"{said} {say('polls.answer.content_cut')}"


# Contributions


def _questions(agenda: Agenda) -> Iterator[tuple[Item, Question]]:
    """The guiding questions, that of the running item first."""
    items = sorted((one for one in agenda.items if one.question), key=lambda one: not one.on)
    for item in items:
        if item.question is not None:
            yield item, item.question


def _question(words: Words, hall: Hall, one: tuple[Item, Question], mine: Seated) -> Json:
    item, question = one
    say, until = words.say, hall.plan.written_until
    taken = hall.now < until
    own = [
        each
        for each in hall.inputs
        if each.question_id == question.question_id
        and each.seat_id == mine.seat.seat_id
        and each.state is not InputState.WITHDRAWN
    ]
    return {
        "question_id": question.question_id,
        "title": question.title,
        "text": question.text,
        "current": item.on,
        "parts": [{"part_id": part.part_id, "text": part.text} for part in question.parts],
        "until_text": say("room.contribute.until" if taken else "room.contribute.over", at=until),
        "open": taken,
        "kinds": [
            {
                "kind": kind.value,
                "text": say(f"discussions.kinds.{kind}"),
                "hint": say(f"discussions.form.kinds.{kind}"),
            }
            for kind in InputKind
        ],
        "attributions": [
            {
                "attribution": name.value,
                "text": say(f"discussions.form.attributions.{name}"),
                "hint": say(f"discussions.form.about.{name}"),
            }
            for name in Attribution
        ],
        "warning_text": say("discussions.form.warning"),
        "max": inputs.LONGEST,
        "mine": [_input(words, each) for each in own],
    }


def _input(words: Words, one: Input) -> Json:
    withdraw = button(
        f"input-{one.input_id}",
        words.say("discussions.own.withdraw"),
        "discussions.withdraw",
        confirm=words.say("room.confirm.input"),
        input_id=one.input_id,
    )
    return {
        "text": one.text,
        "state_text": words.say(f"discussions.states.{one.state}"),
        "buttons": [withdraw],
    }
