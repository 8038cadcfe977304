"""Channels and threads, and the acts that change them."""

from __future__ import annotations

from collections.abc import Iterable

from . import render
from .ground import GUILD_MEMBERS, GUILDS, Ground, Ref
from .model import TEXT as TEXT_CHANNEL
from .model import Channel, Json, Member, Overwrite, Role


class Places(Ground):
    """The acts on channels and threads; each tells the gateway what Discord would tell."""

    # Channels and threads.

    def add_channel(
        self,
        name: str,
        *,
        type: int = TEXT_CHANNEL,
        parent_id: int | None = None,
        topic: str | None = None,
        overwrites: Iterable[Overwrite] = (),
        position: int | None = None,
    ) -> Channel:
        """Makes a channel, last in the list unless placed."""
        last = max((one.position for one in self.channels.values()), default=-1)
        channel = Channel(
            self.ids.make(), type, name, last + 1 if position is None else position, topic, parent_id
        )
        channel.overwrites = {one.id: one for one in overwrites}
        self.channels[channel.id] = channel
        self.emit("CHANNEL_CREATE", render.channel(self, channel), GUILDS)
        return channel

    def change_channel(self, channel: Channel) -> None:
        """Tells of a channel or thread that was changed."""
        event = "THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE"
        self._of_place(event, channel, render.channel(self, channel))

    def delete_channel(self, channel: Channel | Ref) -> None:
        """Deletes a channel with its threads, or a thread. Raises KeyError when there is none."""
        gone = channel if isinstance(channel, Channel) else self.place(channel)
        if gone is None:
            raise KeyError(channel)
        for message in [*gone.messages.values(), *self.ephemeral.values()]:
            message.deleted |= message.channel_id == gone.id
        if gone.is_thread:
            del self.threads[gone.id]
            data = {"id": str(gone.id), "guild_id": str(self.guild.id), "type": gone.type}
            self._of_place("THREAD_DELETE", gone, data | {"parent_id": str(gone.parent_id)})
            return
        for thread in [one for one in self.threads.values() if one.parent_id == gone.id]:
            self.delete_channel(thread)
        del self.channels[gone.id]
        for child in self.channels.values():
            if child.parent_id == gone.id:
                child.parent_id = None
        self.emit("CHANNEL_DELETE", render.channel(self, gone), GUILDS)

    def add_thread(self, parent: Channel, name: str, owner: Member, **settings: int | bool) -> Channel:
        """Begins a thread; `settings` are fields of `Channel`, and `id` when it hangs on a message."""
        now = self.now()
        thread_id = int(settings.pop("id", 0)) or self.ids.make()
        thread = Channel(
            thread_id, int(settings.pop("type", 11)), name, parent_id=parent.id, owner_id=owner.id
        )
        thread.auto_archive_minutes = int(settings.pop("auto_archive_minutes", parent.auto_archive_minutes))
        thread.invitable = bool(settings.pop("invitable", True))
        thread.created_at = thread.archive_changed_at = thread.active_at = now
        thread.thread_members[owner.id] = now
        self.threads[thread.id] = thread
        data = render.channel(self, thread) | {"newly_created": True}
        if self.bot.id in thread.thread_members:
            data["member"] = render.thread_member(thread, self.bot.id)
        self._of_place("THREAD_CREATE", thread, data)
        return thread

    def set_thread(
        self, thread: Channel, *, archived: bool | None = None, locked: bool | None = None
    ) -> None:
        """Archives, reopens, locks or unlocks a thread and tells of it, if that changes anything."""
        before = (thread.archived, thread.locked)
        if archived is not None and archived != thread.archived:
            thread.archived = archived
            thread.archive_changed_at = self.now()
            if not archived:
                thread.active_at = self.now()
        if locked is not None:
            thread.locked = locked
        if before != (thread.archived, thread.locked):
            self.change_channel(thread)

    def join_thread(self, thread: Channel, member: Member) -> None:
        """Somebody joins a thread or is added to it."""
        if member.id in thread.thread_members:
            return
        thread.thread_members[member.id] = self.now()
        data: Json = {
            "id": str(thread.id),
            "guild_id": str(self.guild.id),
            "member_count": len(thread.thread_members),
        }
        data["added_members"] = [render.thread_member(thread, member.id)]
        # Discord docs, Gateway, List of Intents: without the members intent only what is about itself.
        self._of_place("THREAD_MEMBERS_UPDATE", thread, data, GUILDS if member is self.bot else GUILD_MEMBERS)

    def overwrite(self, channel: Channel, target: Role | Member, *, allow: int = 0, deny: int = 0) -> None:
        """Somebody sets what a channel allows and denies to a role or member."""
        kind = 0 if isinstance(target, Role) else 1
        channel.overwrites[target.id] = Overwrite(target.id, kind, allow, deny)
        self.change_channel(channel)
