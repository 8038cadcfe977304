"""The report as DOCX: styles a secretariat can change in one place, real numbering, real headings.

Numbers of paragraphs are Word's own, so that they go on when a paragraph is put in; the body and each annex
have a list of their own, which begins with 1. python-docx's "List Number" would go on through all of them.
"""

import io
import re
import unicodedata
from datetime import UTC, datetime
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor

from report.charts import alternative
from report.document import Block, Document, Heading, Numbered, Picture, Quote, Table, Text

FONT, COMPLEX, EAST = "Calibri", "Noto Sans", "Noto Sans CJK SC"
"""Latin text; scripts such as Arabic, Thai and Khmer; Chinese, Japanese and Korean. Where a font is missing,
the reader's program takes another for its script."""

INK, SOFT, HUE, PAPER = "0F1E2B", "33475A", "0B4A7D", "E6EDF4"

CHART = Cm(11.5)
"""Width of a chart: its smallest letters are 7 points high then."""

TEXT = Cm(16)
"""Width of the text on A4."""

INDENT = Cm(1.1)

NUMBERED, QUOTE, CAPTION, NOTE = "Numbered Paragraph", "Quoted Input", "Caption", "Table Note"

STAMP = datetime(2000, 1, 1, tzinfo=UTC)
"""The file's own date: the report's is in its status line."""


def docx_file(document: Document, pictures: dict[str, bytes]) -> bytes:
    """The file. `pictures`: charts as PNG by name; one that is missing is left out, its table has the
    numbers."""
    made = docx.Document()
    _styles(made)
    _page(made, document)
    _head(made, document)
    lists: dict[int, int] = {}
    for block in document.blocks:
        _block(made, block, lists, pictures)
    properties = made.core_properties
    properties.title, properties.subject = document.title, document.notice
    properties.author = properties.last_modified_by = ""
    properties.comments = document.status
    properties.created = properties.modified = STAMP
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


# Styles and page


def _styles(made: Any) -> None:
    normal = made.styles["Normal"]
    _font(normal, 10.5)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.12
    for name, size, before in (
        ("Title", 20, 0),
        ("Heading 1", 15, 18),
        ("Heading 2", 12.5, 14),
        ("Heading 3", 11, 10),
    ):
        style = made.styles[name]
        _font(style, size, bold=True, colour=HUE if name != "Title" else INK)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(5)
        style.paragraph_format.keep_with_next = True
    border = made.styles["Title"].element.find(f"{qn('w:pPr')}/{qn('w:pBdr')}")
    if border is not None:
        border.getparent().remove(border)
    for name in (NUMBERED, QUOTE, NOTE, "Kicker", "Notice", "Status"):
        made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = normal
    numbered, quote, note = (made.styles[name] for name in (NUMBERED, QUOTE, NOTE))
    numbered.paragraph_format.left_indent = INDENT
    numbered.paragraph_format.first_line_indent = -INDENT
    quote.paragraph_format.left_indent = Cm(1.7)
    quote.paragraph_format.space_after = Pt(4)
    _side_line(quote)
    _font(note, 9, colour=SOFT)
    _font(made.styles["Kicker"], 13, colour=SOFT)
    _font(made.styles["Notice"], 12, bold=True, colour=INK)
    _font(made.styles["Status"], 9, colour=SOFT)
    caption = made.styles[CAPTION]
    _font(caption, 9.5, bold=True, colour=INK)
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(3)
    table = made.styles.add_style("Table Text", WD_STYLE_TYPE.PARAGRAPH)
    table.base_style = normal
    _font(table, 8.5)
    table.paragraph_format.space_after, table.paragraph_format.line_spacing = Pt(1), 1.0


def _font(style: Any, size: float, *, bold: bool = False, colour: str = INK) -> None:
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
    style.font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for name, font in (("ascii", FONT), ("hAnsi", FONT), ("cs", COMPLEX), ("eastAsia", EAST)):
        fonts.set(qn(f"w:{name}"), font)
    # Complex scripts have a size and a weight of their own.
    properties = style.element.get_or_add_rPr()
    for name, value in (("w:szCs", str(round(size * 2))), ("w:bCs", "1" if bold else "0")):
        for old in properties.findall(qn(name)):
            properties.remove(old)
        _insert(properties, _element(name, val=value))


