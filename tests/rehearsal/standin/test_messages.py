"""Messages: what is taken and refused, whom they notify, how they are read back."""

from typing import Any

import pytest

from rehearsal.standin import Message, Permission, Standin

V2 = 1 << 15


def row(*parts: Any) -> dict[str, Any]:
    return {"type": 1, "components": [*parts]}


def button(number: int = 0, **other: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": f"go-{number}"} | other


def select(count: int = 1, **other: Any) -> dict[str, Any]:
    options = [{"label": f"l{n}", "value": f"v{n}"} for n in range(count)]
    return {"type": 3, "custom_id": "menu", "options": options} | other


def words(text: str = "hello") -> dict[str, Any]:
    return {"type": 10, "content": text}


NUMBERS = [str(number) for number in range(1, 101)]

TAKEN: list[dict[str, Any]] = [
    {"content": "x" * 2000},
    {"embeds": [{"title": "t" * 256, "description": "d" * 4096}]},
    {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 25}]},
    {"components": [row(*(button(r * 5 + n) for n in range(5))) for r in range(5)]},
    {"components": [row(select(25, max_values=25))]},
    {"components": [row({"type": 2, "style": 5, "url": "https://example.org", "label": "Read"})]},
    {"flags": V2, "components": [words("x" * 4000)]},
    {"flags": V2, "components": [words() for _ in range(40)]},
    {
        "flags": V2,
        "components": [
            {
                "type": 17,
                "components": [
                    {"type": 9, "components": [words()], "accessory": button()},
                    {"type": 14},
                    row(select()),
                ],
            },
        ],
    },
    {"content": "x", "allowed_mentions": {"parse": []}},
    {"content": "x", "allowed_mentions": {"parse": ["roles"], "users": NUMBERS}},
    {"content": "x", "allowed_mentions": {"parse": ["users"], "users": []}},
    {"content": "x", "nonce": "n" * 25, "enforce_nonce": True},
]

