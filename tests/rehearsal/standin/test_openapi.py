"""The check against Discord's description finds what is wrong, and is quick."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from rehearsal.standin import Exchange, Standin
from rehearsal.standin.openapi import Description, alike

FILE = os.environ.get("DISCORD_OPENAPI", "")
needs_file = pytest.mark.skipif(
    not Path(FILE).is_file(), reason=f"Discord's API description is absent: DISCORD_OPENAPI={FILE!r}"
)


async def test_without_a_description_there_is_no_check(standin: Standin) -> None:
    with pytest.raises(ValueError):
        standin.check()


def test_alike() -> None:
    one = {"id": "1609862794444800006", "content": "abc", "at": "2027-03-01T09:00:00+00:00", "type": 1}
    other = {"id": "1609862794444800099", "content": "xyz", "at": "2028-03-01T09:00:00.123+00:00", "type": 1}
    assert alike(one) == alike(other)
    assert alike(one) != alike(other | {"content": "wxyz"})
    assert alike(one) != alike(other | {"type": 2})


@needs_file
async def test_it_finds_what_is_wrong(wire: Any, standin: Standin) -> None:
    await wire.post({"content": "x", "embeds": [{"title": "t"}]})
    (right,) = standin.log
    description = Description(Path(FILE))
    result = description.check([right, right])
    assert (result.requests, result.responses, result.faults) == (2, 2, [])

    def wrong(**other: Any) -> list[str]:
        fields = {name: getattr(right, name) for name in Exchange.__slots__}
        return description.check([Exchange(**{**fields, **other})]).faults

    missing = {key: value for key, value in right.response.items() if key != "author"}
    assert "author" in wrong(response=missing)[0]
    assert (
        "POST /channels/{channel_id}/messages 200 response $.id"
        in wrong(response=right.response | {"id": 5})[0]
    )
    assert "$.timestamp" in wrong(response=right.response | {"timestamp": "now"})[0]
    assert "request $.embeds" in wrong(body={"embeds": {}})[0]
    assert "not described" in wrong(method="PUT")[0]
    assert "status" in wrong(status=201)[0]
    row = {"type": 1, "components": [{"type": 2, "style": 1, "label": "x" * 90, "custom_id": "x"}]}
    assert "$.components[0].components[0].label" in wrong(body={"components": [row]})[0]


@needs_file
async def test_thousands_are_quick(wire: Any, standin: Standin) -> None:
    row = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}
    texts = [{"type": 10, "content": "words"}, row]
    await wire.post({"flags": 1 << 15, "components": [{"type": 17, "components": texts}] * 1})
    (one,) = standin.log
    fields = {name: getattr(one, name) for name in Exchange.__slots__}
    many = [
        Exchange(
            **{**fields, "response": one.response | {"content": "x" * (number % 50), "nonce": str(number)}}
        )
        for number in range(4000)
    ]
    began = time.perf_counter()
    result = Description(Path(FILE)).check(many)
    assert (result.requests, result.responses, result.faults) == (4000, 4000, [])
    assert time.perf_counter() - began < 10
