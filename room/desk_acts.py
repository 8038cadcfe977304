"""What the desk does, by the same acts as everybody's: each answers with a sentence."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from db.agenda import Outcome
from db.ledger import Ledger
from db.room import Device
from meeting.delegations import DelegationId, Tally
from meeting.floor import Wish
from meeting.people import Actor, at_desk
from meeting.poll_life import HandCount
from meeting.polls import PollId
from meeting.programme import ItemId
from meeting.room import Door, HearingId, NamelessOperator, Show
from meeting.seats import Presence, SeatId
from meeting.speaker_list import FloorTaken, Leftover, LeftoverAndFloor
from meeting.speaker_order import order
from meeting.speaker_time import elapsed
from meeting.speakers import Floor, InscriptionId, SpeakerList, SpeechKind
from room import wording
from room.asked import Asked, NotUnderstood
from room.ballots import choice_of
from room.buttons import button
from room.views import Views
from room.wording import Json, Words


@dataclass(frozen=True)
class Done:
    """What is answered: a sentence; `code`, shown once; `again`: the button that does it nonetheless."""

    sentence: str
    code: str | None = None
    again: Json | None = None
    ok: bool = True


Act = Callable[[Actor, Asked], Awaitable[str]]


class DeskActs:
    """Runs what the desk asks for."""

    def __init__(self, ledger: Ledger, words: Words, now: Callable[[], datetime], views: Views) -> None:
        self._ledger = ledger
        self._words = words
        self._now = now
        self._views = views
        self._acts: Mapping[str, Act] = {
            "agenda.next": self._next_item,
            "agenda.end": self._end_item,
            "agenda.suspend": self._suspend,
            "agenda.resume": self._resume_item,
            "agenda.extend": self._extend_item,
            "room.show": self._show,
            "room.freeze": self._freeze,
            "room.settle_hearing": self._settle_hearing,
            "speakers.add": self._add,
            "speakers.call_next": self._call_next,
            "speakers.end": self._end,
            "speakers.pause": self._pause,
            "speakers.resume": self._resume,
            "speakers.undo": self._undo,
            "speakers.withdraw": self._withdraw,
            "speakers.put_off": self._put_off,
            "speakers.ready": self._ready,
            "speakers.move": self._move,
            "speakers.open": self._open_list,
            "speakers.last_call": self._last_call,
            "speakers.close": self._close_list,
            "speakers.reopen": self._reopen_list,
            "speakers.replies": self._replies,
            "polls.open": self._open_poll,
            "polls.close": self._close_poll,
            "polls.extend": self._extend_poll,
            "polls.release": self._release_poll,
            "polls.round": self._round,
            "polls.hand_count": self._hand_count,
            "ballots.enter": self._enter_ballot,
            "delegations.note_presence": self._note_presence,
        }

    async def run(self, device: Device, once: str, act: str, given: Mapping[str, object]) -> Done:
        """Do it. Raises `NotUnderstood`, `NamelessOperator`, and whatever the rules refuse."""
        asked = Asked(given)
        if act == "room.sign_on":
            name = await self._ledger.room.sign_on(device, asked.text("operator"))
            return Done(self._words.say("room.signed_on", operator=name))
        if act not in self._acts:
            raise NotUnderstood()
        if device.door is not Door.DESK or not device.operator:
            raise NamelessOperator()
        actor = at_desk(device.operator, once)
        try:
            return Done(await self._acts[act](actor, asked))
        except (Leftover, LeftoverAndFloor, FloorTaken) as refused:
            sure: Json = {**given, "sure": refused.values["number"]}
            again = button("again", self._words.say("agenda.preview.leave"), act, style="danger", **sure)
            return Done(self._words.refusal(refused), again=again, ok=False)

    # The agenda

    async def _next_item(self, actor: Actor, asked: Asked) -> str:
        outcome = await self._ledger.agenda.next(
            actor, asked.number("revision"), ItemId(asked.id("item_id")), sure=_sure(asked)
        )
        return self._said(outcome, "started")

    async def _end_item(self, actor: Actor, asked: Asked) -> str:
        running = (await self._ledger.agenda.agenda()).running
        await self._ledger.agenda.end(actor, asked.number("revision"), sure=_sure(asked))
        return self._words.say("agenda.done.ended", title=running.title if running else "")

    async def _suspend(self, actor: Actor, asked: Asked) -> str:
        return self._said(await self._ledger.agenda.suspend(actor, asked.number("revision")), "suspended")

    async def _resume_item(self, actor: Actor, asked: Asked) -> str:
        return self._said(await self._ledger.agenda.resume(actor, asked.number("revision")), "resumed")

    async def _extend_item(self, actor: Actor, asked: Asked) -> str:
        outcome = await self._ledger.agenda.extend(actor, asked.number("minutes"), asked.number("revision"))
        return self._said(outcome, "extended")

    def _said(self, outcome: Outcome, done: str) -> str:
        running = outcome.after.running
        assert running is not None
        ends = wording.ends_of(outcome.after, running)
        return self._words.say(f"agenda.done.{done}", title=running.title, at=ends)

    # The screen

    async def _show(self, actor: Actor, asked: Asked) -> str:
        show = asked.one_of("show", Show)
        poll_id = PollId(asked.id("poll_id")) if show is Show.POLL else None
        text = asked.text("text", "") if show is Show.MESSAGE else ""
        await self._ledger.room.show(actor, show, poll_id, text)
        return self._words.say(f"room.done.show.{show}")

    async def _freeze(self, actor: Actor, _: Asked) -> str:
        await self._ledger.room.freeze(actor, await self._views.picture())
        return self._words.say("room.done.frozen")

    async def _settle_hearing(self, actor: Actor, asked: Asked) -> str:
        found = await self._ledger.room.settle_hearing(actor, HearingId(asked.number("report_id")))
        return self._words.say("room.hearing.settled", delegation=found.delegation)

    # The floor

    async def _add(self, actor: Actor, asked: Asked) -> str:
        names = ("speaker", "group", "subject")
        wish = Wish(
            asked.one_of("kind", SpeechKind, SpeechKind.STATEMENT),
            **{name: asked.text(name, "") for name in names},
        )
        side = asked.one_of("side", Floor, Floor.ROOM)
        delegation_id = DelegationId(asked.id("delegation_id"))
        placed = await self._ledger.speakers.add(actor, _item(asked), delegation_id, side, wish)
        speakers, one, found = placed.speakers, placed.inscription, order(placed.speakers)
        name = speakers.delegation(one).name
        if one not in found:
            return self._words.say("speakers.asked.listed_later", delegation=name)
        place, kind = found.index(one) + 1, wording.kind(self._words, one.kind)
        return self._words.say("speakers.done.added", delegation=name, kind=kind, place=place, of=len(found))

    async def _call_next(self, actor: Actor, asked: Asked) -> str:
        pair = asked.value("expected")
        if not isinstance(pair, list) or len(pair) != 2:
            raise NotUnderstood()
        both = Asked({"a": pair[0], "b": pair[1]})
        expected = _inscription(both.number_or_none("a")), _inscription(both.number_or_none("b"))
        return self._floor(await self._ledger.speakers.call_next(actor, _item(asked), expected))

    async def _end(self, actor: Actor, asked: Asked) -> str:
        return self._floor(await self._ledger.speakers.end(actor, _item(asked), _expected(asked)))

    async def _pause(self, actor: Actor, asked: Asked) -> str:
        after = await self._ledger.speakers.pause(actor, _item(asked), _expected(asked))
        return self._current(after, "paused")

    async def _resume(self, actor: Actor, asked: Asked) -> str:
        after = await self._ledger.speakers.resume(actor, _item(asked), _expected(asked))
        return self._current(after, "resumed")

    def _floor(self, after: SpeakerList) -> str:
        """Who has the floor now; nobody, if whoever had it is done."""
        say, current, now = self._words.say, after.current, self._now()
        if current is None:
            done = max(after.heard, key=lambda one: one.ended_at or now)
            return say("speakers.done.ended", delegation=after.delegation(done).name)
        name = after.delegation(current).name
        if current != after.heard[-1] or current.limit is None:
            return say("speakers.done.goes_on", delegation=name)
        side, limit = wording.side(self._words, current.floor), wording.length(self._words, current.limit)
        return say("speakers.done.called", delegation=name, side=side, limit=limit)

    def _current(self, after: SpeakerList, done: str) -> str:
        current = after.current
        assert current is not None
        spent = wording.stopwatch(elapsed(after, current, self._now()))
        name = after.delegation(current).name
        return self._words.say(f"speakers.done.{done}", delegation=name, elapsed=spent)

    async def _undo(self, actor: Actor, asked: Asked) -> str:
        reason, number = asked.text("reason"), asked.number("number")
        _, act = await self._ledger.speakers.undo(actor, reason, number, _item(asked))
        verb = self._words.say(f"speakers.acts.{act.verb.removeprefix('speakers.')}")
        return self._words.say("speakers.done.undone", act=verb)

    async def _withdraw(self, actor: Actor, asked: Asked) -> str:
        placed = await self._ledger.speakers.withdraw(actor, _number(asked))
        one, kind = placed.inscription, wording.kind(self._words, placed.inscription.kind)
        name = placed.speakers.delegation(one).name
        return self._words.say("speakers.done.withdrawn", delegation=name, kind=kind)

    async def _put_off(self, actor: Actor, asked: Asked) -> str:
        placed = await self._ledger.speakers.put_off(actor, _number(asked))
        name = placed.speakers.delegation(placed.inscription).name
        return self._words.say("room.done.put_off", delegation=name)

    async def _ready(self, actor: Actor, asked: Asked) -> str:
        placed = await self._ledger.speakers.ready(actor, _number(asked))
        name = placed.speakers.delegation(placed.inscription).name
        return self._words.say("speakers.own.ready", delegation=name)

    async def _move(self, actor: Actor, asked: Asked) -> str:
        number = _number(asked)
        after = await self._ledger.speakers.move(
            actor, number, asked.number("place"), asked.text("reason"), _item(asked)
        )
        one = after.named(number)
        name, place = after.delegation(one).name, order(after).index(one) + 1
        return self._words.say("speakers.done.moved", delegation=name, place=place)

    async def _open_list(self, actor: Actor, asked: Asked) -> str:
        return self._told("opened", await self._ledger.speakers.open(actor, _item(asked)))

    async def _last_call(self, actor: Actor, asked: Asked) -> str:
        return self._told("last_called", await self._ledger.speakers.last_call(actor, _item(asked)))

    async def _close_list(self, actor: Actor, asked: Asked) -> str:
        after = await self._ledger.speakers.close(actor, _item(asked))
        waiting = len(order(after))
        return self._told("closed" if waiting else "closed_empty", after, waiting)

    async def _reopen_list(self, actor: Actor, asked: Asked) -> str:
        return self._told("opened", await self._ledger.speakers.reopen(actor, _item(asked)))

    async def _replies(self, actor: Actor, asked: Asked) -> str:
        after = await self._ledger.speakers.release_replies(actor, _item(asked))
        number = sum(one.kind is SpeechKind.REPLY for one in order(after))
        return self._told("replies", after, number)

    def _told(self, done: str, after: SpeakerList, n: int = 0) -> str:
        return self._words.say(f"speakers.done.{done}", title=after.sitting.title, n=n)

    # Polls

    async def _open_poll(self, actor: Actor, asked: Asked) -> str:
        minutes = asked.number_or_none("minutes")
        poll = await self._ledger.polls.open(actor, PollId(asked.id("poll_id")), minutes)
        return self._words.say("polls.done.opened", question=poll.question)

    async def _close_poll(self, actor: Actor, asked: Asked) -> str:
        poll = await self._ledger.polls.close(actor, PollId(asked.id("poll_id")))
        return self._words.say("polls.done.closed", question=poll.question)

    async def _extend_poll(self, actor: Actor, asked: Asked) -> str:
        poll_id, minutes = PollId(asked.id("poll_id")), asked.number("minutes")
        poll = await self._ledger.polls.extend(actor, poll_id, minutes)
        return self._words.say("polls.done.extended", question=poll.question, at=poll.extended_to)

    async def _release_poll(self, actor: Actor, asked: Asked) -> str:
        poll = await self._ledger.polls.release(actor, PollId(asked.id("poll_id")))
        return self._words.say("polls.done.released", question=poll.question)

    async def _round(self, actor: Actor, asked: Asked) -> str:
        poll = await self._ledger.polls.round(actor, PollId(asked.id("poll_id")))
        return self._words.say("room.done.round", question=poll.question)

    async def _hand_count(self, actor: Actor, asked: Asked) -> str:
        count = HandCount(asked.one_of("tally", Tally), asked.number("answered"), asked.numbers("counts"))
        await self._ledger.polls.hand_count(actor, PollId(asked.id("poll_id")), count)
        return self._words.say("polls.done.hand_count")

    async def _enter_ballot(self, actor: Actor, asked: Asked) -> str:
        poll_id, delegation_id = PollId(asked.id("poll_id")), DelegationId(asked.id("delegation_id"))
        choice = choice_of(asked.value("choice"))
        made = await self._ledger.ballots.enter(actor, poll_id, delegation_id, choice)
        kept = wording.choice(self._words, made.poll, made.choice or ())
        name = made.voter.delegation.name
        said = self._words.say("polls.answer.recorded", who=name, choice=kept)
        if made.replaces is not None:
            said = f"{said} {self._words.say('polls.answer.replaces', at=made.replaces)}"
        return said

    # People

    async def _note_presence(self, actor: Actor, asked: Asked) -> str:
        seat_id, presence = SeatId(asked.id("seat_id")), asked.one_of("presence", Presence)
        seated = await self._ledger.delegations.note_presence(actor, seat_id, presence)
        where = self._words.say(f"delegations.where.{presence}")
        name, number = seated.delegation.short_name, seated.seat.number
        return self._words.say("room.done.presence", delegation=name, number=number, presence=where)


def _item(asked: Asked) -> ItemId:
    return ItemId(asked.id("item_id"))


def _number(asked: Asked) -> InscriptionId:
    return InscriptionId(asked.number("inscription_id"))


def _inscription(number: int | None) -> InscriptionId | None:
    return InscriptionId(number) if number is not None else None


def _expected(asked: Asked) -> InscriptionId:
    return InscriptionId(asked.number("expected"))


def _sure(asked: Asked) -> InscriptionId | None:
    return _inscription(asked.number_or_none("sure"))
