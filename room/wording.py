"""What pages say in one way wherever it is said, with the sentences Discord's panels have."""

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from meeting.agenda import Agenda, Item, State
from meeting.delegations import Tally
from meeting.polls import ABSTAINED, Choice, Poll, PollKind, PollState, Secrecy, Unit
from meeting.programme import Mode
from meeting.refusals import Refused
from meeting.speaker_time import forecast
from meeting.speakers import Floor, Inscription, ListState, Policy, Preset, SpeakerList, SpeechKind
from meeting.standings import Standing
from meeting.timetable import slot_of

Json = dict[str, Any]
"""An object of a page's state."""

SECOND = timedelta(seconds=1)


class Words(Protocol):
    """The door for text: plain sentences in the meeting's language."""

    def say(self, key: str, /, **values: object) -> str:
        """The sentence under `key`."""

    def refusal(self, refused: Refused) -> str:
        """The sentence for a rule's no."""

    def texts(self, page: str) -> dict[str, str]:
        """A page's own texts."""

    def hour(self, at: datetime) -> str:
        """`10:30`, at the venue."""

    def date(self, at: datetime) -> str:
        """`Wednesday 7 September`, at the venue."""

    def moment(self, at: datetime) -> str:
        """`10:30`, with the date if that is another than today's."""

    @property
    def language(self) -> str:
        """The language all this is in."""


def ms(at: datetime) -> int:
    """An instant as pages have it: milliseconds since 1970, UTC."""
    return int(at.astimezone(UTC).timestamp() * 1000)


def ms_or_none(at: datetime | None) -> int | None:
    """The same; None stays None."""
    return ms(at) if at is not None else None


# The agenda


def span(words: Words, begins: datetime | None, ends: datetime | None) -> str:
    """`10:30–11:30`; nothing without a time."""
    return f"{words.hour(begins)}–{words.hour(ends)}" if begins is not None and ends is not None else ""


def mode(words: Words, one: Mode) -> str:
    """`hybrid`, `in person`."""
    return words.say(f"agenda.mode.{one}")


def state(words: Words, one: State, *, awaited: bool = False) -> str:
    """How an item stands, in a word or two."""
    return words.say(f"room.item.{'awaited' if awaited else one}")


# The floor


def side(words: Words, floor: Floor) -> str:
    """`in the room`, `online`."""
    return words.say(f"speakers.sides.{floor}")


def kind(words: Words, one: SpeechKind) -> str:
    """`statement`, `right of reply`."""
    return words.say(f"speakers.kinds.{one}")


def behind(words: Words, one: SpeechKind, group: str) -> str | None:
    """What is said beside a name; of a statement nothing."""
    said = words.say(f"speakers.behind.{one}", group=group)
    return said.removeprefix(" · ") or None


