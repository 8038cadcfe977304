"""Of somebody who was acknowledged to have had the floor, a list has to say so."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from rehearsal.director import Director
from rehearsal.journal import Journal
from rehearsal.stage import Stage
from rehearsal.standin import Message
from rehearsal.steward import Steward

NOW = datetime(2030, 5, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "lost"),
    [
        ("**1 intervention**: Two (in the room)", ["One"]),
        ("**2 interventions**: One (in the room), Two (in the room)", []),
        ("1. One (in the room)\n1. Two (in the room)", ["One", "Two"]),
    ],
)
def test_who_is_on_no_list_of_those_heard_is_named(tmp_path: Path, line: str, lost: list[str]) -> None:
    stage = Stage(NOW, tmp_path / "none.yaml", tmp_path, "")
    director = Director(stage, Journal(ZoneInfo("UTC"), lambda entry: None), NOW + timedelta(hours=1))
    steward, world = Steward.arrive(director), stage.standin.world
    steward.heard += ["One", "Two"]
    shown = [{"type": 10, "id": 1, "content": line}]
    world.post(Message(world.ids.make(), world.add_channel("floor").id, world.bot.id, NOW, components=shown))
    assert steward.unheard() == lost
