"""Whom a message names, and whom it really notifies (Discord docs, Message, Allowed Mentions Object)."""

from __future__ import annotations

import re
from typing import Any

from . import permissions, wording
from .model import Channel, Member, Message
from .permissions import Permission
from .world import World

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_ALL = re.compile(r"@(everyone|here)\b")


def resolve(world: World, message: Message, place: Channel, author: Member, allowed: Any) -> None:
    """Fills in whom a message names as far as it is allowed to; whether they hear of it, `notify` says."""
    words = "\n".join([message.content, *wording.of_components(message.components)])
    may_all = bool(permissions.in_channel(world, author, place) & Permission.MENTION_EVERYONE)
    rule = allowed if isinstance(allowed, dict) else {"parse": ["users", "roles", "everyone"]}
    users = _permitted([int(found) for found in _USER.findall(words)], "users", rule)
    roles = _permitted([int(found) for found in _ROLE.findall(words)], "roles", rule)
    message.mention_users = [user_id for user_id in users if user_id in world.members]
    message.mention_roles = [role_id for role_id in roles if role_id in world.roles]
    message.mention_everyone = (
        bool(_ALL.search(words)) and may_all and "everyone" in (rule.get("parse") or ())
    )


def notify(world: World, message: Message, place: Channel, author: Member) -> None:
    """Notifies those a new message names; an edit notifies nobody, not even of an answer put off.

    A role is notified only if it is mentionable or the author may MENTION_EVERYONE there, everyone
    only in the latter case; nobody is notified of what they may not view, nor of their own.
    """
    may_all = bool(permissions.in_channel(world, author, place) & Permission.MENTION_EVERYONE)
    notified = {*message.mention_users}
    for role_id in message.mention_roles:
        if may_all or world.roles[role_id].mentionable:
            notified |= {member.id for member in world.members.values() if role_id in member.roles}
    if message.mention_everyone:
        notified |= {*world.members}
    if message.ephemeral_for is not None:
        notified &= {message.ephemeral_for}
    notified.discard(author.id)
    message.mentions = sorted(
        user_id for user_id in notified if permissions.may_view(world, world.members[user_id], place)
    )


def _permitted(found: list[int], kind: str, rule: Any) -> list[int]:
    named = [*dict.fromkeys(found)]
    if kind in (rule.get("parse") or ()):
        return named
    listed = {int(one) for one in rule.get(kind) or ()}
    return [one for one in named if one in listed]
