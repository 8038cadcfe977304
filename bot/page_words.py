"""The door for text to pages in the room: the same sentences, as plain text.

A page shows text as text, so nothing is escaped; what formats a line in Discord is taken off the sentence,
and times are the venue's, without Discord's marks. Values stay as they were written, but for what is not
legible.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.words import ECHOED, Words, plain, shortened
from meeting.delegations import Tally
from meeting.refusals import Refused

MARKS = re.compile(r"(?m)\*\*|~~|`|^(?:## |-# )")
"""What formats a sentence of the catalogue in Discord: bold, struck out, code, heads, small print."""

OWN_TIME = re.compile(r" \(<t:\d+:\w>\)")
"""The reader's own time, which only Discord shows."""


class PageWords:
    """Sentences for pages, in the meeting's language. `now` tells whether a moment needs its date."""

    def __init__(self, words: Words, now: Callable[[], datetime]) -> None:
        self._words = words
        self._now = now

    def say(self, key: str, /, **values: object) -> str:
        """The sentence under `key`; a number `n` chooses among plural forms. KeyError: no such key."""
        shown = {name: self._shown(value) for name, value in values.items()}
        template = MARKS.sub("", self._words.template(key, None, values))
        return template.format(**shown)

    def refusal(self, refused: Refused) -> str:
        """The sentence for a rule's no: the room's own where Discord's would lead astray."""
        values = {name: self._echoed(value) for name, value in refused.values.items()}
        own = f"room.refused.{refused.key}"
        return self.say(own if self._words.has(own) else f"refused.{refused.key}", **values)

    def texts(self, page: str) -> dict[str, str]:
        """A page's texts by their keys there: those all pages share, under its own.

        The desk draws the screen's picture, so it has the screen's texts too, each behind `screen.`.
        """
        drawn = self.texts("screen") if page == "desk" else {}
        return (
            {f"screen.{key}": text for key, text in drawn.items()}
            | self._below("room.pages.common")
            | self._below(f"room.pages.{page}")
        )

    def _below(self, prefix: str) -> dict[str, str]:
        return {key.removeprefix(f"{prefix}."): self.template(key) for key in self._words.keys(prefix)}

    def template(self, key: str) -> str:
        """A text whose places the page itself fills in."""
        return MARKS.sub("", self._words.template(key, None, {"n": 2}))

    def bare(self, text: str) -> str:
        """A text composed for Discord, without its marks."""
        return MARKS.sub("", OWN_TIME.sub("", text))

    def hour(self, at: datetime) -> str:
        """`10:30`, at the venue."""
        return str(self._words.hour(at))

    def date(self, at: datetime) -> str:
        """`Wednesday 7 September`, at the venue."""
        return str(self._words.date(at))

    def moment(self, at: datetime) -> str:
        """`10:30`, with the date if that is another than today's, at the venue."""
        zone = self._words.zone
        if at.astimezone(zone).date() == self._now().astimezone(zone).date():
            return self.hour(at)
        return f"{self.date(at)}, {self.hour(at)}"

    @property
    def language(self) -> str:
        """The language all this is in."""
        return self._words.language(None)

    def _shown(self, value: object) -> object:
        if value is None:
            return ""
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, timedelta):
            return int(value.total_seconds() // 60)
        if isinstance(value, tuple):
            return ", ".join(plain(str(part)) for part in value)
        return plain(value) if isinstance(value, str) else value

    def _echoed(self, value: object) -> object:
        """A refusal's value: a tally by its name, a text not longer than a line."""
        if isinstance(value, tuple):
            return tuple(self._echoed(part) for part in value)
        if isinstance(value, Tally):
            return self.say(f"polls.tally.{value}")
        return shortened(value, ECHOED) if type(value) is str else value
