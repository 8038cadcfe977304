"""The report as one HTML file: nothing of it lies elsewhere, it prints, and it runs no script."""

from base64 import b64encode
from html import escape

from report.charts import alternative
from report.document import Block, Document, Heading, Numbered, Picture, Quote, Table, Text

STYLE = """
:root { color-scheme: light; --ink: #0f1e2b; --soft: #33475a; --hue: #0b4a7d;
  --line: #c6d3df; --pale: #e6edf4; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 52rem; padding: 2rem 1.5rem 4rem; color: var(--ink); background: #fff;
  font: 1rem/1.5 "Noto Sans", Calibri, "Segoe UI", system-ui, sans-serif; overflow-wrap: break-word; }
header { border-bottom: 3px solid var(--hue); margin-bottom: 2rem; padding-bottom: 1rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: .4rem 0; }
h2 { font-size: 1.35rem; color: var(--hue); margin: 2.4rem 0 .8rem; }
h3 { font-size: 1.12rem; color: var(--hue); margin: 1.8rem 0 .6rem; }
h4 { font-size: 1rem; margin: 1.3rem 0 .5rem; }
.kicker { color: var(--soft); font-size: 1.1rem; margin: .1rem 0; }
.notice { font-weight: 700; margin: .7rem 0 .2rem; }
.marking { display: inline-block; border: 2px dashed var(--ink); padding: .15rem .8rem; margin: 0;
  font-weight: 700; }
.status, .note, footer { color: var(--soft); font-size: .85rem; margin: .3rem 0 1rem; }
.numbered { display: grid; grid-template-columns: 2.6rem 1fr; margin: .7rem 0; }
.numbered p { margin: 0; }
blockquote { margin: .3rem 0 1rem 2.6rem; padding: .1rem 0 .1rem 1rem;
  border-inline-start: 3px solid #93bbde; }
blockquote p { margin: .4rem 0; }
.scroll { overflow-x: auto; margin: .8rem 0 1.2rem; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; line-height: 1.35; }
caption, figcaption { text-align: start; font-weight: 700; font-size: .9rem; margin: .6rem 0 .4rem; }
th, td { border: 1px solid var(--line); padding: .3rem .5rem; text-align: start; vertical-align: top; }
th { background: var(--pale); }
td.n, th.n { text-align: end; font-variant-numeric: tabular-nums; }
figure { margin: 1rem 0 1.4rem; }
figure img { display: block; width: 100%; max-width: 36rem; height: auto; border: 1px solid var(--line); }
@media print {
  @page { size: A4; margin: 20mm 18mm; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  .running { position: fixed; top: -12mm; left: 0; right: 0; text-align: center; font-size: 8.5pt;
    font-weight: 700; }
  thead { display: table-header-group; } tr, figure, blockquote p { break-inside: avoid; }
  h2, h3, h4, caption { break-after: avoid; } h2.annex { break-before: page; }
  .scroll { overflow: visible; }
}
@media screen { .running { display: none; } }
"""


def html_file(document: Document, pictures: dict[str, bytes]) -> bytes:
    """The file. `pictures`: charts as PNG by name; one that is missing is left out."""
    running = f"{document.marking} · {document.notice}" if document.marking else document.notice
    parts = [
        "<!doctype html>",
        '<html lang="en">',
        '<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:;'
        " style-src 'unsafe-inline'\">",
        f"<title>{escape(document.title)}</title><style>{STYLE}</style></head>",
        f'<body><div class="running" aria-hidden="true">{escape(running)}</div>',
        "<header>",
        f'<p class="marking">{escape(document.marking)}</p>' if document.marking else "",
        f'<h1 dir="auto">{escape(document.title)}</h1>',
        f'<p class="kicker">{escape(document.kicker)}</p>',
        f'<p class="kicker">{escape(document.when)}</p>',
        f'<p class="notice">{escape(document.notice)}</p>',
        f'<p class="status">{escape(document.status)}</p>',
        "</header><main>",
        *(_block(block, pictures) for block in document.blocks),
        "</main></body></html>",
    ]
    return ("\n".join(part for part in parts if part) + "\n").encode()


def _block(block: Block, pictures: dict[str, bytes]) -> str:
    match block:
        case Heading():
            level, annex = block.level + 1, ' class="annex"' if block.annex else ""
            return f'<h{level}{annex} dir="auto">{escape(block.text)}</h{level}>'
        case Numbered():
            lead = f"<b>{escape(block.lead)}</b> " if block.lead else ""
            text = f'<p dir="auto">{lead}{escape(block.text)}</p>'
            return f'<div class="numbered"><span>{block.number}.</span>{text}</div>'
        case Text():
            return f'<p class="note" dir="auto">{escape(block.text)}</p>'
        case Quote():
            lines = "".join(f'<p dir="auto">{escape(line)}</p>' for line in block.lines)
            return f"<blockquote>{lines}</blockquote>"
        case Table():
            return _table(block)
        case Picture():
            return _picture(block, pictures)


def _table(table: Table) -> str:
    classes = [
        ' class="n"' if all(isinstance(row[place], int) for row in table.rows) else ""
        for place in range(len(table.head))
    ]
    head = "".join(
        f'<th scope="col"{kind} dir="auto">{escape(text)}</th>'
        for text, kind in zip(table.head, classes, strict=True)
    )
    rows = "\n".join(
        "<tr>"
        + "".join(
            f'<td{kind} dir="auto">{escape(str(cell))}</td>' for cell, kind in zip(row, classes, strict=True)
        )
        + "</tr>"
        for row in table.rows
    )
    caption = f'<caption dir="auto">{escape(table.caption)}</caption>'
    body = f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>"
    return f'<div class="scroll"><table>{caption}{body}</table></div>'


def _picture(block: Picture, pictures: dict[str, bytes]) -> str:
    data = pictures.get(block.name)
    if data is None:
        return ""
    image = f"data:image/png;base64,{b64encode(data).decode()}"
    told = escape(alternative(block.chart))
    caption = f'<figcaption dir="auto">{escape(block.caption)}</figcaption>'
    return f'<figure>{caption}<img src="{image}" alt="{told}"></figure>'
