"""Every format of the report says the same, whatever people wrote; and nothing of it becomes markup."""

import csv
import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import Phase, given, settings

from meeting.reports import Stage, Step, Variant, Version
from report.charts import Chart
from report.document import Document, Heading, Numbered, Picture, Table
from report.docx import docx_file
from report.html import html_file
from report.jobs import job_of
from report.markdown import markdown_file
from report.outline import Status, document_of
from report.pdf import available, pdf_file
from report.press import Format, bundled, files, installed, paged
from report.record import digest_of, written
from tests.parsing import docx_told, html_read, markdown_kinds, markdown_told, told
from tests.reporting import LONG, MARKUP, NINE, WORDS, document, hostile, record

PLAIN = {
    "paragraph_open",
    "paragraph_close",
    "heading_open",
    "heading_close",
    "inline",
    "text",
    "text_special",
}
LAID = {
    f"{part}_{end}" for part in ("table", "thead", "tbody", "tr", "th", "td") for end in ("open", "close")
}
OURS = (
    PLAIN
    | LAID
    | {
        *(
            "strong_open",
            "strong_close",
            "em_open",
            "em_close",
            "image",
            "blockquote_open",
            "blockquote_close",
        ),
    }
)
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "div", "header", "h1", "h2", "h3", "h4", "p", "main"),
    *(
        "blockquote",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "span",
        "b",
        "figure",
        "figcaption",
    ),
    "img",
}

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fcffff3f0300050001ff"
    "a5a5d1430000000049454e44ae426082"
)
"""A picture of one pixel, for where drawing is not what is tested."""


def dots(of: Document) -> dict[str, bytes]:
    return dict.fromkeys(of.charts, PIXEL)


