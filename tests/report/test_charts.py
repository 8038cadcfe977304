"""Charts, read back from the SVG: what they say, where it stands, and whether it can be seen."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report import canvas, chart_rows
from report.canvas import HUE, INK, INNER, MARGIN, PAPER, SOFT, TRACK, WIDTH
from report.chart_rows import shade
from report.charts import ALTERNATIVE, TALL, Bar, Block, Chart, alternative, chart, sheets
from report.typefaces import runs, width
from report.typesetting import tidy, wrapped

SVG = "{http://www.w3.org/2000/svg}"
TURNS = re.compile("[\u202a-\u202c]")

DRAWABLE = st.text(
    st.sampled_from(
        "abz AZÅéßñ09%().,:;!?<>&'\"\\–—·…Жяθ مرحبالا؟، สวัสดีครับ้ำ বাংলাক্ষ্দি क्षत्रिय தமிழ் မြန်မာ ភាសាខ្មែរ ລາວ"
    ),
    min_size=1,
    max_size=100,
).filter(lambda text: bool(tidy(text)))
ANYTHING = st.text(max_size=40)
COUNTS = st.integers(0, 500)


@st.composite
def charts(draw: st.DrawFn, texts: st.SearchStrategy[str] = ANYTHING) -> Chart:
    """Any chart: bars of one or two rounds, or distributions."""
    levels = draw(st.lists(texts, max_size=10)) if draw(st.booleans()) else []
    blocks = []
    for _ in range(draw(st.integers(0, 3))):
        full = draw(st.integers(1, 500))
        bars = []
        for _ in range(draw(st.integers(0, 4))):
            counts = tuple(draw(COUNTS) for _ in levels)
            earlier = draw(st.none() | st.integers(0, full))
            bar = Bar(draw(texts), draw(st.integers(0, full)), draw(texts), draw(texts), earlier, draw(texts))
            bars.append(replace(bar, levels=counts, earlier=None) if levels else bar)
        blocks.append(Block(draw(texts), draw(texts), tuple(bars), full, draw(texts), draw(texts)))
    return Chart(draw(texts), draw(texts), tuple(blocks), draw(texts), draw(texts), tuple(levels))


def read(svg: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter(f"{SVG}text"))


def said(svg: str) -> list[str]:
    """The texts in their order, without what turns their direction."""
    return [TURNS.sub("", "".join(text.itertext())) for text in read(svg)]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def height_of(svg: str) -> int:
    return int(ElementTree.fromstring(svg).attrib["height"])


def simple(*labels: str, **values: object) -> Chart:
    bars = tuple(Bar(label, n + 1, f"{n + 1} ({(n + 1) * 10} %)") for n, label in enumerate(labels))
    of = Chart("A question?", "One ballot per delegation", (Block("Members", "10 of 45 answered", bars, 10),))
    return replace(of, **values)  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None)
@given(charts())
def test_any_text_makes_a_document(of: Chart) -> None:
    """Control characters, halves of characters, noncharacters, markup: all is text or nothing."""
    svg = chart(of)
    kinds = {element.tag.removeprefix(SVG) for element in ElementTree.fromstring(svg).iter()}
    assert kinds <= {"svg", "title", "desc", "defs", "pattern", "rect", "path", "text", "tspan"}
    assert len(alternative(of)) <= ALTERNATIVE


@settings(max_examples=25, deadline=None)
@given(charts(DRAWABLE))
def test_nothing_reaches_beyond_the_canvas(of: Chart) -> None:
    svg = chart(of)
    root = ElementTree.fromstring(svg)
    for text in root.iter(f"{SVG}text"):
        size, x = float(text.attrib["font-size"]), float(text.attrib["x"])
        long = width(TURNS.sub("", "".join(text.itertext())), size, "font-weight" in text.attrib)
        left = x - long * {"start": 0, "middle": 0.5, "end": 1}[text.attrib["text-anchor"]]
        assert left >= MARGIN - 1 and left + long <= WIDTH - MARGIN + 1, "".join(text.itertext())
        assert MARGIN <= float(text.attrib["y"]) <= height_of(svg) - MARGIN / 2
    for box in root.iterfind(f"{SVG}rect"):
        assert float(box.attrib.get("x", 0)) + float(box.attrib["width"]) <= WIDTH


@settings(max_examples=25, deadline=None)
@given(st.lists(DRAWABLE, min_size=1, max_size=6), st.lists(DRAWABLE, min_size=6, max_size=6))
def test_every_label_and_number_is_there_once_and_escaped(labels: list[str], numbers: list[str]) -> None:
    numbers = [number[:20] for number in numbers if tidy(number[:20])]
    bars = tuple(Bar(label, 1, number) for label, number in zip(labels, numbers, strict=False))
    svg = chart(Chart("", "", (Block("", "", bars),)))
    written = [squeezed(text) for text in said(svg)]
    wanted = [squeezed(tidy(text)) for bar in bars for text in (bar.label, bar.text)]
    cut = [bar for bar in bars if wrapped(bar.label, chart_rows.LABEL, INNER, 3)[-1].endswith("…")]
    if not cut:
        assert "".join(written) == "".join(wanted)


def test_hostile_labels_stay_text() -> None:
    hostile = [
        "</text><script>alert(1)</script>",
        '" onload="x',
        "<![CDATA[",
        "&amp;&#0;",
        "a\x00b\u202ec\ufffed",
    ]
    svg = chart(simple(*hostile, title=hostile[0], note=hostile[1]))
    assert not [e for e in ElementTree.fromstring(svg).iter() if "script" in e.tag or "onload" in e.attrib]
    assert set(hostile[:4]) <= set(said(svg)) and "abcd" in said(svg)


def test_an_option_of_full_length_is_whole_and_a_longer_one_is_cut() -> None:
    option = (
        "Establish a mechanism of the region, with a secretariat, for the identification of victims " * 2
    )[:150]
    assert " ".join(said(chart(simple(option)))[-4:-1]).count("Establish") == 2
    assert not any(line.endswith("…") for line in said(chart(simple(option.strip()))))
    assert any(line.endswith("…") for line in said(chart(simple(option * 2))))


def test_lines_break_between_words_and_never_tear_letters() -> None:
    room = 300
    for text in (
        "Information exchange between agencies",
        "การฝึกอบรมร่วมกันของเจ้าหน้าที่แนวหน้าตามเส้นทาง",
        "ক্ষতিপূরণ" * 9,
        "กะ" * 60,
        "One, two; three: " * 9,
    ):
        lines = wrapped(text, 32, room, 9)
        assert squeezed("".join(lines)) == squeezed(text) and len(lines) > 1
        assert all(width(line, 32) <= room for line in lines)
        assert not any(re.match(r"[\u0e30-\u0e3a\u0e45-\u0e4e\u09bc-\u09cd]", line) for line in lines)
        assert not any(re.search(r"[\u0e40-\u0e44\u09cd]$", line) for line in lines)
    assert wrapped("Information exchange", 32, 190, 3) == ("Information", "exchange")


def test_right_to_left_labels_stand_at_the_right_of_their_column() -> None:
    (left, *_), (right, *_) = (
        [e for e in read(chart(simple(label, "x"))) if label in "".join(e.itertext())]
        for label in ("Oui", "نعم")
    )
    assert left.attrib["text-anchor"] == "start" and float(left.attrib["x"]) == MARGIN
    assert right.attrib["text-anchor"] == "end" and float(right.attrib["x"]) > MARGIN


def test_each_script_is_drawn_in_its_own_face_and_what_none_has_is_marked() -> None:
    families = [family for family, _ in runs("RSO: সীমান্তে ไทย ok")]
    assert families == ["Noto Sans", "Noto Sans Bengali", "Noto Sans Thai", "Noto Sans"]
    assert tidy("a\U0001f600b") == "a\ufffdb"


def test_more_to_show_makes_it_taller() -> None:
    heights = [height_of(chart(simple(*"ABCDEFG"[:n]))) for n in range(1, 7)]
    assert heights == sorted(set(heights))
    plain = simple("A", "B")
    twice = replace(plain, blocks=plain.blocks * 2)
    assert height_of(chart(twice)) > height_of(chart(plain))
    assert height_of(chart(replace(plain, note="Rehearsal"))) > height_of(chart(plain))
    assert height_of(chart(simple("A long label " * 10))) > height_of(chart(simple("A")))


def test_what_is_too_tall_for_a_screen_is_cut_between_tallies() -> None:
    long = simple(
        *(f"Option {n} with a long text that says what it is about, and for whom" for n in range(8))
    )
    three = replace(
        long, blocks=tuple(replace(long.blocks[0], heading=name) for name in "XYZ"), note="Marked"
    )
    assert height_of(chart(three)) > TALL, "control"
    parts = sheets(three)
    assert [[block.heading for block in part.blocks] for part in parts] == [["X"], ["Y"], ["Z"]]
    assert all(height_of(chart(part)) <= TALL and "Marked" in said(chart(part)) for part in parts)
    short = replace(simple("Yes", "No"), blocks=simple("Yes", "No").blocks * 3)
    assert sheets(short) == (short,) and sheets(replace(short, blocks=())) == (replace(short, blocks=()),)


def test_tallies_stand_apart_each_on_its_own_scale_and_are_never_added() -> None:
    tallies = (("Members", 40, 45, 23), ("Organisations", 4, 5, 3), ("Observers", 17, 20, 11))
    blocks = tuple(
        Block(
            name, f"{answered} of {of} answered", (Bar("Yes", yes, str(yes)),), answered, f"full: {answered}"
        )
        for name, answered, of, yes in tallies
    )
    svg = chart(Chart("Yes?", "", blocks))
    assert said(svg) == [
        "Yes?",
        *(
            text
            for n, a, of, y in tallies
            for text in (n, f"{a} of {of} answered", f"full: {a}", "Yes", str(y))
        ),
    ]
    boxes = [e.attrib for e in ElementTree.fromstring(svg).iterfind(f"{SVG}rect")]
    tracks = [float(box["width"]) for box in boxes if box["fill"] == TRACK]
    lengths = [float(box["width"]) for box in boxes if box["fill"] == HUE]
    assert len(set(tracks)) == 1
    for (_, answered, _, yes), long in zip(tallies, lengths, strict=True):
        assert long / tracks[0] == pytest.approx(yes / answered, abs=0.001)
    for total in (61, 70, 37):
        assert not any(
            re.search(rf"\b{total}\b", text) for text in [*said(svg), alternative(Chart("", "", blocks))]
        )


def test_two_rounds_are_told_apart_by_pattern_and_by_both_bases() -> None:
    bar = Bar("Training", 30, "30 dots", earlier=12, earlier_text="before: 12 dots")
    svg = chart(Chart("Dots", "", (Block("Members", "round 2: 41", (bar,), 30, earlier_base="round 1: 38"),)))
    assert {"round 2: 41", "round 1: 38", "30 dots", "before: 12 dots"} <= set(said(svg))
    fills = [e.attrib["fill"] for e in ElementTree.fromstring(svg).iterfind(f"{SVG}rect")]
    assert fills.count(HUE) == 2 and fills.count("url(#hatch)") == 2, "a bar and its key each"


@pytest.mark.parametrize(
    "counts", [(1, 2, 30, 400), (1, 1, 1, 497), (497, 1, 1, 1), (0, 3, 0, 0), (0, 0, 0, 0)]
)
def test_each_number_of_a_distribution_shows_however_narrow_its_segment(counts: tuple[int, ...]) -> None:
    levels = ("none", "low", "high", "highest")
    svg = chart(
        Chart("Score", "", (Block("M", "b", (Bar("Cost", levels=counts, text="low"),)),), levels=levels)
    )
    texts = said(svg)
    for count in set(counts) - {0}:
        assert texts.count(str(count)) == counts.count(count)
    boxes = [e.attrib for e in ElementTree.fromstring(svg).iterfind(f"{SVG}rect") if "stroke" in e.attrib]
    for number in (e for e in read(svg) if "".join(e.itertext()).isdigit()):
        x, y, half = (float(number.attrib[name]) for name in ("x", "y", "font-size"))
        half = width("".join(number.itertext()), half, True) / 2
        assert any(
            float(box["x"]) <= x - half
            and x + half <= float(box["x"]) + float(box["width"])
            and float(box["y"]) < y < float(box["y"]) + float(box["height"])
            for box in boxes
        ), "it stands in a box of its own level"
    for level, count in enumerate(counts):
        filled = [
            e
            for e in ElementTree.fromstring(svg).iterfind(f"{SVG}rect")
            if e.attrib["fill"] == shade(level, 4)
        ]
        assert len(filled) >= (2 if count else 1), "the key and, if there are any, a segment"


def test_the_alternative_text_has_it_all_in_words() -> None:
    of = simple("Training", "Referral", note="Rehearsal")
    assert alternative(of) == (
        "Rehearsal. A question? One ballot per delegation. Members – 10 of 45 answered: Training: 1 (10 %);"
        " Referral: 2 (20 %)."
    )
    score = Chart(
        "S", "", (Block("M", "5", (Bar("Cost", levels=(2, 3), text="low"),)),), levels=("low", "high")
    )
    assert "Cost: low 2, high 3, low" in alternative(score)


def test_a_long_alternative_text_keeps_the_numbers_and_cuts_the_labels() -> None:
    of = simple(*(f"Option {n}, which says a great deal about what should be done first" for n in range(20)))
    text = alternative(of)
    assert len(text) <= ALTERNATIVE and all(f"{n} ({n * 10} %)" in text for n in range(1, 21))
    huge = alternative(replace(of, blocks=of.blocks * 9))
    assert len(huge) <= ALTERNATIVE and huge.endswith("…")


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance: what is left of a colour in grey."""
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_all_can_be_read_in_grey() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21), "control"
    assert min(contrast(ink, PAPER) for ink in (INK, SOFT)) >= 7
    assert contrast(HUE, PAPER) >= 3 and contrast(HUE, TRACK) >= 3
    for levels in range(1, 11):
        fills = [shade(level, levels) for level in range(levels)]
        for level, fill in enumerate(fills):
            ink = INK if level < (levels + 1) // 2 else PAPER
            assert contrast(ink, fill) >= 7, (levels, level, fill)
        greys = [luminance(fill) for fill in fills]
        assert greys == sorted(set(greys), reverse=True), "each level is darker than the one below"
    assert canvas.WIDTH == 1200


def test_numbers_inside_segments_use_an_ink_that_is_read() -> None:
    counts = (10, 10, 10, 10, 10)
    of = Chart("S", "", (Block("M", "b", (Bar("Cost", levels=counts),)),), levels=tuple("12345"))
    inks = [e.attrib["fill"] for e in read(chart(of)) if "".join(e.itertext()) == "10"]
    assert inks == [INK, INK, INK, PAPER, PAPER]
    assert all(contrast(ink, shade(n, 5)) >= 7 for n, ink in enumerate(inks))
