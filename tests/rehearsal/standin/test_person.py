"""What a person sees and what their client lets them do."""

from typing import Any

import aiohttp
import pytest

from rehearsal.standin import File, Permission, Standin

CHOICES = [{"name": "Soon", "value": "soon"}, {"name": "Late", "value": "late"}]
SHIFT = {
    "type": 1,
    "name": "shift",
    "description": "d",
    "options": [
        {"type": 3, "name": "item", "description": "d", "required": True, "autocomplete": True},
        {"type": 4, "name": "minutes", "description": "d", "min_value": 1, "max_value": 60},
        {"type": 3, "name": "when", "description": "d", "choices": CHOICES},
        {"type": 6, "name": "who", "description": "d"},
        {"type": 7, "name": "where", "description": "d"},
        {"type": 5, "name": "loud", "description": "d"},
        {"type": 10, "name": "rate", "description": "d", "max_value": 1},
    ],
}
HAND_IN = {
    "name": "hand-in",
    "description": "d",
    "type": 1,
    "options": [
        {"type": 11, "name": "paper", "description": "d", "required": True},
        {"type": 11, "name": "cover", "description": "d"},
    ],
}
AGENDA = {"name": "agenda", "description": "d", "type": 1, "options": [SHIFT]}
STAFF = {"name": "staff", "description": "d", "type": 1, "default_member_permissions": str(1 << 5)}


@pytest.fixture
async def bot(wire: Any, answering: Any) -> list[Any]:
    """Registers the commands, answers all, and keeps what it was sent."""
    await wire("PUT", f"/applications/{wire.app}/guilds/{wire.guild}/commands", [AGENDA, STAFF])
    seen: list[Any] = []

    async def answer(interaction: Any) -> None:
        seen.append(interaction)
        if interaction["type"] == 4:
            choices = [{"name": "Question one", "value": "d1-04"}]
            await wire.respond(interaction, {"type": 8, "data": {"choices": choices}})
        else:
            await wire.respond(interaction, {"type": 4, "data": {"content": "ok"}})

    await answering(answer)
    return seen


async def test_commands_by_permission(standin: Standin, bot: list[Any]) -> None:
    role = standin.world.add_role("staff", permissions=int(Permission.MANAGE_GUILD))
    ada, ben = standin.world.add_member("Ada"), standin.world.add_member("Ben", [role.id])
    assert standin.person(ada).commands() == ["agenda shift"]
    assert standin.person(ben).commands() == ["agenda shift", "staff"]
    assert (await standin.person(ben).command("staff")).text == "ok"
    with pytest.raises(ValueError, match="staff"):
        await standin.person(ada).command("staff")


async def test_options_are_typed(wire: Any, standin: Standin, bot: list[Any]) -> None:
    ada = standin.person(standin.world.add_member("Ada"))
    given: dict[str, Any] = {
        "item": "d1-04",
        "minutes": 15,
        "when": "Soon",
        "who": ada.member,
        "where": wire.general,
    }
    reply = await ada.command("agenda shift", **given, loud=True, rate=0.5)
    assert (reply.kind, reply.text, reply.ephemeral) == ("message", "ok", False)
    (group,) = bot[0]["data"]["options"]
    assert (group["name"], group["type"]) == ("shift", 1)
    values = {one["name"]: one["value"] for one in group["options"]}
    assert values == {
        "item": "d1-04",
        "minutes": 15,
        "when": "soon",
        "who": str(ada.user_id),
        "where": str(wire.general.id),
        "loud": True,
        "rate": 0.5,
    }
    resolved = bot[0]["data"]["resolved"]
    assert [*resolved["members"]] == [str(ada.user_id)] and [*resolved["channels"]] == [str(wire.general.id)]


@pytest.fixture
async def handed_in(wire: Any, bot: list[Any]) -> list[Any]:
    """What the bot was sent, with a command that takes files besides."""
    status, made = await wire("POST", f"/applications/{wire.app}/commands", HAND_IN)
    assert (status, [one["type"] for one in made["options"]]) == (201, [11, 11])
    return bot


