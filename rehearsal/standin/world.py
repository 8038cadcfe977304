"""All that is on the server, and the acts by which anybody changes it.

Every act tells the gateway what Discord would tell. Checks of who may do what are made before:
in the routes for the bot, in `Person` for people. What a director does here is done by "somebody".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from . import render
from .ground import GUILD_MEMBERS, GUILD_MESSAGES, GUILD_SCHEDULED_EVENTS, GUILDS, Ref
from .model import Channel, Json, Member, Message, Role, ScheduledEvent, User
from .places import Places


class World(Places):
    """One guild with its owner, the bot and a channel "general"; see `Ground` for what it is made with."""

    # Roles and members.

    def add_role(
        self, name: str, *, permissions: int = 0, position: int | None = None, mentionable: bool = False
    ) -> Role:
        """Makes a role, at the bottom or, pushing up those from there on, at `position`."""
        role = Role(self.ids.make(), name, permissions, position or 1, mentionable=mentionable)
        moved = [
            one for one in self.roles.values() if one.position >= role.position and one.id != self.guild.id
        ]
        for one in moved:
            one.position += 1
        self.roles[role.id] = role
        self.emit("GUILD_ROLE_CREATE", self._role(role), GUILDS)
        if position is not None:
            # A client pushes up all roles at a new one; at the bottom that is right already.
            for one in [*self.roles.values()]:
                self.emit("GUILD_ROLE_UPDATE", self._role(one), GUILDS)
        return role

    def change_role(self, role: Role) -> None:
        """Tells of a role that was changed."""
        self.emit("GUILD_ROLE_UPDATE", self._role(role), GUILDS)

    def delete_role(self, role: Role) -> None:
        """Takes a role from the guild, from its members and from all overwrites."""
        del self.roles[role.id]
        for one in self.roles.values():
            one.position -= one.position > role.position
        for member in self.members.values():
            if role.id in member.roles:
                member.roles.remove(role.id)
        for channel in self.channels.values():
            channel.overwrites.pop(role.id, None)
        data = {"guild_id": str(self.guild.id), "role_id": str(role.id)}
        self.emit("GUILD_ROLE_DELETE", data, GUILDS)

    def add_member(self, name: str, roles: Iterable[Ref] = (), locale: str = "en-GB") -> Member:
        """Somebody joins, with roles given by id."""
        member = Member(User(self.ids.make(), name), self.now(), [int(role) for role in roles], locale)
        self.members[member.id] = member
        data = render.member(member) | {"guild_id": str(self.guild.id)}
        self.emit("GUILD_MEMBER_ADD", data, GUILD_MEMBERS)
        return member

    def remove_member(self, member: Member) -> None:
        """Somebody leaves or is removed; what they wrote stays."""
        del self.members[member.id]
        self.former[member.id] = member.user
        data = {"guild_id": str(self.guild.id), "user": render.user(member.user)}
        self.emit("GUILD_MEMBER_REMOVE", data, GUILD_MEMBERS)

    def give_role(self, member: Member, role_id: Ref) -> None:
        """Gives a member a role they may have already."""
        if int(role_id) not in member.roles:
            member.roles.append(int(role_id))
            self._member_changed(member)

    def take_role(self, member: Member, role_id: Ref) -> None:
        """Takes a role from a member who may not have it."""
        if int(role_id) in member.roles:
            member.roles.remove(int(role_id))
            self._member_changed(member)

    # Messages.

    def post(self, message: Message) -> Message:
        """Puts a finished message where it belongs."""
        if message.ephemeral:
            self.ephemeral[message.id] = message
            return message
        place = self.place(message.channel_id)
        if place is None:
            raise KeyError(message.channel_id)
        place.messages[message.id] = message
        place.last_message_id = message.id
        if place.is_thread:
            place.sent_in_all += 1
            place.active_at = self.now()
        self._message("MESSAGE_CREATE", message)
        return message

    def change_message(self, message: Message) -> None:
        """Tells of a message that was changed."""
        if not message.ephemeral:
            self._message("MESSAGE_UPDATE", message)

    def delete_message(self, message: Message | Ref, channel: Channel | Ref | None = None) -> None:
        """Somebody deletes a message. Raises KeyError when there is none."""
        if not isinstance(message, Message):
            where = channel.id if isinstance(channel, Channel) else channel
            found = None if where is None else self.message(where, message)
            if found is None:
                raise KeyError(message)
            message = found
        message.deleted = True
        if message.ephemeral:
            self.ephemeral.pop(message.id, None)
            return
        place = self.place(message.channel_id)
        if place:
            del place.messages[message.id]
            data = {"id": str(message.id), "channel_id": str(place.id), "guild_id": str(self.guild.id)}
            self._of_place("MESSAGE_DELETE", place, data, GUILD_MESSAGES)

    def pin(self, message: Message, pinned: bool) -> None:
        """Pins or unpins a message."""
        message.pinned_at = self.now() if pinned else None
        place = self.place(message.channel_id)
        if place:
            place.last_pin_at = self.now() if pinned else place.last_pin_at
            data = {"guild_id": str(self.guild.id), "channel_id": str(place.id)}
            at = {"last_pin_timestamp": render.when(place.last_pin_at)}
            self._of_place("CHANNEL_PINS_UPDATE", place, data | at)

    # Scheduled events.

    def event_changed(self, kind: str, event: ScheduledEvent) -> None:
        """Tells of an event; `kind` is CREATE, UPDATE or DELETE."""
        data = render.scheduled_event(self, event)
        self.emit(f"GUILD_SCHEDULED_EVENT_{kind}", data, GUILD_SCHEDULED_EVENTS)

    def delete_event(self, event: ScheduledEvent | Ref) -> None:
        """Somebody deletes a scheduled event. Raises KeyError when there is none."""
        gone = event if isinstance(event, ScheduledEvent) else self.events[int(event)]
        del self.events[gone.id]
        self.event_changed("DELETE", gone)

    def settle(self) -> None:
        """Does what Discord does by itself as time passes.

        Archives threads nobody wrote in for so long (Discord docs, Threads, Archiving); begins and
        ends external events at their times (Guild Scheduled Event, Automation).
        """
        now = self.now()
        for event in self.events.values():
            if event.entity_type != 3 or event.status not in (1, 2) or event.starts_at > now:
                continue
            status = 3 if event.ends_at is not None and event.ends_at <= now else 2
            if status != event.status:
                event.status = status
                self.event_changed("UPDATE", event)
        for thread in self.threads.values():
            quiet_for = timedelta(minutes=thread.auto_archive_minutes)
            if not thread.archived and thread.active_at and thread.active_at + quiet_for <= now:
                self.set_thread(thread, archived=True)

    def _role(self, role: Role) -> Json:
        return {"guild_id": str(self.guild.id), "role": render.role(role)}

    def _member_changed(self, member: Member) -> None:
        data = render.member(member) | {"guild_id": str(self.guild.id)}
        # Discord docs, Gateway Events, Guild Member Update: of itself a bot hears in any case.
        self.emit("GUILD_MEMBER_UPDATE", data, 0 if member is self.bot else GUILD_MEMBERS)

    def _message(self, event: str, message: Message) -> None:
        place = self.place(message.channel_id)
        author = self.members.get(message.author_id)
        if place is None:
            return
        data = render.message(self, message) | {"guild_id": str(self.guild.id)}
        if author:
            data["member"] = {key: value for key, value in render.member(author).items() if key != "user"}
        self._of_place(event, place, data, GUILD_MESSAGES)
