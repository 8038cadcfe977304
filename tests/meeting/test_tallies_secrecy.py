"""What figures and kept ballots must not tell; each with the case in which the same look does find it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meeting import tallies
from meeting.delegations import Tally
from meeting.polls import Breakdown, PollKind, Secrecy
from meeting.tallies import Ballots, Figures, GroupFigures, OptionFigures, cut, figures
from tests.ballots import BASES, GROUPS, cast_in, drawn_ballots, drawn_choices, drawn_polls, poll_of, profiles

MARKED = poll_of(PollKind.POINTS, 3, most=50, cap=37, secrecy=Secrecy.SECRET_FINAL)


def marked(times: int) -> list[Ballots]:
    """So many ballots of 37 dots and 13; 5 × 37 = 185, 4 × 37 = 148; a full tally beside them."""
    return [Ballots(Tally.OBSERVERS, (37, 13, 0), times), Ballots(Tally.MEMBERS, (0, 20, 30), 6)]


def found_in(text: str, *marks: object) -> set[str]:
    return {str(mark) for mark in marks if str(mark) in text}


def test_a_secret_tally_under_five_shows_turnout_only():
    few, enough = (repr(figures(MARKED, marked(times), BASES)[2]) for times in (4, 5))
    assert found_in(enough, 37, 13, 185, 65) == {"185", "65"}
    assert found_in(few, 37, 13, 148, 52, 100) == set()
    assert figures(MARKED, marked(4), BASES)[2] == Figures(Tally.OBSERVERS, 4, 20, 0, 0, (), suppressed=True)
    changeable = replace(MARKED, secrecy=Secrecy.OPEN_CHANGEABLE)
    assert found_in(repr(figures(changeable, marked(4), BASES)[2]), 148, 52) == {"148", "52"}


def test_of_a_secret_tally_under_five_nothing_is_kept():
    few, enough = (cut(MARKED, marked(times)) for times in (4, 5))
    assert found_in(repr(enough), 37, 13, "OBSERVERS") == {"37", "13", "OBSERVERS"}
    assert found_in(repr(few), 37, 13, "OBSERVERS") == set()
    assert few == (Ballots(Tally.MEMBERS, (0, 20, 30), 6),)
    assert cut(replace(MARKED, secrecy=Secrecy.NAMED), marked(1))[1] == marked(1)[0]


@given(profiles(), st.data())
def test_figures_and_what_is_kept_are_the_same_whatever_a_suppressed_tally_said(profile, data):
    poll, ballots = replace(profile[0], secrecy=Secrecy.SECRET_FINAL), profile[1]
    few = [tally for tally in Tally if cast_in(tally, ballots).total() < tallies.SMALLEST_GROUP]
    other = [
        replace(ballot, choice=data.draw(drawn_choices(poll)), group=data.draw(st.sampled_from(GROUPS)))
        if ballot.tally in few
        else ballot
        for ballot in ballots
    ]
    assert figures(poll, other, BASES) == figures(poll, ballots, BASES)
    assert cut(poll, other) == cut(poll, ballots)
    assert [found.tally for found in figures(poll, ballots, BASES) if found.suppressed] == [
        tally for tally in poll.tallies if tally in few
    ]


REGIONS = poll_of(PollKind.SINGLE, 2, breakdown=Breakdown.SUB_REGION)


def regions(**times: int) -> list[Ballots]:
    """Members' ballots by region, `elsewhere` for those without one; two in each abstain."""
    return [
        Ballots(Tally.MEMBERS, choice, n, "" if region == "elsewhere" else region)
        for region, of_region in times.items()
        for choice, n in (((1,), of_region - 2), ((), 2))
    ]


def test_a_breakdown_with_five_in_every_group_is_published_by_name():
    found = figures(REGIONS, regions(Zenda=7, Ruritania=5), BASES)[0]
    assert found.groups == (
        GroupFigures("Ruritania", 5, 2, 40, (OptionFigures(0, 0), OptionFigures(3, 60))),
        GroupFigures("Zenda", 7, 2, 29, (OptionFigures(0, 0), OptionFigures(5, 71))),
    )
    assert (found.answered, found.abstained, found.options[1]) == (12, 4, OptionFigures(8, 67))


