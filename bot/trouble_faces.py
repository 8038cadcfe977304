"""A trouble as moderators read it: what happened, what to do first, and since when; or that it is over."""

from bot.wall_faces import Panel
from bot.words import Composed, Words
from db.agenda_rows import Plan
from db.troubles import Trouble, TroubleKind
from meeting.notices import Channel
from meeting.people import Capacity
from meeting.timetable import MINUTE

OPEN, OVER = 0xB3261E, 0x4B5563

ROLES = "roles"
"""What it is that Discord does not let the bot do, where that is no channel and not the server's events."""

HELD_WORDS = ("thread ", "channel ")
"""Subjects that held what people had written."""


def trouble_panel(words: Words, plan: Plan, trouble: Trouble) -> Panel:
    """One message per trouble. It mentions the moderators only if it is open when it is first posted."""
    say, what = words.say, what_happened(words, plan, trouble)
    if trouble.over_at is None:
        said = [say("trouble.open", what=what), what_to_do(words, plan, trouble)]
        foot = say("trouble.since", at=trouble.begun_at)
    else:
        lasted = (trouble.over_at - trouble.begun_at) // MINUTE
        key = "trouble.over" if lasted else "trouble.over_soon"
        said = [say(key, at=trouble.over_at, n=lasted), say("trouble.was", what=what)]
        foot = _sentence(words, plan, trouble, "over")
    return Panel(
        f"trouble-{trouble.number}",
        Channel.MODERATORS,
        (words.marked("\n".join(said)), foot),
        colour=OPEN if trouble.open else OVER,
        closing=True,
        mention=Capacity.MODERATOR if trouble.open else None,
    )


def unheard(trouble: Trouble) -> bool:
    """Whether it is the very thing that keeps its panel from being posted: that is told once it is over."""
    closed = trouble.kind is TroubleKind.FORBIDDEN and trouble.subject == Channel.MODERATORS
    return trouble.open and (closed or trouble.kind is TroubleKind.UNREACHABLE)


def what_happened(words: Words, plan: Plan, trouble: Trouble) -> Composed:
    """The trouble in one sentence."""
    return _sentence(words, plan, trouble, "what")


def what_to_do(words: Words, plan: Plan, trouble: Trouble) -> Composed:
    """What to do first."""
    return _sentence(words, plan, trouble, "do")


def _sentence(words: Words, plan: Plan, trouble: Trouble, which: str) -> Composed:
    """`way` among what is told chooses among sentences; a subject is told by the name people know it by."""
    told = dict(trouble.told)
    way = told.pop("way", "") if which == "what" else ""
    if trouble.kind is TroubleKind.FORBIDDEN and not trouble.subject and which != "over":
        way = "server"
    if trouble.kind is TroubleKind.FORBIDDEN and trouble.subject == ROLES and which != "over":
        way = "roles"
    if trouble.kind is TroubleKind.LOST and which != "what" and trouble.subject.startswith(HELD_WORDS):
        way = "written"
    told |= {"name": name_of(words, plan, trouble)}
    if "things" in told:
        told["things"] = _listed([lost_name(words, plan, one) for one in told["things"]])
    return words.say(f"trouble.{trouble.kind}.{which}{f'_{way}' if way else ''}", **told)


def name_of(words: Words, plan: Plan, trouble: Trouble) -> Composed:
    """What the trouble is about, as people know it."""
    subject = trouble.subject
    if trouble.kind is TroubleKind.LOST:
        return lost_name(words, plan, subject)
    if trouble.kind is TroubleKind.THREAD_LOCKED:
        return lost_name(words, plan, f"thread {subject}")
    if trouble.kind is TroubleKind.ROLE_GONE:
        return words.say(f"capacity.{subject}")
    if trouble.kind in (TroubleKind.FORBIDDEN, TroubleKind.UNDELIVERED):
        if not subject:
            return words.say("trouble.server")
        if subject == ROLES:
            return words.say("capacity.delegate")
        return words.say("trouble.channel", name=plan.channels.get(subject, subject))
    return Composed("")


def lost_name(words: Words, plan: Plan, subject: str) -> Composed:
    """`panel question-q1` → the panel of that question."""
    kind, key = subject.split(" ", 1)
    if kind == "channel":
        return words.say("trouble.channel", name=plan.channels.get(key, key))
    base, _, rest = key.partition("-") if kind == "panel" else (key, "", key)
    item = plan.agenda.question_item(rest)
    day = next((day for day in plan.agenda.days if day.day_id == rest), None)
    title = item.question.title if item and item.question else day.title if day else rest
    if base == "floor":
        title = next((one.title for one in plan.agenda.items if one.item_id == rest), rest)
    known = f"panel-{base}" if kind == "panel" else kind
    try:
        return words.say(f"trouble.lost_name.{known}", title=title)
    except KeyError:
        return words.say("trouble.lost_name.other", title=key)


def _listed(names: list[Composed]) -> Composed:
    return Composed(", ".join(names))
