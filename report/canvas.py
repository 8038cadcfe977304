"""A canvas to draw on: texts, rectangles and how far down they reach, as SVG.

Made for the back row, for print in grey, and for eyes that tell colours apart badly: one hue, big type, dark
on light.
"""

from html import escape
from typing import Literal

from report.typefaces import FAMILY
from report.typesetting import chunks, rightward, tidy, wrapped

WIDTH = 1200
"""Units of every picture."""

MARGIN = 48.0
INNER = WIDTH - 2 * MARGIN

PAPER = "#ffffff"
INK = "#0f1e2b"
SOFT = "#33475a"
"""Text of less weight. INK and SOFT on PAPER, and PAPER on HUE, have a contrast of at least 7:1 (WCAG 2.2,
1.4.6)."""
HUE = "#0b4a7d"
TRACK = "#e6edf4"
HATCH = "url(#hatch)"

LINE = 1.34
"""Height of a line in its size: room for the marks above and below of Thai, Khmer and Burmese."""

Lines = tuple[str, ...]
Anchor = Literal["start", "middle", "end"]


class Canvas:
    """What has been drawn so far. `y` is where the next thing goes."""

    def __init__(self) -> None:
        self._drawn: list[str] = []
        self.y = MARGIN

    def document(self, title: str, told: str) -> str:
        """The whole as a document, named and described for those who do not see it."""
        height = round(self.y + MARGIN)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
            f' viewBox="0 0 {WIDTH} {height}" font-family="{FAMILY}" role="img">'
            f"<title>{escape(tidy(title))}</title><desc>{escape(told)}</desc>"
            '<defs><pattern id="hatch" width="10" height="10" patternUnits="userSpaceOnUse"'
            f' patternTransform="rotate(45)"><rect width="10" height="10" fill="{PAPER}"/>'
            f'<rect width="4.5" height="10" fill="{HUE}"/></pattern></defs>'
            f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>{"".join(self._drawn)}</svg>'
        )

    def paragraph(self, text: str, size: float, fill: str, most: int = 3, bold: bool = False) -> None:
        """Lines over the whole width, from the side they are read from."""
        lines = wrapped(text, size, INNER, most, bold)
        self.y = self.lines(lines, MARGIN, self.y, size, fill, room=INNER, bold=bold)

    def lines(
        self, lines: Lines, x: float, y: float, size: float, fill: str, *, room: float = 0, bold: bool = False
    ) -> float:
        """Lines below `y`; in a column of width `room` those read from the right stand at its right side.
        Returns where they end."""
        right = room > 0 and bool(lines) and rightward("".join(lines))
        for line in lines:
            at = x + room if right else x
            self.text(line, at, y + size * 1.04, size, fill, bold=bold, anchor="end" if right else "start")
            y += size * LINE
        return y

    def text(
        self,
        line: str,
        x: float,
        y: float,
        size: float,
        fill: str,
        *,
        bold: bool = False,
        anchor: Anchor = "start",
    ) -> None:
        """One line on its base line `y`, which begins, has its middle or ends at `x`."""
        pieces = chunks(line, bold)
        right = rightward(line)
        if len(pieces) > 1:
            before = {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] - (1 if right else 0)
            x -= before * size * sum(ems for _, ems in pieces)
            anchor = "end" if right else "start"
        style = f'font-size="{size:g}" fill="{fill}"' + (' font-weight="bold"' if bold else "")
        for markup, ems in pieces:
            self._drawn.append(
                f'<text x="{x:.1f}" y="{y:.1f}" {style} text-anchor="{anchor}">{markup}</text>'
            )
            x += size * ems * (-1 if right else 1)

    def box(
        self,
        x: float,
        y: float,
        wide: float,
        high: float,
        fill: str,
        line: float = 0,
        *,
        edge: str = HUE,
        dashes: str = "",
    ) -> None:
        """A rectangle, with an outline of that thickness inside its measures."""
        stroke = f' stroke="{edge}" stroke-width="{line:g}"' if line else ""
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        self._drawn.append(
            f'<rect x="{x + line / 2:.1f}" y="{y + line / 2:.1f}" width="{max(wide - line, 0.5):.1f}"'
            f' height="{max(high - line, 0.5):.1f}" fill="{fill}"{stroke}{dashed}/>'
        )

    def stroke(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """A thin line, such as one that leads from a number to what it counts."""
        self._drawn.append(
            f'<path d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}" stroke="{INK}" stroke-width="2" fill="none"/>'
        )
