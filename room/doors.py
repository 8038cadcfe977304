"""The doors of the pages: a key or code in the address becomes a cookie, and is never seen again.

A wrong one gets the same page as no cookie at all, after the same look; who tries many codes is turned away.
"""

import ipaddress
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from aiohttp import web

from db.room import Device, RoomBook
from meeting.refusals import Refused
from meeting.room import Door, UnknownKey

PATHS = {Door.SCREEN: "/room", Door.DESK: "/desk", Door.SEAT: "/seat"}
"""Where each page is; its cookie is sent there only."""

LIFE = timedelta(days=14)
"""For so long a device remembers its page: longer than any meeting."""

MINUTE = timedelta(minutes=1)

WRONG = 60
"""Wrong codes from one address in a minute; then it is turned away, also with a right one. A whole room
behind one address may type its codes within minutes, and not all of them right."""

WRONG_IN_ALL = 600
"""The same from all addresses together, beyond which each has `FEW` only: what the slow digests of codes,
some 2,000 a minute, stand easily."""

FEW = 5

AT_ONCE = 30
"""Codes from one address that are looked at together."""

REMEMBERED = 10_000
"""Addresses of which anything is kept; beyond that all count as one."""


class TooManyTries(Refused):
    """Wrong keys came from this address too often."""


class Tries:
    """How many wrong codes came lately, by address and in all, and how many are being looked at."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._since = now()
        self._wrong: Counter[str] = Counter()
        self._under_way: Counter[str] = Counter()

    @contextmanager
    def trying(self, address: str) -> Iterator[None]:
        """For the time a code is looked at; a refusal that comes out of it counts. Raises `TooManyTries`."""
        now = self._now()
        # Also after the machine's clock was set back.
        if abs(now - self._since) >= MINUTE:
            self._since, self._wrong = now, Counter()
        if address not in self._wrong and len(self._wrong) >= REMEMBERED:
            address = ""
        most = WRONG if self._wrong.total() < WRONG_IN_ALL else FEW
        if self._wrong[address] >= most or self._under_way[address] >= AT_ONCE:
            raise TooManyTries()
        self._under_way[address] += 1
        try:
            yield
        except Refused:
            self._wrong[address] += 1
            raise
        finally:
            self._under_way[address] -= 1
            self._under_way += Counter()  # drops what is at nought


class Doors:
    """Lets devices in, and knows them again."""

    def __init__(self, book: RoomBook, now: Callable[[], datetime], url: str) -> None:
        self._book = book
        self._tries = Tries(now)
        self._url = url.rstrip("/")
        self._secure = url.startswith("https:")

    async def enter(self, request: web.Request, door: Door, secret: str) -> web.Response:
        """Exchange a key or code for a cookie: to the page, without the key. Raises `UnknownKey`,
        `UnknownCode`, `SeatReleased`, `TooManyTries`."""
        if door is Door.SEAT:
            with self._tries.trying(address_of(request)):
                cookie = await self._book.enter_seat(secret)
        else:
            # Of 192 bits of chance nobody guesses one: no wrong keys from beside keep a right one out.
            cookie = await self._book.enter(door, secret)
        response = web.Response(status=303, headers={"Location": PATHS[door]})
        response.set_cookie(
            cookie_of(door),
            cookie,
            path=PATHS[door],
            max_age=int(LIFE.total_seconds()),
            httponly=True,
            samesite="Strict",
            secure=self._secure,
        )
        return response

    async def device(self, request: web.Request, door: Door) -> Device:
        """Who asks. Raises `UnknownKey`."""
        cookie = request.cookies.get(cookie_of(door), "")
        if not cookie:
            raise UnknownKey()
        return await self._book.device(door, cookie)

    async def leave(self, request: web.Request, door: Door) -> web.Response:
        """The device forgets the page."""
        await self._book.leave(await self.device(request, door))
        response = web.Response(status=303, headers={"Location": PATHS[door]})
        response.del_cookie(cookie_of(door), path=PATHS[door])
        return response

    def same_origin(self, request: web.Request) -> bool:
        """Whether a request that changes something comes from a page of this server.

        `Sec-Fetch-Site` says so (W3C Fetch Metadata), where a browser sends it: to addresses under TLS and to
        its own machine. Elsewhere `Origin` does; a form sent under `no-referrer` has the origin “null” (Fetch
        Standard, 3.1), and then the cookie answers for it, which is strict: it comes from these pages only.
        Whoever types a code has none yet, and gets no more by it than a seat's page.
        """
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site == "same-origin"
        origin = request.headers.get("Origin", "")
        if origin == "null":
            return request.content_type == "application/x-www-form-urlencoded"
        return origin in {f"http://{request.host}", f"https://{request.host}", _origin(self._url)} - {""}


def came_across(request: web.Request) -> bool:
    """Whether somebody may have followed a link here from another site: a strict cookie does not come along
    then, and comes with the next request, which is the page's own. Not all browsers say so."""
    across = request.headers.get("Sec-Fetch-Site", "cross-site") in ("cross-site", "same-site")
    return across and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def cookie_of(door: Door) -> str:
    """The name of a page's cookie."""
    return f"roundtable_{door}"


def address_of(request: web.Request) -> str:
    """Where a request comes from. A proxy on this machine is believed what it adds itself: the last."""
    peer = request.remote or ""
    try:
        local = ipaddress.ip_address(peer).is_loopback
    except ValueError:
        local = False
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return forwarded if local and forwarded else peer


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
