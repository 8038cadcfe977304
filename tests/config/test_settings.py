"""The settings: what is read, each fault, and that the token is in no sentence."""

from pathlib import Path

import pytest

from config.faults import Fault, Faults
from config.settings import Settings, read_settings

TOKEN = "MTAxOTI4.Gq7Zx1.s3cr3t-s3cr3t-s3cr3t_s3cr3t"
LIVE = {"DISCORD_TOKEN": TOKEN, "DISCORD_GUILD_ID": "123456789012345678"}


def _faults(environ: dict[str, str], *, live: bool = False) -> tuple[Fault, ...]:
    with pytest.raises(Faults) as caught:
        read_settings(environ, live=live)
    assert {(fault.file, fault.line) for fault in caught.value.faults} == {(".env", 0)}
    return caught.value.faults


def test_defaults() -> None:
    settings = read_settings({}, live=False)
    here = Path(__file__).parents[2] / "config"
    assert settings == Settings(
        discord_token=None,
        discord_guild_id=None,
        database=Path("roundtable.db"),
        backups=Path("backups"),
        programme=here / "programme.yaml",
        roster=here / "roster.csv",
        marking="",
        log_level="INFO",
        log_format="text",
        api_url="https://discord.com/api/v10",
        gateway_url=None,
        room_host="127.0.0.1",
        room_port=8765,
        room_url="",
    )
    assert settings.programme.is_file()
    assert settings.roster.is_file()


def test_backups_stand_beside_the_database_if_nothing_else_is_said() -> None:
    settings = read_settings({"ROUNDTABLE_DB": "data/meeting.db"}, live=False)
    assert settings.backups == Path("data/backups")


def test_everything_set() -> None:
    settings = read_settings(
        {
            **LIVE,
            "ROUNDTABLE_DB": "data/meeting.db",
            "ROUNDTABLE_BACKUPS": "/mnt/other",
            "ROUNDTABLE_PROGRAMME": "programme.yaml",
            "ROUNDTABLE_ROSTER": "roster.csv",
            "ROUNDTABLE_MARKING": " rehearsal – simulated ",
            "LOG_LEVEL": "debug",
            "LOG_FORMAT": "json",
            "DISCORD_API_URL": "http://127.0.0.1:8080/api/v10/",
            "DISCORD_GATEWAY_URL": "ws://localhost:8081",
        },
        live=True,
    )
    assert settings.discord_token is not None
    assert settings.discord_token.get_secret_value() == TOKEN
    assert settings.discord_guild_id == 123456789012345678
    assert settings.database == Path("data/meeting.db")
    assert settings.backups == Path("/mnt/other")
    assert (settings.programme, settings.roster) == (Path("programme.yaml"), Path("roster.csv"))
    assert settings.marking == "rehearsal – simulated"
    assert (settings.log_level, settings.log_format) == ("DEBUG", "json")
    assert (settings.api_url, settings.gateway_url) == (
        "http://127.0.0.1:8080/api/v10",
        "ws://localhost:8081",
    )


def test_an_empty_variable_is_absent() -> None:
    names = ["DISCORD_TOKEN", "DISCORD_GUILD_ID", "ROUNDTABLE_DB", "LOG_LEVEL", "DISCORD_API_URL"]
    assert read_settings(dict.fromkeys(names, " "), live=False) == read_settings({}, live=False)


