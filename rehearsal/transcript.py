"""A rehearsal's channels and threads as one page to read: who saw what, in the end.

The page stands alone: no script or style but its own (their hashes are in its policy), no address
fetched. Each place is in it once, and a view hides what its people could not see; what nobody in
any view could see is not in the file at all.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from .drawing import Drawing, spaced
from .markup import Context, Safe, clean, date, inline, join, tag, to_html

Json = dict[str, Any]

CATEGORY, THREADS, PRIVATE_THREAD = 4, (10, 11, 12), 12
PINNED, REPLY, ANSWER = 6, 19, 20
EPHEMERAL, LOADING = 1 << 6, 1 << 7
STATUS = {1: "scheduled", 2: "under way", 3: "over", 4: "cancelled"}
"""Discord docs: Channel Types, Message Types and Flags, Scheduled Event Status."""

TOGETHER = 300
"""Seconds within which messages of one author stand under one name."""


_SCRIPT = """
(() => {
  const root = document.documentElement, all = (what) => [...document.querySelectorAll(what)];
  const views = all('input.view'), fold = document.querySelector('details.list');
  const wide = matchMedia('(min-width: 56rem)'), asked = new URLSearchParams(location.search).get('view');
  if (views[asked]) views[asked].checked = true;
  const fit = () => { fold.open = wide.matches; };
  const show = () => {
    const seen = '.place.v' + views.findIndex((one) => one.checked), name = location.hash.slice(1);
    const found = document.getElementById(name), in_ = found && found.closest('.place');
    const place = in_ && in_.matches(seen) ? in_ : document.querySelector(seen);
    root.classList.toggle('all', name === 'everything');
    all('.place').forEach((one) => one.classList.toggle('current', one === place));
    all('.list a').forEach((one) => {
      const here = one.hash === '#' + (name === 'everything' ? name : place && place.id);
      here ? one.setAttribute('aria-current', 'page') : one.removeAttribute('aria-current');
    });
    if (in_ && in_ === place) {
      fit();
      const top = found.getBoundingClientRect().top;
      if (top < 0 || top > innerHeight / 2) found.scrollIntoView();
    }
  };
  root.classList.add('js');
  fit(); show();
  wide.addEventListener('change', fit);
  addEventListener('hashchange', show);
  addEventListener('beforeprint', () => all('main details').forEach((one) => { one.open = true; }));
  views.forEach((one) => one.addEventListener('change', show));
})();
"""


@dataclass(frozen=True)
class View:
    """Somebody's eyes: `name` as the page calls them, `visible` the ids of channels and threads."""

    name: str
    visible: frozenset[str]


def render(
    snapshot: Json,
    views: Sequence[View],
    *,
    title: str,
    marking: str,
    now: datetime,
    zone: ZoneInfo,
    venue: str,
) -> str:
    """The whole page, from a stand-in's snapshot; the first view is shown first.

    Raises ValueError without a view.
    """
    if not views:
        raise ValueError("a transcript needs at least one view")
    return _Page(snapshot, views, Context(zone, venue, now)).whole(title, marking)


