"""Section on indicative polls: who answered, the figures as a chart and as a table, and what shifted."""

from collections.abc import Sequence

from meeting.polls import PollKind
from meeting.tallies import Figures, GroupFigures, Pairwise, Shift, shifts
from report.document import Cell, Draft
from report.poll_charts import SUMS, chart_of
from report.poll_values import figures_of, hand_counts_of, poll_of
from report.poll_words import PollWords
from report.record import Json
from report.report_charts import shift_chart, turnout_chart
from report.said import Wording


def polls(draft: Draft, record: Json, said: Wording) -> None:
    """Each poll that was opened, in the programme's order."""
    opened = [one for one in record["polls"] if one["opened_at"]]
    if not opened:
        draft.paragraph(said.say("report.polls.none"))
        return
    draft.paragraph(said.say("report.polls.lead", n=len(opened)))
    _turnout(draft, record, opened, said)
    for one in opened:
        _poll(draft, record, one, said)


def title(one: Json, said: Wording) -> str:
    """The question, and of a later round which one it is."""
    question = str(one["question"])
    return question if one["round"] == 1 else said.say("polls.round", question=question, n=one["round"])


def _turnout(draft: Draft, record: Json, opened: Sequence[Json], said: Wording) -> None:
    marking = record["meeting"]["marking"]
    draft.picture("turnout", said.say("report.polls.turnout"), turnout_chart(opened, marking, said))
    tallies = sorted({each["tally"] for one in opened for each in one["turnout"]}, key=_order)
    draft.table(
        said.say("report.polls.turnout"),
        [said.say("report.columns.poll"), *(said.say(f"report.tallies.{tally}") for tally in tallies)],
        [[title(one, said), *(_answered(one, tally, said) for tally in tallies)] for one in opened],
        2,
    )


def _order(tally: str) -> int:
    return ("members", "member_organisations", "observers").index(tally)


def _answered(one: Json, tally: str, said: Wording) -> Cell:
    found = next((each for each in one["turnout"] if each["tally"] == tally), None)
    if found is None:
        return said.say("report.polls.not_asked")
    return said.say(f"report.polls.answered_{one['unit']}", n=found["answered"], of=found["of"])


def _poll(draft: Draft, record: Json, one: Json, said: Wording) -> None:
    say, poll, figures = said.say, poll_of(one), figures_of(one)
    words = PollWords(said, poll, one, record["meeting"]["marking"])
    draft.heading(2, title(one, said))
    closed = "_closed" if poll.secrecy == "open-changeable" and one["closed_at"] else ""
    draft.paragraph(
        say(
            "report.polls.about",
            item=say("report.quoted", text=said.title(one["item_id"])),
            kind=say(f"polls.kind.{poll.kind}"),
            unit=say(f"polls.unit.{poll.unit}"),
            secrecy=say(f"report.polls.secrecy.{poll.secrecy}{closed}"),
            state=_when(one, said),
        )
    )
    if one["illustrative"]:
        draft.note(say("report.polls.illustrative"))
    if not one["released"]:
        draft.paragraph(say("report.polls.not_released"))
        return
    before = _before(record, one)
    if any(each.answered for each in figures):
        chart = chart_of(poll, figures, words, before, hand_counts_of(one))
        draft.picture(f"poll-{one['poll_id']}", title(one, said), chart)
    _table(draft, one, figures, words, said)
    for each in figures:
        if each.groups:
            _groups(draft, one, each, words, said)
        if each.pairwise is not None:
            _pairwise(draft, one, each, words, said)
    for was in before:
        _shift(draft, record, one, was, said, words)
    for count in hand_counts_of(one):
        heads = [say("report.columns.option"), say("report.columns.hand")]
        rows = list(zip(one["options"], count.counts, strict=True))
        caption = say("report.polls.hand", tally=words.who(count.tally), n=count.answered)
        draft.table(caption, heads, rows, 3)


def _when(one: Json, said: Wording) -> str:
    opened = said.moment(one["opened_at"])
    if one["closed_at"]:
        return said.say("report.polls.opened_closed", opened=opened, closed=said.moment(one["closed_at"]))
    return said.say("report.polls.opened", opened=opened)


