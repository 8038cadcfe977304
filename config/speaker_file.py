"""The keys of the lists of speakers in the programme file, described for the organiser."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from pydantic import Field

from config import fields
from config.keys import Keys, Written, YesNo, choice, digits, minutes
from meeting.speakers import Preset


class Sharing(StrEnum):
    """Where speaking time comes from: the limit of each category, or what is left of the item."""

    FIXED = "fixed"
    ADAPTIVE = "adaptive"


SpeakingTime: TypeAlias = Annotated[
    timedelta,
    Written(
        fields.speaking_time,
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": 60},
                {"type": "string", "pattern": "^[0-9]{1,2}(:[0-5][0-9])?$"},
            ]
        },
    ),
]
Sides: TypeAlias = Annotated[
    tuple[int, int] | None,
    Written(
        fields.sides,
        {
            "anyOf": [
                {"enum": [fields.ALTERNATE, fields.STRICT]},
                {"type": "string", "pattern": "^[1-9]:[1-9]$"},
            ]
        },
    ),
]
Before: TypeAlias = Annotated[int, minutes(0, 240)]


def _time(default: int, description: str) -> Any:
    """A speaking time; the default in minutes, as it would be written."""
    return Field(
        default=timedelta(minutes=default), json_schema_extra={"default": default}, description=description
    )


class LimitKeys(Keys):
    """Speaking time in minutes, such as 3, or in minutes and seconds, such as 1:30."""

    member: SpeakingTime = _time(3, "Of a member's statement.")
    member_organisation: SpeakingTime = _time(3, "Of a member organisation's statement.")
    observer: SpeakingTime = _time(2, "Of an observer's statement.")
    group: SpeakingTime = _time(5, "Of a statement on behalf of a group.")
    reply: SpeakingTime = _time(2, "Of a right of reply.")
    brief: SpeakingTime = _time(1, "Of a point of order, and of a question to the speaker.")


class SpeakerKeys(Keys):
    """How the lists of speakers are kept."""

    order: Annotated[Preset, choice(Preset)] = Field(
        default=Preset.MEMBERS_FIRST,
        description="Who comes first: `members-first`, as they asked (`inscription`), `alphabetical`, or who"
        " spoke least so far (`least-spoken`).",
    )
    sides: Sides = Field(
        default=(1, 1),
        json_schema_extra={"default": fields.ALTERNATE},
        description="How the two sides follow each other: `alternate`, `2:1` (two of the room, then one of"
        " the virtual side), or `strict`: nobody's side counts.",
    )
    protocol_rank: YesNo = Field(
        default=False, description="`yes`: the roster's rank goes before the order of asking."
    )
    opens: Before = Field(default=10, description="A list opens this many minutes before its item begins.")
    last_call: Before = Field(default=15, description="The last call is this many minutes before the end.")
    closes: Before = Field(
        default=5, description="A list closes this many minutes before the end, not before its last call."
    )
    limits: LimitKeys = Field(
        default=LimitKeys(),
        json_schema_extra={"default": {}},
        description="Speaking time; each may be left out.",
    )
    time: Annotated[Sharing, choice(Sharing)] = Field(
        default=Sharing.FIXED,
        description="`fixed`: statements have their `limits`; `adaptive`: they share the time left.",
    )
    least: SpeakingTime = _time(1, "Of adaptive time: what each has at least.")
    most: SpeakingTime = _time(5, "Of adaptive time: what each has at most.")
    reserve: Annotated[int, minutes(0, 60)] = Field(
        default=2, description="Minutes at the end of the item kept for the chair."
    )
    turn_over: Annotated[int, Written(fields.number_of(0, 300, "seconds"), digits(0, 300))] = Field(
        default=20, description="Seconds between two speakers."
    )
