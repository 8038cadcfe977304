"""Seats and polls of a rehearsal: those who take part in them, the own count, and the comparison."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from random import Random

from meeting.delegations import Category, Delegation
from meeting.polls import Breakdown, Poll, PollKind, Secrecy, Unit
from meeting.programme import Mode, Programme
from rehearsal.arrivals import Arrivals
from rehearsal.cast import Cast
from rehearsal.count import Count
from rehearsal.director import Director
from rehearsal.paper import GROUPS
from rehearsal.pollsters import Pollsters
from rehearsal.scrutiny import Scrutiny
from rehearsal.sheet import Codes
from rehearsal.voters import Answered, Voters

FEW = 25
"""People of delegations below whom not all that may be drawn is: nobody does two things at one poll."""


@dataclass
class Polling:
    """Who takes seats, who answers, who runs polls, who compares."""

    director: Director
    cast: Cast
    programme: Programme
    count: Count
    scrutiny: Scrutiny
    arrivals: Arrivals
    voters: Voters
    pollsters: Pollsters

    @classmethod
    def prepared(
        cls,
        director: Director,
        cast: Cast,
        programme: Programme,
        roster: Sequence[Delegation],
        codes: Codes,
        seed: int,
    ) -> "Polling":
        """All of them, with dice of their own."""
        count = Count(cast, Counter(GROUPS[one.category] for one in roster))
        polls = programme.polls
        scrutiny = Scrutiny(
            director,
            count,
            frozenset(str(poll.poll_id) for poll in polls if poll.breakdown is Breakdown.MODE),
            {str(poll.poll_id): str(poll.round_of) for poll in polls if poll.round_of},
        )
        arrivals = Arrivals(director, cast, programme, count, codes, Random(f"{seed} arrivals"))
        voters = Voters(director, cast, programme, count, str(seed))
        pollsters = Pollsters(director, cast, programme, count, scrutiny, Random(f"{seed} polls"))
        return cls(director, cast, programme, count, scrutiny, arrivals, voters, pollsters)

    def begin(self) -> None:
        """People arrive, and wait for polls."""
        self.arrivals.begin()
        self.voters.door = self.arrivals.draw_door()
        self.scrutiny.opened.append(self.voters.opened)
        self.scrutiny.closed.append(self.voters.closed)
        self.pollsters.begin()

    def end(self, skipped: Collection[str]) -> set[str]:
        """Compare what hangs in the end; what happened."""
        self.scrutiny.final()
        for poll in self._held(skipped):
            if str(poll.poll_id) not in self.count.polls:
                self.director.wrong.append(f"the poll {poll.poll_id} was not opened")
        return {*self.arrivals.happened, *self.voters.happened, *self.pollsters.happened}

    def _held(self, skipped: Collection[str]) -> list[Poll]:
        """The programme's polls whose items were taken up."""
        return [poll for poll in self.programme.polls if poll.item_id not in skipped]

    def must(self, skipped: Collection[str]) -> set[str]:
        """What must have happened, as far as programme and cast have room for it."""
        polls, many = self._held(skipped), len(self.cast.delegates) >= FEW
        wanted: set[str] = {*self.arrivals.wanted, *self.pollsters.wanted, Answered.NO_SEAT, Answered.STALE}
        if many:
            wanted |= {Answered.ABSTAINED, Answered.CHANGED, Answered.LOOKED}
        if not polls or not many:
            return wanted
        several = len(self.cast.delegates) > len({d.delegation.delegation_id for d in self.cast.delegates})
        kinds = {poll.kind for poll in polls}
        in_person = {item.item_id for item in self.programme.items if item.mode is Mode.IN_PERSON}
        final = [poll for poll in polls if poll.secrecy is Secrecy.SECRET_FINAL]
        cut = [poll for poll in polls if poll.secrecy is Secrecy.OPEN_CHANGEABLE]
        forms = {PollKind.POINTS, PollKind.RANKING, PollKind.SCORE}
        room_for = {
            Answered.OVERRIDDEN: several,
            Answered.FINAL: several and any(poll.unit is Unit.DELEGATION for poll in final),
            Answered.OUTSIDE: any(len(poll.electorate) < 3 for poll in polls) and self._observers(),
            Answered.ONLINE: any(poll.item_id in in_person and not poll.virtual for poll in polls),
            Answered.ONLINE_ASKED: any(poll.item_id in in_person and poll.virtual for poll in polls),
            Answered.SUM: PollKind.POINTS in kinds,
            Answered.TWICE: PollKind.RANKING in kinds,
            Answered.HESITATED: bool(final),
            Answered.FORM: bool(kinds & forms),
            Answered.OVERNIGHT: any(poll.closes.day_id not in (None, self._day(poll)) for poll in polls),
            Answered.UNLINKED: bool(cut),
        }
        return wanted | {event for event, room in room_for.items() if room}

    def _observers(self) -> bool:
        return any(one.delegation.category is not Category.MEMBER for one in self.cast.delegates)

    def _day(self, poll: Poll) -> str | None:
        days = self.programme.days
        return next((d.day_id for d in days for item in d.items if item.item_id == poll.item_id), None)