ORDER = (
    *("rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline"),
    *("shadow", "emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden", "color", "spacing", "w"),
    *("kern", "position", "sz", "szCs", "highlight", "u", "effect", "bdr", "shd", "fitText", "vertAlign"),
    *("rtl", "cs", "em", "lang", "eastAsianLayout", "specVanish", "oMath"),
)
"""In which order WordprocessingML has the properties of a run (ECMA-376, 17.3.2.28)."""


def _insert(properties: Any, element: Any) -> None:
    """Put a run's property in its place: programs refuse files in another order."""
    place = ORDER.index(element.tag.split("}")[1])
    for number, other in enumerate(properties):
        name = other.tag.split("}")[1]
        if name in ORDER and ORDER.index(name) > place:
            properties.insert(number, element)
            return
    properties.append(element)


def _element(name: str, **values: str) -> Any:
    element = OxmlElement(name)
    for key, value in values.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _side_line(style: Any) -> None:
    borders = _element("w:pBdr")
    borders.append(_element("w:left", val="single", sz="12", space="8", color="93BBDE"))
    properties = style.element.get_or_add_pPr()
    first = properties.find(qn("w:spacing"))
    first.addprevious(borders)


def _page(made: Any, document: Document) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.2)
    head = section.header.paragraphs[0]
    head.style = made.styles["Status"]
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    text = f"{document.marking} · {document.notice}" if document.marking else document.notice
    _write(head, text, bold=True)
    foot = section.footer.paragraphs[0]
    foot.style = made.styles["Status"]
    _write(foot, document.status)
    page = section.footer.add_paragraph(style=made.styles["Status"])
    page.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for piece in re.split(r"(\{n\}|\{of\})", document.labels.page):
        if piece in ("{n}", "{of}"):
            _field(page, "PAGE" if piece == "{n}" else "NUMPAGES")
        else:
            _write(page, piece)


