"""The draft of a ballot, as custom_ids carry it: nothing of it is on any disk before it is recorded.

One sign for each option, row or place: a number in base 36, or `-` where nothing has been said yet. An
abstention is `_`.
"""

from collections.abc import Iterable, Mapping
from random import Random

from meeting.polls import ABSTAINED, Choice, NothingChosen, Poll, PollKind, UnknownOption

SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"
OPEN, ABSTAIN = "-", "_"

FIELDS = 5
"""Fields of a form (Discord's limit)."""

ROWED = frozenset({PollKind.POINTS, PollKind.SCORE})
"""Kinds whose draft has a sign for each option."""


def blank(poll: Poll) -> str:
    """The draft of somebody who has said nothing yet."""
    return OPEN * (len(poll.options) if poll.kind in ROWED else poll.most)


def draft_of(poll: Poll, choice: Choice) -> str:
    """A choice as a draft, to be changed or confirmed."""
    if choice == ABSTAINED:
        return ABSTAIN
    signs = "".join(SIGNS[number] if number >= 0 else OPEN for number in choice)
    return signs if poll.kind in ROWED else signs.ljust(poll.most, OPEN)


def choice_of(poll: Poll, draft: str) -> Choice:
    """The choice a draft stands for, not checked yet. Raises `UnknownOption`, `NothingChosen`.

    What has not been said counts as no dots, and as no level.
    """
    if draft == ABSTAIN:
        return ABSTAINED
    known = read(poll, draft)
    if poll.kind in ROWED:
        unsaid = 0 if poll.kind is PollKind.POINTS else -1
        return tuple(SIGNS.index(sign) if sign != OPEN else unsaid for sign in known)
    choice = tuple(SIGNS.index(sign) for sign in known if sign != OPEN)
    if not choice:
        raise NothingChosen()
    return choice


def read(poll: Poll, draft: str) -> str:
    """A draft of this poll's length. Raises `UnknownOption` for what was forged or is another poll's."""
    if draft == ABSTAIN:
        return blank(poll)
    numbers = {
        PollKind.POINTS: SIGNS[: poll.cap + 1],
        PollKind.SCORE: SIGNS[: len(poll.levels)],
    }.get(poll.kind, SIGNS[: len(poll.options)])
    if len(draft) != len(blank(poll)) or any(sign not in numbers + OPEN for sign in draft):
        raise UnknownOption()
    return draft


def placed(draft: str) -> int:
    """The dots a draft has placed."""
    return sum(SIGNS.index(sign) for sign in draft if sign != OPEN)


def order(poll: Poll, voter: str) -> list[int]:
    """The options' places in the order in which this voter is shown them; always the same for one voter."""
    places = list(range(len(poll.options)))
    if poll.shuffled:
        Random(f"{poll.poll_id} {voter}").shuffle(places)
    return places


def pages(poll: Poll, voter: str) -> list[list[int]]:
    """What each page of the form asks: places in the draft."""
    asked = order(poll, voter) if poll.kind in ROWED else list(range(poll.most))
    return [asked[start : start + FIELDS] for start in range(0, len(asked), FIELDS)]


def filled(poll: Poll, draft: str, fields: Iterable[int], sent: Mapping[int, str]) -> str:
    """The draft with a sent page in it. Raises `UnknownOption`."""
    signs = list(read(poll, draft))
    for place in fields:
        signs[place] = sent.get(place, OPEN)
    return read(poll, "".join(signs))


def unsaid(poll: Poll, draft: str, voter: str) -> int | None:
    """The first page on which something has not been said yet."""
    for number, fields in enumerate(pages(poll, voter)):
        if any(draft[place] == OPEN for place in fields):
            return number
    return None
