"""Long texts over several messages: nothing lost, nothing too long, no character torn apart."""

import random

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from bot.pieces import NEAR, pieces
from bot.words import clean_block

FAMILY, THUMB, FLAG = "👨\u200d👩\u200d👧\u200d👦", "👍🏽", "🇹🇭"

SCRIPTS = {
    "Thai": "ผู้แทนทุกท่านโปรดทราบว่าการประชุมจะเริ่มต้นในอีกสิบนาที น้ำดื่มอยู่ด้านหลัง",
    "Arabic": "تَبْدَأُ الْجَلْسَةُ بَعْدَ عَشْرِ دَقَائِقَ إِنَّ ٱللَّٰهَ، في القاعة الكبرى.",
    "Bengali": "দশ মিনিটের মধ্যে সভা শুরু হবে। ক্ষ্ম্য",
    "emoji": FAMILY + THUMB + FLAG + "👩🏽\u200d⚕️" + "🏳️\u200d🌈" + "1️⃣" + "🇱🇦🇻🇳",
}

FORMATTING = [
    "#",
    ">",
    "-",
    "+",
    ".",
    ")",
    "1",
    "23.",
    "*",
    "_",
    "`",
    "~~",
    "|",
    "<@1>",
    "[",
    "\\",
    "https://a.b/_c_",
]
SIGNS = st.one_of(
    st.sampled_from(
        [*SCRIPTS.values(), FAMILY, THUMB, FLAG, "กำ้", "e\u0301\u0323", "\u0600", "\u0d4e", "각"]
    ),
    st.sampled_from([*FORMATTING, "\n", "\r\n", " ", "\n\n", "\t", "\u2028", "\x85"]),
    st.characters(),
)
TEXTS = st.lists(SIGNS, max_size=60).map("".join)


def signs(text):
    return regex.findall(r"\X", text)


def cost(sign):
    """What a sign takes made clean where that is most: at the start of a line."""
    return max(len(sign), len(clean_block(sign)))


def ends(parts):
    """After how many characters each of these ends."""
    found, length = set(), 0
    for part in parts:
        length += len(part)
        found.add(length)
    return found


@given(TEXTS, st.integers(1, 90))
@example("#" * 30, 7)
@example("1. a\n2) b\n> c", 3)
@example(FLAG * 9, 3)
@example("a\r\n" * 9, 2)
def test_joined_they_are_the_text_and_each_made_clean_has_room(text, room):
    found = pieces(text, room)
    assert "".join(found) == text
    assert all(found) or found == [""]
    for piece in found:
        # A sign that has to be escaped and has no room for that cannot be told in less.
        assert len(clean_block(piece)) <= room or len(piece) == 1


@given(TEXTS, st.integers(1, 90))
@example(FAMILY * 9, 8)
@example("e\u0301" * 9, 3)
def test_no_sign_is_cut_that_has_room_in_a_piece(text, room):
    found = pieces(text, room)
    if max(map(cost, signs(text)), default=0) < room:
        assert ends(found) <= ends(signs(text)) | {0}
        assert [sign for piece in found for sign in signs(piece)] == signs(text)


@pytest.mark.parametrize("room", [60, 997, 3300])
@pytest.mark.parametrize("script", [*SCRIPTS, "all"])
def test_sixty_thousand_characters_come_back_as_they_were(script, room):
    chance = random.Random(room)
    some = [SCRIPTS[script]] if script != "all" else [*SCRIPTS.values()]
    text = ""
    while len(text) < 60_000:
        text += chance.choice(some) + chance.choice(["", " ", "\n", "\n\n"])
    found = pieces(text, room)
    assert "".join(found) == text
    assert ends(found) <= ends(signs(text))
    assert max(len(clean_block(piece)) for piece in found) <= room
    assert len(found) <= len(text) / room / (1 - 1 / NEAR) * 1.5, "and not in crumbs"


def test_a_text_with_room_for_it_is_one_piece():
    assert pieces("", 10) == [""]
    assert pieces("a b\nc d", 10) == ["a b\nc d"]
    assert pieces("0123456789", 10) == ["0123456789"]
    assert pieces("0123456789a", 10) == ["0123456789", "a"]


def test_a_piece_ends_with_a_line_or_else_a_word_in_its_last_quarter():
    line = "a" * 16 + "\n"
    assert pieces(line * 3, 20) == [line] * 3
    word = "a" * 16 + " "
    assert pieces(word * 3, 20) == [word] * 3
    # A line before a word, even a nearer one; the last of several.
    assert pieces("a" * 15 + "\nb c defgh", 20) == ["a" * 15 + "\n", "b c defgh"]
    assert pieces("a" * 15 + " b c defgh", 20) == ["a" * 15 + " b c ", "defgh"]
    # What ends further away is not worth so short a piece.
    assert pieces("a" * 12 + "\n" + "b" * 12, 20) == ["a" * 12 + "\n" + "b" * 7, "b" * 5]
    assert pieces("a" * 12 + "\r\n" + "b" * 12, 15) == ["a" * 12 + "\r\n", "b" * 12]


@given(st.lists(st.integers(1, 20), min_size=5, max_size=60), st.sampled_from([" ", "\n"]))
def test_no_short_word_is_cut(lengths, mark):
    text = mark.join("w" * length for length in lengths)
    for piece in pieces(text, 100)[:-1]:
        assert piece.endswith(mark) and len(piece) > 75


def test_what_must_be_escaped_takes_its_room():
    found = pieces("*" * 30, 10)
    assert [len(piece) for piece in found] == [5] * 6
    assert {clean_block(piece) for piece in found} == {r"\*" * 5}


@pytest.mark.parametrize("text", ["abc", "ผู้แทน", FAMILY, "a\r\nb", "#*"])
def test_room_of_one(text):
    found = pieces(text, 1)
    assert found == list(text), "nothing else has room"


LONG = {
    "emoji": "👩" + "\u200d👩" * 1999,
    "joiners": "a" + "\u200d" * 3999,
    "marks": "ক" + "\u09be" * 3999,
    "prepended": "\u0d4e" * 3999 + "a",
}


@pytest.mark.parametrize("what", LONG)
def test_what_looks_like_one_sign_and_is_longer_than_a_message_is_cut(what):
    """Discord refuses a message that is too long, and with it whatever else would hang behind it."""
    (long,) = signs(LONG[what])
    around = f"Before {FAMILY} it\n{long}\nand {FAMILY} after it"
    found = pieces(around, 3300)
    assert "".join(found) == around
    assert max(len(clean_block(piece)) for piece in found) <= 3300
    assert "".join(found).count(FAMILY) == sum(piece.count(FAMILY) for piece in found) == 2
