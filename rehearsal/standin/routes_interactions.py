"""The first response to an interaction (Discord docs, Receiving and Responding, Interaction Callback)."""

from __future__ import annotations

from typing import Any

from . import reach, render
from .calls import Answer, Call, Routes
from .drafts import compose, revise
from .form_modals import check_modal
from .interactions import (
    AUTOCOMPLETE,
    CHOICES,
    COMMAND,
    COMPONENT,
    LATER,
    MESSAGE,
    MODAL,
    MODAL_SUBMIT,
    THINKING,
    UPDATE,
    Interaction,
)
from .model import EPHEMERAL, LOADING, Json, Message
from .refusals import Form, refuse

routes = Routes()

ALLOWED = {
    COMMAND: (MESSAGE, THINKING, MODAL),
    COMPONENT: (MESSAGE, THINKING, LATER, UPDATE, MODAL),
    AUTOCOMPLETE: (CHOICES,),
    MODAL_SUBMIT: (MESSAGE, THINKING, LATER, UPDATE),
}
"""Which answers an interaction may have; a form cannot be answered with a form."""

CHOICES_SHOWN, CHOICE_TEXT = 25, 100
"""Discord docs, Receiving and Responding, Autocomplete; Application Commands, Option Choice."""


@routes.on("POST", "/interactions/{interaction_id}/{interaction_token}/callback", open=True)
def respond(call: Call) -> Answer:
    """The one first response; a second gets 40060, one that is late 10062."""
    one = call.interactions.by_id(call.id("interaction_id"))
    if (
        one is None
        or one.failed
        or one.token != call.ids["interaction_token"]
        or not call.interactions.alive(one)
    ):
        raise refuse(10062)
    if one.answer is not None:
        raise refuse(40060)
    answer, data = call.form.get("type"), call.form.get("data") or {}
    form = Form()
    allowed = ALLOWED[one.type]
    if one.source is None:
        allowed = tuple(kind for kind in allowed if kind not in (LATER, UPDATE))
    form.among(("type",), answer if answer is not None else "", allowed)
    form.settle()
    _ANSWERS[int(str(answer))](call, one, data)
    call.interactions.answered(one, int(str(answer)))
    if call.query.get("with_response", "").lower() in ("1", "true"):
        return 200, _response(call, one)
    return 204, None


def _message(call: Call, one: Interaction, data: Json) -> None:
    one.ephemeral = bool(int(data.get("flags") or 0) & EPHEMERAL)
    private_to = one.member.id if one.ephemeral else None
    message = compose(call, one.place, data, private_to=private_to, at=("data",))
    message.interaction = call.interactions.metadata(one, following=False)
    message.type = one.message_type
    if not one.ephemeral:
        reach.wake(call, one.place)
    one.original = call.world.post(message)


def _thinking(call: Call, one: Interaction, data: Json) -> None:
    one.ephemeral = bool(int(data.get("flags") or 0) & EPHEMERAL)
    message = Message(call.world.ids.make(), one.place.id, call.world.bot.id, call.world.now())
    message.flags = LOADING | (EPHEMERAL if one.ephemeral else 0)
    message.ephemeral_for = one.member.id if one.ephemeral else None
    message.interaction = call.interactions.metadata(one, following=False)
    message.type = one.message_type
    if not one.ephemeral:
        reach.wake(call, one.place)
    one.original = call.world.post(message)


def _later(call: Call, one: Interaction, data: Json) -> None:
    one.original = one.source


def _update(call: Call, one: Interaction, data: Json) -> None:
    if one.source is None or one.source.deleted:
        raise refuse(10008)
    if one.place.archived and not one.source.ephemeral:
        raise refuse(50083)
    revise(call, one.place, one.source, data, at=("data",))
    one.original = one.source
    call.world.change_message(one.source)


def _choices(call: Call, one: Interaction, data: Json) -> None:
    form = Form()
    choices = form.listing(("data", "choices"), data.get("choices"), CHOICES_SHOWN)
    for number, choice in enumerate(choices):
        at: tuple[str | int, ...] = ("data", "choices", number)
        form.text((*at, "name"), choice.get("name"), CHOICE_TEXT, 1, required=True)
        value: Any = choice.get("value")
        if isinstance(value, str) or value is None:
            form.text((*at, "value"), value, CHOICE_TEXT, 1, required=True)
    form.settle()
    one.choices = choices


def _modal(call: Call, one: Interaction, data: Json) -> None:
    form = Form()
    check_modal(form, ("data",), data)
    form.settle()
    one.modal = data


_ANSWERS = {
    MESSAGE: _message,
    THINKING: _thinking,
    LATER: _later,
    UPDATE: _update,
    CHOICES: _choices,
    MODAL: _modal,
}


def _response(call: Call, one: Interaction) -> Json:
    about: Json = {"id": str(one.id), "type": one.type}
    about |= {"channel_id": str(one.place.id), "guild_id": str(call.world.guild.id)}
    if one.original:
        about["response_message_id"] = str(one.original.id)
        about["response_message_loading"] = one.answer == THINKING
        about["response_message_ephemeral"] = one.original.ephemeral
    shape: Json = {"interaction": about}
    if one.answer in (MESSAGE, UPDATE) and one.original:
        shape["resource"] = {"type": one.answer, "message": render.message(call.world, one.original)}
    return shape
