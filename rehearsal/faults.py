"""What may go wrong on the day: what strikes, for how long, and how it is mended."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from rehearsal.badday import BadDay
from rehearsal.kills import PANEL_POSTED, POINTS, READING_BACK, KillPoint
from rehearsal.process import BotProcess
from rehearsal.stage import Presence
from rehearsal.standin import CUT, TRUE, Bout, Channel, Disturbance, Message, Permission, held_off

Act = Callable[[BadDay], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """`mend` comes `lasts` after `strike`; without it nothing need be done, or somebody reads what to do."""

    name: str
    strike: Act
    mend: Act | None = None
    lasts: timedelta = timedelta(minutes=8)
    slow: bool = False
    """Whether answers come near Discord's three seconds, so that people wait as long."""
    costs: tuple[str, ...] = ()
    """What cannot be as it was: Discord makes no event that would begin in the past."""


# At Discord


async def _drop(day: BadDay, *, resumable: bool) -> None:
    await day.stage.standin.drop_gateway(resumable)
    await _connected(day)


async def _connected(day: BadDay) -> None:
    async with asyncio.timeout(60):
        await day.stage.standin.wait_connected()


async def _unreachable(day: BadDay) -> None:
    await day.stage.standin.cut_off()


async def _reachable(day: BadDay) -> None:
    day.stage.standin.reach_again()
    await _connected(day)


async def _unreachable_at_start(day: BadDay) -> None:
    await day.stage.kill()
    await day.stage.standin.cut_off()
    await day.stage.start_bot(Presence.ALONE)


async def _reachable_after_start(day: BadDay) -> None:
    day.stage.standin.reach_again()
    await _connected(day)
    day.stage.presence = Presence.UP


async def _first_connect_refused(day: BadDay) -> None:
    await _unreachable_at_start(day)
    await asyncio.sleep(0.5)
    await _reachable_after_start(day)


def _bout(method: str, part: str, what: Disturbance, times: int = 1) -> Act:
    async def strike(day: BadDay) -> None:
        bout = day.stage.standin.door.fault = Bout(method, part, what, times)
        day.struck = lambda: bout.met > 0

    return strike


async def _calm(day: BadDay) -> None:
    day.stage.standin.door.fault = None


# By somebody's hand


def _channel(day: BadDay, name: str) -> Channel:
    found = day.stage.standin.world.channel_named(name)
    assert found is not None
    return found


def _panel(day: BadDay, words: str) -> Message:
    world = day.stage.standin.world
    return next(m for m in world.messages if m.author_id == world.bot.id and f"-{words}" in m.text)


async def _panel_deleted(day: BadDay) -> None:
    day.stage.standin.world.delete_message(_panel(day, "programme-d1"))


def _to_open_threads(harm: Callable[[BadDay, Channel], None]) -> Act:
    """As soon as a question's thread is open, if any is opened later on that day."""

    async def strike(day: BadDay) -> None:
        found = [thread for thread in day.stage.standin.world.threads.values() if not thread.locked]
        day.struck = lambda: bool(found)
        for thread in found:
            harm(day, thread)
        if not found:
            day.director.after(1, "something goes wrong with a thread", partial(strike, day))

    return strike


_thread_deleted = _to_open_threads(lambda day, thread: day.stage.standin.world.delete_channel(thread))
_thread_archived = _to_open_threads(
    lambda day, thread: day.stage.standin.world.set_thread(thread, archived=True)
)
_thread_locked = _to_open_threads(lambda day, thread: day.stage.standin.world.set_thread(thread, locked=True))


async def _channel_deleted(day: BadDay) -> None:
    day.stage.standin.world.delete_channel(_channel(day, "questions"))


async def _role_deleted(day: BadDay) -> None:
    role = day.stage.standin.world.role_named("Moderator")
    assert role is not None
    day.stage.standin.world.delete_role(role)


async def _event_deleted(day: BadDay) -> None:
    day.stage.standin.world.delete_event(next(iter(day.stage.standin.world.events)))


async def _permission_revoked(day: BadDay) -> None:
    _take(day, Permission.SEND_MESSAGES)


async def _channel_hidden(day: BadDay) -> None:
    _take(day, Permission.VIEW_CHANNEL)


async def _channel_shown(day: BadDay) -> None:
    """Discord lets the bot itself mend nothing in a channel it may not see: somebody does it by hand."""
    world = day.stage.standin.world
    own = _channel(day, "programme").overwrites[world.bot.id]
    view = int(Permission.VIEW_CHANNEL)
    world.overwrite(_channel(day, "programme"), world.bot, allow=own.allow | view, deny=own.deny & ~view)


def _take(day: BadDay, permission: Permission) -> None:
    world = day.stage.standin.world
    own = _channel(day, "programme").overwrites[world.bot.id]
    bit = int(permission)
    world.overwrite(_channel(day, "programme"), world.bot, allow=own.allow & ~bit, deny=own.deny | bit)


async def _set_up_again(day: BadDay) -> None:
    assert day.steward is not None
    day.steward.keep_trying(1, "the clerk mends the server", day.steward.set_up)


# In the process and the machine


def _killed(point: KillPoint) -> Act:
    async def strike(day: BadDay) -> None:
        day.stage.returns = True
        day.stage.standin.door.fault = point.armed(day.stage)
        day.struck = lambda: day.stage.comebacks > 0

    return strike


