"""The files of the pages, and what the server fills into them. There is no build step."""

import hashlib
import html
import json
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from room.wording import Json, Words

FOLDER = Path(__file__).parent / "static"

TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
"""What may be served of the folder, and as what. Pages themselves are filled in, and never served bare."""

PLACE = re.compile(r"\{\{(t:)?([a-z0-9_.]+)\}\}")

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


class Pages:
    """Reads the files once; they are part of the program."""

    def __init__(self, words: Words, folder: Path = FOLDER) -> None:
        self._words = words
        self._folder = folder

    @cached_property
    def files(self) -> Mapping[str, tuple[bytes, str]]:
        """Content and type of each file that is served, by name."""
        found = sorted(path for path in self._folder.iterdir() if path.suffix in TYPES)
        return {path.name: (path.read_bytes(), TYPES[path.suffix]) for path in found}

    @cached_property
    def version(self) -> str:
        """Tells these files from others."""
        sha = hashlib.sha256()
        for name, (content, _) in self.files.items():
            sha.update(name.encode() + content)
        return sha.hexdigest()[:12]

    @cached_property
    def _sources(self) -> Mapping[str, str]:
        return {path.stem: path.read_text("utf-8") for path in self._folder.glob("*.html")}

    def page(
        self, name: str, *, title: str, plain: str = "", state: str | None = None, sentence: str = ""
    ) -> str:
        """A page filled in. `plain` is HTML, `state` JSON; all else is text. KeyError: the page asks for what
        there is not."""
        texts = self._words.texts(name)
        language = self._words.language
        values = {
            "lang": language,
            "dir": "rtl" if language in RIGHT_TO_LEFT else "ltr",
            "title": html.escape(title),
            "v": self.version,
            "plain": plain,
            "sentence": html.escape(sentence),
            "data": _data(state, texts) if state is not None else "",
        }

        def filled(place: re.Match[str]) -> str:
            return html.escape(texts[place[2]]) if place[1] else values[place[2]]

        return PLACE.sub(filled, self._sources[name])


def _data(state: str, texts: Json) -> str:
    """The page's first state and its texts, safe inside a script element (HTML Standard, 4.12.1.3)."""
    text = f'{{"state": {state}, "texts": {json.dumps(texts)}}}'
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
