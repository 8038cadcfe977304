"""What has to stand in a result, figure by figure, by the rehearsal's own count.

A cell's name: the group, the option's number (0 where a figure is the group's) and what it is; a group of a
breakdown has its own name behind the tally's. Cells of a panel and of a table are compared by these names.
"""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from rehearsal.answering import in_words
from rehearsal.count import (
    LEAST,
    Count,
    Counted,
    Tally,
    hundred,
    level_name,
    pairwise,
    percent,
    quantile,
)
from rehearsal.wishes import Chosen

Cells = dict[tuple[str, int, str], str]

SIGNS = 10
"""Signs of a bar."""

WHERE = {"room": "In the room", "virtual": "Online"}


def panel(count: Count, poll: Counted) -> Cells:
    """All figures of the result's panel."""
    cells: Cells = {}
    for group, tally in poll.tallies().items():
        cells |= _tally(count, poll, group, tally)
    for group, hands in poll.hands.items():
        cells[f"{group}, by hand", 0, "answered"] = str(hands[0])
        cells |= {(f"{group}, by hand", place, "n"): str(n) for place, n in enumerate(hands[1:], start=1)}
    return cells


def suppressed(poll: Counted, tally: Tally) -> bool:
    """Whether a secret poll's tally is too small to be shown."""
    return poll.paper.secret and len(tally.ballots) < LEAST


def _tally(count: Count, poll: Counted, group: str, tally: Tally) -> Cells:
    answered = len(tally.ballots)
    cells: Cells = {(group, 0, "answered"): str(answered), (group, 0, "of"): str(tally.of)}
    if not answered:
        return cells
    if suppressed(poll, tally):
        return {**cells, (group, 0, "suppressed"): "yes"}
    cells |= _options(poll, group, tally.chosen)
    abstained = sum(not one for one in tally.chosen)
    if abstained:
        share = _percents(poll, tally.chosen)[-1]
        cells[group, 0, "abstained"] = f"{abstained} of {answered}, {share} %"
    if poll.paper.kind == "ranking":
        duels = pairwise(len(poll.paper.options), tally.chosen)
        if duels:
            cells[group, 0, "pairwise"] = duels
    for where, part in broken_down(poll, tally).items():
        name = f"{group}, {where}"
        cells[name, 0, "answered"] = str(len(part))
        cells |= _options(poll, name, part)
    return {**cells, **_shift(count, poll, group, tally)}


def broken_down(poll: Counted, tally: Tally) -> dict[str, list[Chosen]]:
    """Ballots by where people were; nothing if any group is too small, or some cannot be told."""
    if not poll.breakdown:
        return {}
    parts: dict[str, list[Chosen]] = {}
    for ballot in tally.ballots:
        parts.setdefault(ballot.where, []).append(ballot.chosen)
    if len(parts) < 2 or "" in parts or any(len(part) < LEAST for part in parts.values()):
        return {}
    return parts


def _percents(poll: Counted, chosen: list[Chosen]) -> list[int]:
    """Of each option, and of abstentions."""
    counts = [*counts_of(poll, chosen), sum(not one for one in chosen)]
    if poll.paper.kind == "single":
        return hundred(counts)
    return [percent(n, len(chosen)) for n in counts]


def counts_of(poll: Counted, chosen: list[Chosen]) -> list[int]:
    """How many chose, placed, dotted or scored each option."""
    places = range(len(poll.paper.options))
    if poll.paper.kind == "points":
        return [sum(bool(one and one[place]) for one in chosen) for place in places]
    if poll.paper.kind == "score":
        return [sum(bool(one) for one in chosen) for _ in places]
    return [sum(place in one for one in chosen) for place in places]


def sums_of(poll: Counted, chosen: list[Chosen]) -> list[int]:
    """Borda points (as many for the first as there are places, one less for each further), or dots."""
    places = range(len(poll.paper.options))
    if poll.paper.kind == "ranking":
        worth = {rank: poll.paper.most - rank for rank in range(poll.paper.most)}
        return [
            sum(worth[rank] for one in chosen for rank, place in enumerate(one) if place == option)
            for option in places
        ]
    return [sum(one[option] for one in chosen if one) for option in places]