async def _killed_as_a_panel_is_posted(day: BadDay) -> None:
    await _killed(PANEL_POSTED)(day)
    await _panel_deleted(day)
    await _set_up_again(day)


async def _killed_as_it_reads_back(day: BadDay) -> None:
    await _killed(READING_BACK)(day)
    await _host_down(day)
    await _host_up(day)


async def _killed_before_claim(day: BadDay) -> None:
    moment = day.stage.next_moment
    await day.stage.kill()
    if moment is not None:
        day.stage.now = max(day.stage.now, moment)
    await day.stage.start_bot()


async def _killed_once_marked(day: BadDay) -> None:
    if day.stage.next_moment is not None:
        await day.stage.jump(day.stage.next_moment)
    await day.stage.kill()
    await day.stage.start_bot()


async def _killed_while_starting(day: BadDay) -> None:
    await day.stage.kill()
    for delay in (0.3, 0.5, 0.7, 0.9, 1.1):
        await day.stage.start_bot(Presence.ALONE)
        await asyncio.sleep(delay)
        await day.stage.kill()
    await day.stage.start_bot()


async def _killed_while_stopping(day: BadDay) -> None:
    process = _process(day)
    process.terminate()
    await asyncio.sleep(random.Random(str(day.stage.now)).random() / 20)
    await day.stage.kill()
    await day.stage.start_bot()


async def _terminated_in_a_burst(day: BadDay) -> None:
    assert day.steward is not None
    moderator = day.steward.moderator
    presses = [
        asyncio.ensure_future(moderator.command("agenda announce", text=f"Simulated {n}."))  # noqa: TID251
        for n in range(12)
    ]
    await asyncio.sleep(0.05)
    process = _process(day)
    process.terminate()
    replies = await asyncio.gather(*presses)
    while "ended" not in await process.order({}):
        await asyncio.sleep(0.02)
    day.promised += [
        f"Simulated {n}." for n, reply in enumerate(replies) if "appears in the programme" in reply.text
    ]
    await day.stage.start_bot()


async def _host_down(day: BadDay) -> None:
    await day.stage.kill()


async def _host_up(day: BadDay) -> None:
    await day.stage.start_bot()


async def _disk_full(day: BadDay) -> None:
    _process(day).fill_disk(full=True)


async def _disk_free(day: BadDay) -> None:
    _process(day).fill_disk(full=False)


def _clock_off(minutes: int) -> Act:
    async def strike(day: BadDay) -> None:
        day.stage.off = timedelta(minutes=minutes)
        await day.stage.jump(day.stage.now)

    return strike


def _process(day: BadDay) -> BotProcess:
    assert day.stage.process is not None
    return day.stage.process


HOST_DOWN = timedelta(minutes=15)

FAULTS = (
    Fault("gateway dropped, resumed", lambda day: _drop(day, resumable=True)),
    Fault("gateway dropped, session lost", lambda day: _drop(day, resumable=False)),
    Fault("first connect refused", _first_connect_refused),
    Fault("unreachable for 8 minutes", _unreachable, _reachable),
    Fault("started while unreachable, for 8 minutes", _unreachable_at_start, _reachable_after_start),
    Fault("asked to wait (429)", _bout("", "", held_off(0.05), times=8), _calm),
    Fault("500 before the effect", _bout("POST", "/messages", Disturbance(500)), _calm),
    Fault("502 after the effect", _bout("POST", "", Disturbance(502, done=True), times=2), _calm),
    Fault("504 on edits", _bout("PATCH", "", Disturbance(504, done=True)), _calm),
    Fault("line cut before the effect", _bout("POST", "", Disturbance(CUT), times=2), _calm),
    Fault("line cut after the effect", _bout("POST", "", Disturbance(CUT, done=True), times=2), _calm),
    Fault("answers near 3 s", _bout("POST", "", Disturbance(TRUE, wait=2.6), times=2), _calm, slow=True),
    Fault("a panel deleted", _panel_deleted, _set_up_again),
    Fault("a thread deleted", _thread_deleted),
    Fault("a channel deleted", _channel_deleted, _set_up_again),
    Fault("a role deleted", _role_deleted, _set_up_again),
    Fault("an event deleted", _event_deleted, _set_up_again, costs=("events",)),
    Fault("permission to post revoked", _permission_revoked, _set_up_again),
    Fault("a channel hidden from the bot", _channel_hidden, _channel_shown),
    Fault("a thread archived", _thread_archived),
    Fault("a thread locked by hand", _thread_locked),
    Fault("killed before claiming", _killed_before_claim),
    Fault("killed once marked", _killed_once_marked),
    *(Fault(f"killed: {point.name}", _killed(point), _calm, timedelta(hours=3)) for point in POINTS),
    Fault(f"killed: {PANEL_POSTED.name}", _killed_as_a_panel_is_posted, _calm, timedelta(hours=3)),
    Fault(f"killed: {READING_BACK.name}", _killed_as_it_reads_back),
    Fault("killed while starting, five times", _killed_while_starting),
    Fault("killed while stopping", _killed_while_stopping),
    Fault("SIGTERM in a burst", _terminated_in_a_burst),
    Fault("disk full for 8 minutes", _disk_full, _disk_free),
    Fault("clock 5 minutes ahead", _clock_off(5), _clock_off(0)),
    Fault("clock 5 minutes behind", _clock_off(-5), _clock_off(0)),
    Fault("host down for 15 minutes", _host_down, _host_up, HOST_DOWN),
)
"""The table's rows."""
