"""Somebody answers a poll by the controls they see: buttons, a menu, pages of a form, a summary, a last step.

Nothing here knows a control's address: what to press is read in labels, placeholders and sentences.
"""

import re
from dataclasses import dataclass, field

from rehearsal.cast import Delegate
from rehearsal.director import Director
from rehearsal.paper import Paper
from rehearsal.standin import Message, Person, Reply
from rehearsal.standin.model import Json
from rehearsal.standin.wording import LABEL, buttons, selects
from rehearsal.wishes import Chosen, Wish, level_of

STEPS = 20
"""Presses and forms after which somebody gives up."""

PLACES = ("First place", "Second place", "Third place", "Fourth place", "Fifth place")

BACK = "Nothing was recorded."

PAGE = re.compile(r"\((\d) of \d\)")

ROOM, ONLINE = "I am in the room", "I am online"
WHERE = {"room": ROOM, "virtual": ONLINE}


@dataclass
class Attempt:
    """One attempt to answer a poll. `who`: whose ballot it is to be; None for somebody without a seat.

    `hesitates`: takes the way back once where there is one. Afterwards: `reply` is what was read last,
    `given` what was filled in, as numbers, with the `levels` of a score as the form had them; `handed_back`
    why it was not taken at first.
    """

    director: Director
    person: Person
    who: Delegate | None
    paper: Paper
    wish: Wish
    hesitates: bool = False
    given: Chosen = ()
    levels: tuple[str, ...] = ()
    handed_back: str = ""
    kept_back: bool = False
    confirmed: str = ""
    reply: Reply | None = None
    _pages: set[str] = field(default_factory=set)
    """The buttons that lead to the pages filled in so far."""

    def __post_init__(self) -> None:
        self._filling = self.wish.slip or self.wish.chosen

    @property
    def text(self) -> str:
        """What the person read last."""
        return self.reply.text.replace("\\", "") if self.reply is not None else ""

    @property
    def recorded(self) -> bool:
        """Whether the person was told that the ballot is in."""
        return self.text.startswith("✓ Recorded")

    async def whole(self, panel: Message) -> None:
        """From the panel to the end."""
        await self.begin(panel)
        await self.go_on(panel)

    async def begin(self, panel: Message) -> None:
        """The first press on the panel."""
        if not self.wish.chosen:
            self.reply = await self._press(panel, "Abstain")
        elif "Answer" in _labels(panel):
            self.reply = await self._press(panel, "Answer")
        else:
            self.reply = await self._choose(panel)

    async def go_on(self, panel: Message) -> None:
        """What follows the first press."""
        for _ in range(STEPS):
            reply = self.reply
            assert reply is not None
            if reply.modal is not None:
                page = PAGE.search(str(reply.modal["title"]))
                self._pages.add(f"Change page {page[1]}" if page else "Change")
                sent = await self.person.fill(reply, self._filled(reply.modal))
                self.reply = await self.director.seen(self.person, "sends the form", sent)
                continue
            if reply.message is not None and _offers(reply.message, self.paper):
                self.reply = await self._choose(reply)
                continue
            button = self._next(reply)
            if button is None:
                break
            if button == "No, go back":
                self.kept_back = True
            self.reply = await self._press(reply, button)
            if BACK in self.text and not (self.wish.chosen and self.reply.buttons):
                await self.begin(panel)
        await self._say_where()

    def _next(self, reply: Reply) -> str | None:
        """What the person presses now; None: it is over."""
        buttons = reply.buttons
        if "⚠" in reply.text and not self.handed_back:
            self.handed_back = reply.text.split("⚠ ", 1)[1].replace("\\", "")
            self._filling = self.wish.chosen
            self._pages.clear()
        unseen = [one for one in buttons if one.startswith("Change") and one not in self._pages]
        for label in ("Continue", *unseen, "Record"):
            if label in buttons:
                return label
        sending = [label for label in buttons if label.startswith("Send")]
        if not sending:
            return None
        self.confirmed = reply.text.replace("\\", "")
        if self.hesitates and not self.kept_back:
            return "No, go back"
        if len(sending) > 1 and self.who is not None:
            self.who.where, self.who.said_at = self.who.where or "virtual", self.director.now
            return f"Send – {WHERE[self.who.where]}"
        return sending[0]

    async def _say_where(self) -> None:
        """Under what was recorded somebody not heard of today is asked where they are."""
        reply = self.reply
        if reply is None or self.who is None or ROOM not in reply.buttons or not self.recorded:
            return
        self.who.where, self.who.said_at = self.who.where or "virtual", self.director.now
        answer = await self._press(reply, WHERE[self.who.where])
        if not answer.text.startswith("Noted"):
            self.director.wrong.append(f"{self.person.name} said where they are: {answer.text}")

    # Gestures

    async def _press(self, on: Message | Reply, label: str) -> Reply:
        return await self.director.seen(self.person, f"presses “{label}”", await self.person.press(on, label))

    async def _choose(self, on: Message | Reply) -> Reply:
        """An option's button, or options in a menu. Raises LookupError."""
        self.given = self._filling
        message = on.message if isinstance(on, Reply) else on
        assert message is not None
        texts = [self.paper.options[place] for place in self._filling]
        menu = next(iter(selects(message.components)), None)
        if menu is None:
            place, (text,) = self._filling[0], texts
            label = next(one for one in _labels(message) if one == text or one.startswith(f"{place + 1}. "))
            return await self._press(on, label)
        values = [_option(menu, f"{place + 1}. ")["value"] for place in self._filling]
        reply = await self.person.choose(on, menu["custom_id"], values)
        return await self.director.seen(self.person, f"chooses {'; '.join(texts)}", reply)

    def _filled(self, form: Json) -> dict[str, str]:
        """Each field of a page, as the person fills it in."""
        given = list(self.given) if len(self.given) == len(self._filling) else list(self._filling)
        answers = {}
        for part in form["components"]:
            if part["type"] != LABEL:
                continue
            label, menu = part["label"], part["component"]
            if self.paper.kind == "ranking":
                place = PLACES.index(label)
                given[place] = self._filling[place]
                option = _option(menu, f"{self._filling[place] + 1}. ")
            else:
                place = int(label.split(".")[0]) - 1
                if self.paper.kind == "points":
                    given[place] = dots = self._filling[place]
                    option = _option(menu, f"{dots} dot")
                else:
                    self.levels = tuple(one["label"] for one in menu["options"])
                    given[place] = level_of(self._filling[place], len(self.levels))
                    option = menu["options"][given[place]]
            answers[menu["custom_id"]] = option["value"]
        self.given = tuple(given)
        return answers


