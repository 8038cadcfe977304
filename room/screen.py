"""The screen in the room as its page gets it: the board's values, with every sentence made."""

from datetime import datetime, timedelta

from meeting.agenda import State
from meeting.board import DayBoard, ListBoard, ListRow, NextItem, NowItem, Screen, Speech
from meeting.room import Layout
from room import wording
from room.results import poll_json, result_json
from room.wording import Json, Words, ms, ms_or_none


def screen_json(words: Words, shown: Screen) -> Json:
    """The screen without what belongs to one sending (`seq`, `now`) and to the house (`join`)."""
    poll = shown.poll
    result = poll is not None and bool(poll.figures)
    return {
        "layout": shown.layout.value,
        "held_at": None,
        "note_text": None,
        "marking": shown.marking,
        "meeting": meeting_json(shown.title, shown.venue, shown.zone_offset),
        "item": item_json(words, shown.item),
        "next": next_json(words, shown.following),
        "speaker": speech_json(words, shown.speech),
        "list": list_json(words, shown.speakers, beside=shown.layout is Layout.SPEAKER),
        "poll": poll_json(words, poll) if poll is not None and shown.layout is Layout.POLL else None,
        "result": result_json(words, poll) if poll is not None and result else None,
        "agenda": day_json(words, shown.day),
        "message": message_json(shown.message),
    }


def meeting_json(title: str, venue: str, offset: timedelta) -> Json:
    """What the meeting is called, and how far the venue's clock is from UTC."""
    return {"title": title, "venue": venue, "offset_min": int(offset.total_seconds() // 60)}


def item_json(words: Words, item: NowItem | None) -> Json | None:
    """What is on."""
    if item is None:
        return None
    state = State.SUSPENDED if item.suspended else State.RUNNING
    return {
        "title": item.title,
        "kind": item.kind.value,
        "state": state.value,
        "state_text": wording.state(words, state),
        "begins": ms(item.begins),
        "ends": ms(item.ends),
        "times_text": wording.span(words, item.begins, item.ends),
        "mode_text": wording.mode(words, item.mode),
    }


def next_json(words: Words, following: NextItem | None) -> Json | None:
    """What comes next."""
    if following is None:
        return None
    return {
        "title": following.title,
        "kind": following.kind.value,
        "begins": ms(following.begins),
        "at_text": words.hour(following.begins),
    }


def speech_json(words: Words, speech: Speech | None) -> Json | None:
    """Who has the floor."""
    if speech is None:
        return None
    limit, paused = wording.length(words, speech.limit), None
    if speech.spent is not None:
        spent = wording.stopwatch(speech.spent)
        paused = words.say("room.floor.paused", elapsed=spent, limit=limit)
    interrupted = None
    if speech.interrupted is not None:
        interrupted = words.say("room.floor.interrupted", delegation=speech.interrupted)
    return {
        "name": speech.name,
        "short_name": speech.short_name,
        "side": speech.floor.value,
        "side_text": wording.side(words, speech.floor),
        "kind": speech.kind.value,
        "kind_text": wording.behind(words, speech.kind, speech.group),
        "person": speech.speaker or None,
        "subject": speech.subject or None,
        "limit_s": int(speech.limit.total_seconds()),
        "spent_s": round(speech.spent.total_seconds(), 1) if speech.spent is not None else None,
        "running": speech.until is not None,
        "until": ms_or_none(speech.until),
        "limit_text": limit,
        "paused_text": paused,
        "interrupted_text": interrupted,
    }


def list_json(words: Words, shown: ListBoard | None, *, beside: bool = False) -> Json | None:
    """The list of speakers."""
    if shown is None:
        return None
    more = shown.waiting - len(shown.rows)
    waiting = words.say("speakers.panel.nobody_waits")
    if shown.waiting:
        heard_by = words.hour(shown.heard_by)
        waiting = words.say("speakers.panel.waiting", n=shown.waiting, at=heard_by)
    unfit, replies = None, None
    if shown.unfit:
        unfit = words.say("speakers.panel.unfit", n=shown.unfit, at=words.hour(shown.ends))
    if shown.replies:
        replies = words.say("speakers.panel.replies", n=shown.replies)
    return {
        "title": shown.title,
        "state": shown.state.value,
        "state_text": wording.list_state(
            words, shown.state, shown.opens, shown.closes, shown.closed_at, over=shown.over
        ),
        "rows": [row_json(words, row) for row in shown.rows],
        "waiting": shown.waiting,
        "waiting_text": waiting,
        "unfit_text": unfit,
        "more_text": words.say("speakers.panel.more", n=more) if more else None,
        "replies_text": replies,
        "policy_text": None if beside else wording.order_of(words, shown.policy),
    }


def row_json(words: Words, row: ListRow) -> Json:
    """Who waits."""
    note = None
    if row.absent:
        note = words.say("room.floor.absent")
    elif row.put_off:
        note = words.say("room.floor.not_now")
    return {
        "place": row.place,
        "name": row.name,
        "short_name": row.short_name,
        "side": row.floor.value,
        "side_text": wording.side(words, row.floor),
        "kind": row.kind.value,
        "kind_text": wording.behind(words, row.kind, row.group),
        "note_text": note,
    }


def day_json(words: Words, day: DayBoard | None) -> Json | None:
    """The day, line by line."""
    if day is None:
        return None
    modes = {row.mode for row in day.rows}
    return {
        "day_text": words.say("room.day", day=day.title, date=words.date(day.noon)),
        "rows": [
            {
                "title": row.title,
                "times_text": wording.span(words, row.begins, row.ends),
                "state": "awaited" if row.awaited else row.state.value,
                "state_text": wording.state(words, row.state, awaited=row.awaited),
                "kind": row.kind.value,
                "mode_text": wording.mode(words, row.mode) if len(modes) > 1 else None,
            }
            for row in day.rows
        ],
        "more_text": None,
    }


def message_json(text: str | None) -> Json | None:
    """A message, with its lines apart."""
    return {"text": text, "lines": text.splitlines()} if text is not None else None


def held(words: Words, picture: Json, at: datetime) -> Json:
    """A picture that is held, as it is shown: every clock on it stands."""
    return picture | {"held_at": ms(at), "note_text": words.say("room.held", at=words.hour(at))}
