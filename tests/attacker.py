"""Somebody who has got hold of the files and wants to know who answered what.

They read the record as it is now and as it was at each commit its log still holds, all backups, and what can
be made out in the raw bytes, pages no table uses included; they compare any state with the one before it.
"""

import re
import sqlite3
import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from meeting.polls import Choice

WAL_HEADER, FRAME_HEADER = 32, 24
"""Bytes (sqlite.org/fileformat2.html, 4.1)."""

TALLIES = ("members", "member_organisations", "observers")


@dataclass(frozen=True)
class State:
    """What a record said of a poll when its audit ended at `seq`: who had answered (voter → tally), ballots
    with their voters, and how often each choice was cast in each tally."""

    seq: int
    answers: Mapping[str, str]
    ballots: Mapping[str, str]
    cut: Counter[tuple[str, str]]


def attack(database: Path, backups: Iterable[Path], poll_id: str) -> dict[str, Choice]:
    """Whose choice is certain, beyond what the published result alone makes certain."""
    files = [database, database.with_name(database.name + "-wal"), *backups]
    contents = [path.read_bytes() for path in files if path.exists()]
    images = [*states_of_log(database), *(path.read_bytes() for path in backups)]
    states = [state for image in images if (state := read(image, poll_id)) is not None]
    states.sort(key=lambda state: state.seq)
    named: dict[str, set[str]] = {}
    for state in states:
        for voter, choice in state.ballots.items():
            named[voter] = {choice}  # the newest counts
    nothing = State(0, {}, {}, Counter())
    for before, after in zip([nothing, *states], states, strict=False):
        for voter, choice in compare(before, after).items():
            named.setdefault(voter, set()).add(choice)
    for voter, choice in carve(contents, poll_id, states[-1].answers):
        named.setdefault(voter, set()).add(choice)
    certain = {voter: one for voter, (one, *others) in named.items() if not others}
    told = compare(nothing, states[-1])
    return {voter: _choice(one) for voter, one in certain.items() if told.get(voter) != one}


def states_of_log(database: Path) -> Iterator[bytes]:
    """The file as it is without its log, and as it is with the log up to each commit in it, also those of an
    earlier turn of the log that the present one has not yet overwritten."""
    image = database.read_bytes()
    yield image
    log = database.with_name(database.name + "-wal")
    data = log.read_bytes() if log.exists() else b""
    if len(data) < WAL_HEADER:
        return
    (size,) = struct.unpack(">I", data[8:12])
    pages: dict[int, bytes] = {}
    salts = b""
    for start in range(WAL_HEADER, len(data) - size - FRAME_HEADER + 1, size + FRAME_HEADER):
        number, commit = struct.unpack(">II", data[start : start + 8])
        if data[start + 8 : start + 16] != salts:
            pages, salts = {}, data[start + 8 : start + 16]
        pages[number] = data[start + FRAME_HEADER : start + FRAME_HEADER + size]
        if commit:
            whole = bytearray(image.ljust(commit * size, b"\0")[: commit * size])
            for page, content in pages.items():
                whole[(page - 1) * size : page * size] = content
            yield bytes(whole)


def read(image: bytes, poll_id: str) -> State | None:
    """What a file says of the poll; None if it makes no sense."""
    plain = bytearray(image)
    plain[18:20] = b"\1\1"  # no log beside it
    with closing(sqlite3.connect(":memory:")) as memory:
        try:
            memory.deserialize(bytes(plain))
            (seq,) = memory.execute("SELECT coalesce(max(seq), 0) FROM audit").fetchone()
            cut: Counter[tuple[str, str]] = Counter()
            for tally, choice, times in memory.execute(
                "SELECT tally, choice, times FROM cut_ballots WHERE poll_id = ?", (poll_id,)
            ):
                cut[tally, choice] += times
            answers = "SELECT voter, tally FROM answers WHERE poll_id = ?"
            ballots = "SELECT voter, choice FROM ballots WHERE poll_id = ?"
            return State(
                seq,
                dict(memory.execute(answers, (poll_id,)).fetchall()),
                dict(memory.execute(ballots, (poll_id,)).fetchall()),
                cut,
            )
        except sqlite3.DatabaseError:
            return None


def compare(before: State, after: State) -> dict[str, str]:
    """Who answered between two states, where all that was counted between them in their tally is alike."""
    found: dict[str, str] = {}
    if before.cut - after.cut:
        return found
    for tally in TALLIES:
        came = [v for v, own in after.answers.items() if own == tally and v not in before.answers]
        grown = {choice: n for (own, choice), n in (after.cut - before.cut).items() if own == tally}
        if len(grown) == 1 and sum(grown.values()) == len(came):
            found |= dict.fromkeys(came, next(iter(grown)))
    return found


def carve(contents: Iterable[bytes], poll_id: str, voters: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What is left of rows of `ballots` anywhere in the bytes: voter, tally, group, choice behind each
    other, of this poll as far as that is still to be read."""
    names = "|".join(sorted(map(re.escape, voters), key=len, reverse=True))
    if not names:
        return
    row = re.compile(rf"(p[0-9]{{3}})?({names})({'|'.join(TALLIES)})[A-Za-z ]*(\[[0-9,]*\])".encode())
    for data in contents:
        for found in row.finditer(data):
            if found[1] in (None, poll_id.encode()):
                yield found[2].decode(), found[4].decode()


def _choice(text: str) -> Choice:
    return tuple(int(one) for one in text.strip("[]").split(",") if one)
