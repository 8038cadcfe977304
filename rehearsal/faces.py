"""What a panel of speakers and the private answers about it have to say, line by line, by a reckoned list."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from meeting.delegations import Category
from meeting.programme import Mode
from meeting.speakers import Floor, Preset, SpeechKind
from rehearsal.order import (
    Entry,
    Place,
    Reason,
    Roll,
    can_speak,
    held_for,
    moment_before_end,
    ordered,
    outlook,
    place_of,
)

HEAD = "## List of speakers"
OVER = "**The item is over.** You may submit in writing until "
SIDES = {Floor.ROOM: "in the room", Floor.VIRTUAL: "online"}
KINDS = {
    SpeechKind.POINT_OF_ORDER: "point of order",
    SpeechKind.QUESTION: "question to the speaker",
    SpeechKind.GROUP: "statement on behalf of a group",
    SpeechKind.STATEMENT: "statement",
    SpeechKind.REPLY: "right of reply",
}
CATEGORIES = {
    Category.MEMBER: "member delegations",
    Category.MEMBER_ORGANISATION: "member organisations",
    Category.OBSERVER_STATE: "observer States",
    Category.OBSERVER_ORGANISATION: "observer organisations",
}
ORDERS = {
    Preset.MEMBERS_FIRST: "members, member organisations, observers; in each who has not spoken on this item,"
    " then as inscribed",
    Preset.INSCRIPTION: "as inscribed",
    Preset.ALPHABETICAL: "alphabetical",
    Preset.LEAST_SPOKEN: "who has had the floor least often at this meeting, then as inscribed",
}
RANKED = (
    "members, member organisations, observers; in each by protocol, who has not spoken on this item,"
    " then as inscribed"
)
ABOUT = re.compile(r"about \d\d:\d\d[^.]*(?=\.)")
UNFIT = re.compile(r"\d+ will not fit before \d\d:\d\d\.")

LISTED = 15
"""Who waits, as far as a panel lists them."""


@dataclass(frozen=True)
class Venue:
    """Where the clock hangs."""

    zone: ZoneInfo
    name: str

    def hour(self, at: datetime) -> str:
        return at.astimezone(self.zone).strftime("%H:%M")

    def moment(self, at: datetime | None) -> str:
        """With the reader's own time behind it."""
        return "never" if at is None else f"{self.hour(at)} {self.name} (<t:{_epoch(at)}:t>)"


def panel(roll: Roll, now: datetime, venue: Venue) -> list[str]:
    """All lines of the panel, but for its heading, the marking and the reference."""
    lines = _state(roll, now, venue)
    if roll.on:
        lines += _floor(roll, now, venue)
    over = roll.ended_at is not None
    if not over:
        lines += _waiting(roll, now, venue)
    speaking = roll.speaking
    aside = (SpeechKind.POINT_OF_ORDER, SpeechKind.QUESTION)
    heard = [one for one in roll.heard if one.kind not in aside and one not in speaking]
    if heard:
        n = len(heard)
        names = ", ".join(f"{one.name} ({SIDES[one.side]})" for one in heard)
        lines.append(f"**{n} intervention{'s' * (n > 1)}**: {names}")
    if roll.left:
        lines.append(f"**Not heard, please submit in writing:** {', '.join(one.name for one in roll.left)}")
    if roll.texts:
        told = "text was" if roll.texts == 1 else "texts were"
        lines.append(f"{roll.texts} {told} handed in.")
    if not over:
        lines.append(f"-# Order: {order(roll)}. {sides(roll)} {time(roll)}")
    return lines


def _state(roll: Roll, now: datetime, venue: Venue) -> list[str]:
    if roll.ended_at is not None:
        return [OVER]
    lines, closing = [], moment_before_end(roll, roll.policy.closes)
    calling = moment_before_end(roll, roll.policy.last_call)
    if roll.closed_at is not None or (closing is not None and closing <= now):
        lines.append(f"**Closed at {venue.moment(roll.closed_at or closing)}.** You may submit in writing.")
    elif roll.last_call_at is not None or (calling is not None and calling <= now):
        at = venue.moment(closing)
        lines.append(
            f"**Last call**: the list closes at {at}."
            if closing is not None
            else "**Last call**: the list is about to be closed."
        )
    else:
        until = f", for now until {venue.moment(closing)}." if closing is not None else ".**"
        head = "**Open**" if closing is not None else "**Open"
        lines.append(f"{head}{until} Press **Ask for the floor**; you can take it back at any time.")
    if roll.item.mode is Mode.IN_PERSON:
        lines.append(
            "Held in person: only those in the room have the floor. Online one may submit in writing."
        )
    if roll.suspended:
        lines.append("The item is suspended.")
    return lines


