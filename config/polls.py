"""From a programme file's keys to the polls they define."""

from collections.abc import Iterator
from dataclasses import replace

from config.poll_file import PollKeys
from config.programme_file import ProgrammeKeys
from meeting.polls import CAP, OPTIONS, Option, Poll, PollId, PollKind
from meeting.programme import ItemId

PLACES = 3
"""Places of a ranking, if the file does not say."""

DOTS = 10
"""Dots of a points poll, if the file does not say."""

LEVELS = ("1", "2", "3", "4", "5")
"""Levels of a score, if the file does not say."""

OWN = {"results": "showing", "breakdown": "breakdown", "virtual": "virtual", "shuffled": "shuffled",
       "illustrative": "illustrative"}  # fmt: skip
"""What a later round may have otherwise than the poll it follows, and what the meeting calls it."""


def polls_of(keys: ProgrammeKeys) -> tuple[Poll, ...]:
    """The polls in the order of their items, of a file without faults."""
    above: dict[str, Poll] = {}
    for item_id, poll in _written(keys):
        earlier = None if poll.round_of is None else above[poll.round_of]
        above[poll.id] = _first(item_id, poll) if earlier is None else _later(item_id, poll, earlier)
    return tuple(above.values())


def _written(keys: ProgrammeKeys) -> Iterator[tuple[ItemId, PollKeys]]:
    for day in keys.days:
        for item in day.items:
            for poll in item.polls:
                yield ItemId(item.id), poll


def _first(item_id: ItemId, keys: PollKeys) -> Poll:
    assert keys.question is not None and keys.kind is not None, "config.poll_checks asks for them"
    most, cap = _sizes(keys, keys.kind)
    scored = keys.kind is PollKind.SCORE
    return Poll(
        poll_id=PollId(keys.id),
        question=keys.question,
        kind=keys.kind,
        options=tuple(Option(option.text, option.illustrative) for option in keys.options),
        item_id=item_id,
        opens=keys.opens,
        closes=keys.closes,
        most=most,
        cap=cap,
        levels=tuple(keys.levels or LEVELS) if scored else (),
        unit=keys.unit,
        electorate=frozenset(keys.electorate),
        secrecy=keys.secrecy,
        showing=keys.results,
        breakdown=keys.breakdown,
        virtual=keys.virtual,
        shuffled=keys.shuffled,
        abstaining=keys.abstaining,
        illustrative=keys.illustrative,
    )


def _sizes(keys: PollKeys, kind: PollKind) -> tuple[int, int]:
    """`most` and `cap`. Of a template as many as the options to come may need."""
    options = len(keys.options) or OPTIONS
    if kind is PollKind.APPROVAL:
        return keys.choose or options, 0
    if kind is PollKind.RANKING:
        return keys.places or min(PLACES, options), 0
    if kind is PollKind.POINTS:
        dots = keys.dots or DOTS
        return dots, keys.cap or min(dots, CAP)
    return 1, 0


def _later(item_id: ItemId, keys: PollKeys, earlier: Poll) -> Poll:
    own = {name: getattr(keys, key) for key, name in OWN.items() if key in keys.model_fields_set}
    return replace(
        earlier,
        poll_id=PollId(keys.id),
        item_id=item_id,
        question=keys.question or earlier.question,
        opens=keys.opens,
        closes=keys.closes,
        round_of=earlier.poll_id,
        **own,
    )
