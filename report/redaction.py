"""The record without names: what is unattributed is made from the attributed one, never the other way.

The roster stays, and what the organiser wrote. In what delegations wrote, each whole word that is a name of
the roster is replaced, and listed for the rapporteur: a text may still tell whose it is.
"""

import re
import unicodedata
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass

import regex

from meeting.delegations import Tally
from meeting.reports import Variant
from meeting.tallies import Ballots
from report.record import Json, unlinked

INSTEAD = "[delegation]"

AROUND = 40
"""Characters on each side of a name in the rapporteur's list."""

NO_LETTER = r"[\p{L}\p{N}\p{M}]"

SAME = {"'": "['’ʼ‘]", "’": "['’ʼ‘]", "-": "[-‐‑–]", " ": r"\s+"}
"""Signs people write in more than one way."""


@dataclass(frozen=True)
class Replaced:
    """A name that was replaced: in which text (`question` or `statement`, and its number there), how it was
    written, and what stood around it."""

    where: str
    number: int
    name: str
    around: str


def unattributed(record: Json) -> tuple[Json, tuple[Replaced, ...]]:
    """The record in which nobody speaks, writes or supports by name, and the names that were replaced."""
    made, found = deepcopy(record), list[Replaced]()
    names = pattern(
        name for one in record["participation"]["delegations"] for name in (one["name"], one["short_name"])
    )

    def without(text: str, where: str, number: int) -> str:
        text = unicodedata.normalize("NFC", text)
        for match in names.finditer(text):
            around = text[max(match.start() - AROUND, 0) : match.end() + AROUND]
            found.append(Replaced(where, number, match[0], " ".join(around.split())))
        return str(names.sub(INSTEAD, text))

    made["variant"] = Variant.UNATTRIBUTED.value
    for question in made["questions"]:
        inputs = [one for part in question["parts"] for one in part["inputs"]]
        for number, one in enumerate(inputs, start=1):
            if one["attribution"] == "delegation":
                one["category"] = None
            one |= {"author": None, "supporters": []}
            one["text"] = without(one["text"], question["title"], number)
    for poll in made["polls"]:
        if poll["named"]:
            poll["ballots"] = [
                {"tally": one.tally.value, "choice": list(one.choice), "times": one.times}
                for one in unlinked(Ballots(Tally(b["tally"]), tuple(b["choice"])) for b in poll["named"])
            ]
            poll["named"] = []
    for speech in made["speeches"]:
        speech |= {"delegation": None, "speaker": "", "group": "", "subject": "", "associates": []}
    for number, statement in enumerate(made["statements"], start=1):
        statement["delegation"] = None
        statement["text"] = without(statement["text"], "", number)
    for left in made["not_taken"]["speakers"]:
        left["delegation"] = None
    return made, tuple(found)


def pattern(names: Iterable[str]) -> "regex.Pattern[str]":
    """Finds each of these as a whole word, whatever its capitals and however its accents are composed.

    A word ends where no letter, digit or mark follows, and where Unicode ends one (UAX #29): between the
    signs of scripts that are written without blanks, such as Thai, Khmer and Chinese. The longest name wins.
    """
    told = {" ".join(unicodedata.normalize("NFC", name).split()) for name in names}
    longest = sorted((name for name in told if name), key=lambda name: (-len(name), name))
    if not longest:
        return regex.compile(r"(?!)")
    either = "|".join("".join(SAME.get(sign, re.escape(sign)) for sign in name) for name in longest)
    begins, ends = rf"(?:(?<!{NO_LETTER})|(?w:\b))", rf"(?:(?!{NO_LETTER})|(?w:\b))"
    return regex.compile(f"{begins}(?:{either}){ends}", regex.IGNORECASE | regex.FULLCASE | regex.V1)
