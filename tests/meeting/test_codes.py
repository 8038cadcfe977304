"""Codes: spelt to be read aloud, read however they were typed, kept so that nobody can read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meeting import codes
from meeting.codes import ALPHABET, UnknownCode, digest, read, spelt

NUMBERS = st.integers(min_value=0, max_value=2**60 - 1)


@given(NUMBERS)
def test_a_code_is_three_groups_of_four_and_reads_as_itself(number: int) -> None:
    code = spelt(number)
    groups = code.split("-")
    assert [len(group) for group in groups] == [4, 4, 4]
    assert set("".join(groups)) <= set(ALPHABET)
    assert read(code) == code


@given(NUMBERS, NUMBERS)
def test_no_two_numbers_have_one_code(a: int, b: int) -> None:
    assert (spelt(a) == spelt(b)) == (a == b)


def test_the_alphabet_is_crockfords_without_what_is_mistaken() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 32 and not set("ILOU") & set(ALPHABET)
    assert (spelt(0), spelt(2**60 - 1), spelt(33)) == ("0000-0000-0000", "ZZZZ-ZZZZ-ZZZZ", "0000-0000-0011")
    for number in (-1, 2**60):
        with pytest.raises(ValueError):
            spelt(number)


@st.composite
def typed(draw: st.DrawFn) -> tuple[str, str]:
    """A code, and how somebody may have typed it."""
    code = spelt(draw(NUMBERS))
    signs = []
    for sign in code.replace("-", ""):
        like = {"0": "0Oo", "1": "1IiLl"}.get(sign, sign + sign.lower())
        signs.append(draw(st.sampled_from(like)))
        signs.append(draw(st.sampled_from(["", "", "", "-", " ", "\u2013", "\u00a0", " - "])))
    return code, draw(st.sampled_from(["", " ", "\n"])) + "".join(signs)


@given(typed())
def test_it_is_read_forgivingly(pair: tuple[str, str]) -> None:
    code, text = pair
    assert read(text) == code


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_code_or_is_refused(text: str) -> None:
    try:
        assert read(text) == read(read(text))
    except UnknownCode:
        pass


@pytest.mark.parametrize(
    "text", ["", "-", "K7QM-2R9T-XW4", "K7QM-2R9T-XW4DD", "K7QM-2R9T-XW4U", "K7QM 2R9T XW4é"]
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(UnknownCode):
        read(text)


def test_the_digest_tells_nothing_and_depends_on_the_salt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "COST", 2)
    code = "K7QM-2R9T-XW4D"
    made = digest(code, b"one")
    assert made == digest(code, b"one") and len(made) == 32
    assert len({made, digest(code, b"two"), digest("K7QM-2R9T-XW4E", b"one")}) == 3
    monkeypatch.setattr(codes, "COST", 4)
    assert digest(code, b"one") != made
