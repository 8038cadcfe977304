"""A poll as a person reads it off its panel: what is asked, of whom, how secretly, and how many answered."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from meeting.delegations import Category, Delegation
from rehearsal.journal import REFERENCE

PANEL, RESULT = "## Indicative poll\n", "## Result of the indicative poll\n"

HOW = {
    "single": re.compile(r"^Choose one\.$", re.M),
    "approval": re.compile(r"^Choose up to (\d+)\.$|^Choose as many as apply\.$", re.M),
    "ranking": re.compile(r"^Rank your first (\d+)\.$|^Choose your first\.$", re.M),
    "points": re.compile(r"^Place exactly (\d+) dots, at most (\d+) on one option\.$", re.M),
    "score": re.compile(r"^Give each row a level, from “(.*)” to “(.*)”\.$", re.M),
}
"""How one answers, by kind."""

OPTION = re.compile(r"^(\d+)\. (.+)$", re.M)
UNIT = re.compile(r"^One ballot per (delegation|person)\b", re.M)
ROUND = re.compile(r" \(round (\d+)\)$")
ANSWERED = re.compile(r"^Answered: (.+)$", re.M)
TURNOUT = re.compile(r"(\d+) of (\d+) ([a-z ]+)")
UNTIL = re.compile(r"^\*\*Open until .*<t:(\d+):[tf]>", re.M)

GROUPS = {
    Category.MEMBER: "member delegations",
    Category.MEMBER_ORGANISATION: "member organisations",
    Category.OBSERVER_STATE: "observer delegations",
    Category.OBSERVER_ORGANISATION: "observer delegations",
}
"""What is counted together, in the panels' words."""


@dataclass(frozen=True)
class Paper:
    """`options`: their texts; `most`: ticks, places or dots, `cap` dots on one; `ends`: the lowest and the
    highest level; `asked`: the groups, `people of …` where each person has a ballot."""

    poll_id: str
    question: str
    kind: str
    options: tuple[str, ...]
    most: int
    cap: int
    ends: tuple[str, str]
    asked: tuple[str, ...]
    by_person: bool
    secret: bool
    named: bool
    until: datetime | None

    def group_of(self, delegation: Delegation) -> str:
        """The group a delegation, or somebody of it, is counted in."""
        group = GROUPS[delegation.category]
        return f"people of {group}" if self.by_person else group

    def asks(self, delegation: Delegation) -> bool:
        """Whether the delegation is asked."""
        return self.group_of(delegation) in self.asked


def is_panel(text: str) -> bool:
    """Whether the message is a poll's panel."""
    return PANEL in text


def poll_id_of(text: str, kind: str = "poll") -> str:
    """The poll's id in a panel's reference line (`kind`: `poll` or `result`). Raises LookupError."""
    for _, name in REFERENCE.findall(text):
        if name.startswith(f"{kind}-"):
            return str(name).removeprefix(f"{kind}-")
    raise LookupError(f"no reference to a {kind}: {text[-80:]!r}")


def is_open(text: str) -> bool:
    """Whether a poll's panel says that it is open."""
    return "**Open" in text


def turnout(text: str) -> dict[str, tuple[int, int]]:
    """How many answered, of how many, by group: as a panel has it."""
    found = ANSWERED.search(text)
    if found is None:
        raise LookupError(f"no turnout on {text!r}")
    return {group: (int(n), int(of)) for n, of, group in TURNOUT.findall(found[1])}


def read(text: str) -> Paper:
    """An open poll's panel. Raises LookupError for what a person would not understand either."""
    text = text.replace("\\", "")
    kind, how = next(((kind, found) for kind, how in HOW.items() if (found := how.search(text))), ("", None))
    unit, asked = UNIT.search(text), tuple(turnout(text))
    if how is None or unit is None:
        raise LookupError(f"nobody understands how to answer {text!r}")
    options = tuple(option for _, option in OPTION.findall(text.split("\n**Open")[0]))
    numbers = [int(one) for one in how.groups() if one and kind != "score"]
    usual = len(options) if kind == "approval" else 1
    until = UNTIL.search(text)
    question = ROUND.sub("", text.split(PANEL, 1)[1].split("\n", 1)[0].strip("*"))
    return Paper(
        poll_id_of(text),
        question,
        kind,
        options,
        most=numbers[0] if numbers else usual,
        cap=numbers[1] if kind == "points" else 0,
        ends=(how[1], how[2]) if kind == "score" else ("", ""),
        asked=asked,
        by_person=unit[1] == "person",
        secret="\nSecret: " in text,
        named="\nNamed: " in text,
        until=datetime.fromtimestamp(int(until[1]), UTC) if until else None,
    )
