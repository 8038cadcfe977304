"""Lists of speakers in a rehearsal: who asks, who gives the floor, who compares; what must have happened."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from meeting.programme import Kind, Mode, PlannedItem, Programme
from meeting.speakers import Floor, SpeechKind
from rehearsal.askers import Askers, Spoke
from rehearsal.cast import Cast, Delegate
from rehearsal.chairing import Chairing
from rehearsal.director import Director
from rehearsal.hearing import Deed
from rehearsal.listening import Listening
from rehearsal.standin import Person, Reply

FEW = 25
"""People of delegations below whom not all that may happen does."""

LONG = timedelta(minutes=30)
"""From which on an item has room for more than a few statements."""

SESSIONS = (Spoke.CLOCK, Spoke.FILE, Spoke.POLICY, Spoke.CLOSED, Spoke.DESK, Spoke.LEFT, Spoke.REOPENED)
"""What falls to whole items: to long ones, one after the other."""


@dataclass
class Speaking:
    """The lists of all items."""

    director: Director
    cast: Cast
    programme: Programme
    listening: Listening
    askers: Askers
    chairing: Chairing
    own: dict[str, Spoke]
    door: Delegate | None = None
    _to_reopen: bool = False

    @classmethod
    def prepared(
        cls, director: Director, cast: Cast, programme: Programme, skipped: Collection[str], seed: int
    ) -> "Speaking":
        """All of them, with dice of their own."""
        listening = Listening(director, cast, programme, skipped)
        askers = Askers(director, cast, listening, str(seed))
        chairing = Chairing(director, cast, listening, askers, Random(f"{seed} chair"))
        long = [
            str(item.item_id)
            for item in programme.items
            if item.kind is Kind.SESSION and item.duration >= LONG and item.item_id not in skipped
        ]
        own = {item_id: SESSIONS[place % len(SESSIONS)] for place, item_id in enumerate(long)}
        chairing.slow = {item_id for item_id, spoke in own.items() if spoke is Spoke.LEFT}
        return cls(director, cast, programme, listening, askers, chairing, own)

    def begin(self, door: Delegate | None) -> None:
        """People wait for lists. `door`: who is turned away on the second day's morning."""
        self.listening.opened.append(self._opened)
        self.listening.over.append(self._over)
        self.director.reply_watchers.append(self._suspended)
        self.door = door
        if door is not None:
            first = next(item for item in self.programme.days[1].items if item.kind is Kind.SESSION)
            evening = self.programme.days[0].items[-1].ends_at + timedelta(minutes=105)
            self.director.at(
                evening, "a list is opened the evening before", partial(self.chairing.open, first)
            )
            later = evening + timedelta(minutes=5)
            self.askers.asks(later, first, door, Random(door.name), way="tap")
        last = self.programme.days[-1].items[-1].ends_at + timedelta(hours=2)
        self.director.at(last, "a moderator looks at what was said", self.chairing.looks)

    # Items

    def began(self, item: PlannedItem) -> None:
        """An item has begun."""
        self.chairing.began(item)
        item_id = str(item.item_id)
        if item_id not in self.listening.hearings:
            return
        minutes, own = item.duration.total_seconds() / 60, self.own.get(item_id)
        if own is Spoke.CLOSED:
            self.director.after(minutes * 0.45, "last call", partial(self.chairing.last_call, item))
            self.director.after(minutes * 0.5, "a list is closed", partial(self.chairing.close, item))
        if item.mode is Mode.IN_PERSON:
            online = [one for one in self.cast.seated() if one.where == "virtual"]
            online = [one for one in online if self.listening.side_of(one, item) is Floor.VIRTUAL]
            if online:
                who = self.askers.dice(item, "online").choice(online)
                self.askers.asks(self._in(2.5), item, who, self.askers.dice(item, "o"), way="form")

    async def close_running(self) -> None:
        """The list of the item that is to end is closed."""
        roll = self.listening.running
        if roll is not None:
            await self.chairing.close(roll.item)

    def ending(self, item: PlannedItem) -> None:
        """Little time is left, and the clock closes the list."""
        item_id = str(item.item_id)
        self._to_reopen |= self.own.get(item_id) is Spoke.REOPENED
        if self._to_reopen and Spoke.REOPENED not in self.chairing.happened:
            self.director.after(0.4, "a list is opened again", partial(self.chairing.reopen, item))
            dice = self.askers.dice(item, "again")
            for who in self.askers.drawn(item, 1, dice):
                self.askers.asks(self._in(0.7), item, who, dice, way="tap")
            self.director.after(1.1, "it is closed again", partial(self.chairing.close, item))

    def _opened(self, item: PlannedItem) -> None:
        """A list is seen to open: who will ask, when and how."""
        item_id = str(item.item_id)
        dice, own = self.askers.dice(item, "asks"), self.own.get(item_id)
        if item.item_id == self.door_item:
            return
        long = item.duration >= LONG
        n = (
            (4 if own in (Spoke.LEFT, Spoke.POLICY) else dice.choice((2, 3, 3)))
            if long
            else 1 + (dice.random() < 0.5)
        )
        opens = self.director.minute
        until = item.duration.total_seconds() / 60 * (0.45 if long else 0.3)
        for place, who in enumerate(self.askers.drawn(item, n, dice)):
            wait = dice.uniform(0.5, 8) if place < 2 or not long else 10 + dice.uniform(2, until)
            kind = SpeechKind.GROUP if place == 1 and long and dice.random() < 0.4 else SpeechKind.STATEMENT
            self.askers.asks(opens + timedelta(minutes=wait), item, who, dice, kind)
            asked = opens + timedelta(minutes=wait + dice.uniform(0.2, 3))
            if dice.random() < 0.6:
                self.director.at(asked, f"{who.name} asks why", partial(self.askers.why, item, who))
            if place == 0 and dice.random() < 0.5:
                self.askers.asks(asked + timedelta(seconds=7), item, who, dice, way="tap")
            if place == 0 and own is Spoke.FILE:
                act = partial(self.askers.submit, item, who, as_file=True, words=700)
                self.director.at(asked + timedelta(seconds=40), f"{who.name} hands a text in", act)
        if own is Spoke.POLICY:
            self.director.at(opens + timedelta(minutes=9), "a policy", partial(self.chairing.policy, item))
        if own is Spoke.DESK:
            for minutes, here in ((8.5, False), (9.5, True)):
                act = partial(self.chairing.enter, item, here=here)
                self.director.at(opens + timedelta(minutes=minutes), "an entry", act)
        if own in (Spoke.CLOSED, Spoke.CLOCK):
            for who in self.askers.drawn(item, 1, dice):
                late = item.duration * 0.55 if own is Spoke.CLOSED else item.duration - timedelta(minutes=3)
                self.askers.asks(opens + timedelta(minutes=10) + late, item, who, dice, way="form")

    def _over(self, item: PlannedItem) -> None:
        roll = self.listening.roll(str(item.item_id))
        if roll.left:
            self.askers.happened.add(Spoke.LEFT)
        if roll.closed_at is not None and not any(deed.name == "closing" for deed in self._deeds(item)):
            self.askers.happened.add(Spoke.CLOCK)
        if item.item_id == self.door_item and self.door is not None:
            own = [one for one in roll.everything if one.delegation is self.door.delegation]
            if own and own[0] in roll.left and own[0].side is Floor.VIRTUAL:
                self.askers.happened.add(Spoke.KEPT)
        self.chairing.over(item)
        self.askers.invited(item)

    def _deeds(self, item: PlannedItem) -> list[Deed]:
        return list(self.listening.hearings[str(item.item_id)].deeds)

    @property
    def door_item(self) -> str | None:
        """The item whose list is opened the evening before."""
        if self.door is None:
            return None
        return next(item.item_id for item in self.programme.days[1].items if item.kind is Kind.SESSION)

    def _suspended(self, person: Person, did: str, reply: Reply) -> None:
        """An item is suspended, or goes on: everybody is off the clock meanwhile."""
        roll = self.listening.running
        if roll is None or person not in self.cast.moderators:
            return
        if did == "presses “Suspend”" and "is suspended" in reply.text:
            roll.suspensions.append((self.director.now, None))
        elif did == "presses “Resume”" and "goes on" in reply.text and roll.suspended:
            roll.suspensions[-1] = (roll.suspensions[-1][0], self.director.now)

    def _in(self, minutes: float) -> datetime:
        return self.director.now + timedelta(minutes=minutes)

    # The end

    def end(self) -> set[str]:
        """Compare; what happened."""
        self.listening.final()
        return {*map(str, self.askers.happened), *map(str, self.chairing.happened)}

    def must(self) -> set[str]:
        """What must have happened, as far as programme and cast have room for it."""
        if len(self.cast.delegates) < FEW or len(self.own) < len(SESSIONS):
            return set()
        hybrid = any(item.mode is Mode.HYBRID for item in self.programme.items)
        in_person = any(item.mode is Mode.IN_PERSON for item in self.programme.items)
        room_for = {
            Spoke.BOTH: hybrid,
            Spoke.SWITCHED: hybrid,
            Spoke.ONLINE: in_person and hybrid,
            Spoke.KEPT: self.door is not None,
            Spoke.RESTART: self.chairing.restart is not None,
            Spoke.GROUP: False,
            Spoke.READY: False,
        }
        # Whether the chair has one left to release is chance: rights of reply are few.
        chance = {Spoke.RELEASED, Spoke.WITHDRAWN}
        return {str(spoke) for spoke in Spoke if room_for.get(spoke, True) and spoke not in chance}
