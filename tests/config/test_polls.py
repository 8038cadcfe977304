"""What good polls of a programme file become."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import jsonschema
import pytest

from config.documents import plain, read_document
from config.programme import read_programme, schema
from meeting.delegations import Tally
from meeting.poll_times import Moment, When
from meeting.polls import Breakdown, Option, Poll, PollKind, Secrecy, Showing, Unit

File = Callable[[str | bytes], Path]
ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "config" / "programme.yaml"
MINUTE = timedelta(minutes=1)
LAST = "            kind: single\n            options: [one, two]\n"


def _polls(path: Path) -> dict[str, Poll]:
    return {poll.poll_id: poll for poll in read_programme(path).polls}


def _poll(polled: str, file: File, written: str) -> Poll:
    """The last poll with other lines than its kind and options."""
    assert polled.count(LAST) == 1
    lines = "".join(f"            {line}\n" for line in written.splitlines())
    return _polls(file(polled.replace(LAST, lines)))["p6"]


def test_all_polls_in_the_order_of_their_items(polled: str, file: File) -> None:
    polls = read_programme(file(polled)).polls
    assert [(poll.poll_id, poll.item_id) for poll in polls] == [
        ("p1", "d1-03"), ("p2", "d1-03"), ("p3", "d1-03"), ("p4", "d1-03"),
        ("p5", "d2-01"), ("p3-2", "d2-01"), ("p6", "d2-01"),
    ]  # fmt: skip


def test_what_is_not_said(polled: str, file: File) -> None:
    poll = _polls(file(polled))["p6"]
    assert poll == Poll(
        poll_id=poll.poll_id,
        question="Which day?",
        kind=PollKind.SINGLE,
        options=(Option("one"), Option("two")),
        item_id=poll.item_id,
        opens=Moment(When.START),
        closes=Moment(When.END),
        most=1,
        unit=Unit.DELEGATION,
        electorate=frozenset(Tally),
        secrecy=Secrecy.OPEN_CHANGEABLE,
        showing=Showing.CLOSING,
    )
    assert (poll.abstaining, poll.illustrative, poll.virtual, poll.shuffled) == (True, False, False, False)
    assert (poll.cap, poll.levels, poll.breakdown, poll.round_of) == (0, (), None, None)


def test_a_file_without_polls_has_none(good: str, file: File) -> None:
    assert read_programme(file(good)).polls == ()
    assert read_programme(file(good.replace("title: Break", "title: Break\n        polls: []"))).polls == ()


def test_what_is_said(polled: str, file: File) -> None:
    polls = _polls(file(polled))
    p1, p2, p3, p4, p5 = (polls[name] for name in ("p1", "p2", "p3", "p4", "p5"))
    assert (p1.kind, p1.most, p1.options) == (
        PollKind.APPROVAL, 2, (Option("law"), Option("training"), Option("data", illustrative=True)),
    )  # fmt: skip
    assert p1.opens == Moment(When.START, 20 * MINUTE)
    assert (p2.most, p2.secrecy, p2.showing) == (2, Secrecy.NAMED, Showing.LIVE)
    assert (p2.closes.day_id, p2.closes.at) == ("d2", time(8, 30))
    assert (p3.most, p3.cap) == (6, 4)
    assert (p4.most, p4.cap, p4.levels, p4.unit) == (1, 0, ("poor", "fair", "good"), Unit.PERSON)
    assert (p5.options, p5.levels, str(p5.opens), str(p5.closes)) == ((), tuple("12345"), "hand", "hand")
    assert p5.electorate == {Tally.MEMBERS, Tally.OBSERVERS}


@pytest.mark.parametrize(
    ("written", "most", "cap", "levels"),
    [
        ("kind: approval\noptions: [a, b, c]", 3, 0, ()),
        ("kind: approval\noptions: [a, b, c]\nchoose: 1", 1, 0, ()),
        ("kind: ranking\noptions: [a, b, c, d]", 3, 0, ()),
        ("kind: ranking\noptions: [a, b]", 2, 0, ()),
        ("kind: ranking\noptions: [a, b, c, d, e]\nplaces: 5", 5, 0, ()),
        ("kind: points\noptions: [a, b]", 10, 10, ()),
        ("kind: points\noptions: [a, b, c]\ndots: 50", 50, 24, ()),
        ("kind: points\noptions: [a, b]\ndots: '6'\ncap: 3", 6, 3, ()),
        ("kind: score\noptions: [a]", 1, 0, ("1", "2", "3", "4", "5")),
        ("kind: score\noptions: [a, b]\nlevels: 2", 1, 0, ("1", "2")),
        ("kind: score\noptions: [a, b]\nlevels: [10, 20]", 1, 0, ("10", "20")),
        ("kind: approval\nopens: hand", 25, 0, ()),
        ("kind: approval\nopens: hand\nchoose: 2", 2, 0, ()),
        ("kind: ranking\nopens: hand\nplaces: 5", 5, 0, ()),
        ("kind: points\nopens: hand\noptions: []\ndots: 30", 30, 24, ()),
    ],
)
def test_sizes(written: str, most: int, cap: int, levels: tuple[str, ...], polled: str, file: File) -> None:
    poll = _poll(polled, file, written)
    assert (poll.most, poll.cap, poll.levels) == (most, cap, levels)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("all", set(Tally)),
        ("members", {Tally.MEMBERS}),
        ("[observers]", {Tally.OBSERVERS}),
        ("[member_organisations, members]", {Tally.MEMBERS, Tally.MEMBER_ORGANISATIONS}),
    ],
)
def test_who_is_asked(written: str, asked: set[Tally], polled: str, file: File) -> None:
    assert (
        _poll(polled, file, f"kind: single\noptions: [one, two]\nelectorate: {written}").electorate == asked
    )


@pytest.mark.parametrize(
    "option",
    ["@everyone", "**bold** <#1> [a](https://b.example)", "السلامة في البحر", "ความปลอดภัยทางทะเล", "1e3",
     "NO", "~", "2022-09-07", "Would you vote?", "\u202eturned", "\U0001f469\u200d\U0001f467 family",
     "x" * 150],
)  # fmt: skip
def test_an_option_is_text_as_written(option: str, polled: str, file: File) -> None:
    written = f"kind: score\noptions:\n  - '{option}'\n  - other"
    assert _poll(polled, file, written).options[0] == Option(option)
    written = written.replace("- '", "- illustrative: yes\n    text: '")
    assert _poll(polled, file, written).options[0] == Option(option, illustrative=True)


def test_a_round_is_the_earlier_poll_at_another_time(polled: str, file: File) -> None:
    polls = _polls(file(polled))
    first, later = polls["p3"], polls["p3-2"]
    assert later == replace(
        first,
        poll_id=later.poll_id,
        item_id=later.item_id,
        opens=Moment(When.START, 5 * MINUTE),
        closes=Moment(When.END, 5 * MINUTE),
        round_of=first.poll_id,
    )


def test_a_round_may_ask_in_other_words_and_show_otherwise(polled: str, file: File) -> None:
    text = polled.replace(
        "dots: 6",
        "dots: 6\n            results: released\n            shuffled: yes\n            virtual: yes"
        "\n            breakdown: mode\n            illustrative: yes",
    )
    kept = _polls(file(text))["p3-2"]
    assert (kept.question, kept.showing, kept.breakdown) == (
        "Which priorities?", Showing.RELEASED, Breakdown.MODE,
    )  # fmt: skip
    assert (kept.shuffled, kept.virtual, kept.illustrative) == (True, True, True)
    other = _polls(
        file(
            text.replace(
                "round_of: p3",
                "round_of: p3\n            question: And now?\n            results: closing"
                "\n            shuffled: no\n            virtual: no\n            breakdown: sub_region"
                "\n            illustrative: no",
            )
        )
    )["p3-2"]
    assert (other.question, other.showing, other.breakdown) == (
        "And now?", Showing.CLOSING, Breakdown.SUB_REGION,
    )  # fmt: skip
    assert (other.shuffled, other.virtual, other.illustrative) == (False, False, False)


def test_a_third_round(polled: str, file: File) -> None:
    text = polled.replace("- id: p6\n", "- id: p3-3\n            round_of: p3-2\n          - id: p6\n")
    polls = _polls(file(text))
    assert (polls["p3-3"].round_of, polls["p3-3"].options) == ("p3-2", polls["p3"].options)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("question: Which day?", "question: Which day, then?"),
        ("kind: single", "kind: approval"),
        ("options: [one, two]", "options: [two, one]"),
        ("options: [one, two]", "options: [one, {text: two, illustrative: yes}]"),
        ("choose: 2", "choose: 1"),
        ("places: 2", "places: 3"),
        ("dots: 6", "dots: 7"),
        ("cap: 4", "cap: 5"),
        ("[poor, fair, good]", "[poor, fair, great]"),
        ("[members, observers]", "[members, member_organisations]"),
        ("unit: person", "unit: delegation"),
        ("secrecy: named", "secrecy: named\n            abstaining: no"),
        ("results: live", "results: own"),
        ("opens: start+20", "opens: start+21"),
        ("closes: d2 08:30", "closes: d2 08:31"),
        ("id: p6", "id: p7"),
    ],
)
def test_the_fingerprint_tells_polls_apart(old: str, new: str, polled: str, file: File) -> None:
    before = read_programme(file(polled)).fingerprint
    assert polled.count(old) == 1
    assert read_programme(file(polled.replace(old, new))).fingerprint != before
    assert (
        read_programme(file(polled.replace("options: [one, two]", "options: [ 'one', two ]"))).fingerprint
        == before
    )


def test_the_fingerprint_is_the_same_in_every_process(polled: str, file: File) -> None:
    """Python gives sets of texts another order in each process unless it is told not to."""
    path = file(polled)
    said = {
        subprocess.run(
            [sys.executable, "-c", "import sys; from pathlib import Path; from config.programme import"
             " read_programme; print(read_programme(Path(sys.argv[1])).fingerprint)", str(path)],
            env={**os.environ, "PYTHONHASHSEED": str(seed)}, cwd=ROOT,
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in range(4)
    }  # fmt: skip
    assert said == {read_programme(path).fingerprint + "\n"}


def test_the_schema_accepts_all_that_reads(polled: str, file: File) -> None:
    jsonschema.validate(plain(read_document(file(polled)).root), schema())
    for path, value in ((("options", 0), []), (("opens",), "later"), (("levels",), "ten"), (("dots",), 51)):
        broken = plain(read_document(file(polled)).root)
        poll = broken["days"][1]["items"][0]["polls"][2]
        held = poll
        for step in path[:-1]:
            held = held[step]
        held[path[-1]] = value
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, schema())


CATALOGUE = """
p0   d1-02 single      -  person     all     named           start+2  end       3
p1   d1-03 score       5  delegation all     open-changeable start+15 end       1
p2   d1-04 approval    3  delegation all     open-changeable start+25 end       7
p3   d1-05 ranking     3  delegation all     open-changeable start+25 end       6
p5a  d1-07 approval    3  delegation all     open-changeable start+10 start+30  6
p5b  d1-07 approval    2  delegation all     open-changeable start+30 end       5
p6   d1-08 points      10 delegation all     open-changeable start+30 d2_08:30  8
p7   d1-09 score       5  person     all     secret-final    start+10 end+30    1
p8   d2-02 approval    8  delegation all     named           start+40 end       8
p9   d2-05 approval    3  delegation members secret-final    start+30 end       8
p10  d2-06 score       3  delegation members secret-final    hand     hand      0
p6-2 d2-06 points      10 delegation all     open-changeable start    end       8
p11  d2-07 score       5  person     all     secret-final    start    end+60    4
"""
"""The catalogue's facts: the number is how many may be chosen, placed or dotted, or the levels of a score."""


