"""Finding one's own messages again: every notice and panel carries a small reference line.

A bot reads its own messages without the message-content intent.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import discord

from db.notices import Said
from meeting.notices import NoticeKey

READ = 100
"""Messages looked at (Discord's limit for one request)."""

SLACK = timedelta(minutes=2)
"""The two clocks may differ by this much."""

FOOT = 200
"""Characters of a notice's reference line; it names as many keys as fit."""

MORE = "…"
"""Stands for the keys that do not fit."""


def reference(uid: str, name: object) -> str:
    """What stands in a reference line: this database's name and the row's or panel's."""
    return f"ref {uid}-{name}"


def foot(uid: str, number: int, keys: Iterable[str]) -> str:
    """A notice's whole reference line: the message's number and the keys of all that it says."""
    line, divider = f"-# {reference(uid, number)}", ": "
    for key in keys:
        if len(line) + len(divider) + len(key) + len(f"; {MORE}") > FOOT:
            return f"{line}{divider}{MORE}"
        line, divider = f"{line}{divider}{key}", "; "
    return line


async def said_since(client: discord.Client, channel_id: int, uid: str, since: datetime | None) -> list[Said]:
    """Everything of this database's that was said in a channel since then, oldest first.

    Without `since`, only the newest 100 messages are read. Raises discord's errors.
    """
    own = client.user.id if client.user else 0
    after = discord.utils.time_snowflake(since - SLACK) if since else None
    line = re.compile(rf"-# {reference(uid, '')}(\d+): (.+)")
    found: list[Said] = []
    while True:
        rows: list[Any] = await client.http.logs_from(channel_id, READ, after=after)
        for row in sorted(rows, key=lambda row: int(row["id"])):
            match = line.fullmatch(_last_line(row["content"]))
            if match and int(row["author"]["id"]) == own:
                keys = tuple(NoticeKey(key) for key in match[2].split("; ") if key != MORE)
                at = discord.utils.snowflake_time(int(row["id"]))
                found.append(Said(int(match[1]), int(row["id"]), at, keys))
        if after is None or len(rows) < READ:
            return found
        after = max(int(row["id"]) for row in rows)


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
    """Whether the message's last line is that reference line."""
    texts = [text for text in (row.get("content", ""), *_texts(row.get("components", ()))) if text]
    last = _last_line(texts[-1]) if texts else ""
    start = f"-# {wanted}"
    following = last[len(start) :][:1]
    return last.startswith(start) and not (following.isalnum() or following == "-")


def _last_line(text: str) -> str:
    """Where the reference line is; what people wrote never stands last."""
    return text.rpartition("\n")[2]


def _texts(components: Any) -> Iterator[str]:
    for component in components:
        yield component.get("content", "")
        yield from _texts(component.get("components", ()))
