"""Notices: each once, together when due together, late and lapsed, whatever breaks in between."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

import bot.outbox
from tests.stage import Stage, at


def lines(stage: Stage, name: str = "programme") -> list[str]:
    """All notices of a channel, a line each, without reference lines."""
    return [
        line
        for message in stage.messages(name)
        if message.content
        for line in message.content.splitlines()
        if not line.startswith("-# ref ")
    ]


def keys(stage: Stage) -> list[str]:
    """The keys of all notices that were said, from the reference lines."""
    return [
        key
        for name in ("programme", "moderators")
        for message in stage.messages(name)
        if message.content
        for key in message.content.rsplit(": ", 1)[1].split("; ")
    ]


async def test_a_whole_morning_says_each_notice_once_and_mentions_whom_it_may(house: Stage) -> None:
    mona = house.moderator
    await house.until(at(9, 0))
    await mona.command("agenda start", item="one")
    await house.until(at(9, 31))
    await mona.command("agenda next")
    await house.until(at(9, 40))
    await mona.command("agenda suspend")
    await house.until(at(9, 45))
    await mona.command("agenda resume")
    await house.until(at(10, 20))
    await mona.command("agenda next")
    await house.until(at(10, 53))
    said = keys(house)
    assert len(said) == len(set(said)), sorted(said)
    for key in (
        "d1 · opening", "open · soon · 1", "open · started", "one · soon · 1", "one · ask · 1",
        "one · started", "one · time_left · 1", "two · started", "two · suspended · 1",
        "two · resumed · 1", "tea · started", "three · started", "three · overtime · 1",
    ):  # fmt: skip
        assert key in said, (key, said)
    delegate, moderator = (house.world.role_named(name) for name in ("Delegate", "Moderator"))
    assert delegate is not None and moderator is not None
    for message in [*house.messages("programme"), *house.messages("moderators")]:
        content = message.content
        if " · opening" in content:
            assert message.mentions == [house.delegate.user_id] and message.mention_roles == [delegate.id]
        elif " · overtime · " in content:
            assert message.mentions == [house.moderator.user_id], content
        else:
            assert message.mentions == [] and message.mention_roles == [], content
    assert sum(bool(m.mentions) for m in house.messages("programme")) == 1


async def test_what_falls_due_in_one_minute_for_one_channel_is_one_message(stage: Stage) -> None:
    text = stage.programme.read_text("utf-8") + "notices: {digest: 15}\n"
    stage.programme.write_text(text, "utf-8")
    await stage.run()
    await stage.set_up()
    await stage.until(at(7, 46))
    assert keys(stage) == ["d1 · opening", "open · soon · 1"]
    (message,) = [m for m in stage.messages("programme") if m.content]
    assert message.content.index("**Day 1: questions**") < message.content.index("In 15 minutes, at 08:00")


async def test_what_gathered_during_downtime_is_one_message_too(house: Stage) -> None:
    await house.until(at(9, 0))
    await house.moderator.command("agenda start", item="one")
    await house.until(at(9, 20))
    await house.close()
    before = [len(house.messages(name)) for name in ("programme", "moderators")]
    house.clock.set(at(9, 32))
    await house.run()
    new = [house.messages(name)[n:] for name, n in zip(("programme", "moderators"), before, strict=True)]
    assert [len(one) for one in new] == [0, 1], "T-5 and T-0 of what has not begun have lapsed"
    assert "two · ask · 1" in new[1][0].content
    await house.moderator.command("agenda suspend")
    await house.settle()
    assert len(house.messages("programme")) == before[0] + 1


async def test_downtime_says_what_is_still_worth_saying_with_how_late_it_is(house: Stage) -> None:
    await house.until(at(7, 20))
    await house.close()
    house.clock.set(at(7, 44))
    await house.run()
    assert len(house.said("**Day 1: questions** – Wednesday")) == 1
    assert "(late by 14 min)" in house.said("**Day 1: questions** – Wednesday")[0]
    await house.close()
    house.clock.set(at(8, 10))
    await house.run()
    assert house.said("In 15 minutes, at 08:00") == [], "the item has begun: it lapsed"
    (started,) = house.said("Now: **Accreditation**")
    assert "late" not in started, "it begins when the clock is there to begin it"


@pytest.mark.parametrize(("hour", "minute", "times"), [(11, 59, 1), (12, 1, 0)])
async def test_the_digest_of_a_day_lapses_at_noon(house: Stage, hour: int, minute: int, times: int) -> None:
    """Discord takes nothing in the morning; the first item began at its time all the same."""
    house.disturb("POST", "/messages", done=False, times=10_000)
    await house.leap(at(8, 0))
    await house.leap(at(hour, minute))
    house.standin.door.fault = None
    await house.later(seconds=30)
    assert len(house.said("**Day 1: questions** – Wednesday")) == times
    assert [m.mentions for m in house.messages("programme") if m.mentions] == [
        [house.delegate.user_id]
    ] * times


async def test_a_programme_wholly_past_announces_nothing(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.clock.set(at(9, 0, day=20))
    await stage.run()
    await stage.set_up()
    await stage.later(hours=2)
    assert "The programme is over: its last day was 2022-09-08." in caplog.text and "--start" in caplog.text
    assert keys(stage) == []


@pytest.mark.parametrize("done", [False, True])
async def test_a_lost_answer_leads_to_exactly_one_message(house: Stage, done: bool) -> None:
    """The sending broke off, before Discord took it or after; the house goes on running."""
    await house.until(at(8, 0))
    met = house.disturb("POST", "/messages", done=done)
    await house.moderator.command("agenda announce", text="Only once.")
    await house.settle()
    assert met() == 1
    assert len(house.said("Only once.")) == int(done)
    assert "1 message waits for proof" in (await house.clerk.command("meeting status")).text
    await house.later(minutes=5)
    assert len(house.said("Only once.")) == 1
    assert "Notices: all said." in (await house.clerk.command("meeting status")).text


@pytest.mark.parametrize("done", [False, True])
async def test_a_claim_found_at_start_is_settled_by_reading_back(house: Stage, done: bool) -> None:
    """The process ended between claiming and marking; Discord's nonce has long been forgotten."""
    await house.until(at(8, 0))
    house.disturb("POST", "/messages", done=done)
    await house.moderator.command("agenda announce", text="Only once.")
    await house.settle()
    await house.close()
    house.clock.set(at(8, 8))
    await house.run()
    (said,) = house.said("Only once.")
    assert ("(late by 8 min)" in said) is not done
    await house.restart()
    assert len(house.said("Only once.")) == 1


