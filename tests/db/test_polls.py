"""Polls by the book: who may do what and when, what everybody may know, and what stays as it was."""

import dataclasses
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from meeting.delegations import Category, Tally
from meeting.people import Actor, Capacity, NotPermitted, UserId, Via
from meeting.poll_life import (
    AlreadyClosed,
    AlreadyOpened,
    AlreadyShown,
    CountUnfit,
    HandCount,
    LinkedShowing,
    NeverOpened,
    NotCountable,
    NoTimeGiven,
    OptionsMissing,
    OptionTwice,
    StillOpen,
    TimeOver,
    TooFewOptions,
)
from meeting.poll_times import Moment
from meeting.polls import (
    ABSTAINED,
    AlreadyAnswered,
    AnswerFirst,
    Breakdown,
    Gated,
    HasLeft,
    InPersonOnly,
    NotOpen,
    Option,
    OutsideElectorate,
    Poll,
    PollClosed,
    PollId,
    PollKind,
    PollState,
    Secrecy,
    Showing,
    Unit,
    UnknownOption,
    UnknownPoll,
    WrongSum,
)
from meeting.programme import ItemId, Mode
from meeting.seats import NotSeated, Presence, SeatId
from meeting.tallies import Figures, GroupFigures, OptionFigures
from tests.assembly import ROSTER, SHAPES, Assembly

MEMBERS = [one for one in ROSTER if one.tally is Tally.MEMBERS]
ORGANISATIONS = [one for one in ROSTER if one.tally is Tally.MEMBER_ORGANISATIONS]
OBSERVERS = [one for one in ROSTER if one.tally is Tally.OBSERVERS]

AB = (Option("a"), Option("b"))

FACILITATOR = Actor(Via.ROOM, UserId(400), frozenset({Capacity.FACILITATOR}))
RAPPORTEUR = Actor(Via.DISCORD, UserId(500), frozenset({Capacity.RAPPORTEUR}))


def figures_in(value):
    """Every figure anywhere in a value, however deep."""
    if isinstance(value, Figures | OptionFigures | GroupFigures | HandCount):
        yield value
    if dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            yield from figures_in(getattr(value, one.name))
    elif isinstance(value, Mapping):
        for one in (*value.keys(), *value.values()):
            yield from figures_in(one)
    elif isinstance(value, tuple | list | set | frozenset):
        for one in value:
            yield from figures_in(one)


async def answer(seated, poll, delegations, choice=(0,), number=1):
    for one in delegations:
        await seated.ledger.ballots.cast(seated.person(one, number), poll.poll_id, choice)


async def standing(seated, poll):
    return await seated.ledger.polls.standing(poll.poll_id)


# The gate


SHOWINGS = [
    (showing, secrecy)
    for showing in Showing
    for secrecy in Secrecy
    if showing in (Showing.CLOSING, Showing.RELEASED) or secrecy is Secrecy.NAMED
]


@pytest.mark.parametrize(("showing", "secrecy"), SHOWINGS)
async def test_no_figure_is_anywhere_in_what_everybody_may_know_while_it_is_gated(seated, showing, secrecy):
    polls, moderator = seated.ledger.polls, seated.moderator
    poll = await seated.add(showing=showing, secrecy=secrecy, breakdown=Breakdown.SUB_REGION)

    async def shows():
        found = list(figures_in(await polls.standings()))
        export = None
        try:
            export = await polls.export(moderator, poll.poll_id)
        except Gated:
            pass
        assert bool(found) == (export is not None), "one gate"
        return bool(found)

    async def stands(state):
        assert (await standing(seated, poll)).poll.state is state
        return await shows()

    await answer(seated, poll, MEMBERS)
    live = showing is Showing.LIVE
    assert await stands(PollState.OPEN) == live
    await polls.hand_count(moderator, poll.poll_id, HandCount(Tally.MEMBERS, 5, (5, 0, 0, 0, 0)))
    assert await shows() == live, "nor what was counted by hand"
    assert (await standing(seated, poll)).answered == {Tally.MEMBERS: 45}, "turnout shows"
    await polls.close(moderator, poll.poll_id)
    assert await stands(PollState.CLOSED) == (showing is not Showing.RELEASED)
    if showing is Showing.RELEASED:
        await polls.release(moderator, poll.poll_id)
    assert await shows(), "control"
    assert len((await standing(seated, poll)).hand_counts) == 1


