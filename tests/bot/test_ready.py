"""Each new connection: the house is ready, whatever becomes of the commands."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from db.connection import DatabaseFull
from db.ledger import Ledger
from tests.stage import Stage


async def test_a_full_disk_does_not_keep_the_house_from_being_ready(
    house: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands are others than those last registered, as after an update."""
    await house.close()
    with closing(sqlite3.connect(house.database)) as connection, connection:
        done = connection.execute("UPDATE meta SET value = 'x' WHERE name = 'house.commands'")
        assert done.rowcount == 1
    asked = list[str]()

    async def full(_: Ledger, name: str, *__: Any) -> None:
        asked.append(name)
        raise DatabaseFull()

    monkeypatch.setattr(Ledger, "keep_setting", full)
    await house.run()
    assert asked == ["commands"] and house.app is not None and house.app.ready.is_set()
