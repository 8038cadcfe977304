"""Which troubles have a message in a channel, whatever the ledger knows of them.

A record put back from a copy does not know what was told since, nor does one on a disk that took nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord

from bot.readback import READ, reference
from bot.trouble_faces import OPEN
from bot.wire import in_time


@dataclass(frozen=True)
class ToldIn:
    """One trouble's message: its number, when it was posted, and whether it says that it is still so."""

    number: int
    at: datetime
    open: bool


async def told_in(client: discord.Client, channel_id: int, uid: str) -> list[ToldIn]:
    """All of this database's in a channel, from its first message on. Raises discord's errors."""
    own = client.user.id if client.user else 0
    line = re.compile(rf"-# {re.escape(reference(uid, 'trouble-'))}(\d+)")
    found: list[ToldIn] = []
    after = channel_id
    while True:
        async with in_time():
            rows: list[Any] = await client.http.logs_from(channel_id, READ, after=after)
        for row in rows:
            parts = list(_parts(row.get("components", ())))
            texts = [str(part["content"]) for part in parts if part.get("content")]
            match = line.fullmatch(texts[-1].rpartition("\n")[2]) if texts else None
            if match and int(row["author"]["id"]) == own:
                still = any(part.get("accent_color") == OPEN for part in parts)
                at = discord.utils.snowflake_time(int(row["id"]))
                found.append(ToldIn(int(match[1]), at, still))
        if len(rows) < READ:
            return found
        after = max(int(row["id"]) for row in rows)


def _parts(components: Any) -> Iterator[Any]:
    for component in components:
        yield component
        yield from _parts(component.get("components", ()))
