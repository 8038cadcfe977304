"""What an acknowledged ballot is worth when many answer, change their minds, give up, or the poll closes."""

import asyncio
import random
from datetime import timedelta
from itertools import cycle

import pytest

from meeting.delegations import Tally
from meeting.poll_life import AlreadyClosed, AlreadyOpened, AlreadyShown, StillOpen
from meeting.poll_times import Moment
from meeting.polls import AlreadyAnswered, NotOpen, PollClosed, PollKind, PollState, Secrecy, Showing, Unit
from meeting.programme import ItemId
from meeting.seats import NotSeated, SeatId
from tests.assembly import ROSTER, Assembly, counted, draw
from tests.racing import TURNS, split, turns

ROUNDS = 200


class Ballots:
    """Casts for a test, and keeps what was acknowledged, in the order of the acknowledgements."""

    def __init__(self, seated, poll, chance):
        self.seated, self.poll, self.chance = seated, poll, chance
        self.acknowledged = []

    async def cast(self, delegation, number=1, *, choice=None, after=0):
        await turns(after)
        choice = draw(self.chance, self.poll) if choice is None else choice
        asking = await self.seated.ledger.ballots.cast(
            self.seated.person(delegation, number), self.poll.poll_id, choice
        )
        assert asking.choice == choice
        self.acknowledged.append((delegation.delegation_id, choice))

    @property
    def last(self):
        return dict(self.acknowledged)

    def counted(self):
        return self.seated.count(self.poll, self.last)


def passes(ledger, clock, act, minutes):
    """The clock passes on while the acts of a burst are under way: before the so-many-th from now."""
    left = act

    def now():
        nonlocal left
        left -= 1
        if left == 0:
            clock.forward(minutes)
        return clock.at

    ledger._writer._now = now


async def together(*racers):
    return await asyncio.gather(*racers, return_exceptions=True)


@pytest.mark.parametrize("secrecy", Secrecy)
@pytest.mark.parametrize("kind", PollKind)
async def test_a_hundred_people_at_once_are_a_hundred_ballots(seated, opened, kind, secrecy):
    chance = random.Random(1)
    poll = await seated.add(kind, secrecy=secrecy, unit=Unit.PERSON)
    people = [(one, 1) for one in ROSTER] + [(one, 2) for one in reversed(ROSTER)][:34]
    choices = [draw(chance, poll) for _ in people]
    acts = [
        seated.ledger.ballots.cast(seated.person(one, number), poll.poll_id, choice)
        for (one, number), choice in zip(people, choices, strict=True)
    ]
    await asyncio.gather(*acts)
    assert sum((await seated.ledger.polls.standing(poll.poll_id)).answered.values()) == 100
    await seated.ledger.close()
    seated.ledger = await opened()
    await seated.ledger.polls.close(seated.moderator, poll.poll_id)
    tallies = {tally: [] for tally in Tally}
    for (one, _), choice in zip(people, choices, strict=True):
        tallies[one.tally].append(choice)
    assert await seated.figures(poll) == {tally: counted(poll, own) for tally, own in tallies.items()}
    standing = await seated.ledger.polls.standing(poll.poll_id)
    assert sum(standing.answered.values()) == 100
    assert {one.tally: one.answered for one in standing.figures} == standing.answered
    verdict = await seated.ledger.verify()
    assert verdict.first_bad is None


