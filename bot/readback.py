"""Finding one's own messages again: every notice and panel carries a small reference line.

A bot reads its own messages without the message-content intent.
"""

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.wire import in_time
from db.notices import Said
from meeting.notices import NoticeKey

READ = 100
"""Messages looked at (Discord's limit for one request)."""

SLACK = timedelta(hours=1)
"""The machine's clock, by which moments were written down, may be ahead of Discord's by this much."""

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


async def said_since(client: discord.Client, channel_id: int, uid: str, since: datetime) -> list[Said]:
    """Everything of this database's that was said in a channel since then, oldest first.

    Raises discord's errors.
    """
    line = re.compile(rf"-# {reference(uid, '')}(\d+): (.+)")
    found: list[Said] = []
    async for row in _own_since(client, channel_id, since):
        match = line.fullmatch(_last_line(row["content"]))
        if match:
            keys = tuple(NoticeKey(key) for key in match[2].split("; ") if key != MORE)
            at = discord.utils.snowflake_time(int(row["id"]))
            found.append(Said(int(match[1]), int(row["id"]), at, keys))
    return found


async def find_message(
    client: discord.Client, channel_id: int, wanted: str, since: datetime | None = None
) -> int | None:
    """The id of the newest own message with the reference line `wanted`, or None.

    Without `since`, only the newest 100 messages are looked at. Raises discord's errors: an unreadable
    channel settles nothing.
    """
    if since is None:
        own = client.user.id if client.user else 0
        newest: list[Any] = await client.http.logs_from(channel_id, READ)
        rows = [row for row in newest if int(row["author"]["id"]) == own]
    else:
        rows = [row async for row in _own_since(client, channel_id, since)]
    return max((int(row["id"]) for row in rows if _ends_in(row, wanted)), default=None)


async def _own_since(client: discord.Client, channel_id: int, since: datetime) -> AsyncIterator[Any]:
    """The bot's own messages since then, page by page, oldest first."""
    own = client.user.id if client.user else 0
    after = discord.utils.time_snowflake(since - SLACK)
    while True:
        async with in_time():
            rows: list[Any] = await client.http.logs_from(channel_id, READ, after=after)
        for row in sorted(rows, key=lambda row: int(row["id"])):
            if int(row["author"]["id"]) == own:
                yield row
        if len(rows) < READ:
            return
        after = max(int(row["id"]) for row in rows)


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
