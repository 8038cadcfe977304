"""Figures of random polls of each kind, beside votelib's; and what must hold of every one of them."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from votelib import convert
from votelib.component.rankscore import ModifiedBorda
from votelib.evaluate.condorcet import CondorcetWinner, pairwise_wins
from votelib.evaluate.core import Tie
from votelib.evaluate.proportional import LargestRemainder

from meeting import tallies
from meeting.delegations import Tally
from meeting.polls import Choice, Poll, PollKind, Secrecy
from meeting.tallies import Ballots, Compared, Figures, OptionFigures, Pairwise, Shift, figures
from tests.ballots import BASES, answers_in, cast_in, drawn_ballots, poll_of, profiles, unsuppressed


def of_one_tally(poll: Poll, *choices: Choice, times: int = 1) -> Figures:
    return figures(poll, [Ballots(Tally.MEMBERS, choice, times) for choice in choices], BASES)[0]


@given(profiles(PollKind.SINGLE).map(unsuppressed))
def test_single_as_votelib_counts_and_parts_it(profile):
    poll, ballots = profile
    for found in figures(poll, ballots, BASES):
        counts = [cast_in(found.tally, ballots)[(option,)] for option in range(len(poll.options))]
        counts.append(cast_in(found.tally, ballots)[()])
        assert [option.count for option in found.options] + [found.abstained] == counts
        percents = [option.percent for option in found.options] + [found.abstained_percent]
        if not sum(counts):
            assert percents == [0] * len(counts)
            continue
        seats = Counter()
        for part, n in LargestRemainder("hare").evaluate(dict(enumerate(counts)), 100).items():
            # Where votelib leaves a tie open, the earlier places go first.
            seats.update(sorted(part)[:n] if isinstance(part, Tie) else {part: n})
        assert percents == [seats[part] for part in range(len(counts))]
        assert sum(percents) == 100


def test_parts_with_equal_losses_go_by_place():
    found = of_one_tally(poll_of(PollKind.SINGLE, 3), (0,), (1,), (2,))
    assert [option.percent for option in found.options] == [34, 33, 33]
    found = of_one_tally(poll_of(PollKind.SINGLE, 3), (2,), (), (1,))
    assert ([option.percent for option in found.options], found.abstained_percent) == ([0, 34, 33], 33)


@given(profiles(PollKind.APPROVAL).map(unsuppressed))
def test_approvals_as_votelib_counts_them(profile):
    poll, ballots = profile
    for found in figures(poll, ballots, BASES):
        sets = {frozenset(choice): n for choice, n in answers_in(found.tally, ballots).items()}
        counts = convert.ApprovalToSimpleVotes().convert(sets)
        assert [option.count for option in found.options] == [
            counts.get(place, 0) for place in range(len(poll.options))
        ]


@given(profiles(PollKind.RANKING).map(unsuppressed))
def test_rankings_as_votelib_counts_and_compares_them(profile):
    poll, ballots = profile
    places = range(len(poll.options))
    for found in figures(poll, ballots, BASES):
        # A ranking that nobody gave makes all options known to votelib, those without any place too.
        ranked = {tuple(places): 0} | answers_in(found.tally, ballots)
        borda = convert.RankedToPositionalVotes(ModifiedBorda()).convert(ranked)
        first = convert.RankedToFirstPreference().convert(ranked)
        placed = convert.ApprovalToSimpleVotes().convert(
            {frozenset([place]): sum(n for one, n in ranked.items() if place in one) for place in places}
        )
        assert [(option.points, option.first, option.count) for option in found.options] == [
            (borda.get(place, 0), first.get(place, 0), placed[place]) for place in places
        ]
        pairs = convert.RankedToCondorcetVotes().convert(ranked)
        pairs = {pair: pairs.get(pair, 0) for pair in permutations(places, 2)}
        winners = CondorcetWinner().evaluate(pairs)
        undefeated = set(places) - {loser for _, loser in pairwise_wins(pairs)}
        if not any(ranked.values()):
            assert (found.pairwise, found.winner) == (None, None)
        elif winners:
            assert (found.pairwise, [found.winner]) == (Pairwise.WINNER, winners)
        else:
            assert (found.pairwise, found.winner) == (Pairwise.TIE if undefeated else Pairwise.CYCLE, None)


@pytest.mark.parametrize(
    ("choices", "pairwise", "winner"),
    [
        ([(0, 1, 2), (1, 2, 0), (2, 0, 1)], Pairwise.CYCLE, None),
        ([(0, 1, 2), (1, 2, 0), (2, 0, 1), ()], Pairwise.CYCLE, None),
        ([(0, 1, 2), (1, 0, 2)], Pairwise.TIE, None),
        ([(2, 1, 0), (2, 0, 1), (0, 1, 2)], Pairwise.WINNER, 2),
        ([(), ()], None, None),
        ([], None, None),
    ],
)
def test_pairwise(choices, pairwise, winner):
    found = of_one_tally(poll_of(PollKind.RANKING, 3, most=3), *choices)
    assert (found.pairwise, found.winner) == (pairwise, winner)


def test_an_option_with_a_place_is_preferred_to_those_without():
    """Nobody has the third option first, yet all place it; of the others each has one of three."""
    found = of_one_tally(poll_of(PollKind.RANKING, 4, most=2), (0, 2), (1, 2), (3, 2))
    assert (found.pairwise, found.winner) == (Pairwise.WINNER, 2)
    assert [(option.points, option.first, option.count) for option in found.options] == [
        (2, 1, 1), (2, 1, 1), (3, 0, 3), (2, 1, 1),
    ]  # fmt: skip


@given(profiles(PollKind.POINTS).map(unsuppressed))
def test_dots_are_summed_and_never_scaled(profile):
    poll, ballots = profile
    for found in figures(poll, ballots, BASES):
        given_ = answers_in(found.tally, ballots)
        scores = {frozenset(enumerate(choice)): n for choice, n in given_.items()}
        dots = convert.ScoreToSimpleVotes("sum").convert(scores)
        assert [option.points for option in found.options] == [
            dots.get(place, 0) for place in range(len(poll.options))
        ]
        assert sum(option.points for option in found.options) == poll.most * sum(given_.values())
        assert sum(given_.values()) == found.answered - found.abstained
        assert [option.count for option in found.options] == [
            sum(n for choice, n in given_.items() if choice[place] > 0) for place in range(len(poll.options))
        ]


@given(profiles(PollKind.SCORE).map(unsuppressed))
def test_scores_have_votelibs_median_and_quartiles_by_their_meaning(profile):
    poll, ballots = profile
    for found in figures(poll, ballots, BASES):
        given_ = answers_in(found.tally, ballots)
        scores = {frozenset(enumerate(choice)): n for choice, n in given_.items()}
        medians = convert.ScoreToSimpleVotes("median").convert(scores)
        for row, option in enumerate(found.options):
            levels = Counter()
            for choice, n in given_.items():
                levels[choice[row]] += n
            assert option.levels == tuple(levels[level] for level in range(len(poll.levels)))
            assert option.count == levels.total() == found.answered - found.abstained
            assert option.median == medians.get(row)
            assert (option.low, option.high) == (_quartile(levels, 1), _quartile(levels, 3))
            if option.median is not None:
                assert option.low <= option.median <= option.high
                assert all((2 * value).is_integer() for value in (option.low, option.median, option.high))


def _quartile(levels: Counter[int], quarters: int) -> Fraction | None:
    """Half-way between the ends of what has that many quarters at or below it, and the rest at or above."""
    whole = levels.total()
    fits = [
        level
        for level in range(10)
        if whole
        and 4 * sum(n for other, n in levels.items() if other <= level) >= quarters * whole
        and 4 * sum(n for other, n in levels.items() if other >= level) >= (4 - quarters) * whole
    ]
    return Fraction(fits[0] + fits[-1], 2) if fits else None


@pytest.mark.parametrize(
    ("scores", "low", "median", "high"),
    [
        ((), None, None, None),
        ((0,), 0, 0, 0),
        ((0, 1), 0, 0.5, 1),
        ((0, 3), 0, 1.5, 3),
        ((0, 1, 2), 0, 1, 2),
        ((0, 1, 2, 3), 0.5, 1.5, 2.5),
        ((3, 1, 0, 4, 2), 1, 2, 3),
    ],
)
def test_median_and_middle_half(scores, low, median, high):
    row = of_one_tally(poll_of(PollKind.SCORE, 1, levels=tuple("abcde")), *((score,) for score in scores), ())
    assert (row.options[0].low, row.options[0].median, row.options[0].high) == (low, median, high)


@given(profiles().map(unsuppressed))
def test_bases_and_shares(profile):
    """Of all that answered, abstentions too; never of ticks, and nothing is guessed of who did not answer."""
    poll, ballots = profile
    result = figures(poll, ballots, BASES)
    assert [found.tally for found in result] == [tally for tally in Tally if tally in poll.electorate]
    for found in result:
        cast = cast_in(found.tally, ballots)
        assert (found.answered, found.abstained) == (cast.total(), cast[()])
        assert (found.of, found.suppressed) == (BASES.get(found.tally, 0), False)
        assert len(found.options) == len(poll.options)
        assert (found.pairwise is None) == (
            poll.kind is not PollKind.RANKING or not answers_in(found.tally, ballots)
        )
        for part in [*found.options, OptionFigures(found.abstained, found.abstained_percent)]:
            assert 0 <= part.percent <= 100
            if poll.kind is not PollKind.SINGLE and found.answered:
                share = Fraction(100 * part.count, found.answered)
                assert part.percent - Fraction(1, 2) <= share < part.percent + Fraction(1, 2)
            if not found.answered:
                assert (part.count, part.percent) == (0, 0)


@given(profiles(PollKind.RANKING, PollKind.POINTS).map(unsuppressed))
def test_shares_are_of_all_points_given_and_sum_to_a_hundred(profile):
    """In a tally and in each of its groups; a share of a stated base, and no ballot is scaled."""
    poll, ballots = profile
    each = poll.most if poll.kind is PollKind.POINTS else poll.most * (poll.most + 1) // 2
    for found in figures(poll, ballots, BASES):
        for part in (found, *found.groups):
            whole = sum(option.points for option in part.options)
            assert part.points == whole == each * (part.answered - part.abstained)
            assert sum(option.share for option in part.options) == (100 if whole else 0)
            for option in part.options:
                assert abs(option.share * whole - 100 * option.points) < max(whole, 1)


@given(profiles(PollKind.SINGLE).map(unsuppressed))
def test_the_parts_of_a_group_are_whole_with_its_abstentions(profile):
    poll, ballots = profile
    for found in figures(poll, ballots, BASES):
        for group in found.groups:
            assert sum(option.count for option in group.options) + group.abstained == group.answered
            assert sum(option.percent for option in group.options) + group.abstained_percent == 100


def test_halves_are_rounded_up():
    found = of_one_tally(poll_of(PollKind.APPROVAL, 2, most=2), (0,), *[(1,)] * 7)
    assert [option.percent for option in found.options] == [13, 88]


@given(profiles(), st.data())
def test_tallies_are_never_added(profile, data):
    """What one tally answers changes nothing of another's."""
    poll, ballots = profile
    tally = data.draw(st.sampled_from(Tally))
    others = [ballot for ballot in ballots if ballot.tally is not tally]
    instead = [ballot for ballot in data.draw(drawn_ballots(poll)) if ballot.tally is tally]
    before, after = figures(poll, ballots, BASES), figures(poll, others + instead, BASES)
    for was, becomes in zip(before, after, strict=True):
        assert was == becomes or was.tally is tally
        assert was.answered <= sum(ballot.times for ballot in ballots if ballot.tally is was.tally)


