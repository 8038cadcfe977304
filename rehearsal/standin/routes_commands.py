"""Registering application commands, global and of the guild (Discord docs, Application Commands)."""

from __future__ import annotations

from typing import Any

from . import reach, render
from .calls import Answer, Call, Routes
from .form_commands import MOST, check_command
from .model import Command, Json
from .refusals import Form, refuse

routes = Routes()

GLOBAL = "/applications/{application_id}/commands"
GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"
GLOBAL_ONE, GUILD_ONE = GLOBAL + "/{command_id}", GUILD + "/{command_id}"


@routes.on("GET", GLOBAL)
@routes.on("GET", GUILD)
def listing(call: Call) -> Answer:
    return 200, [render.command(call.world, one) for one in _own(call)]


@routes.on("PUT", GLOBAL)
@routes.on("PUT", GUILD)
def replace(call: Call) -> Answer:
    """All commands of all types at once; one of a name and type there was before keeps its id."""
    scope = _scope(call)
    sent: Any = call.body
    form = Form()
    if not isinstance(sent, list):
        raise refuse(50109)
    for kind, most in MOST.items():
        if len([one for one in sent if (one.get("type") or 1) == kind]) > most:
            raise refuse(30032)
    seen: set[tuple[str, int]] = set()
    for number, one in enumerate(sent):
        check_command(form, one, (number,))
        key = (str(one.get("name")), one.get("type") or 1)
        if key in seen:
            message = "Application command names must be unique"
            form.fault((number, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        seen.add(key)
    form.settle()
    before = {(one.name, one.type): one for one in _own(call)}
    for old in before.values():
        del call.world.commands[old.id]
    for one in sent:
        existing = before.get((str(one["name"]), one.get("type") or 1))
        _keep(call, one, scope, existing.id if existing else None)
    return 200, [render.command(call.world, one) for one in _own(call)]


@routes.on("POST", GLOBAL)
@routes.on("POST", GUILD)
def create(call: Call) -> Answer:
    """A new command, or a new version of the one of that name."""
    scope = _scope(call)
    form = Form()
    check_command(form, call.form)
    form.settle()
    kind = call.form.get("type") or 1
    existing = next((one for one in _own(call) if (one.name, one.type) == (call.form["name"], kind)), None)
    if existing is None and len([one for one in _own(call) if one.type == kind]) >= MOST[kind]:
        raise refuse(30032)
    made = _keep(call, call.form, scope, existing.id if existing else None)
    return (200 if existing else 201), render.command(call.world, made)


@routes.on("GET", GLOBAL_ONE)
@routes.on("GET", GUILD_ONE)
def read(call: Call) -> Answer:
    return 200, render.command(call.world, reach.command(call, _scope(call)))


@routes.on("PATCH", GLOBAL_ONE)
@routes.on("PATCH", GUILD_ONE)
def edit(call: Call) -> Answer:
    one = reach.command(call, _scope(call))
    form = Form()
    check_command(form, call.form, known=one.type)
    form.settle()
    one.body |= call.form
    one.version = call.world.ids.make()
    return 200, render.command(call.world, one)


@routes.on("DELETE", GLOBAL_ONE)
@routes.on("DELETE", GUILD_ONE)
def delete(call: Call) -> Answer:
    del call.world.commands[reach.command(call, _scope(call)).id]
    return 204, None


def _scope(call: Call) -> int | None:
    reach.application(call)
    if "guild_id" not in call.ids:
        return None
    reach.guild(call)
    return call.world.guild.id


def _own(call: Call) -> list[Command]:
    scope = _scope(call)
    return [one for one in call.world.commands.values() if one.guild_id == scope]


def _keep(call: Call, body: Json, scope: int | None, known_id: int | None) -> Command:
    made = Command(known_id or call.world.ids.make(), call.world.ids.make(), scope, dict(body))
    call.world.commands[made.id] = made
    return made
