"""What each gesture asks and hardly ever changes: read once, and again after a commit that touches it."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from db.feed import Feed

T = TypeVar("T")


class Kept(Generic[T]):
    """A value as last committed; it is forgotten when one of the subjects is marked.

    A reading that a commit overtakes is given to who asked for it, and not kept.
    """

    def __init__(self, feed: Feed, subject: str, read: Callable[[], Awaitable[T]]) -> None:
        self._read = read
        self._value: T | None = None
        self._age = 0
        feed.listen(subject, self._forget)

    async def get(self) -> T:
        """The value, from the file only if it is not known."""
        if self._value is not None:
            return self._value
        age = self._age
        value = await self._read()
        if age == self._age:
            self._value = value
        return value

    def _forget(self) -> None:
        self._age += 1
        self._value = None
