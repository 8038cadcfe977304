"""One rehearsal: all days of the programme, with simulated people, and what there is to say of it."""

import asyncio
import os
import re
import shutil
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as daytime
from functools import partial
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from rich.console import Console

from meeting.delegations import Delegation
from meeting.programme import Programme
from rehearsal.cast import Cast, assemble, hand_out_roles
from rehearsal.contributing import Contributing
from rehearsal.delegates import Delegates
from rehearsal.director import Director
from rehearsal.hall import Hall, Room
from rehearsal.journal import Entry, Journal
from rehearsal.judge import Verdict, judge, log_faults
from rehearsal.pages import ADDRESSES, Pages
from rehearsal.polling import FEW, Polling
from rehearsal.process import BotProcess
from rehearsal.reporting import Reporting
from rehearsal.script import draw
from rehearsal.sheet import ClerkRefused, print_codes
from rehearsal.speaking import Speaking
from rehearsal.staff import Staff
from rehearsal.stage import MARKING, Restless, Stage
from rehearsal.transcript import View, render

DRAWN_TIME = re.compile(r" ?\(?<t:\d+:\w>\)?")
"""A time as Discord draws it for each reader; on the screen the venue's stands before it."""

console = Console(soft_wrap=True, highlight=False)


@dataclass(frozen=True)
class Options:
    """What the command line says."""

    seed: int
    people: int | None
    out: Path
    programme: Path
    roster: Path
    keep_open: bool = False
    """Whether the room's pages stay up at the end, until somebody presses Enter."""


@dataclass(frozen=True)
class Outcome:
    """The faults; what the bot's process held when its house had ended (nothing: it did not end in order),
    and the database's size in bytes (0: there is none)."""

    faults: list[str]
    held: dict[str, int]
    size: int


async def rehearse(
    options: Options,
    programme: Programme,
    roster: tuple[Delegation, ...],
    process: BotProcess | None = None,
) -> Outcome:
    """Play, write the protocol, the log and the transcript. `process`, if given, carries the bot."""
    zone, dice = ZoneInfo(programme.time_zone), Random(options.seed)
    _fresh_folder(options.out)
    file = options.out / "programme.yaml"
    shutil.copyfile(options.programme, file)
    first = programme.days[0].items[0].starts_at
    description = os.environ.get("DISCORD_OPENAPI")
    stage = Stage(
        first - timedelta(minutes=90),
        file,
        options.out,
        MARKING,
        Path(description) if description else None,
        options.roster,
        process,
    )
    last = programme.days[-1].date + timedelta(days=1)
    ends = datetime.combine(last, daytime(), zone)
    director = Director(stage, Journal(zone, Progress(zone).show), ends)
    script = draw(programme, dice)
    faults: list[str] = []
    seers: dict[str, int] = {}
    pages = Pages(options.out, director.wrong)
    status = ""
    try:
        codes = await print_codes(stage.files, options.out)
        await stage.open()
        cast = assemble(stage.standin, roster, options.people, dice)
        seers = {"A delegate": cast.delegates[0].person.user_id, "A moderator": cast.moderators[0].user_id}
        staff = Staff(director, cast, programme, script, file, dice)
        delegates = Delegates(director, cast, programme, dice)
        polling = Polling.prepared(director, cast, programme, roster, codes, options.seed)
        speaking = Speaking.prepared(director, cast, programme, script.skipped, options.seed)
        contributing = Contributing.prepared(director, cast, programme, options.seed)
        speaking.chairing.restart = partial(_restart, director)
        staff.close_list = speaking.close_running
        staff.began += [speaking.began, polling.pollsters.began]
        staff.ending.append(speaking.ending)
        staff.ending.append(polling.pollsters.ending)
        must_be = polling.voters.must_be
        hall = Hall(director, cast, polling.count, speaking.listening, pages, must_be, options.seed)
        await pages.enter()
        speaking.chairing.pages = contributing.contributors.pages = pages
        polling.scrutiny.closed.append(hall.closed)
        staff.began.append(hall.began)
        _tell_pages(pages)
        await _set_up(director, cast)
        _let_in(director, staff, delegates, programme)
        polling.begin()
        polling.scrutiny.opened.append(hall.opened)
        speaking.begin(polling.voters.door)
        contributing.begin()
        await director.play()
        reporting = Reporting(director, cast, polling, speaking, contributing)
        await reporting.draft(options.out)
        reply = await director.seen(cast.clerk, "/meeting status", await cast.clerk.command("meeting status"))
        status = reply.text
        happened = {
            *map(str, staff.happened | delegates.happened),
            *polling.end(script.skipped),
            *speaking.end(),
            *contributing.end(),
            *hall.happened,
        }
        must = {
            *map(str, script.incidents),
            *MUST,
            *polling.must(script.skipped),
            *speaking.must(),
            *contributing.must(),
        }
        faults += [f"did not happen: {wanted}" for wanted in must - happened]
        verdict = judge(stage.standin, programme, script, check=bool(description))
        faults += verdict.faults
        if polling.count.polls and len(cast.delegates) >= FEW:
            faults += [f"did not happen: {wanted}" for wanted in set(map(str, Room)) - happened]
        _summary(director, verdict, happened, cast, polling, speaking, contributing)
        console.print(
            f"{hall.ballots} ballots on the pages of seats; {hall.compared} lines of screen and desk held"
            " against the rehearsal's own reckoning"
        )
        console.print(f"{reporting.compared} figures of the report held against what was counted")
        if options.keep_open:
            _tell_pages(pages)
            with suppress(EOFError):
                await asyncio.to_thread(input, "The pages stay up; press Enter to end. ")
    except (Restless, ClerkRefused) as fault:
        faults.append(str(fault))
    finally:
        await pages.close()
        snapshot = stage.standin.snapshot()
        views = [_view(stage, name, member_id) for name, member_id in seers.items()]
        code = await stage.close()
    if code != 0:
        faults.append(f"the bot ended with exit code {code}")
    if "chain whole" not in status:
        faults.append("the audit's chain is not reported whole")
    faults += director.wrong + log_faults(stage.log)
    director.journal.write(
        options.out / "protocol.json",
        {"title": programme.title, "marking": MARKING, "seed": options.seed},
    )
    if views:
        (options.out / "transcript.html").write_text(
            render(
                snapshot,
                views,
                title=programme.title,
                marking=MARKING,
                now=stage.now,
                zone=zone,
                venue=programme.venue,
            ),
            "utf-8",
        )
    database = options.out / "rehearsal.db"
    return Outcome(sorted(faults), stage.held, database.stat().st_size if database.exists() else 0)


