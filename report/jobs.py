"""What is to be written of a version: the attributed record, or what is made of it without names.

All of it is long work (some 200 ms): not for the loop.
"""

import json

from meeting.reports import Variant, Version
from report.outline import Status, document_of
from report.press import Format, Job
from report.record import digest_of, written
from report.redaction import unattributed
from report.said import Words
from report.tables import csv_file


def job_of(
    record: str, version: Version | None, variant: Variant, formats: frozenset[Format], words: Words
) -> Job:
    """The job for one variant of a version's record, as it is written; `version`: None, if it is none (yet).

    Each variant carries the digest of its own record: names could be guessed, and tried on the other's.
    """
    found = json.loads(record)
    if variant is Variant.UNATTRIBUTED:
        found, _ = unattributed(found)
        record = written(found)
    status = Status(digest_of(record), version)
    return Job(f"report-{variant}", document_of(found, status, words), record, formats)


def unattributed_digest(record: str) -> str:
    """Of what is made of a record without names."""
    return digest_of(written(unattributed(json.loads(record))[0]))


def names_replaced(record: str, words: Words) -> bytes:
    """The rapporteur's list of what was replaced in texts, as CSV. It names whom the report does not."""
    _, names = unattributed(json.loads(record))
    heads = tuple(words.say(f"report.sheet.{key}") for key in ("where", "number", "name", "around"))
    where = words.say("report.sections.statements")
    lines = ((one.where or where, one.number, one.name, one.around) for one in names)
    return csv_file((heads, *lines))
