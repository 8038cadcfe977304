"""Figures become bars: of which length, on which base, and what is held back."""

from dataclasses import dataclass

import pytest

from meeting.delegations import Tally
from meeting.poll_life import HandCount
from meeting.polls import Option, Poll, PollId, PollKind
from meeting.tallies import Figures, GroupFigures, OptionFigures
from report.poll_charts import chart_of


@dataclass(frozen=True)
class Plain:
    """Sentences with nothing but their values."""

    subtitle: str = "unit"
    note: str = ""
    foot: str = ""
    abstained: str = "Abstained"

    def heading(self, figures: Figures, group: str = "") -> str:
        return f"{figures.tally} {group}".strip()

    def base(self, figures: Figures | GroupFigures) -> str:
        return f"{figures.answered} answered"

    def earlier_base(self, figures: Figures) -> str:
        return f"before: {figures.answered}"

    def scale(self, share: int) -> str:
        return f"full: {share} %"

    def value(self, figures: OptionFigures) -> str:
        return f"{figures.count} {figures.points}"

    def detail(self, figures: OptionFigures) -> str:
        return ""

    def earlier(self, figures: OptionFigures) -> str:
        return f"was {figures.count}"

    def share(self, count: int, percent: int) -> str:
        return f"{count} ({percent} %)"

    def hand(self, count: HandCount) -> str:
        return f"{count.tally} by hand"

    def hand_base(self, count: HandCount) -> str:
        return f"{count.answered} hands"

    def hand_scale(self) -> str:
        return "full: all hands"


def poll(kind: PollKind, **values: object) -> Poll:
    return Poll(PollId("p"), "Question?", kind, (Option("A"), Option("B")), **values)  # type: ignore[arg-type]


def figures(tally: Tally, answered: int, *options: OptionFigures, **values: object) -> Figures:
    return Figures(tally, answered, 50, 1, 10, options, **values)  # type: ignore[arg-type]


def test_shares_are_of_each_tallys_own_base() -> None:
    members = figures(Tally.MEMBERS, 40, OptionFigures(30, 75), OptionFigures(9, 23))
    observers = figures(Tally.OBSERVERS, 10, OptionFigures(2, 20), OptionFigures(7, 70))
    chart = chart_of(poll(PollKind.SINGLE), [members, observers], Plain())
    assert [block.heading for block in chart.blocks] == ["members", "observers"]
    lengths = [[bar.value / block.full for bar in block.bars] for block in chart.blocks]
    assert lengths == [pytest.approx([0.75, 0.225, 0.025]), pytest.approx([0.2, 0.7, 0.1])]
    assert [bar.apart for bar in chart.blocks[0].bars] == [False, False, True]
    assert chart.blocks[0].bars[2].text == "1 (10 %)"


def test_each_round_is_drawn_to_its_own_total() -> None:
    """Fewer dots now than then, of far fewer placed: a larger share, and the longer bar."""
    now = figures(Tally.MEMBERS, 20, OptionFigures(9, 45, 42, 21), OptionFigures(9, 45, 158, 79))
    before = figures(Tally.MEMBERS, 38, OptionFigures(9, 24, 47, 12), OptionFigures(9, 24, 333, 88))
    (block,) = chart_of(poll(PollKind.POINTS), [now], Plain(), [before]).blocks
    lengths = [(bar.value / block.full, (bar.earlier or 0) / block.full) for bar in block.bars]
    most = 333 / 380
    assert lengths == [
        pytest.approx((42 / 200 / most, 47 / 380 / most)), pytest.approx((158 / 200 / most, 1)),
    ], "no bar for abstentions"  # fmt: skip
    assert block.scale == "full: 88 %" and block.earlier_base == "before: 38"


def test_of_abstentions_alone_there_are_no_points_and_no_scale() -> None:
    of = figures(Tally.MEMBERS, 1, OptionFigures(0, 0), OptionFigures(0, 0))
    (block,) = chart_of(poll(PollKind.RANKING), [of], Plain()).blocks
    assert (block.full, block.scale, [bar.value for bar in block.bars]) == (1, "", [0, 0])