@settings(max_examples=15, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(hostile, hostile, hostile)
def test_what_people_wrote_comes_back_from_each_format_and_formats_nothing(a: str, b: str, c: str) -> None:
    made = document(a, b, c, title=a, agenda={"about": b, "marking": c})
    expected = told(made)
    data = markdown_file(made)
    assert markdown_told(data) == expected
    assert markdown_kinds(data) <= OURS
    read = html_read(html_file(made, dots(made)))
    assert read.pieces == expected
    assert read.tags <= TAGS
    assert all(one.startswith("data:image/png;base64,") for one in read.addresses)
    assert docx_told(docx_file(made, dots(made))) == expected


def test_without_the_escapes_markup_would_have_formatted() -> None:
    """The control of the test above: the same text, written as it is."""
    assert not markdown_kinds(f"{MARKUP}\n".encode()) <= OURS
    assert not html_read(f"<p>{MARKUP}<script></p>".encode()).tags <= TAGS


@pytest.mark.skipif(not available(), reason="typst, the extra roundtable[pdf], is not installed")
def test_hostile_text_is_text_in_a_pdf_too() -> None:
    texts = (f'#panic("x") {MARKUP} $a$ \\u{{41}} "quoted" // gone /* gone', "العربية ก็ 中文 [x] = y")
    data = pdf_file(document(*texts), {})
    assert data.startswith(b"%PDF")
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed: the PDF's text cannot be looked at")
    said = subprocess.run(
        ["pdftotext", "-", "-"], input=data, capture_output=True, check=True
    ).stdout.decode()
    flat = "".join(said.split())
    assert '#panic("x")' in flat and "//gone/*gone" in flat and "[x]=y" in flat and "\\u{41}" in flat


def test_the_same_record_gives_the_same_bytes_of_markdown_tables_and_record() -> None:
    version = Version(3, "cd" * 32, "ef" * 32, (Step(Stage.DRAFT, NINE),))
    formats = frozenset({Format.MARKDOWN, Format.CSV, Format.JSON})

    def made() -> dict[str, bytes]:
        text = written(record())
        job = job_of(text, version, Variant.ATTRIBUTED, formats, WORDS)
        bare = tuple(block for block in job.document.blocks if not isinstance(block, Picture))
        found = files(replace(job, document=replace(job.document, blocks=bare)))
        return bundled(found, "report")

    first, second = made(), made()
    assert first == second
    assert (
        f"Stage: draft. Version 3, {digest_of(written(record()))[:12]}, drafted 1 June 2026, 16:00 Bangkok"
        in first["report-attributed.md"].decode()
    )


def test_every_page_says_that_it_is_a_draft_and_of_what() -> None:
    made = document()
    running = f"{made.marking} · Draft – not agreed text"
    opened = docx.Document(io.BytesIO(docx_file(made, {})))
    section = opened.sections[0]
    assert [one.text for one in section.header.paragraphs] == [running]
    foot = section.footer.paragraphs
    assert foot[0].text == made.status
    fields = [one.get(qn("w:instr")) for one in foot[1]._p.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert running in html_file(made, {}).decode()
    assert "endorsed" not in written(record()).casefold() + "".join(told(made)).casefold()


def test_tables_repeat_their_heads_numbers_begin_again_in_annexes_and_scripts_have_their_fonts() -> None:
    made = document()
    data = docx_file(made, dots(made))
    opened = docx.Document(io.BytesIO(data))
    for table in opened.tables:
        first, *others = table.rows
        assert first._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is None for row in others)
    numbers = [block.number for block in made.blocks if isinstance(block, Numbered)]
    series = [block.series for block in made.blocks if isinstance(block, Numbered)]
    assert len(set(series)) > 3
    assert [n for n, s in zip(numbers, series, strict=True) if s == 1] == [1]
    lists = {element.get(qn("w:val")) for element in opened.element.body.iter(qn("w:numId"))}
    assert len(lists) == len(set(series)), "a list of its own for the body and each annex"
    fonts = opened.styles["Normal"].element.rPr.rFonts
    assert fonts.get(qn("w:cs")) == "Noto Sans" and fonts.get(qn("w:eastAsia"))
    told_of = [one.get("descr") for one in opened.element.body.iter(qn("wp:docPr"))]
    assert len(told_of) == len(made.charts) and all(told_of)


def test_a_paragraph_that_begins_from_the_left_stays_there_whatever_names_follow() -> None:
    made = document("What helped.")
    point = next(block for block in made.blocks if isinstance(block, Numbered))
    blocks = (replace(point, lead="Suggestion.", text="المندوبون, supported by others"),)
    opened = docx.Document(io.BytesIO(docx_file(replace(made, blocks=blocks), {})))
    line = next(one for one in opened.paragraphs if "supported" in one.text)
    assert line._p.pPr.find(qn("w:bidi")) is None


def test_arabic_is_laid_out_from_the_right_and_latin_inside_it_is_not() -> None:
    made = document("هذا نص ABC وآخر")
    opened = docx.Document(io.BytesIO(docx_file(made, {})))
    line = next(one for one in opened.paragraphs if "ABC" in one.text)
    assert line._p.pPr.find(qn("w:bidi")) is not None
    right = [
        (run.text, run._r.rPr is not None and run._r.rPr.find(qn("w:rtl")) is not None) for run in line.runs
    ]
    assert [text.strip() for text, rtl in right if not rtl] == ["ABC"]


def test_no_cell_is_taken_for_a_formula() -> None:
    made = document("=HYPERLINK(1)", "+1", "@SUM(A1)", "-2")
    found = files(_job(made, {Format.CSV}))
    rows = [row for data in found.values() for row in csv.reader(io.StringIO(data.decode("utf-8-sig")))]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert any(cell == "'=HYPERLINK(1)" for row in rows for cell in row)


def _job(made: Document, formats: set[Format]):  # type: ignore[no-untyped-def]
    from report.press import Job

    return Job("report", made, "{}", frozenset(formats))


def test_nothing_at_all_makes_a_report_that_says_so() -> None:
    from db.reports import Material
    from meeting.agenda import Agenda, Day
    from report.record import record_of
    from tests.reporting import DELEGATIONS, day

    empty = day()
    bare = replace(
        empty, items=tuple(replace(one, question=None, started_at=None, ended_at=None) for one in empty.items)
    )
    agenda = Agenda("A meeting", "UTC", "Here", (bare,))
    assert isinstance(bare, Day)
    found = Material(agenda, DELEGATIONS[:1], (), (), (), (), (), (), ())
    made = document_of(record_of(found), Status("00" * 32), WORDS)
    text = "\n".join(told(made))
    for sentence in (
        "No indicative poll was held.",
        "No intervention was made",
        "No statement was submitted in writing.",
        "The programme put no guiding question.",
        "before the meeting was over",
    ):
        assert sentence in text
    assert docx_told(docx_file(made, {})) == told(made)


def test_a_chart_too_tall_for_a_page_stands_on_several_sheets_with_all_its_blocks() -> None:
    made = document()
    tall = next(block for block in made.blocks if isinstance(block, Picture))
    chart: Chart = replace(tall.chart, blocks=tall.chart.blocks * 6)
    sheets = [
        block
        for block in paged(replace(made, blocks=(replace(tall, chart=chart),))).blocks
        if isinstance(block, Picture)
    ]
    assert len(sheets) > 1
    assert tuple(one for sheet in sheets for one in sheet.chart.blocks) == chart.blocks
    assert len({sheet.name for sheet in sheets}) == len(sheets)
    assert sheets[0].caption.endswith(f"(1/{len(sheets)})")


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice (libreoffice-writer-nogui) is not installed"
)
def test_headings_numbers_and_tables_survive_libreoffice(tmp_path: Path) -> None:
    """Opened by another program, written by it, and read again."""
    made = document("A text.", "العربية", f"Of {LONG}.")
    (tmp_path / "report.docx").write_bytes(docx_file(made, dots(made)))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/home", "--headless", "--convert-to"]
    subprocess.run(
        [*command, "docx:MS Word 2007 XML", "--outdir", tmp_path / "out", tmp_path / "report.docx"],
        check=True,
        capture_output=True,
        timeout=120,
    )
    data = (tmp_path / "out" / "report.docx").read_bytes()
    assert docx_told(data) == told(made)
    opened = docx.Document(io.BytesIO(data))
    headings = [
        (one.style.name, one.text)
        for one in opened.paragraphs
        if one.style is not None and one.style.name.startswith("Heading")
    ]
    wanted = [(f"Heading {b.level}", b.text) for b in made.blocks if isinstance(b, Heading)]
    assert headings == wanted
    assert len(opened.tables) == sum(isinstance(block, Table) for block in made.blocks)
    assert all(
        table.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for table in opened.tables
    )
    fields = list(opened.sections[0].footer._element.iter(qn("w:instrText")))
    assert any("PAGE" in (one.text or "") for one in fields)


