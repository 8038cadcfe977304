"""What a meeting left behind, by what everybody could see; and what two of them have in common."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from meeting.programme import Kind, Programme
from rehearsal.journal import REFERENCE
from rehearsal.judge import said_keys
from rehearsal.standin import Standin
from rehearsal.troubles import Told, misjudged, told_in

PLANNED = ("opening", "soon · 1", "ask · 1")
"""Notices whose moment the programme sets, as long as they name the same time; the others follow acts."""

FOLLOWS_TIMES = ("soon", "ask", "time_left", "overtime", "moved")
"""What is said anew, with a counter, or not at all, when times have changed."""

MAY_LAPSE = (*FOLLOWS_TIMES, "opening")
"""What is no longer worth saying after its time, by the table of notices."""


@dataclass
class Record:
    """`said`: by key, when and in which words; `lapsed`: the keys the bot gave up, by its log."""

    said: dict[str, list[tuple[datetime, str]]] = field(default_factory=dict)
    panels: Counter[str] = field(default_factory=Counter)
    threads: list[tuple[str, bool]] = field(default_factory=list)
    events: list[tuple[str, int]] = field(default_factory=list)
    troubles: list[Told] = field(default_factory=list)
    lapsed: set[str] = field(default_factory=set)
    whole: bool = False


def record_of(standin: Standin, log: Path, *, whole: bool) -> Record:
    """All that hangs and was said, deleted things aside. `whole`: the audit proved itself.

    One thing nobody could see: that a notice was given up is read in the bot's log. In the channels a notice
    that lapsed looks like one that was lost.
    """
    world, record = standin.world, Record(whole=whole)
    for message in world.messages:
        if message.author_id != world.bot.id:
            continue
        for key in said_keys([message]):
            record.said.setdefault(key, []).append((message.timestamp, message.text))
        if not message.content:
            record.panels.update(found.group(2) for found in REFERENCE.finditer(message.text))
            if (told := told_in(message)) is not None:
                record.troubles.append(told)
    record.threads = sorted((thread.name, thread.locked) for thread in world.threads.values())
    record.events = sorted((event.name, event.status) for event in world.events.values())
    for line in log.read_text("utf-8").splitlines():
        _, mark, key = line.partition("lapsed unsaid: ")
        if mark:
            record.lapsed.add(json.loads(f'"{key.split(chr(34))[0]}"'))
    return record


def doubles(standin: Standin) -> set[str]:
    """What is there more than once at this moment: notices and panels by their reference lines, threads
    and events by their names."""
    world, there = standin.world, Counter[str]()
    for message in world.messages:
        if message.author_id == world.bot.id:
            there.update(f"notice {key}" for key in said_keys([message]))
            if not message.content:
                there.update(f"panel {found.group(2)}" for found in REFERENCE.finditer(message.text))
    there.update(f"thread {thread.name}" for thread in world.threads.values())
    there.update(f"event {event.name}" for event in world.events.values())
    return {name for name, times in there.items() if times > 1}


@dataclass
class Allowed:
    """What the disturbance itself accounts for."""

    promised: list[str] = field(default_factory=list)
    """Words of announcements that were acknowledged: each must be said, once."""
    asked: list[str] = field(default_factory=list)
    """Words of announcements that somebody asked for, acknowledged or not: each may be said, once."""
    removed: set[str] = field(default_factory=set)
    """Keys of notices that somebody deleted after they were said: they need not, and must not, be said."""
    no_events: bool = False
    """Whether a deleted event need not be back: Discord makes none that would begin in the past."""
    tells: tuple[str, ...] = ()
    """Words of the troubles that the moderators must be told of."""
    may_tell: tuple[str, ...] = ()
    """Words of those of which they may be told: it depends on what was under way."""


@dataclass
class Comparison:
    """How a disturbed meeting's record differs: `wrong` must not be, the rest is stated."""

    wrong: list[str] = field(default_factory=list)
    late: dict[str, int] = field(default_factory=dict)
    """Minutes by key."""
    lapsed: list[str] = field(default_factory=list)
    moot: list[str] = field(default_factory=list)
    """Not said, since the times they were about had changed."""
    absorbed: list[str] = field(default_factory=list)
    """Starts of breaks that delay had used up."""
    also: list[str] = field(default_factory=list)
    """Said beside what the undisturbed day says: times had changed, or somebody asked for it."""
    told: list[str] = field(default_factory=list)
    """What the moderators were told is wrong."""


def compare(programme: Programme, calm: Record, bad: Record, allowed: Allowed | None = None) -> Comparison:
    """The record of a disturbed meeting beside that of an undisturbed one."""
    allowed = allowed or Allowed()
    found = Comparison(told=[one.what for one in bad.troubles])
    texts = [text for _, text in {time for times in bad.said.values() for time in times}]
    for words in {*allowed.promised, *allowed.asked}:
        times_said = sum(words in text for text in texts)
        if words in allowed.promised and times_said != 1:
            found.wrong.append(f"acknowledged, and said {times_said} times: {words}")
        elif times_said > 1:
            found.wrong.append(f"asked for, and said {times_said} times: {words}")
    for key, times in bad.said.items():
        if len(times) > 1:
            found.wrong.append(f"said {len(times)} times: {key}")
        if key in allowed.removed:
            found.wrong.append(f"said again though it had been said, and deleted by somebody: {key}")
    _missing(programme, calm, bad, allowed, found)
    _added(programme, calm, bad, allowed, found)
    for key in calm.said.keys() & bad.said.keys():
        (due, words), (at, text) = calm.said[key][0], bad.said[key][0]
        late = (at - due) // timedelta(minutes=1)
        if late >= 1:
            found.late[key] = late
            if key.endswith(PLANNED) and _lines(words) & _lines(text):
                found.wrong.append(f"late by {late} min without saying so: {key}")
    found.wrong += _hanging(calm, bad, allowed)
    found.wrong += misjudged(bad.troubles, allowed.tells, allowed.may_tell)
    if not bad.whole:
        found.wrong.append("the audit is not reported whole")
    return found


