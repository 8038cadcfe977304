"""Whether Discord would take a form to be filled in (Discord docs, Receiving and Responding, Modal)."""

from __future__ import annotations

from typing import Any

from . import wording as kinds
from .form_components import CUSTOM_ID, check_options, check_select, check_unique
from .model import Json
from .refusals import Form, Path
from .wording import every

TITLE, PARTS, LABEL, LABEL_DESCRIPTION = 45, 5, 45, 100
"""Discord docs, Receiving and Responding, Modal; Component Reference, Label."""

INPUT, INPUT_PLACEHOLDER = 4000, 100
RADIO, CHECKBOXES = (2, 10), (1, 10)
FILES = 10
"""Discord docs, Component Reference: Text Input, Radio Group, Checkbox Group, File Upload."""

_IN_LABEL = (
    kinds.TEXT_INPUT, *kinds.SELECTS, kinds.FILE_UPLOAD, kinds.RADIO_GROUP, kinds.CHECKBOX_GROUP,
    kinds.CHECKBOX,
)  # fmt: skip


def check_modal(form: Form, at: Path, data: Json) -> None:
    """Notes every fault of a modal."""
    form.text((*at, "title"), data.get("title"), TITLE, 1, required=True)
    form.text((*at, "custom_id"), data.get("custom_id"), CUSTOM_ID, 1, required=True)
    parts = form.listing((*at, "components"), data.get("components") or [], PARTS, 1)
    for number, part in enumerate(parts):
        here = (*at, "components", number)
        kind = part.get("type")
        if kind == kinds.ACTION_ROW:
            inside = form.listing((*here, "components"), part.get("components"), 1, 1)
            for place, one in enumerate(inside):
                form.text((*here, "components", place, "label"), one.get("label"), LABEL, 1, required=True)
                _field(form, (*here, "components", place), one, (kinds.TEXT_INPUT,))
        elif kind == kinds.LABEL:
            form.text((*here, "label"), part.get("label"), LABEL, 1, required=True)
            form.text((*here, "description"), part.get("description"), LABEL_DESCRIPTION)
            _field(form, (*here, "component"), part.get("component"), _IN_LABEL)
        elif kind == kinds.TEXT_DISPLAY:
            form.text((*here, "content"), part.get("content"), INPUT, 1, required=True)
        else:
            form.among((*here, "type"), kind or "", (kinds.ACTION_ROW, kinds.TEXT_DISPLAY, kinds.LABEL))
    check_unique(form, (*at, "components"), [*every(parts)])


def _field(form: Form, at: Path, one: Any, allowed: tuple[int, ...]) -> None:
    kind = one.get("type") if isinstance(one, dict) else None
    if kind not in allowed:
        form.among((*at, "type"), kind or "", allowed)
        return
    form.text((*at, "custom_id"), one.get("custom_id"), CUSTOM_ID, 1, required=True)
    if kind == kinds.TEXT_INPUT:
        form.among((*at, "style"), one.get("style") or "", (1, 2))
        form.text((*at, "value"), one.get("value"), INPUT)
        form.text((*at, "placeholder"), one.get("placeholder"), INPUT_PLACEHOLDER)
        form.whole((*at, "min_length"), one.get("min_length"), 0, INPUT)
        form.whole((*at, "max_length"), one.get("max_length"), 1, INPUT)
        most = one.get("max_length") or INPUT
        if isinstance(most, int) and isinstance(one.get("value"), str) and len(one["value"]) > most:
            form.fault((*at, "value"), "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
    elif kind in kinds.SELECTS:
        check_select(form, at, one)
    elif kind in (kinds.RADIO_GROUP, kinds.CHECKBOX_GROUP):
        least, most = RADIO if kind == kinds.RADIO_GROUP else CHECKBOXES
        options = form.listing((*at, "options"), one.get("options") or [], most, least)
        check_options(form, (*at, "options"), options)
        form.whole((*at, "min_values"), one.get("min_values"), 0, len(options))
        form.whole((*at, "max_values"), one.get("max_values"), 1, len(options))
        chosen = [option for option in options if option.get("default")]
        if kind == kinds.RADIO_GROUP and len(chosen) > 1:
            form.fault(
                (*at, "options"), "RADIO_GROUP_TOO_MANY_DEFAULTS", "Only one option may be the default"
            )
    elif kind == kinds.FILE_UPLOAD:
        form.whole((*at, "min_values"), one.get("min_values"), 0, FILES)
        form.whole((*at, "max_values"), one.get("max_values"), 1, FILES)
