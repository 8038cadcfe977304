"""Troubles: one message each, with what to do, one mention, and that it is over; whatever breaks."""

import asyncio
import contextlib
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

import bot.answers
import bot.troubles
import bot.watch
from bot.troubles import Troubles
from db.connection import DatabaseFull
from db.troubles import TroubleBook, TroubleKind
from rehearsal.standin import Bout, Disturbance, Message
from tests.bot.test_app import connected_again
from tests.stage import Stage, at


def troubles(stage: Stage) -> Troubles:
    return stage.doors.troubles


def role_id(stage: Stage) -> int:
    role = stage.world.role_named("Moderator")
    assert role is not None
    return role.id


def mentions(stage: Stage) -> int:
    """How many messages about troubles were posted so as to notify the moderators."""
    return sum(
        one.method == "POST"
        and one.path.endswith("/messages")
        and one.body["allowed_mentions"].get("roles") == [role_id(stage)]
        and "⚠ **" in str(one.body)
        and one.status < 300
        for one in stage.standin.log
    )


def message(stage: Stage, words: str) -> Message:
    (found,) = [m for m in stage.messages("moderators") if words in m.text]
    return found


async def test_one_message_one_mention_edited_when_it_is_over(house: Stage) -> None:
    book = troubles(house)
    for _ in range(50):
        book.begin(TroubleKind.BACKUP_FAILED, reason="no *such* folder")
    await house.settle()
    told = message(house, "No backup could be made")
    assert "no \\*such\\* folder" in told.text and "Ask the clerk to look at the disk" in told.text
    assert told.mentions == [house.moderator.user_id] and told.mention_roles == [role_id(house)]
    assert mentions(house) == 1
    await house.later(minutes=9)
    for _ in range(50):
        book.over(TroubleKind.BACKUP_FAILED)
    await house.later(seconds=5)
    assert house.told("No backup") == [message(house, "No backup").text]
    text = message(house, "No backup").text
    assert "✓ **Over since 06:39 Bangkok" in text and "(lasted 9 min)" in text and "Backups are made" in text
    assert mentions(house) == 1


async def test_what_is_told_of_it_changes_the_message_not_the_number_of_messages(house: Stage) -> None:
    for n in range(1, 51):
        troubles(house).begin(TroubleKind.DISK_LOW, n=n)
        if n in (1, 20):
            await house.later(seconds=5)
            assert len(house.told(f"Only {n} MB")) == 1
    await house.later(seconds=5)
    assert len(house.told("MB are free")) == 1 and "Only 50 MB" in house.told("MB are free")[0]
    assert mentions(house) == 1


async def test_it_is_not_told_again_after_a_restart_and_its_end_is(house: Stage) -> None:
    troubles(house).begin(TroubleKind.BACKUP_FAILED, reason="x")
    await house.settle()
    await house.restart()
    troubles(house).begin(TroubleKind.BACKUP_FAILED, reason="x")
    await house.later(minutes=1)
    assert len(house.told("No backup")) == 1 and mentions(house) == 1
    await house.restart()
    troubles(house).over(TroubleKind.BACKUP_FAILED)
    await house.later(seconds=5)
    assert len(house.told("✓ **Over")) == 1


@pytest.mark.parametrize("minutes", [5, 15])
async def test_it_is_taken_up_again_if_it_comes_back_soon(house: Stage, minutes: int) -> None:
    book = troubles(house)
    book.begin(TroubleKind.BACKUP_FAILED, reason="x")
    await house.later(seconds=5)
    book.over(TroubleKind.BACKUP_FAILED)
    await house.later(minutes=minutes)
    book.begin(TroubleKind.BACKUP_FAILED, reason="x")
    await house.later(seconds=5)
    messages = 1 if minutes < 10 else 2
    assert len(house.told("No backup")) == mentions(house) == messages
    assert len(house.told("⚠ **No backup")) == 1


async def test_one_that_is_over_before_it_could_be_posted_is_posted_as_over(house: Stage) -> None:
    met = house.disturb("POST", "/messages", done=False, times=3)
    troubles(house).begin(TroubleKind.BACKUP_FAILED, reason="x")
    await house.settle()
    assert met() >= 1 and house.told("No backup") == []
    troubles(house).over(TroubleKind.BACKUP_FAILED)
    await house.later(minutes=2)
    assert len(house.told("✓ **Over")) == 1 and mentions(house) == 0


