"""Every refusal with its code, beside the same thing done rightly."""

from datetime import timedelta
from typing import Any

import pytest

from rehearsal.standin import Permission, Standin


def lose(standin: Standin, *bits: Permission) -> None:
    for bit in bits:
        standin.world.bot_role.permissions &= ~bit
        standin.world.everyone.permissions &= ~bit


async def test_the_token(wire: Any) -> None:
    assert await wire("GET", "/users/@me", token="Bot wrong") == (
        401,
        {"message": "401: Unauthorized", "code": 0},
    )
    assert (await wire("GET", "/users/@me"))[0] == 200
    assert wire.headers["Content-Type"] == "application/json"


async def test_what_it_does_not_know(wire: Any, standin: Standin) -> None:
    status, answer = await wire("GET", "/guilds/1/bans")
    assert status == 501 and "GET /guilds/1/bans" in answer["message"]
    assert [one.path for one in standin.refused] == ["/api/v10/guilds/1/bans"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/channels/1", 404, 10003),
        ("GET", "/channels/{general}/messages/1", 404, 10008),
        ("DELETE", "/channels/{general}/messages/1", 404, 10008),
        ("GET", "/guilds/1", 404, 10004),
        ("GET", "/guilds/{guild}/members/1", 404, 10007),
        ("GET", "/guilds/{guild}/roles/1", 404, 10011),
        ("PUT", "/guilds/{guild}/members/{bot}/roles/1", 404, 10011),
        ("PUT", "/guilds/{guild}/members/1/roles/{guild}", 404, 10007),
        ("DELETE", "/guilds/{guild}/members/1/roles/{guild}", 404, 10007),
        ("GET", "/guilds/{guild}/scheduled-events/1", 404, 10070),
        ("GET", "/applications/{bot}/commands/1", 404, 10063),
        ("GET", "/applications/1/commands", 403, 20012),
        ("DELETE", "/channels/{general}/permissions/1", 404, 10009),
        ("GET", "/webhooks/{bot}/nothing/messages/@original", 404, 10015),
        ("POST", "/interactions/1/nothing/callback", 404, 10062),
        ("GET", "/channels/x", 400, 50035),
        ("GET", "/channels/{general}/messages?limit=101", 400, 50035),
        ("PUT", "/guilds/{guild}/members/{bot}/roles/{guild}", 400, 50028),
    ],
)
async def test_what_is_not_there(wire: Any, method: str, path: str, status: int, code: int) -> None:
    filled = path.format(general=wire.general.id, guild=wire.guild, bot=wire.app)
    found, answer = await wire(method, filled, None if method in ("GET", "DELETE") else {"type": 4})
    assert (found, answer["code"]) == (status, code)


NEEDED = [
    ("POST", "/channels/{general}/messages", {"content": "x"}, Permission.SEND_MESSAGES),
    ("POST", "/channels/{general}/typing", None, Permission.SEND_MESSAGES),
    ("PATCH", "/channels/{general}", {"topic": "x"}, Permission.MANAGE_CHANNELS),
    ("PUT", "/channels/{general}/permissions/{guild}", {"type": 0, "deny": "2048"}, Permission.MANAGE_ROLES),
    ("POST", "/channels/{general}/threads", {"name": "t", "type": 11}, Permission.CREATE_PUBLIC_THREADS),
    ("POST", "/channels/{general}/threads", {"name": "t", "type": 12}, Permission.CREATE_PRIVATE_THREADS),
    ("POST", "/guilds/{guild}/channels", {"name": "c"}, Permission.MANAGE_CHANNELS),
    ("POST", "/guilds/{guild}/roles", {"name": "r"}, Permission.MANAGE_ROLES),
    ("PUT", "/guilds/{guild}/members/{owner}/roles/{role}", None, Permission.MANAGE_ROLES),
    ("DELETE", "/guilds/{guild}/roles/{role}", None, Permission.MANAGE_ROLES),
    ("DELETE", "/channels/{general}/messages/{theirs}", None, Permission.MANAGE_MESSAGES),
    ("PUT", "/channels/{general}/messages/pins/{theirs}", None, Permission.PIN_MESSAGES),
    ("POST", "/guilds/{guild}/scheduled-events", "event", Permission.CREATE_EVENTS),
]


