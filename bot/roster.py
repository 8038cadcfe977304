"""`roster import`, `roster sheet`: what the clerk does with delegations and codes; the bot is stopped."""

import os
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import BinaryIO

from rich.console import Console

from bot.clock import Clock
from bot.tasks import Tasks
from bot.words import plain
from config.programme import read_programme
from config.roster import read_roster
from config.settings import Settings
from db.backup import CopyFailed, FileThere
from db.ledger import Ledger, open_ledger
from meeting.delegations import Delegation, RosterChange
from meeting.people import COMMAND_LINE
from meeting.refusals import NotSetUp, Refused
from report.sheet import Card, seats_csv, seats_html

HTML, CSV = "seats.html", "seats.csv"

NAMED = 12
"""Delegations named in a line; the rest are counted."""


class NoDelegations(Refused):
    """A sheet is asked for before any roster was imported."""


class NoNewCodes(Refused):
    """Every free seat has a code already, and codes are not kept in plain."""


class SheetFailed(Refused):
    """The codes were made, and the files could not be written: nobody has them."""


async def import_roster(console: Console, settings: Settings, clock: Clock, file: Path | None) -> int:
    """Create and update delegations, and say what became of each line."""
    roster = read_roster(file or settings.roster)
    async with _opened(settings, clock) as ledger:
        change = await ledger.delegations.import_roster(COMMAND_LINE, roster)
    for text in _told(change):
        console.print(plain(text), markup=False)
    console.print("The roster was taken over.", style="green")
    return 0


def _told(change: RosterChange) -> Iterator[str]:
    yield f"New: {_named(change.created)}"
    yield f"Changed: {_named(change.updated)}"
    yield f"As before: {len(change.unchanged)}"
    if change.missing:
        yield f"No longer in the file, kept with their seats: {_named(change.missing)}"
    if change.fewer:
        yield f"Fewer seats in the file than there are; all seats are kept: {_named(change.fewer)}"


def _named(delegations: Iterable[Delegation]) -> str:
    names = [one.short_name for one in delegations]
    if not names:
        return "0"
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{len(names)} ({', '.join(names[:NAMED])}{more})"


async def write_sheet(
    console: Console, settings: Settings, clock: Clock, folder: Path, *, renew: bool, server: str
) -> int:
    """Make the codes that are lacking (`renew`: for all seats nobody sits in) and write them to two files."""
    async with _opened(settings, clock) as ledger:
        book = ledger.delegations
        if not await book.imported():
            raise NoDelegations()
        title, marking = await _heading(ledger, settings)
        with _new_files(folder, HTML, CSV) as (html, table):
            codes = await book.make_codes(COMMAND_LINE, renew=renew)
            named = {one.delegation_id: one for one in await book.delegations()}
            everything = await book.seats()
            cards = [
                Card(named[s.delegation_id], s, codes[s.seat_id]) for s in everything if s.seat_id in codes
            ]
            cards.sort(key=lambda card: (card.delegation.place, card.seat.number))
            if not cards:
                raise NoNewCodes()
            try:
                _write(html, seats_html(cards, title=title, server=server, marking=marking))
                _write(table, seats_csv(cards))
            except OSError as fault:
                raise SheetFailed(reason=fault.strerror or "it cannot be written") from fault
    console.print(
        f"{_counted(len(cards))} made; they stand in {folder / HTML} and {folder / CSV}, and nowhere else."
        " Print them, hand them out, and delete both files.",
        style="green",
        markup=False,
    )
    others = sum(not seat.taken for seat in everything) - len(cards)
    if others:
        console.print(
            f"{others} free seat{'s have' if others > 1 else ' has'} a code from an earlier sheet, which goes"
            " on being good and is not in this one.",
            markup=False,
        )
    return 0


def _counted(codes: int) -> str:
    return f"{codes} new code{'' if codes == 1 else 's'}"


@asynccontextmanager
async def _opened(settings: Settings, clock: Clock) -> AsyncIterator[Ledger]:
    """The database, made if there is none. Raises `DatabaseInUse` while the bot is running."""
    tasks = Tasks()
    ledger = await open_ledger(settings.database, now=clock.now, spawn=tasks.spawn)
    try:
        yield ledger
    finally:
        await ledger.close()


async def _heading(ledger: Ledger, settings: Settings) -> tuple[str, str]:
    """The meeting's title and marking: the ledger's, or before the first run those of the files."""
    try:
        agenda = await ledger.agenda.agenda()
    except NotSetUp:
        return read_programme(settings.programme).title, settings.marking
    return agenda.title, agenda.marking


@contextmanager
def _new_files(folder: Path, *names: str) -> Iterator[list[BinaryIO]]:
    """New files that only their owner reads, made before there is anything to lose.

    None is left of an attempt that fails. Raises `FileThere`, `CopyFailed`.
    """
    made: list[Path] = []
    try:
        with ExitStack() as stack:
            files: list[BinaryIO] = []
            try:
                folder.mkdir(mode=0o700, exist_ok=True)
                for name in names:
                    number = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                    made.append(folder / name)
                    files.append(stack.enter_context(os.fdopen(number, "wb")))
            except FileExistsError as fault:
                raise FileThere(file=str(fault.filename)) from fault
            except OSError as fault:
                reason = fault.strerror or "it cannot be written"
                raise CopyFailed(file=str(fault.filename or folder), reason=reason) from fault
            yield files
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise


def _write(file: BinaryIO, data: bytes) -> None:
    """On the disk, and not only on its way there."""
    file.write(data)
    file.flush()
    os.fsync(file.fileno())
