"""Codes of seats at the database: its salt, and digests made off the event loop, outside any transaction."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from db.agenda_rows import get_meta, set_meta
from db.connection import Transaction
from meeting import codes

AT_ONCE = 2
"""Digests computed at a time: 16 MiB each."""

SALT = 16
"""Bytes."""


@dataclass(frozen=True)
class Fresh:
    """A code just made, and what is kept of it."""

    plain: str
    digest: bytes


class Digests:
    """Computes digests with one database's salt."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def of(self, code: str, salt: bytes) -> bytes:
        """The digest of a code as printed."""
        async with self._turns:
            return await asyncio.to_thread(codes.digest, code, salt)

    async def fresh(self, number: int, salt: bytes) -> Sequence[Fresh]:
        """So many new codes, all different."""
        plain: dict[str, None] = {}
        while len(plain) < number:
            plain[codes.spelt(secrets.randbits(codes.BITS))] = None
        made = await asyncio.gather(*(self.of(code, salt) for code in plain))
        return [Fresh(code, digest) for code, digest in zip(plain, made, strict=True)]


async def load_salt(tx: Transaction) -> bytes | None:
    """The database's salt; None before any code was made."""
    kept = await get_meta(tx, "codes.salt")
    return bytes.fromhex(kept) if kept is not None else None


async def make_salt(tx: Transaction) -> bytes:
    """The database's salt, made at its first use."""
    salt = await load_salt(tx)
    if salt is None:
        salt = secrets.token_bytes(SALT)
        await set_meta(tx, "codes.salt", salt.hex())
    return salt
