"""Broken programme files, one fault each: line, path and a suggestion."""

from collections.abc import Callable

import pytest

from config.faults import Fault
from tests.config.broken import Broken, line_of

FaultsOf = Callable[[str | bytes], tuple[Fault, ...]]


D1, D2 = "days[0]", "days[1]"
Q1 = "days[0].items[1].question"

BROKEN = {
    # keys
    "unknown key at the top": Broken("venue:", "venu:", "venu:", "venu", "did you mean `venue`"),
    "unknown key of an item": Broken(
        "starts: 09:00", "stars: 09:00", "stars:", f"{D1}.items[1].stars", "did you mean `starts`"
    ),
    "key of a later version": Broken(
        "title: Break\n",
        "title: Break\n        floor: []\n",
        "floor:",
        f"{D1}.items[2].floor",
        "use one of: id,",
    ),
    "unknown key of a question": Broken(
        "text: What was decisive?", "txt: What was decisive?", "txt:", f"{Q1}.txt", "did you mean `text`"
    ),
    "unknown notice": Broken("before: 5", "befor: 5", "befor:", "notices.befor", "did you mean `before`"),
    "unknown channel": Broken(
        "programme: agenda", "program: agenda", "program:", "channels.program", "did you mean `programme`"
    ),
    "key written twice": Broken(
        "venue: Berlin\n",
        "venue: Berlin\nvenue: Bonn\n",
        "venue: Bonn",
        "venue",
        "on lines 6 and 7: take one out",
    ),
    "merge key": Broken("venue: Berlin\n", "venue: Berlin\n<<: {a: b}\n", "<<:", "", "write the keys out"),
    # missing
    "no title": Broken("title: A roundtable\n", "", "about:", "title", "add `title: …`"),
    "no time zone": Broken("time_zone: Europe/Berlin\n", "", "title: A", "time_zone", "Asia/Bangkok"),
    "no end": Broken("        ends: 10:30\n", "", "- id: d1-b1", f"{D1}.items[2].ends", "add `ends: 10:30`"),
    "no date": Broken("    date: 2022-03-25\n", "", "- id: d2\n", f"{D2}.date", "add `date: 2022-09-07`"),
    "question without parts": Broken(
        "          parts:\n            - id: q2a\n              text: Which examples are there?\n",
        "",
        "question:\n          id: q2",
        f"{D1}.items[3].question.parts",
        "- id: q1a",
    ),
    "empty parts": Broken(
        "parts:\n            - id: q2a\n              text: Which examples are there?\n",
        "parts: []\n",
        "parts: []",
        f"{D1}.items[3].question.parts",
        "add an entry",
    ),
    "nothing under a key": Broken("venue: Berlin", "venue:", "venue:", "venue", "take the line out"),
    # shapes
    "text for a list": Broken(
        "          parts:\n            - id: q2a\n              text: Which examples are there?\n",
        "          parts: none\n",
        "parts: none",
        f"{D1}.items[3].question.parts",
        "each entry beginning with `- `",
    ),
    "list for a text": Broken("venue: Berlin", "venue: [Berlin]", "venue:", "venue", "quote it"),
    "list for a mapping": Broken(
        "notices:\n  before: 5", "notices:\n  - before: 5", "notices:", "notices", "put it below, indented"
    ),
    # values
    "a time with an h": Broken("starts: 09:00", "starts: 9h30", "9h30", f"{D1}.items[1].starts", "`09:30`"),
    "a time with am": Broken("ends: 10:00", "ends: 9.30 pm", "9.30 pm", f"{D1}.items[1].ends", "`21:30`"),
    "a time of no clock": Broken(
        "ends: 10:00", "ends: 25:61", "25:61", f"{D1}.items[1].ends", "hours and minutes"
    ),
    "midnight as an end": Broken("ends: 11:30", "ends: 24:00", "24:00", f"{D1}.items[3].ends", "23:59"),
    "a date in words": Broken("2022-03-24", "24 March 2022", "24 March", f"{D1}.date", "year-month-day"),
    "a date of no calendar": Broken(
        "2022-03-24", "2022-02-30", "2022-02-30", f"{D1}.date", "correct the month"
    ),
    "a date far off": Broken("2022-03-25", "9022-03-25", "9022", f"{D2}.date", "correct it"),
    "unknown kind": Broken(
        "kind: break", "kind: brake", "brake", f"{D1}.items[2].kind", "did you mean `break`"
    ),
    "unknown mode": Broken("mode: in_person", "mode: in-person", "in-person", f"{D2}.mode", "`in_person`"),
    "unknown start": Broken("fixed: yes", "start: nobody", "nobody", f"{D2}.items[0].start", "clock, chair"),
    "neither yes nor no": Broken(
        "fixed: yes", "fixed: maybe", "maybe", f"{D2}.items[0].fixed", "`yes` or `no`"
    ),
    "unknown zone": Broken("Europe/Berlin", "Europe/Berlim", "time_zone:", "time_zone", "`Europe/Berlin`"),
    "a city for a zone": Broken("Europe/Berlin", "Bangkok", "time_zone:", "time_zone", "`Asia/Bangkok`"),
    "an offset for a zone": Broken("Europe/Berlin", "UTC+0700", "time_zone:", "time_zone", "Asia/Bangkok"),
    "capitals in an id": Broken("id: q2\n", "id: Q 2\n", "id: Q 2", f"{D1}.items[3].question.id", "`q-2`"),
    "an id too long": Broken("id: d2\n", f"id: {'d' * 32}\n", "dddd", f"{D2}.id", "up to 31"),
    "title too long": Broken("title: Break", f"title: {'x' * 101}", "xxx", f"{D1}.items[2].title", "to 100"),
    "question too long": Broken("What was decisive?", "x" * 1501, "xxx", f"{Q1}.text", "to 1500"),
    "part too long": Broken("What was decisive in law?", "x" * 301, "xxx", f"{Q1}.parts[0].text", "to 300"),
    "venue too long": Broken("venue: Berlin", f"venue: {'x' * 31}", "xxx", "venue", "to 30"),
    "about too long": Broken("  Two lines.\n", "  Two.\n  Three.\n  Four.\n", "about:", "about", "keep 3"),
    "too many items": Broken(
        "  - id: d2\n",
        "".join(
            f"      - {{id: x{n}, starts: '12:{n:02}', ends: '12:{n + 1:02}', title: x}}\n" for n in range(17)
        )
        + "  - id: d2\n",
        "items:",
        f"{D1}.items",
        "keep 20",
    ),
    "no web address": Broken("https://meet", "htps://meet", "htps", f"{D1}.join_url", "`https://`"),
    "an address with a broken host": Broken(
        "https://meet.example", "https://[meet", "https://[", f"{D1}.join_url", "`https://`"
    ),
    "a channel in capitals": Broken(
        "programme: agenda", "programme: The Agenda", "The Agenda", "channels.programme", "`the-agenda`"
    ),
    "minutes in words": Broken("before: 5", "before: five", "five", "notices.before", "digits only"),
    "minutes below": Broken("before: 5", "before: 0", "before: 0", "notices.before", "1 to 60"),
    "minutes beyond": Broken("before: 5", "before: 600", "before: 600", "notices.before", "1 to 60"),
    # what holds between values
    "an end before its start": Broken(
        "ends: 11:30",
        "ends: 10:30",
        "ends: 10:30\n        title: Question two",
        f"{D1}.items[3].ends",
        "correct one of them",
    ),
    "items that overlap": Broken(
        "starts: 10:30", "starts: 10:15", "starts: 10:15", f"{D1}.items[3].starts", "start at 10:30 or later"
    ),
    "items out of order": Broken(
        "starts: 10:30\n        ends: 11:30",
        "starts: 07:00\n        ends: 08:00",
        "starts: 07:00",
        f"{D1}.items[3].starts",
        "put the items in order",
    ),
    "days out of order": Broken(
        "2022-03-25", "2022-03-23", "2022-03-23", f"{D2}.date", "put the days in order"
    ),
    "two days on a date": Broken(
        "2022-03-25", "2022-03-24", "2022-03-24\n    mode", f"{D2}.date", "under one day"
    ),
    "day id twice": Broken(
        "- id: d2\n", "- id: d1\n", "- id: d1\n    title: Second", f"{D2}.id", "taken by line 8"
    ),
    "item id twice": Broken(
        "d2-01", "d1-01", "d1-01\n        starts: 09", f"{D2}.items[0].id", "taken by line 14"
    ),
    "question id twice": Broken(
        "id: q2\n",
        "id: q1\n",
        "id: q1\n          title: Ex",
        f"{D1}.items[3].question.id",
        "taken by line 24",
    ),
    "part id twice": Broken(
        "id: q2a",
        "id: q1a",
        "id: q1a\n              text: Which",
        f"{D1}.items[3].question.parts[0].id",
        "taken by line 28",
    ),
    "a question in a break": Broken(
        "- id: d1-03\n",
        "- id: d1-03\n        kind: break\n",
        "question:\n          id: q2",
        f"{D1}.items[3].question",
        "`kind: session`",
    ),
    "two channels of one name": Broken(
        "programme: agenda",
        "programme: floor",
        "programme: floor",
        "channels.programme",
        "each channel its own",
    ),
    # YAML
    "a tab": Broken("venue: Berlin\n", "venue: Berlin\n\tmore: 1\n", "\tmore", "", "use spaces"),
    "a second colon": Broken(
        "title: First day", "title: First: day", "First: day", "", "put the text in quotes"
    ),
    "an open quotation mark": Broken("venue: Berlin", 'venue: "Berlin', "venue:", "", "close it"),
    "an open bracket": Broken("venue: Berlin", "venue: [Berlin", "venue:", "", "close it"),
    "an at sign": Broken("venue: Berlin", "venue: @Berlin", "venue:", "", "put it in quotes"),
    "a crooked indentation": Broken(
        "    title: First day", "   title: First day", "title: First", "", "mend the indentation"
    ),
    "an anchor": Broken("venue: Berlin", "venue: &here Berlin", "venue:", "venue", "take it out"),
    "an alias": Broken("venue: Berlin", "venue: *here", "venue:", "venue", "write the value out"),
    "a tag": Broken("venue: Berlin", "venue: !!python/name:os.system Berlin", "venue:", "venue", "in quotes"),
    "a second document": Broken("channels:", "---\nchannels:", "---", "", "take out the line `---`"),
    "a list as a key": Broken("venue: Berlin", "? [a]\n: b", "? [a]", "", "write a word and a colon"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_says_where_and_what_to_do(name: str, good: str, faults_of: FaultsOf) -> None:
    broken = BROKEN[name]
    assert broken.old in good
    text = good.replace(broken.old, broken.new, 1)
    faults = faults_of(text)
    found = [fault for fault in faults if fault.path == broken.path and broken.says in fault.sentence]
    assert [fault.line for fault in found] == [line_of(text, broken.at)], "\n".join(map(str, faults))


ALONE = {"an alias", "merge key", "a list as a key", "a tab"}
"""Those that may have a second fault in their wake."""


@pytest.mark.parametrize("name", sorted(BROKEN.keys() - ALONE))
def test_says_nothing_else(name: str, good: str, faults_of: FaultsOf) -> None:
    broken = BROKEN[name]
    faults = faults_of(good.replace(broken.old, broken.new, 1))
    assert len(faults) == 1, "\n".join(map(str, faults))


def test_all_faults_of_a_file_at_once(good: str, faults_of: FaultsOf) -> None:
    text = good
    expected = set()
    for name in (
        "unknown key at the top",
        "key of a later version",
        "a time with an h",
        "question without parts",
        "days out of order",
        "item id twice",
        "minutes below",
        "two channels of one name",
    ):
        broken = BROKEN[name]
        text = text.replace(broken.old, broken.new, 1)
        expected.add(broken.path)
    faults = faults_of(text.replace("title: Way forward", "title: Way forward\n        title: Again"))
    assert {fault.path for fault in faults} == expected | {"days[1].items[0].title"}
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)


def test_a_fault_prints_as_file_line_path_sentence(good: str, faults_of: FaultsOf) -> None:
    (fault,) = faults_of(good.replace("kind: break", "kind: brake"))
    assert str(fault) == (
        f'{fault.file}:33: days[0].items[2].kind: "brake" is not known here; did you mean `break`?'
    )


def test_an_item_may_overlap_with_one_before_the_last(good: str, faults_of: FaultsOf) -> None:
    text = good.replace("ends: 10:00", "ends: 11:00", 1)
    assert [(fault.path, "`d1-02`, which ends at 11:00" in fault.sentence) for fault in faults_of(text)] == [
        ("days[0].items[2].starts", True),
        ("days[0].items[3].starts", True),
    ]
