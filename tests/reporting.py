"""A record with a bit of everything, made by hand, for tests of the report's formats; and hostile texts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from bot.words import Documents
from config.catalogue import read_catalogues
from db.polls import Export, Standing
from db.reports import Material, Whereabouts
from meeting import tallies
from meeting.agenda import Agenda, Day, Item
from meeting.delegations import Category, Delegation, DelegationId, Tally
from meeting.inputs import Attribution, Input, InputId, InputKind
from meeting.people import UserId
from meeting.poll_life import HandCount
from meeting.polls import Breakdown, Choice, Option, Poll, PollId, PollKind, Secrecy, Showing, Unit
from meeting.programme import DayId, ItemId, Kind, Mode, Part, PartId, Question, QuestionId, Start
from meeting.seats import Function, Presence, Seat, SeatId
from meeting.speakers import Floor, Inscription, InscriptionId, Policy, SpeakerList, SpeechKind, sitting_of
from meeting.statements import Statement, StatementId
from meeting.tallies import Ballots
from report.document import Document
from report.outline import Status, document_of
from report.record import Json, record_of

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
WORDS = Documents(read_catalogues())
STATUS = Status("ab" * 32)

LONG = "The Associated Delegations of the Republic of the Far Islands and the Nearer Sea, with Observers"
NAMES = (
    "Republic of Alpland",
    "Côre d'Or",
    "ประเทศตัวอย่าง",
    "示例国",
    LONG,
    "المندوبون",
    "Watchers of Examples",
)
CATEGORIES = (*[Category.MEMBER] * 5, Category.MEMBER_ORGANISATION, Category.OBSERVER_ORGANISATION)

DELEGATIONS = tuple(
    Delegation(DelegationId(f"d{n}"), name, name[:45], category, f"{n}")
    for n, (name, category) in enumerate(zip(NAMES, CATEGORIES, strict=True))
)

MARKUP = "<b>&amp; **bold** | `code` [link](https://example.org) =1+1 \\n # head ~~ ![x](y) --- 1. one"


def day(texts: Mapping[str, str] | None = None) -> Day:
    """A day of three items: one with a question of two parts, one that was skipped."""
    told = {"title": "First question", "part": "At home?"} | dict(texts or {})
    question = Question(
        QuestionId("q1"),
        "What decides?",
        "What has been decisive?",
        (
            Part(PartId("a"), told["part"]),
            Part(PartId("b"), "Abroad?"),
        ),
    )
    common: dict[str, Any] = {
        "day_id": DayId("d1"),
        "kind": Kind.SESSION,
        "mode": Mode.HYBRID,
        "chair": "The chair",
        "start": Start.CHAIR,
        "fixed": False,
        "duration": timedelta(minutes=60),
    }

    def item(name: str, title: str, hour: int, **more: Any) -> Item:
        begins = NINE + timedelta(hours=hour)
        ends = begins + timedelta(hours=1)
        times = {"planned_starts_at": begins, "planned_ends_at": ends, "starts_at": begins}
        return Item(item_id=ItemId(name), title=title, **times, **common, **more)

    ended: dict[str, Any] = {"started_at": NINE, "ended_at": NINE + timedelta(hours=1)}
    items = (
        item("one", told["title"], 0, question=question, **ended),
        item("two", "Second", 1, skipped_at=NINE + timedelta(minutes=90)),
    )
    return Day(DayId("d1"), "Day 1", date(2026, 6, 1), None, items)


def input_(number: int, by: int | None, kind: InputKind, text: str, **more: Any) -> Input:
    """An input that shows; `by` is a delegation's place, None without attribution."""
    found = DELEGATIONS[by] if by is not None else None
    return Input(
        InputId(f"i{number:02}"),
        QuestionId("q1"),
        PartId(more.pop("part", "a")),
        kind,
        more.pop("attribution", Attribution.DELEGATION if found else Attribution.NONE),
        text,
        category=found.category if found else None,
        delegation_id=found.delegation_id if found else None,
        seat_id=SeatId(f"d{by}-1") if found else None,
        made_at=NINE if found else None,
        shown_at=NINE + timedelta(minutes=number),
        **more,
    )


