"""What a person does on the page of their seat: each act answers with a sentence."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from db.ledger import Ledger
from db.room import Device
from meeting import statements
from meeting.floor import Wish
from meeting.inputs import Attribution, Draft, InputId, InputKind, InputState
from meeting.people import Actor, on_page
from meeting.polls import PollId, Secrecy, Unit
from meeting.programme import ItemId, PartId, QuestionId
from meeting.refusals import Refused
from meeting.seats import Presence
from meeting.speaker_order import explain
from meeting.speaker_time import forecast
from meeting.speakers import InscriptionId, SpeechKind
from room import wording
from room.asked import Asked, NotUnderstood
from room.ballots import choice_from_form, choice_of
from room.desk_acts import Done
from room.wording import Words

Act = Callable[[Actor, Asked], Awaitable[Done]]


class SeatActs:
    """Runs what a seat's page asks for."""

    def __init__(self, ledger: Ledger, words: Words, now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._words = words
        self._now = now
        self._acts: Mapping[str, Act] = {
            "ballots.cast": self._cast,
            "speakers.ask": self._ask,
            "speakers.withdraw": self._withdraw,
            "speakers.put_off": self._put_off,
            "speakers.ready": self._ready,
            "speakers.associate": self._associate,
            "speakers.submit": self._submit,
            "discussions.contribute": self._contribute,
            "discussions.withdraw": self._take_back,
            "discussions.withdraw_by_code": self._take_back_by_code,
            "delegations.state_presence": self._presence,
            "room.cannot_hear": self._cannot_hear,
        }

    async def run(self, device: Device, once: str, act: str, given: Mapping[str, object]) -> Done:
        """Do it. Raises `NotUnderstood`, and whatever the rules refuse."""
        if act not in self._acts or device.seat_id is None:
            raise NotUnderstood()
        return await self._acts[act](on_page(device.seat_id, once), Asked(given))

    async def from_form(self, act: str, fields: Mapping[str, Sequence[str]]) -> dict[str, object]:
        """The arguments of an act as a plain HTML form sends them. Raises as `choice_from_form`."""
        given: dict[str, object] = {name: values[0] for name, values in fields.items() if values}
        if act == "ballots.cast":
            poll_id = PollId(Asked(given).id("poll_id"))
            standing = await self._ledger.polls.standing(poll_id)
            given["choice"] = list(choice_from_form(standing.poll, fields))
            given["sure"] = "sure" in fields
        return given

    # Polls

    async def _cast(self, actor: Actor, asked: Asked) -> Done:
        poll_id, choice = PollId(asked.id("poll_id")), choice_of(asked.value("choice"))
        sure = asked.value("sure") is True
        made = await self._ledger.ballots.cast(actor, poll_id, choice, sure=sure)
        poll, say, who = made.poll, self._words.say, made.voter.delegation.name
        person = "_person" if poll.unit is Unit.PERSON else ""
        if poll.secrecy is Secrecy.SECRET_FINAL:
            return Done(say(f"polls.answer.secret{person}", who=who))
        kept = wording.choice(self._words, poll, made.choice or ())
        said = [say(f"polls.answer.recorded{person}", who=who, choice=kept)]
        if made.replaces is not None:
            said.append(say("polls.answer.replaces", at=made.replaces))
        if made.closes_at is not None:
            said.append(say("polls.answer.until", at=made.closes_at))
        else:
            said.append(say("polls.answer.until_closed"))
        return Done(" ".join(said))

    # The floor

    async def _ask(self, actor: Actor, asked: Asked) -> Done:
        names = ("speaker", "group", "subject")
        kind = asked.one_of("kind", SpeechKind, SpeechKind.STATEMENT)
        wish = Wish(kind, **{name: asked.text(name, "") for name in names})
        text = asked.text("text", "")
        placed = await self._ledger.speakers.ask(actor, ItemId(asked.id("item_id")), wish)
        speakers, one = placed.speakers, placed.inscription
        found, name = explain(speakers, one.inscription_id), speakers.delegation(one).name
        say, of = self._words.say, wording.kind(self._words, one.kind)
        if one.kind is SpeechKind.POINT_OF_ORDER:
            said = [say("speakers.asked.order", delegation=name)]
        elif found is None:
            said = [say("speakers.asked.listed_later", delegation=name)]
        else:
            at = self._words.hour(forecast(speakers, self._now()).begins[one.inscription_id])
            key = "first" if found.place == 1 and speakers.current is None else "listed"
            values = {"delegation": name, "kind": of, "place": found.place, "of": found.of, "at": at}
            said = [say(f"speakers.asked.{key}", **values)]
            said.append(say("speakers.asked.side", side=wording.side(self._words, one.floor)))
        if text.strip():
            said.append(await self._text_of(actor, one.item_id, text, one.inscription_id))
        return Done(" ".join(said))

    async def _text_of(self, actor: Actor, item_id: ItemId, text: str, of: InscriptionId) -> str:
        """A text that came with an inscription: refused, the place stands."""
        again = on_page(actor.seat_id, f"{actor.once} text") if actor.seat_id and actor.once else actor
        try:
            _, made = await self._ledger.speakers.submit(again, item_id, text, of)
        except Refused as refused:
            return self._words.say("speakers.asked.text_failed", why=self._words.refusal(refused))
        return self._words.say("speakers.asked.text", n=made.words, minutes=made.minutes)

    async def _withdraw(self, actor: Actor, asked: Asked) -> Done:
        placed = await self._ledger.speakers.withdraw(actor, _number(asked))
        kind = wording.kind(self._words, placed.inscription.kind)
        name = placed.speakers.delegation(placed.inscription).name
        return Done(self._words.say("speakers.own.withdrawn", delegation=name, kind=kind))

    async def _put_off(self, actor: Actor, asked: Asked) -> Done:
        placed = await self._ledger.speakers.put_off(actor, _number(asked))
        name = placed.speakers.delegation(placed.inscription).name
        return Done(self._words.say("speakers.own.put_off", delegation=name))

    async def _ready(self, actor: Actor, asked: Asked) -> Done:
        placed = await self._ledger.speakers.ready(actor, _number(asked))
        name = placed.speakers.delegation(placed.inscription).name
        return Done(self._words.say("speakers.own.ready", delegation=name))

    async def _associate(self, actor: Actor, asked: Asked) -> Done:
        placed = await self._ledger.speakers.associate(actor, _number(asked))
        assert placed.seated is not None
        name = placed.speakers.delegation(placed.inscription).name
        mine = placed.seated.delegation.name
        return Done(self._words.say("speakers.own.associated", mine=mine, delegation=name))

    async def _submit(self, actor: Actor, asked: Asked) -> Done:
        item_id, text = ItemId(asked.id("item_id")), asked.text("text")
        speakers, made = await self._ledger.speakers.submit(actor, item_id, text)
        key = "speakers.written.done" if made.inscription_id is None else "speakers.written.of"
        minutes = statements.minutes(made.words)
        return Done(self._words.say(key, title=speakers.sitting.title, n=made.words, minutes=minutes))

    # Contributions

    async def _contribute(self, actor: Actor, asked: Asked) -> Done:
        draft = Draft(
            PartId(asked.id("part_id")),
            asked.one_of("kind", InputKind),
            asked.one_of("attribution", Attribution),
            asked.text("text"),
        )
        question_id = QuestionId(asked.id("question_id"))
        made = await self._ledger.discussions.contribute(actor, question_id, draft)
        state = made.input.state
        known = state in (InputState.SHOWN, InputState.HELD, InputState.GATHERED)
        said = self._words.say(f"room.done.input.{state if known else InputState.SHOWN}")
        if made.code is None:
            return Done(said)
        return Done(f"{said} {self._words.say('room.done.input.code')}", code=made.code)

    async def _take_back(self, actor: Actor, asked: Asked) -> Done:
        await self._ledger.discussions.withdraw(actor, InputId(asked.id("input_id")))
        return Done(self._words.say("room.done.input.withdrawn"))

    async def _take_back_by_code(self, actor: Actor, asked: Asked) -> Done:
        await self._ledger.discussions.withdraw_by_code(actor, asked.text("code"))
        return Done(self._words.say("room.done.input.withdrawn"))

    # The person

    async def _presence(self, actor: Actor, asked: Asked) -> Done:
        presence = asked.one_of("presence", Presence)
        if presence not in (Presence.ROOM, Presence.VIRTUAL):
            raise NotUnderstood()
        await self._ledger.delegations.state_presence(actor, presence)
        return Done(self._words.say(f"delegations.presence.noted.{presence}"))

    async def _cannot_hear(self, actor: Actor, _: Asked) -> Done:
        await self._ledger.room.cannot_hear(actor)
        return Done(self._words.say("room.hearing.told"))


def _number(asked: Asked) -> InscriptionId:
    return InscriptionId(asked.number("inscription_id"))
