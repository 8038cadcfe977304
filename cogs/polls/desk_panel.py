"""The panel of those who run the polls: what is open, what waits, what is to come, with a press for each."""

from collections.abc import Sequence
from typing import Any

import discord

from bot.controls import address, button
from bot.wall_faces import LONGEST, Panel
from bot.words import Composed, Words, plain, shortened
from cogs.polls import wording
from db.polls import Standing
from meeting.notices import Channel
from meeting.poll_times import When
from meeting.polls import PollState

COLOUR = 0x8F5A2F

ROWS = 4
"""Polls with buttons; a row each leaves the panel readable on a phone."""

AHEAD = 3
"""Polls to come that are named."""

QUESTION, ON_BUTTON = 90, 60
"""Characters of a question in a line, and on a button."""

FRAME = 120
"""Characters a panel needs for the line by which it is found again, and to spare."""

LEFT_OUT = 60
"""Characters of the line that says how many are not named."""

LATE_MINUTES = 10
"""For so long a poll is opened that its item was over for."""

Row = discord.ui.ActionRow[Any]


def desk_panel(words: Words, standings: Sequence[Standing]) -> Panel:
    """What those who run the polls see and press. While results are gated they see none here either."""
    say = words.say
    on = [one for one in standings if one.poll.state is PollState.OPEN]
    planned = [one for one in standings if one.poll.state is PollState.PLANNED]
    by_hand = [one for one in planned if one.poll.opens.when is When.HAND]
    coming = [one for one in planned if not one.missed and one not in by_hand]
    coming.sort(key=lambda one: (one.opening is None, one.opening))
    listed: list[tuple[str, Standing, tuple[str, ...]]] = [
        # One without an end is given one, and with it a last call.
        *(("open", one, ("close", "more" if one.expected is not None else "soon")) for one in on),
        *(("waiting", one, ("release",)) for one in standings if _waits(one)),
        *(("missed", one, ("late",)) for one in planned if one.missed),
        *(("planned", one, ()) for one in coming[:AHEAD]),
        *(("by_hand", one, ("open",)) for one in by_hand),
    ]
    lines = [_line(words, key, one) for key, one, _ in listed]
    rows = [_row(words, one, verbs) for _, one, verbs in listed if verbs]
    if not on:
        lines.insert(0, say("polls.desk.nothing"))
    head, foot = words.marked(say("polls.desk.head")), say("polls.desk.foot")
    room, left = LONGEST - FRAME - len(head) - len(foot) - LEFT_OUT, 0
    while sum(len(line) + 1 for line in lines) > room:
        lines.pop()
        left += 1
    if left:
        lines.append(say("polls.desk.left", n=left))
    text = f"{head}\n" + "\n".join(lines)
    return Panel("polls-desk", Channel.MODERATORS, (text, foot), tuple(rows[:ROWS]), colour=COLOUR)


def _waits(standing: Standing) -> bool:
    return standing.poll.state is PollState.CLOSED and not standing.poll.published


def _line(words: Words, key: str, standing: Standing) -> str:
    return words.say(
        f"polls.desk.{key}",
        question=shortened(wording.title(words, standing), QUESTION),
        turnout=wording.turnout(words, standing),
        closes=_closes(words, standing),
        opens=_opens(words, standing),
    )


def _row(words: Words, standing: Standing, verbs: Sequence[str]) -> Row:
    question = Composed(shortened(wording.title(words, standing), ON_BUTTON))
    args: dict[str, tuple[str, int | str]] = {
        "late": ("reopen", LATE_MINUTES),
        "soon": ("more", ""),
        "open": ("asked", ""),
    }
    row = Row()
    for verb in verbs:
        label = plain(words.say(f"polls.desk.buttons.{verb}", question=question, n=LATE_MINUTES))
        name, arg = args.get(verb, (verb, ""))
        row.add_item(button(label, address("polls", standing.poll.poll_id, name, arg)))
    return row


def _closes(words: Words, standing: Standing) -> Composed:
    if standing.expected is None:
        return words.say("polls.desk.closes_hand")
    at = words.moment(standing.expected, beside=standing.poll.opened_at)
    return words.say("polls.desk.closes_at", at=at)


def _opens(words: Words, standing: Standing) -> Composed:
    """When it opens, in words: most count from the real start or end of an item, which nobody knows yet."""
    if standing.opening is None:
        return words.say("polls.desk.opens_hand")
    key = "opens_at" if standing.poll.opens.when is When.DAY else "opens_about"
    return words.say(f"polls.desk.{key}", at=standing.opening)
