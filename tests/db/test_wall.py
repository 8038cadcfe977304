"""The wall's book: what should hang, what does, and what somebody took down."""

import asyncio

import pytest

from db.wall import HungKind
from meeting.people import COMMAND_LINE

PANEL = (HungKind.PANEL, "programme d1")


async def hung(ledger):
    return (await ledger.wall.all())[PANEL]


async def test_wanted_then_shown_then_wanted_anew(ledger):
    assert await ledger.wall.all() == {}
    await ledger.wall.want(*PANEL, "one")
    row = await hung(ledger)
    assert (row.wanted, row.shown, row.discord_id, row.settled) == ("one", None, None, False)
    await ledger.wall.show(*PANEL, "one", 77, 5)
    row = await hung(ledger)
    assert (row.shown, row.discord_id, row.channel_id, row.settled) == ("one", 77, 5, True)
    await ledger.wall.want(*PANEL, "two")
    row = await hung(ledger)
    assert (row.wanted, row.shown, row.discord_id, row.settled) == ("two", "one", 77, False)


async def test_kinds_of_one_key_are_apart(ledger):
    for number, kind in enumerate(HungKind):
        await ledger.wall.want(kind, "d1", kind.value)
        await ledger.wall.show(kind, "d1", kind.value, number, None)
    rows = await ledger.wall.all()
    assert {kind: rows[kind, "d1"].discord_id for kind in HungKind} == dict(
        zip(HungKind, range(9), strict=False)
    )
    await ledger.wall.lose(HungKind.THREAD, "d1")
    rows = await ledger.wall.all()
    assert [kind for kind in HungKind if rows[kind, "d1"].gone_at] == [HungKind.THREAD]


async def test_losing_twice_is_losing_once(ledger, clock):
    await ledger.wall.want(*PANEL, "face")
    await ledger.wall.show(*PANEL, "face", 77, 5)
    at = clock.at
    await asyncio.gather(*(ledger.wall.lose(*PANEL) for _ in range(10)))
    clock.forward(5)
    await ledger.wall.lose(*PANEL)
    row = await hung(ledger)
    assert (row.gone_at, row.shown, row.discord_id, row.channel_id) == (at, None, None, None)
    assert row.settled, "what was taken down stays down"


async def test_what_was_hung_anew_is_not_lost_with_what_was_there_before(ledger):
    await ledger.wall.want(*PANEL, "face")
    await ledger.wall.show(*PANEL, "face", 78, 5)
    await ledger.wall.lose(*PANEL, 77)
    assert (await hung(ledger)).gone_at is None
    await ledger.wall.lose(*PANEL, 78)
    assert (await hung(ledger)).gone_at is not None


async def test_rehang_settles_nothing_by_itself_and_counts(ledger):
    assert await ledger.wall.rehang(COMMAND_LINE) == 0
    for key in ("a", "b", "c"):
        await ledger.wall.want(HungKind.PANEL, key, "face")
        await ledger.wall.show(HungKind.PANEL, key, "face", 77, 5)
    for key in ("a", "b"):
        await ledger.wall.lose(HungKind.PANEL, key)
    assert await ledger.wall.rehang(COMMAND_LINE) == 2
    assert await ledger.wall.rehang(COMMAND_LINE) == 0
    rows = await ledger.wall.all()
    assert [rows[HungKind.PANEL, key].settled for key in ("a", "b", "c")] == [False, False, True]
    await ledger.wall.lose(HungKind.PANEL, "a")
    assert await ledger.wall.rehang(COMMAND_LINE) == 1


async def test_what_is_wanted_of_a_lost_thing_waits_for_rehang(ledger):
    await ledger.wall.want(*PANEL, "one")
    await ledger.wall.show(*PANEL, "one", 77, 5)
    await ledger.wall.lose(*PANEL)
    await ledger.wall.want(*PANEL, "two")
    assert (await hung(ledger)).settled
    await ledger.wall.rehang(COMMAND_LINE)
    assert not (await hung(ledger)).settled


async def test_losing_what_never_hung_changes_nothing(ledger):
    await ledger.wall.lose(*PANEL)
    assert await ledger.wall.all() == {}


@pytest.mark.parametrize("act", ["lose", "rehang"])
async def test_who_waits_for_the_wall_or_its_losses_is_woken(ledger, act):
    heard = []
    for subject in ("agenda", "wall"):
        ledger.feed.listen(subject, lambda subject=subject: heard.append(subject))
    await ledger.wall.want(*PANEL, "face")
    await (ledger.wall.lose(*PANEL) if act == "lose" else ledger.wall.rehang(COMMAND_LINE))
    await asyncio.sleep(0)
    assert heard == ["wall"]


async def test_everything_is_as_it_was_after_reopening(ledger, opened):
    for kind in HungKind:
        await ledger.wall.want(kind, "d1", "face")
    await ledger.wall.show(*PANEL, "unwanted", 1, 1)
    await ledger.wall.show(HungKind.THREAD, "d1", "face", 2**63 - 1, 2**62)
    await ledger.wall.lose(HungKind.PANEL, "d1")
    before = await ledger.wall.all()
    await ledger.close()
    assert await (await opened()).wall.all() == before
    assert len(before) == len(HungKind)
