"""What people press and fill in for themselves: a seat, presence, profile, language, having no code."""

from collections.abc import Mapping
from typing import Any

import discord

from bot.answers import Answer, Call, Handler
from bot.controls import UnknownControl, address
from bot.house import House
from bot.presence import presence_row
from bot.words import Composed
from cogs.delegations.panel import where
from meeting.refusals import Refused
from meeting.seats import LONGEST_REQUEST, NotSeated, Presence, Profile, Seated

LONGEST_CODE = 40
"""Characters of what may be typed for a code: its twelve, and whatever stands between them."""

NO_PROFILE = "none"


class UnknownLanguage(Refused):
    """There is no catalogue for the language."""


class SeatControls:
    """Handlers behind `/seat` and the buttons of the welcome panel."""

    def __init__(self, house: House) -> None:
        self._house = house

    def handlers(self) -> Mapping[str, Handler]:
        """By verb."""
        return {
            "take": self.take,
            "claimed": self._claimed,
            "nocode": self.no_code,
            "asked": self._asked,
            "presence": self._presence,
            "profile": self._profile,
            "language": self.language,
            "speak": self._speak,
        }

    # Taking a seat.

    async def take(self, call: Call) -> Answer:
        """A form for the code; whoever sits already is shown the seat, and given its role again."""
        try:
            seated = await self._house.ledger.delegations.return_(call.actor)
        except NotSeated:
            return self._form(call, "claim", "claimed", "code", LONGEST_CODE)
        return self._seat(call, seated)

    async def _claimed(self, call: Call) -> Answer:
        return await self.claim(call, call.fields.get("code", ""))

    async def claim(self, call: Call, code: str) -> Answer:
        """Take the seat of a code, and be asked where one is; whoever was noted as gone is shown that."""
        seated = await self._house.ledger.delegations.claim(call.actor, code)
        if seated.seat.presence is Presence.LEFT:
            return self._seat(call, seated)
        say, plan = self._house.words.say, await self._house.ledger.agenda.plan()
        text = say(
            "delegations.claim.done",
            call.locale,
            delegation=seated.delegation.name,
            function=say(f"delegations.functions.{seated.seat.function}", call.locale),
            **plan.names,
        )
        ask = say("delegations.presence.ask", call.locale)
        return Answer(f"{text}\n\n{ask}", (presence_row(self._house.words, call.locale),))

    async def show(self, call: Call) -> Answer:
        """One's own seat."""
        return self._seat(call, await self._house.ledger.delegations.seated(call.actor))

    def _seat(self, call: Call, seated: Seated) -> Answer:
        words, seat = self._house.words, seated.seat
        text = words.say(
            "delegations.own.seat",
            call.locale,
            delegation=seated.delegation.name,
            function=words.say(f"delegations.functions.{seat.function}", call.locale),
            number=seat.number,
            n=seated.delegation.seats,
            presence=where(words, seat, call.locale),
        )
        options = [
            discord.SelectOption(
                label=words.say(f"delegations.profiles.{one}", call.locale)[:100],
                value=one,
                default=one == (seat.profile or NO_PROFILE),
            )
            for one in (*Profile, NO_PROFILE)
        ]
        profile: discord.ui.Select[Any] = discord.ui.Select(
            custom_id=address("delegations", "all", "profile"),
            placeholder=words.say("delegations.own.profile", call.locale)[:150],
            options=options,
        )
        return self._with_presence(call, seated, text, discord.ui.ActionRow(profile))

    def _with_presence(
        self, call: Call, seated: Seated, text: str, *rows: discord.ui.ActionRow[Any]
    ) -> Answer:
        """With the buttons to say where one is; to whoever was noted as gone it is said what to press."""
        words = self._house.words
        if seated.seat.presence is Presence.LEFT:
            return Answer(f"{text}\n{words.say('delegations.own.left', call.locale)}", rows)
        return Answer(text, (*rows, presence_row(words, call.locale)))

    async def _profile(self, call: Call) -> Answer:
        try:
            (chosen,) = call.values
            profile = None if chosen == NO_PROFILE else Profile(chosen)
        except ValueError:
            raise UnknownControl() from None
        seated = await self._house.ledger.delegations.set_profile(call.actor, profile)
        answer = self._seat(call, seated)
        return Answer(answer.text, answer.rows, update=call.private)

    # Where one is.

    async def ask_presence(self, call: Call) -> Answer:
        """Where one is, with the buttons to say otherwise. Raises `NotSeated`."""
        seated = await self._house.ledger.delegations.seated(call.actor)
        words = self._house.words
        text = words.say(
            "delegations.presence.now", call.locale, presence=where(words, seated.seat, call.locale)
        )
        return self._with_presence(call, seated, text)

    async def _presence(self, call: Call) -> Answer:
        if call.arg not in (Presence.ROOM, Presence.VIRTUAL):
            raise UnknownControl()
        await self._house.ledger.delegations.state_presence(call.actor, Presence(call.arg))
        # Not in the message's place: the buttons may stand under an answer that is still needed.
        return Answer(self._house.words.say(f"delegations.presence.noted.{call.arg}", call.locale))

    # Having no code.

    async def no_code(self, call: Call) -> Answer:
        """A form that asks which delegation it is; or, from whoever was noted as gone, that they are back.
        Raises `SeatedAlready`."""
        try:
            await self._house.ledger.delegations.say_back(call.actor)
        except NotSeated:
            return self._form(call, "ask", "asked", "text", LONGEST_REQUEST)
        return Answer(self._house.words.say("delegations.ask.back", call.locale))

    async def _asked(self, call: Call) -> Answer:
        await self._house.ledger.delegations.ask_for_seat(call.actor, call.fields.get("text", ""))
        return Answer(self._house.words.say("delegations.ask.done", call.locale))

    def _form(self, call: Call, key: str, verb: str, field: str, most: int) -> Answer:
        say = self._house.words.say
        form = discord.ui.Modal(
            title=say(f"delegations.{key}.title", call.locale)[:45],
            custom_id=address("delegations", "all", verb),
        )
        form.add_item(
            discord.ui.Label(
                text=say(f"delegations.{key}.label", call.locale)[:45],
                description=say(f"delegations.{key}.hint", call.locale)[:100],
                component=discord.ui.TextInput(custom_id=field, max_length=most, required=True),
            )
        )
        return Answer(form=form)

    # Language.

    async def language(self, call: Call) -> Answer:
        """The languages there are."""
        words = self._house.words
        if len(words.languages) == 1:
            (only,) = words.languages.values()
            return Answer(words.say("delegations.language.only", call.locale, language=only))
        chosen = await self._chosen(call)
        names = words.languages | {"own": words.say("delegations.language.own", call.locale)}
        select: discord.ui.Select[Any] = discord.ui.Select(
            custom_id=address("delegations", "all", "speak"),
            placeholder=words.say("delegations.language.choose", call.locale)[:150],
            options=[
                discord.SelectOption(label=name[:100], value=code, default=code == chosen)
                for code, name in names.items()
            ],
        )
        return Answer(words.say("delegations.language.choose", call.locale), (discord.ui.ActionRow(select),))

    async def _chosen(self, call: Call) -> str:
        user_id = call.actor.user_id
        return (await self._house.ledger.delegations.language_of(user_id) if user_id else None) or "own"

    async def _speak(self, call: Call) -> Answer:
        return await self.speak(call, call.values[0] if call.values else "")

    async def speak(self, call: Call, code: str) -> Answer:
        """From now on private answers are in this language. Raises `UnknownLanguage`."""
        words = self._house.words
        if code != "own" and code not in words.languages:
            raise UnknownLanguage(languages=tuple(words.languages.values()))
        await self._house.ledger.delegations.choose_language(call.actor, None if code == "own" else code)
        locale = str(call.interaction.locale) if code == "own" else code
        name = Composed(words.languages[words.language(locale)])
        return Answer(words.say("delegations.language.done", locale, language=name), update=call.private)
