"""The moderators and the clerk: they act on what they read, as their script has it."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from meeting.programme import PlannedItem, Programme
from rehearsal.cast import Cast
from rehearsal.director import Director
from rehearsal.script import Incident, Script
from rehearsal.standin import Message, Person, Reply

MODERATORS, PROGRAMME = "moderators", "programme"


@dataclass
class Staff:
    """Watches the staff and programme channels; `happened` are the incidents that came off."""

    director: Director
    cast: Cast
    programme: Programme
    script: Script
    file: Path
    dice: Random
    happened: set[Incident] = field(default_factory=set)
    asked: dict[str, int] = field(default_factory=dict)
    began: list[Callable[[PlannedItem], None]] = field(default_factory=list)
    """Told of an item that has begun."""
    ending: list[Callable[[PlannedItem], None]] = field(default_factory=list)
    """Told of an item that has little time left."""
    close_list: Callable[[], Awaitable[None]] | None = None
    """Closes the list of speakers of the item that is to end although people wait on it."""

    def watch(self, channel: str, message: Message) -> None:
        """React to a new message of the bot."""
        names = self.programme.channels
        if message.author_id != self.director.stage.standin.world.bot.id:
            return
        text = message.text.replace("\\", "")
        if channel == names.get(MODERATORS, MODERATORS):
            self._moderators(message, text)
        elif channel == names.get(PROGRAMME, PROGRAMME):
            for item in self._today():
                began = f"Begins now: **{item.title}" in text or f"Now: **{item.title}" in text
                if began and message.content:
                    self._began(item)

    def _today(self) -> list[PlannedItem]:
        """Breaks bear the same title on each day; an item is looked for on its own."""
        zone = ZoneInfo(self.programme.time_zone)
        date = self.director.now.astimezone(zone).date()
        return [item for day in self.programme.days if day.date == date for item in day.items]

    # What is read in the staff channel

    def _moderators(self, message: Message, text: str) -> None:
        for item in self._today():
            if f"**{item.title}" in text and "Start it" in text:
                self._asked(item, message)
            elif f"left for **{item.title}" in text:
                self._little_time(item)
            elif f"**{item.title}" in text and "was to end at" in text:
                self._press_panel(self.dice.randint(1, 4), "End")

    def _asked(self, item: PlannedItem, message: Message) -> None:
        times = self.asked[item.item_id] = self.asked.get(item.item_id, 0) + 1
        incident = self.script.on_ask.get(item.item_id) if times == 1 else None
        if incident is Incident.LATE:
            self._press(1, message, "+5 min", incident)
        elif incident is Incident.OVERRUN:
            self._press(2, message, "+15 min", incident)
        else:
            self._press(self.dice.randint(0, 3), message, "Start now")
            if Incident.STALE in self.script.while_running.get(item.item_id, ()):
                self.director.after(9, "a stale press", lambda: self._stale(message))

    def _little_time(self, item: PlannedItem) -> None:
        for told in self.ending:
            told(item)
        incident = self.script.on_time_left.get(item.item_id)
        if incident is Incident.EARLY:
            self._press_panel(2, "Next: ", incident)
        elif incident is Incident.EXTENDED and incident not in self.happened:
            self.happened.add(incident)
            self._type(3, "agenda extend", minutes=10)

    # What is read in the programme channel

    def _began(self, item: PlannedItem) -> None:
        for told in self.began:
            told(item)
        for incident in self.script.while_running.get(item.item_id, ()):
            target = self.script.targets.get((item.item_id, incident))
            if incident is Incident.SUSPENDED:
                self._press_panel(8, "Suspend", incident)
                self._press_panel(14, "Resume")
            elif incident is Incident.ANNOUNCED:
                self.director.after(4, "announce", self._announce)
            elif incident is Incident.SHIFTED and target is not None:
                self._preview(5, incident, "Yes, do it", "agenda shift", item=target.item_id, minutes=10)
            elif incident is Incident.SKIPPED and target is not None:
                self._preview(6, incident, "Yes, do it", "agenda skip", item=target.item_id)
            elif incident is Incident.CANCELLED and target is not None:
                self._preview(7, incident, "No", "agenda shift", item=target.item_id, minutes=30)
            elif incident is Incident.RELOADED and target is not None:
                self._reload(20, target)

    # Acts

    def _moderator(self) -> Person:
        return self.dice.choice(self.cast.moderators)

    def _press(self, minutes: int, message: Message, label: str, incident: Incident | None = None) -> None:
        person = self._moderator()

        async def act() -> None:
            reply = await self._leaves(person, message, label)
            if incident is not None and "has changed" not in reply.text:
                self.happened.add(incident)
            elif "has changed" in reply.text and "Start now" in label and "Next: " in " ".join(reply.buttons):
                again = next(text for text in reply.buttons if text.startswith("Next: "))
                await self._leaves(person, reply, again)

        self.director.after(minutes, f"{person.name} presses {label}", act)

    def _press_panel(self, minutes: int, start: str, incident: Incident | None = None) -> None:
        person = self._moderator()

        async def act() -> None:
            panel = self._panel(person)
            labels = labels_of(panel)
            label = next((text for text in labels if text.startswith(start)), None)
            if label is None:
                raise LookupError(f"no button “{start}” on the operator panel, only {labels}")
            reply = await self._leaves(person, panel, label)
            if incident is not None and "has changed" not in reply.text:
                self.happened.add(incident)

        self.director.after(minutes, f"{person.name} presses {start}", act)

    async def _leaves(self, person: Person, on: Message | Reply, label: str) -> Reply:
        """A press that may end an item: an open list on which people wait is closed first, and that some are
        left, or somebody has the floor, is confirmed."""
        reply = await self.director.seen(person, f"presses “{label}”", await person.press(on, label))
        if "the list of speakers is open" in reply.text and self.close_list is not None:
            await self.close_list()
            reply = await self.director.seen(person, f"presses “{label}”", await person.press(on, label))
        if "End the item nonetheless?" in reply.text:
            surely = reply.buttons[0]
            again = await person.press(reply, surely)
            reply = await self.director.seen(person, f"presses “{surely}”", again)
        return reply

    def _panel(self, person: Person) -> Message:
        name = self.programme.channels.get(MODERATORS, MODERATORS)
        channel = self.director.stage.standin.world.channel_named(name)
        if channel is None:
            raise LookupError("there is no staff channel")
        return next(message for message in person.sees(channel) if "Running the meeting" in message.text)

    def _type(self, wait: int, command: str, **options: Any) -> None:
        person = self._moderator()

        async def act() -> None:
            typed = " ".join([f"/{command}", *(f"{k}:{v}" for k, v in options.items())])
            await self.director.seen(person, typed, await person.command(command, **options))

        self.director.after(wait, f"{person.name} types /{command}", act)

    def _preview(self, wait: int, incident: Incident, answer: str, command: str, **options: Any) -> None:
        person = self._moderator()

        async def act() -> None:
            typed = " ".join([f"/{command}", *(f"{k}:{v}" for k, v in options.items())])
            if "item" in options:
                proposed = await person.complete(command, "item", str(options["item"])[:2])
                if not any(one["value"] == options["item"] for one in proposed):
                    raise LookupError(f"{options['item']} is not proposed for /{command}")
            reply = await self.director.seen(person, typed, await person.command(command, **options))
            done = await self.director.seen(person, f"presses “{answer}”", await person.press(reply, answer))
            if ("Nothing was changed" in done.text) == (answer == "No"):
                self.happened.add(incident)

        self.director.after(wait, f"{person.name} types /{command}", act)

    async def _stale(self, message: Message) -> None:
        person = self._moderator()
        reply = await self.director.seen(
            person, "presses “+15 min” on an old question", await person.press(message, "+15 min")
        )
        if "nothing was done" in reply.text:
            self.happened.add(Incident.STALE)

    async def _announce(self) -> None:
        person = self._moderator()
        form = await person.press(self._panel(person), "Announce…")
        reply = await person.fill(
            form, {"Text": "Simulated announcement: documents are on the table at the entrance."}
        )
        await self.director.seen(person, "announces something", reply)
        self.happened.add(Incident.ANNOUNCED)

    def _reload(self, minutes: int, target: PlannedItem) -> None:
        async def act() -> None:
            before = self.file.read_text("utf-8")
            after = re.sub(re.escape(target.title), f"{target.title} – room changed", before, count=1)
            self.file.write_text(after, "utf-8")
            person = self._moderator()
            reply = await self.director.seen(person, "/agenda reload", await person.command("agenda reload"))
            done = await self.director.seen(
                person, "presses “Yes, do it”", await person.press(reply, "Yes, do it")
            )
            if "taken over" in done.text:
                self.happened.add(Incident.RELOADED)

        self.director.after(minutes, "the file is edited and reloaded", act)


def labels_of(message: Message) -> list[str]:
    """The labels of a message's buttons."""
    found: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, dict):
            if node.get("type") == 2 and "label" in node:
                found.append(str(node["label"]))
            for child in node.values():
                walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)

    walk(message.components)
    return found
