"""What the tests run as a process of its own: `python other_process.py <what> <file>`.

It says what it knows by unbuffered lines, so that a kill loses no line it has said.
"""

import asyncio
import ctypes
import itertools
import json
import os
import resource
import signal
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiosqlite

from db.backup import back_up
from db.inspection import inspect_file
from db.ledger import Ledger, open_ledger
from db.migrations import migrate
from db.restore import restore
from meeting import codes
from meeting.floor import Wish
from meeting.inputs import Attribution, Draft, InputKind, InputState
from meeting.people import COMMAND_LINE, Actor, UserId, Via
from meeting.polls import AlreadyAnswered, Poll, PollClosed, PollState
from meeting.programme import ItemId, PartId, QuestionId
from meeting.refusals import Refused
from meeting.seats import Seat

AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def spawn(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    return asyncio.get_running_loop().create_task(work, name=name)


async def opened(file: Path) -> Ledger:
    return await open_ledger(file, now=lambda: AT, spawn=spawn)


async def acknowledge(file: Path) -> None:
    """Many at once announce and shift without end; each says what was acknowledged."""
    ledger = await opened(file)
    say("born", os.getpid())

    async def announce() -> None:
        while True:
            said = await ledger.agenda.announce(COMMAND_LINE, "x" * 200)
            say("announced", said.announcement_id)

    async def shift() -> None:
        minutes = 1
        while True:
            done = await ledger.agenda.shift(COMMAND_LINE, ItemId("d2-03"), minutes)
            say("shifted", done.before.revision + 1)
            minutes = -minutes

    await asyncio.gather(*(announce() for _ in range(6)), shift(), shift())


async def claiming(file: Path) -> None:
    """Renews the code of one free seat after another and claims it; says who sits where."""
    ledger = await opened(file)
    codes.COST = 2
    say("born", os.getpid())
    free = [seat for seat in await ledger.delegations.seats() if not seat.taken]

    async def take(number: int) -> None:
        for seat in free[number::4]:
            _, code = await ledger.delegations.renew(COMMAND_LINE, seat.seat_id)
            user_id = UserId(int(seat.seat_id[1:4]) + 5000)
            seated = await ledger.delegations.claim(Actor(Via.DISCORD, user_id), code)
            say("seated", seated.seat.seat_id, user_id)

    await asyncio.gather(*map(take, range(4)))


async def answer(file: Path, ballots: int) -> None:
    """All heads of delegations answer the polls that are open, and change their minds where they may; after
    so many ballots (0: never) those polls are closed; if the number is negative, the process dies behind the
    COMMIT of that, before anybody hears of it. Each says what was acknowledged: its option goes one up with
    each ballot."""
    ledger = await opened(file)
    found = [poll for poll in await ledger.polls.polls() if poll.state is PollState.OPEN]
    seats = [seat for seat in await ledger.delegations.seats() if seat.taken and seat.number == 1]
    say("born", os.getpid())
    said, enough = 0, asyncio.Event()
    if ballots < 0:
        ledger.feed.listen("polls", lambda: os.kill(os.getpid(), signal.SIGKILL))

    async def person(poll: Poll, seat: Seat) -> None:
        nonlocal said
        actor = Actor(Via.DISCORD, seat.user_id)
        for option in itertools.cycle(range(len(poll.options))):
            try:
                await ledger.ballots.cast(actor, poll.poll_id, (option,))
            except (PollClosed, AlreadyAnswered):
                return
            say("cast", poll.poll_id, seat.delegation_id, option)
            said += 1
            if said == abs(ballots):
                enough.set()

    async def close(poll: Poll) -> None:
        await enough.wait()
        await ledger.polls.close(COMMAND_LINE, poll.poll_id)
        say("closed", poll.poll_id)

    await asyncio.gather(*(person(poll, seat) for poll in found for seat in seats), *map(close, found))
    say("over")
    await asyncio.Event().wait()


async def discussing(file: Path) -> None:
    """Eight people contribute without end, others stand behind what shows, and two in three inputs are taken
    back; each says what was acknowledged, with the code if there is one."""
    ledger = await opened(file)
    codes.COST = 2
    book = ledger.discussions
    seats = [seat for seat in await ledger.delegations.seats() if seat.taken and seat.number == 1][:9]
    say("born", os.getpid())

    async def person(place: int) -> None:
        actor, other = (Actor(Via.DISCORD, seats[n].user_id) for n in (place, place + 1))
        for number in itertools.count(place):
            attribution = list(Attribution)[number % 3]
            draft = Draft(PartId("q1-0"), InputKind.SUGGESTION, attribution, f"{place}-{number}")
            made = await book.contribute(actor, QuestionId("q1"), draft)
            one = made.input
            say("contributed", one.input_id, attribution, one.text, made.code or "")
            if one.state is InputState.SHOWN:
                await book.associate(other, one.input_id)
                say("associated", one.input_id, seats[place + 1].delegation_id)
            if number // 3 % 3:
                if made.code is not None:
                    await book.withdraw_by_code(actor, made.code)
                else:
                    await book.withdraw(actor, one.input_id)
                say("withdrawn", one.input_id)

    await asyncio.gather(*map(person, range(8)))


CALLS = ("call_next",) * 6


async def speaking(file: Path) -> None:
    """Heads of delegations ask for the floor, hand in texts and take back what they asked for, and a desk
    calls, closes and opens again, without end; each says what was acknowledged."""
    ledger = await opened(file)
    book = ledger.speakers
    seats = [seat for seat in await ledger.delegations.seats() if seat.taken and seat.number == 1]
    say("born", os.getpid())

    async def person(seat: Seat) -> None:
        actor = Actor(Via.DISCORD, seat.user_id)
        for stays in itertools.cycle((True, False)):
            try:
                number = (await book.ask(actor, None, Wish())).inscription.inscription_id
                say("ask", number)
                _, made = await book.submit(actor, None, "x" * 500)
                say("submit", made.statement_id)
                if not stays:
                    await book.withdraw(actor, number)
                    say("withdraw", number)
            except Refused:
                continue

    async def desk() -> None:
        for verb in itertools.cycle((*CALLS, "close", *CALLS, "reopen")):
            try:
                found = await getattr(book, verb)(COMMAND_LINE)
            except Refused:
                continue
            say(verb, found.current.inscription_id if found.current is not None else 0)

    await asyncio.gather(*map(person, seats[:24]), desk())


async def claim(file: Path) -> None:
    """Claims what is due, says its keys, and dies before anything is sent."""
    ledger = await opened(file)
    messages, _ = await ledger.notices.claim(lambda _, notice: notice.key, 200)
    say(json.dumps([[message.number, [line.key for line in message.lines]] for message in messages]))
    os.kill(os.getpid(), signal.SIGKILL)


async def hold(file: Path) -> None:
    """Holds the file until a line comes in."""
    ledger = await opened(file)
    say("held", os.getpid())
    await asyncio.to_thread(sys.stdin.readline)
    await ledger.close()


async def migrating(file: Path) -> None:
    """Brings the file up to date, and dies before so many statements of it."""
    left = int(sys.argv[3])
    connection = await aiosqlite.connect(file, isolation_level=None)
    execute = connection.execute_fetchall

    async def counted(sql: str, *rest: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return await execute(sql, *rest)

    connection.execute_fetchall = counted  # type: ignore[method-assign]
    await migrate(connection)
    say("migrated")
    await connection.close()


async def unprivileged(file: Path) -> None:
    """Opens the file with the modes given for it and its folder, and again once both may be written."""
    drop_privileges()
    of_file, of_folder = (int(word, 8) for word in sys.argv[3:])
    os.chmod(file, of_file)  # noqa: PTH101 - nothing else runs in this process
    os.chmod(file.parent, of_folder)  # noqa: PTH101
    first = await outcome(file)
    os.chmod(file, 0o644)  # noqa: PTH101
    os.chmod(file.parent, 0o755)  # noqa: PTH101
    say(first, await outcome(file))


async def outcome(file: Path) -> str:
    try:
        ledger = await opened(file)
    except Refused as refused:
        return refused.key
    await ledger.close()
    return "opened"


def drop_privileges() -> None:
    """Root writes to what is read-only; without capabilities it is an owner like any other."""
    if os.getuid() == 0:
        head = (ctypes.c_uint32 * 2)(0x20080522, 0)
        nothing = (ctypes.c_uint32 * 6)()
        if ctypes.CDLL(None, use_errno=True).capset(head, nothing) != 0:
            raise OSError(ctypes.get_errno(), "capset")


def lives(file: Path) -> None:
    """One life of `acknowledge`, or of what is named, a line that comes in, or of `answer`, if the line is a
    number; says who is born, and by which signal it died.
    """
    work = ASYNC[sys.argv[3]] if len(sys.argv) > 3 else acknowledge
    while line := sys.stdin.buffer.raw.readline().decode():
        pid = os.fork()
        if pid == 0:
            asyncio.run(answer(file, int(line)) if line.strip() else work(file))
        _, status = os.waitpid(pid, 0)
        say("died", os.WTERMSIG(status))


OPENINGS = frozenset(
    (
        "open",
        "os.rename",
        "os.remove",
        "os.chmod",
        "os.chown",
        "os.truncate",
        "shutil.copyfile",
        "sqlite3.connect",
    )
)
"""What Python tells of before it touches a file (sys.addaudithook)."""


def forked(database: Path) -> None:
    """Forks for each line that comes in, `back_up|restore N FILE_OR_FOLDER`: the child kills itself before
    the N-th time it touches a file. Says how it ended, by signal or by itself.
    """
    while line := sys.stdin.buffer.raw.readline():
        what, number, place = line.decode().split()
        pid = os.fork()
        if pid == 0:
            _kill_at(int(number))
            if what == "back_up":
                back_up(database, Path(place), AT)
            else:
                restore(Path(place), database, AT)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        say("killed" if os.WIFSIGNALED(status) else "done" if status == 0 else "failed")


def _kill_at(number: int) -> None:
    seen = 0

    def told(event: str, arguments: object) -> None:
        nonlocal seen
        if event in OPENINGS:
            seen += 1
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(told)


def narrow(database: Path) -> None:
    """Backs up where no file may grow beyond so many bytes, as on a full disk."""
    folder, most = Path(sys.argv[3]), int(sys.argv[4])
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        back_up(database, folder, AT)
    except Refused as refused:
        say(refused.key, str(refused.values["reason"]))
    else:
        say("made")


def shut(file: Path) -> None:
    """Inspects a file whose folder cannot be written; then one that cannot be read."""
    drop_privileges()
    os.chmod(file.parent, 0o555)  # noqa: PTH101
    try:
        rows = inspect_file(file).audit.rows
        os.chmod(file, 0o000)  # noqa: PTH101
        try:
            inspect_file(file)
        except Refused as refused:
            say(rows, refused.key, refused.values["reason"])
    finally:
        os.chmod(file.parent, 0o755)  # noqa: PTH101
        os.chmod(file, 0o644)  # noqa: PTH101


ASYNC = {f.__name__: f for f in (claim, claiming, discussing, hold, migrating, speaking, unprivileged)}

PLAIN = {f.__name__: f for f in (lives, forked, narrow, shut)}

if __name__ == "__main__":
    what, path = sys.argv[1], Path(sys.argv[2])
    if what in PLAIN:
        PLAIN[what](path)
    else:
        asyncio.run(ASYNC[what](path))
