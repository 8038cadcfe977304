"""The notices' book: claimed before it is sent, marked said after, each exactly once."""

import asyncio
import json
import signal

import pytest

from db.agenda_rows import load_announcements
from db.notices import load_log
from meeting import notices, speaker_list
from meeting.notices import Channel, NoticeKind
from meeting.programme import ItemId

ROOM = 1800


def plain(agenda, notice):
    """A notice in words, for tests: its key."""
    return notice.key


def spelled(agenda, notice):
    """The announcement's own text."""
    return notice.text or notice.key


def keys(messages):
    return [line.key for message in messages for line in message.lines]


async def pure(ledger, ask, at):
    """What `meeting.notices` says of the ledger's rows."""

    async def work(tx):
        return plan, await load_announcements(tx), await load_log(tx)

    plan = await ledger.agenda.plan()
    _, announcements, log = await ledger._reader.read(work)
    return ask(plan.agenda, plan.notices, announcements, log, at)


async def test_a_claim_is_on_disk_before_anything_is_sent(ledger, clock, moderator, witness):
    clock.set(8, 40)
    await ledger.agenda.announce(moderator, "Welcome")
    due = await pure(ledger, notices.due, clock.at)
    messages, lapsed = await ledger.notices.claim(spelled, ROOM)
    assert lapsed == []
    assert keys(messages) == [notice.key for notice in due]
    assert "announcement · 1" in keys(messages) and "d1 · opening" in keys(messages)
    [message] = messages
    assert (message.channel, message.claimed_at) == (Channel.PROGRAMME, clock.at)
    assert witness.rows("SELECT number, channel, said_at FROM messages") == [
        (message.number, "programme", None)
    ]
    assert witness.rows("SELECT key, line, message, lapsed_at FROM notices ORDER BY number") == [
        (line.key, line.text, message.number, None) for line in message.lines
    ]
    assert await ledger.notices.unproved() == messages


async def test_what_was_claimed_is_not_claimed_again(ledger, clock, moderator, witness):
    clock.set(8, 40)
    await ledger.agenda.announce(moderator, "Welcome")
    first, _ = await ledger.notices.claim(plain, ROOM)
    assert first
    rows = witness.rows("SELECT * FROM notices")
    assert await ledger.notices.claim(plain, ROOM) == ([], [])
    assert witness.rows("SELECT * FROM notices") == rows


async def test_two_who_claim_at_once_share_nothing(ledger, clock, moderator, witness):
    clock.set(8, 40)
    for n in range(20):
        await ledger.agenda.announce(moderator, f"text {n}")
    due = await pure(ledger, notices.due, clock.at)
    claims = await asyncio.gather(*(ledger.notices.claim(plain, 40) for _ in range(8)))
    found = [key for messages, _ in claims for key in keys(messages)]
    assert sorted(found) == sorted(notice.key for notice in due)
    numbers = [message.number for messages, _ in claims for message in messages]
    assert len(numbers) == len(set(numbers))
    assert witness.column("SELECT count(*) FROM notices") == [len(due)]


async def test_announcements_made_while_claiming_are_each_claimed_once(ledger, clock, moderator):
    clock.set(8, 40)
    done = asyncio.Event()
    found = []

    async def announce():
        await asyncio.gather(*(ledger.agenda.announce(moderator, f"text {n}") for n in range(40)))
        done.set()

    async def claim():
        over = False
        while not over:
            over = done.is_set()
            found.extend(keys((await ledger.notices.claim(plain, 100))[0]))

    await asyncio.gather(announce(), claim(), claim())
    assert len(found) == len(set(found))
    assert {f"announcement · {n}" for n in range(1, 41)} <= set(found)


async def test_killed_between_claim_and_said_leaves_all_keys_unproved(
    ledger, opened, clock, moderator, other_process
):
    clock.set(9)
    for n in range(5):
        await ledger.agenda.announce(moderator, f"text {n} " + "x" * 60)
    await ledger.close()
    child = other_process("claim", ledger_file(ledger))
    said = json.loads(child.communicate(timeout=30)[0])
    assert child.returncode == -signal.SIGKILL
    assert sum(len(lines) for _, lines in said) >= 6
    again = await opened()
    unproved = await again.notices.unproved()
    assert [[one.number, [line.key for line in one.lines]] for one in unproved] == said
    assert await again.notices.claim(plain, ROOM) == ([], [])
    for one in unproved:
        await again.notices.said(one.number, 7)
    assert await again.notices.unproved() == []


def ledger_file(ledger):
    return ledger._lock._path.with_suffix("")


