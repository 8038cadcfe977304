"""The question's panel with its prompt and parts, and its thread, opened and locked by the agenda."""

from collections.abc import Sequence

from bot.house import House
from bot.wall_faces import Face, Panel, Source, ThreadFace
from bot.words import Words, clean, shortened
from meeting.agenda import Agenda, Item, State
from meeting.discussions import Thread, question_items, thread_of
from meeting.notices import Channel
from meeting.timetable import slot_of

COLOURS = {Thread.ABSENT: 0x6B7280, Thread.OPEN: 0x2F8F5A, Thread.LOCKED: 0x4B5563}


def discussion_faces(house: House) -> Source:
    """What the discussions want on the wall."""

    async def faces() -> Sequence[Face]:
        agenda = await house.ledger.agenda.agenda()
        return [face for item in question_items(agenda) for face in of_question(house.words, agenda, item)]

    return faces


def of_question(words: Words, agenda: Agenda, item: Item) -> list[Face]:
    """A question's panel, and its thread once it has been opened."""
    question, state = item.question, thread_of(item)
    assert question is not None
    key = f"question-{question.question_id}"
    faces: list[Face] = [question_panel(words, agenda, item, key)]
    if state is not Thread.ABSENT:
        name = shortened(question.title, 100)
        faces.append(ThreadFace(str(question.question_id), key, name, state is Thread.OPEN))
    return faces


def question_panel(words: Words, agenda: Agenda, item: Item, key: str) -> Panel:
    """The prompt with its parts, and whether one can write."""
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
    if item.state is State.SKIPPED:
        blocks.append(say("discussions.panel.not_taken"))
    else:
        slot = slot_of(agenda, item.item_id)
        blocks.append(say(f"discussions.panel.{state}", at=slot.begins if slot else None))
    return Panel(
        key,
        Channel.QUESTIONS,
        tuple(blocks),
        colour=COLOURS[state],
        closing=state is Thread.LOCKED,
    )
