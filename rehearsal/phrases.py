"""What people write in a rehearsal's inputs: words that stand for words, in several scripts and lengths."""

from itertools import cycle, islice
from random import Random

LONGEST = 3990
"""Characters of the longest: a form's field takes 4,000 (Discord's limit)."""

TOO_LATE = "No. {n} (simulated): too late."
BARE = " \n \n"
"""Nothing but blanks."""

SENTENCES = (
    "this text stands where a delegation's experience would stand.",
    "two paragraphs, with *emphasis* and a list.\n\n- first, 3 of 7\n- second <below> the [first]\n1. third",
    "ข้อความนี้แทนประสบการณ์ของคณะผู้แทน และไม่มีความหมายอื่นใด",
    "يقف هذا النص مكان تجربة الوفد، ولا يعني شيئا آخر.",
    "এই লেখা একটি প্রতিনিধিদলের অভিজ্ঞতার জায়গায় আছে।",
    "此文字代表代表团的经验，别无他意。",
    "ဤစာသားသည် ကိုယ်စားလှယ်အဖွဲ့၏ အတွေ့အကြုံကို ကိုယ်စားပြုသည်။",
    "teks ini berdiri di tempat pengalaman delegasi.",
    "signs of several parts stand whole: 👩🏽‍🌾 👨‍👩‍👧‍👦 e\u0301 ก็ นี้ क्षि.",
)
"""Nothing that any delegation holds."""


def mark(number: int) -> str:
    """How the text with that number begins; no other text holds it."""
    return f"No. {number} (simulated): "


def text(number: int, dice: Random, *, long: bool = False) -> str:
    """An input's text, marked as simulated; a long one fills the form, in one of the scripts."""
    place = dice.randrange(len(SENTENCES))
    start = mark(number)
    if not long:
        return start + " ".join(
            islice(cycle(SENTENCES[place:] + SENTENCES[:place]), dice.choice((1, 1, 1, 2)))
        )
    whole = start + " ".join([SENTENCES[place]] * (LONGEST // len(SENTENCES[place])))
    return whole[: whole.rindex(" ", 0, LONGEST)]
