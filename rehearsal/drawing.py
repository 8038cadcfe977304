"""What a message is made of, drawn: components, embeds and files. Controls are shown, and do nothing."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from .markup import Context, Safe, inline, link, stamp, tag, to_html

Json = dict[str, Any]

STYLES = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium"}
MENUS = {3: "an option", 5: "a person", 6: "a role", 7: "a person or role", 8: "a channel"}
"""Discord docs: Button Styles, Components."""

READABLE = 64 << 10
"""Bytes up to which a text file can be unfolded in the page."""

_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|avif);base64,[A-Za-z0-9+/]+=*")
_TEXT = re.compile(r"data:[^,]*;base64,([A-Za-z0-9+/]+=*)")
_TEXT_NAME = re.compile(r"\.(?:txt|md|csv|ics|json)$", re.IGNORECASE)


class Drawing:
    """Draws the embeds, components and files of one message; `used` are the files shown in them."""

    def __init__(self, context: Context, files: dict[str, Json], accents: set[int]) -> None:
        self.context = context
        self.files = files
        self.accents = accents
        self.used: set[str] = set()

    def accent(self, colour: object) -> str:
        if not isinstance(colour, int):
            return ""
        self.accents.add(colour & 0xFFFFFF)
        return f" accent a{colour & 0xFFFFFF:06x}"

    def component(self, one: Json) -> Safe:
        """A component in words and inert controls; one of a kind not known here is named."""
        kind, parts = one["type"], [self.component(each) for each in one.get("components") or ()]
        if kind == 1:
            return tag("div.row", *parts)
        if kind == 2:
            return self.button(one)
        if kind in MENUS:
            return self.menu(one)
        if kind == 9:
            beside = tag("div.beside", self.component(one["accessory"]))
            return tag("div.section", tag("div", *parts), beside)
        if kind == 10:
            return tag("div.text", to_html(one["content"], self.context))
        if kind in (11, 12):
            items = one["items"] if kind == 12 else [one]
            return tag("div.gallery", *(self.media(each) for each in items))
        if kind == 13:
            return self.media(one, "file")
        if kind == 14:
            wide = " wide" if one.get("spacing") == 2 else ""
            return tag(f"hr.line{wide}") if one.get("divider", True) else tag(f"div.gap{wide}")
        if kind == 17:
            spoiler = tag("p.subtext", "hidden until pressed:") if one.get("spoiler") else ""
            return tag("div.panel" + self.accent(one.get("accent_color")), spoiler, *parts)
        return tag("p.empty", f"(a component of kind {kind})")

    def button(self, one: Json) -> Safe:
        style = STYLES.get(one["style"], "unknown")
        label = spaced([_emoji(one), one.get("label") or ""])
        state = [tag("small", "disabled")] if one.get("disabled") else []
        if style == "link":
            made = link(one.get("url") or "", *label, " ↗", kind="a.button link")
            if made:
                return made
        told = tag("span.unseen", f" (button, {style})")
        return tag(f"span.button {style}", *label, told, *state, title=f"Button, {style}")

    def menu(self, one: Json) -> Safe:
        placeholder = one.get("placeholder") or f"Choose {MENUS[one['type']]}"
        state = tag("small", " disabled") if one.get("disabled") else ""
        options = []
        for each in one.get("options") or ():
            chosen = tag("small", " chosen") if each.get("default") else ""
            told = tag("small.told", each["description"], dir="auto") if each.get("description") else ""
            options.append(tag("li", *spaced([_emoji(each), tag("bdi", each["label"])]), chosen, told))
        listed = tag("ul", *options) if options else tag("p", f"Offers {MENUS[one['type']]}.")
        return tag("details.menu", tag("summary", tag("bdi", placeholder), state), listed)

    def media(self, one: Json, key: str = "media") -> Safe:
        url = str(one[key]["url"])
        self.used.add(url)
        found = self.files.get(url, {"filename": one.get("name") or url, "url": url})
        return self.file(
            {**found, "description": one.get("description") or found.get("description")}, one.get("spoiler")
        )

    def file(self, one: Json, spoiler: object = None) -> Safe:
        """A picture in the page, a text to unfold, anything else by name and size."""
        name, url, told = one["filename"], one["url"], one.get("description")
        caption = [tag("bdi", name), f" · {_size(one['size'])}" if one.get("size") else ""]
        if spoiler or name.startswith("SPOILER_"):
            caption.append(" · hidden until pressed")
        if _PICTURE.fullmatch(url):
            return tag("figure", tag("img", src=url, alt=told or name), tag("figcaption", *caption))
        text = _TEXT.fullmatch(url)
        if text and _TEXT_NAME.search(name) and (one.get("size") or 0) <= READABLE:
            read = base64.b64decode(text[1]).decode("utf-8", "replace")
            return tag("details.file", tag("summary", *caption), tag("pre", read, dir="auto", tabindex="0"))
        return tag("p.file", *caption)

    def embed(self, one: Json) -> Safe:
        parts = []
        if (one.get("author") or {}).get("name"):
            parts.append(tag("p.by-line", one["author"]["name"], dir="auto"))
        if one.get("title"):
            title = inline(one["title"], self.context, links=False)
            parts.append(tag("h4", link(one.get("url") or "", title) or title, dir="auto"))
        if one.get("description"):
            parts.append(tag("div.text", to_html(one["description"], self.context)))
        fields = []
        for each in one.get("fields") or ():
            head = tag("dt", inline(each["name"], self.context), dir="auto")
            value = tag("dd", to_html(each["value"], self.context))
            fields.append(tag("div.inline" if each.get("inline") else "div", head, value))
        parts += [tag("dl", *fields)] if fields else []
        parts += [self.media({"media": one[name]}) for name in ("thumbnail", "image") if one.get(name)]
        foot = [(one.get("footer") or {}).get("text") or ""]
        if one.get("timestamp"):
            seconds = int(datetime.fromisoformat(one["timestamp"]).timestamp())
            foot.append(stamp(seconds, "f", self.context) or "")
        if any(foot):
            parts.append(tag("p.subtext", *spaced(foot), dir="auto"))
        return tag("div.panel embed" + self.accent(one.get("color")), *parts)


def _emoji(one: Json) -> str:
    emoji = one.get("emoji") or {}
    return f":{emoji['name']}:" if emoji.get("id") else str(emoji.get("name") or "")


def spaced(parts: Iterable[str]) -> list[str]:
    """The parts that are not empty, with a space between them."""
    kept = [part for part in parts if part]
    return [piece for part in kept for piece in (" ", part)][1:]


def _size(size: int) -> str:
    for unit, least in (("MB", 1 << 20), ("KB", 1 << 10)):
        if size >= least:
            return f"{size / least:.1f} {unit}"
    return f"{size} bytes"
