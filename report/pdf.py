"""The report as PDF, where the extra `roundtable[pdf]` (typst) is installed."""

import importlib.util
import json
import tempfile
from pathlib import Path

from report.charts import alternative
from report.document import Block, Document, Heading, Numbered, Picture, Quote, Table, Text
from report.typefaces import FOLDER, SCRIPTS, east_asian

HEAD = """
#set page(paper: "a4", margin: (x: 25mm, top: 24mm, bottom: 24mm),
  header: align(center, text(size: 8.5pt, weight: "bold", running)),
  footer: text(size: 8pt, fill: soft)[#status #h(1fr) #context counter(page).display("1 / 1", both: true)])
#set text(font: fonts, size: 10pt, fill: ink, lang: "en")
#set par(leading: 0.62em, spacing: 0.9em)
#set document(title: title)
#show heading.where(level: 1): it => block(above: 1.8em, below: 0.9em, text(size: 15pt, fill: hue, it.body))
#show heading.where(level: 2): it => block(above: 1.5em, below: 0.8em, text(size: 12pt, fill: hue, it.body))
#show heading.where(level: 3): it => block(above: 1.2em, below: 0.7em, text(size: 10.5pt, it.body))
#set table(stroke: 0.5pt + luma(190), inset: 4pt)
#let numbered(number, lead, body) = grid(columns: (11mm, 1fr), number, {
  if lead != "" { strong(lead); [ ] }
  body
})
#let side = (left: 2pt + rgb("93bbde"))
#let quoted(body) = block(inset: (left: 14mm), block(stroke: side, inset: (left: 8pt, y: 2pt), body))
#let captioned(body) = block(above: 1.2em, below: 0.6em, sticky: true, text(size: 9pt, weight: "bold", body))
#let headed(long, body) = text(size: 8pt, weight: "bold", hyphenate: long, body)
#let note(body) = text(size: 8.5pt, fill: soft, body)
"""


WIDTH, INSET, LETTER = 160.0, 2.8, 1.6
"""Millimetres: of a table, of what a cell keeps free, and of a bold letter of its head (8 pt), on average."""


def available() -> bool:
    """Whether PDFs can be made here."""
    return importlib.util.find_spec("typst") is not None


def pdf_file(document: Document, pictures: dict[str, bytes]) -> bytes:
    """The file; `pictures`: charts as PNG by name. ImportError where the extra is not installed."""
    import typst

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for picture, data in pictures.items():
            (folder / f"{picture}.png").write_bytes(data)
        (folder / "report.typ").write_text(_source(document, pictures), "utf-8")
        found = east_asian()
        paths = [str(FOLDER), *([] if found is None else [str(found.parent)])]
        return bytes(typst.compile(str(folder / "report.typ"), font_paths=paths, ignore_system_fonts=True))


def _source(document: Document, pictures: dict[str, bytes]) -> str:
    fonts = [
        "Noto Sans",
        *(f"Noto Sans {script}" for script in SCRIPTS),
        "Noto Sans Math",
        "Noto Sans CJK SC",
    ]
    running = f"{document.marking} · {document.notice}" if document.marking else document.notice
    said = {
        "title": document.title,
        "running": running,
        "status": document.status,
    }
    lines = [f"#let {name} = {string(text)}" for name, text in said.items()]
    lines.append(f"#let fonts = ({', '.join(string(font) for font in fonts)})")
    lines += ['#let ink = rgb("0f1e2b")', '#let soft = rgb("33475a")', '#let hue = rgb("0b4a7d")', HEAD]
    if document.marking:
        lines.append(f'#text(weight: "bold", {string(document.marking)})\n')
    lines.append(f'#text(size: 19pt, weight: "bold", {string(document.title)})\n')
    lines += [f"#text(size: 12pt, fill: soft, {string(one)})\n" for one in (document.kicker, document.when)]
    lines.append(f'#text(size: 11pt, weight: "bold", {string(document.notice)})\n')
    lines.append(f"#note({string(document.status)})\n")
    lines += [_block(block, pictures) for block in document.blocks]
    return "\n".join(lines)


def string(text: str) -> str:
    """A string of Typst's: what it holds is text, never markup. JSON's escapes but that of code points."""
    return json.dumps(text, ensure_ascii=False).replace("\\/", "/")


def _block(block: Block, pictures: dict[str, bytes]) -> str:
    match block:
        case Heading():
            page = "#pagebreak(weak: true)\n" if block.annex else ""
            return f"{page}#heading(level: {block.level}, {string(block.text)})\n"
        case Numbered():
            number = string(f"{block.number}.")
            return f"#numbered({number}, {string(block.lead)}, {string(block.text)})\n"
        case Text():
            return f"#note({string(block.text)})\n"
        case Quote():
            lines = ", ".join(f"par({string(line)})" for line in block.lines)
            return f"#quoted({{ ({lines},).join() }})\n"
        case Table():
            return _table(block)
        case Picture():
            return _picture(block, pictures)


def _table(table: Table) -> str:
    columns = ", ".join(f"{width}fr" for width in table.widths)
    aligned = ", ".join(
        "right" if all(isinstance(row[place], int) for row in table.rows) else "left"
        for place in range(len(table.head))
    )
    whole = sum(table.widths)
    head = ", ".join(
        f"headed({str(_too_long(text, width / whole)).lower()}, {string(text)})"
        for text, width in zip(table.head, table.widths, strict=True)
    )
    cells = ", ".join(string(str(cell)) for row in table.rows for cell in row)
    return (
        f"#captioned({string(table.caption)})\n"
        f"#text(size: 8.5pt, table(columns: ({columns},), align: ({aligned},),"
        f' fill: (_, y) => if y == 0 {{ rgb("e6edf4") }},'
        f" table.header({head}), {cells}))\n"
    )


def _too_long(head: str, share: float) -> bool:
    """Whether a word of a head is wider than its column, which has that share of the page, and is to be
    hyphenated: it would run into the next head."""
    return max((len(word) for word in head.split()), default=0) * LETTER > WIDTH * share - INSET


def _picture(block: Picture, pictures: dict[str, bytes]) -> str:
    if block.name not in pictures:
        return ""
    told = string(alternative(block.chart))
    return (
        f"#captioned({string(block.caption)})\n"
        f"#align(center, image({string(block.name + '.png')}, width: 115mm, alt: {told}))\n"
    )
