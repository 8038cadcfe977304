"""What each page shows now: drawn from one look at the meeting."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime

from db.agenda_rows import Plan
from db.ledger import Ledger
from db.room import Device, Hall
from db.troubles import Trouble
from meeting.board import Screen, screen
from meeting.polls import PollId, UnknownPoll
from meeting.refusals import NotSetUp
from meeting.room import Chosen, Door, Show, UnknownKey, check_message, check_poll
from room.desk import desk_json
from room.screen import held, screen_json
from room.seat import seat_json
from room.stream import Gone, Hub, State, packed
from room.wording import Json, Words, ms


class Views:
    """The newest look, and the pages' states made from it."""

    def __init__(
        self,
        ledger: Ledger,
        words: Words,
        now: Callable[[], datetime],
        tell: Callable[[Plan, Trouble], str],
        url: str,
    ) -> None:
        self._ledger = ledger
        self._words = words
        self._now = now
        self._tell = tell
        self._url = url.rstrip("/")
        self.hub = Hub(lambda: ms(now()))
        self._hall: Hall | None = None
        self._stale = True
        self._screen = State(0, "{}")
        self._drawn: dict[bytes, State] = {}
        self._drawing = asyncio.Lock()

    @property
    def hall(self) -> Hall:
        """The newest look. Raises `NotSetUp` before the first."""
        if self._hall is None:
            raise NotSetUp()
        return self._hall

    async def changed(self) -> None:
        """Something may have changed: look, if anybody looks on; else when the next one asks."""
        self._stale = True
        if self.hub.readers:
            await self.refresh()

    async def catch_up(self, device: Device) -> None:
        """Look anew if what is known is not new, or older than this device."""
        if self._stale or self._hall is None or device.digest not in self._hall.devices:
            await self.refresh()

    async def refresh(self) -> None:
        """Look anew, and let all streams know."""
        self._stale = False
        try:
            self._hall = hall = await self._ledger.room.hall()
        except BaseException:
            self._stale = True  # what is known stays old: whoever asks next looks anew
            raise
        body = packed(self._picture(hall, hall.chosen))
        self._drawn.clear()
        self.hub.advance()
        if body != self._screen.body:
            self._screen = State(self.hub.seq, body)

    @property
    def aged(self) -> bool:
        """Whether somebody looks on and a new minute has begun since: what is forecast has moved."""
        if self._hall is None or not self.hub.readers:
            return False
        return self._now().replace(second=0, microsecond=0) > self._hall.now

    # The screen

    def _picture(self, hall: Hall, chosen: Chosen) -> Json:
        if hall.held is not None and chosen is hall.chosen and chosen.held_at is not None:
            return held(self._words, json.loads(hall.held), chosen.held_at) | {"join": self.join()}
        return screen_json(self._words, self.shown(hall, chosen)) | {"join": self.join()}

    @staticmethod
    def shown(hall: Hall, chosen: Chosen) -> Screen:
        """What the screen would show, as a value."""
        return screen(chosen, hall.plan.agenda, hall.speakers, hall.standings, hall.now)

    async def picture(self) -> str:
        """The screen as it is now, in JSON: what is kept when it is held."""
        if self._stale or self._hall is None:
            await self.refresh()
        return packed(screen_json(self._words, self.shown(self.hall, self.hall.chosen)))

    def preview(self, show: Show, poll_id: PollId, text: str) -> str:
        """What the screen would show, as it is sent. Raises as `ledger.room.show`."""
        if show is Show.MESSAGE:
            text = check_message(text)
        if show is Show.POLL:
            found = [one for one in self.hall.standings if one.poll.poll_id == poll_id]
            if not found:
                raise UnknownPoll(poll_id=poll_id)
            check_poll(found[0])
        body = self._picture(self.hall, Chosen(show, poll_id, text))
        return packed({"seq": self.hub.seq, "now": ms(self._now()), **body, "join": self.join(Door.DESK)})

    def join(self, door: Door = Door.SCREEN) -> Json | None:
        """Where one takes part from a phone; the code to scan is served to the page that shows it."""
        if not self._url:
            return None
        url = f"{self._url}/seat"
        text = self._words.say("room.join", link=url.partition("//")[2])
        return {"url": url, "qr": f"/{'desk' if door is Door.DESK else 'room'}/qr.svg", "text": text}

    # States for streams

    async def newest(self, device: Device) -> State:
        """The same, one page after another, so that others are served between them. Raises `Gone`."""
        if device.door is Door.SCREEN:
            return self.state_of(device)
        async with self._drawing:
            state = self.state_of(device)
            await asyncio.sleep(0)  # else whoever waits draws in the same turn of the loop
            return state

    def state_of(self, device: Device) -> State:
        """The newest state of this device's page. Raises `Gone`."""
        hall = self.hall
        if device.digest not in hall.devices:
            raise Gone(self._words.refusal(UnknownKey()))
        if device.door is Door.SCREEN:
            return self._screen
        if device.digest not in self._drawn:
            self._drawn[device.digest] = State(self.hub.seq, packed(self.json_of(device)))
        return self._drawn[device.digest]

    def json_of(self, device: Device) -> Json:
        """The same as an object, of the desk or of a seat's page."""
        hall = self.hall
        if device.door is Door.DESK:
            picture = {"seq": self._screen.seq, "now": ms(hall.now), **json.loads(self._screen.body)}
            picture["join"] = self.join(Door.DESK)
            troubles = [self._tell(hall.plan, one) for one in hall.troubles]
            return desk_json(self._words, hall, device.digest, picture, troubles)
        assert device.seat_id is not None
        return seat_json(self._words, hall, device.seat_id)
