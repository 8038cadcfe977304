"""Inputs to a guiding question: what delegations contribute, on which part, and under whose name.

An input without attribution has no author anywhere: no delegation, no seat, no moment of its own. It shows
together with others, three at a time or at the closing, and is withdrawn by a code that only its author has.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import NewType

from meeting.delegations import Category, DelegationId
from meeting.programme import PartId, Question, QuestionId
from meeting.refusals import Refused
from meeting.seats import Seated, SeatId
from meeting.writing import paragraphs, shows

InputId = NewType("InputId", str)

LONGEST = 4000
"""Characters of an input: of a form's field (Discord's limit). What is longer is a written statement."""

BATCH = 3
"""Inputs without attribution that show together: one alone would show when its author wrote."""


class InputKind(StrEnum):
    """What an input is."""

    POSITIVE_EXAMPLE = "positive_example"
    SUGGESTION = "suggestion"
    CHALLENGE = "challenge"
    OFFER = "offer"
    REQUEST = "request"


HELD = frozenset({InputKind.POSITIVE_EXAMPLE})
"""What a moderator sees first unless they say otherwise: examples may tell of persons."""


class Attribution(StrEnum):
    """Under whose name an input shows: the delegation's, that of its category, or nobody's."""

    DELEGATION = "delegation"
    CATEGORY = "category"
    NONE = "none"


class InputState(StrEnum):
    """Derived from an input's instants."""

    HELD = "held"
    GATHERED = "gathered"
    SHOWN = "shown"
    HIDDEN = "hidden"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class UnknownInput(Refused):
    """There is no such input."""


class UnknownQuestion(Refused):
    """There is no such guiding question, or no such part of it."""


class EmptyInput(Refused):
    """The text shows nothing."""


class InputTooLong(Refused):
    """The text is longer than `LONGEST`; it is handed back."""


class InputsOver(Refused):
    """The time for inputs is over."""


class NotYours(Refused):
    """The input is not one that this person may change."""


class NotShown(Refused):
    """The input does not show (any more)."""


class InputShown(Refused):
    """The input shows already, or is neither held nor hidden."""


class AlreadyWith(Refused):
    """The delegation is associated with the input already."""


class OwnInput(Refused):
    """The input is the delegation's own."""


class OthersBehind(Refused):
    """Other delegations stand behind the text as it is."""


class InputChanged(Refused):
    """The text is not the one that a moderator read."""


class AlreadyRecorded(Refused):
    """The message was recorded as an input before."""


class SameInput(Refused):
    """An input is merged into another one of its question."""


class AlreadyHidden(Refused):
    """The input is hidden, merged or withdrawn already."""


class NamelessRecord(Refused):
    """What stands in a thread under somebody's name is not recorded under none."""


class UnknownWithdrawal(Refused):
    """No input has that withdrawal code."""


@dataclass(frozen=True)
class Input:
    """An input, and what became of it. Instants are aware UTC.

    `category`, `delegation_id` and `seat_id` are None of one without attribution, and so is `made_at`;
    `shown_at`: since when it shows in the thread, if it does.
    """

    input_id: InputId
    question_id: QuestionId
    part_id: PartId
    kind: InputKind
    attribution: Attribution
    text: str
    category: Category | None = None
    delegation_id: DelegationId | None = None
    seat_id: SeatId | None = None
    made_at: datetime | None = None
    held: bool = False
    """Whether a moderator has to release it."""
    shown_at: datetime | None = None
    edited_at: datetime | None = None
    key_at: datetime | None = None
    hidden_at: datetime | None = None
    withdrawn_at: datetime | None = None
    merged_into: InputId | None = None
    associates: tuple[DelegationId, ...] = ()

    @property
    def state(self) -> InputState:
        if self.withdrawn_at is not None:
            return InputState.WITHDRAWN
        if self.hidden_at is not None:
            return InputState.HIDDEN
        if self.merged_into is not None:
            return InputState.MERGED
        if self.held:
            return InputState.HELD
        return InputState.GATHERED if self.shown_at is None else InputState.SHOWN

    @property
    def counts(self) -> bool:
        """Whether it is an input of the meeting: not taken back, hidden or waiting for a moderator."""
        return self.state in (InputState.SHOWN, InputState.GATHERED)