async def test_a_further_round_does_not_tell_of_a_gated_one_before_it(seated):
    polls, moderator = seated.ledger.polls, seated.moderator
    poll = await seated.add(showing=Showing.RELEASED)
    await answer(seated, poll, MEMBERS[:10])
    await polls.close(moderator, poll.poll_id)
    later = await polls.round(moderator, poll.poll_id)
    assert later.showing is Showing.RELEASED
    await polls.open(moderator, later.poll_id)
    await answer(seated, later, MEMBERS[:10], (1,))
    await polls.close(moderator, later.poll_id)
    await polls.release(moderator, later.poll_id)
    shown = await standing(seated, later)
    assert shown.figures[0].options[1].count == 10
    assert shown.earlier is not None and shown.earlier.poll.poll_id == poll.poll_id
    assert list(figures_in(shown.earlier)) == [], "its results were not released"
    assert list(figures_in(await standing(seated, poll))) == []
    await polls.release(moderator, poll.poll_id)
    assert (await standing(seated, later)).earlier.figures[0].options[0].count == 10


async def test_own_answers_open_the_gate_for_those_who_gave_them(seated):
    polls = seated.ledger.polls
    poll = await seated.add(secrecy=Secrecy.NAMED, showing=Showing.OWN)
    await answer(seated, poll, MEMBERS[:3])
    here, elsewhere = seated.person(MEMBERS[0], 2), seated.person(MEMBERS[7])
    assert (await polls.own(here, poll.poll_id)).figures[0].options[0].count == 3, "a colleague's is theirs"
    with pytest.raises(AnswerFirst):
        await polls.own(elsewhere, poll.poll_id)
    await answer(seated, poll, [MEMBERS[7]], (1,))
    assert (await polls.own(elsewhere, poll.poll_id)).figures[0].answered == 4
    assert list(figures_in(await polls.standings())) == []
    with pytest.raises(NotSeated):
        await polls.own(seated.moderator, poll.poll_id)
    await polls.close(seated.moderator, poll.poll_id)
    assert (await standing(seated, poll)).figures[0].answered == 4


async def test_results_of_own_answers_are_not_shown_by_polls_that_do_not_say_so(seated):
    poll = await seated.add()
    await answer(seated, poll, MEMBERS[:3])
    with pytest.raises(Gated):
        await seated.ledger.polls.own(seated.person(MEMBERS[0]), poll.poll_id)


# Running polls


async def test_who_may_run_polls(seated, nobody, clerk):
    polls = seated.ledger.polls
    draft = Poll(PollId("?"), "What?", PollKind.SINGLE, AB)
    delegate = seated.person(MEMBERS[0])
    for who in (delegate, RAPPORTEUR):
        for act in (
            lambda: polls.create(who, draft),  # noqa: B023 - awaited at once
            lambda: polls.open(who, PollId("p")),  # noqa: B023
            lambda: polls.close(who, PollId("p")),  # noqa: B023
            lambda: polls.extend(who, PollId("p"), 5),  # noqa: B023
            lambda: polls.release(who, PollId("p")),  # noqa: B023
            lambda: polls.enter(who, PollId("p"), ["a"]),  # noqa: B023
            lambda: polls.round(who, PollId("p")),  # noqa: B023
            lambda: polls.hand_count(who, PollId("p"), HandCount(Tally.MEMBERS, 1, (1, 0))),  # noqa: B023
        ):
            with pytest.raises(NotPermitted):
                await act()
    with pytest.raises(NotPermitted):
        await polls.export(delegate, PollId("p"))
    assert await polls.polls() == ()
    for who in (FACILITATOR, clerk, seated.moderator):
        made = await polls.create(who, draft)
        await polls.open(who, made.poll_id)
        await polls.close(who, made.poll_id)
        assert (await polls.export(RAPPORTEUR, made.poll_id)).ballots == ()
    assert [one.poll_id for one in await polls.polls()] == ["h1", "h2", "h3"]


