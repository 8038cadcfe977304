"""The record as tables for spreadsheets: one for each kind of thing, a line for each thing."""

from collections.abc import Iterator, Sequence

from meeting.tallies import Figures, GroupFigures
from report.document import Cell, Sheet
from report.poll_values import figures_of, poll_of
from report.poll_words import PollWords
from report.record import Json
from report.said import Wording
from report.tables import csv_file

Line = tuple[Cell, ...]


def csv_files(sheets: Sequence[Sheet], marking: str) -> dict[str, bytes]:
    """Each as a CSV file by its name, under the meeting's marking, if it has one."""
    return {
        f"{one.name}.csv": csv_file([*([[marking]] if marking else []), one.head, *one.rows])
        for one in sheets
    }


def sheets_of(record: Json, said: Wording) -> tuple[Sheet, ...]:
    """All tables, also those without lines: that there is nothing is said, too."""
    tables = {
        "delegations": (("category", "delegation", "people"), _delegations(record, said)),
        "inputs": (
            ("question", "part", "kind", "author", "text", "behind", "names", "merged", "key"),
            _inputs(record, said),
        ),
        "polls": (
            *(("poll", "question", "round", "group", "answered", "could", "option", "count", "percent"),),
            _polls(record, said),
        ),
        "poll-values": (
            ("poll", "group", "option", "points", "share", "first", "median", "low", "high", "levels"),
            _values(record, said),
        ),
        "ballots": (("poll", "question", "group", "times", "delegation", "answer"), _ballots(record, said)),
        "interventions": _speeches(record, said),
        "statements": (("item", "delegation", "words", "text"), _statements(record, said)),
        "not-taken": _left(record, said),
    }
    return tuple(
        Sheet(name, tuple(said.say(f"report.sheet.{key}") for key in keys), tuple(lines))
        for name, (keys, lines) in tables.items()
    )


def _delegations(record: Json, said: Wording) -> Iterator[Line]:
    for one in record["participation"]["delegations"]:
        yield said.category(one["category"]), one["name"], one["people"]


def _inputs(record: Json, said: Wording) -> Iterator[Line]:
    yes = said.say("report.sheet.yes")
    for question in record["questions"]:
        for number, part in enumerate(question["parts"], start=1):
            for one in part["inputs"]:
                author = one["author"] or said.say(f"report.author.{one['category'] or one['attribution']}")
                kind, key = said.say(f"report.kind.{one['kind']}"), yes if one["key"] else ""
                names = "; ".join(one["supporters"])
                numbers = (one["behind"], names, one["merged"])
                yield question["title"], number, kind, author, one["text"], *numbers, key


def _polls(record: Json, said: Wording) -> Iterator[Line]:
    """Counts of each option; of what does not show, turnout alone."""
    for one in record["polls"]:
        words, figures = PollWords(said, poll_of(one), one, ""), figures_of(one)
        stem = (one["poll_id"], one["question"], one["round"])
        for turnout in () if figures else one["turnout"]:
            who = said.say(f"report.tallies.{turnout['tally']}")
            yield *stem, who, turnout["answered"], turnout["of"], "", "", ""
        for each in figures:
            own = (*stem, words.heading(each), each.answered, each.of)
            if not each.options or not each.answered:
                yield *own, words.base(each), "", ""
                continue
            every: list[Figures | GroupFigures] = [each, *each.groups]
            for found in every:
                name = found.group if isinstance(found, GroupFigures) else ""
                of: Cell = "" if name else each.of
                head = (*stem, words.heading(each, name), found.answered, of)
                for text, option in zip(one["options"], found.options, strict=True):
                    yield *head, text, option.count, option.percent
                yield *head, words.abstained, found.abstained, found.abstained_percent
        for count in one["hand_counts"]:
            who = said.say("polls.chart.hand", tally=said.say(f"report.tallies.{count['tally']}"))
            for text, number in zip(one["options"], count["counts"], strict=True):
                yield *stem, who, count["answered"], "", text, number, ""


def _values(record: Json, said: Wording) -> Iterator[Line]:
    """Points and levels of rankings, dots and scores."""
    for one in record["polls"]:
        if one["kind"] not in ("ranking", "points", "score"):
            continue
        words = PollWords(said, poll_of(one), one, "")
        for each in figures_of(one):
            every: list[Figures | GroupFigures] = [each, *each.groups]
            for group in every:
                who = words.heading(each, group.group if isinstance(group, GroupFigures) else "")
                for text, option in zip(one["options"], group.options, strict=False):
                    where = (option.median, option.low, option.high)
                    levels = ["" if at is None else words.level(at) for at in where]
                    counts = "; ".join(map(str, option.levels))
                    sums = (option.points, option.share, option.first)
                    yield one["poll_id"], who, text, *sums, *levels, counts


def _ballots(record: Json, said: Wording) -> Iterator[Line]:
    """A named poll's by delegation, others' by how often each was cast."""
    for one in record["polls"]:
        words = PollWords(said, poll_of(one), one, "")
        stem = (one["poll_id"], one["question"])
        for each in one["named"]:
            who = said.say(f"report.tallies.{each['tally']}")
            yield *stem, who, 1, each["delegation"], words.choice(tuple(each["choice"]))
        for each in one["ballots"]:
            who = said.say(f"report.tallies.{each['tally']}")
            yield *stem, who, each["times"], "", words.choice(tuple(each["choice"]))


def _speeches(record: Json, said: Wording) -> tuple[tuple[str, ...], list[Line]]:
    """Its columns and lines: one for each intervention; where nobody is named, one for each item."""
    if not said.attributed:
        return ("item", "statements", "seconds"), [
            (said.title(one["item_id"]), one["statements"], "" if one["seconds"] is None else one["seconds"])
            for one in record["speaking"]["items"]
        ]
    columns = ("item", "delegation", "category", "kind", "side", "called", "seconds", "limit")
    return (*columns, "behalf", "names"), [
        (
            said.title(one["item_id"]),
            one["delegation"],
            said.category(one["category"]),
            said.say(f"report.speech_kind.{one['kind']}"),
            said.say(f"report.sides.{one['floor']}"),
            one["called_at"],
            one["seconds"],
            one["limit"] or "",
            one["group"],
            "; ".join(one["associates"]),
        )
        for one in record["speeches"]
    ]


def _statements(record: Json, said: Wording) -> Iterator[Line]:
    for one in record["statements"]:
        yield said.title(one["item_id"]), one["delegation"] or "", one["words"], one["text"]


def _left(record: Json, said: Wording) -> tuple[tuple[str, ...], list[Line]]:
    """Likewise of the requests for the floor that were not met."""
    found = record["not_taken"]
    if not said.attributed:
        return ("item", "requests"), [(said.title(one["item_id"]), one["n"]) for one in found["requests"]]
    return ("item", "delegation", "category", "kind", "side"), [
        (
            said.title(one["item_id"]),
            one["delegation"],
            said.category(one["category"]),
            said.say(f"report.speech_kind.{one['kind']}"),
            said.say(f"report.sides.{one['floor']}"),
        )
        for one in found["speakers"]
    ]
