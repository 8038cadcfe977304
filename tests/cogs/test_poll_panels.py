"""The panels of polls: what they say, and that the largest there may be fit Discord, whatever is in them."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers import TEXT, view_of
from bot.wall_faces import LONGEST, MENTION, Panel
from bot.words import Words
from cogs.polls import drafts, forms, wording
from cogs.polls.panel import desk_panel, poll_panel, result_panel
from cogs.polls.results import result_blocks
from cogs.polls.tables import table_file
from config.catalogue import read_catalogues
from db.polls import Standing
from meeting import tallies
from meeting.delegations import Tally
from meeting.poll_life import HandCount
from meeting.polls import (
    Breakdown,
    Choice,
    Option,
    Poll,
    PollId,
    PollKind,
    Secrecy,
    Showing,
    Unit,
    checked,
)
from meeting.tallies import Ballots
from rehearsal.standin.form_components import check_message_components
from rehearsal.standin.form_modals import check_modal
from rehearsal.standin.refusals import Form, Refusal
from tests.stage import at

WORDS = Words(read_catalogues(), "Asia/Bangkok", "V" * 30, "*" * 60)
REFERENCE = f"-# ref 0123abcd-result-{'p' * 31}"

TEXTS = ("x", "*", "_", "ก", "W ", "👍", "\\", "|", "1.")
"""Signs of which texts are made: plain, wide, of several bytes, and such as are escaped."""


def text(sign: str, length: int, number: int) -> str:
    """A text of exactly that length, unlike others."""
    return f"{number}{sign * length}"[:length].strip() or str(number)


def poll_of(kind: PollKind, size: int = 25, sign: str = "*", length: int = 150, **more: Any) -> Poll:
    """A poll of the largest kind that may be, unless said otherwise."""
    most = {PollKind.APPROVAL: size, PollKind.RANKING: min(5, size), PollKind.POINTS: min(50, size * 24)}
    values: dict[str, Any] = {
        "most": most.get(kind, 1),
        "cap": min(24, size * 24) if kind is PollKind.POINTS else 0,
        "levels": tuple(text(sign, 45, n) for n in range(10)) if kind is PollKind.SCORE else (),
        "opened_at": at(9),
        "illustrative": True,
    }  # fmt: skip
    options = tuple(Option(text(sign, length, n)) for n in range(1, size + 1))
    return Poll(PollId("p" * 31), text(sign, 300, 0), kind, options, **(values | more))


def ballots_of(poll: Poll, many: int = 12) -> list[Ballots]:
    """Ballots of all tallies in two groups, each group large enough to show."""
    size, found = len(poll.options), []
    for n in range(many):
        choice: Choice = (n % size,)
        if poll.kind is PollKind.APPROVAL:
            choice = tuple(range(n % size + 1))
        elif poll.kind is PollKind.RANKING:
            choice = tuple((n + k) % size for k in range(poll.most))
        elif poll.kind is PollKind.SCORE:
            choice = tuple((n + k) % len(poll.levels) for k in range(size))
        elif poll.kind is PollKind.POINTS:
            left, dots = poll.most, []
            for _ in range(size):
                dots.append(min(poll.cap, left))
                left -= dots[-1]
            choice = tuple(dots)
        found += [
            Ballots(tally, checked(poll, choice), 999, group)
            for tally in poll.tallies for group in ("South and South-West Asia", "room")
        ]  # fmt: skip
    return [*found, *(Ballots(tally, (), 500, "room") for tally in poll.tallies)]


def standing_of(poll: Poll, *, counts: bool = True, earlier: Standing | None = None) -> Standing:
    """How it stands after the closing, with all that can stand beside it."""
    ballots, bases = ballots_of(poll), dict.fromkeys(Tally, 99_999)
    figures = tallies.figures(poll, ballots, bases)
    answered = {one.tally: one.answered for one in figures}
    by_hand = tuple(HandCount(tally, 9999, (9999,) * len(poll.options)) for tally in poll.tallies)
    moved = {tally: tallies.Compared(999, 999, 999, 999) for tally in poll.tallies} if earlier else {}
    number, hands = 1 if earlier is None else earlier.round + 1, by_hand if counts else ()
    standing = Standing(poll, answered, bases, at(23), round=number, figures=figures, hand_counts=hands)
    return replace(standing, earlier=earlier, moved=moved)


def fits(panel: Panel) -> None:
    """Discord takes it, and not because its text was cut off at the end."""
    form = Form()
    check_message_components(form, (), panel.view(REFERENCE).to_components(), v2=True)
    form.settle()
    assert sum(map(len, panel.blocks)) <= LONGEST - len(REFERENCE) - MENTION, [len(b) for b in panel.blocks]


def fits_answer(body: str, rows: list[forms.Row]) -> None:
    assert len(body) <= TEXT, len(body)
    form = Form()
    check_message_components(form, (), view_of(body, tuple(rows)).to_components(), v2=True)
    form.settle()


KINDS = list(PollKind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sign", TEXTS)
@pytest.mark.parametrize("size", [1, 2, 10, 11, 25])
def test_the_largest_polls_are_asked_in_full(kind: PollKind, sign: str, size: int) -> None:
    if size == 1 and kind is not PollKind.SCORE:
        return
    for secrecy in Secrecy:
        poll = poll_of(kind, size, sign, secrecy=secrecy, showing=Showing.OWN)
        standing = Standing(poll, {}, dict.fromkeys(Tally, 99_999), at(23))
        panel = poll_panel(WORDS, standing)
        fits(panel)
        lines = "\n".join(panel.blocks).split("\n")
        for n in range(1, size + 1):
            assert any(line.startswith(f"{n}. ") for line in lines), n
        fits(poll_panel(WORDS, replace(standing, poll=replace(poll, closed_at=at(10)))))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sign", TEXTS)
def test_the_largest_polls_have_a_result_that_fits(kind: PollKind, sign: str) -> None:
    """Three tallies, broken down, an earlier round, hand counts, all at once; nothing vanishes unsaid."""
    for breakdown in (None, *Breakdown):
        poll = poll_of(kind, 25, sign, breakdown=breakdown, closed_at=at(10))
        earlier = standing_of(replace(poll, poll_id=PollId("q")))
        panel = result_panel(WORDS, standing_of(poll, earlier=earlier))
        fits(panel)
        whole = "\n".join(panel.blocks)
        assert (
            len(re.findall(r"^\*\*[^*]+\*\*: \d+ of 99999 answered, \d+ of them abstained", whole, re.M)) == 3
        )
        assert len(re.findall(r"Counted by hand in the room", whole)) == 3
        assert "Too much for one message: “As a table” has all of it." in whole
        for figures in standing_of(poll).figures:
            assert len(figures.options) == 25


def test_a_usual_poll_is_shown_with_everything() -> None:
    poll = replace(
        poll_of(PollKind.APPROVAL, 6, closed_at=at(10), breakdown=Breakdown.MODE),
        question="Which factors were most decisive?",
        options=tuple(map(Option, ("legislation", "coordination", "training", "data", "awareness", "other"))),
        electorate=frozenset({Tally.MEMBERS}),
    )
    panel = result_panel(WORDS, standing_of(poll, earlier=standing_of(poll)))
    whole = "\n".join(panel.blocks)
    assert "Too much" not in whole and "more" not in whole
    assert whole.count("▰") > 10 and "500 of them abstained\nlegislation\n▰" in whole
    assert "**Compared with the earlier round**: 24476 of 99999 answered then, 24476 of 99999 now" in whole
    assert re.search(r"^\*\*In the room\*\*: \d+ answered, 500 of them abstained$", whole, re.M)
    assert len(re.findall(r"^Abstained: 500 of \d+ · \d+ %$", whole, re.M)) == 2, "of all and of the room"
    fits(panel)


@st.composite
def drawn(draw: st.DrawFn) -> Standing:
    kind = draw(st.sampled_from(KINDS))
    size = draw(st.integers(1 if kind is PollKind.SCORE else 2, 25))
    poll = poll_of(
        kind,
        size,
        draw(st.sampled_from(TEXTS)),
        draw(st.integers(4, 150)),
        unit=draw(st.sampled_from(Unit)),
        electorate=draw(st.frozensets(st.sampled_from(Tally), min_size=1)),
        breakdown=draw(st.none() | st.sampled_from(Breakdown)),
        closed_at=at(10),
    )
    earlier = standing_of(replace(poll, poll_id=PollId("q"))) if draw(st.booleans()) else None
    return standing_of(poll, counts=draw(st.booleans()), earlier=earlier)


@settings(max_examples=50, deadline=None)
@given(drawn())
def test_any_result_fits_a_panel_and_an_answer(standing: Standing) -> None:
    panel = result_panel(WORDS, standing)
    fits(panel)
    whole = "\n".join(panel.blocks)
    says = "Too much for one message" in whole
    size = len(standing.poll.options)
    shown = len(re.findall(r"^(?:[▰▱]{10} |median \*\*|no levels given)", whole, re.M))
    assert says or shown >= size * len(standing.figures), "what is left out is told of"
    fits_answer("\n\n".join(result_blocks(WORDS, standing)), [])
    name, content = table_file(WORDS, standing)
    assert content.decode("utf-8-sig").count(str(standing.poll.poll_id)) >= size * len(standing.figures)
    assert name.endswith(".csv")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sign", TEXTS)
def test_the_largest_forms_and_menus(kind: PollKind, sign: str) -> None:
    for secrecy in (Secrecy.OPEN_CHANGEABLE, Secrecy.SECRET_FINAL):
        poll = poll_of(kind, 25, sign, secrecy=secrecy, breakdown=Breakdown.MODE, shuffled=True)
        ballot = ballots_of(poll)[0].choice
        draft = drafts.draft_of(poll, ballot)
        assert drafts.choice_of(poll, draft) == ballot
        if kind in (PollKind.SINGLE, PollKind.APPROVAL):
            fits_answer("?", list(forms.choosing_rows(WORDS, poll, drafts.order(poll, "v"), "en")))
        else:
            for page in range(len(drafts.pages(poll, "v"))):
                for filled in (draft, drafts.blank(poll)):
                    modal = forms.page_form(WORDS, poll, page, filled, "v", "en").to_dict()
                    form = Form()
                    check_modal(form, (), modal)
                    form.settle()
            for whole in (True, False):
                fits_answer("?", forms.summary_rows(WORDS, poll, draft, "v", "en", whole=whole))
        for asks in (True, False):
            fits_answer("?", [forms.confirm_row(WORDS, poll, ballot, "en", asks_mode=asks)])
        said = WORDS.say(
            "polls.answer.confirm", question=poll.question, choice=wording.choice(WORDS, poll, ballot)
        )
        fits_answer(said, [])


def test_the_desk_with_as_many_polls_as_there_may_be() -> None:
    for sign in TEXTS:
        standings = []
        for n in range(40):
            poll = replace(
                poll_of(KINDS[n % 5], 25, sign, showing=Showing.RELEASED),
                poll_id=PollId(f"{'p' * 29}{n:02}"),
                opened_at=at(9) if n % 4 else None,
                closed_at=at(10) if n % 4 == 2 else None,
            )
            standings.append(replace(standing_of(poll), figures=(), hand_counts=()))
        fits(desk_panel(WORDS, standings))


def test_control_the_judge_refuses_what_is_too_large() -> None:
    panel = poll_panel(WORDS, standing_of(poll_of(PollKind.SINGLE)))
    with pytest.raises(AssertionError):
        fits(replace(panel, blocks=(*panel.blocks, "x" * 4000)))
    rows = forms.choosing_rows(WORDS, poll_of(PollKind.APPROVAL), list(range(25)))
    with pytest.raises(Refusal):
        fits_answer("?", [*rows, *rows])


def test_a_panel_says_all_that_somebody_needs_before_answering() -> None:
    poll = replace(
        poll_of(PollKind.POINTS, 3, most=10, cap=5, electorate=frozenset({Tally.MEMBERS})),
        question="Where should effort go?",
        options=(Option("Sea"), Option("Land"), Option("Air")),
    )
    standing = Standing(poll, {Tally.MEMBERS: 41}, {Tally.MEMBERS: 45}, at(9) + timedelta(hours=1))
    said = "\n".join(poll_panel(Words(read_catalogues(), "Asia/Bangkok", "Bangkok"), standing).blocks)
    for words in (
        "**Where should effort go?**",
        "Place exactly 10 dots, at most 5 on one option.",
        "1. Sea\n2. Land\n3. Air",
        "**Open until the item ends,** planned for 10:00"
        if poll.closes.when == "end"
        else "**Open until 10:00",
        "Answered: 41 of 45 member delegations",
        "One ballot per delegation; any of its people can cast it.",
        "until then the record knows whose it is, afterwards nobody can see that, the staff included",
        "Results show after the closing.",
        "-# Question and options are illustrative.",
        "-# Indicative: nothing is decided by this poll.",
    ):
        assert words in said, said
