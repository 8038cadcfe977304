"""What a good programme file says of the lists of speakers and of contributions in writing."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from config.documents import plain, read_document
from config.faults import Faults
from config.programme import read_programme, schema
from config.speaker_file import LimitKeys, SpeakerKeys
from meeting.speakers import Limits, Policy, Preset

File = Callable[[str | bytes], Path]
ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "config" / "programme.yaml"


def _policy(good: str, file: File, *lines: str) -> Policy:
    """The policy of the good programme with these lines under `speakers:`."""
    said = "".join(f"  {line}\n" for line in lines)
    policy = read_programme(file(f"{good}speakers:\n{said}")).speakers
    assert policy is not None
    return policy


def _minutes(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


def test_the_defaults_are_the_meetings(good: str, file: File) -> None:
    programme = read_programme(file(good))
    assert (programme.speakers, programme.written_until) == (Policy(), None)
    keys = SpeakerKeys()
    assert (keys.least, keys.most) == (Policy().least, Policy().most)
    assert dict(LimitKeys()) == vars(Limits())


def test_the_shipped_programme_writes_out_the_defaults() -> None:
    written = plain(read_document(SHIPPED).root)["speakers"]
    assert list(written) == list(SpeakerKeys.model_fields)
    assert list(written["limits"]) == list(LimitKeys.model_fields)
    programme = read_programme(SHIPPED)
    assert (programme.speakers, programme.written_until) == (Policy(), None)


def test_the_schemas_defaults_are_those_written_out_in_the_shipped_programme() -> None:
    """As they are written, so that an editor may put them in."""
    written = plain(read_document(SHIPPED).root)["speakers"]
    for name, said in (("SpeakerKeys", written), ("LimitKeys", written["limits"])):
        described = schema()["$defs"][name]["properties"]
        defaults = {key: one["default"] for key, one in described.items() if key != "limits"}
        as_texts = {key: "no" if value is False else str(value) for key, value in defaults.items()}
        assert as_texts == {key: value for key, value in said.items() if key != "limits"}


def test_all_that_can_be_said(spoken: str, file: File) -> None:
    programme = read_programme(file(spoken))
    assert programme.speakers == Policy(
        preset=Preset.LEAST_SPOKEN,
        ratio=(2, 1),
        ranked=True,
        opens=_minutes(20),
        last_call=_minutes(12),
        closes=_minutes(6),
        limits=Limits(_minutes(4), _minutes(3.5), _minutes(1.5), _minutes(10), _minutes(1), _minutes(0.5)),
        adaptive=True,
        least=_minutes(1.25),
        most=_minutes(7),
        reserve=_minutes(3),
        turn_over=timedelta(seconds=25),
    )
    assert programme.written_until == datetime(2022, 3, 25, 17, 30, tzinfo=UTC)


def test_what_is_left_out_is_the_default(good: str, file: File) -> None:
    assert _policy(good, file, "closes: 15") == Policy(closes=_minutes(15))
    limited = _policy(good, file, "limits:", "  reply: 1:30")
    assert limited == Policy(limits=Limits(reply=_minutes(1.5)))


@pytest.mark.parametrize("preset", Preset)
def test_every_order_is_known(preset: Preset, good: str, file: File) -> None:
    assert _policy(good, file, f"order: {preset}").preset is preset


@pytest.mark.parametrize(
    ("written", "ratio"),
    [
        ("alternate", (1, 1)),
        ("strict", None),
        ("1:1", (1, 1)),
        ("2:1", (2, 1)),
        ("1:9", (1, 9)),
        ("'3:2'", (3, 2)),
    ],
)
def test_the_sides(written: str, ratio: tuple[int, int] | None, good: str, file: File) -> None:
    assert _policy(good, file, f"sides: {written}").ratio == ratio


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("1", 60), ("60", 3600), ("60:00", 3600), ("1:30", 90), ("01:05", 65), ("0:15", 15), ("'2:00'", 120)],
)
def test_a_speaking_time(written: str, seconds: int, good: str, file: File) -> None:
    policy = _policy(good, file, "limits:", f"  member: {written}")
    assert policy.limits.member == timedelta(seconds=seconds)


def test_bounds_may_meet(good: str, file: File) -> None:
    policy = _policy(good, file, "last_call: 0", "closes: 0", "least: 2:30", "most: 2:30", "reserve: 0")
    assert policy.last_call == policy.closes == policy.reserve == timedelta()
    assert policy.least == policy.most == _minutes(2.5)


@pytest.mark.parametrize("written", ["d1 18:00", "d1  18:00", "'d1 18:00'"])
def test_a_deadline_is_at_the_venue(written: str, good: str, file: File) -> None:
    until = read_programme(file(f"{good}written_until: {written}\n")).written_until
    assert until == datetime(2022, 3, 24, 17, tzinfo=UTC)


def test_a_deadline_may_be_on_a_day_with_a_number_for_its_id(good: str, file: File) -> None:
    text = good.replace("id: d2\n", "id: 2\n")
    until = read_programme(file(f"{text}written_until: 2 23:59\n")).written_until
    assert until == datetime(2022, 3, 25, 22, 59, tzinfo=UTC)


def test_start_moves_the_deadline_along(spoken: str, file: File) -> None:
    """Moved to 27 March 2022, the second day is summer time."""
    programme = read_programme(file(spoken), start=date(2022, 3, 26))
    assert programme.written_until == datetime(2022, 3, 27, 16, 30, tzinfo=UTC)


def test_start_may_move_the_deadline_into_a_clock_change(spoken: str, file: File) -> None:
    path = file(spoken.replace("d2 18:30", "d2 02:30"))
    read_programme(path)
    with pytest.raises(Faults, match="02:30 does not exist on 2022-03-27") as caught:
        read_programme(path, start=date(2022, 3, 26))
    assert [fault.path for fault in caught.value.faults] == ["written_until"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("sides: 2:1", "sides: strict"), ("brief: 0:30", "brief: 0:45"), ("d2 18:30", "d2 18:31")],
)
def test_the_fingerprint_tells_them_apart(old: str, new: str, spoken: str, file: File) -> None:
    before = read_programme(file(spoken)).fingerprint
    assert read_programme(file(spoken.replace(old, new))).fingerprint != before
    assert read_programme(file(spoken.replace("brief: 0:30", "brief: '0:30'"))).fingerprint == before


def test_the_schema_accepts_what_is_read(spoken: str, file: File) -> None:
    jsonschema.validate(plain(read_document(file(spoken)).root), schema())


@pytest.mark.parametrize(
    ("key", "value"), [("sides", "strict"), ("sides", "1:9"), ("opens", 0), ("least", 1), ("most", "1:30")]
)
def test_the_schema_accepts_each_way_to_write(key: str, value: Any, spoken: str, file: File) -> None:
    written = plain(read_document(file(spoken)).root)
    written["speakers"][key] = value
    jsonschema.validate(written, schema())
