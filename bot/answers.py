"""The one door for answering people, and the one place where errors are answered.

Discord wants a first answer within three seconds; what takes longer is deferred in time and answered when
it is done. A refusal becomes its sentence, anything unforeseen a sentence with a reference found in the log.
"""

import asyncio
import io
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import discord

from bot.actors import actor_of
from bot.limits import Limits, TooMuch
from bot.tasks import Tasks
from bot.wire import LOST
from bot.words import Words
from db.ledger import Ledger
from meeting.people import Actor, UserId
from meeting.refusals import ClosingDown, Elsewhere, Refused

log = logging.getLogger(__name__)

LONG = 40
"""Characters from which on what was typed into a form's field is handed back if nothing came of it."""

PATIENCE = timedelta(seconds=1.5)
"""Half of Discord's three seconds: the rest is for the way there."""

TEXT = 3800
"""Characters of an answer; all text displays of a message together have 4,000 (Discord's limit)."""


@dataclass(frozen=True)
class Answer:
    """What a person is to see: text and controls, privately; or a form; or the pressed message anew."""

    text: str = ""
    rows: tuple[discord.ui.ActionRow[Any], ...] = ()
    form: discord.ui.Modal | None = None
    file: tuple[str, bytes] | None = None
    update: bool = False
    """Whether the private message the control is on is redrawn, instead of adding one."""


@dataclass(frozen=True)
class Call:
    """Somebody's gesture: who, in which language, on what."""

    interaction: discord.Interaction
    actor: Actor
    locale: str
    id: str = ""
    arg: str = ""
    values: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)
    """What was typed into a form, by the inputs' custom_ids."""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What was chosen in a form's menus, by their custom_ids."""

    @property
    def private(self) -> bool:
        """Whether the pressed control is on a private message."""
        message = self.interaction.message
        return message is not None and message.flags.ephemeral


Handler = Callable[[Call], Awaitable[Answer]]
Choices = list[discord.app_commands.Choice[str]]


class Answers:
    """Runs what a gesture asks for, and answers it whatever happens."""

    def __init__(self, ledger: Ledger, words: Words, tasks: Tasks, guild_id: int, limits: Limits) -> None:
        self._ledger = ledger
        self._limits = limits
        self._guild_id = guild_id
        self._words = words
        self._tasks = tasks
        self.closing = False
        """Set when the house is closing: everybody is told to press again in a moment."""

    async def give(self, interaction: discord.Interaction, handler: Handler, **gesture: Any) -> None:
        """Answer one gesture. Never raises: this is where errors end."""
        with self._tasks.at_work():
            try:
                await self._give(interaction, handler, gesture)
            except LOST as fault:
                log.warning("an answer may not have arrived (%s); what was done stands", fault)

    async def suggest(
        self, interaction: discord.Interaction, find: Callable[[Call], Awaitable[Choices]]
    ) -> Choices:
        """What is proposed while somebody types: nothing, where anything is refused or goes wrong."""
        user_id = UserId(interaction.user.id)
        try:
            self._limits.begin(user_id)
        except TooMuch:
            return []
        try:
            with self._tasks.at_work():
                return await find(await self._call(interaction, str(interaction.locale), {}))
        except Refused:
            return []
        except Exception as fault:  # noqa: BLE001 - whoever types is not told, and goes on typing
            log.warning("nothing could be proposed (%s: %s)", type(fault).__name__, fault)
            return []
        finally:
            self._limits.end(user_id)

    async def _give(
        self, interaction: discord.Interaction, handler: Handler, gesture: dict[str, Any]
    ) -> None:
        locale, user_id = str(interaction.locale), UserId(interaction.user.id)
        try:
            if self.closing:
                raise ClosingDown()
            self._limits.begin(user_id)
        except (ClosingDown, TooMuch) as refused:
            sentence = self._words.refusal(refused, locale)
            await self._send(interaction, Answer(sentence, file=_typed(gesture)))
            return
        work = self._tasks.spawn(self._worked(interaction, handler, locale, gesture), "answer")
        work.add_done_callback(lambda _: self._limits.end(user_id))
        try:
            done, _ = await asyncio.wait({work}, timeout=PATIENCE.total_seconds())
            if not done:
                await interaction.response.defer(ephemeral=True, thinking=True)
            answer = await work
        finally:
            if not work.done():
                log.warning("an act outlived the person's wait; what it does stands")
        await self._send(interaction, answer)

    async def _worked(
        self, interaction: discord.Interaction, handler: Handler, locale: str, gesture: dict[str, Any]
    ) -> Answer:
        with self._tasks.at_work():
            return await self._tried(interaction, handler, locale, gesture)

    async def _tried(
        self, interaction: discord.Interaction, handler: Handler, locale: str, gesture: dict[str, Any]
    ) -> Answer:
        try:
            call = await self._call(interaction, locale, gesture)
            locale = call.locale
            return await handler(call)
        except Refused as refused:
            return Answer(self._words.refusal(refused, locale))
        except Exception as fault:  # noqa: BLE001 - the person gets a reference, the log the fault
            return replace(self._failed(locale, "unforeseen", fault), file=_typed(gesture))

    async def _call(self, interaction: discord.Interaction, locale: str, gesture: dict[str, Any]) -> Call:
        if interaction.guild_id != self._guild_id:
            raise Elsewhere()
        actor, language = await actor_of(interaction, self._ledger)
        return Call(interaction, actor, language or locale, **gesture)

    def _failed(self, locale: str, why: str, fault: Exception | None = None) -> Answer:
        reference = self._tasks.failed(why, fault)
        return Answer(self._words.say("failed", locale, reference=reference))

    async def _send(self, interaction: discord.Interaction, answer: Answer) -> None:
        if answer.form is not None:
            answer.form.stop()
            if not interaction.response.is_done():
                await interaction.response.send_modal(answer.form)
                return
            # Discord shows no form to somebody who has been put off.
            answer = self._failed(str(interaction.locale), "a form came too late")
        view = view_of(answer.text, answer.rows)
        files = [discord.File(io.BytesIO(answer.file[1]), answer.file[0])] if answer.file else []
        nobody = discord.AllowedMentions.none()
        if interaction.response.is_done():
            await interaction.followup.send(view=view, files=files, ephemeral=True, allowed_mentions=nobody)
        elif answer.update:
            await interaction.response.edit_message(view=view, allowed_mentions=nobody)
        else:
            await interaction.response.send_message(
                view=view, files=files, ephemeral=True, allowed_mentions=nobody
            )


def _typed(gesture: dict[str, Any]) -> tuple[str, bytes] | None:
    """What was typed into a form, as a file: the form is gone from the screen, and nothing of it is lost."""
    fields: dict[str, str] = gesture.get("fields", {})
    kept = [text for name, text in fields.items() if text.strip() and (name == "text" or len(text) >= LONG)]
    return ("text.txt", "\n\n".join(kept).encode(errors="replace")) if kept else None


def view_of(text: str, rows: tuple[discord.ui.ActionRow[Any], ...] = ()) -> discord.ui.LayoutView:
    """Text and rows of controls as a message's components.

    Stopped before it is sent: controls are found by their custom_id in `bot.controls`, never by a view that
    lives in memory and dies with the process.
    """
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay(text[:TEXT] or "…"))
    for row in rows:
        view.add_item(row)
    view.stop()
    return view
