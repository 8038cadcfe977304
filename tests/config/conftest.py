"""A small good programme, and ways to write a file and read its faults."""

from collections.abc import Callable
from pathlib import Path

import pytest

from config.faults import Fault, Faults
from config.programme import read_programme

GOOD = """\
title: A roundtable
about: |
  One line.
  Two lines.
time_zone: Europe/Berlin
venue: Berlin
days:
  - id: d1
    title: First day
    date: 2022-03-24
    chair: The Chair
    join_url: https://meet.example/one
    items:
      - id: d1-01
        kind: opening
        starts: 08:30
        ends: 09:00
        title: Accreditation
      - id: d1-02
        starts: 09:00
        ends: 10:00
        title: Question one
        question:
          id: q1
          title: Decisive factors
          text: What was decisive?
          parts:
            - id: q1a
              text: What was decisive in law?
            - id: q1b
              text: What was decisive in practice?
      - id: d1-b1
        kind: break
        starts: 10:00
        ends: 10:30
        title: Break
      - id: d1-03
        starts: 10:30
        ends: 11:30
        title: Question two
        question:
          id: q2
          title: Examples
          text: Which examples are there?
          parts:
            - id: q2a
              text: Which examples are there?
  - id: d2
    title: Second day
    date: 2022-03-25
    mode: in_person
    items:
      - id: d2-01
        starts: 09:00
        ends: 10:00
        title: Way forward
        fixed: yes
notices:
  before: 5
channels:
  programme: agenda
"""


@pytest.fixture
def good() -> str:
    """The small good programme."""
    return GOOD


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str | bytes], Path]:
    """Write something as a programme file."""

    def write(content: str | bytes, name: str = "programme.yaml") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def faults_of(file: Callable[[str | bytes], Path]) -> Callable[[str | bytes], tuple[Fault, ...]]:
    """All faults of a programme's text."""

    def read(content: str | bytes) -> tuple[Fault, ...]:
        path = file(content)
        with pytest.raises(Faults) as caught:
            read_programme(path)
        assert all(fault.file == str(path) for fault in caught.value.faults)
        return caught.value.faults

    return read
