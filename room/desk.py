"""The desk as its page gets it: how everything stands, and a button for each thing that can be done now."""

from collections.abc import Iterator, Mapping, Sequence

from db.room import Hall
from meeting.agenda import State
from meeting.board import list_board, next_item, now_item, speech_of
from meeting.delegations import Delegation, DelegationId
from meeting.poll_times import When
from meeting.polls import Poll, PollId, PollKind, PollState, Secrecy, Unit
from meeting.room import MESSAGE, Show
from meeting.seats import Presence, Seat
from meeting.speaker_list import REASON, state_of_list, upcoming
from meeting.speaker_order import order
from meeting.speaker_time import ONE_SIDED, balance
from meeting.speakers import Floor, Inscription, ListState, SpeakerList, SpeechKind
from meeting.standings import Standing
from meeting.timetable import MINUTE, forecast
from room import wording
from room.ballots import ballot_json
from room.buttons import button, field
from room.screen import item_json, list_json, meeting_json, next_json, row_json, speech_json
from room.wording import Json, Words, ms

LATER = (5, 15)
"""Minutes an item or a poll is given by one press."""

LISTED = 200
"""Rows of the list of speakers: all of them."""

LINE = 100
"""Characters of a speaker's name, a group or a subject."""

LATE_MINUTES = 10
"""For so long a poll is opened whose time went by."""

SETTLED = 6
"""Closed polls that show already, as far as the desk lists them: the last."""


def desk_json(words: Words, hall: Hall, digest: bytes, shown: Json, troubles: Sequence[str]) -> Json:
    """How everything stands, for the desk of this device. `shown`: the screen as it is sent."""
    agenda = hall.plan.agenda
    offset = hall.now.astimezone(agenda.zone).utcoffset()
    assert offset is not None
    return {
        "marking": agenda.marking,
        "meeting": meeting_json(agenda.title, agenda.venue, offset),
        "operator": hall.devices.get(digest) or None,
        "troubles": list(troubles),
        "agenda": _agenda(words, hall),
        "screen": _screen(words, hall, shown),
        "speakers": _speakers(words, hall),
        "polls": [_poll(words, hall, one) for one in _listed(hall.standings)],
        "polls_more_text": None,
        "delegations": _delegations(words, hall),
        "reports": [
            {
                "report_id": one.hearing_id,
                "at": ms(one.made_at),
                "at_text": words.hour(one.made_at),
                "text": words.say(
                    f"room.hearing.{'online' if one.online else 'room'}", delegation=one.delegation
                ),
                "button": button(
                    f"hear-{one.hearing_id}",
                    words.say("room.hearing.settle"),
                    "room.settle_hearing",
                    report_id=one.hearing_id,
                ),
            }
            for one in hall.hearings
        ],
        "reports_text": words.say("room.hearing.head", n=len(hall.hearings)) if hall.hearings else None,
    }


# The agenda


def _agenda(words: Words, hall: Hall) -> Json:
    agenda, now = hall.plan.agenda, hall.now
    day_id = agenda.today(now).day_id
    lines = [
        words.say("agenda.operator.lost", title=slot.item.title, n=int(slot.lost / MINUTE))
        for slot in forecast(agenda, day_id, now)
        if slot.lost >= MINUTE and slot.item.state is not State.ENDED
    ]
    return {
        "item": item_json(words, now_item(agenda, now)),
        "next": next_json(words, next_item(agenda, now)),
        "lines": lines,
        "buttons": list(_agenda_buttons(words, hall)),
    }


def _agenda_buttons(words: Words, hall: Hall) -> Iterator[Json]:
    """Each carries the agenda's revision: a stale press changes nothing."""
    agenda, say = hall.plan.agenda, words.say
    running, following, revision = agenda.running, agenda.next_item(hall.now), agenda.revision
    if following is not None:
        yield button(
            "agenda-next",
            say("agenda.operator.buttons.next", title=following.title),
            "agenda.next",
            confirm=say("room.confirm.start", title=following.title),
            revision=revision,
            item_id=following.item_id,
        )
    if running is None:
        return
    yield button(
        "agenda-end",
        say("agenda.operator.buttons.end"),
        "agenda.end",
        confirm=say("room.confirm.end", title=running.title),
        revision=revision,
    )
    verb = "resume" if running.state is State.SUSPENDED else "suspend"
    yield button(
        f"agenda-{verb}", say(f"agenda.operator.buttons.{verb}"), f"agenda.{verb}", revision=revision
    )
    for minutes in LATER:
        label = say("agenda.operator.buttons.more", minutes=minutes)
        yield button(f"agenda-more-{minutes}", label, "agenda.extend", revision=revision, minutes=minutes)