def test_going_live_needs_token_and_guild() -> None:
    guild, token = _faults({}, live=True)
    assert (guild.path, token.path) == ("DISCORD_GUILD_ID", "DISCORD_TOKEN")
    assert "Copy Server ID" in guild.sentence
    assert "discord.com/developers" in token.sentence


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DISCORD_TOKEN", f'"{TOKEN}"', "without them"),
        ("DISCORD_TOKEN", f"'{TOKEN}'", "without them"),
        ("DISCORD_TOKEN", f"Bot {TOKEN}", "the word `Bot`"),
        ("DISCORD_TOKEN", f" {TOKEN}", "copy it again"),
        ("DISCORD_TOKEN", f"{TOKEN}\n", "copy it again"),
        ("DISCORD_TOKEN", TOKEN.replace(".", " "), "copy it again"),
        ("DISCORD_TOKEN", f"{TOKEN}…", "copy it again"),
        ("DISCORD_TOKEN", "123456789012345678", "Reset Token"),
        ("DISCORD_GUILD_ID", "my server", "Copy Server ID"),
        ("DISCORD_GUILD_ID", "1234567890123456", "17 to 20 digits"),
        ("DISCORD_GUILD_ID", "٣" * 18, "17 to 20 digits"),
        ("DISCORD_GUILD_ID", "1" * 21, "17 to 20 digits"),
        ("ROUNDTABLE_MARKING", "x" * 61, "shorten it to 60"),
        ("ROUNDTABLE_MARKING", "a\nb", "on one line"),
        ("ROUNDTABLE_MARKING", "a\u202eb", "plain words"),
        ("ROUNDTABLE_DB", "a\0b", "write its path"),
        ("LOG_LEVEL", "wurning", "did you mean `WARNING`?"),
        ("LOG_LEVEL", "loud", "use one of: DEBUG,"),
        ("LOG_FORMAT", "jsn", "did you mean `json`?"),
        ("DISCORD_API_URL", "discord.com/api", "write it as https://host/path"),
        ("DISCORD_API_URL", "wss://discord.com", "write it as https://host/path"),
        ("DISCORD_API_URL", "https://[x", "write it as https://host/path"),
        ("DISCORD_API_URL", "https://x:port/", "write it as https://host/path"),
        ("DISCORD_API_URL", "http://discord.com/api/v10", "use https://"),
        ("DISCORD_API_URL", "http://127.0.0.1.example/api", "use https://"),
        ("DISCORD_API_URL", "https://me:pass@host/api", "host and path only"),
        ("DISCORD_GATEWAY_URL", "ws://gateway.example", "use wss://"),
        ("ROOM_HOST", "room.example.org", "127.0.0.1"),
        ("ROOM_HOST", "0.0.0", "0.0.0.0"),
        ("ROOM_PORT", "80 80", "a whole number"),
        ("ROOM_PORT", "65536", "up to 65535"),
        ("ROOM_PORT", "٣", "a whole number"),
        ("ROOM_URL", "room.example.org", "write it as https://host"),
        ("ROOM_URL", "https://room.example.org/sub", "leave it out"),
        ("ROOM_URL", "https://me:pass@room.example.org", "leave it out"),
        ("ROOM_URL", "ftp://room.example.org", "write it as https://host"),
        ("DISCORD_GATEWAY_URL", "https://gateway.example", "write it as wss://host/path"),
    ],
)
def test_fault(name: str, value: str, says: str) -> None:
    (fault,) = _faults({**LIVE, name: value}, live=True)
    assert fault.path == name
    assert says in fault.sentence
    assert str(fault) == f".env: {name}: {fault.sentence}"


@pytest.mark.parametrize("url", ["http://localhost", "http://127.8.9.1:80", "http://[::1]:8080/api"])
def test_in_the_clear_on_this_machine_only(url: str) -> None:
    assert read_settings({"DISCORD_API_URL": url}, live=False).api_url == url


def test_all_faults_at_once() -> None:
    environ = {"DISCORD_TOKEN": f"Bot {TOKEN}", "LOG_LEVEL": "loud", "ROUNDTABLE_MARKING": "x" * 99}
    assert {fault.path for fault in _faults(environ, live=True)} == {*environ, "DISCORD_GUILD_ID"}


VARIABLES = [
    "DISCORD_TOKEN", "DISCORD_GUILD_ID", "ROUNDTABLE_MARKING", "LOG_LEVEL", "LOG_FORMAT", "DISCORD_API_URL",
    "DISCORD_GATEWAY_URL",
]  # fmt: skip


@pytest.mark.parametrize(
    "wrapped", ['"{}"', "Bot {}", " {} ", "{}\n", "{}…", "https://{}@x", "http://{}", "{0}{0}{0}"]
)
def test_the_token_is_in_no_sentence(wrapped: str) -> None:
    """Wherever it was pasted, and however it was wrapped; no piece of it of six characters either."""
    said = "\n".join(map(str, _faults(dict.fromkeys(VARIABLES, wrapped.format(TOKEN)), live=True)))
    assert not _pieces(TOKEN) & _pieces(said)


def test_control_the_pieces_of_a_token_that_is_said_are_found() -> None:
    said = str(Fault(".env", 0, "LOG_LEVEL", f"there is no level {TOKEN[10:20]}"))
    assert _pieces(TOKEN) & _pieces(said)


def _pieces(text: str) -> set[str]:
    text = text.casefold()
    return {text[n : n + 6] for n in range(len(text) - 5)}


def test_the_token_does_not_show_in_the_settings() -> None:
    settings = read_settings(LIVE, live=True)
    assert not _pieces(TOKEN) & _pieces(f"{settings} {settings!r} {vars(settings)}")
    assert settings.discord_token is not None
    assert _pieces(TOKEN) & _pieces(settings.discord_token.get_secret_value()), "control"


def test_the_environment_is_not_read_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUNDTABLE_MARKING", "from outside")
    assert read_settings({}, live=False).marking == ""
