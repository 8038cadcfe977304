"""The room's pages with a meeting in a given situation, to look at: `python -m tests.room.demo SITUATION`.

Prints the addresses of screen, desk and the page of a seat. The clock runs; nothing needs Discord.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import config
from meeting.delegations import Tally
from meeting.floor import Wish
from meeting.poll_life import HandCount
from meeting.polls import Option, Poll, PollId, PollKind, Secrecy, Showing
from meeting.programme import ItemId
from meeting.room import Door, Show
from meeting.speakers import Floor, SpeechKind
from rehearsal.clock import HeldClock
from tests.room.rig import DESK, Rig

FILES = Path(config.__file__).parent
TEN_THIRTY = datetime(2022, 9, 7, 3, 30, tzinfo=UTC)
ITEM = ItemId("d1-04")


class RunningClock(HeldClock):
    """Runs from a moment on."""

    def __init__(self, now: datetime) -> None:
        super().__init__(now)
        self._since = time.monotonic()

    def now(self) -> datetime:
        return self._now + timedelta(seconds=time.monotonic() - self._since)

    def set(self, now: datetime) -> None:
        super().set(now)
        self._since = time.monotonic()


async def morning(rig: Rig) -> None:
    """What comes before the item was held."""
    for item in ("d1-01", "d1-02", "d1-03", "d1-b1"):
        await rig.begin(item)


async def speaking(rig: Rig) -> None:
    """The item is on, one speaks, some wait, on both sides and of every kind."""
    names = [one.delegation_id for one in await rig.ledger.delegations.delegations()]
    await rig.begin(ITEM)
    book = rig.ledger.speakers
    for n, name in enumerate(names[:9]):
        side = Floor.VIRTUAL if n % 2 else Floor.ROOM
        wish = Wish(speaker="Ms A. Person, Director-General", subject="International obligations")
        if n == 3:
            wish = Wish(SpeechKind.GROUP, group="the Group of Friends of the Region")
        await book.add(DESK, ITEM, name, side, wish)
    await book.call_next(DESK, ITEM)
    rig.forward(seconds=70)


async def overtime(rig: Rig) -> None:
    await speaking(rig)
    rig.forward(minutes=4)


async def interrupted(rig: Rig) -> None:
    await speaking(rig)
    names = [one.delegation_id for one in await rig.ledger.delegations.delegations()]
    await rig.ledger.speakers.add(DESK, ITEM, names[20], Floor.ROOM, Wish(SpeechKind.POINT_OF_ORDER))
    await rig.ledger.speakers.call_next(DESK, ITEM)


async def listed(rig: Rig) -> None:
    await speaking(rig)
    await rig.ledger.speakers.end(DESK, ITEM)


async def on_break(rig: Rig) -> None:
    rig.forward(minutes=2)  # it has begun already


KINDS = {
    "single": (PollKind.SINGLE, 1, 0),
    "approval": (PollKind.APPROVAL, 3, 0),
    "ranking": (PollKind.RANKING, 3, 0),
    "points": (PollKind.POINTS, 10, 5),
    "score": (PollKind.SCORE, 1, 0),
}

OPTIONS = (
    "legislation",
    "inter-agency coordination",
    "resources and training",
    "international obligations and their implementation in national law, including penalties that deter",
    "data and intelligence",
    "public awareness",
    "other",
)


OPTIONS_SECRET = (Option("Yes"), Option("No"))


async def poll(rig: Rig, kind: str = "approval", secrecy: Secrecy = Secrecy.OPEN_CHANGEABLE) -> PollId:
    """An open poll of the kind, with ballots of every tally."""
    await rig.begin(ITEM)
    what, most, cap = KINDS[kind]
    levels = ("1", "2", "3", "4", "5") if what is PollKind.SCORE else ()
    options = tuple(Option(text) for text in OPTIONS)
    made = Poll(
        PollId(""),
        "Which factors were most decisive?",
        what,
        options,
        most=most,
        cap=cap,
        levels=levels,
        secrecy=secrecy,
    )
    poll_id = (await rig.ledger.polls.create(DESK, made)).poll_id
    await rig.ledger.polls.open(DESK, poll_id, 20)
    await ballots(rig, poll_id, what, 0)
    return poll_id


async def ballots(rig: Rig, poll_id: PollId, kind: PollKind, shift: int) -> None:
    for n, one in enumerate(await rig.ledger.delegations.delegations()):
        if n % 4 == 3:
            continue
        a, b, c = (n * n + shift) % 7, (n + 3 + shift) % 7, (2 * n + 5) % 7
        distinct = tuple(dict.fromkeys((a, b, c, *range(7))))[:3]
        dots = [0] * 7
        for place, number in zip(distinct, (5, 3, 2), strict=True):
            dots[place] = number
        choice = {
            PollKind.SINGLE: (a,),
            PollKind.APPROVAL: tuple(sorted(distinct)),
            PollKind.RANKING: distinct,
            PollKind.POINTS: tuple(dots),
            PollKind.SCORE: tuple((n + place) % 5 for place in range(7)),
        }[kind]
        if n % 9 == 8:
            choice = ()
        await rig.ledger.ballots.enter(DESK, poll_id, one.delegation_id, choice)


def result_of(kind: str, *, hand: bool = False, again: bool = False) -> Callable[[Rig], Awaitable[None]]:
    async def result(rig: Rig) -> None:
        poll_id = await poll(rig, kind)
        if hand:
            count = HandCount(Tally.MEMBERS, 30, (12, 18, 9, 4, 22, 1, 0))
            await rig.ledger.polls.hand_count(DESK, poll_id, count)
        await rig.ledger.polls.close(DESK, poll_id)
        if again:
            second = (await rig.ledger.polls.round(DESK, poll_id)).poll_id
            await rig.ledger.polls.open(DESK, second, 20)
            await ballots(rig, second, KINDS[kind][0], 2)
            await rig.ledger.polls.close(DESK, second)

    return result


async def live(rig: Rig) -> None:
    await rig.begin(ITEM)
    options = tuple(Option(text) for text in OPTIONS[:3])
    made = Poll(
        PollId(""), "Live, and named?", PollKind.SINGLE, options, secrecy=Secrecy.NAMED, showing=Showing.LIVE
    )
    poll_id = (await rig.ledger.polls.create(DESK, made)).poll_id
    await rig.ledger.polls.open(DESK, poll_id, 20)
    for n, one in enumerate(await rig.ledger.delegations.delegations()):
        if n % 2:
            await rig.ledger.ballots.enter(DESK, poll_id, one.delegation_id, (n % 3,))


async def message(rig: Rig) -> None:
    await speaking(rig)
    text = "The session resumes at 11:00.\nCoats are in room 3.\nThank you!"
    await rig.ledger.room.show(DESK, Show.MESSAGE, text=text)


async def blank(rig: Rig) -> None:
    await rig.ledger.room.show(DESK, Show.BLANK)


async def frozen(rig: Rig) -> None:
    await speaking(rig)
    await rig.ledger.room.freeze(DESK, await rig.room.views.picture())
    rig.forward(minutes=2)


async def agenda(rig: Rig) -> None:
    await rig.begin(ITEM)
    await rig.ledger.room.show(DESK, Show.AGENDA)


async def kinds(rig: Rig) -> None:
    """One open poll of each kind: for the seat's page and the desk."""
    await rig.begin(ITEM)
    for what, most, cap in KINDS.values():
        levels = ("poor", "fair", "good") if what is PollKind.SCORE else ()
        options = tuple(Option(text) for text in OPTIONS)
        question = f"A poll of the kind {what}?"
        made = Poll(PollId(""), question, what, options, most=most, cap=cap, levels=levels)
        poll_id = (await rig.ledger.polls.create(DESK, made)).poll_id
        await rig.ledger.polls.open(DESK, poll_id, 30)
    secret = Poll(
        PollId(""),
        "A secret one?",
        PollKind.SINGLE,
        (Option("Yes"), Option("No")),
        secrecy=Secrecy.SECRET_FINAL,
    )
    poll_id = (await rig.ledger.polls.create(DESK, secret)).poll_id
    await rig.ledger.polls.open(DESK, poll_id, 30)


