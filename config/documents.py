"""A YAML file as a tree of nodes that know their line and path.

All scalars stay text as written: YAML's own guesses (`NO` is false, `12:30:45` a number) never apply.
Of YAML only mappings, lists and texts are used; what else it offers is refused by name.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from config.faults import Fault, Faults
from config.files import read_text

try:
    from yaml import CBaseLoader as Loader
except ImportError:  # PyYAML built without libyaml reads the same, more slowly
    from yaml import BaseLoader as Loader  # type: ignore[assignment]

DEEPEST = 12
"""Levels of nesting; a programme has ten."""


@dataclass(frozen=True)
class Scalar:
    """A text as written. `line` is that of its key, or of the list entry it is."""

    value: str
    line: int
    path: str


@dataclass(frozen=True)
class Sequence:
    """A list."""

    entries: tuple["Node", ...]
    line: int
    path: str


@dataclass(frozen=True)
class Mapping:
    """Keys and their values; of a key written twice, the first."""

    entries: dict[str, "Node"]
    line: int
    path: str

    def below(self, key: str) -> str:
        """The path of one of its keys, there or not."""
        return f"{self.path}.{key}" if self.path else key


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True)
class Document:
    """A file read. `faults` are those that do not keep it from being checked further (keys written twice)."""

    file: str
    root: Node
    faults: tuple[Fault, ...] = ()

    def fault(self, node: Node, sentence: str) -> Fault:
        return Fault(self.file, node.line, node.path, sentence)


def plain(node: Node) -> Any:
    """The node as dicts, lists and texts."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(entry) for entry in node.entries]
    return {key: plain(entry) for key, entry in node.entries.items()}


def read_document(path: Path) -> Document:
    """Read a YAML file. Raises `Faults` when it cannot be read or is not the YAML used here."""
    return parse_document(read_text(path), str(path))


def parse_document(text: str, file: str) -> Document:
    """The tree of a text. Raises `Faults` as `read_document`; aliases are never expanded."""
    composer = _Composer(file, yaml.parse(text, Loader=Loader))
    try:
        root = composer.document()
    except yaml.MarkedYAMLError as error:
        raise Faults(_syntax(text, file, error)) from None
    except yaml.YAMLError as error:
        sentence = f"this is not YAML ({error}): save it as plain text"
        raise Faults([Fault(file, 1, "", sentence)]) from None
    if composer.refused:
        raise Faults([*composer.refused, *composer.repeated])
    if root is None:
        raise Faults([Fault(file, 1, "", "the file is empty: start from config/programme.yaml")])
    return Document(file, root, tuple(composer.repeated))


@dataclass
class _Composer:
    """Builds nodes from PyYAML's events, which carry the marks its own constructors throw away."""

    file: str
    events: Iterator[yaml.Event]
    refused: list[Fault] = field(default_factory=list)
    repeated: list[Fault] = field(default_factory=list)

    def document(self) -> Node | None:
        """The first document's root; None when there is none."""
        root: Node | None = None
        for event in self.events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            if root is not None:
                self._refuse(event, "", "a second document begins here: take out the line `---`")
                break
            root = self._node(next(self.events), "", 0, None)
        return None if isinstance(root, Scalar) and not root.value else root

    def _node(self, event: yaml.Event, path: str, depth: int, key_line: int | None) -> Node:
        line = _line(event.start_mark) if key_line is None else key_line
        self._check(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(tuple(self._entries(path, depth + 1)), line, path)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path, depth + 1, line)
        return Scalar(event.value if isinstance(event, yaml.ScalarEvent) else "", line, path)

    def _entries(self, path: str, depth: int) -> Iterator[Node]:
        number = 0
        while not isinstance(event := self._next(depth, path), yaml.SequenceEndEvent):
            yield self._node(event, f"{path}[{number}]", depth, None)
            number += 1

    def _mapping(self, path: str, depth: int, line: int) -> Mapping:
        mapping = Mapping({}, line, path)
        lines: dict[str, int] = {}
        while not isinstance(event := self._next(depth, path), yaml.MappingEndEvent):
            key_line = _line(event.start_mark)
            key = self._node(event, path, depth, None)
            if not isinstance(key, Scalar):
                self._refuse(event, path, "a list or mapping stands as a key: write a word and a colon")
                key = Scalar("", key_line, path)
            elif key.value == "<<":
                self._refuse(event, path, "merge keys (`<<`) are not used here: write the keys out")
            where = mapping.below(key.value)
            value = self._node(self._next(depth, path), where, depth, key_line)
            if key.value in lines:
                first = lines[key.value]
                sentence = f"`{key.value}` stands twice, on lines {first} and {key_line}: take one out"
                self.repeated.append(Fault(self.file, key_line, where, sentence))
            else:
                lines[key.value] = key_line
                mapping.entries[key.value] = value
        return mapping

    def _next(self, depth: int, path: str) -> yaml.Event:
        event = next(self.events)
        if depth > DEEPEST:
            self._refuse(event, path.split("[")[0], "this is nested too deep: check the indentation")
            raise Faults([*self.refused, *self.repeated])
        return event

    def _check(self, event: yaml.Event, path: str) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, path, f"aliases (`*{anchor}`) are not used here: write the value out")
        elif anchor:
            self._refuse(event, path, f"anchors (`&{anchor}`) are not used here: take it out")
        if tag:
            self._refuse(event, path, f"tags (`{tag}`) are not used here: put the text in quotes")

    def _refuse(self, event: yaml.Event, path: str, sentence: str) -> None:
        self.refused.append(Fault(self.file, _line(event.start_mark), path, sentence))


def _line(mark: Any) -> int:
    return int(mark.line) + 1


_SYNTAX = (
    ("mapping values are not allowed", "a colon stands where none can: put the text in quotes, or mend the"
     " indentation"),
    ("cannot start any token", "a text cannot begin with this sign: put it in quotes"),
    ("expected ':'", "a key without its colon: write `key: value`"),
    ("quoted scalar", "a quotation mark is opened here and not closed: close it"),
    ("flow", "a bracket is opened here and not closed: close it"),
    ("escape", "a backslash in a text in double quotes: use single quotes"),
    ("did not find expected", "this does not line up with what stands above: mend the indentation"),
    ("block end", "this does not line up with what stands above: mend the indentation"),
)  # fmt: skip
"""What PyYAML's and libyaml's messages mean to somebody who does not know YAML's grammar."""


def _syntax(text: str, file: str, error: yaml.MarkedYAMLError) -> list[Fault]:
    tabs = [
        Fault(file, number, "", "a tab stands in the indentation: use spaces")
        for number, line in enumerate(text.splitlines(), start=1)
        if "\t" in line[: len(line) - len(line.lstrip())] and line.strip()
    ]
    if tabs:
        return tabs
    said = f"{error.context or ''} {error.problem or ''}"
    sentence = next(
        (plainly for words, plainly in _SYNTAX if words in said),
        f"this is not YAML ({said.strip()}): check indentation, colons and quotation marks",
    )
    opened = "quoted scalar" in said or "flow" in said
    mark = (error.context_mark if opened else None) or error.problem_mark or error.context_mark
    return [Fault(file, 1 if mark is None else _line(mark), "", sentence)]
