"""The words in a message or form, and the controls in it, however deep they are nested."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

Json = dict[str, Any]

ACTION_ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
SECTION, TEXT_DISPLAY, THUMBNAIL, MEDIA_GALLERY, FILE, SEPARATOR = 9, 10, 11, 12, 13, 14
CONTAINER, LABEL, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 17, 18, 19, 21, 22, 23
"""Discord docs, Component Reference, Component Types."""

SELECTS = (STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT)

LINK_STYLE, PREMIUM_STYLE = 5, 6
"""Discord docs, Component Reference, Button Styles: these two have no custom_id."""


def every(components: Iterable[Json]) -> Iterator[Json]:
    """Each component, outer before inner, in reading order."""
    for component in components:
        yield component
        yield from every(inner(component))


def inner(component: Json) -> list[Json]:
    """The components directly within one."""
    found = [part for part in component.get("components") or () if isinstance(part, dict)]
    for key in ("accessory", "component"):
        part = component.get(key)
        if isinstance(part, dict):
            found.append(part)
    return found


def of_message(content: str, embeds: Iterable[Json], components: Iterable[Json]) -> str:
    """Content, embeds and text displays, joined with newlines."""
    parts = [content]
    for embed in embeds:
        parts.append((embed.get("author") or {}).get("name") or "")
        parts += [embed.get("title") or "", embed.get("description") or ""]
        for one in embed.get("fields") or ():
            parts += [one.get("name") or "", one.get("value") or ""]
        parts.append((embed.get("footer") or {}).get("text") or "")
    parts += of_components(components)
    return "\n".join(part for part in parts if part)


def of_components(components: Iterable[Json]) -> list[str]:
    """The text displays of a message or form; of a form also its labels and their descriptions."""
    parts = []
    for component in every(components):
        if component.get("type") == TEXT_DISPLAY:
            parts.append(str(component.get("content") or ""))
        elif component.get("type") == LABEL:
            parts += [component.get("label") or "", component.get("description") or ""]
        elif component.get("type") == TEXT_INPUT and component.get("label"):
            parts.append(component["label"])
    return [part for part in parts if part]


def buttons(components: Iterable[Json]) -> list[Json]:
    """The buttons, in reading order."""
    return [component for component in every(components) if component.get("type") == BUTTON]


def selects(components: Iterable[Json]) -> list[Json]:
    """The select menus, in reading order."""
    return [component for component in every(components) if component.get("type") in SELECTS]
