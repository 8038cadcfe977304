"""`check`: settings, programme and roster read and shown, or every fault of all three at once."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from bot.clock import Clock
from config.faults import Faults
from config.programme import read_programme
from config.roster import read_roster
from config.settings import Settings, read_settings
from db.agenda_rows import load_plan
from db.ledger import read_ledger
from meeting.agenda import Agenda
from meeting.delegations import Delegation, Tally
from meeting.polls import Poll, PollKind
from meeting.programme import Mode, PlannedDay, Programme, Start
from meeting.refusals import NotSetUp
from meeting.reload import fresh_days
from meeting.writing import legible

T = TypeVar("T")


def check_all(console: Console, environ: Mapping[str, str], *, start: date | None) -> int:
    """Print the days and what else was read; 1 and every fault if there is any."""
    faults: list[object] = []

    def tried(read: Callable[[], T]) -> T | None:
        try:
            return read()
        except Faults as found:
            faults.extend(found.faults)
            return None

    settings = tried(lambda: read_settings(environ, live=False))
    if settings is None:
        paths = {k: v for k, v in environ.items() if k in ("ROUNDTABLE_PROGRAMME", "ROUNDTABLE_ROSTER")}
        settings = tried(lambda: read_settings(paths, live=False))
    if settings is not None:
        files = settings
        programme = tried(lambda: read_programme(files.programme, start=start))
        roster = tried(lambda: read_roster(files.roster))
        if programme is not None:
            _show_programme(console, programme)
        if roster is not None:
            _show_roster(console, roster)
    for fault in faults:
        console.print(str(fault), style="red", markup=False)
    if faults:
        console.print(f"{counted(len(faults))}. The meeting cannot begin like this.", style="bold red")
        return 1
    console.print("All is in order.", style="bold green")
    return 0


async def agenda_as_it_stands(settings: Settings, clock: Clock, start: date | None) -> Agenda:
    """The agenda from the database if there is one (and no other start is asked for), else as planned."""
    if start is None and settings.database.is_file():
        reader = await read_ledger(settings.database, now=clock.now)
        try:
            return (await reader.read(load_plan)).agenda
        except NotSetUp:
            pass  # made, but nothing was imported yet
        finally:
            await reader.close()
    programme = read_programme(settings.programme, start=start)
    return Agenda(
        programme.title,
        programme.time_zone,
        programme.venue,
        fresh_days(programme),
        about=programme.about,
        marking=settings.marking,
    )


def counted(faults: int) -> str:
    """`1 fault`, `3 faults`."""
    return f"{faults} fault{'' if faults == 1 else 's'}"


def _show_programme(console: Console, programme: Programme) -> None:
    console.print(programme.title, style="bold", markup=False)
    for day in programme.days:
        console.print(_table(programme, day))
        items = {item.item_id for item in day.items}
        polls = [poll for poll in programme.polls if poll.item_id in items]
        if polls:
            console.print(_polls_table(polls))


def _table(programme: Programme, day: PlannedDay) -> Table:
    zone = ZoneInfo(programme.time_zone)
    table = Table(
        title=f"{day.title} – {day.date:%A} {day.date.day} {day.date:%B %Y} ({programme.venue})",
        title_justify="left",
    )
    for heading in (programme.venue, "id", "item", "starts by", "mode", "question"):
        table.add_column(heading, overflow="fold")
    for item in day.items:
        begins, ends = item.starts_at.astimezone(zone), item.ends_at.astimezone(zone)
        parts = len(item.question.parts) if item.question else 0
        question = (
            item.question.question_id + (f", {parts} parts" if parts > 1 else "") if item.question else ""
        )
        table.add_row(
            f"{begins:%H:%M}–{ends:%H:%M}",
            item.item_id,
            Text(legible(item.title)),
            ("clock" if item.start is Start.CLOCK else "chair") + (", fixed" if item.fixed else ""),
            "in person" if item.mode is Mode.IN_PERSON else "hybrid",
            question,
        )
    return table


def _polls_table(polls: Iterable[Poll]) -> Table:
    """Two rows a poll: what it asks; how, whom, and when."""
    table = Table("id", Column("Indicative polls", overflow="fold"))
    for poll in polls:
        again = f" (round of {poll.round_of})" if poll.round_of else ""
        table.add_row(poll.poll_id, Text(legible(poll.question) + again, style="bold"))
        table.add_row("", " · ".join(_terms(poll)), end_section=True)
    return table


def _terms(poll: Poll) -> Iterator[str]:
    """What holds of a poll, as the programme's keys have it."""
    yield _how(poll)
    yield f"one ballot per {poll.unit}"
    everybody = len(poll.tallies) == len(Tally)
    yield "asks " + ("all" if everybody else ", ".join(poll.tallies).replace("_", " "))
    yield poll.secrecy
    yield f"open {poll.opens} – {poll.closes}"
    broken_down = f", by {poll.breakdown}".replace("_", " ") if poll.breakdown is not None else ""
    yield f"results: {poll.showing}{broken_down}"
    if poll.virtual:
        yield "asks those online, too"


def _how(poll: Poll) -> str:
    """The kind with its numbers, such as `approval, up to 3 of 7`."""
    size = len(poll.options)
    of = {
        PollKind.SINGLE: f"1 of {size}",
        PollKind.APPROVAL: f"up to {poll.most} of {size}",
        PollKind.RANKING: f"{poll.most} of {size}",
        PollKind.POINTS: f"{poll.most} dots on {size}, up to {poll.cap} each",
        PollKind.SCORE: f"{size} row{'' if size == 1 else 's'}, {len(poll.levels)} levels",
    }[poll.kind]
    return f"{poll.kind}, {of if size else 'options by hand'}"


def _show_roster(console: Console, roster: tuple[Delegation, ...]) -> None:
    counts = Counter(delegation.category.value.replace("_", " ") for delegation in roster)
    parts = ", ".join(f"{number} {name}" for name, number in counts.items())
    console.print(f"{len(roster)} delegations: {parts}", markup=False)
