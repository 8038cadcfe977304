"""How things go wrong on the way to Discord, in the process and in the machine, and how they are mended."""

import asyncio
import random
from datetime import timedelta

from rehearsal.badday import BadDay, Happening
from rehearsal.by_hand import panel_deleted, set_up_again
from rehearsal.kills import PANEL_POSTED, READING_BACK, KillPoint
from rehearsal.process import BotProcess
from rehearsal.stage import LOOK, Presence, Restless
from rehearsal.standin import Bout, Disturbance

CHANNEL = "/channels/{channel_id}"

# On the way to Discord


async def drop(day: BadDay, *, resumable: bool) -> None:
    """The gateway closes the socket; returns when the bot is connected again."""
    await day.stage.standin.drop_gateway(resumable)
    await _connected(day)


async def _connected(day: BadDay) -> None:
    """Returns once the bot has heard of it, too: its first deed is to look at each channel."""
    standin = day.stage.standin
    known = len(standin.log)
    async with asyncio.timeout(60):
        await standin.wait_connected()
        while not any(one.method == "GET" and one.route == CHANNEL for one in standin.log[known:]):
            await asyncio.sleep(LOOK)


async def unreachable(day: BadDay) -> None:
    """No request and no socket gets through any more."""
    await day.stage.standin.cut_off()


async def reachable(day: BadDay) -> None:
    """Everything gets through again; returns when the bot is connected."""
    day.stage.standin.reach_again()
    await _connected(day)


async def unreachable_at_start(day: BadDay) -> None:
    """The process is killed, and started while nothing gets through."""
    await day.stage.kill()
    await day.stage.standin.cut_off()
    await day.stage.start_bot(Presence.ALONE)
    await day.stage.jump(day.stage.now)


async def reachable_after_start(day: BadDay) -> None:
    """Everything gets through again, for the first time in the life of the process."""
    day.stage.standin.reach_again()
    await _connected(day)
    day.stage.presence = Presence.UP


async def first_connect_refused(day: BadDay) -> None:
    """The process is killed, and its first attempt to connect is in vain."""
    await unreachable_at_start(day)
    await asyncio.sleep(0.5)
    await reachable_after_start(day)


def bout(method: str, part: str, what: Disturbance, times: int = 1) -> Happening:
    """The next requests that fit are disturbed."""

    async def strike(day: BadDay) -> None:
        bout = day.stage.standin.door.fault = Bout(method, part, what, times)
        day.struck = lambda: bout.met > 0

    return strike


async def calm(day: BadDay) -> None:
    """Nothing is disturbed any more."""
    day.stage.standin.door.fault = None


# In the process and the machine


def killed(point: KillPoint) -> Happening:
    """The process dies at the next request that fits, and comes back at once."""

    async def strike(day: BadDay) -> None:
        day.stage.returns = True
        day.stage.standin.door.fault = point.armed(day.stage)
        day.struck = lambda: day.stage.comebacks > 0

    return strike


async def killed_as_a_panel_is_posted(day: BadDay) -> None:
    """A panel is deleted, set-up puts it back, and the process dies over that."""
    await killed(PANEL_POSTED)(day)
    await panel_deleted(day)
    await set_up_again(day)


async def killed_as_it_reads_back(day: BadDay) -> None:
    """The process dies, and dies again as it reads what it had said."""
    await killed(READING_BACK)(day)
    await host_down(day)
    await host_up(day)


async def killed_before_claim(day: BadDay) -> None:
    """The process is gone as something falls due, and there a moment later."""
    moment = day.stage.next_moment
    await day.stage.kill()
    if moment is not None:
        day.stage.now = max(day.stage.now, moment)
    await day.stage.start_bot()


async def killed_once_marked(day: BadDay) -> None:
    """The process dies once what fell due was said and marked."""
    if day.stage.next_moment is not None:
        await day.stage.jump(day.stage.next_moment)
    await day.stage.kill()
    await day.stage.start_bot()


async def killed_while_starting(day: BadDay) -> None:
    """Five starts are broken off, each somewhat later."""
    await day.stage.kill()
    for delay in (0.3, 0.5, 0.7, 0.9, 1.1):
        await day.stage.start_bot(Presence.ALONE)
        await asyncio.sleep(delay)
        await day.stage.kill()
    await day.stage.start_bot()


async def killed_while_stopping(day: BadDay) -> None:
    """SIGTERM, and SIGKILL within a twentieth of a second, drawn by the meeting's clock."""
    process = _process(day)
    process.terminate()
    await asyncio.sleep(random.Random(str(day.stage.now)).random() / 20)
    await day.stage.kill()
    await day.stage.start_bot()


async def terminated_in_a_burst(day: BadDay) -> None:
    """SIGTERM while a moderator has twelve texts announced; then the process is started again."""
    assert day.steward is not None
    moderator = day.steward.moderator
    day.allowed.asked += [f"Simulated {n}." for n in range(12)]
    presses = [
        asyncio.ensure_future(moderator.command("agenda announce", text=text))  # noqa: TID251
        for text in day.allowed.asked
    ]
    await asyncio.sleep(0.05)
    process = _process(day)
    process.terminate()
    replies = await asyncio.gather(*presses)
    while "ended" not in await process.order({}):
        await asyncio.sleep(0.02)
    day.allowed.promised += [
        text
        for text, reply in zip(day.allowed.asked, replies, strict=True)
        if "appears in the programme" in reply.text
    ]
    await day.stage.start_bot()


async def host_down(day: BadDay) -> None:
    """The machine loses its power."""
    await day.stage.kill()


async def host_up(day: BadDay) -> None:
    """The machine is back."""
    await day.stage.start_bot()


async def disk_full(day: BadDay) -> None:
    """No file can grow any more."""
    _process(day).fill_disk(full=True)


async def disk_free(day: BadDay) -> None:
    """Files can grow again."""
    _process(day).fill_disk(full=False)


async def started_on_a_full_disk(day: BadDay) -> None:
    """It may come up, or be refused: then whoever keeps it running tries again once there is room."""
    stage = day.stage
    await stage.kill()
    stage.process = await BotProcess.spawn(stage.log)
    await disk_full(day)
    try:
        await stage.start_bot()
    except Restless:
        await stage.kill()


async def room_again(day: BadDay) -> None:
    """There is room, and the bot runs."""
    if day.stage.presence is Presence.DOWN:
        await day.stage.start_bot()
    else:
        await disk_free(day)


def clock_off(minutes: int) -> Happening:
    """The machine's clock is so many minutes ahead of Discord's."""

    async def strike(day: BadDay) -> None:
        day.stage.off = timedelta(minutes=minutes)
        await day.stage.jump(day.stage.now)

    return strike


def _process(day: BadDay) -> BotProcess:
    assert day.stage.process is not None
    return day.stage.process