async def test_a_polls_life_and_what_it_refuses_on_the_way(seated, clock, witness):
    polls, moderator, one = seated.ledger.polls, seated.moderator, seated.person(MEMBERS[0])
    made = await polls.create(moderator, Poll(PollId("x"), " What? ", PollKind.SINGLE, AB))
    assert (made.poll_id, made.question, made.item_id) == ("h1", "What?", None)
    for refusal, act in (
        (NotOpen, seated.ledger.ballots.cast(one, made.poll_id, (0,))),
        (NeverOpened, polls.close(moderator, made.poll_id)),
        (NeverOpened, polls.extend(moderator, made.poll_id, 5)),
        (NeverOpened, polls.release(moderator, made.poll_id)),
        (NeverOpened, polls.round(moderator, made.poll_id)),
        (NoTimeGiven, polls.open(moderator, made.poll_id, 0)),
    ):
        with pytest.raises(refusal):
            await act
    opened = await polls.open(moderator, made.poll_id, 30)
    assert (opened.opened_at, opened.extended_to) == (clock.at, clock.at + timedelta(minutes=30))
    with pytest.raises(AlreadyOpened):
        await polls.open(moderator, made.poll_id)
    with pytest.raises(StillOpen):
        await polls.release(moderator, made.poll_id)
    with pytest.raises(StillOpen):
        await polls.round(moderator, made.poll_id)
    assert (await polls.extend(moderator, made.poll_id, 10)).extended_to == clock.at + timedelta(minutes=40)
    assert (await polls.extend(moderator, made.poll_id, -20)).extended_to == clock.at + timedelta(minutes=20)
    with pytest.raises(NoTimeGiven):
        await polls.extend(moderator, made.poll_id, -20)
    await seated.ledger.ballots.cast(one, made.poll_id, (1,))
    clock.forward(20)
    with pytest.raises(PollClosed):
        await seated.ledger.ballots.cast(one, made.poll_id, (0,))
    with pytest.raises(AlreadyClosed):
        await polls.extend(moderator, made.poll_id, 10)
    closed = await polls.close(moderator, made.poll_id)
    with pytest.raises(AlreadyClosed) as told:
        await polls.close(moderator, made.poll_id)
    assert told.value.values["at"] == closed.closed_at == clock.at
    with pytest.raises(AlreadyShown):
        await polls.release(moderator, made.poll_id)
    assert (await standing(seated, made)).figures[0].options[1].count == 1
    assert [verb for verb in witness.verbs() if verb != "agenda.import"] == [
        "polls.create",
        "polls.open",
        "polls.extend",
        "polls.extend",
        "ballots.cast",
        "polls.close",
    ]


async def test_drafts_that_cannot_be_asked_leave_nothing(seated):
    polls, single = seated.ledger.polls, PollKind.SINGLE
    for refusal, options, more in (
        (TooFewOptions, ("a",), {}),
        (OptionTwice, ("a", "A"), {}),
        (LinkedShowing, ("a", "b"), {"showing": Showing.LIVE}),
    ):
        with pytest.raises(refusal):
            await polls.create(
                seated.moderator, Poll(PollId("x"), "What?", single, tuple(map(Option, options)), **more)
            )
    assert await polls.polls() == ()
    for act in (polls.standing, polls.open, polls.close, polls.round, polls.release):
        arguments = (PollId("h1"),) if act == polls.standing else (seated.moderator, PollId("h1"))
        with pytest.raises(UnknownPoll):
            await act(*arguments)


async def test_who_may_answer_and_what_is_an_answer(seated, clock):
    ballots = seated.ledger.ballots
    poll = await seated.add(PollKind.POINTS, electorate=frozenset({Tally.OBSERVERS}))
    observer = seated.person(OBSERVERS[0])
    for refusal, who, choice in (
        (NotSeated, seated.moderator, (10, 0, 0, 0, 0)),
        (OutsideElectorate, seated.person(MEMBERS[0]), (5, 5, 0, 0, 0)),
        (WrongSum, observer, (5, 4, 0, 0, 0)),
        (UnknownOption, observer, (5, 5)),
    ):
        with pytest.raises(refusal):
            await ballots.cast(who, poll.poll_id, choice)
    with pytest.raises(OutsideElectorate):
        await ballots.ask(seated.person(MEMBERS[0]), poll.poll_id)
    assert (await standing(seated, poll)).answered == {}
    assert (await ballots.cast(observer, poll.poll_id, ABSTAINED)).choice == ABSTAINED
    await seated.ledger.delegations.note_presence(
        seated.moderator, SeatId(f"{OBSERVERS[1].delegation_id}-1"), Presence.LEFT
    )
    with pytest.raises(HasLeft):
        await ballots.cast(seated.person(OBSERVERS[1]), poll.poll_id, (5, 5, 0, 0, 0))
    assert (await standing(seated, poll)).answered == {Tally.OBSERVERS: 1}


async def test_a_colleague_sees_that_and_when_the_delegation_answered(seated, clock):
    ballots = seated.ledger.ballots
    for secrecy in Secrecy:
        poll = await seated.add(secrecy=secrecy)
        await answer(seated, poll, [MEMBERS[0]], (3,))
        at = clock.at
        clock.forward(7)
        theirs = await ballots.mine(seated.person(MEMBERS[0], 2), poll.poll_id)
        own = await ballots.mine(seated.person(MEMBERS[0], 1), poll.poll_id)
        assert (theirs.answered_at, theirs.by_me, own.by_me) == (at, False, True)
        if secrecy is Secrecy.SECRET_FINAL:
            assert theirs.choice is own.choice is None
            with pytest.raises(AlreadyAnswered):
                await ballots.ask(seated.person(MEMBERS[0], 2), poll.poll_id)
        else:
            assert theirs.choice == own.choice == (3,)
        await seated.ledger.polls.close(seated.moderator, poll.poll_id)
        after = await ballots.mine(seated.person(MEMBERS[0], 1), poll.poll_id)
        assert after.answered_at == at
        assert after.choice == ((3,) if secrecy is Secrecy.NAMED else None), "the link is cut"


