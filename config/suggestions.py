"""What somebody probably meant to write."""

from collections.abc import Iterable
from difflib import get_close_matches


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like the one written, without regard to case; None when nothing is alike."""
    by_folded = {one.casefold(): one for one in known}
    found = get_close_matches(word.casefold()[:60], by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def instead(word: str, known: Iterable[str]) -> str:
    """The end of a sentence on an unknown word: the one meant, if that can be guessed, else all there are."""
    words = tuple(known)
    meant = closest(word, words)
    return f"did you mean `{meant}`?" if meant else f"use one of: {', '.join(words)}"


def quoted(text: str) -> str:
    """What was written, for a sentence: in quotation marks, on one line, cut when long."""
    line = " ".join(text.split())
    return f'"{line if len(line) <= 40 else line[:39] + "…"}"'
