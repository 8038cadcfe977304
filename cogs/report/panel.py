"""A panel in the moderators' channel for each version and variant, with its files."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.drawing import Paper
from bot.house import House
from bot.wall_faces import Face, Panel, Papers, Source
from bot.words import Words
from meeting.notices import Channel
from meeting.reports import Variant, Version
from report.jobs import job_of
from report.outline import Status
from report.press import installed

NEWEST = 5
"""Versions whose stage is kept up to date on their panels; older ones stay as they are."""

LARGEST = 10 * 1024 * 1024
"""Bytes of an attachment (Discord's limit)."""

MOST = 10
"""Attachments of a message (Discord's limit)."""


def report_faces(house: House) -> Source:
    """What the report wants on the wall."""

    async def faces() -> Sequence[Face]:
        versions = await house.ledger.reports.all()
        return [
            version_panel(house.words, version, variant, _making(house, version, variant))
            for version in versions[-NEWEST:]
            for variant in Variant
        ]

    return faces


def version_panel(
    words: Words, version: Version, variant: Variant, make: Callable[[], Awaitable[Sequence[Paper]]]
) -> Panel:
    """The version's number, digest and stage over its files."""
    said = words.say(
        "report.panel",
        version=version.number,
        digest=version.short,
        stage=words.say(f"report.stages.{version.stage}"),
        variant=words.say(f"report.variants.{variant}"),
        at=version.drafted_at,
    )
    note = words.say(f"report.panel_{variant}")
    key = f"report-{version.number}-{variant}"
    papers = Papers(f"{version.digest} {version.stage}", make)
    return Panel(key, Channel.MODERATORS, (words.marked(said), note), papers=papers)


def _making(house: House, version: Version, variant: Variant) -> Callable[[], Awaitable[Sequence[Paper]]]:
    async def make() -> Sequence[Paper]:
        record = await house.ledger.reports.record(version.number)
        status = Status(version.digest, version)
        words = house.words.documents
        job = await asyncio.to_thread(job_of, record, status, variant, installed(), words)
        made = await house.press.files(job)
        fit = [Paper(name, data) for name, data in sorted(made.items()) if len(data) <= LARGEST]
        if len(fit) < len(made):
            house.tasks.failed(f"a file of {job.name} is larger than an attachment may be")
        return fit[:MOST]

    return make
