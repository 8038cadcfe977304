"""What an acknowledged act on a list of speakers is worth when many act at once."""

import asyncio
import random
from datetime import timedelta

import pytest

from meeting.delegations import Category
from meeting.floor import AlreadyAssociated, AlreadyWaiting, HasFloor, ListClosed, NotOnList, Wish
from meeting.people import Actor, Capacity, UserId, Via
from meeting.programme import ItemId
from meeting.refusals import OutOfDate
from meeting.seats import Presence
from meeting.speaker_list import Leftover, ListOver, ListShut, NobodyWaits, NotWaiting, PeopleWait, upcoming
from meeting.speaker_order import order
from meeting.speakers import Floor, SpeechKind, SpeechState
from tests.assembly import ROSTER, Assembly
from tests.racing import TURNS, split, turns

ROUNDS = 200
ITEM = ItemId("d1-02")
FACILITATOR = Actor(Via.ROOM, UserId(400), frozenset({Capacity.FACILITATOR}))


async def later(after, act):
    await turns(after)
    return await act


async def together(*racers):
    return await asyncio.gather(*racers, return_exceptions=True)


def ticks(ledger, clock):
    """From now on no two acts happen at one moment."""

    def now():
        clock.at += timedelta(microseconds=1)
        return clock.at

    ledger._writer._now = now


@pytest.fixture
async def running(seated, clock):
    """The first session runs, everybody seated, and its list is open."""
    clock.set(9, 30)
    await seated.ledger.agenda.start(seated.moderator, ITEM)
    ticks(seated.ledger, clock)
    return seated


async def forget(ledger, *tables):
    """Take all inscriptions away, so that many rounds do not slow each other down."""

    async def work(tx):
        for table in (*tables, "moves", "associations", "inscriptions", "speaker_acts"):
            await tx.run(f"DELETE FROM {table}")

    await ledger._writer.act(work)


def by_the_rule(rows):
    """Groups first, then by category; in it the two sides in turns, each as they came. The first of all is
    who came first."""
    categories = list(Category)
    of = {one.delegation_id: categories.index(one.category) for one in ROSTER}
    found, side = [], None
    for kind in (SpeechKind.GROUP, SpeechKind.STATEMENT):
        for category in range(len(categories)):
            mine = [one for one in rows if one.kind is kind and of[one.delegation_id] == category]
            mine.sort(key=lambda one: (one.inscribed_at, one.inscription_id))
            while mine:
                one = next((one for one in mine if one.floor is not side), mine[0])
                mine.remove(one)
                found.append(one)
                side = one.floor
    return found


@pytest.mark.parametrize("stands", [True, False])
async def test_a_hundred_at_once_are_a_hundred_inscriptions_in_the_order_of_the_rule(
    running, opened, clock, stands
):
    """Also where all of them ask in the same moment: then their number decides."""
    chance, ledger, book = random.Random(1), running.ledger, running.ledger.speakers
    people = [(one, 1, Wish()) for one in ROSTER]
    people += [(one, 2, Wish(SpeechKind.GROUP, group="All of us")) for one in reversed(ROSTER)][:34]
    for one in ROSTER[::3]:
        for number in (1, 2):
            await ledger.delegations.state_presence(running.person(one, number), Presence.VIRTUAL)
    if stands:
        ledger._writer._now = clock
    chance.shuffle(people)
    racers = [
        later(chance.randrange(TURNS), book.ask(running.person(one, number), None, wish))
        for one, number, wish in people
    ]
    placed = await asyncio.gather(*racers)
    assert {one.inscription.inscription_id for one in placed} == set(range(1, 101))
    for (one, number, wish), got in zip(people, placed, strict=True):
        made = got.inscription
        assert (made.delegation_id, made.kind) == (one.delegation_id, wish.kind)
        assert made.user_id == running.person(one, number).user_id
        assert made.floor is (Floor.VIRTUAL if ROSTER.index(one) % 3 == 0 else Floor.ROOM)
        assert got.seated.seat.number == number
    await ledger.close()
    found = await (await opened()).speakers.speaker_list(ITEM)
    assert set(found.inscriptions) == {one.inscription for one in placed}
    assert list(order(found)) == by_the_rule(found.inscriptions)
    assert len({one.inscribed_at for one in found.inscriptions}) == (1 if stands else 100)


