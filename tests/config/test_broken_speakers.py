"""Broken rules of the lists of speakers, one fault each: line, path and a suggestion."""

from collections.abc import Callable

import pytest

from config.faults import Fault
from tests.config.broken import Broken, line_of

FaultsOf = Callable[[str | bytes], tuple[Fault, ...]]

S, L = "speakers", "speakers.limits"

BROKEN = {
    # keys and shapes
    "unknown key": Broken("closes: 6", "close: 6", "close: 6", f"{S}.close", "did you mean `closes`"),
    "unknown limit": Broken("reply: 1", "replies: 1", "replies", f"{L}.replies", "did you mean `reply`"),
    "unknown section": Broken("speakers:", "speaker:", "speaker:", "speaker", "did you mean `speakers`"),
    "a misspelt deadline": Broken(
        "written_until", "written_untill", "written_untill", "written_untill", "did you mean `written_until`"
    ),
    "nothing under a key": Broken("sides: 2:1", "sides:", "sides:", f"{S}.sides", "take the line out"),
    # words
    "unknown order": Broken(
        "least-spoken", "members_first", "order:", f"{S}.order", "did you mean `members-first`"
    ),
    "an order nobody knows": Broken(
        "least-spoken", "by size", "order:", f"{S}.order", "members-first, inscription, alphabetical, least"
    ),
    "neither yes nor no": Broken(
        "protocol_rank: yes", "protocol_rank: 1", "protocol_rank", f"{S}.protocol_rank", "`yes` or `no`"
    ),
    "unknown time": Broken(
        "time: adaptive", "time: adaptiv", "time:", f"{S}.time", "did you mean `adaptive`"
    ),
    # sides
    "misspelt sides": Broken(
        "sides: 2:1", "sides: alternat", "sides", f"{S}.sides", "did you mean `alternate`"
    ),
    "sides in words": Broken(
        "sides: 2:1", "sides: fair", "sides", f"{S}.sides", "alternate, strict, or a ratio"
    ),
    "a slash in the ratio": Broken("sides: 2:1", "sides: 2/1", "sides", f"{S}.sides", "did you mean `2:1`"),
    "a ratio in words": Broken("sides: 2:1", "sides: 3 to 2", "sides", f"{S}.sides", "did you mean `3:2`"),
    "a ratio of nothing": Broken("sides: 2:1", "sides: 2:0", "sides", f"{S}.sides", "1 to 9 each"),
    "a ratio too high": Broken("sides: 2:1", "sides: 10:1", "sides", f"{S}.sides", "1 to 9 each"),
    "half a ratio": Broken("sides: 2:1", "sides: 2", "sides", f"{S}.sides", "such as `2:1`"),
    "halves in a ratio": Broken("sides: 2:1", "sides: 1.5:1", "sides", f"{S}.sides", "such as `2:1`"),
    # minutes and seconds
    "minutes in words": Broken("opens: 20", "opens: ten", "opens: ten", f"{S}.opens", "digits only"),
    "minutes below": Broken("closes: 6", "closes: -1", "closes: -1", f"{S}.closes", "0 to 240"),
    "minutes beyond": Broken("opens: 20", "opens: 241", "opens: 241", f"{S}.opens", "0 to 240"),
    "a reserve beyond": Broken("reserve: 3", "reserve: 61", "reserve", f"{S}.reserve", "0 to 60"),
    "seconds beyond": Broken("turn_over: 25", "turn_over: 301", "turn_over", f"{S}.turn_over", "0 to 300"),
    "seconds with a unit": Broken(
        "turn_over: 25", "turn_over: 25s", "turn_over", f"{S}.turn_over", "not a number of seconds"
    ),
    # speaking times
    "a half with a point": Broken(
        "group: 10", "group: 1.5", "group: 1.5", f"{L}.group", "did you mean `1:30`"
    ),
    "a half with a comma": Broken(
        "group: 10", "group: 2,5 min", "group: 2", f"{L}.group", "did you mean `2:30`"
    ),
    "minutes with a unit": Broken(
        "group: 10", "group: 10 min", "group: 10", f"{L}.group", "did you mean `10`"
    ),
    "seconds as a time": Broken("group: 10", "group: 90s", "group: 90s", f"{L}.group", "did you mean `1:30`"),
    "minutes and seconds with units": Broken(
        "group: 10", "group: 1 min 30 s", "group: 1", f"{L}.group", "did you mean `1:30`"
    ),
    "sixty seconds": Broken("group: 10", "group: 1:60", "group: 1:60", f"{L}.group", "did you mean `2`"),
    "a time in words": Broken("group: 10", "group: long", "group: long", f"{L}.group", "such as `1:30`"),
    "hours": Broken("group: 10", "group: 0:03:00", "group: 0:03", f"{L}.group", "such as `1:30`"),
    "no time": Broken("group: 10", "group: 0", "group: 0", f"{L}.group", "`0:15` to `60`"),
    "a time too short": Broken("brief: 0:30", "brief: 0:10", "brief", f"{L}.brief", "`0:15` to `60`"),
    "a time too long": Broken("group: 10", "group: 60:01", "group: 60", f"{L}.group", "`0:15` to `60`"),
    "a least in words": Broken("least: 1:15", "least: some", "least: some", f"{S}.least", "such as `1:30`"),
    # what holds between values
    "a last call after the closing": Broken(
        "last_call: 12",
        "last_call: 5",
        "last_call",
        f"{S}.last_call",
        "`last_call: 6` or more, or `closes: 5`",
    ),
    "a closing before the default last call": Broken(
        "  last_call: 12\n  closes: 6\n", "  closes: 16\n", "closes: 16", f"{S}.closes", "`last_call: 16`"
    ),
    "a last call after the default closing": Broken(
        "  last_call: 12\n  closes: 6\n",
        "  last_call: 4\n",
        "last_call",
        f"{S}.last_call",
        "`closes: 4` or less",
    ),
    "a least above the most": Broken(
        "least: 1:15",
        "least: 7:30",
        "least: 7:30",
        f"{S}.least",
        "`least: 7` or less, or `most: 7:30` or more",
    ),
    "a most below the default least": Broken(
        "  least: 1:15\n  most: 7\n", "  most: 0:45\n", "most: 0:45", f"{S}.most", "`least: 0:45` or less"
    ),
    # the deadline
    "a deadline without a day": Broken(
        "d2 18:30", "18.30", "written_until", "written_until", "before it, such as `d2 18:30`"
    ),
    "a deadline without a time": Broken(
        "d2 18:30", "d2", "written_until", "written_until", "such as `d2 18:00`"
    ),
    "a deadline with pm": Broken(
        "d2 18:30", "D1 6 pm", "written_until", "written_until", "did you mean `d1 18:00`"
    ),
    "a deadline at midnight": Broken(
        "d2 18:30", "d2 24:00", "written_until", "written_until", "write `d2 23:59`"
    ),
    "a deadline in words": Broken(
        "d2 18:30", "the evening", "written_until", "written_until", "a day's id, hours and minutes"
    ),
    "a deadline on an unknown day": Broken(
        "d2 18:30", "d3 18:30", "written_until", "written_until", "no day has the id `d3`; use one of: d1, d2"
    ),
    "a deadline on a date": Broken(
        "d2 18:30", "2022-03-25 18:30", "written_until", "written_until", "use one of: d1, d2"
    ),
    "a list for the deadline": Broken(
        "d2 18:30", "[d2, 18.30]", "written_until", "written_until", "a list stands where a text belongs"
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_says_where_and_what_to_do(name: str, spoken: str, faults_of: FaultsOf) -> None:
    broken = BROKEN[name]
    assert broken.old in spoken
    text = spoken.replace(broken.old, broken.new, 1)
    faults = faults_of(text)
    found = [fault for fault in faults if fault.path == broken.path and broken.says in fault.sentence]
    assert [fault.line for fault in found] == [line_of(text, broken.at)], "\n".join(map(str, faults))
    assert len(faults) == 1, "\n".join(map(str, faults))


@pytest.mark.parametrize(
    ("written", "line", "path"),
    [
        ("speakers: yes\n", 1, "speakers"),
        ("speakers:\n  - order: inscription\n", 1, "speakers"),
        ("speakers:\n  opens: 5\n  limits: 3\n", 3, "speakers.limits"),
        ("speakers:\n  limits:\n  opens: 5\n", 2, "speakers.limits"),
    ],
)
def test_what_has_keys_stands_below_indented(
    written: str, line: int, path: str, good: str, faults_of: FaultsOf
) -> None:
    (fault,) = faults_of(good + written)
    assert (fault.line, fault.path) == (good.count("\n") + line, path)
    assert "put it below, indented" in fault.sentence


def test_all_faults_at_once_in_order(spoken: str, faults_of: FaultsOf) -> None:
    names = (
        "unknown order",
        "a slash in the ratio",
        "a last call after the closing",
        "a half with a point",
        "unknown limit",
        "a least above the most",
        "seconds beyond",
        "a deadline on an unknown day",
    )
    text = spoken
    for name in names:
        text = text.replace(BROKEN[name].old, BROKEN[name].new, 1)
    faults = faults_of(text)
    assert [fault.path for fault in faults] == [BROKEN[name].path for name in names]


def test_a_misspelt_bound_is_said_once(spoken: str, faults_of: FaultsOf) -> None:
    """Its default would not go with the other bound, but is not what was meant."""
    for old, new in (("last_call: 12\n  closes: 6", "lastcall: 40\n  closes: 30"), ("most: 7", "mots: 7")):
        text = spoken.replace(old, new).replace("least: 1:15", "least: 6")
        assert [new.partition(":")[0] in fault.path for fault in faults_of(text)] == [True]


def test_a_fault_names_both_minutes(spoken: str, faults_of: FaultsOf) -> None:
    (fault,) = faults_of(spoken.replace("last_call: 12", "last_call: 5"))
    assert fault.sentence == (
        "the last call, 5 minutes before the end, comes after the list closes, 6 minutes before the end:"
        " write `last_call: 6` or more, or `closes: 5` or less"
    )


@pytest.mark.parametrize(("day", "says"), [("2022-03-27", "does not exist"), ("2022-10-30", "comes twice")])
def test_a_deadline_in_a_clock_change(day: str, says: str, spoken: str, faults_of: FaultsOf) -> None:
    text = spoken.replace("2022-03-25", day).replace("d2 18:30", "d2 02:30")
    (fault,) = faults_of(text)
    assert (fault.path, fault.line) == ("written_until", line_of(text, "written_until"))
    assert f"02:30 {says} on {day} in Europe/Berlin" in fault.sentence