async def test_a_ballot_says_what_a_colleague_had_in_and_nothing_of_ones_own(seated, clock):
    poll, ballots = await seated.add(), seated.ledger.ballots
    ann, ben = (seated.person(MEMBERS[0], number) for number in (1, 2))

    async def cast(person, choice):
        clock.forward(1)
        return (await ballots.cast(person, poll.poll_id, (choice,))).replaces

    assert await cast(ann, 0) is None
    first = clock.at
    assert await cast(ben, 1) == first
    assert await cast(ben, 2) is None
    own = clock.at
    assert await cast(ann, 3) == own
    assert await cast(seated.person(MEMBERS[1]), 0) is None


async def test_in_another_seat_ones_own_ballot_is_no_colleagues(seated, clock):
    poll, ballots = await seated.add(unit=Unit.PERSON), seated.ledger.ballots
    delegations, ann = seated.ledger.delegations, seated.person(MEMBERS[0])
    await ballots.cast(ann, poll.poll_id, (0,))
    clock.forward(5)
    await delegations.release(seated.moderator, SeatId(f"{MEMBERS[0].delegation_id}-1"))
    await delegations.release(seated.moderator, SeatId(f"{MEMBERS[1].delegation_id}-1"))
    await delegations.assign(seated.moderator, MEMBERS[1].delegation_id, ann.user_id)
    mine = await ballots.mine(ann, poll.poll_id)
    assert (mine.choice, mine.by_me) == ((0,), True)
    assert (await ballots.cast(ann, poll.poll_id, (1,))).replaces is None


async def test_in_person_items_ask_the_virtual_side_only_if_they_say_so(opened, make, moderator, clock):
    ledger = await opened()
    item = replace(make.item("i1", 9), mode=Mode.IN_PERSON)
    await ledger.agenda.import_programme(make.programme([item]), marking="", start=None)
    seated = await Assembly(ledger, moderator).seat()
    for virtual in (False, True):
        poll = await seated.add(item_id=ItemId("i1"), virtual=virtual)
        away = seated.person(MEMBERS[0])
        await ledger.delegations.state_presence(away, Presence.VIRTUAL)
        if virtual:
            await ledger.ballots.cast(away, poll.poll_id, (0,))
        else:
            with pytest.raises(InPersonOnly):
                await ledger.ballots.cast(away, poll.poll_id, (0,))
        await ledger.ballots.cast(seated.person(MEMBERS[0], 2), poll.poll_id, (0,))


# Bases, and what is fixed at the closing


async def test_bases_are_fixed_at_the_closing(seated, opened):
    """Three tallies, each with its own; what becomes of the roster later changes no figure."""
    poll = await seated.add()
    people = await seated.add(unit=Unit.PERSON)
    await answer(seated, poll, [*MEMBERS[:40], *ORGANISATIONS[:1], *OBSERVERS[:9]])
    assert (await standing(seated, poll)).bases == {
        Tally.MEMBERS: 45,
        Tally.MEMBER_ORGANISATIONS: 4,
        Tally.OBSERVERS: 17,
    }
    assert (await standing(seated, people)).bases[Tally.MEMBERS] == 135
    await seated.ledger.delegations.add(seated.moderator, "Newland", "Newland", Category.MEMBER, 2)
    assert (await standing(seated, poll)).bases[Tally.MEMBERS] == 46
    await seated.ledger.polls.close(seated.moderator, poll.poll_id)
    before = await standing(seated, poll)
    assert [(one.tally, one.answered, one.of) for one in before.figures] == [
        (Tally.MEMBERS, 40, 46),
        (Tally.MEMBER_ORGANISATIONS, 1, 4),
        (Tally.OBSERVERS, 9, 17),
    ]
    await seated.ledger.delegations.add(seated.moderator, "Oldland", "Oldland", Category.MEMBER, 2)
    moved = replace(MEMBERS[0], category=Category.OBSERVER_STATE)
    await seated.ledger.delegations.import_roster(seated.moderator, (moved,))
    await seated.ledger.delegations.release(seated.moderator, SeatId(f"{MEMBERS[1].delegation_id}-1"))
    assert await standing(seated, poll) == before
    assert (await standing(seated, people)).bases[Tally.MEMBERS] == 131, "control: an open one's move"
    await seated.ledger.close()
    seated.ledger = await opened()
    assert await standing(seated, poll) == before


