"""The room's pages as people's browsers have them.

Addresses come from the file the first start writes, codes from the sheets; no more is known here.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from rehearsal.cast import Delegate

OPERATOR = "Facilitator (simulated)"

ADDRESSES = "rehearsal-room.txt"
"""Written beside the database by the first start."""

Json = dict[str, Any]


class Page:
    """Somebody's browser at one page."""

    def __init__(self, base: str, path: str) -> None:
        self.path = path
        self.session = aiohttp.ClientSession(base, cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._presses = 0

    async def enter(self, secret: str) -> bool:
        """Open the page with its key or code."""
        async with self.session.get(f"{self.path}/{secret}") as answer:
            await answer.read()
            return answer.status == 200

    async def state(self) -> Json:
        """What the page shows. Raises LookupError where there is no page."""
        async with self.session.get(f"{self.path}/state") as answer:
            if answer.status != 200:
                raise LookupError(f"{self.path} answers {answer.status}")
            found: Json = await answer.json()
            return found

    async def press(self, act: str, **args: object) -> Json:
        """Do something; the answer."""
        self._presses += 1
        sent = {"nonce": f"rehearsal-press-{self._presses}", "act": act, "args": args}
        headers = {"Sec-Fetch-Site": "same-origin"}
        async with self.session.post(f"{self.path}/act", json=sent, headers=headers) as answer:
            found: Json = await answer.json()
            return found


@dataclass
class Pages:
    """The screen, the desk, and the pages of seats as somebody opens them. `wrong`: what went wrong."""

    folder: Path
    wrong: list[str]
    addresses: dict[str, str] = field(default_factory=dict)
    _open: dict[str, Page] = field(default_factory=dict)

    async def enter(self) -> None:
        """The screen and the desk are set up."""
        lines = (self.folder / ADDRESSES).read_text("utf-8").splitlines()
        self.addresses = dict(line.split(": ", 1) for line in lines)
        for door, path in (("screen", "/room"), ("desk", "/desk")):
            base, _, key = self.addresses[door].partition(f"{path}/")
            page = self._open[door] = Page(base, path)
            if not await page.enter(key):
                self.wrong.append(f"the {door} does not open at its address")
        answer = await self.desk.press("room.sign_on", operator=OPERATOR)
        if not answer["ok"]:
            self.wrong.append(f"the desk cannot be signed on at: {answer['sentence']}")

    async def close(self) -> None:
        """Everybody leaves."""
        for page in self._open.values():
            await page.session.close()

    @property
    def screen(self) -> Page:
        """What everybody in the room looks at."""
        return self._open["screen"]

    @property
    def desk(self) -> Page:
        """The facilitators' tablet."""
        return self._open["desk"]

    async def seat(self, who: Delegate) -> Page | None:
        """The page of somebody's seat, opened with the code on their sheet."""
        if who.name not in self._open:
            base = self.addresses["screen"].partition("/room/")[0]
            page = Page(base, "/seat")
            self._open[who.name] = page
            if not await page.enter(who.code):
                self.wrong.append(f"{who.name}: the code does not open the page of the seat")
                return None
        return self._open[who.name]
