"""`python -m bot …`: what an operator reads, and the exit code."""

import asyncio
import csv
import functools
import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from bot.__main__ import main
from bot.clock import WallClock
from bot.permissions import NEEDED
from bot.tasks import Tasks
from db.ledger import open_ledger
from db.lock import Lock
from report import typefaces
from tests.stage import PROGRAMME, Stage, staged

ROSTER = "id,name,short_name,category,sort_key\naa,Aaland,Aaland,member,1\nbb,Bland,Bland,member,2\n"
CONFIG = Path(__file__).parents[2] / "config"
SECRET = "MTAwMDAwMDAwMDAwMDAwMDAw.shaped.like-a-token"
OURS = ("DISCORD_", "ROUNDTABLE_", "LOG_")


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An operator's folder with a programme and a roster, and an environment that says nothing else."""
    for name in [name for name in os.environ if name.startswith(OURS) and name != "DISCORD_OPENAPI"]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "programme.yaml").write_text(PROGRAMME, "utf-8")
    (tmp_path / "roster.csv").write_text(ROSTER, "utf-8")
    for name, value in (
        ("ROUNDTABLE_PROGRAMME", "programme.yaml"),
        ("ROUNDTABLE_ROSTER", "roster.csv"),
        ("ROUNDTABLE_DB", "meeting.db"),
    ):
        monkeypatch.setenv(name, value)
    yield tmp_path


Read = pytest.CaptureFixture[str]


def test_check_shows_the_days_and_the_roster(capsys: Read) -> None:
    assert main(["check"]) == 0
    text = capsys.readouterr().out
    assert "A small roundtable" in text and "Day 1: questions – Wednesday 7 September 2022 (Bangkok)" in text
    assert "09:30–10:00" in text and "q1, 2 parts" in text and "clock, fixed" in text
    assert "2 delegations: 2 member" in text and "All is in order." in text
    assert main(["check", "--start", "2030-01-05"]) == 0
    assert "Saturday 5 January 2030" in capsys.readouterr().out


def test_check_shows_the_polls_of_each_day(capsys: Read, monkeypatch: pytest.MonkeyPatch, desk: Path) -> None:
    assert main(["check"]) == 0
    assert "Indicative polls" not in capsys.readouterr().out, "a day without polls has no table of them"
    shipped = (CONFIG / "programme.yaml").read_text("utf-8")
    (desk / "programme.yaml").write_text(
        shipped.replace("question: Which factors were", "question: Which [/red]factors[/] were"), "utf-8"
    )
    assert main(["check"]) == 0
    text = capsys.readouterr().out
    first, second = text.split("Day 2:")
    assert text.count("Indicative polls") == 2
    rows = polls_of(text)
    assert rows["p0"] == [
        "Practice: how is the sound?",
        "single, 1 of 3 · one ballot per person · asks all · named · open start+2 – end · results: closing",
    ]
    assert rows["p2"][0] == "Which [/red]factors[/] were most decisive?"
    assert rows["p6"][1] == (
        "points, 10 dots on 8, up to 5 each · one ballot per delegation · asks all · open-changeable"
        " · open start+30 – d2 08:30 · results: closing"
    )
    assert rows["p10"][1].startswith(
        "score, options by hand · one ballot per delegation · asks members · secret"
    )
    assert "open hand – hand" in rows["p10"][1] and "results: closing, by mode" in rows["p7"][1]
    assert rows["p11"][1].endswith(" · asks those online, too") and "online, too" not in rows["p10"][1]
    assert "(round of p6)" in rows["p6-2"][0]
    assert "│ p6 " in first and "│ p6-2 " in second and "│ p6 " not in second


def test_check_breaks_no_word_of_a_poll_at_eighty_columns(
    capsys: Read, monkeypatch: pytest.MonkeyPatch, desk: Path
) -> None:
    (desk / "programme.yaml").write_text((CONFIG / "programme.yaml").read_text("utf-8"), "utf-8")
    monkeypatch.setenv("COLUMNS", "200")
    main(["check"])
    wide = polls_of(capsys.readouterr().out)
    monkeypatch.setenv("COLUMNS", "80")
    main(["check"])
    text = capsys.readouterr().out
    tables = [line for line in text.splitlines() if line.startswith(("│", "┃", "┏", "└"))]
    assert max(map(len, tables)) <= 80
    narrow = polls_of(text)
    assert len(narrow) == 13
    assert {key: " ".join(rows) for key, rows in narrow.items()} == {
        key: " ".join(rows) for key, rows in wide.items()
    }, "what is broken stands whole at 200 columns"


