"""Delegations contribute to guiding questions, in their own name or not, and stand behind others.

Nothing here knows a control's address; each acknowledged input is kept beside the words that were read.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from random import Random

from meeting.inputs import Attribution, InputKind, InputState
from meeting.programme import Programme, Question
from rehearsal.cast import Cast, Delegate
from rehearsal.contributions import Contributions, Given
from rehearsal.director import Director
from rehearsal.pages import Pages
from rehearsal.phrases import BARE, TOO_LATE, text
from rehearsal.standin import Channel, Message, Reply
from rehearsal.standin.wording import selects

CODE = re.compile(r"## ((?:[0-9A-Z]{4}-){2}[0-9A-Z]{4})")

ANSWERS = {
    InputState.SHOWN: "Recorded. It shows in the question's thread",
    InputState.HELD: "Recorded. A moderator reads it first;",
    InputState.GATHERED: "Recorded without a name. It shows together with others",
}
"""What is read when an input was recorded."""

OVER = "Inputs and written statements were taken until"

PAGES = 10
"""Pages of a menu after which somebody gives up."""


class Wrote(StrEnum):
    """Something delegations do with inputs."""

    NAMED = "an input shows under a delegation's name"
    CATEGORY = "an input shows under its category only"
    ON_PAGE = "an input comes from the page of a seat"
    BATCH = "inputs without a name show three at a time"
    CLOSING = "the rest without a name shows at the closing"
    LONG = "an input takes several messages"
    EDITED = "an input is changed by its author"
    WITHDRAWN = "an input is withdrawn by its author"
    BY_CODE = "an input without a name is withdrawn by its code"
    BEHIND = "delegations stand behind an input"
    AGAIN = "who stands behind an input already is told so"
    OWN = "nobody stands behind their own input"
    LOCKED = "delegations stand behind an input after the thread is closed"
    EMPTY = "an input that says nothing is handed back"
    LATE = "an input that comes too late is handed back"


@dataclass
class Contributors:
    """`happened` names what came off; `inputs` is the rehearsal's own record."""

    director: Director
    cast: Cast
    programme: Programme
    inputs: Contributions
    holds: Callable[[Question, InputKind], bool]
    """Whether a moderator sees inputs of that kind to the question first."""
    pages: Pages | None = None
    happened: set[Wrote] = field(default_factory=set)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    # Looking

    def channel(self) -> Channel:
        """Where the questions' panels hang. Raises LookupError."""
        name = self.programme.channels.get("questions", "questions")
        found = self.director.stage.standin.world.channel_named(name)
        if found is None:
            raise LookupError("there is no channel of questions")
        return found

    def panel(self, who: Delegate, question: Question) -> Message:
        """The question's panel, as the person sees it. Raises LookupError."""
        for message in who.person.sees(self.channel()):
            if message.text.endswith(f"-question-{question.question_id}"):
                return message
        raise LookupError(f"no panel of “{question.title}”")

    def thread(self, question: Question) -> Channel | None:
        """The question's thread, if there is one."""
        return self.director.stage.standin.world.thread_named(question.title)

    def card(self, one: Given) -> Message | None:
        """The first message of the input's card."""
        thread = self.thread(one.question)
        for message in thread.messages.values() if thread else ():
            if not message.deleted and one.mark in message.text.replace("\\", "") and message.components:
                return message
        return None

    def somebody(self, dice: Random) -> Delegate:
        """Anybody who sits now."""
        return dice.choice(self.cast.seated())

    # Contributing

    async def contribute(
        self,
        who: Delegate,
        question: Question,
        part: int,
        kind: InputKind,
        attribution: Attribution,
        dice: Random,
        *,
        long: bool = False,
    ) -> Given | None:
        """The form, filled in and sent. None: whoever wanted to has no seat any more, or would show alone."""
        thread = self.thread(question)
        if not who.seated or (attribution is Attribution.NONE and (thread is None or thread.locked)):
            return None
        said = text(number := next(self.numbers), dice, long=long)
        answer, code = await self._hand_in(who, question, part, kind, attribution, said, dice)
        state = InputState.GATHERED if attribution is Attribution.NONE else InputState.SHOWN
        state = InputState.HELD if self.holds(question, kind) else state
        by = None if attribution is Attribution.NONE else who
        one = Given(number, question, part, kind, attribution, said, by, state)
        if state is InputState.SHOWN:
            self.inputs.show(one)
        waiting = sum(each.state is InputState.GATHERED for each in self.inputs.of(question))
        self.inputs.given.append(one)
        self.inputs.gather(question)
        if one.state is InputState.SHOWN and by is None:
            self.happened.add(Wrote.BATCH)
            if not waiting:
                self._wrong(f"one input without a name shows alone in “{question.title}”")
        self._must(who, answer, ANSWERS[one.state])
        one.code = code
        if attribution is Attribution.NONE and not code:
            self._wrong(f"{who.name} has no code for an input without a name: {answer}")
        return one

    async def _hand_in(
        self,
        who: Delegate,
        question: Question,
        part: int,
        kind: InputKind,
        attribution: Attribution,
        said: str,
        dice: Random,
    ) -> tuple[str, str]:
        """In Discord, or on the page of the seat by some who are in the room; what was read, and the code."""
        on_page = self.pages is not None and who.where == "room" and who.code and dice.random() < 0.4
        page = await self.pages.seat(who) if self.pages is not None and on_page else None
        if page is None:
            reply = await self.send(who, question, part, kind, attribution, said)
            found = CODE.search(reply.text)
            return reply.text, found[1] if found is not None else ""
        given = {
            "question_id": question.question_id,
            "part_id": question.parts[part - 1].part_id,
            "kind": kind.value,
            "attribution": attribution.value,
            "text": said,
        }
        answer = await page.press("discussions.contribute", **given)
        self.director.journal.note(
            self.director.now, "did", who.name, "", f"contributes on the page ({kind})"
        )
        self.director.acts += 1
        self.happened.add(Wrote.ON_PAGE)
        return str(answer["sentence"]), str(answer.get("code") or "")

    async def send(
        self,
        who: Delegate,
        question: Question,
        part: int,
        kind: InputKind,
        attribution: Attribution,
        said: str,
    ) -> Reply:
        """What was answered to a form with that text."""
        form = await self.press(who, self.panel(who, question), "Contribute…")
        filled: dict[str, str | list[str]] = {
            "What is it?": [kind.value],
            "Your input": said,
            "Under whose name?": [attribution.value],
        }
        if len(question.parts) > 1:
            filled["To which part?"] = [str(part)]
        sent = await who.person.fill(form, filled)
        return await self.director.seen(who.person, f"contributes ({kind.value})", sent)

    async def says_nothing(self, who: Delegate, question: Question) -> None:
        """A text of blanks."""
        reply = await self.send(who, question, 1, InputKind.OFFER, Attribution.DELEGATION, BARE)
        self._must(who, reply, "There is no text. Please write at least a word.", Wrote.EMPTY)

    async def too_late(self, who: Delegate, question: Question, form: Reply) -> None:
        """A form that was opened in time is sent when no more is taken."""
        said = TOO_LATE.format(n=next(self.numbers))
        filled = {"What is it?": ["offer"], "Your input": said, "Under whose name?": ["delegation"]}
        if len(question.parts) > 1:
            filled["To which part?"] = ["1"]
        reply = await self.director.seen(
            who.person, "contributes too late", await who.person.fill(form, filled)
        )
        self._must(who, reply, OVER)
        message = reply.message
        files = [file.data.decode() for file in message.attachments] if message is not None else []
        if files == [said]:
            self.happened.add(Wrote.LATE)
        else:
            self._wrong(f"{who.name} came too late and was handed back {files}")

    # One's own

    async def mine(self, who: Delegate, one: Given) -> Reply:
        """The input among one's own. Raises LookupError."""
        listed = await self.press(who, self.panel(who, one.question), "My inputs")
        return await self._chosen(who, listed, one, "Choose one …")

    async def edit(self, one: Given, dice: Random) -> None:
        """Its author changes the text."""
        who = one.by
        if who is None or not who.seated or one.associates or one.state is not InputState.SHOWN:
            return
        form = await self.press(who, await self.mine(who, one), "Change…")
        said = text(one.number, dice) + " Changed."
        sent = await who.person.fill(form, {"Your input": said})
        reply = await self.director.seen(who.person, "changes an input", sent)
        one.text, one.edited, one.key = said, True, False
        if self.holds(one.question, one.kind):
            one.state = InputState.HELD
        wanted = {InputState.HELD: "A moderator reads the change first."}
        self._must(
            who,
            reply,
            f"Recorded. {wanted.get(one.state, 'The change shows in a moment.')}",
            Wrote.EDITED,
        )

    async def withdraw(self, one: Given) -> None:
        """Its author takes it back."""
        who = one.by
        if who is None or not who.seated or one.state is not InputState.SHOWN:
            return
        reply = await self.press(who, await self.mine(who, one), "Withdraw")
        self.inputs.take_back(one, InputState.WITHDRAWN)
        self._must(who, reply, "Withdrawn. The thread says that there was an input", Wrote.WITHDRAWN)

    async def withdraw_by_code(self, who: Delegate, one: Given) -> None:
        """Whoever has the code takes it back."""
        if not who.seated or one.state is InputState.WITHDRAWN:
            return
        listed = await self.press(who, self.panel(who, one.question), "My inputs")
        form = await self.press(who, listed, "Withdraw by code…")
        sent = await who.person.fill(form, {"The code you were given": one.code.lower()})
        reply = await self.director.seen(who.person, "withdraws an input by its code", sent)
        self.inputs.take_back(one, InputState.WITHDRAWN)
        self._must(who, reply, "Withdrawn. The thread says that there was an input", Wrote.BY_CODE)

    # Standing behind

    async def associate(self, who: Delegate, one: Given) -> None:
        """With an input, on its card or, once the thread is closed, from the list."""
        thread = self.thread(one.question)
        if not who.seated or one.state is not InputState.SHOWN or thread is None:
            return
        if thread.locked:
            listed = await self.press(who, self.panel(who, one.question), "Associate…")
            reply = await self._chosen(who, listed, one, "Choose an input …")
        else:
            card = self.card(one)
            if card is None:
                raise LookupError(f"no card of input {one.number}")
            reply = await self.press(who, card, "Associate")
        if one.is_of(who.delegation):
            self._must(who, reply, "That input is your own delegation's.", Wrote.OWN)
        elif who.delegation in one.associates:
            self._must(who, reply, "Your delegation stands behind that input already.", Wrote.AGAIN)
        else:
            one.associates.append(who.delegation)
            wanted = f"Recorded: your delegation stands behind the input of {one.author}."
            self._must(who, reply, wanted, Wrote.LOCKED if thread.locked else Wrote.BEHIND)

    async def _chosen(self, who: Delegate, listed: Reply, one: Given, placeholder: str) -> Reply:
        """The input in a menu, on whichever page it is. Raises LookupError."""
        for _ in range(PAGES):
            message = listed.message
            for menu in selects(message.components) if message is not None else ():
                for option in menu["options"]:
                    if one.mark in option["label"]:
                        reply = await who.person.choose(listed, placeholder, [option["value"]])
                        return await self.director.seen(who.person, f"chooses input {one.number}", reply)
            if "Older ▶" not in listed.buttons:
                break
            listed = await self.press(who, listed, "Older ▶")
        raise LookupError(f"input {one.number} is not in the list: {listed.text}")

    # Gestures

    async def press(self, who: Delegate, on: Message | Reply, label: str) -> Reply:
        """A button, and what was answered."""
        return await self.director.seen(who.person, f"presses “{label}”", await who.person.press(on, label))

    def _must(self, who: Delegate, said: Reply | str, words: str, wrote: Wrote | None = None) -> None:
        text = said if isinstance(said, str) else said.text
        if words not in text.replace("\\", ""):
            self._wrong(f"{who.name} should read “{words}”: {text}")
        elif wrote is not None:
            self.happened.add(wrote)

    def _wrong(self, fault: str) -> None:
        self.director.wrong.append(fault)