# The screen


def _screen(words: Words, hall: Hall, shown: Json) -> Json:
    chosen, say = hall.chosen, words.say
    mode = "held" if chosen.held_at is not None else chosen.show.value
    since = None
    if chosen.since is not None:
        key = "room.screen.since_by" if chosen.operator else "room.screen.since"
        since = say(key, at=chosen.since, operator=chosen.operator)
    return {
        "mode": mode,
        "mode_text": say(f"room.screen.mode.{mode}"),
        "since_text": since,
        "buttons": list(_screen_buttons(words, hall)),
        "shown": shown,
    }


def _screen_buttons(words: Words, hall: Hall) -> Iterator[Json]:
    say, chosen = words.say, hall.chosen
    for show in (Show.FOLLOW, Show.AGENDA, Show.LIST):
        if show is chosen.show and chosen.held_at is None:
            continue
        yield button(
            f"show-{show}",
            say(f"room.screen.buttons.{show}"),
            "room.show",
            style="primary" if show is Show.FOLLOW else "plain",
            key="f" if show is Show.FOLLOW else None,
            preview={"show": show.value, "poll_id": None},
            show=show.value,
        )
    if chosen.held_at is None:
        yield button("freeze", say("room.screen.buttons.freeze"), "room.freeze", key="z")
    yield button(
        "message",
        say("room.screen.buttons.message"),
        "room.show",
        key="m",
        ask=[field("text", say("room.screen.message"), MESSAGE, kind="long")],
        preview={"show": Show.MESSAGE.value, "poll_id": None},
        show=Show.MESSAGE.value,
    )
    if chosen.show is not Show.BLANK or chosen.held_at is not None:
        yield button("blank", say("room.screen.buttons.blank"), "room.show", key="b", show=Show.BLANK.value)


# The list of speakers


def _speakers(words: Words, hall: Hall) -> Json | None:
    speakers, now = hall.speakers, hall.now
    if speakers is None:
        return None
    board = list_json(words, list_board(speakers, now, LISTED))
    assert board is not None
    rows = list_board(speakers, now, LISTED).rows
    return {
        "item_id": speakers.item_id,
        "title": speakers.sitting.title,
        "state": board["state"],
        "state_text": board["state_text"],
        "speaker": speech_json(words, speech_of(speakers, now)),
        "rows": [
            {
                **row_json(words, row),
                "inscription_id": one.inscription_id,
                "since_text": words.hour(one.inscribed_at),
                "buttons": list(_row_buttons(words, speakers, one, row.place)),
            }
            for row, one in zip(rows, order(speakers), strict=False)
        ],
        "lines": list(_lines(words, speakers)),
        "waiting": board["waiting"],
        "waiting_text": board["waiting_text"],
        "unfit_text": board["unfit_text"],
        "kinds": kinds_json(words, speakers),
        "buttons": list(_floor_buttons(words, hall, speakers)),
    }


def _lines(words: Words, speakers: SpeakerList) -> Iterator[str]:
    for one in order(speakers):
        if one.kind is SpeechKind.POINT_OF_ORDER:
            yield words.say("speakers.desk.order", delegation=wording.name(speakers, one))
    sides = balance(speakers)
    yield words.say(
        "speakers.desk.balance",
        room=sides.heard[Floor.ROOM],
        room_waiting=sides.waiting[Floor.ROOM],
        virtual=sides.heard[Floor.VIRTUAL],
        virtual_waiting=sides.waiting[Floor.VIRTUAL],
    )
    if sides.nudge is not None:
        yield words.say(f"speakers.desk.nudge.{sides.nudge}", n=ONE_SIDED)


