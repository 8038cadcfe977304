"""Sections on who spoke how much, what was submitted in writing, what was not taken, and what comes next."""

from collections.abc import Callable, Sequence

from meeting.tallies import SMALLEST_GROUP
from report.document import Cell, Draft
from report.record import Json
from report.said import Wording


def interventions(draft: Draft, record: Json, said: Wording) -> None:
    """Statistics of the lists of speakers."""
    say, all_ = said.say, record["speaking"]
    if not all_["kinds"]:
        draft.paragraph(say("report.speeches.none"))
    else:
        draft.paragraph(_lead(all_, said))
        kinds = [say(f"report.speech_kinds.{kind}", n=n) for kind, n in all_["kinds"].items()]
        draft.paragraph(say("report.speeches.kinds", kinds=said.listed(kinds)))
        if all_["associated"]:
            draft.paragraph(say("report.speeches.associated", n=all_["associated"]))
        items = [(said.title(one["item_id"]), one) for one in all_["items"]]
        _table(draft, "item", items, said)
        categories = [(said.category(one["category"]), one) for one in all_["categories"]]
        _table(draft, "category", categories, said)
        draft.note(say("report.speeches.note"))
        if not said.attributed:
            draft.note(say("report.speeches.few", least=SMALLEST_GROUP))
    if record["in_course"]:
        draft.paragraph(say("report.speeches.in_course", n=record["in_course"]))


def _lead(all_: Json, said: Wording) -> str:
    """How many statements there were; on which sides and how long, where that shows."""
    told = [said.say("report.speeches.lead", n=all_["statements"])]
    if all_["sides"] is not None:
        told.append(said.say("report.speeches.sides", **all_["sides"]))
    if all_["seconds"] is not None:
        told.append(said.say("report.speeches.spoken", spoken=said.span(all_["seconds"])))
    return " ".join(told)


def _table(draft: Draft, by: str, rows: Sequence[tuple[str, Json]], said: Wording) -> None:
    """Totals by item or category, with those columns that show."""
    columns: dict[str, Callable[[Json], Cell]] = {"interventions": lambda one: int(one["statements"])}
    shown = [one for _, one in rows]
    if all(one["sides"] is not None for one in shown):
        columns |= {"room": lambda one: int(one["sides"]["room"])}
        columns |= {"virtual": lambda one: int(one["sides"]["virtual"])}
    if all(one["seconds"] is not None for one in shown):
        columns["time"] = lambda one: said.span(one["seconds"])
    if by == "category":
        columns["over"] = lambda one: int(one["over"])
    draft.table(
        said.say(f"report.speeches.by_{by}"),
        [said.say(f"report.columns.{key}") for key in (by, *columns)],
        [[name, *(cell(one) for cell in columns.values())] for name, one in rows],
        *(6, 3, *[2] * (len(columns) - 1)),
    )


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
    requests = sum(one["n"] for one in found["requests"])
    if requests:
        draft.paragraph(say("report.not_taken.speakers", n=requests))
        draft.table(say("report.not_taken.caption"), *_left(found, said), *(5, 4, 3, 2))
    if found["polls"]:
        asked = {poll["poll_id"]: poll["question"] for poll in record["polls"]}
        names = said.listed([say("report.quoted", text=asked[one]) for one in found["polls"]])
        draft.paragraph(say("report.not_taken.polls", n=len(found["polls"]), polls=names))
    if not (found["items"] or requests or found["polls"]):
        draft.paragraph(say("report.not_taken.nothing"))


def _left(found: Json, said: Wording) -> tuple[list[str], list[list[Cell]]]:
    """The requests that were not met, one by one; without names, how many by item."""
    say = said.say
    if not said.attributed:
        heads = [say(f"report.columns.{key}") for key in ("item", "requests")]
        return heads, [[said.title(one["item_id"]), one["n"]] for one in found["requests"]]
    heads = [say(f"report.columns.{key}") for key in ("item", "delegation", "kind", "side")]
    return heads, [
        [
            said.title(one["item_id"]),
            one["delegation"],
            say(f"report.speech_kind.{one['kind']}"),
            say(f"report.sides.{one['floor']}"),
        ]
        for one in found["speakers"]
    ]


def next_steps(draft: Draft, record: Json, said: Wording) -> None:
    """Left to the rapporteur: what comes next is agreed, not recorded."""
    draft.paragraph(said.say("report.next_steps"))
