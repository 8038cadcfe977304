"""A result as a person reads it: every figure of its panel and of its table, by the names of `expected`."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator

from rehearsal.expected import WHERE, Cells

FULL, EMPTY = "▰", "▱"
BAR = f"([{FULL}{EMPTY}]+)"

GIVEN = r"(?:, (\d+) of them abstained)?(?:; (\d+) (?:dots? placed|points? given))?"
BASE = re.compile(r"\*\*(.+?)\*\*: (\d+) of (\d+) answered" + GIVEN + r"(\. Fewer than 5 .*)?")
NOBODY = re.compile(r"\*\*(.+?)\*\*: (?:none of (\d+) answered|nobody to ask)")
HAND = re.compile(r"\*\*Counted by hand in the room, (.+)\*\*: (\d+) answered")
SHARE = re.compile(BAR + r" (\d+ of \d+) · (\d+) %")
RANKING = re.compile(BAR + r" (\d+) points? \((\d+) %\) · first for (\d+) · by (\d+ of \d+)")
POINTS = re.compile(BAR + r" (\d+) dots? \((\d+) %\) · from (\d+ of \d+)")
MEDIAN = re.compile(r"median \*\*(.+)\*\*, middle half (.+)")
LEVELS = re.compile(r"-# (.+: \d+)")
ABSTAINED = re.compile(r"Abstained: (\d+ of \d+) · (\d+) %")
GROUP = re.compile(r"\*\*(In the room|Online)\*\*: (\d+) answered" + GIVEN)
ROUND = re.compile(r"\*\*Compared with the earlier round\*\*: (\d+ of \d+) answered then, (\d+ of \d+) now")
MOVED = re.compile(r"-# (\d+) answered as before, (\d+) changed, (\d+) answered only then, (\d+) only now\.")
OTHER = re.compile(r"-# Not necessarily the same (delegations|people) answered both rounds\.")
EARLIER = re.compile(r"-# earlier: (.+)")
HANDS = re.compile(r".+: (\d+)")
LEGEND = re.compile(r"-# (?:.*Per cents .*|Figures are of those who gave levels; .*)")


def shows_figures(text: str) -> bool:
    """Whether there is anything in it of how a poll was answered."""
    return FULL in text or "median **" in text


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
        if found := NOBODY.fullmatch(line):
            self._under(found[1])
            self.put("answered", "0")
            return self.put("of", found[2] or "0")
        if found := BASE.fullmatch(line):
            self._under(found[1])
            self._given(found[4], found[5])
            if found[6]:
                self.put("suppressed", "yes")
            self.put("answered", found[2])
            return self.put("of", found[3])
        if found := GROUP.fullmatch(line):
            where = next(where for where, words in WHERE.items() if words == found[1])
            self.group, self.place = f"{self.tally}, {where}", 0
            self._given(found[3], found[4])
            return self.put("answered", found[2])
        if found := ROUND.fullmatch(line):
            return self.put("rounds", f"{found[1]} → {found[2]}")
        if found := OTHER.fullmatch(line):
            return self.put("moved", f"not the same {found[1]}", place=0)
        if found := MOVED.fullmatch(line):
            return self.put("moved", ", ".join(found.groups()), place=0)
        return LEGEND.fullmatch(line) is not None

    def _under(self, name: str) -> None:
        self.tally = self.group = name[0].lower() + name[1:]
        self.place, self.way = 0, self._figures

    def _given(self, abstained: str | None, given: str | None) -> None:
        """What a heading says beside the base."""
        if abstained:
            self.put("abstained", abstained)
        if given:
            self.put("given", given)

    def _figures(self, line: str) -> bool:
        if found := SHARE.fullmatch(line):
            self.put("percent", found[3])
            return self._barred(found[1], found[2])
        if found := RANKING.fullmatch(line):
            self.put("sum", f"{found[2]}, {found[3]} %")
            self.put("first", found[4])
            return self._barred(found[1], found[5])
        if found := POINTS.fullmatch(line):
            self.put("sum", f"{found[2]}, {found[3]} %")
            return self._barred(found[1], found[4])
        if found := MEDIAN.fullmatch(line):
            self.put("median", found[1])
            return self.put("middle half", found[2])
        if line == "no levels given":
            return self.put("median", "none")
        if found := EARLIER.fullmatch(line):
            if (self.group, 0, "abstained share") in self.cells:
                return self.put("abstained earlier", found[1], place=0)
            return self.put("earlier", found[1])
        if found := LEVELS.fullmatch(line):
            return self.put("levels", found[1])
        if found := ABSTAINED.fullmatch(line):
            return self.put("abstained share", f"{found[1]}, {found[2]} %", place=0)
        if self._next(line):
            self.place += 1
            return True
        return False

    def _hands(self, line: str) -> bool:
        found = HANDS.fullmatch(line)
        self.place += 1
        return found is not None and self.put("n", found[1])

    def _barred(self, bar: str, n: str) -> bool:
        self.put("n", n)
        return self.put("bar", str(bar.count(FULL)))

    def _next(self, text: str) -> bool:
        """Whether it is the option that comes next, which may have been shortened."""
        option = self.options[self.place] if self.place < len(self.options) else ""
        return option == text or (text.endswith("…") and option.startswith(text[:-1]))


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
        begun = begun or (BASE.fullmatch(line) or NOBODY.fullmatch(line)) is not None
        if line.startswith("-# Indicative: nothing is decided."):
            return
        if begun and line:
            yield line


def table_lines(data: bytes) -> list[list[str]]:
    """A table's lines, the heading first."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
