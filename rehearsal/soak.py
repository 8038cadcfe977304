"""The whole meeting over and over in one life of the bot's process: nothing it holds may grow."""

from dataclasses import replace

from rich.console import Console
from rich.table import Table

from meeting.delegations import Delegation
from meeting.programme import Programme
from rehearsal.play import Options, Outcome, rehearse
from rehearsal.process import BotProcess

WARM = 2
"""Runs until caches (patterns, time zones, words) are full."""

LEAST = WARM + 2
"""Runs of which it can be said whether anything grows."""

ALLOWED = {"memory": 0.05, "files": 0.0, "tasks": 0.0, "objects": 0.01}
"""By how much a later run may hold more than the last warm one. Memory is what the system counts: it goes
up and down by some pages."""

SIZES = 0.05
"""By how much the databases of one meeting may differ: how acts happen to fall together fills the pages."""

PATIENCE = 30.0

console = Console(soft_wrap=True, highlight=False)


async def soak(
    options: Options, programme: Programme, roster: tuple[Delegation, ...], times: int
) -> list[str]:
    """Play so often, or until a house does not end in order; the faults of all runs, and what drifts."""
    options.out.mkdir(parents=True, exist_ok=True)
    log = options.out / "bot.log"
    log.unlink(missing_ok=True)
    process = await BotProcess.spawn(log)
    outcomes: list[Outcome] = []
    try:
        for number in range(1, times + 1):
            console.rule(f"{number} of {times}")
            run = replace(options, out=options.out / f"{number:02}")
            outcomes.append(await rehearse(run, programme, roster, process))
            if not outcomes[-1].held:
                break
    finally:
        await process.close(PATIENCE)
    console.print(table(outcomes))
    return [fault for outcome in outcomes for fault in outcome.faults] + drift(outcomes)


def table(outcomes: list[Outcome]) -> Table:
    """What was held after each run."""
    drawn = Table("run", "memory, MiB", "open files", "tasks", "Python objects", "database, KiB")
    for number, outcome in enumerate(outcomes, start=1):
        held = outcome.held
        drawn.add_row(
            str(number),
            f"{held['memory'] / 1024:.1f}" if held else "–",
            *(f"{held[name]:,}" if held else "–" for name in ("files", "tasks", "objects")),
            f"{outcome.size / 1024:.0f}",
        )
    return drawn


def drift(outcomes: list[Outcome]) -> list[str]:
    """What grew from run to run; a house that did not end in order, and so cannot be judged."""
    found = [
        f"run {number}: the house did not end in order: nothing is known of what it held"
        for number, outcome in enumerate(outcomes, start=1)
        if not outcome.held
    ]
    if found or len(outcomes) < LEAST:
        return found
    warm, last = outcomes[WARM - 1].held, outcomes[-1].held
    for name, allowed in ALLOWED.items():
        if last[name] > warm[name] * (1 + allowed):
            found.append(f"drifts: {name}, from {warm[name]:,} after run {WARM} to {last[name]:,} at the end")
    sizes = [outcome.size for outcome in outcomes]
    if max(sizes) > min(sizes) * (1 + SIZES):
        found.append(f"drifts: the database's size, between {min(sizes):,} and {max(sizes):,} bytes")
    return found
