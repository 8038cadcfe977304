"""What hangs of lists of speakers: a panel for each item from the opening of its list, and the desk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import discord

from bot.controls import address, button
from bot.house import House
from bot.wall_faces import Face, Panel, Source
from bot.words import Composed, Words, clean, shortened
from cogs.speakers import wording
from cogs.speakers.desk_panel import desk_panel
from meeting.notices import Channel
from meeting.programme import Mode
from meeting.speaker_list import closes_at, opens_at, state_of_list
from meeting.speaker_order import order
from meeting.speaker_time import elapsed
from meeting.speakers import MAIN, Floor, Inscription, ListState, SpeakerList, SpeechKind

OPEN, CLOSED, OVER = 0x2F8F5A, 0x8F5A2F, 0x4B5563
"""Colours of the panels' edges."""

LISTED = 15
"""Who waits, as far as they are listed."""

HEARD = 25
"""Who was heard or is associated, as far as they are named."""

LINE = 100
"""Characters of a speaker's name or a subject."""

SPEECHES = (*MAIN, SpeechKind.REPLY)
"""What is named as an intervention; a point of order and a question are not."""

Row = discord.ui.ActionRow[Any]


def speaker_faces(house: House) -> Source:
    """What the lists want on the wall now."""

    async def faces() -> Sequence[Face]:
        words, now, board = house.words, house.clock.now(), await house.ledger.speakers.board()
        current = board.current(now)
        act = board.acts.get(current.item_id) if current is not None else None
        found: list[Face] = [desk_panel(words, current, act, now)]
        found += [
            floor_panel(words, one, now, board.written_until, board.texts.get(one.item_id, 0))
            for one in board.lists
            if one.opened_at is not None
        ]
        return found

    return faces


def floor_panel(words: Words, speakers: SpeakerList, now: datetime, until: datetime, texts: int = 0) -> Panel:
    """The list as everybody sees it. `until`: when texts are no longer taken; `texts`: how many there are."""
    state = state_of_list(speakers, now)
    head = words.marked(words.say("speakers.panel.head", title=speakers.sitting.title))
    blocks = ["\n".join([head, *_state_lines(words, speakers, state, until)])]
    if speakers.sitting.on:
        blocks.append("\n".join(_floor_lines(words, speakers, now)))
    if not speakers.sitting.over:
        blocks.append("\n".join(_waiting_lines(words, speakers, now)))
    foot = [*_heard_lines(words, speakers)]
    if texts:
        foot.append(words.say("speakers.panel.texts", n=texts))
    if not speakers.sitting.over:
        policy = speakers.policy
        foot.append(
            words.say(
                "speakers.panel.policy",
                order=wording.order(words, policy),
                sides=wording.sides(words, policy),
                time=wording.time(words, policy),
            )
        )
    if foot:
        blocks.append("\n".join(foot))
    return Panel(
        f"floor-{speakers.item_id}",
        Channel.FLOOR,
        tuple(blocks),
        tuple(_rows(words, speakers, state)),
        colour={ListState.OPEN: OPEN, ListState.LAST_CALL: OPEN}.get(
            state, OVER if speakers.sitting.over else CLOSED
        ),
        closing=state is ListState.CLOSED,
    )


def _state_lines(words: Words, speakers: SpeakerList, state: ListState, until: datetime) -> list[str]:
    say, lines = words.say, list[str]()
    if speakers.sitting.over:
        return [
            say("speakers.panel.closed_over", until=words.moment(until, beside=speakers.sitting.ended_at))
        ]
    closing = closes_at(speakers)
    if state is ListState.NOT_OPEN:
        lines.append(say("speakers.panel.not_open", at=opens_at(speakers)))
    elif state is ListState.CLOSED:
        lines.append(say("speakers.panel.closed", at=speakers.closed_at or closing))
    else:
        until_then = f"speakers.panel.{state}_until"
        lines.append(say(until_then, at=closing) if closing is not None else say(f"speakers.panel.{state}"))
    if speakers.sitting.mode is Mode.IN_PERSON:
        lines.append(say("speakers.panel.in_person"))
    if speakers.sitting.suspended:
        lines.append(say("speakers.panel.suspended"))
    return lines


