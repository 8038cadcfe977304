"""What a person gets back for what they did."""

from __future__ import annotations

from . import wording
from .interactions import CHOICES, LATER, MESSAGE, MODAL, THINKING, UPDATE, Interaction
from .model import LOADING, Json, Message


class Reply:
    """What is on the person's screen; it stays current as the bot edits and follows up."""

    def __init__(self, interaction: Interaction) -> None:
        self.interaction = interaction

    @property
    def kind(self) -> str:
        """message, modal, update, deferred (still nothing to see), choices, or failed.

        What was put off counts as what came of it: an edit or follow-up is a message, an edit of
        the message that was pressed an update.
        """
        one = self.interaction
        if one.failed or one.answer is None:
            return "failed"
        if one.answer == THINKING:
            return "deferred" if self.message is None else "message"
        if one.answer == LATER:
            if one.followups:
                return "message"
            return "update" if one.shown.is_set() else "deferred"
        return _KINDS[one.answer]

    @property
    def message(self) -> Message | None:
        """The message it is about: the answer, or for an update the message that was pressed."""
        one = self.interaction
        if one.answer == LATER and one.followups:
            return one.followups[0]
        if one.original and not one.original.deleted and not one.original.flags & LOADING:
            return one.original
        if one.answer == THINKING and one.followups:
            return one.followups[0]
        return None

    @property
    def followups(self) -> list[Message]:
        """Further messages, in the order they came, without deleted ones."""
        return [message for message in self.interaction.followups if not message.deleted]

    @property
    def modal(self) -> Json | None:
        """The form to fill in: custom_id, title, components."""
        return self.interaction.modal

    @property
    def choices(self) -> list[Json]:
        """What autocomplete proposes."""
        return self.interaction.choices

    @property
    def text(self) -> str:
        """All there is to read, joined with newlines; of a form its title and labels."""
        if self.modal:
            return "\n".join([str(self.modal["title"]), *wording.of_components(self.modal["components"])])
        return self.message.text if self.message else ""

    @property
    def ephemeral(self) -> bool:
        """Whether only this person sees it."""
        return self.message is not None and self.message.ephemeral

    @property
    def buttons(self) -> list[str]:
        """The labels of the buttons, in reading order; an emoji where there is no label."""
        return [label(one) for one in wording.buttons(self.message.components)] if self.message else []

    def __repr__(self) -> str:
        return f"<Reply {self.kind} {self.text[:60]!r}>"


_KINDS = {MESSAGE: "message", UPDATE: "update", CHOICES: "choices", MODAL: "modal"}


def label(button: Json) -> str:
    """What is written on a button."""
    return str(button.get("label") or (button.get("emoji") or {}).get("name") or "")
