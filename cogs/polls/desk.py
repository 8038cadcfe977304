"""What those who run the polls press and type: open, close, extend, show, ask again, count by hand."""

import re
from collections.abc import Mapping
from typing import Any

import discord

from bot.answers import Answer, Call, Handler
from bot.controls import UnknownControl, address, button, whole_number
from bot.house import House
from bot.words import Composed, shortened
from cogs.polls import wording
from cogs.polls.panel import QUESTION
from cogs.polls.results import result_blocks
from cogs.polls.tables import export_file
from db.polls import Standing
from meeting import poll_life
from meeting.delegations import Tally
from meeting.people import POLLSTERS, require
from meeting.poll_life import CountUnfit, HandCount, OptionsMissing
from meeting.polls import CAP, Gated, Option, Poll, PollId, PollKind, Secrecy, Showing, Unit
from meeting.refusals import Refused

MORE = 5
"""Minutes a press gives a poll."""

LISTED = 3400
"""Characters of a list of polls, in an answer that has 3,800."""

HANDED_BACK = (
    poll_life.AlreadyOpened,
    poll_life.AlreadyEntered,
    poll_life.QuestionMissing,
    poll_life.QuestionTooLong,
    poll_life.TooFewOptions,
    poll_life.TooManyOptions,
    poll_life.OptionTooLong,
    poll_life.OptionTwice,
    poll_life.LevelsUnfit,
    poll_life.SizeUnfit,
)
"""Refusals of what was typed: it is handed back with them."""

SETTINGS = (PollKind, Unit, Secrecy, Showing)
"""What a new poll's form carries in its custom_id, by place among each one's members."""


