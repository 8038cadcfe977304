"""Files that cannot be read at all: a sentence each, never a traceback."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from config import documents
from config.faults import Fault, Faults
from config.programme import read_programme
from config.roster import read_roster

FaultsOf = Callable[[str | bytes], tuple[Fault, ...]]
READERS = pytest.mark.parametrize("read", [read_programme, read_roster])


def _only(read: Callable[[Path], object], path: Path) -> Fault:
    with pytest.raises(Faults) as caught:
        read(path)
    (fault,) = caught.value.faults
    assert fault.file == str(path)
    return fault


@READERS
def test_missing(read: Callable[[Path], object], tmp_path: Path) -> None:
    fault = _only(read, tmp_path / "nowhere.yaml")
    assert (fault.line, fault.path) == (0, "")
    assert "check the name" in fault.sentence
    assert str(fault) == f"{fault.file}: {fault.sentence}"


@READERS
def test_a_directory(read: Callable[[Path], object], tmp_path: Path) -> None:
    assert "name the file inside it" in _only(read, tmp_path).sentence


@READERS
def test_a_pipe_is_not_waited_for(read: Callable[[Path], object], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "name a text file" in _only(read, tmp_path / "pipe").sentence


@READERS
def test_no_permission(
    read: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, *args: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "closed.yaml"
    path.touch()
    monkeypatch.setattr(Path, "open", refuse)  # permissions do not bind root, who may run this
    assert "change its permissions" in _only(read, path).sentence


@READERS
def test_a_failing_disk(
    read: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Path, *args: object) -> None:
        raise OSError(5, "Input/output error")

    path = tmp_path / "file.yaml"
    path.touch()
    monkeypatch.setattr(Path, "open", fail)
    assert "(Input/output error): check the name and the disk" in _only(read, path).sentence


@READERS
def test_too_large(read: Callable[[Path], object], tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"# \n" * 400_000)
    assert "another file" in _only(read, path).sentence


@READERS
@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"  \r\n"])
def test_empty(read: Callable[[Path], object], content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.write_bytes(content)
    fault = _only(read, path)
    assert (fault.line, fault.path) == (1, "")
    assert "the file is empty: " in fault.sentence


@READERS
def test_latin_1(read: Callable[[Path], object], tmp_path: Path) -> None:
    path = tmp_path / "latin"
    path.write_bytes("title: one\nvenue: Besançon\n".encode("latin-1"))
    fault = _only(read, path)
    assert fault.line == 2
    assert "`ç` in Latin-1" in fault.sentence
    assert "save it as UTF-8" in fault.sentence


@READERS
def test_utf_16(read: Callable[[Path], object], tmp_path: Path) -> None:
    path = tmp_path / "wide"
    path.write_bytes("title: one\n".encode("utf-16"))
    assert "UTF-16: save it as UTF-8" in _only(read, path).sentence


@READERS
def test_control_characters(read: Callable[[Path], object], tmp_path: Path) -> None:
    path = tmp_path / "odd"
    path.write_bytes(b"title: one\nvenue: B\x07erlin\n")
    fault = _only(read, path)
    assert fault.line == 2
    assert "U+0007 stands here: delete it" in fault.sentence


@pytest.mark.parametrize("content", ["just words", "- a\n- b\n", "12"])
def test_not_a_mapping(content: str, faults_of: FaultsOf) -> None:
    (fault,) = faults_of(content)
    assert (fault.line, fault.path) == (1, "")
    assert "keys, such as `id: …`, belongs" in fault.sentence


def test_every_tab_is_named(faults_of: FaultsOf) -> None:
    assert [fault.line for fault in faults_of("title: a\n\tb: c\n  \td: e\nvenue: Berlin\n")] == [2, 3]


def test_the_roots_of_a_billion_laughs_are_named_and_not_expanded(faults_of: FaultsOf) -> None:
    lines = ["a0: &a0 [ha, ha]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    faults = faults_of("\n".join(lines))
    assert faults[0].line == 1
    assert "anchors (`&a0`) are not used here" in faults[0].sentence
    assert any("aliases (`*a0`)" in fault.sentence for fault in faults)


@pytest.mark.parametrize("content", ["[" * 50_000, "- " * 20_000, "{a: " * 5_000])
def test_deep_nesting_is_refused(content: str, faults_of: FaultsOf) -> None:
    (fault,) = faults_of(f"title:\n  {content}")
    assert "check the indentation" in fault.sentence or "close it" in fault.sentence


def test_without_libyaml_the_same_is_read(
    good: str, faults_of: FaultsOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    import yaml

    with_libyaml = documents.parse_document(good, "file")
    twice = faults_of(good + "venue: Bonn\n")
    monkeypatch.setattr(documents, "Loader", yaml.BaseLoader)
    assert documents.parse_document(good, "file") == with_libyaml
    assert faults_of(good + "venue: Bonn\n") == twice
    (fault,) = faults_of(good.replace("title: First day", "title: First: day"))
    assert (fault.line, "put the text in quotes" in fault.sentence) == (9, True)
