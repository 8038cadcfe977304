"""Seats when many act at once, or the process dies: one seat a person, one person a seat."""

import asyncio
import os
import random
import signal
from collections import Counter

import pytest

from meeting import codes
from meeting.delegations import Category, Delegation, DelegationId, DelegationThere
from meeting.people import COMMAND_LINE, Actor, UserId, Via
from meeting.seats import CodeUsed, SeatedAlready, SeatId

KILLS = 12


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The digest's cost is measured elsewhere."""
    monkeypatch.setattr(codes, "COST", 2)


def person(number: int) -> Actor:
    return Actor(Via.DISCORD, UserId(1000 + number))


def roster(number: int, seats: int = 1) -> tuple[Delegation, ...]:
    return tuple(
        Delegation(
            DelegationId(f"d{n:03}"), f"Delegation {n}", f"D {n}", Category.MEMBER, f"{n:03}", seats=seats
        )
        for n in range(number)
    )


async def coded(ledger, number: int, seats: int = 1) -> list[str]:
    """Codes of a fresh roster, in the order of its seats."""
    await ledger.delegations.import_roster(COMMAND_LINE, roster(number, seats))
    made = await ledger.delegations.make_codes(COMMAND_LINE)
    return [made[seat_id] for seat_id in sorted(made)]


async def together(*works):
    """Results and refusals of what is done at once, in a shuffled order."""
    order = list(works)
    random.Random(len(order)).shuffle(order)
    results = await asyncio.gather(*order, return_exceptions=True)
    for one in results:
        if isinstance(one, Exception) and not hasattr(one, "key"):
            raise one
    return results


def kinds(results) -> Counter:
    return Counter(type(one).__name__ for one in results)


async def test_a_hundred_people_with_their_codes_get_a_hundred_seats(ledger, witness):
    made = await coded(ledger, 100)
    results = await together(*(ledger.delegations.claim(person(n), code) for n, code in enumerate(made)))
    assert kinds(results) == {"Seated": 100}
    assert dict(witness.rows("SELECT seat_id, user_id FROM seats")) == {
        f"d{n:03}-1": 1000 + n for n in range(100)
    }
    assert witness.verbs().count("delegations.claim") == 100


async def test_one_code_seats_one_of_twenty(ledger, witness):
    (code,) = await coded(ledger, 1)
    results = await together(*(ledger.delegations.claim(person(n), code) for n in range(20)))
    assert kinds(results) == {"Seated": 1, "CodeUsed": 19}
    winner = next(one for one in results if not isinstance(one, CodeUsed))
    assert witness.column("SELECT user_id FROM seats") == [winner.seat.user_id]


async def test_one_person_with_two_codes_at_once_gets_one_seat(ledger, witness):
    one, two = await coded(ledger, 2)
    for _ in range(20):
        results = await together(
            ledger.delegations.claim(person(0), one), ledger.delegations.claim(person(0), two)
        )
        assert kinds(results) == {"Seated": 1, "SeatedAlready": 1}
        (seat_id,) = witness.column("SELECT seat_id FROM seats WHERE user_id IS NOT NULL")
        await ledger.delegations.release(COMMAND_LINE, SeatId(seat_id))
        renewed = {s: (await ledger.delegations.renew(COMMAND_LINE, s))[1] for s in ("d000-1", "d001-1")}
        one, two = renewed["d000-1"], renewed["d001-1"]


async def test_the_same_code_fifty_times_by_its_person_is_one_claim(ledger, witness):
    (code,) = await coded(ledger, 1)
    results = await together(*(ledger.delegations.claim(person(0), code) for _ in range(50)))
    assert kinds(results) == {"Seated": 50}
    assert witness.verbs().count("delegations.claim") == 1


async def test_assigning_against_claiming_leaves_one_seat(ledger, witness):
    """Forty rounds: whichever comes first, the person sits once, and where the last acknowledged act says."""
    book = ledger.delegations
    made = await coded(ledger, 40, seats=2)
    for n in range(0, 80, 2):
        own, other = made[n], f"d{(n // 2 + 1) % 40:03}"
        claimed, assigned = await asyncio.gather(
            book.claim(person(n), own),
            book.assign(COMMAND_LINE, DelegationId(other), UserId(1000 + n)),
            return_exceptions=True,
        )
        assert not isinstance(assigned, Exception)
        assert isinstance(claimed, SeatedAlready) or claimed.seat.user_id == 1000 + n
        rows = witness.column("SELECT seat_id FROM seats WHERE user_id = ?", 1000 + n)
        assert rows == [assigned.seated.seat.seat_id], "the moderator's word holds"
        await book.release(COMMAND_LINE, SeatId(rows[0]))
    assert (await ledger.verify()).whole