def _floor(roll: Roll, now: datetime, venue: Venue) -> list[str]:
    current = roll.current
    if current is None or current.called_at is None:
        return ["Nobody has the floor."]
    lines = [f"**Has the floor: {current.delegation.name}** ({SIDES[current.side]}){behind(current)}"]
    spent = held_for(roll, current, now)
    if current.paused or roll.suspended:
        lines.append(f"**paused** after {stopwatch(spent)} of {length(current.limit)}")
    else:
        ends = _epoch(current.called_at + current.limit + (now - current.called_at - spent))
        since = venue.hour(current.called_at)
        lines.append(f"since {since} · {length(current.limit)}, until <t:{ends}:R>")
    lines += [f"-# {text}" for text in (current.speaker, current.subject) if text]
    if roll.interrupted is not None:
        one = roll.interrupted
        lines.append(f"Interrupted, off the clock: {one.name} ({SIDES[one.side]})")
    if roll.addressed is not None and roll.addressed.associates:
        names = ", ".join(roll.addressed.associates)
        lines.append(f"Associated with {roll.addressed.name}: {names}")
    return lines


def _waiting(roll: Roll, now: datetime, venue: Venue) -> list[str]:
    rows, lines = ordered(roll), list[str]()
    if rows:
        seen = outlook(roll, now)
        wait = "waits" if len(rows) == 1 else "wait"
        lines.append(f"{len(rows)} {wait}, heard by about {venue.hour(seen.done)}.")
        if seen.unfit and roll.ends is not None:
            lines.append(f"{seen.unfit} will not fit before {venue.hour(roll.ends)}.")
    else:
        lines.append("Nobody waits.")
    later = sum(one.pending for one in roll.replies)
    if later and not (roll.released or roll.last):
        rights = "right of reply" if later == 1 else "rights of reply"
        lines.append(f"{later} {rights}, heard at the end of the day.")
    lines += ["**Next**"] * bool(rows)
    for place, one in enumerate(rows[:LISTED], start=1):
        mark = " · *not now*" if one.not_now else "" if can_speak(roll, one) else " · *not while online*"
        lines.append(f"{place}. {one.name} ({SIDES[one.side]}){behind(one)}{mark}")
    if len(rows) > LISTED:
        lines.append(f"… and {len(rows) - LISTED} more")
    return lines


def why(roll: Roll, one: Entry, now: datetime, venue: Venue) -> list[str]:
    """The answer to “Why here?” about one of the delegation's, without the policy below."""
    place = place_of(roll, one)
    name = one.delegation.name
    if place is None:
        return [
            f"**{name}** has asked for a right of reply. It is heard at the end of the day, or when the chair"
            " says so."
        ]
    about = venue.moment(outlook(roll, now).begins[one.number])
    lines = [f"**{name}** ({KINDS[one.kind]}) is number **{place.place}** of {place.of}, about {about}."]
    if one.not_now:
        lines.append(
            "You said “not now”: the place is kept, and you are passed over until you press **Ready**, or"
            " nobody else is left."
        )
    elif not can_speak(roll, one):
        lines.append(
            "This item is held in person, and you are noted as online: you are passed over until you are in"
            " the room."
        )
    if place.ahead is None:
        lines.append("Nobody stands before you.")
    else:
        ahead = place.ahead
        lines.append(f"Directly before you stands **{ahead.delegation.name}** ({SIDES[ahead.side]}).")
        lines.append(f"That is because {_because(roll, one, place, ahead, venue)}")
    if place.reason and place.why is not Reason.MOVED:
        lines.append(f"Those who conduct the meeting moved you: “{place.reason}”")
    return lines


