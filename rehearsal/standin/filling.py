"""A form as a person fills it in, checked as the Discord client does before it sends anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import wording as kinds
from .choosing import entities, pick
from .form_modals import INPUT
from .model import Json
from .world import World


def submit(world: World, modal: Json, answers: Mapping[str, Any]) -> Json:
    """The `data` of the interaction. Keys of `answers` are labels or custom ids.

    What is not answered stays as the form had it filled in. Raises LookupError for a field there
    is not, ValueError for an answer the client would not take.
    """
    resolved: Json = {}
    used: set[str] = set()
    parts = []
    for number, part in enumerate(modal["components"], 1):
        shape: Json = {"type": part["type"], "id": part.get("id") or number}
        if part["type"] == kinds.LABEL:
            shape["component"] = _field(world, part["component"], part["label"], answers, used, resolved)
        elif part["type"] == kinds.ACTION_ROW:
            inside = part["components"]
            shape["components"] = [
                _field(world, one, one.get("label"), answers, used, resolved) for one in inside
            ]
        parts.append(shape)
    unknown = [key for key in answers if key not in used]
    if unknown:
        raise LookupError(f"the form {modal['title']!r} has no field {unknown[0]!r}")
    data: Json = {"custom_id": modal["custom_id"], "components": parts}
    return data | ({"resolved": resolved} if resolved else {})


def _field(
    world: World, one: Json, label: str | None, answers: Mapping[str, Any], used: set[str], resolved: Json
) -> Json:
    shape: Json = {"type": one["type"], "custom_id": one["custom_id"], "id": one.get("id") or 0}
    given: Any = None
    for key in (one["custom_id"], label):
        if key is not None and key in answers:
            given = answers[key]
            used.add(key)
    name, required = label or one["custom_id"], one.get("required") is not False
    kind = one["type"]
    if kind == kinds.TEXT_INPUT:
        shape["value"] = _text(one, name, given, required)
    elif kind == kinds.CHECKBOX:
        shape["value"] = bool(one.get("default")) if given is None else bool(given)
    elif kind == kinds.RADIO_GROUP:
        chosen = pick(one, _listed(one, given), 1 if required else 0, 1)
        shape["value"] = chosen[0] if chosen else None
    elif kind in (kinds.CHECKBOX_GROUP, *kinds.SELECTS):
        whole = len(one.get("options") or ()) if kind == kinds.CHECKBOX_GROUP else 1
        fewest, most = one.get("min_values"), one.get("max_values") or whole
        wanted = _listed(one, given)
        fewest = 1 if fewest is None else fewest
        fewest = (fewest if wanted or required else 0) or (1 if required and kind in kinds.SELECTS else 0)
        if kind in (kinds.CHECKBOX_GROUP, kinds.STRING_SELECT):
            shape["values"] = pick(one, wanted, fewest, most)
        else:
            shape["values"], found = entities(world, kind, wanted, fewest, most)
            for group, objects in found.items():
                resolved.setdefault(group, {}).update(objects)
    else:
        raise ValueError(f"{name}: fields of type {kind} are not acted by a stand-in")
    return shape


def _text(one: Json, name: str, given: Any, required: bool) -> str:
    text = str(one.get("value") or "") if given is None else str(given)
    least, most = one.get("min_length") or 0, one.get("max_length") or INPUT
    if required and not text:
        raise ValueError(f"{name}: this field is required")
    if (text and len(text) < least) or len(text) > most:
        raise ValueError(f"{name}: {len(text)} characters, but it takes {least} to {most}")
    return text


def _listed(one: Json, given: Any) -> list[Any]:
    if given is None:
        preset = [option["value"] for option in one.get("options") or () if option.get("default")]
        return preset or [default["id"] for default in one.get("default_values") or ()]
    return list(given) if isinstance(given, (list, tuple, set, frozenset)) else [given]
