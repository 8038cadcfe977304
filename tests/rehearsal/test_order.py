"""The rehearsal's own reckoning: what it expects of a list is what the list says, and nothing else is."""

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.words import Words
from cogs.speakers.panel import floor_panel
from cogs.speakers.why import why_lines
from config.catalogue import read_catalogues
from meeting import speaker_list, speaker_order, speaker_time
from meeting.programme import Kind, Mode, PlannedItem, Start
from meeting.refusals import Refused
from meeting.speakers import Floor, Policy, Preset, SpeakerList, SpeechKind
from rehearsal import faces, order
from rehearsal.faces import Venue
from rehearsal.hearing import Hearing
from rehearsal.listening import Shown, differs
from rehearsal.order import Entry, Roll
from tests.speaking import (
    GROUP,
    ITEM,
    MINUTE,
    ORDER,
    RATIOS,
    ROOM,
    STATEMENT,
    TEN,
    VIRTUAL,
    drawn_lists,
    entry,
    listed,
    sitting,
)

MARKING = "rehearsal – simulated"
WORDS = Words(read_catalogues(), marking=MARKING, zone="Asia/Bangkok", venue="Bangkok")
VENUE = Venue(ZoneInfo("Asia/Bangkok"), "Bangkok")
POLICIES = st.builds(
    Policy, st.sampled_from(Preset), RATIOS, st.booleans(), adaptive=st.booleans(), most=st.just(6 * MINUTE)
)
LISTS = drawn_lists(policies=POLICIES)


def roll_of(speakers: SpeakerList) -> Roll:
    """The same list as the rehearsal's people would know it."""
    seen = speakers.sitting
    item = PlannedItem(
        ITEM, Kind.SESSION, seen.title, seen.begins, seen.ends, seen.mode, "", Start.CHAIR, False, None
    )
    roll = Roll(
        item,
        speakers.policy,
        elsewhere=Counter({str(key): n for key, n in speakers.spoken_before.items()}),
        started_at=seen.started_at,
        ended_at=seen.ended_at,
        suspensions=[(one.suspended_at, one.resumed_at) for one in seen.suspensions],
        ends=seen.ends,
        last=seen.last,
    )
    for one in speakers.inscriptions:
        mine = Entry(
            one.inscription_id,
            speakers.delegation(one),
            one.kind,
            one.floor,
            one.inscribed_at,
            str(one.item_id),
            group=one.group,
            about=one.about,
            not_now=one.not_now_at is not None,
            called_at=one.called_at,
            limit=one.limit or timedelta(),
            pauses=[(pause.paused_at, pause.resumed_at) for pause in one.pauses],
            ended_at=one.ended_at,
            withdrawn=one.withdrawn_at is not None,
        )
        (roll.replies if one.kind is SpeechKind.REPLY else roll.entries).append(mine)
    roll.moves = [(m.inscription_id, tuple(m.before), m.reason) for m in speakers.moves]
    return roll


def limited(speakers: SpeakerList) -> SpeakerList:
    """Whoever was called was called with a limit, and of two moves one was the later."""
    moves = [replace(one, moved_at=TEN + place * MINUTE) for place, one in enumerate(speakers.moves)]
    return replace(
        speakers,
        moves=tuple(moves),
        inscriptions=tuple(
            replace(one, limit=3 * MINUTE) if one.called_at is not None else one
            for one in speakers.inscriptions
        ),
        opened_at=TEN - 10 * MINUTE,
    )


def panel_text(speakers: SpeakerList, now: datetime) -> str:
    text = "\n".join(floor_panel(WORDS, speakers, now, TEN + timedelta(days=2)).blocks)
    return f"{text}\n-# ref 0123abcd-floor-{speakers.item_id}"


@given(LISTS)
@settings(max_examples=300, deadline=None)
def test_the_order_is_the_lists(speakers: SpeakerList) -> None:
    roll = roll_of(speakers)
    assert [one.number for one in order.ordered(roll)] == [
        one.inscription_id for one in speaker_order.order(speakers)
    ]
    assert [one.number for one in order.callable_(roll)] == [
        one.inscription_id for one in speaker_order.call_order(speakers)
    ]
    assert [one.number for one in order.next_two(roll)] == [
        one.inscription_id for one in speaker_time.next_two(speakers)
    ]


@given(LISTS, st.integers(4, 65), st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_panel_says_what_is_expected_of_it(speakers: SpeakerList, minute: int, over: bool) -> None:
    now = TEN + minute * MINUTE
    speakers = limited(speakers)
    if over:
        speakers = replace(speakers, sitting=sitting(ended=minute))
    found = faces.shown(panel_text(speakers, now), MARKING)
    assert found == faces.panel(roll_of(speakers), now, VENUE)


@given(LISTS, st.sampled_from(Mode))
@settings(max_examples=200, deadline=None)
def test_every_reason_is_the_expected_one(speakers: SpeakerList, mode: Mode) -> None:
    speakers = limited(replace(speakers, sitting=replace(speakers.sitting, mode=mode)))
    now, roll = TEN + 7 * MINUTE, roll_of(speakers)
    for one in speakers.inscriptions:
        if one.pending:
            said = [line.replace("\\", "") for line in why_lines(WORDS, speakers, one, now, None)]
            mine = next(each for each in roll.everything if each.number == one.inscription_id)
            assert said == faces.why(roll, mine, now, VENUE)


ACTS: dict[str, tuple[Callable[..., SpeakerList], Callable[[Hearing, datetime], None]]] = {
    "next": (speaker_list.call_next, Hearing.next),
    "end": (speaker_list.end, Hearing.end),
    "pause": (speaker_list.pause, Hearing.pause),
    "resume": (speaker_list.resume, Hearing.resume),
}


@given(LISTS, st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=8))
@settings(max_examples=200, deadline=None)
def test_acts_lead_to_the_same_list(speakers: SpeakerList, acts: list[str]) -> None:
    speakers = limited(speakers)
    hearing, now = Hearing(roll_of(speakers)), TEN + 5 * MINUTE
    for name in acts:
        theirs, mine = ACTS[name]
        now += timedelta(seconds=40)
        before = deepcopy(hearing.roll)
        try:
            after = theirs(speakers, now)
        except Refused:
            continue
        mine(hearing, now)
        told = replace(after, sitting=speakers.sitting)
        assert faces.shown(panel_text(told, now), MARKING) == faces.panel(hearing.roll, now, VENUE)
        undone = deepcopy(hearing)
        undone.undo()
        assert faces.panel(undone.roll, now, VENUE) == faces.panel(before, now, VENUE)
        speakers = after


