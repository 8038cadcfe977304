"""Says notices: claims them, sends each message once, marks it said.

A claim is written before the sending and names all notices of the message; the nonce (database and row)
makes Discord return the first message instead of a second for some minutes. A claim that stays unproved for
a minute, or is found at start, is settled by reading the channel back for its reference line; only if it is
not there is it sent again, with how late it is.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import discord

from bot.clock import Clock
from bot.house import House
from bot.notice_faces import Speaker
from bot.readback import find_message, foot, reference, said_since
from bot.refused import mind
from bot.tasks import Worker
from bot.wire import LOST, UNKNOWN_CHANNEL, in_time
from bot.words import plain, shortened
from db.notices import Line, Message, Said
from db.places import Places
from db.troubles import Told, TroubleKind
from meeting.notices import Channel, NoticeKind
from meeting.people import Capacity
from meeting.refusals import NotSetUp

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(seconds=30)
"""Between two looks at claims that stay unproved."""

LONGEST = 2000
"""Characters of a message (Discord's limit)."""

ROOM = 1700
"""Characters for lines: the rest is for mention, marking and the reference line."""

UNPROVED = timedelta(minutes=1)
"""After this long without proof a claim is looked for in the channel."""

SAID_IN = (Channel.PROGRAMME, Channel.FLOOR, Channel.POLLS, Channel.MODERATORS)
"""Where notices are said."""

CHECKED = timedelta(minutes=30)
"""After this long moderators have had time to compare the agenda with an older record."""

ECHOED = 80
"""Characters of a notice by which moderators recognise it."""

UNDELIVERED = timedelta(minutes=3)
"""After this long without proof, although there is a connection, moderators are told."""

MENTIONS = {
    NoticeKind.DIGEST: Capacity.DELEGATE,
    NoticeKind.OVERTIME: Capacity.MODERATOR,
    NoticeKind.ORDER_RAISED: Capacity.MODERATOR,
}
"""The only notices that mention a role; single people are mentioned as they get the floor, and before."""


class Outbox:
    """`work` is what its worker does each time something may be due."""

    def __init__(self, house: House, client: Callable[[], discord.Client | None]) -> None:
        self._house = house
        self._client = client
        self._fresh = True
        self._taken_up: set[Channel] = set()
        """Channels that were read back since the start."""
        self._frontier: tuple[int, datetime] | None = None
        self._older_at: datetime | None = None
        """When the record was found to be older than what had been said."""
        self._look_at: dict[int, datetime] = {}
        """When a claim that stayed unproved is looked at again, by its message's number."""
        self.taken: Callable[[], None] = lambda: None
        """Called when every channel was read back: from now on it is known whether the record is older."""
        self.worker = Worker("outbox", self.work, house.clock, house.tasks)

    @property
    def taken_up(self) -> bool:
        """Whether every channel was read back since the start."""
        return len(self._taken_up) == len(SAID_IN)

    def reconnected(self) -> None:
        """A connection was made anew: every unproved claim is looked at, however young."""
        self._fresh = True
        self.worker.wake()

    async def work(self) -> datetime | None:
        """Settle what is unproved, say what is due; when to look again, if anything is unproved."""
        client, speaker = self._client(), self._house.speaker
        if client is None or speaker is None or not client.is_ready():
            return None
        places = await self._house.ledger.places.places()
        if any(channel not in places.channels for channel in SAID_IN):
            return None
        if not self.taken_up:
            await self._take_up(client, places)
        self._forget_older()
        fresh, self._fresh = self._fresh, False
        looked: set[int] = set()
        for message in await self._house.ledger.notices.unproved():
            now = self._house.clock.now()
            due_at = self._look_at.get(message.number, message.claimed_at + UNPROVED)
            # Further off than was ever waited for: the clock was set back.
            if fresh or not now < due_at <= now + UNPROVED:
                self._look_at[message.number] = now + LOOK_AGAIN
                looked.add(message.number)
                await self._settle(client, speaker, message)
        try:
            claimed, lapsed = await self._house.ledger.notices.claim(speaker.line, ROOM, self._taken_up)
        except NotSetUp:
            return None
        for key in lapsed:
            log.info("lapsed unsaid: %s", key)
        for message in claimed:
            await self._send(client, speaker, message, message.lines)
        unproved = await self._house.ledger.notices.unproved()
        self._tell_undelivered(unproved, looked)
        return self._look_again(self._house.clock, unproved)

    async def _take_up(self, client: discord.Client, places: Places) -> None:
        """Once for each channel, before anything is claimed for it: what was said and is not in the record.

        Only a record that was put back from a copy is older than what it said. Its numbers and keys would be
        used again: said twice, or taken for said.
        """
        notices, channels = self._house.ledger.notices, places.channels
        if self._frontier is None:
            self._frontier = await notices.frontier()
        above, since = self._frontier
        said: dict[Channel, list[Said]] = {}
        for channel in SAID_IN:
            if channel in self._taken_up:
                continue
            try:
                said[channel] = await said_since(client, channels[channel], self._house.ledger.uid, since)
            except LOST as fault:
                log.warning("#%s cannot be read back yet (%s)", channel, fault)
                mind(self._house, client, fault, channel, channels[channel])
                if isinstance(fault, discord.NotFound) and fault.code == UNKNOWN_CHANNEL:
                    said[channel] = []
        if not said:
            return
        everywhere = self._taken_up | set(said) == set(SAID_IN)
        if taken := await notices.take_up(said, above, all_read=everywhere or bool(self._taken_up)):
            log.warning("the record was older than what had been said: %d messages were taken up", taken)
            self._older_at = self._house.clock.now()
            self._house.troubles.begin(TroubleKind.OLDER_RECORD, n=taken, at=since)
        self._taken_up |= set(said)
        if everywhere:
            self.taken()

    def _forget_older(self) -> None:
        """Once there was time to check the agenda, an older record is no trouble any more."""
        if not self._house.troubles.holds(TroubleKind.OLDER_RECORD):
            return
        now = self._house.clock.now()
        self._older_at = self._older_at or now
        if now >= self._older_at + CHECKED:
            self._house.troubles.over(TroubleKind.OLDER_RECORD)

    def _look_again(self, clock: Clock, unproved: list[Message]) -> datetime | None:
        if not unproved:
            return clock.now() + LOOK_AGAIN if not self.taken_up else None
        first = min(message.claimed_at for message in unproved) + UNPROVED
        return max(first, clock.now() + LOOK_AGAIN)

    async def _settle(self, client: discord.Client, speaker: Speaker, message: Message) -> None:
        channel_id = (await self._house.ledger.places.places()).channels.get(message.channel)
        if channel_id is None:
            return
        try:
            found = await find_message(
                client,
                channel_id,
                reference(self._house.ledger.uid, message.number),
                message.claimed_at,
            )
        except LOST as fault:
            log.warning("message %d cannot be looked for (%s)", message.number, fault)
            mind(self._house, client, fault, message.channel, channel_id)
            return
        if found is not None:
            await self._house.ledger.notices.said(message.number, found)
            log.info("message %d had been said", message.number)
            return
        now = self._house.clock.now()
        live = tuple(line for line in message.lines if now < line.lapses_at)
        dead = [line.key for line in message.lines if line not in live]
        if dead or not live:
            await self._house.ledger.notices.lapse(message.number, dead)
            for key in dead:
                log.info("lapsed unsaid: %s", key)
        if live:
            await self._send(client, speaker, message, live)

    async def _send(
        self, client: discord.Client, speaker: Speaker, message: Message, lines: tuple[Line, ...]
    ) -> None:
        places = await self._house.ledger.places.places()
        channel_id = places.channels.get(message.channel)
        if channel_id is None:
            return
        agenda = await self._house.ledger.agenda.agenda()
        role_ids = {places.roles.get(MENTIONS[line.kind]) for line in lines if line.kind in MENTIONS}
        roles = [discord.Object(role_id) for role_id in sorted(r for r in role_ids if r)]
        user_ids = {line.user_id for line in lines if line.user_id is not None}
        people = [discord.Object(user_id) for user_id in sorted(user_ids)]
        content = self._content(message, lines, [role.id for role in roles])
        view: discord.ui.View = discord.utils.MISSING
        buttons = speaker.controls(agenda, lines)
        if buttons:
            view = discord.ui.View(timeout=None)
            for item in buttons:
                view.add_item(item)
            view.stop()
        try:
            async with in_time():
                sent = await client.get_partial_messageable(channel_id).send(
                    content,
                    nonce=f"{self._house.ledger.uid}-{message.number}",
                    allowed_mentions=discord.AllowedMentions(
                        everyone=False, users=people, replied_user=False, roles=roles
                    ),
                    suppress_embeds=True,
                    view=view,
                )
        except LOST as fault:
            log.warning("message %d is not proved said (%s)", message.number, fault)
            mind(self._house, client, fault, message.channel, channel_id)
            return
        await self._house.ledger.notices.said(message.number, sent.id)
        self._house.troubles.over(TroubleKind.FORBIDDEN, message.channel)
        self._house.watch.compare(discord.utils.snowflake_time(sent.id))
        log.info("said in #%s: %s", message.channel, " | ".join(line.key for line in lines))

    def _tell_undelivered(self, unproved: list[Message], looked: set[int]) -> None:
        """Channels in which something was just tried in vain although there has been a connection for long.

        Where the channel is gone or closed to the bot, that is told already.
        """
        now, troubles = self._house.clock.now(), self._house.troubles
        connected_since = self._house.watch.connected_since
        if connected_since is None:
            return
        told: dict[str, Told] = {}
        for message in unproved:
            channel, since = message.channel, max(message.claimed_at, connected_since)
            known = troubles.holds(TroubleKind.FORBIDDEN, channel) or troubles.holds(
                TroubleKind.LOST, f"channel {channel}"
            )
            in_vain = message.number in looked and now >= since + UNDELIVERED and not known
            if in_vain or troubles.holds(TroubleKind.UNDELIVERED, channel):
                text = shortened(plain(message.lines[0].text), ECHOED) if message.lines else "…"
                told.setdefault(channel.value, {"text": text})
        troubles.exactly(TroubleKind.UNDELIVERED, told)

    def _content(self, message: Message, lines: tuple[Line, ...], role_ids: list[int]) -> str:
        now, words = self._house.clock.now(), self._house.words
        said = []
        for line in lines:
            late = (now - line.due_at) // timedelta(minutes=1)
            said.append(line.text + (f" {words.say('notice.late', n=late)}" if late >= 1 else ""))
        mention = [" ".join(f"<@&{role_id}>" for role_id in role_ids)] if role_ids else []
        reference_line = foot(self._house.ledger.uid, message.number, (line.key for line in lines))

        def put(text: str) -> str:
            return "\n".join([*mention, words.marked(text), reference_line])

        text = "\n".join(said)
        over = len(put(text)) - LONGEST
        # Better cut than refused by Discord, and so never said: escapes can double a text's length.
        return put(text if over <= 0 else text[: -over - 1] + "…")
