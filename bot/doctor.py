"""`doctor`: tries everything the meeting will need, and says for each what to do about it."""

import errno
import ipaddress
import os
import re
import shutil
import socket
from collections.abc import Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import discord
from rich.console import Console

from bot.check import agenda_as_it_stands, counted
from bot.clock import Clock
from bot.login import GuildNotFound, logged_in
from bot.permissions import lacking, missing_in
from bot.trouble_faces import what_happened, what_to_do
from bot.wire import LOST
from bot.words import Words, sentence, shortened
from config.catalogue import read_catalogues
from config.faults import Faults
from config.programme import read_programme
from config.roster import read_roster
from config.settings import Settings
from db.agenda_rows import load_plan
from db.audit import verify
from db.backup import copies
from db.backup_names import stem_of
from db.inspection import inspect_file
from db.ledger import read_ledger
from db.places import Places, load_places
from db.troubles import load_open
from meeting.people import STAFF
from meeting.refusals import Refused
from report.coverage import undrawable

ROOM = 200 * 1024 * 1024
"""Bytes that should be free on the database's disk: a meeting takes a few MB, its backups some more."""

DECORATION = re.compile(r" \(<t:\d+:t>\)|[\\*]")
"""What only Discord shows: escapes, bold, the reader's own time."""

EAST_ASIAN_FONTS = "fonts-noto-cjk"
"""Debian's package of the only big fonts that are not shipped."""

DRIFT = timedelta(seconds=5)
"""The machine's clock and Discord's may differ by this much before notices are visibly early or late."""


class Examination:
    """Prints findings and counts those that need something done."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.wanting = 0

    def good(self, text: str) -> None:
        self._console.print(f"✓ {text}", style="green", markup=False)

    def hint(self, text: str) -> None:
        self._console.print(f"· {text}", style="yellow", markup=False)

    def bad(self, text: str) -> None:
        self.wanting += 1
        self._console.print(f"✗ {text}", style="red", markup=False)


async def examine(console: Console, settings: Settings, clock: Clock) -> int:
    """All findings; 1 if anything needs to be done."""
    found = Examination(console)
    await _discord(found, settings, clock)
    _disk(found, settings)
    await _database(found, settings, clock)
    _backups(found, settings, clock)
    await _troubles(found, settings, clock)
    await _schedule(found, settings, clock)
    _labels(found, settings)
    _room(found, settings)
    if found.wanting:
        console.print(f"{found.wanting} to be mended.", style="bold red")
        return 1
    console.print("Ready.", style="bold green")
    return 0


async def application_id(settings: Settings) -> int:
    """The bot's own id. Raises `TokenRefused`."""
    async with logged_in(settings) as client:
        return (await client.application_info()).id


async def _discord(found: Examination, settings: Settings, clock: Clock) -> None:
    try:
        async with logged_in(settings) as client:
            found.good("Discord accepts the token")
            await _clock(found, settings, clock)
            await _guild(found, client, settings, clock)
    except Refused as refused:
        found.bad(sentence(refused))
    except LOST as fault:
        found.bad(f"Discord cannot be reached ({fault}). Check the network, and a proxy if there is one.")


async def _clock(found: Examination, settings: Settings, clock: Clock) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{settings.api_url}/gateway") as answer:
        header = answer.headers.get("Date")
    if header is None:
        return
    drift = abs(clock.now() - parsedate_to_datetime(header))
    if drift > DRIFT:
        found.bad(
            f"The machine's clock is {drift.total_seconds():.0f} s off Discord's. Switch on time"
            " synchronisation (NTP)."
        )
    else:
        found.good("The machine's clock agrees with Discord's")