async def test_breakdowns_show_whole_or_not_at_all(seated):
    poll = await seated.add(breakdown=Breakdown.SUB_REGION, electorate=frozenset({Tally.MEMBERS}))
    small = await seated.add(breakdown=Breakdown.SUB_REGION, electorate=frozenset({Tally.MEMBERS}))
    await answer(seated, poll, MEMBERS)
    await answer(seated, small, [*MEMBERS[0::3], *MEMBERS[1::3], *MEMBERS[2::3][:4]])
    for one in (poll, small):
        await seated.ledger.polls.close(seated.moderator, one.poll_id)
    groups = (await standing(seated, poll)).figures[0].groups
    assert [(one.group, one.answered) for one in groups] == [("East", 15), ("North", 15), ("South", 15)]
    assert (await standing(seated, small)).figures[0].groups == ()
    for one in (poll, small):
        export = await seated.ledger.polls.export(seated.moderator, one.poll_id)
        groups = {ballots.group for ballots in export.ballots}
        assert groups == (set() if one is poll else {""}), "beside published cells ballots would tell more"
        assert not export.named


async def test_who_says_where_they_are_after_answering_counts_there(seated):
    poll = await seated.add(breakdown=Breakdown.MODE, electorate=frozenset({Tally.MEMBERS}))
    delegations = seated.ledger.delegations

    async def heard_of_nobody(tx):
        await tx.run("UPDATE seats SET presence = 'unknown', presence_at = NULL")

    await answer(seated, poll, MEMBERS[:6])
    await seated.ledger._writer.act(heard_of_nobody)
    await answer(seated, poll, MEMBERS[6:20])
    for number, one in enumerate(MEMBERS[6:20]):
        await delegations.state_presence(
            seated.person(one), Presence.ROOM if number < 6 else Presence.VIRTUAL
        )
    await delegations.state_presence(seated.person(MEMBERS[0]), Presence.VIRTUAL)
    await seated.ledger.polls.close(seated.moderator, poll.poll_id)
    groups = (await standing(seated, poll)).figures[0].groups
    assert [(one.group, one.answered) for one in groups] == [("room", 12), ("virtual", 8)], (
        "where it was known when they answered, that stands"
    )


# Rounds


async def test_a_further_round_leaves_the_earlier_as_it_was_and_says_what_moved(seated):
    polls, moderator = seated.ledger.polls, seated.moderator
    first = await seated.add(secrecy=Secrecy.NAMED)
    await answer(seated, first, MEMBERS[:10], (0,))
    await answer(seated, first, OBSERVERS[:6], (1,))
    await polls.close(moderator, first.poll_id)
    was = await standing(seated, first)
    second = await polls.round(moderator, first.poll_id)
    assert (second.round_of, second.state) == (first.poll_id, PollState.PLANNED)
    with pytest.raises(NeverOpened):
        await polls.round(moderator, second.poll_id)
    await polls.open(moderator, second.poll_id)
    with pytest.raises(PollClosed):
        await answer(seated, first, MEMBERS[:1], (2,))
    await answer(seated, second, MEMBERS[:4], (0,))
    await answer(seated, second, MEMBERS[4:7], (2,))
    await answer(seated, second, MEMBERS[20:22], (2,))
    await answer(seated, second, OBSERVERS[:6], (3,))
    assert await standing(seated, first) == was
    await polls.close(moderator, second.poll_id)
    now = await standing(seated, second)
    assert now.earlier == was == await standing(seated, first)
    assert now.moved == {
        Tally.MEMBERS: (4, 3, 3, 2),
        Tally.MEMBER_ORGANISATIONS: (0, 0, 0, 0),
        Tally.OBSERVERS: (0, 6, 0, 0),
    }


async def test_of_polls_that_are_not_named_nobody_says_what_moved(seated):
    polls, moderator = seated.ledger.polls, seated.moderator
    first = await seated.add()
    await answer(seated, first, MEMBERS[:10], (0,))
    await polls.close(moderator, first.poll_id)
    second = await polls.round(moderator, first.poll_id)
    await polls.open(moderator, second.poll_id)
    await answer(seated, second, MEMBERS[:10], (1,))
    await polls.close(moderator, second.poll_id)
    now = await standing(seated, second)
    assert now.moved == {} and now.earlier is not None
    assert (now.earlier.figures[0].options[0].count, now.figures[0].options[1].count) == (10, 10)


# Hand counts, and exports


