"""Versions of the report: made once, whatever happens at once; what they are made from is of one moment."""

import asyncio

import pytest

from meeting.people import COMMAND_LINE, Actor, Capacity, NotPermitted, UserId, Via
from meeting.reports import NoVersion, SameStage, Stage, StageBack, UnknownVersion

RAPPORTEUR = Actor(Via.DISCORD, UserId(7), frozenset({Capacity.RAPPORTEUR}))
FACILITATOR = Actor(Via.DISCORD, UserId(8), frozenset({Capacity.FACILITATOR}))
DELEGATE = Actor(Via.DISCORD, UserId(9), frozenset({Capacity.DELEGATE}))


async def test_asked_for_twenty_times_at_once_it_is_one_version(ledger, witness):
    answers = await asyncio.gather(*(ledger.reports.draft(RAPPORTEUR, "{}\n", "bare") for _ in range(20)))
    assert {version.number for version, _ in answers} == {1}
    assert sum(new for _, new in answers) == 1
    assert witness.column("SELECT count(*) FROM reports") == [1]
    assert witness.column("SELECT count(*) FROM audit WHERE verb = 'reports.draft'") == [1]
    other, new = await ledger.reports.draft(RAPPORTEUR, '{"a": 1}\n', "other")
    assert new and other.number == 2
    again, new = await ledger.reports.draft(RAPPORTEUR, "{}\n", "bare")
    assert not new and again.number == 1, "a record that was there before is the version it was"
    assert await ledger.reports.record(1) == "{}\n"


async def test_stages_are_kept_with_their_reasons(ledger, clock):
    with pytest.raises(NoVersion):
        await ledger.reports.set_stage(RAPPORTEUR, None, Stage.CLEARED, "")
    await ledger.reports.draft(RAPPORTEUR, "{}\n", "bare")
    clock.forward(5)
    await ledger.reports.set_stage(RAPPORTEUR, None, Stage.CIRCULATED, "not kept")
    with pytest.raises(StageBack):
        await ledger.reports.set_stage(RAPPORTEUR, 1, Stage.CLEARED, "")
    with pytest.raises(SameStage):
        await ledger.reports.set_stage(RAPPORTEUR, 1, Stage.CIRCULATED, "")
    with pytest.raises(UnknownVersion):
        await ledger.reports.set_stage(RAPPORTEUR, 2, Stage.CLEARED, "")
    with pytest.raises(UnknownVersion):
        await ledger.reports.record(2)
    await ledger.reports.set_stage(RAPPORTEUR, 1, Stage.CLEARED, "a figure")
    (version,) = await ledger.reports.versions(FACILITATOR)
    assert [step.stage for step in version.steps] == [Stage.DRAFT, Stage.CIRCULATED, Stage.CLEARED]
    assert version.steps[-1].reason == "a figure" and version.steps[1].reason == ""
    assert version.drafted_at < version.steps[1].at


async def test_two_set_the_stage_at_once_and_one_of_them_is_told(ledger):
    await ledger.reports.draft(RAPPORTEUR, "{}\n", "bare")
    answers = await asyncio.gather(
        *(ledger.reports.set_stage(RAPPORTEUR, 1, Stage.CLEARED, "") for _ in range(2)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in answers) == ["SameStage", "Version"]


@pytest.mark.parametrize("actor", [FACILITATOR, DELEGATE])
async def test_only_those_who_report_may(ledger, actor):
    with pytest.raises(NotPermitted):
        await ledger.reports.material(actor)
    with pytest.raises(NotPermitted):
        await ledger.reports.draft(actor, "{}\n", "bare")
    with pytest.raises(NotPermitted):
        await ledger.reports.set_stage(actor, None, Stage.CLEARED, "")
    assert (await ledger.reports.material(RAPPORTEUR)).agenda.title == "A meeting"
    assert (await ledger.reports.material(COMMAND_LINE)).polls == ()
