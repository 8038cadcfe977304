"""The moderators give the floor as a meeting would, and now and then do what is out of the ordinary."""

from collections.abc import Awaitable, Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from meeting.programme import PlannedItem
from meeting.speakers import Floor, Preset, SpeechKind
from rehearsal import faces
from rehearsal.askers import Askers, Spoke
from rehearsal.cast import Cast
from rehearsal.director import Director
from rehearsal.faces import SIDES, length
from rehearsal.hearing import Hearing
from rehearsal.listening import Listening
from rehearsal.order import MAIN, Entry, Roll, held_for, ordered, upcoming
from rehearsal.pages import Json, Pages
from rehearsal.staff import labels_of
from rehearsal.standin import Message, Person, Reply

DESK = "## Running the list of speakers"
REASON = "Simulated reason: a flight to catch"
STALE = "The list has changed since this button was drawn, so nothing was done."

OCCASIONS = (
    Spoke.TWICE,
    Spoke.ASSOCIATED,
    Spoke.ORDER,
    Spoke.NOT_NOW,
    Spoke.PAUSED,
    Spoke.MOVED,
    Spoke.UNDONE,
    Spoke.REPLY,
    Spoke.QUESTION,
    Spoke.SWITCHED,
    Spoke.WITHDRAWN,
    Spoke.OVERTIME,
    Spoke.CALLED,
    Spoke.RELEASED,
    Spoke.RESTART,
    Spoke.ORDER,
    Spoke.ASSOCIATED,
    Spoke.OVERTIME,
    Spoke.MOVED,
)
"""What is done at the first statement that lends itself to it, in this order."""


