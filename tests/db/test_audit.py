"""The audit's chain: what it proves, and what it cannot."""

import sqlite3
from contextlib import closing

import pytest

from db.connection import Transaction
from meeting.programme import ItemId


@pytest.fixture
async def written(ledger, clock, moderator, clerk):
    """A ledger with six rows of audit, of different verbs and actors."""
    clock.set(9)
    await ledger.agenda.start(moderator, ItemId("d1-01"))
    await ledger.agenda.announce(clerk, "Grüße, ‘quoted’ – 你好")
    await ledger.agenda.shift(moderator, ItemId("d1-05"), 5)
    await ledger.agenda.extend(clerk, 7)
    await ledger.agenda.start_due()
    await ledger.agenda.end(moderator)
    return ledger


@pytest.fixture
def plain(file):
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        yield connection


COLUMNS = {
    "audit": ("at", "verb", "subject", "detail", "digest"),
    "audit_details": ("salt", "actor", "payload"),
}


async def test_untouched_it_holds(written, witness):
    verdict = await written.verify()
    assert (verdict.rows, verdict.first_bad) == (len(witness.verbs()), None)
    assert verdict.rows == 6
    assert await written.verify() == verdict


async def test_an_empty_audit_holds(opened):
    verdict = await (await opened()).verify()
    assert (verdict.rows, verdict.first_bad) == (0, None)


@pytest.mark.parametrize(("table", "column"), [(t, c) for t, columns in COLUMNS.items() for c in columns])
async def test_any_flipped_byte_names_its_row(written, plain, table, column):
    """Every byte of every row, its lowest bit flipped; put back, the chain holds again."""
    flips = 0
    for seq, kind, data in plain.execute(
        f"SELECT seq, typeof({column}), CAST({column} AS BLOB) FROM {table}"
    ).fetchall():
        for place in range(len(data)):
            flipped = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
            if kind == "text" and not decodes(flipped):
                continue
            change(plain, table, column, kind, seq, flipped)
            verdict = await written.verify()
            assert verdict.first_bad == seq, (seq, place, verdict)
            assert verdict.reason
            flips += 1
        change(plain, table, column, kind, seq, data)
    assert (await written.verify()).first_bad is None
    assert flips >= 6 * 4


def change(plain, table, column, kind, seq, data):
    plain.execute(f"UPDATE {table} SET {column} = CAST(? AS {kind}) WHERE seq = ?", (data, seq))


def decodes(data):
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize("seq", [1, 2, 5, 6])
async def test_a_renumbered_row_is_noticed_where_it_stood(written, plain, seq):
    for bit in range(8):
        other = seq ^ (1 << bit)
        if other <= 6:
            continue
        plain.execute("UPDATE audit SET seq = ? WHERE seq = ?", (other, seq))
        verdict = await written.verify()
        assert verdict.first_bad == (seq + 1 if seq < 6 else other)
        plain.execute("UPDATE audit SET seq = ? WHERE seq = ?", (seq, other))
    assert (await written.verify()).first_bad is None


@pytest.mark.parametrize("seq", [1, 2, 3, 4, 5])
async def test_a_missing_row_is_named_by_the_one_after_it(written, plain, seq):
    plain.execute("DELETE FROM audit WHERE seq = ?", (seq,))
    verdict = await written.verify()
    assert (verdict.first_bad, verdict.rows) == (seq + 1, 5)
    assert "missing" in verdict.reason


async def test_a_row_taken_out_and_the_rest_moved_up_is_noticed(written, plain):
    plain.execute("DELETE FROM audit WHERE seq = 3")
    plain.execute("DELETE FROM audit_details WHERE seq = 3")
    for seq in (4, 5, 6):
        plain.execute("UPDATE audit SET seq = ? WHERE seq = ?", (seq - 1, seq))
        plain.execute("UPDATE audit_details SET seq = ? WHERE seq = ?", (seq - 1, seq))
    assert (await written.verify()).first_bad == 3


async def test_two_rows_exchanged_are_noticed(written, plain):
    for table in ("audit", "audit_details"):
        for old, new in ((2, 100), (3, 2), (100, 3)):
            plain.execute(f"UPDATE {table} SET seq = ? WHERE seq = ?", (new, old))
    assert (await written.verify()).first_bad == 2


async def test_a_row_put_at_the_end_by_another_hand_is_noticed(written, plain):
    plain.execute(
        "INSERT INTO audit SELECT seq + 1, at, verb, subject, detail, digest FROM audit WHERE seq = 6"
    )
    assert (await written.verify()).first_bad == 7


@pytest.mark.parametrize("which", ["seq = 1", "seq = 3", "seq = 6", "seq % 2", "true"])
async def test_erased_side_rows_leave_the_chain_valid(written, plain, which):
    plain.execute(f"DELETE FROM audit_details WHERE {which}")
    assert (await written.verify()).first_bad is None
    plain.execute("UPDATE audit SET verb = 'agenda.skip' WHERE seq = 3")
    assert (await written.verify()).first_bad == 3, "what is left is still proved"


async def test_a_side_row_given_to_another_row_is_noticed(written, plain):
    plain.execute("DELETE FROM audit_details WHERE seq = 2")
    plain.execute("UPDATE audit_details SET seq = 2 WHERE seq = 4")
    assert (await written.verify()).first_bad == 2


async def test_truncation_at_the_end_is_not_detectable_by_the_chain_alone(written, plain):
    """Known and accepted: the last rows can be cut off; a copy of the last digest elsewhere would show it."""
    plain.execute("DELETE FROM audit_details WHERE seq > 4")
    plain.execute("DELETE FROM audit WHERE seq > 4")
    verdict = await written.verify()
    assert (verdict.first_bad, verdict.rows) == (None, 4)


async def test_the_chain_goes_on_after_reopening(written, opened, moderator):
    await written.close()
    again = await opened()
    await again.agenda.announce(moderator, "after")
    verdict = await again.verify()
    assert (verdict.first_bad, verdict.rows) == (None, 7)


async def test_the_same_act_twice_leaves_different_details(ledger, moderator, witness):
    """The salt: who sees only the chain cannot try out who it was."""
    await ledger.agenda.announce(moderator, "same")
    await ledger.agenda.announce(moderator, "same")
    details = witness.column("SELECT detail FROM audit WHERE seq > 1")
    assert len(set(details)) == 2
    assert witness.column("SELECT DISTINCT length(salt) FROM audit_details") == [16]


async def test_the_erased_text_is_gone_from_the_file(ledger, moderator, file, plain):
    """`secure_delete`: what a side row said is overwritten, not only unlinked. Control: it was there."""

    async def erase(tx: Transaction) -> None:
        await tx.run("DELETE FROM audit_details")
        await tx.run("DELETE FROM announcements")

    await ledger.agenda.announce(moderator, "a word nobody else would say")
    plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"a word nobody else" in file.read_bytes()
    await ledger._writer.act(erase)
    plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"a word nobody else" not in file.read_bytes()
    assert (await ledger.verify()).first_bad is None
