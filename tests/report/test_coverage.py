"""What no font has is told; what one has, or what nobody sees, is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder

from report import typefaces
from report.coverage import Undrawable, undrawable

CHINESE = "区域优先"


def forget() -> None:
    typefaces.east_asian.cache_clear()
    typefaces._face_of.cache_clear()


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine with a folder for fonts, and none in it."""
    monkeypatch.setattr(typefaces, "PLACES", (str(tmp_path),))
    forget()
    yield tmp_path
    monkeypatch.undo()
    forget()


def install(folder: Path, characters: str) -> None:
    """A face with these characters, named as Debian names its East Asian one."""
    names = [f"c{n}" for n in range(len(characters))]
    font = FontBuilder(1000)
    font.setupGlyphOrder([".notdef", *names])
    font.setupCharacterMap({ord(sign): name for sign, name in zip(characters, names, strict=True)})
    font.setupHorizontalMetrics(dict.fromkeys([".notdef", *names], (1000, 0)))
    font.setupHorizontalHeader()
    font.setupNameTable({"familyName": "East", "styleName": "Regular"})
    font.setupPost()
    (folder / "opentype").mkdir()
    font.save(folder / "opentype" / "NotoSansCJK-Regular.ttc")
    forget()


def test_the_alphabets_of_the_forum_are_shipped() -> None:
    shipped = [
        "Latin: Côte d'Ivoire, Việt Nam, Türkiye, Łódź – “quoted” (100 %) · 3 ≥ 2 …",
        "Кыргызстан Ελλάδα",
        "ประเทศไทย น้ำ",
        "المملكة الأردنية الهاشمية، پاکستان ایران",
        "বাংলাদেশ ক্ষতি",
        "नेपाल क्षेत्र",
        "កម្ពុជា ក្រុម",
        "ສປປ ລາວ",
        "မြန်မာ ကြံပြု",
        "ශ්‍රී ලංකා",
        "தமிழ் கொள்கை",
    ]
    assert undrawable(shipped) == []


def test_what_is_missing_is_named_once_with_its_text(machine: Path) -> None:
    texts = ["Yes", f"{CHINESE}{CHINESE}: yes", "Yes 👍🏽 👍🏽", f"{CHINESE}{CHINESE}: yes"]
    found = undrawable(texts)
    assert found == [Undrawable(texts[1], CHINESE), Undrawable(texts[2], "👍🏽")]
    assert [one.east_asian for one in found] == [True, False]
    install(machine, CHINESE)
    assert undrawable(texts) == [Undrawable(texts[2], "👍🏽")]
    assert typefaces.runs(f"a{CHINESE}") == [("Noto Sans", "a"), ("East", CHINESE)]


def test_the_machines_face_is_loaded_after_the_shipped_and_before_the_bold(machine: Path) -> None:
    before = typefaces.font_files()
    assert len(before) == 12 and all(Path(file).is_file() for file in before)
    install(machine, CHINESE)
    files = typefaces.font_files()
    assert (*files[:11], files[12]) == before and files[11].endswith("CJK-Regular.ttc")


def test_marks_joiners_and_selectors_are_no_characters_of_their_own() -> None:
    assert undrawable(["e\u0301\u20dd x\u200d\u200c y\ufe0f\ufe0e \u202e tab\t\n \U000e0067"]) == []


def test_the_licence_is_shipped_with_the_fonts() -> None:
    text = (typefaces.FOLDER / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text and "Copyright 2015-2020 Google LLC" in text
    fonts = sorted(path.name for path in typefaces.FOLDER.glob("*.ttf"))
    assert sorted((*typefaces.REGULAR, typefaces.BOLD)) == fonts
    assert all(name in text for name in fonts)
