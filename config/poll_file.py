"""The keys of an indicative poll in the programme file, described for the organiser."""

from typing import Annotated, TypeAlias

from pydantic import Field

from config import fields
from config.keys import Id, Keys, Short, Written, YesNo, choice, digits, line, number
from config.suggestions import instead, quoted
from meeting import poll_times, polls
from meeting.delegations import Tally
from meeting.poll_times import Moment
from meeting.polls import Breakdown, PollKind, Secrecy, Showing, Unit

ALL = "all"
"""How an electorate of all three tallies is written."""


def _option(value: object) -> object:
    """A text is an option of which nothing else is said."""
    return value if isinstance(value, dict) else {"text": fields.text(value)}


def _electorate(value: object) -> object:
    """`all`, or one tally, as the list it is."""
    if isinstance(value, list):
        if not value:
            raise ValueError(f"the list is empty: name who is asked, or write `{ALL}`")
        return value
    written, tallies = fields.text(value), [tally.value for tally in Tally]
    if written == ALL:
        return tallies
    if written not in tallies:
        raise ValueError(f"{quoted(written)} is not known here; {instead(written, [ALL, *tallies])}")
    return [written]


def _levels(value: object) -> object:
    """A number of levels as their names."""
    if not isinstance(value, list):
        return [str(one) for one in range(1, fields.number_of(2, polls.LEVELS)(value) + 1)]
    if len(value) < 2:
        raise ValueError("these are too few levels: name two at least, the lowest first, or write a number")
    return value


class OptionKeys(Keys):
    """An option of a poll, or a row to score."""

    text: Annotated[str, line(polls.OPTION_TEXT)] = Field(description="As it is shown; it names a theme.")
    illustrative: YesNo = Field(default=False, description="`yes`: an example, still to be confirmed.")


OptionText: TypeAlias = Annotated[
    OptionKeys, Short(_option, {"type": "string", "minLength": 1, "maxLength": polls.OPTION_TEXT})
]
TallyWord: TypeAlias = Annotated[Tally, choice(Tally)]
Electorate: TypeAlias = Annotated[
    list[TallyWord], Short(_electorate, {"enum": [ALL, *(tally.value for tally in Tally)]})
]
LevelNames: TypeAlias = Annotated[
    list[Annotated[str, line(polls.LEVEL_TEXT)]],
    Field(max_length=polls.LEVELS),
    Short(_levels, digits(2, polls.LEVELS)),
]
MomentWord: TypeAlias = Annotated[
    Moment,
    Written(
        fields.moment,
        {
            "pattern": "^(hand|start( ?[+] ?[0-9]{1,3})?|end( ?[+-] ?[0-9]{1,3})?"
            f"|{fields.ID.pattern} ([01]?[0-9]|2[0-3]):[0-5][0-9])$"
        },
    ),
]


class PollKeys(Keys):
    """An indicative poll. Of a later round, what is left out is the earlier poll's."""

    id: Id = Field(description="Short id, unique among all polls; it never changes once imported.")
    question: Annotated[str, line(polls.QUESTION_TEXT)] | None = Field(
        default=None, description="What is asked. Needed, but for a later round."
    )
    kind: Annotated[PollKind, choice(PollKind)] | None = Field(
        default=None,
        description="How one answers: `single` one option, `approval` several, `ranking` places, `points`"
        " dots spread over the options, `score` a level for each row. Needed, but for a later round.",
    )
    options: list[OptionText] = Field(
        default=[],
        description="What can be chosen, or the rows to score; each a text, or `text` and `illustrative`."
        " Left out, they are entered on the day; then it opens by hand.",
        max_length=polls.OPTIONS,
    )
    choose: Annotated[int, number(1, polls.OPTIONS)] | None = Field(
        default=None, description="Of an approval: how many options at most. Default: all."
    )
    places: Annotated[int, number(1, polls.PLACES)] | None = Field(
        default=None, description="Of a ranking: how many places are given. Default: 3."
    )
    dots: Annotated[int, number(1, polls.DOTS)] | None = Field(
        default=None, description="Of points: how many dots each ballot places. Default: 10."
    )
    cap: Annotated[int, number(1, polls.CAP)] | None = Field(
        default=None, description="Of points: how many dots one option may have. Default: all."
    )
    levels: LevelNames | None = Field(
        default=None,
        description="Of a score: how many levels there are, or their names, the lowest first. Default: 5.",
    )
    unit: Annotated[Unit, choice(Unit)] = Field(
        default=Unit.DELEGATION, description="Whose ballot it is: one per `delegation`, or per `person`."
    )
    electorate: Electorate = Field(
        default=list(Tally),
        json_schema_extra={"default": ALL},
        description="Who is asked: `all`, or one or several of the three tallies, which are never added.",
    )
    secrecy: Annotated[Secrecy, choice(Secrecy)] = Field(
        default=Secrecy.OPEN_CHANGEABLE,
        description="`named`: the record knows whose ballot is whose; `open-changeable`: until the closing;"
        " `secret-final`: never, and the first answer is final.",
    )
    results: Annotated[Showing, choice(Showing)] = Field(
        default=Showing.CLOSING,
        description="When they show: after the `closing`, when `released` by a moderator after it, `live`, or"
        " to each one after the `own` answer. The last two for named polls only.",
    )
    breakdown: Annotated[Breakdown, choice(Breakdown)] | None = Field(
        default=None, description="By what results are broken down as well, where no group is too small."
    )
    virtual: YesNo = Field(
        default=False, description="`yes`: the virtual side is asked although the item is held in person."
    )
    shuffled: YesNo = Field(default=False, description="`yes`: each voter sees another order of the options.")
    abstaining: YesNo = Field(default=True, description="`no`: one cannot abstain, only not answer.")
    opens: MomentWord = Field(
        default=Moment(poll_times.When.START),
        json_schema_extra={"default": "start"},
        description="`start+15` (minutes after its item starts), `end+5` (after it ends), a day and a time"
        " at the venue such as `d2 08:30`, or `hand`.",
    )
    closes: MomentWord = Field(
        default=Moment(poll_times.When.END),
        json_schema_extra={"default": "end"},
        description="As `opens`, and later. What is written for the end moves with the item.",
    )
    round_of: Id | None = Field(
        default=None,
        description="The id of a poll above, of which this is a later round: the same options, answered in"
        " the same way by the same delegations.",
    )
    illustrative: YesNo = Field(
        default=False, description="`yes`: an example, still to be confirmed; faces say so."
    )
