"""What the rehearsal's command line does not take, it says."""

import sys
from pathlib import Path

import pytest

from rehearsal import __main__ as command


def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    monkeypatch.setattr(sys, "argv", ["rehearsal", *options])
    with pytest.raises(SystemExit) as refused:
        command.main()
    assert refused.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    "option", [("--programme", "my.yaml"), ("--roster", "my.csv"), ("--people", "6"), ("--times", "1")]
)
def test_the_table_of_faults_has_a_programme_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], option: tuple[str, str]
) -> None:
    assert "--faults has a programme of its own" in told(monkeypatch, capsys, "--faults", *option)


@pytest.mark.parametrize("times", ["-1", "0", "2", "3"])
def test_too_few_runs_to_be_judged_are_not_played(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], times: str
) -> None:
    assert "1, or at least 4" in told(monkeypatch, capsys, "--times", times)


def test_the_table_of_faults_reads_no_programme(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[tuple[Path, int]] = []

    async def table(out: Path, seed: int) -> list[str]:
        asked.append((out, seed))
        return []

    monkeypatch.setattr(command, "CONFIG", tmp_path / "nothing")
    monkeypatch.setattr(command, "table_of_faults", table)
    monkeypatch.setattr(sys, "argv", ["rehearsal", "--faults", "--seed", "5", "--out", str(tmp_path)])
    assert command.main() == 0 and asked == [(tmp_path, 5)]
    monkeypatch.setattr(sys, "argv", ["rehearsal", "--out", str(tmp_path)])
    assert command.main() == 1, "the control: an ordinary run does"
