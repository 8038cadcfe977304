"""The agenda's faces: the programme panel of each day, the operator panel, an event per day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.controls import address, button
from bot.house import House
from bot.wall_faces import EventFace, EventState, Face, Panel, Source
from bot.words import Composed, Words, shortened
from cogs.agenda.notices import LATER
from meeting.agenda import Agenda, Day, Item, State
from meeting.notices import Channel
from meeting.programme import Mode
from meeting.timetable import MINUTE, Effect, Slot, decided, forecast

GRACE = timedelta(minutes=30)
"""Discord ends an event by itself at its end; the last item may run over."""

LOCATION = 100
"""Characters of an event's place (Discord's limit)."""

EFFECTS = 10
"""Lines of effects shown; the rest are counted."""


def agenda_faces(house: House) -> Source:
    """What the agenda wants on the wall now."""

    async def faces() -> Sequence[Face]:
        agenda, now = await house.ledger.agenda.agenda(), house.clock.now()
        days = [programme_panel(house.words, agenda, day, now) for day in agenda.days]
        events = [event(house.words, agenda, day) for day in agenda.days]
        return [*days, operator_panel(house.words, agenda, now), *(e for e in events if e is not None)]

    return faces


def programme_panel(words: Words, agenda: Agenda, day: Day, now: datetime) -> Panel:
    """A day as everybody sees it."""
    say = words.say
    modes = {item.mode for item in day.items}
    mode = Mode.HYBRID if Mode.HYBRID in modes else Mode.IN_PERSON
    noon = datetime.combine(day.date, datetime.min.time().replace(hour=12), agenda.zone)
    head = say(
        "agenda.panel.head",
        day=day.title,
        date=words.date(noon),
        mode=say(f"agenda.mode.{mode}"),
        venue=agenda.venue,
    )
    slots = {slot.item.item_id: slot for slot in forecast(agenda, day.day_id, now)}
    mixed = len(modes) > 1
    over = day.date < now.astimezone(agenda.zone).date()
    lines = []
    for item in day.items:
        slot = None if over and item.to_come else slots.get(item.item_id)
        lines.append(item_line(words, item, slot, now, mixed=mixed))
    blocks = [words.marked(head), "\n".join(lines) or say("agenda.panel.empty")]
    if any(item.illustrative for item in day.items):
        blocks.append(say("agenda.panel.illustrative"))
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow(
        button(say("agenda.panel.buttons.now"), address("agenda", day.day_id, "now")),
        button(say("agenda.panel.buttons.calendar"), address("agenda", day.day_id, "calendar")),
        button(say("agenda.panel.buttons.listen"), address("agenda", day.day_id, "listen")),
    )
    return Panel(f"programme-{day.day_id}", Channel.PROGRAMME, tuple(blocks), (row,))


def item_line(words: Words, item: Item, slot: Slot | None, now: datetime, *, mixed: bool) -> str:
    """One item of the day's panel; without a slot it is not taken up, or no longer."""
    title = shortened(item.title, 80)
    if slot is None:
        return words.say("agenda.panel.skipped", title=title)
    state = item.state.value
    if item.to_come and slot.begins <= now:
        state = "awaited"
    line = words.say(
        f"agenda.panel.{state}",
        title=title,
        begins=words.hour(slot.begins),
        ends=words.hour(slot.ends),
        own=words.own(slot.begins),
        own_end=words.own(slot.ends),
    )
    if item.fixed and item.to_come:
        line = Composed(line + words.say("agenda.panel.fixed"))
    if mixed and item.mode is Mode.IN_PERSON:
        line = Composed(line + words.say("agenda.panel.in_person"))
    return line


def operator_panel(words: Words, agenda: Agenda, now: datetime) -> Panel:
    """What those who run the meeting see and press. Every button carries the agenda's revision."""
    head = words.marked(words.say("agenda.operator.head"))
    blocks = [f"{head}\n{standing(words, agenda, now)}"]
    blocks.append(words.say("agenda.operator.foot"))
    return Panel(
        "operator", Channel.MODERATORS, tuple(blocks), operator_rows(words, agenda, now), colour=0x8F5A2F
    )


def standing(words: Words, agenda: Agenda, now: datetime) -> str:
    """How things stand, in two lines or three."""
    say, running = words.say, agenda.running
    today = agenda.today(now)
    date = now.astimezone(agenda.zone).date()
    if running is None and today.date < date:
        return say("agenda.now.over")
    days = {today.day_id, running.day_id if running else today.day_id}
    plans = {slot.item.item_id: slot for day in days for slot in decided(agenda, day)}
    lines = []
    if running is None:
        lines.append(say("agenda.operator.nothing"))
    elif running.state is State.SUSPENDED:
        since = running.suspensions[-1].suspended_at
        lines.append(say("agenda.operator.suspended", title=running.title, since=since))
    else:
        until = plans[running.item_id].ends
        over = (now - until) // MINUTE
        kind = "over" if over >= 1 else "running"
        if agenda.day(running.day_id).date < date:
            kind = "left"
        lines.append(
            say(
                f"agenda.operator.{kind}",
                title=running.title,
                since=words.hour(running.started_at or now),
                until=words.hour(until),
                date=words.date(running.started_at or now),
                n=max(over, 0),
            )
        )
    upcoming = agenda.next_item(now)
    if upcoming is None:
        lines.append(say("agenda.operator.nothing_next"))
    else:
        planned = plans[upcoming.item_id].begins
        waited = (now - planned) // MINUTE
        kind = "waiting" if waited >= 1 and today.date == date else "next"
        lines.append(say(f"agenda.operator.{kind}", title=upcoming.title, at=planned, n=max(waited, 0)))
    return "\n".join([*lines, *lost_lines(words, agenda, now)])


