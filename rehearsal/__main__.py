"""`python -m rehearsal`: both days in minutes, with simulated people and no Discord account."""

import argparse
import asyncio
import sys
import time
from pathlib import Path

from rich.console import Console

from config.faults import Faults
from config.programme import read_programme
from config.roster import read_roster
from rehearsal.matrix import play_table
from rehearsal.play import Options, rehearse
from rehearsal.soak import LEAST, soak

CONFIG = Path(__file__).parent.parent / "config"

console = Console(soft_wrap=True, highlight=False)


def main() -> int:
    """Play, write the protocol, the log and the transcript; 0 only if all is as it must be."""
    given = _given()
    begun = time.monotonic()
    faults = asyncio.run(table_of_faults(given.out, given.seed)) if given.faults else _meetings(given)
    if faults is None:
        return 1
    console.print(f"\n{time.monotonic() - begun:.0f} s; everything is in {given.out}", markup=False)
    if faults:
        console.print(f"\n{len(faults)} faults:", style="bold red")
        for fault in faults:
            console.print(f"- {fault}", style="red", markup=False)
        return 1
    console.print("No faults.", style="bold green")
    return 0


def _meetings(given: argparse.Namespace) -> list[str] | None:
    """Play the organiser's programme, once or over and over; None if it cannot be read."""
    options = Options(
        given.seed,
        given.people,
        given.out,
        given.programme or CONFIG / "programme.yaml",
        given.roster or CONFIG / "roster.csv",
        given.keep_open,
    )
    try:
        programme, roster = read_programme(options.programme), read_roster(options.roster)
    except Faults as found:
        console.print(str(found), style="red", markup=False)
        return None
    seats = sum(one.seats for one in roster)
    if options.people is not None and options.people > seats:
        console.print(f"--people: the roster has {seats} seats", style="red", markup=False)
        return None
    if given.times is not None and given.times > 1:
        return asyncio.run(soak(options, programme, roster, given.times))
    return asyncio.run(rehearse(options, programme, roster)).faults


async def table_of_faults(out: Path, seed: int) -> list[str]:
    """Play the table, write it; the cells that are not as they must be."""
    cells = await play_table(out, seed=seed)
    console.print(f"\n{len(cells)} days; the table is in {out / 'faults.md'}", markup=False)
    return [f"{cell.fault.name}, {cell.moment}: {cell}" for cell in cells if not cell.good]


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m rehearsal", description=__doc__)
    parser.add_argument("--seed", type=int, default=2022, help="the same seed gives the same protocol")
    parser.add_argument("--people", type=int, help="people of delegations (default: one each, and some more)")
    parser.add_argument("--out", type=Path, default=Path("rehearsal-out"), help="folder for what is written")
    parser.add_argument("--programme", type=Path, help="default: config/programme.yaml")
    parser.add_argument("--roster", type=Path, help="default: config/roster.csv")
    parser.add_argument(
        "--times", type=int, help=f"so often in one life of the bot's process: 1, or {LEAST} and more"
    )
    parser.add_argument(
        "--faults",
        action="store_true",
        help="instead: a short day over and over, each time with something going wrong, and a table of that",
    )
    parser.add_argument(
        "--keep-open",
        action="store_true",
        help="leave the room's pages up at the end, until Enter",
    )
    given = parser.parse_args()
    own = (given.programme, given.roster, given.people, given.times)
    if given.faults and any(value is not None for value in own):
        parser.error("--faults has a programme of its own, and people: only --seed and --out go with it")
    if given.people is not None and given.people < 1:
        parser.error("--people: at least 1")
    if given.times is not None and given.times != 1 and given.times < LEAST:
        parser.error(f"--times: 1, or at least {LEAST}: fewer runs do not show what grows")
    if given.out.exists() and not given.out.is_dir():
        parser.error(f"--out: {given.out} is a file, and a folder is needed")
    return given


if __name__ == "__main__":
    sys.exit(main())