def test_rounds_are_shares_of_their_own_bases_abstentions_too() -> None:
    now = figures(Tally.MEMBERS, 40, OptionFigures(30, 75), OptionFigures(9, 23))
    before = figures(Tally.MEMBERS, 20, OptionFigures(5, 25), OptionFigures(14, 70))
    (block,) = chart_of(poll(PollKind.APPROVAL), [now], Plain(), [before]).blocks
    assert [bar.earlier for bar in block.bars] == pytest.approx([0.25, 0.7, 0.05])


def test_an_earlier_median_stands_beside_the_distribution() -> None:
    now, before = (figures(Tally.MEMBERS, 5, *(OptionFigures(n, 9, levels=(n, 0)),) * 2) for n in (4, 3))
    (block,) = chart_of(poll(PollKind.SCORE, levels=("low", "high")), [now], Plain(), [before]).blocks
    assert [(bar.levels, bar.earlier, bar.detail) for bar in block.bars] == [((4, 0), None, "was 3")] * 2


def test_hand_counts_stand_apart_in_blocks_of_their_own() -> None:
    of = figures(Tally.MEMBERS, 10, OptionFigures(2, 20), OptionFigures(7, 70))
    count = HandCount(Tally.MEMBERS, 31, (20, 11))
    with_hands = chart_of(poll(PollKind.SINGLE), [of], Plain(), by_hand=[count])
    *ballots, hands = with_hands.blocks
    assert tuple(ballots) == chart_of(poll(PollKind.SINGLE), [of], Plain()).blocks, "nothing is added"
    assert (hands.heading, hands.base, hands.scale) == ("members by hand", "31 hands", "full: all hands")
    assert [(bar.text, bar.apart) for bar in hands.bars] == [("20", True), ("11", True)]
    assert [bar.value / hands.full for bar in hands.bars] == pytest.approx([20 / 31, 11 / 31])


def test_a_groups_abstentions_have_a_bar_of_its_own_base() -> None:
    group = GroupFigures("room", 8, 2, 25, (OptionFigures(6, 75), OptionFigures(0, 0)))
    of = figures(Tally.MEMBERS, 10, OptionFigures(9, 90), OptionFigures(0, 0), groups=(group,))
    _, block = chart_of(poll(PollKind.SINGLE), [of], Plain()).blocks
    assert [(bar.value, bar.text, bar.apart) for bar in block.bars][2] == (0.25, "2 (25 %)", True)
    assert sum(bar.value for bar in block.bars) == 1


def test_what_is_held_back_has_no_bar_now_or_before() -> None:
    few = figures(Tally.OBSERVERS, 3, suppressed=True)
    nobody = figures(Tally.MEMBER_ORGANISATIONS, 0, OptionFigures(0, 0), OptionFigures(0, 0))
    chart = chart_of(poll(PollKind.SINGLE), [few, nobody], Plain())
    assert [(block.base, block.bars) for block in chart.blocks] == [("3 answered", ()), ("0 answered", ())]
    now = figures(Tally.OBSERVERS, 10, OptionFigures(2, 20), OptionFigures(7, 70))
    (block,) = chart_of(poll(PollKind.SINGLE), [now], Plain(), [few]).blocks
    assert block.earlier_base == "" and all(bar.earlier is None for bar in block.bars)


def test_scores_are_distributions_and_groups_follow_their_tally() -> None:
    rows = (OptionFigures(5, 50, levels=(2, 3)), OptionFigures(4, 40, levels=(4, 0)))
    group = GroupFigures("room", 6, 0, 0, rows)
    of = figures(Tally.MEMBERS, 10, *rows, groups=(group,))
    chart = chart_of(poll(PollKind.SCORE, levels=("low", "high")), [of], Plain())
    assert [block.heading for block in chart.blocks] == ["members", "members room"]
    assert chart.levels == ("low", "high")
    assert [bar.levels for block in chart.blocks for bar in block.bars] == [(2, 3), (4, 0)] * 2
