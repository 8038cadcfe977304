"""The discussion of a guiding question: when its thread stands open.

The agenda opens and locks it: there is none before the question's item has begun, it is open while the
item is on, and locked for good once it has ended.
"""

from enum import StrEnum

from meeting.agenda import Agenda, Item, State


class Thread(StrEnum):
    """How a question's thread should stand."""

    ABSENT = "absent"
    OPEN = "open"
    LOCKED = "locked"


def thread_of(item: Item) -> Thread:
    """How the thread of the item's question should stand now."""
    if item.on:
        return Thread.OPEN
    return Thread.LOCKED if item.state is State.ENDED else Thread.ABSENT


def question_items(agenda: Agenda) -> tuple[Item, ...]:
    """The items that put a guiding question, in the order of the agenda."""
    return tuple(item for item in agenda.items if item.question is not None)