def _options(poll: Counted, group: str, chosen: list[Chosen]) -> Cells:
    kind, answered = poll.paper.kind, len(chosen)
    counts, shares = counts_of(poll, chosen), _percents(poll, chosen)
    cells: Cells = {}
    if kind == "score":
        for place in range(len(poll.paper.options)):
            cells |= {(group, place + 1, name): text for name, text in _score(poll, chosen, place)}
        return cells
    sums = sums_of(poll, chosen) if kind in ("ranking", "points") else counts
    whole = max(sums, default=0) if kind in ("ranking", "points") else answered
    for place, n in enumerate(counts):
        of = (group, place + 1)
        cells[*of, "bar"] = str(bar(Fraction(sums[place]), whole))
        cells[*of, "n"] = f"{n} of {answered}"
        if kind in ("single", "approval"):
            cells[*of, "percent"] = str(shares[place])
        else:
            cells[*of, "sum"] = str(sums[place])
        if kind == "ranking":
            cells[*of, "first"] = str(firsts_of(chosen, place))
    return cells


def firsts_of(chosen: list[Chosen], option: int) -> int:
    """How many put the option first."""
    return sum(one[:1] == (option,) for one in chosen)


def levels_of(poll: Counted, chosen: list[Chosen], row: int) -> list[int]:
    """How many gave the row each level."""
    given = [one[row] for one in chosen if one]
    return [given.count(level) for level in range(len(poll.levels))]


def middle_of(poll: Counted, chosen: list[Chosen], row: int) -> tuple[str, str, str] | None:
    """A row's median, and its middle half's ends, by name; None if nobody gave a level."""
    given = [one[row] for one in chosen if one]
    if not given:
        return None
    median, low, high = (level_name(poll.levels, quantile(given, quarters)) for quarters in (2, 1, 3))
    return median, low, high


def _score(poll: Counted, chosen: list[Chosen], row: int) -> Iterator[tuple[str, str]]:
    middle = middle_of(poll, chosen, row)
    if middle is None:
        yield "median", "none"
        return
    counts = levels_of(poll, chosen, row)
    median = quantile([one[row] for one in chosen if one], 2)
    yield "bar", str(bar(median + 1, len(poll.levels)))
    yield "median", middle[0]
    yield "middle half", f"{middle[1]} to {middle[2]}"
    yield "levels", " · ".join(f"{name}: {n}" for name, n in zip(poll.levels, counts, strict=True))


def bar(part: Fraction, whole: int) -> int:
    """Full signs of ten: halves up, and one at least for anything."""
    if not part or not whole:
        return 0
    return min(SIGNS, max(1, int(part * SIGNS / whole + Fraction(1, 2))))


def _shift(count: Count, poll: Counted, group: str, tally: Tally) -> Cells:
    """What has become of the earlier round's figures, with both bases."""
    before = count.polls.get(poll.earlier)
    if before is None or before.closed is None:
        return {}
    was = before.tallies().get(group, Tally())
    if not was.ballots or suppressed(before, was):
        return {}
    cells = {(group, 0, "rounds"): f"{len(was.ballots)} then, {len(tally.ballots)} now"}
    for place in range(len(poll.paper.options)):
        shown = [_shown(one, part.chosen, place) for one, part in ((before, was), (poll, tally))]
        cells[group, place + 1, "shift"] = " → ".join(shown)
    if not (poll.paper.named and before.paper.named):
        whose = "people" if poll.paper.by_person else "delegations"
        return {**cells, (group, 0, "moved"): f"not the same {whose}"}
    then = {voter: ballot.chosen for voter, ballot in before.ballots.items() if ballot.group == group}
    now = {voter: ballot.chosen for voter, ballot in poll.ballots.items() if ballot.group == group}
    both = then.keys() & now.keys()
    same = sum(then[voter] == now[voter] for voter in both)
    moved = (same, len(both) - same, len(then.keys() - now.keys()), len(now.keys() - then.keys()))
    return {**cells, (group, 0, "moved"): ", ".join(map(str, moved))}