def _fact(poll: Poll) -> tuple[str, ...]:
    number = len(poll.levels) if poll.kind is PollKind.SCORE else poll.most
    return (
        poll.poll_id, str(poll.item_id), poll.kind,
        "-" if poll.kind is PollKind.SINGLE else str(number), poll.unit,
        "all" if poll.electorate == set(Tally) else " ".join(poll.tallies), poll.secrecy,
        str(poll.opens), str(poll.closes).replace(" ", "_"), str(len(poll.options)),
    )  # fmt: skip


def test_the_shipped_catalogue() -> None:
    polls = _polls(SHIPPED)
    assert [_fact(poll) for poll in polls.values()] == [
        tuple(line.split()) for line in CATALOGUE.strip().splitlines()
    ]
    assert all(poll.illustrative for poll in polls.values())
    assert {poll.showing for poll in polls.values()} == {Showing.CLOSING}
    assert all(poll.abstaining for poll in polls.values())
    assert [name for name, poll in polls.items() if poll.virtual] == ["p11"]
    assert [(name, poll.breakdown) for name, poll in polls.items() if poll.breakdown] == [("p7", "mode")]
    assert [(name, poll.cap) for name, poll in polls.items() if poll.cap] == [("p6", 5), ("p6-2", 5)]
    assert [(name, poll.round_of) for name, poll in polls.items() if poll.round_of] == [("p6-2", "p6")]
    assert polls["p10"].levels == ("need to discuss", "can accept", "comfortable")
    assert polls["p6-2"].options == polls["p6"].options
    marked = [name for name, poll in polls.items() if any(option.illustrative for option in poll.options)]
    assert marked == ["p8", "p9"]
    assert all(option.illustrative for name in marked for option in polls[name].options)


def test_no_shipped_poll_decides_or_names_a_state() -> None:
    for poll in read_programme(SHIPPED).polls:
        said = " ".join([poll.question, *(option.text for option in poll.options), *poll.levels]).lower()
        assert not {"vote", "adopt", "adopted", "country", "countries", "endorsed"} & set(said.split()), said