def polls_of(text: str) -> dict[str, list[str]]:
    """What stands of each poll, line by line."""
    rows: dict[str, list[str]] = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("│")]
        if len(cells) == 4:
            key = cells[1] or list(rows)[-1]
            rows.setdefault(key, []).append(cells[2])
    return rows


def test_check_names_all_faults_of_all_files_at_once(
    desk: Path, capsys: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    faulty = PROGRAMME.replace("kind: break", "kind: brake").replace("venue: Bangkok\n", "")
    (desk / "programme.yaml").write_text(faulty, "utf-8")
    (desk / "roster.csv").write_text(ROSTER + "aa,Again,Again,member,3\n", "utf-8")
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    monkeypatch.setenv("DISCORD_TOKEN", f'"{SECRET}"')
    assert main(["check"]) == 1
    text = capsys.readouterr().out
    for part in ("programme.yaml:", "brake", "venue", "roster.csv:4", "LOG_LEVEL", "DISCORD_TOKEN"):
        assert part in text, part
    assert "The meeting cannot begin like this." in text and SECRET not in text


def test_check_without_files_says_which_are_missing(desk: Path, capsys: Read) -> None:
    (desk / "programme.yaml").unlink()
    (desk / "roster.csv").unlink()
    assert main(["check"]) == 1
    text = capsys.readouterr().out
    assert "programme.yaml" in text and "roster.csv" in text and "2 faults" in text


def test_schema_is_a_schema(capsys: Read) -> None:
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["$schema"].startswith("https://json-schema.org/") and "days" in schema["properties"]


def test_calendar_as_planned_and_into_a_file(desk: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["calendar"]) == 0
    printed = Calendar.from_ical(capfdbinary.readouterr().out)
    assert len(printed.walk("VEVENT")) >= 8
    assert main(["calendar", "--start", "2030-01-05", "--out", "days.ics"]) == 0
    written = Calendar.from_ical((desk / "days.ics").read_bytes())
    assert min(event.decoded("dtstart") for event in written.walk("VEVENT")).year == 2030


@pytest.mark.parametrize("command", ["run", "doctor", "invite"])
def test_missing_settings_are_all_named(command: str, capsys: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = 78 if command == "run" else 1
    assert main([command]) == refusal
    text = capsys.readouterr().out
    assert "DISCORD_TOKEN: it is missing" in text and "DISCORD_GUILD_ID: it is missing" in text
    monkeypatch.setenv("DISCORD_TOKEN", f"Bot {SECRET}")
    monkeypatch.setenv("DISCORD_GUILD_ID", SECRET)
    monkeypatch.setenv("DISCORD_API_URL", "http://elsewhere.example")
    assert main([command]) == refusal
    text = capsys.readouterr().out
    for name in ("DISCORD_TOKEN", "DISCORD_GUILD_ID", "DISCORD_API_URL"):
        assert f"{name}: " in text
    assert SECRET not in text


def test_settings_come_from_the_env_file_of_the_folder(
    desk: Path, capsys: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOG_FORMAT", "")
    monkeypatch.delenv("LOG_FORMAT")
    (desk / ".env").write_text("LOG_FORMAT=xml\n", "utf-8")
    assert main(["check"]) == 1
    assert "LOG_FORMAT" in capsys.readouterr().out
    monkeypatch.delenv("LOG_FORMAT", raising=False)


# Delegations and codes, before any run


async def use_page(database: Path, code: str) -> None:
    """Somebody opens the page of the seat with this code."""
    ledger = await open_ledger(database, now=WallClock().now, spawn=Tasks().spawn)
    await ledger.room.enter_seat(code)
    await ledger.close()


def codes_of(folder: Path) -> dict[str, str]:
    """Codes by seat, as the table for mail-merge has them."""
    text = (folder / "seats.csv").read_text("utf-8-sig")
    return {f"{row['delegation_id']}-{row['seat']}": row["code"] for row in csv.DictReader(text.splitlines())}


def test_a_roster_is_imported_and_its_codes_are_written_for_their_owner_alone(
    desk: Path, capsys: Read
) -> None:
    assert main(["roster", "sheet"]) == 1
    assert "Call “roundtable roster import” first." in capsys.readouterr().out
    assert main(["roster", "import"]) == 0
    assert "New: 2 (Aaland, Bland)" in capsys.readouterr().out
    assert main(["roster", "sheet", "--out", "codes", "--link", "https://discord.gg/a_b"]) == 0
    said = capsys.readouterr().out
    assert "6 new codes made" in said and "codes/seats.html" in said
    made = codes_of(desk / "codes")
    assert len(set(made.values())) == 6
    page = (desk / "codes" / "seats.html").read_text("utf-8")
    assert "A small roundtable" in page and page.count("Head of delegation</b> · seat 1 of 3") == 2
    assert page.count("<li>Open <b>discord.gg/a_b</b> in a browser or on your phone;") == 6
    assert page.count("<li>In <b>#welcome</b> press <b>Take your seat</b> and enter the code.") == 6
    assert "Member," in (desk / "codes" / "seats.csv").read_text("utf-8-sig")
    for name in ("seats.html", "seats.csv"):
        assert (desk / "codes" / name).stat().st_mode & 0o777 == 0o600
    assert not any(code in said or code.replace("-", "") in said for code in made.values())
    data = b"".join(path.read_bytes() for path in desk.glob("meeting.db*"))
    assert not any(code.encode() in data for code in made.values())


def test_a_sheet_without_a_link_says_whom_to_ask_and_a_wrong_one_is_not_printed(
    desk: Path, capsys: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["roster", "import"])
    capsys.readouterr()
    for link in ("discord.gg/abc", "https://", "https://discord.gg/a b"):
        with pytest.raises(SystemExit):
            main(["roster", "sheet", "--link", link])
        assert "is not a web address: begin with `https://`" in capsys.readouterr().err
    assert not (desk / "seats.html").exists()
    monkeypatch.setenv("ROUNDTABLE_MARKING", "Test *day*")
    text = PROGRAMME.replace("venue: Bangkok", "venue: Bangkok\nchannels: {welcome: reception_1}")
    (desk / "programme.yaml").write_text(text, "utf-8")
    assert main(["roster", "sheet"]) == 0
    page = (desk / "seats.html").read_text("utf-8")
    assert page.count("<li>Ask the secretariat for the invitation link") == 6
    assert page.count("In <b>#reception_1</b> press") == 6
    rows = list(csv.DictReader((desk / "seats.csv").read_text("utf-8-sig").splitlines()))
    assert {(row["link"], row["marking"]) for row in rows} == {("", "Test *day*")}


def test_a_second_sheet_holds_only_what_is_new_and_nothing_is_overwritten(desk: Path, capsys: Read) -> None:
    main(["roster", "import"])
    assert main(["roster", "sheet"]) == 0
    first = codes_of(desk)
    assert main(["roster", "sheet"]) == 1
    assert "seats.html already, and it is not overwritten" in capsys.readouterr().out
    assert main(["roster", "sheet", "--out", "again"]) == 1
    assert "Every free seat has a code already" in capsys.readouterr().out
    assert list((desk / "again").iterdir()) == [], "nothing is left of an attempt that made none"
    (desk / "more.csv").write_text(ROSTER + "cc,Cland,Cland,member,3\n", "utf-8")
    assert main(["roster", "import", "more.csv"]) == 0
    assert "New: 1 (Cland)" in capsys.readouterr().out
    assert main(["roster", "sheet", "--out", "again"]) == 0
    assert "6 free seats have a code from an earlier sheet" in capsys.readouterr().out
    assert codes_of(desk / "again").keys() == {"cc-1", "cc-2", "cc-3"}
    assert main(["roster", "sheet", "--renew", "--out", "renewed"]) == 0
    renewed = codes_of(desk / "renewed")
    assert renewed.keys() > first.keys() and not set(renewed.values()) & set(first.values())
    asyncio.run(use_page(desk / "meeting.db", renewed["cc-2"]))
    capsys.readouterr()
    assert main(["roster", "sheet", "--renew", "--out", "once more"]) == 0
    assert "In use on the seat's page, with the code as it was: Cland 2." in capsys.readouterr().out
    assert codes_of(desk / "once more").keys() == renewed.keys() - {"cc-2"}
    (desk / "file").write_text("", "utf-8")
    for place, reason in (("nowhere/x", "No such file"), ("file", "File exists")):
        assert main(["roster", "sheet", "--out", place]) == 1
        assert place in capsys.readouterr().out, reason


def test_a_roster_keeps_what_is_no_longer_in_the_file_and_says_so(desk: Path, capsys: Read) -> None:
    main(["roster", "import"])
    capsys.readouterr()
    (desk / "less.csv").write_text(ROSTER.splitlines()[0] + ",seats\nbb,Blande,Bland,member,2,1\n", "utf-8")
    assert main(["roster", "import", "less.csv"]) == 0
    said = capsys.readouterr().out
    for part in (
        "New: 0",
        "Changed: 1 (Bland)",
        "kept with their seats: 1 (Aaland)",
        "all seats are kept: 1 (Bland)",
    ):
        assert part in said
    (desk / "bad.csv").write_text(ROSTER + "aa,Again,Again,nonsense,3\n", "utf-8")
    assert main(["roster", "import", "bad.csv"]) == 1
    assert "bad.csv:4" in capsys.readouterr().out


def test_roster_and_sheet_wait_until_the_bot_is_stopped(desk: Path, capsys: Read) -> None:
    main(["roster", "import"])
    capsys.readouterr()
    lock = Lock(desk / "meeting.db")
    lock.take()
    try:
        for command in (["import"], ["sheet"]):
            assert main(["roster", *command]) == 1
            assert "The database is in use by another process" in capsys.readouterr().out
        assert not (desk / "seats.html").exists()
    finally:
        lock.release()
    assert main(["roster", "sheet"]) == 0, "control: then it goes"


@pytest.mark.parametrize("arguments", [[], ["dance"], ["run", "--start", "tuesday"], ["roster"]])
def test_what_is_no_command_is_explained(arguments: list[str], capsys: Read) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: roundtable" in capsys.readouterr().err


# With a server to look at


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """A stage at the real time whose environment the commands read; its programme begins tomorrow."""
    made = Stage(tmp_path, now=WallClock().now())
    days = [(WallClock().now() + timedelta(days=n)).date().isoformat() for n in (1, 2)]
    made.programme.write_text(
        PROGRAMME.replace("2022-09-07", days[0]).replace("2022-09-08", days[1]), "utf-8"
    )
    made.world.now = WallClock().now  # Discord's answers tell the real time: doctor reads the machine's clock
    async for one in staged(made):
        for name, value in one.variables().items():
            monkeypatch.setenv(name, value)
        yield one


async def doctor(capsys: Read) -> tuple[int, str]:
    """The exit code and what was printed; the command has its own loop in its own thread."""
    code = await asyncio.to_thread(main, ["doctor"])
    return code, capsys.readouterr().out


async def test_doctor_before_the_first_run(server: Stage, capsys: Read) -> None:
    code, text = await doctor(capsys)
    assert code == 0, text
    assert "✗" not in text and text.rstrip().endswith("Ready.")
    for part in (
        "accepts the token",
        "clock agrees",
        "The bot is on the server",
        "all permissions",
        "MB are free",
        "There is no database yet",
        "The programme has 2 days",
    ):
        assert part in text, part
    assert not server.database.exists(), "looking makes nothing"
    assert server.standin.token not in text


async def test_doctor_beside_a_running_house(server: Stage, capsys: Read) -> None:
    await server.run()
    code, text = await doctor(capsys)
    assert code == 1 and "✗ The server has not been set up yet: call /meeting setup" in text
    await server.set_up()
    code, text = await doctor(capsys)
    assert code == 0 and "roles are there, below the bot's own" in text and "is whole" in text, text
    moderator, delegate = (server.world.role_named(name) for name in ("Moderator", "Delegate"))
    assert moderator is not None and delegate is not None
    moderator.position = 50
    server.world.delete_role(delegate)
    await server.later(seconds=10)
    code, text = await doctor(capsys)
    assert code == 1 and "✗ The bot's role stands below: Moderator." in text
    assert "✗ Roles that are gone: delegate." in text
    assert "✗ The role of “Delegate” was deleted" in text and "3 to be mended." in text


async def test_doctor_tells_open_troubles_in_plain_words(server: Stage, capsys: Read) -> None:
    await server.run()
    await server.set_up()
    server.world.delete_channel(server.channel("polls"))
    await server.later(seconds=10)
    code, text = await doctor(capsys)
    assert code == 1 and re.search(
        r"✗ Somebody deleted the channel #polls\. \(since \d\d:\d\d Bangkok, still open\)", text
    )
    await server.set_up()
    code, text = await doctor(capsys)
    assert code == 0 and "told of no trouble that is still open" in text, text


async def test_doctor_names_lacking_permissions(server: Stage, capsys: Read) -> None:
    role = server.world.role_named("roundtable")
    assert role is not None
    role.permissions &= ~((1 << 28) | (1 << 34))
    code, text = await doctor(capsys)
    assert code == 1 and "✗ The bot lacks: Manage Roles, Manage Threads." in text


async def test_doctor_names_channels_that_are_gone_or_closed(server: Stage, capsys: Read) -> None:
    await server.run()
    await server.set_up()
    code, text = await doctor(capsys)
    assert code == 0 and "The meeting's channels are there, and open to the bot" in text, "control"
    await server.close()
    server.world.delete_channel(server.channel("floor"))
    programme = server.channel("programme")
    programme.overwrites.pop(server.world.bot.id)
    code, text = await doctor(capsys)
    assert code == 1 and "✗ Channels that are gone: floor. Call /meeting setup" in text
    assert "✗ In #programme the bot lacks: View Channel" in text and "open to the bot" not in text


async def test_doctor_names_what_pictures_cannot_show(
    server: Stage, desk: Path, capsys: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typefaces, "east_asian", lambda: None)
    monkeypatch.setattr(typefaces, "_face_of", functools.cache(typefaces._face_of.__wrapped__))
    roster = desk / "roster.csv"
    monkeypatch.setenv("ROUNDTABLE_ROSTER", str(roster))
    code, text = await doctor(capsys)
    assert code == 0 and "✓ Pictures of poll results can show all" in text, "control"
    roster.write_text(ROSTER + "cc,北方国,Norden,member,3\ndd,Land 😀,ประเทศ,member,4\n", "utf-8")
    code, text = await doctor(capsys)
    assert code == 1 and "2 to be mended." in text and "can show all" not in text
    assert "✗ Pictures cannot show 北方国 of “北方国”: install fonts with East Asian" in text
    assert "fonts-noto-cjk" in text and "✗ Pictures cannot show 😀 of “Land 😀”: write it without" in text


async def test_doctor_with_a_wrong_token(
    server: Stage, capsys: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.allowed.add(401)
    monkeypatch.setenv("DISCORD_TOKEN", SECRET)
    code, text = await doctor(capsys)
    assert code == 1 and "✗ Discord does not accept the token." in text and SECRET not in text
    assert "✓ The programme has 2 days" in text, "the rest is examined all the same"
    assert await asyncio.to_thread(main, ["invite"]) == 1
    assert "Discord does not accept the token." in capsys.readouterr().out


async def test_doctor_with_another_server(
    server: Stage, capsys: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.allowed |= {50001, 10004, 403, 404}
    monkeypatch.setenv("DISCORD_GUILD_ID", "123456789012345678")
    code, text = await doctor(capsys)
    assert code == 1 and "✗ The bot is not on the server 123456789012345678." in text


async def test_doctor_without_a_network(server: Stage, capsys: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_API_URL", "http://127.0.0.1:9/api/v10")
    code, text = await doctor(capsys)
    assert code == 1 and "✗ Discord cannot be reached" in text and "✓ The programme has 2 days" in text


@pytest.mark.parametrize("content", [b"nothing of the kind " * 300, b"SQLite format 3\x00" + b"\x00" * 500])
async def test_doctor_with_a_broken_database(server: Stage, capsys: Read, content: bytes) -> None:
    server.database.write_bytes(content)
    code, text = await doctor(capsys)
    assert code == 1 and "cannot be read" in text and "Traceback" not in text
    assert server.database.read_bytes() == content


async def test_doctor_with_an_empty_database_file(server: Stage, capsys: Read) -> None:
    server.database.write_bytes(b"")
    code, text = await doctor(capsys)
    assert code == 1 and "✗" in text


async def test_doctor_with_a_programme_that_is_over(server: Stage, capsys: Read) -> None:
    server.programme.write_text(PROGRAMME, "utf-8")
    code, text = await doctor(capsys)
    assert code == 1 and "✗ The programme is over (last day 2022-09-08)." in text and "--start today" in text


async def test_doctor_with_a_faulty_programme(server: Stage, capsys: Read) -> None:
    server.programme.write_text(PROGRAMME.replace("kind: break", "kind: brake"), "utf-8")
    code, text = await doctor(capsys)
    assert code == 1 and "✗ The programme file has" in text and "Call check" in text


async def test_invite_asks_for_the_least(server: Stage, capsys: Read) -> None:
    assert await asyncio.to_thread(main, ["invite"]) == 0
    text = capsys.readouterr().out
    assert (
        f"client_id={server.world.bot.id}&permissions={NEEDED.value}&scope=bot+applications.commands" in text
    )
    assert f"guild_id={server.world.guild.id}" in text
    assert not NEEDED.administrator and not NEEDED.manage_guild and not NEEDED.manage_messages


async def test_calendar_as_the_meeting_stands(server: Stage, desk: Path) -> None:
    await server.run()
    await server.set_up()
    shift = await server.moderator.command("agenda shift", item="draft", minutes=30)
    await server.moderator.press(shift, "Yes, do it")
    assert await asyncio.to_thread(main, ["calendar", "--out", "now.ics"]) == 0
    events = Calendar.from_ical((desk / "now.ics").read_bytes()).walk("VEVENT")
    (draft,) = [event for event in events if "Draft" in str(event["summary"])]
    assert draft.decoded("dtstart").astimezone(WallClock().now().tzinfo).strftime("%H:%M") == "02:30"