@pytest.mark.parametrize("secrecy", [Secrecy.NAMED, Secrecy.OPEN_CHANGEABLE])
@pytest.mark.parametrize("seed", range(5))
async def test_one_delegations_people_twenty_times_at_once_are_one_ballot(seated, witness, secrecy, seed):
    """The one that stands is the last committed: the audit and the acknowledgements agree whose that was."""
    chance = random.Random(seed)
    poll = await seated.add(size=25, secrecy=secrecy, abstaining=False)
    ballots = Ballots(seated, poll, chance)
    order = []

    async def press(number, option):
        await ballots.cast(ROSTER[0], number, choice=(option,), after=chance.randrange(TURNS))
        order.append((number, option))

    numbers = [1, 2, 3] * 20
    chance.shuffle(numbers)
    await asyncio.gather(*(press(number, n % 25) for n, number in enumerate(numbers)))
    stands = witness.rows("SELECT voter, choice FROM ballots WHERE poll_id = ?", poll.poll_id)
    assert stands == [(ROSTER[0].delegation_id, f"[{order[-1][1]}]")]
    audited = witness.column(
        "SELECT json_extract(payload, '$.seat') FROM audit JOIN audit_details USING (seq)"
        " WHERE verb = 'ballots.cast' ORDER BY seq"
    )
    assert audited == [f"{ROSTER[0].delegation_id}-{number}" for number, _ in order]
    assert witness.rows("SELECT voter, seat_id FROM answers") == [(ROSTER[0].delegation_id, audited[-1])]
    for number in (1, 2, 3):
        mine = await seated.ledger.ballots.mine(seated.person(ROSTER[0], number), poll.poll_id)
        assert (mine.choice, mine.by_me) == ((order[-1][1],), number == order[-1][0])
    await seated.ledger.polls.close(seated.moderator, poll.poll_id)
    assert await seated.figures(poll) == ballots.counted()


async def test_one_person_fifty_times_is_one_ballot_the_last(seated):
    chance = random.Random(2)
    poll = await seated.add(PollKind.POINTS)
    ballots = Ballots(seated, poll, chance)
    await asyncio.gather(*(ballots.cast(ROSTER[3], after=chance.randrange(TURNS)) for _ in range(50)))
    assert len(ballots.acknowledged) == 50
    mine = await seated.ledger.ballots.mine(seated.person(ROSTER[3]), poll.poll_id)
    assert mine.choice == ballots.acknowledged[-1][1]
    await seated.ledger.polls.close(seated.moderator, poll.poll_id)
    assert await seated.figures(poll) == ballots.counted()


@pytest.mark.parametrize("seed", range(5))
async def test_of_a_secret_ballot_the_first_of_a_delegation_wins(seated, seed):
    chance = random.Random(seed)
    poll = await seated.add(secrecy=Secrecy.SECRET_FINAL, size=25, abstaining=False)
    ballots = Ballots(seated, poll, chance)
    # Enough other members that the tally shows.
    for one in ROSTER[1:7]:
        await ballots.cast(one)
    racers = [
        ballots.cast(ROSTER[0], number, choice=(n,), after=chance.randrange(TURNS))
        for n, number in enumerate([1, 2, 3] * 7)
    ]
    chance.shuffle(racers)
    done, told = split(await together(*racers), AlreadyAnswered)
    assert (len(done), len(told)) == (1, 20)
    await seated.ledger.polls.close(seated.moderator, poll.poll_id)
    assert len(ballots.last) == 7 == len(ballots.acknowledged)
    assert await seated.figures(poll) == ballots.counted()
    assert sum((await seated.ledger.polls.standing(poll.poll_id)).answered.values()) == 7


SORTS = [(kind, secrecy) for kind in PollKind for secrecy in Secrecy]


async def test_fifty_ballots_against_a_close_are_counted_or_told(seated):
    """200 rounds over all kinds and secrecies: acknowledged is counted, all others were told so, and the
    tally is fixed: a later ballot is refused and changes nothing."""
    chance, ledger = random.Random(3), seated.ledger
    mixed = 0
    for number, (kind, secrecy) in zip(range(ROUNDS), cycle(SORTS)):
        poll = await seated.add(kind, secrecy=secrecy)
        ballots = Ballots(seated, poll, chance)
        who = chance.sample(ROSTER, 50)
        if secrecy is not Secrecy.SECRET_FINAL:
            who[40:] = chance.choices(who[:40], k=10)  # some of them change their minds
        if number % 2:
            for one in ROSTER[:3]:
                await ballots.cast(one) if one not in who or secrecy is not Secrecy.SECRET_FINAL else None

        async def close(after, poll=poll):
            await turns(after)
            return await ledger.polls.close(seated.moderator, poll.poll_id)

        before = len(ballots.acknowledged)
        racers = [ballots.cast(one, chance.choice((1, 2, 3)), after=chance.randrange(TURNS)) for one in who]
        results = await together(*racers, close(chance.randrange(TURNS)))
        done, told = split(results, PollClosed)
        assert len(done) + len(told) == 51 and isinstance(results[-1], type(poll))
        assert len(ballots.acknowledged) - before == len(done) - 1
        mixed += bool(told and len(done) > 1)
        standing = await ledger.polls.standing(poll.poll_id)
        assert await seated.figures(poll) == ballots.counted()
        assert {one.tally: standing.answered.get(one.tally, 0) for one in standing.figures} == {
            one.tally: one.answered for one in standing.figures
        }
        late = chance.choice(ROSTER)
        with pytest.raises(PollClosed):
            await ledger.ballots.cast(seated.person(late), poll.poll_id, draw(chance, poll))
        assert await ledger.polls.standing(poll.poll_id) == standing
        await seated.forget(poll)
    assert mixed > ROUNDS / 2, "the close must fall among the ballots for this to be a race"
    assert (await ledger.verify()).first_bad is None