async def test_said_twice_is_one_row_of_the_audit(ledger, clock, moderator, witness):
    await ledger.agenda.announce(moderator, "Welcome")
    [message], _ = await ledger.notices.claim(plain, ROOM)
    clock.forward(1)
    at = clock.at
    await ledger.notices.said(message.number, 555)
    clock.forward(1)
    await asyncio.gather(*(ledger.notices.said(message.number, 666) for _ in range(3)))
    assert witness.verbs().count("notices.say") == 1
    [(said_at, message_id)] = witness.rows("SELECT said_at, message_id FROM messages")
    assert (said_at, message_id) == (at.isoformat(timespec="microseconds"), 555)
    [payload] = witness.column(
        "SELECT payload FROM audit_details JOIN audit USING (seq) WHERE verb = 'notices.say'"
    )
    assert json.loads(payload) == {"keys": ["announcement · 1"]}
    assert await ledger.notices.unproved() == []


async def test_said_of_a_number_nobody_claimed_changes_nothing(ledger, witness):
    await ledger.notices.said(99, 555)
    assert witness.verbs() == ["agenda.import"]


async def test_what_lapsed_before_it_was_claimed_is_entered_once(ledger, clock, moderator, witness):
    await ledger.agenda.announce(moderator, "Too late")
    clock.forward(15)
    messages, lapsed = await ledger.notices.claim(plain, ROOM)
    assert (messages, lapsed) == ([], ["announcement · 1"])
    assert witness.rows("SELECT key, message, lapsed_at IS NULL FROM notices") == [
        ("announcement · 1", None, 0)
    ]
    assert witness.verbs().count("notices.lapse") == 1
    assert await ledger.notices.claim(plain, ROOM) == ([], [])
    assert await ledger.notices.unproved() == []


async def test_lapsed_and_live_are_told_apart_in_one_claim(ledger, clock, moderator):
    await ledger.agenda.announce(moderator, "Too late")
    clock.forward(14)
    await ledger.agenda.announce(moderator, "In time")
    clock.forward(1)
    messages, lapsed = await ledger.notices.claim(plain, ROOM)
    assert (keys(messages), lapsed) == (["announcement · 2"], ["announcement · 1"])


async def test_a_claim_proved_unsaid_may_lapse(ledger, clock, moderator, witness):
    await ledger.agenda.announce(moderator, "Never sent")
    [message], _ = await ledger.notices.claim(plain, ROOM)
    clock.forward(20)
    await ledger.notices.lapse(message.number, [line.key for line in message.lines])
    assert await ledger.notices.unproved() == []
    assert await ledger.notices.claim(plain, ROOM) == ([], [])
    assert witness.rows("SELECT key, message, lapsed_at FROM notices") == [
        ("announcement · 1", None, clock.at.isoformat(timespec="microseconds"))
    ]
    assert witness.verbs()[-1] == "notices.lapse"
    assert (await ledger.verify()).first_bad is None


@pytest.mark.parametrize("room", [12, 60, 200, 1000, 5000])
async def test_messages_are_packed_in_order_into_the_room_there_is(ledger, clock, moderator, room):
    lengths = [5, 50, 49, 120, 1, 999, 30, 30, 30]
    for n, length in enumerate(lengths):
        await ledger.agenda.announce(moderator, f"{n}".ljust(length, "."))
    messages, _ = await ledger.notices.claim(spelled, room)
    texts = [[line.text for line in message.lines] for message in messages]
    assert [text for one in texts for text in one] == [f"{n}".ljust(x, ".") for n, x in enumerate(lengths)]
    for one, following in zip(texts, [*texts[1:], None], strict=True):
        assert len("\n".join(one)) <= room or len(one) == 1
        if following:
            assert len("\n".join([*one, following[0]])) >= room, "it would have fitted"
    assert [message.number for message in messages] == sorted(message.number for message in messages)


async def test_channels_get_messages_of_their_own(ledger, clock, moderator):
    clock.set(9, 30)
    await ledger.agenda.announce(moderator, "Welcome")
    messages, _ = await ledger.notices.claim(plain, ROOM)
    assert [message.channel for message in messages] == [Channel.PROGRAMME, Channel.MODERATORS]
    assert "d1-02 · ask · 1" in keys(messages[1:])


