"""What a meeting left behind, by what everybody could see; and what two of them have in common."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from meeting.programme import Kind, Programme
from rehearsal.journal import REFERENCE
from rehearsal.judge import said_keys
from rehearsal.standin import Standin

PLANNED = ("opening", "soon · 1", "ask · 1")
"""Notices whose moment the programme sets, as long as they name the same time; the others follow acts."""

MAY_LAPSE = ("soon", "ask", "time_left", "overtime", "moved", "opening")
"""What is no longer worth saying after its time, by the table of notices."""

FOLLOWS_TIMES = ("soon", "ask", "time_left", "overtime", "moved", "announcement")
"""What is said anew, with a counter, when times have changed or people want it said."""


@dataclass
class Record:
    """`said`: by key, when and in which words; `lapsed`: the keys the bot gave up, by its log."""

    said: dict[str, list[tuple[datetime, str]]] = field(default_factory=dict)
    panels: Counter[str] = field(default_factory=Counter)
    threads: list[tuple[str, bool]] = field(default_factory=list)
    events: list[tuple[str, int]] = field(default_factory=list)
    lapsed: set[str] = field(default_factory=set)
    whole: bool = False


def record_of(standin: Standin, log: Path, *, whole: bool) -> Record:
    """All that hangs and was said, deleted things aside. `whole`: the audit proved itself."""
    world, record = standin.world, Record(whole=whole)
    for message in world.messages:
        if message.author_id != world.bot.id:
            continue
        for key in said_keys([message]):
            record.said.setdefault(key, []).append((message.timestamp, message.text))
        if not message.content:
            record.panels.update(found.group(2) for found in REFERENCE.finditer(message.text))
    record.threads = sorted((thread.name, thread.locked) for thread in world.threads.values())
    record.events = sorted((event.name, event.status) for event in world.events.values())
    for line in log.read_text("utf-8").splitlines():
        _, mark, key = line.partition("lapsed unsaid: ")
        if mark:
            record.lapsed.add(json.loads(f'"{key.split(chr(34))[0]}"'))
    return record


@dataclass
class Comparison:
    """How a disturbed meeting's record differs: `wrong` must not be, the rest is stated."""

    wrong: list[str] = field(default_factory=list)
    late: dict[str, int] = field(default_factory=dict)
    """Minutes by key."""
    lapsed: list[str] = field(default_factory=list)
    absorbed: list[str] = field(default_factory=list)
    """Starts of breaks that delay had used up."""
    also: list[str] = field(default_factory=list)


def compare(
    programme: Programme,
    calm: Record,
    bad: Record,
    promised: Iterable[str] = (),
    costs: Iterable[str] = (),
) -> Comparison:
    """The record of a disturbed meeting beside that of an undisturbed one.

    `promised` are words acknowledged to be announced; `costs`, what need not be as it was (`events`).
    """
    found = Comparison()
    texts = [text for _, text in {time for times in bad.said.values() for time in times}]
    for words in promised:
        if (times_said := sum(words in text for text in texts)) != 1:
            found.wrong.append(f"acknowledged, and said {times_said} times: {words}")
    for key, times in bad.said.items():
        if len(times) > 1:
            found.wrong.append(f"said {len(times)} times: {key}")
    for key, times in calm.said.items():
        if key not in bad.said:
            if _kind(key) in MAY_LAPSE and (key in bad.lapsed or _kind(key) in FOLLOWS_TIMES):
                found.lapsed.append(key)
            elif key in _absorbed(programme, bad):
                found.absorbed.append(key)
            else:
                found.wrong.append(f"never said: {key}")
            continue
        (due, words), (at, text) = times[0], bad.said[key][0]
        late = (at - due) // timedelta(minutes=1)
        if late >= 1:
            found.late[key] = late
            if key.endswith(PLANNED) and _lines(words) & _lines(text):
                found.wrong.append(f"late by {late} min without saying so: {key}")
    for key in sorted(bad.said.keys() - calm.said.keys()):
        if _kind(key) in FOLLOWS_TIMES:
            found.also.append(key)
        else:
            found.wrong.append(f"said for no reason: {key}")
    found.wrong += _hanging(calm, bad, set(costs))
    if not bad.whole:
        found.wrong.append("the audit is not reported whole")
    return found


def _lines(text: str) -> set[str]:
    """What is said, without marking and reference."""
    return {line for line in text.splitlines() if not line.startswith("-# ")}


def _absorbed(programme: Programme, bad: Record) -> set[str]:
    """Breaks of which delay left nothing: what follows began only when they were to be over."""
    found = set()
    for day in programme.days:
        for place, item in enumerate(day.items):
            later = [bad.said.get(f"{other.item_id} · started") for other in day.items[place + 1 :]]
            begun = min((times[0][0] for times in later if times), default=item.starts_at)
            if item.kind is Kind.BREAK and begun >= item.ends_at:
                found.add(f"{item.item_id} · started")
    return found


def _hanging(calm: Record, bad: Record, costs: set[str]) -> Iterable[str]:
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
    if bad.events != calm.events and not ("events" in costs and not bad.events):
        yield f"events: {bad.events}, not {calm.events}"


def _kind(key: str) -> str:
    words = key.split(" · ")
    return words[0] if words[0] == "announcement" else words[1]
