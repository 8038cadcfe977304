"""The moderators run polls: a template's rows are entered, a poll of their own is made, asked again, counted.

Now and then they ask for figures that nobody may see yet.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import partial
from random import Random
from typing import Any

from meeting.poll_times import When
from meeting.programme import Kind, PlannedItem, Programme
from rehearsal.cast import Cast
from rehearsal.count import Count
from rehearsal.director import Director
from rehearsal.paper import Paper, is_open
from rehearsal.scrutiny import Scrutiny
from rehearsal.staff import labels_of
from rehearsal.standin import Message, Person, Reply

POINTS = ("Simulated draft point one", "Simulated draft point two", "Simulated draft point three")
OWN = "Simulated question: shall the break be longer?"
OPTIONS = ("simulated yes", "simulated no", "simulated do not mind")

EXPORT = "/poll export"

GATED = "The results of this poll do not show yet, to anybody."


class Run(StrEnum):
    """Something the moderators do with polls."""

    TEMPLATE = "a template's rows are entered, and it is opened and closed by hand"
    CREATED = "a poll is made, opened, extended and closed by commands"
    GATED = "results are asked for too early, and refused"
    RELEASED = "a result waits until it is released"
    ROUND = "a further round is asked"
    HANDS = "hands are counted in the room"
    RESULTS = "/poll results says what the panel says"
    EXPORTED = "/poll export gives the same figures"


@dataclass
class Pollsters:
    """`happened` names what came off."""

    director: Director
    cast: Cast
    programme: Programme
    count: Count
    scrutiny: Scrutiny
    dice: Random
    happened: set[Run] = field(default_factory=set)
    _own: str = ""
    """The id of the poll of their own."""
    _tabled: set[str] = field(default_factory=set)

    @property
    def wanted(self) -> set[Run]:
        """What this programme has room for."""
        templates = any(not poll.options for poll in self.programme.polls)
        return {run for run in Run if run is not Run.TEMPLATE or templates}

    def begin(self) -> None:
        """Be told of items and polls."""
        self.scrutiny.opened.append(self._opened)
        self.scrutiny.closed.append(self._closed)

    def began(self, item: PlannedItem) -> None:
        """An item has begun: a template of it is filled in; in one with time to spare, a poll is made."""
        for poll in self.programme.polls:
            if poll.item_id == item.item_id and not poll.options:
                poll_id = str(poll.poll_id)
                self._do(8, "enters a template's rows", partial(self._enter, poll_id=poll_id))
        if item is self._spare():
            self._do(4, "makes a poll", self._create)

    def ending(self, item: PlannedItem) -> None:
        """Delay may have left an item less time than its polls were to wait: they are opened by hand."""
        for poll in self.programme.polls:
            late = poll.item_id == item.item_id and poll.opens.when is When.START
            if late and str(poll.poll_id) not in self.scrutiny.panels:
                self._do(0, "opens a poll that waits", partial(self._open, poll_id=str(poll.poll_id)))

    async def _open(self, person: Person, poll_id: str) -> None:
        if poll_id not in self.scrutiny.panels:
            self._must(await self._type(person, "poll open", poll=poll_id), "is open")

    def _spare(self) -> PlannedItem | None:
        """The first session in which there is time for a poll more, best one without any."""
        asked = {poll.item_id for poll in self.programme.polls}
        long = [
            item
            for item in self.programme.items
            if item.kind is Kind.SESSION and item.duration >= timedelta(minutes=30)
        ]
        return next((item for item in long if item.item_id not in asked), long[0] if long else None)

    # What is seen

    def _opened(self, paper: Paper, _: Message) -> None:
        if Run.GATED not in self.happened:
            self._do(1, "asks for results too early", lambda m: self._asks_early(m, paper.poll_id))

    def _closed(self, paper: Paper) -> None:
        held = paper.poll_id in self.scrutiny.held
        self._do(3 if held else 1, "looks at the result", lambda m: self._looks(m, paper.poll_id))

    # Commands

    def _do(self, minutes: float, name: str, act: Callable[[Person], Awaitable[None]]) -> None:
        person = self.dice.choice(self.cast.moderators)
        self.director.on_minute(minutes, f"{person.name} {name}", lambda: act(person))

    async def _type(self, person: Person, command: str, **options: Any) -> Reply:
        if poll := options.get("poll"):
            proposed = await person.complete(command, "poll", str(poll))
            if not any(one["value"] == poll for one in proposed):
                raise LookupError(f"{poll} is not proposed for /{command}")
        typed = " ".join([f"/{command}", *(f"{key}:{value}" for key, value in options.items())])
        return await self.director.seen(person, typed, await person.command(command, **options))

    async def _press(self, person: Person, on: Message | Reply, label: str) -> Reply:
        return await self.director.seen(person, f"presses “{label}”", await person.press(on, label))

    async def _send(self, person: Person, form: Reply, fields: dict[str, str]) -> Reply:
        return await self.director.seen(person, "sends the form", await person.fill(form, fields))

    def _must(self, reply: Reply, words: str) -> None:
        if words not in reply.text.replace("\\", ""):
            self.director.wrong.append(f"a moderator should read “{words}”: {reply.text}")

    # A template

    async def _enter(self, person: Person, poll_id: str) -> None:
        form = await self._type(person, "poll open", poll=poll_id)
        rows = {"What is to be scored, one on each line": "\n".join(POINTS)}
        reply = await self._send(person, form, rows)
        self._must(reply, "The poll is ready under the id")
        self._must(await self._press(person, reply, "Open it"), "is open")
        self._do(14, "closes it from the desk", lambda m: self._close_by_desk(m, poll_id))

    async def _close_by_desk(self, person: Person, poll_id: str) -> None:
        question = self.count.polls[poll_id].paper.question
        desk = self._desk(person)
        label = next((one for one in labels_of(desk) if one.startswith(f"Close: {question[:30]}")), None)
        if label is None:
            raise LookupError(f"no button to close “{question}”, only {labels_of(desk)}")
        reply = await self._press(person, desk, label)
        self._must(reply, f"Close “{question}” now?")
        self._must(await self._press(person, reply, "Yes, close it"), "is closed")
        self.happened.add(Run.TEMPLATE)

    def _desk(self, person: Person) -> Message:
        name = self.programme.channels.get("moderators", "moderators")
        channel = self.director.stage.standin.world.channel_named(name)
        for message in person.sees(channel) if channel else ():
            if "## Running the polls" in message.text:
                return message
        raise LookupError("there is no desk for polls")

    # A poll of their own

    async def _create(self, person: Person) -> None:
        form = await self._type(person, "poll create", kind="single", secrecy="named", results="released")
        fields = {"Question": OWN, "Options, one on each line": "\n".join(OPTIONS)}
        reply = await self._send(person, form, fields)
        self._must(reply, "The poll is ready under the id")
        self._own = reply.text.split("under the id ")[1].split(".")[0].replace("\\", "")
        self.scrutiny.held.add(self._own)
        self._must(await self._press(person, reply, "Open it"), "is open")
        self._do(4, "gives it more time", self._extend)
        self._do(9, "closes it", lambda m: self._close(m, self._own, self._after_own))

    async def _extend(self, person: Person) -> None:
        self._must(await self._type(person, "poll extend", poll=self._own, minutes=15), "is open until")
        panel = self.scrutiny.panels[self._own]
        await self.director.stage.settle()
        if "**Open until" not in panel.text or "by hand" in panel.text:
            self.director.wrong.append(f"extended, and the panel says: {panel.text}")

    async def _close(self, person: Person, poll_id: str, then: Callable[[Person], Awaitable[None]]) -> None:
        self._must(await self._type(person, "poll close", poll=poll_id), "is closed")
        self._do(2, "goes on with it", then)

    async def _after_own(self, person: Person) -> None:
        """Closed, and still gated; then released, counted by hand as well, and asked again."""
        self._must(await self._type(person, "poll results", poll=self._own), GATED)
        refused = await self._type(person, "poll export", poll=self._own)
        self._must(refused, GATED)
        if refused.message is not None and refused.message.attachments:
            self.director.wrong.append("a file of figures that do not show yet was handed out")
        self.happened.add(Run.CREATED)
        desk = self._desk(person)
        label = next(one for one in labels_of(desk) if one.startswith("Show the result: "))
        reply = await self._press(person, desk, label)
        self._must(reply, "to everybody now?")
        self.scrutiny.held.discard(self._own)
        self._must(await self._press(person, reply, "Yes, show it"), "shows in a moment")
        self.happened.add(Run.RELEASED)
        self._do(1, "counts hands", self._count_hands)
        self._do(2, "looks at the result", lambda m: self._looks(m, self._own))
        self._do(3, "asks again", self._again)

    async def _count_hands(self, person: Person) -> None:
        poll = self.count.polls[self._own]
        hands = [self.dice.randint(2, 9) for _ in poll.paper.options]
        answered = sum(hands) + 1
        form = await self._type(person, "poll hand-count", poll=self._own, asks="members")
        lines = "\n".join(f"{text}: {n}" for text, n in zip(poll.paper.options, hands, strict=True))
        fields = {"How many answered": str(answered), "One line for each option: text and number": lines}
        self._must(
            await self._send(person, form, fields), "It shows with the results, marked as counted by hand."
        )
        poll.hands[poll.paper.asked[0]] = (answered, *hands)
        self.happened.add(Run.HANDS)

    async def _again(self, person: Person) -> None:
        reply = await self._type(person, "poll round", poll=self._own)
        self._must(reply, "A further round of")
        second = reply.text.split("under the id ")[1].split(".")[0].replace("\\", "")
        self.scrutiny.rounds[second] = self._own
        self.scrutiny.held.add(second)
        self._must(await self._press(person, reply, "Open it"), "is open")
        self._do(9, "closes it", lambda m: self._close(m, second, lambda p: self._show(p, second)))

    async def _show(self, person: Person, poll_id: str) -> None:
        self.scrutiny.held.discard(poll_id)
        self._must(await self._type(person, "poll release", poll=poll_id), "shows in a moment")
        self._do(1, "looks at the result", lambda m: self._looks(m, poll_id))
        self.happened.add(Run.ROUND)

    # Figures

    async def _asks_early(self, person: Person, poll_id: str) -> None:
        if Run.GATED in self.happened or not is_open(self.scrutiny.panels[poll_id].text):
            return
        self._must(await self._type(person, "poll results", poll=poll_id), GATED)
        await self._type(person, "poll show")
        self.happened.add(Run.GATED)

    async def _looks(self, person: Person, poll_id: str) -> None:
        """The result in words, as a panel and as files: all the same as counted."""
        poll = self.count.polls[poll_id]
        result = self.scrutiny.results.get(poll_id)
        if poll_id in self.scrutiny.held or poll_id in self._tabled:
            return
        if result is None:
            self.director.wrong.append(f"{poll_id} is closed, and its result does not hang")
            return
        self._tabled.add(poll_id)
        self.scrutiny.compare(poll, result.text, "the panel")
        said = await self._type(person, "poll results", poll=poll_id)
        self.scrutiny.compare(poll, said.text, "/poll results")
        self.happened.add(Run.RESULTS)
        exported = await self._type(person, "poll export", poll=poll_id)
        self._file(poll_id, exported, EXPORT)
        self.happened.add(Run.EXPORTED)
        who = next((one for one in self.cast.seated()), None)
        if who is not None:
            self._file(poll_id, await self._press(who.person, result, "As a table"), "As a table")

    def _file(self, poll_id: str, reply: Reply, where: str) -> None:
        files = reply.message.attachments if reply.message is not None else []
        if not files:
            self.director.wrong.append(f"{poll_id}: no file from {where}: {reply.text}")
            return
        whole = where == EXPORT
        self.scrutiny.compare_table(self.count.polls[poll_id], files[0].data, where, whole=whole)
