"""A poll's figures as a chart: which bar is how long. What is said beside them comes from the caller."""

from collections.abc import Sequence
from typing import Protocol

from meeting.polls import Poll, PollKind
from meeting.tallies import Figures, GroupFigures, OptionFigures
from report.charts import Bar, Block, Chart

OF_BASE = (PollKind.SINGLE, PollKind.APPROVAL)
"""Kinds whose bars are shares of those that answered; others have points, or a distribution."""


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
        """Who answered, and that it is too few to show more; of points, places and scores also how many
        abstained, who have no bar there."""
        ...

    def earlier_base(self, figures: Figures) -> str: ...
    def scale(self, full: float) -> str:
        """What a full bar is: `full` points, or for 1 all that answered."""
        ...

    def value(self, figures: OptionFigures) -> str: ...
    def detail(self, figures: OptionFigures) -> str: ...
    def earlier(self, figures: OptionFigures) -> str: ...
    def share(self, count: int, percent: int) -> str:
        """Of abstentions."""
        ...


def chart_of(poll: Poll, figures: Sequence[Figures], said: Said, earlier: Sequence[Figures] = ()) -> Chart:
    """A block for each tally, and for each group of a published breakdown after its tally.

    `earlier` are the figures of the earlier round. A tally of which nothing may show there has none.
    """
    before = {one.tally: one for one in earlier if one.answered and not one.suppressed}
    blocks = []
    for one in figures:
        blocks.append(_block(poll, one, said, before.get(one.tally)))
        for group in one.groups:
            rows = _rows(poll, group.options, group.answered, said)
            blocks.append(_filled(poll, said.heading(one, group.group), said.base(group), rows, said))
    return Chart(poll.question, said.subtitle, tuple(blocks), said.note, said.foot, poll.levels)


def _block(poll: Poll, one: Figures, said: Said, before: Figures | None) -> Block:
    if one.suppressed or not one.answered:
        return Block(said.heading(one), said.base(one))
    rows = _rows(poll, one.options, one.answered, said, before)
    if poll.kind in OF_BASE and poll.abstaining:
        share = said.share(one.abstained, one.abstained_percent)
        rows.append(Bar(said.abstained, one.abstained / one.answered, share, apart=True))
    earlier_base = "" if before is None else said.earlier_base(before)
    return _filled(poll, said.heading(one), said.base(one), rows, said, earlier_base)


def _filled(
    poll: Poll, heading: str, base: str, rows: list[Bar], said: Said, earlier_base: str = ""
) -> Block:
    points = poll.kind in (PollKind.RANKING, PollKind.POINTS)
    full = max([1, *(bar.value for bar in rows), *(bar.earlier or 0 for bar in rows)]) if points else 1
    return Block(heading, base, tuple(rows), full, said.scale(full), earlier_base)


def _rows(
    poll: Poll, options: Sequence[OptionFigures], answered: int, said: Said, before: Figures | None = None
) -> list[Bar]:
    rows = []
    for place, (option, one) in enumerate(zip(poll.options, options, strict=True)):
        was = None if before is None or poll.kind is PollKind.SCORE else before.options[place]
        rows.append(
            Bar(
                option.text,
                _length(poll, one, answered),
                said.value(one),
                said.detail(one),
                None if was is None or before is None else _length(poll, was, before.answered),
                "" if was is None else said.earlier(was),
                one.levels,
            )
        )
    return rows


def _length(poll: Poll, one: OptionFigures, answered: int) -> float:
    return one.count / max(answered, 1) if poll.kind in OF_BASE else one.points
