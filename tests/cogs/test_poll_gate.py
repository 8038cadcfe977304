"""While results do not show, no count of any option leaves the house; and a burst of ballots is few edits."""

import asyncio
import io
import json
import logging
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing

import pytest

from bot.logs import set_up_logs
from meeting.delegations import DelegationId
from meeting.people import COMMAND_LINE, Actor, UserId, Via
from meeting.polls import Choice, PollId
from rehearsal.standin import Message, Person
from tests.stage import Stage, with_polls

POLLS = """\
        polls:
          - {id: quiet, question: Shown when released?, kind: single, options: [Ash, Birch, Cedar],
             unit: person, results: released, opens: hand, closes: hand}
          - {id: plain, question: Shown after the closing?, kind: single, options: [Ash, Birch, Cedar],
             unit: person, opens: hand, closes: hand}
          - {id: secret, question: Never linked?, kind: single, options: [Ash, Birch, Cedar],
             unit: person, secrecy: secret-final, results: released, opens: hand, closes: hand}
          - {id: loud, question: Shown all along?, kind: single, options: [Ash, Birch, Cedar],
             unit: person, secrecy: named, results: live, opens: hand, closes: hand}
          - {id: apart, question: Shown to who answered?, kind: single, options: [Ash, Birch, Cedar],
             unit: person, secrecy: named, results: own, opens: hand, closes: hand}
"""

ROSTER = "id,name,short_name,category,sort_key,sub_region,seats\n" + "".join(
    f"d{n},Delegation {chr(65 + n)},Del {chr(65 + n)},member,{chr(65 + n)},,20\n" for n in range(5)
)

COUNTS = (37, 43, 19)
"""Of the options: numbers that stand nowhere else; one person more, the last, answers through Discord."""

FIRST = 10**18
"""Ids of people who are at no server: what they do in the room is cast for them in the record's book."""


