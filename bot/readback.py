"""Finding one's own messages again: every notice and panel carries a small reference line.

A bot reads its own messages without the message-content intent.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import discord

READ = 100
"""Messages looked at (Discord's limit for one request)."""

SLACK = timedelta(minutes=2)
"""The two clocks may differ by this much."""


def reference(uid: str, name: object) -> str:
    """What stands in a reference line: this database's name and the row's or panel's."""
    return f"ref {uid}-{name}"


async def find_message(
    client: discord.Client, channel_id: int, wanted: str, since: datetime | None = None
) -> int | None:
    """The id of the newest own message with the reference line `wanted`, or None.

    Raises discord's errors: an unreadable channel settles nothing.
    """
    after = discord.Object(discord.utils.time_snowflake(since - SLACK)) if since else None
    rows: list[Any] = await client.http.logs_from(channel_id, READ, after=after.id if after else None)
    own = client.user.id if client.user else 0
    found = [int(row["id"]) for row in rows if int(row["author"]["id"]) == own and _ends_in(row, wanted)]
    return max(found, default=None)


def _ends_in(row: Any, wanted: str) -> bool:
    """Whether the message's last line is that reference line; what people wrote never stands last."""
    texts = [text for text in (row.get("content", ""), *_texts(row.get("components", ()))) if text]
    last = texts[-1].splitlines()[-1] if texts else ""
    start = f"-# {wanted}"
    following = last[len(start) :][:1]
    return last.startswith(start) and not (following.isalnum() or following == "-")


def _texts(components: Any) -> Iterator[str]:
    for component in components:
        yield component.get("content", "")
        yield from _texts(component.get("components", ()))
