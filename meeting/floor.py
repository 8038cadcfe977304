"""Asking for the floor: what delegations do with a list of speakers, themselves or by a desk."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from meeting.delegations import Delegation
from meeting.programme import Mode
from meeting.refusals import Refused
from meeting.seats import HasLeft, Presence, Seat
from meeting.speaker_list import ListOver, ListShut, NotWaiting, closes_at, opens_at, state_of_list
from meeting.speaker_time import elapsed
from meeting.speakers import (
    MAIN,
    Floor,
    Inscription,
    InscriptionId,
    ListState,
    SpeakerList,
    SpeechKind,
)
from meeting.writing import legible, shows

REPLIES = 2
"""Rights of reply of a delegation on a meeting day (GA decision 34/401, paragraph 8)."""

JUST_CALLED = timedelta(minutes=1)
"""For so long after the call one can say “not now”; whoever has spoken for longer has spoken."""

LINE = 150
"""Characters of a name and title, a group, a subject; what is longer is cut."""


class ListNotOpen(Refused):
    """The list opens later; when is said."""


class ListClosed(Refused):
    """The list is closed; one may submit in writing."""


class FloorInPerson(Refused):
    """The item is held in person, and the person takes part virtually."""


class AlreadyWaiting(Refused):
    """The delegation is on the list for that already."""


class GroupMissing(Refused):
    """A statement on behalf of a group names the group."""


class NobodyAddressed(Refused):
    """There is no intervention to ask about, or to associate with."""


class OwnIntervention(Refused):
    """The intervention is the delegation's own."""


class TooManyReplies(Refused):
    """The delegation has used its rights of reply of the day."""


class ItemNotOn(Refused):
    """What is asked for is heard while the item runs, and it does not."""


class HasFloor(Refused):
    """The delegation has the floor now."""


class HeardAtOnce(Refused):
    """A point of order is heard at once; it can only be withdrawn."""


class AlreadyAssociated(Refused):
    """The delegation is associated with the intervention already."""


class NotOnList(Refused):
    """The delegation has nothing waiting on the list."""


@dataclass(frozen=True)
class Wish:
    """What is asked for, as it was typed."""

    kind: SpeechKind = SpeechKind.STATEMENT
    speaker: str = ""
    group: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Asker:
    """For whom the floor is asked, from which side; `seat` is that of who asks, None at a desk."""

    delegation: Delegation
    floor: Floor
    seat: Seat | None = None


def floor_of(speakers: SpeakerList, seat: Seat, now: datetime) -> Floor:
    """The side a person is taken to be on: as they said; else online, where the item has such a side."""
    if seat.virtual_on(now, speakers.sitting.zone):
        return Floor.VIRTUAL
    if seat.presence is Presence.ROOM or speakers.sitting.mode is Mode.IN_PERSON:
        return Floor.ROOM
    return Floor.VIRTUAL


def ask(
    speakers: SpeakerList, asker: Asker, wish: Wish, inscription_id: InscriptionId, now: datetime
) -> SpeakerList:
    """A delegation is on the list.

    Raises `HasLeft`, `FloorInPerson`, `ListNotOpen`, `ListClosed` (at a desk `ListShut`, `ListOver`),
    `ItemNotOn`, `AlreadyWaiting`, `GroupMissing`, `NobodyAddressed`, `OwnIntervention`, `TooManyReplies`.
    """
    if wish.kind is SpeechKind.STATEMENT and _line(wish.group):
        wish = replace(wish, kind=SpeechKind.GROUP)  # on a phone the menu is easily left as it is
    own = asker.delegation.delegation_id
    check_present(speakers, asker)
    _check_time(speakers, asker, wish.kind, now)
    _check_alone(speakers, asker.delegation, wish.kind)
    about = None
    if wish.kind is SpeechKind.QUESTION:
        about = _addressed(speakers, asker.delegation).inscription_id
    if wish.kind is SpeechKind.REPLY:
        mine = [
            one for one in speakers.inscriptions if one.kind is SpeechKind.REPLY and one.delegation_id == own
        ]
        if sum(one.withdrawn_at is None for one in mine) >= REPLIES:
            raise TooManyReplies(delegation=asker.delegation.short_name, most=REPLIES)
    group = _line(wish.group) if wish.kind is SpeechKind.GROUP else ""
    if wish.kind is SpeechKind.GROUP and not group:
        raise GroupMissing()
    asked = Inscription(
        inscription_id,
        speakers.item_id,
        own,
        wish.kind,
        asker.floor,
        now,
        by_desk=asker.seat is None,
        seat_id=asker.seat.seat_id if asker.seat is not None else None,
        user_id=asker.seat.user_id if asker.seat is not None else None,
        speaker=_line(wish.speaker),
        group=group,
        subject=_line(wish.subject),
        about=about,
    )
    return replace(speakers, inscriptions=(*speakers.inscriptions, asked))


