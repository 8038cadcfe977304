"""What there is, in the API's shapes (Discord docs, Resources)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from . import permissions
from .model import (
    LOADING,
    Attachment,
    Channel,
    Command,
    Json,
    Member,
    Message,
    Overwrite,
    Role,
    ScheduledEvent,
    User,
)

if TYPE_CHECKING:
    from .ground import Ground


def when(moment: datetime | None) -> str | None:
    """ISO 8601 with offset, as Discord writes it."""
    return None if moment is None else moment.isoformat()


def user(one: User) -> Json:
    shape: Json = {
        "id": str(one.id),
        "username": one.name,
        "global_name": None if one.bot else one.name,
        "discriminator": "0",
        "avatar": None,
        "avatar_decoration_data": None,
        "banner": None,
        "accent_color": None,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }
    if one.bot:
        shape["bot"] = True
    return shape


def member(one: Member) -> Json:
    return {
        "user": user(one.user),
        "nick": None,
        "avatar": None,
        "banner": None,
        "roles": [str(role_id) for role_id in one.roles],
        "joined_at": when(one.joined_at),
        "premium_since": None,
        "communication_disabled_until": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }


def role(one: Role) -> Json:
    shape: Json = {
        "id": str(one.id),
        "name": one.name,
        "permissions": str(one.permissions),
        "position": one.position,
        "color": one.color,
        "colors": {"primary_color": one.color, "secondary_color": None, "tertiary_color": None},
        "hoist": one.hoist,
        "managed": one.managed,
        "mentionable": one.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    if one.bot_id is not None:
        shape["tags"] = {"bot_id": str(one.bot_id)}
    return shape


def overwrite(one: Overwrite) -> Json:
    return {"id": str(one.id), "type": one.type, "allow": str(one.allow), "deny": str(one.deny)}


def channel(world: Ground, one: Channel) -> Json:
    """A channel, category or thread."""
    shape: Json = {
        "id": str(one.id),
        "type": one.type,
        "guild_id": str(world.guild.id),
        "name": one.name,
        "parent_id": _id(one.parent_id),
        "last_message_id": _id(one.last_message_id),
        "last_pin_timestamp": when(one.last_pin_at),
        "rate_limit_per_user": one.slowmode_seconds,
        "flags": 0,
    }
    if one.is_thread:
        shape |= {
            "owner_id": str(one.owner_id),
            "thread_metadata": {
                "archived": one.archived,
                "archive_timestamp": when(one.archive_changed_at),
                "auto_archive_duration": one.auto_archive_minutes,
                "locked": one.locked,
                "create_timestamp": when(one.created_at),
            },
            "message_count": len(one.messages),
            "member_count": len(one.thread_members),
            "total_message_sent": one.sent_in_all,
        }
        if one.type == permissions.PRIVATE_THREAD:
            shape["thread_metadata"]["invitable"] = one.invitable
        return shape
    return shape | {
        "topic": one.topic,
        "position": one.position,
        "nsfw": one.nsfw,
        "permission_overwrites": [overwrite(each) for each in one.overwrites.values()],
    }


def thread_member(thread: Channel, user_id: int) -> Json:
    joined = when(thread.thread_members[user_id])
    return {"id": str(thread.id), "user_id": str(user_id), "join_timestamp": joined, "flags": 0}


def message(world: Ground, one: Message) -> Json:
    """A message as the bot reads it."""
    shape: Json = {
        "id": str(one.id),
        "channel_id": str(one.channel_id),
        "type": one.type,
        "author": user(world.account(one.author_id)),
        "content": one.content,
        "timestamp": when(one.timestamp),
        "edited_timestamp": when(one.edited_timestamp),
        "tts": False,
        "mention_everyone": one.mention_everyone,
        "mentions": [user(world.account(user_id)) for user_id in one.mention_users],
        "mention_roles": [str(role_id) for role_id in one.mention_roles],
        "attachments": [attachment(each, ephemeral=one.ephemeral) for each in one.attachments],
        "embeds": one.embeds,
        "components": one.components,
        "flags": one.flags,
        "pinned": one.pinned_at is not None,
    }
    if one.nonce is not None:
        shape["nonce"] = one.nonce
    if one.reference is not None:
        shape["message_reference"] = one.reference
    if one.interaction is not None:
        shape["interaction_metadata"] = one.interaction
        shape["application_id"] = str(world.bot.id)
        shape["webhook_id"] = str(world.bot.id)
    if one.thread_id is not None and one.thread_id in world.threads:
        shape["thread"] = channel(world, world.threads[one.thread_id])
    if one.flags & LOADING:
        shape["content"] = ""
    return shape


def attachment(one: Attachment, *, ephemeral: bool) -> Json:
    shape: Json = {
        "id": str(one.id),
        "filename": one.filename,
        "size": one.size,
        "url": one.url,
        "proxy_url": one.url,
        "content_type": one.content_type,
    }
    if one.description is not None:
        shape["description"] = one.description
    if ephemeral:
        shape["ephemeral"] = True
    return shape


def scheduled_event(world: Ground, one: ScheduledEvent) -> Json:
    return {
        "id": str(one.id),
        "guild_id": str(world.guild.id),
        "channel_id": _id(one.channel_id),
        "creator_id": str(one.creator_id),
        "creator": user(world.account(one.creator_id)),
        "name": one.name,
        "description": one.description,
        "image": None,
        "scheduled_start_time": when(one.starts_at),
        "scheduled_end_time": when(one.ends_at),
        "privacy_level": 2,
        "status": one.status,
        "entity_type": one.entity_type,
        "entity_id": None,
        "entity_metadata": {"location": one.location} if one.entity_type == 3 else None,
        "recurrence_rule": None,
        "guild_scheduled_event_exceptions": [],
        "user_count": 0,
    }


def command(world: Ground, one: Command) -> Json:
    shape: Json = {
        "id": str(one.id),
        "application_id": str(world.bot.id),
        "version": str(one.version),
        "type": one.type,
        "name": one.name,
        "description": one.body.get("description") or "",
        "name_localizations": one.body.get("name_localizations"),
        "description_localizations": one.body.get("description_localizations"),
        "default_member_permissions": _text(one.body.get("default_member_permissions")),
        "nsfw": bool(one.body.get("nsfw")),
    }
    if one.body.get("options"):
        shape["options"] = one.body["options"]
    if one.guild_id is not None:
        shape["guild_id"] = str(one.guild_id)
        return shape
    shape["dm_permission"] = one.body.get("dm_permission") is not False
    shape["contexts"] = one.body.get("contexts")
    shape["integration_types"] = one.body.get("integration_types") or [0]
    return shape


def guild(world: Ground) -> Json:
    one = world.guild
    return {
        "id": str(one.id),
        "name": one.name,
        "owner_id": str(one.owner_id),
        "roles": [role(each) for each in world.roles.values()],
        "preferred_locale": one.locale,
        "system_channel_id": _id(one.system_channel_id),
        "emojis": [],
        "stickers": [],
        "features": [],
        **dict.fromkeys(_NOTHING),
        **_ORDINARY,
    }


_NOTHING = (
    "icon", "description", "home_header", "splash", "discovery_splash", "banner", "application_id",
    "afk_channel_id", "widget_channel_id", "max_presences", "vanity_url_code", "rules_channel_id",
    "safety_alerts_channel_id", "public_updates_channel_id", "incidents_data",
)  # fmt: skip

_ORDINARY: Json = {
    "region": "deprecated",
    "afk_timeout": 300,
    "system_channel_flags": 0,
    "widget_enabled": False,
    "verification_level": 1,
    "default_message_notifications": 1,
    "mfa_level": 0,
    "explicit_content_filter": 2,
    "max_members": 25000000,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
    "premium_tier": 0,
    "premium_subscription_count": 0,
    "premium_progress_bar_enabled": False,
    "nsfw": False,
    "nsfw_level": 0,
}


def guild_create(world: Ground) -> Json:
    """The guild as the gateway tells a bot without the members intent of it."""
    active = [one for one in world.threads.values() if not one.archived and world.bot_sees(one)]
    threads = []
    for one in active:
        shape = channel(world, one)
        if world.bot.id in one.thread_members:
            shape["member"] = thread_member(one, world.bot.id)
        threads.append(shape)
    return guild(world) | {
        "joined_at": when(world.bot.joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(world.members),
        "members": [member(world.bot)],
        "channels": [channel(world, one) for one in world.channels.values()],
        "threads": threads,
        "guild_scheduled_events": [scheduled_event(world, one) for one in world.events.values()],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "soundboard_sounds": [],
    }


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
