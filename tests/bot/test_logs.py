"""Logs: a line an event, and never the token, whoever logs it."""

import json
import logging
from collections.abc import Iterator

import pytest

from bot.logs import set_up_logs

SECRET = "a-token-nobody-may-read"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in ("discord", "apscheduler", "aiosqlite")}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)


def everything() -> None:
    log = logging.getLogger("discord.http")
    log.warning("sent with Bot %s", SECRET)
    log.warning("sent with Bot " + SECRET)
    log.warning({"Authorization": SECRET})
    try:
        raise ValueError(f"refused: {SECRET}")
    except ValueError:
        log.exception("a failure")


@pytest.mark.parametrize("style", ["text", "json"])
def test_the_token_is_in_no_line_and_no_trace(style: str, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("INFO", style, SECRET)  # type: ignore[arg-type]
    everything()
    text = capsys.readouterr().err
    assert "a failure" in text and "ValueError" in text and "[hidden]" in text
    assert SECRET not in text


def test_control_without_knowing_the_secret_it_would_be_there(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("INFO", "text", "")
    everything()
    assert capsys.readouterr().err.count(SECRET) >= 4


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("INFO", "json", SECRET)
    logging.getLogger("bot").info("“%s”\nin two lines", "é")
    (line,) = capsys.readouterr().err.splitlines()
    entry = json.loads(line)
    assert entry["message"] == "“é”\nin two lines" and entry["level"] == "INFO" and entry["from"] == "bot"


def test_the_libraries_are_kept_down(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("DEBUG", "text", "")
    for name in ("discord.gateway", "apscheduler.executors", "aiosqlite"):
        logging.getLogger(name).info("chatter of %s", name)
    logging.getLogger("bot").debug("ours")
    assert "chatter" not in (text := capsys.readouterr().err) and "ours" in text