@pytest.mark.parametrize("secrecy", Secrecy)
async def test_ballots_against_the_passing_of_the_closing_moment(seated, clock, secrecy):
    """Nobody need have written the closing down: from its moment on no ballot counts."""
    chance, ledger = random.Random(4), seated.ledger
    mixed = 0
    for _ in range(20):
        poll = await ledger.polls.open(
            seated.moderator, (await seated.add(secrecy=secrecy, opened=False)).poll_id, minutes=1
        )
        ballots = Ballots(seated, poll, chance)

        async def ring(after):
            await turns(after)
            return await ledger.polls.turn_due()

        passes(ledger, clock, chance.randrange(2, 50), 1)
        racers = [ballots.cast(one, after=chance.randrange(TURNS)) for one in chance.sample(ROSTER, 50)]
        results = await together(*racers, *(ring(chance.randrange(2 * TURNS)) for _ in range(3)))
        _, told = split(results[:50], PollClosed)
        turned = [one for found in results[50:] for one in found]
        assert len(turned) <= 1, "closed twice"
        turned += await ledger.polls.turn_due()
        mixed += bool(told and ballots.acknowledged)
        assert [(one.poll_id, one.state) for one in turned] == [(poll.poll_id, PollState.CLOSED)]
        assert {refused.values["at"] for refused in told} <= {poll.extended_to, turned[0].closed_at}
        standing = await ledger.polls.standing(poll.poll_id)
        assert sum(standing.answered.values()) == len(ballots.acknowledged)
        assert await seated.figures(poll) == ballots.counted()
        await seated.forget(poll)
    assert mixed > 10


async def test_ballots_against_the_end_of_the_item(opened, make, clock, moderator):
    """The closing is the item's real end: what comes behind `next` is told, though the poll stands open."""
    chance = random.Random(5)
    rounds = 20
    items = [make.item(f"i{n:02}", 9, 2 * n, length=2) for n in range(rounds + 1)]
    ledger = await opened()
    await ledger.agenda.import_programme(make.programme(items), marking="", start=None)
    seated = await Assembly(ledger, moderator).seat()
    clock.set(9)
    mixed = 0
    for n in range(rounds):
        await ledger.agenda.start(moderator, ItemId(f"i{n:02}")) if n == 0 else None
        poll = await seated.add(
            item_id=ItemId(f"i{n:02}"), opens=Moment.read("start"), closes=Moment.read("end"), opened=False
        )
        (opened_by_clock,) = await ledger.polls.turn_due()
        assert opened_by_clock.poll_id == poll.poll_id
        ballots = Ballots(seated, poll, chance)

        async def end(after):
            await turns(after)
            return await ledger.agenda.next(moderator)

        async def ring(after):
            await turns(after)
            return await ledger.polls.turn_due()

        racers = [ballots.cast(one, after=chance.randrange(TURNS)) for one in chance.sample(ROSTER, 50)]
        rings = [ring(chance.randrange(3 * TURNS)) for _ in range(3)]
        results = await together(*racers, *rings, end(chance.randrange(TURNS)))
        assert not any(isinstance(one, BaseException) for one in results[50:])
        _, told = split(results[:50], PollClosed)
        mixed += bool(told and ballots.acknowledged)
        closed = [one for turned in results[50:53] for one in turned]
        assert len(closed) <= 1, "closed twice"
        closed += await ledger.polls.turn_due()
        assert [(one.poll_id, one.state) for one in closed] == [(poll.poll_id, PollState.CLOSED)]
        assert await seated.figures(poll) == ballots.counted()
        clock.forward(2)
    assert mixed > rounds / 2


