"""The pages' texts: each one there that a page asks for, each one asked for, none in the pages themselves."""

import re
from pathlib import Path

import pytest

from bot.page_words import PageWords
from bot.words import Words
from config.catalogue import read_catalogues
from room.pages import FOLDER
from tests.stage import at

ENGLISH = read_catalogues().languages["en"]
IMPORT = re.compile(r'from "\./(\w+\.js)"')
FIXED = re.compile(r'\b(?:say|#say)\(\s*(?:[^"`()]*\? )?"([a-z_.]+)"(?:\s*:\s*"([a-z_.]+)")?')
MADE = re.compile(r"\bsay\(`([a-z_]+)\$\{")
LISTED = re.compile(r"const TABS = \[([^\]]*)\]")
PLACED = re.compile(r"\{\{t:([a-z_.]+)\}\}")


def modules(first: str) -> set[Path]:
    """A module and all that it imports."""
    found: set[Path] = set()
    wanted = [FOLDER / first]
    while wanted:
        path = wanted.pop()
        if path not in found:
            found.add(path)
            wanted += [FOLDER / name for name in IMPORT.findall(path.read_text("utf-8"))]
    return found


def asked(paths: set[Path]) -> tuple[set[str], set[str]]:
    """Keys, and beginnings of keys, that these modules ask for."""
    fixed: set[str] = set()
    made: set[str] = set()
    for path in paths:
        text = path.read_text("utf-8")
        fixed |= {key for pair in FIXED.findall(text) for key in pair if key}
        made |= set(MADE.findall(text))
        for names in LISTED.findall(text):
            fixed |= set(re.findall(r"\w+", names))
    return fixed, made


STAGE = modules("stage.js")
PAGES = {"screen": modules("screen.js"), "desk": modules("desk.js") - STAGE, "seat": modules("seat.js")}


def texts(page: str) -> dict[str, str]:
    return PageWords(Words(read_catalogues()), lambda: at(10, 30)).texts(page)


@pytest.mark.parametrize("page", PAGES)
def test_every_text_a_page_asks_for_is_there(page: str) -> None:
    fixed, made = asked(PAGES[page])
    assert len(fixed) > 8
    there = texts(page)
    assert fixed - set(there) == set()
    assert all(any(key.startswith(start) for key in there) for start in made)


def test_the_desk_has_the_texts_of_the_picture_it_draws() -> None:
    fixed, _ = asked(STAGE)
    assert {f"screen.{key}" for key in fixed} <= set(texts("desk"))


def test_no_text_is_left_unused() -> None:
    used = {page: asked(paths) for page, paths in PAGES.items()}
    for name in ("enter", "gone"):
        used[name] = (set(PLACED.findall((FOLDER / f"{name}.html").read_text("utf-8"))), set())
    everywhere = (
        set().union(*(one for one, _ in used.values())),
        set().union(*(one for _, one in used.values())),
    )
    for key in ENGLISH:
        if key.startswith("room.pages."):
            page, name = key.removeprefix("room.pages.").split(".", 1)
            fixed, made = everywhere if page == "common" else used[page]
            assert name in fixed or any(name.startswith(start) for start in made), key


def test_no_sentence_stands_in_a_page() -> None:
    for path in FOLDER.glob("*.html"):
        words = re.sub(r"<[^>]*>|\{\{[^}]*\}\}", " ", path.read_text("utf-8"))
        assert not re.search(r"\w{2,}", words), path.name
    for path in FOLDER.glob("*.js"):
        code = re.sub(r"/\*.*?\*/|^\s*//.*$|\s// .*$", "", path.read_text("utf-8"), flags=re.S | re.M)
        said = [one for one in re.findall(r'"([^"\n]*)"', code) if re.match(r"[A-Z][a-z]+ [a-z]", one)]
        assert said == [], path.name
