"""The record without names: what must not tell who spoke, wrote or answered, and otherwise would.

Each attacker is first let loose on a report with names, or on one made carelessly, where it succeeds.
"""

import re
import shutil
import unicodedata
from collections import Counter
from dataclasses import replace

import pytest

from db.polls import Export
from meeting import tallies
from meeting.delegations import DelegationId, Tally
from meeting.polls import Breakdown, PollKind, Secrecy, Unit
from meeting.reports import Variant
from meeting.speakers import Floor, Inscription, InscriptionId, SpeechKind
from meeting.statements import words
from meeting.tallies import Ballots
from report.html import html_file
from report.jobs import job_of, names_replaced, unattributed_digest
from report.outline import document_of
from report.pdf import available, pdf_file
from report.record import Json, digest_of, record_of, written
from report.redaction import INSTEAD, pattern, unattributed
from tests.parsing import everything, html_read, pdf_told, told
from tests.reporting import (
    DELEGATIONS,
    LONG,
    NAMES,
    NINE,
    STATUS,
    WORDS,
    material,
    poll,
    record,
    standing,
)

TEXTS = (
    f"As {NAMES[0]} and REPUBLIC OF ALPLAND's friends said, with côre d’or.",
    "ในนามประเทศตัวอย่างเราขอ",
    "我们示例国认为",
    f"{LONG} agrees",
    "باسم المندوبون نقول",
    "Watchers of  Examples",
)


def test_without_names_nobody_is_named_but_in_the_roster_and_what_was_replaced_is_listed() -> None:
    found = record(*TEXTS)
    bare, replaced = unattributed(found)
    made = document_of(bare, STATUS, WORDS)
    roster = [f"{one.name}" for one in DELEGATIONS]
    names = pattern(roster)
    # The control: with names they are found, by the same search.
    attributed = everything(document_of(found, STATUS, WORDS), found)
    assert all(names.search(text) for text in TEXTS) and "Somebody of Alpland" in attributed
    assert len(names.findall(attributed)) > 2 * len(roster) * 5
    text = everything(made, bare)
    places = [
        line
        for line in text.splitlines()
        if names.search(line) and '"name"' not in line and '"short_name"' not in line
    ]
    assert places and not [line for line in places if not _of_roster(line, roster)]
    for secret in ("Somebody of Alpland", "The Group of Two"):
        assert secret not in text
    assert text.count(INSTEAD) >= len(TEXTS)
    listed = [one.name for one in replaced]
    assert "REPUBLIC OF ALPLAND" in listed and "ประเทศตัวอย่าง" in listed and "示例国" in listed
    assert all(" ".join(one.name.split()) in one.around for one in replaced)


def _of_roster(line: str, roster: list[str]) -> bool:
    """Whether the line is a delegation's in a list of all: its name, its category and how many people."""
    for _ in range(2):
        line = re.sub(r"<[^>]*>|\\|\|", " ", line)
    for name in roster:
        line = line.replace(name, "")
    return not re.sub(
        r"Member delegations|Member organisations|Observer organisations|[\d, ]", "", line
    ).strip(' "')


@pytest.mark.parametrize(
    ("name", "text", "without"),
    [
        ("Niger", "Nigeria is not Niger.", "Nigeria is not [delegation]."),
        ("Niger", "Niger's _Niger_ (Niger)", "[delegation]'s _[delegation]_ ([delegation])"),
        ("Türkiye", "Tu\u0308rkiye, TÜRKIYE", "[delegation], [delegation]"),
        ("Guinea", "Guinea-Bissau and Guinea1", "[delegation]-Bissau and Guinea1"),
        ("ไทย", "ประเทศไทยมี ไทย์", "ประเทศ[delegation]มี ไทย์"),
        ("泰国", "在泰国的", "在[delegation]的"),
        ("Lao People's", "Lao People’s\nviews", "[delegation]\nviews"),
        ("A+B (C)", "A+B (C)!", "[delegation]!"),
    ],
)
def test_a_name_is_a_whole_word_in_any_script(name: str, text: str, without: str) -> None:
    from unicodedata import normalize

    assert pattern([name]).sub(INSTEAD, normalize("NFC", text)) == without


def test_the_longest_name_wins_and_no_name_means_nothing_is_replaced() -> None:
    assert pattern(["Guinea", "Papua New Guinea"]).sub("x", "Papua New Guinea, Guinea") == "x, x"
    assert pattern([]).sub("x", "Guinea") == "Guinea"


