"""The settings: what the process is told by its environment or `.env`, checked all at once.

No sentence repeats a value: the token may have been pasted into the wrong line.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar, cast
from urllib.parse import urlsplit

from pydantic import SecretStr

from config.faults import Fault, Faults
from config.suggestions import instead

FILE = ".env"
LONGEST_MARKING = 60
"""Characters: the marking stands before titles of at most 100."""

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOG_FORMATS = ("text", "json")
DISCORD_API = "https://discord.com/api/v10"

ROOM_PORT = 8765
"""Where the room's pages are served on this machine, unless said otherwise."""

LogFormat = Literal["text", "json"]
T = TypeVar("T")

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Settings:
    """What the process runs with; token and guild are None only where it does not go to Discord."""

    discord_token: SecretStr | None
    discord_guild_id: int | None
    database: Path
    backups: Path
    programme: Path
    roster: Path
    marking: str
    log_level: str
    log_format: LogFormat
    api_url: str
    gateway_url: str | None
    room_host: str
    room_port: int
    room_url: str


def read_settings(environ: Mapping[str, str], *, live: bool) -> Settings:
    """Read the settings; `live` demands what going to Discord needs. Raises `Faults`, all of them.

    An empty variable counts as absent.
    """
    reader = _Reader(environ)
    database = reader.read("ROUNDTABLE_DB", _path, Path("roundtable.db"))
    settings = Settings(
        discord_token=reader.read("DISCORD_TOKEN", _token, None),
        discord_guild_id=reader.read("DISCORD_GUILD_ID", _guild_id, None),
        database=database,
        backups=reader.read("ROUNDTABLE_BACKUPS", _path, database.parent / "backups"),
        programme=reader.read("ROUNDTABLE_PROGRAMME", _path, _HERE / "programme.yaml"),
        roster=reader.read("ROUNDTABLE_ROSTER", _path, _HERE / "roster.csv"),
        marking=reader.read("ROUNDTABLE_MARKING", _marking, ""),
        log_level=reader.read("LOG_LEVEL", _log_level, "INFO"),
        log_format=reader.read("LOG_FORMAT", _log_format, "text"),
        api_url=reader.read("DISCORD_API_URL", _address("https", "http"), DISCORD_API),
        gateway_url=reader.read("DISCORD_GATEWAY_URL", _address("wss", "ws"), None),
        room_host=reader.read("ROOM_HOST", _host, "127.0.0.1"),
        room_port=reader.read("ROOM_PORT", _port, ROOM_PORT),
        room_url=reader.read("ROOM_URL", _room_url, ""),
    )
    if live:
        reader.need("DISCORD_TOKEN", f"it is missing: put the bot's token into {FILE}; {_TOKEN_PLACE}")
        reader.need("DISCORD_GUILD_ID", f"it is missing: put the server's id into {FILE}; {_GUILD_PLACE}")
    if reader.faults:
        raise Faults(reader.faults)
    return settings


_TOKEN_PLACE = (
    "it is shown once at https://discord.com/developers/applications, your application, Bot, Reset Token"
)
_GUILD_PLACE = (
    "in Discord switch on Settings, Advanced, Developer Mode, then right-click the server and choose Copy"
    " Server ID"
)


@dataclass
class _Reader:
    """Reads variables, and keeps what was wrong with them."""

    environ: Mapping[str, str]
    faults: list[Fault] = field(default_factory=list)

    def read(self, name: str, parser: Callable[[str], T], default: T) -> T:
        written = self.environ.get(name, "")
        if not written.strip():
            return default
        try:
            return parser(written)
        except ValueError as error:
            self.faults.append(Fault(FILE, 0, name, str(error)))
            return default

    def need(self, name: str, sentence: str) -> None:
        if not self.environ.get(name, "").strip():
            self.faults.append(Fault(FILE, 0, name, sentence))


def _token(written: str) -> SecretStr:
    if re.search(r"[\"'`“”‘’]", written):
        raise ValueError("quotation marks stand about the token: write it without them")
    if written.strip().lower().startswith("bot "):
        raise ValueError("the word `Bot` stands before the token: write the token alone")
    if re.search(r"\s", written):
        raise ValueError("blanks stand in or about the token: copy it again, alone and in one piece")
    if written.isdigit():
        raise ValueError(f"this is a number, perhaps the application's id, not its token: {_TOKEN_PLACE}")
    if not written.isascii() or not written.isprintable():
        raise ValueError("a sign stands in the token that none has: copy it again")
    return SecretStr(written)


def _guild_id(written: str) -> int:
    if not re.fullmatch(r"[0-9]{17,20}", written.strip()):
        raise ValueError(f"a server's id has 17 to 20 digits and nothing else: {_GUILD_PLACE}")
    return int(written)


def _path(written: str) -> Path:
    if "\0" in written:
        raise ValueError("this cannot name a file: write its path")
    return Path(written.strip())


def _marking(written: str) -> str:
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in written):
        raise ValueError("invisible signs or line breaks stand in it: write plain words on one line")
    if len(written.strip()) > LONGEST_MARKING:
        raise ValueError(f"{len(written.strip())} characters are too many: shorten it to {LONGEST_MARKING}")
    return written.strip()


def _log_level(written: str) -> str:
    level = written.strip().upper()
    if level not in LOG_LEVELS:
        raise ValueError(f"there is no such level; {instead(level, LOG_LEVELS)}")
    return level


def _log_format(written: str) -> LogFormat:
    form = written.strip().lower()
    if form not in LOG_FORMATS:
        raise ValueError(f"there is no such format; {instead(form, LOG_FORMATS)}")
    return cast(LogFormat, form)


def _address(safe: str, plain: str) -> Callable[[str], str]:
    """A parser of addresses of a server that speaks Discord's protocol, without the slash at the end."""

    def address(written: str) -> str:
        written = written.strip()
        try:
            parts = urlsplit(written)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            host = ""
        if not host or re.search(r"\s", written) or parts.scheme not in (safe, plain):
            raise ValueError(f"this is not an address: write it as {safe}://host/path")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("a user, a query or a fragment stands in the address: write host and path only")
        if parts.scheme == plain and not _loopback(host):
            raise ValueError(f"{plain}:// would send the token in the clear: use {safe}://, or this machine")
        return written.rstrip("/")

    return address


def _host(written: str) -> str:
    try:
        return str(ipaddress.ip_address(written.strip()))
    except ValueError:
        if written.strip() == "localhost":
            return "127.0.0.1"
    raise ValueError(
        "this is not an address of this machine: write 127.0.0.1 (this machine alone), or 0.0.0.0 (all its"
        " networks)"
    )


def _port(written: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", written.strip(), re.ASCII) or int(written) > 65535:
        raise ValueError("a port is a whole number up to 65535; 0 takes any that is free")
    return int(written)


def _room_url(written: str) -> str:
    """Where people find the pages: perhaps the address of a proxy. Only an origin: pages lie at its root."""
    written = written.strip().rstrip("/")
    try:
        parts = urlsplit(written)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host or re.search(r"\s", written) or parts.scheme not in ("https", "http"):
        raise ValueError("this is not an address: write it as https://host, as people are to open it")
    if parts.path or parts.query or parts.fragment or parts.username or parts.password:
        raise ValueError("more than a host stands in the address: the pages lie at its root, so leave it out")
    return written


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
