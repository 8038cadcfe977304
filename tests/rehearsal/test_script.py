"""The draw: by seed alone, and only what the programme has room for."""

from pathlib import Path
from random import Random

import pytest

from config.programme import read_programme
from meeting.programme import Kind, Start
from rehearsal.script import Incident, draw

ROOT = Path(__file__).parent.parent.parent
PROGRAMMES = [ROOT / "config/programme.yaml", ROOT / "tests/programmes/europe.yaml"]


@pytest.mark.parametrize("file", PROGRAMMES, ids=lambda file: file.stem)
def test_every_incident_finds_its_place_whatever_the_seed(file: Path) -> None:
    programme = read_programme(file)
    for seed in range(200):
        script = draw(programme, Random(seed))
        possible = (
            set(Incident)
            if file.stem == "programme"
            else set(Incident)
            - {
                Incident.SKIPPED,
                Incident.CANCELLED,
            }
        )
        assert possible - {Incident.EARLY, Incident.SUSPENDED} <= script.incidents


@pytest.mark.parametrize("file", PROGRAMMES, ids=lambda file: file.stem)
def test_the_same_seed_draws_the_same(file: Path) -> None:
    programme = read_programme(file)
    assert draw(programme, Random(5)) == draw(programme, Random(5))
    assert any(draw(programme, Random(5)) != draw(programme, Random(seed)) for seed in range(6, 12))


@pytest.mark.parametrize("file", PROGRAMMES, ids=lambda file: file.stem)
def test_incidents_fall_on_items_that_the_chair_starts(file: Path) -> None:
    programme = read_programme(file)
    items = {item.item_id: item for item in programme.items}
    for seed in range(50):
        script = draw(programme, Random(seed))
        for item_id in [*script.on_ask, *script.on_time_left, *script.skipped]:
            assert items[item_id].kind is Kind.SESSION
            assert items[item_id].start is Start.CHAIR
        assert not {item_id for item_id in script.on_ask if items[item_id].fixed}
