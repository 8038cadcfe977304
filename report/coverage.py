"""Which labels could not be drawn, told before the meeting rather than on the screen."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from meeting.writing import legible
from report.typefaces import drawable


@dataclass(frozen=True)
class Undrawable:
    """A text, and its characters that no face has, each once and in their order."""

    text: str
    missing: str

    @property
    def east_asian(self) -> bool:
        """Whether a font with Chinese, Japanese and Korean would help with all of them."""
        return all(unicodedata.east_asian_width(sign) in "WF" and sign.isalnum() for sign in self.missing)


def undrawable(texts: Iterable[str]) -> list[Undrawable]:
    """The texts, each once, that contain characters neither the shipped fonts nor the machine's East Asian
    one can draw. Marks, joiners and variation selectors are left out; emoji are not."""
    found = []
    for text in dict.fromkeys(texts):
        missing = dict.fromkeys(sign for sign in legible(text) if not drawable(sign))
        if missing:
            found.append(Undrawable(text, "".join(missing)))
    return found
