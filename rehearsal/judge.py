"""The judge: what must have happened and did, by what a person could have seen; all else is a fault."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from meeting.programme import Kind, PlannedDay, PlannedItem, Programme
from rehearsal.journal import REFERENCE
from rehearsal.script import Script
from rehearsal.standin import Exchange, Message, Standin


@dataclass
class Verdict:
    """What was looked at, and every fault found."""

    faults: list[str] = field(default_factory=list)
    notices: int = 0
    requests: int = 0
    validated: int | None = None
    denied: int = 0

    def must(self, true: bool, otherwise: str) -> None:
        """A fault unless it is so."""
        if not true:
            self.faults.append(otherwise)


def judge(standin: Standin, programme: Programme, script: Script, *, check: bool) -> Verdict:
    """Look at everything the stand-in holds. `check`: also hold it against Discord's own description."""
    verdict = Verdict(requests=len(standin.log), denied=sum(one.denied for one in standin.log))
    for refused in standin.refused:
        verdict.faults.append(f"Discord would refuse: {_told(refused)}")
    for unanswered in standin.unanswered:
        verdict.faults.append(f"not answered within three seconds: {unanswered}")
    own = [m for m in standin.world.messages if m.author_id == standin.world.bot.id]
    turned_away = sum("That was a lot at once" in m.text for m in standin.world.ephemeral.values())
    verdict.must(not turned_away, f"{turned_away} gestures of honest people were taken for a storm")
    _notices(verdict, own, programme, script)
    _panels(verdict, own)
    _threads(verdict, standin, programme, script)
    _events(verdict, standin, programme)
    if check:
        result = standin.check()
        verdict.validated = result.requests
        verdict.faults += [f"against Discord's description: {fault}" for fault in result.faults]
    return verdict


def log_faults(log: Path) -> list[str]:
    """Errors in the bot's log, and anything in it that is not a log line."""
    faults = []
    for line in log.read_text("utf-8").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            faults.append(f"the bot wrote: {line[:200]}")
            continue
        if entry["level"] in ("ERROR", "CRITICAL") or "trace" in entry:
            last = entry.get("trace", "").strip().splitlines()[-1:]
            faults.append(f"an error in the bot's log: {entry['message']} {' '.join(last)}"[:300])
    return faults


def said_keys(own: list[Message]) -> Counter[str]:
    """How often each notice was said, by the reference lines: a message's last, whatever stands above."""
    keys: Counter[str] = Counter()
    for message in own:
        last = message.content.rpartition("\n")[2]
        if last.startswith("-# ref ") and ": " in last:
            keys.update(key for key in last.split(": ", 1)[1].split("; ") if key != "…")
    return keys


def _notices(verdict: Verdict, own: list[Message], programme: Programme, script: Script) -> None:
    keys = said_keys(own)
    verdict.notices = sum(keys.values())
    for key, times in sorted(keys.items()):
        verdict.must(times == 1, f"said {times} times: {key}")
    for day in programme.days:
        verdict.must(keys[f"{day.day_id} · opening"] == 1, f"{day.day_id}: the opening digest was not said")
        verdict.must(keys[f"{day.day_id} · end"] == 1, f"{day.day_id}: the end of the day was not said")
        for item in day.items:
            if item.item_id in script.skipped:
                verdict.must(keys[f"{item.item_id} · skipped · 1"] == 1, f"{item.item_id}: skipped unsaid")
                verdict.must(not keys[f"{item.item_id} · started"], f"{item.item_id}: skipped, and begun")
                continue
            begun = keys[f"{item.item_id} · started"] == 1
            verdict.must(begun or _absorbed(own, day, item), f"{item.item_id}: its start was not said")
        sessions = [item for item in day.items if item.kind is Kind.SESSION]
        soon = sum(bool(keys[f"{item.item_id} · soon · 1"]) for item in sessions)
        verdict.must(
            soon >= len(sessions) - 2, f"{day.day_id}: only {soon} of {len(sessions)} were announced"
        )


def _absorbed(own: list[Message], day: PlannedDay, item: PlannedItem) -> bool:
    """Whether delay left nothing of a floating break: what follows it began only when it was to be over."""
    if item.kind is not Kind.BREAK or item.fixed:
        return False
    following = day.items[day.items.index(item) + 1 :]
    keys = {f"{other.item_id} · started" for other in following}
    begun = [message.timestamp for message in own if keys & set(said_keys([message]))]
    return bool(begun) and min(begun) >= item.ends_at


def _panels(verdict: Verdict, own: list[Message]) -> None:
    panels: Counter[str] = Counter()
    for message in own:
        if not message.content:
            found = REFERENCE.fullmatch(message.text.rpartition("\n")[2].removeprefix("-# "))
            panels.update([found.group(2)] if found else ())
    for name, times in sorted(panels.items()):
        verdict.must(times == 1, f"the panel {name} hangs {times} times")
    for name in ("welcome", "operator"):
        verdict.must(panels[name] == 1, f"the panel {name} does not hang")


def _threads(verdict: Verdict, standin: Standin, programme: Programme, script: Script) -> None:
    names = Counter(thread.name for thread in standin.world.threads.values())
    for item in programme.items:
        if item.question is None or item.item_id in script.skipped:
            continue
        title = item.question.title
        verdict.must(names[title] == 1, f"{names[title]} threads “{title}”")
        thread = standin.world.thread_named(title)
        verdict.must(thread is not None and thread.locked, f"the thread “{title}” is not locked at the end")


def _events(verdict: Verdict, standin: Standin, programme: Programme) -> None:
    completed = 3
    events = Counter(event.name for event in standin.world.events.values())
    for day in programme.days:
        verdict.must(events[day.title] == 1, f"{events[day.title]} events “{day.title}”")
    for event in standin.world.events.values():
        verdict.must(event.status == completed, f"the event “{event.name}” is not over at the end")


def _told(exchange: Exchange) -> str:
    return f"{exchange.method} {exchange.route} → {exchange.status} {exchange.code} {exchange.response}"