@dataclass(frozen=True)
class Draft:
    """What was filled in."""

    part_id: PartId
    kind: InputKind
    attribution: Attribution
    text: str


def check_text(text: str) -> str:
    """The text as it is kept. Raises `EmptyInput`, `InputTooLong`."""
    text = paragraphs(text)
    if not shows(text):
        raise EmptyInput()
    if len(text) > LONGEST:
        raise InputTooLong(length=len(text), most=LONGEST)
    return text


def contribute(
    question: Question,
    draft: Draft,
    author: Seated,
    input_id: InputId,
    holds: Collection[InputKind],
    until: datetime,
    now: datetime,
) -> Input:
    """An input to a question. Raises `UnknownQuestion`, `EmptyInput`, `InputTooLong`, `InputsOver`."""
    check_time(until, now)
    if all(part.part_id != draft.part_id for part in question.parts):
        raise UnknownQuestion()
    held = draft.kind in holds
    made = Input(
        input_id,
        question.question_id,
        draft.part_id,
        draft.kind,
        draft.attribution,
        check_text(draft.text),
        held=held,
    )
    if draft.attribution is Attribution.NONE:
        return made
    return replace(
        made,
        category=author.delegation.category,
        delegation_id=author.delegation.delegation_id,
        seat_id=author.seat.seat_id,
        made_at=now,
        shown_at=None if held else now,
    )


def check_time(until: datetime, now: datetime) -> None:
    """Raises `InputsOver`."""
    if now >= until:
        raise InputsOver(at=until)


def gathered(inputs: Iterable[Input], now: datetime, *, all_of_them: bool = False) -> tuple[Input, ...]:
    """The inputs without attribution of a question that show from now on: as soon as `BATCH` of them wait, or
    all, when the discussion closes; none if fewer wait. By number, so that no order of writing shows."""
    waiting = [one for one in inputs if one.state is InputState.GATHERED]
    if not all_of_them and len(waiting) < BATCH:
        return ()
    return tuple(replace(one, shown_at=now) for one in sorted(waiting, key=lambda one: one.input_id))


def edit(
    one: Input,
    draft: Draft,
    author: Seated,
    holds: Collection[InputKind],
    inputs: Iterable[Input],
    until: datetime,
    now: datetime,
) -> Input:
    """The text, kind or part of one's own input is another. What is held by its kind is held again.

    `inputs` are those of its question: others stand behind it also by what was merged into it.

    Raises `NotYours`, `NotShown`, `OthersBehind`, `InputsOver`, `EmptyInput`, `InputTooLong`.
    """
    _check_own(one, author)
    check_time(until, now)
    if one.state not in (InputState.SHOWN, InputState.HELD):
        raise NotShown()
    others = len(one.associates) + len(merged_with(one, inputs))
    if others:
        raise OthersBehind(n=others)
    # Another kind does not get round the moderator who was to see it.
    held = draft.kind in holds or one.held
    return replace(
        one,
        part_id=draft.part_id,
        kind=draft.kind,
        text=check_text(draft.text),
        edited_at=now,
        key_at=None,
        held=held,
        shown_at=None if held else one.shown_at or now,
    )


def withdraw(one: Input, author: Seated, now: datetime) -> Input:
    """One's own input is taken back; that it was there is noted. Raises `NotYours`, `AlreadyHidden`."""
    _check_own(one, author)
    return taken_back(one, now)


def taken_back(one: Input, now: datetime) -> Input:
    """It is withdrawn, by its author or by its code. Raises `AlreadyHidden`."""
    if one.withdrawn_at is not None:
        raise AlreadyHidden()
    return replace(one, withdrawn_at=now)


def _check_own(one: Input, author: Seated) -> None:
    if one.seat_id is None or one.seat_id != author.seat.seat_id:
        raise NotYours()


