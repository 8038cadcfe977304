"""Messages of channels and threads (Discord docs, Message)."""

from __future__ import annotations

from . import reach, render
from .calls import Answer, Call, Routes, snowflake
from .drafts import compose, revise
from .model import CATEGORY, WRITTEN, Channel, Message
from .permissions import Permission
from .refusals import refuse

routes = Routes()

MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = MESSAGES + "/{message_id}"

PAGE, PAGE_MOST = 50, 100
"""Discord docs, Message, Get Channel Messages."""


@routes.on("GET", MESSAGES)
def listing(call: Call) -> Answer:
    """Newest first; nothing without READ_MESSAGE_HISTORY."""
    place = reach.channel(call)
    limit = call.number("limit", PAGE, 1, PAGE_MOST)
    if not reach.may(call, place, Permission.READ_MESSAGE_HISTORY):
        return 200, []
    found = sorted(place.messages.values(), key=lambda one: one.id)
    if "around" in call.query:
        middle = snowflake(call.query["around"])
        before = [one for one in found if one.id <= middle][-(limit // 2 + 1) :]
        found = before + [one for one in found if one.id > middle][: limit - len(before)]
    elif "after" in call.query:
        found = [one for one in found if one.id > snowflake(call.query["after"])][:limit]
    else:
        end = snowflake(call.query["before"]) if "before" in call.query else None
        found = [one for one in found if end is None or one.id < end][-limit:]
    return 200, [render.message(call.world, one) for one in reversed(found)]


@routes.on("GET", MESSAGE)
def read(call: Call) -> Answer:
    place = reach.channel(call)
    if not reach.may(call, place, Permission.READ_MESSAGE_HISTORY):
        raise refuse(50001)
    return 200, render.message(call.world, reach.message(call, place))


@routes.on("POST", MESSAGES)
def create(call: Call) -> Answer:
    """A new message, or the first of that nonce if it is to be heeded."""
    place = reach.channel(call)
    if place.type == CATEGORY:
        raise refuse(50024)
    reach.allow(call, place, sending(place))
    if call.uploads:
        reach.allow(call, place, Permission.ATTACH_FILES)
    if not place.archived:
        reach.unlocked(call, place)
    first = _first_of_nonce(call, place)
    if first:
        return 200, render.message(call.world, first)
    body = dict(call.form)
    if not reach.may(call, place, Permission.EMBED_LINKS):
        body.pop("embeds", None)
    message = compose(call, place, body)
    reach.wake(call, place)
    call.world.post(message)
    return 200, render.message(call.world, message)


@routes.on("PATCH", MESSAGE)
def edit(call: Call) -> Answer:
    place = reach.channel(call)
    message = reach.message(call, place)
    if message.author_id != call.world.bot.id:
        raise refuse(50005)
    if message.type not in WRITTEN:
        raise refuse(50021)
    reach.change(call, place)
    revise(call, place, message, call.form)
    call.world.change_message(message)
    call.interactions.message_changed(message)
    return 200, render.message(call.world, message)


@routes.on("DELETE", MESSAGE)
def delete(call: Call) -> Answer:
    place = reach.channel(call)
    message = reach.message(call, place)
    if message.author_id != call.world.bot.id:
        reach.allow(call, place, Permission.MANAGE_MESSAGES)
    # Discord docs, Threads: the one act there is in an archived thread, but not in one locked too.
    if place.archived and place.locked and not reach.may(call, place, Permission.MANAGE_THREADS):
        raise refuse(50083)
    call.world.delete_message(message)
    return 204, None


@routes.on("POST", "/channels/{channel_id}/typing")
def typing(call: Call) -> Answer:
    place = reach.channel(call)
    reach.allow(call, place, sending(place))
    return 204, None


def sending(place: Channel) -> Permission:
    """The permission that posting in a place takes."""
    return Permission.SEND_MESSAGES_IN_THREADS if place.is_thread else Permission.SEND_MESSAGES


def _first_of_nonce(call: Call, place: Channel) -> Message | None:
    nonce = call.form.get("nonce")
    if nonce is None or not call.form.get("enforce_nonce"):
        return None
    since = call.world.now() - call.world.nonce_memory
    for message in reversed(place.messages.values()):
        if message.timestamp <= since:
            return None
        if message.author_id == call.world.bot.id and str(message.nonce) == str(nonce):
            return message
    return None
