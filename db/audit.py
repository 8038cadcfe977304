"""The audit: append-only and chained, with what names a person in an erasable side row.

digest(seq) = SHA-256(digest(seq − 1), seq, at, verb, subject, detail), where
detail = SHA-256(salt, actor, payload). Erasing a side row leaves `detail`, so the chain still proves
itself. A payload never holds a ballot's content or a secret.
"""

import asyncio
import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from db.rows import stored
from meeting.people import Actor
from meeting.room import Repeated

if TYPE_CHECKING:
    from db.connection import Reader, Transaction

START = bytes(32)
"""What stands before the first row."""


SEAL = 32
"""Hex digits of a digest in an anchor: 128 bits, far beyond what can be tried out, and still one line."""

ROWS = (
    "SELECT a.seq, CAST(a.at AS BLOB), CAST(a.verb AS BLOB), CAST(a.subject AS BLOB), a.detail, a.digest,"
    " d.salt, CAST(d.actor AS BLOB), CAST(d.payload AS BLOB)"
    " FROM audit AS a LEFT JOIN audit_details AS d USING (seq) ORDER BY a.seq"
)
"""What `judge` recomputes the chain from; texts as they stand in the file, also where they are no UTF-8."""

STRAY = "SELECT min(seq) FROM audit_details WHERE seq NOT IN (SELECT seq FROM audit)"

HEAD = "SELECT seq, digest FROM audit ORDER BY seq DESC LIMIT 1"


@dataclass(frozen=True)
class Anchor:
    """The audit's head at one moment, kept elsewhere: whoever has it notices an end that was cut off."""

    seq: int
    seal: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.seal}"

    @classmethod
    def of(cls, head: Sequence[Any] | None) -> "Anchor":
        """From a row of `HEAD`; None: nothing was written yet."""
        seq, digest = head if head is not None else (0, START)
        return cls(seq, digest.hex()[:SEAL])

    @classmethod
    def read(cls, text: str) -> "Anchor":
        """From `N:HEX`, as it was posted. ValueError for anything else, also for the seal of nothing."""
        found = re.fullmatch(rf"([0-9]{{1,15}}):([0-9a-f]{{{SEAL}}})", text.strip().lower())
        if found is None or int(found[1]) == 0:
            raise ValueError(text)
        return cls(int(found[1]), found[2])


class Fit(StrEnum):
    """How a record and an anchor agree."""

    HOLDS = "holds"
    SHORTER = "shorter"
    DIFFERS = "differs"


@dataclass(frozen=True)
class Verdict:
    """How many rows were read, and the first that does not fit, with the reason.

    `last_at` is the last row's time as written (ISO 8601, UTC); `fit`, whether a given anchor holds.
    """

    rows: int
    first_bad: int | None = None
    reason: str = ""
    last_at: str = ""
    fit: Fit | None = None

    @property
    def whole(self) -> bool:
        """Whether every row fits, and the anchor if there was one."""
        return self.first_bad is None and self.fit in (None, Fit.HOLDS)


async def append(
    transaction: "Transaction", actor: Actor, verb: str, subject: str, payload: Mapping[str, object]
) -> None:
    """Write the next row of the chain."""
    last = transaction.head or await transaction.one(HEAD)
    seq, previous = (last[0] + 1, last[1]) if last else (1, START)
    at = stored(transaction.now)
    salt = secrets.token_bytes(16)
    if actor.once:
        await _once(transaction, actor.once)
    who = json.dumps(_who(actor), sort_keys=True, ensure_ascii=False)
    text = json.dumps(payload, sort_keys=True, ensure_ascii=False, default=str)
    detail = _digest(salt, who, text)
    digest = _digest(previous, seq, at, verb, subject, detail)
    transaction.head = seq, digest
    await transaction.run(
        "INSERT INTO audit (seq, at, verb, subject, detail, digest) VALUES (?, ?, ?, ?, ?, ?)",
        seq,
        at,
        verb,
        subject,
        detail,
        digest,
    )
    await transaction.run(
        "INSERT INTO audit_details (seq, salt, actor, payload) VALUES (?, ?, ?, ?)", seq, salt, who, text
    )


def _who(actor: Actor) -> dict[str, object]:
    """Who it was, as far as that is known: by account, by the seat whose page was used, by the name somebody
    gave at a desk."""
    who: dict[str, object] = {"via": actor.via.value, "user_id": actor.user_id}
    if actor.seat_id is not None:
        who["seat_id"] = actor.seat_id
    if actor.operator:
        who["operator"] = actor.operator
    return who


async def _once(transaction: "Transaction", press: str) -> None:
    """Note that this press was done, with what it does. Raises `Repeated` if it was before."""
    digest = hashlib.sha256(press.encode(errors="replace")).digest()
    if await transaction.one("SELECT 1 FROM room_presses WHERE digest = ?", digest) is not None:
        raise Repeated()
    await transaction.run("INSERT INTO room_presses (digest) VALUES (?)", digest)


async def head(transaction: "Transaction") -> Anchor:
    """Where the chain ends now."""
    return Anchor.of(await transaction.one(HEAD))


async def verify(reader: "Reader") -> Verdict:
    """Read the chain, and recompute it off the event loop."""

    async def work(transaction: "Transaction") -> tuple[Sequence[Sequence[Any]], int | None]:
        stray = await transaction.one(STRAY)
        return await transaction.all(ROWS), stray[0] if stray else None

    rows, stray = await reader.read(work)
    return await asyncio.to_thread(judge, rows, stray)


def judge(rows: Sequence[Sequence[Any]], stray: int | None, anchor: Anchor | None = None) -> Verdict:
    """Recompute the chain and the side rows that are still there; `stray` is what `STRAY` found."""
    last_at = rows[-1][1].decode(errors="replace") if rows else ""
    fit = _fit(rows, anchor) if anchor is not None else None

    def verdict(first_bad: int | None = None, reason: str = "") -> Verdict:
        return Verdict(len(rows), first_bad, reason, last_at, fit)

    previous = START
    for place, (seq, at, verb, subject, detail, digest, salt, who, text) in enumerate(rows, start=1):
        if seq != place:
            return verdict(seq, "a row before it is missing")
        if digest != _digest(previous, seq, at, verb, subject, detail):
            return verdict(seq, "the row does not follow from the one before it")
        if salt is not None and detail != _digest(salt, who, text):
            return verdict(seq, "its details were changed")
        previous = digest
    if stray is not None:
        return verdict(stray, "details of a row there is not")
    return verdict()


def _fit(rows: Sequence[Sequence[Any]], anchor: Anchor) -> Fit:
    if len(rows) < anchor.seq:
        return Fit.SHORTER
    found = next(((seq, digest) for seq, *_, digest, _, _, _ in rows if seq == anchor.seq), None)
    return Fit.HOLDS if Anchor.of(found if anchor.seq else None) == anchor else Fit.DIFFERS


def _digest(*parts: bytes | str | int) -> bytes:
    """SHA-256 over the parts, each with its length before it, so that no two lists give the same bytes."""
    sha = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        sha.update(len(data).to_bytes(8, "big"))
        sha.update(data)
    return sha.digest()