@pytest.mark.parametrize(
    "times",
    [
        {"Zenda": 207, "Ruritania": 3},
        {"Zenda": 207, "Ruritania": 309, "Graustark": 4},
        {"Zenda": 207, "elsewhere": 3},
        {"Zenda": 207, "elsewhere": 309},
        {"Zenda": 207, "Ruritania": 309, "elsewhere": 5},
        {"Zenda": 210},
    ],
)
def test_a_breakdown_is_published_whole_or_not_at_all(times):
    """Not even its good groups: from them and the whole the missing one could be reckoned."""
    names, sizes = ("Zenda", "Ruritania", "Graustark"), (207, 309)
    control = regions(Zenda=207, Ruritania=309, Graustark=5)
    assert found_in(repr(figures(REGIONS, control, BASES)), *names, *sizes) == {*names, "207", "309"}
    assert found_in(repr(cut(REGIONS, control)), *names) == set(names)
    ballots = regions(**times)
    found = figures(REGIONS, ballots, BASES)
    assert found_in(repr(found), *names, *sizes) == set()
    assert found == figures(replace(REGIONS, breakdown=None), ballots, BASES)
    assert found_in(repr(cut(REGIONS, ballots)), *names, 205, 307) == set()


def test_without_a_breakdown_groups_are_neither_published_nor_kept():
    poll, ballots = replace(REGIONS, breakdown=None), regions(Zenda=7, Ruritania=5)
    assert figures(poll, ballots, BASES)[0].groups == ()
    assert cut(poll, ballots) == (Ballots(Tally.MEMBERS, (), 4), Ballots(Tally.MEMBERS, (1,), 8))


def test_each_tally_is_broken_down_by_itself():
    observers = [replace(ballot, tally=Tally.OBSERVERS) for ballot in regions(Zenda=5, Ruritania=4)]
    ballots = regions(Zenda=5, Ruritania=5) + observers
    assert [len(found.groups) for found in figures(REGIONS, ballots, BASES)] == [2, 0, 0]
    kept = cut(REGIONS, ballots)
    assert {ballot.group for ballot in kept if ballot.tally is Tally.MEMBERS} == {"Zenda", "Ruritania"}
    assert {ballot.group for ballot in kept if ballot.tally is Tally.OBSERVERS} == {""}


@given(drawn_polls(), st.data())
def test_a_published_group_counts_as_a_tally_of_its_own_would(poll, data):
    poll = replace(poll, breakdown=Breakdown.MODE)
    enough = [Ballots(tally, (), 5, group) for tally in Tally for group in ("room", "virtual")]
    ballots = enough + data.draw(drawn_ballots(poll, ("room", "virtual")))
    for found in figures(poll, ballots, BASES):
        assert [group.group for group in found.groups] == ["room", "virtual"]
        for group in found.groups:
            own = [ballot for ballot in ballots if ballot.group == group.group]
            alone = next(one for one in figures(poll, own, BASES) if one.tally is found.tally)
            assert (group.answered, group.abstained, group.options) == (
                alone.answered, alone.abstained, alone.options,
            )  # fmt: skip
        assert sum(group.answered for group in found.groups) == found.answered


@given(profiles(), st.data())
def test_kept_ballots_are_merged_and_tell_no_order(profile, data):
    poll, ballots = profile
    kept = cut(poll, ballots)
    single = [replace(ballot, times=1) for ballot in ballots for _ in range(ballot.times)]
    assert cut(poll, data.draw(st.permutations(single))) == kept == cut(poll, kept)
    order = [(list(Tally).index(ballot.tally), ballot.group, ballot.choice) for ballot in kept]
    assert order == sorted(set(order))


@given(profiles())
def test_kept_ballots_make_the_same_figures(profile):
    poll, ballots = profile
    before = figures(poll, ballots, BASES)
    turnout = {found.tally: found.answered for found in before}
    assert figures(poll, cut(poll, ballots), BASES, turnout) == before
    without = figures(poll, cut(poll, ballots), BASES)
    assert without == tuple(replace(found, answered=0) if found.suppressed else found for found in before)


@given(profiles(), st.dictionaries(st.sampled_from(Tally), st.integers(0, 60)))
def test_turnout_told_counts_for_suppressed_tallies_only(profile, turnout):
    poll, ballots = profile
    before, after = figures(poll, ballots, BASES), figures(poll, ballots, BASES, turnout)
    for was, becomes in zip(before, after, strict=True):
        told = turnout.get(was.tally, was.answered) if was.suppressed else was.answered
        assert becomes == replace(was, answered=told)
