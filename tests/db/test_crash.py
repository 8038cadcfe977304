"""The process is killed at any moment: what it had acknowledged is there."""

import json
import os
import random
import signal
from collections import Counter

import pytest

from meeting import codes
from meeting.inputs import AlreadyHidden, Attribution, InputState
from meeting.people import Actor, Via
from meeting.polls import PollState, Secrecy
from meeting.programme import ItemId
from tests.assembly import ROSTER, Assembly

KILLS = 24


def life(process, word, lines, last=None):
    """One life of a child, killed once it has said so many lines (and then one that begins with `last`) or
    that all is over (None: it dies by itself): all that it said, in words."""
    process.stdin.write(word + b"\n")
    process.stdin.flush()
    born, pid = process.stdout.readline().split()
    assert born == b"born"
    said = []
    while len(said) < (lines or 0) or (last is not None and said[-1][0] != last):
        if said[-1:] == [[b"over"]]:
            break
        said.append(process.stdout.readline().split())
    if lines is not None:
        os.kill(int(pid), signal.SIGKILL)
    while not said or said[-1][0] != b"died":
        said.append(process.stdout.readline().split())
    assert said.pop() == [b"died", b"9"]
    return said


async def test_killed_at_random_points_nothing_acknowledged_is_lost(ledger, opened, file, other_process):
    """One file, many lives: each acknowledges until it is killed; the next one goes on from there."""
    chance = random.Random(6)
    await ledger.close()
    announced: set[int] = set()
    revision = 1
    process = other_process("lives", file)
    for _ in range(KILLS):
        for what, number in life(process, b"", chance.randrange(60)):
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


LIVES = 8

TALLIES = {one.delegation_id: one.tally for one in ROSTER}


