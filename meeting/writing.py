"""What of a text that people wrote is writing: the rest would hide, turn or smear what stands around it."""

import unicodedata

JOINERS = frozenset("\u200c\u200d")
"""Invisible signs that belong to writing: Persian, Indic scripts and emoji are spelt with them."""

MARKS = 4
"""Marks on one letter. Unicode Technical Standard #39, 5.4, takes more than four nonspacing marks in a row
for no writing. Thai, Khmer and Vietnamese taken apart have two, Burmese, Tibetan and pointed Arabic three."""

BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that show nothing: Hangul fillers, the Braille blank."""


def legible(text: str) -> str:
    """The text without what nobody writes; everything else is left as it is, blanks and line ends included.

    Taken away: control characters but line ends and tabs, characters that turn or isolate the direction of
    text or are invisible (but joiners), halves of characters, and marks beyond `MARKS` on one letter.
    """
    if text.isascii() and text.isprintable():
        return text
    kept, marks = [], 0
    for sign in text:
        category = unicodedata.category(sign)
        if category in ("Cc", "Cf", "Cs") and sign not in JOINERS and sign not in "\n\t":
            continue
        if category in ("Mn", "Me"):
            marks += 1
            if marks > MARKS:
                continue
        elif category != "Mc" and sign not in JOINERS:
            marks = 0
        kept.append(sign)
    return "".join(kept)


def shows(text: str) -> bool:
    """Whether there is anything to see in it: a letter, digit, punctuation mark or symbol."""
    return any(unicodedata.category(sign)[0] in "LNPS" and sign not in BLANK for sign in text)


def paragraphs(text: str) -> str:
    """What is legible of a text of several lines, with at most one blank line in a row and none around it.

    Every kind of line end Unicode knows counts as one.
    """
    lines: list[str] = []
    for line in text.splitlines():
        line = legible(line).rstrip()
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip()
