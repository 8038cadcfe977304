"""Rate limits in meeting time, with waits in real milliseconds."""

from datetime import timedelta
from typing import Any

from rehearsal.standin import Standin


async def test_five_messages_in_five_seconds(wire: Any, standin: Standin, clock: Any) -> None:
    wire.hasty = True
    for number in range(5):
        assert (await wire.post({"content": "x"}))[0] == 200
        assert wire.headers["X-RateLimit-Remaining"] == str(4 - number)
    assert standin.refill_at is None
    began = clock()
    clock.advance(seconds=2)
    status, answer = await wire.post({"content": "x"})
    assert (status, answer["global"], answer["retry_after"]) == (429, False, 0.005)
    for name, value in (
        ("Via", "1.1 google"),
        ("Retry-After", "0.005"),
        ("X-RateLimit-Scope", "user"),
        ("X-RateLimit-Reset-After", "0.005"),
        ("X-RateLimit-Limit", "5"),
    ):
        assert wire.headers[name] == value
    assert standin.log[-1].denied and standin.refused == []
    assert [(await wire.post({"content": "x"}))[1]["retry_after"] for _ in range(7)][-2:] == [0.25, 0.25]
    assert standin.refill_at == began + timedelta(seconds=5)
    other = standin.world.add_channel("other")
    assert (await wire.post({"content": "x"}, other))[0] == 200
    clock.at = standin.refill_at
    assert standin.refill_at is None
    assert (await wire.post({"content": "x"}))[0] == 200
    assert len(standin.world.messages) == 7


async def test_edits_have_a_bucket_of_their_own(wire: Any, clock: Any) -> None:
    wire.hasty = True
    _, made = await wire.post({"content": "x"})
    path = f"/channels/{wire.general.id}/messages/{made['id']}"
    statuses = [(await wire("PATCH", path, {"content": str(number)}))[0] for number in range(6)]
    assert statuses == [200] * 5 + [429]
    assert (await wire.post({"content": "x"}))[0] == 200


async def test_two_names_in_ten_minutes(wire: Any, standin: Standin, clock: Any) -> None:
    wire.hasty = True
    path = f"/channels/{wire.general.id}"
    began = clock()
    assert [(await wire("PATCH", path, {"name": f"n{number}"}))[0] for number in range(3)] == [200, 200, 429]
    assert int(wire.headers["X-RateLimit-Remaining"]) > 0
    assert (await wire("PATCH", path, {"topic": "x"}))[0] == 429
    assert (await wire("PATCH", path, {"name": "n1", "position": 3}))[0] == 200
    assert standin.refill_at == began + timedelta(minutes=10)
    clock.at = standin.refill_at
    assert (await wire("PATCH", path, {"name": "n3"}))[0] == 200


async def test_fifty_in_a_second_of_all_kinds(wire: Any, standin: Standin, clock: Any) -> None:
    wire.hasty = True
    for number in range(50):
        path = f"/guilds/{wire.guild}" if number % 2 else "/users/@me"
        assert (await wire("GET", path))[0] == 200
    status, answer = await wire("GET", "/gateway/bot")
    assert (status, answer["global"]) == (429, True)
    assert wire.headers["X-RateLimit-Scope"] == "global"
    assert (await wire("POST", "/interactions/1/x/callback", {"type": 4}))[0] == 404
    clock.advance(seconds=1)
    assert (await wire("GET", "/gateway/bot"))[0] == 200
