"""The room's pages in the house: what their server is given, and where its first addresses are written."""

import contextlib
import logging
import os
from datetime import datetime
from pathlib import Path

from rich.console import Console

from bot.clock import Clock
from bot.limits import Limits, TooMuch
from bot.page_words import PageWords
from bot.record import opened_record
from bot.tasks import Tasks
from bot.trouble_faces import what_happened, what_to_do
from bot.words import Words, unescaped
from config.settings import Settings
from db.agenda_rows import Plan
from db.ledger import Ledger
from db.room import new_key
from db.troubles import Trouble
from meeting.people import COMMAND_LINE
from meeting.refusals import Refused
from meeting.room import KEYED
from room.app import Room
from room.doors import PATHS

log = logging.getLogger(__name__)


class RoomShut(Refused):
    """The pages of the room cannot be served at the address that was set."""


class Pages:
    """The room's server, started and stopped with the house."""

    def __init__(
        self, ledger: Ledger, words: Words, clock: Clock, tasks: Tasks, limits: Limits, settings: Settings
    ) -> None:
        self._ledger = ledger
        self._settings = settings
        pages = PageWords(words, clock.now)

        def tell(plan: Plan, trouble: Trouble) -> str:
            both = (what_happened(words, plan, trouble), what_to_do(words, plan, trouble))
            return pages.bare(" ".join(unescaped(one) for one in both))

        self.room = Room(
            ledger, pages, clock.now, tasks, limits, too_much=TooMuch, tell=tell, url=settings.room_url
        )
        self.port = 0

    @property
    def address(self) -> str:
        """Where the pages are for the people who are given a key: as set, or as this machine knows itself."""
        return self._settings.room_url or f"http://{_named(self._settings.room_host)}:{self.port}"

    async def start(self) -> None:
        """Listen. Raises `RoomShut`."""
        host, port = self._settings.room_host, self._settings.room_port
        try:
            self.port = await self.room.start(host, port)
        except OSError as fault:
            raise RoomShut(host=host, port=port, reason=os.strerror(fault.errno or 0)) from fault
        log.info("the room's pages are served at %s", self.address)
        await self._first_keys()

    async def stop(self) -> None:
        """Streams end first."""
        await self.room.stop()

    async def look(self) -> datetime | None:
        """A worker's look: what has changed goes to whoever has a page open."""
        await self.room.views.changed()
        return None

    async def _first_keys(self) -> None:
        """The first start makes a key of screen and desk, for when Discord cannot be asked for one."""
        if not await self._ledger.room.keyless():
            return
        try:
            file = await write_addresses(self._ledger, self._settings.database, self.address)
        except OSError as fault:
            log.warning("the room's addresses could not be written, so there are none yet: %s", fault)
            return
        log.info("the addresses of screen and desk stand in %s; they are secrets", file)


async def renew_addresses(console: Console, settings: Settings, clock: Clock) -> int:
    """New addresses of screen and desk, while the bot is stopped; all earlier ones are dead."""
    address = settings.room_url or f"http://{_named(settings.room_host)}:{settings.room_port}"
    async with opened_record(settings, clock) as ledger:
        file = await write_addresses(ledger, settings.database, address, renew=True)
    console.print(
        f"The addresses of screen and desk stand in {file}, readable by you alone, and nowhere else. All"
        " earlier ones are dead, and so are the pages they opened.",
        style="green",
        markup=False,
    )
    return 0


async def write_addresses(ledger: Ledger, database: Path, address: str, *, renew: bool = False) -> Path:
    """Make a key of each page, and write them into a file that only its owner may read, and nowhere else.

    The file comes first: keys nobody has would keep the next start from making others. Raises OSError.
    """
    keys = {door: new_key() for door in KEYED}
    file = addresses_of(database)
    lines = [f"{door}: {address}{PATHS[door]}/{key}\n" for door, key in keys.items()]
    _write_privately(file, "".join(lines))
    await ledger.room.add_keys(COMMAND_LINE, keys, renew=renew)
    return file


def addresses_of(database: Path) -> Path:
    """The file with the first addresses of the room."""
    return database.with_name(f"{database.stem}-room.txt")


def _write_privately(file: Path, text: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        file.unlink()
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)


def _named(host: str) -> str:
    """The host as it stands in an address."""
    if host in ("0.0.0.0", "::"):
        return "localhost"
    return f"[{host}]" if ":" in host else host
