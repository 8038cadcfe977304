"""`report`: writes the outcome report into a folder, beside the running house."""

import asyncio
import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bot.clock import Clock
from bot.words import Documents, plain
from config.catalogue import read_catalogues
from config.settings import Settings
from db.connection import Transaction
from db.ledger import read_ledger
from db.reports import load_material, load_versions
from meeting.refusals import Refused
from meeting.reports import Variant, Version
from report.jobs import job_of
from report.outline import Status
from report.press import Format, files, installed
from report.record import record_of, written


class ReportNotWritten(Refused):
    """The folder or the disk did not take the files; what was there before is as it was."""


class PdfMissing(Refused):
    """PDF was asked for where its extra is not installed."""


def write_report(
    console: Console,
    settings: Settings,
    clock: Clock,
    out: Path,
    variants: Sequence[Variant],
    formats: frozenset[Format],
) -> int:
    """Write the report as the record stands, a folder for each variant; without formats, in all there are.

    Raises `PdfMissing`, `ReportNotWritten`, and as `read_ledger`.
    """
    if Format.PDF in formats and Format.PDF not in installed():
        raise PdfMissing()
    record, version = asyncio.run(_read(settings, clock))
    status = Status(hashlib.sha256(record.encode()).hexdigest(), version)
    words = Documents(read_catalogues())
    for variant in variants:
        job = job_of(record, status, variant, formats or installed(), words)
        made = files(job)
        folder = out / variant.value
        _put(folder, made)
        values = {"variant": words.say(f"report.variants.{variant}"), "status": job.document.status}
        text = words.say("report.written", n=len(made), folder=str(folder), **values)
        console.print(plain(text), style="green", markup=False)
    return 0


async def _read(settings: Settings, clock: Clock) -> tuple[str, Version | None]:
    """The record as it stands, as it is written, and the version it is, if it is one."""
    reader = await read_ledger(settings.database, now=clock.now)

    async def work(tx: Transaction) -> tuple[str, tuple[Version, ...]]:
        return written(record_of(await load_material(tx))), await load_versions(tx)

    try:
        record, versions = await reader.read(work)
    finally:
        await reader.close()
    digest = hashlib.sha256(record.encode()).hexdigest()
    return record, next((one for one in versions if one.digest == digest), None)


def _put(folder: Path, made: dict[str, bytes]) -> None:
    """All files or none: each takes its place once all are whole. What else is in the folder stays."""
    beside: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".report-", dir=folder))
        for name, data in made.items():
            path = beside / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        for name in made:
            (folder / name).parent.mkdir(exist_ok=True)
            (beside / name).replace(folder / name)
    except OSError as fault:
        raise ReportNotWritten(folder=str(folder), reason=fault.strerror or str(fault)) from fault
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)
