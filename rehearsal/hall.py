"""The people in the room: a screen, a desk, and delegates who answer on the page of their seat – over HTTP.

They know no more than the pages do: addresses from the file the first start writes, codes from the sheets,
and what states and answers say. What screen and desk show is held against the rehearsal's own reckoning.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import aiohttp

from meeting.programme import PlannedItem
from rehearsal import wishes
from rehearsal.cast import Cast, Delegate
from rehearsal.count import Count
from rehearsal.director import Director
from rehearsal.listening import Listening
from rehearsal.paper import Paper
from rehearsal.standin import Message
from rehearsal.wishes import level_of

OPERATOR = "Facilitator (simulated)"

ADDRESSES = "rehearsal-room.txt"
"""Written beside the database by the first start."""

EACH = 4
"""People in the room who answer a poll on their page."""

SPAN = timedelta(minutes=3)
"""Between looks at the screen while an item runs."""

MUST = ("people in the room answer on the page of their seat", "the screen shows who speaks")

Json = dict[str, Any]


class Page:
    """Somebody's browser at one page."""

    def __init__(self, base: str, path: str) -> None:
        self.path = path
        self.session = aiohttp.ClientSession(base, cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._presses = 0

    async def enter(self, secret: str) -> bool:
        """Open the page with its key or code."""
        async with self.session.get(f"{self.path}/{secret}") as answer:
            await answer.read()
            return answer.status == 200

    async def state(self) -> Json:
        """What the page shows. Raises LookupError where there is no page."""
        async with self.session.get(f"{self.path}/state") as answer:
            if answer.status != 200:
                raise LookupError(f"{self.path} answers {answer.status}")
            found: Json = await answer.json()
            return found

    async def press(self, act: str, **args: object) -> Json:
        """Do something; the answer."""
        self._presses += 1
        sent = {"nonce": f"rehearsal-press-{id(self):x}-{self._presses}", "act": act, "args": args}
        headers = {"Sec-Fetch-Site": "same-origin"}
        async with self.session.post(f"{self.path}/act", json=sent, headers=headers) as answer:
            found: Json = await answer.json()
            return found


@dataclass
class Hall:
    """`must_be` tells what an attempt to answer a poll must come to; `happened` names what came about."""

    director: Director
    cast: Cast
    count: Count
    listening: Listening
    must_be: Callable[[Paper, Delegate | None], str]
    folder: Path
    seed: int
    happened: set[str] = field(default_factory=set)
    ballots: int = 0
    compared: int = 0
    addresses: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._pages: dict[str, Page] = {}

    async def close(self) -> None:
        """Everybody leaves."""
        for page in self._pages.values():
            await page.session.close()

    async def enter(self) -> None:
        """The screen and the desk are set up."""
        lines = (self.folder / ADDRESSES).read_text("utf-8").splitlines()
        self.addresses = dict(line.split(": ", 1) for line in lines)
        for door, path in (("screen", "/room"), ("desk", "/desk")):
            base, _, key = self.addresses[door].partition(f"{path}/")
            page = self._pages[door] = Page(base, path)
            if not await page.enter(key):
                self.director.wrong.append(f"the {door} does not open at its address")
        answer = await self._pages["desk"].press("room.sign_on", operator=OPERATOR)
        if not answer["ok"]:
            self.director.wrong.append(f"the desk cannot be signed on at: {answer['sentence']}")

    # Polls

    def opened(self, paper: Paper, panel: Message) -> None:
        """Some of those in the room will answer on their page; the desk puts the poll on the screen."""
        dice = Random(f"{self.seed} hall {paper.poll_id}")
        there = [one for one in self.cast.delegates if one.seated and one.code and one.where == "room"]
        closes = paper.until or self.director.minute + timedelta(minutes=10)
        for who in dice.sample(there, min(EACH, len(there))):
            moment = self.director.minute + (closes - self.director.minute) * dice.uniform(0.1, 0.9)
            own = Random(dice.random())
            self.director.at(
                moment.replace(second=35, microsecond=0),
                f"{who.name} answers {paper.poll_id} on the page of the seat",
                partial(self._answer, paper, who, own),
            )

    def closed(self, paper: Paper) -> None:
        """The desk shows its result, and then lets the screen follow the meeting again."""
        self.director.on_minute(2, f"the result of {paper.poll_id} is shown", partial(self._shows, paper))

    async def _answer(self, paper: Paper, who: Delegate, dice: Random) -> None:
        if self.must_be(paper, who) != "recorded":
            return
        page = await self._page(who)
        if page is None:
            return
        polls = {one["poll_id"]: one for one in (await page.state())["polls"]}
        ballot = polls.get(paper.poll_id, {}).get("ballot")
        if ballot is None:
            self.director.wrong.append(f"{who.name}: the page has no ballot of {paper.poll_id}")
            return
        chosen, levels = wishes.draw(paper, dice), tuple(ballot["levels"])
        if levels:
            chosen = tuple(level_of(one, len(levels)) for one in chosen)
        answer = await page.press("ballots.cast", poll_id=paper.poll_id, choice=list(chosen), sure=True)
        self.director.journal.note(self.director.now, "did", who.name, "", "answers on the page of the seat")
        self.director.acts += 1
        if not str(answer["sentence"]).startswith("✓ Recorded"):
            self.director.wrong.append(f"{who.name}, {paper.poll_id}, on the page: {answer['sentence']}")
            return
        self.count.acknowledged(paper, who, chosen, levels)
        self.ballots += 1
        self.happened.add(MUST[0])

    async def _page(self, who: Delegate) -> Page | None:
        """The page of somebody's seat, opened with the code on their sheet."""
        if who.name not in self._pages:
            base = self.addresses["screen"].partition("/room/")[0]
            page = self._pages[who.name] = Page(base, "/seat")
            if not await page.enter(who.code):
                self.director.wrong.append(f"{who.name}: the code does not open the page of the seat")
                return None
        return self._pages[who.name]

    async def _shows(self, paper: Paper) -> None:
        desk, screen = self._pages["desk"], self._pages["screen"]
        answer = await desk.press("room.show", show="poll", poll_id=paper.poll_id)
        if not answer["ok"]:
            self.director.wrong.append(f"the desk cannot show {paper.poll_id}: {answer['sentence']}")
            return
        state = await screen.state()
        if state["layout"] == "result":
            self._compare(paper, state["result"])
        elif state["result"] is not None:
            self.director.wrong.append(f"the screen shows figures of {paper.poll_id}, which is not out")
        await desk.press("room.show", show="follow")

    def _compare(self, paper: Paper, result: Json) -> None:
        """Who answered, of how many; and each option's number, where one ticks."""
        for tally, (group, own) in zip(
            result["tallies"], self.count.polls[paper.poll_id].tallies().items(), strict=True
        ):
            said, ballots = tally["base_text"], len(own.ballots)
            wanted = f"{ballots} of {own.of} answered" if ballots else f"none of {own.of} answered"
            if not said.startswith(wanted):
                self.director.wrong.append(f"{paper.poll_id}, {group}: the screen says {said}, not {wanted}")
            if paper.kind not in ("single", "approval") or tally["suppressed"]:
                continue
            for place, bar in enumerate(one for one in tally["bars"] if not one["abstention"]):
                number = sum(place in chosen for chosen in own.chosen)
                self.compared += 1
                if not bar["value_text"].startswith(f"{number} of {ballots} "):
                    wrong = (
                        f"{paper.poll_id}, {bar['text']}: the screen says {bar['value_text']}, not {number}"
                    )
                    self.director.wrong.append(wrong)
        self.happened.add("the screen shows a result")

    # The floor

    def began(self, item: PlannedItem) -> None:
        """An item has begun: its screen is looked at now and then."""
        if str(item.item_id) in self.listening.hearings:
            self._later(item)

    def _later(self, item: PlannedItem) -> None:
        moment = (self.director.minute + SPAN).replace(second=50)
        self.director.at(moment, "somebody looks at the screen", partial(self._look, item))

    async def _look(self, item: PlannedItem) -> None:
        roll = self.listening.roll(str(item.item_id))
        if not roll.on:
            return
        desk, screen = await self._pages["desk"].state(), await self._pages["screen"].state()
        current = roll.current
        wanted = current.delegation.name if current is not None else None
        speakers = desk["speakers"] or {}
        for where, shown in (("the desk", speakers.get("speaker")), ("the screen", screen["speaker"])):
            if where == "the screen" and screen["layout"] != "speaker":
                continue
            name = shown["name"] if shown else None
            if name != wanted:
                self.director.wrong.append(f"{where} says {name} has the floor, not {wanted}")
            self.compared += 1
            if where == "the screen" and name is not None:
                self.happened.add(MUST[1])
        self._later(item)
