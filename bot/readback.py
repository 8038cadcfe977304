"""Finding one's own messages again: every notice and panel carries a small reference line.

A bot reads its own messages without the message-content intent.
"""

import json
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
    """The id of the newest own message whose text has `wanted` as a whole word group, or None.

    Raises discord's errors: an unreadable channel settles nothing.
    """
    after = discord.Object(discord.utils.time_snowflake(since - SLACK)) if since else None
    rows: list[Any] = await client.http.logs_from(channel_id, READ, after=after.id if after else None)
    own = client.user.id if client.user else 0
    found = [int(row["id"]) for row in rows if int(row["author"]["id"]) == own and _mentions(row, wanted)]
    return max(found, default=None)


def _mentions(row: Any, wanted: str) -> bool:
    text = json.dumps([row.get("content", ""), row.get("components", [])], ensure_ascii=False)
    place = text.find(wanted)
    while place >= 0:
        following = text[place + len(wanted) : place + len(wanted) + 1]
        if not (following.isalnum() or following in "-:"):
            return True
        place = text.find(wanted, place + 1)
    return False
