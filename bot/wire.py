"""What can go wrong on the way to Discord, and how long is waited for it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from types import SimpleNamespace

import aiohttp
import discord
from discord.backoff import ExponentialBackoff

UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_EVENT, THREAD_EXISTS = 10003, 10008, 10070, 160004
THREAD_ARCHIVED = 50083
UNKNOWN_MEMBER, UNKNOWN_ROLE, UNKNOWN_USER = 10007, 10011, 10013
"""Discord's JSON error codes."""

MISSING_ACCESS, MISSING_PERMISSIONS = 50001, 50013
"""Discord's JSON error codes: the channel is hidden from the bot, or it may not do that there."""

LOST = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError)
"""Discord refused, or its answer was lost: what was asked may have happened all the same.

A deadline that passed is an OSError, too.
"""

DEADLINE = timedelta(seconds=20)
"""Real time for one thing asked of Discord. A dead line answers nothing for minutes (aiohttp: five); what
falls due elsewhere must not wait for it."""

LONGEST_HOLD = 30.0
"""Real seconds discord.py may sleep over one 429 (its own least value); longer ones are ours to wait for."""

REPEATED = frozenset({500, 502, 504, 524})
"""What discord.py asks again by itself, up to five times."""

LONGEST_EXPONENT = 4
"""2⁴ = 16 s at most between two attempts to connect. discord.py goes up to 2¹⁰: after an outage of five
minutes it may stay away for eight more."""


class AnswerLost(aiohttp.ClientError):
    """Discord failed over something new that was asked for; it may have come about all the same."""


def in_time() -> asyncio.Timeout:
    """Give up what is asked inside after `DEADLINE`: raises TimeoutError, one of `LOST`."""
    return asyncio.timeout(DEADLINE.total_seconds())


def traced(heard: Callable[[datetime], None]) -> aiohttp.TraceConfig:
    """For discord.py's client: a POST that failed is not sent again unseen, and `heard` is told Discord's
    time, to the second, with each answer.

    discord.py repeats a request answered 500, 502 or 504, also one that took effect before its answer was
    lost: a second message, a second thread. Whoever asked looks first. Answers to gestures may be repeated:
    Discord takes one only.
    """
    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(partial(_seen, heard))
    return trace


async def _seen(
    heard: Callable[[datetime], None],
    session: aiohttp.ClientSession,
    context: SimpleNamespace,
    end: aiohttp.TraceRequestEndParams,
) -> None:
    with suppress(KeyError, ValueError, TypeError):
        heard(parsedate_to_datetime(end.response.headers["Date"]))
    path = end.url.path
    answers = "/interactions/" in path or "/webhooks/" in path
    if end.method == "POST" and end.response.status in REPEATED and not answers:
        end.response.close()
        raise AnswerLost(f"{end.response.status} for POST {path}")


class Backoff(ExponentialBackoff[bool]):
    """discord.py's pauses between attempts to connect, none longer than 2^`LONGEST_EXPONENT` s."""

    def __init__(self, base: int = 1, *, integral: bool = False) -> None:
        super().__init__(base, integral=integral)
        self._max = LONGEST_EXPONENT