# Signs nobody sees

UNSEEN = (
    "\u200c",
    "\u200d",
    "\u034f",
    "\u00ad",
    "\u2060",
    "\ufe00",
    "\ufe0f",
    "\ufdd0",
    "\ufffe",
    "\U0002ffff",
)
UNSEEN += ("\u3164", "\U000e0100", "\u180b", "\u200b", "\ufe0f\u200d\u034f")


@pytest.mark.parametrize("sign", UNSEEN, ids=[ascii(sign) for sign in UNSEEN])
@pytest.mark.parametrize("name", ["Republic of Alpland", "Côre d'Or", "ประเทศตัวอย่าง", "示例国"])
def test_what_is_unseen_inside_a_name_hides_it_from_nobody_who_reads(name: str, sign: str) -> None:
    for text in (sign.join(name), sign.join(unicodedata.normalize("NFD", name)), f"{sign}{name}{sign}"):
        wrote = f"We, {text}, agree."
        found = record(wrote)
        assert name in _read(found), "the control: with names it is read, whatever stands in it"
        bare, replaced = unattributed(found)
        assert INSTEAD in _read(bare) and name not in _read(bare)
        assert replaced and all(name in _seen(one.name) for one in replaced)


def _read(found: Json) -> str:
    """What people wrote, as a document shows it to somebody who reads it."""
    wrote = [one["text"] for part in found["questions"][0]["parts"] for one in part["inputs"]]
    shown = told(document_of(found, STATUS, WORDS))
    return "\n".join(_seen(line) for line in shown if any(_seen(text) == _seen(line) for text in wrote))


def _seen(text: str) -> str:
    invisible = re.compile(
        "[\u00ad\u034f\u180b\u200b-\u200d\u2060\u3164\ufdd0\ufe00-\ufe0f\ufffe\U000e0100\U0002ffff]"
    )
    return unicodedata.normalize("NFC", invisible.sub("", text))


@pytest.mark.parametrize(
    ("name", "text", "without"),
    [
        ("WHO", "Those who say WHO", "Those who say [delegation]"),
        ("US", "Let us, the US, go", "Let us, the [delegation], go"),
        ("IT", "it is IT. It", "it is [delegation]. It"),
        ("IOM", "iom, I\u200dOM", "iom, [delegation]"),
        ("UNHCR", "unhcr", "[delegation]"),
        ("Peru", "PERU peru", "[delegation] [delegation]"),
    ],
)
def test_short_names_in_capitals_are_found_in_capitals_alone(name: str, text: str, without: str) -> None:
    assert pattern([name]).sub(INSTEAD, text) == without


@pytest.mark.parametrize(
    ("name", "text"), [("Strasse", "Straße"), ("Großland", "GROSSLAND"), ("Tu\u0308rk", "TÜRK")]
)
def test_letters_that_are_two_when_folded_are_found(name: str, text: str) -> None:
    assert pattern([name]).sub("x", text) == "x"


# The digest


def test_a_guessed_name_cannot_be_proved_by_the_digest_a_report_without_names_carries() -> None:
    text = written(record("Hold more exercises.", "Something else."))

    def carried(variant: Variant) -> str:
        status = job_of(text, None, variant, frozenset(), WORDS).document.status
        return re.findall(r"\b[0-9a-f]{12}\b", status)[0]

    def guessed(digest: str) -> list[str]:
        """Whose statement it is: all else being known, each delegation is tried."""
        found = []
        for one in DELEGATIONS:
            guess = record("Hold more exercises.", "Something else.")
            guess["statements"][0]["delegation"] = one.name
            bare, _ = unattributed(guess)
            if digest in (digest_of(written(guess))[:12], digest_of(written(bare))[:12]):
                found.append(one.name)
        return found

    assert guessed(carried(Variant.ATTRIBUTED)) == [NAMES[1]], "the control"
    assert guessed(carried(Variant.UNATTRIBUTED)) == list(NAMES), "all fit alike, which tells nothing"
    assert carried(Variant.UNATTRIBUTED) == unattributed_digest(text)[:12]
    assert digest_of(text)[:12] not in "".join(
        told(job_of(text, None, Variant.UNATTRIBUTED, frozenset(), WORDS).document)
    )


# Who spoke


