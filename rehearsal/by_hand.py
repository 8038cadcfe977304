"""What somebody's hand does in Discord on a bad day, and what has to be mended by hand."""

from collections.abc import Callable
from functools import partial

from rehearsal.badday import BadDay, Happening
from rehearsal.judge import said_keys
from rehearsal.kills import SENT
from rehearsal.standin import Channel, Message, Permission


def _channel(day: BadDay, name: str) -> Channel:
    found = day.stage.standin.world.channel_named(name)
    assert found is not None
    return found


def _panel(day: BadDay, words: str) -> Message:
    world = day.stage.standin.world
    return next(m for m in world.messages if m.author_id == world.bot.id and f"-{words}" in m.text)


async def panel_deleted(day: BadDay) -> None:
    """The programme's panel."""
    day.stage.standin.world.delete_message(_panel(day, "programme-d1"))


def _to_open_threads(harm: Callable[[BadDay, Channel], None]) -> Happening:
    """As soon as a question's thread is open, if any is opened later on that day."""

    async def strike(day: BadDay) -> None:
        found = [thread for thread in day.stage.standin.world.threads.values() if not thread.locked]
        day.struck = lambda: bool(found)
        for thread in found:
            harm(day, thread)
        if not found:
            day.director.after(1, "something goes wrong with a thread", partial(strike, day))

    return strike


thread_deleted = _to_open_threads(lambda day, thread: day.stage.standin.world.delete_channel(thread))
thread_archived = _to_open_threads(
    lambda day, thread: day.stage.standin.world.set_thread(thread, archived=True)
)
thread_locked = _to_open_threads(lambda day, thread: day.stage.standin.world.set_thread(thread, locked=True))


async def channel_deleted(day: BadDay) -> None:
    """`#questions`, with its panels and threads."""
    day.stage.standin.world.delete_channel(_channel(day, "questions"))


def _last_notice(day: BadDay) -> Message:
    """The newest that hangs in the programme's channel. Raises LookupError."""
    world = day.stage.standin.world
    said = [m for m in _channel(day, "programme").messages.values() if m.author_id == world.bot.id]
    return [message for message in said if said_keys([message])][-1]


async def notice_deleted(day: BadDay) -> None:
    """It is in the record, and so not said again, though a house that starts does not find it."""
    message = _last_notice(day)
    day.allowed.removed |= set(said_keys([message]))
    day.stage.standin.world.delete_message(message)
    await day.stage.kill()
    await day.stage.start_bot()


async def notice_deleted_unproved(day: BadDay) -> None:
    """It hangs nowhere and is not in the record: nobody can tell it from one never said. It is said again."""

    def delete() -> None:
        world = day.stage.standin.world
        own = [m for m in world.messages if m.author_id == world.bot.id and said_keys([m])]
        world.delete_message(max(own, key=lambda message: message.id))
        deleted.append(True)

    deleted: list[bool] = []
    day.stage.returns = True
    day.stage.standin.door.fault = SENT.armed(day.stage, delete)
    day.struck = lambda: bool(deleted)


async def role_deleted(day: BadDay) -> None:
    """The moderators' role; set-up makes it again, and it is handed out by hand."""
    role = day.stage.standin.world.role_named("Moderator")
    assert role is not None
    day.stage.standin.world.delete_role(role)


async def event_deleted(day: BadDay) -> None:
    """The day's event."""
    day.stage.standin.world.delete_event(next(iter(day.stage.standin.world.events)))


async def permission_revoked(day: BadDay) -> None:
    """The bot may no longer write in `#programme`."""
    _take(day, Permission.SEND_MESSAGES)


async def channel_hidden(day: BadDay) -> None:
    """The bot may no longer see `#programme`."""
    _take(day, Permission.VIEW_CHANNEL)


async def channel_shown(day: BadDay) -> None:
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


async def set_up_again(day: BadDay) -> None:
    """The clerk does what `#moderators` asks for."""
    assert day.steward is not None
    day.steward.keep_trying(1, "the clerk mends the server", day.steward.set_up)
