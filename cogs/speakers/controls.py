"""Asking for the floor: in one tap or with details, taking it back, “not now”, associating, submitting."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import discord

from bot.answers import Answer, Call, Handler
from bot.controls import UnknownControl, address, button, whole_number
from bot.house import House
from bot.presence import presence_row
from cogs.speakers import wording
from cogs.speakers.why import why_lines
from db.speakers import Placed
from meeting import statements
from meeting.delegations import DelegationId
from meeting.floor import LINE, FloorInPerson, Wish
from meeting.programme import ItemId
from meeting.refusals import Refused
from meeting.speaker_order import explain
from meeting.speaker_time import forecast
from meeting.speakers import Inscription, InscriptionId, SpeakerList, SpeechKind
from meeting.statements import Statement

TEXT = 4000
"""Characters of a form's field (Discord's limit); longer texts come as a file."""

Row = discord.ui.ActionRow[Any]


class FloorControls:
    """Handlers by verb. A control's id is the item's; of one for a single inscription, its number."""

    def __init__(self, house: House) -> None:
        self._house = house

    def handlers(self) -> Mapping[str, Handler]:
        """For `bot.controls`."""
        return {
            "ask": self._ask,
            "form": self._form,
            "asked": self._asked,
            "withdraw": self._withdraw,
            "later": self._later,
            "off": self._off,
            "put_off": self._put_off,
            "ready": self._ready,
            "why": self._why,
            "associate": self._associate,
            "write": self._write,
            "written": self._written,
        }

    # Asking

    async def _ask(self, call: Call) -> Answer:
        return await self.ask(call, ItemId(call.id), Wish())

    async def ask(self, call: Call, item_id: ItemId | None, wish: Wish, text: str = "") -> Answer:
        """On the list; what was typed is handed back if that is refused."""
        book = self._house.ledger.speakers
        try:
            placed = await book.ask(call.actor, item_id, wish)
        except Refused as refused:
            rows = self._room_rows(call) if isinstance(refused, FloorInPerson) else ()
            return self.handed_back(call, refused, text, rows)
        lines = self._placed_lines(call, placed)
        rows = (self._own_row(call, placed.inscription),)
        seated = placed.seated
        asks = seated is not None and seated.seat.asks_presence(
            self._house.clock.now(), self._house.words.zone
        )
        if asks:
            lines.append(self._house.words.say("delegations.presence.ask", call.locale))
            rows = (*rows, presence_row(self._house.words, call.locale))
        file = None
        if text.strip():
            try:
                of = placed.inscription.inscription_id
                _, made = await book.submit(call.actor, placed.speakers.item_id, text, of)
                say = self._house.words.say
                lines.append(say("speakers.asked.text", call.locale, n=made.words, minutes=made.minutes))
            except Refused as refused:
                why = self._house.words.refusal(refused, call.locale)
                lines.append(self._house.words.say("speakers.asked.text_failed", call.locale, why=why))
                file = ("statement.txt", text.encode(errors="replace"))
        return Answer("\n".join(lines), rows, file=file)

    def _placed_lines(self, call: Call, placed: Placed) -> list[str]:
        words, speakers, one = self._house.words, placed.speakers, placed.inscription
        found = explain(speakers, one.inscription_id)
        delegation = speakers.delegation(one).name
        if one.kind is SpeechKind.POINT_OF_ORDER:
            return [words.say("speakers.asked.order", call.locale, delegation=delegation)]
        if found is None:
            return [words.say("speakers.asked.listed_later", call.locale, delegation=delegation)]
        begins = forecast(speakers, self._house.clock.now()).begins[one.inscription_id]
        first = found.place == 1 and speakers.current is None
        line = words.say(
            "speakers.asked.first" if first else "speakers.asked.listed",
            call.locale,
            delegation=delegation,
            kind=wording.kind(words, one.kind, call.locale),
            place=found.place,
            of=found.of,
            at=begins,
        )
        side = wording.side(words, one.floor, call.locale)
        return [line, words.say("speakers.asked.side", call.locale, side=side)]

    async def _form(self, call: Call) -> Answer:
        """The form for everything but a plain statement. Raises as `ledger.speakers.own`."""
        await self._house.ledger.speakers.own(call.actor, ItemId(call.id))
        say = self._house.words.say
        form = discord.ui.Modal(
            title=say("speakers.form.title", call.locale)[:45],
            custom_id=address("speakers", call.id, "asked"),
        )
        kinds: discord.ui.Select[Any] = discord.ui.Select(
            custom_id="kind",
            required=True,
            options=[
                discord.SelectOption(
                    label=wording.kind(self._house.words, one, call.locale),
                    value=one.value,
                    default=one is SpeechKind.STATEMENT,
                )
                for one in sorted(SpeechKind, key=lambda one: one is not SpeechKind.STATEMENT)
            ],
        )
        form.add_item(discord.ui.Label(text=say("speakers.form.kind", call.locale)[:45], component=kinds))
        for name in ("speaker", "group", "subject"):
            form.add_item(self._field(call, name, LINE))
        form.add_item(self._field(call, "text", TEXT))
        return Answer(form=form)

    def _field(self, call: Call, name: str, most: int, *, required: bool = False) -> discord.ui.Label[Any]:
        style = discord.TextStyle.paragraph if most == TEXT else discord.TextStyle.short
        label = "write_label" if required else name
        hint = self._house.words.say("speakers.form.write_hint", call.locale)[:100] if required else None
        return discord.ui.Label(
            text=self._house.words.say(f"speakers.form.{label}", call.locale)[:45],
            description=hint,
            component=discord.ui.TextInput(custom_id=name, style=style, max_length=most, required=required),
        )

    async def _asked(self, call: Call) -> Answer:
        kinds = call.chosen.get("kind", ())
        if len(kinds) != 1 or kinds[0] not in list(SpeechKind):
            raise UnknownControl()
        fields = {name: call.fields.get(name, "") for name in ("speaker", "group", "subject")}
        wish = Wish(SpeechKind(kinds[0]), **fields)
        return await self.ask(call, ItemId(call.id), wish, call.fields.get("text", ""))

    # What one has on the list

    async def _withdraw(self, call: Call) -> Answer:
        return await self.withdraw(call, ItemId(call.id))

    async def withdraw(self, call: Call, item_id: ItemId | None) -> Answer:
        """Off the list; where there is more than one, which is asked."""
        return await self._on_own(call, item_id, "off", "withdraw", self._withdrawn)

    async def _later(self, call: Call) -> Answer:
        return await self._on_own(call, ItemId(call.id), "put_off", "later", self._put_off_one)

    async def _on_own(
        self,
        call: Call,
        item_id: ItemId | None,
        verb: str,
        label: str,
        act: Callable[[Call, InscriptionId], Awaitable[Answer]],
    ) -> Answer:
        words, book = self._house.words, self._house.ledger.speakers
        speakers, seated = await book.own(call.actor, item_id)
        mine = self._mine(speakers, seated.delegation.delegation_id)
        if verb == "off":
            mine = [one for one in mine if one != speakers.current] or mine
        if not mine:
            return Answer(words.say("speakers.own.none", call.locale, title=speakers.sitting.title))
        if len(mine) == 1:
            return await act(call, mine[0].inscription_id)
        row: Row = Row(
            *(
                button(
                    words.say(
                        f"speakers.own.buttons.{label}",
                        call.locale,
                        kind=wording.kind(words, one.kind, call.locale),
                    ),
                    address("speakers", str(one.inscription_id), verb),
                )
                for one in mine[:5]
            )
        )
        return Answer(words.say("speakers.own.which", call.locale), (row,))

    @staticmethod
    def _mine(speakers: SpeakerList, delegation_id: DelegationId) -> list[Inscription]:
        """What a delegation has on the list, the floor included."""
        current = speakers.current
        on = [current] if current is not None and current.delegation_id == delegation_id else []
        return [*on, *speakers.of(delegation_id)]

    async def _off(self, call: Call) -> Answer:
        return await self._withdrawn(call, _number(call))

    async def _withdrawn(self, call: Call, number: InscriptionId) -> Answer:
        placed = await self._house.ledger.speakers.withdraw(call.actor, number)
        return self._said(call, "speakers.own.withdrawn", placed)

    async def _put_off(self, call: Call) -> Answer:
        return await self._put_off_one(call, _number(call))

    async def _put_off_one(self, call: Call, number: InscriptionId) -> Answer:
        placed = await self._house.ledger.speakers.put_off(call.actor, number)
        words = self._house.words
        kind = wording.kind(words, placed.inscription.kind, call.locale)
        label = words.say("speakers.own.buttons.ready", call.locale, kind=kind)
        say = words.say
        row: Row = Row(
            button(label, address("speakers", str(number), "ready"), discord.ButtonStyle.primary),
            button(
                say("speakers.panel.buttons.withdraw", call.locale), address("speakers", str(number), "off")
            ),
        )
        return self._said(call, "speakers.own.put_off", placed, (row,))

    async def _ready(self, call: Call) -> Answer:
        placed = await self._house.ledger.speakers.ready(call.actor, _number(call))
        return self._said(call, "speakers.own.ready", placed)

    def _said(self, call: Call, key: str, placed: Placed, rows: tuple[Row, ...] = ()) -> Answer:
        words, one = self._house.words, placed.inscription
        text = words.say(
            key,
            call.locale,
            delegation=placed.speakers.delegation(one).name,
            kind=wording.kind(words, one.kind, call.locale),
        )
        return Answer(text, rows, update=call.private)

    def _own_row(self, call: Call, one: Inscription) -> Row:
        addresses = {
            "why": address("speakers", one.item_id, "why"),
            "withdraw": address("speakers", str(one.inscription_id), "off"),
            "later": address("speakers", str(one.inscription_id), "put_off"),
        }
        if one.kind is SpeechKind.POINT_OF_ORDER:
            del addresses["later"]  # it is heard at once
        say = self._house.words.say
        return Row(
            *(
                button(say(f"speakers.panel.buttons.{verb}", call.locale), where)
                for verb, where in addresses.items()
            )
        )

    async def _why(self, call: Call) -> Answer:
        return await self.why(call, ItemId(call.id))

    async def why(self, call: Call, item_id: ItemId | None) -> Answer:
        """Why one stands where one stands, in words."""
        speakers, seated = await self._house.ledger.speakers.own(call.actor, item_id)
        mine = speakers.of(seated.delegation.delegation_id)
        words, now = self._house.words, self._house.clock.now()
        if not mine:
            return Answer(words.say("speakers.own.none", call.locale, title=speakers.sitting.title))
        blocks = ["\n".join(why_lines(words, speakers, one, now, call.locale)) for one in mine]
        policy = words.say(
            "speakers.why.policy",
            call.locale,
            order=wording.order(words, speakers.policy, call.locale),
            sides=wording.sides(words, speakers.policy, call.locale),
        )
        rows: Sequence[Row] = [self._ready_row(call, one) for one in mine if one.not_now_at is not None]
        return Answer("\n\n".join([*blocks, policy]), tuple(rows))

    def _ready_row(self, call: Call, one: Inscription) -> Row:
        words = self._house.words
        label = words.say(
            "speakers.own.buttons.ready", call.locale, kind=wording.kind(words, one.kind, call.locale)
        )
        return Row(button(label, address("speakers", str(one.inscription_id), "ready")))

    async def _associate(self, call: Call) -> Answer:
        placed = await self._house.ledger.speakers.associate(call.actor, _number(call))
        assert placed.seated is not None
        text = self._house.words.say(
            "speakers.own.associated",
            call.locale,
            mine=placed.seated.delegation.name,
            delegation=placed.speakers.delegation(placed.inscription).name,
        )
        return Answer(text)

    # In writing

    async def _write(self, call: Call) -> Answer:
        await self._house.ledger.speakers.own(call.actor, ItemId(call.id))
        form = discord.ui.Modal(
            title=self._house.words.say("speakers.form.write", call.locale)[:45],
            custom_id=address("speakers", call.id, "written"),
        )
        form.add_item(self._field(call, "text", TEXT, required=True))
        return Answer(form=form)

    async def _written(self, call: Call) -> Answer:
        return await self.submit(call, ItemId(call.id), call.fields.get("text", ""))

    async def submit(self, call: Call, item_id: ItemId | None, text: str) -> Answer:
        """A text handed in; one that is refused is handed back."""
        try:
            speakers, made = await self._house.ledger.speakers.submit(call.actor, item_id, text)
        except Refused as refused:
            return self.handed_back(call, refused, text)
        return Answer(self._submitted(call, speakers, made))

    def _submitted(self, call: Call, speakers: SpeakerList, made: Statement) -> str:
        key = "speakers.written.done" if made.inscription_id is None else "speakers.written.of"
        return self._house.words.say(
            key,
            call.locale,
            title=speakers.sitting.title,
            n=made.words,
            minutes=statements.minutes(made.words),
        )

    def handed_back(self, call: Call, refused: Refused, text: str, rows: tuple[Row, ...] = ()) -> Answer:
        """A refusal, with what was typed: nothing of it is lost."""
        if not text.strip():
            if rows:
                return Answer(self._house.words.refusal(refused, call.locale), rows)
            raise refused
        sentence = self._house.words.refusal(refused, call.locale)
        return Answer(sentence, rows, file=("statement.txt", text.encode(errors="replace")))

    def _room_rows(self, call: Call) -> tuple[Row, ...]:
        return (presence_row(self._house.words, call.locale),)


def _number(call: Call) -> InscriptionId:
    return InscriptionId(whole_number(call.id))