def test_the_files_of_a_job_are_those_asked_for_and_charts_are_pictures() -> None:
    made = document("Text.")
    few = replace(made, blocks=tuple(block for block in made.blocks if not isinstance(block, Picture))[:6])
    chart = next(block for block in made.blocks if isinstance(block, Picture) and block.name == "poll-each")
    found = files(_job(replace(few, blocks=(*few.blocks, chart)), {Format.MARKDOWN, Format.CSV, Format.DOCX}))
    assert set(found) >= {"report.md", "report.docx", f"charts/{chart.name}.png", "tables/inputs.csv"}
    assert found[f"charts/{chart.name}.png"].startswith(b"\x89PNG")
    assert f"(charts/{chart.name}.png)" in found["report.md"].decode()
    with zipfile.ZipFile(io.BytesIO(bundled(found, "report")["report-tables-and-charts.zip"])) as archive:
        assert set(archive.namelist()) == {name for name in found if "/" in name}
    assert installed() >= frozenset(Format) - {Format.PDF}


def test_only_a_word_too_wide_for_its_column_is_hyphenated_in_a_table_of_a_pdf() -> None:
    from report.pdf import _source

    def head(*widths: int) -> str:
        table = Table("T", ("Part", "Suggestions"), (("a", 1),), widths)
        return _source(replace(document(), blocks=(table,)), {})

    assert 'headed(true, "Suggestions")' in head(9, 1) and 'headed(false, "Part")' in head(9, 1)
    assert 'headed(false, "Suggestions")' in head(4, 1)