class DeskControls:
    """Handlers by verb."""

    def __init__(self, house: House) -> None:
        self._house = house

    def handlers(self) -> Mapping[str, Handler]:
        """For `bot.controls`."""
        return {
            "asked": self._ask_open,
            "reopen": self._ask_open,
            "open": self._open,
            "entered": self._entered,
            "close": self._ask_close,
            "closed": self._close,
            "more": self._more,
            "release": self._ask_release,
            "released": self._release,
            "unchanged": self._unchanged,
            "later": self._later,
            "created": self._created,
            "counted": self._counted,
        }

    # Pressed, and typed

    async def open(self, call: Call, poll_id: PollId, minutes: int | None = None) -> Answer:
        """Open it; a template first asks for its options."""
        words = self._house.words
        try:
            poll = await self._house.ledger.polls.open(call.actor, poll_id, minutes)
        except OptionsMissing:
            standing = await self._house.ledger.polls.standing(poll_id)
            return Answer(form=self._options_form(call, standing.poll))
        standing = await self._house.ledger.polls.standing(poll.poll_id)
        key = "polls.done.opened" if standing.expected is None else "polls.done.opened_until"
        text = words.say(key, call.locale, question=poll.question, at=standing.expected)
        return Answer(text, update=call.private)

    async def _ask_open(self, call: Call) -> Answer:
        """An open poll has been announced: it is asked once more, but for a template, which has a form."""
        require(call.actor, POLLSTERS)
        standing = await self._house.ledger.polls.standing(PollId(call.id))
        if not standing.poll.options:
            return await self._open(call)
        return self._sure(call, standing, "open", "open", call.arg)

    async def _open(self, call: Call) -> Answer:
        return await self.open(call, PollId(call.id), whole_number(call.arg) if call.arg else None)

    async def _entered(self, call: Call) -> Answer:
        require(call.actor, POLLSTERS)
        text = call.fields.get("options", "")
        try:
            poll = await self._house.ledger.polls.enter(call.actor, PollId(call.id), text.splitlines())
        except HANDED_BACK as refused:
            return self._handed_back(call, refused, text)
        return self._ready(call, poll, "polls.done.created")

    async def close(self, call: Call, poll_id: PollId) -> Answer:
        """Close it."""
        poll = await self._house.ledger.polls.close(call.actor, poll_id)
        text = self._house.words.say("polls.done.closed", call.locale, question=poll.question)
        return Answer(text, update=call.private)

    async def _ask_close(self, call: Call) -> Answer:
        require(call.actor, POLLSTERS)
        standing = await self._house.ledger.polls.standing(PollId(call.id))
        turnout = wording.turnout(self._house.words, standing, call.locale)
        return self._sure(call, standing, "close", "closed", turnout=turnout)

    async def _close(self, call: Call) -> Answer:
        return await self.close(call, PollId(call.id))

    async def extend(self, call: Call, poll_id: PollId, minutes: int) -> Answer:
        """Give it more time."""
        poll = await self._house.ledger.polls.extend(call.actor, poll_id, minutes)
        text = self._house.words.say(
            "polls.done.extended", call.locale, question=poll.question, at=poll.extended_to
        )
        return Answer(text)

    async def _more(self, call: Call) -> Answer:
        return await self.extend(call, PollId(call.id), MORE)

    async def release(self, call: Call, poll_id: PollId) -> Answer:
        """Show the result to everybody."""
        poll = await self._house.ledger.polls.release(call.actor, poll_id)
        text = self._house.words.say("polls.done.released", call.locale, question=poll.question)
        return Answer(text, update=call.private)

    async def _ask_release(self, call: Call) -> Answer:
        require(call.actor, POLLSTERS)
        standing = await self._house.ledger.polls.standing(PollId(call.id))
        return self._sure(call, standing, "release", "released")

    async def _release(self, call: Call) -> Answer:
        return await self.release(call, PollId(call.id))

    async def round(self, call: Call, poll_id: PollId) -> Answer:
        """Have the same asked once more."""
        poll = await self._house.ledger.polls.round(call.actor, poll_id)
        return self._ready(call, poll, "polls.done.round")

    async def show(self, call: Call, poll_id: str) -> Answer:
        """All polls in a line each, or one."""
        require(call.actor, POLLSTERS)
        words, found = self._house.words, await self._house.ledger.polls.standings()
        if poll_id:
            found = (await self._house.ledger.polls.standing(PollId(poll_id)),)
        if not found:
            return Answer(words.say("polls.show.none", call.locale))
        lines: list[str] = []
        for number, one in enumerate(found):
            line = words.say(
                "polls.show.line",
                call.locale,
                poll_id=Composed(one.poll.poll_id),
                question=shortened(one.poll.question, QUESTION) if len(found) > 1 else one.poll.question,
                state=words.say(f"polls.show.state.{one.poll.state}", call.locale),
                kind=words.say(f"polls.kind.{one.poll.kind}", call.locale),
                turnout=wording.turnout(words, one, call.locale),
            )
            if sum(map(len, lines)) + len(line) > LISTED:
                lines.append(words.say("polls.show.more", call.locale, n=len(found) - number))
                break
            lines.append(line)
        return Answer("\n".join(lines))

    async def results(self, call: Call, poll_id: PollId) -> Answer:
        """The numbers in words. Raises `Gated`, for everybody, while they do not show."""
        require(call.actor, POLLSTERS)
        standing = await self._house.ledger.polls.standing(poll_id)
        if not standing.poll.published:
            raise Gated()
        return Answer("\n\n".join(result_blocks(self._house.words, standing)))

    async def export(self, call: Call, poll_id: PollId) -> Answer:
        """All that shows of it, as a table; the ballots of a named one by delegation."""
        export = await self._house.ledger.polls.export(call.actor, poll_id)
        text = self._house.words.say(
            "polls.done.exported", call.locale, question=export.standing.poll.question
        )
        delegations, seats, _ = await self._house.ledger.delegations.everything()
        names = {str(one.delegation_id): one.name for one in delegations}
        for one in seats:
            name = f"{names[one.delegation_id]}, seat {one.number}"
            names |= {str(one.seat_id): name, str(one.user_id): name}
        return Answer(text, file=export_file(self._house.words, export, names))

    async def _unchanged(self, call: Call) -> Answer:
        return Answer(self._house.words.say("unchanged", call.locale), update=call.private)

    async def _later(self, call: Call) -> Answer:
        return Answer(self._house.words.say("polls.done.later_done", call.locale), update=call.private)

    # New ones

    def new_form(self, call: Call, poll: Poll) -> Answer:
        """The form for a new poll's question and options; what was set already is in its address.

        Raises `LinkedShowing` before anybody has typed anything.
        """
        require(call.actor, POLLSTERS)
        poll_life.showable(poll)
        say = self._house.words.say
        form = discord.ui.Modal(
            title=say("polls.create.title", call.locale)[:45],
            custom_id=address("polls", "new", "created", _settings(poll)),
        )
        rows = "rows" if poll.kind is PollKind.SCORE else "options"
        form.add_item(_typed("question", say("polls.create.question", call.locale), long=False, most=1000))
        form.add_item(_typed("options", say(f"polls.create.{rows}", call.locale)))
        if poll.kind is PollKind.SCORE:
            levels = _typed("levels", say("polls.create.levels", call.locale), default="1\n2\n3\n4\n5")
            form.add_item(levels)
        return Answer(form=form)

    async def _created(self, call: Call) -> Answer:
        require(call.actor, POLLSTERS)
        options = call.fields.get("options", "").splitlines()
        levels = [line.strip() for line in call.fields.get("levels", "").splitlines() if line.strip()]
        question = call.fields.get("question", "")
        made = _set(call.arg, question, options, levels)
        try:
            poll = await self._house.ledger.polls.create(call.actor, made)
        except HANDED_BACK as refused:
            return self._handed_back(call, refused, "\n".join([question, "", *options, "", *levels]))
        return self._ready(call, poll, "polls.done.created")

    # Counted by hand

    async def count_form(self, call: Call, poll_id: PollId, tally: Tally) -> Answer:
        """The form for a count in the room: who answered, and a number for each option."""
        require(call.actor, POLLSTERS)
        poll = (await self._house.ledger.polls.standing(poll_id)).poll
        poll_life.counted(poll, HandCount(tally, 1, (0,) * len(poll.options)))
        say = self._house.words.say
        form = discord.ui.Modal(
            title=say("polls.create.count", call.locale)[:45],
            custom_id=address("polls", poll_id, "counted", list(Tally).index(tally)),
        )
        form.add_item(_typed("answered", say("polls.create.count_answered", call.locale), long=False, most=4))
        lines = "\n".join(f"{option.text[:80]}: " for option in poll.options)
        form.add_item(_typed("counts", say("polls.create.count_lines", call.locale), default=lines))
        return Answer(form=form)

    async def _counted(self, call: Call) -> Answer:
        require(call.actor, POLLSTERS)
        if call.arg not in ("0", "1", "2"):
            raise UnknownControl()
        poll = (await self._house.ledger.polls.standing(PollId(call.id))).poll
        typed = call.fields.get("counts", "")
        numbers = [
            re.search(r"(?:^|[\s:=])([0-9]{1,4})\s*$", line) for line in typed.splitlines() if line.strip()
        ]
        answered = re.fullmatch(r"\s*([0-9]{1,4})\s*", call.fields.get("answered", ""))
        if answered is None or any(found is None for found in numbers):
            return self._handed_back(call, CountUnfit(n=len(poll.options)), typed)
        counts = tuple(int(found[1]) for found in numbers if found is not None)
        try:
            count = HandCount(list(Tally)[int(call.arg)], int(answered[1]), counts)
            await self._house.ledger.polls.hand_count(call.actor, poll.poll_id, count)
        except CountUnfit as refused:
            return self._handed_back(call, refused, typed)
        return Answer(self._house.words.say("polls.done.hand_count", call.locale))

    # Shared

    def _options_form(self, call: Call, poll: Poll) -> discord.ui.Modal:
        say = self._house.words.say
        form = discord.ui.Modal(
            title=say("polls.create.enter", call.locale)[:45],
            custom_id=address("polls", poll.poll_id, "entered"),
        )
        rows = "rows" if poll.kind is PollKind.SCORE else "options"
        form.add_item(_typed("options", say(f"polls.create.{rows}", call.locale)))
        return form

    def _ready(self, call: Call, poll: Poll, key: str) -> Answer:
        say = self._house.words.say
        row: discord.ui.ActionRow[Any] = discord.ui.ActionRow(
            button(
                say("polls.done.open_now", call.locale),
                address("polls", poll.poll_id, "open"),
                discord.ButtonStyle.primary,
            ),
            button(say("polls.done.later", call.locale), address("polls", poll.poll_id, "later")),
        )
        text = say(key, call.locale, question=poll.question, poll_id=Composed(poll.poll_id))
        return Answer(text, (row,))

    def _sure(
        self, call: Call, standing: Standing, verb: str, yes: str, arg: str = "", **values: object
    ) -> Answer:
        say, poll = self._house.words.say, standing.poll
        row: discord.ui.ActionRow[Any] = discord.ui.ActionRow(
            button(
                say(f"polls.desk.yes_{verb}", call.locale),
                address("polls", poll.poll_id, yes, arg),
                discord.ButtonStyle.primary,
            ),
            button(say("polls.desk.no", call.locale), address("polls", poll.poll_id, "unchanged")),
        )
        question = wording.title(self._house.words, standing, call.locale)
        text = say(f"polls.desk.confirm_{verb}", call.locale, question=question, **values)
        return Answer(text, (row,))

    def _handed_back(self, call: Call, refused: Refused, text: str) -> Answer:
        sentence = self._house.words.refusal(refused, call.locale)
        return Answer(sentence, file=("poll.txt", text.encode(errors="replace")))