async def test_ballots_against_the_opening(seated):
    chance, ledger = random.Random(6), seated.ledger
    mixed = 0
    for _ in range(20):
        poll = await seated.add(opened=False)
        ballots = Ballots(seated, poll, chance)

        async def open_(after, poll=poll):
            await turns(after)
            return await ledger.polls.open(seated.moderator, poll.poll_id)

        racers = [ballots.cast(one, after=chance.randrange(TURNS)) for one in ROSTER[:30]]
        opens = [open_(chance.randrange(TURNS)) for _ in range(2)]
        results = await together(*racers, *opens)
        split(results[30:], AlreadyOpened)
        assert sum(isinstance(one, AlreadyOpened) for one in results[30:]) == 1
        _, told = split(results[:30], NotOpen)
        mixed += bool(told and ballots.acknowledged)
        await ledger.polls.close(seated.moderator, poll.poll_id)
        assert await seated.figures(poll) == ballots.counted()
        await seated.forget(poll)
    assert mixed > 10


async def test_extending_against_closing_leaves_one_truth(seated, clock, witness):
    """Either the extension came first, and the close stands all the same; or it is told that it is closed."""
    chance, ledger = random.Random(7), seated.ledger
    extended_first = 0
    for _ in range(30):
        poll = await ledger.polls.open(seated.moderator, (await seated.add(opened=False)).poll_id, minutes=5)

        async def close(poll=poll):
            await turns(chance.randrange(TURNS))
            return await ledger.polls.close(seated.moderator, poll.poll_id)

        async def extend(poll=poll):
            await turns(chance.randrange(TURNS))
            return await ledger.polls.extend(seated.moderator, poll.poll_id, 10)

        closed, extended = await together(close(), extend())
        split([closed], ())
        split([extended], AlreadyClosed)
        extended_first += not isinstance(extended, BaseException)
        stands = (await ledger.polls.standing(poll.poll_id)).poll
        assert stands.state is PollState.CLOSED
        minutes = 5 if isinstance(extended, AlreadyClosed) else 15
        assert stands.extended_to == clock.at + timedelta(minutes=minutes)
        with pytest.raises(PollClosed):
            await ledger.ballots.cast(seated.person(ROSTER[0]), poll.poll_id, (0,))
        await seated.forget(poll)
    assert 0 < extended_first < 30


async def test_an_extension_against_the_clock_counts_or_is_told(seated, clock):
    """A ballot told that the poll was closed is never followed by one that counts."""
    chance, ledger = random.Random(8), seated.ledger
    won = 0
    for _ in range(30):
        poll = await ledger.polls.open(seated.moderator, (await seated.add(opened=False)).poll_id, minutes=5)

        async def extend(poll=poll):
            await turns(chance.randrange(TURNS))
            return await ledger.polls.extend(seated.moderator, poll.poll_id, 10)

        heard = []

        async def press(one, poll=poll, heard=heard):
            await turns(chance.randrange(TURNS))
            try:
                await ledger.ballots.cast(seated.person(one), poll.poll_id, (0,))
            except PollClosed:
                heard.append("told")
            else:
                heard.append("counted")

        passes(ledger, clock, chance.randrange(2, 20), 5)
        extended, *_ = await together(extend(), *(press(one) for one in ROSTER[:20]))
        turned = await ledger.polls.turn_due()
        split([extended], AlreadyClosed)
        assert heard == sorted(heard), "counted after another was told that it is closed"
        stays = not isinstance(extended, AlreadyClosed)
        won += stays
        assert [one.poll_id for one in turned] == ([] if stays else [poll.poll_id])
        if stays:
            assert "told" not in heard
        await seated.forget(poll)
    assert 0 < won < 30


