"""The rows of a chart: label, bar, number; for a score a stacked bar with a number for each level."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from report.canvas import HATCH, HUE, INK, INNER, LINE, MARGIN, PAPER, SOFT, TRACK, Canvas
from report.typefaces import width
from report.typesetting import wrapped

if TYPE_CHECKING:
    from report.charts import Bar, Block, Chart

LABEL, VALUE, DETAIL = 32.0, 34.0, 26.0
LABEL_LINES = 3
"""An option of 150 characters fits above its bar; what is longer is cut."""

COLUMN = 430.0
"""Width at most of a column of labels; if one needs more than `BESIDE` lines of it, all stand above their
bars."""
BESIDE = 2

NUMBERS = 300.0
"""Width at most of the column of values; longer ones break into lines."""

SHORTEST = 460.0
"""A full bar beside its label is at least this long; else labels stand above."""

BAR, BAR_BELOW, EARLIER, STACK, COUNT = 46.0, 38.0, 30.0, 58.0, 28.0
GAP, GAP_ABOVE, ASIDE, AXIS = 24.0, 30.0, 22.0, 4.0

LIGHT = ("#f4f8fc", "#c6dbed", "#93bbde")
DARK = ("#1f5488", "#123d66", "#061f38")
"""Fills of a score's levels. On what lies between no number could be read at 7:1; a line in HUE sets each
apart from the next and from the paper."""


@dataclass(frozen=True)
class Layout:
    """How a chart's rows are laid out: alike in all its blocks, so that bars stand under each other."""

    beside: bool
    bars: float
    """Where bars begin."""
    long: float
    """How long a full bar is."""

    @property
    def values(self) -> float:
        """Where values begin."""
        return self.bars + self.long + ASIDE

    @property
    def high(self) -> float:
        """How high a bar is."""
        return BAR if self.beside else BAR_BELOW

    @property
    def label_room(self) -> float:
        return self.bars - MARGIN - ASIDE if self.beside else INNER


def layout_of(chart: "Chart") -> Layout:
    rows = [bar for block in chart.blocks for bar in block.bars]
    texts = [(bar.text, VALUE, True) for bar in rows] + [(bar.earlier_text, DETAIL, False) for bar in rows]
    texts += [(bar.detail, DETAIL, False) for bar in rows]
    numbers = max((_needed(text, size, bold) for text, size, bold in texts), default=0)
    column = max((_column(bar.label) for bar in rows), default=0)
    bars = MARGIN + column + ASIDE
    long = MARGIN + INNER - bars - ASIDE - numbers
    if column <= COLUMN and long >= SHORTEST:
        return Layout(True, bars, long)
    return Layout(False, MARGIN, INNER - ASIDE - numbers)


def _needed(text: str, size: float, bold: bool) -> float:
    return max((width(line, size, bold) for line in wrapped(text, size, NUMBERS, 3, bold)), default=0)


def _column(label: str) -> float:
    """How wide a column this label needs beside its bar; more than `COLUMN`: none would do."""
    lines = wrapped(label, LABEL, COLUMN, BESIDE + 1)
    if len(lines) > BESIDE:
        return COLUMN + 1
    return max((width(line, LABEL) for line in lines), default=0)


def shade(level: int, levels: int) -> str:
    """The fill of a score's level, the lowest lightest."""
    lower = (levels + 1) // 2
    if level < lower:
        return _mixed(LIGHT, level, lower)
    return _mixed(DARK, level - lower, levels - lower)