MUST = {
    "delegates write in the threads",
    "a locked thread takes no more words",
    "somebody without a role sees the welcome channel only",
    "staff commands are offered to staff only",
}
"""What delegations must have come across."""


class Progress:
    """Says on the screen what happens, by the meeting's clock; what delegations do is summed up."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._quietly: Counter[str] = Counter()

    def show(self, entry: Entry) -> None:
        """One entry: said by the bot, done by staff, or counted."""
        clock = entry.at.astimezone(self._zone).strftime("%d %b %H:%M")
        if entry.kind in ("did", "wrote") and not entry.who.startswith(("Moderator", "Clerk")):
            self._quietly[entry.kind] += 1
            return
        if entry.kind == "saw":
            return
        if self._quietly:
            did, wrote = self._quietly["did"], self._quietly["wrote"]
            console.print(f"{clock}  delegations: {did} looked or asked, {wrote} wrote", style="dim")
            self._quietly.clear()
        lines = [
            line for line in entry.what.splitlines() if not line.startswith("-# ref") and MARKING not in line
        ]
        text = DRAWN_TIME.sub("", " / ".join(lines)).replace("**", "")[:150]
        style = {"said": "bold", "state": "cyan"}.get(entry.kind, "yellow")
        where = entry.where if entry.kind in ("said", "state") else entry.who
        console.print(f"{clock}  {where}: {text}", style=style, markup=False)


def _tell_pages(pages: Pages) -> None:
    """Where the pages of the room can be looked at while it runs."""
    for door, address in pages.addresses.items():
        console.print(f"the room's {door}: {address}", markup=False, style="bold")


async def _set_up(director: Director, cast: Cast) -> None:
    async def act() -> None:
        reply = await director.seen(cast.clerk, "/meeting setup", await cast.clerk.command("meeting setup"))
        await director.seen(cast.clerk, "presses “Create”", await cast.clerk.press(reply, "Create"))

    await director.do("set-up", act)
    if director.wrong:
        raise Restless("the server could not be set up")
    hand_out_roles(director.stage.standin, cast)
    await director.stage.settle()


def _let_in(director: Director, staff: Staff, delegates: Delegates, programme: Programme) -> None:
    by_title = {item.question.title: item for item in programme.items if item.question}

    def thread_changed(name: str, locked: bool) -> None:
        if locked:
            delegates.locked(name)
        elif name in by_title:
            delegates.opened(by_title[name])

    director.watchers.append(staff.watch)
    director.thread_watchers.append(thread_changed)
    delegates.arrive()


async def _restart(director: Director) -> None:
    """The bot is stopped in order, and started again."""
    code = await director.stage.stop_bot()
    if code != 0:
        director.wrong.append(f"the bot ended with exit code {code} as it was restarted")
    await director.stage.start_bot()
    director.journal.note(director.now, "state", "Roundtable", "", "the bot was restarted")


def _view(stage: Stage, name: str, member_id: int) -> View:
    return View(name, frozenset(str(i) for i in stage.standin.visible_channel_ids(member_id)))


def _summary(
    director: Director,
    verdict: Verdict,
    happened: set[str],
    cast: Cast,
    polling: Polling,
    speaking: Speaking,
    contributing: Contributing,
) -> None:
    people = len(cast.everybody) + len(cast.staff) + 1
    console.print(f"\n{people} people, {director.acts} acts; {verdict.notices} notices said", style="bold")
    checked = "" if verdict.validated is None else f", {verdict.validated} held against its description"
    console.print(f"{verdict.requests} requests to Discord, {verdict.denied} asked to wait{checked}")
    for one in director.stage.standin.log:
        if one.denied:
            console.print(
                f"asked to wait at {one.at:%d %b %H:%M:%S} UTC: {one.method} {one.route}", style="dim"
            )
    console.print(
        f"{len(polling.count.polls)} polls, {polling.voters.recorded} ballots seen recorded;"
        f" {polling.scrutiny.compared} figures held against the rehearsal's own count"
    )
    heard = speaking.listening
    console.print(
        f"{speaking.chairing.interventions} interventions; {heard.lists} lists, {heard.whys} “Why here?” and"
        f" {heard.mentions} mentions held against the rehearsal's own reckoning, {heard.compared} lines"
    )
    given = contributing.contributors.inputs.given
    console.print(f"{len(given)} inputs; {contributing.compared} cards and digests held against them")
    for name in sorted(happened):
        console.print(f"✓ {name}", markup=False)


def _fresh_folder(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    database = ("rehearsal.db", "rehearsal.db-wal", "rehearsal.db-shm", "rehearsal.db.lock")
    for name in (*database, ADDRESSES, "bot.log"):
        (out / name).unlink(missing_ok=True)
    for backup in (out / "backups").glob("rehearsal-*.db*"):
        backup.unlink()
