"""A poll's figures as a chart: which bar is how long. What is said beside them comes from the caller."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from meeting.poll_life import HandCount
from meeting.polls import Poll, PollKind
from meeting.tallies import Figures, GroupFigures, OptionFigures
from report.charts import Bar, Block, Chart

OF_BASE = (PollKind.SINGLE, PollKind.APPROVAL)
"""Kinds whose bars are shares of those that answered; others have points, or a distribution."""

SUMS = (PollKind.RANKING, PollKind.POINTS)
"""Kinds whose bars are shares of all points given. A full bar is the greatest share of the block, in either
round: each round is drawn to its own total, so that lengths compare."""


class Said(Protocol):
    """The sentences of one poll's chart, as plain text."""

    @property
    def subtitle(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def foot(self) -> str: ...
    @property
    def abstained(self) -> str: ...
    def heading(self, figures: Figures, group: str = "") -> str: ...
    def base(self, figures: Figures | GroupFigures) -> str:
        """Who answered, how many of them abstained, and that it is too few to show more."""
        ...

    def earlier_base(self, figures: Figures) -> str: ...
    def scale(self, share: int) -> str:
        """What a full bar is: so many per cent of all points, or all who answered."""
        ...

    def value(self, figures: OptionFigures) -> str: ...
    def detail(self, figures: OptionFigures) -> str: ...
    def earlier(self, figures: OptionFigures) -> str: ...
    def share(self, count: int, percent: int) -> str:
        """Of abstentions."""
        ...

    def hand(self, count: HandCount) -> str:
        """The heading of what was counted by hand."""
        ...

    def hand_base(self, count: HandCount) -> str: ...
    def hand_scale(self) -> str: ...


def chart_of(
    poll: Poll,
    figures: Sequence[Figures],
    said: Said,
    earlier: Sequence[Figures] = (),
    by_hand: Sequence[HandCount] = (),
) -> Chart:
    """A block for each tally, and for each group of a published breakdown after its tally; then one for each
    hand count, hollow: it is no ballot.

    `earlier` are the figures of the earlier round. A tally of which nothing may show there has none.
    """
    before = {one.tally: one for one in earlier if one.answered and not one.suppressed}
    blocks = []
    for one in figures:
        blocks.append(_block(poll, one, said.heading(one), said, before.get(one.tally)))
        blocks += [_block(poll, group, said.heading(one, group.group), said) for group in one.groups]
    blocks += [_by_hand(poll, count, said) for count in by_hand]
    return Chart(poll.question, said.subtitle, tuple(blocks), said.note, said.foot, poll.levels)


def _block(
    poll: Poll, one: Figures | GroupFigures, heading: str, said: Said, before: Figures | None = None
) -> Block:
    if not one.answered or (isinstance(one, Figures) and one.suppressed):
        return Block(heading, said.base(one))
    rows = _rows(poll, one, said, before)
    if poll.kind in OF_BASE and poll.abstaining:
        rows.append(_abstained(one, said, before))
    full, most = 1.0, 0
    if poll.kind in SUMS:
        both = (one, *((before,) if before is not None else ()))
        full, most = max((_length(poll, row, of), row.share) for of in both for row in of.options)
    earlier_base = "" if before is None else said.earlier_base(before)
    # Of abstentions alone there are no points: no bar, and nothing that a full one would be.
    return Block(
        heading, said.base(one), tuple(rows), full or 1, said.scale(most) if full else "", earlier_base
    )


def _abstained(one: Figures | GroupFigures, said: Said, before: Figures | None) -> Bar:
    was = None if before is None else before.abstained / before.answered
    was_text = "" if before is None else said.share(before.abstained, before.abstained_percent)
    share = said.share(one.abstained, one.abstained_percent)
    return Bar(said.abstained, one.abstained / one.answered, share, "", was, was_text, apart=True)


def _by_hand(poll: Poll, count: HandCount, said: Said) -> Block:
    rows = [
        Bar(option.text, n / count.answered, f"{n}", apart=True)
        for option, n in zip(poll.options, count.counts, strict=True)
    ]
    return Block(said.hand(count), said.hand_base(count), tuple(rows), 1, said.hand_scale())


def _rows(poll: Poll, of: Figures | GroupFigures, said: Said, before: Figures | None) -> list[Bar]:
    rows = []
    for place, (option, one) in enumerate(zip(poll.options, of.options, strict=True)):
        bar = Bar(option.text, _length(poll, one, of), said.value(one), said.detail(one), levels=one.levels)
        if before is not None:
            was = before.options[place]
            if poll.kind is PollKind.SCORE:
                bar = replace(bar, detail=said.earlier(was))
            else:
                bar = replace(bar, earlier=_length(poll, was, before), earlier_text=said.earlier(was))
        rows.append(bar)
    return rows


def _length(poll: Poll, one: OptionFigures, of: Figures | GroupFigures) -> float:
    if poll.kind in SUMS:
        return one.points / max(of.points, 1)
    return one.count / max(of.answered, 1) if poll.kind in OF_BASE else 0
