"""Commands in the menu of a message: registered, shown, used, answered."""

from typing import Any

import pytest

from rehearsal.standin import Permission, Standin

RECORD = {"name": "Record as input", "type": 3}
STAFF = {"name": "Strike", "type": 3, "default_member_permissions": str(int(Permission.MANAGE_GUILD))}
AGENDA = {"name": "agenda", "description": "The agenda", "type": 1}
GO = [{"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}]


@pytest.fixture
async def bot(wire: Any, answering: Any) -> list[Any]:
    """Registers the commands, answers all, and keeps what it was sent."""
    path = f"/applications/{wire.app}/guilds/{wire.guild}/commands"
    assert (await wire("PUT", path, [RECORD, STAFF, AGENDA]))[0] == 200
    seen: list[Any] = []

    async def answer(interaction: Any) -> None:
        seen.append(interaction)
        await wire.respond(interaction, {"type": 4, "data": {"content": "ok"}})

    await answering(answer)
    return seen


@pytest.mark.parametrize("scope", ["", "/guilds/{guild}"])
async def test_registered_beside_slash_commands(wire: Any, standin: Standin, scope: str) -> None:
    path = f"/applications/{wire.app}{scope.format(guild=wire.guild)}/commands"
    record, same = RECORD | {"name": "agenda"}, AGENDA
    status, listed = await wire("PUT", path, [record, same, STAFF])
    assert (status, [(one["name"], one["type"]) for one in listed]) == (
        200,
        [("agenda", 3), ("agenda", 1), ("Strike", 3)],
    )
    assert listed[0]["description"] == "" and "options" not in listed[0]
    assert listed[2]["default_member_permissions"] == str(1 << 5)
    _, again = await wire("PUT", path, [STAFF, record])
    assert [one["id"] for one in again] == [listed[2]["id"], listed[0]["id"]]
    one = f"{path}/{again[0]['id']}"
    status, changed = await wire("PATCH", one, {"name": "Strike From It"})
    assert (status, changed["name"], changed["type"]) == (200, "Strike From It", 3)
    status, answer = await wire("PATCH", one, {"description": "d"})
    assert (status, answer["code"]) == (400, 50035)
    status, answer = await wire("PUT", path, [record, record])
    assert (status, answer["code"]) == (400, 50035)


@pytest.mark.parametrize(
    ("wrong", "place", "code"),
    [
        ({"name": ""}, "name", "BASE_TYPE_REQUIRED"),
        ({"name": "x" * 33}, "name", "BASE_TYPE_BAD_LENGTH"),
        ({"description": "d"}, "description", "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID"),
        (
            {"options": [{"type": 3, "name": "o", "description": "d"}]},
            "options",
            "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS_INVALID",
        ),
        ({"default_member_permissions": "x"}, "default_member_permissions", "NUMBER_TYPE_COERCE"),
    ],
)
async def test_refused(wire: Any, wrong: dict[str, Any], place: str, code: str) -> None:
    path = f"/applications/{wire.app}/guilds/{wire.guild}/commands"
    status, answer = await wire("POST", path, RECORD | wrong)
    assert (status, answer["code"]) == (400, 50035)
    assert answer["errors"][place]["_errors"][0]["code"] == code
    # Control: the longest name, of mixed case and with blanks, and an empty description.
    assert (await wire("POST", path, RECORD | {"name": "A b" * 10 + "Cd", "description": ""}))[0] == 201


async def test_so_many_and_no_more(wire: Any) -> None:
    path = f"/applications/{wire.app}/guilds/{wire.guild}/commands"
    slash = [AGENDA | {"name": f"c{n}"} for n in range(100)]
    menu = [RECORD | {"name": f"Menu {n}"} for n in range(15)]
    status, listed = await wire("PUT", path, slash + menu)
    assert (status, len(listed)) == (200, 115)
    more = RECORD | {"name": "One more"}
    assert await wire("PUT", path, [*menu, more]) == (
        400,
        {"message": "Maximum number of application commands reached", "code": 30032},
    )
    assert (await wire("POST", path, more))[1]["code"] == 30032
    assert (await wire("POST", path, menu[0]))[0] == 200, "it is there already"
    # Control: each type and each scope has its own.
    assert (await wire("POST", path, more | {"type": 2}))[0] == 201
    assert (await wire("POST", f"/applications/{wire.app}/commands", more))[0] == 201


async def test_shown_by_permission(standin: Standin, bot: list[Any]) -> None:
    world = standin.world
    role = world.add_role("staff", permissions=int(Permission.MANAGE_GUILD))
    ada, ben = standin.person(world.add_member("Ada")), standin.person(world.add_member("Ben", [role.id]))
    assert (ada.message_commands(), ada.commands()) == (["Record as input"], ["agenda"])
    assert (ben.message_commands(), ben.commands()) == (["Record as input", "Strike"], ["agenda"])
    message = await ada.write(world.channels[world.guild.system_channel_id or 0], "words")
    for unknown in ("Strike", "record as input", "agenda"):
        with pytest.raises(ValueError, match="Record as input"):
            await ada.use(unknown, on=message)
    with pytest.raises(ValueError):
        await ada.command("Record as input")
    assert bot == []
    assert (await ben.use("Strike", on=message)).text == "ok"


@pytest.mark.parametrize("where", ["channel", "thread"])
async def test_the_whole_message_goes_along(wire: Any, standin: Standin, bot: list[Any], where: str) -> None:
    world = standin.world
    ada, ben = standin.person(world.add_member("Ada")), standin.person(world.add_member("Ben"))
    place = wire.general if where == "channel" else world.add_thread(wire.general, "talk", world.bot)
    message = await ben.write(place, f"Für <@{ada.user_id}>: nothing the bot may read otherwise")
    reply = await ada.use("Record as input", on=message)
    (sent,) = bot
    assert (sent["type"], sent["channel_id"], sent["channel"]["id"]) == (2, str(place.id), str(place.id))
    assert sent["member"]["user"]["username"] == "Ada" and "message" not in sent
    data = sent["data"]
    assert {key: value for key, value in data.items() if key not in ("id", "resolved")} == {
        "name": "Record as input",
        "type": 3,
        "guild_id": str(wire.guild),
        "target_id": str(message.id),
    }
    assert [*data["resolved"]] == ["messages"]
    status, whole = await wire("GET", f"/channels/{place.id}/messages/{message.id}")
    assert (status, data["resolved"]["messages"]) == (200, {str(message.id): whole})
    assert (whole["content"], whole["author"]["username"]) == (message.content, "Ben")
    _, shown = await wire("GET", f"/channels/{place.id}/messages/{reply.message.id}")
    assert (shown["type"], shown["interaction_metadata"]["target_message_id"]) == (23, str(message.id))
    path = f"/channels/{place.id}/messages/{reply.message.id}"
    assert (await wire("PATCH", path, {"content": "an answer can be edited"}))[0] == 200


async def test_the_event_of_it_hides_what_the_command_shows(
    wire: Any, standin: Standin, bot: list[Any]
) -> None:
    socket = await wire.identify(1 | 1 << 9)
    ada = standin.person(standin.world.add_member("Ada"))
    message = await ada.write(wire.general, "words")
    assert (await socket.until("MESSAGE_CREATE"))["d"]["content"] == ""
    await ada.use("Record as input", on=message)
    sent = (await socket.until("INTERACTION_CREATE"))["d"]
    assert sent["data"]["resolved"]["messages"][str(message.id)]["content"] == "words"
    await socket.close()


async def test_only_on_what_is_there_for_them(wire: Any, standin: Standin, bot: list[Any]) -> None:
    world = standin.world
    ada, owner = standin.person(world.add_member("Ada")), standin.person(world.owner)
    message = await owner.write(wire.general, "words")
    thread = world.add_thread(wire.general, "apart", world.owner, type=12)
    private = await owner.write(thread, "in private")
    for lost in (
        Permission.VIEW_CHANNEL,
        Permission.READ_MESSAGE_HISTORY,
        Permission.USE_APPLICATION_COMMANDS,
    ):
        world.overwrite(wire.general, ada.member, deny=lost)
        with pytest.raises(PermissionError):
            await ada.use("Record as input", on=message)
    # Control: where they may not write, they still can.
    world.overwrite(wire.general, ada.member, deny=Permission.SEND_MESSAGES)
    reply = await ada.use("Record as input", on=message)
    assert reply.text == "ok"
    with pytest.raises(PermissionError):
        await ada.use("Record as input", on=private)
    assert (await owner.use("Record as input", on=private)).text == "ok"
    world.delete_message(message)
    with pytest.raises(LookupError):
        await ada.use("Record as input", on=message)
    assert len(bot) == 2


async def test_not_on_what_only_one_sees(wire: Any, standin: Standin, answering: Any) -> None:
    await wire("PUT", f"/applications/{wire.app}/commands", [RECORD, AGENDA])

    async def answer(interaction: Any) -> None:
        await wire.respond(interaction, {"type": 4, "data": {"content": "psst", "flags": 64}})

    await answering(answer)
    ada = standin.person(standin.world.add_member("Ada"))
    reply = await ada.command("agenda")
    assert reply.message and reply.ephemeral
    with pytest.raises(LookupError):
        await ada.use("Record as input", on=reply.message)


async def test_in_a_thread_locked_or_archived(wire: Any, standin: Standin, bot: list[Any]) -> None:
    world = standin.world
    ada = standin.person(world.add_member("Ada"))
    thread = world.add_thread(wire.general, "talk", world.bot)
    message = await ada.write(thread, "words")
    world.set_thread(thread, locked=True)
    assert (await ada.use("Record as input", on=message)).text == "ok"
    world.set_thread(thread, locked=False, archived=True)
    with pytest.raises(PermissionError):
        await ada.use("Record as input", on=message)
    with pytest.raises(PermissionError):
        await ada.command("agenda", in_channel=thread)
    world.set_thread(thread, archived=False)
    assert (await ada.command("agenda", in_channel=thread)).text == "ok"
    assert len(bot) == 2


async def test_answered_with_a_form(wire: Any, standin: Standin, answering: Any) -> None:
    await wire("PUT", f"/applications/{wire.app}/commands", [RECORD])
    field = {"type": 18, "label": "Item", "component": {"type": 4, "style": 1, "custom_id": "n"}}
    seen: list[Any] = []

    async def answer(interaction: Any) -> None:
        seen.append(interaction)
        form = {"type": 9, "data": {"title": "T", "custom_id": "f", "components": [field]}}
        said = {"type": 4, "data": {"content": "kept", "flags": 64}}
        await wire.respond(interaction, form if interaction["type"] == 2 else said)

    await answering(answer)
    ada = standin.person(standin.world.add_member("Ada"))
    message = await ada.write(wire.general, "words")
    form = await ada.use("Record as input", on=message)
    assert (form.kind, form.text) == ("modal", "T\nItem")
    reply = await ada.fill(form, {"Item": "d1-04"})
    assert (reply.text, reply.ephemeral) == ("kept", True)
    assert "guild_id" not in seen[0]["data"], "a global command belongs to no guild"
    cause = reply.message.interaction["triggering_interaction_metadata"]  # type: ignore[union-attr,index]
    assert cause["target_message_id"] == str(message.id)
