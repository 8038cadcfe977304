"""The panel of those who run a list of speakers: who has the floor, who is next, and a press for each."""

from datetime import datetime
from typing import Any

import discord

from bot.controls import address, button
from bot.wall_faces import Panel
from bot.words import Composed, Words, plain, shortened
from cogs.speakers import wording
from cogs.speakers.wording import forecast_lines
from db.speaker_rows import Act
from meeting.notices import Channel
from meeting.speaker_list import opens_at, state_of_list, upcoming
from meeting.speaker_order import call_order, here, order
from meeting.speaker_time import ONE_SIDED, balance, elapsed
from meeting.speakers import Floor, Inscription, InscriptionId, ListState, SpeakerList, SpeechKind

COLOUR = 0x8F5A2F

ON_BUTTON = 60
"""Characters of a name on a button."""

Row = discord.ui.ActionRow[Any]


def desk_panel(words: Words, speakers: SpeakerList | None, act: Act | None, now: datetime) -> Panel:
    """What those who run the list see and press; `act` can be taken back."""
    if speakers is None:
        head = words.marked(words.say("speakers.desk.none"))
        return Panel("speakers-desk", Channel.MODERATORS, (head,), (), colour=COLOUR)
    text = "\n".join(desk_lines(words, speakers, now))
    foot = words.say("speakers.desk.foot")
    return Panel(
        "speakers-desk",
        Channel.MODERATORS,
        (words.marked(text), foot),
        tuple(desk_rows(words, speakers, act, now)),
        colour=COLOUR,
    )


def desk_lines(words: Words, speakers: SpeakerList, now: datetime, locale: str | None = None) -> list[str]:
    """How the list stands, for those who run it."""
    say, state = words.say, state_of_list(speakers, now)
    lines: list[str] = [
        say("speakers.desk.head", locale, title=speakers.sitting.title),
        say(f"speakers.desk.state.{state}", locale, at=opens_at(speakers)),
    ]
    orders = [one for one in order(speakers) if one.kind is SpeechKind.POINT_OF_ORDER]
    lines += [say("speakers.desk.order", locale, delegation=wording.name(speakers, one)) for one in orders]
    lines += _floor_lines(words, speakers, now, locale)
    lines += _next_lines(words, speakers, locale)
    if order(speakers):
        lines += forecast_lines(words, speakers, now, locale)
    sides = balance(speakers)
    lines.append(
        say(
            "speakers.desk.balance",
            locale,
            room=sides.heard[Floor.ROOM],
            room_waiting=sides.waiting[Floor.ROOM],
            virtual=sides.heard[Floor.VIRTUAL],
            virtual_waiting=sides.waiting[Floor.VIRTUAL],
        )
    )
    if sides.nudge is not None:
        lines.append(say(f"speakers.desk.nudge.{sides.nudge}", locale, n=ONE_SIDED))
    return lines


def _floor_lines(words: Words, speakers: SpeakerList, now: datetime, locale: str | None) -> list[str]:
    say, current = words.say, speakers.current
    if current is None or current.limit is None:
        return [say("speakers.desk.nobody", locale)]
    spent = elapsed(speakers, current, now)
    stopped = current.paused or speakers.sitting.suspended
    lines: list[str] = [
        say(
            "speakers.desk.paused" if stopped else "speakers.desk.speaks",
            locale,
            **_who(words, speakers, current, locale),
            limit=wording.length(words, current.limit, locale),
            since=words.hour(current.called_at) if current.called_at is not None else "",
            elapsed=wording.stopwatch(spent),
            until=wording.countdown(now + current.limit - spent),
        )
    ]
    if speakers.interrupted is not None:
        name = wording.name(speakers, speakers.interrupted)
        lines.append(say("speakers.desk.interrupted", locale, delegation=name))
    return lines


def _next_lines(words: Words, speakers: SpeakerList, locale: str | None) -> list[str]:
    say, following = words.say, upcoming(speakers)
    if following is None and speakers.interrupted is not None:
        name = wording.name(speakers, speakers.interrupted)
        return [say("speakers.desk.goes_on", locale, delegation=name)]
    if following is None:
        return [say("speakers.desk.next_none", locale)]
    after = [one for one in call_order(speakers) if one != following and here(speakers, one)][:1]
    line = say("speakers.desk.next", locale, **_who(words, speakers, following, locale))
    then = [say("speakers.desk.then", locale, **_who(words, speakers, one, locale)) for one in after]
    return [", ".join([line, *then])]


def _who(words: Words, speakers: SpeakerList, one: Inscription, locale: str | None) -> dict[str, object]:
    return {
        "delegation": wording.name(speakers, one),
        "side": wording.side(words, one.floor, locale),
        "behind": wording.behind(words, one, locale),
    }


def desk_rows(
    words: Words, speakers: SpeakerList, act: Act | None, now: datetime, locale: str | None = None
) -> list[Row]:
    """The buttons, each with what it was drawn for: a stale press changes nothing."""

    def one(verb: str, arg: str | int = "", label: str = "", **more: Any) -> discord.ui.Button[Any]:
        own, style = more.pop("values", {}), more
        text = plain(words.say(f"speakers.desk.buttons.{label or verb}", locale, **own))
        return button(text, address("speakers", speakers.item_id, verb, arg), **style)

    current, following = speakers.current, upcoming(speakers)
    first: list[discord.ui.Button[Any]] = []
    if speakers.sitting.on and (current is not None or following is not None):
        label, named = "next", following
        if following is None:
            label, named = ("goes_on" if speakers.interrupted is not None else "last"), current
        assert named is not None
        name = Composed(shortened(wording.name(speakers, named), ON_BUTTON))
        arg = f"{number_of(current)}.{number_of(following)}"
        primary = discord.ButtonStyle.success
        first.append(one("next", arg, label, values={"delegation": name}, style=primary))
    if speakers.sitting.on and current is not None:
        first.append(one("resume" if current.paused else "pause", current.inscription_id))
        if following is not None:
            first.append(one("end", current.inscription_id))
    if act is not None:
        verb = wording.act(words, act.verb, locale)
        first.append(one("undo", act.number, values={"act": verb}))
    second = [one(verb) for verb in _list_verbs(speakers, now)]
    return [Row(*buttons) for buttons in (first, second) if buttons]


def _list_verbs(speakers: SpeakerList, now: datetime) -> list[str]:
    state = state_of_list(speakers, now)
    if speakers.sitting.over:
        return []
    verbs = {
        ListState.NOT_OPEN: ["open"],
        ListState.OPEN: ["last_call", "close"],
        ListState.LAST_CALL: ["close"],
        ListState.CLOSED: ["reopen"],
    }[state]
    later = any(one.kind is SpeechKind.REPLY and one.pending for one in speakers.inscriptions)
    if later and not speakers.replies_due and speakers.sitting.on:
        verbs = [*verbs, "replies"]
    if balance(speakers).nudge is not None and speakers.policy.ratio != (1, 1):
        verbs = [*verbs, "alternate"]
    return verbs


def number_of(one: Inscription | None) -> InscriptionId:
    """An inscription's number in a button's address; 0: nobody."""
    return one.inscription_id if one is not None else InscriptionId(0)
