"""What has to stand in a result, figure by figure, by the rehearsal's own count.

A cell's name: the group, the option's number (0 where a figure is the group's) and what it is; a group of a
breakdown has its own name behind the tally's. Cells of a panel and of a table are compared by these names.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction

from rehearsal.answering import in_words
from rehearsal.count import (
    LEAST,
    Count,
    Counted,
    Tally,
    hundred,
    level_name,
    percent,
    quantile,
)
from rehearsal.wishes import Chosen

Cells = dict[tuple[str, int, str], str]

SIGNS = 10
"""Signs of a bar."""

SUMMED = ("ranking", "points")
"""Kinds whose options have sums, and shares of what was given in all."""

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
    cells |= _part(poll, group, tally.chosen)
    for where, part in broken_down(poll, tally).items():
        name = f"{group}, {where}"
        cells[name, 0, "answered"] = str(len(part))
        cells |= _part(poll, name, part)
    return {**cells, **_shift(count, poll, group, tally)}


def _part(poll: Counted, group: str, chosen: list[Chosen]) -> Cells:
    """A tally's or a group's abstentions, what was given in all, and its options."""
    cells: Cells = {}
    abstained = sum(not one for one in chosen)
    if abstained:
        cells[group, 0, "abstained"] = str(abstained)
        if poll.paper.kind in ("single", "approval"):
            share = _percents(poll, chosen)[-1]
            cells[group, 0, "abstained share"] = f"{abstained} of {len(chosen)}, {share} %"
    if poll.paper.kind in SUMMED:
        cells[group, 0, "given"] = str(sum(sums_of(poll, chosen)))
    return {**cells, **_options(poll, group, chosen)}


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
    sums = sums_of(poll, chosen) if kind in SUMMED else counts
    whole, parts = max(sums, default=0) if kind in SUMMED else answered, hundred(sums)
    for place, n in enumerate(counts):
        of = (group, place + 1)
        cells[*of, "bar"] = str(bar(Fraction(sums[place]), whole))
        cells[*of, "n"] = f"{n} of {answered}"
        if kind in ("single", "approval"):
            cells[*of, "percent"] = str(shares[place])
        else:
            cells[*of, "sum"] = f"{sums[place]}, {parts[place]} %"
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
    bases = [f"{len(one.ballots)} of {one.of}" for one in (was, tally)]
    cells = {(group, 0, "rounds"): " → ".join(bases)}
    for place in range(len(poll.paper.options)):
        cells[group, place + 1, "earlier"] = _shown(before, was.chosen, place)
    gone = [sum(not one for one in part.chosen) for part in (was, tally)]
    if any(gone) and poll.paper.kind in ("single", "approval"):
        share = _percents(before, was.chosen)[-1]
        cells[group, 0, "abstained earlier"] = f"{gone[0]} of {len(was.ballots)} ({share} %)"
        share = _percents(poll, tally.chosen)[-1]
        cells[group, 0, "abstained share"] = f"{gone[1]} of {len(tally.ballots)}, {share} %"
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
        return f"median {middle[0]}" if middle is not None else "no levels"
    if poll.paper.kind in SUMMED:
        sums = sums_of(poll, chosen)
        what = {"ranking": "point", "points": "dot"}[poll.paper.kind] + ("" if sum(sums) == 1 else "s")
        return f"{sums[place]} of {sum(sums)} {what} ({hundred(sums)[place]} %)"
    n = counts_of(poll, chosen)[place]
    return f"{n} of {len(chosen)} ({_percents(poll, chosen)[place]} %)"


# The same as a table

HEAD = [
    *("poll", "question", "round", "one ballot per", "closed at", "group", "answered", "could answer"),
    *("option", "count", "% of answered"),
]
PLACES = ("for a first place", "for a second", "for a third", "for a fourth", "for a fifth")


def places(most: int) -> str:
    """How the points of a ranking come about."""
    first, *others = PLACES[:most]
    points = "point" if most == 1 else "points"
    told = [f"{most} {points} {first}", *(f"{most - n} {one}" for n, one in enumerate(others, start=1))]
    return ", ".join(told)


def table(count: Count, poll: Counted) -> list[list[str]]:
    """All lines of the file behind “As a table”. Of when it closed stands only `CLOSED`: a person at a panel
    sees the minute, not the second."""
    kind, levels = poll.paper.kind, poll.levels
    more = {
        "ranking": [f"Borda points ({places(poll.paper.most)})", "% of all points", "first places"],
        "points": ["dots", "% of all dots"],
        "score": [*(f"level {name}" for name in levels), "median", "middle half from", "middle half to"],
    }.get(kind, [])
    lines = [HEAD + more]
    unit = "person" if poll.paper.by_person else "delegation"
    stem = [poll.paper.poll_id, poll.paper.question, str(_round(count, poll)), unit, CLOSED]
    for group, tally in poll.tallies().items():
        own = [*stem, group, str(len(tally.ballots)), str(tally.of)]
        if not tally.ballots:
            lines.append([*own, "nobody answered" if tally.of else "nobody to ask"])
            continue
        if suppressed(poll, tally):
            lines.append([*own, "fewer than 5 answers: not shown"])
            continue
        lines += _lines(poll, own, tally.chosen)
        for where, part in sorted(broken_down(poll, tally).items()):
            lines += _lines(poll, [*stem, f"{group}, {WHERE[where]}", str(len(part)), ""], part)
    for group, hands in poll.hands.items():
        own = [*stem, f"{group}, counted by hand", str(hands[0]), ""]
        lines += [[*own, text, str(n)] for text, n in zip(poll.paper.options, hands[1:], strict=True)]
    return lines


CLOSED = "(closed)"
"""In place of a closing's moment."""


def without_moment(lines: list[list[str]]) -> list[list[str]]:
    """A table as it was read, with `CLOSED` where a moment stands with its offset."""
    return [[CLOSED if _moment(cell) else cell for cell in line] for line in lines]


def _moment(cell: str) -> bool:
    try:
        return datetime.fromisoformat(cell).tzinfo is not None
    except ValueError:
        return False


def _round(count: Count, poll: Counted) -> int:
    """1 for the first."""
    before = count.polls.get(poll.earlier)
    return 1 if before is None else 1 + _round(count, before)


def _lines(poll: Counted, stem: list[str], chosen: list[Chosen]) -> Iterator[list[str]]:
    """A line for each option, and one for abstentions."""
    kind, counts, shares = poll.paper.kind, counts_of(poll, chosen), _percents(poll, chosen)
    for place, option in enumerate(poll.paper.options):
        line = [*stem, option, str(counts[place]), str(shares[place])]
        if kind in SUMMED:
            sums = sums_of(poll, chosen)
            line += [str(sums[place]), str(hundred(sums)[place])]
        if kind == "ranking":
            line.append(str(firsts_of(chosen, place)))
        if kind == "score":
            median, low, high = middle_of(poll, chosen, place) or ("", "", "")
            line += [*map(str, levels_of(poll, chosen, place)), median, low, high]
        yield line
    yield [*stem, "abstained", str(sum(not one for one in chosen)), str(shares[-1])]


def export(count: Count, poll: Counted) -> list[list[str]]:
    """The table, and below it the ballots: a named poll's by voter, others' by how often each was cast, but
    of tallies whose breakdown is published."""
    lines = [*table(count, poll), []]
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
    return [*lines, ["group", "so many ballots", "answer"], *alike] if alike else lines