async def nothing(_: Rig) -> None:
    """Before anything has begun."""


SITUATIONS: dict[str, Callable[[Rig], Awaitable[object]]] = {
    "agenda": agenda,
    "speaker": speaking,
    "overtime": overtime,
    "interrupted": interrupted,
    "list": listed,
    "break": on_break,
    **{f"poll-{kind}": lambda rig, kind=kind: poll(rig, kind) for kind in KINDS},  # type: ignore[misc]
    **{f"result-{kind}": result_of(kind) for kind in KINDS},
    "result-hand": result_of("approval", hand=True),
    "rounds": result_of("approval", again=True),
    "live": live,
    "message": message,
    "blank": blank,
    "frozen": frozen,
    "kinds": kinds,
    "nothing": nothing,
}


async def run(situation: str, port: int) -> None:
    """Serve the situation until stopped."""
    with tempfile.TemporaryDirectory() as folder:
        clock = RunningClock(TEN_THIRTY)
        rig = Rig(Path(folder), clock, url=f"http://127.0.0.1:{port}" if port else "http://room.example.org")
        await rig.open(FILES / "programme.yaml", FILES / "roster.csv", marking="Demonstration", port=port)
        await morning(rig)
        await SITUATIONS[situation](rig)
        desk, screen = await rig.key(Door.DESK), await rig.key(Door.SCREEN)
        seat = next(iter(await rig.ledger.delegations.seats()))
        code = await rig.code(seat.seat_id)
        print(f"screen {rig.address}/room/{screen}")
        print(f"desk   {rig.address}/desk/{desk}")
        print(f"seat   {rig.address}/seat/{code}", flush=True)
        try:
            await asyncio.Event().wait()
        finally:
            await rig.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("situation", choices=sorted(SITUATIONS))
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    try:
        asyncio.run(run(given.situation, given.port))
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
