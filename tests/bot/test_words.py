"""The door for text: every sentence there, every placeholder filled, nothing formatted that was not meant."""

import ast
import importlib
import pkgutil
import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import bot
import cogs
import db
import meeting
import room
from bot.words import Composed, Words, clean, clean_block, plain, sentence, shortened
from config.catalogue import Catalogue, read_catalogues
from meeting.refusals import Refused

HOUSE = Path(__file__).parents[2]
ENGLISH = read_catalogues().languages["en"]


def modules(*packages: ModuleType) -> Iterator[ModuleType]:
    for package in packages:
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def refusals() -> dict[str, type[Refused]]:
    """Every refusal in the house's code."""
    for _ in modules(bot, cogs, db, meeting, room):
        pass

    def below(kind: type[Refused]) -> Iterator[type[Refused]]:
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    ours = ("bot.", "cogs.", "db.", "meeting.", "room.")
    return {one.__name__: one for one in below(Refused) if one.__module__.startswith(ours)}


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for package in ("bot", "cogs", "db", "meeting", "report", "room"):
        for path in sorted((HOUSE / package).rglob("*.py")):
            yield path, ast.parse(path.read_text("utf-8"))


def calls() -> Iterator[tuple[Path, ast.Call]]:
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield path, node


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def forms(key: str) -> list[str]:
    entry = ENGLISH[key]
    return [entry] if isinstance(entry, str) else list(entry.values())


def placeholders(key: str) -> set[str]:
    parsed = [part for form in forms(key) for part in string.Formatter().parse(form)]
    return {name for _, name, _, _ in parsed if name is not None}


