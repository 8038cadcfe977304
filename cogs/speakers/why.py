"""Why an inscription stands where it does, in words."""

from datetime import datetime

from bot.words import Composed, Words
from cogs.speakers import wording
from meeting.programme import Mode
from meeting.speaker_order import Because, Explanation, explain
from meeting.speaker_time import forecast
from meeting.speakers import Floor, Inscription, SpeakerList


def why_lines(
    words: Words, speakers: SpeakerList, one: Inscription, now: datetime, locale: str | None
) -> list[str]:
    """The place, who stands directly before it, and why."""
    say, found = words.say, explain(speakers, one.inscription_id)
    name = speakers.delegation(one).name
    if found is None:
        return [say("speakers.why.later", locale, delegation=name)]
    lines: list[str] = [
        say(
            "speakers.why.place",
            locale,
            delegation=name,
            kind=wording.kind(words, one.kind, locale),
            place=found.place,
            of=found.of,
            at=forecast(speakers, now).begins[one.inscription_id],
        )
    ]
    if one.not_now_at is not None:
        lines.append(say("speakers.why.put_off", locale))
    elif one.floor is Floor.VIRTUAL and speakers.sitting.mode is Mode.IN_PERSON:
        lines.append(say("speakers.why.online", locale))
    if found.ahead is None:
        lines.append(say("speakers.why.first", locale))
    else:
        ahead = speakers.delegation(found.ahead).name
        side = wording.side(words, found.ahead.floor, locale)
        lines.append(say("speakers.why.ahead", locale, delegation=ahead, side=side))
        lines.append(_because(words, speakers, one, found, found.ahead, locale))
    if found.move is not None and found.because is not Because.MOVED:
        lines.append(say("speakers.why.moved", locale, reason=found.move.reason))
    return lines


def _because(
    words: Words,
    speakers: SpeakerList,
    one: Inscription,
    found: Explanation,
    ahead: Inscription,
    locale: str | None,
) -> Composed:
    key, say = f"speakers.why.because.{found.because}", words.say
    name = wording.name(speakers, ahead)
    if found.because is Because.KIND:
        kinds = {
            "ahead": wording.kind(words, ahead.kind, locale),
            "mine": wording.kind(words, one.kind, locale),
        }
        return say(key, locale, **kinds)
    if found.because is Because.CATEGORY:
        theirs, mine = (
            say(f"speakers.why.categories.{speakers.delegation(each).category}", locale)
            for each in (ahead, one)
        )
        return say(key, locale, ahead=theirs, mine=mine)
    if found.because is Because.INSCRIBED:
        times = [Composed(f"{each.inscribed_at.astimezone(words.zone):%H:%M:%S}") for each in (ahead, one)]
        return say(key, locale, delegation=name, their_time=times[0], my_time=times[1])
    if found.because is Because.SIDES:
        room, virtual = speakers.policy.ratio or (1, 1)
        return say(key, locale, room=room, virtual=virtual)
    if found.because is Because.MOVED and found.move is not None:
        own = found.move.inscription_id == one.inscription_id
        moved = say("speakers.why.because.moved_you", locale) if own else name
        return say(key, locale, moved=moved, reason=found.move.reason)
    return say(key, locale, delegation=name)
