"""The process is killed at any moment: what it had acknowledged is there."""

import os
import random
import signal

KILLS = 24


async def test_killed_at_random_points_nothing_acknowledged_is_lost(ledger, opened, file, other_process):
    """One file, many lives: each acknowledges until it is killed; the next one goes on from there."""
    chance = random.Random(6)
    await ledger.close()
    announced: set[int] = set()
    revision = 1
    process = other_process("lives", file)
    for _ in range(KILLS):
        process.stdin.write(b"\n")
        process.stdin.flush()
        born, pid = process.stdout.readline().split()
        assert born == b"born"
        lines = [process.stdout.readline() for _ in range(chance.randrange(60))]
        os.kill(int(pid), signal.SIGKILL)
        while not lines or not lines[-1].startswith(b"died"):
            lines.append(process.stdout.readline())
        assert lines.pop().split() == [b"died", b"9"]
        for line in lines:
            what, number = line.split()
            if what == b"announced":
                assert int(number) not in announced, "one number acknowledged twice"
                announced.add(int(number))
            else:
                assert what == b"shifted"
                revision = max(revision, int(number))
        again = await opened()
        kept = {number for (number,) in await again._reader.read(announcements)}
        assert kept >= announced, "acknowledged and lost"
        agenda = await again.agenda.agenda()
        assert agenda.revision >= revision, "acknowledged and lost"
        verdict = await again.verify()
        assert (verdict.first_bad, verdict.rows) == (None, agenda.revision + len(kept))
        assert await again._reader.read(integrity) == [("ok",)]
        await again.close()
        revision = agenda.revision
    assert len(announced) > 100 and revision > 20


async def announcements(tx):
    return await tx.all("SELECT announcement_id FROM announcements")


async def integrity(tx):
    return await tx.all("PRAGMA integrity_check")
