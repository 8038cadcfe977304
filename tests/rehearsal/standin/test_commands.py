"""Registering application commands: what is taken, replaced, refused."""

from typing import Any

import pytest

from rehearsal.standin import Standin

COMMAND = {"name": "agenda", "description": "The agenda", "type": 1}


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"options": [{"type": 11, "name": "o"}]}, "options.0.description"),
        ({"name": "Agenda"}, "name"),
        ({"name": "two words"}, "name"),
        ({"name": "x" * 33}, "name"),
        ({"description": ""}, "description"),
        ({"description": "x" * 101}, "description"),
        ({"options": [{"type": 3, "name": f"o{n}", "description": "d"} for n in range(26)]}, "options"),
        ({"options": [{"type": 3, "name": "Bad", "description": "d"}]}, "options.0.name"),
        ({"options": [{"type": 99, "name": "o", "description": "d"}]}, "options.0.type"),
        (
            {
                "options": [
                    {"type": 3, "name": "a", "description": "d"},
                    {"type": 3, "name": "b", "description": "d", "required": True},
                ],
            },
            "options.1.required",
        ),
        (
            {
                "options": [
                    {
                        "type": 3,
                        "name": "a",
                        "description": "d",
                        "choices": [{"name": str(n), "value": str(n)} for n in range(26)],
                    },
                ],
            },
            "options.0.choices",
        ),
        (
            {
                "options": [
                    {"type": 1, "name": "s", "description": "d"},
                    {"type": 3, "name": "a", "description": "d"},
                ]
            },
            "options",
        ),
    ],
)
async def test_commands_refused(wire: Any, wrong: dict[str, Any], place: str) -> None:
    status, answer = await wire("POST", f"/applications/{wire.app}/commands", COMMAND | wrong)
    assert (status, answer["code"]) == (400, 50035)
    found = answer["errors"]
    for step in place.split("."):
        found = found[step]
    assert found["_errors"]


async def test_commands(wire: Any, standin: Standin) -> None:
    for path in (
        f"/applications/{wire.app}/commands",
        f"/applications/{wire.app}/guilds/{wire.guild}/commands",
    ):
        status, made = await wire("POST", path, COMMAND)
        assert status == 201
        assert (await wire("POST", path, COMMAND | {"description": "other"}))[0] == 200
        _, listed = await wire("PUT", path, [COMMAND, COMMAND | {"name": "größe"}])
        assert [one["name"] for one in listed] == ["agenda", "größe"]
        assert listed[0]["id"] == made["id"]
        assert (await wire("PATCH", f"{path}/{made['id']}", {"description": "new"}))[1][
            "description"
        ] == "new"
        status, answer = await wire("PUT", path, [COMMAND, COMMAND])
        assert (status, answer["code"]) == (400, 50035)
        many = [COMMAND | {"name": f"c{n}"} for n in range(101)]
        assert (await wire("PUT", path, many))[1]["code"] == 30032
        assert (await wire("DELETE", f"{path}/{made['id']}"))[0] == 204
        assert (await wire("GET", f"{path}/{made['id']}"))[1]["code"] == 10063
    assert [one.guild_id for one in standin.world.commands.values()] == [None, wire.guild]
