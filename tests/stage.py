"""The whole house in one process: the real bot and discord.py, the stand-in at the wire, a held clock.

Fixtures: `stage` (a server, nothing running) and `house` (the bot running, the server set up, people with
their roles). At the end each test must leave no error in the log, no gesture unanswered, no request that
Discord would refuse, and, where `DISCORD_OPENAPI` names it, nothing that Discord's API description forbids.
"""

import asyncio
import functools
import logging
import os
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import bot.app
from bot.app import App
from bot.house import House
from config.catalogue import read_catalogues
from config.settings import Settings, read_settings
from meeting.delegations import DelegationId
from meeting.people import COMMAND_LINE, Actor, UserId, Via
from meeting.seats import Presence
from rehearsal.clock import HeldClock
from rehearsal.standin import (
    CUT,
    Bout,
    Channel,
    Disturbance,
    Member,
    Message,
    Permission,
    Person,
    Reply,
    Standin,
)
from rehearsal.standin.interactions import COMPONENT, MODAL_SUBMIT, Interaction
from rehearsal.standin.openapi import Description

BANGKOK = timezone(timedelta(hours=7))

PROGRAMME = """\
title: A small roundtable
about: |
  Two days about *two* questions.
time_zone: Asia/Bangkok
venue: Bangkok
days:
  - id: d1
    title: "Day 1: questions"
    date: 2022-09-07
    join_url: https://meet.example/day_1
    items:
      - {id: open, kind: opening, starts: 08:00, ends: 09:00, title: Accreditation}
      - {id: one, kind: session, starts: 09:00, ends: 09:30, title: Opening remarks, chair: The Co-Chairs}
      - id: two
        kind: session
        starts: 09:30
        ends: 10:00
        title: First question
        question:
          id: q1
          title: What decides?
          text: What has been decisive?
          parts:
            - {id: q1a, text: At home?}
            - {id: q1b, text: Abroad?}
      - {id: tea, kind: break, starts: 10:00, ends: 10:15, title: Break}
      - id: three
        kind: session
        starts: 10:15
        ends: 10:45
        title: Second question
        question: {id: q2, title: What next?, text: What follows?, parts: [{id: q2a, text: What follows?}]}
      - {id: last, kind: session, starts: 11:00, ends: 11:30, title: Outlook, fixed: yes}
  - id: d2
    title: "Day 2: outcome"
    date: 2022-09-08
    mode: in_person
    items:
      - {id: draft, kind: session, starts: 09:00, ends: 10:00, title: Draft statement}
      - {id: close, kind: session, starts: 10:00, ends: 10:30, title: Closing}
"""

POLLS = """\
        polls:
          - {id: one, question: Which day?, kind: single, options: [Monday, Tuesday, Friday], opens: hand,
             closes: hand}
          - {id: some, question: Which topics?, kind: approval, choose: 2, opens: hand, closes: hand,
             options: [Borders, Data, Training, Funding]}
          - {id: rank, question: Rank the tools, kind: ranking, places: 3, shuffled: yes, opens: hand,
             closes: hand, options: [Patrols, Visas, Radar, Courts, Schools, Clinics]}
          - {id: dots, question: Where should effort go?, kind: points, dots: 10, cap: 5, opens: hand,
             closes: hand, options: [Sea, Land, Air, Rail, River, Port, Border]}
          - {id: score, question: How useful?, kind: score, levels: [poor, fair, good], opens: hand,
             closes: hand, options: [Forum, Portal, Leaflet, Hotline, Drill, Manual]}
          - {id: secret, question: Shall there be a pact?, kind: single, options: [Yes, No],
             secrecy: secret-final, breakdown: mode, opens: hand, closes: hand}
          - {id: sealed, question: Sealed effort?, kind: points, dots: 4, secrecy: secret-final, opens: hand,
             closes: hand, options: [Sea, Land, Air, Rail, River, Port]}
          - {id: live, question: Live one?, kind: single, options: [Up, Down], secrecy: named,
             results: live, opens: hand, closes: hand}
          - {id: own, question: Own one?, kind: approval, options: [Tea, Coffee, Water], secrecy: named,
             results: own, opens: hand, closes: hand}
          - {id: held, question: Held back?, kind: single, options: [Left, Right], results: released,
             opens: hand, closes: hand}
          - {id: each, question: Each person?, kind: single, options: [Good, Bad], unit: person,
             opens: hand, closes: hand}
          - {id: few, question: Members only?, kind: single, options: [Agree, Differ], electorate: members,
             abstaining: no, opens: hand, closes: hand}
          - {id: timed, question: By the clock?, kind: single, options: [Now, Later], opens: start+5,
             closes: start+20}
          - {id: brief, question: Soon over?, kind: single, options: [In, Out], opens: hand, closes: start+2}
          - {id: empty, question: To be filled?, kind: approval, choose: 2, opens: hand, closes: hand}
"""
"""One poll of every kind and rule, for the item “one”; almost all open by hand."""

POLLS_IN_PERSON = """\
        polls:
          - {id: hall, question: In the hall?, kind: single, options: [Here, There], opens: hand,
             closes: hand}
          - {id: both, question: In both?, kind: single, options: [Here, There], virtual: yes, opens: hand,
             closes: hand}
"""


def with_polls(item_id: str, polls: str, programme: str = PROGRAMME) -> str:
    """The programme with these polls in that item, which is written on one line there."""
    line = next(line for line in programme.splitlines() if f"{{id: {item_id}, " in line)
    keys = line.strip().removeprefix("- {").removesuffix("}").split(", ")
    indented = "\n".join(f"        {key}" for key in keys).replace("        ", "      - ", 1)
    return programme.replace(f"{line}\n", f"{indented}\n{polls}")


PROGRAMME_POLLS = with_polls("draft", POLLS_IN_PERSON, with_polls("one", POLLS))
"""The same programme with polls; the other tests keep theirs without."""

ROSTER = """\
id,name,short_name,category,sort_key,sub_region,seats
alp,Republic of Alpland,Alpland,member,alpland,North,3
bre,Bretonia,Bretonia,member,bretonia,South,2
cor,Côre d'Or,Côre d'Or,member,core,South,1
eco,European Commission of Examples,ECE,member_organisation,ece,,1
obs,Obsidian Order,Obsidian Order,observer_state,obsidian,,1
wat,Watchers of Examples,Watchers,observer_organisation,watchers,,2
"""


def at(hour: int, minute: int = 0, *, day: int = 7, second: int = 0) -> datetime:
    """A moment of the small programme's dates, at the venue."""
    return datetime(2022, 9, day, hour, minute, second, tzinfo=BANGKOK).astimezone(UTC)


