"""Where the gateway is, and who the bot is (Discord docs, Gateway, User, Application)."""

from __future__ import annotations

from . import render
from .calls import Answer, Call, Routes

routes = Routes()


@routes.on("GET", "/gateway", open=True)
def gateway(call: Call) -> Answer:
    return 200, {"url": call.base_url.replace("http", "ws", 1) + "/gateway"}


@routes.on("GET", "/gateway/bot")
def gateway_bot(call: Call) -> Answer:
    starts = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
    return 200, {"url": call.base_url.replace("http", "ws", 1) + "/gateway", "shards": 1} | {
        "session_start_limit": starts
    }


@routes.on("GET", "/users/@me")
def me(call: Call) -> Answer:
    bot = render.user(call.world.bot.user)
    return 200, bot | {"mfa_enabled": True, "locale": "en-US", "verified": True, "email": None}


@routes.on("GET", "/applications/@me")
@routes.on("GET", "/oauth2/applications/@me")
def application(call: Call) -> Answer:
    bot = call.world.bot
    return 200, {
        "id": str(bot.id),
        "name": bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": render.user(bot.user),
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "flags_new": "0",
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": render.user(call.world.owner.user),
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }
