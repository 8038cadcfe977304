"""The director: holds the clock, lets people act, and notes what everybody could see.

The clock jumps to the next moment at which anything is due, for the bot or for somebody on the stage, once
all is at rest. People act one after another, so a seed gives the same record on any machine.
"""

import heapq
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from rehearsal.journal import Journal
from rehearsal.stage import Stage
from rehearsal.standin import Message, Person, Reply

Act = Callable[[], Awaitable[None]]
Watcher = Callable[[str, Message], None]

LONGEST = 20000
"""Moments after which a rehearsal that does not end is given up."""


@dataclass
class Director:
    """Plays until nothing is due any more before `ends`."""

    stage: Stage
    journal: Journal
    ends: datetime
    watchers: list[Watcher] = field(default_factory=list)
    edit_watchers: list[Watcher] = field(default_factory=list)
    """Told of a message that has been edited."""
    reply_watchers: list[Callable[[Person, str, Reply], None]] = field(default_factory=list)
    """Told what somebody did, and what only they got to see for it."""
    thread_watchers: list[Callable[[str, bool], None]] = field(default_factory=list)
    """Told of a thread's name and whether it is locked, when that changes."""
    wrong: list[str] = field(default_factory=list)
    failed: int = 0
    acts: int = 0

    def __post_init__(self) -> None:
        self._due: list[tuple[datetime, int, str, Act]] = []
        self._order = count()
        self._seen: dict[int, object] = {}
        """What stood in each message; an edit puts something else there."""
        self._threads: dict[int, tuple[bool, bool]] = {}

    @property
    def now(self) -> datetime:
        return self.stage.now

    def at(self, moment: datetime, name: str, act: Act) -> None:
        """Somebody will do something then (not before now)."""
        heapq.heappush(self._due, (max(moment, self.now), next(self._order), name, act))

    def after(self, minutes: float, name: str, act: Act) -> None:
        """Somebody will do something in so many minutes."""
        self.at(self.now + timedelta(minutes=minutes), name, act)

    @property
    def minute(self) -> datetime:
        """The minute that has begun. What people do after something they saw counts from it: in which second
        a panel is redrawn depends on how busy the machine is."""
        return self.now.replace(second=0, microsecond=0)

    def on_minute(self, minutes: float, name: str, act: Act) -> None:
        """Somebody will do something so many minutes after this minute began."""
        self.at(self.minute + timedelta(minutes=minutes), name, act)

    async def play(self) -> None:
        """Let everything happen in its time."""
        self.look()
        for _ in range(LONGEST):
            moments = [self._due[0][0]] if self._due else []
            if self.stage.next_moment is not None:
                moments.append(self.stage.next_moment)
            moment = min(moments, default=None)
            if moment is None or moment > self.ends:
                return
            await self.stage.jump(moment)
            self.look()
            while self._due and self._due[0][0] <= self.now:
                _, _, name, act = heapq.heappop(self._due)
                await self.do(name, act)
        self.wrong.append(f"the rehearsal did not end after {LONGEST} moments")

    async def do(self, name: str, act: Act) -> None:
        """One act of somebody; what their client would not have let them do is wrong."""
        try:
            await act()
        except (LookupError, ValueError, PermissionError) as fault:
            self.wrong.append(f"{name}: {type(fault).__name__}: {fault}")
        await self.stage.settle()
        self.look()

    def look(self) -> None:
        """Note what is new in all channels and threads, and tell the watchers."""
        world = self.stage.standin.world
        messages = world.messages
        fresh = [message for message in messages if message.id not in self._seen]
        edited = [m for m in messages if self._seen.get(m.id, m.components) is not m.components]
        self._seen |= {message.id: message.components for message in (*fresh, *edited)}
        for message in fresh:
            place = world.place(message.channel_id)
            name = place.name if place else "?"
            if message.author_id == world.bot.id and message.content:
                self.journal.note(self.now, "said", "Roundtable", f"#{name}", message.text)
            for watcher in self.watchers:
                watcher(name, message)
        for message in edited:
            place = world.place(message.channel_id)
            for watcher in self.edit_watchers:
                watcher(place.name if place else "?", message)
        for thread in world.threads.values():
            state = (thread.locked, thread.archived)
            if self._threads.get(thread.id) != state:
                self._threads[thread.id] = state
                words = "locked" if thread.locked else "opened"
                self.journal.note(self.now, "state", "Roundtable", thread.name, f"thread {words}")
                for told in self.thread_watchers:
                    told(thread.name, thread.locked)

    async def seen(self, person: Person, did: str, reply: Reply) -> Reply:
        """Note what somebody did and what they got to see for it."""
        self.acts += 1
        self.journal.note(self.now, "did", person.name, "", did)
        if reply.kind == "failed":
            self.failed += 1
            self.wrong.append(f"{person.name}: {did}: the interaction failed")
        if "this reference" in reply.text:
            self.wrong.append(f"{person.name}: {did}: {reply.text}")
        self.journal.note(self.now, "saw", person.name, "", reply.text)
        for watcher in self.reply_watchers:
            watcher(person, did, reply)
        return reply
