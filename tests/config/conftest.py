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


POLLS = """\
        polls:
          - id: p1
            question: Which factors?
            kind: approval
            choose: 2
            options:
              - law
              - training
              - {text: data, illustrative: yes}
            opens: start+20
          - id: p2
            question: What comes first?
            kind: ranking
            places: 2
            options: [sea, land, air]
            secrecy: named
            results: live
            closes: d2 08:30
          - id: p3
            question: Which priorities?
            kind: points
            dots: 6
            cap: 4
            options: [safety, pathways]
          - id: p4
            question: How was it?
            kind: score
            levels: [poor, fair, good]
            options: [content]
            unit: person
"""

LATER_POLLS = """\
        polls:
          - id: p5
            question: Draft points
            kind: score
            electorate: [members, observers]
            opens: hand
            closes: hand
          - id: p3-2
            round_of: p3
            opens: start+5
            closes: end+5
          - id: p6
            question: Which day?
            kind: single
            options: [one, two]
"""


SPEAKERS = """\
speakers:
  order: least-spoken
  sides: 2:1
  protocol_rank: yes
  opens: 20
  last_call: 12
  closes: 6
  limits:
    member: 4
    member_organisation: 3:30
    observer: 1:30
    group: 10
    reply: 1
    brief: 0:30
  time: adaptive
  least: 1:15
  most: 7
  reserve: 3
  turn_over: 25
written_until: d2 18:30
"""


@pytest.fixture
def spoken() -> str:
    """The small good programme with all that can be said of the lists of speakers."""
    return GOOD + SPEAKERS


@pytest.fixture
def polled() -> str:
    """The small good programme with polls: four on the second question's item, three on the next day's."""
    end_of_first, end_of_second = "  - id: d2\n", "notices:\n"
    text = GOOD.replace(end_of_first, POLLS + end_of_first)
    return text.replace(end_of_second, LATER_POLLS + end_of_second)


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
