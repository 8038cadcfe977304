"""A figure that is wrong, or shows too early, is a fault of the rehearsal; one that is right is none."""

from collections import Counter
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from meeting.delegations import Category, Delegation, DelegationId
from rehearsal.cast import assemble
from rehearsal.count import Count
from rehearsal.director import Director
from rehearsal.journal import Journal
from rehearsal.scrutiny import Scrutiny
from rehearsal.stage import Stage
from rehearsal.standin import Message

NOW = datetime(2030, 5, 1, 9, tzinfo=UTC)
OPEN = """## Indicative poll
**Tea?**
Choose one.
1. yes
2. no
**Open until 09:10 UTC (<t:1903857000:t>)**
Answered: 0 of 1 member delegations
One ballot per delegation; any of its people can cast it.
You can change the answer until the closing.
-# ref 0123abcd-poll-p1"""
CLOSED = OPEN.replace("**Open until 09:10 UTC (<t:1903857000:t>)**", "**Closed at 09:10 UTC.**").replace(
    "0 of 1", "1 of 1"
)
RESULT = """## Result of the indicative poll
**Tea?**
**Member delegations**: 1 of 1 answered
yes
▰▰▰▰▰▰▰▰▰▰ 1 of 1 · 100 %
no
▱▱▱▱▱▱▱▱▱▱ 0 of 1 · 0 %
-# Per cents and bars are of all who answered, abstentions included.
-# Indicative: nothing is decided.
-# ref 0123abcd-result-p1"""


class Room:
    """A director, a scrutiny and one delegate, with nothing running; what the bot says is put there."""

    def __init__(self, folder: Path) -> None:
        stage = Stage(NOW, folder / "none.yaml", folder, "")
        zone = ZoneInfo("UTC")
        self.director = Director(stage, Journal(zone, lambda entry: None), NOW + timedelta(hours=1))
        delegation = Delegation(DelegationId("xx"), "Xx", "Xx", Category.MEMBER, "xx")
        self.cast = assemble(stage.standin, [delegation], 1, Random(1))
        self.count = Count(self.cast, Counter({"member delegations": 1}))
        self.scrutiny = Scrutiny(self.director, self.count)
        self.world = stage.standin.world
        self.channel = self.world.channel_named("general")

    def says(self, text: str) -> Message:
        assert self.channel is not None
        shown: list[dict[str, Any]] = [{"type": 10, "id": 1, "content": text}]
        message = Message(self.world.ids.make(), self.channel.id, self.world.bot.id, NOW, components=shown)
        self.world.post(message)
        self.director.look()
        return message

    def redraws(self, message: Message, text: str) -> None:
        message.components = deepcopy(message.components)
        message.components[0]["content"] = text
        self.director.look()

    def answers(self, option: int) -> None:
        self.cast.delegates[0].seated = True
        self.count.acknowledged(self.count.polls["p1"].paper, self.cast.delegates[0], (option,), ())


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_a_result_that_is_right_and_in_its_time_is_no_fault(room: Room) -> None:
    panel = room.says(OPEN)
    room.answers(0)
    room.redraws(panel, CLOSED)
    room.says(RESULT)
    room.scrutiny.final()
    assert room.director.wrong == [] and room.scrutiny.compared > 5


def test_a_result_while_the_poll_is_open_is_a_fault(room: Room) -> None:
    room.says(OPEN)
    room.answers(0)
    room.says(RESULT)
    assert ["the result of p1 shows while it is open" in one for one in room.director.wrong] == [True]


def test_figures_elsewhere_are_a_fault(room: Room) -> None:
    room.says(OPEN)
    room.says("So far: yes ▰▰▱ 2 of 3")
    assert ["figures outside a result" in one for one in room.director.wrong] == [True]


def test_another_figure_and_another_turnout_are_faults(room: Room) -> None:
    panel = room.says(OPEN)
    room.answers(1)
    room.redraws(panel, CLOSED.replace("1 of 1 member", "0 of 1 member"))
    room.says(RESULT)
    room.scrutiny.final()
    assert any("('member delegations', 1, 'n') is 1 of 1, counted 0 of 1" in w for w in room.director.wrong)
    assert any("the panel says" in one for one in room.director.wrong)


def test_a_line_that_nobody_understands_is_a_fault(room: Room) -> None:
    panel = room.says(OPEN)
    room.answers(0)
    room.redraws(panel, CLOSED)
    room.says(RESULT.replace("0 of 1 · 0 %", "some of them"))
    room.scrutiny.final()
    assert any("nobody understands" in one for one in room.director.wrong)


def test_a_poll_that_stays_open_or_shows_no_result_is_a_fault(room: Room) -> None:
    panel = room.says(OPEN)
    room.scrutiny.final()
    assert room.director.wrong == ["p1 is still open at the end"]
    room.redraws(panel, CLOSED)
    room.scrutiny.final()
    assert "the result of p1 does not hang" in room.director.wrong