def _typed(
    name: str, label: str, *, long: bool = True, most: int = 4000, default: str | None = None
) -> discord.ui.Label[Any]:
    return discord.ui.Label(
        text=label[:45],
        component=discord.ui.TextInput(
            custom_id=name,
            style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
            max_length=most,
            default=default,
            required=True,
        ),
    )


def _settings(poll: Poll) -> str:
    places = (list(kind).index(value) for kind, value in _set_of(poll))
    asked = "".join(str(int(tally in poll.electorate)) for tally in Tally)
    return ".".join([*map(str, places), asked, str(poll.most), str(poll.cap)])


def _set_of(poll: Poll) -> list[tuple[Any, Any]]:
    return list(zip(SETTINGS, (poll.kind, poll.unit, poll.secrecy, poll.showing), strict=True))


def _set(arg: str, question: str, options: list[str], levels: list[str]) -> Poll:
    """The poll a form was opened for, with what was typed. Raises `UnknownControl`."""
    found = re.fullmatch(r"([0-4])\.([01])\.([0-2])\.([0-3])\.([01]{3})\.([0-9]{1,2})\.([0-9]{1,2})", arg)
    if found is None or "1" not in found[5]:
        raise UnknownControl()
    kind = list(PollKind)[int(found[1])]
    written = tuple(Option(option) for option in options)
    lines = sum(bool(option.strip()) for option in options)
    # Nought: as many as there are.
    most = {
        PollKind.APPROVAL: min(int(found[6]) or lines, max(lines, 1)),
        PollKind.RANKING: min(int(found[6]) or 1, max(lines, 1)),
        PollKind.POINTS: int(found[6]) or 1,
    }.get(kind, 1)
    return Poll(
        PollId(""),
        question,
        kind,
        written,
        most=most,
        cap=int(found[7]) or min(int(found[6]), CAP),
        levels=tuple(levels) if kind is PollKind.SCORE else (),
        unit=list(Unit)[int(found[2])],
        secrecy=list(Secrecy)[int(found[3])],
        showing=list(Showing)[int(found[4])],
        electorate=frozenset(t for t, yes in zip(Tally, found[5], strict=True) if yes == "1"),
    )
