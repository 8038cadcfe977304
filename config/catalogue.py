"""Catalogues of sentences: `words/<language>.yaml`, nested keys, plural forms as a mapping.

English is whole; what another language lacks is said in English.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "words"
DEFAULT = "en"

Entry = str | dict[str, str]
"""A sentence, or its plural forms by CLDR's names (`one`, `other`, …)."""

PLURALS = {"zero", "one", "two", "few", "many", "other"}


@dataclass(frozen=True)
class Catalogue:
    """Sentences by language and key."""

    languages: dict[str, dict[str, Entry]]

    def language(self, locale: str | None) -> str:
        """The catalogue's language nearest to a Discord locale (`en-GB` → `en`)."""
        short = (locale or DEFAULT).split("-")[0]
        return short if short in self.languages else DEFAULT

    def keys(self, prefix: str) -> list[str]:
        """All keys that begin so, in their order."""
        return [key for key in self.languages[DEFAULT] if key.startswith(prefix)]

    def entry(self, key: str, locale: str | None) -> tuple[str, Entry]:
        """The sentence and the language it is in. Raises KeyError when English has no such key."""
        language = self.language(locale)
        if key in self.languages[language]:
            return language, self.languages[language][key]
        return DEFAULT, self.languages[DEFAULT][key]


def read_catalogues(folder: Path = FOLDER) -> Catalogue:
    """All catalogues of a folder. They are part of the program: a fault in one raises ValueError."""
    languages = {}
    for path in sorted(folder.glob("*.yaml")):
        entries: dict[str, Entry] = {}
        _flatten(yaml.load(path.read_text("utf-8"), _Once), "", entries, path.name)
        languages[path.stem] = entries
    if DEFAULT not in languages:
        raise ValueError(f"no catalogue {DEFAULT}.yaml in {folder.name}")
    return Catalogue(languages)


class _Once(yaml.BaseLoader):
    """Takes no key twice: YAML lets the later one win, unnoticed."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = [self.construct_object(name, deep=True) for name, _ in node.value]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"{node.start_mark}: {twice} stands there twice")
        return super().construct_mapping(node, deep)


def _flatten(node: object, prefix: str, entries: dict[str, Entry], file: str) -> None:
    if isinstance(node, str):
        entries[prefix] = node.rstrip("\n")
    elif isinstance(node, dict) and node and set(node) <= PLURALS:
        entries[prefix] = {name: str(text).rstrip("\n") for name, text in node.items()}
    elif isinstance(node, dict):
        for name, child in node.items():
            _flatten(child, f"{prefix}.{name}" if prefix else str(name), entries, file)
    else:
        raise ValueError(f"{file}: {prefix}: a sentence or a mapping is expected here")