def _labels(message: Message) -> list[str]:
    """The labels of a message's buttons."""
    return [str(one.get("label") or "") for one in buttons(message.components)]


def _offers(message: Message, paper: Paper) -> bool:
    """Whether a private message has the poll's options to choose from."""
    menus = selects(message.components)
    return bool(menus) or any(option in _labels(message) for option in paper.options)


def _option(menu: Json, start: str) -> Json:
    """The option of a menu that begins so. Raises LookupError."""
    for option in menu["options"]:
        if option["label"].startswith(start):
            return dict(option)
    raise LookupError(f"no option “{start}” in a menu of {[one['label'] for one in menu['options']]}")


def in_words(paper: Paper, given: Chosen, levels: tuple[str, ...]) -> str:
    """A ballot as it ought to be read back to whoever cast it."""
    if not given:
        return "abstention"
    if paper.kind == "ranking":
        return "; ".join(f"{n}. {paper.options[place]}" for n, place in enumerate(given, start=1))
    if paper.kind == "points":
        placed = [(text, dots) for text, dots in zip(paper.options, given, strict=True) if dots]
        return "; ".join(f"{text} – {dots} dot{'' if dots == 1 else 's'}" for text, dots in placed)
    if paper.kind == "score":
        rows = zip(paper.options, given, strict=True)
        return "; ".join(f"{text} – {levels[level]}" for text, level in rows)
    return "; ".join(paper.options[place] for place in given)
