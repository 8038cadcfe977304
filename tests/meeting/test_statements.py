"""Texts of interventions: what is taken, and how long it takes to read them out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meeting.delegations import DelegationId
from meeting.speakers import SpeechState
from meeting.statements import (
    LONGEST,
    MOST,
    Statement,
    StatementId,
    check_text,
    check_time,
    minutes,
    read_text,
    words,
)
from tests.speaking import (
    GROUP,
    ITEM,
    ORDER,
    REPLY,
    SECOND,
    TEN,
    at,
    entry,
    listed,
    numbers,
    outcome,
    sitting,
)

THAI = "ผู้แทนทุกท่านโปรดทราบว่าการประชุมจะเริ่มต้นในอีกสิบนาที"
CHINESE = "会议将在十分钟后开始。"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        (" \n\t ", 0),
        ("\u200d \u3164", 0),
        ("Mr. Chair, we thank you.", 5),
        ("Côte d'Ivoire  and\n\nTimor-Leste", 4),
        ("Заседание начнётся через десять минут.", 5),
        ("تبدأ الجلسة بعد عشر دقائق، في القاعة الكبرى.", 8),
        ("회의는 10분 뒤에 시작합니다.", 4),
        # Ten characters of two or so a word; the full stop is none.
        (CHINESE, 4),
        ("会议将在十分钟后开始。" * 3, 10),
        ("we 会议 start", 3),
        ("ราชอาณาจักรไทย", 5),
    ],
)
def test_words(text, expected):
    assert words(text) == expected


def test_words_of_scripts_without_blanks_are_near_what_a_reader_counts():
    """The Thai sentence has fifteen words, the Chinese one six."""
    assert words(THAI) == pytest.approx(15, abs=3)
    assert words(CHINESE) == pytest.approx(6, abs=2)


@given(st.lists(st.text("abcäéñдбب", min_size=1, max_size=9), max_size=30))
def test_between_blanks_stands_a_word(pieces):
    assert words("\n".join(pieces)) == words("  ".join(pieces)) == len(pieces)


@pytest.mark.parametrize(("number", "expected"), [(0, 1), (1, 1), (110, 1), (111, 2), (330, 3), (331, 4)])
def test_minutes_at_a_hundred_and_ten_words(number, expected):
    assert minutes(number) == expected
    made = Statement(StatementId(1), ITEM, DelegationId("m1"), "word " * number, TEN)
    assert (made.words, made.minutes) == (number, expected)


def test_a_text_is_kept_as_its_legible_paragraphs():
    assert (
        check_text("\ufeff \n Mr. Chair,\r\n\r\n\r\n\r\nwe\u202e thank you.  \n")
        == "Mr. Chair,\n\nwe thank you."
    )
    assert check_text(THAI) == THAI


@pytest.mark.parametrize("text", ["", " \n\n ", "\u200b\u3164", "\x00"])
def test_a_text_that_shows_nothing(text):
    assert outcome(check_text, text) == ("empty_statement", {})


@pytest.mark.parametrize("sign", ["a", "ก", "会", "𝒳"])
def test_sixty_thousand_characters_and_no_more(sign):
    assert len(check_text(sign * 60_000)) == LONGEST == 60_000
    assert outcome(check_text, sign * 60_001) == ("statement_too_long", {"length": 60_001, "most": 60_000})
    assert len(check_text("\n\n" + sign * 60_000 + " \n" * 9)) == 60_000, "what is kept counts"


@pytest.mark.parametrize(
    "data",
    [
        PNG,
        "Mr. Chair".encode("utf-16"),
        "Mr. Chair".encode("utf-16-le"),
        "Mr. Chair".encode("utf-16-be"),
        THAI.encode("utf-16"),
        b"Mr. Chair\x00",
        "Côte".encode("latin-1"),
        b"\xed\xa0\x80",
    ],
)
def test_files_that_are_no_text(data):
    assert outcome(read_text, data) == ("not_text", {})


@pytest.mark.parametrize("text", ["", "Mr. Chair", THAI, "تبدأ الجلسة\r\nبعد"])
def test_files_that_are_text_with_a_mark_of_their_order_or_without(text):
    assert read_text(text.encode()) == read_text(text.encode("utf-8-sig")) == text


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_file_is_text_or_refused(data):
    read = outcome(read_text, data)
    assert read == ("not_text", {}) or read.encode() == data.removeprefix(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("now", "there", "refused"),
    [
        (at(60) - SECOND, 0, None),
        (at(60) - SECOND, MOST - 1, None),
        (at(60) - SECOND, MOST, ("too_many_statements", {"most": 10})),
        (at(60), 0, ("writing_over", {"at": at(60)})),
        (at(60), MOST, ("writing_over", {"at": at(60)})),
    ],
)
def test_until_when_and_how_many(now, there, refused):
    assert outcome(check_time, at(60), there, now) == refused


def test_who_was_not_heard_once_the_item_is_over_is_invited_in_writing():
    rows = (
        entry(1, "m1", called=1, ended=2),
        entry(2, "m2", called=3),
        entry(3, "m3"),
        entry(4, "m4", GROUP),
    )
    rows += (entry(5, "m5", withdrawn_at=TEN), entry(6, "m6", ORDER), entry(7, "m7", REPLY))
    before, past = listed(*rows), listed(*rows, sitting=sitting(ended=50, last=True))
    states = [(before.state_of(one), past.state_of(one)) for one in rows]
    waiting, speaking, _, finished, withdrawn, not_taken = SpeechState
    assert states[:2] == [(finished, finished), (speaking, finished)]
    assert states[4] == (withdrawn, withdrawn)
    assert [*states[2:4], *states[5:]] == [(waiting, not_taken)] * 4
    assert (numbers(before.left), numbers(past.left)) == ([], [3, 4])