def _shown(poll: Counted, chosen: list[Chosen], place: int) -> str:
    if poll.paper.kind == "score":
        middle = middle_of(poll, chosen, place)
        return middle[0] if middle is not None else "–"
    if poll.paper.kind in ("ranking", "points"):
        return str(sums_of(poll, chosen)[place])
    n = counts_of(poll, chosen)[place]
    return f"{n} of {len(chosen)} ({_percents(poll, chosen)[place]} %)"


# The same as a table

HEAD = ["poll", "question", "group", "answered", "could answer", "option", "count", "% of answered"]
DUELS = "Preferred to each other option, two by two: "


def table(poll: Counted) -> list[list[str]]:
    """All lines of the file behind “As a table”."""
    kind, levels = poll.paper.kind, poll.levels
    more = {
        "ranking": ["Borda points", "first places"],
        "points": ["dots"],
        "score": [*(f"level {name}" for name in levels), "median", "middle half from", "middle half to"],
    }.get(kind, [])
    lines = [HEAD + more]
    for group, tally in poll.tallies().items():
        stem = [poll.paper.poll_id, poll.paper.question]
        if suppressed(poll, tally):
            bases = [str(len(tally.ballots)), str(tally.of)]
            lines.append([*stem, group, *bases, "fewer than 5 answers: not shown"])
            continue
        lines += _lines(poll, [*stem, group], tally.chosen, str(tally.of))
        lines.append(
            [
                *(*stem, group, str(len(tally.ballots)), str(tally.of), "abstained"),
                str(sum(not one for one in tally.chosen)),
                str(_percents(poll, tally.chosen)[-1]),
            ]
        )
        duels = pairwise(len(poll.paper.options), tally.chosen) if kind == "ranking" else ""
        if duels:
            lines.append([*stem, group, str(len(tally.ballots)), str(tally.of), _duels(poll, duels)])
        for where, part in sorted(broken_down(poll, tally).items()):
            lines += _lines(poll, [*stem, f"{group}, {WHERE[where]}"], part, "")
    for group, hands in poll.hands.items():
        stem = [poll.paper.poll_id, poll.paper.question, f"{group}, counted by hand", str(hands[0]), ""]
        lines += [[*stem, text, str(n)] for text, n in zip(poll.paper.options, hands[1:], strict=True)]
    return lines


def _lines(poll: Counted, stem: list[str], chosen: list[Chosen], of: str) -> Iterator[list[str]]:
    """A line for each option."""
    kind, counts, shares = poll.paper.kind, counts_of(poll, chosen), _percents(poll, chosen)
    for place, option in enumerate(poll.paper.options):
        line = [*stem, str(len(chosen)), of, option, str(counts[place]), str(shares[place])]
        if kind in ("ranking", "points"):
            line.append(str(sums_of(poll, chosen)[place]))
        if kind == "ranking":
            line.append(str(firsts_of(chosen, place)))
        if kind == "score":
            median, low, high = middle_of(poll, chosen, place) or ("", "", "")
            line += [*map(str, levels_of(poll, chosen, place)), median, low, high]
        yield line


def _duels(poll: Counted, duels: str) -> str:
    """What came of them, in a table."""
    if duels.startswith("winner "):
        return DUELS + poll.paper.options[int(duels.removeprefix("winner "))]
    return f"No pairwise winner ({duels})"


def export(poll: Counted) -> list[list[str]]:
    """The table, and below it the ballots: a named poll's by voter, others' by how often each was cast, but
    of tallies whose breakdown is published."""
    lines = [*table(poll), []]
    if poll.paper.named:
        ballots = [
            [ballot.group, ballot.record, in_words(poll.paper, ballot.chosen, poll.levels)]
            for ballot in poll.ballots.values()
        ]
        return [*lines, ["group", "who", "answer"], *ballots] if ballots else lines
    alike = [
        [group, str(times), in_words(poll.paper, chosen, poll.levels)]
        for group, tally in poll.tallies().items()
        if not (suppressed(poll, tally) or broken_down(poll, tally))
        for chosen, times in Counter(tally.chosen).items()
    ]
    return [*lines, ["group", "so often", "answer"], *alike] if alike else lines