def _table(draft: Draft, one: Json, figures: Sequence[Figures], words: PollWords, said: Wording) -> None:
    """A row for each option, a column for each tally, its base in the head; tallies stand side by side and
    are not added."""
    heads = [
        said.say("report.polls.head", tally=words.who(each.tally), base=words.base(each)) for each in figures
    ]
    draft.table(
        title(one, said),
        [said.say("report.columns.option"), *heads],
        _rows(one, figures, words),
        2,
    )
    note = said.say(f"report.polls.legend.{one['kind']}", places=words.places())
    draft.note(note)


def _rows(one: Json, columns: Sequence[Figures | GroupFigures], words: PollWords) -> list[list[Cell]]:
    rows: list[list[Cell]] = [
        [text, *(words.cell(each.options[place]) if _shows(each) else "–" for each in columns)]
        for place, text in enumerate(one["options"])
    ]
    if one["abstaining"]:
        shown = [
            words.share(each.abstained, each.abstained_percent) if _shows(each) else "–" for each in columns
        ]
        rows.append([words.abstained, *shown])
    return rows


def _shows(one: Figures | GroupFigures) -> bool:
    return bool(one.answered and one.options)


def _groups(draft: Draft, one: Json, figures: Figures, words: PollWords, said: Wording) -> None:
    heads = [
        said.say("report.polls.head", tally=words.group(group.group), base=words.base(group))
        for group in figures.groups
    ]
    caption = said.say("report.polls.groups", tally=words.who(figures.tally), title=title(one, said))
    rows = _rows(one, figures.groups, words)
    draft.table(caption, [said.say("report.columns.option"), *heads], rows, 2)


def _pairwise(draft: Draft, one: Json, figures: Figures, words: PollWords, said: Wording) -> None:
    who = words.who(figures.tally)
    if figures.pairwise is Pairwise.WINNER and figures.winner is not None:
        option = said.say("report.quoted", text=one["options"][figures.winner])
        draft.paragraph(said.say("report.polls.pairwise.winner", tally=who, option=option))
    else:
        draft.paragraph(said.say(f"report.polls.pairwise.{figures.pairwise}", tally=who))


def _before(record: Json, one: Json) -> list[Figures]:
    """The figures of the earlier round that can be compared with."""
    earlier = next((each for each in record["polls"] if each["poll_id"] == one["round_of"]), None)
    if earlier is None:
        return []
    return [each for each in figures_of(earlier) if each.tally.value in one["comparable"]]


def _shift(draft: Draft, record: Json, one: Json, was: Figures, said: Wording, words: PollWords) -> None:
    """Both rounds' bases side by side, and each option's share in both."""
    say, poll = said.say, poll_of(one)
    now = next(each for each in figures_of(one) if each.tally is was.tally)
    if not now.answered or now.suppressed:
        return
    who = words.who(was.tally)
    bases = {"was": was.answered, "was_of": was.of, "n": now.answered, "of": now.of}
    told = say("report.polls.round", tally=who, **bases)
    moved = next((each for each in one["moved"] if each["tally"] == was.tally.value), None)
    if moved is None:
        told += " " + say(f"report.polls.other_base_{one['unit']}")
    else:
        told += " " + say("report.polls.moved", **{key: n for key, n in moved.items() if key != "tally"})
    draft.paragraph(told)
    shifted = shifts(poll, was, now)
    if poll.kind is PollKind.SCORE:
        heads = [say(f"report.columns.{key}") for key in ("option", "earlier", "now")]
        rows = [
            [one["options"][each.option], words.value(each.was), words.value(each.becomes)]
            for each in shifted
        ]
    else:
        chart = shift_chart(poll, shifted, who, record["meeting"]["marking"], told, said)
        name = f"shift-{one['poll_id']}-{was.tally}"
        draft.picture(name, say("report.polls.shift", tally=who, title=one["question"]), chart)
        heads = [say(f"report.columns.{key}") for key in ("option", "earlier", "now", "shift")]
        rows = [[one["options"][each.option], *_percents(poll.kind, each, said)] for each in shifted]
    draft.table(say("report.polls.shift", tally=who, title=one["question"]), heads, rows, 3)


def _percents(kind: PollKind, shift: Shift, said: Wording) -> list[Cell]:
    """The shares by which rounds compare (of all points, or of all who answered), and what is between."""
    say = said.say
    was, now = ((one.share if kind in SUMS else one.percent) for one in (shift.was, shift.becomes))
    percents = [say("report.polls.percent", n=share) for share in (was, now)]
    return [*percents, say("report.polls.points", shift=f"{now - was:+d}")]
