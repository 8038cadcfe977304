"""What may hang on the wall: panels, threads, scheduled events, roles, each as it should be now."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import discord

from bot.drawing import Enclosure, Paper, Picture, Remark
from bot.readback import reference
from db.wall import NO_ROLE
from meeting.notices import Channel
from meeting.people import Capacity
from report.charts import Chart

LONGEST = 4000
"""Characters of all text displays of a message together (Discord's limit)."""

MENTION = 25
"""Characters of a role's mention: an id has at most twenty digits."""


@dataclass(frozen=True)
class Papers:
    """Files of a panel: `key` tells them from others, `make` makes them (none: they could not be made), with
    remarks on those that do not go along."""

    key: str
    make: Callable[[], Awaitable[Sequence[Paper | Remark]]]


@dataclass(frozen=True)
class Panel:
    """A message that always shows how things stand: blocks of text over rows of controls.

    A face is drawn anew for each look and its rows are used for one sending.
    """

    key: str
    channel: Channel
    blocks: tuple[str, ...]
    rows: tuple[discord.ui.ActionRow[Any], ...] = ()
    colour: int = 0x2F6F8F
    closing: bool = False
    """Whether this redraw closes something: such edits go first."""
    mention: Capacity | None = None
    """Whom its first posting mentions, and no edit after: a trouble's panel the moderators."""
    picture: Chart | None = None
    """Drawn, on several sheets if it is tall, and shown below the first block."""
    papers: Papers | None = None
    """Handed out below the text."""
    thread: str | None = None
    """The key of the thread it hangs in, instead of the channel itself."""
    pinned: bool = False

    def reference(self, uid: str) -> str:
        """By which it is found again in its channel; `uid` is the database's."""
        return reference(uid, self.key)

    @property
    def digest(self) -> str:
        rows = [row.to_component_dict() for row in self.rows]
        drawn = [] if self.picture is None else [repr(self.picture)]
        drawn += [] if self.papers is None else [self.papers.key]
        return digest([self.blocks, rows, self.colour, *drawn])

    def view(
        self, reference: str, role_id: int | None = None, enclosed: Sequence[Enclosure] = ()
    ) -> discord.ui.LayoutView:
        """As it is sent, with the small line by which it is found again, and whom it mentions above.

        `enclosed`: the sheets of the picture, or the files, that go along, and what is said of those that
        do not.
        """
        frame: discord.ui.Container[Any] = discord.ui.Container(accent_colour=self.colour)
        pictures = [one for one in enclosed if isinstance(one, Picture)]
        for number, block in enumerate(_fitted(self.blocks, LONGEST - len(reference) - MENTION)):
            if number:
                frame.add_item(discord.ui.Separator())
            frame.add_item(discord.ui.TextDisplay(block))
            if not number and pictures:
                gallery: discord.ui.MediaGallery[Any] = discord.ui.MediaGallery()
                for picture in pictures:
                    gallery.add_item(media=f"attachment://{picture.name}", description=picture.alternative)
                frame.add_item(gallery)
        for paper in enclosed:
            if isinstance(paper, Paper):
                frame.add_item(discord.ui.File(f"attachment://{paper.name}"))
            elif isinstance(paper, Remark):
                frame.add_item(discord.ui.TextDisplay(paper.text))
        for row in self.rows:
            frame.add_item(row)
        frame.add_item(discord.ui.TextDisplay(reference))
        view = discord.ui.LayoutView(timeout=None)
        if role_id is not None:
            view.add_item(discord.ui.TextDisplay(f"<@&{role_id}>"))
        view.add_item(frame)
        view.stop()
        return view


@dataclass(frozen=True)
class ThreadFace:
    """A thread under a panel, open or locked; none is made before it first opens."""

    key: str
    panel: str
    name: str
    open: bool

    @property
    def digest(self) -> str:
        return "open" if self.open else "locked"


class EventState(StrEnum):
    """A scheduled event's life, in Discord's words."""

    SCHEDULED = "scheduled"
    ACTIVE = "active"
    COMPLETED = "completed"


@dataclass(frozen=True)
class EventFace:
    """A day of the meeting among the server's events."""

    key: str
    name: str
    description: str
    location: str
    begins: datetime
    ends: datetime
    state: EventState

    @property
    def digest(self) -> str:
        return digest(
            [self.name, self.description, self.location, str(self.begins), str(self.ends), self.state.value]
        )


@dataclass(frozen=True)
class RoleFace:
    """A role that a person has, or (`held` false) is not to have any more. `key` is the person's id."""

    key: str
    role_id: int
    held: bool

    @property
    def digest(self) -> str:
        """With the role's id: one made anew is given anew."""
        return str(self.role_id) if self.held else NO_ROLE


def _fitted(blocks: tuple[str, ...], most: int) -> tuple[str, ...]:
    """The blocks, the longest cut if need be: escapes can double a text, and cut beats refused."""
    over = sum(len(block) for block in blocks) - most
    if over <= 0:
        return blocks
    longest = max(blocks, key=len)
    return tuple(f"{block[: -over - 1]}…" if block is longest else block for block in blocks)


Face = Panel | ThreadFace | EventFace | RoleFace
Source = Callable[[], Awaitable[Sequence[Face]]]


def digest(value: object) -> str:
    """A short digest of anything JSON can say."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