async def test_files_are_given(wire: Any, standin: Standin, handed_in: list[Any]) -> None:
    ada = standin.person(standin.world.add_member("Ada"))
    assert ada.commands() == ["agenda shift", "hand-in"]
    paper = File("a paper #2.csv", "name\nÄ".encode(), "text/csv; charset=utf-8")
    assert (await ada.command("hand-in", paper=paper)).text == "ok"
    assert (await ada.command("hand-in", cover=File("c.png", b"c"), paper=paper)).text == "ok"
    first, second = (one["data"] for one in handed_in)
    ((option,), both) = first["options"], second["options"]
    assert (option["name"], option["type"]) == ("paper", 11)
    assert [one["name"] for one in both] == ["paper", "cover"]
    assert first["resolved"].keys() == {"attachments"} and len(second["resolved"]["attachments"]) == 2
    assert option["value"] not in second["resolved"]["attachments"], "each time it is another file"
    shape = first["resolved"]["attachments"][option["value"]]
    address = shape["url"]
    assert shape == {
        "id": option["value"],
        "filename": "a paper #2.csv",
        "size": 7,
        "url": address,
        "proxy_url": address,
        "content_type": "text/csv; charset=utf-8",
        "ephemeral": True,
    }
    cover = second["resolved"]["attachments"][both[1]["value"]]
    assert (cover["filename"], cover["content_type"]) == ("c.png", "image/png")
    assert address.startswith(standin.api_url.removesuffix("/api/v10") + "/attachments/")
    assert address.endswith(f"/{option['value']}/a%20paper%20%232.csv")
    async with wire.session.get(address) as answer:
        assert (await answer.read(), answer.headers["Content-Type"]) == (paper.data, paper.content_type)
    async with wire.session.get(address.replace(option["value"], "1")) as answer:
        assert answer.status == 404
    assert ada.sees(wire.general)[0].attachments == [], "a file given is not shown with the answer"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"cover": File("c.png", b"c")},
        {"paper": b"bytes"},
        {"paper": "paper.pdf"},
        {"paper": File("", b"x")},
        {"paper": File("a/b", b"x")},
        {"paper": File("big.pdf", bytes(10 * 1024 * 1024 + 1))},
    ],
    ids=lambda given: str(given),
)
async def test_files_the_client_would_not_send(
    standin: Standin, handed_in: list[Any], given: dict[str, Any]
) -> None:
    owner = standin.person(standin.world.owner)
    with pytest.raises(ValueError):
        await owner.command("hand-in", **given)
    assert handed_in == []
    # Control: the largest there may be.
    largest = File("big.pdf", bytes(10 * 1024 * 1024))
    assert (await owner.command("hand-in", paper=largest)).text == "ok" and len(handed_in) == 1


async def test_no_file_while_the_line_is_cut(wire: Any, standin: Standin, handed_in: list[Any]) -> None:
    await standin.person(standin.world.owner).command("hand-in", paper=File("a.txt", b"a"))
    ((_, shape),) = handed_in[0]["data"]["resolved"]["attachments"].items()
    standin.door.cut = True
    with pytest.raises(aiohttp.ClientError):
        await wire.session.get(shape["url"])
    standin.door.cut = False
    async with wire.session.get(shape["url"]) as answer:
        assert await answer.read() == b"a"


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("agenda", {}),
        ("agenda move", {}),
        ("agenda shift", {}),
        ("agenda shift", {"item": "x", "other": 1}),
        ("agenda shift", {"item": "x", "minutes": 0}),
        ("agenda shift", {"item": "x", "minutes": 61}),
        ("agenda shift", {"item": "x", "minutes": "15"}),
        ("agenda shift", {"item": "x", "when": "never"}),
        ("agenda shift", {"item": "x", "who": 1}),
        ("agenda shift", {"item": "x", "loud": "yes"}),
        ("agenda shift", {"item": "x", "rate": 2.5}),
        ("agenda shift", {"item": "x" * 6001}),
    ],
)
async def test_what_the_client_would_not_send(
    standin: Standin, bot: list[Any], path: str, given: Any
) -> None:
    with pytest.raises(ValueError):
        await standin.person(standin.world.owner).command(path, **given)
    assert bot == []


async def test_proposals(standin: Standin, bot: list[Any]) -> None:
    owner = standin.person(standin.world.owner)
    found = await owner.complete("agenda shift", option="item", typed="Ques", minutes=5)
    assert found == [{"name": "Question one", "value": "d1-04"}]
    (group,) = bot[0]["data"]["options"]
    assert group["options"][0] == {"name": "item", "type": 3, "value": "Ques", "focused": True}
    with pytest.raises(ValueError):
        await owner.complete("agenda shift", option="minutes", typed="1")


def menu(**other: Any) -> list[dict[str, Any]]:
    options = [{"label": "Yes", "value": "y"}, {"label": "No", "value": "n"}]
    return [
        {
            "type": 1,
            "components": [{"type": 3, "custom_id": "m", "placeholder": "Pick", "options": options} | other],
        }
    ]


