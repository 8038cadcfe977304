"""Polls on pages: what is asked, and what came out once that may be seen."""

from collections.abc import Iterable, Sequence

from meeting.polls import Poll, PollKind, PollState, Unit
from meeting.standings import Standing
from meeting.tallies import SMALLEST_GROUP, Figures, GroupFigures, OptionFigures
from room import wording
from room.wording import Json, Words, ms_or_none, upper

SUMS = (PollKind.RANKING, PollKind.POINTS)
"""Kinds whose shares are of all points given."""

WHOLES = (PollKind.SINGLE, PollKind.APPROVAL)
"""Kinds whose shares are of all who answered: abstentions have a bar of their own."""


def poll_json(words: Words, standing: Standing) -> Json:
    """A poll as everybody sees it, without results."""
    poll = standing.poll
    return {
        "poll_id": poll.poll_id,
        "head_text": words.say("room.poll.head"),
        "question": poll.question,
        "round_text": wording.round_of(words, standing),
        "kind": poll.kind.value,
        "how_text": wording.how(words, poll),
        "options": [{"n": n, "text": option.text} for n, option in enumerate(poll.options, start=1)],
        "closes": ms_or_none(standing.expected) if poll.state is PollState.OPEN else None,
        "closes_text": wording.poll_state(words, standing),
        "turnout": [
            {
                "tally": one.value,
                "name_text": wording.tally(words, poll, one),
                "answered": standing.answered.get(one, 0),
                "of": standing.bases.get(one, 0),
                "text": words.say(
                    "polls.panel.turnout",
                    n=standing.answered.get(one, 0),
                    of=standing.bases.get(one, 0),
                    tally=wording.tally(words, poll, one),
                ),
            }
            for one in poll.tallies
        ],
        "unit_text": words.say(f"polls.unit.{poll.unit}"),
        "secrecy_text": wording.secrecy(words, poll),
        "shows_text": words.say(f"polls.showing.{poll.showing}"),
        "foot_text": words.say("polls.panel.nothing_decided"),
        "here_text": words.say("polls.panel.in_person") if standing.in_person else None,
    }


def result_json(words: Words, standing: Standing) -> Json:
    """What came out. Only of a poll whose results show: its standing has figures then, and none before."""
    poll = standing.poll
    running = poll.state is PollState.OPEN
    return {
        "poll_id": poll.poll_id,
        "head_text": words.say("room.result.live" if running else "room.result.head"),
        "question": poll.question,
        "round_text": wording.round_of(words, standing),
        "kind": poll.kind.value,
        "closed_text": wording.poll_state(words, standing),
        "unit_text": words.say(f"polls.unit.{poll.unit}"),
        "legend_text": _legend(words, poll) if _anything(standing.figures) else None,
        "foot_text": words.say("room.result.foot"),
        "tallies": [_tally(words, standing, one) for one in standing.figures],
        "hand_counts": [_hand_count(words, standing, place) for place in range(len(standing.hand_counts))],
    }


def _anything(figures: Iterable[Figures]) -> bool:
    return any(one.answered and not one.suppressed for one in figures)


def _legend(words: Words, poll: Poll) -> str:
    values = {"places": _places(words, poll)} if poll.kind is PollKind.RANKING else {}
    return words.say(f"polls.result.legend.{poll.kind}", **values)


def _places(words: Words, poll: Poll) -> str:
    worth = zip(("first", "second", "third", "fourth", "fifth"), range(poll.most, 0, -1), strict=False)
    return ", ".join(words.say(f"polls.result.places.{place}", n=n) for place, n in worth)


def _tally(words: Words, standing: Standing, figures: Figures) -> Json:
    poll = standing.poll
    empty = figures.suppressed or not figures.answered
    before = None if empty else standing.before(figures.tally)
    return {
        "tally": figures.tally.value,
        "name_text": upper(wording.tally(words, poll, figures.tally)),
        "base_text": _base(words, poll, figures),
        "suppressed": figures.suppressed,
        "compare_text": _compared(words, standing, before, figures) if before is not None else None,
        "bars": [] if empty else _bars(words, poll, figures, before),
        "groups": [
            {
                "name_text": _group(words, group.group),
                "base_text": _base(words, poll, group),
                "bars": _bars(words, poll, group),
            }
            for group in figures.groups
        ],
    }


def _group(words: Words, group: str) -> str:
    """A group of a breakdown by its name: a region is the roster's."""
    return words.say(f"polls.result.groups.{group}") if group in ("room", "virtual") else group


def _base(words: Words, poll: Poll, figures: Figures | GroupFigures) -> str:
    """Who answered, of how many, and how many abstained; all points given, if shares are of them."""
    if isinstance(figures, GroupFigures):
        said = words.say("polls.result.answered_group", n=figures.answered)
    elif not figures.answered:
        return words.say("polls.result.nobody" if figures.of else "polls.result.nobody_asked", of=figures.of)
    else:
        said = words.say("polls.result.answered", n=figures.answered, of=figures.of)
        if figures.suppressed:
            return words.say("polls.result.suppressed", base=said, least=SMALLEST_GROUP)
    if figures.abstained:
        said = words.say("polls.result.abstained_of", base=said, n=figures.abstained)
    return (
        words.say(f"polls.result.{poll.kind}_of", base=said, n=figures.points) if poll.kind in SUMS else said
    )