def standing(
    poll: Poll, ballots: tuple[Ballots, ...], named: Mapping[Tally, Mapping[str, Choice]], **more: Any
) -> tuple[Standing, Export | None]:
    """A poll as everybody may know it, and what may be handed out of it."""
    answered = {t: sum(b.times for b in ballots if b.tally is t) for t in poll.tallies}
    bases = {tally: answered[tally] + 2 for tally in poll.tallies}
    if not poll.published:
        return Standing(poll, answered, bases, **more), None
    figures = tallies.figures(poll, ballots, bases, answered)
    shown = Standing(poll, answered, bases, figures=figures, **more)
    if named:
        return shown, Export(shown, (), named)
    whole = {one.tally for one in figures if not one.suppressed and not one.groups}
    out = tuple(replace(one, group="") for one in ballots if one.tally in whole)
    return shown, Export(shown, tallies.cut(poll, out), {})


def poll(name: str, kind: PollKind, question: str = "", **more: Any) -> Poll:
    """A closed poll of four options."""
    options = tuple(Option(text) for text in more.pop("options", ("Ash", "Birch", "Cedar", "Dogwood")))
    closed = {"opened_at": NINE, "closed_at": NINE + timedelta(minutes=20)}
    return Poll(
        PollId(name), question or f"Poll {name}?", kind, options, item_id=ItemId("one"), **(closed | more)
    )


def polls() -> list[tuple[Standing, Export | None]]:
    """One of each kind, one that is kept back, one that is suppressed, two rounds, one named."""
    members, groups = Tally.MEMBERS, ("room", "virtual")
    single = tuple(
        Ballots(members, choice, times, group)
        for group in groups
        for choice, times in (((0,), 4), ((1,), 1), ((), 2))
    )
    first = {members: {"d0": (0,), "d1": (1,), "d2": (0,)}}
    second = {members: {"d0": (1,), "d1": (1,), "d3": (2,)}}

    def as_ballots(named: Mapping[Tally, Mapping[str, Choice]]) -> tuple[Ballots, ...]:
        return tuple(Ballots(tally, choice) for tally, by in named.items() for choice in by.values())

    round_1 = standing(poll("r1", PollKind.SINGLE, secrecy=Secrecy.NAMED), as_ballots(first), first)
    round_2 = standing(
        poll("r2", PollKind.SINGLE, secrecy=Secrecy.NAMED, round_of=PollId("r1")),
        as_ballots(second),
        second,
        round=2,
        earlier=round_1[0],
        moved={members: tallies.changed(first[members], second[members])},
    )

    secret = poll("few", PollKind.SINGLE, secrecy=Secrecy.SECRET_FINAL)
    kept = poll("kept", PollKind.SINGLE, showing=Showing.RELEASED)
    ranked = tuple(Ballots(members, choice, 3) for choice in ((0, 1), (1, 2), (2, 0)))
    dots = (Ballots(members, (5, 3, 2, 0), 2), Ballots(Tally.OBSERVERS, (0, 0, 5, 5), 3))
    scores = (Ballots(members, (0, 1, 2, 2), 4), Ballots(members, (2, 2, 2, 0), 3), Ballots(members, ()))
    people = poll("each", PollKind.APPROVAL, most=2, unit=Unit.PERSON)
    counted = standing(people, (Ballots(members, (0, 1), 3), Ballots(members, (2,), 2)), {})
    hand = HandCount(members, 9, (4, 3, 1, 0))
    return [
        standing(poll("one", PollKind.SINGLE, MARKUP, breakdown=Breakdown.MODE), single, {}),
        (replace(counted[0], hand_counts=(hand,)), counted[1]),
        standing(poll("rank", PollKind.RANKING, most=2), ranked, {}),
        standing(poll("dots", PollKind.POINTS, most=10, cap=5), dots, {}),
        standing(poll("score", PollKind.SCORE, levels=("poor", "fair", "good")), scores, {}),
        standing(secret, (Ballots(members, (3,), 4),), {}),
        standing(kept, (Ballots(members, (2,), 6),), {}),
        round_1,
        round_2,
        (Standing(poll("never", PollKind.SINGLE, opened_at=None, closed_at=None), {}, {}, missed=True), None),
    ]


