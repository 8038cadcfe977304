"""While results are gated nothing that is said or written apart from the ballots themselves holds a count."""

import asyncio
import logging
import re

import pytest

from meeting.delegations import Tally
from meeting.poll_life import HandCount
from meeting.polls import Gated, PollKind, Secrecy, Showing
from tests.assembly import ROSTER

MEMBERS = [one for one in ROSTER if one.tally is Tally.MEMBERS]

COUNTS = (29, 16)
"""Of two options; with the turnout of 45 they are like no other number here."""

COUNTED = re.compile(r"(?<![0-9A-Za-z:.-])(29|16)(?![0-9A-Za-z:])")
"""Not within a digest or a time."""

BY_HAND = HandCount(Tally.MEMBERS, 31, (29, 0, 1, 1, 0))


def counts_in(text):
    return {int(found) for found in COUNTED.findall(text)}


class Listener:
    """Everything but the ballots' own rows: the audit, all other tables, the log, and what is handed out."""

    def __init__(self, seated, witness, caplog):
        self.seated, self.witness, self.caplog = seated, witness, caplog

    async def hears(self, poll):
        polls, ballots = self.seated.ledger.polls, self.seated.ledger.ballots
        heard = [self.caplog.text, repr(await polls.standings()), repr(await polls.polls())]
        heard.append(repr(self.witness.rows("SELECT at, verb, subject FROM audit")))
        heard.append(repr(self.witness.rows("SELECT actor, payload FROM audit_details")))
        for table in self.witness.column("SELECT name FROM sqlite_schema WHERE type = 'table'"):
            if table not in ("ballots", "cut_ballots", "polls", "audit", "audit_details"):
                heard.append(repr(self.witness.rows(f"SELECT * FROM {table}")))
        for one in (MEMBERS[0], MEMBERS[44]):
            try:
                heard.append(repr(await polls.own(self.seated.person(one), poll.poll_id)))
            except Gated as refused:
                heard.append(repr(refused))
            heard.append(repr(await ballots.mine(self.seated.person(one), poll.poll_id)))
        try:
            heard.append(repr(await polls.export(self.seated.moderator, poll.poll_id)))
        except Gated as refused:
            heard.append(repr(refused))
        return set().union(*map(counts_in, heard))


async def cast(seated, poll):
    """29 for one option, 16 for the other, some of them only after a change of mind."""
    first = {one: (0,) if n < COUNTS[0] else (1,) for n, one in enumerate(MEMBERS)}
    if poll.secrecy is not Secrecy.SECRET_FINAL:
        for one in MEMBERS[20:40]:
            await seated.ledger.ballots.cast(seated.person(one, 2), poll.poll_id, (2,))
    await asyncio.gather(
        *(
            seated.ledger.ballots.cast(seated.person(one), poll.poll_id, choice)
            for one, choice in first.items()
        )
    )


@pytest.fixture
def listener(seated, witness, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("aiosqlite").setLevel(logging.WARNING)
    return Listener(seated, witness, caplog)


@pytest.mark.parametrize("kind", [PollKind.SINGLE, PollKind.APPROVAL])
@pytest.mark.parametrize("secrecy", Secrecy)
async def test_counts_are_nowhere_until_they_are_released(seated, listener, secrecy, kind):
    polls, moderator = seated.ledger.polls, seated.moderator
    poll = await seated.add(kind, secrecy=secrecy, showing=Showing.RELEASED)
    await cast(seated, poll)
    await polls.hand_count(moderator, poll.poll_id, BY_HAND)
    assert await listener.hears(poll) == set()
    await polls.extend(moderator, poll.poll_id, 5)
    await polls.close(moderator, poll.poll_id)
    assert await listener.hears(poll) == set()
    later = await polls.round(moderator, poll.poll_id)
    await polls.open(moderator, later.poll_id)
    assert await listener.hears(poll) == set()
    assert "45" in repr(await polls.standings()), "turnout shows"
    await polls.release(moderator, poll.poll_id)
    assert await listener.hears(poll) == set(COUNTS), (
        "control: with the gate open the same listener hears them"
    )


@pytest.mark.parametrize("secrecy", Secrecy)
async def test_counts_are_nowhere_until_the_closing(seated, listener, secrecy):
    poll = await seated.add(secrecy=secrecy)
    await cast(seated, poll)
    assert await listener.hears(poll) == set()
    await seated.ledger.polls.close(seated.moderator, poll.poll_id)
    assert await listener.hears(poll) == set(COUNTS), "control"


async def test_a_live_poll_is_the_control(seated, listener):
    poll = await seated.add(secrecy=Secrecy.NAMED, showing=Showing.LIVE)
    await cast(seated, poll)
    assert await listener.hears(poll) == set(COUNTS)
