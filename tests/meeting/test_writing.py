"""What people write comes through as it was written; what nobody writes does not."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from meeting.writing import MARKS, legible, paragraphs, shows

SENTENCES = {
    "Thai": "ผู้แทนทุกท่านโปรดทราบว่าการประชุมจะเริ่มต้นในอีกสิบนาที ที่ห้องใหญ่ชั้นสอง น้ำดื่มอยู่ด้านหลัง",
    "Lao": "ກອງປະຊຸມຈະເລີ່ມຕົ້ນໃນອີກສິບນາທີ ຢູ່ຫ້ອງໃຫຍ່ຊັ້ນສອງ",
    "Khmer": "កិច្ចប្រជុំនឹងចាប់ផ្តើមក្នុងរយៈពេលដប់នាទីទៀត នៅបន្ទប់ធំជាន់ទីពីរ",
    "Burmese": "အစည်းအဝေးကို မိနစ်ဆယ်အတွင်း စတင်ပါမည်။ ကျွန်ုပ်တို့ စောင့်နေပါသည်။",
    "Arabic": "تبدأ الجلسة بعد عشر دقائق، في القاعة الكبرى.",
    "Arabic, pointed": "تَبْدَأُ الْجَلْسَةُ بَعْدَ عَشْرِ دَقَائِقَ إِنَّ ٱللَّٰهَ",
    "Persian": "نشست ده دقیقهٔ دیگر آغاز می‌شود.",
    "Urdu": "اجلاس دس منٹ میں شروع ہوگا۔",
    "Hebrew": "הישיבה תתחיל בעוד עשר דקות.",
    "Hebrew, pointed": "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים אֵ֥ת הַשָּׁמַ֖יִם וְאֵ֥ת הָאָֽרֶץ׃",
    "Hindi": "बैठक दस मिनट में दूसरी मंज़िल के बड़े कक्ष में आरंभ होगी; कृपया श्रीमान् प्रतीक्षा करें।",
    "Nepali": "बैठक दस मिनेटमा सुरु हुन्छ। गर्‍यो",
    "Bengali": "দশ মিনিটের মধ্যে সভা শুরু হবে।",
    "Sinhala": "රැස්වීම මිනිත්තු දහයකින් ආරම්භ වේ. ශ්‍රී",
    "Tamil": "கூட்டம் பத்து நிமிடங்களில் தொடங்கும்.",
    "Tibetan": "ཚོགས་འདུ་སྐར་མ་བཅུའི་ནང་འགོ་བསྒྲུབས།",
    "Vietnamese": "Cuộc họp sẽ bắt đầu sau mười phút nữa, tại phòng lớn ở tầng hai.",
    "Russian": "Заседание начнётся через десять минут, й и ё на месте.",
    "French": "La séance commence à 10 h ; où êtes-vous, ça va ?",
    "Chinese": "会议将在十分钟后开始。",
    "Japanese": "会議は十分後に始まります。ガギグ゚",
    "Korean": "회의는 10분 뒤에 시작합니다.",
    "emoji": "👍🏽 👩🏽‍⚕️ 👨‍👩‍👧‍👦 🏳️‍🌈 🇹🇭 1️⃣ ☎️ ❤️‍🔥",
}


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("form", ["as written", "NFC", "NFD"])
def test_what_is_written_in_earnest_comes_through_unchanged(language: str, form: str) -> None:
    text = SENTENCES[language]
    if form != "as written":
        text = unicodedata.normalize(form, text)  # type: ignore[arg-type]
    assert legible(text) == text
    assert paragraphs(text) == text and shows(text)


def test_a_smeared_text_keeps_its_letters_and_few_marks() -> None:
    marks = "".join(map(chr, range(0x300, 0x370)))
    smeared = "".join(letter + marks * 5 for letter in "Hello, all!")
    shown = legible(smeared)
    assert "".join(sign for sign in shown if not unicodedata.combining(sign)) == "Hello, all!"
    assert len(shown) == len("Hello, all!") * (1 + MARKS)


@pytest.mark.parametrize("between", ["\u200d", "\u200c", "\u034f", "\u0903", "\u200b", "\u202e", "\x00"])
def test_nothing_between_them_lets_more_marks_through(between: str) -> None:
    shown = legible("a" + (("\u0301" * 3) + between) * 100)
    assert shown.count("\u0301") <= MARKS


@given(st.text())
@example("\u0301" * 9)
@example("a\u20dd" * 3 + "\ud800")
def test_what_is_left_is_left_as_it_was(text: str) -> None:
    shown = legible(text)
    assert legible(shown) == shown
    remaining = iter(text)
    assert all(sign in remaining for sign in shown), "nothing is put in or moved"
    assert not any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in shown)
    shown.encode()


def test_hidden_and_turning_signs_are_taken_away() -> None:
    hidden = "\u200b\u2060\ufeff\u00ad\ud83d"
    hidden += "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
    assert legible("a" + hidden + "b\x00\x07\x1b\x7f\x85c") == "abc"


@pytest.mark.parametrize(
    "text", ["", " \n\t ", "\u200b\u200d", "\u3164\u2800", "\u0301\u0302", "\u2028", "\ud800"]
)
def test_what_shows_nothing(text: str) -> None:
    assert not shows(legible(text))
    assert shows(text + "."), "control"


def test_paragraphs_keep_their_lines_and_one_blank_line_between() -> None:
    assert paragraphs("\n\n a\r\nb\rc\u2028d\x0be\n\n\n \t\n\u200b\n\nf  \n") == "a\nb\nc\nd\ne\n\nf"
    assert paragraphs("- one\n  - two") == "- one\n  - two", "what is indented stays so"