async def _guild(found: Examination, client: discord.Client, settings: Settings, clock: Clock) -> None:
    assert client.user is not None
    try:
        guild = await client.fetch_guild(settings.discord_guild_id or 0, with_counts=False)
        me = await guild.fetch_member(client.user.id)
        roles = await guild.fetch_roles()
    except (discord.NotFound, discord.Forbidden) as fault:
        raise GuildNotFound(guild=str(settings.discord_guild_id)) from fault
    found.good(f"The bot is on the server “{guild.name}”")
    mine = [role for role in roles if role.id in {r.id for r in me.roles} or role.is_default()]
    permissions = discord.Permissions.none()
    for role in mine:
        permissions |= role.permissions
    missing = lacking(permissions)
    if missing:
        found.bad(f"The bot lacks: {', '.join(missing)}. Give these to its role in the server settings.")
    else:
        found.good("The bot has all permissions it needs")
    places = await _places(settings, clock)
    if places is None:
        return
    if not places.roles:
        found.bad("The server has not been set up yet: call /meeting setup there.")
        return
    _roles(found, places, roles, max(mine))
    _channels(found, places, await guild.fetch_channels(), me)


async def _places(settings: Settings, clock: Clock) -> Places | None:
    """What set-up made or chose; None where no database tells (it is told of below)."""
    if not settings.database.is_file():
        return None
    try:
        reader = await read_ledger(settings.database, now=clock.now)
    except Refused:
        return None
    try:
        return await reader.read(load_places)
    finally:
        await reader.close()


def _channels(
    found: Examination, places: Places, there: Sequence[discord.abc.GuildChannel], me: discord.Member
) -> None:
    by_id = {channel.id: channel for channel in there}
    gone = [name.value for name, channel_id in places.channels.items() if channel_id not in by_id]
    if gone:
        found.bad(f"Channels that are gone: {', '.join(gone)}. Call /meeting setup to make them again.")
    closed = 0
    for name, channel_id in places.channels.items():
        if channel_id in by_id:
            place = by_id[channel_id]
            missing = missing_in(name, place.permissions_for(me))
            if missing:
                closed += 1
                found.bad(f"In #{place.name} the bot lacks: {', '.join(missing)}. Call /meeting setup.")
    if not gone and not closed:
        found.good("The meeting's channels are there, and open to the bot")


def _roles(found: Examination, places: Places, roles: list[discord.Role], top: discord.Role) -> None:
    there = {role.id: role for role in roles}
    gone = [capacity for capacity, role_id in places.roles.items() if role_id not in there]
    above = [there[i].name for i in places.roles.values() if i in there and there[i] >= top]
    if gone:
        found.bad(f"Roles that are gone: {', '.join(gone)}. Call /meeting setup to make them again.")
    if above:
        found.bad(
            f"The bot's role stands below: {', '.join(above)}. Drag it above them in the server settings."
        )
    blind = [
        there[role_id].name
        for capacity, role_id in places.roles.items()
        if capacity in STAFF and role_id in there and not there[role_id].permissions.manage_events
    ]
    if blind:
        found.bad(f"Without Manage Events, these do not see the staff commands: {', '.join(blind)}.")
    if not gone and not above and not blind:
        found.good("The meeting's roles are there, below the bot's own")


def _disk(found: Examination, settings: Settings) -> None:
    folder = settings.database.absolute().parent
    if not folder.is_dir():
        found.bad(f"The folder of the database, {folder}, is not there. Make it, or change ROUNDTABLE_DB.")
        return
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        found.bad(f"Only {free // 2**20} MB are free where the database is; 200 MB should be.")
    else:
        found.good(f"{free // 2**20:,} MB are free where the database is")


async def _database(found: Examination, settings: Settings, clock: Clock) -> None:
    if not settings.database.is_file():
        found.good("There is no database yet; the first run makes it")
        return
    try:
        reader = await read_ledger(settings.database, now=clock.now)
        try:
            verdict = await verify(reader)
        finally:
            await reader.close()
    except Refused as refused:
        found.bad(sentence(refused))
        return
    if verdict.first_bad is not None:
        found.bad(
            f"The audit does not fit from entry {verdict.first_bad} on: {verdict.reason}. Keep the file."
        )
    else:
        found.good(f"The database can be read; its audit of {verdict.rows} entries is whole")


