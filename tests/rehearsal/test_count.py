"""The rehearsal's own count: what it expects of a result is what a result says, and nothing else is."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.words import Words
from cogs.polls.panel import poll_panel
from cogs.polls.results import result_blocks
from cogs.polls.tables import table_file
from config.catalogue import read_catalogues
from db.polls import Standing
from meeting import polls, tallies
from meeting.delegations import Tally
from meeting.polls import Breakdown, Poll, PollKind, Secrecy
from meeting.refusals import Refused
from meeting.tallies import Ballots
from rehearsal import expected, wishes
from rehearsal.count import Ballot, Count, Counted, hundred, quantile
from rehearsal.paper import read
from rehearsal.published import panel_cells, table_lines
from tests.ballots import BASES, drawn_ballots, drawn_polls, poll_of

EVERYTHING = 100_000
"""Characters in which any result fits."""

NOW = datetime(2030, 5, 1, 9, tzinfo=UTC)
WORDS = Words(read_catalogues())
GROUPS = {
    Tally.MEMBERS: "member delegations",
    Tally.MEMBER_ORGANISATIONS: "member organisations",
    Tally.OBSERVERS: "observer delegations",
}


def paper_text(poll: Poll) -> str:
    """The panel of the open poll, as it hangs."""
    standing = Standing(replace(poll, opened_at=NOW), {}, {})
    text = "\n".join(poll_panel(WORDS, standing).blocks)
    return f"{text}\n-# ref 0123abcd-poll-{poll.poll_id}"


def counted(poll: Poll, ballots: list[Ballots]) -> Counted:
    """The same ballots in the rehearsal's own count."""
    paper = read(paper_text(poll))
    mine = Counted(paper, levels=poll.levels, breakdown=poll.breakdown is Breakdown.MODE)
    mine.closed = {GROUPS[tally]: n for tally, n in BASES.items()}
    for number, alike in enumerate(ballots):
        for once in range(alike.times):
            if alike.tally in poll.electorate:
                who = f"{number} {once}"
                mine.ballots[who] = Ballot(GROUPS[alike.tally], alike.choice, alike.group, who, who)
    return mine


def standing_of(poll: Poll, ballots: list[Ballots]) -> Standing:
    """The closed poll, with the bot's figures."""
    closed = replace(poll, opened_at=NOW, closed_at=NOW)
    asked = [one for one in ballots if one.tally in poll.electorate]
    return Standing(closed, {}, BASES, figures=tallies.figures(closed, asked, BASES))


NOBODY = Count.__new__(Count)
NOBODY.polls = {}


@st.composite
def held(draw: st.DrawFn) -> tuple[Poll, list[Ballots]]:
    """A poll and its ballots, broken down by where people were or not at all."""
    poll = draw(drawn_polls())
    poll = replace(poll, breakdown=draw(st.sampled_from((None, Breakdown.MODE))))
    return poll, draw(drawn_ballots(poll, ("room", "virtual") if poll.breakdown else ("",)))


@given(held())
@settings(max_examples=150, deadline=None)
def test_what_is_expected_is_what_a_result_says(profile: tuple[Poll, list[Ballots]]) -> None:
    mine, standing = counted(*profile), standing_of(*profile)
    text = "\n".join(result_blocks(WORDS, standing, EVERYTHING))
    assert panel_cells(text, mine.paper.options) == expected.panel(NOBODY, mine)
    found = expected.without_moment(table_lines(table_file(WORDS, standing)[1]))
    assert Counter(map(tuple, found)) == Counter(map(tuple, expected.table(NOBODY, mine)))


@given(drawn_polls().flatmap(lambda poll: st.tuples(st.just(poll), *[drawn_ballots(poll, ("",))] * 2)))
@settings(max_examples=100, deadline=None)
def test_two_rounds_are_told_each_with_its_own_base(drawn: tuple[Poll, list[Ballots], list[Ballots]]) -> None:
    poll, was, becomes = drawn
    poll = replace(poll, breakdown=None)
    if poll.secrecy is Secrecy.NAMED:  # Whose ballot is whose has no part in these.
        poll = replace(poll, secrecy=Secrecy.OPEN_CHANGEABLE)
    before, mine = counted(poll, was), counted(poll, becomes)
    mine.earlier, before.closed = "earlier", {GROUPS[tally]: n for tally, n in BASES.items()}
    count = Count.__new__(Count)
    count.polls = {"earlier": before}
    standing = replace(standing_of(poll, becomes), earlier=standing_of(poll, was), round=2)
    text = "\n".join(result_blocks(WORDS, standing, EVERYTHING))
    assert panel_cells(text, mine.paper.options) == expected.panel(count, mine)
    found = expected.without_moment(table_lines(table_file(WORDS, standing)[1]))
    assert Counter(map(tuple, found)) == Counter(map(tuple, expected.table(count, mine)))


@pytest.mark.parametrize("kind", PollKind)
def test_one_ballot_more_shows(kind: PollKind) -> None:
    levels = ("low", "high") if kind is PollKind.SCORE else ()
    poll = poll_of(kind, 3, most=1, cap=1, levels=levels, secrecy=Secrecy.NAMED)
    choice = {PollKind.POINTS: (0, 1, 0), PollKind.SCORE: (0, 1, 0)}.get(kind, (1,))
    ballots = [Ballots(Tally.MEMBERS, choice, 3)]
    mine = counted(poll, ballots)
    for wrong in ([Ballots(Tally.MEMBERS, choice, 4)], [Ballots(Tally.OBSERVERS, choice, 3)]):
        standing = standing_of(poll, wrong)
        text = "\n".join(result_blocks(WORDS, standing, EVERYTHING))
        assert panel_cells(text, mine.paper.options) != expected.panel(NOBODY, mine)
        assert expected.without_moment(table_lines(table_file(WORDS, standing)[1])) != expected.table(
            NOBODY, mine
        )


@given(drawn_polls())
def test_a_panel_is_read_as_it_was_meant(poll: Poll) -> None:
    paper = read(paper_text(poll))
    assert (paper.kind, paper.question) == (poll.kind.value, poll.question)
    assert paper.options == tuple(option.text for option in poll.options)
    assert paper.asked == tuple(GROUPS[tally] for tally in poll.tallies)
    assert (paper.most, paper.cap) == (poll.most, poll.cap if poll.kind is PollKind.POINTS else 0)
    assert paper.secret == (poll.secrecy is Secrecy.SECRET_FINAL)


@given(drawn_polls(), st.randoms(use_true_random=False))
def test_what_people_want_is_an_answer_and_a_slip_is_none(poll: Poll, dice: object) -> None:
    assert isinstance(dice, Random)
    paper = read(paper_text(poll))
    wish = wishes.draw(paper, dice)
    if poll.kind is PollKind.SCORE:
        wish = tuple(wishes.level_of(one, len(poll.levels)) for one in wish)
    assert polls.checked(poll, wish) == wish
    slip = wishes.slip(paper, wish)
    if slip is not None:
        with pytest.raises(Refused):
            polls.checked(poll, slip)


def test_remainders_go_to_the_largest_and_of_equal_ones_to_the_first() -> None:
    assert hundred([1, 1, 1]) == [34, 33, 33]
    assert hundred([2, 1, 0]) == [67, 33, 0]
    assert hundred([0, 0]) == [0, 0]


def test_quarters_of_a_list() -> None:
    assert [quantile([1, 2, 3, 4], n) for n in (1, 2, 3)] == [1.5, 2.5, 3.5]
    assert [quantile([5, 1, 3], n) for n in (1, 2, 3)] == [1, 3, 5]
