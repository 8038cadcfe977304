"""What those who run a list of speakers press and type."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import discord

from bot.answers import Answer, Call, Handler
from bot.controls import address, whole_number
from bot.house import House
from cogs.speakers import wording
from cogs.speakers.desk_panel import desk_lines, desk_rows
from meeting.delegations import DelegationId
from meeting.floor import Wish
from meeting.people import OPERATORS, STAFF, require
from meeting.programme import ItemId
from meeting.refusals import OutOfDate
from meeting.speaker_list import REASON
from meeting.speaker_order import order
from meeting.speaker_time import elapsed, shares
from meeting.speakers import Floor, InscriptionId, Policy, SpeakerList, SpeechKind

Act = Callable[[], Awaitable[SpeakerList]]


class DeskControls:
    """Handlers by verb. A control's id is the item's, its `arg` what it was drawn for."""

    def __init__(self, house: House) -> None:
        self._house = house

    def handlers(self) -> Mapping[str, Handler]:
        """For `bot.controls`."""
        return {
            "next": self._next,
            "pause": self._pause,
            "resume": self._resume,
            "end": self._end,
            "undo": self._undo_form,
            "undone": self._undone,
            "open": lambda call: self.open(call, ItemId(call.id)),
            "last_call": lambda call: self.last_call(call, ItemId(call.id)),
            "close": lambda call: self.close(call, ItemId(call.id)),
            "reopen": lambda call: self.reopen(call, ItemId(call.id)),
            "replies": lambda call: self.replies(call, ItemId(call.id)),
            "alternate": self._alternate,
        }

    # The floor

    async def _next(self, call: Call) -> Answer:
        first, _, second = call.arg.partition(".")
        expected = (_number(first), _number(second))
        return await self.next(call, ItemId(call.id), expected)

    async def next(
        self,
        call: Call,
        item_id: ItemId | None = None,
        expected: tuple[InscriptionId | None, InscriptionId | None] | None = None,
    ) -> Answer:
        """Whoever has the floor is done, and the next has it."""
        book = self._house.ledger.speakers
        return await self._pressed(
            call, item_id, lambda: book.call_next(call.actor, item_id, expected), self._floor_line
        )

    async def _pause(self, call: Call) -> Answer:
        return await self.pause(call, ItemId(call.id), _number(call.arg))

    async def pause(
        self, call: Call, item_id: ItemId | None = None, expected: InscriptionId | None = None
    ) -> Answer:
        """The intervention is off the clock."""
        book = self._house.ledger.speakers
        return await self._pressed(
            call,
            item_id,
            lambda: book.pause(call.actor, item_id, expected),
            lambda call, after: self._current_line(call, after, "paused"),
        )

    async def _resume(self, call: Call) -> Answer:
        return await self.resume(call, ItemId(call.id), _number(call.arg))

    async def resume(
        self, call: Call, item_id: ItemId | None = None, expected: InscriptionId | None = None
    ) -> Answer:
        """The intervention is on the clock again."""
        book = self._house.ledger.speakers
        return await self._pressed(
            call,
            item_id,
            lambda: book.resume(call.actor, item_id, expected),
            lambda call, after: self._current_line(call, after, "resumed"),
        )

    async def _end(self, call: Call) -> Answer:
        return await self.end(call, ItemId(call.id), _number(call.arg))

    async def end(
        self, call: Call, item_id: ItemId | None = None, expected: InscriptionId | None = None
    ) -> Answer:
        """Whoever has the floor is done, and nobody has it."""
        book = self._house.ledger.speakers
        return await self._pressed(
            call, item_id, lambda: book.end(call.actor, item_id, expected), self._floor_line
        )

    async def _pressed(
        self,
        call: Call,
        item_id: ItemId | None,
        act: Act,
        done: Callable[[Call, SpeakerList], str],
    ) -> Answer:
        """One act. A stale press is told how the list stands, with the buttons of now."""
        try:
            after = await act()
        except OutOfDate:
            return await self._standing(call, item_id)
        return Answer(done(call, after), update=call.private)

    async def _standing(self, call: Call, item_id: ItemId | None) -> Answer:
        words, now = self._house.words, self._house.clock.now()
        speakers = await self._house.ledger.speakers.speaker_list(item_id)
        act = (await self._house.ledger.speakers.board()).acts.get(speakers.item_id)
        head = words.say("speakers.done.stale", call.locale)
        text = "\n".join([head, *desk_lines(words, speakers, now, call.locale)])
        return Answer(text, tuple(desk_rows(words, speakers, act, now, call.locale)), update=call.private)

    def _floor_line(self, call: Call, after: SpeakerList) -> str:
        """Who has the floor now; nobody, if whoever had it is done."""
        say, current, now = self._house.words.say, after.current, self._house.clock.now()
        last = after.heard[-1] if after.heard else None
        if current is None:
            done = max(after.heard, key=lambda one: one.ended_at or now)  # called before a point of order
            return say("speakers.done.ended", call.locale, delegation=after.delegation(done).name)
        if current != last:
            return say("speakers.done.goes_on", call.locale, delegation=after.delegation(current).name)
        assert current.limit is not None
        return say(
            "speakers.done.called",
            call.locale,
            delegation=after.delegation(current).name,
            side=wording.side(self._house.words, current.floor, call.locale),
            limit=wording.length(self._house.words, current.limit, call.locale),
        )

    def _current_line(self, call: Call, after: SpeakerList, done: str) -> str:
        current = after.current
        assert current is not None
        spent = elapsed(after, current, self._house.clock.now())
        return self._house.words.say(
            f"speakers.done.{done}",
            call.locale,
            delegation=after.delegation(current).name,
            elapsed=wording.stopwatch(spent),
        )

    # The list

    async def add(
        self, call: Call, item_id: ItemId | None, delegation_id: DelegationId, side: Floor, wish: Wish
    ) -> Answer:
        """A delegation is put on the list by the desk."""
        placed = await self._house.ledger.speakers.add(call.actor, item_id, delegation_id, side, wish)
        words, one = self._house.words, placed.inscription
        found = order(placed.speakers)
        name, kind = placed.speakers.delegation(one).name, wording.kind(words, one.kind, call.locale)
        if one not in found:
            return Answer(words.say("speakers.asked.listed_later", call.locale, delegation=name))
        place = found.index(one) + 1
        text = words.say(
            "speakers.done.added", call.locale, delegation=name, kind=kind, place=place, of=len(found)
        )
        return Answer(text)

    async def withdraw(self, call: Call, inscription_id: InscriptionId) -> Answer:
        """An inscription is taken off the list."""
        require(call.actor, OPERATORS)
        placed = await self._house.ledger.speakers.withdraw(call.actor, inscription_id)
        words, one = self._house.words, placed.inscription
        name, kind = placed.speakers.delegation(one).name, wording.kind(words, one.kind, call.locale)
        return Answer(words.say("speakers.done.withdrawn", call.locale, delegation=name, kind=kind))

    async def move(self, call: Call, inscription_id: InscriptionId, place: int, reason: str) -> Answer:
        """An inscription is put at a place."""
        require(call.actor, OPERATORS)
        after = await self._house.ledger.speakers.move(call.actor, inscription_id, place, reason)
        one = after.named(inscription_id)
        text = self._house.words.say(
            "speakers.done.moved",
            call.locale,
            delegation=after.delegation(one).name,
            place=order(after).index(one) + 1,
        )
        return Answer(text)

    async def open(self, call: Call, item_id: ItemId | None) -> Answer:
        """The list opens."""
        return self._told(call, "opened", await self._house.ledger.speakers.open(call.actor, item_id))

    async def reopen(self, call: Call, item_id: ItemId | None) -> Answer:
        """The list opens again."""
        return self._told(call, "opened", await self._house.ledger.speakers.reopen(call.actor, item_id))

    async def last_call(self, call: Call, item_id: ItemId | None) -> Answer:
        """The list closes soon."""
        after = await self._house.ledger.speakers.last_call(call.actor, item_id)
        return self._told(call, "last_called", after)

    async def close(self, call: Call, item_id: ItemId | None) -> Answer:
        """The list closes."""
        after = await self._house.ledger.speakers.close(call.actor, item_id)
        waiting = len(order(after))
        return self._told(call, "closed" if waiting else "closed_empty", after, waiting)

    async def replies(self, call: Call, item_id: ItemId | None) -> Answer:
        """Rights of reply are heard in this item."""
        after = await self._house.ledger.speakers.release_replies(call.actor, item_id)
        number = sum(one.kind is SpeechKind.REPLY for one in order(after))
        return self._told(call, "replies", after, number)

    def _told(self, call: Call, done: str, after: SpeakerList, n: int = 0) -> Answer:
        text = self._house.words.say(f"speakers.done.{done}", call.locale, title=after.sitting.title, n=n)
        return Answer(text, update=call.private)

    async def _alternate(self, call: Call) -> Answer:
        return await self.policy(call, ItemId(call.id), lambda policy: replace(policy, ratio=(1, 1)))

    async def policy(self, call: Call, item_id: ItemId | None, change: Callable[[Policy], Policy]) -> Answer:
        """The list is kept otherwise from now on; without a change, how it is kept is told."""
        words = self._house.words
        after = await self._house.ledger.speakers.set_policy(call.actor, change, item_id)
        text = words.say(
            "speakers.done.policy",
            call.locale,
            order=wording.order(words, after.policy, call.locale),
            sides=wording.sides(words, after.policy, call.locale),
            time=wording.time(words, after.policy, call.locale),
        )
        return Answer(text, update=call.private)

    # Taking back

    async def _undo_form(self, call: Call) -> Answer:
        require(call.actor, OPERATORS)
        say = self._house.words.say
        form = discord.ui.Modal(
            title=say("speakers.desk.undo.title", call.locale)[:45],
            custom_id=address("speakers", call.id, "undone", whole_number(call.arg)),
        )
        form.add_item(
            discord.ui.Label(
                text=say("speakers.desk.undo.label", call.locale)[:45],
                description=say("speakers.desk.undo.hint", call.locale)[:100],
                component=discord.ui.TextInput(custom_id="reason", max_length=REASON, required=True),
            )
        )
        return Answer(form=form)

    async def _undone(self, call: Call) -> Answer:
        reason = call.fields.get("reason", "")
        return await self.undo(call, ItemId(call.id), reason, whole_number(call.arg))

    async def undo(
        self, call: Call, item_id: ItemId | None, reason: str, number: int | None = None
    ) -> Answer:
        """The last act is taken back."""
        try:
            _, act = await self._house.ledger.speakers.undo(call.actor, reason, number, item_id)
        except OutOfDate:
            return await self._standing(call, item_id)
        say = self._house.words.say
        verb = wording.act(self._house.words, act.verb, call.locale)
        return Answer(say("speakers.done.undone", call.locale, act=verb))

    # Looking

    async def stats(self, call: Call) -> Answer:
        """Who had how much, over the meeting."""
        require(call.actor, OPERATORS | frozenset(STAFF))
        words, now = self._house.words, self._house.clock.now()
        lists = await self._house.ledger.speakers.lists()
        found = shares(lists, now)
        if not found:
            return Answer(words.say("speakers.stats.none", call.locale))
        lines: list[str] = [words.say("speakers.stats.head", call.locale)]
        for share in found:
            line: str = words.say(
                "speakers.stats.line",
                call.locale,
                category=words.say(f"delegations.categories.{share.category}", call.locale),
                side=wording.side(words, share.floor, call.locale),
                n=share.interventions,
                minutes=round(share.spoken.total_seconds() / 60),
            )
            if share.over:
                line = f"{line}, {words.say('speakers.stats.over', call.locale, n=share.over)}"
            lines.append(line)
        heard = {
            one.delegation_id
            for speakers in lists
            for one in speakers.heard
            if one.kind is not SpeechKind.POINT_OF_ORDER
        }
        every = len(lists[0].delegations)
        lines.append(words.say("speakers.stats.delegations", call.locale, n=len(heard), of=every))
        return Answer("\n".join(lines))

    async def texts(self, call: Call, item_id: ItemId | None) -> Answer:
        """All texts that were handed in, as a file."""
        require(call.actor, OPERATORS | frozenset(STAFF))
        words, book = self._house.words, self._house.ledger.speakers
        lists = {one.item_id: one for one in await book.lists()}
        found = [one for one in await book.statements() if item_id in (None, one.item_id)]
        every = await self._house.ledger.delegations.delegations()
        names = {one.delegation_id: one.name for one in every}
        if not found:
            return Answer(words.say("speakers.texts.none", call.locale))
        blocks = []
        for one in found:
            speakers = lists.get(one.item_id)
            kind = "written" if one.inscription_id is None else "spoken"
            head = words.bare(
                "speakers.texts.head",
                call.locale,
                # A reload may have made a break of its item.
                title=speakers.sitting.title if speakers is not None else one.item_id,
                delegation=names[one.delegation_id],
                at=_stamp(words.zone, one.submitted_at),
                kind=words.say(f"speakers.texts.{kind}", call.locale),
            )
            blocks.append(f"{head}\n\n{one.text}\n")
        marking = f"{words.marking}\n\n" if words.marking else ""
        data = (marking + "\n\n".join(blocks)).encode(errors="replace")
        return Answer(words.say("speakers.texts.done", call.locale, n=len(found)), file=("texts.txt", data))


def _stamp(zone: Any, at: datetime) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _number(text: str) -> InscriptionId | None:
    """An inscription's number in an address; None: nobody. Raises `UnknownControl`."""
    number = whole_number(text)
    return InscriptionId(number) if number else None