def _field(paragraph: Any, code: str) -> None:
    field = _element("w:fldSimple", instr=code)
    run = _element("w:r")
    text = _element("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _head(made: Any, document: Document) -> None:
    if document.marking:
        _write(_paragraph(made, "Notice"), document.marking)
    _write(_paragraph(made, "Title"), document.title)
    _write(_paragraph(made, "Kicker"), document.kicker)
    _write(_paragraph(made, "Kicker"), document.when)
    _write(_paragraph(made, "Notice"), document.notice)
    _write(_paragraph(made, "Status"), document.status)


# Blocks


def _paragraph(made: Any, style: str) -> Any:
    """A new paragraph in a style."""
    return _styled(made.add_paragraph(), style)


def _styled(paragraph: Any, style: str) -> Any:
    """In a style by its id, which is its name without blanks: by name python-docx looks through all styles,
    which took 22 s of a small report."""
    paragraph._p.get_or_add_pPr().style = style.replace(" ", "")
    return paragraph


def _block(made: Any, block: Block, lists: dict[int, int], pictures: dict[str, bytes]) -> None:
    match block:
        case Heading():
            paragraph = _paragraph(made, f"Heading {block.level}")
            paragraph.paragraph_format.page_break_before = True if block.annex else None
            _write(paragraph, block.text)
        case Numbered():
            if block.series not in lists:
                lists[block.series] = _new_list(made)
            paragraph = _paragraph(made, NUMBERED)
            _numbered(paragraph, lists[block.series])
            if block.lead:
                _write(paragraph, f"{block.lead} ", bold=True)
                paragraph.paragraph_format.keep_with_next = True
            _write(paragraph, block.text)
        case Text():
            _write(_paragraph(made, NOTE), block.text)
        case Quote():
            for line in block.lines:
                _write(_paragraph(made, QUOTE), line)
        case Table():
            _write(_paragraph(made, CAPTION), block.caption)
            _table(made, block)
        case Picture():
            _picture(made, block, pictures)


def _write(paragraph: Any, text: str, *, bold: bool = False) -> None:
    """Plain text, in runs that are read from one side each; a paragraph that begins from the right is laid
    out so."""
    if not paragraph.text.strip() and first_direction(text) == "R":
        properties = paragraph._p.get_or_add_pPr()
        if properties.find(qn("w:bidi")) is None:
            marker = _element("w:bidi")
            place = properties.find(qn("w:jc"))
            properties.append(marker) if place is None else place.addprevious(marker)
    for piece, right in _runs(text):
        run = paragraph.add_run(piece)
        if bold:
            run.bold = True
            _insert(run._r.get_or_add_rPr(), _element("w:bCs"))
        if right:
            _insert(run._r.get_or_add_rPr(), _element("w:rtl"))


def first_direction(text: str) -> str:
    """`L` or `R`: the side its first letter with a direction is read from (UAX #9, P2); empty without one."""
    return next((found for sign in text if (found := _direction(sign))), "")


def _direction(sign: str) -> str:
    return {"L": "L", "R": "R", "AL": "R"}.get(unicodedata.bidirectional(sign), "")


def _runs(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is read from the right; what has no direction goes along."""
    pieces: list[tuple[str, bool]] = []
    right = first_direction(text) == "R"
    for sign in text:
        direction = _direction(sign)
        right = direction == "R" if direction else right
        if pieces and pieces[-1][1] == right:
            pieces[-1] = pieces[-1][0] + sign, right
        else:
            pieces.append((sign, right))
    return pieces


def _new_list(made: Any) -> int:
    """A list of numbers of its own, from 1."""
    numbering = made.part.numbering_part.element
    known = [int(each.get(qn("w:abstractNumId"))) for each in numbering.findall(qn("w:abstractNum"))]
    number = max(known, default=0) + 1
    abstract = _element("w:abstractNum", abstractNumId=str(number))
    abstract.append(_element("w:multiLevelType", val="singleLevel"))
    level = _element("w:lvl", ilvl="0")
    for name, value in (("start", "1"), ("numFmt", "decimal"), ("lvlText", "%1."), ("lvlJc", "left")):
        level.append(_element(f"w:{name}", val=value))
    place = _element("w:pPr")
    place.append(_element("w:ind", left=str(INDENT.twips), hanging=str(INDENT.twips)))
    level.append(place)
    abstract.append(level)
    # Definitions come before the lists that use them (ECMA-376, 17.9.15).
    first = numbering.find(qn("w:num"))
    numbering.append(abstract) if first is None else first.addprevious(abstract)
    return int(numbering.add_num(number).numId)


def _numbered(paragraph: Any, number: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = number


def _table(made: Any, table: Table) -> None:
    made_table = made.add_table(rows=1, cols=len(table.head), style="Table Grid")
    made_table.alignment = WD_TABLE_ALIGNMENT.CENTER
    made_table.autofit = False
    _grid(made_table)
    widths = _widths(table)
    for place, width in enumerate(widths):
        made_table.columns[place].width = width
    numeric = [all(isinstance(row[place], int) for row in table.rows) for place in range(len(table.head))]
    _row(made_table.rows[0], table.head, widths, numeric, head=True)
    for row in table.rows:
        _row(made_table.add_row(), row, widths, numeric, head=False)
    _paragraph(made, "Table Text")


def _grid(table: Any) -> None:
    """Thin grey lines, and little room beside the text: columns are narrow."""
    properties = table._tbl.tblPr
    borders = _element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(_element(f"w:{side}", val="single", sz="4", space="0", color="B4C2CF"))
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w="70", type="dxa"))
    look = properties.find(qn("w:tblLook"))
    for element in (borders, margins):
        properties.append(element) if look is None else look.addprevious(element)
    layout = properties.find(qn("w:tblLayout"))
    if layout is not None:  # its place is between the two (ECMA-376, 17.4.59)
        margins.addprevious(layout)


def _widths(table: Table) -> list[Emu]:
    return [Emu(int(TEXT * part / sum(table.widths))) for part in table.widths]


def _row(row: Any, cells: Any, widths: list[Emu], numeric: list[bool], *, head: bool) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(_element("w:cantSplit"))
    if head:
        properties.append(_element("w:tblHeader"))
    for cell, text, width, right in zip(row.cells, cells, widths, numeric, strict=True):
        cell.width = width
        paragraph = cell.paragraphs[0]
        _styled(paragraph, "Table Text")
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _write(paragraph, str(text), bold=head)
        if head:
            paragraph.paragraph_format.keep_with_next = True
            cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=PAPER))


def _picture(made: Any, block: Picture, pictures: dict[str, bytes]) -> None:
    data = pictures.get(block.name)
    if data is None:
        return
    _write(_paragraph(made, CAPTION), block.caption)
    paragraph = made.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    shape = paragraph.add_run().add_picture(io.BytesIO(data), width=CHART)
    shape._inline.docPr.set("descr", alternative(block.chart))
    shape._inline.docPr.set("title", block.caption)
