"""Steps of the file's shape: each whole or not at all, and in order."""

import itertools
import shutil
import signal
import sqlite3
from contextlib import closing

import aiosqlite
import pytest

from db.migrations import FOLDER, DatabaseNewer, migrate, statements, steps

ONE = "CREATE TABLE a (x INTEGER) STRICT;\nINSERT INTO a (x) VALUES (1);\n"
TWO = "CREATE TABLE b (y TEXT) STRICT;\nUPDATE a SET x = 2;\n"
BROKEN = TWO + "INSERT INTO nowhere (x) VALUES (1);\nCREATE TABLE c (z TEXT) STRICT;\n"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "steps"
    folder.mkdir()
    (folder / "0001_one.sql").write_text(ONE)
    return folder


@pytest.fixture
async def connection(file):
    connection = await aiosqlite.connect(file, isolation_level=None)
    yield connection
    await connection.close()


def shape(witness):
    return witness.column("PRAGMA user_version"), witness.column(
        "SELECT name FROM sqlite_schema ORDER BY name"
    )


async def test_a_step_that_fails_leaves_the_version_before_it(connection, folder, witness):
    assert await migrate(connection, folder) == 1
    (folder / "0002_two.sql").write_text(BROKEN)
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        await migrate(connection, folder)
    assert not connection.in_transaction
    assert shape(witness) == ([1], ["a"])
    assert witness.column("SELECT x FROM a") == [1]
    (folder / "0002_two.sql").write_text(TWO)
    assert await migrate(connection, folder) == 2
    assert shape(witness) == ([2], ["a", "b"])
    assert witness.column("SELECT x FROM a") == [2]


async def test_steps_before_the_one_that_fails_are_kept(connection, folder, witness):
    (folder / "0002_two.sql").write_text(TWO)
    (folder / "0003_three.sql").write_text("CREATE TABLE a (again INTEGER) STRICT;\n")
    with pytest.raises(sqlite3.OperationalError):
        await migrate(connection, folder)
    assert shape(witness) == ([2], ["a", "b"])


async def test_steps_are_taken_once_and_in_order(connection, folder, witness):
    (folder / "0010_ten.sql").write_text("INSERT INTO b (y) VALUES ('ten');\n")
    (folder / "0002_two.sql").write_text(TWO)
    assert await migrate(connection, folder) == 10
    assert await migrate(connection, folder) == 10
    assert witness.column("SELECT y FROM b") == ["ten"]


async def test_a_newer_file_is_refused_by_its_number(connection, folder, witness):
    await connection.execute_fetchall("PRAGMA user_version = 7")
    with pytest.raises(DatabaseNewer) as told:
        await migrate(connection, folder)
    assert told.value.values == {"version": 7, "known": 1}
    assert shape(witness) == ([7], [])


def test_a_semicolon_in_a_text_or_a_comment_ends_nothing():
    script = "-- one; two\nINSERT INTO a VALUES ('x;\ny');\n\n-- three;\nSELECT\n 1;\n"
    assert statements(script) == ["-- one; two\nINSERT INTO a VALUES ('x;\ny');", "-- three;\nSELECT\n 1;"]


def test_the_shipped_steps_are_numbered_without_a_gap_and_read_to_their_end():
    shipped = steps()
    assert [number for number, _ in shipped] == list(range(1, len(shipped) + 1))
    assert len(shipped) == len(list(FOLDER.iterdir()))
    for _, script in shipped:
        last = statements(script)[-1]
        assert script.rstrip().endswith(last)


async def test_killed_before_any_statement_of_a_step_the_file_is_as_before_or_after(tmp_path, other_process):
    """From the first shape to the newest; the next start brings it up to date with all that is in it."""
    first = tmp_path / "first"
    first.mkdir()
    shutil.copy(FOLDER / "0001_agenda.sql", first)
    seen = set()
    for statement in itertools.count(1):
        file = tmp_path / f"{statement}.db"
        connection = await aiosqlite.connect(file, isolation_level=None)
        await migrate(connection, first)
        await connection.execute_fetchall("INSERT INTO meta (name, value) VALUES ('kept', 'yes')")
        await connection.close()
        process = other_process("migrating", file, statement)
        said, _ = process.communicate()
        with closing(sqlite3.connect(file)) as left:
            (version,) = left.execute("PRAGMA user_version").fetchone()
        seen.add(version)
        assert 1 <= version <= steps()[-1][0]
        connection = await aiosqlite.connect(file, isolation_level=None)
        assert await migrate(connection) == steps()[-1][0]
        assert list(await connection.execute_fetchall("PRAGMA integrity_check")) == [("ok",)]
        assert list(await connection.execute_fetchall("SELECT value FROM meta")) == [("yes",)]
        await connection.close()
        if said:
            break
        assert process.returncode == -signal.SIGKILL
    assert seen == set(range(1, steps()[-1][0] + 1)) and statement > 6