def _floor_lines(words: Words, speakers: SpeakerList, now: datetime) -> list[str]:
    """Who has the floor, since when and for how long."""
    say, current = words.say, speakers.current
    if current is None:
        return [say("speakers.panel.nobody")]
    assert current.called_at is not None and current.limit is not None
    lines: list[str] = [
        say(
            "speakers.panel.speaks",
            delegation=speakers.delegation(current).name,
            side=wording.side(words, current.floor),
            behind=wording.behind(words, current),
        )
    ]
    limit = wording.length(words, current.limit)
    spent = elapsed(speakers, current, now)
    if current.paused or speakers.sitting.suspended:
        lines.append(say("speakers.panel.paused", elapsed=wording.stopwatch(spent), limit=limit))
    else:
        ends = wording.countdown(now + current.limit - spent)
        lines.append(say("speakers.panel.since", at=words.hour(current.called_at), limit=limit, until=ends))
    if current.speaker:
        lines.append(say("speakers.panel.speaker", speaker=shortened(current.speaker, LINE)))
    if current.subject:
        lines.append(say("speakers.panel.subject", subject=shortened(current.subject, LINE)))
    interrupted = speakers.interrupted
    if interrupted is not None:
        lines.append(
            say(
                "speakers.panel.interrupted",
                delegation=wording.name(speakers, interrupted),
                side=wording.side(words, interrupted.floor),
            )
        )
    addressed = speakers.addressed
    if addressed is not None and addressed.associates:
        names = [speakers.delegations[one].short_name for one in addressed.associates]
        name = wording.name(speakers, addressed)
        lines.append(say("speakers.panel.associated", delegation=name, names=_named(words, names)))
    return lines


def _waiting_lines(words: Words, speakers: SpeakerList, now: datetime) -> list[str]:
    """Who waits, in their order, and whether that fits."""
    say, waiting = words.say, order(speakers)
    # How many there are stands first: where names are long, a panel's block is cut at its end.
    lines = wording.forecast_lines(words, speakers, now)
    later = [one for one in speakers.inscriptions if one.kind is SpeechKind.REPLY and one.pending]
    if later and not speakers.replies_due:
        lines.append(say("speakers.panel.replies", n=len(later)))
    if waiting:
        lines.append(say("speakers.panel.next"))
    for number, one in enumerate(waiting[:LISTED], start=1):
        lines.append(
            say(
                "speakers.panel.line",
                n=number,
                delegation=wording.name(speakers, one),
                side=wording.side(words, one.floor),
                behind=wording.behind(words, one),
                later=_later(words, speakers, one),
            )
        )
    if len(waiting) > LISTED:
        lines.append(say("speakers.panel.more", n=len(waiting) - LISTED))
    return lines


def _later(words: Words, speakers: SpeakerList, one: Inscription) -> Composed:
    """Why somebody is passed over at the moment."""
    if one.not_now_at is not None:
        return words.say("speakers.panel.not_now")
    if one.floor is Floor.VIRTUAL and speakers.sitting.mode is Mode.IN_PERSON:
        return words.say("speakers.panel.online_now")
    return Composed("")


def _heard_lines(words: Words, speakers: SpeakerList) -> list[str]:
    """Who has been heard, and, once the item is over, who was not."""
    current = (speakers.current, speakers.interrupted)
    heard = [one for one in speakers.heard if one.kind in SPEECHES and one not in current]
    lines: list[str] = []
    if heard:
        names = [
            words.say(
                "speakers.panel.heard_one",
                delegation=wording.name(speakers, one),
                side=wording.side(words, one.floor),
            )
            for one in heard
        ]
        lines.append(words.say("speakers.panel.heard", n=len(heard), names=_named(words, names)))
    if speakers.left:
        names = [clean(wording.name(speakers, one)) for one in speakers.left]
        lines.append(words.say("speakers.panel.left", names=_named(words, names)))
    return lines


def _named(words: Words, names: Sequence[str]) -> Composed:
    shown = [one if isinstance(one, Composed) else clean(one) for one in names[:HEARD]]
    more = [words.say("speakers.panel.more", n=len(names) - HEARD)] if len(names) > HEARD else []
    return Composed(", ".join([*shown, *more]))


def _rows(words: Words, speakers: SpeakerList, state: ListState) -> list[Row]:
    def one(verb: str, id: str = speakers.item_id, **more: Any) -> discord.ui.Button[Any]:
        return button(words.say(f"speakers.panel.buttons.{verb}"), address("speakers", id, verb), **more)

    if speakers.sitting.over:
        return [Row(one("write"))]
    taken = state in (ListState.OPEN, ListState.LAST_CALL)
    first = [one("ask", style=discord.ButtonStyle.primary)] if taken else []
    rows = [Row(*first, one("form"), one("withdraw"), one("later"), one("why"))]
    addressed = speakers.addressed
    second = [one("associate", str(addressed.inscription_id))] if addressed is not None else []
    hear = button(words.say("room.hearing.say"), address("room", "all", "hear"))
    return [*rows, Row(*second, one("write"), hear)]
