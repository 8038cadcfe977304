"""The gateway on the raw wire."""

import asyncio
import json
import zlib
from typing import Any

from rehearsal.standin import Standin


async def test_ready_then_the_guild(wire: Any, standin: Standin) -> None:
    world = standin.world
    world.add_thread(wire.general, "talk", world.bot)
    assert not standin.connected
    socket = await wire.identify()
    assert standin.connected
    await asyncio.wait_for(standin.wait_connected(), 1)
    assert socket.ready["guilds"] == [{"id": str(wire.guild), "unavailable": True}]
    assert socket.ready["resume_gateway_url"] == standin.gateway_url
    await socket.send(1, None)
    assert (await socket.next())["op"] == 11
    await socket.close()


async def test_the_guild_as_it_is_told(wire: Any, standin: Standin) -> None:
    standin.world.add_member("Ada")
    socket = await wire.session.ws_connect(standin.gateway_url)
    await socket.receive_json()
    await socket.send_json({"op": 2, "d": {"token": standin.token, "intents": 1}})
    await socket.receive_json()
    guild = (await socket.receive_json())["d"]
    assert [one["user"]["id"] for one in guild["members"]] == [str(wire.app)]
    assert guild["member_count"] == 3
    assert [one["name"] for one in guild["channels"]] == ["general"]
    assert [one["name"] for one in guild["roles"]] == ["@everyone", "roundtable"]
    await socket.close()


async def test_wrong_tokens_and_order(wire: Any, standin: Standin) -> None:
    for op, data, code in (
        (2, {"token": "wrong", "intents": 1}, 4004),
        (2, {"token": standin.token, "intents": 1 << 40}, 4013),
        (6, {"token": "wrong", "session_id": "x", "seq": 0}, 4004),
        (8, {}, 4003),
    ):
        async with wire.session.ws_connect(standin.gateway_url) as socket:
            await socket.receive_json(timeout=2)
            await socket.send_json({"op": op, "d": data})
            await socket.receive(timeout=2)
            assert socket.close_code == code
    assert not standin.connected


async def test_intents_choose(wire: Any, standin: Standin, clock: Any) -> None:
    plain, told = await wire.identify(1), await wire.identify(1 | 1 << 1 | 1 << 9)
    ada = standin.person(standin.world.add_member("Ada"))
    await ada.write(wire.general, "hello")
    standin.world.add_role("after")
    assert (await plain.next())["t"] == "GUILD_ROLE_CREATE"
    assert (await told.next())["t"] == "GUILD_MEMBER_ADD"
    created = await told.next()
    # Without the content intent a message of somebody else is empty.
    assert (created["t"], created["d"]["content"]) == ("MESSAGE_CREATE", "")
    for socket in (plain, told):
        await socket.close()


async def test_resumed_gets_what_it_missed(wire: Any, standin: Standin) -> None:
    socket = await wire.identify()
    await standin.drop_gateway(True)
    standin.world.add_channel("missed")
    assert await socket.code() == 4000
    assert not standin.connected
    again = await wire.session.ws_connect(standin.gateway_url)
    await again.receive_json()
    data = {"token": standin.token, "session_id": socket.ready["session_id"], "seq": socket.seq}
    await again.send_json({"op": 6, "d": data})
    events = [await again.receive_json(timeout=2) for _ in range(2)]
    assert [one["t"] for one in events] == ["CHANNEL_CREATE", "RESUMED"]
    assert events[0]["d"]["name"] == "missed"
    assert events[0]["s"] == socket.seq + 1
    assert standin.connected
    await again.close()


async def test_not_resumable_does_not(wire: Any, standin: Standin) -> None:
    socket = await wire.identify()
    await standin.drop_gateway(False)
    standin.world.add_channel("missed")
    assert await socket.next() == {"op": 9, "d": False, "s": None, "t": None}
    await socket.close()
    again = await wire.session.ws_connect(standin.gateway_url)
    await again.receive_json()
    data = {"token": standin.token, "session_id": socket.ready["session_id"], "seq": socket.seq}
    await again.send_json({"op": 6, "d": data})
    assert (await again.receive_json(timeout=2))["op"] == 9
    await again.close()


async def test_one_killed_may_resume(wire: Any, standin: Standin) -> None:
    socket = await wire.identify()
    transport = socket.socket._writer.transport
    transport.abort()
    while standin.connected:
        await asyncio.sleep(0.001)
    standin.world.add_channel("missed")
    again = await wire.session.ws_connect(standin.gateway_url)
    await again.receive_json()
    data = {"token": standin.token, "session_id": socket.ready["session_id"], "seq": socket.seq}
    await again.send_json({"op": 6, "d": data})
    assert (await again.receive_json(timeout=2))["t"] == "CHANNEL_CREATE"
    await again.close()


async def test_ended_may_identify_on_the_same_socket(wire: Any, standin: Standin) -> None:
    socket = await wire.identify()
    await standin.drop_gateway(False)
    assert (await socket.next())["op"] == 9
    await socket.send(2, {"token": standin.token, "intents": 1})
    assert (await socket.until("READY"))["d"]["session_id"] != socket.ready["session_id"]
    await socket.close()


async def test_compressed(wire: Any, standin: Standin) -> None:
    stream = zlib.decompressobj()
    async with wire.session.ws_connect(standin.gateway_url + "?compress=zlib-stream") as socket:

        async def read() -> Any:
            data = await socket.receive_bytes(timeout=2)
            assert data.endswith(b"\x00\x00\xff\xff")
            return json.loads(stream.decompress(data))

        assert (await read())["op"] == 10
        await socket.send_json({"op": 2, "d": {"token": standin.token, "intents": 1}})
        assert [(await read())["t"] for _ in range(2)] == ["READY", "GUILD_CREATE"]


async def test_revision_rises_with_all_that_happens(wire: Any, standin: Standin) -> None:
    socket = await wire.identify()
    before = standin.revision
    await wire("GET", "/users/@me")
    assert standin.revision == before + 1
    standin.world.add_role("x")
    assert standin.revision == before + 2
    assert (await socket.until("GUILD_ROLE_CREATE"))["d"]["role"]["name"] == "x"
    assert standin.quiet
    await socket.close()
