"""What there is on a server: plain values, changed only through `World` and the routes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from . import wording

Json = dict[str, Any]

EPHEMERAL = 1 << 6
LOADING = 1 << 7
HAS_THREAD = 1 << 5
COMPONENTS_V2 = 1 << 15
"""Discord docs, Message, Message Flags."""

DEFAULT, REPLY, CHAT_INPUT_COMMAND, CONTEXT_MENU_COMMAND = 0, 19, 20, 23
WRITTEN = (DEFAULT, REPLY, CHAT_INPUT_COMMAND, CONTEXT_MENU_COMMAND)
"""Discord docs, Message, Message Types: those somebody wrote; all others are the system's."""

TEXT, CATEGORY, PUBLIC_THREAD, PRIVATE_THREAD = 0, 4, 11, 12
"""Discord docs, Channel, Channel Types."""


@dataclass(slots=True)
class User:
    """An account. `id` is a snowflake; `name` is both its user name and its display name."""

    id: int
    name: str
    bot: bool = False


@dataclass(slots=True)
class Member:
    """An account in the guild. `roles` are ids, without @everyone; `locale` as Discord writes it."""

    user: User
    joined_at: datetime
    roles: list[int] = field(default_factory=list)
    locale: str = "en-GB"

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.name


@dataclass(slots=True)
class Role:
    """A role; a higher `position` stands above a lower one, @everyone is 0."""

    id: int
    name: str
    permissions: int = 0
    position: int = 1
    color: int = 0
    hoist: bool = False
    managed: bool = False
    mentionable: bool = False
    bot_id: int | None = None


@dataclass(slots=True)
class Overwrite:
    """What a channel allows and denies to a role (`type` 0) or a member (`type` 1)."""

    id: int
    type: int
    allow: int = 0
    deny: int = 0


@dataclass(slots=True)
class Attachment:
    """A file of a message, or given with a command; `size` in bytes."""

    id: int
    filename: str
    size: int
    content_type: str
    url: str
    data: bytes = field(repr=False)
    description: str | None = None


@dataclass(slots=True)
class Message:
    """A message as it stands now.

    `mentions` are the ids of those really notified (allowed_mentions, role and permission heeded), when
    it was posted; `mention_users`, `mention_roles` and `mention_everyone` are what the API reports.
    `ephemeral_for` names the only person who can see it; `interaction` is the API's
    interaction_metadata; `reference` its message_reference; `thread_id` the thread begun from it.
    """

    id: int
    channel_id: int
    author_id: int
    timestamp: datetime
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    flags: int = 0
    nonce: str | int | None = None
    attachments: list[Attachment] = field(default_factory=list)
    mentions: list[int] = field(default_factory=list)
    mention_users: list[int] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    edited_timestamp: datetime | None = None
    reference: Json | None = None
    thread_id: int | None = None
    ephemeral_for: int | None = None
    interaction: Json | None = None
    pinned_at: datetime | None = None
    type: int = 0
    deleted: bool = False

    @property
    def text(self) -> str:
        """All that can be read in it: content, embeds and text displays, joined with newlines."""
        return wording.of_message(self.content, self.embeds, self.components)

    @property
    def ephemeral(self) -> bool:
        return self.ephemeral_for is not None


@dataclass(slots=True)
class Channel:
    """A channel, a category or (see `is_thread`) a thread; `messages` in the order they came.

    The last block belongs to threads only: `thread_members` maps ids to when they joined,
    `active_at` is the last activity that keeps it from being archived, `auto_archive_minutes`
    how long that lasts.
    """

    id: int
    type: int
    name: str
    position: int = 0
    topic: str | None = None
    parent_id: int | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    nsfw: bool = False
    slowmode_seconds: int = 0
    auto_archive_minutes: int = 1440
    messages: dict[int, Message] = field(default_factory=dict, repr=False)
    last_message_id: int | None = None
    last_pin_at: datetime | None = None

    owner_id: int | None = None
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    created_at: datetime | None = None
    archive_changed_at: datetime | None = None
    active_at: datetime | None = None
    thread_members: dict[int, datetime] = field(default_factory=dict)
    sent_in_all: int = 0

    @property
    def is_thread(self) -> bool:
        return self.type in (10, PUBLIC_THREAD, PRIVATE_THREAD)


@dataclass(slots=True)
class ScheduledEvent:
    """A scheduled event. `status`: 1 scheduled, 2 active, 3 completed, 4 canceled."""

    id: int
    name: str
    starts_at: datetime
    ends_at: datetime | None
    entity_type: int
    creator_id: int
    description: str | None = None
    location: str | None = None
    channel_id: int | None = None
    status: int = 1


@dataclass(slots=True)
class Command:
    """An application command; `body` is what was registered, in the API's shape."""

    id: int
    version: int
    guild_id: int | None
    body: Json

    @property
    def name(self) -> str:
        return str(self.body["name"])

    @property
    def type(self) -> int:
        return int(self.body.get("type") or 1)


@dataclass(slots=True)
class Guild:
    """The one guild."""

    id: int
    name: str
    owner_id: int
    locale: str = "en-GB"
    system_channel_id: int | None = None
