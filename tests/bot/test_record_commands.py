"""`backup`, `restore`, `verify`, and what `doctor` says of backups: what a clerk reads, and the exit code."""

import asyncio
import os
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.__main__ import main
from bot.clock import WallClock
from bot.room import addresses_of
from meeting.people import COMMAND_LINE
from tests.stage import Stage, at, staged

OURS = ("DISCORD_", "ROUNDTABLE_", "LOG_")
Read = pytest.CaptureFixture[str]


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """A running house, set up, whose environment the commands read."""
    for name in [name for name in os.environ if name.startswith(OURS) and name != "DISCORD_OPENAPI"]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    async for one in staged(Stage(tmp_path)):
        for name, value in one.variables().items():
            monkeypatch.setenv(name, value)
        await one.run()
        await one.set_up()
        yield one


async def called(capsys: Read, *words: object) -> tuple[int, str]:
    """The exit code and what was printed; a command has its own loop in its own thread."""
    capsys.readouterr()
    code = await asyncio.to_thread(main, [str(word) for word in words])
    return code, capsys.readouterr().out


async def announce(server: Stage, text: str) -> None:
    assert server.app is not None and server.app._ledger is not None
    await server.app._ledger.agenda.announce(COMMAND_LINE, text)


def rows(file: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file, isolation_level=None)) as plain:
        return plain.execute(sql).fetchall()


# backup


async def test_a_backup_beside_a_running_house(server: Stage, capsys: Read, tmp_path: Path) -> None:
    await announce(server, "one")
    code, text = await called(capsys, "backup")
    assert code == 0 and "Backup made: " in text and "is whole. The last is of Wednesday 7 September" in text
    assert "Bangkok" in text and server.standin.token not in text
    code, text = await called(capsys, "backup", "--out", "by-hand.db")
    assert code == 0 and "by-hand.db" in text
    assert rows(tmp_path / "by-hand.db", "SELECT text FROM announcements") == [("one",)]
    for taken in ("by-hand.db", server.database):
        code, text = await called(capsys, "backup", "--out", taken)
        assert code == 1 and "already, and it is not overwritten" in text
    code, text = await called(capsys, "backup", "--out", tmp_path)
    assert code == 1 and "it is a folder; name a file in it" in text
    code, text = await called(capsys, "backup", "--out", "nowhere/x.db")
    assert code == 1 and "could not be written: its folder is not there; make it first" in text


async def test_without_a_database(server: Stage, capsys: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUNDTABLE_DB", "none.db")
    for command in ("backup", "verify"):
        code, text = await called(capsys, command)
        assert code == 1 and "There is no database none.db yet." in text
    assert not Path("none.db").exists()


# verify


async def test_the_record_is_verified_beside_a_running_house(server: Stage, capsys: Read) -> None:
    await announce(server, "one")
    code, text = await called(capsys, "verify")
    entries = len(rows(server.database, "SELECT seq FROM audit"))
    assert code == 0 and f"Its audit of {entries} entries is whole." in text
    found = re.search(r"Its seal now: (\S+)", text)
    assert found is not None
    await announce(server, "two")
    code, text = await called(capsys, "verify", "--anchor", found[1])
    assert code == 0 and "The seal holds" in text


COLUMNS = [("audit", c) for c in ("at", "verb", "subject", "detail", "digest")]
COLUMNS += [("audit_details", c) for c in ("salt", "actor", "payload")]


@pytest.mark.parametrize(("table", "column"), COLUMNS)
async def test_a_flipped_byte_of_any_column_is_named(
    server: Stage, capsys: Read, table: str, column: str, tmp_path: Path
) -> None:
    """Every byte of one entry, in a backup."""
    await announce(server, "Grüße")
    await called(capsys, "backup", "--out", "copy.db")
    copy = tmp_path / "copy.db"
    ((seq, kind, data),) = rows(
        copy,
        f"SELECT seq, typeof({column}), CAST({column} AS BLOB) FROM {table} ORDER BY seq DESC LIMIT 1",
    )
    assert isinstance(data, bytes) and isinstance(seq, int)
    with closing(sqlite3.connect(copy, isolation_level=None)) as plain:
        plain.execute("PRAGMA synchronous = OFF")
        change = f"UPDATE {table} SET {column} = CAST(? AS {kind}) WHERE seq = ?"
        for place in range(len(data)):
            plain.execute(change, (data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :], seq))
            code, text = await called(capsys, "verify", copy)
            assert code == 1 and f"does not fit from entry {seq} on" in text, (place, text)
        plain.execute(change, (data, seq))
    code, text = await called(capsys, "verify", copy)
    assert code == 0 and "is whole" in text


