"""How a poll stands for everybody: turnout always, figures only once they show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from meeting.delegations import Tally
from meeting.poll_life import HandCount
from meeting.polls import Poll
from meeting.tallies import Compared, Figures


@dataclass(frozen=True)
class Standing:
    """A poll as everybody may know it: while its results do not show, no figure of them is in here.

    `answered` and `bases`: turnout by tally. `round` counts from 1. `opening` and `expected`: when it opens
    by itself and closes, as things stand; `missed`: it was to open by itself, and will not any more.
    `in_person`: those who take part online are not asked. `earlier`: the round before, if this is a later
    one; `moved`: what became of the answers of a named one, by tally.
    """

    poll: Poll
    answered: Mapping[Tally, int]
    bases: Mapping[Tally, int]
    expected: datetime | None = None
    opening: datetime | None = None
    missed: bool = False
    round: int = 1
    in_person: bool = False
    figures: tuple[Figures, ...] = ()
    hand_counts: tuple[HandCount, ...] = ()
    earlier: "Standing | None" = None
    moved: Mapping[Tally, Compared] = field(default_factory=dict)

    def before(self, tally: Tally) -> Figures | None:
        """The tally's figures in the earlier round, if there is anything to compare with."""
        if self.earlier is None or _asked(self.earlier.poll) != _asked(self.poll):
            return None
        found = next((one for one in self.earlier.figures if one.tally is tally), None)
        return found if found is not None and found.answered and not found.suppressed else None


def _asked(poll: Poll) -> tuple[object, ...]:
    return poll.kind, poll.options, poll.levels
