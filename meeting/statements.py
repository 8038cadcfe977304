"""Texts: of an intervention, handed in for it, and of who was not heard, submitted in writing."""

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from meeting.delegations import DelegationId
from meeting.programme import ItemId
from meeting.refusals import Refused
from meeting.speakers import InscriptionId
from meeting.writing import paragraphs, shows

StatementId = NewType("StatementId", int)

LONGEST = 60_000
"""Characters of a text: some ninety minutes at `PACE`."""

MOST = 10
"""Texts of a delegation in one item."""

PACE = 110
"""Words a minute at which a text is read out, so that interpreters can follow."""

UNSPACED = re.compile(r"THAI|LAO|KHMER|MYANMAR|CJK|HIRAGANA|KATAKANA")
"""How Unicode's names of letters begin in scripts that are written without blanks between words."""

LETTERS = 3
"""Letters of a word in such a script, on average: Chinese has about two, Thai four or five."""


class EmptyStatement(Refused):
    """The text shows nothing."""


class StatementTooLong(Refused):
    """The text is longer than `LONGEST`; it is handed back."""


class TooManyStatements(Refused):
    """The delegation has submitted as many texts in this item as one may."""


class WritingOver(Refused):
    """The time for submitting in writing is over."""


class NotText(Refused):
    """The file is no text in UTF-8."""


@dataclass(frozen=True)
class Statement:
    """A text; `inscription_id`: of which intervention it is, None of one that was not made."""

    statement_id: StatementId
    item_id: ItemId
    delegation_id: DelegationId
    text: str
    submitted_at: datetime
    inscription_id: InscriptionId | None = None

    @property
    def words(self) -> int:
        return words(self.text)

    @property
    def minutes(self) -> int:
        return minutes(self.words)


def check_text(text: str) -> str:
    """The text as it is kept. Raises `EmptyStatement`, `StatementTooLong`."""
    text = paragraphs(text)
    if not shows(text):
        raise EmptyStatement()
    if len(text) > LONGEST:
        raise StatementTooLong(length=len(text), most=LONGEST)
    return text


def read_text(data: bytes) -> str:
    """The text of a file. Raises `NotText`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotText() from None
    if "\0" in text:
        raise NotText()
    return text


def check_time(until: datetime, there: int, now: datetime) -> None:
    """Whether one more text is taken. Raises `WritingOver`, `TooManyStatements`."""
    if now >= until:
        raise WritingOver(at=until)
    if there >= MOST:
        raise TooManyStatements(most=MOST)


def words(text: str) -> int:
    """Words of a text; in scripts without blanks between them, estimated from the letters."""
    number = 0
    for piece in text.split():
        unspaced = sum(
            unicodedata.category(sign) in ("Lo", "Lm")
            and UNSPACED.match(unicodedata.name(sign, "")) is not None
            for sign in piece
        )
        number += math.ceil(unspaced / LETTERS) if unspaced else int(shows(piece))
    return number


def minutes(words: int) -> int:
    """Whole minutes it takes to read so many words out, at least one."""
    return max(1, math.ceil(words / PACE))
