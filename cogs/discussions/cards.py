"""What hangs in a question's thread: a card for each input and written statement, and the digest."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

import discord

from bot.controls import address, button
from bot.pieces import pieces
from bot.wall_faces import Panel
from bot.words import Composed, Words, clean, clean_block, shortened
from cogs.discussions import wording
from db.discussions import Discussions
from meeting import inputs
from meeting.agenda import Item
from meeting.discussions import Thread, thread_of
from meeting.inputs import Attribution, Input, InputKind, InputState
from meeting.notices import Channel
from meeting.programme import Question
from meeting.statements import Statement

ROOM = 2900
"""Characters of text on a card: a message has 4,000 (Discord's limit), the rest is for what stands around."""

NAMED = 450
"""Characters of the names of delegations that stand behind an input; the rest are counted."""

POINTS, POINT = 8, 220
"""Key points of a part in a digest, and characters of each."""

WHOLE, AROUND = 3200, 50
"""Characters of a digest below its title, and of what stands around a part's key points."""

KEPT = 512
"""Texts that are kept as they were cut."""

PART = 150
"""Characters of a part's text in a digest."""

CARD, KEY, GONE, STATEMENT, DIGEST = 0x2F6F8F, 0x8F7A2F, 0x6B7280, 0x5B4B8A, 0x2F8F5A

Row = discord.ui.ActionRow[Any]


def cards(words: Words, found: Discussions, item: Item, hung: Collection[str]) -> list[Panel]:
    """All that hangs in the question's thread; `hung`: the keys of what does already."""
    question = item.question
    assert question is not None
    there = found.of(question.question_id)
    cards_: list[Panel] = []
    for one in there:
        cards_ += input_cards(words, found, item, one, there, hung)
    for statement in found.statements:
        if statement.item_id == item.item_id:
            cards_ += statement_cards(words, found, question, statement)
    if thread_of(item) is Thread.LOCKED:
        cards_.append(digest_card(words, found, question))
    return cards_


def input_cards(
    words: Words,
    found: Discussions,
    item: Item,
    one: Input,
    there: Collection[Input],
    hung: Collection[str],
) -> list[Panel]:
    """An input's card, on several messages if it is long. One that shows no more says so where it hung."""
    question, key = item.question, f"input-{one.input_id}"
    assert question is not None
    old = sorted(name for name in hung if name == key or name.startswith(f"{key}-"))
    if one.state is not InputState.SHOWN:
        if not old:
            return []
        text = _gone(words, found, one)
        return [_blank(name, text, question) for name in old]
    made = _shown(words, found, item, one, there)
    # What an edit made shorter is said where it hung.
    known = {panel.key for panel in made}
    rest = words.say("discussions.card.no_more")
    return made + [_blank(name, rest, question) for name in old if name not in known]


def _blank(key: str, text: str, question: Question) -> Panel:
    """What stands instead of a text that is to be read no more: it goes before all others."""
    thread = str(question.question_id)
    return Panel(key, Channel.QUESTIONS, (text,), colour=GONE, thread=thread, closing=True)


def _shown(words: Words, found: Discussions, item: Item, one: Input, there: Collection[Input]) -> list[Panel]:
    question = item.question
    assert question is not None
    texts = blocks(one.text)
    marks = [wording.kind(words, one.kind), wording.part(words, question, one)]
    if one.edited_at is not None:
        marks.append(words.say("discussions.card.edited"))
    head = words.say(
        "discussions.card.key_head" if one.key_at is not None else "discussions.card.head",
        author=wording.author(words, found, one),
        marks=Composed(" · ".join(mark for mark in marks if mark)),
    )
    foot = _behind(words, found, one, there)
    rows: tuple[Row, ...] = ()
    if thread_of(item) is Thread.OPEN:
        label = words.say("discussions.card.associate")
        rows = (Row(button(label, address("discussions", one.input_id, "associate"))),)
    colour = CARD if one.key_at is None else KEY
    return _pages(words, f"input-{one.input_id}", head, texts, foot, str(question.question_id), colour, rows)


@lru_cache(maxsize=KEPT)
def blocks(text: str) -> tuple[str, ...]:
    """The text as it stands on its messages. A long one takes a fifth of a second to cut, and the wall asks
    for all of them at each look."""
    return tuple(clean_block(piece) for piece in pieces(text, ROOM))


def _pages(
    words: Words,
    key: str,
    head: str,
    texts: tuple[str, ...],
    foot: str,
    thread: str,
    colour: int,
    rows: tuple[Row, ...] = (),
) -> list[Panel]:
    """The first message with its head and foot, and one for each further piece of the text."""
    first = words.marked(f"{head}\n{texts[0]}")
    made = [
        Panel(
            key,
            Channel.QUESTIONS,
            (first, foot) if foot else (first,),
            rows,
            colour=colour,
            thread=thread,
        )
    ]
    for number, text in enumerate(texts[1:], start=2):
        line = words.say("discussions.card.continued", n=number, of=len(texts))
        block = words.marked(f"{line}\n{text}")
        made.append(Panel(f"{key}-{number}", Channel.QUESTIONS, (block,), colour=colour, thread=thread))
    return made


def _behind(words: Words, found: Discussions, one: Input, there: Collection[Input]) -> Composed:
    """Who stands behind it, and how many without a name were merged into it."""
    lines = []
    names = [clean(found.delegations[each].short_name) for each in inputs.behind(one, there)]
    if names:
        shown: list[str] = []
        taken = 0
        for name in names:
            taken += len(name) + 2
            if taken > NAMED:
                shown.append(words.say("discussions.card.more", n=len(names) - len(shown)))
                break
            shown.append(name)
        lines.append(words.say("discussions.card.behind", n=len(names), names=Composed(", ".join(shown))))
    merged = inputs.merged_with(one, there)
    if merged:
        lines.append(words.say("discussions.card.merged_here", n=len(merged)))
    return Composed("\n".join(lines))


def _gone(words: Words, found: Discussions, one: Input) -> Composed:
    if one.state is InputState.MERGED and one.merged_into is not None:
        into = found.named(one.merged_into)
        if into.attribution is Attribution.NONE:
            return words.say("discussions.card.merged_nameless")
        return words.say("discussions.card.merged", author=wording.author(words, found, into))
    return words.say(f"discussions.card.{one.state}")


def statement_cards(
    words: Words, found: Discussions, question: Question, statement: Statement
) -> list[Panel]:
    """A statement submitted in writing, on as many messages as it needs."""
    head = words.say("discussions.card.statement", author=found.delegations[statement.delegation_id].name)
    texts = blocks(statement.text)
    thread = str(question.question_id)
    return _pages(words, f"statement-{statement.statement_id}", head, texts, "", thread, STATEMENT)


def digest_card(words: Words, found: Discussions, question: Question) -> Panel:
    """What came in, by part and kind, with the key points; pinned once the discussion is over."""
    return Panel(
        f"digest-{question.question_id}",
        Channel.QUESTIONS,
        digest_blocks(words, found, question),
        colour=DIGEST,
        thread=str(question.question_id),
        pinned=True,
    )


def digest_blocks(
    words: Words, found: Discussions, question: Question, locale: str | None = None
) -> tuple[str, ...]:
    """A question's digest: the numbers of each part and kind, and of its key points those that fit, first
    those with most delegations behind them."""
    there = found.of(question.question_id)
    heads: list[list[str]] = []
    points: list[tuple[int, Input]] = []
    for number, part in enumerate(question.parts, start=1):
        kinds = inputs.by_part(question, there)[part.part_id]
        lines: list[str] = []
        if len(question.parts) > 1:
            text = shortened(part.text, PART)
            lines.append(words.say("discussions.digest.part", locale, n=number, text=text))
        if not kinds:
            lines.append(words.say("discussions.digest.nothing", locale))
        lines += [_kind_line(words, one, len(some), locale) for one, some in kinds.items()]
        heads.append(lines)
        points += [(number, one) for some in kinds.values() for one in some if one.key_at is not None]
    points.sort(key=lambda point: -len(inputs.behind(point[1], there)))
    room = WHOLE - sum(len(line) + 1 for lines in heads for line in lines) - AROUND * len(heads)
    said: dict[int, list[str]] = {number: [] for number, _ in points}
    for number, one in points:
        author = wording.author(words, found, one, locale)
        text = shortened(one.text, POINT)
        line = words.say("discussions.digest.point", locale, text=text, author=author)
        if len(said[number]) < POINTS and len(line) < room:
            said[number].append(line)
            room -= len(line) + 1
    made = [words.marked(words.say("discussions.digest.head", locale, title=question.title))]
    for number, lines in enumerate(heads, start=1):
        mine = said.get(number)
        if mine is not None:
            lines += [words.say("discussions.digest.points", locale), *mine]
            left = sum(each == number for each, _ in points) - len(mine)
            if left:
                lines.append(words.say("discussions.digest.more", locale, n=left))
        made.append("\n".join(lines))
    return tuple(made)


def _kind_line(words: Words, one: InputKind, number: int, locale: str | None) -> Composed:
    return words.say(f"discussions.digest.kinds.{one}", locale, n=number)
