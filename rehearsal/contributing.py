"""Inputs in a rehearsal: who contributes what when, what hangs in the end, what must have been."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from meeting.inputs import Attribution, InputKind, InputState
from meeting.programme import Programme, Question
from rehearsal.cast import Cast, Delegate
from rehearsal.collecting import Collected, Collecting, mark_in
from rehearsal.contributions import Contributions, Given, bare, digest, head, key_points
from rehearsal.contributors import Contributors, Wrote
from rehearsal.director import Act, Director
from rehearsal.stage import MARKING
from rehearsal.standin import Message

CARD = re.compile(r"-# ref [0-9a-f]{8}-input-([0-9a-f]+)(?:-(\d+))?$")

CONTINUED = re.compile(r"-# continued, (\d+) of (\d+)")

FEW = 25
"""People of delegations below whom not all that may happen does."""

NAMELESS = 4
"""Inputs to each question without a name: three show together, the last at the closing."""

OTHERS = (InputKind.CHALLENGE, InputKind.OFFER, InputKind.REQUEST)

STANDING = 5
"""Delegations at most that stand behind one input."""

GRACE = timedelta(minutes=90)
"""How long after the last item inputs are taken."""


@dataclass
class Contributing:
    """The inputs to all questions."""

    director: Director
    programme: Programme
    contributors: Contributors
    collecting: Collecting
    seed: int
    compared: int = 0
    """Cards and digests that were compared."""
    _opened: list[Question] = field(default_factory=list)
    _deadline: bool = False
    """Whether there is an evening left in which to set one."""

    @classmethod
    def prepared(cls, director: Director, cast: Cast, programme: Programme, seed: int) -> "Contributing":
        """All of it, with dice of its own."""
        contributors = Contributors(
            director,
            cast,
            programme,
            Contributions(),
            lambda question, kind: collecting.holds(question, kind),
        )
        collecting = Collecting(contributors, Random(f"{seed} inputs"))
        return cls(director, programme, contributors, collecting, seed)

    def begin(self) -> None:
        """Wait for threads to open and to close, and for what is held."""
        self.director.thread_watchers.append(self._thread_changed)
        self.director.watchers.append(self.collecting.watch)
        last = self.programme.days[-1].items[-1].ends_at
        until = last + GRACE
        zone = ZoneInfo(self.programme.time_zone)
        if until.astimezone(zone).date() == self.programme.days[-1].date:
            self._deadline = True
            self.director.at(last + timedelta(minutes=30), "a deadline", partial(self._closes, until))

    def _thread_changed(self, name: str, locked: bool) -> None:
        for item in self.programme.items:
            question = item.question
            if question is None or question.title != name:
                continue
            if locked:
                self._locked(question)
            elif question not in self._opened:
                self._opened.append(question)
                self._taken_up(question, item.duration)

    def _taken_up(self, question: Question, duration: timedelta) -> None:
        """The thread is open: who will contribute, and what becomes of it."""
        place = len(self._opened) - 1
        dice = Random(f"{self.seed} inputs {question.question_id}")
        minutes = max(6.0, duration.total_seconds() / 60 - 14)
        if place == 2:
            self.director.on_minute(
                0.1, "examples show at once", partial(self.collecting.lets_show, question)
            )
        self._act(dice.uniform(1, 3), "says nothing", partial(self._says_nothing, question, dice))
        for part in range(1, len(question.parts) + 1):
            rows = [
                (InputKind.SUGGESTION, Attribution.DELEGATION),
                (InputKind.POSITIVE_EXAMPLE, Attribution.DELEGATION),
                (dice.choice(OTHERS), Attribution.CATEGORY),
                (dice.choice(OTHERS), Attribution.DELEGATION),
            ]
            for number, (kind, attribution) in enumerate(rows):
                act = partial(
                    self._contributes,
                    question,
                    part,
                    kind,
                    attribution,
                    dice,
                    minutes,
                    long=number == 0 and part == 1,
                    then={1: "held", 2: "withdraw"}.get(number, "edit" if part == 1 and number == 3 else ""),
                )
                self._act(dice.uniform(0.5, minutes * 0.6), "contributes", act)
        for number in range(NAMELESS):
            kind = dice.choice((InputKind.SUGGESTION, *OTHERS))
            part = dice.randint(1, len(question.parts))
            nobody, then = Attribution.NONE, "code" if number == 0 and place == 1 else ""
            act = partial(self._contributes, question, part, kind, nobody, dice, minutes, then=then)
            self._act(minutes * (0.2 + 0.15 * number), "contributes without a name", act)
        if place in (0, 3):
            self._act(
                minutes * 0.5,
                "writes in the thread",
                lambda: self.collecting.records(question, self.contributors.somebody(dice)),
            )
        for share in (0.7, 0.9):
            self._act(minutes * share, "a key point", partial(self.collecting.marks, question))
        if place in (0, 3):
            self._act(minutes * 0.8, "a merger", partial(self.collecting.merges, question))

    async def _contributes(
        self,
        question: Question,
        part: int,
        kind: InputKind,
        attribution: Attribution,
        dice: Random,
        minutes: float,
        *,
        long: bool = False,
        then: str = "",
    ) -> None:
        """One input, and what is done with it later."""
        contributors = self.contributors
        who = contributors.somebody(dice)
        one = await contributors.contribute(who, question, part, kind, attribution, dice, long=long)
        if one is None:
            return
        if then == "edit":
            self._act(1.5, "changes an input", lambda: contributors.edit(one, dice))
        elif then == "withdraw" and dice.random() < 0.5:
            self._act(minutes * 0.35, "withdraws an input", lambda: contributors.withdraw(one))
        elif then == "code":
            self._act(minutes * 0.9, "withdraws by code", lambda: contributors.withdraw_by_code(who, one))
        many = dice.choice((0, 1, 1, 2, 3, STANDING))
        for _ in range(many):
            self._stands_behind(one, dice, dice.uniform(4, minutes * 0.5 + 4))
        if long:
            self._own(one, dice)

    def _stands_behind(self, one: Given, dice: Random, minutes: float) -> None:
        async def act() -> None:
            who = self.contributors.somebody(dice)
            await self.contributors.associate(who, one)
            if dice.random() < 0.2:
                self._act(0.5, "stands behind it again", lambda: self.contributors.associate(who, one))

        self._act(minutes, "stands behind an input", act)

    def _own(self, one: Given, dice: Random) -> None:
        """A long one is stood behind by two, one of whom presses again, and by its own author."""
        who = one.by
        if who is None:
            return

        async def act() -> None:
            other = next(each for each in self._seated(dice) if not one.is_of(each.delegation))
            await self.contributors.associate(who, one)
            await self.contributors.associate(other, one)
            await self.contributors.associate(other, one)

        self._act(3, "stands behind their own", act)

    def _seated(self, dice: Random) -> list[Delegate]:
        there = self.contributors.cast.seated()
        return dice.sample(there, len(there))

    async def _says_nothing(self, question: Question, dice: Random) -> None:
        await self.contributors.says_nothing(self.contributors.somebody(dice), question)

    # After the closing

    def _locked(self, question: Question) -> None:
        """The thread is closed: the rest shows, and some still stand behind an input, or contribute."""
        inputs = self.contributors.inputs
        waiting = [one for one in inputs.of(question) if one.state is InputState.GATHERED]
        inputs.gather(question, all_of_them=True)
        if waiting:
            self.contributors.happened.add(Wrote.CLOSING)
        dice = Random(f"{self.seed} inputs {question.question_id} after")

        async def act() -> None:
            there = inputs.shown(question)
            for one in dice.sample(there, min(2, len(there))):
                await self.contributors.associate(self.contributors.somebody(dice), one)
            who = self.contributors.somebody(dice)
            kind, name = InputKind.OFFER, Attribution.DELEGATION
            await self.contributors.contribute(who, question, 1, kind, name, dice)

        self._act(6, "stands behind an input afterwards", act)
        self._act(9, "looks at the inputs", partial(self.collecting.looks, question))

    async def _closes(self, until: datetime) -> None:
        """The deadline is set; somebody opens a form in time, and is too late with it."""
        await self.collecting.sets_deadline(until)
        if not self._opened:
            return
        question = self._opened[-1]
        dice = Random(f"{self.seed} late")

        async def act() -> None:
            who = self.contributors.somebody(dice)
            form = await self.contributors.press(who, self.contributors.panel(who, question), "Contribute…")
            self.director.after(3, "too late", lambda: self.contributors.too_late(who, question, form))

        self.director.at(until - timedelta(minutes=1), "opens a form in time", act)

    def _act(self, minutes: float, name: str, act: Act) -> None:
        self.director.on_minute(minutes, f"somebody {name}", act)

    # The end

    def end(self) -> set[str]:
        """Compare what hangs in the threads; what happened."""
        for question in self._opened:
            self._compare(question)
        return {*map(str, self.contributors.happened), *map(str, self.collecting.happened)}

    def must(self) -> set[str]:
        """What must have happened, as far as programme and cast have room for it."""
        if len(self.contributors.cast.delegates) < FEW or len(self._opened) < 5:
            return set()
        # Whether an author who wants to withdraw still can is chance.
        wanted = {*map(str, set(Wrote) - {Wrote.WITHDRAWN}), *map(str, Collected)}
        return wanted if self._deadline else wanted - {str(Wrote.LATE), str(Collected.DEADLINE)}

    def _compare(self, question: Question) -> None:
        """The thread, its cards and its digest beside the own record."""
        thread, inputs = self.contributors.thread(question), self.contributors.inputs
        if thread is None or not thread.locked:
            self._wrong(f"the thread “{question.title}” is not locked at the end")
            return
        bot_id = self.director.stage.standin.world.bot.id
        there = [m for m in thread.messages.values() if m.author_id == bot_id and m.components]
        cards: dict[str, list[Message]] = {}
        for message in there:
            found = CARD.search(message.text)
            if found is not None:
                cards.setdefault(found[1], []).append(message)
        told = {name: "\n".join(_plain(m) for m in some) for name, some in cards.items()}
        left = set(cards)
        for one in inputs.of(question):
            names = [name for name, text in told.items() if one.mark in text]
            if one.state is not InputState.SHOWN:
                if names:
                    self._wrong(f"input {one.number} is {one.state}, and shows in “{question.title}”")
                continue
            if len(names) != 1:
                self._wrong(f"input {one.number} shows {len(names)} times in “{question.title}”")
                continue
            left -= set(names)
            self._card(one, cards[names[0]])
        for name in left:
            if mark_in(told[name]):
                self._wrong(f"nobody gave what hangs in “{question.title}”: {told[name]}")
        self._digest(question, there)
        self._count(question)

    def _card(self, one: Given, messages: list[Message]) -> None:
        """A card's head, text and foot, over its messages."""
        self.compared += 1
        texts, heads, foots = [], [], []
        for message in messages:
            lines = [line for line in _plain(message).split("\n") if MARKING not in line]
            end = next((n for n, line in enumerate(lines) if n and line.startswith("-# ")), len(lines))
            heads.append(lines[0])
            texts += lines[1:end]
            foots += lines[end:]
        if len(messages) > 1:
            self.contributors.happened.add(Wrote.LONG)
        if heads[0] != head(one):
            self._wrong(f"input {one.number} is headed “{heads[0]}”, and must be “{head(one)}”")
        if not all(CONTINUED.fullmatch(line) for line in heads[1:]):
            self._wrong(f"input {one.number} goes on with “{heads[1:]}”")
        if bare(texts) != bare([one.text]):
            self._wrong(f"input {one.number} reads “{texts}”, and was given as “{one.text}”")
        self.contributors.happened.add(
            Wrote.NAMED if one.attribution is Attribution.DELEGATION else Wrote.CATEGORY
        )
        behind = self.contributors.inputs.behind(one)
        line = next((each for each in foots if "stand behind this" in each or "stands behind" in each), "")
        names = sorted(line.split(":** ")[-1].split(", ")) if line else []
        if names != behind:
            self._wrong(f"behind input {one.number} stand {names}, and must {behind}")

    def _count(self, question: Question) -> None:
        """The number on the question's panel."""
        shown = len(self.contributors.inputs.shown(question))
        said = f"{shown} input{'' if shown == 1 else 's'} so far."
        panel = self.contributors.panel(self.contributors.cast.seated()[0], question)
        if said not in panel.text:
            self._wrong(f"the panel of “{question.title}” does not say “{said}”: {panel.text}")

    def _digest(self, question: Question, there: list[Message]) -> None:
        """The pinned digest, and no other."""
        inputs = self.contributors.inputs
        mine = [message for message in there if "## Digest: " in message.text]
        if len(mine) != 1:
            self._wrong(f"{len(mine)} digests hang in “{question.title}”")
            return
        if mine[0].pinned_at is None:
            self._wrong(f"the digest of “{question.title}” is not pinned")
        self.compared += 1
        lines = [line for line in _plain(mine[0]).split("\n") if MARKING not in line]
        points = [line for line in lines if line.startswith("- No. ")]
        parts = re.compile(r"\*\*\d+\. .*\*\*")
        kept = [line for line in lines if line not in points and not parts.fullmatch(line)]
        kept = [line for line in kept if line and not line.startswith("-# ")]
        if kept != digest(inputs, question):
            self._wrong(f"the digest of “{question.title}” says {kept}, counted {digest(inputs, question)}")
        wanted = key_points(inputs, question)
        right = len(points) == len(wanted) and all(
            line.startswith(f"- {start}") and line.endswith(f" – {author}")
            for line, (start, author) in zip(points, wanted, strict=True)
        )
        if not right:
            self._wrong(f"the digest of “{question.title}” has the key points {points}, not {wanted}")

    def _wrong(self, fault: str) -> None:
        self.director.wrong.append(fault)


def _plain(message: Message) -> str:
    """A message's text as it reads, without escapes."""
    return message.text.replace("\\", "")