def spoken(by: list[tuple[int, Floor]], seconds: int = 61) -> Json:
    """A record in which these delegations spoke, one after the other, and then nobody else."""
    base = material()
    (of,) = base.lists
    heard = [
        Inscription(
            *(InscriptionId(number), of.inscriptions[0].item_id, DelegationId(f"d{who}")),
            SpeechKind.STATEMENT,
            floor,
            NINE,
            called_at=NINE.replace(minute=number),
            ended_at=NINE.replace(minute=number + 1, second=seconds % 60),
            limit=None,
        )
        for number, (who, floor) in enumerate(by)
    ]
    return record_of(replace(base, lists=(replace(of, inscriptions=tuple(heard)),)))


def tells(found: Json) -> set[str]:
    """What it tells of those who spoke, beyond how many statements there were under each item."""
    said = found["speaking"]
    told_of = {key for key in ("seconds", "sides") if said[key] is not None}
    told_of |= {
        f"{key} by item" for one in said["items"] for key in ("seconds", "sides") if one[key] is not None
    }
    told_of |= {"by category"} if said["categories"] else set()
    told_of |= {"speeches"} if found["speeches"] else set()
    return told_of | ({"not taken"} if found["not_taken"]["speakers"] else set())


ROOM, VIRTUAL = Floor.ROOM, Floor.VIRTUAL
MEMBERS = [(n, ROOM) for n in range(5)]


@pytest.mark.parametrize(
    ("by", "left"),
    [
        ([(5, ROOM)], set()),
        (MEMBERS[:4], set()),
        ([MEMBERS[0]] * 8, set()),
        (MEMBERS, {"seconds", "sides", "seconds by item", "by category"}),
        ([*MEMBERS, (5, ROOM)], {"seconds", "sides", "seconds by item"}),
        ([*MEMBERS, (5, VIRTUAL)], {"seconds", "seconds by item"}),
        (
            [*MEMBERS, *((n, VIRTUAL) for n in range(5))],
            {"seconds", "sides", "seconds by item", "by category"},
        ),
    ],
)
def test_a_few_that_spoke_are_not_told_apart(by: list[tuple[int, Floor]], left: set[str]) -> None:
    found = spoken(by)
    assert {"speeches", "seconds", "sides by item", "by category"} <= tells(found), "the control"
    assert tells(unattributed(found)[0]) == left
    assert unattributed(found)[0]["speaking"]["statements"] == len(by)


def test_in_no_format_is_said_who_of_a_few_spoke_or_when() -> None:
    found = spoken([*MEMBERS, (5, VIRTUAL)], seconds=1)

    def lines(one: Json) -> str:
        return everything(document_of(one, STATUS, WORDS), one)

    bare, _ = unattributed(found)
    for trace in ("2026-06-01T09:05:00+00:00", "Statements by category", "in the room (5) and online (1)"):
        assert trace in lines(found), "the control"
        assert trace not in lines(bare)
    assert "6 statements were made" in lines(bare)


def test_requests_that_were_not_met_are_counted_by_item_alone() -> None:
    found = record()
    bare, _ = unattributed(found)
    assert found["not_taken"]["speakers"][0]["delegation"] == NAMES[4]
    assert bare["not_taken"]["speakers"] == []
    assert bare["not_taken"]["requests"] == [{"item_id": "one", "n": 1}]
    read = html_read(html_file(document_of(bare, STATUS, WORDS), {}))
    rows = next(rows for caption, rows in read.tables.items() if "not met" in caption)
    assert rows == [["Agenda item", "Requests"], ["First question", "1"]]


def test_totals_of_the_record_recompute_from_its_interventions() -> None:
    found = record()
    main = [one for one in found["speeches"] if one["kind"] in ("group", "statement")]
    said = found["speaking"]
    assert said["statements"] == len(main) == sum(one["statements"] for one in said["items"])
    assert said["seconds"] == sum(one["seconds"] for one in main)
    assert said["sides"] == dict(Counter(one["floor"] for one in main))
    assert {one["category"]: one["statements"] for one in said["categories"]} == Counter(
        one["category"] for one in main
    )


# What was written


def test_words_are_counted_of_what_is_left_and_the_order_tells_nothing() -> None:
    base = material()
    texts = [f"{LONG} asks.", "zebras of Republic of Alpland.", f"{NAMES[0]} asks."]
    (one,) = base.statements

    def bare_of(order: list[int]) -> list[Json]:
        statements = tuple(replace(one, text=texts[n], delegation_id=DelegationId(f"d{n}")) for n in order)
        found = record_of(replace(base, statements=statements))
        assert [each["words"] for each in found["statements"]] == [words(texts[n]) for n in order]
        return list(unattributed(found)[0]["statements"])

    first = bare_of([0, 1, 2])
    assert all(bare_of(order) == first for order in ([2, 1, 0], [1, 2, 0]))
    assert [each["text"] for each in first] == [f"{INSTEAD} asks."] * 2 + [f"zebras of {INSTEAD}."]
    assert [each["words"] for each in first] == [2, 2, 3]