@dataclass
class Chairing:
    """`todo`: what is still to be done at a statement; `slow`: items in which not all are to be heard."""

    director: Director
    cast: Cast
    listening: Listening
    askers: Askers
    dice: Random
    todo: list[Spoke] = field(default_factory=lambda: list(OCCASIONS))
    slow: set[str] = field(default_factory=set)
    happened: set[Spoke] = field(default_factory=set)
    restart: Callable[[], Awaitable[None]] | None = None
    pages: Pages | None = None
    interventions: int = 0
    _turns: dict[str, int] = field(default_factory=dict)
    _done: dict[str, set[Spoke]] = field(default_factory=dict)

    # The course of an item

    def began(self, item: PlannedItem) -> None:
        """It has begun; a minute later the first gets the floor."""
        if str(item.item_id) in self.listening.hearings:
            self.listening.began(item)
            self._later(item, 1.2)

    def _later(self, item: PlannedItem, minutes: float) -> None:
        """Look again then, unless something else was arranged meanwhile."""
        item_id = str(item.item_id)
        turn = self._turns[item_id] = self._turns.get(item_id, 0) + 1

        async def act() -> None:
            if self._turns[item_id] == turn:
                await self._conduct(item)

        self.director.after(minutes, f"the list of {item_id} is looked at", act)

    async def _conduct(self, item: PlannedItem) -> None:
        """The next gets the floor, if there is anybody, and time."""
        item_id = str(item.item_id)
        roll = self.listening.roll(item_id)
        if not roll.on:
            return
        if roll.suspended:
            self._later(item, 1)
            return
        heard = sum(one.kind in MAIN for one in roll.heard)
        late = roll.ends is not None and self.director.now > roll.ends - timedelta(minutes=1)
        enough = item_id in self.slow and heard >= 2
        if (late or enough) and roll.interrupted is None:
            if roll.current is not None:
                await self._end(item_id)
            self._later(item, 2)
            return
        if roll.current is None and upcoming(roll) is None:
            self._later(item, 1.5)
            return
        before = roll.current
        if not await self._next(item_id):
            self._later(item, 0.1)
            return
        current = roll.current
        if current is None or current.called_at != self.director.now:
            self._later(item, 1)
        else:
            self.interventions += before is not current
            self._speaks(item, current)

    def _speaks(self, item: PlannedItem, one: Entry) -> None:
        """Somebody has begun; for how long, and what happens meanwhile."""
        limit = one.limit.total_seconds() / 60
        minutes = limit * self.dice.uniform(0.4, 0.85)
        if one.kind in MAIN:
            roll = self.listening.roll(str(item.item_id))
            if len({each.side for each in roll.heard if each.kind in MAIN}) == 2:
                self.happened.add(Spoke.BOTH)
            if one.kind is SpeechKind.GROUP:
                self.happened.add(Spoke.GROUP)
            occasion = next((spoke for spoke in self.todo if self._lends(spoke, roll, one)), None)
            if occasion is not None:
                self.todo.remove(occasion)
                minutes = self._occasion(occasion, item, one, minutes, limit)
            elif Spoke.WITHDRAWN in self.todo:
                self._withdrawal(item, roll)
        elif one.kind is SpeechKind.QUESTION:
            self.happened.add(Spoke.QUESTION)
        elif one.kind is SpeechKind.REPLY:
            self.happened.add(
                Spoke.RELEASED if self.listening.roll(str(item.item_id)).released else Spoke.REPLY
            )
        self._later(item, max(minutes, 0.3))

    def _alone(self, roll: Roll, own: list[Entry]) -> Entry | None:
        """The last of these whose delegation waits for nothing else."""
        return next((one for one in reversed(own) if self.askers.alone(roll, one)), None)

    def _withdrawal(self, item: PlannedItem, roll: Roll) -> None:
        """Where nothing else happens, somebody may withdraw though nobody else waits."""
        waiting = [each for each in ordered(roll) if each.kind in MAIN and each.user_id is not None]
        alone = self._alone(roll, [each for each in waiting if self.askers.who_of(each)])
        if alone is not None:
            self.todo.remove(Spoke.WITHDRAWN)
            act = partial(self._withdraws, roll, alone)
            self.director.after(0.2, f"{item.item_id}: somebody withdraws", act)

    async def _withdraws(self, roll: Roll, one: Entry) -> None:
        """Unless something has changed since: then somebody else does, later."""
        if not await self.askers.withdraw(roll, one):
            self.todo.append(Spoke.WITHDRAWN)

    def _lends(self, spoke: Spoke, roll: Roll, one: Entry) -> bool:
        """Whether a statement lends itself to it."""
        waiting = [each for each in ordered(roll) if each.kind in MAIN]
        own = [each for each in waiting if each.user_id is not None and self.askers.who_of(each)]
        online = roll.item.mode.value == "hybrid"
        done = self._done.get(roll.item_id, set())
        rooms = {
            Spoke.TWICE: bool(waiting),
            Spoke.NOT_NOW: bool(own) and len(waiting) > 1,
            Spoke.MOVED: len(waiting) > 1,
            Spoke.WITHDRAWN: bool(own) and len(waiting) > 1 and self._alone(roll, own) is not None,
            Spoke.SWITCHED: online and any(each.side is Floor.ROOM for each in own),
            Spoke.REPLY: not roll.last and not roll.released,
            Spoke.RELEASED: not roll.last
            and len(waiting) < 2
            and not any(each.pending for each in roll.replies)
            and not roll.released,
            Spoke.CALLED: one.user_id is not None and bool(waiting),
            Spoke.RESTART: self.restart is not None,
        }
        if spoke in (Spoke.ORDER, Spoke.QUESTION, Spoke.REPLY, Spoke.RELEASED, Spoke.ASSOCIATED):
            rooms[spoke] = rooms.get(spoke, True) and bool(self._others(roll.item, 1))
        return rooms.get(spoke, True) and spoke not in done

    def _occasion(self, spoke: Spoke, item: PlannedItem, one: Entry, minutes: float, limit: float) -> float:
        """Arrange it; how long the statement is."""
        item_id = str(item.item_id)
        self._done.setdefault(item_id, set()).add(spoke)
        roll, hearing = self.listening.roll(item_id), self.listening.hearings[item_id]
        waiting = [each for each in ordered(roll) if each.kind in MAIN]
        own = [each for each in waiting if each.user_id is not None]

        def at(when: float, name: str, act: Callable[[], Awaitable[Any]]) -> None:
            async def do() -> None:
                if roll.on and not roll.suspended:
                    await act()

            self.director.after(when, f"{name} in {item_id}", do)

        if spoke is Spoke.TWICE:
            self._twice.add(item_id)
        elif spoke is Spoke.ASSOCIATED:
            for place, who in enumerate(self._others(item, 2)):
                at(0.4 + place / 5, "somebody associates", partial(self.askers.associate, roll, who))
        elif spoke is Spoke.ORDER:
            who = self._others(item, 1)[0]
            dice = Random(self.dice.random())
            order = SpeechKind.POINT_OF_ORDER
            at(0.6, "a point of order", partial(self.askers.ask, item, who, dice, order, "form"))
            at(0.8, "the point of order is heard", partial(self._order, item_id))
            at(1.5, "the point of order is over", partial(self._goes_on, item_id, one))
            return max(minutes, 1.7)
        elif spoke is Spoke.NOT_NOW:
            at(0.4, "not now", partial(self.askers.not_now, roll, own[0]))
        elif spoke is Spoke.CALLED:
            at(0.4, "not now", partial(self.askers.not_now, roll, one))
            return 0.8
        elif spoke is Spoke.SWITCHED:
            inside = next(each for each in own if each.side is Floor.ROOM)
            at(0.4, "somebody goes online", partial(self.askers.switch, roll, inside))
        elif spoke is Spoke.WITHDRAWN:
            alone = self._alone(roll, own)
            assert alone is not None
            at(0.4, "somebody withdraws", partial(self._withdraws, roll, alone))
        elif spoke is Spoke.MOVED:
            at(0.4, "somebody is moved", partial(self._move, item_id, waiting[-1]))
        elif spoke is Spoke.PAUSED:
            at(0.5, "a pause", partial(self._pause, item_id))
            at(1.3, "the pause is over", partial(self._resume, item_id))
            return max(minutes, 1.5)
        elif spoke is Spoke.UNDONE:
            at(0.3, "the call is taken back", partial(self._undo, item_id))
            return 0.7
        elif spoke in (Spoke.REPLY, Spoke.RELEASED, Spoke.QUESTION):
            who = self._others(item, 1)[0]
            kind = SpeechKind.QUESTION if spoke is Spoke.QUESTION else SpeechKind.REPLY
            dice = Random(self.dice.random())
            at(0.5, f"asks for a {kind}", partial(self.askers.ask, item, who, dice, kind, "form"))
            if spoke is Spoke.RELEASED:
                at(0.8, "replies are heard", partial(self._release, item_id))
            return max(minutes, 1)
        elif spoke is Spoke.OVERTIME:
            self.happened.add(spoke)
            return limit * self.dice.uniform(1.1, 1.25)
        elif spoke is Spoke.RESTART:
            assert self.restart is not None
            at(0.5, "the bot is restarted", partial(self._restart, hearing, one))
            return max(minutes, 1.2)
        return minutes

    def over(self, item: PlannedItem) -> None:
        """What did not come off is tried again, first thing in the next item."""
        tried = self._done.pop(str(item.item_id), set())
        happened = self.happened | self.askers.happened
        if any(one.pending for one in self.listening.roll(str(item.item_id)).replies):
            happened.add(Spoke.REPLY)  # it waits for the end of the day
        self.todo = [*(one for one in dict.fromkeys(OCCASIONS) if one in tried - happened), *self.todo]

    _twice: set[str] = field(default_factory=set)
    """Items in which the next button is pressed twice."""

    def _others(self, item: PlannedItem, n: int) -> list[Any]:
        """People of delegations that have nothing on this list; of both sides."""
        roll = self.listening.roll(str(item.item_id))
        own = [str(one.delegation.delegation_id) for one in roll.everything]
        return self.askers.drawn(item, n, self.dice, own)

    # Giving the floor

    async def _next(self, item_id: str) -> bool:
        """By the desk's button, or by the command; whether the button was there."""
        roll, hearing = self.listening.roll(item_id), self.listening.hearings[item_id]
        self.listening.fresh(item_id)
        person, following, interrupted = self._moderator(), upcoming(roll), roll.interrupted
        current = roll.current
        label = "End point of order"
        if following is not None:
            label = f"Next: {following.name}"
        elif interrupted is None and current is not None:
            label = f"End: {current.name}"
        desk = self._desk(person)
        if desk is None or label not in labels_of(desk):
            self._missed(item_id, label, desk)
            return False
        self._misses = 0
        old = replace(desk, components=deepcopy(desk.components))
        way = self.dice.random() if item_id not in self._twice else 1
        if way < 0.3:
            reply = await self._type(person, "speakers next")
            if STALE in reply.text:  # a colleague acted just now: what is typed names nobody
                reply = await self._press(person, desk, label)
            said = reply.text
        elif way < 0.5 and self.pages is not None:
            said = await self._next_in_the_room(self.pages, item_id, label)
        else:
            said = (await self._press(person, desk, label)).text
        hearing.next(self.director.now)
        if following is not None:
            told = f"**{following.delegation.name}** ({SIDES[following.side]}) has the floor:"
            self._must(said, f"{told} {length(following.limit)}.")
        elif interrupted is not None:
            self._must(said, f"**{interrupted.delegation.name}** goes on.")
        elif current is not None:
            self._must(said, f"**{current.delegation.name}** is done.")
        await self.askers.done()
        if item_id in self._twice:
            self._twice.discard(item_id)
            other = next(one for one in self.cast.moderators if one is not person)
            second = await self._press(other, old, label)
            self._must(second, STALE)
            if following is not None and roll.current is following:
                self.happened.add(Spoke.TWICE)
            await self.askers.done()
        return True

    async def _next_in_the_room(self, pages: Pages, item_id: str, label: str) -> str:
        """The same button on the page of the desk; what is answered there."""
        speakers = (await pages.desk.state())["speakers"]
        offered = {one["label"]: one for one in speakers["buttons"]}
        button = offered.get(label)
        if button is None or speakers["item_id"] != item_id:
            self.director.wrong.append(
                f"{item_id}: the desk in the room offers {list(offered)}, not “{label}”"
            )
            return ""
        answer = await pages.desk.press(button["act"], **button["args"])
        self.happened.add(Spoke.NEXT_HERE)
        return self._noted(label, answer)

    def _noted(self, what: str, answer: Json) -> str:
        """What the desk in the room was told, in the journal."""
        self.director.journal.note(self.director.now, "did", "the desk in the room", "", what)
        self.director.acts += 1
        return str(answer["sentence"])

    _misses: int = 0

    def _missed(self, item_id: str, label: str, desk: Message | None) -> None:
        """The panel may be a second behind; not longer."""
        self._misses += 1
        if self._misses > 2:
            offered = labels_of(desk) if desk is not None else "nothing"
            self.director.wrong.append(f"{item_id}: the desk offers {offered}, reckoned “{label}”")

    async def _order(self, item_id: str) -> None:
        await self._next(item_id)

    async def _goes_on(self, item_id: str, one: Entry) -> None:
        roll = self.listening.roll(item_id)
        if roll.interrupted is one and await self._next(item_id) and roll.current is one and not one.paused:
            self.happened.add(Spoke.ORDER)

    async def _end(self, item_id: str) -> None:
        """Whoever has the floor is done, and nobody is next."""
        roll, hearing = self.listening.roll(item_id), self.listening.hearings[item_id]
        current = roll.current
        assert current is not None
        if upcoming(roll) is None:
            await self._next(item_id)
            return
        await self._desk_press("End, nobody next", f"**{current.delegation.name}** is done.")
        hearing.end(self.director.now)
        await self.askers.done()

    async def _pause(self, item_id: str) -> None:
        roll = self.listening.roll(item_id)
        if roll.current is None or roll.current.paused:
            return
        current, now = roll.current, self.director.now
        spent = faces.stopwatch(held_for(roll, current, now))
        wanted = f"**{current.delegation.name}** is off the clock after {spent}."
        if await self._desk_press("Pause", wanted):
            self.listening.hearings[item_id].pause(now)
            await self.askers.done()

    async def _resume(self, item_id: str) -> None:
        roll = self.listening.roll(item_id)
        if roll.current is None or not roll.current.paused:
            return
        current = roll.current
        if await self._desk_press("Resume", f"**{current.delegation.name}** is on the clock again."):
            self.listening.hearings[item_id].resume(self.director.now)
            self.happened.add(Spoke.PAUSED)
            await self.askers.done()

    async def _undo(self, item_id: str) -> None:
        """By the desk's button and its form."""
        hearing = self.listening.hearings[item_id]
        name = hearing.deeds[-1].name
        person, label = self._moderator(), f"Take back: {name}…"
        desk = self._desk(person)
        if desk is None or label not in labels_of(desk):
            offered = labels_of(desk) if desk is not None else "nothing"
            self.director.wrong.append(f"{item_id}: the desk offers {offered}, not “{label}”")
            return
        form = await self._press(person, desk, label)
        reply = await person.fill(form, {"Why?": "Simulated reason: called by mistake"})
        reply = await self.director.seen(person, "takes it back", reply)
        self._must(reply, f"Taken back: {name}.")
        hearing.undo()
        self.happened.add(Spoke.UNDONE)
        await self.askers.done()

    async def _move(self, item_id: str, one: Entry) -> None:
        """The last becomes the first."""
        roll, person = self.listening.roll(item_id), self._moderator()
        if not one.pending or ordered(roll).index(one) == 0:
            return
        proposed = await person.complete("speakers move", "who", one.delegation.name[:12])
        place = ordered(roll).index(one) + 1
        value = next((p["value"] for p in proposed if p["name"] == f"{place}. {one.delegation.name}"), None)
        if value is None:
            self.director.wrong.append(f"{item_id}: {place}. {one.name} is not proposed, only {proposed}")
            return
        typed = f"/speakers move who:{place}. {one.name} place:1 reason:{REASON}"
        reply = await person.command("speakers move", who=value, place=1, reason=REASON)
        reply = await self.director.seen(person, typed, reply)
        self._must(reply, f"**{one.delegation.name}** now stands at place 1.")
        self.listening.hearings[item_id].move(one, 1, REASON)
        self.happened.add(Spoke.MOVED)
        await self.askers.done()
        who = self.askers.who_of(one)
        if who is not None:
            self.director.after(0.2, f"{who.name} asks why", partial(self.askers.why, roll.item, who))

    async def _release(self, item_id: str) -> None:
        roll = self.listening.roll(item_id)
        n = sum(one.pending for one in roll.replies)
        if not n or roll.released or roll.last:
            return
        rights = "1 right of reply is" if n == 1 else f"{n} rights of reply are"
        if await self._desk_press("Hear replies", f"{rights} heard in this item."):
            self.listening.hearings[item_id].release()
            await self.askers.done()

    async def _restart(self, hearing: Hearing, one: Entry) -> None:
        """The bot is stopped and started; whoever has the floor keeps it, and their time."""
        assert self.restart is not None
        before = (hearing.roll.current, deepcopy(one.called_at), one.limit)
        await self.restart()
        self.director.look()
        if (hearing.roll.current, one.called_at, one.limit) == before:
            self.happened.add(Spoke.RESTART)

    # The list

    async def last_call(self, item: PlannedItem) -> None:
        """Said by hand."""
        roll = self.listening.roll(str(item.item_id))
        if not roll.on or roll.last_call_at is not None or roll.closed_at is not None:
            return
        if await self._desk_press("Last call", "Last call for “"):
            self.listening.hearings[str(item.item_id)].last_call(self.director.now)
            await self.askers.done()

    async def close(self, item: PlannedItem) -> None:
        """Closed by hand."""
        roll = self.listening.roll(str(item.item_id))
        if not roll.on or roll.closed_at is not None or not self.listening.is_open(str(item.item_id)):
            return
        n = len(ordered(roll))
        if await self._desk_press("Close list", f"is closed; {n} wait" if n else "is closed; "):
            called = roll.last_call_at is not None
            self.listening.hearings[str(item.item_id)].close(self.director.now)
            if called:
                self.happened.add(Spoke.CLOSED)
            await self.askers.done()

    async def reopen(self, item: PlannedItem) -> None:
        """Open again; it is closed by hand then."""
        roll = self.listening.roll(str(item.item_id))
        if roll.on and roll.closed_at is not None:
            reply = await self._type(self._moderator(), "speakers reopen", item=str(item.item_id))
            self._must(reply, "The list for “")
            self.listening.hearings[str(item.item_id)].reopen(self.director.now)
            self.happened.add(Spoke.REOPENED)
            await self.askers.done()

    async def open(self, item: PlannedItem) -> None:
        """Before its time."""
        reply = await self._type(self._moderator(), "speakers open", item=str(item.item_id))
        self._must(reply, "The list for “")
        await self.askers.done()

    async def policy(self, item: PlannedItem) -> None:
        """Who has spoken least comes first, two from the room for one online, and the time is shared out."""
        roll = self.listening.roll(str(item.item_id))
        if roll.ended_at is not None:
            return
        given = {"order": "least-spoken", "sides": "2 from the room, 1 online", "time": "adaptive"}
        reply = await self._type(self._moderator(), "speakers policy", item=str(item.item_id), **given)
        hearing = self.listening.hearings[str(item.item_id)]
        hearing._begin("policy")
        roll.policy = replace(roll.policy, preset=Preset.LEAST_SPOKEN, ratio=(2, 1), adaptive=True)
        self._must(reply, f": {faces.order(roll)}. {faces.sides(roll)} {faces.time(roll)}")
        self.happened.add(Spoke.POLICY)
        await self.askers.done()

    async def enter(self, item: PlannedItem, *, here: bool = False) -> None:
        """A delegation whose people have no account is put on the list by the facilitator, by command or
        (`here`) at the desk in the room."""
        item_id, person = str(item.item_id), self.cast.facilitator
        if not self.listening.is_open(item_id):
            return
        listening, roll = self.listening, self.listening.roll(item_id)
        there = {one.delegation.delegation_id for one in roll.everything if one.pending}
        seated = {who.delegation.delegation_id for who in self.cast.seated()}
        absent = [who for who in self.cast.delegates if who.delegation.delegation_id not in seated | there]
        whom = absent or [w for w in self.cast.delegates if w.delegation.delegation_id not in there]
        delegation = self.dice.choice(whom).delegation
        proposed = await person.complete("speakers add", "delegation", delegation.name[:12])
        value = next((p["value"] for p in proposed if p["name"] == delegation.name), None)
        if value is None:
            self.director.wrong.append(f"{delegation.name} is not proposed, only {proposed}")
            return
        speaker = "Simulated speaker without account"
        if here and self.pages is not None:
            value = str(delegation.delegation_id)
            given = {"item_id": item_id, "delegation_id": value, "speaker": speaker}
            said = self._noted("enters a delegation", await self.pages.desk.press("speakers.add", **given))
            self.happened.add(Spoke.DESK_HERE)
        else:
            given = {"delegation": value, "item": item_id, "speaker": speaker}
            said = (await self._type(person, "speakers add", **given)).text
        hearing = listening.hearings[item_id]
        now = self.director.now
        one = hearing.asked(next(listening.numbers), delegation, Floor.ROOM, SpeechKind.STATEMENT, now, None)
        one.speaker = speaker
        hearing.added(one)
        place, of = ordered(roll).index(one) + 1, len(ordered(roll))
        self._must(said, f"**{delegation.name}** is on the list (statement): number {place} of {of}.")
        self.happened.add(Spoke.DESK)
        await self.askers.done()

    async def looks(self) -> None:
        """How much everybody has spoken, and the texts as a file."""
        person = self._moderator()
        await self._type(person, "speakers stats")
        reply = await self._type(person, "speakers texts")
        wanted = sum(hearing.roll.texts for hearing in self.listening.hearings.values())
        if wanted:
            self._must(reply, f"{wanted} text")
            files = reply.message.attachments if reply.message is not None else []
            if not files:
                self.director.wrong.append("no file of texts from /speakers texts")

    # Gestures

    def _moderator(self) -> Person:
        return self.dice.choice(self.cast.moderators)

    def _desk(self, person: Person) -> Message | None:
        name = self.listening.programme.channels.get("moderators", "moderators")
        channel = self.director.stage.standin.world.channel_named(name)
        for message in person.sees(channel) if channel else ():
            if DESK in message.text and message.ephemeral_for is None:
                return message
        return None

    async def _desk_press(self, label: str, wanted: str) -> bool:
        person = self._moderator()
        desk = self._desk(person)
        if desk is None or label not in labels_of(desk):
            offered = labels_of(desk) if desk is not None else "nothing"
            self.director.wrong.append(f"the desk offers {offered}, not “{label}”")
            return False
        self._must(await self._press(person, desk, label), wanted)
        return True

    async def _press(self, person: Person, on: Message | Reply, label: str) -> Reply:
        return await self.director.seen(person, f"presses “{label}”", await person.press(on, label))

    async def _type(self, person: Person, command: str, **options: Any) -> Reply:
        typed = " ".join([f"/{command}", *(f"{key}:{value}" for key, value in options.items())])
        return await self.director.seen(person, typed, await person.command(command, **options))

    def _must(self, said: Reply | str, words: str) -> None:
        """The desk in the room writes the same without marks."""
        text = said if isinstance(said, str) else said.text
        if words.replace("**", "") not in text.replace("\\", "").replace("**", ""):
            self.director.wrong.append(f"a moderator should read “{words}”: {text}")
