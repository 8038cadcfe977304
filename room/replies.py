"""Answers to presses: each press is done once, however often it arrives, and every answer has one shape."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from db.room import Device
from meeting.people import UserId
from meeting.refusals import ClosingDown, Refused
from meeting.room import Repeated, UnknownKey
from room.asked import NotUnderstood
from room.desk_acts import Done
from room.doors import TooManyTries
from room.wording import Json, Words

log = logging.getLogger(__name__)

KEPT = 5000
"""Answers kept for presses that arrive again; of older ones the record knows, without words."""

NONCE = range(16, 101)
"""Characters of a press's name."""


class Work(Protocol):
    """Knows what is under way, so that a stop can wait for it; and takes what nobody foresaw."""

    def at_work(self) -> AbstractContextManager[None]:
        """For the time of a piece of work that a stop waits for."""

    def failed(self, what: str, fault: BaseException | None = None) -> str:
        """Log a failure under a reference, which is returned."""


class Limits(Protocol):
    """What one device may ask for at a time."""

    def begin(self, user_id: UserId) -> None:
        """Raises a refusal if it is too much."""

    def end(self, user_id: UserId) -> None:
        """It is done."""


@dataclass(frozen=True)
class Reply:
    """An answer: HTTP's status, and what it says."""

    status: int
    body: Json

    @property
    def sentence(self) -> str:
        """What the person is told."""
        return str(self.body["sentence"])


class Replies:
    """Runs acts, and answers whatever happens."""

    def __init__(self, words: Words, work: Work, limits: Limits, too_much: type[Refused]) -> None:
        self._words = words
        self._work = work
        self._limits = limits
        self._too_much = too_much
        self._known: OrderedDict[str, asyncio.Future[Reply]] = OrderedDict()
        self.closing = False
        """Set when the house is closing: everybody is told to press again in a moment."""

    async def give(self, device: Device, nonce: object, act: Callable[[str], Awaitable[Done]]) -> Reply:
        """Run `act`, which is given the press's name. The same press gets the same answer, also meanwhile."""
        if not isinstance(nonce, str) or len(nonce) not in NONCE:
            return self.refused(NotUnderstood())
        if self.closing:
            return self.refused(ClosingDown())
        name = f"{device.digest.hex()} {nonce}"
        if (known := self._known.get(name)) is not None:
            return await asyncio.shield(known)
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._known[name] = answer
        reply = await self._tried(device, lambda: act(name))
        answer.set_result(reply)
        if reply.status in (429, 500, 503):
            # Nothing was done, or nobody knows: the record tells a press that comes again.
            self._known.pop(name, None)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return reply

    async def _tried(self, device: Device, act: Callable[[], Awaitable[Done]]) -> Reply:
        who = UserId(int.from_bytes(device.digest[:6]))
        try:
            self._limits.begin(who)
        except Refused as refused:
            return self.refused(refused)
        try:
            with self._work.at_work():
                done = await act()
        except Repeated as repeated:
            return Reply(200, {"ok": True, "sentence": self._words.refusal(repeated)})
        except Refused as refused:
            return self.refused(refused)
        except Exception as fault:  # noqa: BLE001 - the person gets a reference, the log the fault
            return self.failed(fault)
        finally:
            self._limits.end(who)
        body: Json = {"ok": done.ok, "sentence": done.sentence}
        if done.code is not None:
            body["code"] = done.code
        if done.again is not None:
            body["again"] = done.again
        return Reply(200 if done.ok else 409, body)

    def refused(self, refused: Refused) -> Reply:
        """A rule's no."""
        status = 409
        if isinstance(refused, NotUnderstood):
            status = 400
        elif isinstance(refused, UnknownKey):
            status = 404
        elif isinstance(refused, ClosingDown):
            status = 503
        elif isinstance(refused, TooManyTries | self._too_much):
            status = 429
        return Reply(status, {"ok": False, "sentence": self._words.refusal(refused)})

    def failed(self, fault: BaseException) -> Reply:
        """What nobody foresaw."""
        reference = self._work.failed("room", fault)
        return Reply(500, {"ok": False, "sentence": self._words.say("failed", reference=reference)})
