"""Whom the list of speakers calls by name: who has the floor, and the next two; each once.

These are the only personal mentions there are. A point of order is an alarm for those who conduct.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from meeting.notices import Channel, Log, Notice, NoticeKind, key, said_of
from meeting.speaker_time import next_two
from meeting.speakers import Inscription, SpeakerList, SpeechKind

LAPSES = timedelta(minutes=5)
"""After this long nobody needs to be called any more: they have spoken, or were called in the room."""


def of_speakers(lists: Iterable[SpeakerList], log: Log, now: datetime) -> list[Notice]:
    """Every such notice as things stand, said or not. Its text is the delegation's name."""
    notices = []
    for speakers in lists:
        if not speakers.sitting.on:
            continue
        current = speakers.current
        if current is not None and current.called_at is not None:
            said = said_of(log, _name(current), NoticeKind.CALLED)
            # Somebody called again after “not now”, or after the call was taken back, is told again.
            if not said or said[-1].about_at != current.called_at:
                notices += _to(speakers, current, NoticeKind.CALLED, len(said) + 1, current.called_at)
        for one in next_two(speakers):
            if one.kind is SpeechKind.POINT_OF_ORDER:
                continue  # it has just been raised, and is heard at once
            notices += _to(speakers, one, NoticeKind.ON_DECK, 0, now)
        raised = {o.delegation_id: o for o in speakers.waiting if o.kind is SpeechKind.POINT_OF_ORDER}
        for one in raised.values():
            said = said_of(log, _raised(one), NoticeKind.ORDER_RAISED)
            last = said[-1].about_at if said else None
            # Taken back and raised again at once, it calls nobody a second time.
            if last is None or one.inscribed_at - last >= LAPSES:
                kind, at = NoticeKind.ORDER_RAISED, one.inscribed_at
                notices.append(_notice(speakers, one, kind, len(said) + 1, at, Channel.MODERATORS))
    return notices


def _to(speakers: SpeakerList, one: Inscription, kind: NoticeKind, count: int, at: datetime) -> list[Notice]:
    """To the person who asked; a desk's entry has none."""
    return [] if one.user_id is None else [_notice(speakers, one, kind, count, at, Channel.FLOOR)]


def _notice(
    speakers: SpeakerList, one: Inscription, kind: NoticeKind, count: int, at: datetime, channel: Channel
) -> Notice:
    name = _raised(one) if kind is NoticeKind.ORDER_RAISED else _name(one)
    words = (name, kind.value, *([count] if count else []))
    return Notice(
        key(*words),
        kind,
        channel,
        None,
        speakers.item_id,
        at,
        at + LAPSES,
        None if kind is NoticeKind.ON_DECK else at,
        speakers.delegation(one).name,
        user_id=one.user_id if channel is Channel.FLOOR else None,
    )


def _raised(one: Inscription) -> str:
    return f"order {one.item_id} {one.delegation_id}"


def _name(one: Inscription) -> str:
    return f"speaker {one.inscription_id}"
