"""The sheet of seats: a card per seat to print and cut out, and the same as a table for mail-merge.

Both hold codes in plain: they are secrets, and the only place where these stand.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from meeting.delegations import Delegation
from meeting.seats import Seat
from report.tables import csv_file

COLUMNS = ("delegation_id", "delegation", "short_name", "category", "seat", "function", "code", "link")
"""Of the table; `marking` follows if the meeting has one."""


@dataclass(frozen=True)
class Card:
    """A seat with its code in plain, as printed; `category`, `function` and `place` (which of how many seats)
    as they are to be read."""

    delegation: Delegation
    seat: Seat
    code: str
    category: str
    function: str
    place: str


@dataclass(frozen=True)
class Sheet:
    """What all cards share: the meeting's title and marking, the page's name, what it says to whoever prints
    it, the steps to a seat (what stands between `**` is set bold), the link that leads to the server, if
    known."""

    title: str
    name: str
    about: str
    steps: tuple[str, ...]
    link: str = ""
    marking: str = ""


def seats_html(sheet: Sheet, cards: Iterable[Card]) -> bytes:
    """A page to print on A4 (six cards a page) or to look at on a phone; nothing is fetched, nothing runs."""
    shown = "\n".join(_card(sheet, card) for card in cards)
    note = f'<p class="marking">{escape(sheet.marking)}</p>' if sheet.marking else ""
    page = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(sheet.title)}: {escape(sheet.name)}</title>
<style>{STYLE}</style>
</head>
<body>
<header>
{note}<h1>{escape(sheet.title)}</h1>
<p>{escape(sheet.about)}</p>
</header>
<main>
{shown}
</main>
</body>
</html>
"""
    return page.encode()


def _card(sheet: Sheet, card: Card) -> str:
    groups = "".join(f"<span>{escape(group)}</span>" for group in card.code.split("-"))
    note = f'<span class="marking">{escape(sheet.marking)}</span>' if sheet.marking else ""
    steps = "\n".join(f"<li>{_bold(step)}</li>" for step in sheet.steps)
    name = card.delegation.name
    return f"""<section>
<p class="title">{note}{escape(sheet.title)}</p>
<h2{_size(name)}>{escape(name)}</h2>
<p class="function"><b>{escape(card.function)}</b> · {escape(card.place)}</p>
<p class="code" aria-label="{escape(card.code)}">{groups}</p>
<ol>
{steps}
</ol>
</section>"""


def _bold(sentence: str) -> str:
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(sentence))


def _size(name: str) -> str:
    """Names that take many lines are set smaller, so that six cards stand on a page."""
    return ' class="longest"' if len(name) > 70 else ' class="long"' if len(name) > 40 else ""


def seats_csv(sheet: Sheet, cards: Iterable[Card]) -> bytes:
    """A line per seat, for mail-merge."""
    marking = {"marking": sheet.marking} if sheet.marking else {}
    return csv_file(
        [
            (*COLUMNS, *marking),
            *(
                (
                    card.delegation.delegation_id,
                    card.delegation.name,
                    card.delegation.short_name,
                    card.category,
                    card.seat.number,
                    card.function,
                    card.code,
                    sheet.link,
                    *marking.values(),
                )
                for card in cards
            ),
        ]
    )


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
@media print {
  @page { size: A4 portrait; margin: 10mm; }
  html { font-size: 12.5pt; }
  body { background: none; font-size: 1rem; }
  header { display: none; }
  main { display: block; max-width: none; padding: 0; font-size: 0; }
  section { display: inline-flex; vertical-align: top; width: 95mm; min-height: 92mm; padding: 3.5mm 6mm;
    font-size: 1rem; border: 1px dashed var(--line); border-radius: 0; margin: 0 -1px -1px 0;
    break-inside: avoid; }
  .title { font-size: .68rem; line-height: 1.2; margin-bottom: .3rem; }
  .function { margin-bottom: .5rem; }
  .code { margin-bottom: .5rem; padding-block: .35em; }
  section ol { font-size: .76rem; line-height: 1.25; }
}
"""
