"""The question's panel with its prompt and parts, its thread, opened and locked by the agenda."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import discord

from bot.controls import address, button
from bot.house import House
from bot.wall_faces import Face, Panel, Source, ThreadFace
from bot.words import Words, clean, shortened
from cogs.discussions.cards import cards
from cogs.discussions.held import held_panels
from db.discussions import Discussions
from db.wall import HungKind
from meeting.agenda import Agenda, Item, State
from meeting.discussions import Thread, question_items, thread_of
from meeting.inputs import InputState
from meeting.notices import Channel
from meeting.timetable import slot_of

COLOURS = {Thread.ABSENT: 0x6B7280, Thread.OPEN: 0x2F8F5A, Thread.LOCKED: 0x4B5563}

Row = discord.ui.ActionRow[Any]


def discussion_faces(house: House) -> Source:
    """What the discussions want on the wall."""

    async def faces() -> Sequence[Face]:
        found, now = await house.ledger.discussions.discussions(), house.clock.now()
        hung = {key for kind, key in await house.ledger.wall.all() if kind is HungKind.PANEL}
        made: list[Face] = []
        for item in question_items(found.agenda):
            made += of_question(house.words, found, item, now, hung)
        made += held_panels(house.words, found, hung)
        return made

    return faces


def of_question(words: Words, found: Discussions, item: Item, now: datetime, hung: set[str]) -> list[Face]:
    """A question's panel, and its thread with all that hangs in it once it has been opened."""
    question, state = item.question, thread_of(item)
    assert question is not None
    key = f"question-{question.question_id}"
    made: list[Face] = [question_panel(words, found, item, key, now)]
    if state is not Thread.ABSENT:
        name = shortened(question.title, 100)
        made.append(ThreadFace(str(question.question_id), key, name, state is Thread.OPEN))
        made += cards(words, found, item, hung)
    return made


def question_panel(words: Words, found: Discussions, item: Item, key: str, now: datetime) -> Panel:
    """The prompt with its parts, whether one can write, and the buttons for inputs until the deadline."""
    question, state = item.question, thread_of(item)
    assert question is not None
    say = words.say
    prompt = [words.marked(say("discussions.panel.head", title=question.title))]
    in_parts = " ".join(part.text for part in question.parts).split()
    if len(question.parts) == 1 or question.text.split() != in_parts:
        prompt.append(clean(question.text))
    blocks = ["\n".join(prompt)]
    if len(question.parts) > 1:
        parts = [
            say("discussions.panel.part", n=number, text=part.text)
            for number, part in enumerate(question.parts, start=1)
        ]
        blocks.append("\n".join([say("discussions.panel.parts"), *parts]))
    blocks.append("\n".join(_state_lines(words, found, item, now)))
    buttons = [
        button(say("discussions.panel.buttons.mine"), address("discussions", question.question_id, "mine"))
    ]
    if now < found.until:
        buttons = [
            button(
                say("discussions.panel.buttons.contribute"),
                address("discussions", question.question_id, "contribute"),
                discord.ButtonStyle.primary,
            ),
            button(
                say("discussions.panel.buttons.associate"),
                address("discussions", question.question_id, "choose"),
            ),
            *buttons,
        ]
    return Panel(
        key,
        Channel.QUESTIONS,
        tuple(blocks),
        (Row(*buttons),),
        colour=COLOURS[state],
        closing=state is Thread.LOCKED,
    )


def _state_lines(words: Words, found: Discussions, item: Item, now: datetime) -> list[str]:
    question, state, say = item.question, thread_of(item), words.say
    assert question is not None
    lines: list[str] = []
    if item.state is State.SKIPPED:
        lines.append(say("discussions.panel.not_taken"))
    else:
        lines.append(say(f"discussions.panel.{state}", at=_begins(found.agenda, item)))
    shown = sum(one.state is InputState.SHOWN for one in found.of(question.question_id))
    if shown:
        lines.append(say("discussions.panel.inputs", n=shown))
    over = now >= found.until
    at = words.moment(found.until, beside=now)
    lines.append(say("discussions.panel.over" if over else "discussions.panel.until", at=at))
    return lines


def _begins(agenda: Agenda, item: Item) -> datetime | None:
    slot = slot_of(agenda, item.item_id)
    return slot.begins if slot else None
