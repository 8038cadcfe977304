"""A poll of the record as the values the rules and charts know."""

from datetime import datetime

from meeting.delegations import Tally
from meeting.poll_life import HandCount
from meeting.polls import Option, Poll, PollId, PollKind, Secrecy, Unit
from meeting.tallies import Figures, GroupFigures, OptionFigures, Pairwise
from report.record import Json


def poll_of(one: Json) -> Poll:
    """What was asked, and whether it is closed."""
    closed = one["closed_at"]
    return Poll(
        PollId(one["poll_id"]),
        one["question"],
        PollKind(one["kind"]),
        tuple(Option(text) for text in one["options"]),
        most=one["most"],
        cap=one["cap"],
        levels=tuple(one["levels"]),
        unit=Unit(one["unit"]),
        electorate=frozenset(Tally(each["tally"]) for each in one["turnout"]),
        secrecy=Secrecy(one["secrecy"]),
        abstaining=one["abstaining"],
        opened_at=datetime.fromisoformat(one["opened_at"]) if one["opened_at"] else None,
        closed_at=datetime.fromisoformat(closed) if closed else None,
    )


def figures_of(one: Json) -> tuple[Figures, ...]:
    """Its figures by tally; none where nothing shows."""
    return tuple(
        Figures(
            Tally(tally["tally"]),
            tally["answered"],
            tally["of"],
            tally["abstained"],
            tally["abstained_percent"],
            tuple(map(_option, tally["options"])),
            tally["suppressed"],
            Pairwise(tally["pairwise"]) if tally["pairwise"] else None,
            tally["winner"],
            tuple(
                GroupFigures(
                    group["group"],
                    group["answered"],
                    group["abstained"],
                    group["abstained_percent"],
                    tuple(map(_option, group["options"])),
                )
                for group in tally["groups"]
            ),
        )
        for tally in one["tallies"]
    )


def hand_counts_of(one: Json) -> tuple[HandCount, ...]:
    """What was counted by hand beside it."""
    return tuple(
        HandCount(Tally(count["tally"]), count["answered"], tuple(count["counts"]))
        for count in one["hand_counts"]
    )


def _option(one: Json) -> OptionFigures:
    return OptionFigures(**{**one, "levels": tuple(one["levels"])})
