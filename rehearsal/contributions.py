"""Inputs as the rehearsal reckons them: what shows, under whose name, with whom behind it; the digest."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from meeting.delegations import Category, Delegation
from meeting.inputs import Attribution, InputKind, InputState
from meeting.programme import Question
from rehearsal.cast import Delegate
from rehearsal.phrases import mark

TOGETHER = 3
"""Inputs without attribution that show together."""

KINDS = {
    InputKind.POSITIVE_EXAMPLE: "positive example",
    InputKind.SUGGESTION: "suggestion",
    InputKind.CHALLENGE: "challenge",
    InputKind.OFFER: "offer",
    InputKind.REQUEST: "request",
}

CATEGORIES = {
    Category.MEMBER: "A member delegation",
    Category.MEMBER_ORGANISATION: "A member organisation",
    Category.OBSERVER_STATE: "An observer State",
    Category.OBSERVER_ORGANISATION: "An observer organisation",
}

NOBODY = "Without attribution"


@dataclass
class Given:
    """An input that was acknowledged. `part` counts from 1; `by` is None without attribution."""

    number: int
    question: Question
    part: int
    kind: InputKind
    attribution: Attribution
    text: str
    by: Delegate | None
    state: InputState
    code: str = ""
    edited: bool = False
    key: bool = False
    into: "Given | None" = None
    showed: int = 0
    """Its place in the order in which inputs showed first; 0: it has not."""
    associates: list[Delegation] = field(default_factory=list)

    @property
    def mark(self) -> str:
        return mark(self.number)

    @property
    def author(self) -> str:
        """Under what name it shows."""
        if self.by is None:
            return NOBODY
        if self.attribution is Attribution.CATEGORY:
            return CATEGORIES[self.by.delegation.category]
        return self.by.delegation.name

    def is_of(self, delegation: Delegation) -> bool:
        """Whether it is that delegation's own, under whatever name."""
        return self.by is not None and self.by.delegation.delegation_id == delegation.delegation_id


@dataclass
class Contributions:
    """All of them, in the order in which they were acknowledged."""

    given: list[Given] = field(default_factory=list)
    _showed: int = 0

    def show(self, one: Given) -> None:
        """It shows (again)."""
        one.state = InputState.SHOWN
        if not one.showed:
            self._showed += 1
            one.showed = self._showed

    def take_back(self, one: Given, state: InputState) -> None:
        """It shows no more, and what was part of it stands for itself again."""
        one.state = state
        for other in self.given:
            if other.into is one and other.state is InputState.MERGED:
                other.into = None
                self.show(other)

    def of(self, question: Question) -> list[Given]:
        return [one for one in self.given if one.question.question_id == question.question_id]

    def shown(self, question: Question) -> list[Given]:
        return [one for one in self.of(question) if one.state is InputState.SHOWN]

    def gather(self, question: Question, *, all_of_them: bool = False) -> None:
        """Inputs without attribution show as soon as there are enough, and at the closing."""
        waiting = [one for one in self.of(question) if one.state is InputState.GATHERED]
        if all_of_them or len(waiting) >= TOGETHER:
            for one in waiting:
                self.show(one)

    def merged(self, into: Given) -> list[Given]:
        """What is part of it now, whatever it came through."""
        own = [one for one in self.given if one.into is into and one.state is InputState.MERGED]
        return own + [other for one in own for other in self.merged(one)]

    def behind(self, one: Given) -> list[str]:
        """The short names of the delegations that stand behind it, beside its own."""
        found = list(one.associates)
        for other in self.merged(one):
            if other.by is not None and other.attribution is Attribution.DELEGATION:
                found.append(other.by.delegation)
            found += other.associates
        named = one.attribution is Attribution.DELEGATION
        return sorted({each.short_name for each in found if not (named and one.is_of(each))})


# What people read


def head(one: Given) -> str:
    """The first line of its card, as it reads."""
    marks = [KINDS[one.kind]]
    if len(one.question.parts) > 1:
        marks.append(f"part {one.part}")
    if one.edited:
        marks.append("edited")
    who = f"**Key point · {one.author}**" if one.key else f"**{one.author}**"
    return f"{who} · {' · '.join(marks)}"


def digest(contributions: Contributions, question: Question) -> list[str]:
    """The lines of a question's digest but for its key points, as they read."""
    lines = [f"## Digest: {question.title}"]
    there = contributions.shown(question)
    for number in range(1, len(question.parts) + 1):
        mine = [one for one in there if one.part == number]
        for kind, name in KINDS.items():
            if many := sum(one.kind is kind for one in mine):
                lines.append(f"{many} {name}{'' if many == 1 else 's'}")
        if not mine:
            lines.append("No inputs.")
        if any(one.key for one in mine):
            lines.append("**Key points**")
    return lines


def key_points(contributions: Contributions, question: Question) -> list[tuple[str, str]]:
    """How each key point begins and who gave it, in the order of a digest: by part, then by how many
    delegations stand behind it, then by kind and by when it showed."""
    there = [one for one in contributions.shown(question) if one.key]
    kinds = list(KINDS)
    there.sort(key=lambda one: (one.part, -len(contributions.behind(one)), kinds.index(one.kind), one.showed))
    return [(one.mark, one.author) for one in there]


def bare(lines: Iterable[str]) -> str:
    """Text without the blanks and line ends that differ between a form and a card."""
    return "".join("".join(lines).split())
