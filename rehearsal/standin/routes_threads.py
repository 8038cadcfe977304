"""Threads (Discord docs, Threads, and Channel, Modify Channel, Thread)."""

from __future__ import annotations

from datetime import datetime

from . import permissions, reach, render
from .calls import Answer, Call, Routes
from .model import HAS_THREAD, PRIVATE_THREAD, PUBLIC_THREAD, TEXT, Channel, Json, Message
from .permissions import Permission
from .refusals import Form, refuse

routes = Routes()

NAME, SLOWMODE = 100, 21600
ARCHIVE_AFTER = (60, 1440, 4320, 10080)
"""Minutes; Discord docs, Channel, Thread Metadata Object."""

SYSTEM_THREAD_CREATED = 18
"""Discord docs, Message, Message Types."""


@routes.on("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def begin_from_message(call: Call) -> Answer:
    """A thread hung on a message, which has that message's id; a message carries but one."""
    parent = reach.channel(call, Permission.CREATE_PUBLIC_THREADS)
    message = reach.message(call, parent)
    _check(call.form, name_needed=True)
    if parent.type not in (TEXT, 5):
        raise refuse(50024)
    if message.thread_id is not None:
        raise refuse(160004)
    thread = call.world.add_thread(
        parent, call.form["name"], call.world.bot, id=message.id, **_settings(call.form)
    )
    message.thread_id = thread.id
    message.flags |= HAS_THREAD
    call.world.change_message(message)
    return 201, _with_membership(call, thread)


@routes.on("POST", "/channels/{channel_id}/threads")
def begin(call: Call) -> Answer:
    """A thread of its own; private unless the body says otherwise."""
    parent = reach.channel(call)
    _check(call.form, name_needed=True)
    if parent.type not in (TEXT, 5):
        raise refuse(50024)
    kind = int(call.form.get("type") or PRIVATE_THREAD)
    private = kind == PRIVATE_THREAD
    reach.allow(
        call, parent, Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
    )
    invitable = call.form.get("invitable") is not False
    settings = _settings(call.form)
    thread = call.world.add_thread(
        parent, call.form["name"], call.world.bot, type=kind, invitable=invitable, **settings
    )
    if kind == PUBLIC_THREAD:
        notice = Message(call.world.ids.make(), parent.id, call.world.bot.id, call.world.now())
        notice.type, notice.content = SYSTEM_THREAD_CREATED, thread.name
        notice.reference = {"type": 0, "channel_id": str(thread.id), "guild_id": str(call.world.guild.id)}
        call.world.post(notice)
    return 201, _with_membership(call, thread)


@routes.on("GET", "/guilds/{guild_id}/threads/active")
def active(call: Call) -> Answer:
    reach.guild(call)
    found = [one for one in call.world.threads.values() if not one.archived and call.world.bot_sees(one)]
    found.sort(key=lambda one: one.id, reverse=True)
    return 200, _listing(call, found)


@routes.on("GET", "/channels/{channel_id}/threads/archived/public")
def archived(call: Call) -> Answer:
    """Those archived last come first; `before` is a moment in ISO 8601."""
    parent = reach.channel(call, Permission.READ_MESSAGE_HISTORY)
    limit = call.number("limit", 50, 2, 100)
    found = [
        one
        for one in call.world.threads.values()
        if one.parent_id == parent.id and one.archived and one.type != PRIVATE_THREAD
    ]
    if "before" in call.query:
        before = datetime.fromisoformat(call.query["before"])
        found = [one for one in found if one.archive_changed_at and one.archive_changed_at < before]
    found.sort(key=lambda one: (str(one.archive_changed_at), one.id), reverse=True)
    return 200, _listing(call, found[:limit]) | {"has_more": len(found) > limit}


def edit_thread(call: Call, thread: Channel) -> Answer:
    """Renames, archives, reopens, locks or unlocks.

    Discord docs: the owner may do all but lock and set slowmode; reopening what is not locked takes only the
    permission to send; an archived thread takes no other change unless it is reopened with it.
    """
    body = call.form
    _check(body, name_needed=False)
    manages = reach.may(call, thread, Permission.MANAGE_THREADS)
    reopening = body.get("archived") is False
    if thread.archived and not reopening:
        raise refuse(50083)
    if not manages:
        only_reopens = reopening and {*body} <= {"archived"} and not thread.locked
        if only_reopens:
            reach.allow(call, thread, Permission.SEND_MESSAGES_IN_THREADS)
        elif (
            thread.owner_id != call.world.bot.id
            or {"locked", "rate_limit_per_user"} & {*body}
            or thread.locked
        ):
            raise refuse(50013)
    if body.get("name"):
        thread.name = str(body["name"])
    if body.get("auto_archive_duration"):
        # Discord docs, Threads: that counts as activity, and moves the archive's moment.
        thread.auto_archive_minutes = int(body["auto_archive_duration"])
        thread.active_at = thread.archive_changed_at = call.world.now()
    if body.get("rate_limit_per_user") is not None:
        thread.slowmode_seconds = int(body["rate_limit_per_user"])
    if body.get("invitable") is not None and thread.type == PRIVATE_THREAD:
        thread.invitable = bool(body["invitable"])
    before = (thread.archived, thread.locked)
    call.world.set_thread(thread, archived=body.get("archived"), locked=body.get("locked"))
    if before == (thread.archived, thread.locked):
        call.world.change_channel(thread)
    return 200, render.channel(call.world, thread)


@routes.on("PUT", "/channels/{channel_id}/thread-members/@me")
def join(call: Call) -> Answer:
    thread = _thread(call)
    call.world.join_thread(thread, call.world.bot)
    return 204, None


@routes.on("PUT", "/channels/{channel_id}/thread-members/{user_id}")
def add_member(call: Call) -> Answer:
    thread = _thread(call, sending=True)
    member = reach.member(call)
    parent = call.world.channels[thread.parent_id or 0]
    if not permissions.may_view(call.world, member, parent):
        raise refuse(50001)
    call.world.join_thread(thread, member)
    return 204, None


def _thread(call: Call, *, sending: bool = False) -> Channel:
    thread = reach.channel(call)
    if not thread.is_thread:
        raise refuse(50024)
    if thread.archived:
        raise refuse(50083)
    if sending:
        reach.allow(call, thread, Permission.SEND_MESSAGES_IN_THREADS)
        reach.unlocked(call, thread)
    return thread


def _check(body: Json, *, name_needed: bool) -> None:
    form = Form()
    if name_needed or "name" in body:
        form.text(("name",), body.get("name"), NAME, 1, required=True)
    form.among(("auto_archive_duration",), body.get("auto_archive_duration"), ARCHIVE_AFTER)
    form.whole(("rate_limit_per_user",), body.get("rate_limit_per_user"), 0, SLOWMODE)
    form.among(("type",), body.get("type"), (10, 11, 12))
    form.settle()


def _settings(body: Json) -> dict[str, int | bool]:
    minutes = body.get("auto_archive_duration")
    return {"auto_archive_minutes": int(minutes)} if minutes else {}


def _with_membership(call: Call, thread: Channel) -> Json:
    return render.channel(call.world, thread) | {"member": render.thread_member(thread, call.world.bot.id)}


def _listing(call: Call, threads: list[Channel]) -> Json:
    joined = [one for one in threads if call.world.bot.id in one.thread_members]
    return {
        "threads": [render.channel(call.world, one) for one in threads],
        "members": [render.thread_member(one, call.world.bot.id) for one in joined],
        "has_more": False,
    }