def _compared(words: Words, standing: Standing, before: Figures, figures: Figures) -> str:
    """Both rounds' bases, and that others may have answered, or what became of named answers."""
    bases = {"was": before.answered, "was_of": before.of, "becomes": figures.answered}
    said = words.say("polls.result.round", becomes_of=figures.of, **bases)
    moved = standing.moved.get(figures.tally)
    if moved is None:
        person = "_person" if standing.poll.unit is Unit.PERSON else ""
        return f"{said} {words.say(f'polls.result.other_base{person}')}"
    values = {"same": moved.same, "changed": moved.changed}
    more = words.say("polls.result.moved", gone=moved.only_earlier, new=moved.only_later, **values)
    return f"{said} {more}"


def _bars(
    words: Words, poll: Poll, figures: Figures | GroupFigures, before: Figures | None = None
) -> list[Json]:
    """A bar for each option; one for abstentions where they are part of the whole."""
    bars = []
    both = [*figures.options, *(before.options if before is not None else ())]
    most = max((one.share for one in both), default=0)
    for n, (option, one) in enumerate(zip(poll.options, figures.options, strict=True), start=1):
        was = before.options[n - 1] if before is not None else None
        bar = {"n": n, "text": option.text, "abstention": False, **_bar(words, poll, one, figures, most)}
        bar["earlier"] = _earlier(words, poll, was, before, most) if was and before else None
        bars.append(bar)
    if poll.kind in WHOLES and (figures.abstained or (before is not None and before.abstained)):
        one = OptionFigures(figures.abstained, figures.abstained_percent)
        bar = {"n": None, "text": words.say("room.result.abstained"), "abstention": True}
        bar |= _bar(words, poll, one, figures, most)
        if before is not None:
            was = OptionFigures(before.abstained, before.abstained_percent)
            bar["earlier"] = _earlier(words, poll, was, before, most)
        else:
            bar["earlier"] = None
        bars.append(bar)
    return bars


def _bar(words: Words, poll: Poll, one: OptionFigures, figures: Figures | GroupFigures, most: int) -> Json:
    answered = figures.answered
    if poll.kind is PollKind.SCORE:
        return _score(words, poll, one)
    if poll.kind in SUMS:
        values = {"percent": one.share, "first": one.first, "by": one.count, "of": answered}
        said = words.say(f"polls.result.{poll.kind}", n=one.points, **values)
        head, _, detail = said.partition(" · ")
        return {
            "value_text": head,
            "short_text": words.say("room.result.percent", percent=one.share),
            "detail_text": detail or None,
            "bar": _part(one.share, most),
            "levels": None,
        }
    return {
        "value_text": words.say("polls.result.share", n=one.count, of=answered, percent=one.percent),
        "short_text": words.say("room.result.percent", percent=one.percent),
        "detail_text": None,
        "bar": _part(one.count, answered),
        "levels": None,
    }


def _part(part: float, whole: float) -> float:
    """The length of a bar, 0 to 100."""
    return round(100 * part / whole, 1) if whole else 0


def _score(words: Words, poll: Poll, row: OptionFigures) -> Json:
    if row.median is None or row.low is None or row.high is None:
        said = words.say("polls.result.no_score")
        return {"value_text": said, "short_text": said, "detail_text": None, "bar": 0, "levels": []}
    median, low, high = (_level(words, poll, at) for at in (row.median, row.low, row.high))
    said = words.say("polls.result.median", median=median, low=low, high=high)
    head, _, detail = said.partition(", ")
    return {
        "value_text": head,
        "short_text": median,
        "detail_text": detail or None,
        "bar": _part(row.median, len(poll.levels) - 1),
        "levels": [
            {"text": text, "n": n, "bar": _part(n, row.count)}
            for text, n in zip(poll.levels, row.levels, strict=True)
        ],
    }


def _level(words: Words, poll: Poll, at: float) -> str:
    """A level by its place; half-way between two it is both their names, or the number between."""
    highest = len(poll.levels) - 1
    below, above = poll.levels[int(at)], poll.levels[min(int(at + 0.5), highest)]
    if below == above:
        return below
    if below.isdecimal() and above.isdecimal():
        return f"{(int(below) + int(above)) / 2:g}"
    return words.say("polls.result.between", low=below, high=above)


def _earlier(words: Words, poll: Poll, was: OptionFigures, of: Figures, most: int) -> Json:
    """What it was in the earlier round, with what it is a share of."""
    if poll.kind is PollKind.SCORE:
        if was.median is None:
            return {"value_text": words.say("polls.result.earlier_no_score"), "bar": 0}
        median = _level(words, poll, was.median)
        said = words.say("polls.result.earlier_score", median=median)
        return {"value_text": said, "bar": _part(was.median, len(poll.levels) - 1)}
    if poll.kind in SUMS:
        values = {"points": was.points, "percent": was.share}
        said = words.say(f"polls.result.earlier_{poll.kind}", n=of.points, **values)
        return {"value_text": said, "bar": _part(was.share, most)}
    said = words.say("polls.result.earlier", n=was.count, of=of.answered, percent=was.percent)
    return {"value_text": said, "bar": _part(was.count, of.answered)}


def _hand_count(words: Words, standing: Standing, place: int) -> Json:
    count, poll = standing.hand_counts[place], standing.poll
    counts: Sequence[int] = count.counts
    return {
        "name_text": words.say("room.result.hand", tally=wording.tally(words, poll, count.tally)),
        "base_text": words.say("polls.result.answered_group", n=count.answered),
        "bars": [
            {
                "n": n,
                "text": option.text,
                "value_text": words.say("room.result.count", n=number, of=count.answered),
                "short_text": str(number),
                "detail_text": None,
                "bar": _part(number, count.answered),
                "earlier": None,
                "levels": None,
                "abstention": False,
            }
            for n, (option, number) in enumerate(zip(poll.options, counts, strict=True), start=1)
        ],
    }