@pytest.mark.parametrize(("method", "path", "body", "bit"), NEEDED, ids=lambda part: str(part)[:50])
async def test_permission_needed(
    wire: Any, standin: Standin, method: str, path: str, body: Any, bit: Permission
) -> None:
    world = standin.world
    theirs = await standin.person(world.owner).write(wire.general, "theirs")
    names = {"general": wire.general.id, "guild": wire.guild, "owner": world.owner.id, "theirs": theirs.id}
    names["role"] = world.add_role("some").id
    body = event(wire.clock()) if body == "event" else body
    lose(standin, bit)
    status, answer = await wire(method, path.format(**names), body)
    assert (status, answer["code"]) == (403, 50013)
    # Control: with the permission it is done.
    world.bot_role.permissions |= bit
    assert (await wire(method, path.format(**names), body))[0] < 300


async def test_a_channel_out_of_sight(wire: Any, standin: Standin) -> None:
    world = standin.world
    world.overwrite(wire.general, world.everyone, deny=Permission.VIEW_CHANNEL)
    for method, rest, body in (("GET", "", None), ("POST", "/messages", {"content": "x"}), ("PATCH", "", {})):
        status, answer = await wire(method, f"/channels/{wire.general.id}{rest}", body)
        assert (status, answer["code"]) == (403, 50001)
    world.overwrite(wire.general, world.bot_role, allow=Permission.VIEW_CHANNEL)
    assert (await wire("GET", f"/channels/{wire.general.id}"))[0] == 200


async def test_roles_stand_above_each_other(wire: Any, standin: Standin) -> None:
    world = standin.world
    high, low = world.add_role("high", position=9), world.add_role("low")
    path = f"/guilds/{wire.guild}/members/{world.owner.id}/roles"
    status, answer = await wire("PUT", f"{path}/{high.id}")
    assert (status, answer["code"]) == (403, 50013)
    assert (await wire("PUT", f"{path}/{low.id}"))[0] == 204
    assert world.owner.roles == [low.id]
    assert (await wire("DELETE", f"{path}/{low.id}"))[0] == 204
    assert world.owner.roles == []
    status, answer = await wire("PATCH", f"/guilds/{wire.guild}/roles/{high.id}", {"name": "x"})
    assert (status, answer["code"]) == (403, 50013)
    assert (await wire("PATCH", f"/guilds/{wire.guild}/roles/{low.id}", {"name": "x"}))[0] == 200
    status, answer = await wire("PATCH", f"/guilds/{wire.guild}/roles", [{"id": str(low.id), "position": 5}])
    assert (status, answer["code"]) == (403, 50013)


async def test_it_gives_only_what_it_has(wire: Any, standin: Standin) -> None:
    world = standin.world
    low = world.add_role("low")
    ban, send = str(int(Permission.BAN_MEMBERS)), str(int(Permission.SEND_MESSAGES))
    overwrite = f"/channels/{wire.general.id}/permissions/{low.id}"
    for method, path, body in (
        ("POST", f"/guilds/{wire.guild}/roles", {"name": "r", "permissions": "{}"}),
        ("PATCH", f"/guilds/{wire.guild}/roles/{low.id}", {"permissions": "{}"}),
        ("PUT", overwrite, {"type": 0, "allow": "{}", "deny": "0"}),
        ("PUT", overwrite, {"type": 0, "allow": "0", "deny": "{}"}),
    ):

        def with_bits(bits: str, body: Any = body) -> Any:
            return {key: bits if value == "{}" else value for key, value in body.items()}

        status, answer = await wire(method, path, with_bits(ban))
        assert (status, answer["code"]) == (403, 50013), path
        assert (await wire(method, path, with_bits(send)))[0] < 300
    entry = {"id": str(low.id), "type": 0, "allow": "0", "deny": ban}
    status, answer = await wire(
        "POST", f"/guilds/{wire.guild}/channels", {"name": "c", "permission_overwrites": [entry]}
    )
    assert (status, answer["code"]) == (403, 50013)


def event(now: Any, **other: Any) -> dict[str, Any]:
    return {
        "name": "Session",
        "privacy_level": 2,
        "entity_type": 3,
        "scheduled_start_time": (now + timedelta(hours=1)).isoformat(),
        "scheduled_end_time": (now + timedelta(hours=2)).isoformat(),
        "entity_metadata": {"location": "Room 1"},
    } | other


