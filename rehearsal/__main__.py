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
from rehearsal.soak import soak

CONFIG = Path(__file__).parent.parent / "config"

console = Console(soft_wrap=True, highlight=False)


def main() -> int:
    """Play, write the protocol, the log and the transcript; 0 only if all is as it must be."""
    options = _options()
    try:
        programme, roster = read_programme(options.programme), read_roster(options.roster)
    except Faults as found:
        console.print(str(found), style="red", markup=False)
        return 1
    begun = time.monotonic()
    if options.faults:
        faults = asyncio.run(table_of_faults(options.out, options.seed))
    elif options.times > 1:
        faults = asyncio.run(soak(options, programme, roster))
    else:
        faults = asyncio.run(rehearse(options, programme, roster)).faults
    console.print(f"\n{time.monotonic() - begun:.0f} s; everything is in {options.out}", markup=False)
    if faults:
        console.print(f"\n{len(faults)} faults:", style="bold red")
        for fault in faults:
            console.print(f"- {fault}", style="red", markup=False)
        return 1
    console.print("No faults.", style="bold green")
    return 0


async def table_of_faults(out: Path, seed: int) -> list[str]:
    """Play the table, write it; the cells that are not as they must be."""
    cells = await play_table(out, seed=seed)
    console.print(f"\n{len(cells)} days; the table is in {out / 'faults.md'}", markup=False)
    return [f"{cell.fault.name}, {cell.moment}: {cell}" for cell in cells if not cell.good]


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m rehearsal", description=__doc__)
    parser.add_argument("--seed", type=int, default=2022, help="the same seed gives the same protocol")
    parser.add_argument("--people", type=int, help="people of delegations (default: one each)")
    parser.add_argument("--out", type=Path, default=Path("rehearsal-out"), help="folder for what is written")
    parser.add_argument("--programme", type=Path, default=CONFIG / "programme.yaml")
    parser.add_argument("--roster", type=Path, default=CONFIG / "roster.csv")
    parser.add_argument("--times", type=int, default=1, help="so often in one life of the bot's process")
    parser.add_argument(
        "--faults",
        action="store_true",
        help="instead: a short day over and over, each time with something going wrong, and a table of that",
    )
    given = parser.parse_args()
    if given.people is not None and given.people < 1:
        parser.error("--people: at least 1")
    if given.times < 1:
        parser.error("--times: at least 1")
    if given.out.exists() and not given.out.is_dir():
        parser.error(f"--out: {given.out} is a file, and a folder is needed")
    return Options(
        given.seed, given.people, given.out, given.programme, given.roster, given.times, given.faults
    )


if __name__ == "__main__":
    sys.exit(main())
