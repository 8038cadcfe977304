"""Answering a poll: pressed, chosen or filled in, page by page, and told in words what was recorded."""

from collections.abc import Mapping
from typing import Any

import discord

from bot.answers import Answer, Call, Handler
from bot.controls import UnknownControl
from bot.house import House
from bot.presence import presence_row
from bot.words import Composed
from cogs.polls import drafts, forms, wording
from cogs.polls.results import result_blocks
from cogs.polls.tables import table_file
from db.ballots import Asking
from meeting import polls
from meeting.polls import (
    ABSTAINED,
    Breakdown,
    Choice,
    InPersonOnly,
    NotConfirmed,
    NothingChosen,
    Poll,
    PollId,
    PollKind,
    PollState,
    Secrecy,
    Unit,
    UnknownOption,
)
from meeting.refusals import Refused
from meeting.seats import Presence


class AnswerControls:
    """Handlers by verb. An `arg` is a draft (`cogs.polls.drafts`), or a page's number and a draft."""

    def __init__(self, house: House) -> None:
        self._house = house

    def handlers(self) -> Mapping[str, Handler]:
        """For `bot.controls`."""
        return {
            "answer": self._in_the_room(self._answer),
            "pick": self._in_the_room(self._pick),
            "go": self._in_the_room(self._go),
            "page": self._in_the_room(self._page),
            "record": self._in_the_room(self._record),
            "send": self._in_the_room(self._send),
            "back": self._back,
            "mine": self.mine,
            "table": self._table,
            "see": self._see,
        }

    def _in_the_room(self, handler: Handler) -> Handler:
        """Who is refused as being online can say at once that they are in the room."""

        async def handled(call: Call) -> Answer:
            try:
                return await handler(call)
            except InPersonOnly as refused:
                sentence = self._house.words.refusal(refused, call.locale)
                return Answer(sentence, (presence_row(self._house.words, call.locale),))

        return handled

    # From the panel

    async def _answer(self, call: Call) -> Answer:
        """A form, or a message with what to choose from; filled in as the ballot that stands."""
        asking = await self._ask(call)
        poll, voter = asking.poll, _voter(asking)
        if poll.kind in (PollKind.SINGLE, PollKind.APPROVAL):
            rows = forms.choosing_rows(self._house.words, poll, drafts.order(poll, voter), call.locale)
            return Answer(self._question(call, poll), tuple(rows))
        draft = drafts.blank(poll) if not asking.choice else drafts.draft_of(poll, asking.choice)
        return Answer(form=forms.page_form(self._house.words, poll, 0, draft, voter, call.locale))

    async def _pick(self, call: Call) -> Answer:
        """One gesture, one act; what is final is shown once more before it is sent."""
        poll_id, choice = PollId(call.id), _picked(call)
        try:
            return await self._cast(call, poll_id, choice, sure=False)
        except NotConfirmed:
            asking = await self._ask(call)
            return self._sure(call, asking, polls.checked(asking.poll, choice))

    # Pages

    async def _go(self, call: Call) -> Answer:
        asking = await self._ask(call)
        page, draft = self._paged(call, asking)
        form = forms.page_form(self._house.words, asking.poll, page, draft, _voter(asking), call.locale)
        return Answer(form=form)

    async def _page(self, call: Call) -> Answer:
        """A page was sent: on to the next, a ballot if it is whole, or what is wrong with it."""
        asking = await self._ask(call)
        poll, voter = asking.poll, _voter(asking)
        page, draft = self._paged(call, asking)
        fields = drafts.pages(poll, voter)[page]
        draft = drafts.filled(poll, draft, fields, forms.sent_page(call.chosen))
        unsaid = drafts.unsaid(poll, draft, voter) is not None
        # Once all dots are placed, or too many, the other pages need not be seen.
        if unsaid and not (poll.kind is PollKind.POINTS and drafts.placed(draft) >= poll.most):
            return self._summary(call, asking, draft, whole=False)
        try:
            choice = polls.checked(poll, drafts.choice_of(poll, draft))
        except Refused as refused:
            return self._summary(call, asking, draft, whole=False, problem=refused)
        if len(drafts.pages(poll, voter)) > 1:
            return self._summary(call, asking, draft, whole=True)
        return await self._given(call, asking, choice)

    async def _record(self, call: Call) -> Answer:
        asking = await self._ask(call)
        return await self._given(call, asking, drafts.choice_of(asking.poll, call.arg))

    # A ballot

    async def _given(self, call: Call, asking: Asking, choice: Choice) -> Answer:
        """What somebody filled in: recorded, or shown once more if it cannot be taken back."""
        if asking.poll.secrecy is Secrecy.SECRET_FINAL:
            return self._sure(call, asking, polls.checked(asking.poll, choice))
        return await self._cast(call, asking.poll.poll_id, choice)

    def _sure(self, call: Call, asking: Asking, choice: Choice) -> Answer:
        words, poll = self._house.words, asking.poll
        chosen = wording.choice(words, poll, choice, call.locale)
        text = words.say("polls.answer.confirm", call.locale, question=poll.question, choice=chosen)
        asks = poll.breakdown is Breakdown.MODE and self._asks_presence(asking)
        row = forms.confirm_row(words, poll, choice, call.locale, asks_mode=asks)
        return Answer(text, (row,), update=call.private)

    async def _send(self, call: Call) -> Answer:
        """The second step of a secret ballot, with where the person is if that had to be asked."""
        poll = (await self._ask(call)).poll
        draft, _, where = call.arg.partition(".")
        if where in (Presence.ROOM, Presence.VIRTUAL):
            await self._house.ledger.delegations.state_presence(call.actor, Presence(where))
        return await self._cast(call, poll.poll_id, drafts.choice_of(poll, draft))

    async def _cast(self, call: Call, poll_id: PollId, choice: Choice, *, sure: bool = True) -> Answer:
        cast = await self._house.ledger.ballots.cast(call.actor, poll_id, choice, sure=sure)
        words = self._house.words
        lines = [self._recorded(call, cast)]
        rows: tuple[discord.ui.ActionRow[Any], ...] = ()
        if self._asks_presence(cast):
            lines.append(words.say("delegations.presence.ask", call.locale))
            rows = (presence_row(words, call.locale),)
        return Answer("\n".join(lines), rows, update=call.private)

    def _asks_presence(self, asking: Asking) -> bool:
        return asking.voter.seat.asks_presence(self._house.clock.now(), self._house.words.zone)

    def _recorded(self, call: Call, cast: Asking) -> str:
        words, poll = self._house.words, cast.poll
        delegation = cast.voter.delegation.short_name if poll.unit is Unit.DELEGATION else ""
        if poll.secrecy is Secrecy.SECRET_FINAL:
            if not delegation:
                return words.say("polls.answer.secret_person", call.locale)
            return words.say("polls.answer.secret", call.locale, who=delegation)
        assert cast.choice is not None
        choice = wording.choice(words, poll, cast.choice, call.locale)
        key = "polls.answer.recorded" if delegation else "polls.answer.recorded_person"
        head = words.say(key, call.locale, who=delegation, choice=choice)
        if cast.replaces is not None:
            head = Composed(f"{head}\n{words.say('polls.answer.replaces', call.locale, at=cast.replaces)}")
        if cast.closes_at is not None:
            at = words.moment(cast.closes_at, beside=self._house.clock.now())
            until = words.say("polls.answer.until", call.locale, at=at)
        else:
            until = words.say("polls.answer.until_closed", call.locale)
        return f"{head}\n{until}"

    async def _back(self, call: Call) -> Answer:
        """Nothing is sent; the way back to the beginning, filled in as it was."""
        asking = await self._ask(call)
        poll, text = asking.poll, self._house.words.say("polls.answer.kept_back", call.locale)
        if poll.kind in (PollKind.SINGLE, PollKind.APPROVAL):
            return Answer(text, update=call.private)
        draft = drafts.read(poll, call.arg)
        return self._summary(call, asking, draft, whole=call.arg != drafts.ABSTAIN, also=text)

    # Looking

    async def mine(self, call: Call) -> Answer:
        """What stands for the person or their delegation, as far as anybody may know."""
        asking, words = await self._house.ledger.ballots.mine(call.actor, PollId(call.id)), self._house.words
        poll, who = asking.poll, asking.voter.delegation.short_name
        by_person = "_person" if poll.unit is Unit.PERSON else ""
        if asking.answered_at is None:
            key = f"polls.answer.not_yet{by_person}"
            return Answer(words.say(key, call.locale, question=poll.question, who=who))
        hand = "hand_me" if asking.by_me else "hand_colleague"
        lines = [
            words.say(
                f"polls.answer.mine{by_person}",
                call.locale,
                question=poll.question,
                who=who,
                at=asking.answered_at,
                hand=words.say(f"polls.answer.{hand}", call.locale),
            )
        ]
        if asking.choice is not None:
            choice = wording.choice(words, poll, asking.choice, call.locale)
            lines.append(words.say("polls.answer.content", call.locale, choice=choice))
        elif poll.secrecy is Secrecy.SECRET_FINAL:
            lines.append(words.say("polls.answer.content_secret", call.locale))
        elif poll.state is PollState.CLOSED:
            lines.append(words.say("polls.answer.content_cut", call.locale))
        return Answer("\n".join(lines))

    async def _see(self, call: Call) -> Answer:
        """The results so far, for somebody who has answered a poll that shows them to those."""
        standing = await self._house.ledger.polls.own(call.actor, PollId(call.id))
        text = "\n\n".join(result_blocks(self._house.words, standing))
        return Answer(text, file=table_file(self._house.words, standing))

    async def _table(self, call: Call) -> Answer:
        """The numbers that show to this person, as a table."""
        standing = await self._house.ledger.polls.own(call.actor, PollId(call.id))
        text = self._house.words.say("polls.done.exported", call.locale, question=standing.poll.question)
        return Answer(text, file=table_file(self._house.words, standing))

    # The same for all

    async def _ask(self, call: Call) -> Asking:
        return await self._house.ledger.ballots.ask(call.actor, PollId(call.id))

    def _paged(self, call: Call, asking: Asking) -> tuple[int, str]:
        """A page's number and the draft. Raises `UnknownControl`, `UnknownOption`: they may be forged."""
        if asking.poll.kind in (PollKind.SINGLE, PollKind.APPROVAL):
            raise UnknownControl()
        number, _, draft = call.arg.partition(".")
        all_pages = drafts.pages(asking.poll, _voter(asking))
        if not number.isdecimal() or len(number) > 1 or int(number) >= len(all_pages):
            raise UnknownControl()
        return int(number), drafts.read(asking.poll, draft)

    def _question(self, call: Call, poll: Poll) -> str:
        words = self._house.words
        parts = [
            words.say("polls.answer.question", call.locale, question=poll.question),
            wording.how(words, poll, call.locale),
            wording.secrecy(words, poll, call.locale),
        ]
        return "\n".join(parts)

    def _summary(
        self,
        call: Call,
        asking: Asking,
        draft: str,
        *,
        whole: bool,
        problem: Refused | None = None,
        also: str = "",
    ) -> Answer:
        """What the draft says so far, what is wrong with it, `also` what was done, and how to go on."""
        words, poll, voter = self._house.words, asking.poll, _voter(asking)
        numbers = [drafts.SIGNS.index(sign) if sign != drafts.OPEN else -1 for sign in draft]
        if poll.kind is PollKind.POINTS:
            numbers = [max(number, 0) for number in numbers]
            done, most = sum(numbers), poll.most
        else:
            done, most = sum(number >= 0 for number in numbers), len(numbers)
            if poll.kind is PollKind.RANKING:
                numbers = [number for number in numbers if number >= 0]
        progress = words.say(f"polls.answer.progress.{poll.kind}", call.locale, n=done, most=most)
        if problem is not None:
            progress = Composed(f"⚠ {words.refusal(problem, call.locale)}")
        go = "record" if whole else "change" if problem is not None else "continue"
        text = words.say(
            "polls.answer.summary",
            call.locale,
            question=poll.question,
            progress=progress,
            choice=wording.choice(words, poll, tuple(numbers), call.locale),
            go=words.say(f"polls.answer.go.{go}", call.locale),
        )
        rows = forms.summary_rows(words, poll, draft, voter, call.locale, whole=whole)
        return Answer(f"{also}\n{text}" if also else text, tuple(rows), update=call.private)


def _voter(asking: Asking) -> str:
    return polls.voter_of(asking.poll, asking.voter)


def _picked(call: Call) -> Choice:
    """What a button's address or a menu's values say. Raises `UnknownOption`, `NothingChosen`."""
    if call.arg == drafts.ABSTAIN:
        return ABSTAINED
    signs = (call.arg,) if call.arg else call.values
    if any(len(sign) != 1 or sign not in drafts.SIGNS for sign in signs):
        raise UnknownOption()
    if not signs:
        raise NothingChosen()
    return tuple(drafts.SIGNS.index(sign) for sign in signs)