def material(*texts: str, agenda: Mapping[str, Any] | None = None, title: str = "First question") -> Material:
    """A meeting of seven delegations; `texts` are what people wrote, in inputs and a statement."""
    held = day({"title": title})
    facts = {"about": "About it.", "marking": "rehearsal – simulated", **(agenda or {})}
    whole = Agenda("A meeting", "Asia/Bangkok", "Bangkok", (held,), **facts)
    wrote = texts or ("Hold more exercises.", "An example of Republic of Alpland.")
    inputs = [
        input_(
            n,
            (n % len(DELEGATIONS)) if n % 3 else None,
            [*InputKind][n % 5],
            text,
            part="ab"[n % 2],
            key_at=NINE if n % 4 == 1 else None,
            associates=tuple(DelegationId(f"d{each}") for each in range(n % 6) if each != n % 7),
        )
        for n, text in enumerate(wrote)
    ]
    seats = tuple(
        Seat(
            SeatId(f"d{n}-1"),
            DelegationId(f"d{n}"),
            1,
            Function.HEAD,
            user_id=UserId(70000 + n),
            taken_at=NINE,
            presence=Presence.ROOM if n % 2 else Presence.VIRTUAL,
            presence_at=NINE,
        )
        for n in range(5)
    )
    found = polls()
    return Material(
        whole,
        DELEGATIONS,
        seats,
        tuple(Whereabouts(seat.seat_id, seat.presence, NINE) for seat in seats),
        tuple(inputs),
        (Statement(StatementId(1), ItemId("one"), DelegationId("d1"), wrote[-1], NINE),),
        (speaker_list(whole),),
        tuple(one for one, _ in found),
        tuple(export for _, export in found if export is not None),
    )


def speaker_list(agenda: Agenda) -> SpeakerList:
    """Three statements, of which one for a group, and somebody who was not taken."""
    kinds = (SpeechKind.STATEMENT, SpeechKind.GROUP, SpeechKind.STATEMENT)

    def speech(number: int, kind: SpeechKind) -> Inscription:
        called = NINE + timedelta(minutes=10 * number)
        return Inscription(
            InscriptionId(number),
            ItemId("one"),
            DelegationId(f"d{number}"),
            kind,
            Floor.ROOM if number % 2 else Floor.VIRTUAL,
            NINE,
            speaker="Somebody of Alpland",
            group="The Group of Two" if kind is SpeechKind.GROUP else "",
            called_at=called,
            limit=timedelta(minutes=3),
            ended_at=called + timedelta(minutes=2, seconds=30 * number),
            associates=(DelegationId("d5"),) if number == 1 else (),
        )

    heard = [speech(number, kind) for number, kind in enumerate(kinds, start=1)]
    waits = Inscription(
        InscriptionId(9), ItemId("one"), DelegationId("d4"), SpeechKind.STATEMENT, Floor.ROOM, NINE
    )

    return SpeakerList(
        sitting_of(agenda, agenda.items[0]),
        Policy(),
        {one.delegation_id: one for one in DELEGATIONS},
        (*heard, waits),
    )


def record(*texts: str, **more: Any) -> Json:
    """The attributed record of `material`."""
    return record_of(material(*texts, **more))


def document(*texts: str, **more: Any) -> Document:
    """Its document."""
    return document_of(record(*texts, **more), STATUS, WORDS)


SIGNS = (
    *(
        MARKUP,
        "]]>",
        "<script>",
        "\x00",
        "\u202e",
        "\u2066",
        "ก็ชื่อ",
        "العربية",
        "中文",
        "👩🏽",
        "\ufffe",
        "\ud800",
    ),
    *(
        "|",
        "\\",
        "*",
        "_",
        "`",
        "#",
        ">",
        "- ",
        "1. ",
        "\n",
        "\n\n",
        "    ",
        "&lt;",
        "=cmd()",
        "@x",
        '"',
        "'",
    ),
    *(
        "${x}",
        "#{x}",
        "$a$",
        "@label",
        "{",
        "}",
        "//",
        "/*",
        "http://a.b/_c_",
        "a@b.cc",
        "a.b.cc",
        "~~~",
        "```",
    ),
)

hostile = st.lists(st.sampled_from(SIGNS) | st.text(max_size=12), max_size=12).map(
    lambda signs: "".join([*signs, "x"])
)
"""Texts that show something: signs that format somewhere, several scripts, what no file can hold."""