async def test_purged_details_leave_it_whole(server: Stage, capsys: Read, tmp_path: Path) -> None:
    await called(capsys, "backup", "--out", "copy.db")
    rows(tmp_path / "copy.db", "DELETE FROM audit_details")
    assert (await called(capsys, "verify", "copy.db"))[0] == 0
    rows(tmp_path / "copy.db", "UPDATE audit SET verb = 'x' WHERE seq = 1")
    assert (await called(capsys, "verify", "copy.db"))[0] == 1, "control: what is left is still proved"


async def test_with_the_posted_anchor_a_cut_off_end_is_found(
    server: Stage, capsys: Read, tmp_path: Path
) -> None:
    mona = server.moderator
    await server.until(at(8, 30))
    await mona.command("agenda start", item="last")
    for item in ("one", "two", "tea", "three"):
        await mona.press(await mona.command("agenda skip", item=item), "Yes, do it")
    await mona.command("agenda end")
    await server.settle()
    (line,) = server.said("--anchor", "moderators")
    command = re.search(r"`.venv/bin/roundtable (verify --anchor (\d+):[0-9a-f]{32})`", line)
    assert command is not None, line
    words, anchor = command[1].split(), int(command[2])
    code, text = await called(capsys, *words)
    assert code == 0 and f"The seal holds: entry {anchor}" in text
    await called(capsys, "backup", "--out", "cut.db")
    cut = tmp_path / "cut.db"
    for table in ("audit_details", "audit"):
        rows(cut, f"DELETE FROM {table} WHERE seq >= {anchor}")
    code, text = await called(capsys, "verify", cut)
    assert code == 0 and f"audit of {anchor - 1} entries is whole" in text, "control: alone it looks whole"
    code, text = await called(capsys, "verify", cut, *words[1:])
    assert code == 1 and f"it has {anchor - 1} entries, and there were {anchor}" in text
    code, text = await called(capsys, "verify", "--anchor", f"{anchor - 1}:{'0' * 32}")
    assert code == 1 and "differs from the seal" in text


async def test_what_is_no_anchor_is_explained(server: Stage, capsys: Read) -> None:
    for wrong in ("12", "12:abc", f"x:{'0' * 32}", f"-1:{'0' * 32}", f"0:{'0' * 32}"):
        with pytest.raises(SystemExit) as caught:
            await called(capsys, "verify", f"--anchor={wrong}")
        assert caught.value.code == 2 and "is not a seal: copy it as it was posted" in capsys.readouterr().err


# restore


async def test_restored_the_house_goes_on_from_there(server: Stage, capsys: Read, tmp_path: Path) -> None:
    await announce(server, "before")
    await server.settle()
    await called(capsys, "backup", "--out", "copy.db")
    await announce(server, "after")
    code, text = await called(capsys, "restore", "copy.db")
    assert code == 1 and f"in use by another process (number {os.getpid()})" in text
    assert len(rows(server.database, "SELECT * FROM announcements")) == 2
    await server.close()
    code, text = await called(capsys, "restore", "copy.db")
    assert code == 0, text
    for part in (
        "copy.db was restored as",
        "What was there before is kept as",
        "What was done after Wednesday 7 September 2022, 06:",
        "is not in it. Start the bot, and compare the agenda",
    ):
        assert part in text, part
    assert rows(server.database, "SELECT text FROM announcements") == [("before",)]
    (kept,) = tmp_path.glob("meeting-replaced-*.db")
    assert len(rows(kept, "SELECT * FROM announcements")) == 2
    await server.run()
    status = await server.clerk.command("meeting status")
    assert "chain whole" in status.text
    assert "1 message found in Discord was taken up" in status.text, "it was older than what had been said"


