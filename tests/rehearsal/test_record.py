"""What is right and what is wrong in a disturbed day's record: a test for each way of telling."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.programme import read_programme
from rehearsal.badday import SHORT
from rehearsal.record import Allowed, Comparison, Record, compare, record_of
from rehearsal.standin import Message, Standin
from rehearsal.troubles import Told

PROGRAMME = read_programme(SHORT)


def at(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2030, 5, 1, hour, minute, second, tzinfo=UTC)


TIMES = {
    "d1 · opening": at(8, 0),
    "i1 · soon · 1": at(8, 45),
    "i1 · started": at(9, 0),
    "i1 · time_left · 1": at(9, 15),
    "i2 · soon · 1": at(9, 15),
    "i2 · ask · 1": at(9, 20),
    "i2 · started": at(9, 21),
    "i2 · time_left · 1": at(9, 45),
    "tea · started": at(9, 50),
    "i3 · soon · 1": at(9, 45),
    "i3 · started": at(10, 0),
    "i3 · time_left · 1": at(10, 25),
    "i4 · soon · 1": at(10, 25),
    "i4 · ask · 1": at(10, 30),
    "i4 · started": at(10, 31),
    "i4 · overtime · 1": at(10, 50),
    "d1 · end": at(10, 51),
}


def record() -> Record:
    said = {key: [(when, key)] for key, when in TIMES.items()}
    return Record(
        said, Counter({"welcome": 1, "operator": 1}), [("First", True)], [("The day", 3)], whole=True
    )


def without(keys: Iterable[str], **changed: object) -> Record:
    made = replace(record(), **changed)  # type: ignore[arg-type]
    for key in keys:
        del made.said[key]
    return made


def wrong(bad: Record, allowed: Allowed | None = None) -> list[str]:
    return compare(PROGRAMME, record(), bad, allowed).wrong


def delayed(bad: Record, item: str, minutes: int) -> Record:
    (when, words), *_ = bad.said[f"{item} · started"]
    bad.said[f"{item} · started"] = [(when + timedelta(minutes=minutes), words)]
    return bad


def test_the_same_is_the_same() -> None:
    assert compare(PROGRAMME, record(), record()) == Comparison()


@pytest.mark.parametrize("key", [key for key in TIMES if "tea" not in key])
def test_what_was_not_said_and_not_given_up_is_wrong(key: str) -> None:
    assert f"never said: {key}" in wrong(without([key]))


def test_a_record_without_all_that_follows_times_is_wrong_for_each() -> None:
    gone = [key for key in TIMES if any(kind in key for kind in ("soon", "ask", "time_left", "overtime"))]
    assert wrong(without(gone)) == [f"never said: {key}" for key in sorted(gone)]


@pytest.mark.parametrize("key", ["d1 · opening", "i2 · soon · 1", "i2 · ask · 1", "i4 · overtime · 1"])
def test_what_the_bot_gave_up_is_stated(key: str) -> None:
    found = compare(PROGRAMME, record(), without([key], lapsed={key}))
    assert found == Comparison(lapsed=[key])


@pytest.mark.parametrize("key", ["i2 · started", "d1 · end"])
def test_what_never_lapses_is_wrong_though_it_was_given_up(key: str) -> None:
    assert f"never said: {key}" in wrong(without([key], lapsed={key}))


def test_what_was_said_of_another_time_makes_the_first_moot() -> None:
    bad = delayed(without(["i4 · overtime · 1"]), "i4", 10)
    bad.said["i4 · overtime · 2"] = [(at(11, 0), "")]
    found = compare(PROGRAMME, record(), bad)
    assert found.wrong == [] and found.moot == ["i4 · overtime · 1"] and found.also == ["i4 · overtime · 2"]


def test_what_was_moved_makes_it_moot_that_it_is_soon() -> None:
    bad = delayed(without(["i2 · soon · 1"]), "i2", 10)
    bad.said["i2 · moved · 1"] = [(at(9, 20), "")]
    assert wrong(bad) == []


@pytest.mark.parametrize(
    ("key", "item", "minutes", "excused"),
    [
        ("i2 · soon · 1", "i2", 10, True),
        ("i2 · soon · 1", "i2", 0, False),
        ("i3 · soon · 1", "i2", 10, False),
        ("i1 · time_left · 1", "i2", 10, True),
        ("i2 · ask · 1", "i2", 10, False),
        ("i2 · ask · 1", "i2", -2, True),
        ("d1 · opening", "i1", 10, False),
    ],
)
def test_a_changed_time_excuses_only_what_was_about_it(
    key: str, item: str, minutes: int, excused: bool
) -> None:
    found = compare(PROGRAMME, record(), delayed(without([key]), item, minutes))
    assert (key in found.moot) is excused
    assert (found.wrong == []) is excused


def test_a_break_that_delay_used_up_is_stated() -> None:
    assert wrong(without(["tea · started"])) == [], "what follows began as it was to be over"
    bad = without(["tea · started"])
    bad.said["i3 · started"] = [(at(9, 55), "")]
    assert "never said: tea · started" in wrong(bad)


def test_what_is_said_beside_it_needs_a_reason() -> None:
    bad = record()
    bad.said["i3 · moved · 1"] = [(at(9, 40), "")]
    assert wrong(bad) == ["said for no reason: i3 · moved · 1"]
    assert compare(PROGRAMME, record(), delayed(bad, "i2", 5)).also == ["i3 · moved · 1"]
    bad = delayed(record(), "i3", 5)
    bad.said["i1 · overtime · 1"] = [(at(9, 21), "")]
    assert wrong(bad) == ["said for no reason: i1 · overtime · 1"], "what comes later explains nothing"
    bad = delayed(record(), "i2", 5)
    bad.said["i2 · suspended · 1"] = [(at(9, 30), "")]
    assert wrong(bad) == ["said for no reason: i2 · suspended · 1"]


def test_an_announcement_needs_somebody_who_asked_for_it() -> None:
    bad = record()
    bad.said["announcement · 9"] = [(at(9, 40), "Simulated 9.")]
    assert wrong(bad) == ["said for no reason: announcement · 9"]
    assert wrong(bad, Allowed(asked=["Simulated 9."])) == []
    assert wrong(bad, Allowed(promised=["Simulated 9."])) == []
    assert wrong(record(), Allowed(asked=["Simulated 9."])) == []
    assert wrong(record(), Allowed(promised=["Simulated 9."])) == [
        "acknowledged, and said 0 times: Simulated 9."
    ]
    bad.said["announcement · 10"] = [(at(9, 41), "Simulated 9.")]
    assert wrong(bad, Allowed(asked=["Simulated 9."])) == ["asked for, and said 2 times: Simulated 9."]
    assert wrong(bad, Allowed(promised=["Simulated 9."])) == ["acknowledged, and said 2 times: Simulated 9."]


def test_what_is_said_twice_is_wrong() -> None:
    bad = record()
    bad.said["i2 · started"] *= 2
    assert wrong(bad) == ["said 2 times: i2 · started"]


def test_what_somebody_deleted_is_missing_and_is_not_said_again() -> None:
    removed = Allowed(removed={"i2 · started"})
    assert wrong(without(["i2 · started"]), removed) == []
    assert wrong(record(), removed) == [
        "said again though it had been said, and deleted by somebody: i2 · started"
    ]


def test_what_is_late_says_so() -> None:
    bad = record()
    bad.said["i2 · ask · 1"] = [(at(9, 24), "i2 · ask · 1 (late by 4 min)")]
    assert compare(PROGRAMME, record(), bad) == Comparison(late={"i2 · ask · 1": 4})
    bad.said["i2 · ask · 1"] = [(at(9, 24), "i2 · ask · 1")]
    assert wrong(bad) == ["late by 4 min without saying so: i2 · ask · 1"]


def test_what_hangs_is_compared() -> None:
    bad = record()
    bad.panels = Counter({"welcome": 2, "other": 1, "trouble-1": 1})
    bad.threads, bad.events = [], []
    assert wrong(bad, Allowed(no_events=True)) == [
        "hangs 2 times: panel welcome",
        "does not hang: panel operator",
        "hangs for no reason: panel other",
        "threads: [], not [('First', True)]",
    ]
    assert "events: [], not [('The day', 3)]" in wrong(bad)
    bad = record()
    bad.events *= 2
    assert len(wrong(bad, Allowed(no_events=True))) == 1, "not there is excused, twice is not"
    assert wrong(replace(record(), whole=False)) == ["the audit is not reported whole"]


FULL = Told("The disk takes no more.", at(9, 0), at(9, 8))


def test_what_the_moderators_are_told_is_what_the_fault_leads_to() -> None:
    allowed = Allowed(tells=("disk takes",))
    bad = replace(record(), troubles=[FULL])
    assert compare(PROGRAMME, record(), bad, allowed) == Comparison(told=[FULL.what])
    assert wrong(bad) == [f"told to the moderators for no reason: {FULL.what}"]
    assert wrong(bad, Allowed(may_tell=("disk takes",))) == []
    assert wrong(record(), allowed) == ["never told to the moderators: disk takes"]
    assert wrong(record(), Allowed(may_tell=("disk takes",))) == []


def test_a_trouble_still_open_in_the_evening_is_wrong() -> None:
    bad = replace(record(), troubles=[replace(FULL, over_at=None)])
    assert wrong(bad, Allowed(tells=("disk",))) == [f"told as still so in the evening: {FULL.what}"]


def test_a_trouble_told_twice_at_the_same_time_is_wrong() -> None:
    again = replace(FULL, at=at(9, 4), over_at=at(9, 8))
    bad = replace(record(), troubles=[again, FULL])
    assert wrong(bad, Allowed(tells=("disk",))) == [f"told twice at the same time: {FULL.what}"]
    later = replace(FULL, at=at(10, 0), over_at=at(10, 8))
    assert wrong(replace(record(), troubles=[FULL, later]), Allowed(tells=("disk",))) == []


async def test_a_record_is_read_from_what_hangs_and_the_log(tmp_path: Path) -> None:
    log = tmp_path / "bot.log"
    log.write_text(json.dumps({"message": "lapsed unsaid: i2 · soon · 1"}) + "\n", "utf-8")
    standin = Standin(now=lambda: at(9, 0))
    world = standin.world
    channel = world.add_channel("moderators")
    told = "⚠ **The disk takes no more.**\nCall the clerk.\n-# Since 09:00\n-# ref 0123abcd-trouble-4"
    over = (
        "Marked\n✓ **Over since 09:08** (lasted 8 min)\nAll was lost.\n-# Found again.\n"
        "-# ref 0123abcd-trouble-5"
    )
    said = "Begins now\n-# ref 0123abcd-7: i1 · started; i1 · moved · 1"
    world.post(Message(world.ids.make(), channel.id, world.bot.id, at(9, 0), said))
    for text in (told, over):
        parts = [{"type": 10, "id": 1, "content": text}]
        message = Message(world.ids.make(), channel.id, world.bot.id, at(9, 0), components=parts)
        message.edited_timestamp = at(9, 8)
        world.post(message)
    found = record_of(standin, log, whole=True)
    assert set(found.said) == {"i1 · started", "i1 · moved · 1"} and found.lapsed == {"i2 · soon · 1"}
    assert found.troubles == [
        Told("The disk takes no more.", at(9, 0)),
        Told("All was lost.", at(9, 0), at(9, 8)),
    ]
    assert found.panels == {"trouble-4": 1, "trouble-5": 1}
