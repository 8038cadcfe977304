"""The command line: `python -m bot …`, or `roundtable …`."""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

from dotenv import load_dotenv
from rich.console import Console

from bot.app import App
from bot.clock import WallClock
from bot.logs import set_up_logs
from bot.permissions import NEEDED
from bot.wire import LOST
from bot.words import sentence
from config.faults import Faults
from config.fields import join_url
from config.programme import schema
from config.settings import Settings, read_settings
from db.audit import Anchor
from db.connection import DatabaseFull, DatabaseLocked, DatabaseReadOnly
from db.lock import DatabaseInUse
from meeting.refusals import Refused

REFUSED = 78
"""`run` was refused by what only a person can mend (EX_CONFIG of sysexits.h): no service restarts it."""

FOR_NOW = 75
"""`run` was refused by what may be over in a moment (EX_TEMPFAIL of sysexits.h): a service tries again."""

VARIANTS = ("attributed", "unattributed")
FORMATS = ("docx", "md", "html", "pdf", "csv", "json")

MAY_PASS = (DatabaseInUse, DatabaseLocked, DatabaseFull, DatabaseReadOnly)
"""A full disk, a disk mounted read-only after a fault, another program that holds the file."""

console = Console(soft_wrap=True, highlight=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0, or another after a sentence that says what to do."""
    options = _options(arguments)
    try:
        load_dotenv(Path(".env"))
    except UnicodeDecodeError:
        console.print(".env: it is not UTF-8. Open it in an editor and save it as UTF-8.", style="red")
        return 1
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except Faults as found:
        console.print(str(found), style="red", markup=False)
    except Refused as refused:
        console.print(sentence(refused), style="red", markup=False)
        if command is run and isinstance(refused, MAY_PASS):
            return FOR_NOW
    except KeyboardInterrupt:
        return 130
    return REFUSED if command is run else 1


def run(options: argparse.Namespace) -> int:
    """Carry the meeting until SIGTERM or Ctrl-C."""
    settings = read_settings(os.environ, live=True)
    _logs(settings)
    asyncio.run(_run(App(settings, WallClock(), options.start)))
    return 0


async def _run(app: App) -> None:
    # A ballot's way to the file and back is two changes of threads; at the usual 5 ms each of them waits
    # while a burst keeps the loop busy.
    sys.setswitchinterval(0.0005)
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, app.stopping.set)
    await app.run()


def check(options: argparse.Namespace) -> int:
    """Read settings, programme and roster; show the days, or every fault."""
    from bot.check import check_all

    return check_all(console, os.environ, start=options.start)


def show_schema(options: argparse.Namespace) -> int:
    """Print the schema of the programme file."""
    print(json.dumps(schema(), indent=2, ensure_ascii=False))
    return 0


def doctor(options: argparse.Namespace) -> int:
    """Try everything the meeting will need."""
    from bot.doctor import examine

    settings = read_settings(os.environ, live=True)
    return asyncio.run(examine(console, settings, WallClock()))


def invite(options: argparse.Namespace) -> int:
    """Print the install link with the least permissions."""
    from bot.doctor import application_id

    settings = read_settings(os.environ, live=True)
    try:
        client_id = asyncio.run(application_id(settings))
    except LOST as fault:
        console.print(f"Discord cannot be reached ({fault}). Check the network.", style="red", markup=False)
        return 1
    link = (
        "https://discord.com/oauth2/authorize"
        f"?client_id={client_id}"
        f"&permissions={NEEDED.value}&scope=bot+applications.commands"
        f"&guild_id={settings.discord_guild_id}&disable_guild_select=true"
    )
    print(f"Open this as somebody who may manage the server:\n{link}")
    return 0


def calendar(options: argparse.Namespace) -> int:
    """Write the calendar file: as the meeting stands if there is a database, else as planned."""
    from bot.check import agenda_as_it_stands
    from report.calendar import calendar_file

    settings, clock = read_settings(os.environ, live=False), WallClock()
    agenda = asyncio.run(agenda_as_it_stands(settings, clock, options.start))
    data = calendar_file(agenda, now=clock.now())
    if options.out is None:
        sys.stdout.buffer.write(data)
        return 0
    try:
        options.out.write_bytes(data)
    except OSError as fault:
        console.print(f"{options.out}: it cannot be written ({fault.strerror}).", style="red", markup=False)
        return 1
    return 0


def report(options: argparse.Namespace) -> int:
    """Write the outcome report, also beside a running house."""
    from bot.reporting import write_report
    from meeting.reports import Variant
    from report.press import Format

    settings = read_settings(os.environ, live=False)
    variants = [Variant(options.variant)] if options.variant else list(Variant)
    formats = frozenset(map(Format, options.format or ()))
    return write_report(console, settings, WallClock(), options.out, variants, formats, options.version)


def backup(options: argparse.Namespace) -> int:
    """Copy the record, also beside a running house."""
    from bot.record import make_backup

    settings = read_settings(os.environ, live=False)
    return make_backup(console, settings, WallClock().now(), options.out)


def restore(options: argparse.Namespace) -> int:
    """Put a backup in the record's place."""
    from bot.record import restore_record

    settings = read_settings(os.environ, live=False)
    return restore_record(console, settings, WallClock().now(), options.file)


def verify(options: argparse.Namespace) -> int:
    """Recompute the audit of the record, or of a file."""
    from bot.record import verify_record

    settings = read_settings(os.environ, live=False)
    return verify_record(console, settings, options.file, options.anchor)


def roster_import(options: argparse.Namespace) -> int:
    """Take the roster over: delegations and their seats."""
    from bot.roster import import_roster

    settings = read_settings(os.environ, live=False)
    return asyncio.run(import_roster(console, settings, WallClock(), options.file))


def roster_sheet(options: argparse.Namespace) -> int:
    """Write the codes of seats, to print and for mail-merge."""
    from bot.roster import write_sheet

    settings = read_settings(os.environ, live=False)
    work = write_sheet(
        console, settings, WallClock(), options.out, renew=options.renew, link=options.link or ""
    )
    return asyncio.run(work)


def room(options: argparse.Namespace) -> int:
    """New addresses of the room's screen and desk."""
    from bot.room import renew_addresses

    settings = read_settings(os.environ, live=False)
    return asyncio.run(renew_addresses(console, settings, WallClock()))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="roundtable", description="Carries a hybrid meeting on Discord.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=command)
        return sub

    for name, command, text in (
        ("run", run, "Carry the meeting until stopped; the first run imports the programme."),
        ("check", check, "Read settings, programme and roster; show the days, or every fault."),
    ):
        _takes_start(add(name, command, text))
    add("schema", show_schema, "Print the schema of the programme file (JSON Schema).")
    add("doctor", doctor, "Try everything the meeting needs, and say what is missing.")
    add("invite", invite, "Print the link that installs the bot, with the least permissions.")
    file = add("calendar", calendar, "Write the programme as a calendar file (.ics).")
    _takes_start(file)
    file.add_argument("--out", type=Path, metavar="FILE", help="where to write it (default: standard output)")
    draft = add("report", report, "Write the outcome report from the record; the bot may be running.")
    draft.add_argument("--out", type=Path, required=True, metavar="DIR", help="where; a folder per version")
    draft.add_argument(
        "--version",
        type=_version,
        metavar="N",
        help="which one (default: the newest); “now”: the record as it stands",
    )
    draft.add_argument(
        "--variant", choices=VARIANTS, help="whether it names who spoke and wrote (default: both)"
    )
    draft.add_argument(
        "--format",
        action="append",
        choices=FORMATS,
        help="may be given several times (default: all installed)",
    )
    copy = add("backup", backup, "Copy the record to a file of its own; the bot may be running.")
    copy.add_argument("--out", type=Path, metavar="FILE", help="where (default: the folder of backups)")
    back = add("restore", restore, "Put a backup in the record's place; the bot must not be running.")
    back.add_argument("file", type=Path, metavar="FILE", help="the backup; it stays as it is")
    add("room", room, "Make new addresses of the room's screen and desk; the bot must not be running.")
    proof = add("verify", verify, "Check that the record's audit is whole; the bot may be running.")
    proof.add_argument("file", type=Path, nargs="?", metavar="FILE", help="a backup (default: the record)")
    proof.add_argument("--anchor", type=_anchor, metavar="N:HEX", help="the seal posted at a day's end")
    _roster_options(commands)
    return parser.parse_args(arguments)


def _roster_options(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "Delegations and the codes of their seats; the bot must not be running."
    actions = commands.add_parser("roster", help=text, description=text).add_subparsers(
        required=True, metavar="ACTION"
    )
    text = "Create and update delegations; none is taken away. The first run does it by itself."
    add = actions.add_parser("import", help=text, description=text)
    add.set_defaults(command=roster_import)
    add.add_argument("file", type=Path, nargs="?", metavar="FILE", help="default: ROUNDTABLE_ROSTER")
    text = "Make codes for the seats that lack one, and write them to seats.html and seats.csv."
    sheet = actions.add_parser("sheet", help=text, description=text)
    sheet.set_defaults(command=roster_sheet)
    sheet.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where (default: here)")
    sheet.add_argument(
        "--link", type=_link, metavar="URL", help="the invitation to the server, for the cards"
    )
    sheet.add_argument(
        "--renew", action="store_true", help="new codes for all seats nobody sits in; the old ones are dead"
    )


def _start(text: str) -> date:
    today = WallClock().now().astimezone().date()
    try:
        return {"today": today, "tomorrow": today + timedelta(days=1)}.get(text) or date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"“{text}” is not a date: write it as 2022-09-07, or “today”"
        ) from None


def _version(text: str) -> int | str:
    if text != "now" and not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError("not the number of a version, nor “now”")
    return text if text == "now" else int(text)


def _anchor(text: str) -> Anchor:
    try:
        return Anchor.read(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"“{text}” is not a seal: copy it as it was posted, such as 120:{'0123456789abcdef' * 2}"
        ) from None


def _link(text: str) -> str:
    try:
        return join_url(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(str(fault)) from None


def _takes_start(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--start",
        type=_start,
        metavar="DATE",
        help="the first day's date, to try the programme on another day; only for a new database",
    )


def _logs(settings: Settings) -> None:
    token = settings.discord_token.get_secret_value() if settings.discord_token else ""
    set_up_logs(settings.log_level, settings.log_format, token)


if __name__ == "__main__":
    sys.exit(main())
