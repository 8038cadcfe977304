"""`/meeting setup`, `/meeting status`, `/help`."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, Call
from bot.house import House
from bot.permissions import lacking
from bot.words import Composed
from cogs.organiser.setup import SetUp
from meeting.people import CLERKS, CONDUCTORS, STAFF, Capacity, require
from meeting.refusals import NotSetUp

Interaction = discord.Interaction[Any]


@app_commands.default_permissions(manage_events=True)
@app_commands.guild_only()
class MeetingCog(commands.GroupCog, name="meeting", description="Set the meeting up and see how it is"):
    """For clerks and staff."""

    def __init__(self, house: House, set_up: SetUp) -> None:
        self._house = house
        self._set_up = set_up

    @app_commands.command(name="setup", description="Make or mend channels, roles, panels; a preview first")
    async def setup_(self, interaction: Interaction) -> None:
        await self._house.answers.give(interaction, self._set_up.preview)

    @app_commands.command(name="status", description="Is everything in order?")
    async def status(self, interaction: Interaction) -> None:
        await self._house.answers.give(interaction, self._status)

    async def _status(self, call: Call) -> Answer:
        require(call.actor, CLERKS | frozenset(STAFF))
        words, ledger = self._house.words, self._house.ledger
        say = words.say
        agenda = await ledger.agenda.agenda()
        running = agenda.running.title if agenda.running else say("agenda.now.nothing", call.locale)
        lines = [
            say("organiser.status.head", call.locale),
            say("organiser.status.agenda", call.locale, revision=agenda.revision, now=running),
        ]
        next_due = await ledger.notices.next_due()
        lines.append(
            say("organiser.status.alarm", call.locale, at=next_due)
            if next_due
            else say("organiser.status.alarm_none", call.locale)
        )
        waiting = len(await ledger.notices.unproved())
        lines.append(
            say("organiser.status.notices", call.locale, n=waiting)
            if waiting
            else say("organiser.status.notices_none", call.locale)
        )
        hung = list((await ledger.wall.all()).values())
        settled = [h for h in hung if h.settled and h.gone_at is None]
        lines.append(say("organiser.status.wall", call.locale, settled=len(settled), all=len(hung)))
        waits = tuple(h.key for h in hung if not h.settled)
        gone = tuple(h.key for h in hung if h.gone_at is not None)
        if waits:
            lines.append(say("organiser.status.wall_waits", call.locale, keys=waits))
        if gone:
            lines.append(say("organiser.status.wall_gone", call.locale, keys=gone))
        verdict = await ledger.verify()
        if verdict.first_bad is None:
            lines.append(say("organiser.status.audit", call.locale, n=verdict.rows))
        else:
            lines.append(
                say(
                    "organiser.status.audit_broken",
                    call.locale,
                    row=verdict.first_bad,
                    reason=verdict.reason,
                )
            )
        lines += self._backups(call.locale)
        if not (await ledger.places.places()).channels:
            lines.append(say("organiser.status.not_set_up", call.locale))
        missing = lacking(call.interaction.app_permissions)
        if missing:
            lines.append(say("organiser.status.lacking", call.locale, permissions=missing))
        return Answer("\n".join(lines))

    def _backups(self, locale: str | None) -> list[Composed]:
        say, last, fault = self._house.words.say, self._house.keeper.last, self._house.keeper.fault
        lines = [say("organiser.status.backup_none", locale)]
        if last is not None:
            date, kilobytes = self._house.words.date(last.made_at, locale), max(1, last.size // 1024)
            lines = [
                say(
                    "organiser.status.backup",
                    locale,
                    date=date,
                    at=last.made_at,
                    size=kilobytes,
                    n=last.head.seq,
                )
            ]
        if fault is not None:
            why = self._house.words.refusal(fault, locale)
            lines.append(say("organiser.status.backup_failed", locale, why=why))
        return lines


class HelpCog(commands.Cog):
    """`/help`, for the person's own capacity."""

    def __init__(self, house: House) -> None:
        self._house = house

    @app_commands.command(name="help", description="What you can do here")
    async def help(self, interaction: Interaction) -> None:
        await self._house.answers.give(interaction, self.answer)

    async def answer(self, call: Call) -> Answer:
        """What this person can do, by their capacities."""
        say = self._house.words.say
        try:
            title = (await self._house.ledger.agenda.agenda()).title
        except NotSetUp:
            title = ""
        mine = call.actor.capacities
        sections = [say("organiser.help.head", call.locale, title=title)]
        if mine:
            sections.append(say("organiser.help.delegate", call.locale))
        if mine & CONDUCTORS:
            sections.append(say("organiser.help.staff", call.locale))
        elif mine & set(STAFF):
            sections.append(say("organiser.help.desk", call.locale))
        if Capacity.CLERK in mine:
            sections.append(say("organiser.help.clerk", call.locale))
        if not mine:
            sections.append(say("organiser.help.nobody", call.locale))
        return Answer(Composed("\n\n".join(sections)))
