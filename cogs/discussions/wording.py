"""What is said of an input in one way wherever it is said."""

from bot.words import Composed, Words, clean, shortened
from db.discussions import Discussions
from meeting.inputs import Attribution, Input, InputKind
from meeting.programme import Question

PART = 60
"""Characters of a part's text beside its number."""


def author(words: Words, found: Discussions, one: Input, locale: str | None = None) -> Composed:
    """Under whose name it shows."""
    if one.attribution is Attribution.DELEGATION and one.delegation_id is not None:
        return clean(found.delegations[one.delegation_id].name)
    if one.attribution is Attribution.CATEGORY and one.category is not None:
        return words.say(f"discussions.author.{one.category}", locale)
    return words.say("discussions.author.none", locale)


def kind(words: Words, one: InputKind, locale: str | None = None) -> Composed:
    """`suggestion`."""
    return words.say(f"discussions.kinds.{one}", locale)


def part(words: Words, question: Question, one: Input, locale: str | None = None) -> Composed:
    """Which part of the question it is about; nothing, if there is one only."""
    if len(question.parts) == 1:
        return Composed("")
    number = [each.part_id for each in question.parts].index(one.part_id) + 1
    return words.say("discussions.part", locale, n=number)


def brief(words: Words, found: Discussions, one: Input, most: int, locale: str | None = None) -> str:
    """An input in a line, for a menu or a list."""
    text = words.bare("discussions.brief", locale, author=author(words, found, one, locale), text=one.text)
    return shortened(text, most)
