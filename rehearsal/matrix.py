"""The table of faults: each thing that may go wrong at each moment of a short day, and what became of it."""

import asyncio
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from rich.console import Console

from rehearsal.badday import BadDay
from rehearsal.faults import FAULTS, Fault
from rehearsal.record import Comparison, Record, compare

MOMENTS = {
    "before the day": datetime(2030, 5, 1, 8, 20, tzinfo=UTC),
    "as an item is to begin": datetime(2030, 5, 1, 9, 20, tzinfo=UTC),
    "in the break": datetime(2030, 5, 1, 9, 55, tzinfo=UTC),
    "as the day ends": datetime(2030, 5, 1, 10, 51, tzinfo=UTC),
}
"""The table's columns, in `short.yaml`'s day."""

DRAWN = "at a moment drawn by seed"
"""One more column: a minute of the day, another for each fault."""

DAYS = "faults-days"
"""The folder of what each day leaves: its own, and emptied at the start."""

AT_ONCE = max(2, os.cpu_count() or 2)
"""Days played side by side: each has a process of its own."""

console = Console(soft_wrap=True, highlight=False)


@dataclass
class Cell:
    """What became of one fault at one moment."""

    fault: Fault
    moment: str
    at: datetime
    comparison: Comparison = field(default_factory=Comparison)
    struck: bool = True
    played: bool = False

    @property
    def good(self) -> bool:
        return not self.comparison.wrong

    def __str__(self) -> str:
        if not self.played:
            return "not played yet"
        if not self.good:
            return f"**wrong**: {'; '.join(self.comparison.wrong)}"
        if not self.struck:
            return "–"
        stated, late = [], self.comparison.late
        if late:
            stated.append(f"{len(late)} late by up to {max(late.values())} min")
        if self.comparison.lapsed:
            stated.append(f"lapsed: {', '.join(self.comparison.lapsed)}")
        if self.comparison.moot:
            stated.append(f"moot as times changed: {', '.join(self.comparison.moot)}")
        if self.comparison.absorbed:
            stated.append(f"used up by the delay: {', '.join(self.comparison.absorbed)}")
        if self.comparison.also:
            stated.append(f"also said: {', '.join(self.comparison.also)}")
        if self.comparison.told:
            stated.append(f"moderators told: {' '.join(self.comparison.told)}")
        when = f"{self.at:%H:%M}: " if self.moment == DRAWN else ""
        return when + "; ".join(["the same record", *stated])


async def play_table(
    out: Path,
    faults: Sequence[Fault] = FAULTS,
    moments: Iterable[str] = (*MOMENTS, DRAWN),
    seed: int = 0,
) -> list[Cell]:
    """Play every cell, and the undisturbed day beside them, in folders below `out/faults-days`.

    `out/faults.md` is written after each of them, so that a run broken off leaves what it found.
    """
    days = out / DAYS
    shutil.rmtree(days, ignore_errors=True)
    calm = BadDay(days / "calm")
    expected = await calm.play()
    if calm.director.wrong:
        raise RuntimeError(f"the undisturbed day: {calm.director.wrong}")
    room = asyncio.Semaphore(AT_ONCE)
    cells = [Cell(fault, name, _moment(fault, name, seed)) for fault in faults for name in moments]

    async def one(number: int, cell: Cell) -> None:
        async with room:
            try:
                await _play(cell, days / f"{number:03}", expected)
            except Exception as error:  # noqa: BLE001 - one day that breaks must not take the others with it
                cell.comparison.wrong.append(f"could not be played: {type(error).__name__}: {error}")
            cell.played = True
            (out / "faults.md").write_text(drawn(cells), "utf-8")
            style = "green" if cell.good else "bold red"
            console.print(f"{cell.fault.name}, {cell.moment}: {cell}", style=style, markup=False)

    await asyncio.gather(*(one(number, cell) for number, cell in enumerate(cells, start=1)))
    return cells


async def _play(cell: Cell, out: Path, expected: Record) -> None:
    options: dict[str, object] = {"nonce_memory": timedelta()}
    if cell.fault.slow:
        options["response_limit"] = timedelta(seconds=3)
    day = BadDay(out, options=options)
    day.happenings.append((cell.at, cell.fault.strike))
    if cell.fault.mend is not None:
        day.happenings.append((cell.at + cell.fault.lasts, cell.fault.mend))
    record = await day.play()
    cell.struck = day.struck()
    allowed, fault = day.allowed, cell.fault
    allowed.no_events = fault.no_events
    if cell.struck:
        allowed.tells, allowed.may_tell = fault.tells, fault.may_tell
    cell.comparison = compare(day.programme, expected, record, allowed)
    cell.comparison.wrong += day.director.wrong


def _moment(fault: Fault, name: str, seed: int) -> datetime:
    first, last = min(MOMENTS.values()), max(MOMENTS.values())
    minutes = Random(f"{seed} {fault.name}").randint(0, (last - first) // timedelta(minutes=1))
    return first + timedelta(minutes=minutes) if name == DRAWN else MOMENTS[name]


def drawn(cells: Sequence[Cell]) -> str:
    """The table as Markdown."""
    moments = list(dict.fromkeys(cell.moment for cell in cells))
    lines = [
        "# What may go wrong, and what becomes of it",
        "",
        "Each cell is one short day, played with the fault striking at that moment, and compared with the"
        " same day without it. Discord's memory for nonces is switched off throughout: what is said once is"
        " said once by the bot's own doing. –: nothing of the kind could happen any more on that day.",
        "",
        f"| fault | {' | '.join(moments)} |",
        f"|---|{'---|' * len(moments)}",
    ]
    for name in dict.fromkeys(cell.fault.name for cell in cells):
        row = {cell.moment: str(cell) for cell in cells if cell.fault.name == name}
        lines.append(f"| {name} | {' | '.join(row.get(moment, '') for moment in moments)} |")
    return "\n".join(lines) + "\n"
