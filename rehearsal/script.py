"""What the people will do, drawn by seed before the meeting begins: which item gets which incident.

The draw uses only the programme. What is not possible in a short programme is left out and not asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from meeting.programme import Kind, PlannedItem, Programme, Start


class Incident(StrEnum):
    """Something out of the ordinary, done by people."""

    EARLY = "an item begins early"
    LATE = "an item begins late, after +5"
    OVERRUN = "an item overruns, and the next is shifted by +15"
    EXTENDED = "an item is extended by a command"
    SUSPENDED = "an item is suspended and resumed"
    SKIPPED = "an item is skipped after a preview"
    SHIFTED = "an item is shifted after a preview"
    CANCELLED = "a preview is answered with No"
    STALE = "a stale button is pressed and changes nothing"
    ANNOUNCED = "a moderator announces something by the form"
    RELOADED = "the file is edited at a break and reloaded"


@dataclass
class Script:
    """The incidents by item id."""

    on_ask: dict[str, Incident] = field(default_factory=dict)
    """What is answered when the moderators are asked to start the item."""
    on_time_left: dict[str, Incident] = field(default_factory=dict)
    """What is done when little time is left for the item."""
    while_running: dict[str, list[Incident]] = field(default_factory=dict)
    """What is done some minutes after the item began."""
    targets: dict[tuple[str, Incident], PlannedItem] = field(default_factory=dict)
    """The later item an incident is about."""
    skipped: set[str] = field(default_factory=set)

    @property
    def incidents(self) -> set[Incident]:
        """All that the draw found room for."""
        running = {incident for several in self.while_running.values() for incident in several}
        return {*self.on_ask.values(), *self.on_time_left.values(), *running}

    def also(self, item: PlannedItem, incident: Incident, target: PlannedItem | None = None) -> None:
        """The incident happens while the item runs."""
        self.while_running.setdefault(item.item_id, []).append(incident)
        if target is not None:
            self.targets[item.item_id, incident] = target


def draw(programme: Programme, dice: Random) -> Script:
    """Choose by seed which item gets which incident."""
    script = Script()
    days = [[item for item in day.items if _by_chair(item)] for day in programme.days]
    free = [item for day in days for item in day[1:] if not item.fixed]
    last_day = days[-1]
    if len(last_day) >= 4:
        polled = {poll.item_id for poll in programme.polls}
        spare = last_day[2:-1]
        skipped = dice.choice([item for item in spare if item.item_id not in polled] or spare)
        script.skipped.add(skipped.item_id)
        script.also(last_day[0], Incident.SKIPPED, skipped)
        script.also(last_day[0], Incident.CANCELLED, last_day[1])
        free = [item for item in free if item.item_id != skipped.item_id]
    dice.shuffle(free)
    after = next((item for item in free if _preceded_by_chair(programme, item, script.skipped)), None)
    if after is not None:
        script.on_ask[after.item_id] = Incident.OVERRUN
    rest = [item for item in free if item is not after]
    if rest:
        script.on_ask[rest.pop().item_id] = Incident.LATE
    asked = {*script.skipped, *script.on_ask}
    early = next((item for item in rest if _followed_by_chair(programme, item, asked)), None)
    if early is not None:
        script.on_time_left[early.item_id] = Incident.EARLY
        rest = [item for item in rest if item is not early]
    if rest:
        script.on_time_left[rest[0].item_id] = Incident.EXTENDED
    long_enough = [item for item in rest[1:] if item.duration.total_seconds() >= 40 * 60]
    if long_enough:
        script.also(long_enough[0], Incident.SUSPENDED)
    first = days[0][0] if days[0] else None
    if first is not None:
        script.also(first, Incident.STALE)
        script.also(first, Incident.ANNOUNCED)
        later = [item for item in days[0][2:] if not item.fixed]
        if later:
            script.also(first, Incident.SHIFTED, dice.choice(later))
    lunch = next((item for item in programme.days[0].items if item.kind is Kind.BREAK and item.fixed), None)
    begun = False
    for item in programme.items:
        begun |= item is lunch
        if lunch is not None and begun and _by_chair(item) and item.item_id not in script.skipped:
            script.also(lunch, Incident.RELOADED, item)
            break
    return script


def _by_chair(item: PlannedItem) -> bool:
    return item.kind is Kind.SESSION and item.start is Start.CHAIR


def _preceded_by_chair(programme: Programme, item: PlannedItem, without: Iterable[str]) -> bool:
    items = [other for other in programme.items if other.item_id not in set(without)]
    place = items.index(item)
    return place > 0 and _by_chair(items[place - 1])


def _followed_by_chair(programme: Programme, item: PlannedItem, without: Iterable[str]) -> bool:
    items = programme.items
    place = items.index(item)
    following = items[place + 1 : place + 2]
    return any(_by_chair(other) and other.item_id not in set(without) for other in following)
