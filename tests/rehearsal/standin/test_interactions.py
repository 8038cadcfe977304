"""Interactions on the raw wire: three seconds, one first response, fifteen minutes."""

import asyncio
from typing import Any

import pytest

from rehearsal.standin import Standin

GO = [{"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}]
COMMAND = {"name": "ask", "description": "d", "type": 1}


@pytest.fixture
async def ada(wire: Any, standin: Standin) -> Any:
    await wire("PUT", f"/applications/{wire.app}/commands", [COMMAND])
    return standin.person(standin.world.add_member("Ada", locale="fr"))


async def test_the_event_is_complete(wire: Any, standin: Standin, ada: Any, answering: Any) -> None:
    seen: list[Any] = []

    async def answer(interaction: Any) -> None:
        seen.append(interaction)
        status, back = await wire.respond(
            interaction, {"type": 4, "data": {"content": "hi", "components": GO}}
        )
        assert status == 200
        assert back["resource"]["type"] == 4 if interaction["type"] == 2 else True

    await answering(answer)
    reply = await ada.command("ask")
    await ada.press(reply, "Go")
    command, press = seen
    for interaction in seen:
        assert interaction["application_id"] == str(wire.app)
        assert interaction["guild_id"] == str(wire.guild)
        assert interaction["channel"]["id"] == interaction["channel_id"] == str(wire.general.id)
        assert interaction["member"]["user"]["username"] == "Ada"
        assert int(interaction["member"]["permissions"]) and int(interaction["app_permissions"])
        assert (interaction["locale"], interaction["guild_locale"], interaction["version"]) == (
            "fr",
            "en-GB",
            1,
        )
        assert interaction["entitlements"] == [] and interaction["context"] == 0
        assert interaction["authorizing_integration_owners"] == {"0": str(wire.guild)}
    assert command["data"] == {"id": command["data"]["id"], "name": "ask", "type": 1, "options": []}
    assert press["data"] == {"component_type": 2, "custom_id": "go", "id": 2}
    assert press["message"]["id"] == str(reply.message.id)
    assert press["message"]["interaction_metadata"]["id"] == command["id"]


async def test_one_first_response_then_fifteen_minutes(
    wire: Any, standin: Standin, clock: Any, ada: Any, answering: Any
) -> None:
    seen: list[Any] = []

    async def answer(interaction: Any) -> None:
        seen.append(interaction)
        status, back = await wire("POST", wire.hook(interaction), {"content": "too early"})
        assert (status, back["code"]) == (404, 10015)
        status, back = await wire.respond(interaction, {"type": 9, "data": {"title": "", "custom_id": "x"}})
        assert (status, back["code"]) == (400, 50035)
        status, back = await wire.respond(interaction, {"type": 7, "data": {"content": "x"}})
        assert (status, back["code"]) == (400, 50035)
        await wire.respond(interaction, {"type": 4, "data": {"content": "one", "flags": 64}})

    await answering(answer)
    reply = await ada.command("ask")
    (interaction,) = seen
    status, back = await wire.respond(interaction, {"type": 4, "data": {"content": "two"}})
    assert (status, back["code"]) == (400, 40060)
    original = wire.hook(interaction, "/messages/@original")
    assert (await wire("GET", original, token=""))[1]["content"] == "one"
    assert (await wire("PATCH", original, {"content": "edited"}, token=""))[0] == 200
    assert (reply.text, reply.ephemeral) == ("edited", True)
    _, more = await wire("POST", wire.hook(interaction), {"content": "more"}, token="")
    assert [one.text for one in reply.followups] == ["more"]
    one = wire.hook(interaction, f"/messages/{more['id']}")
    assert (await wire("PATCH", one, {"content": "less"}, token=""))[1]["content"] == "less"
    assert (await wire("DELETE", one, token=""))[0] == 204
    assert (await wire("GET", one, token=""))[1]["code"] == 10008
    assert reply.followups == []
    clock.advance(minutes=14, seconds=59)
    assert (await wire("GET", original, token=""))[0] == 200
    clock.advance(seconds=1)
    assert await wire("GET", original, token="") == (404, {"message": "Unknown Webhook", "code": 10015})


@pytest.mark.parametrize("by_edit", [True, False])
async def test_put_off(wire: Any, standin: Standin, ada: Any, answering: Any, by_edit: bool) -> None:
    async def answer(interaction: Any) -> None:
        await wire.respond(interaction, {"type": 5, "data": {"flags": 64}})
        await asyncio.sleep(0.01)
        assert not standin.quiet
        if by_edit:
            await wire("PATCH", wire.hook(interaction, "/messages/@original"), {"content": "done"}, token="")
        else:
            await wire("POST", wire.hook(interaction), {"content": "done"}, token="")

    await answering(answer)
    reply = await ada.command("ask")
    assert (reply.kind, reply.text, reply.ephemeral, reply.followups) == ("message", "done", True, [])
    assert standin.quiet


@pytest.mark.parametrize("first", [4, 5])
async def test_what_was_put_off_notifies_nobody(
    wire: Any, standin: Standin, ada: Any, answering: Any, first: int
) -> None:
    ben = standin.world.add_member("Ben")
    words = {"content": f"<@{ben.id}>", "allowed_mentions": {"users": [str(ben.id)]}}

    async def answer(interaction: Any) -> None:
        await wire.respond(interaction, {"type": first, "data": words if first == 4 else {}})
        if first == 5:
            await wire("PATCH", wire.hook(interaction, "/messages/@original"), words, token="")

    await answering(answer)
    reply = await ada.command("ask")
    assert (reply.text, reply.message.mention_users) == (f"<@{ben.id}>", [ben.id])
    # Control: an answer given at once does.
    assert reply.message.mentions == ([ben.id] if first == 4 else [])


async def test_put_off_for_ever(standin: Standin, wire: Any, ada: Any, answering: Any) -> None:
    async def answer(interaction: Any) -> None:
        await wire.respond(interaction, {"type": 5})

    await answering(answer)
    ada.patience /= 1000
    reply = await ada.command("ask")
    assert (reply.kind, reply.message, standin.quiet) == ("deferred", None, False)


@pytest.mark.parametrize(
    ("first", "kind", "text"), [(7, "update", "new"), (6, "update", "new"), (4, "message", "new")]
)
async def test_a_press_changes_the_message(
    wire: Any, standin: Standin, ada: Any, answering: Any, first: int, kind: str, text: str
) -> None:
    _, panel = await wire.post({"content": "old", "components": GO})

    async def answer(interaction: Any) -> None:
        await wire.respond(interaction, {"type": first, "data": {"content": "new"} if first != 6 else None})
        if first == 6:
            await wire("PATCH", f"/channels/{wire.general.id}/messages/{panel['id']}", {"content": "new"})

    await answering(answer)
    message = ada.sees(wire.general)[0]
    reply = await ada.press(message, "Go")
    assert (reply.kind, reply.text) == (kind, text)
    assert message.content == ("old" if first == 4 else "new")


async def test_ephemeral_is_for_one(wire: Any, standin: Standin, ada: Any, answering: Any) -> None:
    ben = standin.person(standin.world.add_member("Ben"))

    async def answer(interaction: Any) -> None:
        await wire.respond(
            interaction, {"type": 4, "data": {"content": "psst", "flags": 64, "components": GO}}
        )

    await answering(answer)
    reply = await ada.command("ask")
    assert [one.text for one in ada.sees(wire.general)] == ["psst"]
    assert ben.sees(wire.general) == []
    assert (await wire("GET", f"/channels/{wire.general.id}/messages"))[1] == []
    status, back = await wire("GET", f"/channels/{wire.general.id}/messages/{reply.message.id}")
    assert (status, back["code"]) == (404, 10008)
    with pytest.raises(LookupError):
        await ben.press(reply, "Go")
    assert (await ada.press(reply, "Go")).kind == "message"
    shown = standin.snapshot()
    assert shown["messages"][str(wire.general.id)] == []
    assert {one["ephemeral_for"] for one in shown["ephemeral"]} == {str(ada.user_id)}


async def test_a_form_is_no_answer_to_a_form(wire: Any, standin: Standin, ada: Any, answering: Any) -> None:
    field = {"type": 18, "label": "Name", "component": {"type": 4, "style": 1, "custom_id": "n"}}
    form = {"type": 9, "data": {"title": "T", "custom_id": "f", "components": [field]}}
    statuses = []

    async def answer(interaction: Any) -> None:
        status, back = await wire.respond(interaction, form)
        statuses.append((status, back.get("code")))
        if status != 200:
            assert interaction["data"]["components"][0]["component"]["value"] == "Ada"
            await wire.respond(interaction, {"type": 4, "data": {"content": "ok"}})

    await answering(answer)
    reply = await ada.command("ask")
    assert (reply.kind, reply.text) == ("modal", "T\nName")
    assert (await ada.fill(reply, {"Name": "Ada"})).text == "ok"
    assert statuses == [(200, None), (400, 50035)]