async def test_addresses_of_the_room_that_were_dead_stay_dead(
    server: Stage, capsys: Read, tmp_path: Path
) -> None:
    """Keys lived when the backup was made, and were renewed since: a restore does not bring them back."""
    file = addresses_of(server.database)
    assert await opens(server, written(file)) == [200, 200], "the control"
    await called(capsys, "backup", "--out", "copy.db")
    await server.close()
    code, text = await called(capsys, "room")
    assert code == 0 and f"{file}" in text and "All earlier ones are dead" in text
    renewed = written(file)
    assert file.stat().st_mode & 0o777 == 0o600
    await server.run()
    assert await opens(server, renewed) == [200, 200]
    await server.close()
    code, text = await called(capsys, "restore", "copy.db")
    assert code == 0 and "The room's pages are shut" in text
    assert rows(server.database, "SELECT * FROM room_keys") == []
    await server.run()
    assert await opens(server, renewed) == [404, 404]
    assert await opens(server, written(file)) == [200, 200]


async def test_new_addresses_need_a_bot_that_is_stopped(server: Stage, capsys: Read) -> None:
    before = addresses_of(server.database).read_text("utf-8")
    code, text = await called(capsys, "room")
    assert code == 1 and "in use" in text
    assert addresses_of(server.database).read_text("utf-8") == before


def written(file: Path) -> list[str]:
    """The paths that stand in the file of addresses."""
    lines = file.read_text("utf-8").splitlines()
    return [urlsplit(line.partition(": ")[2]).path for line in lines]


async def opens(server: Stage, paths: list[str]) -> list[int]:
    """How the running house answers to each, with where it leads to."""
    assert server.app is not None and server.app._pages is not None
    base, found = f"http://127.0.0.1:{server.app._pages.port}", []
    for path in paths:
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session,
            session.get(f"{base}{path}") as answer,
        ):
            found.append(answer.status)
    return found


async def test_restored_to_another_folder(
    server: Stage, capsys: Read, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await called(capsys, "backup", "--out", "copy.db")
    (tmp_path / "other").mkdir()
    monkeypatch.setenv("ROUNDTABLE_DB", "other/x.db")
    code, text = await called(capsys, "restore", "copy.db")
    assert code == 0 and "kept as" not in text
    assert (await called(capsys, "verify"))[0] == 0


async def test_each_file_that_is_none_has_its_sentence(server: Stage, capsys: Read, tmp_path: Path) -> None:
    await called(capsys, "backup", "--out", "copy.db")
    await server.close()
    good = (tmp_path / "copy.db").read_bytes()
    (tmp_path / "empty.db").touch()
    (tmp_path / "text.db").write_text("title: text\n" * 500)
    (tmp_path / "cut.db").write_bytes(good[:-4096])
    for name in ("newer.db", "foreign.db"):
        shutil.copyfile("copy.db", name)
    rows(tmp_path / "newer.db", "PRAGMA user_version = 99")
    rows(tmp_path / "foreign.db", "DROP TABLE audit_details")
    record = server.database.read_bytes()
    for name, part in (
        ("none.db", "There is no file none.db."),
        (".", "it is a folder"),
        ("empty.db", "it is empty"),
        ("text.db", "file is not a database"),
        ("cut.db", "cannot be used as a record of the meeting"),
        ("newer.db", "written by a newer version"),
        ("foreign.db", "not one of this program"),
    ):
        for command in ("restore", "verify"):
            code, text = await called(capsys, command, name)
            assert code == 1 and part in text and "Traceback" not in text, (command, name, text)
    code, text = await called(capsys, "restore", server.database)
    assert code == 1 and "it is the database itself" in text
    assert server.database.read_bytes() == record
    await server.run()


# doctor


async def test_doctor_looks_at_the_backups(
    server: Stage, capsys: Read, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server.clock.set(WallClock().now())
    _, text = await called(capsys, "doctor")
    assert "· Backups go to " in text and "on the same disk as the database" in text
    assert re.search(
        r"✓ Backups can be written; the newest, meeting-\d{8}T\d{6}Z\.db, is \d+ (min|h) old", text
    )
    await called(capsys, "backup")
    code, text = await called(capsys, "doctor")
    assert "is 0 min old and whole" in text
    newest = max((tmp_path / "backups").glob("*.db"))
    newest.write_bytes(b"x" * 5000)
    code, text = await called(capsys, "doctor")
    assert code == 1 and "✗ The newest backup cannot be used." in text
    monkeypatch.setenv("ROUNDTABLE_BACKUPS", "none/yet")
    _, text = await called(capsys, "doctor")
    assert "✓ Backups can be written; there is none yet" in text and not Path("none").exists()
    (tmp_path / "file").touch()
    monkeypatch.setenv("ROUNDTABLE_BACKUPS", "file/below")
    code, text = await called(capsys, "doctor")
    assert code == 1 and "✗ Backups cannot be written into" in text