@pytest.mark.parametrize("seed", range(5))
async def test_one_delegations_people_twenty_times_at_once_wait_once(running, witness, seed):
    chance = random.Random(seed)
    one, numbers = chance.choice(ROSTER), [1, 2, 3] * 20
    chance.shuffle(numbers)
    results = await together(
        *(
            later(chance.randrange(TURNS), running.ledger.speakers.ask(running.person(one, n), None, Wish()))
            for n in numbers
        ),
        running.ledger.speakers.add(FACILITATOR, None, one.delegation_id, Floor.ROOM, Wish()),
    )
    done, told = split(results, AlreadyWaiting)
    assert (len(done), len(told)) == (1, 60)
    found = await running.ledger.speakers.speaker_list()
    assert found.inscriptions == (done[0].inscription,)
    assert {refused.values["at"] for refused in told} == {done[0].inscription.inscribed_at}
    assert sum(verb in ("speakers.ask", "speakers.add") for verb in witness.verbs()) == 1


async def test_fifty_inscriptions_against_a_close_are_on_the_list_or_told(running, witness):
    """200 rounds: acknowledged is on the list, all others were told that it is closed, and nobody is
    inscribed behind the closing, whether by themselves or by a desk."""
    chance, book = random.Random(2), running.ledger.speakers
    mixed = 0
    for _ in range(ROUNDS):
        who = chance.sample(ROSTER, 50)
        racers = [
            book.add(FACILITATOR, None, one.delegation_id, chance.choice(list(Floor)), Wish())
            if chance.random() < 0.2
            else book.ask(running.person(one, chance.choice((1, 2, 3))), None, Wish())
            for one in who
        ]
        racers = [later(chance.randrange(TURNS), racer) for racer in racers]
        *results, closed = await together(*racers, later(chance.randrange(TURNS), book.close(FACILITATOR)))
        done, told = split(results, (ListClosed, ListShut))
        found = await book.speaker_list()
        assert found.closed_at == closed.closed_at is not None
        assert set(found.inscriptions) == {one.inscription for one in done}
        assert all(one.inscribed_at < found.closed_at for one in found.inscriptions), "behind the closing"
        assert {refused.values["at"] for refused in told} <= {found.closed_at}
        with pytest.raises(ListClosed):
            await book.ask(running.person(ROSTER[0]), None, Wish(SpeechKind.GROUP, group="Late"))
        mixed += bool(done and told)
        await book.reopen(FACILITATOR)
        await forget(running.ledger)
    assert mixed > ROUNDS / 2, "the close must fall among the inscriptions for this to be a race"
    shut = False
    for verb in witness.verbs():
        shut = verb == "speakers.close" or (shut and verb != "speakers.reopen")
        assert not (shut and verb in ("speakers.ask", "speakers.add"))
    assert (await running.ledger.verify()).whole


async def test_inscriptions_against_the_passing_of_the_closing_moment(running, clock):
    """Nobody need have written the closing down: from its moment on nobody is inscribed."""
    chance, book, mixed = random.Random(3), running.ledger.speakers, 0
    for _ in range(20):
        clock.set(10, 24)
        left = chance.randrange(2, 50)

        def now():
            nonlocal left
            left -= 1
            if left == 0:
                clock.forward(1)
            return clock.at

        running.ledger._writer._now = now
        racers = [
            later(chance.randrange(TURNS), book.ask(running.person(one), None, Wish()))
            for one in chance.sample(ROSTER, 50)
        ]
        rings = [later(chance.randrange(2 * TURNS), book.turn_due()) for _ in range(3)]
        results = await together(*racers, *rings)
        done, told = split(results[:50], ListClosed)
        mixed += bool(done and told)
        await book.turn_due()
        found = await book.speaker_list(ITEM)
        assert set(found.inscriptions) == {one.inscription for one in done}
        assert {at for refused in told for at in refused.values.values()} <= {"d1-02", found.closed_at}
        assert (found.closed_at.hour, found.closed_at.minute, found.closed_at.second) == (10, 25, 0)
        await forget(running.ledger, "speaker_lists")
    assert mixed > 10