def _mixed(ramp: tuple[str, str, str], place: int, places: int) -> str:
    at = 2 * place / (places - 1) if places > 1 else 1.0
    first = min(int(at), 1)
    pairs = zip(_channels(ramp[first]), _channels(ramp[first + 1]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * (at - first)):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def draw(canvas: Canvas, block: "Block", layout: Layout) -> None:
    """The block's rows below what is drawn."""
    for bar in block.bars:
        lines = wrapped(bar.label, LABEL, layout.label_room, LABEL_LINES)
        tall, high, top = len(lines) * LABEL * LINE, _height(bar, layout), canvas.y
        if layout.beside:
            canvas.lines(lines, MARGIN, top + max(high - tall, 0) / 2, LABEL, INK, room=layout.label_room)
            top, least = top + max(tall - high, 0) / 2, top + tall
        else:
            top = canvas.lines(lines, MARGIN, top, LABEL, INK, room=layout.label_room) + 8
            least = top
        ends = _stack(canvas, bar, layout, top) if bar.levels else _bar(canvas, bar, block.full, layout, top)
        canvas.y = max(ends, least) + (GAP if layout.beside else GAP_ABOVE)


def _height(bar: "Bar", layout: Layout) -> float:
    if bar.levels:
        return STACK
    return layout.high + (EARLIER + 6 if bar.earlier is not None else 0)


def _bar(canvas: Canvas, bar: "Bar", full: float, layout: Layout, top: float) -> float:
    """The bar and, below it, that of the earlier round; returns where the row ends."""
    fill, line = (PAPER, 4) if bar.apart else (HUE, 0)
    _length(canvas, layout, top, layout.high, bar.value / full, fill, line)
    ends = max(top + layout.high, _values(canvas, bar, layout, top, layout.high))
    if bar.earlier is None:
        return ends
    top = ends + 6
    _length(canvas, layout, top, EARLIER, bar.earlier / full, HATCH, 3)
    was = wrapped(bar.earlier_text, DETAIL, NUMBERS, 3)
    return max(top + EARLIER, canvas.lines(was, layout.values, top - 3, DETAIL, SOFT))


def _values(canvas: Canvas, bar: "Bar", layout: Layout, top: float, high: float) -> float:
    """The value beside the middle of its bar, and its detail below; returns where they end."""
    values = wrapped(bar.text, VALUE, NUMBERS, 3, True)
    y = canvas.lines(values, layout.values, top + (high - VALUE * LINE) / 2, VALUE, INK, bold=True) - 8
    details = wrapped(bar.detail, DETAIL, NUMBERS, 3)
    return canvas.lines(details, layout.values, y + 2, DETAIL, SOFT) if details else y


def _length(
    canvas: Canvas, layout: Layout, top: float, high: float, share: float, fill: str, line: float
) -> None:
    canvas.box(layout.bars, top, layout.long, high, TRACK)
    if share > 0:
        long = max(min(share, 1) * layout.long, AXIS + 2)
        canvas.box(layout.bars, top, long, high, fill, line)
    canvas.box(layout.bars, top, AXIS, high, INK)


@dataclass(frozen=True)
class _Chip:
    """A number that does not fit its segment: where the segment's middle is, and how it is filled."""

    at: float
    number: str
    fill: str
    ink: str

    @property
    def wide(self) -> float:
        return width(self.number, DETAIL, True) + 20


def _stack(canvas: Canvas, bar: "Bar", layout: Layout, top: float) -> float:
    """The distribution; a number that does not fit its segment stands below in the segment's fill."""
    total, x, levels = sum(bar.levels), layout.bars, len(bar.levels)
    canvas.box(x, top, layout.long, STACK, TRACK)
    outside: list[_Chip] = []
    for level, count in enumerate(bar.levels):
        if not count:
            continue
        long, number = layout.long * count / total, str(count)
        fill, ink = shade(level, levels), INK if level < (levels + 1) // 2 else PAPER
        canvas.box(x, top, long, STACK, fill, 2)
        if width(number, COUNT, True) + 8 <= long:
            y = top + STACK / 2 + COUNT * 0.36
            canvas.text(number, x + long / 2, y, COUNT, ink, bold=True, anchor="middle")
        else:
            outside.append(_Chip(x + long / 2, number, fill, ink))
        x += long
    ends = _below(canvas, outside, layout, top + STACK) if outside else top + STACK
    return max(ends, _values(canvas, bar, layout, top - (12 if bar.detail else 0), STACK))


def _below(canvas: Canvas, chips: list[_Chip], layout: Layout, top: float) -> float:
    """Chips below the bar, each as near to its segment as the others let it, and led there by a line."""
    places, right = list[float](), layout.bars
    for chip in chips:
        places.append(max(chip.at - chip.wide / 2, right))
        right = places[-1] + chip.wide + 4
    left = layout.bars + layout.long
    for n in reversed(range(len(places))):
        places[n] = min(places[n], left - chips[n].wide)
        left = places[n] - 4
    for chip, place in zip(chips, places, strict=True):
        canvas.stroke(chip.at, top, place + chip.wide / 2, top + 14)
        canvas.box(place, top + 14, chip.wide, 36, chip.fill, 2)
        middle = place + chip.wide / 2
        canvas.text(chip.number, middle, top + 14 + 27, DETAIL, chip.ink, bold=True, anchor="middle")
    return top + 50
