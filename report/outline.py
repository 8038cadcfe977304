"""From the record to the document: what a report says, in which order."""

from dataclasses import dataclass

from meeting.reports import Version, shortened
from report.annexes import annexes
from report.document import Document, Draft, Labels, tidy
from report.opening import introduction, participation
from report.poll_pages import polls
from report.question_pages import questions
from report.record import Json
from report.said import Wording, Words
from report.speech_pages import interventions, next_steps, not_taken, statements
from report.spreadsheets import sheets_of


@dataclass(frozen=True)
class Status:
    """Of which version a document is: None, if of none (yet). `digest`: of the record it is made from."""

    digest: str
    version: Version | None = None

    @property
    def short(self) -> str:
        return shortened(self.digest)


def document_of(record: Json, status: Status, words: Words) -> Document:
    """The whole report. The same record, status and words give the same document."""
    said, meeting = Wording(words, record), record["meeting"]
    labels = Labels(
        said.say("report.page", n="{n}", of="{of}"), said.say("report.table"), said.say("report.figure")
    )
    draft = Draft(labels)
    for number, section in enumerate(
        (
            introduction,
            participation,
            questions,
            polls,
            interventions,
            statements,
            not_taken,
            next_steps,
        ),
        start=1,
    ):
        draft.heading(1, f"{ROMAN[number]}. {said.say(f'report.sections.{section.__name__}')}")
        section(draft, record, said)
    annexes(draft, record, said)
    return draft.finished(
        Document(
            title=tidy(meeting["title"]),
            kicker=said.say("report.kicker"),
            when=tidy(said.say("report.when", venue=said.venue, dates=said.dates())),
            notice=said.say("report.notice"),
            status=_status(status, said),
            marking=tidy(meeting["marking"]),
            labels=labels,
            sheets=sheets_of(record, said),
        )
    )


ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def _status(status: Status, said: Wording) -> str:
    variant = said.say(f"report.variants.{'attributed' if said.attributed else 'unattributed'}")
    version = status.version
    if version is None:
        return said.say("report.status.none", digest=status.short, variant=variant)
    return said.say(
        "report.status.version",
        stage=said.say(f"report.stages.{version.stage}"),
        version=version.number,
        digest=status.short,
        at=said.moment(version.drafted_at),
        variant=variant,
    )
