"""The record without names: what is unattributed is made from the attributed one, never the other way.

The roster stays, and what the organiser wrote. In what delegations wrote, each whole word that is a name of
the roster is replaced, and listed for the rapporteur: a text may still tell whose it is.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass

import regex

from meeting.delegations import Tally
from meeting.inputs import InputKind
from meeting.reports import Variant
from meeting.statements import words
from meeting.tallies import Ballots
from report.document import writable
from report.record import Json, unlinked
from report.speaking import speaking

INSTEAD = "[delegation]"

KINDS = [kind.value for kind in InputKind]

AROUND = 40
"""Characters on each side of a name in the rapporteur's list."""

UNSEEN = r"\p{Default_Ignorable_Code_Point}"
"""Joiners, variation selectors, fillers: they may stand inside a name and not be seen (UAX #44)."""

LETTER = rf"[[\p{{L}}\p{{N}}\p{{M}}]--{UNSEEN}]"

SAME = {"'": "['’ʼ‘]", "’": "['’ʼ‘]", "-": "[-‐‑–]", " ": rf"(?:\s{UNSEEN}*)+"}
"""Signs people write in more than one way."""

SHORT = 4
"""Letters of a name in capitals that is looked for in capitals only: "us", "it" and "who" are words."""


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

    made["variant"] = Variant.UNATTRIBUTED.value
    for question in made["questions"]:
        inputs = []
        for part in question["parts"]:
            for one in part["inputs"]:
                if one["attribution"] == "delegation":
                    one["category"] = None
                one |= {"author": None, "supporters": []}
            part["inputs"] = _without(part["inputs"], names, lambda one: KINDS.index(one["kind"]))
            inputs += part["inputs"]
        found += _listed(inputs, question["title"])
    for poll in made["polls"]:
        if poll["named"]:
            poll["ballots"] = _unlinked(poll)
            poll["named"] = []
    made["speaking"] = speaking(made["speeches"], named=False)
    made["speeches"] = made["not_taken"]["speakers"] = []
    for one in made["statements"]:
        one["delegation"] = None
    places = [item["item_id"] for day in made["meeting"]["days"] for item in day["items"]]
    made["statements"] = _without(made["statements"], names, lambda one: places.index(one["item_id"]))
    found += _listed(made["statements"], "")
    for one in made["statements"]:
        one["words"] = words(one["text"])
    return made, tuple(found)


def _without(some: list[Json], names: "regex.Pattern[str]", place: Callable[[Json], int]) -> list[Json]:
    """The same with texts without names, by place and then by what is left of the text: the order in which
    they came, or of the names, could tell whose they are. What was replaced waits under `replaced`."""
    for one in some:
        text = _cleared(one["text"])
        one["text"], end, replaced = "", 0, []
        # The lock is given free: a long text takes some 200 ms, and the house goes on meanwhile.
        for match in names.finditer(text, concurrent=True):
            around = text[max(match.start() - AROUND, 0) : match.end() + AROUND]
            replaced.append((match[0], " ".join(around.split())))
            one["text"] += text[end : match.start()] + INSTEAD
            end = match.end()
        one["text"] += text[end:]
        one["replaced"] = replaced
    return sorted(some, key=lambda one: (place(one), one["text"]))


def _listed(some: list[Json], where: str) -> Iterator[Replaced]:
    for number, one in enumerate(some, start=1):
        for name, around in one.pop("replaced"):
            yield Replaced(where, number, name, around)


def _cleared(text: str) -> str:
    """The text as documents show it: what they would leave out cannot hide a name from the search."""
    return unicodedata.normalize("NFC", writable(text))


def _unlinked(poll: Json) -> list[Json]:
    """A named poll's ballots without names; none of a tally whose breakdown is published, as in any poll."""
    broken_down = {tally["tally"] for tally in poll["tallies"] if tally["groups"]}
    ballots = (
        Ballots(Tally(one["tally"]), tuple(one["choice"]))
        for one in poll["named"]
        if one["tally"] not in broken_down
    )
    return [
        {"tally": one.tally.value, "choice": list(one.choice), "times": one.times}
        for one in unlinked(ballots)
    ]


def pattern(names: Iterable[str]) -> "regex.Pattern[str]":
    """Finds each of these as a whole word, whatever its capitals, however its accents are composed, and
    whatever stands in it unseen.

    A word ends where no letter, digit or mark that is seen follows, and where Unicode ends one (UAX #29):
    between the signs of scripts that are written without blanks, such as Thai, Khmer and Chinese. The longest
    name wins. Names in capitals of up to `SHORT` letters are found in capitals only.
    """
    told = {" ".join(unicodedata.normalize("NFC", name).split()) for name in names}
    longest = sorted((name for name in told if name), key=lambda name: (-len(name), name))
    if not longest:
        return regex.compile(r"(?!)")
    either = "|".join(_either(name) for name in longest)
    begins, ends = rf"(?:(?<!{LETTER})|(?w:\b))", rf"(?:(?!{LETTER})|(?w:\b))"
    return regex.compile(f"{begins}(?:{either}){ends}", regex.V1)


def _either(name: str) -> str:
    """The name as it is, so that letters that are two when folded are found, or with what is unseen in it."""
    letters = sum(sign.isalpha() for sign in name)
    flags = "" if name.isupper() and letters <= SHORT else "if"
    plain = "".join(SAME.get(sign, regex.escape(sign)) for sign in name)
    hiding = f"{UNSEEN}*".join(map(_hiding, regex.sub(UNSEEN, "", name)))
    return f"(?{flags}:{plain}|{hiding})"


def _hiding(sign: str) -> str:
    """A sign, also where something unseen keeps a letter and its accent from being one sign."""
    apart = unicodedata.normalize("NFD", sign)
    if len(apart) == 1:
        return SAME.get(sign, str(regex.escape(sign)))
    return f"(?:{sign}|{f'{UNSEEN}*'.join(apart)})"
