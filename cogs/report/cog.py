"""`/report`: drafting the outcome report, and how far it has come."""

import asyncio
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, Call, Handler
from bot.house import House
from bot.words import Composed
from db.reports import Material
from meeting.reports import Stage, Version
from report.jobs import unattributed_digest
from report.record import record_of, written

Interaction = discord.Interaction[Any]

STAGES = [app_commands.Choice(name=stage.value, value=stage.value) for stage in Stage]

LISTED = 20
"""Versions in an answer."""


@app_commands.default_permissions(manage_events=True)
@app_commands.guild_only()
class ReportCog(commands.GroupCog, name="report", description="Draft the outcome report"):
    """For moderators, clerks and the rapporteur."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def _give(self, interaction: Interaction, handler: Handler) -> None:
        await self._house.answers.give(interaction, handler)

    @app_commands.command(name="draft", description="Draft the outcome report from the record as it stands")
    async def draft(self, interaction: Interaction) -> None:
        await self._give(interaction, self._draft)

    @app_commands.command(name="versions", description="The versions of the outcome report, and their stages")
    async def versions(self, interaction: Interaction) -> None:
        await self._give(interaction, self._versions)

    @app_commands.command(name="stage", description="Say how far a version has come")
    @app_commands.describe(
        stage="Where it is now",
        version="Which version; the newest if left out",
        reason="Why, if it goes back to an earlier stage",
    )
    @app_commands.choices(stage=STAGES)
    async def stage(
        self,
        interaction: Interaction,
        stage: str,
        version: app_commands.Range[int, 1] | None = None,
        reason: str = "",
    ) -> None:
        await self._give(interaction, lambda call: self._stage(call, Stage(stage), version, reason))

    async def _draft(self, call: Call) -> Answer:
        """A version of the record as it stands; its files follow in the moderators' channel."""
        book = self._house.ledger.reports
        material = await book.material(call.actor)
        record, unattributed = await asyncio.to_thread(_drafted, material)
        self._house.press.try_again()
        version, new = await book.draft(call.actor, record, unattributed)
        key = "report.drafted" if new else "report.same"
        names = (await self._house.ledger.agenda.plan()).names
        values = {"version": version.number, "moderators": names["moderators"]}
        return Answer(self._house.words.say(key, call.locale, stage=self._name(version.stage), **values))

    async def _versions(self, call: Call) -> Answer:
        found = await self._house.ledger.reports.versions(call.actor)
        lines = [self._line(call, version) for version in reversed(found[-LISTED:])]
        return Answer(Composed("\n".join(lines)) or self._house.words.say("report.no_versions", call.locale))

    async def _stage(self, call: Call, stage: Stage, version: int | None, reason: str) -> Answer:
        done = await self._house.ledger.reports.set_stage(call.actor, version, stage, reason)
        return Answer(self._line(call, done))

    def _line(self, call: Call, version: Version) -> Composed:
        last = version.steps[-1]
        return self._house.words.say(
            "report.version_reason" if last.reason else "report.version",
            call.locale,
            version=version.number,
            stage=self._name(version.stage),
            at=last.at,
            reason=last.reason,
        )

    def _name(self, stage: Stage) -> Composed:
        return self._house.words.say(f"report.stages.{stage}")


def _drafted(material: Material) -> tuple[str, str]:
    """The record as it is written, and the digest of what is made of it without names."""
    record = written(record_of(material))
    return record, unattributed_digest(record)
