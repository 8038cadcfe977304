"""What a good programme file becomes."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import pytest

from config.documents import plain, read_document
from config.faults import Faults
from config.programme import read_programme, schema
from config.programme_file import ChannelKeys
from meeting.notices import Channel
from meeting.programme import Kind, Mode, NoticeSettings, Programme, Start

File = Callable[[str | bytes], Path]
ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "config" / "programme.yaml"
EUROPE = ROOT / "tests" / "programmes" / "europe.yaml"
BERLIN = ZoneInfo("Europe/Berlin")


LAST = "starts: 09:00\n        ends: 10:00\n        title: Way"
"""The last item's times in the good programme."""


def _starting(good: str, at: str) -> str:
    """The good programme with another start of its last item."""
    return good.replace(LAST, LAST.replace("09:00", at))


def _item(programme: Programme, item_id: str) -> Any:
    return next(item for item in programme.items if item.item_id == item_id)


def test_defaults(good: str, file: File) -> None:
    programme = read_programme(file(good))
    opening, session, pause, _, fixed = programme.items
    assert (opening.kind, opening.start, opening.chair) == (Kind.OPENING, Start.CLOCK, "The Chair")
    assert (session.kind, session.start, session.mode) == (Kind.SESSION, Start.CHAIR, Mode.HYBRID)
    assert (pause.kind, pause.start, pause.chair) == (Kind.BREAK, Start.CLOCK, "")
    assert (fixed.fixed, fixed.start, fixed.mode, fixed.chair) == (True, Start.CLOCK, Mode.IN_PERSON, "")
    assert session.starts_at == datetime(2022, 3, 24, 8, tzinfo=UTC)
    assert session.question is not None
    assert [part.part_id for part in session.question.parts] == ["q1a", "q1b"]
    assert programme.about == "One line.\nTwo lines."
    assert programme.notices == NoticeSettings()
    assert programme.channels == {name: name for name in Channel} | {"programme": "agenda"}
    assert [day.join_url for day in programme.days] == ["https://meet.example/one", None]


def test_what_is_written_beats_the_default(good: str, file: File) -> None:
    text = good.replace(
        "title: Break\n",
        "title: Break\n        start: chair\n        chair: A host\n        mode: in_person\n"
        "        fixed: no\n        illustrative: TRUE\n",
    )
    pause = _item(read_programme(file(text.replace("before: 5", "before: 60"))), "d1-b1")
    assert (pause.start, pause.chair, pause.mode) == (Start.CHAIR, "A host", Mode.IN_PERSON)
    assert (pause.fixed, pause.illustrative) == (False, True)


def test_the_files_defaults_are_the_meetings(good: str, file: File) -> None:
    text = good[: good.index("notices:")]
    assert read_programme(file(text)).notices == NoticeSettings()
    assert list(ChannelKeys.model_fields) == list(Channel)


@pytest.mark.parametrize(
    "title", ["NO", "off", "~", "null", "1e3", "12:30:45", "2022-09-07", "0o17", "=", ".inf"]
)
def test_a_title_is_text_as_written(title: str, good: str, file: File) -> None:
    programme = read_programme(file(good.replace("title: Break", f"title: {title}")))
    assert _item(programme, "d1-b1").title == title


@pytest.mark.parametrize("written", ["09:30", "9:30", '"09:30"', "'09:30'", "  09:30  # half past"])
def test_a_time_needs_no_quotation_marks(written: str, good: str, file: File) -> None:
    text = good.replace("ends: 10:00", f"ends: {written}", 1)
    assert _item(read_programme(file(text)), "d1-02").ends_at == datetime(2022, 3, 24, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "fixed"), [("yes", True), ("true", True), ("Yes", True), ("no", False), ("FALSE", False)]
)
def test_yes_and_no(written: str, fixed: bool, good: str, file: File) -> None:
    text = good.replace("fixed: yes", f"fixed: {written}")
    assert _item(read_programme(file(text)), "d2-01").fixed is fixed


def test_byte_order_mark_and_line_ends_of_windows(good: str, file: File) -> None:
    plain_file = read_programme(file(good))
    assert read_programme(file(b"\xef\xbb\xbf" + good.encode())) == plain_file
    assert read_programme(file(good.replace("\n", "\r\n"))) == plain_file
    assert read_programme(file(b"\xef\xbb\xbf" + good.replace("\n", "\r\n").encode())) == plain_file