REFUSED: list[tuple[int, str, dict[str, Any]]] = [
    (50006, "", {}),
    (50006, "", {"content": "   "}),
    (50035, "content", {"content": "x" * 2001}),
    (50035, "embeds", {"embeds": [{"title": "x"}] * 11}),
    (50035, "embeds.0.title", {"embeds": [{"title": "x" * 257}]}),
    (50035, "embeds.0.description", {"embeds": [{"description": "x" * 4097}]}),
    (50035, "embeds", {"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]}),
    (50035, "embeds.0.fields", {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}),
    (50035, "embeds.0.fields.0.value", {"embeds": [{"fields": [{"name": "n", "value": ""}]}]}),
    (50035, "components", {"content": "x", "components": [row(button(n)) for n in range(6)]}),
    (50035, "components.0.components", {"components": [row(*(button(n) for n in range(6)))]}),
    (50035, "components.0.components.0.label", {"components": [row(button(label="x" * 81))]}),
    (50035, "components.0.components.0.custom_id", {"components": [row(button(custom_id="x" * 101))]}),
    (50035, "components", {"components": [row(button(1), button(1))]}),
    (50035, "components.0.components.0.options", {"components": [row(select(26))]}),
    (50035, "components.0.components.0.max_values", {"components": [row(select(2, max_values=3))]}),
    (50035, "components.0.components", {"components": [row(select(), button())]}),
    (50035, "components.0.type", {"components": [words()]}),
    (50035, "content", {"flags": V2, "content": "x", "components": [words()]}),
    (50035, "embeds", {"flags": V2, "embeds": [{"title": "x"}], "components": [words()]}),
    (50035, "components", {"flags": V2, "components": [words() for _ in range(41)]}),
    (50035, "components", {"flags": V2, "components": [words("x" * 2001), words("x" * 2000)]}),
    (50035, "components", {"flags": V2, "components": [{"type": 17, "components": [words()] * 40}]}),
    (50035, "components.0.accessory", {"flags": V2, "components": [{"type": 9, "components": [words()]}]}),
    (50035, "nonce", {"content": "x", "nonce": "n" * 26}),
    (50035, "allowed_mentions.parse.0", {"content": "x", "allowed_mentions": {"parse": ["all"]}}),
    (50035, "allowed_mentions", {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}),
    (50035, "allowed_mentions.users", {"content": "x", "allowed_mentions": {"users": [*NUMBERS, "0"]}}),
    (50035, "allowed_mentions.roles", {"content": "x", "allowed_mentions": {"roles": [*NUMBERS, "0"]}}),
    (50035, "allowed_mentions.users.1", {"content": "x", "allowed_mentions": {"users": ["1", "1"]}}),
    (50035, "allowed_mentions.users.0", {"content": "x", "allowed_mentions": {"users": ["Ada"]}}),
    (
        50035,
        "components",
        {"flags": V2, "components": [{"type": 12, "items": [{"media": {"url": "attachment://none.png"}}]}]},
    ),
]


@pytest.mark.parametrize("body", TAKEN, ids=lambda body: str(body)[:40])
async def test_taken(wire: Any, body: dict[str, Any]) -> None:
    status, answer = await wire.post(body)
    assert status == 200, answer


@pytest.mark.parametrize(("code", "place", "body"), REFUSED, ids=lambda part: str(part)[:40])
async def test_refused(wire: Any, standin: Standin, code: int, place: str, body: dict[str, Any]) -> None:
    status, answer = await wire.post(body)
    assert (status, answer["code"]) == (400, code)
    found = answer.get("errors", {})
    for step in place.split(".") if place else ():
        found = found[step]
    assert not place or found["_errors"]
    assert [one.code for one in standin.refused] == [code]
    assert standin.world.messages == []


async def test_files_come_back_and_are_limited(wire: Any, standin: Standin) -> None:
    path = f"/channels/{wire.general.id}/messages"
    body = {"attachments": [{"id": 0, "description": "a chart"}], "flags": V2}
    body["components"] = [{"type": 12, "items": [{"media": {"url": "attachment://chart.png"}}]}]
    status, made = await wire.upload(path, body, {"chart.png": b"picture"})
    assert status == 200
    sent = made["attachments"][0]
    assert (sent["filename"], sent["size"], sent["content_type"]) == ("chart.png", 7, "image/png")
    assert made["components"][0]["items"][0]["media"]["url"] == sent["url"]
    async with wire.session.get(sent["url"]) as answer:
        assert await answer.read() == b"picture"
    assert standin.log[-1].files == [("chart.png", 7)]
    shown = standin.snapshot()["messages"][str(wire.general.id)][0]
    assert shown["attachments"][0]["url"] == "data:image/png;base64,cGljdHVyZQ=="
    status, answer = await wire.upload(path, {}, {"big": bytes(10 * 1024 * 1024 + 1)})
    assert (status, answer["code"]) == (413, 40005)


async def test_edits_keep_what_they_do_not_name(wire: Any, standin: Standin, clock: Any) -> None:
    _, made = await wire.post({"content": "one", "components": [row(button())]})
    path = f"/channels/{wire.general.id}/messages/{made['id']}"
    clock.advance(seconds=30)
    status, edited = await wire("PATCH", path, {"content": "two"})
    assert (status, edited["content"], len(edited["components"])) == (200, "two", 1)
    assert edited["edited_timestamp"] > edited["timestamp"]
    status, answer = await wire("PATCH", path, {"content": "", "components": []})
    assert (status, answer["code"]) == (400, 50006)
    assert standin.world.messages[0].content == "two"
    status, answer = await wire("PATCH", path, {"flags": V2, "components": [words()]})
    assert (status, answer["code"]) == (400, 50035)
    status, edited = await wire("PATCH", path, {"flags": V2, "components": [words("three")], "content": None})
    assert (status, edited["content"], edited["flags"] & V2) == (200, "", V2)
    status, edited = await wire("PATCH", path, {"components": [words("four")]})
    assert (status, standin.world.messages[0].text) == (200, "four")
    member = standin.person(standin.world.add_member("Ada"))
    theirs = await member.write(wire.general, "mine")
    status, answer = await wire(
        "PATCH", f"/channels/{wire.general.id}/messages/{theirs.id}", {"content": "x"}
    )
    assert (status, answer["code"]) == (403, 50005)


async def test_text_is_all_there_is_to_read(wire: Any, standin: Standin) -> None:
    field = {"name": "f", "value": "v"}
    await wire.post({"content": "c", "embeds": [{"title": "t", "description": "d", "fields": [field]}]})
    inside = {"type": 9, "components": [words("second")], "accessory": button(label="Press")}
    await wire.post({"flags": V2, "components": [words("first"), {"type": 17, "components": [inside]}]})
    assert [one.text for one in standin.world.messages] == ["c\nt\nd\nf\nv", "first\nsecond"]


async def test_nonce_is_remembered_for_three_minutes(wire: Any, standin: Standin, clock: Any) -> None:
    body = {"content": "once", "nonce": "abc", "enforce_nonce": True}
    first = (await wire.post(body))[1]["id"]
    assert (await wire.post({**body, "content": "other"}))[1]["id"] == first
    assert (await wire.post({**body, "nonce": "abd"}))[1]["id"] != first
    assert (await wire.post({"content": "once", "nonce": "abc"}))[1]["id"] != first
    other = standin.world.add_channel("other")
    assert (await wire.post(body, other))[1]["id"] != first
    clock.advance(minutes=4)
    assert (await wire.post(body))[1]["id"] != first
    assert len(standin.world.messages) == 5


async def test_reading_back(wire: Any) -> None:
    made = [(await wire.post({"content": str(number)}))[1]["id"] for number in range(5)]

    async def read(query: str) -> str:
        status, found = await wire("GET", f"/channels/{wire.general.id}/messages?{query}")
        assert status == 200
        return "".join(one["content"] for one in found)

    assert await read("") == "43210"
    assert await read("limit=2") == "43"
    assert await read(f"before={made[2]}") == "10"
    assert await read(f"after={made[0]}&limit=2") == "21"
    assert await read(f"around={made[2]}&limit=3") == "321"
    path = f"/channels/{wire.general.id}/messages/{made[0]}"
    assert (await wire("DELETE", path))[0] == 204
    status, answer = await wire("GET", path)
    assert (status, answer["code"]) == (404, 10008)
    assert wire.standin.refused == []


async def test_who_is_notified(wire: Any, standin: Standin) -> None:
    world = standin.world
    quiet, loud = world.add_role("quiet"), world.add_role("loud", mentionable=True)
    ada = world.add_member("Ada", [quiet.id])
    ben = world.add_member("Ben", [loud.id])
    world.bot_role.permissions &= ~Permission.MENTION_EVERYONE
    text = f"<@&{quiet.id}> <@&{loud.id}> <@{ada.id}> @everyone"

    async def notified(**allowed: Any) -> list[str]:
        await wire.post({"content": text, **({"allowed_mentions": allowed} if allowed else {})})
        return sorted(world.account(user_id).name for user_id in world.messages[-1].mentions)

    assert await notified(parse=["roles"]) == ["Ben"]
    assert await notified(parse=[]) == []
    assert await notified(users=[str(ada.id)]) == ["Ada"]
    assert await notified() == ["Ada", "Ben"]
    world.bot_role.permissions |= Permission.MENTION_EVERYONE
    assert await notified(parse=["roles"]) == ["Ada", "Ben"]
    assert await notified(parse=["everyone"]) == ["Ada", "Ben", "owner"]
    world.overwrite(wire.general, ben, deny=Permission.VIEW_CHANNEL)
    # Control: Ada, who still sees the channel, is notified.
    await wire.post({"content": f"<@&{quiet.id}> <@&{loud.id}>"})
    assert world.messages[-1].mentions == [ada.id]


@pytest.mark.parametrize("v2", [False, True])
async def test_one_person_is_notified(wire: Any, standin: Standin, v2: bool) -> None:
    world = standin.world
    ada, ben = world.add_member("Ada"), world.add_member("Ben")
    both = f"<@{ada.id}> and <@{ben.id}>"

    def said(text: str, allowed: dict[str, Any]) -> dict[str, Any]:
        shown: dict[str, Any] = {"content": text}
        if v2:
            shown = {"flags": V2, "components": [{"type": 17, "components": [words(text)]}]}
        return shown | {"allowed_mentions": allowed}

    async def notified(text: str, **allowed: Any) -> tuple[list[int], list[str]]:
        status, made = await wire.post(said(text, allowed))
        assert status == 200
        message = world.messages[-1]
        (shown,) = standin.snapshot()["messages"][str(wire.general.id)][-1:]
        assert shown["notified"] == [str(user_id) for user_id in message.mentions]
        return message.mentions, [one["id"] for one in made["mentions"]]

    assert await notified(both, parse=[], users=[str(ada.id)]) == ([ada.id], [str(ada.id)])
    assert await notified(both, users=[str(ben.id), str(ada.id)]) == (
        [ada.id, ben.id],
        [str(ada.id), str(ben.id)],
    )
    assert await notified(both, parse=[]) == ([], [])
    assert await notified(both) == ([], []), "an empty object allows nothing"
    assert await notified(f"<@{ada.id}>", users=[str(ben.id)]) == ([], []), "named but not in the words"
    assert await notified(f"<@{ada.id}> <@1>", users=[str(ada.id), "1"]) == ([ada.id], [str(ada.id)])
    secret = world.add_channel("secret")
    world.overwrite(secret, world.everyone, deny=Permission.VIEW_CHANNEL)
    world.overwrite(secret, world.bot, allow=Permission.VIEW_CHANNEL)
    world.overwrite(secret, ben, allow=Permission.VIEW_CHANNEL)
    await wire.post(said(both, {"users": [str(ada.id), str(ben.id)]}), secret)
    assert [one.mentions for one in secret.messages.values()] == [[ben.id]]


async def test_an_edit_notifies_nobody(wire: Any, standin: Standin) -> None:
    world = standin.world
    role = world.add_role("loud", mentionable=True)
    ada, ben = world.add_member("Ada"), world.add_member("Ben", [role.id])
    everybody = f"<@{ada.id}> <@{ben.id}> <@&{role.id}> @everyone"

    async def edit(message: Message, body: dict[str, Any]) -> list[str]:
        status, edited = await wire("PATCH", f"/channels/{wire.general.id}/messages/{message.id}", body)
        assert status == 200
        return [one["id"] for one in edited["mentions"]]

    await wire.post({"content": "nobody"})
    (message,) = world.messages
    both = [str(ada.id), str(ben.id)]
    assert await edit(message, {"content": everybody}) == both
    assert await edit(message, {"content": everybody, "allowed_mentions": {"users": [both[0]]}}) == both[:1]
    assert await edit(message, {"embeds": [{"title": "x"}]}) == both[:1], "the words were not edited"
    assert message.mentions == []
    # Control: whoever was notified when it was posted was.
    await wire.post({"content": f"<@{ada.id}>", "allowed_mentions": {"users": [both[0]]}})
    message = world.messages[-1]
    assert await edit(message, {"content": f"<@{ben.id}>"}) == both[1:]
    assert message.mentions == [ada.id]


async def test_pins(wire: Any, standin: Standin) -> None:
    _, made = await wire.post({"content": "panel"})
    path = f"/channels/{wire.general.id}/messages/pins"
    assert (await wire("PUT", f"{path}/{made['id']}"))[0] == 204
    _, found = await wire("GET", path)
    assert [one["message"]["id"] for one in found["items"]] == [made["id"]]
    assert [one["id"] for one in (await wire("GET", f"/channels/{wire.general.id}/pins"))[1]] == [made["id"]]
    assert [one.type for one in standin.world.messages] == [0, 6]
    assert (await wire("DELETE", f"{path}/{made['id']}"))[0] == 204
    assert (await wire("GET", path))[1]["items"] == []
    standin.world.bot_role.permissions &= ~Permission.PIN_MESSAGES
    status, answer = await wire("PUT", f"{path}/{made['id']}")
    assert (status, answer["code"]) == (403, 50013)


async def test_a_pin_is_told_of(wire: Any, standin: Standin) -> None:
    _, made = await wire.post({"content": "panel"})
    path = f"/channels/{wire.general.id}/messages/pins"
    assert (await wire("PUT", f"{path}/{made['id']}"))[0] == 204
    assert (await wire("PUT", f"{path}/{made['id']}"))[0] == 204
    _, (notice, pinned) = await wire("GET", f"/channels/{wire.general.id}/messages")
    assert (pinned["pinned"], notice["type"], notice["content"]) == (True, 6, "")
    assert notice["author"]["id"] == str(wire.app)
    assert notice["message_reference"] == {
        "type": 0,
        "channel_id": str(wire.general.id),
        "message_id": made["id"],
        "guild_id": str(wire.guild),
    }
    for method, rest, body in (
        ("PUT", f"pins/{notice['id']}", None),
        ("PATCH", notice["id"], {"content": "x"}),
    ):
        status, answer = await wire(method, f"/channels/{wire.general.id}/messages/{rest}", body)
        assert (status, answer["code"]) == (403, 50021)
    # Control: it can be taken away.
    assert (await wire("DELETE", f"/channels/{wire.general.id}/messages/{notice['id']}"))[0] == 204


async def test_so_many_pins_and_no_more(wire: Any, standin: Standin, clock: Any) -> None:
    owner = standin.person(standin.world.owner)
    written = [await owner.write(wire.general, str(number)) for number in range(251)]
    for message in written[:250]:
        clock.advance(seconds=1)
        standin.world.pin(message, True)
    path = f"/channels/{wire.general.id}/messages/pins"
    status, answer = await wire("PUT", f"{path}/{written[250].id}")
    assert (status, answer["code"]) == (400, 30003)
    _, page = await wire("GET", path)
    assert (len(page["items"]), page["has_more"]) == (50, True)
    before = page["items"][-1]["pinned_at"].replace("+", "%2B")
    _, page = await wire("GET", f"{path}?before={before}&limit=1")
    assert page["items"][0]["message"]["content"] == "199"
    assert (await wire("DELETE", f"{path}/{written[0].id}"))[0] == 204
    assert (await wire("PUT", f"{path}/{written[250].id}"))[0] == 204


async def test_answers_refer(wire: Any, standin: Standin) -> None:
    _, first = await wire.post({"content": "first"})
    status, made = await wire.post({"content": "x", "message_reference": {"message_id": first["id"]}})
    assert (status, made["type"], made["message_reference"]["message_id"]) == (200, 19, first["id"])
    status, answer = await wire.post({"content": "x", "message_reference": {"message_id": "1"}})
    assert (status, answer["code"]) == (400, 50035)
    assert isinstance(standin.world.messages[0], Message)
