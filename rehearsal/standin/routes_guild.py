"""The guild, its roles and members (Discord docs, Guild)."""

from __future__ import annotations

from . import permissions, reach, render
from .calls import Answer, Call, Routes
from .model import Json
from .permissions import Permission
from .refusals import Form, refuse

routes = Routes()

ROLES = "/guilds/{guild_id}/roles"
ROLE = ROLES + "/{role_id}"
MEMBER_ROLE = "/guilds/{guild_id}/members/{user_id}/roles/{role_id}"

NAME, MOST = 100, 250
"""Discord docs, Guild, Create Guild Role; 30005."""


@routes.on("GET", "/guilds/{guild_id}")
def read(call: Call) -> Answer:
    reach.guild(call)
    shape = render.guild(call.world)
    if call.query.get("with_counts", "").lower() in ("1", "true"):
        shape |= {"approximate_member_count": len(call.world.members), "approximate_presence_count": 1}
    return 200, shape


@routes.on("GET", "/guilds/{guild_id}/members/{user_id}")
def read_member(call: Call) -> Answer:
    reach.guild(call)
    return 200, render.member(reach.member(call))


@routes.on("GET", "/users/@me/guilds/{guild_id}/member")
def read_me(call: Call) -> Answer:
    reach.guild(call)
    return 200, render.member(call.world.bot)


@routes.on("GET", ROLES)
def roles(call: Call) -> Answer:
    reach.guild(call)
    return 200, [render.role(one) for one in call.world.roles.values()]


@routes.on("GET", ROLE)
def read_role(call: Call) -> Answer:
    reach.guild(call)
    return 200, render.role(reach.role(call, call.ids["role_id"]))


@routes.on("POST", ROLES)
def create_role(call: Call) -> Answer:
    reach.guild(call, Permission.MANAGE_ROLES)
    body = call.form
    _check(body)
    bits = (
        int(body["permissions"]) if body.get("permissions") is not None else call.world.everyone.permissions
    )
    _grantable(call, bits if body.get("permissions") is not None else 0)
    if len(call.world.roles) >= MOST:
        raise refuse(30005)
    made = call.world.add_role(body.get("name") or "new role", permissions=bits)
    made.color, made.hoist = int(body.get("color") or 0), bool(body.get("hoist"))
    made.mentionable = bool(body.get("mentionable"))
    call.world.change_role(made)
    return 200, render.role(made)


@routes.on("PATCH", ROLE)
def edit_role(call: Call) -> Answer:
    reach.guild(call, Permission.MANAGE_ROLES)
    role, body = reach.role_below(call, call.ids["role_id"]), call.form
    _check(body)
    if body.get("permissions") is not None:
        _grantable(call, int(body["permissions"]) ^ role.permissions)
        role.permissions = int(body["permissions"])
    if body.get("name") and role.id != call.world.guild.id:
        role.name = str(body["name"])
    role.color = int(body["color"] or 0) if "color" in body else role.color
    role.hoist = bool(body.get("hoist", role.hoist))
    role.mentionable = bool(body.get("mentionable", role.mentionable))
    call.world.change_role(role)
    return 200, render.role(role)


@routes.on("DELETE", ROLE)
def delete_role(call: Call) -> Answer:
    reach.guild(call, Permission.MANAGE_ROLES)
    role = reach.role_below(call, call.ids["role_id"])
    if role.managed or role.id == call.world.guild.id:
        raise refuse(50028)
    call.world.delete_role(role)
    return 204, None


@routes.on("PATCH", ROLES)
def move_roles(call: Call) -> Answer:
    reach.guild(call, Permission.MANAGE_ROLES)
    if not isinstance(call.body, list):
        raise refuse(50109)
    top = permissions.top_position(call.world, call.world.bot)
    moves = [(reach.role_below(call, one.get("id")), int(one.get("position") or 0)) for one in call.body]
    if any(position >= top for _, position in moves):
        raise refuse(50013)
    for role, position in moves:
        role.position = position
        call.world.change_role(role)
    return 200, [render.role(one) for one in call.world.roles.values()]


@routes.on("PUT", MEMBER_ROLE)
def give_role(call: Call) -> Answer:
    reach.guild(call, Permission.MANAGE_ROLES)
    member, role = reach.member(call), reach.role_below(call, call.ids["role_id"])
    if role.managed or role.id == call.world.guild.id:
        raise refuse(50028)
    call.world.give_role(member, role.id)
    return 204, None


@routes.on("DELETE", MEMBER_ROLE)
def take_role(call: Call) -> Answer:
    reach.guild(call, Permission.MANAGE_ROLES)
    member, role = reach.member(call), reach.role_below(call, call.ids["role_id"])
    if role.managed or role.id == call.world.guild.id:
        raise refuse(50028)
    call.world.take_role(member, role.id)
    return 204, None


def _check(body: Json) -> None:
    form = Form()
    form.text(("name",), body.get("name"), NAME, 1)
    form.whole(("color",), body.get("color"), 0, 0xFFFFFF)
    bits = body.get("permissions")
    if bits is not None and not str(bits).isdigit():
        form.fault(("permissions",), "NUMBER_TYPE_COERCE", f'Value "{bits}" is not int.')
    form.settle()


def _grantable(call: Call, bits: int) -> None:
    """Discord docs, Permissions, Permission Hierarchy: a bot grants only what it has."""
    if bits & ~permissions.of_guild(call.world, call.world.bot):
        raise refuse(50013)
