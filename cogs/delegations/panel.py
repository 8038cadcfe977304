"""What the delegations want on the wall: the register, requests for a seat, roles of people in seats."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any

import discord

from bot.controls import address, button
from bot.house import House
from bot.wall_faces import Face, Panel, RoleFace, Source
from bot.words import Composed, Words, clean, shortened
from meeting.delegations import Delegation
from meeting.notices import Channel
from meeting.people import Capacity, UserId
from meeting.seats import Presence, RegisterLine, Request, Seat, register

KEPT = timedelta(hours=1)
"""How long a settled request is still redrawn."""

MISSING = 2500
"""Characters of the names of delegations nobody sits for; the rest are counted."""


def delegation_faces(house: House) -> Source:
    """What the delegations want on the wall now."""

    async def faces() -> Sequence[Face]:
        book, now = house.ledger.delegations, house.clock.now()
        delegations, seats, requests = await book.everything()
        waiting = [one for one in requests if one.settled_at is None]
        found: list[Face] = [register_panel(house.words, register(delegations, seats), waiting)]
        named = {one.delegation_id: one for one in delegations}
        sit_for = {seat.user_id: named[seat.delegation_id] for seat in seats if seat.taken}
        found += [
            request_panel(house.words, one, sit_for.get(one.user_id))
            for one in requests
            if one.settled_at is None or one.settled_at > now - KEPT
        ]
        role_id = (await house.ledger.places.places()).roles.get(Capacity.DELEGATE)
        if role_id is not None:
            seated, gone = await book.role_holders()
            found += [RoleFace(str(one), role_id, held=True) for one in seated]
            found += [RoleFace(str(one), role_id, held=False) for one in gone]
        return found

    return faces


def register_panel(words: Words, lines: Iterable[RegisterLine], waiting: Collection[Request]) -> Panel:
    """Who is there, and how many wait for an answer, for those who run the meeting."""
    text = [words.marked(words.say("delegations.register.head")), *register_lines(words, lines)]
    back = sum(one.back for one in waiting)
    counted = {"requests": len(waiting) - back, "back": back}
    text += [words.say(f"delegations.register.{key}", n=n) for key, n in counted.items() if n]
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow(
        button(words.say("delegations.register.missing"), address("delegations", "all", "look"))
    )
    return Panel("register", Channel.MODERATORS, ("\n".join(text),), (row,), colour=0x5B4B8A)


def register_lines(words: Words, lines: Iterable[RegisterLine], locale: str | None = None) -> list[str]:
    """A line per category."""
    return [_register_line(words, line, locale) for line in lines]


def _register_line(words: Words, line: RegisterLine, locale: str | None) -> str:
    category = words.say(f"delegations.categories.{line.category}", locale)
    parts: list[str] = [
        words.say(
            "delegations.register.line", locale, category=category, seated=line.seated, n=line.delegations
        )
    ]
    parts += [
        words.say(f"delegations.register.{presence}", locale, n=line.people[presence])
        for presence in (Presence.ROOM, Presence.VIRTUAL, Presence.UNKNOWN, Presence.LEFT)
        if line.people[presence]
    ]
    return " · ".join(parts)


def missing_line(
    words: Words, delegations: Iterable[Delegation], seats: Iterable[Seat], locale: str | None
) -> str:
    """The delegations nobody sits for."""
    seated = {seat.delegation_id for seat in seats if seat.taken and seat.presence is not Presence.LEFT}
    names = [clean(one.short_name) for one in delegations if one.delegation_id not in seated]
    if not names:
        return words.say("delegations.register.all", locale)
    shown, length = 0, 0
    while shown < len(names) and length + len(names[shown]) < MISSING:
        length += len(names[shown]) + 2
        shown += 1
    text = ", ".join(names[:shown])
    if shown < len(names):
        text += words.say("delegations.register.more", locale, n=len(names) - shown)
    return words.say("delegations.register.without", locale, n=len(names), names=Composed(text))


def request_panel(words: Words, request: Request, delegation: Delegation | None) -> Panel:
    """Somebody without a code, or somebody who sits for that delegation and is back; with what to do about it
    while nobody has."""
    key = ("back_" if request.back else "") + ("open" if request.settled_at is None else "settled")
    text = words.say(
        f"delegations.request.{key}",
        person=mention(request.user_id),
        text=request.text,
        delegation=delegation.name if delegation is not None else None,
        at=request.settled_at or request.made_at,
    )
    verb, *arg = ("back",) if request.back else ("give", 0)
    rows: tuple[discord.ui.ActionRow[Any], ...] = ()
    if request.settled_at is None:
        rows = (
            discord.ui.ActionRow(
                button(
                    words.say(f"delegations.request.{verb}"),
                    address("delegations", str(request.request_id), verb, *arg),
                    discord.ButtonStyle.primary,
                ),
                button(
                    words.say("delegations.request.settle"),
                    address("delegations", str(request.request_id), "settle"),
                ),
            ),
        )
    colour = 0x5B4B8A if request.settled_at is None else 0x4B5563
    return Panel(f"request-{request.request_id}", Channel.MODERATORS, (words.marked(text),), rows, colour)


def mention(user_id: UserId) -> Composed:
    """A person, as Discord draws them; private answers and panels notify nobody."""
    return Composed(f"<@{user_id}>")


def sitting(words: Words, seat: Seat, locale: str | None) -> Composed:
    """Who sits there: a person by their account, or somebody who uses the seat's page without one."""
    return words.say("delegations.on_page", locale) if seat.user_id is None else mention(seat.user_id)


def seat_line(words: Words, seat: Seat, locale: str | None) -> str:
    """One seat, for those who run the meeting."""
    function = words.say(f"delegations.functions.{seat.function}", locale)
    if not seat.taken:
        key = "free" if seat.released_at is None else "released"
        return words.say(f"delegations.seat.{key}", locale, number=seat.number, function=function)
    return words.say(
        "delegations.seat.taken",
        locale,
        number=seat.number,
        function=function,
        person=sitting(words, seat, locale),
        presence=where(words, seat, locale),
    )


def where(words: Words, seat: Seat, locale: str | None) -> Composed:
    """Where the person in a seat is, in words."""
    return words.say(f"delegations.where.{seat.presence}", locale)


def seat_name(words: Words, delegation: Delegation, seat: Seat, locale: str | None) -> str:
    """A seat in a list of proposals: plain text of at most 100 characters (Discord's limit)."""
    function = words.say(f"delegations.functions.{seat.function}", locale)
    end = f" – {seat.number} – {function}"
    return shortened(delegation.short_name, 100 - len(end)) + end
