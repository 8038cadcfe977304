"""Long texts cut to fit several messages, never inside a character as its reader sees it.

Unless that alone is longer than a message: it is no writing then, and must not keep the rest from showing.
"""

import regex

from bot.words import ANYWHERE, AT_START

SIGN = regex.compile(r"\X")
"""A character as a reader sees it: an extended grapheme cluster (Unicode Standard Annex #29)."""

NEAR = 4
"""A quarter of a piece is given up to end it with a line or a word."""


def pieces(text: str, room: int) -> list[str]:
    """The text cut so that each piece, made clean, takes at most so many characters; joined, they are it.

    Pieces end with a line or a word where one ends in their last quarter.
    """
    signs = [part for sign in SIGN.findall(text) for part in ([sign] if _cost(sign) <= room else sign)]
    found: list[str] = []
    begins = 0
    while begins < len(signs):
        ends, taken = begins, 0
        while ends < len(signs) and taken + _cost(signs[ends]) <= room:
            taken += _cost(signs[ends])
            ends += 1
        ends = max(ends, begins + 1)
        if ends < len(signs):
            least = ends - (ends - begins) // NEAR
            for mark in ("\n", " "):
                last = next((n for n in range(ends, least, -1) if signs[n - 1].endswith(mark)), None)
                if last is not None:
                    ends = last
                    break
        found.append("".join(signs[begins:ends]))
        begins = ends
    return found or [""]


def _cost(sign: str) -> int:
    """What a character may take once it is escaped; the first of a line may need one more."""
    return len(sign) + len(ANYWHERE.findall(sign)) + (AT_START.match(sign) is not None)
