"""What a report is given to say things with: sentences by their keys, as plain text, and dates."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from report.record import Json


class Words(Protocol):
    """The door for text, for where nothing is escaped."""

    def say(self, key: str, /, **values: object) -> str:
        """The sentence under `key`; a number `n` chooses among plural forms."""
        ...

    def date(self, on: date, /) -> str:
        """`7 September 2022`."""
        ...


class Wording:
    """What is said in one way wherever a report says it."""

    def __init__(self, words: Words, record: Json) -> None:
        self.say = words.say
        self._words = words
        self._record = record
        meeting = record["meeting"]
        self._zone = ZoneInfo(meeting["time_zone"])
        self.venue = str(meeting["venue"])
        self.items = {item["item_id"]: item for day in meeting["days"] for item in day["items"]}
        self.days = {day["day_id"]: day for day in meeting["days"]}

    @property
    def attributed(self) -> bool:
        return bool(self._record["variant"] == "attributed")

    def date(self, text: str) -> str:
        """A day, written as `2022-09-07`."""
        return self._words.date(date.fromisoformat(text))

    def dates(self) -> str:
        """From the first to the last day."""
        days = sorted(day["date"] for day in self._record["meeting"]["days"])
        first, last = date.fromisoformat(days[0]), days[-1]
        if days[0] == last:
            return self.date(last)
        if days[0][:7] == last[:7]:
            return f"{first.day}–{self.date(last)}"
        return self.say("report.dates", first=self.date(days[0]), last=self.date(last))

    def moment(self, text: str | datetime) -> str:
        """`7 September 2022, 10:30 Bangkok`."""
        at = text if isinstance(text, datetime) else datetime.fromisoformat(text)
        local = at.astimezone(self._zone)
        hour = f"{local:%H:%M}"
        return self.say("report.moment", date=self._words.date(local.date()), hour=hour, venue=self.venue)

    def title(self, item_id: str | None) -> str:
        """An agenda item by its title."""
        return str(self.items[item_id]["title"]) if item_id in self.items else self.say("report.no_item")

    def category(self, category: str) -> str:
        """`Member delegations`."""
        return self.say(f"report.categories.{category}")

    def listed(self, names: Iterable[str]) -> str:
        """`A, B and C`."""
        *rest, last = names
        return self.say("report.and", rest=", ".join(rest), last=last) if rest else last

    def span(self, seconds: int) -> str:
        """`1:02:03`, hours, minutes and seconds."""
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