def test_the_list_of_what_was_replaced_names_the_text_it_stands_in() -> None:
    data = names_replaced(written(record(*TEXTS)), WORDS).decode("utf-8-sig")
    assert "REPUBLIC OF ALPLAND" in data and data.startswith("where,number there,as written")


# Named polls


def named_poll(unit: Unit) -> Json:
    """A named poll of ten members, with a breakdown by side; in the room all but one chose the first."""
    of = poll("n", PollKind.SINGLE, secrecy=Secrecy.NAMED, unit=unit, breakdown=Breakdown.MODE)
    by = {f"d{n % 7}" if unit is Unit.DELEGATION else f"p{n}": (int(n in (4, 8)),) for n in range(10)}
    by |= {f"e{n}": (0,) for n in range(10 - len(by))}
    cast = [
        Ballots(Tally.MEMBERS, choice, 1, "room" if place < 5 else "virtual")
        for place, choice in enumerate(by.values())
    ]
    bases = dict.fromkeys(of.tallies, 12)
    figures = tallies.figures(of, cast, bases, {Tally.MEMBERS: 10})
    assert figures[0].groups
    shown, _ = standing(of, tuple(cast), {Tally.MEMBERS: by})
    shown = replace(shown, figures=figures)
    base = material()
    more = tuple(
        replace(DELEGATIONS[0], delegation_id=DelegationId(f"e{n}"), name=f"E{n}") for n in range(10)
    )
    export = Export(shown, (), {Tally.MEMBERS: by})
    return record_of(replace(base, delegations=(*DELEGATIONS, *more), polls=(shown,), exports=(export,)))[
        "polls"
    ][0]


def subtracted(one: Json) -> bool:
    """Whether ballots stand beside the cells of groups: one group's taken from all is the others' ballots."""
    cells = {tally["tally"] for tally in one["tallies"] if tally["groups"]}
    return bool(cells & {ballot["tally"] for ballot in one["ballots"]})


@pytest.mark.parametrize("unit", [Unit.PERSON, Unit.DELEGATION])
def test_where_a_breakdown_shows_no_ballots_stand_beside_it(unit: Unit) -> None:
    one = named_poll(unit)
    careless = one | {"ballots": [{"tally": "members", "choice": [0], "times": 8}]}
    assert subtracted(careless), "the control"
    assert not subtracted(one) and bool(one["named"]) is (unit is Unit.DELEGATION)
    whole = record()
    whole["polls"] = [one]
    (bare,) = unattributed(whole)[0]["polls"]
    assert not subtracted(bare) and bare["named"] == []
    assert sum(group["answered"] for group in bare["tallies"][0]["groups"]) == 10
    whole["polls"] = [one | {"tallies": [tally | {"groups": []} for tally in one["tallies"]]}]
    (bare,) = unattributed(whole)[0]["polls"]
    assert sum(ballot["times"] for ballot in bare["ballots"]) == (10 if unit is Unit.DELEGATION else 0)


# The PDF


@pytest.mark.skipif(not available(), reason="typst, the extra roundtable[pdf], is not installed")
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
def test_without_names_a_pdf_names_each_delegation_once_in_the_roster() -> None:
    found = record(*TEXTS)

    def counted(one: Json) -> Counter[str]:
        text = pdf_told(pdf_file(document_of(one, STATUS, WORDS), {}))
        names = {name: "".join(name.split()) for name in (*NAMES, "Somebody of Alpland", "The Group of Two")}
        return Counter({name: text.casefold().count(flat.casefold()) for name, flat in names.items()})

    named, bare = counted(found), counted(unattributed(found)[0])
    latin = [name for name in NAMES if name.isascii()] + ["示例国"]
    assert len(latin) > 3 and all(named[name] > 1 for name in latin), "the control"
    assert {name: bare[name] for name in latin} == dict.fromkeys(latin, 1)
    assert bare["Somebody of Alpland"] == bare["The Group of Two"] == 0
    assert named["The Group of Two"] == 1