@given(profiles(), st.data())
def test_neither_order_nor_writing_counts(profile, data):
    poll, ballots = profile
    single = [replace(ballot, times=1) for ballot in ballots for _ in range(ballot.times)]
    apart = data.draw(st.permutations(single))
    assert figures(poll, apart, BASES) == figures(poll, ballots, BASES) == figures(poll, iter(ballots), BASES)


def test_shifts_set_two_rounds_side_by_side():
    poll = poll_of(PollKind.SINGLE, 2)
    earlier, later = of_one_tally(poll, (0,), (0,), (1,)), of_one_tally(poll, (1,), ())
    assert tallies.shifts(poll, earlier, later) == (
        Shift(0, OptionFigures(2, 67), OptionFigures(0, 0)),
        Shift(1, OptionFigures(1, 33), OptionFigures(1, 50)),
    )
    with pytest.raises(ValueError):
        tallies.shifts(poll, earlier, replace(later, tally=Tally.OBSERVERS))
    with pytest.raises(ValueError):
        tallies.shifts(poll, earlier, replace(later, options=later.options[:1]))


def test_a_suppressed_round_shifts_nothing():
    poll = poll_of(PollKind.SINGLE, 2, secrecy=Secrecy.SECRET_FINAL)
    enough, few = of_one_tally(poll, (0,), times=5), of_one_tally(poll, (0,), times=4)
    assert tallies.shifts(poll, enough, few) == tallies.shifts(poll, few, enough) == ()
    assert len(tallies.shifts(poll, enough, enough)) == 2


def test_changed_answers_of_named_rounds():
    earlier = {"a": (0,), "b": (1,), "c": (2,), "d": (), "e": (0,)}
    later = {"a": (0,), "b": (2,), "d": (), "e": (), "f": (1,), "g": (1,)}
    assert tallies.changed(earlier, later) == Compared(same=2, changed=2, only_earlier=1, only_later=2)
    assert tallies.changed({}, {}) == (0, 0, 0, 0)
