"""A few people who carry a meeting whatever happens: what did not work they try again a minute later."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from rehearsal.director import Director
from rehearsal.staff import labels_of
from rehearsal.standin import Message, Permission, Person, Reply

MODERATORS = "moderators"
TRIES = 60
"""Minutes until somebody gives up."""

Attempt = Callable[[], Awaitable[bool]]

HAD_FLOOR = re.compile(r"^\*\*(.+)\*\* (?:\(.+\) has the floor|is done)", re.M)
SETTLED = (
    "on the list",
    "No list of speakers",
    "does not run now",
    "was closed",
    "is over",
    "Nobody waits",
    "has the floor",
)
"""What also ends an attempt with the list of speakers: it was done before, or it is too late."""


@dataclass
class Steward:
    """A clerk, a moderator and a delegate; they read `#moderators` and do what it asks."""

    director: Director
    clerk: Person
    moderator: Person
    delegate: Person
    heard: list[str] = field(default_factory=list)
    """Delegations of which it was acknowledged that they have, or had, the floor."""

    @classmethod
    def arrive(cls, director: Director) -> "Steward":
        """They join the server; only the clerk may do anything yet."""
        standin = director.stage.standin
        permissions = Permission.MANAGE_GUILD | Permission.MANAGE_EVENTS
        manager = standin.world.add_role("Server manager", permissions=int(permissions))

        def join(name: str, *roles: int) -> Person:
            return standin.person(standin.world.add_member(f"{name} (simulated)", roles=roles))

        steward = cls(director, join("Clerk", manager.id), join("Moderator"), join("Delegate"))
        director.watchers.append(steward._read)
        director.thread_watchers.append(steward._opened)
        return steward

    async def set_up(self) -> bool:
        """`/meeting setup`, and the roles handed out by hand; whether it came to its end."""
        reply = await self.clerk.command("meeting setup")
        if "Create" in reply.buttons:
            reply = await self.clerk.press(reply, "Create")
        world = self.director.stage.standin.world
        for person, name in ((self.moderator, "Moderator"), (self.delegate, "Delegate")):
            role = world.role_named(name)
            if role is not None:
                world.give_role(person.member, role.id)
        return "Done." in reply.text or "in place already" in reply.text

    def keep_trying(self, minutes: float, name: str, attempt: Attempt, tries: int = TRIES) -> None:
        """Do it in so many minutes, and again each minute until it has worked."""

        async def act() -> None:
            try:
                worked = await attempt()
            except (LookupError, PermissionError, ValueError):
                worked = False
            if worked:
                return
            if tries > 1:
                self.keep_trying(1, name, attempt, tries - 1)
            else:
                self.director.wrong.append(f"{name}: given up")

        self.director.after(minutes, name, act)

    # What is read

    def _read(self, channel: str, message: Message) -> None:
        if channel != MODERATORS or message.author_id != self.director.stage.standin.world.bot.id:
            return
        if "Start it" in message.content:
            self.keep_trying(1, "the moderator starts an item", lambda: self._start(message))
        elif "was to end at" in message.content:
            self.keep_trying(1, "the moderator ends the last item", self._end)
        elif "/meeting setup" in message.text and "⚠" in message.text:
            self.keep_trying(2, "the clerk mends the server", self.set_up)

    def _opened(self, name: str, locked: bool) -> None:
        if not locked:
            self.keep_trying(4, "a delegate writes", lambda: self._write(name))
            self.keep_trying(5, "a delegation is put on the list of speakers", self._add)
            self.keep_trying(7, "the floor is given", lambda: self._floor("speakers next"))
            self.keep_trying(9, "the floor is free again", lambda: self._floor("speakers end"))

    # What is done

    async def _start(self, asked: Message) -> bool:
        if not asked.deleted and "Start now" in labels_of(asked):
            return await self._leaves(asked, "Start now")
        return await self._panel("Next: ")

    async def _end(self) -> bool:
        return "nothing is running" in self._operator().text or await self._panel("End")

    async def _panel(self, start: str) -> bool:
        panel = self._operator()
        label = next((text for text in labels_of(panel) if text.startswith(start)), None)
        return label is not None and await self._leaves(panel, label)

    async def _leaves(self, on: Message, label: str) -> bool:
        """A press that may end an item: a list on which people wait is closed first, and leftovers are
        confirmed."""
        reply = await self.moderator.press(on, label)
        if "the list of speakers is open" in reply.text:
            await self.moderator.command("speakers close")
            return False
        if "End the item nonetheless?" in reply.text:
            reply = await self.moderator.press(reply, reply.buttons[0])
        return _answered(reply)

    # The list of speakers

    async def _add(self) -> bool:
        """Those whose people have no account are entered by the moderator."""
        proposed = await self.moderator.complete("speakers add", "delegation", "")
        value = proposed[len(self.heard)]["value"]
        return self._settled(await self.moderator.command("speakers add", delegation=value))

    async def _floor(self, command: str) -> bool:
        """Given, or taken; who was acknowledged to have it has been heard, whatever happens then."""
        reply = await self.moderator.command(command)
        found = HAD_FLOOR.search(reply.text.replace("\\", ""))
        if found is not None and found[1] not in self.heard:
            self.heard.append(found[1])
        return found is not None or self._settled(reply)

    @staticmethod
    def _settled(reply: Reply) -> bool:
        return _answered(reply) and any(words in reply.text for words in SETTLED)

    def unheard(self) -> list[str]:
        """Whoever was acknowledged to have had the floor, and stands on no list of those who were heard."""
        world = self.director.stage.standin.world
        lines = [line for m in world.messages for line in m.text.replace("\\", "").splitlines()]
        lists = [line for line in lines if re.match(r"\*\*\d+ interventions?\*\*: ", line)]
        return [name for name in self.heard if not any(f"{name} (" in line for line in lists)]

    def _operator(self) -> Message:
        """The panel as the moderator sees it. Raises LookupError, PermissionError."""
        channel = self.director.stage.standin.world.channel_named(MODERATORS)
        for message in self.moderator.sees(channel) if channel else ():
            if "Running the meeting" in message.text:
                return message
        raise LookupError("there is no operator panel")

    async def _write(self, name: str) -> bool:
        thread = self.director.stage.standin.world.thread_named(name)
        if thread is None:
            return True
        await self.delegate.write(thread.id, "Simulated contribution.")
        return True


def _answered(reply: Reply) -> bool:
    """Whether there was an answer, be it that somebody had been quicker."""
    return reply.kind in ("message", "update") and "One moment" not in reply.text and "disk" not in reply.text