def pattern(node: ast.expr) -> re.Pattern[str] | None:
    """What keys a literal or an f-string can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.compile(re.escape(node.value))
    if isinstance(node, ast.JoinedStr):
        parts = (
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[a-z_-]+"
            for part in node.values
        )
        return re.compile("".join(parts))
    return None


def test_every_refusal_has_a_sentence_whose_places_are_filled_where_it_is_raised() -> None:
    known = refusals()
    assert len(known) > 30
    raised: dict[str, int] = {}
    for path, call in calls():
        name = name_of(call)
        if name not in known:
            continue
        raised[name] = raised.get(name, 0) + 1
        given = {keyword.arg for keyword in call.keywords}
        key = "refused." + known[name]().key
        assert key in ENGLISH, key
        if None in given:
            continue
        assert placeholders(key) <= given, f"{path.name}:{call.lineno}: {key} needs {placeholders(key)}"
    assert set(raised) == set(known), "a refusal that nobody raises"


def test_every_refusal_can_be_said() -> None:
    words = Words(read_catalogues())
    for kind in refusals().values():
        key = "refused." + kind().key
        values: dict[str, object] = dict.fromkeys(placeholders(key), "*x* <@1>")
        if isinstance(ENGLISH[key], dict):
            values["n"] = 2
        text = words.refusal(kind(**values))
        assert len(text) > 20 and "{" not in text
        assert "<@1>" not in text.replace("\\<", "")
        assert "\\" not in sentence(kind(**values))


def test_every_key_said_exists_with_all_its_values() -> None:
    looked = 0
    for path, call in calls():
        if name_of(call) != "say" or not call.args:
            continue
        wanted = pattern(call.args[0])
        if wanted is None:
            continue
        found = [key for key in ENGLISH if wanted.fullmatch(key)]
        where = f"{path.name}:{call.lineno}"
        assert found, f"{where}: no sentence {wanted.pattern}"
        looked += 1
        values = {keyword.arg for keyword in call.keywords}
        if None in values:
            continue
        for key in found if isinstance(call.args[0], ast.Constant) else ():
            assert placeholders(key) <= values, f"{where}: {key} needs {placeholders(key) - values}"
            if not isinstance(ENGLISH[key], str):
                assert "n" in values, f"{where}: {key} chooses by n"
    assert looked > 60


def test_no_sentence_is_left_unused() -> None:
    used = ["refused." + kind().key for kind in refusals().values()]
    patterns = [
        found
        for _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant | ast.JoinedStr)
        and (found := pattern(node)) is not None
        # An f-string of which nothing is known but its middle would match anything.
        and (isinstance(node, ast.Constant) or re.match(r"[a-z]+\\\.", found.pattern))
    ]
    used += [f"room.{key}" for key in used if f"room.{key}" in ENGLISH]
    # The pages' own texts are asked for by their files: tests/room/test_pages_texts.py.
    used += [key for key in ENGLISH if key.startswith("room.pages.")]
    unused = [key for key in ENGLISH if key not in used and not any(p.fullmatch(key) for p in patterns)]
    assert unused == []


def test_each_form_of_a_plural_has_the_same_places() -> None:
    for key, entry in ENGLISH.items():
        if isinstance(entry, dict):
            assert {"one", "other"} <= set(entry), key
            assert "n" in placeholders(key) or key == "organiser.setup.rehang", key


def words(**entries: Any) -> Words:
    return Words(Catalogue({"en": entries, "fr": {"only": "seulement"}}), "Asia/Bangkok", "Bang*kok")


def test_plural_forms_and_languages() -> None:
    door = words(waits={"one": "{n} waits", "other": "{n} wait"}, only="only", more="more")
    assert [door.say("waits", n=n) for n in (0, 1, 2, 21)] == ["0 wait", "1 waits", "2 wait", "21 wait"]
    assert door.say("only", "fr") == "seulement"
    assert door.say("more", "fr") == "more", "what a language lacks is said in English"
    assert door.say("only", "xx-YY") == door.say("only", None) == "only"
    with pytest.raises(KeyError):
        door.say("nothing")


def test_values_are_shown_as_people_read_them() -> None:
    door = words(x="{v}")
    moment = datetime(2022, 9, 7, 3, 30, tzinfo=UTC)
    assert door.say("x", v=moment) == "10:30 Bang\\*kok (<t:1662521400:t>)"
    assert door.say("x", v=timedelta(minutes=90, seconds=5)) == "90"
    assert door.say("x", v=("a*", "<@1>")) == "a\\*, \\<@1>"
    assert door.say("x", v=None) == ""
    assert door.say("x", v="*") == "\\*"
    assert door.say("x", v=Composed("*")) == "*"
    assert door.say("x", v=0) == "0"
    assert door.say("x", v="{v} {0} %s") == "{v} {0} %s", "a value is not looked into again"


SIGNS = st.text(
    st.sampled_from("a1 \n\r\t\\*_~|`<@#>&!:/[](){}-+.=\u202e\u2066\u200f\x00\x1b\u2028é😀"), max_size=60
)
STARTS = re.compile(r"\s*(?:#{1,3}\s|-#|>|[-*+]\s|\d+[.)]\s)")


def formats(text: str) -> list[str]:
    """What Discord would read in a line: signs of markup that no backslash stands before."""
    bare, shown = 0, []
    for sign in text:
        if sign == "\\" and not bare:
            bare = 1
            continue
        if sign in "*_~|`<[" and not bare:
            shown.append(sign)
        bare = 0
    return shown


@given(SIGNS | st.text(max_size=60))
@example("1. one")
@example("  12) twelve")
@example("> quote")
@example("\\")
@example("\\*")
@example("a\u2028# b")
@example("\u200f# head")
def test_a_cleaned_line_formats_and_mentions_nothing_and_reads_as_it_was(text: str) -> None:
    shown = clean(text)
    assert "\n" not in shown and "\r" not in shown
    assert formats(re.sub(r"https?://[^\s<>]+", "", shown)) == []
    assert not STARTS.match(shown), shown
    assert not any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 for sign in shown)
    assert not any(
        sign in shown for sign in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
    )
    if "http" not in text:
        assert re.sub(r"\\(.)", r"\1", shown) == plain(text)


@given(st.lists(SIGNS, max_size=5))
def test_a_cleaned_block_keeps_its_lines(lines: list[str]) -> None:
    text = "\n".join(lines)
    shown = clean_block(text)
    assert shown.count("\n") == max(len(text.splitlines()) - 1, 0)
    for line in shown.split("\n"):
        assert not STARTS.match(line) and formats(re.sub(r"https?://[^\s<>]+", "", line)) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://a.example/b_c*d?e=[1]", "https://a.example/b_c*d?e=[1]"),
        ("see https://a.example/_x_ *now*", "see https://a.example/_x_ \\*now\\*"),
        ("[x](https://a.example)", "\\[x](https://a.example)"),
        ("<https://a.example>", "\\<https://a.example>"),
        ("<@&1>", "\\<@&1>"),
        ("2 - 1 = 1", "2 - 1 = 1"),
        ("-5 degrees", "\\-5 degrees"),
        ("3.5 hours", "3\\.5 hours"),
    ],
)
def test_addresses_stay_addresses(text: str, shown: str) -> None:
    assert clean(text) == shown


@given(st.text(), st.integers(min_value=1, max_value=100))
def test_shortened_is_never_longer(text: str, most: int) -> None:
    short = shortened(text, most)
    assert len(short) <= most
    assert short == plain(text) or short.endswith("…")
