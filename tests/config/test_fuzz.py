"""Whatever is done to a good programme or roster, reading gives a value or faults, nothing else."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.faults import Faults
from config.poll_file import PollKeys
from config.programme import read_programme
from config.roster import read_roster
from config.speaker_file import LimitKeys
from meeting.poll_times import BY_HAND
from meeting.polls import OPTIONS, Poll, PollKind, checked

ROOT = Path(__file__).parents[2]
SHIPPED = (ROOT / "config" / "programme.yaml").read_bytes()
ROSTER = (ROOT / "tests" / "programmes" / "europe.csv").read_bytes()

SNIPPETS = st.sampled_from(
    [b"", b"\n", b"\t", b":", b"- ", b"  ", b'"', b"'", b"{", b"}", b"[", b"]", b"&a", b"*a", b"!!str ", b"|",
     b">", b"#", b"---\n", b"%", b"? ", b"<<: ", b"\xff", b"\x00", b"\xe2\x80\xa8", b"\r", b",", b"~", b"NO",
     b"25:00", b"start+15", b" polls:\n", b"round_of: p6\n", b"kind: points\n", b"options: []\n", b"hand",
     b"secrecy: secret-final\n", b"results: live\n", b"9999-12-31", b"\nid: x\n", b"\ndays:\n",
     b"        items: []\n", b";", b"-1", b"2:1", b"1:30", b"strict", b"\nspeakers:\n", b"  limits:\n",
     b"least: 6\n", b"closes: 20\n", b"\nwritten_until: d2 18:00\n"]
)  # fmt: skip
EDIT = st.tuples(st.integers(0, 1_000_000), st.integers(0, 40), SNIPPETS | st.binary(max_size=6))
QUICK = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def _edited(content: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for place, length, snippet in edits:
        at = place % (len(content) + 1)
        content = content[:at] + snippet + content[at + length :]
    return content


@QUICK
@given(edits=st.lists(EDIT, min_size=1, max_size=4))
def test_programme(edits: list[tuple[int, int, bytes]], tmp_path: Path) -> None:
    path = tmp_path / "programme.yaml"
    path.write_bytes(_edited(SHIPPED, edits))
    try:
        read_programme(path)
    except Faults as faults:
        assert faults.faults
        lines = len(path.read_bytes().decode("utf-8", "replace").splitlines()) + 1
        for fault in faults.faults:
            assert 0 < fault.line <= lines
            assert fault.sentence
            assert "\n" not in str(fault)


@QUICK
@given(lines=st.permutations(range(len(SHIPPED.splitlines()))))
def test_programme_with_lines_taken_out_and_moved(lines: list[int], tmp_path: Path) -> None:
    written = SHIPPED.splitlines(keepends=True)
    kept = sorted(lines[: len(lines) - 3])
    moved = [*kept[:-1], lines[-1], kept[-1]]
    path = tmp_path / "programme.yaml"
    path.write_bytes(b"".join(written[n] for n in moved))
    try:
        read_programme(path)
    except Faults as faults:
        assert all(0 < fault.line <= len(moved) + 1 for fault in faults.faults)


WORDS = st.sampled_from(
    ["all", "members", "named", "open-changeable", "secret-final", "closing", "live", "mode", "person", "yes",
     "hand", "start", "start+15", "end", "end-5", "end+5", "d1 09:00", "d2 09:00", "d3 09:00", "p0", "p1",
     "-1", "0", "1", "7", "60", "two", "٣", ""]
)  # fmt: skip
TEXTS = st.text("abA é\u200b\u202eกا'#:-[{\n", max_size=5)
ANYTHING = WORDS | TEXTS | st.lists(TEXTS, max_size=3) | st.just({})
OF_KIND = {
    "single": st.just({}),
    "approval": st.fixed_dictionaries({}, optional={"choose": st.sampled_from(["1", "2"])}),
    "ranking": st.fixed_dictionaries({}, optional={"places": st.sampled_from(["1", "2"])}),
    "points": st.fixed_dictionaries({}, optional={"dots": st.integers(1, 50).map(str), "cap": st.just("5")}),
    "score": st.fixed_dictionaries({}, optional={"levels": st.just("7") | st.just(["low", "high"])}),
}
OF_ALL = st.fixed_dictionaries(
    {},
    optional={
        "electorate": st.sampled_from(["all", "members", ["observers", "members"]]),
        "secrecy": st.sampled_from(["named", "secret-final"]),
        "results": st.sampled_from(["closing", "released"]),
        "closes": st.sampled_from(["hand", "end", "end+5", "d2 09:00"]),
        "opens": st.sampled_from(["hand", "start", "start+15", "d1 09:00"]),
    },
)


@st.composite
def _poll(draw: st.DrawFn, place: int) -> dict[str, Any]:
    """A poll that is mostly as it should be."""
    if place and draw(st.booleans()):
        poll = {"round_of": f"p{draw(st.integers(0, place - 1))}"}
    else:
        kind = draw(st.sampled_from(sorted(OF_KIND)))
        options = draw(st.lists(st.sampled_from("abcdef"), min_size=2, unique=True))
        poll = {
            "question": "What?",
            "kind": kind,
            "options": [*options[:-1], *({"text": o} for o in options[-1:])],
        }
        poll |= draw(OF_KIND[kind]) | draw(OF_ALL)
    poll["id"] = f"p{place}"
    if draw(st.integers(0, 3)) == 3:
        poll[draw(st.sampled_from(sorted(PollKeys.model_fields)))] = draw(ANYTHING)
    return poll


POLLS = st.integers(1, 3).flatmap(lambda size: st.tuples(*(_poll(place) for place in range(size))))


@settings(QUICK, max_examples=400)
@given(polls=POLLS)
def test_polls_that_read_can_be_answered(
    polls: tuple[dict[str, Any], ...], good: str, tmp_path: Path
) -> None:
    """JSON is YAML, so the polls can be made as values; each has a fault, or a ballot that counts."""
    path = tmp_path / "programme.yaml"
    written = f"        polls: {json.dumps(polls, ensure_ascii=False)}\n  - id: d2\n"
    path.write_text(good.replace("  - id: d2\n", written), "utf-8")
    try:
        read = read_programme(path).polls
    except Faults as faults:
        assert all(fault.line > 0 and fault.sentence and "\n" not in str(fault) for fault in faults.faults)
        return
    assert [poll.poll_id for poll in read] == [poll["id"] for poll in polls]
    for poll in read:
        if poll.options:
            assert checked(poll, _ballot(poll)) == _ballot(poll)
            assert len(poll.options) <= OPTIONS
        else:
            assert poll.opens == BY_HAND


def _ballot(poll: Poll) -> tuple[int, ...]:
    """An answer that uses all there is: the most options, places or dots."""
    if poll.kind is PollKind.POINTS:
        left, dots = poll.most, []
        for _ in poll.options:
            dots.append(min(poll.cap, left))
            left -= dots[-1]
        return tuple(dots)
    if poll.kind is PollKind.SCORE:
        return tuple(len(poll.levels) - 1 for _ in poll.options)
    return tuple(range(poll.most))


TIMES = st.sampled_from(["1", "7", "1:30", "0:15", "60"]) | st.integers(0, 70).map(str) | TEXTS
RULES = st.fixed_dictionaries(
    {},
    optional={
        **{key: st.sampled_from(["0", "5", "15", "30"]) | TEXTS for key in ("opens", "last_call", "closes")},
        **dict.fromkeys(("least", "most"), TIMES),
        "limits": st.dictionaries(st.sampled_from(sorted(LimitKeys.model_fields)), TIMES, max_size=2)
        | ANYTHING,
        "sides": st.sampled_from(["alternate", "strict", "2:1", "1:10", "1/2"]) | ANYTHING,
        "order": st.sampled_from(["inscription", "alphabetical"]) | ANYTHING,
        "turn_over": ANYTHING,
    },
)


@settings(QUICK, max_examples=300)
@given(rules=RULES | ANYTHING, until=st.none() | ANYTHING)
def test_rules_of_the_lists_that_read_can_be_kept(rules: Any, until: Any, good: str, tmp_path: Path) -> None:
    path = tmp_path / "programme.yaml"
    said = {"speakers": rules} | ({} if until is None else {"written_until": until})
    lines = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in said.items())
    path.write_text(good + lines, "utf-8")
    try:
        programme = read_programme(path)
    except Faults as faults:
        assert all(fault.line > 0 and fault.sentence and "\n" not in str(fault) for fault in faults.faults)
        return
    policy = programme.speakers
    assert policy is not None
    assert policy.closes <= policy.last_call
    assert timedelta() < policy.least <= policy.most


@QUICK
@given(edits=st.lists(EDIT, min_size=1, max_size=4))
def test_roster(edits: list[tuple[int, int, bytes]], tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(_edited(ROSTER, edits))
    try:
        assert read_roster(path)
    except Faults as faults:
        assert all(fault.line > 0 and fault.sentence for fault in faults.faults)