async def test_menus(wire: Any, standin: Standin, bot: list[Any]) -> None:
    owner = standin.person(standin.world.owner)
    await wire.post({"content": "x", "components": menu()})
    await wire.post({"content": "x", "components": menu(disabled=True)})
    await wire.post(
        {"content": "x", "components": [{"type": 1, "components": [{"type": 6, "custom_id": "r"}]}]}
    )
    one, off, roles = owner.sees(wire.general)
    await owner.choose(one, "Pick", ["Yes"])
    assert bot[-1]["data"] == {"component_type": 3, "custom_id": "m", "id": 2, "values": ["y"]}
    for wrong in ([], ["Yes", "No"], ["Maybe"]):
        with pytest.raises(ValueError):
            await owner.choose(one, "m", wrong)
    with pytest.raises(LookupError):
        await owner.choose(off, "Pick", ["Yes"])
    await owner.choose(roles, "r", [standin.world.bot_role])
    assert [*bot[-1]["data"]["resolved"]["roles"]] == [str(standin.world.bot_role.id)]


async def test_buttons_wherever_they_are(wire: Any, standin: Standin, bot: list[Any]) -> None:
    def button(name: str, **other: Any) -> dict[str, Any]:
        return {"type": 2, "style": 1, "label": name, "custom_id": name.lower()} | other

    section = {"type": 9, "components": [{"type": 10, "content": "x"}], "accessory": button("Beside")}
    row = {"type": 1, "components": [button("Below"), button("Off", disabled=True)]}
    await wire.post({"flags": 1 << 15, "components": [{"type": 17, "components": [section, row]}]})
    ada = standin.person(standin.world.add_member("Ada"))
    message = ada.sees(wire.general)[0]
    await ada.press(message, "Beside")
    await ada.press(message, "below")
    assert [one["data"]["custom_id"] for one in bot] == ["beside", "below"]
    for missing in ("Off", "None"):
        with pytest.raises(LookupError):
            await ada.press(message, missing)
    standin.world.overwrite(wire.general, ada.member, deny=Permission.VIEW_CHANNEL)
    with pytest.raises(PermissionError):
        await ada.press(message, "Beside")
    # Control: somebody who sees the channel still can.
    owner = standin.person(standin.world.owner)
    assert (await owner.press(message, "Beside")).kind == "message"
    standin.world.delete_message(message)
    with pytest.raises(LookupError):
        await owner.press(message, "Beside")


async def test_writing_and_seeing(standin: Standin) -> None:
    world = standin.world
    general = world.channel_named("general")
    assert general
    ada, ben = standin.person(world.add_member("Ada")), standin.person(world.add_member("Ben"))
    secret = world.add_channel("secret")
    world.overwrite(secret, world.everyone, deny=Permission.VIEW_CHANNEL)
    world.overwrite(secret, ada.member, allow=Permission.VIEW_CHANNEL)
    await ada.write(secret, "psst")
    assert [one.content for one in ada.sees(secret)] == ["psst"]
    with pytest.raises(PermissionError):
        ben.sees(secret)
    with pytest.raises(PermissionError):
        await ben.write(secret, "x")
    assert [one.name for one in ada.channels()] == ["general", "secret"]
    assert [one.name for one in ben.channels()] == ["general"]
    assert standin.visible_channel_ids(ben.user_id) == [general.id]
    world.overwrite(general, ben.member, deny=Permission.READ_MESSAGE_HISTORY | Permission.SEND_MESSAGES)
    for act in (lambda: ben.sees(general), lambda: ben.write(general, "x")):
        with pytest.raises(PermissionError):
            result = act()
            if not isinstance(result, list):
                await result
    for wrong in ("", " ", "x" * 2001):
        with pytest.raises(ValueError):
            await ada.write(general, wrong)
    assert (await ada.write(general, f"<@{ben.user_id}>")).mentions == [ben.user_id]


async def test_a_snapshot_is_json(wire: Any, standin: Standin) -> None:
    import json

    await wire.post({"content": "x"})
    shown = json.loads(json.dumps(standin.snapshot()))
    assert [*shown] == [
        "at", "guild", "roles", "members", "channels", "threads", "messages", "ephemeral",
        "scheduled_events", "commands",
    ]  # fmt: skip
    assert [one["content"] for one in shown["messages"][str(wire.general.id)]] == ["x"]
