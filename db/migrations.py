"""The file's shape, brought up to date one numbered step at a time.

Each step and its number are written in one transaction: a kill in the middle leaves the step before.
"""

import sqlite3
from pathlib import Path

import aiosqlite

from meeting.refusals import Refused

FOLDER = Path(__file__).parent / "migrations"


class DatabaseNewer(Refused):
    """The file was written by a later version of the program."""


class DatabaseOlder(Refused):
    """The file is to be brought up to date by a start of the house before it can be read beside it."""


def steps(folder: Path = FOLDER) -> list[tuple[int, str]]:
    """The numbered steps, in order."""
    return [(int(path.name[:4]), path.read_text("utf-8")) for path in sorted(folder.glob("[0-9]*.sql"))]


def statements(script: str) -> list[str]:
    """A script's statements; `executescript` would commit what is open, so they are run singly."""
    found, open_text = [], ""
    for line in script.splitlines(keepends=True):
        open_text += line
        if sqlite3.complete_statement(open_text):
            found.append(open_text.strip())
            open_text = ""
    if open_text.strip():
        raise ValueError(f"a statement without an end: {open_text.strip()}")
    return found


async def check_version(connection: aiosqlite.Connection, *, file: str) -> None:
    """Raises `DatabaseNewer`, `DatabaseOlder` unless the file has the shape this program knows."""
    rows = list(await connection.execute_fetchall("PRAGMA user_version"))
    version, known = rows[0][0], steps()[-1][0]
    if version > known:
        raise DatabaseNewer(version=version, known=known)
    if version < known:
        raise DatabaseOlder(file=file, version=version, known=known)


async def migrate(connection: aiosqlite.Connection, folder: Path = FOLDER) -> int:
    """Take the steps not yet taken; the version reached. Raises `DatabaseNewer`."""
    rows = list(await connection.execute_fetchall("PRAGMA user_version"))
    version: int = rows[0][0]
    known = steps(folder)
    if version > known[-1][0]:
        raise DatabaseNewer(version=version, known=known[-1][0])
    for number, script in known:
        if number <= version:
            continue
        try:
            await connection.execute_fetchall("BEGIN IMMEDIATE")
            for statement in statements(script):
                await connection.execute_fetchall(statement)
            await connection.execute_fetchall(f"PRAGMA user_version = {number}")
            await connection.execute_fetchall("COMMIT")
        except BaseException:
            if connection.in_transaction:
                await connection.execute_fetchall("ROLLBACK")
            raise
        version = number
    return version
