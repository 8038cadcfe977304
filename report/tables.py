"""Tables for spreadsheets: CSV as Excel reads it, in which no cell is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection)."""


def csv_file(lines: Iterable[Sequence[object]]) -> bytes:
    """The lines as UTF-8 with the mark by which Excel knows it; texts that begin like formulas are quoted."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[guarded(cell) for cell in line] for line in lines])
    return text.getvalue().encode("utf-8-sig")


def guarded(cell: object) -> object:
    """A cell that stays text: one that would be a formula begins with an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
