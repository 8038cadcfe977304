"""What becomes of a list as people act on it: each act as the rehearsal expects the bot to have taken it."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime

from meeting.delegations import Delegation
from meeting.speakers import Floor, SpeechKind
from rehearsal.order import MAIN, Entry, Roll, limit_of, ordered, upcoming


@dataclass
class Deed:
    """An act of those who conduct, and how things stood before: what it changed can be taken back."""

    name: str
    before: dict[int, Entry] = field(default_factory=dict)
    heads: dict[str, object] = field(default_factory=dict)
    made: Entry | None = None


HEADS = ("moves", "policy", "last_call_at", "closed_at", "reopened_at", "released")


@dataclass
class Hearing:
    """A list and what was done with it; `number` is drawn from one row for the whole meeting."""

    roll: Roll
    deeds: list[Deed] = field(default_factory=list)

    def named(self, number: int) -> Entry:
        return next(one for one in self.roll.everything if one.number == number)

    # Delegations

    def asked(
        self,
        number: int,
        delegation: Delegation,
        side: Floor,
        kind: SpeechKind,
        now: datetime,
        user_id: int | None,
    ) -> Entry:
        """On the list."""
        one = Entry(number, delegation, kind, side, now, self.roll.item_id, user_id)
        if kind is SpeechKind.QUESTION and self.roll.addressed is not None:
            one.about = self.roll.addressed.number
        (self.roll.replies if kind is SpeechKind.REPLY else self.roll.entries).append(one)
        return one

    def added(self, one: Entry) -> None:
        """The same by a desk."""
        self.deeds.append(Deed("entry", made=one))

    def put_off(self, one: Entry) -> None:
        """“Not now”; whoever has just been called has not been."""
        one.not_now = True
        one.called_at, one.pauses = None, []

    # Those who conduct

    def _begin(self, name: str) -> None:
        before = {one.number: deepcopy(one) for one in self.roll.everything}
        heads = {head: deepcopy(getattr(self.roll, head)) for head in HEADS}
        self.deeds.append(Deed(name, before, heads))

    def next(self, now: datetime) -> None:
        """Whoever has the floor is done, and the next has it."""
        self._begin("giving the floor")
        roll = self.roll
        current, following = roll.current, upcoming(roll)
        interrupts = following is not None and following.kind is SpeechKind.POINT_OF_ORDER
        limit = None
        if current is not None:
            if interrupts and roll.interrupted is None and current.kind is not SpeechKind.POINT_OF_ORDER:
                self._off_the_clock(current, now)
            else:
                self._over(current, now, goes_on=not interrupts)
        if following is not None:
            limit = limit_of(roll, following, now)
            following.called_at, following.limit, following.not_now = now, limit, False
            following.item_id = roll.item_id
            following.calls += 1

    def end(self, now: datetime) -> None:
        """Whoever has the floor is done."""
        self._begin("end")
        assert self.roll.current is not None
        self._over(self.roll.current, now, goes_on=True)

    def pause(self, now: datetime) -> None:
        """Off the clock."""
        self._begin("pause")
        assert self.roll.current is not None
        self._off_the_clock(self.roll.current, now)

    def resume(self, now: datetime) -> None:
        """On the clock again."""
        self._begin("resuming")
        assert self.roll.current is not None
        self._on_the_clock(self.roll.current, now)

    def move(self, one: Entry, place: int, reason: str) -> None:
        """To another place, before those who stand there now."""
        self._begin("move")
        rows = [other for other in ordered(self.roll) if other is not one]
        behind = tuple(other.number for other in rows[place - 1 :])
        self.roll.moves = [move for move in self.roll.moves if move[0] != one.number]
        self.roll.moves.append((one.number, behind, reason))

    def last_call(self, now: datetime) -> None:
        self._begin("last call")
        self.roll.last_call_at = now

    def close(self, now: datetime) -> None:
        self._begin("closing")
        self.roll.closed_at = now

    def reopen(self, now: datetime) -> None:
        self._begin("reopening")
        self.roll.last_call_at = self.roll.closed_at = None
        self.roll.reopened_at = now

    def release(self) -> None:
        """Rights of reply are heard now."""
        self._begin("releasing replies")
        self.roll.released = True

    def undo(self) -> str:
        """The last of these is taken back; which."""
        deed = self.deeds.pop()
        if deed.made is not None:
            for row in (self.roll.entries, self.roll.replies):
                if deed.made in row:
                    row.remove(deed.made)
            return deed.name
        for one in self.roll.everything:
            was = deed.before.get(one.number)
            if was is not None:
                keep = (one.side, one.associates, one.texted, one.calls)
                one.__dict__.update(deepcopy(was).__dict__)
                one.side, one.associates, one.texted, one.calls = keep
        for head, value in deed.heads.items():
            setattr(self.roll, head, value)
        return deed.name

    # The item

    def over(self, now: datetime) -> None:
        """The item has ended: whoever had the floor is done."""
        for one in self.roll.speaking:
            one.ended_at = now
        self.roll.ended_at = now

    @staticmethod
    def _off_the_clock(one: Entry, now: datetime) -> None:
        if not one.paused:
            one.pauses.append((now, None))

    @staticmethod
    def _on_the_clock(one: Entry, now: datetime) -> None:
        if one.paused:
            one.pauses[-1] = (one.pauses[-1][0], now)

    def _over(self, one: Entry, now: datetime, *, goes_on: bool) -> None:
        interrupted = self.roll.interrupted
        if goes_on and interrupted is not None and interrupted.pauses:
            orders = [o.called_at for o in self.roll.heard if o.kind is SpeechKind.POINT_OF_ORDER]
            if interrupted.pauses[-1][0] in orders:  # not if it was paused by hand before
                self._on_the_clock(interrupted, now)
        self._on_the_clock(one, now)
        one.ended_at = now


def spoken(rolls: list[Roll], but: Roll) -> dict[str, int]:
    """How often each delegation has had the floor for a statement, in other items than one."""
    found: dict[str, int] = {}
    for roll in rolls:
        for one in roll.heard if roll is not but else ():
            if one.kind in MAIN:
                own = str(one.delegation.delegation_id)
                found[own] = found.get(own, 0) + 1
    return found
