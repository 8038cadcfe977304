"""Reads reports back by parsers that know nothing of their writers: what each format says, piece by piece."""

import io
import subprocess
from html.parser import HTMLParser

import docx
from docx.oxml.ns import qn
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph
from markdown_it import MarkdownIt
from markdown_it.token import Token

from report.document import Document, Heading, Numbered, Picture, Quote, Table, Text
from report.html import html_file
from report.markdown import markdown_file
from report.record import Json, written
from report.spreadsheets import csv_files

Tables = dict[str, list[list[str]]]
"""Cells by row, the head first, under their captions."""


def told(document: Document) -> list[str]:
    """All texts of a document, in their order: what each format must give back. Without its running lines."""
    pieces = [document.marking] if document.marking else []
    pieces += [document.title, document.kicker, document.when, document.notice, document.status]
    for block in document.blocks:
        match block:
            case Heading() | Text():
                pieces.append(block.text)
            case Numbered():
                pieces.append(f"{block.number}. {block.lead + ' ' if block.lead else ''}{block.text}")
            case Quote():
                pieces += block.lines
            case Table():
                cells = [*block.head, *(str(cell) for row in block.rows for cell in row)]
                pieces += [block.caption, *cells]
            case Picture():
                pieces.append(block.caption)
    return pieces


# Markdown


def _tokens(data: bytes) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(data.decode())


def _inline(token: Token) -> str:
    return "".join(
        _inline(one) if one.type == "image" else one.content
        for one in token.children or ()
        if one.type in ("text", "image", "text_special")
    )


def markdown_told(data: bytes) -> list[str]:
    return [_inline(token) for token in _tokens(data) if token.type == "inline"]


def markdown_kinds(data: bytes) -> set[str]:
    """Everything that formats."""
    tokens = _tokens(data)
    return {one.type for token in tokens for one in (token, *(token.children or ()))}


def markdown_tables(data: bytes) -> Tables:
    found: Tables = {}
    caption, rows = "", list[list[str]]()
    inside = False
    for token in _tokens(data):
        if token.type == "table_open":
            inside, rows = True, []
        elif token.type == "table_close":
            inside, found[caption] = False, rows
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and inside:
            rows[-1].append(_inline(token))
        elif token.type == "inline":
            caption = _inline(token)
    return found


# HTML


class _Reader(HTMLParser):
    PIECES = frozenset({"h1", "h2", "h3", "h4", "p", "caption", "th", "td", "figcaption"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.tables: Tables = {}
        self._open = ""
        self._number = ""
        self._caption = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action", "style")]
        if tag in self.PIECES:
            self.pieces.append(self._number)
            self._open, self._number = tag, ""
        if tag == "span":
            self._open = tag
        if tag == "tr":
            self.tables[self._caption].append([])

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open and tag in self.PIECES:
            if tag == "caption":
                self._caption = self.pieces[-1]
                self.tables[self._caption] = []
            if tag in ("th", "td"):
                self.tables[self._caption][-1].append(self.pieces[-1])
            self._open = ""
        if tag == "span":
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open == "span":
            self._number = f"{data} "
        elif self._open:
            self.pieces[-1] += data


def html_read(data: bytes) -> _Reader:
    reader = _Reader()
    reader.feed(data.decode())
    reader.close()
    return reader


# DOCX


def docx_told(data: bytes) -> list[str]:
    """Paragraphs and cells in their order; numbers of paragraphs are counted by their lists."""
    made = docx.Document(io.BytesIO(data))
    counts: dict[int, int] = {}
    pieces: list[str] = []
    for element in made.element.body:
        if element.tag == qn("w:tbl"):
            pieces += [cell.text for row in DocxTable(element, made).rows for cell in row.cells]
        elif element.tag == qn("w:p"):
            paragraph = Paragraph(element, made)
            number = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
            text = paragraph.text
            if number is not None:
                one = int(number.get(qn("w:val")))
                counts[one] = counts.get(one, 0) + 1
                text = f"{counts[one]}. {text}"
            if text or (paragraph.style is not None and paragraph.style.name == "Quoted Input"):
                pieces.append(text)
    return pieces


def docx_tables(data: bytes) -> Tables:
    made = docx.Document(io.BytesIO(data))
    found: Tables = {}
    caption = ""
    for element in made.element.body:
        if element.tag == qn("w:tbl"):
            found[caption] = [[cell.text for cell in row.cells] for row in DocxTable(element, made).rows]
        elif element.tag == qn("w:p"):
            caption = Paragraph(element, made).text
    return found


# All formats


def everything(made: Document, found: Json) -> str:
    """All a report hands out, as one text."""
    csv = b"".join(csv_files(made.sheets, "").values()).decode("utf-8-sig")
    html = html_file(made, {}).decode().replace("<tr>", "\n<tr>")
    return "\n".join([*told(made), markdown_file(made).decode(), html, csv, written(found)])


def pdf_told(data: bytes) -> str:
    """The text of a PDF without its blanks, which tell nothing of where words end. Needs pdftotext."""
    told = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout
    return "".join(told.decode().split())
