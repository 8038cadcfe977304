"""The people of the delegations answer each poll that opens, each by a plan drawn as they see its panel.

What each attempt must come to is known beforehand: who may not answer is told why, and is not counted.
"""

from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from meeting.programme import Mode, Programme
from rehearsal import wishes
from rehearsal.answering import Attempt, in_words
from rehearsal.cast import Cast, Delegate
from rehearsal.count import Count
from rehearsal.director import Director
from rehearsal.paper import Paper, is_open
from rehearsal.standin import Message, Person
from rehearsal.wishes import Chosen, Wish

BY_HAND = timedelta(minutes=7)
"""Within which a poll without a closing time is answered."""

LONG = timedelta(hours=5)
"""From which on a poll is also answered in the evening and in the morning."""


class Answered(StrEnum):
    """Something out of the ordinary at a poll."""

    ABSTAINED = "somebody abstains"
    CHANGED = "somebody changes their mind while a poll is open"
    OVERRIDDEN = "a colleague answers anew for the delegation"
    FINAL = "a colleague comes second to a secret poll, and is told that the answer is final"
    OUTSIDE = "somebody whom a poll does not ask tries, and is told so"
    NO_SEAT = "a moderator without a seat tries, and is told how to get one"
    ONLINE = "somebody online tries a poll of an item held in person, and is told so"
    ONLINE_ASKED = "somebody online answers a poll of an item held in person that asks them too"
    SUM = "a wrong sum of dots is handed back, and mended"
    TWICE = "one option in two places is handed back, and mended"
    HESITATED = "somebody goes back before sending a secret answer, and sends it later"
    STALE = "a control of a closed poll's old panel is pressed, and counts nothing"
    FORM = "a form left open over the closing is sent, and counts nothing"
    OVERNIGHT = "somebody answers in the evening what is open overnight"
    LOOKED = "somebody looks up their own answer"
    UNLINKED = "after the closing nobody can look up what they answered"


REFUSED = {
    "no seat": "You have no seat at this meeting yet.",
    "closed": "This poll closed at ",
    "outside": "This poll asks ",
    "online": "This item is held in person, and you have said today that you are online,",
    "final": "A secret answer was recorded for you or your delegation at ",
}
"""How a refusal begins, by what it must be."""


