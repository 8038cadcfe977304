"""What hangs of polls: a panel each from its opening, its result, and the moderators' desk."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord

from bot.controls import address, button
from bot.house import House
from bot.wall_faces import LONGEST, Face, Panel, Source
from bot.words import Composed, Words, shortened
from cogs.polls import drafts, forms, wording
from cogs.polls.chart import result_chart
from cogs.polls.desk_panel import desk_panel
from cogs.polls.results import result_blocks
from db.polls import Standing
from meeting.notices import Channel
from meeting.poll_times import When
from meeting.polls import OPTION_TEXT, Poll, PollId, PollState, Showing

OPEN, CLOSED, RESULT, DESK = 0x2F8F5A, 0x4B5563, 0x2F6F8F, 0x8F5A2F
"""Colours of the panels' edges."""

ROWS = 4
"""Polls with buttons on the desk: open ones, ones waiting to be shown, the next to open by hand."""

AHEAD = 3
"""Polls to come that the desk names."""

QUESTION = 90
"""Characters of a question where several polls are listed."""

LISTED = 60
"""Characters of the line that says how many more there are."""

FRAME = 120
"""Characters a panel needs for the line by which it is found again, and to spare."""

Row = discord.ui.ActionRow[Any]


def poll_faces(house: House) -> Source:
    """What the polls want on the wall now."""
    made: dict[PollId, tuple[Standing, str, Panel]] = {}

    def results(standing: Standing) -> Panel:
        """Closed polls' figures do not change: words and chart are made once, not at each look."""
        known, marking = made.get(standing.poll.poll_id), house.words.marking
        if known is None or known[0] is not standing or known[1] != marking:
            known = (standing, marking, result_panel(house.words, standing))
            made[standing.poll.poll_id] = known
        # A face's rows are used for one sending.
        return replace(known[2], rows=(_table_row(house.words, standing.poll),))

    async def faces() -> Sequence[Face]:
        standings = await house.ledger.polls.standings()
        if not standings:
            return []
        found: list[Face] = [desk_panel(house.words, standings)]
        for standing in standings:
            if standing.poll.opened_at is None:
                continue
            found.append(poll_panel(house.words, standing))
            if standing.poll.published:
                found.append(results(standing))
        return found

    return faces


def poll_panel(words: Words, standing: Standing) -> Panel:
    """The poll as everybody sees it: what is asked, of whom, how secretly, until when, how many answered."""
    poll = standing.poll
    say, is_open = words.say, poll.state is PollState.OPEN
    head = [words.marked(say("polls.panel.head", question=wording.title(words, standing)))]
    if is_open:
        head.append(wording.how(words, poll))
        head += [say("polls.panel.new_round")] if standing.round > 1 else []
    blocks = ["\n".join(head)]
    status = [_until(words, standing), say("polls.panel.answered", turnout=wording.turnout(words, standing))]
    if not is_open:
        status.append(say("polls.panel.results_below" if poll.published else "polls.panel.gated"))
    blocks.append("\n".join(status))
    foot: list[str] = [wording.secrecy(words, poll)]
    if is_open:
        unit, shows = say(f"polls.unit.{poll.unit}"), say(f"polls.showing.{poll.showing}")
        here = [say("polls.panel.in_person")] if standing.in_person else []
        foot = [unit, *here, *foot, shows]
    if poll.illustrative:
        foot.append(say("polls.panel.illustrative"))
    blocks.append("\n".join([*foot, say("polls.panel.nothing_decided")]))
    if is_open:
        room = LONGEST - FRAME - sum(map(len, blocks))
        blocks.insert(1, _listed(words, poll, room))
    rows = _answer_rows(words, standing) if is_open else [Row(_mine(words, poll))]
    return Panel(
        f"poll-{poll.poll_id}",
        Channel.POLLS,
        tuple(blocks),
        tuple(rows),
        colour=OPEN if is_open else CLOSED,
        closing=not is_open,
    )


def _listed(words: Words, poll: Poll, room: int) -> str:
    """The options in a line each, in so many characters; where that is too little, each is shortened. The
    forms and menus have more of a long one."""
    text = ""
    for most in (OPTION_TEXT, 120, 100, 80, 60, 45, 35, 25):
        text = "\n".join(
            words.say("polls.panel.option", n=number, text=shortened(option.text, most))
            for number, option in enumerate(poll.options, start=1)
        )
        if len(text) <= room:
            break
    return text


def _until(words: Words, standing: Standing) -> Composed:
    poll, say = standing.poll, words.say
    if poll.state is PollState.CLOSED:
        return say("polls.panel.closed", at=poll.closed_at)
    if standing.expected is None:
        return say("polls.panel.by_hand")
    floats = poll.extended_to is None and poll.closes.when is When.END
    at = words.moment(standing.expected, beside=poll.opened_at)
    if floats and poll.closes.offset <= timedelta():
        return say("polls.panel.until_end", at=at)
    return say("polls.panel.until", at=at)


def _answer_rows(words: Words, standing: Standing) -> list[Row]:
    poll, say = standing.poll, words.say
    rows: list[Row] = []
    last: Row = discord.ui.ActionRow()
    if forms.direct(poll):
        rows += forms.choosing_rows(words, poll, drafts.order(poll, ""))
    else:
        last.add_item(
            button(
                say("polls.panel.buttons.answer"),
                address("polls", poll.poll_id, "answer"),
                discord.ButtonStyle.primary,
            )
        )
    last.add_item(_mine(words, poll))
    if poll.abstaining:
        last.add_item(
            button(say("polls.panel.buttons.abstain"), address("polls", poll.poll_id, "pick", drafts.ABSTAIN))
        )
    if poll.showing is Showing.OWN:
        last.add_item(button(say("polls.panel.buttons.see"), address("polls", poll.poll_id, "see")))
    return [*rows, last]


def _mine(words: Words, poll: Poll) -> discord.ui.Button[Any]:
    """Whether the own ballot is in: asked also after the closing."""
    return button(words.say("polls.panel.buttons.mine"), address("polls", poll.poll_id, "mine"))


def result_text(words: Words, standing: Standing) -> tuple[str, ...]:
    """What came out, by group, with unit and base."""
    poll = standing.poll
    key = "polls.result.head" if poll.state is PollState.CLOSED else "polls.result.live"
    head = words.marked(words.say(key, question=poll.question))
    foot = words.say("polls.result.foot", unit=words.say(f"polls.unit.{poll.unit}"))
    room = LONGEST - FRAME - len(head) - len(foot)
    return (head, *result_blocks(words, standing, room), foot)


def result_panel(words: Words, standing: Standing) -> Panel:
    """The result as it hangs; never a figure before it may be seen."""
    poll = standing.poll
    return Panel(
        f"result-{poll.poll_id}",
        Channel.POLLS,
        result_text(words, standing),
        (_table_row(words, poll),),
        colour=RESULT,
        picture=result_chart(words, standing) if poll.state is PollState.CLOSED else None,
    )


def _table_row(words: Words, poll: Poll) -> Row:
    return Row(button(words.say("polls.panel.buttons.table"), address("polls", poll.poll_id, "table")))
