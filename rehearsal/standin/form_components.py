"""Whether Discord would take a message's components (Discord docs, Component Reference)."""

from __future__ import annotations

from typing import Any

from . import wording as kinds
from .model import Json
from .refusals import Form, Path
from .wording import every

IN_ALL, ROWS, IN_ROW, TEXT_IN_ALL = 40, 5, 5, 4000
"""Component Reference, and for the 40 and 4000 the limits of messages with components v2."""

CUSTOM_ID, BUTTON_LABEL, OPTIONS, OPTION_TEXT, PLACEHOLDER = 100, 80, 25, 100, 150
URL, SECTION_TEXTS, GALLERY, MEDIA_DESCRIPTION = 512, 3, 10, 1024

_TOP_OLD = (kinds.ACTION_ROW,)
_TOP_NEW = (
    kinds.ACTION_ROW, kinds.SECTION, kinds.TEXT_DISPLAY, kinds.MEDIA_GALLERY, kinds.FILE,
    kinds.SEPARATOR, kinds.CONTAINER,
)  # fmt: skip
_IN_CONTAINER = tuple(kind for kind in _TOP_NEW if kind != kinds.CONTAINER)


def check_message_components(form: Form, at: Path, components: Any, *, v2: bool) -> None:
    """Notes every fault of a message's components."""
    listed = form.listing(at, components, IN_ALL if v2 else ROWS)
    for number, one in enumerate(listed):
        _check(form, (*at, number), one, _TOP_NEW if v2 else _TOP_OLD)
    found = [*every(listed)]
    if len(found) > IN_ALL:
        form.fault(at, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", f"Must be {IN_ALL} or fewer in total.")
    words = sum(len(str(one.get("content") or "")) for one in found if one.get("type") == kinds.TEXT_DISPLAY)
    if words > TEXT_IN_ALL:
        message = f"The total displayable text must be {TEXT_IN_ALL} or fewer in length."
        form.fault(at, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)
    check_unique(form, at, found)


def check_unique(form: Form, at: Path, found: list[Json]) -> None:
    """Custom ids and numeric ids may occur once."""
    for name, code in (("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"), ("id", "COMPONENT_ID_DUPLICATED")):
        given = [one[name] for one in found if one.get(name)]
        if len({*map(str, given)}) < len(given):
            form.fault(at, code, f"Component {name.replace('_', ' ')} cannot be duplicated")


def _check(form: Form, at: Path, one: Json, allowed: tuple[int, ...]) -> None:
    kind = one.get("type")
    if kind not in allowed:
        form.among((*at, "type"), kind if kind is not None else "", allowed)
        return
    if kind == kinds.ACTION_ROW:
        _row(form, at, one)
    elif kind == kinds.SECTION:
        _section(form, at, one)
    elif kind == kinds.CONTAINER:
        for number, part in enumerate(form.listing((*at, "components"), one.get("components"), IN_ALL, 1)):
            _check(form, (*at, "components", number), part, _IN_CONTAINER)
        form.whole((*at, "accent_color"), one.get("accent_color"), 0, 0xFFFFFF)
    elif kind == kinds.TEXT_DISPLAY:
        form.text((*at, "content"), one.get("content"), TEXT_IN_ALL, 1, required=True)
    elif kind == kinds.MEDIA_GALLERY:
        for number, item in enumerate(form.listing((*at, "items"), one.get("items"), GALLERY, 1)):
            _media(form, (*at, "items", number), item, "media")
    elif kind == kinds.FILE:
        _media(form, at, one, "file")
        if not str(form.object((*at, "file"), one.get("file")).get("url")).startswith("attachment://"):
            form.fault(
                (*at, "file", "url"), "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('attachment',)."
            )
    elif kind == kinds.SEPARATOR:
        form.among((*at, "spacing"), one.get("spacing"), (1, 2))


def _row(form: Form, at: Path, row: Json) -> None:
    parts = form.listing((*at, "components"), row.get("components"), IN_ROW, 1)
    menus = [part for part in parts if part.get("type") in kinds.SELECTS]
    if menus and len(parts) > 1:
        message = "The specified component exceeds the maximum width"
        form.fault((*at, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)
    for number, part in enumerate(parts):
        here = (*at, "components", number)
        if part.get("type") == kinds.BUTTON:
            _button(form, here, part)
        elif part.get("type") in kinds.SELECTS:
            check_select(form, here, part)
        else:
            form.among((*here, "type"), part.get("type") or "", (kinds.BUTTON, *kinds.SELECTS))


def _section(form: Form, at: Path, section: Json) -> None:
    for number, part in enumerate(
        form.listing((*at, "components"), section.get("components"), SECTION_TEXTS, 1)
    ):
        _check(form, (*at, "components", number), part, (kinds.TEXT_DISPLAY,))
    accessory = section.get("accessory")
    if not isinstance(accessory, dict):
        form.fault((*at, "accessory"), "BASE_TYPE_REQUIRED", "This field is required")
    elif accessory.get("type") == kinds.BUTTON:
        _button(form, (*at, "accessory"), accessory)
    elif accessory.get("type") == kinds.THUMBNAIL:
        _media(form, (*at, "accessory"), accessory, "media")
    else:
        form.among((*at, "accessory", "type"), accessory.get("type") or "", (kinds.BUTTON, kinds.THUMBNAIL))


def _button(form: Form, at: Path, button: Json) -> None:
    style = button.get("style")
    if style is None:
        form.fault((*at, "style"), "BASE_TYPE_REQUIRED", "This field is required")
    form.among((*at, "style"), style, (1, 2, 3, 4, 5, 6))
    form.text((*at, "label"), button.get("label"), BUTTON_LABEL)
    if style == kinds.LINK_STYLE:
        form.text((*at, "url"), button.get("url"), URL, 1, required=True)
        if button.get("custom_id"):
            message = "A custom id and url cannot both be specified"
            form.fault(at, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message)
    elif style != kinds.PREMIUM_STYLE:
        form.text((*at, "custom_id"), button.get("custom_id"), CUSTOM_ID, 1, required=True)
        if button.get("url"):
            message = "A custom id and url cannot both be specified"
            form.fault(at, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message)
    if style != kinds.PREMIUM_STYLE and not button.get("label") and not button.get("emoji"):
        form.fault(at, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A label or an emoji is required")


def check_select(form: Form, at: Path, menu: Json) -> None:
    """Notes the faults of a select menu, in a message or a form."""
    form.text((*at, "custom_id"), menu.get("custom_id"), CUSTOM_ID, 1, required=True)
    form.text((*at, "placeholder"), menu.get("placeholder"), PLACEHOLDER)
    form.whole((*at, "min_values"), menu.get("min_values"), 0, OPTIONS)
    form.whole((*at, "max_values"), menu.get("max_values"), 1, OPTIONS)
    if menu.get("type") == kinds.STRING_SELECT:
        options = form.listing((*at, "options"), menu.get("options") or [], OPTIONS, 1)
        check_options(form, (*at, "options"), options)
        fewest, most = menu.get("min_values"), menu.get("max_values")
        fewest, most = 1 if fewest is None else fewest, 1 if most is None else most
        if isinstance(most, int) and isinstance(fewest, int) and (most > len(options) or fewest > most):
            message = f"Must be between min_values and the number of options ({len(options)})."
            form.fault((*at, "max_values"), "SELECT_COMPONENT_MAX_VALUES_EXCEEDED", message)


def check_options(form: Form, at: Path, options: list[Any]) -> None:
    """Notes the faults of the options of a select, radio group or checkbox group."""
    for number, option in enumerate(options):
        form.text((*at, number, "label"), option.get("label"), OPTION_TEXT, 1, required=True)
        form.text((*at, number, "value"), option.get("value"), OPTION_TEXT, 1, required=True)
        form.text((*at, number, "description"), option.get("description"), OPTION_TEXT)
    values = [option.get("value") for option in options]
    for number, value in enumerate(values):
        if value in values[:number]:
            message = "The specified option value is already used"
            form.fault((*at, number, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)


def _media(form: Form, at: Path, holder: Json, name: str) -> None:
    form.text(
        (*at, name, "url"), form.object((*at, name), holder.get(name)).get("url"), 2048, 1, required=True
    )
    form.text((*at, "description"), holder.get("description"), MEDIA_DESCRIPTION)
