"""Broken polls, one fault each: line, path and a suggestion."""

from collections.abc import Callable
from pathlib import Path

import pytest

from config.faults import Fault
from config.programme import read_programme
from tests.config.broken import Broken, line_of

FaultsOf = Callable[[str | bytes], tuple[Fault, ...]]

D1, D2 = "days[0].items[3].polls", "days[1].items[0].polls"
LAND = "options: [sea, land, air]"

BROKEN = {
    # keys
    "unknown key": Broken("dots: 6", "dotz: 6", "dotz: 6", f"{D1}[2].dotz", "did you mean `dots`"),
    "unknown key of an option": Broken(
        "{text: data, illustrative: yes}",
        "{txt: data}",
        "- {txt",
        f"{D1}[0].options[2].txt",
        "did you mean `text`",
    ),
    "misspelt options": Broken(
        "options: [one, two]", "optoins: [one, two]", "optoins", f"{D2}[2].optoins", "did you mean `options`"
    ),
    "misspelt opening": Broken("opens: hand", "open: hand", "open:", f"{D2}[0].open", "did you mean `opens`"),
    "misspelt question": Broken(
        "question: Which day?",
        "qestion: Which day?",
        "qestion",
        f"{D2}[2].qestion",
        "did you mean `question`",
    ),
    "no question": Broken(
        "            question: Which day?\n", "", "- id: p6", f"{D2}[2].question", "add `question: …`"
    ),
    "no kind": Broken("            kind: single\n", "", "- id: p6", f"{D2}[2].kind", "add `kind: single`"),
    "no id": Broken(
        "- id: p6\n            question: Which day?",
        "- question: Which day?",
        "- question: Which day?",
        f"{D2}[2].id",
        "add `id: …`",
    ),
    "an option without text": Broken(
        "{text: data, illustrative: yes}",
        "{illustrative: yes}",
        "- {illus",
        f"{D1}[0].options[2].text",
        "add `text: …`",
    ),
    "dots of a single": Broken(
        "kind: single", "kind: single\n            dots: 3", "dots: 3", f"{D2}[2].dots", "`kind: points`"
    ),
    "places of an approval": Broken(
        "choose: 2", "choose: 2\n            places: 2", "places: 2", f"{D1}[0].places", "`kind: ranking`"
    ),
    "choice of a ranking": Broken(
        "places: 2",
        "choose: 2\n            places: 2",
        "choose: 2\n            places",
        f"{D1}[1].choose",
        "`kind: approval`",
    ),
    "cap of a ranking": Broken("places: 2", "cap: 2", "cap: 2", f"{D1}[1].cap", "`kind: points`"),
    "levels of points": Broken(
        "dots: 6", "dots: 6\n            levels: 5", "levels: 5", f"{D1}[2].levels", "`kind: score`"
    ),
    # shapes and values
    "unknown key beside the polls": Broken(
        "notices:\n", "        bare: 1\nnotices:\n", "bare: 1", "days[1].items[0].bare", "use one of"
    ),
    "options in words": Broken(
        LAND,
        "options: sea and land",
        "options: sea and",
        f"{D1}[1].options",
        "each entry beginning with `- `",
    ),
    "a list for an option": Broken(
        LAND, "options: [sea, [land]]", "options: [sea", f"{D1}[1].options[1]", "a list stands where a text"
    ),
    "an option of nothing": Broken("- law", "- ''", "- ''", f"{D1}[0].options[0]", "nothing is written"),
    "an invisible option": Broken(
        "- law", '- "\\u200b\\u2060"', '- "\\u200b', f"{D1}[0].options[0]", "nothing is written"
    ),
    "an option too long": Broken(
        "- training",
        f"- {'x' * 300}",
        "xxx",
        f"{D1}[0].options[1]",
        "300 characters are too many: shorten it to 150",
    ),
    "an option with its mark too long": Broken(
        "{text: data,", f"{{text: {'x' * 151},", "xxx", f"{D1}[0].options[2].text", "shorten it to 150"
    ),
    "a question too long": Broken("Which day?", "x" * 301, "xxx", f"{D2}[2].question", "shorten it to 300"),
    "26 options": Broken(
        LAND,
        f"options: [{', '.join(f'o{n}' for n in range(26))}]",
        "options: [o0",
        f"{D1}[1].options",
        "keep 25",
    ),
    "unknown kind": Broken(
        "kind: single", "kind: singel", "singel", f"{D2}[2].kind", "did you mean `single`"
    ),
    "an id of polls made by hand": Broken("id: p4", "id: h1", "id: h1", f"{D1}[3].id", "such as `p-h1`"),
    "an id too long": Broken("id: p6", f"id: {'p' * 32}", "pppp", f"{D2}[2].id", "up to 31"),
    "unknown unit": Broken("unit: person", "unit: head", "head", f"{D1}[3].unit", "delegation, person"),
    "unknown secrecy": Broken(
        "secrecy: named",
        "secrecy: secret",
        "secrecy: secret",
        f"{D1}[1].secrecy",
        "did you mean `secret-final`",
    ),
    "unknown time of results": Broken(
        "results: live", "results: life", "life", f"{D1}[1].results", "did you mean `live`"
    ),
    "unknown breakdown": Broken(
        "unit: person",
        "unit: person\n            breakdown: region",
        "breakdown:",
        f"{D1}[3].breakdown",
        "`sub_region`",
    ),
    "unknown tally": Broken(
        "electorate: [members, observers]",
        "electorate: [members, observer]",
        "electorate",
        f"{D2}[0].electorate[1]",
        "did you mean `observers`",
    ),
    "unknown electorate": Broken(
        "electorate: [members, observers]",
        "electorate: everybody",
        "electorate",
        f"{D2}[0].electorate",
        "all, members, member_organisations, observers",
    ),
    "nobody asked": Broken(
        "electorate: [members, observers]",
        "electorate: []",
        "electorate",
        f"{D2}[0].electorate",
        "name who is asked",
    ),
    "too many places": Broken("places: 2", "places: 6", "places: 6", f"{D1}[1].places", "1 to 5"),
    "too many dots": Broken("dots: 6", "dots: 51", "dots: 51", f"{D1}[2].dots", "1 to 50"),
    "too high a cap": Broken("cap: 4", "cap: 25", "cap: 25", f"{D1}[2].cap", "1 to 24"),
    "dots in words": Broken("dots: 6", "dots: six", "dots: six", f"{D1}[2].dots", "digits only"),
    "one level": Broken("levels: [poor, fair, good]", "levels: 1", "levels: 1", f"{D1}[3].levels", "2 to 10"),
    "one named level": Broken(
        "levels: [poor, fair, good]", "levels: [poor]", "levels: [poor]", f"{D1}[3].levels", "two at least"
    ),
    "eleven levels": Broken(
        "levels: [poor, fair, good]",
        f"levels: [{', '.join('abcdefghijk')}]",
        "levels: [a",
        f"{D1}[3].levels",
        "keep 10",
    ),
    "a level too long": Broken(
        "levels: [poor, fair, good]", f"levels: [poor, {'x' * 46}]", "levels", f"{D1}[3].levels[1]", "to 45"
    ),
    "neither yes nor no": Broken(
        "unit: person", "virtual: perhaps", "virtual", f"{D1}[3].virtual", "`yes` or `no`"
    ),
    # sizes
    "no options": Broken(
        "            options: [one, two]\n", "", "- id: p6", f"{D2}[2].options", "`opens: hand`"
    ),
    "empty options": Broken(
        "options: [one, two]", "options: []", "options: []", f"{D2}[2].options", "`opens: hand`"
    ),
    "one option": Broken(
        "options: [one, two]", "options: [one]", "options: [one]", f"{D2}[2].options", "another"
    ),
    "the same option twice": Broken(
        "- training", "- ' Law'", "- ' Law'", f"{D1}[0].options[1]", "the same option stands on line 54"
    ),
    "the same option but for what does not show": Broken(
        "{text: data, illustrative: yes}", '{text: "l\\u200baw"}', "- {text", f"{D1}[0].options[2]", "line 54"
    ),
    "the same level twice": Broken(
        "levels: [poor, fair, good]",
        "levels: [poor, fair, Poor]",
        "levels",
        f"{D1}[3].levels[2]",
        "the same level",
    ),
    "more to choose than there is": Broken(
        "choose: 2", "choose: 4", "choose: 4", f"{D1}[0].choose", "only 3 options: write 3 at most"
    ),
    "more places than options": Broken(
        "places: 2", "places: 4", "places: 4", f"{D1}[1].places", "only 3 options: write 3 at most"
    ),
    "more dots than room": Broken(
        "dots: 6", "dots: 9", "cap: 4", f"{D1}[2].cap", "2 options of 4 dots at most have no room for 9 dots"
    ),
    "more dots than one may have of them": Broken(
        "dots: 6\n            cap: 4", "dots: 50", "dots: 50", f"{D1}[2].dots", "no room for 50"
    ),
    "a cap above the dots": Broken(
        "cap: 4", "cap: 7", "cap: 7", f"{D1}[2].cap", "only 6 dots: write 6 at most"
    ),
    # secrecy
    "live results of a changeable poll": Broken(
        "choose: 2",
        "choose: 2\n            results: live",
        "results: live",
        f"{D1}[0].results",
        "results one ballot apart name a voter",
    ),
    "own results of a secret poll": Broken(
        "unit: person",
        "unit: person\n            results: own\n            secrecy: secret-final",
        "results: own",
        f"{D1}[3].results",
        "`secrecy: named`",
    ),
    "live results of a round of a changeable poll": Broken(
        "round_of: p3",
        "round_of: p3\n            results: live",
        "live\n            opens: start+5",
        f"{D2}[1].results",
        "`open-changeable`",
    ),
    # moments
    "no moment": Broken("start+20", "later on", "later on", f"{D1}[0].opens", "`start+15`"),
    "minutes with a unit": Broken("start+20", "start + 20 min", "start + 20", f"{D1}[0].opens", "`start+20`"),
    "before the start": Broken("start+20", "start-20", "start-20", f"{D1}[0].opens", "write `start`"),
    "a time without its day": Broken(
        "d2 08:30", "08:30", "08:30\n          - id: p3", f"{D1}[1].closes", "`d1 08:30`"
    ),
    "a time with a point": Broken("d2 08:30", "D2 8.30", "D2 8.30", f"{D1}[1].closes", "`d2 08:30`"),
    "a day that is none": Broken(
        "d2 08:30", "d3 08:30", "d3 08:30", f"{D1}[1].closes", "no day has the id `d3`; use one of: d1, d2"
    ),
    "opening before an end nobody knows": Broken(
        "opens: start+20", "opens: end-5", "opens: end-5", f"{D1}[0].opens", "such as `start+40`"
    ),
    "closing before an end nobody knows": Broken(
        "closes: end+5", "closes: end - 5", "closes: end - 5", f"{D2}[1].closes", "nobody knows before"
    ),
    "closing before the opening": Broken(
        "opens: start+20",
        "opens: start+20\n            closes: start+10",
        "closes: start+10",
        f"{D1}[0].closes",
        "not after it opens at start+20",
    ),
    "closing at the opening": Broken(
        "opens: start+20",
        "opens: end\n            closes: end",
        "closes: end",
        f"{D1}[0].closes",
        "correct one",
    ),
    "closing at the start": Broken(
        "opens: start+20", "closes: start", "closes: start", f"{D1}[0].closes", "correct one of them"
    ),
    "opening when the item is over": Broken(
        "opens: start+20", "opens: start+60", "start+60", f"{D1}[0].opens", "closes at end"
    ),
    "closing on a day before": Broken(
        "closes: end+5", "closes: d1 20:00", "d1 20:00", f"{D2}[1].closes", "closes at d1 20:00"
    ),
    "a day before the other": Broken(
        "closes: d2 08:30",
        "opens: d2 09:00\n            closes: d2 08:30",
        "closes: d2 08:30",
        f"{D1}[1].closes",
        "correct one of them",
    ),
    # ids and rounds
    "poll id twice": Broken(
        "id: p6", "id: p4", "id: p4\n            question: Which day", f"{D2}[2].id", "taken by line 72"
    ),
    "a round of nothing": Broken(
        "round_of: p3", "round_of: p33", "p33", f"{D2}[1].round_of", "did you mean `p3`"
    ),
    "a round of itself": Broken(
        "round_of: p3", "round_of: p3-2", "round_of", f"{D2}[1].round_of", "of itself"
    ),
    "a round of a later one": Broken(
        "round_of: p3", "round_of: p6", "round_of", f"{D2}[1].round_of", "comes later"
    ),
    "a round of a template": Broken(
        "round_of: p3", "round_of: p5", "round_of", f"{D2}[1].round_of", "no options"
    ),
    "a round of no id": Broken("round_of: p3", "round_of: P 3", "round_of", f"{D2}[1].round_of", "`p-3`"),
    "a round with options": Broken(
        "round_of: p3",
        "round_of: p3\n            options: [safety, pathways]",
        "options: [safety, pathways]\n            opens",
        f"{D2}[1].options",
        "take the line out",
    ),
    "a round of another secrecy": Broken(
        "round_of: p3",
        "round_of: p3\n            secrecy: named",
        "secrecy: named\n            opens",
        f"{D2}[1].secrecy",
        "take the line out",
    ),
    # items
    "polls in a break": Broken(
        "title: Break\n",
        "title: Break\n        polls:\n          - {id: x, question: Q, kind: single, options: [a, b]}\n",
        "polls:",
        "days[0].items[2].polls",
        "nobody is asked in a break",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_says_where_and_what_to_do_and_nothing_else(name: str, polled: str, faults_of: FaultsOf) -> None:
    broken = BROKEN[name]
    assert broken.old in polled
    text = polled.replace(broken.old, broken.new, 1)
    faults = faults_of(text)
    assert len(faults) == 1, "\n".join(map(str, faults))
    (fault,) = faults
    assert (fault.path, fault.line) == (broken.path, line_of(text, broken.at)), fault
    assert broken.says in fault.sentence, fault


APART = (
    "unknown unit", "26 options", "no options", "more dots than room", "a day that is none",
    "the same level twice", "a round of nothing", "live results of a changeable poll",
    "polls in a break", "places of an approval",
)  # fmt: skip


def test_all_faults_of_all_polls_at_once(polled: str, faults_of: FaultsOf) -> None:
    text = polled
    for name in APART:
        assert BROKEN[name].old in text
        text = text.replace(BROKEN[name].old, BROKEN[name].new, 1)
    faults = faults_of(text)
    assert {fault.path for fault in faults} == {BROKEN[name].path for name in APART}
    assert len(faults) == len(APART)
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)


@pytest.mark.parametrize(
    ("opens", "closes"),
    [("start", "end"), ("start+59", "end"), ("start+60", "end+1"), ("end", "end+1"), ("end", "d2 08:30"),
     ("hand", "start"), ("start", "hand"), ("hand", "hand"), ("d1 07:00", "start+1"), ("start", "end+59"),
     ("d1 07:00", "d1 07:01"), ("d1 20:00", "d2 00:00")],
)  # fmt: skip
def test_moments_in_good_order_are_no_fault(
    opens: str, closes: str, polled: str, file: Callable[[str], Path]
) -> None:
    text = polled.replace("opens: start+20", f"opens: {opens}\n            closes: {closes}", 1)
    poll = read_programme(file(text)).polls[0]
    assert (str(poll.opens), str(poll.closes)) == (opens, closes)


@pytest.mark.parametrize(("day", "says"), [("2022-03-27", "does not exist"), ("2022-10-30", "comes twice")])
def test_a_closing_at_a_local_time_that_is_none_or_two(
    day: str, says: str, polled: str, faults_of: FaultsOf
) -> None:
    text = polled.replace("2022-03-25", day).replace("d2 08:30", "d2 02:30")
    (fault,) = faults_of(text)
    assert (fault.path, fault.line) == (f"{D1}[1].closes", line_of(text, "d2 02:30"))
    assert says in fault.sentence and day in fault.sentence