@dataclass
class Voters:
    """`happened` names what was tried and came out as it must; `recorded` counts ballots seen recorded."""

    director: Director
    cast: Cast
    programme: Programme
    count: Count
    seed: str
    happened: set[Answered] = field(default_factory=set)
    panels: dict[str, Message] = field(default_factory=dict)
    recorded: int = 0
    door: Delegate | None = None
    """Whoever says in the evening that they are in the room, and is turned away in the morning."""
    _stale: dict[str, Message] = field(default_factory=dict)
    _left_open: dict[str, list[tuple[Attempt, Message]]] = field(default_factory=dict)

    # A poll opens

    def opened(self, paper: Paper, panel: Message) -> None:
        """Everybody draws what they will do, and when."""
        self.panels[paper.poll_id] = panel
        self._stale[paper.poll_id] = replace(panel, components=deepcopy(panel.components))
        closes = paper.until or self.director.minute + BY_HAND
        units = self._units(paper)
        for people in units:
            self._plan(paper, people, closes)
        dice = self._dice(paper, "all")
        self._tries(paper, dice.choice(self.cast.moderators), None, self._within(closes, dice))
        for slipping in dice.sample(units, min(2, len(units))):
            self._cast(paper, slipping[0], self._within(closes, dice), dice, slips=True)
        if paper.kind in ("ranking", "points", "score"):
            leaver = dice.choice(units)[-1]
            moment = self.director.minute + (closes - self.director.minute) * 0.8
            self.director.at(
                moment, f"{leaver.name} leaves a form open", partial(self._open_form, paper, leaver)
            )

    def closed(self, paper: Paper) -> None:
        """Somebody comes too late."""
        dice = self._dice(paper, "late")
        units = self._units(paper)
        for people in dice.sample(units, min(3, len(units))):
            self._tries(paper, people[0].person, people[0], self.director.minute + timedelta(seconds=90))
            self._look(paper, people[0], self.director.minute + timedelta(minutes=4))
        for attempt, panel in self._left_open.pop(paper.poll_id, []):
            self.director.on_minute(1, "a form left open is sent", partial(self._send_late, attempt, panel))

    def _units(self, paper: Paper) -> list[list[Delegate]]:
        """Whose ballots there can be: people one by one, or by delegation, in the cast's order."""
        if paper.by_person:
            return [[one] for one in self.cast.everybody]
        units: dict[str, list[Delegate]] = {}
        for one in self.cast.everybody:
            units.setdefault(one.delegation.delegation_id, []).append(one)
        return list(units.values())

    def _plan(self, paper: Paper, people: list[Delegate], closes: datetime) -> None:
        dice = self._dice(paper, people[0].name)
        there = [one for one in people if one.seated] or people
        first = dice.choice(there)
        if first is self.door:
            evening = self._evening()
            if self.director.now < evening < closes:
                self._cast(paper, first, evening, dice)
                return
        elif dice.random() < 0.08:
            return
        if not paper.asks(first.delegation) and dice.random() < 0.7:
            return
        moment = self._within(closes, dice)
        self._cast(paper, first, moment, dice, abstains=dice.random() < 0.06)
        if dice.random() < 0.12:
            self._cast(paper, first, self._after(moment, closes, dice), dice)
        others = [one for one in there if one is not first]
        if others and dice.random() < 0.4:
            self._cast(paper, dice.choice(others), self._after(moment, closes, dice), dice)
        if dice.random() < 0.1:
            self._look(paper, dice.choice(there), self._after(moment, closes, dice))

    def _within(self, closes: datetime, dice: Random) -> datetime:
        """A moment while the poll is open; where that is long: at first, in the evening, or last."""
        now, hour = self.director.minute, timedelta(hours=1)
        spans = [(now, closes)]
        if closes - now > LONG:
            spans = [(now, now + hour)] * 3 + [(now + 3 * hour, now + 6 * hour), (closes - hour, closes)]
        begins, ends = dice.choice(spans)
        return self._together(begins + (ends - begins) * dice.uniform(0.02, 0.95), closes)

    def _evening(self) -> datetime:
        """Two hours after the first day's last item."""
        return self.programme.days[0].items[-1].ends_at + timedelta(hours=2)

    def _after(self, moment: datetime, closes: datetime, dice: Random) -> datetime:
        return self._together(moment + (closes - moment) * dice.uniform(0.05, 0.95), closes)

    def _together(self, moment: datetime, closes: datetime) -> datetime:
        """Somewhat later, where several do something at the same moment."""
        minute = timedelta(minutes=1)
        later = moment.replace(second=20, microsecond=0) + minute
        return later if later < closes else moment

    def _dice(self, paper: Paper, whose: str) -> Random:
        return Random(f"{self.seed} {paper.poll_id} {whose}")

    # Attempts

    def _cast(
        self,
        paper: Paper,
        who: Delegate,
        moment: datetime,
        dice: Random,
        *,
        abstains: bool = False,
        slips: bool = False,
    ) -> None:
        own, hesitates = Random(dice.random()), dice.random() < 0.1

        async def act() -> None:
            await self._answer(paper, who.person, who, own, abstains, slips, hesitates)

        self.director.at(moment, f"{who.name} answers {paper.poll_id}", act)

    def _tries(self, paper: Paper, person: Person, who: Delegate | None, moment: datetime) -> None:
        """Somebody who may not, or not any more."""
        own = self._dice(paper, f"{person.name} tries")

        async def act() -> None:
            await self._answer(paper, person, who, own)

        self.director.at(moment, f"{person.name} tries {paper.poll_id}", act)

    async def _answer(
        self,
        paper: Paper,
        person: Person,
        who: Delegate | None,
        dice: Random,
        abstains: bool = False,
        slips: bool = False,
        hesitates: bool = False,
    ) -> None:
        panel = self.panels[paper.poll_id]
        if not self._reaches(person, panel) or (who is not None and self._stays_away(paper, who, dice)):
            return
        if not is_open(panel.text):
            panel = self._stale[paper.poll_id]
        chosen: Chosen = () if abstains else wishes.draw(paper, dice)
        before = self.count.standing(paper, who) if who is not None else None
        if before is not None and not abstains and chosen == before.chosen:
            chosen = wishes.another(paper, chosen, dice)
        slip = wishes.slip(paper, chosen) if slips and chosen else None
        attempt = Attempt(self.director, person, who, paper, Wish(chosen, slip), hesitates)
        must = self.must_be(paper, who)
        await attempt.whole(panel)
        self._came_out(attempt, must, before is not None)

    def _stays_away(self, paper: Paper, who: Delegate, dice: Random) -> bool:
        """Of those online, most know that a poll of an item held in person does not ask them."""
        return self.must_be(paper, who) == "online" and who is not self.door and dice.random() < 0.7

    def _reaches(self, person: Person, panel: Message) -> bool:
        """Whether the person sees the channel at all: without a seat or a role, nobody does."""
        place = self.director.stage.standin.world.place(panel.channel_id)
        return place is not None and person.may_view(place)

    def must_be(self, paper: Paper, who: Delegate | None) -> str:
        """What an attempt must come to now: `recorded`, or a key of `REFUSED`."""
        if who is None or not who.seated:
            return "no seat"
        if not is_open(self.panels[paper.poll_id].text):
            return "closed"
        if not paper.asks(who.delegation):
            return "outside"
        if self._in_person_only(paper) and who.where == "virtual" and self._said_today(who):
            return "online"
        if paper.secret and self.count.standing(paper, who) is not None:
            return "final"
        return "recorded"

    def _said_today(self, who: Delegate) -> bool:
        """Whether somebody has said on this day of the venue where they are."""
        zone = ZoneInfo(self.programme.time_zone)
        said = who.said_at.astimezone(zone).date() if who.said_at is not None else None
        return said == self.director.now.astimezone(zone).date()

    def _in_person_only(self, paper: Paper) -> bool:
        """Whether the poll's item is held in person, and the poll does not ask those online."""
        poll = next((one for one in self.programme.polls if one.poll_id == paper.poll_id), None)
        item = next((one for one in self.programme.items if poll and one.item_id == poll.item_id), None)
        return poll is not None and item is not None and item.mode is Mode.IN_PERSON and not poll.virtual

    def _came_out(self, attempt: Attempt, must: str, again: bool) -> None:
        """Held against what it had to be, and counted if the person saw it recorded."""
        paper, who, name = attempt.paper, attempt.who, attempt.person.name
        if attempt.recorded != (must == "recorded") or (
            must != "recorded" and not attempt.text.startswith(REFUSED[must])
        ):
            self.director.wrong.append(f"{name}, {paper.poll_id}: must be {must}: {attempt.text}")
        if attempt.recorded and who is not None:
            self._counted(attempt, who, again)
        else:
            self._refused(must)

    def _counted(self, attempt: Attempt, who: Delegate, again: bool) -> None:
        paper, read_back = attempt.paper, in_words(attempt.paper, attempt.given, attempt.levels)
        shown = attempt.confirmed if paper.secret else attempt.text
        before = self.count.standing(paper, who)
        line = next((one for one in shown.splitlines() if read_back in one), "")
        if not line.endswith(f": {read_back}"):
            self.director.wrong.append(f"{who.name}, {paper.poll_id}: chose {read_back}, and read {shown}")
        whose = "" if paper.by_person else f" for **{who.delegation.short_name}**"
        if not attempt.text.startswith(f"✓ Recorded{whose}"):
            self.director.wrong.append(f"{who.name}, {paper.poll_id}: whose ballot is it? {attempt.text}")
        self.count.acknowledged(paper, who, attempt.given, attempt.levels)
        self.recorded += 1
        events = {
            Answered.ABSTAINED: not attempt.given,
            Answered.CHANGED: before is not None and before.by == who.name,
            Answered.OVERRIDDEN: before is not None and before.by != who.name,
            Answered.SUM: "dots are placed" in attempt.handed_back,
            Answered.TWICE: "has two places" in attempt.handed_back,
            Answered.HESITATED: attempt.kept_back,
            Answered.ONLINE_ASKED: self._on_person_day(paper) and who.where == "virtual",
            Answered.OVERNIGHT: self._after_hours(),
        }
        self.happened |= {event for event, true in events.items() if true}
        wished = attempt.wish.slip is not None
        if wished and not attempt.handed_back:
            self.director.wrong.append(f"{who.name}, {paper.poll_id}: a mistake was not handed back")

    def _after_hours(self) -> bool:
        """Whether the day's items are over, by the programme."""
        now = self.director.now
        begun = [day for day in self.programme.days if day.items[0].starts_at <= now]
        return bool(begun) and now > begun[-1].items[-1].ends_at + timedelta(hours=1)

    def _on_person_day(self, paper: Paper) -> bool:
        poll = next((one for one in self.programme.polls if one.poll_id == paper.poll_id), None)
        return poll is not None and poll.virtual

    def _refused(self, must: str) -> None:
        told = {
            "no seat": Answered.NO_SEAT,
            "closed": Answered.STALE,
            "outside": Answered.OUTSIDE,
            "online": Answered.ONLINE,
            "final": Answered.FINAL,
        }
        if must in told:
            self.happened.add(told[must])

    # A form left open

    async def _open_form(self, paper: Paper, who: Delegate) -> None:
        panel = self.panels[paper.poll_id]
        if self.must_be(paper, who) != "recorded" or not self._reaches(who.person, panel):
            return
        dice = self._dice(paper, f"{who.name} leaves")
        attempt = Attempt(self.director, who.person, who, paper, Wish(wishes.draw(paper, dice)))
        await attempt.begin(panel)
        self._left_open.setdefault(paper.poll_id, []).append((attempt, panel))

    async def _send_late(self, attempt: Attempt, panel: Message) -> None:
        await attempt.go_on(panel)
        self._came_out(attempt, "closed", again=False)
        if attempt.text.startswith(REFUSED["closed"]):
            self.happened.add(Answered.FORM)

    # Looking

    def _look(self, paper: Paper, who: Delegate, moment: datetime) -> None:
        async def act() -> None:
            panel = self.panels[paper.poll_id]
            if not who.seated or not self._reaches(who.person, panel):
                return
            on = panel if is_open(panel.text) else self._stale[paper.poll_id]
            pressed = await who.person.press(on, "My answer")
            reply = await self.director.seen(who.person, "presses “My answer”", pressed)
            self._looked(paper, who, reply.text.replace("\\", ""))

        self.director.at(moment, f"{who.name} looks at {paper.poll_id}", act)

    def _looked(self, paper: Paper, who: Delegate, text: str) -> None:
        ballot, is_now_open = self.count.standing(paper, who), is_open(self.panels[paper.poll_id].text)
        levels = self.count.polls[paper.poll_id].levels
        if ballot is None:
            who_has = "You have" if paper.by_person else f"{who.delegation.short_name} has"
            right = text.endswith(f"\n{who_has} not answered.")
        elif paper.secret:
            right = "What it said is kept apart from you." in text
        elif is_now_open or paper.named:
            hand = "by you" if ballot.by == who.name else "by a colleague"
            hand = "You answered at" if paper.by_person else hand
            said = f"The ballot: {in_words(paper, ballot.chosen, levels)}"
            right = text.endswith(said) and hand in text
            self.happened.add(Answered.LOOKED)
        else:
            right = "What it said is not linked to you any more." in text
            self.happened.add(Answered.UNLINKED)
        if not right:
            self.director.wrong.append(f"{who.name} looks at {paper.poll_id}: {text}, counted {ballot}")
