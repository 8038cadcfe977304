"""The programme read again while polls are on: rounds stay comparable, templates keep what still fits."""

import re
from dataclasses import replace

import pytest

from bot.words import Words
from cogs.polls.panel import result_panel
from cogs.polls.tables import table_file
from config.catalogue import read_catalogues
from db import poll_rows
from meeting.delegations import Tally
from meeting.poll_life import OptionsMissing
from meeting.polls import Option, PollId, PollKind, Secrecy
from tests.db.test_polls import AB, MEMBERS, answer, planned, standing

FIRST = planned("a", "hand", "hand")
SECOND, THIRD = (replace(FIRST, poll_id=PollId(one), round_of=PollId(of)) for one, of in ("ba", "cb"))

ASKED_OTHERWISE = {
    "more": {"options": (*AB, Option("c"))},
    "another order": {"options": AB[::-1]},
    "another kind": {"kind": PollKind.APPROVAL, "most": 2},
    "another secrecy": {"secrecy": Secrecy.NAMED},
    "another electorate": {"electorate": frozenset({Tally.OBSERVERS})},
}


async def reloaded(seated, make, *polls):
    """The file now holds these polls; what it changed."""
    fresh = replace(make.two_days(), polls=polls, about="read again")
    changes = await seated.ledger.agenda.poll_changes(fresh)
    await seated.ledger.agenda.reload(seated.moderator, fresh)
    assert (await seated.ledger.agenda.poll_changes(fresh)).nothing
    return changes


async def polls_of(seated):
    return {one.poll_id: one for one in await seated.ledger.polls.polls()}


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("otherwise", ASKED_OTHERWISE)
async def test_rounds_of_an_opened_poll_ask_what_it_asked(meeting, make, clock, otherwise, closed):
    seated = await meeting(FIRST, SECOND)
    polls, moderator = seated.ledger.polls, seated.moderator
    clock.set(8)
    await polls.open(moderator, FIRST.poll_id)
    await answer(seated, FIRST, MEMBERS[:6])
    if closed:
        await polls.close(moderator, FIRST.poll_id)
    now = ASKED_OTHERWISE[otherwise]
    changes = await reloaded(seated, make, *(replace(one, **now) for one in (FIRST, SECOND, THIRD)))
    assert [one.poll_id for one in changes.kept] == ["a"] and not changes.changed
    assert await polls_of(seated) == {
        "a": (await polls_of(seated))[PollId("a")],
        "b": SECOND,
        "c": THIRD,
    }, "the third round asks what the second will"
    if not closed:
        await polls.close(moderator, FIRST.poll_id)
    await polls.open(moderator, SECOND.poll_id)
    await answer(seated, SECOND, MEMBERS[:6], (1,))
    await polls.close(moderator, SECOND.poll_id)
    text = "\n".join(result_panel(Words(read_catalogues()), await standing(seated, SECOND)).blocks)
    told = re.findall(r"^(a|b)\n.*?([06]) of 6 · .*\n-# earlier: (\d) of 6", text, re.M)
    assert told == [("a", "0", "6"), ("b", "6", "0")], text


async def test_rounds_of_a_poll_that_was_not_opened_follow_the_file(meeting, make):
    seated = await meeting(FIRST, SECOND)
    more = (*AB, Option("c"))
    changes = await reloaded(seated, make, replace(FIRST, options=more), replace(SECOND, options=more))
    assert [one.poll_id for one in changes.changed] == ["a", "b"]
    assert {len(one.options) for one in (await polls_of(seated)).values()} == {3}


async def test_rounds_that_asked_different_things_are_not_compared(meeting, clock):
    """However it came about."""
    seated = await meeting(FIRST, SECOND)
    clock.set(8)
    otherwise = replace(SECOND, options=(Option("b"), Option("a"), Option("c")))
    await seated.ledger._writer.act(lambda tx: poll_rows.save_poll(tx, otherwise))
    for poll in (FIRST, otherwise):
        await seated.ledger.polls.open(seated.moderator, poll.poll_id)
        await answer(seated, poll, MEMBERS[:6])
        await seated.ledger.polls.close(seated.moderator, poll.poll_id)
    words, second = Words(read_catalogues()), await standing(seated, otherwise)
    assert second.earlier is not None and second.round == 2
    text = "\n".join(result_panel(words, second).blocks)
    assert "\nb\n" in text and "Compared" not in text and "earlier" not in text
    assert table_file(words, second)


TEMPLATE = planned("t", "hand", "hand", options=())


async def test_what_was_entered_into_a_template_stays_as_it_was_fitted(meeting, make, clock):
    template = replace(TEMPLATE, kind=PollKind.RANKING, most=5)
    seated = await meeting(template)
    entered = await seated.ledger.polls.enter(seated.moderator, template.poll_id, ["x", "y", "z"])
    assert entered.most == 3
    assert (await reloaded(seated, make, template)).nothing
    assert (await polls_of(seated))[template.poll_id] == entered
    approval = replace(TEMPLATE, kind=PollKind.APPROVAL, most=4, question="Which?")
    await reloaded(seated, make, approval)
    assert (await polls_of(seated))[template.poll_id] == replace(approval, options=entered.options, most=3)


async def test_what_was_entered_and_fits_no_more_is_entered_again(meeting, make, clock):
    """Ten dots, three at most on one, do not go on two options."""
    seated = await meeting(TEMPLATE)
    polls, moderator = seated.ledger.polls, seated.moderator
    await polls.enter(moderator, TEMPLATE.poll_id, ["x", "y"])
    dots = replace(TEMPLATE, kind=PollKind.POINTS, most=10, cap=3)
    await reloaded(seated, make, dots)
    clock.set(8)
    with pytest.raises(OptionsMissing):
        await polls.open(moderator, TEMPLATE.poll_id)
    await polls.enter(moderator, TEMPLATE.poll_id, ["x", "y", "z", "u"])
    opened = await polls.open(moderator, TEMPLATE.poll_id)
    assert len(opened.options) == 4
