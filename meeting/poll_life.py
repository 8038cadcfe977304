"""The life of a poll: what may be done with it, by the clock or by those who run the meeting.

Each act takes the poll as it stands and gives the next one, or raises a refusal.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from meeting.delegations import Tally
from meeting.poll_times import BY_HAND, Course, closes_at, is_open
from meeting.polls import (
    CAP,
    DOTS,
    LEVEL_TEXT,
    LEVELS,
    OPTION_TEXT,
    OPTIONS,
    PLACES,
    QUESTION_TEXT,
    Option,
    Poll,
    PollId,
    PollKind,
    PollState,
    Secrecy,
    Showing,
)
from meeting.refusals import Refused
from meeting.writing import legible, shows

LONGEST = timedelta(hours=48)
"""A poll is not extended by more in one act: a slip of the finger, not a decision."""

BY_HAND_ID = re.compile(r"h([0-9]+)")
"""The ids of polls that were not in the programme."""


class AlreadyOpened(Refused):
    """The poll has been opened before."""


class AlreadyEntered(Refused):
    """Somebody has entered the poll's options already."""


class NeverOpened(Refused):
    """The act is for a poll that has been opened."""


class AlreadyClosed(Refused):
    """The poll is closed; what it asked can be asked again in a further round."""


class StillOpen(Refused):
    """The act is for a closed poll."""


class AlreadyShown(Refused):
    """The results show already."""


class OptionsMissing(Refused):
    """The poll is a template: its options are entered before it opens."""


class TimeOver(Refused):
    """The time the programme has for the poll is past; opened now, it needs a time of its own."""


class NoTimeGiven(Refused):
    """The minutes given are none, too many, or lead into the past."""


class QuestionMissing(Refused):
    """A poll asks something."""


class QuestionTooLong(Refused):
    """The question is longer than a panel takes."""


class TooFewOptions(Refused):
    """There is nothing to choose between."""


class TooManyOptions(Refused):
    """More options than a select has."""


class OptionTooLong(Refused):
    """An option is longer than panels take."""


class OptionTwice(Refused):
    """Two options are the same."""


class SizeUnfit(Refused):
    """Ticks, places, dots or levels do not fit the options."""


class LevelsUnfit(Refused):
    """A score needs levels that can be told apart, and read."""


class LinkedShowing(Refused):
    """Results while the poll is open are for named polls only."""


class NotAsked(Refused):
    """The poll asks other delegations than those whose hands were counted."""


class NotCountable(Refused):
    """Only a choice among options can be counted by hand."""


class CountUnfit(Refused):
    """A hand count names a number for each option, none greater than that of those who answered."""


@dataclass(frozen=True)
class HandCount:
    """What was counted by hand in the room, of one tally; never added to ballots."""

    tally: Tally
    answered: int
    counts: tuple[int, ...]


def open_(poll: Poll, course: Course, now: datetime, minutes: int | None = None) -> Poll:
    """The poll is open from now on; with `minutes` for so long, whatever the programme says.

    Raises `AlreadyOpened`, `OptionsMissing`, `TimeOver`, `NoTimeGiven`.
    """
    if poll.opened_at is not None:
        raise AlreadyOpened()
    if not poll.options:
        raise OptionsMissing()
    opened = replace(poll, opened_at=now)
    if minutes is not None:
        return replace(opened, extended_to=now + _span(minutes, least=1))
    closing = closes_at(poll, course)
    if closing is not None and closing <= now:
        raise TimeOver(at=closing)
    return opened


def close(poll: Poll, now: datetime, bases: Mapping[Tally, int]) -> Poll:
    """The poll is closed for good. Raises `NeverOpened`, `AlreadyClosed`."""
    _opened(poll)
    if poll.state is PollState.CLOSED:
        raise AlreadyClosed(at=poll.closed_at)
    return replace(poll, closed_at=now, bases=dict(bases))


