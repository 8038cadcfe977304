"""A person at a Discord client: sees what they may see, and can do what the client lets them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from . import choosing, filling, mentions, options, permissions, wording
from .form_commands import MESSAGE
from .form_messages import CONTENT
from .interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT, Interaction, Interactions
from .model import LOADING, TEXT, Channel, Json, Member, Message
from .permissions import Permission
from .replies import Reply, label
from .world import World

PATIENCE = timedelta(seconds=30)
"""Real time a person looks at "thinking" before they go on with something else."""

Place = Channel | int | str


class Person:
    """One member, acting. Raises PermissionError, LookupError or ValueError for what their client
    would not offer them; what the bot refuses comes back as a `Reply`."""

    def __init__(self, world: World, interactions: Interactions, member: Member) -> None:
        self._world = world
        self._interactions = interactions
        self.member = member
        self.patience = PATIENCE

    def __repr__(self) -> str:
        return f"<Person {self.name}>"

    @property
    def user_id(self) -> int:
        return self.member.id

    @property
    def name(self) -> str:
        return self.member.name

    # Looking.

    def channels(self) -> list[Channel]:
        """The channels on the screen, in position order; without threads."""
        return [one for one in self._world.in_order() if self.may_view(one)]

    def threads(self, channel: Place | None = None) -> list[Channel]:
        """The threads they may open, of one channel or of all, oldest first."""
        self._world.settle()
        parent = None if channel is None else self._place(channel).id
        found = [one for one in self._world.threads.values() if self.may_view(one)]
        return [one for one in found if parent in (None, one.parent_id)]

    def may_view(self, channel: Channel) -> bool:
        """Whether a channel or thread is there for them at all."""
        return self.member.id in self._world.members and permissions.may_view(
            self._world, self.member, channel
        )

    def sees(self, channel: Place) -> list[Message]:
        """The messages in a place, oldest first, with those only this person sees.

        Raises PermissionError without VIEW_CHANNEL or READ_MESSAGE_HISTORY.
        """
        place = self._open(channel, Permission.READ_MESSAGE_HISTORY)
        own = [one for one in self._world.ephemeral.values() if one.ephemeral_for == self.member.id]
        found = [*place.messages.values(), *(one for one in own if one.channel_id == place.id)]
        return sorted(found, key=lambda one: one.id)

    # Commands.

    def commands(self) -> list[str]:
        """What they can type after "/": "vote", "agenda shift" and so on."""
        found = [path for one in options.visible(self._world, self.member) for path in options.paths(one)]
        return [*dict.fromkeys(found)]

    async def command(self, path: str, /, *, in_channel: Place | None = None, **given: Any) -> Reply:
        """Sends a command, in the first channel they can write in unless one is named.

        For an attachment a `File` is given. Raises ValueError for a command or option they are not
        offered, a value outside its bounds or choices, or a required option left out, and
        PermissionError where they may not use commands or write, or the thread is archived.
        """
        command, way = options.find(self._world, self.member, path)
        data = options.data(self._world, command, way, given)
        return await self._reply(self._interactions.begin(COMMAND, self.member, self._desk(in_channel), data))

    async def complete(
        self, path: str, /, option: str, typed: str = "", *, in_channel: Place | None = None, **others: Any
    ) -> list[Json]:
        """What is proposed while they type: name and value each; nothing if no answer came."""
        command, way = options.find(self._world, self.member, path)
        known = {one["name"]: one for one in way[-1].get("options") or ()}
        if not known.get(option, {}).get("autocomplete"):
            raise ValueError(f"/{path} has no option {option!r} that proposes anything")
        data = options.data(self._world, command, way, others, typing=(option, typed))
        one = self._interactions.begin(AUTOCOMPLETE, self.member, self._desk(in_channel), data)
        return (await self._reply(one)).choices

    def message_commands(self) -> list[str]:
        """What they are offered in the menu of a message: "Record as input" and so on."""
        found = options.visible(self._world, self.member, MESSAGE)
        return [*dict.fromkeys(one.name for one in found)]

    async def use(self, command: str, /, *, on: Message) -> Reply:
        """Uses a command from the menu of a message, of whoever wrote it.

        Raises ValueError for a command they are not offered, LookupError for a message that is gone
        or ephemeral, and PermissionError where they may not see it or use commands, or the thread is
        archived. A lock is no hindrance, nor is it that they may not write there.
        """
        if on.deleted or on.ephemeral:
            raise LookupError(f"there is no such message with a menu of commands for {self.name}")
        place = self._open(
            on.channel_id, Permission.READ_MESSAGE_HISTORY, Permission.USE_APPLICATION_COMMANDS
        )
        self._awake(place)
        data = options.on_message(self._world, self.member, command, on)
        return await self._reply(self._interactions.begin(COMMAND, self.member, place, data))

    # Controls.

    async def press(self, on: Message | Reply, button: str) -> Reply:
        """Presses a button, named by its label or custom id.

        Raises LookupError when no enabled button of that name is there for this person,
        PermissionError when the channel may not be viewed or the thread is locked or archived.
        """
        for message in self._shown(on):
            for one in wording.buttons(message.components):
                named = button in (one.get("custom_id"), label(one))
                if named and one.get("custom_id") and not one.get("disabled"):
                    data = {"component_type": one["type"], "custom_id": one["custom_id"], "id": one["id"]}
                    return await self._component(message, data)
        raise LookupError(f"there is no enabled button {button!r} for {self.name}")

    async def choose(self, on: Message | Reply, select: str, values: Iterable[Any]) -> Reply:
        """Chooses in a select menu, named by its placeholder or custom id; values or their labels.

        Raises as `press` does, and ValueError for values the menu would not take.
        """
        for message in self._shown(on):
            for one in wording.selects(message.components):
                if select not in (one["custom_id"], one.get("placeholder")) or one.get("disabled"):
                    continue
                data = {"component_type": one["type"], "custom_id": one["custom_id"], "id": one["id"]}
                fewest, most = one["min_values"], one["max_values"]
                if one["type"] == wording.STRING_SELECT:
                    data["values"] = choosing.pick(one, values, fewest, most)
                else:
                    found = choosing.entities(self._world, one["type"], values, fewest, most)
                    data["values"], data["resolved"] = found
                return await self._component(message, data)
        raise LookupError(f"there is no enabled menu {select!r} for {self.name}")

    async def fill(self, form: Reply, answers: Mapping[str, Any]) -> Reply:
        """Fills in and sends a form; keys are labels or custom ids, lists where several can be chosen.

        Raises LookupError for a field there is not or a reply that is no form, ValueError for an
        answer the client would not take.
        """
        if form.modal is None or form.interaction.member is not self.member:
            raise LookupError(f"there is no form before {self.name}")
        data = filling.submit(self._world, form.modal, answers)
        cause = form.interaction
        self._place(cause.place)
        one = self._interactions.begin(
            MODAL_SUBMIT, self.member, cause.place, data, source=cause.source, cause=cause
        )
        return await self._reply(one)

    # Writing.

    async def write(self, channel: Place, text: str, *, reply_to: Message | None = None) -> Message:
        """Writes a message. Writing in an archived thread that is not locked reopens it, as in Discord.

        Raises PermissionError where they may not view or write, or the thread is locked, and
        ValueError for an empty text or one above 2000 characters.
        """
        place = self._open(channel)
        self._may_write(place)
        if not text.strip() or len(text) > CONTENT:
            raise ValueError(f"{len(text)} characters, but a message takes 1 to {CONTENT}")
        world = self._world
        message = Message(world.ids.make(), place.id, self.member.id, world.now(), content=text.strip())
        if reply_to:
            ids = {
                "channel_id": str(place.id),
                "message_id": str(reply_to.id),
                "guild_id": str(world.guild.id),
            }
            message.type, message.reference = 19, {"type": 0, **ids}
        mentions.resolve(world, message, place, self.member, None)
        mentions.notify(world, message, place, self.member)
        if place.is_thread:
            world.set_thread(place, archived=False)
            world.join_thread(place, self.member)
        return world.post(message)

    def _may_write(self, place: Channel) -> None:
        held = permissions.in_channel(self._world, self.member, place)
        needed = Permission.SEND_MESSAGES_IN_THREADS if place.is_thread else Permission.SEND_MESSAGES
        if not held & needed:
            raise PermissionError(f"{self.name} may not write in {place.name}")
        if place.locked and not held & Permission.MANAGE_THREADS:
            raise PermissionError(f"{place.name} is locked")

    def _awake(self, place: Channel) -> None:
        # Discord docs, Threads, Archiving: nobody uses application commands in an archived thread.
        if place.archived:
            raise PermissionError(f"{place.name} is archived")

    def _place(self, place: Place) -> Channel:
        self._world.settle()
        found = self._world.place(place.id if isinstance(place, Channel) else place)
        if found is None:
            raise LookupError("this channel is gone")
        return found

    def _open(self, place: Place, *needed: Permission) -> Channel:
        found = self._place(place)
        if not self.may_view(found):
            raise PermissionError(f"{self.name} may not view {found.name}")
        held = permissions.in_channel(self._world, self.member, found)
        if any(not held & bit for bit in needed):
            raise PermissionError(f"{self.name} may not do that in {found.name}")
        return found

    def _desk(self, wanted: Place | None) -> Channel:
        if wanted is not None:
            place = self._open(wanted, Permission.USE_APPLICATION_COMMANDS)
            self._may_write(place)
            self._awake(place)
            return place
        for place in self.channels():
            held = permissions.in_channel(self._world, self.member, place)
            needed = Permission.USE_APPLICATION_COMMANDS | Permission.SEND_MESSAGES
            if place.type == TEXT and held & needed == needed:
                return place
        raise PermissionError(f"{self.name} has no channel in which to use a command")

    def _shown(self, on: Message | Reply) -> list[Message]:
        """The messages a control may be on, checked to be there for this person."""
        found = [on.message, *on.followups] if isinstance(on, Reply) else [on]
        shown = [one for one in found if one and not one.deleted and not one.flags & LOADING]
        shown = [one for one in shown if one.ephemeral_for in (None, self.member.id)]
        for message in shown:
            place = self._open(message.channel_id)
            if place.archived or place.locked:
                raise PermissionError(f"the controls in {place.name} are dead: it is locked or archived")
        return shown

    async def _component(self, message: Message, data: Json) -> Reply:
        place = self._place(message.channel_id)
        return await self._reply(
            self._interactions.begin(COMPONENT, self.member, place, data, source=message)
        )

    async def _reply(self, one: Interaction) -> Reply:
        await one.first.wait()
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                await one.shown.wait()
        except TimeoutError:
            pass
        return Reply(one)