def _missing(programme: Programme, calm: Record, bad: Record, allowed: Allowed, found: Comparison) -> None:
    """What was not said: given up by the log, moot for a reason that can be seen, or lost."""
    absorbed = _absorbed(programme, bad)
    for key in calm.said.keys() - bad.said.keys() - allowed.removed:
        kind = _kind(key)
        if kind in MAY_LAPSE and key in bad.lapsed:
            found.lapsed.append(key)
        elif kind in FOLLOWS_TIMES and _moot(programme, calm, bad, key):
            found.moot.append(key)
        elif key in absorbed:
            found.absorbed.append(key)
        else:
            found.wrong.append(f"never said: {key}")
    for stated in (found.lapsed, found.moot, found.absorbed, found.wrong):
        stated.sort()


def _added(programme: Programme, calm: Record, bad: Record, allowed: Allowed, found: Comparison) -> None:
    """What the undisturbed day does not say: for a reason that can be seen, or unbidden."""
    for key in sorted(bad.said.keys() - calm.said.keys() - allowed.removed):
        if _kind(key) == "announcement":
            right = any(words in bad.said[key][0][1] for words in (*allowed.promised, *allowed.asked))
        else:
            right = _kind(key) in FOLLOWS_TIMES and _delayed(programme, calm, bad, _subject(key))
        if right:
            found.also.append(key)
        else:
            found.wrong.append(f"said for no reason: {key}")


def _moot(programme: Programme, calm: Record, bad: Record, key: str) -> bool:
    """Whether it was said of another time, or its item began or ended at another time than it was about."""
    item, kind = _subject(key), _kind(key)
    if any(_subject(other) == item and _kind(other) in (kind, "moved") for other in bad.said):
        return True
    begun = _begun(bad, item)
    if kind == "ask":
        return begun is not None and begun <= calm.said[key][0][0]
    return item in _shifted(programme, calm, bad)


def _delayed(programme: Programme, calm: Record, bad: Record, item_id: str) -> bool:
    """Whether this item, or one before it on its day, began or ended at another minute."""
    shifted = _shifted(programme, calm, bad)
    for day in programme.days:
        items = [str(item.item_id) for item in day.items]
        if item_id in items:
            return bool(shifted & set(items[: items.index(item_id) + 1]))
    return False


def _shifted(programme: Programme, calm: Record, bad: Record) -> set[str]:
    """Items that began or ended at another minute than on the undisturbed day."""
    found = set()
    for day in programme.days:
        marks = [f"{item.item_id} · started" for item in day.items] + [f"{day.day_id} · end"]
        differs = [_minute(calm, mark) != _minute(bad, mark) for mark in marks]
        for item, begins, ends in zip(day.items, differs, differs[1:], strict=False):
            if begins or ends:
                found.add(str(item.item_id))
    return found


def _minute(record: Record, key: str) -> datetime | None:
    times = record.said.get(key)
    return times[0][0].replace(second=0, microsecond=0) if times else None


def _begun(record: Record, item_id: str) -> datetime | None:
    times = record.said.get(f"{item_id} · started")
    return times[0][0] if times else None


def _lines(text: str) -> set[str]:
    """What is said, without marking and reference."""
    return {line for line in text.splitlines() if not line.startswith("-# ")}


def _absorbed(programme: Programme, bad: Record) -> set[str]:
    """Breaks of which delay left nothing: what follows began only when they were to be over."""
    found = set()
    for day in programme.days:
        for place, item in enumerate(day.items):
            later = [_begun(bad, other.item_id) for other in day.items[place + 1 :]]
            begun = min((at for at in later if at), default=item.starts_at)
            if item.kind is Kind.BREAK and begun >= item.ends_at:
                found.add(f"{item.item_id} · started")
    return found


def _hanging(calm: Record, bad: Record, allowed: Allowed) -> Iterator[str]:
    for name, times in bad.panels.items():
        if times > 1:
            yield f"hangs {times} times: panel {name}"
    for name in calm.panels.keys() - bad.panels.keys():
        yield f"does not hang: panel {name}"
    for name in bad.panels.keys() - calm.panels.keys():
        if not name.startswith("trouble-"):
            yield f"hangs for no reason: panel {name}"
    if bad.threads != calm.threads:
        yield f"threads: {bad.threads}, not {calm.threads}"
    if bad.events != calm.events and not (allowed.no_events and not bad.events):
        yield f"events: {bad.events}, not {calm.events}"


def _subject(key: str) -> str:
    return key.split(" · ")[0]


def _kind(key: str) -> str:
    words = key.split(" · ")
    return words[0] if words[0] == "announcement" else words[1]
