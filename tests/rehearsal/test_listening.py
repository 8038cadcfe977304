"""A list, or a mention, that is not as reckoned is a fault of the rehearsal; one that is right is none."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from meeting.delegations import Category, Delegation, DelegationId
from meeting.programme import (
    DayId,
    ItemId,
    Kind,
    Mode,
    PlannedDay,
    PlannedItem,
    Programme,
    Start,
)
from meeting.speakers import Floor, SpeechKind
from rehearsal import faces
from rehearsal.cast import assemble
from rehearsal.director import Director
from rehearsal.journal import Journal
from rehearsal.listening import Listening
from rehearsal.order import Entry
from rehearsal.stage import MARKING, Stage
from rehearsal.standin import Message

NOW = datetime(2030, 5, 1, 9, tzinfo=UTC)
STATEMENT = SpeechKind.STATEMENT
ITEM = PlannedItem(
    ItemId("i1"),
    Kind.SESSION,
    "First",
    NOW,
    NOW + timedelta(hours=1),
    Mode.HYBRID,
    "",
    Start.CHAIR,
    False,
    None,
)
PROGRAMME = Programme(
    "Meeting", "UTC", "UTC", (PlannedDay(DayId("d1"), "Day", date(2030, 5, 1), None, (ITEM,)),)
)


class Room:
    """A director, the lists and three delegates, with nothing running; what the bot says is put there."""

    def __init__(self, folder: Path) -> None:
        stage = Stage(NOW, folder / "none.yaml", folder, "")
        self.director = Director(
            stage, Journal(ZoneInfo("UTC"), lambda entry: None), NOW + timedelta(hours=1)
        )
        names = ("One", "Two", "Three")
        roster = [Delegation(DelegationId(n.lower()), n, n, Category.MEMBER, n.lower()) for n in names]
        self.cast = assemble(stage.standin, roster, 3, Random(1))
        self.listening = Listening(self.director, self.cast, PROGRAMME, ())
        self.hearing = self.listening.hearings["i1"]
        self.world = stage.standin.world
        self.floor = self.world.add_channel("floor")
        self.desk = self.world.add_channel("moderators")
        self._post(self.desk.id, "## Running the meeting\n**Now:** First, since 09:00, until 10:00")
        self.listening.began(ITEM)
        self.hearing.roll.ends = ITEM.ends_at
        self.panel: Message | None = None

    def _post(self, channel_id: int, text: str) -> Message:
        shown = [{"type": 10, "id": 1, "content": text}]
        message = Message(
            self.world.ids.make(), channel_id, self.world.bot.id, self.director.now, components=shown
        )
        self.world.post(message)
        self.director.look()
        return message

    def asks(self, place: int) -> Entry:
        who = self.cast.delegates[place]
        who.seated = True
        number = next(self.listening.numbers)
        at = self.director.now
        one = self.hearing.asked(number, who.delegation, Floor.VIRTUAL, STATEMENT, at, who.person.user_id)
        self.listening.changed()
        return one

    def calls(self) -> None:
        self.hearing.next(self.director.now)
        self.listening.changed()

    def passes(self, seconds: float) -> None:
        self.director.stage.now += timedelta(seconds=seconds)

    def shows(self, change: tuple[str, str] = ("", "")) -> None:
        """The panel as reckoned, with something changed in it."""
        lines = faces.panel(self.hearing.roll, self.director.now, self.listening.venue)
        text = "\n".join([f"-# {MARKING}", faces.HEAD, "**First**", *lines]).replace(*change)
        self._post(self.floor.id, f"{text}\n-# ref 0123abcd-floor-i1")

    def mentions(self, place: int, words: str, *, notified: bool = True) -> None:
        who = self.cast.delegates[place]
        name = who.delegation.name
        line = {
            "called": f"<@{who.person.user_id}> **{name}** has the floor.",
            "deck": f"<@{who.person.user_id}> **{name}**: please be ready, you are one of the next two.",
        }[words]
        told = [who.person.user_id] if notified else []
        now = self.director.now
        message = Message(
            self.world.ids.make(), self.floor.id, self.world.bot.id, now, content=line, mentions=told
        )
        self.world.post(message)
        self.director.look()

    def ends(self) -> list[str]:
        """The item is over, and all is compared."""
        self.passes(60)
        self.hearing.over(self.director.now)
        self.listening.changed()
        self.shows()
        self.listening.final()
        return self.director.wrong


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_what_is_as_reckoned_is_no_fault(room: Room) -> None:
    room.asks(0)
    room.mentions(0, "deck")
    room.shows()
    room.calls()
    room.mentions(0, "called")
    room.shows()
    assert room.ends() == []
    assert (room.listening.lists, room.listening.mentions) == (3, 2)


def test_somebody_mentioned_twice_is_a_fault(room: Room) -> None:
    room.asks(0)
    room.mentions(0, "deck")
    room.mentions(0, "deck")
    assert "mentioned without a reason" in room.ends()[0]


def test_somebody_who_was_not_called_must_not_be_told_so(room: Room) -> None:
    room.asks(0)
    room.mentions(0, "deck")
    room.mentions(0, "called")
    assert "mentioned without a reason" in room.ends()[0]


def test_the_third_is_not_to_be_mentioned(room: Room) -> None:
    for place in range(3):
        room.asks(place)
    room.mentions(0, "deck")
    room.mentions(1, "deck")
    assert room.director.wrong == []
    room.mentions(2, "deck")
    assert "mentioned without a reason" in room.ends()[0]


def test_a_name_that_notifies_nobody_is_a_fault(room: Room) -> None:
    room.asks(0)
    room.mentions(0, "deck", notified=False)
    assert "0 people were notified" in room.ends()[0]


def test_whoever_is_never_told_is_a_fault(room: Room) -> None:
    room.asks(0)
    room.calls()
    assert [fault[:28] for fault in room.ends()] == ["One (called) was never menti"]


def test_who_was_next_for_a_moment_only_need_not_be_told(room: Room) -> None:
    one = room.asks(0)
    room.passes(1)
    one.withdrawn = True
    room.listening.changed()
    assert room.ends() == []


def test_a_list_in_another_order_is_a_fault(room: Room) -> None:
    room.asks(0)
    room.mentions(0, "deck")
    room.passes(2)
    room.asks(1)
    room.mentions(1, "deck")
    room.shows(("1. One", "1. Two"))
    assert "the list of i1" in room.ends()[0]


def test_an_end_that_the_moderators_do_not_read_is_a_fault(room: Room) -> None:
    room.shows(("until 09:55", "until 09:50"))
    assert "the list of i1" in room.ends()[0]


def test_a_list_that_does_not_hang_is_a_fault(room: Room) -> None:
    room.listening.final()
    assert room.director.wrong == ["the list of i1 does not hang"]


def test_who_switches_sides_keeps_the_place(room: Room) -> None:
    one, who = room.asks(0), room.cast.delegates[0]
    room.mentions(0, "deck")
    who.where, who.said_at = "room", room.director.now
    room.listening.changed()
    assert one.side is Floor.ROOM and one.pending
    room.shows()
    assert room.ends() == []


def test_a_list_that_is_not_drawn_again_is_a_fault(room: Room) -> None:
    room.asks(0)
    room.shows()
    room.passes(20)
    room.listening.fresh("i1")
    assert room.director.wrong == []
    room.asks(1)
    room.listening.fresh("i1")
    assert room.director.wrong == [], "a moment ago"
    room.passes(20)
    room.listening.fresh("i1")
    assert "the list of i1 is behind" in room.director.wrong[0]
