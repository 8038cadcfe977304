"""Section by guiding question: what was put forward, by kind, key points first, and who stands behind it."""

from meeting.inputs import InputKind
from meeting.reports import amount
from report.document import Draft
from report.record import Json
from report.said import Wording


def questions(draft: Draft, record: Json, said: Wording) -> None:
    """Each guiding question with its parts."""
    if not record["questions"]:
        draft.paragraph(said.say("report.questions.no_question"))
    for question in record["questions"]:
        draft.heading(2, question["title"])
        _question(draft, record, question, said)


def _question(draft: Draft, record: Json, question: Json, said: Wording) -> None:
    say, parts = said.say, question["parts"]
    every = [one for part in parts for one in part["inputs"]]
    items = {one["item_id"]: one["statements"] for one in record["speaking"]["items"]}
    draft.paragraph(say("report.questions.text", text=question["text"]))
    heard = say("report.questions.heard", n=items.get(question["item_id"], 0))
    if not every:
        draft.paragraph(say("report.questions.nothing", heard=heard))
        return
    inputs = say("report.questions.inputs", n=len(every))
    named = say("report.questions.named", n=question["contributed"])
    draft.paragraph(say("report.questions.gathered", heard=heard, inputs=inputs, named=named))
    several = len(parts) > 1
    draft.table(
        say("report.questions.caption", title=question["title"]),
        [
            *([say("report.columns.part")] if several else []),
            *(say(f"report.kinds.{kind}") for kind in InputKind),
            say("report.columns.key"),
            say("report.columns.inputs"),
        ],
        [
            [
                *([say("report.part_number", n=number)] if several else []),
                *(sum(one["kind"] == kind for one in part["inputs"]) for kind in InputKind),
                sum(one["key"] for one in part["inputs"]),
                len(part["inputs"]),
            ]
            for number, part in enumerate(parts, start=1)
        ],
        *([5] if several else []),
        *(6, 7, 7, 5, 6, 5, 6),  # as wide as their heads
    )
    for number, part in enumerate(parts, start=1):
        if several:
            draft.heading(3, say("report.part", n=number, text=part["text"]))
            if not part["inputs"]:
                draft.paragraph(say("report.questions.no_part"))
        for one in sorted(part["inputs"], key=_place):
            draft.paragraph(_whose(one, question["contributed"], said), _what(one, said))
            draft.quote(one["text"])


def _place(one: Json) -> tuple[bool, int]:
    """Key points first, then by kind; those of a kind in the order in which they showed."""
    return not one["key"], [*InputKind].index(InputKind(one["kind"]))


def _what(one: Json, said: Wording) -> str:
    kind = said.say(f"report.kind.{one['kind']}")
    if one["key"]:
        return said.say("report.questions.key_point", kind=kind[:1].lower() + kind[1:])
    return f"{kind}."


def _whose(one: Json, contributed: int, said: Wording) -> str:
    say = said.say
    if one["author"] is not None:
        author = one["author"]
    elif one["category"] is not None:
        author = say(f"report.author.{one['category']}")
    else:
        author = say(f"report.author.{one['attribution']}")
    signed = one["attribution"] == "delegation"
    told = [say("report.questions.by", author=author)]
    if one["behind"]:
        number = one["behind"] + signed
        values = {
            "amount": say(f"report.amounts.{amount(number, contributed)}"),
            "n": number,
            "of": contributed,
        }
        if one["supporters"]:
            names = said.listed(one["supporters"])
            told = [say("report.questions.by_with", author=author, names=names, **values)]
        else:
            told = [say("report.questions.by_others", author=author, **values)]
    if one["merged"]:
        told.append(say("report.questions.merged", n=one["merged"]))
    return " ".join(told)
