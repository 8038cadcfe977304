"""`roster import`, `roster sheet`: what the clerk does with delegations and codes; the bot is stopped."""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from rich.console import Console

from bot.clock import Clock
from bot.record import opened_record
from bot.words import Words, plain
from config.catalogue import read_catalogues
from config.programme import read_programme
from config.roster import read_roster
from config.settings import Settings
from db.backup import CopyFailed, FileThere
from db.ledger import Ledger
from meeting.delegations import Delegation, RosterChange
from meeting.notices import Channel
from meeting.people import COMMAND_LINE
from meeting.refusals import NotSetUp, Refused
from meeting.seats import Seat
from report.sheet import Card, Sheet, seats_csv, seats_html

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
    async with opened_record(settings, clock) as ledger:
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
    console: Console, settings: Settings, clock: Clock, folder: Path, *, renew: bool, link: str
) -> int:
    """Make the codes that are lacking (`renew`: for all seats nobody sits in) and write them to two files.

    `link` leads to the server; empty: the cards say whom to ask for it.
    """
    async with opened_record(settings, clock) as ledger:
        book = ledger.delegations
        if not await book.imported():
            raise NoDelegations()
        words = Words(read_catalogues())
        sheet = await _sheet(words, ledger, settings, link)
        with _new_files(folder, HTML, CSV) as (html, table):
            codes = await book.make_codes(COMMAND_LINE, renew=renew)
            named = {one.delegation_id: one for one in await book.delegations()}
            everything = await book.seats()
            cards = [
                _card(words, named[seat.delegation_id], seat, codes[seat.seat_id])
                for seat in everything
                if seat.seat_id in codes
            ]
            cards.sort(key=lambda card: (card.delegation.place, card.seat.number))
            if not cards:
                raise NoNewCodes()
            try:
                _write(html, seats_html(sheet, cards))
                _write(table, seats_csv(sheet, cards))
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
    used = [seat for seat in everything if renew and seat.opened_at is not None]
    if used:
        seats = ", ".join(f"{named[seat.delegation_id].short_name} {seat.number}" for seat in used[:NAMED])
        more = f" and {len(used) - NAMED} more" if len(used) > NAMED else ""
        console.print(
            f"In use on the seat's page, with the code as it was: {seats}{more}. Was such a sheet lost, too?"
            " /delegation renew gives the seat a new code.",
            markup=False,
        )
    return 0


def _counted(codes: int) -> str:
    return f"{codes} new code{'' if codes == 1 else 's'}"


async def _sheet(words: Words, ledger: Ledger, settings: Settings, link: str) -> Sheet:
    """What all cards share. The meeting's title, its marking and the name of the channel to go to are the
    ledger's, or before the first run those of the files."""
    try:
        plan = await ledger.agenda.plan()
        title, marking, channels = plan.agenda.title, plan.agenda.marking, plan.channels
    except NotSetUp:
        programme = read_programme(settings.programme)
        title, marking, channels = programme.title, settings.marking, programme.channels
    bare = words.bare
    shown = link.partition("://")[2].rstrip("/")
    return Sheet(
        title,
        bare("delegations.sheet.name"),
        bare("delegations.sheet.about"),
        (
            bare("delegations.sheet.open", link=shown) if link else bare("delegations.sheet.ask"),
            bare("delegations.sheet.take", welcome=channels.get(Channel.WELCOME, Channel.WELCOME.value)),
            bare("delegations.sheet.secret"),
        ),
        link=link,
        marking=marking,
    )


def _card(words: Words, delegation: Delegation, seat: Seat, code: str) -> Card:
    return Card(
        delegation,
        seat,
        code,
        category=words.bare(f"delegations.sheet.categories.{delegation.category}"),
        function=words.bare(f"delegations.sheet.functions.{seat.function}"),
        place=words.bare("delegations.sheet.place", number=seat.number, n=delegation.seats),
    )


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