class Stage:
    """A server with people, and the bot on it, started and stopped as often as a test likes."""

    def __init__(self, folder: Path, *, now: datetime | None = None, **standin: Any) -> None:
        self.folder = folder
        self.clock = HeldClock(now or at(6, 30))
        self.standin = Standin(now=self.clock.now, **standin)
        self.world = self.standin.world
        self.app: App | None = None
        self.task: asyncio.Task[None] | None = None
        self.database = folder / "meeting.db"
        self.programme = folder / "programme.yaml"
        self.programme.write_text(PROGRAMME, "utf-8")
        self.roster = folder / "roster.csv"
        self.roster.write_text(ROSTER, "utf-8")
        self.environ: dict[str, str] = {}
        self.allowed: set[int] = set()
        """Discord's error codes, or statuses without one, that the test expects."""
        self.errors: list[logging.LogRecord] = []
        """What was logged as an error; a test that expects some clears it."""
        self._people: dict[str, Person] = {}

    # The bot.

    def settings(self, **more: str) -> Settings:
        return read_settings(self.variables(**more), live=True)

    def variables(self, **more: str) -> dict[str, str]:
        """The environment in which the bot finds this server."""
        return {
            "DISCORD_TOKEN": self.standin.token,
            "DISCORD_GUILD_ID": str(self.world.guild.id),
            "DISCORD_API_URL": self.standin.api_url,
            "DISCORD_GATEWAY_URL": self.standin.gateway_url,
            "ROUNDTABLE_DB": str(self.database),
            "ROUNDTABLE_PROGRAMME": str(self.programme),
            "ROUNDTABLE_ROSTER": str(self.roster),
            "ROOM_PORT": "0",
            **self.environ,
            **more,
        }

    def launch(self, *, start: date | None = None, cogs: Sequence[str] | None = None, **more: str) -> App:
        """Start the bot and return at once."""
        assert self.task is None or self.task.done(), "it is running already"
        bot.app.read_catalogues = _catalogues
        self.app = App(self.settings(**more), self.clock, start, *([cogs] if cogs is not None else []))
        self.task = asyncio.ensure_future(self.app.run())  # noqa: TID251 - the house itself
        return self.app

    async def run(self, **how: Any) -> None:
        """Start the bot and wait until it has nothing to do."""
        self.launch(**how)
        await self.settle()

    async def close(self) -> None:
        """Stop the bot in good order. Raises what it ended with."""
        if self.app is not None and self.task is not None:
            self.app.stopping.set()
            await self.task
        self.app = self.task = None

    async def restart(self, **how: Any) -> None:
        await self.close()
        await self.run(**how)

    @property
    def doors(self) -> House:
        """What the cogs are given."""
        assert self.app is not None and self.app._client is not None
        return self.app._client.house

    # Time.

    async def settle(self) -> None:
        """Until bot and server have nothing more to do at this moment of the meeting."""
        assert self.app is not None and self.task is not None
        for _ in range(10_000):
            if self.task.done():
                await self.task
                raise AssertionError("the bot has stopped")
            self._hasten()
            revision = self.standin.revision
            if self._still():
                await asyncio.sleep(0.001)
                if self._still() and self.standin.revision == revision:
                    return
            elif self.standin.refill_at is not None:
                self.clock.set(max(self.clock.now(), self.standin.refill_at))
            await asyncio.sleep(0.001)
        raise AssertionError("the house does not come to rest")

    def _hasten(self) -> None:
        """discord.py waits in real time for guilds that do not come; here there is one, and it has come."""
        client = self.app._client if self.app else None
        if client is not None:
            client._connection.guild_ready_timeout = 0.02

    @property
    def told_ready(self) -> bool:
        """Whether discord.py has said that the connection is ready; it goes on waiting after a new one."""
        client = self.app._client if self.app else None
        return client is not None and client.is_ready() and client._connection._ready_task is None

    def _still(self) -> bool:
        return self.app is not None and self.app.idle and self.standin.quiet

    async def until(self, moment: datetime) -> None:
        """Let time pass: each moment anybody waits for, and then `moment`."""
        await self.settle()
        while (following := self.clock.next_moment) is not None and following <= moment:
            self.clock.set(max(following, self.clock.now()))
            await self.settle()
        if moment > self.clock.now():
            self.clock.set(moment)
            await self.settle()

    async def leap(self, moment: datetime) -> None:
        """It is `moment` at once, as after a time in which nothing ran."""
        await self.settle()
        self.clock.set(moment)
        await self.settle()

    async def later(self, **span: float) -> None:
        await self.until(self.clock.now() + timedelta(**span))

    # People.

    def person(self, name: str, *roles: str, permissions: int = 0) -> Person:
        """Somebody of that name, made when first asked for, with roles by name."""
        if name not in self._people:
            self._people[name] = self.standin.person(self.world.add_member(name))
        member = self._people[name].member
        for role in roles:
            found = self.world.role_named(role) or self.world.add_role(role, permissions=permissions)
            self.world.give_role(member, found.id)
        return self._people[name]

    @property
    def clerk(self) -> Person:
        """Whoever installed the bot: may manage the server."""
        may = Permission.MANAGE_GUILD | Permission.MANAGE_EVENTS
        return self.person("Clara", "Secretariat", permissions=int(may))

    @property
    def moderator(self) -> Person:
        return self.person("Mona", "Moderator")

    @property
    def delegate(self) -> Person:
        return self.person("Dara", "Delegate")

    @property
    def newcomer(self) -> Person:
        return self.person("Nim")

    async def set_up(self) -> Reply:
        """The clerk sets the server up, and the panels are hung."""
        answer = await self.clerk.press(await self.clerk.command("meeting setup"), "Create")
        await self.settle()
        assert answer.text.startswith("Done."), answer.text
        await self.later(seconds=30)
        _ = self.moderator, self.delegate, self.newcomer
        return answer

    # Polls.

    async def seat(self, name: str, delegation: str, presence: Presence | None = None) -> Person:
        """Somebody who sits for a delegation and, as `presence` says, has told where they are."""
        person, book = self.person(name, "Delegate"), self.doors.ledger.delegations
        user_id = UserId(person.user_id)
        await book.assign(COMMAND_LINE, DelegationId(delegation), user_id)
        if presence is not None:
            await book.state_presence(Actor(Via.DISCORD, user_id), presence)
        await self.settle()
        return person

    async def open_poll(self, poll_id: str, **more: Any) -> Message:
        """A moderator opens a poll; its panel."""
        answer = await self.moderator.command("poll open", poll=poll_id, **more)
        assert "is open" in answer.text, answer.text
        await self.later(seconds=10)
        return self.poll_panel(poll_id)

    async def close_poll(self, poll_id: str) -> str:
        """A moderator closes a poll; what its result says (its panel's text, if results do not show)."""
        answer = await self.moderator.command("poll close", poll=poll_id)
        assert "is closed" in answer.text, answer.text
        await self.later(seconds=10)
        found = [m.text for m in self.messages("polls") if f"result-{poll_id}\n" in f"{m.text}\n"]
        return found[0] if found else self.poll_panel(poll_id).text

    def poll_panel(self, poll_id: str) -> Message:
        """Where a poll is answered."""
        found = [m for m in self.messages("polls") if m.text.endswith(f"-poll-{poll_id}")]
        assert len(found) == 1, self.texts("polls")
        return found[0]

    async def forge(
        self, person: Person, custom_id: str, message: Message, *, form: Any = None, **more: Any
    ) -> Reply:
        """What a client that keeps to no rules can send: any custom_id, on a message of the bot's."""
        data: dict[str, Any] = {"custom_id": custom_id}
        data |= {"components": form} if form is not None else {"component_type": 2, "id": 1, **more}
        kind = MODAL_SUBMIT if form is not None else COMPONENT
        place = self.world.place(message.channel_id)
        assert place is not None
        now, ids = self.clock.now(), self.world.ids
        opened = Interaction(ids.make(), "", COMPONENT, person.member, place, {}, now, message)
        one = self.standin.interactions.begin(
            kind,
            person.member,
            place,
            data,
            source=None if form is not None else message,
            cause=opened if form is not None else None,
        )
        await one.first.wait()
        await one.shown.wait()
        return Reply(one)

    def breathe(self) -> None:
        """A second passes, as between two things an honest person does."""
        self.clock.set(self.clock.now() + timedelta(seconds=1))

    # What hangs.

    def channel(self, name: str) -> Channel:
        found = self.world.channel_named(name)
        assert found is not None, f"no channel #{name}"
        return found

    def messages(self, name: str) -> list[Message]:
        return list(self.channel(name).messages.values())

    def texts(self, name: str) -> list[str]:
        return [message.text for message in self.messages(name)]

    def panel(self, name: str, holding: str) -> Message:
        """The one message of a channel that holds these words."""
        found = [message for message in self.messages(name) if holding in message.text]
        assert len(found) == 1, f"{len(found)} messages hold {holding!r}: {self.texts(name)}"
        return found[0]

    @property
    def operator(self) -> Message:
        return self.panel("moderators", "## Running the meeting")

    def said(self, words: str, name: str = "programme") -> list[str]:
        """Notices (messages, not panels) of a channel that hold these words."""
        return [m.content for m in self.messages(name) if m.content and words in m.content]

    def told(self, words: str) -> list[str]:
        """Troubles (panels of the moderators' channel) that hold these words, open or over."""
        marks = ("⚠ **", "✓ **Over")
        texts = self.texts("moderators")
        return [text for text in texts if any(mark in text for mark in marks) and words in text]

    def member(self, name: str) -> Member:
        return self._people[name].member

    # Disturbance on the line.

    def disturb(
        self, method: str, part: str, *, done: bool, times: int = 1, cut: bool = False
    ) -> Callable[[], int]:
        """The next requests that fit are answered 503, or (`cut`) the line is cut instead of an answer:
        after they took effect (`done`), or before.

        Returns a function that tells how many were met.
        """
        bout = Bout(method, part, Disturbance(CUT if cut else 503, done), times)
        self.standin.door.fault = bout
        return lambda: bout.met

    # The end.

    def faults(self) -> list[str]:
        """What no test may leave behind."""
        found = [f"logged: {record.getMessage()}" for record in self.errors]
        found += [f"unanswered: {one.data}" for one in self.standin.unanswered]
        for one in self.standin.refused:
            if (one.code or one.status) not in self.allowed and one.status not in self.allowed:
                found.append(f"refused: {one.method} {one.path} {one.status} {one.response}")
        description = _description(os.environ.get("DISCORD_OPENAPI", ""))
        if description is not None:
            found += description.check(self.standin.log).faults
        return found


