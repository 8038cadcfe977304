"""Random polls of each kind with ballots of them, for tests of figures and of what is kept."""

from collections import Counter
from dataclasses import replace

from hypothesis import strategies as st

from meeting import polls
from meeting.delegations import Tally
from meeting.polls import Breakdown, Choice, Option, Poll, PollId, PollKind, Secrecy
from meeting.tallies import Ballots

BASES = {Tally.MEMBERS: 45, Tally.OBSERVERS: 20}
GROUPS = ("North", "South", "East", "")


def poll_of(kind: PollKind, size: int, **values: object) -> Poll:
    """An open-changeable poll with so many options."""
    options = tuple(Option(f"Option {number}") for number in range(size))
    return Poll(PollId("p"), "?", kind, options, **values)  # type: ignore[arg-type]


@st.composite
def drawn_polls(draw: st.DrawFn, *kinds: PollKind) -> Poll:
    """A poll of one of these kinds, or of any."""
    kind, size = draw(st.sampled_from(kinds or tuple(PollKind))), draw(st.integers(2, 5))
    most, cap, levels = 1, 0, ()
    if kind in (PollKind.APPROVAL, PollKind.RANKING):
        most = draw(st.integers(1, size))
    if kind is PollKind.POINTS:
        cap = draw(st.integers(1, 7))
        most = draw(st.integers(1, size * cap))
    if kind is PollKind.SCORE:
        levels = tuple("abcdefgh"[: draw(st.integers(2, 8))])
    return poll_of(
        kind,
        size,
        most=most,
        cap=cap,
        levels=levels,
        electorate=draw(st.frozensets(st.sampled_from(Tally), min_size=1)),
        secrecy=draw(st.sampled_from(Secrecy)),
        breakdown=draw(st.none() | st.sampled_from(Breakdown)),
    )


@st.composite
def drawn_choices(draw: st.DrawFn, poll: Poll) -> Choice:
    """An answer in its one form, or an abstention."""
    places = range(len(poll.options))
    if draw(st.integers(0, 5)) == 0:
        return polls.ABSTAINED
    match poll.kind:
        case PollKind.RANKING:
            choice = draw(st.permutations(places))[: poll.most]
        case PollKind.POINTS:
            choice, left = [], poll.most
            for after in reversed(places):
                dots = draw(st.integers(max(0, left - after * poll.cap), min(poll.cap, left)))
                choice.append(dots)
                left -= dots
        case PollKind.SCORE:
            choice = [draw(st.integers(0, len(poll.levels) - 1)) for _ in places]
        case _:
            choice = draw(st.sets(st.sampled_from(places), min_size=1, max_size=poll.most))
    return polls.checked(poll, tuple(choice))


def drawn_ballots(poll: Poll, groups: tuple[str, ...] = GROUPS) -> st.SearchStrategy[list[Ballots]]:
    """Few enough that tallies and groups come out on both sides of the smallest that shows."""
    each = st.builds(
        Ballots,
        st.sampled_from(Tally),
        drawn_choices(poll),
        st.sampled_from((1, 1, 1, 2, 5)),
        st.sampled_from(groups),
    )
    return st.lists(each, max_size=14)


def profiles(*kinds: PollKind) -> st.SearchStrategy[tuple[Poll, list[Ballots]]]:
    """A poll with ballots of it, in groups one of which is no group, or in two proper ones."""
    return st.tuples(drawn_polls(*kinds), st.sampled_from((GROUPS, GROUPS[:2]))).flatmap(
        lambda drawn: st.tuples(st.just(drawn[0]), drawn_ballots(*drawn))
    )


def unsuppressed(profile: tuple[Poll, list[Ballots]]) -> tuple[Poll, list[Ballots]]:
    """The same, of a poll of which nothing is suppressed."""
    return replace(profile[0], secrecy=Secrecy.OPEN_CHANGEABLE), profile[1]


def cast_in(tally: Tally, ballots: list[Ballots]) -> Counter[Choice]:
    """A tally's choices, each with how often."""
    counted: Counter[Choice] = Counter()
    for ballot in ballots:
        if ballot.tally is tally:
            counted[ballot.choice] += ballot.times
    return counted


def answers_in(tally: Tally, ballots: list[Ballots]) -> dict[Choice, int]:
    """The same without abstentions."""
    return {choice: times for choice, times in cast_in(tally, ballots).items() if choice}