async def test_two_assigned_to_the_last_seat(ledger, witness):
    await coded(ledger, 1)
    book = ledger.delegations
    results = await together(
        *(book.assign(COMMAND_LINE, DelegationId("d000"), UserId(n)) for n in range(1, 9))
    )
    assert kinds(results) == {"Assigned": 1, "NoFreeSeat": 7}
    assert len(witness.column("SELECT user_id FROM seats WHERE user_id IS NOT NULL")) == 1


async def test_two_walk_ins_of_one_name_are_one(ledger, witness):
    book = ledger.delegations
    results = await together(*(book.add(COMMAND_LINE, "Partner", "", Category.MEMBER, 2) for _ in range(10)))
    assert kinds(results) == {"Delegation": 1, "DelegationThere": 9}
    assert isinstance(next(one for one in results if isinstance(one, Exception)), DelegationThere)
    assert witness.rows("SELECT delegation_id, walk_in FROM delegations") == [("partner", 1)]
    assert witness.column("SELECT count(*) FROM seats") == [2]


async def test_one_more_seat_asked_for_twice_is_one(ledger, witness):
    await coded(ledger, 1)
    book = ledger.delegations
    await book.assign(COMMAND_LINE, DelegationId("d000"), UserId(1))
    results = await together(*(book.add_seat(COMMAND_LINE, DelegationId("d000")) for _ in range(5)))
    assert kinds(results) == {"Seated": 1, "SeatsFree": 4}
    assert witness.column("SELECT count(*) FROM seats") == [2]


async def test_a_person_asks_many_times_at_once_and_has_one_request(ledger, witness):
    book = ledger.delegations
    results = await together(*(book.ask_for_seat(person(0), f"I am {n}") for n in range(20)))
    assert kinds(results) == {"Request": 20} and len({one.request_id for one in results}) == 1
    assert witness.column("SELECT count(*) FROM seat_requests") == [1]


async def test_codes_made_twice_at_once_are_all_good_or_not_given_out(ledger):
    await ledger.delegations.import_roster(COMMAND_LINE, roster(20))
    book = ledger.delegations
    first, second = await asyncio.gather(book.make_codes(COMMAND_LINE), book.make_codes(COMMAND_LINE))
    assert len(first) + len(second) == 20 and not first.keys() & second.keys()
    results = await together(
        *(book.claim(person(n), code) for n, code in enumerate([*first.values(), *second.values()]))
    )
    assert kinds(results) == {"Seated": 20}


async def test_renewing_against_claiming(ledger):
    """The old code is good or dead; never are both good, and whoever sits there stays."""
    made = await coded(ledger, 30)
    book = ledger.delegations
    for n, code in enumerate(made):
        seat_id = SeatId(f"d{n:03}-1")
        claimed, renewed = await asyncio.gather(
            book.claim(person(n), code), book.renew(COMMAND_LINE, seat_id), return_exceptions=True
        )
        with pytest.raises(codes.UnknownCode):
            await book.claim(person(99), code)
        if isinstance(claimed, codes.UnknownCode):
            assert (await book.claim(person(n), renewed[1])).seat.seat_id == seat_id
        else:
            assert (await book.seat(seat_id)).seat.user_id == 1000 + n
            with pytest.raises(CodeUsed):
                await book.claim(person(99), renewed[1])


async def test_killed_after_each_acknowledgement_the_seat_is_taken(
    ledger, opened, file, other_process, witness
):
    """Many lives of one process, each killed as soon as some more have been told that they are seated."""
    chance = random.Random(3)
    await coded(ledger, 200)
    await ledger.close()
    told: dict[str, int] = {}
    process = other_process("lives", file, "claiming")
    for _ in range(KILLS):
        process.stdin.write(b"\n")
        process.stdin.flush()
        born, pid = process.stdout.readline().split()
        assert born == b"born"
        lines = [process.stdout.readline() for _ in range(1 + chance.randrange(12))]
        os.kill(int(pid), signal.SIGKILL)
        while not lines[-1].startswith(b"died"):
            lines.append(process.stdout.readline())
        assert lines.pop().split() == [b"died", b"9"]
        for line in lines:
            _, seat_id, user_id = line.decode().split()
            assert seat_id not in told
            told[seat_id] = int(user_id)
        kept = dict(witness.rows("SELECT seat_id, user_id FROM seats WHERE user_id IS NOT NULL"))
        assert kept.items() >= told.items(), "acknowledged and lost"
        assert len(set(kept.values())) == len(kept)
    again = await opened()
    assert (await again.verify()).whole and len(told) > KILLS