def check_present(speakers: SpeakerList, asker: Asker) -> None:
    """Raises `HasLeft`, `FloorInPerson`."""
    if asker.seat is not None and asker.seat.presence is Presence.LEFT:
        raise HasLeft()
    if asker.floor is Floor.VIRTUAL and speakers.sitting.mode is Mode.IN_PERSON:
        raise FloorInPerson(item=speakers.sitting.title)


def _check_alone(speakers: SpeakerList, delegation: Delegation, kind: SpeechKind) -> None:
    there = next((one for one in speakers.of(delegation.delegation_id) if one.kind is kind), None)
    if there is not None:
        raise AlreadyWaiting(delegation=delegation.short_name, at=there.inscribed_at)


def _check_time(speakers: SpeakerList, asker: Asker, kind: SpeechKind, now: datetime) -> None:
    if kind not in MAIN:
        if not speakers.sitting.on:
            raise ItemNotOn(item=speakers.sitting.title)
        return
    state = state_of_list(speakers, now)
    if state is ListState.NOT_OPEN:
        raise ListNotOpen(item=speakers.sitting.title, at=opens_at(speakers))
    if state is ListState.CLOSED:
        at = speakers.closed_at or closes_at(speakers) or speakers.sitting.ended_at or now
        if asker.seat is None:
            raise ListOver(item=speakers.sitting.title) if speakers.sitting.over else ListShut(at=at)
        raise ListClosed(item=speakers.sitting.title, at=at)


def withdraw(
    speakers: SpeakerList, delegation: Delegation, number: InscriptionId, now: datetime
) -> SpeakerList:
    """It is taken back. Raises `UnknownInscription`, `NotOnList`, `HasFloor`, `NotWaiting`."""
    one = _own(speakers, delegation, number)
    return speakers.having(replace(one, withdrawn_at=now))


def put_off(
    speakers: SpeakerList, delegation: Delegation, number: InscriptionId, now: datetime
) -> SpeakerList:
    """“Not now”: it keeps its place and is passed over until they are ready; also just after it was called.

    Raises `UnknownInscription`, `NotOnList`, `NotWaiting`, `HeardAtOnce`, `AlreadyWaiting` (for the same,
    asked for again meanwhile), and `HasFloor` for who has spoken a while.
    """
    one = speakers.named(number)
    if one.kind is SpeechKind.POINT_OF_ORDER:
        raise HeardAtOnce()
    called = one == speakers.current and one.delegation_id == delegation.delegation_id
    if called and elapsed(speakers, one, now) <= JUST_CALLED:
        _check_alone(speakers, delegation, one.kind)
        back = replace(one, called_at=None, limit=None, pauses=(), not_now_at=now)
        return speakers.having(back)
    return speakers.having(replace(_own(speakers, delegation, number), not_now_at=now))


def ready_again(
    speakers: SpeakerList, delegation: Delegation, number: InscriptionId, now: datetime
) -> SpeakerList:
    """They are ready. Raises as `put_off`."""
    return speakers.having(replace(_own(speakers, delegation, number), not_now_at=None))


def associate(speakers: SpeakerList, delegation: Delegation, number: InscriptionId) -> SpeakerList:
    """The delegation associates itself with an intervention that has been or is being made.

    Raises `UnknownInscription`, `NobodyAddressed`, `OwnIntervention`, `AlreadyAssociated`.
    """
    one = speakers.named(number)
    if one.called_at is None or one.kind not in (*MAIN, SpeechKind.REPLY):
        raise NobodyAddressed()
    if one.delegation_id == delegation.delegation_id:
        raise OwnIntervention()
    if delegation.delegation_id in one.associates:
        raise AlreadyAssociated(delegation=speakers.delegation(one).name)
    return speakers.having(replace(one, associates=(*one.associates, delegation.delegation_id)))


def _addressed(speakers: SpeakerList, delegation: Delegation) -> Inscription:
    addressed = speakers.addressed
    if addressed is None:
        raise NobodyAddressed()
    if addressed.delegation_id == delegation.delegation_id:
        raise OwnIntervention()
    return addressed


def _own(speakers: SpeakerList, delegation: Delegation, number: InscriptionId) -> Inscription:
    one = speakers.named(number)
    if one.delegation_id != delegation.delegation_id:
        raise NotOnList()
    if one in (speakers.current, speakers.interrupted):
        raise HasFloor(delegation=delegation.short_name)
    if one not in speakers.of(delegation.delegation_id):
        raise NotWaiting()
    return one


def _line(text: str) -> str:
    text = " ".join(legible(text).split())[:LINE].rstrip()
    return text if shows(text) else ""
