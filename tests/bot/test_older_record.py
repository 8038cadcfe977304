"""The record was put back from a copy: what was said after the copy was made is not said again."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from db.troubles import TroubleKind
from rehearsal.standin import TRUE, Bout, Disturbance
from tests.bot.test_cut_line import own_keys
from tests.stage import Stage, at


async def put_back(house: Stage, copy: Path) -> None:
    """The house stops, and goes on with an older record."""
    await house.close()
    shutil.copyfile(copy, house.database)
    for end in ("-wal", "-shm"):
        house.database.with_name(house.database.name + end).unlink(missing_ok=True)


async def played_on(house: Stage, folder: Path) -> Path:
    """A copy as of 08:50; then the day goes on for half an hour."""
    await house.until(at(8, 50))
    await house.close()
    copy = folder / "copy.db"
    shutil.copyfile(house.database, copy)
    await house.run()
    await house.until(at(9, 1))
    await house.moderator.press(house.operator, "Next: Opening remarks")
    await house.moderator.command("agenda announce", text="Said after the copy.")
    await house.until(at(9, 20))
    return copy


async def test_nothing_is_said_twice(house: Stage, tmp_path: Path) -> None:
    copy = await played_on(house, tmp_path)
    before = own_keys(house)
    assert before["one · started"] == before["one · ask · 1"] == before["announcement · 1"] == 1
    await put_back(house, copy)
    await house.run()
    await house.until(at(9, 22))
    assert set(own_keys(house).values()) == {1}
    told = house.panel("moderators", "older than what was said here")
    assert "Check the agenda first" in told.text
    await house.moderator.press(house.operator, "Next: Opening remarks")
    await house.moderator.command("agenda announce", text="Said with the older record.")
    await house.until(at(9, 40))
    await house.until(at(9, 55))
    assert "✓" in told.text
    after = own_keys(house)
    assert set(after.values()) == {1}
    assert len(house.said("Said with the older record.")) == 1
    assert after["announcement · 2"] == 1
    numbers = [
        line.split("-")[2].split(":")[0] for text in house.said("-# ref") for line in text.splitlines()[-1:]
    ]
    assert len(numbers) == len(set(numbers)), "a number is given to one message only"


async def test_without_reading_back_it_would_be(house: Stage, tmp_path: Path) -> None:
    """The control: the channels look empty to the bot."""
    copy = await played_on(house, tmp_path)
    await put_back(house, copy)
    house.standin.door.fault = Bout("GET", "/messages", Disturbance(200, body=[]), times=1000)
    await house.run()
    await house.until(at(9, 22))
    assert 2 in own_keys(house).values()


async def test_nothing_is_said_before_the_channels_could_be_read(house: Stage, tmp_path: Path) -> None:
    copy = await played_on(house, tmp_path)
    await put_back(house, copy)
    bout = Bout("GET", "/messages", Disturbance(503), times=8)
    house.standin.door.fault = bout
    house.clock.set(at(9, 26))
    await house.run()
    assert bout.met >= 1
    assert "two · soon · 1" not in own_keys(house)
    await house.until(at(9, 40))
    assert set(own_keys(house).values()) == {1}


async def test_a_day_of_many_messages_is_read_back_whole(house: Stage, tmp_path: Path) -> None:
    """More than one page (100) of others' messages stands between."""
    await house.until(at(8, 50))
    await house.close()
    copy = tmp_path / "copy.db"
    shutil.copyfile(house.database, copy)
    await house.run()
    moderators = house.channel("moderators")
    for number in range(230):
        await house.moderator.write(moderators, f"Message {number}")
        if number == 115:
            await house.until(at(9, 1))
    await put_back(house, copy)
    await house.run()
    await house.until(at(9, 3))
    assert own_keys(house)["one · ask · 1"] == 1


async def test_a_slow_channel_is_only_slow(house: Stage, tmp_path: Path) -> None:
    copy = await played_on(house, tmp_path)
    await put_back(house, copy)
    bout = Bout("GET", "/messages", Disturbance(TRUE, wait=0.3), times=3)
    house.standin.door.fault = bout
    await house.run()
    await house.until(at(9, 40))
    assert bout.met == 3
    assert set(own_keys(house).values()) == {1}


async def test_a_trouble_told_since_is_not_taken_for_a_new_one(house: Stage, tmp_path: Path) -> None:
    """Its number is given out again by the older record, and its message is still in the channel."""
    copy = await played_on(house, tmp_path)
    house.doors.troubles.begin(TroubleKind.DISK_LOW, n=100)
    await house.later(seconds=10)
    before = [message.id for message in house.messages("moderators") if "Only" in message.text]
    assert len(before) == 1
    await put_back(house, copy)
    await house.run()
    await house.later(seconds=10)
    told = house.panel("moderators", "older than what was said here")
    assert told.id not in before


