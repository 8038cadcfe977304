"""The people in the room: a screen that is looked at, a desk, and delegates who use the page of their seat.

What screen and desk show is held against the rehearsal's own reckoning.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import partial
from random import Random

from meeting.programme import Mode, PlannedItem
from rehearsal import wishes
from rehearsal.cast import Cast, Delegate
from rehearsal.count import Count
from rehearsal.director import Director
from rehearsal.listening import Listening
from rehearsal.order import ordered
from rehearsal.pages import Json, Pages
from rehearsal.paper import Paper
from rehearsal.wishes import level_of

EACH = 4
"""People in the room who answer a poll on their page."""

SPAN = timedelta(minutes=3)
"""Between looks at the screen while an item runs."""

HEAR = "I cannot hear"


class Room(StrEnum):
    """Something that happens in the room."""

    ANSWERED = "people in the room answer on the page of their seat"
    SPEAKER = "the screen shows who speaks"
    RESULT = "the screen shows a result"
    UNHEARD = "somebody online cannot hear, and the desk sees to it"
    UNHEARD_HERE = "somebody in the room cannot hear, and the desk sees to it"


@dataclass
class Hall:
    """`must_be` tells what an attempt to answer a poll must come to; `happened` names what came about."""

    director: Director
    cast: Cast
    count: Count
    listening: Listening
    pages: Pages
    must_be: Callable[[Paper, Delegate | None], str]
    seed: int
    happened: set[str] = field(default_factory=set)
    ballots: int = 0
    compared: int = 0

    # Polls

    def opened(self, paper: Paper, panel: object) -> None:
        """Some of those in the room will answer on their page."""
        dice = Random(f"{self.seed} hall {paper.poll_id}")
        there = self._there()
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

    def _there(self) -> list[Delegate]:
        return [one for one in self.cast.delegates if one.seated and one.code and one.where == "room"]

    async def _answer(self, paper: Paper, who: Delegate, dice: Random) -> None:
        if self.must_be(paper, who) != "recorded":
            return
        page = await self.pages.seat(who)
        if page is None:
            return
        polls = {one["poll_id"]: one for one in (await page.state())["polls"]}
        ballot = polls.get(paper.poll_id, {}).get("ballot")
        if ballot is None:
            self._wrong(f"{who.name}: the page has no ballot of {paper.poll_id}")
            return
        chosen, levels = wishes.draw(paper, dice), tuple(ballot["levels"])
        if levels:
            chosen = tuple(level_of(one, len(levels)) for one in chosen)
        answer = await page.press("ballots.cast", poll_id=paper.poll_id, choice=list(chosen), sure=True)
        self._did(who.name, "answers on the page of the seat")
        if not str(answer["sentence"]).startswith("✓ Recorded"):
            self._wrong(f"{who.name}, {paper.poll_id}, on the page: {answer['sentence']}")
            return
        self.count.acknowledged(paper, who, chosen, levels)
        self.ballots += 1
        self.happened.add(Room.ANSWERED)

    async def _shows(self, paper: Paper) -> None:
        answer = await self.pages.desk.press("room.show", show="poll", poll_id=paper.poll_id)
        if not answer["ok"]:
            self._wrong(f"the desk cannot show {paper.poll_id}: {answer['sentence']}")
            return
        state = await self.pages.screen.state()
        if state["layout"] == "result":
            self._compare(paper, state["result"])
        elif state["result"] is not None:
            self._wrong(f"the screen shows figures of {paper.poll_id}, which is not out")
        else:
            self._turnout(paper, state["poll"])
        await self.pages.desk.press("room.show", show="follow")

    def _turnout(self, paper: Paper, poll: Json) -> None:
        """Who has answered, of how many."""
        tallies = self.count.polls[paper.poll_id].tallies()
        for shown, (group, own) in zip(poll["turnout"], tallies.items(), strict=True):
            self.compared += 1
            if (shown["answered"], shown["of"]) != (len(own.ballots), own.of):
                wanted = f"{len(own.ballots)} of {own.of}"
                self._wrong(f"{paper.poll_id}, {group}: the screen says {shown['text']}, not {wanted}")

    def _compare(self, paper: Paper, result: Json) -> None:
        """Who answered, of how many; and each option's number, where one ticks."""
        for tally, (group, own) in zip(
            result["tallies"], self.count.polls[paper.poll_id].tallies().items(), strict=True
        ):
            said, ballots = tally["base_text"], len(own.ballots)
            wanted = f"{ballots} of {own.of} answered" if ballots else f"none of {own.of} answered"
            if not said.startswith(wanted):
                self._wrong(f"{paper.poll_id}, {group}: the screen says {said}, not {wanted}")
            if paper.kind not in ("single", "approval") or tally["suppressed"]:
                continue
            for place, bar in enumerate(one for one in tally["bars"] if not one["abstention"]):
                number = sum(place in chosen for chosen in own.chosen)
                self.compared += 1
                if not bar["value_text"].startswith(f"{number} of {ballots} "):
                    told = f"the screen says {bar['value_text']}, not {number}"
                    self._wrong(f"{paper.poll_id}, {bar['text']}: {told}")
        self.happened.add(Room.RESULT)

    # The floor

    def began(self, item: PlannedItem) -> None:
        """An item has begun: its screen is looked at now and then, and somebody may not hear."""
        if str(item.item_id) not in self.listening.hearings:
            return
        self._later(item)
        dice = Random(f"{self.seed} hears {item.item_id}")
        if item.mode is Mode.HYBRID and dice.random() < 0.5:
            self.director.after(2.4, "somebody cannot hear", partial(self._cannot_hear, item, dice))

    def _later(self, item: PlannedItem) -> None:
        moment = (self.director.minute + SPAN).replace(second=50)
        self.director.at(moment, "somebody looks at the screen", partial(self._look, item))

    async def _look(self, item: PlannedItem) -> None:
        roll = self.listening.roll(str(item.item_id))
        if not roll.on:
            return
        desk, screen = await self.pages.desk.state(), await self.pages.screen.state()
        current = roll.current
        wanted = current.delegation.name if current is not None else None
        speakers = desk["speakers"] or {}
        for where, shown in (("the desk", speakers.get("speaker")), ("the screen", screen["speaker"])):
            if where == "the screen" and screen["layout"] != "speaker":
                continue
            name = shown["name"] if shown else None
            if name != wanted:
                self._wrong(f"{where} says {name} has the floor, not {wanted}")
            self.compared += 1
            if where == "the screen" and name is not None:
                self.happened.add(Room.SPEAKER)
        listed, names = speakers.get("rows", []), [one.delegation.name for one in ordered(roll)]
        if speakers.get("waiting") != len(names) or [one["name"] for one in listed] != names[: len(listed)]:
            told = [speakers.get("waiting"), *(one["name"] for one in listed)]
            self._wrong(f"{item.item_id}: the desk lists {told}, not {names}")
        self.compared += 1
        self._later(item)

    # Who cannot hear

    async def _cannot_hear(self, item: PlannedItem, dice: Random) -> None:
        """Somebody online presses the button of the list, somebody in the room that of their page; the desk
        shows both until it has seen to them."""
        if not self.listening.roll(str(item.item_id)).on:
            return
        online = [w for w in self.cast.seated() if w.where == "virtual" and self.listening.said_today(w)]
        panel = self.listening.panels.get(str(item.item_id))
        told: dict[str, Room] = {}
        if online and panel is not None:
            who = dice.choice(online)
            reply = await self.director.seen(
                who.person, f"presses “{HEAR}”", await who.person.press(panel, HEAR)
            )
            if "shows that you cannot hear" not in reply.text:
                self._wrong(f"{who.name} cannot hear, and reads: {reply.text}")
            told[f"{who.delegation.name} (online)"] = Room.UNHEARD
        names = {name.removesuffix(" (online)") for name in told}
        there = [who for who in self._there() if who.delegation.name not in names]
        page = await self.pages.seat(who := dice.choice(there)) if there else None
        if page is not None:
            answer = await page.press("room.cannot_hear")
            self._did(who.name, "cannot hear, and says so on the page of the seat")
            if not answer["ok"]:
                self._wrong(f"{who.name} cannot hear, and reads: {answer['sentence']}")
            told[f"{who.delegation.name} (in the room)"] = Room.UNHEARD_HERE
        shown = {one["text"].removesuffix(" cannot hear"): one for one in await self._reports()}
        if shown.keys() != told.keys():
            self._wrong(f"the desk says that {sorted(shown)} cannot hear, not {sorted(told)}")
        for name, one in shown.items():
            await self.pages.desk.press(one["button"]["act"], **one["button"]["args"])
            self._did("the desk", f"sees to it that {name} can hear")
        if not await self._reports():
            self.happened |= set(told.values())

    async def _reports(self) -> list[Json]:
        return list((await self.pages.desk.state())["reports"])

    def _did(self, who: str, what: str) -> None:
        self.director.journal.note(self.director.now, "did", who, "", what)
        self.director.acts += 1

    def _wrong(self, fault: str) -> None:
        self.director.wrong.append(fault)
