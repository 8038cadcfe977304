"""The room's server over a real ledger with a held clock, and people at its pages."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.limits import Limits, TooMuch
from bot.page_words import PageWords
from bot.tasks import Tasks
from bot.words import Words
from config.catalogue import read_catalogues
from config.programme import read_programme
from config.roster import read_roster
from db.ledger import Ledger, open_ledger
from meeting.delegations import DelegationId
from meeting.people import COMMAND_LINE, Actor, at_desk
from meeting.programme import ItemId
from meeting.room import Door
from meeting.seats import SeatId
from rehearsal.clock import HeldClock
from room.app import Room

DESK: Actor = at_desk("Test")


class Rig:
    """A ledger with a programme and a roster, and the room's server on a free port."""

    def __init__(self, folder: Path, clock: HeldClock, url: str = "") -> None:
        self.folder = folder
        self.clock = clock
        self.url = url
        self.tasks = Tasks()
        self.words = Words(read_catalogues())
        self.ledger: Ledger
        self.room: Room
        self.port = 0
        self._wanted = asyncio.Event()

    async def open(
        self, programme: Path, roster: Path, *, start: date | None = None, marking: str = "", port: int = 0
    ) -> None:
        """Open the ledger, import if it is empty, and listen."""
        database = self.folder / "meeting.db"
        self.ledger = await open_ledger(database, now=self.clock.now, spawn=self.tasks.spawn)
        if not await self.ledger.agenda.imported():
            planned = read_programme(programme, start=start)
            await self.ledger.agenda.import_programme(planned, marking=marking, start=start)
            await self.ledger.delegations.import_roster(COMMAND_LINE, read_roster(roster))
        self.words.meet(await self.ledger.agenda.agenda())
        self.room = Room(
            self.ledger,
            PageWords(self.words, self.clock.now),
            self.clock.now,
            self.tasks,
            Limits(self.clock),
            too_much=TooMuch,
            url=self.url,
        )
        self.port = await self.room.start("127.0.0.1", port)
        for subject in ("agenda", "delegations", "polls", "ballots", "speakers", "discussions", "room"):
            self.ledger.feed.listen(subject, self._wanted.set)
        self.room.wake = self._wanted.set
        self.tasks.spawn(self._refreshing(), "room")

    async def _refreshing(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            await self.room.views.changed()

    async def close(self) -> None:
        """In the house's order."""
        await self.room.stop()
        self.tasks.closing = True
        await self.ledger.close()
        await self.tasks.cancel()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def key(self, door: Door) -> str:
        """A key of the screen or the desk."""
        return await self.ledger.room.make_key(COMMAND_LINE, door)

    async def code(self, seat_id: str) -> str:
        """A new code of a seat."""
        _, code = await self.ledger.delegations.renew(COMMAND_LINE, SeatId(seat_id))
        return code

    async def begin(self, item_id: str) -> None:
        """An item begins."""
        await self.ledger.agenda.start(COMMAND_LINE, ItemId(item_id))

    def forward(self, **span: float) -> None:
        self.clock.set(self.clock.now() + timedelta(**span))

    async def inscribe(self, *delegations: str, item: str) -> None:
        """Delegations are put on the list by the desk."""
        from meeting.floor import Wish
        from meeting.speakers import Floor

        for name in delegations:
            await self.ledger.speakers.add(DESK, ItemId(item), DelegationId(name), Floor.ROOM, Wish())


class Page:
    """A browser at one page, without a browser: cookies, the state, presses."""

    def __init__(self, rig: Rig, door: Door) -> None:
        self.rig = rig
        self.path = {Door.SCREEN: "/room", Door.DESK: "/desk", Door.SEAT: "/seat"}[door]
        jar = aiohttp.CookieJar(unsafe=True)
        self.session = aiohttp.ClientSession(rig.address, cookie_jar=jar)
        self.headers = {"Sec-Fetch-Site": "same-origin", "Accept": "application/json"}
        self._pressed = 0

    async def enter(self, secret: str) -> int:
        """Open the page with its key or code; HTTP's status."""
        async with self.session.get(f"{self.path}/{secret}", allow_redirects=False) as answer:
            await answer.read()
            return answer.status

    async def state(self) -> dict[str, Any]:
        """The page's state as it is now."""
        async with self.session.get(f"{self.path}/state", headers=self.headers) as answer:
            assert answer.status == 200, await answer.text()
            found: dict[str, Any] = await answer.json()
            return found

    async def press(self, act: str, *, nonce: str | None = None, **args: Any) -> tuple[int, dict[str, Any]]:
        """Do something; HTTP's status and the answer."""
        self._pressed += 1
        sent = {"nonce": nonce or f"press-{id(self):x}-{self._pressed:06}", "act": act, "args": args}
        async with self.session.post(f"{self.path}/act", json=sent, headers=self.headers) as answer:
            return answer.status, await answer.json()

    async def done(self, act: str, **args: Any) -> str:
        """Do something that must succeed; the sentence."""
        status, body = await self.press(act, **args)
        assert status == 200 and body["ok"], body
        return str(body["sentence"])

    async def button(self, button: dict[str, Any], **filled: Any) -> str:
        """Press a button as it was drawn, with its fields filled in."""
        return await self.done(button["act"], **button["args"], **filled)

    @asynccontextmanager
    async def stream(self) -> AsyncIterator["Events"]:
        """The page's events."""
        async with self.session.get(f"{self.path}/stream") as answer:
            assert answer.status == 200, answer.status
            yield Events(answer)

    async def close(self) -> None:
        await self.session.close()


class Events:
    """Server-sent events, one after the other."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer
        self.raw = b""

    async def next(self, *names: str, until: Callable[[dict[str, Any]], bool] = lambda _: True) -> Any:
        """The next event of one of these names that is as wanted: its data."""
        while True:
            name, data = await self._read()
            if (not names or name in names) and until(data):
                return data

    async def _read(self) -> tuple[str, dict[str, Any]]:
        name, data = "", ""
        async for line in self._answer.content:
            self.raw += line
            text = line.decode().rstrip("\n")
            if text.startswith("event: "):
                name = text.removeprefix("event: ")
            elif text.startswith("data: "):
                data = text.removeprefix("data: ")
            elif not text and name:
                return name, json.loads(data)
        raise EOFError


def at_bangkok(hour: int, minute: int = 0, *, day: int = 7) -> datetime:
    """A moment of the small programme's dates, at the venue."""
    from tests.stage import at

    return at(hour, minute, day=day)
