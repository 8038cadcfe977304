"""The form of an input, empty or filled in."""

from collections.abc import Sequence
from typing import Any

import discord

from bot.answers import Call
from bot.controls import UnknownControl
from bot.words import Words, shortened
from cogs.discussions import wording
from meeting.inputs import LONGEST, Attribution, Draft, Input, InputKind
from meeting.programme import PartId, Question

OPTION, LABEL = 100, 45
"""Characters of a menu's option and of a form's label (Discord's limits)."""


def input_form(
    words: Words,
    question: Question,
    custom_id: str,
    locale: str,
    *,
    filled: Input | None = None,
    text: str = "",
    attributions: Sequence[Attribution] = tuple(Attribution),
) -> discord.ui.Modal:
    """Part (if there are several), kind, text and, of a new one, attribution; with the warning."""
    say = words.say
    form = discord.ui.Modal(title=say("discussions.form.title", locale)[:LABEL], custom_id=custom_id)
    if len(question.parts) > 1:
        parts = [
            discord.SelectOption(
                label=shortened(f"{number}. {part.text}", OPTION),
                value=str(number),
                default=filled is not None and filled.part_id == part.part_id,
            )
            for number, part in enumerate(question.parts, start=1)
        ]
        form.add_item(_menu(say("discussions.form.part", locale), "part", parts))
    kinds = [
        discord.SelectOption(
            label=wording.kind(words, one, locale),
            value=one.value,
            description=say(f"discussions.form.kinds.{one}", locale)[:OPTION],
            default=filled is not None and filled.kind is one,
        )
        for one in InputKind
    ]
    form.add_item(_menu(say("discussions.form.kind", locale), "kind", kinds))
    form.add_item(
        discord.ui.Label(
            text=say("discussions.form.text", locale)[:LABEL],
            description=say("discussions.form.warning", locale)[:OPTION],
            component=discord.ui.TextInput(
                custom_id="text",
                style=discord.TextStyle.paragraph,
                max_length=LONGEST,
                required=True,
                default=(filled.text if filled is not None else text) or None,
            ),
        )
    )
    if filled is None:
        names = [
            discord.SelectOption(
                label=say(f"discussions.form.attributions.{one}", locale)[:OPTION],
                value=one.value,
                description=say(f"discussions.form.about.{one}", locale)[:OPTION],
                default=one is Attribution.DELEGATION,
            )
            for one in attributions
        ]
        form.add_item(_menu(say("discussions.form.attribution", locale), "attribution", names))
    return form


def _menu(label: str, name: str, options: list[discord.SelectOption]) -> discord.ui.Label[Any]:
    menu: discord.ui.Select[Any] = discord.ui.Select(custom_id=name, required=True, options=options)
    return discord.ui.Label(text=label[:LABEL], component=menu)


def draft_of(call: Call, question: Question, attribution: Attribution | None = None) -> Draft:
    """What was filled in. Raises `UnknownControl`: a form of this house sends nothing else."""
    kinds, names = call.chosen.get("kind", ()), call.chosen.get("attribution", ())
    if len(kinds) != 1 or kinds[0] not in list(InputKind):
        raise UnknownControl()
    if attribution is None:
        if len(names) != 1 or names[0] not in list(Attribution):
            raise UnknownControl()
        attribution = Attribution(names[0])
    part = _part(call, question)
    return Draft(part, InputKind(kinds[0]), attribution, call.fields.get("text", ""))


def _part(call: Call, question: Question) -> PartId:
    if len(question.parts) == 1:
        return question.parts[0].part_id
    chosen = call.chosen.get("part", ())
    known = {str(number): part.part_id for number, part in enumerate(question.parts, start=1)}
    if len(chosen) != 1 or chosen[0] not in known:
        raise UnknownControl()
    return known[chosen[0]]
