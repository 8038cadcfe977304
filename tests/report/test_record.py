"""The record: its shape, that every published number recomputes from it, and what must not be in it."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from meeting.inputs import Attribution, InputId, InputKind
from report.docx import docx_file
from report.html import html_file
from report.markdown import markdown_file
from report.outline import document_of
from report.record import Json, digest_of, record_of, written
from report.redaction import unattributed
from tests.parsing import Tables, docx_tables, everything, html_read, markdown_tables, told
from tests.reporting import STATUS, WORDS, document, input_, material, record

SCHEMA = json.loads((Path(__file__).parents[2] / "report" / "record.schema.json").read_text("utf-8"))
VALID = jsonschema.Draft202012Validator(SCHEMA)


def test_the_record_has_the_shape_its_schema_says_in_both_variants() -> None:
    VALID.check_schema(SCHEMA)
    found = record()
    VALID.validate(found)
    VALID.validate(unattributed(found)[0])
    assert json.loads(written(found)) == found
    named = found | {"variant": "unattributed"}
    assert list(VALID.iter_errors(named)), "the control: with names it is not the other variant"


@pytest.fixture(scope="module", params=["markdown", "html", "docx"])
def tables(request: pytest.FixtureRequest) -> Tables:
    """Tables of one format by their captions, without their numbers."""
    made = document()
    found: Mapping[str, list[list[str]]]
    if request.param == "markdown":
        found = markdown_tables(markdown_file(made))
    elif request.param == "html":
        found = html_read(html_file(made, {})).tables
    else:
        found = docx_tables(docx_file(made, {}))
    return {re.sub(r"^Table \d+\. ", "", caption): rows for caption, rows in found.items()}


def test_every_figure_of_a_poll_recomputes_from_the_ballots_of_the_record(tables: Tables) -> None:
    looked = 0
    for poll in record()["polls"]:
        cast = [(one["tally"], tuple(one["choice"]), one["times"]) for one in poll["ballots"]]
        cast += [(one["tally"], tuple(one["choice"]), 1) for one in poll["named"]]
        if not cast:
            continue
        title = poll["question"] if poll["round"] == 1 else f"{poll['question']} (round {poll['round']})"
        rows = tables[title]
        for column, tally in enumerate((one["tally"] for one in poll["turnout"]), start=1):
            mine = Counter[tuple[int, ...]]()
            for of, choice, times in cast:
                if of == tally:
                    mine[choice] += times
            if not mine.total():
                continue
            assert f"{mine.total()} of " in rows[0][column]
            expected = [*_cells(poll, mine), _share(mine[()], mine.total())]
            for row, cell in zip(rows[1:], expected, strict=True):
                assert row[column].startswith(cell), (title, tally, row, cell)
                looked += 1
    assert looked > 30


def _share(count: int, of: int) -> str:
    return f"{count} ("


def _cells(poll: Json, mine: Counter[tuple[int, ...]]) -> Iterator[str]:
    """What each option's cell begins with, counted here from the ballots."""
    answers = {choice: times for choice, times in mine.items() if choice}
    for option in range(len(poll["options"])):
        if poll["kind"] in ("single", "approval"):
            yield f"{sum(times for choice, times in answers.items() if option in choice)} ("
        elif poll["kind"] == "ranking":
            points = sum(
                (poll["most"] - choice.index(option)) * times
                for choice, times in answers.items()
                if option in choice
            )
            yield f"{points} point"
        elif poll["kind"] == "points":
            yield f"{sum(choice[option] * times for choice, times in answers.items())} dot"
        else:
            levels = sorted(choice[option] for choice, times in answers.items() for _ in range(times))
            middle = levels[len(levels) // 2], levels[(len(levels) - 1) // 2]
            assert middle[0] == middle[1]
            yield f"median {poll['levels'][middle[0]]},"


def test_published_cells_of_a_breakdown_are_there_and_ballots_beside_them_are_not(tables: Tables) -> None:
    poll = next(one for one in record()["polls"] if one["tallies"] and one["tallies"][0]["groups"])
    assert not [one for one in poll["ballots"] if one["tally"] == "members"]
    rows = next(rows for caption, rows in tables.items() if caption.endswith("Member delegations by group"))
    for place, group in enumerate(poll["tallies"][0]["groups"], start=1):
        assert f"{group['answered']} answered" in rows[0][place]
        for row, option in zip(rows[1:], group["options"], strict=False):
            assert row[place] == f"{option['count']} ({option['percent']} %)"


def test_inputs_and_interventions_are_counted_from_the_record(tables: Tables) -> None:
    found = record()
    parts = found["questions"][0]["parts"]
    head, *rows = tables["Inputs to “What decides?”"]
    for part, row in zip(parts, rows, strict=True):
        kinds = Counter(one["kind"] for one in part["inputs"])
        assert row[1:6] == [str(kinds[kind.value]) for kind in InputKind]
        assert row[-1] == str(len(part["inputs"]))
    assert len(head) == len(rows[0])
    speeches = [one for one in found["speeches"] if one["kind"] in ("group", "statement")]
    line = tables["Statements by agenda item"][1]
    seconds = sum(one["seconds"] for one in speeches)
    assert line[1:] == ["3", "2", "1", f"0:{seconds // 60:02}:{seconds % 60:02}"]
    over = tables["Statements by category"][1][-1]
    assert over == str(sum(one["over"] for one in speeches)) == "1"


def test_shares_of_two_rounds_stand_side_by_side(tables: Tables) -> None:
    rows = next(rows for caption, rows in tables.items() if "shift between the rounds" in caption)
    assert rows[1] == ["Ash", "67 %", "0 %", "-67 points"]
    assert rows[2] == ["Birch", "33 %", "67 %", "+34 points"]


# What must not be in it


def test_what_is_kept_back_or_suppressed_is_in_no_format_and_would_be_if_it_were_released() -> None:
    def about(found: Json, name: str) -> Any:
        return next(one for one in found["polls"] if one["poll_id"] == name)

    found = record()
    for name in ("kept", "few"):
        poll = about(found, name)
        assert poll["ballots"] == poll["named"] == []
        assert all(one["options"] == [] for one in poll["tallies"] if one["answered"])
    text = "\n".join(told(document()))
    assert "not been released" in text and "Fewer than 5 answers" in text
    # The control: the same ballots, of polls of which nothing is kept back.
    from meeting.polls import PollKind
    from meeting.tallies import Ballots, Tally
    from tests.reporting import poll, standing

    shown, export = standing(poll("kept", PollKind.SINGLE), (Ballots(Tally.MEMBERS, (2,), 6),), {})
    assert export is not None
    base = material()
    others = tuple(one for one in base.polls if one.poll.poll_id != "kept")
    open_ = record_of(replace(base, polls=(*others, shown), exports=(*base.exports, export)))
    assert about(open_, "kept")["ballots"] == [{"tally": "members", "choice": [2], "times": 6}]


def test_people_have_no_ids_and_seats_no_codes_and_persons_in_named_polls_no_names() -> None:
    text = everything(document(), record())
    assert not [n for n in range(70000, 70005) if str(n) in text]
    assert "d1-1" not in text


def test_only_what_shows_is_in_the_record() -> None:
    base = material("Shown.")
    hidden = [
        input_(50, 1, InputKind.OFFER, "Held.", held=True),
        replace(
            input_(51, 1, InputKind.OFFER, "Hidden."), hidden_at=input_(1, 1, InputKind.OFFER, "").shown_at
        ),
        replace(input_(52, None, InputKind.OFFER, "Gathered."), shown_at=None),
        replace(
            input_(53, 1, InputKind.OFFER, "Back."), withdrawn_at=input_(1, 1, InputKind.OFFER, "").shown_at
        ),
        input_(54, 2, InputKind.OFFER, "By category.", attribution=Attribution.CATEGORY),
    ]
    found = record_of(replace(base, inputs=(*base.inputs, *hidden)))
    text = everything(document_of(found, STATUS, WORDS), found)
    for gone in ("Held.", "Hidden.", "Gathered.", "Back."):
        assert gone not in text
    one = next(
        i for part in found["questions"][0]["parts"] for i in part["inputs"] if i["text"] == "By category."
    )
    assert one["author"] is None and one["category"] == "member"
    assert found["questions"][0]["contributed"] == 0


def test_hands_are_counted_apart_from_ballots(tables: Tables) -> None:
    rows = next(rows for caption, rows in tables.items() if "counted by hand" in caption)
    assert rows[1:] == [["Ash", "4"], ["Birch", "3"], ["Cedar", "1"], ["Dogwood", "0"]]
    assert tables["Poll each?"][1][1] == "3 (60 %)"


def test_the_same_record_is_the_same_whatever_ids_were_drawn() -> None:
    base = material()
    texts = ("First of three.", "Second of three.", "Third of three.")

    def digest(ids: str) -> str:
        inputs = [
            replace(input_(1, None, InputKind.OFFER, text), input_id=InputId(drawn))
            for text, drawn in zip(texts, ids, strict=True)
        ]
        return digest_of(written(record_of(replace(base, inputs=tuple(inputs)))))

    assert digest("abc") == digest("cab") == digest("bca")
