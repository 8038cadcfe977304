"""What the outbox asks of a subject: a notice's line, and the controls under a message."""

from collections.abc import Sequence
from typing import Any, Protocol

import discord

from db.notices import Line
from meeting.agenda import Agenda
from meeting.notices import Notice


class Speaker(Protocol):
    """Puts notices into words in the meeting's language."""

    def line(self, agenda: Agenda, notice: Notice) -> str:
        """The notice as a line (or a few) of a message."""

    def controls(self, agenda: Agenda, lines: Sequence[Line]) -> Sequence[discord.ui.Button[Any]]:
        """Buttons under the message, if it asks something."""