async def test_results_show_only_from_the_release_on(seated):
    chance, ledger = random.Random(9), seated.ledger
    for _ in range(10):
        poll = await seated.add(showing=Showing.RELEASED)
        ballots = Ballots(seated, poll, chance)
        await asyncio.gather(*(ballots.cast(one) for one in ROSTER[:20]))
        with pytest.raises(StillOpen):
            await ledger.polls.release(seated.moderator, poll.poll_id)
        await ledger.polls.close(seated.moderator, poll.poll_id)

        async def look(poll=poll):
            await turns(chance.randrange(TURNS))
            return await ledger.polls.standing(poll.poll_id)

        async def release(poll=poll):
            await turns(chance.randrange(TURNS))
            return await ledger.polls.release(seated.moderator, poll.poll_id)

        *seen, first, second = await together(*(look() for _ in range(20)), release(), release())
        assert sorted(isinstance(one, AlreadyShown) for one in (first, second)) == [False, True]
        for standing in seen:
            assert bool(standing.figures) == (standing.poll.released_at is not None)
        assert await seated.figures(poll) == ballots.counted()
        await seated.forget(poll)


async def test_of_two_closes_one_closes(seated, witness):
    chance, ledger = random.Random(10), seated.ledger
    for _ in range(20):
        poll = await seated.add(secrecy=chance.choice(list(Secrecy)))
        ballots = Ballots(seated, poll, chance)

        async def close(poll=poll):
            await turns(chance.randrange(TURNS))
            return await ledger.polls.close(seated.moderator, poll.poll_id)

        results = await together(close(), close(), close(), *(ballots.cast(one) for one in ROSTER[:30]))
        done, told = split(results[:3], AlreadyClosed)
        assert (len(done), len(told)) == (1, 2)
        closes = "SELECT count(*) FROM audit WHERE verb = 'polls.close' AND subject = ?"
        assert witness.column(closes, poll.poll_id) == [1]
        await seated.forget(poll)


@pytest.mark.parametrize("secrecy", Secrecy)
async def test_who_gives_up_is_counted_once_or_not_at_all(seated, witness, secrecy):
    """A third of 198 people go away at a random moment; whoever was acknowledged is counted, once."""
    chance = random.Random(11)
    poll = await seated.add(size=25, secrecy=secrecy, unit=Unit.PERSON, abstaining=False)
    people = [(one, number) for one in ROSTER for number in (1, 2, 3)]
    acknowledged = set()

    async def press(one, number):
        await turns(chance.randrange(60))
        person = seated.person(one, number)
        await seated.ledger.ballots.cast(person, poll.poll_id, (number,))
        acknowledged.add(str(person.user_id))

    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(press(one, number)) for one, number in people]
    for task in chance.sample(tasks, 66):
        await turns(chance.randrange(5))
        task.cancel()
    _, given_up = split(await together(*tasks), asyncio.CancelledError)
    assert given_up
    await seated.ledger.polls.close(seated.moderator, poll.poll_id)
    answered = set(witness.column("SELECT voter FROM answers"))
    assert acknowledged <= answered, "acknowledged and lost"
    kept = witness.rows("SELECT choice, sum(times) FROM cut_ballots GROUP BY choice")
    if secrecy is Secrecy.NAMED:
        kept = witness.rows("SELECT choice, count(*) FROM ballots GROUP BY choice")
    numbers = {str(seated.person(one, number).user_id): number for one, number in people}
    assert dict(kept) == {
        f"[{number}]": sum(numbers[voter] == number for voter in answered) for number in (1, 2, 3)
    }
    assert witness.verbs().count("ballots.cast") == len(answered)


async def test_a_seat_released_among_the_presses_counts_or_is_told(seated):
    """Two of a delegation's people go while all press: its ballot is the last acknowledged."""
    chance, ledger = random.Random(12), seated.ledger
    one = ROSTER[5]
    poll = await seated.add(size=25, abstaining=False)
    ballots = Ballots(seated, poll, chance)

    async def release(number):
        await turns(chance.randrange(TURNS))
        await ledger.delegations.release(seated.moderator, SeatId(f"{one.delegation_id}-{number}"))

    presses = [
        ballots.cast(one, number, choice=(n,), after=chance.randrange(2 * TURNS))
        for n, number in enumerate([1, 2, 3] * 8)
    ]
    results = await together(release(2), release(3), *presses)
    _, told = split(results, NotSeated)
    assert told and ballots.acknowledged
    await ledger.polls.close(seated.moderator, poll.poll_id)
    assert await seated.figures(poll) == ballots.counted()
