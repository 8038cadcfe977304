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
