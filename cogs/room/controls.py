"""The button of whoever cannot hear the room."""

from collections.abc import Mapping

from bot.answers import Answer, Call, Handler
from bot.house import House


class RoomControls:
    """Handlers behind what tells those in the room something."""

    def __init__(self, house: House) -> None:
        self._house = house

    def handlers(self) -> Mapping[str, Handler]:
        """For `bot.controls`."""
        return {"hear": self._hear}

    async def _hear(self, call: Call) -> Answer:
        """It stands at the desk until somebody there has seen to it; the person is told where to listen."""
        await self._house.ledger.room.cannot_hear(call.actor)
        words, agenda = self._house.words, await self._house.ledger.agenda.agenda()
        said: str = words.say("room.hearing.told", call.locale)
        if url := agenda.today(self._house.clock.now()).join_url:
            said = "\n".join((said, words.say("room.hearing.link", call.locale, url=url)))
        return Answer(said)