def lost_lines(words: Words, agenda: Agenda, now: datetime) -> list[str]:
    """What no longer fits today, item by item."""
    return [
        words.say("agenda.operator.lost", title=slot.item.title, n=int(slot.lost / MINUTE))
        for slot in forecast(agenda, agenda.today(now).day_id, now)
        if slot.lost >= MINUTE and slot.item.state is not State.ENDED
    ]


def operator_rows(words: Words, agenda: Agenda, now: datetime) -> tuple[discord.ui.ActionRow[Any], ...]:
    """The operator's buttons for the agenda as it stands."""
    say, running, revision = words.say, agenda.running, agenda.revision
    upcoming = agenda.next_item(now)
    first: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
    if upcoming is not None:
        label = say("agenda.operator.buttons.next", title=Composed(shortened(upcoming.title, 60)))
        first.add_item(
            button(
                label,
                address("agenda", upcoming.item_id, "next", revision),
                discord.ButtonStyle.primary,
            )
        )
    if running is not None:
        first.add_item(
            button(say("agenda.operator.buttons.end"), address("agenda", running.item_id, "end", revision))
        )
        verb = "resume" if running.state is State.SUSPENDED else "suspend"
        first.add_item(
            button(
                say(f"agenda.operator.buttons.{verb}"),
                address("agenda", running.item_id, verb, revision),
            )
        )
    second: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
    if running is not None:
        for minutes in LATER:
            second.add_item(
                button(
                    say("agenda.operator.buttons.more", minutes=minutes),
                    address("agenda", running.item_id, "extend", f"{minutes}.{revision}"),
                )
            )
    second.add_item(button(say("agenda.operator.buttons.announce"), address("agenda", "all", "announce")))
    second.add_item(button(say("agenda.operator.buttons.look"), address("agenda", "all", "look")))
    return (first, second) if first.children else (second,)


def effect_lines(words: Words, effects: Sequence[Effect], *, own: str = "") -> str:
    """What an act changes in times; of its `own` item, whose time is said already, only what is lost."""
    lines = [line for e in effects for line in _effect(words, e, own=e.item.item_id == own)]
    if not lines:
        return words.say("agenda.effect.none")
    shown = lines[:EFFECTS]
    if len(lines) > EFFECTS:
        shown.append(words.say("agenda.effect.more", n=len(lines) - EFFECTS))
    return "\n".join([words.say("agenda.effect.head"), *shown])


def _effect(words: Words, effect: Effect, *, own: bool) -> list[str]:
    was, becomes, title = effect.was, effect.becomes, effect.item.title
    if own and (was is None or becomes is None):
        return []
    if becomes is None:
        return [words.say("agenda.effect.vanishes", title=title)]
    begins, ends = words.hour(becomes.begins), words.hour(becomes.ends)
    if was is None:
        return [words.say("agenda.effect.appears", title=title, begins=begins, ends=ends)]
    lines: list[str] = []
    if own:
        pass
    elif was.begins != becomes.begins:
        lines.append(
            words.say("agenda.effect.moves", title=title, was=words.hour(was.begins), becomes=begins)
        )
    elif was.ends != becomes.ends:
        lines.append(words.say("agenda.effect.length", title=title, begins=begins, ends=ends))
    if becomes.begins == becomes.ends and was.begins != was.ends:
        lines.append(words.say("agenda.effect.break_gone", title=title))
    if becomes.lost > was.lost:
        lines.append(words.say("agenda.effect.lost", title=title, n=int(becomes.lost / MINUTE)))
    return lines


def event(words: Words, agenda: Agenda, day: Day) -> EventFace | None:
    """A day among the server's events; none for a day without items."""
    slots = decided(agenda, day.day_id)
    if not slots:
        return None
    begun = any(item.started_at is not None for item in day.items)
    over = begun and all(item.state in (State.ENDED, State.SKIPPED) for item in day.items)
    state = EventState.COMPLETED if over else EventState.ACTIVE if begun else EventState.SCHEDULED
    planned = [item for item in day.items if item.state is not State.SKIPPED]
    begins = min(item.planned_starts_at for item in planned) if begun else slots[0].begins
    ends = max(*(item.planned_ends_at for item in planned), slots[-1].ends)
    # A link that does not fit the place whole would be dead; the description has room.
    link = day.join_url if day.join_url and len(day.join_url) > LOCATION else ""
    return EventFace(
        day.day_id,
        shortened(day.title, 100),
        "\n".join([shortened(f"{day.title}: {agenda.title}", 900), *([link] if link else [])]),
        shortened(agenda.venue if link or not day.join_url else day.join_url, 100),
        begins,
        max(ends, begins) + GRACE,
        state,
    )
