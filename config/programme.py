"""Reading the programme file: from YAML to the meeting's plan, or every fault in it."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.checks import check
from config.documents import Document, Mapping, Node, Scalar, Sequence, plain, read_document
from config.faults import Fault, Faults
from config.poll_checks import check_polls
from config.polls import polls_of
from config.programme_file import DayKeys, ItemKeys, ProgrammeKeys, QuestionKeys, schema
from config.speaker_file import Sharing, SpeakerKeys
from config.suggestions import closest, quoted
from meeting.programme import (
    DayId,
    ItemId,
    Kind,
    NoticeSettings,
    Part,
    PartId,
    PlannedDay,
    PlannedItem,
    Programme,
    Question,
    QuestionId,
    Start,
)
from meeting.speakers import Limits, Policy

__all__ = ["read_programme", "schema"]


def read_programme(path: Path, *, start: date | None = None) -> Programme:
    """Read the programme. Raises `Faults`, all of them.

    `start` moves the first day to that date and the others along with it; local times stay as written.
    """
    document = read_document(path)
    found = [*document.faults, *check(document, start), *check_polls(document, start)]
    try:
        keys = ProgrammeKeys.model_validate(plain(document.root))
    except ValidationError as error:
        raise Faults([*found, *_shape_faults(document, error)]) from None
    if found:
        raise Faults(found)
    by = timedelta() if start is None else start - keys.days[0].date
    return _programme(keys, by)


def _programme(keys: ProgrammeKeys, by: timedelta) -> Programme:
    zone = ZoneInfo(keys.time_zone)
    return Programme(
        title=keys.title,
        time_zone=keys.time_zone,
        venue=keys.venue,
        days=tuple(_day(day, by, zone) for day in keys.days),
        notices=NoticeSettings(**{name: timedelta(minutes=minutes) for name, minutes in keys.notices}),
        channels=dict(keys.channels),
        about=keys.about,
        polls=polls_of(keys),
        speakers=_policy(keys.speakers),
        written_until=_written_until(keys, by, zone),
    )


def _policy(keys: SpeakerKeys) -> Policy:
    return Policy(
        preset=keys.order,
        ratio=keys.sides,
        ranked=keys.protocol_rank,
        opens=timedelta(minutes=keys.opens),
        last_call=timedelta(minutes=keys.last_call),
        closes=timedelta(minutes=keys.closes),
        limits=Limits(**dict(keys.limits)),
        adaptive=keys.time is Sharing.ADAPTIVE,
        least=keys.least,
        most=keys.most,
        reserve=timedelta(minutes=keys.reserve),
        turn_over=timedelta(seconds=keys.turn_over),
    )


def _written_until(keys: ProgrammeKeys, by: timedelta, zone: ZoneInfo) -> datetime | None:
    if keys.written_until is None:
        return None
    day_id, at = keys.written_until
    on = next(day.date for day in keys.days if day.id == day_id)
    return datetime.combine(on + by, at, zone).astimezone(UTC)


def _day(keys: DayKeys, by: timedelta, zone: ZoneInfo) -> PlannedDay:
    on = keys.date + by
    items = tuple(_item(item, keys, on, zone) for item in keys.items)
    return PlannedDay(DayId(keys.id), keys.title, on, keys.join_url, items)


def _item(keys: ItemKeys, day: DayKeys, on: date, zone: ZoneInfo) -> PlannedItem:
    by_clock = keys.fixed or keys.kind is not Kind.SESSION
    chair = keys.chair or (None if keys.kind is Kind.BREAK else day.chair)

    def instant(at: time) -> datetime:
        return datetime.combine(on, at, zone).astimezone(UTC)

    return PlannedItem(
        item_id=ItemId(keys.id),
        kind=keys.kind,
        title=keys.title,
        starts_at=instant(keys.starts),
        ends_at=instant(keys.ends),
        mode=keys.mode or day.mode,
        chair=chair or "",
        start=keys.start or (Start.CLOCK if by_clock else Start.CHAIR),
        fixed=keys.fixed,
        question=None if keys.question is None else _question(keys.question),
        illustrative=keys.illustrative,
    )


def _question(keys: QuestionKeys) -> Question:
    parts = tuple(Part(PartId(part.id), part.text) for part in keys.parts)
    return Question(QuestionId(keys.id), keys.title, keys.text, parts)


def _shape_faults(document: Document, error: ValidationError) -> list[Fault]:
    """Pydantic's errors in the file's own terms.

    A missing key is not told apart from the unknown one that was probably meant for it.
    """
    details = error.errors(include_url=False)
    meant: set[tuple[int | str, ...]] = set()
    for detail in details:
        if detail["type"] == "extra_forbidden":
            *above, key = detail["loc"]
            absent = [d["loc"][-1] for d in details if d["type"] == "missing" and d["loc"][:-1] == (*above,)]
            guess = closest(str(key), map(str, absent))
            if guess is not None:
                meant.add((*above, guess))
    return [_shape_fault(document, detail) for detail in details if detail["loc"] not in meant]


def _shape_fault(document: Document, detail: ErrorDetails) -> Fault:
    loc, kind = detail["loc"], detail["type"]
    if kind == "missing":
        held = _find(document.root, loc[:-1])
        path = held.below(str(loc[-1])) if isinstance(held, Mapping) else str(loc[-1])
        return Fault(document.file, held.line, path, f"it is missing: add `{_example(loc)}`")
    node = _find(document.root, loc)
    return document.fault(node, _sentence(detail, node))


def _sentence(detail: ErrorDetails, node: Node) -> str:
    kind, loc = detail["type"], detail["loc"]
    if kind == "extra_forbidden":
        return _unknown_key(loc)
    if kind in ("model_type", "model_attributes_type", "list_type"):
        wanted = (
            "a list, each entry beginning with `- `," if kind == "list_type" else "keys, such as `id: …`,"
        )
        return f"{_given(node)} stands where {wanted} belongs: put it below, indented"
    if kind == "too_short":
        return f"the list is empty: add an entry, `- {_example((*loc, 0, 'id'))}`"
    if kind == "too_long":
        return f"these are too many entries: keep {detail['ctx']['max_length']} at most"
    return str(detail.get("ctx", {}).get("error", detail["msg"]))


def _given(node: Node) -> str:
    if isinstance(node, Scalar):
        return quoted(node.value) if node.value else "nothing"
    return "a list" if isinstance(node, Sequence) else "a mapping"


def _unknown_key(loc: tuple[int | str, ...]) -> str:
    key = str(loc[-1])
    known = list(_model(loc[:-1]).model_fields)
    guess = closest(key, known)
    said = f"did you mean `{guess}`?" if guess else f"take it out, or use one of: {', '.join(known)}"
    return f"{quoted(key)} is not a key here; {said}"


def _example(loc: tuple[int | str, ...]) -> str:
    """A line such as the file could have at a place."""
    return _EXAMPLES.get(str(loc[-1]), f"{loc[-1]}: …")


_EXAMPLES = {
    "date": "date: 2022-09-07",
    "days": "days:` and below it `- id: d1",
    "ends": "ends: 10:30",
    "items": "items:` and below it `- id: d1-01",
    "parts": "parts:` and below it `- id: q1a",
    "starts": "starts: 09:30",
    "time_zone": "time_zone: Asia/Bangkok",
}


def _find(root: Node, loc: tuple[int | str, ...]) -> Node:
    node = root
    for step in loc:
        if isinstance(node, Mapping) and str(step) in node.entries:
            node = node.entries[str(step)]
        elif isinstance(node, Sequence) and isinstance(step, int):
            node = node.entries[step]
    return node


def _model(loc: tuple[int | str, ...]) -> type[BaseModel]:
    """The keys that may stand at a place."""
    model: type[BaseModel] = ProgrammeKeys
    for step in loc:
        if isinstance(step, str):
            model = _held(model.model_fields[step].annotation)
    return model


def _held(annotation: Any) -> type[BaseModel]:
    """The model in `X`, `X | None` or `list[X]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(_held(inner) for inner in get_args(annotation) if inner is not type(None))
