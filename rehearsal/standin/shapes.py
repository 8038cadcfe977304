"""What Discord makes of the embeds and components it is sent: ids, defaults, resolved files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from . import wording as kinds
from .model import Attachment, Json
from .refusals import Form
from .wording import every

ATTACHED = "attachment://"
"""Discord docs, Reference, Editing Message Attachments: how a body refers to its own files."""


class Shaper:
    """Shapes the parts of one message, given its files and a maker of snowflakes."""

    def __init__(self, attachments: Iterable[Attachment], make_id: Callable[[], int]) -> None:
        self._attachments = {one.filename: one for one in attachments}
        self._make_id = make_id
        self.form = Form()

    def embed(self, sent: Json) -> Json:
        """An embed as it comes back: without empty parts, with its kind and addresses."""
        shape = {key: value for key, value in sent.items() if value is not None and value != []}
        shape["type"] = "rich"
        if "fields" in shape:
            shape["fields"] = [{**one, "inline": bool(one.get("inline"))} for one in shape["fields"]]
        for name in ("image", "thumbnail"):
            if name in shape:
                url, _ = self._resolve(str(shape[name].get("url")), ("embeds", name))
                shape[name] = {"url": url, "proxy_url": url, "width": 0, "height": 0}
        for name in ("author", "footer"):
            if name in shape:
                shape[name] = {key: value for key, value in shape[name].items() if value is not None}
        return shape

    def components(self, sent: Iterable[Json]) -> list[Json]:
        """Components as they come back: each with a numeric id, defaults filled in."""
        shaped = [self._component(one) for one in sent]
        taken = {one["id"] for one in every(shaped) if one.get("id")}
        following = 1
        for one in every(shaped):
            if not one.get("id"):
                while following in taken:
                    following += 1
                one["id"] = following
                taken.add(following)
        return shaped

    def _component(self, sent: Json) -> Json:
        kind = sent["type"]
        shape: Json = {key: value for key, value in sent.items() if value is not None}
        if "components" in shape:
            shape["components"] = [self._component(one) for one in shape["components"]]
        if "accessory" in shape:
            shape["accessory"] = self._component(shape["accessory"])
        if "emoji" in shape:
            shape["emoji"] = _emoji(shape["emoji"])
        if kind in kinds.SELECTS:
            shape.setdefault("min_values", 1)
            shape.setdefault("max_values", 1)
            shape["options"] = [_option(one) for one in shape.get("options") or ()]
            if kind != kinds.STRING_SELECT:
                del shape["options"]
        elif kind == kinds.CONTAINER:
            shape = {"accent_color": None, "spoiler": False} | shape
        elif kind == kinds.SEPARATOR:
            shape = {"spacing": 1, "divider": True} | shape
        elif kind == kinds.THUMBNAIL:
            shape = {"description": None, "spoiler": False, **shape, "media": self._media(sent["media"])}
        elif kind == kinds.MEDIA_GALLERY:
            shape["items"] = [self._item(one) for one in shape["items"]]
        elif kind == kinds.FILE:
            shape["file"], found = self._file(shape["file"])
            shape |= {"name": found.filename if found else None, "size": found.size if found else None}
            shape.setdefault("spoiler", False)
        return shape

    def _item(self, sent: Json) -> Json:
        media = self._media(sent["media"])
        return {"media": media, "description": sent.get("description"), "spoiler": bool(sent.get("spoiler"))}

    def _media(self, sent: Json) -> Json:
        return self._file(sent)[0]

    def _file(self, sent: Json) -> tuple[Json, Attachment | None]:
        url, found = self._resolve(str(sent["url"]), ("components",))
        shape: Json = {"id": str(self._make_id()), "url": url, "proxy_url": url}
        if found:
            shape |= {"attachment_id": str(found.id), "content_type": found.content_type}
        return shape, found

    def _resolve(self, url: str, at: tuple[str, ...]) -> tuple[str, Attachment | None]:
        if not url.startswith(ATTACHED):
            # An edit may send back what it was given, with the address of a file it has.
            return url, next((one for one in self._attachments.values() if one.url == url), None)
        found = self._attachments.get(url.removeprefix(ATTACHED))
        if found is None:
            message = f"The referenced attachment was not found: {url}"
            self.form.fault(at, "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", message)
        return (found.url if found else url), found


def _emoji(sent: Any) -> Json:
    shape: Json = {"name": sent.get("name") or ""}
    if sent.get("id"):
        shape |= {"id": str(sent["id"]), "animated": bool(sent.get("animated"))}
    return shape


def _option(sent: Json) -> Json:
    shape = {key: value for key, value in sent.items() if value is not None}
    if "emoji" in shape:
        shape["emoji"] = _emoji(shape["emoji"])
    return shape
