"""What the moderators were told is wrong with the house: one message per trouble, and that it is over."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, pairwise

from rehearsal.standin import Message

OPEN, OVER = "⚠ **", "✓ **Over"
"""How a trouble's panel begins while it is so, and afterwards."""


@dataclass(frozen=True)
class Told:
    """One trouble's panel: its sentence, when it was posted, and when it was last drawn if it is over."""

    what: str
    at: datetime
    over_at: datetime | None = None


def told_in(message: Message) -> Told | None:
    """What a panel tells of a trouble; None if that cannot be read from it."""
    lines = message.text.splitlines()
    for line, following in pairwise([*lines, ""]):
        if line.startswith(OPEN):
            return Told(line.removeprefix(OPEN).removesuffix("**"), message.timestamp)
        if line.startswith(OVER):
            return Told(
                following.strip("~"), message.timestamp, message.edited_timestamp or message.timestamp
            )
    return None


def misjudged(told: Sequence[Told], tells: Iterable[str], may_tell: Iterable[str]) -> Iterator[str]:
    """What is wrong with what was told by the evening, when every cause is gone.

    Each of `tells` (words of a trouble's sentence) must have been told, of `may_tell` any may, and nothing
    else; nothing twice at the same time.
    """
    tells = tuple(tells)
    for words in tells:
        if not any(words in one.what for one in told):
            yield f"never told to the moderators: {words}"
    for one in told:
        if one.over_at is None:
            yield f"told as still so in the evening: {one.what}"
        if not any(words in one.what for words in (*tells, *may_tell)):
            yield f"told to the moderators for no reason: {one.what}"
    for one, other in combinations(sorted(told, key=lambda each: each.at), 2):
        if one.what == other.what and (one.over_at is None or other.at < one.over_at):
            yield f"told twice at the same time: {one.what}"
