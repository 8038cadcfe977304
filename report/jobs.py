"""What is to be written of a version: the attributed record, or what is made of it without names."""

import json

from meeting.reports import Variant
from report.outline import Status, document_of
from report.press import Format, Job
from report.record import written
from report.redaction import unattributed
from report.said import Words


def job_of(record: str, status: Status, variant: Variant, formats: frozenset[Format], words: Words) -> Job:
    """The job for one variant of a record, as it is written. Long work (some 200 ms): not for the loop."""
    found = json.loads(record)
    replaced: tuple[tuple[str, ...], ...] = ()
    if variant is Variant.UNATTRIBUTED:
        found, names = unattributed(found)
        record = written(found)
        heads = tuple(words.say(f"report.sheet.{key}") for key in ("where", "number", "name", "around"))
        where = words.say("report.sections.statements")
        lines = ((one.where or where, str(one.number), one.name, one.around) for one in names)
        replaced = (heads, *lines)
    return Job(f"report-{variant}", document_of(found, status, words), record, formats, replaced)