def _because(roll: Roll, one: Entry, place: Place, ahead: Entry, venue: Venue) -> str:
    room, online = roll.policy.ratio or (1, 1)
    at = [each.at.astimezone(venue.zone).strftime("%H:%M:%S") for each in (ahead, one)]
    moved = ahead.name if place.moved is ahead else "your delegation"
    said = {
        Reason.KIND: f"of what was asked for: {KINDS[ahead.kind]} comes before {KINDS[one.kind]}.",
        Reason.CATEGORY: f"{CATEGORIES[ahead.delegation.category]} come before"
        f" {CATEGORIES[one.delegation.category]}.",
        Reason.RANK: "of the order of protocol.",
        Reason.SPOKEN: f"{ahead.name} has had the floor less often at this meeting.",
        Reason.FIRST_TIME: f"{ahead.name} has not spoken on this item yet, and you have.",
        Reason.ALPHABET: "the list is in alphabetical order.",
        Reason.ASKED: f"{ahead.name} asked for the floor earlier: at {at[0]}, you at {at[1]}.",
        Reason.NUMBER: f"{ahead.name} was entered first, at the same moment.",
        Reason.SIDES: f"the two sides follow each other, {room} from the room, then {online} online; each"
        " side keeps its own order.",
        Reason.MOVED: f"those who conduct the meeting moved {moved}: “{place.reason}”",
    }
    assert place.why is not None
    return said[place.why]


def answered(roll: Roll, one: Entry, now: datetime, venue: Venue) -> str:
    """The first line of the answer to who has asked."""
    name = one.delegation.name
    if one.kind is SpeechKind.POINT_OF_ORDER:
        return f"Recorded: a point of order by **{name}**. Those who conduct the meeting have been called."
    place = place_of(roll, one)
    if place is None:
        return (
            f"Recorded: **{name}** has asked for a right of reply. It is heard at the end of the day, or when"
            " the chair says so."
        )
    head = f"Recorded: **{name}** is on the list ({KINDS[one.kind]})"
    if place.place == 1 and roll.current is None:
        return f"{head} and is next."
    about = venue.moment(outlook(roll, now).begins[one.number])
    return f"{head}: number **{place.place}** of {place.of}, about {about}."


# Parts of lines


def behind(one: Entry) -> str:
    """What stands behind a name."""
    return {
        SpeechKind.POINT_OF_ORDER: " · **point of order**",
        SpeechKind.QUESTION: " · question to the speaker",
        SpeechKind.GROUP: f" · on behalf of {one.group}",
        SpeechKind.REPLY: " · right of reply",
    }.get(one.kind, "")


def length(span: timedelta) -> str:
    """`3 min`, `1 min 30 s`."""
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    parts = [f"{minutes} min"] * bool(minutes or not seconds) + [f"{seconds} s"] * bool(seconds)
    return " ".join(parts)


def stopwatch(span: timedelta) -> str:
    """`1:05`."""
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    return f"{minutes}:{seconds:02}"


def order(roll: Roll) -> str:
    """What the order goes by."""
    ranked = roll.policy.ranked and roll.policy.preset is Preset.MEMBERS_FIRST
    return RANKED if ranked else ORDERS[roll.policy.preset]


def sides(roll: Roll) -> str:
    """How the two sides follow each other."""
    if roll.policy.ratio is None:
        return "Where one sits makes no difference."
    room, online = roll.policy.ratio
    if (room, online) == (1, 1):
        return "The room and online alternate."
    return f"In turn {room} from the room and {online} online."


def time(roll: Roll) -> str:
    """How long one may speak."""
    policy = roll.policy
    if policy.adaptive:
        return f"Time: what is left is shared out, {length(policy.least)} to {length(policy.most)} each."
    limits = policy.limits
    return (
        f"Time: {length(limits.member)}; member organisations {length(limits.member_organisation)}, observers"
        f" {length(limits.observer)}, for a group {length(limits.group)}."
    )


# Comparing


def shown(text: str, marking: str) -> list[str]:
    """A panel's lines as they are compared: without heading, marking, title and reference."""
    lines = [line for line in text.replace("\\", "").splitlines() if line]
    lines = [line for line in lines if marking not in line and not line.startswith("-# ref ")]
    at = lines.index(HEAD)
    lines = lines[at + 2 :]
    return [OVER if line.startswith(OVER) else line for line in lines]


def same(found: Sequence[str], wanted: Sequence[str], *, on: bool) -> bool:
    """Whether they say the same. Of an item that has not begun nobody can tell how long its list needs: when
    it begins hangs on those before it."""
    if on:
        return list(found) == list(wanted)
    rows = [
        [ABOUT.sub("about then", line) for line in lines if not UNFIT.fullmatch(line)]
        for lines in (found, wanted)
    ]
    return rows[0] == rows[1]


def _epoch(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp())
