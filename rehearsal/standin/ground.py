"""The server as it lies there: all that is on it, and how to find it."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote

from . import permissions
from .model import TEXT as TEXT_CHANNEL
from .model import Attachment, Channel, Command, Guild, Json, Member, Message, Role, ScheduledEvent, User
from .snowflakes import Snowflakes

GUILDS, GUILD_MEMBERS, GUILD_MESSAGES = 1 << 0, 1 << 1, 1 << 9
MESSAGE_CONTENT, GUILD_SCHEDULED_EVENTS = 1 << 15, 1 << 16
"""Discord docs, Gateway, Gateway Intents."""

NONCE_MEMORY = timedelta(minutes=3)
"""Discord docs, Create Message, enforce_nonce: "in the past few minutes"; meeting time."""

Emit = Callable[[str, Json, int], None]
Ref = int | str


class Ground:
    """One guild with its owner, the bot and a channel "general".

    `now` is the meeting clock. `bot_permissions` are the bits of the bot's managed role,
    `bot_position` its height (other roles are put below it unless placed). `base_url` is where its
    files are served; `given` are those that came with commands.
    """

    def __init__(self, now: Callable[[], datetime], *, bot_permissions: int, bot_position: int = 1) -> None:
        self.now = now
        self.nonce_memory = NONCE_MEMORY
        self.base_url = ""
        self.ids = Snowflakes(now)
        self.emit: Emit = lambda event, data, intent: None
        self.members: dict[int, Member] = {}
        self.former: dict[int, User] = {}
        self.roles: dict[int, Role] = {}
        self.channels: dict[int, Channel] = {}
        self.threads: dict[int, Channel] = {}
        self.ephemeral: dict[int, Message] = {}
        self.events: dict[int, ScheduledEvent] = {}
        self.commands: dict[int, Command] = {}
        self.given: dict[int, Attachment] = {}
        owner = Member(User(self.ids.make(), "owner"), now())
        self.guild = Guild(self.ids.make(), "Rehearsal", owner.id)
        self.everyone = Role(self.guild.id, "@everyone", permissions.EVERYONE, 0)
        self.bot = Member(User(self.ids.make(), "roundtable", bot=True), now())
        self.bot_role = Role(self.ids.make(), "roundtable", bot_permissions, bot_position)
        self.bot_role.managed, self.bot_role.bot_id = True, self.bot.id
        self.bot.roles.append(self.bot_role.id)
        self.owner = owner
        self.members |= {owner.id: owner, self.bot.id: self.bot}
        self.roles |= {self.everyone.id: self.everyone, self.bot_role.id: self.bot_role}
        general = Channel(self.ids.make(), TEXT_CHANNEL, "general")
        self.channels[general.id] = general
        self.guild.system_channel_id = general.id

    # Looking.

    @property
    def messages(self) -> list[Message]:
        """Every message that is not ephemeral, in the order they came."""
        places = [*self.channels.values(), *self.threads.values()]
        found = [message for place in places for message in place.messages.values()]
        return sorted(found, key=lambda message: message.id)

    def place(self, channel_id: Ref) -> Channel | None:
        """The channel or thread of this id."""
        return self.channels.get(int(channel_id)) or self.threads.get(int(channel_id))

    def channel_named(self, name: str) -> Channel | None:
        """The first channel of this name, in position order."""
        return next((one for one in self.in_order() if one.name == name), None)

    def thread_named(self, name: str) -> Channel | None:
        """The oldest thread of this name."""
        return next((one for one in self.threads.values() if one.name == name), None)

    def role_named(self, name: str) -> Role | None:
        """The first role of this name."""
        return next((one for one in self.roles.values() if one.name == name), None)

    def in_order(self) -> list[Channel]:
        """The channels as the client lists them."""
        return sorted(self.channels.values(), key=lambda one: (one.position, one.id))

    def account(self, user_id: int) -> User:
        """The account of a member, present or former. Raises KeyError."""
        member = self.members.get(user_id)
        return member.user if member else self.former[user_id]

    def bot_sees(self, channel: Channel) -> bool:
        """Whether the bot may view a channel or thread."""
        return permissions.may_view(self, self.bot, channel)

    def message(self, channel_id: Ref, message_id: Ref) -> Message | None:
        """A message of a channel, not an ephemeral one."""
        place = self.place(channel_id)
        return place.messages.get(int(message_id)) if place else None

    def attachment(self, channel_id: int, name: str, data: bytes, content_type: str = "") -> Attachment:
        """A file with an id and an address, to be kept by whoever asked for it."""
        attachment_id = self.ids.make()
        kind = content_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        url = f"{self.base_url}/attachments/{channel_id}/{attachment_id}/{quote(name, safe='')}"
        return Attachment(attachment_id, name, len(data), kind, url, data)

    def _of_place(self, event: str, place: Channel, data: Json, intent: int = GUILDS) -> None:
        of_channel = intent == GUILDS and not place.is_thread
        orphan = place.is_thread and place.parent_id not in self.channels
        if of_channel or (not orphan and self.bot_sees(place)):
            self.emit(event, data, intent)
