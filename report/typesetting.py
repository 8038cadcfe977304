"""Setting text in a picture: what is legible of it, lines that fit, and the side they begin on."""

import unicodedata
from functools import cache
from html import escape
from itertools import accumulate

from meeting.writing import legible
from report.typefaces import FAMILY, advances, drawable, joins, runs, width

STANDS_IN = "\N{REPLACEMENT CHARACTER}"
"""Drawn for a character no face has. Left as it is, it would keep the renderer from finding the faces of its
neighbours."""

LTR, RTL, POP = "\u202a", "\u202b", "\u202c"
"""Left-to-right and right-to-left embedding, and its end (UAX #9)."""

BEFORE = frozenset("เแโใไເແໂໃໄ([{“‘«「『（《〈¿¡")
"""What must not end a line: Thai and Lao vowels written before their consonant, opening marks."""

AFTER = frozenset("ะาำๅๆฯະາຳຽໆຯ)]}”’»」』）》〉、。，．！？：；ー…,.!?:;%،؛؟।॥๚៖។၊။")
"""What must not begin a line: Thai and Lao vowels written after it, repetition and closing marks."""

SLACK = 0.01
"""What a line may be too long by: sums of fractions differ by the order they are taken in."""

VIRAMA = 9
"""The combining class of the signs that join two Indic, Khmer or Burmese consonants (Unicode, 4.3)."""


def tidy(text: str) -> str:
    """One line of what can be read and drawn of the text."""
    line = " ".join(legible(" ".join(text.split())).split())
    return "".join(sign if drawable(sign) else STANDS_IN for sign in line if not _no_character(sign))


def rightward(text: str) -> bool:
    """Whether it is read from the right: its first letter that has a direction says so (UAX #9, P2)."""
    return _directions(text)[:1] == "R"


def chunks(text: str, bold: bool = False) -> list[tuple[str, float]]:
    """The text as pieces of markup, escaped, each with its width in ems, in reading order.

    It is one piece but for two scripts in one text that both join letters. The renderer (resvg 0.47) takes
    every text for left-to-right, shapes what runs in one direction as one script, and garbles what a second
    face shapes into fewer letters than the first. So texts read from the right are embedded, what another
    face draws is embedded too, and that face is met first, on a sign that shows nothing.
    """
    groups: list[list[tuple[str, str]]] = []
    joined = ""
    for family, piece in runs(text, bold):
        if not groups or (joins(family) and joined not in ("", family)):
            groups.append([])
            joined = ""
        joined = family if joins(family) else joined
        groups[-1].append((family, piece))
    right = rightward(text)
    return [(_markup(group, right), width("".join(piece for _, piece in group), 1, bold)) for group in groups]


def _markup(pieces: list[tuple[str, str]], right: bool) -> str:
    marked = "".join(escape(piece) if family == FAMILY else _tspan(family, piece) for family, piece in pieces)
    if right:
        marked = f"{RTL}{marked}{POP}"
    first = next((family for family, _ in pieces if joins(family)), FAMILY)
    return marked if first == FAMILY else _tspan(first, POP) + marked


def _tspan(family: str, piece: str) -> str:
    if _directions(piece)[:1] == "L":
        piece = f"{LTR}{piece}{POP}"
    return f'<tspan font-family="{escape(family)}">{escape(piece)}</tspan>'


def _directions(text: str) -> str:
    """`L` or `R` for each character that has a direction."""
    classes = (unicodedata.bidirectional(sign) for sign in text)
    return "".join({"L": "L", "R": "R", "AL": "R"}.get(found, "") for found in classes)


def wrapped(text: str, size: float, room: float, most: int, bold: bool = False) -> tuple[str, ...]:
    """At most that many lines that fit; the last ends in an ellipsis if something had to be left out.

    Lines break at blanks; a word that fits no line, and text written without blanks, between letters.
    """
    rest, lines = tidy(text), list[str]()
    while rest and len(lines) < most:
        line, left = _first_line(rest, size, room, bold)
        if left and len(lines) == most - 1:
            line, left = _cut(rest, size, room, bold), ""
        lines.append(line)
        rest = left
    return tuple(lines)


def _first_line(text: str, size: float, room: float, bold: bool) -> tuple[str, str]:
    pieces, fits = _pieces(text), _fitting(text, size, room, bold)
    if fits == len(pieces) or len(pieces) == 1:
        return text, ""
    fits = max(fits, 1)
    blank = next((n for n in range(fits, 0, -1) if pieces[n].isspace()), 0)
    between = next((n for n in range(fits, 0, -1) if _breaks(pieces[n - 1], pieces[n])), 0)
    at = max(blank, between) or fits
    return "".join(pieces[:at]).rstrip(), "".join(pieces[at:]).lstrip()


def _cut(text: str, size: float, room: float, bold: bool) -> str:
    fits = _fitting(text, size, room - width("…", size, bold), bold)
    return "".join(_pieces(text)[:fits]).rstrip() + "…"


def _fitting(text: str, size: float, room: float, bold: bool) -> int:
    """How many of the text's pieces fit."""
    ends = list(accumulate(advances(text, bold)))
    lengths = accumulate(len(piece) for piece in _pieces(text))
    return sum(ends[length - 1] * size <= room + SLACK for length in lengths)


def _pieces(text: str) -> list[str]:
    """What must not be torn: a letter with its marks, joined letters, vowels with their consonant."""
    pieces: list[str] = []
    for sign in text:
        if pieces and _clings(pieces[-1][-1], sign):
            pieces[-1] += sign
        else:
            pieces.append(sign)
    return pieces


def _clings(last: str, sign: str) -> bool:
    return (
        unicodedata.category(sign) in ("Mn", "Mc", "Me", "Cf")
        or unicodedata.combining(last) == VIRAMA
        or last == "\N{ZERO WIDTH JOINER}"
        or last in BEFORE
        or sign in AFTER
    )


def _breaks(left: str, right: str) -> bool:
    """Whether a line may break here although there is no blank."""
    return (_unspaced(left[-1]) and not right.isspace()) or (_unspaced(right[0]) and not left.isspace())


@cache
def _unspaced(sign: str) -> bool:
    """Whether it is of a script that puts no blanks between words."""
    name = unicodedata.name(sign, "").split(" ")[0]
    return name in ("THAI", "LAO", "KHMER", "MYANMAR", "CJK", "HIRAGANA", "KATAKANA")


def _no_character(sign: str) -> bool:
    """Code points for which XML has no place (XML 1.0, 2.2)."""
    return ord(sign) & 0xFFFE == 0xFFFE
