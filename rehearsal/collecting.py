"""Moderators and inputs: what is held is read, key points are marked, what says the same is merged.

What is written in a thread is recorded, and what there is is looked at and handed out.
"""

import csv
import io
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from meeting.inputs import HELD, Attribution, InputKind, InputState
from meeting.programme import Question
from rehearsal.cast import Delegate
from rehearsal.contributions import KINDS, Given, digest
from rehearsal.contributors import Contributors
from rehearsal.phrases import mark
from rehearsal.standin import Message, Person, Reply

RECORD = "Record as input"


class Collected(StrEnum):
    """Something the moderators do with inputs."""

    HELD = "a moderator reads a held input, and shows it"
    HIDDEN = "a moderator reads a held input, and hides it"
    NOT_HELD = "a moderator lets a kind of inputs show at once"
    KEY = "an input is marked as a key point"
    MERGED = "an input is merged into another"
    RECORDED = "a message of the thread is recorded as an input"
    LOOKED = "/discussion show and digest say what there is"
    EXPORTED = "/discussion export gives the texts"
    DEADLINE = "the deadline for inputs is set"


@dataclass
class Collecting:
    """`happened` names what came off."""

    contributors: Contributors
    dice: Random
    happened: set[Collected] = field(default_factory=set)
    not_held: set[tuple[str, InputKind]] = field(default_factory=set)
    """Question and kind of what shows at once although it is held as a rule."""
    _held: int = 0

    def holds(self, question: Question, kind: InputKind) -> bool:
        """Whether a moderator sees inputs of that kind to the question first."""
        return kind in HELD and (str(question.question_id), kind) not in self.not_held

    def watch(self, channel: str, message: Message) -> None:
        """A held input hangs before the moderators."""
        director, programme = self.contributors.director, self.contributors.programme
        if channel != programme.channels.get("moderators", "moderators"):
            return
        if message.author_id == director.stage.standin.world.bot.id and "**Held: " in message.text:
            self._held += 1
            label = "Hide it" if self._held == 2 else "Show it"
            director.on_minute(self.dice.uniform(1.5, 4), "a held input", lambda: self._reads(message, label))

    async def _reads(self, message: Message, label: str) -> None:
        """What is held shows, or does not."""
        inputs = self.contributors.inputs
        seen = message.text.replace("\\", "")
        one = next((each for each in inputs.given if each.mark in seen), None)
        if one is None:
            self._wrong(f"nobody gave what is held: {seen}")
            return
        if one.state is not InputState.HELD:
            return
        for line in (f"**Held: {KINDS[one.kind]}** by {one.author} – {one.question.title}", one.text):
            if "".join(line.split())[:1000] not in "".join(seen.split()):
                self._wrong(f"a held input is shown without “{line[:100]}”: {seen}")
        reply = await self._press(self._moderator(), message, label)
        if label == "Hide it":
            inputs.take_back(one, InputState.HIDDEN)
            self._must(reply, "Hidden. It counts nowhere;", Collected.HIDDEN)
            return
        nameless = one.attribution is Attribution.NONE
        if nameless:
            one.state = InputState.GATHERED
            inputs.gather(one.question)
        else:
            inputs.show(one)
        wanted = {InputState.SHOWN: "It shows in a moment.", InputState.GATHERED: "It shows together with"}
        self._must(reply, wanted[one.state], Collected.HELD)

    # Commands

    async def lets_show(self, question: Question) -> None:
        """Positive examples to this question show at once."""
        chosen = {"question": str(question.question_id), "kind": "positive_example", "held": "no"}
        reply = await self._type(self._moderator(), "discussion hold", **chosen)
        self.not_held.add((str(question.question_id), InputKind.POSITIVE_EXAMPLE))
        self._must(reply, "From now on this shows at once: positive example.", Collected.NOT_HELD)

    async def marks(self, question: Question) -> None:
        """One of those that show becomes a key point."""
        shown = self.contributors.inputs.shown(question)
        # Those without a name showed in one moment, in an order that differs from run to run.
        there = [one for one in shown if not one.key and one.by is not None]
        if there:
            one = self.dice.choice(there)
            reply = await self._about("discussion key", input=one)
            one.key = True
            self._must(reply, "Marked as a key point.", Collected.KEY)

    async def merges(self, question: Question) -> None:
        """One becomes part of another; neither is a key point."""
        there = [one for one in self.contributors.inputs.shown(question) if not one.key]
        if len(there) >= 2:
            one, into = self.dice.sample(there, 2)
            reply = await self._about("discussion merge", input=one, into=into)
            one.state, one.into = InputState.MERGED, into
            self._must(reply, "Merged. Who stood behind either stands behind the one", Collected.MERGED)

    async def _about(self, command: str, **given: Given) -> Reply:
        """A command on inputs, each found by typing its number. Raises LookupError."""
        person, options = self._moderator(), {}
        for name, one in given.items():
            typed = one.mark.split(" (")[0]
            proposed = await person.complete(command, name, typed)
            found = [each["value"] for each in proposed if one.mark in each["name"]]
            if len(found) != 1:
                raise LookupError(f"input {one.number} is proposed {len(found)} times for /{command}")
            options[name] = found[0]
        shown = " ".join(f"{name}:{one.mark}" for name, one in given.items())
        reply = await person.command(command, **options)
        return await self.contributors.director.seen(person, f"/{command} {shown}", reply)

    async def records(self, question: Question, who: Delegate) -> None:
        """What somebody writes in the thread is recorded as it stands."""
        thread = self.contributors.thread(question)
        if thread is None or thread.locked or not who.seated:
            return
        director = self.contributors.director
        number = next(self.contributors.numbers)
        said = mark(number) + "written in the thread, and recorded by a moderator."
        message = await who.person.write(thread.id, said)
        director.acts += 1
        director.journal.note(director.now, "wrote", who.name, question.title, said)
        await director.stage.settle()
        person = self._moderator()
        form = await director.seen(person, RECORD, await person.use(RECORD, on=message))
        filled: dict[str, list[str]] = {"What is it?": ["suggestion"]}
        if len(question.parts) > 1:
            filled["To which part?"] = ["1"]
        reply = await director.seen(person, "sends the form", await person.fill(form, filled))
        self._must(reply, "Recorded. It shows in the thread in a moment.", Collected.RECORDED)
        kind, name = InputKind.SUGGESTION, Attribution.DELEGATION
        made = Given(number, question, 1, kind, name, said, who, InputState.SHOWN)
        self.contributors.inputs.show(made)
        self.contributors.inputs.given.append(made)

    async def looks(self, question: Question) -> None:
        """The list, the digest and the table of a question beside the own count."""
        person, inputs = self._moderator(), self.contributors.inputs
        option = {"question": str(question.question_id)}
        reply = await self._type(person, "discussion digest", **option)
        for line in digest(inputs, question):
            self._must(reply, line)
        reply = await self._type(person, "discussion show")
        there = inputs.of(question)
        shown, held, waiting = (
            sum(one.state is state for one in there)
            for state in (InputState.SHOWN, InputState.HELD, InputState.GATHERED)
        )
        verb = "input shows" if shown == 1 else "inputs show"
        line = f"**{question.title}**: {shown} {verb}, {held} held, {waiting} waiting for others"
        self._must(reply, line, Collected.LOOKED)
        reply = await self._type(person, "discussion export", **option)
        message = reply.message
        files = [file.data for file in message.attachments] if message is not None else []
        rows = list(csv.reader(io.StringIO(files[0].decode("utf-8-sig")))) if files else []
        found = sorted("".join(row[4].split()) for row in rows if len(row) > 4 and mark_in(row[4]))
        wanted = sorted("".join(one.text.split()) for one in inputs.shown(question))
        if found == wanted:
            self.happened.add(Collected.EXPORTED)
        else:
            self._wrong(f"/discussion export has {len(found)} texts of {len(wanted)}, or others")

    async def sets_deadline(self, until: datetime) -> None:
        """Inputs are taken until then, on the programme's last day."""
        programme = self.contributors.programme
        local = until.astimezone(ZoneInfo(programme.time_zone))
        typed = f"{programme.days[-1].day_id} {local:%H:%M}"
        reply = await self._type(self._moderator(), "discussion deadline", until=typed)
        self._must(reply, f"Inputs and written statements are taken until {local:%H:%M}", Collected.DEADLINE)

    # Gestures

    def _moderator(self) -> Person:
        return self.dice.choice(self.contributors.cast.moderators)

    async def _type(self, person: Person, command: str, **options: Any) -> Reply:
        typed = " ".join([f"/{command}", *(f"{key}:{value}" for key, value in options.items())])
        reply = await person.command(command, **options)
        return await self.contributors.director.seen(person, typed, reply)

    async def _press(self, person: Person, on: Message | Reply, label: str) -> Reply:
        reply = await person.press(on, label)
        return await self.contributors.director.seen(person, f"presses “{label}”", reply)

    def _must(self, reply: Reply, words: str, collected: Collected | None = None) -> None:
        if words not in reply.text.replace("\\", ""):
            self._wrong(f"a moderator should read “{words}”: {reply.text}")
        elif collected is not None:
            self.happened.add(collected)

    def _wrong(self, fault: str) -> None:
        self.contributors.director.wrong.append(fault)


def mark_in(text: str) -> bool:
    """Whether a table's field is an input's text."""
    return "(simulated): " in text