async def test_words_that_fail_claim_nothing(ledger, moderator, witness):
    await ledger.agenda.announce(moderator, "Welcome")

    def fails(agenda, notice):
        raise KeyError("no such sentence")

    with pytest.raises(KeyError):
        await ledger.notices.claim(fails, ROOM)
    assert witness.rows("SELECT * FROM notices") == witness.rows("SELECT * FROM messages") == []
    assert keys((await ledger.notices.claim(plain, ROOM))[0]) == ["announcement · 1"]


async def test_next_due_is_what_the_rules_say_all_day(ledger, clock, moderator):
    """Jump from one due moment to the next through both days; each claims something, moves on, or opens or
    closes a list of speakers."""
    moments, turned = [], 0
    while (at := await ledger.notices.next_due()) is not None and len(moments) < 100:
        turns = [speaker_list.next_turn(one, clock.at) for one in await ledger.speakers.lists()]
        said = await pure(ledger, notices.next_due, clock.at)
        until = (await ledger.agenda.plan()).written_until
        last = until if until > clock.at else None
        assert at == min(one for one in (said, *turns, last) if one is not None)
        assert at > clock.at
        clock.at = at
        moments.append(at)
        turned += len(await ledger.speakers.turn_due())
        await ledger.agenda.start_due()
        agenda = await ledger.agenda.agenda()
        item = agenda.next_item(clock.at)
        if item is not None and item.starts_at <= clock.at:
            await ledger.agenda.start(moderator, ItemId(item.item_id))
        elif agenda.running is not None and agenda.running.starts_at + agenda.running.duration < clock.at:
            await ledger.agenda.end(moderator)
        due = await pure(ledger, notices.due, clock.at)
        messages, lapsed = await ledger.notices.claim(plain, ROOM)
        assert sorted([*keys(messages), *lapsed]) == sorted(notice.key for notice in due)
        for message in messages:
            await ledger.notices.said(message.number, message.number)
    assert 20 < len(moments) < 100 and turned == 7 * 3, "each list opens, calls last, closes"
    assert (await ledger.verify()).first_bad is None


async def test_the_log_keeps_the_order_and_times_of_the_claims(ledger, clock, moderator):
    clock.set(9, 25)
    await ledger.notices.claim(plain, ROOM)
    await ledger.agenda.announce(moderator, "Welcome")
    await ledger.notices.claim(plain, ROOM)
    log = await ledger._reader.read(load_log)
    assert sorted(entry.number for entry in log.values()) == list(range(1, len(log) + 1))
    assert log["announcement · 1"].number == len(log)
    item = (await ledger.agenda.agenda()).item(ItemId("d1-02"))
    assert log["d1-02 · soon · 1"].about_at == item.starts_at


async def test_an_anchor_names_the_head_of_the_moment_it_was_claimed_and_stays(
    ledger, clock, moderator, witness, opened
):
    """What lapses in the same claim comes before it; what happens after it does not move it."""
    clock.set(9)
    for item in ("d1-01", "d1-02", "d1-04", "d1-05", "d1-06"):
        await ledger.agenda.start(moderator, ItemId(item))
    await ledger.agenda.skip(moderator, ItemId("d1-03"))
    await ledger.agenda.end(moderator)
    clock.set(12)
    messages, lapsed = await ledger.notices.claim(spelled, ROOM)
    assert lapsed, "the claim itself has written to the audit"
    ((line, channel),) = [
        (line, message.channel)
        for message in messages
        for line in message.lines
        if line.kind is NoticeKind.ANCHOR
    ]
    ((seq, digest),) = witness.rows("SELECT seq, digest FROM audit ORDER BY seq DESC LIMIT 1")
    assert (line.key, line.text) == ("d1 · anchor", f"{seq}:{digest.hex()[:32]}")
    assert channel is Channel.MODERATORS
    await ledger.agenda.announce(moderator, "later")
    await ledger.close()
    again = await (await opened()).notices.unproved()
    assert line in [stored for message in again for stored in message.lines]


async def test_an_anchor_is_of_use_for_days_and_then_lapses(ledger, clock, moderator):
    clock.set(9)
    for item in ("d1-01", "d1-02", "d1-04", "d1-05", "d1-06"):
        await ledger.agenda.start(moderator, ItemId(item))
    await ledger.agenda.skip(moderator, ItemId("d1-03"))
    assert "d1 · anchor" not in [n.key for n in await pure(ledger, notices.due, clock.at)], "not over yet"
    await ledger.agenda.end(moderator)
    for day, lapses in ((1, False), (7, False), (8, True)):
        clock.set(9, day=day)
        (anchor,) = [n for n in await pure(ledger, notices.due, clock.at) if n.key == "d1 · anchor"]
        assert anchor.lapsed(clock.at) is lapses
