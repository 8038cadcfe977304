"""`/agenda` for those who run the meeting, `/programme` for everybody."""

from functools import partial
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import Answer, Call, Choices, Handler
from bot.controls import address
from bot.house import House
from bot.words import Composed, shortened
from cogs.agenda.controls import AgendaControls
from cogs.agenda.panel import effect_lines, programme_panel
from meeting import conduct, reload
from meeting.people import CONDUCTORS, STAFF, require
from meeting.programme import DayId, ItemId
from meeting.timetable import slot_of

Interaction = discord.Interaction[Any]
Minutes = app_commands.Range[int, -720, 720]
CHOICES = 25
"""Suggestions Discord shows at most."""

READERS = frozenset(STAFF)
"""Who may read the whole agenda under a staff command: Discord shows those to other event managers, too."""


class ProgrammeCog(commands.GroupCog, name="programme", description="What is on, and what comes next"):
    """Read only; for everybody."""

    def __init__(self, house: House, controls: AgendaControls) -> None:
        self._house = house
        self._controls = controls

    @app_commands.command(name="now", description="What is on now, and what comes next")
    async def now(self, interaction: Interaction) -> None:
        await self._house.answers.give(interaction, self._controls.now)

    @app_commands.command(name="next", description="What comes next")
    async def next(self, interaction: Interaction) -> None:
        await self._house.answers.give(interaction, self._controls.next_up)

    @app_commands.command(name="calendar", description="The programme as a file for your calendar")
    async def calendar(self, interaction: Interaction) -> None:
        await self._house.answers.give(interaction, self._controls.calendar)