def length(words: Words, of: timedelta) -> str:
    """`3 min`, `1 min 30 s`."""
    minutes, seconds = divmod(of // SECOND, 60)
    if not seconds:
        return words.say("speakers.length", n=minutes)
    if not minutes:
        return words.say("speakers.seconds", seconds=seconds)
    return words.say("speakers.length_seconds", minutes=minutes, seconds=seconds)


def stopwatch(of: timedelta) -> str:
    """`1:05`."""
    minutes, seconds = divmod(of // SECOND, 60)
    return f"{minutes}:{seconds:02}"


def order_of(words: Words, policy: Policy) -> str:
    """What the order goes by, and how the two sides follow each other."""
    ranked = "_ranked" if policy.ranked and policy.preset is Preset.MEMBERS_FIRST else ""
    said = words.say(f"speakers.policy.{policy.preset}{ranked}")
    if policy.ratio is None:
        sides = words.say("speakers.policy.strict")
    elif policy.ratio == (1, 1):
        sides = words.say("speakers.policy.alternate")
    else:
        room, virtual = policy.ratio
        sides = words.say("speakers.policy.sides", room=room, virtual=virtual)
    return words.say("speakers.why.policy", order=said, sides=sides)


def list_state(
    words: Words,
    one: ListState,
    opens: datetime,
    closes: datetime | None,
    closed_at: datetime | None,
    *,
    over: bool,
) -> str:
    """How a list stands, and until when."""
    if over:
        return words.say("room.list.over")
    if one is ListState.NOT_OPEN:
        return words.say("room.list.not_open", at=opens)
    if one is ListState.CLOSED:
        at = closed_at or closes
        return words.say("room.list.closed", at=at) if at is not None else words.say("room.list.over")
    until = "_until" if closes is not None else ""
    return words.say(f"room.list.{one}{until}", at=closes)


# Polls


def tally(words: Words, poll: Poll, one: Tally) -> str:
    """`member delegations`, or the people of them."""
    return words.say(f"polls.{'tally' if poll.unit is Unit.DELEGATION else 'people'}.{one}")


def upper(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def round_of(words: Words, standing: Standing) -> str | None:
    """Which round it is, of a later one."""
    return words.say("room.round", n=standing.round) if standing.round > 1 else None


def turnout(words: Words, standing: Standing) -> str:
    """`41 of 45 member delegations, 3 of 4 member organisations`."""
    return ", ".join(
        words.say(
            "polls.panel.turnout",
            n=standing.answered.get(one, 0),
            of=standing.bases.get(one, 0),
            tally=tally(words, standing.poll, one),
        )
        for one in standing.poll.tallies
    )


def how(words: Words, poll: Poll) -> str:
    """How one answers."""
    if poll.kind is PollKind.APPROVAL and poll.most >= len(poll.options):
        return words.say("polls.how.approval_any")
    values: dict[str, object] = {"n": poll.most, "most": poll.most, "cap": poll.cap}
    if poll.levels:
        values |= {"low": poll.levels[0], "high": poll.levels[-1]}
    return words.say(f"polls.how.{poll.kind}", **values)


def secrecy(words: Words, poll: Poll) -> str:
    """Who can learn whose ballot is whose."""
    key = f"polls.secrecy.{poll.secrecy}"
    if poll.secrecy is Secrecy.NAMED and poll.unit is Unit.PERSON:
        key = f"{key}_person"
    if poll.secrecy is Secrecy.OPEN_CHANGEABLE and poll.state is PollState.CLOSED:
        key = f"{key}_closed"
    if poll.secrecy is Secrecy.SECRET_FINAL and poll.unit is Unit.DELEGATION:
        key = f"{key}_delegation"
    return words.say(key)


def poll_state(words: Words, standing: Standing) -> str:
    """Until when it is open, or since when it is closed."""
    poll = standing.poll
    if poll.state is PollState.CLOSED:
        return words.say("room.poll.closed", at=poll.closed_at)
    if poll.state is PollState.PLANNED:
        at = standing.opening
        return words.say("room.poll.opens", at=at) if at is not None else words.say("room.poll.to_come")
    if standing.expected is None:
        return words.say("polls.panel.by_hand")
    return words.say("room.poll.until", at=standing.expected)


def choice(words: Words, poll: Poll, chosen: Choice) -> str:
    """A ballot in words."""
    if chosen == ABSTAINED:
        return words.say("polls.answer.abstention")
    texts = [option.text for option in poll.options]
    if poll.kind is PollKind.RANKING:
        parts = [
            words.say("polls.answer.place", n=number, text=texts[place])
            for number, place in enumerate(chosen, start=1)
        ]
    elif poll.kind is PollKind.POINTS:
        parts = [
            words.say("polls.answer.dots", n=dots, text=text)
            for text, dots in zip(texts, chosen, strict=True)
            if dots
        ]
    elif poll.kind is PollKind.SCORE:
        parts = [
            words.say("polls.answer.level", text=text, level=poll.levels[level])
            for text, level in zip(texts, chosen, strict=True)
        ]
    else:
        parts = [words.say("polls.answer.option", text=texts[place]) for place in chosen]
    return "; ".join(parts)


def waiting_lines(words: Words, speakers: SpeakerList, now: datetime) -> tuple[str, str | None]:
    """How many wait and until when that takes; how many do not fit."""
    waiting = len(speakers.waiting)
    if not waiting:
        return words.say("speakers.panel.nobody_waits"), None
    needs = forecast(speakers, now)
    said = words.say("speakers.panel.waiting", n=waiting, at=words.hour(now + needs.needs))
    if not needs.unfit:
        return said, None
    ends = words.hour(speakers.sitting.ends)
    return said, words.say("speakers.panel.unfit", n=len(needs.unfit), at=ends)


def name(speakers: SpeakerList, one: Inscription) -> str:
    """The delegation's short name."""
    return speakers.delegation(one).short_name


def ends_of(agenda: Agenda, item: Item) -> datetime:
    """When an item ends, as decided."""
    slot = slot_of(agenda, item.item_id)
    return slot.ends if slot is not None else item.starts_at + item.duration
