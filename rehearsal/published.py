"""A result as a person reads it: every figure of its panel and of its table, by the names of `expected`."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator

from rehearsal.expected import WHERE, Cells

FULL, EMPTY = "▰", "▱"
BAR = f"([{FULL}{EMPTY}]+)"

BASE = re.compile(r"\*\*(.+?)\*\*: (\d+|none) of (\d+) answered(\. Fewer than 5 .*)?")
HAND = re.compile(r"\*\*Counted by hand in the room, (.+)\*\*: (\d+) answered")
OPTION = re.compile(r"(\d+)\. (.+)")
SHARE = re.compile(BAR + r" (\d+ of \d+) · (\d+) %")
RANKING = re.compile(BAR + r" (\d+) points · first for (\d+) · placed by (\d+ of \d+)")
POINTS = re.compile(BAR + r" (\d+) dots · from (\d+ of \d+)")
MEDIAN = re.compile(BAR + r" median \*\*(.+)\*\*, middle half (.+)")
LEVELS = re.compile(r"-# (.+: \d+)")
ABSTAINED = re.compile(r"Abstained: (\d+ of \d+) · (\d+) %")
PAIRWISE = re.compile(r"Preferred to each other option, two by two: (.+)|No pairwise winner \((.+)\)")
GROUP = re.compile(r"(In the room|Online): (\d+) answered")
ROUND = re.compile(r"Compared with the earlier round \((.+)\)")
MOVED = re.compile(r"-# (\d+) answered as before, (\d+) changed, (\d+) answered only then, (\d+) only now\.")
OTHER = re.compile(r"-# Not necessarily the same (delegations|people) answered both rounds\.")
SHIFT = re.compile(r".+: (\S.* → .+)")
HANDS = re.compile(r".+: (\d+)")


class Unread(Exception):
    """A line of a result that nobody foresaw."""


class _Reading:
    """Goes down the lines, and knows under which heading it is."""

    def __init__(self, options: tuple[str, ...]) -> None:
        self.options = options
        self.cells: Cells = {}
        self.tally = self.group = ""
        self.place = 0
        self.way: Callable[[str], bool] = self._figures

    def put(self, name: str, text: str, place: int | None = None) -> bool:
        """One cell. Raises `Unread` if it stands there already."""
        key = (self.group, self.place if place is None else place, name)
        if key in self.cells:
            raise Unread(f"twice: {key}")
        self.cells[key] = text
        return True

    def line(self, line: str) -> None:
        """The next line. Raises `Unread`."""
        if not (self._heading(line) or self.way(line)):
            raise Unread(line)

    def _heading(self, line: str) -> bool:
        if found := HAND.fullmatch(line):
            self.group, self.place, self.way = f"{found[1]}, by hand", 0, self._hands
            return self.put("answered", found[2])
        if found := BASE.fullmatch(line):
            self.tally = self.group = found[1][0].lower() + found[1][1:]
            self.place, self.way = 0, self._figures
            self.put("answered", "0" if found[2] == "none" else found[2])
            if found[4]:
                self.put("suppressed", "yes")
            return self.put("of", found[3])
        if found := GROUP.fullmatch(line):
            where = next(where for where, words in WHERE.items() if words == found[1])
            self.group, self.place = f"{self.tally}, {where}", 0
            return self.put("answered", found[2])
        if found := ROUND.fullmatch(line):
            self.group, self.place, self.way = self.tally, 0, self._shifts
            return self.put("rounds", found[1])
        return False

    def _figures(self, line: str) -> bool:
        if found := SHARE.fullmatch(line):
            self.put("percent", found[3])
            return self._barred(found[1], found[2])
        if found := RANKING.fullmatch(line):
            self.put("sum", found[2])
            self.put("first", found[3])
            return self._barred(found[1], found[4])
        if found := POINTS.fullmatch(line):
            self.put("sum", found[2])
            return self._barred(found[1], found[3])
        if found := MEDIAN.fullmatch(line):
            self.put("median", found[2])
            self.put("middle half", found[3])
            return self.put("bar", str(found[1].count(FULL)))
        if line == "no levels given":
            return self.put("median", "none")
        if found := LEVELS.fullmatch(line):
            return self.put("levels", found[1])
        if found := ABSTAINED.fullmatch(line):
            return self.put("abstained", f"{found[1]}, {found[2]} %", place=0)
        if found := PAIRWISE.fullmatch(line):
            winner = f"winner {self._named(found[1])}" if found[1] else found[2]
            return self.put("pairwise", winner, place=0)
        if found := OPTION.fullmatch(line):
            self.place = int(found[1])
            if self._named(found[2]) != self.place - 1:
                raise Unread(f"option {self.place} is another one: {line}")
            return True
        return False

    def _shifts(self, line: str) -> bool:
        if found := OTHER.fullmatch(line):
            return self.put("moved", f"not the same {found[1]}", place=0)
        if found := MOVED.fullmatch(line):
            return self.put("moved", ", ".join(found.groups()), place=0)
        if found := SHIFT.fullmatch(line):
            self.place += 1
            return self.put("shift", found[1])
        return False

    def _hands(self, line: str) -> bool:
        found = HANDS.fullmatch(line)
        self.place += 1
        return found is not None and self.put("n", found[1])

    def _barred(self, bar: str, n: str) -> bool:
        self.put("n", n)
        return self.put("bar", str(bar.count(FULL)))

    def _named(self, text: str) -> int:
        """The place of an option that may have been shortened. Raises `Unread`."""
        for place, option in enumerate(self.options):
            if option == text or (text.endswith("…") and option.startswith(text[:-1])):
                return place
        raise Unread(f"no such option: {text}")


def panel_cells(text: str, options: tuple[str, ...]) -> Cells:
    """Every figure of a result in words. Raises `Unread`."""
    reading = _Reading(options)
    for line in _body(text.replace("\\", "").splitlines()):
        reading.line(line)
    return reading.cells


def _body(lines: Iterable[str]) -> Iterator[str]:
    """The lines from the first tally to the foot."""
    begun = False
    for line in lines:
        begun = begun or BASE.fullmatch(line) is not None
        if line.startswith("-# Indicative: nothing is decided."):
            return
        if begun and line:
            yield line


def table_lines(data: bytes) -> list[list[str]]:
    """A table's lines, the heading first."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
