"""Polls as the desk gets them, with what can be done about each now."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from meeting.poll_times import When
from meeting.polls import Poll, PollKind, PollState, Secrecy, Unit
from meeting.room import Show
from meeting.standings import Standing
from room import wording
from room.ballots import ballot_json
from room.buttons import button
from room.wording import Json, Words

LATER = 5
"""Minutes a poll is given by one press."""

LATE_MINUTES = 10
"""For so long a poll is opened whose time went by."""

SETTLED = 6
"""Closed polls that show already, as far as the desk lists them: the last."""


def listed_polls(standings: Sequence[Standing], now: datetime) -> list[Standing]:
    """Open ones, those that wait to be shown, the newest result, those to come, earlier results, and last
    those whose time went by."""
    of = {state: [one for one in standings if one.poll.state is state] for state in PollState}
    settled = [one for one in of[PollState.CLOSED] if one.poll.published]
    settled.sort(key=lambda one: one.poll.closed_at or now, reverse=True)
    return [
        *of[PollState.OPEN],
        *(one for one in of[PollState.CLOSED] if not one.poll.published),
        *settled[:1],
        *(one for one in of[PollState.PLANNED] if not one.missed),
        *settled[1:SETTLED],
        *(one for one in of[PollState.PLANNED] if one.missed),
    ]


def entered_for(poll: Poll) -> bool:
    """Whether the desk may enter a delegation's ballot: not where one's own hand alone may know it."""
    return poll.unit is Unit.DELEGATION and poll.secrecy is not Secrecy.SECRET_FINAL


def poll_json(words: Words, standing: Standing) -> Json:
    """A poll, with a button for each thing that can be done about it now."""
    poll = standing.poll
    lines = [words.say("room.poll.options_missing")] if not poll.options else []
    if standing.in_person:
        lines.append(words.say("polls.panel.in_person"))
    by_desk = entered_for(poll)
    opened = poll.state is PollState.OPEN
    if opened and not by_desk:
        lines.append(words.say("room.poll.own_hands"))
    state = wording.poll_state(words, standing)
    if standing.missed:
        state = words.say("room.poll.missed")
    if poll.state is PollState.CLOSED and not poll.published:
        lines.append(words.say("room.poll.waits"))
    return {
        "poll_id": poll.poll_id,
        "question": poll.question,
        "round_text": wording.round_of(words, standing),
        "state": poll.state.value,
        "state_text": state,
        "turnout_text": wording.turnout(words, standing) if poll.opened_at is not None else None,
        "lines": lines,
        "buttons": list(_poll_buttons(words, standing)),
        "ballot": ballot_json(words, poll) if opened and by_desk else None,
        "hand_count": _hand_count(words, poll),
        "screen_button": _show_poll(words, poll),
    }


def _poll_buttons(words: Words, standing: Standing) -> Iterator[Json]:
    poll, say = standing.poll, words.say
    question, key = poll.question, poll.poll_id
    if poll.state is PollState.PLANNED and poll.options:
        by_hand = poll.opens.when is When.HAND or not standing.missed
        label = say("room.poll.buttons.open" if by_hand else "room.poll.buttons.late", n=LATE_MINUTES)
        minutes: Json = {} if by_hand else {"minutes": LATE_MINUTES}
        sure = say("room.confirm.open_poll", question=question)
        yield button(f"open-{key}", label, "polls.open", confirm=sure, poll_id=key, **minutes)
    if poll.state is PollState.OPEN:
        turnout = wording.turnout(words, standing)
        sure = say("polls.desk.confirm_close", question=question, turnout=turnout)
        yield button(f"close-{key}", say("room.poll.buttons.close"), "polls.close", confirm=sure, poll_id=key)
        kind = "more" if standing.expected is not None else "soon"
        label = say(f"room.poll.buttons.{kind}", n=LATER)
        yield button(f"more-{key}", label, "polls.extend", poll_id=key, minutes=LATER)
    if poll.state is PollState.CLOSED and not poll.published:
        sure = say("polls.desk.confirm_release", question=question)
        label = say("room.poll.buttons.release")
        yield button(f"release-{key}", label, "polls.release", confirm=sure, style="primary", poll_id=key)
    if poll.state is PollState.CLOSED:
        label = say("room.poll.buttons.round")
        sure = say("room.confirm.round", question=question)
        yield button(f"round-{key}", label, "polls.round", confirm=sure, poll_id=key)


def _hand_count(words: Words, poll: Poll) -> Json | None:
    """What is asked for where hands were counted in the room."""
    if poll.kind not in (PollKind.SINGLE, PollKind.APPROVAL) or poll.opened_at is None:
        return None
    tallies = [{"tally": one.value, "text": wording.tally(words, poll, one)} for one in poll.tallies]
    options = [{"n": n, "text": option.text} for n, option in enumerate(poll.options, start=1)]
    return {"options": options, "tallies": tallies}


def _show_poll(words: Words, poll: Poll) -> Json | None:
    if poll.opened_at is None:
        return None
    return button(
        f"show-{poll.poll_id}",
        words.say("room.screen.buttons.poll"),
        "room.show",
        preview={"show": Show.POLL.value, "poll_id": poll.poll_id},
        show=Show.POLL.value,
        poll_id=poll.poll_id,
    )
