"""Threads: begun, locked, archived, and what is dead in them."""

from typing import Any

import pytest

from rehearsal.standin import Permission, Standin

PANEL = {
    "content": "x",
    "components": [{"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}],
}


async def begin(wire: Any, **other: Any) -> str:
    status, made = await wire(
        "POST", f"/channels/{wire.general.id}/threads", {"name": "talk", "type": 11} | other
    )
    assert status == 201
    return str(made["id"])


async def test_one_hung_on_a_message(wire: Any, standin: Standin) -> None:
    _, message = await wire.post({"content": "question"})
    path = f"/channels/{wire.general.id}/messages/{message['id']}"
    status, made = await wire("POST", f"{path}/threads", {"name": "talk"})
    assert (status, made["id"], made["member"]["user_id"]) == (201, message["id"], str(wire.app))
    _, again = await wire("GET", path)
    assert again["thread"]["id"] == message["id"] and again["flags"] & 32
    status, answer = await wire("POST", f"{path}/threads", {"name": "talk"})
    assert (status, answer["code"]) == (400, 160004)
    status, answer = await wire("POST", f"{path}/threads", {"name": "x" * 101})
    assert (status, answer["code"]) == (400, 50035)


async def test_listed(wire: Any, standin: Standin, clock: Any) -> None:
    first, second = await begin(wire), await begin(wire, name="other")
    path = f"/channels/{wire.general.id}/threads/archived/public"
    assert [
        one["id"] for one in (await wire("GET", f"/guilds/{wire.guild}/threads/active"))[1]["threads"]
    ] == [second, first]
    await wire("PATCH", f"/channels/{first}", {"archived": True})
    assert [
        one["id"] for one in (await wire("GET", f"/guilds/{wire.guild}/threads/active"))[1]["threads"]
    ] == [second]
    assert [one["id"] for one in (await wire("GET", path))[1]["threads"]] == [first]
    clock.advance(hours=25)
    found = (await wire("GET", path))[1]["threads"]
    assert [one["id"] for one in found] == [second, first]


async def test_the_bot_in_one_archived_or_locked(wire: Any, standin: Standin) -> None:
    thread = await begin(wire)
    _, message = await wire("POST", f"/channels/{thread}/messages", {"content": "x"})
    await wire("PATCH", f"/channels/{thread}", {"archived": True, "locked": True})
    status, answer = await wire("PATCH", f"/channels/{thread}/messages/{message['id']}", {"content": "y"})
    assert (status, answer["code"]) == (400, 50083)
    status, answer = await wire("PATCH", f"/channels/{thread}", {"name": "y"})
    assert (status, answer["code"]) == (400, 50083)
    assert (await wire("PATCH", f"/channels/{thread}", {"archived": False, "name": "y"}))[0] == 200
    assert (await wire("PATCH", f"/channels/{thread}/messages/{message['id']}", {"content": "y"}))[0] == 200
    standin.world.bot_role.permissions &= ~Permission.MANAGE_THREADS
    status, answer = await wire("POST", f"/channels/{thread}/messages", {"content": "x"})
    assert (status, answer["code"]) == (400, 160005)
    status, answer = await wire("PATCH", f"/channels/{thread}", {"locked": False})
    assert (status, answer["code"]) == (403, 50013)


async def test_the_bot_in_one_locked(wire: Any, standin: Standin) -> None:
    thread = await begin(wire)
    path = f"/channels/{thread}/messages"
    _, message = await wire("POST", path, {"content": "x"})
    await wire("PATCH", f"/channels/{thread}", {"locked": True})
    acts = [
        ("POST", path, {"content": "y"}),
        ("PATCH", f"{path}/{message['id']}", {"content": "y"}),
        ("PUT", f"{path}/pins/{message['id']}", None),
        ("DELETE", f"{path}/pins/{message['id']}", None),
        ("PUT", f"/channels/{thread}/thread-members/{standin.world.owner.id}", None),
    ]
    standin.world.bot_role.permissions &= ~Permission.MANAGE_THREADS
    for method, where, body in acts:
        assert await wire(method, where, body) == (400, {"message": "Thread is locked", "code": 160005})
    standin.world.bot_role.permissions |= Permission.MANAGE_THREADS
    for method, where, body in acts:
        assert (await wire(method, where, body))[0] in (200, 204)
    found = standin.world.threads[int(thread)]
    assert [(one.content, one.type) for one in found.messages.values()] == [("y", 0), ("y", 0), ("", 6)]
    assert found.locked and not found.archived
    # Deleting is no change: an active one allows it, locked or not.
    standin.world.bot_role.permissions &= ~Permission.MANAGE_THREADS
    assert (await wire("DELETE", f"{path}/{message['id']}"))[0] == 204


async def test_the_bot_in_one_archived(wire: Any, standin: Standin) -> None:
    world = standin.world
    thread = world.threads[int(await begin(wire))]
    path = f"/channels/{thread.id}/messages"
    first, second, third = [(await wire("POST", path, {"content": "x"}))[1]["id"] for _ in range(3)]
    world.set_thread(thread, archived=True)
    changes = [
        ("PATCH", f"{path}/{first}", {"content": "y"}),
        ("PUT", f"{path}/pins/{first}", None),
        ("PUT", f"/channels/{thread.id}/thread-members/@me", None),
    ]
    for method, where, body in changes:
        assert await wire(method, where, body) == (400, {"message": "Thread is archived", "code": 50083})
    assert (await wire("DELETE", f"{path}/{third}"))[0] == 204 and thread.archived
    # Locked besides, it is closed to who does not manage it.
    world.set_thread(thread, locked=True)
    world.bot_role.permissions &= ~Permission.MANAGE_THREADS
    for method, where, body in (("POST", path, {"content": "y"}), ("DELETE", f"{path}/{second}", None)):
        status, answer = await wire(method, where, body)
        assert (status, answer["code"]) == (400, 50083)
    assert (await wire("PATCH", f"/channels/{thread.id}", {"archived": False}))[1]["code"] == 50013
    assert thread.archived
    # Control: unlocked, posting reopens it, and then all of it can be done.
    world.set_thread(thread, locked=False)
    assert (await wire("POST", path, {"content": "y"}))[0] == 200 and not thread.archived
    for method, where, body in changes:
        assert (await wire(method, where, body))[0] in (200, 204)


async def test_pins_go_by_the_channel_it_hangs_in(wire: Any, standin: Standin) -> None:
    world = standin.world
    thread = await begin(wire)
    _, message = await wire("POST", f"/channels/{thread}/messages", {"content": "x"})
    path = f"/channels/{thread}/messages/pins/{message['id']}"
    world.overwrite(wire.general, world.bot_role, deny=Permission.PIN_MESSAGES)
    status, answer = await wire("PUT", path)
    assert (status, answer["code"]) == (403, 50013)
    world.overwrite(wire.general, world.bot_role)
    assert (await wire("PUT", path))[0] == 204
    assert [one.type for one in world.threads[int(thread)].messages.values()] == [0, 6]


async def test_answers_in_one_archived_meanwhile(wire: Any, standin: Standin, answering: Any) -> None:
    world = standin.world
    await wire("PUT", f"/applications/{wire.app}/commands", [{"name": "ask", "description": "d"}])
    thread = world.threads[int(await begin(wire))]
    seen: list[Any] = []

    async def answer(interaction: Any) -> None:
        seen.append(interaction)
        await wire.respond(interaction, {"type": 4, "data": {"content": "x"}})

    await answering(answer)
    await standin.person(world.owner).command("ask", in_channel=thread)
    world.set_thread(thread, archived=True)
    original = wire.hook(seen[0], "/messages/@original")
    status, refused = await wire("PATCH", original, {"content": "y"}, token="")
    assert (status, refused["code"]) == (400, 50083)
    status, _ = await wire("POST", wire.hook(seen[0]), {"content": "psst", "flags": 64}, token="")
    assert status == 200 and thread.archived
    assert (await wire("POST", wire.hook(seen[0]), {"content": "z"}, token=""))[0] == 200
    assert not thread.archived
    assert (await wire("PATCH", original, {"content": "y"}, token=""))[0] == 200


async def test_what_its_owner_may_not_set(wire: Any, standin: Standin, clock: Any) -> None:
    thread = standin.world.threads[int(await begin(wire))]
    standin.world.bot_role.permissions &= ~Permission.MANAGE_THREADS
    for body in ({"locked": True}, {"rate_limit_per_user": 5}):
        status, answer = await wire("PATCH", f"/channels/{thread.id}", body)
        assert (status, answer["code"]) == (403, 50013)
    clock.advance(hours=23)
    body = {"name": "n", "auto_archive_duration": 60}
    assert (await wire("PATCH", f"/channels/{thread.id}", body))[0] == 200
    clock.advance(minutes=59)
    assert not (await wire("GET", f"/channels/{thread.id}"))[1]["thread_metadata"]["archived"]
    clock.advance(minutes=2)
    assert (await wire("GET", f"/channels/{thread.id}"))[1]["thread_metadata"]["archived"]


async def test_people_in_one_locked_or_archived(wire: Any, standin: Standin) -> None:
    world = standin.world
    ada = standin.person(world.add_member("Ada"))
    ben = standin.person(
        world.add_member("Ben", [world.add_role("chair", permissions=int(Permission.MANAGE_THREADS)).id])
    )
    thread = world.threads[int(await begin(wire))]
    await wire("POST", f"/channels/{thread.id}/messages", PANEL)
    message = ada.sees(thread)[0]
    await ada.write(thread, "open")
    world.set_thread(thread, archived=True)
    with pytest.raises(PermissionError):
        await ada.press(message, "Go")
    await ada.write(thread, "reopens it")
    assert not thread.archived
    world.set_thread(thread, locked=True)
    with pytest.raises(PermissionError):
        await ada.write(thread, "x")
    with pytest.raises(PermissionError):
        await ada.press(message, "Go")
    with pytest.raises(PermissionError):
        # Discord greys them out for everybody, those who manage threads too.
        await ben.press(message, "Go")
    await ben.write(thread, "a chair may")
    assert [one.content for one in ada.sees(thread)] == ["x", "open", "reopens it", "a chair may"]


async def test_a_private_one_is_for_those_in_it(wire: Any, standin: Standin) -> None:
    world = standin.world
    ada, ben = standin.person(world.add_member("Ada")), standin.person(world.add_member("Ben"))
    thread = world.threads[int(await begin(wire, type=12))]
    assert (await wire("PUT", f"/channels/{thread.id}/thread-members/{ada.user_id}"))[0] == 204
    assert ada.sees(thread) == []
    with pytest.raises(PermissionError):
        ben.sees(thread)
    assert thread.id in standin.visible_channel_ids(ada.user_id)
    assert thread.id not in standin.visible_channel_ids(ben.user_id)
    assert (ada.threads(), ben.threads()) == ([thread], [])


async def test_it_falls_asleep_in_meeting_time(wire: Any, standin: Standin, clock: Any) -> None:
    thread = standin.world.threads[int(await begin(wire, auto_archive_duration=60))]
    clock.advance(minutes=50)
    await standin.person(standin.world.owner).write(thread, "still here")
    clock.advance(minutes=50)
    assert not (await wire("GET", f"/channels/{thread.id}"))[1]["thread_metadata"]["archived"]
    clock.advance(minutes=15)
    assert (await wire("GET", f"/channels/{thread.id}"))[1]["thread_metadata"]["archived"]
    assert (await wire("POST", f"/channels/{thread.id}/messages", {"content": "x"}))[0] == 200
    assert not thread.archived
