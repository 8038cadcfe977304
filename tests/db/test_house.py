"""The house's rules of this layer: the only SQL is here, and every table is of the house's kind."""

import ast
import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]

OTHERS = ("meeting", "config", "report", "bot", "cogs", "rehearsal", "room")

STATEMENT = re.compile(
    r"""\s*(
        SELECT\s.+\sFROM\s | INSERT\s+(OR\s+\w+\s+)?INTO\s | REPLACE\s+INTO\s | UPDATE\s+\w+\s+SET\s
        | DELETE\s+FROM\s | (CREATE|DROP|ALTER)\s+((TEMP|UNIQUE|VIRTUAL)\s+)?(TABLE|INDEX|VIEW|TRIGGER)\s
        | PRAGMA\s+\w+ | WITH\s+(RECURSIVE\s+)?\w+\s+AS\s*\( | BEGIN(\s+(IMMEDIATE|EXCLUSIVE|DEFERRED))\b
        | SAVEPOINT\s+\w+ | ROLLBACK\s+TO\s | RELEASE\s+\w+\s*$ | (BEGIN|COMMIT|ROLLBACK|VACUUM)\s*;?\s*$
    )""",
    re.VERBOSE | re.DOTALL,
)


def sql_in(path):
    """The line and text of each string in a file that reads as an SQL statement."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "x" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if STATEMENT.match(text):
            found.append((node.lineno, text))
    return found


def sources(package):
    return sorted((HOUSE / package).rglob("*.py"))


@pytest.mark.parametrize("package", OTHERS)
def test_no_sql_outside_db(package):
    found = {
        f"{path.relative_to(HOUSE)}:{line}": text for path in sources(package) for line, text in sql_in(path)
    }
    assert found == {}


def test_the_scanner_finds_the_sql_that_is_there():
    """Control: every module of db with statements of its own is found, and each kind of statement."""
    found = {path.name: [text for _, text in sql_in(path)] for path in sources("db")}
    with_sql = {name for name, texts in found.items() if texts}
    assert with_sql >= {
        "agenda.py",
        "agenda_rows.py",
        "audit.py",
        "connection.py",
        "migrations.py",
        "notices.py",
        "places.py",
        "wall.py",
    }
    kinds = {text.split()[0] for texts in found.values() for text in texts}
    assert kinds >= {
        "SELECT",
        "INSERT",
        "UPDATE",
        "DELETE",
        "PRAGMA",
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT",
    }


@pytest.mark.parametrize(
    "text",
    [
        "Select an item from the list",
        "Update the programme",
        "Begin",
        "Delete from Discord",
        "with a word as one",
    ],
)
def test_words_on_faces_are_no_sql(text):
    assert not STATEMENT.match(text)


TABLES = (
    "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND name NOT LIKE 'sqlite%'"
)


async def test_every_table_is_strict(ledger, witness):
    strict = dict(witness.rows(TABLES.replace("SELECT name", "SELECT name, strict")))
    assert len(strict) >= 12
    assert [name for name, is_strict in strict.items() if not is_strict] == []


async def test_instants_are_text_in_columns_named_for_it(ledger, witness):
    columns = witness.rows(
        f"SELECT t.name, c.name, c.type FROM ({TABLES}) AS t, pragma_table_info(t.name) AS c"
    )
    instants = [column for column in columns if column[1].endswith("_at") or column[1] == "at"]
    assert len(instants) >= 15
    assert [column for column in instants if column[2] != "TEXT"] == []


async def test_every_reference_names_a_column_there_is(ledger, witness):
    for table in witness.column(TABLES):
        for _, _, other, _, theirs, *_ in witness.rows(f"PRAGMA foreign_key_list({table})"):
            assert theirs in [row[1] for row in witness.rows(f"PRAGMA table_info({other})")]
    assert witness.rows("PRAGMA foreign_key_check") == []
