"""Ballots on pages: the form of one, and what was filled into it. Choices speak of options by their place."""

import random
import re
from collections.abc import Mapping, Sequence

from meeting.polls import ABSTAINED, Choice, NothingChosen, Poll, PollKind, Secrecy, UnknownOption
from room import wording
from room.wording import Json, Words


def ballot_json(words: Words, poll: Poll, voter: str = "") -> Json:
    """The form of a ballot. `voter` decides the order of options where each is to have an order of their own;
    it stays the same from one look to the next."""
    places = list(range(len(poll.options)))
    if poll.shuffled and voter:
        random.Random(f"{poll.poll_id} {voter}").shuffle(places)
    return {
        "poll_id": poll.poll_id,
        "kind": poll.kind.value,
        "how_text": wording.how(words, poll),
        "options": [{"index": place, "text": poll.options[place].text} for place in places],
        "most": poll.most,
        "cap": poll.cap,
        "levels": list(poll.levels),
        "abstaining": poll.abstaining,
        "abstain_label": words.say("polls.panel.buttons.abstain"),
        "secrecy_text": wording.secrecy(words, poll),
        "final": poll.secrecy is Secrecy.SECRET_FINAL,
    }


def choice_of(value: object) -> Choice:
    """A choice as a page sends it: a list of whole numbers. Raises `UnknownOption` for anything else; whether
    it fits the poll is decided with the poll."""
    if not isinstance(value, list) or len(value) > 100:
        raise UnknownOption()
    if any(type(one) is not int or not -1000 < one < 1000 for one in value):
        raise UnknownOption()
    return tuple(value)


def choice_from_form(poll: Poll, fields: Mapping[str, Sequence[str]]) -> Choice:
    """A choice as a plain HTML form sends it. Raises `UnknownOption`, `NothingChosen`.

    `choice` (single, approval), `place-1` … (ranking), `dots-0` … (points), `level-0` … (score); `abstain`.
    """
    if "abstain" in fields:
        return ABSTAINED
    if poll.kind is PollKind.RANKING:
        filled = (_first(fields, f"place-{place}") for place in range(1, poll.most + 1))
        return tuple(_number(one) for one in filled if one)
    if poll.kind is PollKind.POINTS:
        return tuple(_number(_first(fields, f"dots-{n}") or "0") for n in range(len(poll.options)))
    if poll.kind is PollKind.SCORE:
        return tuple(_number(_first(fields, f"level-{n}") or "-1") for n in range(len(poll.options)))
    chosen = tuple(_number(one) for one in fields.get("choice", ()))
    if not chosen:
        # That is how one forgets, not how one abstains.
        raise NothingChosen()
    return chosen


def _first(fields: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(fields.get(name, ())), "")


def _number(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,3}", text, re.ASCII):
        raise UnknownOption()
    return int(text)