# Planted faults

HELD = limited(
    listed(
        entry(1, "m1", called=1),
        entry(2, "m2", floor=VIRTUAL, minute=-8),
        entry(3, "m3", floor=ROOM, minute=-7),
        entry(4, "m4", floor=VIRTUAL, minute=-6),
        entry(5, "g1", GROUP, minute=-6, group="a group"),
        entry(6, "m5", called=0, ended=1),
    )
)
NOW = TEN + 2 * MINUTE


def _shown(text: str) -> Shown:
    roll = roll_of(HELD)
    lines = faces.shown(text, MARKING)
    return Shown("the list", NOW, lines, roll, lambda one: faces.panel(one, NOW, VENUE), True)


def test_a_panel_that_is_right_is_no_fault() -> None:
    assert differs(_shown(panel_text(HELD, NOW)), [HELD.sitting.ends]) == ""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("2. M2 (online)", "2. M3 (in the room)"),  # somebody else's place
        ("M2 (online)", "M2 (in the room)"),
        ("· 3 min, until", "· 2 min, until"),
        ("since 17:01", "since 17:02"),
        ("4 wait, heard", "5 wait, heard"),
        ("about 17:19", "about 17:18"),
        ("on behalf of a group", "on behalf of another"),
        ("**1 intervention**: M5", "**1 intervention**: M4"),
        ("for now until 17:55", "for now until 17:50"),
        ("**Next**", "**Next**\nA line that nobody reckoned with"),
        ("Has the floor: Delegation m1", "Has the floor: Delegation m2"),
        ("observers 2 min", "observers 3 min"),
    ],
)
def test_a_planted_fault_is_found(right: str, wrong: str) -> None:
    text = panel_text(HELD, NOW)
    assert right in text.replace("\\", ""), text
    fault = differs(_shown(text.replace("\\", "").replace(right, wrong)), [HELD.sitting.ends])
    assert fault.startswith("the list at ")


def test_a_countdown_that_ends_at_another_second_is_found() -> None:
    text = panel_text(HELD, NOW)
    ends = int((TEN + 4 * MINUTE).timestamp())
    assert differs(_shown(text.replace(f"<t:{ends}:R>", f"<t:{ends + 1}:R>")), [HELD.sitting.ends])


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("number **3**", "number **2**"),
        ("Delegation m2", "Delegation m4"),
        ("asked for the floor earlier", "has not spoken on this item yet, and you have"),
        ("16:52:00", "16:52:01"),
    ],
)
def test_a_false_reason_is_found(right: str, wrong: str) -> None:
    speakers = replace(HELD, policy=replace(HELD.policy, ratio=None))
    one = next(each for each in speakers.inscriptions if each.inscription_id == 3)
    roll, lines = roll_of(speakers), why_lines(WORDS, speakers, one, NOW, None)

    def wanted(snapshot: Roll) -> list[str]:
        return faces.why(snapshot, next(each for each in snapshot.everything if each.number == 3), NOW, VENUE)

    true = [line.replace("\\", "") for line in lines]
    assert any(right in line for line in true), true
    shown = Shown("why", NOW, true, roll, wanted, True)
    assert differs(shown, [speakers.sitting.ends]) == ""
    assert differs(
        replace(shown, lines=[line.replace(right, wrong) for line in true]), [speakers.sitting.ends]
    )


def test_one_of_the_ends_that_showed_about_then_has_to_fit() -> None:
    shown = _shown(panel_text(HELD, NOW))
    assert differs(shown, [TEN + 30 * MINUTE])
    assert differs(shown, [TEN + 30 * MINUTE, HELD.sitting.ends]) == ""


def test_of_an_item_that_has_not_begun_only_the_forecast_is_left_open() -> None:
    one = "2 wait, heard by about 10:08.", "1. M1 (online)"
    assert faces.same(one, ("2 wait, heard by about 10:20.", "1. M1 (online)"), on=False)
    assert not faces.same(one, ("2 wait, heard by about 10:20.", "1. M1 (online)"), on=True)
    assert not faces.same(one, ("3 wait, heard by about 10:08.", "1. M1 (online)"), on=False)


def test_the_first_to_be_heard_sets_the_sides_going() -> None:
    roll = roll_of(listed(entry(1, "m1", STATEMENT), entry(2, "m2", ORDER)))
    assert [one.number for one in order.ordered(roll)] == [2, 1]
    assert order.whose_turn([], (1, 1)) is None
    assert order.whose_turn([Floor.ROOM], (2, 1)) is Floor.ROOM
    assert order.whose_turn([Floor.ROOM, Floor.ROOM], (2, 1)) is Floor.VIRTUAL
