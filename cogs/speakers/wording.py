"""What is said of a list of speakers in one way wherever it is said."""

from datetime import UTC, datetime, timedelta

from bot.words import Composed, Words, shortened
from meeting.speaker_time import forecast
from meeting.speakers import Floor, Inscription, Policy, Preset, SpeakerList, SpeechKind

SECOND = timedelta(seconds=1)

GROUP = 60
"""Characters of a group's name in a line."""


def side(words: Words, floor: Floor, locale: str | None = None) -> Composed:
    """`in the room`, `online`."""
    return words.say(f"speakers.sides.{floor}", locale)


def kind(words: Words, one: SpeechKind, locale: str | None = None) -> Composed:
    """`statement`, `right of reply`."""
    return words.say(f"speakers.kinds.{one}", locale)


def behind(words: Words, one: Inscription, locale: str | None = None) -> Composed:
    """What is said behind a name in a list; of a statement nothing."""
    return words.say(f"speakers.behind.{one.kind}", locale, group=shortened(one.group, GROUP))


def act(words: Words, verb: str, locale: str | None = None) -> Composed:
    """What an act of those who conduct is called."""
    return words.say(f"speakers.acts.{verb.removeprefix('speakers.')}", locale)


def name(speakers: SpeakerList, one: Inscription) -> str:
    """The delegation's short name."""
    return speakers.delegation(one).short_name


def length(words: Words, span: timedelta, locale: str | None = None) -> Composed:
    """`3 min`, `1 min 30 s`."""
    minutes, seconds = divmod(span // SECOND, 60)
    if not seconds:
        return words.say("speakers.length", locale, n=minutes)
    if not minutes:
        return words.say("speakers.seconds", locale, seconds=seconds)
    return words.say("speakers.length_seconds", locale, minutes=minutes, seconds=seconds)


def stopwatch(span: timedelta) -> Composed:
    """`1:05`."""
    minutes, seconds = divmod(span // SECOND, 60)
    return Composed(f"{minutes}:{seconds:02}")


def countdown(at: datetime) -> Composed:
    """`in 2 minutes`, as Discord counts it down by itself."""
    return Composed(f"<t:{int(at.astimezone(UTC).timestamp())}:R>")


def order(words: Words, policy: Policy, locale: str | None = None) -> Composed:
    """What the order goes by."""
    ranked = "_ranked" if policy.ranked and policy.preset is Preset.MEMBERS_FIRST else ""
    return words.say(f"speakers.policy.{policy.preset}{ranked}", locale)


def sides(words: Words, policy: Policy, locale: str | None = None) -> Composed:
    """How the two sides follow each other."""
    if policy.ratio is None:
        return words.say("speakers.policy.strict", locale)
    room, virtual = policy.ratio
    if room == virtual == 1:
        return words.say("speakers.policy.alternate", locale)
    return words.say("speakers.policy.sides", locale, room=room, virtual=virtual)


def time(words: Words, policy: Policy, locale: str | None = None) -> Composed:
    """How long one may speak."""
    if policy.adaptive:
        bounds = {name: length(words, getattr(policy, name), locale) for name in ("least", "most")}
        return words.say("speakers.policy.adaptive", locale, **bounds)
    limits = policy.limits
    return words.say(
        "speakers.policy.fixed",
        locale,
        member=length(words, limits.member, locale),
        organisation=length(words, limits.member_organisation, locale),
        observer=length(words, limits.observer, locale),
        group=length(words, limits.group, locale),
    )


def forecast_lines(
    words: Words, speakers: SpeakerList, now: datetime, locale: str | None = None
) -> list[str]:
    """How many wait, until when that takes, and how many do not fit."""
    waiting = len(speakers.waiting)
    if not waiting:
        return [words.say("speakers.panel.nobody_waits", locale)]
    needs = forecast(speakers, now)
    lines: list[str] = [
        words.say("speakers.panel.waiting", locale, n=waiting, at=words.hour(now + needs.needs))
    ]
    if needs.unfit:
        ends = words.hour(speakers.sitting.ends)
        lines.append(words.say("speakers.panel.unfit", locale, n=len(needs.unfit), at=ends))
    return lines