async def four(running, chance):
    """Four delegations wait, and the first of all has the floor; the list."""
    book = running.ledger.speakers
    for one in chance.sample(ROSTER, 5):
        await book.ask(running.person(one), None, Wish())
    return await book.call_next(FACILITATOR)


def expecting(found):
    return found.current and found.current.inscription_id, upcoming(found).inscription_id


def one_has_the_floor(found):
    return sum(one.ended_at is None for one in found.heard) <= 1


@pytest.mark.parametrize("named", [True, False])
async def test_two_who_call_the_next_at_once(running, witness, named):
    """One calls and the other is told: by what they saw, or, where a typed command names nobody, because a
    colleague has acted just now."""
    chance, book = random.Random(4), running.ledger.speakers
    for _ in range(40):
        before = await four(running, chance)
        first = order(before)[0]
        said = len(witness.verbs())
        expected = expecting(before) if named else None
        racers = [
            later(chance.randrange(4), book.call_next(who, ITEM, expected))
            for who in (FACILITATOR, running.moderator)
        ]
        looks = [later(chance.randrange(TURNS), book.speaker_list()) for _ in range(5)]
        results = await together(*racers, *looks)
        done, told = split(results[:2], OutOfDate)
        assert all(map(one_has_the_floor, (*done, *results[2:]))), "two have the floor"
        found = await book.speaker_list()
        assert len(told) == 1
        assert found.current.inscription_id == first.inscription_id
        assert len(found.heard) == 2 and one_has_the_floor(found)
        assert witness.verbs()[said:] == ["speakers.call_next"] * len(done)
        ends = [one.ended_at for one in found.heard[:-1]]
        assert ends == [one.called_at for one in found.heard[1:]]
        await forget(running.ledger)


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("verb", ["withdraw", "put_off"])
async def test_calling_against_who_takes_it_back(running, verb, named):
    """Whoever comes first is right, and the other is told, or calls whoever comes then."""
    chance, book = random.Random(5), running.ledger.speakers
    called_first, rounds = 0, 40
    for _ in range(rounds):
        before = await four(running, chance)
        one, other = order(before)[:2]
        own = Actor(Via.DISCORD, one.user_id, frozenset({Capacity.DELEGATE}))
        expected = expecting(before) if named else None
        called, back = await together(
            later(chance.randrange(4), book.call_next(FACILITATOR, None, expected)),
            later(chance.randrange(4), getattr(book, verb)(own, one.inscription_id)),
        )
        split([called, back], OutOfDate, HasFloor)
        found = await book.speaker_list()
        now = found.named(one.inscription_id)
        withdrawn, put_off = now.withdrawn_at is not None, now.not_now_at is not None
        assert one_has_the_floor(found)
        if isinstance(called, OutOfDate) or called.current.inscription_id != one.inscription_id:
            stays = before.current if named else other
            assert found.current.inscription_id == stays.inscription_id
            assert isinstance(called, OutOfDate) == named
            assert (withdrawn, put_off) == (verb == "withdraw", verb == "put_off")
        else:
            called_first += 1
            if verb == "withdraw":
                assert isinstance(back, HasFloor) and now == found.current and not withdrawn
            else:  # not now, just after the call: they wait in their place, and nobody has the floor
                assert found.current is None and now == order(found)[0] and put_off
        await forget(running.ledger)
    assert 5 < called_first < rounds - 5, "both must come first at times for this to be a race"


async def test_fifty_presses_of_one_delegation_associate_it_once(running, witness):
    chance, book = random.Random(6), running.ledger.speakers
    speech = (await four(running, chance)).current
    others = [one for one in ROSTER if one.delegation_id != speech.delegation_id][:40]
    presses = [(others[0], n) for n in [1, 2, 3] * 17][:50] + [(one, 1) for one in others[1:]]
    chance.shuffle(presses)
    results = await together(
        *(
            later(chance.randrange(TURNS), book.associate(running.person(one, number), speech.inscription_id))
            for one, number in presses
        )
    )
    done, told = split(results, AlreadyAssociated)
    assert (len(done), len(told)) == (40, 49)
    assert sorted((await book.speaker_list()).current.associates) == sorted(
        one.delegation_id for one in others
    )
    assert witness.verbs().count("speakers.associate") == 40


