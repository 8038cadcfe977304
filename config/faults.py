"""What is wrong with a file or a setting, said so that the organiser can put it right."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to put right: where it stands and what to do.

    `line` counts from 1, and is 0 where there is no line (a missing file, an environment variable); `path`
    names the field (`days[0].items[3].starts`, or a variable), and is empty for a file as a whole.
    """

    file: str
    line: int
    path: str
    sentence: str

    def __str__(self) -> str:
        """`file:line: path: sentence`, without the parts that are nothing."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (where, self.path, self.sentence) if part)


class Faults(Exception):
    """All faults found in one reading, sorted by file and line; there is at least one."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__(*self.faults)

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))
