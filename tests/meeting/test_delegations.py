"""Delegations: their tallies and the order they are listed in."""

import pytest

from meeting.delegations import Category, Delegation, DelegationId, Tally


@pytest.mark.parametrize(
    ("category", "tally"),
    [
        (Category.MEMBER, Tally.MEMBERS),
        (Category.MEMBER_ORGANISATION, Tally.MEMBER_ORGANISATIONS),
        (Category.OBSERVER_STATE, Tally.OBSERVERS),
        (Category.OBSERVER_ORGANISATION, Tally.OBSERVERS),
    ],
)
def test_three_tallies(category: Category, tally: Tally) -> None:
    assert category.tally is tally


def _delegation(delegation_id: str, sort_key: str) -> Delegation:
    return Delegation(DelegationId(delegation_id), sort_key, sort_key, Category.MEMBER, sort_key)


def test_lists_fold_accents_and_capitals() -> None:
    keys = ["Tonga", "Türkiye", "tuvalu", "Åland", "Albania", "éire", "Egypt"]
    listed = sorted((_delegation(key, key) for key in keys), key=lambda one: one.place)
    assert [one.sort_key for one in listed] == [
        "Åland", "Albania", "Egypt", "éire", "Tonga", "Türkiye", "tuvalu",
    ]  # fmt: skip


def test_the_id_decides_between_equal_keys() -> None:
    listed = sorted([_delegation("b", "same"), _delegation("a", "Same")], key=lambda one: one.place)
    assert [one.delegation_id for one in listed] == ["a", "b"]
