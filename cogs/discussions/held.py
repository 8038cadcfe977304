"""Held inputs before those who run the meeting: a panel each, with its text and what to do with it."""

from collections.abc import Collection
from typing import Any

import discord

from bot.controls import address, button
from bot.wall_faces import Panel
from bot.words import Words, clean_block, shortened
from cogs.discussions import wording
from db.discussions import Discussions
from meeting.inputs import Input, InputState
from meeting.notices import Channel
from meeting.programme import Question

WAITS, SETTLED = 0x8F2F4F, 0x6B7280

TEXT = 1600
"""Characters of a held text, before escapes; `/discussion show` has the rest of a longer one."""

Row = discord.ui.ActionRow[Any]


def held_panels(words: Words, found: Discussions, hung: Collection[str]) -> list[Panel]:
    """What waits for a moderator, and what did."""
    questions = {i.question.question_id: i.question for i in found.agenda.items if i.question is not None}
    return [
        held_panel(words, found, questions[one.question_id], one)
        for one in found.inputs
        if one.question_id in questions and (one.state is InputState.HELD or f"held-{one.input_id}" in hung)
    ]


def held_panel(words: Words, found: Discussions, question: Question, one: Input) -> Panel:
    """An input that a moderator sees first, or saw."""
    key, say = f"held-{one.input_id}", words.say
    head = say(
        "discussions.held.head",
        author=wording.author(words, found, one),
        kind=wording.kind(words, one.kind),
        title=shortened(question.title, 100),
    )
    if one.state is not InputState.HELD:
        text = words.marked(f"{head}\n{say(f'discussions.held.{one.state}')}")
        return Panel(key, Channel.MODERATORS, (text,), colour=SETTLED)
    cut = one.text if len(one.text) <= TEXT else one.text[:TEXT] + "…"
    row: Row = Row(
        button(
            say("discussions.held.release"),
            address("discussions", one.input_id, "release"),
            discord.ButtonStyle.success,
        ),
        button(say("discussions.held.hide"), address("discussions", one.input_id, "hide")),
    )
    return Panel(
        key,
        Channel.MODERATORS,
        (words.marked(head), clean_block(cut), say("discussions.held.foot")),
        (row,),
        colour=WAITS,
    )
