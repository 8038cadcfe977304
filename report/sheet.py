"""The sheet of seats: a card per seat to print and cut out, and the same as a table for mail-merge.

Both hold codes in plain: they are secrets, and the only place where these stand.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from meeting.delegations import Category, Delegation
from meeting.seats import Function, Seat

COLUMNS = ("delegation_id", "delegation", "short_name", "category", "seat", "function", "code")

GUARDED = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would take for a formula (OWASP, “CSV Injection”)."""

CATEGORIES = {
    Category.MEMBER: "Member",
    Category.MEMBER_ORGANISATION: "Member organisation",
    Category.OBSERVER_STATE: "Observer State",
    Category.OBSERVER_ORGANISATION: "Observer organisation",
}

FUNCTIONS = {
    Function.HEAD: "Head of delegation",
    Function.ALTERNATE: "Alternate",
    Function.ADVISER: "Adviser",
}


@dataclass(frozen=True)
class Card:
    """A seat with its code in plain, as printed."""

    delegation: Delegation
    seat: Seat
    code: str


def seats_html(cards: Iterable[Card], *, title: str, server: str = "", marking: str = "") -> bytes:
    """A page to print on A4 (six cards a page) or to look at on a phone; nothing is fetched, nothing runs.

    Without the server's name there is a line to write it on.
    """
    place = f"<b>{escape(server)}</b>" if server else '<span class="blank"></span>'
    shown = "\n".join(_card(card, title, place, marking) for card in cards)
    note = f'<p class="marking">{escape(marking)}</p>' if marking else ""
    page = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(title)}: codes of seats</title>
<style>{STYLE}</style>
</head>
<body>
<header>
{note}<h1>{escape(title)}</h1>
<p>One card per seat. Print on A4, cut along the dashed lines, and give each delegation its own.
Codes are secrets: keep this file as safe as the cards, and delete it when they are handed out.</p>
</header>
<main>
{shown}
</main>
</body>
</html>
"""
    return page.encode()


def _card(card: Card, title: str, place: str, marking: str) -> str:
    groups = "".join(f"<span>{escape(group)}</span>" for group in card.code.split("-"))
    note = f'<span class="marking">{escape(marking)}</span>' if marking else ""
    delegation, seat = card.delegation, card.seat
    return f"""<section>
<p class="title">{note}{escape(title)}</p>
<h2{_size(delegation.name)}>{escape(delegation.name)}</h2>
<p class="function"><b>{FUNCTIONS[seat.function]}</b> · seat {seat.number} of {delegation.seats}</p>
<p class="code" aria-label="Code {escape(card.code)}">{groups}</p>
<ol>
<li>On Discord, join {place}</li>
<li>In <b>#welcome</b> press <b>Take your seat</b></li>
<li>Enter the code. It is yours alone: do not pass it on.</li>
</ol>
</section>"""


def _size(name: str) -> str:
    """Names that take many lines are set smaller, so that six cards stand on a page."""
    return ' class="longest"' if len(name) > 70 else ' class="long"' if len(name) > 40 else ""


def seats_csv(cards: Iterable[Card]) -> bytes:
    """A line per seat, for mail-merge; UTF-8 with a byte order mark, by which Excel knows it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for card in cards:
        delegation, seat = card.delegation, card.seat
        row = (
            delegation.delegation_id,
            delegation.name,
            delegation.short_name,
            CATEGORIES[delegation.category],
            str(seat.number),
            FUNCTIONS[seat.function],
            card.code,
        )
        writer.writerow([guarded(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def guarded(cell: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet would compute."""
    return f"'{cell}" if cell.startswith(GUARDED) else cell


STYLE = """
:root { --ink: #14212b; --soft: #5a6872; --line: #b9c2c8; --accent: #1f5673; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: #eef1f3;
  font: 15px/1.45 "Noto Sans", "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
header { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem .5rem; }
header h1 { font-size: 1.35rem; line-height: 1.25; margin: 0 0 .4rem; }
header p { margin: 0; color: var(--soft); max-width: 44rem; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); }
section { background: #fff; border: 1px solid var(--line); border-radius: 8px; padding: 1.1rem 1.2rem;
  display: flex; flex-direction: column; break-inside: avoid; overflow-wrap: break-word; }
.title { margin: 0 0 .5rem; font-size: .75rem; line-height: 1.3; color: var(--soft); }
.title .marking { display: block; }
.marking { color: #9c2b20; font-weight: 700; }
h2 { font-size: 1.2rem; line-height: 1.2; margin: 0; }
h2.long { font-size: 1rem; }
h2.longest { font-size: .85rem; }
.function { margin: .2rem 0 .8rem; color: var(--soft); }
.function b { color: var(--ink); }
.code { display: flex; justify-content: center; gap: .4em; margin: 0 0 .8rem; padding: .45em .6em;
  border: 1.5px solid var(--accent); border-radius: 6px; white-space: nowrap;
  font: 700 1.45rem/1.1 "DejaVu Sans Mono", Consolas, Menlo, "Courier New", monospace; }
.code span { letter-spacing: .06em; }
.code span + span::before { content: "-"; color: var(--line); margin-right: .4em; }
ol { margin: auto 0 0; padding-left: 1.25em; font-size: .85rem; }
.blank { display: inline-block; width: 9em; border-bottom: 1px solid var(--soft); }
@media print {
  @page { size: A4 portrait; margin: 10mm; }
  html { font-size: 12.5pt; }
  body { background: none; font-size: 1rem; }
  header { display: none; }
  main { display: block; max-width: none; padding: 0; font-size: 0; }
  section { display: inline-flex; vertical-align: top; width: 95mm; min-height: 92mm; padding: 5mm 6mm;
    font-size: 1rem; border: 1px dashed var(--line); border-radius: 0; margin: 0 -1px -1px 0;
    break-inside: avoid; }
  .title { font-size: .68rem; }
  section ol { font-size: .76rem; max-width: 60mm; }
  .blank { width: 8em; }
}
"""
