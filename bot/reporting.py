"""`report`: writes the outcome report into a folder, beside the running house."""

import asyncio
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from bot.clock import Clock
from bot.words import Documents, plain
from config.catalogue import read_catalogues
from config.settings import Settings
from db.connection import Transaction
from db.ledger import read_ledger
from db.reports import load_material, load_record, load_versions
from meeting.refusals import Refused
from meeting.reports import UnknownVersion, Variant, Version
from report.jobs import job_of, names_replaced
from report.press import Format, files, installed
from report.record import digest_of, record_of, written

NOW = "now"
"""Asked for as a version: the record as it stands."""

FOR_RAPPORTEUR = "for-the-rapporteur"
"""The folder of what is not to be passed on with the report."""

NAMES = "names-replaced.csv"


class ReportNotWritten(Refused):
    """The folder or the disk did not take the files; what was there before is as it was."""


class ReportThere(Refused):
    """The folder of this version is there: what somebody changed in it must not be lost, nor mixed."""


class PdfMissing(Refused):
    """PDF was asked for where its extra is not installed."""


def write_report(
    console: Console,
    settings: Settings,
    clock: Clock,
    out: Path,
    variants: Sequence[Variant],
    formats: frozenset[Format],
    wanted: int | str | None = None,
) -> int:
    """Write a version of the report into a folder of its own in `out`, a folder for each variant.

    `wanted`: its number, `NOW`, or None for the newest (the record as it stands, if none was drafted).
    Without formats, in all there are. Raises `PdfMissing`, `ReportNotWritten`, `ReportThere`,
    `UnknownVersion`, and as `read_ledger`.
    """
    if Format.PDF in formats and Format.PDF not in installed():
        raise PdfMissing()
    record, version, newer = asyncio.run(_read(settings, clock, wanted))
    words, lines, made = Documents(read_catalogues()), list[str](), dict[str, bytes]()
    folder = out / _name(version)
    if folder.exists():
        raise ReportThere(folder=str(folder))
    try:
        for variant in variants:
            job = job_of(record, version, variant, formats or installed(), words)
            some = files(job)
            made |= {f"{variant}/{name}": data for name, data in some.items()}
            values = {"variant": words.say(f"report.variants.{variant}"), "status": job.document.status}
            where = str(folder / variant.value)
            lines.append(words.say("report.written", n=len(some), folder=where, **values))
            if variant is Variant.UNATTRIBUTED:
                made[f"{FOR_RAPPORTEUR}/{NAMES}"] = names_replaced(record, words)
                lines.append(words.say("report.written_names", folder=str(folder / FOR_RAPPORTEUR)))
        _put(folder, made)
    except OSError as fault:
        raise ReportNotWritten(folder=str(folder), reason=fault.strerror or str(fault)) from fault
    if newer and version is not None:
        lines.append(words.say("report.changed_since", version=version.number))
    for line in lines:
        console.print(plain(line), style="green", markup=False)
    return 0


def _name(version: Version | None) -> str:
    """Of the folder. The stage stands in the files: at another stage the version has another folder."""
    return "as-it-stands" if version is None else f"version-{version.number}-{version.stage}"


async def _read(
    settings: Settings, clock: Clock, wanted: int | str | None
) -> tuple[str, Version | None, bool]:
    """The record that is wanted, as it is written; the version it is, if it is one; and whether the record
    has changed since the version was drafted."""
    reader = await read_ledger(settings.database, now=clock.now)

    async def work(tx: Transaction) -> tuple[str, Version | None, bool]:
        versions, stands = await load_versions(tx), written(record_of(await load_material(tx)))
        if wanted == NOW or (wanted is None and not versions):
            digest = digest_of(stands)
            return stands, next((one for one in versions if one.digest == digest), None), False
        version = versions[-1] if wanted is None else None
        version = version or next((one for one in versions if one.number == wanted), None)
        if version is None:
            raise UnknownVersion(version=wanted)
        record = await load_record(tx, version.number)
        return record, version, record != stands

    try:
        return await reader.read(work)
    finally:
        await reader.close()


def _put(folder: Path, made: Mapping[str, bytes]) -> None:
    """All files or none: they are written beside, and take their place by one step. Raises OSError,
    `ReportThere`."""
    fresh = [one for one in (folder.parent, *folder.parent.parents) if not one.exists()]
    beside = folder.with_name(f".{folder.name}-{os.getpid()}")
    try:
        for name, data in made.items():
            path = beside / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        try:
            beside.rename(folder)
        except OSError as fault:
            if folder.exists():
                raise ReportThere(folder=str(folder)) from fault
            raise
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        for one in fresh:
            if one.is_dir() and not any(one.iterdir()):
                one.rmdir()
        raise
