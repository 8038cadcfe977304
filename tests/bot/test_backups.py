"""The keeper of the backups: in a running house, on a held clock."""

import asyncio
import resource
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

import bot.backups
from bot.backups import EVERY, Keeper
from db.backup import Copy, back_up
from db.lock import Lock
from meeting.people import COMMAND_LINE
from meeting.refusals import Refused
from tests.stage import Stage, at


def made(stage: Stage) -> list[str]:
    """The backups there are, by what their names say: `07T010000Z` or `…-d1-end`."""
    names = sorted(path.name for path in (stage.folder / "backups").glob("*.db"))
    return [name.removeprefix("meeting-202209").removesuffix(".db") for name in names]


def keeper(stage: Stage) -> Keeper:
    return stage.doors.keeper


async def announce(stage: Stage, text: str = "text") -> None:
    assert stage.app is not None and stage.app._ledger is not None
    await stage.app._ledger.agenda.announce(COMMAND_LINE, text)


async def close_the_day(stage: Stage) -> None:
    """Everything of the first day is started or skipped, and ended."""
    mona = stage.moderator
    await mona.command("agenda start", item="last")
    for item in ("one", "two", "tea", "three"):
        await mona.press(await mona.command("agenda skip", item=item), "Yes, do it")
    await mona.command("agenda end")
    await stage.settle()


async def test_what_is_committed_is_backed_up_and_a_quiet_night_is_not(house: Stage) -> None:
    await house.until(at(6, 45))
    before = made(house)
    await house.until(at(7, 0))
    assert made(house) == before, "nothing was committed"
    await announce(house)
    await house.settle()
    assert len(made(house)) == len(before) + 1 and made(house)[-1] == "07T000000Z"
    await house.until(at(7, 25))
    # Saying the announcement was committed after that copy, so one more follows five minutes later.
    assert made(house)[len(before) :] == ["07T000000Z", "07T000500Z"]


async def test_a_burst_leads_to_one_and_the_next_comes_five_minutes_later(house: Stage) -> None:
    await house.until(at(7, 0))
    before = len(made(house))
    for minute in range(1, 12):
        await asyncio.gather(*(announce(house) for _ in range(5)))
        await house.until(at(7, minute))
    assert made(house)[before:] == ["07T000000Z", "07T000500Z", "07T001000Z"]
    copy = keeper(house).last
    assert copy is not None and copy.path.name.endswith("07T001000Z.db") and keeper(house).fault is None


async def test_the_end_of_a_day_is_kept_at_once_and_once(house: Stage) -> None:
    await house.until(at(8, 30))
    assert not [name for name in made(house) if name.endswith("end")]
    await close_the_day(house)
    ends = [name for name in made(house) if name.endswith("-end")]
    assert ends == ["07T013000Z-d1-end"]
    await house.until(at(8, 50))
    quiet = made(house)
    for _ in range(3):
        await house.restart()
    await house.until(at(9, 30))
    assert made(house) == quiet, "a start finds in the folder what there is"
    (house.folder / "backups" / "meeting-20220907T013000Z-d1-end.db").unlink()
    await house.restart()
    assert [name for name in made(house) if name.endswith("-end")] == ["07T023000Z-d1-end"], "control"


async def test_another_records_backups_of_the_same_name_do_not_count(house: Stage) -> None:
    await house.until(at(8, 30))
    await close_the_day(house)
    await house.close()
    house.database.unlink()
    for end in ("-wal", "-shm"):
        house.database.with_name(house.database.name + end).unlink(missing_ok=True)
    house.clock.set(at(8, 32))
    await house.run()
    assert "07T013200Z" in made(house), "not five minutes after the other record's last"
    await house.set_up()
    await close_the_day(house)
    ends = [name for name in made(house) if name.endswith("-end")]
    assert len(ends) == 2


async def test_what_was_committed_before_a_kill_is_backed_up_by_the_next_start(house: Stage) -> None:
    await house.until(at(7, 0))
    await announce(house)
    await house.until(at(7, 1))
    await announce(house)
    before = made(house)
    await house.close()
    await house.run()
    assert made(house) == before, "five minutes are not over"
    await house.until(at(7, 6))
    assert made(house) == [*before, "07T000500Z"]


async def test_a_clock_set_back_does_not_end_the_backups(house: Stage) -> None:
    await house.until(at(9, 0))
    await announce(house)
    await house.settle()
    await house.leap(at(7, 0))
    await announce(house)
    await house.settle()
    assert "07T000000Z" in made(house)


