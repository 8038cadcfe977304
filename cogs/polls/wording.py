"""What is said of a poll in one way wherever it is said."""

from bot.words import Composed, Words, shortened, unescaped
from db.polls import Standing
from meeting.delegations import Tally
from meeting.polls import ABSTAINED, OPTION_TEXT, Choice, Poll, PollKind, PollState, Secrecy, Unit

BALLOT = 2400
"""Characters of a ballot in an answer, which has 3,800: the question and what there is to say fit beside."""


def tally(words: Words, poll: Poll, one: Tally, locale: str | None = None) -> Composed:
    """`member delegations`, or the people of them."""
    whose = "tally" if poll.unit is Unit.DELEGATION else "people"
    return words.say(f"polls.{whose}.{one}", locale)


def title(words: Words, standing: Standing, locale: str | None = None) -> str:
    """The question, and of a later round which one it is."""
    question = standing.poll.question
    if standing.round == 1:
        return question
    return unescaped(words.say("polls.round", locale, question=question, n=standing.round))


def turnout(words: Words, standing: Standing, locale: str | None = None) -> Composed:
    """`41 of 45 member delegations, 3 of 4 member organisations`."""
    return Composed(
        ", ".join(
            words.say(
                "polls.panel.turnout",
                locale,
                n=standing.answered.get(one, 0),
                of=standing.bases.get(one, 0),
                tally=tally(words, standing.poll, one, locale),
            )
            for one in standing.poll.tallies
        )
    )


def how(words: Words, poll: Poll, locale: str | None = None) -> Composed:
    """How one answers."""
    if poll.kind is PollKind.APPROVAL and poll.most >= len(poll.options):
        return words.say("polls.how.approval_any", locale)
    values: dict[str, object] = {"n": poll.most, "most": poll.most, "cap": poll.cap}
    if poll.levels:
        values |= {"low": poll.levels[0], "high": poll.levels[-1]}
    return words.say(f"polls.how.{poll.kind}", locale, **values)


def secrecy(words: Words, poll: Poll, locale: str | None = None) -> Composed:
    """Who can learn whose ballot is whose, in a sentence on the ballot's face."""
    key = f"polls.secrecy.{poll.secrecy}"
    if poll.secrecy is Secrecy.NAMED and poll.unit is Unit.PERSON:
        key = f"{key}_person"
    if poll.secrecy is Secrecy.OPEN_CHANGEABLE and poll.state is PollState.CLOSED:
        key = f"{key}_closed"
    if poll.secrecy is Secrecy.SECRET_FINAL and poll.unit is Unit.DELEGATION:
        key = f"{key}_delegation"
    return words.say(key, locale)


def choice(words: Words, poll: Poll, chosen: Choice, locale: str | None = None) -> Composed:
    """A ballot in words, its options shortened as far as an answer needs it. What has not been said yet is
    left out."""
    if chosen == ABSTAINED:
        return words.say("polls.answer.abstention", locale)
    said = Composed("")
    for length in (OPTION_TEXT, 100, 70, 45, 28, 16):
        said = _choice(words, poll, chosen, length, locale)
        if len(said) <= BALLOT:
            break
    return said or words.say("polls.answer.nothing", locale)


def _choice(words: Words, poll: Poll, chosen: Choice, length: int, locale: str | None) -> Composed:
    texts = [shortened(option.text, length) for option in poll.options]
    if poll.kind is PollKind.RANKING:
        parts = [
            words.say("polls.answer.place", locale, n=number, text=texts[place])
            for number, place in enumerate(chosen, start=1)
        ]
    elif poll.kind is PollKind.POINTS:
        parts = [
            words.say("polls.answer.dots", locale, n=dots, text=text)
            for text, dots in zip(texts, chosen, strict=True)
            if dots
        ]
    elif poll.kind is PollKind.SCORE:
        parts = [
            words.say("polls.answer.level", locale, text=text, level=shortened(poll.levels[level], length))
            for text, level in zip(texts, chosen, strict=True)
            if level >= 0
        ]
    else:
        parts = [words.say("polls.answer.option", locale, text=texts[place]) for place in chosen]
    return Composed("; ".join(parts))