def extend(poll: Poll, course: Course, expected: datetime | None, minutes: int, now: datetime) -> Poll:
    """The poll closes so many minutes later than it was to (negative: earlier), or than now.

    Raises `NeverOpened`, `AlreadyClosed`, `NoTimeGiven`.
    """
    _opened(poll)
    if not is_open(poll, course, now):
        raise AlreadyClosed(at=poll.closed_at or closes_at(poll, course))
    until = max(expected or now, now) + _span(minutes)
    if until <= now:
        raise NoTimeGiven(minutes=minutes, most=int(LONGEST.total_seconds() // 60))
    return replace(poll, extended_to=until)


def release(poll: Poll, now: datetime) -> Poll:
    """The results show from now on. Raises `NeverOpened`, `StillOpen`, `AlreadyShown`."""
    _opened(poll)
    if poll.published:
        raise AlreadyShown()
    if poll.closed_at is None:
        raise StillOpen()
    return replace(poll, released_at=now)


def entered(poll: Poll, texts: Sequence[str]) -> Poll:
    """The options of a template are these; it takes no more ticks or places than there are options.

    Raises `AlreadyOpened`, `AlreadyEntered` and what `drafted` raises.
    """
    if poll.opened_at is not None:
        raise AlreadyOpened()
    if poll.options:
        raise AlreadyEntered()
    return _refitted(poll, tuple(Option(text) for text in _lines(texts)))


def _refitted(poll: Poll, options: tuple[Option, ...]) -> Poll:
    most = poll.most
    if poll.kind in (PollKind.APPROVAL, PollKind.RANKING):
        most = min(most, max(len(options), 1))
    return drafted(replace(poll, options=options, most=most))


def drafted(poll: Poll) -> Poll:
    """A poll entered by hand, its texts made legible, as far as it can be asked.

    Raises `QuestionMissing`, `QuestionTooLong`, `TooFewOptions`, `TooManyOptions`, `OptionTooLong`,
    `OptionTwice`, `LevelsUnfit`, `SizeUnfit`, `LinkedShowing`.
    """
    showable(poll)
    question = " ".join(legible(poll.question).split())
    if not shows(question):
        raise QuestionMissing()
    if len(question) > QUESTION_TEXT:
        raise QuestionTooLong(length=len(question), most=QUESTION_TEXT)
    options = tuple(replace(option, text=text) for option, text in _shown_lines(poll.options))
    fewest = 1 if poll.kind is PollKind.SCORE else 2
    if len(options) < fewest:
        raise TooFewOptions(least=fewest)
    if len(options) > OPTIONS:
        raise TooManyOptions(n=len(options), most=OPTIONS)
    for number, option in enumerate(options, start=1):
        if len(option.text) > OPTION_TEXT:
            raise OptionTooLong(n=number, length=len(option.text), most=OPTION_TEXT)
    folded = [option.text.casefold() for option in options]
    twice = next((o.text for o, text in zip(options, folded, strict=True) if folded.count(text) > 1), None)
    if twice is not None:
        raise OptionTwice(option=twice)
    made = replace(poll, question=question, options=options, levels=_level_names(poll))
    if not _fits(made):
        raise SizeUnfit(places=PLACES)
    return made


def showable(poll: Poll) -> None:
    """Raises `LinkedShowing` for results that would tell who answered what."""
    if poll.showing in (Showing.LIVE, Showing.OWN) and poll.secrecy is not Secrecy.NAMED:
        raise LinkedShowing()


def _shown_lines(options: Iterable[Option]) -> list[tuple[Option, str]]:
    """Options that show anything, with their texts on one line each."""
    tidy = [(option, " ".join(legible(option.text).split())) for option in options]
    return [(option, text) for option, text in tidy if shows(text)]


def _lines(texts: Sequence[str]) -> list[str]:
    return [text for _, text in _shown_lines(Option(text) for text in texts)]


def _level_names(poll: Poll) -> tuple[str, ...]:
    """A score's levels as they are shown. Raises `LevelsUnfit`."""
    if poll.kind is not PollKind.SCORE:
        return ()
    names = tuple(" ".join(legible(name).split()) for name in poll.levels)
    apart = len({name.casefold() for name in names}) == len(names)
    readable = all(shows(name) and len(name) <= LEVEL_TEXT for name in names)
    if not (2 <= len(names) <= LEVELS and apart and readable):
        raise LevelsUnfit(least=2, most=LEVELS, length=LEVEL_TEXT)
    return names


def _fits(poll: Poll) -> bool:
    size = len(poll.options)
    if poll.kind is PollKind.POINTS:
        return 1 <= poll.cap <= poll.most <= min(DOTS, poll.cap * size) and poll.cap <= CAP
    return 1 <= poll.most <= (min(size, PLACES) if poll.kind is PollKind.RANKING else size)


def next_round(poll: Poll, poll_id: PollId, *, virtual: bool) -> Poll:
    """The same question once more, under its own id; what came out before stays as it is.

    `virtual`: whether the virtual side was asked before: it is again, whatever item is on.

    Raises `NeverOpened`, `StillOpen`.
    """
    _opened(poll)
    if poll.closed_at is None:
        raise StillOpen()
    return replace(
        poll,
        poll_id=poll_id,
        opens=BY_HAND,
        closes=BY_HAND,
        virtual=virtual,
        round_of=poll.poll_id,
        opened_at=None,
        closed_at=None,
        released_at=None,
        extended_to=None,
        bases=None,
    )


def counted(poll: Poll, count: HandCount) -> HandCount:
    """A hand count that can stand beside the poll.

    Raises `NeverOpened`, `NotAsked`, `NotCountable`, `CountUnfit`.
    """
    _opened(poll)
    if count.tally not in poll.electorate:
        raise NotAsked(electorate=poll.tallies)
    if poll.kind not in (PollKind.SINGLE, PollKind.APPROVAL):
        raise NotCountable()
    over = sum(count.counts) > count.answered if poll.kind is PollKind.SINGLE else False
    if (
        len(count.counts) != len(poll.options)
        or count.answered < 1
        or any(not 0 <= one <= count.answered for one in count.counts)
        or over
    ):
        raise CountUnfit(n=len(poll.options))
    return count


def free_id(taken: Collection[PollId]) -> PollId:
    """An id for a poll made by hand that no poll has: `h1`, `h2`, …"""
    numbers = [int(found[1]) for one in taken if (found := BY_HAND_ID.fullmatch(one))]
    return PollId(f"h{max(numbers, default=0) + 1}")


@dataclass(frozen=True)
class PollChanges:
    """What a reload of the programme does to polls; `kept`: opened already, and described otherwise."""

    added: tuple[Poll, ...]
    changed: tuple[Poll, ...]
    removed: tuple[Poll, ...]
    kept: tuple[Poll, ...]

    @property
    def nothing(self) -> bool:
        return not (self.added or self.changed or self.removed)


def reloaded(polls: Sequence[Poll], by_hand: Collection[PollId], planned: Sequence[Poll]) -> PollChanges:
    """What the file's polls change: nothing of a poll that was opened, nor of one made by hand."""
    known = {poll.poll_id: poll for poll in polls}
    asked = {poll.poll_id: poll for poll in polls if poll.opened_at is not None}
    file = {poll.poll_id for poll in planned}
    added: list[Poll] = []
    changed: list[Poll] = []
    kept: list[Poll] = []
    for plan in planned:
        old, fresh = known.get(plan.poll_id), plan
        first = asked.get(plan.round_of) if plan.round_of is not None else None
        if first is not None:
            fresh = _like(fresh, first)
            asked.setdefault(plan.poll_id, fresh)  # a third round asks what the first did
        if old is None:
            added.append(fresh)
            continue
        if not fresh.options and old.options:
            fresh = _kept_options(fresh, old)
        if fresh == _as_planned(old):
            continue
        (kept if old.opened_at is not None or plan.poll_id in by_hand else changed).append(fresh)
    removed = [p for p in polls if p.poll_id not in file | set(by_hand) and p.opened_at is None]
    return PollChanges(tuple(added), tuple(changed), tuple(removed), tuple(kept))


def _like(plan: Poll, first: Poll) -> Poll:
    """A round asks what was asked before, whatever the file says by now: else nothing could be compared."""
    return replace(
        plan,
        kind=first.kind,
        options=first.options,
        most=first.most,
        cap=first.cap,
        levels=first.levels,
        unit=first.unit,
        electorate=first.electorate,
        secrecy=first.secrecy,
        abstaining=first.abstaining,
    )


def _kept_options(plan: Poll, old: Poll) -> Poll:
    """What was entered into a template stays, if it still fits what the file says."""
    try:
        return _refitted(plan, old.options)
    except Refused:
        return plan


def _as_planned(poll: Poll) -> Poll:
    return replace(poll, opened_at=None, closed_at=None, released_at=None, extended_to=None, bases=None)


def _opened(poll: Poll) -> None:
    if poll.opened_at is None:
        raise NeverOpened()


def _span(minutes: int, least: int | None = None) -> timedelta:
    span = timedelta(minutes=minutes)
    if not minutes or abs(span) > LONGEST or (least is not None and minutes < least):
        raise NoTimeGiven(minutes=minutes, most=int(LONGEST.total_seconds() // 60))
    return span