def forget(stage: Stage) -> None:
    """The ledger as a kill leaves it between posting and recording."""
    with closing(sqlite3.connect(stage.database)) as connection, connection:
        done = connection.execute(
            "UPDATE wall SET shown = NULL, discord_id = NULL, channel_id = NULL WHERE key GLOB 'trouble-*'"
        )
        assert done.rowcount == 1


async def test_a_kill_between_posting_and_recording_tells_it_once(house: Stage) -> None:
    troubles(house).begin(TroubleKind.BACKUP_FAILED, reason="x")
    await house.settle()
    await house.close()
    forget(house)
    house.clock.set(at(6, 50))
    await house.run()
    await house.later(seconds=30)
    assert len(house.told("No backup")) == 1 and mentions(house) == 1


async def test_control_without_looking_it_would_be_told_twice(
    house: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def finds_nothing(*_: object) -> None:
        return None

    troubles(house).begin(TroubleKind.BACKUP_FAILED, reason="x")
    await house.settle()
    await house.close()
    forget(house)
    house.clock.set(at(6, 50))
    monkeypatch.setattr(bot.wall, "find_message", finds_nothing)
    await house.run()
    await house.later(seconds=30)
    assert len(house.told("No backup")) == 2


async def test_a_trouble_whose_message_was_deleted_has_been_read(house: Stage) -> None:
    house.allowed.add(10008)
    troubles(house).begin(TroubleKind.BACKUP_FAILED, reason="x")
    await house.settle()
    house.world.delete_message(message(house, "No backup"))
    troubles(house).over(TroubleKind.BACKUP_FAILED)
    await house.later(minutes=1)
    assert house.told("") == []
    assert (await house.clerk.command("meeting setup")).text == "Everything is in place already."


# The disk


@contextlib.contextmanager
def no_room(stage: Stage) -> Iterator[None]:
    """The ledger's file cannot grow any more, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = stage.database.with_name(stage.database.name + "-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_full_disk_is_told_while_it_is_full_and_once(house: Stage, restarted: bool) -> None:
    await house.until(at(7, 0))
    with no_room(house):
        for _ in range(10):
            reply = await house.moderator.command("agenda start", item="open")
            assert "The disk is full" in reply.text
        await house.settle()
        told = message(house, "takes no more")
        assert "Call the clerk to free space there at once" in told.text
        assert told.mentions == [house.moderator.user_id]
        await house.later(minutes=3)
        assert len(house.told("takes no more")) == 1
        if restarted:
            await house.close()
    house.clock.set(house.clock.now() + timedelta(minutes=10))
    if restarted:
        await house.run()
    await house.later(minutes=1)
    text = message(house, "takes no more").text
    assert "✓ **Over since" in text and "enter what you noted" in text
    assert mentions(house) == 1 and house.told("Something in the program") == []
    assert "has begun" in (await house.moderator.command("agenda start", item="open")).text
    house.errors.clear()


async def test_what_was_shouted_is_over_though_the_disk_is_still_full_at_the_next_start(
    house: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.until(at(7, 0))
    with no_room(house):
        await house.moderator.command("agenda start", item="open")
        await house.settle()
        await house.close()
    assert len(house.told("⚠ **")) == 1
    taken_up, refused = TroubleBook.count_on, [1, 2]

    async def full(book: TroubleBook, *values: Any) -> None:
        if refused and refused.pop():
            raise DatabaseFull()
        await taken_up(book, *values)

    monkeypatch.setattr(TroubleBook, "count_on", full)
    await house.run()
    await house.later(minutes=2)
    assert refused == [] and house.told("⚠ **") == []
    assert len(house.told("✓ **Over")) == mentions(house) == 1
    house.errors.clear()


async def test_control_a_full_disk_that_is_not_shouted_is_not_heard(
    house: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(_: Troubles) -> None:
        return None

    monkeypatch.setattr(Troubles, "_shout", silent)
    with no_room(house):
        await house.moderator.command("agenda start", item="open")
        await house.later(minutes=1)
        assert house.told("takes no more") == []
    await house.later(minutes=1)
    assert len(house.told("✓ **Over")) == 1, "told afterwards all the same"
    house.errors.clear()


async def test_a_full_disk_left_open_by_an_earlier_process_is_over_once_it_takes_again(house: Stage) -> None:
    await house.close()
    with closing(sqlite3.connect(house.database)) as connection, connection:
        connection.execute(
            "INSERT INTO troubles (kind, subject, begun_at, told)"
            " VALUES ('disk_full', '', '2022-09-06T23:00:00.000000+00:00', '{}')"
        )
    await house.run()
    await house.later(minutes=1)
    assert len(house.told("takes no more")) == len(house.told("✓ **Over")) == 1


async def test_little_room_is_told_until_there_is_enough(
    house: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for free, said in ((350, ""), (250, ""), (190, "⚠ **Only 190 MB"), (250, "⚠ **Only 250 MB"), (301, "✓")):
        monkeypatch.setattr(bot.watch.Watch, "free", free)
        await house.later(minutes=31)
        found = house.told("MB are free")
        assert len(found) == bool(said) and all(said in text for text in found), (free, found)
    assert mentions(house) == 1


# The clock


@pytest.mark.parametrize(("seconds", "way"), [(130, "130 s fast"), (-130, "130 s slow")])
async def test_a_wrong_clock_is_told_by_how_much_and_which_way(house: Stage, seconds: int, way: str) -> None:
    world, ids = house.world, house.world.ids
    right = ids._now
    world.now = ids._now = lambda: house.clock.now() - timedelta(seconds=seconds)
    ids._last = 0
    for _ in range(20):
        await house.moderator.command("agenda show")
    await house.later(seconds=5)
    (told,) = house.told("The clock of")
    assert way in told and "time synchronisation" in told and mentions(house) == 1
    assert f"{seconds:+}" in (await house.clerk.command("meeting status")).text.replace("\\", "")
    world.now, ids._now, ids._last = right, right, 0
    assert house.told("✓ **Over") == []
    await house.later(minutes=31)
    assert len(house.told("✓ **Over")) == len(house.told("The clock of")) == 1, "though nobody said anything"


async def test_one_late_gesture_does_not_make_the_clock_wrong(house: Stage) -> None:
    watch = house.doors.watch
    await house.moderator.command("agenda show")
    watch.compare(house.clock.now() - timedelta(seconds=90))
    await house.later(seconds=5)
    assert house.told("The clock of") == []
    for _ in range(2):
        watch.compare(house.clock.now() - timedelta(seconds=90))
    await house.later(seconds=5)
    assert len(house.told("90 s fast")) == 1, "the control"


# The connection


@pytest.mark.parametrize(("minutes", "times"), [(1, 0), (5, 1)])
async def test_a_connection_lost_for_long_is_told_when_it_is_back(
    house: Stage, minutes: int, times: int
) -> None:
    watch = house.doors.watch
    await house.standin.drop_gateway(True)
    async with asyncio.timeout(10):
        while watch.connected_since is not None:
            await asyncio.sleep(0)
    house.clock.set(house.clock.now() + timedelta(minutes=minutes))
    await connected_again(house)
    await house.later(seconds=5)
    told = house.told("Discord could not be reached")
    assert len(told) == times and mentions(house) == 0
    if told:
        assert "✓ **Over since 06:35" in told[0] and "(lasted 5 min)" in told[0]
        assert "said late or has lapsed" in told[0]
    await house.restart()
    assert len(house.told("Discord could not be reached")) == times


# What Discord refuses


def hide(stage: Stage, name: str) -> dict[int, object]:
    """Somebody takes the bot's rights in a channel; what they were."""
    channel = stage.channel(name)
    saved: dict[int, object] = dict(channel.overwrites)
    channel.overwrites.pop(stage.world.bot.id)
    stage.world.overwrite(channel, stage.world.roles[stage.world.guild.id], deny=(1 << 10) | (1 << 11))
    return saved


async def test_a_channel_closed_to_the_bot_is_named_with_what_it_lacks(house: Stage) -> None:
    house.allowed |= {50001, 50013}
    saved = hide(house, "programme")
    await house.moderator.command("agenda start", item="open")
    await house.later(minutes=10)
    (told,) = house.told("does not let the bot work in #programme")
    assert "View Channel, Send Messages" in told and mentions(house) == 1
    assert house.told("not proved to have arrived") == [], "one cause, one message"
    await house.restart()
    await house.later(minutes=5)
    assert len(house.told("")) == 1
    programme = house.channel("programme")
    programme.overwrites.clear()
    programme.overwrites.update(saved)  # type: ignore[arg-type]
    house.world.change_channel(programme)
    await house.later(minutes=1)
    assert len(house.told("✓ **Over")) == len(house.told("")) == 1 and mentions(house) == 1


async def test_what_the_server_itself_does_not_allow_is_mended_in_its_settings(house: Stage) -> None:
    troubles(house).begin(TroubleKind.FORBIDDEN, "", permissions=("Create Events", "Manage Events"))
    await house.settle()
    (told,) = house.told("does not let the bot keep the server's events")
    assert "under Roles, give the bot's own role: Create Events, Manage Events" in told
    assert "channel's settings" not in told


async def test_the_moderators_own_channel_closed_is_in_the_status_and_told_once_open(house: Stage) -> None:
    house.allowed |= {50001, 50013}
    saved = hide(house, "moderators")
    await house.moderator.command("agenda start", item="open")
    await house.later(minutes=1)
    status = (await house.clerk.command("meeting status")).text
    assert "does not let the bot work in #moderators" in status, "its panel cannot be posted"
    assert "allow the bot's role: View Channel, Send Messages" in status
    moderators = house.channel("moderators")
    moderators.overwrites.clear()
    moderators.overwrites.update(saved)  # type: ignore[arg-type]
    house.world.change_channel(moderators)
    await house.later(minutes=2)
    assert len(house.told("✓ **Over")) == len(house.told("")) == 1 and mentions(house) == 0


async def test_a_notice_that_does_not_arrive_is_told_after_three_minutes(house: Stage) -> None:
    await house.until(at(8, 0))
    lost = Disturbance(503)
    house.standin.door.fault = Bout("POST", "/messages", lost, times=1000, holding="announcement · 1")
    await house.moderator.command("agenda announce", text="Never arrives.")
    await house.later(minutes=2, seconds=50)
    assert house.told("") == []
    await house.later(minutes=1)
    (told,) = house.told("A notice for #programme is not proved to have arrived: “📣 Never arrives.”")
    assert "tell people in another way" in told and mentions(house) == 1
    await house.later(minutes=5)
    assert len(house.told("A notice for")) == 1
    house.standin.door.fault = None
    await house.later(minutes=1)
    assert len(house.said("Never arrives.")) == 1
    assert len(house.told("✓ **Over")) == len(house.told("")) == 1


# The program itself


async def test_failures_are_counted_in_one_message_and_over_after_a_quarter_of_an_hour(house: Stage) -> None:
    assert house.app is not None
    references = [house.app.tasks.failed("a test", RuntimeError("x")) for _ in range(3)]
    await house.later(seconds=5)
    (told,) = house.told("Something in the program failed 3 times")
    assert references[-1] in told and "give the clerk the reference" in told and mentions(house) == 1
    await house.later(minutes=14)
    references.append(house.app.tasks.failed("a test", RuntimeError("x")))
    await house.later(minutes=14)
    (told,) = house.told("failed 4 times")
    assert references[-1] in told and "⚠" in told
    await house.restart()
    await house.later(minutes=16)
    assert len(house.told("✓ **Over")) == len(house.told("Something in")) == 1 and mentions(house) == 1
    house.errors.clear()


async def test_an_audit_that_does_not_fit_is_told_at_the_start(house: Stage) -> None:
    await house.close()
    with closing(sqlite3.connect(house.database)) as connection, connection:
        connection.execute("UPDATE audit SET verb = 'nothing' WHERE seq = 3")
    await house.run()
    await house.later(seconds=5)
    (told,) = house.told("The audit does not fit from entry 3 on")
    assert "keeps a copy of the file" in told
    await house.restart()
    await house.later(seconds=5)
    assert len(house.told("The audit")) == mentions(house) == 1
    house.errors.clear()


async def test_nothing_is_told_where_nothing_is_wrong(house: Stage) -> None:
    await house.until(at(9, 0))
    await house.restart()
    await house.later(hours=1)
    assert house.told("") == []
    assert "No trouble is known." in (await house.clerk.command("meeting status")).text
