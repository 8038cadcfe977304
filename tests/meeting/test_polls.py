"""Indicative polls: which answers are answers, when a poll is open, of whom, and what may be seen."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meeting import conduct, poll_times, polls
from meeting.agenda import Agenda
from meeting.delegations import Category, Delegation, DelegationId, Tally
from meeting.people import UserId
from meeting.poll_times import Course, Moment, When
from meeting.polls import Breakdown, Choice, Option, Poll, PollId, PollKind, PollState, Secrecy, Showing, Unit
from meeting.programme import DayId, ItemId, Mode
from meeting.refusals import Refused
from meeting.seats import Function, Presence, Seat, Seated, SeatId

BANGKOK = ZoneInfo("Asia/Bangkok")
MINUTE = timedelta(minutes=1)
OPTIONS = tuple(Option(text) for text in ("A", "B", "C", "D"))
EIGHT, NINE = (datetime(2022, 9, 7, hour, tzinfo=UTC) for hour in (8, 9))
DAYS = {DayId("d1"): date(2022, 9, 7), DayId("d2"): date(2022, 9, 8)}

SINGLE = Poll(PollId("p"), "?", PollKind.SINGLE, OPTIONS, abstaining=False)
APPROVAL = replace(SINGLE, kind=PollKind.APPROVAL, most=2)
RANKING = replace(SINGLE, kind=PollKind.RANKING, most=3)
POINTS = replace(SINGLE, kind=PollKind.POINTS, most=10, cap=6)
SCORE = replace(SINGLE, kind=PollKind.SCORE, levels=("low", "middle", "high"))


def said(poll: Poll, choice: Choice) -> Choice | tuple[str, dict[str, object]]:
    """What `checked` gives back, or how it refuses."""
    try:
        return polls.checked(poll, choice)
    except Refused as refused:
        return refused.key, refused.values


@pytest.mark.parametrize(
    ("poll", "choice", "expected"),
    [
        (SINGLE, (3,), (3,)),
        (SINGLE, (1, 1), (1,)),
        (SINGLE, (4,), ("unknown_option", {})),
        (SINGLE, (-1,), ("unknown_option", {})),
        (SINGLE, (0, 1), ("too_many_chosen", {"n": 2, "most": 1})),
        (replace(SINGLE, most=3), (0, 1), ("too_many_chosen", {"n": 2, "most": 1})),
        (APPROVAL, (2, 0), (0, 2)),
        (APPROVAL, (3, 1, 3), (1, 3)),
        (APPROVAL, (0, 1, 2), ("too_many_chosen", {"n": 3, "most": 2})),
        (APPROVAL, (0, 4), ("unknown_option", {})),
        (APPROVAL, (-1, 0), ("unknown_option", {})),
        (RANKING, (3, 0, 2), (3, 0, 2)),
        (RANKING, (3, 0), ("places_open", {"n": 2, "most": 3})),
        (RANKING, (3, 0, 2, 1), ("too_many_chosen", {"n": 4, "most": 3})),
        (RANKING, (2, 1, 1), ("duplicate_ranks", {"option": "B"})),
        (RANKING, (2, 1, 4), ("unknown_option", {})),
        (RANKING, (2, 1, -1), ("unknown_option", {})),
        (POINTS, (6, 0, 4, 0), (6, 0, 4, 0)),
        (POINTS, (3, 3, 3, 0), ("wrong_sum", {"n": 9, "most": 10})),
        (POINTS, (3, 3, 3, 2), ("wrong_sum", {"n": 11, "most": 10})),
        (POINTS, (0, 0, 0, 0), ("wrong_sum", {"n": 0, "most": 10})),
        (POINTS, (0, 7, 3, 0), ("over_cap", {"option": "B", "cap": 6})),
        (POINTS, (6, 6, -2, 0), ("unknown_option", {})),
        (POINTS, (5, 5, 0), ("unknown_option", {})),
        (POINTS, (5, 5, 0, 0, 0), ("unknown_option", {})),
        (SCORE, (0, 2, 1, 2), (0, 2, 1, 2)),
        (SCORE, (0, 2, 1), ("unknown_option", {})),
        (SCORE, (0, 2, 1, 2, 0), ("unknown_option", {})),
        (SCORE, (0, 3, 1, 2), ("unknown_option", {})),
        (SCORE, (0, -1, 1, 1), ("rows_open", {"n": 3, "most": 4})),
    ],
)
def test_answers_and_what_is_none(poll, choice, expected):
    assert said(poll, choice) == expected


@pytest.mark.parametrize("poll", [SINGLE, APPROVAL, RANKING, POINTS, SCORE], ids=lambda poll: poll.kind)
def test_abstaining_where_the_poll_has_it(poll):
    assert said(poll, ()) == ("no_abstaining", {})
    assert said(replace(poll, abstaining=True), ()) == ()


def _is_answer(poll: Poll, choice: Choice) -> bool:
    """What PRODUCT calls an answer, without regard to how it is written."""
    known = all(option in range(4) for option in choice)
    return {
        PollKind.SINGLE: known and len(set(choice)) == 1,
        PollKind.APPROVAL: known and 1 <= len(set(choice)) <= poll.most,
        PollKind.RANKING: known and len(choice) == len(set(choice)) == poll.most,
        PollKind.POINTS: len(choice) == 4 and sum(choice) == 10 and set(choice) <= set(range(7)),
        PollKind.SCORE: len(choice) == 4 and set(choice) <= {0, 1, 2},
    }[poll.kind]


CHOICES = st.one_of(
    st.lists(st.integers(-1, 4), min_size=1, max_size=5).map(tuple),
    st.permutations((0, 1, 2, 3)).map(lambda places: tuple(places[:3])),
    st.permutations((7, 6, 5, 4, 3, 2, 1, 0, 0, 0)).map(lambda dots: tuple(dots[:4])),
)


@given(st.sampled_from((SINGLE, APPROVAL, RANKING, POINTS, SCORE)), CHOICES)
def test_every_answer_and_nothing_else_is_taken_and_has_one_form(poll, choice):
    try:
        kept = polls.checked(poll, choice)
    except Refused:
        assert not _is_answer(poll, choice)
        return
    assert _is_answer(poll, choice)
    assert polls.checked(poll, kept) == kept
    if poll.kind in (PollKind.SINGLE, PollKind.APPROVAL):
        assert kept == tuple(sorted(set(choice))) == polls.checked(poll, choice[::-1])
    else:
        assert kept == choice


MOMENTS = st.one_of(
    st.just(poll_times.BY_HAND),
    st.builds(Moment, st.just(When.START), st.integers(0, 999).map(lambda n: n * MINUTE)),
    st.builds(Moment, st.just(When.END), st.integers(0, 999).map(lambda n: n * MINUTE)),
    st.builds(
        Moment,
        st.just(When.DAY),
        day_id=st.from_regex(r"[a-z0-9][a-z0-9-]{0,30}", fullmatch=True).map(DayId),
        at=st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    ),
)


@given(MOMENTS)
def test_a_moment_is_read_as_it_is_written(moment):
    assert Moment.read(str(moment)) == moment


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("hand", "hand"),
        (" start ", "start"),
        ("start+15", "start+15"),
        ("start +  15", "start+15"),
        ("end", "end"),
        ("end + 5", "end+5"),
        ("end+0", "end"),
        ("d2 08:30", "d2 08:30"),
        ("d2  8:30", "d2 08:30"),
    ],
)
def test_ways_of_writing_a_moment(text, written):
    assert str(Moment.read(text)) == written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "start-5",
        "end-5",
        "start 5",
        "start+1000",
        "end+x",
        "Hand",
        "d2",
        "d2 24:00",
        "d2 08:60",
        "D2 08:30",
        "08:30",
    ],
)
def test_what_is_no_moment(text):
    with pytest.raises(ValueError):
        Moment.read(text)


def course(started: int | None = None, ended: int | None = None, mode: Mode = Mode.HYBRID) -> Course:
    """Of an item that began and ended so many minutes after nine."""
    at = [None if minutes is None else NINE + minutes * MINUTE for minutes in (started, ended)]
    return Course(BANGKOK, DAYS, at[0], at[1], mode)


def minutes(at: datetime | None) -> int | None:
    return None if at is None else int((at - NINE) / MINUTE)


@pytest.mark.parametrize(
    ("moment", "unbegun", "running", "ended"),
    [
        ("hand", None, None, None),
        ("start", None, 3, 3),
        ("start+15", None, 18, 18),
        ("end", None, None, 40),
        ("end+5", None, None, 45),
        # 16:30 in Bangkok.
        ("d1 16:30", 30, 30, 30),
        ("d2 16:30", 1470, 1470, 1470),
        ("d3 16:30", None, None, None),
    ],
)
def test_when_a_moment_falls(moment, unbegun, running, ended):
    read = Moment.read(moment)
    courses = (course(), course(3), course(3, 40))
    assert [minutes(poll_times.falls(read, one)) for one in courses] == [unbegun, running, ended]
    assert all(at.tzinfo is UTC for one in courses if (at := poll_times.falls(read, one)) is not None)


def timed(opens: str, closes: str, extended_to: int | None = None) -> Poll:
    """A poll with these moments, extended to so many minutes after nine."""
    extended = None if extended_to is None else NINE + extended_to * MINUTE
    return replace(
        SINGLE, opens=Moment.read(opens), closes=Moment.read(closes), opened_at=NINE, extended_to=extended
    )


@pytest.mark.parametrize(
    ("opens", "closes", "extended_to", "started", "ended", "opening", "closing"),
    [
        ("hand", "hand", None, 3, 40, None, None),
        ("start", "end", None, None, None, None, None),
        ("start", "end", None, 3, None, 3, None),
        ("start+15", "end", None, 3, None, 18, None),
        ("start+15", "end", None, 3, 40, 18, 40),
        # The item ends before its poll was to open, or at that moment.
        ("start+15", "end", None, 3, 10, None, 10),
        ("start+15", "end", None, 3, 18, None, 18),
        ("start+15", "end+5", None, 3, 10, 10, 15),
        ("start+15", "hand", None, 3, 10, 10, None),
        ("start+15", "d1 16:30", None, 3, 10, 10, 30),
        ("start+15", "d1 16:05", None, 3, 10, None, 5),
        ("start+15", "start+15", None, 3, None, None, 18),
        ("end", "end+10", None, 3, 40, 40, 50),
        ("end+10", "d1 16:30", None, 3, 40, None, 30),
        # Only what counts from the start is brought forward to the item's end.
        ("end+10", "hand", None, 3, 40, 50, None),
        ("d1 16:50", "hand", None, 3, 40, 50, None),
        ("d1 16:10", "d1 16:30", None, None, None, 10, 30),
        ("d1 16:10", "end", None, 3, 5, None, 5),
        # A moderator's decision goes before the programme's, later or earlier.
        ("start+15", "end", 60, 3, 40, 18, 60),
        ("start", "end", 20, 3, 40, 3, 20),
        ("start+15", "hand", 18, 3, None, None, 18),
    ],
)
def test_when_a_poll_opens_and_closes(opens, closes, extended_to, started, ended, opening, closing):
    poll, of = timed(opens, closes, extended_to), course(started, ended)
    assert (minutes(poll_times.opens_at(poll, of)), minutes(poll_times.closes_at(poll, of))) == (
        opening,
        closing,
    )


@given(MOMENTS, MOMENTS, st.integers(0, 600), st.none() | st.integers(0, 600))
def test_a_poll_that_opens_by_itself_outlives_its_opening(opens, closes, started, length):
    of = course(started, None if length is None else started + length)
    poll = replace(SINGLE, opens=opens, closes=closes)
    at, closing = poll_times.opens_at(poll, of), poll_times.closes_at(poll, of)
    if at is not None:
        assert closing is None or at < closing
        assert poll_times.is_open(replace(poll, opened_at=at), of, at)


def test_open_from_the_opening_until_the_closing_written_down_or_not():
    poll, of = timed("hand", "end"), course(3, 40)
    just_before, at_once = NINE + 40 * MINUTE - timedelta(microseconds=1), NINE + 40 * MINUTE
    assert poll_times.is_open(poll, of, just_before)
    assert not poll_times.is_open(poll, of, at_once)
    assert poll_times.is_open(poll, course(3), at_once)
    assert not poll_times.is_open(replace(poll, opened_at=None), of, just_before)
    assert not poll_times.is_open(replace(poll, closed_at=NINE), of, just_before)


def seated(
    presence: Presence = Presence.ROOM,
    category: Category = Category.MEMBER,
    region: str | None = None,
    yesterday: bool = False,
) -> Seated:
    """The second seat of a delegation."""
    delegation = Delegation(DelegationId("xa"), "Xanadu", "Xanadu", category, "xanadu", region)
    return Seated(
        Seat(
            SeatId("xa-2"),
            delegation.delegation_id,
            2,
            Function.ADVISER,
            presence=presence,
            presence_at=EIGHT - yesterday * timedelta(days=1),
        ),
        delegation,
    )


OPENED = replace(SINGLE, opened_at=NINE)
MEMBERS_ONLY = replace(OPENED, electorate=frozenset({Tally.MEMBERS}))
SECRET = replace(OPENED, secrecy=Secrecy.SECRET_FINAL)


@pytest.mark.parametrize(
    ("poll", "voter", "of", "answered", "refused"),
    [
        (OPENED, seated(), course(), False, None),
        (SINGLE, seated(), course(), False, ("not_open", {})),
        (replace(OPENED, closed_at=NINE), seated(), course(), False, ("poll_closed", {"at": NINE})),
        (timed("hand", "end"), seated(), course(-9, -5), False, ("poll_closed", {"at": NINE - 5 * MINUTE})),
        (MEMBERS_ONLY, seated(), course(), False, None),
        (
            MEMBERS_ONLY,
            seated(category=Category.OBSERVER_STATE),
            course(),
            False,
            ("outside_electorate", {"electorate": (Tally.MEMBERS,)}),
        ),
        (OPENED, seated(Presence.LEFT), course(), False, ("has_left", {})),
        (OPENED, seated(Presence.VIRTUAL), course(), False, None),
        (OPENED, seated(Presence.VIRTUAL), course(mode=Mode.IN_PERSON), False, ("in_person_only", {})),
        (OPENED, seated(Presence.ROOM), course(mode=Mode.IN_PERSON), False, None),
        (OPENED, seated(Presence.VIRTUAL, yesterday=True), course(mode=Mode.IN_PERSON), False, None),
        (OPENED, seated(Presence.UNKNOWN), course(mode=Mode.IN_PERSON), False, None),
        (replace(OPENED, virtual=True), seated(Presence.VIRTUAL), course(mode=Mode.IN_PERSON), False, None),
        (SECRET, seated(), course(), False, None),
        (SECRET, seated(), course(), True, ("already_answered", {"at": EIGHT})),
        (OPENED, seated(), course(), True, None),
        (replace(OPENED, secrecy=Secrecy.NAMED), seated(), course(), True, None),
    ],
)
def test_who_may_answer_now(poll, voter, of, answered, refused):
    def outcome(choice: Choice) -> Choice | tuple[str, dict[str, object]]:
        try:
            return polls.cast(poll, voter, choice, of, NINE, answered=EIGHT if answered else None)
        except Refused as no:
            return no.key, no.values

    assert outcome((2,)) == (refused or (2,))
    # Whoever may not answer is told so, whatever the answer.
    assert outcome((9,)) == (refused or ("unknown_option", {}))


STAGES = {
    "planned": {},
    "open": {"opened_at": NINE},
    "closed": {"opened_at": NINE, "closed_at": NINE},
    "released": {"opened_at": NINE, "closed_at": NINE, "released_at": NINE},
    "released early": {"opened_at": NINE, "released_at": NINE},
}
PUBLISHED = {
    Showing.CLOSING: {"closed", "released"},
    Showing.RELEASED: {"released"},
    Showing.LIVE: {"open", "closed", "released", "released early"},
    Showing.OWN: {"closed", "released"},
}
LINKED = {
    Secrecy.NAMED: set(STAGES),
    Secrecy.OPEN_CHANGEABLE: {"planned", "open", "released early"},
    Secrecy.SECRET_FINAL: set(),
}


@pytest.mark.parametrize(("showing", "secrecy", "stage"), list(product(Showing, Secrecy, STAGES)))
def test_what_shows_and_what_is_linked_at_each_stage(showing, secrecy, stage):
    poll = replace(SINGLE, showing=showing, secrecy=secrecy, **STAGES[stage])
    assert poll.published == (stage in PUBLISHED[showing])
    assert poll.linked == (stage in LINKED[secrecy])


def test_the_state_follows_from_the_instants():
    states = [replace(SINGLE, **stage).state for stage in STAGES.values()]
    planned, opened, closed = PollState
    assert states == [planned, opened, closed, closed, opened]


def test_tallies_are_asked_in_their_order():
    asked = replace(SINGLE, electorate=frozenset({Tally.OBSERVERS, Tally.MEMBERS}))
    assert (SINGLE.tallies, asked.tallies) == (tuple(Tally), (Tally.MEMBERS, Tally.OBSERVERS))


def on(agenda: Agenda, item_id: str, closes: str) -> datetime | None:
    poll = replace(SINGLE, item_id=ItemId(item_id) if item_id else None, closes=Moment.read(closes))
    return poll_times.closing_expected(poll, agenda)


def test_the_closing_to_expect_follows_the_agenda(kit):
    """Planned from 10:20 to 11:10; begins late, is extended, ends early."""
    agenda, at = kit.default(), kit.bangkok
    told = [[on(agenda, "d1-04", closes) for closes in ("start+15", "end", "end+10")]]
    agenda = conduct.start(agenda, "d1-04", at("10:25"))
    told += [[on(agenda, "d1-04", closes) for closes in ("start+15", "end", "end+10")]]
    agenda = conduct.extend(agenda, 10, at("10:30"))
    told += [[on(agenda, "d1-04", closes) for closes in ("start+15", "end", "end+10")]]
    agenda = conduct.end(agenda, at("11:00"))
    told += [[on(agenda, "d1-04", closes) for closes in ("start+15", "end", "end+10")]]
    assert [[kit.at_venue(one) for one in line] for line in told] == [
        ["10:35", "11:10", "11:20"],
        ["10:40", "11:15", "11:25"],
        ["10:40", "11:25", "11:35"],
        ["10:40", "11:00", "11:10"],
    ]


def test_a_closing_that_is_not_foreseen(kit):
    agenda, at = kit.default(), kit.bangkok
    skipped = conduct.skip(agenda, "d1-04", at("08:00"))
    assert [on(agenda, "d1-04", "hand"), on(agenda, "", "end"), on(skipped, "d1-04", "end")] == [None] * 3
    assert on(agenda, "gone", "end") is None
    assert on(agenda, "", "d2 08:30") == at("08:30", 2)
    extended = replace(SINGLE, item_id=ItemId("d1-04"), closes=Moment.read("end"), extended_to=at("12:00"))
    assert poll_times.closing_expected(extended, agenda) == at("12:00")


def test_the_course_of_an_item(kit):
    agenda = conduct.start(kit.default(), "d1-04", kit.bangkok("10:25"))
    poll = replace(SINGLE, item_id=ItemId("d1-04"))
    assert poll_times.course_of(agenda, poll) == Course(BANGKOK, DAYS, kit.bangkok("10:25"))
    assert poll_times.course_of(agenda, replace(poll, item_id=ItemId("d2-01"))).mode is Mode.IN_PERSON
    assert poll_times.course_of(agenda, replace(poll, item_id=None)) == Course(BANGKOK, DAYS)


@pytest.mark.parametrize(
    ("breakdown", "presence", "region", "group"),
    [
        (None, Presence.ROOM, "North", ""),
        (Breakdown.MODE, Presence.ROOM, "North", "room"),
        (Breakdown.MODE, Presence.VIRTUAL, "North", "virtual"),
        (Breakdown.MODE, Presence.UNKNOWN, "North", ""),
        (Breakdown.SUB_REGION, Presence.ROOM, "North", "North"),
        (Breakdown.SUB_REGION, Presence.ROOM, None, ""),
    ],
)
def test_whose_ballot_it_is_and_in_which_group(breakdown, presence, region, group):
    poll, voter = replace(SINGLE, breakdown=breakdown), seated(presence, region=region)
    assert polls.group_of(poll, voter) == group
    assert polls.voter_of(poll, voter) == "xa"
    each = replace(poll, unit=Unit.PERSON)
    assert polls.voter_of(each, voter) == "xa-2"
    assert polls.voter_of(each, replace(voter, seat=replace(voter.seat, user_id=UserId(77)))) == "77"
