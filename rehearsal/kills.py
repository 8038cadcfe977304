"""Named points at which the process is killed: what the wire sees of them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from rehearsal.record import doubles
from rehearsal.stage import Stage
from rehearsal.standin import CUT, Disturbance, Exchange
from rehearsal.standin.faults import Disturb

Match = Callable[[Exchange], bool]


@dataclass(frozen=True)
class KillPoint:
    """The process dies as a request that fits arrives (`done`: once it has taken effect)."""

    name: str
    fits: Match
    done: bool

    def armed(self, stage: Stage, struck: Callable[[], object] = lambda: None) -> Disturb:
        """What the stand-in is to do: kill once, and tell."""
        spent = False

        def kill() -> None:
            assert stage.process is not None
            stage.process.kill()
            struck()

        def fault(one: Exchange) -> Disturbance | None:
            nonlocal spent
            if spent or not self.fits(one):
                return None
            spent = True
            return Disturbance(CUT, self.done, then=kill)

        return fault


def _is(method: str, end: str) -> Match:
    return lambda one: one.method == method and one.route.endswith(end)


def _notice(one: Exchange) -> bool:
    return _posts(one) and bool(one.body.get("content"))


def _panel(one: Exchange) -> bool:
    return _posts(one) and not one.body.get("content")


def _posts(one: Exchange) -> bool:
    return one.method == "POST" and one.route.endswith("/channels/{channel_id}/messages") and bool(one.body)


_edit = _is("PATCH", "/messages/{message_id}")
_thread = _is("POST", "/threads")
_lock = _is("PATCH", "/channels/{channel_id}")
_event = _is("PATCH", "/scheduled-events/{guild_scheduled_event_id}")
_answer = _is("POST", "/callback")
_read_back = _is("GET", "/messages")

SENT = KillPoint("sent, not marked", _notice, done=True)

POINTS = (
    KillPoint("claimed, not sent", _notice, done=False),
    SENT,
    KillPoint("act done, panel not edited", _edit, done=False),
    KillPoint("panel edited, not marked", _edit, done=True),
    KillPoint("act done, not answered", _answer, done=False),
    KillPoint("act answered", _answer, done=True),
    KillPoint("thread wanted, not made", _thread, done=False),
    KillPoint("thread made, not marked", _thread, done=True),
    KillPoint("thread to be locked", _lock, done=False),
    KillPoint("thread locked, not marked", _lock, done=True),
    KillPoint("event to be changed", _event, done=False),
    KillPoint("event changed, not marked", _event, done=True),
)
"""What happens on any day."""

PANEL_POSTED = KillPoint("panel posted, not marked", _panel, done=True)
READING_BACK = KillPoint("reading back at the start", _read_back, done=False)


class Reaper:
    """Kills the process through a whole meeting, at each named point in turn, and it comes back each time."""

    def __init__(self, stage: Stage, each: int, blind: bool = False) -> None:
        """`each`: kills at each named point, and one at a moment of the meeting; then it may go on.
        `blind`: whoever reads a channel back finds it empty."""
        self._stage = stage
        self._each = each
        self._blind = blind
        self._at: set[tuple[datetime, str]] = set()
        self._looked = 0
        self.struck: Counter[str] = Counter()
        """How often at each point."""
        self.looks = 0
        """How often what hangs was looked at as the house had come back."""
        self.doubled: set[str] = set()
        """What was then there more than once."""

    def begin(self) -> None:
        """From now on."""
        self._stage.returns = True
        self._stage.standin.door.fault = self._lie_in_wait
        self._stage.rested.append(self._look)

    def _look(self) -> None:
        """Right after each restart, not only in the evening: by then a double may have been taken down."""
        if self._stage.comebacks > self._looked:
            self._looked = self._stage.comebacks
            self.looks += 1
            self.doubled |= doubles(self._stage.standin)

    def _lie_in_wait(self, one: Exchange) -> Disturbance | None:
        if self._blind and _read_back(one):
            return Disturbance(200, body=[])
        process = self._stage.process
        if process is None or not process.living:
            return None
        left = (p for p in POINTS if self.struck[p.name] < self._each)
        fitting = (p for p in left if p.fits(one) and (self._stage.now, p.name) not in self._at)
        point = min(fitting, key=lambda p: self.struck[p.name], default=None)
        return None if point is None else Disturbance(CUT, point.done, then=partial(self._strike, point))

    def _strike(self, point: KillPoint) -> None:
        assert self._stage.process is not None
        self._stage.process.kill()
        self._at.add((self._stage.now, point.name))
        self.struck[point.name] += 1
