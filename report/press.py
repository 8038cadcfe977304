"""From a document to files, and the process that makes them for a running house.

Drawing, python-docx and Typst hold Python's lock for seconds all together, so the house leaves them to a
process of its own: `python -m report.press FOLDER` takes one job (pickled, from the house itself) from its
standard input, and writes the files into the folder: 20 MB through a pipe held the house up for 70 ms.
"""

import contextlib
import io
import pickle
import signal
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from report.charts import chart, sheets
from report.document import Block, Document, Picture
from report.docx import docx_file
from report.html import html_file
from report.markdown import FOLDER, markdown_file
from report.pdf import available, pdf_file
from report.png import png
from report.spreadsheets import csv_files
from report.typefaces import font_files


class Format(StrEnum):
    """What a report can be had as."""

    DOCX = "docx"
    MARKDOWN = "md"
    HTML = "html"
    PDF = "pdf"
    CSV = "csv"
    JSON = "json"


DRAWN = frozenset({Format.DOCX, Format.MARKDOWN, Format.HTML, Format.PDF})
"""Formats with charts."""


TALL = 2200.0
"""Units of height of a chart on a page: 21 cm, if it is 11.5 cm wide."""

ZOOM = 1.0
"""Pixels to a unit: 265 to an inch, if it is 11.5 cm wide."""


@dataclass(frozen=True)
class Job:
    """What is to be made: files whose names begin with `name`. `record`: as it is written."""

    name: str
    document: Document
    record: str
    formats: frozenset[Format]


def installed() -> frozenset[Format]:
    """The formats that can be made here: PDF only with its extra."""
    return frozenset(Format) - (frozenset() if available() else {Format.PDF})


def files(job: Job) -> dict[str, bytes]:
    """The files by name; charts of the Markdown file as `charts/NAME.png`, tables as `tables/NAME.csv`."""
    document, name, made = paged(job.document), job.name, dict[str, bytes]()
    pictures = _drawn(document) if job.formats & DRAWN else {}
    if Format.DOCX in job.formats:
        made[f"{name}.docx"] = docx_file(document, pictures)
    if Format.PDF in job.formats:
        made[f"{name}.pdf"] = pdf_file(document, pictures)
    if Format.HTML in job.formats:
        made[f"{name}.html"] = html_file(document, pictures)
    if Format.MARKDOWN in job.formats:
        made[f"{name}.md"] = markdown_file(document)
        made |= {f"{FOLDER}/{picture}.png": data for picture, data in pictures.items()}
    if Format.JSON in job.formats:
        made[f"{name}.json"] = job.record.encode()
    if Format.CSV in job.formats:
        tables = csv_files(document.sheets, document.marking)
        made |= {f"tables/{table}": data for table, data in tables.items()}
    return made


def bundled(made: dict[str, bytes], name: str) -> dict[str, bytes]:
    """The same with what lies in folders in one archive, for where there are no folders."""
    loose = {path: data for path, data in made.items() if "/" not in path}
    inside = {path: data for path, data in sorted(made.items()) if "/" in path}
    if inside:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            for path, data in inside.items():
                # The archive's dates would make two of the same record differ.
                file.writestr(zipfile.ZipInfo(path, (2000, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
        loose[f"{name}-tables-and-charts.zip"] = archive.getvalue()
    return loose


def paged(document: Document) -> Document:
    """The same with charts that are too tall for a page on several sheets."""
    return replace(document, blocks=tuple(each for block in document.blocks for each in _sheets(block)))


def _sheets(block: Block) -> Iterator[Block]:
    if not isinstance(block, Picture):
        yield block
        return
    found = sheets(block.chart, TALL)
    for number, sheet in enumerate(found, start=1):
        several = len(found) > 1
        name = f"{block.name}-{number}" if several else block.name
        caption = f"{block.caption} ({number}/{len(found)})" if several else block.caption
        yield Picture(name, caption, sheet)


def _drawn(document: Document) -> dict[str, bytes]:
    fonts = list(font_files())
    return {name: png(chart(of), fonts, ZOOM) for name, of in document.charts.items()}


if __name__ == "__main__":
    with contextlib.suppress(OSError):  # it takes some 400 MB for a moment: short of memory, it goes first
        Path("/proc/self/oom_score_adj").write_text("1000")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C belongs to the house, which ends this process
    job = pickle.load(sys.stdin.buffer)
    for name, data in bundled(files(job), job.name).items():
        Path(sys.argv[1], name).write_bytes(data)