async def test_events(wire: Any, standin: Standin, clock: Any) -> None:
    path = f"/guilds/{wire.guild}/scheduled-events"
    past = (clock() - timedelta(seconds=1)).isoformat()
    for wrong, place in (
        ({"scheduled_start_time": past}, "scheduled_start_time"),
        ({"scheduled_end_time": None}, "scheduled_end_time"),
        ({"scheduled_end_time": clock().isoformat()}, "scheduled_end_time"),
        ({"entity_metadata": None}, "entity_metadata"),
        ({"name": "x" * 101}, "name"),
        ({"channel_id": str(wire.general.id)}, "channel_id"),
    ):
        status, answer = await wire("POST", path, event(clock(), **wrong))
        assert (status, answer["code"]) == (400, 50035)
        assert place in answer["errors"]
    _, made = await wire("POST", path, event(clock()))
    one = f"{path}/{made['id']}"
    assert (await wire("PATCH", one, {"status": 3}))[1]["code"] == 50035
    assert (await wire("PATCH", one, {"status": 2}))[1]["status"] == 2
    assert (await wire("PATCH", one, {"status": 3}))[1]["status"] == 3
    assert (await wire("PATCH", one, {"name": "x"}))[1]["code"] == 180000
    assert [entry["id"] for entry in (await wire("GET", path))[1]] == [made["id"]]
    assert (await wire("DELETE", one))[0] == 204
    assert (await wire("GET", one))[1]["code"] == 10070
    _, again = await wire("POST", path, event(clock()))
    clock.advance(minutes=90)
    assert (await wire("GET", f"{path}/{again['id']}"))[1]["status"] == 2
    clock.advance(hours=1)
    assert (await wire("GET", f"{path}/{again['id']}"))[1]["status"] == 3


async def test_channels(wire: Any, standin: Standin) -> None:
    path = f"/guilds/{wire.guild}/channels"
    _, category = await wire("POST", path, {"name": "Day One", "type": 4})
    status, made = await wire(
        "POST", path, {"name": "Guiding Question 1", "parent_id": category["id"], "topic": "t"}
    )
    assert (status, made["name"], made["parent_id"]) == (201, "guiding-question-1", category["id"])
    assert category["name"] == "Day One"
    for wrong in (
        {"name": "x" * 101},
        {"name": ""},
        {"name": "x", "topic": "t" * 1025},
        {"name": "x", "parent_id": "1"},
    ):
        status, answer = await wire("POST", path, wrong)
        assert (status, answer["code"]) == (400, 50035)
    assert (await wire("PATCH", path, [{"id": made["id"], "position": 0}]))[0] == 204
    assert [one["id"] for one in (await wire("GET", path))[1]][-1] == made["id"]
    member = {"type": 1, "allow": "1024", "deny": "0"}
    assert (await wire("PUT", f"/channels/{made['id']}/permissions/{standin.world.owner.id}", member))[
        0
    ] == 204
    assert (await wire("DELETE", f"/channels/{made['id']}/permissions/{standin.world.owner.id}"))[0] == 204
    assert (await wire("DELETE", f"/channels/{made['id']}"))[0] == 200
    assert standin.world.channel_named("guiding-question-1") is None


@pytest.mark.parametrize(
    "body",
    [
        {"embeds": ["x"]},
        {"embeds": [{"fields": ["x"], "footer": 1, "author": "x"}]},
        {"embeds": {}},
        {"components": ["x", 1]},
        {"components": [{"type": 1, "components": "x"}]},
        {"components": [{"type": 1, "components": [{"type": 3, "custom_id": "x", "options": [1]}]}]},
        {"flags": 1 << 15, "components": [{"type": 12, "items": [{"media": "x"}]}]},
        {"flags": 1 << 15, "components": [{"type": 9, "components": [1], "accessory": 2}]},
        {"content": 5},
        {"content": "x", "attachments": [1]},
        {"content": "x", "allowed_mentions": {"parse": "users"}},
        {"content": "x", "allowed_mentions": []},
    ],
    ids=str,
)
async def test_nonsense_is_refused_not_broken(wire: Any, body: dict[str, Any]) -> None:
    status, answer = await wire.post(body)
    assert (status, answer["code"]) == (400, 50035)


async def test_what_is_no_json(wire: Any, standin: Standin) -> None:
    headers = {"Authorization": f"Bot {standin.token}", "Content-Type": "application/json"}
    path = f"{standin.api_url}/channels/{wire.general.id}/messages"
    for data in ("{", "[]"):
        async with wire.session.post(path, data=data, headers=headers) as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, 50109)
