"""What those who run the meeting do with inputs: release, mark, hide, merge, record, and hand out."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time

import discord

from bot.answers import Answer, Call, Handler
from bot.controls import UnknownControl, address
from bot.house import House
from bot.words import Composed
from cogs.discussions import wording
from cogs.discussions.cards import digest_blocks
from cogs.discussions.forms import draft_of, input_form
from db.discussions import EDITORS, Discussions
from meeting import inputs
from meeting.discussions import question_items
from meeting.inputs import Attribution, Input, InputId, InputKind, InputState, UnknownQuestion
from meeting.people import CONDUCTORS, STAFF, UserId, require
from meeting.programme import DayId, Question, QuestionId
from meeting.refusals import Refused
from meeting.seats import NotSeated
from report.tables import csv_file

READERS = EDITORS | frozenset(STAFF)

NAMED = (Attribution.DELEGATION, Attribution.CATEGORY)
"""Under what a message of the thread is recorded: its author is known."""

LISTED = 3400
"""Characters of a list, in an answer that has 3,800."""

LINE = 160
"""Characters of an input in a list."""

RECORDED = re.compile(r"([0-9]{1,19})\.([0-9]{1,18}|[0-8][0-9]{18})")
"""A message's author and the message itself."""

WHEN = re.compile(r"([a-z0-9][a-z0-9-]{0,30}) ([01]?[0-9]|2[0-3]):([0-5][0-9])")


class NoThreadOfQuestion(Refused):
    """The message stands in no question's thread."""


class AuthorNotSeated(Refused):
    """Whoever wrote the message has no seat: it is nobody's input."""


class UnclearTime(Refused):
    """The moment is not written as a day and a time."""


class StaffControls:
    """Handlers by verb; commands call the same."""

    def __init__(self, house: House) -> None:
        self._house = house

    def handlers(self) -> Mapping[str, Handler]:
        """For `bot.controls`."""
        return {
            "release": lambda call: self.release(call, InputId(call.id), call.arg),
            "hide": lambda call: self.hide(call, InputId(call.id)),
            "recorded": self._recorded,
        }

    async def release(self, call: Call, input_id: InputId, read: str) -> Answer:
        """A held input shows, if it is still what was read."""
        one = await self._house.ledger.discussions.release(call.actor, input_id, read)
        return self._said(call, f"released_{one.state}")

    async def hide(self, call: Call, input_id: InputId) -> Answer:
        """An input does not show, and does not count."""
        await self._house.ledger.discussions.hide(call.actor, input_id)
        return self._said(call, "hidden")

    async def unhide(self, call: Call, input_id: InputId) -> Answer:
        """A hidden input shows again."""
        one = await self._house.ledger.discussions.unhide(call.actor, input_id)
        return self._said(call, f"unhidden_{one.state}")

    async def mark_key(self, call: Call, input_id: InputId) -> Answer:
        """An input is a key point, or no more."""
        one = await self._house.ledger.discussions.mark_key(call.actor, input_id)
        return self._said(call, "key" if one.key_at is not None else "no_key")

    async def merge(self, call: Call, input_id: InputId, into_id: InputId) -> Answer:
        """An input becomes part of another."""
        await self._house.ledger.discussions.merge(call.actor, input_id, into_id)
        return self._said(call, "merged")

    async def hold(self, call: Call, question_id: QuestionId, kind: InputKind, *, held: bool) -> Answer:
        """Whether inputs of a kind are seen by a moderator first."""
        await self._house.ledger.discussions.hold(call.actor, question_id, kind, held=held)
        key = "discussions.staff.holds" if held else "discussions.staff.holds_not"
        kind_ = wording.kind(self._house.words, kind, call.locale)
        return Answer(self._house.words.say(key, call.locale, kind=kind_))

    async def deadline(self, call: Call, typed: str) -> Answer:
        """Until when inputs and written statements are taken: `d2 18:00`, at the venue."""
        require(call.actor, CONDUCTORS)
        agenda = await self._house.ledger.agenda.agenda()
        said = WHEN.fullmatch(" ".join(typed.split()))
        if said is None:
            raise UnclearTime(example=f"{agenda.days[-1].day_id} 18:00")
        day = agenda.day(DayId(said[1]))
        at = datetime.combine(day.date, time(int(said[2]), int(said[3])), agenda.zone).astimezone(UTC)
        await self._house.ledger.discussions.set_deadline(call.actor, at)
        until = self._house.words.moment(at, beside=self._house.clock.now())
        return Answer(self._house.words.say("discussions.staff.deadline", call.locale, until=until))

    def _said(self, call: Call, key: str) -> Answer:
        return Answer(self._house.words.say(f"discussions.staff.{key}", call.locale), update=call.private)

    # From a message in the thread

    async def record_form(self, call: Call, message: discord.Message) -> Answer:
        """The form for recording what somebody wrote in a question's thread, filled in with it."""
        require(call.actor, EDITORS)
        question = await self._question_of_thread(message.channel.id)
        which = f"{message.author.id}.{message.id}"
        custom_id = address("discussions", question.question_id, "recorded", which)
        form = input_form(
            self._house.words,
            question,
            custom_id,
            call.locale,
            text=message.content[: inputs.LONGEST],
            attributions=NAMED,
        )
        return Answer(form=form)

    async def _question_of_thread(self, channel_id: int) -> Question:
        agenda = await self._house.ledger.agenda.agenda()
        for (kind, key), hung in (await self._house.ledger.wall.all()).items():
            if kind == "thread" and hung.discord_id == channel_id:
                item = agenda.question_item(key)
                if item is not None and item.question is not None:
                    return item.question
        raise NoThreadOfQuestion()

    async def _recorded(self, call: Call) -> Answer:
        require(call.actor, EDITORS)
        text = call.fields.get("text", "")
        which = RECORDED.fullmatch(call.arg)
        if which is None:
            raise UnknownControl()
        author_id, message_id = UserId(int(which[1])), int(which[2])
        try:
            _, question = await self._question(call.id)
            draft = draft_of(call, question)
            book = self._house.ledger.discussions
            made = await book.record(call.actor, author_id, message_id, question.question_id, draft)
        except Refused as refused:
            # It is the author's seat that is missing, not that of whoever reads this.
            said = AuthorNotSeated() if isinstance(refused, NotSeated) else refused
            if not text.strip():
                raise said from None
            sentence = self._house.words.refusal(said, call.locale)
            return Answer(sentence, file=("input.txt", text.encode(errors="replace")))
        return Answer(self._house.words.say(f"discussions.staff.recorded_{made.input.state}", call.locale))

    # Looking, handing out

    async def _question(self, question_id: str) -> tuple[Discussions, Question]:
        found = await self._house.ledger.discussions.discussions()
        item = found.agenda.question_item(question_id)
        if item is None or item.question is None:
            raise UnknownQuestion()
        return found, item.question

    async def show(self, call: Call, question_id: str) -> Answer:
        """A question's inputs in a line each, or how many each question has."""
        require(call.actor, READERS)
        words = self._house.words
        if not question_id:
            found = await self._house.ledger.discussions.discussions()
            every = [item.question for item in question_items(found.agenda) if item.question is not None]
            counts = "\n".join(self._counts(call, found, one) for one in every)
            return Answer(counts or words.say("discussions.staff.nothing", call.locale))
        found, question = await self._question(question_id)
        lines: list[str] = [words.say("discussions.staff.head", call.locale, title=question.title)]
        mine = found.of(question.question_id)
        # One by one as they come, they would tell when each was written.
        waiting = sum(one.state is InputState.GATHERED for one in mine)
        there = [one for one in mine if one.state is not InputState.GATHERED]
        for number, one in enumerate(there):
            line = self._line(call, found, question, one)
            if sum(map(len, lines)) + len(line) > LISTED:
                lines.append(words.say("discussions.staff.more", call.locale, n=len(there) - number))
                break
            lines.append(line)
        if waiting:
            lines.append(words.say("discussions.staff.gathered", call.locale, n=waiting))
        if not mine:
            lines.append(words.say("discussions.staff.nothing", call.locale))
        return Answer("\n".join(lines))

    def _counts(self, call: Call, found: Discussions, question: Question) -> str:
        there = found.of(question.question_id)
        return self._house.words.say(
            "discussions.staff.counts",
            call.locale,
            title=question.title,
            n=sum(one.state is InputState.SHOWN for one in there),
            held=sum(one.state is InputState.HELD for one in there),
            gathered=sum(one.state is InputState.GATHERED for one in there),
        )

    def _line(self, call: Call, found: Discussions, question: Question, one: Input) -> str:
        words = self._house.words
        marks = [
            words.say(f"discussions.states.{one.state}", call.locale),
            wording.kind(words, one.kind, call.locale),
            wording.part(words, question, one, call.locale),
            words.say("discussions.staff.is_key", call.locale) if one.key_at is not None else Composed(""),
        ]
        return words.say(
            "discussions.staff.line",
            call.locale,
            text=wording.brief(words, found, one, LINE, call.locale),
            marks=Composed(" · ".join(mark for mark in marks if mark)),
        )

    async def digest(self, call: Call, question_id: str) -> Answer:
        """The digest as it would be pinned now."""
        require(call.actor, READERS)
        found, question = await self._question(question_id)
        return Answer("\n\n".join(digest_blocks(self._house.words, found, question, call.locale)))

    async def export(self, call: Call, question_id: str) -> Answer:
        """All inputs that show, as a table."""
        require(call.actor, READERS)
        found, question = await self._question(question_id)
        words, there = self._house.words, found.of(question.question_id)
        columns = ("question", "part", "kind", "author", "text", "behind", "key")
        lines: list[list[object]] = []
        if words.marking:
            lines.append([words.marking])
        lines.append([words.bare(f"discussions.table.{column}") for column in columns])
        for kinds in inputs.by_part(question, there).values():
            for one in (each for some in kinds.values() for each in some):
                number = [part.part_id for part in question.parts].index(one.part_id) + 1
                behind = [found.delegations[each].name for each in inputs.behind(one, there)]
                author = words.bare("discussions.plain", text=wording.author(words, found, one))
                lines.append(
                    [
                        question.title,
                        number,
                        wording.kind(words, one.kind),
                        author,
                        one.text,
                        "; ".join(behind),
                        words.bare("discussions.table.yes") if one.key_at is not None else "",
                    ]
                )
        text = words.say("discussions.staff.exported", call.locale, title=question.title)
        return Answer(text, file=(f"inputs-{question.question_id}.csv", csv_file(lines)))
