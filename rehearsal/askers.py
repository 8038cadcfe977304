"""Delegations ask for the floor, from the room and online, and do what one may do with one's place.

What each attempt must come to is known beforehand, by what the panel says and the rehearsal's own reckoning.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from random import Random

from meeting.programme import Mode, PlannedItem
from meeting.speakers import Floor, SpeechKind
from rehearsal.arrivals import BUTTONS, IN_THE_ROOM
from rehearsal.cast import Cast, Delegate
from rehearsal.director import Director
from rehearsal.faces import KINDS, SIDES
from rehearsal.listening import Listening
from rehearsal.order import MAIN, Entry, Roll
from rehearsal.staff import labels_of
from rehearsal.standin import File, Message, Reply

ASK, FORM, WITHDRAW, NOT_NOW = "Ask for the floor", "With details…", "Withdraw", "Not now"
WHY, ASSOCIATE, WRITE = "Why here?", "Associate", "Submit in writing…"


class Spoke(StrEnum):
    """Something that happens with lists of speakers."""

    BOTH = "the room and online are heard in one item"
    DETAILS = "somebody asks for the floor with details"
    TYPED = "somebody asks for the floor by a command"
    AGAIN = "a delegation asks twice, and is told that it is on the list"
    LATE = "somebody asks after the closing of a list, and is told that one may submit in writing"
    ONLINE = "somebody online asks in an item held in person, and is told why not"
    WHY = "“Why here?” is answered truly"
    WITHDRAWN = "somebody withdraws"
    NOT_NOW = "somebody says not now and keeps the place"
    READY = "somebody who said not now is ready again"
    CALLED = "somebody who has just been called says not now"
    SWITCHED = "somebody goes online while waiting, and keeps the place"
    KEPT = "a delegation turned away keeps its place online"
    GROUP = "a statement on behalf of a group is heard"
    QUESTION = "a question is put to the speaker"
    ASSOCIATED = "delegations associate themselves with a statement"
    ORDER = "a point of order interrupts a speech and it goes on"
    REPLY = "a right of reply is heard at the end of the day"
    RELEASED = "a right of reply is heard when the chair says so"
    TEXT = "a text is handed in with the asking"
    FILE = "a text is handed in as a file"
    WRITTEN = "somebody who was not heard submits in writing"
    DESK = "the facilitator enters a delegation without account"
    DESK_HERE = "the desk in the room enters a delegation without account"
    NEXT_HERE = "the desk in the room gives the floor"
    TWICE = "next pressed twice calls one speaker"
    UNDONE = "an act is taken back with a reason"
    PAUSED = "a speech is paused, and goes on"
    MOVED = "somebody is moved with a reason"
    OVERTIME = "a speech goes over its time, and nobody is cut"
    CLOCK = "the clock closes a list"
    CLOSED = "a list is called for the last time and closed by hand"
    REOPENED = "a list is opened again"
    POLICY = "a list is kept in another order, with the time shared out"
    LEFT = "an item ends with leftovers, who are invited in writing"
    RESTART = "a speech goes on over a restart"


REFUSED = {
    "closed": "The list of speakers for “",
    "online": "is held in person: those who take part online follow it",
    "already": " is on the list for that already, since ",
}


@dataclass
class Askers:
    """`happened` names what came out as it must."""

    director: Director
    cast: Cast
    listening: Listening
    seed: str
    happened: set[Spoke] = field(default_factory=set)

    # Who asks

    def dice(self, item: PlannedItem, what: str) -> Random:
        return Random(f"{self.seed} {item.item_id} {what}")

    def drawn(self, item: PlannedItem, n: int, dice: Random, but: Collection[str] = ()) -> list[Delegate]:
        """So many who sit for different delegations, of both sides where there are two; those who have not
        spoken yet more often."""
        roll = self.listening.roll(str(item.item_id))
        taken = {str(one.delegation.delegation_id) for one in roll.everything if one.pending} | set(but)
        by_side: dict[Floor, list[Delegate]] = {side: [] for side in Floor}
        seated = self.cast.seated()
        dice.shuffle(seated)
        for who in seated:
            own = str(who.delegation.delegation_id)
            if own not in taken:
                taken.add(own)
                by_side[self.listening.side_of(who, item)].append(who)
        sides = [Floor.ROOM, Floor.VIRTUAL] if item.mode is Mode.HYBRID else [Floor.ROOM]
        found: list[Delegate] = []
        while len(found) < n and any(by_side[side] for side in sides):
            side = sides[len(found) % len(sides)]
            side = side if by_side[side] else next(one for one in sides if by_side[one])
            found.append(by_side[side].pop())
        return found

    def sees_floor(self, who: Delegate) -> bool:
        """Whether the channel is there for them."""
        name = self.listening.programme.channels.get("floor", "floor")
        channel = self.director.stage.standin.world.channel_named(name)
        return who.seated and channel is not None and who.person.may_view(channel)

    def who_of(self, one: Entry) -> Delegate | None:
        """Whoever asked, if they sit and have an account."""
        return next((w for w in self.cast.seated() if w.person.user_id == one.user_id), None)

    # Asking

    def asks(
        self,
        moment: datetime,
        item: PlannedItem,
        who: Delegate,
        dice: Random,
        kind: SpeechKind = SpeechKind.STATEMENT,
        way: str = "",
    ) -> None:
        """At that moment, in one of three ways."""
        way = way or (
            "form" if kind is not SpeechKind.STATEMENT else dice.choice(("tap", "tap", "form", "typed"))
        )
        own = Random(dice.random())
        act = partial(self.ask, item, who, own, kind, way)
        self.director.at(moment, f"{who.name} asks for the floor", act)

    def must_be(self, item: PlannedItem, who: Delegate, kind: SpeechKind) -> str:
        """What an attempt must come to: `recorded`, or a key of `REFUSED`; empty if nobody can tell."""
        item_id = str(item.item_id)
        roll = self.listening.roll(item_id)
        if self.listening.side_of(who, item) is Floor.VIRTUAL and item.mode is Mode.IN_PERSON:
            return "online"
        if kind in MAIN and not self.listening.is_open(item_id):
            return "closed"
        if any(one.kind is kind for one in roll.of(who.delegation)):
            return "already"
        if kind not in MAIN and not roll.on:
            return ""
        return "recorded"

    async def ask(self, item: PlannedItem, who: Delegate, dice: Random, kind: SpeechKind, way: str) -> None:
        item_id = str(item.item_id)
        panel = self.listening.panels.get(item_id)
        if not self.sees_floor(who) or panel is None or self.listening.roll(item_id).ended_at is not None:
            return
        self.listening.fresh(item_id)
        must = self.must_be(item, who, kind)
        if way == "tap" and must == "closed":
            way = "form"  # the button is gone with the closing
        subject = (
            f"Simulated statement on {dice.choice(('cooperation', 'prevention', 'information', 'training'))}"
        )
        fields = {"subject": subject} if dice.random() < 0.6 or way == "form" else {}
        text = ""
        if kind is SpeechKind.GROUP:
            fields["group"] = f"Simulated group {dice.randint(1, 9)}"
        if way == "tap":
            fields = {}
            reply = await self._press(who, self.controls(who, item_id, ASK), ASK)
        elif way == "typed":
            given = {"kind": kind.value, "item": item_id, **fields}
            typed = " ".join(["/floor ask", *(f"{key}:{value}" for key, value in given.items())])
            reply = await self.director.seen(
                who.person, typed, await who.person.command("floor ask", **given)
            )
        else:
            fields["speaker"] = f"Simulated speaker {dice.randint(1, 99)}, head of delegation"
            text = f"{subject}: words that stand for words.\n" * 3 if dice.random() < 0.4 else ""
            form = await self._press(who, panel, FORM)
            filled = {"kind": [kind.value], "text": text, **fields}
            sent = await who.person.fill(form, filled)
            reply = await self.director.seen(who.person, f"asks for the floor ({KINDS[kind]})", sent)
        await self._came_out(item, who, kind, must, fields, text, way, reply)

    async def _came_out(
        self,
        item: PlannedItem,
        who: Delegate,
        kind: SpeechKind,
        must: str,
        fields: dict[str, str],
        text: str,
        way: str,
        reply: Reply,
    ) -> None:
        said = reply.text.replace("\\", "")
        recorded = said.startswith("Recorded: ")
        right = recorded if must == "recorded" else REFUSED.get(must, "") in said
        if not right or (must and recorded != (must == "recorded")):
            self._wrong(f"{who.name} asks for the floor in {item.item_id}, must be {must}: {said}")
        happened = {"closed": Spoke.LATE, "online": Spoke.ONLINE, "already": Spoke.AGAIN}.get(must)
        if happened is not None and right:
            self.happened.add(happened)
        if not recorded:
            return
        listening = self.listening
        hearing = listening.hearings[str(item.item_id)]
        side = listening.side_of(who, item)
        one = hearing.asked(
            next(listening.numbers), who.delegation, side, kind, self.director.now, who.person.user_id
        )
        for name, value in fields.items():
            setattr(one, name, value)
        listening.read_answer(hearing.roll, one, said)
        if kind in MAIN and f"You are noted as {SIDES[side]}." not in said:
            self._wrong(f"{who.name} is {SIDES[side]}, and reads: {said}")
        if text:
            hearing.roll.texts += 1
            one.texted = True
            words = len(text.split())
            if f"Your text was handed in: {words} words, about 1 min." in said:
                self.happened.add(Spoke.TEXT)
            else:
                self._wrong(f"{who.name} hands a text of {words} words in: {said}")
        self.happened |= {Spoke.DETAILS} if way == "form" else {Spoke.TYPED} if way == "typed" else set()
        await self.done()
        if BUTTONS["room"] in reply.buttons:
            await self._says_where(who, reply)

    async def _says_where(self, who: Delegate, reply: Reply) -> None:
        """Who has not been heard of today is asked where they are."""
        where = who.where or ("room" if Random(who.name).random() < IN_THE_ROOM else "virtual")
        answer = await self._press(who, reply, BUTTONS[where])
        if not answer.text.startswith("Noted"):
            self._wrong(f"{who.name} said where they are: {answer.text}")
        who.where, who.said_at = where, self.director.now
        await self.done()

    async def done(self) -> None:
        """What was done is in the reckoning: look at what shows."""
        self.listening.changed()
        await self.director.stage.settle()
        self.director.look()

    # What one has

    async def why(self, item: PlannedItem, who: Delegate) -> None:
        """“Why here?”, by the button or the command."""
        item_id = str(item.item_id)
        roll, panel = self.listening.roll(item_id), self.listening.panels.get(item_id)
        mine = roll.of(who.delegation)
        if not self.sees_floor(who) or panel is None or not mine or roll.ended_at is not None:
            return
        running = self.listening.running
        if running is roll and len(who.name) % 3 == 0:
            reply = await who.person.command("floor why")
            reply = await self.director.seen(who.person, "/floor why", reply)
        else:
            reply = await self._press(who, self.controls(who, item_id, WHY), WHY)
        self.listening.read_why(item_id, mine, reply)
        self.happened.add(Spoke.WHY)

    def alone(self, roll: Roll, one: Entry) -> bool:
        """Whether its delegation waits for nothing else."""
        return len(self._mine(roll, one)) == 1

    async def withdraw(self, roll: Roll, one: Entry) -> bool:
        """Off the list; whether it was done."""
        who = self.who_of(one)
        if who is None or not one.pending or not self.alone(roll, one):
            return False
        reply = await self._press(who, self.listening.panels[roll.item_id], WITHDRAW)
        wanted = f"Withdrawn: **{one.delegation.name}** ({KINDS[one.kind]}) is off the list."
        self._must(reply, wanted, who)
        one.withdrawn = True
        self.happened.add(Spoke.WITHDRAWN)
        await self.done()
        return True

    async def not_now(self, roll: Roll, one: Entry) -> bool:
        """Passed over until ready; whoever has just been called as well. Whether it was done."""
        who = self.who_of(one)
        called = one is roll.current
        if who is None or len(self._mine(roll, one)) != 1:
            return False
        reply = await self._press(who, self.controls(who, roll.item_id, NOT_NOW), NOT_NOW)
        self._must(reply, f"Noted: not now. **{one.delegation.name}** keeps the place", who)
        self.listening.hearings[roll.item_id].put_off(one)
        self.happened.add(Spoke.CALLED if called else Spoke.NOT_NOW)
        await self.done()

        async def ready() -> None:
            if not one.pending or not one.not_now or roll.ended_at is not None or not who.seated:
                return
            label = f"Ready: {KINDS[one.kind]}"
            answer = await self._press(who, reply, label)
            self._must(answer, f"Noted: **{one.delegation.name}** is ready.", who)
            one.not_now = False
            self.happened.add(Spoke.READY)
            await self.done()

        self.director.after(2.6, f"{who.name} is ready", ready)
        return True

    def _mine(self, roll: Roll, one: Entry) -> list[Entry]:
        """What a press of the delegation could be about."""
        current = roll.current
        own = one.delegation.delegation_id
        on = [current] if current is not None and current.delegation.delegation_id == own else []
        return [*on, *roll.of(one.delegation)]

    async def switch(self, roll: Roll, one: Entry) -> bool:
        """Somebody in the room leaves it, and goes on online."""
        who = self.who_of(one)
        if who is None or not one.pending or one.side is not Floor.ROOM or roll.item.mode is not Mode.HYBRID:
            return False
        reply = await who.person.command("seat presence")
        reply = await self.director.seen(who.person, "/seat presence", reply)
        answer = await self._press(who, reply, BUTTONS["virtual"])
        self._must(answer, "Noted", who)
        who.where, who.said_at = "virtual", self.director.now
        await self.done()
        if one.pending and SIDES[one.side] == "online":
            self.happened.add(Spoke.SWITCHED)
        return True

    async def associate(self, roll: Roll, who: Delegate) -> bool:
        """With the statement that is or was made last."""
        about, own = roll.addressed, who.delegation
        if about is None or about.delegation is own or own.short_name in about.associates:
            return False
        if not self.sees_floor(who) or roll.ended_at is not None:
            return False
        reply = await self._press(who, self.listening.panels[roll.item_id], ASSOCIATE)
        whose = f"the intervention of **{about.delegation.name}**"
        wanted = f"Recorded: **{own.name}** associates itself with {whose}."
        self._must(reply, wanted, who)
        about.associates.append(own.short_name)
        self.happened.add(Spoke.ASSOCIATED)
        await self.done()
        return True

    # In writing

    async def submit(self, item: PlannedItem, who: Delegate, *, as_file: bool, words: int = 300) -> None:
        """A text of an intervention, or a written statement."""
        item_id = str(item.item_id)
        roll, panel = self.listening.roll(item_id), self.listening.panels.get(item_id)
        if not self.sees_floor(who) or panel is None:
            return
        text = " ".join(["Simulated statement on nothing in particular:", *("word" for _ in range(words))])
        if as_file:
            file = File("statement.txt", text.encode())
            reply = await who.person.command("floor text", file=file, item=item_id)
            reply = await self.director.seen(
                who.person, f"/floor text file:statement.txt item:{item_id}", reply
            )
        else:
            form = await self._press(who, panel, WRITE)
            sent = await who.person.fill(form, {"Your text": text[:3900]})
            text = text[:3900]
            reply = await self.director.seen(who.person, "submits in writing", sent)
        own, number = who.delegation.delegation_id, len(text.split())
        mine = [
            one
            for one in roll.everything
            if one.delegation.delegation_id == own
            and one.item_id == item_id
            and not one.withdrawn
            and not one.texted
            and one.kind in (*MAIN, SpeechKind.REPLY)
            and one not in roll.left
        ]
        if mine:
            minutes = -(-number // 110)
            self._must(reply, "Recorded: your text goes with your intervention on “", who)
            self._must(reply, f"({number} words, about {minutes} min to read out).", who)
            mine[-1].texted = True
        else:
            self._must(reply, "Recorded: your written statement on “", who)
            self._must(reply, f"({number} words).", who)
            self.happened.add(Spoke.WRITTEN)
        if as_file:
            self.happened.add(Spoke.FILE)
        roll.texts += 1
        await self.done()

    def invited(self, item: PlannedItem) -> None:
        """The item is over: who was not heard submits in writing, or leaves it at that."""
        roll = self.listening.roll(str(item.item_id))
        left = roll.left
        for place, one in enumerate(left):
            who = self.who_of(one)
            if who is not None and place < 2:
                act = partial(self.submit, item, who, as_file=place % 2 == 1)
                self.director.on_minute(4 + place, f"{who.name} submits in writing", act)

    # Gestures

    def controls(self, who: Delegate, item_id: str, label: str) -> Message:
        """The panel, or what was said last below it, as the person happens to look."""
        call = self.listening.calls.get(item_id)
        if call is not None and label in labels_of(call) and len(who.name) % 2:
            return call
        return self.listening.panels[item_id]

    async def _press(self, who: Delegate, on: Message | Reply, label: str) -> Reply:
        return await self.director.seen(who.person, f"presses “{label}”", await who.person.press(on, label))

    def _must(self, reply: Reply, words: str, who: Delegate) -> None:
        if words not in reply.text.replace("\\", ""):
            self._wrong(f"{who.name} should read “{words}”: {reply.text}")

    def _wrong(self, fault: str) -> None:
        self.director.wrong.append(fault)
