"""The bot's process in a rehearsal: the same `bot.app`, on a clock that the director holds over a pipe.

Each line on standard input is an order (`{"now": …}`, `{"stop": …}`, `{}`), each answered by one line:
whether only sleepers remain, and the first moment anybody waits for.
"""

import asyncio
import json
import os
import sys
from datetime import datetime

from bot.app import App
from bot.logs import set_up_logs
from config.settings import read_settings
from meeting.refusals import Refused
from rehearsal.clock import HeldClock

TURNS = 4
"""Turns of the loop before an answer, so that what an order set off has begun."""


async def main(begins: datetime) -> int:
    """Run the house until told to stop; the exit code."""
    settings = read_settings(os.environ, live=True)
    token = settings.discord_token
    set_up_logs(settings.log_level, settings.log_format, token.get_secret_value() if token else "")
    clock = HeldClock(begins)
    app = App(settings, clock)
    house = asyncio.ensure_future(app.run())  # noqa: TID251 - the house itself
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(orders), sys.stdin
    )
    while not house.done():
        line = await orders.readline()
        order: dict[str, str] = json.loads(line) if line else {"stop": "the director has gone"}
        if "now" in order:
            clock.set(datetime.fromisoformat(order["now"]))
        if "stop" in order:
            app.stopping.set()
            break
        for _ in range(TURNS):
            await asyncio.sleep(0)
        moment = clock.next_moment
        print(json.dumps({"idle": app.idle, "next": moment.isoformat() if moment else None}), flush=True)
    try:
        await house
    except Refused as refused:
        print(app.words.refusal(refused), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(datetime.fromisoformat(sys.argv[1]))))
