"""The agenda's buttons and forms, and the answers they share with the commands."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import discord

from bot.answers import Answer, Call, Handler
from bot.controls import address, button, whole_number
from bot.house import House
from bot.words import clean_block
from cogs.agenda.panel import effect_lines, lost_lines, operator_rows, standing
from db.agenda import Outcome
from meeting.agenda import Agenda
from meeting.notices import LONGEST_ANNOUNCEMENT, AnnouncementTooLong, check_announcement
from meeting.people import CONDUCTORS, require
from meeting.programme import DayId, ItemId, Programme
from meeting.refusals import OutOfDate
from meeting.speaker_list import FloorTaken, Leftover, LeftoverAndFloor
from meeting.speakers import InscriptionId
from meeting.timetable import decided, effects, slot_of
from report.calendar import calendar_file

Act = Callable[[], Awaitable[Outcome]]

LONGEST_SHOWN = 1700
"""Characters of an announcement with its escapes: as many as the outbox has for lines."""


class AgendaControls:
    """Handlers by verb. An `arg` ending in `.n` or being `n` carries the revision it was drawn for."""

    def __init__(self, house: House) -> None:
        self._house = house

    def handlers(self) -> Mapping[str, Handler]:
        """For `bot.controls`."""
        return {
            "now": self.now,
            "calendar": self.calendar,
            "listen": self.listen,
            "look": self.look,
            "start": self._start,
            "next": self._next,
            "end": self._end,
            "start_anyway": partial(self._anyway, self.start),
            "next_anyway": partial(self._anyway, self._next_item),
            "end_anyway": partial(self._anyway, self._end_item),
            "suspend": self._suspend,
            "resume": self._resume,
            "extend": self._extend,
            "shift": self._shift,
            "skip": self._skip,
            "defer": self._defer,
            "reorder": self._reorder,
            "reload": self._reload,
            "no": self._no,
            "announce": self.announce_form,
            "announced": self._announced,
        }

    # What everybody may ask

    async def now(self, call: Call) -> Answer:
        """What is on, and what comes next."""
        words, agenda, now = (
            self._house.words,
            await self._house.ledger.agenda.agenda(),
            self._house.clock.now(),
        )
        say = words.say
        running = agenda.running
        if running is not None:
            slot = slot_of(agenda, running.item_id, now)
            since, until = running.started_at, slot.ends if slot else now
            lines: list[str] = [
                say("agenda.now.running", call.locale, title=running.title, since=since, until=until)
            ]
        else:
            lines = [say("agenda.now.nothing", call.locale)]
        lines.append(self._next_words(call, agenda))
        return Answer("\n".join(lines))

    async def next_up(self, call: Call) -> Answer:
        """What comes next."""
        return Answer(self._next_words(call, await self._house.ledger.agenda.agenda()))

    def _next_words(self, call: Call, agenda: Agenda) -> str:
        words, now = self._house.words, self._house.clock.now()
        upcoming = agenda.next_item(now)
        if upcoming is not None:
            slot = slot_of(agenda, upcoming.item_id, now)
            at = slot.begins if slot else upcoming.starts_at
            return words.say("agenda.now.next", call.locale, title=upcoming.title, at=at)
        today = agenda.today(now)
        for day in agenda.days:
            slots = decided(agenda, day.day_id)
            if day.date > today.date and slots:
                begins = slots[0].begins
                date = words.date(begins, call.locale)
                return words.say("agenda.now.later", call.locale, day=day.title, date=date, at=begins)
        return words.say(
            "agenda.now.over" if agenda.running is None else "agenda.now.nothing_next", call.locale
        )

    async def calendar(self, call: Call) -> Answer:
        """The programme as a calendar file."""
        agenda = await self._house.ledger.agenda.agenda()
        data = calendar_file(agenda, now=self._house.clock.now())
        return Answer(self._house.words.say("agenda.calendar", call.locale), file=("programme.ics", data))

    async def listen(self, call: Call) -> Answer:
        """Where one can listen on that day, or (`today`) on the day in course."""
        agenda = await self._house.ledger.agenda.agenda()
        today = agenda.today(self._house.clock.now())
        day = today if call.id == "today" else agenda.day(DayId(call.id))
        if day.join_url:
            text = self._house.words.say("agenda.listen.hybrid", call.locale, day=day.title, url=day.join_url)
            rows = (self._hear_row(call),) if day is today else ()
        else:
            in_person = day.items and all(item.mode == "in_person" for item in day.items)
            key = "agenda.listen.in_person" if in_person else "agenda.listen.none"
            text, rows = self._house.words.say(key, call.locale, day=day.title), ()
        return Answer(text, rows)

    def _hear_row(self, call: Call) -> discord.ui.ActionRow[Any]:
        label = self._house.words.say("room.hearing.say", call.locale)
        return discord.ui.ActionRow(button(label, address("room", "all", "hear")))

    # What those who run the meeting press

    async def look(self, call: Call) -> Answer:
        """How things stand, with the buttons of now."""
        require(call.actor, CONDUCTORS)
        return await self._standing("")

    async def _standing(self, before: str) -> Answer:
        agenda, now = await self._house.ledger.agenda.agenda(), self._house.clock.now()
        text = standing(self._house.words, agenda, now)
        return Answer(f"{before}\n{text}".strip(), operator_rows(self._house.words, agenda, now))

    async def _pressed(self, call: Call, act: Act, done: Callable[[Outcome], str]) -> Answer:
        """One press of an operator's button. A stale one is told how things stand."""
        try:
            outcome = await act()
        except OutOfDate as stale:
            answer = await self._standing(self._house.words.refusal(stale, call.locale))
            return Answer(answer.text, answer.rows, update=call.private)
        return Answer(done(outcome), update=call.private)

    async def _start(self, call: Call) -> Answer:
        return await self.start(call, ItemId(call.id), whole_number(call.arg))

    async def start(
        self, call: Call, item_id: ItemId, revision: int | None = None, *, sure: InscriptionId | None = None
    ) -> Answer:
        """The item begins; what runs ends."""
        book = self._house.ledger.agenda
        return await self._leaving(
            call,
            "start",
            item_id,
            lambda: book.start(call.actor, item_id, revision, sure=sure),
            lambda o: self.started(call, o),
        )

    async def _next(self, call: Call) -> Answer:
        return await self.next(call, whole_number(call.arg), ItemId(call.id))

    async def next(
        self,
        call: Call,
        revision: int | None = None,
        expected: ItemId | None = None,
        *,
        sure: InscriptionId | None = None,
    ) -> Answer:
        """The day's next item begins; what runs ends."""
        book, agenda = self._house.ledger.agenda, await self._house.ledger.agenda.agenda()
        following = agenda.next_item(self._house.clock.now())
        upcoming = expected or (following.item_id if following is not None else ItemId("none"))
        return await self._leaving(
            call,
            "next",
            upcoming,
            lambda: book.next(call.actor, revision, expected, sure=sure),
            lambda o: self.started(call, o),
        )

    async def _end(self, call: Call) -> Answer:
        return await self.end(call, whole_number(call.arg))

    async def end(
        self, call: Call, revision: int | None = None, *, sure: InscriptionId | None = None
    ) -> Answer:
        """The running item ends."""
        book = self._house.ledger.agenda
        return await self._leaving(
            call,
            "end",
            ItemId("all"),
            lambda: book.end(call.actor, revision, sure=sure),
            lambda o: self.ended(call, o),
        )

    async def _anyway(self, act: Callable[..., Awaitable[Answer]], call: Call) -> Answer:
        """Confirmed with whoever had the floor then: it stands in the button, before the revision."""
        number, revision = numbers(call.arg)
        return await act(call, ItemId(call.id), revision, sure=InscriptionId(number))

    async def _next_item(self, call: Call, item_id: ItemId, revision: int, *, sure: InscriptionId) -> Answer:
        return await self.next(call, revision, item_id, sure=sure)

    async def _end_item(self, call: Call, item_id: ItemId, revision: int, *, sure: InscriptionId) -> Answer:
        return await self.end(call, revision, sure=sure)

    async def _leaving(
        self, call: Call, verb: str, item_id: ItemId, act: Act, done: Callable[[Outcome], str]
    ) -> Answer:
        """An act that ends the running item: asked once more if people are left on its list of speakers."""
        try:
            return await self._pressed(call, act, done)
        except (Leftover, LeftoverAndFloor, FloorTaken) as refused:
            agenda = await self._house.ledger.agenda.agenda()
            sentence = self._house.words.refusal(refused, call.locale)
            drawn = f"{refused.values['number']}.{agenda.revision}"
            yes = address("agenda", item_id, f"{verb}_anyway", drawn)
            return Answer(sentence, (self.yes_or_no(call, yes, "leave"),), update=call.private)

    async def _suspend(self, call: Call) -> Answer:
        book = self._house.ledger.agenda
        return await self._pressed(
            call,
            lambda: book.suspend(call.actor, whole_number(call.arg)),
            lambda o: self.running(call, o, "suspended"),
        )

    async def _resume(self, call: Call) -> Answer:
        book = self._house.ledger.agenda
        return await self._pressed(
            call,
            lambda: book.resume(call.actor, whole_number(call.arg)),
            lambda o: self.running(call, o, "resumed"),
        )

    async def _extend(self, call: Call) -> Answer:
        book = self._house.ledger.agenda
        minutes, revision = numbers(call.arg)
        return await self._pressed(
            call,
            lambda: book.extend(call.actor, minutes, revision),
            lambda o: self.extended(call, o),
        )

    async def _shift(self, call: Call) -> Answer:
        book, item = self._house.ledger.agenda, ItemId(call.id)
        minutes, revision = numbers(call.arg)
        return await self._pressed(
            call,
            lambda: book.shift(call.actor, item, minutes, revision),
            lambda o: self._moved(call, o, item, "shifted"),
        )

    async def _skip(self, call: Call) -> Answer:
        book, item = self._house.ledger.agenda, ItemId(call.id)
        return await self._pressed(
            call,
            lambda: book.skip(call.actor, item, whole_number(call.arg)),
            lambda o: self._moved(call, o, item, "skipped"),
        )

    async def _defer(self, call: Call) -> Answer:
        book, item = self._house.ledger.agenda, ItemId(call.id)
        day, revision = drawn_for(call.arg)
        return await self._pressed(
            call,
            lambda: book.defer(call.actor, item, DayId(day), revision),
            lambda o: self._moved(call, o, item, "deferred"),
        )

    async def _reorder(self, call: Call) -> Answer:
        book, item = self._house.ledger.agenda, ItemId(call.id)
        before, revision = drawn_for(call.arg)
        return await self._pressed(
            call,
            lambda: book.reorder(call.actor, item, ItemId(before), revision),
            lambda o: self._moved(call, o, item, "reordered", before=ItemId(before)),
        )

    async def _reload(self, call: Call) -> Answer:
        require(call.actor, CONDUCTORS)
        programme = self._house.read_programme()
        if self.mark_of(programme) != call.id:
            return Answer(self._house.words.say("agenda.reload.stale", call.locale), update=call.private)
        book = self._house.ledger.agenda

        async def act() -> Outcome:
            return (await book.reload(call.actor, programme, whole_number(call.arg)))[0]

        def done(outcome: Outcome) -> str:
            head = self._house.words.say("agenda.done.reloaded", call.locale)
            return f"{head}\n{self._effects(outcome)}"

        return await self._pressed(call, act, done)

    @staticmethod
    def mark_of(programme: Programme) -> str:
        """Tells in a button which state of the file it was drawn for."""
        return programme.fingerprint[:12]

    async def _no(self, call: Call) -> Answer:
        return Answer(self._house.words.say("unchanged", call.locale), update=call.private)

    # Announcements

    async def announce_form(self, call: Call) -> Answer:
        require(call.actor, CONDUCTORS)
        say = self._house.words.say
        form = discord.ui.Modal(
            title=say("agenda.announce.title", call.locale)[:45],
            custom_id=address("agenda", "all", "announced"),
        )
        form.add_item(
            discord.ui.Label(
                text=say("agenda.announce.label", call.locale)[:45],
                description=say("agenda.announce.hint", call.locale)[:100],
                component=discord.ui.TextInput(
                    custom_id="text",
                    style=discord.TextStyle.paragraph,
                    max_length=LONGEST_ANNOUNCEMENT,
                    required=True,
                ),
            )
        )
        return Answer(form=form)

    async def _announced(self, call: Call) -> Answer:
        return await self.announce(call, call.fields.get("text", ""))

    async def announce(self, call: Call, text: str) -> Answer:
        """Have a text announced. A text that is too long is handed back."""
        try:
            require(call.actor, CONDUCTORS)
            if (length := len(clean_block(check_announcement(text)))) > LONGEST_SHOWN:
                raise AnnouncementTooLong(length=length, most=LONGEST_SHOWN)
            await self._house.ledger.agenda.announce(call.actor, text)
        except AnnouncementTooLong as refused:
            sentence = self._house.words.refusal(refused, call.locale)
            return Answer(sentence, file=("announcement.txt", text.encode(errors="replace")))
        return Answer(self._house.words.say("agenda.announce.done", call.locale))

    # Answers shared with the commands

    def started(self, call: Call, outcome: Outcome) -> str:
        """What began, what that ended, and what it changes."""
        running, before = outcome.after.running, outcome.before.running
        assert running is not None
        say = self._house.words.say
        lines = [say("agenda.done.started", call.locale, title=running.title)]
        if before is not None:
            lines.append(say("agenda.done.ended", call.locale, title=before.title))
        return "\n".join([*lines, self._effects(outcome, own=running.item_id)])

    def ended(self, call: Call, outcome: Outcome) -> str:
        """What ended."""
        return self.running(call, outcome, "ended")

    def running(self, call: Call, outcome: Outcome, done: str) -> str:
        """What was done to the running item."""
        item = outcome.before.running
        assert item is not None
        head = self._house.words.say(f"agenda.done.{done}", call.locale, title=item.title)
        if done == "resumed":
            # The time was lost while it was suspended, not by this press.
            return "\n".join([head, *lost_lines(self._house.words, outcome.after, outcome.at)])
        return f"{head}\n{self._effects(outcome, own=item.item_id)}"

    def extended(self, call: Call, outcome: Outcome) -> str:
        """Until when the running item now goes."""
        item = outcome.after.running
        assert item is not None
        slot = slot_of(outcome.after, item.item_id)
        at = slot.ends if slot else outcome.at
        head = self._house.words.say("agenda.done.extended", call.locale, title=item.title, at=at)
        return f"{head}\n{self._effects(outcome, own=item.item_id)}"

    def _moved(
        self, call: Call, outcome: Outcome, item_id: ItemId, done: str, before: ItemId | None = None
    ) -> str:
        head = self.wording(call, f"agenda.done.{done}", outcome.after, item_id, before)
        return f"{head}\n{self._effects(outcome, own=item_id)}"

    def wording(
        self, call: Call, key: str, agenda: Agenda, item_id: ItemId, before: ItemId | None = None
    ) -> str:
        """A sentence about an item's place in an agenda, as a question before and a statement after."""
        item, slot = agenda.item(item_id), slot_of(agenda, item_id)
        return self._house.words.say(
            key,
            call.locale,
            title=item.title,
            at=slot.begins if slot else None,
            day=agenda.day(item.day_id).title,
            before=agenda.item(before).title if before else None,
        )

    def _effects(self, outcome: Outcome, own: str = "") -> str:
        changed = effects(outcome.before, outcome.after, outcome.at)
        return effect_lines(self._house.words, changed, own=own)

    async def preview(
        self,
        call: Call,
        decide: Callable[[Agenda], Agenda],
        verb: str,
        item_id: ItemId,
        arg: str = "",
        before: ItemId | None = None,
    ) -> Answer:
        """What an act would do, with the buttons to do it or not. The act's refusals come already here."""
        require(call.actor, CONDUCTORS)
        agenda, now = await self._house.ledger.agenda.agenda(), self._house.clock.now()
        after = decide(agenda)
        head = self.wording(call, f"agenda.preview.{verb}", after, item_id, before)
        changed = effects(agenda, after, now)
        text = f"{head}\n{effect_lines(self._house.words, changed, own=item_id)}"
        full = f"{arg}.{agenda.revision}" if arg else str(agenda.revision)
        return Answer(text, (self.yes_or_no(call, address("agenda", item_id, verb, full)),))

    def yes_or_no(self, call: Call, yes: str, what: str = "yes") -> discord.ui.ActionRow[Any]:
        """The two buttons under a preview."""
        say = self._house.words.say
        return discord.ui.ActionRow(
            button(say(f"agenda.preview.{what}", call.locale), yes, discord.ButtonStyle.primary),
            button(say("agenda.preview.no", call.locale), address("agenda", "all", "no")),
        )


def drawn_for(arg: str) -> tuple[str, int]:
    """`d2.17`: what a button does it with, and the revision it was drawn for. Raises `UnknownControl`."""
    what, _, revision = arg.rpartition(".")
    return what, whole_number(revision)


def numbers(arg: str) -> tuple[int, int]:
    """`15.17`: minutes (perhaps negative) and the revision. Raises `UnknownControl`."""
    minutes, revision = drawn_for(arg)
    return whole_number(minutes), revision
