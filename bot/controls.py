"""Buttons, menus and forms: an address in the custom_id, nothing in memory.

`m1:<subject>:<id>:<verb>[:<arg>]`, at most 100 characters (Discord's limit); the address holds ids and the
draft of a form, never a name. A control drawn before a restart, or a form left open over one, works as
before; one that nobody knows any more is answered all the same.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import discord

from bot.answers import Answer, Answers, Call, Handler
from meeting.refusals import Refused

log = logging.getLogger(__name__)

VERSION = "m1"
LONGEST = 100


def address(subject: str, id: str, verb: str, arg: str | int = "") -> str:
    """A control's custom_id. Raises ValueError for parts that would not come back as they went."""
    parts = [VERSION, subject, id, verb] + ([str(arg)] if arg != "" else [])
    if any(":" in part for part in parts):
        raise ValueError(f"a colon inside a part of {parts}")
    text = ":".join(parts)
    if len(text) > LONGEST:
        raise ValueError(f"{text} is longer than {LONGEST}")
    return text


def button(
    label: str, custom_id: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary, **more: Any
) -> discord.ui.Button[Any]:
    """A button; its label cut to Discord's 80 characters."""
    return discord.ui.Button(label=label[:80], custom_id=custom_id, style=style, **more)


class UnknownControl(Refused):
    """Nobody knows the control's address, or what stands in it."""


def whole_number(text: str) -> int:
    """A number from an address, as `address` wrote it. Raises `UnknownControl`: it may be forged."""
    if re.fullmatch(r"-?[0-9]{1,9}", text) is None:
        raise UnknownControl()
    return int(text)


class Controls:
    """Finds the handler of a pressed control or a sent form."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._handlers: dict[tuple[str, str], Handler] = {}

    def add(self, subject: str, handlers: Mapping[str, Handler]) -> None:
        """A subject's verbs. Adding them again (a fresh client) replaces them."""
        for verb, handler in handlers.items():
            self._handlers[subject, verb] = handler

    async def dispatch(self, interaction: discord.Interaction) -> None:
        """Answer a component or a form, known or not."""
        data: Any = interaction.data or {}
        parts = str(data.get("custom_id", "")).split(":")
        handler = self._handlers.get((parts[1], parts[3])) if len(parts) in (4, 5) else None
        sent = _sent(data.get("components"))
        if handler is None or parts[0] != VERSION:
            await self._answers.give(interaction, self._unknown)
            return
        await self._answers.give(
            interaction,
            partial(_handled, handler),
            id=parts[2],
            arg=parts[4] if len(parts) == 5 else "",
            values=_texts(data.get("values")),
            fields={name: value for name, value in sent if isinstance(value, str)},
            chosen={name: value for name, value in sent if isinstance(value, tuple)},
        )

    async def _unknown(self, call: Call) -> Answer:
        raise UnknownControl()


async def _handled(handler: Handler, call: Call) -> Answer:
    answer = await handler(call)
    if answer.form is not None and call.interaction.type is discord.InteractionType.modal_submit:
        # Discord shows no form in answer to a form: only a forged address asks for that.
        answer.form.stop()
        raise UnknownControl()
    return answer


def _sent(components: object) -> list[tuple[str, str | tuple[str, ...]]]:
    """What stands in a sent form: custom_ids with what was typed or chosen, each inside a label.

    What has another shape is left out.
    """
    found: list[tuple[str, str | tuple[str, ...]]] = []
    for component in _listed(components):
        if not isinstance(component, dict):
            continue
        for inner in (component.get("component"), *_listed(component.get("components"))):
            match inner:
                case {"custom_id": str() as name, "value": str() as value}:
                    found.append((name, value))
                case {"custom_id": str() as name, "values": list() as values}:
                    found.append((name, _texts(values)))
    return found


def _texts(values: object) -> tuple[str, ...]:
    return tuple(value for value in _listed(values) if isinstance(value, str))


def _listed(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