async def test_who_gives_up_has_acted_once_or_not_at_all(running, witness):
    """A third of those who ask, withdraw, associate themselves and call go away at a random moment."""
    chance, ledger, book = random.Random(8), running.ledger, running.ledger.speakers
    await four(running, chance)
    acknowledged = []

    async def person(one, number):
        await turns(chance.randrange(60))
        placed = await book.ask(running.person(one, number), None, Wish(SpeechKind.GROUP, group=f"G{number}"))
        acknowledged.append(("inscribed_at", placed.inscription))
        await turns(chance.randrange(20))
        if chance.random() < 0.4:
            back = await book.withdraw(running.person(one), placed.inscription.inscription_id)
            acknowledged.append(("withdrawn_at", back.inscription))

    async def call():
        await turns(chance.randrange(60))
        found = await book.call_next(FACILITATOR)
        acknowledged.append(("called_at", found.current))

    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(person(one, 1 + n % 3)) for n, one in enumerate(ROSTER)]
    tasks += [loop.create_task(call()) for _ in range(15)]
    for task in chance.sample(tasks, 27):
        await turns(chance.randrange(5))
        task.cancel()
    _, given_up = split(
        await together(*tasks), asyncio.CancelledError, HasFloor, NotOnList, NotWaiting, NobodyWaits
    )
    assert given_up
    found = await book.speaker_list()
    assert {what for what, _ in acknowledged} == {"inscribed_at", "withdrawn_at", "called_at"}
    for what, one in acknowledged:
        stands = found.named(one.inscription_id)
        assert getattr(stands, what) == getattr(one, what), "acknowledged and lost"
    verbs, gone = witness.verbs(), [one for one in found.inscriptions if one.withdrawn_at is not None]
    assert verbs.count("speakers.ask") == len(found.inscriptions)
    assert verbs.count("speakers.withdraw") == len(gone)
    assert verbs.count("speakers.call_next") == len(found.heard) and one_has_the_floor(found)
    assert (await ledger.verify()).whole


@pytest.mark.parametrize("sure", [None, 0])
@pytest.mark.parametrize("closing", [False, True])
async def test_inscriptions_against_the_next_item(opened, make, clock, moderator, closing, sure):
    """The item does not end over the head of whoever was told that they are on its list: they wait, or it was
    confirmed that they are left, and whoever comes after is told that the list is closed."""
    chance, rounds = random.Random(9), 25
    items = [make.item(f"i{n:02}", 7 + n // 2, 30 * (n % 2)) for n in range(rounds + 1)]
    ledger = await opened()
    await ledger.agenda.import_programme(make.programme(items), marking="", start=None)
    seated = await Assembly(ledger, moderator).seat()
    clock.set(7)
    book, ended, stayed = ledger.speakers, 0, 0
    await ledger.agenda.start(moderator, ItemId("i00"))
    for n in range(rounds):
        item_id = ItemId(f"i{n:02}")
        racers = [
            later(chance.randrange(TURNS), book.ask(seated.person(one), item_id, Wish()))
            for one in chance.sample(ROSTER, 6)
        ]
        racers.append(later(chance.randrange(TURNS), ledger.agenda.next(moderator, sure=sure)))
        if closing:
            racers.append(later(chance.randrange(TURNS), book.close(FACILITATOR, item_id)))
        results = await together(*racers)
        done, _ = split(results[:6], ListClosed)
        gone, _ = split(results[6:7], PeopleWait, Leftover)
        split(results[7:], ListOver, ListShut)
        found = await book.speaker_list(item_id)
        assert set(found.inscriptions) == {one.inscription for one in done}, "acknowledged and lost"
        assert found.sitting.over == bool(gone)
        if not gone:
            stayed += 1
            assert set(found.waiting) == set(found.inscriptions) != set()
            if found.closed_at is None:
                await book.close(FACILITATOR, item_id)
            current = (await book.speaker_list(item_id)).current
            sure_of = current.inscription_id if current is not None else 0
            await ledger.agenda.next(moderator, sure=sure_of)
        else:
            ended += 1
            assert (closing and sure is not None) or not done, "ended over their heads"
        found = await book.speaker_list(item_id)
        assert set(found.left) == {one.inscription for one in done}
        assert {found.state_of(one) for one in found.inscriptions} <= {SpeechState.NOT_TAKEN}
    assert ended > 2 and stayed > 2, "both must happen for this to be a race"
