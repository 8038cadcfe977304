"""Racers: spread over the loop's turns so that they fall into different commits, then told apart."""

import asyncio

TURNS = 30
"""How many turns of the loop racers are spread over, so that they fall into different commits."""


async def turns(count):
    for _ in range(count):
        await asyncio.sleep(0)


def split(results, *refusals):
    """The acknowledged and the told; anything else that was raised fails the test."""
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, refusals):
            raise result
    done = [result for result in results if not isinstance(result, BaseException)]
    return done, [result for result in results if isinstance(result, BaseException)]