def test_folded_texts_are_one_line_and_letters_stay(good: str, file: File) -> None:
    text = good.replace("title: Break", "title: >\n          Pause –\n          Türkiye, ไทย, العربية")
    assert _item(read_programme(file(text)), "d1-b1").title == "Pause – Türkiye, ไทย, العربية"


def test_start_moves_all_days_and_keeps_local_times(good: str, file: File) -> None:
    """Clocks go forward on 27 March 2022: the second day is summer time once it is moved there."""
    programme = read_programme(file(good), start=date(2022, 3, 26))
    assert [day.date for day in programme.days] == [date(2022, 3, 26), date(2022, 3, 27)]
    first, last = _item(programme, "d1-02"), _item(programme, "d2-01")
    assert [i.starts_at.astimezone(BERLIN).hour for i in (first, last)] == [9, 9]
    assert last.starts_at - first.starts_at == timedelta(hours=23)
    unmoved = read_programme(file(good))
    assert _item(unmoved, "d2-01").starts_at - _item(unmoved, "d1-02").starts_at == timedelta(hours=24)


def test_start_keeps_the_days_apart(good: str, file: File) -> None:
    text = good.replace("2022-03-25", "2022-03-31")
    programme = read_programme(file(text), start=date(2030, 1, 1))
    assert [day.date for day in programme.days] == [date(2030, 1, 1), date(2030, 1, 8)]


@pytest.mark.parametrize("start", [date.min, date.max, date(2100, 12, 31)])
def test_a_start_out_of_reach_is_a_fault(start: date, good: str, file: File) -> None:
    with pytest.raises(Faults) as caught:
        read_programme(file(good), start=start)
    assert caught.value.faults[-1].path == "days[1].date"
    assert "start nearer" in caught.value.faults[-1].sentence


@pytest.mark.parametrize(
    ("day", "at", "says"),
    [
        ("2022-03-27", "02:30", "02:30 does not exist on 2022-03-27 in Europe/Berlin, clocks go"
         " from 02:00 to 03:00: use 03:00 or later"),
        ("2022-03-27", "02:00", "does not exist"),
        ("2022-10-30", "02:00", "comes twice"),
        ("2022-10-30", "02:59", "02:59 comes twice on 2022-10-30 in Europe/Berlin, clocks go"
         " from 03:00 back to 02:00: use 03:00 or later"),
    ],
)  # fmt: skip
def test_a_local_time_that_is_none_or_two(
    day: str, at: str, says: str, good: str, faults_of: Callable[[str], Any]
) -> None:
    text = good.replace("2022-03-25", day).replace("2022-03-24", "2022-01-01")
    text = _starting(text, at)
    (fault,) = faults_of(text)
    assert fault.path == "days[1].items[0].starts"
    assert fault.line == text[: text.index(f"starts: {at}")].count("\n") + 1
    assert says in fault.sentence


@pytest.mark.parametrize("day", ["2022-03-27", "2022-10-30"])
@pytest.mark.parametrize("at", ["01:59", "03:00"])
def test_the_minutes_beside_a_clock_change_are_good(day: str, at: str, good: str, file: File) -> None:
    text = good.replace("2022-03-25", day).replace("2022-03-24", "2022-01-01")
    text = _starting(text, at)
    starts_at = _item(read_programme(file(text)), "d2-01").starts_at
    assert f"{starts_at.astimezone(BERLIN):%Y-%m-%d %H:%M}" == f"{day} {at}"


def test_start_may_move_a_time_into_a_clock_change(good: str, file: File) -> None:
    path = file(_starting(good, "02:30"))
    read_programme(path)
    with pytest.raises(Faults, match="02:30 does not exist on 2022-03-27"):
        read_programme(path, start=date(2022, 3, 26))


def test_a_clock_change_of_half_an_hour(good: str, faults_of: Callable[[str], Any]) -> None:
    text = good.replace("Europe/Berlin", "Australia/Lord_Howe").replace("2022-03-25", "2022-10-02")
    (fault,) = faults_of(_starting(text, "02:10"))
    assert "clocks go from 02:00 to 02:30: use 02:30 or later" in fault.sentence


