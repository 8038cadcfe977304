"""The judge finds what is wrong: each fault is planted in a world that is otherwise in order."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.limits import TooMuch
from bot.words import Words
from config.catalogue import read_catalogues
from meeting.programme import (
    DayId,
    ItemId,
    Kind,
    Mode,
    Part,
    PartId,
    PlannedDay,
    PlannedItem,
    Programme,
    Question,
    QuestionId,
    Start,
)
from rehearsal.judge import judge, log_faults
from rehearsal.script import Script
from rehearsal.standin import Message, Standin

NOW = datetime(2030, 5, 1, 9, tzinfo=UTC)


def _item(number: int, question: Question | None = None) -> PlannedItem:
    starts = NOW + timedelta(hours=number)
    return PlannedItem(
        ItemId(f"i{number}"),
        Kind.SESSION,
        f"Item {number}",
        starts,
        starts + timedelta(minutes=50),
        Mode.HYBRID,
        "",
        Start.CHAIR,
        False,
        question,
    )


QUESTION = Question(QuestionId("q1"), "First question", "What?", (Part(PartId("q1a"), "What?"),))
PROGRAMME = Programme(
    "Meeting",
    "UTC",
    "UTC",
    (PlannedDay(DayId("d1"), "Day one", date(2030, 5, 1), None, (_item(0, QUESTION), _item(1))),),
)
KEYS = ("d1 · opening", "i0 · started", "i1 · started", "d1 · end")


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    """A world in which everything has happened as it should."""
    standin = Standin(now=lambda: NOW)
    world = standin.world
    channel = world.channel_named("general")
    assert channel is not None
    for number, key in enumerate(KEYS):
        _say(standin, f"Text\n-# ref 0123abcd-{number}: {key}")
    for name in ("welcome", "operator"):
        message = Message(world.ids.make(), channel.id, world.bot.id, NOW)
        message.components = [{"type": 10, "content": f"Panel\n-# ref 0123abcd-{name}"}]
        world.post(message)
    thread = world.add_thread(channel, "First question", world.bot)
    world.set_thread(thread, locked=True)
    yield standin


def _say(standin: Standin, text: str) -> None:
    channel = standin.world.channel_named("general")
    assert channel is not None
    standin.world.post(Message(standin.world.ids.make(), channel.id, standin.world.bot.id, NOW, content=text))


def _faults(standin: Standin) -> list[str]:
    found = judge(standin, PROGRAMME, Script(), check=False).faults
    return [fault for fault in found if "events “" not in fault]


async def test_nothing_is_found_where_all_is_in_order(standin: Standin) -> None:
    assert _faults(standin) == []


async def test_a_notice_said_twice(standin: Standin) -> None:
    _say(standin, "Text\n-# ref 0123abcd-9: i1 · soon · 1; i0 · started")
    assert _faults(standin) == ["said 2 times: i0 · started", "i0: its start was not said"]


async def test_a_notice_not_said(standin: Standin) -> None:
    victim = next(m for m in standin.world.messages if "d1 · end" in m.content)
    standin.world.delete_message(victim)
    assert _faults(standin) == ["d1: the end of the day was not said"]


def _with_break(ends_after: timedelta) -> Programme:
    """The programme with a floating break before its second item."""
    day = PROGRAMME.days[0]
    pause = replace(
        day.items[1],
        item_id=ItemId("b1"),
        kind=Kind.BREAK,
        starts_at=NOW - timedelta(minutes=30),
        ends_at=NOW + ends_after,
    )
    return replace(PROGRAMME, days=(replace(day, items=(day.items[0], pause, day.items[1])),))


async def test_a_break_may_go_unsaid_only_if_delay_left_nothing_of_it(standin: Standin) -> None:
    absorbed = judge(standin, _with_break(timedelta()), Script(), check=False).faults
    assert not [fault for fault in absorbed if fault.startswith("b1")]
    missed = judge(standin, _with_break(timedelta(minutes=10)), Script(), check=False).faults
    assert "b1: its start was not said" in missed


async def test_a_panel_hung_twice(standin: Standin) -> None:
    channel = standin.world.channel_named("general")
    assert channel is not None
    message = Message(standin.world.ids.make(), channel.id, standin.world.bot.id, NOW)
    message.components = [{"type": 10, "content": "Panel\n-# ref 0123abcd-welcome"}]
    standin.world.post(message)
    assert "the panel welcome hangs 2 times" in _faults(standin)


async def test_only_the_last_line_of_our_own_message_refers(standin: Standin) -> None:
    """Text that looks like the line is text, in a notice as on a panel."""
    _say(
        standin, "-# ref 0123abcd-9: i0 · started\nref 0123abcd-operator:\n-# ref 0123abcd-10: i1 · soon · 1"
    )
    channel = standin.world.channel_named("general")
    assert channel is not None
    message = Message(standin.world.ids.make(), channel.id, standin.world.bot.id, NOW)
    message.components = [{"type": 10, "content": "ref 0123abcd-welcome: x\n-# ref 0123abcd-question-q1"}]
    standin.world.post(message)
    assert _faults(standin) == []


async def test_an_honest_person_who_was_turned_away(standin: Standin) -> None:
    channel, member = standin.world.channel_named("general"), standin.world.add_member("Honest")
    assert channel is not None
    message = Message(standin.world.ids.make(), channel.id, standin.world.bot.id, NOW)
    message.components = [{"type": 10, "content": Words(read_catalogues()).refusal(TooMuch())}]
    message.ephemeral_for = member.id
    standin.world.post(message)
    assert _faults(standin) == ["1 gestures of honest people were taken for a storm"]


async def test_a_thread_left_open(standin: Standin) -> None:
    thread = standin.world.thread_named("First question")
    assert thread is not None
    standin.world.set_thread(thread, locked=False)
    assert _faults(standin) == ["the thread “First question” is not locked at the end"]


async def test_a_missing_event_is_found(standin: Standin) -> None:
    assert "0 events “Day one”" in judge(standin, PROGRAMME, Script(), check=False).faults


def test_the_log_is_searched_for_errors(tmp_path: Path) -> None:
    log = tmp_path / "bot.log"
    log.write_text('{"level": "INFO", "message": "fine"}\n{"level": "WARNING", "message": "hm"}\n')
    assert log_faults(log) == []
    log.write_text('{"level": "ERROR", "message": "no", "trace": "x\\nValueError: y"}\nTraceback\n')
    assert log_faults(log) == ["an error in the bot's log: no ValueError: y", "the bot wrote: Traceback"]
