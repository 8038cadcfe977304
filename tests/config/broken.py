"""How a fault is put into a good file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Broken:
    """The good programme with `old` (its first occurrence) made `new`; `at` is on the line of the fault."""

    old: str
    new: str
    at: str
    path: str
    says: str


def line_of(text: str, needle: str) -> int:
    """The line on which the needle begins, counted from 1."""
    return text[: text.index(needle)].count("\n") + 1