async def test_hand_counts_stand_beside_the_ballots_by_tally(seated):
    polls, moderator = seated.ledger.polls, seated.moderator
    poll, ranking = await seated.add(size=3), await seated.add(PollKind.RANKING)
    await answer(seated, poll, MEMBERS[:5])
    members = HandCount(Tally.MEMBERS, 9, (4, 5, 0))
    for refusal, which, count in (
        (CountUnfit, poll, HandCount(Tally.MEMBERS, 9, (4, 6, 0))),
        (CountUnfit, poll, HandCount(Tally.MEMBERS, 9, (4, 5))),
        (CountUnfit, poll, HandCount(Tally.MEMBERS, 9, (-1, 5, 0))),
        (NotCountable, ranking, HandCount(Tally.MEMBERS, 9, (1, 1, 1, 1, 1))),
    ):
        with pytest.raises(refusal):
            await polls.hand_count(moderator, which.poll_id, count)
    await polls.hand_count(moderator, poll.poll_id, HandCount(Tally.MEMBERS, 1, (1, 0, 0)))
    await polls.close(moderator, poll.poll_id)
    before = (await standing(seated, poll)).figures
    observers = HandCount(Tally.OBSERVERS, 3, (0, 0, 3))
    await polls.hand_count(FACILITATOR, poll.poll_id, observers)
    await polls.hand_count(moderator, poll.poll_id, members)
    now = await standing(seated, poll)
    assert now.hand_counts == (members, observers), "a later one takes the earlier's place"
    assert now.figures == before, "never added to the ballots"


async def test_an_export_holds_ballots_by_voter_of_named_polls_only(seated):
    polls, moderator = seated.ledger.polls, seated.moderator
    for secrecy in Secrecy:
        poll = await seated.add(secrecy=secrecy)
        await answer(seated, poll, MEMBERS[:6], (2,))
        await answer(seated, poll, OBSERVERS[:3], (4,))
        with pytest.raises(Gated):
            await polls.export(moderator, poll.poll_id)
        await polls.close(moderator, poll.poll_id)
        export = await polls.export(moderator, poll.poll_id)
        if secrecy is Secrecy.NAMED:
            assert export.ballots == ()
            assert export.named == {
                Tally.MEMBERS: {one.delegation_id: (2,) for one in MEMBERS[:6]},
                Tally.OBSERVERS: {one.delegation_id: (4,) for one in OBSERVERS[:3]},
            }
        else:
            assert export.named == {}
            cells = [(one.tally, one.choice, one.times) for one in export.ballots]
            observers = [] if secrecy is Secrecy.SECRET_FINAL else [(Tally.OBSERVERS, (4,), 3)]
            assert cells == [(Tally.MEMBERS, (2,), 6), *observers]


# By the clock


def planned(name, opens, closes, item="d1-02", **more):
    options = more.pop("options", AB)
    return Poll(
        PollId(name),
        f"Question {name}?",
        PollKind.SINGLE,
        options,
        item_id=ItemId(item),
        opens=Moment.read(opens),
        closes=Moment.read(closes),
        **more,
    )


async def turned(seated):
    return [(one.poll_id, one.state.value) for one in await seated.ledger.polls.turn_due()]


async def test_a_poll_opens_and_closes_at_its_moments_and_not_before(meeting, clock, moderator):
    seated = await meeting(planned("a", "start+15", "end+10"), planned("b", "end", "d2 08:30"))
    ledger = seated.ledger
    clock.set(9, 40)
    assert await turned(seated) == [], "planned times open nothing"
    await ledger.agenda.start(moderator, ItemId("d1-02"))
    clock.set(9, 54)
    assert await turned(seated) == []
    clock.set(9, 55)
    assert await turned(seated) == [("a", "open")]
    assert (await ledger.polls.standing(PollId("a"))).poll.opened_at == clock.at
    assert await turned(seated) == []
    clock.set(10, 40)
    await ledger.agenda.next(moderator)
    assert await turned(seated) == [("b", "open")]
    clock.set(10, 49)
    assert await turned(seated) == []
    await answer(seated, planned("a", "start", "end"), MEMBERS[:1])
    clock.set(10, 50)
    with pytest.raises(PollClosed):
        await answer(seated, planned("a", "start", "end"), MEMBERS[:1])
    assert await turned(seated) == [("a", "closed")]
    clock.set(8, 29, day=2)
    assert await turned(seated) == [], "it outlives its item and the day"
    await answer(seated, planned("b", "start", "end"), MEMBERS[:2])
    clock.set(8, 30, day=2)
    assert await turned(seated) == [("b", "closed")]
    assert (await ledger.polls.standing(PollId("b"))).figures[0].answered == 2


