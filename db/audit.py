"""The audit: append-only and chained, with what names a person in an erasable side row.

digest(seq) = SHA-256(digest(seq − 1), seq, at, verb, subject, detail), where
detail = SHA-256(salt, actor, payload). Erasing a side row leaves `detail`, so the chain still proves
itself. A payload never holds a ballot's content or a secret.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db.rows import stored
from meeting.people import Actor

if TYPE_CHECKING:
    from db.connection import Transaction

START = bytes(32)
"""What stands before the first row."""


@dataclass(frozen=True)
class Verdict:
    """How many rows were read, and the first that does not fit, with the reason."""

    rows: int
    first_bad: int | None = None
    reason: str = ""


async def append(
    transaction: "Transaction", actor: Actor, verb: str, subject: str, payload: Mapping[str, object]
) -> None:
    """Write the next row of the chain."""
    last = await transaction.one("SELECT seq, digest FROM audit ORDER BY seq DESC LIMIT 1")
    seq, previous = (last[0] + 1, last[1]) if last else (1, START)
    at = stored(transaction.now)
    salt = secrets.token_bytes(16)
    who = json.dumps({"via": actor.via.value, "user_id": actor.user_id}, sort_keys=True)
    text = json.dumps(payload, sort_keys=True, ensure_ascii=False, default=str)
    detail = _digest(salt, who, text)
    digest = _digest(previous, seq, at, verb, subject, detail)
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


@dataclass(frozen=True)
class Chain:
    """All rows with their side rows, and the first side row without a row, as they are in the file."""

    rows: list[tuple[Any, ...]]
    stray: int | None


async def verify(transaction: "Transaction") -> Verdict:
    """Recompute the chain and the side rows that are still there."""
    return judge(await load(transaction))


async def load(transaction: "Transaction") -> Chain:
    """What is to be judged."""
    rows = await transaction.all(
        "SELECT a.seq, CAST(a.at AS BLOB), CAST(a.verb AS BLOB), CAST(a.subject AS BLOB), a.detail, a.digest,"
        " d.salt, CAST(d.actor AS BLOB), CAST(d.payload AS BLOB)"
        " FROM audit AS a LEFT JOIN audit_details AS d USING (seq) ORDER BY a.seq"
    )
    stray = await transaction.one(
        "SELECT min(seq) FROM audit_details WHERE seq NOT IN (SELECT seq FROM audit)"
    )
    return Chain(rows, stray[0] if stray is not None else None)


def judge(chain: Chain) -> Verdict:
    """Recompute the chain and the side rows that are still there; it takes time, but no connection."""
    rows, previous = chain.rows, START
    for place, (seq, at, verb, subject, detail, digest, salt, who, text) in enumerate(rows, start=1):
        if seq != place:
            return Verdict(len(rows), seq, "a row before it is missing")
        if digest != _digest(previous, seq, at, verb, subject, detail):
            return Verdict(len(rows), seq, "the row does not follow from the one before it")
        if salt is not None and detail != _digest(salt, who, text):
            return Verdict(len(rows), seq, "its details were changed")
        previous = digest
    if chain.stray is not None:
        return Verdict(len(rows), chain.stray, "details of a row there is not")
    return Verdict(len(rows))


def _digest(*parts: bytes | str | int) -> bytes:
    """SHA-256 over the parts, each with its length before it, so that no two lists give the same bytes."""
    sha = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        sha.update(len(data).to_bytes(8, "big"))
        sha.update(data)
    return sha.digest()
