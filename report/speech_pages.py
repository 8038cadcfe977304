"""Sections on who spoke how much, what was submitted in writing, what was not taken, and what comes next."""

from collections.abc import Iterable, Sequence

from meeting.delegations import Category
from meeting.speakers import SpeechKind
from report.document import Cell, Draft
from report.record import Json
from report.said import Wording

MAIN = ("group", "statement")


def interventions(draft: Draft, record: Json, said: Wording) -> None:
    """Statistics of the lists of speakers."""
    say, speeches = said.say, record["speeches"]
    if not speeches:
        draft.paragraph(say("report.speeches.none"))
    else:
        main = [one for one in speeches if one["kind"] in MAIN]
        room = sum(one["floor"] == "room" for one in main)
        spoken = said.span(sum(one["seconds"] for one in main))
        sides = {"room": room, "virtual": len(main) - room}
        draft.paragraph(say("report.speeches.lead", n=len(main), spoken=spoken, **sides))
        counts = {kind: sum(one["kind"] == kind for one in speeches) for kind in SpeechKind}
        kinds = [say(f"report.speech_kinds.{kind}", n=n) for kind, n in counts.items() if n]
        draft.paragraph(say("report.speeches.kinds", kinds=said.listed(kinds)))
        associated = sum(one["associated"] for one in speeches)
        if associated:
            draft.paragraph(say("report.speeches.associated", n=associated))
        items = [key for key in said.items if any(one["item_id"] == key for one in main)]
        columns = ("interventions", "room", "virtual", "time")
        heads = [say(f"report.columns.{key}") for key in columns]
        by_item = [[said.title(key), *_sums(main, "item_id", key, said)] for key in items]
        draft.table(
            say("report.speeches.by_item"), [say("report.columns.item"), *heads], by_item, 6, 3, 2, 2, 2
        )
        by_category = [
            [
                said.category(category),
                *_sums(main, "category", category, said),
                sum(one["over"] for one in main if one["category"] == category),
            ]
            for category in Category
            if any(one["category"] == category for one in main)
        ]
        heads = [say("report.columns.category"), *heads, say("report.columns.over")]
        draft.table(say("report.speeches.by_category"), heads, by_category, 5, 3, 2, 2, 2, 2)
        draft.note(say("report.speeches.note"))
    if record["in_course"]:
        draft.paragraph(say("report.speeches.in_course", n=record["in_course"]))


def _sums(speeches: Iterable[Json], field: str, value: str, said: Wording) -> list[Cell]:
    mine = [one for one in speeches if one[field] == value]
    room = sum(one["floor"] == "room" for one in mine)
    return [len(mine), room, len(mine) - room, said.span(sum(one["seconds"] for one in mine))]


def statements(draft: Draft, record: Json, said: Wording) -> None:
    """What was submitted in writing; the texts stand in an annex."""
    say, found = said.say, record["statements"]
    if not found:
        draft.paragraph(say("report.statements.none"))
        return
    words = sum(one["words"] for one in found)
    draft.paragraph(say("report.statements.lead", n=len(found), words=words))
    draft.table(
        say("report.statements.caption"),
        [say(f"report.columns.{key}") for key in ("number", "delegation", "item", "words")],
        [
            [
                number,
                one["delegation"] or say("report.author.delegation"),
                said.title(one["item_id"]),
                one["words"],
            ]
            for number, one in enumerate(found, start=1)
        ],
        *(1, 6, 6, 2),
    )


def not_taken(draft: Draft, record: Json, said: Wording) -> None:
    """Items, speakers and polls the time did not suffice for, or that were left out."""
    say, found = said.say, record["not_taken"]
    if found["items"]:
        names = said.listed([say("report.quoted", text=said.title(one)) for one in found["items"]])
        draft.paragraph(say("report.not_taken.items", n=len(found["items"]), items=names))
    left: Sequence[Json] = found["speakers"]
    if left:
        draft.paragraph(say("report.not_taken.speakers", n=len(left)))
        draft.table(
            say("report.not_taken.caption"),
            [say(f"report.columns.{key}") for key in ("item", "delegation", "kind", "side")],
            [
                [
                    said.title(one["item_id"]),
                    one["delegation"] or say(f"report.author.{one['category']}"),
                    say(f"report.speech_kind.{one['kind']}"),
                    say(f"report.sides.{one['floor']}"),
                ]
                for one in left
            ],
            *(5, 4, 3, 2),
        )
    if found["polls"]:
        asked = {poll["poll_id"]: poll["question"] for poll in record["polls"]}
        names = said.listed([say("report.quoted", text=asked[one]) for one in found["polls"]])
        draft.paragraph(say("report.not_taken.polls", n=len(found["polls"]), polls=names))
    if not (found["items"] or left or found["polls"]):
        draft.paragraph(say("report.not_taken.nothing"))


def next_steps(draft: Draft, record: Json, said: Wording) -> None:
    """Left to the rapporteur: what comes next is agreed, not recorded."""
    draft.paragraph(said.say("report.next_steps"))