def _backups(found: Examination, settings: Settings, clock: Clock) -> None:
    folder = settings.backups.absolute()
    place = next(path for path in (folder, *folder.parents) if path.exists())
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        found.bad(
            f"Backups cannot be written into {folder}. Check its permissions, or change ROUNDTABLE_BACKUPS."
        )
        return
    database = settings.database.absolute()
    if database.parent.is_dir() and place.stat().st_dev == database.parent.stat().st_dev:
        found.hint(
            f"Backups go to {folder}, on the same disk as the database. If it dies, both are gone: name a"
            " folder on another disk in ROUNDTABLE_BACKUPS."
        )
    names = copies(folder, stem_of(database))
    if not names:
        found.good("Backups can be written; there is none yet")
        return
    newest = folder / str(names[-1])
    try:
        inspect_file(newest).require_whole(newest)
    except Refused as refused:
        found.bad(f"The newest backup cannot be used. {sentence(refused)}")
        return
    minutes = (clock.now() - names[-1].at) // timedelta(minutes=1)
    age = f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
    found.good(f"Backups can be written; the newest, {newest.name}, is {age} old and whole")


async def _troubles(found: Examination, settings: Settings, clock: Clock) -> None:
    if not settings.database.is_file():
        return
    try:
        reader = await read_ledger(settings.database, now=clock.now)
    except Refused:
        return  # said above, of the database
    try:
        troubles = await reader.read(load_open)
        if not troubles:
            found.good("The moderators have been told of no trouble that is still open")
            return
        plan, words = await reader.read(load_plan), Words(read_catalogues())
        words.meet(plan.agenda)
        for trouble in troubles:
            what, do = (DECORATION.sub("", one(words, plan, trouble)) for one in (what_happened, what_to_do))
            since = f"since {words.hour(trouble.begun_at)} {plan.agenda.venue}, still open"
            found.bad(f"{what} ({since}) {do}")
    finally:
        await reader.close()


async def _schedule(found: Examination, settings: Settings, clock: Clock) -> None:
    try:
        agenda = await agenda_as_it_stands(settings, clock, None)
    except Faults as faults:
        found.bad(f"The programme file has {counted(len(faults.faults))}. Call check to see them.")
        return
    except Refused:
        return  # said above, of the database
    today = clock.now().astimezone(agenda.zone).date()
    if all(day.date < today for day in agenda.days):
        found.bad(
            f"The programme is over (last day {agenda.days[-1].date}). To try it out, use a new database"
            " and run --start today."
        )
    else:
        ahead = min(day.date for day in agenda.days if day.date >= today)
        found.good(f"The programme has {len(agenda.days)} days; the next is {ahead}")


def _labels(found: Examination, settings: Settings) -> None:
    """Whether pictures of poll results can show all that will be written in them."""
    try:
        programme, roster = read_programme(settings.programme), read_roster(settings.roster)
    except Faults:
        return  # said above, of the programme, and by check
    texts = [text for poll in programme.polls for text in (poll.question, *poll.levels)]
    texts += [option.text for poll in programme.polls for option in poll.options]
    texts += [name for delegation in roster for name in (delegation.name, delegation.short_name)]
    lacking_any = undrawable(texts)
    for one in lacking_any:
        font = f"install fonts with East Asian characters (on Debian: {EAST_ASIAN_FONTS})"
        do = font if one.east_asian else "write it without them"
        found.bad(f"Pictures cannot show {one.missing} of “{shortened(one.text, 60)}”: {do}.")
    if not lacking_any:
        found.good("Pictures of poll results can show all questions, options and names")


def _room(found: Examination, settings: Settings) -> None:
    """Whether the room's pages can be served. A port in use is the running bot's, or somebody else's."""
    host, port = settings.room_host, settings.room_port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((host, port))
        except OSError as fault:
            if fault.errno != errno.EADDRINUSE:
                found.bad(f"The room's pages cannot be served at {host}: {fault.strerror}. Change ROOM_HOST.")
                return
            found.hint(
                f"Port {port} at {host} is in use: by the bot, if it runs now; else choose another ROOM_PORT."
            )
            return
    found.good(f"The room's pages can be served at {host}, port {port}")
    if not settings.room_url.startswith("https:") and not ipaddress.ip_address(host).is_loopback:
        found.hint(
            "The room's pages, with their keys and codes, travel in the clear over the network: put a proxy"
            " that speaks TLS in front, and name its address https://… in ROOM_URL."
        )