def kinds_json(words: Words, speakers: SpeakerList, *, text: int = 0) -> list[Json]:
    """What can be asked for now, with what belongs to each; `text`: characters of a text to hand in."""
    kinds = [SpeechKind.STATEMENT, SpeechKind.GROUP]
    if speakers.sitting.on:
        kinds += [SpeechKind.QUESTION, SpeechKind.POINT_OF_ORDER, SpeechKind.REPLY]
    found = []
    for kind in kinds:
        names = ["group"] if kind is SpeechKind.GROUP else []
        names += ["speaker", "subject"] if kind is not SpeechKind.POINT_OF_ORDER else []
        fields = [
            field(name, words.say(f"speakers.form.{name}"), LINE) | {"required": name == "group"}
            for name in names
        ]
        if text and kind in (SpeechKind.STATEMENT, SpeechKind.GROUP):
            fields.append(field("text", words.say("speakers.form.text"), text, kind="long"))
        found.append({"kind": kind.value, "text": wording.kind(words, kind), "fields": fields})
    return found


def _row_buttons(words: Words, speakers: SpeakerList, one: Inscription, place: int) -> Iterator[Json]:
    say, number = words.say, one.inscription_id
    yield button(
        f"off-{number}",
        say("speakers.panel.buttons.withdraw"),
        "speakers.withdraw",
        confirm=say("room.confirm.withdraw", delegation=wording.name(speakers, one)),
        inscription_id=number,
    )
    if one.kind is not SpeechKind.POINT_OF_ORDER:
        verb = "ready" if one.not_now_at is not None else "put_off"
        yield button(
            f"{verb}-{number}", say(f"room.floor.buttons.{verb}"), f"speakers.{verb}", inscription_id=number
        )
    reason = field("reason", say("speakers.desk.undo.label"), REASON)
    yield button(
        f"move-{number}",
        say("room.floor.buttons.move"),
        "speakers.move",
        ask=[field("place", say("room.floor.place"), LISTED, kind="number"), reason],
        inscription_id=number,
        item_id=speakers.item_id,
    )


def _floor_buttons(words: Words, hall: Hall, speakers: SpeakerList) -> Iterator[Json]:
    """Each carries what it was drawn for: a stale press changes nothing."""
    say, item_id = words.say, speakers.item_id
    current, following = speakers.current, upcoming(speakers)
    number = current.inscription_id if current is not None else None
    if speakers.sitting.on and (current is not None or following is not None):
        label, named = "next", following
        if following is None:
            label, named = ("goes_on" if speakers.interrupted is not None else "last"), current
        assert named is not None
        yield button(
            "next",
            say(f"speakers.desk.buttons.{label}", delegation=wording.name(speakers, named)),
            "speakers.call_next",
            style="primary",
            key="n",
            item_id=item_id,
            expected=[number, following.inscription_id if following is not None else None],
        )
    if speakers.sitting.on and current is not None:
        verb = "resume" if current.paused else "pause"
        label = say(f"speakers.desk.buttons.{verb}")
        yield button(verb, label, f"speakers.{verb}", key="p", item_id=item_id, expected=number)
        if following is not None:
            label = say("speakers.desk.buttons.end")
            yield button("end", label, "speakers.end", key="e", item_id=item_id, expected=number)
    act = hall.acts.get(item_id)
    if act is not None:
        verb = words.say(f"speakers.acts.{act.verb.removeprefix('speakers.')}")
        yield button(
            "undo",
            say("speakers.desk.buttons.undo", act=verb),
            "speakers.undo",
            key="u",
            ask=[
                field("reason", say("speakers.desk.undo.label"), REASON, hint=say("speakers.desk.undo.hint"))
            ],
            item_id=item_id,
            number=act.number,
        )
    for verb in _list_verbs(hall, speakers):
        sure = None
        if verb == "close":
            sure = say("room.confirm.close_list", title=speakers.sitting.title)
        label = say(f"speakers.desk.buttons.{verb}")
        yield button(verb, label, f"speakers.{verb}", confirm=sure, item_id=item_id)


def _list_verbs(hall: Hall, speakers: SpeakerList) -> list[str]:
    if speakers.sitting.over:
        return []
    verbs = {
        ListState.NOT_OPEN: ["open"],
        ListState.OPEN: ["last_call", "close"],
        ListState.LAST_CALL: ["close"],
        ListState.CLOSED: ["reopen"],
    }[state_of_list(speakers, hall.now)]
    later = any(one.kind is SpeechKind.REPLY and one.pending for one in speakers.inscriptions)
    if later and not speakers.replies_due and speakers.sitting.on:
        verbs = [*verbs, "replies"]
    return verbs


# Polls


