"""The three seconds, made short: what happens when nobody answers in time."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from rehearsal.standin import Standin

COMMAND = {"name": "ask", "description": "d", "type": 1}


@pytest.fixture
async def ada(wire: Any, standin: Standin) -> Any:
    await wire("PUT", f"/applications/{wire.app}/commands", [COMMAND])
    return standin.person(standin.world.add_member("Ada", locale="fr"))


@pytest.fixture
def response_limit() -> timedelta:
    return timedelta(milliseconds=300)


async def test_nobody_answers_in_time(wire: Any, standin: Standin, ada: Any, answering: Any) -> None:
    late: list[Any] = []

    async def answer(interaction: Any) -> None:
        late.append(interaction)

    await answering(answer)
    waiting = asyncio.get_running_loop().create_task(ada.command("ask"))
    while not late:
        await asyncio.sleep(0.001)
    assert not standin.quiet
    reply = await waiting
    assert (reply.kind, reply.text, standin.quiet) == ("failed", "", True)
    assert [one.id for one in standin.unanswered] == [int(late[0]["id"])]
    status, back = await wire.respond(late[0], {"type": 4, "data": {"content": "x"}})
    assert (status, back["code"]) == (404, 10062)
    status, back = await wire("POST", wire.hook(late[0]), {"content": "x"})
    assert (status, back["code"]) == (404, 10015)


async def test_nobody_is_there(standin: Standin, ada: Any) -> None:
    reply = await ada.command("ask")
    assert (reply.kind, reply.message, reply.buttons) == ("failed", None, [])
    assert [one.data["name"] for one in standin.unanswered] == ["ask"]
