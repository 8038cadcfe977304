"""Indicative polls: what is asked, of whom, how secretly, when it is open, and which answers are answers.

Nothing is decided by a poll here: no quorum, no majority. Figures are made in `meeting.tallies`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from meeting.delegations import Delegation, Tally
from meeting.poll_times import BY_HAND, Course, Moment, closes_at, is_open
from meeting.programme import ItemId, Mode
from meeting.refusals import Refused
from meeting.seats import Function, HasLeft, Presence, Seat, Seated, SeatId

PollId = NewType("PollId", str)

Choice = tuple[int, ...]
"""An answer, by places in the poll's options (from 0):

- single: the option;
- approval: the options, ascending;
- ranking: the options from first place to last;
- points: the dots of each option, in the options' order;
- score: the level of each row (a place in the levels), in the rows' order;
- abstention, of every kind: nothing.
"""

ABSTAINED: Choice = ()

OPTIONS = 25
"""Options of a poll at most: those of a select (Discord's limit)."""

OPTION_TEXT = 150
"""Characters of an option: 25 of them fit a panel of 4,000 (Discord's limit) with what stands around them."""

QUESTION_TEXT = 300
"""Characters of a poll's question."""

LEVELS = 10
"""Levels of a score at most."""

LEVEL_TEXT = 45
"""Characters of a level's name."""

PLACES = 5
"""Places of a ranking at most: a form has five fields (Discord's limit)."""

DOTS = 50
"""Dots of a points poll at most."""

CAP = 24
"""Dots on one option at most: the options of a select are none and those (Discord's limit of 25)."""

LAST_CALL = timedelta(minutes=5)
"""Before the closing."""

NO_SEAT = SeatId("")
"""Whose hand it was that cast a ballot entered at the desk."""


class PollKind(StrEnum):
    """How one answers."""

    SINGLE = "single"
    APPROVAL = "approval"
    RANKING = "ranking"
    POINTS = "points"
    SCORE = "score"


class Unit(StrEnum):
    """Whose ballot it is: one per delegation, cast by any of its people, or one per person."""

    DELEGATION = "delegation"
    PERSON = "person"


class Secrecy(StrEnum):
    """Who may ever learn whose ballot is whose.

    NAMED: the record knows. OPEN_CHANGEABLE: changeable while open, the link cut at the closing.
    SECRET_FINAL: first and final, never linked.
    """

    NAMED = "named"
    OPEN_CHANGEABLE = "open-changeable"
    SECRET_FINAL = "secret-final"


class Showing(StrEnum):
    """When results show: after the closing, when a moderator releases them, while the poll is open, or to
    each one who has answered. The last two for named polls only: results one ballot apart name a voter."""

    CLOSING = "closing"
    RELEASED = "released"
    LIVE = "live"
    OWN = "own"


class Breakdown(StrEnum):
    """By what a tally may be broken down: where people were when they answered, or the roster's regions."""

    MODE = "mode"
    SUB_REGION = "sub_region"


class PollState(StrEnum):
    """Derived from a poll's instants."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class Option:
    """Something to choose, or a row to score."""

    text: str
    illustrative: bool = False


@dataclass(frozen=True)
class Poll:
    """A poll as defined, and what has happened to it. Instants are aware UTC.

    `most`: how many options of an approval, places of a ranking, or dots there are; else 1. `cap`: dots on
    one option at most. `levels`: those of a score, lowest first. Without options it is a template: they are
    entered before it opens. `round_of` names the poll whose next round this is. `bases`: how many could
    answer, by tally, as fixed at the closing.
    """

    poll_id: PollId
    question: str
    kind: PollKind
    options: tuple[Option, ...]
    item_id: ItemId | None = None
    opens: Moment = BY_HAND
    closes: Moment = BY_HAND
    most: int = 1
    cap: int = 0
    levels: tuple[str, ...] = ()
    unit: Unit = Unit.DELEGATION
    electorate: frozenset[Tally] = frozenset(Tally)
    secrecy: Secrecy = Secrecy.OPEN_CHANGEABLE
    showing: Showing = Showing.CLOSING
    breakdown: Breakdown | None = None
    virtual: bool = False
    """Whether the virtual side is asked even where the item is held in person."""
    shuffled: bool = False
    """Whether each voter is shown the options in an order of their own."""
    abstaining: bool = True
    illustrative: bool = False
    round_of: PollId | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    released_at: datetime | None = None
    extended_to: datetime | None = None
    """Decided by a moderator, instead of the programme's closing."""
    bases: Mapping[Tally, int] | None = field(default=None, hash=False)

    @property
    def state(self) -> PollState:
        if self.closed_at is not None:
            return PollState.CLOSED
        return PollState.PLANNED if self.opened_at is None else PollState.OPEN

    @property
    def tallies(self) -> tuple[Tally, ...]:
        """The tallies asked, in their order."""
        return tuple(tally for tally in Tally if tally in self.electorate)

    @property
    def published(self) -> bool:
        """Whether anybody may see results; while False only turnout shows, to everybody and everywhere."""
        if self.showing is Showing.LIVE:
            return self.opened_at is not None
        if self.showing is Showing.RELEASED:
            return self.closed_at is not None and self.released_at is not None
        return self.closed_at is not None

    @property
    def linked(self) -> bool:
        """Whether the record knows, now, whose ballot is whose."""
        if self.secrecy is Secrecy.OPEN_CHANGEABLE:
            return self.closed_at is None
        return self.secrecy is Secrecy.NAMED


class Gated(Refused):
    """Results do not show yet, to nobody."""


class UnknownPoll(Refused):
    """No poll has that id."""


class AnswerFirst(Refused):
    """The results show to those who have answered, and the person has not."""


class NotOpen(Refused):
    """The poll has not been opened yet."""


class PollClosed(Refused):
    """The poll is closed; the ballot was not counted."""


class OutsideElectorate(Refused):
    """The poll asks other delegations."""


class InPersonOnly(Refused):
    """The poll belongs to an item held in person, and the person takes part virtually."""


class AlreadyAnswered(Refused):
    """A secret ballot is first and final."""


class NotConfirmed(Refused):
    """A ballot that is final is confirmed before it is in."""


class OwnHandsOnly(Refused):
    """The poll is secret, or asks each person: it is not answered through a desk."""


class UnknownOption(Refused):
    """There is no such option or level."""


class NothingChosen(Refused):
    """No option was chosen, and that is not how one abstains."""


class TooManyChosen(Refused):
    """More options were chosen than the poll has room for."""


class DuplicateRanks(Refused):
    """One option was given two places."""


class PlacesOpen(Refused):
    """A ranking needs each of its places filled."""


class WrongSum(Refused):
    """All dots are to be placed, no fewer and no more; nothing is scaled."""


class OverCap(Refused):
    """One option was given more dots than one may have."""


class RowsOpen(Refused):
    """Each row needs a level."""


class NoAbstaining(Refused):
    """The poll has no abstention; not answering is possible."""


def checked(poll: Poll, choice: Choice) -> Choice:
    """The choice in its one form. Raises a refusal for what is no answer to this poll."""
    size = len(poll.options)
    if choice == ABSTAINED:
        if not poll.abstaining:
            raise NoAbstaining()
        return ABSTAINED
    if poll.kind in (PollKind.POINTS, PollKind.SCORE):
        if len(choice) != size:
            raise UnknownOption()
        return _dots(poll, choice) if poll.kind is PollKind.POINTS else _levels(poll, choice)
    if any(not 0 <= option < size for option in choice):
        raise UnknownOption()
    if poll.kind is PollKind.RANKING:
        if len(set(choice)) < len(choice):
            twice = next(option for option in choice if choice.count(option) > 1)
            raise DuplicateRanks(option=poll.options[twice].text)
        if len(choice) > poll.most:
            raise TooManyChosen(n=len(choice), most=poll.most)
        if len(choice) < poll.most:
            raise PlacesOpen(n=len(choice), most=poll.most)
        return choice
    chosen = tuple(sorted(set(choice)))
    most = 1 if poll.kind is PollKind.SINGLE else poll.most
    if len(chosen) > most:
        raise TooManyChosen(n=len(chosen), most=most)
    return chosen


def _dots(poll: Poll, choice: Choice) -> Choice:
    if any(dots < 0 for dots in choice):
        raise UnknownOption()
    over = next((option for option, dots in enumerate(choice) if dots > poll.cap), None)
    if over is not None:
        raise OverCap(option=poll.options[over].text, cap=poll.cap)
    if sum(choice) != poll.most:
        raise WrongSum(n=sum(choice), most=poll.most)
    return choice


def _levels(poll: Poll, choice: Choice) -> Choice:
    if any(level < 0 for level in choice):
        raise RowsOpen(n=sum(level >= 0 for level in choice), most=len(choice))
    if any(level >= len(poll.levels) for level in choice):
        raise UnknownOption()
    return choice


def cast(
    poll: Poll,
    voter: Seated,
    choice: Choice,
    course: Course,
    now: datetime,
    *,
    answered: datetime | None,
    sure: bool = True,
) -> Choice:
    """The ballot as it is to be kept. `answered`: when this voter's ballot was cast, if one is in;
    `sure`: whether they were shown it once more.

    Raises `NotOpen`, `PollClosed`, `OutsideElectorate`, `HasLeft`, `InPersonOnly`, `AlreadyAnswered`, what
    `checked` raises, and `NotConfirmed`.
    """
    admit(poll, voter, course, now, answered=answered)
    kept = checked(poll, choice)
    if poll.secrecy is Secrecy.SECRET_FINAL and not sure:
        raise NotConfirmed()
    return kept


def admit(poll: Poll, voter: Seated, course: Course, now: datetime, *, answered: datetime | None) -> None:
    """Whether this person may answer now. Raises as `cast`."""
    if poll.state is PollState.PLANNED:
        raise NotOpen()
    if not is_open(poll, course, now):
        raise PollClosed(at=poll.closed_at or closes_at(poll, course))
    if voter.delegation.tally not in poll.electorate:
        raise OutsideElectorate(electorate=poll.tallies)
    if voter.seat.presence is Presence.LEFT:
        raise HasLeft()
    if course.mode is Mode.IN_PERSON and not poll.virtual and voter.seat.virtual_on(now, course.zone):
        raise InPersonOnly()
    if answered is not None and poll.secrecy is Secrecy.SECRET_FINAL:
        raise AlreadyAnswered(at=answered)


def voter_of(poll: Poll, voter: Seated) -> str:
    """Whose ballot it is: the delegation's id, or the person's, whichever seat they are in.

    Who takes over a seat neither sees nor changes what the person before answered. A seat whose page is used
    without an account stands for its person, from the moment at which the page was opened first.
    """
    if poll.unit is Unit.DELEGATION:
        return voter.delegation.delegation_id
    return page_voter(voter.seat) if voter.seat.user_id is None else str(voter.seat.user_id)


def page_voter(seat: Seat) -> str:
    """Whose ballot it is that somebody without an account casts on a seat's page."""
    return seat.seat_id if seat.opened_at is None else f"{seat.seat_id}@{int(seat.opened_at.timestamp())}"


def desk_voter(poll: Poll, delegation: Delegation, now: datetime) -> Seated:
    """A delegation whose ballot is entered at the desk: in the room, from no seat of its own.

    Raises `OwnHandsOnly`: nobody at a desk may learn a secret answer, or answer for single persons.
    """
    if poll.unit is Unit.PERSON or poll.secrecy is Secrecy.SECRET_FINAL:
        raise OwnHandsOnly()
    place = Seat(NO_SEAT, delegation.delegation_id, 0, Function.ADVISER, None, None, None, Presence.ROOM, now)
    return Seated(place, delegation)


def group_of(poll: Poll, voter: Seated) -> str:
    """The group a ballot counts in for the poll's breakdown; empty without one, or where it is not known."""
    if poll.breakdown is Breakdown.MODE:
        known = voter.seat.presence in (Presence.ROOM, Presence.VIRTUAL)
        return voter.seat.presence.value if known else ""
    return (voter.delegation.sub_region or "") if poll.breakdown is Breakdown.SUB_REGION else ""
