"""Charts only a report has: turnout over all polls, and the shift between two rounds of one."""

from collections.abc import Sequence

from meeting.polls import Poll
from meeting.tallies import Shift
from report.charts import Bar, Block, Chart
from report.poll_charts import SUMS
from report.record import Json
from report.said import Wording


def turnout_chart(opened: Sequence[Json], marking: str, said: Wording) -> Chart:
    """For each tally and unit a block, in it a bar for each poll: how many of those asked answered."""
    blocks = []
    for unit in ("delegation", "person"):
        for tally in ("members", "member_organisations", "observers"):
            whose = "tallies" if unit == "delegation" else "people"
            bars = [
                _bar(one, turnout, said)
                for one in opened
                if one["unit"] == unit
                for turnout in one["turnout"]
                if turnout["tally"] == tally
            ]
            if bars:
                scale = said.say("report.polls.scale_turnout")
                blocks.append(Block(said.say(f"report.{whose}.{tally}"), "", tuple(bars), 1, scale))
    title, unit = said.say("report.polls.turnout"), said.say("report.polls.turnout_about")
    return Chart(title, unit, tuple(blocks), marking, said.say("polls.chart.foot"))


def _bar(one: Json, turnout: Json, said: Wording) -> Bar:
    answered, of = turnout["answered"], turnout["of"]
    label = one["question"]
    if one["round"] > 1:
        label = said.say("polls.round", question=label, n=one["round"])
    text = said.say(f"report.polls.answered_{one['unit']}", n=answered, of=of)
    return Bar(label, answered / max(of, 1), text)


def shift_chart(
    poll: Poll, shifted: Sequence[Shift], who: str, marking: str, bases: str, said: Wording
) -> Chart:
    """Each option's share now (solid) over that of the earlier round (hatched), the difference beside it."""
    attribute = "share" if poll.kind in SUMS else "percent"
    pairs = [
        (each.option, getattr(each.was, attribute), getattr(each.becomes, attribute)) for each in shifted
    ]
    full = max((share for _, was, now in pairs for share in (was, now)), default=0) or 1
    bars = tuple(
        Bar(
            poll.options[option].text,
            now,
            said.say("report.polls.shifted", n=now, shift=f"{now - was:+d}"),
            "",
            was,
            said.say("report.polls.percent", n=was),
        )
        for option, was, now in pairs
    )
    scale = said.say("report.polls.scale_shift", n=full)
    block = Block(who, said.say("report.columns.now"), bars, full, scale, said.say("report.columns.earlier"))
    return Chart(poll.question, bases, (block,), marking, said.say("polls.chart.foot"))
