"""A few people who carry a meeting whatever happens: what did not work they try again a minute later."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from rehearsal.director import Director
from rehearsal.staff import labels_of
from rehearsal.standin import Message, Permission, Person, Reply

MODERATORS = "moderators"
TRIES = 60
"""Minutes until somebody gives up."""

Attempt = Callable[[], Awaitable[bool]]


@dataclass
class Steward:
    """A clerk, a moderator and a delegate; they read `#moderators` and do what it asks."""

    director: Director
    clerk: Person
    moderator: Person
    delegate: Person

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

    # What is done

    async def _start(self, asked: Message) -> bool:
        if not asked.deleted and "Start now" in labels_of(asked):
            return _answered(await self.moderator.press(asked, "Start now"))
        return await self._panel("Next: ")

    async def _end(self) -> bool:
        return "nothing is running" in self._operator().text or await self._panel("End")

    async def _panel(self, start: str) -> bool:
        panel = self._operator()
        label = next((text for text in labels_of(panel) if text.startswith(start)), None)
        return label is not None and _answered(await self.moderator.press(panel, label))

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
