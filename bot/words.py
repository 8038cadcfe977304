"""The one door for text: a key and values in, a sentence in the reader's language out.

Values are made safe here: what people or files wrote cannot mention anybody, format anything, or turn the
line's direction. Text that is already composed is passed as `Composed`.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date

from config.catalogue import DEFAULT, Catalogue, Entry, read_catalogues
from meeting.agenda import Agenda
from meeting.delegations import Tally
from meeting.refusals import Refused
from meeting.writing import legible

ANYWHERE = re.compile(r"([\\`*_~|<\[])")
"""What Discord reads as formatting, a mention, a timestamp, a command or a link wherever it stands."""

AT_START = re.compile(r"^(\s*(?:\d+(?=[.)]))?)([#>+.)-])")
"""What makes a heading, a quotation or a list at the start of a line."""

ESCAPED = re.compile(r"\\([\\`*_~|<\[#>+.)-])")
"""What the escapes of `clean` look like."""

ECHOED = 300
"""Characters of one value in a refusal: a name that does not exist may be as long as an option (6,000)."""

ADDRESS = re.compile(r"(https?://[^\s<>]+)")


class Composed(str):
    """Text made by this door, or otherwise known to be safe: not escaped again."""

    __slots__ = ()


class Words:
    """Sentences, in the languages there are catalogues for."""

    def __init__(
        self, catalogue: Catalogue, zone: str = "UTC", venue: str = "UTC", marking: str = ""
    ) -> None:
        self._catalogue = catalogue
        self._zone = ZoneInfo(zone)
        self._venue = venue
        self.marking = marking

    def meet(self, agenda: Agenda) -> None:
        """From now on times are told in this meeting's zone and its marking is known."""
        self._zone, self._venue, self.marking = agenda.zone, agenda.venue, agenda.marking

    def say(self, key: str, locale: str | None = None, /, **values: object) -> Composed:
        """The sentence under `key`; a number `n` chooses among plural forms. KeyError: no such key."""
        shown = {name: self._shown(value) for name, value in values.items()}
        return Composed(self.template(key, locale, values).format(**shown))

    def template(self, key: str, locale: str | None, values: Mapping[str, object]) -> str:
        """The sentence under `key` before its values are filled in. KeyError: no such key."""
        language, entry = self._catalogue.entry(key, locale)
        return self._form(entry, language, values)

    def has(self, key: str) -> bool:
        """Whether there is such a sentence."""
        return key in self._catalogue.languages[DEFAULT]

    def keys(self, prefix: str) -> list[str]:
        """All keys below `prefix`."""
        return self._catalogue.keys(f"{prefix}.")

    def bare(self, key: str, locale: str | None = None, /, **values: object) -> str:
        """The sentence for where nothing is formatted: a picture, a table. Without escapes and emphasis."""
        return unescaped(self.say(key, locale, **values))

    def refusal(self, refused: Refused, locale: str | None = None) -> Composed:
        """The sentence for a rule's no."""
        values = {name: self._echoed(value, locale) for name, value in refused.values.items()}
        return self.say(f"refused.{refused.key}", locale, **values)

    def _echoed(self, value: object, locale: str | None) -> object:
        """A refusal's value: a tally by its name, a text not longer than a line."""
        if isinstance(value, tuple):
            return tuple(self._echoed(part, locale) for part in value)
        if isinstance(value, Tally):
            return self.say(f"polls.tally.{value}", locale)
        return shortened(value, ECHOED) if type(value) is str else value

    def marked(self, text: str) -> str:
        """The text under the meeting's marking, if it has one (a test day, a rehearsal)."""
        return f"{self.say('marking', marking=self.marking)}\n{text}" if self.marking else text

    def hour(self, at: datetime) -> Composed:
        """`10:30`, at the venue."""
        return Composed(at.astimezone(self._zone).strftime("%H:%M"))

    def moment(self, at: datetime, *, beside: datetime | None = None) -> Composed:
        """`10:30 Bangkok (<t:…:t>)`: the venue's time, and the reader's own.

        With the date if that is another than that of `beside`, at the venue.
        """
        days = {one.astimezone(self._zone).date() for one in (at, beside or at)}
        if len(days) > 1:
            own = Composed(f"<t:{int(at.astimezone(UTC).timestamp())}:f>")
            return Composed(f"{self.date(at)}, {self.hour(at)} {clean(self._venue)} ({own})")
        return Composed(f"{self.hour(at)} {clean(self._venue)} ({self.own(at)})")

    def own(self, at: datetime) -> Composed:
        """The reader's own time, as Discord draws it."""
        return Composed(f"<t:{int(at.astimezone(UTC).timestamp())}:t>")

    def date(self, at: datetime, locale: str | None = None) -> Composed:
        """`Wednesday 7 September`, at the venue."""
        local = at.astimezone(self._zone).date()
        return Composed(format_date(local, "EEEE d MMMM", locale=self._catalogue.language(locale)))

    @property
    def documents(self) -> "Documents":
        """The same sentences for documents, which escape by rules of their own."""
        return Documents(self._catalogue)

    @property
    def languages(self) -> dict[str, str]:
        """The languages there are catalogues for, each by its own name."""
        return {one: Locale(one).get_display_name(one) or one for one in self._catalogue.languages}

    def language(self, locale: str | None) -> str:
        """The language in which somebody with this locale is answered."""
        return self._catalogue.language(locale)

    @property
    def zone(self) -> ZoneInfo:
        """The venue's."""
        return self._zone

    @property
    def venue(self) -> str:
        """The venue's label."""
        return self._venue

    def _form(self, entry: Entry, language: str, values: Mapping[str, object]) -> str:
        if isinstance(entry, str):
            return entry
        number = values.get("n")
        assert isinstance(number, int), "a plural needs a whole number n"
        return entry.get(Locale(language).plural_form(number)) or entry["other"]

    def _shown(self, value: object) -> object:
        if isinstance(value, Composed) or value is None:
            return value or ""
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, timedelta):
            return int(value.total_seconds() // 60)
        if isinstance(value, tuple):
            return ", ".join(clean(str(part)) for part in value)
        return clean(value) if isinstance(value, str) else value


class Documents:
    """The door for text of documents, whose writers escape by their own rules: values stand as they are."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def say(self, key: str, /, **values: object) -> str:
        """The sentence under `key`, in English; a number `n` chooses among plural forms."""
        language, entry = self._catalogue.entry(key, None)
        if not isinstance(entry, str):
            number = values["n"]
            assert isinstance(number, int), "a plural needs a whole number n"
            entry = entry.get(Locale(language).plural_form(number)) or entry["other"]
        return entry.format(**values)

    def date(self, on: date, /) -> str:
        """`7 September 2022`."""
        return format_date(on, "d MMMM y", locale=self._catalogue.language(None))


def plain(text: str) -> str:
    """What is legible of the text; line ends and tabs become single blanks."""
    return legible(re.sub(r"[\r\n\t\u2028\u2029]+", " ", text))


def clean(text: str) -> Composed:
    """One line of text that shows as it was written: nothing in it formats, mentions or turns.

    Web addresses stay addresses.
    """
    pieces = ADDRESS.split(plain(text))
    safe = "".join(p if n % 2 else ANYWHERE.sub(r"\\\1", p) for n, p in enumerate(pieces))
    return Composed(AT_START.sub(r"\1\\\2", safe))


def unescaped(text: str) -> str:
    """What this door made, as it shows: for where backslashes would show, too."""
    return ESCAPED.sub(r"\1", text)


def clean_block(text: str) -> Composed:
    """Several lines, each made clean."""
    return Composed("\n".join(clean(line) for line in text.splitlines()))


def shortened(text: str, most: int) -> str:
    """At most that many characters, ending in an ellipsis if something was left out."""
    text = plain(text)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def sentence(refused: Refused) -> str:
    """A rule's no for the command line: in English, without the escapes Discord needs."""
    return unescaped(Words(read_catalogues()).refusal(refused))
