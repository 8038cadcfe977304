"""`backup`, `restore`, `verify`: what the clerk does with the record itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from bot.clock import Clock
from bot.tasks import Tasks
from bot.words import plain
from config.settings import Settings
from db.audit import Anchor, Fit
from db.backup import CopyFailed, FileThere, back_up, copy_to
from db.inspection import Findings, RecordUnfit, beside, inspect_file
from db.ledger import DatabaseMissing, Ledger, open_ledger
from db.restore import restore


def make_backup(console: Console, settings: Settings, at: datetime, out: Path | None) -> int:
    """Copy the record into the folder of backups, or to a file; also beside a running house."""
    database = settings.database
    if not database.is_file():
        raise DatabaseMissing(file=database.name)
    if out is None:
        out = back_up(database, settings.backups, at).path
        findings = inspect_file(out)
    elif out.is_dir():
        raise RecordUnfit(file=str(out), reason="it is a folder; name a file in it")
    elif out.exists():
        raise FileThere(file=str(out))
    elif not out.absolute().parent.is_dir():
        raise CopyFailed(file=str(out), reason="its folder is not there; make it first")
    else:
        findings = copy_to(database, out)
    size = max(1, out.stat().st_size // 1024)
    _say(console, f"Backup made: {out} ({size} kB). {_holds(findings)}", good=findings.audit.whole)
    return 0 if findings.audit.whole else 1


def restore_record(console: Console, settings: Settings, at: datetime, file: Path) -> int:
    """Put a backup in the database's place, and say what that means."""
    done = restore(file, settings.database, at)
    _say(
        console, f"{file} was restored as {settings.database.absolute()}. {_holds(done.findings)}", good=True
    )
    if done.replaced is not None:
        log = ", with its -wal beside it" if beside(done.replaced, "-wal").exists() else ""
        _say(
            console,
            f"What was there before is kept as {done.replaced}{log}. It may tell whose ballots"
            " are whose in polls that were open: delete it once all is in order.",
        )
    _say(
        console,
        "The room's pages are shut: the next start writes new addresses of screen and desk, and people type"
        " their codes once more. Codes that were renewed since are again as they were: renew those of lost"
        " sheets.",
    )
    _say(
        console,
        f"What was done after {_moment(done.findings)} is not in it. Start the bot, and compare the agenda"
        " (/agenda show) with what has happened since; the backups in the folder are as they were.",
    )
    return 0


def verify_record(console: Console, settings: Settings, file: Path | None, anchor: Anchor | None) -> int:
    """Recompute the audit of the record, or of a file; 1 if it is not whole, or the seal does not hold."""
    database = settings.database
    if file is None and not database.is_file():
        raise DatabaseMissing(file=database.name)
    path = file or database
    live = database.is_file() and path.exists() and path.samefile(database)
    findings = inspect_file(path, live=live, anchor=anchor)
    verdict = findings.audit
    if verdict.first_bad is None:
        _say(console, f"{path}: {_holds(findings)} Its seal now: {findings.head}", good=True)
    else:
        _say(
            console,
            f"{path}: the audit does not fit from entry {verdict.first_bad} on: {verdict.reason}. It has"
            f" {_entries(verdict.rows)}. Keep the file.",
            good=False,
        )
    if anchor is not None and verdict.fit is not None:
        _say(
            console, _FITS[verdict.fit].format(n=anchor.seq, rows=verdict.rows), good=verdict.fit is Fit.HOLDS
        )
    return 0 if verdict.whole else 1


_FITS = {
    Fit.HOLDS: "The seal holds: entry {n} is the one it was taken of.",
    Fit.SHORTER: (
        "The record is shorter than the seal says: it has {rows} entries, and there were {n}. Its end was cut"
        " off, or it is an older backup."
    ),
    Fit.DIFFERS: (
        "The record differs from the seal: its entry {n} is not the one the seal was taken of. It was"
        " rewritten, or it is of another meeting."
    ),
}


def _holds(findings: Findings) -> str:
    rows, bad = findings.audit.rows, findings.audit.first_bad
    last = f" The last is of {_moment(findings)}." if rows else ""
    if bad is not None:
        return (
            f"Its audit of {_entries(rows)} does not fit from entry {bad} on: {findings.audit.reason}.{last}"
        )
    return f"Its audit of {_entries(rows)} is whole.{last}"


def _entries(rows: int) -> str:
    return f"{rows} entr{'y' if rows == 1 else 'ies'}"


def _moment(findings: Findings) -> str:
    """The last entry's time at the venue."""
    try:
        at = datetime.fromisoformat(findings.audit.last_at).astimezone(ZoneInfo(findings.time_zone))
    except (ValueError, KeyError, OSError):
        return "an unknown time" if findings.audit.rows else "the beginning"
    return f"{at:%A} {at.day} {at:%B %Y}, {at:%H:%M:%S} {findings.venue}"


def _say(console: Console, text: str, *, good: bool | None = None) -> None:
    style = {None: None, True: "green", False: "red"}[good]
    console.print(plain(text), style=style, markup=False)


@asynccontextmanager
async def opened_record(settings: Settings, clock: Clock) -> AsyncIterator[Ledger]:
    """The database, made if there is none. Raises `DatabaseInUse` while the bot is running."""
    tasks = Tasks()
    ledger = await open_ledger(settings.database, now=clock.now, spawn=tasks.spawn)
    try:
        yield ledger
    finally:
        await ledger.close()