_catalogues = functools.cache(read_catalogues)
"""The words are the same at each start; reading them takes longer than all the rest of it."""


@functools.cache
def _description(path: str) -> Description | None:
    return Description(Path(path)) if path else None


class _Errors(logging.Handler):
    def __init__(self, kept: list[logging.LogRecord]) -> None:
        super().__init__(logging.ERROR)
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        self._kept.append(record)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A server on which the bot is, and nothing running."""
    made = Stage(tmp_path)
    async for one in staged(made):
        yield one


async def staged(made: Stage) -> AsyncIterator[Stage]:
    """A stage from its first moment to its last, held to account in between."""
    await made.standin.start()
    errors = _Errors(made.errors)
    logging.getLogger().addHandler(errors)
    try:
        yield made
        await made.close()
    finally:
        logging.getLogger().removeHandler(errors)
        if made.task is not None and not made.task.done():
            made.task.cancel()
            await asyncio.wait({made.task})
        await made.standin.stop()
    assert made.faults() == []


@pytest.fixture
async def polling(stage: Stage) -> Stage:
    """As `house`, with polls of every kind, none of them open."""
    stage.programme.write_text(PROGRAMME_POLLS, "utf-8")
    await stage.run()
    await stage.set_up()
    return stage


@pytest.fixture
async def house(stage: Stage) -> Stage:
    """The bot runs, the server is set up, people have their roles; it is 06:30 on the first day."""
    await stage.run()
    await stage.set_up()
    return stage