async def test_panels_newer_than_the_record_are_drawn_again(house: Stage, tmp_path: Path) -> None:
    await house.until(at(7, 0))
    await house.close()
    copy = tmp_path / "copy.db"
    shutil.copyfile(house.database, copy)
    await house.run()
    await house.moderator.press(
        await house.moderator.command("agenda shift", item="draft", minutes=30), "Yes, do it"
    )
    await house.later(seconds=30)
    assert "09:30" in house.panel("programme", "## Day 2").text
    await put_back(house, copy)
    await house.run()
    await house.later(minutes=1)
    assert "09:00" in house.panel("programme", "## Day 2").text


async def test_a_thread_that_the_agenda_had_locked_since_is_nobodys_doing(
    house: Stage, tmp_path: Path
) -> None:
    await house.until(at(9, 1))
    await house.moderator.press(house.operator, "Next: Opening remarks")
    await house.until(at(9, 31))
    await house.moderator.press(house.operator, "Next: First question")
    await house.later(seconds=30)
    await house.close()
    copy = tmp_path / "copy.db"
    shutil.copyfile(house.database, copy)
    await house.run()
    await house.until(at(9, 50))
    await house.moderator.press(house.operator, "End")
    await house.later(seconds=30)
    (thread,) = house.world.threads.values()
    assert thread.locked
    await put_back(house, copy)
    await house.run()
    await house.later(minutes=3)
    assert not thread.locked and house.told("Somebody") == []


async def test_a_channel_closed_at_the_start_is_read_before_anything_is_said_in_it(
    house: Stage, tmp_path: Path
) -> None:
    copy = await played_on(house, tmp_path)
    await put_back(house, copy)
    closed = Disturbance(403, body={"message": "Missing Access", "code": 50001})
    moderators = house.channel("moderators").id
    bout = Bout("", f"/channels/{moderators}", closed, times=1000)
    house.standin.door.fault = bout
    await house.run()
    await house.later(minutes=1)
    assert bout.met >= 1
    house.standin.door.fault = None
    await house.until(at(9, 40))
    assert set(own_keys(house).values()) == {1}
    feet = [text.splitlines()[-1] for text in (*house.said("-# ref"), *house.said("-# ref", "moderators"))]
    numbers = [foot.split("-")[2].split(":")[0] for foot in feet]
    assert len(numbers) == len(set(numbers))


async def test_one_number_found_twice_stops_nothing(house: Stage, tmp_path: Path) -> None:
    copy = await played_on(house, tmp_path)
    twin = replace(next(m for m in house.messages("programme") if "one · started" in m.content))
    twin.id = house.world.ids.make()
    house.channel("programme").messages[twin.id] = twin
    await put_back(house, copy)
    await house.run()
    await house.moderator.command("agenda announce", text="Still heard.")
    await house.later(minutes=1)
    assert len(house.said("Still heard.")) == 1


async def test_a_restart_does_not_end_the_warning(house: Stage, tmp_path: Path) -> None:
    copy = await played_on(house, tmp_path)
    await put_back(house, copy)
    await house.run()
    await house.later(minutes=5)
    await house.restart()
    await house.later(minutes=1)
    (told,) = house.told("older than what was said")
    assert "⚠" in told
    await house.later(minutes=31)
    (told,) = house.told("older than what was said")
    assert "✓" in told


def warned(house: Stage, since: int) -> int:
    """How many messages about troubles were posted, counted from that line of the server's log."""
    return sum(
        one.method == "POST" and one.path.endswith("/messages") and "⚠ **" in str(one.body)
        for one in house.standin.log[since:]
    )


async def test_the_same_copy_put_back_twice_is_told_twice(house: Stage, tmp_path: Path) -> None:
    copy = await played_on(house, tmp_path)
    for _ in range(2):
        await put_back(house, copy)
        since = len(house.standin.log)
        await house.run()
        await house.until(house.clock.now() + timedelta(minutes=40))
        assert warned(house, since) == 1
    assert len(house.told("older than what was said here")) == 2


@pytest.mark.parametrize("others", [0, 120], ids=["alone", "more than a page"])
async def test_a_trouble_told_after_the_copy_keeps_its_message_though_no_notice_was_said(
    house: Stage, tmp_path: Path, others: int
) -> None:
    await house.until(at(7, 0))
    await house.close()
    copy = tmp_path / "copy.db"
    shutil.copyfile(house.database, copy)
    await house.run()
    house.doors.troubles.begin(TroubleKind.BACKUP_FAILED, reason="x")
    await house.later(seconds=30)
    house.doors.troubles.over(TroubleKind.BACKUP_FAILED)
    await house.later(minutes=2)
    await put_back(house, copy)
    for number in range(others):
        await house.moderator.write(house.channel("moderators"), f"Message {number}")
    since = len(house.standin.log)
    house.standin.door.fault = Bout("GET", "/messages", Disturbance(503), times=8)
    await house.run()
    house.doors.troubles.begin(TroubleKind.AUDIT_BROKEN, row=3)
    await house.settle()
    assert warned(house, since) == 0, "nothing new has a number before the channel was read"
    await house.later(minutes=1)
    assert warned(house, since) == 1
    assert len(house.told("✓ **Over")) == len(house.told("The audit does not fit")) == 1
    numbers = [text.rpartition("-")[2] for text in house.told("")]
    assert len(numbers) == len(set(numbers)) == 2
