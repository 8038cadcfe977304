"""Figures become bars: of which length, on which base, and what is held back."""

from dataclasses import dataclass

import pytest

from meeting.delegations import Tally
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

    def scale(self, full: float) -> str:
        return f"full: {full:g}"

    def value(self, figures: OptionFigures) -> str:
        return f"{figures.count} {figures.points}"

    def detail(self, figures: OptionFigures) -> str:
        return ""

    def earlier(self, figures: OptionFigures) -> str:
        return f"was {figures.count}"

    def share(self, count: int, percent: int) -> str:
        return f"{count} ({percent} %)"


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


def test_points_are_measured_by_the_tallys_most_in_either_round() -> None:
    now = figures(Tally.MEMBERS, 40, OptionFigures(30, 75, points=120), OptionFigures(9, 23, points=30))
    before = figures(Tally.MEMBERS, 30, OptionFigures(9, 23, points=60), OptionFigures(9, 23, points=150))
    (block,) = chart_of(poll(PollKind.POINTS), [now], Plain(), [before]).blocks
    assert block.full == 150 and block.scale == "full: 150" and block.earlier_base == "before: 30"
    assert [(bar.value, bar.earlier) for bar in block.bars] == [(120, 60), (30, 150)], (
        "no bar for abstentions"
    )


def test_rounds_are_shares_of_their_own_bases() -> None:
    now = figures(Tally.MEMBERS, 40, OptionFigures(30, 75), OptionFigures(9, 23))
    before = figures(Tally.MEMBERS, 20, OptionFigures(5, 25), OptionFigures(14, 70))
    (block,) = chart_of(poll(PollKind.APPROVAL), [now], Plain(), [before]).blocks
    assert [bar.earlier for bar in block.bars] == pytest.approx([0.25, 0.7, None], nan_ok=True)


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
    group = GroupFigures("room", 6, 0, rows)
    of = figures(Tally.MEMBERS, 10, *rows, groups=(group,))
    chart = chart_of(poll(PollKind.SCORE, levels=("low", "high")), [of], Plain())
    assert [block.heading for block in chart.blocks] == ["members", "members room"]
    assert chart.levels == ("low", "high")
    assert [bar.levels for block in chart.blocks for bar in block.bars] == [(2, 3), (4, 0)] * 2