def test_the_shipped_programme() -> None:
    programme = read_programme(SHIPPED)
    assert [(day.day_id, str(day.date), len(day.items)) for day in programme.days] == [
        ("d1", "2022-09-07", 13),
        ("d2", "2022-09-08", 10),
    ]
    questions = [item.question for item in programme.items if item.question]
    assert [(q.question_id, len(q.parts)) for q in questions] == [
        ("q1", 1), ("q2", 1), ("q3", 1), ("q4", 2), ("q5", 2),
    ]  # fmt: skip
    assert {item.mode for item in programme.days[0].items} == {Mode.HYBRID}
    assert {item.mode for item in programme.days[1].items} == {Mode.IN_PERSON}
    assert all(item.illustrative for item in programme.items)
    fixed = [item.item_id for item in programme.items if item.fixed]
    assert fixed == ["d1-01", "d1-b2", "d2-b2"]
    local = [item.starts_at.astimezone(ZoneInfo("Asia/Bangkok")) for item in programme.items]
    assert (f"{local[0]:%H:%M}", f"{local[-1]:%H:%M}") == ("08:00", "15:50")


def test_the_parts_of_a_shipped_question_say_what_the_question_says() -> None:
    def words(text: str) -> list[str]:
        return [word for word in text.lower().replace("?", "").replace(",", "").split() if word != "and"]

    for item in read_programme(SHIPPED).items:
        if item.question:
            assert words(" ".join(part.text for part in item.question.parts)) == words(item.question.text)


def test_the_second_programme_differs_in_shape() -> None:
    programme = read_programme(EUROPE)
    assert len(programme.days) == 3
    assert len([item for item in programme.items if item.question]) == 10
    assert set(programme.channels.values()).isdisjoint(Channel)
    offsets = {day.items[0].starts_at.astimezone(ZoneInfo(programme.time_zone)).utcoffset()
               for day in programme.days}  # fmt: skip
    assert len(offsets) == 2, "clocks change between its days"


@pytest.mark.parametrize("path", [SHIPPED, EUROPE], ids=["shipped", "europe"])
def test_the_schema_accepts_good_files(path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    written = plain(read_document(path).root)
    jsonschema.validate(written, schema())
    jsonschema.validate(_as_an_editor_reads(written), schema())


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("venu",), "x"),
        (("days", 0, "items", 0, "starts"), "9h30"),
        (("days", 0, "items", 0, "kind"), "brake"),
        (("days", 0, "items", 0, "chair"), None),
        (("days", 0, "items", 0, "floor"), []),
        (("days", 0, "items"), []),
        (("days", 0, "date"), "7 September"),
        (("notices", "before"), 0),
        (("speakers", "order"), "random"),
        (("speakers", "sides"), "2/1"),
        (("speakers", "sides"), "10:1"),
        (("speakers", "limits", "member"), "1:60"),
        (("speakers", "limits", "member"), 0),
        (("speakers", "limits", "members"), 3),
        (("speakers", "turn_over"), 301),
        (("written_until",), "18:00"),
        (("written_until",), None),
    ],
)
def test_the_schema_refuses_a_broken_file(where: tuple[str | int, ...], value: object) -> None:
    written = json.loads(json.dumps(plain(read_document(SHIPPED).root)))
    held = written
    for step in where[:-1]:
        held = held[step]
    held[where[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(written, schema())


def test_the_schema_describes_every_key() -> None:
    made = schema()
    for holder in (made, *made["$defs"].values()):
        assert holder["additionalProperties"] is False
        for key, described in holder["properties"].items():
            assert described.get("description"), key


def _as_an_editor_reads(written: Any) -> Any:
    """As YAML 1.2's core schema has it: numbers and booleans, but `yes` and times are texts."""
    if isinstance(written, dict):
        return {key: _as_an_editor_reads(value) for key, value in written.items()}
    if isinstance(written, list):
        return [_as_an_editor_reads(value) for value in written]
    if written.isdigit():
        return int(written)
    return written == "true" if written in ("true", "false") else written
