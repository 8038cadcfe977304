"""Poll results as pictures: values in, SVG out.

Each tally is a block of its own, with its base and its scale; nothing is added across blocks. Meaning is
carried by length, number and pattern, never by colour alone: solid is what counts, hatched an earlier round,
hollow what stands apart (an abstention).

All text is plain (not Discord's markdown), composed by the caller, and made safe here.
"""

from dataclasses import dataclass, replace

from report.canvas import HATCH, HUE, INK, INNER, LINE, MARGIN, PAPER, SOFT, WIDTH, Canvas
from report.chart_rows import DETAIL, Layout, draw, layout_of, shade
from report.typefaces import width
from report.typesetting import tidy, wrapped

ALTERNATIVE = 1024
"""Characters of a media description (Discord's limit)."""

TALL = 1700.0
"""Units of height up to which a chart is shown whole: shrunk to a screen of 1080 lines its labels are still
20 pixels high."""

QUESTION = ((50.0, 2), (42.0, 3), (36.0, 7))
"""Sizes of the question with the lines it may have; the first that holds it is taken."""

BASE, HEADING = 28.0, 38.0


@dataclass(frozen=True)
class Bar:
    """A row of a block. `text` is the value as it is read, such as "12 (29 %)"; `detail` a smaller line.

    `earlier` is the value of an earlier round. With `levels` (ballots at each of the chart's levels) the row
    is a distribution, and `value` unused. `apart` is for what is no option.
    """

    label: str
    value: float = 0
    text: str = ""
    detail: str = ""
    earlier: float | None = None
    earlier_text: str = ""
    levels: tuple[int, ...] = ()
    apart: bool = False


@dataclass(frozen=True)
class Block:
    """One tally. `base` says who answered, `earlier_base` the same of the earlier round, `scale` what a full
    bar is; `full` is its value. Without bars the base alone is shown (of too few answers, for example)."""

    heading: str
    base: str
    bars: tuple[Bar, ...] = ()
    full: float = 1
    scale: str = ""
    earlier_base: str = ""


@dataclass(frozen=True)
class Chart:
    """A poll's results. `subtitle` names the unit, `note` marks a rehearsal or a test day, `foot` closes.
    `levels` names a score's levels, lowest first."""

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    note: str = ""
    foot: str = ""
    levels: tuple[str, ...] = ()


def chart(of: Chart) -> str:
    """The picture, as an SVG document of `WIDTH` units and the height it needs.

    The first call reads fonts (some 40 ms): in a running house it belongs into a thread.
    """
    return _drawn(of).document(of.title, alternative(of))


def sheets(of: Chart, tall: float = TALL) -> tuple[Chart, ...]:
    """The chart, or several with some of its blocks each if one would be taller than that."""
    packed: list[Chart] = []
    for block in of.blocks:
        wider = replace(packed[-1], blocks=(*packed[-1].blocks, block)) if packed else None
        if wider is not None and _drawn(wider).y <= tall:
            packed[-1] = wider
        else:
            packed.append(replace(of, blocks=(block,)))
    return tuple(packed) or (of,)


def _drawn(of: Chart) -> Canvas:
    canvas, layout = Canvas(), layout_of(of)
    if of.note:
        _note(canvas, of.note)
    for size, most in QUESTION:
        if _fits(of.title, size, most):
            break
    canvas.paragraph(of.title, size, INK, most, bold=True)
    canvas.y += 6
    canvas.paragraph(of.subtitle, BASE, SOFT)
    if of.levels:
        _key(canvas, of.levels)
    for block in of.blocks:
        _block(canvas, block, layout)
    if of.foot:
        canvas.y += 16
        canvas.paragraph(of.foot, DETAIL, SOFT)
    return canvas


def _fits(text: str, size: float, most: int) -> bool:
    return len(wrapped(text, size, INNER, most + 1, True)) <= most


def _note(canvas: Canvas, text: str) -> None:
    lines = wrapped(text, BASE, INNER - 60, 2, True)
    canvas.box(MARGIN, canvas.y, INNER, len(lines) * BASE * LINE + 16, PAPER, 3, edge=INK, dashes="16 9")
    for line in lines:
        canvas.text(line, WIDTH / 2, canvas.y + 8 + BASE * 1.04, BASE, INK, bold=True, anchor="middle")
        canvas.y += BASE * LINE
    canvas.y += 36


def _key(canvas: Canvas, levels: tuple[str, ...]) -> None:
    """The levels' fills and names, as many beside each other as fit."""
    canvas.y += 16
    x = MARGIN
    for level, name in enumerate(levels):
        (line,) = wrapped(name, DETAIL, INNER - 60, 1) or ("",)
        needed = 44 + width(line, DETAIL)
        if x > MARGIN and x + needed > MARGIN + INNER:
            x, canvas.y = MARGIN, canvas.y + DETAIL * LINE + 8
        canvas.box(x, canvas.y + 2, 34, 30, shade(level, len(levels)), 2)
        canvas.text(line, x + 44, canvas.y + DETAIL, DETAIL, INK)
        x += needed + 34
    canvas.y += DETAIL * LINE + 4


def _block(canvas: Canvas, of: Block, layout: Layout) -> None:
    canvas.y += 22
    canvas.box(MARGIN, canvas.y, INNER, 3, INK)
    canvas.y += 14
    canvas.paragraph(of.heading, HEADING, INK, 2, bold=True)
    rounds = any(bar.earlier is not None for bar in of.bars)
    _base(canvas, of.base, HUE if rounds else "")
    if of.earlier_base:
        _base(canvas, of.earlier_base, HATCH if rounds else "")
    if of.bars:
        canvas.paragraph(of.scale, DETAIL, SOFT)
        canvas.y += 16
    draw(canvas, of, layout)
    canvas.y += 0 if of.bars else 16


def _base(canvas: Canvas, text: str, swatch: str) -> None:
    indent = 50.0 if swatch else 0.0
    if swatch and text:
        canvas.box(MARGIN, canvas.y + 6, 36, 26, swatch, 3)
    lines = wrapped(text, BASE, INNER - indent, 3)
    canvas.y = canvas.lines(lines, MARGIN + indent, canvas.y, BASE, INK, room=INNER - indent)


def alternative(of: Chart) -> str:
    """The same in words, for those who cannot see it: at most `ALTERNATIVE` characters, with all numbers if
    they fit beside labels cut short."""
    for most in (150, 60, 30, 15):
        text = _told(of, most)
        if len(text) <= ALTERNATIVE:
            return text
    return text[: ALTERNATIVE - 1].rsplit("; ", 1)[0] + "…"


def _told(of: Chart, most: int) -> str:
    def short(text: str, most: int = most) -> str:
        text = tidy(text)
        return text if len(text) <= most else text[: most - 1].rstrip() + "…"

    told = [short(of.note, 60), short(of.title, max(2 * most, 60)), short(of.subtitle, 150)]
    for block in of.blocks:
        rows = []
        for bar in block.bars:
            counts = [f"{short(name)} {count}" for name, count in zip(of.levels, bar.levels, strict=False)]
            numbers = ", ".join(part for part in (*counts, tidy(bar.text), tidy(bar.detail)) if part)
            was = f" ({tidy(bar.earlier_text)})" if bar.earlier is not None else ""
            rows.append(f"{short(bar.label)}: {numbers}{was}")
        head = " – ".join(tidy(part) for part in (block.heading, block.base, block.earlier_base) if part)
        told.append(f"{head}: {'; '.join(rows)}" if rows else head)
    told.append(short(of.foot, most))
    return " ".join(part if part[-1] in ".?!…؟。" else f"{part}." for part in told if part)
