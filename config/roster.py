"""Reading the roster: a CSV file with a line per delegation, or every fault in it.

Columns `id, name, short_name, category, sort_key`, in any order; may have `sub_region`, `seats` (empty: 3),
`rank` and `confirmed` (empty: yes).
"""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from config import fields
from config.faults import Fault, Faults
from config.files import read_text
from config.suggestions import instead, quoted
from meeting.delegations import NAME, SEATS, SHORT_NAME, Category, Delegation, DelegationId
from meeting.seats import MOST_SEATS

REQUIRED = ("id", "name", "short_name", "category", "sort_key")
OPTIONAL = ("sub_region", "seats", "rank", "confirmed")

LAST_RANK = 999

_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
"""What spreadsheets also write between cells."""

T = TypeVar("T")


@dataclass(frozen=True)
class _Row:
    """A line of cells, and the number of the line of the file it begins on."""

    line: int
    cells: tuple[str, ...]


def read_roster(path: Path) -> tuple[Delegation, ...]:
    """Read the roster, in the order delegations are listed. Raises `Faults`, all of them."""
    file = str(path)
    text = read_text(path)
    rows = _rows(text, file)
    if not rows:
        sentence = f"the file is empty: begin with the line `{','.join(REQUIRED)}`"
        raise Faults([Fault(file, 1, "", sentence)])
    first = text.splitlines()[rows[0].line - 1]
    for sign, name in _SEPARATORS.items():
        if sign in first and "," not in first:
            raise Faults(
                [Fault(file, rows[0].line, "", f"{name} separate the cells: save the file with commas")]
            )
    header = _header(rows[0], file)
    if len(rows) == 1:
        raise Faults([Fault(file, rows[0].line, "", "no delegation follows: add a line for each")])
    reader = _Reader(file, header)
    found = [delegation for row in rows[1:] if (delegation := reader.delegation(row)) is not None]
    if reader.faults:
        raise Faults(reader.faults)
    return tuple(sorted(found, key=lambda delegation: delegation.place))


def _rows(text: str, file: str) -> list[_Row]:
    """The lines that hold something, cells without the blanks around them, on one line each."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[_Row] = []
    line = 1
    try:
        for cells in reader:
            tidy = tuple(" ".join(cell.split()) for cell in cells)
            if any(tidy):
                rows.append(_Row(line, tidy))
            line = reader.line_num + 1
    except csv.Error as error:
        sentence = "a quotation mark is opened and not closed, or text follows it: close or double it"
        if "field larger" in str(error):
            sentence = "a cell is far too long: look for a quotation mark that is not closed"
        raise Faults([Fault(file, line, "", sentence)]) from None
    return rows


def _header(row: _Row, file: str) -> tuple[str, ...]:
    known = (*REQUIRED, *OPTIONAL)
    found: list[Fault] = []
    unknown = [name for name in row.cells if name not in known]
    absent = [name for name in REQUIRED if name not in row.cells]
    for name in unknown:
        sentence = f"{quoted(name)} is not a column; {instead(name, absent or known)}"
        found.append(Fault(file, row.line, name, sentence))
    for name in sorted({name for name in row.cells if name in known and row.cells.count(name) > 1}):
        found.append(Fault(file, row.line, name, "the column stands twice: take one out"))
    for name in absent:
        sentence = f"the column is missing: the first line must be `{','.join(REQUIRED)}`"
        found.append(Fault(file, row.line, name, sentence))
    if found:
        raise Faults(found)
    return row.cells


@dataclass
class _Reader:
    """Reads the lines below the header, and keeps what was wrong with them."""

    file: str
    header: tuple[str, ...]
    faults: list[Fault] = field(default_factory=list)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)

    def delegation(self, row: _Row) -> Delegation | None:
        """The delegation on a line; None when something is wrong with it."""
        if len(row.cells) != len(self.header):
            sentence = (
                f"{len(row.cells)} cells stand here where the first line has {len(self.header)}:"
                " put a name with a comma in quotation marks"
            )
            self.faults.append(Fault(self.file, row.line, "", sentence))
            return None
        before = len(self.faults)
        cells = dict(zip(self.header, row.cells, strict=True))
        for column in ("id", "name", "short_name"):
            self._once(row.line, column, cells[column])

        def cell(column: str, parser: Callable[[str], T], empty: T) -> T:
            """What a column holds; `empty` also stands in for what cannot be read, the line being lost."""
            written = cells.get(column, "")
            if not written and column not in REQUIRED:
                return empty
            try:
                return parser(written)
            except ValueError as error:
                self.faults.append(Fault(self.file, row.line, column, str(error)))
                return empty

        delegation = Delegation(
            delegation_id=DelegationId(cell("id", fields.identifier, "")),
            name=cell("name", fields.line_of(NAME), ""),
            short_name=cell("short_name", fields.line_of(SHORT_NAME), ""),
            category=cell("category", fields.choice_of(Category), Category.MEMBER),
            sort_key=cell("sort_key", fields.line_of(NAME), ""),
            sub_region=cell("sub_region", fields.line_of(NAME), "") or None,
            seats=cell("seats", _number(1, MOST_SEATS), SEATS),
            rank=cell("rank", _number(1, LAST_RANK), 0) or None,
            confirmed=cell("confirmed", fields.yes_or_no, True),
        )
        return delegation if len(self.faults) == before else None

    def _once(self, line: int, column: str, written: str) -> None:
        """A fault when an earlier line has the same id or name, capitals or not."""
        key = (column, written.casefold())
        if written and key in self.lines:
            sentence = f"{quoted(written)} stands on line {self.lines[key]} already: give each its own"
            self.faults.append(Fault(self.file, line, column, sentence))
        self.lines.setdefault(key, line)


def _number(least: int, most: int) -> Callable[[str], int]:
    def number(written: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", written) or not least <= int(written) <= most:
            raise ValueError(f"{quoted(written)} does not do: write a whole number from {least} to {most}")
        return int(written)

    return number
