"""What follows a first response (Discord docs, Receiving and Responding, Followup Messages)."""

from __future__ import annotations

from . import reach, render
from .calls import Answer, Call, Routes
from .drafts import compose, revise
from .interactions import LATER, UPDATE, Interaction
from .model import EPHEMERAL, Message
from .refusals import refuse

routes = Routes()

ORIGINAL = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
FOLLOWUP = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"


@routes.on("POST", "/webhooks/{webhook_id}/{webhook_token}", open=True)
def follow_up(call: Call) -> Answer:
    """Another message; while the bot is "thinking", its first one fills that message instead."""
    one = _interaction(call)
    if one.thinking and one.original:
        # Discord docs, Create Followup Message: so it is, for backwards compatibility.
        return _revised(call, one, one.original)
    private = one.member.id if int(call.form.get("flags") or 0) & EPHEMERAL else None
    message = compose(call, one.place, call.form, private_to=private)
    message.interaction = call.interactions.metadata(one, following=True)
    if one.original and one.original.channel_id == one.place.id and not one.original.deleted:
        message.type = 19
        message.reference = {
            "type": 0,
            "channel_id": str(one.place.id),
            "message_id": str(one.original.id),
            "guild_id": str(call.world.guild.id),
        }
    if private is None:
        reach.wake(call, one.place)
    one.followups.append(call.world.post(message))
    one.shown.set()
    return 200, render.message(call.world, message)


@routes.on("GET", ORIGINAL, open=True)
@routes.on("GET", FOLLOWUP, open=True)
def read(call: Call) -> Answer:
    return 200, render.message(call.world, _message(call, _interaction(call)))


@routes.on("PATCH", ORIGINAL, open=True)
@routes.on("PATCH", FOLLOWUP, open=True)
def edit(call: Call) -> Answer:
    one = _interaction(call)
    return _revised(call, one, _message(call, one))


@routes.on("DELETE", ORIGINAL, open=True)
@routes.on("DELETE", FOLLOWUP, open=True)
def delete(call: Call) -> Answer:
    one = _interaction(call)
    call.world.delete_message(_message(call, one))
    one.shown.set()
    return 204, None


def _revised(call: Call, one: Interaction, message: Message) -> Answer:
    if one.place.archived and not message.ephemeral:
        raise refuse(50083)
    revise(call, one.place, message, call.form)
    call.world.change_message(message)
    call.interactions.message_changed(message)
    if message is one.original:
        one.shown.set()
    return 200, render.message(call.world, message)


def _interaction(call: Call) -> Interaction:
    """Raises 10015 for a token that is unknown, unanswered or older than 15 minutes."""
    one = call.interactions.by_token(call.ids["webhook_token"])
    if one is None or call.id("webhook_id") != call.world.bot.id:
        raise refuse(10015)
    if one.answer is None or not call.interactions.alive(one):
        raise refuse(10015)
    return one


def _message(call: Call, one: Interaction) -> Message:
    wanted = call.ids.get("message_id")
    found: Message | None
    if wanted is None:
        found = one.original
    else:
        own = [one.original, *one.followups]
        own = own[1:] if one.answer in (LATER, UPDATE) else own
        found = next((message for message in own if message and str(message.id) == wanted), None)
    if found is None or found.deleted:
        raise refuse(10008)
    return found
