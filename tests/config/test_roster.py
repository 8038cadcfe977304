"""The roster: what is read, and each fault with its line and column."""

from collections.abc import Callable
from pathlib import Path

import pytest

from config.faults import Fault, Faults
from config.roster import read_roster
from meeting.delegations import Category, Delegation, DelegationId, Tally

Write = Callable[..., Path]
ROOT = Path(__file__).parents[2]

GOOD = """\
id,name,short_name,category,sort_key,sub_region,seats,rank,confirmed
b,Republic of B,B,member,b,North,,2,yes
a,"A, Kingdom of",A,member,a,,5,1,no
o,Office,Office,member_organisation,office,,,,
s,State S,S,observer_state,s,,1,,
x,Bureau X,X,observer_organisation,x,,20,,
"""


def _faults(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(Faults) as caught:
        read_roster(path)
    assert all(fault.file == str(path) for fault in caught.value.faults)
    return caught.value.faults


def test_good(file: Write) -> None:
    roster = read_roster(file(GOOD))
    assert [one.delegation_id for one in roster] == ["a", "b", "o", "s", "x"]
    assert roster[0] == Delegation(
        DelegationId("a"), "A, Kingdom of", "A", Category.MEMBER, "a", None, 5, 1, False
    )
    assert (roster[1].sub_region, roster[1].seats, roster[1].rank, roster[1].confirmed) == (
        "North",
        3,
        2,
        True,
    )


def test_only_the_required_columns_in_another_order(file: Write) -> None:
    (one,) = read_roster(file("name,id,sort_key,category,short_name\nOne,one,1,member,One\n"))
    assert one == Delegation(DelegationId("one"), "One", "One", Category.MEMBER, "1")


def test_byte_order_mark_windows_line_ends_and_blank_lines(file: Write) -> None:
    expected = read_roster(file(GOOD))
    assert read_roster(file(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())) == expected
    assert read_roster(file(GOOD.replace("\n", "\n\n,,,,,,,,\n"))) == expected


def test_a_line_break_inside_a_cell_is_a_blank_and_lines_are_counted(file: Write) -> None:
    text = GOOD.replace('"A, Kingdom of"', '"A,\nKingdom\r\nof"')
    assert read_roster(file(text))[0].name == "A, Kingdom of"
    (fault,) = _faults(file(text.replace("observer_state", "observer")))
    assert (fault.line, fault.path) == (7, "category")


@pytest.mark.parametrize(
    ("old", "new", "line", "path", "says"),
    [
        ("b,Republic", "a,Republic", 3, "id", "stands on line 2 already"),
        ("Bureau X", "state s", 6, "name", "stands on line 5 already"),
        ("Bureau X,X", "Bureau X,S", 6, "short_name", "stands on line 5 already"),
        ("member_organisation", "member organisation", 4, "category", "did you mean `member_organisation`?"),
        ("observer_state", "guest", 5, "category", "use one of: member,"),
        ("B,member,b", "B,,b", 2, "category", "write it"),
        ("B,member,b", "B,member,", 2, "sort_key", "write it"),
        ("b,Republic of B,B", "b,,B", 2, "name", "write it"),
        ("b,Republic", ",Republic", 2, "id", "write it"),
        ("b,Republic", "B 1,Republic", 2, "id", "such as `b-1`"),
        ("Republic of B", "B" * 101, 2, "name", "shorten it to 100"),
        ("Republic of B,B", "Republic of B," + "B" * 46, 2, "short_name", "shorten it to 45"),
        (",,5,1", ",,0,1", 3, "seats", "from 1 to 20"),
        (",,20,,", ",,21,,", 6, "seats", "from 1 to 20"),
        (",,20,,", ",,three,,", 6, "seats", "whole number"),
        (",,5,1", ",,5,first", 3, "rank", "from 1 to 999"),
        ("1,no", "1,perhaps", 3, "confirmed", "`yes` or `no`"),
        ('"A, Kingdom of"', "A, Kingdom of", 3, "", "in quotation marks"),
        ("x,Bureau X,X,observer_organisation,x,,20,,", "x,Bureau X", 6, "", "2 cells"),
        ("Republic of B", '"Republic of B', 2, "", "close or double it"),
        ("sort_key", "sortkey", 1, "sortkey", "did you mean `sort_key`?"),
        ("rank", "seats", 1, "seats", "take one out"),
        ("rank", "flag", 1, "flag", "is not a column"),
    ],
)
def test_fault(old: str, new: str, line: int, path: str, says: str, file: Write) -> None:
    assert old in GOOD
    faults = _faults(file(GOOD.replace(old, new, 1)))
    assert [(one.line, one.path) for one in faults if says in one.sentence] == [(line, path)], faults


def test_all_faults_at_once(file: Write) -> None:
    text = GOOD.replace(",member,b", ",memver,b").replace(",,5,1", ",,99,x").replace("x,Bureau", "b,Bureau")
    assert [(one.line, one.path) for one in _faults(file(text))] == [
        (2, "category"), (3, "rank"), (3, "seats"), (6, "id"),
    ]  # fmt: skip


def test_the_header_alone(file: Write) -> None:
    (fault,) = _faults(file(GOOD.splitlines()[0] + "\n"))
    assert "add a line for each" in fault.sentence


def test_no_header(file: Write) -> None:
    faults = _faults(file("\n".join(GOOD.splitlines()[1:])))
    assert {"id", "name", "short_name", "category", "sort_key"} <= {fault.path for fault in faults}
    assert {fault.line for fault in faults} == {1}


@pytest.mark.parametrize("sign", [";", "\t"])
def test_other_separators(sign: str, file: Write) -> None:
    (fault,) = _faults(file("b;c;member\n".replace(";", sign) * 3))
    assert "save the file with commas" in fault.sentence


def test_the_shipped_roster() -> None:
    roster = read_roster(ROOT / "config" / "roster.csv")
    tallies = [one.tally for one in roster]
    assert {tally: tallies.count(tally) for tally in Tally} == {
        Tally.MEMBERS: 45, Tally.MEMBER_ORGANISATIONS: 4, Tally.OBSERVERS: 26,
    }  # fmt: skip
    names = [one.short_name for one in roster]
    assert names.index("Denmark") < names.index("DPR Korea") < names.index("European Union")
    assert names.index("Poland") < names.index("Republic of Korea") < names.index("Romania")
    assert names.index("Tonga") < names.index("Türkiye") < names.index("UNDP")


def test_the_second_roster() -> None:
    roster = read_roster(ROOT / "tests" / "programmes" / "europe.csv")
    assert len(roster) == 20
    assert {one.tally for one in roster} == set(Tally)
