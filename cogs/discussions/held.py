"""Held inputs before those who run the meeting: a panel each, with its text and what to do with it."""

from collections.abc import Collection
from typing import Any

import discord

from bot.controls import address, button
from bot.wall_faces import Panel
from bot.words import Words, shortened
from cogs.discussions import wording
from cogs.discussions.cards import blocks
from db.discussions import Discussions
from meeting.inputs import Input, InputState, reading
from meeting.notices import Channel
from meeting.programme import Question

WAITS, SETTLED = 0x8F2F4F, 0x6B7280

Row = discord.ui.ActionRow[Any]


def held_panels(words: Words, found: Discussions, hung: Collection[str]) -> list[Panel]:
    """What waits for a moderator, and what did."""
    questions = {i.question.question_id: i.question for i in found.agenda.items if i.question is not None}
    made: list[Panel] = []
    for one in found.inputs:
        if one.question_id in questions:
            made += _of_input(words, found, questions[one.question_id], one, hung)
    return made


def _of_input(
    words: Words, found: Discussions, question: Question, one: Input, hung: Collection[str]
) -> list[Panel]:
    """A held input's panels, and those that tell what became of it or of what it said before."""
    key = f"held-{one.input_id}"
    old = sorted(name for name in hung if name.startswith(f"{key}-"))
    made = held_panel(words, found, question, one) if one.state is InputState.HELD else []
    known = {panel.key for panel in made}
    says = "changed" if one.state is InputState.HELD else one.state.value
    text = words.marked(f"{_head(words, found, question, one)}\n{words.say(f'discussions.held.{says}')}")
    return made + [
        Panel(name, Channel.MODERATORS, (text,), colour=SETTLED) for name in old if name not in known
    ]


def _head(words: Words, found: Discussions, question: Question, one: Input) -> str:
    return words.say(
        "discussions.held.head",
        author=wording.author(words, found, one),
        kind=wording.kind(words, one.kind),
        title=shortened(question.title, 100),
    )


def held_panel(words: Words, found: Discussions, question: Question, one: Input) -> list[Panel]:
    """An input that a moderator sees first: all of it, on as many messages as it needs, the buttons on the
    last. What its author changes hangs anew, and the buttons are for what stands above them."""
    say, read, texts = words.say, reading(one), blocks(one.text)
    key = f"held-{one.input_id}-{read}"
    row: Row = Row(
        button(
            say("discussions.held.release"),
            address("discussions", one.input_id, "release", read),
            discord.ButtonStyle.success,
        ),
        button(say("discussions.held.hide"), address("discussions", one.input_id, "hide")),
    )
    made = []
    for number, text in enumerate(texts, start=1):
        line = say("discussions.held.continued", n=number, of=len(texts))
        top = _head(words, found, question, one) if number == 1 else line
        last = number == len(texts)
        shown = (words.marked(top), text, *((say("discussions.held.foot"),) if last else ()))
        name = key if number == 1 else f"{key}-{number}"
        made.append(Panel(name, Channel.MODERATORS, shown, (row,) if last else (), colour=WAITS))
    return made