@pytest.mark.parametrize("closing", [False, True])
async def test_killed_behind_any_acknowledgement_every_ballot_is_counted(
    ledger, opened, file, witness, moderator, other_process, closing
):
    """Polls of each secrecy, answered and (with `closing`) closed until the kill: what was acknowledged is in
    the file after the restart, for as often as it was acknowledged, and a closed poll links nobody."""
    chance = random.Random(7)
    process = other_process("lives", file)
    await Assembly(ledger, moderator).seat()
    changed_minds, found_closed, half_way = 0, 0, 0
    for number in range(LIVES):
        dies = closing and number % 2
        seated = Assembly(ledger, moderator, made=10 * number)
        polls = [await seated.add(size=25, secrecy=one, abstaining=False) for one in Secrecy]
        await ledger.close()
        before = chance.randrange(1, 200) if closing else 0
        word = b"%d" % (-before if dies else before)
        lines = 10_000 if closing and number % 4 == 0 else before + chance.randrange(500)
        said = life(process, word, None if dies else lines)
        last: dict[str, dict[str, int]] = {poll.poll_id: {} for poll in polls}
        closed = set()
        for what, *words in said:
            if what == b"closed":
                closed.add(words[0].decode())
            elif what == b"cast":
                poll_id, voter, option = (word.decode() for word in words)
                assert poll_id not in closed, "acknowledged behind the closing"
                changed_minds += voter in last[poll_id]
                last[poll_id][voter] = int(option)

        ledger = await opened()
        assert (await ledger.verify()).first_bad is None
        uncut = await ledger.ballots.uncut()
        for poll in await ledger.polls.polls():
            if poll.poll_id not in last:
                continue
            mine, answered = last[poll.poll_id], answers(witness, poll)
            assert answered >= set(mine), "acknowledged and lost"
            linked = dict(witness.rows("SELECT voter, choice FROM ballots WHERE poll_id = ?", poll.poll_id))
            assert set(linked) == (answered if poll.linked else set())
            for voter, choice in linked.items():
                # What was under way when the kill came may have been committed, and nobody heard of it.
                under_way = mine[voter] + 1 if voter in mine else 0
                assert json.loads(choice) in ([mine.get(voter)], [under_way % 25])
            cut = Counter()
            for choice, times in witness.rows(
                "SELECT choice, times FROM cut_ballots WHERE poll_id = ?", poll.poll_id
            ):
                cut[json.loads(choice)[0]] += times
            if not poll.linked:
                # Of a tally of fewer than five secret ballots nothing is kept once the poll is closed.
                tallies = Counter(TALLIES[voter] for voter in answered)
                dropped = poll.secrecy is Secrecy.SECRET_FINAL and poll.state is PollState.CLOSED
                kept = [n for n in tallies.values() if n >= 5 or not dropped]
                assert cut.total() == sum(kept), "counted twice, or not at all"
            if poll.poll_id in closed:
                assert poll.state is PollState.CLOSED and answered == set(mine)
                if poll.secrecy is Secrecy.OPEN_CHANGEABLE:
                    assert cut == Counter(mine.values())
            found_closed += poll.state is PollState.CLOSED
            half_way += poll.state is PollState.CLOSED and poll.poll_id not in closed
            assert (poll.poll_id in uncut) == (
                poll.state is PollState.CLOSED and poll.secrecy is not Secrecy.NAMED
            )
            if poll.state is PollState.OPEN:
                await ledger.polls.close(moderator, poll.poll_id)
            figures = (await ledger.polls.standing(poll.poll_id)).figures
            assert sum(one.answered for one in figures) == len(answered)
        await ledger.ballots.mark_cut(list(await ledger.ballots.uncut()))
    assert changed_minds > 100
    if closing:
        assert half_way >= 3 * (LIVES // 2) and found_closed > half_way, "too tame"


OF_THE_FLOOR = ("ask", "withdraw", "call_next", "close", "submit")


async def test_killed_behind_any_acknowledgement_the_list_of_speakers_has_it(
    seated, opened, file, clock, witness, other_process
):
    """Killed behind an inscription, a withdrawal, a call, a closing, a text: all of them are in the file, the
    audit and the list agree, and nobody is inscribed behind a closing."""
    chance, ledger = random.Random(8), seated.ledger
    process = other_process("lives", file, "speaking")
    clock.set(9)
    await ledger.agenda.start(seated.moderator, ItemId("d1-02"))
    told = {verb: set() for verb in (*OF_THE_FLOOR, "reopen")}
    times, shut = Counter(), 0
    for verb in OF_THE_FLOOR * 2:
        await ledger.close()
        said = life(process, b"", chance.randrange(1, 80), verb.encode())
        for what, number in said:
            told[what.decode()].add(int(number))
            times[what.decode()] += 1

        ledger = await opened()
        assert (await ledger.verify()).first_bad is None
        assert await ledger._reader.read(integrity) == [("ok",)]
        found = await ledger.speakers.speaker_list()
        known = {one.inscription_id: one for one in found.inscriptions}
        assert known.keys() >= told["ask"], "acknowledged and lost"
        assert all(known[number].withdrawn_at is not None for number in told["withdraw"])
        assert all(known[number].called_at is not None for number in told["call_next"] - {0})
        assert {one.statement_id for one in await ledger.speakers.statements()} >= told["submit"]
        assert sum(one.ended_at is None for one in found.heard) <= 1, "two have the floor"
        verbs = [one.removeprefix("speakers.") for one in witness.verbs()]
        assert all(times[one] <= verbs.count(one) for one in times), "acknowledged and lost"
        # The desk does one thing after the other: one may have been committed, and nobody heard of it.
        assert all(verbs.count(one) <= times[one] + 1 for one in ("call_next", "close", "reopen"))
        assert verbs.count("ask") == len(known) and verbs.count("withdraw") == sum(
            one.withdrawn_at is not None for one in known.values()
        )
        closed = verbs.count("close") > verbs.count("reopen")
        assert (found.closed_at is not None) == closed
        times.update({one: verbs.count(one) - times[one] for one in times})
        if closed:
            shut += 1
            await ledger.speakers.reopen(seated.moderator)
            times["reopen"] += 1
    is_shut = False
    for verb in verbs:
        is_shut = verb == "close" or (is_shut and verb != "reopen")
        assert not (is_shut and verb == "ask"), "inscribed behind the closing"
    assert shut and all(told.values()) and times["ask"] > 50


def answers(witness, poll):
    return set(witness.column("SELECT voter FROM answers WHERE poll_id = ?", poll.poll_id))


async def test_killed_behind_any_acknowledgement_no_input_is_lost(
    ledger, opened, file, moderator, other_process, monkeypatch
):
    """Contributed, stood behind, taken back: what was acknowledged is in the file after the restart, and each
    code that was shown takes its input back."""
    monkeypatch.setattr(codes, "COST", 2)
    chance = random.Random(8)
    await Assembly(ledger, moderator).seat()
    await ledger.close()
    process = other_process("lives", file, "discussing")
    contributed: dict[str, tuple[str, str, str]] = {}
    associated: set[tuple[str, str]] = set()
    withdrawn: set[str] = set()
    for _ in range(LIVES):
        said = life(process, b"", chance.randrange(1, 120))
        for what, number, *words in ([word.decode() for word in line] for line in said):
            if what == "contributed":
                attribution, text, code = (*words, "")[:3]
                assert number not in contributed, "one number acknowledged twice"
                contributed[number] = attribution, text, code
            elif what == "associated":
                associated.add((number, words[0]))
            else:
                assert what == "withdrawn"
                withdrawn.add(number)
        ledger = await opened()
        kept = {one.input_id: one for one in (await ledger.discussions.discussions()).inputs}
        for number, (attribution, text, _) in contributed.items():
            assert (kept[number].attribution, kept[number].text) == (attribution, text), "lost"
        assert all(kept[number].state is InputState.WITHDRAWN for number in withdrawn), "lost"
        assert associated <= {(number, who) for number, one in kept.items() for who in one.associates}
        waiting = [one for one in kept.values() if one.state is InputState.GATHERED]
        assert len(waiting) < 3
        silent = [number for number, (how, *_) in contributed.items() if how == Attribution.NONE]
        for number in chance.sample(silent, min(3, len(silent))):
            back = ledger.discussions.withdraw_by_code(Actor(Via.DISCORD), contributed[number][2])
            if kept[number].state is InputState.WITHDRAWN:
                with pytest.raises(AlreadyHidden):
                    await back
            else:
                assert (await back).input_id == number
                withdrawn.add(number)
        assert (await ledger.verify()).first_bad is None
        assert await ledger._reader.read(integrity) == [("ok",)]
        await ledger.close()
    assert len(contributed) > 100 and len(associated) > 50 and len(withdrawn) > 50
