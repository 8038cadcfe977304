"""People take their seats: with the code on their sheet, with another one first, or without any."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from random import Random
from typing import Any

from meeting.delegations import Category
from meeting.programme import Kind, Mode, Programme
from rehearsal.cast import WALK_IN, Cast, Delegate
from rehearsal.count import Count
from rehearsal.director import Director
from rehearsal.sheet import Codes
from rehearsal.staff import labels_of
from rehearsal.standin import Channel, Message, Person, Reply

TAKE, NO_CODE, CODE = "Take your seat", "Ask the moderators", "The code on your sheet"
BUTTONS = {"room": "I am in the room", "virtual": "I am online"}

NOBODYS = "K7QM-2R9T-XW4D"
"""The code that stands as an example on the form."""

IN_THE_ROOM = 0.65
"""The share of people who come to the room."""


class Arrival(StrEnum):
    """How somebody comes to their seat."""

    PLAIN = "somebody takes a seat with the code on the sheet"
    WRONG = "somebody gives a wrong code first"
    USED = "somebody gives a colleague's code, which is used"
    REQUEST = "somebody without a code asks, and is given a seat from the request"
    ASSIGNED = "somebody without a code asks, and is given a seat by /delegation assign"
    LATE = "somebody takes a seat only after lunch"
    WALK_IN = "a delegation of no roster is added, and takes a seat with a code of its own"
    GIVEN_UP = "a seat is released and given to a colleague"
    TURNED_AWAY = "a delegate is turned away at the door, and goes on online"


@dataclass
class Arrivals:
    """`happened` names what came off; `ways` what was drawn for whom."""

    director: Director
    cast: Cast
    programme: Programme
    count: Count
    codes: Codes
    dice: Random
    happened: set[Arrival] = field(default_factory=set)
    wanted: set[Arrival] = field(default_factory=set)
    giving: Delegate | None = None
    """Who gives the seat up."""

    def begin(self) -> None:
        """Draw how each one arrives: most before the first item, or soon after it began."""
        first = self.programme.days[0]
        begins = first.items[0].starts_at
        lunch = next((item for item in first.items if item.kind is Kind.BREAK and item.fixed), None)
        for one in self.cast.delegates:
            one.code = self.codes.get((one.delegation.delegation_id, one.number), "")
        for one, way in self._drawn(lunch is not None):
            self.wanted.add(way)
            moment = begins + timedelta(minutes=self.dice.randint(-29, 45), seconds=self.dice.randrange(60))
            if way is Arrival.USED:
                moment = begins + timedelta(minutes=self.dice.randint(46, 54))
            elif way is Arrival.LATE and lunch is not None:
                moment = lunch.ends_at + timedelta(minutes=self.dice.randint(1, 9))
            self._arrives(moment, one, way)
        self.wanted |= {Arrival.WALK_IN, Arrival.GIVEN_UP}
        self.director.at(begins + timedelta(minutes=20), "a delegation comes to the door", self._walk_in)
        self.giving = next(
            one
            for one in self.cast.delegates
            if one.delegation.delegation_id == self.cast.successor.delegation.delegation_id
        )
        middle = first.items[len(first.items) // 2].starts_at
        handover = lunch.starts_at + timedelta(minutes=20) if lunch is not None else middle
        self.director.at(handover, "a seat is given up", self._give_up)

    def _drawn(self, lunch: bool) -> list[tuple[Delegate, Arrival]]:
        """What is out of the ordinary falls to those who come alone; who gives up a seat arrives plainly."""
        plain = self.cast.successor.delegation.delegation_id
        sizes = Counter(one.delegation.delegation_id for one in self.cast.delegates)
        alone = [
            one
            for one in self.cast.delegates
            if sizes[one.delegation.delegation_id] == 1 and one.delegation.delegation_id != plain
        ]
        second = [one for one in self.cast.delegates if one.number == 2]
        self.dice.shuffle(alone)
        ways = [Arrival.WRONG, Arrival.REQUEST, Arrival.ASSIGNED] + [Arrival.LATE] * lunch
        ways += [Arrival.WRONG] * (len(alone) // 20)
        drawn = {one.name: way for one, way in zip(alone, ways, strict=False)}
        if second:
            drawn[self.dice.choice(second).name] = Arrival.USED
        return [(one, drawn.get(one.name, Arrival.PLAIN)) for one in self.cast.delegates]

    def draw_door(self) -> Delegate | None:
        """Whoever says in the evening before a day in person that they are in the room, and is turned away in
        the morning; None if there is no such day."""
        if len(self.programme.days) < 2 or self.programme.days[1].items[0].mode is not Mode.IN_PERSON:
            return None
        sizes = Counter(one.delegation.delegation_id for one in self.cast.delegates)
        alone = [
            one
            for one in self.cast.delegates
            if sizes[one.delegation.delegation_id] == 1 and one.delegation.category is Category.MEMBER
        ]
        if not alone:
            return None
        one = self.dice.choice(alone)
        self.wanted.add(Arrival.TURNED_AWAY)
        evening = self.programme.days[0].items[-1].ends_at + timedelta(minutes=100)
        morning = self.programme.days[1].items[0].starts_at - timedelta(minutes=40)
        self.director.at(evening, f"{one.name} will come", lambda: self._states(one, "room"))
        self.director.at(morning, f"{one.name} is turned away", lambda: self._states(one, "virtual"))
        return one

    async def _states(self, one: Delegate, where: str) -> None:
        if not one.seated:
            return
        reply = await one.person.command("seat presence")
        reply = await self.director.seen(one.person, "/seat presence", reply)
        await self.says_where(one, where, reply)
        if where == "virtual":
            self.happened.add(Arrival.TURNED_AWAY)

    # One person

    def _arrives(self, moment: datetime, one: Delegate, way: Arrival) -> None:
        async def act() -> None:
            if way in (Arrival.REQUEST, Arrival.ASSIGNED):
                await self._asks(one, way)
                return
            if way is Arrival.WRONG:
                reply = await self._claims(one, NOBODYS)
                self._must("There is no such code" in reply.text, one, "a wrong code", reply)
            if way is Arrival.USED:
                reply = await self._claims(one, self.codes[one.delegation.delegation_id, 1])
                told = "Somebody else has taken the seat" in reply.text
                self._must(told, one, "a colleague's code", reply)
            await self._sits_down(one, one.code, way)

        self.director.at(moment, f"{one.name} arrives", act)

    async def _sits_down(self, one: Delegate, code: str, way: Arrival) -> None:
        reply = await self._claims(one, code)
        if not reply.text.startswith("Welcome, "):
            self._must(False, one, "their own code", reply)
            return
        await self._seated(one, way)
        if self.dice.random() < 0.9:
            await self.says_where(one, self.drawn_place(), reply)

    async def _seated(self, one: Delegate, way: Arrival) -> None:
        """The other channels are there now; before, only the first was."""
        one.seated = True
        await self.director.stage.settle()
        names = self.programme.channels
        there = {channel.name for channel in one.person.channels()}
        wanted = {names.get(key, key) for key in ("programme", "questions", "polls")}
        if wanted <= there and names.get("moderators", "moderators") not in there:
            self.happened.add(way)
        else:
            self.director.wrong.append(f"{one.name} has a seat, and sees only {sorted(there)}")

    async def _claims(self, one: Delegate, code: str) -> Reply:
        form = await self._press(one.person, TAKE)
        if form.modal is None:
            self._must(False, one, "presses “Take your seat”", form)
            return form
        sent = await one.person.fill(form, {CODE: code})
        return await self.director.seen(one.person, "fills in a code", sent)

    async def says_where(self, one: Delegate, where: str, reply: Reply | Message) -> None:
        """Answers the question whether they are in the room or online."""
        label = BUTTONS[where]
        said = await one.person.press(reply, label)
        said = await self.director.seen(one.person, f"presses “{label}”", said)
        self._must(said.text.startswith("Noted: you are"), one, "says where they are", said)
        one.where, one.said_at = where, self.director.now

    def drawn_place(self) -> str:
        """In the room or online."""
        return "room" if self.dice.random() < IN_THE_ROOM else "virtual"

    async def _press(self, person: Person, label: str) -> Reply:
        panel = next(one for one in person.sees(self._channel("welcome")) if label in labels_of(one))
        return await self.director.seen(person, f"presses “{label}”", await person.press(panel, label))

    def _channel(self, key: str) -> Channel:
        name = self.programme.channels.get(key, key)
        found = self.director.stage.standin.world.channel_named(name)
        if found is None:
            raise LookupError(f"there is no channel #{name}")
        return found

    def _must(self, true: bool, one: Delegate, did: str, reply: Reply) -> None:
        if not true:
            self.director.wrong.append(f"{one.name}, {did}: {reply.text}")

    # Without a code

    async def _asks(self, one: Delegate, way: Arrival) -> None:
        form = await self._press(one.person, NO_CODE)
        words = f"{one.delegation.short_name}, {one.name}"
        sent = await one.person.fill(form, {"Which delegation are you with?": words})
        reply = await self.director.seen(one.person, "asks for a seat", sent)
        self._must("have been asked" in reply.text, one, "asks for a seat", reply)
        self.director.after(3, "a moderator gives a seat", lambda: self._gives(one, way, words))

    async def _gives(self, one: Delegate, way: Arrival, words: str) -> None:
        moderator = self.dice.choice(self.cast.moderators)
        panel = self._request(moderator, words)
        if way is Arrival.ASSIGNED:
            reply = await self._assigns(moderator, one)
        else:
            choice = await moderator.press(panel, "Give a seat…")
            await self.director.seen(moderator, "presses “Give a seat…”", choice)
            name = one.delegation.name
            reply = await moderator.choose(choice, "Choose the delegation", [name])
            reply = await self.director.seen(moderator, f"chooses “{name}”", reply)
        self._must("now sits for" in reply.text, one, "is given a seat", reply)
        await self._seated(one, way)
        self.director.after(1, "the request is settled", partial(self._settled, one, panel))

    async def _settled(self, one: Delegate, panel: Message) -> None:
        if "✓ Settled" not in panel.text:
            self.director.wrong.append(f"{one.name} has a seat, and the request still stands: {panel.text}")

    def _request(self, moderator: Person, words: str) -> Message:
        """The request as it hangs before the moderators. Raises LookupError."""
        for message in moderator.sees(self._channel("moderators")):
            if "asks for a seat" in message.text and words in message.text.replace("\\", ""):
                return message
        raise LookupError(f"no request hangs that says “{words}”")

    async def _assigns(self, moderator: Person, one: Delegate) -> Reply:
        start = one.delegation.short_name[:4]
        proposed = await moderator.complete("delegation assign", "delegation", start)
        value = next(p["value"] for p in proposed if p["name"] == one.delegation.name)
        reply = await moderator.command("delegation assign", person=one.person, delegation=value)
        typed = f"/delegation assign person:{one.name} delegation:{value}"
        return await self.director.seen(moderator, typed, reply)

    # At the door

    async def _walk_in(self) -> None:
        moderator, one = self.dice.choice(self.cast.moderators), self.cast.walk_in
        category = WALK_IN.category.value
        name, short_name = WALK_IN.name, WALK_IN.short_name
        given: dict[str, Any] = {"name": name, "short_name": short_name, "category": category, "seats": 2}
        reply = await moderator.command("delegation add", **given)
        reply = await self.director.seen(moderator, f"/delegation add name:{WALK_IN.name}", reply)
        self._must("has been added" in reply.text, one, "is added", reply)
        self.count.walked_in = True
        proposed = await moderator.complete("delegation renew", "seat", WALK_IN.short_name)
        reply = await moderator.command("delegation renew", seat=proposed[0]["value"])
        reply = await self.director.seen(moderator, f"/delegation renew seat:{proposed[0]['name']}", reply)
        code = next(line for line in reply.text.splitlines() if line.startswith("## ")).removeprefix("## ")
        await self._sits_down(one, code, Arrival.WALK_IN)

    async def _give_up(self) -> None:
        """Somebody goes home; a moderator frees the seat, and gives it to a colleague who has come."""
        moderator, gone, comes = self.dice.choice(self.cast.moderators), self.giving, self.cast.successor
        if gone is None or not gone.seated:
            return
        short = gone.delegation.short_name
        proposed = await moderator.complete("delegation release", "seat", short)
        value = next(p for p in proposed if p["name"].startswith(f"{short} – {gone.number} – "))
        reply = await moderator.command("delegation release", seat=value["value"])
        reply = await self.director.seen(moderator, f"/delegation release seat:{value['name']}", reply)
        self._must("no longer sits there" in reply.text, gone, "gives the seat up", reply)
        gone.seated = False
        await self.director.stage.settle()
        if self._channel("polls") in gone.person.channels():
            self.director.wrong.append(f"{gone.name} has no seat any more, and still sees the channels")
        reply = await self._claims(gone, gone.code)
        self._must("was given up" in reply.text, gone, "comes back with a dead code", reply)
        reply = await self._assigns(moderator, comes)
        self._must("now sits for" in reply.text, comes, "is given the seat", reply)
        comes.number = gone.number
        await self._seated(comes, Arrival.GIVEN_UP)
