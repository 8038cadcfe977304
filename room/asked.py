"""What a page sent, read with care: anything may have been written by hand."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from meeting.refusals import Refused
from room.wording import Json

T = TypeVar("T")

FORM = "application/x-www-form-urlencoded"
"""How plain forms come."""

LONGEST = 60_000
"""Characters of any text a page sends."""


class NotUnderstood(Refused):
    """What was sent is nothing a page of this house sends."""


class Asked:
    """The arguments of an act. Every getter raises `NotUnderstood` for what is missing or of another kind."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self._given = given

    def value(self, name: str) -> object:
        """As it came; None without it."""
        return self._given.get(name)

    def text(self, name: str, default: str | None = None) -> str:
        """A text."""
        found = self._given.get(name, default)
        if not isinstance(found, str) or len(found) > LONGEST:
            raise NotUnderstood()
        return found

    def id(self, name: str) -> str:
        """The id of something: short, without anything odd in it."""
        found = self.text(name)
        if not found or len(found) > 100 or not found.isascii() or not found.isprintable():
            raise NotUnderstood()
        return found

    def number(self, name: str) -> int:
        """A whole number, which a form writes as text."""
        found = self._given.get(name)
        if isinstance(found, str) and len(found) <= 18 and found.removeprefix("-").isdecimal():
            found = int(found)
        if type(found) is not int or not -(2**62) < found < 2**62:
            raise NotUnderstood()
        return found

    def number_or_none(self, name: str) -> int | None:
        """The same, or nothing."""
        found = self._given.get(name)
        return None if found is None or found == "" else self.number(name)

    def one_of(self, name: str, kind: type[T], default: T | None = None) -> T:
        """A member of an enum by its value."""
        if name not in self._given and default is not None:
            return default
        try:
            return kind(self.text(name))  # type: ignore[call-arg] # an enum's members are called by value
        except ValueError:
            raise NotUnderstood() from None

    def numbers(self, name: str) -> tuple[int, ...]:
        """Whole numbers, one after the other."""
        found = self._given.get(name)
        if not isinstance(found, list) or len(found) > 100:
            raise NotUnderstood()
        if any(type(one) is not int or not -(2**31) < one < 2**31 for one in found):
            raise NotUnderstood()
        return tuple(found)


async def press_of(request: web.Request) -> tuple[object, str, Json]:
    """A press's nonce, its act and its arguments, as a page's script sends them. Raises `NotUnderstood`."""
    with understanding():
        sent = await request.json()
    args = sent.get("args") if isinstance(sent, dict) else None
    if not isinstance(args, dict):
        raise NotUnderstood()
    return sent.get("nonce"), str(sent.get("act")), args


async def fields_of(request: web.Request) -> dict[str, list[str]]:
    """What a plain HTML form sends. Raises `NotUnderstood`."""
    if request.content_type != FORM:
        raise NotUnderstood()
    with understanding():
        posted = await request.post()
    return {name: [str(one) for one in posted.getall(name)] for name in posted}


@contextmanager
def understanding() -> Iterator[None]:
    """Whatever is wrong with a body, such as a character set there is not, is `NotUnderstood`."""
    try:
        yield
    except (ValueError, LookupError, RecursionError, HttpProcessingError):
        raise NotUnderstood() from None