def associate(one: Input, author: Seated, until: datetime, now: datetime) -> Input:
    """A delegation stands behind an input. Raises `NotShown`, `OwnInput`, `AlreadyWith`, `InputsOver`."""
    check_time(until, now)
    if one.state is not InputState.SHOWN:
        raise NotShown()
    own = author.delegation.delegation_id
    if one.delegation_id == own:
        raise OwnInput()
    if own in one.associates:
        raise AlreadyWith()
    return replace(one, associates=(*one.associates, own))


# By moderators


def reading(one: Input) -> str:
    """What tells a text, kind and part from what its author makes of them later: 32 bits, in hex."""
    said = "\n".join((one.part_id, one.kind, one.text))
    return sha256(said.encode(errors="replace")).hexdigest()[:8]


def release(one: Input, read: str, now: datetime) -> Input:
    """A held input shows, or waits for others if it has no attribution. `read`: the `reading` of what the
    moderator saw. Raises `InputShown`, `InputChanged`."""
    if one.state is not InputState.HELD:
        raise InputShown()
    if read != reading(one):
        raise InputChanged()
    return replace(one, held=False, shown_at=None if one.attribution is Attribution.NONE else now)


def hide(one: Input, now: datetime) -> Input:
    """An input does not show and does not count. Raises `AlreadyHidden`."""
    if one.state in (InputState.HIDDEN, InputState.MERGED, InputState.WITHDRAWN):
        raise AlreadyHidden()
    return replace(one, hidden_at=now, key_at=None)


def unhide(one: Input) -> Input:
    """What was hidden shows again; what was merged stands for itself. Raises `InputShown`."""
    if one.state is InputState.MERGED:
        return replace(one, merged_into=None)
    if one.state is not InputState.HIDDEN:
        raise InputShown()
    return replace(one, hidden_at=None)


def mark_key(one: Input, now: datetime) -> Input:
    """It is a key point, or no more. Raises `NotShown`."""
    if one.state is not InputState.SHOWN:
        raise NotShown()
    return replace(one, key_at=None if one.key_at is not None else now)


def merge(one: Input, into: Input) -> Input:
    """One is part of the other from now on. Raises `SameInput`, `NotShown`."""
    if one.input_id == into.input_id or one.question_id != into.question_id:
        raise SameInput()
    if one.state is not InputState.SHOWN or into.state is not InputState.SHOWN:
        raise NotShown()
    return replace(one, merged_into=into.input_id, key_at=None)


def merged_with(one: Input, inputs: Iterable[Input]) -> tuple[Input, ...]:
    """What was merged into an input, through others as well, and was not withdrawn since."""
    rest = list(inputs)
    found: list[Input] = []
    into = {one.input_id}
    while more := [o for o in rest if o.merged_into in into and o.input_id not in into]:
        found += more
        into |= {o.input_id for o in more}
    return tuple(o for o in found if o.withdrawn_at is None)


def behind(one: Input, inputs: Iterable[Input]) -> tuple[DelegationId, ...]:
    """The delegations that stand behind an input beside its author, each once.

    They are associated with it or with what was merged into it, or are the authors of that by name.
    """
    found: dict[DelegationId, None] = dict.fromkeys(one.associates)
    for other in merged_with(one, inputs):
        if other.attribution is Attribution.DELEGATION and other.delegation_id is not None:
            found[other.delegation_id] = None
        found |= dict.fromkeys(other.associates)
    if one.attribution is Attribution.DELEGATION and one.delegation_id is not None:
        found.pop(one.delegation_id, None)
    return tuple(found)


def by_part(
    question: Question, inputs: Iterable[Input]
) -> Mapping[PartId, Mapping[InputKind, tuple[Input, ...]]]:
    """What counts of a question, by part and kind, in the order in which it showed."""
    there = sorted(
        (one for one in inputs if one.state is InputState.SHOWN and one.question_id == question.question_id),
        key=lambda one: (one.shown_at, one.input_id),
    )
    return {
        part.part_id: {
            kind: found
            for kind in InputKind
            if (found := tuple(o for o in there if o.part_id == part.part_id and o.kind is kind))
        }
        for part in question.parts
    }
