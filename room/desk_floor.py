"""The list of speakers as the desk gets it, with what can be done to it now."""

from collections.abc import Iterator

from db.room import Hall
from meeting.board import list_board, speech_of
from meeting.speaker_list import REASON, state_of_list, upcoming
from meeting.speaker_order import order
from meeting.speaker_time import ONE_SIDED, balance
from meeting.speakers import Floor, Inscription, ListState, SpeakerList, SpeechKind
from room import wording
from room.buttons import button, field
from room.screen import list_json, row_json, speech_json
from room.wording import Json, Words

LISTED = 200
"""Rows of the list of speakers: all of them."""

LINE = 100
"""Characters of a speaker's name, a group or a subject."""


def floor_json(words: Words, hall: Hall) -> Json | None:
    """The list that is on, or else open; None where there is neither."""
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
