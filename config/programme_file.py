"""The programme file's keys: what may stand in it, described for the organiser (`roundtable schema`)."""

from datetime import date, time
from typing import Annotated, Any, TypeAlias

from pydantic import Field

from config import fields
from config.keys import Id, Keys, Written, YesNo, choice, line, minutes, text
from config.poll_file import PollKeys
from config.speaker_file import SpeakerKeys
from meeting.programme import Kind, Mode, Start

Title: TypeAlias = Annotated[str, line(fields.TITLE)]
MeetingTitle: TypeAlias = Annotated[str, line(fields.MEETING_TITLE)]
Venue: TypeAlias = Annotated[str, line(fields.VENUE)]
About: TypeAlias = Annotated[str, Written(fields.about)]
QuestionText: TypeAlias = Annotated[str, text(fields.QUESTION_TEXT)]
PartText: TypeAlias = Annotated[str, text(fields.PART_TEXT)]
TimeZone: TypeAlias = Annotated[str, Written(fields.time_zone)]
Url: TypeAlias = Annotated[
    str, Written(fields.join_url, {"maxLength": fields.URL, "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://"})
]
LocalTime: TypeAlias = Annotated[
    time, Written(fields.local_time, {"pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9]$"})
]
LocalDate: TypeAlias = Annotated[
    date, Written(fields.calendar_date, {"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
]
DayTime: TypeAlias = Annotated[
    tuple[str, time],
    Written(fields.day_and_time, {"pattern": f"^{fields.ID.pattern} +([01]?[0-9]|2[0-3]):[0-5][0-9]$"}),
]
ChannelName: TypeAlias = Annotated[str, Written(fields.channel_name, {"maxLength": 100})]
KindWord: TypeAlias = Annotated[Kind, choice(Kind)]
ModeWord: TypeAlias = Annotated[Mode, choice(Mode)]
StartWord: TypeAlias = Annotated[Start, choice(Start)]
UpToHour: TypeAlias = Annotated[int, minutes(1, 60)]
UpToFourHours: TypeAlias = Annotated[int, minutes(1, 240)]


class PartKeys(Keys):
    """One of the questions inside a guiding question."""

    id: Id = Field(description="Short id, unique among all parts; inputs and reports are kept under it.")
    text: PartText = Field(description="The part, word for word.")


class QuestionKeys(Keys):
    """A guiding question; a thread is opened for it when its item starts."""

    id: Id = Field(description="Short id, unique among all questions.")
    title: Title = Field(description="The thread's name.")
    text: QuestionText = Field(description="The question, word for word; it stands above the thread.")
    parts: list[PartKeys] = Field(
        description="What is asked, one by one; a question that asks one thing has one part.",
        min_length=1,
        max_length=fields.PARTS,
    )


class ItemKeys(Keys):
    """An agenda item."""

    id: Id = Field(description="Short id, unique among all items; it never changes once imported.")
    title: Title = Field(description="As it is announced.")
    kind: KindWord = Field(
        default=Kind.SESSION,
        description="`session` for business, `opening` for gathering (accreditation), `break` for a break.",
    )
    starts: LocalTime = Field(description="Local time at the venue, such as 09:30.")
    ends: LocalTime = Field(description="Local time at the venue, later the same day.")
    mode: ModeWord | None = Field(
        default=None,
        description="`hybrid`, or `in_person`: the virtual side is not given the floor. Default: the day's.",
    )
    chair: Title | None = Field(default=None, description="Who conducts it, by function. Default: the day's.")
    start: StartWord | None = Field(
        default=None,
        description="Who starts it: `clock` at its planned minute, or `chair` by a press. Default: `clock`"
        " for breaks, openings and fixed items, else `chair`.",
    )
    fixed: YesNo = Field(default=False, description="`yes`: its planned times never move.")
    question: QuestionKeys | None = Field(default=None, description="The guiding question discussed in it.")
    polls: list[PollKeys] = Field(default=[], description="The indicative polls that belong to it.")
    illustrative: YesNo = Field(
        default=False, description="`yes`: an example, still to be confirmed; faces say so."
    )


class DayKeys(Keys):
    """A day of the meeting."""

    id: Id = Field(description="Short id, unique among the days.")
    title: Title = Field(description="As it heads the day's programme.")
    date: LocalDate = Field(description="The date at the venue, such as 2022-09-07.")
    mode: ModeWord = Field(default=Mode.HYBRID, description="`hybrid` or `in_person`; an item may differ.")
    chair: Title | None = Field(
        default=None, description="Who conducts the day, by function; an item may differ."
    )
    join_url: Url | None = Field(default=None, description="Where the virtual side listens that day.")
    items: list[ItemKeys] = Field(description="In order of time.", min_length=1, max_length=fields.ITEMS)


class NoticeKeys(Keys):
    """When notices are due, in minutes."""

    digest: UpToFourHours = Field(
        default=30,
        description="The day's programme is posted this long before its first item.",
    )
    before: UpToHour = Field(default=5, description="An item is announced this long before it starts.")
    before_after_break: UpToHour = Field(
        default=15, description="The same after a break, and for the first item of a day."
    )
    announcement_lapses: UpToFourHours = Field(
        default=15, description="A moderator's announcement not posted by then is dropped."
    )
    time_left: UpToHour = Field(
        default=5, description="Moderators are told this long before a session's end."
    )


class ChannelKeys(Keys):
    """The names of the channels."""

    welcome: ChannelName = Field(
        default="welcome", description="Everyone reads it: how to join and where to listen."
    )
    programme: ChannelName = Field(
        default="programme", description="The programme of each day and all announcements."
    )
    floor: ChannelName = Field(default="floor", description="The list of speakers.")
    polls: ChannelName = Field(default="polls", description="Indicative polls and their results.")
    questions: ChannelName = Field(default="questions", description="A thread per guiding question.")
    moderators: ChannelName = Field(default="moderators", description="For moderators only.")


class ProgrammeKeys(Keys):
    """The programme of a meeting."""

    title: MeetingTitle = Field(description="The meeting's title.")
    about: About = Field(default="", description="What this is, in up to three lines, for the welcome panel.")
    time_zone: TimeZone = Field(description="The venue's zone by its IANA name, such as Asia/Bangkok.")
    venue: Venue = Field(description="What follows a local time, such as Bangkok in “10:30 Bangkok”.")
    days: list[DayKeys] = Field(description="In order of date.", min_length=1, max_length=fields.DAYS)
    notices: NoticeKeys = Field(default=NoticeKeys(), description="Minutes; each may be left out.")
    speakers: SpeakerKeys = Field(
        default=SpeakerKeys(),
        json_schema_extra={"default": {}},
        description="How the lists of speakers are kept; each may be left out.",
    )
    written_until: DayTime | None = Field(
        default=None,
        description="Until when one may submit in writing: a day's id and a time at the venue, such as"
        " `d2 18:00`. Default: the end of the last day.",
    )
    channels: ChannelKeys = Field(default=ChannelKeys(), description="Names; each may be left out.")


def schema() -> dict[str, Any]:
    """The JSON schema (2020-12) of the file; what it cannot say (order, ids, what fits together) is in
    `config.checks` and `config.poll_checks`."""
    made = ProgrammeKeys.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": "Programme"}
