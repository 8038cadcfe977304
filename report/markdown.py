"""The report as Markdown (CommonMark with tables): the same document, the same bytes."""

import re

from report.document import Block, Document, Heading, Numbered, Picture, Quote, Table, Text

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
"""Signs that format, link, begin markup, a character reference or a cell."""

AT_START = re.compile(r"^(\d+)([.)])|^([-+=])")
"""What makes a list or underlines a heading at the beginning of a line."""

ADDRESS = re.compile(r"(?<=[A-Za-z0-9])(?::(?=//)|@|\.(?=[A-Za-z]))")
"""Where programs that show Markdown see an address although nothing marks one."""

FOLDER = "charts"


def markdown_file(document: Document) -> bytes:
    """The file; it refers to charts in the folder `charts` beside it, as `NAME.png`."""
    lines = []
    if document.marking:
        lines.append(f"**{escaped(document.marking)}**")
    lines += [
        f"# {escaped(document.title)}",
        f"**{escaped(document.kicker)}**",
        escaped(document.when),
        f"**{escaped(document.notice)}**",
        f"*{escaped(document.status)}*",
    ]
    lines += [_block(block) for block in document.blocks]
    return ("\n\n".join(lines) + "\n").encode()


def escaped(text: str) -> str:
    """One line that shows as it was written, and in which nothing formats or links."""
    safe = SPECIAL.sub(r"\\\1", text)
    safe = ADDRESS.sub(lambda found: f"\\{found[0]}", safe)
    return AT_START.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", safe)


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * (block.level + 1)} {escaped(block.text)}"
        case Numbered():
            lead = f"**{escaped(block.lead)}** " if block.lead else ""
            return f"{block.number}\\. {lead}{escaped(block.text)}"
        case Text():
            return f"*{escaped(block.text)}*"
        case Quote():
            return "\n>\n".join(f"> {escaped(line)}" for line in block.lines)
        case Table():
            return f"**{escaped(block.caption)}**\n\n{_table(block)}"
        case Picture():
            name = f"{FOLDER}/{block.name}.png"
            return f"![{escaped(block.caption)}]({name})"


def _table(table: Table) -> str:
    numeric = [all(isinstance(row[column], int) for row in table.rows) for column in range(len(table.head))]
    rules = ["---:" if right else "---" for right in numeric]
    rows = [[escaped(cell) for cell in table.head], rules]
    rows += [[escaped(str(cell)) for cell in row] for row in table.rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
