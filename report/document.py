"""A document as it is laid out once, for all formats: headings, numbered paragraphs, tables, charts.

All text is plain: each format's writer escapes it. Numbers of paragraphs are given here, so that they are the
same everywhere; those of an annex begin with 1 again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from meeting.writing import legible
from report.charts import Chart

Cell = str | int


@dataclass(frozen=True)
class Heading:
    """Of level 1 (a section or an annex), 2 or 3. `annex`: it begins on a page of its own."""

    level: int
    text: str
    annex: bool = False


@dataclass(frozen=True)
class Numbered:
    """A numbered paragraph; `lead` are its first words, set off. `series`: the body, or which annex."""

    number: int
    text: str
    lead: str = ""
    series: int = 0


@dataclass(frozen=True)
class Text:
    """A paragraph without a number, such as a note below a table."""

    text: str


@dataclass(frozen=True)
class Quote:
    """What somebody wrote, in paragraphs."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """`head` names the columns; cells are texts or whole numbers. `caption` begins with its number."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]
    """Of the columns, in proportion."""


@dataclass(frozen=True)
class Picture:
    """A chart, drawn by the formats that can show one; the numbers stand in a table, too."""

    name: str
    caption: str
    chart: Chart


Block = Heading | Numbered | Text | Quote | Table | Picture


@dataclass(frozen=True)
class Sheet:
    """A table for a spreadsheet, with all there is of one kind."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Document:
    """A whole report. `notice` says what it is not; `status` its stage, version, digest and moment."""

    title: str
    kicker: str
    when: str
    notice: str
    status: str
    marking: str
    labels: "Labels"
    blocks: tuple[Block, ...] = ()
    sheets: tuple[Sheet, ...] = ()

    @property
    def charts(self) -> dict[str, Chart]:
        """All charts by name."""
        return {block.name: block.chart for block in self.blocks if isinstance(block, Picture)}


@dataclass(frozen=True)
class Labels:
    """Words of the page itself. `page`: `Page {n} of {of}`, with these places."""

    page: str
    table: str
    figure: str


@dataclass
class Draft:
    """A document in the making: gives the numbers."""

    labels: Labels
    blocks: list[Block] = field(default_factory=list)
    _number: int = 0
    _series: int = 0
    _tables: int = 0
    _figures: int = 0

    def heading(self, level: int, text: str) -> None:
        """A heading of the body."""
        self.blocks.append(Heading(level, tidy(text)))

    def annex(self, text: str) -> None:
        """An annex begins, and its paragraphs count from 1."""
        self._number, self._series = 0, self._series + 1
        self.blocks.append(Heading(1, tidy(text), annex=True))

    def paragraph(self, text: str, lead: str = "") -> None:
        """The next numbered paragraph."""
        self._number += 1
        self.blocks.append(Numbered(self._number, tidy(text), tidy(lead), self._series))

    def note(self, text: str) -> None:
        """A paragraph without a number."""
        self.blocks.append(Text(tidy(text)))

    def quote(self, text: str) -> None:
        """What somebody wrote, with its own paragraphs."""
        lines = tuple(line for part in text.splitlines() if (line := tidy(part)))
        self.blocks.append(Quote(lines))

    def table(self, caption: str, head: Sequence[str], rows: Sequence[Sequence[Cell]], *widths: int) -> None:
        """The next table; none is made without rows. Columns without a width have 1; widths beyond the
        columns are left off."""
        if not rows:
            return
        self._tables += 1
        cells = tuple(tuple(cell if isinstance(cell, int) else tidy(cell) for cell in row) for row in rows)
        title = f"{self.labels.table} {self._tables}. {tidy(caption)}"
        parts = (*widths, *[1] * len(head))[: len(head)]
        self.blocks.append(Table(title, tuple(map(tidy, head)), cells, parts))

    def picture(self, name: str, caption: str, chart: Chart) -> None:
        """The next figure."""
        self._figures += 1
        title = f"{self.labels.figure} {self._figures}. {tidy(caption)}"
        self.blocks.append(Picture(name, title, chart))

    def finished(self, document: Document) -> Document:
        """The document with what was drafted."""
        return replace(document, blocks=tuple(self.blocks))


def tidy(text: str) -> str:
    """One line of what is legible of the text, and of what XML has a place for (XML 1.0, 2.2)."""
    return " ".join(writable(text).split())


def writable(text: str) -> str:
    """What is legible of the text, and is a character (Unicode 23.7 says which code points never are)."""
    return "".join(sign for sign in legible(text) if not _no_character(sign))


def _no_character(sign: str) -> bool:
    return ord(sign) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF
