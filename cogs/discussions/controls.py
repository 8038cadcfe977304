"""Contributing: the form, one's own inputs, standing behind those of others."""

from collections.abc import Mapping
from typing import Any

import discord

from bot.answers import Answer, Call, Handler
from bot.controls import UnknownControl, address, button, whole_number
from bot.house import House
from cogs.discussions import wording
from cogs.discussions.forms import draft_of, input_form
from db.discussions import Contributed, Discussions
from meeting.discussions import Thread, thread_of
from meeting.inputs import Input, InputId, InputState, NotYours, UnknownQuestion
from meeting.programme import Question, QuestionId
from meeting.refusals import Refused

PAGE = 25
"""Options of a menu (Discord's limit)."""

OPTION = 100
"""Characters of a menu's option (Discord's limit)."""

LINE = 150
"""Characters of an input in a list."""

Row = discord.ui.ActionRow[Any]


class InputControls:
    """Handlers by verb. A control's id is the question's, or of one for a single input, its number."""

    def __init__(self, house: House) -> None:
        self._house = house

    def handlers(self) -> Mapping[str, Handler]:
        """For `bot.controls`."""
        return {
            "contribute": self._contribute,
            "contributed": self._contributed,
            "mine": self._mine,
            "own": self._own,
            "edit": self._edit,
            "edited": self._edited,
            "withdraw": self._withdraw,
            "code": self._code_form,
            "coded": self._coded,
            "choose": self._choose,
            "chosen": self._chosen,
            "associate": lambda call: self._associate(call, InputId(call.id)),
        }

    async def _question(self, question_id: str) -> tuple[Discussions, Question]:
        """Raises `UnknownQuestion`."""
        found = await self._house.ledger.discussions.discussions()
        item = found.agenda.question_item(question_id)
        if item is None or item.question is None:
            raise UnknownQuestion()
        return found, item.question

    # Contributing

    async def _contribute(self, call: Call) -> Answer:
        _, question = await self._question(call.id)
        await self._house.ledger.discussions.own(call.actor, question.question_id)  # who has no seat is told
        custom_id = address("discussions", question.question_id, "contributed")
        return Answer(form=input_form(self._house.words, question, custom_id, call.locale))

    async def _contributed(self, call: Call) -> Answer:
        text = call.fields.get("text", "")
        try:
            _, question = await self._question(call.id)
            draft = draft_of(call, question)
            made = await self._house.ledger.discussions.contribute(call.actor, question.question_id, draft)
        except Refused as refused:
            return self._handed_back(call, refused, text)
        return await self._recorded(call, made)

    async def _recorded(self, call: Call, made: Contributed) -> Answer:
        """What became of an input, and how it can be taken back."""
        say, one = self._house.words.say, made.input
        item = (await self._house.ledger.discussions.discussions()).agenda.question_item(one.question_id)
        early = item is None or thread_of(item) is Thread.ABSENT
        later = "_later" if early and one.state is InputState.SHOWN else ""
        lines: list[str] = [say(f"discussions.done.{one.state}{later}", call.locale)]
        if made.code is not None:
            lines.append(say("discussions.done.code", call.locale, code=made.code))
            return Answer("\n".join(lines))
        return Answer("\n".join(lines), (self._own_row(call, one),))

    def _own_row(self, call: Call, one: Input) -> Row:
        say = self._house.words.say
        return Row(
            button(say("discussions.own.edit", call.locale), address("discussions", one.input_id, "edit")),
            button(
                say("discussions.own.withdraw", call.locale),
                address("discussions", one.input_id, "withdraw"),
            ),
        )

    # One's own

    async def _mine(self, call: Call) -> Answer:
        """One's inputs to the question, one to be chosen; and the way for those without attribution."""
        words, question_id = self._house.words, QuestionId(call.id)
        mine = await self._house.ledger.discussions.own(call.actor, question_id)
        found, question = await self._question(call.id)
        code: Row = Row(
            button(
                words.say("discussions.own.code", call.locale),
                address("discussions", question.question_id, "code"),
            )
        )
        if not mine:
            return Answer(words.say("discussions.own.none", call.locale), (code,))
        menu: discord.ui.Select[Any] = discord.ui.Select(
            custom_id=address("discussions", question.question_id, "own"),
            placeholder=words.say("discussions.own.choose", call.locale)[:150],
            options=[
                discord.SelectOption(
                    label=wording.brief(words, found, one, OPTION, call.locale), value=str(one.input_id)
                )
                for one in mine[-PAGE:]
            ],
        )
        return Answer(words.say("discussions.own.head", call.locale, n=len(mine)), (Row(menu), code))

    async def _own(self, call: Call) -> Answer:
        """One of one's inputs: how it stands, and what to do with it."""
        found = await self._house.ledger.discussions.discussions()
        one = await self._mine_of(call, found, _chosen_one(call))
        words = self._house.words
        text = words.say(
            "discussions.own.stands",
            call.locale,
            text=wording.brief(words, found, one, LINE, call.locale),
            state=words.say(f"discussions.states.{one.state}", call.locale),
        )
        return Answer(text, (self._own_row(call, one),), update=call.private)

    async def _edit(self, call: Call) -> Answer:
        found = await self._house.ledger.discussions.discussions()
        one = await self._mine_of(call, found, InputId(call.id))
        _, question = await self._question(str(one.question_id))
        custom_id = address("discussions", one.input_id, "edited")
        form = input_form(self._house.words, question, custom_id, call.locale, filled=one)
        return Answer(form=form)

    async def _mine_of(self, call: Call, found: Discussions, input_id: InputId) -> Input:
        """One of the person's own: what is somebody else's may not show. Raises `NotYours`."""
        one = found.named(input_id)
        mine = await self._house.ledger.discussions.own(call.actor, one.question_id)
        if one.input_id not in {each.input_id for each in mine}:
            raise NotYours()
        return one

    async def _edited(self, call: Call) -> Answer:
        text = call.fields.get("text", "")
        try:
            found = await self._house.ledger.discussions.discussions()
            one = found.named(InputId(call.id))
            _, question = await self._question(str(one.question_id))
            draft = draft_of(call, question, one.attribution)
            after = await self._house.ledger.discussions.edit(call.actor, one.input_id, draft)
        except Refused as refused:
            return self._handed_back(call, refused, text)
        return Answer(self._house.words.say(f"discussions.done.edited_{after.state}", call.locale))

    async def _withdraw(self, call: Call) -> Answer:
        await self._house.ledger.discussions.withdraw(call.actor, InputId(call.id))
        return Answer(self._house.words.say("discussions.done.withdrawn", call.locale), update=call.private)

    async def _code_form(self, call: Call) -> Answer:
        say = self._house.words.say
        form = discord.ui.Modal(
            title=say("discussions.own.code_title", call.locale)[:45],
            custom_id=address("discussions", call.id, "coded"),
        )
        form.add_item(
            discord.ui.Label(
                text=say("discussions.own.code_label", call.locale)[:45],
                component=discord.ui.TextInput(custom_id="code", max_length=40, required=True),
            )
        )
        return Answer(form=form)

    async def _coded(self, call: Call) -> Answer:
        code = call.fields.get("code", "")
        await self._house.ledger.discussions.withdraw_by_code(call.actor, code)
        return Answer(self._house.words.say("discussions.done.withdrawn", call.locale))

    # Standing behind those of others

    async def _choose(self, call: Call) -> Answer:
        """The question's inputs, the newest first, page by page."""
        found, question = await self._question(call.id)
        words, page = self._house.words, whole_number(call.arg) if call.arg else 0
        there = [one for one in found.of(question.question_id) if one.state is InputState.SHOWN][::-1]
        if not there:
            return Answer(words.say("discussions.choose.none", call.locale))
        last = (len(there) - 1) // PAGE
        page = max(0, min(page, last))
        menu: discord.ui.Select[Any] = discord.ui.Select(
            custom_id=address("discussions", question.question_id, "chosen"),
            placeholder=words.say("discussions.choose.placeholder", call.locale)[:150],
            options=[
                discord.SelectOption(
                    label=wording.brief(words, found, one, OPTION, call.locale), value=str(one.input_id)
                )
                for one in there[page * PAGE : (page + 1) * PAGE]
            ],
        )
        rows: list[Row] = [Row(menu)]
        turns = [
            button(
                words.say(f"discussions.choose.{name}", call.locale),
                address("discussions", question.question_id, "choose", number),
            )
            for name, number in (("newer", page - 1), ("older", page + 1))
            if 0 <= number <= last
        ]
        if turns:
            rows.append(Row(*turns))
        return Answer(words.say("discussions.choose.head", call.locale), tuple(rows), update=call.private)

    async def _chosen(self, call: Call) -> Answer:
        return await self._associate(call, _chosen_one(call))

    async def _associate(self, call: Call, input_id: InputId) -> Answer:
        one = await self._house.ledger.discussions.associate(call.actor, input_id)
        found = await self._house.ledger.discussions.discussions()
        text = self._house.words.say(
            "discussions.done.associated",
            call.locale,
            author=wording.author(self._house.words, found, one, call.locale),
        )
        return Answer(text, update=call.private)

    def _handed_back(self, call: Call, refused: Refused, text: str) -> Answer:
        """A refusal, with what was typed: nothing of it is lost."""
        if not text.strip():
            raise refused
        sentence = self._house.words.refusal(refused, call.locale)
        return Answer(sentence, file=("input.txt", text.encode(errors="replace")))


def _chosen_one(call: Call) -> InputId:
    """What was chosen in a menu of inputs. Raises `UnknownControl`: one sends no other number of them."""
    if len(call.values) != 1:
        raise UnknownControl()
    return InputId(call.values[0])
