"""The desk as its page gets it: how everything stands, and a button for each thing that can be done now."""

from collections.abc import Iterator, Sequence

from db.room import Hall
from meeting.agenda import State
from meeting.board import next_item, now_item
from meeting.room import MESSAGE, Show
from meeting.timetable import MINUTE, forecast
from room.buttons import button, field
from room.desk_floor import floor_json
from room.desk_people import delegations_json
from room.desk_polls import listed_polls, poll_json
from room.screen import item_json, meeting_json, next_json
from room.wording import Json, Words, ms

LATER = (5, 15)
"""Minutes an item is given by one press."""


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
        "speakers": floor_json(words, hall),
        "polls": [poll_json(words, one) for one in listed_polls(hall.standings, hall.now)],
        "delegations": delegations_json(words, hall),
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
