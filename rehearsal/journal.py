"""What happened, in the order it happened: for the protocol, the progress on the screen, and the judge."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

REFERENCE = re.compile(r"ref ([0-9a-f]{8})-(\S+?)(?=:|$|\s)")
"""A reference line's database and row or panel; the database's name differs from run to run."""

SEAL = re.compile(r"(--anchor \d+):[0-9a-f]{32}")
"""An anchor's seal rests on the database's name and salts, which differ from run to run."""

DISK = re.compile(r"(Disk): [\d,]+ MB")
"""How much of the machine's disk is free differs from moment to moment."""

ROLE = re.compile(r"<@&(\d+)>")
PERSON = re.compile(r"<@!?(\d+)>")

CODE = re.compile(r"\b(?:[0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}\b")
"""A seat's code is drawn anew for each database."""


@dataclass(frozen=True)
class Entry:
    """Something somebody did or said. `kind`: said (by the bot, to all), did, saw, wrote, state."""

    at: datetime
    kind: str
    who: str
    where: str
    what: str


class Journal:
    """Collects entries; `show` is called for each as it comes."""

    def __init__(self, zone: ZoneInfo, show: Callable[[Entry], None]) -> None:
        self._zone = zone
        self._show = show
        self.entries: list[Entry] = []

    def note(self, at: datetime, kind: str, who: str, where: str, what: str) -> None:
        """Something happened at this meeting time."""
        entry = Entry(at, kind, who, where, what)
        self.entries.append(entry)
        self._show(entry)

    def write(self, path: Path, facts: dict[str, object]) -> None:
        """The protocol: meeting times, canonical order, no Discord ids; the same for the same seed."""
        lines = []
        for entry in self.entries:
            line = asdict(entry)
            line["at"] = entry.at.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")
            line["what"] = without_ids(entry.what)
            lines.append(line)
        lines.sort(key=lambda line: tuple(str(line[k]) for k in ("at", "kind", "who", "where", "what")))
        path.write_text(json.dumps({**facts, "entries": lines}, ensure_ascii=False, indent=1) + "\n", "utf-8")


def without_ids(text: str) -> str:
    """The text without what differs from run to run: Discord's ids, the database's name, seals, codes, free
    disk."""
    text = PERSON.sub("@person", CODE.sub("a code", DISK.sub(r"\1: some MB", text)))
    return SEAL.sub(r"\1:seal", ROLE.sub("@role", REFERENCE.sub(r"ref \2", text)))
