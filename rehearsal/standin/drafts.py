"""From a request's body to a message, and from an edit's body to the message as it is then."""

from __future__ import annotations

from typing import Any

from . import mentions
from .calls import Call
from .form_messages import check_message
from .model import COMPONENTS_V2, EPHEMERAL, LOADING, Attachment, Channel, Json, Message
from .refusals import Form, Path, refuse
from .shapes import Shaper

SETTABLE = 1 << 2 | 1 << 12 | COMPONENTS_V2
"""Discord docs, Message, Create Message: SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS, IS_COMPONENTS_V2."""

LASTING = EPHEMERAL | 1 << 5 | COMPONENTS_V2
"""Flags an edit does not take away."""


def compose(
    call: Call, place: Channel, body: Json, *, private_to: int | None = None, at: Path = ()
) -> Message:
    """A new message of the bot, not yet posted; `private_to` names the only one to see it.

    Raises 50035 with all faults, 50006 when there is nothing in it.
    """
    form = Form()
    check_message(form, body, call.uploads, at)
    form.settle()
    message = Message(call.world.ids.make(), place.id, call.world.bot.id, call.world.now())
    message.flags = int(body.get("flags") or 0) & SETTABLE
    if private_to is not None:
        message.flags |= EPHEMERAL
        message.ephemeral_for = private_to
    message.nonce = body.get("nonce")
    _reference(call, place, message, body.get("message_reference"))
    _fill(call, place, message, body)
    return message


def revise(call: Call, place: Channel, message: Message, body: Json, *, at: Path = ()) -> None:
    """Changes a message as an edit says; what the body does not name stays.

    Raises 50035 with all faults, 50006 when nothing would be left.
    """
    v2 = message.flags & COMPONENTS_V2 | int(body.get("flags") or 0) & COMPONENTS_V2
    whole = dict(body)
    if v2:
        # What a message had before counts too: v2 takes neither content nor embeds.
        whole["flags"] = int(body.get("flags") or 0) | COMPONENTS_V2
        whole.setdefault("content", message.content or None)
        whole.setdefault("embeds", message.embeds or None)
    form = Form()
    check_message(form, whole, call.uploads, at)
    form.settle()
    before = (message.content, message.embeds, message.components, message.attachments, message.flags)
    if body.get("flags") is not None or v2:
        message.flags = message.flags & LASTING | (int(body.get("flags") or 0) & SETTABLE) | v2
    message.flags &= ~LOADING
    try:
        _fill(call, place, message, body, edit=True)
    except Exception:
        message.content, message.embeds, message.components, message.attachments, message.flags = before
        raise
    message.edited_timestamp = call.world.now()


def _fill(call: Call, place: Channel, message: Message, body: Json, *, edit: bool = False) -> None:
    if "content" in body:
        message.content = (body["content"] or "").strip()
    message.attachments = _attachments(call, message, body)
    shaper = Shaper(message.attachments, call.world.ids.make)
    if "embeds" in body:
        message.embeds = [shaper.embed(one) for one in body["embeds"] or ()]
    if "components" in body:
        message.components = shaper.components(body["components"] or ())
    shaper.form.settle()
    if not (message.content or message.embeds or message.components or message.attachments):
        raise refuse(50006)
    if not edit or "content" in body or "components" in body:
        # Discord docs, Edit Message: what it names is found anew when its words are edited.
        mentions.resolve(call.world, message, place, call.world.bot, body.get("allowed_mentions"))
    if not edit:
        mentions.notify(call.world, message, place, call.world.bot)


def _attachments(call: Call, message: Message, body: Json) -> list[Attachment]:
    described: dict[int, Json] = {int(one["id"]): one for one in body.get("attachments") or ()}
    kept = message.attachments
    if "attachments" in body:
        kept = [one for one in kept if one.id in described]
    new = []
    for upload in call.uploads:
        about: Json = described.get(upload.index, {})
        name = str(about.get("filename") or upload.filename)
        one = call.world.attachment(message.channel_id, name, upload.data)
        one.description = about.get("description")
        new.append(one)
    return [*kept, *new]


def _reference(call: Call, place: Channel, message: Message, sent: Any) -> None:
    """Discord docs, Message, Message Reference: an answer to a message of the same channel."""
    if not isinstance(sent, dict) or not sent.get("message_id"):
        return
    answered = place.messages.get(int(sent["message_id"]))
    if answered is None:
        if sent.get("fail_if_not_exists") is not False:
            form = Form()
            form.fault(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
            form.settle()
        return
    message.type = 19
    ids = {"channel_id": str(place.id), "message_id": str(answered.id), "guild_id": str(call.world.guild.id)}
    message.reference = {"type": 0, **ids}
