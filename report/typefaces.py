"""The fonts pictures are drawn with: which there are, what they can draw, and how wide a text is in them.

The shipped ones cover the alphabets of the forum's members; Chinese, Japanese and Korean are too big to ship
(20 MB) and taken from the machine if it has them.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import _c_m_a_p, _h_e_a_d, _h_h_e_a, _h_m_t_x, _m_a_x_p, _p_o_s_t

_READ = (_c_m_a_p, _h_e_a_d, _h_h_e_a, _h_m_t_x, _m_a_x_p, _p_o_s_t)
"""Imported now: TTFont imports its tables' modules when it meets them, in the middle of a meeting."""

FOLDER = Path(__file__).parent / "fonts"

FAMILY = "Noto Sans"
"""What is drawn in it if it has the character; else in the first face that does."""

SCRIPTS = ("Thai", "Arabic", "Bengali", "Devanagari", "Khmer", "Lao", "Myanmar", "Sinhala", "Tamil")

REGULAR = (
    "NotoSans-Regular.ttf",
    *(f"NotoSans{script}-Regular.ttf" for script in SCRIPTS),
    "NotoSansMath-Regular.ttf",
)
BOLD = "NotoSans-Bold.ttf"

PLACES = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
)
"""Where Linux and macOS keep fonts."""

EAST_ASIAN = (
    "NotoSansCJK-Regular.tt[cf]",
    "NotoSansCJK*-Regular.ot[cf]",
    "NotoSansCJK*.tt[cf]",
    "NotoSans[STHJK][CGKPR]*-Regular.[ot]tf",
    "NotoSans[SJK][CPR]-*.[ot]tf",
    "SourceHanSans*-Regular.*",
    "wqy-*.tt[cf]",
    "DroidSansFallback*.ttf",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
)
"""Files with Chinese, Japanese and Korean characters, the best first."""

UNKNOWN = 1.0
"""How wide, in ems, a character is taken to be that no face has: the box drawn instead is narrower."""


@cache
def east_asian() -> Path | None:
    """The machine's face with East Asian characters, looked for once; None if it has none."""
    roots = [root for place in PLACES if (root := Path(place).expanduser()).is_dir()]
    found = (path for pattern in EAST_ASIAN for root in roots for path in sorted(root.rglob(pattern)))
    return next(found, None)


def font_files() -> tuple[str, ...]:
    """All files, regular faces before the bold one: the renderer falls back to what was loaded first."""
    found = east_asian()
    regular = [str(FOLDER / name) for name in REGULAR]
    return (*regular, *([] if found is None else [str(found)]), str(FOLDER / BOLD))


def drawable(character: str) -> bool:
    """Whether some face can draw the character, or nothing is drawn of it alone (marks, joiners, blanks)."""
    if character.isspace() or _goes_along(character):
        return True
    return _face_of(character, False) is not None


def runs(text: str, bold: bool = False) -> list[tuple[str, str]]:
    """The text in pieces, each with the family that draws it; what goes along with a letter stays with it."""
    found: list[tuple[str, str]] = []
    for sign, family, _ in _placed(text, bold):
        if found and found[-1][0] == family:
            found[-1] = family, found[-1][1] + sign
        else:
            found.append((family, sign))
    return found


def joins(family: str) -> bool:
    """Whether the face is one of a script whose letters join, stack or change places."""
    return family.removeprefix(f"{FAMILY} ") in SCRIPTS


def width(text: str, size: float, bold: bool = False) -> float:
    """How wide the text is at most, in the unit of `size`. Shaping joins letters and makes them narrower;
    kerning is left out."""
    return size * sum(advances(text, bold))


def advances(text: str, bold: bool = False) -> list[float]:
    """How far each character leads on, in ems; marks nowhere."""
    return [em for _, _, em in _placed(text, bold)]


def _placed(text: str, bold: bool) -> Iterator[tuple[str, str, float]]:
    """Each character, the family it is drawn in, and its advance in ems. A blank is of its phrase."""
    last: _Face | None = None
    for sign in text:
        face, alone = last, not (_goes_along(sign) or sign == " ")
        if face is None or alone or (sign == " " and ord(sign) not in face.advances):
            face = _face_of(sign, bold)
        last = face
        if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
            yield sign, FAMILY if face is None else face.family, 0.0
        elif face is None:
            yield sign, FAMILY, UNKNOWN
        else:
            yield sign, face.family, face.advances.get(ord(sign), UNKNOWN)


def _goes_along(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf", "Cc")


@cache
def _face_of(character: str, bold: bool) -> "_Face | None":
    """The first face that has the character; None if none does."""
    names = (BOLD, *REGULAR) if bold else (*REGULAR, BOLD)
    paths = chain((FOLDER / name for name in names), _of_machine())
    return next((face for path in paths if ord(character) in (face := _face(path)).advances), None)


def _of_machine() -> Iterator[Path]:
    if (found := east_asian()) is not None:
        yield found


@dataclass(frozen=True)
class _Face:
    family: str
    advances: Mapping[int, float]
    """In ems, by code point."""


@cache
def _face(path: Path) -> _Face:
    """The first face of a file."""
    with TTFont(path, fontNumber=0, lazy=True) as font:
        unit, metrics = font["head"].unitsPerEm, font["hmtx"].metrics
        advances = {code: metrics[glyph][0] / unit for code, glyph in font.getBestCmap().items()}
        if path.parent == FOLDER:  # whose names are known: reading them imports much of fontTools (100 ms)
            return _Face(re.sub("(?<=[a-z])(?=[A-Z])", " ", path.stem.split("-")[0]), advances)
        return _Face(font["name"].getBestFamilyName() or FAMILY, advances)