async def test_of_an_item_that_ends_early_polls_open_at_its_end_or_not_at_all(meeting, clock, moderator):
    seated = await meeting(
        planned("outlives", "start+30", "end+20"),
        planned("within", "start+30", "end"),
        planned("last", "start", "end"),
    )
    clock.set(9, 30)
    await seated.ledger.agenda.start(moderator, ItemId("d1-02"))
    assert await turned(seated) == [("last", "open")]
    clock.set(9, 40)
    await seated.ledger.agenda.end(moderator)
    assert sorted(await turned(seated)) == [("last", "closed"), ("outlives", "open")]
    clock.set(10, 0)
    assert await turned(seated) == [("outlives", "closed")]
    clock.set(12, 0)
    assert await turned(seated) == []
    by_id = {one.poll_id: one for one in await seated.ledger.polls.polls()}
    assert by_id["within"].state is PollState.PLANNED
    with pytest.raises(TimeOver):
        await seated.ledger.polls.open(moderator, PollId("within"))
    assert (await seated.ledger.polls.open(moderator, PollId("within"), 15)).state is PollState.OPEN


async def test_a_skipped_items_polls_are_not_asked(meeting, clock, moderator):
    seated = await meeting(
        planned("a", "start", "end"), planned("b", "end", "end+30"), planned("c", "end", "hand")
    )
    clock.set(9, 30)
    await seated.ledger.agenda.skip(moderator, ItemId("d1-02"))
    for hour in (10, 14, 20):
        clock.set(hour)
        assert await turned(seated) == []
    assert {one.state for one in await seated.ledger.polls.polls()} == {PollState.PLANNED}


async def test_a_house_that_was_down_over_the_whole_time_asks_nothing_and_closes_what_was_open(
    meeting, opened, clock, moderator
):
    seated = await meeting(
        planned("early", "start", "d1 12:00"),
        planned("missed", "d1 13:00", "d1 14:00"),
        planned("on", "d1 13:00", "d1 18:00"),
    )
    clock.set(9, 30)
    await seated.ledger.agenda.start(moderator, ItemId("d1-02"))
    assert await turned(seated) == [("early", "open")]
    await answer(seated, planned("early", "start", "end"), MEMBERS[:5])
    await seated.ledger.close()
    clock.set(15)
    seated = Assembly(await opened(), moderator)
    assert sorted(await turned(seated)) == [("early", "closed"), ("on", "open")]
    early, missed, _ = await seated.ledger.polls.standings()
    assert (early.figures[0].answered, early.poll.closed_at) == (5, clock.at)
    assert missed.poll.state is PollState.PLANNED
    clock.set(18)
    assert await turned(seated) == [("on", "closed")]


async def test_a_template_waits_for_its_options_and_keeps_its_closing(meeting, clock, moderator):
    seated = await meeting(planned("t", "start", "end", options=()))
    polls = seated.ledger.polls
    clock.set(9, 30)
    await seated.ledger.agenda.start(moderator, ItemId("d1-02"))
    assert await turned(seated) == []
    with pytest.raises(OptionsMissing):
        await polls.open(moderator, PollId("t"))
    entered = await polls.enter(moderator, PollId("t"), ["  one ", "", "two"])
    assert [option.text for option in entered.options] == ["one", "two"]
    assert await turned(seated) == [("t", "open")]
    with pytest.raises(AlreadyOpened):
        await polls.enter(moderator, PollId("t"), ["three", "four"])
    clock.set(9, 50)
    await seated.ledger.agenda.end(moderator)
    assert await turned(seated) == [("t", "closed")]


async def test_an_extension_goes_before_the_programme(meeting, clock, moderator):
    seated = await meeting(planned("a", "start", "end"))
    clock.set(9, 30)
    await seated.ledger.agenda.start(moderator, ItemId("d1-02"))
    await turned(seated)
    extended = await seated.ledger.polls.extend(moderator, PollId("a"), 15)
    assert extended.extended_to == clock.at + timedelta(minutes=75), "from the planned end on"
    clock.set(10)
    await seated.ledger.agenda.end(moderator)
    assert await turned(seated) == []
    await answer(seated, extended, MEMBERS[:1])
    clock.set(10, 45)
    assert await turned(seated) == [("a", "closed")]


# The programme, read and read again


