"""Stages of the report, and the words for how many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meeting.reports import Amount, SameStage, Stage, StageBack, Step, Version, amount, step
from tests.speaking import TEN as NOW


def version(*stages: Stage) -> Version:
    return Version(1, "ab" * 32, "cd" * 32, tuple(Step(stage, NOW) for stage in (Stage.DRAFT, *stages)))


def test_a_version_goes_forward_over_any_stage_and_back_only_with_a_reason() -> None:
    assert [stage.value for stage in Stage] == ["draft", "cleared", "circulated", "submitted"]
    assert step(version(), Stage.SUBMITTED, "", NOW) == Step(Stage.SUBMITTED, NOW)
    assert step(version(), Stage.CLEARED, "not kept", NOW).reason == ""
    with pytest.raises(SameStage):
        step(version(Stage.CLEARED), Stage.CLEARED, "again", NOW)
    for reason in ("", "  ", "\u200b", "\n"):
        with pytest.raises(StageBack):
            step(version(Stage.CIRCULATED), Stage.DRAFT, reason, NOW)
    back = step(version(Stage.CIRCULATED), Stage.DRAFT, " a \u202e figure\nwas wrong ", NOW)
    assert back == Step(Stage.DRAFT, NOW, "a figure was wrong")


@pytest.mark.parametrize(
    ("behind", "contributed", "word"),
    [
        (1, 1, Amount.ONE), (1, 75, Amount.ONE),
        (2, 2, Amount.ALL), (75, 75, Amount.ALL), (74, 75, Amount.MOST),
        (2, 3, Amount.MOST), (2, 4, Amount.FEW), (3, 4, Amount.MOST),
        (10, 20, Amount.MANY), (11, 20, Amount.MOST), (7, 20, Amount.MANY), (6, 20, Amount.SEVERAL),
        (4, 12, Amount.SEVERAL), (5, 12, Amount.MANY), (3, 8, Amount.SEVERAL), (4, 11, Amount.MANY),
        (3, 30, Amount.SEVERAL), (3, 31, Amount.FEW), (2, 20, Amount.FEW), (7, 75, Amount.FEW),
        (8, 75, Amount.SEVERAL), (25, 75, Amount.SEVERAL), (26, 75, Amount.MANY), (37, 75, Amount.MANY),
        (38, 75, Amount.MOST),
    ],
)  # fmt: skip
def test_the_scale_at_its_borders(behind: int, contributed: int, word: Amount) -> None:
    assert amount(behind, contributed) is word


@given(st.integers(2, 200), st.data())
def test_more_delegations_are_never_a_smaller_word(contributed: int, data: st.DataObject) -> None:
    fewer = data.draw(st.integers(1, contributed - 1))
    order = list(Amount)
    assert order.index(amount(fewer, contributed)) <= order.index(amount(fewer + 1, contributed))


@pytest.mark.parametrize(("behind", "contributed"), [(0, 5), (6, 5), (-1, 1)])
def test_no_word_for_what_cannot_be(behind: int, contributed: int) -> None:
    with pytest.raises(ValueError, match="of"):
        amount(behind, contributed)
