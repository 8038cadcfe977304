"""A notice as a line of a message, and the buttons under the question whether to start."""

from collections.abc import Sequence
from typing import Any

import discord

from bot.controls import address, button
from bot.words import Composed, Words, clean_block, shortened, unescaped
from db.notices import Line
from meeting.agenda import Agenda, Item
from meeting.notices import Channel, Notice, NoticeKind
from meeting.programme import ItemId, Kind, Mode
from meeting.timetable import MINUTE, decided, slot_of

LATER = (5, 15)
"""Minutes offered when moderators are asked to start an item, and on the operator panel."""

BUTTONS = 5
"""Buttons in a row (Discord's limit)."""

FLOOR = (NoticeKind.CALLED, NoticeKind.ON_DECK)
"""Notices that mention single people."""

DIGEST_LINES = 14
"""Lines of a day's digest: with titles of 70 characters they fit one message of 2,000."""


class AgendaSpeaker:
    """Puts the agenda's notices into words."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def line(self, agenda: Agenda, notice: Notice) -> str:
        """The notice as a line (the digest: as some lines)."""
        words = self._words
        if notice.kind is NoticeKind.DIGEST:
            return self._digest(agenda, notice)
        if notice.kind is NoticeKind.ANNOUNCEMENT:
            return words.say("notice.announcement", text=clean_block(notice.text))
        if notice.kind in (*FLOOR, NoticeKind.ORDER_RAISED):
            # The one place where somebody is mentioned by name: the outbox lets only this person be.
            mention = Composed(f"<@{notice.user_id}>") if notice.user_id is not None else Composed("")
            return words.say(f"notice.{notice.kind}", mention=mention, delegation=notice.text)
        if notice.channel is Channel.POLLS:
            text = shortened(notice.text, 200)
            if notice.round > 1:
                text = unescaped(words.say("polls.round", question=text, n=notice.round))
            by_hand = notice.kind is NoticeKind.POLL_OPENED and notice.about_at is None
            key = "notice.opened_by_hand" if by_hand else f"notice.{notice.kind}"
            at = words.moment(notice.about_at, beside=notice.due_at) if notice.about_at else None
            return words.say(key, text=text, at=at)
        if notice.kind is NoticeKind.DAY_END:
            return self._day_end(agenda, notice)
        if notice.kind is NoticeKind.ANCHOR:
            assert notice.day_id is not None
            entries, _, _ = notice.text.partition(":")
            day = agenda.day(notice.day_id).title
            # Hexadecimal and a colon: nothing to escape, and escapes would show in a code span.
            return words.say("notice.anchor", day=day, n=int(entries), anchor=Composed(notice.text))
        assert notice.item_id is not None
        item = agenda.item(notice.item_id)
        title = shortened(item.title, 100)
        if notice.kind is NoticeKind.STARTED:
            return self._started(agenda, item, title)
        if notice.kind is NoticeKind.SOON:
            assert notice.about_at is not None
            minutes = max(1, (notice.about_at - notice.due_at) // MINUTE)
            return words.say("notice.soon", n=minutes, at=notice.about_at, title=title)
        if notice.kind is NoticeKind.DEFERRED:
            day = agenda.day(item.day_id).title
            return words.say("notice.deferred", day=day, at=notice.about_at, title=title)
        if notice.kind is NoticeKind.TIME_LEFT:
            assert notice.about_at is not None
            left = (notice.about_at - notice.due_at) // MINUTE
            slots = decided(agenda, item.day_id)
            # A break of which delay leaves nothing is not what comes next.
            slot = next((s for s in slots if s.item.to_come and s.begins < s.ends), None)
            following = words.say("notice.nothing_next")
            if slot is not None:
                following = words.say("notice.next_at", title=slot.item.title, hour=words.hour(slot.begins))
            return words.say("notice.time_left", n=left, at=notice.about_at, title=title, next=following)
        if notice.kind is NoticeKind.ASK and item.fixed:
            return words.say("notice.ask_fixed", title=title, at=notice.about_at)
        return words.say(f"notice.{notice.kind}", title=title, at=notice.about_at)

    def controls(self, agenda: Agenda, lines: Sequence[Line]) -> Sequence[discord.ui.Button[Any]]:
        """Start now · +5 · +15, under the question whether to start; a fixed item is not put off.

        Under who is called to the floor, the floor's own: its panel may be far above.
        """
        running = agenda.running
        if running is not None and any(line.kind in FLOOR for line in lines):
            say = self._words.say
            return [
                button(say(f"speakers.panel.buttons.{verb}"), address("speakers", running.item_id, verb))
                for verb in ("later", "why", "ask")
            ]
        asked = [line for line in lines if line.kind is NoticeKind.ASK]
        items = [agenda.item(ItemId(line.key.split(" · ")[0])) for line in asked]
        say = self._words.say
        if len(items) > 1:
            return [
                button(
                    say("agenda.ask.start_this", title=Composed(shortened(item.title, 60))),
                    address("agenda", item.item_id, "start", agenda.revision),
                )
                for item in items[:BUTTONS]
            ]
        if not items:
            return ()
        item = items[0]
        return (
            button(
                say("agenda.ask.start"),
                address("agenda", item.item_id, "start", agenda.revision),
                discord.ButtonStyle.success,
            ),
            *(
                button(
                    say("agenda.ask.later", minutes=minutes),
                    address("agenda", item.item_id, "shift", f"{minutes}.{agenda.revision}"),
                )
                for minutes in (() if item.fixed else LATER)
            ),
        )

    def _started(self, agenda: Agenda, item: Item, title: str) -> str:
        if item.kind is not Kind.SESSION:
            slot = slot_of(agenda, item.item_id)
            assert slot is not None
            return self._words.say("notice.started_break", title=title, until=slot.ends)
        chair = self._words.say("notice.chair", chair=item.chair) if item.chair else Composed("")
        return self._words.say("notice.started", title=title, chair=chair)

    def _digest(self, agenda: Agenda, notice: Notice) -> str:
        assert notice.day_id is not None
        words, day = self._words, agenda.day(notice.day_id)
        slots = decided(agenda, day.day_id)
        lines = [words.say("notice.digest.head", day=day.title, date=words.date(slots[0].begins))]
        for slot in slots[:DIGEST_LINES]:
            lines.append(
                words.say(
                    "notice.digest.line",
                    hour=words.hour(slot.begins),
                    own=words.own(slot.begins),
                    title=shortened(slot.item.title, 70),
                )
            )
        if len(slots) > DIGEST_LINES:
            lines.append(words.say("notice.digest.more", n=len(slots) - DIGEST_LINES))
        if all(slot.item.mode is Mode.IN_PERSON for slot in slots):
            lines.append(words.say("notice.digest.in_person"))
        elif day.join_url:
            lines.append(words.say("notice.digest.listen", url=day.join_url))
        return "\n".join(lines)

    def _day_end(self, agenda: Agenda, notice: Notice) -> str:
        assert notice.day_id is not None
        words = self._words
        place = [day.day_id for day in agenda.days].index(notice.day_id)
        title = agenda.days[place].title
        following = [decided(agenda, day.day_id) for day in agenda.days[place + 1 : place + 2]]
        if not following or not following[0]:
            return words.say("notice.day_end", day=title)
        begins = following[0][0].begins
        return words.say(
            "notice.day_end_next",
            day=title,
            next=agenda.days[place + 1].title,
            date=words.date(begins),
            at=begins,
        )