class _Page:
    def __init__(self, snapshot: Json, views: Sequence[View], context: Context) -> None:
        self.views = views
        self.snapshot = snapshot
        seen = frozenset[str]().union(*(view.visible for view in views))
        self.categories = [one for one in snapshot["channels"] if one["type"] == CATEGORY]
        self.channels = [one for one in snapshot["channels"] if one["type"] != CATEGORY and one["id"] in seen]
        self.threads = [one for one in snapshot["threads"] if one["id"] in seen]
        self.places = {one["id"]: one for one in [*self.channels, *self.threads]}
        self.messages = {
            of: [one for one in snapshot["messages"].get(of, ()) if not _private(one)] for of in self.places
        }
        by_id = {one["id"]: one for listed in self.messages.values() for one in listed}
        self.by_id: dict[str, Json] = by_id
        people = [one["user"] for one in snapshot["members"]]
        people += [user for one in by_id.values() for user in (one["author"], *one["mentions"])]
        roles = {one["id"]: one for one in snapshot["roles"]}
        self.capacities = {
            one["user"]["id"]: [
                roles[role]["name"] for role in one["roles"] if role in roles and not roles[role]["managed"]
            ]
            for one in snapshot["members"]
        }
        self.context = replace(
            context,
            users={one["id"]: _name(one) for one in people},
            roles={key: one["name"] for key, one in roles.items()},
            place=self.mention,
        )
        self.accents: set[int] = set()

    # Who sees what.

    def eyes(self, place_id: str | None) -> str:
        """The classes that show something to those who see the place; None is seen by all."""
        numbers = [n for n, view in enumerate(self.views) if place_id is None or place_id in view.visible]
        return " ".join(["by", *(f"v{n}" for n in numbers)])

    def mention(self, place_id: str) -> Safe:
        """A channel's name where it is seen, and elsewhere what Discord says instead."""
        hidden = [f"v{n}" for n, view in enumerate(self.views) if place_id not in view.visible]
        parts = []
        if place_id in self.places:
            name = "#" + self.places[place_id]["name"]
            href = f"#c{place_id}"
            parts.append(tag(f"a.mention {self.eyes(place_id)}", tag("bdi", name), href=href))
        if hidden:
            parts.append(tag(f"bdi.mention by {' '.join(hidden)}", "#no access"))
        return join(parts)

    # The page.

    def whole(self, title: str, marking: str) -> str:
        written = self.context.at.astimezone(self.context.zone)
        offset = f"{written:%z}"
        about = (
            f"Every channel and thread, written {date(written, True)}, {written:%H:%M}. "
            f"Times are those of {self.context.venue} ({self.context.zone}, UTC{offset[:-2]}:{offset[-2:]}). "
            "Answers that only one person saw are left out."
        )
        radios = [
            tag(
                "input.view",
                type="radio",
                name="view",
                id=f"view{n}",
                checked=not n,
                aria_label=f"As seen by: {view.name}",
            )
            for n, view in enumerate(self.views)
        ]
        labels = [tag("label", view.name, for_=f"view{n}") for n, view in enumerate(self.views)]
        switch = tag("div.switch", tag("p", "As seen by"), tag("div", *labels))
        main = tag(
            "main", *(self.place(one) for one in self.in_order()), self.events(), id="main", tabindex="-1"
        )
        seen = [tag(f"p.printed by v{n}", f"As seen by: {one.name}") for n, one in enumerate(self.views)]
        head = tag("header", tag("h1", title, dir="auto"), tag("p", about), *seen)
        columns = tag("div.columns", tag("div.side", switch, self.listing()), main)
        page = tag("div.page", tag("p.marking", marking, dir="auto"), head, columns)
        skip = tag("a.skip", "Skip to the messages", href="#main")
        style = Path(__file__).with_name("transcript.css").read_text("utf-8") + self.rules(marking)
        policy = (
            "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
            f"style-src '{_hash(style)}'; script-src '{_hash(_SCRIPT)}'"
        )
        top = [
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=policy),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("title", f"{title} – {marking}"),
            tag("style", Safe(style)),
        ]
        body = tag("body", skip, *radios, page, tag("script", Safe(_SCRIPT)))
        return f"<!doctype html>\n{tag('html', tag('head', *top), body, lang='en')}\n"

    def rules(self, marking: str) -> str:
        """What depends on the views, on the colours that occur, and the marking over each printed page."""
        printed = "".join(f"\\{ord(sign):x} " for sign in clean(marking))
        rules = [f'@page{{@top-center{{content:"{printed}"}}}}']
        for n in range(len(self.views)):
            here = f"#view{n}:checked~.page"
            rules.append(f"{here} .by:not(.v{n}){{display:none!important}}")
            rules.append(f"{here} label[for=view{n}]{{background:var(--chosen);color:var(--on-chosen)}}")
            rules.append(f"{here} label[for=view{n}]::before{{content:'✓ '}}")
            rules.append(f"#view{n}:focus-visible~.page label[for=view{n}]{{outline:3px solid var(--link)}}")
        rules += [f".a{one:06x}{{border-inline-start-color:#{one:06x}}}" for one in sorted(self.accents)]
        return "\n".join(rules)

    def in_order(self) -> list[Json]:
        """Channels as the client lists them, each followed by its threads."""
        known = {one["id"] for one in self.categories}
        grouped = [one for one in self.channels if one["parent_id"] not in known]
        for category in self.categories:
            grouped += [one for one in self.channels if one["parent_id"] == category["id"]]
        listed = []
        for channel in grouped:
            listed += [channel, *(one for one in self.threads if one["parent_id"] == channel["id"])]
        return listed + [one for one in self.threads if one not in listed]

    def listing(self) -> Safe:
        """The navigation: categories, channels and, under each, its threads."""
        names = {one["id"]: one["name"] for one in self.categories}
        entries, under = [], None
        for one in self.in_order():
            parent = None if _is_thread(one) else one["parent_id"]
            if parent in names and parent != under:
                under = parent
                eyes = {
                    eye
                    for each in self.channels
                    if each["parent_id"] == under
                    for eye in self.eyes(each["id"]).split()
                }
                entries.append(tag(f"li.category {' '.join(sorted(eyes))}", names[under], dir="auto"))
            name = tag("span", tag("bdi", _title(one)), tag("small", _state(one)) if _state(one) else "")
            count = tag("span.count", f"{len(self.messages[one['id']])}", tag("span.unseen", " messages"))
            kind = f"li.thread {self.eyes(one['id'])}" if _is_thread(one) else f"li.{self.eyes(one['id'])}"
            entries.append(tag(kind, tag("a", name, count, href=f"#c{one['id']}")))
        entries.append(tag("li.category", "Beside the channels"))
        entries.append(tag("li", tag("a", "Scheduled events", href="#events")))
        entries.append(tag("li.one-page", tag("a", "All on one page", href="#everything")))
        listed = tag("nav", tag("ul", *entries), aria_label="Channels and threads")
        return tag("details.list", tag("summary", "Channels and threads"), listed, open=True)

    def place(self, one: Json) -> Safe:
        """A channel or thread with all its messages, a heading for each day."""
        seers = " and ".join(view.name for view in self.views if one["id"] in view.visible)
        told: list[str] = [_state(one).capitalize() or ("Thread" if _is_thread(one) else "Channel")]
        if _is_thread(one) and one["parent_id"]:
            told += [" in ", self.mention(one["parent_id"])]
            if one["id"] in self.by_id:
                told += [", under ", tag("a", "this message", href=f"#m{one['id']}")]
        head = [tag("h2", _title(one), dir="auto"), tag("p.about", *told, " · seen by: ", seers)]
        if one.get("topic"):
            head.append(tag("p.topic", inline(one["topic"], self.context), dir="auto"))
        entries: list[Safe] = []
        before: Json | None = None
        for message in self.messages[one["id"]]:
            at = self.local(message["timestamp"])
            if before is None or self.local(before["timestamp"]).date() != at.date():
                entries.append(tag("li.day", tag("h3", date(at, weekday=True))))
                before = None
            entries.append(self.message(message, before))
            before = message
        rest = tag("ol", *entries) if entries else tag("p.empty", "Nothing has been written here.")
        kind = f"section.place {self.eyes(one['id'])}"
        return tag(kind, tag("div.head", *head), rest, id=f"c{one['id']}", aria_label=one["name"])

    def local(self, iso: str) -> datetime:
        return datetime.fromisoformat(iso).astimezone(self.context.zone)

    def clock(self, iso: str, beside: datetime | None = None) -> Safe:
        """A venue's time; with its date where that is not the one of the moment beside it."""
        at = self.local(iso)
        day = f"{date(at)}, " if beside and beside.date() != at.date() else ""
        exact = f"{date(at, True)} {at:%H:%M:%S} {self.context.venue}"
        return tag("time", f"{day}{at:%H:%M}", datetime=iso, title=exact)

    # A message.

    def message(self, one: Json, before: Json | None) -> Safe:
        """A message; under the name above it if `before` is its author's and recent."""
        author, clock, place = one["author"], self.clock(one["timestamp"]), f"m{one['id']}"
        who = [tag("bdi.name", _name(author))]
        if one["type"] == PINNED:
            pinned = (one.get("message_reference") or {}).get("message_id")
            which = tag("a", "a message", href=f"#m{pinned}") if pinned in self.by_id else "a message"
            return tag("li.system", clock, tag("p", *who, " pinned ", which, "."), id=place)
        machine = bool(author.get("bot"))
        if machine:
            who.append(tag("span.tag", "bot"))
        elif self.capacities.get(author["id"]):
            who.append(tag("span.capacity", ", ".join(self.capacities[author["id"]])))
        if one["pinned"]:
            who.append(tag("span.tag", "pinned"))
        initials = "".join(word[0] for word in _name(author).split()[:2]).upper()
        face = tag("span.face machine" if machine else "span.face", initials, aria_hidden="true")
        said = [*self.origin(one), tag("p.who", *spaced(who)), *self.contents(one)]
        if one["edited_timestamp"]:
            edited = self.clock(one["edited_timestamp"], self.local(one["timestamp"]))
            said.append(tag("p.edited", "edited ", edited))
        kind = "li.message follows" if before and self.follows(one, before) else "li.message"
        return tag(kind, face, clock, tag("div.said", *said, *self.thread(one)), id=place)

    def follows(self, one: Json, before: Json) -> bool:
        """Whether a message goes on from the one before it."""
        alike = (
            before["type"] in (0, REPLY) and not one["type"] and before["author"]["id"] == one["author"]["id"]
        )
        passed = self.local(one["timestamp"]) - self.local(before["timestamp"])
        return alike and not one["pinned"] and passed.total_seconds() < TOGETHER

    def origin(self, one: Json) -> list[Safe]:
        """What a message answers: another message or a command."""
        if one["type"] == REPLY:
            answered = self.by_id.get((one.get("message_reference") or {}).get("message_id") or "")
            if answered is None:
                return [tag("p.origin", "In reply to a message that is gone")]
            to = tag("a", "In reply to ", tag("bdi", _name(answered["author"])), href=f"#m{answered['id']}")
            return [tag("p.origin", to)]
        cause = one.get("interaction_metadata")
        if one["type"] == ANSWER and cause:
            return [tag("p.origin", "Answers a command of ", tag("bdi", _name(cause["user"])))]
        return []

    def thread(self, one: Json) -> list[Safe]:
        """The link to the thread under a message, for those who see it."""
        found = self.places.get((one.get("thread") or {}).get("id"))
        if found is None:
            return []
        count = len(self.messages[found["id"]])
        told = f"{_state(found) or 'thread'} · {count} message{'s' * (count != 1)}"
        chip = tag("a.chip", tag("bdi", found["name"]), tag("small", told), href=f"#c{found['id']}")
        return [tag(f"p.under {self.eyes(found['id'])}", chip)]

    def contents(self, one: Json) -> list[Safe]:
        if one["flags"] & LOADING:
            return [tag("p.empty", "The bot is still working on this answer.")]
        edited = one["edited_timestamp"]
        context = replace(self.context, at=datetime.fromisoformat(edited or one["timestamp"]))
        files = {each.get("proxy_url") or each["url"]: each for each in one["attachments"]}
        drawn = Drawing(context, files, self.accents)
        made = [tag("div.text", to_html(one["content"], context))] if one["content"] else []
        made += [drawn.embed(each) for each in one["embeds"]]
        shown = [drawn.component(each) for each in one["components"]]
        made += [drawn.file(each) for url, each in files.items() if url not in drawn.used]
        return made + shown

    # The events.

    def events(self) -> Safe:
        """The server's scheduled events, in the order of time; those of a channel for who sees it."""
        cards = []
        listed = self.snapshot["scheduled_events"]
        for one in sorted(listed, key=lambda one: self.local(one["scheduled_start_time"])):
            if one["channel_id"] and one["channel_id"] not in self.places:
                continue
            begins, ends = self.local(one["scheduled_start_time"]), one["scheduled_end_time"]
            until = ["–", self.clock(ends, begins)] if ends else []
            where = (one["entity_metadata"] or {}).get("location") or ""
            card = [
                tag(
                    "h3", one["name"], " ", tag("span.tag", STATUS.get(one["status"], "unknown")), dir="auto"
                ),
                tag(
                    "p",
                    f"{date(begins, True)}, ",
                    self.clock(one["scheduled_start_time"]),
                    *until,
                    f" {self.context.venue}",
                ),
                tag("p", inline(where, self.context), dir="auto") if where else "",
                tag("div.text", to_html(one["description"] or "", self.context)),
            ]
            cards.append(tag(f"li.event {self.eyes(one['channel_id'])}", *card))
        rest = tag("ul", *cards) if cards else tag("p.empty", "There are none.")
        head = [tag("h2", "Scheduled events"), tag("p.about", "As the server lists them")]
        kind = f"section.place {self.eyes(None)}"
        return tag(kind, tag("div.head", *head), rest, id="events", aria_label="Scheduled events")


def _private(message: Json) -> bool:
    return bool("ephemeral_for" in message or message["flags"] & EPHEMERAL)


def _is_thread(place: Json) -> bool:
    return place["type"] in THREADS


def _title(place: Json) -> str:
    return str(place["name"]) if _is_thread(place) else f"# {place['name']}"


def _state(place: Json) -> str:
    """What is to be said of a thread: private, locked, archived; nothing of an ordinary one."""
    if not _is_thread(place):
        return ""
    told = [word for word in ("locked", "archived") if place.get(word)]
    told = ["private", *told] if place["type"] == PRIVATE_THREAD else told
    return f"{', '.join(told)} thread" if told else ""


def _name(user: Json) -> str:
    return str(user.get("global_name") or user["username"])


def _hash(text: str) -> str:
    """How a content security policy names an inline script or style."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
