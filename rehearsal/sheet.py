"""What the clerk does with the roster before the bot runs: it is imported, and the sheet of codes printed."""

import asyncio
import csv
import os
import shutil
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Mapping
from pathlib import Path

from rehearsal.process import HERE, KEPT

SHEET = "sheet"
"""The folder of the printed sheet, in that of what is written."""

Codes = dict[tuple[str, int], str]
"""By a delegation's id and the number of a seat of it."""


class ClerkRefused(Exception):
    """A command of the clerk's did not end well."""


async def print_codes(environ: Mapping[str, str], out: Path) -> Codes:
    """`roster import` and `roster sheet`; what is printed for mail-merge. Raises `ClerkRefused`."""
    folder = (out / SHEET).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    await command(environ, out, "roster", "import")
    await command(environ, out, "roster", "sheet", "--out", str(folder))
    return read_codes(folder / "seats.csv")


def read_codes(file: Path) -> Codes:
    """The codes in a file for mail-merge, by its columns' headings."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        lines = list(csv.DictReader(text))
    return {(line["delegation_id"], int(line["seat"])): line["code"] for line in lines}


async def command(environ: Mapping[str, str], out: Path, *arguments: str) -> None:
    """One of the clerk's commands, in the folder `out`, where no `.env` lies. Raises `ClerkRefused`."""
    own = {name: os.environ[name] for name in KEPT if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=out,
        stdout=PIPE,
        stderr=STDOUT,
        env={**own, **environ, "PYTHONPATH": str(HERE)},
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise ClerkRefused(f"{' '.join(arguments[:2])}: {said.decode(errors='replace').strip()}")