@pytest.fixture
async def full(stage: Stage) -> AsyncIterator[Stage]:
    """A server with a hundred people in seats, of whom only Ann is on it."""
    stage.programme.write_text(with_polls("one", POLLS), "utf-8")
    stage.roster.write_text(ROSTER, "utf-8")
    stage.allowed.add(10007)
    await stage.run()
    await stage.set_up()
    await stage.seat("Ann", "d4")
    for n in range(sum(COUNTS)):
        await stage.doors.ledger.delegations.assign(
            COMMAND_LINE, DelegationId(f"d{n // 20}"), UserId(FIRST + n)
        )
    await stage.later(seconds=30)
    yield stage


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the bot writes into its log at its most talkative, beside what the tests themselves listen to."""
    root, lines = logging.getLogger(), io.StringIO()
    handlers, level = list(root.handlers), root.level
    monkeypatch.setattr("sys.stderr", lines)
    set_up_logs("DEBUG", "text", "a token that is not there")
    root.handlers += handlers
    yield lines
    root.handlers[:] = handlers
    root.setLevel(level)


async def cast_all(stage: Stage, poll_id: str) -> None:
    """Ninety-nine ballots at one moment: no turnout in between is one of the counts."""
    choices: list[Choice] = [(option,) for option, many in enumerate(COUNTS) for _ in range(many)]
    book = stage.doors.ledger.ballots
    actors = [Actor(Via.ROOM, UserId(FIRST + n)) for n in range(len(choices))]
    await asyncio.gather(
        *(book.cast(actor, PollId(poll_id), choice) for actor, choice in zip(actors, choices, strict=True))
    )
    await stage.later(seconds=10)


async def look_everywhere(stage: Stage, poll_id: str, panel: Message) -> None:
    """All that staff, a delegate and a forger can ask for."""
    ann, mona, fee = stage.person("Ann"), stage.moderator, stage.person("Fee", "Facilitator")
    for person in (mona, fee):
        for path in ("poll results", "poll export", "poll show"):
            await person.command(path, poll=poll_id)
        await person.command("poll show")
    for path in ("meeting status", "agenda show", "delegation show", "help"):
        await mona.command(path)
    stage.breathe()
    for person in (ann, mona, stage.newcomer):
        for verb in ("see", "table", "mine", "answer"):
            await stage.forge(person, f"m1:polls:{poll_id}:{verb}", panel)
    await stage.later(seconds=10)


def sent(stage: Stage, since: int) -> str:
    """Every byte the bot sent to Discord since then: requests with their answers to gestures, and files."""
    found = [
        json.dumps([one.path, one.query, one.body], ensure_ascii=False) for one in stage.standin.log[since:]
    ]
    world = stage.world
    every = [*world.ephemeral.values(), *(m for c in world.channels.values() for m in c.messages.values())]
    found += [file.data.decode("utf-8", "replace") for message in every for file in message.attachments]
    return "\n".join(found)


def kept(stage: Stage) -> str:
    """All that is in the record but the ballots themselves: audit, what hangs, notices."""
    with closing(sqlite3.connect(f"file:{stage.database}?mode=ro", uri=True)) as record:
        tables = [name for (name,) in record.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        own = [name for name in tables if name not in ("ballots", "cut_ballots", "answers")]
        assert {"audit", "polls"} <= set(own), own
        rows = [row for name in own for row in record.execute(f"SELECT * FROM {name}")]
    texts = [value for row in rows for value in row if isinstance(value, str)]
    return "\n".join(texts)


def counts_in(text: str) -> set[int]:
    """Which of the counts stand in a text by themselves: not in an id, a digest or a time."""
    text = re.sub(r"\d\d:\d\d(:\d\d)?", "", text)
    text = re.sub(r"\\[ux][0-9a-f]+", "", text)
    found = re.findall(r"(?<![\w.:-])(\d+)(?![\w.:-]*\w)", text)
    return {int(number) for number in found if len(number) < 6} & set(COUNTS)


@pytest.mark.parametrize("poll_id", ["quiet", "plain", "secret", "apart"])
async def test_no_count_leaves_the_house_while_gated(full: Stage, logged: io.StringIO, poll_id: str) -> None:
    since = len(full.standin.log)
    panel = await full.open_poll(poll_id)
    await cast_all(full, poll_id)
    await look_everywhere(full, poll_id, panel)
    assert "99 of 100 people of member delegations" in full.poll_panel(poll_id).text, "turnout shows"
    for path in ("poll results", "poll export"):
        refused = await full.moderator.command(path, poll=poll_id)
        assert "do not show yet, to anybody" in refused.text and refused.message is not None
        assert refused.message.attachments == []
    if poll_id in ("quiet", "secret"):
        await full.moderator.command("poll close", poll=poll_id)
        await full.later(seconds=10)
        assert "The results show when they are released." in full.poll_panel(poll_id).text
        await look_everywhere(full, poll_id, panel)
    assert counts_in(sent(full, since)) == set()
    assert len(logged.getvalue()) > 50 and counts_in(logged.getvalue()) == set()
    assert counts_in(kept(full)) == set()
    assert not re.search(r"Ash|Birch|Cedar", logged.getvalue()), "no ballot is in the log"

    now = len(full.standin.log)
    if poll_id == "apart":
        await full.person("Ann").press(panel, "Ash")
        await full.person("Ann").press(panel, "See the results")
        assert counts_in(sent(full, now)) == {43, 19}, "control: who has answered is told"
        return
    verb = "release" if poll_id in ("quiet", "secret") else "close"
    await full.moderator.command(f"poll {verb}", poll=poll_id)
    await full.later(seconds=10)
    await look_everywhere(full, poll_id, panel)
    assert counts_in(sent(full, now)) == set(COUNTS), "control: once it shows, the same search finds them"


async def test_control_the_same_run_with_the_gate_open_finds_the_counts(full: Stage) -> None:
    since = len(full.standin.log)
    panel = await full.open_poll("loud")
    await cast_all(full, "loud")
    assert counts_in(sent(full, since)) == set(COUNTS), "on its panel"
    since = len(full.standin.log)
    await look_everywhere(full, "loud", panel)
    assert counts_in(sent(full, since)) == set(COUNTS), "and in what anybody asks for"


def edits(stage: Stage, panel: Message, since: int) -> int:
    """How often the panel was redrawn since then."""
    return sum(
        one.method == "PATCH" and one.path.endswith(f"/messages/{panel.id}") and one.status == 200
        for one in stage.standin.log[since:]
    )


async def people(stage: Stage, many: int) -> list[Person]:
    """So many people on the server, in seats."""
    found = []
    for n in range(many):
        person = stage.person(f"P{n}", "Delegate")
        await stage.doors.ledger.delegations.assign(
            COMMAND_LINE, DelegationId(f"d{n // 20}"), UserId(person.user_id)
        )
        found.append(person)
    await stage.later(seconds=60)
    return found


async def test_a_burst_of_ballots_is_few_edits_and_the_last_state_shows(stage: Stage) -> None:
    stage.programme.write_text(with_polls("one", POLLS), "utf-8")
    stage.roster.write_text(ROSTER, "utf-8")
    await stage.run()
    await stage.set_up()
    there = await people(stage, 100)
    panel = await stage.open_poll("plain")
    begun, since = stage.clock.now(), len(stage.standin.log)
    labels = ["Ash"] * 37 + ["Birch"] * 43 + ["Cedar"] * 20
    for first in range(0, 100, 5):
        group = slice(first, first + 5)
        told = await asyncio.gather(
            *(one.press(panel, label) for one, label in zip(there[group], labels[group], strict=True))
        )
        assert all("✓ Recorded" in reply.text for reply in told)
        await stage.later(seconds=0.5)
    lasted = (stage.clock.now() - begun).total_seconds()
    await stage.later(seconds=5)
    redrawn = edits(stage, panel, since)
    assert 2 <= redrawn <= lasted / 1.5 + 2, f"{redrawn} edits in {lasted} s"
    assert "100 of 100 people of member delegations" in stage.poll_panel("plain").text
    result = await stage.close_poll("plain")
    assert [line for line in result.split("\n") if line[0] in "▰▱"] == [
        "▰▰▰▰▱▱▱▱▱▱ 37 of 100 · 37 %", "▰▰▰▰▱▱▱▱▱▱ 43 of 100 · 43 %", "▰▰▱▱▱▱▱▱▱▱ 20 of 100 · 20 %",
    ]  # fmt: skip


async def test_a_hundred_ballots_at_one_moment_are_one_or_two_edits(stage: Stage) -> None:
    stage.programme.write_text(with_polls("one", POLLS), "utf-8")
    stage.roster.write_text(ROSTER, "utf-8")
    await stage.run()
    await stage.set_up()
    there = await people(stage, 100)
    panel = await stage.open_poll("loud")
    since = len(stage.standin.log)
    told = await asyncio.gather(*(one.press(panel, "Birch") for one in there))
    assert all("✓ Recorded" in reply.text for reply in told)
    await stage.later(seconds=10)
    assert 1 <= edits(stage, panel, since) <= 2
    live = stage.panel("polls", "## Indicative poll, results so far")
    assert "▰▰▰▰▰▰▰▰▰▰ 100 of 100 · 100 %" in live.text
    assert edits(stage, live, since) <= 2