async def test_a_reload_changes_what_was_not_opened_and_nothing_else(meeting, make, clock, moderator):
    seated = await meeting(
        planned("a", "start", "end"),
        planned("b", "start+5", "end"),
        planned("c", "hand", "hand", options=()),
        planned("d", "hand", "hand"),
        planned("e", "hand", "hand"),
    )
    polls, agenda = seated.ledger.polls, seated.ledger.agenda
    clock.set(9, 30)
    await agenda.start(moderator, ItemId("d1-02"))
    assert await turned(seated) == [("a", "open")]
    await answer(seated, planned("a", "start", "end"), MEMBERS[:3])
    await polls.open(moderator, PollId("e"))
    await polls.enter(moderator, PollId("c"), ["one", "two"])
    made = await polls.create(moderator, Poll(PollId("?"), "By hand?", PollKind.SINGLE, AB))
    assert made.item_id == "d1-02"
    before = {one.poll_id: one for one in await polls.polls()}
    fresh = replace(
        make.two_days(),
        polls=(
            planned("f", "hand", "hand"),
            replace(planned("a", "start", "end"), question="Another question?"),
            replace(planned("b", "start+5", "end"), question="Better asked?"),
            replace(planned("c", "hand", "hand", options=()), question="Which first?"),
        ),
    )
    changes = await agenda.poll_changes(fresh)
    assert [one.poll_id for one in changes.added] == ["f"]
    assert [one.poll_id for one in changes.changed] == ["b", "c"]
    assert [one.poll_id for one in changes.removed] == ["d"]
    assert [one.poll_id for one in changes.kept] == ["a"]
    await agenda.reload(moderator, fresh)
    after = {one.poll_id: one for one in await polls.polls()}
    assert list(after) == ["f", "a", "b", "c", "e", "h1"]
    assert after["a"] == before["a"] and after["e"] == before["e"] and after["h1"] == before["h1"]
    assert (after["b"].question, after["c"].question) == ("Better asked?", "Which first?")
    assert [option.text for option in after["c"].options] == ["one", "two"], "what was entered stays"
    assert (await polls.standing(PollId("a"))).answered == {Tally.MEMBERS: 3}
    assert (await agenda.poll_changes(fresh)).nothing


async def test_polls_stand_again_as_they_were_after_a_restart(seated, opened):
    made = [
        await seated.add(
            kind,
            secrecy=secrecy,
            unit=unit,
            electorate=frozenset({Tally.MEMBERS, Tally.OBSERVERS}),
            breakdown=Breakdown.MODE,
            virtual=True,
            shuffled=True,
            abstaining=False,
            illustrative=True,
            opens=Moment.read("d2 08:30"),
            closes=Moment.read("end+5"),
            item_id=ItemId("d1-02"),
        )
        for kind in SHAPES
        for secrecy, unit in zip(Secrecy, (*Unit, Unit.PERSON), strict=True)
    ]
    assert list(await seated.ledger.polls.polls()) == made
    await seated.ledger.close()
    again = await opened()
    assert list(await again.polls.polls()) == made
    closed = await again.polls.close(seated.moderator, made[0].poll_id)
    assert closed == (await again.polls.polls())[0]


@pytest.mark.parametrize("opened_before", [False, True])
async def test_a_reload_without_the_item_of_a_poll(meeting, make, clock, moderator, opened_before):
    """A poll that was opened stays, though its item is gone; one that was not goes with it."""
    seated = await meeting(
        planned("a", "hand", "hand", item="d1-05"), planned("b", "start", "end", item="d1-05")
    )
    polls, agenda = seated.ledger.polls, seated.ledger.agenda
    clock.set(8)
    if opened_before:
        await polls.open(moderator, PollId("a"))
        await answer(seated, planned("a", "hand", "hand"), MEMBERS[:3])
    whole = make.two_days()
    days = tuple(
        replace(day, items=tuple(item for item in day.items if item.item_id != "d1-05")) for day in whole.days
    )
    await agenda.reload(moderator, replace(whole, days=days))
    assert [one.poll_id for one in await polls.polls()] == (["a"] if opened_before else [])
    if opened_before:
        await polls.close(moderator, PollId("a"))
        assert (await polls.standing(PollId("a"))).figures[0].answered == 3


async def test_who_takes_over_a_seat_has_a_ballot_of_their_own(seated, witness):
    """One per person: a successor neither sees nor changes what the person before answered."""
    poll = await seated.add(unit=Unit.PERSON, electorate=frozenset({Tally.MEMBERS}))
    seat, first = SeatId(f"{MEMBERS[0].delegation_id}-1"), seated.person(MEMBERS[0])
    await seated.ledger.ballots.cast(first, poll.poll_id, (0,))
    await seated.ledger.delegations.release(seated.moderator, seat)
    second = Actor(Via.DISCORD, UserId(999_001))
    await seated.ledger.delegations.assign(seated.moderator, MEMBERS[0].delegation_id, second.user_id)
    mine = await seated.ledger.ballots.mine(second, poll.poll_id)
    assert mine.voter.seat.seat_id == seat, "the same seat"
    assert (mine.answered_at, mine.choice) == (None, None)
    await seated.ledger.ballots.cast(second, poll.poll_id, (1,))
    await seated.ledger.polls.close(seated.moderator, poll.poll_id)
    members = (await standing(seated, poll)).figures[0]
    assert [one.count for one in members.options[:2]] == [1, 1]
    assert members.answered <= members.of