@app_commands.default_permissions(manage_events=True)
@app_commands.guild_only()
class AgendaCog(commands.GroupCog, name="agenda", description="Run the agenda"):
    """The acts of `meeting.conduct`, typed. What moves other items is previewed first."""

    def __init__(self, house: House, controls: AgendaControls) -> None:
        self._house = house
        self._controls = controls

    async def _give(self, interaction: Interaction, handler: Handler) -> None:
        await self._house.answers.give(interaction, handler)

    async def item_choices(self, interaction: Interaction, typed: str) -> Choices:
        """Items to come (and skipped ones, which may be taken up after all) that match what is typed."""

        async def find(call: Call) -> Choices:
            require(call.actor, READERS)
            agenda = await self._house.ledger.agenda.agenda()
            found = []
            for item in agenda.items:
                if item.started_at is not None:
                    continue
                slot = slot_of(agenda, item.item_id)
                hour = f"{self._house.words.hour(slot.begins)} " if slot else ""
                name = f"{hour}{item.title} ({item.item_id})"
                if typed.casefold() in name.casefold():
                    found.append(app_commands.Choice(name=shortened(name, 100), value=str(item.item_id)))
            return found[:CHOICES]

        return await self._house.answers.suggest(interaction, find)

    async def day_choices(self, interaction: Interaction, typed: str) -> Choices:
        """Days that match what is typed."""

        async def find(call: Call) -> Choices:
            require(call.actor, READERS)
            agenda = await self._house.ledger.agenda.agenda()
            return [
                app_commands.Choice(name=shortened(day.title, 100), value=str(day.day_id))
                for day in agenda.days
                if typed.casefold() in day.title.casefold()
            ][:CHOICES]

        return await self._house.answers.suggest(interaction, find)

    @app_commands.command(name="show", description="A day with all its times, as they stand now")
    @app_commands.describe(day="Which day; today if left out")
    @app_commands.autocomplete(day=day_choices)
    async def show(self, interaction: Interaction, day: str = "") -> None:
        async def handler(call: Call) -> Answer:
            require(call.actor, READERS)
            agenda, now = await self._house.ledger.agenda.agenda(), self._house.clock.now()
            chosen = agenda.day(DayId(day)) if day else agenda.today(now)
            return Answer("\n".join(programme_panel(self._house.words, agenda, chosen, now).blocks))

        await self._give(interaction, handler)

    @app_commands.command(name="next", description="End the running item and begin the next")
    async def next(self, interaction: Interaction) -> None:
        await self._give(interaction, self._controls.next)

    @app_commands.command(name="start", description="Begin an item now; what runs ends")
    @app_commands.describe(item="Which item; the next if left out")
    @app_commands.autocomplete(item=item_choices)
    async def start(self, interaction: Interaction, item: str = "") -> None:
        async def handler(call: Call) -> Answer:
            if item:
                return await self._controls.start(call, ItemId(item))
            return await self._controls.next(call)

        await self._give(interaction, handler)

    @app_commands.command(name="end", description="End the running item")
    async def end(self, interaction: Interaction) -> None:
        await self._give(interaction, self._controls.end)

    @app_commands.command(name="extend", description="Give the running item more time")
    @app_commands.describe(minutes="How many minutes more; negative: fewer")
    async def extend(self, interaction: Interaction, minutes: Minutes) -> None:
        async def handler(call: Call) -> Answer:
            outcome = await self._house.ledger.agenda.extend(call.actor, minutes)
            return Answer(self._controls.extended(call, outcome))

        await self._give(interaction, handler)

    @app_commands.command(name="suspend", description="Suspend the running item")
    async def suspend(self, interaction: Interaction) -> None:
        async def handler(call: Call) -> Answer:
            outcome = await self._house.ledger.agenda.suspend(call.actor)
            return Answer(self._controls.running(call, outcome, "suspended"))

        await self._give(interaction, handler)

    @app_commands.command(name="resume", description="Go on with the suspended item")
    async def resume(self, interaction: Interaction) -> None:
        async def handler(call: Call) -> Answer:
            outcome = await self._house.ledger.agenda.resume(call.actor)
            return Answer(self._controls.running(call, outcome, "resumed"))

        await self._give(interaction, handler)

    @app_commands.command(name="shift", description="Move an item to come, and what floats after it")
    @app_commands.describe(item="Which item", minutes="How many minutes later; negative: earlier")
    @app_commands.autocomplete(item=item_choices)
    async def shift(self, interaction: Interaction, item: str, minutes: Minutes) -> None:
        now = self._house.clock.now()
        decide = partial(conduct.shift, item_id=ItemId(item), minutes=minutes, now=now)
        await self._preview(interaction, decide, "shift", item, str(minutes))

    @app_commands.command(name="skip", description="Take an item off the agenda")
    @app_commands.describe(item="Which item")
    @app_commands.autocomplete(item=item_choices)
    async def skip(self, interaction: Interaction, item: str) -> None:
        decide = partial(conduct.skip, item_id=ItemId(item), now=self._house.clock.now())
        await self._preview(interaction, decide, "skip", item)

    @app_commands.command(name="defer", description="Put an item off to the end of a day")
    @app_commands.describe(item="Which item", day="To the end of which day")
    @app_commands.autocomplete(item=item_choices, day=day_choices)
    async def defer(self, interaction: Interaction, item: str, day: str) -> None:
        now = self._house.clock.now()
        decide = partial(conduct.defer, item_id=ItemId(item), day_id=DayId(day), now=now)
        await self._preview(interaction, decide, "defer", item, day)

    @app_commands.command(name="reorder", description="Take an item before another of the same day")
    @app_commands.describe(item="Which item", before="Before which item")
    @app_commands.autocomplete(item=item_choices, before=item_choices)
    async def reorder(self, interaction: Interaction, item: str, before: str) -> None:
        now = self._house.clock.now()
        decide = partial(conduct.reorder, item_id=ItemId(item), before=ItemId(before), now=now)
        await self._preview(interaction, decide, "reorder", item, before, ItemId(before))

    async def _preview(
        self,
        interaction: Interaction,
        decide: Any,
        verb: str,
        item: str,
        arg: str = "",
        before: ItemId | None = None,
    ) -> None:
        async def handler(call: Call) -> Answer:
            return await self._controls.preview(call, decide, verb, ItemId(item), arg, before)

        await self._give(interaction, handler)

    @app_commands.command(name="announce", description="Announce something in the programme channel")
    @app_commands.describe(text="What to announce; left out, a form opens")
    async def announce(self, interaction: Interaction, text: str = "") -> None:
        async def handler(call: Call) -> Answer:
            if text:
                return await self._controls.announce(call, text)
            return await self._controls.announce_form(call)

        await self._give(interaction, handler)

    @app_commands.command(name="reload", description="Take over changes of the programme file")
    async def reload(self, interaction: Interaction) -> None:
        await self._give(interaction, self._reload_preview)

    async def _reload_preview(self, call: Call) -> Answer:
        require(call.actor, CONDUCTORS)
        say = self._house.words.say
        agenda, now = await self._house.ledger.agenda.agenda(), self._house.clock.now()
        programme = self._house.read_programme()
        difference = reload.compare(agenda, programme, now)
        if difference.nothing and not await self._house.ledger.agenda.differs(programme):
            return Answer(say("agenda.reload.nothing", call.locale))
        plan = await self._house.ledger.agenda.plan()
        settings = plan.other_settings(programme, difference.after)
        lines: list[str] = [say("agenda.preview.reload", call.locale)]
        for name, items in (
            ("added", difference.added),
            ("changed", difference.changed),
            ("removed", difference.removed),
            ("kept", difference.kept),
        ):
            lines += [say(f"agenda.reload.{name}", call.locale, title=item.title) for item in items]
        polls = await self._house.ledger.agenda.poll_changes(programme)
        for name, found in (
            ("added", polls.added),
            ("changed", polls.changed),
            ("removed", polls.removed),
            ("kept", polls.kept),
        ):
            lines += [say(f"agenda.reload.poll_{name}", call.locale, question=one.question) for one in found]
        if difference.other or settings:
            lines.append(say("agenda.reload.other", call.locale))
        lines.append(effect_lines(self._house.words, difference.retimed))
        yes = address("agenda", self._controls.mark_of(programme), "reload", agenda.revision)
        return Answer(Composed("\n".join(lines)), (self._controls.yes_or_no(call, yes),))
