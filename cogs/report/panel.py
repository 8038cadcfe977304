"""Panels in the moderators' channel for each version: one for each variant with its files, and one with the
list of replaced names, which is for the rapporteur alone."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.drawing import Paper, Remark
from bot.house import House
from bot.wall_faces import Face, Panel, Papers, Source
from bot.words import Words
from meeting.notices import Channel
from meeting.reports import Variant, Version
from report.jobs import job_of, names_replaced
from report.press import Format, installed

NEWEST = 5
"""Versions whose stage is kept up to date on their panels; older ones stay as they are."""

LARGEST = 10 * 1024 * 1024
"""Bytes of an attachment (Discord's limit)."""

MOST = 10
"""Attachments of a message (Discord's limit)."""

Enclosed = Sequence[Paper | Remark]
Make = Callable[[], Awaitable[Enclosed]]


def report_faces(house: House) -> Source:
    """What the report wants on the wall."""

    async def faces() -> Sequence[Face]:
        panels: list[Face] = []
        for version in (await house.ledger.reports.all())[-NEWEST:]:
            for variant in Variant:
                tried = house.press.tried(_key(version, variant))
                make = _making(house, version, variant)
                panels.append(version_panel(house.words, version, variant, tried, make))
            panels.append(names_panel(house.words, version, _listing(house, version)))
        return panels

    return faces


def _key(version: Version, variant: Variant) -> str:
    return f"report-{version.number}-{variant}"


def version_panel(words: Words, version: Version, variant: Variant, tried: int, make: Make) -> Panel:
    """The version's number, digest and stage over its files. `tried`: how often they were made before, and
    not all came."""
    said = words.say(
        "report.panel",
        version=version.number,
        digest=version.short(variant),
        stage=words.say(f"report.stages.{version.stage}"),
        variant=words.say(f"report.variants.{variant}"),
        at=version.drafted_at,
    )
    note = words.say(f"report.panel_{variant}")
    again = f" {tried}" if tried else ""
    papers = Papers(f"{version.digest} {version.stage}{again}", make)
    return Panel(_key(version, variant), Channel.MODERATORS, (words.marked(said), note), papers=papers)


def names_panel(words: Words, version: Version, make: Make) -> Panel:
    """What was replaced in the texts of the version without names: a message of its own, so that it is not
    passed on with the files."""
    said = words.say("report.panel_names", version=version.number)
    key = f"report-{version.number}-names"
    papers = Papers(version.digest, make)
    return Panel(key, Channel.MODERATORS, (words.marked(said),), papers=papers)


def enclosed(
    words: Words, made: Mapping[str, bytes], wanted: frozenset[Format], largest: int = LARGEST
) -> Enclosed:
    """What goes along of the files, and a remark on what does not: what is larger than an attachment may be,
    in bytes, and PDF, which alone may be missing where others are."""
    if not made:
        return ()
    fit = [Paper(name, data) for name, data in sorted(made.items()) if len(data) <= largest]
    told = [
        Remark(words.say("report.too_large", name=name, size=_megabytes(len(data)), most=_megabytes(largest)))
        for name, data in sorted(made.items())
        if len(data) > largest
    ]
    if Format.PDF in wanted and not any(name.endswith(f".{Format.PDF}") for name in made):
        told.append(Remark(words.say("report.no_pdf")))
    return (*fit[:MOST], *told)


def _megabytes(size: int) -> str:
    return f"{size / 1024**2:.1f}"


def _making(house: House, version: Version, variant: Variant) -> Make:
    async def make() -> Enclosed:
        record = await house.ledger.reports.record(version.number)
        wanted, words = installed(), house.words.documents
        job = await asyncio.to_thread(job_of, record, version, variant, wanted, words)
        made = await house.press.files(job, _key(version, variant))
        return enclosed(house.words, made, wanted)

    return make


def _listing(house: House, version: Version) -> Make:
    async def make() -> Enclosed:
        record = await house.ledger.reports.record(version.number)
        made = await asyncio.to_thread(names_replaced, record, house.words.documents)
        return (Paper(f"names-replaced-version-{version.number}.csv", made),)

    return make