async def test_control_without_reading_back_it_would_be_said_twice(
    house: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def finds_nothing(*_: object) -> None:
        return None

    await house.until(at(8, 0))
    house.disturb("POST", "/messages", done=True)
    await house.moderator.command("agenda announce", text="Only once.")
    await house.settle()
    await house.close()
    house.clock.set(at(8, 8))
    monkeypatch.setattr(bot.outbox, "find_message", finds_nothing)
    await house.run()
    assert len(house.said("Only once.")) == 2


async def test_somebody_elses_message_with_the_reference_proves_nothing(house: Stage) -> None:
    await house.until(at(8, 0))
    house.disturb("POST", "/messages", done=False)
    await house.moderator.command("agenda announce", text="Only once.")
    await house.settle()
    uid = house.operator.text.rsplit("ref ", 1)[1].split("-")[0]
    programme = house.channel("programme")
    role = house.world.role_named("Moderator")
    assert role is not None
    house.world.overwrite(programme, role, allow=(1 << 10) | (1 << 11) | (1 << 16))
    for number in range(1, 20):
        await house.moderator.write(programme, f"-# ref {uid}-{number}: announcement · 1")
    await house.later(minutes=3)
    assert len(house.said("📣 Only once.")) == 1


async def test_a_channel_that_cannot_be_read_settles_nothing(house: Stage) -> None:
    await house.until(at(8, 0))
    house.disturb("POST", "/messages", done=True)
    await house.moderator.command("agenda announce", text="Only once.")
    await house.settle()
    house.disturb("GET", "/messages", done=False, times=3)
    await house.later(minutes=5)
    assert len(house.said("Only once.")) == 1
    assert "Notices: all said." in (await house.clerk.command("meeting status")).text


async def test_a_message_too_long_by_its_escapes_is_said_all_the_same(stage: Stage) -> None:
    items = "\n".join(
        f"      - {{id: i{n}, kind: session, starts: '{8 + n // 4:02}:{n % 4 * 15:02}',"
        f" ends: '{8 + (n + 1) // 4:02}:{(n + 1) % 4 * 15:02}', title: '{'*_[]' * 25}'}}"
        for n in range(20)
    )
    stage.programme.write_text(
        "title: T\ntime_zone: Asia/Bangkok\nvenue: Bangkok\ndays:\n"
        f"  - id: d1\n    title: '{'*' * 100}'\n    date: 2022-09-07\n"
        f"    join_url: https://a.example/{'x' * 480}\n    items:\n{items}\n",
        "utf-8",
    )
    stage.environ["ROUNDTABLE_MARKING"] = "*" * 60
    await stage.run()
    await stage.set_up()
    await stage.until(at(7, 31))
    assert "d1 · opening" in keys(stage)
    assert max(len(m.content) for m in stage.messages("programme")) <= 2000


async def test_every_notice_carries_the_marking(stage: Stage) -> None:
    stage.environ["ROUNDTABLE_MARKING"] = "Rehearsal *only*"
    await stage.run()
    await stage.set_up()
    await stage.until(at(9, 0))
    for name in ("welcome", "programme", "questions", "moderators"):
        for text in stage.texts(name):
            assert "Rehearsal \\*only\\*" in text, text


async def test_a_fast_machine_clock_finds_what_was_said(house: Stage) -> None:
    """Discord dates its messages five minutes earlier than the machine does; its nonces are no help."""
    house.world.ids._now = lambda: house.clock.now() - timedelta(minutes=5)
    house.world.nonce_memory = timedelta()
    programme = house.channel("programme").id
    met = house.disturb("POST", f"/channels/{programme}/messages", done=True)
    await house.until(at(8, 10))
    assert met() == 1
    assert len(house.said("d1 · opening")) == 1


async def test_a_line_that_lapsed_before_the_message_got_through_is_not_recorded_as_said(
    house: Stage,
) -> None:
    """Claimed together; Discord takes nothing until one of them is moot."""
    house.disturb("POST", "/messages", done=False, times=10_000)
    await house.leap(at(7, 45))
    (both,) = await house.doors.ledger.notices.unproved()
    assert {line.key for line in both.lines} == {"d1 · opening", "open · soon · 1"}, "control: one message"
    await house.leap(at(8, 5))
    house.standin.door.fault = None
    await house.later(minutes=2)
    assert house.said("**Day 1: questions** – Wednesday") and house.said("In 15 minutes, at 08:00") == []
    with closing(sqlite3.connect(house.database)) as record:
        rows = record.execute("SELECT key, message IS NULL, lapsed_at IS NULL FROM notices WHERE number < 3")
        assert sorted(rows) == [("d1 · opening", 0, 1), ("open · soon · 1", 1, 0)]
    assert (await house.doors.ledger.verify()).whole