async def test_acts_are_acknowledged_while_a_copy_is_made_and_a_stop_waits_for_it(
    house: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.until(at(7, 0))
    begun, go_on = threading.Event(), threading.Event()

    def held(*given: object, **how: object) -> Copy:
        begun.set()
        assert go_on.wait(30)
        return back_up(*given, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(bot.backups, "back_up", held)
    await announce(house)
    assert await asyncio.to_thread(begun.wait, 30)
    for _ in range(20):
        await announce(house, "while it is made")
    assert house.app is not None and not house.app.idle, "a copy under way is work"
    before = made(house)
    house.app.stopping.set()
    await asyncio.sleep(0)
    assert house.task is not None and not house.task.done()
    go_on.set()
    await house.close()
    assert len(made(house)) == len(before) + 1


async def test_a_stop_that_cannot_wait_has_it_given_up(house: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy would never end; it looks whether to go on, and leaves nothing."""
    monkeypatch.setattr("bot.app.DRAIN", bot.backups.EVERY * 0)
    await house.until(at(7, 0))
    begun = threading.Event()

    def endless(database: Path, folder: Path, *_: object, abandoned: object, **__: object) -> Copy:
        begun.set()

        def wait() -> bool:
            while not abandoned():  # type: ignore[operator]
                threading.Event().wait(0.01)
            return True

        return back_up(database, folder, at(7, 0), abandoned=wait)

    monkeypatch.setattr(bot.backups, "back_up", endless)
    before = made(house)
    await announce(house)
    assert await asyncio.to_thread(begun.wait, 30)
    await house.close()
    assert made(house) == before and not list((house.folder / "backups").glob("*.part*"))


async def test_a_failure_is_told_each_time_tried_again_and_over_when_it_is(house: Stage) -> None:
    one = keeper(house)
    await house.until(at(7, 0))
    folder = house.folder / "backups"
    folder.rename(house.folder / "elsewhere")
    folder.write_text("in the way")
    await announce(house)
    await house.until(at(7, 9))
    assert isinstance(one.fault, Refused)
    (told,) = [text for text in house.texts("moderators") if "backup" in text]
    assert "⚠" in told
    status = await house.clerk.command("meeting status")
    assert "⚠ The last attempt to make a backup failed." in status.text and "Last backup: " in status.text
    folder.unlink()
    await house.until(at(7, 9) + EVERY)
    assert one.fault is None
    (told,) = [text for text in house.texts("moderators") if "backup" in text]
    assert "✓" in told
    status = await house.clerk.command("meeting status")
    assert "attempt" not in status.text and "chain whole" in status.text


async def test_a_broken_audit_is_backed_up_and_told(house: Stage) -> None:
    await house.until(at(7, 0))
    await announce(house)
    await house.until(at(7, 4))
    with closing(sqlite3.connect(house.database, isolation_level=None)) as plain:
        plain.execute("UPDATE audit SET at = '2022' WHERE seq = 2")
    before = made(house)
    await house.until(at(7, 6))
    assert len(made(house)) == len(before) + 1, "what is done in the meeting goes on"
    (told,) = [text for text in house.texts("moderators") if "audit" in text]
    assert "⚠" in told and "from entry 2 on" in told


async def test_the_seal_of_a_day_is_posted_to_moderators_without_a_mention(house: Stage) -> None:
    await house.until(at(8, 30))
    await close_the_day(house)
    (line,) = house.said("The record at the end of", "moderators")
    assert "`.venv/bin/roundtable verify --anchor " in line and "d1 · anchor" in line
    (message,) = [m for m in house.messages("moderators") if "--anchor" in m.content]
    assert not message.mentions and not message.mention_roles
    assert not house.said("--anchor", "programme")


async def test_a_backup_made_by_hand_at_the_same_moment_is_no_trouble(house: Stage) -> None:
    """One that goes on for longer than a look is: then somebody has to know."""
    await house.until(at(7, 0))
    other = Lock(house.folder / "backups" / "meeting-backups")
    other.take()
    before = made(house)
    await announce(house)
    await house.until(at(7, 4))
    assert keeper(house).fault is None and house.told("") == [] and made(house) == before
    await house.until(at(7, 7))
    (told,) = house.told("Another process")
    assert "is making a backup" in told, "control: it is told if it lasts"
    other.release()
    await house.until(at(7, 12))
    assert made(house) != before and "✓ **Over" in house.told("Another process")[0]


async def test_after_a_full_disk_backups_are_made_as_soon_as_there_is_room(house: Stage) -> None:
    await house.until(at(7, 0))
    before = made(house)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        await house.until(at(7, 0, second=30))
        keeper(house).committed()
        await house.until(at(7, 6))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert keeper(house).fault is not None and made(house) == before
    await announce(house)
    await house.until(at(7, 12))
    assert keeper(house).fault is None and len(made(house)) == len(before) + 1
    assert house.told("Another process") == []
    house.errors.clear()