def _listed(standings: Sequence[Standing]) -> list[Standing]:
    """Open ones, those that wait to be shown, those to come, and the last that show already."""

    def rank(standing: Standing) -> int:
        poll = standing.poll
        if poll.state is PollState.OPEN:
            return 0
        if poll.state is PollState.CLOSED:
            return 3 if poll.published else 1
        return 2

    settled = [one for one in standings if rank(one) == 3]
    rest = sorted((one for one in standings if rank(one) != 3), key=rank)
    settled.sort(key=lambda one: one.poll.closed_at or one.poll.opened_at or one.poll.poll_id, reverse=True)
    return [*rest, *settled[:SETTLED]]


def _poll(words: Words, hall: Hall, standing: Standing) -> Json:
    poll = standing.poll
    lines = [words.say("room.poll.options_missing")] if not poll.options else []
    if standing.in_person:
        lines.append(words.say("polls.panel.in_person"))
    by_desk = poll.unit is Unit.DELEGATION and poll.secrecy is not Secrecy.SECRET_FINAL
    opened = poll.state is PollState.OPEN
    if opened and not by_desk:
        lines.append(words.say("room.poll.own_hands"))
    state = wording.poll_state(words, standing)
    if standing.missed:
        state = words.say("room.poll.missed")
    if poll.state is PollState.CLOSED and not poll.published:
        lines.append(words.say("room.poll.waits"))
    return {
        "poll_id": poll.poll_id,
        "question": poll.question,
        "round_text": wording.round_of(words, standing),
        "state": poll.state.value,
        "state_text": state,
        "turnout_text": wording.turnout(words, standing) if poll.opened_at is not None else None,
        "lines": lines,
        "buttons": list(_poll_buttons(words, standing)),
        "ballot": ballot_json(words, poll) if opened and by_desk else None,
        "hand_count": _hand_count(words, poll),
        "screen_button": _show_poll(words, poll),
    }


def _poll_buttons(words: Words, standing: Standing) -> Iterator[Json]:
    poll, say = standing.poll, words.say
    question, key = poll.question, poll.poll_id
    if poll.state is PollState.PLANNED and poll.options:
        by_hand = poll.opens.when is When.HAND or not standing.missed
        label = say("room.poll.buttons.open" if by_hand else "room.poll.buttons.late", n=LATE_MINUTES)
        minutes: Json = {} if by_hand else {"minutes": LATE_MINUTES}
        sure = say("room.confirm.open_poll", question=question)
        yield button(f"open-{key}", label, "polls.open", confirm=sure, poll_id=key, **minutes)
    if poll.state is PollState.OPEN:
        turnout = wording.turnout(words, standing)
        sure = say("polls.desk.confirm_close", question=question, turnout=turnout)
        yield button(f"close-{key}", say("room.poll.buttons.close"), "polls.close", confirm=sure, poll_id=key)
        kind = "more" if standing.expected is not None else "soon"
        label = say(f"room.poll.buttons.{kind}", n=LATER[0])
        yield button(f"more-{key}", label, "polls.extend", poll_id=key, minutes=LATER[0])
    if poll.state is PollState.CLOSED and not poll.published:
        sure = say("polls.desk.confirm_release", question=question)
        label = say("room.poll.buttons.release")
        yield button(f"release-{key}", label, "polls.release", confirm=sure, style="primary", poll_id=key)
    if poll.state is PollState.CLOSED:
        label = say("room.poll.buttons.round")
        sure = say("room.confirm.round", question=question)
        yield button(f"round-{key}", label, "polls.round", confirm=sure, poll_id=key)


def _hand_count(words: Words, poll: Poll) -> Json | None:
    """What is asked for where hands were counted in the room."""
    if poll.kind not in (PollKind.SINGLE, PollKind.APPROVAL) or poll.opened_at is None:
        return None
    tallies = [{"tally": one.value, "text": wording.tally(words, poll, one)} for one in poll.tallies]
    options = [{"n": n, "text": option.text} for n, option in enumerate(poll.options, start=1)]
    return {"options": options, "tallies": tallies}


def _show_poll(words: Words, poll: Poll) -> Json | None:
    if poll.opened_at is None:
        return None
    return button(
        f"show-{poll.poll_id}",
        words.say("room.screen.buttons.poll"),
        "room.show",
        preview={"show": Show.POLL.value, "poll_id": poll.poll_id},
        show=Show.POLL.value,
        poll_id=poll.poll_id,
    )


# Delegations


def _delegations(words: Words, hall: Hall) -> list[Json]:
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
        if one.poll.state is PollState.OPEN and one.poll.unit is Unit.DELEGATION
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
