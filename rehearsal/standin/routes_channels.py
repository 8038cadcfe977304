"""Channels and their overwrites (Discord docs, Channel, and Guild, Create Guild Channel)."""

from __future__ import annotations

import re

from . import overwriting, reach, render
from .calls import Answer, Call, Routes, snowflake
from .model import CATEGORY, TEXT, Channel, Json
from .permissions import Permission
from .refusals import Form, Refusal, refuse
from .routes_threads import edit_thread

routes = Routes()

NAME, TOPIC, CHANNELS, SLOWMODE = 100, 1024, 500, 21600
"""Discord docs, Channel, Modify Channel; 30013. Slowmode in seconds."""

LIKE_TEXT = (TEXT, 5, 15)
"""The types whose names Discord writes small, with dashes."""

ARCHIVE_AFTER = (60, 1440, 4320, 10080)
"""Minutes; Discord docs, Channel, Thread Metadata Object."""


@routes.on("GET", "/channels/{channel_id}")
def read(call: Call) -> Answer:
    return 200, render.channel(call.world, reach.channel(call))


@routes.on("PATCH", "/channels/{channel_id}")
def edit(call: Call) -> Answer:
    place = reach.channel(call)
    if place.is_thread:
        return edit_thread(call, place)
    reach.allow(call, place, Permission.MANAGE_CHANNELS)
    _check(call.form, name_needed=False)
    if "permission_overwrites" in call.form:
        reach.allow(call, place, Permission.MANAGE_ROLES)
        after = overwriting.parse(call.form["permission_overwrites"])
        overwriting.check(call, place.overwrites, after, place)
        place.overwrites = after
    _fill(call, place)
    call.world.change_channel(place)
    return 200, render.channel(call.world, place)


@routes.on("DELETE", "/channels/{channel_id}")
def delete(call: Call) -> Answer:
    place = reach.channel(call)
    reach.allow(call, place, Permission.MANAGE_THREADS if place.is_thread else Permission.MANAGE_CHANNELS)
    shape = render.channel(call.world, place)
    call.world.delete_channel(place)
    return 200, shape


@routes.on("GET", "/guilds/{guild_id}/channels")
def listing(call: Call) -> Answer:
    reach.guild(call)
    return 200, [render.channel(call.world, one) for one in call.world.channels.values()]


@routes.on("POST", "/guilds/{guild_id}/channels")
def create(call: Call) -> Answer:
    reach.guild(call, Permission.MANAGE_CHANNELS)
    _check(call.form, name_needed=True)
    if len(call.world.channels) >= CHANNELS:
        raise refuse(30013)
    overwrites = overwriting.parse(call.form.get("permission_overwrites"))
    overwriting.check(call, {}, overwrites, None)
    kind = int(call.form.get("type") or TEXT)
    made = call.world.add_channel(
        tidy(str(call.form["name"]), kind),
        type=kind,
        parent_id=_parent(call, call.form.get("parent_id")),
        topic=call.form.get("topic"),
        overwrites=overwrites.values(),
        position=call.form.get("position"),
    )
    made.nsfw = bool(call.form.get("nsfw"))
    made.slowmode_seconds = int(call.form.get("rate_limit_per_user") or 0)
    made.auto_archive_minutes = int(call.form.get("default_auto_archive_duration") or 1440)
    return 201, render.channel(call.world, made)


@routes.on("PATCH", "/guilds/{guild_id}/channels")
def move(call: Call) -> Answer:
    reach.guild(call, Permission.MANAGE_CHANNELS)
    if not isinstance(call.body, list):
        raise refuse(50109)
    for one in call.body:
        place = call.world.channels.get(snowflake(one.get("id")))
        if place is None:
            raise refuse(10003)
        if one.get("position") is not None:
            place.position = int(one["position"])
        if "parent_id" in one:
            place.parent_id = _parent(call, one["parent_id"])
        call.world.change_channel(place)
    return 204, None


@routes.on("PUT", "/channels/{channel_id}/permissions/{overwrite_id}")
def set_overwrite(call: Call) -> Answer:
    place = _overwritten(call)
    made = overwriting.parse([call.form | {"id": call.ids["overwrite_id"]}], ())
    target, one = next(iter(made.items()))
    if target not in (call.world.roles if one.type == 0 else call.world.members):
        raise refuse(10009)
    after = place.overwrites | made
    overwriting.check(call, place.overwrites, after, place)
    place.overwrites = after
    call.world.change_channel(place)
    return 204, None


@routes.on("DELETE", "/channels/{channel_id}/permissions/{overwrite_id}")
def delete_overwrite(call: Call) -> Answer:
    place = _overwritten(call)
    target = call.id("overwrite_id")
    if target not in place.overwrites:
        raise refuse(10009)
    after = {key: one for key, one in place.overwrites.items() if key != target}
    overwriting.check(call, place.overwrites, after, place)
    place.overwrites = after
    call.world.change_channel(place)
    return 204, None


def tidy(name: str, kind: int) -> str:
    """A channel's name as Discord keeps it."""
    return re.sub(r"[\s-]+", "-", name.strip().lower()) if kind in LIKE_TEXT else name.strip()


def _overwritten(call: Call) -> Channel:
    place = reach.channel(call, Permission.MANAGE_ROLES)
    if place.is_thread:
        raise refuse(50024)
    return place


def _check(body: Json, *, name_needed: bool) -> None:
    form = Form()
    if name_needed or "name" in body:
        form.text(("name",), body.get("name"), NAME, 1, required=True)
    form.text(("topic",), body.get("topic"), TOPIC)
    form.whole(("position",), body.get("position"), 0, 1 << 31)
    form.whole(("rate_limit_per_user",), body.get("rate_limit_per_user"), 0, SLOWMODE)
    form.among(("type",), body.get("type"), (0, 2, 4, 5, 13, 14, 15))
    form.among(("default_auto_archive_duration",), body.get("default_auto_archive_duration"), ARCHIVE_AFTER)
    form.settle()


def _fill(call: Call, place: Channel) -> None:
    body = call.form
    if body.get("name") is not None:
        place.name = tidy(str(body["name"]), place.type)
    if "topic" in body:
        place.topic = body["topic"] or None
    if body.get("position") is not None:
        place.position = int(body["position"])
    if "parent_id" in body:
        place.parent_id = _parent(call, body["parent_id"])
    if "nsfw" in body:
        place.nsfw = bool(body["nsfw"])
    if "rate_limit_per_user" in body:
        place.slowmode_seconds = int(body["rate_limit_per_user"] or 0)
    if body.get("default_auto_archive_duration"):
        place.auto_archive_minutes = int(body["default_auto_archive_duration"])


def _parent(call: Call, value: object) -> int | None:
    if value is None:
        return None
    found = call.world.channels.get(snowflake(value))
    if found is None or found.type != CATEGORY:
        form = Form()
        form.fault(("parent_id",), "CHANNEL_PARENT_INVALID", "Category does not exist")
        form.settle()
        raise Refusal(400, 50035, "Invalid Form Body")
    return found.id
