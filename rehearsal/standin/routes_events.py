"""Scheduled events (Discord docs, Guild Scheduled Event)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from . import permissions, reach, render
from .calls import Answer, Call, Routes, snowflake
from .model import Json, ScheduledEvent
from .permissions import Permission
from .refusals import Form, refuse

routes = Routes()

EVENTS = "/guilds/{guild_id}/scheduled-events"
EVENT = EVENTS + "/{guild_scheduled_event_id}"

NAME, DESCRIPTION, LOCATION = 100, 1000, 100
STAGE, VOICE, EXTERNAL = 1, 2, 3
SCHEDULED, ACTIVE, COMPLETED, CANCELED = 1, 2, 3, 4
NEXT = {SCHEDULED: (ACTIVE, CANCELED), ACTIVE: (COMPLETED,), COMPLETED: (), CANCELED: ()}
"""Discord docs, Guild Scheduled Event: Structure, Event Status, Valid Status Transitions."""


@routes.on("GET", EVENTS)
def listing(call: Call) -> Answer:
    reach.guild(call)
    return 200, [render.scheduled_event(call.world, one) for one in call.world.events.values()]


@routes.on("GET", EVENT)
def read(call: Call) -> Answer:
    reach.guild(call)
    return 200, render.scheduled_event(call.world, reach.event(call))


@routes.on("POST", EVENTS)
def create(call: Call) -> Answer:
    reach.guild(call, Permission.CREATE_EVENTS)
    body, form = call.form, Form()
    for name in ("name", "privacy_level", "scheduled_start_time", "entity_type"):
        if body.get(name) is None:
            form.fault((name,), "BASE_TYPE_REQUIRED", "This field is required")
    form.settle()
    now = call.world.now()
    one = ScheduledEvent(call.world.ids.make(), "", now, None, 0, call.world.bot.id)
    _fill(call, one, body)
    call.world.events[one.id] = one
    call.world.event_changed("CREATE", one)
    return 200, render.scheduled_event(call.world, one)


@routes.on("PATCH", EVENT)
def edit(call: Call) -> Answer:
    one = _mine(call)
    if not NEXT[one.status]:
        raise refuse(180000)
    status = call.form.get("status")
    if status is not None and status != one.status and status not in NEXT[one.status]:
        form = Form()
        form.fault(
            ("status",), "GUILD_SCHEDULED_EVENT_INVALID_STATUS_TRANSITION", "Invalid status transition"
        )
        form.settle()
    _fill(call, one, call.form)
    one.status = int(status or one.status)
    call.world.event_changed("UPDATE", one)
    return 200, render.scheduled_event(call.world, one)


@routes.on("DELETE", EVENT)
def delete(call: Call) -> Answer:
    call.world.delete_event(_mine(call))
    return 204, None


def _mine(call: Call) -> ScheduledEvent:
    """An event the bot may change: its own with CREATE_EVENTS, any with MANAGE_EVENTS."""
    reach.guild(call)
    one = reach.event(call)
    held = permissions.of_guild(call.world, call.world.bot)
    own = one.creator_id == call.world.bot.id and held & Permission.CREATE_EVENTS
    if not own and not held & Permission.MANAGE_EVENTS:
        raise refuse(50013)
    return one


def _fill(call: Call, one: ScheduledEvent, body: Json) -> None:
    form = Form()
    if "name" in body:
        form.text(("name",), body["name"], NAME, 1, required=True)
    form.text(("description",), body.get("description"), DESCRIPTION)
    form.among(("privacy_level",), body.get("privacy_level"), (2,))
    form.among(("entity_type",), body.get("entity_type"), (STAGE, VOICE, EXTERNAL))
    kind = int(body.get("entity_type") or one.entity_type)
    starts = _moment(form, body, "scheduled_start_time", one.starts_at)
    ends = _moment(form, body, "scheduled_end_time", one.ends_at)
    if "scheduled_start_time" in body and starts and starts < call.world.now():
        message = "Cannot schedule event in the past."
        form.fault(("scheduled_start_time",), "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", message)
    if starts and ends and ends <= starts:
        message = "Cannot schedule event to end before start."
        form.fault(("scheduled_end_time",), "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", message)
    location = (body.get("entity_metadata") or {}).get("location", one.location)
    channel_id = body.get("channel_id", one.channel_id)
    if kind == EXTERNAL:
        form.text(("entity_metadata", "location"), location, LOCATION, 1, required=True)
        if ends is None:
            form.fault(("scheduled_end_time",), "BASE_TYPE_REQUIRED", "This field is required")
        if channel_id is not None:
            message = "An external event takes no channel."
            form.fault(("channel_id",), "GUILD_SCHEDULED_EVENT_CHANNEL_NOT_ALLOWED", message)
    elif channel_id is None:
        form.fault(("channel_id",), "BASE_TYPE_REQUIRED", "This field is required")
    form.settle()
    one.name = str(body.get("name", one.name))
    one.description = body.get("description", one.description)
    one.starts_at, one.ends_at = starts or one.starts_at, ends
    one.entity_type, one.location = kind, location if kind == EXTERNAL else None
    one.channel_id = None if channel_id is None else snowflake(channel_id)


def _moment(form: Form, body: Json, name: str, kept: datetime | None) -> datetime | None:
    if name not in body:
        return kept
    value: Any = body[name]
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        form.fault((name,), "DATE_TIME_TYPE_PARSE", f"Could not parse {value}. Should be ISO8601.")
        return None
    return moment
