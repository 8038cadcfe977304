"""The delegations: they arrive, look around, write in the threads, and now and then try what they may not."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from meeting.programme import PlannedItem, Programme
from rehearsal.cast import Cast
from rehearsal.director import Director
from rehearsal.staff import labels_of
from rehearsal.standin import Person

SENTENCES = (
    "Simulated contribution: this text stands where a delegation's experience would stand.",
    "Simulated contribution: a suggestion on this part of the question, in two lines.\nThis is the second.",
    "Simulated contribution: a question to the other delegations about how they proceed.",
    "Simulated contribution with *emphasis*, a list\n- first\n- second\nand a number: 3 of 7.",
    "ข้อความจำลอง: ที่นี่คือที่สำหรับข้อคิดเห็นของคณะผู้แทน",
    "نص محاكاة: هنا يأتي إسهام الوفد.",
)
"""Nothing that any delegation holds: the words stand for words."""

WRITERS = 7
"""People who write in a question's thread while it is open."""


@dataclass
class Delegates:
    """`happened` names what was tried and came out as it must."""

    director: Director
    cast: Cast
    programme: Programme
    dice: Random
    happened: set[str] = field(default_factory=set)

    def arrive(self) -> None:
        """Each person's first look, between an hour before and half an hour after the first item begins."""
        begins = self.programme.days[0].items[0].starts_at
        for one in self.cast.delegates:
            moment = begins + timedelta(minutes=self.dice.randint(-29, 45))
            self._first_look(moment, one.person, self.dice.randrange(6))
        self.director.at(begins, "the newcomer looks around", self._newcomer)
        self.director.at(begins + timedelta(minutes=3), "a delegate tries staff commands", self._no_staff)

    def opened(self, item: PlannedItem) -> None:
        """The item's question can be discussed now: some will write."""
        assert item.question is not None
        minutes = max(2, int(item.duration.total_seconds() // 60) - 12)
        seated = [one.person for one in self.cast.seated()]
        writers = self.dice.sample(seated, min(WRITERS, len(seated)))
        for person in writers:
            self._write(
                self.dice.randint(1, minutes), person, item.question.title, self.dice.choice(SENTENCES)
            )

    def locked(self, title: str) -> None:
        """The thread is closed: somebody comes too late."""
        person = self.dice.choice(self.cast.seated()).person

        async def act() -> None:
            thread = self.director.stage.standin.world.thread_named(title)
            try:
                await person.write(thread.id if thread else 0, "Simulated contribution: too late.")
            except PermissionError:
                self.happened.add("a locked thread takes no more words")
            else:
                self.director.wrong.append(
                    f"{person.name} could still write in “{title}” after it was locked"
                )

        self.director.after(2, f"{person.name} writes too late", act)

    def _first_look(self, moment: datetime, person: Person, way: int) -> None:
        async def act() -> None:
            names = self.programme.channels
            world = self.director.stage.standin.world
            welcome = world.channel_named(names.get("welcome", "welcome"))
            assert welcome is not None
            if way in (0, 1, 2):
                label = ("Where do I listen?", "Now and next", "Help")[way]
                panel = next(one for one in person.sees(welcome) if label in labels_of(one))
                await self.director.seen(person, f"presses “{label}”", await person.press(panel, label))
            else:
                command = ("programme now", "programme calendar", "help")[way - 3]
                await self.director.seen(person, f"/{command}", await person.command(command))

        self.director.at(moment, f"{person.name} arrives", act)

    def _write(self, minutes: int, person: Person, title: str, text: str) -> None:
        async def act() -> None:
            thread = self.director.stage.standin.world.thread_named(title)
            if thread is None or thread.locked or not person.may_view(thread):
                return
            await person.write(thread.id, text)
            self.director.acts += 1
            self.director.journal.note(self.director.now, "wrote", person.name, title, text)
            self.happened.add("delegates write in the threads")

        self.director.after(minutes, f"{person.name} writes", act)

    async def _newcomer(self) -> None:
        person, names = self.cast.newcomer, self.programme.channels
        visible = {channel.name for channel in person.channels()}
        closed = {name for key, name in names.items() if key != "welcome"}
        if visible & closed:
            self.director.wrong.append(f"somebody without a role sees {sorted(visible & closed)}")
        else:
            self.happened.add("somebody without a role sees the welcome channel only")
        await self.director.seen(person, "/help", await person.command("help"))

    async def _no_staff(self) -> None:
        person = self.dice.choice(self.cast.delegates).person
        offered = [path for path in person.commands() if path.split()[0] in ("agenda", "meeting")]
        staff = any(path.startswith("agenda ") for path in self.cast.moderators[0].commands())
        if offered or not staff:
            self.director.wrong.append(f"staff commands: offered to a delegate {offered}, to staff {staff}")
        else:
            self.happened.add("staff commands are offered to staff only")
